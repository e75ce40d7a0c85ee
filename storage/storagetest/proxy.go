package storagetest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var hostPart = regexp.MustCompile(`(?:@|//)([^/@]+:\d+)`)

// Host is the host and port of a URL.
func Host(url string) string { return hostPart.FindStringSubmatch(url)[1] }

// Via is a URL with the proxy in the place of its host.
func Via(url string, p *Proxy) string { return strings.Replace(url, Host(url), p.Addr(), 1) }

// FreeAddr is an address of the loopback where nobody listens. Its port is below those that the system gives to
// connections, so that a process which is killed finds it free when it comes again.
func FreeAddr(t testing.TB) string {
	t.Helper()
	for range 1000 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port between 20000 and 32000")
	return ""
}

// Proxy passes TCP connections on to a server, until it is told to cut them.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	away  bool
	conns map[net.Conn]struct{}
}

// NewProxy listens on a free port of the loopback and passes connections on to target, until t ends.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: target, conns: map[net.Conn]struct{}{}}
	var passing sync.WaitGroup
	passing.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			passing.Go(func() { p.pass(c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.Cut()
		passing.Wait()
	})
	return p
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut breaks every connection. New ones pass, unless the proxy is away.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// Away breaks every connection and refuses new ones until Back.
func (p *Proxy) Away() { p.setAway(true) }

// Back lets connections pass again.
func (p *Proxy) Back() { p.setAway(false) }

func (p *Proxy) setAway(away bool) {
	p.mu.Lock()
	p.away = away
	p.mu.Unlock()
	if away {
		p.Cut()
	}
}

func (p *Proxy) pass(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer out.Close()
	p.mu.Lock()
	away := p.away
	p.conns[in], p.conns[out] = struct{}{}, struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, in)
		delete(p.conns, out)
	}()
	if away {
		return
	}
	var answers sync.WaitGroup
	answers.Go(func() {
		_, _ = io.Copy(in, out) // ends with either connection
		in.Close()
	})
	_, _ = io.Copy(out, in)
	out.Close()
	answers.Wait()
}
