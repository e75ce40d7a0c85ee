package telegram

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
	"chungtay/flows/dialog"
)

// update is what is read of an Update; kinds not named here are not asked for.
type update struct {
	ID           int64                       `json:"update_id"`
	Message      *message                    `json:"message"`
	Edited       *message                    `json:"edited_message"`
	Press        *press                      `json:"callback_query"`
	MyChatMember *tgbotapi.ChatMemberUpdated `json:"my_chat_member"`
}

// message is the library's, with what the platform added or renamed since.
type message struct {
	tgbotapi.Message
	ForwardOrigin json.RawMessage `json:"forward_origin"`
	Story         json.RawMessage `json:"story"`
	Gift          json.RawMessage `json:"gift"`
	PaidMedia     json.RawMessage `json:"paid_media"`
	Checklist     json.RawMessage `json:"checklist"`
}

// press is a callback query; only what matters of its message is read. The message may be missing.
type press struct {
	ID      string        `json:"id"`
	From    tgbotapi.User `json:"from"`
	Message *struct {
		ID   int64         `json:"message_id"`
		Chat tgbotapi.Chat `json:"chat"`
	} `json:"message"`
	Data string `json:"data"`
}

// reading is what became of one update.
type reading struct {
	id     int64
	update *bot.Update // nil: nothing for the conversation
	press  string      // id of a press that is to be answered
	group  int64       // a group that is to hear the group answer
}

var errNoID = errors.New("telegram: an update without an id")

// read turns one update into an event. An error means that the update cannot be read, now or ever; its id is
// in the reading if at least that was legible.
func (c *Channel) read(raw json.RawMessage) (reading, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		var only struct {
			ID int64 `json:"update_id"`
		}
		if json.Unmarshal(raw, &only) != nil || only.ID == 0 {
			return reading{}, errNoID
		}
		return reading{id: only.ID}, err
	}
	if u.ID == 0 {
		return reading{}, errNoID
	}
	r := reading{id: u.ID}
	b := &bot.Update{Event: dialog.Event{ID: c.eventID(u.ID, raw), At: c.o.Now().UTC()}}
	switch {
	case u.MyChatMember != nil: // first: the library's helpers know nothing of it
		c.readMember(u.MyChatMember, b, &r)
	case u.Press != nil:
		readPress(u.Press, b, &r)
	case u.Message != nil:
		c.readMessage(u.Message, b, &r)
	case u.Edited != nil:
		c.readEdit(u.Edited, b, &r)
	}
	if r.update != nil {
		b.Event.Lang = b.Lang
	}
	return r, nil
}

// eventID follows from the update alone: the same update always makes the same event, and ids that start over
// make other ones.
func (c *Channel) eventID(id int64, raw []byte) string {
	h := fnv.New64a()
	_, _ = h.Write(raw)
	var sum [8]byte
	binary.BigEndian.PutUint64(sum[:], h.Sum64())
	return "tg" + c.Bot() + "." + strconv.FormatInt(id, 10) + "." + hex.EncodeToString(sum[:])
}

// at is the platform's time where that is within 24 hours of ours.
func (c *Channel) at(unix int, now time.Time) time.Time {
	t := time.Unix(int64(unix), 0).UTC()
	if d := now.Sub(t); d > 24*time.Hour || d < -24*time.Hour {
		return now
	}
	return t
}

func (c *Channel) readMember(m *tgbotapi.ChatMemberUpdated, b *bot.Update, r *reading) {
	status := m.NewChatMember.Status
	if m.Chat.Type != "private" {
		if joined := status == "member" || status == "administrator"; joined && !member(m.OldChatMember.Status) {
			r.group = m.Chat.ID
		}
		return
	}
	b.Chat, b.Lang, b.Event.At = strconv.FormatInt(m.Chat.ID, 10), m.From.LanguageCode, c.at(m.Date, b.Event.At)
	switch status {
	case "kicked", "left":
		b.Event.Blocked = true
	case "member":
		b.Event.Returns = true
	default:
		return
	}
	r.update = b
}

func member(status string) bool {
	return status == "member" || status == "administrator" || status == "creator" || status == "restricted"
}

// readPress takes a press as the presser's own, whoever's chat the message is in: another person's
// conversation is out of its reach.
func readPress(p *press, b *bot.Update, r *reading) {
	r.press = p.ID
	if p.From.ID == 0 || p.From.IsBot || p.Message != nil && p.Message.Chat.Type != "private" {
		return
	}
	b.Chat, b.Lang = strconv.FormatInt(p.From.ID, 10), p.From.LanguageCode
	tap := dialog.ParseData(p.Data)
	b.Event.Tapped = &tap
	if p.Message != nil && p.Message.Chat.ID == p.From.ID {
		b.Event.Ref = strconv.FormatInt(p.Message.ID, 10)
	}
	r.update = b
}

// private fills in who wrote in a private chat, and tells whether it is a person in one.
func (c *Channel) private(m *message, b *bot.Update, r *reading) bool {
	if m.Chat == nil || m.Chat.ID == 0 {
		return false
	}
	if m.Chat.Type != "private" {
		if m.Chat.Type != "channel" && c.addressed(m) {
			r.group = m.Chat.ID
		}
		return false
	}
	if m.From == nil || m.From.IsBot {
		return false
	}
	b.Chat, b.Lang = strconv.FormatInt(m.Chat.ID, 10), m.From.LanguageCode
	b.Event.Ref = strconv.Itoa(m.MessageID)
	return true
}

// addressed tells whether a group's message is for the bot: a command, or a mention.
func (c *Channel) addressed(m *message) bool {
	if m.From != nil && m.From.IsBot {
		return false
	}
	if strings.HasPrefix(m.Text, "/") {
		word, _, _ := strings.Cut(m.Text, " ")
		_, to, named := strings.Cut(word, "@")
		me := c.me.Load()
		return !named || me != nil && strings.EqualFold(to, me.UserName)
	}
	me := c.me.Load()
	return me != nil && me.UserName != "" && strings.Contains(strings.ToLower(m.Text), "@"+strings.ToLower(me.UserName))
}

func (c *Channel) readMessage(m *message, b *bot.Update, r *reading) {
	if !c.private(m, b, r) {
		return
	}
	e := &b.Event
	e.At = c.at(m.Date, e.At)
	e.Forwarded = m.ForwardDate != 0 || len(m.ForwardOrigin) > 0
	switch {
	case m.Text != "":
		if payload, ok := startPayload(m.Text); ok && !e.Forwarded {
			e.Start = &dialog.Start{Payload: payload}
		} else {
			e.Said = m.Text
		}
	case m.Contact != nil:
		own := m.Contact.UserID != 0 && m.Contact.UserID == m.From.ID && !e.Forwarded
		e.Shared = &dialog.Card{Phone: phone(m.Contact.PhoneNumber), Own: own}
	default:
		e.Sent = media(m)
		if e.Sent == nil {
			return
		}
	}
	r.update = b
}

// startPayload reads /start and what a deep link put behind it.
func startPayload(text string) (string, bool) {
	word, rest, _ := strings.Cut(text, " ")
	word, _, _ = strings.Cut(word, "@")
	return strings.TrimSpace(rest), word == "/start"
}

// readEdit passes on the new words of a message. Other changes (a moving location, a link's preview) are none.
func (c *Channel) readEdit(m *message, b *bot.Update, r *reading) {
	group := r.group
	if !c.private(m, b, r) {
		r.group = group // an edit in a group is not answered
		return
	}
	e := &b.Event
	e.At, e.Edited = c.at(m.EditDate, e.At), true
	e.Forwarded = m.ForwardDate != 0 || len(m.ForwardOrigin) > 0
	if e.Said = m.Text; e.Said == "" {
		e.Said = m.Caption
	}
	if e.Said != "" {
		r.update = b
	}
}

// phone is a number in digits with the country's 84 in front, as far as it is a Vietnamese one.
func phone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	digits = strings.TrimPrefix(digits, "00")
	if strings.HasPrefix(digits, "0") {
		return "84" + digits[1:]
	}
	return digits
}

// downloadable is the largest file that the platform lets a bot fetch.
const downloadable = 20 << 20

// media names what a message holds that is not text; nil for service messages, which need no answer.
func media(m *message) *dialog.Media {
	x := &dialog.Media{Caption: m.Caption, Album: m.MediaGroupID}
	file := func(kind, ref, name, mime string, size int) *dialog.Media {
		x.Kind, x.Ref, x.Name, x.Mime, x.Size = kind, ref, name, mime, int64(size)
		return x
	}
	switch {
	case len(m.Photo) > 0:
		best := m.Photo[0]
		for _, p := range m.Photo[1:] {
			if p.FileSize <= downloadable && p.Width*p.Height >= best.Width*best.Height {
				best = p
			}
		}
		return file("photo", best.FileID, "", "image/jpeg", best.FileSize)
	case m.Animation != nil: // before document, which comes with it
		return file("video", m.Animation.FileID, m.Animation.FileName, m.Animation.MimeType, m.Animation.FileSize)
	case m.Document != nil:
		return file("document", m.Document.FileID, m.Document.FileName, m.Document.MimeType, m.Document.FileSize)
	case m.Voice != nil:
		return file("voice", m.Voice.FileID, "", m.Voice.MimeType, m.Voice.FileSize)
	case m.Audio != nil:
		return file("audio", m.Audio.FileID, m.Audio.FileName, m.Audio.MimeType, m.Audio.FileSize)
	case m.Video != nil:
		return file("video", m.Video.FileID, m.Video.FileName, m.Video.MimeType, m.Video.FileSize)
	case m.VideoNote != nil:
		return file("video", m.VideoNote.FileID, "", "video/mp4", m.VideoNote.FileSize)
	case m.Sticker != nil:
		return file("sticker", m.Sticker.FileID, "", "", m.Sticker.FileSize)
	case m.Location != nil, m.Venue != nil:
		x.Kind = "location"
	case m.Poll != nil:
		x.Kind = "poll"
	case m.Dice != nil, m.Game != nil, len(m.Story) > 0, len(m.Gift) > 0, len(m.PaidMedia) > 0, len(m.Checklist) > 0, m.Caption != "":
		x.Kind = "other"
	default:
		return nil
	}
	return x
}

// filePath reads the answer to getFile.
func filePath(resp *tgbotapi.APIResponse) (path string, size int64, err error) {
	var f tgbotapi.File
	if err := json.Unmarshal(resp.Result, &f); err != nil || f.FilePath == "" || strings.Contains(f.FilePath, "..") {
		return "", 0, &bot.SendError{Class: bot.Bad, Err: errors.New("telegram: the platform gives no path for the file")}
	}
	return f.FilePath, int64(f.FileSize), nil
}
