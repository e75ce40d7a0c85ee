// Package bot runs conversations: it takes events in, steps them in order per contact, keeps what they decided, and
// carries it out. It knows no conversation in particular, and no channel but through Channel.
package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"chungtay/flows/dialog"
)

// Caps is what a channel can do. Rendering degrades by it.
type Caps struct {
	MaxText      int  // code points of a message
	MaxCaption   int  // code points of a photo's caption
	Buttons      bool // a menu can be buttons; else it is numbered lines
	Edit         bool // a sent message can be changed
	Photo        bool // a picture can be sent
	PhotoLink    bool // a picture is sent by its public address (Message.PhotoURL), not uploaded
	Document     bool // a file can be sent
	Receive      bool // people can send files
	ContactShare bool // the person can share their own number, proven
	StartLink    bool // deep links with a payload
	Typing       bool
	Remove       bool // a message of the person can be taken away
	HTML         bool // a text can be Telegram's HTML (Message.HTML)
}

// Update is an event as a channel received it: who wrote, where, and what.
type Update struct {
	Chat  string // the channel's id of the chat; personal data, never logged or stored in the clear
	Lang  string // the platform's language code for the person, if told
	Event dialog.Event
}

// Button is one choice of a rendered message.
type Button struct {
	Label string
	Data  string // callback data, at most 64 bytes
	URL   string // instead of Data
}

// Message is a Say, rendered for a channel: plain text in NFC within Caps.MaxText.
type Message struct {
	Text    string
	HTML    bool // Text is Telegram's HTML
	Rows    [][]Button
	Replace string // Ref of the bot's own message to change; where that fails, a new one is sent
	Remove  string // Ref of the person's message to take away once this is sent, with Caps.Remove; where that fails it stays
	Photo   []byte
	Mime    string // of Photo, or of File

	PhotoURL string // with Caps.PhotoLink in place of Photo: where the platform may fetch the picture, for ten minutes
	File     []byte // a document, with Caps.Document; Text is its caption
	FileName string // what the person sees it is called
}

// Channel is one chat platform. Methods are safe for concurrent use.
type Channel interface {
	// Name is the channel's word in contact keys, settings and metrics: "telegram", "zalo".
	Name() string
	// Bot is the platform's id of the bot account, known after Start.
	Bot() string
	Caps() Caps

	// Start checks the account, sets the webhook or removes it, and publishes the command list. One process does this at a time.
	Start(ctx context.Context) error
	// Poll receives updates until ctx ends and hands each batch, in order, to take; it acknowledges a batch to the
	// platform only after take returned nil, and brings it again after an error. It returns at once where updates come
	// by webhook.
	Poll(ctx context.Context, take func(context.Context, []Update) error) error
	// Webhook handles the platform's calls, answering 200 only after take returned nil. Nil when the channel polls.
	Webhook(take func(context.Context, []Update) error) http.Handler

	// Send delivers a message to a chat and returns its Ref. Errors are *SendError.
	Send(ctx context.Context, chat string, m Message) (ref string, err error)
	// Download fetches a photo or file by its Media.Ref, at most max bytes.
	Download(ctx context.Context, ref string, max int64) (data []byte, mime string, err error)
	// Link is the address that opens the private chat with a payload, for channels with StartLink; else "".
	Link(payload string) string
	// Commands publishes the slash commands for a chat ("" for everybody): what the person's roles offer.
	Commands(ctx context.Context, chat string, commands []Command) error
}

// Command is one entry of a channel's command list.
type Command struct {
	Name string // without the slash, a-z 0-9 _
	Help string
}

// Class sorts what can go wrong in sending by what to do about it.
type Class int

// The classes of errors.
const (
	Unknown Class = iota // transport, 5xx, unreadable answer: it may or may not have arrived; try again with backoff
	Gone                 // blocked, deleted, not found: stop sending to this chat
	Bad                  // the message cannot be sent as it is: do not repeat it
	Wait                 // too fast, or over a quota: repeat after After
	Refused              // the bot account itself is refused (401, 404): stop and alert
)

func (c Class) String() string {
	return [...]string{"unknown", "gone", "bad", "wait", "refused"}[c]
}

// SendError is a failed call to a platform. Its text holds no token, number, name or message text.
type SendError struct {
	Class   Class
	After   time.Duration // for Wait
	Whole   bool          // Wait concerns the whole bot, not this chat
	MovedTo string        // the chat has a new id; send there
	Sent    bool          // the request may have been carried out (it was written before the failure)
	Err     error
}

func (e *SendError) Error() string { return fmt.Sprintf("%s: %v", e.Class, e.Err) }
func (e *SendError) Unwrap() error { return e.Err }

// ClassOf tells the class of an error; anything that is not a *SendError is Unknown.
func ClassOf(err error) Class {
	var s *SendError
	if errors.As(err, &s) {
		return s.Class
	}
	return Unknown
}
