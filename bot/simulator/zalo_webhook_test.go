package simulator_test

import (
	"context"
	"encoding/json"
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

// zaloHook is the bot's side of a webhook.
type zaloHook struct {
	*httptest.Server
	got chan string // bodies, the checks of the address left out
}

func newZaloHook(t testing.TB, answer func(w http.ResponseWriter, body string)) *zaloHook {
	h := &zaloHook{got: make(chan string, 100)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := string(must(io.ReadAll(r.Body))(t))
		if r.Method != http.MethodPost || r.Header.Get("X-Bot-Api-Secret-Token") != "s3cret-s3cret" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %v", r.Method, r.Header)
		}
		if !strings.Contains(body, "webhook.test") {
			h.got <- body
		}
		if answer != nil {
			answer(w, body)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (z *zalo) hook(u string) answer {
	z.t.Helper()
	return z.call("setWebhook", "url", u, "secret_token", "s3cret-s3cret")
}

func TestZaloWebhook(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	h := newZaloHook(t, nil)
	z.an.Text("trước") // waits before the webhook is there
	a := z.hook(h.URL + "/zalo?x=y")
	if v := a.Result.Verification; !a.OK || a.Result.URL != h.URL+"/zalo?x=y" || a.Result.UpdatedAt == 0 || !v.OK || v.Outcome != "webhook.ok" || v.StatusCode != 200 {
		t.Fatalf("setWebhook: %+v", a)
	}
	z.an.Text("sau")
	for _, want := range []string{"trước", "sau"} {
		var got struct {
			OK     bool
			Result struct {
				EventName string `json:"event_name"`
				Message   event
			}
		}
		if body := <-h.got; json.Unmarshal([]byte(body), &got) != nil || !got.OK || got.Result.Message.Text != want {
			t.Errorf("delivered %s", body)
		}
	}
	if a := z.call("getUpdates"); a.Code != 400 {
		t.Errorf("polling beside a webhook: %+v", a)
	}
	rules := z.bot.Rules()
	rules.Flat = true
	z.bot.SetRules(rules)
	z.an.Text("trần")
	if body := <-h.got; !strings.HasPrefix(body, `{"event_name":"message.text.received","message":{`) {
		t.Errorf("flat: %s", body)
	}
	if a := z.call("getWebhookInfo"); a.Result.URL != h.URL+"/zalo?x=y" {
		t.Errorf("info: %+v", a)
	}
	if a := z.call("deleteWebhook"); !a.OK || a.Result.URL != "" {
		t.Errorf("delete: %+v", a)
	}
	z.an.Text("hỏi lấy")
	a = z.call("getUpdates", "timeout", "1")
	if a.Result.Message.Text == "trần" { // it came, and its 200 was still on the way when the webhook went
		a = z.call("getUpdates", "timeout", "1")
	}
	if a.Result.Message.Text != "hỏi lấy" {
		t.Errorf("polling again: %+v", a)
	}
}

// TestZaloVerification reads what setWebhook and testWebhook say of the address. It is set all the same.
func TestZaloVerification(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	status := 0
	var answering sync.Mutex
	h := newZaloHook(t, func(w http.ResponseWriter, _ string) {
		answering.Lock()
		defer answering.Unlock()
		w.WriteHeader(status)
	})
	gone := httptest.NewServer(nil)
	gone.Close()
	plain := strings.Replace(h.URL, "http:", "https:", 1)
	for _, x := range []struct {
		url     string
		status  int
		outcome string
	}{
		{h.URL, 204, "webhook.ok"},
		{h.URL, 403, "webhook.http.403"},
		{h.URL, 404, "webhook.http.404"},
		{h.URL, 503, "webhook.http.5xx"},
		{h.URL, 302, "webhook.http.other"},
		{gone.URL, 200, "webhook.err.conn"},
		{plain, 200, "webhook.err.tls"},
		{"https://vi.example/hook", 200, "webhook.err.unreachable"},
	} {
		answering.Lock()
		status = x.status
		answering.Unlock()
		a := z.hook(x.url)
		if v := a.Result.Verification; !a.OK || v.Outcome != x.outcome || v.OK != (x.outcome == "webhook.ok") || v.Hint == "" {
			t.Errorf("%s answering %d: %+v", x.url, x.status, a)
		}
		if a := z.call("getWebhookInfo"); a.Result.URL != x.url {
			t.Errorf("%s was not set: %+v", x.url, a)
		}
	}
	z.an.Text("lạc") // the last address is not on this machine: nothing goes there
	until(t, "it is lost", func() bool { return z.bot.Stats().Lost > 0 })
	answering.Lock()
	status = 200
	answering.Unlock()
	z.hook(h.URL)
	tests := 0
	for ; tests < 100; tests++ {
		if a := z.call("testWebhook"); !a.OK {
			if a.status != 426 || a.Code != 0 { // the code has another key
				t.Errorf("one test too many: %+v", a)
			}
			break
		}
	}
	if tests != 20 {
		t.Errorf("%d tests of the webhook in a day", tests)
	}
	z.pass(25 * time.Hour)
	if a := z.call("testWebhook"); !a.OK {
		t.Errorf("the next day: %+v", a)
	}
}

// TestZaloOneTry loses what the webhook did not take, unless the rules allow more tries; those come in order.
func TestZaloOneTry(t *testing.T) {
	t.Parallel()
	var lost sync.Map
	z := newZalo(t, simulator.ZaloOptions{OnEvent: func(e simulator.ZaloEvent) { lost.Store(e.Message, e.Lost && e.Doubt) }})
	fails := map[string]int{`"hai"`: 1, `"ba"`: 2}
	var answering sync.Mutex
	h := newZaloHook(t, func(w http.ResponseWriter, body string) {
		answering.Lock()
		defer answering.Unlock()
		for text, n := range fails {
			if strings.Contains(body, text) && n > 0 {
				fails[text]--
				w.WriteHeader(http.StatusInternalServerError)
			}
		}
	})
	z.hook(h.URL)
	var ids []string
	for _, text := range []string{"một", "hai", "bốn"} {
		ids = append(ids, z.an.Text(text))
		<-h.got
	}
	until(t, "all is delivered", func() bool { return z.bot.Pending() == 0 })
	for i, want := range []bool{false, true, false} {
		if got, told := lost.Load(ids[i]); !told || got != want {
			t.Errorf("event %d: lost %v", i, got)
		}
	}
	if s := z.bot.Stats(); s.Lost != 1 || s.HookFailures != 1 || s.Pending != 0 {
		t.Errorf("stats: %+v", s)
	}
	rules := z.bot.Rules()
	rules.Retries = 2
	z.bot.SetRules(rules)
	z.an.Text("ba")
	z.an.Text("năm")
	var got []string
	for range 4 {
		body := <-h.got
		_, text, _ := strings.Cut(body, `"text":"`)
		text, _, _ = strings.Cut(text, `"`)
		got = append(got, text)
	}
	if s := strings.Join(got, " "); s != "ba ba ba năm" {
		t.Errorf("delivered %s", s)
	}
}

// TestZaloServerAway restarts the bot's server: what came meanwhile is lost, what comes after is not.
func TestZaloServerAway(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{})
	first := newZaloHook(t, nil)
	z.hook(first.URL)
	z.an.Text("1")
	<-first.got
	addr := first.Listener.Addr().String()
	first.CloseClientConnections()
	first.Close()
	z.an.Text("2")
	until(t, "it is lost", func() bool { return z.bot.Stats().Lost > 0 })
	second := &zaloHook{got: make(chan string, 10)}
	second.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		second.got <- string(must(io.ReadAll(r.Body))(t))
	}))
	_ = second.Listener.Close()
	second.Listener = listenAgain(t, addr)
	second.Start()
	defer second.Close()
	z.an.Text("3")
	if body := <-second.got; !strings.Contains(body, `"3"`) {
		t.Errorf("got %s", body)
	}
}

// TestZaloMany queues 100,000 events, for a webhook and for a poll.
func TestZaloMany(t *testing.T) {
	t.Parallel()
	const people, each = 100, 1000
	z := newZalo(t, simulator.ZaloOptions{History: 10})
	var users []*simulator.ZaloUser
	for p := range people {
		users = append(users, z.bot.User(fmt.Sprint("p", p), "P"))
	}
	for i := range each {
		for _, u := range users {
			u.Text(fmt.Sprint("t", i, "."))
		}
	}
	if n := z.bot.Pending(); n != people*each {
		t.Fatalf("%d events wait", n)
	}
	for i := range 1000 { // oldest first
		want := fmt.Sprint("t", i/people, ".")
		if a := z.call("getUpdates", "timeout", "0"); a.Result.Message.Text != want {
			t.Fatalf("event %d: %+v", i, a)
		}
	}
	next := map[string]int{}
	var mu sync.Mutex
	done := make(chan struct{})
	const enough = 2000
	n := 0
	h := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var got struct{ Result struct{ Message event } }
		if json.NewDecoder(r.Body).Decode(&got) != nil || got.Result.Message.Chat.ID == "" {
			return // the check of the address
		}
		mu.Lock()
		defer mu.Unlock()
		m := got.Result.Message
		if want := fmt.Sprint("t", 10+next[m.Chat.ID], "."); m.Text != want {
			t.Errorf("%s: got %s, want %s", m.Chat.ID, m.Text, want)
		}
		next[m.Chat.ID]++
		if n++; n == enough {
			close(done)
		}
	}))
	defer h.Close()
	z.hook(h.URL)
	<-done
	z.call("deleteWebhook")
	mu.Lock()
	defer mu.Unlock()
	if left, want := z.bot.Pending(), people*each-1000-n; left < want || left > want+40 { // 40 may be under way
		t.Errorf("%d events wait after %d were delivered", left, n)
	}
}

func TestZaloPolls(t *testing.T) {
	t.Parallel()
	z := newZalo(t, simulator.ZaloOptions{Second: time.Minute, Rules: simulator.ZaloRules{Keep: time.Hour}})
	waiting := func(n int) {
		t.Helper()
		until(t, fmt.Sprint(n, " poll"), func() bool { return z.bot.Polls() == n })
	}
	got := make(chan answer, 2)
	for range 2 {
		go func() { got <- z.call("getUpdates") }()
	}
	waiting(2)
	z.an.Text("một") // for one of them
	z.an.Text("hai")
	texts := (<-got).Result.Message.Text + (<-got).Result.Message.Text
	if texts != "mộthai" && texts != "haimột" {
		t.Errorf("two polls got %s", texts)
	}
	// Whoever hung up takes nothing away.
	ctx, hangUp := context.WithCancel(z.ctx)
	left := make(chan struct{})
	go func() {
		defer close(left)
		req := must(http.NewRequestWithContext(ctx, http.MethodGet, z.base+"/bot"+z.bot.Token+"/getUpdates", nil))(t)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
		}
	}()
	waiting(1)
	hangUp()
	<-left
	waiting(0)
	z.an.Text("ba")
	if a := z.call("getUpdates"); a.Result.Message.Text != "ba" {
		t.Errorf("after a poll that hung up: %+v", a)
	}
	// A webhook ends the poll that waits.
	go func() { got <- z.call("getUpdates") }()
	waiting(1)
	h := newZaloHook(t, nil)
	z.hook(h.URL)
	if a := <-got; a.Code != 400 {
		t.Errorf("a poll when the webhook is set: %+v", a)
	}
	z.call("deleteWebhook")
	z.an.Text("cũ")
	z.pass(2 * time.Hour)
	z.an.Text("mới")
	if a := z.call("getUpdates"); a.Result.Message.Text != "mới" || z.bot.Stats().Lost != 1 {
		t.Errorf("what waited too long is gone: %+v", a)
	}
}
