package simulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

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
	if a := z.call("getUpdates", "timeout", "1"); a.Result.Message.Text != "hỏi lấy" {
		t.Errorf("polling again: %+v", a)
	}
}
