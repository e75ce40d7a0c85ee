package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// served is a chungtay serve in this process, against an emulated Telegram.
type served struct {
	http string // where it listens, known once it serves
	stop func() int
	logs *logs
}

// logs is what a program wrote to its standard error.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// serveIn starts chungtay serve and waits until it serves, or has ended.
func serveIn(t *testing.T, environ ...string) served {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	s := served{logs: &logs{}}
	code := make(chan int, 1)
	go func() {
		c := run(ctx, []string{"serve"}, terminal{in: strings.NewReader(""), out: io.Discard, err: write, environ: environ})
		write.Close()
		code <- c
	}()
	serving := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(read); lines.Scan(); {
			s.logs.mu.Lock()
			s.logs.text.WriteString(lines.Text() + "\n")
			s.logs.mu.Unlock()
			var entry struct{ Msg, HTTP string }
			if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "serving" {
				serving <- entry.HTTP
			}
		}
		close(serving)
	}()
	s.stop = sync.OnceValue(func() int { cancel(); return <-code })
	t.Cleanup(func() { s.stop() })
	select {
	case s.http = <-serving:
	case <-time.After(30 * time.Second):
		t.Fatalf("it does not serve:\n%s", s.logs)
	}
	return s
}

func telegramFor(t *testing.T) (*simulator.Telegram, []string) {
	t.Helper()
	platform := simulator.NewTelegram(simulator.TelegramOptions{})
	t.Cleanup(platform.Close)
	base, err := platform.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return platform, []string{
		"TELEGRAM_TOKEN=" + simulator.DefaultTelegramToken, "TELEGRAM_API_URL=" + base, "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0",
		"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "chungtay.db"), "DATA_KEY=" + strings.Repeat("k1", 20),
	}
}

func command(t *testing.T, environ []string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e strings.Builder
	code = run(t.Context(), args, terminal{in: strings.NewReader(""), out: &o, err: &e, environ: environ})
	return code, o.String(), e.String()
}

// Served as in a real deployment: lists imported and an invite made beside the running bot, the role taken by its link,
// health answered, and a second one on the same file refused.
func TestServe(t *testing.T) {
	platform, environ := telegramFor(t)
	s := serveIn(t, environ...)

	if code, _, errs := command(t, environ, "import", "areas", "--apply"); code != 0 {
		t.Fatal(errs)
	}
	code, out, errs := command(t, environ, "invite", "--role", "officer", "--area", "20200")
	if code != 0 {
		t.Fatal(errs)
	}
	_, payload, ok := strings.Cut(out, "https://t.me/chungtay_bot?start=")
	if !ok {
		t.Fatalf("no link in %q", out)
	}
	officer := platform.Bot().User(7, "Minh", "vi")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	answer := ""
	for _, say := range []string{"/start " + strings.TrimSpace(payload), "Minh"} { // it asks for the name
		officer.Text(say)
		call, err := officer.Next(ctx)
		if err != nil {
			t.Fatalf("no answer: %v\n%s", err, s.logs)
		}
		answer = call.Message.Body()
	}
	if !strings.Contains(answer, "Phường Hòa Khánh") {
		t.Errorf("the answer to an invite: %q", answer)
	}

	well := append(environ, "HTTP_ADDR="+s.http)
	if code, _, errs := command(t, well, "health"); code != 0 {
		t.Error(errs)
	}
	for { // it looks at its parts from time to time
		code, _, errs := command(t, well, "health", "--ready")
		if code == 0 {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("not ready: %s", errs)
		}
	}
	second := serveIn(t, environ...)
	if code := second.stop(); code != 1 || !strings.Contains(second.logs.String(), "another chungtay serve has this database open") {
		t.Errorf("a second serve: exit %d\n%s", code, second.logs)
	}
	if code := s.stop(); code != 0 {
		t.Errorf("ended with %d:\n%s", code, s.logs)
	}
	if code, _, errs := command(t, well, "health"); code != 1 || !strings.Contains(errs, "Next: start the bot") {
		t.Errorf("health of a bot that is gone: exit %d, %s", code, errs)
	}
	for _, secret := range []string{simulator.DefaultTelegramToken, "k1k1", "Minh", strings.TrimSpace(payload)} {
		if strings.Contains(s.logs.String()+second.logs.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// The token alone makes serving the default.
func TestServeByDefault(t *testing.T) {
	code, _, errs := command(t, []string{"TELEGRAM_TOKEN=123456:ABCDEF"})
	if code != 1 || !strings.Contains(errs, "DATA_KEY is not set") || strings.Contains(errs, "123456") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
