package bot

import (
	"context"
	"time"

	"chungtay/flows/dialog"
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
	// TellingOf brings what its author is told of how far it is; StartTelling says it for the first time, and NoteTelling notes which message
	// that is.
	TellingOf(ctx context.Context, id int64, every time.Duration) (storage.Telling, error)
	StartTelling(ctx context.Context, id int64, t storage.Telling) error
	NoteTelling(ctx context.Context, track, ref string) error
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
	a.atEachTick(ctx, a.runBroadcast)
}

// runBroadcast goes on with one broadcast, and reports whether there is more to do at once.
func (a *App) runBroadcast(ctx context.Context) bool {
	b, err := a.o.Broadcasts.NextBroadcast(ctx, a.o.Owner, broadcastLease)
	if err != nil || b == nil {
		return a.goOn(ctx, "broadcasts", false, err)
	}
	window := int(min(a.o.Bulk*broadcastAhead.Seconds(), broadcastMost))
	again, err := a.o.Broadcasts.RunBroadcast(ctx, *b, max(1, window))
	if err == nil {
		err = a.tellProgress(ctx, *b)
	}
	if err == nil {
		err = a.o.Broadcasts.LetBroadcast(ctx, *b)
	}
	return a.goOn(ctx, "broadcasts", again, err)
}

// tellEvery is how often the message changes that says how far a broadcast is.
const tellEvery = 5 * time.Second

// tellFrom is from how many people on that is said: fewer are told before anybody looks.
const tellFrom = 20

// tellProgress says to the author of a broadcast how far it is: once, and then by changing that message where the channel can. It is no part
// of the conversation: one that cannot be changed now is changed the next time.
func (a *App) tellProgress(ctx context.Context, b records.Broadcast) error {
	if b.People < tellFrom || b.ToldAt == nil && b.Status == records.BroadcastEnding {
		return nil
	}
	t, err := a.o.Broadcasts.TellingOf(ctx, b.ID, tellEvery)
	if err != nil || t.Contact == "" || t.Line.Key == "" {
		return err
	}
	if t.At.IsZero() {
		return a.o.Broadcasts.StartTelling(ctx, b.ID, t)
	}
	ch := a.lines[t.Channel]
	if t.Ref == "" || ch == nil || !ch.Caps().Edit {
		return nil
	}
	plain, err := a.records.Open(t.Address)
	if err != nil {
		return nil
	}
	say := dialog.Say{Lines: []dialog.Line{t.Line}, Lang: t.Lang, Replace: t.Ref, Menu: []dialog.Option{{Key: "see", Label: a.book.Label(t.Lang, "cacthongbao.see"), Do: "/cacthongbao " + t.Line.Args["broadcast"]}}}
	if t.Over {
		say.Menu = nil
	}
	call, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	ref, err := ch.Send(call, splitAddress(plain).chat, Render(a.book, ch.Caps(), say, ch.Link, Attached{}).Messages[0])
	if err != nil {
		a.trouble("progress", err)
		return nil
	}
	return a.o.Broadcasts.NoteTelling(ctx, "broadcast "+t.Line.Args["broadcast"], ref)
}
