package flows

import (
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// A household pledges to rise out of poverty, in its own words and by itself alone; its leader hears of it, and every three months both
// say in a line what went forward and what is stuck. It is never offered to a household without anybody able to work.

// ableHomes are the paths of somebody's households that can be offered it.
func ableHomes(p dialog.Person) []string {
	var homes []string
	for _, r := range p.Roles {
		if r.Name == records.RoleHousehold && !slices.Contains(strings.Fields(r.Marks), records.FlagNoLabour) {
			homes = append(homes, r.Area)
		}
	}
	return homes
}

func mayRise(p dialog.Person) bool   { return len(ableHomes(p)) > 0 }
func seesRises(p dialog.Person) bool { return p.Has(records.RoleLeader, records.RoleFront) }
func countRises(p dialog.Person) bool {
	return p.Has(records.RoleOfficer, records.RoleFront, records.RoleCity)
}

// The questions of enrolling. Who has none of the households that may is shown those they look after instead.
var (
	riseSelf = dialog.If("the person is of a household", func(c dialog.Ctx) bool { return mayRise(c.Who) })
	riseHome = dialog.Lookup("household", records.AskHouseholdMine, nil).When(dialog.If("the person has several households", func(c dialog.Ctx) bool {
		return len(ableHomes(c.Who)) > 1
	}))
	riseFact = dialog.Fact("mine", records.AskRiseMine, func(c dialog.Ctx) map[string]string {
		return map[string]string{"household": riseHomeOf(c)}
	}).When(riseSelf)
	riseFresh = dialog.If("the household is not enrolled", func(c dialog.Ctx) bool {
		f := riseFact.Of(c.Answers)
		return mayRise(c.Who) && f["household"] != "" && f["rise"] == ""
	})
	riseYear    = dialog.NewField("year", dialog.Codec[int64]{Read: readYear, Format: formatYear, Parse: parseYear, Unclear: "thoatngheo.year.unclear"}).When(riseFresh).Check(yearAhead).Says(dialog.Key{Name: "thoatngheo.year.far", Args: []string{"min", "max"}})
	riseMissing = dialog.NewField("missing", dialog.Codec[[]string]{Read: readMissing, Format: formatMissing, Parse: parseMissing, Show: showMissing, Unclear: "thoatngheo.missing.unclear"}).
			When(riseFresh)
	riseSteps   = dialog.Text("steps").Many(records.MaxSteps).When(riseFresh).Check(dialog.Length(3, records.MaxName))
	riseSupport = dialog.Text("support").Optional().SkipLabel("thoatngheo.alone").When(riseFresh).Check(dialog.Length(2, 300))
)

// riseHomeOf is the code of the household that is enrolled.
func riseHomeOf(c dialog.Ctx) string {
	if riseHome.Has(c.Answers) {
		return riseHome.Of(c.Answers)
	}
	homes := ableHomes(c.Who)
	if len(homes) == 0 {
		return ""
	}
	return homes[0][strings.LastIndexByte(homes[0], '/')+1:]
}

// readYear reads "2028", "28", "năm 2028", "sang năm", "năm nay", "2 năm nữa".
func readYear(in dialog.In) dialog.Reading[int64] {
	now := int64(in.At.In(dialog.Zone).Year())
	var number int64 = -1
	words := strings.Fields(fold.Fold(in.Text))
	for _, w := range words {
		if n, err := strconv.ParseInt(strings.Trim(w, ".,"), 10, 64); err == nil && n >= 0 {
			if number >= 0 {
				return dialog.Reading[int64]{}
			}
			number = n
		}
	}
	text := strings.Join(words, " ")
	switch {
	case number >= 1 && number <= 20 && strings.HasSuffix(text, "nam nua"):
		return dialog.Read(now + number)
	case number >= 20 && number < 100:
		return dialog.Read(2000 + number)
	case number >= 1900 && number <= 9999:
		return dialog.Read(number)
	case number >= 0:
		return dialog.Reading[int64]{}
	case strings.Contains(text, "nam nay"), strings.Contains(text, "trong nam"):
		return dialog.Read(now)
	case strings.Contains(text, "sang nam"), strings.Contains(text, "nam sau"), strings.Contains(text, "nam toi"), strings.Contains(text, "qua nam"):
		return dialog.Read(now + 1)
	}
	return dialog.Reading[int64]{}
}

func formatYear(n int64) string { return strconv.FormatInt(n, 10) }

func parseYear(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && formatYear(n) == s
}

// missingWords are words by which a part of life is told from others, in the order of the numbers that the question gives them.
var missingWords = []struct {
	dimension string
	words     []string
}{
	{records.DimensionWork, []string{"viec lam", "thu nhap", "lam an", "sinh ke", "work", "income"}},
	{records.DimensionHouse, []string{"nha o", "cai nha", "mai nha", "cho o", "house", "home"}},
	{records.DimensionHealth, []string{"suc khoe", "thuoc", "benh", "bao hiem", "health"}},
	{records.DimensionSchool, []string{"hoc", "school"}},
	{records.DimensionWater, []string{"nuoc", "ve sinh", "water"}},
	{records.DimensionInformation, []string{"dien thoai", "mang", "internet", "phone"}},
}

// readMissing reads "1 4", "1,4", "nhà ở, học hành", "cả 6".
func readMissing(in dialog.In) dialog.Reading[[]string] {
	text := fold.Fold(in.Text)
	chosen := map[string]bool{}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > len(missingWords) {
			return dialog.Reading[[]string]{}
		}
		chosen[missingWords[n-1].dimension] = true
	}
	all := strings.HasPrefix(text, "tat ca") || strings.HasPrefix(text, "ca ") || strings.HasPrefix(text, "all")
	var found []string
	for _, m := range missingWords {
		if all || chosen[m.dimension] || len(chosen) == 0 && slices.ContainsFunc(m.words, func(w string) bool { return strings.Contains(" "+text+" ", " "+w) }) {
			found = append(found, m.dimension)
		}
	}
	if len(found) == 0 {
		return dialog.Reading[[]string]{}
	}
	return dialog.Read(found)
}

func formatMissing(list []string) string { return strings.Join(list, " ") }

func parseMissing(s string) ([]string, bool) {
	list := strings.Fields(s)
	for i, d := range list {
		if !slices.Contains(records.Dimensions, d) || slices.Contains(list[:i], d) {
			return nil, false
		}
	}
	return list, len(list) > 0 && formatMissing(list) == s
}

func showMissing(w dialog.Words, lang string, list []string) string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = lowerFirst(w.Label(lang, "nhucau.kind."+d))
	}
	return strings.Join(names, "; ")
}

func yearAhead(n int64, c dialog.Ctx) (int64, dialog.Problem) {
	now := int64(c.At.In(dialog.Zone).Year())
	if n < now || n > now+records.RiseYears {
		return n, dialog.Problem{Key: "thoatngheo.year.far", Args: map[string]string{"min": formatYear(now), "max": formatYear(now + records.RiseYears)}}
	}
	return n, dialog.Fine
}

// stepLines numbers steps, a line each.
func stepLines(steps []string) string {
	lines := make([]string, len(steps))
	for i, s := range steps {
		lines[i] = strconv.Itoa(i+1) + ") " + s
	}
	return strings.Join(lines, "\n")
}

var riseKeys = []dialog.Key{
	{Name: "thoatngheo.year.unclear"},
	{Name: "thoatngheo.missing.unclear"},
	{Name: "thoatngheo.mine", Args: []string{"year", "missing", "steps", "support", "next_on"}},
	{Name: "thoatngheo.check", Args: []string{"side", "on", "forward", "stuck"}},
	{Name: "thoatngheo.tell"},
	{Name: "thoatngheo.reached"},
	{Name: "thoatngheo.withdraw"},
}

// Rise is /thoatngheo: a household enrols, or sees what it enrolled for. Who looks after households sees those that are.
var Rise = dialog.Form("thoatngheo", 1, riseHome, riseFact, riseYear, riseMissing, riseSteps, riseSupport).
	On("/thoatngheo").
	ListedFor(mayRise).
	For(func(p dialog.Person) bool { return mayRise(p) || seesRises(p) || countRises(p) }).
	ConfirmIf(riseFresh).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if code, ok := records.ParseHouseholdCode(c.Input); ok && len(ableHomes(c.Who)) > 1 {
			riseHome.Put(a, code)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		a := c.Answers
		return []dialog.Line{{Key: "thoatngheo.echo", Args: map[string]string{
			"year": riseYear.Label(c), "missing": riseMissing.Label(c), "steps": stepLines(riseSteps.All(a)), "support": riseSupport.Of(a),
		}}}
	}).
	Says(slices.Concat(riseKeys, riseListKeys, []dialog.Key{
		{Name: "thoatngheo.echo", Args: []string{"year", "missing", "steps", "support"}},
		{Name: "thoatngheo.kept", Args: []string{"told", "next_on"}},
		{Name: "notice.rise", Args: []string{"group"}},
		{Name: "notice.rise.quarter"},
		{Name: "notice.rise.tell"},
		{Name: "notice.rise.talks", Args: []string{"group", "count"}},
		{Name: "save.refused", Args: []string{"reason"}},
	})...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		switch f := riseFact.Of(a); {
		case !mayRise(c.Who) && seesRises(c.Who):
			return []dialog.Effect{dialog.Ask{Query: records.AskRises}}
		case !mayRise(c.Who):
			return []dialog.Effect{dialog.Ask{Query: records.AskRiseCounts}}
		case f["rise"] != "" || !riseYear.Has(a):
			return []dialog.Effect{dialog.Ask{Query: records.AskRiseMine, Args: map[string]string{"household": riseHomeOf(c)}}}
		}
		return []dialog.Effect{keep(records.CmdRise, records.EnrolRise{
			Household: riseHomeOf(c), Year: int(riseYear.Of(a)), Missing: riseMissing.Of(a), Support: riseSupport.Of(a), Steps: riseSteps.All(a),
		}, &dialog.Say{Lines: []dialog.Line{{Key: "thoatngheo.kept"}}})}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		switch found.Query {
		case records.AskRises:
			return showRises(c, found)
		case records.AskRiseCounts:
			return showRiseCounts(c, found)
		}
		return showMyRise(c, found)
	})

// showMyRise tells a household what it enrolled for and how it went, and what it can do.
func showMyRise(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	if f["rise"] == "" {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "thoatngheo.none"}}, Menu: []dialog.Option{{Key: "new", Label: c.Label("thoatngheo.menu"), Do: "/thoatngheo"}}}}
	}
	do := func(key, slash string) dialog.Option {
		return dialog.Option{Key: key, Label: c.Label("thoatngheo." + key), Do: slash + " " + f["household"]}
	}
	say := dialog.Say{
		Lines: append([]dialog.Line{{Key: "thoatngheo.mine", Args: riseArgs(c, f)}}, checkLines(found)...),
		Menu:  []dialog.Option{do("tell", "/kequy"), do("reached", "/datthoatngheo"), do("withdraw", "/thoidangky")},
	}
	return []dialog.Effect{say}
}

// missingIn names dimensions in a sentence: "việc làm; nhà ở".
func missingIn(c dialog.Ctx, codes string) string {
	var names []string
	for _, d := range strings.Fields(codes) {
		names = append(names, lowerFirst(c.Label("nhucau.kind."+d)))
	}
	return strings.Join(names, "; ")
}

func riseArgs(c dialog.Ctx, f map[string]string) map[string]string {
	args := map[string]string{"missing": missingIn(c, f["missing"]), "steps": stepLines(strings.Split(f["steps"], "\n")), "name": f["name"]}
	if f["second"] != "" {
		args["name"] += ", " + f["second"]
	}
	for _, k := range []string{"year", "support", "next_on", "on", "status", "group"} {
		args[k] = f[k]
	}
	return args
}

// checkLines are how it went, a line for each talk.
func checkLines(found dialog.Answer) []dialog.Line {
	var lines []dialog.Line
	for _, l := range found.Lines {
		if l.Key == "rise.check" {
			lines = append(lines, dialog.Line{Key: "thoatngheo.check", Args: l.Args})
		}
	}
	return lines
}

// The questions of how it goes. Which pledge comes with the button; a household says it of its own.
var (
	checkID    = dialog.Number("rise").Hidden()
	checkHome  = dialog.Text("household").Hidden()
	checkOwn   = dialog.If("it is the person's own", func(c dialog.Ctx) bool { return checkID.Of(c.Answers) == 0 })
	checkMine  = dialog.Fact("mine", records.AskRiseMine, func(c dialog.Ctx) map[string]string { return map[string]string{"household": checkHome.Of(c.Answers)} }).When(checkOwn)
	checkTheir = dialog.Fact("of", records.AskRise, func(c dialog.Ctx) map[string]string {
		return map[string]string{"rise": strconv.FormatInt(checkID.Of(c.Answers), 10)}
	}).When(checkOwn.Not())
	checkOpen = dialog.If("the pledge goes on", func(c dialog.Ctx) bool {
		if checkID.Of(c.Answers) == 0 {
			return checkMine.Of(c.Answers)["rise"] != ""
		}
		return checkTheir.Of(c.Answers)["open"] != ""
	})
	checkForward = dialog.Text("forward").When(checkOpen).Check(dialog.Length(2, 300)).Args(checkArgs)
	checkStuck   = dialog.Text("stuck").Optional().SkipLabel("kequy.nothing").When(checkOpen).Check(dialog.Length(2, 300)).Args(checkArgs)
)

func checkArgs(c dialog.Ctx) map[string]string {
	return map[string]string{"name": checkTheir.Of(c.Answers)["name"]}
}

// TellRise is /kequy: how it goes this quarter, in a line or two: the household says it, and its leader notes what they talked about.
var TellRise = dialog.Form("kequy", 1, checkID, checkHome, checkMine, checkTheir, checkForward, checkStuck).
	On("/kequy").
	For(func(p dialog.Person) bool { return hasHome(p) || seesRises(p) }).
	ConfirmIf(checkOpen).
	Open(func(c dialog.Ctx) dialog.Answers {
		a := dialog.Answers{}
		if n, err := strconv.ParseInt(c.Input, 10, 64); err == nil && n > 0 {
			checkID.Put(a, n)
		} else if code, ok := records.ParseHouseholdCode(c.Input); ok {
			checkHome.Put(a, code)
		}
		return a
	}).
	Echo(func(c dialog.Ctx) []dialog.Line {
		return []dialog.Line{{Key: "kequy.echo", Args: map[string]string{
			"name": checkTheir.Of(c.Answers)["name"], "forward": checkForward.Of(c.Answers), "stuck": checkStuck.Of(c.Answers),
		}}}
	}).
	Says(dialog.Key{Name: "kequy.echo", Args: []string{"name", "forward", "stuck"}}, dialog.Key{Name: "kequy.kept", Args: []string{"next_on"}}, dialog.Key{Name: "kequy.which"},
		dialog.Key{Name: "notice.rise.checked", Args: []string{"group"}}, dialog.Key{Name: "save.refused", Args: []string{"reason"}}).
	Done(func(c dialog.Ctx) []dialog.Effect {
		a := c.Answers
		if !checkForward.Has(a) {
			return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "kequy.which"}}}}
		}
		command := records.CheckRise{ID: checkID.Of(a), Forward: checkForward.Of(a), Stuck: checkStuck.Of(a)}
		kind := records.CmdNoteRise
		if command.ID == 0 {
			kind, command.Household = records.CmdCheckRise, checkMine.Of(a)["household"]
		}
		return []dialog.Effect{keep(kind, command, &dialog.Say{Lines: []dialog.Line{{Key: "kequy.kept"}}})}
	})

// LeaveRise is /thoidangky: a household goes on without its pledge, at one word. Nothing else of it changes, and nobody is told.
var LeaveRise = riseEnds("thoidangky", records.CmdLeaveRise)

// Reached is /datthoatngheo: a household got where it wanted to be.
var Reached = riseEnds("datthoatngheo", records.CmdReached, dialog.Key{Name: "notice.rise.reached", Args: []string{"group"}})

// riseEnds is a command by which a household ends its own pledge. Of several households it says which with the code.
func riseEnds(key, command string, says ...dialog.Key) dialog.Flow {
	return dialog.Command(key).
		On("/" + key).
		For(hasHome).
		Says(append(says, slices.Concat(riseKeys, []dialog.Key{{Name: key + ".kept"}, {Name: "thoatngheo.none"}, {Name: "save.refused", Args: []string{"reason"}}})...)...).
		Do(func(c dialog.Ctx) []dialog.Effect {
			code, ok := records.ParseHouseholdCode(c.Input)
			if !ok && len(homesOf(c.Who)) > 1 { // which of them: it is shown, with its buttons
				return []dialog.Effect{dialog.Ask{Query: records.AskRiseMine}}
			}
			return []dialog.Effect{keep(command, records.EndRise{Household: code}, &dialog.Say{Lines: []dialog.Line{{Key: key + ".kept"}}})}
		}).
		Show(showMyRise)
}

var riseListKeys = []dialog.Key{
	{Name: "thoatngheo.none"},
	{Name: "cacthoatngheo.list", Args: []string{"count"}},
	{Name: "cacthoatngheo.none"},
	{Name: "cacthoatngheo.counts", Args: []string{"year", "open", "reached"}},
	{Name: "cacthoatngheo.nobody"},
	{Name: "cacthoatngheo.area", Args: []string{"area", "open", "reached"}},
	{Name: "cacthoatngheo.missing", Args: []string{"dimension", "count"}},
	{Name: "cacthoatngheo.button"},
	{Name: "cacthoatngheo.next"},
}

// Rises is /cacthoatngheo: the households of a group that are enrolled, the next talk first; who sees no names is told how many.
var Rises = dialog.Command("cacthoatngheo").
	On("/cacthoatngheo").
	For(func(p dialog.Person) bool { return seesRises(p) || countRises(p) }).
	Says(riseListKeys...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		if !seesRises(c.Who) || countRises(c.Who) && c.Input == "so" {
			return []dialog.Effect{dialog.Ask{Query: records.AskRiseCounts}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskRises, Page: c.Page}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskRiseCounts {
			return showRiseCounts(c, found)
		}
		return showRises(c, found)
	})

func showRises(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	say := dialog.Say{Lines: []dialog.Line{{Key: "cacthoatngheo.list", Args: map[string]string{"count": found.Facts["count"]}}}, Columns: 1}
	for _, l := range found.Lines {
		label := l.Args["name"]
		if on, ok := records.ParseDay(l.Args["next_on"]); ok {
			label += ", " + c.Label("cacthoatngheo.next") + " " + on.Format("2/1")
		}
		say.Menu = append(say.Menu, dialog.Option{Key: l.Args["rise"], Label: label, Do: "/hothoatngheo " + l.Args["rise"]})
	}
	if len(found.Lines) == 0 {
		say.Lines[0].Key = "cacthoatngheo.none"
	}
	if found.More {
		say.Menu = append(say.Menu, c.NextPage("/cacthoatngheo", found))
	} else if countRises(c.Who) {
		say.Menu = append(say.Menu, dialog.Option{Key: "counts", Label: c.Label("cacthoatngheo.button"), Do: "/cacthoatngheo so"})
	}
	return []dialog.Effect{say}
}

func showRiseCounts(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
	f := found.Facts
	if len(found.Lines) == 0 {
		return []dialog.Effect{dialog.Say{Lines: []dialog.Line{{Key: "cacthoatngheo.nobody"}}}}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "cacthoatngheo.counts", Args: map[string]string{"year": f["year"], "open": f["open"], "reached": f["reached"]}}}}
	for _, l := range found.Lines {
		say.Lines = append(say.Lines, dialog.Line{Key: "cacthoatngheo.area", Args: l.Args})
	}
	for _, d := range records.Dimensions {
		if f[d] != "0" {
			say.Lines = append(say.Lines, dialog.Line{Key: "cacthoatngheo.missing", Args: map[string]string{"dimension": "nhucau.kind." + d, "count": f[d]}})
		}
	}
	return []dialog.Effect{say}
}

// RiseOf is /hothoatngheo: what a household enrolled for and how it goes, for who looks after it.
var RiseOf = dialog.Command("hothoatngheo").
	On("/hothoatngheo").
	For(seesRises).
	Says(dialog.Key{Name: "hothoatngheo.one", Args: []string{"name", "group", "on", "year", "missing", "steps", "support", "status", "next_on"}},
		dialog.Key{Name: "thoatngheo.check", Args: []string{"side", "on", "forward", "stuck"}}, dialog.Key{Name: "hothoatngheo.note"}, dialog.Key{Name: "hothoatngheo.praise"}).
	Do(func(c dialog.Ctx) []dialog.Effect {
		n, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskRises}}
		}
		return []dialog.Effect{dialog.Ask{Query: records.AskRise, Args: map[string]string{"rise": strconv.FormatInt(n, 10)}}}
	}).
	Show(func(c dialog.Ctx, found dialog.Answer) []dialog.Effect {
		if found.Query == records.AskRises {
			return showRises(c, found)
		}
		f := found.Facts
		say := dialog.Say{Lines: append([]dialog.Line{{Key: "hothoatngheo.one", Args: riseArgs(c, f)}}, checkLines(found)...)}
		if f["open"] != "" {
			say.Menu = []dialog.Option{
				{Key: "note", Label: c.Label("hothoatngheo.note"), Do: "/kequy " + f["rise"]},
				{Key: "praise", Label: c.Label("hothoatngheo.praise"), Do: "/mungho " + f["rise"]},
			}
		}
		return []dialog.Effect{say}
	})

// Praise is /mungho: who looks after a household says that it got there, and it is told how glad everybody is.
var Praise = dialog.Command("mungho").
	On("/mungho").
	For(seesRises).
	Says(slices.Concat(riseListKeys, []dialog.Key{{Name: "mungho.kept"}, {Name: "notice.rise.praise"}, {Name: "save.refused", Args: []string{"reason"}}})...).
	Do(func(c dialog.Ctx) []dialog.Effect {
		n, err := strconv.ParseInt(c.Input, 10, 64)
		if err != nil {
			return []dialog.Effect{dialog.Ask{Query: records.AskRises}}
		}
		return []dialog.Effect{keep(records.CmdPraise, records.EndRise{ID: n}, &dialog.Say{Lines: []dialog.Line{{Key: "mungho.kept"}}})}
	}).
	Show(showRises)
