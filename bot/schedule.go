package bot

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
)

// Runs keeps what is done by the clock: which runs of jobs there were, who does one now, and the work itself.
type Runs interface {
	// KnowJobs notes which jobs there are, and returns since when each is known.
	KnowJobs(ctx context.Context, jobs []records.Job) (since map[string]time.Time, err error)
	// JobsNow are jobs as admins changed them, in their order.
	JobsNow(ctx context.Context, jobs []records.Job) ([]records.Job, error)
	// DoneRuns lists when the runs of a job that are done were due, of those due after an instant.
	DoneRuns(ctx context.Context, job string, after time.Time) ([]time.Time, error)
	// ClaimRun gives owner a run for lease, if nobody has it or has done it.
	ClaimRun(ctx context.Context, job string, slot time.Time, owner string, lease time.Duration) (got bool, err error)
	// DoRun does a run that owner claimed and marks it as done, in one transaction; storage.ErrRunTaken: somebody else has it.
	DoRun(ctx context.Context, job string, slot time.Time, owner string) error
}

var _ Runs = (*storage.Records)(nil)

// schedule does what is due by business time, which may be moved: it looks at the clock at every tick, and never sleeps until a time.
//
// Every process does this. A run is a row that one of them claims for a while, and marks as done in the transaction of its work: a
// process that dies with a claim loses no run, and none is done twice.
type schedule struct {
	app   *App
	built []records.Job
	jobs  []records.Job // as they were last read
	runs  Runs
	read  time.Time // real time when they were

	since map[string]time.Time // nil until it was read
	seen  time.Time            // the clock when it was last looked at what is due
	again time.Time            // real time to look anew: a run is another's, or failed
	fails int

	mu   sync.Mutex
	next time.Time // business time of the first run that is not done; zero: not known, or none
	told time.Time // of the first that may write to somebody
}

// readJobs is how often, by real time, it is looked up what admins changed of the jobs.
const readJobs = 5 * time.Second

// runsBack is how many missed runs of one job are made up for at most.
const runsBack = 60

func newSchedule(a *App, jobs []records.Job, runs Runs) *schedule {
	return &schedule{app: a, built: jobs, jobs: jobs, runs: runs}
}

// run does what is due until ctx ends.
func (s *schedule) run(ctx context.Context) {
	if len(s.jobs) == 0 || s.runs == nil {
		return
	}
	tick := time.NewTicker(s.app.o.Tick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.look(ctx)
		}
	}
}

// look does what is due by the clock, unless it is known that nothing is.
func (s *schedule) look(ctx context.Context) {
	now := s.app.o.Now()
	next, _ := s.nextRuns()
	switch {
	case time.Now().Before(s.again):
		return
	case time.Since(s.read) > readJobs: // they may be due at other hours now
	case !next.IsZero() && now.Before(next) && !now.Before(s.seen): // not due, and the clock was not put back
		return
	}
	if err := s.due(ctx, now); err != nil {
		s.fails++
		s.again = time.Now().Add(backoff(s.fails, s.app.o.Beat, time.Minute))
		s.app.trouble("schedule", err)
		return
	}
	s.fails, s.seen = 0, now
}

// due does the runs that are due, job after job, oldest first, and notes when the next one is. A job that fails keeps no other back.
func (s *schedule) due(ctx context.Context, now time.Time) error {
	if time.Since(s.read) > readJobs {
		jobs, err := s.runs.JobsNow(ctx, s.built)
		if err != nil {
			return err
		}
		s.jobs, s.read = jobs, time.Now()
	}
	if s.since == nil {
		since, err := s.runs.KnowJobs(ctx, s.jobs)
		if err != nil {
			return err
		}
		s.since = since
	}
	var next, told time.Time
	var failed error
	for _, job := range s.jobs {
		first := func(at time.Time) {
			if next.IsZero() || at.Before(next) {
				next = at
			}
			if !job.Night && (told.IsZero() || at.Before(told)) {
				told = at
			}
		}
		if job.Paused {
			continue
		}
		if !job.Night && !records.Awake(now).Equal(now) {
			first(records.Awake(now))
			continue
		}
		left, err := s.make(ctx, job, now)
		failed = errors.Join(failed, err)
		if left {
			s.again = time.Now().Add(s.app.o.Beat)
			first(now)
		} else if at, ok := storage.NextRun(job, now); ok {
			first(at)
		}
	}
	s.mu.Lock()
	s.next, s.told = next, told
	s.mu.Unlock()
	return failed
}

// make does the runs of a job that are due and not done, and reports whether one is left.
func (s *schedule) make(ctx context.Context, job records.Job, now time.Time) (left bool, err error) {
	from := now.Add(-job.Late)
	if since := s.since[job.Name]; since.After(from) {
		from = since
	}
	if job.Changed.After(from) {
		from = job.Changed
	}
	var slots []time.Time
	for at, ok := storage.NextRun(job, from); ok && !at.After(now); at, ok = storage.NextRun(job, at) {
		slots = append(slots, at)
	}
	slots = slots[max(0, len(slots)-runsBack):]
	if len(slots) == 0 {
		return false, nil
	}
	done, err := s.runs.DoneRuns(ctx, job.Name, from)
	if err != nil {
		return true, err
	}
	for _, slot := range slots {
		if slices.ContainsFunc(done, slot.Equal) {
			continue
		}
		got, err := s.runs.ClaimRun(ctx, job.Name, slot, s.app.o.Owner, 2*s.app.o.Lease)
		if err != nil {
			return true, err
		}
		if !got { // another process is at it
			left = true
			continue
		}
		if err := s.app.fail("schedule.claimed"); err != nil {
			return true, err
		}
		if err := s.runs.DoRun(ctx, job.Name, slot, s.app.o.Owner); errors.Is(err, storage.ErrRunTaken) {
			left = true
			continue
		} else if err != nil {
			s.app.metrics.runs.WithLabelValues(job.Name, "failed").Inc()
			return true, err
		}
		s.app.metrics.runs.WithLabelValues(job.Name, "done").Inc()
	}
	return left, nil
}

// nextRuns are the business times of the first run that is not done, and of the first of those that may write to somebody; zero where
// none is known.
func (s *schedule) nextRuns() (next, told time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next, s.told
}
