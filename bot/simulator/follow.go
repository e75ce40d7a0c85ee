package simulator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
)

// watchers are those who follow all calls of a bot.
type watchers[C any] struct {
	some atomic.Int32
	mu   sync.Mutex
	list map[chan C]struct{}
}

// Watch follows every call of the bot from now on, each chat's in its order. The channel holds buffer calls;
// when it is full it is closed, so a reader that falls behind knows it. stop ends the following.
func (w *watchers[C]) Watch(buffer int) (calls <-chan C, stop func()) {
	c := make(chan C, buffer)
	w.mu.Lock()
	if w.list == nil {
		w.list = map[chan C]struct{}{}
	}
	w.list[c] = struct{}{}
	w.some.Store(int32(len(w.list)))
	w.mu.Unlock()
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.drop(c)
	}
}

func (w *watchers[C]) drop(c chan C) {
	if _, ok := w.list[c]; ok {
		delete(w.list, c)
		close(c)
		w.some.Store(int32(len(w.list)))
	}
}

func (w *watchers[C]) tell(call C) {
	if w.some.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.list {
		select {
		case c <- call:
		default:
			w.drop(c)
		}
	}
}

// callLog is what a bot did in one chat. Its lock is the chat's: everything in a chat is under it.
type callLog[C any] struct {
	mu      sync.Mutex
	calls   []C // the last of n calls
	n       int
	read    int // calls handed out by next
	changed chan struct{}
}

var errNotKept = errors.New("simulator: calls were dropped before they were read; raise History")

// keepLast appends to a list of which the last keep entries matter.
func keepLast[E any](list []E, e E, keep int) []E {
	if len(list) >= 2*keep {
		n := copy(list, list[len(list)-keep:])
		clear(list[n:])
		list = list[:n]
	}
	return append(list, e)
}

// add keeps a call that has its number, n, and wakes those who wait for it. The chat is locked.
func (l *callLog[C]) add(call C, keep int) {
	l.calls = keepLast(l.calls, call, keep)
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// log is every call that is kept.
func (l *callLog[C]) log() []C {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.calls)
}

// since returns the calls with a number above n; the chat is locked.
func (l *callLog[C]) since(n int) ([]C, error) {
	first := l.n - len(l.calls) // number of the last dropped call
	if n < first {
		return nil, errNotKept
	}
	return l.calls[min(n-first, len(l.calls)):], nil
}

// after returns the calls with a number above n, waiting until there is one.
func (l *callLog[C]) after(ctx context.Context, n int) ([]C, error) {
	if _, _, err := l.await(ctx, n, func(*C) bool { return true }); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	calls, err := l.since(n)
	return slices.Clone(calls), err
}

// await returns the first call above from that matches and its number, waiting for it if need be.
func (l *callLog[C]) await(ctx context.Context, from int, match func(*C) bool) (call C, n int, err error) {
	for {
		l.mu.Lock()
		calls, err := l.since(from)
		if err != nil {
			l.mu.Unlock()
			return call, 0, err
		}
		for i := range calls {
			if match(&calls[i]) {
				call, n = calls[i], l.n-len(calls)+i+1
				l.mu.Unlock()
				return call, n, nil
			}
		}
		from = max(from, l.n)
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return call, 0, context.Cause(ctx)
		}
	}
}

// next returns the next call that matches and passes over those before it. One reader at a time.
func (l *callLog[C]) next(ctx context.Context, match func(*C) bool) (C, error) {
	l.mu.Lock()
	from := l.read
	l.mu.Unlock()
	call, n, err := l.await(ctx, from, match)
	if err == nil {
		l.mu.Lock()
		l.read = max(l.read, n)
		l.mu.Unlock()
	}
	return call, err
}
