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

// deafServer answers 200 to whatever comes, and counts it. It returns its address.
func deafServer(b *testing.B, got *sync.WaitGroup) string {
	ln := must(net.Listen("tcp", "127.0.0.1:0"))(b)
	b.Cleanup(func() { _ = ln.Close() })
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
	return ln.Addr().String()
}

// BenchmarkWebhook delivers updates of 100 people to a server that does nothing. The server runs in the same
// process and does about half of cpu-µs/op.
func BenchmarkWebhook(b *testing.B) {
	w := newWorld(b, simulator.TelegramOptions{})
	var got sync.WaitGroup
	got.Add(b.N)
	if err := w.try("setWebhook", "url", "http://"+deafServer(b, &got), "secret_token", "s"); err != nil {
		b.Fatal(err)
	}
	var people []*simulator.TelegramUser
	for i := range 100 {
		people = append(people, w.bot.User(int64(1000+i), "P", "vi"))
	}
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

// BenchmarkZaloSendMessage is BenchmarkSendMessage for Zalo, in JSON as its clients post it.
func BenchmarkZaloSendMessage(b *testing.B) {
	z := newZalo(b, simulator.ZaloOptions{})
	z.an.Text("x")
	body := []byte(`{"chat_id":"an","text":"Dạ em ghi rồi ạ. 1. Sửa\n2. Về đầu"}`)
	before := z.bot.Stats().CPU
	b.ReportAllocs()
	b.ResetTimer()
	started := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		c := dialRaw(b, z.base)
		defer c.close()
		for pb.Next() {
			c.postAs(b, "/bot"+z.bot.Token+"/sendMessage", "application/json", body)
		}
	})
	b.ReportMetric(float64(b.N)/time.Since(started).Seconds(), "requests/s")
	b.ReportMetric(float64((z.bot.Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkZaloPoll reads events one call each, as polling does.
func BenchmarkZaloPoll(b *testing.B) {
	z := newZalo(b, simulator.ZaloOptions{})
	for range b.N {
		z.an.Text("hỗ trợ bà Lan tổ 12 500k")
	}
	c := dialRaw(b, z.base)
	defer c.close()
	before := z.bot.Stats().CPU
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		c.postAs(b, "/bot"+z.bot.Token+"/getUpdates", "application/json", []byte(`{"timeout":"30"}`))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64((z.bot.Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

// BenchmarkZaloWebhook is BenchmarkWebhook for Zalo.
func BenchmarkZaloWebhook(b *testing.B) {
	z := newZalo(b, simulator.ZaloOptions{})
	var got sync.WaitGroup
	got.Add(b.N + 1) // and the check of the address
	if a := z.hook("http://" + deafServer(b, &got)); !a.Result.Verification.OK {
		b.Fatalf("%+v", a)
	}
	var people []*simulator.ZaloUser
	for i := range 100 {
		people = append(people, z.bot.User(string(rune('a'+i)), "P"))
	}
	before, started := z.bot.Stats().CPU, time.Now()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		people[i%len(people)].Text("hỗ trợ bà Lan tổ 12 500k")
	}
	got.Wait()
	b.ReportMetric(float64(b.N)/time.Since(started).Seconds(), "updates/s")
	b.ReportMetric(float64((z.bot.Stats().CPU-before).Microseconds())/float64(b.N), "cpu-µs/op")
}
