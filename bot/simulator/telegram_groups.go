package simulator

import "context"

// TelegramGroup is a group that the bot may be in.
type TelegramGroup struct {
	chat *telegramChat
}

// Group makes a group without the bot; a negative id below -1000000000000 makes it a supergroup.
func (b *TelegramBot) Group(id int64, title string) *TelegramGroup {
	kind := basicGroup
	if id <= -1_000_000_000_000 {
		kind = superGroup
	}
	return b.newGroup(id, title, kind)
}

// Channel makes a channel without the bot.
func (b *TelegramBot) Channel(id int64, title, username string) *TelegramGroup {
	g := b.newGroup(id, title, channelChat)
	g.chat.username = username
	b.names.Store("@"+username, id)
	return g
}

func (b *TelegramBot) newGroup(id int64, title string, kind telegramChatKind) *TelegramGroup {
	c := &telegramChat{bot: b, id: id, kind: kind, nextID: 1, title: title, left: true}
	old, _ := b.chats.LoadOrStore(id, c)
	return &TelegramGroup{old.(*telegramChat)}
}

// ID is the group's chat id.
func (g *TelegramGroup) ID() int64 { return g.chat.id }

// AddBot is somebody adding the bot.
func (g *TelegramGroup) AddBot(by *TelegramUser) {
	c := g.chat
	c.mu.Lock()
	was := "left"
	if c.kicked {
		was = "kicked"
	}
	c.left, c.kicked = false, false
	c.memberChange(by, was, "member")
	c.mu.Unlock()
	c.say(by, &TelegramMessage{extra: `,"new_chat_members":[` + string(c.bot.appendSelf(nil)) + `]`})
}

// Kick is somebody removing the bot.
func (g *TelegramGroup) Kick(by *TelegramUser) {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	g.chat.kicked = true
	g.chat.memberChange(by, "member", "kicked")
}

// Promote makes the bot an administrator, who sees every message.
func (g *TelegramGroup) Promote(by *TelegramUser) {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	g.chat.admin = true
	g.chat.memberChange(by, "member", "administrator")
}

// Mute takes the bot's right to write, or gives it back.
func (g *TelegramGroup) Mute(muted bool) {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	g.chat.muted = muted
}

// Delete removes the group.
func (g *TelegramGroup) Delete() {
	g.chat.mu.Lock()
	defer g.chat.mu.Unlock()
	g.chat.gone = true
}

// Upgrade turns the group into a supergroup with a new id; message ids start over there.
func (g *TelegramGroup) Upgrade(by *TelegramUser, id int64) *TelegramGroup {
	next := g.chat.bot.newGroup(id, g.chat.title, superGroup)
	next.chat.mu.Lock()
	next.chat.left = false
	next.chat.mu.Unlock()
	g.chat.say(by, &TelegramMessage{extra: string(appendInt([]byte(`,"migrate_to_chat_id":`), id))})
	g.chat.mu.Lock()
	g.chat.movedTo = id
	g.chat.mu.Unlock()
	next.chat.say(by, &TelegramMessage{extra: string(appendInt([]byte(`,"migrate_from_chat_id":`), g.chat.id))})
	return next
}

// Text is somebody writing in the group. The bot gets it only if privacy mode lets it through.
func (g *TelegramGroup) Text(from *TelegramUser, text string) int {
	return g.chat.say(from, &TelegramMessage{Text: text, Entities: commandEntities(text)})
}

// Messages is the group as its members see it.
func (g *TelegramGroup) Messages() []TelegramMessage { return g.chat.view() }

// Calls is what the bot did in the group.
func (g *TelegramGroup) Calls() []TelegramCall { return g.chat.log() }

// Await returns the first call above number n that matches, waiting for it if need be.
func (g *TelegramGroup) Await(ctx context.Context, n int, match func(*TelegramCall) bool) (TelegramCall, error) {
	call, _, err := g.chat.await(ctx, n, match)
	return call, err
}
