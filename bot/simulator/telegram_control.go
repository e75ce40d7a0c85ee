package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// TelegramAct is one thing that a person does, as the HTTP control interface takes it.
type TelegramAct struct {
	Bot  string `json:"bot,omitempty"`  // token; the first bot when empty
	User int64  `json:"user"`           // who
	Name string `json:"name,omitempty"` // of a person who is new
	Lang string `json:"lang,omitempty"` // of a person who is new; "vi" when empty
	Do   string `json:"do"`             // what: see the table of acts in control

	Text      string   `json:"text,omitempty"`    // words, payload, caption, phone, emoji, label or callback data
	Message   int      `json:"message,omitempty"` // the message that is pressed, edited or answered
	Row       int      `json:"row,omitempty"`
	Column    int      `json:"column,omitempty"`
	Owner     int64    `json:"owner,omitempty"` // whose chat a press is in, when not the presser's; of a contact: its account
	File      string   `json:"file,omitempty"`  // name of a document; author of a forwarded post
	Data      []byte   `json:"data,omitempty"`  // picture or document
	Pictures  [][]byte `json:"pictures,omitempty"`
	Latitude  float64  `json:"latitude,omitempty"`
	Longitude float64  `json:"longitude,omitempty"`
	Seconds   int      `json:"seconds,omitempty"`
	Group     int64    `json:"group,omitempty"`
	Title     string   `json:"title,omitempty"`
	Moved     int64    `json:"moved,omitempty"` // the new id of a group
	Update    string   `json:"update,omitempty"`
	UpdateID  int64    `json:"update_id,omitempty"`
}

// TelegramDone is what came of an act.
type TelegramDone struct {
	Message  int    `json:"message,omitempty"`
	Messages []int  `json:"messages,omitempty"`
	Press    string `json:"press,omitempty"`
	UpdateID int64  `json:"update_id,omitempty"`
	Error    string `json:"error,omitempty"`
}

// control registers the HTTP control interface.
//
//	POST /control/act      acts, one JSON object a line; answers one line each
//	GET  /control/chat     ?user=: what the person sees
//	GET  /control/calls    ?user=&after=N&wait=SECONDS: the bot's calls in the chat above number N, waiting for one
//	GET  /control/stream   every call of the bot, one JSON object a line, until the client hangs up
//	POST /control/fault    a TelegramFault, for instance {"Kind":"too many","Method":"sendMessage","RetryAfter":3}; DELETE disarms all
//	GET  /control/stats    counters
//
// Every path takes ?bot=TOKEN where there are several bots.
func (t *Telegram) control(mux *http.ServeMux) {
	mux.HandleFunc("POST /control/act", t.controlAct)
	mux.HandleFunc("GET /control/chat", t.controlChat)
	mux.HandleFunc("GET /control/calls", t.controlCalls)
	mux.HandleFunc("GET /control/stream", t.controlStream)
	mux.HandleFunc("POST /control/fault", t.controlFault)
	mux.HandleFunc("DELETE /control/fault", t.controlFault)
	mux.HandleFunc("GET /control/stats", func(w http.ResponseWriter, r *http.Request) {
		if b := t.controlBot(w, r.URL.Query().Get("bot")); b != nil {
			answerJSON(w, b.Stats())
		}
	})
}

func (t *Telegram) botOf(token string) *TelegramBot {
	if token == "" {
		return t.first
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.bots[token]
}

func (t *Telegram) controlBot(w http.ResponseWriter, token string) *TelegramBot {
	b := t.botOf(token)
	if b == nil {
		http.Error(w, "no such bot", http.StatusNotFound)
	}
	return b
}

func (t *Telegram) controlAct(w http.ResponseWriter, r *http.Request) {
	serveActs(w, r, t.Act, func(d *TelegramDone) *string { return &d.Error })
}

// telegramActs is what people can do, by the word in TelegramAct.Do.
var telegramActs = map[string]func(*TelegramBot, *TelegramUser, TelegramAct) TelegramDone{
	"open": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Open(a.Text)}
	},
	"text": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Text(a.Text)}
	},
	"reply": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Reply(a.Message, a.Text)}
	},
	"photo": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Photo(a.Data, a.Text)}
	},
	"album": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Messages: u.Album(a.Text, a.Pictures...)}
	},
	"document": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Document(a.File, a.Data, a.Text)}
	},
	"sticker": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Sticker(a.Text)}
	},
	"voice": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Voice(a.Seconds)}
	},
	"location": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Location(a.Latitude, a.Longitude)}
	},
	"contact": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Contact(a.Text)}
	},
	"card": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.ContactOf(a.Title, a.Text, a.Owner)}
	},
	"forward": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: u.Forward(a.File, a.Text)}
	},
	"edit": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return failUnless(u.Edit(a.Message, a.Text), "no such message of this person")
	},
	"press": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return pressed(u.Press(a.Message, a.Row, a.Column))
	},
	"label": func(_ *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return pressed(u.PressLabel(a.Text))
	},
	"unblock": func(_ *TelegramBot, u *TelegramUser, _ TelegramAct) TelegramDone { u.Unblock(); return TelegramDone{} },
	"block":   func(_ *TelegramBot, u *TelegramUser, _ TelegramAct) TelegramDone { u.Block(); return TelegramDone{} },
	"delete": func(_ *TelegramBot, u *TelegramUser, _ TelegramAct) TelegramDone {
		u.DeleteAccount()
		return TelegramDone{}
	},
	"data": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		owner := u
		if a.Owner != 0 {
			owner = b.User(a.Owner, "", "vi")
		}
		return pressed(u.PressFor(owner, a.Message, a.Text))
	},
	"group": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		b.Group(a.Group, a.Title).AddBot(u)
		return TelegramDone{}
	},
	"grouptext": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		return TelegramDone{Message: b.Group(a.Group, a.Title).Text(u, a.Text)}
	},
	"kick": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		b.Group(a.Group, a.Title).Kick(u)
		return TelegramDone{}
	},
	"upgrade": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		b.Group(a.Group, a.Title).Upgrade(u, a.Moved)
		return TelegramDone{}
	},
	"update": func(b *TelegramBot, u *TelegramUser, a TelegramAct) TelegramDone {
		if a.UpdateID == 0 {
			return TelegramDone{UpdateID: b.Push(u.ID, a.Update)}
		}
		b.PushAs(a.UpdateID, u.ID, a.Update)
		return TelegramDone{UpdateID: a.UpdateID}
	},
}

func pressed(id string) TelegramDone {
	d := failUnless(id != "", "no such button")
	d.Press = id
	return d
}

func failUnless(ok bool, reason string) TelegramDone {
	if ok {
		return TelegramDone{}
	}
	return TelegramDone{Error: reason}
}

// Act carries out one act.
func (t *Telegram) Act(a TelegramAct) (TelegramDone, error) {
	b := t.botOf(a.Bot)
	if b == nil {
		return TelegramDone{}, errors.New("no such bot")
	}
	act := telegramActs[a.Do]
	if act == nil {
		return TelegramDone{}, fmt.Errorf("no such act: %q", a.Do)
	}
	if a.User <= 0 {
		return TelegramDone{}, errors.New("user must be a positive id")
	}
	if a.Lang == "" {
		a.Lang = "vi"
	}
	done := act(b, b.User(a.User, a.Name, a.Lang), a)
	if done.Error != "" {
		return done, errors.New(done.Error)
	}
	return done, nil
}

// controlUser finds the person of ?user=.
func (t *Telegram) controlUser(w http.ResponseWriter, r *http.Request) *TelegramUser {
	b := t.controlBot(w, r.URL.Query().Get("bot"))
	if b == nil {
		return nil
	}
	id, _ := strconv.ParseInt(r.URL.Query().Get("user"), 10, 64)
	if c := b.chat(id); c != nil && c.kind == privateChat {
		return c.user
	}
	http.Error(w, "no such person", http.StatusNotFound)
	return nil
}

func (t *Telegram) controlChat(w http.ResponseWriter, r *http.Request) {
	if u := t.controlUser(w, r); u != nil {
		answerJSON(w, u.Messages())
	}
}

func (t *Telegram) controlCalls(w http.ResponseWriter, r *http.Request) {
	if u := t.controlUser(w, r); u != nil {
		serveCalls(w, r, &u.chat.callLog)
	}
}

func (t *Telegram) controlStream(w http.ResponseWriter, r *http.Request) {
	if b := t.controlBot(w, r.URL.Query().Get("bot")); b != nil {
		serveStream(w, r, &b.watchers, t.done)
	}
}

func (t *Telegram) controlFault(w http.ResponseWriter, r *http.Request) {
	if b := t.controlBot(w, r.URL.Query().Get("bot")); b != nil {
		serveFault(w, r, &b.faults)
	}
}
