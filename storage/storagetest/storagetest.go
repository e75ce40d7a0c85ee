// Package storagetest holds the suite that every conversations' store passes, and what tests of stores need: Redis
// servers, and a proxy that cuts connections.
package storagetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chungtay/storage"
)

// patience ends a test that waits for something that does not come.
const patience = 30 * time.Second

// Run tests a store. open gives an empty one, that is closed with t. Its clock is the real one.
func Run(t *testing.T, open func(t *testing.T) storage.Conversations) {
	for _, test := range []struct {
		name string
		run  func(*bench)
	}{
		{"new contact", newContact},
		{"order and dedupe", order},
		{"dedupe is per contact", dedupePerContact},
		{"address", address},
		{"commit", commit},
		{"stale commits change nothing", stale},
		{"commit not by the owner", notOwner},
		{"commit repeated", commitRepeated},
		{"one of many commits wins", oneWins},
		{"resolve", resolve},
		{"ready and lease", ready},
		{"pending", pending},
		{"timers", timers},
		{"due twice at once", dueAtOnce},
		{"leases", leases},
		{"leases end", leasesEnd},
		{"locks", locks},
		{"members", members},
		{"wakes", wakes},
		{"bytes come back as they were", anyBytes},
		{"large", large},
		{"erase", erase},
		{"context", contexts},
		{"closed", closed},
		{"model", model},
		{"model under 40 writers", writers},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			test.run(&bench{T: t, ctx: ctx, Conversations: open(t)})
		})
	}
}

// bench is a store under test. Its short methods fail the test on an error.
type bench struct {
	*testing.T
	storage.Conversations
	ctx context.Context
}

// me is the process that owns what own was told to.
const me = "process-1"

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) own(contacts ...string) {
	b.Helper()
	want := []int{}
	for _, c := range contacts {
		want = append(want, storage.Shard(c))
	}
	owned, err := b.Claim(b.ctx, me, want, time.Hour)
	b.must(err)
	if len(owned) != len(want) {
		b.Fatalf("claimed %v of %v", owned, want)
	}
}

func (b *bench) ingest(contact string, ids ...string) []bool {
	b.Helper()
	var batch []storage.Arrival
	for _, id := range ids {
		batch = append(batch, storage.Arrival{Contact: contact, ID: id, Event: []byte("event " + id)})
	}
	fresh, err := b.Ingest(b.ctx, me, batch)
	b.must(err)
	return fresh
}

func (b *bench) load(contact string) storage.Conversation {
	b.Helper()
	c, err := b.Load(b.ctx, contact)
	b.must(err)
	return c
}

// turn is a commit of the contact's head as it is now.
func (b *bench) turn(contact, state string, outbox ...string) storage.Commit {
	b.Helper()
	c := b.load(contact)
	if len(c.Inbox) == 0 {
		b.Fatalf("%q has no event", contact)
	}
	return storage.Commit{Contact: contact, Owner: me, Turn: c.Turn, Head: c.Inbox[0].ID, State: []byte(state), Outbox: entries(outbox...)}
}

func entries(ids ...string) (all []storage.Stored) {
	for _, id := range ids {
		all = append(all, storage.Stored{ID: id, Out: []byte("out " + id)})
	}
	return all
}

// picture is a conversation as a line to compare.
func picture(c storage.Conversation) string {
	var s strings.Builder
	fmt.Fprintf(&s, "turn %d state %q address %q in", c.Turn, c.State, c.Address)
	for _, e := range c.Inbox {
		fmt.Fprintf(&s, " %s=%q", e.ID, e.Event)
	}
	s.WriteString(" out")
	for _, e := range c.Outbox {
		fmt.Fprintf(&s, " %s=%q", e.ID, e.Out)
	}
	return s.String()
}

func (b *bench) same(got, want string) {
	b.Helper()
	if got != want {
		b.Errorf("got  %s\nwant %s", got, want)
	}
}

func newContact(b *bench) {
	b.same(picture(b.load("nobody")), picture(storage.Conversation{}))
	if c := b.load("nobody"); c.State != nil || c.Inbox != nil || c.Outbox != nil {
		b.Errorf("%#v is not zero", c)
	}
	b.must(b.Resolve(b.ctx, "nobody", "x", entries("y")))
	b.same(picture(b.load("nobody")), picture(storage.Conversation{}))
	fresh, err := b.Ingest(b.ctx, me, nil)
	if err != nil || len(fresh) != 0 {
		b.Error(fresh, err)
	}
}

func order(b *bench) {
	b.same(fmt.Sprint(b.ingest("a", "1", "2", "1", "3")), "[true true false true]")
	b.same(fmt.Sprint(b.ingest("a", "3", "4")), "[false true]")
	b.same(picture(b.load("a")), `turn 0 state "" address "" in 1="event 1" 2="event 2" 3="event 3" 4="event 4" out`)

	var batch []storage.Arrival // many contacts of many shards, several events each, mixed
	want := map[string]string{}
	for i := range 400 {
		contact, id := fmt.Sprintf("c%d", i%90), fmt.Sprint(i)
		batch = append(batch, storage.Arrival{Contact: contact, ID: id})
		want[contact] += " " + id
	}
	fresh, err := b.Ingest(b.ctx, me, batch)
	b.must(err)
	if slices.Contains(fresh, false) {
		b.Error("a new event was taken for a known one")
	}
	for contact, ids := range want {
		got := ""
		for _, e := range b.load(contact).Inbox {
			got += " " + e.ID
		}
		b.same(got, ids)
	}
	fresh, err = b.Ingest(b.ctx, me, batch)
	b.must(err)
	if slices.Contains(fresh, true) {
		b.Error("a known event was taken for a new one")
	}

	b.own("a") // known after it was consumed, too
	b.must(b.Commit(b.ctx, b.turn("a", "s")))
	b.same(fmt.Sprint(b.ingest("a", "1")), "[false]")
}

func dedupePerContact(b *bench) {
	for i := range 100 {
		b.same(fmt.Sprint(b.ingest(fmt.Sprint("c", i), "same")), "[true]")
	}
}

func address(b *bench) {
	put := func(id, address string) {
		_, err := b.Ingest(b.ctx, me, []storage.Arrival{{Contact: "a", Address: address, ID: id}})
		b.must(err)
	}
	put("1", "first")
	put("2", "")
	b.same(b.load("a").Address, "first")
	put("3", "second")
	b.own("a")
	b.must(b.Commit(b.ctx, b.turn("a", "s")))
	b.same(b.load("a").Address, "second")
}

func commit(b *bench) {
	b.own("a")
	b.ingest("a", "1", "2")
	b.must(b.Commit(b.ctx, b.turn("a", "one", "1/0", "1/1")))
	b.same(picture(b.load("a")), `turn 1 state "one" address "" in 2="event 2" out 1/0="out 1/0" 1/1="out 1/1"`)
	b.must(b.Commit(b.ctx, b.turn("a", "two")))
	b.same(picture(b.load("a")), `turn 2 state "two" address "" in out 1/0="out 1/0" 1/1="out 1/1"`)
	b.ingest("a", "3")
	b.must(b.Commit(b.ctx, b.turn("a", "three", "3/0")))
	b.same(picture(b.load("a")), `turn 3 state "three" address "" in out 1/0="out 1/0" 1/1="out 1/1" 3/0="out 3/0"`)
}

func stale(b *bench) {
	b.own("a")
	b.ingest("a", "1", "2", "3")
	b.must(b.Commit(b.ctx, b.turn("a", "one", "1/0")))
	before := picture(b.load("a"))
	for name, change := range map[string]func(*storage.Commit){
		"turn behind":       func(c *storage.Commit) { c.Turn = 0 },
		"turn ahead":        func(c *storage.Commit) { c.Turn = 2 },
		"not the head":      func(c *storage.Commit) { c.Head = "3" },
		"consumed already":  func(c *storage.Commit) { c.Turn, c.Head = 0, "1" },
		"no such event":     func(c *storage.Commit) { c.Head = "9" },
		"no event":          func(c *storage.Commit) { c.Head = "" },
		"of another person": func(c *storage.Commit) { c.Contact = "other" },
	} {
		c := b.turn("a", "bad", "bad/0")
		c.Timers = []storage.TimerSet{{Key: "bad", At: time.Unix(1, 0), ID: "bad", Event: []byte("bad")}}
		change(&c)
		b.own(c.Contact)
		if err := b.Commit(b.ctx, c); !errors.Is(err, storage.ErrStale) {
			b.Errorf("%s: %v", name, err)
		}
		b.same(picture(b.load("a")), before)
		b.same(picture(b.load("other")), picture(storage.Conversation{}))
	}
	if due := b.due("a", time.Now()); len(due) > 0 {
		b.Error("a refused commit set a timer")
	}
}

func notOwner(b *bench) {
	b.ingest("a", "1")
	shard := []int{storage.Shard("a")}
	before := picture(b.load("a"))
	refused := func(when string) {
		b.Helper()
		if err := b.Commit(b.ctx, b.turn("a", "bad", "bad/0")); !errors.Is(err, storage.ErrNotOwner) {
			b.Errorf("%s: %v", when, err)
		}
		b.same(picture(b.load("a")), before)
	}
	refused("nobody owns it")
	_, err := b.Claim(b.ctx, "process-2", shard, time.Hour)
	b.must(err)
	refused("another owns it")
	b.must(b.Release(b.ctx, "process-2", shard))
	refused("given up")
	b.own("a")
	b.must(b.Commit(b.ctx, b.turn("a", "good")))
}

func commitRepeated(b *bench) {
	b.own("a")
	b.ingest("a", "1", "2")
	at := time.Now().Add(time.Hour)
	c := b.turn("a", "one", "1/0")
	c.Timers = []storage.TimerSet{{Key: "nudge", At: at, ID: "t1", Event: []byte("t")}}
	b.must(b.Commit(b.ctx, c))
	after := picture(b.load("a"))
	b.must(b.Commit(b.ctx, c))
	b.same(picture(b.load("a")), after)

	other := c
	other.State = []byte("other")
	if err := b.Commit(b.ctx, other); !errors.Is(err, storage.ErrStale) {
		b.Errorf("another outcome of the same event: %v", err)
	}
	other = c
	other.Owner = "process-2"
	if err := b.Commit(b.ctx, other); err == nil {
		b.Error("the same commit by another process succeeds")
	}
	b.same(picture(b.load("a")), after)

	b.must(b.Commit(b.ctx, b.turn("a", "two")))
	if err := b.Commit(b.ctx, c); !errors.Is(err, storage.ErrStale) {
		b.Errorf("repeated after the next turn: %v", err)
	}
}

func oneWins(b *bench) {
	b.own("a")
	b.ingest("a", "1", "2", "3", "4", "5")
	for range 5 {
		const n = 30
		base := b.turn("a", "")
		errs := make(chan error, n)
		for i := range n {
			c := base
			c.State = fmt.Append(nil, "by ", i)
			c.Outbox = entries(fmt.Sprintf("%s/%d", c.Head, i))
			go func() { errs <- b.Commit(b.ctx, c) }()
		}
		won := 0
		for range n {
			switch err := <-errs; {
			case err == nil:
				won++
			case !errors.Is(err, storage.ErrStale):
				b.Error(err)
			}
		}
		if won != 1 {
			b.Errorf("%d commits of one turn won", won)
		}
	}
	c := b.load("a")
	if c.Turn != 5 || len(c.Inbox) != 0 || len(c.Outbox) != 5 {
		b.Error(picture(c))
	}
}

func resolve(b *bench) {
	b.own("a")
	b.ingest("a", "1")
	b.must(b.Commit(b.ctx, b.turn("a", "s", "a", "b", "c", "d")))
	outbox := func() string {
		s := ""
		for _, e := range b.load("a").Outbox {
			if !bytes.HasPrefix(e.Out, []byte("out "+e.ID)) {
				b.Errorf("%s has the body %q", e.ID, e.Out)
			}
			s += e.ID + " "
		}
		return s
	}
	for _, step := range []struct{ id, with, want string }{
		{"c", "c1 c2 c3", "a b c1 c2 c3 d "},
		{"c", "x y", "a b c1 c2 c3 d "},
		{"a", "a1", "a1 b c1 c2 c3 d "},
		{"b", "", "a1 c1 c2 c3 d "},
		{"a1", "a2 a3", "a2 a3 c1 c2 c3 d "},
		{"d", "d1", "a2 a3 c1 c2 c3 d1 "},
		{"d1", "", "a2 a3 c1 c2 c3 "},
		{"a2", "", "a3 c1 c2 c3 "},
		{"c3", "e f", "a3 c1 c2 e f "},
		{"out a3", "", "a3 c1 c2 e f "},
	} {
		b.must(b.Resolve(b.ctx, "a", step.id, entries(strings.Fields(step.with)...)))
		b.same(outbox(), step.want)
	}
	for _, id := range []string{"a3", "c2", "c1", "f", "e"} {
		b.must(b.Resolve(b.ctx, "a", id, nil))
	}
	b.same(picture(b.load("a")), `turn 1 state "s" address "" in out`)
}

func (b *bench) ready(contact string, now time.Time, lease time.Duration) []string {
	b.Helper()
	got, err := b.Ready(b.ctx, storage.Shard(contact), now, lease, 100)
	b.must(err)
	slices.Sort(got)
	return got
}

func ready(b *bench) {
	b.own("a")
	start := time.Now()
	if got := b.ready("a", start.Add(time.Hour), time.Minute); len(got) > 0 {
		b.Error("ready with nothing to do:", got)
	}
	b.ingest("a", "1", "2")
	b.same(fmt.Sprint(b.ready("a", start, time.Minute)), "[]") // within its grace
	later := time.Now().Add(storage.ReadyGrace)
	b.same(fmt.Sprint(b.ready("a", later, time.Minute)), "[a]")
	b.same(fmt.Sprint(b.ready("a", later.Add(time.Minute-time.Millisecond), time.Minute)), "[]")
	b.same(fmt.Sprint(b.ready("a", later.Add(time.Minute+time.Millisecond), time.Minute)), "[a]") // the taker died

	b.must(b.Commit(b.ctx, b.turn("a", "one", "1/0"))) // one event left
	b.same(fmt.Sprint(b.ready("a", time.Now(), time.Minute)), "[]")
	b.same(fmt.Sprint(b.ready("a", time.Now().Add(storage.ReadyGrace), time.Hour)), "[a]")
	b.ingest("a", "3") // leased for an hour, yet a new event is not left behind a dead taker
	b.same(fmt.Sprint(b.ready("a", time.Now().Add(storage.ReadyGrace), time.Hour)), "[a]")
	b.must(b.Commit(b.ctx, b.turn("a", "two")))
	b.must(b.Commit(b.ctx, b.turn("a", "three")))
	b.same(fmt.Sprint(b.ready("a", time.Now().Add(1000*time.Hour), time.Hour)), "[]") // only an outbox
	b.must(b.Resolve(b.ctx, "a", "1/0", nil))
	b.ingest("a", "4")
	b.same(fmt.Sprint(b.ready("a", time.Now().Add(storage.ReadyGrace), time.Hour)), "[a]")

	b.own("busy") // a stream of events does not put off what waits
	b.ingest("busy", "1")
	now := time.Now()
	for n := 2; time.Since(now) < 20*time.Millisecond; n++ {
		b.ingest("busy", fmt.Sprint(n))
	}
	b.same(fmt.Sprint(b.ready("busy", now.Add(storage.ReadyGrace), time.Hour)), "[busy]")

	var all []string // no more than asked for, and each once
	for i := 0; len(all) < 25; i++ {
		if c := fmt.Sprint("r", i); storage.Shard(c) == 7 {
			all = append(all, c)
			b.ingest(c, "1")
		}
	}
	now = time.Now().Add(storage.ReadyGrace)
	var got []string
	for {
		some, err := b.Ready(b.ctx, 7, now, time.Hour, 10)
		b.must(err)
		if len(some) > 10 {
			b.Errorf("%d contacts where 10 were asked for", len(some))
		}
		if len(some) == 0 {
			break
		}
		got = append(got, some...)
	}
	slices.Sort(all)
	slices.Sort(got)
	if !slices.Equal(got, all) {
		b.Errorf("got %v\nwant %v", got, all)
	}
	if got, err := b.Ready(b.ctx, 7, now.Add(2*time.Hour), time.Hour, 0); err != nil || len(got) > 0 {
		b.Error("none were asked for:", got, err)
	}
}

func pending(b *bench) {
	shard := storage.Shard("a")
	is := func(want string) {
		b.Helper()
		got, err := b.Pending(b.ctx, shard)
		b.must(err)
		b.same(fmt.Sprint(got), want)
	}
	b.own("a")
	is("[]")
	b.ingest("a", "1", "2")
	is("[a]")
	b.must(b.Commit(b.ctx, b.turn("a", "s", "1/0", "1/1")))
	is("[a]")
	b.must(b.Commit(b.ctx, b.turn("a", "s")))
	is("[a]") // an outbox
	b.ready("a", time.Now().Add(time.Hour), time.Hour)
	b.must(b.Resolve(b.ctx, "a", "1/0", entries("kept")))
	b.must(b.Resolve(b.ctx, "a", "1/1", nil))
	is("[a]")
	b.must(b.Resolve(b.ctx, "a", "kept", nil))
	is("[]")
	b.ingest("a", "3")
	b.must(b.Commit(b.ctx, b.turn("a", "s")))
	is("[]")
	b.ingest("a", "4", "5")
	b.must(b.Commit(b.ctx, b.turn("a", "s", "4/0")))
	b.must(b.Resolve(b.ctx, "a", "4/0", nil))
	is("[a]") // an inbox
	b.must(b.Commit(b.ctx, b.turn("a", "s")))
	is("[]")
}

func (b *bench) due(contact string, now time.Time) []string {
	b.Helper()
	got, err := b.Due(b.ctx, storage.Shard(contact), now, 100)
	b.must(err)
	return got
}

func timers(b *bench) {
	b.own("a")
	start := time.Now()
	n := 0
	set := func(timers ...storage.TimerSet) {
		b.Helper()
		n++
		b.ingest("a", fmt.Sprint("e", n))
		c := b.turn("a", "s")
		c.Timers = timers
		b.must(b.Commit(b.ctx, c))
	}
	timer := func(key, id string, after time.Duration) storage.TimerSet {
		return storage.TimerSet{Key: key, At: start.Add(after), ID: id, Event: []byte("fired " + id)}
	}
	next := func() string {
		b.Helper()
		at, err := b.NextDue(b.ctx)
		b.must(err)
		if at.IsZero() {
			return "none"
		}
		return at.Sub(start).Round(time.Second).String()
	}
	b.same(next(), "none")
	set(timer("nudge", "n1", time.Minute), timer("expire", "x1", time.Hour), timer("odd:\x00đ", "o1", 2*time.Hour))
	b.same(next(), "1m0s")
	b.same(fmt.Sprint(b.due("a", start.Add(time.Minute-time.Microsecond))), "[]")
	set(timer("nudge", "n2", 3*time.Minute)) // replaces n1
	b.same(next(), "3m0s")
	b.same(fmt.Sprint(b.due("a", start.Add(2*time.Minute))), "[]")
	b.same(fmt.Sprint(b.due("a", start.Add(4*time.Minute))), "[a]")
	b.same(fmt.Sprint(b.due("a", start.Add(4*time.Minute))), "[]") // not twice
	b.same(next(), "1h0m0s")
	b.same(picture(b.load("a")), `turn 2 state "s" address "" in n2="fired n2" out`)
	b.same(fmt.Sprint(b.ready("a", time.Now().Add(storage.ReadyGrace), time.Hour)), "[a]")

	b.must(b.Commit(b.ctx, b.turn("a", "s"))) // consumes n2
	set(storage.TimerSet{Key: "expire"}, storage.TimerSet{Key: "never was"}, timer("again", "n2", 5*time.Minute))
	b.same(fmt.Sprint(b.due("a", start.Add(time.Hour+time.Minute))), "[]") // expire is gone, and n2 was seen
	b.same(fmt.Sprint(b.due("a", start.Add(3*time.Hour))), "[a]")
	b.same(picture(b.load("a")), `turn 4 state "s" address "" in o1="fired o1" out`)

	var all []string // in order, no more than asked for
	set2 := []storage.TimerSet{}
	for i := range 30 {
		all = append(all, fmt.Sprint("m", i))
		set2 = append(set2, timer(fmt.Sprint("k", i), all[i], time.Duration(i)*time.Second))
	}
	slices.Reverse(set2)
	b.must(b.Commit(b.ctx, b.turn("a", "s"))) // consumes o1
	set(set2...)
	for range 3 {
		got, err := b.Due(b.ctx, storage.Shard("a"), start.Add(time.Hour), 10)
		b.must(err)
		b.same(fmt.Sprint(got), "[a]")
	}
	b.same(fmt.Sprint(b.due("a", start.Add(time.Hour))), "[]")
	var got []string
	for _, e := range b.load("a").Inbox {
		got = append(got, e.ID)
	}
	b.same(fmt.Sprint(got), fmt.Sprint(all))
}

// dueAtOnce has several processes look for due timers at the same time: each fires once.
func dueAtOnce(b *bench) {
	b.own("a")
	b.ingest("a", "1")
	c := b.turn("a", "s")
	const n = 60
	for i := range n {
		c.Timers = append(c.Timers, storage.TimerSet{Key: fmt.Sprint(i), At: time.Unix(int64(i), 0), ID: fmt.Sprint("t", i)})
	}
	b.must(b.Commit(b.ctx, c))
	errs := make(chan error)
	for range 8 {
		go func() {
			for {
				got, err := b.Due(b.ctx, storage.Shard("a"), time.Now(), 7)
				if err != nil || len(got) == 0 {
					errs <- err
					return
				}
			}
		}()
	}
	for range 8 {
		b.must(<-errs)
	}
	for len(b.due("a", time.Now())) > 0 {
	}
	seen := map[string]bool{}
	for _, e := range b.load("a").Inbox {
		seen[e.ID] = true
	}
	if got := len(b.load("a").Inbox); got != n || len(seen) != n {
		b.Errorf("%d events of %d timers, %d different", got, n, len(seen))
	}
}
