package vi

// Days named from today on: hôm qua, ngày mốt, cách đây 3 ngày, thứ bảy tuần rồi.

// dayPart is the part of the day a word names: 1 morning, 2 noon, 3 afternoon, 4 evening, 5 night.
func dayPart(t Token) int {
	switch t.Acc {
	case "sáng", "sang":
		return 1
	case "trưa", "trua":
		return 2
	case "chiều", "chieu":
		return 3
	case "tối", "toi":
		return 4
	case "đêm", "dem", "khuya":
		return 5
	}
	return 0
}

func isNow(t Token) bool      { return t.in("nay", "ni") }
func isPast(t Token) bool     { return t.in("qua", "wa", "hqua") }
func isTomorrow(t Token) bool { return t.in("mai", "mơi") }
func isOvermorrow(t Token) bool {
	return t.in("mốt") || t.in("mot")
}

// yonder is returned by relative for kia without accents, which may be kìa.
const (
	yonderBehind = 1000
	yonderAhead  = 1001
	lastEvening  = 1002
	lastNight    = 1003
)

// relative reads hôm nay, bữa qua, tối mai and the like: days from today, and the tokens taken.
func (p *dates) relative(i int) (int, int) {
	t, u := p.tok(i), p.tok(i+1)
	switch {
	case t.in("hnay"):
		return 0, 1
	case t.in("hqua", "hwa"):
		return -1, 1
	case t.in("hôm", "hom", "hum", "bữa", "bua", "ngày", "ngay", "hm"):
		return p.relativeDay(i, t, u)
	case t.in("hồi", "hoi", "ban", "lúc", "luc"):
		return p.relativeThen(i, t, u)
	case t.in("mới", "moi", "vừa", "vua", "khi") && u.in("nãy", "xong"):
		return 0, 2
	case dayPart(t) > 0:
		if !p.whole && (startsUpper(u.Text) && !startsUpper(t.Text) || t.in("toi") && u.in("qua") && visits[p.tok(i+2).Acc]) {
			return 0, 0 // tôi Mai, tôi qua nhà
		}
		n := 1
		if u.in("sớm", "som", "sơm") {
			n, u = 2, p.tok(i+2)
		}
		switch {
		case isNow(u):
			return 0, n + 1
		case isPast(u):
			return -1, n + 1
		case isTomorrow(u):
			return 1, n + 1
		case u.in("mốt"), u.in("mot") && (p.whole || p.tok(i+n+1).Text == ""):
			return 2, n + 1
		case u.in("kia"):
			return -2, n + 1
		}
	case isTomorrow(t):
		if u.in("mốt", "mot") {
			return 0, 0
		}
		if p.whole || t.Text == t.Acc && !nameBefore(p.tok(i-1)) {
			return 1, 1
		}
	case t.in("mốt") && t.Text == t.Acc, p.whole && t.in("mot"):
		return 2, 1
	case p.whole && t.in("nay", "chừ", "chu") && len(p.tokens) == i+1:
		return 0, 1
	case t.in("bây", "bay") && u.in("giờ", "gio", "chừ", "chu"):
		return 0, 2
	}
	return 0, 0
}

// visits are words behind which toi qua is not last night but somebody coming by.
var visits = wordSet("nha nhà tham thăm cho ben bên gap gặp dua đưa trao tang tặng giup giúp xem roi rồi ba bà ong ông co cô chi chị")

func (p *dates) relativeDay(i int, t, u Token) (int, int) {
	day := t.in("ngày", "ngay")
	switch {
	case isNow(u), u.in("này") && !day:
		if u.in("này") || day && !u.in("ni") {
			return 0, 0
		}
		return 0, 2
	case !day && isPast(u):
		return -1, 2
	case day && (isTomorrow(u) || isOvermorrow(u)):
		if u.in("mot") && p.tok(i+2).in("tháng", "thang") {
			return 0, 0
		}
		if isTomorrow(u) {
			return 1, 2
		}
		return 2, 2
	case !day && u.in("mai", "mốt"):
		if u.in("mai") {
			return 1, 2
		}
		return 2, 2
	case u.in("kìa"):
		if day {
			return 3, 2
		}
		return -3, 2
	case u.in("kia"):
		if t.Acc == t.Fold { // typed without accents: kìa looks the same
			if day {
				return yonderAhead, 2
			}
			return yonderBehind, 2
		}
		if day {
			return 2, 2
		}
		return -2, 2
	case !day && u.in("tê", "te"):
		return -2, 2
	}
	return 0, 0
}

// relativeThen reads hồi hôm, hồi sáng, ban nãy: earlier today or the evening before, as the clock has it.
func (p *dates) relativeThen(i int, t, u Token) (int, int) {
	then := t.in("hồi", "hoi")
	hour := p.clock.Hour()
	switch {
	case u.in("nãy", "nay"):
		return 0, 2
	case then && u.in("hôm", "hom"):
		if isPast(p.tok(i + 2)) {
			return -1, 3
		}
		if p.tok(i+2).in("kia", "kìa", "nay", "ni", "tê") {
			return 0, 0
		}
		return -1, 2
	case dayPart(u) == 0 || t.in("lúc", "luc"):
		return 0, 0
	case isPast(p.tok(i+2)) || isNow(p.tok(i+2)), p.tok(i+2).in("hôm", "hom", "bữa", "bua", "thứ", "thu", "ngày", "ngay"):
		return 0, 0
	}
	switch dayPart(u) {
	case 1:
		if hour < 5 {
			return -1, 2
		}
		return 0, 2
	case 2:
		if hour < 11 {
			return -1, 2
		}
		return 0, 2
	case 3:
		if hour < 13 {
			return -1, 2
		}
		return 0, 2
	case 4:
		if hour >= 18 {
			return lastEvening, 2
		}
		return -1, 2
	}
	return lastNight, 2
}

// offset makes a guess of what relative read.
func (p *dates) offset(n, i, m int) (guess, int) {
	switch n {
	case yonderBehind:
		return among(p.today.Add(-2), p.today.Add(-3)), m
	case yonderAhead:
		return among(p.today.Add(2), p.today.Add(3)), m
	case lastEvening, lastNight:
		return among(p.today, p.today.Add(-1)), m
	}
	return onDay(p.today.Add(n)), m
}

// nameBefore reports titles, behind which mai is somebody's name.
func nameBefore(t Token) bool {
	return titles[t.Acc] != "" || t.in("tên", "ten")
}

// vague reads days that were left open (bữa trước, mấy hôm trước, mai mốt) and gives likely ones to ask about.
func (p *dates) vague(i int) (guess, int) {
	t, u, v := p.tok(i), p.tok(i+1), p.tok(i+2)
	past := func(n ...int) guess {
		g := guess{ask: true}
		for _, k := range n {
			g.days = append(g.days, p.today.Add(k))
		}
		return g
	}
	switch {
	case t.in("hôm", "hom", "bữa", "bua") && u.in("trước", "truoc", "trc", "nọ", "no", "hổm", "hom", "hôm", "bữa", "bua", "rồi", "roi", "đó", "do", "nớ", "hỗm"):
		return past(-1, -2, -3), 2
	case t.in("mấy", "may", "vài", "vai", "dăm") && u.in("hôm", "hom", "bữa", "bua", "ngày", "ngay") && p.back(v):
		return past(-2, -3, -4), 3
	case t.in("mấy", "vài", "vai", "dăm") && u.in("hôm", "hom", "bữa", "bua", "ngày", "ngay") && v.in("nữa", "nua"):
		return past(2, 3, 4), 3
	case t.in("mai") && u.in("mốt", "mot"):
		return past(1, 2), 2
	}
	return guess{}, 0
}

// back reports words that turn a count of days into the past.
func (p *dates) back(t Token) bool { return t.in("trước", "truoc", "trc") }

// ago reads counts of days, weeks, months and years from today: cách đây 3 ngày, 2 tuần trước, 3 ngày nữa.
func (p *dates) ago(i int) (guess, int) {
	sign, j := 0, i
	switch t, u := p.tok(j), p.tok(j+1); {
	case t.in("cách", "cach") && u.in("đây", "day", "nay", "ni"), t.in("trước", "truoc") && u.in("đây", "day"):
		sign, j = -1, j+2
	case t.in("sau"):
		sign, j = 1, j+1
	}
	if p.tok(j).in("khoảng", "khoang", "tầm", "tam", "cỡ", "gần", "gan", "chừng", "hơn", "hon") {
		g, end := p.count(j+1, sign)
		if end == 0 {
			return guess{}, 0
		}
		return guess{days: g.days, ask: true}, end - i
	}
	if sign == 0 && p.tok(i-1).in("ngày", "ngay", "hôm", "hom", "mùng", "mồng", "mung", "mong") {
		return guess{}, 0 // ngày 5 tháng sau is a day, 5 tháng sau a count
	}
	g, end := p.count(j, sign)
	if end == 0 {
		return guess{}, 0
	}
	if day, n := p.small(j); sign == 0 && n > 0 && p.tok(j+n).in("tháng", "thang") {
		switch next := p.tok(j + n + 1); {
		case day > 12 && next.in("trước", "truoc", "trc", "sau"):
			return guess{}, 0
		case next.in("sau"):
			if d := p.solarDayAhead(day); !d.IsZero() {
				month := Day{p.today.Year, p.today.Month, 1}.addMonths(1)
				return among(g.days[0], Day{month.Year, month.Month, day}), end - i
			}
		}
	}
	return g, end - i
}

// count reads "3 ngày", "hai ba bữa", "nửa tháng" at j and what says which way it goes; end is the token behind it.
func (p *dates) count(j, sign int) (g guess, end int) {
	var counts []int
	ask := false
	a, okA := unitWord(p.tok(j))
	b, okB := unitWord(p.tok(j + 1))
	switch {
	case okA && okB && b == a+1:
		counts, j = []int{a, b}, j+2
	case p.tok(j).in("mấy", "may", "vài", "vai") && sign < 0:
		counts, j, ask = []int{2, 3, 4}, j+1, true
	case p.tok(j).in("nửa", "nua") && p.tok(j+1).in("tháng", "thang"):
		return p.directed([]int{15}, sign, true, j+2, func(d Day, n int) Day { return d.Add(n) })
	default:
		n, used := p.small(j)
		if used == 0 {
			return guess{}, 0
		}
		counts, j = []int{n}, j+used
	}
	move := func(d Day, n int) Day { return d.Add(n) }
	switch t := p.tok(j); {
	case t.in("ngày", "ngay", "hôm", "hom", "bữa", "bua"):
	case t.in("tuần", "tuan"):
		move = func(d Day, n int) Day { return d.Add(7 * n) }
		if p.tok(j+1).in("lễ", "le") {
			j++
		}
	case t.in("tháng", "thang"):
		move = Day.addMonths
	case t.in("năm", "nam"):
		move = func(d Day, n int) Day { return d.addMonths(12 * n) }
	default:
		return guess{}, 0
	}
	return p.directed(counts, sign, ask, j+1, move)
}

// directed reads trước, nữa or sau at j, unless sign says already which way to go, and moves today by the counts.
func (p *dates) directed(counts []int, sign int, ask bool, j int, move func(Day, int) Day) (guess, int) {
	t := p.tok(j)
	switch {
	case sign == 0 && t.in("trước", "truoc", "trc"):
		sign, j = -1, j+1
	case sign == 0 && t.in("nữa", "nua"), sign == 0 && t.in("sau") && !p.tok(j+1).in("tuần"):
		sign, j = 1, j+1
	case sign > 0 && t.in("nữa", "nua"), sign < 0 && t.in("rồi"):
		j++
	case sign == 0:
		return guess{}, 0
	}
	g := guess{ask: ask || len(counts) > 1}
	for _, n := range counts {
		g.days = append(g.days, move(p.today, sign*n))
	}
	return g, j
}

// weekdayShort reads t2 to t7 and cn, as 1 for Monday to 7 for Sunday.
func weekdayShort(t Token) int {
	if len(t.Fold) != 2 {
		return 0
	}
	if t.Fold[0] == 't' && t.Fold[1] >= '2' && t.Fold[1] <= '7' {
		return int(t.Fold[1]-'0') - 1
	}
	if t.Fold == "cn" {
		return 7
	}
	return 0
}

// weekdayName reads the name of a day of the week at i.
func (p *dates) weekdayName(i int) (weekday, n int) {
	t, u := p.tok(i), p.tok(i+1)
	if d := weekdayShort(t); d > 0 {
		return d, 1
	}
	if t.in("chủ", "chu", "chúa", "chua") && u.in("nhật", "nhat", "nhựt", "nhut") {
		return 7, 2
	}
	if !t.in("thứ", "thu") {
		return 0, 0
	}
	if n, ok := wholeNumber(u.Fold); ok && n >= 2 && n <= 7 && len(u.Fold) == 1 {
		return n - 1, 2
	}
	if u.in("mốt", "một", "mot") {
		return 0, 0
	}
	if n, ok := unitWord(u); ok && n >= 2 && n <= 7 && !u.in("lăm", "lam", "bốn", "bon", "nhăm", "nham") {
		return n - 1, 2
	}
	return 0, 0
}

// weekday reads a day of the week and which week it is of: thứ 7 tuần trước, CN này, tuần sau thứ hai. Said alone
// it comes back as a weekday without days.
func (p *dates) weekday(i int) (guess, int) {
	if week, n := p.week(i); n > 0 {
		if wd, m := p.weekdayName(i + n); m > 0 {
			return p.inWeek(wd, week), n + m
		}
		return guess{}, 0
	}
	wd, n := p.weekdayName(i)
	if n == 0 {
		return guess{}, 0
	}
	j := i + n
	t := p.tok(j)
	if t.in("hàng", "hằng", "hang") || p.tok(i-1).in("mỗi", "moi", "mọi", "các", "cac", "hàng") {
		return guess{}, 0
	}
	if week, m := p.week(j); m > 0 {
		return p.inWeek(wd, week), n + m
	}
	if g, m := p.count(j+2, -1); m > 0 && t.in("cách", "cach") && p.tok(m-1).in("tuần", "tuan") && g.sure() {
		return onDay(g.days[0].monday().Add(wd - 1)), m - i
	}
	switch {
	case t.in("vừa", "vua", "mới", "moi") && p.tok(j+1).in("rồi", "roi", "qua", "wa"):
		return onDay(p.lastBefore(wd)), n + 2
	case t.in("sắp", "sap") && p.tok(j+1).in("tới", "toi", "đến", "den"):
		return onDay(p.nextAfter(wd)), n + 2
	case t.in("rồi", "roi", "qua", "wa", "rùi"):
		return onDay(p.lastBefore(wd)), n + 1
	case t.in("này", "nay", "ni"):
		d := p.inWeek(wd, 0).days[0]
		if d.Before(p.today) {
			return p.leaning(d, d.Add(7)), n + 1
		}
		return onDay(d), n + 1
	case t.in("trước", "truoc", "trc"):
		d := p.lastBefore(wd)
		if d.Before(p.today.monday()) {
			return onDay(d), n + 1
		}
		return among(d, d.Add(-7)), n + 1
	case t.in("tới", "toi"):
		return onDay(p.nextAfter(wd)), n + 1
	case t.in("sau"):
		d := p.nextAfter(wd)
		if d.Sub(p.today.monday()) >= 7 {
			return onDay(d), n + 1
		}
		return among(d.Add(7), d), n + 1
	}
	if !p.whole && n == 1 && wd == 7 && !p.tok(i-1).in("hôm", "hom", "bữa", "bua", "sáng", "sang", "chiều", "chieu", "tối", "toi", "trưa", "trua", "ngày", "ngay", "đến", "tới", "tu", "từ", "den") &&
		!numericToken(t) && !t.in("ngày", "ngay") {
		return guess{}, 0 // hộ CN is a near-poor household
	}
	return guess{weekday: wd}, n
}

// week reads tuần này, tuần rồi, tuần sau nữa as a number of weeks from this one.
func (p *dates) week(i int) (weeks, n int) {
	if !p.tok(i).in("tuần", "tuan") {
		return 0, 0
	}
	return p.which(i + 1)
}

// which reads này, trước, sau and their like behind a week, month, quarter or year at j-1; n counts that token too.
func (p *dates) which(j int) (offset, n int) {
	t, u := p.tok(j), p.tok(j+1)
	more := 0
	if u.in("nữa", "nua") {
		more = 1
	}
	switch {
	case t.in("này", "nay", "ni"):
		return 0, 2
	case t.in("trước", "truoc", "trc"):
		return -1 - more, 2 + more
	case t.in("rồi", "roi", "rùi", "qua", "wa", "ngoái", "ngoai"):
		return -1, 2
	case t.in("vừa", "vua", "mới", "moi") && u.in("rồi", "roi", "qua", "wa"):
		return -1, 3
	case t.in("sau", "kế", "ke"):
		if u.in("tiếp", "tiep") {
			return 1, 3
		}
		return 1 + more, 2 + more
	case t.in("tới", "toi"):
		if u.in("nay", "ni", "giờ", "gio", "chừ", "bây", "bay", "hiện", "hien", "cuối", "cuoi", "đầu", "dau", "giữa", "hôm", "hom", "ngày", "ngay", "tháng", "thang", "hết", "mùng", "rằm", "tết", "tet") {
			return 0, 0 // until
		}
		return 1, 2
	case t.in("sắp", "sap") && u.in("tới", "toi"):
		return 1, 3
	}
	return 0, 0
}

func (p *dates) inWeek(weekday, weeks int) guess {
	return guess{days: []Day{p.today.monday().Add(7*weeks + weekday - 1)}}
}

func (p *dates) lastBefore(weekday int) Day {
	n := mod(isoWeekday(p.today)-weekday, 7)
	if n == 0 {
		n = 7
	}
	return p.today.Add(-n)
}

func (p *dates) nextAfter(weekday int) Day {
	n := mod(weekday-isoWeekday(p.today), 7)
	if n == 0 {
		n = 7
	}
	return p.today.Add(n)
}
