package zalo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/zalo"
	"chungtay/flows/dialog"
)

// event is an event of An's as the platform writes it.
func event(name, fields string) string {
	return fmt.Sprintf(`{"ok":true,"result":{"event_name":%q,"message":{"from":{"id":%q,"display_name":"An","is_bot":false},"chat":{"id":%q,"chat_type":"PRIVATE"},`+
		`"message_id":"2d758cb5e222177a4e35","date":1794362400602,%s}}}`, name, chat, chat, fields)
}

func post(h http.Handler, body, given string) int {
	r := httptest.NewRequest(http.MethodPost, "/zalo", strings.NewReader(body))
	r.Header.Set("X-Bot-Api-Secret-Token", given)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// hook delivers an event and returns what came of it.
func hook(t *testing.T, r *rig, body string, want int) (got []bot.Update) {
	t.Helper()
	h := r.ch.Webhook(func(_ context.Context, batch []bot.Update) error {
		got = append(got, batch...)
		return nil
	})
	if code := post(h, body, secret); code != want {
		t.Errorf("answered %d, want %d", code, want)
	}
	return got
}

func TestRead(t *testing.T) {
	t.Parallel()
	long := "https://photo.zdn.vn/picture-address.jpg"
	for name, test := range map[string]struct {
		body string
		want dialog.Event
	}{
		"text":             {event("message.text.received", `"text":"hỗ trợ bà Lan 500k 😀"`), dialog.Event{Said: "hỗ trợ bà Lan 500k 😀"}},
		"text with code":   {event("message.text.received", `"text":"LM4X7-1"`), dialog.Event{Said: "LM4X7-1"}},
		"start":            {event("message.text.received", `"text":"/start"`), dialog.Event{Start: &dialog.Start{}}},
		"start with code":  {event("message.text.received", `"text":" /start  LM4-x "`), dialog.Event{Start: &dialog.Start{Payload: "LM4-x"}}},
		"not quite start":  {event("message.text.received", `"text":"/starting"`), dialog.Event{Said: "/starting"}},
		"empty":            {event("message.text.received", `"text":""`), dialog.Event{Sent: &dialog.Media{Kind: "other"}}},
		"photo":            {event("message.image.received", `"photo":"`+long+`","caption":"giấy"`), dialog.Event{Sent: &dialog.Media{Kind: "photo", Ref: long, Caption: "giấy"}}},
		"photo_url":        {event("message.image.received", `"photo_url":"`+long+`"`), dialog.Event{Sent: &dialog.Media{Kind: "photo", Ref: long}}},
		"photo and text":   {event("message.image.received", `"photo_url":"`+long+`","text":"giấy"`), dialog.Event{Sent: &dialog.Media{Kind: "photo", Ref: long, Caption: "giấy"}}},
		"odd photo":        {event("message.image.received", `"photo":{"url":5}`), dialog.Event{Sent: &dialog.Media{Kind: "photo"}}},
		"sticker":          {event("message.sticker.received", `"sticker":"12","url":"`+long+`"`), dialog.Event{Sent: &dialog.Media{Kind: "sticker"}}},
		"voice":            {event("message.voice.received", `"voice_url":"`+long+`"`), dialog.Event{Sent: &dialog.Media{Kind: "voice"}}},
		"link":             {event("message.link.received", `"url":"https://danang.gov.vn"`), dialog.Event{Sent: &dialog.Media{Kind: "link"}}},
		"link as text":     {event("message.link.received", `"text":"https://danang.gov.vn"`), dialog.Event{Sent: &dialog.Media{Kind: "link"}}},
		"link with words":  {event("message.link.received", `"text":"xem https://danang.gov.vn"`), dialog.Event{Said: "xem https://danang.gov.vn"}},
		"protected":        {event("message.unsupported.received", `"x":1`), dialog.Event{Sent: &dialog.Media{Kind: "protected"}}},
		"something new":    {event("message.dance.received", `"dance":{}`), dialog.Event{Sent: &dialog.Media{Kind: "other"}}},
		"number as a text": {event("message.text.received", `"text":500`), dialog.Event{Said: "500"}},
	} {
		r := setup(t, webhook)
		inner := strings.TrimSuffix(strings.TrimPrefix(test.body, `{"ok":true,"result":`), "}")
		var ids []string
		for _, body := range []string{test.body, inner} {
			got := hook(t, r, body, 200)
			if len(got) != 1 || got[0].Chat != chat {
				t.Errorf("%s: got %+v", name, got)
				continue
			}
			e := got[0].Event
			if ids = append(ids, e.ID); !strings.HasPrefix(e.ID, "zl4000001.") || e.Ref != "2d758cb5e222177a4e35" || !e.At.Equal(time.UnixMilli(1794362400602)) {
				t.Errorf("%s: event %+v", name, e)
			}
			if e.Said != test.want.Said || !same(e.Sent, test.want.Sent) || !same(e.Start, test.want.Start) {
				t.Errorf("%s: %+v, sent %+v, start %+v", name, e, e.Sent, e.Start)
			}
		}
		if len(ids) == 2 && ids[0] != ids[1] {
			t.Errorf("%s: unwrapped, it has another id", name)
		}
	}
}

func same[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	private := `"chat":{"id":"` + chat + `","chat_type":"PRIVATE"},"message_id":"m","date":1`
	for name, body := range map[string]string{
		"no JSON":      `xin chào`,
		"nothing":      ``,
		"null":         `null`,
		"a list":       `[1]`,
		"empty":        `{}`,
		"no message":   `{"event_name":"message.text.received"}`,
		"wrong types":  `{"event_name":"message.text.received","message":"` + words + `"}`,
		"wrong chat":   `{"event_name":"message.text.received","message":{"chat":[],"text":"` + words + `"}}`,
		"no chat":      `{"event_name":"message.text.received","message":{"from":{"id":"` + chat + `"},"text":"` + words + `"}}`,
		"a bot":        `{"event_name":"message.text.received","message":{"from":{"id":"b","is_bot":true},` + private + `,"text":"x"}}`,
		"the bot":      `{"event_name":"message.text.received","message":{"from":{"id":"4000001"},` + private + `,"text":"x"}}`,
		"a refusal":    `{"ok":false,"error_code":408}`,
		"a validation": `{"event_name":"webhook.verify","challenge":"x"}`,
	} {
		if got := hook(t, setup(t, webhook), body, 200); len(got) > 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	// Numbers for ids are as good as texts, and a missing sender hides nobody.
	for _, body := range []string{
		`{"event_name":"message.text.received","message":{"from":{"id":12},"chat":{"id":12},"message_id":7,"date":"1","text":"x"}}`,
		`{"event_name":"message.unsupported.received","message":{"chat":{"id":"12","chat_type":"PRIVATE"}}}`,
	} {
		if got := hook(t, setup(t, webhook), body, 200); len(got) != 1 || got[0].Chat != "12" {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

// The id of an event is its own: whatever differs between two events makes two ids, what differs between two
// deliveries of one does not.
func TestEventID(t *testing.T) {
	t.Parallel()
	r := setup(t, webhook)
	id := func(body string) string { return hook(t, r, body, 200)[0].Event.ID }
	photo := event("message.image.received", `"photo":"https://photo.zdn.vn/1?sig=a"`)
	if id(photo) != id(strings.ReplaceAll(photo, "sig=a", "sig=b")) {
		t.Error("signed anew, a picture is another event")
	}
	seen := map[string]bool{}
	for _, body := range []string{
		photo, event("message.text.received", `"text":"a"`), event("message.text.received", `"text":"b"`), event("message.sticker.received", `"x":1`),
		strings.ReplaceAll(photo, "2d758cb5e222177a4e35", "2d758cb5e222177a4e36"), strings.ReplaceAll(photo, chat, "7ede9afa66b88fe6d6a9"),
		strings.ReplaceAll(photo, "2d758cb5e222177a4e35", ""), strings.ReplaceAll(photo, "2d758cb5e222177a4e35", "a b\\u0000c"),
		strings.ReplaceAll(photo, "1794362400602", "1794362400603"),
	} {
		if s := id(body); seen[s] || len(s) > 100 || strings.ContainsAny(s, " \x00") {
			t.Errorf("id %q", s)
		} else {
			seen[s] = true
		}
	}
}

func TestTimeOfEvent(t *testing.T) {
	t.Parallel()
	r := setup(t, webhook)
	for date, want := range map[string]time.Time{
		"1794362400602": time.UnixMilli(1794362400602), "1750316131602": r.now(), "0": r.now(), `"x"`: r.now(), "9999999999999999999999": r.now(),
	} {
		body := strings.ReplaceAll(event("message.text.received", `"text":"a"`), "1794362400602", date)
		if got := hook(t, r, body, 200)[0].Event.At; !got.Equal(want) {
			t.Errorf("%s: %v, want %v", date, got, want)
		}
	}
}

func TestWebhookGuards(t *testing.T) {
	t.Parallel()
	r := setup(t, webhook)
	var taken atomic.Int64
	var fail atomic.Bool
	h := r.ch.Webhook(func(context.Context, []bot.Update) error {
		if taken.Add(1); fail.Load() {
			return errors.New("the store is away")
		}
		return nil
	})
	body := event("message.text.received", `"text":"`+words+`"`)
	for _, given := range []string{"", "x", secret + "x", strings.ToUpper(secret)} {
		if code := post(h, body, given); code != http.StatusUnauthorized {
			t.Errorf("secret %q: %d", given, code)
		}
	}
	if code := post(h, strings.Repeat("x", 1<<20+1), secret); code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", code)
	}
	if taken.Load() != 0 {
		t.Error("a forged call was taken in")
	}
	fail.Store(true)
	if code := post(h, body, secret); code != http.StatusServiceUnavailable {
		t.Errorf("not stored: %d", code)
	}
	fail.Store(false)
	if code := post(h, body, secret); code != 200 || taken.Load() != 2 {
		t.Errorf("stored: %d", code)
	}
	if setup(t, nil).ch.Webhook(nil) != nil {
		t.Error("a channel that polls has a webhook")
	}
	must(t, r.ch.Poll(t.Context(), nil)) // returns at once
}

// A group hears one answer a day, and its messages are no conversation.
func TestGroup(t *testing.T) {
	t.Parallel()
	r := setup(t, webhook)
	told := make(chan struct{}, 10)
	r.on("sendMessage", func(w http.ResponseWriter, q *http.Request) {
		ok(`{"message_id":"x"}`)(w, q)
		told <- struct{}{}
	})
	group := strings.ReplaceAll(strings.ReplaceAll(event("message.text.received", `"text":"@bot chào"`), `"id":"`+chat+`","chat_type":"PRIVATE"`, `"id":"g-1","chat_type":"GROUP"`), "An", "Ba")
	for range 3 {
		if got := hook(t, r, group, 200); len(got) > 0 {
			t.Errorf("got %+v", got)
		}
	}
	<-told
	r.pass(25 * time.Hour)
	hook(t, r, group, 200)
	<-told
	if calls := r.called("sendMessage"); len(calls) != 2 || calls[0].params["chat_id"] != "g-1" || calls[0].params["text"] != "Mời cô chú nhắn riêng cho em ạ." {
		t.Errorf("calls %+v", calls)
	}
	silent := setup(t, func(o *zalo.Options) { webhook(o); o.Group = "" })
	hook(t, silent, group, 200)
	if calls := silent.called(""); len(calls) > 0 {
		t.Errorf("calls %+v", calls)
	}
}

// queue is polled: one event a call, gone once read; then nothing, until the test ends.
func queue(r *rig, answers ...http.HandlerFunc) (polls *atomic.Int64, empty chan struct{}) {
	polls, empty = new(atomic.Int64), make(chan struct{})
	r.on("getUpdates", func(w http.ResponseWriter, q *http.Request) {
		n := int(polls.Add(1))
		if n <= len(answers) {
			answers[n-1](w, q)
			return
		}
		if n == len(answers)+1 {
			close(empty)
		}
		<-q.Context().Done()
	})
	return polls, empty
}

func TestPoll(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	text := func(s string) http.HandlerFunc {
		body := event("message.text.received", `"text":"`+s+`"`)
		return says(200, strings.Replace(body, "2d758cb5e222177a4e35", s, 1))
	}
	polls, empty := queue(r, text("mot"), refuses(408, "Request timeout"), says(408, "<html>"), says(502, "<html>"), ok(`null`), ok(`{}`), ok(`[]`), ok(`{"event_name":5}`), text("hai"),
		refuses(429, "Quota exceeded"), says(200, "nonsense"), refuses(400, "webhook is set"), text("ba"))
	var got []string
	refusals := 4
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- r.ch.Poll(ctx, func(_ context.Context, batch []bot.Update) error {
			if refusals--; refusals >= 0 {
				if polls.Load() != 1 {
					t.Error("polled on before what was read is stored")
				}
				return errors.New("the store is away")
			}
			got = append(got, batch[0].Event.Said)
			return nil
		})
	}()
	<-empty
	cancel()
	must(t, <-done)
	if fmt.Sprint(got) != "[mot hai ba]" {
		t.Errorf("got %q", got)
	}
	if c := r.called("getUpdates")[0]; c.params["timeout"] != "30" {
		t.Errorf("call %+v", c)
	}
}

// What was read is gone at the platform: it is stored even when the end has come meanwhile.
func TestPollStoresAtTheEnd(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	queue(r, says(200, event("message.text.received", `"text":"`+words+`"`)))
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	must(t, r.ch.Poll(ctx, func(call context.Context, _ []bot.Update) error {
		cancel()
		if tries++; tries == 1 {
			return errors.New("the store is away")
		}
		return call.Err()
	}))
	if tries != 2 {
		t.Errorf("%d tries", tries)
	}
	// But not for ever.
	queue(r, says(200, event("message.text.received", `"text":"`+words+`"`)))
	ctx, cancel = context.WithCancel(t.Context())
	tries = 0
	must(t, r.ch.Poll(ctx, func(context.Context, []bot.Update) error {
		cancel()
		tries++
		return errors.New("the store is away")
	}))
	if tries < 2 || tries > 5 {
		t.Errorf("%d tries", tries)
	}
}

func TestPollRefused(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	r.on("getUpdates", refuses(401, "Unauthorized"))
	if err := r.ch.Poll(t.Context(), nil); bot.ClassOf(err) != bot.Refused {
		t.Errorf("got %v", err)
	}
}
