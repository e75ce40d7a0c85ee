package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"chungtay/flows/dialog"
)

// errHeld ends a turn that cannot look up what it needs: its event stays at the head of the inbox.
var errHeld = errors.New("bot: the records are away")

// heldTries is how many tries of one turn may fail though the records answer in between; then the look-up is unavailable,
// so that a look-up that never works cannot hold its contact for ever.
const heldTries = 4

// held is an event whose turn waits for the records.
type held struct {
	id    string // of the event
	since time.Time
	tries int // that failed while the records seemed to answer
	told  bool
}

// room is where lanes wait for the records. Nothing is tried for them until the records answer one probe, which is
// made for all; then all go on. It has space for so many lanes: the others forget their inbox, which is in the store, and
// are found there again.
type room struct {
	app *App

	mu      sync.Mutex
	lanes   []*lane
	probing bool
	away    bool // the last probe failed
}

// closed reports that the records are known to be away.
func (r *room) closed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.away
}

func (r *room) waiting() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.lanes)
}

// hold ends a turn that must be tried again once the records are there. The lane keeps its place in the pool of turns, so
// that nothing overtakes the event.
func (a *App) hold(l *lane, in inboxed, since time.Time) bool {
	if a.fail("turn.held") != nil {
		return false
	}
	l.mu.Lock()
	if l.held == nil || l.held.id != in.id {
		l.held = &held{id: in.id, since: since}
	}
	l.mu.Unlock()
	a.tellHeld(l)
	if !a.room.enter(l) {
		l.mu.Lock()
		l.known, l.inbox, l.held, l.turning = false, nil, nil, false
		l.mu.Unlock()
	}
	return false
}

// enter reports false when the room is full.
func (r *room) enter(l *lane) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.lanes) >= r.app.o.Warm {
		return false
	}
	r.lanes = append(r.lanes, l)
	if !r.probing {
		r.probing = true
		r.app.tasks.Go(r.probe)
	}
	return true
}

// probe asks the records whether they answer, until they do, and lets the lanes go on.
func (r *room) probe() {
	a := r.app
	for try := 1; ; try++ {
		a.pause(a.ctx, backoff(try, 50*time.Millisecond, time.Second))
		if a.ctx.Err() != nil {
			return
		}
		ping, cancel := context.WithTimeout(a.ctx, time.Second)
		err := a.records.Ping(ping)
		cancel()
		if err == nil {
			break
		}
		a.trouble("held", err)
		r.mu.Lock()
		r.away = true
		r.lanes = slices.DeleteFunc(r.lanes, func(l *lane) bool { // its new owner takes the turn
			gone := !l.shard.alive()
			if gone {
				l.leavePool()
			}
			return gone
		})
		lanes := slices.Clone(r.lanes)
		r.mu.Unlock()
		for _, l := range lanes {
			a.tellHeld(l)
		}
	}
	r.mu.Lock()
	lanes := r.lanes
	r.lanes, r.probing, r.away = nil, false, false
	r.mu.Unlock()
	for _, l := range lanes {
		a.turns.add(classReply, l)
	}
}

// tellHeld tells a person who has waited for a while that what they wrote is kept and waits, once. It is a word in
// passing: it is in no outbox of the store, and a process that takes over may say it again.
func (a *App) tellHeld(l *lane) {
	l.mu.Lock()
	h := l.held
	if h == nil || h.told || len(l.inbox) == 0 || l.inbox[0].id != h.id || time.Since(h.since) < a.o.TellAfter {
		l.mu.Unlock()
		return
	}
	h.told = true
	in := l.inbox[0]
	e := in.event
	personal := e.Said != "" || e.Tapped != nil || e.Sent != nil || e.Shared != nil || e.Start != nil
	if !personal || e.Group || e.Edited || l.saving() { // of a Save that waits they are told by the recorder
		l.mu.Unlock()
		return
	}
	like := dialog.Say{Lang: cmp.Or(l.person.Lang, e.Lang), You: l.person.Address}
	l.outbox = append(l.outbox, &entry{id: in.id + afterHeld, effect: sentence(keyHeld, like), at: e.At, born: time.Now()})
	l.mu.Unlock()
	a.pump(l)
}

// unavailable decides about a look-up that failed: whether the turn is to be held, and tried again.
func (a *App) unavailable(l *lane, in inboxed, since time.Time) bool {
	if a.room.closed() {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil || l.held.id != in.id {
		l.held = &held{id: in.id, since: since}
	}
	l.held.tries++
	return l.held.tries < heldTries
}
