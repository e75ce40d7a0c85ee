package zalo_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/zalo"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48))))
	return b.Bytes()
}

// pictures serves what an address may lead to.
func pictures(t *testing.T) http.Handler {
	good, end := picture(t), make(chan struct{})
	t.Cleanup(func() { close(end) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/good":
			w.Header().Set("Content-Type", "text/html") // its bytes decide
			_, _ = w.Write(good)
		case "/page":
			w.Header().Set("Content-Type", "image/png")
			_, _ = io.WriteString(w, "<html><script>")
		case "/svg":
			_, _ = io.WriteString(w, `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`)
		case "/empty":
		case "/huge":
			_, _ = w.Write(good)
			for block := make([]byte, 1<<20); ; {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		case "/slow":
			_, _ = w.Write(good[:20])
			w.(http.Flusher).Flush()
			select {
			case <-end:
			case <-r.Context().Done():
			}
		case "/gone":
			http.Error(w, "expired", http.StatusGone)
		case "/ill":
			http.Error(w, "ill", http.StatusBadGateway)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/on":
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	})
}

func download(t *testing.T, ch *zalo.Channel, address string, most int64) ([]byte, string, bot.Class) {
	t.Helper()
	data, mime, err := ch.Download(t.Context(), address, most)
	if err == nil {
		return data, mime, -1
	}
	var e *bot.SendError
	if !errors.As(err, &e) || strings.Contains(err.Error(), "/good") || strings.Contains(err.Error(), "://") {
		t.Errorf("error %v", err)
	}
	if len(data) > 0 {
		t.Errorf("%d bytes with %v", len(data), err)
	}
	return nil, "", e.Class
}

func TestDownloadFromPublicAddress(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(pictures(t))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	private := httptest.NewTLSServer(pictures(t))
	t.Cleanup(private.Close)
	plain := httptest.NewServer(pictures(t))
	t.Cleanup(plain.Close)
	r := setup(t, func(o *zalo.Options) { o.APIURL = "https://bot-api.zaloplatforms.com" })
	r.ch.PhotosFrom(netip.MustParseAddrPort(server.Listener.Addr().String()))
	named := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)

	data, mime, class := download(t, r.ch, server.URL+"/good", 20<<20)
	if class != -1 || mime != "image/png" || !bytes.Equal(data, picture(t)) {
		t.Fatalf("%d bytes of %s, class %d", len(data), mime, class)
	}
	for name, test := range map[string]struct {
		address string
		want    bot.Class
	}{
		"redirected":         {server.URL + "/on?to=/good", -1},
		"by name":            {named + "/good", -1},
		"http":               {plain.URL + "/good", bot.Bad},
		"private":            {private.URL + "/good", bot.Bad},
		"private by name":    {strings.Replace(private.URL, "127.0.0.1", "localhost", 1) + "/good", bot.Bad},
		"private by v6":      {"https://[::1]:1/good", bot.Bad},
		"mapped":             {"https://[::ffff:127.0.0.1]:1/good", bot.Bad},
		"metadata":           {"https://169.254.169.254/latest", bot.Bad},
		"redirected private": {server.URL + "/on?to=" + private.URL + "/good", bot.Bad},
		"redirected http":    {server.URL + "/on?to=" + plain.URL + "/good", bot.Bad},
		"redirected file":    {server.URL + "/on?to=file:///etc/passwd", bot.Bad},
		"loop":               {server.URL + "/loop", bot.Unknown},
		"page":               {server.URL + "/page", bot.Bad},
		"svg":                {server.URL + "/svg", bot.Bad},
		"empty":              {server.URL + "/empty", bot.Bad},
		"huge":               {server.URL + "/huge", bot.Bad},
		"gone":               {server.URL + "/gone", bot.Bad},
		"ill":                {server.URL + "/ill", bot.Unknown},
		"file":               {"file:///etc/passwd", bot.Bad},
		"no address":         {"khong-co", bot.Bad},
		"nothing":            {"", bot.Bad},
		"control":            {"https://x.vn/\x00", bot.Bad},
		"with a name":        {strings.Replace(server.URL, "https://", "https://a:b@", 1) + "/good", bot.Bad},
	} {
		if _, _, class := download(t, r.ch, test.address, 20<<20); class != test.want {
			t.Errorf("%s: class %d, want %d", name, class, test.want)
		}
	}
	if _, _, err := r.ch.Download(t.Context(), strings.Replace(server.URL, "https:", "http:", 1)+"/good", 1<<20); err == nil || !strings.Contains(err.Error(), "not https") {
		t.Errorf("http at a public address: %v", err)
	}
	if _, _, class := download(t, r.ch, server.URL+"/good", 20); class != bot.Bad {
		t.Errorf("over the caller's limit: class %d", class)
	}
	r.ch.PhotoLimit(300 * time.Millisecond)
	if _, _, class := download(t, r.ch, server.URL+"/slow", 20<<20); class != bot.Bad {
		t.Errorf("slow: class %d", class)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := r.ch.Download(ctx, server.URL+"/good", 1<<20); bot.ClassOf(err) != bot.Unknown || err == nil {
		t.Errorf("cancelled: %v", err)
	}
}

// The emulator gives its pictures at its own address on loopback; nothing else there is open by it.
func TestDownloadFromEmulator(t *testing.T) {
	t.Parallel()
	emulator := httptest.NewServer(pictures(t))
	t.Cleanup(emulator.Close)
	other := httptest.NewServer(pictures(t))
	t.Cleanup(other.Close)
	r := setup(t, func(o *zalo.Options) { o.APIURL = emulator.URL })
	for address, want := range map[string]bot.Class{
		emulator.URL + "/good":                           -1,
		emulator.URL + "/page":                           bot.Bad,
		emulator.URL + "/huge":                           bot.Bad,
		emulator.URL + "/on?to=" + other.URL + "/good":   bot.Bad,
		other.URL + "/good":                              bot.Bad,
		strings.Replace(other.URL, "http:", "https:", 1): bot.Bad,
	} {
		if _, _, class := download(t, r.ch, address, 20<<20); class != want {
			t.Errorf("%s: class %d, want %d", address, class, want)
		}
	}
	r.ch.PhotoLimit(300 * time.Millisecond)
	if _, _, class := download(t, r.ch, emulator.URL+"/slow", 20<<20); class != bot.Bad {
		t.Errorf("slow: class %d", class)
	}
	// An API elsewhere has no such right, whatever its own address is.
	r = setup(t, func(o *zalo.Options) { o.APIURL = "http://10.0.0.7:8080" })
	if _, _, class := download(t, r.ch, "http://10.0.0.7:8080/good", 1<<20); class != bot.Bad {
		t.Errorf("a private API: class %d", class)
	}
}

func TestPublicAddresses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0.0.0.0", "0.1.2.3", "100.64.0.1",
		"192.0.0.170", "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "203.0.113.9", "198.51.100.1",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1",
		"2002:7f00:1::", "2001::1", "2001:db8::1", "100::1",
	} {
		if zalo.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is taken for a public address", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "118.102.1.5", "49.213.78.2", "172.32.0.1", "::ffff:1.1.1.1", "2606:4700::1111", "2404:6800:4005::200e"} {
		if !zalo.Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is not taken for a public address", s)
		}
	}
}
