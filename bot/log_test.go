package bot

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTroubleDoesNotFloodTheLog(t *testing.T) {
	var k talk
	now := time.Unix(0, 0)
	logged := 0
	for i := range 1000 {
		if _, ok := k.may("commit", now.Add(time.Duration(i)*5*time.Millisecond)); ok {
			logged++
		}
	}
	if logged != 5 {
		t.Errorf("%d of 1000 in 5 s are logged", logged)
	}
	if quiet, ok := k.may("commit", now.Add(time.Minute)); !ok || quiet != 199 {
		t.Errorf("%d were not, %v", quiet, ok)
	}
	if _, ok := k.may("load", now); !ok {
		t.Error("another kind is held back")
	}
}

// TestLogShowsNobody drives every way of going wrong and finds neither words nor chat ids in the log.
func TestLogShowsNobody(t *testing.T) {
	var log syncBuffer
	const chat, secret = "0905123456", "lời riêng tư"
	b := newBench(t, func(o *Options) {
		o.Log = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	classes := []Class{Unknown, Bad, Wait, Gone}
	n := 0
	b.wire.fail = func(string, Message) error {
		if n++; n <= len(classes) {
			return &SendError{Class: classes[n-1], After: time.Millisecond, Err: errors.New("no")}
		}
		return nil
	}
	b.rec.refuse[`"`+secret+`"`] = "save.denied"
	b.say(chat, "panic "+secret, "bad "+secret, "never", "save "+secret, "photo "+secret, "hand", secret)
	if !eventually(func() bool {
		c, err := b.mem.Load(t.Context(), "c/test/"+chat)
		return err == nil && c.Turn >= 7 && len(c.Inbox)+len(c.Outbox) == 0
	}) {
		t.Error("something is left undone")
	}
	b.end()
	text := strings.ReplaceAll(log.String(), "c/test/"+chat, "CONTACT") // the fake's key of a contact is no hash
	if strings.Contains(text, secret) || strings.Contains(text, "riêng") {
		t.Errorf("the log holds words:\n%s", text)
	}
	for line := range strings.Lines(text) {
		if strings.Contains(strings.ReplaceAll(line, chat+"-", ""), chat) { // as in the fake's event ids
			t.Errorf("the log holds a chat id:\n%s", line)
		}
	}
	if !strings.Contains(text, "alert") {
		t.Errorf("no alert in\n%s", text)
	}
}

// syncBuffer is a buffer for a logger.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
