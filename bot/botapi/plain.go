package botapi

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// plainPool calls an API server that is reached without TLS, which is one of our own beside the bot: the only
// kind that takes thousands of calls a second. It keeps connections and lets the caller's goroutine do the
// writing and the reading, at about half the work of net/http's transport. Calls to the platform itself, and
// uploads, go through net/http.
type plainPool struct {
	addr, host string
	dialer     net.Dialer

	mu   sync.Mutex
	idle []*plainConn // the last used is at the end
}

type plainConn struct {
	net.Conn
	r     *bufio.Reader
	out   []byte
	since time.Time
}

const (
	plainIdle = 20 * time.Second // below the keep-alive of any server in use
	plainKept = 512
)

// newPlainPool is nil where net/http is to be used.
func newPlainPool(base string) *plainPool {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" || u.User != nil {
		return nil
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u}); err != nil || proxy != nil {
		return nil
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return &plainPool{addr: net.JoinHostPort(u.Hostname(), port), host: u.Host, dialer: net.Dialer{Timeout: 10 * time.Second}}
}

func (p *plainPool) take(ctx context.Context) (*plainConn, error) {
	now := time.Now()
	p.mu.Lock()
	for n := len(p.idle); n > 0; n = len(p.idle) {
		c := p.idle[n-1]
		p.idle[n-1] = nil
		p.idle = p.idle[:n-1]
		if now.Sub(c.since) < plainIdle {
			p.mu.Unlock()
			return c, nil
		}
		_ = c.Close()
	}
	p.mu.Unlock()
	raw, err := p.dialer.DialContext(ctx, "tcp", p.addr)
	if err != nil {
		return nil, err
	}
	return &plainConn{Conn: raw, r: bufio.NewReaderSize(raw, 2<<10)}, nil
}

func (p *plainPool) keep(c *plainConn) {
	c.since = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) < plainKept {
		p.idle = append(p.idle, c)
		return
	}
	_ = c.Close()
}

// do sends a request of known length and passes the answer to read, which must read its whole body.
func (p *plainPool) do(ctx context.Context, most time.Duration, req *http.Request, read func(*http.Response) error) error {
	if err := ctx.Err(); err != nil {
		return NotSent{err}
	}
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	until := time.Now().Add(most)
	if d, ok := ctx.Deadline(); ok && d.Before(until) {
		until = d
	}
	_ = c.SetDeadline(until)
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	resp, err := c.roundTrip(p.host, req) //nolint:bodyclose // read to its end, or the connection is closed
	if err == nil {
		err = read(resp)
	}
	if live := stop(); err != nil || !live || resp.Close || c.r.Buffered() > 0 {
		_ = c.Close()
		if cause := ctx.Err(); err != nil && cause != nil {
			return cause
		}
		return err
	}
	p.keep(c)
	return nil
}

func (c *plainConn) roundTrip(host string, req *http.Request) (*http.Response, error) {
	b := append(c.out[:0], req.Method...)
	b = append(b, ' ')
	b = append(b, req.URL.RequestURI()...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, host...)
	if kind := req.Header.Get("Content-Type"); kind != "" {
		b = append(b, "\r\nContent-Type: "...)
		b = append(b, kind...)
	}
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, req.ContentLength, 10)
	b = append(b, "\r\n\r\n"...)
	if req.ContentLength > 0 {
		n := len(b)
		b = append(b, make([]byte, req.ContentLength)...)
		if _, err := io.ReadFull(req.Body, b[n:]); err != nil {
			return nil, NotSent{err}
		}
	}
	if c.out = b; cap(b) > 64<<10 {
		c.out = nil
	}
	if _, err := c.Write(b); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(c.r, req)
	for err == nil && resp.StatusCode < 200 {
		resp, err = http.ReadResponse(c.r, req)
	}
	return resp, err
}
