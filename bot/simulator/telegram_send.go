package simulator

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

// sendMessage is the path that load goes through.
func (c *telegramCallContext) sendMessage() *telegramError {
	return c.send(func(m *telegramDraft) (e *telegramError) {
		if m.Text, m.Entities, e = c.formatted("text", "entities"); e != nil {
			return e
		}
		switch {
		case m.Text == "":
			return errTextEmpty
		case longer(m.Text, telegramTextRunes):
			return errTextLong
		}
		return nil
	})
}

func (c *telegramCallContext) sendPhoto() *telegramError {
	return c.send(func(m *telegramDraft) (e *telegramError) {
		if m.Photo, e = c.media("photo", true); e != nil {
			return e
		}
		return c.caption(&m.TelegramMessage)
	})
}

func (c *telegramCallContext) sendDocument() *telegramError {
	return c.send(func(m *telegramDraft) (e *telegramError) {
		if m.Document, e = c.media("document", false); e != nil {
			return e
		}
		return c.caption(&m.TelegramMessage)
	})
}

func (c *telegramCallContext) caption(m *TelegramMessage) (e *telegramError) {
	if m.Caption, m.Entities, e = c.formatted("caption", "caption_entities"); e != nil {
		return e
	}
	if longer(m.Caption, captionRunes) {
		return errCaptionLong
	}
	return nil
}

// telegramDraft is a message on its way out.
type telegramDraft struct {
	TelegramMessage
	idOnly bool // answer with the id alone
}

// send is common to everything that puts one message into a chat: fill sets its content.
func (c *telegramCallContext) send(fill func(*telegramDraft) *telegramError) *telegramError {
	chat, e := c.target("chat_id")
	if e != nil {
		return e
	}
	d := &telegramDraft{TelegramMessage: TelegramMessage{FromBot: true, From: c.b.ID}}
	var markup telegramMarkup
	if e = fill(d); e == nil {
		markup, e = c.markup()
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e == nil {
		e = c.admit(chat, 1)
	}
	if e == nil {
		e = c.replyTo(chat, d)
	}
	if e != nil {
		chat.record(TelegramCall{Method: c.m.name, Error: e.text, Message: TelegramMessage{Text: d.Text, Caption: d.Caption}})
		return e
	}
	m := &d.TelegramMessage
	m.Buttons, m.inline, m.Keyboard = markup.buttons, markup.inline, markup.keys
	c.post(chat, m)
	if d.idOnly {
		c.x.out = append(c.x.out, `{"message_id":`...)
		c.x.out = append(appendInt(c.x.out, int64(m.ID)), '}')
		return nil
	}
	c.x.out = chat.appendMessage(c.x.out, m)
	return nil
}

// post adds the bot's message to a chat that may receive it and records the call.
func (c *telegramCallContext) post(chat *telegramChat, m *TelegramMessage) {
	m.Date = c.b.t.now()
	m.Silent, m.Guarded = c.p.flag("disable_notification"), c.p.flag("protect_content")
	chat.show(m)
	chat.record(TelegramCall{Method: c.m.name, Message: *m})
}

// admit checks that the chat takes n more messages, and the limits when they are on.
func (c *telegramCallContext) admit(chat *telegramChat, n int) *telegramError {
	if e := chat.mayReceive(); e != nil {
		return e
	}
	if c.b.t.opt.Limits {
		if wait := c.b.limits.take(chat, n, c.b.t.now()); wait > 0 {
			return tooMany(wait)
		}
	}
	return nil
}

func (c *telegramCallContext) replyTo(chat *telegramChat, d *telegramDraft) *telegramError {
	id := c.p.int("reply_to_message_id")
	lenient := c.p.flag("allow_sending_without_reply")
	if src := c.p.json("reply_parameters"); src != "" {
		v, ok := parseJSON(src)
		if !ok || v.kind != jsonObject {
			return badRequest("can't parse reply parameters JSON object")
		}
		id, lenient = v.int("message_id"), v.is("allow_sending_without_reply")
	}
	if id == 0 {
		return nil
	}
	if chat.find(int(id)) == nil {
		if lenient {
			return nil
		}
		return errReplyNotFound
	}
	d.ReplyTo = int(id)
	return nil
}

var chatActions = []string{
	"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
	"choose_sticker", "find_location", "record_video_note", "upload_video_note",
}

func (c *telegramCallContext) sendChatAction() *telegramError {
	chat, e := c.target("chat_id")
	if e != nil {
		return e
	}
	action := c.p.get("action")
	if !slices.Contains(chatActions, action) {
		return errWrongAction
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e := chat.mayReceive(); e != nil {
		chat.record(TelegramCall{Method: c.m.name, Error: e.text, Action: action})
		return e
	}
	chat.record(TelegramCall{Method: c.m.name, Action: action})
	return c.ok()
}

func (c *telegramCallContext) sendMediaGroup() *telegramError {
	chat, e := c.target("chat_id")
	if e != nil {
		return e
	}
	v, ok := parseJSON(c.p.get("media"))
	if !ok {
		return badRequest("can't parse media JSON object")
	}
	if v.kind != jsonArray {
		return badRequest("expected an Array of InputMedia")
	}
	switch {
	case len(v.items) < 2:
		return badRequest("too few messages to send as an album")
	case len(v.items) > 10:
		return badRequest("too many messages to send as an album")
	}
	album := strconv.FormatInt(13_000_000_000_000_000+c.b.unique.Add(1), 10)
	list := make([]*TelegramMessage, 0, len(v.items))
	for i := range v.items {
		m, e := c.albumItem(&v.items[i])
		if e != nil {
			return e
		}
		m.Album, m.FromBot, m.From = album, true, c.b.ID
		list = append(list, m)
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e := c.admit(chat, len(list)); e != nil {
		chat.record(TelegramCall{Method: c.m.name, Error: e.text})
		return e
	}
	for i, m := range list {
		c.post(chat, m)
		c.x.out = append(c.x.out, "[,"[min(i, 1)])
		c.x.out = chat.appendMessage(c.x.out, m)
	}
	c.x.out = append(c.x.out, ']')
	return nil
}

func (c *telegramCallContext) albumItem(v *jsonValue) (m *TelegramMessage, e *telegramError) {
	m = new(TelegramMessage)
	kind, source := v.str("type"), v.str("media")
	switch kind {
	case "photo":
		m.Photo, e = c.mediaFrom(source, kind, true)
	case "document":
		m.Document, e = c.mediaFrom(source, kind, false)
	default:
		e = badRequest("can't parse InputMedia: invalid InputMedia type specified")
	}
	if e != nil {
		return nil, e
	}
	sub := telegramCallContext{b: c.b, m: c.m, x: c.x}
	sub.p.list = []param{{"caption", v.str("caption")}, {"parse_mode", v.str("parse_mode")}}
	if list := v.field("caption_entities"); list != nil {
		sub.p.set("caption_entities", list.raw)
	}
	return m, sub.caption(m)
}

func (c *telegramCallContext) copyMessage() *telegramError {
	from, e := c.target("from_chat_id")
	if e != nil {
		return e
	}
	from.mu.Lock()
	source := from.find(int(c.p.int("message_id")))
	var kept TelegramMessage
	if source != nil {
		kept = *source
	}
	from.mu.Unlock()
	if source == nil {
		return errCopyNotFound
	}
	return c.send(func(d *telegramDraft) *telegramError {
		d.idOnly = true
		d.Text, d.Entities, d.Caption = kept.Text, kept.Entities, kept.Caption
		d.Photo, d.Document, d.extra = kept.Photo, kept.Document, kept.extra
		if c.p.get("caption") != "" && kept.Text == "" {
			return c.caption(&d.TelegramMessage)
		}
		return nil
	})
}

// telegramLimits are the published rates, as sliding windows.
type telegramLimits struct {
	all windowLimit
}

// take returns 0, or after how many seconds to come again. The chat is locked.
func (l *telegramLimits) take(chat *telegramChat, n int, now time.Time) int {
	const burst = 3 // short bursts to one person pass
	window, most := burst*time.Second, burst
	if chat.kind != privateChat {
		window, most = time.Minute, 20
	}
	kept := chat.lastSends[:0]
	for _, at := range chat.lastSends {
		if now.Sub(at) < window {
			kept = append(kept, at)
		}
	}
	chat.lastSends = kept
	if len(kept)+n > most && len(kept) > 0 {
		return seconds(window - now.Sub(kept[0]))
	}
	if wait := l.all.take(n, 30, time.Second, now); wait > 0 {
		return seconds(wait)
	}
	for range n {
		chat.lastSends = append(chat.lastSends, now)
	}
	return 0
}

// seconds rounds up, as retry_after does.
func seconds(d time.Duration) int { return max(1, int((d+time.Second-1)/time.Second)) }

// windowLimit allows most events in any window.
type windowLimit struct {
	mu   sync.Mutex
	past []time.Time
}

// take counts n events at now, or tells how long to wait.
func (l *windowLimit) take(n, most int, window time.Duration, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.past) > 0 && now.Sub(l.past[0]) >= window {
		l.past = l.past[1:]
	}
	if len(l.past)+n > most && len(l.past) > 0 {
		return window - now.Sub(l.past[0])
	}
	for range n {
		l.past = append(l.past, now)
	}
	return 0
}
