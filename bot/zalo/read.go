package zalo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"chungtay/bot"
	"chungtay/flows/dialog"
)

// word is a text of the platform. Numbers are taken as their digits, anything else as "": a field that nobody needs
// makes no event unreadable.
type word string

// UnmarshalJSON reads a text.
func (w *word) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case len(b) > 0 && b[0] == '"':
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	case len(b) > 0 && (b[0] == '-' || '0' <= b[0] && b[0] <= '9'):
		s = string(b)
	}
	*w = word(s)
	return nil
}

// number is a whole number of the platform, also where it comes as a text; else 0.
type number int64

// UnmarshalJSON reads a number.
func (n *number) UnmarshalJSON(b []byte) error {
	i, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil {
		i = 0
	}
	*n = number(i)
	return nil
}

// event is what is read of an event.
type event struct {
	Name    word    `json:"event_name"`
	Message message `json:"message"`
}

type message struct {
	ID   word `json:"message_id"`
	From struct {
		ID    word            `json:"id"`
		IsBot json.RawMessage `json:"is_bot"`
	} `json:"from"`
	Chat struct {
		ID   word `json:"id"`
		Type word `json:"chat_type"`
	} `json:"chat"`
	Date     number `json:"date"` // milliseconds
	Text     word   `json:"text"`
	Caption  word   `json:"caption"`
	Photo    word   `json:"photo"` // as documented
	PhotoURL word   `json:"photo_url"`
	URL      word   `json:"url"`
}

// reading is what became of one event.
type reading struct {
	update *bot.Update // nil: nothing for the conversation
	group  string      // a group that is to hear the group answer
}

var (
	errNoEvent = errors.New("zalo: not an event")
	errHidden  = errors.New("zalo: the platform hides the sender")
)

// unwrap takes an event out of the envelope that it may come in; nil: there is none.
func unwrap(raw []byte) (json.RawMessage, error) {
	var outer struct {
		Result json.RawMessage `json:"result"`
		Name   json.RawMessage `json:"event_name"`
	}
	if err := json.Unmarshal(raw, &outer); err != nil {
		return nil, err
	}
	if len(outer.Name) > 0 {
		return raw, nil
	}
	return outer.Result, nil
}

// read turns one event into an event of the conversation. An error means that it cannot be read, now or ever.
func (c *Channel) read(raw json.RawMessage) (reading, error) {
	inner, err := unwrap(raw)
	if err != nil {
		return reading{}, err
	}
	var e event
	if err := json.Unmarshal(inner, &e); err != nil {
		return reading{}, err
	}
	m := &e.Message
	switch {
	case m.Chat.ID == "" && e.Name == unsupported:
		return reading{}, errHidden
	case m.Chat.ID == "" || e.Name == "":
		return reading{}, errNoEvent
	}
	if string(m.From.IsBot) == "true" || m.From.ID != "" && (string(m.From.ID) == c.me.Load() || string(m.From.ID) == c.Bot()) {
		return reading{}, nil
	}
	if m.Chat.Type != "PRIVATE" && (m.Chat.Type != "" || m.Chat.ID != m.From.ID) {
		return reading{group: string(m.Chat.ID)}, nil // it gets only what is meant for it
	}
	c.strikes.clear(string(m.Chat.ID))
	u := &bot.Update{Chat: string(m.Chat.ID), Event: dialog.Event{ID: c.eventID(&e, inner), At: c.at(m.Date), Ref: string(m.ID)}}
	content(&e, &u.Event)
	return reading{update: u}, nil
}

// eventID follows from the event alone, and not from its wrapping nor from addresses of pictures, which are temporary:
// the same event always makes the same id.
func (c *Channel) eventID(e *event, raw []byte) string {
	m := &e.Message
	h := sha256.New()
	if m.ID == "" {
		h.Write(raw)
	}
	for _, s := range [...]string{string(e.Name), string(m.Chat.ID), string(m.ID), strconv.FormatInt(int64(m.Date), 10), string(m.Text), string(m.Caption)} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	id := ""
	if plainID.MatchString(string(m.ID)) {
		id = string(m.ID) + "."
	}
	return "zl" + c.Bot() + "." + id + hex.EncodeToString(h.Sum(nil)[:8])
}

var plainID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// at is the platform's time where that is within 24 hours of ours.
func (c *Channel) at(millis number) time.Time {
	now := c.o.Now().UTC()
	t := time.UnixMilli(int64(millis)).UTC()
	if d := now.Sub(t); d > 24*time.Hour || d < -24*time.Hour {
		return now
	}
	return t
}

// unsupported is the name of an event whose content, or whose sender, the platform hides.
const unsupported = "message.unsupported.received"

// content reads what was sent. What holds nothing to read keeps its kind, so that the person is answered.
func content(e *event, to *dialog.Event) {
	m := &e.Message
	text := string(m.Text)
	switch e.Name {
	case "message.text.received":
		if payload, ok := startPayload(text); ok {
			to.Start = &dialog.Start{Payload: payload}
			return
		}
		if to.Said = text; text != "" {
			return
		}
		to.Sent = &dialog.Media{Kind: "other"}
	case "message.image.received":
		to.Sent = &dialog.Media{Kind: "photo", Ref: string(first(m.Photo, m.PhotoURL, m.URL)), Caption: string(first(m.Caption, m.Text))}
	case "message.sticker.received":
		to.Sent = &dialog.Media{Kind: "sticker"}
	case "message.voice.received":
		to.Sent = &dialog.Media{Kind: "voice"}
	case "message.link.received":
		if to.Said = text; saysMore(text) {
			return
		}
		to.Said, to.Sent = "", &dialog.Media{Kind: "link"}
	case unsupported:
		to.Sent = &dialog.Media{Kind: "protected"}
	default:
		to.Sent = &dialog.Media{Kind: "other"}
	}
}

func first(words ...word) word {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// startPayload reads /start and what was typed behind it.
func startPayload(text string) (string, bool) {
	word, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	return strings.TrimSpace(rest), word == "/start"
}

// saysMore tells that a text is more than addresses of pages.
func saysMore(text string) bool {
	for _, s := range strings.Fields(text) {
		if !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "www.") {
			return true
		}
	}
	return false
}
