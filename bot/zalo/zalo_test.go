package zalo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/zalo"
)

const (
	token  = "4000001:zzsecret-token_XYZ"
	secret = "hook_secret-1"
	words  = "tin nhắn riêng tư"
	chat   = "6ede9afa66b88fe6d6a9"
)

// platform answers as a test wants; the emulator, with a behaviour of its own, is in bot/channeltest.
type platform struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	answers map[string]http.HandlerFunc // by method
	calls   []call
}

type call struct {
	method string
	params map[string]string
	kind   string // Content-Type
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+token+"/")
	if !ok || r.Method != http.MethodPost {
		http.Error(w, "not here", http.StatusNotFound)
		return
	}
	body, _ := io.ReadAll(r.Body)
	c := call{method: method, kind: r.Header.Get("Content-Type")}
	if len(body) > 0 {
		if err := json.Unmarshal(body, &c.params); err != nil {
			p.t.Errorf("%s: %q: %v", method, body, err)
		}
	}
	p.mu.Lock()
	p.calls = append(p.calls, c)
	answer := p.answers[method]
	p.mu.Unlock()
	if answer == nil {
		p.t.Errorf("nobody expected %s", method)
		answer = says(http.StatusNotFound, `{"ok":false,"error_code":404}`)
	}
	answer(w, r)
}

func (p *platform) on(method string, answer http.HandlerFunc) {
	p.mu.Lock()
	p.answers[method] = answer
	p.mu.Unlock()
}

// called are the calls of a method, all of them for "".
func (p *platform) called(method string) (list []call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls {
		if method == "" || c.method == method {
			list = append(list, c)
		}
	}
	return list
}

// says answers with a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// refuses answers as the platform does: in its own envelope, often within HTTP 200.
func refuses(code int, text string) http.HandlerFunc {
	return says(http.StatusOK, fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q}`, code, text))
}

func ok(result string) http.HandlerFunc {
	return says(http.StatusOK, `{"ok":true,"result":`+result+`}`)
}

// rig is a channel against a platform.
type rig struct {
	*platform
	ch  *zalo.Channel
	log *safeBuffer
	now func() time.Time

	clock struct {
		sync.Mutex
		at time.Time
	}
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

// pass moves the clock.
func (r *rig) pass(d time.Duration) {
	r.clock.Lock()
	r.clock.at = r.clock.at.Add(d)
	r.clock.Unlock()
}

func setup(t *testing.T, change func(*zalo.Options)) *rig {
	t.Helper()
	r := &rig{platform: &platform{t: t, answers: map[string]http.HandlerFunc{
		"getMe":       ok(`{"id":"4000001","account_name":"bot.chungtay","account_type":"BASIC","can_join_groups":false}`),
		"sendMessage": ok(`{"message_id":"2d758cb5e222177a4e35","date":1750316131602}`),
		"sendPhoto":   ok(`{"message_id":"3d758cb5e222177a4e35","date":1750316131602}`),
	}}, log: new(safeBuffer)}
	r.clock.at = time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	server := httptest.NewServer(r.platform)
	t.Cleanup(server.Close)
	r.url = server.URL
	o := zalo.Options{
		Token: token, APIURL: server.URL + "/", Group: "Mời cô chú nhắn riêng cho em ạ.", Log: slog.New(slog.NewTextHandler(r.log, nil)),
		Now: func() time.Time {
			r.clock.Lock()
			defer r.clock.Unlock()
			return r.clock.at
		},
	}
	if change != nil {
		change(&o)
	}
	r.now = o.Now
	var err error
	if r.ch, err = zalo.New(o); err != nil {
		t.Fatal(err)
	}
	r.ch.OnPause(func(context.Context, time.Duration) {})
	t.Cleanup(func() { clean(t, r.log.String()) })
	return r
}

// clean fails where a text shows what is nobody's business.
func clean(t *testing.T, text string) {
	t.Helper()
	for _, s := range []string{token, "zzsecret", secret, words, chat, "picture-address"} {
		if strings.Contains(text, s) {
			t.Errorf("%q is shown in %q", s, text)
		}
	}
}

func webhook(o *zalo.Options) {
	o.WebhookURL, o.WebhookSecret = "https://bot.example.vn/zalo", secret
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]zalo.Options{
		"no token":     {},
		"odd token":    {Token: "abc/def"},
		"path":         {Token: "1:a/../b"},
		"odd API URL":  {Token: token, APIURL: "bot-api.zaloplatforms.com"},
		"odd hook":     {Token: token, WebhookURL: "bot.example.vn", WebhookSecret: secret},
		"no secret":    {Token: token, WebhookURL: "https://bot.example.vn"},
		"short secret": {Token: token, WebhookURL: "https://bot.example.vn", WebhookSecret: "1234567"},
		"long secret":  {Token: token, WebhookURL: "https://bot.example.vn", WebhookSecret: strings.Repeat("x", 257)},
	} {
		_, err := zalo.New(o)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else {
			clean(t, err.Error())
		}
	}
	ch, err := zalo.New(zalo.Options{Token: token})
	if err != nil || ch.Bot() != "4000001" || ch.Name() != "zalo" || ch.Link("x") != "" || strings.Contains(fmt.Sprint(ch), "zzsecret") {
		t.Errorf("%v, %v", ch, err)
	}
}

func TestStartPolling(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	r.on("deleteWebhook", ok(`{"url":"","updated_at":1}`))
	must(t, r.ch.Start(t.Context()))
	if calls := r.called(""); len(calls) != 2 || calls[0].method != "getMe" || calls[0].kind != "" || calls[0].params != nil || calls[1].method != "deleteWebhook" {
		t.Errorf("calls %+v", calls)
	}
	for _, answer := range []http.HandlerFunc{refuses(404, "Not found"), says(404, "<html>"), refuses(400, "no webhook")} {
		r.on("deleteWebhook", answer)
		must(t, r.ch.Start(t.Context()))
	}
	r.on("deleteWebhook", refuses(500, "oops"))
	if err := r.ch.Start(t.Context()); err == nil {
		t.Error("a webhook that cannot be removed")
	}
}

func TestStartWebhook(t *testing.T) {
	t.Parallel()
	const here = `"url":"https://bot.example.vn/zalo","updated_at":1`
	for name, test := range map[string]struct {
		set, info http.HandlerFunc
		want      string // in the error; "": none
	}{
		"fine":           {ok(`{` + here + `,"verification":{"ok":true,"outcome":"webhook.ok","status_code":200}}`), ok(`{` + here + `}`), ""},
		"not verified":   {ok(`{` + here + `}`), ok(`{` + here + `}`), ""},
		"no info":        {ok(`{` + here + `}`), says(404, "<html>not here</html>"), ""},
		"no info either": {ok(`{` + here + `}`), refuses(404, "not found"), ""},
		"not reachable":  {ok(`{` + here + `,"verification":{"ok":false,"outcome":"webhook.http.403","status_code":403,"hint":"x"}}`), nil, "webhook.http.403, http status 403"},
		"another's":      {ok(`{` + here + `}`), ok(`{"url":"https://other.example.vn/zalo"}`), "another one"},
		"refused":        {refuses(400, "invalid url https://bot.example.vn/zalo"), nil, "400"},
	} {
		r := setup(t, webhook)
		r.on("setWebhook", test.set)
		r.on("getWebhookInfo", test.info)
		err := r.ch.Start(t.Context())
		if (err == nil) != (test.want == "") || err != nil && (!strings.Contains(err.Error(), test.want) || bot.ClassOf(err) == bot.Refused) {
			t.Errorf("%s: %v", name, err)
		}
		if p := r.called("setWebhook")[0].params; p["url"] != "https://bot.example.vn/zalo" || p["secret_token"] != secret || len(p) != 2 {
			t.Errorf("%s: params %v", name, p)
		}
	}
}

func TestStartRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		class  bot.Class
	}{
		"401":         {refuses(401, "Unauthorized"), bot.Refused},
		"401 itself":  {says(401, `{"ok":false,"description":"Unauthorized"}`), bot.Refused},
		"401 page":    {says(401, `<html>`), bot.Refused},
		"403":         {refuses(403, "Internal server error"), bot.Refused},
		"404":         {refuses(404, "Not Found"), bot.Refused},
		"other host":  {says(404, `<html>`), bot.Unknown},
		"502":         {says(502, `<html>`), bot.Unknown},
		"nothing":     {ok(`{}`), bot.Unknown},
		"not a robot": {ok(`"x"`), bot.Unknown},
		"odd":         {says(200, `[]`), bot.Unknown},
	} {
		r := setup(t, nil)
		r.on("getMe", test.answer)
		if err := r.ch.Start(t.Context()); err == nil || bot.ClassOf(err) != test.class {
			t.Errorf("%s: %v", name, err)
		} else {
			clean(t, err.Error())
		}
	}
}

// A platform that fails for once while the bot starts, and calls that 403, does not refuse the account.
func TestStartForbiddenOnce(t *testing.T) {
	t.Parallel()
	forbidden := refuses(403, "Internal server error")
	r := setup(t, nil)
	asked := 0
	r.on("getMe", func(w http.ResponseWriter, req *http.Request) {
		if asked++; asked == 1 {
			forbidden(w, req)
			return
		}
		ok(`{"id":"4000001"}`)(w, req)
	})
	r.on("deleteWebhook", ok(`{}`))
	if err := r.ch.Start(t.Context()); err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	for method, change := range map[string]func(*zalo.Options){"deleteWebhook": nil, "setWebhook": webhook, "getWebhookInfo": webhook} {
		r := setup(t, change)
		r.on("setWebhook", ok(`{"url":"https://bot.example.vn/zalo"}`))
		r.on(method, forbidden)
		if err := r.ch.Start(t.Context()); err == nil || bot.ClassOf(err) != bot.Unknown {
			t.Errorf("%s: %v", method, err)
		}
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	ref, err := r.ch.Send(t.Context(), chat, bot.Message{Text: "Dạ <b>em</b> *ghi* rồi\xff ạ.", Replace: "x", Rows: [][]bot.Button{{{Label: "Lưu", Data: "x"}}}})
	if err != nil || ref != "2d758cb5e222177a4e35" {
		t.Errorf("ref %q, %v", ref, err)
	}
	c := r.called("sendMessage")[0]
	if len(c.params) != 2 || c.params["chat_id"] != chat || c.params["text"] != "Dạ <b>em</b> *ghi* rồi ạ." || c.kind != "application/json" {
		t.Errorf("call %+v", c)
	}
	link := "https://bot.example.vn/p/picture-address"
	ref, err = r.ch.Send(t.Context(), chat, bot.Message{Text: "ảnh đây ạ", PhotoURL: link})
	if c := r.called("sendPhoto")[0]; err != nil || ref != "3d758cb5e222177a4e35" || c.params["photo"] != link || c.params["caption"] != "ảnh đây ạ" {
		t.Errorf("ref %q, %v, call %+v", ref, err, c)
	}
	_, err = r.ch.Send(t.Context(), chat, bot.Message{PhotoURL: link})
	if c := r.called("sendPhoto")[1]; err != nil || len(c.params) != 2 {
		t.Errorf("%v, call %+v", err, c)
	}
	// A picture without an address: its words go alone, and somebody is told.
	_, err = r.ch.Send(t.Context(), chat, bot.Message{Text: words, Photo: []byte("x")})
	if c := r.called("sendMessage")[1]; err != nil || c.params["text"] != words || !strings.Contains(r.log.String(), "PUBLIC_URL") {
		t.Errorf("%v, call %+v, log %s", err, c, r.log)
	}
	before := len(r.called(""))
	for name, m := range map[string]bot.Message{
		"empty": {}, "blank": {Text: " \n"}, "photo alone": {Photo: []byte("x")}, "too long": {Text: strings.Repeat("ẵ", 1901)},
		"caption too long": {Text: strings.Repeat("ẵ", 1901), PhotoURL: link},
	} {
		if _, err := r.ch.Send(t.Context(), chat, m); bot.ClassOf(err) != bot.Bad {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.ch.Send(t.Context(), "", bot.Message{Text: "x"}); bot.ClassOf(err) != bot.Bad {
		t.Errorf("no chat: %v", err)
	}
	if n := len(r.called("")); n != before {
		t.Errorf("%d calls were made for nothing", n-before)
	}
	r.on("sendMessage", says(200, `{"ok":true}`)) // delivered, whatever its id
	if _, err := r.ch.Send(t.Context(), chat, bot.Message{Text: "x"}); err != nil {
		t.Error(err)
	}
}

func TestClasses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   bot.SendError
	}{
		"400 in 200":        {refuses(400, "chat "+chat+" is unknown: "+words), bot.SendError{Class: bot.Bad}},
		"404":               {says(404, `{"ok":false,"error_code":404,"description":"Not Found"}`), bot.SendError{Class: bot.Bad}},
		"426 of other name": {says(200, `{"ok":false,"errorCode":426}`), bot.SendError{Class: bot.Bad}},
		"code as a text":    {says(200, `{"ok":false,"error_code":"400","description":5}`), bot.SendError{Class: bot.Bad}},
		"401":               {refuses(401, "bad token "+token), bot.SendError{Class: bot.Refused}},
		"429":               {refuses(429, "Quota exceeded"), bot.SendError{Class: bot.Wait, Whole: true, After: 15 * time.Minute}},
		"429 page":          {says(429, `<html>`), bot.SendError{Class: bot.Wait, Whole: true, After: 15 * time.Minute}},
		"408":               {refuses(408, "timeout"), bot.SendError{Class: bot.Unknown, Sent: true}},
		"500":               {refuses(500, "oops"), bot.SendError{Class: bot.Unknown, Sent: true}},
		"502 page":          {says(502, `<html>`), bot.SendError{Class: bot.Unknown, Sent: true}},
		"404 page":          {says(404, `<html>`), bot.SendError{Class: bot.Unknown, Sent: true}},
		"no code":           {says(200, `{"ok":false}`), bot.SendError{Class: bot.Unknown, Sent: true}},
		"no envelope":       {says(200, `hello`), bot.SendError{Class: bot.Unknown, Sent: true}},
		"cut":               {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, bot.SendError{Class: bot.Unknown, Sent: true}},
		"retry after": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "7")
			refuses(429, "Quota exceeded")(w, r)
		}, bot.SendError{Class: bot.Wait, Whole: true, After: 7 * time.Second}},
	} {
		r := setup(t, nil)
		r.on("sendMessage", test.answer)
		_, err := r.ch.Send(t.Context(), chat, bot.Message{Text: words})
		var e *bot.SendError
		if !errors.As(err, &e) || e.Class != test.want.Class || e.Sent != test.want.Sent || e.Whole != test.want.Whole || e.After != test.want.After {
			t.Errorf("%s: %+v", name, e)
			continue
		}
		clean(t, err.Error())
	}
	r := setup(t, func(o *zalo.Options) { o.APIURL = "http://127.0.0.1:1" })
	_, err := r.ch.Send(t.Context(), chat, bot.Message{Text: words})
	var e *bot.SendError
	if !errors.As(err, &e) || e.Class != bot.Unknown || e.Sent {
		t.Errorf("no server: %+v", e)
	}
	clean(t, err.Error())
}

// The quota is a month's: attempts after a refusal become rare, and those made at the same time count as one.
func TestQuotaIsNotHammered(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	r.on("sendMessage", refuses(429, "Quota exceeded"))
	wait := func() time.Duration {
		_, err := r.ch.Send(t.Context(), chat, bot.Message{Text: "x"})
		var e *bot.SendError
		if !errors.As(err, &e) || e.Class != bot.Wait || !e.Whole {
			t.Fatal(err)
		}
		return e.After
	}
	for _, want := range []time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
		if got := wait(); got != want {
			t.Errorf("wait %v, want %v", got, want)
		}
		r.pass(time.Minute)
		if got := wait(); got != want-time.Minute {
			t.Errorf("a minute later: wait %v", got)
		}
		r.pass(want)
	}
	if n := strings.Count(r.log.String(), "quota is used up"); n != 7 {
		t.Errorf("told %d times", n)
	}
	r.on("sendMessage", ok(`{"message_id":"x"}`))
	if _, err := r.ch.Send(t.Context(), chat, bot.Message{Text: "x"}); err != nil {
		t.Fatal(err)
	}
	r.on("sendMessage", refuses(429, "Quota exceeded"))
	if got := wait(); got != 15*time.Minute {
		t.Errorf("after a success: wait %v", got)
	}
}

// A 403 means a refused account only where getMe says so too.
func TestForbidden(t *testing.T) {
	t.Parallel()
	r := setup(t, nil)
	class := func() bot.Class {
		_, err := r.ch.Send(t.Context(), chat, bot.Message{Text: words})
		return bot.ClassOf(err)
	}
	r.on("sendMessage", refuses(403, "Internal server error"))
	for i := range 10 {
		if got := class(); got != bot.Unknown {
			t.Fatalf("attempt %d: %s", i, got)
		}
		r.pass(time.Minute)
	}
	if got := class(); got != bot.Gone {
		t.Errorf("after ten minutes: %s", got)
	}
	if n := len(r.called("getMe")); n != 1 {
		t.Errorf("the account was asked for %d times", n)
	}
	other := setup(t, nil)
	other.on("sendMessage", refuses(403, "Internal server error"))
	other.on("getMe", refuses(403, "Internal server error"))
	_, err := other.ch.Send(t.Context(), chat, bot.Message{Text: words})
	if bot.ClassOf(err) != bot.Refused {
		t.Errorf("a refused account: %v", err)
	}
	away := setup(t, nil)
	away.on("sendMessage", refuses(403, "Internal server error"))
	away.on("getMe", says(502, "<html>"))
	_, err = away.ch.Send(t.Context(), chat, bot.Message{Text: words})
	if bot.ClassOf(err) != bot.Unknown {
		t.Errorf("a platform that is down: %v", err)
	}
}

// Nothing tells of a block: a chat is taken for gone after three refusals in a row.
func TestGoneAfterRefusals(t *testing.T) {
	t.Parallel()
	r := setup(t, webhook)
	class := func(m bot.Message) bot.Class {
		_, err := r.ch.Send(t.Context(), chat, m)
		if err == nil {
			return -1
		}
		return bot.ClassOf(err)
	}
	text := bot.Message{Text: words}
	r.on("sendMessage", refuses(400, "Bad Request"))
	r.on("sendPhoto", refuses(400, "Bad Request"))
	want := func(classes ...bot.Class) {
		t.Helper()
		for i, c := range classes {
			if got := class(text); got != c {
				t.Errorf("message %d: %s, want %s", i, got, c)
			}
		}
	}
	want(bot.Bad, bot.Bad)
	for range 3 {
		if got := class(bot.Message{PhotoURL: "https://x.vn/1"}); got != bot.Bad {
			t.Errorf("a refused picture: %s", got)
		}
	}
	want(bot.Gone, bot.Gone)
	hook(t, r, event("message.text.received", `"text":"xin chào"`), 200) // there again
	want(bot.Bad, bot.Bad)
	r.on("sendMessage", ok(`{"message_id":"x"}`))
	if got := class(text); got != -1 {
		t.Errorf("class %s", got)
	}
	r.on("sendMessage", refuses(404, "Not Found"))
	want(bot.Bad, bot.Bad, bot.Gone)
}
