package storage

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/storage/records"
)

// A file link opens once, with its code, for one browser, until it ends; nothing of it can be read in the database.
func testFileLinks(t *testing.T, w *world) {
	ctx := t.Context()
	token, code, err := w.MakeFileLink(ctx, "sổ của bà Lan")
	must(t, err)
	if len(token) != 22 || len(code) != 6 {
		t.Fatalf("%q %q", token, code)
	}
	must(t, w.FileLink(ctx, token))
	if n := w.count(t, "SELECT count(*) FROM file_links WHERE token_hash = ? OR code_hash = ? OR content LIKE '%Lan%'", token, code); n != 0 {
		t.Error("token, code or content are kept as they are")
	}
	if _, err := w.FileLinkContent(ctx, token, ""); !errors.Is(err, ErrNoLink) {
		t.Errorf("before the code: %v", err)
	}
	if _, left, err := w.OpenFileLink(ctx, token, "x"+code[1:]); !errors.Is(err, ErrWrongCode) || left != records.FileLinkTries-1 {
		t.Errorf("a wrong code: %d, %v", left, err)
	}
	var opened atomic.Int32
	var pass string
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if p, _, err := w.OpenFileLink(ctx, token, code); err == nil {
				opened.Add(1)
				pass = p
			}
		})
	}
	group.Wait()
	if opened.Load() != 1 {
		t.Fatalf("opened %d times", opened.Load())
	}
	if content, err := w.FileLinkContent(ctx, token, pass); err != nil || content != "sổ của bà Lan" {
		t.Errorf("%q, %v", content, err)
	}
	for _, bad := range []string{"", "x", pass + "x"} {
		if _, err := w.FileLinkContent(ctx, token, bad); !errors.Is(err, ErrNoLink) {
			t.Errorf("pass %q: %v", bad, err)
		}
	}
	if err := w.FileLink(ctx, token); !errors.Is(err, ErrLinkUsed) {
		t.Errorf("after it was opened: %v", err)
	}

	guessed, right, err := w.MakeFileLink(ctx, "a")
	must(t, err)
	for range records.FileLinkTries {
		_, _, _ = w.OpenFileLink(ctx, guessed, "x")
	}
	if _, _, err := w.OpenFileLink(ctx, guessed, right); !errors.Is(err, ErrLinkUsed) {
		t.Errorf("after five guesses: %v", err)
	}
	if _, _, err := w.OpenFileLink(ctx, "x", right); !errors.Is(err, ErrNoLink) {
		t.Errorf("no such token: %v", err)
	}

	w.pass(records.FileLinkLife)
	if _, err := w.FileLinkContent(ctx, token, pass); !errors.Is(err, ErrNoLink) {
		t.Errorf("after its time: %v", err)
	}
	w.pass(48 * time.Hour)
	_, _, err = w.MakeFileLink(ctx, "b")
	must(t, err)
	if n := w.count(t, "SELECT count(*) FROM file_links"); n != 1 {
		t.Errorf("%d links are kept", n)
	}
}
