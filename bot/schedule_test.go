package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
	"chungtay/storage/storagetest"
)

// diary notes what a store's runs are, as they are done.
type diary struct {
	*storage.Records
	clock *clock

	mu   sync.Mutex
	done map[time.Time]int
	at   map[time.Time]time.Time // business time at which a run was done
}

func (d *diary) DoRun(ctx context.Context, job string, slot time.Time, owner string) error {
	err := d.Records.DoRun(ctx, job, slot, owner)
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.done[slot]++
		d.at[slot] = d.clock.now()
	}
	return err
}

func newDiary(t *testing.T, address string, start time.Time) *diary {
	t.Helper()
	d := &diary{clock: &clock{at: start}, done: map[time.Time]int{}, at: map[time.Time]time.Time{}}
	r, err := storage.OpenRecords(t.Context(), address, storage.RecordsOptions{DataKey: storage.NewDataKey(), Clock: d.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	if err := r.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	d.Records = r
	return d
}

// process is the schedule of one process on a diary.
func (d *diary) process(t *testing.T, name string, jobs []records.Job, change func(*Options)) *schedule {
	t.Helper()
	o := newOptions(newWire("test"), newLedger())
	o.Conversations, o.Owner, o.Now, o.Jobs, o.Runs, o.Lease, o.Beat = newMemory(), name, d.clock.now, jobs, d, 50*time.Millisecond, time.Millisecond
	if change != nil {
		change(&o)
	}
	a, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	return a.schedule
}

// due are the times in (from, to] at which a job is due.
func dueTimes(job records.Job, from, to time.Time) (slots []time.Time) {
	for at, ok := storage.NextRun(job, from); ok && !at.After(to); at, ok = storage.NextRun(job, at) {
		slots = append(slots, at)
	}
	return slots
}

// A year of a clock that goes on in hours and days, with stops of the program of up to a month: every run within reach is done once and
// in order, none in the quiet hours, and what is older than Late is left out.
func TestScheduleYear(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 4, 20, 0, 0, 0, time.UTC)
	daily := records.Job{Name: records.JobNeeds, When: "30 20 * * *", Late: 3 * 24 * time.Hour}
	d := newDiary(t, "sqlite:"+filepath.Join(t.TempDir(), "year.db"), start)
	process := d.process(t, "first", []records.Job{daily}, nil)
	process.look(t.Context()) // the job is known
	chance := rand.New(rand.NewPCG(1, 2))
	want := map[time.Time]bool{}
	for last := start; d.clock.now().Before(start.AddDate(1, 0, 0)); {
		step := time.Duration(chance.IntN(20*60)) * time.Minute
		if chance.IntN(8) == 0 { // the program stands still, and another process goes on
			step = time.Duration(chance.IntN(30*24)) * time.Hour
			process = d.process(t, "after "+fmt.Sprint(last.Unix()), []records.Job{daily}, nil)
		}
		d.clock.add(step)
		now := d.clock.now()
		if awake := records.Awake(now); awake.After(now) { // it waits for the morning
			process.look(t.Context())
			d.clock.set(awake)
			now = awake
		}
		process.look(t.Context())
		from := now.Add(-daily.Late)
		if last.After(from) {
			from = last
		}
		for _, slot := range dueTimes(daily, from, now) {
			want[slot] = true
		}
		last = now
	}
	if len(want) < 100 {
		t.Fatalf("only %d runs wanted in a year", len(want))
	}
	for slot := range want {
		if d.done[slot] != 1 {
			t.Errorf("the run of %s was done %d times", slot, d.done[slot])
		}
	}
	for slot, at := range d.at {
		if !want[slot] {
			t.Errorf("the run of %s was done at %s: too late", slot, at)
		}
		if !records.Awake(at).Equal(at) || at.Before(slot) {
			t.Errorf("the run of %s was done at %s", slot, at.In(records.Local))
		}
	}
}

// Three processes on one store do each run once, whoever comes first; one of them dies with a claim, and its run is done by another.
func TestScheduleOfThree(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "three.db") },
		"postgres": func(t *testing.T) string { return storagetest.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
			jobs := []records.Job{{Name: records.JobNeeds, When: "0 * * * *", Late: 48 * time.Hour, Night: true}}
			d := newDiary(t, address(t), start)
			first := d.process(t, "dies", jobs, func(o *Options) {
				o.Fail = func(point string) error {
					if point == "schedule.claimed" {
						return errors.New("killed")
					}
					return nil
				}
			})
			first.look(t.Context())
			d.clock.add(40 * time.Hour)
			first.look(t.Context()) // claims the first run, and dies
			want := dueTimes(jobs[0], start, d.clock.now())
			if done, err := d.DoneRuns(t.Context(), records.JobNeeds, start); err != nil || len(done) != 0 {
				t.Fatalf("done already: %v, %v", done, err)
			}
			var all sync.WaitGroup
			for i := range 3 {
				process := d.process(t, fmt.Sprint("process ", i), jobs, nil)
				all.Go(func() {
					for t.Context().Err() == nil {
						process.look(t.Context())
						if done, err := d.DoneRuns(t.Context(), records.JobNeeds, start); err == nil && len(done) == len(want) {
							return
						}
					}
				})
			}
			all.Wait()
			for _, slot := range want {
				if d.done[slot] != 1 {
					t.Errorf("the run of %s was done %d times", slot, d.done[slot])
				}
			}
			if len(d.done) != len(want) {
				t.Errorf("%d runs, want %d", len(d.done), len(want))
			}
		})
	}
}

// A claim that was lost to another process does no work.
func TestScheduleClaimIsLost(t *testing.T) {
	t.Parallel()
	d := newDiary(t, "sqlite:"+filepath.Join(t.TempDir(), "lost.db"), time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC))
	slot := time.Date(2026, 11, 11, 8, 0, 0, 0, time.UTC)
	if _, err := d.KnowJobs(t.Context(), records.Jobs); err != nil {
		t.Fatal(err)
	}
	claim := func(owner string, lease time.Duration, want bool) {
		t.Helper()
		if got, err := d.ClaimRun(t.Context(), records.JobNeeds, slot, owner, lease); err != nil || got != want {
			t.Fatalf("%s claims: %v, %v", owner, got, err)
		}
	}
	claim("slow", -time.Second, true)
	claim("quick", time.Minute, true)
	claim("slow", time.Minute, false)
	if err := d.DoRun(t.Context(), records.JobNeeds, slot, "slow"); !errors.Is(err, storage.ErrRunTaken) {
		t.Errorf("who lost the run does it: %v", err)
	}
	if err := d.DoRun(t.Context(), records.JobNeeds, slot, "quick"); err != nil {
		t.Error(err)
	}
	claim("slow", time.Minute, false)
	if err := d.DoRun(t.Context(), records.JobNeeds, slot, "quick"); !errors.Is(err, storage.ErrRunTaken) {
		t.Errorf("done twice: %v", err)
	}
}

// What is due next is known by the clock, and a clock that is put back is followed.
func TestScheduleNext(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	d := newDiary(t, "sqlite:"+filepath.Join(t.TempDir(), "next.db"), start)
	s := d.process(t, "one", []records.Job{
		{Name: records.JobNeeds, When: "0 15 * * *", Late: 2 * time.Hour},
		{Name: "by night", When: "0 3 * * *", Late: time.Hour, Night: true},
	}, nil)
	next := func(want, wantTold string) {
		t.Helper()
		s.look(t.Context())
		got, told := s.nextRuns()
		if got.In(records.Local).Format("02 15:04") != want || told.In(records.Local).Format("02 15:04") != wantTold {
			t.Errorf("next %s, and of those that write %s; want %s and %s", got.In(records.Local), told.In(records.Local), want, wantTold)
		}
	}
	next("11 15:00", "11 15:00")
	d.clock.set(start.Add(7 * time.Hour)) // 16:00
	next("12 03:00", "12 15:00")
	d.clock.set(start)
	next("11 15:00", "11 15:00")
	if d.done[start.Add(6*time.Hour)] != 1 {
		t.Errorf("done %v", d.done)
	}
}
