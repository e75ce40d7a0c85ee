package storagetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Postgres makes an empty database for t on the server of DATABASE_URL, or on the usual local one, and returns its address. The
// database is dropped when t ends.
func Postgres(t testing.TB) string {
	t.Helper()
	address := os.Getenv("DATABASE_URL")
	if !strings.HasPrefix(address, "postgres") {
		address = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	server, err := url.Parse(address)
	if err != nil {
		t.Fatal("DATABASE_URL is no address")
	}
	pool, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		missing(t, "no Postgres at 127.0.0.1:5432; start one, or name one by DATABASE_URL")
	}
	var random [6]byte
	rand.Read(random[:])
	name := "chungtay_test_" + hex.EncodeToString(random[:])
	if _, err := pool.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := pool.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		pool.Close()
	})
	server.Path = "/" + name
	return server.String()
}
