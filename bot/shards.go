package bot

import (
	"container/list"
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"chungtay/storage"
)

// shard is a part of the contacts while this process owns it. When ownership ends, for whatever reason, the shard is
// dropped with all its lanes; owning it again makes a new one.
type shard struct {
	id     int
	ctx    context.Context // ends with ownership
	cancel context.CancelFunc
	calls  context.Context // of sends: ends a little after ownership, since a send cut short may have arrived
	hangUp context.CancelFunc
	losing atomic.Bool
	until  atomic.Int64 // the lease's end by the monotonic clock, nanoseconds since the process began
	gate   sync.RWMutex // held for reading by whatever works for the shard; for good by whoever closed it
	cap    int

	mu    sync.Mutex
	lanes map[string]*lane
	order *list.List // lanes, last used first
}

var began = time.Now()

func monotonic() int64 { return int64(time.Since(began)) }

// alive reports whether the lease still runs by this process's own clock. Once it does not, it never does again.
func (s *shard) alive() bool {
	if s.ctx.Err() != nil {
		return false
	}
	if monotonic() >= s.until.Load() {
		s.cancel()
		return false
	}
	return true
}

// enter begins a piece of work for the shard, and fails when it is not owned any more; leave ends it.
func (s *shard) enter() bool {
	if !s.alive() {
		return false
	}
	return s.gate.TryRLock()
}

func (s *shard) leave() { s.gate.RUnlock() }

// drop ends ownership on this side: what is under way is cancelled.
func (s *shard) drop() { s.cancel() }

// closed is closed when nothing works for the shard any more and nothing can begin to.
func (s *shard) closed() <-chan struct{} {
	c := make(chan struct{})
	go func() {
		s.gate.Lock()
		close(c)
	}()
	return c
}

// lane returns the contact's lane, locked.
func (s *shard) lane(contact string) *lane {
	for {
		s.mu.Lock()
		l := s.lanes[contact]
		if l == nil {
			l = &lane{contact: contact, shard: s}
			s.lanes[contact] = l
			l.elem = s.order.PushFront(l)
			if len(s.lanes) > s.cap {
				s.evict(8)
			}
		} else {
			s.order.MoveToFront(l.elem)
		}
		s.mu.Unlock()
		l.mu.Lock()
		if !l.gone {
			return l
		}
		l.mu.Unlock()
	}
}

// evict forgets lanes with nothing to do, those unused for longest first, as long as there are too many; it looks at so
// many. The shard's lock is held.
func (s *shard) evict(looks int) {
	for e := s.order.Back(); e != nil && len(s.lanes) > s.cap && looks > 0; looks-- {
		l := e.Value.(*lane)
		before := e.Prev()
		if l.mu.TryLock() {
			if !l.turning && !l.sending && !l.waking && len(l.inbox) == 0 && len(l.outbox) == 0 && before != nil {
				l.gone = true
				delete(s.lanes, l.contact)
				s.order.Remove(e)
			}
			l.mu.Unlock()
		}
		e = before
	}
}

// peek is the contact's lane where there is one; its use is not noted.
func (s *shard) peek(contact string) *lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lanes[contact]
}

func (s *shard) all() []*lane {
	s.mu.Lock()
	defer s.mu.Unlock()
	lanes := make([]*lane, 0, len(s.lanes))
	for _, l := range s.lanes {
		lanes = append(lanes, l)
	}
	return lanes
}

// shards is what this process owns.
type shards struct {
	app  *App
	list [storage.Shards]atomic.Pointer[shard]
	held atomic.Bool // at least one Claim succeeded
	next int         // where the search for more begins
	fair int
}

// of is the contact's shard when this process owns it, else nil.
func (ss *shards) of(contact string) *shard {
	if s := ss.list[storage.Shard(contact)].Load(); s != nil && s.alive() {
		return s
	}
	return nil
}

// owned are the shards whose lease runs.
func (ss *shards) owned() []*shard {
	var owned []*shard
	for i := range ss.list {
		if s := ss.list[i].Load(); s != nil && s.alive() {
			owned = append(owned, s)
		}
	}
	return owned
}

// run keeps the leases until ctx ends.
func (ss *shards) run(ctx context.Context) {
	ss.next = rand.IntN(storage.Shards)
	for ctx.Err() == nil {
		start := time.Now()
		if err := ss.beat(ctx); err != nil && ctx.Err() == nil {
			ss.app.trouble("claim", err)
		}
		ss.app.pause(ctx, ss.app.o.Beat-time.Since(start))
	}
}

// beat renews what is owned, takes a fair share of what is free, and gives up what is over it.
func (ss *shards) beat(ctx context.Context) error {
	a := ss.app
	var mine []int
	for i := range ss.list {
		s := ss.list[i].Load()
		switch {
		case s == nil:
		case s.alive():
			mine = append(mine, i)
		default:
			ss.lose(s)
		}
	}
	call, cancel := context.WithTimeout(ctx, a.o.Lease)
	defer cancel()
	if len(mine) > 0 || !ss.held.Load() {
		if err := ss.claim(call, mine); err != nil {
			return err
		}
	}
	members, err := a.conversations.Members(call)
	if err != nil {
		return err
	}
	members = max(1, members)
	a.budget.share(members)
	ss.fair = (storage.Shards + members - 1) / members
	own := ss.owned()
	if len(own) > ss.fair {
		extra := own[ss.fair:]
		ss.release(ctx, extra)
		return nil
	}
	for tries := 0; tries < storage.Shards && len(own) < ss.fair; {
		var want []int
		for ; tries < storage.Shards && len(want) < ss.fair-len(own); tries++ {
			id := (ss.next + tries) % storage.Shards
			if ss.list[id].Load() == nil {
				want = append(want, id)
			}
		}
		if len(want) == 0 {
			break
		}
		if err := ss.claim(call, want); err != nil {
			return err
		}
		own = ss.owned()
	}
	ss.next = (ss.next + 7) % storage.Shards
	return nil
}

// claim takes or renews shards, and goes on with what a new one has waiting.
func (ss *shards) claim(ctx context.Context, want []int) error {
	a := ss.app
	start := monotonic()
	owned, err := a.conversations.Claim(ctx, a.o.Owner, want, a.o.Lease)
	if err != nil {
		return err
	}
	ss.held.Store(true)
	until := start + int64(a.o.Lease)*9/10
	for _, id := range want {
		s := ss.list[id].Load()
		has := slices.Contains(owned, id)
		switch {
		case has && s != nil && s.alive():
			s.until.Store(until)
		case has && s == nil:
			ss.gain(id, until)
		case !has && s != nil:
			ss.lose(s)
		}
	}
	return nil
}

func (ss *shards) gain(id int, until int64) {
	a := ss.app
	s := &shard{id: id, cap: max(16, a.o.Warm/max(1, min(ss.fairOr(), storage.Shards))), lanes: map[string]*lane{}, order: list.New()}
	s.ctx, s.cancel = context.WithCancel(a.ctx)
	s.calls, s.hangUp = context.WithCancel(a.ctx)
	s.until.Store(until)
	ss.list[id].Store(s)
	a.tasks.Go(func() { ss.resume(s) })
}

func (ss *shards) fairOr() int {
	if ss.fair == 0 {
		return storage.Shards
	}
	return ss.fair
}

// lose lets go of a shard that another process owns or may own by now. It stays in the list, dead, until nothing of it
// runs any more: only then can it be owned again.
func (ss *shards) lose(s *shard) {
	s.drop()
	if s.losing.Swap(true) {
		return
	}
	ss.app.tasks.Go(func() {
		closed := s.closed()
		select {
		case <-closed:
		case <-time.After(2 * time.Second):
			s.hangUp()
			<-closed
		}
		s.hangUp()
		ss.list[s.id].CompareAndSwap(s, nil)
	})
}

// release finishes what is under way in shards, as long as their leases run, and gives them up.
func (ss *shards) release(ctx context.Context, give []*shard) {
	a := ss.app
	closed := make([]<-chan struct{}, len(give))
	for i, s := range give {
		s.losing.Store(true)
		closed[i] = s.closed()
	}
	ids := make([]int, len(give))
	for i, s := range give {
		select {
		case <-closed[i]:
		case <-s.ctx.Done():
		case <-time.After(time.Duration(s.until.Load() - monotonic())):
		case <-ctx.Done():
		}
		ids[i] = s.id
		s.drop()
		s.hangUp()
		ss.list[s.id].CompareAndSwap(s, nil)
	}
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.o.Lease)
	defer cancel()
	if err := a.conversations.Release(call, a.o.Owner, ids); err != nil {
		a.trouble("release", err)
	}
}

// resume goes on with everything a shard has waiting.
func (ss *shards) resume(s *shard) {
	a := ss.app
	for try := 0; s.alive(); try++ {
		contacts, err := a.conversations.Pending(s.ctx, s.id)
		if err == nil {
			for _, c := range contacts {
				a.wake(c)
			}
			return
		}
		if s.ctx.Err() == nil {
			a.trouble("pending", err)
		}
		a.pause(s.ctx, backoff(try, 50*time.Millisecond, time.Second))
	}
}

// tick brings due timers into inboxes, until ctx ends.
func (ss *shards) tick(ctx context.Context) {
	a := ss.app
	const most = 200
	for ctx.Err() == nil {
		for _, s := range ss.owned() {
			for n := most; n == most && s.alive() && ctx.Err() == nil; {
				contacts, err := a.conversations.Due(s.ctx, s.id, a.o.Now(), most)
				if err != nil {
					a.trouble("due", err)
					break
				}
				if n = len(contacts); n > 0 && a.fail("timers.due") != nil {
					return
				}
				for _, c := range contacts {
					a.wake(c)
				}
			}
		}
		a.pause(ctx, a.o.Tick)
	}
}

// sweep finds contacts whose wake-up was lost.
func (ss *shards) sweep(ctx context.Context) {
	a := ss.app
	const most = 100
	for ctx.Err() == nil {
		for _, s := range ss.owned() {
			s.mu.Lock()
			s.evict(len(s.lanes))
			s.mu.Unlock()
			contacts, err := a.conversations.Ready(s.ctx, s.id, time.Now(), 5*time.Second, most) // real time: business time may be moved
			if err != nil {
				a.trouble("ready", err)
				break
			}
			for _, c := range contacts {
				if l := s.peek(c); l != nil {
					l.mu.Lock()
					busy := l.turning
					l.mu.Unlock()
					if busy {
						continue
					}
				}
				a.wake(c)
			}
		}
		a.pause(ctx, a.o.Sweep)
	}
}

// listen takes wake-ups from other processes.
func (ss *shards) listen(ctx context.Context) {
	a := ss.app
	for try := 0; ctx.Err() == nil; try++ {
		wakes, err := a.conversations.Wakes(ctx)
		if err != nil {
			a.trouble("wakes", err)
			a.pause(ctx, backoff(try, 100*time.Millisecond, 2*time.Second))
			continue
		}
		for c := range wakes {
			try = 0
			a.wake(c)
		}
		a.pause(ctx, 100*time.Millisecond)
	}
}
