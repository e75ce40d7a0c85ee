package simulator

import (
	"net/url"
	"slices"
	"strings"
)

const (
	markupBytes = 10 << 10 // about where the platform refuses; the exact figure is not published
	dataBytes   = 64
)

// telegramMarkup is a reply_markup after its checks.
type telegramMarkup struct {
	buttons [][]TelegramButton
	inline  string // JSON of the inline keyboard, "" when there is none
	keys    TelegramKeyboard
	some    bool // something was given that is not an inline keyboard
}

func (c *telegramCallContext) markup() (m telegramMarkup, e *telegramError) {
	src := c.p.json("reply_markup")
	if src == "" {
		return m, nil
	}
	v, ok := parseJSON(src)
	if !ok {
		return m, errMarkupJSON
	}
	if v.kind != jsonObject {
		return m, errMarkupObject
	}
	if len(src) > markupBytes {
		return m, errMarkupLong
	}
	for i, key := range v.keys {
		switch key {
		case "inline_keyboard":
			if e = m.readInline(&v.items[i]); e != nil {
				return m, e
			}
		case "keyboard":
			if e = m.readKeys(&v.items[i]); e != nil {
				return m, e
			}
		case "remove_keyboard":
			m.keys.Remove = v.is(key)
		case "force_reply":
			m.keys.ForceReply = v.is(key)
		}
	}
	m.some = len(m.keys.Rows) > 0 || m.keys.Remove || m.keys.ForceReply
	return m, nil
}

func (m *telegramMarkup) readInline(rows *jsonValue) *telegramError {
	if rows.kind != jsonArray {
		return errInlineArray
	}
	m.buttons = make([][]TelegramButton, 0, len(rows.items))
	for i := range rows.items {
		row := &rows.items[i]
		if row.kind != jsonArray {
			return badRequest(`field "inline_keyboard" must be an Array of Arrays`)
		}
		if len(row.items) == 0 {
			continue
		}
		line := make([]TelegramButton, 0, len(row.items))
		for j := range row.items {
			b, e := readButton(&row.items[j])
			if e != nil {
				return e
			}
			line = append(line, b)
		}
		m.buttons = append(m.buttons, line)
	}
	if len(m.buttons) > 0 {
		m.inline = `{"inline_keyboard":` + rows.raw + `}`
	}
	return nil
}

var buttonActions = [...]string{"web_app", "login_url", "copy_text", "switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game", "pay"}

func readButton(v *jsonValue) (b TelegramButton, e *telegramError) {
	if v.kind != jsonObject {
		return b, badRequest("can't parse inline keyboard button: expected an Object")
	}
	text := v.field("text")
	if text == nil || text.kind != jsonString {
		return b, badRequest(`can't parse inline keyboard button: Field "text" must be of type String`)
	}
	b.Text = text.text
	if strings.TrimSpace(b.Text) == "" {
		return b, badRequest("inline keyboard button text must be non-empty")
	}
	if u := v.field("url"); u != nil && u.text != "" {
		if !buttonURL(u.text) {
			return b, errButtonURL
		}
		b.URL = u.text
		return b, nil
	}
	if d := v.field("callback_data"); d != nil {
		if len(d.text) == 0 || len(d.text) > dataBytes {
			return b, errButtonData
		}
		b.Data = d.text
		return b, nil
	}
	for _, k := range buttonActions {
		if a := v.field(k); a != nil {
			b.Other = a.raw
			return b, nil
		}
	}
	return b, errTextButton
}

func buttonURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "tg", "ton":
		return u.Host != ""
	case "http", "https", "":
		return linkable(s)
	}
	return false
}

func (m *telegramMarkup) readKeys(rows *jsonValue) *telegramError {
	if rows.kind != jsonArray {
		return badRequest(`field "keyboard" must be of type Array`)
	}
	for i := range rows.items {
		row := &rows.items[i]
		if row.kind != jsonArray {
			return badRequest(`field "keyboard" must be an Array of Arrays`)
		}
		var line []TelegramKey
		for j := range row.items {
			it := &row.items[j]
			k := TelegramKey{Text: it.text}
			if it.kind == jsonObject {
				k = TelegramKey{it.str("text"), it.is("request_contact"), it.is("request_location")}
			} else if it.kind != jsonString {
				return badRequest("keyboard button must be of type String or Object")
			}
			if k.Text == "" {
				return badRequest("keyboard button text must be non-empty")
			}
			line = append(line, k)
		}
		if len(line) > 0 {
			m.keys.Rows = append(m.keys.Rows, line)
		}
	}
	return nil
}

func sameButtons(a, b [][]TelegramButton) bool {
	return slices.EqualFunc(a, b, func(x, y []TelegramButton) bool { return slices.Equal(x, y) })
}
