package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// turn consumes one event. It reports whether the lane is to go on at once.
func (a *App) turn(l *lane) bool {
	if !l.shard.enter() {
		l.leavePool() // whoever owns the shard now goes on
		return false
	}
	defer l.shard.leave()

	trips := 1
	if !l.ready() {
		trips++
		waiting, err := a.load(l)
		if err != nil {
			a.trouble("load", err)
			return a.again(l)
		}
		a.dispatch(l, waiting)
	}
	l.mu.Lock()
	if len(l.inbox) == 0 {
		l.mu.Unlock()
		return !a.rest(l)
	}
	in, state, turn := l.inbox[0], l.state, l.turn
	l.mu.Unlock()

	start := time.Now()
	who, err := a.who(l, in.event)
	if err != nil {
		a.trouble("person", err)
		return a.hold(l, in, start)
	}
	if in.event, err = a.reveal(in.event); err != nil { // sealed with another key: nobody can read it any more
		a.alert("unreadable", "event", in.id)
	}
	in.event.Who = who
	next, commit, entries, err := a.decide(l, in, state, turn)
	switch {
	case errors.Is(err, errHeld):
		return a.hold(l, in, start)
	case err != nil:
		return a.again(l)
	}
	if a.fail("turn.stepped") != nil {
		return false
	}
	err = a.conversations.Commit(l.shard.ctx, commit)
	if err == nil && a.fail("turn.committed") != nil {
		return false
	}
	if err != nil {
		return a.uncommitted(l, err)
	}
	l.mu.Lock()
	l.state, l.turn, l.slow, l.held = next, next.Turn, 0, nil
	if l.inbox = slices.Delete(l.inbox, 0, 1); len(l.inbox) == 0 {
		l.inbox = nil
	}
	l.outbox = append(l.outbox, entries...)
	l.mu.Unlock()
	a.metrics.turns.WithLabelValues("ok").Inc()
	a.metrics.turnSeconds.Observe(time.Since(start).Seconds())
	a.metrics.turnAge.Observe(time.Since(in.born).Seconds())
	a.metrics.trips.Observe(float64(trips))
	a.dispatch(l, entries)
	return !a.rest(l)
}

// decide steps the event, with its look-ups, and makes the commit of what was decided. What cannot be stored becomes a
// sentence: the event is consumed, so that it cannot hold the contact for ever. errHeld: it cannot be decided now.
func (a *App) decide(l *lane, in inboxed, state dialog.State, turn uint64) (dialog.State, storage.Commit, []*entry, error) {
	next, outs := a.step(state, in.event)
	next, outs, err := a.answer(l, in, next, outs)
	if err != nil {
		return next, storage.Commit{}, nil, err
	}
	next.Turn = turn + 1
	commit, entries, err := a.commitOf(l, in, turn, next, outs)
	if err != nil {
		a.alert("unstorable", "contact", l.contact, "event", in.id, "error", err)
		next, outs = state, []dialog.Out{{ID: in.id + "/u", Effect: sentence(keyFailed, dialog.Say{Lang: in.event.Lang})}}
		next.Turn = turn + 1
		commit, entries, err = a.commitOf(l, in, turn, next, outs)
	}
	return next, commit, entries, err
}

// uncommitted decides how to go on after a commit that failed.
func (a *App) uncommitted(l *lane, err error) bool {
	switch {
	case errors.Is(err, storage.ErrStale):
		a.metrics.turns.WithLabelValues("stale").Inc()
		l.mu.Lock()
		l.known = false
		l.slow++
		tired := l.slow > 3
		l.mu.Unlock()
		return !tired || a.again(l)
	case errors.Is(err, storage.ErrNotOwner):
		a.metrics.turns.WithLabelValues("not_owner").Inc()
		l.shard.drop()
		l.leavePool()
		return false
	default:
		a.trouble("commit", err)
		return a.again(l)
	}
}

// step is the engine's Step. A panic there, which a flow's own code may raise, is an alert and a sentence; the event
// is consumed, so that it cannot hold the contact for ever.
func (a *App) step(s dialog.State, e dialog.Event) (next dialog.State, outs []dialog.Out) {
	defer func() {
		if p := recover(); p != nil {
			a.alert("panic", "event", e.ID, "flow", s.Flow, "step", s.Step, "panic", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			next, outs = s, []dialog.Out{{ID: e.ID + "/p", Effect: sentence(keyFailed, dialog.Say{Lang: e.Lang})}}
		}
	}()
	return a.engine.Step(s, e)
}

// answer carries out the Asks among outs and steps again with what they returned, askRounds times at most; after that the
// look-ups are unavailable, and the person is told. All of it belongs to the one turn, which is held, with errHeld, while
// the records are away.
func (a *App) answer(l *lane, in inboxed, s dialog.State, outs []dialog.Out) (dialog.State, []dialog.Out, error) {
	if !slices.ContainsFunc(outs, isAsk) {
		return s, outs, nil
	}
	e, start := in.event, time.Now()
	a.turns.lend()
	defer a.turns.regain()
	settled := a.settled(l)
	select {
	case a.asks <- struct{}{}: // to wait here is no look-up's time: where many ask, none fails for that
		defer func() { <-a.asks }()
	case <-l.shard.ctx.Done():
		return s, nil, errHeld
	}
	ctx, cancel := context.WithTimeout(l.shard.ctx, a.o.AskTimeout)
	defer cancel()
	if !settled {
		cancel()
	}
	round := 0
	all := make([]dialog.Out, 0, len(outs)+4)
	queue := outs
	for len(queue) > 0 {
		out := queue[0]
		queue = queue[1:]
		ask, ok := out.Effect.(dialog.Ask)
		if !ok {
			all = append(all, out)
			continue
		}
		round++
		if round > askRounds+1 {
			continue
		}
		found := dialog.Answer{Form: ask.Form, Step: ask.Step, Query: ask.Query, Page: ask.Page, Problem: records.ProblemUnavailable}
		if round <= askRounds {
			found = a.lookUp(ctx, ask, e)
			if found.Problem == records.ProblemUnavailable && a.unavailable(l, in, start) {
				return s, nil, errHeld
			}
		} else {
			a.alert("ask.rounds", "event", e.ID, "query", ask.Query)
		}
		next := dialog.Event{ID: fmt.Sprintf("%s?%d", e.ID, round), At: e.At, Lang: e.Lang, Who: e.Who, Group: e.Group, Returned: &found}
		var more []dialog.Out
		s, more = a.step(s, next)
		queue = append(slices.Clone(more), queue...)
	}
	return s, all, nil
}

func isAsk(o dialog.Out) bool { _, ok := o.Effect.(dialog.Ask); return ok }

// settled waits for the contact's own Saves, which a look-up is to see. It reports false when they take too long.
func (a *App) settled(l *lane) bool {
	done := l.savesDone()
	if done == closedChan {
		return true
	}
	wait := time.NewTimer(a.o.AskTimeout)
	defer wait.Stop()
	select {
	case <-done:
		return true
	case <-wait.C:
	case <-l.shard.ctx.Done():
	}
	return false
}

// lookUp answers one Ask. What takes longer than ctx allows is unavailable.
func (a *App) lookUp(ctx context.Context, ask dialog.Ask, e dialog.Event) dialog.Answer {
	found := dialog.Answer{Problem: records.ProblemUnavailable}
	if ctx.Err() == nil && !a.room.closed() {
		found = a.records.Answer(ctx, ask, e.Who, a.o.Now())
	}
	if found.Problem == records.ProblemUnavailable {
		a.metrics.errors.WithLabelValues("ask_unavailable").Inc()
	}
	found.Form, found.Step, found.Query, found.Page = ask.Form, ask.Step, ask.Query, ask.Page
	return found
}

var closedChan = func() <-chan struct{} { c := make(chan struct{}); close(c); return c }()

// savesDone is closed when no Save of the contact is pending.
func (l *lane) savesDone() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.saving() {
		return closedChan
	}
	if l.saved == nil {
		l.saved = make(chan struct{})
	}
	return l.saved
}

// saving reports a Save that is not done. The lane's lock is held.
func (l *lane) saving() bool {
	return slices.ContainsFunc(l.outbox, func(e *entry) bool { _, ok := e.effect.(dialog.Save); return ok })
}

// commitOf is the turn's outcome as the store takes it, and the outbox entries it makes.
func (a *App) commitOf(l *lane, in inboxed, turn uint64, next dialog.State, outs []dialog.Out) (storage.Commit, []*entry, error) {
	state, err := json.Marshal(next)
	if err != nil {
		return storage.Commit{}, nil, err
	}
	c := storage.Commit{Contact: l.contact, Owner: a.o.Owner, Turn: turn, Head: in.id, State: state}
	entries := make([]*entry, 0, len(outs)+1)
	add := func(id string, effect dialog.Effect) error {
		e := &entry{id: id, effect: effect, at: in.event.At, born: in.born}
		s, err := e.stored()
		if err != nil {
			return err
		}
		c.Outbox, entries = append(c.Outbox, s), append(entries, e)
		return nil
	}
	if in.event.Blocked || in.event.Returns {
		kind := records.CmdContactReturns
		if in.event.Blocked {
			kind = records.CmdContactBlocked
		}
		if err := add(in.id+"/c", dialog.Save{Kind: kind, Form: in.id + "/c"}); err != nil {
			return c, nil, err
		}
	}
	for _, out := range outs {
		if later, ok := out.Effect.(dialog.Later); ok {
			t, err := timerSet(out.ID, later)
			if err != nil {
				return c, nil, err
			}
			c.Timers = append(c.Timers, t)
			continue
		}
		if err := add(out.ID, out.Effect); err != nil {
			return c, nil, err
		}
	}
	return c, entries, nil
}

// timerSet is a Later as the store keeps it: the event it will be.
func timerSet(id string, later dialog.Later) (storage.TimerSet, error) {
	t := storage.TimerSet{Key: later.Key, At: later.At, ID: id}
	if later.At.IsZero() {
		return t, nil
	}
	event, err := json.Marshal(dialog.Event{ID: id, At: later.At, Fired: &dialog.Timer{Key: later.Key, Form: later.Form, Step: later.Step}})
	t.Event = event
	return t, err
}
