package storagetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"chungtay/storage"

	"pgregory.net/rapid"
)

// modelled is a contact of a store beside a plain model of it. Its contact has a shard of its own.
type modelled struct {
	store   storage.Conversations
	ctx     context.Context
	contact string
	pick    func(n int) int // a choice of 0 to n-1

	want   storage.Conversation
	seen   map[string]bool
	timers map[string]storage.TimerSet
	last   *storage.Commit
	n      int
}

func newModelled(ctx context.Context, store storage.Conversations, contact string, pick func(int) int) *modelled {
	return &modelled{store: store, ctx: ctx, contact: contact, pick: pick, seen: map[string]bool{}, timers: map[string]storage.TimerSet{}}
}

// step does something to both, and tells where they differ.
func (m *modelled) step() error {
	m.n++
	steps := []func() error{m.ingest, m.ingest, m.commit, m.commit, m.commit, m.staleCommit, m.repeat, m.resolve, m.resolve, m.resolve, m.due}
	if m.pick(40) == 0 {
		steps = []func() error{m.erase}
	}
	if err := steps[m.pick(len(steps))](); err != nil {
		return err
	}
	return m.check()
}

func (m *modelled) check() error {
	got, err := m.store.Load(m.ctx, m.contact)
	if err != nil {
		return err
	}
	if g, w := picture(got), picture(m.want); g != w {
		return fmt.Errorf("step %d:\ngot  %s\nwant %s", m.n, g, w)
	}
	pending, err := m.store.Pending(m.ctx, storage.Shard(m.contact))
	if err != nil {
		return err
	}
	if is := slices.Contains(pending, m.contact); is != (len(m.want.Inbox)+len(m.want.Outbox) > 0) {
		return fmt.Errorf("step %d: pending is %v of %s", m.n, is, picture(m.want))
	}
	return nil
}

func (m *modelled) ingest() error {
	var batch []storage.Arrival
	var want []bool
	for range m.pick(4) {
		id := fmt.Sprint("e", m.pick(60))
		a := storage.Arrival{Contact: m.contact, ID: id, Event: fmt.Append(nil, id, " at ", m.n)}
		if m.pick(4) == 0 {
			a.Address = fmt.Sprint("address ", m.n)
		}
		batch = append(batch, a)
		want = append(want, !m.seen[id])
		if m.seen[id] {
			continue
		}
		m.seen[id] = true
		m.want.Inbox = append(m.want.Inbox, storage.Inboxed{ID: id, Event: a.Event})
		if a.Address != "" {
			m.want.Address = a.Address
		}
	}
	fresh, err := m.store.Ingest(m.ctx, me, batch)
	if err == nil && !slices.Equal(fresh, want) {
		err = fmt.Errorf("step %d: fresh %v, want %v", m.n, fresh, want)
	}
	return err
}

// outcome is a commit of the head, as the model has it.
func (m *modelled) outcome() storage.Commit {
	c := storage.Commit{Contact: m.contact, Owner: me, Turn: m.want.Turn, State: fmt.Append(nil, "state ", m.n)}
	if len(m.want.Inbox) > 0 {
		c.Head = m.want.Inbox[0].ID
	}
	c.Outbox = m.entries(m.pick(4))
	for i := range m.pick(3) {
		t := storage.TimerSet{Key: fmt.Sprint("k", m.pick(4))}
		if m.pick(3) > 0 {
			t.At = time.UnixMilli(int64(1000 * (m.pick(100) + 1)))
			t.ID, t.Event = fmt.Sprintf("t%d.%d", m.n, i), fmt.Append(nil, "timer of ", m.n)
		}
		c.Timers = append(c.Timers, t)
	}
	return c
}

func (m *modelled) entries(k int) (all []storage.Stored) {
	for i := range k {
		id := fmt.Sprintf("%d/%d", m.n, i)
		all = append(all, storage.Stored{ID: id, Out: []byte("out " + id)})
	}
	return all
}

func (m *modelled) commit() error {
	if len(m.want.Inbox) == 0 {
		return nil
	}
	c := m.outcome()
	m.last = &c
	m.want.Turn, m.want.State = c.Turn+1, c.State
	m.want.Inbox = m.want.Inbox[1:]
	m.want.Outbox = append(m.want.Outbox, c.Outbox...)
	for _, t := range c.Timers {
		if t.At.IsZero() {
			delete(m.timers, t.Key)
		} else {
			m.timers[t.Key] = t
		}
	}
	return m.store.Commit(m.ctx, c)
}

func (m *modelled) staleCommit() error {
	c := m.outcome()
	switch m.pick(3) {
	case 0:
		c.Turn += 1 + uint64(m.pick(3))
	case 1:
		c.Turn -= 1 + uint64(m.pick(3))
	default:
		c.Head = "not there"
	}
	if err := m.store.Commit(m.ctx, c); !errors.Is(err, storage.ErrStale) {
		return fmt.Errorf("step %d: a stale commit got %w", m.n, err)
	}
	return nil
}

func (m *modelled) repeat() error {
	if m.last == nil {
		return nil
	}
	return m.store.Commit(m.ctx, *m.last)
}

func (m *modelled) resolve() error {
	with := m.entries(max(0, m.pick(6)-2))
	if len(m.want.Outbox) == 0 || m.pick(10) == 0 {
		return m.store.Resolve(m.ctx, m.contact, "not there", with)
	}
	at := m.pick(len(m.want.Outbox))
	if m.pick(2) == 0 {
		at = 0
	}
	id := m.want.Outbox[at].ID
	m.want.Outbox = slices.Concat(m.want.Outbox[:at], with, m.want.Outbox[at+1:])
	return m.store.Resolve(m.ctx, m.contact, id, with)
}

func (m *modelled) due() error {
	now := time.UnixMilli(int64(1000 * m.pick(100)))
	var fire []storage.TimerSet
	for _, t := range m.timers {
		if !t.At.After(now) {
			fire = append(fire, t)
		}
	}
	got, err := m.store.Due(m.ctx, storage.Shard(m.contact), now, 100)
	if err != nil {
		return err
	}
	if slices.Contains(got, m.contact) != (len(fire) > 0) {
		return fmt.Errorf("step %d: due says %v, want %d timers", m.n, got, len(fire))
	}
	if len(fire) == 0 {
		return nil
	}
	// In order of At; which of two at the same time comes first is open.
	c, err := m.store.Load(m.ctx, m.contact)
	if err != nil {
		return err
	}
	if len(c.Inbox) != len(m.want.Inbox)+len(fire) {
		return fmt.Errorf("step %d: %d timers were due, inbox %v", m.n, len(fire), c.Inbox)
	}
	var before time.Time
	for _, e := range c.Inbox[len(m.want.Inbox):] {
		i := slices.IndexFunc(fire, func(t storage.TimerSet) bool { return t.ID == e.ID })
		if i < 0 || fire[i].At.Before(before) {
			return fmt.Errorf("step %d: %s was not due, or came too late", m.n, e.ID)
		}
		before = fire[i].At
		m.want.Inbox = append(m.want.Inbox, storage.Inboxed{ID: e.ID, Event: fire[i].Event})
		m.seen[e.ID] = true
		delete(m.timers, fire[i].Key)
		fire = slices.Delete(fire, i, i+1)
	}
	return nil
}

func (m *modelled) erase() error {
	m.want, m.last = storage.Conversation{}, nil
	clear(m.timers)
	return m.store.Erase(m.ctx, m.contact)
}

// inShard is a contact of a shard, other for each n.
func inShard(shard int, n int64) string {
	for i := 0; ; i++ {
		if c := fmt.Sprintf("c%d.%d", n, i); storage.Shard(c) == shard {
			return c
		}
	}
}

// ownAll makes me the owner of every shard.
func (b *bench) ownAll() {
	var all []int
	for s := range storage.Shards {
		all = append(all, s)
	}
	_, err := b.Claim(b.ctx, me, all, time.Hour)
	b.must(err)
}

func model(b *bench) {
	b.ownAll()
	var runs atomic.Int64
	rapid.Check(b.T, func(t *rapid.T) {
		choice := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }
		m := newModelled(b.ctx, b, inShard(5, runs.Add(1)), choice)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			if err := m.step(); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.erase(); err != nil { // leave no timers to the next run
			t.Fatal(err)
		}
	})
}

func writers(b *bench) {
	b.ownAll()
	errs := make(chan error)
	const n = 40
	for i := range n {
		pick := rand.New(rand.NewPCG(uint64(i), rand.Uint64())).IntN
		m := newModelled(b.ctx, b, inShard(i, 0), pick)
		go func() {
			var err error
			for range 60 {
				if err = m.step(); err != nil {
					break
				}
			}
			errs <- err
		}()
	}
	for range n {
		if err := <-errs; err != nil {
			b.Error(err)
		}
	}
}
