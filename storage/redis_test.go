package storage_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/storagetest"

	"github.com/redis/go-redis/v9"
)

// allShards are all of them, to be claimed.
func allShards() (all []int) {
	for s := range storage.Shards {
		all = append(all, s)
	}
	return all
}

// untilBack repeats a call for as long as the backend is away.
func untilBack(ctx context.Context, away *atomic.Int64, f func() error) error {
	for {
		err := f()
		if !errors.Is(err, storage.ErrAway) || ctx.Err() != nil {
			return err
		}
		away.Add(1)
	}
}

// traffic takes contacts through turns, each contact's caller repeating what fails with ErrAway, while disturb runs, and
// at least turns of them. Afterwards nothing may be missing, doubled or out of order.
func traffic(t *testing.T, store storage.Conversations, contacts, turns int, disturb func()) (aways int64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	own := func() error {
		_, err := store.Claim(ctx, "p", allShards(), time.Hour)
		return err
	}
	if err := own(); err != nil {
		t.Fatal(err)
	}
	var away atomic.Int64
	var disturbed atomic.Bool
	var running sync.WaitGroup
	running.Go(func() {
		defer disturbed.Store(true)
		disturb()
	})
	made := make([]int, contacts)
	for c := range contacts {
		contact := fmt.Sprint("c", c)
		running.Go(func() {
			for turn := 0; turn < turns || !disturbed.Load(); turn++ {
				id := fmt.Sprint(turn)
				err := untilBack(ctx, &away, func() error {
					_, err := store.Ingest(ctx, "p", []storage.Arrival{{Contact: contact, ID: id, Event: []byte(id)}})
					return err
				})
				if err != nil {
					t.Errorf("ingest: %v", err)
					return
				}
				commit := storage.Commit{
					Contact: contact, Owner: "p", Turn: uint64(turn), Head: id, State: []byte(id),
					Outbox: []storage.Stored{{ID: id + "/0"}, {ID: id + "/1"}},
				}
				err = untilBack(ctx, &away, func() error {
					err := store.Commit(ctx, commit)
					if errors.Is(err, storage.ErrNotOwner) { // leases went with the server
						return errors.Join(own(), storage.ErrAway)
					}
					return err
				})
				if err != nil {
					t.Errorf("commit: %v", err)
					return
				}
				if err := untilBack(ctx, &away, func() error { return store.Resolve(ctx, contact, id+"/0", nil) }); err != nil {
					t.Errorf("resolve: %v", err)
					return
				}
				made[c]++
			}
		})
	}
	running.Wait()
	for c := range contacts {
		var got storage.Conversation
		err := untilBack(ctx, &away, func() (err error) {
			got, err = store.Load(ctx, fmt.Sprint("c", c))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var want, ids []string
		for turn := range made[c] {
			want = append(want, fmt.Sprintf("%d/1", turn))
		}
		for _, e := range got.Outbox {
			ids = append(ids, e.ID)
		}
		if got.Turn != uint64(made[c]) || len(got.Inbox) != 0 || !slices.Equal(ids, want) {
			t.Errorf("contact %d after %d turns: turn %d, inbox %v, outbox %v", c, made[c], got.Turn, got.Inbox, ids)
		}
	}
	return away.Load()
}

func TestRedisConnectionsCut(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	proxy := storagetest.NewProxy(t, u.Host)
	u.Host = proxy.Addr()
	store := storagetest.OpenRedis(t, u.String(), storage.RedisOptions{})
	var calls atomic.Int64
	next := func(n int64) { // waits for n more calls
		for until := calls.Load() + n; calls.Load() < until && t.Context().Err() == nil; {
			_ = store.Resolve(t.Context(), "watch", "", nil)
			calls.Add(1)
		}
	}
	aways := traffic(t, store, 40, 20, func() {
		for range 15 {
			next(20)
			proxy.Cut()
		}
		for range 3 {
			next(20)
			proxy.Away()
			if err := store.Ping(t.Context()); !errors.Is(err, storage.ErrAway) {
				t.Errorf("ping of a Redis that is away: %v", err)
			}
			next(20)
			proxy.Back()
		}
	})
	if aways == 0 {
		t.Error("no call failed: the connections were not cut")
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("back, but: %v", err)
	}
}

// TestRedisKilled kills a Redis that syncs always: what it acknowledged is there when it starts again.
func TestRedisKilled(t *testing.T) {
	t.Parallel()
	server := storagetest.StartRedis(t, "--appendonly", "yes", "--appendfsync", "always")
	store := storagetest.OpenRedis(t, "redis://"+server.Addr, storage.RedisOptions{})
	if got := store.Durability(t.Context()); got != "always" {
		t.Errorf("durability %q", got)
	}
	aways := traffic(t, store, 20, 10, func() {
		for range 3 {
			for range 30 {
				_ = store.Resolve(t.Context(), "watch", "", nil)
			}
			server.Kill()
			server.Start(t)
		}
	})
	if aways == 0 {
		t.Error("no call failed: the server was not killed")
	}
}

// TestRedisClusterMasterKilled: while a master of a cluster is gone its contacts wait; none loses anything.
func TestRedisClusterMasterKilled(t *testing.T) {
	t.Parallel()
	url, servers := storagetest.StartCluster(t, "--appendonly", "yes", "--appendfsync", "always")
	store := storagetest.OpenRedis(t, url, storage.RedisOptions{})
	aways := traffic(t, store, 30, 10, func() {
		for _, s := range servers {
			for range 10 {
				_ = store.Resolve(t.Context(), "watch", "", nil)
			}
			s.Kill()
			for n := 0; n < 2 && t.Context().Err() == nil; {
				if _, err := store.Claim(t.Context(), "q", allShards(), time.Hour); errors.Is(err, storage.ErrAway) {
					n++
				}
			}
			s.Start(t)
		}
	})
	if aways == 0 {
		t.Error("no call failed: no master was killed")
	}
}

func TestRedisWakesAfterCut(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	proxy := storagetest.NewProxy(t, u.Host)
	u.Host = proxy.Addr()
	store := storagetest.OpenRedis(t, u.String(), storage.RedisOptions{})
	woken, err := store.Wakes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Claim(t.Context(), "p2", allShards(), time.Hour); err != nil {
		t.Fatal(err)
	}
	proxy.Cut()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for i := 0; ; i++ { // wakes are lost until the subscription is back
		_, err := store.Ingest(ctx, "p1", []storage.Arrival{{Contact: "a", ID: fmt.Sprint(i)}})
		if err != nil && !errors.Is(err, storage.ErrAway) {
			t.Fatal(err)
		}
		select {
		case got := <-woken:
			if got != "a" {
				t.Errorf("woken %q", got)
			}
			return
		default:
		}
	}
}

// TestRedisForgetsScripts: a server that was restarted or failed over has none of the scripts.
func TestRedisForgetsScripts(t *testing.T) {
	t.Parallel()
	server := storagetest.StartRedis(t)
	store := storagetest.OpenRedis(t, "redis://"+server.Addr, storage.RedisOptions{})
	direct := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer direct.Close()
	aways := traffic(t, store, 10, 20, func() {
		for range 20 {
			if err := direct.ScriptFlush(t.Context()).Err(); err != nil {
				t.Error(err)
			}
		}
	})
	if aways > 0 {
		t.Errorf("%d calls failed", aways)
	}
}

func TestRedisUnfit(t *testing.T) {
	t.Parallel()
	server := storagetest.StartRedis(t, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	direct := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer direct.Close()
	set := func(args ...any) {
		t.Helper()
		if err := direct.Do(t.Context(), args...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := storage.OpenRedis(t.Context(), "redis://"+server.Addr, storage.RedisOptions{})
	if !errors.Is(err, storage.ErrUnfit) || !strings.Contains(err.Error(), "allkeys-lru") {
		t.Errorf("an evicting Redis: %v", err)
	}
	set("config", "set", "maxmemory-policy", "noeviction")
	store := storagetest.OpenRedis(t, "redis://"+server.Addr, storage.RedisOptions{})
	set("config", "set", "maxmemory-policy", "volatile-ttl")
	if err := store.Ping(t.Context()); !errors.Is(err, storage.ErrUnfit) {
		t.Errorf("it evicts from now on: %v", err)
	}
	set("config", "set", "maxmemory-policy", "noeviction")
	if err := store.Ping(t.Context()); err != nil {
		t.Error(err)
	}

	set("config", "set", "maxmemory", "1")
	if err := store.Ping(t.Context()); !errors.Is(err, storage.ErrAway) {
		t.Errorf("ping of a full Redis: %v", err)
	}
	if _, err := store.Ingest(t.Context(), "p", []storage.Arrival{{Contact: "a", ID: "1"}}); !errors.Is(err, storage.ErrAway) {
		t.Errorf("ingest into a full Redis: %v", err)
	}
	set("config", "set", "maxmemory", "0")

	for _, step := range []struct{ aof, sync, want string }{
		{"no", "always", "off"}, {"yes", "always", "always"}, {"yes", "everysec", "everysec"}, {"yes", "no", "no"},
	} {
		set("config", "set", "appendonly", step.aof)
		set("config", "set", "appendfsync", step.sync)
		if got := store.Durability(t.Context()); got != step.want {
			t.Errorf("appendonly %s, appendfsync %s is %q, want %q", step.aof, step.sync, got, step.want)
		}
	}

	set("replicaof", "127.0.0.1", "1")
	if err := store.Ping(t.Context()); !errors.Is(err, storage.ErrAway) {
		t.Errorf("ping of a replica: %v", err)
	}
	if err := store.Erase(t.Context(), "a"); !errors.Is(err, storage.ErrAway) {
		t.Errorf("erase on a replica: %v", err)
	}
	set("replicaof", "no", "one")
}

func TestRedisAddress(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	for _, address := range []string{
		"", "localhost:6379", "http://" + secret + "@x", "redis://:" + secret + "@127.0.0.1:x", "redis://:" + secret + "@%zz",
		"redis://:" + secret + "@127.0.0.1:1/x", "redis://:" + secret + "@127.0.0.1:1,127.0.0.1:x", "redis://:" + secret + "@127.0.0.1:1?no=" + secret,
		"redis://:" + secret + "@127.0.0.1:1", "redis://:" + secret + "@127.0.0.1:1,127.0.0.1:2", "rediss://:" + secret + "@127.0.0.1:1",
	} {
		_, err := storage.OpenRedis(t.Context(), address, storage.RedisOptions{})
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: %v", address, err)
		}
		if away := strings.HasSuffix(address, ":1") || strings.HasSuffix(address, ":2"); errors.Is(err, storage.ErrAway) != away {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := storage.OpenRedis(t.Context(), "redis://127.0.0.1:1", storage.RedisOptions{Prefix: "a{b}"}); err == nil || errors.Is(err, storage.ErrAway) {
		t.Errorf("a prefix that moves the tag: %v", err)
	}
	server := storagetest.StartRedis(t, "--requirepass", secret)
	_, err := storage.OpenRedis(t.Context(), "redis://:wrong"+secret+"@"+server.Addr, storage.RedisOptions{})
	if err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a wrong password: %v", err)
	}
	store := storagetest.OpenRedis(t, "redis://:"+secret+"@"+server.Addr+"/3", storage.RedisOptions{})
	if err := store.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	two := "redis://:" + secret + "@" + server.Addr + "," + server.Addr
	if _, err := storage.OpenRedis(t.Context(), two, storage.RedisOptions{}); !errors.Is(err, storage.ErrUnfit) {
		t.Errorf("several addresses without a cluster: %v", err)
	}
	cluster, _ := storagetest.StartCluster(t)
	if _, err := storage.OpenRedis(t.Context(), cluster+"/1", storage.RedisOptions{}); !errors.Is(err, storage.ErrUnfit) {
		t.Errorf("a database of a cluster: %v", err)
	}
	one, _, _ := strings.Cut(cluster, ",") // one node tells of the others
	many, err := storage.OpenRedis(t.Context(), one, storage.RedisOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer many.Close()
	for i := range 100 {
		if _, err := many.Ingest(t.Context(), "p", []storage.Arrival{{Contact: fmt.Sprint(i), ID: "1"}}); err != nil {
			t.Fatal(err)
		}
	}
}
