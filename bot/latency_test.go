package bot_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// wantedRate is the replies a second that are wanted of each kind of stores.
func wantedRate(stores string, hook bool) int {
	switch {
	case stores == "embedded":
		return 1000
	case hook:
		return 5000
	}
	return 2500
}

// BenchmarkLatency lets messages arrive at random, at 60 % of the wanted rate, whether earlier ones are answered or not:
// the gaps are exponential and the writer is any of 400 contacts. A reply's latency counts from the moment its message was
// to arrive until the platform has it (its own 30 ms come after that), with all that the message waited for: the driver, the
// emulator, the contact's earlier replies. It ends with the p99 in milliseconds.
func BenchmarkLatency(b *testing.B) {
	eachWay(b, func(b *testing.B, stores string, hook bool) {
		var c clocks
		l := openLoad(b, stores, hook, func(call simulator.TelegramCall) { c.answered(int(call.Chat - firstChat)) })
		for i, u := range l.users {
			c.expect(i, time.Now())
			u.Open("")
		}
		c.none()
		rate := wantedRate(stores, hook) * 6 / 10
		arrivals(l, &c, rate, rate) // a second to warm up
		c.none()
		c.took = make([]time.Duration, 0, b.N)
		before := l.sim.Bot().Stats()
		b.ResetTimer()
		arrivals(l, &c, rate, b.N)
		c.none()
		l.report(b, before)
		slices.Sort(c.took)
		for name, of := range map[string]float64{"p50-ms": .5, "p99-ms": .99, "max-ms": 1} {
			b.ReportMetric(float64(c.took[max(0, int(of*float64(len(c.took)))-1)].Microseconds())/1000, name)
		}
		b.ReportMetric(0, "ns/op")
	})
}

// arrivals lets n messages arrive, rate a second.
func arrivals(l *load, c *clocks, rate, n int) {
	chance := rand.New(rand.NewPCG(uint64(rate), uint64(n)))
	due := time.Now()
	for range n {
		due = due.Add(time.Duration(chance.ExpFloat64() * float64(time.Second) / float64(rate)))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait)
		}
		i := chance.IntN(len(l.users))
		c.expect(i, due)
		l.users[i].Text("xin chào")
	}
}

// clocks are the moments at which messages that have no reply yet were to arrive, by contact.
type clocks struct {
	mu   sync.Mutex
	due  [loadChats][]time.Time
	open int
	done chan struct{} // closed when nothing is open, if somebody waits
	took []time.Duration
}

func (c *clocks) expect(i int, due time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due[i] = append(c.due[i], due)
	c.open++
}

func (c *clocks) answered(i int) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, now.Sub(c.due[i][0]))
	c.due[i] = c.due[i][1:]
	if c.open--; c.open == 0 && c.done != nil {
		close(c.done)
		c.done = nil
	}
}

// none waits until everything is answered.
func (c *clocks) none() {
	c.mu.Lock()
	done := make(chan struct{})
	if c.open == 0 {
		close(done)
	} else {
		c.done = done
	}
	c.mu.Unlock()
	<-done
}
