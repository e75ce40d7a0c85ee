package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// telegramHook delivers a bot's updates to its webhook: those of one lane one at a time and in order, lanes in
// parallel. Everything in it is under the queue's lock.
type telegramHook struct {
	q         *telegramQueue
	url       string
	host      string // of the Host header
	addr      string // host:port to dial
	tls       *tls.Config
	custom    bool // an own certificate was given
	head      []byte
	secret    string
	max       int
	ip        string
	lanes     map[int64]*telegramLane
	ready     []*telegramLane
	pending   int
	workers   int
	idle      int
	wake      sync.Cond
	closed    bool
	gone      chan struct{} // closed with the hook
	goneSince time.Time     // when HTTP 410 began

	lastError     string
	lastErrorDate time.Time
}

type telegramLane struct {
	key   int64
	items []*telegramUpdate
	tries int
}

const goneLife = 23 * time.Hour

func (c *telegramCallContext) setWebhook() *telegramError {
	target := c.p.get("url")
	if target == "" {
		return c.removeWebhook()
	}
	h, e := c.readHook(target)
	if e != nil {
		return e
	}
	q := &c.b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	allowText := q.allowText
	q.allow(c.p.json("allowed_updates"))
	if c.p.flag("drop_pending_updates") {
		q.clear()
	} else if old := q.hook; old != nil && old.url == h.url && old.secret == h.secret && old.max == h.max && old.ip == h.ip && allowText == q.allowText && !h.custom {
		return c.okWith("Webhook is already set")
	}
	if now := time.Now(); now.Sub(q.hookSet) < c.b.t.scaled(1) {
		return tooMany(1)
	} else {
		q.hookSet = now
	}
	if q.poll != nil {
		q.poll.end <- errPollSetHook
		q.poll = nil
	}
	q.unhook()
	q.hook = h
	for _, u := range q.items {
		h.add(u)
	}
	q.items = nil
	return c.okWith("Webhook was set")
}

// readHook checks the parameters of setWebhook. Plain HTTP and any port are taken on the loopback interface
// only; the platform itself would not reach it.
func (c *telegramCallContext) readHook(target string) (*telegramHook, *telegramError) {
	secret := c.p.get("secret_token")
	if len(secret) > 256 {
		return nil, badRequest("secret token is too long")
	}
	for i := range len(secret) {
		if !isAlnum(secret[i]) && secret[i] != '_' && secret[i] != '-' {
			return nil, badRequest("secret token contains unallowed characters")
		}
	}
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || strings.ContainsAny(target, " \r\n") {
		return nil, badRequest("invalid webhook URL specified")
	}
	local := loopback(u.Hostname())
	if u.Scheme != "https" && !local {
		return nil, badRequest("bad webhook: HTTPS URL must be provided for webhook")
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	if !local && !slices.Contains([]string{"443", "80", "88", "8443"}, port) {
		return nil, badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	h := &telegramHook{
		q: &c.b.queue, url: target, secret: secret, host: u.Host, addr: net.JoinHostPort(u.Hostname(), port),
		max: 40, ip: c.p.get("ip_address"), lanes: map[int64]*telegramLane{}, gone: make(chan struct{}),
	}
	if n := int(c.p.int("max_connections")); n > 0 {
		h.max = min(n, 100)
	}
	if h.ip != "" {
		h.addr = net.JoinHostPort(h.ip, port)
	}
	if u.Scheme == "https" {
		h.tls = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		if cert := c.p.file("certificate"); cert != nil {
			h.custom, h.tls.RootCAs = true, x509.NewCertPool()
			if !h.tls.RootCAs.AppendCertsFromPEM(cert.data) {
				return nil, badRequest("bad webhook: failed to set custom certificate file")
			}
		}
	}
	h.wake.L = &h.q.mu
	h.head = append(h.head, "POST "+u.RequestURI()+" HTTP/1.1\r\nHost: "+h.host+"\r\nContent-Type: application/json\r\nAccept-Encoding: gzip, deflate\r\n"...)
	if secret != "" {
		h.head = append(h.head, "X-Telegram-Bot-Api-Secret-Token: "+secret+"\r\n"...)
	}
	h.head = append(h.head, "Content-Length: "...)
	return h, nil
}

func (c *telegramCallContext) deleteWebhook() *telegramError { return c.removeWebhook() }

func (c *telegramCallContext) removeWebhook() *telegramError {
	q := &c.b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if c.p.flag("drop_pending_updates") {
		q.clear()
	}
	if q.hook == nil {
		return c.okWith("Webhook is already deleted")
	}
	q.unhook()
	return c.okWith("Webhook was deleted")
}

func (q *telegramQueue) clear() {
	q.items = nil
	if h := q.hook; h != nil {
		for _, l := range h.lanes {
			l.items = l.items[:min(1, len(l.items))] // what is under way can't be recalled
		}
		h.pending = len(h.lanes)
	}
}

// unhook takes the webhook away and keeps what was not delivered for what comes next.
func (q *telegramQueue) unhook() {
	h := q.hook
	if h == nil {
		return
	}
	q.hook = nil
	h.closed = true
	close(h.gone)
	h.wake.Broadcast()
	for _, l := range h.lanes {
		q.items = append(q.items, l.items...)
	}
	slices.SortStableFunc(q.items, func(a, b *telegramUpdate) int { return int(a.id - b.id) })
}

func (c *telegramCallContext) getWebhookInfo() *telegramError {
	q := &c.b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	b := append(c.x.out, `{"url":`...)
	h := q.hook
	if h == nil {
		b = append(b, `"","has_custom_certificate":false`...)
	} else {
		b = appendString(b, h.url)
		b = append(b, `,"has_custom_certificate":`...)
		b = strconv.AppendBool(b, h.custom)
	}
	b = append(b, `,"pending_update_count":`...)
	b = appendInt(b, int64(q.pending()))
	if h != nil {
		if host, _, err := net.SplitHostPort(h.addr); err == nil && net.ParseIP(host) != nil {
			b = append(b, `,"ip_address":`...)
			b = appendString(b, host)
		}
		if h.lastError != "" {
			b = append(b, `,"last_error_date":`...)
			b = appendInt(b, h.lastErrorDate.Unix())
			b = append(b, `,"last_error_message":`...)
			b = appendString(b, h.lastError)
		}
		b = append(b, `,"max_connections":`...)
		b = appendInt(b, int64(h.max))
	}
	if q.allowText != "" {
		b = append(b, `,"allowed_updates":`...)
		b = append(b, q.allowText...)
	}
	c.x.out = append(b, '}')
	return nil
}

// add puts an update into its lane; the queue is locked.
func (h *telegramHook) add(u *telegramUpdate) {
	h.pending++
	l := h.lanes[u.lane]
	if l == nil {
		l = &telegramLane{key: u.lane}
		h.lanes[u.lane] = l
	}
	l.items = append(l.items, u)
	if len(l.items) == 1 {
		h.arm(l)
	}
}

// arm gives a lane to the next free worker.
func (h *telegramHook) arm(l *telegramLane) {
	if h.closed {
		return
	}
	h.ready = append(h.ready, l)
	if len(h.ready) <= h.idle {
		h.wake.Signal()
	} else if h.workers < h.max {
		select {
		case <-h.q.bot.t.done:
			return
		default:
		}
		h.workers++
		h.q.bot.t.hooks.Go(h.work)
	}
}

// work delivers over one kept-alive connection until the hook goes.
func (h *telegramHook) work() {
	t := h.q.bot.t
	conn := &hookConn{h: h}
	// Whatever the worker waits for ends when the hook or the emulator does.
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-h.gone:
		case <-t.done:
		case <-ended:
		}
		h.q.mu.Lock()
		h.closed = true
		h.wake.Broadcast()
		h.q.mu.Unlock()
		conn.stop()
	}()
	h.q.mu.Lock()
	defer h.q.mu.Unlock()
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
		if t.now().After(u.expires) {
			h.drop(l)
			continue
		}
		h.q.mu.Unlock()
		a := conn.deliver(u.body)
		if a.err == nil && a.status/100 == 2 && len(a.body) > 0 {
			h.q.bot.runAnswer(a)
		}
		h.q.mu.Lock()
		if !h.closed {
			h.settle(l, a)
		}
	}
}

// drop ends the first update of a lane.
func (h *telegramHook) drop(l *telegramLane) {
	h.pending--
	l.tries = 0
	l.items[0] = nil
	if l.items = l.items[1:]; len(l.items) == 0 {
		delete(h.lanes, l.key)
		return
	}
	h.arm(l)
}

// settle decides what becomes of an update after a try.
func (h *telegramHook) settle(l *telegramLane, a hookAnswer) {
	t := h.q.bot.t
	if a.err == nil && a.status/100 == 2 {
		h.goneSince = time.Time{}
		h.drop(l)
		return
	}
	now := t.now()
	h.lastErrorDate = now
	if a.err != nil {
		h.lastError = "Connection failed"
		var ne net.Error
		if errors.As(a.err, &ne) && ne.Timeout() {
			h.lastError = "Read timeout expired"
		}
	} else {
		h.lastError = "Wrong response from the webhook: " + strconv.Itoa(a.status) + " " + http.StatusText(a.status)
	}
	h.q.bot.stats.hookFailures.Add(1)
	if a.status == http.StatusGone {
		if h.goneSince.IsZero() {
			h.goneSince = now
		} else if now.Sub(h.goneSince) >= goneLife {
			h.q.unhook()
			return
		}
	}
	l.tries++
	wait := t.retryAfter(l.tries)
	if a.retryAfter > 0 {
		wait = float64(min(a.retryAfter, 3600))
	}
	if wait == 0 {
		h.arm(l)
		return
	}
	time.AfterFunc(t.scaled(wait), func() {
		h.q.mu.Lock()
		defer h.q.mu.Unlock()
		if len(l.items) > 0 && h.lanes[l.key] == l {
			h.arm(l)
		}
	})
}

// retryAfter is the platform's schedule: at once, then 2, 4, 8 … s up to a random 60 to 120 s.
func (t *Telegram) retryAfter(tries int) float64 {
	if tries < 2 {
		return 0
	}
	t.randMu.Lock()
	top := 60 + 60*t.random.Float64()
	t.randMu.Unlock()
	return math.Min(top, math.Pow(2, float64(min(tries-1, 10))))
}

// runAnswer runs the method that a webhook's answer may carry. Its result is seen by nobody.
func (b *TelegramBot) runAnswer(a hookAnswer) {
	var p params
	if p.read(nil, a.contentType, a.body) != nil {
		return
	}
	name := strings.ToLower(p.get("method"))
	m := b.t.methods[name]
	if m == nil || strings.HasPrefix(name, "get") || name == "setwebhook" || name == "deletewebhook" {
		return
	}
	var x exchange
	x.reset()
	x.contentType, x.body = a.contentType, a.body
	b.call(&x, m)
}

// hookAnswer is what the bot's server answered; the slices are valid until the next delivery.
type hookAnswer struct {
	status      int
	retryAfter  int
	contentType []byte
	body        []byte
	err         error
}

// hookConn is a worker's connection to the bot's server.
type hookConn struct {
	h    *telegramHook
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
	c.out = append(c.out[:0], c.h.head...)
	c.out = strconv.AppendInt(c.out, int64(len(update)), 10)
	c.out = append(c.out, "\r\n\r\n"...)
	c.out = append(c.out, update...)
	if c.wire != nil {
		a := c.try()
		if a.err == nil {
			return a
		}
		c.drop()
		var ne net.Error
		if errors.As(a.err, &ne) && ne.Timeout() {
			return a
		}
	}
	if err := c.dial(); err != nil {
		return hookAnswer{err: err}
	}
	a := c.try()
	if a.err != nil {
		c.drop()
	}
	return a
}

func (c *hookConn) try() (a hookAnswer) {
	w := c.wire
	w.recycle()
	_ = w.SetDeadline(time.Now().Add(c.h.q.bot.t.scaled(60)))
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
