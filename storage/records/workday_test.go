package records_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"chungtay/storage/records"
)

// The holidays of a year as they were announced, weekends among them left out, and the Saturdays that were worked.
func TestWorkingDaysOfYears(t *testing.T) {
	t.Parallel()
	for year, want := range map[int]struct{ off, worked []string }{
		2024: {
			off:    []string{"01-01", "02-08", "02-09", "02-12", "02-13", "02-14", "04-18", "04-29", "04-30", "05-01", "09-02", "09-03"},
			worked: []string{"05-04"},
		},
		2025: {
			off:    []string{"01-01", "01-27", "01-28", "01-29", "01-30", "01-31", "04-07", "04-30", "05-01", "05-02", "09-01", "09-02"},
			worked: []string{"04-26"},
		},
		2026: {
			off:    []string{"01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01", "08-31", "09-01", "09-02"},
			worked: []string{"01-10", "08-22"},
		},
		// Not decided when this was written: by the law, and by what was decided of years like it.
		2027: {off: []string{"01-01", "02-04", "02-05", "02-08", "02-09", "02-10", "04-16", "04-30", "05-03", "09-02", "09-03"}},
		2060: {off: []string{"01-01", "04-30", "05-03", "09-02", "09-03"}}, // the feasts of the moon are in no table
	} {
		off, worked := map[string]bool{}, map[string]bool{}
		for _, day := range want.off {
			off[day] = true
		}
		for _, day := range want.worked {
			worked[day] = true
		}
		for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			name := day.Format("01-02")
			if got := records.WorkingDay(day); got != (worked[name] || !weekend && !off[name]) {
				t.Errorf("%s, a %s: worked %v", records.FormatDay(day), day.Weekday(), got)
			}
		}
	}
	if records.OfficeYearKnown(2060) || !records.OfficeYearKnown(2026) {
		t.Error("the decision of 2026 is known, that of 2060 is not")
	}
}

func TestAddWorkingDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-11", 2, "2026-11-13"},
		{"2026-11-12", 2, "2026-11-16"}, // over a weekend
		{"2026-02-13", 3, "2026-02-25"}, // the Friday before Tết, mùng 1 on 17 February
		{"2026-02-17", 1, "2026-02-23"}, // from mùng 1
		{"2027-02-03", 1, "2027-02-11"}, // mùng 1 on 6 February 2027
		{"2027-02-02", 5, "2027-02-16"},
		{"2026-08-21", 1, "2026-08-22"}, // a Saturday that is worked, for the Monday before 2 September
		{"2026-08-28", 1, "2026-09-03"},
		{"2026-12-31", 1, "2027-01-04"},
		{"2026-02-23", -1, "2026-02-13"},
		{"2026-11-15", 0, "2026-11-15"},
		{"2199-12-31", 15, "2200-01-22"},
	} {
		from, _ := records.ParseDay(c.from)
		got := records.AddWorkingDays(from, c.n)
		if records.FormatDay(got) != c.want {
			t.Errorf("%d working days from %s: %s, want %s", c.n, c.from, records.FormatDay(got), c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 40_000).Draw(t, "day"))
		n := rapid.IntRange(-60, 60).Draw(t, "n")
		to := records.AddWorkingDays(from, n)
		if n != 0 && !records.WorkingDay(to) {
			t.Fatalf("%s is no working day", records.FormatDay(to))
		}
		if got := records.WorkingDaysBetween(from, to); n >= 0 && got != n {
			t.Fatalf("%d working days from %s are %s, and back %d", n, records.FormatDay(from), records.FormatDay(to), got)
		}
		if records.WorkingDaysBetween(to, from) != -records.WorkingDaysBetween(from, to) {
			t.Fatal("counting back is not the same as counting forth")
		}
	})
}
