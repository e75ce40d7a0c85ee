package bot

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is business time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time      { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) set(t time.Time)     { c.mu.Lock(); defer c.mu.Unlock(); c.at = t }
func (c *clock) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

func contains(s, sub string) bool { return strings.Contains(s, sub) }

func contextWithCancel(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	return ctx, stop
}
