package vi

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// When is the day a phrase names. Note says, in Vietnamese, what had to be settled to get there, and is empty
// where nothing had ("tháng Chạp năm Bính Ngọ chỉ có 29 ngày").
type When struct {
	Date Day
	Note string
}

// Problems of dates.
const (
	ProblemInvalidDate    = "invalid_date"    // the calendar has no such day: 31/11
	ProblemInvalidWeekday = "invalid_weekday" // the day is not that day of the week: thứ hai 11/11/2026
)

// Lean says on which side of today a day must lie when a phrase alone does not: what was given lies behind, what is
// to be remembered lies ahead. It settles only what would be asked otherwise.
type Lean int8

// The sides a date may lean to.
const (
	Anywhere Lean = iota
	Behind        // today or earlier
	Ahead         // today or later
)

// ReadDate reads a phrase that names one day: relative (hôm qua, cách đây 3 ngày), of the week (thứ 7 tuần trước),
// solar (20/11, ngày 20 tháng 11), lunar (rằm tháng mười, 23 tháng chạp), or by its name (mùng 1 Tết, Trung thu).
// The day of now is taken in now's own zone. A day and month without a year are of this year, if that is
// the nearest such day; otherwise both are asked about.
func ReadDate(s string, now time.Time) Reading[When] { return ReadDateLeaning(s, now, Anywhere) }

// ReadDateLeaning is ReadDate for a question whose answer lies behind or ahead of today.
func ReadDateLeaning(s string, now time.Time, lean Lean) Reading[When] {
	tokens := trimPoliteness(Tokenize(asciiDigits(s)))
	if len(tokens) == 0 {
		return Reading[When]{}
	}
	p := newDates(tokens, now, lean)
	p.whole = true
	for i := 0; i < len(tokens) && i < 4; i++ {
		if g, n := p.at(i); n > 0 && i+n == len(tokens) {
			return g.reading()
		}
		if !leadsDate(tokens[i]) {
			break
		}
	}
	if g, ok := p.bareDay(); ok {
		return g.reading()
	}
	if g, ok := p.either(); ok {
		return g.reading()
	}
	if g, ok := p.monthFirst(); ok {
		return g.reading()
	}
	if m, n := p.moment(0); n == len(tokens) && m.Sure && p.dated {
		return Sure(When{Date: m.Value.Date})
	}
	return Reading[When]{}
}

// findDate reads the day that is named from token i on.
func findDate(tokens []Token, i int, now time.Time) (Reading[When], int) {
	return findDateLeaning(tokens, i, now, Anywhere)
}

func findDateLeaning(tokens []Token, i int, now time.Time, lean Lean) (Reading[When], int) {
	if i >= len(tokens) || !mayBeginDate(tokens[i]) {
		return Reading[When]{}, 0
	}
	g, n := newDates(tokens, now, lean).at(i)
	if n == 0 {
		return Reading[When]{}, 0
	}
	return g.reading(), n
}

// either reads two days between which the person left it open: mai hoặc mốt.
func (p *dates) either() (guess, bool) {
	g, n := p.at(0)
	if n == 0 || !p.tok(n).in("hoặc", "hoac", "hay") {
		return guess{}, false
	}
	h, m := p.at(n + 1)
	if m == 0 || n+1+m != len(p.tokens) || g.problem != "" || h.problem != "" {
		return guess{}, false
	}
	return among(append(slices.Clone(g.days), h.days...)...), true
}

// monthFirst reads the month or year before the day: tháng 11 ngày 20, tháng sau ngày 5, năm ngoái 20/11.
func (p *dates) monthFirst() (guess, bool) {
	k, n := p.monthWhich(0)
	y, m := p.yearWord(0, false)
	if month, used := p.month(0, false); used > 0 && p.tok(0).in("tháng", "thang") && p.tok(used).in("ngày", "ngay") {
		d := named{month: month}
		day, u := p.small(used + 1)
		end := used + 1 + u
		end += p.suffix(end, &d)
		if d.day = day; u > 0 && end == len(p.tokens) {
			return p.resolve(d), true
		}
		return guess{}, false
	}
	switch {
	case n > 0 && p.tok(n).in("ngày", "ngay", "hôm", "hom") && !p.maybeJune(0):
		day, used := p.small(n + 1)
		if used == 0 || n+1+used != len(p.tokens) {
			return guess{}, false
		}
		month := Day{p.today.Year, p.today.Month, 1}.addMonths(k)
		return p.resolve(named{day: day, month: month.Month, year: month.Year}), true
	case m > 0:
		d, ok := splitNumeric(p.tok(m).Fold)
		if !ok || d.year != 0 || m+1 != len(p.tokens) {
			return guess{}, false
		}
		d.year = y
		return p.resolve(d), true
	}
	return guess{}, false
}

// guess is a day on its way to a Reading: the days it may be, whether one must be asked about, and what was odd.
type guess struct {
	days    []Day
	ask     bool
	note    string
	problem string
	weekday int // 0: a date; 1 to 7: only that day of the week, Monday to Sunday, was said
}

func onDay(d Day) guess          { return guess{days: []Day{d}} }
func among(days ...Day) guess    { return guess{days: days, ask: true} }
func wrong(problem string) guess { return guess{problem: problem} }

func (g guess) sure() bool { return len(g.days) == 1 && !g.ask && g.problem == "" }

func (g guess) reading() Reading[When] {
	if g.problem != "" {
		return Impossible[When](g.problem)
	}
	if g.sure() {
		return Sure(When{Date: g.days[0], Note: g.note})
	}
	r := Reading[When]{}
	for _, d := range g.days {
		r.Candidates = append(r.Candidates, When{Date: d, Note: g.note})
	}
	return r
}

// dates reads days out of tokens.
type dates struct {
	tokens []Token
	clock  time.Time
	today  Day
	moon   LunarDate
	lean   Lean
	whole  bool // the phrase is nothing but a date: short forms are safe
	dated  bool // the moment read last named its day
}

func newDates(tokens []Token, now time.Time, lean Lean) *dates {
	p := &dates{tokens: tokens, clock: now, today: DayOf(now), lean: lean}
	p.moon, _ = ToLunar(p.today)
	return p
}

// tok is the token at i, and an empty one beyond the end.
func (p *dates) tok(i int) Token {
	if i < 0 || i >= len(p.tokens) {
		return Token{}
	}
	return p.tokens[i]
}

// in reports whether the token was typed as one of the words; each is listed with its accents and without.
func (t Token) in(words ...string) bool {
	for _, w := range words {
		if t.Acc == w {
			return true
		}
	}
	return false
}

// at reads a date from token i on, and says how many tokens it takes.
func (p *dates) at(i int) (guess, int) {
	start := i
	lean, loose := p.lean, false
	defer func() { p.lean = lean }()
	for {
		if g, n := p.core(i); n > 0 {
			m := 0
			for range 3 {
				var more int
				if g, more = p.agree(g, i+n+m); more == 0 {
					break
				}
				m += more
			}
			g.ask = g.ask || loose
			return g, i + n + m - start
		}
		t := p.tok(i)
		switch {
		case t.in("hôm", "hom", "bữa", "bua", "hồi", "hoi"):
			p.lean = Behind
		case t.in("ngày", "ngay", "nhằm", "nham", "lễ", "le", "dịp", "dip", "đúng", "dung"):
		case i == start && dayPart(t) != 0:
		case p.whole && t.in("khoảng", "khoang", "tầm", "tam", "cỡ", "chừng", "gần", "gan", "độ"):
			loose = true
		default:
			return guess{}, 0
		}
		i++
		if i-start > 3 {
			return guess{}, 0
		}
	}
}

// core reads a date that begins at i itself.
func (p *dates) core(i int) (guess, int) {
	if n, m := p.relative(i); m > 0 {
		return p.offset(n, i, m)
	}
	for _, read := range [...]func(int) (guess, int){p.vague, p.ago, p.weekday, p.numeric, p.lunarDay, p.tet, p.worded, p.holiday, p.edge} {
		if g, n := read(i); n > 0 {
			return g, n
		}
	}
	return guess{}, 0
}

// agree reads a second naming of the same day behind the first (thứ bảy 14/11, hôm qua 10/11) and holds the two
// against each other.
func (p *dates) agree(g guess, i int) (guess, int) {
	j := i
	if g.weekday > 0 && p.tok(j).in("tuần", "tuan") {
		return g, 0
	}
	for k := 0; k < 3 && p.tok(j).in(",", "(", "ngày", "ngay", "tức", "tuc", "là", "la", "nhằm", "nham", "-"); k++ {
		j++
	}
	if p.tok(j).Text == "" {
		return p.settle(g), 0
	}
	var h guess
	var n int
	for _, read := range [...]func(int) (guess, int){p.weekday, p.numeric, p.lunarDay, p.worded} {
		if h, n = read(j); n > 0 {
			break
		}
	}
	if n == 0 || g.problem != "" || h.problem != "" && g.weekday == 0 {
		return p.settle(g), 0
	}
	if p.tok(j + n).in(")") {
		n++
	}
	switch {
	case g.weekday > 0 && h.weekday > 0:
		return p.settle(g), 0
	case h.problem != "":
		return h, j + n - i
	case g.weekday > 0 && len(g.days) == 0:
		return onWeekday(h, g.weekday), j + n - i
	case h.weekday > 0 && len(h.days) == 0:
		return onWeekday(g, h.weekday), j + n - i
	}
	var both []Day
	for _, d := range g.days {
		for _, e := range h.days {
			if d == e {
				both = append(both, d)
			}
		}
	}
	switch {
	case len(both) == 1:
		return guess{days: both, note: g.note + h.note}, j + n - i
	case len(both) > 1:
		return among(both...), j + n - i
	case g.weekday > 0 || h.weekday > 0:
		return wrong(ProblemInvalidWeekday), j + n - i
	}
	return among(append(append([]Day{}, g.days...), h.days...)...), j + n - i
}

// onWeekday keeps of g the days that fall on a weekday, 1 Monday to 7 Sunday.
func onWeekday(g guess, weekday int) guess {
	var days []Day
	for _, d := range g.days {
		if isoWeekday(d) == weekday {
			days = append(days, d)
		}
	}
	switch len(days) {
	case 0:
		return wrong(ProblemInvalidWeekday)
	case 1:
		return onDay(days[0])
	}
	return among(days...)
}

func isoWeekday(d Day) int { return mod(int(d.Weekday())-1, 7) + 1 }

// settle makes days of a day of the week that was said alone: the last one and the next one.
func (p *dates) settle(g guess) guess {
	if g.weekday == 0 || len(g.days) > 0 || g.problem != "" {
		return g
	}
	ahead := p.today.Add(mod(g.weekday-isoWeekday(p.today), 7))
	behind := p.today.Add(-mod(isoWeekday(p.today)-g.weekday, 7))
	switch {
	case ahead == behind && p.lean == Behind: // today would be called today
		return among(ahead.Add(-7), ahead)
	case ahead == behind && p.lean == Ahead:
		return among(ahead, ahead.Add(7))
	case ahead == behind:
		return among(ahead.Add(-7), ahead, ahead.Add(7))
	case p.lean == Behind:
		return onDay(behind)
	case p.lean == Ahead:
		return onDay(ahead)
	}
	return among(behind, ahead)
}

// leaning keeps of days that must be asked about those on the side the phrase or the question leans to.
func (p *dates) leaning(days ...Day) guess {
	if p.lean != Anywhere {
		var fit []Day
		for _, d := range days {
			if p.lean == Behind && !d.After(p.today) || p.lean == Ahead && !d.Before(p.today) {
				fit = append(fit, d)
			}
		}
		if len(fit) == 1 {
			return onDay(fit[0])
		}
		if len(fit) > 0 {
			days = fit
		}
	}
	if len(days) == 1 {
		return onDay(days[0])
	}
	return among(days...)
}

// nearest settles which year is meant where none was said: this one, if its day is the nearest to today, else it
// and the nearer are asked about. thisYear of the three is days[1]; a missing day is zero.
func (p *dates) nearest(days [3]Day) guess {
	distance := func(d Day) int {
		if d.IsZero() {
			return 1 << 30
		}
		return max(d.Sub(p.today), p.today.Sub(d))
	}
	best := 1
	for k := range days {
		if distance(days[k]) < distance(days[best]) {
			best = k
		}
	}
	switch {
	case days[1].IsZero():
		return wrong(ProblemInvalidDate)
	case best == 1:
		return onDay(days[1])
	case best == 0:
		return p.leaning(days[0], days[1])
	}
	return p.leaning(days[1], days[2])
}

// trimPoliteness drops words that add nothing from both ends of a phrase.
func trimPoliteness(tokens []Token) []Token {
	for len(tokens) > 0 && politeBefore(tokens[0]) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && politeAfter(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

func politeBefore(t Token) bool {
	return t.in("dạ", "da", "thưa", "thua", "à", "ờ", "ừ", "uh", "là", ",", ".", ":", "-", "(", "tại", "chắc")
}

func politeAfter(t Token) bool {
	if t.Text == "A" { // Nguyễn Văn A
		return false
	}
	return t.in("nha", "nhé", "nhe", "nghe", "hí", "hi", "hỉ", "hè", "ạ", "a", "đó", "do", "á", "ấy", "ay", ".", ",", "!", ")", "em", "bot", "ơi", "oi", "nhá", "luôn", "luon", "thôi", "thoi", "nè", "ne", "nhỉ", "hen", "hén", "heng")
}

// leadsDate reports words that may stand before a date and say nothing of it.
func leadsDate(t Token) bool {
	return t.in("vào", "vao", "lúc", "luc", "trong", "nhận", "nhan", "trao", "cho", "tặng", "tang", "ngày", "ngay", "mới", "moi", "vừa", "vua", "là", "la")
}

// mayBeginDate is a quick refusal for the scan of whole messages.
func mayBeginDate(t Token) bool {
	if t.Fold == "" {
		return false
	}
	if c := t.Fold[0]; c >= '0' && c <= '9' {
		return true
	}
	return dateWords[t.Fold]
}

// dateWords holds the folded first words of dates that are not digits.
var dateWords = wordSet(`hom hum hnay hqua ngay bua hoi sang trua chieu toi dem khuya mai mot nay thu chu chua cn t2 t3 t4 t5 t6 t7
	mung mong ram tet giao trung noel cuoi dau giua cach truoc sau ba bon tu nam bay tam chin muoi hai ham tuan thang
	quoc gio giang le dip vu phat vai may ban moi vua qua nua doan nham dung chap ong dua thien`)

// asciiDigits turns full-width and other digits into 0 to 9.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '／':
			return '/'
		case r == '：':
			return ':'
		case r == '＋':
			return '+'
		case r >= '–' && r <= '—' || r == '‑' || r == '－' || r == '−':
			return '-'
		}
		return r
	}, s)
}

// wholeNumber reads a token of only digits.
func wholeNumber(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// small reads a number from 0 to 99 at i, in digits or words (mười lăm, hăm ba, hai mốt), and how many tokens it
// takes.
func (p *dates) small(i int) (int, int) {
	t := p.tok(i)
	if n, ok := wholeNumber(t.Fold); ok {
		if n > 99 {
			return 0, 0
		}
		return n, 1
	}
	if t.in("hăm", "ham") {
		if u, ok := unitWord(p.tok(i + 1)); ok {
			return 20 + u, 2
		}
		return 0, 0
	}
	if t.in("mười", "muoi") {
		if u, ok := unitWord(p.tok(i + 1)); ok && !p.tok(i+1).in("tư", "tu", "năm", "nam", "mốt") { // mười năm is ten years
			return 10 + u, 2
		}
		return 10, 1
	}
	u, ok := unitWord(t)
	if !ok || t.in("mốt", "lăm", "lam", "nhăm", "nham") {
		return 0, 0
	}
	next := p.tok(i + 1)
	switch {
	case u >= 2 && next.in("mươi", "muoi", "mười"):
		if v, ok := unitWord(p.tok(i + 2)); ok && !p.tok(i+2).in("năm", "nam") {
			return 10*u + v, 3
		}
		return 10 * u, 2
	case u >= 2 && (next.in("mốt", "lăm", "lam") || u <= 3 && next.in("hai", "ba", "bốn", "bon", "sáu", "bảy", "bay", "tám", "chín", "chin")):
		v, _ := unitWord(next)
		return 10*u + v, 2
	}
	return u, 1
}

func unitWord(t Token) (int, bool) {
	switch t.Acc {
	case "một", "mốt", "mot":
		return 1, true
	case "hai":
		return 2, true
	case "ba":
		return 3, true
	case "bốn", "bon", "tư", "tu":
		return 4, true
	case "năm", "nam", "lăm", "lam", "nhăm", "nham":
		return 5, true
	case "sáu", "sau":
		return 6, true
	case "bảy", "bẩy", "bay":
		return 7, true
	case "tám", "tam":
		return 8, true
	case "chín", "chin":
		return 9, true
	}
	return 0, false
}
