package bot

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

func TestRepliesInOrder(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	var want []string
	var texts []string
	for i := range 40 {
		texts = append(texts, fmt.Sprint("m", i))
		want = append(want, fmt.Sprintf("said %d: m%d", i+1, i))
	}
	b.say("1", texts...)
	b.wants("1", want...)
}

func TestWarmTurnAwaitsOneRoundTrip(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "a")
	b.wants("1", "said 1: a")
	b.mem.mu.Lock()
	loads := b.mem.calls["load"]
	commits := b.mem.calls["commit"]
	b.mem.mu.Unlock()
	b.say("1", "b")
	b.wants("1", "said 1: a", "said 2: b")
	b.mem.mu.Lock()
	defer b.mem.mu.Unlock()
	if b.mem.calls["load"] != loads || b.mem.calls["commit"] != commits+1 {
		t.Errorf("a warm turn loaded %d times and committed %d times", b.mem.calls["load"]-loads, b.mem.calls["commit"]-commits)
	}
}

func TestSaveReleasesKeptBeforeLaterSays(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "save x")
	b.wants("1", "kept x GN-1", "after x")
	b.wire.mu.Lock()
	defer b.wire.mu.Unlock()
	if got := b.wire.sent["1"][0].Rows[0][0].Data; got != "do:/sua GN-1" {
		t.Errorf("button data %q", got)
	}
}

func TestSaveRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.rec.refuse[`"x"`] = records.RefusedDenied
	b.say("1", "save x")
	b.wants("1", "refused "+records.RefusedDenied, "after x")
}

func TestSaveWhileRecordsAreAwayIsToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.TellAfter = time.Nanosecond })
	b.say("1", "hi")
	b.wants("1", "said 1: hi")
	b.rec.setAway(storage.ErrAway)
	b.say("1", "save x")
	b.wants("1", "said 1: hi", "waiting")
	b.say("1", "save y")
	b.wants("1", "said 1: hi", "waiting")
	b.rec.setAway(nil)
	b.wants("1", "said 1: hi", "waiting", "kept x GN-1", "after x", "kept y GN-2", "after y")
}

func TestPoisonedSaveHoldsOnlyItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.rec.poison = `"p"`
	b.say("1", "save p")
	b.say("2", "save x")
	b.wants("2", "kept x GN-1", "after x")
	if got := b.wire.texts("1"); len(got) != 0 {
		t.Errorf("got %q", got)
	}
	b.rec.mu.Lock()
	b.rec.poison = ""
	b.rec.mu.Unlock()
	b.wants("1", "kept p GN-2", "after p")
}

func TestAskSeesOwnSavesAndBelongsToTheTurn(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "save x", "ask c/test/1")
	b.wants("1", "kept x GN-1", "after x", "found 1")
}

func TestAskTimesOutAndHoldsOnlyItsContact(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *Options) { o.AskTimeout = 300 * time.Millisecond; o.Turns = 1 })
	hang := make(chan struct{})
	defer close(hang)
	b.rec.mu.Lock()
	b.rec.hang = hang
	b.rec.mu.Unlock()
	b.say("1", "ask", "after")
	b.say("2", "hi")
	b.wants("2", "said 1: hi")
	b.wants("1", "problem "+records.ProblemUnavailable, "said 2: after")
}

func TestAskForEverIsBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "ask*", "then")
	b.wants("1", "said 2: then")
	if b.rec.asked != askRounds {
		t.Errorf("asked %d times", b.rec.asked)
	}
}

func TestTimerFires(t *testing.T) {
	t.Parallel()
	var clock clock
	clock.set(time.Now())
	b := newBench(t, func(o *Options) { o.Now = clock.now })
	b.say("1", "later", "hi")
	b.wants("1", "said 2: hi")
	clock.add(2 * time.Hour)
	b.wants("1", "said 2: hi", "fired t")
}

func TestDefectsBecomeASentence(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "panic", "bad", "never", "ok")
	b.wants("1", "failed", "failed", "failed", "said 2: ok")
}

func TestUnsendableBecomesASentenceOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.wire.fail = func(_ string, m Message) error {
		if m.Text == "said 1: x" {
			return &SendError{Class: Bad, Err: errors.New("bad")}
		}
		return nil
	}
	b.say("1", "x", "y")
	b.wants("1", "failed", "said 2: y")
	b.wire.mu.Lock()
	b.wire.fail = func(string, Message) error { return &SendError{Class: Bad, Err: errors.New("bad")} }
	b.wire.mu.Unlock()
	b.say("1", "z")
	if !eventually(func() bool { c, _ := b.mem.Load(t.Context(), "c/test/1"); return c.Turn == 3 && len(c.Outbox) == 0 }) {
		t.Error("an unsendable sentence holds the contact")
	}
}

func TestWaitHoldsTheChatAndRepeats(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	tries := 0
	b.wire.fail = func(chat string, _ Message) error {
		if tries++; chat == "1" && tries <= 3 {
			return &SendError{Class: Wait, After: 20 * time.Millisecond, Err: errors.New("slow down")}
		}
		return nil
	}
	b.say("1", "a", "b")
	b.wants("1", "said 1: a", "said 2: b")
}

func TestUnknownIsRepeatedUntilItArrives(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	tries := 0
	b.wire.fail = func(string, Message) error {
		if tries++; tries < 3 {
			return &SendError{Class: Unknown, Err: errors.New("502")}
		}
		return nil
	}
	b.say("1", "a", "b")
	b.wants("1", "said 1: a", "said 2: b")
}

func TestGoneIngestsBlockedAndDropsSays(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.wire.fail = func(string, Message) error { return &SendError{Class: Gone, Err: errors.New("blocked")} }
	b.say("1", "save x", "b")
	if !eventually(func() bool {
		c, _ := b.mem.Load(t.Context(), "c/test/1")
		return len(c.Outbox) == 0 && len(c.Inbox) == 0 && string(c.State) != "" && b.rec.kept("c/test/1") == 1 &&
			slices.ContainsFunc([]string{string(c.State)}, func(s string) bool { return len(s) > 0 && contains(s, `"blocked":"yes"`) })
	}) {
		c, _ := b.mem.Load(t.Context(), "c/test/1")
		t.Fatalf("inbox %v outbox %v state %s", c.Inbox, c.Outbox, c.State)
	}
}

func TestFetchStoresABlob(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.wire.files["f"] = []byte("jpeg")
	b.say("1", "photo f", "photo missing", "x")
	if !eventually(func() bool {
		c, _ := b.mem.Load(t.Context(), "c/test/1")
		b.rec.mu.Lock()
		defer b.rec.mu.Unlock()
		return string(b.rec.blobs["blob-f"]) == "jpeg" && len(c.Outbox) == 0
	}) {
		t.Error("no blob, or the outbox keeps the fetch")
	}
	got := b.wire.texts("1")
	slices.Sort(got)
	if !slices.Equal(got, []string{"lost", "said 3: x"}) {
		t.Errorf("got %q", got)
	}
}

func TestHandoverOpensATask(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "hand")
	b.wants("1", "handed")
	if !eventually(func() bool { b.rec.mu.Lock(); defer b.rec.mu.Unlock(); return len(b.rec.saves) == 1 }) {
		t.Error("no task")
	}
}

func TestForgetErasesAfterTheLastWord(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "a", "forget")
	b.wants("1", "said 1: a", "forgotten")
	if !eventually(func() bool { b.mem.mu.Lock(); defer b.mem.mu.Unlock(); return b.mem.convs["c/test/1"] == nil }) {
		t.Error("not erased")
	}
	b.say("1", "b")
	b.wants("1", "said 1: a", "forgotten", "said 1: b")
}

func TestNotices(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "a")
	b.wants("1", "said 1: a")
	notice := func(id, text, status string, urgent bool) {
		b.rec.mu.Lock()
		defer b.rec.mu.Unlock()
		b.rec.notices[id] = &storage.NoticeRow{ID: id, Contact: "c/test/1", Urgent: urgent, Status: status, Say: dialog.Say{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": text}}}}}
	}
	status := func(id, want string) {
		t.Helper()
		if !eventually(func() bool { b.rec.mu.Lock(); defer b.rec.mu.Unlock(); return b.rec.notices[id].Status == want }) {
			t.Errorf("notice %s is %s, want %s", id, b.rec.notices[id].Status, want)
		}
	}
	notice("n1", "news", records.MessageWaiting, false)
	b.wants("1", "said 1: a", "news")
	status("n1", records.MessageSent)

	b.wire.mu.Lock()
	b.wire.fail = func(string, Message) error {
		return &SendError{Class: Unknown, Sent: true, Err: errors.New("reset")}
	}
	b.wire.mu.Unlock()
	notice("n2", "maybe", records.MessageWaiting, false)
	b.wants("1", "said 1: a", "news", "maybe")
	status("n2", records.MessageDoubt)

	b.wire.mu.Lock()
	b.wire.fail = nil
	b.wire.mu.Unlock()
	b.say("1", "recall n1")
	notice("n3", "later", records.MessageCancelled, false)
	b.say("1", "recall n3", "b")
	b.wants("1", "said 1: a", "news", "maybe", "said 4: b")
}

func TestStoreAwayAndBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	b.say("1", "a")
	b.wants("1", "said 1: a")
	b.mem.setAway(storage.ErrAway)
	go func() { b.wire.poll <- []Update{{Chat: "1", Event: dialog.Event{ID: "x", At: time.Now(), Said: "b"}}} }()
	if !eventually(func() bool { return b.app.Ready() != nil }) {
		t.Error("ready without its store")
	}
	time.Sleep(400 * time.Millisecond) // past the lease
	b.mem.setAway(nil)
	b.wants("1", "said 1: a", "said 2: b")
	if !eventually(func() bool { return b.app.Ready() == nil }) {
		t.Errorf("not ready again: %v", b.app.Ready())
	}
}

func TestTwoProcessesShareAndTakeOver(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil)
	second := b.opts
	second.Owner = "b"
	other, err := Open(second)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := contextWithCancel(t)
	ended := make(chan error, 1)
	go func() { ended <- other.Run(ctx) }()
	if !eventually(func() bool { return len(b.app.shards.owned()) == 32 && len(other.shards.owned()) == 32 }) {
		t.Fatalf("shards: %d and %d", len(b.app.shards.owned()), len(other.shards.owned()))
	}
	for chat := range 50 {
		b.say(fmt.Sprint(chat), "a", "b")
	}
	for chat := range 50 {
		b.wants(fmt.Sprint(chat), "said 1: a", "said 2: b")
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_ = other.Close()
	if !eventually(func() bool { return len(b.app.shards.owned()) == 64 }) {
		t.Errorf("shards: %d", len(b.app.shards.owned()))
	}
	for chat := range 50 {
		b.say(fmt.Sprint(chat), "c")
	}
	for chat := range 50 {
		b.wants(fmt.Sprint(chat), "said 1: a", "said 2: b", "said 3: c")
	}
}
