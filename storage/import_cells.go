package storage

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// day reads the cell of a column as a day, and reports one that is none.
func (in *importRow) day(column string) (time.Time, bool) {
	said := in.text(column)
	day, ok := in.table.Day(said)
	if !ok {
		in.fault(column, "import.bad_day", "value", said)
	}
	return day, ok
}

// number reads the cell of a column as a whole number from low to high; an empty one is 0.
func (in *importRow) number(column string, low, high int) int {
	said := in.text(column)
	if said == "" {
		return 0
	}
	plain := said
	if in.table.Serials {
		plain = strings.TrimSuffix(plain, ".0")
	}
	n, err := strconv.Atoi(plain)
	if err != nil || n < low || n > high {
		in.fault(column, "import.bad_number", "value", said, "low", strconv.Itoa(low), "high", strconv.Itoa(high))
		return 0
	}
	return n
}

// birthYear reads a year, or a day of birth.
func (in *importRow) birthYear(column string, now time.Time) int {
	said := in.text(column)
	if said == "" {
		return 0
	}
	const oldest = 125 // years
	year := now.In(records.Local).Year()
	if n, err := strconv.Atoi(strings.TrimSuffix(said, ".0")); err == nil && n >= year-oldest && n <= year {
		return n
	}
	if day, ok := in.table.Day(said); ok && day.Year() >= year-oldest && day.Year() <= year {
		return day.Year()
	}
	in.fault(column, "import.bad_year", "value", said)
	return 0
}

// yes reads a mark: x, có, 1 or nothing, không, 0.
func (in *importRow) yes(column string) bool {
	said := in.text(column)
	switch fold.Fold(said) {
	case "x", "co", "1", "yes", "y", "true", "v", "✓", "✔", "phai", "dung":
		return true
	case "", "0", "khong", "ko", "k", "no", "n", "false", "-":
		return false
	}
	in.fault(column, "import.bad_mark", "value", said)
	return false
}

// limited is the text of a column, of at most MaxName characters.
func (in *importRow) limited(column string) string {
	s := in.text(column)
	if longerThan(s, records.MaxName) {
		in.fault(column, "import.too_long", "most", strconv.Itoa(records.MaxName))
	}
	return s
}

func (in *importRow) faultTwice(column string, first int) {
	in.fault(column, "import.twice", "row", strconv.Itoa(first))
}

func longerThan(s string, n int) bool { return utf8.RuneCountInString(s) > n }
