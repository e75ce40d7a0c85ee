package simulator

import (
	"sync"
	"time"
)

const (
	zaloPollTime = 30 // seconds, when the bot does not say
	zaloPollMost = 120
)

// zaloQueue is a bot's queue of events: read one at a time by polling, which removes them, or delivered to a
// webhook.
type zaloQueue struct {
	bot *ZaloBot

	mu    sync.Mutex
	next  int64
	items []*update
	wake  chan struct{} // closed when something comes, while somebody polls
	polls int
	held  *update // kept back by FaultSwap
	hook  *zaloHook
	tests zaloTests
}

// Pending counts the events that were neither read nor taken by the webhook.
func (b *ZaloBot) Pending() int {
	q := &b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	n := len(q.items)
	if q.hook != nil {
		n = q.hook.pending
	}
	if q.held != nil {
		n++
	}
	return n
}

// Polls counts the calls that wait in getUpdates now.
func (b *ZaloBot) Polls() int {
	b.queue.mu.Lock()
	defer b.queue.mu.Unlock()
	return b.queue.polls
}

// Push queues an event of any shape as from a chat: the text of the object with event_name and message.
func (b *ZaloBot) Push(chat, event string) {
	lane := int64(0)
	if c := b.chat(chat); c != nil {
		lane = c.lane
	}
	b.queue.push(chat, "", lane, []byte(event))
}

// push queues an event about a message.
func (q *zaloQueue) push(chat, message string, lane int64, event []byte) {
	b := q.bot
	doubled := b.draw(FaultDuplicate, chat)
	swapped := b.draw(FaultSwap, chat)
	u := &update{body: event, lane: lane, chat: chat, message: message}
	if keep := b.rules.Load().Keep; keep > 0 {
		u.expires = b.z.now().Add(keep)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if swapped && q.held == nil {
		q.held = u
		time.AfterFunc(b.z.scaled(0.2), func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.release()
		})
		return
	}
	q.put(u)
	if doubled {
		twin := *u
		q.put(&twin)
	}
	q.release()
}

// release queues the event that was kept back, if there is one.
func (q *zaloQueue) release() {
	if u := q.held; u != nil {
		q.held = nil
		q.put(u)
	}
}

func (q *zaloQueue) put(u *update) {
	q.next++
	u.id = q.next
	q.bot.stats.updates.Add(1)
	if q.hook != nil {
		q.hook.add(u)
		return
	}
	q.items = append(q.items, u)
	q.wakePolls()
}

// wakePolls makes every waiting poll look again.
func (q *zaloQueue) wakePolls() {
	if q.wake != nil {
		close(q.wake)
		q.wake = nil
	}
}

// pop takes the oldest event that is still kept.
func (q *zaloQueue) pop(now time.Time) *update {
	for len(q.items) > 0 {
		u := q.items[0]
		q.items[0] = nil
		q.items = q.items[1:]
		if u.expires.IsZero() || !now.After(u.expires) {
			q.ended(u, false, false)
			return u
		}
		q.ended(u, true, false)
	}
	return nil
}

// ended tells what became of an event; the queue is locked.
func (q *zaloQueue) ended(u *update, lost, doubt bool) {
	if lost {
		q.bot.stats.lost.Add(1)
	}
	if f := q.bot.z.opt.OnEvent; f != nil {
		f(ZaloEvent{Chat: u.chat, Message: u.message, Lost: lost, Doubt: doubt})
	}
}

// getUpdates answers with one event, which is then gone, or with 408 when none came in time. Where several
// poll, each event goes to one of them; what the platform does then is not documented.
func (c *zaloCallContext) getUpdates() *zaloError {
	q := &c.b.queue
	timeout := c.p.int("timeout")
	if c.p.get("timeout") == "" {
		timeout = zaloPollTime
	}
	timeout = min(max(timeout, 0), zaloPollMost)
	var wait *pollWait
	q.mu.Lock()
	defer q.mu.Unlock()
	q.polls++
	defer func() {
		q.polls--
		if wait != nil {
			wait.stop()
		}
	}()
	for {
		if q.hook != nil {
			return errZaloHooked
		}
		if wait != nil && wait.left {
			return errZaloIdle // nobody is there to take an event
		}
		if u := q.pop(c.b.z.now()); u != nil {
			c.x.out = append(c.x.out, u.body...)
			return nil
		}
		if timeout == 0 || wait != nil && wait.over {
			return errZaloIdle
		}
		if q.wake == nil {
			q.wake = make(chan struct{})
		}
		wake := q.wake
		q.mu.Unlock()
		if wait == nil {
			wait = c.x.wait(c.b.z.scaled(float64(timeout)))
		}
		wait.next(wake, c.b.z.done)
		q.mu.Lock()
	}
}
