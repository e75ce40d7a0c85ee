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

	mu    sync.Mutex
	marks []noticeMark
	more  chan struct{}
}

type noticeMark struct{ id, status, reason string }

const (
	noticeBatch = 100
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
			for n.hand(ctx) == noticeBatch {
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
	due, err := a.records.ClaimNotices(ctx, a.o.Owner, min(noticeBatch, max(1, a.budget.left()*4)), noticeLease)
	if err != nil {
		a.trouble("notices", err)
		return 0
	}
	if len(due) == 0 {
		return 0
	}
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

// begin is asked before a notice is sent: whether it is still wanted, in this chat. A bulk one is in doubt from here on.
func (n *notices) begin(ctx context.Context, contact string, say dialog.Say) (wanted bool, err error) {
	a := n.app
	n.flush(ctx)
	found, err := a.records.Notice(ctx, []string{say.Notice})
	if err != nil {
		return false, err
	}
	status := ""
	if len(found) > 0 {
		status = found[0].Status
		if found[0].Contact != contact { // the person is told elsewhere
			return false, nil
		}
	}
	switch {
	case status == records.MessageCancelled, status == records.MessageSent:
		return false, nil
	case classOf(say) != classBulk:
		return true, nil
	case status == records.MessageDoubt:
		a.metrics.errors.WithLabelValues("notice_in_doubt").Inc()
		return false, nil
	}
	return true, a.records.MarkNotice(ctx, say.Notice, records.MessageDoubt, "")
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
	for i, m := range marks {
		if err := n.app.records.MarkNotice(ctx, m.id, m.status, m.reason); err != nil {
			n.app.trouble("mark_notice", err)
			n.mu.Lock()
			n.marks = append(marks[i:len(marks):len(marks)], n.marks...)
			n.mu.Unlock()
			return
		}
	}
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
