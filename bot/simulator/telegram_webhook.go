package simulator

import (
	"crypto/x509"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// telegramHook is a bot's webhook; everything in it is under the queue's lock.
type telegramHook struct {
	*hook
	q         *telegramQueue
	secret    string
	custom    bool // an own certificate was given
	ip        string
	goneSince time.Time // when HTTP 410 began

	lastError     string
	lastErrorDate time.Time
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
		q.poll.end(errPollSetHook)
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
func (c *telegramCallContext) readHook(address string) (*telegramHook, *telegramError) {
	secret := c.p.get("secret_token")
	if len(secret) > 256 {
		return nil, badRequest("secret token is too long")
	}
	for i := range len(secret) {
		if !isAlnum(secret[i]) && secret[i] != '_' && secret[i] != '-' {
			return nil, badRequest("secret token contains unallowed characters")
		}
	}
	target, u, err := readTarget(address)
	if err != nil {
		return nil, badRequest("invalid webhook URL specified")
	}
	local := loopback(u.Hostname())
	if u.Scheme != "https" && !local {
		return nil, badRequest("bad webhook: HTTPS URL must be provided for webhook")
	}
	_, port, _ := net.SplitHostPort(target.addr)
	if !local && !slices.Contains([]string{"443", "80", "88", "8443"}, port) {
		return nil, badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	q := &c.b.queue
	h := &telegramHook{q: q, secret: secret, ip: c.p.get("ip_address")}
	if h.ip != "" {
		target.addr = net.JoinHostPort(h.ip, port)
	}
	if cert := c.p.file("certificate"); cert != nil && target.tls != nil {
		h.custom, target.tls.RootCAs = true, x509.NewCertPool()
		if !target.tls.RootCAs.AppendCertsFromPEM(cert.data) {
			return nil, badRequest("bad webhook: failed to set custom certificate file")
		}
	}
	target.compose(u, "X-Telegram-Bot-Api-Secret-Token", secret)
	most := 40
	if n := int(c.p.int("max_connections")); n > 0 {
		most = min(n, 100)
	}
	h.hook = newHook(&c.b.t.platform, &q.mu, target, most, 60)
	h.then = h
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
	if q.hook != nil {
		q.hook.clear()
	}
}

// unhook takes the webhook away and keeps what was not delivered for what comes next.
func (q *telegramQueue) unhook() {
	if h := q.hook; h != nil {
		q.hook = nil
		q.items = append(q.items, h.end()...)
	}
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

func (h *telegramHook) envelope() (before, after string) { return "", "" }

func (h *telegramHook) answered(a hookAnswer) {
	if len(a.body) > 0 {
		h.q.bot.runAnswer(a)
	}
}

func (h *telegramHook) taken(*update) { h.goneSince = time.Time{} }

// failed tries again, until the answer was "gone" for long.
func (h *telegramHook) failed(l *hookLane, a hookAnswer) {
	t := h.q.bot.t
	now := t.now()
	h.lastErrorDate = now
	switch {
	case a.err == nil:
		h.lastError = "Wrong response from the webhook: " + strconv.Itoa(a.status) + " " + http.StatusText(a.status)
	case a.timedOut():
		h.lastError = "Read timeout expired"
	default:
		h.lastError = "Connection failed"
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
	h.later(l, wait)
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
