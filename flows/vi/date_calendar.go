package vi

import "strings"

// Days named by a calendar: 20/11, ngày 20 tháng 11, mùng 5, rằm tháng bảy, 30 Tết, cuối tháng.

// calendar says which calendar a day and month are counted by.
type calendar int8

const (
	anyCalendar calendar = iota
	solar
	lunar
)

// named is a day as a calendar names it; zero where not said.
type named struct {
	day, month, year int
	calendar         calendar
	leap             bool
	small            bool // mùng: either calendar, unless more is said
	shortYear        bool
}

// numericToken reports a day and month in one token: 20/11, 20-11-2026.
func numericToken(t Token) bool {
	_, ok := splitNumeric(t.Fold)
	return ok
}

// splitNumeric takes 20/11, 20/11/2026, 20.11.26 or 2026-11-20 apart.
func splitNumeric(s string) (named, bool) {
	sep := strings.IndexAny(s, "/.-")
	if sep < 1 || len(s) > 10 || s[0] < '0' || s[0] > '9' {
		return named{}, false
	}
	parts := strings.Split(s, s[sep:sep+1])
	if len(parts) < 2 || len(parts) > 3 {
		return named{}, false
	}
	var n [3]int
	for i, part := range parts {
		v, ok := wholeNumber(part)
		if !ok {
			return named{}, false
		}
		n[i] = v
	}
	if len(parts[0]) == 4 && len(parts) == 3 && len(parts[1]) <= 2 && len(parts[2]) <= 2 {
		return named{day: n[2], month: n[1], year: n[0], calendar: solar}, true
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 {
		return named{}, false
	}
	d := named{day: n[0], month: n[1]}
	if len(parts) == 3 {
		switch len(parts[2]) {
		case 2:
			d.year, d.shortYear = n[2], true
		case 4:
			d.year = n[2]
		default:
			return named{}, false
		}
		if d.year == 0 && !d.shortYear {
			return named{}, false
		}
	}
	return d, true
}

// numeric reads a date in digits at i.
func (p *dates) numeric(i int) (guess, int) {
	t := p.tok(i)
	d, ok := splitNumeric(t.Fold)
	n := 1
	if !ok {
		if d, n = p.spacedNumeric(i); n == 0 {
			return guess{}, 0
		}
	}
	before := p.tok(i - 1)
	told := before.in("ngày", "ngay", "hôm", "hom", "bữa", "bua", "mùng", "mồng", "mung", "mong", "tới", "đến", "den", "từ", "tu")
	if !p.whole && !told {
		switch {
		case before.in("kiệt", "kiet", "hẻm", "hem", "ngõ", "ngo", "số", "so", "nhà", "đường", "duong", "k", "lô", "đ/c", "ngách", "quyết", "nđ"):
			return guess{}, 0
		case d.year == 0 && !strings.Contains(t.Fold, "/"):
			return guess{}, 0
		case d.year == 0 && (notDateBefore[p.tok(i+1).Acc] || d.day > 31 || d.month > 31):
			return guess{}, 0
		}
	}
	m := p.suffix(i+n, &d)
	if lean, k := p.sideWord(i + n + m); k > 0 && d.year == 0 {
		return p.nextOrLast(d, lean), n + m + k
	}
	return p.resolve(d), n + m
}

// sideWord reads vừa rồi, tới, này behind a day and month.
func (p *dates) sideWord(i int) (Lean, int) {
	t, u := p.tok(i), p.tok(i+1)
	switch {
	case t.in("vừa", "vua") && u.in("rồi", "roi", "qua"):
		return Behind, 2
	case t.in("sắp", "sap") && u.in("tới", "toi"):
		return Ahead, 2
	case t.in("tới", "này") && (p.whole && u.Text == ""):
		return Ahead, 1
	}
	return Anywhere, 0
}

// nextOrLast is the day and month on one side of today.
func (p *dates) nextOrLast(d named, lean Lean) guess {
	year := p.today.Year
	if d.calendar == lunar {
		year = p.moon.Year
	}
	step := 1
	if lean == Behind {
		step = -1
	}
	for k := range 2 {
		d.year = year + k*step
		g := p.resolve(d)
		if g.problem != "" || g.sure() && (lean == Behind && !g.days[0].After(p.today) || lean == Ahead && !g.days[0].Before(p.today)) {
			return g
		}
	}
	return wrong(ProblemInvalidDate)
}

// spacedNumeric reads 20 / 11 / 2026 in a phrase that is nothing but a date.
func (p *dates) spacedNumeric(i int) (named, int) {
	if !p.whole {
		return named{}, 0
	}
	text := ""
	j := i
	for ; j < len(p.tokens) && j < i+5; j++ {
		text += p.tok(j).Fold
	}
	if j-i < 2 || j < len(p.tokens) {
		return named{}, 0
	}
	for k := i; k < j; k++ {
		if s := p.tok(k).Fold; strings.Trim(s, "0123456789/-.") != "" {
			return named{}, 0
		}
	}
	d, ok := splitNumeric(text)
	if !ok {
		return named{}, 0
	}
	return d, j - i
}

// notDateBefore holds words behind which 1/2 is a half and 5 tháng 3 no date.
var notDateBefore = wordSet(`kg ký kí ky ki lít lit con cân can tạ tấn tan bao thùng thung hộp hop gói goi cái cai chiếc chiec phần phan suất suat triệu trieu tr nghìn nghin ngàn ngan
	đồng dong k củ tỷ tỉ ty ngày ngay ổ chai quả trái tấm tam mét met m`)

// suffix reads what may stand behind a day and month: the calendar, the year; it returns the tokens taken.
func (p *dates) suffix(i int, d *named) int {
	j := i
	if p.tok(j).in("nhuận", "nhuan") {
		d.leap, d.calendar = true, lunar
		j++
	}
	for k := 0; k < 3; k++ {
		if c, n := p.calendarWord(j); n > 0 && d.calendar != solar {
			d.calendar = c
			j += n
			continue
		}
		if d.year == 0 {
			if y, n := p.yearWord(j, d.calendar == lunar); n > 0 {
				d.year = y
				j += n
				continue
			}
		}
		break
	}
	return j - i
}

// calendarWord reads âm lịch, al, ta, dương lịch, tây at i.
func (p *dates) calendarWord(i int) (calendar, int) {
	t, u := p.tok(i), p.tok(i+1)
	switch {
	case t.in("(") && p.tok(i+2).in(")"), t.in("(") && p.tok(i+3).in(")"):
		if c, n := p.calendarWord(i + 1); n > 0 {
			return c, n + 2
		}
	case t.in("âm", "am"):
		if u.in("lịch", "lich") {
			return lunar, 2
		}
		return lunar, 1
	case t.in("âl", "al", "âmlịch"):
		return lunar, 1
	case t.in("ta") && !p.tok(i+1).in("sẽ", "đã"):
		return lunar, 1
	case t.in("lịch", "lich") && u.in("ta", "âm", "am"):
		return lunar, 2
	case t.in("lịch", "lich") && u.in("tây", "tay", "dương", "duong"):
		return solar, 2
	case t.in("dương", "duong"):
		if u.in("lịch", "lich") {
			return solar, 2
		}
		return solar, 1
	case t.in("dl"), t.in("tây", "tay"):
		return solar, 1
	}
	return anyCalendar, 0
}

// yearWord reads năm 2026, năm ngoái, năm Bính Ngọ at i; a plain 2026 is a year too. byMoon counts lunar years.
func (p *dates) yearWord(i int, byMoon bool) (int, int) {
	t, u := p.tok(i), p.tok(i+1)
	this := p.today.Year
	if byMoon {
		this = p.moon.Year
	}
	if n, ok := wholeNumber(t.Fold); ok && len(t.Fold) == 4 && n >= 1900 && n < 2100 {
		return n, 1
	}
	if t.in("/") {
		if n, ok := wholeNumber(u.Fold); ok && len(u.Fold) == 4 && n >= 1900 && n < 2100 {
			return n, 2
		}
		return 0, 0
	}
	if y, n := p.cyclicYear(i); n > 0 {
		return y, n
	}
	if t.in("sang") && u.in("năm", "nam") {
		return this + 1, 2
	}
	if !t.in("năm", "nam") {
		return 0, 0
	}
	if n, ok := wholeNumber(u.Fold); ok {
		switch {
		case len(u.Fold) == 4 && n >= 1800 && n <= 2200:
			return n, 2
		case len(u.Fold) == 2:
			return 2000 + n, 2
		}
		return 0, 0
	}
	if y, n := p.cyclicYear(i + 1); n > 0 {
		return y, n + 1
	}
	switch {
	case u.in("nay", "này", "ni"):
		return this, 2
	case u.in("kia", "kìa"):
		return this - 2, 2
	}
	if k, n := p.which(i + 1); n > 0 {
		return this + k, n
	}
	return 0, 0
}

// cyclicYear reads Bính Ngọ as the year of that name nearest to this one.
func (p *dates) cyclicYear(i int) (int, int) {
	stem, n := stemWords.at(p.tokens, i)
	if n == 0 {
		return 0, 0
	}
	branch, n := branchWords.at(p.tokens, i+1)
	if n == 0 {
		return 0, 0
	}
	for y := p.moon.Year - 29; y <= p.moon.Year+30; y++ {
		if mod(y-4, 10) == stem && mod(y-4, 12) == branch {
			return y, 2
		}
	}
	return 0, 0
}

var stemWords, branchWords = cycleWords(stems[:]), cycleWords(branches[:])

func cycleWords(names []string) phraseTable[int] {
	var rows []phraseList[int]
	for i, name := range names {
		rows = append(rows, phraseList[int]{i, strings.ToLower(name)})
	}
	return newPhraseTable(rows...)
}

// resolve makes days of a day that a calendar names.
func (p *dates) resolve(d named) guess {
	if d.shortYear {
		d.year = p.century(d.year)
	}
	if d.month > 12 || d.day < 1 || d.day > 31 || d.calendar == lunar && d.day > 30 {
		return wrong(ProblemInvalidDate)
	}
	if d.month == 0 && d.day > 0 {
		return p.dayAlone(d)
	}
	if d.month < 1 {
		return wrong(ProblemInvalidDate)
	}
	switch d.calendar {
	case solar:
		return p.solarDay(d)
	case lunar:
		return p.lunarNamed(d)
	}
	if !d.small {
		return p.solarDay(d)
	}
	moon, sun := p.lunarNamed(d), p.solarDay(d)
	return among(append(append([]Day{}, moon.days...), sun.days...)...)
}

// century completes a year of two digits.
func (p *dates) century(yy int) int {
	y := p.today.Year/100*100 + yy
	if y > p.today.Year+20 {
		y -= 100
	}
	return y
}

func (p *dates) solarDay(d named) guess {
	if d.year != 0 {
		day := Day{d.year, d.month, d.day}
		if !day.Valid() {
			return wrong(ProblemInvalidDate)
		}
		return onDay(day)
	}
	var days [3]Day
	for k := range days {
		if day := (Day{p.today.Year + k - 1, d.month, d.day}); day.Valid() {
			days[k] = day
		}
	}
	return p.nearest(days)
}

// lunarNamed finds the civil day of a lunar day and month. The last day of a month of 29 days is not there: for
// tháng chạp, whose last day everybody calls the 30th, the 29th is meant.
func (p *dates) lunarNamed(d named) guess {
	find := func(year int) (Day, string) {
		if day, ok := FromLunar(LunarDate{Year: year, Month: d.month, Day: d.day, Leap: d.leap}); ok {
			return day, ""
		}
		if d.month == 12 && d.day == 30 && !d.leap {
			day, _ := FromLunar(LunarDate{Year: year, Month: 12, Day: 29})
			return day, "tháng Chạp năm " + YearName(year) + " chỉ có 29 ngày"
		}
		return Day{}, ""
	}
	if d.year != 0 {
		day, note := find(d.year)
		if day.IsZero() {
			return wrong(ProblemInvalidDate)
		}
		return guess{days: []Day{day}, note: note}
	}
	var days [3]Day
	var notes [3]string
	for k := range days {
		days[k], notes[k] = find(p.moon.Year + k - 1)
	}
	g := p.nearest(days)
	if g.sure() {
		for k := range days {
			if days[k] == g.days[0] {
				g.note = notes[k]
			}
		}
	}
	if g.sure() && !d.leap && LeapMonth(p.moon.Year) == d.month {
		if day, ok := FromLunar(LunarDate{Year: p.moon.Year, Month: d.month, Day: d.day, Leap: true}); ok {
			return p.leaning(g.days[0], day)
		}
	}
	return g
}

// dayAlone settles a day without a month: ngày 20, mùng 1, 20 âm.
func (p *dates) dayAlone(d named) guess {
	if d.calendar == solar || d.calendar == anyCalendar && !d.small {
		return p.solarDayAlone(d.day)
	}
	before, after := p.moonDays(d.day)
	if d.calendar == lunar {
		return p.leaning(before, after)
	}
	days := []Day{before, after}
	if p.lean == Behind {
		days = append(days, p.solarDayAlone(d.day).days...)
	} else if sun := p.solarDayAhead(d.day); !sun.IsZero() {
		days = append(days, sun)
	}
	return p.leaning(days...)
}

// solarDayAlone is a day of this month; if that lies ahead where the phrase leans behind, or the other way, of the
// month beside it.
func (p *dates) solarDayAlone(day int) guess {
	d := Day{p.today.Year, p.today.Month, day}
	switch {
	case p.lean == Behind && (!d.Valid() || d.After(p.today)):
		return p.stepMonths(day, -1)
	case p.lean == Ahead && (!d.Valid() || d.Before(p.today)):
		return p.stepMonths(day, 1)
	case d.Valid():
		return onDay(d)
	}
	before, after := p.stepMonths(day, -1), p.stepMonths(day, 1)
	return among(append(before.days, after.days...)...)
}

// stepMonths finds the day in the months before or after this one, the nearest that has it.
func (p *dates) stepMonths(day, step int) guess {
	first := Day{p.today.Year, p.today.Month, 1}
	for k := step; k > -12 && k < 12; k += step {
		m := first.addMonths(k)
		if d := (Day{m.Year, m.Month, day}); d.Valid() {
			return onDay(d)
		}
	}
	return wrong(ProblemInvalidDate)
}

// solarDayAhead is the next solar day of that number from today on.
func (p *dates) solarDayAhead(day int) Day {
	if d := (Day{p.today.Year, p.today.Month, day}); d.Valid() && !d.Before(p.today) {
		return d
	}
	if g := p.stepMonths(day, 1); g.sure() {
		return g.days[0]
	}
	return Day{}
}

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

func lunarMonthNumber(t Token) int {
	if t.in("giêng", "gieng") {
		return 1
	}
	return 12
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

// firstOrEleventh settles a lunar tháng một, which is the 11th month to some and the first to others.
func (p *dates) firstOrEleventh(d named) guess {
	first := p.resolve(d)
	d.month, d.calendar = 11, lunar
	eleventh := p.resolve(d)
	return among(append(append([]Day{}, eleventh.days...), first.days...)...)
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
