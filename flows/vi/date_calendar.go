package vi

import "strings"

// Days named by a calendar, and what settles which day is meant: 20/11, 20.11.2026, 15/10 âm lịch.

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
