package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// PagePerson is somebody with a phone.
type PagePerson struct {
	ID      string   // letters, digits and - : part of a phone's id
	Name    string   // "Cô Hoa"
	About   string   // "Tổ trưởng tổ 12"
	Channel string   // the app in their hand at first: PageTelegram or PageZalo
	Code    string   // a code they got and have not used yet
	Tries   []string // what they could say
}

// The apps that a phone can have in front.
const (
	PageTelegram = "telegram"
	PageZalo     = "zalo"
)

type pagePerson struct {
	PagePerson
	number int // from 1, of which their accounts' ids are made
}

func (w *pagePerson) view() map[string]any {
	return map[string]any{"id": w.ID, "name": w.Name, "about": w.About, "channel": w.Channel, "code": w.Code, "tries": w.Tries}
}

// PageMessage is a message as a phone shows it.
type PageMessage struct {
	ID     string         `json:"id"`
	Mine   bool           `json:"mine,omitempty"` // written by the phone's owner
	At     int64          `json:"at"`             // by the page's clock, ms
	Edited bool           `json:"edited,omitempty"`
	Text   string         `json:"text,omitempty"`
	Spans  []PageSpan     `json:"spans,omitempty"`
	Rows   [][]PageButton `json:"rows,omitempty"`
	Photo  *PageMedia     `json:"photo,omitempty"`
	File   *PageMedia     `json:"file,omitempty"`
	Note   string         `json:"note,omitempty"` // what is neither text, picture nor file: "Nhãn dán"
	Seen   bool           `json:"seen,omitempty"` // the bot has it

	stamp int64 // of the feed's entry that showed it last
}

// PageSpan is a stretch of formatting; From and Length count UTF-16 units.
type PageSpan struct {
	Kind   string `json:"kind"`
	From   int    `json:"from"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// PageButton is a button under a message.
type PageButton struct {
	Label string `json:"label"`
	URL   string `json:"url,omitempty"`
	Dead  bool   `json:"dead,omitempty"` // it does what the page cannot
}

// PageMedia is a picture or a file of a message; ID is its place under /media/PHONE/.
type PageMedia struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Size   int    `json:"size,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// pageApp is the app on a phone: somebody's chat with the bot on one of the platforms. Its methods do what the person does.
type pageApp interface {
	account() (bot, chat string)
	text(text string) (message string)
	photo(data []byte, caption string) (message string)
	document(name string, data []byte) (message string, ok bool)
	others() []pageAct                                 // what else can be sent
	other(kind string) (message, note string, ok bool) // one of them
	open(payload string) (message, text string)        // begins the chat, by a link that carries the payload
	press(message string, row, column int) (press string, ok bool)
	block(blocked bool)
	commands() []TelegramCommand
	media(id string) (name, kind string, data []byte, ok bool)
	pending() int // what the bot did not take yet, of all its people
	view() []*PageMessage
}

// pageAct is something that can be sent besides words, pictures and files.
type pageAct struct {
	Do    string `json:"do"`
	Label string `json:"label"`
}

// pageChat is the chat of a phone.
type pageChat struct {
	phone, channel string
	owner          *pagePerson
	app            pageApp
	list           []*PageMessage // the newest keptMessages and some more
	byID           map[string]*PageMessage
	started        bool
	blocked        bool
	keys           [][]pageKey // the keyboard below the chat
}

// pageKey is one key of the keyboard below a chat.
type pageKey struct {
	Label   string `json:"label"`
	Contact bool   `json:"contact,omitempty"` // it sends the person's number
}

func (c *pageChat) view() map[string]any {
	return map[string]any{
		"phone": c.phone, "person": c.owner.ID, "channel": c.channel, "started": c.started, "blocked": c.blocked, "keys": c.keys,
		"acts": c.app.others(), "files": true,
	}
}

var pageID = regexp.MustCompile(`^[a-z0-9-]{1,24}$`)

// AddPerson gives somebody a phone with the app of their channel. It returns the phone's id.
func (p *Page) AddPerson(person PagePerson) (phone string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	taken := slices.ContainsFunc(p.people, func(w *pagePerson) bool { return w.ID == person.ID })
	switch {
	case !pageID.MatchString(person.ID), taken:
		return "", fmt.Errorf("simulator: %q is no id for somebody new", person.ID)
	case !slices.Contains(p.channels(), person.Channel):
		return "", fmt.Errorf("simulator: there is no channel %q", person.Channel)
	case len(p.people) >= maxPeople:
		return "", errors.New("simulator: there is no room for more people")
	}
	who := &pagePerson{PagePerson: person, number: len(p.people) + 1}
	p.people = append(p.people, who)
	p.tell(map[string]any{"op": "person", "person": who.view()})
	return p.takeUp(who), nil
}

const maxPeople = 50

// channels are the apps that phones can have.
func (p *Page) channels() []string {
	if p.opt.Zalo == nil {
		return []string{PageTelegram}
	}
	return []string{PageTelegram, PageZalo}
}

// takeUp puts the app of a person's channel in front, and introduces them where it is new. Call with mu held.
func (p *Page) takeUp(who *pagePerson) (phone string) {
	phone = who.ID + "." + who.Channel
	if p.chats[phone] != nil {
		return phone
	}
	c := &pageChat{phone: phone, channel: who.Channel, owner: who, byID: map[string]*PageMessage{}}
	if who.Channel == PageZalo {
		c.app = p.newZaloApp(who)
	} else {
		c.app = p.newTelegramApp(who)
	}
	p.chats[phone] = c
	p.order = append(p.order, phone)
	p.tell(map[string]any{"op": "phone", "phone": c.view()})
	if p.opt.Introduce != nil {
		person := who.PagePerson
		p.tasks.Go(func() {
			if err := p.opt.Introduce(p.ctx, p, person, phone); err != nil && p.ctx.Err() == nil {
				p.log.Error("somebody could not be introduced", "error", err)
			}
		})
	}
	return phone
}

// SetCode shows with a person's phones a code that they got; "" takes it away.
func (p *Page) SetCode(person, code string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setCode(person, code)
}

func (p *Page) setCode(person, code string) {
	for _, w := range p.people {
		if w.ID == person && w.Code != code {
			w.Code = code
			p.tell(map[string]any{"op": "person", "person": w.view()})
		}
	}
}

// put shows a message, new or changed. Call with mu held.
func (p *Page) put(c *pageChat, m *PageMessage) {
	if old := c.byID[m.ID]; old != nil {
		m.Seen = m.Seen || old.Seen
		*old = *m
		m = old
	} else {
		c.list = append(c.list, m)
		c.byID[m.ID] = m
		if len(c.list) >= 2*keptMessages {
			for _, gone := range c.list[:len(c.list)-keptMessages] {
				delete(c.byID, gone.ID)
			}
			c.list = slices.Clone(c.list[len(c.list)-keptMessages:])
		}
	}
	p.tell(map[string]any{"op": "put", "phone": c.phone, "m": m})
	m.stamp = p.feed.n
}

// remove takes a message away. Call with mu held.
func (p *Page) remove(c *pageChat, id string) {
	m := c.byID[id]
	if m == nil {
		return
	}
	delete(c.byID, id)
	c.list = slices.DeleteFunc(c.list, func(x *PageMessage) bool { return x == m })
	p.tell(map[string]any{"op": "del", "phone": c.phone, "id": id})
}

// sent shows what the phone's owner just sent, and says later that the bot has it. Call with mu held, from before it was
// sent: the bot's answer must not come first.
func (p *Page) sent(c *pageChat, m PageMessage) {
	if code := c.owner.Code; code != "" && strings.Contains(m.Text, code) {
		p.setCode(c.owner.ID, "")
	}
	m.Mine, m.At = true, p.opt.Clock.Now().UnixMilli()
	p.put(c, &m)
	if !c.started {
		c.started = true
		p.tell(map[string]any{"op": "phone", "phone": c.view()})
	}
	if !p.watched {
		p.watched = true
		p.tasks.Go(p.untilTaken)
	}
}

// untilTaken marks messages as seen when the bot has taken all that its people sent.
func (p *Page) untilTaken() {
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case <-look.C:
		case <-p.ctx.Done():
			return
		}
		if p.markTaken() {
			return
		}
	}
}

// markTaken marks what was taken, and tells whether that is all.
func (p *Page) markTaken() (all bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all = true
	for _, phone := range p.order {
		c := p.chats[phone]
		var last *PageMessage
		for i := len(c.list) - 1; i >= 0; i-- {
			if m := c.list[i]; m.Mine && !m.Seen {
				last = m
				break
			}
		}
		if last == nil {
			continue
		}
		if c.app.pending() > 0 {
			all = false
			continue
		}
		for _, m := range c.list {
			if m.Mine {
				m.Seen = true
			}
		}
		p.tell(map[string]any{"op": "seen", "phone": c.phone, "id": last.ID})
	}
	p.watched = !all
	return all
}

// chatOf finds a phone's chat; false means that the request is answered already.
func (p *Page) chatOf(w http.ResponseWriter, phone string) (*pageChat, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[phone]
	if c == nil {
		http.Error(w, "there is no such phone", http.StatusNotFound)
	}
	return c, c != nil
}

// Account names the chat of a phone as the bot knows it: the channel, the bot's account there, and the chat.
func (p *Page) Account(phone string) (channel, bot, chat string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.chats[phone]; c != nil {
		bot, chat = c.app.account()
		channel = c.channel
	}
	return channel, bot, chat
}

var errNoPhone = errors.New("simulator: there is no such phone")

// Type lets a phone's owner send a text, and returns a place in what the phone shows, for Await.
func (p *Page) Type(phone, text string) (since int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[phone]
	if c == nil {
		return 0, errNoPhone
	}
	since = p.feed.n
	p.sent(c, PageMessage{ID: c.app.text(text), Text: text})
	return since, nil
}

// Choose lets a phone's owner choose by its label what the bot offers: by the button, or where there are none by the
// number before the label.
func (p *Page) Choose(phone, label string) (since int64, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[phone]
	if c == nil {
		return 0, errNoPhone
	}
	since = p.feed.n
	for i := len(c.list) - 1; i >= 0; i-- {
		m := c.list[i]
		if m.Mine {
			continue
		}
		for row, buttons := range m.Rows {
			for column, b := range buttons {
				if b.Label == label {
					if _, ok := c.app.press(m.ID, row, column); ok {
						return since, nil
					}
				}
			}
		}
		if n := numberOf(m.Text, label); n != "" {
			p.sent(c, PageMessage{ID: c.app.text(n), Text: n})
			return since, nil
		}
	}
	return 0, fmt.Errorf("simulator: the bot offers no %q", label)
}

// numberOf is the number that stands before a label in a menu that is text: "1. Lưu 2. Sửa".
func numberOf(text, label string) string {
	m := regexp.MustCompile(`(?:^|\s)(\d{1,2})\. ` + regexp.QuoteMeta(label) + `(?:\s|$)`).FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	return m[1]
}

// Await waits until the bot shows on a phone, after a place, a message that has the words.
func (p *Page) Await(ctx context.Context, phone string, since int64, words string) (PageMessage, error) {
	for {
		p.mu.Lock()
		c := p.chats[phone]
		more := p.feed.more
		if c == nil {
			p.mu.Unlock()
			return PageMessage{}, errNoPhone
		}
		for _, m := range c.list {
			if !m.Mine && m.stamp > since && strings.Contains(m.Text, words) {
				found := *m
				p.mu.Unlock()
				return found, nil
			}
		}
		p.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return PageMessage{}, ctx.Err()
		}
	}
}
