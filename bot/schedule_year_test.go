package bot

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chungtay/storage/records"
)

// A year of all jobs but the nightly erasing, with a clock that goes on in hours and days and a program that is started anew after each
// stop: every run that was within reach is done once, what may write to somebody never in the quiet hours.
func TestScheduleYearOfAllJobs(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	t.Parallel()
	start := time.Date(2026, 1, 4, 20, 30, 0, 0, time.UTC)
	jobs := slices.DeleteFunc(slices.Clone(records.Jobs), func(j records.Job) bool { return j.Name == records.JobErase || j.Name == records.JobReminders })
	d := newDiary(t, "sqlite:"+filepath.Join(t.TempDir(), "year.db"), start)
	process := d.process(t, "first", jobs, nil)
	process.look(t.Context())
	chance := rand.New(rand.NewPCG(3, 4))
	want := map[string]bool{}
	name := func(job string, slot time.Time) string { return job + " " + slot.UTC().Format(time.RFC3339) }
	for last := start; d.clock.now().Before(start.AddDate(1, 0, 0)); {
		step := time.Duration(chance.IntN(14*60)) * time.Minute
		if chance.IntN(20) == 0 {
			step = time.Duration(chance.IntN(6*24)) * time.Hour
			process = d.process(t, "after "+fmt.Sprint(last.Unix()), jobs, nil)
		}
		d.clock.add(step)
		now := records.Awake(d.clock.now())
		d.clock.set(now)
		process.look(t.Context())
		for _, job := range jobs {
			from := now.Add(-job.Late)
			if last.After(from) {
				from = last
			}
			for _, slot := range dueTimes(job, from, now) {
				want[name(job.Name, slot)] = true
			}
		}
		last = now
	}
	var runs []records.Run
	for _, job := range jobs {
		done, err := d.DoneRuns(t.Context(), job.Name, start)
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range done {
			runs = append(runs, records.Run{Job: job.Name, Slot: slot})
		}
	}
	if len(want) < 2000 {
		t.Fatalf("only %d runs wanted in a year", len(want))
	}
	for _, run := range runs {
		if !want[name(run.Job, run.Slot)] {
			t.Errorf("%s was done, and not wanted", name(run.Job, run.Slot))
		}
		delete(want, name(run.Job, run.Slot))
	}
	for missed := range want {
		t.Errorf("%s was not done", missed)
	}
	for slot, at := range d.at {
		if !records.Awake(at).Equal(at) {
			t.Errorf("the run of %s was done in the quiet hours, at %s", slot, at)
		}
	}
}
