package bot

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

// tinyPNG is a picture of one white square.
func tinyPNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// openRecords are the embedded records, in a file of their own.
func openRecords(t testing.TB, now func() time.Time) *storage.Records {
	t.Helper()
	rec, err := storage.OpenRecords(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "r.db"), storage.RecordsOptions{DataKey: storage.NewDataKey(), Clock: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	if err := rec.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return rec
}

// linked is a bench with the embedded records, a channel that is given pictures by their address, and a server. The
// address that the public sees is not the one that is listened at.
func linked(t *testing.T, now func() time.Time, change func(*Options)) (*bench, *storage.Records) {
	t.Helper()
	rec := openRecords(t, now)
	b := newBench(t, func(o *Options) {
		o.Records, o.Now, o.HTTPAddr, o.PublicURL = rec, now, "127.0.0.1:0", "https://bot.example.vn/"
		o.Channels[0].(*wire).caps = Caps{MaxText: 1900, MaxCaption: 1900, Photo: true, PhotoLink: true}
		if change != nil {
			change(o)
		}
	})
	return b, rec
}

// at is the address of a public one on this machine.
func (b *bench) at(public string) string {
	b.t.Helper()
	path, ok := strings.CutPrefix(public, "https://bot.example.vn/")
	if !ok {
		b.t.Fatalf("%q is no public address", public)
	}
	return "http://" + b.app.Addr() + "/" + path
}

// fetched is an answer with its body.
type fetched struct {
	*http.Response
	body []byte
}

func (b *bench) fetch(method, url string) fetched {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, url, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return fetched{resp, body}
}

func TestPicturesByTheirAddress(t *testing.T) {
	t.Parallel()
	var now clock
	now.set(time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC))
	b, rec := linked(t, now.now, nil)
	white := tinyPNG(t)
	for key, data := range map[string][]byte{"in/1": white, "in/html": []byte("<html><script>alert(1)</script>"), "in/svg": []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")} {
		if err := rec.PutBlob(t.Context(), key, "image/png", data); err != nil {
			t.Fatal(err)
		}
	}
	b.say("1", "show in/1", "drawn https://example.vn", "show in/none", "show in/html", "show in/svg")
	b.wants("1", "shown", "shown", "shown", "shown", "shown")
	sent := b.wire.sent["1"]
	photo, drawn, none, html, svg := sent[0].PhotoURL, sent[1].PhotoURL, sent[2].PhotoURL, sent[3].PhotoURL, sent[4].PhotoURL

	for _, method := range []string{"GET", "HEAD"} {
		got := b.fetch(method, b.at(photo))
		for header, want := range map[string]string{
			"Content-Type": "image/png", "Content-Length": fmt.Sprint(len(white)), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer",
		} {
			if h := got.Header.Get(header); h != want {
				t.Errorf("%s: %s is %q, want %q", method, header, h, want)
			}
		}
		if got.StatusCode != 200 || method == "GET" && !bytes.Equal(got.body, white) || method == "HEAD" && len(got.body) > 0 {
			t.Errorf("%s: %d, %d bytes", method, got.StatusCode, len(got.body))
		}
	}
	if got := b.fetch("GET", b.at(drawn)); got.StatusCode != 200 || got.Header.Get("Content-Type") != "image/png" || len(got.body) < 100 {
		t.Errorf("a drawing: %d %s, %d bytes", got.StatusCode, got.Header.Get("Content-Type"), len(got.body))
	}
	if got := b.fetch("POST", b.at(photo)); got.StatusCode != 405 {
		t.Errorf("POST: %d", got.StatusCode)
	}
	if strings.Contains(photo, "in/1") || b.wire.sent["1"][0].Photo != nil {
		t.Errorf("the address %q tells what it shows, or the picture was uploaded", photo)
	}

	now.add(pictureLife)
	expired := b.fetch("GET", b.at(photo))
	forged := []byte(photo)
	forged[len(forged)-20] ^= 1
	other := openRecords(t, now.now).SealLink(`{"b":"in/1","u":9999999999}`)
	for name, url := range map[string]string{
		"expired drawing": drawn, "forged": string(forged), "cut": photo[:len(photo)-1], "longer": photo + "A", "short": "https://bot.example.vn/p/x",
		"another key's": "https://bot.example.vn/p/" + other, "no blob": none, "no picture": html, "not a picture for phones": svg,
		"a sealed address": "https://bot.example.vn/p/" + rec.Seal("telegram:1"), "NUL": "https://bot.example.vn/p/%00",
	} {
		got := b.fetch("GET", b.at(url))
		got.Header.Del("Date")
		expired.Header.Del("Date")
		if got.StatusCode != 404 || !bytes.Equal(got.body, expired.body) || fmt.Sprint(got.Header) != fmt.Sprint(expired.Header) {
			t.Errorf("%s: %d %q %v; an expired one: %d %q %v", name, got.StatusCode, got.body, got.Header, expired.StatusCode, expired.body, expired.Header)
		}
	}
	for _, path := range []string{"/p/", "/p", "/p/a/b", "/p/../healthz/x", "/p/%2e%2e%2fhealthz"} {
		if got := b.fetch("GET", "http://"+b.app.Addr()+path); got.StatusCode != 404 {
			t.Errorf("%s: %d", path, got.StatusCode)
		}
	}
	_ = rec.Close()
	live := b.app.pictureURL(picture{Blob: "in/1"})
	if got := b.fetch("GET", b.at(live)); got.StatusCode != 503 {
		t.Errorf("records away: %d", got.StatusCode)
	}
}

// A token tells nothing by being alike: two addresses of one picture share nothing but their form.
func TestPictureAddressesDiffer(t *testing.T) {
	t.Parallel()
	rec := openRecords(t, time.Now)
	seen := map[string]bool{}
	for range 1000 {
		token := rec.SealLink("x")
		if seen[token[:12]] {
			t.Fatal("two tokens begin alike")
		}
		seen[token[:12]] = true
	}
}

func TestPicturesThatCannotGo(t *testing.T) {
	t.Parallel()
	link := Caps{MaxText: 1900, MaxCaption: 1900, Photo: true, PhotoLink: true}
	for name, test := range map[string]struct {
		caps   Caps
		public string
		say    string
		want   string
	}{
		"a photo, no address of ours":   {link, "", "show in/1", "shown"},
		"a drawing, no address of ours": {link, "", "drawn x", "shown\nno picture"},
		"a photo, no pictures at all":   {Caps{MaxText: 1900}, "https://x", "show in/1", "shown"},
		"a drawing, no pictures at all": {Caps{MaxText: 1900}, "https://x", "drawn x", "shown\nno picture"},
		"a drawing that is none":        {Caps{MaxText: 1900, Photo: true}, "", "drawn", "shown\nno picture"},
		"a photo that is lost":          {Caps{MaxText: 1900, Photo: true}, "", "show gone", "shown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, func(o *Options) { o.PublicURL, o.Channels[0].(*wire).caps = test.public, test.caps })
			b.say("1", test.say)
			b.wants("1", test.want)
			if m := b.wire.sent["1"][0]; m.Photo != nil || m.PhotoURL != "" {
				t.Errorf("a picture went: %q", m.PhotoURL)
			}
		})
	}
}

func TestPicturesAreUploadedWhereTheyCanBe(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.PublicURL = "https://x" })
	b.rec.blobs["in/1"] = tinyPNG(t)
	b.say("1", "show in/1", "drawn x")
	b.wants("1", "shown", "shown")
	for i, m := range b.wire.sent["1"] {
		if len(m.Photo) == 0 || m.PhotoURL != "" || m.Mime == "" {
			t.Errorf("message %d: %d bytes of %q, address %q", i, len(m.Photo), m.Mime, m.PhotoURL)
		}
	}
}

// A message that waits to be sent for longer than its links live goes with links that are good.
func TestLinksOfALateMessageAreGood(t *testing.T) {
	t.Parallel()
	var now clock
	now.set(time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC))
	b, rec := linked(t, now.now, nil)
	if err := rec.PutBlob(t.Context(), "in/1", "image/png", tinyPNG(t)); err != nil {
		t.Fatal(err)
	}
	tries := 0
	b.wire.fail = func(string, Message) error {
		if tries++; tries == 1 {
			now.add(time.Hour)
			return &SendError{Class: Wait, After: time.Millisecond}
		}
		return nil
	}
	b.say("1", "show in/1")
	b.wants("1", "shown")
	if got := b.fetch("GET", b.at(b.wire.sent["1"][0].PhotoURL)); got.StatusCode != 200 || tries != 2 {
		t.Errorf("after %d tries: %d", tries, got.StatusCode)
	}
}

func TestKeptDrawsTheCode(t *testing.T) {
	say := dialog.Say{Draw: &dialog.Drawing{Kind: "qr", Args: map[string]string{"text": "pay {code}"}}, FileName: "{code}.xlsx"}
	got := fill(say, map[string]string{"code": "GN-1"})
	if got.Draw.Args["text"] != "pay GN-1" || got.FileName != "GN-1.xlsx" || say.Draw.Args["text"] != "pay {code}" {
		t.Errorf("%+v, of %+v", got.Draw, say.Draw)
	}
}

// BenchmarkPicture is an address of a stored photo and of a drawing, by HTTP on loopback.
func BenchmarkPicture(b *testing.B) {
	rec := openRecords(b, time.Now)
	photo := bytes.Repeat([]byte("\xff\xd8\xff\xe0 jpeg "), 18_000) // 180 KB, as a phone's photo after the platform's squeezing
	if err := rec.PutBlob(b.Context(), "in/1", "image/jpeg", photo); err != nil {
		b.Fatal(err)
	}
	app, err := Open(Options{
		Engine: tiny{}, Book: plainBook{}, Conversations: newMemory(), Records: rec, HTTPAddr: "127.0.0.1:0", PublicURL: "http://x",
	})
	if err != nil {
		b.Fatal(err)
	}
	defer app.Close()
	app.server.Serve()
	for name, p := range map[string]picture{
		"photo": {Blob: "in/1"}, "drawing": {Draw: &dialog.Drawing{Kind: "qr", Args: map[string]string{"text": strings.Repeat("7", 150)}}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				url := "http://" + app.Addr() + strings.TrimPrefix(app.pictureURL(p), "http://x")
				r, err := http.NewRequestWithContext(context.Background(), "GET", url, nil)
				if err != nil {
					b.Fatal(err)
				}
				resp, err := http.DefaultClient.Do(r)
				if err != nil || resp.StatusCode != 200 {
					b.Fatal(err, resp)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
}
