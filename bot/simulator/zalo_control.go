package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ZaloStats counts what a bot did since the emulator was made.
type ZaloStats struct {
	Calls        map[string]int64 `json:"calls"`  // by method, those that failed included
	Errors       map[string]int64 `json:"errors"` // by method
	Updates      int64            `json:"updates"`
	Pending      int              `json:"pending"`
	Lost         int64            `json:"lost"` // events that nobody took
	HookFailures int64            `json:"hook_failures"`
	Downloads    int64            `json:"downloads"`
	Usage        ZaloUsage        `json:"usage"`
	CPU          time.Duration    `json:"cpu_ns"` // user and system time of this process; 0 where the system does not tell
}

// Replies counts what the load targets call a reply: a send that was done.
func (s *ZaloStats) Replies() int64 {
	n := int64(0)
	for _, m := range [...]string{"sendMessage", "sendPhoto", "sendSticker", "sendVoice"} {
		n += s.Calls[m] - s.Errors[m]
	}
	return n
}

// Stats reads the counters.
func (b *ZaloBot) Stats() ZaloStats {
	s := ZaloStats{
		Updates: b.stats.updates.Load(), Pending: b.Pending(), Lost: b.stats.lost.Load(),
		HookFailures: b.stats.hookFailures.Load(), Downloads: b.stats.downloads.Load(), Usage: b.Usage(), CPU: processCPU(),
	}
	names := make([]string, len(b.z.methods))
	for _, m := range b.z.methods {
		names[m.index] = m.name
	}
	s.Calls, s.Errors = b.stats.byMethod(names)
	return s
}

// ZaloAct is one thing that a person does, as the HTTP control interface takes it.
type ZaloAct struct {
	Bot  string `json:"bot,omitempty"`  // token; the first bot when empty
	User string `json:"user"`           // who
	Name string `json:"name,omitempty"` // of a person who is new
	Do   string `json:"do"`             // what: see zaloActs

	Text    string `json:"text,omitempty"`    // words, caption or address
	Data    []byte `json:"data,omitempty"`    // picture
	Message string `json:"message,omitempty"` // the message that is answered
	Group   string `json:"group,omitempty"`
	Title   string `json:"title,omitempty"`
	Update  string `json:"update,omitempty"` // an event of any shape
}

// ZaloDone is what came of an act.
type ZaloDone struct {
	Message string `json:"message,omitempty"`
	Error   string `json:"error,omitempty"`
}

// zaloActs is what people can do, by the word in ZaloAct.Do.
var zaloActs = map[string]func(*ZaloBot, *ZaloUser, ZaloAct) string{
	"text":        func(_ *ZaloBot, u *ZaloUser, a ZaloAct) string { return u.Text(a.Text) },
	"photo":       func(_ *ZaloBot, u *ZaloUser, a ZaloAct) string { return u.Photo(a.Data, a.Text) },
	"sticker":     func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { return u.Sticker() },
	"voice":       func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { return u.Voice() },
	"link":        func(_ *ZaloBot, u *ZaloUser, a ZaloAct) string { return u.LinkTo(a.Text) },
	"unsupported": func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { return u.Unsupported() },
	"protect":     func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { u.Protect(true); return "" },
	"unprotect":   func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { u.Protect(false); return "" },
	"block":       func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { u.Block(); return "" },
	"unblock":     func(_ *ZaloBot, u *ZaloUser, _ ZaloAct) string { u.Unblock(); return "" },
	"group":       func(b *ZaloBot, _ *ZaloUser, a ZaloAct) string { b.Group(a.Group, a.Title).AddBot(); return "" },
	"grouptext": func(b *ZaloBot, u *ZaloUser, a ZaloAct) string {
		return b.Group(a.Group, a.Title).Text(u, a.Text)
	},
	"groupreply": func(b *ZaloBot, u *ZaloUser, a ZaloAct) string {
		return b.Group(a.Group, a.Title).Reply(u, a.Message, a.Text)
	},
	"kick":   func(b *ZaloBot, _ *ZaloUser, a ZaloAct) string { b.Group(a.Group, a.Title).Kick(); return "" },
	"update": func(b *ZaloBot, u *ZaloUser, a ZaloAct) string { b.Push(u.ID, a.Update); return "" },
}

// Act carries out one act.
func (z *Zalo) Act(a ZaloAct) (ZaloDone, error) {
	b := z.botOf(a.Bot)
	if b == nil {
		return ZaloDone{}, errors.New("no such bot")
	}
	act := zaloActs[a.Do]
	if act == nil {
		return ZaloDone{}, fmt.Errorf("no such act: %q", a.Do)
	}
	if a.User == "" {
		return ZaloDone{}, errors.New("user must be named")
	}
	if c := b.chat(a.User); c != nil && c.user == nil {
		return ZaloDone{}, errors.New("user is a group")
	}
	return ZaloDone{Message: act(b, b.User(a.User, a.Name), a)}, nil
}

// control registers the HTTP control interface.
//
//	POST /control/act      acts, one JSON object a line; answers one line each
//	GET  /control/chat     ?user=: what the person sees
//	GET  /control/photo    ?user=&message=: the picture of a message
//	GET  /control/calls    ?user=&after=N&wait=SECONDS: the bot's calls in the chat above number N, waiting for one
//	GET  /control/stream   every call of the bot, one JSON object a line, until the client hangs up
//	POST /control/fault    a ZaloFault, for instance {"Kind":"too many","Method":"sendMessage"}; DELETE disarms all
//	GET  /control/stats    counters, with what is used of the plan
//	GET  /control/rules    the ZaloRules; POST changes those that are named
//
// Every path takes ?bot=TOKEN where there are several bots.
func (z *Zalo) control(mux *http.ServeMux) {
	of := func(f func(w http.ResponseWriter, r *http.Request, b *ZaloBot)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if b := z.botOf(r.URL.Query().Get("bot")); b != nil {
				f(w, r, b)
				return
			}
			http.Error(w, "no such bot", http.StatusNotFound)
		}
	}
	person := func(f func(w http.ResponseWriter, r *http.Request, c *zaloChat)) http.HandlerFunc {
		return of(func(w http.ResponseWriter, r *http.Request, b *ZaloBot) {
			if c := b.chat(r.URL.Query().Get("user")); c != nil {
				f(w, r, c)
				return
			}
			http.Error(w, "no such person", http.StatusNotFound)
		})
	}
	mux.HandleFunc("POST /control/act", func(w http.ResponseWriter, r *http.Request) {
		serveActs(w, r, z.Act, func(d *ZaloDone) *string { return &d.Error })
	})
	mux.HandleFunc("GET /control/chat", person(func(w http.ResponseWriter, _ *http.Request, c *zaloChat) { answerJSON(w, c.view()) }))
	mux.HandleFunc("GET /control/photo", person(func(w http.ResponseWriter, r *http.Request, c *zaloChat) {
		m, ok := c.message(r.URL.Query().Get("message"))
		if !ok || m.Photo == nil {
			http.Error(w, "no such picture", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", m.Photo.MIME)
		_, _ = w.Write(m.Photo.Data)
	}))
	mux.HandleFunc("GET /control/calls", person(func(w http.ResponseWriter, r *http.Request, c *zaloChat) { serveCalls(w, r, &c.callLog) }))
	mux.HandleFunc("GET /control/stream", of(func(w http.ResponseWriter, r *http.Request, b *ZaloBot) { serveStream(w, r, &b.watchers, z.done) }))
	fault := of(func(w http.ResponseWriter, r *http.Request, b *ZaloBot) { serveFault(w, r, &b.faults) })
	mux.HandleFunc("POST /control/fault", fault)
	mux.HandleFunc("DELETE /control/fault", fault)
	mux.HandleFunc("GET /control/stats", of(func(w http.ResponseWriter, _ *http.Request, b *ZaloBot) { answerJSON(w, b.Stats()) }))
	mux.HandleFunc("GET /control/rules", of(func(w http.ResponseWriter, _ *http.Request, b *ZaloBot) { answerJSON(w, b.Rules()) }))
	mux.HandleFunc("POST /control/rules", of(func(w http.ResponseWriter, r *http.Request, b *ZaloBot) {
		rules := b.Rules()
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&rules); err != nil {
			http.Error(w, "not rules: "+err.Error(), http.StatusBadRequest)
			return
		}
		b.SetRules(rules)
	}))
}
