package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// A month on a small plan: admins are told at 80 %, near its end only replies and what is urgent goes, after the platform's 429
// nothing is tried again and again, and nothing is lost over a restart; the new month goes on.
func TestQuota(t *testing.T) {
	t.Parallel()
	began := time.Now()
	var ahead atomic.Int64
	eleventh := time.Date(2026, 11, 11, 9, 0, 0, 0, records.Local)
	clock := func() time.Time { return eleventh.Add(time.Since(began) + time.Duration(ahead.Load())) }
	z := simulator.NewZalo(simulator.ZaloOptions{Now: clock, Rules: simulator.ZaloRules{Messages: 26}})
	t.Cleanup(z.Close)
	base, err := z.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c, err := bot.ConfigFrom([]string{
		"ZALO_BOT_TOKEN=" + simulator.DefaultZaloToken, "ZALO_API_URL=" + base, "ZALO_PLAN_MESSAGES=20", "ZALO_PLAN_USERS=5",
		"DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "c.db"), "DATA_KEY=" + storage.NewDataKey(), "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0",
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Clock = clock
	rec, err := storage.OpenRecords(t.Context(), c.DatabaseURL, storage.RecordsOptions{DataKey: c.DataKey, Clock: clock, Plan: c.Plan()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	start := func() (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, c, slog.New(slog.DiscardHandler)) }()
		return func() {
			cancel()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	until := func(what string, ok func() bool) {
		t.Helper()
		for !ok() {
			select {
			case <-ctx.Done():
				t.Fatalf("never: %s", what)
			case <-time.After(5 * time.Millisecond):
			}
		}
	}
	usage := func() storage.Usage {
		u, err := rec.Usage(ctx, records.Month(clock()))
		if err != nil {
			return storage.Usage{}
		}
		return u
	}
	heard := func(u *simulator.ZaloUser, words string) bool {
		for _, m := range u.Messages() {
			if m.FromBot && strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	}
	talk := func(u *simulator.ZaloUser) {
		t.Helper()
		before := u.Calls()
		u.Text("menu")
		until("an answer", func() bool { return len(u.Calls()) > len(before) })
	}
	notify := func(cause, key string, urgent bool, contact string) {
		t.Helper()
		say := dialog.Say{Lines: []dialog.Line{{Key: key}}, Urgent: urgent}
		if err := rec.Notify(ctx, cause, []string{contact}, say, clock()); err != nil {
			t.Fatal(err)
		}
	}

	stop := start()
	nam, lan, hue := z.Bot().User("nam", "Nam"), z.Bot().User("lan", "Lan"), z.Bot().User("hue", "Huệ")
	until("the tables", func() bool { return rec.Ping(ctx) == nil && usage().Month != "" })
	if code, _, errs := command(t, []string{"DATABASE_URL=" + c.DatabaseURL, "DATA_KEY=" + c.DataKey}, "import", "areas", "--apply"); code != 0 {
		t.Fatal(errs)
	}
	code, err := rec.CreateInvite(ctx, records.RoleAdmin, "48", "test", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	nam.Text(code)
	until("the invite", func() bool { return len(nam.Calls()) > 0 })
	nam.Text("Nam")
	until("the role", func() bool { return heard(nam, "quản trị") })

	talk(hue)
	for !heard(nam, "Tới 95 %") && z.Bot().Usage().Sent < 19 {
		talk(lan)
		if z.Bot().Usage().Sent >= 16 {
			until("the warning", func() bool { return heard(nam, "Tới 95 %") })
		}
	}
	for z.Bot().Usage().Sent < 19 {
		talk(lan)
	}
	until("the second warning", func() bool { return heard(nam, "Từ giờ em chỉ") })
	until("the count", func() bool { return usage().Sent == z.Bot().Usage().Sent })

	contact := rec.ContactKey("zalo", "2000001", "lan")
	notify("news", "nhakhac.said", false, contact)
	until("it waits", func() bool { return usage().PutOff == 1 })
	notify("flood", "hanmuc.denied", true, contact)
	until("what is urgent", func() bool { return heard(lan, "người quản trị") })
	talk(lan)
	news := "em không nối"
	if heard(lan, news) {
		t.Fatal("a notice went that was to wait")
	}

	for z.Bot().Usage().Sent < 26 {
		talk(lan)
	}
	lan.Text("menu")
	until("the refusal", func() bool { return !usage().HeldUntil.IsZero() })
	tries := len(lan.Calls())
	for range 3 {
		lan.Text("menu")
	}
	notify("more", "nhakhac.said", false, rec.ContactKey("zalo", "2000001", "hue"))
	until("both wait", func() bool { return usage().PutOff == 2 })
	stop()
	stop = start()
	until("it serves again", func() bool { return z.Bot().Polls() > 0 })
	lan.Text("menu")
	until("it was read", func() bool { return z.Bot().Pending() == 0 })
	if more := len(lan.Calls()) - tries; more > 1 {
		t.Errorf("%d more tries after the platform refused", more)
	}
	if u := usage(); u.PutOff != 2 || u.Sent < 26 {
		t.Errorf("after a restart %+v", u)
	}

	ahead.Store(int64(time.Date(2026, 12, 1, 8, 0, 0, 0, records.Local).Sub(eleventh)))
	until("the notices of last month", func() bool { return heard(lan, news) && heard(hue, news) })
	until("what was held up", func() bool { return usage().PutOff == 0 && usage().Sent > 0 })
	talk(lan)
	if u := usage(); u.Month != "2026-12" || !u.HeldUntil.IsZero() {
		t.Errorf("in the new month %+v", u)
	}
	stop()
}
