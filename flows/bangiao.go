package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// A role ends with a handover: what the books know, the cash and goods that who leaves says there are, and what who follows and the Front say
// of it. Access ended with the role.

var handoverKeys = []dialog.Key{
	{Name: "bangiao.list"},
	{Name: "bangiao.none"},
	{Name: "bangiao.file"},
	{Name: "bangiao.state"},
	{Name: "bangiao.yes"},
	{Name: "bangiao.no"},
	{Name: "bangiao.one", Args: []string{"name", "role", "area", "on", "successor", "tasks", "needs", "unanswered", "money", "goods", "stated", "status"}},
	{Name: "bangiao.said", Args: []string{"side", "agreed", "words"}},
	{Name: "bangiao.side.successor"},
	{Name: "bangiao.side.front"},
}

// Handovers is /bangiao: the open handovers that concern the person, or with a number one of them.
var Handovers = dialog.Command("bangiao").
	On("/bangiao").
	Says(handoverKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if id := idOf(c.Input); id > 0 {
			return []dialog.Effect{dialog.Ask{Query: records.AskHandover, Args: map[string]string{"handover": strconv.FormatInt(id, 10)}}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskHandovers, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskHandover {
			return showHandover(c, found)
		}
		say := dialog.Say{Lines: []dialog.Line{{Key: "bangiao.list"}}, Columns: 1}
		if len(found.Lines) == 0 {
			say.Lines = []dialog.Line{{Key: "bangiao.none"}}
		}
		for _, l := range found.Lines {
			label := c.Label("role."+l.Args["role"]) + ", " + l.Args["area"]
			say.Menu = append(say.Menu, dialog.Option{Key: l.Args["handover"], Label: label, Do: "/bangiao " + l.Args["handover"]})
		}
		if found.More {
			say.Menu = append(say.Menu, c.NextPage("/bangiao", found))
		}
		return []dialog.Effect{say}
	})

// showHandover tells of one handover, with what the person can do now.
func showHandover(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	say := dialog.Say{Lines: []dialog.Line{{Key: "bangiao.one", Args: map[string]string{
		"name": f["name"], "role": f["role"], "area": f["area"], "on": f["on"], "successor": f["successor"], "tasks": f["tasks"], "needs": f["needs"],
		"unanswered": f["unanswered"], "money": f["cash"], "goods": f["goods"], "stated": f["stated"], "status": f["status"],
	}}}}
	for _, l := range found.Lines {
		if l.Args["side"] != records.SideLeaving {
			say.Lines = append(say.Lines, dialog.Line{Key: "bangiao.said", Args: map[string]string{
				"side": "bangiao.side." + l.Args["side"], "agreed": l.Args["agreed"], "words": l.Args["words"],
			}})
		}
	}
	id := f["handover"]
	if f["status"] == records.HandoverOpen {
		if f["side"] == records.SideLeaving {
			say.Menu = append(say.Menu, dialog.Option{Key: "state", Label: c.Label("bangiao.state"), Do: "/ghibangiao " + id})
		} else {
			say.Menu = append(say.Menu, dialog.Option{Key: "yes", Label: c.Label("bangiao.yes"), Do: "/khopbangiao " + id + " yes"},
				dialog.Option{Key: "no", Label: c.Label("bangiao.no"), Do: "/khopbangiao " + id + " no"})
		}
	}
	say.Menu = append(say.Menu, dialog.Option{Key: "file", Label: c.Label("bangiao.file"), Do: "/tepbangiao " + id})
	return []dialog.Effect{say}
}

// The questions of a handover. Which one comes with the button.
var (
	handoverID = dialog.Number("handover").Hidden()

	handedCash = vi.Money("cash").Optional().SkipLabel("ghibangiao.cash.none").Check(func(n int64, _ dialog.Ctx) (int64, dialog.Problem) {
		if n > records.MaxMoney {
			return n, dialog.Problem{Key: "ghibangiao.cash.much"}
		}
		return n, dialog.Fine
	}).Says(dialog.Key{Name: "ghibangiao.cash.much"})
	handedGoods = dialog.Text("goods").Optional().SkipLabel("ghibangiao.goods.none").Check(dialog.Length(2, records.MaxNote))

	handoverAgreed = dialog.Choice("agreed", "yes", "no")
	handoverWords  = dialog.Text("words").When(handoverAgreed.Is("no")).Check(dialog.Length(2, 300))
)

func openHandover(c dialog.Ctx) dialog.Answers {
	a := dialog.Answers{}
	for _, word := range strings.Fields(c.Input) { // "7 yes"
		if id := idOf(word); id > 0 {
			handoverID.Put(a, id)
		}
	}
	return a
}

// StateHandover is /ghibangiao: who leaves says what cash and goods there are.
var StateHandover = dialog.Form("ghibangiao", 1, handoverID, handedCash, handedGoods).
	On("/ghibangiao").
	Open(openHandover).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "ghibangiao.echo", Args: map[string]string{"money": strconv.FormatInt(handedCash.Of(c.Answers), 10), "goods": handedGoods.Of(c.Answers)}}}
	}).
	Says(dialog.Key{Name: "ghibangiao.echo", Args: []string{"money", "goods"}}, dialog.Key{Name: "ghibangiao.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdStateHandover, records.StateHandover{
			ID: handoverID.Of(c.Answers), Cash: handedCash.Of(c.Answers), Goods: handedGoods.Of(c.Answers),
		}, &dialog.Say{Lines: []dialog.Line{{Key: "ghibangiao.kept"}}})}
	})

// AnswerHandover is /khopbangiao: who follows, or the Front, says whether a handover is right.
var AnswerHandover = dialog.Form("khopbangiao", 1, handoverID, handoverAgreed, handoverWords).
	On("/khopbangiao").
	Open(func(c dialog.Ctx) dialog.Answers {
		a := openHandover(c)
		if word := strings.Fields(c.Input); len(word) == 2 && (word[1] == "yes" || word[1] == "no") {
			handoverAgreed.Put(a, word[1])
		}
		return a
	}).
	Unconfirmed().
	Says(dialog.Key{Name: "khopbangiao.kept", Args: []string{"status"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		return []dialog.Effect{keep(records.CmdAnswerHandover, records.AnswerHandover{
			ID: handoverID.Of(c.Answers), Agreed: handoverAgreed.Of(c.Answers) == "yes", Words: handoverWords.Of(c.Answers),
		}, &dialog.Say{Lines: []dialog.Line{{Key: "khopbangiao.kept"}}})}
	})

// HandoverFile is /tepbangiao: a handover as a sheet.
var HandoverFile = dialog.Form("tepbangiao", 1, handoverID, Pin).
	On("/tepbangiao").
	Open(openHandover).
	Unconfirmed().
	Says(dialog.Key{Name: "tepbangiao.kept"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		words := map[string]string{"agreed": c.Label("tepbangiao.agreed"), "disagreed": c.Label("tepbangiao.disagreed")}
		for _, line := range records.HandoverLines {
			words[line] = c.Label("tepbangiao." + line)
		}
		for _, role := range records.Roles {
			words["role."+role] = c.Label("role." + role)
		}
		return []dialog.Effect{keep(records.CmdTakeHandover, records.TakeHandover{ID: handoverID.Of(c.Answers), Words: words}, &dialog.Say{
			Lines: []dialog.Line{{Key: "tepbangiao.kept"}}, File: "{file}", FileName: "ban-giao.xlsx", Private: true,
		})}
	})
