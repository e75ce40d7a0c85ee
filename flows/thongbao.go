package flows

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// Messages to many people: written, looked at, tried on oneself, sent.

func sendsBroadcasts(p dialog.Person) bool {
	return p.Has(records.RoleFront, records.RoleOfficer, records.RoleCity)
}

// lineFeed stands for the end of a line in the answer that keeps a long text.
const lineFeed = "\u2028"

// longText asks for words of several lines, at most so many characters.
func longText(key string, most int) dialog.Field[string] {
	return dialog.NewField(key, dialog.Codec[string]{
		Read: func(in dialog.In) dialog.Reading[string] {
			if utf8.RuneCountInString(in.Text) > most || len(in.Text) > 1_900 {
				return dialog.Reading[string]{Problem: dialog.Problem{Key: "dialog.text.long", Args: map[string]string{"max": strconv.Itoa(most)}}}
			}
			return dialog.Read(in.Text)
		},
		Format:  func(s string) string { return strings.ReplaceAll(s, "\n", lineFeed) },
		Parse:   func(s string) (string, bool) { return strings.ReplaceAll(s, lineFeed, "\n"), s != "" },
		CouldBe: func(string) bool { return true },
		Show:    func(_ dialog.Words, _, s string) string { return s },
		Says:    []dialog.Key{{Name: "dialog.text.long", Args: []string{"max"}}},
	})
}

// The questions of a broadcast.
var (
	bulkText  = longText("text", records.MaxBroadcast).Check(dialog.Length(5, records.MaxBroadcast))
	bulkWho   = dialog.Choice("who", records.Audiences...).Columns(1)
	bulkWhere = dialog.Choice("where", "all", "some")
	bulkAreas = dialog.Lookup("areas", records.AskReachAreas, nil).Many(records.MaxBroadcastAreas).When(bulkWhere.Is("some"))
	bulkReach = dialog.Fact("reach", records.AskReach, func(c dialog.Ctx) map[string]string {
		return map[string]string{"who": bulkWho.Of(c.Answers), "areas": strings.Join(areasOf(c), " ")}
	})
)

// areasOf are the areas that were chosen, none where it is all of the person's own.
func areasOf(c dialog.Ctx) []string {
	if bulkWhere.Of(c.Answers) != "some" {
		return nil
	}
	areas := slices.Clone(bulkAreas.All(c.Answers))
	slices.Sort(areas)
	return areas
}

// Broadcast is /thongbao: a message to many is written. It is sent by SendOut, once it was looked at.
var Broadcast = dialog.Form("thongbao", 1, bulkText, bulkWho, bulkWhere, bulkAreas, bulkReach).
	On("/thongbao").
	ListedFor(sendsBroadcasts).
	For(sendsBroadcasts).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := bulkReach.Of(c.Answers)
		return []dialog.Line{{Key: "thongbao.echo", Args: map[string]string{
			"text": bulkText.Of(c.Answers), "who": bulkWho.Of(c.Answers), "where": f["where"], "reach": f["reach"], "telegram": f["telegram"], "zalo": f["zalo"],
			"out": f["out"], "second": f["second"],
		}}}
	}).
	Says(append([]dialog.Key{
		{Name: "thongbao.echo", Args: []string{"text", "who", "where", "reach", "telegram", "zalo", "out", "second"}},
		{Name: "thongbao.kept", Args: []string{"code", "status"}},
		{Name: "save.refused", Args: []string{"reason"}},
		{Name: "notice.broadcast", Args: []string{"text", "from"}},
	}, bulkKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		return []dialog.Effect{keep(records.CmdMakeBroadcast, records.MakeBroadcast{Text: bulkText.Of(a), Who: bulkWho.Of(a), Areas: areasOf(c)}, &dialog.Say{
			Lines: []dialog.Line{{Key: "thongbao.kept"}}, Columns: 1,
			Menu: []dialog.Option{
				{Key: "try", Label: c.Label("cacthongbao.try"), Do: "/thuthongbao {code}"},
				{Key: "send", Label: c.Label("cacthongbao.send"), Do: "/guithongbao {code}"},
				{Key: "see", Label: c.Label("cacthongbao.look"), Do: "/cacthongbao {code}"},
			},
		})}
	})

var bulkKeys = []dialog.Key{
	{Name: "cacthongbao.list"},
	{Name: "cacthongbao.none"},
	{Name: "cacthongbao.new"},
	{Name: "cacthongbao.one", Args: []string{
		"broadcast", "text", "who", "where", "from", "status", "storm", "mine", "count", "due", "asked", "reach", "telegram", "zalo", "out",
		"sent", "waiting", "failed", "doubt", "gone", "off",
	}},
	{Name: "cacthongbao.try"},
	{Name: "cacthongbao.send"},
	{Name: "cacthongbao.see"},
	{Name: "cacthongbao.look"},
	{Name: "cacthongbao.approve"},
	{Name: "cacthongbao.pause"},
	{Name: "cacthongbao.resume"},
	{Name: "cacthongbao.again"},
	{Name: "cacthongbao.cancel"},
	{Name: "cacthongbao.report"},
	{Name: "cacthongbao.status.draft"},
	{Name: "cacthongbao.status.asked"},
	{Name: "cacthongbao.status.ready"},
	{Name: "cacthongbao.status.sending"},
	{Name: "cacthongbao.status.paused"},
	{Name: "cacthongbao.status.done"},
	{Name: "cacthongbao.status.ending"},
	{Name: "cacthongbao.status.cancelled"},
	{Name: "notice.broadcast.second", Args: []string{"from", "count", "storm"}},
	{Name: "notice.broadcast.progress", Args: progressArgs},
	{Name: "notice.broadcast.over", Args: progressArgs},
	{Name: "notice.broadcast.answer"},
	{Name: "notice.broadcast.topics"},
	{Name: "notice.broadcast.agreed", Args: []string{"broadcast"}},
}

// Broadcasts is /cacthongbao: the messages to many of the person's areas, or with a number one of them and how far it is.
var Broadcasts = dialog.Command("cacthongbao").
	On("/cacthongbao").
	For(sendsBroadcasts).
	Says(bulkKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskBroadcast, Args: map[string]string{"broadcast": strconv.FormatInt(n, 10)}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskBroadcasts, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskBroadcast {
			return showBroadcast(c, found.Facts)
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "cacthongbao.list"}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines[0].Key = "cacthongbao.none"
		}
		for _, l := range found.Lines {
			label := l.Args["at"] + ": " + l.Args["words"] + " (" + c.Label("cacthongbao.status."+l.Args["status"]) + ")"
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["broadcast"], Label: label, Do: "/cacthongbao " + l.Args["broadcast"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/cacthongbao", found))
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "new", Label: c.Label("cacthongbao.new"), Do: "/thongbao"})
		return []dialog.Effect{say}
	})

// showBroadcast tells of one broadcast, and what can be done with it.
func showBroadcast(c dialog.Ctx, f map[string]string) []dialog.Effect {
	id := f["broadcast"]
	say := dialog.Say{Lines: []dialog.Line{{Key: "cacthongbao.one", Args: f}}, Columns: 1}
	put := func(key, do string) {
		say.Menu = append(say.Menu, dialog.Option{Key: key, Label: c.Label("cacthongbao." + key), Do: do + id})
	}
	if f["status"] == records.BroadcastDraft {
		put("try", "/thuthongbao ")
		put("send", "/guithongbao ")
	}
	if f["status"] == records.BroadcastReady || f["status"] == records.BroadcastSending || f["status"] == records.BroadcastPaused {
		put("see", "/cacthongbao ")
	}
	if f["status"] == records.BroadcastDone || f["status"] == records.BroadcastSending || f["status"] == records.BroadcastPaused || f["status"] == records.BroadcastCancelled {
		put("report", "/baocaothongbao ")
	}
	for _, act := range records.BroadcastActs {
		if f[act] != "" {
			say.Menu = append(say.Menu, dialog.Option{Key: act, Label: c.Label("cacthongbao." + act), Do: "/doithongbao " + id + " " + act})
		}
	}
	return []dialog.Effect{say}
}

// TryOut is /thuthongbao: a message to many is said to oneself, just as everybody will see it.
var TryOut = dialog.Command("thuthongbao").
	On("/thuthongbao").
	For(sendsBroadcasts).
	Says(dialog.Key{Name: "thuthongbao.kept"}, dialog.Key{Name: "thuthongbao.which"}, dialog.Key{Name: "cacthongbao.send"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "thuthongbao.which"}}}}
		}
		return []dialog.Effect{keep(records.CmdTryBroadcast, records.TryBroadcast{ID: id}, &dialog.Say{
			Lines: []dialog.Line{{Key: "thuthongbao.kept"}}, Menu: []dialog.Option{{Key: "send", Label: c.Label("cacthongbao.send"), Do: "/guithongbao {code}"}},
		})}
	})

// The questions of sending one.
var (
	bulkID   = dialog.Number("broadcast").Hidden()
	bulkFact = dialog.Fact("of", records.AskBroadcast, func(c dialog.Ctx) map[string]string {
		return map[string]string{"broadcast": strconv.FormatInt(bulkID.Of(c.Answers), 10)}
	})
	bulkDraft = dialog.If("it was not sent, and there is somebody to tell", func(c dialog.Ctx) bool {
		f := bulkFact.Of(c.Answers)
		return f["status"] == records.BroadcastDraft && f["reach"] != "0"
	})
	bulkWhen = dialog.Choice("when", "now", "later", "storm").Columns(1).When(bulkDraft)
	bulkAt   = vi.Appointment("at").When(bulkWhen.Is("later")).Check(func(m vi.Moment, c dialog.Ctx) (vi.Moment, dialog.Problem) {
		if !m.Time(dialog.Zone).After(c.At) {
			return m, dialog.Problem{Key: "guithongbao.at.past"}
		}
		return m, dialog.Fine
	}).Says(dialog.Key{Name: "guithongbao.at.past"})
	bulkAct = dialog.Text("act").Hidden()
)

// bulkNamed reads "12 pause": which broadcast, and what is to be done to it.
func bulkNamed(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	for _, word := range strings.Fields(c.Input) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
			bulkID.Put(a, n)
		} else if slices.Contains(records.BroadcastActs, word) {
			bulkAct.Put(a, word)
		}
	}
	return a
}

// SendOut is /guithongbao: a message to many is sent, at once or later.
var SendOut = dialog.Form("guithongbao", 1, bulkID, bulkFact, bulkWhen, bulkAt).
	On("/guithongbao").
	For(sendsBroadcasts).
	Open(bulkNamed).
	ConfirmIf(bulkDraft).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := bulkFact.Of(c.Answers)
		return []dialog.Line{{Key: "guithongbao.echo", Args: map[string]string{
			"broadcast": f["broadcast"], "text": f["text"], "who": f["who"], "where": f["where"], "reach": f["reach"], "second": f["second"],
			"when": bulkWhen.Of(c.Answers), "at": bulkAt.Label(c),
		}}}
	}).
	Says(dialog.Key{Name: "guithongbao.echo", Args: []string{"broadcast", "text", "who", "where", "reach", "second", "when", "at"}},
		dialog.Key{Name: "guithongbao.kept", Args: []string{"code", "count", "status", "told", "city"}}, dialog.Key{Name: "guithongbao.not"}, dialog.Key{Name: "guithongbao.nobody"}, dialog.Key{Name: "cacthongbao.see"}, dialog.Key{Name: records.RefusedBroadcastPast},
		dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedNobody}, dialog.Key{Name: records.RefusedBroadcastGone}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		switch f := bulkFact.Of(a); {
		case f["status"] != records.BroadcastDraft:
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "guithongbao.not"}}}}
		case f["reach"] == "0":
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "guithongbao.nobody"}}}}
		}
		send := records.SendBroadcast{ID: bulkID.Of(a), Storm: bulkWhen.Of(a) == "storm"}
		if bulkAt.Has(a) {
			send.At = bulkAt.Of(a).Time(dialog.Zone).UTC().Format(time.RFC3339)
		}
		return []dialog.Effect{keep(records.CmdSendBroadcast, send, &dialog.Say{
			Lines: []dialog.Line{{Key: "guithongbao.kept"}}, Menu: []dialog.Option{{Key: "see", Label: c.Label("cacthongbao.see"), Do: "/cacthongbao {code}"}}, Loose: true,
		})}
	})

// canBulk reports whether what was asked for can be done to the broadcast.
func canBulk(c dialog.Ctx) bool {
	act := bulkAct.Of(c.Answers)
	return act != "" && bulkFact.Of(c.Answers)[act] != ""
}

// ChangeOut is /doithongbao: a message to many is paused, resumed, cancelled, or agreed to by the second officer, as its button says.
var ChangeOut = dialog.Form("doithongbao", 1, bulkID, bulkAct, bulkFact).
	On("/doithongbao").
	For(sendsBroadcasts).
	Open(bulkNamed).
	ConfirmIf(dialog.If("that can be done", canBulk)).
	Echo(func(c dialog.Ctx) []dialog.Line {
		f := bulkFact.Of(c.Answers)
		return []dialog.Line{{Key: "doithongbao.echo", Args: map[string]string{
			"broadcast": f["broadcast"], "act": bulkAct.Of(c.Answers), "text": f["text"], "who": f["who"], "where": f["where"], "from": f["from"], "reach": f["reach"], "due": f["due"],
		}}}
	}).
	Says(dialog.Key{Name: "doithongbao.echo", Args: []string{"broadcast", "act", "text", "who", "where", "from", "reach", "due"}}, dialog.Key{Name: "doithongbao.kept", Args: []string{"code", "act"}},
		dialog.Key{Name: "guithongbao.not"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}, dialog.Key{Name: records.RefusedBroadcastOwn}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !canBulk(c) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "guithongbao.not"}}}}
		}
		return []dialog.Effect{keep(records.CmdSetBroadcast, records.SetBroadcast{ID: bulkID.Of(c.Answers), Act: bulkAct.Of(c.Answers)},
			&dialog.Say{Lines: []dialog.Line{{Key: "doithongbao.kept"}}})}
	})

var progressArgs = []string{"broadcast", "status", "sent", "waiting", "minutes", "gone", "off", "failed", "doubt"}

func reportKeys() (keys []dialog.Key) {
	for _, name := range []string{"sheet.areas", "sheet.people", "donors"} {
		keys = append(keys, dialog.Key{Name: "baocaothongbao." + name})
	}
	for _, state := range records.ReportStates {
		keys = append(keys, dialog.Key{Name: "baocaothongbao.state." + state})
	}
	for _, column := range records.ReportPeople {
		keys = append(keys, dialog.Key{Name: "baocaothongbao.column." + column})
	}
	return keys
}

// Report is /baocaothongbao: what became of a message to many, by area, and why some were not told, as a workbook.
var Report = dialog.Command("baocaothongbao").
	On("/baocaothongbao").
	For(sendsBroadcasts).
	Says(append(reportKeys(), dialog.Key{Name: "baocaothongbao.kept", Args: []string{"code", "count"}}, dialog.Key{Name: "thuthongbao.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}})...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		id, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "thuthongbao.which"}}}}
		}
		r := records.ReportBroadcast{ID: id, Areas: []string{c.Label("baocaothongbao.column.area")}, Words: map[string]string{}}
		for _, name := range []string{"sheet.areas", "sheet.people", "donors"} {
			r.Words[name] = c.Label("baocaothongbao." + name)
		}
		for _, state := range records.ReportStates {
			r.Words["state."+state] = c.Label("baocaothongbao.state." + state)
			r.Areas = append(r.Areas, r.Words["state."+state])
		}
		for _, column := range records.ReportPeople {
			r.People = append(r.People, c.Label("baocaothongbao.column."+column))
		}
		return []dialog.Effect{keep(records.CmdReportBroadcast, r, &dialog.Say{
			Lines: []dialog.Line{{Key: "baocaothongbao.kept"}}, File: "{file}", FileName: "thong-bao-" + strconv.FormatInt(id, 10) + ".xlsx",
		})}
	})
