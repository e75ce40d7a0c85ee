package simulator_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// BenchmarkSendMessage sends over loopback HTTP with kept-alive connections. The client runs in the same
// process and does about half of cpu-µs/op.
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

// BenchmarkWebhook delivers updates of 100 people to a server that does nothing. The server runs in the same
// process and does about half of cpu-µs/op.
func BenchmarkWebhook(b *testing.B) {
	w := newWorld(b, simulator.TelegramOptions{})
	ln := must(net.Listen("tcp", "127.0.0.1:0"))(b)
	b.Cleanup(func() { _ = ln.Close() })
	var got sync.WaitGroup
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 8<<10)
				for {
					if n, err := c.Read(buf); err != nil || n == len(buf) {
						return
					}
					if _, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); err != nil {
						return
					}
					got.Done()
				}
			}()
		}
	}()
	if err := w.try("setWebhook", "url", "http://"+ln.Addr().String(), "secret_token", "s"); err != nil {
		b.Fatal(err)
	}
	var people []*simulator.TelegramUser
	for i := range 100 {
		people = append(people, w.bot.User(int64(1000+i), "P", "vi"))
	}
	got.Add(b.N)
	before, started := w.bot.Stats().CPU, time.Now()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		people[i%len(people)].Text("hỗ trợ bà Lan tổ 12 500k")
	}
	got.Wait()
	b.ReportMetric(float64(b.N)/time.Since(started).Seconds(), "updates/s")
	b.ReportMetric(float64((w.bot.Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}
