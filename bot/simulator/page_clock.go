package simulator

import (
	"context"
	"net/http"
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
		at, ok := p.nextDue(w, r.Context())
		if !ok {
			return
		}
		if at.IsZero() {
			answerJSON(w, map[string]any{"nothing": true})
			return
		}
		if ahead := at.Sub(p.opt.Clock.Now()); ahead > 0 { // what is due already needs no moving
			p.MoveClock(p.opt.Clock.Offset() + ahead + time.Second)
		}
		answerJSON(w, map[string]any{"at": at.UnixMilli()})
	case ask.At.Before(clockFirst) || ask.At.After(clockLast):
		http.Error(w, "the clock goes from 2020 to 2099", http.StatusBadRequest)
	default:
		p.MoveClock(time.Until(ask.At))
		answerJSON(w, map[string]any{})
	}
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
