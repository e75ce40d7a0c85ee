package bot

import (
	"container/list"
	"errors"
	"slices"
	"sync"
	"time"

	"chungtay/flows/dialog"
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

	turning bool  // in the pool of turns, or waiting to be
	slow    int   // failures in a row, for the backoff
	held    *held // the event at the head waits for the records

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
	personOf int64     // App.rolesChanged when it was read
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
	inboxMax  = 128 // events of one contact kept in memory; the others stay in the store
	askRounds = 16  // look-ups one after the other within a turn: a list of 200 households takes seven
	asksMax   = 32  // turns whose look-ups are under way at the same time
	personTTL = 15 * time.Second
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

// rest ends the lane's stay in the pool, and goes on to erase the conversation where that waited for nothing else: the last word may
// be out before the turn that said it is over. It reports false, and the lane goes on, when an event came meanwhile.
func (a *App) rest(l *lane) bool {
	l.mu.Lock()
	over, forget := l.known && len(l.inbox) == 0 && !l.more, false
	if over {
		l.turning = false
		if len(l.outbox) > 0 {
			_, forget = l.outbox[0].effect.(dialog.Forget)
		}
	}
	l.mu.Unlock()
	if forget {
		a.pump(l)
	}
	return over
}

// leavePool ends the lane's stay in the pool, whatever waits.
func (l *lane) leavePool() {
	l.mu.Lock()
	l.turning = false
	l.mu.Unlock()
}

// ready reports whether what is in memory is enough to go on with.
func (l *lane) ready() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.known && len(l.inbox) == 0 && l.more {
		l.known = false
	}
	return l.known
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

// who is the person of a lane, known for a short while. Somebody without a duty may just be getting one: their own
// Saves come first. Who has several chats may take this one away in another at any time, and a notice may tell of what changed.
func (a *App) who(l *lane, e dialog.Event) (dialog.Person, error) {
	l.mu.Lock()
	changes := a.rolesChanged.Load()
	person, at, sealed, waits := l.person, l.personAt, l.sealed, l.saving()
	if l.personOf != changes {
		at = time.Time{}
	}
	l.mu.Unlock()
	if waits && len(person.Roles) == 0 {
		a.turns.lend()
		a.settled(l)
		a.turns.regain()
		l.mu.Lock()
		person, at = l.person, l.personAt
		l.mu.Unlock()
	}
	if !at.IsZero() && time.Since(at) < personTTL && person.Chats < 2 && e.Notice == nil {
		a.used(l, person, e)
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
	l.person, l.personAt, l.personOf = fresh, time.Now(), changes
	l.mu.Unlock()
	if e.Start != nil && len(fresh.Roles) > 0 {
		go a.publish(l)
	}
	a.used(l, fresh, e)
	return fresh, nil
}

// used notes which of their chats somebody used who has several. It is known before what they say is handled: what they cause goes there.
func (a *App) used(l *lane, p dialog.Person, e dialog.Event) {
	if p.Chats < 2 || e.Said == "" && e.Tapped == nil && e.Sent == nil && e.Shared == nil && e.Start == nil {
		return
	}
	if err := a.records.UseContact(l.shard.ctx, l.contact); err != nil {
		a.trouble("use_contact", err)
	}
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
