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
// A bulk message has a time of its own, given out beforehand, one every span: so there are never more than the rate in any second, and no
// time is lost while one message waits for the last. Where there are several processes the times come from what they share.
type budget struct {
	perSecond float64
	every     time.Duration
	shared    Pacer // nil: this process is alone

	used atomic.Int64 // by replies, since a time was last given out

	mu     sync.Mutex
	slots  []time.Time // given to this process and not taken
	last   time.Time   // the last that was
	ticket time.Time   // when the next lane that got none asks again

	handing *rate.Limiter // notices handed over: a little faster than they go out
}

const (
	// paceAhead is how long before its time a message may have it: what stands between a lane that wakes late and lost time.
	paceAhead = 150 * time.Millisecond
	// paceStale is how much too late a time may be taken.
	paceStale = 10 * time.Millisecond
	// paceSlack is what the times are wider apart than the rate, so that a message that is late by a few ms makes no second too full.
	paceSlack = 1.015
	// unpaced is a rate from which on nobody waits for a time.
	unpaced = 50_000
)

func newBudget(perSecond float64, shared Pacer) *budget {
	return &budget{
		perSecond: perSecond, every: time.Duration(float64(time.Second) / perSecond * paceSlack), shared: shared,
		handing: rate.NewLimiter(rate.Limit(perSecond*1.1), max(1, int(2*perSecond))),
	}
}

// reply takes one message that does not wait.
func (b *budget) reply() { b.used.Add(1) }

// bulk gives one message a time, or tells how long to wait before asking again.
func (b *budget) bulk(ctx context.Context) (at time.Time, wait time.Duration, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.perSecond >= unpaced {
		return now, 0, nil
	}
	for len(b.slots) > 0 {
		at, b.slots = b.slots[0], b.slots[1:]
		if now.Sub(at) <= paceStale {
			return at, 0, nil
		}
	}
	if early := b.last.Add(-paceAhead); early.After(now) {
		if b.ticket.Before(early) {
			b.ticket = early
		}
		wait := b.ticket.Sub(now)
		b.ticket = b.ticket.Add(b.every)
		return at, wait, nil
	}
	n := max(1, min(64, int(b.perSecond*0.02)))
	used := int(min(b.used.Swap(0), int64(b.perSecond)))
	from := now
	if b.last.After(now) {
		from = b.last.Add(b.every)
	}
	if b.shared == nil {
		from = from.Add(time.Duration(used) * b.every)
	} else {
		first, err := b.shared.Pace(ctx, "bulk", b.every, n, used)
		if err != nil {
			b.used.Add(int64(used))
			return at, 0, err
		}
		from = time.Now().Add(first)
	}
	for i := range n {
		b.slots = append(b.slots, from.Add(time.Duration(i)*b.every))
	}
	b.last = b.slots[n-1]
	at, b.slots = b.slots[0], b.slots[1:]
	return at, 0, nil
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
