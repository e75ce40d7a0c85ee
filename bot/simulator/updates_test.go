package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot/simulator"
)

// get polls once and returns the update ids.
func (w *world) get(params map[string]string) string {
	w.t.Helper()
	w.bot.ForgetPollTimes()
	return w.getAgain(params)
}

func (w *world) getAgain(params map[string]string) string {
	w.t.Helper()
	r, err := w.raw("getUpdates", params)
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, u := range updatesOf(w.t, r) {
		ids = append(ids, fmt.Sprint(u.UpdateID))
	}
	return strings.Join(ids, " ")
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: 2 * time.Millisecond})
	for range 8 {
		w.an.Text("x")
	}
	for _, x := range []struct{ offset, limit, want string }{
		{"", "3", "1 2 3"},
		{"3", "2", "3 4"}, // 1 and 2 are forgotten
		{"", "", "3 4 5 6 7 8"},
		{"1", "", "3 4 5 6 7 8"},
		{"500", "1", "3"}, // far above the newest: ignored
		{"-2", "", "7 8"}, // the others are forgotten
		{"", "999", "7 8"},
		{"19", "", ""}, // within ten of the newest: all are forgotten
		{"", "", ""},
	} {
		if got := w.get(map[string]string{"offset": x.offset, "limit": x.limit}); got != x.want {
			t.Errorf("offset %q limit %q: %q, want %q", x.offset, x.limit, got, x.want)
		}
	}
}

func TestSameOffsetAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Minute})
	w.an.Text("x")
	w.an.Text("y")
	if got := w.get(map[string]string{"offset": "1"}); got != "1 2" {
		t.Errorf("first: %q", got)
	}
	if got := w.getAgain(map[string]string{"offset": "1"}); got != "1" {
		t.Errorf("again at once: %q, want one update", got)
	}
}

func TestLongPollWakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Minute})
	got := make(chan string)
	go func() { got <- w.get(map[string]string{"timeout": "50"}) }()
	w.polling()
	w.an.Text("x")
	if ids := <-got; ids != "1" {
		t.Errorf("got %q", ids)
	}
	// A client that hangs up frees the place.
	ctx, cancel := context.WithCancel(t.Context())
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, w.base+"/bot"+w.bot.Token+"/getUpdates?timeout=50&offset=2", nil)
	gone := make(chan error)
	go func() {
		_, err := http.DefaultTransport.RoundTrip(req)
		gone <- err
	}()
	w.polling()
	cancel()
	<-gone
	w.until("the server notices", func() bool { return !w.bot.Polled() })
}

func TestAllowedUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Millisecond})
	step := func(allowed, want string) {
		t.Helper()
		p := map[string]string{"offset": "-1"}
		if allowed != "" {
			p["allowed_updates"] = allowed
		}
		w.get(p)
		w.try("deleteWebhook", "drop_pending_updates", "true")
		w.an.Text("x")
		w.an.PressData(1, "y")
		r, err := w.raw("getUpdates", nil)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, u := range updatesOf(t, r) {
			switch {
			case u.Message != nil:
				kinds = append(kinds, "message")
			case u.CallbackQuery != nil:
				kinds = append(kinds, "press")
			}
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("after %s: %q, want %q", allowed, got, want)
		}
	}
	step("", "message press")
	step(`["callback_query"]`, "press")
	step("", "press")        // remembered
	step("null", "press")    // kept
	step("oops", "press")    // kept
	step(`{"a":1}`, "press") // kept
	step(`[]`, "message press")
}

func TestUpdatesExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Millisecond})
	w.an.Text("x")
	w.an.PressData(1, "y")
	w.an.Text("z")
	w.pass(151 * time.Second)
	if got := w.get(nil); got != "1 3" {
		t.Errorf("after 151 s: %q", got)
	}
	w.pass(24 * time.Hour)
	if got := w.get(nil); got != "" {
		t.Errorf("after a day: %q", got)
	}
}

func TestBatchBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	big := fmt.Sprintf(`"message":{"text":%q}`, strings.Repeat("x", 1<<20))
	for range 6 {
		w.bot.Push(1, big)
	}
	if got := w.get(nil); got != "1 2 3" {
		t.Errorf("one answer holds %q", got)
	}
}

func TestOddDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Millisecond})
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultDuplicate})
	w.an.Text("x")
	if got := w.get(map[string]string{"limit": "1"}); got != "1" {
		t.Errorf("first: %q", got)
	}
	if got := w.get(map[string]string{"offset": "2"}); got != "1" {
		t.Errorf("the duplicate outlives the acknowledgement: %q", got)
	}
	if w.get(map[string]string{"offset": "3"}); w.bot.Pending() != 0 {
		t.Error("the duplicate stays for ever")
	}
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultSwap})
	w.an.Text("một")
	w.an.Text("hai")
	r, err := w.raw("getUpdates", nil)
	if err != nil {
		t.Fatal(err)
	}
	if list := updatesOf(t, r); len(list) != 2 || list[0].Message.Text != "hai" || list[1].Message.Text != "một" {
		t.Errorf("swapped: %+v", list)
	}
	w.bot.RestartUpdateIDs(1)
	w.an.Text("ba") // ids go on while something waits
	if got := w.get(nil); got != "2 3 4" {
		t.Errorf("before the restart: %q", got)
	}
	w.get(map[string]string{"offset": "5"})
	w.an.Text("bốn")
	if got := w.get(map[string]string{"offset": "100"}); got != "1" {
		t.Errorf("after it: %q", got)
	}
	w.bot.PushAs(77, 1, `"x":1`)
	if got := w.get(nil); got != "1 77" {
		t.Errorf("own id: %q", got)
	}
}

// receiver is the bot's side of a webhook.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    chan tgbotapi.Update
	answer func(http.ResponseWriter, *http.Request, tgbotapi.Update)
	wrong  []string
}

func newReceiver(t *testing.T, answer func(http.ResponseWriter, *http.Request, tgbotapi.Update)) *receiver {
	r := &receiver{got: make(chan tgbotapi.Update, 4096), answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		b, err := io.ReadAll(req.Body)
		list := updatesOf(t, &tgbotapi.APIResponse{Result: []byte("[" + string(b) + "]")})
		if err != nil || req.Method != http.MethodPost || req.Header.Get("Content-Type") != "application/json" || int(req.ContentLength) != len(b) {
			r.mu.Lock()
			r.wrong = append(r.wrong, req.Method+" "+req.Header.Get("Content-Type"))
			r.mu.Unlock()
		}
		if r.answer != nil {
			r.answer(rw, req, list[0])
		}
		r.got <- list[0]
	}))
	t.Cleanup(r.Close)
	return r
}

func TestWebhookInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	var secrets sync.Map
	r := newReceiver(t, func(_ http.ResponseWriter, req *http.Request, _ tgbotapi.Update) {
		secrets.Store(req.Header.Get("X-Telegram-Bot-Api-Secret-Token"), true)
	})
	w.an.Text("0") // waits before the webhook is there
	if err := w.try("setWebhook", "url", r.URL+"/hook?a=b", "secret_token", "s3cret", "max_connections", "8"); err != nil {
		t.Fatal(err)
	}
	const people, each = 20, 30
	for i := range each {
		for p := range people {
			w.bot.User(int64(1000+p), "P", "vi").Text(fmt.Sprint(i))
		}
	}
	next := map[int64]int{}
	for range people*each + 1 {
		m := (<-r.got).Message
		if m.Text != fmt.Sprint(next[m.Chat.ID]) {
			t.Fatalf("chat %d: got %s, want %d", m.Chat.ID, m.Text, next[m.Chat.ID])
		}
		next[m.Chat.ID]++
	}
	if _, ok := secrets.Load("s3cret"); !ok || len(r.wrong) > 0 {
		t.Errorf("secret or form: %v", r.wrong)
	}
	info, err := w.api.GetWebhookInfo()
	if err != nil || info.URL != r.URL+"/hook?a=b" || info.MaxConnections != 8 || info.LastErrorDate != 0 {
		t.Errorf("info: %+v, %v", info, err)
	}
	if err := w.try("deleteWebhook"); err != nil {
		t.Fatal(err)
	}
	w.an.Text("sau")
	if got := w.get(nil); got == "" {
		t.Error("without the webhook nothing waits for polling")
	}
}

func TestWebhookRetries(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: 4 * time.Millisecond})
	var mu sync.Mutex
	tries := map[string]int{}
	var others []string
	r := newReceiver(t, func(rw http.ResponseWriter, _ *http.Request, u tgbotapi.Update) {
		mu.Lock()
		defer mu.Unlock()
		tries[u.Message.Text]++
		switch n := tries[u.Message.Text]; {
		case u.Message.Text == "khó" && n < 4:
			rw.WriteHeader([]int{0, 500, 403, 302}[n])
		case u.Message.Text == "chờ" && n == 1:
			rw.Header().Set("Retry-After", "1")
			rw.WriteHeader(http.StatusTooManyRequests)
		default:
			others = append(others, u.Message.Text)
		}
	})
	if err := w.try("setWebhook", "url", r.URL); err != nil {
		t.Fatal(err)
	}
	w.an.Text("khó")
	w.an.Text("sau khó") // must not overtake
	w.bot.User(5, "Năm", "vi").Text("chờ")
	for range 4 + 1 + 2 {
		<-r.got
	}
	mu.Lock()
	defer mu.Unlock()
	if tries["khó"] != 4 || tries["sau khó"] != 1 || tries["chờ"] != 2 {
		t.Errorf("tries: %v", tries)
	}
	if got := strings.Join(others, ","); !strings.Contains(got, "khó,sau khó") && got != "khó,chờ,sau khó" {
		t.Errorf("accepted: %s", got)
	}
	if s := w.bot.Stats(); s.HookFailures != 4 {
		t.Errorf("%d failures", s.HookFailures)
	}
	info, err := w.api.GetWebhookInfo()
	if err != nil || !strings.HasPrefix(info.LastErrorMessage, "Wrong response from the webhook: ") {
		t.Errorf("info: %+v, %v", info, err)
	}
}

func TestWebhookAnswerRunsMethod(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	r := newReceiver(t, func(rw http.ResponseWriter, _ *http.Request, u tgbotapi.Update) {
		switch {
		case u.CallbackQuery != nil:
			rw.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(rw, `{"method":"answerCallbackQuery","callback_query_id":%q,"text":"xong"}`, u.CallbackQuery.ID)
		case u.Message.Text == "gửi":
			rw.Header().Set("Content-Type", "application/x-www-form-urlencoded")
			_, _ = io.WriteString(rw, "method=sendMessage&chat_id=777&text=ch%C3%A0o")
		default: // not allowed there
			rw.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(rw, `{"method":"deleteWebhook"}`)
		}
	})
	if err := w.try("setWebhook", "url", r.URL); err != nil {
		t.Fatal(err)
	}
	w.an.Text("xóa")
	w.an.Text("gửi")
	if c := must(w.an.Next(w.ctx))(t); c.Message.Text != "chào" {
		t.Errorf("sent: %+v", c)
	}
	if c := must(w.an.AwaitAnswer(w.ctx, w.an.PressData(1, "x")))(t); c.Answer != "xong" {
		t.Errorf("answer: %+v", c)
	}
}

// TestWebhookServerAway restarts the bot's server: what waited comes when it is back, once.
func TestWebhookServerAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{Second: time.Millisecond})
	r := newReceiver(t, nil)
	addr := r.Listener.Addr().String()
	if err := w.try("setWebhook", "url", r.URL); err != nil {
		t.Fatal(err)
	}
	w.an.Text("1")
	<-r.got
	r.Close()
	w.an.Text("2")
	w.an.Text("3")
	w.until("a delivery fails", func() bool { return w.bot.Stats().HookFailures > 0 })
	again := newReceiver(t, nil)
	again.Close()
	ln := listenAgain(t, addr)
	srv := &http.Server{Handler: again.Config.Handler}
	go func() { _ = srv.Serve(ln) }()
	t.Cleanup(func() { _ = srv.Close() })
	if a, b := (<-again.got).Message.Text, (<-again.got).Message.Text; a != "2" || b != "3" {
		t.Errorf("after the restart: %s, %s", a, b)
	}
}
