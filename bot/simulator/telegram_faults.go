package simulator

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// TelegramFaultKind is a way in which the platform or the network goes wrong.
type TelegramFaultKind int

// Faults of calls, then faults of updates.
const (
	FaultTooMany     TelegramFaultKind = iota // 429 with RetryAfter
	FaultServerError                          // 500 as the platform words it
	FaultBadGateway                           // 502 with an HTML page
	FaultHang                                 // no answer until the client gives up
	FaultCutBefore                            // the connection is reset, nothing was done
	FaultCutAfter                             // the work is done, then the connection is reset
	FaultTorn                                 // status 200 with half a JSON body, nothing was done
	FaultGone                                 // 403 as if the person had blocked the bot
	FaultDuplicate                            // the update is delivered twice, even when its offset was acknowledged
	FaultSwap                                 // the update is delivered after the one that follows it
	faultKinds
)

var telegramFaultNames = [faultKinds]string{
	"too many", "server error", "bad gateway", "hang", "cut before", "cut after", "torn", "gone", "duplicate", "swap",
}

func (k TelegramFaultKind) String() string {
	if k < 0 || k >= faultKinds {
		return "unknown"
	}
	return telegramFaultNames[k]
}

// MarshalText writes the fault's name, as the control interface has it: "too many", "server error", "bad gateway",
// "hang", "cut before", "cut after", "torn", "gone", "duplicate" or "swap".
func (k TelegramFaultKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *TelegramFaultKind) UnmarshalText(name []byte) error {
	i := slices.Index(telegramFaultNames[:], string(name))
	if i < 0 {
		return fmt.Errorf("simulator: no such fault: %q", name)
	}
	*k = TelegramFaultKind(i)
	return nil
}

// TelegramFault says what goes wrong, where and how often.
type TelegramFault struct {
	Kind       TelegramFaultKind
	Method     string  // of calls: the method's name, "" for all
	Chat       int64   // 0 for all
	Times      int     // how often; 0 is once, below 0 until ClearFaults
	Rate       float64 // above 0: each call or update is hit with this probability, until ClearFaults
	RetryAfter int     // of FaultTooMany, in seconds; 1 when 0
}

type telegramFaults struct {
	bot    *TelegramBot
	active atomic.Int32
	mu     sync.Mutex
	list   []*TelegramFault
	hits   [faultKinds]int64
}

// Fault arms a fault.
func (b *TelegramBot) Fault(f TelegramFault) {
	if f.Times == 0 {
		f.Times = 1
	}
	if f.RetryAfter == 0 {
		f.RetryAfter = 1
	}
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	b.faults.bot = b
	b.faults.list = append(b.faults.list, &f)
	b.faults.active.Store(int32(len(b.faults.list)))
}

// ClearFaults disarms all faults.
func (b *TelegramBot) ClearFaults() {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	b.faults.list = nil
	b.faults.active.Store(0)
}

// FaultHits counts how often a kind of fault struck.
func (b *TelegramBot) FaultHits(kind TelegramFaultKind) int64 {
	b.faults.mu.Lock()
	defer b.faults.mu.Unlock()
	return b.faults.hits[kind]
}

func (k TelegramFaultKind) ofUpdates() bool { return k == FaultDuplicate || k == FaultSwap }

// strike finds the first armed fault that matches and uses it up.
func (s *telegramFaults) strike(match func(*TelegramFault) bool) *TelegramFault {
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
			if !s.bot.t.chance(f.Rate) {
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

// draw tells whether an update of a lane is hit.
func (s *telegramFaults) draw(kind TelegramFaultKind, lane int64) bool {
	return s.strike(func(f *TelegramFault) bool { return f.Kind == kind && (f.Chat == 0 || f.Chat == lane) }) != nil
}

type faultOutcome int

const (
	faultNone faultOutcome = iota
	faultHandled
	faultCutAfter
)

// applyFault lets a fault of calls strike before the method runs.
func (b *TelegramBot) applyFault(c *telegramCallContext) faultOutcome {
	if b.faults.active.Load() == 0 {
		return faultNone
	}
	x := c.x
	f := b.faults.strike(func(f *TelegramFault) bool {
		return !f.Kind.ofUpdates() && (f.Method == "" || f.Method == c.m.name) && (f.Chat == 0 || f.Chat == c.p.int("chat_id"))
	})
	if f == nil {
		return faultNone
	}
	switch f.Kind {
	case FaultTooMany:
		x.fail(tooMany(f.RetryAfter))
	case FaultServerError:
		x.fail(&telegramError{code: 500, text: "Internal Server Error"})
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
		case <-b.t.done:
		}
		x.cut = true
	case FaultCutBefore:
		x.cut = true
	case FaultTorn:
		x.out = append(x.out[:0], `{"ok":true,"result":{"message_`...)
	case FaultGone:
		x.fail(errBlocked)
	case FaultCutAfter:
		return faultCutAfter
	}
	return faultHandled
}
