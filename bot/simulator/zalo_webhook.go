package simulator

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	zaloSecretHeader = "X-Bot-Api-Secret-Token"
	zaloHookSeconds  = 10 // an answer may take; not documented
	zaloHookMost     = 40 // deliveries at the same time; not documented
	zaloTestsADay    = 20 // not documented
)

// zaloHook is a bot's webhook; everything in it is under the queue's lock.
type zaloHook struct {
	*hook
	q     *zaloQueue
	setAt time.Time
}

// zaloTests counts the tests of the webhook on one day.
type zaloTests struct {
	day string
	n   int
}

// zaloCheck is what came of trying a webhook's address.
type zaloCheck struct {
	outcome string
	status  int // of the answer, 0 when there was none
	took    time.Duration
}

var zaloHints = map[string]string{
	"webhook.ok":              "The endpoint answered.",
	"webhook.http.403":        "The endpoint, or a proxy before it, refused the call.",
	"webhook.http.404":        "There is nothing at this path.",
	"webhook.http.5xx":        "The endpoint failed.",
	"webhook.http.other":      "The endpoint did not answer 2xx.",
	"webhook.err.timeout":     "The endpoint did not answer in time.",
	"webhook.err.tls":         "No TLS connection could be made.",
	"webhook.err.conn":        "No connection could be made.",
	"webhook.err.unreachable": "The address cannot be reached from here.",
}

func (c *zaloCallContext) setWebhook() *zaloError {
	target, here, e := c.readTarget()
	if e != nil {
		return e
	}
	q := &c.b.queue
	h := &zaloHook{q: q, setAt: c.b.z.now()}
	h.hook = newHook(&c.b.z.platform, &q.mu, target, zaloHookMost, zaloHookSeconds)
	h.then, h.nowhere = h, !here
	q.mu.Lock()
	q.unhook()
	q.hook = h
	for _, u := range q.items {
		h.add(u)
	}
	q.items = nil
	q.wakePolls()
	q.mu.Unlock()
	b := c.appendHook(c.x.out, target.url, h.setAt)
	b = append(b, `,"verification":`...)
	c.x.out = append(h.check().append(b, target.url), '}')
	return nil
}

// readTarget checks the parameters of setWebhook. Plain HTTP is taken on the loopback interface only, and that
// only while Strict is off; the platform itself refuses all that is not public.
func (c *zaloCallContext) readTarget() (t hookTarget, here bool, e *zaloError) {
	t, u, err := readTarget(c.p.get("url"))
	if err != nil {
		return t, false, errZaloHookURL
	}
	local := loopback(u.Hostname()) && !c.r.Strict
	if !local && (u.Scheme != "https" || privateHost(u.Hostname())) {
		return t, false, errZaloHookURL
	}
	secret := c.p.get("secret_token")
	if len(secret) < 8 || len(secret) > 256 || strings.ContainsAny(secret, "\r\n\x00") {
		return t, false, errZaloSecret
	}
	t.compose(u, zaloSecretHeader, secret)
	return t, loopback(u.Hostname()), nil
}

// privateHost tells whether a host is not one of the public net.
func privateHost(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() || ip.IsMulticast()
	}
	return host == "localhost" || !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}

// unhook takes the webhook away and keeps what was not delivered for what comes next.
func (q *zaloQueue) unhook() {
	if h := q.hook; h != nil {
		q.hook = nil
		q.items = append(q.items, h.end()...)
	}
}

// check posts to the webhook without an event. What the platform posts is not documented.
func (h *zaloHook) check() (c zaloCheck) {
	if h.nowhere {
		return zaloCheck{outcome: "webhook.err.unreachable"}
	}
	conn := &hookConn{h: h.hook}
	defer conn.drop()
	began := time.Now()
	a := conn.deliver([]byte(`{"event_name":"webhook.test"}`))
	c.status, c.took = a.status, time.Since(began)
	var record tls.RecordHeaderError
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case a.ok():
		c.outcome = "webhook.ok"
	case a.timedOut():
		c.outcome = "webhook.err.timeout"
	case errors.As(a.err, &record) || errors.As(a.err, &cert) || errors.As(a.err, &unknown):
		c.outcome = "webhook.err.tls"
	case a.err != nil:
		c.outcome = "webhook.err.conn"
	case a.status == 403 || a.status == 404:
		c.outcome = "webhook.http." + strconv.Itoa(a.status)
	case a.status >= 500:
		c.outcome = "webhook.http.5xx"
	default:
		c.outcome = "webhook.http.other"
	}
	return c
}

func (v zaloCheck) append(b []byte, address string) []byte {
	b = strconv.AppendBool(append(b, `{"ok":`...), v.outcome == "webhook.ok")
	b = appendString(append(b, `,"url":`...), address)
	b = appendString(append(b, `,"outcome":`...), v.outcome)
	b = appendString(append(b, `,"hint":`...), zaloHints[v.outcome])
	if v.status != 0 {
		b = appendInt(append(b, `,"status_code":`...), int64(v.status))
	}
	if v.took != 0 {
		b = appendInt(append(b, `,"latency_ms":`...), v.took.Milliseconds())
	}
	return append(b, '}')
}

func (c *zaloCallContext) appendHook(b []byte, address string, at time.Time) []byte {
	b = appendString(append(b, `{"url":`...), address)
	return appendInt(append(b, `,"updated_at":`...), at.UnixMilli())
}

func (c *zaloCallContext) testWebhook() *zaloError {
	q := &c.b.queue
	day := c.b.z.now().In(vietnam).Format(time.DateOnly)
	q.mu.Lock()
	h := q.hook
	if q.tests.day != day {
		q.tests = zaloTests{day: day}
	}
	q.tests.n++
	over := q.tests.n > zaloTestsADay
	q.mu.Unlock()
	switch {
	case h == nil:
		return errZaloNoHook
	case over:
		return errZaloTests
	}
	c.x.out = h.check().append(c.x.out, h.url)
	return nil
}

func (c *zaloCallContext) deleteWebhook() *zaloError {
	q := &c.b.queue
	q.mu.Lock()
	q.unhook()
	q.mu.Unlock()
	c.x.out = append(c.appendHook(c.x.out, "", c.b.z.now()), '}')
	return nil
}

func (c *zaloCallContext) getWebhookInfo() *zaloError {
	q := &c.b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.hook == nil {
		c.x.out = append(c.x.out, `{"url":""}`...)
		return nil
	}
	c.x.out = append(c.appendHook(c.x.out, q.hook.url, q.hook.setAt), '}')
	return nil
}

func (h *zaloHook) envelope() (before, after string) {
	if h.q.bot.rules.Load().Flat {
		return "", ""
	}
	return okHead, "}"
}

func (h *zaloHook) answered(hookAnswer) {}
func (h *zaloHook) taken(u *update)     { h.q.ended(u, false, false) }

// failed gives an event up after the tries that the rules allow: nothing says that the platform comes again.
func (h *zaloHook) failed(l *hookLane, a hookAnswer) {
	b := h.q.bot
	b.stats.hookFailures.Add(1)
	if l.tries >= b.rules.Load().Retries {
		h.q.ended(l.items[0], true, a.reached)
		h.drop(l)
		return
	}
	l.tries++
	h.later(l, b.z.retryAfter(l.tries))
}
