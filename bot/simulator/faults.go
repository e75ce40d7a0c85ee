package simulator

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// FaultKind is a way in which a platform or the network goes wrong.
type FaultKind int

// Faults of calls, then faults of updates.
const (
	FaultTooMany     FaultKind = iota // 429; on Telegram with RetryAfter, on Zalo as if the month's quota were used up
	FaultServerError                  // an error of the platform's own, as it words it
	FaultBadGateway                   // 502 with an HTML page
	FaultHang                         // no answer until the client gives up
	FaultSlow                         // the work is done, and answered after Delay
	FaultCutBefore                    // the connection is reset, nothing was done
	FaultCutAfter                     // the work is done, then the connection is reset
	FaultTorn                         // status 200 with half a JSON body, nothing was done
	FaultGone                         // 403 as if the person had blocked the bot
	FaultQuiet                        // status 200, and the error is in the body only
	FaultDuplicate                    // the update is delivered twice, even when its offset was acknowledged
	FaultSwap                         // the update is delivered after the one that follows it
	faultKinds
)

var faultNames = [faultKinds]string{
	"too many", "server error", "bad gateway", "hang", "slow", "cut before", "cut after", "torn", "gone", "quiet", "duplicate", "swap",
}

func (k FaultKind) String() string {
	if k < 0 || k >= faultKinds {
		return "unknown"
	}
	return faultNames[k]
}

// MarshalText writes the fault's name, as the control interface has it: "too many", "server error", "bad gateway",
// "hang", "slow", "cut before", "cut after", "torn", "gone", "quiet", "duplicate" or "swap".
func (k FaultKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *FaultKind) UnmarshalText(name []byte) error {
	i := slices.Index(faultNames[:], string(name))
	if i < 0 {
		return fmt.Errorf("simulator: no such fault: %q", name)
	}
	*k = FaultKind(i)
	return nil
}

func (k FaultKind) ofUpdates() bool { return k == FaultDuplicate || k == FaultSwap }

// Fault says what goes wrong, where and how often. Chats are named as their platform names them.
type Fault[Chat comparable] struct {
	Kind       FaultKind
	Method     string        // of calls: the method's name, "" for all
	Chat       Chat          // the zero value for all
	Times      int           // how often; 0 is once, below 0 until ClearFaults
	Rate       float64       // above 0: each call or update is hit with this probability, until ClearFaults
	RetryAfter int           // of FaultTooMany, in seconds; 1 when 0
	Delay      time.Duration // of FaultSlow, in real time; a second when 0
}

// faults are what is armed for one bot.
type faults[Chat comparable] struct {
	platform *platform
	active   atomic.Int32
	mu       sync.Mutex
	list     []*Fault[Chat]
	hits     [faultKinds]int64
}

// Fault arms a fault.
func (s *faults[Chat]) Fault(f Fault[Chat]) {
	if f.Times == 0 {
		f.Times = 1
	}
	if f.RetryAfter == 0 {
		f.RetryAfter = 1
	}
	if f.Delay == 0 {
		f.Delay = time.Second
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(s.list, &f)
	s.active.Store(int32(len(s.list)))
}

// ClearFaults disarms all faults.
func (s *faults[Chat]) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = nil
	s.active.Store(0)
}

// FaultHits counts how often a kind of fault struck.
func (s *faults[Chat]) FaultHits(kind FaultKind) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hits[kind]
}

// strike finds the first armed fault that matches and uses it up.
func (s *faults[Chat]) strike(match func(*Fault[Chat]) bool) *Fault[Chat] {
	if s.active.Load() == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.list {
		if !match(f) {
			continue
		}
		switch {
		case f.Rate > 0:
			if !s.platform.chance(f.Rate) {
				continue
			}
		case f.Times > 0:
			if f.Times--; f.Times == 0 {
				s.list = append(s.list[:i:i], s.list[i+1:]...)
				s.active.Store(int32(len(s.list)))
			}
		}
		s.hits[f.Kind]++
		return f
	}
	return nil
}

// draw tells whether an update of a chat is hit.
func (s *faults[Chat]) draw(kind FaultKind, chat Chat) bool {
	var all Chat
	return s.strike(func(f *Fault[Chat]) bool { return f.Kind == kind && (f.Chat == all || f.Chat == chat) }) != nil
}

// ofCall finds the fault that strikes a call; chat is asked for when a fault is armed for one chat.
func (s *faults[Chat]) ofCall(method string, chat func() Chat) *Fault[Chat] {
	var all Chat
	return s.strike(func(f *Fault[Chat]) bool {
		return !f.Kind.ofUpdates() && (f.Method == "" || f.Method == method) && (f.Chat == all || f.Chat == chat())
	})
}

// faultOutcome is what is left to do of a call after a fault.
type faultOutcome int

const (
	faultNone     faultOutcome = iota
	faultHandled               // the answer is made
	faultCutAfter              // do the work, then cut the connection
	faultSlow                  // do the work, then wait
)

// suffer carries out the faults that are the network's, not a platform's.
func (p *platform) suffer(x *exchange, kind FaultKind) faultOutcome {
	switch kind {
	case FaultBadGateway:
		x.status, x.outType = 502, "text/html"
		x.out = append(x.out[:0], "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"...)
	case FaultHang:
		var gone <-chan struct{}
		if x.watch != nil {
			var stop func()
			gone, stop = x.watch()
			defer stop()
		}
		select {
		case <-gone:
		case <-p.done:
		}
		x.cut = true
	case FaultCutBefore:
		x.cut = true
	case FaultTorn:
		x.out = append(x.out[:0], `{"ok":true,"result":{"message_`...)
	case FaultCutAfter:
		return faultCutAfter
	case FaultSlow:
		return faultSlow
	}
	return faultHandled
}
