package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"chungtay/flows/dialog"
)

// moody is a channel that starts when its platform is in the mood: it is refused, away, or well.
type moody struct {
	*wire
	mood atomic.Pointer[SendError] // nil: well
}

func (m *moody) Start(context.Context) error {
	if e := m.mood.Load(); e != nil {
		return e
	}
	return nil
}

var (
	refusal = &SendError{Class: Refused, Err: errors.New("401 Unauthorized")}
	outage  = &SendError{Class: Unknown, Err: errors.New("no route")}
)

// One platform's refusal or outage takes nothing from the channel beside it, is told of by /readyz without taking the
// process out of service, and is over when the platform says so.
func TestOneChannelOfTwoFails(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	for name, test := range map[string]struct {
		mood *SendError
		note string
	}{
		"refused": {refusal, "channel: ill refuses the account; is its token right?"},
		"away":    {outage, "channel: ill is not started"},
	} {
		t.Run(name, func(t *testing.T) {
			ill := &moody{wire: newWire("ill")}
			ill.mood.Store(test.mood)
			b := newBench(t, func(o *Options) {
				o.HTTPAddr, o.Channels = "127.0.0.1:0", append(o.Channels, ill)
			})
			ready := func(code int, body string) {
				t.Helper()
				var c int
				var s string
				if !eventually(func() bool { c, s = get(t, "http://"+b.app.Addr()+"/readyz"); return c == code && s == body }) {
					t.Errorf("readyz: %d %q, want %d %q", c, s, code, body)
				}
			}
			b.say("1", "a")
			b.wants("1", "said 1: a")
			ready(200, "ok\n"+test.note+"\n")
			b.say("1", "b")
			b.wants("1", "said 1: a", "said 2: b")
			ill.mood.Store(nil)
			ready(200, "ok\n")
			ill.poll <- []Update{{Chat: "9", Event: dialog.Event{ID: "x", Said: "c"}}}
			if !eventually(func() bool { got := ill.texts("9"); return len(got) == 1 && got[0] == "said 1: c" }) {
				t.Errorf("the channel that was ill sent %q", ill.texts("9"))
			}
		})
	}
}

// Without a channel that serves there is no readiness, and with every account refused there is no use in going on.
func TestNoChannelServes(t *testing.T) {
	open := func(moods ...*SendError) (*App, []*moody) {
		var channels []Channel
		var all []*moody
		for i, mood := range moods {
			m := &moody{wire: newWire(string(rune('a' + i)))}
			m.mood.Store(mood)
			channels, all = append(channels, m), append(all, m)
		}
		o := newOptions(newWire("x"), newLedger())
		o.Channels, o.Conversations = channels, newMemory()
		app, err := Open(o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = app.Close() })
		return app, all
	}
	app, _ := open(refusal, refusal)
	if err := app.Run(t.Context()); ClassOf(err) != Refused {
		t.Errorf("Run: %v", err)
	}
	app, all := open(refusal, outage)
	ended := make(chan error, 1)
	go func() { ended <- app.Run(t.Context()) }()
	want := "channel: a refuses the account; is its token right?\nchannel: b is not started"
	if !eventually(func() bool { err := app.Ready(); return err != nil && err.Error() == want }) {
		t.Errorf("ready: %v", app.Ready())
	}
	all[1].mood.Store(refusal) // the outage was one of many kinds
	if err := <-ended; ClassOf(err) != Refused {
		t.Errorf("Run: %v", err)
	}
}

// An account that is refused while the program runs is told of too, until a message goes out again.
func TestRefusedWhileServing(t *testing.T) {
	other := newWire("other")
	b := newBench(t, func(o *Options) { o.Channels = append(o.Channels, other) })
	if !eventually(func() bool { return b.app.Ready() == nil }) {
		t.Fatal(b.app.Ready())
	}
	b.wire.mu.Lock()
	b.wire.fail = func(string, Message) error { return refusal }
	b.wire.mu.Unlock()
	b.say("1", "a")
	note := func() string { s, _ := b.app.health.answer(); return s }
	if !eventually(func() bool { return strings.Contains(note(), "test refuses the account") }) || b.app.Ready() != nil {
		t.Errorf("note %q, ready: %v", note(), b.app.Ready())
	}
	other.poll <- []Update{{Chat: "9", Event: dialog.Event{ID: "x", Said: "c"}}}
	if !eventually(func() bool { return len(other.texts("9")) == 1 }) {
		t.Error("the other channel is silent")
	}
	b.say("1", "b") // comes in, so the account is known
	if !eventually(func() bool { return note() == "" }) {
		t.Errorf("note %q", note())
	}
	b.wire.mu.Lock()
	b.wire.fail = nil
	b.wire.mu.Unlock()
}

// A picture may take the platform longer to fetch than a text takes to send.
func TestMediaHasMoreTime(t *testing.T) {
	for _, test := range []struct {
		m    Message
		more bool
	}{{Message{Text: "a"}, false}, {Message{Photo: []byte("x")}, true}, {Message{PhotoURL: "https://x.vn/1"}, true}, {Message{File: []byte("x")}, true}} {
		if got := timeOf(test.m) > sendTimeout; got != test.more {
			t.Errorf("%+v: %v", test.m, timeOf(test.m))
		}
	}
}
