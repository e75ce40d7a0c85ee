package simulator

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// TelegramMessage is a message as the chat shows it now, or as it was when a call was recorded.
type TelegramMessage struct {
	ID       int
	Date     time.Time
	Edited   time.Time // zero: never
	From     int64     // the author's user id
	FromBot  bool
	Text     string
	Caption  string
	Entities []TelegramEntity // of Text or Caption
	Buttons  [][]TelegramButton
	Keyboard TelegramKeyboard
	Photo    *TelegramFile
	Document *TelegramFile
	Album    string // media_group_id
	ReplyTo  int
	Silent   bool
	Guarded  bool // protect_content
	Deleted  bool

	inline string // the inline keyboard's JSON
	extra  string // JSON fields of kinds that only people send, each with a comma before it
	author *TelegramUser
}

// Body is the message's text or caption.
func (m *TelegramMessage) Body() string {
	if m.Text != "" {
		return m.Text
	}
	return m.Caption
}

// Button finds a button by its label.
func (m *TelegramMessage) Button(label string) (TelegramButton, bool) {
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Text == label {
				return b, true
			}
		}
	}
	return TelegramButton{}, false
}

// TelegramEntity is a stretch of formatting; Offset and Length count UTF-16 units.
type TelegramEntity struct {
	Type           string
	Offset, Length int
	URL, Language  string
	User           int64
	Emoji          string
}

// TelegramButton is a button under a message: exactly one of Data, URL and the source text of another action.
type TelegramButton struct {
	Text, Data, URL, Other string
}

// TelegramKeyboard is what a message does with the keyboard below the chat.
type TelegramKeyboard struct {
	Rows       [][]TelegramKey
	Remove     bool
	ForceReply bool
}

// TelegramKey is one key of it.
type TelegramKey struct {
	Text            string
	RequestContact  bool
	RequestLocation bool
}

// TelegramCall is one thing that the bot did, or tried, in a chat.
type TelegramCall struct {
	Seq     int64 // order over all chats of the bot
	N       int   // order in the chat, from 1
	At      time.Time
	Chat    int64
	Method  string
	Error   string          // the description of the refusal, "" when done
	Message TelegramMessage // of sends and edits: the message after the call; of a deletion: the message deleted
	Answer  string          // answerCallbackQuery: the text shown
	Alert   bool            // answerCallbackQuery: shown in a box
	Query   string          // answerCallbackQuery: which press
	Action  string          // sendChatAction
}

// Shows tells whether the person sees a message come, change or go by this call.
func (c *TelegramCall) Shows() bool {
	return c.Error == "" && c.Message.ID != 0
}

type telegramChatKind byte

const (
	privateChat telegramChatKind = iota
	basicGroup
	superGroup
	channelChat
)

func (k telegramChatKind) String() string {
	return [...]string{"private", "group", "supergroup", "channel"}[k]
}

// telegramChat is one chat; everything in it is under its lock.
type telegramChat struct {
	bot  *TelegramBot
	id   int64
	kind telegramChatKind
	user *TelegramUser // of a private chat

	underway atomic.Int32 // calls that send into it

	callLog[TelegramCall]
	title     string
	username  string
	started   bool
	blocked   bool
	gone      bool // the account or the group was deleted
	kicked    bool
	left      bool
	muted     bool
	admin     bool
	movedTo   int64
	nextID    int
	messages  []*TelegramMessage // ids nextID-len … nextID-1, in order
	lastSends []time.Time
}

func (b *TelegramBot) chat(id int64) *telegramChat {
	if c, ok := b.chats.Load(id); ok {
		return c.(*telegramChat)
	}
	return nil
}

// find returns a message that is still kept and not deleted.
func (c *telegramChat) find(id int) *TelegramMessage {
	i := id - (c.nextID - len(c.messages))
	if i < 0 || i >= len(c.messages) || c.messages[i].Deleted {
		return nil
	}
	return c.messages[i]
}

// show gives a message its id and keeps it.
func (c *telegramChat) show(m *TelegramMessage) {
	m.ID = c.nextID
	c.nextID++
	c.messages = keepLast(c.messages, m, c.bot.t.keep)
}

// record keeps a call and wakes those who wait for it.
func (c *telegramChat) record(call TelegramCall) {
	c.n++
	call.N, call.Chat, call.Seq, call.At = c.n, c.id, c.bot.seq.Add(1), c.bot.t.now()
	if c.bot.t.opt.OnCall != nil {
		c.bot.t.opt.OnCall(call)
	}
	c.bot.tell(call)
	c.add(call, c.bot.t.keep)
}

// mayReceive is the platform's check before anything is sent to the chat.
func (c *telegramChat) mayReceive() *telegramError {
	switch {
	case c.movedTo != 0:
		e := badRequest("group chat was upgraded to a supergroup chat")
		e.migrateTo = c.movedTo
		return e
	case c.kind == privateChat && c.gone:
		return errDeactivated
	case c.kind == privateChat && c.blocked:
		return errBlocked
	case c.kind == privateChat && !c.started:
		return errInitiate
	case c.kind == privateChat:
		return nil
	case c.gone:
		return errGroupDeleted
	case c.kicked:
		return forbidden("bot was kicked from the " + c.name())
	case c.left:
		return forbidden("bot is not a member of the " + c.name())
	case c.muted:
		return errNoRights
	}
	return nil
}

func (c *telegramChat) name() string { return c.kind.String() + " chat" }

// target finds the chat that a call names.
func (c *telegramCallContext) target(key string) (*telegramChat, *telegramError) {
	s := strings.TrimSpace(c.p.get(key))
	if s == "" {
		return nil, badRequest(key + " is empty")
	}
	if s[0] == '@' {
		if id, ok := c.b.names.Load(strings.ToLower(s)); ok {
			return c.b.chat(id.(int64)), nil
		}
		return nil, errChatNotFound
	}
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id == 0 {
		return nil, errChatNotFound
	}
	if chat := c.b.chat(id); chat != nil {
		return chat, nil
	}
	if id >= 1<<52 {
		return nil, badRequest("PEER_ID_INVALID")
	}
	if c.b.t.isBot(id) {
		return nil, errToBot
	}
	return nil, errChatNotFound
}

func (t *Telegram) isBot(id int64) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, b := range t.bots {
		if b.ID == id {
			return true
		}
	}
	return false
}

func appendChat(b []byte, c *telegramChat) []byte {
	b = append(b, `{"id":`...)
	b = appendInt(b, c.id)
	if c.kind == privateChat {
		b = append(b, `,"first_name":`...)
		b = appendString(b, c.user.Name)
		if c.user.Username != "" {
			b = append(b, `,"username":`...)
			b = appendString(b, c.user.Username)
		}
	} else {
		b = append(b, `,"title":`...)
		b = appendString(b, c.title)
		if c.username != "" {
			b = append(b, `,"username":`...)
			b = appendString(b, c.username)
		}
	}
	b = append(b, `,"type":"`...)
	b = append(b, c.kind.String()...)
	return append(b, '"', '}')
}

func (b *TelegramBot) appendSelf(to []byte) []byte {
	to = append(to, `{"id":`...)
	to = appendInt(to, b.ID)
	to = append(to, `,"is_bot":true,"first_name":`...)
	to = appendString(to, b.FirstName)
	to = append(to, `,"username":`...)
	to = appendString(to, b.Username)
	return append(to, '}')
}

// appendMessage writes a Message object.
func (c *telegramChat) appendMessage(b []byte, m *TelegramMessage) []byte {
	b = append(b, `{"message_id":`...)
	b = appendInt(b, int64(m.ID))
	if c.kind != channelChat {
		b = append(b, `,"from":`...)
		if m.FromBot {
			b = c.bot.appendSelf(b)
		} else {
			b = m.author.append(b)
		}
	}
	b = append(b, `,"chat":`...)
	b = appendChat(b, c)
	b = append(b, `,"date":`...)
	b = appendInt(b, m.Date.Unix())
	if !m.Edited.IsZero() {
		b = append(b, `,"edit_date":`...)
		b = appendInt(b, m.Edited.Unix())
	}
	if m.ReplyTo != 0 {
		if to := c.find(m.ReplyTo); to != nil {
			flat := *to
			flat.ReplyTo = 0
			b = append(b, `,"reply_to_message":`...)
			b = c.appendMessage(b, &flat)
		}
	}
	if m.Album != "" {
		b = append(b, `,"media_group_id":`...)
		b = appendString(b, m.Album)
	}
	if m.Guarded {
		b = append(b, `,"has_protected_content":true`...)
	}
	if m.Photo != nil {
		b = append(b, `,"photo":`...)
		b = appendPhoto(b, m.Photo)
	}
	if m.Document != nil {
		b = append(b, `,"document":`...)
		b = appendDocument(b, m.Document)
	}
	b = append(b, m.extra...)
	b = m.appendWords(b)
	if m.inline != "" {
		b = append(b, `,"reply_markup":`...)
		b = append(b, m.inline...)
	}
	return append(b, '}')
}

// appendWords writes text or caption with its entities.
func (m *TelegramMessage) appendWords(b []byte) []byte {
	entities := `,"entities":[`
	if m.Text != "" {
		b = append(b, `,"text":`...)
		b = appendString(b, m.Text)
	} else if m.Caption != "" {
		b = append(b, `,"caption":`...)
		b = appendString(b, m.Caption)
		entities = `,"caption_entities":[`
	}
	if len(m.Entities) > 0 {
		b = append(b, entities...)
		for i := range m.Entities {
			if i > 0 {
				b = append(b, ',')
			}
			b = m.Entities[i].append(b)
		}
		b = append(b, ']')
	}
	return b
}

func (e *TelegramEntity) append(b []byte) []byte {
	b = append(b, `{"offset":`...)
	b = appendInt(b, int64(e.Offset))
	b = append(b, `,"length":`...)
	b = appendInt(b, int64(e.Length))
	b = append(b, `,"type":`...)
	b = appendString(b, e.Type)
	if e.URL != "" {
		b = append(b, `,"url":`...)
		b = appendString(b, e.URL)
	}
	if e.Language != "" {
		b = append(b, `,"language":`...)
		b = appendString(b, e.Language)
	}
	if e.User != 0 {
		b = append(b, `,"user":{"id":`...)
		b = appendInt(b, e.User)
		b = append(b, `,"is_bot":false,"first_name":""}`...)
	}
	if e.Emoji != "" {
		b = append(b, `,"custom_emoji_id":`...)
		b = appendString(b, e.Emoji)
	}
	return append(b, '}')
}
