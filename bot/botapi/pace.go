package botapi

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"chungtay/bot"
)

// Sleep waits, or less when ctx ends.
func Sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Backoff doubles from first up to most, less up to a quarter by chance.
func Backoff(try int, first, most time.Duration) time.Duration {
	d := min(first<<min(try, 16), most)
	return d - Jitter(d/4)
}

// Jitter is a chance wait of at most d.
func Jitter(d time.Duration) time.Duration { return time.Duration(rand.Int64N(int64(d) + 1)) }

// Side runs calls that nobody waits for. Where too many run already one is left out: all of them are courtesies that
// the conversation does not need.
type Side struct {
	log   *slog.Logger
	slots chan struct{}
	work  sync.WaitGroup
}

// NewSide makes a Side with so many calls under way at most.
func NewSide(most int, log *slog.Logger) *Side {
	return &Side{log: log, slots: make(chan struct{}, most)}
}

// Go runs a call, which ends with ctx.
func (s *Side) Go(ctx context.Context, what string, run func(context.Context) error) {
	select {
	case s.slots <- struct{}{}:
	default:
		s.log.Warn("left out: too many calls under way", "call", what)
		return
	}
	s.work.Go(func() {
		defer func() { <-s.slots }()
		if err := run(ctx); err != nil && ctx.Err() == nil && bot.ClassOf(err) != bot.Gone {
			s.log.Warn("call failed", "call", what, "error", err)
		}
	})
}

// Wait waits for what runs.
func (s *Side) Wait() { s.work.Wait() }

// Groups remembers which group chats were answered: a group hears one answer in a day.
type Groups struct {
	mu sync.Mutex
	at map[string]time.Time
}

// groupQuiet is how long a group hears nothing more after its answer.
const groupQuiet = 24 * time.Hour

// Due reports whether a group is to be answered now, and takes it as answered.
func (g *Groups) Due(group string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if last, was := g.at[group]; was && now.Sub(last) < groupQuiet {
		return false
	}
	if g.at == nil {
		g.at = map[string]time.Time{}
	}
	g.at[group] = now
	return true
}
