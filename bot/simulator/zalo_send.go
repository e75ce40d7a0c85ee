package simulator

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

const zaloTextRunes = 2000

// sendMessage is the path that load goes through. reply_markup and whatever else is unknown is passed over.
func (c *zaloCallContext) sendMessage() *zaloError {
	m := &ZaloMessage{Text: c.p.get("text")}
	e := c.styled(m)
	if e == nil {
		switch {
		case m.Text == "" || longer(m.Text, zaloTextRunes):
			e = errZaloNoText
		case !utf8.ValidString(m.Text):
			e = errZaloUTF8
		}
	}
	return c.send(m, e)
}

// styled reads the formatting, which is kept as it was asked for.
func (c *zaloCallContext) styled(m *ZaloMessage) *zaloError {
	switch m.ParseMode = c.p.get("parse_mode"); m.ParseMode {
	case "", "markdown", "html":
	default:
		return errZaloMode
	}
	if m.Styles = c.p.json("text_styles"); m.Styles != "" {
		if v, ok := parseJSON(m.Styles); !ok || v.kind != jsonArray {
			return errZaloStyles
		}
	}
	return nil
}

// sendPhoto fetches the picture while the bot waits.
func (c *zaloCallContext) sendPhoto() *zaloError {
	m := &ZaloMessage{Caption: c.p.get("caption")}
	if longer(m.Caption, zaloTextRunes) {
		return c.send(m, errZaloCaption)
	}
	if !utf8.ValidString(m.Caption) {
		return c.send(m, errZaloUTF8)
	}
	chat := c.b.chat(c.p.get("chat_id"))
	if chat == nil {
		return errZaloChat
	}
	source := c.p.get("photo")
	m.Photo = &ZaloPhoto{URL: source}
	if c.r.Strict && !publicURL(source) {
		return c.send(m, errZaloPhotoURL)
	}
	data, kind, err := c.b.z.fetch(source, zaloPhotoBytes, c.b.z.scaled(zaloFetchSeconds))
	switch {
	case errors.Is(err, errNotURL):
		return c.send(m, errZaloPhotoURL)
	case errors.Is(err, errTooBig):
		return c.send(m, errZaloBig)
	case err != nil:
		return c.send(m, errZaloFetch)
	}
	if m.Photo = readPhoto(data, kind); m.Photo == nil {
		return c.send(&ZaloMessage{Caption: m.Caption}, errZaloNoImage)
	}
	m.Photo.URL = source
	return c.send(m, nil)
}

// publicURL tells whether the real platform would fetch an address.
func publicURL(source string) bool {
	u, err := url.Parse(source)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && !privateHost(u.Hostname())
}

func (c *zaloCallContext) sendSticker() *zaloError {
	m := &ZaloMessage{Sticker: c.p.get("sticker")}
	if m.Sticker == "" {
		return c.send(m, errZaloSticker)
	}
	return c.send(m, nil)
}

// sendVoice is answered as done in a group, and nobody hears it.
func (c *zaloCallContext) sendVoice() *zaloError {
	m := &ZaloMessage{Voice: c.p.get("voice_url")}
	u, err := url.Parse(m.Voice)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.HasSuffix(u.Path, ".aac") || c.r.Strict && !publicURL(m.Voice) {
		return c.send(m, errZaloVoice)
	}
	return c.send(m, nil)
}

// send puts a message into the chat that the call names, unless e refuses it.
func (c *zaloCallContext) send(m *ZaloMessage, e *zaloError) *zaloError {
	chat := c.b.chat(c.p.get("chat_id"))
	if chat == nil {
		return errZaloChat
	}
	m.FromBot, m.From = true, c.b.ID
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e == nil {
		e = chat.mayReceive()
	}
	if e == nil {
		e = c.b.plan.take(chat, c.r)
	}
	if e != nil {
		chat.record(ZaloCall{Method: c.m.name, Code: e.code, Error: e.text, Message: *m})
		return e
	}
	if m.Voice != "" && chat.user == nil {
		call := ZaloCall{Method: c.m.name, Message: *m} // nobody sees it
		m.ID, m.Date = c.b.newID(), c.b.z.now()
		chat.record(call)
	} else {
		chat.show(m)
		chat.record(ZaloCall{Method: c.m.name, Message: *m})
	}
	b := append(c.x.out, `{"message_id":"`...)
	b = append(b, m.ID...)
	b = append(b, `","date":`...)
	c.x.out = append(appendInt(b, m.Date.UnixMilli()), '}')
	return nil
}

// sendChatAction answers without a result.
func (c *zaloCallContext) sendChatAction() *zaloError {
	chat := c.b.chat(c.p.get("chat_id"))
	if chat == nil {
		return errZaloChat
	}
	action := c.p.get("action")
	chat.mu.Lock()
	defer chat.mu.Unlock()
	e := chat.mayReceive()
	if action != "typing" {
		e = errZaloAction
	}
	call := ZaloCall{Method: c.m.name, Action: action}
	if e != nil {
		call.Code, call.Error = e.code, e.text
		chat.record(call)
		return e
	}
	chat.record(call)
	c.x.out = append(c.x.out[:0], `{"ok":true`...)
	return nil
}
