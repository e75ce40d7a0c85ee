package vi

import (
	"fmt"
	"time"

	"chungtay/storage/records"
)

// The lunar calendar itself is records.LunarOf; here are its days as this package writes them.

// LunarDate is a day of the Vietnamese lunar calendar.
type LunarDate = records.LunarDate

// ToLunar gives the lunar date of a civil day; ok is false outside of the lunar years 1900 to 2199.
func ToLunar(d Day) (LunarDate, bool) { return records.LunarOf(d.Time(time.UTC)) }

// FromLunar gives the civil day of a lunar date; ok is false where that year has no such day: the 30th of a
// month of 29 days, a repeated month that is not repeated, a year outside of 1900 to 2199.
func FromLunar(l LunarDate) (Day, bool) {
	day, ok := records.LunarDay(l)
	if !ok {
		return Day{}, false
	}
	return DayOf(day), true
}

// LunarMonthDays is the number of days, 29 or 30, of a lunar month, and 0 where that year has no such month.
func LunarMonthDays(year, month int, leap bool) int {
	for _, m := range records.LunarMonths(year) {
		if m.Month == month && m.Leap == leap {
			return m.Days
		}
	}
	return 0
}

// LeapMonth is the number of the month that a lunar year repeats, or 0.
func LeapMonth(year int) int {
	for _, m := range records.LunarMonths(year) {
		if m.Leap {
			return m.Month
		}
	}
	return 0
}

// NewYear is the civil day of mùng 1 Tết of a lunar year.
func NewYear(year int) (Day, bool) { return FromLunar(LunarDate{Year: year, Month: 1, Day: 1}) }

var (
	stems    = [10]string{"Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý"}
	branches = [12]string{"Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi"}
)

// YearName is the name of a lunar year in the cycle of sixty: 2026 is Bính Ngọ.
func YearName(year int) string {
	return stems[mod(year-4, 10)] + " " + branches[mod(year-4, 12)]
}

func mod(a, b int) int { return (a%b + b) % b }

// Day is a civil date in Việt Nam. The zero Day is no day.
type Day struct{ Year, Month, Day int }

// DayOf is the civil date of t in t's own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, int(m), d}
}

// String gives d as 2026-11-11.
func (d Day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// IsZero reports whether d is no day.
func (d Day) IsZero() bool { return d == Day{} }

// Valid reports whether the Gregorian calendar has d.
func (d Day) Valid() bool {
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}

// Add is the day n days after d.
func (d Day) Add(n int) Day { return dayNumbered(d.number() + n) }

// Sub is the number of days from e to d.
func (d Day) Sub(e Day) int { return d.number() - e.number() }

// Before reports whether d is earlier than e.
func (d Day) Before(e Day) bool { return d.number() < e.number() }

// After reports whether d is later than e.
func (d Day) After(e Day) bool { return e.Before(d) }

// Weekday is the day of the week of d.
func (d Day) Weekday() time.Weekday { return time.Weekday(mod(d.number()+1, 7)) }

// Time is the moment at which d begins in loc.
func (d Day) Time(loc *time.Location) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, loc)
}

// monday is the first day of the week of d: weeks begin on Monday.
func (d Day) monday() Day { return d.Add(-mod(int(d.Weekday())-1, 7)) }

// addMonths is the same day of the month n months on, or the last of that month where it is shorter.
func (d Day) addMonths(n int) Day {
	m := d.Year*12 + d.Month - 1 + n
	y, mo := m/12, m%12+1
	return Day{y, mo, min(d.Day, daysIn(y, mo))}
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// number is the Julian day number of d at noon.
func (d Day) number() int {
	a := (14 - d.Month) / 12
	y := d.Year + 4800 - a
	m := d.Month + 12*a - 3
	return d.Day + (153*m+2)/5 + 365*y + y/4 - y/100 + y/400 - 32045
}

// dayNumbered is the inverse of number.
func dayNumbered(n int) Day {
	a := n + 32044
	b := (4*a + 3) / 146097
	c := a - 146097*b/4
	d := (4*c + 3) / 1461
	e := c - 1461*d/4
	m := (5*e + 2) / 153
	return Day{100*b + d - 4800 + m/10, m + 3 - 12*(m/10), e - (153*m+2)/5 + 1}
}
