package vi

import (
	"slices"
	"time"
)

// Intent is what a message asks for.
type Intent string

// The intents of messages. None is talk that asks for nothing, and everything that is not clearly one of the others.
const (
	None           Intent = "none"
	LogHelp        Intent = "log_help"        // somebody was helped, and it is to be kept
	MakePledge     Intent = "pledge"          // the writer promises money or goods
	AskStatus      Intent = "status"          // what a household was given, or how it is classed
	TellNeed       Intent = "need"            // something is missing
	GraduatePledge Intent = "graduate_pledge" // a household means to leave poverty
	Remind         Intent = "remind"
	Export         Intent = "export" // a report or a list
	OptOut         Intent = "opt_out"
	Erase          Intent = "erase" // the writer's data are to be deleted
	Correct        Intent = "correct"
	Undo           Intent = "undo"
	Emergency      Intent = "emergency"
)

// DonorKind is who gave.
type DonorKind string

// The kinds of donors.
const (
	DonorFund         DonorKind = "fund"
	DonorOrganisation DonorKind = "organisation"
	DonorPerson       DonorKind = "person"
	DonorNeighbours   DonorKind = "neighbours"
	DonorAnonymous    DonorKind = "anonymous"
)

// The parts of a message that Ambiguous may name.
const (
	PartPerson = "person"
	PartMoney  = "money"
	PartItems  = "items"
	PartDate   = "date"
	PartGroup  = "group"
	PartDonor  = "donor"
	PartNumber = "number" // a number that was read as nothing
)

// Message is what a whole message says. Only what was said is set; what was said in more than one way is named in
// Ambiguous and must be asked about.
type Message struct {
	Intent    Intent
	Person    *Person         // who was helped; of a correction, who is meant
	People    []Person        // all who were helped, where there are several; Person is nil then
	Group     string          // tổ 12
	Unit      string          // code of the commune-level unit
	Money     *Sum            // where it is sure; of a pledge it may have a Period
	Amounts   Reading[Sum]    // how the money was read, sure or not
	Items     []Item          //
	Date      *Day            // where it is sure
	Days      Reading[When]   // how the day was read
	Donor     string          // cty ABC, hàng xóm
	DonorKind DonorKind       //
	Anonymous bool            // the donor is not to be named
	Dimension string          // of a need: việc làm, y tế, giáo dục, nhà ở, nước & vệ sinh, thông tin
	At        Reading[Moment] // of a reminder, where a time was said
	Text      string          // of a reminder
	Range     Reading[Span]   // of a report; of an entry, the days among which its day must be asked
	From, To  Part            // of a correction
	Ambiguous []string
	Complete  bool // a log_help that lacks nothing: one person, and money or things, all of it sure
}

// Part is one thing a correction is about: an amount, a quantity, or words.
type Part struct {
	Money int64
	Item  *Item
	Text  string
}

// maxMessageWords is the length from which a text is taken for something passed on, and never for an entry.
const maxMessageWords = 90

// ReadMessage reads a whole message. What it is not sure of it leaves out, and an intent it is not sure of is None: a
// false entry is worse than a question.
func ReadMessage(s string, now time.Time) Message {
	tokens := Tokenize(s)
	if len(tokens) == 0 || len(tokens) > 6*maxMessageWords {
		return Message{Intent: None}
	}
	if allUpper(tokens) { // capitals mark names only where not everything is in capitals
		for i := range tokens {
			tokens[i].Text = tokens[i].Acc
		}
	}
	c := newMessageScan(tokens, now)
	for _, read := range []func(*messageScan) (Message, bool){
		(*messageScan).optOut,
		(*messageScan).erase,
		(*messageScan).remind,
		(*messageScan).undo,
		(*messageScan).correct,
		(*messageScan).graduate,
		(*messageScan).logHelp,
		(*messageScan).pledge,
		(*messageScan).export,
		(*messageScan).emergency,
		(*messageScan).status,
		(*messageScan).need,
	} {
		if m, ok := read(c); ok {
			return m
		}
	}
	return Message{Intent: None}
}

// found is one thing in a message and the tokens it takes.
type found[T any] struct {
	value      T
	start, end int
}

// messageScan holds what was found in a message, each token in one thing at most.
type messageScan struct {
	tokens   []Token
	now      time.Time
	taken    []bool // tokens that are part of a person, an amount, a day, ...
	cued     []bool // tokens that are part of a cue
	people   []found[Person]
	groups   []found[Group]
	places   []found[Place]
	days     []found[Reading[When]]
	spans    []found[Reading[Span]]
	money    []found[Reading[Sum]]
	items    []found[Item]
	donors   []found[donor]
	cues     []foundCue
	unread   int  // words that are none of this
	talk     bool // a phrase was found in what was read as a name, so that this is about somebody, and no entry
	doubtful bool // a name may begin a word later than it was read: cô Ba Lan, or có bà Lan
}

type foundCue struct {
	cue        cue
	start, end int
}

func newMessageScan(tokens []Token, now time.Time) *messageScan {
	c := &messageScan{tokens: tokens, now: now, taken: make([]bool, len(tokens)), cued: make([]bool, len(tokens))}
	for i := 0; i < len(tokens); {
		n := c.next(i)
		if n == 0 {
			if !tokens[i].punct() {
				c.unread++
			}
			n = 1
		}
		i += n
	}
	return c
}

// take marks tokens as read.
func (c *messageScan) take(start, end int) int {
	mark(c.taken, start, end-start)
	return end - start
}

// next reads what begins at token i and returns how many tokens it takes.
func (c *messageScan) next(i int) int {
	t := c.tokens[i]
	if t.punct() {
		if n := c.amount(i); n > 0 { // -500k, $100
			return n
		}
		return 0
	}
	if _, n := idioms.at(c.tokens, i); n > 0 {
		return n
	}
	q, cueLen := cues.at(c.tokens, i)
	if d, n := donorAt(c.tokens, i); n > 0 && n >= cueLen {
		c.donors = append(c.donors, found[donor]{d, i, i + n})
		return c.take(i, i+n)
	}
	if cueLen >= 3 || cueLen == 2 && q == cueDanger && !t.plain() { // "có trong danh sách" is no cô Trọng
		return c.cue(q, i, cueLen)
	}
	if w := numberWords[t.Acc]; isDigit(t.Acc[0]) || w.kind != partOther || vagueCounts.has(c.tokens, i) {
		if n := c.counted(i); n > 0 {
			return n
		}
	}
	if n := c.namedThings(i); n > 0 {
		return n
	}
	if n := c.amount(i); n > 0 {
		return n
	}
	if cueLen > 0 {
		return c.cue(q, i, cueLen)
	}
	if isDigit(t.Acc[0]) && len(t.Acc) > 8 {
		return c.take(i, i+1)
	}
	return 0
}

func (c *messageScan) cue(q cue, i, n int) int {
	c.cues = append(c.cues, foundCue{q, i, i + n})
	mark(c.cued, i, n)
	return n
}

// counted reads what begins with a number: a day, a thing, an amount.
func (c *messageScan) counted(i int) int {
	if n := c.day(i); n > 0 {
		return n
	}
	if numberWords[c.tokens[i].Acc].val == 1 { // một nhà hảo tâm
		if _, n := donorAt(c.tokens, i+1); n > 0 {
			return 0
		}
	}
	s := itemScan{tokens: c.tokens}
	it, n := s.item(i)
	if n > 0 && s.problem == "" && (it.Name != "" || it.Unit != "" && moneySlang[it.Unit].vnd == 0) && !(c.tokens[i].plain() && c.isPerson(i, n)) {
		if it.Name == "" && it.Unit == "m" {
			return 0
		}
		c.items = append(c.items, found[Item]{it, i, i + n})
		return c.take(i, i+n)
	}
	return c.amount(i)
}

// isPerson reports that a person is named at i by words that were read as n tokens of something else: "ba bao" is not,
// "ba hai" may be.
func (c *messageScan) isPerson(i, n int) bool {
	_, m := findPerson(c.tokens, i, c.now)
	return m > n
}

// amount reads money.
func (c *messageScan) amount(i int) int {
	r, n := findMoney(c.tokens, i)
	if n == 0 || c.tokens[i].Acc == "-" && !isMinus(c.tokens, i) {
		return 0
	}
	if r.Sure && c.tokens[i+n-1].Acc == "cu" { // 2 củ, or two old people
		r = Between(r.Value)
	}
	for k := i + 1; k < i+n && r.Sure; k++ { // 1 trieu ba tram: 1,3 million, or one for Mrs Trâm
		if !c.tokens[k].plain() || titles[c.tokens[k].Acc] == "" {
			continue
		}
		if _, m := findPerson(c.tokens, k, c.now); m > 0 && k+m >= i+n {
			r = Between(r.Value)
		}
	}
	c.money = append(c.money, found[Reading[Sum]]{r, i, i + n})
	return c.take(i, i+n)
}

// day reads a date.
func (c *messageScan) day(i int) int {
	if !mayBeginDate(c.tokens[i]) && c.tokens[i].Fold != "quy" {
		return 0
	}
	r, n := findDateLeaning(c.tokens, i, c.now, Behind)
	if s, m := findRange(c.tokens, i, c.now); m > n && s.Understood() {
		c.spans = append(c.spans, found[Reading[Span]]{s, i, i + m})
		return c.take(i, i+m)
	}
	if n == 0 || n == 1 && c.tokens[i].plain() && lonelyDay[c.tokens[i].Acc] {
		return 0
	}
	c.days = append(c.days, found[Reading[When]]{r, i, i + n})
	return c.take(i, i+n)
}

// lonelyDay are words without accents that are days only in company: toi is tối, but tôi as well.
var lonelyDay = wordSet("toi mot sang chieu qua nay tet mung ram")

// namedThings reads a day, a group, a person with their place, or a place.
func (c *messageScan) namedThings(i int) int {
	if n := c.day(i); n > 0 {
		return n
	}
	if g, n := findGroup(c.tokens, i, c.now); n > 0 {
		c.groups = append(c.groups, found[Group]{g.value(), i, i + n})
		return c.take(i, i+n)
	}
	if r, n := findPerson(c.tokens, i, c.now); n > 0 && r.Sure && !c.favour(i) {
		p := r.Value
		if g, end := residence(c.tokens, i+n, c.now); end > i+n && (g.Name != "" || !c.numberFollows(i+n)) {
			p.Group = g
			n = end - i
		}
		c.doubtful = c.doubtful || c.maybeThereIs(i, n)
		c.talk = c.talk || c.runsInto(i, n)
		c.people = append(c.people, found[Person]{p, i, i + n})
		return c.take(i, i+n)
	}
	if kind, _ := placeKind(c.tokens, i); kind == "" && !startsUpper(c.tokens[i].Text) {
		return 0
	}
	if u, n := findUnit(c.tokens, i, c.now); n > 0 {
		c.places = append(c.places, found[Place]{u.value(), i, i + n})
		if !u.Sure {
			c.places[len(c.places)-1].value.Unit = ""
		}
		return c.take(i, i+n)
	}
	return 0
}

// runsInto reports that the name of n tokens at i ends in the first word of a phrase that is no part of it: the thu of
// "ba lan thu nhap".
func (c *messageScan) runsInto(i, n int) bool {
	for k := i + 1; k < i+n; k++ {
		if q, m := cues.at(c.tokens, k); m > 0 && k+m > i+n && q == cueGeneral {
			return true
		}
	}
	return false
}

// maybeThereIs reports "co ba lan" without accents at token i: cô Ba Lan, or có bà Lan.
func (c *messageScan) maybeThereIs(i, n int) bool {
	return n > 2 && c.tokens[i].plain() && titleOrVerb[c.tokens[i].Acc] && c.tokens[i+1].Acc == "ba"
}

var titleOrVerb = wordSet("co di o chi")

// numberFollows reports a number word at token i: after a name it counts something, though places are called Ba and Tư.
func (c *messageScan) numberFollows(i int) bool {
	return i < len(c.tokens) && numberWords[c.tokens[i].Acc].kind != partOther
}

// favour reports the em of "ghi giúp em bà Lan": the writer, and not a sister of Mrs Lan.
func (c *messageScan) favour(i int) bool {
	return i > 0 && c.tokens[i].Fold == "em" && favourWords[c.tokens[i-1].Fold]
}

var favourWords = wordSet("giup gium dum ho bao")

// has reports whether a cue was found.
func (c *messageScan) has(q cue) bool { return c.first(q) >= 0 }

func (c *messageScan) hasAny(qs ...cue) bool {
	return slices.ContainsFunc(c.cues, func(f foundCue) bool { return slices.Contains(qs, f.cue) })
}

// first is where the first cue of a kind begins, -1 for none.
func (c *messageScan) first(q cue) int {
	for _, f := range c.cues {
		if f.cue == q {
			return f.start
		}
	}
	return -1
}

// asks reports a question: a question mark, a question word, or không and chưa at the end.
func (c *messageScan) asks() bool {
	for _, t := range c.tokens {
		if t.Acc == "?" {
			return true
		}
	}
	if c.has(cueQuestion) {
		return true
	}
	for i := len(c.tokens) - 1; i >= 0; i-- {
		if c.tokens[i].punct() || moneyFillers.has(c.tokens, i) && !c.taken[i] {
			continue
		}
		switch c.tokens[i].Fold {
		case "khong", "ko", "k", "chua", "hong", "hok", "ha", "hi", "nhi", "a":
			return !c.taken[i]
		}
		return false
	}
	return false
}

// pastDay reports that a day before today was said, futureDay one after it.
func (c *messageScan) pastDay() bool {
	today := DayOf(c.now)
	return slices.ContainsFunc(c.days, func(f found[Reading[When]]) bool { return f.value.Sure && f.value.Value.Date.Before(today) })
}

func (c *messageScan) futureDay() bool {
	today := DayOf(c.now)
	for _, f := range c.spans {
		for _, s := range append(f.value.Candidates, f.value.Value) {
			if s.From.After(today) {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.days, func(f found[Reading[When]]) bool {
		for _, w := range f.value.Candidates {
			if w.Date.After(today) {
				return true
			}
		}
		return f.value.Sure && f.value.Value.Date.After(today)
	})
}

// setWhat puts the money, things and day of the message into m.
func (c *messageScan) setWhat(m *Message) {
	switch len(c.money) {
	case 0:
	case 1:
		r := c.money[0].value
		m.Amounts = r
		if v := r.Value; r.Sure && v.VND > 0 && (v.Exact() || v == Sum{VND: v.VND, Period: v.Period}) {
			m.Money = &v
		}
		if m.Money == nil || !m.Money.Exact() {
			m.Ambiguous = append(m.Ambiguous, PartMoney)
		}
	default:
		for _, f := range c.money {
			m.Amounts.Candidates = append(m.Amounts.Candidates, f.value.Value)
			m.Amounts.Candidates = append(m.Amounts.Candidates, f.value.Candidates...)
		}
		m.Ambiguous = append(m.Ambiguous, PartMoney)
	}
	c.joinWorth(m)
	for _, f := range c.items {
		m.Items = append(m.Items, f.value)
		if (f.value.Vague || f.value.Approx) && !slices.Contains(m.Ambiguous, PartItems) {
			m.Ambiguous = append(m.Ambiguous, PartItems)
		}
	}
	switch {
	case len(c.days) == 1:
		m.Days = c.days[0].value
		if m.Days.Sure {
			d := m.Days.Value.Date
			m.Date = &d
			break
		}
		m.Ambiguous = append(m.Ambiguous, PartDate)
	case len(c.days) == 0 && len(c.spans) > 0:
		m.Range = c.spans[0].value
		m.Days.Candidates = c.daysOf(m.Range)
		m.Ambiguous = append(m.Ambiguous, PartDate)
	case len(c.days) > 1:
		for _, f := range c.days {
			m.Days.Candidates = append(m.Days.Candidates, f.value.Candidates...)
			if f.value.Sure {
				m.Days.Candidates = append(m.Days.Candidates, f.value.Value)
			}
		}
		m.Ambiguous = append(m.Ambiguous, PartDate)
	}
}

// joinWorth moves "mỗi suất 300k" to the thing it is the worth of.
func (c *messageScan) joinWorth(m *Message) {
	if !m.Amounts.Sure || m.Amounts.Value.Unit == "" || m.Amounts.Value.VND == 0 {
		return
	}
	for i := range c.items {
		it := &c.items[i].value
		if it.Unit != m.Amounts.Value.Unit || it.UnitValue+it.Value+it.Total > 0 {
			continue
		}
		s := itemScan{}
		s.setWorth(it, m.Amounts.Value, worthEach, true)
		m.Amounts = Reading[Sum]{}
		m.Ambiguous = slices.DeleteFunc(m.Ambiguous, func(s string) bool { return s == PartMoney })
		return
	}
}

// daysOf are the last days of a stretch that are not ahead, newest first, to choose from.
func (c *messageScan) daysOf(r Reading[Span]) []When {
	if !r.Sure {
		return nil
	}
	var days []When
	for d := r.Value.To; !d.Before(r.Value.From) && len(days) < 5; d = d.Add(-1) {
		if !d.After(DayOf(c.now)) {
			days = append(days, When{Date: d})
		} else if d.Sub(DayOf(c.now)) > 400 {
			return nil
		}
	}
	return days
}

// setPlace puts the group and unit of the message into m: those said with the person, else those said alone.
func (c *messageScan) setPlace(m *Message, p *Person) {
	groups := slices.Clone(c.groups)
	if p != nil && (p.Group.Name != "" || len(p.Group.Units) > 0) {
		groups = append(groups, found[Group]{value: p.Group})
	}
	for _, f := range groups {
		switch {
		case f.value.Name == "":
		case m.Group == "":
			m.Group = f.value.Name
		case m.Group != f.value.Name:
			m.Ambiguous = append(m.Ambiguous, PartGroup)
		}
		if len(f.value.Units) == 1 {
			m.Unit = f.value.Units[0]
		}
	}
	for _, f := range c.places {
		if m.Unit == "" {
			m.Unit = f.value.Unit
		}
	}
}
