package records

import "time"

// Working days are those on which offices work: Monday to Friday, but for the public holidays of the Labour Code 2019, Article 112 (New
// Year, five days of Tết Nguyên đán, Hùng Vương on the 10th of the third lunar month, 30 April, 1 May, two days about 2 September), the
// days given instead of holidays on a day off (Article 111, paragraph 3), and the days that a yearly decision swaps.
//
// 24 November (Ngày Văn hóa Việt Nam) is a working day here: Resolution 80-NQ/TW of 7 January 2026 means it to be a holiday, but the change
// of Article 112 that makes it one was not seen. So a term that it lies in ends a day early at worst, never late.

// officeYear is what the Prime Minister decided for a year, each November or December before it, and the ministry (of labour, since 2025
// of home affairs) made known. A year that is not here is guessed: see guessYear.
type officeYear struct {
	beforeTet int         // how many of the five days of Tết come before mùng 1
	national  string      // the other day of 2 September, MM-DD
	swaps     [][2]string // a day off, and the Saturday that is worked instead, MM-DD
}

var officeYears = map[int]officeYear{
	2021: {2, "09-03", nil},
	2022: {1, "09-01", nil},
	2023: {2, "09-01", nil},
	2024: {2, "09-03", [][2]string{{"04-29", "05-04"}}},
	2025: {2, "09-01", [][2]string{{"05-02", "04-26"}}},
	2026: {1, "09-01", [][2]string{{"01-02", "01-10"}, {"08-31", "08-22"}}},
}

// lunarFeasts are mùng 1 of Tết and Hùng Vương (the 10th of the third lunar month), MM-DD, by the Vietnamese calendar (UTC+7; that of
// China differs). They are computed by package vi, whose tests hold them to its calendar.
var lunarFeasts = map[int][2]string{
	2021: {"02-12", "04-21"}, 2022: {"02-01", "04-10"}, 2023: {"01-22", "04-29"}, 2024: {"02-10", "04-18"}, 2025: {"01-29", "04-07"},
	2026: {"02-17", "04-26"}, 2027: {"02-06", "04-16"}, 2028: {"01-26", "04-04"}, 2029: {"02-13", "04-23"}, 2030: {"02-02", "04-12"},
	2031: {"01-23", "04-01"}, 2032: {"02-11", "04-19"}, 2033: {"01-31", "04-09"}, 2034: {"02-19", "04-28"}, 2035: {"02-08", "04-17"},
	2036: {"01-28", "04-06"}, 2037: {"02-15", "04-24"}, 2038: {"02-04", "04-13"}, 2039: {"01-24", "04-03"}, 2040: {"02-12", "04-20"},
	2041: {"02-01", "04-10"}, 2042: {"01-22", "04-29"}, 2043: {"02-10", "04-19"}, 2044: {"01-30", "04-07"}, 2045: {"02-17", "04-26"},
	2046: {"02-06", "04-15"}, 2047: {"01-26", "04-04"}, 2048: {"02-14", "04-22"}, 2049: {"02-02", "04-11"}, 2050: {"01-23", "04-01"},
}

// officeDays has, of the years of lunarFeasts, the days on which offices do otherwise than by the day of the week: true is worked.
var officeDays = reckonOfficeDays()

func reckonOfficeDays() map[time.Time]bool {
	days := map[time.Time]bool{}
	for year := range lunarFeasts {
		for day, worked := range officeDaysOf(year) {
			days[day] = worked
		}
	}
	return days
}

// LunarFeasts are mùng 1 of Tết and Hùng Vương of a year; ok is false before 2021 and after 2050.
func LunarFeasts(year int) (tet, hungVuong time.Time, ok bool) {
	feasts, ok := lunarFeasts[year]
	if !ok {
		return time.Time{}, time.Time{}, false
	}
	return dayIn(year, feasts[0]), dayIn(year, feasts[1]), true
}

// OfficeYearKnown reports that the yearly decision about a year's holidays is known. Days of other years are reckoned by the law and by
// what was decided in the years before, and may be off by a day or two about Tết, 2 September and long weekends.
func OfficeYearKnown(year int) bool {
	_, ok := officeYears[year]
	return ok
}

// WorkingDay reports that offices work on a day.
func WorkingDay(day time.Time) bool {
	if _, ok := lunarFeasts[day.Year()]; !ok {
		if worked, ok := officeDaysOf(day.Year())[day]; ok {
			return worked
		}
	}
	if worked, ok := officeDays[day]; ok {
		return worked
	}
	return !weekend(day)
}

// AddWorkingDays is the n-th working day after a day, which does not count itself (Civil Code 2015, Article 147, paragraph 2); for a
// negative n the n-th before it, and for 0 the day itself, whether it is worked or not.
func AddWorkingDays(day time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 {
		day = day.AddDate(0, 0, step)
		if WorkingDay(day) {
			n -= step
		}
	}
	return day
}

// WorkingDaysBetween counts the working days after from, up to and with to: 0 when both are the same day, and negative when to lies
// before from.
func WorkingDaysBetween(from, to time.Time) int {
	if to.Before(from) {
		return -WorkingDaysBetween(to, from)
	}
	n := 0
	for day := from.AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
		if WorkingDay(day) {
			n++
		}
	}
	return n
}

// officeDaysOf reckons the days of a year on which offices do otherwise than by the day of the week.
func officeDaysOf(year int) map[time.Time]bool {
	decided, known := officeYears[year]
	if !known {
		decided = guessYear(year)
	}
	feasts := []time.Time{dayIn(year, "01-01")}
	if tet, hungVuong, ok := LunarFeasts(year); ok {
		for i := range 5 {
			feasts = append(feasts, tet.AddDate(0, 0, i-decided.beforeTet))
		}
		feasts = append(feasts, hungVuong)
	}
	for _, day := range []string{"04-30", "05-01", min(decided.national, "09-02"), max(decided.national, "09-02")} {
		feasts = append(feasts, dayIn(year, day))
	}
	days := map[time.Time]bool{}
	for _, day := range feasts {
		days[day] = false
	}
	for _, day := range feasts {
		if !weekend(day) {
			continue
		}
		for weekend(day) || off(days, day) {
			day = day.AddDate(0, 0, 1)
		}
		days[day] = false // given instead
	}
	for _, swap := range decided.swaps {
		days[dayIn(year, swap[0])], days[dayIn(year, swap[1])] = false, true
	}
	return days
}

// guessYear is what is likely to be decided of a year, as it was from 2021 to 2026: the days that make the longest rest without a gap.
func guessYear(year int) officeYear {
	guess := officeYear{beforeTet: 2, national: "09-01"}
	if tet, _, ok := LunarFeasts(year); ok && tet.Weekday() == time.Tuesday {
		guess.beforeTet = 1
	}
	switch dayIn(year, "09-02").Weekday() {
	case time.Sunday, time.Monday, time.Thursday:
		guess.national = "09-03"
	}
	return guess
}

func off(days map[time.Time]bool, day time.Time) bool {
	worked, ok := days[day]
	return ok && !worked
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// dayIn is a day of a year, from MM-DD.
func dayIn(year int, monthDay string) time.Time {
	t, _ := time.Parse("01-02", monthDay)
	return t.AddDate(year, 0, 0) // parsed days are of the year 0
}
