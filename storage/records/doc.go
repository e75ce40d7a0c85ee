// Package records is the domain: plain structs for what is kept, and the rules about them. It does no I/O; package
// storage keeps the rows.
//
// Money is int64 VND. Times are UTC. A day (the date a gift was given, a decision's date) is a time.Time at midnight
// UTC of that calendar day, never an instant. Where history matters a row is ended (valid_to, superseded_at) and a new
// one written; nothing is overwritten.
package records

import "time"

// Local is the zone in which days are counted. Vietnam has no summer time.
var Local = time.FixedZone("+07", 7*60*60)

// DayOf is the calendar day of an instant, in Local.
func DayOf(t time.Time) time.Time {
	y, m, d := t.In(Local).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ParseDay reads 2026-11-10. A day that does not exist is refused.
func ParseDay(s string) (time.Time, bool) {
	if len(s) != len(time.DateOnly) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.DateOnly, s)
	return t, err == nil
}

// FormatDay writes 2026-11-10.
func FormatDay(day time.Time) string { return day.Format(time.DateOnly) }
