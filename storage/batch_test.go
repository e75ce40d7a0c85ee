package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
)

// gate is a flush that waits to be let through, batch by batch.
type gate struct {
	batches chan []int // what is being flushed
	pass    chan error
}

func newGate() *gate { return &gate{batches: make(chan []int), pass: make(chan error)} }

func (g *gate) flush(calls []*queued[int]) {
	var works []int
	for _, c := range calls {
		works = append(works, c.work)
	}
	g.batches <- works
	err := <-g.pass
	for _, c := range calls {
		c.err = err
	}
}

func (b *batcher[T]) waiting() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.queue)
}

// queue starts a call and waits until it is in the queue.
func queue(b *batcher[int], ctx context.Context, work, weight int) chan error {
	before, done := b.waiting(), make(chan error, 1)
	go func() { done <- b.do(ctx, work, weight) }()
	for b.waiting() == before {
	}
	return done
}

func TestBatcherGathersWhileOneIsAway(t *testing.T) {
	t.Parallel()
	g := newGate()
	b := newBatcher(1, 10, g.flush)
	first := make(chan error, 1)
	go func() { first <- b.do(t.Context(), 1, 1) }()
	if got := <-g.batches; !slices.Equal(got, []int{1}) {
		t.Fatal(got)
	}
	var dones []chan error
	for i, weight := range []int{3, 3, 4, 1, 99, 2, 8} {
		dones = append(dones, queue(b, t.Context(), 2+i, weight))
	}
	boom := errors.New("boom")
	g.pass <- nil
	if err := <-first; err != nil {
		t.Error(err)
	}
	for i, want := range [][]int{{2, 3, 4}, {5}, {6}, {7, 8}} {
		if got := <-g.batches; !slices.Equal(got, want) {
			t.Errorf("batch %d is %v, want %v", i, got, want)
		}
		var err error
		if i == 0 {
			err = boom
		}
		g.pass <- err
	}
	for i, done := range dones {
		if err := <-done; errors.Is(err, boom) != (i < 3) {
			t.Errorf("call %d: %v", 2+i, err)
		}
	}
	b.close()
}

func TestBatcherAbandoned(t *testing.T) {
	t.Parallel()
	g := newGate()
	b := newBatcher(1, 10, g.flush)
	ctx, cancel := context.WithCancel(t.Context())
	flying := make(chan error, 1)
	go func() { flying <- b.do(ctx, 1, 1) }()
	<-g.batches
	queued := queue(b, ctx, 2, 1)
	stays := queue(b, t.Context(), 3, 1)
	cancel()
	if err := <-flying; !errors.Is(err, context.Canceled) || !errors.Is(err, ErrAway) {
		t.Errorf("abandoned on its way, so perhaps done: %v", err)
	}
	if err := <-queued; !errors.Is(err, context.Canceled) || errors.Is(err, ErrAway) {
		t.Errorf("abandoned in the queue, so not done: %v", err)
	}
	g.pass <- nil
	if got := <-g.batches; !slices.Equal(got, []int{3}) {
		t.Errorf("flushed %v; 2 was abandoned", got)
	}
	g.pass <- nil
	if err := <-stays; err != nil {
		t.Error(err)
	}
	if err := b.do(ctx, 4, 1); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	b.close()
}

func TestBatcherCloseFlushesTheQueue(t *testing.T) {
	t.Parallel()
	g := newGate()
	b := newBatcher(1, 10, g.flush)
	first := make(chan error, 1)
	go func() { first <- b.do(t.Context(), 1, 1) }()
	<-g.batches
	second := queue(b, t.Context(), 2, 1)
	closed := make(chan struct{})
	go func() { b.close(); close(closed) }()
	for {
		b.mu.Lock()
		done := b.closed
		b.mu.Unlock()
		if done {
			break
		}
	}
	if err := b.do(t.Context(), 3, 1); !errors.Is(err, errClosed) {
		t.Error(err)
	}
	g.pass <- nil
	<-g.batches
	g.pass <- nil
	<-closed
	if err := errors.Join(<-first, <-second); err != nil {
		t.Error(err)
	}
	b.close()
}

func TestBatcherManyCallersAndFlushers(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	b := newBatcher(3, 7, func(calls []*queued[string]) {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range calls {
			seen[c.work]++
		}
	})
	var callers sync.WaitGroup
	for i := range 50 {
		callers.Go(func() {
			for k := range 50 {
				if err := b.do(t.Context(), fmt.Sprint(i, ".", k), k%9); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	b.close()
	if len(seen) != 2500 {
		t.Errorf("%d calls were flushed, want 2500", len(seen))
	}
	for work, n := range seen {
		if n != 1 {
			t.Errorf("%s was flushed %d times", work, n)
		}
	}
}
