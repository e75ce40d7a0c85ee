package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// channelsFor are both emulated platforms, and the settings of a bot on both, whose messages come by webhook or are
// polled.
func channelsFor(t *testing.T, hooks bool) (*simulator.Telegram, *simulator.Zalo, []string) {
	t.Helper()
	telegram, environ := telegramFor(t)
	zalo := simulator.NewZalo(simulator.ZaloOptions{Rules: simulator.ZaloRules{Retries: 3}})
	t.Cleanup(zalo.Close)
	base, err := zalo.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	environ = append(environ, "ZALO_BOT_TOKEN="+simulator.DefaultZaloToken, "ZALO_API_URL="+base, "PUBLIC_URL=http://127.0.0.1:1")
	if hooks {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := ln.Addr().String()
		_ = ln.Close()
		environ = append(environ, "HTTP_ADDR="+addr, "TELEGRAM_WEBHOOK_URL=http://"+addr+"/telegram", "TELEGRAM_WEBHOOK_SECRET=secret-of-t",
			"ZALO_WEBHOOK_URL=http://"+addr+"/zalo", "ZALO_WEBHOOK_SECRET=secret-of-z")
	}
	return telegram, zalo, environ
}

// readyText is what /readyz says, once it says it with the code wanted and the words.
func readyText(ctx context.Context, t *testing.T, addr string, code int, words string) string {
	t.Helper()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("readyz never said %d %q: %v", code, words, err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode == code && strings.Contains(string(body), words) {
			return string(body)
		}
	}
}

// One process serves both channels: an invite is taken on each, each answers in its own way, and neither hears of the
// other's people.
func TestServeTwoChannels(t *testing.T) {
	for name, hooks := range map[string]bool{"by webhook": true, "polled": false} {
		t.Run(name, func(t *testing.T) {
			telegram, zalo, environ := channelsFor(t, hooks)
			s := serveIn(t, environ...)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			readyText(ctx, t, s.http, 200, "ok\n")
			if code, _, errs := command(t, environ, "import", "areas", "--apply"); code != 0 {
				t.Fatal(errs)
			}
			code := func() string {
				_, out, errs := command(t, environ, "invite", "--role", "officer", "--area", "20200")
				_, code, ok := strings.Cut(out, "?start=")
				if !ok {
					t.Fatalf("no link in %q %q", out, errs)
				}
				return strings.TrimSpace(code)
			}
			minh, lan := telegram.Bot().User(7, "Minh", "vi"), zalo.Bot().User("6ede9afa66b88fe6d6a9", "Lan")
			hears := func(words string) func(string) {
				return func(answer string) {
					t.Helper()
					if !strings.Contains(answer, words) {
						t.Errorf("answered %q, want %q in it", answer, words)
					}
				}
			}
			onTelegram := func(say string, check func(string)) {
				t.Helper()
				minh.Text(say)
				call, err := minh.Next(ctx)
				if err != nil {
					t.Fatalf("no answer on Telegram: %v\n%s", err, s.logs)
				}
				check(call.Message.Body())
			}
			onZalo := func(say string, check func(string)) {
				t.Helper()
				lan.Text(say)
				call, err := lan.Next(ctx)
				if err != nil {
					t.Fatalf("no answer on Zalo: %v\n%s", err, s.logs)
				}
				check(call.Message.Body())
			}
			forMinh, forLan := code(), code()
			onTelegram("/start "+forMinh, hears("ạ?"))
			onZalo(forLan, hears("ạ?"))
			onTelegram("Minh", hears("Phường Hòa Khánh"))
			onZalo("Lan", hears("Phường Hòa Khánh"))
			onZalo("/ngonngu", hears("1."))
			onTelegram("/ngonngu", func(answer string) {
				if strings.Contains(answer, "1.") {
					t.Errorf("numbers beside buttons: %q", answer)
				}
			})
			lan.Sticker()
			if call, err := lan.Next(ctx); err != nil || call.Message.Text == "" {
				t.Errorf("a sticker: %+v, %v", call, err)
			}
			if exit := s.stop(); exit != 0 {
				t.Errorf("ended with %d:\n%s", exit, s.logs)
			}
			for _, secret := range []string{
				simulator.DefaultTelegramToken, simulator.DefaultZaloToken, "secret-of-", "k1k1", "Minh", "Lan", "6ede9afa66b88fe6d6a9", forMinh, forLan,
			} {
				if strings.Contains(s.logs.String(), secret) {
					t.Errorf("%q is in the log", secret)
				}
			}
			if warned := strings.Contains(s.logs.String(), "Zalo is polled"); warned == hooks {
				t.Errorf("warned of polling: %v", warned)
			}
		})
	}
}

// A token that Zalo refuses leaves Telegram served, and is told of.
func TestServeBesideARefusedChannel(t *testing.T) {
	telegram, zalo, environ := channelsFor(t, true)
	zalo.Bot().Revoke()
	s := serveIn(t, environ...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	readyText(ctx, t, s.http, 200, "zalo refuses the account")
	minh := telegram.Bot().User(7, "Minh", "vi")
	minh.Text("xin chào")
	if _, err := minh.Next(ctx); err != nil {
		t.Errorf("no answer on Telegram: %v\n%s", err, s.logs)
	}
	if code, out, errs := command(t, append(environ, "HTTP_ADDR="+s.http), "health", "--ready"); code != 0 || !strings.Contains(out, "zalo refuses") {
		t.Errorf("health: %d %s %s", code, out, errs)
	}
	if exit := s.stop(); exit != 0 || !strings.Contains(s.logs.String(), `"reason":"refused","channel":"zalo"`) {
		t.Errorf("ended with %d:\n%s", exit, s.logs)
	}
}

// Zalo alone is enough, and its refusal then is the end.
func TestServeZaloAlone(t *testing.T) {
	_, zalo, environ := channelsFor(t, false)
	alone := environ[:0:0]
	for _, kv := range environ {
		if !strings.HasPrefix(kv, "TELEGRAM_") {
			alone = append(alone, kv)
		}
	}
	s := serveIn(t, alone...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	lan := zalo.Bot().User("lan", "Lan")
	lan.Text("xin chào")
	if _, err := lan.Next(ctx); err != nil {
		t.Fatalf("no answer: %v\n%s", err, s.logs)
	}
	if exit := s.stop(); exit != 0 {
		t.Errorf("ended with %d:\n%s", exit, s.logs)
	}
	zalo.Bot().Revoke()
	s = serveIn(t, alone...)
	for !strings.Contains(s.logs.String(), "stopping") && ctx.Err() == nil {
		runtime.Gosched()
	}
	if exit := s.stop(); exit != 1 || strings.Contains(s.logs.String(), "SIMULATOR") {
		t.Errorf("a refused account: ended with %d:\n%s", exit, s.logs)
	}
	code, _, errs := command(t, []string{"ZALO_BOT_TOKEN=123456:abcdef"})
	if code != 1 || !strings.Contains(errs, "DATA_KEY is not set") || strings.Contains(errs, "123456") {
		t.Errorf("serving by default: exit %d: %s", code, errs)
	}
}
