package vi

import "strings"

// Stretches of days that have a name: tuần này, quý 3, cuối tháng 10, 7 ngày qua.

// period reads a stretch that has a name at i: tuần này, tháng 11, quý 3, năm ngoái, đầu tháng, 7 ngày qua.
func (p *dates) period(i int) (spans, int) {
	for _, read := range [...]func(int) (spans, int){p.recent, p.monthsOfYear, p.weekOfMonth, p.part, p.weekSpan, p.monthSpan, p.quarterSpan, p.yearSpan} {
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

// monthsOfYear reads 6 tháng đầu năm, 3 tháng cuối năm at i.
func (p *dates) monthsOfYear(i int) (spans, int) {
	v, n := p.small(i)
	at := i + n
	if n == 0 || !p.tok(at).in("tháng", "thang") || !p.tok(at+2).in("năm", "nam") {
		return spans{}, 0
	}
	y, m := p.yearWord(at+2, false)
	if m == 0 {
		y, m = p.today.Year, 1
	}
	end := at + 2 + m
	switch where := edgeWord(p.tok(at + 1)); {
	case v < 1 || v > 12:
	case where == 1:
		_, to := monthDays(Day{y, v, 1})
		return oneSpan(Day{y, 1, 1}, to), end - i
	case where == 3:
		return oneSpan(Day{y, 13 - v, 1}, Day{y, 12, 31}), end - i
	}
	return spans{}, 0
}

// weekOfMonth reads tuần đầu tháng 11, tuần cuối tháng at i: seven days at one end of it, loosely.
func (p *dates) weekOfMonth(i int) (spans, int) {
	where := edgeWord(p.tok(i + 1))
	if !p.tok(i).in("tuần", "tuan") || where%2 == 0 || !p.tok(i+2).in("tháng", "thang") {
		return spans{}, 0
	}
	s, n := p.partOfMonth(where, false, i, i+2)
	for k := range s.list {
		if where == 1 {
			s.list[k].To = s.list[k].From.Add(6)
		} else {
			s.list[k].From = s.list[k].To.Add(-6)
		}
	}
	return s, n
}

// part reads đầu, giữa, cuối, nửa đầu, nửa cuối of a week, month, quarter or year.
func (p *dates) part(i int) (spans, int) {
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
