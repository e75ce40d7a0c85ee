package simulator

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// TelegramOptions says how the emulated Telegram behaves. The zero value is an emulator without delays whose
// clock is the real one.
type TelegramOptions struct {
	Bot TelegramProfile // the first bot; AddBot makes more

	Now    func() time.Time // dates and expiry; time.Now when nil
	Second time.Duration    // how long one second of the platform's waiting (retries, long polls, delayed 409s) really lasts; time.Second when 0

	Latency       time.Duration // real time between the effect of a sending or editing call and its answer
	FirstUpdateID int64         // of every bot; 1 when 0
	History       int           // messages and calls kept for each chat; 1000 when 0
	Limits        bool          // the real rate limits: 30 messages/s in all, 1/s to a chat, 20/min to a group
	Seed          uint64        // of the random faults and retry delays

	// OnCall is told of every call of a bot that names a chat or answers a press, in the order of the chat and
	// before the bot is answered. It runs under the chat's lock: it must be quick and call nothing of this package.
	OnCall func(TelegramCall)
}

// TelegramProfile is a bot's identity.
type TelegramProfile struct {
	Token     string // "<number>:<secret>"; the number is the bot's user id. DefaultTelegramToken when empty
	FirstName string
	Username  string
}

// DefaultTelegramToken belongs to the bot that an emulator has when none is named.
const DefaultTelegramToken = "1000001:SIMULATOR-not-a-secret"

// Telegram is an emulated Telegram Bot API server with its bots and their people.
type Telegram struct {
	platform
	opt TelegramOptions

	methods map[string]*telegramMethod

	mu    sync.RWMutex
	bots  map[string]*TelegramBot
	first *TelegramBot
}

// NewTelegram makes an emulator with one bot. It is usable at once as an http.Handler; Close ends its waits
// and webhook deliveries.
func NewTelegram(opt TelegramOptions) *Telegram {
	opt.FirstUpdateID = cmp.Or(opt.FirstUpdateID, 1)
	t := &Telegram{opt: opt, methods: newTelegramMethods(), bots: map[string]*TelegramBot{}}
	t.init(opt.Now, opt.Second, opt.History, opt.Seed)
	t.control(t.mux)
	t.AddBot(opt.Bot)
	return t
}

// Listen serves on addr, for instance "127.0.0.1:0", and returns the base URL: what a bot is given as its API
// URL, without a slash at the end.
func (t *Telegram) Listen(addr string) (string, error) {
	return t.listen(addr, telegramPath, t.exchange, t)
}

func telegramPath(path []byte) bool {
	return bytes.HasPrefix(path, []byte("/bot")) || bytes.HasPrefix(path, []byte("/file/bot"))
}

// ServeHTTP serves the platform and the control interface.
func (t *Telegram) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/control/") {
		t.mux.ServeHTTP(w, r)
		return
	}
	serveStd(w, r, t.exchange)
}

// AddBot registers a bot, or returns the one that has the token already.
func (t *Telegram) AddBot(p TelegramProfile) *TelegramBot {
	p.Token = cmp.Or(p.Token, DefaultTelegramToken)
	p.FirstName = cmp.Or(p.FirstName, "Chung Tay")
	p.Username = cmp.Or(p.Username, "chungtay_bot")
	id, _, _ := strings.Cut(p.Token, ":")
	n, _ := strconv.ParseInt(id, 10, 64)
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.bots[p.Token]; b != nil {
		return b
	}
	b := newTelegramBot(t, n, p)
	t.bots[p.Token] = b
	if t.first == nil {
		t.first = b
	}
	return b
}

// Bot returns the bot that the emulator was made with.
func (t *Telegram) Bot() *TelegramBot { return t.first }

// exchange routes one request of the platform's side.
func (t *Telegram) exchange(x *exchange) {
	path := x.path
	file := bytes.HasPrefix(path, []byte("/file/"))
	if file {
		path = path[len("/file"):]
	}
	rest, ok := bytes.CutPrefix(path, []byte("/bot"))
	if !ok {
		x.fail(&telegramError{code: 404, text: "Not Found"})
		return
	}
	token, name, ok := bytes.Cut(rest, []byte("/"))
	if !ok {
		x.fail(&telegramError{code: 404, text: "Not Found"})
		return
	}
	b, e := t.authorize(token)
	if e != nil {
		x.fail(e)
		return
	}
	if file {
		b.download(x, string(name))
		return
	}
	var low [48]byte
	if len(name) > len(low) {
		x.fail(errNoMethod)
		return
	}
	for i, c := range name {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	m := t.methods[string(low[:len(name)])]
	if m == nil {
		x.fail(errNoMethod)
		return
	}
	b.call(x, m)
}

func (t *Telegram) authorize(token []byte) (*TelegramBot, *telegramError) {
	if bytes.IndexByte(token, '%') >= 0 {
		if s, err := url.PathUnescape(string(token)); err == nil {
			token = []byte(s)
		}
	}
	if bytes.IndexByte(token, ':') < 0 || len(token) > 80 || token[0] == '0' {
		return nil, &telegramError{code: 401, text: "Unauthorized: invalid token specified"}
	}
	t.mu.RLock()
	b := t.bots[string(token)]
	t.mu.RUnlock()
	if b == nil || b.revoked.Load() {
		return nil, &telegramError{code: 401, text: "Unauthorized"}
	}
	return b, nil
}

// TelegramBot is one bot on the emulated platform, with its chats, people, queue of updates and files.
type TelegramBot struct {
	TelegramProfile
	ID int64

	t       *Telegram
	revoked atomic.Bool
	active  atomic.Int64 // calls being served

	chats sync.Map // int64 -> *telegramChat
	names sync.Map // "@username" -> int64

	queue   telegramQueue
	presses telegramPresses
	files   telegramFiles
	profile telegramProfileState
	stats   callStats
	limits  telegramLimits

	watchers[TelegramCall]
	faults[int64]
	seq    atomic.Int64 // of calls, over all chats
	unique atomic.Int64 // of files, albums and presses
}

func newTelegramBot(t *Telegram, id int64, p TelegramProfile) *TelegramBot {
	b := &TelegramBot{TelegramProfile: p, ID: id, t: t}
	b.queue.init(b)
	b.faults.platform = &t.platform
	b.files.byID = map[string]*TelegramFile{}
	b.files.byPath = map[string]*TelegramFile{}
	b.profile.commands = map[string]string{}
	b.profile.texts = map[string]string{}
	b.unique.Store(100)
	return b
}

// Revoke makes every further call with the bot's token fail with 401, as BotFather's revoke does.
func (b *TelegramBot) Revoke() { b.revoked.Store(true) }

// telegramCallContext is one method being run.
type telegramCallContext struct {
	b *TelegramBot
	m *telegramMethod
	p params
	x *exchange // its out is where the result is built; a webhook's answer has no watch
}

type telegramMethod struct {
	name  string
	index int
	run   func(*telegramCallContext) *telegramError
	sends bool // changes a chat: latency, guards and limits apply
}

var telegramContexts = sync.Pool{New: func() any { return new(telegramCallContext) }}

const okHead = `{"ok":true,"result":`

// call runs a method and builds the envelope.
func (b *TelegramBot) call(x *exchange, m *telegramMethod) {
	c := telegramContexts.Get().(*telegramCallContext)
	c.b, c.m, c.x = b, m, x
	defer func() {
		c.p.reset()
		c.x = nil
		telegramContexts.Put(c)
	}()
	b.stats.calls[m.index].Add(1)
	if err := c.p.read(x.query, x.contentType, x.body); err != nil {
		b.stats.errors[m.index].Add(1)
		x.fail(badRequest(err.Error()))
		return
	}
	if m.sends {
		leave, ok := b.enter(c)
		defer leave()
		if !ok {
			b.t.rest(3)
			b.stats.errors[m.index].Add(1)
			x.fail(tooMany(60))
			return
		}
		b.t.linger()
	}
	after, f := b.applyFault(c)
	if after == faultHandled {
		b.stats.errors[m.index].Add(1)
		return
	}
	x.out = append(x.out, okHead...)
	if e := m.run(c); e != nil {
		b.stats.errors[m.index].Add(1)
		x.fail(e)
	} else {
		x.out = append(x.out, '}')
	}
	if m.sends && b.t.opt.Latency > 0 {
		b.t.pause(b.t.opt.Latency)
	}
	switch after {
	case faultCutAfter:
		x.cut = true
	case faultSlow:
		b.t.pause(f.Delay)
	}
}

// The platform's guards: calls of one bot under way, and messages of one chat.
const (
	maxUnderway     = 1000
	maxChatUnderway = 310
)

// enter counts a sending call as under way until leave; false means that a guard refuses it.
func (b *TelegramBot) enter(c *telegramCallContext) (leave func(), ok bool) {
	n := b.active.Add(1)
	id, _ := strconv.ParseInt(c.p.get("chat_id"), 10, 64)
	chat := b.chat(id)
	if chat == nil {
		return func() { b.active.Add(-1) }, n <= maxUnderway
	}
	k := chat.underway.Add(1)
	return func() {
		chat.underway.Add(-1)
		b.active.Add(-1)
	}, n <= maxUnderway && k <= maxChatUnderway
}

func (c *telegramCallContext) ok() *telegramError {
	c.x.out = append(c.x.out, "true"...)
	return nil
}

// okWith answers true with a description, as the webhook methods do.
func (c *telegramCallContext) okWith(description string) *telegramError {
	c.x.out = append(c.x.out, "true,\"description\":"...)
	c.x.out = appendString(c.x.out, description)
	return nil
}

// newTelegramMethods lists every method that the emulator knows, by its lower-case name.
func newTelegramMethods() map[string]*telegramMethod {
	list := []*telegramMethod{
		{name: "getMe", run: (*telegramCallContext).getMe},
		{name: "getUpdates", run: (*telegramCallContext).getUpdates},
		{name: "setWebhook", run: (*telegramCallContext).setWebhook},
		{name: "deleteWebhook", run: (*telegramCallContext).deleteWebhook},
		{name: "getWebhookInfo", run: (*telegramCallContext).getWebhookInfo},
		{name: "sendMessage", run: (*telegramCallContext).sendMessage, sends: true},
		{name: "sendPhoto", run: (*telegramCallContext).sendPhoto, sends: true},
		{name: "sendDocument", run: (*telegramCallContext).sendDocument, sends: true},
		{name: "sendMediaGroup", run: (*telegramCallContext).sendMediaGroup, sends: true},
		{name: "sendChatAction", run: (*telegramCallContext).sendChatAction},
		{name: "copyMessage", run: (*telegramCallContext).copyMessage, sends: true},
		{name: "editMessageText", run: (*telegramCallContext).editMessageText, sends: true},
		{name: "editMessageCaption", run: (*telegramCallContext).editMessageCaption, sends: true},
		{name: "editMessageReplyMarkup", run: (*telegramCallContext).editMessageReplyMarkup, sends: true},
		{name: "deleteMessage", run: (*telegramCallContext).deleteMessage, sends: true},
		{name: "answerCallbackQuery", run: (*telegramCallContext).answerCallbackQuery},
		{name: "leaveChat", run: (*telegramCallContext).leaveChat},
		{name: "getFile", run: (*telegramCallContext).getFile},
		{name: "setMyCommands", run: (*telegramCallContext).setMyCommands},
		{name: "deleteMyCommands", run: (*telegramCallContext).deleteMyCommands},
		{name: "getMyCommands", run: (*telegramCallContext).getMyCommands},
		{name: "setMyDescription", run: (*telegramCallContext).setMyDescription},
		{name: "getMyDescription", run: (*telegramCallContext).getMyDescription},
		{name: "setMyShortDescription", run: (*telegramCallContext).setMyShortDescription},
		{name: "getMyShortDescription", run: (*telegramCallContext).getMyShortDescription},
		{name: "setMyName", run: (*telegramCallContext).setMyName},
		{name: "getMyName", run: (*telegramCallContext).getMyName},
		{name: "setChatMenuButton", run: (*telegramCallContext).setChatMenuButton},
		{name: "getChatMenuButton", run: (*telegramCallContext).getChatMenuButton},
	}
	all := make(map[string]*telegramMethod, len(list))
	for i, m := range list {
		m.index = i
		all[strings.ToLower(m.name)] = m
	}
	return all
}

func (c *telegramCallContext) getMe() *telegramError {
	b := append(c.x.out, `{"id":`...)
	b = appendInt(b, c.b.ID)
	b = append(b, `,"is_bot":true,"first_name":`...)
	b = appendString(b, c.b.FirstName)
	b = append(b, `,"username":`...)
	b = appendString(b, c.b.Username)
	c.x.out = append(b, `,"can_join_groups":true,"can_read_all_group_messages":false,"supports_inline_queries":false,"can_connect_to_business":false,"has_main_web_app":false}`...)
	return nil
}
