package telegram_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"chungtay/bot"
	"chungtay/bot/telegram"
)

// TestPlainServer meets servers that are not the emulator.
func TestPlainServer(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	var how atomic.Value
	how.Store("length")
	var release atomic.Value
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.PostForm.Get("text") != "x" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		calls.Add(1)
		answer := `{"ok":true,"result":{"message_id":7,"text":"x"}}`
		switch how.Load() {
		case "chunks":
			_, _ = io.WriteString(w, answer[:10])
			w.(http.Flusher).Flush()
			answer = answer[10:]
		case "close":
			w.Header().Set("Connection", "close")
		case "redirect":
			http.Redirect(w, r, "http://127.0.0.1:1/elsewhere", http.StatusFound)
			return
		case "hang":
			select {
			case <-release.Load().(chan struct{}):
			case <-r.Context().Done():
			}
			return
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(srv.Close)
	r := setup(t, func(o *telegram.Options) { o.APIURL = srv.URL })
	send := func() error {
		ref, err := r.ch.Send(r.ctx, "777", bot.Message{Text: "x"})
		if err == nil && ref != "7" {
			t.Errorf("%v: ref %q", how.Load(), ref)
		}
		return err
	}
	for _, h := range []string{"length", "chunks", "close", "length", "chunks"} {
		how.Store(h)
		for range 3 {
			must(t, send())
		}
	}
	how.Store("redirect")
	if err := send(); bot.ClassOf(err) != bot.Unknown || strings.Contains(err.Error(), "elsewhere") {
		t.Errorf("redirect: %v", err)
	}
	how.Store("hang")
	release.Store(make(chan struct{}))
	ctx, cancel := context.WithCancel(r.ctx)
	before := calls.Load()
	done := make(chan error)
	go func() {
		_, err := r.ch.Send(ctx, "777", bot.Message{Text: "x"})
		done <- err
	}()
	r.until(func() bool { return calls.Load() > before })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	how.Store("length")
	srv.CloseClientConnections()
	must(t, errors.Join(eventually(send), send()))
	if _, err := r.ch.Send(ctx, "777", bot.Message{Text: "x"}); bot.ClassOf(err) != bot.Unknown {
		t.Errorf("after the end: %v", err)
	}
}

// eventually tries again while kept connections turn out to be closed.
func eventually(send func() error) (err error) {
	for range 10 {
		if err = send(); err == nil {
			return nil
		}
	}
	return err
}

func TestUntrustedServer(t *testing.T) {
	t.Parallel()
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	r := setup(t, func(o *telegram.Options) { o.APIURL = srv.URL })
	_, err := r.ch.Send(r.ctx, "777", bot.Message{Text: "x"})
	if bot.ClassOf(err) != bot.Unknown || strings.Contains(err.Error(), "secret-token") || strings.Contains(err.Error(), "/bot") {
		t.Errorf("got %v", err)
	}
}
