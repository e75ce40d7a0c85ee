package simulator_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// pageWorld is a page over an emulated Telegram whose bot is the test.
type pageWorld struct {
	*world
	page  *simulator.Page
	clock *simulator.PageClock
	url   string
}

func newPageWorld(t *testing.T, change func(*simulator.PageOptions)) *pageWorld {
	t.Helper()
	w := &pageWorld{world: newWorld(t, simulator.TelegramOptions{}), clock: &simulator.PageClock{}}
	opt := simulator.PageOptions{Telegram: w.Telegram, Clock: w.clock, Roles: []simulator.PageRole{{Label: "Khách"}, {Name: "leader", Label: "Tổ trưởng"}}}
	if change != nil {
		change(&opt)
	}
	w.page = must(simulator.NewPage(opt))(t)
	t.Cleanup(w.page.Close)
	w.url = must(w.page.Listen("127.0.0.1:0"))(t)
	return w
}

func (w *pageWorld) add(id string) string {
	w.t.Helper()
	return must(w.page.AddPerson(simulator.PagePerson{ID: id, Name: "Cô " + id, Channel: simulator.PageTelegram}))(w.t)
}

// post posts as the page's own script does, and returns the status and what is answered.
func (w *pageWorld) post(path, body string) (int, string) {
	w.t.Helper()
	resp := must(http.Post(w.url+path, "application/json", strings.NewReader(body)))(w.t)
	defer resp.Body.Close()
	return resp.StatusCode, string(must(io.ReadAll(resp.Body))(w.t))
}

func (w *pageWorld) get(path string) (*http.Response, string) {
	w.t.Helper()
	resp := must(http.Get(w.url + path))(w.t)
	defer resp.Body.Close()
	return resp, string(must(io.ReadAll(resp.Body))(w.t))
}

// tab is a browser's tab: it holds what the page shows, as its script does.
type tab struct {
	boot    string
	n       int64
	phones  map[string][]string // texts, in order
	ids     map[string][]string
	resets  int
	entries []string
}

func (w *pageWorld) open() *tab {
	w.t.Helper()
	tb := &tab{phones: map[string][]string{}, ids: map[string][]string{}}
	tb.load(w)
	return tb
}

func (tb *tab) load(w *pageWorld) {
	_, body := w.get("state")
	var s struct {
		Boot   string
		N      int64
		Phones map[string]struct {
			Messages []struct{ ID, Text string }
		}
	}
	if err := json.Unmarshal([]byte(body), &s); err != nil {
		w.t.Fatal(err)
	}
	tb.boot, tb.n = s.Boot, s.N
	clear(tb.phones)
	clear(tb.ids)
	for phone, p := range s.Phones {
		for _, m := range p.Messages {
			tb.take(phone, m.ID, m.Text)
		}
	}
}

func (tb *tab) take(phone, id, text string) {
	for i, known := range tb.ids[phone] {
		if known == id {
			tb.phones[phone][i] = text
			return
		}
	}
	tb.ids[phone] = append(tb.ids[phone], id)
	tb.phones[phone] = append(tb.phones[phone], text)
}

// follow reads the stream until done says so.
func (tb *tab) follow(w *pageWorld, done func() bool) error {
	if done() {
		return nil
	}
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	req := must(http.NewRequestWithContext(ctx, http.MethodGet, w.url+"events", nil))(w.t)
	req.Header.Set("Last-Event-ID", fmt.Sprintf("%s.%d", tb.boot, tb.n))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		if lines.Text() == "event: reset" {
			tb.resets++
			tb.load(w)
			if done() {
				return nil
			}
		}
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || data == "{}" {
			continue
		}
		var batch struct {
			First int64
			List  []json.RawMessage
		}
		if err := json.Unmarshal([]byte(data), &batch); err != nil {
			return err
		}
		for i, raw := range batch.List {
			if batch.First+int64(i) <= tb.n {
				continue
			}
			if batch.First+int64(i) != tb.n+1 {
				return fmt.Errorf("entry %d follows %d", batch.First+int64(i), tb.n)
			}
			tb.n++
			tb.entries = append(tb.entries, string(raw))
			var e struct {
				Op    string
				Phone json.RawMessage
				M     struct{ ID, Text string }
			}
			if err := json.Unmarshal(raw, &e); err != nil {
				return err
			}
			if e.Op == "put" {
				tb.take(strings.Trim(string(e.Phone), `"`), e.M.ID, e.M.Text)
			}
		}
		if done() {
			return nil
		}
	}
	return errors.Join(errors.New("the stream ended"), lines.Err(), ctx.Err())
}

// told tells whether an entry has the words.
func (tb *tab) told(words string) func() bool {
	return func() bool { return strings.Contains(strings.Join(tb.entries, "\n"), words) }
}

func (w *pageWorld) hears(tb *tab, words string) {
	w.t.Helper()
	if err := tb.follow(w, tb.told(words)); err != nil {
		w.t.Fatalf("%s was not told: %v", words, err)
	}
}

const firstUser = 700_001

// What a person does reaches the bot, and what the bot does the page: texts, edits in place, buttons, answers, typing,
// deletions, pictures, files.
func TestPage(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, nil)
	phone := w.add("hoa")
	tb := w.open()
	send := func(method string, pairs ...string) {
		t.Helper()
		if err := w.try(method, append([]string{"chat_id", fmt.Sprint(firstUser)}, pairs...)...); err != nil {
			t.Fatal(err)
		}
	}
	if code, body := w.post("act", `{"phone":"hoa.telegram","do":"text","text":" chào <b>em</b> "}`); code != http.StatusOK {
		t.Fatal(body)
	}
	w.hears(tb, `chào \u003cb\u003eem`)
	if w.bot.Pending() != 1 {
		t.Errorf("%d updates wait", w.bot.Pending())
	}
	if tb.told(`"seen"`)() {
		t.Error("said to be seen before the bot took it")
	}
	if err := w.try("getUpdates", "offset", "1000", "timeout", "0"); err != nil {
		t.Fatal(err)
	}
	if err := w.try("getUpdates", "offset", "2", "timeout", "0"); err != nil {
		t.Fatal(err)
	}
	w.hears(tb, `"op":"seen"`)

	send("sendChatAction", "action", "typing")
	w.hears(tb, `"op":"typing"`)
	send("sendMessage", "text", "Dạ <b>em</b> đây", "parse_mode", "HTML", "reply_markup", `{"inline_keyboard":[[{"text":"Lưu","callback_data":"y"},{"text":"Xem","url":"https://a.vn/x"}]]}`)
	w.hears(tb, `"rows":[[{"label":"Lưu"},{"label":"Xem","url":"https://a.vn/x"}]]`)
	w.hears(tb, `"spans":[{"kind":"bold","from":3,"length":2}]`)
	code, body := w.post("act", `{"phone":"hoa.telegram","do":"press","message":"2","row":0,"column":0}`)
	if code != http.StatusOK {
		t.Fatal(body)
	}
	var done struct{ Press string }
	if err := json.Unmarshal([]byte(body), &done); err != nil {
		t.Fatal(err)
	}
	if err := w.try("answerCallbackQuery", "callback_query_id", done.Press, "text", "Dạ nút này đã cũ ạ"); err != nil {
		t.Fatal(err)
	}
	w.hears(tb, "nút này đã cũ")
	send("editMessageText", "message_id", "2", "text", "Dạ em lưu rồi")
	w.hears(tb, `"edited":true,"text":"Dạ em lưu rồi"`)
	if code, _ := w.post("act", `{"phone":"hoa.telegram","do":"press","message":"2","row":0,"column":0}`); code != http.StatusGone {
		t.Errorf("a button that is gone: %d", code)
	}
	if got := fmt.Sprintf("%q", tb.phones[phone]); got != `["chào <b>em</b>" "Dạ em lưu rồi"]` {
		t.Errorf("the phone shows %s", got)
	}
	send("deleteMessage", "message_id", "2")
	w.hears(tb, `"op":"del"`)

	for _, act := range []string{"sticker", "voice", "contact", "sample"} {
		if code, body := w.post("act", `{"phone":"hoa.telegram","do":"`+act+`"}`); code != http.StatusOK {
			t.Errorf("%s: %d %s", act, code, body)
		}
	}
	upload := func(name string, data []byte) int {
		resp := must(http.Post(w.url+"upload?phone=hoa.telegram&name="+name, "application/octet-stream", bytes.NewReader(data)))(t)
		defer resp.Body.Close()
		return resp.StatusCode
	}
	if a, b := upload("anh.jpg", picture(t, 20, 10)), upload("ds.html", []byte("<script>alert(1)</script>")); a != http.StatusOK || b != http.StatusOK {
		t.Errorf("uploads: %d, %d", a, b)
	}
	w.hears(tb, `"name":"ds.html"`)
	media := regexp.MustCompile(`"(?:photo|file)":\{"id":"(\w+)"`)
	kinds := ""
	for _, e := range tb.entries {
		if m := media.FindStringSubmatch(e); m != nil {
			resp, _ := w.get("media/hoa.telegram/" + m[1])
			kinds += fmt.Sprintln(resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Content-Disposition"), resp.Header.Get("Content-Security-Policy"))
		}
	}
	const sandbox = " default-src 'none'; sandbox\n"
	if want := "200 image/jpeg " + sandbox + "200 image/jpeg " + sandbox + "200 application/octet-stream attachment; filename=ds.html" + sandbox; kinds != want {
		t.Errorf("media:\n%s\nwant\n%s", kinds, want)
	}
}

// The browser of whoever has the page open must not act for other sites, and the page loads nothing from elsewhere.
func TestPageGuard(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, func(o *simulator.PageOptions) { o.Hosts = []string{"demo.example.vn"} })
	w.add("hoa")
	ask := func(method, path, host string, header ...string) int {
		t.Helper()
		req := must(http.NewRequest(method, w.url+path, strings.NewReader(`{"phone":"hoa.telegram","do":"text","text":"x"}`)))(t)
		if host != "" {
			req.Host = host
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp := must(http.DefaultClient.Do(req))(t)
		resp.Body.Close()
		return resp.StatusCode
	}
	own := strings.TrimSuffix(w.url, "/")
	for name, c := range map[string]struct {
		got, want int
	}{
		"its own origin":           {ask("POST", "act", "", "Origin", own), 200},
		"no browser":               {ask("POST", "act", ""), 200},
		"its own by name":          {ask("POST", "act", "localhost:1", "Origin", "http://localhost:1"), 200},
		"a name it was given":      {ask("GET", "state", "demo.example.vn"), 200},
		"an address":               {ask("GET", "state", "[::1]:80"), 200},
		"another origin":           {ask("POST", "act", "", "Origin", "https://evil.example"), 403},
		"another port":             {ask("POST", "act", "", "Origin", "http://127.0.0.1:1"), 403},
		"a sandboxed frame":        {ask("POST", "act", "", "Origin", "null"), 403},
		"said by the browser":      {ask("POST", "clock", "", "Sec-Fetch-Site", "cross-site"), 403},
		"an upload from a form":    {ask("POST", "upload?phone=hoa.telegram&name=x", "", "Sec-Fetch-Site", "same-site"), 403},
		"a name made to point":     {ask("GET", "state", "evil.example"), 421},
		"the same, its stream":     {ask("GET", "events", "evil.example:80"), 421},
		"the same, its own origin": {ask("POST", "act", "evil.example", "Origin", "http://evil.example"), 421},
		"no host like an address":  {ask("GET", "state", "127.0.0.1.evil.example"), 421},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
	resp, html := w.get("")
	policy := resp.Header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy lacks %s: %s", part, policy)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("the policy is loose: %s", policy)
	}
	for _, file := range append(regexp.MustCompile(`(?:src|href)="([a-z.]+\.(?:js|css|svg))"`).FindAllString(html, -1), "feed.js", "phone.js", "composer.js", "panels.js", "text.js", "worker.js") {
		file = regexp.MustCompile(`[a-z]+\.(?:js|css|svg)`).FindString(file)
		resp, text := w.get(file)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %s", file, resp.Status)
		}
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "https://"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s has %s", file, bad)
			}
		}
	}
	if regexp.MustCompile(`<script[^>]*>[^<]|style="|\son\w+=|https?://`).MatchString(html) {
		t.Error("the page has scripts or styles in itself, or an address elsewhere")
	}
}

// What cannot be is refused with a reason, and changes nothing.
func TestPageBadInput(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, nil)
	w.add("hoa")
	tb := w.open()
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"act", ``, 400},
		{"act", `[]`, 400},
		{"act", `{"phone":7}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"text","text":{"a":1}}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"text","text":"x"}{}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"text","text":"x","admin":true}`, 400},
		{"act", `{"phone":"nobody","do":"text","text":"x"}`, 404},
		{"act", `{"phone":"hoa.telegram","do":"text","text":"  "}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"text","text":"` + strings.Repeat("ạ", 4097) + `"}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"text","text":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
		{"act", `{"phone":"hoa.telegram","do":"fly"}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"open","text":"` + strings.Repeat("x", 65) + `"}`, 400},
		{"act", `{"phone":"hoa.telegram","do":"press","message":"99999999999999999999"}`, 410},
		{"act", `{"phone":"hoa.telegram","do":"press","message":"1","row":-1}`, 410},
		{"people", `{"name":"","channel":"telegram"}`, 400},
		{"people", `{"name":"An","channel":"telegram","role":"king"}`, 400},
		{"people", `{"name":"An","channel":"pigeon"}`, 400},
		{"person", `{"id":"hoa","channel":"pigeon"}`, 404},
		{"person", `{"id":"nobody","channel":"telegram"}`, 404},
		{"clock", `{}`, 400},
		{"clock", `{"at":"tomorrow"}`, 400},
		{"clock", `{"at":"2219-01-01T00:00:00Z"}`, 400},
		{"clock", `{"next":true}`, 501},
		{"trouble", `{"name":"flood"}`, 404},
		{"bot", `{"do":"kill"}`, 409},
		{"tour", `{"scene":"none"}`, 404},
		{"tour", `{"next":true}`, 409},
		{"upload?phone=hoa.telegram&name=x", ``, 400},
		{"upload?phone=hoa.telegram&name=%ff", `x`, 400},
		{"upload?phone=hoa.telegram&name=x", strings.Repeat("x", 20<<20+1), 413},
	} {
		if code, body := w.post(c.path, c.body); code != c.want {
			t.Errorf("%s %.60s: %d %s, want %d", c.path, c.body, code, body, c.want)
		}
	}
	for path, want := range map[string]int{
		"older?phone=nobody": 404, "older?phone=hoa.telegram&before=zz": 200, "media/hoa.telegram/zz": 404, "media/hoa.telegram/..%2f..%2fpage.go": 404,
		"commands?phone=nobody": 404, "page_test.go": 404,
	} {
		if resp, _ := w.get(path); resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, resp.StatusCode, want)
		}
	}
	if now := w.open(); now.n-tb.n != 1 || len(now.phones["hoa.telegram"]) != 0 { // the tour's being ended is told
		t.Errorf("%d entries, %q", now.n-tb.n, now.phones["hoa.telegram"])
	}
}

// The clock of the page is that of the platform, and whoever has to know is told.
func TestPageClock(t *testing.T) {
	t.Parallel()
	var told time.Duration
	due, later := time.Time{}, []time.Time(nil)
	var w *pageWorld
	w = newPageWorld(t, func(o *simulator.PageOptions) {
		o.Moved = func(d time.Duration) { told = d }
		o.NextDue = func(context.Context) (time.Time, error) {
			if due.Unix() == 1 {
				return due, errors.New("it is dead")
			}
			for !due.IsZero() && !w.clock.Now().Before(due) && len(later) > 0 { // it is done, and said nothing
				due, later = later[0], later[1:]
			}
			return due, nil
		}
	})
	tb := w.open()
	set := func(body string, want int) {
		t.Helper()
		if code, answer := w.post("clock", body); code != want {
			t.Errorf("%s: %d %s", body, code, answer)
		}
	}
	at := time.Date(2027, 1, 20, 8, 0, 0, 0, time.UTC)
	set(`{"at":"2027-01-20T15:00:00+07:00"}`, 200)
	if d := w.clock.Now().Sub(at); d < 0 || d > time.Minute || told != w.clock.Offset() {
		t.Errorf("the clock shows %v, told %v", w.clock.Now(), told)
	}
	w.hears(tb, `"op":"clock"`)
	set(`{"next":true}`, 200)                                                  // nothing waits
	due, later = at.Add(26*time.Hour), []time.Time{at.Add(30 * time.Hour), {}} // neither says anything
	set(`{"next":true}`, 200)
	due = at.Add(30 * time.Hour)
	if d := w.clock.Now().Sub(due); d < 0 || d > time.Minute {
		t.Errorf("skipped to %v, want %v", w.clock.Now(), due)
	}
	before := w.clock.Offset()
	set(`{"next":true}`, 200) // it is due already
	if w.clock.Offset() != before {
		t.Error("the clock went on to what was due before")
	}
	due = time.Unix(1, 0)
	set(`{"next":true}`, 503)
	set(`{"real":true}`, 200)
	if w.clock.Offset() != 0 || told != 0 {
		t.Errorf("back to the real time: %v, %v", w.clock.Offset(), told)
	}
}

// Troubles strike the bot's calls while they are on, and no longer.
func TestPageTroubles(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, nil)
	w.add("hoa")
	if _, err := w.page.Type("hoa.telegram", "chào"); err != nil {
		t.Fatal(err)
	}
	send := func() string {
		if err := w.try("sendMessage", "chat_id", fmt.Sprint(firstUser), "text", "x"); err != nil {
			return err.Error()
		}
		return ""
	}
	for _, c := range [][2]string{{"limit", "Too Many Requests"}, {"gateway", "502"}} {
		w.post("trouble", `{"name":"`+c[0]+`","on":true}`)
		if got := send(); !strings.Contains(got, c[1]) && got == "" {
			t.Errorf("%s: %q", c[0], got)
		}
		w.post("trouble", `{"name":"`+c[0]+`","on":false}`)
		if got := send(); got != "" {
			t.Errorf("after %s: %q", c[0], got)
		}
	}
	w.post("trouble", `{"name":"repeat","on":true}`)
	before := w.bot.Pending()
	if _, err := w.page.Type("hoa.telegram", "hai lần"); err != nil {
		t.Fatal(err)
	}
	if n := w.bot.Pending() - before; n != 2 {
		t.Errorf("an update came %d times", n)
	}
	w.post("act", `{"phone":"hoa.telegram","do":"block"}`)
	if got := send(); !strings.Contains(got, "blocked") {
		t.Errorf("blocked: %q", got)
	}
	w.post("act", `{"phone":"hoa.telegram","do":"unblock"}`)
	if got := send(); got != "" {
		t.Errorf("unblocked: %q", got)
	}
	if !strings.Contains(func() string { _, b := w.get("state"); return b }(), `"name":"repeat","on":true`) {
		t.Error("the state does not say which troubles are on")
	}
}

// A scene plays its steps one by one, waits for the bot, and says so when the bot does not answer as it should.
func TestPageTour(t *testing.T) {
	t.Parallel()
	kills := 0
	w := newPageWorld(t, func(o *simulator.PageOptions) {
		o.Kill, o.Start = func() error { kills++; return nil }, func() error { return nil }
		o.Scenes = []simulator.PageScene{{ID: "a", Title: "Thử", Steps: []simulator.PageStep{
			{Person: "hoa", Type: "chào", Expect: "Dạ", Find: `[0-9]+`, Tell: "một"},
			{Type: "mã {}", Choose: "Lưu", Kill: true, Tell: "hai"},
			{Choose: "Không có", Tell: "ba"},
		}}}
	})
	w.add("hoa")
	tb := w.open()
	if code, body := w.post("tour", `{"scene":"a"}`); code != 200 {
		t.Fatal(body)
	}
	w.hears(tb, `"text":"chào"`)
	if code, _ := w.post("tour", `{"next":true}`); code != http.StatusConflict {
		t.Errorf("it went on before the bot answered: %d", code)
	}
	if err := w.try("sendMessage", "chat_id", fmt.Sprint(firstUser), "text", "Dạ 48291573", "reply_markup", `{"inline_keyboard":[[{"text":"Lưu","callback_data":"y"}]]}`); err != nil {
		t.Fatal(err)
	}
	w.hears(tb, `"busy":false,"person":"hoa","scene":"a","step":1,"steps":3,"stuck":false,"tell":"một"`)
	w.post("tour", `{"next":true}`)
	w.hears(tb, `"busy":false,"person":"hoa","scene":"a","step":2,"steps":3,"stuck":false`)
	if kills != 1 || w.bot.Pending() != 3 || !tb.told(`"text":"mã 48291573"`)() {
		t.Errorf("%d kills, %d updates", kills, w.bot.Pending())
	}
	w.post("tour", `{"next":true}`)
	w.hears(tb, `"step":3,"steps":3,"stuck":true`)
	w.post("tour", `{"next":true}`)
	w.hears(tb, `"tour":null`)
}

// Somebody who is added has a code to use, which goes when they use it.
func TestPagePeople(t *testing.T) {
	t.Parallel()
	w := newPageWorld(t, func(o *simulator.PageOptions) {
		o.Invite = func(_ context.Context, role string) (string, error) { return "ABCDE-FGHJK", nil }
	})
	tb := w.open()
	code, body := w.post("people", `{"name":"Bác Ba","role":"leader","channel":"telegram"}`)
	if code != 200 || !strings.Contains(body, "them-1.telegram") {
		t.Fatalf("%d %s", code, body)
	}
	w.hears(tb, `"code":"ABCDE-FGHJK"`)
	w.post("act", `{"phone":"them-1.telegram","do":"open","text":"ABCDE-FGHJK"}`)
	w.hears(tb, `"text":"/start ABCDE-FGHJK"`)
	w.hears(tb, `"code":""`)
	for range 60 {
		code, body = w.post("people", `{"name":"Bác","channel":"telegram"}`)
	}
	if code != 400 || !strings.Contains(body, "no room") {
		t.Errorf("sixty more: %d %s", code, body)
	}
}
