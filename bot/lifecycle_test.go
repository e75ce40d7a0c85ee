package bot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestHealthReadinessAndMetrics(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	b := newBench(t, func(o *Options) {
		o.HTTPAddr, o.MetricsAddr = "127.0.0.1:0", "127.0.0.1:0"
	})
	url := "http://" + b.app.Addr()
	ready := func(want int) {
		t.Helper()
		code, body := 0, ""
		if !eventually(func() bool { code, body = get(t, url+"/readyz"); return code == want }) {
			t.Errorf("readyz: %d %s, want %d", code, body, want)
		}
	}
	ready(200)
	b.rec.setAway(storage.ErrAway)
	ready(503)
	if code, _ := get(t, url+"/healthz"); code != 200 {
		t.Errorf("healthz: %d", code)
	}
	b.rec.setAway(nil)
	ready(200)
	b.say("1", "save x")
	b.wants("1", "kept x GN-1", "after x")
	code, body := get(t, "http://"+b.app.MetricsAddr()+"/metrics")
	for _, want := range []string{
		`chungtay_updates_total{channel="test",kind="said"} 1`, `chungtay_turns_total{result="ok"} 1`, `chungtay_replies_total{channel="test",class="reply"} 2`,
		`chungtay_saves_total{result="kept"} 1`, "chungtay_lane_roundtrips_count 1", "chungtay_queue_inbox_age_seconds 0", "chungtay_reply_age_seconds_count 2",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics (%d) lack %s", code, want)
		}
	}
	if strings.Contains(body, "xin") || code != 200 {
		t.Errorf("metrics: %d", code)
	}
}

// TestStopFinishesWhatIsUnderWay stops a program that is in the middle of sending: the message goes out, is acknowledged,
// and nothing is sent again by the next process.
func TestStopFinishesWhatIsUnderWay(t *testing.T) {
	b := newBench(t, nil)
	sending := make(chan struct{}, 1)
	release := make(chan struct{})
	b.wire.fail = func(string, Message) error {
		sending <- struct{}{}
		<-release
		return nil
	}
	b.say("1", "two")
	<-sending
	go func() {
		for !b.app.stopping.Load() {
			time.Sleep(time.Millisecond)
		}
		close(release)
	}()
	b.end()
	if got := b.wire.texts("1"); len(got) != 1 {
		t.Fatalf("sent %q while stopping", got)
	}
	c, _ := b.mem.Load(t.Context(), "c/test/1")
	if len(c.Outbox) != 1 {
		t.Errorf("outbox %d, want the second message alone", len(c.Outbox))
	}
	if len(b.mem.owners) != 0 {
		t.Errorf("%d shards are not given up", len(b.mem.owners))
	}
	b.wire.fail = nil
	b.opts.Owner = "b"
	b.start()
	b.wants("1", "said 1: first", "second")
}

func TestConversationsInMemoryAreBounded(t *testing.T) {
	b := newBench(t, func(o *Options) { o.Warm = 64 })
	for i := range 40 {
		var batch []Update
		for j := range 50 {
			batch = append(batch, b.update(fmt.Sprint(i*50+j), "a"))
		}
		b.push(batch)
	}
	for i := range 2000 {
		b.wants(fmt.Sprint(i), "said 1: a")
	}
	b.say("5", "b")
	b.wants("5", "said 1: a", "said 2: b")
	if !eventually(func() bool { return b.app.lanes() <= 64*16 }) {
		t.Errorf("%d conversations in memory", b.app.lanes())
	}
}

func TestOpenNeedsItsParts(t *testing.T) {
	if _, err := Open(Options{}); err == nil {
		t.Error("opened without anything")
	}
	w := newWire("x")
	_, err := Open(Options{Engine: tiny{}, Book: plainBook{}, Records: newLedger(), Conversations: newMemory(), Channels: []Channel{w, w}})
	if err == nil {
		t.Error("opened with two channels of one name")
	}
	_, err = Open(Options{Engine: tiny{}, Book: plainBook{}, Records: newLedger(), Conversations: newMemory(), HTTPAddr: "256.0.0.1:1"})
	if err == nil {
		t.Error("opened at no address")
	}
}

// refusing is a channel whose account is refused.
type refusing struct{ *wire }

func (refusing) Start(context.Context) error {
	return &SendError{Class: Refused, Err: errors.New("401 Unauthorized")}
}

func TestRefusedAccountEndsTheProgram(t *testing.T) {
	b := newBench(t, nil)
	b.end()
	b.opts.Channels = []Channel{refusing{newWire("no")}}
	app, err := Open(Options{Engine: tiny{}, Book: plainBook{}, Records: newLedger(), Conversations: newMemory(), Channels: []Channel{refusing{newWire("no")}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Run(t.Context()); ClassOf(err) != Refused {
		t.Errorf("Run: %v", err)
	}
	_ = app.Close()
}

// offering is an engine that knows commands.
type offering struct{}

func (offering) Commands(who dialog.Person, _ string) []dialog.Slash {
	if who.Has("leader") {
		return []dialog.Slash{{Name: "ghinhan", Help: "Ghi"}}
	}
	return []dialog.Slash{{Name: "menu", Help: "Menu"}}
}

func (offering) Step(s dialog.State, e dialog.Event) (dialog.State, []dialog.Out) {
	if e.Said == "redeem" {
		return s, []dialog.Out{{ID: e.ID + "/0", Effect: dialog.Save{Kind: "invite.redeem", Form: e.ID}}}
	}
	return tiny{}.Step(s, e)
}

// listing notes the command lists it is given.
type listing struct {
	*wire
	lists chan []Command
}

func (l listing) Commands(_ context.Context, _ string, list []Command) error {
	l.lists <- list
	return nil
}

func TestCommandsFollowTheRole(t *testing.T) {
	var l listing
	b := newBench(t, func(o *Options) {
		l = listing{o.Channels[0].(*wire), make(chan []Command, 10)}
		o.Engine, o.Channels = offering{}, []Channel{l}
	})
	b.say("1", "hi")
	b.wants("1", "said 1: hi")
	b.rec.mu.Lock()
	b.rec.people["c/test/1"] = dialog.Person{ID: "1", Roles: []dialog.Role{{Name: "leader"}}}
	b.rec.mu.Unlock()
	b.say("1", "redeem")
	if got := <-l.lists; len(got) != 1 || got[0].Name != "ghinhan" {
		t.Errorf("commands %v", got)
	}
}
