package storagetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage"

	"github.com/redis/go-redis/v9"
)

// missing ends a test for which a service is not there: in CI it fails.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// RedisURL is the Redis of REDIS_URL, or of the usual local port.
func RedisURL(t testing.TB) string {
	t.Helper()
	if url := os.Getenv("REDIS_URL"); url != "" {
		return url
	}
	conn, err := net.DialTimeout("tcp", "127.0.0.1:6379", time.Second)
	if err != nil {
		missing(t, "no Redis at 127.0.0.1:6379; start one, or name one by REDIS_URL")
	}
	conn.Close()
	return "redis://127.0.0.1:6379"
}

// OpenRedis opens a store on the Redis at url under keys of its own, which are removed when t ends.
func OpenRedis(t testing.TB, url string, opts storage.RedisOptions) *storage.Redis {
	t.Helper()
	opts.Prefix = "test:" + rand.Text() + ":"
	store, err := storage.OpenRedis(context.Background(), url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
		clean(t, url, opts.Prefix)
	})
	return store
}

// clean removes the keys that begin with prefix.
func clean(t testing.TB, url, prefix string) {
	if strings.Contains(url, ",") { // a cluster, which goes with the test
		return
	}
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(opts)
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for cursor, first := uint64(0), true; first || cursor != 0; first = false {
		var keys []string
		if keys, cursor, err = c.Scan(ctx, cursor, prefix+"*", 1000).Result(); err != nil {
			t.Error("remove keys:", err)
			return
		}
		for _, key := range keys {
			if err := c.Unlink(ctx, key).Err(); err != nil {
				t.Error("remove keys:", err)
				return
			}
		}
	}
}

// Server is a redis-server that a test started.
type Server struct {
	Addr string
	cmd  *exec.Cmd
	args []string
}

// StartRedis starts a redis-server on a free port of the loopback, in a folder of its own, with args added, and stops
// it when t ends. It waits until the server answers.
func StartRedis(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		missing(t, "no redis-server is installed")
	}
	port := freePort(t)
	s := &Server{Addr: "127.0.0.1:" + port}
	s.args = append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir()}, args...)
	t.Cleanup(s.Kill)
	s.Start(t)
	return s
}

// Start starts the server again, after Kill.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("redis-server", s.args...)
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, DialerRetries: 1})
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for conn, err := net.Dial("tcp", s.Addr); ctx.Err() == nil; conn, err = net.Dial("tcp", s.Addr) { // the client would write of every refusal
		if err == nil {
			conn.Close()
			break
		}
		runtime.Gosched()
	}
	for {
		err := c.Ping(ctx).Err()
		if err == nil || redis.HasErrorPrefix(err, "NOAUTH") {
			return
		}
		if ctx.Err() != nil {
			t.Fatal("redis-server does not answer: ", err)
		}
	}
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // the error says that it was killed
}

// freePort is a free port of the loopback whose bus port of a cluster, 10000 higher, is free too.
func freePort(t testing.TB) string {
	t.Helper()
	for range 1000 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		if port+10000 < 1<<16 {
			if bus, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+10000)); err == nil {
				bus.Close()
				l.Close()
				return strconv.Itoa(port)
			}
		}
		defer l.Close() // so that the next is another
	}
	t.Fatal("no free port below 55536")
	return ""
}

// StartCluster starts a Redis Cluster of three masters, with args added to each one's, and gives its URL.
func StartCluster(t testing.TB, args ...string) (url string, servers []*Server) {
	t.Helper()
	const masters, slots = 3, 16384
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var addrs []string
	var nodes []*redis.Client
	for i := range masters {
		s := StartRedis(t, append([]string{"--cluster-enabled", "yes", "--cluster-node-timeout", "5000"}, args...)...)
		servers, addrs = append(servers, s), append(addrs, s.Addr)
		c := redis.NewClient(&redis.Options{Addr: s.Addr})
		defer c.Close()
		nodes = append(nodes, c)
		if err := c.ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err(); err != nil {
			t.Fatal(err)
		}
		if err := c.Do(ctx, "cluster", "set-config-epoch", i+1).Err(); err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			host, port, _ := net.SplitHostPort(addrs[0])
			if err := c.ClusterMeet(ctx, host, port).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range nodes {
		for {
			info, err := c.ClusterInfo(ctx).Result()
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3") {
				break
			}
		}
	}
	return "redis://" + strings.Join(addrs, ","), servers
}
