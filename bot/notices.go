package bot

import (
	"context"
	"strconv"
	"sync"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// notices hands messages for people who did not ask to their inboxes, and notes what became of them.
//
// A bulk notice is marked as in doubt before it is sent and as sent afterwards: one found in doubt after a crash may
// have arrived and is not sent again. A notice that was cancelled meanwhile is not sent.
type notices struct {
	app *App

	mu       sync.Mutex
	marks    []noticeMark
	more     chan struct{}
	starts   []*start // about to be sent, and not asked about
	starting int      // statements that ask
}

type noticeMark struct{ id, status, reason string }

const (
	noticeBatch = 100 // handed over together, where the rate is low
	noticeMost  = 500 // the most that are
	noticeLease = 30 * time.Second
)

func newNotices(a *App) *notices { return &notices{app: a, more: make(chan struct{}, 1)} }

// run hands over what is due, at every tick, and writes marks down as they come, until ctx ends.
func (n *notices) run(ctx context.Context) {
	a := n.app
	due := time.NewTicker(a.o.Tick)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.more:
			n.flush(ctx)
		case <-due.C:
			n.flush(ctx)
			for n.hand(ctx) >= noticeBatch {
			}
		}
	}
}

// hand brings a batch of due notices to their recipients' inboxes, and tells how many. No more are taken than could
// go out soon.
func (n *notices) hand(ctx context.Context) int {
	a := n.app
	if !a.shards.held.Load() || a.fail("notices.before") != nil {
		return 0
	}
	due, err := a.records.ClaimNotices(ctx, a.o.Owner, max(1, min(noticeMost, a.budget.left())), noticeLease)
	if err != nil {
		a.trouble("notices", err)
		return 0
	}
	if len(due) == 0 {
		return 0
	}
	a.budget.took(len(due))
	events := make([]taken, len(due))
	for i, d := range due {
		again := ""
		if d.PutOff > 0 {
			again = "~" + strconv.Itoa(d.PutOff)
		}
		events[i] = n.event(d, again)
	}
	if a.fail("notices.claimed") != nil {
		return 0
	}
	if err := a.takeIn(ctx, events); err != nil {
		a.trouble("ingest", err)
		return 0
	}
	if a.fail("notices.ingested") != nil {
		return 0
	}
	for _, d := range due {
		n.mark(d.ID, records.MessageHanded, "")
	}
	n.flush(ctx)
	return len(due)
}

func (n *notices) event(d storage.NoticeRow, again string) taken {
	say := d.Say
	say.Notice, say.Urgent = d.ID, d.Urgent
	return taken{contact: d.Contact, sealed: d.Address, born: time.Now(), event: dialog.Event{
		ID: d.ID + again, At: n.app.o.Now().UTC(),
		Notice: &dialog.Notice{ID: d.ID, Urgent: d.Urgent, Say: say},
	}}
}

// start is a notice that is about to be sent, and what came of asking.
type start struct {
	storage.NoticeStart
	why  string
	err  error
	done chan struct{}
}

// begin is asked before a notice is sent: whether it is still wanted, in this chat. A bulk one is in doubt from here on. Those that begin at
// the same time are asked about together.
func (n *notices) begin(ctx context.Context, contact string, say dialog.Say) (wanted bool, err error) {
	s := &start{NoticeStart: storage.NoticeStart{ID: say.Notice, Contact: contact, Bulk: classOf(say) == classBulk}, done: make(chan struct{})}
	n.mu.Lock()
	n.starts = append(n.starts, s)
	alone := n.starting < startsAtOnce
	if alone {
		n.starting++
	}
	n.mu.Unlock()
	if alone {
		n.startAll(ctx)
	}
	select {
	case <-s.done:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if s.why == records.MessageDoubt {
		n.app.metrics.errors.WithLabelValues("notice_in_doubt").Inc()
	}
	return s.why == "" && s.err == nil, s.err
}

// startsAtOnce is how many statements ask about notices at the same time.
const startsAtOnce = 2

// startAll asks about the notices that are about to be sent, until there are none.
func (n *notices) startAll(ctx context.Context) {
	for {
		n.mu.Lock()
		some := n.starts
		if n.starts = nil; len(some) > noticeMost {
			some, n.starts = some[:noticeMost], some[noticeMost:]
		}
		if len(some) == 0 {
			n.starting--
			n.mu.Unlock()
			return
		}
		n.mu.Unlock()
		n.flush(ctx)
		asked := make([]storage.NoticeStart, len(some))
		for i, s := range some {
			asked[i] = s.NoticeStart
		}
		why, err := n.app.records.BeginNotices(ctx, asked)
		for i, s := range some {
			if s.err = err; err == nil {
				s.why = why[i]
			}
			close(s.done)
		}
	}
}

// mark notes what became of a notice; it is written down soon.
func (n *notices) mark(id, status, reason string) {
	if id == "" {
		return
	}
	n.mu.Lock()
	n.marks = append(n.marks, noticeMark{id, status, reason})
	n.mu.Unlock()
	select {
	case n.more <- struct{}{}:
	default:
	}
}

// flush writes down the marks; those that fail are kept for the next time.
func (n *notices) flush(ctx context.Context) {
	n.mu.Lock()
	marks := n.marks
	n.marks = nil
	n.mu.Unlock()
	for len(marks) > 0 {
		// Those alike are written together, each notice's marks in their order.
		some, ids := alike(marks)
		if err := n.app.records.MarkNotices(ctx, ids, marks[0].status, marks[0].reason); err != nil {
			n.app.trouble("mark_notice", err)
			n.mu.Lock()
			n.marks = append(marks, n.marks...)
			n.mu.Unlock()
			return
		}
		marks = some
	}
}

// alike are the notices whose first mark is like that of the first, and the marks that are left.
func alike(marks []noticeMark) (rest []noticeMark, ids []string) {
	seen := make(map[string]bool, len(marks))
	for _, m := range marks {
		if !seen[m.id] && m.status == marks[0].status && m.reason == marks[0].reason && len(ids) < noticeMost {
			ids = append(ids, m.id)
		} else {
			rest = append(rest, m)
		}
		seen[m.id] = true
	}
	return rest, ids
}

// recall brings notices that waited for the end of a form back to the inbox.
func (a *App) recall(l *lane, e *entry, r dialog.Recall) {
	for try := 0; ; try++ {
		err := a.recallOnce(l, e, r)
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return
		}
		a.trouble("recall", err)
		a.pause(l.shard.ctx, backoff(try, 100*time.Millisecond, 5*time.Second))
	}
	a.resolve(l, e)
	a.pump(l)
}

func (a *App) recallOnce(l *lane, e *entry, r dialog.Recall) error {
	ctx := l.shard.ctx
	found, err := a.records.Notice(ctx, r.Notices)
	if err != nil {
		return err
	}
	events := make([]taken, 0, len(found))
	for _, d := range found {
		if d.Status == records.MessageCancelled {
			continue
		}
		t := a.notices.event(d, "@"+e.id)
		t.contact, t.sealed = l.contact, ""
		events = append(events, t)
	}
	return a.takeIn(ctx, events)
}
