package telegram_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/bot/telegram"
)

// BenchmarkSend sends over loopback HTTP to the emulator; about 11 of the CPU microseconds are the emulator's.
func BenchmarkSend(b *testing.B) {
	sim := simulator.NewTelegram(simulator.TelegramOptions{})
	defer sim.Close()
	base, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	sim.Bot().User(777, "An", "vi").Open("")
	ch, err := telegram.New(telegram.Options{Token: simulator.DefaultTelegramToken, APIURL: base, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	m := bot.Message{Text: "Dạ em ghi: bà Trần Thị Lan (1963), tổ 12\n500.000 đồng và 10 kg gạo, hàng xóm góp", Rows: [][]bot.Button{
		{{Label: "Lưu", Data: "1:abcdef:confirm:yes"}, {Label: "Sửa", Data: "1:abcdef:confirm:edit"}}, {{Label: "Bỏ", Data: "1:abcdef:confirm:no"}},
	}}
	before := sim.Bot().Stats().CPU
	b.SetParallelism(16)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := ch.Send(context.Background(), "777", m); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64((sim.Bot().Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkWebhook is the handler alone: reading an update, and answering a press within the answer.
func BenchmarkWebhook(b *testing.B) {
	ch, err := telegram.New(telegram.Options{Token: simulator.DefaultTelegramToken, WebhookURL: "https://bot.example.vn/hook", WebhookSecret: "s", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	h := ch.Webhook(func(context.Context, []bot.Update) error { return nil })
	for name, body := range map[string]string{
		"text":  `{"update_id":1001,"message":{"message_id":12,"from":{"id":777,"is_bot":false,"first_name":"An","language_code":"vi"},"chat":{"id":777,"first_name":"An","type":"private"},"date":1763800000,"text":"hỗ trợ bà Lan tổ 12 500k"}}`,
		"press": `{"update_id":1002,"callback_query":{"id":"4382bfdwdsb323b2d9","from":{"id":777,"is_bot":false,"first_name":"An"},"message":{"message_id":13,"from":{"id":1,"is_bot":true,"first_name":"B","username":"b_bot"},"chat":{"id":777,"type":"private"},"date":1763800010,"text":"Dạ em ghi: bà Trần Thị Lan (1963), tổ 12","reply_markup":{"inline_keyboard":[[{"text":"Lưu","callback_data":"1:a:c:y"}]]}},"chat_instance":"-3221","data":"1:abcdef:confirm:yes"}}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(body))
				r.Header.Set("X-Telegram-Bot-Api-Secret-Token", "s")
				w := httptest.NewRecorder()
				if h.ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
