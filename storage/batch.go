package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// errClosed is the error of a call after Close.
var errClosed = errors.New("storage: closed")

// batcher runs calls in batches that nobody waits to fill: while its flushers are busy, calls queue up; a flusher that
// gets free takes what is queued, in order, up to a weight.
type batcher[T any] struct {
	flush func([]*queued[T]) // sets each call's err
	limit int                // weight of a batch; one call may be heavier

	mu       sync.Mutex
	some     sync.Cond // the queue is not empty, or closed
	queue    []*queued[T]
	closed   bool
	flushers sync.WaitGroup
}

// queued is a call in a batcher.
type queued[T any] struct {
	work   T
	weight int
	err    error // set by flush
	done   chan struct{}
	fate   atomic.Int32 // waiting, then taken or abandoned
}

const (
	waiting = iota
	taken
	abandoned
)

func newBatcher[T any](flushers, limit int, flush func([]*queued[T])) *batcher[T] {
	b := &batcher[T]{flush: flush, limit: limit}
	b.some.L = &b.mu
	for range flushers {
		b.flushers.Go(b.run)
	}
	return b
}

// do queues a call and waits until it was flushed. When ctx ends first, its error comes alone if the call will never be
// flushed, and with ErrAway if it may have been; then work still belongs to the flusher.
func (b *batcher[T]) do(ctx context.Context, work T, weight int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q := &queued[T]{work: work, weight: weight, done: make(chan struct{})}
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return errClosed
	}
	b.queue = append(b.queue, q)
	b.some.Signal()
	b.mu.Unlock()
	select {
	case <-q.done:
		return q.err
	case <-ctx.Done():
		if q.fate.CompareAndSwap(waiting, abandoned) {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %w", ErrAway, ctx.Err())
	}
}

func (b *batcher[T]) run() {
	for {
		batch := b.take()
		if batch == nil {
			return
		}
		b.flush(batch)
		for _, q := range batch {
			close(q.done)
		}
	}
}

// take waits for calls and takes a batch of those that nobody abandoned; nil after close, once the queue is empty.
func (b *batcher[T]) take() []*queued[T] {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		for len(b.queue) == 0 {
			if b.closed {
				return nil
			}
			b.some.Wait()
		}
		var batch []*queued[T]
		n, weight := 0, 0
		for n < len(b.queue) && (weight == 0 || weight+b.queue[n].weight <= b.limit) {
			q := b.queue[n]
			n++
			if q.fate.CompareAndSwap(waiting, taken) {
				batch = append(batch, q)
				weight += q.weight
			}
		}
		rest := copy(b.queue, b.queue[n:])
		clear(b.queue[rest:])
		b.queue = b.queue[:rest]
		if len(b.queue) > 0 {
			b.some.Signal()
		}
		if batch != nil {
			return batch
		}
	}
}

// close refuses further calls, lets the queued ones be flushed and waits for that. It may be called twice.
func (b *batcher[T]) close() {
	b.mu.Lock()
	b.closed = true
	b.some.Broadcast()
	b.mu.Unlock()
	b.flushers.Wait()
}
