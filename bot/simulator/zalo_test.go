package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// zalo is an emulator that listens, with a client that posts JSON.
type zalo struct {
	*simulator.Zalo
	t    testing.TB
	base string
	bot  *simulator.ZaloBot
	an   *simulator.ZaloUser
	ctx  context.Context
	now  atomic.Int64 // added to the clock, in nanoseconds
}

func newZalo(t testing.TB, opt simulator.ZaloOptions) *zalo {
	t.Helper()
	z := &zalo{t: t, ctx: t.Context()}
	start := time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC) // 23:00 in Vietnam
	opt.Now = func() time.Time { return start.Add(time.Duration(z.now.Load())) }
	if opt.Second == 0 {
		opt.Second = 20 * time.Millisecond
	}
	z.Zalo = simulator.NewZalo(opt)
	base, err := z.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Close)
	z.base, z.bot = base, z.Bot()
	z.an = z.bot.User("an", "An")
	return z
}

func (z *zalo) pass(d time.Duration) { z.now.Add(int64(d)) }

// answer is what the platform answers.
type answer struct {
	status      int
	OK          bool   `json:"ok"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Result      struct {
		ID           string
		AccountName  string `json:"account_name"`
		AccountType  string `json:"account_type"`
		MessageID    string `json:"message_id"`
		Date         int64
		URL          string
		UpdatedAt    int64  `json:"updated_at"`
		EventName    string `json:"event_name"`
		Message      event
		Verification struct {
			OK            bool
			Outcome, Hint string
			StatusCode    int `json:"status_code"`
		}
	}
}

// event is a message as the bot gets it.
type event struct {
	From struct {
		ID          string
		DisplayName string `json:"display_name"`
		IsBot       bool   `json:"is_bot"`
	}
	Chat struct {
		ID       string
		ChatType string `json:"chat_type"`
	}
	Text, Photo, Caption, Sticker, URL string
	PhotoURL                           string `json:"photo_url"`
	VoiceURL                           string `json:"voice_url"`
	MessageID                          string `json:"message_id"`
	Date                               int64
}

// call posts pairs of names and values as a JSON object.
func (z *zalo) call(method string, pairs ...string) answer {
	z.t.Helper()
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	body := must(json.Marshal(values))(z.t)
	resp := must(http.Post(z.base+"/bot"+z.bot.Token+"/"+method, "application/json", bytes.NewReader(body)))(z.t)
	defer func() { _ = resp.Body.Close() }()
	text := must(io.ReadAll(resp.Body))(z.t)
	a := answer{status: resp.StatusCode}
	if err := json.Unmarshal(text, &a); err != nil {
		z.t.Fatalf("%s: %s", method, text)
	}
	return a
}

func (z *zalo) send(text string) answer {
	z.t.Helper()
	return z.call("sendMessage", "chat_id", "an", "text", text)
}

func TestZaloConversation(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	if me := z.call("getMe"); me.Result.ID != "2000001" || !strings.HasPrefix(me.Result.AccountName, "Bot") || me.Result.AccountType != "BASIC" {
		t.Fatalf("getMe: %+v", me)
	}
	if a := z.send("Chào cô"); a.Code != 400 || a.status != 400 {
		t.Errorf("a stranger was written to: %+v", a)
	}
	for i, text := range []string{"xin chào", `"em" \ 👋`} {
		id := z.an.Text(text)
		a := z.call("getUpdates", "timeout", "5")
		m := a.Result.Message
		if !a.OK || a.Result.EventName != "message.text.received" || m.Text != text || m.MessageID != id || m.From.ID != "an" || m.Chat.ID != "an" ||
			m.From.DisplayName != "An" || m.From.IsBot || m.Chat.ChatType != "PRIVATE" || m.Date != 1796054400000 {
			t.Fatalf("event %d: %+v", i, a)
		}
	}
	if a := z.call("getUpdates", "timeout", "1"); a.OK || a.Code != 408 {
		t.Errorf("an idle poll: %+v", a)
	}
	sent := z.call("sendMessage", "chat_id", "an", "text", "Dạ em nghe ạ", "reply_markup", `{"inline_keyboard":[]}`)
	if !sent.OK || len(sent.Result.MessageID) != 20 || sent.Result.Date != 1796054400000 {
		t.Fatalf("sent: %+v", sent)
	}
	seen := must(z.an.Next(z.ctx))(t)
	if seen.Message.Text != "Dạ em nghe ạ" || seen.Message.ID != sent.Result.MessageID || !seen.Message.FromBot {
		t.Fatalf("seen: %+v", seen)
	}
	if a := z.call("sendChatAction", "chat_id", "an", "action", "typing"); !a.OK {
		t.Errorf("typing: %+v", a)
	}
	if list := z.an.Messages(); len(list) != 3 || list[2].Text != "Dạ em nghe ạ" {
		t.Errorf("the chat shows %+v", list)
	}
	z.an.Block()
	if a := z.send("x"); a.Code != 403 {
		t.Errorf("blocked: %+v", a)
	}
	z.an.Text("lại đây")
	if a := z.send("x"); !a.OK {
		t.Errorf("after writing again: %+v", a)
	}
	z.bot.Revoke()
	if a := z.send("x"); a.Code != 401 || a.status != 401 {
		t.Errorf("revoked: %+v", a)
	}
}
