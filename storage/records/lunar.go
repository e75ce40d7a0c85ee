package records

import (
	"fmt"
	"math"
	"time"
)

// The Vietnamese lunar calendar is the astronomical one of East Asia on the meridian of 105° east (UTC+7):
// a month begins on the civil day of the new moon, the 11th month holds the winter solstice, and where thirteen
// months lie between two such 11th months, the first without a major solar term repeats the number before it.
// China reckons by UTC+8; the two differ by a day or even a month (Tết 1985 was 21 January, in China 20 February).
//
// New moons follow Jean Meeus, Astronomical Algorithms, 2nd edition, chapter 49, and the longitude of the sun
// chapter 25; terrestrial time is brought to universal time by the polynomials of Espenak and Meeus.

// firstLunarYear and lastLunarYear bound the calendar that is kept: outside of it LunarOf and LunarDay say no.
const (
	firstLunarYear = 1899
	lastLunarYear  = 2200
)

// LunarDate is a day of the Vietnamese lunar calendar. Year is the number of the solar year in which the lunar
// year begins; Leap marks the repeated month (tháng nhuận).
type LunarDate struct {
	Year, Month, Day int
	Leap             bool
}

// String gives d as people write it: "3/10" and, in a repeated month, "3/6 nhuận".
func (d LunarDate) String() string {
	if d.Leap {
		return fmt.Sprintf("%d/%d nhuận", d.Day, d.Month)
	}
	return fmt.Sprintf("%d/%d", d.Day, d.Month)
}

// LunarMonth is one month of a lunar year: the Julian day number of its first day, and how many days it has.
type LunarMonth struct {
	Start, Days int
	Month       int
	Leap        bool // it repeats the number before it
}

// lunarYears holds the months of each lunar year from firstLunarYear to lastLunarYear, in order of time.
var lunarYears = reckonLunarYears(firstLunarYear, lastLunarYear)

// LunarOf gives the lunar date of a day; ok is false outside of the lunar years 1900 to 2199.
func LunarOf(day time.Time) (l LunarDate, ok bool) {
	n := julian(day)
	for y := day.Year(); y >= day.Year()-1; y-- {
		for _, m := range LunarMonths(y) {
			if n >= m.Start && n < m.Start+m.Days {
				return LunarDate{Year: y, Month: m.Month, Day: n - m.Start + 1, Leap: m.Leap}, y > firstLunarYear && y < lastLunarYear
			}
		}
	}
	return LunarDate{}, false
}

// LunarDay gives the day of a lunar date; ok is false where that year has no such day: the 30th of a month of 29 days, a repeated
// month that is not repeated, a year outside of 1900 to 2199.
func LunarDay(l LunarDate) (day time.Time, ok bool) {
	if l.Year <= firstLunarYear || l.Year >= lastLunarYear {
		return time.Time{}, false
	}
	for _, m := range LunarMonths(l.Year) {
		if m.Month == l.Month && m.Leap == l.Leap {
			if l.Day < 1 || l.Day > m.Days {
				return time.Time{}, false
			}
			return julianDay(m.Start + l.Day - 1), true
		}
	}
	return time.Time{}, false
}

// LunarMonths are the months of a lunar year, in order of time.
func LunarMonths(year int) []LunarMonth {
	if year < firstLunarYear || year > lastLunarYear {
		return nil
	}
	return lunarYears[year-firstLunarYear]
}

// unixJulian is the Julian day number of 1 January 1970 at noon.
const unixJulian = 2440588

func julian(day time.Time) int { return int(day.Unix()/(24*60*60)) + unixJulian }

func julianDay(n int) time.Time { return time.Unix(int64(n-unixJulian)*24*60*60, 0).UTC() }

// reckonLunarYears works out the months of the lunar years from first to last.
func reckonLunarYears(first, last int) [][]LunarMonth {
	years := make([][]LunarMonth, last-first+1)
	k := int(float64(first-2001)*12.3685) - 2
	month := moonMonth(k)
	next := func() moon {
		k++
		m := month
		month = moonMonth(k)
		m.days = month.start - m.start
		m.solstice = m.term < 9 && m.term >= 7 && month.term >= 9 && month.term < 11
		m.noTerm = m.term == month.term
		return m
	}
	for m := next(); julianDay(m.start).Year() <= last; {
		if !m.solstice {
			m = next()
			continue
		}
		year := julianDay(m.start).Year()
		between := []moon{m} // the months until before the next solstice
		for m = next(); !m.solstice; m = next() {
			between = append(between, m)
		}
		for _, named := range nameMonths(between) {
			in := year
			if named.Month < 11 {
				in++
			}
			if in >= first && in <= last {
				years[in-first] = append(years[in-first], named)
			}
		}
	}
	return years
}

// moon is a lunar month before it has a number.
type moon struct {
	start, days int
	term        int  // the major solar term under which it begins
	solstice    bool // the winter solstice falls in it
	noTerm      bool // no major solar term begins in it
}

func moonMonth(k int) moon {
	start := newMoonDay(k)
	return moon{start: start, term: solarTerm(start)}
}

// nameMonths numbers the months from one winter solstice until before the next: 11, 12, 1 to 10, and where there are
// thirteen, one number twice.
func nameMonths(moons []moon) []LunarMonth {
	var months []LunarMonth
	number, leap := 11, len(moons) == 13
	for i, m := range moons {
		named := LunarMonth{Start: m.start, Days: m.days, Month: number}
		if leap && i > 0 && m.noTerm {
			leap = false
			named.Leap = true
			named.Month = months[i-1].Month
		} else {
			number = number%12 + 1
		}
		months = append(months, named)
	}
	return months
}

// newMoonDay is the number of the civil day, by UTC+7, on which the new moon k falls; k counts from the first
// new moon of the year 2000.
func newMoonDay(k int) int {
	return int(math.Floor(universal(newMoon(float64(k))) + 0.5 + 7.0/24))
}

// solarTerm is the number of the major solar term, 0 at the March equinox and 9 at the winter solstice, under
// which the civil day numbered n begins by UTC+7.
func solarTerm(n int) int {
	return int(sunLongitude(terrestrial(float64(n)-0.5-7.0/24)) / 30)
}

const radian = math.Pi / 180

// moonTerms are the periodic terms of the time of new moon (Meeus, table 49.A): days; the power of E; and the
// multiples of the sun's anomaly, the moon's anomaly and the moon's argument of latitude.
var moonTerms = [...]struct{ days, e, sun, moon, lat float64 }{
	{-0.40720, 0, 0, 1, 0},
	{0.17241, 1, 1, 0, 0},
	{0.01608, 0, 0, 2, 0},
	{0.01039, 0, 0, 0, 2},
	{0.00739, 1, -1, 1, 0},
	{-0.00514, 1, 1, 1, 0},
	{0.00208, 2, 2, 0, 0},
	{-0.00111, 0, 0, 1, -2},
	{-0.00057, 0, 0, 1, 2},
	{0.00056, 1, 1, 2, 0},
	{-0.00042, 0, 0, 3, 0},
	{0.00042, 1, 1, 0, 2},
	{0.00038, 1, 1, 0, -2},
	{-0.00024, 1, -1, 2, 0},
	{-0.00007, 0, 2, 1, 0},
	{0.00004, 0, 0, 2, -2},
	{0.00004, 0, 3, 0, 0},
	{0.00003, 0, 1, 1, -2},
	{0.00003, 0, 0, 2, 2},
	{-0.00003, 0, 1, 1, 2},
	{0.00003, 0, -1, 1, 2},
	{-0.00002, 0, -1, 1, -2},
	{-0.00002, 0, 1, 3, 0},
	{0.00002, 0, 0, 4, 0},
}

// planetTerms are the additional corrections of the same chapter: days, and an angle that grows with k.
var planetTerms = [...]struct{ days, angle, perMoon float64 }{
	{0.000325, 299.77, 0.107408},
	{0.000165, 251.88, 0.016321},
	{0.000164, 251.83, 26.651886},
	{0.000126, 349.42, 36.412478},
	{0.000110, 84.66, 18.206239},
	{0.000062, 141.74, 53.303771},
	{0.000060, 207.14, 2.453732},
	{0.000056, 154.84, 7.306860},
	{0.000047, 34.52, 27.261239},
	{0.000042, 207.19, 0.121824},
	{0.000040, 291.34, 1.844379},
	{0.000037, 161.72, 24.198154},
	{0.000035, 239.56, 25.513099},
	{0.000023, 331.55, 3.592518},
}

// newMoon is the Julian day, in terrestrial time, of the new moon k.
func newMoon(k float64) float64 {
	t := k / 1236.85
	t2, t3, t4 := t*t, t*t*t, t*t*t*t
	e := 1 - 0.002516*t - 0.0000074*t2
	sun := (2.5534 + 29.10535670*k - 0.0000014*t2 - 0.00000011*t3) * radian
	moon := (201.5643 + 385.81693528*k + 0.0107582*t2 + 0.00001238*t3 - 0.000000058*t4) * radian
	lat := (160.7108 + 390.67050284*k - 0.0016118*t2 - 0.00000227*t3 + 0.000000011*t4) * radian
	node := (124.7746 - 1.56375588*k + 0.0020672*t2 + 0.00000215*t3) * radian
	jd := 2451550.09766 + 29.530588861*k + 0.00015437*t2 - 0.000000150*t3 + 0.00000000073*t4
	jd -= 0.00017 * math.Sin(node)
	powers := [3]float64{1, e, e * e}
	for _, m := range moonTerms {
		jd += m.days * powers[int(m.e)] * math.Sin(m.sun*sun+m.moon*moon+m.lat*lat)
	}
	for i, p := range planetTerms {
		angle := p.angle + p.perMoon*k
		if i == 0 {
			angle -= 0.009173 * t2
		}
		jd += p.days * math.Sin(angle*radian)
	}
	return jd
}

// sunLongitude is the apparent longitude of the sun in degrees, 0 to 360, at a Julian day in terrestrial time.
func sunLongitude(jd float64) float64 {
	t := (jd - 2451545) / 36525
	mean := 280.46646 + 36000.76983*t + 0.0003032*t*t
	anomaly := (357.52911 + 35999.05029*t - 0.0001537*t*t) * radian
	center := (1.914602-0.004817*t-0.000014*t*t)*math.Sin(anomaly) + (0.019993-0.000101*t)*math.Sin(2*anomaly) + 0.000289*math.Sin(3*anomaly)
	nutation := -0.00569 - 0.00478*math.Sin((125.04-1934.136*t)*radian)
	l := math.Mod(mean+center+nutation, 360)
	if l < 0 {
		l += 360
	}
	return l
}

func universal(tt float64) float64   { return tt - deltaT(tt)/86400 }
func terrestrial(ut float64) float64 { return ut + deltaT(ut)/86400 }

// deltaT is terrestrial minus universal time in seconds near a Julian day, by the polynomials of Espenak and
// Meeus (Five Millennium Canon of Solar Eclipses, NASA).
func deltaT(jd float64) float64 {
	y := 2000 + (jd-2451545)/365.25
	switch {
	case y < 1900:
		t := y - 1860
		return 7.62 + 0.5737*t - 0.251754*t*t + 0.01680668*t*t*t - 0.0004473624*t*t*t*t + t*t*t*t*t/233174
	case y < 1920:
		t := y - 1900
		return -2.79 + 1.494119*t - 0.0598939*t*t + 0.0061966*t*t*t - 0.000197*t*t*t*t
	case y < 1941:
		t := y - 1920
		return 21.20 + 0.84493*t - 0.076100*t*t + 0.0020936*t*t*t
	case y < 1961:
		t := y - 1950
		return 29.07 + 0.407*t - t*t/233 + t*t*t/2547
	case y < 1986:
		t := y - 1975
		return 45.45 + 1.067*t - t*t/260 - t*t*t/718
	case y < 2005:
		t := y - 2000
		return 63.86 + 0.3345*t - 0.060374*t*t + 0.0017275*t*t*t + 0.000651814*t*t*t*t + 0.00002373599*t*t*t*t*t
	case y < 2050:
		t := y - 2000
		return 62.92 + 0.32217*t + 0.005589*t*t
	case y < 2150:
		c := (y - 1820) / 100
		return -20 + 32*c*c - 0.5628*(2150-y)
	}
	c := (y - 1820) / 100
	return -20 + 32*c*c
}
