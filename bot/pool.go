package bot

import (
	"context"
	"sync"
)

// Classes of urgency, first served first.
const (
	classReply = iota
	classUrgent
	classBulk
	classes
)

// pool runs lanes on at most so many goroutines, by class and, within a class, in order of arrival. A lane is in it
// at most once; its caller sees to that. Some goroutines stay when there is nothing to do: their stacks have grown.
type pool struct {
	run func(*lane)

	mu     sync.Mutex
	wait   [classes]fifo
	free   int          // goroutines that may still be started
	active int          // goroutines that run a lane
	parked []chan *lane // goroutines that wait for one, the last parked last
	closed bool
	idle   chan struct{} // closed when closed and nothing runs
}

// parkMax is how many goroutines of a pool stay without work.
const parkMax = 128

func newPool(size int, run func(*lane)) *pool {
	return &pool{run: run, free: size, idle: make(chan struct{})}
}

// add runs l as soon as its turn comes. After close it does nothing.
func (p *pool) add(class int, l *lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
	case p.free > 0:
		p.start(l)
	default:
		p.wait[class].push(l)
	}
}

func (p *pool) start(l *lane) {
	p.free--
	p.active++
	if n := len(p.parked); n > 0 {
		p.parked[n-1] <- l
		p.parked = p.parked[:n-1]
		return
	}
	go p.work(l)
}

func (p *pool) work(l *lane) {
	more := make(chan *lane, 1)
	for l != nil {
		p.run(l)
		var parked bool
		if l, parked = p.next(more); parked {
			l = <-more
		}
	}
}

// next is what the calling goroutine goes on with. With nothing to do it is parked, and takes its next lane from more,
// or it is to end.
func (p *pool) next(more chan *lane) (l *lane, parked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed && p.free >= 0 {
		for c := range p.wait {
			if l := p.wait[c].pop(); l != nil {
				return l, false
			}
		}
	}
	p.free++
	p.active--
	if p.closed {
		if p.active == 0 {
			close(p.idle)
		}
		return nil, false
	}
	if len(p.parked) < parkMax {
		p.parked = append(p.parked, more)
		return nil, true
	}
	return nil, false
}

// crowded reports whether others wait for a goroutine.
func (p *pool) crowded() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.wait {
		if p.wait[c].len() > 0 {
			return true
		}
	}
	return false
}

// lend gives the caller's place to another lane while the caller waits for something; regain takes a place back, over
// the pool's size if need be.
func (p *pool) lend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free++
	if p.closed || p.free <= 0 {
		return
	}
	for c := range p.wait {
		if l := p.wait[c].pop(); l != nil {
			p.start(l)
			return
		}
	}
}

func (p *pool) regain() {
	p.mu.Lock()
	p.free--
	p.mu.Unlock()
}

// close starts nothing more and waits, until ctx ends, for what runs.
func (p *pool) close(ctx context.Context) {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.wait = [classes]fifo{}
		for _, more := range p.parked {
			close(more)
		}
		p.parked = nil
		if p.active == 0 {
			close(p.idle)
		}
	}
	p.mu.Unlock()
	select {
	case <-p.idle:
	case <-ctx.Done():
	}
}

// fifo is a queue of lanes on a ring that grows.
type fifo struct {
	ring []*lane
	head int
	n    int
}

func (q *fifo) len() int { return q.n }

func (q *fifo) push(l *lane) {
	if q.n == len(q.ring) {
		ring := make([]*lane, max(16, 2*len(q.ring)))
		for i := range q.n {
			ring[i] = q.ring[(q.head+i)%len(q.ring)]
		}
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n)%len(q.ring)] = l
	q.n++
}

func (q *fifo) pop() *lane {
	if q.n == 0 {
		return nil
	}
	l := q.ring[q.head]
	q.ring[q.head] = nil
	q.head = (q.head + 1) % len(q.ring)
	q.n--
	return l
}
