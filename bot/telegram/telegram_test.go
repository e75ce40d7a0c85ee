package telegram_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/bot/telegram"
	"chungtay/flows/dialog"
)

const token = "1000001:AAsecret-token_XYZ"

// rig is a channel against an emulated Telegram.
type rig struct {
	t    *testing.T
	ctx  context.Context
	sim  *simulator.Telegram
	bot  *simulator.TelegramBot
	an   *simulator.TelegramUser
	ch   *telegram.Channel
	log  *safeBuffer
	base string
	in   chan []bot.Update // batches that were taken in
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func setup(t *testing.T, change func(*telegram.Options)) *rig {
	t.Helper()
	sim := simulator.NewTelegram(simulator.TelegramOptions{
		Bot: simulator.TelegramProfile{Token: token}, Second: 20 * time.Millisecond, FirstUpdateID: 1000,
	})
	base, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	r := &rig{t: t, ctx: t.Context(), sim: sim, bot: sim.Bot(), log: new(safeBuffer), base: base, in: make(chan []bot.Update, 64)}
	r.an = r.bot.User(777, "An", "vi")
	o := telegram.Options{
		Token: token, APIURL: base + "/",
		Commands: []bot.Command{{Name: "menu", Help: "Các việc làm được"}},
		Group:    telegram.GroupAnswer{Text: "Mời cô chú nhắn riêng cho em ạ.", Button: "Nhắn riêng"},
		Log:      slog.New(slog.NewTextHandler(r.log, nil)),
	}
	if change != nil {
		change(&o)
	}
	if r.ch, err = telegram.New(o); err != nil {
		t.Fatal(err)
	}
	r.ch.OnPause(func(context.Context, time.Duration) {})
	t.Cleanup(func() {
		if strings.Contains(r.log.String(), token) || strings.Contains(r.log.String(), "secret-token") {
			t.Error("the log holds the token")
		}
	})
	return r
}

func (r *rig) start() *rig {
	r.t.Helper()
	if err := r.ch.Start(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	return r
}

// poll runs Poll in the background until the test or stop ends it.
func (r *rig) poll(take func(context.Context, []bot.Update) error) (stop func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan error, 1)
	if take == nil {
		take = func(_ context.Context, list []bot.Update) error {
			r.in <- list
			return nil
		}
	}
	go func() { done <- r.ch.Poll(ctx, take) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			r.t.Errorf("Poll: %v", err)
		}
	})
	r.t.Cleanup(stop)
	return stop
}

// events waits for n updates.
func (r *rig) events(n int) []bot.Update {
	r.t.Helper()
	var all []bot.Update
	for len(all) < n {
		select {
		case list := <-r.in:
			all = append(all, list...)
		case <-time.After(20 * time.Second):
			r.t.Fatalf("%d of %d updates came", len(all), n)
		}
	}
	return all
}

func TestStart(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	stats := r.bot.Stats()
	if stats.Calls["getMe"] != 1 || stats.Calls["deleteWebhook"] != 1 || stats.Calls["setWebhook"] != 0 {
		t.Errorf("calls: %v", stats.Calls)
	}
	if got := r.an.Commands(); len(got) != 1 || got[0].Command != "menu" {
		t.Errorf("commands: %+v", got)
	}
	if r.ch.Bot() != "1000001" || r.ch.Link("abc") != "https://t.me/chungtay_bot?start=abc" || r.ch.Link("có dấu") != "" || r.ch.Link("") != "https://t.me/chungtay_bot" {
		t.Errorf("links: %q %q", r.ch.Link("abc"), r.ch.Link("có dấu"))
	}
	r.an.Open("")
	must(t, r.ch.Commands(r.ctx, "777", []bot.Command{{Name: "ghinhan", Help: "Ghi nhận giúp đỡ"}, {Name: "nhatky", Help: "Sổ của tôi"}}))
	if got := r.an.Commands(); len(got) != 2 || got[0].Description != "Ghi nhận giúp đỡ" {
		t.Errorf("own commands: %+v", got)
	}
	must(t, r.ch.Commands(r.ctx, "777", nil))
	if got := r.an.Commands(); len(got) != 1 {
		t.Errorf("after taking them away: %+v", got)
	}
	r.bot.Revoke()
	if err := r.ch.Start(r.ctx); bot.ClassOf(err) != bot.Refused {
		t.Errorf("revoked: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]telegram.Options{
		"no token":      {},
		"odd token":     {Token: "abc/def"},
		"zero id":       {Token: "0:abc"},
		"odd API URL":   {Token: token, APIURL: "api.telegram.org"},
		"odd hook":      {Token: token, WebhookURL: "bot.example.vn"},
		"odd secret":    {Token: token, WebhookSecret: "có dấu"},
		"connections":   {Token: token, Connections: 101},
		"URL with verb": {Token: token, APIURL: "http://127.0.0.1/%s"},
	} {
		_, err := telegram.New(o)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if o.Token != "" && strings.Contains(err.Error(), o.Token) {
			t.Errorf("%s: the error holds the token", name)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestPollReadsEverything(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	an := r.an
	an.Open("LM4-x_1")
	an.Text("/start")
	said := an.Text("hỗ trợ bà Lan 500k\u0000 😀")
	an.Photo(picture(t), "giấy")
	an.Contact("0912 345 678")
	an.ContactOf("Ba", "+84 900 000 000", 0)
	an.ContactOf("Ba", "84900000000", 888)
	an.Location(16, 108)
	an.Sticker("👍")
	an.Voice(2)
	an.Document("hộ.xlsx", []byte("PK"), "danh sách")
	an.Forward("Ông Sáu", "/start abc")
	an.Edit(said, "hỗ trợ bà Lan 600k")
	an.Block()
	an.Unblock()
	r.poll(nil)
	got := r.events(15)
	ids := map[string]bool{}
	for i, u := range got {
		if u.Chat != "777" || u.Lang != "vi" || u.Event.Lang != "vi" || ids[u.Event.ID] || u.Event.At.IsZero() {
			t.Errorf("update %d: %+v", i, u)
		}
		ids[u.Event.ID] = true
	}
	check := func(i int, name string, ok bool) {
		t.Helper()
		if !ok {
			t.Errorf("%s: %+v %+v", name, got[i].Event, got[i].Event.Sent)
		}
	}
	ev := func(i int) dialog.Event { return got[i].Event }
	check(0, "deep link", ev(0).Start != nil && ev(0).Start.Payload == "LM4-x_1" && ev(0).Said == "")
	check(1, "start", ev(1).Start != nil && ev(1).Start.Payload == "")
	check(2, "text", ev(2).Said == "hỗ trợ bà Lan 500k\u0000 😀" && ev(2).Ref == "3")
	check(3, "photo", ev(3).Sent.Kind == "photo" && ev(3).Sent.Caption == "giấy" && ev(3).Sent.Ref != "" && !strings.HasSuffix(ev(3).Sent.Ref, "s"))
	check(4, "own contact", ev(4).Shared.Own && ev(4).Shared.Phone == "84912345678")
	check(5, "contact without account", !ev(5).Shared.Own && ev(5).Shared.Phone == "84900000000")
	check(6, "other's contact", !ev(6).Shared.Own)
	check(7, "location", ev(7).Sent.Kind == "location")
	check(8, "sticker", ev(8).Sent.Kind == "sticker")
	check(9, "voice", ev(9).Sent.Kind == "voice")
	check(10, "document", ev(10).Sent.Kind == "document" && ev(10).Sent.Name == "hộ.xlsx" && ev(10).Sent.Size == 2)
	check(11, "forward", ev(11).Forwarded && ev(11).Said == "/start abc")
	check(12, "edit", ev(12).Edited && ev(12).Said == "hỗ trợ bà Lan 600k" && ev(12).Ref == "3")
	check(13, "block", ev(13).Blocked)
	check(14, "unblock", ev(14).Returns)
}

func TestAlbumAndPress(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Album("hai tấm", picture(t), picture(t))
	r.poll(nil)
	got := r.events(2)
	if a, b := got[0].Event.Sent, got[1].Event.Sent; a.Album == "" || a.Album != b.Album || a.Caption != "hai tấm" {
		t.Errorf("album: %+v %+v", a, b)
	}
	form := dialog.FormHash("f1")
	data := dialog.Data(form, "kind", "money")
	ref, err := r.ch.Send(r.ctx, "777", bot.Message{Text: "Chọn ạ", Rows: [][]bot.Button{{{Label: "Tiền", Data: data}}}})
	must(t, err)
	press := r.an.PressLabel("Tiền")
	tap := r.events(1)[0]
	if tap.Chat != "777" || tap.Event.Ref != ref || *tap.Event.Tapped != (dialog.Tap{Form: form, Step: "kind", Key: "money"}) {
		t.Errorf("tap: %+v %+v", tap, tap.Event.Tapped)
	}
	if _, err := r.an.AwaitAnswer(r.ctx, press); err != nil {
		t.Error("the press is not answered")
	}
	// Somebody else's press never reaches the owner's conversation; forged data is a bad tap; a press with no
	// message is a press.
	r.bot.User(778, "Bình", "vi").PressFor(r.an, 3, data)
	r.an.PressData(3, "giả mạo")
	r.bot.Push(777, `"callback_query":{"id":"77","from":{"id":777,"is_bot":false,"first_name":"An"},"chat_instance":"1","data":"do:/menu"}`)
	got = r.events(3)
	if got[0].Chat != "778" || !got[1].Event.Tapped.Bad || got[2].Event.Tapped.Do != "/menu" || got[2].Chat != "777" {
		t.Errorf("odd presses: %+v", got)
	}
}

func TestPollAcknowledgesAfterTake(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Text("một")
	r.an.Text("hai")
	var first []string
	ctx, cancel := context.WithCancel(r.ctx)
	must(t, r.ch.Poll(ctx, func(_ context.Context, list []bot.Update) error {
		for _, u := range list {
			first = append(first, u.Event.ID)
		}
		cancel() // the program ends before the batch is stored
		return errors.New("ended")
	}))
	if n := r.bot.Pending(); n != 2 {
		t.Fatalf("%d of 2 updates are left", n)
	}
	refusals := 2
	r.poll(func(_ context.Context, list []bot.Update) error {
		if refusals--; refusals >= 0 {
			return errors.New("storage is away")
		}
		r.in <- list
		return nil
	})
	got := r.events(2)
	if got[0].Event.ID != first[0] || got[1].Event.ID != first[1] || got[1].Event.Said != "hai" {
		t.Errorf("again: %+v, first %v", got, first)
	}
	r.an.Text("ba")
	if got := r.events(1); got[0].Event.Said != "ba" {
		t.Errorf("then: %+v", got)
	}
}

func TestPollSkipsPoison(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Text("trước")
	r.bot.Push(1, `"message":"not an object"`)
	r.bot.Push(1, `"message":{"message_id":"x","chat":{"id":777,"type":"private"},"text":5}`)
	r.bot.Push(1, `"brand_new_kind":{"a":1}`)
	r.bot.Push(1, `"message":{"message_id":4,"date":1,"text":"no chat"}`)
	r.bot.Push(1, `"message":{"message_id":4,"date":1,"chat":{"id":777,"type":"private"},"text":"no sender"}`)
	r.bot.Push(1, ``)
	r.an.Text("sau")
	r.poll(nil)
	if got := r.events(2); got[0].Event.Said != "trước" || got[1].Event.Said != "sau" {
		t.Errorf("got %+v", got)
	}
	if log := r.log.String(); strings.Count(log, "unreadable update skipped") != 2 || strings.Contains(log, "trước") {
		t.Errorf("log: %s", log)
	}
}

func TestPollOddIDs(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.poll(nil)
	r.an.Text("một")
	r.events(1)
	r.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultDuplicate})
	r.an.Text("hai")
	twice := r.events(2)
	if twice[0].Event.ID != twice[1].Event.ID || twice[0].Event.Said != "hai" {
		t.Errorf("twice: %+v", twice)
	}
	// Ids start over far lower, then only a little lower, once the platform was quiet.
	for _, next := range []int64{5, 3} {
		r.bot.RestartUpdateIDs(next)
		r.settled()
		r.an.Text("lại từ đầu")
		got := r.events(1)[0].Event
		if want := "tg1000001." + strconv.FormatInt(next, 10) + "."; !strings.HasPrefix(got.ID, want) || got.Said != "lại từ đầu" {
			t.Errorf("event %+v, want id %s", got, want)
		}
	}
}

// settled waits until every update is acknowledged.
func (r *rig) settled() {
	r.t.Helper()
	r.until(func() bool { return r.bot.Pending() == 0 })
}

// until waits for something that is told only when asked.
func (r *rig) until(ok func() bool) {
	r.t.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(20*time.Second)
	defer tick.Stop()
	defer end.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end.C:
			r.t.Fatal("waited in vain")
		}
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))))
	return b.Bytes()
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	r := setup(t, func(o *telegram.Options) { o.WebhookURL = server.URL + "/telegram" })
	refusals := 1
	var mu sync.Mutex
	mux.Handle("/telegram", r.ch.Webhook(func(_ context.Context, list []bot.Update) error {
		mu.Lock()
		defer mu.Unlock()
		if refusals--; refusals >= 0 {
			return errors.New("storage is away")
		}
		r.in <- list
		return nil
	}))
	r.start()
	if err := r.ch.Poll(r.ctx, nil); err != nil {
		t.Fatal(err)
	}
	r.an.Text("chào")
	if got := r.events(1)[0]; got.Event.Said != "chào" || got.Chat != "777" {
		t.Errorf("got %+v", got)
	}
	if n := r.bot.Stats().HookFailures; n != 1 {
		t.Errorf("%d failed deliveries, want the one that was not taken in", n)
	}
	r.bot.Push(777, `"message":"poison"`)
	r.bot.Push(777, `"new_kind":{}`)
	press := r.an.PressData(1, "do:/menu")
	if got := r.events(1)[0]; got.Event.Tapped.Do != "/menu" {
		t.Errorf("press: %+v", got)
	}
	if _, err := r.an.AwaitAnswer(r.ctx, press); err != nil {
		t.Error(err)
	}
	if n := r.bot.Stats().HookFailures; n != 1 {
		t.Errorf("%d failed deliveries after odd updates", n)
	}
}

func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	r := setup(t, func(o *telegram.Options) { o.WebhookURL, o.WebhookSecret = "https://bot.example.vn/hook", "s3cret_-" })
	h := r.ch.Webhook(func(_ context.Context, list []bot.Update) error {
		r.in <- list
		return nil
	})
	good := `{"update_id":5,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7,"first_name":"A"},"text":"x"}}`
	for _, x := range []struct {
		name, method, secret, body string
		status, taken              int
	}{
		{"right", "POST", "s3cret_-", good, 200, 1},
		{"no secret", "POST", "", good, 401, 0},
		{"wrong secret", "POST", "s3cret_", good, 401, 0},
		{"GET", "GET", "s3cret_-", "", 405, 0},
		{"too large", "POST", "s3cret_-", `{"a":"` + strings.Repeat("x", 1<<20) + `"}`, 413, 0},
		{"not JSON", "POST", "s3cret_-", "hello", 200, 0},
		{"empty", "POST", "s3cret_-", "", 200, 0},
		{"poison", "POST", "s3cret_-", `{"update_id":6,"message":[]}`, 200, 0},
	} {
		req := httptest.NewRequest(x.method, "/hook", strings.NewReader(x.body))
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", x.secret)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != x.status || len(r.in) != x.taken {
			t.Errorf("%s: status %d, taken %d", x.name, w.Code, len(r.in))
		}
		for len(r.in) > 0 {
			<-r.in
		}
	}
	if poller := setup(t, nil); poller.ch.Webhook(nil) != nil {
		t.Error("a polling channel has a webhook handler")
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Open("")
	send := func(m bot.Message) string {
		t.Helper()
		ref, err := r.ch.Send(r.ctx, "777", m)
		must(t, err)
		return ref
	}
	odd := "Bà <Lan> & *ông* _Sáu_ 1.000 [x](y) \\ 😀"
	buttons := [][]bot.Button{{{Label: "Có", Data: "do:/a"}, {Label: "Trang", URL: "https://danang.gov.vn/a?b=1&c=2"}}, {}}
	ref := send(bot.Message{Text: odd, Rows: buttons})
	shown := func() simulator.TelegramMessage {
		list := r.an.Messages()
		return list[len(list)-1]
	}
	if m := shown(); m.Text != odd || len(m.Entities) != 0 || len(m.Buttons) != 1 || m.Buttons[0][1].URL != "https://danang.gov.vn/a?b=1&c=2" {
		t.Fatalf("shown: %+v", m)
	}
	if again := send(bot.Message{Text: odd, Rows: buttons, Replace: ref}); again != ref {
		t.Error("an edit that changes nothing must be as good as done")
	}
	if again := send(bot.Message{Text: "Xong", Replace: ref}); again != ref || shown().Text != "Xong" || shown().Buttons != nil {
		t.Errorf("edit: %+v", shown())
	}
	if fresh := send(bot.Message{Text: "mới", Replace: "9999"}); fresh == ref || shown().Text != "mới" {
		t.Errorf("edit of nothing: %+v", shown())
	}
	words := r.an.Text("25 80")
	before := len(r.an.Messages())
	send(bot.Message{Text: "đã nhận", Remove: strconv.FormatInt(int64(words), 10)})
	if n := len(r.an.Messages()); n != before {
		t.Errorf("%d messages, want the one that was typed gone", n)
	}
	send(bot.Message{Text: "đã nhận nữa", Remove: "9999"})
	photoRef := send(bot.Message{Text: "Mã QR", Photo: picture(t), Mime: "image/png", Rows: buttons})
	if m := shown(); m.Photo == nil || m.Caption != "Mã QR" || len(m.Buttons) != 1 {
		t.Errorf("photo: %+v", m)
	}
	if fresh := send(bot.Message{Text: "chữ", Replace: photoRef}); fresh == photoRef {
		t.Error("a photo has no text to change")
	}
	long := strings.Repeat("dài ", 300)
	send(bot.Message{Text: long, Photo: picture(t), Mime: "image/png", Rows: buttons})
	if m := shown(); m.Text != strings.TrimSpace(long) || len(m.Buttons) != 1 {
		t.Errorf("long caption: %+v", m)
	}
	send(bot.Message{Text: "Bảng", Photo: []byte("PK.."), Mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})
	if m := shown(); m.Document == nil || m.Document.Name != "bang.xlsx" {
		t.Errorf("document: %+v", m)
	}
	send(bot.Message{Text: "hỏng", Photo: []byte("not an image"), Mime: "image/png"})
	if m := shown(); m.Document == nil || m.Caption != "hỏng" {
		t.Errorf("a picture that cannot be read goes as a file: %+v", m)
	}
}

// TestAnswersDoNotMix holds the answers of several calls before it reads the first.
func TestAnswersDoNotMix(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Open("")
	var bodies []io.ReadCloser
	for i := range 20 {
		req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, fmt.Sprintf("%s/bot%s/sendMessage?chat_id=777&text=%d", r.base, token, i), nil)
		must(t, err)
		resp, err := r.ch.Do(r.ctx, req)
		must(t, err)
		bodies = append(bodies, resp.Body)
	}
	for i, body := range bodies {
		got, err := io.ReadAll(body)
		must(t, err)
		if want := fmt.Sprintf(`{"ok":true,"result":{"message_id":%d}}`, i+2); string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
		must(t, body.Close())
	}
}

func TestSendErrors(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Open("")
	text, photo := bot.Message{Text: "x"}, bot.Message{Text: "x", Photo: picture(t), Mime: "image/png"}
	fault := func(k simulator.FaultKind) func() {
		return func() { r.bot.Fault(simulator.TelegramFault{Kind: k, RetryAfter: 7}) }
	}
	nothing := func() {}
	group := r.bot.Group(-42, "Tổ 12")
	group.AddBot(r.an)
	group.Upgrade(r.an, -1001234567890)
	for _, x := range []struct {
		name    string
		prepare func()
		chat    string
		m       bot.Message
		want    bot.SendError
	}{
		{"unknown chat", nothing, "5", text, bot.SendError{Class: bot.Gone}},
		{"never opened", func() { r.bot.User(9, "Chín", "vi") }, "9", text, bot.SendError{Class: bot.Gone}},
		{"chat 0", nothing, "0", text, bot.SendError{Class: bot.Bad}},
		{"no number", nothing, "abc", text, bot.SendError{Class: bot.Bad}},
		{"too long", nothing, "777", bot.Message{Text: strings.Repeat("ạ", 4097)}, bot.SendError{Class: bot.Bad}},
		{"long data", nothing, "777", bot.Message{Text: "x", Rows: [][]bot.Button{{{Label: "a", Data: strings.Repeat("ạ", 22)}}}}, bot.SendError{Class: bot.Bad}},
		{"empty", nothing, "777", bot.Message{Text: " "}, bot.SendError{Class: bot.Bad}},
		{"429", fault(simulator.FaultTooMany), "777", text, bot.SendError{Class: bot.Wait, After: 7 * time.Second}},
		{"429 of a photo", fault(simulator.FaultTooMany), "777", photo, bot.SendError{Class: bot.Wait, After: 7 * time.Second}},
		{"500", fault(simulator.FaultServerError), "777", text, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"502 page", fault(simulator.FaultBadGateway), "777", text, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"502 page for a photo", fault(simulator.FaultBadGateway), "777", photo, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"half an answer", fault(simulator.FaultTorn), "777", text, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"cut", fault(simulator.FaultCutBefore), "777", text, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"cut after", fault(simulator.FaultCutAfter), "777", text, bot.SendError{Class: bot.Unknown, Sent: true}},
		{"blocked, by photo", r.an.Block, "777", photo, bot.SendError{Class: bot.Gone}},
		{"blocked", nothing, "777", text, bot.SendError{Class: bot.Gone}},
		{"moved", nothing, "-42", text, bot.SendError{Class: bot.Unknown, MovedTo: "-1001234567890"}},
		{"revoked", r.bot.Revoke, "777", text, bot.SendError{Class: bot.Refused}},
	} {
		x.prepare()
		_, err := r.ch.Send(r.ctx, x.chat, x.m)
		var e *bot.SendError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		if e.Class != x.want.Class || e.After != x.want.After || e.Sent != x.want.Sent || e.MovedTo != x.want.MovedTo {
			t.Errorf("%s: %+v", x.name, e)
		}
		for _, secret := range []string{token, "secret-token", "/bot"} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error tells too much: %v", x.name, err)
			}
		}
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	free := ln.Addr().String()
	must(t, ln.Close())
	r := setup(t, func(o *telegram.Options) { o.APIURL = "http://" + free })
	_, err = r.ch.Send(r.ctx, "777", bot.Message{Text: "x"})
	var e *bot.SendError
	if !errors.As(err, &e) || e.Class != bot.Unknown || e.Sent || strings.Contains(err.Error(), "secret-token") {
		t.Errorf("got %+v", err)
	}
	if err := r.ch.Start(r.ctx); bot.ClassOf(err) != bot.Unknown {
		t.Errorf("start: %v", err)
	}
}

func TestSendEndsWithContext(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.an.Open("")
	r.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultHang, Method: "sendMessage"})
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan error)
	go func() {
		_, err := r.ch.Send(ctx, "777", bot.Message{Text: "x"})
		done <- err
	}()
	r.until(func() bool { return r.bot.FaultHits(simulator.FaultHang) > 0 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) || bot.ClassOf(err) != bot.Unknown {
		t.Errorf("got %v", err)
	}
}

func TestDownload(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	data := picture(t)
	r.an.Photo(data, "")
	r.poll(nil)
	ref := r.events(1)[0].Event.Sent.Ref
	got, mime, err := r.ch.Download(r.ctx, ref, 1<<20)
	if err != nil || !bytes.Equal(got, data) || mime != "image/png" {
		t.Errorf("%d bytes, %s, %v", len(got), mime, err)
	}
	if _, _, err := r.ch.Download(r.ctx, ref, 10); bot.ClassOf(err) != bot.Bad {
		t.Errorf("too big: %v", err)
	}
	if _, _, err := r.ch.Download(r.ctx, "AgACAgUAAxkBAAIzz", 10); bot.ClassOf(err) != bot.Bad {
		t.Errorf("unknown: %v", err)
	}
	if n := r.bot.Stats().Downloads; n != 1 {
		t.Errorf("%d downloads", n)
	}
}

func TestPollConflict(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	waits := make(chan time.Duration, 8)
	ctx, cancel := context.WithCancel(r.ctx)
	r.ch.OnPause(func(_ context.Context, d time.Duration) {
		waits <- d
		if len(waits) == 2 {
			cancel()
		}
	})
	resp, err := http.PostForm(r.base+"/bot"+token+"/setWebhook", url.Values{"url": {"http://127.0.0.1:9/"}})
	must(t, err)
	_ = resp.Body.Close()
	must(t, r.ch.Poll(ctx, func(context.Context, []bot.Update) error { return nil }))
	a, b := <-waits, <-waits
	if a < 3*time.Second || a > 5*time.Second || b < 7*time.Second || b > 10*time.Second {
		t.Errorf("backs off %v, %v", a, b)
	}
	if log := r.log.String(); !strings.Contains(log, "another program polls with this token") || !strings.Contains(log, "webhook is active") {
		t.Errorf("log: %s", log)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	r := setup(t, nil).start()
	r.poll(nil)
	g := r.bot.Group(-42, "Tổ 12")
	g.AddBot(r.an)
	if _, err := g.Await(r.ctx, 0, (*simulator.TelegramCall).Shows); err != nil {
		t.Fatal(err)
	}
	g.Text(r.an, "/menu")
	g.Text(r.an, "/ghinhan hỗ trợ bà Lan 500k")
	g.Promote(r.an)
	g.Text(r.an, "chuyện riêng của tổ")
	r.an.Text("riêng")
	if got := r.events(1); got[0].Event.Said != "riêng" || got[0].Chat != "777" {
		t.Errorf("a group's words reached the conversation: %+v", got)
	}
	calls := g.Calls()
	if len(calls) != 1 || calls[0].Message.Buttons[0][0].URL != "https://t.me/chungtay_bot" || strings.Contains(r.log.String(), "-42") {
		t.Errorf("the group heard %+v", calls)
	}
}
