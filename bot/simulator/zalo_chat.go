package simulator

import (
	"encoding/binary"
	"encoding/hex"
	"sync"
	"time"
)

// ZaloMessage is a message as the chat shows it.
type ZaloMessage struct {
	ID      string
	Date    time.Time
	From    string // the author's id; the bot's own for its messages
	FromBot bool
	Text    string
	Caption string
	Photo   *ZaloPhoto
	Sticker string // its id
	Voice   string // its address
	Link    string
	Hidden  bool // of a kind, or by a person, that the bot may not read

	ParseMode string // as the bot asked for it: "", "markdown" or "html"
	Styles    string // text_styles, as JSON
}

// Body is the message's text or caption.
func (m *ZaloMessage) Body() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

// ZaloPhoto is a picture in a chat.
type ZaloPhoto struct {
	URL           string // where it was fetched from, or can be
	MIME          string
	Width, Height int
	Data          []byte `json:"-"`
}

// ZaloCall is one thing that the bot did, or tried, in a chat.
type ZaloCall struct {
	Seq     int64 // order over all chats of the bot
	N       int   // order in the chat, from 1
	At      time.Time
	Chat    string
	Method  string
	Code    int         // of the refusal, 0 when done
	Error   string      // its description, "" when done
	Message ZaloMessage // of sends: the message, also when it was refused
	Action  string      // sendChatAction
}

// Shows tells whether the person sees a message come by this call.
func (c *ZaloCall) Shows() bool { return c.Error == "" && c.Message.ID != "" }

// zaloChat is one chat; everything in it is under its lock.
type zaloChat struct {
	bot  *ZaloBot
	id   string
	lane int64     // events of a chat come in order
	user *ZaloUser // nil: a group
	name string    // of a group

	callLog[ZaloCall]
	known    bool // somebody wrote in it
	seat     bool // it is one of the people the plan allows
	blocked  bool // by the person, or the bot is not in the group
	guarded  bool // the person is one whom the platform protects
	messages []*ZaloMessage
}

func (b *ZaloBot) chat(id string) *zaloChat {
	if c, ok := b.chats.Load(id); ok {
		return c.(*zaloChat)
	}
	return nil
}

func (b *ZaloBot) newChat(id string) *zaloChat {
	return &zaloChat{bot: b, id: id, lane: b.lanes.Add(1)}
}

// newID makes an id as opaque as the platform's: unique, in no order.
func (b *ZaloBot) newID() string {
	n := uint64(b.unique.Add(1))
	n *= 0x9e3779b97f4a7c15
	n ^= n >> 32
	n *= 0xd6e8feb86659fd93
	n ^= n >> 32
	var raw [10]byte
	binary.BigEndian.PutUint64(raw[:], n)
	raw[8], raw[9] = 0x4e, 0x35
	return hex.EncodeToString(raw[:])
}

// show gives a message its id and keeps it.
func (c *zaloChat) show(m *ZaloMessage) {
	m.ID, m.Date = c.bot.newID(), c.bot.z.now()
	c.messages = keepLast(c.messages, m, c.bot.z.keep)
}

// record keeps a call and wakes those who wait for it.
func (c *zaloChat) record(call ZaloCall) {
	c.n++
	call.N, call.Chat, call.Seq, call.At = c.n, c.id, c.bot.seq.Add(1), c.bot.z.now()
	if c.bot.z.opt.OnCall != nil {
		c.bot.z.opt.OnCall(call)
	}
	c.bot.tell(call)
	c.add(call, c.bot.z.keep)
}

// view is the chat as it shows now.
func (c *zaloChat) view() []ZaloMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]ZaloMessage, 0, len(c.messages))
	for _, m := range c.messages {
		list = append(list, *m)
	}
	return list
}

// message finds one that is still kept.
func (c *zaloChat) message(id string) (ZaloMessage, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.messages) - 1; i >= 0; i-- {
		if m := c.messages[i]; m.ID == id {
			return *m, true
		}
	}
	return ZaloMessage{}, false
}

// mayReceive is the platform's check before anything is sent to the chat: strangers cannot be written to.
func (c *zaloChat) mayReceive() *zaloError {
	switch {
	case c.blocked && c.user == nil:
		return errZaloKicked
	case c.blocked:
		return errZaloBlocked
	case !c.known:
		return errZaloChat
	}
	return nil
}

// zaloPlan counts what a plan limits: people by those who wrote, messages by the month of the emulator's clock
// in Vietnam. What the platform does beyond is not known: here events still come, and sends fail with 429.
type zaloPlan struct {
	mu    sync.Mutex
	users int
	month string
	sent  int
	read  int
}

// ZaloUsage is how much of its plan a bot has used.
type ZaloUsage struct {
	Month    string `json:"month"` // "2026-11"
	Users    int    `json:"users"`
	Sent     int    `json:"sent"`
	Received int    `json:"received"`
}

var vietnam = time.FixedZone("+07", 7*60*60)

// turn begins a new month when it is time.
func (p *zaloPlan) turn(now time.Time) {
	if m := now.In(vietnam).Format("2006-01"); m != p.month {
		p.month, p.sent, p.read = m, 0, 0
	}
}

// Usage is how much of the month's plan is used.
func (b *ZaloBot) Usage() ZaloUsage {
	p := &b.plan
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(b.z.now())
	return ZaloUsage{p.month, p.users, p.sent, p.read}
}

// received counts a person's message. The chat is locked.
func (p *zaloPlan) received(c *zaloChat, r *ZaloRules) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(c.bot.z.now())
	p.read++
	if c.user != nil && !c.seat && (r.Users == 0 || p.users < r.Users) {
		c.seat = true
		p.users++
	}
}

// take counts a send, or refuses it. The chat is locked.
func (p *zaloPlan) take(c *zaloChat, r *ZaloRules) *zaloError {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn(c.bot.z.now())
	used := p.sent
	if r.BothWays {
		used += p.read
	}
	if r.Messages > 0 && used >= r.Messages || r.Users > 0 && c.user != nil && !c.seat {
		return errZaloQuota
	}
	p.sent++
	return nil
}
