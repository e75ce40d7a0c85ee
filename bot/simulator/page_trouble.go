package simulator

import (
	"net/http"
	"time"
)

// botState is what the page shows of the bot's process.
type botState struct {
	State string `json:"state"` // starting, running, dead, "" without one
	Kills int    `json:"kills"`
	Why   string `json:"why,omitempty"` // it died by itself, or could not be started
}

// States of the bot.
const (
	BotStarting = "starting"
	BotRunning  = "running"
	BotDead     = "dead"
)

// BotIs tells the page how the bot's process is; why is said where it is dead without having been killed.
func (p *Page) BotIs(state, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bot.State, p.bot.Why = state, why
	p.tell(map[string]any{"op": "bot", "bot": p.bot})
}

// serveBot kills the bot, or starts it again.
func (p *Page) serveBot(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Do string `json:"do"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	if err := p.botDoes(a.Do); err != nil {
		p.log.Error("the bot's process", "do", a.Do, "error", err)
		http.Error(w, "the bot's process cannot do that now", http.StatusConflict)
		return
	}
	answerJSON(w, map[string]any{})
}

func (p *Page) botDoes(do string) error {
	switch {
	case do == "kill" && p.opt.Kill != nil:
		if err := p.opt.Kill(); err != nil {
			return err
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.bot.Kills++
		p.tell(map[string]any{"op": "bot", "bot": p.bot})
		return nil
	case do == "start" && p.opt.Start != nil:
		return p.opt.Start()
	}
	return errNoAct
}

// pageTroubles are the troubles of the platforms that can be switched on, in the order they are shown.
var pageTroubles = []struct {
	name, label, about string
}{
	{"slow", "Mạng chậm", "Mỗi tin của bot đến trễ 3 giây."},
	{"limit", "Nền tảng bảo chậm lại (429)", "Bot phải chờ rồi gửi lại."},
	{"gateway", "Nền tảng hỏng (502)", "Tin của bot chưa đi được; hết hỏng là đến đủ."},
	{"repeat", "Tin đến hai lần", "Mỗi tin của người dùng đến bot hai lần; bot chỉ làm một."},
}

// slowness is how long a call waits in a slow network.
const slowness = 3 * time.Second

func (p *Page) slowness() time.Duration {
	if p.trouble["slow"] {
		return slowness
	}
	return 0
}

func (p *Page) troubleView() []map[string]any {
	list := make([]map[string]any, len(pageTroubles))
	for i, t := range pageTroubles {
		list[i] = map[string]any{"name": t.name, "label": t.label, "about": t.about, "on": p.trouble[t.name]}
	}
	return list
}

// serveTrouble switches a trouble on or off.
func (p *Page) serveTrouble(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Name string `json:"name"`
		On   bool   `json:"on"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	for _, t := range pageTroubles {
		if t.name == a.Name {
			p.setTrouble(a.Name, a.On)
			answerJSON(w, map[string]any{})
			return
		}
	}
	http.Error(w, "there is no such trouble", http.StatusNotFound)
}

func (p *Page) setTrouble(name string, on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble[name] = on
	p.troubleTelegram()
	p.troubleZalo()
	p.tell(map[string]any{"op": "trouble", "trouble": p.troubleView()})
}

// troubleTelegram makes the emulated Telegram as bad as is switched on. Polls go on: the bot is to hear people.
func (p *Page) troubleTelegram() {
	b := p.opt.Telegram.Bot()
	b.ClearFaults()
	b.t.Slow(p.slowness())
	if p.trouble["repeat"] {
		b.Fault(Fault[int64]{Kind: FaultDuplicate, Times: -1})
	}
	for _, method := range []string{"sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption", "editMessageReplyMarkup"} {
		if p.trouble["limit"] {
			b.Fault(Fault[int64]{Kind: FaultTooMany, Method: method, Times: -1, RetryAfter: 2})
		}
		if p.trouble["gateway"] {
			b.Fault(Fault[int64]{Kind: FaultBadGateway, Method: method, Times: -1})
		}
	}
}
