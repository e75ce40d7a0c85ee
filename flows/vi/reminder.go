package vi

import (
	"slices"
	"strings"
	"time"

	"chungtay/storage/records"
)

// Appointed is on which days, and at what time of day, something is to be remembered.
type Appointed struct {
	records.Occasion
	Clock TimeOfDay
	Timed bool // a time of day was said
}

// Reminded is a wish to be reminded: "nhắc tôi rằm tháng giêng 8 giờ sáng đi chùa".
type Reminded struct {
	When Reading[Appointed] // nothing where no day was said
	Text string             // what of
}

// ReadReminder reads a whole wish to be reminded. Days of the lunar year (rằm tháng giêng, 30 Tết, 12/3 âm) come again every year, unless
// a year is said with them; days of the solar one are meant once, unless "hằng năm" is said. The call itself (nhắc tôi) may be missing.
func ReadReminder(s string, now time.Time) Reminded {
	tokens := Tokenize(asciiDigits(s))
	if len(tokens) == 0 || len(tokens) > 2*maxMessageWords {
		return Reminded{}
	}
	c := newMessageScan(tokens, now)
	if c.first(cueRemind) < 0 {
		tokens = Tokenize(asciiDigits("nhắc: " + s))
		c = newMessageScan(tokens, now)
	}
	r := &remindScan{dates: newDates(tokens, now, Ahead), used: make([]bool, len(tokens))}
	start, end := c.span(cueRemind)
	mark(r.used, start, end-start)
	r.from = end
	when, ok := r.repeated()
	if !ok {
		m, _ := c.remind()
		return Reminded{When: appointedOnce(m, now), Text: m.Text}
	}
	return Reminded{When: when, Text: c.reminderText(r.used)}
}

// ReadAppointed reads a phrase that says nothing but when: "thứ 7 hằng tuần 8 giờ".
func ReadAppointed(s string, now time.Time) Reading[Appointed] {
	r := ReadReminder("nhắc: "+s, now)
	if r.Text == "" && r.When.Understood() {
		return r.When
	}
	if m := ReadMoment(s, now); m.Understood() {
		return appointedOnce(Message{At: m}, now)
	}
	return appointedOnce(Message{Days: ReadDateLeaning(s, now, Ahead)}, now)
}

// appointedOnce makes one day of what a message says; those that are over are none.
func appointedOnce(m Message, now time.Time) Reading[Appointed] {
	out := Reading[Appointed]{Problem: m.At.Problem + m.Days.Problem}
	add := func(a Appointed) {
		day := Appointed{Occasion: a.Occasion, Clock: TimeOfDay{23, 59}}
		if a.Timed {
			day = a
		}
		if _, _, ahead := a.Next(day.Clock.minutes(), now); ahead && !slices.ContainsFunc(out.Candidates, func(b Appointed) bool { return a.String() == b.String() }) {
			out.Candidates = append(out.Candidates, a)
		}
	}
	on := func(d Day) records.Occasion {
		return records.Occasion{Kind: records.OccasionOn, On: d.Time(time.UTC)}
	}
	moments, days := m.At.Candidates, m.Days.Candidates
	if m.At.Sure {
		moments = []Moment{m.At.Value}
	}
	if m.Days.Sure {
		days = []When{m.Days.Value}
	}
	for _, at := range moments {
		add(Appointed{on(at.Date), at.TimeOfDay, true})
	}
	for _, d := range days {
		add(Appointed{Occasion: on(d.Date)})
	}
	if len(out.Candidates) == 0 && len(moments)+len(days) > 0 && out.Problem == "" {
		out.Problem = ProblemPast
	}
	if (m.At.Sure || m.Days.Sure) && len(out.Candidates) == 1 {
		return Sure(out.Candidates[0])
	}
	return out
}

// ProblemPast is a day or time that is over.
const ProblemPast = "past"

func (t TimeOfDay) minutes() int { return t.Hour*60 + t.Minute }

// String writes a as the rule of its days, and where a time was said "@19:30" behind it.
func (a Appointed) String() string {
	if a.Timed {
		return a.Occasion.String() + "@" + a.Clock.String()
	}
	return a.Occasion.String()
}

// ParseAppointed reads what Appointed.String writes.
func ParseAppointed(s string) (a Appointed, ok bool) {
	rule, clock, timed := strings.Cut(s, "@")
	if timed {
		if a.Clock, ok = ParseTimeOfDay(clock); !ok {
			return a, false
		}
	}
	a.Timed = timed
	a.Occasion, ok = records.ParseOccasion(rule)
	return a, ok
}

// remindScan finds days that come again in the tokens of a wish.
type remindScan struct {
	*dates
	from int // the token behind the call
	used []bool
	part int // of the day: mỗi sáng
}

// repeated reads days that come again, and their time of day; false where none is said.
func (r *remindScan) repeated() (Reading[Appointed], bool) {
	var o records.Occasion
	ok := false
	for _, from := range []int{r.from, 0} { // behind the call first
		r.from = from
		for _, read := range [...]func() (records.Occasion, bool){r.beforeFeast, r.every, r.lunarOfYear} {
			if o, ok = read(); ok {
				break
			}
		}
		if ok {
			break
		}
	}
	if !ok || !occasionStands(o) {
		return Reading[Appointed]{}, false
	}
	clock, n := r.clock()
	if n == 0 {
		return Sure(Appointed{Occasion: o}), true
	}
	if clock.Problem != "" {
		return Impossible[Appointed](clock.Problem), true
	}
	if clock.Sure {
		return Sure(Appointed{o, clock.Value, true}), true
	}
	out := Reading[Appointed]{}
	for _, t := range clock.Candidates {
		out.Candidates = append(out.Candidates, Appointed{o, t, true})
	}
	return out, true
}

func occasionStands(o records.Occasion) bool {
	_, ok := records.ParseOccasion(o.String())
	return ok
}

// every reads mỗi ngày, thứ bảy hằng tuần, mùng 1 mỗi tháng âm, 17/10 hằng năm.
func (r *remindScan) every() (records.Occasion, bool) {
	for i := r.from; i < len(r.tokens); i++ {
		t := r.tokens[i]
		each := t.in("mỗi", "mỏi", "moi", "hằng", "hàng", "hang", "mọi", "các", "cac")
		unit := r.tok(i + 1)
		n := 2
		if !each { // tuần nào cũng
			if !r.tok(i+1).in("nào", "nao") || !r.tok(i+2).in("cũng", "cung", "nhắc", "nhac") {
				continue
			}
			unit, n = t, 3
		}
		if o, ok := r.everyUnit(i, n, unit); ok {
			return o, true
		}
		if wd, m := r.weekdayName(i + 1); each && m > 0 {
			mark(r.used, i, 1)
			return records.Occasion{Kind: records.OccasionWeekly, Days: r.weekdays(i+1, wd, m)}, true
		}
		if each && (unit.in("mùng", "mồng", "mung", "mong") || unit.in("rằm", "ram")) {
			mark(r.used, i, 1)
			return r.ofMonth(false)
		}
	}
	return records.Occasion{}, false
}

// everyUnit reads the days that go with mỗi tuần and the like, which are n tokens at i.
func (r *remindScan) everyUnit(i, n int, unit Token) (records.Occasion, bool) {
	switch {
	case unit.in("ngày", "ngay", "bữa", "bua", "hôm", "hom"):
		mark(r.used, i, n)
		return records.Occasion{Kind: records.OccasionDaily}, true
	case dayPart(unit) > 0 && !unit.in("toi") || unit.in("toi") && r.tok(i).in("mỗi", "moi", "hằng", "hàng", "hang"):
		if _, m := r.weekdayName(i + n); m > 0 {
			return records.Occasion{}, false
		}
		r.part = dayPart(unit)
		mark(r.used, i, n)
		return records.Occasion{Kind: records.OccasionDaily}, true
	case unit.in("tuần", "tuan"):
		mark(r.used, i, n)
		for k := r.from; k < len(r.tokens); k++ {
			if wd, m := r.weekdayName(k); m > 0 && !r.used[k] {
				return records.Occasion{Kind: records.OccasionWeekly, Days: r.weekdays(k, wd, m)}, true
			}
		}
	case unit.in("tháng", "thang"):
		mark(r.used, i, n)
		c, m := r.calendarWord(i + n)
		mark(r.used, i+n, m)
		return r.ofMonth(c == lunar)
	case unit.in("năm", "nam"):
		mark(r.used, i, n)
		if o, ok := r.lunarOfYear(); ok {
			return o, true
		}
		for k := r.from; k < len(r.tokens); k++ {
			g, m := r.at(k)
			if m == 0 || len(g.days) == 0 || r.used[k] {
				continue
			}
			mark(r.used, k, m)
			return records.Occasion{Kind: records.OccasionYearly, Month: g.days[0].Month, Days: []int{g.days[0].Day}}, true
		}
	}
	return records.Occasion{}, false
}

// weekdays reads on behind a day of the week, which is n tokens at i: thứ 2, 4 và 6; thứ hai đến thứ sáu.
func (r *remindScan) weekdays(i, wd, n int) []int {
	days := []int{wd}
	mark(r.used, i, n)
	for k := i + n; k < len(r.tokens); {
		j, through := k, false
		if t := r.tok(j); t.in(",", "và", "va", "với", "voi", "-", "đến", "den", "tới") {
			through = t.in("-", "đến", "den", "tới")
			j++
		}
		d, m := r.weekdayName(j)
		if m == 0 && j > k {
			if v, ok := wholeNumber(r.tok(j).Fold); ok && v >= 2 && v <= 7 && !r.tok(j+1).in("giờ", "gio", "h", "g", "rưỡi", "ruoi") {
				d, m = v-1, 1
			}
		}
		if m == 0 {
			break
		}
		for v := days[len(days)-1] + 1; through && v < d; v++ {
			days = append(days, v)
		}
		days = append(days, d)
		mark(r.used, k, j+m-k)
		k = j + m
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// ofMonth reads the days that come in each month: mùng 1, rằm, ngày 5 và 20, cuối tháng.
func (r *remindScan) ofMonth(moon bool) (records.Occasion, bool) {
	var days []int
	for i := r.from; i < len(r.tokens); i++ {
		if r.used[i] {
			continue
		}
		t := r.tokens[i]
		switch {
		case t.in("rằm", "ram"):
			days, moon = append(days, 15), true
			mark(r.used, i, 1)
		case t.in("mùng", "mồng", "mung", "mong"):
			if d, n := r.small(i + 1); n > 0 {
				days, moon = append(days, d), true
				mark(r.used, i, 1+n)
			}
		case t.in("cuối", "cuoi") && !r.tok(i+1).in("tuần", "tuan"):
			days = append(days, 31)
			mark(r.used, i, 1)
		case t.in("ngày", "ngay"), len(days) > 0 && t.in("và", "va", ","):
			if d, n := r.small(i + 1); n > 0 && !r.tok(i+1+n).in("giờ", "gio", "h", "g", "rưỡi", "ruoi") {
				days = append(days, d)
				mark(r.used, i, 1+n)
			}
		}
		if c, n := r.calendarWord(i); n > 0 && len(days) > 0 && !r.used[i] {
			moon = c == lunar
			mark(r.used, i, n)
		}
	}
	slices.Sort(days)
	o := records.Occasion{Kind: records.OccasionMonthly, Days: slices.Compact(days)}
	if moon {
		o.Kind = records.OccasionMoonly
		for i, d := range o.Days {
			o.Days[i] = min(d, 30)
		}
	}
	return o, len(days) > 0
}

// lunarOfYear reads a day of the lunar year without a year: rằm tháng giêng, 30 Tết, 12/3 âm, Vu lan.
func (r *remindScan) lunarOfYear() (records.Occasion, bool) {
	for i := r.from; i < len(r.tokens); i++ {
		if r.used[i] {
			continue
		}
		if o, n := r.lunarNamed(i); n > 0 {
			mark(r.used, i, n)
			if c, m := r.calendarWord(i + n); m > 0 && c == lunar {
				mark(r.used, i+n, m)
			}
			if i > r.from && r.tok(i-1).in("ngày", "ngay", "đúng", "dung", "vào", "vao", "dịp", "dip", "lễ", "le") {
				mark(r.used, i-1, 1)
			}
			return o, true
		}
	}
	return records.Occasion{}, false
}

// lunarNamed reads such a day at i.
func (r *remindScan) lunarNamed(i int) (records.Occasion, int) {
	yearly := func(month, day, n int) (records.Occasion, int) {
		return records.Occasion{Kind: records.OccasionMoonYear, Month: month, Days: []int{day}}, n
	}
	t := r.tok(i)
	if t.in("tết", "tet") && !r.tok(i+1).in("trung", "đoan", "doan", "tây", "tay", "dương", "duong", "này", "nay", "năm", "nam", "sang", "tới") && !r.tok(i-1).in("ăn", "an", "quà", "qua", "sắm", "sam") {
		n := 1
		if r.tok(i+1).in("nguyên", "nguyen") && r.tok(i+2).in("đán", "dan") {
			n = 3
		}
		return yearly(1, 1, n)
	}
	g, n := r.at(i)
	if n == 0 || len(g.days) == 0 {
		return records.Occasion{}, 0
	}
	moon, eve := false, 0
	for k := i; k < i+n; k++ {
		u := r.tok(k)
		_, year := r.yearWord(k, true)
		switch {
		case year > 0 && k > i, u.in("này", "nay", "nầy", "tới", "toi", "sau", "rồi", "trước", "ni"):
			return records.Occasion{}, 0
		case u.in("âm", "am", "âl", "al", "giêng", "gieng", "chạp", "chap"), u.in("tết", "tet") && !r.tok(k+1).in("tây", "tay", "dương", "duong"),
			u.in("rằm", "ram") && n > 2, u.in("giao") && r.tok(k+1).in("thừa", "thua"), u.in("vu") && r.tok(k+1).in("lan"), u.in("trung") && r.tok(k+1).in("thu"),
			u.in("phật", "phat") && r.tok(k+1).in("đản", "dan"), u.in("giỗ", "gio") && r.tok(k+1).in("tổ", "to"), u.in("ông", "ong") && r.tok(k+1).in("táo", "tao"), u.in("đoan", "doan"):
			moon = true
			if u.in("tết", "tet") && k > i && r.tok(k-1).Fold == "30" || u.in("giao") {
				eve = 30
			}
		}
	}
	if c, _ := r.calendarWord(i + n); c == lunar {
		moon = true
	}
	if _, year := r.yearWord(i+n, true); !moon || year > 0 || g.ask && len(g.days) != 2 {
		return records.Occasion{}, 0
	}
	l, ok := ToLunar(g.days[0])
	if !ok {
		return records.Occasion{}, 0
	}
	if eve > 0 {
		return yearly(12, eve, n)
	}
	return yearly(l.Month, l.Day, n)
}

// beforeFeast reads trước Tết 10 ngày, 10 ngày trước Tết, trước rằm tháng bảy một tuần, trước ngày 17/10 3 ngày.
func (r *remindScan) beforeFeast() (records.Occasion, bool) {
	for i := r.from; i < len(r.tokens); i++ {
		if !r.tokens[i].in("trước", "truoc", "trc") {
			continue
		}
		o, n := r.lunarNamed(i + 1)
		if n == 0 {
			g, m := r.at(i + 1)
			if m == 0 || !g.sure() {
				continue
			}
			o, n = records.Occasion{Kind: records.OccasionOn, On: g.days[0].Time(time.UTC)}, m
		}
		end := i + 1 + n
		if days, m := r.dayCount(end); m > 0 {
			mark(r.used, i, 1+n+m)
			o.Before = days
			return o, true
		}
		for from := max(r.from, i-3); from < i; from++ { // 10 ngày trước
			if days, m := r.dayCount(from); m > 0 && from+m == i {
				mark(r.used, from, m+1+n)
				o.Before = days
				return o, true
			}
		}
	}
	return records.Occasion{}, false
}

// dayCount reads 10 ngày, một tuần, nửa tháng at i, in days.
func (r *remindScan) dayCount(i int) (days, n int) {
	if r.tok(i).in("nửa", "nua") && r.tok(i+1).in("tháng", "thang") {
		return 15, 2
	}
	v, n := r.small(i)
	if n == 0 {
		return 0, 0
	}
	switch t := r.tok(i + n); {
	case t.in("ngày", "ngay", "bữa", "bua", "hôm", "hom"):
		return v, n + 1
	case t.in("tuần", "tuan"):
		return 7 * v, n + 1
	case t.in("tháng", "thang"):
		return 30 * v, n + 1
	}
	return 0, 0
}

// clock reads the time of day among what is left; n is 0 where none is said.
func (r *remindScan) clock() (Reading[TimeOfDay], int) {
	r.whole = r.part > 0
	defer func() { r.whole = false }()
	for i := r.from; i < len(r.tokens); i++ {
		if r.used[i] {
			continue
		}
		c, n := r.clockTime(i)
		if n == 0 {
			continue
		}
		end, part := r.partAt(i + n)
		if part > 0 && end <= len(r.tokens) && !(end < len(r.tokens) && r.tok(end-1).in("toi") && r.tok(end).in("qua")) {
			n = end - i
		} else {
			part = r.part
		}
		if c.gram {
			continue
		}
		begin := i
		if i > r.from && !r.used[i-1] && part == 0 && dayPart(r.tok(i-1)) > 0 && !(i == r.from+1 && r.tok(i-1).in("toi")) {
			part, begin = dayPart(r.tok(i-1)), i-1
		}
		mark(r.used, begin, i+n-begin)
		h := c.hours(part)
		if h.problem != "" {
			return Impossible[TimeOfDay](h.problem), n
		}
		out := Reading[TimeOfDay]{}
		for _, m := range h.minutes {
			m = mod(m, 24*60)
			out.Candidates = append(out.Candidates, TimeOfDay{m / 60, m % 60})
		}
		if len(out.Candidates) == 1 && !h.ask {
			return Sure(out.Candidates[0]), n
		}
		return out, n
	}
	return Reading[TimeOfDay]{}, 0
}

// ReadSnooze reads how long a reminder is put off: "nhắc lại sau 1 giờ", "nửa tiếng nữa nhắc lại", "mai nhắc lại", "nhắc lại 8h sáng mai".
// Minutes are 0 where that is not said; ok is false for whatever means something else.
func ReadSnooze(s string, now time.Time) (minutes int, ok bool) {
	tokens := trimPoliteness(Tokenize(asciiDigits(s)))
	at := slices.IndexFunc(tokens, func(t Token) bool { return t.in("nhắc", "nhac") })
	if at < 0 || at+1 >= len(tokens) || !tokens[at+1].in("lại", "lai") || len(tokens) > 14 {
		return 0, false
	}
	rest := slices.Concat(tokens[:at], tokens[at+2:])
	for len(rest) > 0 && rest[0].in("em", "bot", "để", "de", "thì", "thi", "tôi", "toi", "tui", "mình", "minh", "cô", "co", "chú", "chu", "bác", "bac", "giùm", "gium", "giúp", "giup", "vào", "lúc") &&
		!(rest[0].in("toi") && len(rest) > 1 && rest[1].in("mai", "nay", "mốt", "mot")) {
		rest = rest[1:]
	}
	rest = trimPoliteness(rest)
	if len(rest) == 0 {
		return 0, true
	}
	if len(rest) == 1 && isTomorrow(rest[0]) || len(rest) == 2 && rest[0].in("ngày", "ngay") && isTomorrow(rest[1]) {
		return 24 * 60, true
	}
	r := readMomentTokens(rest, now, Ahead)
	if !r.Sure {
		p := newDates(rest, now, Ahead)
		if minutes, n := p.duration(0); n == len(rest) && minutes > 0 {
			return minutes, true
		}
		return 0, len(r.Candidates) > 0
	}
	minutes = int(r.Value.Time(now.Location()).Sub(now.Truncate(time.Minute)) / time.Minute)
	return minutes, minutes > 0 && minutes <= records.LongestSnooze*24*60
}
