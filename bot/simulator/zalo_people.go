package simulator

import (
	"cmp"
	"context"
	"net/http"
	"strings"
)

// ZaloUser is a person who uses the emulated Zalo: what they do in their chat with a bot, and what they see
// there. Text is passed on as it is given, invalid bytes included.
type ZaloUser struct {
	ID   string
	Name string // display_name

	bot  *ZaloBot
	chat *zaloChat
}

// User returns the person with an id, made at the first call; the name of later calls is ignored. The bot cannot
// write to somebody who did not write first.
func (b *ZaloBot) User(id, name string) *ZaloUser {
	if c := b.chat(id); c != nil && c.user != nil {
		return c.user
	}
	c := b.newChat(id)
	c.user = &ZaloUser{ID: id, Name: cmp.Or(name, "Người dùng"), bot: b, chat: c}
	old, _ := b.chats.LoadOrStore(id, c)
	return old.(*zaloChat).user
}

// zaloKinds are the names of events, by what a message holds.
const (
	zaloText    = "message.text.received"
	zaloImage   = "message.image.received"
	zaloSticker = "message.sticker.received"
	zaloVoice   = "message.voice.received"
	zaloLink    = "message.link.received"
	zaloHidden  = "message.unsupported.received"
)

// say puts a person's message into a chat and queues its event. It returns the message's id.
func (c *zaloChat) say(from *ZaloUser, kind string, m *ZaloMessage) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said(from, kind, m)
}

// said is say in a chat that is locked.
func (c *zaloChat) said(from *ZaloUser, kind string, m *ZaloMessage) string {
	r := c.bot.rules.Load()
	m.From = from.ID
	if c.user != nil && c.guarded {
		m.Hidden, kind = true, zaloHidden
	}
	c.show(m)
	c.known = true
	if c.user != nil {
		c.blocked = false // the app takes no message to a bot that is blocked
	}
	c.bot.plan.received(c, r)
	c.bot.queue.push(c.id, m.ID, c.lane, c.appendEvent(nil, from, kind, m, r))
	return m.ID
}

// appendEvent writes an event as the webhook and getUpdates give it.
func (c *zaloChat) appendEvent(b []byte, from *ZaloUser, kind string, m *ZaloMessage, r *ZaloRules) []byte {
	b = append(b, `{"event_name":"`...)
	b = append(b, kind...)
	b = append(b, '"')
	if kind == zaloHidden && r.Bare {
		return append(b, '}')
	}
	b = append(b, `,"message":{"from":{"id":`...)
	b = appendString(b, from.ID)
	b = append(b, `,"display_name":`...)
	b = appendString(b, from.Name)
	b = append(b, `,"is_bot":false},"chat":{"id":`...)
	b = appendString(b, c.id)
	if c.user != nil {
		b = append(b, `,"chat_type":"PRIVATE"}`...)
	} else {
		b = append(b, `,"chat_type":"GROUP"}`...)
	}
	field := func(key, value string) {
		if value != "" {
			b = append(append(append(b, ',', '"'), key...), '"', ':')
			b = appendString(b, value)
		}
	}
	switch kind {
	case zaloText:
		field("text", m.Text)
	case zaloImage:
		key := "photo"
		if r.PhotoURL {
			key = "photo_url"
		}
		field(key, m.Photo.URL)
		field("caption", m.Caption)
	case zaloSticker:
		field("sticker", m.Sticker)
		field("url", "https://zalo-api.zadn.vn/api/emoticon/oasticker?eid="+m.Sticker)
	case zaloVoice:
		field("voice_url", m.Voice)
	case zaloLink:
		field("text", m.Link)
	}
	b = append(b, `,"message_id":"`...)
	b = append(b, m.ID...)
	b = append(b, `","date":`...)
	return append(appendInt(b, m.Date.UnixMilli()), '}', '}')
}

// Text sends a text message.
func (u *ZaloUser) Text(text string) string {
	return u.chat.say(u, zaloText, &ZaloMessage{Text: text})
}

// Photo sends a picture with a caption, which may be empty.
func (u *ZaloUser) Photo(data []byte, caption string) string {
	return u.chat.say(u, zaloImage, &ZaloMessage{Photo: u.bot.hosted(data), Caption: caption})
}

// hosted makes a picture that can be fetched.
func (b *ZaloBot) hosted(data []byte) *ZaloPhoto {
	p := readPhoto(data, "image/")
	if p == nil {
		p = &ZaloPhoto{MIME: http.DetectContentType(data), Data: data}
	}
	p.URL = b.host(data, p.MIME, extOf(p.MIME))
	return p
}

// Sticker sends a sticker.
func (u *ZaloUser) Sticker() string {
	return u.chat.say(u, zaloSticker, &ZaloMessage{Sticker: "3b9e1c5f"})
}

// Voice sends a voice message.
func (u *ZaloUser) Voice() string {
	return u.chat.say(u, zaloVoice, &ZaloMessage{Voice: u.bot.host([]byte("\xff\xf1"), "audio/aac", ".aac")})
}

// LinkTo shares an address.
func (u *ZaloUser) LinkTo(address string) string {
	return u.chat.say(u, zaloLink, &ZaloMessage{Link: address})
}

// Unsupported sends something that bots may not see: a file, a place, a contact card.
func (u *ZaloUser) Unsupported() string {
	return u.chat.say(u, zaloHidden, &ZaloMessage{Hidden: true})
}

// Protect makes the person one whom the platform protects: the bot learns that they wrote, and not what.
func (u *ZaloUser) Protect(on bool) {
	u.chat.mu.Lock()
	defer u.chat.mu.Unlock()
	u.chat.guarded = on
}

// Block blocks the bot, which learns it only when it writes.
func (u *ZaloUser) Block() { u.setBlocked(true) }

// Unblock lets the bot write again; so does writing to it.
func (u *ZaloUser) Unblock() { u.setBlocked(false) }

func (u *ZaloUser) setBlocked(blocked bool) {
	u.chat.mu.Lock()
	defer u.chat.mu.Unlock()
	u.chat.blocked = blocked
}

// Messages is the chat as the person sees it.
func (u *ZaloUser) Messages() []ZaloMessage { return u.chat.view() }

// Message is one message of the chat.
func (u *ZaloUser) Message(id string) (ZaloMessage, bool) { return u.chat.message(id) }

// Calls is what the bot did in the chat, in order, as far as it is kept.
func (u *ZaloUser) Calls() []ZaloCall { return u.chat.log() }

// Next returns the next call that the person sees, in order and each one once, waiting for it if need be. One
// reader at a time.
func (u *ZaloUser) Next(ctx context.Context) (ZaloCall, error) {
	return u.Await(ctx, (*ZaloCall).Shows)
}

// Await returns the next call that matches and passes over those before it.
func (u *ZaloUser) Await(ctx context.Context, match func(*ZaloCall) bool) (ZaloCall, error) {
	return u.chat.next(ctx, match)
}

// After returns the calls in the chat with a number above n, waiting until there is one.
func (u *ZaloUser) After(ctx context.Context, n int) ([]ZaloCall, error) {
	return u.chat.after(ctx, n)
}

// ZaloGroup is a group that the bot may be in.
type ZaloGroup struct {
	chat *zaloChat
}

// Group makes a group without the bot.
func (b *ZaloBot) Group(id, name string) *ZaloGroup {
	c := b.newChat(id)
	c.name, c.blocked = name, true
	old, _ := b.chats.LoadOrStore(id, c)
	return &ZaloGroup{old.(*zaloChat)}
}

// AddBot is the group's leader adding the bot, which is told nothing.
func (g *ZaloGroup) AddBot() { g.set(false) }

// Kick is somebody removing the bot.
func (g *ZaloGroup) Kick() { g.set(true) }

func (g *ZaloGroup) set(out bool) {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	g.chat.blocked, g.chat.known = out, !out
}

// Text is somebody writing in the group. The bot gets it only when it is mentioned, by its name after an @.
func (g *ZaloGroup) Text(from *ZaloUser, text string) string {
	return g.write(from, text, strings.Contains(text, "@"+g.chat.bot.Name))
}

// Reply is somebody answering a message of the bot, which it gets.
func (g *ZaloGroup) Reply(from *ZaloUser, to, text string) string {
	m, ok := g.chat.message(to)
	return g.write(from, text, ok && m.FromBot)
}

func (g *ZaloGroup) write(from *ZaloUser, text string, heard bool) string {
	c := g.chat
	m := &ZaloMessage{Text: text, From: from.ID}
	c.mu.Lock()
	defer c.mu.Unlock()
	if heard && !c.blocked {
		return c.said(from, zaloText, m)
	}
	c.show(m)
	return m.ID
}

// Messages is the group as its members see it.
func (g *ZaloGroup) Messages() []ZaloMessage { return g.chat.view() }

// Calls is what the bot did in the group.
func (g *ZaloGroup) Calls() []ZaloCall { return g.chat.log() }
