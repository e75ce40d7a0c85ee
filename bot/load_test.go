package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/bot/telegram"
	"chungtay/flows"
	"chungtay/flows/dialog"
	"chungtay/locales"
	"chungtay/storage"
)

// records are those of a new SQLite file.
func records(b *testing.B) *storage.Records {
	r, err := storage.OpenRecords(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "r.db"), storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() })
	if err := r.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkTelegram has 400 contacts talk over HTTP with the emulated Telegram, whose sends take 30 ms; each waits for
// its reply before it goes on. Emulator, bot and driver share the process: cpu-µs/reply is of all three.
func BenchmarkTelegram(b *testing.B) {
	for _, hook := range []bool{true, false} {
		for name, open := range bot.Backends(b) {
			b.Run(fmt.Sprintf("%s/%s", map[bool]string{true: "webhook", false: "polling"}[hook], name), func(b *testing.B) {
				const chats = 400
				got := make(map[int64]chan struct{}, chats)
				for i := range chats {
					got[int64(1000+i)] = make(chan struct{}, 16)
				}
				sim := simulator.NewTelegram(simulator.TelegramOptions{Latency: 30 * time.Millisecond, History: 10, OnCall: func(c simulator.TelegramCall) {
					if c.Shows() {
						got[c.Chat] <- struct{}{}
					}
				}})
				defer sim.Close()
				base, err := sim.Listen("127.0.0.1:0")
				if err != nil {
					b.Fatal(err)
				}
				addr := freeAddr(b)
				o := telegram.Options{Token: simulator.DefaultTelegramToken, APIURL: base, Log: slog.New(slog.DiscardHandler), Connections: 100}
				if hook {
					o.WebhookURL, o.WebhookSecret = "http://"+addr+"/hook", "secret"
				}
				ch, err := telegram.New(o)
				if err != nil {
					b.Fatal(err)
				}
				book, err := locales.Open()
				if err != nil {
					b.Fatal(err)
				}
				engine, err := dialog.New(book, flows.All...)
				if err != nil {
					b.Fatal(err)
				}
				app, err := bot.Open(bot.Options{
					Engine: engine, Book: book, Channels: []bot.Channel{ch}, Records: records(b), Conversations: open(b),
					Log: slog.New(slog.DiscardHandler), HTTPAddr: addr, Hooks: map[string]string{"telegram": "/hook"},
				})
				if err != nil {
					b.Fatal(err)
				}
				ctx, stop := context.WithCancel(context.Background())
				ended := make(chan error, 1)
				go func() { ended <- app.Run(ctx) }()
				for app.Ready() != nil {
					time.Sleep(time.Millisecond)
				}
				users := make([]*simulator.TelegramUser, chats)
				for i := range users {
					users[i] = sim.Bot().User(int64(1000+i), "An", "vi")
					users[i].Open("")
					<-got[users[i].ID]
				}
				before := sim.Bot().Stats().CPU
				b.ResetTimer()
				var group sync.WaitGroup
				for i, u := range users {
					group.Go(func() {
						for n := i; n < b.N; n += chats {
							u.Text("xin chào")
							<-got[u.ID]
						}
					})
				}
				group.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "replies/s")
				b.ReportMetric(float64((sim.Bot().Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/reply")
				b.StopTimer()
				stop()
				if err := <-ended; err != nil {
					b.Error(err)
				}
				_ = app.Close()
				http.DefaultClient.CloseIdleConnections()
			})
		}
	}
}
