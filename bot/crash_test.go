package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"chungtay/storage"
)

// backends are the conversations' stores the crash table is proven on.
func backends(t testing.TB) map[string]func(t testing.TB) storage.Conversations {
	all := map[string]func(t testing.TB) storage.Conversations{
		"memory": func(testing.TB) storage.Conversations { return newMemory() },
		"embedded": func(t testing.TB) storage.Conversations {
			c, err := storage.OpenEmbedded(t.Context(), filepath.Join(t.TempDir(), "c.db"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			return c
		},
	}
	if url := redisURL(t); url != "" {
		all["redis"] = func(t testing.TB) storage.Conversations {
			prefix := "bottest:" + rand.Text() + ":"
			c, err := storage.OpenRedis(t.Context(), url, storage.RedisOptions{Prefix: prefix})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				_ = c.Close()
				forgetRedis(t, url, prefix)
			})
			return c
		}
	}
	return all
}

// redisURL is a Redis that answers: REDIS_URL, or the usual port. CI must have one.
func redisURL(t testing.TB) string {
	url := os.Getenv("REDIS_URL")
	if url == "" {
		url = "redis://127.0.0.1:6379/9"
	}
	c, err := storage.OpenRedis(t.Context(), url, storage.RedisOptions{Prefix: "bottest:"})
	if err == nil {
		_ = c.Close()
		return url
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("no Redis: %v", err)
	}
	return ""
}

// forgetRedis deletes what a test left behind.
func forgetRedis(t testing.TB, url, prefix string) {
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	defer client.Close()
	keys := client.Scan(context.Background(), 0, prefix+"*", 1000).Iterator()
	for keys.Next(context.Background()) {
		client.Unlink(context.Background(), keys.Val())
	}
}

// passings says at which passing of a boundary to kill: later ones where every contact passes it by itself.
var passings = map[string][]int64{
	"ingest.before": {1, 5}, "ingest.after": {1, 5}, "turn.stepped": {1, 5, 20}, "turn.committed": {1, 5, 20}, "save.before": {1, 2}, "save.applied": {1, 2},
	"save.resolved": {1, 5}, "send.before": {1, 5, 20}, "send.sent": {1, 5, 20}, "send.acked": {1, 5, 20}, "timers.due": {1}, "notices.claimed": {1}, "notices.ingested": {1},
}

// TestCrashTable kills the process at every boundary and has another one go on: no reply missing, none out of order,
// no Save lost or doubled, and no reply more than once but one per contact and kill.
func TestCrashTable(t *testing.T) {
	for name, open := range backends(t) {
		for _, point := range slices.Sorted(maps.Keys(passings)) {
			for _, nth := range passings[point] {
				t.Run(fmt.Sprintf("%s/%s/%d", name, point, nth), func(t *testing.T) {
					t.Parallel()
					crash(t, open(t), point, nth)
				})
			}
		}
	}
}

var errKill = errors.New("killed here")

func crash(t *testing.T, conv storage.Conversations, point string, nth int64) {
	const chats = 6
	var hits atomic.Int64
	killed := make(chan struct{})
	var clock clock
	clock.set(time.Now())
	b := newBench(t, func(o *Options) {
		o.Lease, o.Beat, o.Now = 200*time.Millisecond, 30*time.Millisecond, clock.now
		o.Conversations = conv
		o.Bulk = unpaced // a notice that waits for its time is marked, and would be in doubt
		o.Fail = func(p string) error {
			if p == point && hits.Add(1) == nth {
				close(killed)
				return errKill
			}
			return nil
		}
	})
	feed := make(chan struct{})
	go func() {
		defer close(feed)
		for _, text := range []string{"later", "save x", "ask", "two", "save y", "end"} {
			var batch []Update
			for chat := range chats {
				said := text
				if text == "ask" {
					said = fmt.Sprint("ask c/test/", chat)
				}
				batch = append(batch, b.update(fmt.Sprint(chat), said))
			}
			for range 2 { // every update twice
				select {
				case b.wire.poll <- batch:
				case <-t.Context().Done():
					return
				}
			}
			clock.add(20 * time.Minute)
		}
		for chat := range chats {
			id := fmt.Sprint("notice:", chat)
			b.rec.notice(id, fmt.Sprint("c/test/", chat), "news")
		}
	}()
	restarted := make(chan struct{})
	go func() {
		defer close(restarted)
		select {
		case <-killed:
		case <-t.Context().Done():
			return
		case <-time.After(15 * time.Second):
			return
		}
		b.end()
		b.opts.Owner, b.opts.Fail = "second", nil
		b.start()
	}()
	<-feed
	<-restarted
	for chat := range chats {
		var got, bare []string
		ok := eventually(func() bool {
			got = b.wire.texts(fmt.Sprint(chat))
			bare = nil
			for _, s := range got {
				s, _, _ = strings.Cut(s, " GN-")
				if len(bare) == 0 || bare[len(bare)-1] != s {
					bare = append(bare, s)
				}
			}
			return len(bare) >= 10
		})
		// The timer and the notice come whenever they come; everything else in order.
		ordered := slices.DeleteFunc(slices.Clone(bare), func(s string) bool { return s == "fired t" || s == "news" })
		want := []string{"kept x", "after x", "found 1", "said 4: first", "second", "kept y", "after y", "said 6: end"}
		if !ok || !slices.Equal(ordered, want) || !slices.Contains(bare, "fired t") || !slices.Contains(bare, "news") || len(got) > 11 {
			t.Errorf("chat %d was sent\n%q", chat, got)
			break
		}
	}
	if kept := b.rec.kept(""); kept != 2*chats || b.rec.double > 0 {
		t.Errorf("%d saves kept, %d twice; want %d", kept, b.rec.double, 2*chats)
	}
	select {
	case <-killed:
	default:
		t.Errorf("%s was not reached %d times", point, nth)
	}
	if !eventually(func() bool {
		for chat := range chats {
			c, err := conv.Load(context.Background(), fmt.Sprint("c/test/", chat))
			if err != nil || len(c.Inbox)+len(c.Outbox) > 0 {
				return false
			}
		}
		return true
	}) {
		t.Error("something is left undone")
	}
}
