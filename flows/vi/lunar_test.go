package vi

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"chungtay/storage/records"
)

// The days of Tết that were published, among them those where the calendars of Việt Nam and China differ (1968,
// 1985, 2007, 2030, 2053).
func TestNewYear(t *testing.T) {
	for _, want := range []Day{
		{1968, 1, 29},
		{1969, 2, 16},
		{1985, 1, 21},
		{2000, 2, 5},
		{2001, 1, 24},
		{2002, 2, 12},
		{2003, 2, 1},
		{2004, 1, 22},
		{2005, 2, 9},
		{2006, 1, 29},
		{2007, 2, 17},
		{2008, 2, 7},
		{2009, 1, 26},
		{2010, 2, 14},
		{2011, 2, 3},
		{2012, 1, 23},
		{2013, 2, 10},
		{2014, 1, 31},
		{2015, 2, 19},
		{2016, 2, 8},
		{2017, 1, 28},
		{2018, 2, 16},
		{2019, 2, 5},
		{2020, 1, 25},
		{2021, 2, 12},
		{2022, 2, 1},
		{2023, 1, 22},
		{2024, 2, 10},
		{2025, 1, 29},
		{2026, 2, 17},
		{2027, 2, 6},
		{2028, 1, 26},
		{2029, 2, 13},
		{2030, 2, 2},
		{2031, 1, 23},
		{2032, 2, 11},
		{2033, 1, 31},
		{2034, 2, 19},
		{2035, 2, 8},
		{2036, 1, 28},
		{2053, 2, 18},
	} {
		if got, ok := NewYear(want.Year); !ok || got != want {
			t.Errorf("Tết %d = %v, want %v", want.Year, got, want)
		}
	}
}

func TestLeapMonths(t *testing.T) {
	for year, want := range map[int]int{
		2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2026: 0, 2027: 0, 2028: 5, 2031: 3, 2033: 11, 2036: 6, 1985: 2,
	} {
		if got := LeapMonth(year); got != want {
			t.Errorf("leap month of %d = %d, want %d", year, got, want)
		}
	}
}

func TestLunarDays(t *testing.T) {
	for day, want := range map[Day]LunarDate{
		{2026, 11, 11}: {Year: 2026, Month: 10, Day: 3, Leap: false}, {2026, 11, 23}: {Year: 2026, Month: 10, Day: 15, Leap: false}, {2027, 1, 30}: {Year: 2026, Month: 12, Day: 23, Leap: false}, {2027, 2, 5}: {Year: 2026, Month: 12, Day: 29, Leap: false},
		{2025, 7, 25}: {Year: 2025, Month: 6, Day: 1, Leap: true}, {2026, 9, 25}: {Year: 2026, Month: 8, Day: 15, Leap: false},
	} {
		if got, ok := ToLunar(day); !ok || got != want {
			t.Errorf("%v = %v, want %v", day, got, want)
		}
	}
	if n := LunarMonthDays(2026, 12, false); n != 29 {
		t.Errorf("tháng Chạp 2026 has %d days", n)
	}
	for l, want := range map[LunarDate]string{{Year: 2026, Month: 10, Day: 3, Leap: false}: "3/10", {Year: 2025, Month: 6, Day: 1, Leap: true}: "1/6 nhuận"} {
		if got := l.String(); got != want {
			t.Errorf("%v = %q, want %q", l, got, want)
		}
	}
}

// From 2025 to 2032 no year has a 30 Tết; the years before and after have one.
func TestYearsWithoutThirtiethOfTet(t *testing.T) {
	for year := 2023; year <= 2032; year++ {
		want := 29
		if year == 2023 || year == 2032 {
			want = 30
		}
		if got := LunarMonthDays(year, 12, false); got != want {
			t.Errorf("tháng Chạp before Tết %d has %d days, want %d", year+1, got, want)
		}
	}
}

func TestYearName(t *testing.T) {
	for year, want := range map[int]string{2024: "Giáp Thìn", 2025: "Ất Tỵ", 2026: "Bính Ngọ", 2027: "Đinh Mùi", 1984: "Giáp Tý", 1900: "Canh Tý"} {
		if got := YearName(year); got != want {
			t.Errorf("%d = %q, want %q", year, got, want)
		}
	}
}

// Every day of three centuries has one lunar date, and comes back from it.
func TestLunarRoundTrip(t *testing.T) {
	previous := LunarDate{}
	for d := (Day{1901, 1, 1}); d.Year < 2199; d = d.Add(1) {
		l, ok := ToLunar(d)
		if !ok {
			t.Fatalf("%v has no lunar date", d)
		}
		if back, ok := FromLunar(l); !ok || back != d {
			t.Fatalf("%v is %+v is %v", d, l, back)
		}
		if previous.Day > 0 && l.Day != previous.Day+1 && (l.Day != 1 || previous.Day < 29) {
			t.Fatalf("%+v follows %+v", l, previous)
		}
		previous = l
	}
}

func TestLunarDatesThatAreNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := LunarDate{Year: rapid.IntRange(1890, 2210).Draw(t, "year"), Month: rapid.IntRange(-1, 14).Draw(t, "month"), Day: rapid.IntRange(-1, 32).Draw(t, "day"), Leap: rapid.Bool().Draw(t, "leap")}
		d, ok := FromLunar(l)
		if !ok {
			return
		}
		if back, ok := ToLunar(d); !ok || back != l {
			t.Fatalf("%+v is %v is %+v", l, d, back)
		}
	})
}

func TestLunarYearsHold354To385Days(t *testing.T) {
	for y := 1900; y < 2199; y++ {
		from, _ := NewYear(y)
		to, _ := NewYear(y + 1)
		days := 0
		for _, m := range records.LunarMonths(y) {
			days += m.Days
		}
		if n := to.Sub(from); n != days || n < 353 || n > 385 {
			t.Errorf("%d has %d days, its months %d", y, n, days)
		}
	}
}

// A second, shorter formula for the new moon (Meeus, Astronomical Formulae for Calculators, chapter 32) agrees on the
// first day of every month, but where the moon is new within four minutes of midnight.
func TestNewMoonsByAnotherFormula(t *testing.T) {
	differ := 0
	for y := 1900; y < 2200; y++ {
		for _, m := range records.LunarMonths(y) {
			k := math.Round((float64(m.Start) - 2415020.75933) / 29.53058868)
			other := shortNewMoon(k) + 0.5 + 7.0/24
			if int(math.Floor(other)) == m.Start {
				continue
			}
			differ++
			if off := math.Abs(other - math.Round(other)); off > 4.0/(24*60) {
				t.Errorf("month %d/%d begins %v, by the other formula %v", m.Month, y, dayNumbered(m.Start), dayNumbered(int(math.Floor(other))))
			}
		}
	}
	if differ > 12 {
		t.Errorf("%d months differ", differ)
	}
}

// shortNewMoon is the Julian day in universal time of the new moon k, counted from January 1900.
func shortNewMoon(k float64) float64 {
	const radian = math.Pi / 180
	t := k / 1236.85
	sun := (359.2242 + 29.10535608*k - 0.0000333*t*t - 0.00000347*t*t*t) * radian
	moon := (306.0253 + 385.81691806*k + 0.0107306*t*t + 0.00001236*t*t*t) * radian
	lat := (21.2964 + 390.67050646*k - 0.0016528*t*t - 0.00000239*t*t*t) * radian
	jd := 2415020.75933 + 29.53058868*k + 0.0001178*t*t - 0.000000155*t*t*t + 0.00033*math.Sin((166.56+132.87*t-0.009173*t*t)*radian)
	jd += (0.1734-0.000393*t)*math.Sin(sun) + 0.0021*math.Sin(2*sun) - 0.4068*math.Sin(moon) + 0.0161*math.Sin(2*moon) - 0.0004*math.Sin(3*moon)
	jd += 0.0104*math.Sin(2*lat) - 0.0051*math.Sin(sun+moon) - 0.0074*math.Sin(sun-moon) + 0.0004*math.Sin(2*lat+sun) - 0.0004*math.Sin(2*lat-sun)
	jd += -0.0006*math.Sin(2*lat+moon) + 0.0010*math.Sin(2*lat-moon) + 0.0005*math.Sin(sun+2*moon)
	return jd - (-0.000278 + 0.000265*t + 0.000262*t*t)
}

func BenchmarkToLunar(b *testing.B) {
	d := Day{2026, 11, 11}
	for b.Loop() {
		ToLunar(d)
	}
}

// The records cannot ask this calendar, so they have its feasts in a table.
func TestFeastsOfTheRecords(t *testing.T) {
	t.Parallel()
	for year := 2021; year <= 2050; year++ {
		tet, hungVuong, ok := records.LunarFeasts(year)
		want, _ := NewYear(year)
		king, _ := FromLunar(LunarDate{Year: year, Month: 3, Day: 10})
		if !ok || records.FormatDay(tet) != want.String() || records.FormatDay(hungVuong) != king.String() {
			t.Errorf("%d: Tết %s and Hùng Vương %s, the table has %s and %s", year, want, king, records.FormatDay(tet), records.FormatDay(hungVuong))
		}
	}
}
