package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
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
	"chungtay/storage/sheets"
	"chungtay/storage/storagetest"
)

const (
	loadChats   = 400                   // people who talk
	loadLatency = 30 * time.Millisecond // of the platform's sends
	loadHomes   = 20                    // households of each, where they log help
	firstChat   = 1000
)

// loadStores are the stores a load runs on: one SQLite file for everything; PostgreSQL with a Redis of the test's own, which
// syncs each write or every second.
func loadStores(b *testing.B, name string) (*storage.Records, storage.Conversations) {
	address := ""
	if name == "embedded" {
		address = "sqlite:" + filepath.Join(b.TempDir(), "chungtay.db")
	} else {
		address = storagetest.Postgres(b)
	}
	rec, err := storage.OpenRecords(b.Context(), address, storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = rec.Close() })
	if err := rec.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	if name == "embedded" {
		conv, err := storage.OpenEmbedded(b.Context(), strings.TrimPrefix(address, "sqlite:"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conv.Close() })
		return rec, conv
	}
	server := storagetest.StartRedis(b, "--appendonly", "yes", "--appendfsync", name, "--maxmemory-policy", "noeviction")
	return rec, storagetest.OpenRedis(b, "redis://"+server.Addr, storage.RedisOptions{})
}

var loadKinds = []string{"always", "everysec", "embedded"}

// load is the program with its stores, an emulated Telegram and its people, all in this process.
type load struct {
	sim   *simulator.Telegram
	app   *bot.App
	rec   *storage.Records
	users []*simulator.TelegramUser
}

// openLoad puts a load together; shown is told of every message that a person sees. It runs until b ends.
func openLoad(b *testing.B, stores string, hook bool, shown func(simulator.TelegramCall)) *load {
	b.Helper()
	l := &load{}
	l.sim = simulator.NewTelegram(simulator.TelegramOptions{Latency: loadLatency, History: 10, OnCall: func(c simulator.TelegramCall) {
		if c.Shows() {
			shown(c)
		}
	}})
	b.Cleanup(l.sim.Close)
	base, err := l.sim.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	addr := storagetest.FreeAddr(b)
	o := telegram.Options{Token: simulator.DefaultTelegramToken, APIURL: base, Log: slog.New(slog.DiscardHandler), Connections: 100}
	if hook {
		o.WebhookURL, o.WebhookSecret = "http://"+addr+"/hook", "secret"
	}
	ch, err := telegram.New(o)
	if err != nil {
		b.Fatal(err)
	}
	l.app, l.rec = serveLoad(b, stores, addr, ch)
	l.users = make([]*simulator.TelegramUser, loadChats)
	for i := range l.users {
		l.users[i] = l.sim.Bot().User(int64(firstChat+i), "An", "vi")
	}
	return l
}

// serveLoad runs the program on a channel until b ends, with its webhook at /hook of addr.
func serveLoad(b *testing.B, stores, addr string, ch bot.Channel) (*bot.App, *storage.Records) {
	b.Helper()
	if os.Getenv("GOGC") == "" { // as chungtay serve does
		debug.SetGCPercent(300)
	}
	book, err := locales.Open()
	if err != nil {
		b.Fatal(err)
	}
	engine, err := dialog.New(book, flows.All...)
	if err != nil {
		b.Fatal(err)
	}
	rec, conv := loadStores(b, stores)
	app, err := bot.Open(bot.Options{
		Engine: engine, Book: book, Channels: []bot.Channel{ch}, Records: rec, Conversations: conv,
		Log: slog.New(slog.DiscardHandler), HTTPAddr: addr, Hooks: map[string]string{ch.Name(): "/hook"},
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		_ = app.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	for app.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	return app, rec
}

// each runs f for every person at the same time.
func (l *load) each(f func(i int, u *simulator.TelegramUser)) {
	var group sync.WaitGroup
	for i, u := range l.users {
		group.Go(func() { f(i, u) })
	}
	group.Wait()
}

// report tells of what was done since before: replies, what the processor did for each, and how many each second.
func (l *load) report(b *testing.B, before simulator.TelegramStats) {
	b.StopTimer()
	after := l.sim.Bot().Stats()
	replies := float64(after.Replies() - before.Replies())
	b.ReportMetric(replies/b.Elapsed().Seconds(), "replies/s")
	b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/replies, "cpu-µs/reply")
}

// eachWay runs a load for both ways that updates come in and all stores.
func eachWay(b *testing.B, run func(b *testing.B, stores string, hook bool)) {
	for _, hook := range []bool{true, false} {
		for _, stores := range loadKinds {
			b.Run(fmt.Sprintf("%s/%s", map[bool]string{true: "webhook", false: "polling"}[hook], stores), func(b *testing.B) { run(b, stores, hook) })
		}
	}
}

// BenchmarkTelegram has 400 contacts talk over HTTP with the emulated Telegram, whose sends take 30 ms; each waits for
// its reply before it goes on. Emulator, bot and driver share the process: cpu-µs/reply is of all three.
func BenchmarkTelegram(b *testing.B) {
	eachWay(b, func(b *testing.B, stores string, hook bool) {
		var got [loadChats]chan struct{}
		for i := range got {
			got[i] = make(chan struct{}, 16)
		}
		l := openLoad(b, stores, hook, func(c simulator.TelegramCall) { got[c.Chat-firstChat] <- struct{}{} })
		l.each(func(i int, u *simulator.TelegramUser) {
			u.Open("")
			<-got[i]
		})
		before := l.sim.Bot().Stats()
		b.ResetTimer()
		l.each(func(i int, u *simulator.TelegramUser) {
			for n := i; n < b.N; n += loadChats {
				u.Text("xin chào")
				<-got[i]
			}
		})
		l.report(b, before)
	})
}

// BenchmarkHelp has 400 group leaders log help, an entry by one message and one press: each waits to be shown what was
// understood, presses Lưu, and waits for the receipt's code. An entry is on record when its code is told.
func BenchmarkHelp(b *testing.B) {
	eachWay(b, func(b *testing.B, stores string, hook bool) {
		var got [loadChats]chan simulator.TelegramCall
		for i := range got {
			got[i] = make(chan simulator.TelegramCall, 16)
		}
		l := openLoad(b, stores, hook, func(c simulator.TelegramCall) { got[c.Chat-firstChat] <- c })
		await := func(i int, is func(m simulator.TelegramMessage) bool) simulator.TelegramMessage {
			for c := range got[i] {
				if is(c.Message) {
					return c.Message
				}
			}
			return simulator.TelegramMessage{}
		}
		says := func(words string) func(simulator.TelegramMessage) bool {
			return func(m simulator.TelegramMessage) bool { return strings.Contains(m.Text, words) }
		}
		l.appoint(b, func(i int, u *simulator.TelegramUser, code string) {
			u.Open(code)
			await(i, says("tên gì"))
			u.Text("Lê Thị Hoa")
			await(i, says("Dạ xong rồi"))
		})
		before := l.sim.Bot().Stats()
		b.ResetTimer()
		l.each(func(i int, u *simulator.TelegramUser) {
			for n := i; n < b.N; n += loadChats {
				u.Text(fmt.Sprintf("hàng xóm góp cho %s %dk", homeName(n/loadChats%loadHomes), 50+n/loadChats))
				var press string
				m := await(i, func(m simulator.TelegramMessage) bool {
					button, ok := m.Button("Lưu")
					press = button.Data
					return ok
				})
				u.PressData(m.ID, press)
				await(i, says("mã GN-"))
			}
		})
		l.report(b, before)
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		var kept int
		if err := l.rec.Pool().QueryRow("SELECT count(*) FROM help").Scan(&kept); err != nil || kept != b.N {
			b.Errorf("%d entries on record, want %d: %v", kept, b.N, err)
		}
	})
}

// homeName is the n-th head of a household of every group.
func homeName(n int) string {
	given := [...]string{"An", "Bình", "Cường", "Dũng", "Giang", "Hải", "Hùng", "Khánh", "Lâm", "Minh", "Nghĩa", "Phong", "Quang", "Sơn", "Thắng", "Trung", "Tuấn", "Việt", "Vinh", "Xuân"}
	return "ông " + given[n%len(given)]
}

// appoint makes a group with households for each person, and has them take their invite.
func (l *load) appoint(b *testing.B, take func(i int, u *simulator.TelegramUser, code string)) {
	b.Helper()
	var groups, households strings.Builder
	groups.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn\n")
	households.WriteString("Phường/xã;Phường/xã cũ;Tổ/thôn;Chủ hộ;Năm sinh\n")
	for i := range l.users {
		fmt.Fprintf(&groups, "Hòa Khánh;Hòa Minh;%d\n", i+1)
		for n := range loadHomes {
			fmt.Fprintf(&households, "Hòa Khánh;Hòa Minh;%d;Trần Văn %s;%d\n", i+1, strings.TrimPrefix(homeName(n), "ông "), 1940+n)
		}
	}
	place := func(name string) []storage.Place {
		if name == "Hòa Minh" {
			return []storage.Place{{Code: "20200", Old: name}}
		}
		return []storage.Place{{Code: "20200"}}
	}
	for _, list := range [][2]string{{storage.ImportAreas, "Mã,Tên\n20200,Phường Hòa Khánh\n"}, {storage.ImportGroups, groups.String()}, {storage.ImportHouseholds, households.String()}} {
		table, err := sheets.Read(strings.NewReader(list[1]), int64(len(list[1])), "", sheets.Usual)
		if err != nil {
			b.Fatal(err)
		}
		report, err := l.rec.Import(b.Context(), list[0], table, storage.ImportOptions{Apply: true, Places: place, Source: "load", Actor: "load"})
		if err != nil || report.Bad > 0 {
			b.Fatalf("%s: %+v %v", list[0], report, err)
		}
		table.Close()
	}
	codes := make([]string, len(l.users))
	for i := range codes {
		code, err := l.rec.CreateInvite(b.Context(), "leader", fmt.Sprintf("48/20200/hoa-minh.%d", i+1), "load", time.Hour)
		if err != nil {
			b.Fatal(err)
		}
		codes[i] = code
	}
	l.each(func(i int, u *simulator.TelegramUser) { take(i, u, codes[i]) })
}
