package records_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// moonYears reads testdata/moon.tsv: by lunar year, mùng 1 of Tết and the 15th of each of its months.
func moonYears(t testing.TB) (tet map[int]time.Time, full []time.Time, leap map[time.Time]bool) {
	t.Helper()
	data, err := os.ReadFile("testdata/moon.tsv")
	if err != nil {
		t.Fatal(err)
	}
	tet, leap = map[int]time.Time{}, map[time.Time]bool{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for i, field := range strings.Fields(line)[1:] {
			day, ok := records.ParseDay(strings.TrimSuffix(field, "*"))
			if !ok {
				t.Fatalf("%q", field)
			}
			if i == 0 {
				tet[day.Year()] = day
				continue
			}
			full = append(full, day)
			leap[day] = strings.HasSuffix(field, "*")
		}
	}
	return tet, full, leap
}

// From 2020 to 2050 what comes by the moon comes on the days of the table: each rằm, the first rằm, mùng 1 of Tết, the day before it
// whether or not that is a 30th, and ten days before.
func TestOccasionsByTheMoon(t *testing.T) {
	t.Parallel()
	tet, full, leap := moonYears(t)
	if len(tet) != 31 || len(full) < 31*12 {
		t.Fatalf("%d years, %d months", len(tet), len(full))
	}
	next := func(rule string, after time.Time) (time.Time, bool) {
		o, ok := records.ParseOccasion(rule)
		at, short, comes := o.Next(8*60, after)
		if !ok || !comes || at.In(records.Local).Hour() != 8 {
			t.Fatalf("%s after %s: %v", rule, after, at)
		}
		return records.DayOf(at), short
	}
	now := full[0].AddDate(0, 0, -3)
	for _, want := range full {
		got, short := next("moonly 15", now)
		if !got.Equal(want) || short {
			t.Fatalf("rằm after %s is %s, want %s", now, got, want)
		}
		if leap[want] { // a repeated month has no feasts of the year
			if day, _ := next("moon-year 1 15", want.AddDate(0, 0, -1)); day.Equal(want) {
				t.Errorf("the feast comes in the repeated month: %s", day)
			}
		}
		now = want.Add(2 * time.Hour)
	}
	for year, first := range tet {
		before := first.AddDate(0, 0, -20)
		if day, _ := next("moon-year 1 1", before); !day.Equal(first) {
			t.Errorf("Tết %d is %s, want %s", year, day, first)
		}
		if day, _ := next("moon-year 1 1 -10", before); !day.Equal(first.AddDate(0, 0, -10)) {
			t.Errorf("ten days before Tết %d is %s", year, day)
		}
		if day, _ := next("moon-year 1 15", first); !day.Equal(first.AddDate(0, 0, 14)) {
			t.Errorf("the first rằm of %d is %s", year, day)
		}
		day, short := next("moon-year 12 30", before)
		last := first.AddDate(0, 0, -1)
		if l, ok := records.LunarOf(last); !ok || !day.Equal(last) || short != (l.Day == 29) {
			t.Errorf("30 Tết before %s is %s, short %v", first, day, short)
		}
	}
}

func TestOccasions(t *testing.T) {
	t.Parallel()
	after := time.Date(2027, 1, 31, 2, 0, 0, 0, time.UTC) // 09:00, a Sunday
	for rule, want := range map[string]string{
		"daily": "2027-01-31", "weekly 7": "2027-01-31", "weekly 1 3": "2027-02-01", "monthly 31": "2027-01-31", "monthly 30": "2027-02-28 short", "yearly 2 29": "2027-02-28 short",
		"yearly 1 31": "2027-01-31", "yearly 1 30": "2028-01-30", "on 2027-02-03": "2027-02-03", "on 2027-02-03 -3": "2027-01-31", "yearly 10 17 -5": "2027-10-12",
	} {
		o, ok := records.ParseOccasion(rule)
		at, short, comes := o.Next(20*60, after)
		got := records.FormatDay(records.DayOf(at))
		if short {
			got += " short"
		}
		if !ok || !comes || got != want {
			t.Errorf("%s: %s, %v, want %s", rule, got, comes, want)
		}
	}
	if o, _ := records.ParseOccasion("on 2027-01-31"); o.Kind != "" {
		if _, _, comes := o.Next(8*60, after); comes {
			t.Error("what is over comes again")
		}
	}
	for _, bad := range []string{
		"", "on", "on 2027-02-30", "daily 1", "weekly", "weekly 0", "weekly 8", "weekly 3 1", "weekly 1 1", "monthly 32", "yearly 2 30", "yearly 13 1", "moonly 31",
		"moon-year 1", "moon-year 1 1 -91", "moon-year 1 1 -0", "hourly", "daily ", " daily", "on 2027-02-03 4",
	} {
		if o, ok := records.ParseOccasion(bad); ok {
			t.Errorf("%q is %+v", bad, o)
		}
	}
}

// The steps of the yearly review are told once each year, on a working day; a campaign's key days are its own.
func TestKeyDays(t *testing.T) {
	t.Parallel()
	for year := 2024; year <= 2030; year++ {
		steps := ""
		for day := time.Date(year, 9, 1, 0, 0, 0, 0, time.UTC); day.Before(time.Date(year+1, 2, 1, 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
			step, on := records.ReviewStep(day)
			if step != "" && (!records.WorkingDay(day) || day.Before(on)) {
				t.Errorf("%s is told on %s", step, day)
			}
			if step != "" {
				steps += step + " "
			}
		}
		if steps != "start meeting posting close last list " {
			t.Errorf("%d: %s", year, steps)
		}
	}
	ends := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC)
	c := records.Campaign{StartsOn: time.Date(2026, 10, 17, 0, 0, 0, 0, time.UTC), EndsOn: &ends, State: records.CampaignOpen}
	var days []string
	for day := c.StartsOn.AddDate(0, 0, -10); day.Before(ends.AddDate(0, 0, 10)); day = day.AddDate(0, 0, 1) {
		if event, _ := c.KeyDay(day); event != "" {
			days = append(days, day.Format("2/1 ")+event)
		}
	}
	want := "14/10 before, 17/10 first, 19/10 weekly, 26/10 weekly, 2/11 weekly, 9/11 weekly, 11/11 closes, 16/11 weekly, 18/11 last, 19/11 thanks"
	if got := strings.Join(days, ", "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
