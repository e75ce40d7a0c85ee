package records

import (
	"testing"
	"time"
)

// A request's last day is a working day within the law's term, Tết included.
func TestDataDue(t *testing.T) {
	for _, c := range []struct{ kind, on, due, later string }{
		{DataCorrect, "2026-11-11", "2026-11-20", "2026-12-04"},
		{DataDelete, "2026-11-11", "2026-11-20", "2026-12-04"},
		{DataRestrict, "2026-11-11", "2026-11-26", "2026-12-11"},
		{DataComplain, "2026-02-10", "2026-02-13", "2026-02-27"}, // the tenth day lies in Tết
		{DataRestrict, "2026-04-15", "2026-04-29", "2026-05-14"}, // 30 April
	} {
		on, _ := ParseDay(c.on)
		due := DataDue(c.kind, on)
		if got := FormatDay(due); got != c.due || !WorkingDay(due) {
			t.Errorf("%s of %s is due on %s, want %s", c.kind, c.on, got, c.due)
		}
		if got := FormatDay(DataDueLater(due)); got != c.later {
			t.Errorf("%s of %s put off until %s, want %s", c.kind, c.on, got, c.later)
		}
	}
	for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == 2026; day = day.AddDate(0, 0, 1) {
		for _, kind := range DataKinds {
			if due := DataDue(kind, day); WorkingDaysBetween(day, due) < 1 || due.Sub(day) > 15*24*time.Hour {
				t.Errorf("%s of %s is due on %s", kind, FormatDay(day), FormatDay(due))
			}
		}
	}
}
