package storage_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/storage"
	"chungtay/storage/storagetest"

	"github.com/redis/go-redis/v9"
)

// benchmarkTurns takes contacts through turns (an event in, a commit with one entry, the entry resolved), each one at a
// time, all at the same time.
func benchmarkTurns(b *testing.B, open func() storage.Conversations) {
	state := []byte(strings.Repeat("s", 700))
	event := []byte(strings.Repeat("e", 400))
	out := []byte(strings.Repeat("o", 300))
	for _, contacts := range []int{1, 64, 400} {
		b.Run(fmt.Sprint("contacts=", contacts), func(b *testing.B) {
			store := open()
			defer store.Close()
			ctx := context.Background()
			var all []int
			for s := range storage.Shards {
				all = append(all, s)
			}
			if _, err := store.Claim(ctx, "p", all, time.Hour); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			var running sync.WaitGroup
			for c := range contacts {
				turns := b.N / contacts
				if c < b.N%contacts {
					turns++
				}
				contact := fmt.Sprintf("telegram:1:%08d", c)
				running.Go(func() {
					for turn := range turns {
						id := fmt.Sprintf("telegram:1:%d.%d", c, turn)
						_, err := store.Ingest(ctx, "p", []storage.Arrival{{Contact: contact, Address: "sealed address of the chat", ID: id, Event: event}})
						if err == nil {
							err = store.Commit(ctx, storage.Commit{
								Contact: contact, Owner: "p", Turn: uint64(turn), Head: id, State: state,
								Outbox: []storage.Stored{{ID: id + "/0", Out: out}},
								Timers: []storage.TimerSet{{Key: "nudge", At: time.Now().Add(time.Hour), ID: id + "/t", Event: out}},
							})
						}
						if err == nil {
							err = store.Resolve(ctx, contact, id+"/0", nil)
						}
						if err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			running.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
		})
	}
}

func BenchmarkTurnsEmbedded(b *testing.B) {
	benchmarkTurns(b, func() storage.Conversations {
		store, err := storage.OpenEmbedded(b.Context(), filepath.Join(b.TempDir(), "chungtay.db"))
		if err != nil {
			b.Fatal(err)
		}
		return store
	})
}

func BenchmarkTurnsRedis(b *testing.B) {
	for _, sync := range []string{"no", "everysec", "always"} {
		b.Run("appendfsync="+sync, func(b *testing.B) {
			server := storagetest.StartRedis(b, "--appendonly", "yes", "--appendfsync", sync)
			benchmarkTurns(b, func() storage.Conversations {
				return storagetest.OpenRedis(b, "redis://"+server.Addr, storage.RedisOptions{})
			})
		})
	}
}

// BenchmarkRedisMemory reports what a contact costs Redis at rest: a state of 700 bytes, an address, a timer, ten seen ids.
func BenchmarkRedisMemory(b *testing.B) {
	server := storagetest.StartRedis(b)
	store := storagetest.OpenRedis(b, "redis://"+server.Addr, storage.RedisOptions{})
	direct := redis.NewClient(&redis.Options{Addr: server.Addr})
	defer direct.Close()
	used := func() float64 {
		info, err := direct.InfoMap(b.Context(), "memory").Result()
		if err != nil {
			b.Fatal(err)
		}
		n, err := strconv.ParseFloat(info["Memory"]["used_memory"], 64)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	if _, err := store.Claim(b.Context(), "p", allShards(), time.Hour); err != nil {
		b.Fatal(err)
	}
	before, contacts := used(), 0
	for b.Loop() {
		const many = 1000
		var running sync.WaitGroup
		for i := range many {
			running.Go(func() { rest(b, store, fmt.Sprintf("telegram:1:%08d", contacts+i)) })
		}
		running.Wait()
		contacts += many
	}
	b.ReportMetric((used()-before)/float64(contacts), "B/contact")
}

// rest takes a contact through ten turns.
func rest(b *testing.B, store storage.Conversations, contact string) {
	for turn := range 10 {
		id := fmt.Sprintf("telegram:1:%s.%d", contact[11:], turn)
		_, err := store.Ingest(b.Context(), "p", []storage.Arrival{{Contact: contact, Address: strings.Repeat("a", 60), ID: id, Event: []byte("{}")}})
		if err == nil {
			err = store.Commit(b.Context(), storage.Commit{
				Contact: contact, Owner: "p", Turn: uint64(turn), Head: id, State: []byte(strings.Repeat("s", 700)),
				Timers: []storage.TimerSet{{Key: "nudge", At: time.Now().Add(time.Hour), ID: id + "/t", Event: []byte(strings.Repeat("e", 200))}},
			})
		}
		if err != nil {
			b.Error(err)
		}
	}
}
