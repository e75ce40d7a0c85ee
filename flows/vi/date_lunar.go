package vi

// Days named by the lunar calendar, and feasts: mùng 5, rằm tháng bảy, 30 Tết, Trung thu.

// moonDays are the last lunar day of that number up to today and the next one after it.
func (p *dates) moonDays(day int) (before, after Day) {
	for k := 0; k < 100; k++ {
		if d := p.today.Add(-k); before.IsZero() {
			if l, ok := ToLunar(d); ok && l.Day == day {
				before = d
			}
		}
		if d := p.today.Add(k + 1); after.IsZero() {
			if l, ok := ToLunar(d); ok && l.Day == day {
				after = d
			}
		}
	}
	return before, after
}

// lunarDay reads mùng 5, mồng 1 tháng 11 âm, rằm, rằm tháng mười at i.
func (p *dates) lunarDay(i int) (guess, int) {
	t := p.tok(i)
	switch {
	case t.in("mùng", "mồng", "mung", "mong"):
		if d, ok := splitNumeric(p.tok(i + 1).Fold); ok && d.day <= 10 {
			d.small = true
			return p.resolveSmall(d, i, i+2)
		}
		day, n := p.small(i + 1)
		if n > 1 || n == 0 || day < 1 || day > 10 {
			return guess{}, 0
		}
		return p.resolveSmall(named{day: day, small: true}, i, i+2)
	case t.in("rằm") || t.in("ram"):
		d := named{day: 15, calendar: lunar}
		if t.in("ram") && !p.whole && !p.tok(i+1).in("thang", "nay", "toi") && !p.tok(i-1).in("ngay", "hom") {
			return guess{}, 0
		}
		if month, n := p.month(i+1, true); n > 0 {
			d.month = month
			m := p.suffix(i+1+n, &d)
			if d.calendar == solar {
				return guess{}, 0
			}
			return p.resolve(d), 1 + n + m
		}
		if k, n := p.monthWhich(i + 1); n > 0 {
			g, _ := p.moonInMonth(15, k)
			return p.moonOrJune(g, 15, i+1), n + 1
		}
		before, after := p.moonDays(15)
		switch u := p.tok(i + 1); {
		case u.in("này", "ni", "tới", "toi", "sau", "nay"):
			return onDay(after), 2
		case u.in("rồi", "roi", "trước", "truoc", "qua"):
			return onDay(before), 2
		case u.in("vừa", "vua") && p.tok(i+2).in("rồi", "roi", "qua"):
			return onDay(before), 3
		}
		n := 1
		if c, m := p.calendarWord(i + 1); m > 0 && c == lunar {
			n += m
		}
		return p.leaning(before, after), n
	}
	return guess{}, 0
}

// resolveSmall finishes mùng D, whose token behind is j.
func (p *dates) resolveSmall(d named, i, j int) (guess, int) {
	if p.tok(j).in("tết", "tet") {
		return p.newYearDay(d.day, 1, i, j+1)
	}
	if d.month == 0 {
		if month, n := p.month(j, false); n > 0 {
			d.month = month
			j += n
			if p.lunarMonthWord(j - 1) {
				d.calendar = lunar
			}
		} else if k, n := p.monthWhich(j); n > 0 {
			return p.smallInMonth(d, k, j+n, i)
		}
	}
	if d.month != 0 {
		spelled := p.tok(j-1).in("một", "mot") && p.tok(j-2).in("tháng", "thang")
		j += p.suffix(j, &d)
		if spelled && d.calendar != solar {
			return p.firstOrEleventh(d), j - i
		}
	} else if c, n := p.calendarWord(j); n > 0 {
		d.calendar = c
		j += n
	}
	return p.resolve(d), j - i
}

// smallInMonth settles mùng 5 tháng này or tháng sau by either calendar; j is the token behind the month.
func (p *dates) smallInMonth(d named, k, j, i int) (guess, int) {
	c, n := p.calendarWord(j)
	june := p.maybeJune(j - 2)
	m := Day{p.today.Year, p.today.Month, 1}.addMonths(k)
	sun := p.resolve(named{day: d.day, month: m.Month, year: m.Year})
	moon, ok := p.moonInMonth(d.day, k)
	switch {
	case june:
		d.month = 6
		return among(append(append(moon.days, sun.days...), p.resolve(d).days...)...), j + n - i
	case c == solar || !ok:
		return sun, j + n - i
	case c == lunar:
		return moon, j + n - i
	}
	return p.leaning(append(moon.days, sun.days...)...), j + n - i
}

// moonInMonth is a day of the lunar month k months from this one.
func (p *dates) moonInMonth(day, k int) (guess, bool) {
	d := p.today.Add(1 - p.moon.Day) // the first of this month
	for ; k > 0; k-- {
		d = d.Add(31)
		l, _ := ToLunar(d)
		d = d.Add(1 - l.Day)
	}
	for ; k < 0; k++ {
		d = d.Add(-1)
		l, _ := ToLunar(d)
		d = d.Add(1 - l.Day)
	}
	l, ok := ToLunar(d)
	if !ok {
		return guess{}, false
	}
	l.Day = day
	on, ok := FromLunar(l)
	if !ok {
		return wrong(ProblemInvalidDate), false
	}
	return onDay(on), true
}

// moonOrJune adds the day of the sixth lunar month, where thang sau at i may mean that.
func (p *dates) moonOrJune(g guess, day, i int) guess {
	if !p.maybeJune(i) {
		return g
	}
	return among(append(g.days, p.resolve(named{day: day, month: 6, calendar: lunar}).days...)...)
}

// lunarMonthWord reports months that only the lunar calendar has: giêng, chạp.
func (p *dates) lunarMonthWord(i int) bool {
	return p.tok(i).in("giêng", "gieng", "chạp", "chap")
}

func lunarMonthNumber(t Token) int {
	if t.in("giêng", "gieng") {
		return 1
	}
	return 12
}

// firstOrEleventh settles a lunar tháng một, which is the 11th month to some and the first to others.
func (p *dates) firstOrEleventh(d named) guess {
	first := p.resolve(d)
	d.month, d.calendar = 11, lunar
	eleventh := p.resolve(d)
	return among(append(append([]Day{}, eleventh.days...), first.days...)...)
}

// tet reads 30 Tết, Tết, Tết Nguyên đán, giao thừa at i.
func (p *dates) tet(i int) (guess, int) {
	if p.tok(i).in("giao") && p.tok(i+1).in("thừa", "thua") {
		return p.newYearDay(0, 1, i, i+2)
	}
	if day, n := p.small(i); n > 0 && p.tok(i+n).in("tết", "tet") && !p.tok(i+n+1).in("trung", "đoan", "tây") {
		switch {
		case day >= 23 && day <= 30:
			return p.newYearDay(day, 12, i, i+n+1)
		case day >= 1 && day <= 10 && p.whole:
			g, m := p.newYearDay(day, 1, i, i+n+1)
			return g, m
		case day > 30:
			return wrong(ProblemInvalidDate), n + 1
		}
		return guess{}, 0
	}
	if !p.tok(i).in("tết", "tet") {
		return guess{}, 0
	}
	t, u := p.tok(i+1), p.tok(i+2)
	switch {
	case t.in("trung") && u.in("thu"), t.in("đoan", "doan"):
		return guess{}, 0
	case t.in("tây", "tay", "dương", "duong"):
		j := i + 2
		if u.in("lịch", "lich") {
			j++
		}
		if y, n := p.yearWord(j, false); n > 0 {
			return onDay(Day{y, 1, 1}), j + n - i
		}
		return p.westernNewYear(), j - i
	case t.in("nguyên", "nguyen") && u.in("đán", "dan"):
		return p.newYearDay(1, 1, i, i+3)
	}
	if !p.whole {
		return guess{}, 0
	}
	j := i + 1
	if c, n := p.calendarWord(j); n > 0 && c == lunar {
		j += n
	}
	g, n := p.newYearDay(1, 1, i, j)
	g.ask = true // Tết is several days
	return g, n
}

func (p *dates) westernNewYear() guess {
	return p.nearestNewYear([3]Day{{p.today.Year - 1, 1, 1}, {p.today.Year, 1, 1}, {p.today.Year + 1, 1, 1}}, [3]string{})
}

// newYearDay is a day about Tết: month 12 for the days before it, 1 for those from mùng 1 on; day 0 is giao thừa,
// the last day of the old year. The year may be said at j.
func (p *dates) newYearDay(day, month, i, j int) (guess, int) {
	find := func(year int) (Day, string) { // year: the lunar year that this Tết begins
		switch {
		case day == 0:
			d, _ := NewYear(year)
			return d.Add(-1), ""
		case month == 1:
			d, _ := FromLunar(LunarDate{Year: year, Month: 1, Day: day})
			return d, ""
		}
		if d, ok := FromLunar(LunarDate{Year: year - 1, Month: 12, Day: day}); ok {
			return d, ""
		}
		d, _ := NewYear(year)
		return d.Add(-1), "tháng Chạp năm " + YearName(year-1) + " chỉ có 29 ngày"
	}
	if p.tok(j).in("nguyên", "nguyen") && p.tok(j+1).in("đán", "dan") {
		j += 2
	}
	if c, n := p.calendarWord(j); n > 0 && c == lunar {
		j += n
	}
	if y, n := p.yearWord(j, false); n > 0 {
		d, note := find(y)
		return guess{days: []Day{d}, note: note}, j + n - i
	}
	var days [3]Day
	var notes [3]string
	for k := range days {
		days[k], notes[k] = find(p.today.Year + k - 1)
	}
	switch t := p.tok(j); {
	case t.in("rồi", "roi", "qua"), t.in("vừa", "vua") && p.tok(j+1).in("rồi", "roi", "qua"):
		n := 1
		if t.in("vừa", "vua") {
			n = 2
		}
		for k := 2; k >= 0; k-- {
			if !days[k].After(p.today) {
				return guess{days: days[k : k+1], note: notes[k]}, j + n - i
			}
		}
	case t.in("này", "tới", "toi", "sau", "ni"):
		for k := range days {
			if !days[k].Before(p.today) {
				return guess{days: days[k : k+1], note: notes[k]}, j + 1 - i
			}
		}
	}
	return p.nearestNewYear(days, notes), j - i
}

// nearestNewYear settles which year's feast is meant: the nearest, if it is clearly nearer than any other.
func (p *dates) nearestNewYear(days [3]Day, notes [3]string) guess {
	before, after := -1, -1
	for k, d := range days {
		if d.IsZero() {
			continue
		}
		if !d.After(p.today) {
			before = k
		} else if after < 0 {
			after = k
		}
	}
	switch {
	case before < 0 && after < 0:
		return wrong(ProblemInvalidDate)
	case before < 0:
		return guess{days: days[after : after+1], note: notes[after]}
	case after < 0:
		return guess{days: days[before : before+1], note: notes[before]}
	}
	past, ahead := p.today.Sub(days[before]), days[after].Sub(p.today)
	pick := -1
	switch {
	case p.lean == Behind:
		pick = before
	case p.lean == Ahead, ahead*2 < past:
		pick = after
	case past*2 < ahead:
		pick = before
	}
	if pick < 0 {
		return among(days[before], days[after])
	}
	return guess{days: days[pick : pick+1], note: notes[pick]}
}

// feasts lists the days of the year that people call by name.
var feasts = newPhraseTable(
	phraseList[named]{named{day: 15, month: 8, calendar: lunar}, "trung thu|tết trung thu"},
	phraseList[named]{named{day: 5, month: 5, calendar: lunar}, "tết đoan ngọ|đoan ngọ"},
	phraseList[named]{named{day: 15, month: 7, calendar: lunar}, "vu lan|lễ vu lan"},
	phraseList[named]{named{day: 15, month: 4, calendar: lunar}, "phật đản|lễ phật đản"},
	phraseList[named]{named{day: 10, month: 3, calendar: lunar}, "giỗ tổ hùng vương|giỗ tổ"},
	phraseList[named]{named{day: 23, month: 12, calendar: lunar}, "đưa ông táo|ông công ông táo|ông táo"},
	phraseList[named]{named{day: 25, month: 12, calendar: solar}, "noel|giáng sinh|nô en"},
	phraseList[named]{named{day: 2, month: 9, calendar: solar}, "quốc khánh"},
	phraseList[named]{named{day: 1, month: 5, calendar: solar}, "quốc tế lao động"},
	phraseList[named]{named{day: 8, month: 3, calendar: solar}, "quốc tế phụ nữ"},
	phraseList[named]{named{day: 1, month: 6, calendar: solar}, "quốc tế thiếu nhi"},
	phraseList[named]{named{day: 20, month: 10, calendar: solar}, "phụ nữ việt nam"},
	phraseList[named]{named{day: 20, month: 11, calendar: solar}, "nhà giáo việt nam|nhà giáo"},
	phraseList[named]{named{day: 30, month: 4, calendar: solar}, "giải phóng miền nam"},
	phraseList[named]{named{day: 29, month: 3, calendar: solar}, "giải phóng đà nẵng"},
	phraseList[named]{named{day: 27, month: 7, calendar: solar}, "thương binh liệt sĩ|thương binh liệt sỹ"},
	phraseList[named]{named{day: 17, month: 10, calendar: solar}, "ngày vì người nghèo"},
	phraseList[named]{named{day: 27, month: 2, calendar: solar}, "thầy thuốc việt nam"},
	phraseList[named]{named{day: 14, month: 2, calendar: solar}, "valentine"},
)

// holiday reads a feast by its name at i.
func (p *dates) holiday(i int) (guess, int) {
	d, n := feasts.at(p.tokens, i)
	if n == 0 {
		return guess{}, 0
	}
	if y, m := p.yearWord(i+n, d.calendar == lunar); m > 0 {
		d.year = y
		n += m
	}
	return p.resolve(d), n
}
