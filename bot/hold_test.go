package bot

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
	"chungtay/storage/storagetest"
)

// TestTurnIsHeldWhileRecordsAreAway: what needs a look-up waits at the head of its inbox and is answered when the records
// are back, in order and told of once; others go on meanwhile, even where one turn is taken at a time.
func TestTurnIsHeldWhileRecordsAreAway(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.TellAfter, o.Turns = time.Nanosecond, 1 })
	b.say("1", "a")
	b.say("2", "a")
	b.wants("1", "said 1: a")
	b.wants("2", "said 1: a")
	b.rec.setAway(storage.ErrAway)
	b.say("1", "ask c/test/1", "b")
	b.wants("1", "said 1: a", "held")
	b.say("2", "b")
	b.wants("2", "said 1: a", "said 2: b")
	if c, err := b.mem.Load(t.Context(), "c/test/1"); err != nil || len(c.Inbox) != 2 || c.Turn != 1 {
		t.Errorf("%d events wait at turn %d, want 2 at 1: %v", len(c.Inbox), c.Turn, err)
	}
	b.rec.setAway(nil)
	b.wants("1", "said 1: a", "held", "found 0", "said 3: b")
}

// TestSomebodyNewIsHeldToo: who a contact is cannot be known either while the records are away.
func TestSomebodyNewIsHeldToo(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.TellAfter = time.Nanosecond })
	b.rec.setAway(storage.ErrAway)
	b.say("1", "a", "b")
	b.wants("1", "held")
	b.rec.setAway(nil)
	b.wants("1", "held", "said 1: a", "said 2: b")
}

// TestHeldIsNotToldWhileASaveWaits: the recorder tells of that, and one word is enough.
func TestHeldIsNotToldWhileASaveWaits(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.TellAfter, o.AskTimeout = time.Nanosecond, 20*time.Millisecond })
	b.say("1", "a")
	b.wants("1", "said 1: a")
	b.rec.setAway(storage.ErrAway)
	b.say("1", "save x", "ask c/test/1")
	b.wants("1", "said 1: a", "waiting")
	if !eventually(func() bool { return b.app.room.waiting() == 1 }) {
		t.Fatal("the look-up is not held")
	}
	b.rec.setAway(nil)
	b.wants("1", "said 1: a", "waiting", "kept x GN-1", "after x", "found 1")
}

// TestHeldBeyondTheRoomAreFoundAgain: of more contacts than the room has space for nothing is kept in memory, and none is
// lost.
func TestHeldBeyondTheRoomAreFoundAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.Warm = 2 })
	b.rec.setAway(storage.ErrAway)
	for chat := range 8 {
		b.say(fmt.Sprint(chat), "a", "b")
	}
	if !eventually(func() bool { return b.app.room.waiting() == 2 && b.app.room.closed() }) {
		t.Fatalf("%d wait in the room", b.app.room.waiting())
	}
	b.rec.setAway(nil)
	for chat := range 8 {
		b.wants(fmt.Sprint(chat), "said 1: a", "said 2: b")
	}
}

// TestPostgresAway takes PostgreSQL away under a turn that looks something up.
func TestPostgresAway(t *testing.T) {
	t.Parallel()
	address := storagetest.Postgres(t)
	proxy := storagetest.NewProxy(t, storagetest.Host(address))
	rec, err := storage.OpenRecords(t.Context(), storagetest.Via(address, proxy), storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	if err := rec.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	conv, err := storage.OpenEmbedded(t.Context(), filepath.Join(t.TempDir(), "chungtay.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conv.Close() })
	b := newBench(t, func(o *Options) { o.Conversations, o.Records, o.TellAfter = conv, rec, time.Nanosecond })
	b.say("1", "a")
	b.wants("1", "said 1: a")
	proxy.Away()
	b.say("1", "ask x", "b")
	b.wants("1", "said 1: a", "held")
	proxy.Back()
	b.wants("1", "said 1: a", "held", "problem "+records.ProblemNotFound, "said 3: b")
}
