package storage_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/storagetest"
)

// clock is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// testSeenFor has a store know an id for 48 hours, however often it comes, and not for ever.
func testSeenFor(t *testing.T, open func(*clock) storage.Conversations) {
	c := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	store := open(c)
	ingest := func(id string) bool {
		t.Helper()
		fresh, err := store.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: id}})
		if err != nil {
			t.Fatal(err)
		}
		return fresh[0]
	}
	if !ingest("1") {
		t.Error("1 is known from the start")
	}
	for range 6 {
		c.add(8*time.Hour - time.Second)
		ingest("other")
		if ingest("1") {
			t.Error("1 is forgotten within 48 hours, at", c.Now())
		}
	}
	c.add(time.Minute)
	for i := range 20 {
		ingest(fmt.Sprint("later", i))
	}
	if !ingest("1") {
		t.Error("1 is known after 48 hours")
	}
	if ingest("1") {
		t.Error("1 is not known again")
	}
}

func TestEmbeddedSeenFor(t *testing.T) {
	t.Parallel()
	testSeenFor(t, func(c *clock) storage.Conversations { return openEmbedded(t, storage.EmbeddedNow(c.Now)) })
}

func TestRedisSeenFor(t *testing.T) {
	t.Parallel()
	url := storagetest.RedisURL(t)
	testSeenFor(t, func(c *clock) storage.Conversations {
		return storagetest.OpenRedis(t, url, storage.RedisOptions{Now: c.Now})
	})
}

func TestEmbeddedInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a folder", "số 1?#%41.db")
	first, err := storage.OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := storage.OpenEmbedded(t.Context(), path); !errors.Is(err, storage.ErrInUse) {
		t.Errorf("a second process: %v", err)
	}
	if _, err := first.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: "1"}}); err != nil {
		t.Error("the first is disturbed by the second:", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	again, err := storage.OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal("after the first is closed:", err)
	}
	defer again.Close()
	for _, name := range []string{path, path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has the mode %v", filepath.Base(name), mode)
		}
	}
	c, err := again.Load(t.Context(), "a")
	if err != nil || len(c.Inbox) != 1 {
		t.Error(c, err)
	}
}

func TestEmbeddedRestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.db")
	var store *storage.Embedded
	var err error
	open := func() {
		t.Helper()
		if store != nil {
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if store, err = storage.OpenEmbedded(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Claim(t.Context(), "p", allShards(), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(what, err)
		}
	}
	open()
	defer func() { store.Close() }()
	shard := storage.Shard("a")
	_, err = store.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: "1"}, {Contact: "a", ID: "2"}})
	check("ingest", err)
	_, err = store.Ready(t.Context(), shard, time.Now().Add(time.Hour), 24*time.Hour, 9)
	check("ready", err)

	open() // the leases of a dead taker are gone
	got, err := store.Ready(t.Context(), shard, time.Now().Add(time.Second), time.Minute, 9)
	if err != nil || fmt.Sprint(got) != "[a]" {
		t.Error(got, err)
	}
	check("commit", store.Commit(t.Context(), storage.Commit{Contact: "a", Owner: "p", Head: "1", State: []byte("s"), Outbox: []storage.Stored{{ID: "x"}, {ID: "y"}}}))
	check("commit", store.Commit(t.Context(), storage.Commit{Contact: "a", Owner: "p", Turn: 1, Head: "2", State: []byte("s2")}))

	open()
	if got, err := store.Ready(t.Context(), shard, time.Now().Add(time.Hour), time.Minute, 9); err != nil || len(got) > 0 {
		t.Error("only an outbox, yet ready:", got, err)
	}
	if got, err := store.Pending(t.Context(), shard); err != nil || fmt.Sprint(got) != "[a]" {
		t.Error(got, err)
	}
	check("resolve", store.Resolve(t.Context(), "a", "x", []storage.Stored{{ID: "x1"}, {ID: "x2"}}))

	open()
	_, err = store.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: "3"}})
	check("ingest", err)
	check("commit", store.Commit(t.Context(), storage.Commit{Contact: "a", Owner: "p", Turn: 2, Head: "3", Outbox: []storage.Stored{{ID: "z"}}}))
	c, err := store.Load(t.Context(), "a")
	check("load", err)
	ids := ""
	for _, e := range c.Outbox {
		ids += e.ID + " "
	}
	if ids != "x1 x2 y z " {
		t.Error("outbox", ids)
	}
}

func TestEmbeddedObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	store := openEmbedded(t, storage.EmbeddedObserve(func(op string, took time.Duration, err error) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprint(op, " ", took >= 0, " ", err != nil))
	}))
	_, _ = store.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: "1"}})
	_ = store.Commit(t.Context(), storage.Commit{Contact: "a", Head: "1"})
	_, _ = store.Load(t.Context(), "a")
	if got := strings.Join(seen, ", "); got != "ingest true false, commit true true, load true false" {
		t.Error(got)
	}
}

// TestEmbeddedBesideImport: another process may write to the same file, in long transactions too. It has to be patient.
func TestEmbeddedBesideImport(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.db")
	store, err := storage.OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE beside (n INTEGER)`); err != nil {
		t.Fatal(err)
	}
	aways := traffic(t, store, 10, 10, func() {
		for range 10 {
			tx, err := db.Begin()
			if err != nil {
				t.Error(err)
				return
			}
			for n := range 300 {
				if _, err := tx.Exec(`INSERT INTO beside VALUES (?)`, n); err != nil {
					t.Error(err)
				}
			}
			if err := tx.Commit(); err != nil {
				t.Error(err)
			}
		}
	})
	if aways > 0 {
		t.Errorf("%d calls failed", aways)
	}
}

// TestEmbeddedKilled runs traffic in a child process and kills it: what it was told is durable is there, and the file is free.
func TestEmbeddedKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.db")
	for round := range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestEmbeddedChild$", "-test.v")
		child.Env = append(os.Environ(), "EMBEDDED_CHILD="+path, fmt.Sprint("EMBEDDED_ROUND=", round))
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		told := map[string]int{} // turns that each contact's caller was told are durable
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			var contact string
			var turn int
			if _, err := fmt.Sscanf(lines.Text(), "durable %s %d", &contact, &turn); err == nil {
				told[contact] = max(told[contact], turn)
			}
			if n == 200 {
				_ = child.Process.Kill()
			}
		}
		_ = child.Wait() // it was killed
		store, err := storage.OpenEmbedded(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if len(told) == 0 {
			t.Error("the child did nothing")
		}
		for contact, turn := range told {
			c, err := store.Load(t.Context(), contact)
			if err != nil {
				t.Fatal(err)
			}
			if c.Turn < uint64(turn) || c.Turn > uint64(turn)+1 {
				t.Errorf("%s is at turn %d, %d was durable", contact, c.Turn, turn)
			}
			if string(c.State) != fmt.Sprint("state ", c.Turn) || len(c.Outbox) != int(c.Turn) || len(c.Inbox) > 1 {
				t.Errorf("%s: turn %d, state %q, %d in, %d out", contact, c.Turn, c.State, len(c.Inbox), len(c.Outbox))
			}
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestEmbeddedChild is the child process of TestEmbeddedKilled.
func TestEmbeddedChild(t *testing.T) {
	path := os.Getenv("EMBEDDED_CHILD")
	if path == "" {
		return
	}
	ctx := context.Background()
	store, err := storage.OpenEmbedded(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Claim(ctx, "p", allShards(), time.Hour); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for i := range 20 {
		contact := fmt.Sprintf("%s.%d", os.Getenv("EMBEDDED_ROUND"), i)
		running.Go(func() {
			for turn := 0; ; turn++ {
				id := fmt.Sprint(turn)
				if _, err := store.Ingest(ctx, "p", []storage.Arrival{{Contact: contact, ID: id}}); err != nil {
					t.Error(err)
					return
				}
				err := store.Commit(ctx, storage.Commit{
					Contact: contact, Owner: "p", Turn: uint64(turn), Head: id,
					State: fmt.Append(nil, "state ", turn+1), Outbox: []storage.Stored{{ID: id}},
				})
				if err != nil {
					t.Error(err)
					return
				}
				fmt.Printf("durable %s %d\n", contact, turn+1)
			}
		})
	}
	running.Wait()
}
