package flows

import (
	"encoding/json"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/flows/vi"
	"chungtay/storage/records"
)

// The questions of logging help. The forms that log, log for many and correct share them.
var (
	household = dialog.Lookup("household", records.AskHouseholdSearch, nil)
	facts     = dialog.Fact("facts", records.AskHouseholdFacts, func(c dialog.Ctx) map[string]string {
		return map[string]string{"household": household.Of(c.Answers)}
	})
	called = dialog.Text("called").Hidden() // how the message named the person: bà Lan
	kind   = dialog.Grouped("kind", kindGroups()...).Labels("kind").GroupLabels("kind")
	what   = giftField("what").When(kind.Holds("needs things", needsThings)).Sure(largeGift)
	extra  = giftField("extra").When(kind.Holds("may be without things", func(k string) bool { return !needsThings(k) })).Optional().Sure(largeGift)
	giver  = dialog.Choice("giver", records.GiverKinds...).Labels("giver")
	named  = dialog.Text("giver_name").When(giver.Is(records.GiverOrganisation, records.GiverPerson)).Check(dialog.Length(2, 100))
	on     = vi.PastDate("on").Default(today).Check(notFuture).Sure(longAgo).
		Says(dialog.Key{Name: "help.on.future", Args: []string{"on"}}, dialog.Key{Name: "help.on.old", Args: []string{"on"}})
	photos  = dialog.Photo("photos").Many(records.MaxPhotos).Optional()
	consent = dialog.Choice("consent", records.Consents...).Labels("consent").When(photos.Answered())
	note    = dialog.Text("note").Optional().Check(dialog.Length(1, records.MaxNote))

	recent = dialog.Fact("recent", records.AskHelpRecent, func(c dialog.Ctx) map[string]string {
		return map[string]string{"households": household.Of(c.Answers), "kind": kind.Of(c.Answers), "on": c.Answers[on.Key()]}
	})
)

// Log is /ghinhan: who was helped, with what, by whom, when. A whole entry may come in one message.
var Log = dialog.Form("ghinhan", 1, household, facts, called, kind, what, extra, giver, named, on, photos, consent, note, recent).
	On("/ghinhan").
	Listed().
	For(logsHelp).
	Hear(hearHelp).
	Open(openGiven).
	Echo(func(c dialog.Ctx) []dialog.Line {
		who := dialog.Line{Key: "help.echo.who", Args: map[string]string{"who": whoIs(facts.Of(c.Answers), called.Of(c.Answers))}}
		return append([]dialog.Line{who}, echoHelp(c)...)
	}).
	Says(helpKeys...).
	Done(func(c dialog.Ctx) []dialog.Effect {
		entry := entryOf(c)
		entry.Households = []string{household.Of(c.Answers)}
		return []dialog.Effect{keep(records.CmdLogHelp, entry,
			&dialog.Say{
				Lines: []dialog.Line{{Key: "help.kept"}},
				Loose: true,
				Menu: []dialog.Option{
					{Key: "correct", Label: c.Label("help.button.correct"), Do: "/suaphieu {code}"},
					{Key: "void", Label: c.Label("help.button.void"), Do: "/huyphieu {code}"},
				},
			})}
	})

// helpKeys are the locale keys that logging says beyond those of its questions.
var helpKeys = []dialog.Key{
	{Name: "help.echo.who", Args: []string{"who"}},
	{Name: "help.echo.what", Args: []string{"kind", "what", "giver"}},
	{Name: "help.echo.bare", Args: []string{"kind", "giver"}},
	{Name: "help.echo.on", Args: []string{"on", "lunar"}},
	{Name: "help.echo.photos", Args: []string{"count", "consent"}},
	{Name: "help.echo.note", Args: []string{"note"}},
	{Name: "help.echo.recent", Args: []string{"on", "what", "by"}},
	{Name: "help.kept", Args: []string{"code"}},
	{Name: "help.writer"},
	{Name: "help.button.correct"},
	{Name: "help.button.void"},
	{Name: "save.refused", Args: []string{"reason"}},
}

func kindGroups() []dialog.Group[string] {
	groups := make([]dialog.Group[string], len(records.KindGroups))
	for i, g := range records.KindGroups {
		groups[i] = dialog.GroupOf("nhom_"+g, kindsOfGroup(g)...)
	}
	return groups
}

func needsThings(kind string) bool {
	k, ok := records.KindOf(kind)
	return ok && !k.Bare
}

func logsHelp(p dialog.Person) bool {
	return p.Has(records.RoleLeader, records.RoleOfficer, records.RoleFront)
}

func largeGift(g vi.Gifts, c dialog.Ctx) dialog.Problem {
	if g.Money <= records.AskTwiceMoney {
		return dialog.Fine
	}
	return dialog.Problem{Key: "help.what.large", Args: map[string]string{"money": strconv.FormatInt(g.Money, 10)}}
}

func today(c dialog.Ctx) vi.Day { return vi.DayOf(c.At.In(dialog.Zone)) }

func notFuture(d vi.Day, c dialog.Ctx) (vi.Day, dialog.Problem) {
	if d.After(today(c)) {
		return d, dialog.Problem{Key: "help.on.future", Args: map[string]string{"on": d.String()}}
	}
	return d, dialog.Fine
}

// askAgainAfter is how many days back an entry may lie before its day is asked a second time.
const askAgainAfter = 60

func longAgo(d vi.Day, c dialog.Ctx) dialog.Problem {
	if today(c).Add(-askAgainAfter).After(d) {
		return dialog.Problem{Key: "help.on.old", Args: map[string]string{"on": d.String()}}
	}
	return dialog.Fine
}

// given is what was given, whichever of the two questions took it.
func given(a dialog.Answers) vi.Gifts {
	if needsThings(kind.Of(a)) {
		return what.Of(a)
	}
	return extra.Of(a)
}

// whoIs names a household as people know it: "bà Trần Thị Lan (1963), tổ 12". The title is the one the writer used, while the
// household is still the one so named.
func whoIs(f map[string]string, called string) string {
	who := f["name"]
	if words := strings.Fields(called); len(words) > 1 && fold.Fold(words[len(words)-1]) == fold.Fold(f["short"]) {
		who = words[0] + " " + who
	}
	if year := f["birth_year"]; year != "" {
		who += " (" + year + ")"
	}
	if group := f["group"]; group != "" {
		who += ", " + lowerFirst(group)
	}
	return who
}

// lowerFirst writes a group's name within a sentence: tổ 12.
func lowerFirst(s string) string {
	for i, r := range s {
		return strings.ToLower(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// writer names who logged an entry, where a name is known.
func writer(c dialog.Ctx, name string) string {
	if name == "" {
		return c.Label("help.writer")
	}
	return name
}

// givenBefore says what an entry on record gave, from the facts of a look-up.
func givenBefore(f map[string]string) string {
	var parts []string
	if vnd, err := strconv.ParseInt(f["money"], 10, 64); err == nil && vnd > 0 {
		parts = append(parts, vi.FormatMoney(vnd))
	}
	if f["items"] != "" {
		parts = append(parts, f["items"])
	}
	return strings.Join(parts, " và ")
}

// kindGiven is the kind of help that is kept: what was chosen or told from the things, but cash only while no things are in it.
func kindGiven(a dialog.Answers) string {
	k, gifts := kind.Of(a), given(a)
	if k != "tien_mat" || len(gifts.Items) == 0 {
		return k
	}
	if told := kindOfGifts(gifts); told != "" {
		return told
	}
	return "dot_xuat"
}

// echoHelp shows all that would be kept, but for the households.
func echoHelp(c dialog.Ctx) []dialog.Line {
	a := c.Answers
	gifts := given(a)
	k := kindGiven(a)
	if k == "tien_mat" {
		k = ""
	} else {
		k = "kind." + k
	}
	var lines []dialog.Line
	if gifts.Empty() {
		lines = append(lines, dialog.Line{Key: "help.echo.bare", Args: map[string]string{"kind": k, "giver": giverLabel(c)}})
	} else {
		lines = append(lines, dialog.Line{Key: "help.echo.what", Args: map[string]string{"kind": k, "what": gifts.String(), "giver": giverLabel(c)}})
	}
	day := on.Of(a)
	lines = append(lines, dialog.Line{Key: "help.echo.on", Args: map[string]string{"on": day.String(), "lunar": lunarDay(day)}})
	if n := len(photos.All(a)); n > 0 {
		lines = append(lines, dialog.Line{Key: "help.echo.photos", Args: map[string]string{"count": strconv.Itoa(n), "consent": "consent." + consent.Of(a)}})
	}
	if note.Has(a) {
		lines = append(lines, dialog.Line{Key: "help.echo.note", Args: map[string]string{"note": note.Of(a)}})
	}
	if r := recent.Of(a); r["on"] != "" {
		lines = append(lines, dialog.Line{Key: "help.echo.recent", Args: map[string]string{"on": r["on"], "what": givenBefore(r), "by": writer(c, r["who"])}})
	}
	return lines
}

// lunarDay is the day and month of the lunar calendar, "2/10".
func lunarDay(d vi.Day) string {
	l, ok := vi.ToLunar(d)
	if !ok {
		return ""
	}
	s := strconv.Itoa(l.Day) + "/" + strconv.Itoa(l.Month)
	if l.Leap {
		s += " nhuận"
	}
	return s
}

func giverLabel(c dialog.Ctx) string {
	if named.Has(c.Answers) {
		return named.Of(c.Answers)
	}
	return c.Label("giver.echo." + giver.Of(c.Answers))
}

// entryOf is the record the answers amount to, without its households.
func entryOf(c dialog.Ctx) records.LogHelp {
	a := c.Answers
	gifts := given(a)
	entry := records.LogHelp{
		Kind:      kindGiven(a),
		Money:     gifts.Money,
		GiverKind: giver.Of(a),
		Giver:     named.Of(a),
		On:        on.Of(a).String(),
		Photos:    photos.All(a),
		Consent:   consent.Of(a),
		Note:      note.Of(a),
	}
	for _, it := range gifts.Items {
		item, _ := recordItem(it)
		entry.Items = append(entry.Items, item)
	}
	return entry
}

// keep makes the Save of a command; what is said when it is refused for good is the same everywhere.
func keep(kind string, command any, kept *dialog.Say) dialog.Save {
	data, err := json.Marshal(command)
	if err != nil { // the commands are plain structs: they always marshal
		data = nil
	}
	return dialog.Save{Kind: kind, Data: data, Kept: kept, Refused: &dialog.Say{Lines: []dialog.Line{{Key: "save.refused"}}}}
}
