package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// budget is how many messages nobody asked for may go out: a rate of all messages, of which replies and urgent ones
// take first and without waiting. The processes share it by their number.
type budget struct {
	perSecond float64

	mu  sync.Mutex
	lim *rate.Limiter
}

func newBudget(perSecond float64) *budget {
	return &budget{perSecond: perSecond, lim: rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond)/2))}
}

// take draws one message of a class, and tells how long bulk has to wait for the next one.
func (b *budget) take(class int) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.lim.AllowN(now, 1) || class != classBulk {
		return 0
	}
	need := 1 - b.lim.TokensAt(now)
	return time.Duration(need / float64(b.lim.Limit()) * float64(time.Second))
}

// left is how many bulk messages could go out now.
func (b *budget) left() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return int(b.lim.TokensAt(time.Now()))
}

// share divides the rate among so many processes.
func (b *budget) share(members int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := rate.Limit(b.perSecond / float64(max(1, members))); r != b.lim.Limit() {
		b.lim.SetLimit(r)
		b.lim.SetBurst(max(1, int(r)/2))
	}
}
