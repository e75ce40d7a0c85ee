package zalo

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/bot"
)

// Send delivers a message and returns its message_id. Replace is not minded: nothing can be changed. A picture goes by
// its PhotoURL; without one the text goes alone.
func (c *Channel) Send(ctx context.Context, chat string, m bot.Message) (string, error) {
	m.Text = strings.ToValidUTF8(m.Text, "")
	switch length := utf8.RuneCountInString(m.Text); {
	case chat == "":
		return "", bad("not a chat id")
	case length > maxText:
		return "", bad("the text is too long")
	case m.PhotoURL != "":
		return c.deliver(ctx, photoTime, "sendPhoto", photo(chat, m))
	case strings.TrimSpace(m.Text) == "" && len(m.Photo)+len(m.File) > 0:
		return "", bad("a picture or file has no public address")
	case strings.TrimSpace(m.Text) == "":
		return "", bad("the text is empty")
	}
	if len(m.Photo)+len(m.File) > 0 {
		c.log.Error("a picture or file was left out, as it has no public address; is PUBLIC_URL set?")
	}
	return c.deliver(ctx, callTime, "sendMessage", map[string]string{"chat_id": chat, "text": m.Text})
}

func photo(chat string, m bot.Message) map[string]string {
	params := map[string]string{"chat_id": chat, "photo": m.PhotoURL}
	if m.Text != "" {
		params["caption"] = m.Text
	}
	return params
}

func bad(reason string) error {
	return &bot.SendError{Class: bot.Bad, Err: errors.New("zalo: " + reason)}
}

// deliver runs a call that sends. An answer without a message_id is a delivered message all the same.
func (c *Channel) deliver(ctx context.Context, most time.Duration, method string, params map[string]string) (string, error) {
	var sent struct {
		ID word `json:"message_id"`
	}
	err := c.call(ctx, most, method, params, &sent)
	if err == nil {
		c.quota.sent()
		c.strikes.clear(params["chat_id"])
		return string(sent.ID), nil
	}
	return "", c.unsent(ctx, method, params["chat_id"], err)
}

// unsent sorts a failed send.
//
// A 403 is the platform's word for a refused account and for a failure of its own, and may be what it says about a
// person who blocked the bot. So getMe decides: where the account is well, the send is tried again, until it was
// refused three times over ten minutes; then the chat is taken for gone. A message that is refused for good (400, 404)
// is not repeated, and the third in a row is that of a chat that is gone. A picture may be refused for its own sake, so
// it does not count.
func (c *Channel) unsent(ctx context.Context, method, chat string, err error) error {
	e := c.sorted(err)
	switch {
	case codeOf(err) == http.StatusForbidden:
		if known := c.checked(ctx); known != nil {
			if bot.ClassOf(known) != bot.Refused {
				e.Class, e.Sent = bot.Unknown, true
			}
			return e
		}
		e.Class, e.Sent = bot.Unknown, true
		now := c.o.Now()
		if s := c.strikes.add(chat, now); s.n >= goneAfter && now.Sub(s.first) >= goneSpan {
			e.Class, e.Sent = bot.Gone, false
		}
	case e.Class == bot.Bad && method == "sendMessage":
		if c.strikes.add(chat, c.o.Now()).n >= goneAfter {
			e.Class = bot.Gone
		}
	}
	return e
}
