package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/storage"
)

// TestChaos runs two processes on one store, kills either at any boundary and starts another in its place, while the
// platform refuses and fails now and then, stores and records go away for a while, and every update comes twice. No
// reply may be missing or out of order, no Save lost or doubled.
func TestChaos(t *testing.T) {
	for name, open := range backends(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chaos(t, open(t))
		})
	}
}

const (
	chaosChats  = 20
	chaosRounds = 25
	chaosKills  = 12
)

func chaos(t *testing.T, conv storage.Conversations) {
	rec, w := newLedger(), newWire("test")
	var kills atomic.Int64
	w.fail = func(string, Message) error {
		switch rand.IntN(30) {
		case 0:
			return &SendError{Class: Wait, After: time.Duration(1+rand.IntN(5)) * time.Millisecond, Err: errors.New("429")}
		case 1:
			return &SendError{Class: Unknown, Err: errors.New("502")}
		}
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var processes sync.WaitGroup
	for slot := range 2 {
		processes.Go(func() {
			for life := 0; ctx.Err() == nil; life++ {
				process(ctx, t, conv, rec, w, fmt.Sprintf("%d-%d", slot, life), &kills)
			}
		})
	}
	away, _ := conv.(*memory)
	var want []string
	for round := range chaosRounds {
		kind := []string{"plain", "save", "two", "ask"}[round%4]
		var batch []Update
		for chat := range chaosChats {
			text := map[string]string{"plain": fmt.Sprint("m", round), "save": fmt.Sprint("save r", round), "two": "two", "ask": fmt.Sprint("ask c/test/", chat)}[kind]
			u := Update{Chat: fmt.Sprint(chat)}
			u.Event.ID, u.Event.At, u.Event.Said = fmt.Sprintf("%d-%d", chat, round), time.Now(), text
			batch = append(batch, u)
		}
		for range 2 {
			select {
			case w.poll <- batch:
			case <-time.After(30 * time.Second):
				t.Fatal("nobody polls")
			}
		}
		switch kind {
		case "plain":
			want = append(want, fmt.Sprintf("said %d: m%d", round+1, round))
		case "save":
			want = append(want, fmt.Sprint("kept r", round), fmt.Sprint("after r", round))
		case "two":
			want = append(want, fmt.Sprintf("said %d: first", round+1), "second")
		case "ask":
			want = append(want, fmt.Sprint("found ", (round+2)/4))
		}
		switch round {
		case 8:
			rec.setAway(storage.ErrAway)
		case 10:
			rec.setAway(nil)
		case 14:
			if away != nil {
				away.setAway(storage.ErrAway)
				time.Sleep(300 * time.Millisecond)
				away.setAway(nil)
			}
		}
	}
	rec.setAway(nil)
	for chat := range chaosChats {
		var got, bare []string
		ok := eventually(func() bool {
			got, bare = w.texts(fmt.Sprint(chat)), nil
			for _, s := range got {
				s, _, _ = strings.Cut(s, " GN-")
				if s != "waiting" && (len(bare) == 0 || bare[len(bare)-1] != s) {
					bare = append(bare, s)
				}
			}
			return len(bare) >= len(want)
		})
		if !ok || !slices.Equal(bare, want) {
			t.Errorf("chat %d was sent\n%q\nwant\n%q", chat, got, want)
			break
		}
		if repeats := len(got) - len(bare); int64(repeats) > kills.Load()+4 {
			t.Errorf("chat %d: %d repeats with %d kills", chat, repeats, kills.Load())
		}
	}
	saves := (chaosRounds + 2) / 4
	if kept := rec.kept(""); kept != chaosChats*saves || rec.double > 0 {
		t.Errorf("%d saves kept, %d twice; want %d", kept, rec.double, chaosChats*saves)
	}
	stop()
	processes.Wait()
	t.Logf("%d kills", kills.Load())
}

// process runs one process until it is killed or ctx ends.
func process(ctx context.Context, t *testing.T, conv storage.Conversations, rec *ledger, w *wire, owner string, kills *atomic.Int64) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	o := newOptions(w, rec)
	o.Owner, o.Conversations = owner, conv
	o.Fail = func(string) error {
		if rand.IntN(300) == 0 && kills.Add(1) <= chaosKills {
			stop()
			return errKill
		}
		return nil
	}
	app, err := Open(o)
	if err != nil {
		t.Error(err)
		return
	}
	if err := app.Run(ctx); err != nil {
		t.Errorf("Run: %v", err)
	}
	_ = app.Close()
}
