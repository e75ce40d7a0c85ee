package bot

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// recorder keeps records as soon as they are committed: all that wait go in one Apply, whichever contacts they are of,
// and while that runs the next ones gather.
type recorder struct {
	app *App

	mu    sync.Mutex
	queue []saveJob
	more  chan struct{}
	busy  atomic.Int64 // Saves taken from the queue and not settled
}

type saveJob struct {
	l *lane
	e *entry
}

const (
	applyMax     = 500              // Saves of one Apply
	applyTimeout = 15 * time.Second // of one Apply
	tellAfter    = 2 * time.Second  // then the person is told that it is being saved
	settleMax    = 64               // outcomes put into outboxes at the same time
)

func newRecorder(a *App) *recorder {
	return &recorder{app: a, more: make(chan struct{}, 1)}
}

// add queues a Save or a Handover.
func (r *recorder) add(l *lane, e *entry) {
	r.mu.Lock()
	r.queue = append(r.queue, saveJob{l, e})
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

func (r *recorder) take() []saveJob {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := min(len(r.queue), applyMax)
	jobs := r.queue[:n:n]
	r.busy.Add(int64(n))
	if r.queue = r.queue[n:]; len(r.queue) == 0 {
		r.queue = nil
	}
	return jobs
}

func (r *recorder) pending() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) > 0
}

// run works until ctx ends.
func (r *recorder) run(ctx context.Context) {
	var settling errgroup.Group
	settling.SetLimit(settleMax)
	defer func() { _ = settling.Wait() }()
	var failed []saveJob
	var since time.Time
	for try := 0; ; {
		jobs := failed
		failed = nil
		if len(jobs) < applyMax {
			jobs = append(jobs, r.take()...)
		}
		all := len(jobs)
		jobs = slices.DeleteFunc(jobs, func(j saveJob) bool { return j.l.shard.ctx.Err() != nil }) // its new owner keeps it
		r.busy.Add(int64(len(jobs) - all))
		if len(jobs) == 0 {
			try, since = 0, time.Time{}
			if r.pending() {
				continue
			}
			select {
			case <-ctx.Done():
				return
			case <-r.more:
			}
			continue
		}
		if failed = r.apply(ctx, jobs, try > 0, &settling); len(failed) == 0 {
			try, since = 0, time.Time{}
			continue
		}
		if ctx.Err() != nil || r.app.dead.Load() {
			return
		}
		if try++; since.IsZero() {
			since = time.Now()
		}
		if time.Since(since) > r.app.o.TellAfter {
			r.tell(failed)
		}
		r.app.pause(ctx, backoff(try, 50*time.Millisecond, 3*time.Second))
	}
}

// apply keeps jobs and returns those that met temporary trouble. After a failure that the records' store itself does
// not explain, each contact's Saves are tried apart, so that one that never goes through holds only its contact.
func (r *recorder) apply(ctx context.Context, jobs []saveJob, again bool, settling *errgroup.Group) (failed []saveJob) {
	a := r.app
	if a.fail("save.before") != nil {
		return jobs
	}
	err := r.applyOnce(ctx, jobs, settling)
	if err == nil || a.dead.Load() {
		return nil
	}
	a.trouble("apply", err)
	if !again || len(jobs) == 1 {
		return jobs
	}
	ping, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	if a.records.Ping(ping) != nil {
		return jobs
	}
	held := map[string]bool{}
	for _, job := range jobs {
		if held[job.l.contact] || r.applyOnce(ctx, []saveJob{job}, settling) != nil {
			held[job.l.contact] = true
			failed = append(failed, job)
		}
	}
	return failed
}

func (r *recorder) applyOnce(ctx context.Context, jobs []saveJob, settling *errgroup.Group) error {
	a := r.app
	batch := make([]storage.Request, len(jobs))
	for i, job := range jobs {
		batch[i] = request(job)
	}
	ctx, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	outcomes, err := a.records.Apply(ctx, batch)
	if err != nil {
		return err
	}
	if a.fail("save.applied") != nil {
		return nil
	}
	if slices.ContainsFunc(batch, func(q storage.Request) bool { return slices.Contains(changesRoles, q.Kind) }) {
		a.rolesChanged.Add(1)
	}
	for i, job := range jobs {
		settling.Go(func() error {
			r.settle(job, outcomes[i])
			return nil
		})
	}
	return nil
}

// changesRoles are the commands after which somebody else may do other things than before: they are told to the lanes at once. Lanes of
// other processes learn of it within personTTL, and the records ask the rights again in any case.
var changesRoles = []string{records.CmdChangeRole, records.CmdLock, records.CmdReview, records.CmdRedeem, records.CmdMergeHomes, records.CmdMoveHome, records.CmdUndoMove}

// request is what a Save or a Handover asks the records to keep.
func request(job saveJob) storage.Request {
	job.l.mu.Lock()
	defer job.l.mu.Unlock()
	q := storage.Request{Contact: job.l.contact, Who: job.l.person, At: job.e.at}
	switch effect := job.e.effect.(type) {
	case dialog.Save:
		q.Form, q.N, q.Kind, q.Data, q.Pass = effect.Form, effect.N, effect.Kind, effect.Data, effect.Pass
		if data, err := json.Marshal(effect.Data); err == nil {
			q.Data = data // byte for byte what it will be when it is read from the outbox
		}
	case dialog.Handover:
		q.Form, q.Kind = job.e.id, records.CmdOpenTask
		q.Data, _ = json.Marshal(records.OpenTask{Reason: effect.Reason, Flow: effect.Flow, Step: effect.Step})
	}
	return q
}

// settle puts what an outcome releases in the place of its Save.
func (r *recorder) settle(job saveJob, o storage.Outcome) {
	a, l := r.app, job.l
	defer r.busy.Add(-1)
	a.metrics.saves.WithLabelValues(map[bool]string{true: "kept", false: "refused"}[o.Refused == ""]).Inc()
	if o.Refused != "" {
		a.log.Warn("save refused", "contact", l.contact, "entry", job.e.id, "reason", o.Refused)
	}
	if aboutPerson(job.e) {
		l.mu.Lock()
		l.personAt = time.Time{}
		l.mu.Unlock()
	}
	if !r.forget(l, o.Forget) {
		return
	}
	var with []*entry
	if say := job.e.release(o); say != nil {
		with = append(with, say)
	}
	if a.resolve(l, job.e, with...) && a.fail("save.resolved") == nil {
		a.pump(l)
		if o.Refused == "" && offers(job.e) {
			go a.publish(l)
		}
	}
}

// forget erases the conversations of other contacts of a person who is erased, and reports whether it could before the lane went to
// another process, which then does it. Erasing one twice is harmless.
func (r *recorder) forget(l *lane, contacts []string) bool {
	for _, contact := range contacts {
		for try := 1; ; try++ {
			err := r.app.conversations.Erase(l.shard.ctx, contact)
			if err == nil {
				break
			}
			if l.shard.ctx.Err() != nil || r.app.dead.Load() {
				return false
			}
			r.app.trouble("erase", err)
			r.app.pause(l.shard.ctx, backoff(try, 50*time.Millisecond, 3*time.Second))
		}
	}
	return true
}

// aboutPerson reports a Save that may change who the contact is.
func aboutPerson(e *entry) bool {
	save, ok := e.effect.(dialog.Save)
	if !ok {
		return false
	}
	switch save.Kind {
	case records.CmdLogHelp, records.CmdVoidHelp, records.CmdCorrectHelp, records.CmdOpenTask:
		return false
	}
	return true
}

// waiting counts the Saves in the queue.
func (r *recorder) waiting() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue)
}

// drain waits, until ctx ends, for the queue to be empty and what was taken from it to be done.
func (r *recorder) drain(ctx context.Context) {
	for (r.waiting() > 0 || r.busy.Load() > 0) && ctx.Err() == nil && !r.app.dead.Load() {
		r.app.pause(ctx, 5*time.Millisecond)
	}
}

// tell says once to each person concerned that their Save is being kept and will be told of. It goes in front of the
// Save, which alone may follow it; both are in the outbox, so that a restart does not say it again.
func (r *recorder) tell(jobs []saveJob) {
	a := r.app
	told := map[*lane]bool{}
	for i, job := range jobs {
		l, e := job.l, job.e
		save, ok := e.effect.(dialog.Save)
		if !ok || (save.Kept == nil && save.Refused == nil) || told[l] {
			continue
		}
		told[l] = true
		l.mu.Lock()
		skip := e.told || lastByte(e.id) == afterTold[0]
		l.mu.Unlock()
		if skip {
			continue
		}
		wait := &entry{id: e.id + afterWait, effect: sentence(keyWaiting, words(save)), at: e.at, born: time.Now()}
		again := &entry{id: e.id + afterTold, effect: e.effect, at: e.at, born: e.born, told: true}
		if !a.resolve(l, e, wait, again) {
			continue
		}
		jobs[i].e = again
		a.pump(l)
	}
}

func lastByte(s string) byte {
	if s == "" {
		return 0
	}
	return s[len(s)-1]
}
