package storage

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// The scripts: one for each operation, so that each is atomic. They touch keys of one shard, hence of one slot of a cluster.
var (
	//go:embed redis_ingest.lua
	ingestSource string
	//go:embed redis_load.lua
	loadSource string
	//go:embed redis_commit.lua
	commitSource string
	//go:embed redis_resolve.lua
	resolveSource string
	//go:embed redis_ready.lua
	readySource string
	//go:embed redis_due.lua
	dueSource string
	//go:embed redis_pace.lua
	paceSource string
	//go:embed redis_lease.lua
	leaseSource string
	//go:embed redis_members.lua
	membersSource string
	//go:embed redis_erase.lua
	eraseSource string

	ingestScript  = newScript(ingestSource)
	loadScript    = newScript(loadSource)
	commitScript  = newScript(commitSource)
	resolveScript = newScript(resolveSource)
	readyScript   = newScript(readySource)
	dueScript     = newScript(dueSource)
	paceScript    = newScript(paceSource)
	leaseScript   = newScript(leaseSource)
	membersScript = newScript(membersSource)
	eraseScript   = newScript(eraseSource)
)

// RedisOptions are the choices of OpenRedis. The zero value is right in production.
type RedisOptions struct {
	// Prefix begins every key and channel, so that several programs or tests share a Redis. It has no braces, which would
	// move the hash tag. Default "chungtay:".
	Prefix string
	// Now is the clock of ready and of the memory of seen ids; leases and members run by Redis's own. Default time.Now.
	Now func() time.Time
	// Observe is told of every call, if set.
	Observe Observer
}

// Redis keeps conversations in Redis 6.2 or newer, a single server or a cluster. Calls made at the same time share
// pipelines. It reconnects by itself.
type Redis struct {
	client  redis.UniversalClient
	opts    RedisOptions
	tags    [Shards]string // what the keys of a shard begin with
	calls   *batcher[[]*command]
	ingests atomic.Uint64
	whole   bool            // pipelines are transactions
	closing context.Context // ends with Close
	close   context.CancelFunc
}

var _ Conversations = (*Redis)(nil)

// OpenRedis connects to the Redis at url, "redis://user:password@host:port/db" or "rediss://..." for TLS. A cluster is
// named by one node, or several separated by commas: "redis://host:port,host:port". Errors never show the url.
// ErrAway means that there is no Redis at that address now, ErrUnfit that it must not be used.
func OpenRedis(ctx context.Context, url string, opts RedisOptions) (*Redis, error) {
	if strings.ContainsAny(opts.Prefix, "{}") {
		return nil, errors.New("storage: the prefix of Redis keys must not have braces")
	}
	if opts.Prefix == "" {
		opts.Prefix = "chungtay:"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	client, err := dialRedis(ctx, url)
	if err != nil {
		return nil, err
	}
	r := &Redis{client: client, opts: opts}
	for s := range r.tags {
		r.tags[s] = opts.Prefix + "{" + strconv.Itoa(s) + "}:"
	}
	if err := r.Ping(ctx); err != nil {
		client.Close()
		return nil, err
	}
	if _, single := client.(*redis.Client); single {
		// Redis reads a connection in pieces of 16 KB and, if told to sync always, syncs after each; a transaction runs
		// whole and is synced once. A cluster has no transactions over slots.
		r.whole = r.Durability(ctx) == "always"
	}
	r.closing, r.close = context.WithCancel(context.Background())
	r.calls = newBatcher(flushers, batchLimit, r.flush)
	return r, nil
}

// Close implements Conversations.
func (r *Redis) Close() error {
	r.close()
	r.calls.close()
	if err := r.client.Close(); err != nil && !errors.Is(err, redis.ErrClosed) {
		return err
	}
	return nil
}

// The keys of a shard: owner, ready (sorted set of contacts with a non-empty inbox, by when they are to be handed out, and
// of contacts with only an outbox, at +inf), timers (sorted set of members, by when they are due).
func (r *Redis) ownerKey(shard int) string  { return r.tags[shard] + "own" }
func (r *Redis) readyKey(shard int) string  { return r.tags[shard] + "ready" }
func (r *Redis) timersKey(shard int) string { return r.tags[shard] + "timers" }

// The keys of a contact: a hash of t (turn), s (state), a (address) and m (mark of the last commit); inbox and outbox, flat
// lists of id, body; a hash of timers by key; a sorted set of seen ids by when.
func hashKey(tag, contact string) string   { return tag + "c:" + contact }
func inboxKey(tag, contact string) string  { return tag + "i:" + contact }
func outboxKey(tag, contact string) string { return tag + "o:" + contact }
func alarmKey(tag, contact string) string  { return tag + "t:" + contact }
func seenKey(tag, contact string) string   { return tag + "d:" + contact }

func (r *Redis) wakeChannel() string { return r.opts.Prefix + "wake" }

// forgetEvery is how many calls of Ingest pass between those that drop old ids.
const forgetEvery = 8

// member names a contact's timer among the shard's.
func member(contact, key string) string {
	return strconv.Itoa(len(contact)) + ":" + contact + key
}

// fromMember is the inverse of member.
func fromMember(m string) (contact, key string, ok bool) {
	length, rest, _ := strings.Cut(m, ":")
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 || n > len(rest) {
		return "", "", false
	}
	return rest[:n], rest[n:], true
}

// Ingest implements Conversations.
func (r *Redis) Ingest(ctx context.Context, owner string, batch []Arrival) (fresh []bool, err error) {
	defer r.observe("ingest", time.Now(), &err)
	now := r.opts.Now()
	forget := "" // old ids are dropped now and then; to know an id longer does no harm
	if r.ingests.Add(1)%forgetEvery == 0 {
		forget = strconv.FormatInt(now.Add(-SeenFor).UnixMilli(), 10)
	}
	var shards [Shards][]int // places in batch
	for i := range batch {
		s := Shard(batch[i].Contact)
		shards[s] = append(shards[s], i)
	}
	var cmds []*command
	var places [][]int
	for s, at := range shards {
		if len(at) == 0 {
			continue
		}
		tag := r.tags[s]
		args := ingestScript.begin(2+3*len(at), 6+4*len(at))
		args = append(args, r.ownerKey(s), r.readyKey(s))
		for _, i := range at {
			c := batch[i].Contact
			args = append(args, hashKey(tag, c), inboxKey(tag, c), seenKey(tag, c))
		}
		args = append(args, owner, now.UnixMilli(), forget, SeenFor.Milliseconds(),
			now.Add(ReadyGrace).UnixMilli(), r.wakeChannel())
		for _, i := range at {
			a := &batch[i]
			args = append(args, a.Contact, a.Address, a.ID, a.Event)
		}
		cmds = append(cmds, ingestScript.call(args))
		places = append(places, at)
	}
	fresh = make([]bool, len(batch))
	err = r.do(ctx, cmds...)
	if err != nil {
		return fresh, err
	}
	for n, cmd := range cmds {
		bits, ok := cmd.value.(string)
		if !ok || len(bits) != len(places[n]) {
			return fresh, errAnswer
		}
		for k, i := range places[n] {
			fresh[i] = bits[k] == '1'
		}
	}
	return fresh, nil
}

// Load implements Conversations.
func (r *Redis) Load(ctx context.Context, contact string) (c Conversation, err error) {
	defer r.observe("load", time.Now(), &err)
	tag := r.tags[Shard(contact)]
	args := append(loadScript.begin(3, 0), hashKey(tag, contact), inboxKey(tag, contact), outboxKey(tag, contact))
	cmd := loadScript.call(args)
	if err := r.do(ctx, cmd); err != nil {
		return Conversation{}, err
	}
	v, ok := cmd.value.([]any)
	if !ok || len(v) != 5 {
		return Conversation{}, errAnswer
	}
	if turn, ok := v[0].(string); ok {
		if c.Turn, err = strconv.ParseUint(turn, 10, 64); err != nil {
			return Conversation{}, errAnswer
		}
	}
	if state, ok := v[1].(string); ok && state != "" {
		c.State = []byte(state)
	}
	c.Address, _ = v[2].(string)
	for id, body := range pairs(v[3]) {
		c.Inbox = append(c.Inbox, Inboxed{ID: id, Event: body})
	}
	for id, body := range pairs(v[4]) {
		c.Outbox = append(c.Outbox, Stored{ID: id, Out: body})
	}
	return c, nil
}

// Commit implements Conversations.
func (r *Redis) Commit(ctx context.Context, c Commit) (err error) {
	defer r.observe("commit", time.Now(), &err)
	s := Shard(c.Contact)
	tag := r.tags[s]
	args := commitScript.begin(7, 9+2*len(c.Outbox)+4*len(c.Timers))
	args = append(args, r.ownerKey(s), r.readyKey(s), r.timersKey(s),
		hashKey(tag, c.Contact), inboxKey(tag, c.Contact), outboxKey(tag, c.Contact), alarmKey(tag, c.Contact),
		c.Owner, c.Contact, strconv.FormatUint(c.Turn, 10), strconv.FormatUint(c.Turn+1, 10), c.Head, c.mark(), c.State,
		r.opts.Now().Add(ReadyGrace).UnixMilli(), len(c.Outbox))
	for i := range c.Outbox {
		args = append(args, c.Outbox[i].ID, c.Outbox[i].Out)
	}
	for i := range c.Timers {
		t := &c.Timers[i]
		at, body := "", ""
		if !t.At.IsZero() {
			at = strconv.FormatInt(ceilMilli(t.At), 10)
			body = strconv.Itoa(len(t.ID)) + ":" + t.ID + string(t.Event)
		}
		args = append(args, t.Key, member(c.Contact, t.Key), at, body)
	}
	cmd := commitScript.call(args)
	if err := r.do(ctx, cmd); err != nil {
		return err
	}
	switch cmd.value {
	case int64(0):
		return nil
	case int64(1):
		return ErrStale
	case int64(2):
		return ErrNotOwner
	}
	return errAnswer
}

// mark tells this commit from every other one: a repeat has the same.
func (c *Commit) mark() string {
	h := sha256.New()
	var n [8]byte
	number := func(v uint64) {
		binary.BigEndian.PutUint64(n[:], v)
		h.Write(n[:])
	}
	part := func(b []byte) {
		number(uint64(len(b)))
		h.Write(b)
	}
	part([]byte(c.Owner))
	number(c.Turn)
	part([]byte(c.Head))
	part(c.State)
	number(uint64(len(c.Outbox)))
	for i := range c.Outbox {
		part([]byte(c.Outbox[i].ID))
		part(c.Outbox[i].Out)
	}
	for i := range c.Timers {
		t := &c.Timers[i]
		part([]byte(t.Key))
		at := int64(0)
		if !t.At.IsZero() {
			at = ceilMilli(t.At)
		}
		number(uint64(at))
		part([]byte(t.ID))
		part(t.Event)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

// ceilMilli is t in milliseconds, never before t.
func ceilMilli(t time.Time) int64 {
	return t.Add(time.Millisecond - 1).UnixMilli()
}

// Resolve implements Conversations.
func (r *Redis) Resolve(ctx context.Context, contact, id string, with []Stored) (err error) {
	defer r.observe("resolve", time.Now(), &err)
	s := Shard(contact)
	tag := r.tags[s]
	args := resolveScript.begin(3, 2+2*len(with))
	args = append(args, r.readyKey(s), inboxKey(tag, contact), outboxKey(tag, contact), contact, id)
	for i := range with {
		args = append(args, with[i].ID, with[i].Out)
	}
	return r.do(ctx, resolveScript.call(args))
}

// Ready implements Conversations.
func (r *Redis) Ready(ctx context.Context, shard int, now time.Time, lease time.Duration, n int) (contacts []string, err error) {
	defer r.observe("ready", time.Now(), &err)
	if n <= 0 {
		return nil, nil
	}
	args := append(readyScript.begin(1, 3), r.readyKey(shard), now.UnixMilli(), ceilMilli(now.Add(lease)), n)
	cmd := readyScript.call(args)
	if err := r.do(ctx, cmd); err != nil {
		return nil, err
	}
	return texts(cmd.value)
}

// Pending implements Conversations.
func (r *Redis) Pending(ctx context.Context, shard int) (contacts []string, err error) {
	defer r.observe("pending", time.Now(), &err)
	cmd := plain("zrange", r.readyKey(shard), 0, -1)
	if err := r.do(ctx, cmd); err != nil {
		return nil, err
	}
	return texts(cmd.value)
}

// Due implements Conversations.
func (r *Redis) Due(ctx context.Context, shard int, now time.Time, n int) (contacts []string, err error) {
	defer r.observe("due", time.Now(), &err)
	if n <= 0 {
		return nil, nil
	}
	list := plain("zrangebyscore", r.timersKey(shard), "-inf", now.UnixMilli(), "limit", 0, n)
	if err := r.do(ctx, list); err != nil {
		return nil, err
	}
	members, err := texts(list.value)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	tag, clock := r.tags[shard], r.opts.Now()
	args := dueScript.begin(2+3*len(members), 5+3*len(members))
	args = append(args, r.timersKey(shard), r.readyKey(shard))
	rest := make([]any, 0, 5+3*len(members))
	rest = append(rest, now.UnixMilli(), clock.UnixMilli(), clock.Add(-SeenFor).UnixMilli(), SeenFor.Milliseconds(),
		clock.Add(ReadyGrace).UnixMilli())
	for _, m := range members {
		contact, key, ok := fromMember(m)
		if !ok {
			return nil, errAnswer
		}
		args = append(args, alarmKey(tag, contact), inboxKey(tag, contact), seenKey(tag, contact))
		rest = append(rest, m, contact, key)
	}
	move := dueScript.call(append(args, rest...))
	if err := r.do(ctx, move); err != nil {
		return nil, err
	}
	moved, ok := move.value.(string)
	if !ok || len(moved) != len(members) {
		return nil, errAnswer
	}
	known := make(map[string]bool, len(members))
	for i, m := range members {
		contact, _, _ := fromMember(m)
		if moved[i] == '1' && !known[contact] {
			known[contact] = true
			contacts = append(contacts, contact)
		}
	}
	return contacts, nil
}

// NextDue implements Conversations.
func (r *Redis) NextDue(ctx context.Context) (at time.Time, err error) {
	defer r.observe("next_due", time.Now(), &err)
	cmds := make([]*command, Shards)
	for s := range cmds {
		cmds[s] = plain("zrange", r.timersKey(s), 0, 0)
	}
	if err := r.do(ctx, cmds...); err != nil {
		return at, err
	}
	var scores []*command
	for s, cmd := range cmds {
		first, err := texts(cmd.value)
		if err != nil {
			return at, err
		}
		if len(first) > 0 {
			scores = append(scores, plain("zscore", r.timersKey(s), first[0]))
		}
	}
	if err := r.do(ctx, scores...); err != nil {
		return at, err
	}
	for _, cmd := range scores {
		ms, ok := scoreOf(cmd.value)
		if !ok {
			continue // it went off meanwhile
		}
		if t := time.UnixMilli(int64(ms)).UTC(); at.IsZero() || t.Before(at) {
			at = t
		}
	}
	return at, nil
}

// scoreOf reads a score as either protocol gives it.
func scoreOf(value any) (score float64, ok bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case string:
		score, err := strconv.ParseFloat(v, 64)
		return score, err == nil
	}
	return 0, false
}

// Claim implements Conversations.
func (r *Redis) Claim(ctx context.Context, owner string, want []int, ttl time.Duration) (owned []int, err error) {
	defer r.observe("claim", time.Now(), &err)
	cmds := make([]*command, 0, len(want)+1)
	for _, s := range want {
		cmds = append(cmds, lease(r.ownerKey(s), owner, ttl))
	}
	cmds = append(cmds, membersScript.call(append(membersScript.begin(1, 2), r.membersKey(), owner, ttl.Milliseconds())))
	err = r.do(ctx, cmds...)
	if err != nil && errors.Is(err, ctx.Err()) {
		return nil, err
	}
	for i, s := range want {
		if cmds[i].value == int64(1) {
			owned = append(owned, s)
		}
	}
	return owned, err
}

// Release implements Conversations.
func (r *Redis) Release(ctx context.Context, owner string, shards []int) (err error) {
	defer r.observe("release", time.Now(), &err)
	cmds := make([]*command, 0, len(shards))
	for _, s := range shards {
		cmds = append(cmds, lease(r.ownerKey(s), owner, 0))
	}
	return r.do(ctx, cmds...)
}

// Members implements Conversations.
func (r *Redis) Members(ctx context.Context) (n int, err error) {
	defer r.observe("members", time.Now(), &err)
	cmd := membersScript.call(append(membersScript.begin(1, 2), r.membersKey(), "", 0))
	if err := r.do(ctx, cmd); err != nil {
		return 0, err
	}
	count, ok := cmd.value.(int64)
	if !ok {
		return 0, errAnswer
	}
	return int(count), nil
}

func (r *Redis) membersKey() string { return r.opts.Prefix + "members" }

// Lock implements Conversations.
func (r *Redis) Lock(ctx context.Context, name, owner string, ttl time.Duration) (held bool, err error) {
	defer r.observe("lock", time.Now(), &err)
	cmd := lease(r.opts.Prefix+"lock:"+name, owner, ttl)
	if err := r.do(ctx, cmd); err != nil {
		return false, err
	}
	return cmd.value == int64(1), nil
}

// lease takes, renews or (ttl 0) gives up the lease at key.
func lease(key, owner string, ttl time.Duration) *command {
	return leaseScript.call(append(leaseScript.begin(1, 2), key, owner, max(0, ttl.Milliseconds())))
}

// Erase implements Conversations.
func (r *Redis) Erase(ctx context.Context, contact string) (err error) {
	defer r.observe("erase", time.Now(), &err)
	s := Shard(contact)
	tag := r.tags[s]
	args := append(eraseScript.begin(6, 2), r.readyKey(s), r.timersKey(s),
		hashKey(tag, contact), inboxKey(tag, contact), outboxKey(tag, contact), alarmKey(tag, contact),
		contact, member(contact, ""))
	return r.do(ctx, eraseScript.call(args))
}

// Wakes implements Conversations.
func (r *Redis) Wakes(ctx context.Context) (<-chan string, error) {
	sub := r.client.Subscribe(ctx, r.wakeChannel())
	if _, err := sub.Receive(ctx); err != nil {
		sub.Close()
		return nil, fmt.Errorf("storage: subscribe to wakes: %w", redisError(err))
	}
	out := make(chan string, wakesKept)
	go func() {
		defer close(out)
		defer sub.Close()
		in := sub.Channel(redis.WithChannelSize(wakesKept))
		for {
			select {
			case <-ctx.Done():
				return
			case <-r.closing.Done():
				return
			case m, ok := <-in:
				if !ok {
					return
				}
				select {
				case out <- m.Payload:
				default: // the reader is far behind: Ready finds the contact
				}
			}
		}
	}()
	return out, nil
}

// wakesKept is how many wakes wait for a slow reader before further ones are lost.
const wakesKept = 1024

func (r *Redis) observe(op string, start time.Time, err *error) {
	if r.opts.Observe != nil {
		r.opts.Observe(op, time.Since(start), *err)
	}
}
