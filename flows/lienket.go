package flows

import (
	"cmp"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// One person on two accounts: a code made in one is typed in the other (TypedCode, Join), and from then on the two are one person.

// Accounts is /lienket: a code for another account, at once where there is only this one; else which there are, and what can be done.
var Accounts = dialog.Command("lienket").
	On("/lienket").
	Says(dialog.Key{Name: "lienket.code", Args: []string{"code"}}, dialog.Key{Name: "lienket.have"}, dialog.Key{Name: "lienket.line", Args: []string{"n", "channel", "on"}},
		dialog.Key{Name: "lienket.more"}, dialog.Key{Name: "lienket.part"}, dialog.Key{Name: "ma.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if c.Input == moreAccounts {
			return accountCode()
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskContacts}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if len(found.Options) == 0 {
			return accountCode()
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "lienket.have"}}, Columns: 1}
		for _, l := range found.Lines {
			say.Lines = append(say.Lines, dialog.Line{Key: "lienket.line", Args: map[string]string{"n": l.Args["n"], "channel": l.Args["channel"], "on": l.Args["on"]}})
		}
		if found.Facts["more"] != "" {
			say.Menu = append(say.Menu, dialog.Option{Key: moreAccounts, Label: c.Label("lienket.more"), Do: "/lienket " + moreAccounts})
		}
		for _, o := range found.Options {
			say.Menu = append(say.Menu, dialog.Option{Key: o.Key, Label: c.Label("lienket.part") + ": " + o.Label, Do: "/golienket " + o.Key})
		}
		return []dialog.Effect{say}
	})

const moreAccounts = "them"

// accountCode makes a code for another account.
func accountCode() []dialog.Effect {
	save := keep(records.CmdJoinCode, struct{}{}, &dialog.Say{Lines: []dialog.Line{{Key: "lienket.code"}}})
	save.Refused = &dialog.Say{Lines: []dialog.Line{{Key: "ma.refused"}}}
	return []dialog.Effect{save}
}

// The questions of taking an account away. Which one comes with the button.
var (
	partedKey = dialog.Text("contact").Hidden()
	parted    = dialog.Fact("of", records.AskContacts, func(c dialog.Ctx) map[string]string {
		return map[string]string{"contact": cmp.Or(partedKey.Of(c.Answers), "-")} // "-" is none
	})
	sureParted = dialog.YesNo("sure").When(dialog.If("the account is there", func(c dialog.Ctx) bool { return parted.Of(c.Answers)["label"] != "" })).
			Prompt(func(c dialog.Ctx) []dialog.Line {
			return []dialog.Line{{Key: "golienket.echo", Args: map[string]string{"account": parted.Of(c.Answers)["label"]}}}
		})
)

// PartAccount is /golienket: another account of the person is theirs no more, as when a phone is lost.
var PartAccount = dialog.Form("golienket", 2, partedKey, parted, sureParted, Pin.When(sureParted.Is(true))).
	On("/golienket").
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if key := strings.TrimSpace(c.Input); key != "" {
			partedKey.Put(a, key)
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "golienket.echo", Args: []string{"account"}}, dialog.Key{Name: "golienket.kept", Args: []string{"channel"}}, dialog.Key{Name: "golienket.none"},
		dialog.Key{Name: "golienket.stays"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		switch {
		case parted.Of(c.Answers)["label"] == "":
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "golienket.none"}}}}
		case !sureParted.Of(c.Answers):
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "golienket.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdPart, records.PartContact{Contact: partedKey.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "golienket.kept"}}})}
	})
