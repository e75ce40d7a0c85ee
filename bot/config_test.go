package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigDefaults(t *testing.T) {
	c, err := ConfigFrom(nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"TELEGRAM_TOKEN": "", "TELEGRAM_API_URL": "https://api.telegram.org", "TELEGRAM_WEBHOOK_URL": "", "TELEGRAM_WEBHOOK_SECRET": "",
		"DATABASE_URL": "sqlite:data/chungtay.db", "REDIS_URL": "", "HTTP_ADDR": "127.0.0.1:8080", "METRICS_ADDR": "127.0.0.1:9090",
		"ZALO_BOT_TOKEN": "", "ZALO_API_URL": "https://bot-api.zaloplatforms.com", "ZALO_WEBHOOK_URL": "", "ZALO_WEBHOOK_SECRET": "", "ZALO_PLAN_USERS": "50", "ZALO_PLAN_MESSAGES": "3000", "ZALO_PLAN_STAFF": "10", "PUBLIC_URL": "",
		"DATA_KEY": "", "DATA_KEY_OLD": "", "HELP_PHONE": "1022", "BULK_A_WEEK": "3", "TIMEZONE": "Asia/Ho_Chi_Minh", "LOG_LEVEL": "info", "DEMO_CLOCK": "",
		"SEPAY_WEBHOOK_SECRET": "", "SEPAY_API_KEY": "", "CASSO_WEBHOOK_SECRET": "", "CASSO_SECURE_TOKEN": "",
	}
	for _, s := range c.Settings() {
		value, ok := want[s.Name]
		if !ok || s.Value != value || s.Help == "" {
			t.Errorf("%s = %q (help %q), want %q", s.Name, s.Value, s.Help, value)
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if err := c.ForServing(); err == nil || !strings.Contains(err.Error(), "TELEGRAM_TOKEN") || !strings.Contains(err.Error(), "ZALO_BOT_TOKEN") || !strings.Contains(err.Error(), "DATA_KEY") {
		t.Errorf("serving without token and key: %v", err)
	}
}

func TestConfigErrorsComeAllAtOnce(t *testing.T) {
	_, err := ConfigFrom([]string{
		"TELEGRAM_TOKEN=nonsense", "TELEGRAM_API_URL=ftp://x", "TELEGRAM_WEBHOOK_URL=https://example.org/hook", "DATABASE_URL=mysql://x",
		"REDIS_URL=localhost", "HTTP_ADDR=8080", "METRICS_ADDR=nope", "TIMEZONE=Mars/Base", "LOG_LEVEL=loud", "DEMO_CLOCK=noon",
		"ZALO_BOT_TOKEN=nonsense", "ZALO_API_URL=ftp://x", "ZALO_WEBHOOK_URL=bot.vn/zalo", "PUBLIC_URL=bot.vn", "SEPAY_API_KEY=short",
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{
		"TELEGRAM_TOKEN", "TELEGRAM_API_URL", "TELEGRAM_WEBHOOK_SECRET", "DATABASE_URL", "REDIS_URL", "HTTP_ADDR", "METRICS_ADDR", "TIMEZONE", "LOG_LEVEL", "DEMO_CLOCK",
		"ZALO_BOT_TOKEN", "ZALO_API_URL", "ZALO_WEBHOOK_URL", "ZALO_WEBHOOK_SECRET", "PUBLIC_URL", "SEPAY_API_KEY",
	} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named in:\n%v", name, err)
		}
	}
}

func TestConfigRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want string // "": fine
	}{
		"postgres without redis":    {[]string{"DATABASE_URL=postgres://u:p@h/d"}, "REDIS_URL is not set"},
		"postgres with redis":       {[]string{"DATABASE_URL=postgres://u:p@h/d", "REDIS_URL=redis://h"}, ""},
		"sqlite with redis":         {[]string{"REDIS_URL=redis://h"}, ""},
		"webhook without secret":    {[]string{"TELEGRAM_WEBHOOK_URL=https://x.vn/t"}, "TELEGRAM_WEBHOOK_SECRET"},
		"webhook with bad secret":   {[]string{"TELEGRAM_WEBHOOK_URL=https://x.vn/t", "TELEGRAM_WEBHOOK_SECRET=a b"}, "1 to 256"},
		"webhook with secret":       {[]string{"TELEGRAM_WEBHOOK_URL=https://x.vn/t", "TELEGRAM_WEBHOOK_SECRET=a-b_C9"}, ""},
		"plain webhook at Telegram": {[]string{"TELEGRAM_WEBHOOK_URL=http://x.vn/t", "TELEGRAM_WEBHOOK_SECRET=a"}, "must be https"},
		"odd port at Telegram":      {[]string{"TELEGRAM_WEBHOOK_URL=https://x.vn:9999/t", "TELEGRAM_WEBHOOK_SECRET=a"}, "8443"},
		"plain webhook elsewhere":   {[]string{"TELEGRAM_API_URL=http://127.0.0.1:1", "TELEGRAM_WEBHOOK_URL=http://127.0.0.1:2/t", "TELEGRAM_WEBHOOK_SECRET=a"}, ""},
		"real token, demo clock":    {[]string{"TELEGRAM_TOKEN=1:a", "DEMO_CLOCK=2026-11-11T09:00:00+07:00"}, "real token"},
		"real token, moved clock":   {[]string{"TELEGRAM_TOKEN=1:a", "DEMO_CLOCK=stdin"}, "real token"},
		"other token, moved clock":  {[]string{"TELEGRAM_TOKEN=1:a", "TELEGRAM_API_URL=http://127.0.0.1:1", "DEMO_CLOCK=stdin"}, ""},
		"other token, demo clock":   {[]string{"TELEGRAM_TOKEN=1:a", "TELEGRAM_API_URL=http://127.0.0.1:1", "DEMO_CLOCK=2026-11-11T09:00:00+07:00"}, ""},
		"real Zalo, demo clock":     {[]string{"ZALO_BOT_TOKEN=1:a", "DEMO_CLOCK=2026-11-11T09:00:00+07:00"}, "real token"},
		"one real, one not":         {[]string{"ZALO_BOT_TOKEN=1:a", "TELEGRAM_TOKEN=1:a", "TELEGRAM_API_URL=http://127.0.0.1:1", "DEMO_CLOCK=2026-11-11T09:00:00+07:00"}, "real token"},
		"other Zalo, demo clock":    {[]string{"ZALO_BOT_TOKEN=1:a", "ZALO_API_URL=http://127.0.0.1:1", "DEMO_CLOCK=2026-11-11T09:00:00+07:00"}, ""},
		"Zalo hook, no secret":      {[]string{"ZALO_WEBHOOK_URL=https://x.vn/z"}, "ZALO_WEBHOOK_SECRET"},
		"Zalo hook, short secret":   {[]string{"ZALO_WEBHOOK_URL=https://x.vn/z", "ZALO_WEBHOOK_SECRET=a-b_C97"}, "8 to 256"},
		"Zalo hook, secret":         {[]string{"ZALO_WEBHOOK_URL=https://x.vn/z", "ZALO_WEBHOOK_SECRET=a-b_C97x"}, ""},
		"Zalo plan below nothing":   {[]string{"ZALO_PLAN_MESSAGES=-1"}, "0 or more"},
		"Zalo plan no number":       {[]string{"ZALO_PLAN_USERS=many"}, "ZaloPlanUsers"},
		"plain Zalo hook":           {[]string{"ZALO_WEBHOOK_URL=http://x.vn/z", "ZALO_WEBHOOK_SECRET=a-b_C97x"}, "must be https"},
		"Zalo hook at home":         {[]string{"ZALO_WEBHOOK_URL=https://192.168.1.5/z", "ZALO_WEBHOOK_SECRET=a-b_C97x"}, "public address"},
		"Zalo hook of an emulator":  {[]string{"ZALO_API_URL=http://127.0.0.1:1", "ZALO_WEBHOOK_URL=http://127.0.0.1:2/z", "ZALO_WEBHOOK_SECRET=a-b_C97x"}, ""},
		"two hooks on one path":     {[]string{"ZALO_WEBHOOK_URL=https://x.vn/h", "ZALO_WEBHOOK_SECRET=a-b_C97x", "TELEGRAM_WEBHOOK_URL=https://y.vn/h", "TELEGRAM_WEBHOOK_SECRET=a"}, "same path /h"},
		"two hooks without a path":  {[]string{"ZALO_WEBHOOK_URL=https://x.vn", "ZALO_WEBHOOK_SECRET=a-b_C97x", "TELEGRAM_WEBHOOK_URL=https://x.vn/", "TELEGRAM_WEBHOOK_SECRET=a"}, "same path /"},
		"two hooks":                 {[]string{"ZALO_WEBHOOK_URL=https://x.vn/z", "ZALO_WEBHOOK_SECRET=a-b_C97x", "TELEGRAM_WEBHOOK_URL=https://x.vn/t", "TELEGRAM_WEBHOOK_SECRET=a"}, ""},
		"plain public address":      {[]string{"PUBLIC_URL=http://x.vn"}, "must be https"},
		"public address":            {[]string{"PUBLIC_URL=https://x.vn/"}, ""},
		"public address at home":    {[]string{"PUBLIC_URL=https://localhost:8080"}, "must be a public"},
		"public with a question":    {[]string{"PUBLIC_URL=https://x.vn/?a"}, "PUBLIC_URL must be like"},
		"emulated, plain public":    {[]string{"TELEGRAM_TOKEN=1:a", "TELEGRAM_API_URL=http://127.0.0.1:1", "PUBLIC_URL=http://127.0.0.1:2"}, ""},
		"half emulated":             {[]string{"TELEGRAM_TOKEN=1:a", "ZALO_BOT_TOKEN=1:a", "ZALO_API_URL=http://127.0.0.1:1", "PUBLIC_URL=http://127.0.0.1:2"}, "must be https"},
		"empty means unset":         {[]string{"HTTP_ADDR=", "LOG_LEVEL= "}, ""},
	} {
		_, err := ConfigFrom(test.env)
		if (err == nil) != (test.want == "") || (err != nil && !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func TestConfigSecretsFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c, err := ConfigFrom([]string{"TELEGRAM_TOKEN_FILE=" + write("t", "12:abc\n"), "DATA_KEY_FILE=" + write("k", "key key key\n")})
	if err != nil || c.TelegramToken != "12:abc" || c.DataKey != "key key key" {
		t.Errorf("got %q, %q, %v", c.TelegramToken, c.DataKey, err)
	}
	_, err = ConfigFrom([]string{"TELEGRAM_TOKEN_FILE=" + dir + "/none", "DATA_KEY_FILE=" + write("e", " \n"), "REDIS_URL=redis://a", "REDIS_URL_FILE=" + write("r", "redis://b")})
	for _, want := range []string{"TELEGRAM_TOKEN_FILE", "DATA_KEY_FILE", "both set"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	environ := []string{
		"TELEGRAM_TOKEN=12:topsecret", "TELEGRAM_WEBHOOK_SECRET=topsecret", "DATABASE_URL=postgres://u:topsecret@h/d?password=topsecret", "REDIS_URL=redis://:topsecret@h:1",
		"DATA_KEY=topsecret", "ZALO_BOT_TOKEN=12:topsecret", "ZALO_WEBHOOK_SECRET=topsecret", "HTTP_ADDR=x", "TELEGRAM_WEBHOOK_URL=:bad",
	}
	c, err := ConfigFrom(environ)
	if lone := mask("REDIS_URL", "redis://topsecret@h:1"); strings.Contains(lone, "topsecret") {
		t.Errorf("a Redis secret without a name is shown: %s", lone)
	}
	if text := c.String(); strings.Contains(text, "topsecret") || !strings.Contains(text, "postgres://u@h/d") {
		t.Errorf("table:\n%s", text)
	}
	if err == nil || strings.Contains(err.Error(), "topsecret") {
		t.Errorf("error: %v", err)
	}
}

func TestDemoClockRuns(t *testing.T) {
	c, err := ConfigFrom([]string{"DEMO_CLOCK=2026-11-11T09:00:00+07:00"})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	if now := c.Clock(); now.Before(start) || now.Sub(start) > time.Minute {
		t.Errorf("clock at %v", now)
	}
	if c, err = ConfigFrom([]string{"DEMO_CLOCK=stdin"}); err != nil || c.Ahead == nil {
		t.Fatalf("no clock to move: %v", err)
	}
	c.Ahead.Store(int64(-48 * time.Hour))
	if behind := time.Until(c.Clock()); behind > -47*time.Hour || behind < -49*time.Hour {
		t.Errorf("a clock put two days back is at %v", behind)
	}
}
