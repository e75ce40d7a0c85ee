package storagetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"chungtay/storage"
)

// within calls f until it says true, and fails the test when that takes too long.
func (b *bench) within(what string, f func() bool) {
	b.Helper()
	for !f() {
		if b.ctx.Err() != nil {
			b.Fatalf("%s does not happen", what)
		}
	}
}

func (b *bench) claim(owner string, ttl time.Duration, want ...int) string {
	b.Helper()
	owned, err := b.Claim(b.ctx, owner, want, ttl)
	b.must(err)
	return fmt.Sprint(owned)
}

func leases(b *bench) {
	b.same(b.claim("p1", time.Hour, 0, 1, 2, 63), "[0 1 2 63]")
	b.same(b.claim("p2", time.Hour, 0, 1, 2, 3), "[3]")
	b.same(b.claim("p1", time.Hour, 1, 2, 3), "[1 2]") // its own, renewed
	b.must(b.Release(b.ctx, "p2", []int{0, 3, 9}))     // 0 is not its own
	b.same(b.claim("p2", time.Hour, 0), "[]")
	b.must(b.Release(b.ctx, "p1", []int{0, 1}))
	b.same(b.claim("p2", time.Hour, 0, 1, 2, 3), "[0 1 3]")
	b.same(b.claim("p3", time.Hour), "[]")
	b.must(b.Release(b.ctx, "p1", nil))
}

func leasesEnd(b *bench) {
	const brief = 60 * time.Millisecond
	b.ingest("a", "1")
	shard := storage.Shard("a")
	start := time.Now()
	b.same(b.claim(me, brief, shard), fmt.Sprintf("[%d]", shard))
	b.within("the end of a lease", func() bool { return b.claim("p2", time.Hour, shard) != "[]" })
	if took := time.Since(start); took < brief-5*time.Millisecond {
		b.Errorf("a lease of %v was over after %v", brief, took)
	}
	if err := b.Commit(b.ctx, b.turn("a", "s")); !errors.Is(err, storage.ErrNotOwner) {
		b.Errorf("commit after the lease: %v", err)
	}
	b.same(b.claim(me, time.Hour, shard), "[]")
}

func locks(b *bench) {
	lock := func(name, owner string, ttl time.Duration) bool {
		b.Helper()
		held, err := b.Lock(b.ctx, name, owner, ttl)
		b.must(err)
		return held
	}
	if !lock("poll:{x}", "p1", time.Hour) || lock("poll:{x}", "p2", time.Hour) || !lock("poll:{x}", "p1", time.Hour) {
		b.Error("a lock is not held by exactly the first")
	}
	if !lock("other", "p2", 60*time.Millisecond) {
		b.Error("another lock is not free")
	}
	if lock("poll:{x}", "p2", 0) || lock("poll:{x}", "p2", time.Hour) {
		b.Error("a lock was given up by another")
	}
	if lock("poll:{x}", "p1", 0) || !lock("poll:{x}", "p2", time.Hour) {
		b.Error("a lock that was given up is not free")
	}
	b.within("the end of a lock", func() bool { return lock("other", "p1", time.Hour) })
}

func members(b *bench) {
	count := func() int {
		n, err := b.Members(b.ctx)
		b.must(err)
		return n
	}
	b.same(fmt.Sprint(count()), "0")
	b.claim("p1", time.Hour, 1)
	b.claim("p2", time.Hour)
	b.claim("p2", time.Hour, 1)
	b.same(fmt.Sprint(count()), "2")
	b.claim("p3", 60*time.Millisecond)
	b.within("the end of a member", func() bool { return count() == 2 })
}

func wakes(b *bench) {
	ctx, cancel := context.WithCancel(b.ctx)
	woken, err := b.Wakes(ctx)
	b.must(err)
	shard := storage.Shard("a")
	b.ingest("a", "1") // nobody's
	b.claim(me, time.Hour, shard)
	b.ingest("a", "2") // its own
	b.claim("p2", time.Hour, storage.Shard("b"))
	b.ingest("b", "1")
	b.ingest("b", "1") // known
	b.ingest("b", "2")
	for range 2 {
		select {
		case got := <-woken:
			b.same(got, "b")
		case <-b.ctx.Done():
			b.Fatal("no wake")
		}
	}
	cancel()
	for {
		select {
		case got, open := <-woken:
			if !open {
				return
			}
			b.Errorf("a wake too many: %q", got)
		case <-b.ctx.Done():
			b.Fatal("wakes do not end")
		}
	}
}

// odd are texts that stores may mangle.
var odd = []string{
	"", "\x00", "a\x00b", "\xff\xfe\x80", "Nguyễn Thị Bảy", "a\u0323\u0302", "🎁🇻🇳", "\r\n", "*1\r\n$3", "{tag}", `"\`, "1e3", "-inf", " ",
	strings.Repeat("ợ", 3000),
}

func anyBytes(b *bench) {
	for i, text := range odd {
		contact := "telegram:1:" + text
		b.own(contact)
		bytes := []byte(text)
		_, err := b.Ingest(b.ctx, me, []storage.Arrival{
			{Contact: contact, Address: text, ID: text, Event: bytes},
			{Contact: contact, ID: text + "2", Event: bytes},
		})
		b.must(err)
		c := storage.Commit{
			Contact: contact, Owner: me, Head: text, State: bytes,
			Outbox: []storage.Stored{{ID: text, Out: bytes}, {ID: text + "x", Out: bytes}},
			Timers: []storage.TimerSet{{Key: text, At: time.Unix(1, 0), ID: text + "t", Event: bytes}, {Key: text + "k", At: time.Now().Add(time.Hour)}},
		}
		b.must(b.Commit(b.ctx, c))
		b.must(b.Commit(b.ctx, c))
		b.same(fmt.Sprintf("%q", b.due(contact, time.Now())), fmt.Sprintf("%q", []string{contact}))
		got := b.load(contact)
		b.same(picture(got), picture(storage.Conversation{
			Turn: 1, State: bytes, Address: text,
			Inbox:  []storage.Inboxed{{ID: text + "2", Event: bytes}, {ID: text + "t", Event: bytes}},
			Outbox: c.Outbox,
		}))
		b.must(b.Resolve(b.ctx, contact, text, []storage.Stored{{ID: text + "y", Out: bytes}}))
		if got := b.load(contact).Outbox[0].ID; got != text+"y" {
			b.Errorf("%d: outbox begins with %q", i, got)
		}
		pending, err := b.Pending(b.ctx, storage.Shard(contact))
		b.must(err)
		b.same(fmt.Sprintf("%q", pending), fmt.Sprintf("%q", []string{contact}))
		b.must(b.Erase(b.ctx, contact))
		b.same(picture(b.load(contact)), picture(storage.Conversation{}))
	}
}

func large(b *bench) {
	b.own("a")
	state := strings.Repeat("0123456789abcdef", 512) // 8 KB
	var ids []string
	for i := range 300 {
		ids = append(ids, fmt.Sprint("e", i))
	}
	b.ingest("a", ids...)
	for i := range 100 {
		c := b.turn("a", state)
		for k := range 5 {
			c.Outbox = append(c.Outbox, storage.Stored{ID: fmt.Sprintf("%d/%d", i, k), Out: []byte(state[:1000])})
		}
		b.must(b.Commit(b.ctx, c))
	}
	got := b.load("a")
	if string(got.State) != state || len(got.Inbox) != 200 || len(got.Outbox) != 500 || got.Outbox[499].ID != "99/4" {
		b.Errorf("state of %d, %d in, %d out", len(got.State), len(got.Inbox), len(got.Outbox))
	}
	b.must(b.Resolve(b.ctx, "a", "50/0", entries("x", "y", "z")))
	if got := b.load("a"); len(got.Outbox) != 502 || got.Outbox[252].ID != "z" || got.Outbox[253].ID != "50/1" {
		b.Errorf("%d out, %s, %s", len(got.Outbox), got.Outbox[252].ID, got.Outbox[253].ID)
	}
}

func erase(b *bench) {
	b.own("a", "aa")
	for _, contact := range []string{"a", "aa"} {
		b.ingest(contact, "1", "2", "3")
		c := b.turn(contact, "s", "1/0")
		c.Timers = []storage.TimerSet{{Key: "a", At: time.Unix(1, 0), ID: "t1"}, {Key: "b", At: time.Unix(1, 0), ID: "t2"}}
		b.must(b.Commit(b.ctx, c))
	}
	other := picture(b.load("aa"))
	c := b.turn("a", "late", "2/0")
	b.must(b.Erase(b.ctx, "a"))
	b.must(b.Erase(b.ctx, "a"))
	if err := b.Commit(b.ctx, c); !errors.Is(err, storage.ErrStale) {
		b.Errorf("a turn of before the erasure: %v", err)
	}
	b.same(picture(b.load("a")), picture(storage.Conversation{}))
	b.same(picture(b.load("aa")), other)
	b.same(fmt.Sprint(b.due("a", time.Now())), "[]")
	b.same(fmt.Sprint(b.due("aa", time.Now())), "[aa]")
	got, err := b.Pending(b.ctx, storage.Shard("a"))
	b.must(err)
	b.same(fmt.Sprint(got), "[]")
	b.same(fmt.Sprint(b.ingest("a", "1", "new")), "[false true]")
	b.must(b.Commit(b.ctx, b.turn("a", "again")))
	b.same(picture(b.load("a")), `turn 1 state "again" address "" in out`)
}

func contexts(b *bench) {
	ended, cancel := context.WithCancel(b.ctx)
	cancel()
	b.own("a")
	b.ingest("a", "1")
	before := picture(b.load("a"))
	_, ingest := b.Ingest(ended, me, []storage.Arrival{{Contact: "a", ID: "2"}})
	_, load := b.Load(ended, "a")
	_, due := b.Due(ended, 0, time.Now(), 1)
	_, claim := b.Claim(ended, "p9", []int{9}, time.Hour)
	for name, err := range map[string]error{
		"ingest": ingest, "load": load, "due": due, "claim": claim,
		"commit":  b.Commit(ended, b.turn("a", "s")),
		"resolve": b.Resolve(ended, "a", "x", nil),
		"erase":   b.Erase(ended, "a"),
		"ping":    b.Ping(ended),
	} {
		if !errors.Is(err, context.Canceled) {
			b.Errorf("%s: %v", name, err)
		}
		if errors.Is(err, storage.ErrAway) {
			b.Errorf("%s was not tried, but says it may be done: %v", name, err)
		}
	}
	b.same(picture(b.load("a")), before)
	b.same(b.claim("p2", time.Hour, 9), "[9]")
	b.must(b.Ping(b.ctx))
}

func closed(b *bench) {
	b.own("a")
	b.ingest("a", "1")
	woken, err := b.Wakes(b.ctx)
	b.must(err)
	c := b.turn("a", "s")
	b.must(b.Close())
	select {
	case _, open := <-woken:
		if open {
			b.Error("a wake after Close")
		}
	case <-b.ctx.Done():
		b.Error("wakes do not end with Close")
	}
	if err := b.Commit(b.ctx, c); err == nil {
		b.Error("a commit after Close succeeds")
	}
	if _, err := b.Ingest(b.ctx, me, []storage.Arrival{{Contact: "a", ID: "2"}}); err == nil {
		b.Error("ingest after Close succeeds")
	}
	b.must(b.Close())
}
