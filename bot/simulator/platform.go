package simulator

import (
	"cmp"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// platform is what every emulated platform has: a clock, chance, a server and an end.
type platform struct {
	now    func() time.Time
	second time.Duration // how long one second of the platform's waiting really lasts
	keep   int           // messages and calls kept for each chat
	slow   atomic.Int64  // see Slow

	wire  *wireServer
	mux   *http.ServeMux // of the control interface
	done  chan struct{}
	end   func()
	hooks sync.WaitGroup // workers of webhooks

	randMu sync.Mutex
	random *rand.Rand
}

func (p *platform) init(now func() time.Time, second time.Duration, keep int, seed uint64) {
	p.now = now
	if now == nil {
		p.now = time.Now
	}
	p.second, p.keep = cmp.Or(second, time.Second), cmp.Or(keep, 1000)
	p.done, p.mux = make(chan struct{}), http.NewServeMux()
	p.end = sync.OnceFunc(func() { close(p.done) })
	p.random = rand.New(rand.NewPCG(seed, 0x7e1e6ca3))
}

// listen serves the paths that are mine by the lean loop, and the rest by net/http. It returns the base URL.
func (p *platform) listen(addr string, mine func([]byte) bool, serve func(*exchange), rest http.Handler) (string, error) {
	w := &wireServer{mine: mine, serve: serve, rest: rest}
	if err := w.start(addr); err != nil {
		return "", err
	}
	p.wire = w
	return "http://" + w.ln.Addr().String(), nil
}

// Close ends polls, webhook deliveries and connections, and waits for them.
func (p *platform) Close() {
	p.end()
	if p.wire != nil {
		p.wire.close()
	}
	p.hooks.Wait()
}

// Slow makes calls that send or edit wait for d, in real time, before they are carried out; 0 makes them quick again.
func (p *platform) Slow(d time.Duration) { p.slow.Store(int64(d)) }

// linger waits as Slow says.
func (p *platform) linger() {
	if d := p.slow.Load(); d > 0 {
		p.pause(time.Duration(d))
	}
}

// scaled is the real duration of n seconds of the platform's waiting.
func (p *platform) scaled(seconds float64) time.Duration {
	return time.Duration(seconds * float64(p.second))
}

// rest waits in the platform's time; false means that the emulator closed.
func (p *platform) rest(seconds float64) bool { return p.pause(p.scaled(seconds)) }

// pause waits in real time.
func (p *platform) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.done:
		return false
	}
}

func (p *platform) chance(rate float64) bool {
	if rate <= 0 {
		return false
	}
	p.randMu.Lock()
	defer p.randMu.Unlock()
	return p.random.Float64() < rate
}

// retryAfter is the schedule of deliveries: at once, then 2, 4, 8 … s up to a random 60 to 120 s.
func (p *platform) retryAfter(tries int) float64 {
	if tries < 2 {
		return 0
	}
	p.randMu.Lock()
	top := 60 + 60*p.random.Float64()
	p.randMu.Unlock()
	return math.Min(top, math.Pow(2, float64(min(tries-1, 10))))
}
