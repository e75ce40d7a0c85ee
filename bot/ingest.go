package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

// taken is an event on its way into an inbox.
type taken struct {
	contact string
	sealed  string
	event   dialog.Event
	born    time.Time
}

// ingest takes in what a channel received, in order, and returns once it is durable.
func (a *App) ingest(ctx context.Context, ch *line, batch []Update) error {
	select {
	case <-ch.started:
	default:
		return errors.New("bot: channel is not started")
	}
	now, born := a.o.Now().UTC(), time.Now()
	events := make([]taken, 0, len(batch))
	for _, u := range batch {
		e := u.Event
		if e.Lang == "" {
			e.Lang = u.Lang
		}
		if d := now.Sub(e.At); e.At.IsZero() || d > 24*time.Hour || d < -24*time.Hour {
			e.At = now
		}
		e.At, e.Who = e.At.UTC(), dialog.Person{}
		scrub(&e)
		events = append(events, taken{
			contact: a.records.ContactKey(ch.Name(), ch.Bot(), u.Chat),
			sealed:  Address(ch.Name(), u.Chat),
			event:   e,
			born:    born,
		})
		a.metrics.updates.WithLabelValues(ch.Name(), verb(e)).Inc()
	}
	for i := range events {
		events[i].sealed = a.sealOnce(events[i].contact, events[i].sealed)
		a.hide(&events[i])
	}
	if err := a.fail("ingest.before"); err != nil {
		return err
	}
	if err := a.takeIn(ctx, events); err != nil {
		a.trouble("ingest", err)
		return err
	}
	return a.fail("ingest.after")
}

// sealOnce encrypts an address unless the contact's conversation is in memory with its own.
func (a *App) sealOnce(contact, plain string) string {
	if s := a.shards.of(contact); s != nil {
		if l := s.peek(contact); l != nil {
			l.mu.Lock()
			known := l.sealed != ""
			l.mu.Unlock()
			if known {
				return ""
			}
		}
	}
	return a.records.Seal(plain)
}

// hide seals what may be a PIN, before the event is stored anywhere. Most are not one: they are read again in their turn.
func (a *App) hide(t *taken) {
	if dialog.MaybeSecret(t.event.Said) {
		t.event.Secret = a.records.SealFor(t.contact, t.event.Said)
		t.event.Said = ""
	}
}

// reveal is an event as it is stepped: with the words that were sealed when it was taken in.
func (a *App) reveal(e dialog.Event) (dialog.Event, error) {
	if e.Secret == "" {
		return e, nil
	}
	var err error
	e.Said, err = a.records.Open(e.Secret)
	return e, err
}

// takeIn makes events durable and hands the new ones to the lanes of this process.
func (a *App) takeIn(ctx context.Context, events []taken) error {
	if len(events) == 0 {
		return nil
	}
	batch := make([]storage.Arrival, len(events))
	for i, t := range events {
		b, err := json.Marshal(t.event)
		if err != nil {
			return err
		}
		batch[i] = storage.Arrival{Contact: t.contact, Address: t.sealed, ID: t.event.ID, Event: b}
	}
	fresh, err := a.conversations.Ingest(ctx, a.o.Owner, batch)
	if err != nil {
		return err
	}
	for i, t := range events {
		if !fresh[i] {
			a.metrics.repeats.Inc()
			continue
		}
		if s := a.shards.of(t.contact); s != nil {
			a.push(s, t.contact, t.sealed, inboxed{id: t.event.ID, event: t.event, born: t.born})
		}
	}
	return nil
}

// scrub makes an event's text storable as it is: valid UTF-8, so that the event read back is the event taken in.
func scrub(e *dialog.Event) {
	clean := func(s *string) {
		if !utf8.ValidString(*s) {
			*s = strings.ToValidUTF8(*s, "\uFFFD")
		}
	}
	clean(&e.Said)
	clean(&e.Lang)
	if e.Sent != nil {
		clean(&e.Sent.Caption)
		clean(&e.Sent.Name)
		clean(&e.Sent.Mime)
	}
	if e.Start != nil {
		clean(&e.Start.Payload)
	}
	if e.Shared != nil {
		clean(&e.Shared.Phone)
	}
	if e.Tapped != nil {
		clean(&e.Tapped.Form)
		clean(&e.Tapped.Step)
		clean(&e.Tapped.Key)
		clean(&e.Tapped.Do)
	}
}

// verb is the word for what an event is, for metrics.
func verb(e dialog.Event) string {
	switch {
	case e.Edited:
		return "edited"
	case e.Said != "":
		return "said"
	case e.Tapped != nil:
		return "tapped"
	case e.Sent != nil:
		return "sent"
	case e.Shared != nil:
		return "shared"
	case e.Start != nil:
		return "start"
	case e.Blocked:
		return "blocked"
	case e.Returns:
		return "returns"
	default:
		return "other"
	}
}

// Address is where a contact is reached, as it is sealed and kept: the name of its channel and its chat there.
func Address(channel, chat string) string { return channel + ":" + chat }

func splitAddress(s string) address {
	channel, chat, _ := strings.Cut(s, ":")
	return address{channel, chat}
}

// receive starts a channel and, where it polls, polls it whenever this process is the one to do so. It returns an
// error only when every channel's account is refused: with one that serves, a refused one is tried again from time to
// time, and told of by an alert and by /readyz.
func (a *App) receive(ctx context.Context, ch *line) error {
	lock := "start:" + ch.Name()
	for try := 0; ; try++ {
		ok, err := a.conversations.Lock(ctx, lock, a.o.Owner, 10*time.Second)
		if ok && err == nil {
			call, cancel := context.WithTimeout(ctx, sendTimeout)
			err = ch.Start(call)
			cancel()
			_, _ = a.conversations.Lock(ctx, lock, a.o.Owner, time.Millisecond)
			if err == nil {
				break
			}
			if ctx.Err() == nil {
				ch.failing(err)
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		first, most := 100*time.Millisecond, 10*time.Second
		switch {
		case ClassOf(err) == Refused && a.hopeless():
			return err
		case ClassOf(err) == Refused:
			a.alert("refused", "channel", ch.Name(), "error", err)
			first, most = 10*a.o.Tick, 10*time.Minute
		case err != nil:
			a.trouble("start", err, "channel", ch.Name())
		}
		a.pause(ctx, backoff(try, first, most))
	}
	ch.failing(nil)
	close(ch.started)
	a.log.Info("channel started", "channel", ch.Name(), "bot", ch.Bot())
	take := func(ctx context.Context, batch []Update) error {
		ch.failing(nil)
		return a.ingest(ctx, ch, batch)
	}
	if a.o.HTTPAddr != "" && ch.Webhook(take) != nil {
		return nil
	}
	a.poll(ctx, ch, take)
	return nil
}

// poll holds the lease of the bot's one poller, and polls while it holds it.
func (a *App) poll(ctx context.Context, ch *line, take func(context.Context, []Update) error) {
	lock := "poll:" + ch.Name() + ":" + ch.Bot()
	var stop func() // ends the poll under way and waits for its end; nil: none
	defer func() {
		if stop != nil {
			stop()
		}
		if !a.dead.Load() {
			call, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			_, _ = a.conversations.Lock(call, lock, a.o.Owner, time.Millisecond)
			cancel()
		}
	}()
	var until time.Time
	for ctx.Err() == nil {
		start := time.Now()
		ok, err := a.conversations.Lock(ctx, lock, a.o.Owner, a.o.Lease)
		switch {
		case err == nil && ok:
			if until = start.Add(a.o.Lease); stop == nil {
				stop = a.startPoll(ctx, ch, take)
			}
		case stop != nil && (err == nil || time.Now().After(until)):
			stop()
			stop = nil
		}
		if err != nil && ctx.Err() == nil {
			a.trouble("lock", err)
		}
		a.pause(ctx, a.o.Beat)
	}
}

// startPoll polls until the returned function is called, and goes on after errors.
func (a *App) startPoll(ctx context.Context, ch *line, take func(context.Context, []Update) error) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for try := 0; ctx.Err() == nil; try++ {
			err := ch.Poll(ctx, take)
			if err == nil || ctx.Err() != nil {
				return
			}
			if ClassOf(err) == Refused {
				ch.failing(err)
			}
			a.trouble("poll", err, "channel", ch.Name())
			a.pause(ctx, backoff(min(try, 6), 500*time.Millisecond, 30*time.Second))
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
