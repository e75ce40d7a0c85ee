package channeltest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"chungtay/bot"
)

// hook serves a channel's webhook; taker is what it hands updates to.
func hook(t *testing.T, p Platform, taker func(context.Context, []bot.Update) error) (ch bot.Channel, url string) {
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	url = server.URL + "/hook"
	ch = p.New(t, url)
	if handler = ch.Webhook(afterOpening(taker)); handler == nil {
		t.Skip("the channel has no webhook")
	}
	if err := ch.Start(t.Context()); err != nil {
		t.Fatalf("Start: %v", err)
	}
	return ch, url
}

func testWebhook(t *testing.T, p Platform) {
	in := make(chan []bot.Update, 100)
	var mu sync.Mutex
	refuse := true
	ch, _ := hook(t, p, func(_ context.Context, batch []bot.Update) error {
		mu.Lock()
		defer mu.Unlock()
		if refuse {
			refuse = false
			return errors.New("the store is away")
		}
		in <- batch
		return nil
	})
	if err := ch.Poll(t.Context(), nil); err != nil {
		t.Errorf("Poll of a webhook's channel: %v", err)
	}
	p.Text("một")
	p.Poison()
	p.Text("hai")
	got := take(t, in, 2)
	if got[0].Event.Said != "một" || got[len(got)-1].Event.Said != "hai" || got[0].Chat != p.Chat() {
		t.Errorf("got %+v", got)
	}
}

func testForged(t *testing.T, p Platform) {
	taken := make(chan struct{}, 10)
	ch, url := hook(t, p, func(context.Context, []bot.Update) error {
		taken <- struct{}{}
		return nil
	})
	handler := ch.Webhook(func(context.Context, []bot.Update) error {
		taken <- struct{}{}
		return nil
	})
	status := func(r *http.Request) int {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	for i, r := range p.Forged(url) {
		if code := status(r); code < 400 || code >= 500 {
			t.Errorf("forged call %d: %d", i, code)
		}
	}
	if code := status(p.Genuine(url, strings.NewReader(strings.Repeat("x", 8<<20)))); code < 400 || code >= 500 {
		t.Errorf("8 MiB: %d", code)
	}
	get := p.Genuine(url, nil)
	get.Method = http.MethodGet
	if code := status(get); code < 400 || code >= 500 {
		t.Errorf("GET: %d", code)
	}
	if len(taken) > 0 {
		t.Error("a forged call was taken in")
	}
}
