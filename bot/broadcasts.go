package bot

import (
	"context"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
)

// Broadcasts are messages to many people, which are written down and given their turn beside the conversations.
type Broadcasts interface {
	// NextBroadcast gives owner a broadcast that has something to do, and keeps it from others for lease; nil when none has.
	NextBroadcast(ctx context.Context, owner string, lease time.Duration) (*records.Broadcast, error)
	// RunBroadcast goes on with it, so that window rows wait to be handed over, and reports whether there is more to do at once.
	RunBroadcast(ctx context.Context, b records.Broadcast, window int) (again bool, err error)
	// LetBroadcast lets others have it.
	LetBroadcast(ctx context.Context, b records.Broadcast) error
}

var _ Broadcasts = (*storage.Records)(nil)

const (
	// broadcastLease is how long a process that works on a broadcast is thought to live without a word.
	broadcastLease = 30 * time.Second
	// broadcastAhead is for how long there are rows whose turn has come: long enough for the next look, short enough that a pause is felt
	// and that notices written meanwhile do not wait behind them.
	broadcastAhead = 4 * time.Second
	// broadcastMost bounds the rows whose turn has come, where the rate is hardly limited.
	broadcastMost = 20_000
)

// runBroadcasts works on broadcasts until ctx ends. Each gets a share of a look: of several, none waits for another's end.
func (a *App) runBroadcasts(ctx context.Context) {
	look := time.NewTicker(a.o.Tick)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			for a.runBroadcast(ctx) {
			}
		}
	}
}

// runBroadcast goes on with one broadcast, and reports whether there is more to do at once.
func (a *App) runBroadcast(ctx context.Context) bool {
	b, err := a.o.Broadcasts.NextBroadcast(ctx, a.o.Owner, broadcastLease)
	if err != nil || b == nil {
		if err != nil && ctx.Err() == nil {
			a.trouble("broadcasts", err)
		}
		return false
	}
	window := int(min(a.o.Bulk*broadcastAhead.Seconds(), broadcastMost))
	again, err := a.o.Broadcasts.RunBroadcast(ctx, *b, max(1, window))
	if err == nil {
		err = a.o.Broadcasts.LetBroadcast(ctx, *b)
	}
	if err != nil {
		if ctx.Err() == nil {
			a.trouble("broadcasts", err)
		}
		return false
	}
	return again
}
