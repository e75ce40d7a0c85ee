package vi

import "strings"

// Months, and days named with theirs in words: ngày 20 tháng 11, ngày 5 tháng sau, cuối tháng.

// month reads tháng 11, tháng mười một, tháng giêng, giêng, chạp at i; byMoon allows the number to stand alone.
func (p *dates) month(i int, byMoon bool) (month, n int) {
	t := p.tok(i)
	if byMoon && p.lunarMonthWord(i) {
		return lunarMonthNumber(t), 1
	}
	if !t.in("tháng", "thang", "thg", "th") {
		if f := t.Fold; len(f) >= 2 && len(f) <= 3 && f[0] == 't' { // t11, only behind a day
			if m, ok := wholeNumber(f[1:]); ok && m >= 1 && m <= 12 {
				return m, 1
			}
		}
		return 0, 0
	}
	if p.lunarMonthWord(i + 1) {
		return lunarMonthNumber(p.tok(i + 1)), 2
	}
	if p.tok(i + 1).in("sau") { // tháng sau; without accents it may be tháng sáu, see maybeJune
		return 0, 0
	}
	m, n := p.small(i + 1)
	if n == 0 {
		if d, ok := splitMonthYear(p.tok(i + 1).Fold); ok {
			return d.month, 0
		}
		return 0, 0
	}
	return m, n + 1
}

// splitMonthYear takes 11/2026 apart.
func splitMonthYear(s string) (named, bool) {
	cut := strings.IndexAny(s, "/-.")
	if cut < 1 {
		return named{}, false
	}
	m, ok1 := wholeNumber(s[:cut])
	y, ok2 := wholeNumber(s[cut+1:])
	if !ok1 || !ok2 || m < 1 || m > 12 || y < 1900 || y > 2199 {
		return named{}, false
	}
	return named{month: m, year: y}, true
}

// maybeJune reports thang sau typed without accents: the next month, or tháng sáu.
func (p *dates) maybeJune(i int) bool {
	return p.tok(i).Acc == "thang" && p.tok(i+1).Acc == "sau"
}

// monthWhich reads tháng này, tháng sau, tháng trước as months from this one.
func (p *dates) monthWhich(i int) (offset, n int) {
	if !p.tok(i).in("tháng", "thang") {
		return 0, 0
	}
	return p.which(i + 1)
}

// worded reads 20 tháng 11 năm 2026, ngày 20, ngày 5 tháng sau, 20 tây at i.
func (p *dates) worded(i int) (guess, int) {
	told := p.tok(i-1).in("ngày", "ngay", "hôm", "hom", "bữa", "bua", "nhằm")
	day, n := p.small(i)
	if n == 0 || len(p.tok(i).Fold) > 2 && p.tok(i).Fold[0] <= '9' {
		return guess{}, 0
	}
	written := n == 1 && p.tok(i).Fold[0] <= '9'
	j := i + n
	if p.tok(j).in("tết", "tet") {
		return guess{}, 0
	}
	d := named{day: day}
	if k, m := p.monthWhich(j); m > 0 {
		month := Day{p.today.Year, p.today.Month, 1}.addMonths(k)
		if c, _ := p.calendarWord(j + m); c == lunar {
			return p.smallInMonth(d, k, j+m, i)
		}
		g := p.resolve(named{day: day, month: month.Month, year: month.Year})
		if p.maybeJune(j) {
			g = among(append(g.days, p.resolve(named{day: day, month: 6}).days...)...)
		}
		return g, j + m - i
	}
	if p.tok(j).in(",", "/") && p.whole {
		if _, m := p.month(j+1, false); m > 0 {
			j++
		}
	}
	if month, m := p.month(j, false); m > 0 && (told || p.whole || !notDateBefore[p.tok(j+m).Acc] && p.tok(j).in("tháng", "thang")) {
		return p.wordedMonth(d, month, i, j, m)
	}
	if p.tok(j).in("tháng", "thang") {
		if my, ok := splitMonthYear(p.tok(j + 1).Fold); ok {
			d.month, d.year = my.month, my.year
			j += 2
			return p.resolve(d), j + p.suffix(j, &d) - i
		}
	}
	if c, m := p.calendarWord(j); m > 0 && c == lunar {
		if k, n := p.monthWhich(j + m); n > 0 {
			g, _ := p.moonInMonth(day, k)
			return p.moonOrJune(g, day, j+m), j + m + n - i
		}
	}
	if c, m := p.calendarWord(j); m > 0 && (told || p.whole || p.tok(j).in("âm", "tây", "dương", "âl", "al") && written) {
		d.calendar = c
		return p.resolve(d), j + m - i
	}
	if !told || p.tok(i-1).in("hôm", "hom", "bữa", "bua") && !written {
		return guess{}, 0
	}
	if !p.whole && notDateBefore[p.tok(j).Acc] {
		return guess{}, 0
	}
	if !written && day < 11 { // ngày sáu may be ngày sau
		return guess{}, 0
	}
	return p.resolve(d), j - i
}

// wordedMonth finishes a day and month in words; the month was read from j over m tokens.
func (p *dates) wordedMonth(d named, month, i, j, m int) (guess, int) {
	d.month = month
	last := j + m - 1
	if p.lunarMonthWord(last) {
		d.calendar = lunar
	}
	spelled := p.tok(last).in("một", "mot") && p.tok(last-1).in("tháng", "thang")
	j += m
	j += p.suffix(j, &d)
	if spelled && d.calendar == lunar {
		return p.firstOrEleventh(d), j - i
	}
	return p.resolve(d), j - i
}

// bareDay reads a phrase that is one number: a day of this month, to be asked about.
func (p *dates) bareDay() (guess, bool) {
	if len(p.tokens) != 1 {
		return guess{}, false
	}
	t := p.tokens[0]
	n, ok := wholeNumber(t.Fold)
	switch {
	case !ok:
		return guess{}, false
	case len(t.Fold) <= 2 && n >= 1 && n <= 31:
		g := p.solarDayAlone(n)
		g.ask = true
		return g, len(g.days) > 0
	case len(t.Fold) == 8:
		d := Day{n % 10000, n / 10000 % 100, n / 1000000}
		if d.Valid() && d.Year >= 1900 && d.Year < 2100 {
			return onDay(d), true
		}
	}
	return guess{}, false
}

// edge reads cuối tháng, cuối năm, cuối tuần and what must be asked of them, giữa tháng 11, đầu tháng sau.
func (p *dates) edge(i int) (guess, int) {
	where := edgeWord(p.tok(i))
	if where == 0 {
		return guess{}, 0
	}
	t := p.tok(i + 1)
	switch {
	case t.in("tuần", "tuan"):
		k, n := p.week(i + 1)
		if n == 0 {
			n = 1
		}
		monday := p.today.monday().Add(7 * k)
		switch where {
		case 1:
			return among(monday), n + 1
		case 3:
			return among(monday.Add(5), monday.Add(6)), n + 1
		}
		return among(monday.Add(2)), n + 1
	case t.in("tháng", "thang"):
		first, n, ok := p.monthAt(i + 1)
		if !ok {
			return guess{}, 0
		}
		if p.maybeJune(i + 1) {
			next := p.edgeOfMonth(where, first, 2)
			june := p.edgeOfMonth(where, Day{p.today.Year, 6, 1}, 2)
			return among(append(next.days, june.days...)...), n + 1
		}
		return p.edgeOfMonth(where, first, n), n + 1
	case t.in("năm", "nam"):
		y, n := p.yearWord(i+1, false)
		if n == 0 {
			y, n = p.today.Year, 1
		}
		switch where {
		case 3:
			return onDay(Day{y, 12, 31}), n + 1
		case 1:
			return among(Day{y, 1, 1}), n + 1
		}
	}
	return guess{}, 0
}

// edgeOfMonth is the last day of a month, or what to ask about its beginning or middle; said is how many words named
// the month, 1 for tháng alone.
func (p *dates) edgeOfMonth(where int, first Day, said int) guess {
	switch {
	case where == 3:
		return onDay(Day{first.Year, first.Month, daysIn(first.Year, first.Month)})
	case where == 1 && said == 1:
		return p.leaningAsk(first, first.addMonths(1))
	case where == 1:
		return among(first)
	}
	return among(Day{first.Year, first.Month, 15})
}

func (p *dates) leaningAsk(days ...Day) guess {
	g := p.leaning(days...)
	g.ask = true
	return g
}

// edgeWord reads đầu as 1, giữa as 2, cuối as 3.
func edgeWord(t Token) int {
	switch t.Acc {
	case "đầu", "dau":
		return 1
	case "giữa", "giua":
		return 2
	case "cuối", "cuoi":
		return 3
	}
	return 0
}

// monthAt reads tháng, tháng này, tháng 11, tháng 11 năm ngoái, tháng 11/2026 at i as the first day of that month.
func (p *dates) monthAt(i int) (first Day, n int, ok bool) {
	this := Day{p.today.Year, p.today.Month, 1}
	if !p.tok(i).in("tháng", "thang") {
		return Day{}, 0, false
	}
	if k, m := p.monthWhich(i); m > 0 {
		return this.addMonths(k), m, true
	}
	if d, ok := splitMonthYear(p.tok(i + 1).Fold); ok {
		return Day{d.year, d.month, 1}, 2, true
	}
	m, used := p.month(i, false)
	if used == 0 {
		return this, 1, true
	}
	if m < 1 || m > 12 || p.lunarMonthWord(i+1) {
		return Day{}, 0, false
	}
	if c, _ := p.calendarWord(i + used); c == lunar {
		return Day{}, 0, false
	}
	if y, k := p.yearWord(i+used, false); k > 0 {
		return Day{y, m, 1}, used + k, true
	}
	return Day{p.today.Year, m, 1}, used, true
}
