package simulator

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// PageClock is a clock that can be moved. It goes on at the pace of the real one. The zero value shows the real time.
type PageClock struct{ offset atomic.Int64 }

// Now is the time on the clock.
func (c *PageClock) Now() time.Time { return time.Now().Add(c.Offset()) }

// Offset is how far the clock is ahead of the real time.
func (c *PageClock) Offset() time.Duration { return time.Duration(c.offset.Load()) }

// Move puts the clock ahead of the real time by offset.
func (c *PageClock) Move(offset time.Duration) { c.offset.Store(int64(offset)) }

func (p *Page) clockView() map[string]any {
	return map[string]any{"offset": p.opt.Clock.Offset().Milliseconds(), "real": time.Now().UnixMilli()}
}

// MoveClock puts the clock of the page, the platforms and the bot ahead of the real time by offset.
func (p *Page) MoveClock(offset time.Duration) {
	p.moving.Lock()
	defer p.moving.Unlock()
	p.opt.Clock.Move(offset)
	if p.opt.Moved != nil {
		p.opt.Moved(offset)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tell(map[string]any{"op": "clock", "clock": p.clockView()})
}

// Times that the clock can be set to.
var (
	clockFirst = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	clockLast  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// serveClock sets the clock: to a time, back to the real one, or on to what is due next.
func (p *Page) serveClock(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		At   time.Time `json:"at"`
		Real bool      `json:"real"`
		Next bool      `json:"next"`
	}
	if !readJSON(w, r, &ask) {
		return
	}
	switch {
	case ask.Real:
		p.MoveClock(0)
		answerJSON(w, map[string]any{})
	case ask.Next:
		p.serveSkip(w, r.Context())
	case ask.At.Before(clockFirst) || ask.At.After(clockLast):
		http.Error(w, "the clock goes from 2020 to 2099", http.StatusBadRequest)
	default:
		p.MoveClock(time.Until(ask.At))
		answerJSON(w, map[string]any{})
	}
}

// What one press of "tua nhanh" may take: not all that is due says something to somebody.
const (
	skipMost  = 40                     // moves of the clock
	skipWait  = 3 * time.Second        // for the bot to do what is due
	skipAfter = 200 * time.Millisecond // for what it says of that to come
	skipLook  = 20 * time.Millisecond
)

// serveSkip moves the clock on to what is due, again and again until the bot says something to somebody.
func (p *Page) serveSkip(w http.ResponseWriter, ctx context.Context) {
	p.mu.Lock()
	since := p.feed.n
	p.mu.Unlock()
	var last time.Time
	for range skipMost {
		at, ok := p.nextDue(w, ctx)
		if !ok {
			return
		}
		if at.IsZero() {
			break
		}
		last = at
		if ahead := at.Sub(p.opt.Clock.Now()); ahead > 0 { // what is due already needs no moving
			p.MoveClock(p.opt.Clock.Offset() + ahead + time.Second)
		}
		if said, done := p.untilDone(ctx, since); said || !done {
			answerJSON(w, map[string]any{"at": at.UnixMilli(), "said": said})
			return
		}
	}
	if last.IsZero() {
		answerJSON(w, map[string]any{"nothing": true})
		return
	}
	answerJSON(w, map[string]any{"at": last.UnixMilli(), "said": false})
}

// untilDone waits until the bot says something, or has nothing more to do at this hour. Neither comes from a bot that is busy or gone.
func (p *Page) untilDone(ctx context.Context, since int64) (said, done bool) {
	ctx, cancel := context.WithTimeout(ctx, skipWait)
	defer cancel()
	look := time.NewTicker(skipLook)
	defer look.Stop()
	var quiet time.Time
	for {
		if p.saidSince(since) {
			return true, true
		}
		at, err := p.opt.NextDue(ctx)
		switch {
		case err != nil || !at.IsZero() && !at.After(p.opt.Clock.Now()):
			quiet = time.Time{}
		case quiet.IsZero():
			quiet = time.Now()
		case time.Since(quiet) > skipAfter:
			return false, true
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return false, false
		}
	}
}

// saidSince reports whether the bot said something after an entry of the feed.
func (p *Page) saidSince(entry int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.chats {
		if slices.ContainsFunc(c.list, func(m *PageMessage) bool { return !m.Mine && m.stamp > entry }) {
			return true
		}
	}
	return false
}

func (p *Page) nextDue(w http.ResponseWriter, ctx context.Context) (at time.Time, ok bool) {
	if p.opt.NextDue == nil {
		http.Error(w, "what is due is not known", http.StatusNotImplemented)
		return at, false
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	at, err := p.opt.NextDue(ctx)
	if err != nil {
		p.log.Warn("what is due is not known", "error", err)
		http.Error(w, "the bot does not answer", http.StatusServiceUnavailable)
		return at, false
	}
	return at, true
}
