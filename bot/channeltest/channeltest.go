// Package channeltest is the conformance table of channels: what the running of conversations counts on, whatever the
// platform. A channel passes it against its platform's emulator, driven through Platform.
package channeltest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot"
)

// Fault is what the platform does to the next call that sends.
type Fault int

// The faults a platform can be told to have.
const (
	TooFast     Fault = iota // it refuses: too fast, wait
	ServerError              // it fails, in its own words
	BadGateway               // a proxy before it answers with a page
	CutBefore                // the connection breaks before anything was done
	CutAfter                 // the connection breaks after the message was delivered
	Revoked                  // it refuses the bot's account from now on
)

// Shown is a message as the person sees it.
type Shown struct {
	Text  string     // of a message, or the caption of a picture
	Rows  [][]string // labels of its buttons
	Photo bool
	File  string // the name of a document
}

// Platform is an emulated platform with one bot and one person, who has opened a private chat with it.
type Platform interface {
	// New makes the bot's channel, not started: polling, or called at hook when that is not "".
	New(t testing.TB, hook string) bot.Channel
	// Chat is the person's chat id; Secrets are what may never be seen in an error or in the log; Log is all the channel logged.
	Chat() string
	Secrets() []string
	Log() string

	// Text, Photo, Press and Block are what the person does; Press is on a button of the newest message.
	Text(text string)
	Photo(data []byte)
	Press(label string)
	Block()

	// Poison puts an update into the queue that nobody can read; Twice has the next update delivered twice.
	Poison()
	Twice()
	// Once tells that an update is gone once it was read, be it by a poll that was left meanwhile.
	Once() bool
	// Fail has the next call that sends go wrong.
	Fail(Fault)

	// Messages are those of the bot in the person's chat, oldest first.
	Messages() []Shown
	// Forged are calls of the webhook at url that are not the platform's; Genuine is one that is, with a body.
	Forged(url string) []*http.Request
	Genuine(url string, body io.Reader) *http.Request
	// Picture is a picture that the platform takes; PictureURL is where it may be fetched, for channels with Caps.PhotoLink.
	Picture() []byte
	PictureURL() string
}

// Run runs the table against platforms made by open.
func Run(t *testing.T, open func(t *testing.T) Platform) {
	for name, test := range map[string]func(*testing.T, Platform){
		"start":     testStart,
		"send":      testSend,
		"buttons":   testButtons,
		"replace":   testReplace,
		"long text": testLongText,
		"photo":     testPhoto,
		"file":      testFile,
		"classes":   testClasses,
		"gone":      testGone,
		"bad":       testBad,
		"refused":   testRefused,
		"many":      testMany,
		"cancelled": testCancelled,
		"poll":      testPoll,
		"poison":    testPoison,
		"twice":     testTwice,
		"blocked":   testBlocked,
		"download":  testDownload,
		"webhook":   testWebhook,
		"forged":    testForged,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t)
			test(t, p)
			clean(t, p, p.Log())
		})
	}
}

// clean fails where a text shows a secret, the chat or what was said in it.
func clean(t *testing.T, p Platform, text string) {
	t.Helper()
	for _, secret := range append(p.Secrets(), p.Chat(), words) {
		if strings.Contains(text, secret) {
			t.Errorf("a secret is shown in %q", strings.ReplaceAll(text, secret, "(secret)"))
		}
	}
}

const (
	words = "tin nhắn riêng tư"
	short = 20 * time.Second
)

func started(t *testing.T, p Platform) bot.Channel {
	t.Helper()
	ch := p.New(t, "")
	if err := ch.Start(t.Context()); err != nil {
		t.Fatalf("Start: %v", err)
	}
	return ch
}

func send(t *testing.T, p Platform, ch bot.Channel, m bot.Message) string {
	t.Helper()
	ref, err := ch.Send(t.Context(), p.Chat(), m)
	if err != nil || ref == "" {
		t.Fatalf("Send: ref %q, %v", ref, err)
	}
	return ref
}

// newest is the last message; count is how many there are.
func newest(t *testing.T, p Platform, count int) Shown {
	t.Helper()
	all := p.Messages()
	if len(all) != count || count == 0 {
		t.Fatalf("%d messages, want %d", len(all), count)
	}
	return all[count-1]
}

func testStart(t *testing.T, p Platform) {
	ch := started(t, p)
	if ch.Name() == "" || ch.Bot() == "" || ch.Caps().MaxText <= 0 {
		t.Errorf("name %q, bot %q, caps %+v", ch.Name(), ch.Bot(), ch.Caps())
	}
	if link := ch.Link("abc_123"); (link != "") != ch.Caps().StartLink {
		t.Errorf("link %q, caps %+v", link, ch.Caps())
	}
	if err := ch.Start(t.Context()); err != nil {
		t.Errorf("Start again: %v", err)
	}
	if err := ch.Commands(t.Context(), p.Chat(), []bot.Command{{Name: "menu", Help: "Các việc"}}); err != nil {
		t.Errorf("Commands: %v", err)
	}
}

func testSend(t *testing.T, p Platform) {
	ch := started(t, p)
	refs := map[string]bool{}
	for i, text := range []string{"Dạ em ghi rồi ạ.", "<b>không & đậm</b> _ * [ ] ( ) ` \\ <", "một\n\nhai", "😀 ẵ ợ", "[@all] @an /huy"} {
		refs[send(t, p, ch, bot.Message{Text: text})] = true
		if got := newest(t, p, i+1); got.Text != text {
			t.Errorf("sent %q, the person sees %q", text, got.Text)
		}
	}
	if len(refs) != 5 {
		t.Errorf("refs are not unique: %v", refs)
	}
}

func testButtons(t *testing.T, p Platform) {
	ch := started(t, p)
	if !ch.Caps().Buttons {
		t.Skip("the channel has no buttons")
	}
	in, _ := polled(t, ch)
	send(t, p, ch, bot.Message{Text: "Chọn ạ", Rows: [][]bot.Button{
		{{Label: "Tiền mặt", Data: "abcd1234.kind.tien_mat"}, {Label: "Sửa", Data: "do:/sua GN-7K3QF2M"}},
		{{Label: "Trang", URL: "https://danang.gov.vn/a?b=1&c=2"}},
	}})
	if got := newest(t, p, 1).Rows; len(got) != 2 || !slices.Equal(got[0], []string{"Tiền mặt", "Sửa"}) || !slices.Equal(got[1], []string{"Trang"}) {
		t.Errorf("rows %v", got)
	}
	p.Press("Tiền mặt")
	p.Press("Sửa")
	got := take(t, in, 2)
	if tap := got[0].Event.Tapped; tap == nil || tap.Form != "abcd1234" || tap.Step != "kind" || tap.Key != "tien_mat" || tap.Bad {
		t.Errorf("tap %+v", tap)
	}
	if tap := got[1].Event.Tapped; tap == nil || tap.Do != "/sua GN-7K3QF2M" {
		t.Errorf("tap %+v", tap)
	}
	if got[0].Chat != p.Chat() {
		t.Errorf("a press came from chat %q", got[0].Chat)
	}
}

func testReplace(t *testing.T, p Platform) {
	ch := started(t, p)
	ref := send(t, p, ch, bot.Message{Text: "một"})
	send(t, p, ch, bot.Message{Text: "hai", Replace: ref})
	want := 2
	if ch.Caps().Edit {
		want = 1
	}
	if got := newest(t, p, want); got.Text != "hai" {
		t.Errorf("the person sees %q", got.Text)
	}
	send(t, p, ch, bot.Message{Text: "hai", Replace: ref}) // nothing to change is no error
	count := len(p.Messages())
	for i, unknown := range []string{"999999", "không phải ref", "-1"} {
		send(t, p, ch, bot.Message{Text: "ba", Replace: unknown})
		if got := newest(t, p, count+i+1); got.Text != "ba" {
			t.Errorf("the person sees %q", got.Text)
		}
	}
}

func testLongText(t *testing.T, p Platform) {
	ch := started(t, p)
	text := strings.Repeat("ẵ", ch.Caps().MaxText)
	send(t, p, ch, bot.Message{Text: text})
	if got := newest(t, p, 1); got.Text != text {
		t.Errorf("%d bytes arrived of %d", len(got.Text), len(text))
	}
	if _, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: text + "ẵ"}); bot.ClassOf(err) != bot.Bad {
		t.Errorf("a text over MaxText: %v", err)
	}
}

// A document comes with its name, its text and its buttons, also where the text is longer than a caption.
func testFile(t *testing.T, p Platform) {
	ch := started(t, p)
	if !ch.Caps().Document {
		t.Skip("the channel sends no files")
	}
	sheet := []byte("Mã phiếu;Tiền\nGN-1;5")
	rows := [][]bot.Button{{{Label: "Xem", Data: "x"}}}
	send(t, p, ch, bot.Message{Text: "sổ đây ạ", File: sheet, FileName: "so.csv", Mime: "text/csv", Rows: rows})
	if got := newest(t, p, 1); got.File != "so.csv" || got.Photo || got.Text != "sổ đây ạ" || len(got.Rows) != 1 {
		t.Errorf("the document came as %+v", got)
	}
	send(t, p, ch, bot.Message{Text: strings.Repeat("a", ch.Caps().MaxCaption+1), File: sheet, FileName: "so.csv", Mime: "text/csv", Rows: rows})
	if got := newest(t, p, 3); got.File != "" || len(got.Rows) != 1 {
		t.Errorf("the long text came as %+v", got)
	}
}

func testPhoto(t *testing.T, p Platform) {
	ch := started(t, p)
	if !ch.Caps().Photo {
		t.Skip("the channel sends no pictures")
	}
	m := bot.Message{Text: "ảnh đây ạ", Photo: p.Picture(), Mime: "image/png"}
	if ch.Caps().PhotoLink {
		m.Photo, m.PhotoURL = nil, p.PictureURL()
	}
	send(t, p, ch, m)
	if got := newest(t, p, 1); !got.Photo || got.Text != "ảnh đây ạ" {
		t.Errorf("the person sees %+v", got)
	}
	m.Text = ""
	send(t, p, ch, m)
	if got := newest(t, p, 2); !got.Photo {
		t.Errorf("the person sees %+v", got)
	}
}

func testClasses(t *testing.T, p Platform) {
	ch := started(t, p)
	for _, test := range []struct {
		fault   Fault
		class   bot.Class
		arrives int
	}{{TooFast, bot.Wait, 0}, {ServerError, bot.Unknown, 0}, {BadGateway, bot.Unknown, 0}, {CutBefore, bot.Unknown, 0}, {CutAfter, bot.Unknown, 1}} {
		before := len(p.Messages())
		p.Fail(test.fault)
		_, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: words})
		var e *bot.SendError
		if !errors.As(err, &e) || e.Class != test.class {
			t.Errorf("fault %d: %v, want class %s", test.fault, err, test.class)
			continue
		}
		if test.class == bot.Wait && (e.After <= 0 || e.After > time.Minute && !e.Whole) {
			t.Errorf("fault %d: wait %v", test.fault, e.After)
		}
		if arrived := len(p.Messages()) - before; arrived != test.arrives {
			t.Errorf("fault %d: %d messages arrived", test.fault, arrived)
		} else if arrived > 0 && !e.Sent {
			t.Errorf("fault %d: the message arrived and the error says it cannot have", test.fault)
		}
		clean(t, p, err.Error())
		if _, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: "sau đó"}); err != nil {
			t.Errorf("fault %d: the next message: %v", test.fault, err)
		}
	}
}

func testGone(t *testing.T, p Platform) {
	ch := started(t, p)
	p.Block()
	var err error
	for range 20 { // where nothing tells of it, a block is learned from some refusals
		if _, err = ch.Send(t.Context(), p.Chat(), bot.Message{Text: words}); err == nil {
			t.Fatal("sent to a person who blocked the bot")
		}
		clean(t, p, err.Error())
		if c := bot.ClassOf(err); c != bot.Unknown && c != bot.Bad {
			break
		}
	}
	if bot.ClassOf(err) != bot.Gone {
		t.Fatalf("the person blocked the bot: %v", err)
	}
	for _, chat := range []string{"", "x", "999999999999"} {
		if _, err := ch.Send(t.Context(), chat, bot.Message{Text: words}); bot.ClassOf(err) != bot.Gone && bot.ClassOf(err) != bot.Bad {
			t.Errorf("a chat that is none: %v", err)
		}
	}
}

func testBad(t *testing.T, p Platform) {
	ch := started(t, p)
	if _, err := ch.Send(t.Context(), p.Chat(), bot.Message{}); bot.ClassOf(err) != bot.Bad {
		t.Errorf("an empty message: %v", err)
	}
	if !ch.Caps().Buttons {
		return
	}
	_, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: words, Rows: [][]bot.Button{{{Label: "x", Data: strings.Repeat("x", 65)}}}})
	if bot.ClassOf(err) != bot.Bad {
		t.Errorf("callback data too long: %v", err)
	} else {
		clean(t, p, err.Error())
	}
}

func testRefused(t *testing.T, p Platform) {
	ch := started(t, p)
	p.Fail(Revoked)
	_, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: words})
	if bot.ClassOf(err) != bot.Refused {
		t.Fatalf("a revoked account: %v", err)
	}
	clean(t, p, err.Error())
	err = p.New(t, "").Start(t.Context())
	if bot.ClassOf(err) != bot.Refused {
		t.Fatalf("starting a revoked account: %v", err)
	}
	clean(t, p, err.Error())
}

func testMany(t *testing.T, p Platform) {
	ch := started(t, p)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := ch.Send(t.Context(), p.Chat(), bot.Message{Text: "cùng lúc"}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := len(p.Messages()); n != 20 {
		t.Errorf("%d of 20 arrived", n)
	}
}

func testCancelled(t *testing.T, p Platform) {
	ch := started(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ch.Send(ctx, p.Chat(), bot.Message{Text: words}); bot.ClassOf(err) != bot.Unknown || err == nil {
		t.Errorf("a cancelled send: %v", err)
	} else {
		clean(t, p, err.Error())
	}
}

// polled polls in the background; stop ends it and fails the test if Poll returned an error.
func polled(t *testing.T, ch bot.Channel) (in chan []bot.Update, stop func()) {
	in = make(chan []bot.Update, 100)
	return in, pollWith(t, ch, func(_ context.Context, batch []bot.Update) error {
		in <- batch
		return nil
	})
}

func pollWith(t *testing.T, ch bot.Channel, taker func(context.Context, []bot.Update) error) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- ch.Poll(ctx, afterOpening(taker)) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("Poll: %v", err)
			}
		case <-time.After(short):
			t.Error("Poll does not end with its context")
		}
	})
	t.Cleanup(stop)
	return stop
}

// afterOpening leaves out the opening of the chat, which comes before everything a test does.
func afterOpening(taker func(context.Context, []bot.Update) error) func(context.Context, []bot.Update) error {
	return func(ctx context.Context, batch []bot.Update) error {
		batch = slices.DeleteFunc(slices.Clone(batch), func(u bot.Update) bool { return u.Event.Start != nil })
		if len(batch) == 0 {
			return nil
		}
		return taker(ctx, batch)
	}
}

// take waits for n updates.
func take(t *testing.T, in <-chan []bot.Update, n int) []bot.Update {
	t.Helper()
	var all []bot.Update
	for len(all) < n {
		select {
		case batch := <-in:
			all = append(all, batch...)
		case <-time.After(short):
			t.Fatalf("%d of %d updates came", len(all), n)
		}
	}
	return all
}

func testPoll(t *testing.T, p Platform) {
	ch := started(t, p)
	texts := []string{"một", "hai", "ba", "bốn", "năm"}
	for _, text := range texts {
		p.Text(text)
	}
	// The first taker fails after looking: nothing may be lost by it.
	refused := make(chan []bot.Update, 1)
	ok := make(chan []bot.Update, 100)
	stop := pollWith(t, ch, func(_ context.Context, batch []bot.Update) error {
		select {
		case refused <- batch:
			return errors.New("the store is away")
		default:
			ok <- batch
			return nil
		}
	})
	got := take(t, ok, len(texts))
	first := <-refused
	ids := map[string]bool{}
	for i, u := range got {
		if u.Event.Said != texts[i] || u.Chat != p.Chat() || u.Event.ID == "" || ids[u.Event.ID] {
			t.Errorf("update %d: %q from %q, id %q", i, u.Event.Said, u.Chat, u.Event.ID)
		}
		ids[u.Event.ID] = true
	}
	if first[0].Event.ID != got[0].Event.ID {
		t.Error("brought again, the update has another id")
	}
	stop()
	// A new poll, as after a restart, may bring again what was not acknowledged, but nothing under another id.
	in, _ := polled(t, p.New(t, ""))
	p.Text("sau cùng")
	for {
		last := takeAgain(t, p, in, "sau cùng")
		if u := last[len(last)-1]; u.Event.Said == "sau cùng" {
			if ids[u.Event.ID] {
				t.Error("a new update has an old id")
			}
			return
		}
		for _, u := range last {
			if !ids[u.Event.ID] {
				t.Errorf("%q came again under another id", u.Event.Said)
			}
		}
	}
}

// takeAgain waits for updates, and has the person repeat a text where it may be lost.
func takeAgain(t *testing.T, p Platform, in <-chan []bot.Update, text string) []bot.Update {
	for t.Context().Err() == nil && p.Once() {
		select {
		case batch := <-in:
			return batch
		case <-time.After(time.Second):
			p.Text(text)
		}
	}
	return take(t, in, 1)
}

func testPoison(t *testing.T, p Platform) {
	ch := started(t, p)
	p.Text("trước")
	p.Poison()
	p.Text("sau")
	in, _ := polled(t, ch)
	got := take(t, in, 2)
	if got[0].Event.Said != "trước" || got[len(got)-1].Event.Said != "sau" {
		t.Errorf("got %q ... %q", got[0].Event.Said, got[len(got)-1].Event.Said)
	}
}

func testTwice(t *testing.T, p Platform) {
	ch := started(t, p)
	in, _ := polled(t, ch)
	p.Twice()
	p.Text("hai lần")
	p.Text("một lần")
	var seen []string
	for len(seen) == 0 || seen[len(seen)-1] != "một lần" {
		for _, u := range take(t, in, 1) {
			seen = append(seen, u.Event.Said)
			if u.Event.Said == "hai lần" {
				seen[len(seen)-1] += u.Event.ID
			}
		}
	}
	slices.Sort(seen)
	if n := len(slices.Compact(slices.Clone(seen))); n != 2 {
		t.Errorf("the same update has several ids: %q", seen)
	}
}

func testBlocked(t *testing.T, p Platform) {
	ch := started(t, p)
	in, _ := polled(t, ch)
	p.Text("chào")
	take(t, in, 1)
	p.Block()
	select {
	case got := <-in:
		if !got[0].Event.Blocked || got[0].Chat != p.Chat() {
			t.Errorf("event %+v", got[0].Event)
		}
	case <-time.After(time.Second):
		t.Log("the platform tells of no block; sends will")
	}
}

func testDownload(t *testing.T, p Platform) {
	ch := started(t, p)
	in, _ := polled(t, ch)
	picture := p.Picture()
	p.Photo(picture)
	sent := take(t, in, 1)[0].Event.Sent
	if sent == nil || sent.Kind != "photo" || sent.Ref == "" {
		t.Fatalf("media %+v", sent)
	}
	data, mime, err := ch.Download(t.Context(), sent.Ref, 20<<20)
	if err != nil || len(data) == 0 || !strings.HasPrefix(mime, "image/") {
		t.Errorf("%d bytes of %s, %v", len(data), mime, err)
	}
	if data, _, err := ch.Download(t.Context(), sent.Ref, int64(len(picture)/4)); bot.ClassOf(err) != bot.Bad || len(data) > 0 {
		t.Errorf("over the limit: %d bytes, %v", len(data), err)
	}
	_, _, err = ch.Download(t.Context(), "khong-co", 1<<20)
	if c := bot.ClassOf(err); err == nil || c != bot.Bad && c != bot.Gone {
		t.Errorf("no such file: %v", err)
	} else {
		clean(t, p, err.Error())
	}
}
