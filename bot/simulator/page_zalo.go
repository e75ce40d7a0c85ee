package simulator

import (
	"strconv"
	"strings"
)

// zaloApp is somebody's Zalo.
type zaloApp struct {
	bot  *ZaloBot
	user *ZaloUser
}

// zaloPagePrefix begins the ids of the accounts that a page makes on the emulated Zalo.
const zaloPagePrefix = "trang-"

func (p *Page) newZaloApp(who *pagePerson) *zaloApp {
	bot := p.opt.Zalo.Bot()
	return &zaloApp{bot: bot, user: bot.User(zaloPagePrefix+strconv.Itoa(who.number), who.Name)}
}

func (a *zaloApp) account() (bot, chat string) { return a.bot.ID, a.user.ID }

func (a *zaloApp) text(text string) string { return a.user.Text(text) }

// open types the payload: links of this app carry nothing.
func (a *zaloApp) open(payload string) (message, text string) {
	text = payload
	if text == "" {
		text = "Xin chào"
	}
	return a.user.Text(text), text
}

func (a *zaloApp) photo(data []byte, caption string) string { return a.user.Photo(data, caption) }

// document sends a file, of which the bot learns only that there was something.
func (a *zaloApp) document(string, []byte) (string, bool) { return a.user.Unsupported(), true }

func (a *zaloApp) others() []pageAct {
	return []pageAct{{"sticker", "Nhãn dán"}, {"voice", "Tin thoại"}, {"hidden", "Danh thiếp (bot không đọc được)"}}
}

func (a *zaloApp) other(kind string) (message, note string, ok bool) {
	switch kind {
	case "sticker":
		return a.user.Sticker(), "Nhãn dán", true
	case "voice":
		return a.user.Voice(), "Tin thoại 0:04", true
	case "hidden":
		return a.user.Unsupported(), "Danh thiếp", true
	}
	return "", "", false
}

func (a *zaloApp) press(string, int, int) (string, bool) { return "", false }

func (a *zaloApp) block(blocked bool) {
	if blocked {
		a.user.Block()
	} else {
		a.user.Unblock()
	}
}

func (a *zaloApp) commands() []TelegramCommand { return nil }

func (a *zaloApp) media(id string) (name, kind string, data []byte, ok bool) {
	m, ok := a.user.Message(id)
	if !ok || m.Photo == nil {
		return "", "", nil, false
	}
	return "", m.Photo.MIME, m.Photo.Data, true
}

func (a *zaloApp) pending() int { return a.bot.Pending() }

func (a *zaloApp) view() []*PageMessage {
	var list []*PageMessage
	for _, m := range a.user.Messages() {
		list = append(list, fromZalo(&m))
	}
	return list
}

// fromZalo is a message of the emulated Zalo as a phone shows it.
func fromZalo(m *ZaloMessage) *PageMessage {
	shown := &PageMessage{ID: m.ID, Mine: !m.FromBot, At: m.Date.UnixMilli(), Text: m.Body()}
	switch {
	case m.Photo != nil:
		shown.Photo = &PageMedia{ID: m.ID, Size: len(m.Photo.Data), Width: m.Photo.Width, Height: m.Photo.Height}
	case m.Sticker != "":
		shown.Note = "Nhãn dán"
	case m.Voice != "":
		shown.Note = "Tin thoại"
	case m.Link != "":
		shown.Text = m.Link
	}
	return shown
}

// followZalo shows what the bot does on Zalo until the page closes.
func (p *Page) followZalo() {
	for p.ctx.Err() == nil {
		calls, stop := p.opt.Zalo.Bot().Watch(4096)
		p.catchUp(PageZalo)
		follow(p, calls, p.showZalo)
		stop()
	}
}

// follow shows calls until there are no more, as more came than could be shown, or the page closes.
func follow[C any](p *Page, calls <-chan C, show func(*C)) {
	for {
		select {
		case call, ok := <-calls:
			if !ok {
				return
			}
			show(&call)
		case <-p.ctx.Done():
			return
		}
	}
}

func (p *Page) showZalo(call *ZaloCall) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.zaloChat(call.Chat)
	switch {
	case c == nil || call.Error != "":
	case call.Action != "":
		p.tell(map[string]any{"op": "typing", "phone": c.phone})
	case call.Shows():
		p.put(c, fromZalo(&call.Message))
	}
}

func (p *Page) zaloChat(user string) *pageChat {
	rest, ok := strings.CutPrefix(user, zaloPagePrefix)
	n, err := strconv.Atoi(rest)
	if !ok || err != nil || n < 1 || n > len(p.people) {
		return nil
	}
	return p.chats[p.people[n-1].ID+"."+PageZalo]
}

// troubleZalo makes the emulated Zalo as bad as is switched on. A 429 there means that the month's quota is used up.
func (p *Page) troubleZalo() {
	if p.opt.Zalo == nil {
		return
	}
	b := p.opt.Zalo.Bot()
	b.ClearFaults()
	p.opt.Zalo.Slow(p.slowness())
	if p.trouble["repeat"] {
		b.Fault(Fault[string]{Kind: FaultDuplicate, Times: -1})
	}
	for _, method := range []string{"sendMessage", "sendPhoto"} {
		if p.trouble["limit"] {
			b.Fault(Fault[string]{Kind: FaultTooMany, Method: method, Times: -1})
		}
		if p.trouble["gateway"] {
			b.Fault(Fault[string]{Kind: FaultBadGateway, Method: method, Times: -1})
		}
	}
}
