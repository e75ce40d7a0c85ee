package storage

import (
	"context"
	"path/filepath"
	"sync"
)

// fileTurn orders the writers of one SQLite file within the process: first come, first served. SQLite itself has waiting
// writers look again every so often, up to each 100 ms, and one that writes without a pause starves them.
type fileTurn chan struct{}

var fileTurns = struct {
	sync.Mutex
	byPath map[string]fileTurn
}{byPath: map[string]fileTurn{}}

// turnOf is the turn of the file at path, the same for every name of it, and before the file is there too.
func turnOf(path string) fileTurn {
	if p, err := filepath.Abs(path); err == nil {
		path = p
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if p, err := filepath.EvalSymlinks(path); err == nil {
		path = p
	}
	fileTurns.Lock()
	defer fileTurns.Unlock()
	t := fileTurns.byPath[path]
	if t == nil {
		t = make(fileTurn, 1)
		fileTurns.byPath[path] = t
	}
	return t
}

// take waits for the turn, until ctx ends.
func (t fileTurn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give gives the turn to the next.
func (t fileTurn) give() { <-t }
