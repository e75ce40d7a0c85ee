package storage

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestGroupCommitAlone: a call that fails in the middle of a shared transaction does not take the others with it, nor
// leaves half of its own.
func TestGroupCommitAlone(t *testing.T) {
	t.Parallel()
	e, err := OpenEmbedded(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	boom := errors.New("boom")
	runs := map[string]int{}
	add := func(contact string, fail error) *queued[*job] {
		return &queued[*job]{work: &job{do: func(w *writer) error {
			runs[contact]++
			err := w.append([]byte(contact), []byte("id"), nil)
			w.after(func() { e.ready[0][contact] = onlyOutbox })
			return errors.Join(err, fail)
		}}}
	}
	calls := []*queued[*job]{add("a", nil), add("bad", boom), add("stale", nil), add("b", nil)}
	calls[2].work.do = func(*writer) error { return ErrStale }
	e.calls.close() // the writer is ours
	e.flush(calls)
	for i, want := range []error{nil, boom, ErrStale, nil} {
		if !errors.Is(calls[i].err, want) {
			t.Errorf("call %d: %v, want %v", i, calls[i].err, want)
		}
	}
	for contact, want := range map[string]int{"a": 1, "bad": 0, "b": 1} {
		c, err := e.Load(t.Context(), contact)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Outbox) != want {
			t.Errorf("%s has %d entries, want %d", contact, len(c.Outbox), want)
		}
		if _, ok := e.ready[0][contact]; ok != (want > 0) {
			t.Errorf("%s is pending: %v", contact, ok)
		}
	}
	if runs["a"] != 2 {
		t.Errorf("the shared transaction was not tried: %v", runs)
	}
}

// TestFileTurn: the writers of a file take turns by whatever name they know it, and in order.
func TestFileTurn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Symlink(dir, filepath.Join(dir, "folder")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "c.db")
	early := turnOf(filepath.Join(dir, "folder", "c.db")) // before there is a file
	e, err := OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if turnOf(path) != early {
		t.Error("the file has another turn than before it was made")
	}
	link := filepath.Join(dir, "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	records := turnOf(link)
	if err := records.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- e.Resolve(t.Context(), "a", "x", nil) }()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := turnOf(path).take(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a turn that another has: %v", err)
	}
	select {
	case err := <-done:
		t.Errorf("wrote out of turn: %v", err)
	default:
	}
	records.give()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if turnOf(filepath.Join(dir, "other.db")) == records {
		t.Error("another file has the same turn")
	}
}
