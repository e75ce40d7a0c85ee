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

// period reads a stretch that has a name at i: tuần này, tháng 11, quý 3, năm ngoái, đầu tháng, 7 ngày qua.
func (p *dates) period(i int) (spans, int) {
	for _, read := range [...]func(int) (spans, int){p.recent, p.part, p.weekSpan, p.monthSpan, p.quarterSpan, p.yearSpan} {
		if s, n := read(i); n > 0 {
			return s, n
		}
	}
	return spans{}, 0
}

func (p *dates) weekSpan(i int) (spans, int) {
	k, n := p.week(i)
	if n == 0 {
		return spans{}, 0
	}
	if _, m := p.weekdayName(i + n); m > 0 {
		return spans{}, 0
	}
	monday := p.today.monday().Add(7 * k)
	week := oneSpan(monday, monday.Add(6))
	if p.tok(i+1).in("qua", "wa") || p.tok(i+1).in("vừa", "vua") && p.tok(i+2).in("qua", "wa") { // the last seven days as well
		week.list = append(week.list, Span{From: p.today.Add(-7), To: p.today.Add(-1)})
		week.ask = true
	}
	return week, n
}

func monthDays(first Day) (Day, Day) {
	return first, Day{first.Year, first.Month, daysIn(first.Year, first.Month)}
}

func (p *dates) monthSpan(i int) (spans, int) {
	if t := p.tok(i); p.tok(i+1).Text == "" || !p.tok(i+1).in("tháng") {
		if d, ok := splitMonthYear(t.Fold); ok && (strings.Contains(t.Fold, "/") || p.whole) {
			return oneSpan(monthDays(Day{d.year, d.month, 1})), 1
		}
		if len(t.Fold) > 2 && t.Fold[0] == 't' {
			if d, ok := splitMonthYear(t.Fold[1:]); ok {
				return oneSpan(monthDays(Day{d.year, d.month, 1})), 1
			}
		}
		if m, ok := wholeNumber(strings.TrimPrefix(t.Fold, "t")); ok && p.whole && len(t.Fold) >= 2 && t.Fold[0] == 't' && (m >= 8 && m <= 12 || m == 1) {
			return p.monthOfYear(m, i+1, i)
		}
	}
	if !p.tok(i).in("tháng", "thang") {
		return spans{}, 0
	}
	if p.tok(i+1).in("cao") && p.tok(i+2).in("điểm", "diem") {
		y, n := p.yearWord(i+3, false)
		if n == 0 {
			y = p.today.Year
		}
		return oneSpan(Day{y, 10, 17}, Day{y, 11, 18}), n + 3
	}
	if k, n := p.monthWhich(i); n > 0 {
		s := oneSpan(monthDays(Day{p.today.Year, p.today.Month, 1}.addMonths(k)))
		if p.tok(i+1).in("qua", "wa") {
			s.list = append(s.list, Span{From: p.today.addMonths(-1), To: p.today.Add(-1)})
			s.ask = true
		}
		if p.maybeJune(i) {
			from, to := monthDays(Day{p.today.Year, 6, 1})
			s.list = append(s.list, Span{From: from, To: to})
			s.ask = true
		}
		return s, n
	}
	if d, ok := splitMonthYear(p.tok(i + 1).Fold); ok {
		return oneSpan(monthDays(Day{d.year, d.month, 1})), 2
	}
	m, n := p.month(i, false)
	if n == 0 {
		return spans{}, 0
	}
	if m < 1 || m > 12 {
		return spans{problem: ProblemInvalidDate}, n
	}
	c, used := p.calendarWord(i + n)
	if c == lunar || p.lunarMonthWord(i+n-1) {
		return p.lunarMonthSpan(m, i, i+n+used)
	}
	return p.monthOfYear(m, i+n+used, i)
}

// monthOfYear finishes tháng m, whose year may be said at j.
func (p *dates) monthOfYear(m, j, i int) (spans, int) {
	if y, n := p.yearWord(j, false); n > 0 {
		return oneSpan(monthDays(Day{y, m, 1})), j + n - i
	}
	var days [3]Day
	for k := range days {
		days[k] = Day{p.today.Year + k - 1, m, 15}
	}
	s := spans{}
	g := p.nearest(days)
	s.ask = g.ask
	for _, d := range g.days {
		from, to := monthDays(Day{d.Year, d.Month, 1})
		s.list = append(s.list, Span{From: from, To: to})
	}
	return s, j - i
}

func (p *dates) lunarMonthSpan(m, i, j int) (spans, int) {
	y, n := p.yearWord(j, true)
	if n == 0 {
		y = p.moon.Year
	}
	from, ok := FromLunar(LunarDate{Year: y, Month: m, Day: 1})
	if !ok {
		return spans{}, 0
	}
	s := oneSpan(from, from.Add(LunarMonthDays(y, m, false)-1))
	if n == 0 && m <= 4 && p.moon.Month >= 8 { // the one to come is as near
		if next, ok := FromLunar(LunarDate{Year: y + 1, Month: m, Day: 1}); ok {
			s.list = append(s.list, Span{From: next, To: next.Add(LunarMonthDays(y+1, m, false) - 1)})
			s.ask = true
		}
	}
	return s, j + n - i
}

// quarters are the ways a quarter of the year is numbered.
var quarters = newPhraseTable(phraseList[int]{1, "1|i|một|01|nhất"}, phraseList[int]{2, "2|ii|hai|02"}, phraseList[int]{3, "3|iii|ba|03"}, phraseList[int]{4, "4|iv|tư|bốn|04"})

func (p *dates) quarterSpan(i int) (spans, int) {
	t := p.tok(i)
	j := i + 1
	q, n := 0, 0
	switch {
	case t.in("quý", "quy", "quí", "qúy"):
		if k, m := p.which(j); m > 0 {
			first := Day{p.today.Year, (p.today.Month-1)/3*3 + 1, 1}.addMonths(3 * k)
			_, to := monthDays(first.addMonths(2))
			return oneSpan(first, to), m
		}
		q, n = quarters.at(p.tokens, j)
		if n == 0 {
			if cut := strings.IndexByte(p.tok(j).Fold, '/'); cut == 1 {
				if y, ok := wholeNumber(p.tok(j).Fold[2:]); ok && y >= 1900 && y < 2200 {
					if k := int(p.tok(j).Fold[0] - '0'); k >= 1 && k <= 4 {
						return quarterOf(k, y), 2
					}
				}
			}
			return spans{}, 0
		}
		j += n
	case len(t.Fold) == 2 && t.Fold[0] == 'q' && t.Fold[1] >= '1' && t.Fold[1] <= '4':
		q = int(t.Fold[1] - '0')
	default:
		return spans{}, 0
	}
	y, n := p.yearWord(j, false)
	if n == 0 {
		y = p.today.Year
	}
	return quarterOf(q, y), j + n - i
}

func quarterOf(q, year int) spans {
	_, to := monthDays(Day{year, 3 * q, 1})
	return oneSpan(Day{year, 3*q - 2, 1}, to)
}

func (p *dates) yearSpan(i int) (spans, int) {
	y, n := p.yearWord(i, false)
	if n == 0 || n == 1 && !p.whole {
		return spans{}, 0
	}
	return oneSpan(Day{y, 1, 1}, Day{y, 12, 31}), n
}

// part reads đầu, giữa, cuối of a week, month, quarter or year, and 6 tháng đầu năm.
func (p *dates) part(i int) (spans, int) {
	if v, n := p.small(i); n > 0 && p.tok(i+n).in("tháng", "thang") && edgeWord(p.tok(i+n+1)) > 0 && p.tok(i+n+2).in("năm", "nam") {
		y, m := p.yearWord(i+n+2, false)
		if m == 0 {
			y, m = p.today.Year, 1
		}
		end := i + n + 2 + m
		switch {
		case v < 1 || v > 12:
			return spans{}, 0
		case edgeWord(p.tok(i+n+1)) == 1:
			_, to := monthDays(Day{y, v, 1})
			return oneSpan(Day{y, 1, 1}, to), end - i
		case edgeWord(p.tok(i+n+1)) == 3:
			return oneSpan(Day{y, 13 - v, 1}, Day{y, 12, 31}), end - i
		}
		return spans{}, 0
	}
	where, j := edgeWord(p.tok(i)), i+1
	halfOf := false
	if p.tok(i).in("nửa", "nua") && edgeWord(p.tok(i+1)) > 0 {
		where, j, halfOf = edgeWord(p.tok(i+1)), i+2, true
	}
	if where == 0 {
		return spans{}, 0
	}
	switch t := p.tok(j); {
	case t.in("tuần", "tuan"):
		k, n := p.week(j)
		if n == 0 {
			n = 1
		}
		monday := p.today.monday().Add(7 * k)
		switch where {
		case 1:
			return looseSpan(where, monday, monday.Add(1)), j + n - i
		case 2:
			return looseSpan(where, monday.Add(2), monday.Add(3)), j + n - i
		}
		return oneSpan(monday.Add(5), monday.Add(6)), j + n - i
	case t.in("tháng", "thang"):
		return p.partOfMonth(where, halfOf, i, j)
	case t.in("năm", "nam"):
		y, n := p.yearWord(j, false)
		if n == 0 {
			y, n = p.today.Year, 1
		}
		if halfOf && where == 1 {
			return oneSpan(Day{y, 1, 1}, Day{y, 6, 30}), j + n - i
		}
		if halfOf {
			return oneSpan(Day{y, 7, 1}, Day{y, 12, 31}), j + n - i
		}
		months := [4][2]int{1: {1, 3}, 2: {5, 8}, 3: {10, 12}}[where]
		return looseSpan(where, Day{y, months[0], 1}, Day{y, months[1], daysIn(y, months[1])}), j + n - i
	case t.in("quý", "quy", "quí"):
		q, n := p.quarterSpan(j)
		if n == 0 {
			q, n = quarterOf((p.today.Month+2)/3, p.today.Year), 1
		}
		m := q.list[0].From.addMonths(where - 1)
		from, to := monthDays(m)
		return looseSpan(where, from, to), j + n - i
	}
	return spans{}, 0
}

// partOfMonth is the days 1 to 10, 11 to 20, or 21 to the end, loosely; with nửa the half, exactly.
func (p *dates) partOfMonth(where int, halfOf bool, i, j int) (spans, int) {
	s, n := p.monthSpan(j)
	if n == 0 {
		s, n = oneSpan(monthDays(Day{p.today.Year, p.today.Month, 1})), 1
		if next := p.tok(j + 1); next.Text != "" && !p.edgeEnds(next) {
			return spans{}, 0
		}
	}
	out := spans{ask: s.ask, problem: s.problem}
	for _, m := range s.list {
		from, to, loose := m.From, m.To, true
		switch {
		case halfOf && where == 1:
			to, loose = from.Add(14), false
		case halfOf:
			from, loose = from.Add(15), false
		case where == 1:
			to = from.Add(9)
		case where == 2:
			from, to = from.Add(10), from.Add(19)
		default:
			from = from.Add(20)
		}
		out.list = append(out.list, Span{From: from, To: to, Approx: loose, part: int8(where)})
	}
	return out, j + n - i
}

func (p *dates) edgeEnds(t Token) bool {
	return !p.whole || t.in("đến", "den", "tới", "toi", "-", "~", ",")
}

// recent reads counts back from today: 7 ngày qua, 3 tháng gần đây, mấy tháng nay, and ahead: 2 tuần tới.
func (p *dates) recent(i int) (spans, int) {
	vague, j := false, i
	t := p.tok(i)
	switch {
	case t.in("hổm") && p.tok(i+1).in("rày", "ray", "nay"), t.in("dạo") && p.tok(i+1).in("này", "ni", "nay"), t.in("gần", "gan") && p.tok(i+1).in("đây", "day"), t.in("mấy") && p.tok(i+1).in("lâu") && p.tok(i+2).in("nay", "ni"):
		n := 2
		if t.in("mấy") {
			n = 3
		}
		return spans{list: []Span{{From: p.today.Add(-7), To: p.today, Approx: true}, {From: p.today.addMonths(-1), To: p.today, Approx: true}}, ask: true}, n
	case t.in("mấy", "may", "vài", "vai", "dăm", "những"):
		vague, j = true, i+1
	}
	v, n := 3, 0
	if !vague {
		if v, n = p.small(j); n == 0 || v == 0 {
			return spans{}, 0
		}
		j += n
	}
	var back func(Day, int) Day
	switch u := p.tok(j); {
	case u.in("ngày", "ngay", "hôm", "hom", "bữa", "bua"):
		back = func(d Day, n int) Day { return d.Add(n) }
	case u.in("tuần", "tuan"):
		back = func(d Day, n int) Day { return d.Add(7 * n) }
	case u.in("tháng", "thang"):
		back = Day.addMonths
	case u.in("năm", "nam"):
		back = func(d Day, n int) Day { return d.addMonths(12 * n) }
	default:
		return spans{}, 0
	}
	days := p.tok(j).in("ngày", "ngay", "hôm", "hom", "bữa", "bua")
	j++
	switch u, w := p.tok(j), p.tok(j+1); {
	case u.in("vừa", "vua") && w.in("qua", "rồi", "roi", "wa"), u.in("gần", "gan") && w.in("đây", "day", "nhất", "nhat"), u.in("trở", "tro") && w.in("lại", "lai"), u.in("đổ") && w.in("lại"):
		j += 2
		if p.tok(j).in("đây", "day") {
			j++
		}
	case u.in("qua", "wa", "nay", "ni", "rày"), u.in("rồi", "roi") && days:
		j++
	case u.in("tới", "toi", "sắp") && !vague:
		j++
		if u.in("sắp") && w.in("tới") {
			j++
		}
		return spans{list: []Span{{From: p.today, To: back(p.today, v), Approx: true}}}, j - i
	default:
		return spans{}, 0
	}
	from := back(p.today, -v)
	if days {
		from = from.Add(1)
	}
	return spans{list: []Span{{From: from, To: p.today, Approx: true}}, ask: vague}, j - i
}
