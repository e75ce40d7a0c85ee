package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Where the money went, for everybody. With a code: when it came, what it went to, when that was handed over, together with the gifts of
// others and for five households at least. Without: what came to a campaign. Nobody's name is told but those given to be public.

var traceKeys = []dialog.Key{
	{Name: "saoke.pledge", Args: []string{"code", "fund", "area", "amount", "state", "on"}},
	{Name: "saoke.receipt", Args: []string{"on", "amount", "things", "paper"}},
	{Name: "saoke.nothing", Args: []string{"state"}},
	{Name: "saoke.pooled", Args: []string{"money", "gone"}},
	{Name: "saoke.few"},
	{Name: "saoke.batch", Args: []string{"households", "kinds", "area", "since", "until", "handed", "handed_since", "handed_until"}},
}

// Statement is /saoke: what became of a gift, by its code, or what came to a campaign, by its number.
var Statement = dialog.Command("saoke").
	On("/saoke").
	ListedFor(known).
	Says(append(traceKeys,
		dialog.Key{Name: "saoke.list"}, dialog.Key{Name: "saoke.none"}, dialog.Key{Name: "saoke.search"}, dialog.Key{Name: "saoke.excel"}, dialog.Key{Name: "xemgop.wrong"},
		dialog.Key{Name: "saoke.campaign", Args: []string{"fund", "area", "count", "total", "allocated", "handed", "households", "reached"}},
		dialog.Key{Name: "saoke.line", Args: []string{"on", "code", "amount", "things", "name"}},
		dialog.Key{Name: "notice.reached", Args: []string{"pledge", "households", "handed"}},
	)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if code, ok := gaveCode(c.Input); ok {
			return []dialog.Effect{dialog.Ask{Query: records.AskTrace, Args: map[string]string{"code": code}}}
		}
		campaign, rest, _ := strings.Cut(c.Input, " ")
		if n, err := strconv.ParseInt(campaign, 10, 64); err == nil && n > 0 {
			args := map[string]string{"campaign": strconv.FormatInt(n, 10)}
			for k, v := range soughtIn(rest) {
				args[k] = v
			}
			return []dialog.Effect{dialog.Ask{Query: records.AskPublished, Args: args, Page: c.Page}}
		}
		if records.LikeTransferCode(c.Input) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "xemgop.wrong"}}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskPublishedFunds, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		switch found.Query {
		case records.AskTrace:
			return showTrace(c, found)
		case records.AskPublished:
			return showPublished(c, found, c.Input)
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "saoke.list"}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "saoke.none"
		}
		for _, l := range found.Lines {
			label := c.Label(l.Args["fund"]) + ", " + l.Args["area"]
			if from, ok := vi.ParseDay(l.Args["on"]); ok && l.Args["until"] != "" {
				label += ", " + strconv.Itoa(from.Year)
			}
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["campaign"], Label: label, Do: "/saoke " + l.Args["campaign"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/saoke", found))
		}
		return []dialog.Effect{say}
	})

// gaveCode is the code of a promise or of a receipt.
func gaveCode(text string) (string, bool) {
	if code, ok := records.ParseTransferCode(text); ok {
		return code, true
	}
	if !strings.HasPrefix(strings.ToUpper(strings.TrimSpace(text)), "BN") { // seven symbols alone are an entry's
		return "", false
	}
	return records.ParseReceiptCode(text)
}

// soughtIn is what is looked for in a statement: "c VNN7K3QF2M", "a 300000", "d 2026-11-11".
func soughtIn(text string) map[string]string {
	kind, value, _ := strings.Cut(text, " ")
	if name := map[string]string{"c": "code", "a": "amount", "d": "on"}[kind]; name != "" {
		return map[string]string{name: value}
	}
	return nil
}

func showTrace(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	say := dialog.Say{}
	if f["pledged"] != "" {
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.pledge", Args: f})
	}
	for _, l := range found.Lines {
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.receipt", Args: l.Args})
	}
	switch {
	case len(found.Lines) == 0:
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.nothing", Args: map[string]string{"state": f["state"]}})
	case f["money"] == "0" && f["gone"] == "":
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.pooled", Args: map[string]string{"money": "0", "gone": ""}})
	default:
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.pooled", Args: map[string]string{"money": f["money"], "gone": f["gone"]}})
		if f["households"] == "" {
			say.Lines = append(say.Lines, dialog.Line{Key: "saoke.few"})
			break
		}
		var kinds []string
		for _, k := range strings.Fields(f["kinds"]) {
			kinds = append(kinds, strings.ToLower(c.Label("kind."+k)))
		}
		args := map[string]string{"kinds": strings.Join(kinds, ", ")}
		for _, k := range []string{"households", "area", "since", "until", "handed", "handed_since", "handed_until"} {
			args[k] = f[k]
		}
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.batch", Args: args})
	}
	return []dialog.Effect{say}
}

// showPublished tells what came to a campaign. shown is what was asked for, to ask for more of it.
func showPublished(c dialog.Ctx, found dialog.Answer, shown string) []dialog.Effect {
	f := found.Facts
	say := dialog.Say{Lines: []dialog.Line{{Key: "saoke.campaign", Args: f}}}
	for _, l := range found.Lines {
		say.Lines = append(say.Lines, dialog.Line{Key: "saoke.line", Args: l.Args})
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/saoke "+shown, found))
	}
	say.Menu = append(say.Menu,
		dialog.Option{Key: "search", Label: c.Label("saoke.search"), Do: "/timsaoke " + f["campaign"]},
		dialog.Option{Key: "excel", Label: c.Label("saoke.excel"), Do: "/saokeexcel " + f["campaign"]})
	return []dialog.Effect{say}
}

// What is looked for in a statement: a code, an amount or a day.
var (
	soughtID = dialog.Number("campaign").Hidden()
	sought   = dialog.NewField("what", dialog.Codec[string]{
		Read: func(in dialog.In) dialog.Reading[string] {
			if code, ok := gaveCode(in.Text); ok {
				return dialog.Read("c " + code)
			}
			if r := vi.ReadDateLeaning(in.Text, in.At.In(dialog.Zone), vi.Behind); r.Sure {
				return dialog.Read("d " + r.Value.Date.String())
			}
			var all []string
			for _, vnd := range vi.Amounts(vi.ReadMoney(in.Text)) {
				all = append(all, "a "+strconv.FormatInt(vnd, 10))
			}
			if len(all) == 1 {
				return dialog.Read(all[0])
			}
			return dialog.Reading[string]{Candidates: all}
		},
		Format: func(s string) string { return s },
		Parse:  func(s string) (string, bool) { return s, len(soughtIn(s)) == 1 },
		Show: func(_ dialog.Words, _ string, s string) string {
			kind, value, _ := strings.Cut(s, " ")
			if vnd, err := strconv.ParseInt(value, 10, 64); err == nil && kind == "a" {
				return vi.FormatMoney(vnd)
			}
			return value
		},
		Unclear: "timsaoke.unclear",
	})
)

// SearchStatement is /timsaoke: what came to a campaign with a code, an amount or on a day.
var SearchStatement = dialog.Form("timsaoke", 1, soughtID, sought).
	Unconfirmed().
	On("/timsaoke").
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
			soughtID.Put(a, n)
		}
		return a
	}).
	Says(dialog.Key{Name: "saoke.campaign", Args: []string{"fund", "area", "count", "total", "allocated", "handed", "households", "reached"}},
		dialog.Key{Name: "saoke.line", Args: []string{"on", "code", "amount", "things", "name"}}, dialog.Key{Name: "saoke.search"}, dialog.Key{Name: "saoke.excel"}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		args := map[string]string{"campaign": strconv.FormatInt(soughtID.Of(c.Answers), 10)}
		for k, v := range soughtIn(sought.Of(c.Answers)) {
			args[k] = v
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskPublished, Args: args}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		return showPublished(c, found, found.Facts["campaign"]+" "+sought.Of(c.Answers))
	})

// StatementSheet is /saokeexcel: a statement as a sheet.
var StatementSheet = dialog.Command("saokeexcel").
	On("/saokeexcel").
	Says(dialog.Key{Name: "saokeexcel.kept", Args: []string{"count"}}, dialog.Key{Name: "saokeexcel.which"}, dialog.Key{Name: "saokeexcel.nobody"}, dialog.Key{Name: "saokeexcel.total"},
		dialog.Key{Name: "saokeexcel.column.n"}, dialog.Key{Name: "saokeexcel.column.on"}, dialog.Key{Name: "saokeexcel.column.code"}, dialog.Key{Name: "saokeexcel.column.money"},
		dialog.Key{Name: "saokeexcel.column.things"}, dialog.Key{Name: "saokeexcel.column.name"}, dialog.Key{Name: "saokeexcel.column.paper"},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		n, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil || n <= 0 {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "saokeexcel.which"}}}}
		}
		columns := make([]string, len(records.StatementColumns))
		for i, name := range records.StatementColumns {
			columns[i] = c.Label("saokeexcel.column." + name)
		}
		return []dialog.Effect{keep(records.CmdPublish, records.MakeStatement{
			Campaign: n, Columns: columns, Words: map[string]string{"nobody": c.Label("saokeexcel.nobody"), "total": c.Label("saokeexcel.total")},
		}, &dialog.Say{Lines: []dialog.Line{{Key: "saokeexcel.kept"}}, File: "{file}", FileName: "sao-ke-" + strconv.FormatInt(n, 10) + ".xlsx"})}
	})
