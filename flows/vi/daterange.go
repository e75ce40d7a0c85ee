package vi

import (
	"strings"
	"time"
)

// Span is the days from From to To, both of them in it. Approx marks bounds that were said loosely: đầu tháng.
type Span struct {
	From, To Day
	Approx   bool
	part     int8 // of an approximate one: 1 its beginning is exact, 3 its end is
}

// ProblemReversed is a range whose end lies before its beginning.
const ProblemReversed = "reversed"

// ReadRange reads a phrase that names a stretch of days: tuần trước, tháng 11, quý 3, cuối tháng, 17/10-18/11,
// từ đầu năm đến giờ, 7 ngày qua. A single day is a range of itself.
func ReadRange(s string, now time.Time) Reading[Span] { return ReadRangeLeaning(s, now, Anywhere) }

// ReadRangeLeaning is ReadRange for a question whose answer lies behind or ahead of today.
func ReadRangeLeaning(s string, now time.Time, lean Lean) Reading[Span] {
	tokens := trimPoliteness(Tokenize(asciiDigits(s)))
	p := newDates(tokens, now, lean)
	p.whole = true
	i := 0
	for p.tok(i).in("trong", "cả", "ca", "suốt", "nguyên", "của", "khoảng", "vào", "vao", "toàn") {
		i++
	}
	r, n := p.span(i)
	if n > 0 && i+n == len(tokens) {
		return r.reading()
	}
	if g, n := p.at(i); n > 0 && i+n == len(tokens) {
		return daysAsSpans(g).reading()
	}
	return Reading[Span]{}
}

// findRange reads the stretch of days that is named from token i on; a single day is none.
func findRange(tokens []Token, i int, now time.Time) (Reading[Span], int) {
	if i >= len(tokens) {
		return Reading[Span]{}, 0
	}
	p := newDates(tokens, now, Anywhere)
	j := i
	for p.tok(j).in("trong", "cả", "suốt") {
		j++
	}
	r, n := p.span(j)
	if n == 0 {
		return Reading[Span]{}, 0
	}
	return r.reading(), j + n - i
}

// spans is a range on its way to a Reading.
type spans struct {
	list    []Span
	ask     bool
	problem string
}

func oneSpan(from, to Day) spans { return spans{list: []Span{{From: from, To: to}}} }
func (s spans) sure() bool       { return len(s.list) == 1 && !s.ask && s.problem == "" }
func (s spans) reading() Reading[Span] {
	switch {
	case s.problem != "":
		return Impossible[Span](s.problem)
	case s.sure():
		return Sure(s.list[0])
	}
	return Reading[Span]{Candidates: s.list}
}

// looseSpan is the first, middle or last part of a stretch.
func looseSpan(part int, from, to Day) spans {
	return spans{list: []Span{{From: from, To: to, Approx: true, part: int8(part)}}}
}

func daysAsSpans(g guess) spans {
	s := spans{ask: g.ask, problem: g.problem}
	for _, d := range g.days {
		s.list = append(s.list, Span{From: d, To: d})
	}
	return s
}

// span reads a range at i: from one end to the other, or a period with a name.
func (p *dates) span(i int) (spans, int) {
	if s, n := p.fromTo(i); n > 0 {
		return s, n
	}
	return p.period(i)
}

// bound is one end of a range: a stretch of days, or a day of which parts are still missing.
type bound struct {
	spans
	named
	open    bool // named holds what was said; the month or year may come from the other end
	now     bool
	weekday int // a day of the week said alone, 1 Monday to 7 Sunday
}

// fromTo reads "từ A đến B", "A - B", "từ A đến nay" at i.
func (p *dates) fromTo(i int) (spans, int) {
	j := i
	from := p.tok(j).in("từ", "tu", "kể", "ke")
	if from {
		j++
		if p.tok(j).in("từ", "tu") {
			j++
		}
	}
	if a, b, month, n := p.dashedDays(j); n > 0 {
		return p.between(bound{open: true, named: a}, bound{open: true, named: b}), j + n + month - i
	}
	a, n := p.bound(j, from)
	if n == 0 {
		return spans{}, 0
	}
	j += n
	switch t := p.tok(j); {
	case t.in("đến", "den", "tới", "toi", "-", "~", "→", "cho"):
		j++
		if p.tok(j).in("hết", "het", "tận", "đến", "den", "tới", "toi") {
			j++
		}
	case from && t.in("nay", "ni", "giờ"):
	case from && t.Text == "" && p.whole && !a.open && a.sure():
		if last := a.list[0].From; !last.After(p.today) { // "từ tháng 9": until now
			return spans{list: []Span{{From: last, To: p.today}}, ask: true}, j - i
		}
		return spans{}, 0
	default:
		return spans{}, 0
	}
	b, n := p.bound(j, true)
	if n == 0 {
		return spans{}, 0
	}
	if a.open && a.small && a.month == 0 && p.tok(j+n-1).in("tết", "tet") {
		g, _ := p.newYearDay(a.day, 1, j, j+n)
		a = bound{spans: daysAsSpans(g)}
	}
	return p.between(a, b), j + n - i
}

// dashedDays reads 1-10/11 and 1-10 tháng 11, whose days may be one token.
func (p *dates) dashedDays(i int) (a, b named, month, n int) {
	t := p.tok(i)
	if cut := strings.IndexByte(t.Fold, '-'); cut > 0 {
		x, ok1 := wholeNumber(t.Fold[:cut])
		y, ok2 := wholeNumber(t.Fold[cut+1:])
		if m, used := p.month(i+1, false); ok1 && ok2 && used > 0 && x <= 31 && y <= 31 {
			b = named{day: y, month: m}
			used += p.suffix(i+1+used, &b)
			return named{day: x}, b, used, 1
		}
	}
	return named{}, named{}, 0, 0
}

// bound reads one end of a range at i; told says that từ or đến stood before it.
func (p *dates) bound(i int, told bool) (bound, int) {
	t := p.tok(i)
	switch {
	case t.in("nay", "ni", "giờ", "gio", "chừ", "đây"), t.in("bây", "bay") && p.tok(i+1).in("giờ", "gio", "chừ"), t.in("hiện", "hien") && p.tok(i+1).in("tại", "tai", "nay"):
		n := 1
		if t.in("bây", "bay", "hiện", "hien") {
			n = 2
		}
		return bound{spans: oneSpan(p.today, p.today), now: true}, n
	}
	if wd, n := p.weekdayName(i); n > 0 {
		if g, m := p.weekday(i); m == n && g.weekday > 0 {
			return bound{spans: daysAsSpans(p.settle(g)), weekday: wd}, n
		}
	}
	if d, n := p.namedBound(i, told); n > 0 {
		return bound{open: true, named: d}, n
	}
	if g, n := p.at(i); n > 0 {
		if s, m := p.period(i); m >= n {
			return bound{spans: s}, m
		}
		return bound{spans: daysAsSpans(g)}, n
	}
	s, n := p.period(i)
	return bound{spans: s}, n
}

// namedBound reads a day of which the other end may complete the month or year.
func (p *dates) namedBound(i int, told bool) (named, int) {
	j := i
	small := false
	switch t := p.tok(j); {
	case t.in("ngày", "ngay", "hôm", "hom"):
		j++
	case t.in("mùng", "mồng", "mung", "mong"):
		j++
		small = true
	}
	if d, ok := splitNumeric(p.tok(j).Fold); ok {
		d.small = small
		n := p.suffix(j+1, &d)
		return d, j + 1 + n - i
	}
	day, n := p.small(j)
	if n == 0 || day < 1 || day > 31 {
		return named{}, 0
	}
	d := named{day: day, small: small}
	k := j + n
	if m, used := p.month(k, false); used > 0 {
		d.month = m
		if p.lunarMonthWord(k + used - 1) {
			d.calendar = lunar
		}
		k += used
		k += p.suffix(k, &d)
		return d, k - i
	}
	if c, used := p.calendarWord(k); used > 0 && (told || small) {
		d.calendar = c
		return d, k + used - i
	}
	if j == i && !isDigit(p.tok(j).Fold[0]) { // năm is a year as well as five
		return named{}, 0
	}
	if p.tok(k).in("tết", "tet") || isUnitOfTime(p.tok(k)) && p.tok(k).Text != "" {
		return named{}, 0
	}
	if !told && j == i && !p.whole {
		return named{}, 0
	}
	return d, k - i
}

func isUnitOfTime(t Token) bool {
	return t.in("ngày", "ngay", "hôm", "bữa", "tuần", "tuan", "tháng", "thang", "năm", "nam", "quý")
}

// between joins two ends; what one leaves open the other completes.
func (p *dates) between(a, b bound) spans {
	if a.open && b.open {
		return p.betweenNamed(a.named, b.named)
	}
	if a.open {
		a.spans = daysAsSpans(p.resolve(a.named))
	}
	if b.open {
		b.spans = daysAsSpans(p.resolve(b.named))
	}
	switch {
	case a.problem != "":
		return a.spans
	case b.problem != "":
		return b.spans
	case a.weekday > 0 && b.weekday > 0:
		monday := p.today.monday()
		from, to := monday.Add(a.weekday-1), monday.Add(b.weekday-1)
		if to.Before(from) {
			to = to.Add(7)
		}
		return spans{list: []Span{{From: from, To: to}, {From: from.Add(-7), To: to.Add(-7)}, {From: from.Add(7), To: to.Add(7)}}, ask: true}
	case a.weekday > 0 && b.sure(): // thứ 2 đến thứ 6 tuần trước
		to := b.list[0].To
		a.spans = oneSpan(to.Add(-mod(isoWeekday(to)-a.weekday, 7)), to)
	}
	out := spans{ask: a.ask || b.ask}
	for _, x := range a.list {
		for _, y := range b.list {
			if !y.To.Before(x.From) {
				out.list = append(out.list, Span{From: x.From, To: y.To, Approx: looseEnd(x, true) || looseEnd(y, false)})
			}
		}
	}
	if len(out.list) == 0 {
		return spans{problem: ProblemReversed}
	}
	if len(out.list) == 1 && (a.now || b.now) {
		out.ask = false
	}
	return out
}

// looseEnd reports whether the end that counts of a loose stretch is loose itself: of đầu năm the beginning is not.
func looseEnd(s Span, first bool) bool {
	return s.Approx && !(first && s.part == 1) && !(!first && s.part == 3)
}

// betweenNamed joins two days named by a calendar.
func (p *dates) betweenNamed(a, b named) spans {
	if a.calendar == anyCalendar {
		a.calendar = b.calendar
	}
	if b.calendar == anyCalendar {
		b.calendar = a.calendar
	}
	a.small, b.small = a.small || b.small, a.small || b.small
	for _, d := range []*named{&a, &b} {
		if d.shortYear {
			d.year, d.shortYear = p.century(d.year), false
		}
	}
	if a.month == 0 {
		a.month = b.month
		if a.year == 0 {
			a.year = b.year
		}
	}
	if b.month == 0 && a.month != 0 {
		b.month, b.year = a.month, max(a.year, b.year)
	}
	switch {
	case a.calendar == solar || a.calendar == anyCalendar && !a.small:
		return p.solarSpan(a, b)
	case a.calendar == lunar:
		return p.lunarSpan(a, b)
	}
	moon, sun := p.lunarSpan(a, b), p.solarSpan(a, b)
	return spans{list: append(moon.list, sun.list...), ask: true}
}

func (p *dates) solarSpan(a, b named) spans {
	if a.month == 0 {
		a.month, b.month = p.today.Month, p.today.Month
		a.year, b.year = p.today.Year, p.today.Year
	}
	back := a.month > b.month || a.month == b.month && a.day > b.day
	valid := func(from, to Day) spans {
		switch {
		case !from.Valid() || !to.Valid():
			return spans{problem: ProblemInvalidDate}
		case to.Before(from):
			return spans{problem: ProblemReversed}
		}
		return oneSpan(from, to)
	}
	day := func(d named, year int) Day { return Day{year, d.month, d.day} }
	switch {
	case a.year != 0 && b.year != 0:
		return valid(day(a, a.year), day(b, b.year))
	case b.year != 0:
		y := b.year
		if back {
			y--
		}
		return valid(day(a, y), day(b, b.year))
	case a.year != 0:
		y := a.year
		if back {
			y++
		}
		return valid(day(a, a.year), day(b, y))
	case !back:
		return valid(day(a, p.today.Year), day(b, p.today.Year))
	case a.month == b.month:
		return spans{problem: ProblemReversed}
	}
	last := valid(day(a, p.today.Year-1), day(b, p.today.Year))
	next := valid(day(a, p.today.Year), day(b, p.today.Year+1))
	if last.problem != "" || next.problem != "" {
		return spans{problem: ProblemInvalidDate}
	}
	return spans{list: append(next.list, last.list...), ask: true}
}

func (p *dates) lunarSpan(a, b named) spans {
	if a.month == 0 {
		a.month, b.month, a.year, b.year = p.moon.Month, p.moon.Month, p.moon.Year, p.moon.Year
	}
	if b.year == 0 {
		b.year = a.year
	}
	if a.year == 0 {
		a.year = b.year
	}
	if a.year == 0 {
		a.year, b.year = p.moon.Year, p.moon.Year
		if a.month > b.month {
			b.year++
		}
	}
	from, ok1 := FromLunar(LunarDate{Year: a.year, Month: a.month, Day: a.day})
	to, ok2 := FromLunar(LunarDate{Year: b.year, Month: b.month, Day: b.day})
	switch {
	case !ok1 || !ok2:
		return spans{problem: ProblemInvalidDate}
	case to.Before(from):
		return spans{problem: ProblemReversed}
	}
	return oneSpan(from, to)
}
