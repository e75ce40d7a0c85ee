package flows_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chungtay/bot"
	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/locales"
	"chungtay/storage"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
	"chungtay/storage/storagetest"
)

var update = flag.Bool("update", false, "write the golden transcripts anew")

// world is a database with the sample, and the ways to run a bot on it.
type world struct {
	t       *testing.T
	stage   *stage
	records *storage.Records
	convs   storage.Conversations
	engine  bot.Stepper
	book    *locales.Book

	mu  sync.Mutex
	now time.Time

	app    *bot.App
	stop   context.CancelFunc
	ended  chan struct{}
	fail   func(point string) error
	twice  bool         // every update is delivered twice
	deaths atomic.Int64 // of the failpoint

	updates atomic.Int64
	texts   map[string]string // script's name of a message -> its ref

	file    string
	db      *sql.DB // the records' file, to see which notices wait
	other   *stage  // the other channel, in the same process, where a script has somebody on both
	chat    string  // whose chat it is that speaks
	chats   []string
	persons map[string]string // script's name of a person -> chat
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// checked steps twice and compares: a step is a pure function of state and event, whatever way the state took.
type checked struct {
	t *testing.T
	e *dialog.Engine
}

func (c checked) Step(s dialog.State, ev dialog.Event) (dialog.State, []dialog.Out) {
	before, _ := json.Marshal(s)
	state, outs := c.e.Step(s, ev)
	after, _ := json.Marshal(s)
	if !bytes.Equal(before, after) {
		c.t.Errorf("the step changed its input\nbefore %s\nafter  %s", before, after)
	}
	var copied dialog.State
	if err := json.Unmarshal(before, &copied); err != nil {
		c.t.Error(err)
	}
	again, outsAgain := c.e.Step(copied, ev)
	one, _ := json.Marshal([]any{state, outs})
	two, _ := json.Marshal([]any{again, outsAgain})
	if !bytes.Equal(one, two) {
		c.t.Errorf("the same step twice:\n%s\n%s", one, two)
	}
	if b, _ := json.Marshal(state); len(b) > 8<<10 {
		c.t.Errorf("state of %d bytes", len(b))
	}
	if *update {
		remember(state, ev, outs)
	}
	return state, outs
}

func places(name string) []storage.Place {
	r := vi.ReadUnit(name, time.Time{})
	all := r.Candidates
	if r.Sure {
		all = []vi.Place{r.Value}
	}
	var out []storage.Place
	for _, p := range all {
		old := p.OldUnit
		for _, kind := range []string{"Phường ", "Xã ", "Thị trấn "} {
			old = strings.TrimPrefix(old, kind)
		}
		out = append(out, storage.Place{Code: p.Unit, Old: old})
	}
	return out
}

func newWorld(t *testing.T, channel string, open func(*testing.T, string, func() time.Time) storage.Conversations) *world {
	t.Helper()
	book, engine := newEngine(t)
	w := &world{
		t: t, book: book, engine: checked{t, engine}, texts: map[string]string{},
		chat: firstChat, chats: []string{firstChat}, persons: map[string]string{},
		stage: newStage(channel),
		now:   time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC), // Wednesday, 09:00 in Vietnam
	}
	file := filepath.Join(t.TempDir(), "chungtay.db")
	w.file = file
	var err error
	w.records, err = storage.OpenRecords(t.Context(), "sqlite:"+file, storage.RecordsOptions{
		DataKey: storage.NewDataKey(), Clock: w.clock, Places: places,
		Plan: records.Plan{Channel: "zalo", Bot: "1", Users: 50, Messages: 3000, Staff: 25},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.records.Close() })
	if err := w.records.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.load(storage.ImportAreas, "Mã,Tên\n20200,Phường Hòa Khánh\n")
	for kind, name := range map[string]string{storage.ImportGroups: "groups.csv", storage.ImportHouseholds: "households.csv"} {
		if kind == storage.ImportHouseholds {
			continue
		}
		w.loadFile(kind, name)
	}
	w.loadFile(storage.ImportHouseholds, "households.csv")
	w.convs = open(t, file, w.clock)
	if w.db, err = sql.Open("sqlite", "file:"+file+"?mode=ro&_pragma=busy_timeout(5000)"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.db.Close() })
	return w
}

func (w *world) loadFile(kind, name string) {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		w.t.Fatal(err)
	}
	w.load(kind, string(b))
}

func (w *world) load(kind, csv string) {
	w.t.Helper()
	table, err := sheets.Read(strings.NewReader(csv), int64(len(csv)), "", sheets.Usual)
	if err != nil {
		w.t.Fatal(err)
	}
	defer table.Close()
	report, err := w.records.Import(w.t.Context(), kind, table, storage.ImportOptions{
		Apply: true, Places: places, Source: "sample", Actor: "test",
		Report: func(p storage.ImportProblem) { w.t.Errorf("%s row %d%s: %v", kind, p.Row, p.Column, p.Line) },
	})
	if err != nil || report.Added+report.Changed != report.Rows {
		w.t.Fatalf("%s: %+v, %v", kind, report, err)
	}
}

func (w *world) run() {
	w.t.Helper()
	app, err := bot.Open(bot.Options{
		Engine: w.engine, Book: w.book, Channels: w.channels(), Conversations: w.convs, Records: w.records, Quota: w.records, Lists: w.records, Broadcasts: w.records,
		Now: w.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Fail: w.fail, PublicURL: "https://bot.example.vn",
		Lease: time.Second, Beat: 200 * time.Millisecond, Tick: 20 * time.Millisecond, Sweep: 50 * time.Millisecond,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := app.Run(ctx); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errFailpoint) {
			w.t.Errorf("run: %v", err)
		}
		_ = app.Close()
	}()
	w.app, w.stop, w.ended = app, cancel, ended
}

func (w *world) end() {
	w.stop()
	<-w.ended
}

var errFailpoint = errors.New("failpoint")

// firstChat is the chat of who speaks first in a script.
const firstChat = "4207"

// soonest is how long the bot may take to come to rest before something must be wrong: long, as the race detector is slow and a
// dead process's lease must end first.
const soonest = 90 * time.Second

// deliver hands an update to the bot and waits until everything it caused was said. A bot that a failpoint killed is started
// again on the same stores.
func (w *world) deliver(ev dialog.Event) {
	w.t.Helper()
	n := strconv.FormatInt(w.updates.Add(1), 10)
	w.advance(time.Second)
	stage := w.stageOf(w.chat)
	ev.ID = stage.name + ":1:" + n
	ev.At = w.clock()
	if ev.Ref == "" {
		ev.Ref = "u" + n
	}
	batch := []bot.Update{{Chat: w.chat, Lang: "vi", Event: ev}}
	if w.twice {
		batch = append(batch, batch[0])
	}
	stage.updates <- batch
	deadline := time.After(soonest)
	for {
		select {
		case <-stage.taken:
			w.settle(deadline)
			return
		case <-w.ended:
			w.run()
		case <-deadline:
			w.t.Fatal("the update was not taken in")
		}
	}
}

// settle waits until no notice that is due waits, and every inbox and outbox is empty.
func (w *world) settle(deadline <-chan time.Time) {
	w.t.Helper()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		waiting := w.waiting()
		if waiting == "" {
			return
		}
		select {
		case <-look.C:
		case <-w.ended:
			w.run()
		case <-deadline:
			w.t.Fatalf("the bot does not come to rest: %s", waiting)
		}
	}
}

// waiting tells what is not done yet. When the inboxes and outboxes are empty all that was saved is kept, with its notices; one that
// is no longer waiting was brought to an inbox before.
func (w *world) waiting() string {
	w.t.Helper()
	for _, look := range []func() string{w.busy, w.worked, w.due, w.busy} {
		if found := look(); found != "" {
			return found
		}
	}
	return ""
}

// worked tells of a list or a statement that is being worked on.
func (w *world) worked() string {
	w.t.Helper()
	var n int
	if err := w.db.QueryRowContext(w.t.Context(), `SELECT (SELECT count(*) FROM lists WHERE status IN ('checking', 'importing'))
		+ (SELECT count(*) FROM statements WHERE status IN ('reading', 'keeping'))`).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	if n > 0 {
		return "a list"
	}
	err := w.db.QueryRowContext(w.t.Context(), `SELECT count(*) FROM broadcasts b WHERE status = 'ending' OR status = 'ready' AND due_at <= ? OR status = 'sending' AND
		(NOT EXISTS (SELECT 1 FROM messages m WHERE m.broadcast_id = b.id AND m.status = 'handed') OR
		EXISTS (SELECT 1 FROM messages m WHERE m.broadcast_id = b.id AND m.status IN ('queued', 'waiting', 'doubt')))`, w.clock().UTC().Format("2006-01-02 15:04:05.999999-07:00")).Scan(&n)
	if err != nil {
		w.t.Fatal(err)
	}
	if n > 0 {
		return "a broadcast"
	}
	return ""
}

// due tells of a notice that is due and was not handed over.
func (w *world) due() string {
	w.t.Helper()
	rows, err := w.db.QueryContext(w.t.Context(), "SELECT due_at FROM messages WHERE status = 'waiting'")
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var due time.Time
		if err := rows.Scan(&due); err != nil {
			w.t.Fatal(err)
		}
		if !due.After(w.clock()) {
			return "a notice"
		}
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return ""
}

// busy tells of a chat with something in its inbox or outbox.
func (w *world) busy() string {
	w.t.Helper()
	for _, chat := range w.chats {
		c, err := w.convs.Load(w.t.Context(), w.contactOf(chat))
		if err != nil {
			w.t.Fatal(err)
		}
		if len(c.Inbox) > 0 || len(c.Outbox) > 0 {
			return fmt.Sprintf("%d events, %d effects\n%s", len(c.Inbox), len(c.Outbox), c.State)
		}
	}
	return ""
}

func (w *world) contactOf(chat string) string {
	return w.records.ContactKey(w.stageOf(chat).name, "1", chat)
}

// otherChats begins the chats on the other channel.
const otherChats = "7"

// stageOf is the channel of a chat.
func (w *world) stageOf(chat string) *stage {
	if strings.HasPrefix(chat, otherChats) {
		return w.other
	}
	return w.stage
}

func (w *world) channels() []bot.Channel {
	if w.other == nil {
		return []bot.Channel{w.stage}
	}
	return []bot.Channel{w.stage, w.other}
}

// bothChannels lets the bot serve the other channel too, where a script needs it: "@@" in it.
func (w *world) bothChannels(script string) {
	if !strings.Contains(script, "\n@@ ") {
		return
	}
	name := map[string]string{"telegram": "zalo", "zalo": "telegram"}[w.stage.name]
	w.other = newStage(name)
}

// play runs a script and returns the transcript. Lines of a script:
//
//	# a comment                        = leader | officer | front | city | household Trần Thị Lan: who the person is, once at the top
//	> words typed                      [ label of a button, or its number
//	+ 2h (the clock moves on)          ! photo|sticker|voice|location|contact [own]|other [album] [caption]; ! document [a file of testdata]
//	flag Trần Thị Lan: nobody of the household is able to work
//	campaign vi_ngheo: the ward's Front has an appeal open for that fund
//	job needs: that job of the schedule is due now
//	people 30: so many wrote to the bot on Zalo before
//	stop a name: their chat takes no message any more
//	@@ a name: who speaks from here on, on the other channel, which runs in the same process
//	@ a person's name: who speaks from here on. What others are told meanwhile is written "<@name words".
//	>> words forwarded                 >1 words: remembered as message 1; ~1 words: message 1 edited to say
//	/start payload is typed as words; {code} is the newest entry's code; ^ data: a forged button
func (w *world) play(script string) string {
	w.t.Helper()
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(script))
	for lines.Scan() {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			fmt.Fprintln(&out, line)
			continue
		}
		fmt.Fprintln(&out, entryCode.ReplaceAllString(line, "GN-*******"))
		line = strings.ReplaceAll(line, "{code}", w.stage.code)
		line = named(line, "card", w.stage.cards)
		line = named(line, "invite", w.stage.invites)
		line = named(line, "join", w.joinCodes())
		line = named(line, "sheet", w.stage.sheets)
		line = named(line, "pledge", w.stage.pledges)
		line = named(line, "allotted", w.stage.allots)
		w.act(line)
		w.write(&out)
		if !strings.Contains(script, "/mapin") && w.wantsPin() {
			fmt.Fprintln(&out, "> "+pinTyped)
			w.act("> " + pinTyped)
			w.write(&out)
		}
	}
	fmt.Fprintln(&out, w.cost())
	return out.String()
}

// pinTyped is the PIN of everybody in a script that does not choose one with /mapin. It is typed wherever it is asked for.
const pinTyped = "2580"

// wantsPin reports that who speaks is asked for their PIN; they have one from then on.
func (w *world) wantsPin() bool {
	w.t.Helper()
	stage := w.stageOf(w.chat)
	stage.mu.Lock()
	asked := stage.pin[w.chat]
	stage.mu.Unlock()
	if !asked {
		return false
	}
	contact := w.contactOf(w.chat)
	data, err := json.Marshal(records.SetPin{Pin: w.records.SealFor(contact, pinTyped)})
	if err != nil {
		w.t.Fatal(err)
	}
	form := "pin of " + w.chat
	if _, err := w.records.Apply(w.t.Context(), []storage.Request{{Contact: contact, Form: form, Kind: records.CmdSetPin, Data: data, At: w.clock()}}); err != nil {
		w.t.Fatal(err)
	}
	return true
}

// named puts codes in the place of their names, which count them in the order they were made: {card}, {card2}.
func named(line, kind string, codes []string) string {
	for i, code := range codes {
		name := "{" + kind + "}"
		if i > 0 {
			name = fmt.Sprintf("{%s%d}", kind, i+1)
		}
		line = strings.ReplaceAll(line, name, code)
	}
	return line
}

func (w *world) act(line string) {
	w.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch {
	case verb == "=":
		w.become(rest)
	case verb == "@":
		w.turnTo(rest)
	case verb == "@@":
		w.turnElsewhere(rest)
	case verb == "stop":
		stage := w.stageOf(w.persons[rest])
		stage.mu.Lock()
		stage.gone[w.persons[rest]] = true
		stage.mu.Unlock()
	case verb == "people":
		w.crowd(rest)
	case verb == "job":
		w.runJob(rest)
	case verb == "campaign":
		w.appeal(rest)
	case verb == "class":
		w.classify(rest)
	case verb == "flag":
		w.change(`INSERT INTO household_flags (household_id, flag, valid_from) SELECT id, 'khong_kha_nang_lao_dong', '2026-01-01 00:00:00+00:00'
			FROM households WHERE head = ? AND area = '48/20200/hoa-minh.12'`, rest)
	case verb == "+":
		d, err := time.ParseDuration(rest)
		if err != nil {
			w.t.Fatal(err)
		}
		w.advance(d)
		w.timers()
	case verb == ">":
		w.say(rest, dialog.Event{})
	case verb == ">>":
		w.say(rest, dialog.Event{Forwarded: true})
	case verb == "[":
		w.press(rest)
	case verb == "^":
		tap := dialog.ParseData(rest)
		w.deliver(dialog.Event{Tapped: &tap, Ref: "b1"})
	case verb == "!":
		w.send(strings.Fields(rest))
	case strings.HasPrefix(verb, ">"):
		ref := "m" + verb[1:]
		w.say(rest, dialog.Event{Ref: ref})
	case strings.HasPrefix(verb, "~"):
		w.say(rest, dialog.Event{Ref: "m" + verb[1:], Edited: true})
	default:
		w.t.Fatalf("script: %q", line)
	}
}

// runJob does a job of the schedule as if it were due now, and lets what it told be said.
func (w *world) runJob(name string) {
	w.t.Helper()
	slot := w.clock().Truncate(time.Second)
	if _, err := w.records.KnowJobs(w.t.Context(), records.Jobs); err != nil {
		w.t.Fatal(err)
	}
	if got, err := w.records.ClaimRun(w.t.Context(), name, slot, "script", time.Hour); err != nil || !got {
		w.t.Fatalf("job %s: %v, %v", name, got, err)
	}
	if err := w.records.DoRun(w.t.Context(), name, slot, "script"); err != nil {
		w.t.Fatal(err)
	}
	w.settle(time.After(soonest))
}

// appeal opens an appeal of the ward for a fund, which lives all year, without any talk.
func (w *world) appeal(fund string) {
	w.t.Helper()
	w.change(`INSERT INTO campaigns (fund, area, plan, starts_on, state, way, bin, account, holder, place, made_by, contact, created_at)
		SELECT ?, '48/20200', '', '2026-01-01 00:00:00+00:00', 'open', 'bank', '970436', '1234567890', 'UY BAN MTTQ VN PHUONG HOA KHANH', '', min(id), '', '2026-01-01 00:00:00+00:00'
		FROM people`, fund)
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// timers lets what came due with the clock be said.
func (w *world) timers() {
	w.t.Helper()
	for _, chat := range w.chats {
		if _, err := w.convs.Due(w.t.Context(), storage.Shard(w.contactOf(chat)), w.clock(), 100); err != nil {
			w.t.Fatal(err)
		}
	}
	w.advance(2 * storage.ReadyGrace) // the bot finds what entered an inbox behind its back
	w.settle(time.After(soonest))
}

func (w *world) say(text string, ev dialog.Event) {
	w.t.Helper()
	if text == "/start" || strings.HasPrefix(text, "/start ") {
		ev.Start = &dialog.Start{Payload: strings.TrimSpace(strings.TrimPrefix(text, "/start"))}
	} else {
		unquoted, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`)
		if err != nil {
			w.t.Fatal(err)
		}
		ev.Said = unquoted
	}
	w.deliver(ev)
}

// press presses a button by its label or its number; where there are none the person types the number.
func (w *world) press(which string) {
	w.t.Helper()
	n, err := strconv.Atoi(which)
	stage := w.stageOf(w.chat)
	if !stage.caps.Buttons {
		if err != nil {
			w.t.Fatalf("script: no buttons here, give the number and not %q", which)
		}
		w.deliver(dialog.Event{Said: which})
		return
	}
	i := 0
	for _, row := range stage.newest[w.chat] {
		for _, b := range row {
			if i++; i == n || b.Label == which {
				tap := dialog.ParseData(b.Data)
				w.deliver(dialog.Event{Tapped: &tap, Ref: stage.last[w.chat]})
				return
			}
		}
	}
	w.t.Fatalf("script: no button %q", which)
}

func (w *world) send(words []string) {
	w.t.Helper()
	media := &dialog.Media{Kind: words[0], Ref: words[0] + strconv.FormatInt(w.updates.Load(), 10)}
	switch words[0] {
	case "contact":
		w.deliver(dialog.Event{Shared: &dialog.Card{Phone: "84905123456", Own: len(words) > 1 && words[1] == "own"}})
		return
	case "document":
		if len(words) > 1 { // a file of testdata
			media.Ref = "document/" + words[1]
		}
	case "photo":
		media.Size, media.Mime = 180_000, "image/jpeg"
		media.Caption = strings.Join(words[1:], " ")
	}
	w.deliver(dialog.Event{Sent: media})
}

// turnTo lets another person speak, in a chat of their own.
func (w *world) turnTo(name string) {
	chat := w.persons[name]
	if chat == "" {
		chat = firstChat
		if len(w.persons) > 0 {
			chat = strconv.Itoa(5000 + len(w.persons))
			w.chats = append(w.chats, chat)
		}
		w.persons[name] = chat
	}
	w.chat = chat
}

// turnElsewhere lets an account on the other channel speak.
func (w *world) turnElsewhere(name string) {
	chat := w.persons[name]
	if chat == "" {
		chat = otherChats + strconv.Itoa(100+len(w.persons))
		w.chats = append(w.chats, chat)
		w.persons[name] = chat
	}
	w.chat = chat
}

// become gives the person a role, as an invite does.
func (w *world) become(role string) {
	w.t.Helper()
	if head, of := strings.CutPrefix(role, "household "); of {
		w.joinHousehold(head)
		return
	}
	area := map[string]string{"leader": "48/20200/hoa-minh.12", "officer": "20200", "front": "20200", "admin": "48", "city": "48", "treasurer": "20200"}[role]
	if area == "" {
		return
	}
	code, err := w.records.CreateInvite(w.t.Context(), role, area, "test", time.Hour)
	if err != nil {
		w.t.Fatal(err)
	}
	w.deliver(dialog.Event{Start: &dialog.Start{Payload: code}})
	if strings.Contains(w.stage.newestText(), "tên gì") {
		w.deliver(dialog.Event{Said: map[string]string{"leader": "Lê Thị Hoa", "officer": "Lê Thị Hoa", "front": "Trần Văn Minh", "admin": "Nguyễn Văn Nam", "city": "Phan Thị Thu", "treasurer": "Võ Thị Hạnh"}[role]})
	}
}

// joinHousehold makes the person one of a household of tổ 12, without any talk.
func (w *world) joinHousehold(head string) {
	w.t.Helper()
	contact := w.contactOf(w.chat)
	if err := w.records.SeeContact(w.t.Context(), contact, w.stage.name, w.records.Seal(bot.Address(w.stage.name, w.chat))); err != nil {
		w.t.Fatal(err)
	}
	w.change(`INSERT INTO roles (person_id, name, area, valid_from) SELECT c.person_id, 'household', h.area || '/' || h.code, '2026-01-01 00:00:00+00:00'
		FROM contacts c, households h WHERE c.key = ? AND h.head = ? AND h.area = '48/20200/hoa-minh.12'`, contact, head)
}

// crowd lets so many people have written on the channel with a plan.
func (w *world) crowd(many string) {
	w.t.Helper()
	n, err := strconv.Atoi(many)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := range n {
		chat := strconv.Itoa(9000 + i)
		if err := w.records.SeeContact(w.t.Context(), w.records.ContactKey("zalo", "1", chat), "zalo", w.records.Seal(bot.Address("zalo", chat))); err != nil {
			w.t.Fatal(err)
		}
	}
}

// classify imports a class: "Trần Thị Lan ngheo 2026 12/QĐ-UBND 2025-12-20".
func (w *world) classify(line string) {
	w.t.Helper()
	f := strings.Fields(line)
	n := len(f) - 4
	w.load(storage.ImportHouseholds, "Phường/xã,Phường/xã cũ,Tổ/thôn,Chủ hộ,Năm sinh,Nhận biết,Diện,Năm,Số quyết định,Ngày quyết định\n"+
		"Hòa Khánh,Hòa Minh,12,"+strings.Join(f[:n], " ")+","+map[string]string{"Trần Thị Lan": "1963,vợ ông Sáu", "Nguyễn Thị Lan": "1951,hẻm 42"}[strings.Join(f[:n], " ")]+
		","+map[string]string{"ngheo": "hộ nghèo", "can_ngheo": "hộ cận nghèo"}[f[n]]+","+strings.Join(f[n+1:], ",")+"\n")
}

// change writes into the records' file behind the bot's back.
func (w *world) change(statement string, args ...any) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+w.file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	defer db.Close()
	done, err := db.ExecContext(w.t.Context(), statement, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	if n, _ := done.RowsAffected(); n != 1 {
		w.t.Fatalf("%d rows changed", n)
	}
}

func (w *world) write(out *strings.Builder) {
	w.stage.mu.Lock()
	defer w.stage.mu.Unlock()
	if w.other != nil {
		w.other.mu.Lock()
		w.stage.seen, w.other.seen = append(w.stage.seen, w.other.seen...), nil
		w.other.mu.Unlock()
	}
	place := func(m shown) int { // chats are sent to at the same time: who speaks first, then the others as they came into the script
		if m.chat == w.chat {
			return -1
		}
		return slices.Index(w.chats, m.chat)
	}
	slices.SortStableFunc(w.stage.seen, func(a, b shown) int { return place(a) - place(b) })
	for _, m := range w.stage.seen {
		mark := "< "
		if m.edit {
			mark = "<~"
		}
		for name, chat := range w.persons {
			if chat == m.chat && chat != w.chat {
				mark = strings.TrimSpace(mark) + "@" + name + " "
			}
		}
		for _, line := range strings.Split(w.masked(m.text), "\n") {
			fmt.Fprintln(out, mark+line)
			mark = "  "
		}
		for _, row := range m.buttons {
			labels := make([]string, len(row))
			for i, b := range row {
				labels[i] = "[" + w.masked(b.Label) + "]"
				if b.URL != "" {
					labels[i] += "(" + b.URL + ")"
				}
				if len(b.Data) > 64 {
					w.t.Errorf("callback data of %d bytes", len(b.Data))
				}
			}
			fmt.Fprintln(out, "  "+strings.Join(labels, " "))
		}
	}
	w.stage.seen = nil
}

// masked is what was said with stars for what is drawn anew each time.
func (w *world) masked(text string) string {
	text = homeCode.ReplaceAllString(entryCode.ReplaceAllString(text, "GN-*******"), "HG-*******")
	text = transferCode.ReplaceAllString(text, "${1}*******")
	text = filePage.ReplaceAllString(text, "https://bot.example.vn/f/***\nMã mở: *** ***")
	for _, card := range w.stage.cards {
		text = strings.ReplaceAll(text, card, "**** ****")
	}
	for _, code := range w.joinCodes() {
		text = strings.ReplaceAll(text, code, "**** ****")
	}
	for _, code := range w.stage.invites {
		text = strings.ReplaceAll(text, code, "*****-*****")
	}
	text = receiptCode.ReplaceAllString(text, "${1}-*******")
	text = sheetNumber.ReplaceAllString(text, "KN-*******")
	text = picturePage.ReplaceAllString(text, "https://bot.example.vn/p/***")
	return text
}

// joinCodes are the codes that were shown to join accounts.
func (w *world) joinCodes() []string {
	if w.other == nil {
		return w.stage.joins
	}
	return append(slices.Clone(w.stage.joins), w.other.joins...)
}

func openEmbedded(t *testing.T, file string, now func() time.Time) storage.Conversations {
	t.Helper()
	c, err := storage.OpenEmbedded(t.Context(), file, storage.EmbeddedNow(now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func scripts(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join("testdata", "scripts", "*.txt"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	return all
}

func TestTranscripts(t *testing.T) {
	for _, file := range scripts(t) {
		for channel := range caps {
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			t.Run(name+"/"+channel, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, channel, openEmbedded)
				w.against(file)
			})
		}
	}
}

// against plays a script and compares with what it has always said.
func (w *world) against(file string) {
	w.t.Helper()
	script, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	w.bothChannels(string(script))
	w.run()
	defer w.end()
	got := w.play(string(script))
	w.frugal(strings.TrimSuffix(filepath.Base(file), ".txt"))
	golden := filepath.Join("testdata", "golden", strings.TrimSuffix(filepath.Base(file), ".txt")+"."+w.stage.name)
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.fail != nil { // a message whose sending was not acknowledged before the death comes again
		got, want = once(got), []byte(once(string(want)))
	}
	if got != string(want) {
		w.t.Errorf("%s", cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")))
	}
}

// The words are the same however the bot runs: on Redis, with every update delivered twice, and when it dies once at every
// boundary between storing and doing, for every update.
func TestTranscriptsHoweverItRuns(t *testing.T) {
	if *update {
		return
	}
	every := scripts(t)
	if testing.Short() { // the race detector sees the same code in one of them
		every = every[:1]
	}
	t.Run("redis", func(t *testing.T) {
		for _, file := range every {
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "telegram", func(t *testing.T, _ string, now func() time.Time) storage.Conversations {
					return storagetest.OpenRedis(t, storagetest.RedisURL(t), storage.RedisOptions{Now: now})
				})
				w.against(file)
			})
		}
	})
	t.Run("twice", func(t *testing.T) {
		for _, file := range every {
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "zalo", openEmbedded)
				w.twice = true
				w.against(file)
			})
		}
	})
	t.Run("dying", func(t *testing.T) {
		for _, point := range []string{
			"ingest.before", "ingest.after", "turn.stepped", "turn.committed", "save.before", "save.applied", "save.resolved", "send.before", "send.sent", "send.acked",
		} {
			t.Run(point, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, "telegram", openEmbedded)
				w.dieAt(point)
				w.against(filepath.Join("testdata", "scripts", "ghinhan-mot-tin.txt"))
				if w.deaths.Load() == 0 {
					t.Error("the bot never came to this point")
				}
			})
		}
	})
}

// dieAt makes the bot die the first time it comes to a point after each update.
func (w *world) dieAt(point string) {
	var last atomic.Int64
	w.fail = func(at string) error {
		now := w.updates.Load()
		if at != point || last.Swap(now) == now {
			return nil
		}
		w.deaths.Add(1)
		return errFailpoint
	}
}

// once leaves out messages that came twice in a row, whether anew or as an edit, and the count at the end.
func once(transcript string) string {
	var out []string
	var last, message []string
	end := func() {
		if message != nil && !slices.Equal(message, last) {
			out = append(out, message...)
		}
		if message != nil {
			last = message
		}
		message = nil
	}
	lines := strings.Split(strings.TrimSpace(transcript), "\n")
	for _, line := range lines[:len(lines)-1] {
		text, begins := strings.CutPrefix(line, "<")
		switch {
		case begins:
			end()
			message = []string{"< " + strings.TrimLeft(text, "~ ")}
		case message != nil && strings.HasPrefix(line, "  "):
			message = append(message, line)
		default:
			end()
			last = nil
			out = append(out, line)
		}
	}
	end()
	return strings.Join(out, "\n")
}
