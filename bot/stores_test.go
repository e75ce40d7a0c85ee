package bot

import (
	"path/filepath"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// TestRealStores runs on the embedded stores themselves: a contact becomes known, is told a notice, blocks the bot, and
// is told nothing more.
func TestRealStores(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chungtay.db")
	rec, err := storage.OpenRecords(t.Context(), "sqlite:"+path, storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	if err := rec.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	conv, err := storage.OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conv.Close() })
	b := newBench(t, func(o *Options) { o.Conversations, o.Records = conv, rec })
	b.say("1", "a")
	b.wants("1", "said 1: a")
	contact := rec.ContactKey("test", "1", "1")
	if who, err := rec.Person(t.Context(), contact); err != nil || who.ID == "" {
		t.Fatalf("the contact is nobody: %+v, %v", who, err)
	}

	news := func(id, text string, urgent bool) {
		t.Helper()
		say := dialog.Say{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": text}}}, Urgent: urgent}
		if err := rec.Notify(t.Context(), id, []string{contact}, say, time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	status := func(id, want string) {
		t.Helper()
		got := ""
		if !eventually(func() bool {
			rows, err := rec.Notice(t.Context(), []string{id})
			if err == nil && len(rows) == 1 {
				got = rows[0].Status
			}
			return got == want
		}) {
			t.Errorf("notice %s is %q, want %q", id, got, want)
		}
	}
	news("one", "news", false)
	b.wants("1", "said 1: a", "news")
	status("notice:1", records.MessageSent)
	news("two", "flood", true)
	b.wants("1", "said 1: a", "news", "flood")
	status("notice:2", records.MessageSent)
	b.say("1", "recall notice:1")
	b.say("1", "b")

	b.push([]Update{{Chat: "1", Event: dialog.Event{ID: "blocked", At: time.Now(), Blocked: true}}})
	b.say("1", "c")
	if !eventually(func() bool { return len(b.wire.texts("1")) >= 5 }) {
		t.Errorf("sent %q", b.wire.texts("1"))
	}
	if !eventually(func() bool {
		c, err := conv.Load(t.Context(), contact)
		return err == nil && len(c.Inbox) == 0
	}) {
		t.Error("an event is left in the inbox")
	}
}

// What may be a PIN lies sealed in the inbox, and is what was typed when its turn comes.
func TestPinIsSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "chungtay.db")
	rec, err := storage.OpenRecords(t.Context(), "sqlite:"+path, storage.RecordsOptions{DataKey: storage.NewDataKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rec.Close() })
	if err := rec.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	conv, err := storage.OpenEmbedded(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conv.Close() })
	contact := rec.ContactKey("test", "1", "1")
	seen := make(chan string, 1)
	b := newBench(t, func(o *Options) {
		o.Conversations, o.Records = conv, rec
		o.Fail = func(point string) error {
			if point != "turn.stepped" {
				return nil
			}
			c, err := conv.Load(t.Context(), contact)
			if err != nil || len(c.Inbox) != 1 {
				t.Errorf("%d events wait: %v", len(c.Inbox), err)
				return nil
			}
			select {
			case seen <- string(c.Inbox[0].Event):
			default:
			}
			return nil
		}
	})
	b.say("1", "25 80 13")
	b.wants("1", "said 1: 25 80 13")
	if stored := <-seen; contains(stored, "25") && contains(stored, "80 13") || !contains(stored, `"secret"`) {
		t.Errorf("stored: %s", stored)
	}
}
