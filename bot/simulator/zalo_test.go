package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
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
		opt.Second = 200 * time.Millisecond // a webhook has ten of them to answer, on a busy machine too
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

// TestZaloRefusals is what the platform does not take.
func TestZaloRefusals(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	z.an.Text("xin chào")
	long := strings.Repeat("ạ", 2001)
	for name, x := range map[string]struct {
		method string
		pairs  []string
		code   int
	}{
		"empty text":          {"sendMessage", []string{"chat_id", "an", "text", ""}, 400},
		"no text":             {"sendMessage", []string{"chat_id", "an"}, 400},
		"2000 code points":    {"sendMessage", []string{"chat_id", "an", "text", long[:len("ạ")*2000]}, 0},
		"one too many":        {"sendMessage", []string{"chat_id", "an", "text", long}, 400},
		"markdown":            {"sendMessage", []string{"chat_id", "an", "text", "**x**", "parse_mode", "markdown"}, 0},
		"another mode":        {"sendMessage", []string{"chat_id", "an", "text", "x", "parse_mode", "MarkdownV2"}, 400},
		"styles":              {"sendMessage", []string{"chat_id", "an", "text", "x", "text_styles", `[{"start":0,"len":1,"st":["b"]}]`}, 0},
		"odd styles":          {"sendMessage", []string{"chat_id", "an", "text", "x", "text_styles", `{`}, 400},
		"no chat":             {"sendMessage", []string{"text", "x"}, 400},
		"strange chat":        {"sendMessage", []string{"chat_id", "no", "text", "x"}, 400},
		"photo by name":       {"sendPhoto", []string{"chat_id", "an", "photo", "qr.jpg"}, 400},
		"photo by file":       {"sendPhoto", []string{"chat_id", "an", "photo", "file:///etc/passwd"}, 400},
		"photo elsewhere":     {"sendPhoto", []string{"chat_id", "an", "photo", "https://vi.example/a.png"}, 400},
		"photo, long words":   {"sendPhoto", []string{"chat_id", "an", "photo", "https://vi.example/a.png", "caption", long}, 400},
		"photo to a stranger": {"sendPhoto", []string{"chat_id", "no", "photo", "https://vi.example/a.png"}, 400},
		"no sticker":          {"sendSticker", []string{"chat_id", "an"}, 400},
		"sticker":             {"sendSticker", []string{"chat_id", "an", "sticker", "3b9e"}, 0},
		"voice":               {"sendVoice", []string{"chat_id", "an", "voice_url", "https://vi.example/a.aac"}, 0},
		"voice of a kind":     {"sendVoice", []string{"chat_id", "an", "voice_url", "https://vi.example/a.mp3"}, 400},
		"action to come":      {"sendChatAction", []string{"chat_id", "an", "action", "upload_photo"}, 400},
		"action nowhere":      {"sendChatAction", []string{"chat_id", "no", "action", "typing"}, 400},
		"case of a name":      {"sendmessage", []string{"chat_id", "an", "text", "x"}, 400},
		"no such method":      {"editMessageText", nil, 400},
		"short secret":        {"setWebhook", []string{"url", "https://vi.example/hook", "secret_token", "1234567"}, 400},
		"long secret":         {"setWebhook", []string{"url", "https://vi.example/hook", "secret_token", strings.Repeat("x", 257)}, 400},
		"secret of lines":     {"setWebhook", []string{"url", "https://vi.example/hook", "secret_token", "12345678\r\nX: y"}, 400},
		"plain HTTP":          {"setWebhook", []string{"url", "http://vi.example/hook", "secret_token", "12345678"}, 400},
		"a private host":      {"setWebhook", []string{"url", "https://10.1.2.3/hook", "secret_token", "12345678"}, 400},
		"a host of one word":  {"setWebhook", []string{"url", "https://bot/hook", "secret_token", "12345678"}, 400},
		"no URL":              {"setWebhook", []string{"url", "hook", "secret_token", "12345678"}, 400},
		"test without":        {"testWebhook", nil, 400},
	} {
		a := z.call(x.method, x.pairs...)
		want := x.code
		if want == 0 {
			want = 200
		}
		if a.Code != x.code || a.OK != (x.code == 0) || a.status != want || !a.OK && a.Description == "" {
			t.Errorf("%s: %d %d %q", name, a.status, a.Code, a.Description)
		}
	}
	rules := z.bot.Rules()
	rules.Quiet, rules.Strict = true, true
	z.bot.SetRules(rules)
	if a := z.send(""); a.status != 200 || a.OK || a.Code != 400 {
		t.Errorf("quiet: %+v", a)
	}
	if a := z.call("getUpdates", "timeout", "0"); !a.OK {
		t.Errorf("what was written: %+v", a)
	}
	if a := z.call("getUpdates", "timeout", "0"); a.status != 200 || a.Code != 408 {
		t.Errorf("quiet and idle: %+v", a)
	}
	for _, u := range []string{"http://127.0.0.1:1/hook", "https://localhost/hook"} {
		if a := z.call("setWebhook", "url", u, "secret_token", "12345678"); a.Code != 400 {
			t.Errorf("%s: %+v", u, a)
		}
	}
	if a := z.call("sendPhoto", "chat_id", "an", "photo", z.base+"/a.png"); a.Code != 400 || !strings.Contains(a.Description, "public") {
		t.Errorf("a photo here: %+v", a)
	}
}

// TestZaloCarriers gives the parameters in every way the platform takes them.
func TestZaloCarriers(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	z.an.Text("x")
	path := "/bot" + z.bot.Token + "/sendMessage"
	multi := "--B\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\nan\r\n--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nd\r\n--B--\r\n"
	c := dialRaw(t, z.base)
	defer c.close()
	for want, request := range map[string]string{
		"a": "GET " + path + "?chat_id=an&text=a HTTP/1.1\r\nHost: x\r\n\r\n",
		"b": "POST " + path + " HTTP/1.1\r\nContent-Length: 17\r\n\r\nchat_id=an&text=b",
		"c": "POST " + path + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"chat_id\":\"an\",\"text\":\"c\"}",
		"d": fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=B\r\nContent-Length: %d\r\n\r\n%s", path, len(multi), multi),
		"e": "GET " + strings.Replace(path, ":", "%3A", 1) + "?chat_id=an&text=e HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		if resp, body := c.send(t, request); resp.StatusCode != 200 {
			t.Errorf("%s: %s", want, body)
		}
		if list := z.an.Messages(); list[len(list)-1].Text != want {
			t.Errorf("%s: the chat shows %q", want, list[len(list)-1].Text)
		}
	}
	if resp, body := c.send(t, "GET "+path+"?chat_id=an&text=%FF HTTP/1.1\r\nHost: x\r\n\r\n"); resp.StatusCode != 400 {
		t.Errorf("bytes that are no text: %s", body)
	}
	for _, body := range []string{"[1]", `{"chat_id":`, `"x"`} {
		if resp, text := c.send(t, fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)); resp.StatusCode != 400 {
			t.Errorf("%s: %s", body, text)
		}
	}
	for _, odd := range []string{"/", "/bot", "/bot1:x/getMe", "/bot/getMe", "/media/none.jpg"} {
		if resp := must(http.Get(z.base + odd))(t); resp.StatusCode != 404 && resp.StatusCode != 401 {
			t.Errorf("%s: %d", odd, resp.StatusCode)
		} else {
			_ = resp.Body.Close()
		}
	}
}

// TestZaloHandler uses the emulator under net/http's own server.
func TestZaloHandler(t *testing.T) {
	t.Parallel()
	z := simulator.NewZalo(simulator.ZaloOptions{Second: time.Millisecond, BaseURL: "http://127.0.0.1:1"})
	defer z.Close()
	srv := httptest.NewServer(z)
	defer srv.Close()
	u := z.Bot().User("an", "An")
	u.Photo([]byte("\xff\xd8\xff"), "")
	if m := u.Messages()[0]; !strings.HasPrefix(m.Photo.URL, "http://127.0.0.1:1/") {
		t.Errorf("the picture is at %s", m.Photo.URL)
	}
	for path, want := range map[string]int{"/sendMessage?chat_id=an&text=x": 200, "/getUpdates?timeout=1": 200, "/no": 400} {
		resp := must(http.Get(srv.URL + "/bot" + z.Bot().Token + path))(t)
		if _ = resp.Body.Close(); resp.StatusCode != want {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}
