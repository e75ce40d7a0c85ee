package bot

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// browser is somebody's, with its cookies.
type browser struct {
	b      *bench
	client *http.Client
	origin string
}

func (b *bench) browser() *browser {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &browser{b: b, client: &http.Client{Jar: jar}}
}

func (w *browser) send(method, address, kind string, body []byte) (int, string, http.Header) {
	w.b.t.Helper()
	r, err := http.NewRequestWithContext(w.b.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		w.b.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if w.origin != "" {
		r.Header.Set("Origin", w.origin)
	}
	resp, err := w.client.Do(r)
	if err != nil {
		w.b.t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		w.b.t.Fatal(err)
	}
	return resp.StatusCode, text.String(), resp.Header
}

func (w *browser) get(address string) (int, string, http.Header) {
	w.b.t.Helper()
	return w.send("GET", address, "", nil)
}

func (w *browser) code(address, code string) (int, string) {
	w.b.t.Helper()
	status, text, _ := w.send("POST", address, "application/x-www-form-urlencoded", []byte(url.Values{"code": {code}}.Encode()))
	return status, text
}

func (w *browser) upload(address, name string, data []byte) (int, string) {
	w.b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("tep", name)
	if err != nil {
		w.b.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		w.b.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		w.b.t.Fatal(err)
	}
	status, text, _ := w.send("POST", address+"/tep", form.FormDataContentType(), body.Bytes())
	return status, text
}

// paged are the addresses and codes of what was said to a chat, in order.
func (b *bench) paged(chat string) (addresses, codes []string) {
	b.t.Helper()
	for _, text := range b.wire.texts(chat) {
		_, text, _ = strings.Cut(text, "\n")
		address, code, ok := strings.Cut(text, " ")
		if !ok {
			b.t.Fatalf("no address in %q", text)
		}
		addresses, codes = append(addresses, b.at(address)), append(codes, code)
	}
	return addresses, codes
}

// wrongCode is a code that is not that one.
func wrongCode(code string) string {
	if code == "111 111" {
		return "222222"
	}
	return "111111"
}

// linkedPages is a bench whose channel neither takes nor brings files, with a file, told to bring or give some.
func linkedPages(t *testing.T, says ...string) (*bench, *clock, []string, []string) {
	t.Helper()
	var now clock
	now.set(time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC))
	b, rec := linked(t, now.now, nil)
	if err := rec.PutBlob(t.Context(), "out/1", "text/csv", []byte("Tên\nBà Lan\n")); err != nil {
		t.Fatal(err)
	}
	cards := `{"group":"Tổ 12","until":"2026-12-11","cards":[{"code":"4829 1573","who":"bà T. T. Lan"}]}`
	if err := rec.PutBlob(t.Context(), "out/cards", "application/x", []byte(rec.Seal(cards))); err != nil {
		t.Fatal(err)
	}
	b.say("1", says...)
	wants := make([]string, len(says))
	for i, said := range says {
		wants[i] = map[string]string{"give": "given", "print": "given", "want": "wanted"}[strings.Fields(said)[0]]
	}
	b.hears("1", len(says))
	for i, text := range b.wire.texts("1") {
		if !strings.HasPrefix(text, wants[i]+"\n") {
			t.Fatalf("said %q", text)
		}
	}
	addresses, codes := b.paged("1")
	return b, &now, addresses, codes
}

// hears waits until so many messages were sent to a chat.
func (b *bench) hears(chat string, n int) {
	b.t.Helper()
	b.wire.mu.Lock()
	defer b.wire.mu.Unlock()
	for len(b.wire.sent[chat]) < n {
		b.wire.cond.Wait()
	}
}

func TestFileByItsPage(t *testing.T) {
	t.Parallel()
	b, now, pages, codes := linkedPages(t, "give out/1", "give out/1", "give out/1", "give out/none")
	me, other := b.browser(), b.browser()

	status, text, head := me.get(pages[0])
	if status != 200 || !strings.Contains(text, "page.code") || strings.Contains(text, "Lan") {
		t.Errorf("before the code: %d %s", status, text)
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"} {
		if head.Get(name) != want {
			t.Errorf("%s is %q", name, head.Get(name))
		}
	}
	if p := head.Get("Content-Security-Policy"); !strings.HasPrefix(p, "default-src 'none'") {
		t.Errorf("the policy is %q", p)
	}
	if status, _, _ := me.get(pages[0] + "/tep"); status != 404 {
		t.Errorf("the file without the code: %d", status)
	}
	if status, text := me.code(pages[0], "12"); status != 403 || !strings.Contains(text, "page.code.six") {
		t.Errorf("two digits: %d %s", status, text)
	}
	for left := records.FileLinkTries - 1; left > 0; left-- {
		if status, text := me.code(pages[0], wrongCode(codes[0])); status != 403 || !strings.Contains(text, "page.code.wrong"+string(rune('0'+left))) {
			t.Errorf("a wrong code, with %d left: %d %s", left, status, text)
		}
	}
	if status, text := me.code(pages[0], codes[0]); status != 200 || !strings.Contains(text, "page.get") {
		t.Fatalf("the code: %d %s", status, text)
	}
	for range 2 { // a download that broke is tried again
		status, text, head := me.get(pages[0] + "/tep")
		if status != 200 || text != "Tên\nBà Lan\n" || head.Get("Content-Disposition") != "attachment; filename=s-.xlsx" || head.Get("Content-Type") != "text/csv" {
			t.Errorf("%d %q %v", status, text, head)
		}
	}
	if status, text, _ := other.get(pages[0]); status != 410 || !strings.Contains(text, "page.used") {
		t.Errorf("another browser: %d %s", status, text)
	}
	if status, _, _ := other.get(pages[0] + "/tep"); status != 404 {
		t.Errorf("the file for another browser: %d", status)
	}
	if status, _ := other.code(pages[0], codes[0]); status != 410 {
		t.Errorf("the code again: %d", status)
	}
	if status, _ := me.upload(pages[0], "a.csv", []byte("a")); status != 404 {
		t.Errorf("a file brought to where one is given: %d", status)
	}

	for range records.FileLinkTries {
		other.code(pages[1], wrongCode(codes[1]))
	}
	if status, _ := me.code(pages[1], codes[1]); status != 410 {
		t.Errorf("the code after five wrong ones: %d", status)
	}
	me.origin = "https://evil.example"
	if status, _ := me.code(pages[2], codes[2]); status != 403 {
		t.Errorf("from another site: %d", status)
	}
	me.origin = "https://bot.example.vn"
	if status, text := me.code(pages[3], codes[3]); status != 410 || !strings.Contains(text, "page.used") {
		t.Errorf("a file that is gone: %d %s", status, text)
	}
	now.set(now.now().Add(records.FileLinkLife))
	for _, address := range []string{pages[2], pages[2][:len(pages[2])-1], pages[0]} {
		if status, text, _ := me.get(address); status != 404 || !strings.Contains(text, "page.none") {
			t.Errorf("%s after its time: %d %s", address, status, text)
		}
	}
	if status, _ := me.code(pages[2], codes[2]); status != 404 {
		t.Errorf("the code after its time: %d", status)
	}
}

func TestFileBroughtToAPage(t *testing.T) {
	t.Parallel()
	b, _, pages, codes := linkedPages(t, "want")
	me := b.browser()
	if status, _ := me.upload(pages[0], "a.csv", []byte("a")); status != 404 {
		t.Errorf("without the code: %d", status)
	}
	if status, text := me.code(pages[0], codes[0]); status != 200 || !strings.Contains(text, "page.put") {
		t.Fatalf("the code: %d %s", status, text)
	}
	for name, bad := range map[string]struct{ name, data, why string }{
		"a program":      {"a.exe", "MZ", "page.put.bad"},
		"no spreadsheet": {"a.xlsx", "<html>", "page.put.bad"},
		"bytes":          {"a.csv", "a\x00b", "page.put.bad"},
		"a picture":      {"a.jpg", "\xff\xd8\xff", "page.put.bad"},
		"nothing":        {"a.csv", "", "page.put.nothing"},
		"huge":           {"a.csv", strings.Repeat("a", 20<<20+1), "page.put.big"},
	} {
		if status, text := me.upload(pages[0], bad.name, []byte(bad.data)); status != 422 || !strings.Contains(text, bad.why) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	list := []byte("Mã hộ\nHG-1\n")
	for range 2 { // the button was pressed twice
		if status, text := me.upload(pages[0], `C:\Danh sách.csv`, list); status != 200 || !strings.Contains(text, "page.put.done") {
			t.Fatalf("%d %s", status, text)
		}
	}
	b.say("1", "end")
	b.hears("1", 3)
	texts := b.wire.texts("1")
	if texts[1] != "sent Danh sách.csv" || texts[2] != "said 3: end" {
		t.Errorf("heard %q", texts)
	}
	if !eventually(func() bool {
		data, mime, err := b.opts.Records.Blob(t.Context(), "in/sent")
		return err == nil && bytes.Equal(data, list) && mime == "text/csv"
	}) {
		t.Error("what was brought is not kept as it came")
	}
}

func TestNoPageWithoutAnAddress(t *testing.T) {
	t.Parallel()
	b, rec := linked(t, time.Now, func(o *Options) { o.PublicURL = "" })
	if err := rec.PutBlob(t.Context(), "out/1", "text/csv", []byte("a")); err != nil {
		t.Fatal(err)
	}
	b.say("1", "give out/1", "want")
	b.wants("1", "given\nno page", "wanted\nno page")
}

func TestFileAsItIs(t *testing.T) {
	t.Parallel()
	b, rec := linked(t, time.Now, func(o *Options) {
		o.Channels[0].(*wire).caps = Caps{MaxText: 4096, MaxCaption: 1024, Photo: true, Document: true, Receive: true}
	})
	if err := rec.PutBlob(t.Context(), "out/1", "text/csv", []byte("a")); err != nil {
		t.Fatal(err)
	}
	b.say("1", "give out/1", "want")
	b.wants("1", "given", "wanted")
	if m := b.wire.sent["1"][0]; string(m.File) != "a" || m.FileName != "sổ.xlsx" || m.Mime != "text/csv" {
		t.Errorf("sent %+v", m)
	}
}

// A paper whose facts are kept sealed is drawn when its page is opened.
func TestPaperByItsPage(t *testing.T) {
	t.Parallel()
	b, _, pages, codes := linkedPages(t, "print out/cards", "print out/1")
	me := b.browser()
	if status, text := me.code(pages[0], codes[0]); status != 200 || !strings.Contains(text, "page.get") {
		t.Fatalf("the code: %d %s", status, text)
	}
	status, text, head := me.get(pages[0] + "/tep")
	if status != 200 || !strings.HasPrefix(text, "%PDF-") || head.Get("Content-Disposition") != "attachment; filename=the.pdf" || head.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %.20q %v", status, text, head)
	}
	if status, _ := me.code(pages[1], codes[1]); status != 410 {
		t.Errorf("what is no sealed sheet: %d", status)
	}
}
