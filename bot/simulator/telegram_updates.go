package simulator

import (
	"strconv"
	"sync"
	"time"
)

const (
	messageLife  = 24 * time.Hour
	pressLife    = 150 * time.Second
	batchBytes   = 4 << 20
	maxPollTime  = 50 // seconds
	offsetBeyond = 10 // an offset further above the newest id is ignored
)

// telegramQueue is a bot's queue of updates, read by polling or delivered to a webhook.
type telegramQueue struct {
	bot *TelegramBot

	mu        sync.Mutex
	next      int64 // id of the next update
	restart   int64 // 0, or the id to go on with as soon as nothing waits
	items     []*update
	allowed   map[string]bool // nil: the default set
	allowText string          // as getWebhookInfo shows it
	poll      *telegramPoll
	conflicts int // 409s in a row
	offset    int64
	asked     time.Time // real time of the last getUpdates
	hook      *telegramHook
	hookSet   time.Time // real time of the last setWebhook
	held      []byte    // an update kept back by FaultSwap: its fields
	heldLane  int64
	heldLife  time.Duration
}

// telegramPoll is the one long poll that is under way.
type telegramPoll struct {
	wake  chan struct{}
	ended *telegramError
}

// end ends the poll with an error; the queue is locked.
func (p *telegramPoll) end(e *telegramError) {
	p.ended = e
	wakeUp(p.wake)
}

func (q *telegramQueue) init(b *TelegramBot) {
	q.bot, q.next = b, b.t.opt.FirstUpdateID
}

// RestartUpdateIDs makes ids go on from next, which may be lower than the last, as happens on the platform
// after a quiet week. It takes effect as soon as no update waits.
func (b *TelegramBot) RestartUpdateIDs(next int64) {
	q := &b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.restart = next
}

// Pending counts the updates that were not yet acknowledged.
func (b *TelegramBot) Pending() int {
	q := &b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.pending()
}

func (q *telegramQueue) pending() int {
	if q.hook != nil {
		return q.hook.pending
	}
	return len(q.items)
}

// byDefault tells which kinds come when the bot never asked for a set.
func byDefault(kind string) bool {
	switch kind {
	case "chat_member", "message_reaction", "message_reaction_count":
		return false
	}
	return true
}

// push queues an update; fields is the object's text after the id, without braces. It returns the update's id,
// 0 when the bot did not ask for the kind.
func (q *telegramQueue) push(kind string, lane int64, fields []byte) int64 {
	life := messageLife
	if kind == "callback_query" {
		life = pressLife
	}
	doubled := q.bot.draw(FaultDuplicate, lane)
	swapped := q.bot.draw(FaultSwap, lane)
	q.mu.Lock()
	defer q.mu.Unlock()
	if kind != "" && (q.allowed == nil && !byDefault(kind) || q.allowed != nil && !q.allowed[kind]) {
		return 0
	}
	if swapped && q.held == nil {
		q.held, q.heldLane, q.heldLife = append([]byte(nil), fields...), lane, life
		time.AfterFunc(q.bot.t.scaled(0.2), func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.release()
		})
		return q.next + 1 // its id, when the next update overtakes it
	}
	if q.restart != 0 && q.pending() == 0 {
		q.next, q.restart = q.restart, 0
	}
	id := q.next
	q.next++
	u := q.put(id, lane, fields, life)
	if doubled {
		twin := *u
		twin.again = true
		q.queue(&twin)
	}
	q.release()
	return id
}

// release queues the update that was kept back, if there is one.
func (q *telegramQueue) release() {
	if held := q.held; held != nil {
		q.held = nil
		q.put(q.next, q.heldLane, held, q.heldLife)
		q.next++
	}
}

func (q *telegramQueue) put(id, lane int64, fields []byte, life time.Duration) *update {
	body := make([]byte, 0, len(fields)+40)
	body = append(body, `{"update_id":`...)
	body = appendInt(body, id)
	if len(fields) > 0 {
		body = append(body, ',')
		body = append(body, fields...)
	}
	body = append(body, '}')
	u := &update{id: id, body: body, lane: lane, expires: q.bot.t.now().Add(life)}
	q.queue(u)
	return u
}

func (q *telegramQueue) queue(u *update) {
	q.bot.stats.updates.Add(1)
	if q.hook != nil {
		q.hook.add(u)
		return
	}
	q.items = append(q.items, u)
	if q.poll != nil {
		wakeUp(q.poll.wake)
	}
}

// forget drops what the offset acknowledges.
func (q *telegramQueue) forget(offset int64) {
	if offset < 0 {
		if n := int64(len(q.items)) + offset; n > 0 {
			q.items = q.items[n:]
		}
		return
	}
	if offset == 0 || offset > q.next+offsetBeyond {
		return
	}
	kept := q.items[:0:0]
	i := 0
	for ; i < len(q.items) && q.items[i].id < offset; i++ {
		if u := q.items[i]; u.again && !u.given {
			kept = append(kept, u)
		}
	}
	if i == 0 {
		return
	}
	if len(kept) == 0 {
		clear(q.items[:i])
		q.items = q.items[i:]
		return
	}
	q.items = append(kept, q.items[i:]...)
}

// batch writes up to limit updates as an array and returns how many.
func (q *telegramQueue) batch(out []byte, limit int, now time.Time) ([]byte, int) {
	from, n := len(out), 0
	out = append(out, '[')
	expired := false
	for _, u := range q.items {
		if now.After(u.expires) {
			expired = true
			continue
		}
		if n == limit || n > 0 && len(out)-from+len(u.body) > batchBytes {
			break
		}
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, u.body...)
		u.given = true
		n++
	}
	if expired {
		var kept []*update
		for _, u := range q.items {
			if !now.After(u.expires) {
				kept = append(kept, u)
			}
		}
		q.items = kept
	}
	return append(out, ']'), n
}

// allow takes an allowed_updates parameter: absent or malformed keeps the former set, an empty list means the
// default one.
func (q *telegramQueue) allow(src string) {
	v, ok := parseJSON(src)
	if src == "" || !ok || v.kind != jsonArray {
		return
	}
	q.allowed, q.allowText = nil, ""
	if len(v.items) == 0 {
		return
	}
	q.allowed, q.allowText = map[string]bool{}, v.raw
	for _, it := range v.items {
		if it.kind == jsonString {
			q.allowed[it.text] = true
		}
	}
}

// refuse answers 409; further ones in a row come late.
func (c *telegramCallContext) refuse(e *telegramError) *telegramError {
	q := &c.b.queue
	q.mu.Lock()
	q.conflicts++
	late := q.conflicts > 1
	q.mu.Unlock()
	if late {
		c.b.t.rest(3)
	}
	return e
}

// slowDown holds back a client that asks for the same offset again: within 3 s it has to wait for an empty
// answer, and within half a second it gets one update.
func (q *telegramQueue) slowDown(offset int64, limit int, timeout int64) (int, int64) {
	now, t := time.Now(), q.bot.t
	if since := now.Sub(q.asked); offset == q.offset && !q.asked.IsZero() {
		if since < t.scaled(3) {
			timeout = max(timeout, 3)
		}
		if since < t.scaled(0.5) {
			limit = 1
		}
	}
	q.offset, q.asked = offset, now
	return limit, timeout
}

func (c *telegramCallContext) getUpdates() *telegramError {
	q := &c.b.queue
	offset := c.p.int("offset")
	limit := int(c.p.int("limit"))
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	timeout := min(max(c.p.int("timeout"), 0), maxPollTime)

	q.mu.Lock()
	if q.hook != nil {
		q.mu.Unlock()
		return c.refuse(errPollHook)
	}
	q.allow(c.p.json("allowed_updates"))
	if q.poll != nil {
		q.poll.end(errPollTaken)
	}
	mine := &telegramPoll{wake: make(chan struct{}, 1)}
	q.poll = mine
	limit, timeout = q.slowDown(offset, limit, timeout)
	defer q.mu.Unlock()

	q.forget(offset)
	var wait *pollWait
	for {
		from := len(c.x.out)
		out, n := q.batch(c.x.out, limit, c.b.t.now())
		if n > 0 || timeout == 0 || wait != nil && wait.over {
			c.x.out = out
			if q.poll == mine {
				q.poll = nil
			}
			q.conflicts = 0
			if wait != nil {
				wait.stop()
			}
			return nil
		}
		c.x.out = out[:from]
		if wait == nil {
			wait = c.x.wait(time.Duration(timeout) * c.b.t.second)
		}
		q.mu.Unlock()
		wait.next(mine.wake, c.b.t.done)
		q.mu.Lock()
		if e := mine.ended; e != nil {
			q.mu.Unlock()
			wait.stop()
			e = c.refuse(e)
			q.mu.Lock()
			return e
		}
	}
}

// telegramPresses are the button presses that wait for their answers.
type telegramPresses struct {
	mu   sync.Mutex
	live map[string]*telegramPress
	old  []*telegramPress // in order of time, to forget the expired
}

type telegramPress struct {
	id   string
	chat *telegramChat
	at   time.Time
}

func (p *telegramPresses) add(b *TelegramBot, chat *telegramChat) *telegramPress {
	now := b.t.now()
	press := &telegramPress{id: strconv.FormatInt(4_382_000_000_000_000_000+b.unique.Add(1), 10), chat: chat, at: now}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live == nil {
		p.live = map[string]*telegramPress{}
	}
	for len(p.old) > 0 && now.Sub(p.old[0].at) > pressLife {
		delete(p.live, p.old[0].id)
		p.old = p.old[1:]
	}
	p.live[press.id] = press
	p.old = append(p.old, press)
	return press
}

// take ends a press; nil when it was answered, forgotten or never made.
func (p *telegramPresses) take(id string, now time.Time) *telegramPress {
	p.mu.Lock()
	defer p.mu.Unlock()
	press := p.live[id]
	if press == nil || now.Sub(press.at) > pressLife {
		return nil
	}
	delete(p.live, id)
	return press
}

func (c *telegramCallContext) answerCallbackQuery() *telegramError {
	text := c.p.get("text")
	if longer(text, 200) {
		return badRequest("MESSAGE_TOO_LONG")
	}
	press := c.b.presses.take(c.p.get("callback_query_id"), c.b.t.now())
	if press == nil {
		return errQueryOld
	}
	chat := press.chat
	chat.mu.Lock()
	chat.record(TelegramCall{Method: c.m.name, Answer: text, Alert: c.p.flag("show_alert"), Query: press.id})
	chat.mu.Unlock()
	return c.ok()
}

// Polled tells whether a long poll is waiting now.
func (b *TelegramBot) Polled() bool {
	b.queue.mu.Lock()
	defer b.queue.mu.Unlock()
	return b.queue.poll != nil
}
