package storage

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// tenure is a lease.
type tenure struct {
	owner string
	until time.Time
}

// take gives t to owner for ttl if it is free, over or owner's own; a ttl of zero gives it up.
func (t *tenure) take(owner string, ttl time.Duration) bool {
	now := time.Now()
	if t.owner != owner && now.Before(t.until) {
		return false
	}
	if ttl <= 0 {
		*t = tenure{}
		return false
	}
	*t = tenure{owner: owner, until: now.Add(ttl)}
	return true
}

func (t *tenure) heldBy(owner string) bool { return t.owner == owner && time.Now().Before(t.until) }

// Ready implements Conversations.
func (e *Embedded) Ready(ctx context.Context, shard int, now time.Time, lease time.Duration, n int) (contacts []string, err error) {
	defer e.observe("ready", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.takeReady(shard, now, lease, n), nil
}

// Pending implements Conversations.
func (e *Embedded) Pending(ctx context.Context, shard int) (contacts []string, err error) {
	defer e.observe("pending", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for contact := range e.ready[shard] {
		contacts = append(contacts, contact)
	}
	return contacts, nil
}

// takeReady takes up to n contacts that have waited longest, and leases them. Call with mu held.
func (e *Embedded) takeReady(shard int, now time.Time, lease time.Duration, n int) (contacts []string) {
	ready := e.ready[shard]
	for contact, at := range ready {
		if at <= now.UnixMilli() {
			contacts = append(contacts, contact)
		}
	}
	slices.SortFunc(contacts, func(a, b string) int { return cmp.Or(cmp.Compare(ready[a], ready[b]), cmp.Compare(a, b)) })
	contacts = contacts[:max(0, min(n, len(contacts)))]
	for _, contact := range contacts {
		ready[contact] = ceilMilli(now.Add(lease))
	}
	return contacts
}

// Claim implements Conversations.
func (e *Embedded) Claim(ctx context.Context, owner string, want []int, ttl time.Duration) (owned []int, err error) {
	defer e.observe("claim", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.members[owner] = time.Now().Add(ttl)
	for _, s := range want {
		if e.owners[s].take(owner, ttl) {
			owned = append(owned, s)
		}
	}
	return owned, nil
}

// Release implements Conversations.
func (e *Embedded) Release(ctx context.Context, owner string, shards []int) (err error) {
	defer e.observe("release", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range shards {
		e.owners[s].take(owner, 0)
	}
	return nil
}

// Members implements Conversations.
func (e *Embedded) Members(ctx context.Context) (n int, err error) {
	defer e.observe("members", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	for m, until := range e.members {
		if !now.Before(until) {
			delete(e.members, m)
		}
	}
	return len(e.members), nil
}

// Lock implements Conversations.
func (e *Embedded) Lock(ctx context.Context, name, owner string, ttl time.Duration) (held bool, err error) {
	defer e.observe("lock", time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return false, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.locks[name]
	held = t.take(owner, ttl)
	e.locks[name] = t
	return held, nil
}

// Wakes implements Conversations.
func (e *Embedded) Wakes(ctx context.Context) (<-chan string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	in, out := make(chan string, wakesKept), make(chan string)
	e.mu.Lock()
	e.wakes[in] = struct{}{}
	e.mu.Unlock()
	go func() {
		defer close(out)
		defer func() {
			e.mu.Lock()
			defer e.mu.Unlock()
			delete(e.wakes, in)
		}()
		for {
			select {
			case <-ctx.Done():
				return
			case <-e.closed:
				return
			case contact := <-in:
				select {
				case out <- contact:
				case <-ctx.Done():
					return
				case <-e.closed:
					return
				}
			}
		}
	}()
	return out, nil
}
