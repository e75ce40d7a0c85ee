package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

const (
	sendTimeout  = 30 * time.Second // of a call to a platform
	mediaTimeout = 3 * time.Minute  // of one with a picture or file, which the platform may have to fetch meanwhile
)

// nextSay is the first Say that no earlier Save of the contact holds up, and how urgent the contact is: as urgent as
// the most urgent Say that waits. The lane's lock is held.
func (l *lane) nextSay() (*entry, int) {
	var first *entry
	class := classBulk
	for _, e := range l.outbox {
		switch effect := e.effect.(type) {
		case dialog.Save:
			return first, class
		case dialog.Say:
			if first == nil {
				first = e
			}
			class = min(class, classOf(effect))
		}
	}
	return first, class
}

func classOf(s dialog.Say) int {
	switch {
	case s.Notice == "":
		return classReply
	case s.Urgent && !s.Bulk:
		return classUrgent
	default:
		return classBulk
	}
}

// pump puts the lane among the senders when there is something to say.
func (a *App) pump(l *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sending || a.stopping.Load() || a.dead.Load() || !l.shard.alive() {
		return
	}
	e, class := l.nextSay()
	if e == nil {
		if len(l.outbox) > 0 && !l.turning && len(l.inbox) == 0 {
			if _, ok := l.outbox[0].effect.(dialog.Forget); ok {
				l.turning = true
				go a.forget(l, l.outbox[0])
			}
		}
		return
	}
	if wait := time.Until(l.hold); wait > 0 && !(l.bulk && class == classReply) {
		if !l.waking {
			l.waking = true
			a.after(wait, func() {
				l.mu.Lock()
				l.waking = false
				l.mu.Unlock()
				a.pump(l)
			})
		}
		return
	}
	l.sending = true
	a.senders.add(class, l)
}

// send says what the lane has to say, one message after the other, each acknowledged before the next.
func (a *App) send(l *lane) {
	for a.sendNext(l) {
		if a.senders.crowded() {
			break
		}
	}
	l.mu.Lock()
	l.sending = false
	l.mu.Unlock()
	a.pump(l)
}

// sendNext reports whether the lane may go on at once.
func (a *App) sendNext(l *lane) bool {
	if a.stopping.Load() || !l.shard.enter() {
		return false
	}
	defer l.shard.leave()
	l.mu.Lock()
	e, class := l.nextSay()
	if e == nil {
		l.mu.Unlock()
		return false
	}
	l.mu.Unlock()
	if !e.sent && !a.attempt(l, e, class) {
		return false
	}
	if a.fail("send.sent") != nil {
		return false
	}
	if !a.resolve(l, e) {
		if e.sent {
			a.delivered.Store(e.id, struct{}{})
		}
		return false
	}
	if a.fail("send.acked") != nil {
		return false
	}
	say := e.effect.(dialog.Say)
	if say.Notice != "" && e.sent {
		a.notices.mark(say.Notice, records.MessageSent, "")
	}
	return true
}

// attempt tries to deliver an entry. It reports whether the entry is done with and is to be acknowledged.
func (a *App) attempt(l *lane, e *entry, class int) bool {
	say, _ := e.effect.(dialog.Say)
	addr, err := a.open(l)
	if err != nil {
		a.alert("address", "contact", l.contact, "entry", e.id)
		a.notices.mark(say.Notice, records.MessageFailed, "no address")
		return true
	}
	ch := a.lines[addr.channel]
	if ch != nil && classOf(say) == classBulk && a.quota.unknown(ch) {
		a.holdLane(l, 200*time.Millisecond, true)
		return false
	}
	if ch != nil && a.quota.closed(ch, classOf(say)) {
		if err := a.quota.putOff(l.shard.ctx, say); err != nil {
			a.trouble("put_off", err)
			a.holdLane(l, time.Second, true)
			return false
		}
		return true
	}
	if wait := a.wayClear(ch); wait > 0 {
		a.holdLane(l, wait, false)
		return false
	}
	inside := class == classBulk
	if inside {
		if wait := a.budget.enter(); wait > 0 {
			a.holdLane(l, wait, true)
			return false
		}
		defer func() {
			if inside {
				a.budget.leave()
			}
		}()
	} else {
		a.budget.reply()
	}
	if say.Notice != "" && !e.marked {
		wanted, err := a.notices.begin(l.shard.ctx, l.contact, say)
		if err != nil {
			a.trouble("notice", err)
			a.holdLane(l, time.Second, false)
			return false
		}
		if !wanted {
			return true
		}
		e.marked = true
	}
	if e.parts == nil || e.stale(a.o.Now()) {
		if err := a.render(l, e, ch, say); err != nil {
			a.trouble("render", err)
			a.holdLane(l, time.Second, false)
			return false
		}
	}
	if a.fail("send.before") != nil {
		return false
	}
	if inside {
		at, err := a.budget.slot(l.shard.ctx)
		if err != nil {
			a.trouble("pace", err)
			a.holdLane(l, 200*time.Millisecond, true)
			return false
		}
		a.pause(l.shard.ctx, time.Until(at))
		for wait := a.budget.full(); wait > 0 && l.shard.ctx.Err() == nil; wait = a.budget.full() {
			a.pause(l.shard.ctx, wait)
		}
		inside = false
		a.budget.leave()
	}
	if err := a.deliver(l, e, ch, addr.chat); err != nil {
		return a.failed(l, e, ch, say, err)
	}
	if !e.sent { // left to the new owner
		if e.marked && classOf(say) == classBulk && e.part == 0 {
			e.marked = false // it was not sent: no doubt about it
			a.notices.mark(say.Notice, records.MessageWaiting, "")
		}
		return false
	}
	a.metrics.replies.WithLabelValues(ch.Name(), [...]string{"reply", "urgent", "bulk"}[class]).Inc()
	a.metrics.replyAge.Observe(time.Since(e.born).Seconds())
	return true
}

// wayClear tells how long a message has to wait for its channel.
func (a *App) wayClear(ch *line) (wait time.Duration) {
	if ch == nil {
		a.metrics.errors.WithLabelValues("no_channel").Inc()
		return time.Minute
	}
	select {
	case <-ch.started:
	default:
		return ch.untilStart()
	}
	return ch.held()
}

// deliver sends what is left of an entry's messages, as long as the contact is this process's. The entry is sent when
// all are.
func (a *App) deliver(l *lane, e *entry, ch *line, chat string) error {
	for e.part < len(e.parts) {
		if !l.shard.alive() {
			return nil
		}
		m := e.parts[e.part]
		ctx, cancel := context.WithTimeout(l.shard.calls, timeOf(m))
		limited := a.quota.limits(ch)
		if limited {
			a.quota.count(ctx)
		}
		start := time.Now()
		ref, err := ch.Send(ctx, chat, m)
		cancel()
		a.metrics.sendSeconds.Observe(time.Since(start).Seconds())
		if err != nil {
			if limited && !mayBeSent(err) {
				a.quota.add(-1)
			}
			return err
		}
		ch.succeeded()
		if limited {
			a.quota.worked(l.shard.ctx)
		}
		e.part++
		if say, _ := e.effect.(dialog.Say); say.Track != "" && a.o.Broadcasts != nil {
			if err := a.o.Broadcasts.NoteTelling(l.shard.ctx, say.Track, ref); err != nil {
				a.trouble("progress", err)
			}
		}
	}
	e.sent = true
	l.mu.Lock()
	l.misses = 0
	l.mu.Unlock()
	return nil
}

// mayBeSent reports whether a message whose sending failed may have arrived.
func mayBeSent(err error) bool {
	var se *SendError
	return errors.As(err, &se) && se.Sent
}

// timeOf is how long a message may take to be sent.
func timeOf(m Message) time.Duration {
	if len(m.Photo)+len(m.File) > 0 || m.PhotoURL != "" {
		return mediaTimeout
	}
	return sendTimeout
}

// failed decides what to do about a failed send, by its class. It reports whether the entry is done with.
func (a *App) failed(l *lane, e *entry, ch *line, say dialog.Say, err error) bool {
	kind := ClassOf(err)
	a.metrics.sendErrors.WithLabelValues(ch.Name(), kind.String()).Inc()
	var se *SendError
	if !errors.As(err, &se) {
		se = &SendError{}
	}
	if se.MovedTo != "" && se.MovedTo != l.addr.chat {
		l.mu.Lock()
		l.addr.chat = se.MovedTo
		l.mu.Unlock()
		a.holdLane(l, 100*time.Millisecond, false)
		return false
	}
	if e.marked && classOf(say) == classBulk && !se.Sent && e.part == 0 && (kind == Wait || kind == Unknown || kind == Refused) {
		e.marked = false // it did not arrive: no doubt about it
		a.notices.mark(say.Notice, records.MessageWaiting, "")
	}
	switch kind {
	case Wait:
		wait := max(se.After, 100*time.Millisecond)
		ch.tooFast(wait, se.Whole && (!a.quota.limits(ch) || a.quota.refused(l.shard.ctx, wait)))
		a.holdLane(l, wait+time.Duration(rand.Int64N(int64(wait/10)+1)), false)
		return false
	case Gone:
		a.log.Info("contact is gone", "contact", l.contact, "entry", e.id)
		a.blocked(l, e)
		return false
	case Bad:
		a.alert("unsendable", "contact", l.contact, "entry", e.id, "channel", ch.Name(), "error", err)
		a.generic(l, e, say)
		return false
	case Refused:
		if _, ok := a.talk.may("refused", time.Now()); ok {
			a.alert("refused", "channel", ch.Name(), "error", err)
		}
		ch.failing(err)
		ch.tooFast(30*time.Second, true)
		a.holdLane(l, 30*time.Second, false)
		return false
	default:
		if se.Sent && classOf(say) == classBulk {
			a.notices.mark(say.Notice, records.MessageDoubt, "no answer")
			return true
		}
		l.mu.Lock()
		wait := backoff(l.misses, 250*time.Millisecond, 30*time.Second)
		l.misses++
		l.mu.Unlock()
		a.trouble("send", err, "contact", l.contact, "entry", e.id, "channel", ch.Name())
		a.holdLane(l, wait, false)
		return false
	}
}

// generic puts the generic sentence in the place of a Say that cannot be sent; where that is what cannot be sent, it
// is dropped.
func (a *App) generic(l *lane, e *entry, say dialog.Say) {
	if say.Notice != "" {
		a.notices.mark(say.Notice, records.MessageFailed, "unsendable")
	}
	if say.Notice != "" || strings.HasSuffix(e.id, afterFailed) {
		a.resolve(l, e)
		return
	}
	a.resolve(l, e, &entry{id: e.id + afterFailed, effect: sentence(keyFailed, say), at: e.at, born: e.born})
}

// blocked takes in that the person stopped the bot, and drops what there was to say. Saves go on.
func (a *App) blocked(l *lane, e *entry) {
	event := dialog.Event{ID: e.id + "/gone", At: a.o.Now(), Blocked: true}
	for try := 0; ; try++ {
		err := a.takeIn(l.shard.ctx, []taken{{contact: l.contact, event: event, born: time.Now()}})
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return
		}
		a.pause(l.shard.ctx, backoff(try, 100*time.Millisecond, 2*time.Second))
	}
	l.mu.Lock()
	says := slices.DeleteFunc(slices.Clone(l.outbox), func(x *entry) bool { _, ok := x.effect.(dialog.Say); return !ok })
	l.mu.Unlock()
	for _, x := range says {
		if !a.resolve(l, x) {
			return
		}
		if say := x.effect.(dialog.Say); say.Notice != "" {
			a.notices.mark(say.Notice, records.MessageFailed, "gone")
		}
	}
}

// holdLane sends nothing to a contact for a while. A hold for bulk does not hold replies.
func (a *App) holdLane(l *lane, wait time.Duration, bulk bool) {
	l.mu.Lock()
	l.hold, l.bulk = time.Now().Add(wait), bulk
	l.mu.Unlock()
}

// forget erases what is kept of a conversation, when nothing else is left to do. The lane is kept from turning
// meanwhile; an event that comes in during it is taken in again.
func (a *App) forget(l *lane, e *entry) {
	defer func() {
		l.mu.Lock()
		l.turning = false
		if len(l.inbox) > 0 || !l.known {
			a.startTurn(l)
		}
		l.mu.Unlock()
	}()
	if !l.shard.enter() {
		return
	}
	defer l.shard.leave()
	ctx := l.shard.ctx
	conv, err := a.conversations.Load(ctx, l.contact)
	if err != nil || len(conv.Inbox) > 0 {
		l.mu.Lock()
		l.known = false
		l.mu.Unlock()
		return
	}
	if err := a.conversations.Erase(ctx, l.contact); err != nil {
		a.trouble("erase", err)
		a.after(time.Second, func() { a.pump(l) })
		return
	}
	l.mu.Lock()
	late := slices.Clone(l.inbox)
	l.known, l.inbox = false, nil
	l.outbox = slices.DeleteFunc(l.outbox, func(x *entry) bool { return x == e })
	sealed := l.sealed
	l.mu.Unlock()
	for _, in := range late {
		if err := a.takeIn(ctx, []taken{{contact: l.contact, sealed: sealed, event: in.event, born: in.born}}); err != nil {
			a.trouble("ingest", err)
		}
	}
}

// backoff doubles from first up to most, with a quarter of chance.
func backoff(try int, first, most time.Duration) time.Duration {
	d := min(first<<min(try, 20), most)
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}
