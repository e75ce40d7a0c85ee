package bot

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/flows/dialog"
)

// BenchmarkReplies has 400 contacts talk at the same time, each waiting for its reply; a send takes 30 ms. It reports
// replies a second for what is not the platform: ingest, turn, commit, send, acknowledgement.
func BenchmarkReplies(b *testing.B) {
	for name, open := range backends(b) {
		b.Run(name, func(b *testing.B) {
			const chats = 400
			w := newLatch(30 * time.Millisecond)
			app, err := Open(Options{
				Engine: tiny{}, Book: plainBook{}, Channels: []Channel{w}, Records: newLedger(), Conversations: open(b),
				Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				b.Fatal(err)
			}
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			go func() { ended <- app.Run(ctx) }()
			for app.Ready() != nil {
				time.Sleep(time.Millisecond)
			}
			take := func(batch []Update) error { return app.ingest(ctx, app.lines["latch"], batch) }
			b.ResetTimer()
			var left atomic.Int64
			left.Store(int64(b.N))
			var group sync.WaitGroup
			for chat := range chats {
				group.Go(func() {
					id := fmt.Sprint(chat)
					for n := 0; left.Add(-1) >= 0; n++ {
						if err := take([]Update{{Chat: id, Event: dialog.Event{ID: fmt.Sprint(id, "-", n), At: time.Now(), Said: "xin chào"}}}); err != nil {
							b.Error(err)
							return
						}
						<-w.got[chat]
					}
				})
			}
			group.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
			b.StopTimer()
			stop()
			if err := <-ended; err != nil {
				b.Error(err)
			}
			_ = app.Close()
		})
	}
}

// latch is a channel that answers after a while and tells who was written to.
type latch struct {
	*wire
	got [400]chan struct{}
}

func newLatch(delay time.Duration) *latch {
	l := &latch{wire: newWire("latch")}
	l.delay = delay
	for i := range l.got {
		l.got[i] = make(chan struct{}, 1)
	}
	return l
}

func (l *latch) Send(_ context.Context, chat string, _ Message) (string, error) {
	time.Sleep(l.delay)
	var i int
	_, _ = fmt.Sscan(chat, &i)
	l.got[i] <- struct{}{}
	return "", nil
}
