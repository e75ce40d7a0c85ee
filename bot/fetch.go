package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

const (
	fetchMax     = 20 << 20 // bytes of a photo or file
	fetchTimeout = time.Minute
	fetchTries   = 20
)

// fetch stores a photo or file of a channel as a blob, without what a camera wrote into it. It holds nothing up. What the channel
// will not give is given up with a word to the person and an alert: whoever sent it can send it again.
func (a *App) fetch(l *lane, e *entry, f dialog.Fetch) {
	var data []byte
	var mime string
	for try := 0; data == nil; try++ {
		var err error
		if data, mime, err = a.download(l, f); err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return
		}
		if c := ClassOf(err); c == Gone || c == Bad || try >= fetchTries {
			a.alert("fetch", "contact", l.contact, "entry", e.id, "class", c.String())
			sorry := &entry{id: e.id + afterFailed, effect: dialog.Say{Lines: []dialog.Line{{Key: keyLost}}}, at: e.at, born: e.born}
			a.resolve(l, e, sorry)
			a.pump(l)
			return
		}
		a.trouble("fetch", err)
		a.pause(l.shard.ctx, backoff(try, 200*time.Millisecond, time.Minute))
	}
	data = withoutMetadata(data)
	for try := 0; ; try++ {
		err := a.records.PutBlob(l.shard.ctx, f.As, mime, data)
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return
		}
		a.trouble("put_blob", err)
		a.pause(l.shard.ctx, backoff(try, 200*time.Millisecond, 10*time.Second))
	}
	if a.fail("fetch.stored") != nil {
		return
	}
	a.resolve(l, e)
	a.pump(l)
}

// download gets the bytes. A contact without an address, and a channel that is not configured, give none.
func (a *App) download(l *lane, f dialog.Fetch) ([]byte, string, error) {
	if key, ok := strings.CutPrefix(f.Ref, pageRef); ok {
		data, mime, err := a.records.Blob(l.shard.ctx, key)
		if errors.Is(err, storage.ErrNoBlob) {
			err = &SendError{Class: Bad, Err: err}
		}
		return data, mime, err
	}
	addr, err := a.open(l)
	if err != nil {
		return nil, "", &SendError{Class: Bad, Err: errors.New("no address")}
	}
	ch := a.lines[addr.channel]
	if ch == nil {
		return nil, "", errors.New("bot: channel is not configured")
	}
	select {
	case <-ch.started:
	case <-l.shard.ctx.Done():
		return nil, "", l.shard.ctx.Err()
	}
	select {
	case a.fetches <- struct{}{}:
		defer func() { <-a.fetches }()
	case <-l.shard.ctx.Done():
		return nil, "", l.shard.ctx.Err()
	}
	ctx, cancel := context.WithTimeout(l.shard.ctx, fetchTimeout)
	defer cancel()
	return ch.Download(ctx, f.Ref, fetchMax)
}
