package bot

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Pacer gives out times among several processes: see storage.Redis.
type Pacer interface {
	Pace(ctx context.Context, name string, every time.Duration, n, used int) (first time.Duration, err error)
}

// budget is how many messages nobody asked for may go out: a rate of all messages, of which replies and urgent ones take first and
// without waiting.
//
// A bulk message first takes one of a few places, is marked as being sent, and then gets a time of its own, one every span: so there are never
// more than the rate in any second, no time is lost while one message waits for the last, and few are in doubt after a crash. Where there are
// several processes the times come from what they share.
type budget struct {
	perSecond float64
	every     time.Duration
	places    int
	shared    Pacer // nil: this process is alone

	used atomic.Int64 // by replies, since a time was last given out

	mu     sync.Mutex
	inside int         // places taken
	ticket time.Time   // when the next lane that got no place asks again
	slots  []time.Time // times given to this process and not taken
	last   time.Time   // the last that was
	sent   []time.Time // when the last messages went, as many as the rate has in a second: a ring
	oldest int         // of them

	handing *rate.Limiter // notices handed over: a little faster than they go out
}

const (
	// paceStale is how much too late a time may be taken.
	paceStale = 10 * time.Millisecond
	// paceSlack is what the times are wider apart than the rate, so that a message that is late by a few ms makes no second too full.
	paceSlack = 1.02
	// fullSecond is the least time in which as many messages go as the rate has in a second.
	fullSecond = 1015 * time.Millisecond
	// unpaced is a rate from which on nobody waits for a time.
	unpaced = 50_000
	// placesFor is for how long there are places: what marking one may take, and waiting for its time.
	placesFor = 500 * time.Millisecond
)

func newBudget(perSecond float64, shared Pacer) *budget {
	return &budget{
		perSecond: perSecond, every: time.Duration(float64(time.Second) / perSecond * paceSlack), shared: shared,
		sent: make([]time.Time, max(1, int(min(perSecond, unpaced)))), places: 2 + int(perSecond*placesFor.Seconds()),
		handing: rate.NewLimiter(rate.Limit(perSecond*1.1), max(1, int(2*perSecond))),
	}
}

// reply takes one message that does not wait.
func (b *budget) reply() {
	b.used.Add(1)
	b.mu.Lock()
	b.goes(time.Now())
	b.mu.Unlock()
}

// full tells how long this process must wait until the second is not too full for one more message, which goes at once where it is not: times
// that were taken late come close together.
func (b *budget) full() (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if wait := fullSecond - now.Sub(b.sent[b.oldest]); wait > 0 && b.perSecond < unpaced {
		return wait
	}
	b.goes(now)
	return 0
}

// goes notes that a message goes. The lock is held.
func (b *budget) goes(at time.Time) {
	b.sent[b.oldest] = at
	b.oldest = (b.oldest + 1) % len(b.sent)
}

// enter takes a place for a bulk message, or tells how long to wait before asking again. leave gives it back.
func (b *budget) enter() (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.perSecond >= unpaced || b.inside < b.places {
		b.inside++
		return 0
	}
	now := time.Now()
	if b.ticket.Before(now) {
		b.ticket = now
	}
	b.ticket = b.ticket.Add(b.every)
	return b.ticket.Sub(now)
}

func (b *budget) leave() {
	b.mu.Lock()
	b.inside--
	b.mu.Unlock()
}

// slot gives one bulk message its time.
func (b *budget) slot(ctx context.Context) (at time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.perSecond >= unpaced {
		return now, nil
	}
	for len(b.slots) > 0 {
		at, b.slots = b.slots[0], b.slots[1:]
		if now.Sub(at) <= paceStale {
			return at, nil
		}
	}
	n := max(1, min(64, int(b.perSecond*0.02)))
	used := int(min(b.used.Swap(0), int64(b.perSecond)))
	from := now
	if b.last.After(now.Add(-b.every)) {
		from = b.last.Add(b.every)
	}
	if b.shared == nil {
		from = from.Add(time.Duration(used) * b.every)
	} else {
		first, err := b.shared.Pace(ctx, "bulk", b.every, n, used)
		if err != nil {
			b.used.Add(int64(used))
			return at, err
		}
		from = time.Now().Add(first)
	}
	for i := range n {
		b.slots = append(b.slots, from.Add(time.Duration(i)*b.every))
	}
	b.last = b.slots[n-1]
	at, b.slots = b.slots[0], b.slots[1:]
	return at, nil
}

// left is how many notices may be handed over now; took says that some were.
func (b *budget) left() int { return int(math.Floor(b.handing.TokensAt(time.Now()))) }

func (b *budget) took(n int) { b.handing.AllowN(time.Now(), n) }

// share divides the handing over among so many processes.
func (b *budget) share(members int) {
	if r := rate.Limit(b.perSecond * 1.1 / float64(max(1, members))); r != b.handing.Limit() {
		b.handing.SetLimit(r)
		b.handing.SetBurst(max(1, int(2*b.perSecond)/max(1, members)))
	}
}
