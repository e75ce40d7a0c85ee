package storage

import (
	"context"
	"crypto/sha1" // Redis names scripts by it; nothing is secured by it
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ErrUnfit is the error of a Redis that answers but would lose conversations or cannot keep them. Its text says what to change.
var ErrUnfit = errors.New("storage: this Redis must not keep conversations")

var errAnswer = errors.New("storage: unexpected answer of a Redis script")

const (
	// flushers is how many pipelines are on their way at once: while one is away the next gathers, and the second keeps
	// Redis busy while this side writes and reads.
	flushers = 2
	// batchLimit is how many commands a pipeline takes.
	batchLimit = 256

	dialTimeout  = 2 * time.Second
	replyTimeout = 3 * time.Second
)

// quiet keeps go-redis from writing to standard error: every error it would tell of reaches our callers.
var quiet = sync.OnceFunc(func() { redis.SetLogger(noLog{}) })

type noLog struct{}

func (noLog) Printf(context.Context, string, ...any) {}

// dialRedis makes a client for url. It asks the server whether it is a cluster.
func dialRedis(ctx context.Context, url string) (redis.UniversalClient, error) {
	quiet()
	base, addrs, err := parseRedisURL(url)
	if err != nil {
		return nil, err
	}
	base.DialTimeout, base.ReadTimeout, base.WriteTimeout = dialTimeout, replyTimeout, replyTimeout
	base.DialerRetries = 1
	base.ContextTimeoutEnabled = true
	base.Protocol = 2    // nothing of 3 is needed, and its push messages cost a look before each answer
	base.MaxRetries = -1 // a retry would answer that fresh events are known
	base.PoolSize = 4 * flushers
	base.PipelinePoolSize = -1
	base.ReadBufferSize, base.WriteBufferSize = 64<<10, 64<<10
	base.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}

	var away error
	for _, addr := range addrs {
		one := *base
		one.Addr = addr
		if one.TLSConfig != nil {
			one.TLSConfig = one.TLSConfig.Clone()
			one.TLSConfig.ServerName, _, _ = net.SplitHostPort(addr)
		}
		mode, err := redisMode(ctx, one)
		switch {
		case err != nil:
			away = err
			continue
		case mode != "cluster" && len(addrs) > 1:
			return nil, fmt.Errorf("%w: several addresses are given, but they are not a cluster; give one", ErrUnfit)
		case mode != "cluster":
			return redis.NewClient(&one), nil
		case base.DB != 0:
			return nil, fmt.Errorf("%w: a cluster has only database 0; take the number off the address", ErrUnfit)
		}
		return redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: addrs, Username: base.Username, Password: base.Password, TLSConfig: base.TLSConfig,
			Protocol: base.Protocol, DialTimeout: base.DialTimeout, DialerRetries: 1, ReadTimeout: base.ReadTimeout, WriteTimeout: base.WriteTimeout,
			ContextTimeoutEnabled: true, PoolSize: base.PoolSize, PipelinePoolSize: -1,
			ReadBufferSize: base.ReadBufferSize, WriteBufferSize: base.WriteBufferSize,
			MaintNotificationsConfig: base.MaintNotificationsConfig,
		}), nil
	}
	return nil, fmt.Errorf("storage: connect to Redis: %w", away)
}

// redisMode is what a server says it is: standalone, sentinel or cluster.
func redisMode(ctx context.Context, opts redis.Options) (string, error) {
	opts.DB = 0 // a cluster refuses another before it says that it is one
	client := redis.NewClient(&opts)
	defer client.Close()
	info, err := client.Info(ctx, "server").Result()
	if err != nil {
		return "", redisError(err)
	}
	return infoField(info, "redis_mode"), nil
}

// parseRedisURL splits "redis://user:password@host:port,host:port/db?options" into options and addresses. Its errors
// do not show the url, which may hold a password.
func parseRedisURL(url string) (*redis.Options, []string, error) {
	bad := errors.New(`storage: not a Redis address; it looks like redis://:password@host:6379/0, for a cluster redis://host:port,host:port`)
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return nil, nil, bad
	}
	end := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		end = i
	}
	start := strings.LastIndex(rest[:end], "@") + 1
	var base *redis.Options
	var addrs []string
	for host := range strings.SplitSeq(rest[start:end], ",") {
		opts, err := redis.ParseURL(scheme + "://" + rest[:start] + strings.TrimPrefix(host, scheme+"://") + rest[end:])
		if err != nil {
			return nil, nil, bad
		}
		if base == nil {
			base = opts
		}
		addrs = append(addrs, opts.Addr)
	}
	return base, addrs, nil
}

// script is a Lua script that is called by its hash.
type script struct {
	source, hash string
}

func newScript(source string) script {
	sum := sha1.Sum([]byte(source))
	return script{source: source, hash: hex.EncodeToString(sum[:])}
}

// begin is the start of the arguments of a call, with room for its keys and args, which are appended in this order.
func (s script) begin(keys, args int) []any {
	return append(make([]any, 0, 3+keys+args), "evalsha", s.hash, keys)
}

func (s script) call(args []any) *command { return &command{args: args, source: s.source} }

// command is one command of a pipeline.
type command struct {
	args   []any
	source string // of the script, if it calls one
	value  any    // the answer
	err    error  // set by flush
}

func plain(args ...any) *command { return &command{args: args} }

// do sends commands, together with those of other calls, and waits for all their answers. Its error is that of the
// first command that failed.
func (r *Redis) do(ctx context.Context, cmds ...*command) error {
	if len(cmds) == 0 {
		return ctx.Err()
	}
	return r.calls.do(ctx, cmds, len(cmds))
}

// flush sends the commands of calls in one pipeline; those whose script the server does not know (it was restarted, or
// failed over) once more with their source.
func (r *Redis) flush(calls []*queued[[]*command]) {
	var all []*command
	for _, call := range calls {
		all = append(all, call.work...)
	}
	r.send(all)
	var unknown []*command
	for _, c := range all {
		if c.source != "" && c.err != nil && redis.HasErrorPrefix(c.err, "NOSCRIPT") {
			c.args[0], c.args[1] = "eval", c.source
			unknown = append(unknown, c)
		}
	}
	if len(unknown) > 0 {
		r.send(unknown)
	}
	for _, call := range calls {
		for _, c := range call.work {
			if c.err != nil {
				call.err = redisError(c.err)
				break
			}
		}
	}
}

func (r *Redis) send(cmds []*command) {
	ctx := context.Background()
	pipe := r.client.Pipeline()
	if r.whole && len(cmds) > 1 {
		pipe = r.client.TxPipeline()
	}
	sent := make([]*redis.Cmd, len(cmds))
	for i, c := range cmds {
		sent[i] = pipe.Do(ctx, c.args...)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, c := range cmds {
		c.value, c.err = sent[i].Result()
		if errors.Is(c.err, redis.Nil) {
			c.err = nil
		}
	}
}

// redisError gives an error its class. Whatever is not a plain "ERR" of a script or command is the server's or the network's
// state, which passes: loading, read-only, no quorum, out of memory, a refused or broken connection, a time-out.
func redisError(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	var answer redis.Error
	if errors.As(err, &answer) && (redis.HasErrorPrefix(err, "ERR ") || redis.HasErrorPrefix(err, "WRONGTYPE")) {
		return fmt.Errorf("storage: Redis refuses a command: %w", err)
	}
	return fmt.Errorf("%w: %w", ErrAway, err)
}

// pairs ranges over a flat list of id, body.
func pairs(v any) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		list, _ := v.([]any)
		for i := 0; i+1 < len(list); i += 2 {
			id, _ := list[i].(string)
			body, _ := list[i+1].(string)
			if !yield(id, []byte(body)) {
				return
			}
		}
	}
}

func texts(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, errAnswer
	}
	if len(list) == 0 {
		return nil, nil
	}
	out := make([]string, len(list))
	for i := range list {
		if out[i], ok = list[i].(string); !ok {
			return nil, errAnswer
		}
	}
	return out, nil
}

// Ping implements Conversations. It fails with ErrUnfit when a master evicts keys or is too old.
func (r *Redis) Ping(ctx context.Context) (err error) {
	defer r.observe("ping", time.Now(), &err)
	err = r.eachMaster(ctx, func(ctx context.Context, c *redis.Client) error {
		info, err := c.Info(ctx).Result()
		if err != nil {
			return redisError(err)
		}
		return fitness(info)
	})
	if err != nil {
		return err
	}
	if err := r.client.Set(ctx, r.opts.Prefix+"ping", "", time.Second).Err(); err != nil {
		return redisError(err)
	}
	return nil
}

// fitness judges the answer of INFO.
func fitness(info string) error {
	if p := infoField(info, "maxmemory_policy"); p != "" && p != "noeviction" {
		return fmt.Errorf("%w: its maxmemory-policy is %s, so it may drop them to free memory; set maxmemory-policy to noeviction", ErrUnfit, p)
	}
	var major, minor int
	if _, err := fmt.Sscanf(infoField(info, "redis_version"), "%d.%d", &major, &minor); err == nil && (major < 6 || major == 6 && minor < 2) {
		return fmt.Errorf("%w: it is version %d.%d; 6.2 or newer is needed", ErrUnfit, major, minor)
	}
	switch {
	case infoField(info, "loading") == "1":
		return fmt.Errorf("%w: Redis is loading its data", ErrAway)
	case infoField(info, "role") == "slave":
		return fmt.Errorf("%w: this Redis is a read-only replica", ErrAway)
	}
	return nil
}

// infoField is a field of an answer of INFO, or "".
func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// Durability tells what a crash of Redis's machine may cost: "always" (nothing that was acknowledged), "everysec" (up to the last second or two),
// "no" (what the kernel had not written), "off" (all since the last snapshot), or "unknown" when Redis does not tell. Of a cluster, the
// weakest of its masters.
func (r *Redis) Durability(ctx context.Context) string {
	weakness := []string{"always", "everysec", "no", "off", "unknown"}
	worst := 0
	var mu sync.Mutex
	err := r.eachMaster(ctx, func(ctx context.Context, c *redis.Client) error {
		conf := map[string]string{}
		for _, name := range []string{"appendonly", "appendfsync"} {
			v, err := c.ConfigGet(ctx, name).Result()
			if err != nil {
				return err
			}
			maps.Copy(conf, v)
		}
		sync := conf["appendfsync"]
		if conf["appendonly"] != "yes" {
			sync = "off"
		}
		at := slices.Index(weakness, sync)
		if at < 0 {
			at = len(weakness) - 1
		}
		mu.Lock()
		defer mu.Unlock()
		worst = max(worst, at)
		return nil
	})
	if err != nil {
		return "unknown"
	}
	return weakness[worst]
}

// eachMaster calls f for the server, or for each master of the cluster, at the same time.
func (r *Redis) eachMaster(ctx context.Context, f func(context.Context, *redis.Client) error) error {
	switch c := r.client.(type) {
	case *redis.Client:
		return f(ctx, c)
	case *redis.ClusterClient:
		if err := c.ForEachMaster(ctx, f); err != nil {
			if errors.Is(err, ErrUnfit) || errors.Is(err, ErrAway) {
				return err
			}
			return redisError(err)
		}
	}
	return nil
}
