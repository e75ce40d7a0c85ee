package simulator

import (
	"strconv"
	"strings"
	"time"
)

// firstPageUser is below the ids of the accounts that a page makes on the emulated Telegram.
const firstPageUser = 700_000

// telegramApp is somebody's Telegram.
type telegramApp struct {
	bot  *TelegramBot
	user *TelegramUser
}

func (p *Page) newTelegramApp(who *pagePerson) *telegramApp {
	bot := p.opt.Telegram.Bot()
	return &telegramApp{bot: bot, user: bot.User(firstPageUser+int64(who.number), who.Name, "vi")}
}

func (a *telegramApp) account() (bot, chat string) {
	return strconv.FormatInt(a.bot.ID, 10), strconv.FormatInt(a.user.ID, 10)
}

func (a *telegramApp) text(text string) string { return strconv.Itoa(a.user.Text(text)) }

func (a *telegramApp) photo(data []byte, caption string) string {
	return strconv.Itoa(a.user.Photo(data, caption))
}

func (a *telegramApp) document(name string, data []byte) (string, bool) {
	return strconv.Itoa(a.user.Document(name, data, "")), true
}

// pagePhone is the number that everybody on the page has.
const pagePhone = "+84905123456"

func (a *telegramApp) open(payload string) (message, text string) {
	text = strings.TrimSpace("/start " + payload)
	return strconv.Itoa(a.user.Open(payload)), text
}

func (a *telegramApp) others() []pageAct {
	return []pageAct{{"sticker", "Nhãn dán"}, {"voice", "Tin thoại"}, {"contact", "Số điện thoại của mình"}}
}

func (a *telegramApp) other(kind string) (message, note string, ok bool) {
	switch kind {
	case "sticker":
		return strconv.Itoa(a.user.Sticker("🙂")), "Nhãn dán 🙂", true
	case "voice":
		return strconv.Itoa(a.user.Voice(4)), "Tin thoại 0:04", true
	case "contact":
		return strconv.Itoa(a.user.Contact(pagePhone)), "Số điện thoại " + pagePhone, true
	}
	return "", "", false
}

func (a *telegramApp) press(message string, row, column int) (string, bool) {
	id, err := strconv.Atoi(message)
	if err != nil {
		return "", false
	}
	press := a.user.Press(id, row, column)
	return press, press != ""
}

func (a *telegramApp) block(blocked bool) {
	if blocked {
		a.user.Block()
	} else {
		a.user.Unblock()
	}
}

func (a *telegramApp) commands() []TelegramCommand { return a.user.Commands() }

func (a *telegramApp) media(id string) (name, kind string, data []byte, ok bool) {
	f := a.bot.File(id)
	if f == nil {
		return "", "", nil, false
	}
	return f.Name, f.MIME, f.Data, true
}

func (a *telegramApp) pending() int { return a.bot.Pending() }

func (a *telegramApp) view() []*PageMessage {
	var list []*PageMessage
	for _, m := range a.user.Messages() {
		list = append(list, fromTelegram(&m))
	}
	return list
}

// fromTelegram is a message of the emulated Telegram as a phone shows it.
func fromTelegram(m *TelegramMessage) *PageMessage {
	shown := &PageMessage{ID: strconv.Itoa(m.ID), Mine: !m.FromBot, At: m.Date.UnixMilli(), Edited: !m.Edited.IsZero(), Text: m.Body()}
	for _, e := range m.Entities {
		shown.Spans = append(shown.Spans, PageSpan{Kind: e.Type, From: e.Offset, Length: e.Length, URL: e.URL})
	}
	for _, row := range m.Buttons {
		var buttons []PageButton
		for _, b := range row {
			buttons = append(buttons, PageButton{Label: b.Text, URL: b.URL, Dead: b.Data == "" && b.URL == ""})
		}
		shown.Rows = append(shown.Rows, buttons)
	}
	if f := m.Photo; f != nil {
		shown.Photo = &PageMedia{ID: f.ID, Size: len(f.Data), Width: f.Width, Height: f.Height}
	}
	if f := m.Document; f != nil {
		shown.File = &PageMedia{ID: f.ID, Name: f.Name, Size: len(f.Data)}
	}
	return shown
}

// followTelegram shows what the bot does on Telegram until the page closes.
func (p *Page) followTelegram() {
	for p.ctx.Err() == nil {
		calls, stop := p.opt.Telegram.Bot().Watch(4096)
		p.catchUp(PageTelegram)
		follow(p, calls, p.showTelegram) // when it ends, more came than could be shown: the chats are read anew
		stop()
	}
}

func (p *Page) showTelegram(call *TelegramCall) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.telegramChat(call.Chat)
	if c == nil || call.Error != "" {
		return
	}
	switch {
	case call.Action != "":
		p.tell(map[string]any{"op": "typing", "phone": c.phone})
	case call.Query != "":
		p.tell(map[string]any{"op": "answer", "phone": c.phone, "press": call.Query, "text": call.Answer, "alert": call.Alert})
	case call.Message.ID == 0:
	case call.Message.Deleted:
		p.remove(c, strconv.Itoa(call.Message.ID))
	default:
		m := fromTelegram(&call.Message)
		p.put(c, m)
		p.showKeys(c, call.Message.Keyboard)
	}
}

// showKeys changes the keyboard below a chat as a message says.
func (p *Page) showKeys(c *pageChat, k TelegramKeyboard) {
	if k.Remove {
		c.keys = nil
	} else if len(k.Rows) > 0 {
		c.keys = nil
		for _, row := range k.Rows {
			var keys []pageKey
			for _, key := range row {
				keys = append(keys, pageKey{Label: key.Text, Contact: key.RequestContact})
			}
			c.keys = append(c.keys, keys)
		}
	} else {
		return
	}
	p.tell(map[string]any{"op": "phone", "phone": c.view()})
}

func (p *Page) telegramChat(user int64) *pageChat {
	n := int(user - firstPageUser)
	if n < 1 || n > len(p.people) {
		return nil
	}
	return p.chats[p.people[n-1].ID+"."+PageTelegram]
}

// catchUp shows what the chats of a channel hold and the page does not.
func (p *Page) catchUp(channel string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, phone := range p.order {
		c := p.chats[phone]
		if c.channel != channel {
			continue
		}
		for _, m := range c.app.view() {
			old := c.byID[m.ID]
			if old == nil || old.Edited != m.Edited || old.Text != m.Text || len(old.Rows) != len(m.Rows) {
				if m.At == 0 {
					m.At = time.Now().UnixMilli()
				}
				p.put(c, m)
			}
		}
	}
}
