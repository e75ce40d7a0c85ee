package sheets

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The days that a list of this century and the last can mean.
const firstYear, lastYear = 1900, 2100

// Day reads a cell as a calendar day, at midnight UTC: 2026-11-10, or day, month, year with any of / - . between and two
// or four digits of the year, or, in a workbook, the serial number a date is kept as. Times of day after it are
// dropped. Days that do not exist, and years before 1900 or after 2100, are refused.
func (t *Table) Day(cell string) (time.Time, bool) {
	cell, _, _ = strings.Cut(strings.TrimSpace(cell), " ")
	cell, _, _ = strings.Cut(cell, "T")
	if t.Serials {
		if serial, err := strconv.ParseFloat(cell, 64); err == nil {
			return t.serialDay(serial)
		}
	}
	parts := strings.FieldsFunc(cell, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) != 3 {
		return time.Time{}, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || len(p) > 4 || len(p) == 3 {
			return time.Time{}, false
		}
		n[i] = int(v)
	}
	day, month, year := n[0], n[1], n[2]
	switch {
	case len(parts[0]) == 4:
		day, year = year, day
	case len(parts[2]) == 2:
		year += 2000
	case len(parts[2]) != 4:
		return time.Time{}, false
	}
	return realDay(year, month, day)
}

// serialDay counts from 30 December 1899, which is right from 1 March 1900 on: the format takes 1900 for a leap year.
func (t *Table) serialDay(serial float64) (time.Time, bool) {
	if math.IsNaN(serial) || serial < 61 || serial > 100_000 {
		return time.Time{}, false
	}
	from := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if t.From04 {
		from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	d := from.AddDate(0, 0, int(serial))
	return d, d.Year() <= lastYear
}

func realDay(year, month, day int) (time.Time, bool) {
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	ok := year >= firstYear && year <= lastYear && int(d.Month()) == month && d.Day() == day && d.Year() == year
	return d, ok
}
