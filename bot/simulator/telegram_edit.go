package simulator

import (
	"slices"
	"time"
)

func (c *telegramCallContext) editMessageText() *telegramError {
	text, entities, e := c.formatted("text", "entities")
	switch {
	case e != nil:
	case text == "":
		e = errTextEmpty
	case longer(text, telegramTextRunes):
		e = errTextLong
	}
	return c.edit(e, text, func(m *TelegramMessage) (changed bool, e *telegramError) {
		if m.Text == "" {
			return false, errNoTextToEdit
		}
		changed = m.Text != text || !slices.Equal(m.Entities, entities)
		m.Text, m.Entities = text, entities
		return changed, nil
	})
}

func (c *telegramCallContext) editMessageCaption() *telegramError {
	caption, entities, e := c.formatted("caption", "caption_entities")
	if e == nil && longer(caption, captionRunes) {
		e = errCaptionLong
	}
	return c.edit(e, caption, func(m *TelegramMessage) (changed bool, e *telegramError) {
		if m.Photo == nil && m.Document == nil {
			return false, errNoCaption
		}
		changed = m.Caption != caption || !slices.Equal(m.Entities, entities)
		m.Caption, m.Entities = caption, entities
		return changed, nil
	})
}

func (c *telegramCallContext) editMessageReplyMarkup() *telegramError {
	return c.edit(nil, "", func(*TelegramMessage) (bool, *telegramError) { return false, nil })
}

// edit is common to all edits: change gives a copy of the message its new content and says whether that is
// another one. A markup that is not given is removed.
func (c *telegramCallContext) edit(e *telegramError, tried string, change func(*TelegramMessage) (bool, *telegramError)) *telegramError {
	if c.p.get("inline_message_id") != "" {
		return badRequest("MESSAGE_ID_INVALID")
	}
	chat, te := c.target("chat_id")
	if te != nil {
		return te
	}
	var markup telegramMarkup
	if e == nil {
		markup, e = c.markup()
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e == nil {
		e = chat.mayReceive()
	}
	if e == nil {
		e = c.editIn(chat, &markup, change)
	}
	if e != nil {
		chat.record(TelegramCall{Method: c.m.name, Error: e.text, Message: TelegramMessage{Text: tried}})
	}
	return e
}

func (c *telegramCallContext) editIn(chat *telegramChat, markup *telegramMarkup, change func(*TelegramMessage) (bool, *telegramError)) *telegramError {
	m := chat.find(int(c.p.int("message_id")))
	if m == nil {
		return errEditNotFound
	}
	if !m.FromBot || len(m.Keyboard.Rows) > 0 || m.Keyboard.Remove || m.Keyboard.ForceReply || markup.some {
		return errCantEdit
	}
	next := *m
	changed, e := change(&next)
	if e != nil {
		return e
	}
	if !changed && sameButtons(next.Buttons, markup.buttons) {
		return errNotModified
	}
	next.Buttons, next.inline = markup.buttons, markup.inline
	next.Edited = c.b.t.now()
	*m = next
	chat.record(TelegramCall{Method: c.m.name, Message: next})
	c.x.out = chat.appendMessage(c.x.out, m)
	return nil
}

func (c *telegramCallContext) deleteMessage() *telegramError {
	chat, e := c.target("chat_id")
	if e != nil {
		return e
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e = chat.mayReceive(); e == nil {
		m := chat.find(int(c.p.int("message_id")))
		switch {
		case m == nil:
			e = errDelNotFound
		case c.b.t.now().Sub(m.Date) >= 48*time.Hour, !m.FromBot && chat.kind != privateChat && !chat.admin:
			e = errCantDelete
		default:
			m.Deleted = true
			chat.record(TelegramCall{Method: c.m.name, Message: *m})
			return c.ok()
		}
	}
	chat.record(TelegramCall{Method: c.m.name, Error: e.text})
	return e
}

func (c *telegramCallContext) leaveChat() *telegramError {
	chat, e := c.target("chat_id")
	if e != nil {
		return e
	}
	if chat.kind == privateChat {
		return badRequest("chat member status can't be changed in private chats")
	}
	chat.mu.Lock()
	defer chat.mu.Unlock()
	if e := chat.mayReceive(); e != nil && e != errNoRights {
		return e
	}
	chat.left = true
	chat.record(TelegramCall{Method: c.m.name})
	return c.ok()
}
