package vi

import (
	"fmt"
	"strings"
	"time"
)

// ProblemInvalidTime is an hour or minute that no clock has: 25h, 7h75.
const ProblemInvalidTime = "invalid_time"

// TimeOfDay is a time by the 24-hour clock.
type TimeOfDay struct{ Hour, Minute int }

// String gives t as 07:30.
func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t.Hour, t.Minute) }

// Moment is a day and a time of it, in Việt Nam.
type Moment struct {
	Date Day
	TimeOfDay
}

// String gives m as 2026-11-12T19:30.
func (m Moment) String() string { return m.Date.String() + "T" + m.TimeOfDay.String() }

// Time is m in loc.
func (m Moment) Time(loc *time.Location) time.Time {
	return time.Date(m.Date.Year, time.Month(m.Date.Month), m.Date.Day, m.Hour, m.Minute, 0, 0, loc)
}

// ReadClock reads a time of day: 7h30 tối, 19h, 8 giờ kém 15 sáng, 7 rưỡi chiều. An hour from 1 to 7 without the part
// of the day may be either half of it, and is asked about; 07:30 is not.
func ReadClock(s string, _ time.Time) Reading[TimeOfDay] {
	tokens := trimPoliteness(Tokenize(asciiDigits(s)))
	p := &dates{tokens: tokens, whole: true}
	i := p.skipAt(0)
	part := dayPart(p.tok(i))
	if part != 0 && p.tok(i+1).Text != "" {
		i = p.skipAt(i + 1)
	} else {
		part = 0
	}
	c, n := p.clockTime(i)
	if n == 0 {
		return Reading[TimeOfDay]{}
	}
	i += n
	if i < len(tokens) && part == 0 {
		i, part = p.partAt(i)
	}
	if i < len(tokens) {
		return Reading[TimeOfDay]{}
	}
	hours := c.hours(part)
	if hours.problem != "" {
		return Impossible[TimeOfDay](hours.problem)
	}
	r := Reading[TimeOfDay]{}
	for _, m := range hours.minutes {
		m = mod(m, 24*60)
		r.Candidates = append(r.Candidates, TimeOfDay{m / 60, m % 60})
	}
	if len(r.Candidates) > 1 && r.Candidates[0] == r.Candidates[1] {
		r.Candidates = r.Candidates[:1]
		hours.ask = false
	}
	if len(r.Candidates) == 1 && !hours.ask {
		return Sure(r.Candidates[0])
	}
	return r
}

// ReadMoment reads a day with a time: "7 rưỡi tối mai", "9g sáng 18/11", "2 tiếng nữa". A time without a day is of
// today, if it is still to come; a day that could lie either way lies ahead, as appointments do.
func ReadMoment(s string, now time.Time) Reading[Moment] {
	return readMomentTokens(trimPoliteness(Tokenize(asciiDigits(s))), now, Ahead)
}

func readMomentTokens(tokens []Token, now time.Time, lean Lean) Reading[Moment] {
	p := newDates(tokens, now, lean)
	p.whole = true
	r, n := p.moment(0)
	if n < len(tokens) {
		return Reading[Moment]{}
	}
	return r
}

// findMoment reads the day and time that are named from token i on; both must be there, or a time that can be
// nothing else.
func findMoment(tokens []Token, i int, now time.Time) (Reading[Moment], int) {
	if i >= len(tokens) {
		return Reading[Moment]{}, 0
	}
	return newDates(tokens, now, Ahead).moment(i)
}

// spokenTime is an hour and minute as said, before it is known which half of the day they are of.
type spokenTime struct {
	hour, minute int  // minute may be negative: kém 15
	full         bool // written as by the 24-hour clock: 07:30
	vague        bool
	gram         bool // 5g, which may be five grams
}

// half is the minutes of the day a time may mean, beyond 24 hours for the next day.
type half struct {
	minutes []int
	ask     bool
	problem string
}

// hours settles which half of the day is meant, by the part of the day that was said, 0 for none.
func (c spokenTime) hours(part int) half {
	if c.hour > 24 || c.minute > 59 || c.hour == 24 && c.minute > 0 {
		return half{problem: ProblemInvalidTime}
	}
	h := c.hour
	at := func(ask bool, hours ...int) half {
		r := half{ask: ask || c.vague}
		for _, h := range hours {
			r.minutes = append(r.minutes, h*60+c.minute)
		}
		return r
	}
	if part == 0 {
		switch {
		case h >= 8 || h == 0 || c.full:
			return at(false, h)
		case h < 5:
			return at(true, h+12, h)
		}
		return at(true, h, h+12)
	}
	switch {
	case part == 1 && h == 12:
		return at(true, 0, 12)
	case part == 1 && h < 12, part == 2 && h >= 10 && h <= 14, part == 3 && h >= 13 && h <= 18, part == 4 && h >= 17 && h < 24, part == 5 && h >= 20 && h < 24:
		return at(false, h)
	case part == 2 && (h == 1 || h == 2), part == 3 && h >= 1 && h <= 6, part == 4 && h >= 5 && h <= 11, part == 5 && h >= 8 && h <= 11:
		return at(false, h+12)
	case part == 3 && h == 12:
		return at(true, 12)
	case part == 3 && h == 7:
		return at(true, 19)
	case part >= 4 && (h == 12 || h == 0 || h == 24):
		return at(true, 24, 0)
	case part >= 4 && h <= 4:
		return at(true, h+24, h)
	case part == 5 && h <= 7:
		return at(true, h, h+12)
	case part == 2 && h <= 9:
		return at(true, h)
	}
	return half{problem: ProblemInvalidTime}
}

// clockTime reads the time at i, without the part of the day.
func (p *dates) clockTime(i int) (spokenTime, int) {
	t := p.tok(i)
	if c, ok := gluedClock(t.Fold); ok {
		n := 1
		if c.minute == 0 && !strings.Contains(t.Fold, ":") && t.Fold[len(t.Fold)-1] > '9' {
			n += p.minutes(i+1, &c)
		} else if p.tok(i+1).in("phút", "phut", "p", "'") {
			n++
		}
		return c, n
	}
	h, n := p.small(i)
	if n == 0 {
		return spokenTime{}, 0
	}
	c := spokenTime{hour: h, full: n == 1 && len(t.Fold) == 2 && t.Fold[0] == '0'}
	u := p.tok(i + n)
	switch {
	case u.in("giờ", "gio", "h"), p.whole && u.in("g"):
		n++
		return c, n + p.minutes(i+n, &c)
	case u.in("rưỡi", "ruoi", "rưởi", "kém", "kem"):
		m := p.minutes(i+n, &c)
		if _, part := p.partAt(i + n + m); part != 0 || p.whole {
			return c, n + m
		}
	case dayPart(u) > 0 && h >= 1 && h <= 12 && p.whole:
		return c, n
	}
	return spokenTime{}, 0
}

// minutes reads rưỡi, kém 15, 30 phút, 15, đúng behind the hour at i into c; it returns the tokens taken.
func (p *dates) minutes(i int, c *spokenTime) int {
	t := p.tok(i)
	switch {
	case t.in("rưỡi", "ruoi", "rưởi"):
		c.minute = 30
		return 1
	case t.in("đúng", "dung", "chẵn", "tròn"):
		return 1
	case t.in("hơn", "hon") && p.whole:
		c.vague = true
		return 1
	case t.in("kém", "kem", "thiếu"):
		m, n := p.small(i + 1)
		if n == 0 || m < 1 || m > 30 {
			return 0
		}
		c.minute = -m
		n++
		if p.tok(i+n).in("phút", "phut", "p") {
			n++
		}
		return n
	}
	m, n := p.small(i)
	if n == 0 {
		return 0
	}
	if p.tok(i+n).in("phút", "phut", "p") {
		c.minute = m
		return n + 1
	}
	if written := n == 1 && isDigit(t.Fold[0]); written && len(t.Fold) != 2 || !written && (!p.whole || m < 10) || p.tok(i+n).in("tháng", "thang", "/", "tây", "âm") ||
		!p.whole && (isUnitWord(p.tok(i+n).Acc) || notDateBefore[p.tok(i+n).Acc]) {
		return 0
	}
	c.minute = m
	return n
}

// gluedClock reads 7h30, 19h, 9g, 7:30, 07:30.
func gluedClock(s string) (spokenTime, bool) {
	k := 0
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	if k == 0 || k > 2 || k == len(s) {
		return spokenTime{}, false
	}
	h, _ := wholeNumber(s[:k])
	c := spokenTime{hour: h, full: k == 2 && s[0] == '0'}
	rest := s[k:]
	switch {
	case rest[0] == ':':
		m, ok := wholeNumber(rest[1:])
		if !ok || len(rest) != 3 {
			return spokenTime{}, false
		}
		c.minute = m
		return c, true
	case strings.HasPrefix(rest, "gio"):
		rest = rest[3:]
	case rest[0] == 'h':
		rest = rest[1:]
	case rest[0] == 'g':
		c.gram = len(rest) == 1
		rest = rest[1:]
	default:
		return spokenTime{}, false
	}
	rest = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(rest, "phut"), "p"), "'")
	if rest == "" {
		return c, true
	}
	if rest == "ruoi" {
		c.minute = 30
		return c, true
	}
	m, ok := wholeNumber(rest)
	if !ok || len(rest) > 2 {
		return spokenTime{}, false
	}
	c.minute = m
	return c, true
}

// partAt reads [buổi] sáng, trưa, chiều, tối, đêm, khuya at i.
func (p *dates) partAt(i int) (end, part int) {
	j := i
	if p.tok(j).in("buổi", "buoi", "vào", "vao") {
		j++
	}
	if part := dayPart(p.tok(j)); part > 0 {
		j++
		if p.tok(j).in("sớm", "som", "khuya", "tinh") && !p.tok(j).in("som mai") {
			j++
		}
		return j, part
	}
	return i, 0
}

// skipAt skips lúc, vào lúc, hồi and commas, which join a day and a time.
func (p *dates) skipAt(i int) int {
	for k := i; i < k+4 && p.tok(i).in("lúc", "luc", "vào", "vao", ",", "hồi", "tầm", "-", "buổi", "buoi"); {
		i++
	}
	return i
}

// moment reads a day and time at i, in either order.
func (p *dates) moment(i int) (Reading[Moment], int) {
	if r, n := p.fromNow(i); n > 0 {
		return r, n
	}
	j := p.skipAt(i)
	if p.whole && p.tok(j).in("khoảng", "khoang", "chừng", "cỡ", "độ", "gần") {
		if r, n := p.moment(j + 1); n > 0 {
			return unsure(r), j + 1 + n - i
		}
		return Reading[Moment]{}, 0
	}
	if c, n := p.clockTime(j); n > 0 {
		return p.clockFirst(c, i, j+n)
	}
	g, n := p.at(j)
	part := 0
	if n == 0 {
		if j, part = p.partAt(j); part == 0 {
			return Reading[Moment]{}, 0
		}
	} else {
		for k := j; k < j+n; k++ {
			if d := dayPart(p.tok(k)); d > 0 {
				part = d
			}
		}
	}
	k := j + n
	if e, d := p.partAt(k); d > 0 && part == 0 {
		k, part = e, d
	}
	k = p.skipAt(k)
	c, m := p.clockTime(k)
	if m == 0 {
		return Reading[Moment]{}, 0
	}
	k += m
	if e, d := p.partAt(k); d > 0 && (part == 0 || part == d) {
		k, part = e, d
	}
	if n == 0 {
		if h, m := p.at(p.skipAt(k)); m > 0 {
			g, n, k = h, m, p.skipAt(k)+m
		} else if !p.whole {
			return Reading[Moment]{}, 0
		}
	}
	return p.joined(g, n > 0, c, part), k - i
}

// unsure makes a reading that must be asked about of a sure one.
func unsure[T any](r Reading[T]) Reading[T] {
	if r.Sure {
		return Between(r.Value)
	}
	return r
}

// clockFirst reads the part of the day and the day behind a time whose next token is k.
func (p *dates) clockFirst(c spokenTime, i, k int) (Reading[Moment], int) {
	afterPart, part := p.partAt(k)
	from := p.skipAt(k)
	g, n := p.at(from)
	if n == 0 {
		from = p.skipAt(afterPart)
		g, n = p.at(from)
	}
	if n > 0 && part == 0 {
		part = dayPart(p.tok(from))
	}
	if n == 0 {
		if !p.whole && (c.gram || part == 0 && !strings.ContainsAny(p.tok(k-1).Fold, "h:") && !p.tok(k-1).in("giờ", "gio", "rưỡi")) {
			return Reading[Moment]{}, 0
		}
		return p.joined(guess{}, false, c, part), afterPart - i
	}
	end := from + n
	if e, d := p.partAt(end); d > 0 && part == 0 {
		end, part = e, d
	}
	return p.joined(g, true, c, part), end - i
}

// joined makes moments of the days and the times that are possible.
func (p *dates) joined(g guess, dated bool, c spokenTime, part int) Reading[Moment] {
	h := c.hours(part)
	p.dated = dated
	switch {
	case h.problem != "":
		return Impossible[Moment](h.problem)
	case g.problem != "":
		return Impossible[Moment](g.problem)
	}
	on := func(d Day, m int) Moment {
		d = d.Add((m - mod(m, 24*60)) / (24 * 60))
		m = mod(m, 24*60)
		return Moment{d, TimeOfDay{m / 60, m % 60}}
	}
	now := p.clock.Hour()*60 + p.clock.Minute()
	if over := h.minutes[0]; part == 0 && len(h.minutes) == 1 && !c.full && c.hour < 12 && over < now && (!dated || g.sure() && g.days[0] == p.today) {
		h.minutes = append(h.minutes, over+12*60) // 8h said at nine may be this evening
	}
	r := Reading[Moment]{}
	if !dated {
		for _, m := range h.minutes {
			switch {
			case m >= now:
				r.Candidates = append(r.Candidates, on(p.today, m))
			case len(h.minutes) == 1:
				r.Candidates = append(r.Candidates, on(p.today.Add(1), m), on(p.today, m))
			default:
				r.Candidates = append(r.Candidates, on(p.today.Add(1), m))
			}
		}
	}
	for _, d := range g.days {
		for _, m := range h.minutes {
			r.Candidates = append(r.Candidates, on(d, m))
		}
	}
	if len(r.Candidates) == 1 && !g.ask && !h.ask {
		return Sure(r.Candidates[0])
	}
	return r
}

// fromNow reads 2 tiếng nữa, nửa tiếng nữa, 30 phút trước, cách đây 2 tiếng, bây giờ.
func (p *dates) fromNow(i int) (Reading[Moment], int) {
	j, sign := i, 0
	switch t, u := p.tok(i), p.tok(i+1); {
	case t.in("bây", "bay") && u.in("giờ", "gio", "chừ"), t.in("ngay") && u.in("bây", "lập"):
		if t.in("ngay") {
			return Reading[Moment]{}, 0
		}
		return Sure(p.momentAt(0)), 2
	case t.in("cách", "cach") && u.in("đây", "day", "nay"):
		j, sign = i+2, -1
	case t.in("sau"):
		j, sign = i+1, 1
	}
	minutes, n := p.duration(j)
	if n == 0 {
		return Reading[Moment]{}, 0
	}
	j += n
	switch t := p.tok(j); {
	case sign == 0 && t.in("nữa", "nua"):
		sign = 1
		j++
	case sign == 0 && t.in("trước", "truoc"):
		sign = -1
		j++
	case sign == 1 && t.in("nữa", "nua"):
		j++
	case sign == 0:
		return Reading[Moment]{}, 0
	}
	return Sure(p.momentAt(sign * minutes)), j - i
}

// duration reads 2 tiếng, 1 tiếng rưỡi, nửa tiếng, 30 phút, 2 giờ at i, in minutes.
func (p *dates) duration(i int) (minutes, n int) {
	if p.tok(i).in("nửa", "nua") && p.tok(i+1).in("tiếng", "tieng", "giờ", "gio") {
		return 30, 2
	}
	v, n := p.small(i)
	if n == 0 {
		return 0, 0
	}
	switch t := p.tok(i + n); {
	case t.in("tiếng", "tieng", "giờ", "gio", "h"):
		n++
		minutes = 60 * v
		if p.tok(i+n).in("đồng") && p.tok(i+n+1).in("hồ") {
			n += 2
		}
		if p.tok(i+n).in("rưỡi", "ruoi") {
			return minutes + 30, n + 1
		}
		if m, k := p.small(i + n); k > 0 && p.tok(i+n+k).in("phút", "phut", "p") {
			return minutes + m, n + k + 1
		}
		return minutes, n
	case t.in("phút", "phut"):
		return v, n + 1
	}
	return 0, 0
}

// momentAt is the moment so many minutes from now.
func (p *dates) momentAt(minutes int) Moment {
	t := p.clock.Add(time.Duration(minutes) * time.Minute)
	return Moment{DayOf(t), TimeOfDay{t.Hour(), t.Minute()}}
}
