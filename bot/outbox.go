package bot

import (
	"encoding/json"
	"slices"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

// load reads the conversation. What the store still has and is being carried out stays as it is; what the store no
// longer has was carried out, and what is new is returned, to be started. Entries that were resolved between the reading
// and now count as resolved.
func (a *App) load(l *lane) (fresh []*entry, err error) {
	l.mu.Lock()
	mark := len(l.inbox)
	l.loading, l.settled, l.known, l.more = true, nil, true, false
	l.mu.Unlock()
	conv, err := a.conversations.Load(l.shard.ctx, l.contact)
	l.mu.Lock()
	defer l.mu.Unlock()
	settled := l.settled
	l.loading, l.settled = false, nil
	if err != nil {
		l.known = false
		return nil, err
	}
	l.state, l.turn = dialog.State{}, conv.Turn
	if len(conv.State) > 0 {
		if err := json.Unmarshal(conv.State, &l.state); err != nil {
			a.alert("state", "contact", l.contact, "error", "unreadable state")
			l.state = dialog.State{}
		}
	}
	if conv.Address != "" {
		l.sealed = conv.Address
	}
	a.mergeInbox(l, conv.Inbox, l.inbox[min(mark, len(l.inbox)):])
	return a.mergeOutbox(l, conv.Outbox, settled), nil
}

// mergeInbox makes the stored inbox the lane's, and behind it what came while it was read. The lane's lock is held.
func (a *App) mergeInbox(l *lane, stored []storage.Inboxed, came []inboxed) {
	inbox := make([]inboxed, 0, len(stored))
	for _, in := range stored {
		if len(inbox) == inboxMax {
			l.more = true
			break
		}
		if i := slices.IndexFunc(l.inbox, func(x inboxed) bool { return x.id == in.ID }); i >= 0 {
			inbox = append(inbox, l.inbox[i])
			continue
		}
		var e dialog.Event
		if err := json.Unmarshal(in.Event, &e); err != nil {
			a.alert("event", "contact", l.contact, "event", in.ID)
			e = dialog.Event{At: a.o.Now(), Sent: &dialog.Media{Kind: "other"}}
		}
		e.ID = in.ID
		inbox = append(inbox, inboxed{id: in.ID, event: e, born: time.Now()})
	}
	for _, in := range came {
		if !l.more && !slices.ContainsFunc(inbox, func(x inboxed) bool { return x.id == in.id }) {
			inbox = append(inbox, in)
		}
	}
	l.inbox = inbox
}

// mergeOutbox makes the stored outbox the lane's, less what was settled since it was read and with what took the place
// of that. It returns the entries that were not in memory. The lane's lock is held.
func (a *App) mergeOutbox(l *lane, stored []storage.Stored, settled map[string][]*entry) (fresh []*entry) {
	had := l.outbox
	l.outbox = nil
	var keep func([]*entry)
	keep = func(entries []*entry) {
		for _, e := range entries {
			if with, ok := settled[e.id]; ok {
				keep(with)
			} else if !slices.ContainsFunc(l.outbox, func(x *entry) bool { return x.id == e.id }) {
				l.outbox = append(l.outbox, e)
			}
		}
	}
	for _, s := range stored {
		if with, ok := settled[s.ID]; ok {
			keep(with)
			continue
		}
		if i := slices.IndexFunc(had, func(e *entry) bool { return e.id == s.ID }); i >= 0 {
			keep(had[i : i+1])
			continue
		}
		e, err := readEntry(s)
		if err != nil {
			a.alert("outbox", "contact", l.contact, "entry", s.ID)
			e = &entry{id: s.ID, effect: sentence(keyFailed, dialog.Say{}), born: time.Now(), loaded: true}
		}
		_, e.sent = a.delivered.LoadAndDelete(s.ID)
		l.outbox = append(l.outbox, e)
		fresh = append(fresh, e)
	}
	return fresh
}

// dispatch starts what was committed: Saves and look-alikes at once, Says in their order.
func (a *App) dispatch(l *lane, entries []*entry) {
	for _, e := range entries {
		switch effect := e.effect.(type) {
		case dialog.Save, dialog.Handover:
			a.recorder.add(l, e)
		case dialog.Fetch:
			go a.fetch(l, e, effect)
		case dialog.Recall:
			go a.recall(l, e, effect)
		case dialog.Ask, dialog.Later:
			// Never in an outbox but through a defect: nothing is to be carried out.
			a.resolve(l, e)
		}
	}
	a.pump(l)
}

// resolve takes an entry out of the outbox and puts others in its place, in the store first. It goes on until the
// store answers or the shard is lost.
func (a *App) resolve(l *lane, e *entry, with ...*entry) bool {
	stored := make([]storage.Stored, 0, len(with))
	for _, w := range with {
		s, err := w.stored()
		if err != nil {
			a.alert("unstorable", "contact", l.contact, "entry", w.id)
			continue
		}
		stored = append(stored, s)
	}
	for try := 0; ; try++ {
		err := a.conversations.Resolve(l.shard.ctx, l.contact, e.id, stored)
		if err == nil {
			break
		}
		if l.shard.ctx.Err() != nil || a.dead.Load() {
			return false
		}
		a.trouble("resolve", err)
		a.pause(l.shard.ctx, backoff(try, 50*time.Millisecond, 2*time.Second))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.loading {
		if l.settled == nil {
			l.settled = map[string][]*entry{}
		}
		l.settled[e.id] = with
	}
	if i := slices.Index(l.outbox, e); i >= 0 { // else a load came between, and brought what took its place
		l.outbox = slices.Replace(l.outbox, i, i+1, with...)
	}
	if len(l.outbox) == 0 {
		l.outbox = nil
	}
	if l.saved != nil && !l.saving() {
		close(l.saved)
		l.saved = nil
	}
	return true
}
