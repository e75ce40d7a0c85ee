package zalo_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/bot/zalo"
	"chungtay/flows/dialog"
)

// emulated is a channel against the emulated Zalo, started, and what came in through it.
func emulated(t *testing.T, rules simulator.ZaloRules, hook bool) (*simulator.ZaloBot, *zalo.Channel, chan bot.Update, *safeBuffer) {
	t.Helper()
	sim := simulator.NewZalo(simulator.ZaloOptions{Bot: simulator.ZaloProfile{Token: token}, Second: 20 * time.Millisecond, Rules: rules})
	t.Cleanup(sim.Close)
	base, err := sim.Listen("127.0.0.1:0")
	must(t, err)
	log := new(safeBuffer)
	o := zalo.Options{Token: token, APIURL: base, Group: "Mời cô chú nhắn riêng ạ.", Log: slog.New(slog.NewTextHandler(log, nil))}
	in := make(chan bot.Update, 64)
	take := func(_ context.Context, batch []bot.Update) error {
		for _, u := range batch {
			in <- u
		}
		return nil
	}
	var handler http.Handler
	if hook {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
		t.Cleanup(server.Close)
		o.WebhookURL, o.WebhookSecret = server.URL+"/zalo", secret
	}
	ch, err := zalo.New(o)
	must(t, err)
	handler = ch.Webhook(take)
	must(t, ch.Start(t.Context()))
	if !hook {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- ch.Poll(ctx, take) }()
		t.Cleanup(func() {
			cancel()
			must(t, <-done)
		})
	}
	t.Cleanup(func() { clean(t, log.String()) })
	return sim.Bot(), ch, in, log
}

// Everything that a person can do on Zalo comes in, by webhook and by polling, however the platform writes it.
func TestWhatPeopleDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rules simulator.ZaloRules
		hook  bool
	}{
		"polled":                  {simulator.ZaloRules{}, false},
		"polled, unwrapped":       {simulator.ZaloRules{Flat: true, PhotoURL: true, Quiet: true}, false},
		"by webhook":              {simulator.ZaloRules{}, true},
		"by webhook, unwrapped":   {simulator.ZaloRules{Flat: true, PhotoURL: true, Quiet: true}, true},
		"by webhook, not at once": {simulator.ZaloRules{Retries: 2}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			z, ch, in, _ := emulated(t, test.rules, test.hook)
			an := z.User(chat, "An")
			next := func() dialog.Event {
				t.Helper()
				select {
				case u := <-in:
					if u.Chat != chat {
						t.Errorf("from chat %q", u.Chat)
					}
					return u.Event
				case <-time.After(20 * time.Second):
					t.Fatal("nothing came")
				}
				return dialog.Event{}
			}
			ref := an.Text("hỗ trợ bà Lan 500k 😀")
			if e := next(); e.Said != "hỗ trợ bà Lan 500k 😀" || e.Ref != ref || time.Since(e.At).Abs() > time.Minute {
				t.Errorf("text: %+v", e)
			}
			an.Text("/start LM4X7")
			if e := next(); e.Start == nil || e.Start.Payload != "LM4X7" {
				t.Errorf("start: %+v", e)
			}
			an.Photo(picture(t), "giấy")
			e := next()
			if e.Sent == nil || e.Sent.Kind != "photo" || e.Sent.Caption != "giấy" {
				t.Fatalf("photo: %+v", e)
			}
			if data, mime, err := ch.Download(t.Context(), e.Sent.Ref, 20<<20); err != nil || mime != "image/png" || !bytes.Equal(data, picture(t)) {
				t.Errorf("photo: %d bytes of %s, %v", len(data), mime, err)
			}
			for kind, do := range map[string]func() string{
				"sticker": an.Sticker, "voice": an.Voice, "link": func() string { return an.LinkTo("https://danang.gov.vn/a") }, "protected": an.Unsupported,
			} {
				do()
				if e := next(); e.Sent == nil || e.Sent.Kind != kind || e.Said != "" {
					t.Errorf("%s: %+v", kind, e)
				}
			}
			an.Protect(true)
			an.Text(words)
			if e := next(); e.Sent == nil || e.Sent.Kind != "protected" || e.Said != "" {
				t.Errorf("a protected person: %+v", e)
			}
			sent, err := ch.Send(t.Context(), chat, bot.Message{Text: "Dạ em đây ạ."})
			if m, ok := an.Message(sent); err != nil || !ok || m.Text != "Dạ em đây ạ." {
				t.Errorf("sent %q, %v", m.Text, err)
			}
		})
	}
}

// A sender who is hidden altogether cannot be answered; the log tells that somebody is there.
func TestHiddenSender(t *testing.T) {
	t.Parallel()
	z, _, in, log := emulated(t, simulator.ZaloRules{Bare: true}, true)
	an := z.User(chat, "An")
	an.Unsupported()
	an.Text("chào")
	if u := <-in; u.Event.Said != "chào" {
		t.Errorf("got %+v", u.Event)
	}
	if !strings.Contains(log.String(), "hides the sender") {
		t.Errorf("log %s", log)
	}
}

func TestEmulatedGroup(t *testing.T) {
	t.Parallel()
	z, _, in, _ := emulated(t, simulator.ZaloRules{}, false)
	an, group := z.User(chat, "An"), z.Group("g-1", "Tổ 12")
	group.AddBot()
	calls, stop := z.Watch(8)
	defer stop()
	group.Text(an, "@Bot Chung Tay hộ nghèo nào chưa nhận quà?")
	group.Text(an, "@Bot Chung Tay đâu rồi?")
	an.Text("chào")
	if u := <-in; u.Event.Said != "chào" || u.Chat != chat {
		t.Errorf("got %+v", u)
	}
	<-calls
	if calls := group.Calls(); len(calls) != 1 || calls[0].Message.Text != "Mời cô chú nhắn riêng ạ." {
		t.Errorf("calls %+v", calls)
	}
}

// The plan of a bot: the messages of a month, and the people it may have.
func TestPlanUsedUp(t *testing.T) {
	t.Parallel()
	z, ch, in, _ := emulated(t, simulator.ZaloRules{Messages: 1}, false)
	z.User(chat, "An").Text("chào")
	<-in
	if _, err := ch.Send(t.Context(), chat, bot.Message{Text: "một"}); err != nil {
		t.Fatal(err)
	}
	if _, err := ch.Send(t.Context(), chat, bot.Message{Text: "hai"}); bot.ClassOf(err) != bot.Wait {
		t.Errorf("over the plan: %v", err)
	}
}

// A webhook that answers the platform's trial with an error is no webhook.
func TestWebhookThatCannotBeReached(t *testing.T) {
	t.Parallel()
	sim := simulator.NewZalo(simulator.ZaloOptions{Bot: simulator.ZaloProfile{Token: token}})
	t.Cleanup(sim.Close)
	base, err := sim.Listen("127.0.0.1:0")
	must(t, err)
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	ch, err := zalo.New(zalo.Options{Token: token, APIURL: base, WebhookURL: server.URL + "/zalo", WebhookSecret: secret, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	if err := ch.Start(t.Context()); bot.ClassOf(err) != bot.Unknown || err == nil || !strings.Contains(err.Error(), "webhook.http.404") {
		t.Errorf("got %v", err)
	}
}
