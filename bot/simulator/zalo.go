package simulator

import (
	"bytes"
	"cmp"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ZaloOptions says how the emulated Zalo Bot Platform behaves. The zero value is an emulator without delays,
// without a plan's limits, whose clock is the real one.
type ZaloOptions struct {
	Bot ZaloProfile // the first bot; AddBot makes more

	Now    func() time.Time // dates, months of the plan, life of pictures; time.Now when nil
	Second time.Duration    // how long one second of the platform's waiting (long polls, retries) really lasts; time.Second when 0

	Latency time.Duration // real time between the effect of a sending call and its answer
	History int           // messages and calls kept for each chat; 1000 when 0
	Seed    uint64        // of the random faults
	BaseURL string        // where pictures people send are fetched; known by itself after Listen
	Rules   ZaloRules     // of every bot; ZaloBot.SetRules changes them

	// OnCall is told of every call of a bot that names a chat, in the order of the chat and before the bot is
	// answered. It runs under the chat's lock: it must be quick and call nothing of this package.
	OnCall func(ZaloCall)

	// OnEvent is told what became of every event: it was taken, which is read by a poll or answered 2xx by the
	// webhook, or it was lost. It runs under the queue's lock, as OnCall does under a chat's.
	OnEvent func(ZaloEvent)
}

// ZaloEvent is the end of one event.
type ZaloEvent struct {
	Chat    string
	Message string // the id of the person's message
	Lost    bool
	Doubt   bool // lost, though the webhook may have got it: it did not say so
}

// ZaloRules are the ways in which the platform may differ, by plan, by version, or because nobody knows. All can
// be changed while the emulator runs.
type ZaloRules struct {
	Users    int  // people a bot may have; 0: any number. The free plan has 50
	Messages int  // messages in a month; 0: any number. The free plan has 3,000
	BothWays bool // messages of people count, too

	Flat     bool          // events come as they are, not within {"ok":true,"result":…}
	PhotoURL bool          // a picture's address is photo_url, not photo
	Bare     bool          // an event without content comes without its sender, too: only its name
	Quiet    bool          // errors come with HTTP status 200, and only the body tells
	Strict   bool          // addresses on this machine are refused, as the real platform does
	Retries  int           // further tries of a delivery that was not answered 2xx; what was not taken then is lost
	Keep     time.Duration // how long an event waits for a poll, by the clock; 0: for ever
	PhotoFor time.Duration // how long a picture can be fetched, by the clock; an hour when 0
}

// ZaloProfile is a bot's identity.
type ZaloProfile struct {
	Token string // "<number>:<secret>"; the number is the bot's id. DefaultZaloToken when empty
	Name  string // account_name; begins with "Bot"
}

// DefaultZaloToken belongs to the bot that an emulator has when none is named.
const DefaultZaloToken = "2000001:SIMULATOR-not-a-secret"

// Zalo is an emulated Zalo Bot Platform with its bots and their people.
type Zalo struct {
	platform
	opt     ZaloOptions
	methods map[string]*zaloMethod

	mu    sync.RWMutex
	bots  map[string]*ZaloBot
	first *ZaloBot
	base  string
}

// NewZalo makes an emulator with one bot. It is usable at once as an http.Handler; Close ends its waits and
// webhook deliveries.
func NewZalo(opt ZaloOptions) *Zalo {
	z := &Zalo{opt: opt, methods: newZaloMethods(), bots: map[string]*ZaloBot{}, base: opt.BaseURL}
	z.init(opt.Now, opt.Second, opt.History, opt.Seed)
	z.control(z.mux)
	z.AddBot(opt.Bot)
	return z
}

// Listen serves on addr, for instance "127.0.0.1:0", and returns the base URL: what a bot is given as its API
// URL, without a slash at the end.
func (z *Zalo) Listen(addr string) (string, error) {
	base, err := z.listen(addr, zaloPath, z.exchange, z)
	if err == nil && z.opt.BaseURL == "" {
		z.mu.Lock()
		z.base = base
		z.mu.Unlock()
	}
	return base, err
}

func zaloPath(path []byte) bool {
	return bytes.HasPrefix(path, []byte("/bot")) || bytes.HasPrefix(path, []byte(zaloMediaPath))
}

// ServeHTTP serves the platform and the control interface.
func (z *Zalo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/control/") {
		z.mux.ServeHTTP(w, r)
		return
	}
	serveStd(w, r, z.exchange)
}

// AddBot registers a bot, or returns the one that has the token already.
func (z *Zalo) AddBot(p ZaloProfile) *ZaloBot {
	p.Token, p.Name = cmp.Or(p.Token, DefaultZaloToken), cmp.Or(p.Name, "Bot Chung Tay")
	id, _, _ := strings.Cut(p.Token, ":")
	z.mu.Lock()
	defer z.mu.Unlock()
	if b := z.bots[p.Token]; b != nil {
		return b
	}
	b := &ZaloBot{ZaloProfile: p, ID: id, z: z}
	b.faults.platform = &z.platform
	b.queue.bot = b
	b.rules.Store(&z.opt.Rules)
	z.bots[p.Token] = b
	if z.first == nil {
		z.first = b
	}
	return b
}

// Bot returns the bot that the emulator was made with.
func (z *Zalo) Bot() *ZaloBot { return z.first }

func (z *Zalo) botOf(token string) *ZaloBot {
	if token == "" {
		return z.first
	}
	z.mu.RLock()
	defer z.mu.RUnlock()
	return z.bots[token]
}

// ZaloBot is one bot on the emulated platform, with its chats, people and queue of events.
type ZaloBot struct {
	ZaloProfile
	ID string

	z       *Zalo
	revoked atomic.Bool
	rules   atomic.Pointer[ZaloRules]

	chats sync.Map // string -> *zaloChat
	queue zaloQueue
	media zaloMedia
	plan  zaloPlan
	stats callStats

	watchers[ZaloCall]
	faults[string]
	seq    atomic.Int64 // of calls, over all chats
	unique atomic.Int64 // of messages and pictures
	lanes  atomic.Int64 // of chats
}

// Revoke makes every further call with the bot's token fail with 401, as a reset of the token does.
func (b *ZaloBot) Revoke() { b.revoked.Store(true) }

// Rules are the rules that hold now.
func (b *ZaloBot) Rules() ZaloRules { return *b.rules.Load() }

// SetRules changes them from now on.
func (b *ZaloBot) SetRules(r ZaloRules) { b.rules.Store(&r) }

// exchange routes one request of the platform's side.
func (z *Zalo) exchange(x *exchange) {
	if name, ok := bytes.CutPrefix(x.path, []byte(zaloMediaPath)); ok {
		z.download(x, string(name))
		return
	}
	rest, ok := bytes.CutPrefix(x.path, []byte("/bot"))
	token, name, named := bytes.Cut(rest, []byte("/"))
	if !ok || !named {
		x.refuse(errZaloPath, false)
		return
	}
	z.mu.RLock()
	b := z.bots[string(token)]
	z.mu.RUnlock()
	if b == nil && bytes.IndexByte(token, '%') >= 0 {
		b = z.botOf(string(unescape(nil, token)))
	}
	if b == nil || b.revoked.Load() {
		x.refuse(errZaloToken, b != nil && b.rules.Load().Quiet)
		return
	}
	m := z.methods[string(name)]
	if m == nil {
		x.refuse(errZaloMethod, b.rules.Load().Quiet)
		return
	}
	b.call(x, m)
}

// zaloCallContext is one method being run.
type zaloCallContext struct {
	b *ZaloBot
	m *zaloMethod
	p params
	x *exchange
	r *ZaloRules
}

type zaloMethod struct {
	name  string
	index int
	run   func(*zaloCallContext) *zaloError
	sends bool // puts a message into a chat: latency applies, and the plan counts it
}

// newZaloMethods lists every method that the emulator knows. Their names are case-sensitive.
func newZaloMethods() map[string]*zaloMethod {
	list := []*zaloMethod{
		{name: "getMe", run: (*zaloCallContext).getMe},
		{name: "getUpdates", run: (*zaloCallContext).getUpdates},
		{name: "setWebhook", run: (*zaloCallContext).setWebhook},
		{name: "testWebhook", run: (*zaloCallContext).testWebhook},
		{name: "deleteWebhook", run: (*zaloCallContext).deleteWebhook},
		{name: "getWebhookInfo", run: (*zaloCallContext).getWebhookInfo},
		{name: "sendMessage", run: (*zaloCallContext).sendMessage, sends: true},
		{name: "sendPhoto", run: (*zaloCallContext).sendPhoto, sends: true},
		{name: "sendSticker", run: (*zaloCallContext).sendSticker, sends: true},
		{name: "sendVoice", run: (*zaloCallContext).sendVoice, sends: true},
		{name: "sendChatAction", run: (*zaloCallContext).sendChatAction},
	}
	all := make(map[string]*zaloMethod, len(list))
	for i, m := range list {
		m.index = i
		all[m.name] = m
	}
	return all
}

var zaloContexts = sync.Pool{New: func() any { return new(zaloCallContext) }}

// call runs a method and builds the envelope.
func (b *ZaloBot) call(x *exchange, m *zaloMethod) {
	c := zaloContexts.Get().(*zaloCallContext)
	c.b, c.m, c.x, c.r = b, m, x, b.rules.Load()
	defer func() {
		c.p.reset()
		c.x = nil
		zaloContexts.Put(c)
	}()
	b.stats.calls[m.index].Add(1)
	if err := c.p.read(x.query, x.contentType, x.body); err != nil {
		c.fail(zaloBad(err.Error()))
		return
	}
	if m.sends {
		b.z.linger()
	}
	after, f := c.applyFault()
	if after == faultHandled {
		b.stats.errors[m.index].Add(1)
		return
	}
	x.out = append(x.out, okHead...)
	if e := m.run(c); e != nil {
		c.fail(e)
	} else {
		x.out = append(x.out, '}')
	}
	if m.sends && b.z.opt.Latency > 0 {
		b.z.pause(b.z.opt.Latency)
	}
	switch after {
	case faultCutAfter:
		x.cut = true
	case faultSlow:
		b.z.pause(f.Delay)
	}
}

// fail answers with an error.
func (c *zaloCallContext) fail(e *zaloError) {
	c.b.stats.errors[c.m.index].Add(1)
	c.x.refuse(e, c.r.Quiet)
}

func (c *zaloCallContext) getMe() *zaloError {
	b := append(c.x.out, `{"id":`...)
	b = appendString(b, c.b.ID)
	b = append(b, `,"account_name":`...)
	b = appendString(b, c.b.Name)
	c.x.out = append(b, `,"account_type":"BASIC","can_join_groups":true}`...)
	return nil
}
