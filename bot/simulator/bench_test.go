package simulator_test

import (
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// BenchmarkSendMessage sends over loopback HTTP with kept-alive connections. The client runs in the same
// process, so the time by the emulator alone is lower than cpu-µs/op; BenchmarkExchange shows it.
func BenchmarkSendMessage(b *testing.B) {
	w := newWorld(b, simulator.TelegramOptions{})
	w.an.Open("")
	form := []byte("chat_id=777&entities=null&parse_mode=HTML&text=D%E1%BA%A1+em+ghi+%3Cb%3Er%E1%BB%93i%3C%2Fb%3E&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22C%C3%B3%22%2C%22callback_data%22%3A%22y%22%7D%5D%5D%7D")
	before := w.bot.Stats().CPU
	b.ReportAllocs()
	b.ResetTimer()
	started := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		c := dialRaw(b, w.base)
		defer c.close()
		for pb.Next() {
			c.post(b, "/bot"+w.bot.Token+"/sendMessage", form)
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(started).Seconds(), "requests/s")
	b.ReportMetric(float64((w.bot.Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}
