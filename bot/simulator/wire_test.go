package simulator_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

func TestWire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	w.an.Open("")
	path := "/bot" + w.bot.Token + "/sendMessage"
	c := dialRaw(t, w.base)
	defer c.close()
	check := func(name, request, text string) {
		t.Helper()
		resp, body := c.send(t, request)
		if resp.StatusCode != http.StatusOK || !strings.Contains(body, `"text":"`+text+`"`) {
			t.Errorf("%s: %d %s", name, resp.StatusCode, body)
		}
	}
	check("query", "GET "+path+"?chat_id=777&text=a%20b HTTP/1.1\r\nHost: x\r\n\r\n", "a b")
	check("any case", "GET "+strings.Replace(path, "sendMessage", "SENDmessage", 1)+"?chat_id=777&text=c HTTP/1.1\r\nHost: x\r\n\r\n", "c")
	check("token escaped", "GET "+strings.Replace(path, ":", "%3A", 1)+"?chat_id=777&text=c HTTP/1.1\r\nHost: x\r\n\r\n", "c")
	body := `{"chat_id":777,"text":"d \"\u00e1\ud83d\ude00","disable_notification":true,"reply_markup":{"inline_keyboard":[]}}`
	check("JSON", fmt.Sprintf("POST %s HTTP/1.1\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: %d\r\n\r\n%s", path, len(body), body), `d \"á😀`)
	check("chunks", "POST "+path+" HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nchat_id=777\r\n7;x=y\r\n&text=e\r\n0\r\nTrailer: z\r\n\r\n", "e")
	check("expect", "POST "+path+" HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 18\r\n\r\nchat_id=777&text=f", "f")
	two := "GET " + path + "?chat_id=777&text=g HTTP/1.1\r\nHost: x\r\n\r\n"
	check("pipelined", two+strings.Replace(two, "=g", "=h", 1), "g")
	check("and the next", "", "h")
	big := strings.Repeat("x", 3000)
	for range 20 { // moves about in the buffer
		check("large", fmt.Sprintf("POST %s HTTP/1.1\r\nContent-Length: %d\r\n\r\nchat_id=777&text=%s", path, 17+len(big), big), big)
	}
	resp, _ := c.send(t, "GET /control/stats HTTP/1.1\r\nHost: x\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Errorf("control on the same connection: %d", resp.StatusCode)
	}
	check("and back", two, "g")
	if resp, _ = c.send(t, "GET "+path+"?chat_id=777&text=z HTTP/1.0\r\n\r\n"); resp.StatusCode != http.StatusOK {
		t.Errorf("HTTP/1.0: %d", resp.StatusCode)
	}
	for _, bad := range []string{"nonsense\r\n\r\n", "GET /\r\n\r\n", "POST " + path + " HTTP/1.1\r\nContent-Length: -1\r\n\r\n"} {
		c := dialRaw(t, w.base)
		resp, _ := c.send(t, bad)
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %d", bad, resp.StatusCode)
		}
		c.close()
	}
}

// TestHandler uses the emulator under net/http's own server.
func TestHandler(t *testing.T) {
	t.Parallel()
	tg := simulator.NewTelegram(simulator.TelegramOptions{Second: time.Millisecond})
	defer tg.Close()
	srv := httptest.NewServer(tg)
	defer srv.Close()
	an := tg.Bot().User(777, "An", "vi")
	an.Open("")
	base := srv.URL + "/bot" + simulator.DefaultTelegramToken
	for path, want := range map[string]int{
		"/sendMessage?chat_id=777&text=x": 200, "/sendMessage?chat_id=5&text=x": 400, "/getUpdates?timeout=1": 200, "/no": 404,
	} {
		resp := must(http.Get(base + path))(t)
		b := must(io.ReadAll(resp.Body))(t)
		_ = resp.Body.Close()
		if resp.StatusCode != want || int(resp.ContentLength) != len(b) {
			t.Errorf("%s: %d, %d of %d bytes", path, resp.StatusCode, len(b), resp.ContentLength)
		}
	}
	tg.Bot().Fault(simulator.TelegramFault{Kind: simulator.FaultCutAfter})
	if resp, err := http.Post(base+"/sendMessage?chat_id=777&text=y", "", nil); err == nil {
		_ = resp.Body.Close()
		t.Error("the connection was not cut")
	}
	if list := an.Messages(); list[len(list)-1].Text != "y" {
		t.Error("the work was not done before the cut")
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Seed: 7})
	w.an.Open("")
	send := func() error { return w.try("sendMessage", "chat_id", "777", "text", "x") }
	shown := func() int { return len(w.an.Messages()) }
	arm := func(k simulator.FaultKind) { w.bot.Fault(simulator.TelegramFault{Kind: k, RetryAfter: 3}) }
	arm(simulator.FaultTooMany)
	var r *refused
	if err := send(); !errors.As(err, &r) || r.code != 429 || r.retryAfter != 3 {
		t.Errorf("429: %v", err)
	}
	arm(simulator.FaultServerError)
	if err := send(); !errors.As(err, &r) || r.code != 500 {
		t.Errorf("500: %v", err)
	}
	arm(simulator.FaultBadGateway)
	if resp, body := post(t, w.base+"/bot"+w.bot.Token+"/sendMessage", nil); resp.StatusCode != http.StatusBadGateway || !strings.HasPrefix(body, "<html>") {
		t.Errorf("502: %s", body)
	}
	arm(simulator.FaultGone)
	if err := send(); !errors.As(err, &r) || r.code != 403 {
		t.Errorf("403: %v", err)
	}
	before := shown()
	arm(simulator.FaultCutBefore)
	if err := send(); err == nil || errors.As(err, &r) && shown() != before {
		t.Errorf("cut before: %v", err)
	}
	arm(simulator.FaultTorn)
	if err := send(); err == nil || shown() != before {
		t.Errorf("torn: %v", err)
	}
	arm(simulator.FaultCutAfter)
	if err := send(); err == nil || shown() != before+1 {
		t.Errorf("cut after: %v, %d shown", err, shown()-before)
	}
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultServerError, Method: "editMessageText", Times: 2})
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultServerError, Chat: 5})
	if err := send(); err != nil {
		t.Errorf("a fault of another method or chat struck: %v", err)
	}
	w.bot.ClearFaults()
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultServerError, Rate: 0.3})
	failed := 0
	for range 200 {
		if send() != nil {
			failed++
		}
	}
	if failed < 35 || failed > 85 || int64(failed) != w.bot.FaultHits(simulator.FaultServerError)-1 {
		t.Errorf("%d of 200 failed at a rate of 0.3", failed)
	}
}

func TestLatencyAndGuard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Latency: 300 * time.Millisecond, Second: time.Millisecond})
	w.an.Open("")
	const calls = 330
	errs := make(chan error, calls)
	start := time.Now()
	var wg sync.WaitGroup
	for range calls {
		wg.Go(func() { errs <- w.try("sendMessage", "chat_id", "777", "text", "x") })
	}
	wg.Wait()
	if d := time.Since(start); d < 300*time.Millisecond {
		t.Errorf("%d calls took %v, less than the latency", calls, d)
	}
	refusals := 0
	for range calls {
		var r *refused
		if err := <-errs; errors.As(err, &r) && r.code == 429 && r.retryAfter == 60 {
			refusals++
		} else if err != nil {
			t.Error(err)
		}
	}
	if shown := len(w.an.Messages()) - 1; shown+refusals != calls || shown < 310 {
		t.Errorf("%d shown, %d refused of %d", shown, refusals, calls)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Limits: true})
	send := func(chat int) error { return w.try("sendMessage", "chat_id", fmt.Sprint(chat), "text", "x") }
	for i := range 50 {
		w.bot.User(int64(100+i), "P", "vi").Open("")
	}
	var r *refused
	for range 3 {
		if err := send(100); err != nil {
			t.Fatalf("a short burst passes: %v", err)
		}
	}
	if err := send(100); !errors.As(err, &r) || r.retryAfter != 3 {
		t.Errorf("the fourth: %v", err)
	}
	for i := range 27 {
		if err := send(101 + i); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(140); !errors.As(err, &r) || r.retryAfter != 1 {
		t.Errorf("the 31st in a second: %v", err)
	}
	w.pass(3 * time.Second)
	if err := errors.Join(send(100), send(140)); err != nil {
		t.Error(err)
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	w.an.Open("")
	en := w.bot.User(778, "Ben", "en")
	ok := func(method string, pairs ...string) {
		t.Helper()
		if err := w.try(method, pairs...); err != nil {
			t.Errorf("%s %v: %v", method, pairs, err)
		}
	}
	bad := func(method, want string, pairs ...string) {
		t.Helper()
		if err := w.try(method, pairs...); err == nil || err.Error() != "Bad Request: "+want {
			t.Errorf("%s %v: %v", method, pairs, err)
		}
	}
	list := func(c string) string { return `[{"command":"` + c + `","description":"Mô tả"}]` }
	ok("setMyCommands", "commands", list("chung"))
	ok("setMyCommands", "commands", list("viet"), "language_code", "vi")
	ok("setMyCommands", "commands", list("rieng"), "scope", `{"type":"all_private_chats"}`)
	first := func(u *simulator.TelegramUser) string { return u.Commands()[0].Command }
	if first(w.an) != "rieng" || first(en) != "rieng" {
		t.Error("the narrower scope wins over the language")
	}
	ok("setMyCommands", "commands", list("toi"), "scope", `{"type":"chat","chat_id":777}`)
	if first(w.an) != "toi" || first(en) != "rieng" {
		t.Error("a chat's own list")
	}
	ok("deleteMyCommands", "scope", `{"type":"chat","chat_id":"777"}`)
	ok("deleteMyCommands", "scope", `{"type":"all_private_chats"}`)
	if first(w.an) != "viet" || first(en) != "chung" {
		t.Error("language first, then none")
	}
	bad("setMyCommands", "BOT_COMMAND_INVALID", "commands", list("Hoa"))
	bad("setMyCommands", "BOT_COMMAND_DESCRIPTION_INVALID", "commands", `[{"command":"a","description":""}]`)
	bad("setMyCommands", "chat not found", "commands", list("a"), "scope", `{"type":"chat","chat_id":5}`)
	bad("setMyCommands", "invalid language code specified", "commands", list("a"), "language_code", "vie")
	ok("setMyDescription", "description", "Xin chào", "language_code", "vi")
	bad("setMyDescription", "BOT_DESCRIPTION_TOO_LONG", "description", strings.Repeat("ạ", 513))
	ok("setMyShortDescription", "short_description", strings.Repeat("ạ", 120))
	ok("setMyName", "name", "Chung Tay")
	if w.bot.Text("description", "vi") != "Xin chào" || w.bot.Text("description", "en") != "" || w.bot.Text("name", "vi") != "Chung Tay" {
		t.Error("texts by language")
	}
	ok("setChatMenuButton", "menu_button", `{"type":"commands"}`)
	ok("setChatMenuButton", "chat_id", "777", "menu_button", `{"type":"web_app","text":"Mở","web_app":{"url":"https://x.vn"}}`)
	if !strings.Contains(w.bot.MenuButton(777), "web_app") || w.bot.MenuButton(778) != `{"type":"commands"}` {
		t.Error("menu buttons")
	}
}
