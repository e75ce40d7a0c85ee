package simulator_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

func TestZaloPersonSends(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	data := picture(t, 64, 48)
	z.an.Photo(data, "giấy xác nhận")
	z.an.Sticker()
	z.an.Voice()
	z.an.LinkTo("https://danang.gov.vn")
	z.an.Unsupported()
	z.an.Protect(true)
	z.an.Text("tôi cần giúp")
	next := func(name string) event {
		t.Helper()
		a := z.call("getUpdates", "timeout", "0")
		if a.Result.EventName != "message."+name+".received" {
			t.Fatalf("want %s: %+v", name, a)
		}
		return a.Result.Message
	}
	m := next("image")
	if m.Caption != "giấy xác nhận" || m.Photo == "" || m.PhotoURL != "" || strings.Contains(m.Photo, "SIMULATOR") {
		t.Errorf("picture: %+v", m)
	}
	fetch := func() (int, []byte) {
		resp := must(http.Get(m.Photo))(t)
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode, must(io.ReadAll(resp.Body))(t)
	}
	if status, got := fetch(); status != 200 || !bytes.Equal(got, data) {
		t.Errorf("fetched %d, %d bytes of %d", status, len(got), len(data))
	}
	z.pass(61 * time.Minute)
	if status, _ := fetch(); status != 404 {
		t.Errorf("after an hour: %d", status)
	}
	if m := next("sticker"); m.Sticker == "" || m.URL == "" {
		t.Errorf("sticker: %+v", m)
	}
	if m := next("voice"); !strings.HasSuffix(m.VoiceURL, ".aac") {
		t.Errorf("voice: %+v", m)
	}
	if m := next("link"); m.Text != "https://danang.gov.vn" {
		t.Errorf("link: %+v", m)
	}
	for range 2 {
		if m := next("unsupported"); m.From.ID != "an" || m.Text != "" || m.MessageID == "" {
			t.Errorf("hidden: %+v", m)
		}
	}
	if list := z.an.Messages(); !list[5].Hidden || list[5].Text != "tôi cần giúp" {
		t.Errorf("the person sees their own: %+v", list[5])
	}
	z.an.Protect(false)
	rules := z.bot.Rules()
	rules.PhotoURL, rules.Bare = true, true
	z.bot.SetRules(rules)
	z.an.Photo(data, "")
	z.an.Unsupported()
	z.bot.Push("an", `{"event_name":"message.reaction.received"}`)
	if m := next("image"); m.Photo != "" || m.PhotoURL == "" {
		t.Errorf("photo_url: %+v", m)
	}
	if m := next("unsupported"); m.From.ID != "" {
		t.Errorf("bare: %+v", m)
	}
	next("reaction")
}

func TestZaloGroup(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	g := z.bot.Group("nhom", "Tổ 12")
	post := func(method string, pairs ...string) answer {
		return z.call(method, append(pairs, "chat_id", "nhom")...)
	}
	if a := post("sendMessage", "text", "x"); a.Code != 403 {
		t.Errorf("outside: %+v", a)
	}
	g.Text(z.an, "@Bot Chung Tay chưa vào")
	g.AddBot()
	if a := post("sendMessage", "text", "chào cả nhà"); !a.OK {
		t.Errorf("inside: %+v", a)
	}
	g.Text(z.an, "mọi người ơi")
	g.Text(z.an, "@Bot Chung Tay giúp với")
	said := g.Messages()[1].ID
	g.Reply(z.an, said, "dạ")
	g.Reply(z.an, "khác", "ừ")
	for _, want := range []string{"@Bot Chung Tay giúp với", "dạ"} {
		a := z.call("getUpdates", "timeout", "0")
		if m := a.Result.Message; m.Text != want || m.Chat.ID != "nhom" || m.Chat.ChatType != "GROUP" || m.From.ID != "an" {
			t.Errorf("heard %+v", a)
		}
	}
	if n := z.bot.Pending(); n != 0 {
		t.Errorf("%d more were heard", n)
	}
	before := len(g.Messages())
	if a := post("sendVoice", "voice_url", "https://vi.example/a.aac"); !a.OK || a.Result.MessageID == "" || len(g.Messages()) != before {
		t.Errorf("a voice in a group is said to be sent, and nobody hears it: %+v", a)
	}
	g.Kick()
	if a := post("sendMessage", "text", "x"); a.Code != 403 || len(g.Calls()) != 4 {
		t.Errorf("after the kick: %+v %+v", a, g.Calls())
	}
}

// TestZaloPlan counts people and messages, a month at a time by the clock in Vietnam.
func TestZaloPlan(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{Rules: simulator.ZaloRules{Users: 2, Messages: 3}})
	binh, chi := z.bot.User("binh", "Bình"), z.bot.User("chi", "Chi")
	for _, u := range []*simulator.ZaloUser{z.an, z.an, binh, chi} {
		u.Text("x")
	}
	to := func(chat string) int { return z.call("sendMessage", "chat_id", chat, "text", "x").Code }
	if a, b, c := to("an"), to("binh"), to("chi"); a != 0 || b != 0 || c != 429 {
		t.Errorf("the third person: %d %d %d", a, b, c)
	}
	if a, b := to("an"), to("an"); a != 0 || b != 429 {
		t.Errorf("the fourth message: %d %d", a, b)
	}
	if u := z.bot.Usage(); u != (simulator.ZaloUsage{Month: "2026-11", Users: 2, Sent: 3, Received: 4}) {
		t.Errorf("usage: %+v", u)
	}
	z.pass(time.Hour) // the first of December there
	if code := to("an"); code != 0 {
		t.Errorf("in a new month: %d", code)
	}
	if u := z.bot.Usage(); u != (simulator.ZaloUsage{Month: "2026-12", Users: 2, Sent: 1}) {
		t.Errorf("usage: %+v", u)
	}
	rules := z.bot.Rules()
	rules.BothWays, rules.Users = true, 0
	z.bot.SetRules(rules)
	z.an.Text("1")
	if code := to("chi"); code != 0 {
		t.Errorf("without a limit of people: %d", code)
	}
	if code := to("an"); code != 429 {
		t.Errorf("both ways: %d", code)
	}
}

func TestZaloPhoto(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{Second: 50 * time.Millisecond})
	z.an.Text("x")
	data := picture(t, 40, 30)
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a.jpg":
			w.Header().Set("Content-Type", "image/jpeg")
			_, _ = w.Write(data)
		case "/big":
			w.Header().Set("Content-Type", "image/jpeg")
			_, _ = w.Write(append(data, make([]byte, 5<<20)...))
		case "/page":
			_, _ = io.WriteString(w, "<html>")
		case "/lie":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "<html>")
		case "/slow":
			<-r.Context().Done()
		case "/away":
			http.Redirect(w, r, "https://vi.example/a.jpg", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer files.Close()
	a := z.call("sendPhoto", "chat_id", "an", "photo", files.URL+"/a.jpg", "caption", "Mã QR")
	if !a.OK || a.Result.MessageID == "" {
		t.Fatalf("sendPhoto: %+v", a)
	}
	call := must(z.an.Next(z.ctx))(t)
	if p := call.Message.Photo; call.Message.Caption != "Mã QR" || p.Width != 40 || p.Height != 30 || p.MIME != "image/jpeg" || !bytes.Equal(p.Data, data) {
		t.Errorf("the phone shows %+v", call.Message)
	}
	resp := must(http.Get(z.base + "/control/photo?user=an&message=" + a.Result.MessageID))(t)
	if got := must(io.ReadAll(resp.Body))(t); !bytes.Equal(got, data) || resp.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%d bytes of %s", len(got), resp.Header.Get("Content-Type"))
	}
	_ = resp.Body.Close()
	for _, path := range []string{"/big", "/page", "/lie", "/slow", "/away", "/none"} {
		if a := z.call("sendPhoto", "chat_id", "an", "photo", files.URL+path); a.Code != 400 {
			t.Errorf("%s: %+v", path, a)
		}
	}
	if n := len(z.an.Messages()); n != 2 {
		t.Errorf("%d messages show", n)
	}
}

func TestZaloFaults(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{Seed: 7})
	z.an.Text("x")
	form := url.Values{"chat_id": {"an"}, "text": {"y"}}
	shown := func() int { return len(z.an.Messages()) - 1 }
	for _, x := range []struct {
		kind   simulator.FaultKind
		status int // 0: no answer at all
		body   string
		done   int
	}{
		{simulator.FaultTooMany, 429, `"error_code":429`, 0},
		{simulator.FaultServerError, 403, `"Internal server error"`, 0},
		{simulator.FaultQuiet, 200, `"ok":false`, 0},
		{simulator.FaultGone, 403, `"error_code":403`, 0},
		{simulator.FaultBadGateway, 502, "<html>", 0},
		{simulator.FaultTorn, 200, `{"ok":true,"result":{"message_`, 0},
		{simulator.FaultCutBefore, 0, "", 0},
		{simulator.FaultCutAfter, 0, "", 1},
		{simulator.FaultSlow, 200, `"ok":true`, 1},
	} {
		before := shown()
		z.bot.Fault(simulator.ZaloFault{Kind: x.kind, Chat: "other"})
		z.bot.Fault(simulator.ZaloFault{Kind: x.kind, Method: "sendMessage", Delay: 20 * time.Millisecond})
		began := time.Now()
		resp, err := http.PostForm(z.base+"/bot"+z.bot.Token+"/sendMessage", form)
		status, body := 0, ""
		if err == nil {
			b, _ := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			status, body = resp.StatusCode, string(b)
		}
		if status != x.status || !strings.Contains(body, x.body) || shown()-before != x.done {
			t.Errorf("%s: %d %q %v, %d shown", x.kind, status, body, err, shown()-before)
		}
		if x.kind == simulator.FaultSlow && time.Since(began) < 20*time.Millisecond {
			t.Errorf("slow: answered after %v", time.Since(began))
		}
		z.bot.ClearFaults()
	}
	z.bot.Fault(simulator.ZaloFault{Kind: simulator.FaultHang})
	ctx, cancel := context.WithTimeout(z.ctx, 50*time.Millisecond)
	defer cancel()
	req := must(http.NewRequestWithContext(ctx, http.MethodGet, z.base+"/bot"+z.bot.Token+"/getMe", nil))(t)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Error("a hanging call was answered")
	}
	var texts []string
	z.call("getUpdates", "timeout", "0")
	z.bot.Fault(simulator.ZaloFault{Kind: simulator.FaultSwap})
	z.an.Text("1")
	z.an.Text("2")
	z.bot.Fault(simulator.ZaloFault{Kind: simulator.FaultDuplicate, Chat: "an"})
	z.an.Text("3")
	for range 4 {
		texts = append(texts, z.call("getUpdates", "timeout", "1").Result.Message.Text)
	}
	if got := strings.Join(texts, " "); got != "2 1 3 3" {
		t.Errorf("swapped and doubled: %s", got)
	}
	z.bot.Fault(simulator.ZaloFault{Kind: simulator.FaultSwap})
	z.an.Text("4")
	if a := z.call("getUpdates", "timeout", "5"); a.Result.Message.Text != "4" || z.bot.Pending() != 0 {
		t.Errorf("an event kept back comes by itself: %+v", a)
	}
}
