package main

import (
	"path/filepath"
	"strings"
	"testing"

	"chungtay/storage"
)

// Books that are right are said to be, with their last hashes; a broken place is named, and the exit code is 1.
func TestVerify(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "c.db")
	environ := []string{"DATABASE_URL=sqlite:" + path}
	r, err := storage.OpenRecords(t.Context(), "sqlite:"+path, storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, environ, "verify"); code != 0 || !strings.Contains(out, "0 entries in 0 books: all is right") {
		t.Errorf("%d %q %q", code, out, errs)
	}
	if _, err := r.Pool().Exec("INSERT INTO books (area, fund, currency, entries, created_at) VALUES ('48/20200', 'vi_ngheo', 'VND', 1, '2026-11-11')"); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, environ, "verify"); code != 1 || !strings.Contains(out, "not right: book vi_ngheo of 48/20200 (VND): 0 entries are there, the book counts 1") || errs != "" {
		t.Errorf("%d %q %q", code, out, errs)
	}
}
