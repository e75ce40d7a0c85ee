package bot

import (
	"container/list"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// lane is the order of one contact: its events one after the other, and what they decided in that order. It exists in
// the process that owns the contact's shard and is a cache: everything in it is in the store, or is carried out again
// from there.
type lane struct {
	contact string
	shard   *shard
	elem    *list.Element // place in the shard's order of use; under the shard's lock

	mu     sync.Mutex
	gone   bool // evicted: ask the shard for a new one
	known  bool // state, inbox and outbox are as stored, but for what is under way
	state  dialog.State
	turn   uint64
	inbox  []inboxed
	more   bool // the store's inbox holds more than this one
	outbox []*entry
	sealed string // address as stored
	addr   address

	turning bool // in the pool of turns, or waiting to be
	slow    int  // failures in a row, for the backoff

	sending bool      // in the pool of senders
	hold    time.Time // nothing is sent before
	bulk    bool      // hold is for bulk only
	waking  bool      // a timer will pump again
	misses  int       // failed sends in a row

	loading bool
	settled map[string][]*entry // resolved while loading: what took the place of an id
	saved   chan struct{}       // closed when no Save is pending; nil: nobody waits

	person   dialog.Person
	personAt time.Time // zero: unknown
	commands []Command // as last published, nil: unknown
}

// inboxed is an event that waits for its turn.
type inboxed struct {
	id    string
	event dialog.Event
	born  time.Time
}

// address is where a contact is reached.
type address struct{ channel, chat string }

const (
	inboxMax   = 128             // events of one contact kept in memory; the others stay in the store
	askRounds  = 4               // look-ups one after the other within a turn
	askTimeout = 2 * time.Second // for all of a turn's look-ups
	personTTL  = 15 * time.Second
)

// push gives a lane an event that was just taken in.
func (a *App) push(s *shard, contact, sealed string, in inboxed) {
	l := s.lane(contact)
	if sealed != "" {
		l.sealed = sealed
	}
	switch {
	case slices.ContainsFunc(l.inbox, func(x inboxed) bool { return x.id == in.id }):
	case l.more || len(l.inbox) >= inboxMax:
		l.more = true
	default:
		l.inbox = append(l.inbox, in)
	}
	a.startTurn(l)
	l.mu.Unlock()
}

// wake has a contact's lane look into the store again.
func (a *App) wake(contact string) {
	s := a.shards.of(contact)
	if s == nil {
		return
	}
	l := s.lane(contact)
	l.known = false
	a.startTurn(l)
	l.mu.Unlock()
}

// startTurn puts the lane in the pool of turns. The lane's lock is held.
func (a *App) startTurn(l *lane) {
	if !l.turning {
		l.turning = true
		a.turns.add(classReply, l)
	}
}

// work takes turns until the inbox is empty, or goes to the end of the queue when others wait.
func (a *App) work(l *lane) {
	for a.turn(l) {
		if a.turns.crowded() {
			a.turns.add(classReply, l)
			return
		}
	}
}

// rest ends the lane's stay in the pool. It reports false, and the lane goes on, when an event came meanwhile.
func (l *lane) rest() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known && len(l.inbox) == 0 && !l.more {
		l.turning = false
		return true
	}
	return false
}

// again has the lane try once more after a while, since the store or the records are away.
func (a *App) again(l *lane) bool {
	l.mu.Lock()
	wait := backoff(l.slow, 50*time.Millisecond, 2*time.Second)
	l.slow++
	l.mu.Unlock()
	a.after(wait, func() { a.turns.add(classReply, l) })
	return false
}

// turn consumes one event. It reports whether the lane is to go on at once.
func (a *App) turn(l *lane) bool {
	if !l.shard.enter() {
		l.mu.Lock()
		l.turning = false // whoever owns the shard now goes on
		l.mu.Unlock()
		return false
	}
	defer l.shard.leave()

	trips := 0
	l.mu.Lock()
	if l.known && len(l.inbox) == 0 && l.more {
		l.known = false
	}
	known := l.known
	l.mu.Unlock()
	if !known {
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
		return !l.rest()
	}
	in, state, turn := l.inbox[0], l.state, l.turn
	l.mu.Unlock()

	start := time.Now()
	who, err := a.who(l, in.event)
	if err != nil {
		a.trouble("person", err)
		return a.again(l)
	}
	in.event.Who = who
	next, outs := a.step(state, in.event)
	next, outs = a.answer(l, in.event, next, outs)
	next.Turn = turn + 1
	commit, entries, err := a.commitOf(l, in, turn, next, outs)
	if err != nil {
		a.alert("unstorable", "contact", l.contact, "event", in.id, "error", err)
		return a.again(l)
	}
	if a.fail("turn.stepped") != nil {
		return false
	}
	trips++
	err = a.conversations.Commit(l.shard.ctx, commit)
	if err == nil && a.fail("turn.committed") != nil {
		return false
	}
	switch {
	case err == nil:
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
		l.mu.Lock()
		l.turning = false
		l.mu.Unlock()
		return false
	default:
		a.trouble("commit", err)
		return a.again(l)
	}

	l.mu.Lock()
	l.state, l.turn, l.slow = next, next.Turn, 0
	if len(l.inbox) > 0 {
		l.inbox = slices.Delete(l.inbox, 0, 1)
	}
	if len(l.inbox) == 0 {
		l.inbox = nil
	}
	l.outbox = append(l.outbox, entries...)
	l.mu.Unlock()
	a.metrics.turns.WithLabelValues("ok").Inc()
	a.metrics.turnSeconds.Observe(time.Since(start).Seconds())
	a.metrics.turnAge.Observe(time.Since(in.born).Seconds())
	a.metrics.trips.Observe(float64(trips))
	a.dispatch(l, entries)
	return !l.rest()
}

// step is the engine's Step. A panic there, which a flow's own code may raise, is an alert and a sentence; the event
// is consumed, so that it cannot hold the contact for ever.
func (a *App) step(s dialog.State, e dialog.Event) (next dialog.State, outs []dialog.Out) {
	defer func() {
		if p := recover(); p != nil {
			a.alert("panic", "event", e.ID, "flow", s.Flow, "step", s.Step, "panic", fmt.Sprintf("%T", p))
			next, outs = s, []dialog.Out{{ID: e.ID + "/p", Effect: dialog.Say{Lines: []dialog.Line{{Key: keyFailed}}, Lang: e.Lang}}}
		}
	}()
	return a.engine.Step(s, e)
}

// answer carries out the Asks among outs and steps again with what they returned, a few times at most. All of it
// belongs to the one turn.
func (a *App) answer(l *lane, e dialog.Event, s dialog.State, outs []dialog.Out) (dialog.State, []dialog.Out) {
	if !slices.ContainsFunc(outs, isAsk) {
		return s, outs
	}
	a.turns.lend()
	defer a.turns.regain()
	ctx, cancel := context.WithTimeout(l.shard.ctx, a.o.AskTimeout)
	defer cancel()
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
		if round++; round > askRounds {
			a.alert("ask.rounds", "event", e.ID, "query", ask.Query)
			continue
		}
		found := a.lookUp(ctx, l, ask, e)
		next := dialog.Event{ID: fmt.Sprintf("%s?%d", e.ID, round), At: e.At, Lang: e.Lang, Who: e.Who, Group: e.Group, Returned: &found}
		var more []dialog.Out
		s, more = a.step(s, next)
		queue = append(slices.Clone(more), queue...)
	}
	return s, all
}

func isAsk(o dialog.Out) bool { _, ok := o.Effect.(dialog.Ask); return ok }

// lookUp answers one Ask, after the contact's own Saves are done. What takes longer than the deadline is unavailable.
func (a *App) lookUp(ctx context.Context, l *lane, ask dialog.Ask, e dialog.Event) dialog.Answer {
	found := dialog.Answer{Problem: records.ProblemUnavailable}
	select {
	case <-l.savesDone():
		found = a.records.Answer(ctx, ask, e.Who, a.o.Now())
	case <-ctx.Done():
	}
	if found.Problem == records.ProblemUnavailable {
		a.metrics.errors.WithLabelValues("ask_unavailable").Inc()
	}
	found.Form, found.Step, found.Query, found.Page = ask.Form, ask.Step, ask.Query, ask.Page
	return found
}

var closedChan = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

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

// load reads the conversation. What the store still has and is being carried out stays as it is; what the store no
// longer has was carried out, and what is new is returned, to be started. Entries that were resolved between the reading
// and now count as resolved.
func (a *App) load(l *lane) (fresh []*entry, err error) {
	l.mu.Lock()
	mark := len(l.inbox)
	l.loading, l.settled, l.known, l.more = true, nil, true, false
	l.mu.Unlock()
	conv, err := a.conversations.Load(l.shard.ctx, l.contact)
	l.mu.Lock()
	defer l.mu.Unlock()
	settled := l.settled
	l.loading, l.settled = false, nil
	if err != nil {
		l.known = false
		return nil, err
	}
	var state dialog.State
	if len(conv.State) > 0 {
		if err := json.Unmarshal(conv.State, &state); err != nil {
			a.alert("state", "contact", l.contact, "error", "unreadable state")
			state = dialog.State{}
		}
	}
	if conv.Address != "" {
		l.sealed = conv.Address
	}
	l.state, l.turn = state, conv.Turn

	born := time.Now()
	inbox := make([]inboxed, 0, len(conv.Inbox))
	for _, in := range conv.Inbox {
		if len(inbox) == inboxMax {
			l.more = true
			break
		}
		if i := slices.IndexFunc(l.inbox, func(x inboxed) bool { return x.id == in.ID }); i >= 0 {
			inbox = append(inbox, l.inbox[i])
			continue
		}
		var e dialog.Event
		if err := json.Unmarshal(in.Event, &e); err != nil {
			a.alert("event", "contact", l.contact, "event", in.ID)
			e = dialog.Event{At: a.o.Now(), Sent: &dialog.Media{Kind: "other"}}
		}
		e.ID = in.ID
		inbox = append(inbox, inboxed{id: in.ID, event: e, born: born})
	}
	for _, in := range l.inbox[min(mark, len(l.inbox)):] {
		if !slices.ContainsFunc(inbox, func(x inboxed) bool { return x.id == in.id }) && !l.more {
			inbox = append(inbox, in)
		}
	}
	l.inbox = inbox

	had := l.outbox
	l.outbox = nil
	var keep func([]*entry)
	keep = func(entries []*entry) {
		for _, e := range entries {
			if with, ok := settled[e.id]; ok {
				keep(with)
			} else if !slices.ContainsFunc(l.outbox, func(x *entry) bool { return x.id == e.id }) {
				l.outbox = append(l.outbox, e)
			}
		}
	}
	for _, s := range conv.Outbox {
		if with, ok := settled[s.ID]; ok {
			keep(with)
			continue
		}
		if i := slices.IndexFunc(had, func(e *entry) bool { return e.id == s.ID }); i >= 0 {
			keep(had[i : i+1])
			continue
		}
		e, err := readEntry(s)
		if err != nil {
			a.alert("outbox", "contact", l.contact, "entry", s.ID)
			e = &entry{id: s.ID, effect: dialog.Say{Lines: []dialog.Line{{Key: keyFailed}}}, born: born, loaded: true}
		}
		if _, ok := a.delivered.LoadAndDelete(s.ID); ok {
			e.sent = true
		}
		l.outbox = append(l.outbox, e)
		fresh = append(fresh, e)
	}
	if len(l.outbox) == 0 {
		l.outbox = nil
	}
	return fresh, nil
}

// dispatch starts what was committed: Saves and look-alikes at once, Says in their order.
func (a *App) dispatch(l *lane, entries []*entry) {
	for _, e := range entries {
		switch effect := e.effect.(type) {
		case dialog.Save, dialog.Handover:
			a.recorder.add(l, e)
		case dialog.Fetch:
			go a.fetch(l, e, effect)
		case dialog.Recall:
			go a.recall(l, e, effect)
		case dialog.Ask, dialog.Later:
			// Never in an outbox but through a defect: nothing is to be carried out.
			a.resolve(l, e)
		}
	}
	a.pump(l)
}

// resolve takes an entry out of the outbox and puts others in its place, in the store first. It goes on until the
// store answers or the shard is lost.
func (a *App) resolve(l *lane, e *entry, with ...*entry) bool {
	stored := make([]storage.Stored, 0, len(with))
	for _, w := range with {
		s, err := w.stored()
		if err != nil {
			a.alert("unstorable", "contact", l.contact, "entry", w.id)
			continue
		}
		stored = append(stored, s)
	}
	for try := 0; ; try++ {
		err := a.conversations.Resolve(l.shard.ctx, l.contact, e.id, stored)
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return false
		}
		a.trouble("resolve", err)
		a.pause(l.shard.ctx, backoff(try, 50*time.Millisecond, 2*time.Second))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loading {
		if l.settled == nil {
			l.settled = map[string][]*entry{}
		}
		l.settled[e.id] = with
	}
	if i := slices.Index(l.outbox, e); i >= 0 { // else a load came between, and brought what took its place
		l.outbox = slices.Replace(l.outbox, i, i+1, with...)
	}
	if len(l.outbox) == 0 {
		l.outbox = nil
	}
	if l.saved != nil && !l.saving() {
		close(l.saved)
		l.saved = nil
	}
	return true
}

// who is the person of a lane, known for a short while. Somebody without a duty may just be getting one: their own
// Saves come first.
func (a *App) who(l *lane, e dialog.Event) (dialog.Person, error) {
	l.mu.Lock()
	person, at, sealed, waits := l.person, l.personAt, l.sealed, l.saving()
	l.mu.Unlock()
	if waits && len(person.Roles) == 0 {
		a.turns.lend()
		wait := time.NewTimer(a.o.AskTimeout)
		select {
		case <-l.savesDone():
		case <-wait.C:
		}
		wait.Stop()
		a.turns.regain()
		l.mu.Lock()
		person, at = l.person, l.personAt
		l.mu.Unlock()
	}
	if !at.IsZero() && time.Since(at) < personTTL {
		return person, nil
	}
	ctx := l.shard.ctx
	fresh, err := a.records.Person(ctx, l.contact)
	if err == nil && fresh.ID == "" && sealed != "" && e.Notice == nil && e.Fired == nil {
		if addr, open := a.open(l); open == nil {
			if err = a.records.SeeContact(ctx, l.contact, addr.channel, sealed); err == nil {
				fresh, err = a.records.Person(ctx, l.contact)
			}
		}
	}
	if err != nil {
		if !at.IsZero() && ctx.Err() == nil {
			return person, nil // known a moment ago; rights are checked again where it is saved
		}
		return person, err
	}
	l.mu.Lock()
	l.person, l.personAt = fresh, time.Now()
	l.mu.Unlock()
	if e.Start != nil && len(fresh.Roles) > 0 {
		go a.publish(l)
	}
	return fresh, nil
}

// open reads the lane's address.
func (a *App) open(l *lane) (address, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.addr != (address{}) {
		return l.addr, nil
	}
	if l.sealed == "" {
		return address{}, errors.New("bot: contact without address")
	}
	plain, err := a.records.Open(l.sealed)
	if err != nil {
		return address{}, err
	}
	l.addr = splitAddress(plain)
	return l.addr, nil
}
