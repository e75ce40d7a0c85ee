package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The questions of what a household was given and how it is classed. Nobody is asked any of them, but whoever belongs to
// several households: which.
var (
	about  = dialog.Choice("about", "all", "given", "class").Hidden()
	inYear = dialog.Text("year").Hidden()
	asked  = dialog.Text("called").Hidden() // who was asked about, where that was said
	myHome = dialog.Lookup("household", records.AskHouseholdMine, nil).When(dialog.If("the person has several households", func(c dialog.Ctx) bool {
		return len(homesOf(c.Who)) > 1
	}))
)

// Support is /tracuu: a household's class, what it needs and what came of it, and the help it received, in three messages at most. A question
// about one of them is answered with that one.
var Support = dialog.Form("tracuu", 1, about, inYear, asked, myHome).
	On("/tracuu").
	Listed().
	For(hasHome).
	Unconfirmed().
	Hear(hearSupport).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		for _, word := range strings.Fields(c.Input) { // "HG-7K3QF2M 2025", "HG-7K3QF2M given"
			if _, err := strconv.Atoi(word); err == nil && len(word) == len("2025") {
				inYear.Put(a, word)
				about.Put(a, "given")
			} else if word == "given" {
				about.Put(a, word)
			} else if code, ok := records.ParseHouseholdCode(word); ok {
				myHome.Put(a, code)
			}
		}
		return a
	}).
	Says(supportKeys...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		what := about.Of(c.Answers)
		if what == "" {
			what = "all"
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskHouseholdSupport, Args: map[string]string{
			"household": myHome.Of(c.Answers), "year": inYear.Of(c.Answers), "about": what, "called": asked.Of(c.Answers),
		}}}
	}).
	Show(showSupport)

var supportKeys = append([]dialog.Key{
	{Name: "tracuu.own"},
	{Name: "tracuu.class", Args: []string{"who", "class", "year", "decision", "on", "area"}},
	{Name: "tracuu.class.undecided", Args: []string{"who", "year", "area"}},
	{Name: "tracuu.class.unlisted", Args: []string{"who", "year", "area"}},
	{Name: "tracuu.class.last", Args: []string{"class", "year", "decision", "on"}},
	{Name: "tracuu.review", Args: []string{"area"}},
	{Name: "tracuu.got", Args: []string{"year", "count"}},
	{Name: "tracuu.got.none", Args: []string{"year"}},
	{Name: "tracuu.line", Args: []string{"on", "what", "answer", "missing"}},
	{Name: "tracuu.received"},
	{Name: "tracuu.wrong"},
	{Name: "notice.help"},
	{Name: "notice.help_corrected"},
	{Name: "notice.help_voided", Args: []string{"on", "code"}},
	{Name: "notice.button.see"},
	{Name: "tracuu.more", Args: []string{"count"}},
	{Name: "tracuu.total", Args: []string{"what"}},
	{Name: "tracuu.before", Args: []string{"year", "count", "what"}},
	{Name: "tracuu.before.button"},
}, myNeedKeys...)

func hasHome(p dialog.Person) bool { return p.Has(records.RoleHousehold) }

// homesOf are the paths of the households somebody belongs to.
func homesOf(p dialog.Person) []string {
	var homes []string
	for _, r := range p.Roles {
		if r.Name == records.RoleHousehold {
			homes = append(homes, r.Area)
		}
	}
	return homes
}

// hearSupport understands "tui đã được hỗ trợ chi chưa" and "nhà tôi có phải hộ nghèo không". Who helps households and asks
// about somebody by name asks about another house.
func hearSupport(c dialog.Ctx, text string) dialog.Understood {
	m := vi.ReadMessage(text, c.At.In(dialog.Zone))
	if m.Intent != vi.AskStatus || logsHelp(c.Who) && (m.Person != nil || !hasHome(c.Who)) {
		return dialog.Understood{}
	}
	u := dialog.Understood{OK: true, Complete: !hasHome(c.Who), Answers: dialog.Answers{}}
	about.Put(u.Answers, "given")
	if m.Person != nil {
		asked.Put(u.Answers, m.Person.String())
	}
	for _, words := range []string{"ho ngheo", "can ngheo", "thoat ngheo", "dien", "danh sach"} {
		if strings.Contains(" "+fold.Fold(text)+" ", " "+words+" ") {
			about.Put(u.Answers, "class")
		}
	}
	return u
}

// showSupport says what was found, in the order in which it is asked for; the message with a menu comes last.
func showSupport(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	var said []dialog.Effect
	var head []dialog.Line
	if f["called"] != "" && lastWord(f["called"]) != lastWord(f["name"]) { // a household sees its own, whomever it names
		head = []dialog.Line{{Key: "tracuu.own"}}
	}
	if f["about"] != "given" {
		said = append(said, dialog.Say{Lines: append(head, classLines(f)...)})
		head = nil
	}
	if needs := needsSaid(found); len(needs.Lines) > 1 {
		said = append(said, needs)
	}
	if f["about"] != "class" {
		say := helpReceived(c, found)
		say.Lines = append(head, say.Lines...)
		said = append(said, say)
	}
	return said
}

// lastWord is what somebody is called by, folded.
func lastWord(name string) string {
	words := strings.Fields(fold.Fold(name))
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// classLines tell the class by the decision of the year, who decides it, and how to ask for a review. Without a decision of the
// year nothing is said to be so or not.
func classLines(f map[string]string) []dialog.Line {
	args := map[string]string{"who": f["name"] + ", " + lowerFirst(f["group"]), "year": f["now"], "area": lowerFirst(f["area"])}
	class := map[string]string{"class": "class." + f["class"], "year": f["class_year"], "decision": f["decision"], "on": f["decided"]}
	var lines []dialog.Line
	switch {
	case f["class"] != "" && f["class_year"] == f["now"]:
		class["who"], class["area"] = args["who"], args["area"]
		lines = append(lines, dialog.Line{Key: "tracuu.class", Args: class})
	case f["reviewed"] == "":
		lines = append(lines, dialog.Line{Key: "tracuu.class.undecided", Args: args})
	default:
		lines = append(lines, dialog.Line{Key: "tracuu.class.unlisted", Args: args})
	}
	if f["class"] != "" && f["class_year"] != f["now"] {
		lines = append(lines, dialog.Line{Key: "tracuu.class.last", Args: class})
	}
	return append(lines, dialog.Line{Key: "tracuu.review", Args: map[string]string{"area": args["area"]}})
}

// helpReceived lists a year's help, newest last, with its total and those of the years before.
func helpReceived(c dialog.Ctx, found dialog.Answer) dialog.Say {
	f := found.Facts
	say := dialog.Say{Lines: []dialog.Line{{Key: "tracuu.got", Args: map[string]string{"year": f["year"], "count": f["count"]}}}}
	if f["count"] == "0" {
		say.Lines[0] = dialog.Line{Key: "tracuu.got.none", Args: map[string]string{"year": f["year"]}}
	}
	if f["left"] != "" {
		say.Lines = append(say.Lines, dialog.Line{Key: "tracuu.more", Args: map[string]string{"count": f["left"]}})
	}
	before := ""
	for _, l := range found.Lines {
		switch l.Key {
		case "help.support.line":
			say.Lines = append(say.Lines, dialog.Line{Key: "tracuu.line", Args: map[string]string{
				"on": l.Args["on"], "what": receivedOf(c, l.Args), "answer": l.Args["answer"], "missing": l.Args["missing"],
			}})
		case "help.support.total":
			if f["count"] != "1" {
				say.Lines = append(say.Lines, dialog.Line{Key: "tracuu.total", Args: map[string]string{"what": givenBefore(l.Args)}})
			}
		case "help.support.year":
			say.Lines = append(say.Lines, dialog.Line{Key: "tracuu.before", Args: map[string]string{
				"year": l.Args["year"], "count": l.Args["count"], "what": givenBefore(l.Args),
			}})
			if before == "" {
				before = l.Args["year"]
			}
		}
	}
	if f["open"] != "" {
		say.Menu = append(say.Menu,
			dialog.Option{Key: "all", Label: c.Label("tracuu.received"), Do: "/nhandu " + f["household"] + " " + f["year"] + " " + f["seen"]},
			dialog.Option{Key: "wrong", Label: c.Label("tracuu.wrong"), Do: "/chuadung " + f["household"] + " " + f["year"]})
	}
	if before != "" {
		say.Menu = append(say.Menu, dialog.Option{Key: "before", Label: c.Label("tracuu.before.button") + " " + before, Do: "/tracuu " + f["household"] + " " + before})
		say.Loose = f["open"] == ""
	}
	return say
}

// receivedOf names one entry as its household knows it: "quà Tết 600.000 đồng", "500.000 đồng và 10 kg gạo".
func receivedOf(c dialog.Ctx, entry map[string]string) string {
	what := givenBefore(entry)
	if k := entry["kind"]; what == "" || k != "tien_mat" && k != "nhu_yeu_pham" && entry["items"] == "" {
		what = strings.TrimSpace(lowerFirst(c.Label("kind."+k)) + " " + what)
	}
	return what
}
