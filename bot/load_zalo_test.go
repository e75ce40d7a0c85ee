package bot_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"chungtay/bot/simulator"
	"chungtay/bot/zalo"
	"chungtay/storage/storagetest"
)

// BenchmarkZalo is BenchmarkTelegram on the emulated Zalo. Its polling is one event a call, the next one only when the
// last is stored, as the platform forgets what was read.
func BenchmarkZalo(b *testing.B) {
	eachWay(b, func(b *testing.B, stores string, hook bool) {
		got := make(map[string]chan struct{}, loadChats)
		for i := range loadChats {
			got[fmt.Sprint(firstChat+i)] = make(chan struct{}, 16)
		}
		sim := simulator.NewZalo(simulator.ZaloOptions{Latency: loadLatency, History: 10, OnCall: func(c simulator.ZaloCall) {
			if c.Shows() {
				got[c.Chat] <- struct{}{}
			}
		}})
		b.Cleanup(sim.Close)
		base, err := sim.Listen("127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		addr := storagetest.FreeAddr(b)
		o := zalo.Options{Token: simulator.DefaultZaloToken, APIURL: base, Log: slog.New(slog.DiscardHandler)}
		if hook {
			o.WebhookURL, o.WebhookSecret = "http://"+addr+"/hook", "secret-secret"
		}
		ch, err := zalo.New(o)
		if err != nil {
			b.Fatal(err)
		}
		serveLoad(b, stores, addr, ch)
		talk := func(times int) {
			var group sync.WaitGroup
			for i := range loadChats {
				u := sim.Bot().User(fmt.Sprint(firstChat+i), "An")
				group.Go(func() {
					for n := i; n < times; n += loadChats {
						u.Text("xin chào")
						<-got[u.ID]
					}
				})
			}
			group.Wait()
		}
		talk(loadChats) // who writes first is told more
		before := sim.Bot().Stats()
		b.ResetTimer()
		talk(b.N)
		b.StopTimer()
		after := sim.Bot().Stats()
		replies := float64(after.Replies() - before.Replies())
		b.ReportMetric(replies/b.Elapsed().Seconds(), "replies/s")
		b.ReportMetric(float64((after.CPU-before.CPU).Microseconds())/replies, "cpu-µs/reply")
		if after.Lost > 0 {
			b.Errorf("%d events were lost", after.Lost)
		}
	})
}
