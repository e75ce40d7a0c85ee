package storage_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"chungtay/storage"
	"chungtay/storage/storagetest"

	"go.uber.org/goleak"
)

func openEmbedded(t testing.TB, opts ...storage.EmbeddedOption) *storage.Embedded {
	t.Helper()
	store, err := storage.OpenEmbedded(t.Context(), filepath.Join(t.TempDir(), "chungtay.db"), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, func(t *testing.T) storage.Conversations { return openEmbedded(t) })
}

func TestRedis(t *testing.T) {
	t.Parallel()
	url := storagetest.RedisURL(t)
	storagetest.Run(t, func(t *testing.T) storage.Conversations {
		return storagetest.OpenRedis(t, url, storage.RedisOptions{})
	})
}

func TestRedisCluster(t *testing.T) {
	t.Parallel()
	url, _ := storagetest.StartCluster(t)
	storagetest.Run(t, func(t *testing.T) storage.Conversations {
		return storagetest.OpenRedis(t, url, storage.RedisOptions{})
	})
}

// TestCloseLeavesNothing runs alone: it looks at the goroutines that are left.
func TestCloseLeavesNothing(t *testing.T) {
	url := storagetest.RedisURL(t)
	for name, open := range map[string]func() (storage.Conversations, error){
		"embedded": func() (storage.Conversations, error) {
			return storage.OpenEmbedded(t.Context(), filepath.Join(t.TempDir(), "c.db"))
		},
		"redis": func() (storage.Conversations, error) {
			return storage.OpenRedis(t.Context(), url, storage.RedisOptions{Prefix: "test:" + rand.Text() + ":"})
		},
	} {
		before := goleak.IgnoreCurrent()
		store, err := open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Wakes(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := store.Load(t.Context(), "nobody"); err != nil {
			t.Error(err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		if err := goleak.Find(before); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
