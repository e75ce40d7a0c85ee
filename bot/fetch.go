package bot

import (
	"context"
	"errors"
	"time"

	"chungtay/flows/dialog"
)

const (
	fetchMax     = 20 << 20 // bytes of a photo or file
	fetchTimeout = time.Minute
	fetchTries   = 20
)

// fetch stores a photo or file of a channel as a blob. It holds nothing up; what cannot be fetched for good is given
// up with an alert, since whoever sent it can send it again.
func (a *App) fetch(l *lane, e *entry, f dialog.Fetch) {
	for try := 0; ; try++ {
		err := a.fetchOnce(l, f)
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return
		}
		if c := ClassOf(err); c == Gone || c == Bad || try >= fetchTries {
			a.alert("fetch", "contact", l.contact, "entry", e.id, "class", c.String())
			break
		}
		a.trouble("fetch", err)
		a.pause(l.shard.ctx, backoff(try, 200*time.Millisecond, time.Minute))
	}
	if a.fail("fetch.stored") != nil {
		return
	}
	a.resolve(l, e)
	a.pump(l)
}

func (a *App) fetchOnce(l *lane, f dialog.Fetch) error {
	addr, err := a.open(l)
	if err != nil {
		return &SendError{Class: Bad, Err: errors.New("no address")}
	}
	ch := a.lines[addr.channel]
	if ch == nil {
		return errors.New("bot: channel is not configured")
	}
	select {
	case <-ch.started:
	case <-l.shard.ctx.Done():
		return l.shard.ctx.Err()
	}
	select {
	case a.fetches <- struct{}{}:
		defer func() { <-a.fetches }()
	case <-l.shard.ctx.Done():
		return l.shard.ctx.Err()
	}
	ctx, cancel := context.WithTimeout(l.shard.ctx, fetchTimeout)
	defer cancel()
	data, mime, err := ch.Download(ctx, f.Ref, fetchMax)
	if err != nil {
		return err
	}
	return a.records.PutBlob(ctx, f.As, mime, data)
}
