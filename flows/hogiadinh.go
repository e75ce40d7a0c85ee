package flows

import (
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// seenHome is the household that who looks after a group wants to see.
var seenHome = dialog.Lookup("household", records.AskHouseholdSearch, nil)

// Homes is /hogiadinh: one household, who of it is linked, and what can be done for it.
var Homes = dialog.Form("hogiadinh", 1, seenHome).
	On("/hogiadinh").
	Listed().
	For(logsHelp).
	Unconfirmed().
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if c.Input != "" {
			seenHome.Put(a, c.Input)
		}
		return a
	}).
	Says(dialog.Key{Name: "hogiadinh.home", Args: []string{"name", "count"}}, dialog.Key{Name: "hogiadinh.card"}, dialog.Key{Name: "hogiadinh.unlink"}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdMembers, Args: map[string]string{"household": seenHome.Of(c.Answers)}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		say := dialog.Say{
			Lines:   []dialog.Line{{Key: "hogiadinh.home", Args: map[string]string{"name": f["name"], "count": f["count"]}}},
			Menu:    []dialog.Option{{Key: "card", Label: c.Label("hogiadinh.card"), Do: "/the " + f["household"]}},
			Columns: 1,
		}
		for _, o := range found.Options {
			say.Menu = append(say.Menu, dialog.Option{Key: o.Key, Label: c.Label("hogiadinh.unlink") + ": " + o.Label, Do: "/bonoi " + o.Key})
		}
		return []dialog.Effect{say}
	})

// The questions of taking somebody out of a household. The link comes with the button.
var (
	linkID = dialog.Number("link").Hidden()
	link   = dialog.Fact("of", records.AskHouseholdMembers, func(c dialog.Ctx) map[string]string {
		return map[string]string{"link": strconv.FormatInt(linkID.Of(c.Answers), 10)}
	})
	linked  = dialog.If("the link is there", func(c dialog.Ctx) bool { return link.Of(c.Answers)["label"] != "" })
	sureOut = dialog.YesNo("sure").When(linked).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := link.Of(c.Answers)
		return []dialog.Line{{Key: "bonoi.echo", Args: map[string]string{"who": f["label"], "name": f["name"]}}}
	})

	sureLeave = dialog.YesNo("sure")
)

// Unlink is /bonoi: who looks after a household takes somebody out of it.
var Unlink = dialog.Form("bonoi", 1, linkID, link, sureOut).
	On("/bonoi").
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
			linkID.Put(a, n)
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "bonoi.echo", Args: []string{"who", "name"}}, dialog.Key{Name: "bonoi.kept"}, dialog.Key{Name: "bonoi.none"}, dialog.Key{Name: "bonoi.stays"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if link.Of(c.Answers)["label"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.none"}}}}
		}
		if !sureOut.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdUnlink, records.Unlink{Link: linkID.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "bonoi.kept"}}})}
	})

// Leave is /thoinoi: somebody of a household takes back that this account shows its support.
var Leave = dialog.Form("thoinoi", 1, myHome, sureLeave).
	On("/thoinoi").
	For(hasHome).
	Unconfirmed().
	Says(dialog.Key{Name: "bonoi.stays"}, dialog.Key{Name: "thoinoi.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !sureLeave.Of(c.Answers) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdUnlink, records.Unlink{Household: myHome.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "thoinoi.kept"}}})}
	})
