package simulator

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// update is one event on its way to a bot.
type update struct {
	id      int64
	body    []byte
	lane    int64     // updates of one lane are delivered in order
	expires time.Time // zero: never
	chat    string    // Zalo: whose
	message string    // Zalo: which
	again   bool      // a duplicate: not dropped by an offset before it was delivered once
	given   bool
}

// hookTarget is where a webhook is.
type hookTarget struct {
	url  string
	host string // of the Host header
	addr string // host:port to dial
	tls  *tls.Config
	head []byte // the request up to the value of Content-Length
}

var errHookURL = errors.New("not a webhook address")

// readTarget reads a webhook's address. Its head ends before secret is added.
func readTarget(target string) (hookTarget, *url.URL, error) {
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(target, " \r\n") {
		return hookTarget{}, nil, errHookURL
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	h := hookTarget{url: target, host: u.Host, addr: net.JoinHostPort(u.Hostname(), port)}
	if u.Scheme == "https" {
		h.tls = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	}
	return h, u, nil
}

// compose writes what is the same in every delivery.
func (h *hookTarget) compose(u *url.URL, header, secret string) {
	h.head = append(h.head[:0], "POST "+u.RequestURI()+" HTTP/1.1\r\nHost: "+h.host+"\r\nContent-Type: application/json\r\nAccept-Encoding: gzip, deflate\r\n"...)
	if secret != "" {
		h.head = append(h.head, header+": "+secret+"\r\n"...)
	}
	h.head = append(h.head, "Content-Length: "...)
}

// hook delivers a bot's updates to its webhook: those of one lane one at a time and in order, lanes in
// parallel. Everything in it is under mu, the lock of the queue it belongs to.
type hook struct {
	hookTarget
	p    *platform
	mu   *sync.Mutex
	then hookPolicy

	max     int     // deliveries at the same time
	nowhere bool    // the address is not on this machine, and the emulator does not go there
	patient float64 // seconds of the platform's that an answer may take
	lanes   map[int64]*hookLane
	ready   []*hookLane
	pending int
	workers int
	idle    int
	wake    sync.Cond
	closed  bool
	gone    chan struct{} // closed with the hook
}

// hookPolicy is what a platform does with the answers to its deliveries.
type hookPolicy interface {
	envelope() (before, after string) // what stands around an update
	answered(hookAnswer)              // one was taken; not locked
	taken(*update)                    // one was taken; locked
	failed(*hookLane, hookAnswer)     // one was not: drop, arm or later is called for its lane; locked
}

// hookLane holds the updates of one chat; its first is under way or waits for its next try.
type hookLane struct {
	key   int64
	items []*update
	tries int
}

func newHook(p *platform, mu *sync.Mutex, t hookTarget, max int, patient float64) *hook {
	h := &hook{hookTarget: t, p: p, mu: mu, max: max, patient: patient, lanes: map[int64]*hookLane{}, gone: make(chan struct{})}
	h.wake.L = mu
	return h
}

// end stops the deliveries and returns what was not delivered, oldest first.
func (h *hook) end() (left []*update) {
	h.closed = true
	close(h.gone)
	h.wake.Broadcast()
	for _, l := range h.lanes {
		left = append(left, l.items...)
	}
	slices.SortStableFunc(left, func(a, b *update) int { return cmp.Compare(a.id, b.id) })
	return left
}

// clear drops what waits; what is under way can't be recalled.
func (h *hook) clear() {
	for _, l := range h.lanes {
		l.items = l.items[:min(1, len(l.items))]
	}
	h.pending = len(h.lanes)
}

// add puts an update into its lane; the queue is locked.
func (h *hook) add(u *update) {
	h.pending++
	l := h.lanes[u.lane]
	if l == nil {
		l = &hookLane{key: u.lane}
		h.lanes[u.lane] = l
	}
	l.items = append(l.items, u)
	if len(l.items) == 1 {
		h.arm(l)
	}
}

// arm gives a lane to the next free worker.
func (h *hook) arm(l *hookLane) {
	if h.closed {
		return
	}
	h.ready = append(h.ready, l)
	if len(h.ready) <= h.idle {
		h.wake.Signal()
	} else if h.workers < h.max {
		select {
		case <-h.p.done:
			return
		default:
		}
		h.workers++
		h.p.hooks.Go(h.work)
	}
}

// work delivers over one kept-alive connection until the hook goes.
func (h *hook) work() {
	conn := &hookConn{h: h}
	// Whatever the worker waits for ends when the hook or the emulator does.
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-h.gone:
		case <-h.p.done:
		case <-ended:
		}
		h.mu.Lock()
		h.closed = true
		h.wake.Broadcast()
		h.mu.Unlock()
		conn.stop()
	}()
	h.mu.Lock()
	defer h.mu.Unlock()
	for {
		for len(h.ready) == 0 && !h.closed {
			h.idle++
			h.wake.Wait()
			h.idle--
		}
		if h.closed {
			return
		}
		l := h.ready[0]
		h.ready = h.ready[1:]
		u := l.items[0]
		if !u.expires.IsZero() && h.p.now().After(u.expires) {
			h.drop(l)
			continue
		}
		h.mu.Unlock()
		a := conn.deliver(u.body)
		if a.ok() {
			h.then.answered(a)
		}
		h.mu.Lock()
		switch {
		case h.closed:
		case a.ok():
			h.then.taken(l.items[0])
			h.drop(l)
		default:
			h.then.failed(l, a)
		}
	}
}

// drop ends the first update of a lane.
func (h *hook) drop(l *hookLane) {
	h.pending--
	l.tries = 0
	l.items[0] = nil
	if l.items = l.items[1:]; len(l.items) == 0 {
		delete(h.lanes, l.key)
		return
	}
	h.arm(l)
}

// later tries a lane's first update again after a while.
func (h *hook) later(l *hookLane, seconds float64) {
	if seconds == 0 {
		h.arm(l)
		return
	}
	time.AfterFunc(h.p.scaled(seconds), func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(l.items) > 0 && h.lanes[l.key] == l {
			h.arm(l)
		}
	})
}

// hookAnswer is what the bot's server answered; the slices are valid until the next delivery.
type hookAnswer struct {
	status      int
	retryAfter  int
	contentType []byte
	body        []byte
	err         error
	reached     bool // the server may have got it
}

func (a *hookAnswer) ok() bool { return a.err == nil && a.status/100 == 2 }

func (a *hookAnswer) timedOut() bool {
	var ne net.Error
	return errors.As(a.err, &ne) && ne.Timeout()
}

// hookConn is a worker's connection to the bot's server.
type hookConn struct {
	h    *hook
	wire *wireConn
	out  []byte

	mu      sync.Mutex
	raw     net.Conn
	stopped bool
}

func (c *hookConn) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if c.raw != nil {
		_ = c.raw.Close()
	}
}

func (c *hookConn) drop() {
	if c.wire != nil {
		_ = c.wire.Close()
		c.wire = nil
	}
}

func (c *hookConn) dial() error {
	if c.h.nowhere {
		return errNotHere
	}
	var raw net.Conn
	var err error
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if c.h.tls != nil {
		raw, err = (&tls.Dialer{Config: c.h.tls}).DialContext(ctx, "tcp", c.h.addr)
	} else {
		raw, err = new(net.Dialer).DialContext(ctx, "tcp", c.h.addr)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		_ = raw.Close()
		return net.ErrClosed
	}
	c.raw, c.wire = raw, &wireConn{Conn: raw, buf: make([]byte, 2<<10)}
	return nil
}

// deliver posts one update. A kept connection that the server had closed meanwhile is not a failure.
func (c *hookConn) deliver(update []byte) hookAnswer {
	before, after := c.h.then.envelope()
	c.out = append(c.out[:0], c.h.head...)
	c.out = strconv.AppendInt(c.out, int64(len(before)+len(update)+len(after)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, before...)
	c.out = append(c.out, update...)
	c.out = append(c.out, after...)
	reached := false
	if c.wire != nil {
		a := c.try()
		if a.err == nil {
			return a
		}
		reached = true
		c.drop()
		if a.timedOut() {
			return a
		}
	}
	if err := c.dial(); err != nil {
		return hookAnswer{err: err, reached: reached}
	}
	a := c.try()
	if a.err != nil {
		c.drop()
	}
	return a
}

func (c *hookConn) try() (a hookAnswer) {
	w := c.wire
	a.reached = true
	w.recycle()
	_ = w.SetDeadline(time.Now().Add(c.h.p.scaled(c.h.patient)))
	if _, a.err = w.Write(c.out); a.err != nil {
		return a
	}
	var h head
	for a.status < 200 {
		raw, err := w.head()
		if err != nil {
			a.err = err
			return a
		}
		w.r += len(raw)
		if a.status, a.retryAfter = h.parseAnswer(raw); a.status < 100 {
			a.err = errors.New("simulator: not an HTTP answer")
			return a
		}
	}
	a.contentType = h.contentType
	if h.length < 0 { // neither a length nor chunks: the body ends with the connection
		h.length, h.close = 0, true
	}
	if a.status != http.StatusNoContent {
		a.body, a.err = w.body(&h)
	}
	if h.close && a.err == nil {
		c.drop()
	}
	return a
}

// parseAnswer reads a status line and headers; 0 means that it is none.
func (h *head) parseAnswer(raw []byte) (status, retryAfter int) {
	line, _, _ := bytes.Cut(raw, []byte("\r\n"))
	proto, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || !bytes.HasPrefix(proto, []byte("HTTP/1.")) || len(rest) < 3 {
		return 0, 0
	}
	status, err := strconv.Atoi(string(rest[:3]))
	if err != nil {
		return 0, 0
	}
	*h = head{length: -1, close: proto[len(proto)-1] == '0'}
	if !h.fields(raw[len(line)+2:]) {
		return 0, 0
	}
	return status, h.retryAfter
}
