package bot_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
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
	"chungtay/storage/records"
	"chungtay/storage/storagetest"
)

// timed notes when a channel was asked to send.
type timed struct {
	bot.Channel
	mu sync.Mutex
	at []time.Time
}

func (c *timed) Send(ctx context.Context, chat string, m bot.Message) (string, error) {
	c.mu.Lock()
	c.at = append(c.at, time.Now())
	c.mu.Unlock()
	return c.Channel.Send(ctx, chat, m)
}

// sentTo is what an emulated platform took.
type sentTo struct {
	mu    sync.Mutex
	at    []time.Time
	chats map[int64]int
	bad   int
}

func (s *sentTo) call(c simulator.TelegramCall) {
	if c.Method != "sendMessage" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Error != "" {
		s.bad++
		return
	}
	s.at = append(s.at, time.Now())
	s.chats[c.Chat]++
}

// fullest is the most of the times that lie in any second.
func fullest(at []time.Time) (most int) {
	slices.SortFunc(at, time.Time.Compare)
	first := 0
	for i := range at {
		for at[i].Sub(at[first]) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// noon is a clock at which nobody sleeps: it began in the morning.
var noon = func() func() time.Time {
	ahead := time.Until(time.Date(2030, 11, 13, 2, 0, 0, 0, time.UTC))
	return func() time.Time { return time.Now().Add(ahead) }
}()

// peopleOf writes people with a chat and a role each straight into the database, and returns their chats.
func peopleOf(b *testing.B, rec *storage.Records, address string, n int) {
	b.Helper()
	driver, dsn := "pgx", address
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const stamp = "'2026-01-01 00:00:00+00:00'"
	if _, err := db.Exec("INSERT INTO areas (path, kind, code, name, valid_from, created_at, updated_at) VALUES ('48', 'city', '48', 'Thành phố', '2025-07-01', " + stamp + ", " + stamp + ")"); err != nil {
		b.Fatal(err)
	}
	for from := 0; from < n; from += 500 {
		var people, contacts, roles []string
		for i := from; i < min(n, from+500); i++ {
			chat := strconv.Itoa(firstChat + i)
			people = append(people, fmt.Sprintf("(%d, 'An', %s, %s)", i+1000, stamp, stamp))
			contacts = append(contacts, fmt.Sprintf("('%s', %d, 'telegram', '1000001', '%s', %s, %s)", rec.ContactKey("telegram", "1000001", chat), i+1000, rec.Seal(bot.Address("telegram", chat)), stamp, stamp))
			roles = append(roles, fmt.Sprintf("(%d, 'leader', '48/20200/g.%d', %s)", i+1000, i%90, stamp))
		}
		for _, q := range []string{
			"INSERT INTO people (id, name, created_at, updated_at) VALUES " + strings.Join(people, ","),
			"INSERT INTO contacts (key, person_id, channel, bot, address, seen_at, created_at) VALUES " + strings.Join(contacts, ","),
			"INSERT INTO roles (person_id, name, area, valid_from) VALUES " + strings.Join(roles, ","),
		} {
			if _, err := db.Exec(q); err != nil {
				b.Fatal(err)
			}
		}
	}
	if driver == "pgx" {
		_, _ = db.Exec("ANALYZE")
	}
}

// officer makes somebody who may write to many.
func officer(b *testing.B, rec *storage.Records, chat string) (contact string) {
	b.Helper()
	contact = rec.ContactKey("telegram", "1000001", chat)
	if err := rec.SeeContact(b.Context(), contact, "telegram", rec.Seal(bot.Address("telegram", chat))); err != nil {
		b.Fatal(err)
	}
	code, err := rec.CreateInvite(b.Context(), records.RoleCity, "48", "test", time.Hour)
	if err != nil {
		b.Fatal(err)
	}
	saved(b, rec, contact, records.CmdRedeem, records.Redeem{Code: code})
	return contact
}

// saved keeps a record, and returns the outcome's args.
func saved(b *testing.B, rec *storage.Records, contact, kind string, command any) map[string]string {
	b.Helper()
	data, _ := json.Marshal(command)
	out, err := rec.Apply(b.Context(), []storage.Request{{Contact: contact, Form: fmt.Sprint(kind, time.Now().UnixNano()), Kind: kind, Data: data, At: noon()}})
	if err != nil || out[0].Refused != "" {
		b.Fatalf("%s: %v %v", kind, out, err)
	}
	return out[0].Args
}

// BenchmarkBroadcast writes to b.N people over HTTP with the emulated Telegram, whose sends take 30 ms, at Telegram's free rate, ten times
// that, and without a limit. It reports messages a second, the share of what the rate allows, and the most in any second at the sender and
// at the platform; and it fails where somebody is missing or told twice.
func BenchmarkBroadcast(b *testing.B) {
	for _, limit := range []float64{30, 300, 1e6} {
		for _, stores := range []string{"everysec", "embedded"} {
			b.Run(fmt.Sprintf("%g/%s", limit, stores), func(b *testing.B) { broadcastAt(b, limit, stores) })
		}
	}
}

func broadcastAt(b *testing.B, limit float64, stores string) {
	if b.N == 1 && limit < 1e6 {
		return // the try that comes first
	}
	seen := sentTo{chats: map[int64]int{}}
	sim := simulator.NewTelegram(simulator.TelegramOptions{Latency: loadLatency, History: 5, OnCall: seen.call, Limits: limit == 30})
	defer sim.Close()
	base, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		sim.Bot().User(int64(firstChat+i), "An", "vi").Open("")
	}
	sim.Bot().User(7, "Thu", "vi").Open("")
	drop, err := http.Post(base+"/bot"+simulator.DefaultTelegramToken+"/deleteWebhook?drop_pending_updates=true", "", nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = drop.Body.Close()
	tg, err := telegram.New(telegram.Options{Token: simulator.DefaultTelegramToken, APIURL: base, Log: slog.New(slog.DiscardHandler), Connections: 100})
	if err != nil {
		b.Fatal(err)
	}
	ch := &timed{Channel: tg}
	rec, conv, address := clockedStores(b, stores)
	peopleOf(b, rec, address, b.N)
	thu := officer(b, rec, "7")
	book, err := locales.Open()
	if err != nil {
		b.Fatal(err)
	}
	engine, err := dialog.New(book, flows.All...)
	if err != nil {
		b.Fatal(err)
	}
	app, err := bot.Open(bot.Options{
		Engine: engine, Book: book, Channels: []bot.Channel{ch}, Records: rec, Conversations: conv, Broadcasts: rec, Bulk: limit, Now: noon,
		Log: slog.New(slog.DiscardHandler), Tick: 100 * time.Millisecond,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		_ = app.Close()
	}()
	for app.Ready() != nil {
		time.Sleep(time.Millisecond)
	}
	made := saved(b, rec, thu, records.CmdMakeBroadcast, records.MakeBroadcast{Text: "Mời các bác họp lúc 7 giờ sáng thứ bảy tại hội trường phường.", Who: records.AudienceLeaders})
	id, _ := strconv.ParseInt(made["code"], 10, 64)
	saved(b, rec, thu, records.CmdSendBroadcast, records.SendBroadcast{ID: id})
	mate := officer(b, rec, "8")
	b.ResetTimer()
	saved(b, rec, mate, records.CmdSetBroadcast, records.SetBroadcast{ID: id, Act: records.BroadcastApprove})
	count := func() int {
		seen.mu.Lock()
		defer seen.mu.Unlock()
		return len(seen.chats)
	}
	for deadline := time.Now().Add(time.Duration(float64(b.N)/min(limit, 500)*1.5+30) * time.Second); time.Now().Before(deadline); {
		if n := count(); n >= b.N {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.StopTimer()
	time.Sleep(time.Second) // what is told twice comes now
	seen.mu.Lock()
	defer seen.mu.Unlock()
	missing, doubled := 0, 0
	for i := range b.N {
		switch n := seen.chats[int64(firstChat+i)]; {
		case n == 0:
			missing++
		case n > 1:
			doubled++
		}
	}
	if missing+doubled > 0 {
		b.Errorf("%d missing, %d doubled", missing, doubled)
	}
	slices.SortFunc(seen.at, time.Time.Compare)
	if len(seen.at) > 1 {
		took := seen.at[len(seen.at)-1].Sub(seen.at[0]).Seconds()
		rate := float64(len(seen.at)-1) / took
		b.ReportMetric(rate, "messages/s")
		if limit < 1e6 {
			b.ReportMetric(100*rate/limit, "%-of-rate")
		}
	}
	b.ReportMetric(float64(fullest(ch.at)), "most/s-sender")
	b.ReportMetric(float64(fullest(seen.at)), "most/s-platform")
	b.ReportMetric(float64(seen.bad), "refused")
	b.ReportMetric(0, "ns/op")
}

// clockedStores are loadStores at a time of day when nobody sleeps.
func clockedStores(b *testing.B, name string) (rec *storage.Records, conv storage.Conversations, address string) {
	b.Helper()
	if address = "sqlite:" + b.TempDir() + "/chungtay.db"; name != "embedded" {
		address = storagetest.Postgres(b)
	}
	rec, err := storage.OpenRecords(b.Context(), address, storage.RecordsOptions{DataKey: storage.NewDataKey(), Clock: noon})
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
		return rec, conv, address
	}
	server := storagetest.StartRedis(b, "--appendonly", "yes", "--appendfsync", name, "--maxmemory-policy", "noeviction")
	return rec, storagetest.OpenRedis(b, "redis://"+server.Addr, storage.RedisOptions{}), address
}
