package flows

import (
	"encoding/json"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The questions about one entry that was logged before. Its code comes with the command or the button; without one it is
// the author's newest.
var (
	entryCode = dialog.Text("code").Hidden()
	entry     = dialog.Fact("entry", records.AskHelpGet, func(c dialog.Ctx) map[string]string {
		return map[string]string{"code": entryCode.Of(c.Answers)}
	})
	found = dialog.If("the entry was found", func(c dialog.Ctx) bool { return entry.Of(c.Answers)["code"] != "" })

	part         = dialog.Choice("part", "household", "what", "giver", "on", "note").When(found).Prompt(promptPart)
	newHousehold = dialog.Lookup("new_household", records.AskHouseholdSearch, nil).When(part.Is("household"))
	newFacts     = dialog.Fact("new_facts", records.AskHouseholdFacts, func(c dialog.Ctx) map[string]string {
		return map[string]string{"household": newHousehold.Of(c.Answers)}
	}).When(part.Is("household"))
	newSum   = giftField("new_sum").Hidden().When(part.Is("what")) // "sửa lại 500k thành 50k": the things stay
	newWhat  = giftField("new_what").When(part.Is("what")).When(newSum.Answered().Not()).Sure(largeGift)
	newKind  = dialog.Grouped("new_kind", kindGroups()...).Labels("kind").GroupLabels("kind").When(part.Is("what")).When(kindUnsaid)
	newGiver = dialog.Choice("new_giver", records.GiverKinds...).Labels("giver").When(part.Is("giver"))
	newNamed = dialog.Text("new_giver_name").When(newGiver.Is(records.GiverOrganisation, records.GiverPerson)).Check(dialog.Length(2, 100))
	newOn    = vi.PastDate("new_on").When(part.Is("on")).Check(notFuture).Sure(longAgo).
			Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}}, dialog.Key{Name: "help.on.old", Args: []string{"on"}})
	newNote = dialog.Text("new_note").When(part.Is("note")).Check(dialog.Length(1, records.MaxNote))

	why = dialog.Choice("why", "wrong_household", "twice", "not_given", "other").When(found)
)

// kindUnsaid holds when the new gift does not tell its kind, and the old kind does not go with it.
var kindUnsaid = dialog.If("the things do not tell the kind", func(c dialog.Ctx) bool {
	return newWhat.Has(c.Answers) && kindOfGifts(newWhat.Of(c.Answers)) == ""
})

func kindOfGifts(g vi.Gifts) string {
	names := make([]string, len(g.Items))
	for i, it := range g.Items {
		names[i] = it.Name
	}
	return kindOf(g.Money, names)
}

// Correct is /suaphieu: change one part of an entry, by its author, within a day.
var Correct = dialog.Form("suaphieu", 1, entryCode, entry, part, newHousehold, newFacts, newSum, newWhat, newKind, newGiver, newNamed, newOn, newNote).
	On("/suaphieu").
	For(logsHelp).
	Hear(hearCorrection).
	Open(openEntry).
	ConfirmIf(found).
	Echo(func(c dialog.Ctx) []dialog.Line {
		now := corrected(c)
		lines := []dialog.Line{
			{Key: "suaphieu.echo", Args: map[string]string{"code": entry.Of(c.Answers)["code"]}},
			{Key: "phieu.echo.who", Args: map[string]string{"who": now.who}},
		}
		return append(lines, now.lines(c)...)
	}).
	Says(append(phieuKeys, dialog.Key{Name: "suaphieu.echo", Args: []string{"code"}}, dialog.Key{Name: "suaphieu.part"},
		dialog.Key{Name: "suaphieu.of", Args: []string{"code", "who", "what"}}, dialog.Key{Name: "phieu.corrected", Args: []string{"code"}})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		e := entry.Of(c.Answers)
		if e["code"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "phieu.none"}}}}
		}
		return []dialog.Effect{refusable(keep(records.CmdCorrectHelp, records.CorrectHelp{Code: e["code"], Log: corrected(c).log},
			&dialog.Say{Lines: []dialog.Line{{Key: "phieu.corrected"}}}), c, e["code"])}
	})

// Void is /huyphieu: take an entry out of the books, by its author, within a day. The row stays, with the reason.
var Void = dialog.Form("huyphieu", 1, entryCode, entry, why).
	On("/huyphieu").
	For(logsHelp).
	Hear(hearUndo).
	Open(openEntry).
	ConfirmIf(found).
	Echo(func(c dialog.Ctx) []dialog.Line {
		e := entry.Of(c.Answers)
		return []dialog.Line{{Key: "huyphieu.echo", Args: map[string]string{"code": e["code"], "who": whoInAll(c, e), "what": givenBefore(e)}}}
	}).
	Says(append(phieuKeys, dialog.Key{Name: "huyphieu.echo", Args: []string{"code", "who", "what"}}, dialog.Key{Name: "huyphieu.kept", Args: []string{"code"}})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		e := entry.Of(c.Answers)
		if e["code"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "phieu.none"}}}}
		}
		return []dialog.Effect{refusable(keep(records.CmdVoidHelp, records.VoidHelp{Code: e["code"], Reason: why.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "huyphieu.kept"}}}), c, e["code"])}
	})

var phieuKeys = append([]dialog.Key{
	{Name: "phieu.none"},
	{Name: "phieu.echo", Args: []string{"code"}},
	{Name: "phieu.echo.who", Args: []string{"who"}},
	{Name: "phieu.button.ask"},
	{Name: "phieu.households"},
	{Name: "phieu.answer", Args: []string{"answer", "missing"}},
}, helpKeys...)

// promptPart says which entry it is before it asks what is wrong with it.
func promptPart(c dialog.Ctx) []dialog.Line {
	e := entry.Of(c.Answers)
	return []dialog.Line{
		{Key: "suaphieu.of", Args: map[string]string{"code": e["code"], "who": e["name"], "what": givenBefore(e)}},
		{Key: "suaphieu.part"},
	}
}

// openEntry takes the entry's code from what followed the command.
func openEntry(c dialog.Ctx) dialog.Answers {
	if code, ok := records.ParseCode(c.Input); ok {
		return dialog.Answers{entryCode.Key(): code}
	}
	return nil
}

// refusable lets the author ask the ward where an entry cannot be changed any more.
func refusable(s dialog.Save, c dialog.Ctx, code string) dialog.Save {
	s.Refused.Loose = true
	s.Refused.Menu = []dialog.Option{{Key: "ask", Label: c.Label("phieu.button.ask"), Do: "/xinsua " + code}}
	return s
}

// correction is an entry as it will be.
type correction struct {
	log  records.LogHelp
	who  string
	what string
}

// corrected is the old entry with the changed part in place.
func corrected(c dialog.Ctx) correction {
	a := c.Answers
	out := onRecord(entry.Of(a))
	switch part.Of(a) {
	case "household":
		out.log.Households = []string{newHousehold.Of(a)}
		out.who = whoIs(newFacts.Of(a), "")
	case "what":
		out.regift(a)
	case "giver":
		out.log.GiverKind, out.log.Giver = newGiver.Of(a), newNamed.Of(a)
	case "on":
		out.log.On = newOn.Of(a).String()
	case "note":
		out.log.Note = newNote.Of(a)
	}
	return out
}

// onRecord is an entry as it is kept, from the facts of a look-up.
func onRecord(f map[string]string) correction {
	money, _ := strconv.ParseInt(f["money"], 10, 64)
	n := correction{
		who:  f["name"],
		what: givenBefore(f),
		log: records.LogHelp{
			Households: []string{f["household"]}, Kind: f["kind"], Money: money, GiverKind: f["giver_kind"], Giver: f["giver"],
			On: f["on"], Photos: strings.Fields(f["photos"]), Consent: f["consent"], Note: f["note"],
		},
	}
	if json.Unmarshal([]byte(f["things"]), &n.log.Items) != nil {
		n.log.Items = nil
	}
	return n
}

// regift puts the corrected money and things in place. A corrected sum alone leaves the things as they are.
func (n *correction) regift(a dialog.Answers) {
	if newSum.Has(a) {
		n.log.Money = newSum.Of(a).Money
		things := records.Things(n.log.Items)
		n.what = givenBefore(map[string]string{"money": strconv.FormatInt(n.log.Money, 10), "items": things})
		return
	}
	gifts := newWhat.Of(a)
	n.what, n.log.Money, n.log.Items = gifts.String(), gifts.Money, nil
	for _, it := range gifts.Items {
		kept, _ := recordItem(it)
		n.log.Items = append(n.log.Items, kept)
	}
	if k := kindOfGifts(gifts); k != "" {
		n.log.Kind = k
	} else if newKind.Has(a) {
		n.log.Kind = newKind.Of(a)
	}
}

// whoInAll names the household of an entry, and how many more there are in a batch.
func whoInAll(c dialog.Ctx, e map[string]string) string {
	n, err := strconv.Atoi(e["count"])
	if err != nil || n < 2 {
		return e["name"]
	}
	return e["name"] + " +" + strconv.Itoa(n-1) + " " + c.Label("phieu.households")
}

// lines shows the corrected entry.
func (n correction) lines(c dialog.Ctx) []dialog.Line {
	giver := n.log.Giver
	if giver == "" {
		giver = c.Label("giver.echo." + n.log.GiverKind)
	}
	kind := "kind." + n.log.Kind
	if n.log.Kind == "tien_mat" {
		kind = ""
	}
	lines := []dialog.Line{{Key: "help.echo.what", Args: map[string]string{"kind": kind, "what": n.what, "giver": giver}}}
	if n.what == "" {
		lines = []dialog.Line{{Key: "help.echo.bare", Args: map[string]string{"kind": "kind." + n.log.Kind, "giver": giver}}}
	}
	if t, ok := records.ParseDay(n.log.On); ok {
		day := vi.DayOf(t)
		lines = append(lines, dialog.Line{Key: "help.echo.on", Args: map[string]string{"on": day.String(), "lunar": lunarDay(day)}})
	}
	if n.log.Note != "" {
		lines = append(lines, dialog.Line{Key: "help.echo.note", Args: map[string]string{"note": n.log.Note}})
	}
	return lines
}

// AskWard is /xinsua: an entry that its author may no longer change becomes a task of the ward.
var AskWard = dialog.Command("xinsua").
	On("/xinsua").
	For(logsHelp).
	Says(dialog.Key{Name: "xinsua.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, _ := records.ParseCode(c.Input)
		return []dialog.Effect{keep(records.CmdOpenTask, records.OpenTask{Reason: "correction", Flow: "xinsua", Ref: code},
			&dialog.Say{Lines: []dialog.Line{{Key: "xinsua.kept"}}})}
	})

// Journal is /nhatky: the author's own entries, newest first, page by page.
var Journal = dialog.Command("nhatky").
	On("/nhatky").
	Listed().
	For(logsHelp).
	Says(dialog.Key{Name: "nhatky.list"}, dialog.Key{Name: "nhatky.none"}, dialog.Key{Name: "nhatky.voided"},
		dialog.Key{Name: "nhatky.answer.received"}, dialog.Key{Name: "nhatky.answer.paper"}, dialog.Key{Name: "nhatky.answer.missing"}, dialog.Key{Name: "nhatky.answer.wrong"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{dialog.Ask{Query: records.AskHelpMine, Page: c.Page}}
	}).
	Show(showJournal)

func showJournal(c dialog.Ctx, mine dialog.Answer) []dialog.Effect {
	if len(mine.Options) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "nhatky.none"}}}}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "nhatky.list"}}, Columns: 1}
	for i, o := range mine.Options {
		label := o.Label
		if i < len(mine.Lines) {
			args := mine.Lines[i].Args
			label += ", " + givenBefore(args)
			switch {
			case args["state"] == "voided":
				label += " (" + c.Label("nhatky.voided") + ")"
			case args["answer"] != "":
				label += " (" + c.Label("nhatky.answer."+args["answer"]) + ")"
			}
		}
		say.Menu = append(say.Menu, dialog.Option{Key: o.Key, Label: label, Do: "/phieu " + o.Key})
	}
	if mine.More {
		say.Menu = append(say.Menu, c.NextPage("/nhatky", mine))
	}
	say.Menu = append(say.Menu, dialog.Option{Key: "excel", Label: c.Label("excel.title"), Do: "/excel", Nav: true})
	return []dialog.Effect{say}
}

// Entry is /phieu CODE: one entry in full, with what its author may do with it.
var Entry = dialog.Command("phieu").
	On("/phieu").
	For(logsHelp).
	Says(phieuKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, _ := records.ParseCode(c.Input)
		return []dialog.Effect{dialog.Ask{Query: records.AskHelpGet, Args: map[string]string{"code": code}, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		e := found.Facts
		if e["code"] == "" {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "phieu.none"}}}}
		}
		now := onRecord(e)
		lines := []dialog.Line{
			{Key: "phieu.echo", Args: map[string]string{"code": e["code"]}},
			{Key: "phieu.echo.who", Args: map[string]string{"who": whoInAll(c, e)}},
		}
		say := dialog.Say{Lines: append(lines, now.lines(c)...)}
		if e["answer"] != "" {
			say.Lines = append(say.Lines, dialog.Line{Key: "phieu.answer", Args: map[string]string{"answer": e["answer"], "missing": e["missing"]}})
		}
		for _, o := range found.Options { // a batch is corrected entry by entry
			say.Menu = append(say.Menu, dialog.Option{Key: o.Key, Label: o.Label, Do: "/phieu " + o.Key})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/phieu", found))
		}
		if e["open"] == "" {
			return []dialog.Effect{say}
		}
		if len(found.Options) == 0 {
			say.Menu = append(say.Menu, dialog.Option{Key: "correct", Label: c.Label("help.button.correct"), Do: "/suaphieu " + e["code"]})
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "void", Label: c.Label("help.button.void"), Do: "/huyphieu " + e["code"]})
		return []dialog.Effect{say}
	})
