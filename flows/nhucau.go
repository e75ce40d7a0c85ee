package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// What a household needs: it says so in its own words, its leader is told at once, answers, and it says whether it was helped. Notices
// tell neither who nor what until they are opened, as phones are shared.

func tellsOrAnswers(p dialog.Person) bool { return hasHome(p) || logsHelp(p) }

// The questions of what a household needs.
var (
	atHome    = dialog.If("the person is of a household", func(c dialog.Ctx) bool { return hasHome(c.Who) })
	needWords = dialog.Text("words").When(atHome).Check(dialog.Length(3, records.MaxNote))
	needKind  = dialog.Choice("kind", records.DimensionHouse, records.DimensionHealth, records.DimensionSchool, records.DimensionWork, records.DimensionWater,
		records.DimensionInformation).When(atHome)
	needPhotos  = dialog.Photo("photos").Many(records.MaxNeedPhotos).When(atHome).Optional().Hidden()
	needPhotoOK = dialog.YesNo("photo_ok").When(needPhotos.Answered())
	needHome    = dialog.Lookup("household", records.AskHouseholdMine, nil).When(dialog.If("the person has several households", func(c dialog.Ctx) bool {
		return len(homesOf(c.Who)) > 1
	}))
)

// needPhotoWords is the version of what a household agrees to whose photos are kept: raise it with the words of nhucau.photo_ok.
const needPhotoWords = 1

// TellNeed is /nhucau: a household says what it needs, and may send photos at any of the questions. Who looks after households and belongs to none is shown theirs instead.
var TellNeed = dialog.Form("nhucau", 2, needHome, needPhotos, needWords, needKind, needPhotoOK).
	On("/nhucau").
	ListedFor(hasHome).
	For(tellsOrAnswers).
	ConfirmIf(atHome).
	Echo(func(c dialog.Ctx) []dialog.Line {
		photos := ""
		if needPhotoOK.Of(c.Answers) {
			photos = strconv.Itoa(len(needPhotos.All(c.Answers)))
		}
		return []dialog.Line{{Key: "nhucau.echo", Args: map[string]string{"words": needWords.Of(c.Answers), "kind": needKind.Label(c), "photos": photos}}}
	}).
	Says(append([]dialog.Key{
		{Name: "nhucau.echo", Args: []string{"words", "kind", "photos"}},
		{Name: "nhucau.kept", Args: []string{"told"}},
		{Name: "nhucau.mine"},
		{Name: "notice.need", Args: []string{"group"}},
		{Name: "notice.need.waiting", Args: []string{"group", "count", "days"}},
		{Name: "save.refused", Args: []string{"reason"}},
	}, needKeys...)...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		if !hasHome(c.Who) {
			return []dialog.Effect{dialog.Ask{Query: records.AskNeeds}}
		}
		need := records.TellNeedOf{Household: needHome.Of(c.Answers), Dimension: needKind.Of(c.Answers), Words: needWords.Of(c.Answers)}
		if needPhotoOK.Has(c.Answers) {
			need.PhotoOK = &records.ConsentGiven{Version: needPhotoWords, Words: c.Label("nhucau.photo_ok"), Agreed: needPhotoOK.Of(c.Answers)}
			if need.PhotoOK.Agreed {
				need.Photos = needPhotos.All(c.Answers)
			}
		}
		return []dialog.Effect{keep(records.CmdTellNeed, need, &dialog.Say{
			Lines: []dialog.Line{{Key: "nhucau.kept"}},
			Menu:  []dialog.Option{{Key: "mine", Label: c.Label("nhucau.mine"), Do: strings.TrimSpace("/nhucaunha " + needHome.Of(c.Answers))}},
			Loose: true,
		})}
	}).
	Show(showNeeds)

// MyNeeds is /nhucaunha: what a household needs, and what came of it.
var MyNeeds = dialog.Command("nhucaunha").
	On("/nhucaunha").
	For(hasHome).
	Says(append([]dialog.Key{{Name: "notice.need.answered"}}, myNeedKeys...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		code, _ := records.ParseHouseholdCode(c.Input)
		return []dialog.Effect{dialog.Ask{Query: records.AskNeedMine, Args: map[string]string{"household": code}}}
	}).
	Show(showMyNeeds)

// Helped is /duocgiup: a household says of one of its needs that it was helped, or that it was not. Said without which, they are shown.
var Helped = dialog.Command("duocgiup").
	On("/duocgiup").
	For(hasHome).
	Says(append([]dialog.Key{
		{Name: "duocgiup.kept"},
		{Name: "duocgiup.again"},
		{Name: "notice.need.helped", Args: []string{"group"}},
		{Name: "notice.need.again", Args: []string{"group"}},
		{Name: "save.refused", Args: []string{"reason"}},
	}, myNeedKeys...)...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, not := strings.CutSuffix(c.Input, " no")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskNeedMine, Args: map[string]string{"household": ""}}}
		}
		said := "duocgiup.kept"
		if not {
			said = "duocgiup.again"
		}
		return []dialog.Effect{keep(records.CmdConfirmNeed, records.ConfirmNeed{ID: id, Helped: !not}, &dialog.Say{Lines: []dialog.Line{{Key: said}}})}
	}).
	Show(showMyNeeds)

var myNeedKeys = []dialog.Key{
	{Name: "nhucaunha.list"},
	{Name: "nhucaunha.none"},
	{Name: "nhucaunha.line", Args: []string{"on", "dimension", "words", "status", "answer", "planned_on"}},
	{Name: "nhucaunha.helped"},
	{Name: "nhucaunha.not"},
	{Name: "nhucaunha.new"},
}

// showMyNeeds lists a household's needs. It is asked of one at a time whether it was helped: of the oldest that has an answer.
func showMyNeeds(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	say := needsSaid(found)
	for _, l := range found.Lines {
		id, status := l.Args["need"], l.Args["status"]
		if status != records.NeedPlanned && status != records.NeedMet {
			continue
		}
		say.Menu = append(say.Menu, dialog.Option{Key: "helped" + id, Label: c.Label("nhucaunha.helped"), Do: "/duocgiup " + id})
		if status == records.NeedMet {
			say.Menu = append(say.Menu, dialog.Option{Key: "not" + id, Label: c.Label("nhucaunha.not"), Do: "/duocgiup " + id + " no"})
		}
		break
	}
	say.Menu = append(say.Menu, dialog.Option{Key: "new", Label: c.Label("nhucaunha.new"), Do: "/nhucau"})
	return []dialog.Effect{say}
}

// needsSaid are a household's needs, a line each.
func needsSaid(found dialog.Answer) dialog.Say {
	say := dialog.Say{Lines: []dialog.Line{{Key: "nhucaunha.list"}}}
	for _, l := range found.Lines {
		if l.Key != "need.line" {
			continue
		}
		say.Lines = append(say.Lines, dialog.Line{Key: "nhucaunha.line", Args: map[string]string{
			"on": l.Args["on"], "dimension": "nhucau.kind." + l.Args["dimension"], "words": l.Args["words"], "status": l.Args["status"], "answer": l.Args["answer"],
			"planned_on": l.Args["planned_on"],
		}})
	}
	if len(say.Lines) == 1 {
		say.Lines[0].Key = "nhucaunha.none"
	}
	return say
}

var needKeys = []dialog.Key{
	{Name: "cacnhucau.list", Args: []string{"count"}},
	{Name: "cacnhucau.none"},
	{Name: "cacnhucau.planned"},
	{Name: "cacnhucau.one", Args: []string{"name", "group", "on", "dimension", "words", "status", "answer", "planned_on", "by"}},
	{Name: "cacnhucau.photo"},
	{Name: "cacnhucau.nophoto"},
	{Name: "cacnhucau.plan"},
	{Name: "cacnhucau.met"},
	{Name: "cacnhucau.impossible"},
}

// Needs is /cacnhucau: what households need that nobody has helped with yet, oldest first, or with a number one of them.
var Needs = dialog.Command("cacnhucau").
	On("/cacnhucau").
	ListedFor(logsHelp).
	For(logsHelp).
	Says(needKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		number, photos := strings.CutSuffix(c.Input, " anh")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			ask := dialog.Ask{Query: records.AskNeed, Args: map[string]string{"need": strconv.FormatInt(n, 10)}}
			if photos {
				ask.Page = 1
			}
			return []dialog.Effect{ask}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskNeeds, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskNeed && found.Page == 1 {
			return showNeedPhotos(found.Facts)
		}
		if found.Query == records.AskNeed {
			return showNeed(c, found.Facts)
		}
		return showNeeds(c, found)
	})

func showNeeds(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	if len(found.Lines) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "cacnhucau.none"}}}}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "cacnhucau.list", Args: map[string]string{"count": found.Facts["count"]}}}, Columns: 1}
	for _, l := range found.Lines {
		label := l.Args["name"] + ": " + lowerFirst(c.Label("nhucau.kind."+l.Args["dimension"]))
		if on, ok := records.ParseDay(l.Args["on"]); ok {
			label += ", " + on.Format("2/1")
		}
		if l.Args["status"] == records.NeedPlanned {
			label += " (" + c.Label("cacnhucau.planned") + ")"
		}
		say.Menu = append(say.Menu, dialog.Option{Key: l.Args["need"], Label: label, Do: "/cacnhucau " + l.Args["need"]})
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/cacnhucau", found))
	}
	return []dialog.Effect{say}
}

// showNeed tells of one need, and what can be answered.
func showNeed(c dialog.Ctx, f map[string]string) []dialog.Effect {
	say := dialog.Say{Lines: []dialog.Line{{Key: "cacnhucau.one", Args: needArgs(f)}}}
	photos := dialog.Option{Key: "photos", Label: c.Label("cacnhucau.photo"), Do: "/cacnhucau " + f["need"] + " anh"}
	if f["open"] == "" {
		if f["photos"] != "" {
			say.Menu = append(say.Menu, photos)
		}
		return []dialog.Effect{say}
	}
	for _, answer := range []string{"plan", "met", "impossible"} {
		status := answer
		if answer == "plan" {
			status = records.NeedPlanned
		}
		say.Menu = append(say.Menu, dialog.Option{Key: answer, Label: c.Label("cacnhucau." + answer), Do: "/traloinhucau " + f["need"] + " " + status})
	}
	if f["photos"] != "" {
		say.Menu = append(say.Menu, photos)
	}
	return []dialog.Effect{say}
}

// showNeedPhotos shows the photos of a need, which may have people in them: never by an open address.
func showNeedPhotos(f map[string]string) []dialog.Effect {
	var all []dialog.Effect
	for _, blob := range strings.Fields(f["photos"]) {
		all = append(all, dialog.Say{Photo: blob, Private: true})
	}
	if len(all) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "cacnhucau.nophoto"}}}}
	}
	return all
}

func needArgs(f map[string]string) map[string]string {
	args := map[string]string{"dimension": "nhucau.kind." + f["dimension"], "name": f["name"]}
	if f["second"] != "" {
		args["name"] += ", " + f["second"]
	}
	for _, k := range []string{"group", "on", "words", "status", "answer", "planned_on", "by"} {
		args[k] = f[k]
	}
	return args
}

// The questions of answering a need. Which one, and often what, comes with the button.
var (
	needID   = dialog.Number("need").Hidden()
	needFact = dialog.Fact("of", records.AskNeed, func(c dialog.Ctx) map[string]string {
		return map[string]string{"need": strconv.FormatInt(needID.Of(c.Answers), 10)}
	})
	needOpen   = dialog.If("the need is open", func(c dialog.Ctx) bool { return needFact.Of(c.Answers)["open"] != "" })
	needAnswer = dialog.Choice("answer", records.NeedPlanned, records.NeedMet, records.NeedImpossible).When(needOpen)
	helpBy     = dialog.Text("by").When(needAnswer.Is(records.NeedPlanned)).Check(dialog.Length(2, 100))
	helpOn     = vi.ComingDate("on").When(needAnswer.Is(records.NeedPlanned)).Check(notPast).Says(dialog.Key{Name: "traloinhucau.on.past", Args: []string{"on"}})
	helpNot    = dialog.Text("why").When(needAnswer.Is(records.NeedImpossible)).Check(dialog.Length(2, 300))
)

// notPast refuses a day that has gone.
func notPast(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
	if d.Before(today(c)) {
		return d, dialog.Problem{Key: "traloinhucau.on.past", Args: map[string]string{"on": d.String()}}
	}
	return d, dialog.Fine
}

// AnswerNeed is /traloinhucau: who looks after a household says who will help it and when, that it was helped, or why it cannot be.
var AnswerNeed = dialog.Form("traloinhucau", 1, needID, needFact, needAnswer, helpBy, helpOn, helpNot).
	On("/traloinhucau").
	For(logsHelp).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		for _, word := range strings.Fields(c.Input) { // "12 planned"
			if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
				needID.Put(a, n)
			} else if word == records.NeedPlanned || word == records.NeedMet || word == records.NeedImpossible {
				needAnswer.Put(a, word)
			}
		}
		return a
	}).
	ConfirmIf(needOpen).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a, f := c.Answers, needFact.Of(c.Answers)
		return []dialog.Line{{Key: "traloinhucau.echo", Args: map[string]string{
			"name": f["name"], "words": f["words"], "status": needAnswer.Of(a), "answer": helpBy.Of(a) + helpNot.Of(a), "on": helpOn.Label(c),
		}}}
	}).
	Says(dialog.Key{Name: "traloinhucau.echo", Args: []string{"name", "words", "status", "answer", "on"}}, dialog.Key{Name: "traloinhucau.kept"},
		dialog.Key{Name: "traloinhucau.which"}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if needFact.Of(a)["open"] == "" || !needAnswer.Has(a) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "traloinhucau.which"}}}}
		}
		command := records.AnswerNeed{ID: needID.Of(a), Status: needAnswer.Of(a), Answer: helpBy.Of(a) + helpNot.Of(a)}
		if helpOn.Has(a) {
			command.On = helpOn.Of(a).String()
		}
		return []dialog.Effect{keep(records.CmdAnswerNeed, command, &dialog.Say{Lines: []dialog.Line{{Key: "traloinhucau.kept"}}})}
	})
