package flows

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// What people may do about their own data, in one place: see it, take it away, and so on. What can be done at once is.

var dataKeys = []dialog.Key{
	{Name: "dulieu.head"},
	{Name: "dulieu.person", Args: []string{"name", "address", "phone"}},
	{Name: "dulieu.accounts", Args: []string{"channels", "on"}},
	{Name: "dulieu.role", Args: []string{"role", "area"}},
	{Name: "dulieu.home", Args: []string{"who", "group"}},
	{Name: "dulieu.said", Args: []string{"logged", "answers", "needs", "tasks"}},
	{Name: "dulieu.consent", Args: []string{"purpose", "on", "who"}},
	{Name: "dulieu.request", Args: []string{"kind", "on", "due", "status", "answer"}},
	{Name: "dulieu.take"},
	{Name: "dulieu.correct"},
	{Name: "dulieu.restrict"},
	{Name: "dulieu.withdraw"},
	{Name: "dulieu.erase"},
	{Name: "dulieu.complain"},
	{Name: "notice.data.done", Args: []string{"kind", "answer"}},
	{Name: "notice.data.later", Args: []string{"kind", "due", "why"}},
	{Name: "notice.data.due", Args: []string{"kind", "due", "stage"}},
}

// MyData is /dulieu: what is kept of the person, in short, and what they may do about it.
var MyData = dialog.Command("dulieu").
	On("/dulieu").
	ListedFor(func(p dialog.Person) bool { return !guest(p) }).
	Says(append(dataKeys, purposeKeys()...)...).
	Do(func(dialog.Ctx) []dialog.Effect { return []dialog.Effect{dialog.Ask{Query: records.AskMyData}} }).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		f := found.Facts
		say := dialog.Say{Lines: []dialog.Line{{Key: "dulieu.head"}}, Columns: 2}
		line := func(key string, args map[string]string) {
			say.Lines = append(say.Lines, dialog.Line{Key: key, Args: args})
		}
		if f["name"] != "" || f["phone"] != "" {
			line("dulieu.person", map[string]string{"name": f["name"], "address": f["address"], "phone": f["phone"]})
		}
		line("dulieu.accounts", map[string]string{"channels": channelNames(f["channels"]), "on": f["since"]})
		consents := false
		for _, l := range found.Lines {
			line("dulieu."+strings.TrimPrefix(l.Key, "data."), l.Args)
			consents = consents || l.Key == "data.consent"
		}
		if f["logged"] != "0" || f["answers"] != "0" || f["needs"] != "0" || f["tasks"] != "0" {
			line("dulieu.said", map[string]string{"logged": f["logged"], "answers": f["answers"], "needs": f["needs"], "tasks": f["tasks"]})
		}
		do := func(key, slash string) {
			say.Menu = append(say.Menu, dialog.Option{Key: key, Label: c.Label("dulieu." + key), Do: slash})
		}
		do("take", "/laydulieu")
		do("correct", "/suadulieu")
		do("restrict", "/tamdung")
		if consents {
			do("withdraw", "/rutdongy")
		}
		do("erase", "/xoadulieu")
		do("complain", "/khieunai")
		return []dialog.Effect{say}
	})

// channelNames writes channels as people call them.
func channelNames(channels string) string {
	names := strings.Fields(channels)
	for i, name := range names {
		names[i] = strings.ToUpper(name[:1]) + name[1:]
	}
	return strings.Join(names, ", ")
}

func purposeKeys() []dialog.Key {
	var keys []dialog.Key
	for _, p := range records.Purposes {
		keys = append(keys, dialog.Key{Name: "purpose." + p})
	}
	return keys
}

var dataFormat = dialog.Choice("format", records.DataSheets, records.DataJSON)

// TakeMyData is /laydulieu: everything that is kept of the person, as a file.
var TakeMyData = dialog.Form("laydulieu", 2, dataFormat, Pin).
	On("/laydulieu").
	Unconfirmed().
	Says(append(dataWords(), dialog.Key{Name: "laydulieu.kept"}, dialog.Key{Name: "laydulieu.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedDataFiles})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		command := records.TakeMyData{Format: dataFormat.Of(c.Answers)}
		if command.Format == records.DataSheets {
			command.Words = map[string]string{}
			for _, s := range records.MyData {
				command.Words["sheet."+s.Name] = c.Label("dulieu.sheet." + s.Name)
				for _, column := range s.Columns {
					command.Words["column."+column] = c.Label("dulieu.column." + column)
				}
			}
			for column, codes := range records.DataCodes {
				for _, code := range codes {
					command.Words[column+"."+code] = c.Label(codeKey(column, code))
				}
			}
		}
		save := keep(records.CmdTakeMyData, command, &dialog.Say{
			Lines: []dialog.Line{{Key: "laydulieu.kept"}}, File: "{file}", FileName: "du-lieu-cua-toi." + command.Format, Private: true,
		})
		save.Refused.Lines[0].Key = "laydulieu.refused"
		return []dialog.Effect{save}
	})

// codeKey is the locale key of a code that stands in a column of records.MyData.
func codeKey(column, code string) string {
	switch column {
	case "how":
		return "consent." + code
	case "dimension":
		return "nhucau.kind." + code
	}
	return column + "." + code
}

// dataWords are the heads of the file, and the codes in it.
func dataWords() (keys []dialog.Key) {
	names := map[string]bool{}
	for _, s := range records.MyData {
		names["dulieu.sheet."+s.Name] = true
		for _, column := range s.Columns {
			names["dulieu.column."+column] = true
		}
	}
	for column, codes := range records.DataCodes {
		for _, code := range codes {
			names[codeKey(column, code)] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		keys = append(keys, dialog.Key{Name: name})
	}
	return keys
}

// The questions of taking back what was agreed to. Which it is comes with the button.
var (
	consentID = dialog.Number("consent").Hidden()
	consentOf = dialog.Fact("of", records.AskConsents, func(c dialog.Ctx) map[string]string {
		return map[string]string{"consent": strconv.FormatInt(consentID.Of(c.Answers), 10)}
	})
	consentIs    = dialog.If("the person agreed to it", func(c dialog.Ctx) bool { return consentOf.Of(c.Answers)["purpose"] != "" })
	sureWithdraw = dialog.YesNo("sure").When(consentIs).Prompt(func(c dialog.Ctx) []dialog.Line {
		f := consentOf.Of(c.Answers)
		key := "rutdongy.echo"
		if f["purpose"] == records.PurposeLink {
			key = "rutdongy.echo.link"
		}
		return []dialog.Line{{Key: key, Args: map[string]string{"purpose": f["purpose"], "who": f["who"]}}}
	})
)

// Withdraw is /rutdongy: somebody takes back what they agreed to; without saying what, they are shown it.
var Withdraw = dialog.Form("rutdongy", 1, consentID, consentOf, sureWithdraw).
	On("/rutdongy").
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
			consentID.Put(a, n)
		}
		return a
	}).
	Unconfirmed().
	Says(append(purposeKeys(), dialog.Key{Name: "rutdongy.echo", Args: []string{"purpose", "who"}}, dialog.Key{Name: "rutdongy.echo.link", Args: []string{"purpose", "who"}},
		dialog.Key{Name: "rutdongy.which"}, dialog.Key{Name: "rutdongy.none"},
		dialog.Key{Name: "rutdongy.kept"}, dialog.Key{Name: "bonoi.stays"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		switch {
		case !sureWithdraw.Has(c.Answers):
			return []dialog.Effect{dialog.Ask{Query: records.AskConsents}}
		case !sureWithdraw.Of(c.Answers):
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "bonoi.stays"}}}}
		}
		return []dialog.Effect{keep(records.CmdWithdraw, records.Withdraw{Consent: consentID.Of(c.Answers)}, &dialog.Say{Lines: []dialog.Line{{Key: "rutdongy.kept"}}})}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if len(found.Lines) == 0 {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "rutdongy.none"}}}}
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "rutdongy.which"}}, Columns: 1}
		for _, l := range found.Lines {
			label := c.Label("purpose." + l.Args["purpose"])
			if l.Args["who"] != "" {
				label += ", " + l.Args["who"]
			}
			if on, ok := records.ParseDay(l.Args["on"]); ok {
				label += " (" + on.Format("2/1/2006") + ")"
			}
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["consent"], Label: label, Do: "/rutdongy " + l.Args["consent"]})
		}
		return []dialog.Effect{say}
	})
