package simulator

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
)

// TelegramUser is a person who uses the emulated Telegram: what they do in their private chat with a bot, and
// what they see there. Text is passed on as it is given, invalid bytes included.
type TelegramUser struct {
	ID       int64
	Name     string // first name
	Username string
	Lang     string // language_code, for instance "vi"

	bot  *TelegramBot
	chat *telegramChat
}

// User returns the person with an id, made at the first call; name and lang of later calls are ignored. The
// person has not opened the chat yet.
func (b *TelegramBot) User(id int64, name, lang string) *TelegramUser {
	if c := b.chat(id); c != nil {
		return c.user
	}
	c := &telegramChat{bot: b, id: id, kind: privateChat, nextID: 1}
	c.user = &TelegramUser{ID: id, Name: cmp.Or(name, "Người dùng"), Lang: lang, bot: b, chat: c}
	old, _ := b.chats.LoadOrStore(id, c)
	return old.(*telegramChat).user
}

func (u *TelegramUser) append(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = appendInt(b, u.ID)
	b = append(b, `,"is_bot":false,"first_name":`...)
	b = appendString(b, u.Name)
	if u.Username != "" {
		b = append(b, `,"username":`...)
		b = appendString(b, u.Username)
	}
	if u.Lang != "" {
		b = append(b, `,"language_code":`...)
		b = appendString(b, u.Lang)
	}
	return append(b, '}')
}

// say puts a person's message into a chat and queues its update. It returns the message's id.
func (c *telegramChat) say(from *TelegramUser, m *TelegramMessage) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.Date, m.From, m.author = c.bot.t.now(), from.ID, from
	c.show(m)
	if c.kind == privateChat {
		c.started = true
	} else if !c.hears(m) {
		return m.ID
	}
	c.bot.queue.push("message", c.id, c.appendMessage([]byte(`"message":`), m))
	return m.ID
}

// hears tells whether a bot in privacy mode gets a group's message: commands, answers to it, service messages.
func (c *telegramChat) hears(m *TelegramMessage) bool {
	if c.kicked || c.left || c.gone {
		return false
	}
	if c.admin {
		return true
	}
	if r := c.find(m.ReplyTo); r != nil && r.FromBot {
		return true
	}
	text := m.Body()
	if !strings.HasPrefix(text, "/") {
		return text == "" && m.Photo == nil && m.Document == nil && m.extra != ""
	}
	word, _, _ := strings.Cut(text, " ")
	_, to, ok := strings.Cut(word, "@")
	return !ok || strings.EqualFold(to, c.bot.Username)
}

// commandEntities finds the commands in a text, as the platform marks them.
func commandEntities(text string) []TelegramEntity {
	var list []TelegramEntity
	for i := 0; i < len(text); i++ {
		if text[i] != '/' || i > 0 && !isSpace(text[i-1]) {
			continue
		}
		end := i + 1
		for end < len(text) && (isAlnum(text[end]) || text[end] == '_') {
			end++
		}
		if end == i+1 || end > i+65 {
			continue
		}
		if end < len(text) && text[end] == '@' {
			at := end + 1
			for at < len(text) && (isAlnum(text[at]) || text[at] == '_') {
				at++
			}
			if at > end+1 {
				end = at
			}
		}
		list = append(list, TelegramEntity{Type: "bot_command", Offset: utf16Len(text[:i]), Length: end - i})
		i = end - 1
	}
	return list
}

// Open presses Start, with the payload of a deep link if there is one.
func (u *TelegramUser) Open(payload string) int {
	if payload == "" {
		return u.Text("/start")
	}
	return u.Text("/start " + payload)
}

// Text sends a text message.
func (u *TelegramUser) Text(text string) int {
	return u.chat.say(u, &TelegramMessage{Text: text, Entities: commandEntities(text)})
}

// Reply answers a message with a text.
func (u *TelegramUser) Reply(to int, text string) int {
	return u.chat.say(u, &TelegramMessage{Text: text, Entities: commandEntities(text), ReplyTo: to})
}

// Photo sends a picture with a caption, which may be empty.
func (u *TelegramUser) Photo(data []byte, caption string) int {
	return u.chat.say(u, &TelegramMessage{Photo: u.bot.keep("", "image/jpeg", data, true), Caption: caption, Entities: commandEntities(caption)})
}

// Album sends pictures as one group; the caption is on the first.
func (u *TelegramUser) Album(caption string, pictures ...[]byte) []int {
	album := strconv.FormatInt(13_000_000_000_000_000+u.bot.unique.Add(1), 10)
	var ids []int
	for i, data := range pictures {
		m := &TelegramMessage{Photo: u.bot.keep("", "image/jpeg", data, true), Album: album}
		if i == 0 {
			m.Caption = caption
		}
		ids = append(ids, u.chat.say(u, m))
	}
	return ids
}

// Document sends a file.
func (u *TelegramUser) Document(name string, data []byte, caption string) int {
	return u.chat.say(u, &TelegramMessage{Document: u.bot.keep(name, "", data, false), Caption: caption})
}

// Sticker sends a sticker.
func (u *TelegramUser) Sticker(emoji string) int {
	f := u.bot.keep("sticker.webp", "image/webp", []byte("RIFF"), false)
	b := append([]byte(`,"sticker":{"width":512,"height":512,"is_animated":false,"is_video":false,"type":"regular","emoji":`), appendString(nil, emoji)...)
	b = appendFileIDs(append(b, ','), f, "")
	return u.chat.say(u, &TelegramMessage{extra: string(append(b, '}'))})
}

// Voice sends a voice message.
func (u *TelegramUser) Voice(seconds int) int {
	f := u.bot.keep("voice.oga", "audio/ogg", []byte("OggS"), false)
	b := appendInt([]byte(`,"voice":{"mime_type":"audio/ogg","duration":`), int64(seconds))
	b = appendFileIDs(append(b, ','), f, "")
	return u.chat.say(u, &TelegramMessage{extra: string(append(b, '}'))})
}

// Location sends a place.
func (u *TelegramUser) Location(latitude, longitude float64) int {
	return u.chat.say(u, &TelegramMessage{extra: fmt.Sprintf(`,"location":{"latitude":%g,"longitude":%g}`, latitude, longitude)})
}

// Contact shares the person's own number, as the key that requests it does.
func (u *TelegramUser) Contact(phone string) int { return u.ContactOf(u.Name, phone, u.ID) }

// ContactOf shares a contact card; user is the account that the platform found for it, 0 for none.
func (u *TelegramUser) ContactOf(name, phone string, user int64) int {
	b := append([]byte(`,"contact":{"phone_number":`), appendString(nil, phone)...)
	b = append(b, `,"first_name":`...)
	b = appendString(b, name)
	if user != 0 {
		b = append(b, `,"user_id":`...)
		b = appendInt(b, user)
	}
	return u.chat.say(u, &TelegramMessage{extra: string(append(b, '}'))})
}

// Forward passes on a text that somebody else wrote.
func (u *TelegramUser) Forward(author, text string) int {
	now := u.bot.t.now().Unix()
	b := appendInt([]byte(`,"forward_origin":{"type":"hidden_user","date":`), now)
	b = append(b, `,"sender_user_name":`...)
	b = appendString(b, author)
	b = appendInt(append(b, `},"forward_date":`...), now)
	b = append(b, `,"forward_sender_name":`...)
	b = appendString(b, author)
	return u.chat.say(u, &TelegramMessage{Text: text, Entities: commandEntities(text), extra: string(b)})
}

// Edit changes the text (or caption) of the person's own message; false when there is no such message.
func (u *TelegramUser) Edit(id int, text string) bool {
	c := u.chat
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.find(id)
	if m == nil || m.From != u.ID {
		return false
	}
	if m.Photo != nil || m.Document != nil {
		m.Caption = text
	} else {
		m.Text = text
	}
	m.Entities, m.Edited = commandEntities(text), c.bot.t.now()
	c.bot.queue.push("edited_message", c.id, c.appendMessage([]byte(`"edited_message":`), m))
	return true
}

// Press presses the button in a row and column, both from 0, of a message. It returns the press's id, or ""
// when there is no such button or it is not one that tells the bot.
func (u *TelegramUser) Press(message, row, column int) string {
	m, ok := u.Message(message)
	if !ok || row < 0 || row >= len(m.Buttons) || column < 0 || column >= len(m.Buttons[row]) || m.Buttons[row][column].Data == "" {
		return ""
	}
	return u.PressData(message, m.Buttons[row][column].Data)
}

// PressLabel presses the button with a label, under the newest message that has one. "" when there is none.
func (u *TelegramUser) PressLabel(label string) string {
	list := u.Messages()
	for i := len(list) - 1; i >= 0; i-- {
		if b, ok := list[i].Button(label); ok && b.Data != "" {
			return u.PressData(list[i].ID, b.Data)
		}
	}
	return ""
}

// PressData sends any callback data as if from a button of a message, as a modified app can. The message may
// be gone: the press then comes with a stub of it.
func (u *TelegramUser) PressData(message int, data string) string {
	return u.chat.press(u, message, data)
}

// PressFor presses as this person a button in somebody else's chat.
func (u *TelegramUser) PressFor(owner *TelegramUser, message int, data string) string {
	return owner.chat.press(u, message, data)
}

func (c *telegramChat) press(from *TelegramUser, message int, data string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.bot.presses.add(c.bot, c)
	b := append([]byte(`"callback_query":{"id":"`), p.id...)
	b = append(b, `","from":`...)
	b = from.append(b)
	b = append(b, `,"message":`...)
	if m := c.find(message); m != nil {
		b = c.appendMessage(b, m)
	} else {
		b = appendInt(append(b, `{"message_id":`...), int64(message))
		b = appendChat(append(b, `,"chat":`...), c)
		b = append(b, `,"date":0}`...)
	}
	b = append(b, `,"chat_instance":"-3221","data":`...)
	b = append(appendString(b, data), '}')
	c.bot.queue.push("callback_query", from.ID, b)
	return p.id
}

// Block blocks the bot.
func (u *TelegramUser) Block() { u.setBlocked(true) }

// Unblock lets the bot write again.
func (u *TelegramUser) Unblock() { u.setBlocked(false) }

func (u *TelegramUser) setBlocked(blocked bool) {
	c := u.chat
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocked == blocked {
		return
	}
	c.blocked = blocked
	old, now := "member", "kicked"
	if !blocked {
		old, now = now, old
	}
	c.memberChange(u, old, now)
}

// memberChange queues a my_chat_member update; the chat is locked.
func (c *telegramChat) memberChange(by *TelegramUser, old, now string) {
	status := func(b []byte, status string) []byte {
		b = c.bot.appendSelf(append(b, `{"user":`...))
		b = appendString(append(b, `,"status":`...), status)
		if status == "kicked" {
			b = append(b, `,"until_date":0`...)
		}
		return append(b, '}')
	}
	b := appendChat([]byte(`"my_chat_member":{"chat":`), c)
	b = by.append(append(b, `,"from":`...))
	b = appendInt(append(b, `,"date":`...), c.bot.t.now().Unix())
	b = status(append(b, `,"old_chat_member":`...), old)
	b = status(append(b, `,"new_chat_member":`...), now)
	c.bot.queue.push("my_chat_member", c.id, append(b, '}'))
}

// DeleteAccount removes the person; the bot learns it only when it writes.
func (u *TelegramUser) DeleteAccount() {
	u.chat.mu.Lock()
	defer u.chat.mu.Unlock()
	u.chat.gone = true
}

// Messages is the private chat as the person sees it now.
func (u *TelegramUser) Messages() []TelegramMessage { return u.chat.view() }

func (c *telegramChat) view() []TelegramMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []TelegramMessage
	for _, m := range c.messages {
		if !m.Deleted {
			list = append(list, *m)
		}
	}
	return list
}

// Message is one message of the chat.
func (u *TelegramUser) Message(id int) (TelegramMessage, bool) {
	u.chat.mu.Lock()
	defer u.chat.mu.Unlock()
	if m := u.chat.find(id); m != nil {
		return *m, true
	}
	return TelegramMessage{}, false
}

// Calls is what the bot did in the chat, in order, as far as it is kept.
func (u *TelegramUser) Calls() []TelegramCall { return u.chat.log() }

// Next returns the next call that changed what the person sees, in order and each one once, waiting for it if
// need be. One reader at a time.
func (u *TelegramUser) Next(ctx context.Context) (TelegramCall, error) {
	return u.Await(ctx, (*TelegramCall).Shows)
}

// Await returns the next call that matches and passes over those before it.
func (u *TelegramUser) Await(ctx context.Context, match func(*TelegramCall) bool) (TelegramCall, error) {
	return u.chat.next(ctx, match)
}

// AwaitAnswer returns the answer to a press.
func (u *TelegramUser) AwaitAnswer(ctx context.Context, press string) (TelegramCall, error) {
	call, _, err := u.chat.await(ctx, 0, func(c *TelegramCall) bool { return c.Query == press })
	return call, err
}

// After returns the calls in the chat with a number above n, waiting until there is one.
func (u *TelegramUser) After(ctx context.Context, n int) ([]TelegramCall, error) {
	return u.chat.after(ctx, n)
}

// Push queues an update of any shape: fields is what follows the update's id, for instance
// `"message":"not an object"`, and lane the chat that it belongs to. It returns the update's id.
func (b *TelegramBot) Push(lane int64, fields string) int64 {
	return b.queue.push("", lane, []byte(fields))
}

// PushAs queues an update of any shape under an id of the caller's choice.
func (b *TelegramBot) PushAs(id, lane int64, fields string) {
	q := &b.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.put(id, lane, []byte(fields), messageLife)
}
