package storage_test

import (
	"path/filepath"
	"testing"

	"chungtay/storage"
	"chungtay/storage/storagetest"
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
