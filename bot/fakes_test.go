package bot

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// memory keeps conversations in memory, with the behaviour every backend has.
type memory struct {
	mu      sync.Mutex
	convs   map[string]*storage.Conversation
	seen    map[[2]string]bool
	timers  map[string]map[string]storage.TimerSet
	owners  map[int]lease
	members map[string]time.Time
	locks   map[string]lease
	ready   map[string]time.Time
	wakes   []chan string
	away    error // what every call fails with
	lost    int   // how many of the next calls are carried out and yet fail
	calls   map[string]int
}

type lease struct {
	owner string
	until time.Time
}

func newMemory() *memory {
	return &memory{
		convs: map[string]*storage.Conversation{}, seen: map[[2]string]bool{}, timers: map[string]map[string]storage.TimerSet{},
		owners: map[int]lease{}, members: map[string]time.Time{}, locks: map[string]lease{}, ready: map[string]time.Time{}, calls: map[string]int{},
	}
}

func (m *memory) begin(op string) error {
	m.mu.Lock()
	m.calls[op]++
	return m.away
}

func (m *memory) end(err *error) {
	if *err == nil && m.lost > 0 {
		m.lost--
		*err = storage.ErrAway
	}
	m.mu.Unlock()
}

func (m *memory) conv(contact string) *storage.Conversation {
	if m.convs[contact] == nil {
		m.convs[contact] = &storage.Conversation{}
	}
	return m.convs[contact]
}

func (m *memory) owns(owner string, shard int) bool {
	l := m.owners[shard]
	return l.owner == owner && time.Now().Before(l.until)
}

func (m *memory) Ingest(_ context.Context, owner string, batch []storage.Arrival) (fresh []bool, err error) {
	err = m.begin("ingest")
	defer m.end(&err)
	if err != nil {
		return nil, err
	}
	fresh = make([]bool, len(batch))
	for i, a := range batch {
		c := m.conv(a.Contact)
		if a.Address != "" {
			c.Address = a.Address
		}
		if k := [2]string{a.Contact, a.ID}; !m.seen[k] {
			m.seen[k], fresh[i] = true, true
			c.Inbox = append(c.Inbox, storage.Inboxed{ID: a.ID, Event: a.Event})
			m.ready[a.Contact] = time.Now().Add(time.Second)
			if !m.owns(owner, storage.Shard(a.Contact)) {
				for _, w := range m.wakes {
					select {
					case w <- a.Contact:
					default:
					}
				}
			}
		}
	}
	return fresh, nil
}

func (m *memory) Load(_ context.Context, contact string) (c storage.Conversation, err error) {
	err = m.begin("load")
	defer m.end(&err)
	if err != nil || m.convs[contact] == nil {
		return c, err
	}
	c = *m.convs[contact]
	c.Inbox, c.Outbox = slices.Clone(c.Inbox), slices.Clone(c.Outbox)
	return c, nil
}

func (m *memory) Commit(_ context.Context, k storage.Commit) (err error) {
	err = m.begin("commit")
	defer m.end(&err)
	if err != nil {
		return err
	}
	if !m.owns(k.Owner, storage.Shard(k.Contact)) {
		return storage.ErrNotOwner
	}
	c := m.conv(k.Contact)
	if c.Turn != k.Turn || len(c.Inbox) == 0 || c.Inbox[0].ID != k.Head {
		return storage.ErrStale
	}
	c.State, c.Turn, c.Inbox = k.State, k.Turn+1, c.Inbox[1:]
	c.Outbox = append(slices.Clone(c.Outbox), k.Outbox...)
	for _, t := range k.Timers {
		if m.timers[k.Contact] == nil {
			m.timers[k.Contact] = map[string]storage.TimerSet{}
		}
		if m.timers[k.Contact][t.Key] = t; t.At.IsZero() {
			delete(m.timers[k.Contact], t.Key)
		}
	}
	if delete(m.ready, k.Contact); len(c.Inbox) > 0 {
		m.ready[k.Contact] = time.Now().Add(time.Second)
	}
	return nil
}

func (m *memory) Resolve(_ context.Context, contact, id string, with []storage.Stored) (err error) {
	err = m.begin("resolve")
	defer m.end(&err)
	if err != nil {
		return err
	}
	c := m.conv(contact)
	if i := slices.IndexFunc(c.Outbox, func(s storage.Stored) bool { return s.ID == id }); i >= 0 {
		c.Outbox = slices.Replace(slices.Clone(c.Outbox), i, i+1, with...)
	}
	return nil
}

func (m *memory) Ready(_ context.Context, shard int, _ time.Time, hold time.Duration, n int) (contacts []string, err error) {
	err = m.begin("ready")
	defer m.end(&err)
	for c, at := range m.ready {
		if len(contacts) < n && storage.Shard(c) == shard && time.Now().After(at) {
			m.ready[c] = time.Now().Add(hold)
			contacts = append(contacts, c)
		}
	}
	return contacts, err
}

func (m *memory) Pending(_ context.Context, shard int) (contacts []string, err error) {
	err = m.begin("pending")
	defer m.end(&err)
	for c, v := range m.convs {
		if storage.Shard(c) == shard && len(v.Inbox)+len(v.Outbox) > 0 {
			contacts = append(contacts, c)
		}
	}
	return contacts, err
}

func (m *memory) Due(_ context.Context, shard int, now time.Time, n int) (contacts []string, err error) {
	err = m.begin("due")
	defer m.end(&err)
	if err != nil {
		return nil, err
	}
	for c, timers := range m.timers {
		if storage.Shard(c) != shard {
			continue
		}
		for key, t := range timers {
			if !t.At.After(now) && len(contacts) < n {
				delete(timers, key)
				v := m.conv(c)
				v.Inbox = append(v.Inbox, storage.Inboxed{ID: t.ID, Event: t.Event})
				contacts = append(contacts, c)
			}
		}
	}
	return contacts, nil
}

func (m *memory) NextDue(context.Context) (at time.Time, err error) {
	err = m.begin("next_due")
	defer m.end(&err)
	for _, timers := range m.timers {
		for _, t := range timers {
			if at.IsZero() || t.At.Before(at) {
				at = t.At
			}
		}
	}
	return at, err
}

func (m *memory) Claim(_ context.Context, owner string, want []int, ttl time.Duration) (owned []int, err error) {
	err = m.begin("claim")
	defer m.end(&err)
	if err != nil {
		return nil, err
	}
	m.members[owner] = time.Now().Add(ttl)
	for _, s := range want {
		if l := m.owners[s]; l.owner == owner || time.Now().After(l.until) {
			m.owners[s] = lease{owner, time.Now().Add(ttl)}
			owned = append(owned, s)
		}
	}
	return owned, nil
}

func (m *memory) Release(_ context.Context, owner string, shards []int) (err error) {
	err = m.begin("release")
	defer m.end(&err)
	for _, s := range shards {
		if m.owners[s].owner == owner {
			delete(m.owners, s)
		}
	}
	return err
}

func (m *memory) Members(context.Context) (n int, err error) {
	err = m.begin("members")
	defer m.end(&err)
	for _, until := range m.members {
		if time.Now().Before(until) {
			n++
		}
	}
	return n, err
}

func (m *memory) Lock(_ context.Context, name, owner string, ttl time.Duration) (ok bool, err error) {
	err = m.begin("lock")
	defer m.end(&err)
	if l := m.locks[name]; err != nil || (l.owner != owner && time.Now().Before(l.until)) {
		return false, err
	}
	m.locks[name] = lease{owner, time.Now().Add(ttl)}
	return true, nil
}

func (m *memory) Wakes(ctx context.Context) (<-chan string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	in, out := make(chan string, 1000), make(chan string)
	m.wakes = append(m.wakes, in)
	go func() {
		defer close(out)
		for {
			select {
			case <-ctx.Done():
				return
			case c := <-in:
				select {
				case out <- c:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out, nil
}

func (m *memory) Ping(context.Context) (err error) {
	err = m.begin("ping")
	defer m.end(&err)
	return err
}

func (m *memory) Erase(_ context.Context, contact string) (err error) {
	err = m.begin("erase")
	defer m.end(&err)
	if err == nil {
		delete(m.convs, contact)
		delete(m.timers, contact)
	}
	return err
}

func (m *memory) Close() error { return nil }

func (m *memory) setAway(err error) {
	m.mu.Lock()
	m.away = err
	m.mu.Unlock()
}

// ledger is the records: every Save once.
type ledger struct {
	mu      sync.Mutex
	saves   map[string]storage.Outcome // contact form n -> outcome
	order   []string                   // payloads in the order they were kept
	double  int                        // payloads kept again under another key, which no test does
	away    error
	notices map[string]*storage.NoticeRow
	blobs   map[string][]byte
	people  map[string]dialog.Person
	asked   int
	hang    chan struct{} // Answer waits for it
	refuse  map[string]string
	poison  string // payload that never goes through
}

func newLedger() *ledger {
	return &ledger{saves: map[string]storage.Outcome{}, notices: map[string]*storage.NoticeRow{}, blobs: map[string][]byte{}, people: map[string]dialog.Person{}, refuse: map[string]string{}}
}

func (r *ledger) ContactKey(channel, bot, chat string) string { return "c/" + channel + "/" + chat }
func (r *ledger) Seal(plain string) string                    { return "sealed:" + plain }
func (r *ledger) SealFor(_, plain string) string              { return "sealed:" + plain }
func (r *ledger) Open(sealed string) (string, error) {
	plain, ok := strings.CutPrefix(sealed, "sealed:")
	if !ok {
		return "", errors.New("not sealed")
	}
	return plain, nil
}

func (r *ledger) SealLink(plain string) string { return hex.EncodeToString([]byte(plain)) }
func (r *ledger) OpenLink(token string) (string, error) {
	plain, err := hex.DecodeString(token)
	return string(plain), err
}

func (r *ledger) trouble() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.away
}

func (r *ledger) setAway(err error) {
	r.mu.Lock()
	r.away = err
	r.mu.Unlock()
}

func (r *ledger) SeeContact(context.Context, string, string, string) error { return r.trouble() }

func (r *ledger) UseContact(context.Context, string) error { return r.trouble() }

func (r *ledger) Person(_ context.Context, contact string) (dialog.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.people[contact], r.away
}

func (r *ledger) Apply(_ context.Context, batch []storage.Request) ([]storage.Outcome, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away != nil {
		return nil, r.away
	}
	for _, q := range batch {
		if r.poison != "" && string(q.Data) == r.poison {
			return nil, errors.New("poisoned")
		}
	}
	outcomes := make([]storage.Outcome, len(batch))
	for i, q := range batch {
		key := fmt.Sprintf("%s %s %d", q.Contact, q.Form, q.N)
		if o, ok := r.saves[key]; ok {
			outcomes[i] = o
			continue
		}
		o := storage.Outcome{Args: map[string]string{"code": "GN-" + strconv.Itoa(len(r.saves)+1)}}
		if why := r.refuse[string(q.Data)]; why != "" {
			o.Refused = why
		} else {
			payload := q.Contact + " " + string(q.Data)
			if string(q.Data) != "null" && slices.Contains(r.order, payload) {
				r.double++
			}
			r.order = append(r.order, payload)
		}
		r.saves[key], outcomes[i] = o, o
	}
	return outcomes, nil
}

func (r *ledger) Answer(ctx context.Context, ask dialog.Ask, _ dialog.Person, _ time.Time) dialog.Answer {
	r.mu.Lock()
	hang, away := r.hang, r.away
	r.asked++
	r.mu.Unlock()
	if away != nil {
		return dialog.Answer{Problem: records.ProblemUnavailable}
	}
	if hang != nil {
		select {
		case <-hang:
		case <-ctx.Done():
			return dialog.Answer{Problem: records.ProblemUnavailable}
		}
	}
	return dialog.Answer{Query: ask.Query, Facts: map[string]string{"saves": strconv.Itoa(r.kept(ask.Args["contact"]))}}
}

func (r *ledger) kept(contact string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, p := range r.order {
		if c, data, _ := strings.Cut(p, " "); (contact == "" || c == contact) && data != "null" {
			n++
		}
	}
	return n
}

func (r *ledger) notice(id, contact, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notices[id] = &storage.NoticeRow{ID: id, Contact: contact, Status: records.MessageWaiting, Say: dialog.Say{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": text}}}}}
}

func (r *ledger) NextNotice(context.Context) (time.Time, error) { return time.Time{}, nil }

func (r *ledger) ClaimNotices(_ context.Context, _ string, n int, _ time.Duration) ([]storage.NoticeRow, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var due []storage.NoticeRow
	for _, id := range slices.Sorted(func(yield func(string) bool) {
		for id := range r.notices {
			if !yield(id) {
				return
			}
		}
	}) {
		if d := r.notices[id]; d.Status == records.MessageWaiting && len(due) < n {
			due = append(due, *d)
		}
	}
	return due, r.away
}

func (r *ledger) Notice(_ context.Context, ids []string) (rows []storage.NoticeRow, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if d := r.notices[id]; d != nil {
			rows = append(rows, *d)
		}
	}
	return rows, r.away
}

func (r *ledger) MarkNotices(_ context.Context, ids []string, status, _ string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if r.away == nil && r.notices[id] != nil {
			r.notices[id].Status = status
		}
	}
	return r.away
}

func (r *ledger) BeginNotices(_ context.Context, starts []storage.NoticeStart) (why []string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	why = make([]string, len(starts))
	for i, s := range starts {
		switch d := r.notices[s.ID]; {
		case d == nil:
		case d.Contact != s.Contact:
			why[i] = "elsewhere"
		case d.Status == records.MessageCancelled, d.Status == records.MessageSent, s.Bulk && d.Status == records.MessageDoubt:
			why[i] = d.Status
		case s.Bulk && r.away == nil:
			d.Status = records.MessageDoubt
		}
	}
	return why, r.away
}

func (r *ledger) PutBlob(_ context.Context, key, _ string, data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blobs[key] = data
	return r.away
}

func (r *ledger) Blob(_ context.Context, key string) ([]byte, string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.away == nil && r.blobs[key] == nil {
		return nil, "", storage.ErrNoBlob
	}
	return r.blobs[key], "image/jpeg", r.away
}

func (r *ledger) Ping(context.Context) error { return r.trouble() }

// wire is a channel within the process: what was sent, and errors to fail with.
type wire struct {
	name string
	caps Caps
	poll chan []Update
	back [][]Update // taken, and not acknowledged

	mu     sync.Mutex
	cond   *sync.Cond
	sent   map[string][]Message
	flight map[string]int
	broken string // what went wrong that never may
	fail   func(chat string, m Message) error
	delay  time.Duration
	files  map[string][]byte
}

func newWire(name string) *wire {
	w := &wire{name: name, caps: Caps{MaxText: 4096, MaxCaption: 1024, Buttons: true, Edit: true, Photo: true}, poll: make(chan []Update), sent: map[string][]Message{}, flight: map[string]int{}, files: map[string][]byte{}}
	w.cond = sync.NewCond(&w.mu)
	return w
}

func (w *wire) Name() string                { return w.name }
func (w *wire) Bot() string                 { return "1" }
func (w *wire) Caps() Caps                  { return w.caps }
func (w *wire) Start(context.Context) error { return nil }
func (w *wire) Link(string) string          { return "" }
func (w *wire) Webhook(func(context.Context, []Update) error) http.Handler {
	return nil
}
func (w *wire) Commands(context.Context, string, []Command) error { return nil }

func (w *wire) Poll(ctx context.Context, take func(context.Context, []Update) error) error {
	for {
		batch := w.unread()
		if batch == nil {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case batch = <-w.poll:
			}
		}
		for take(ctx, batch) != nil { // not acknowledged: brought again
			if ctx.Err() != nil {
				w.mu.Lock()
				w.back = append(w.back, batch)
				w.mu.Unlock()
				return ctx.Err()
			}
		}
	}
}

// unread is what an earlier poller took and did not acknowledge.
func (w *wire) unread() (batch []Update) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.back) > 0 {
		batch, w.back = w.back[0], w.back[1:]
	}
	return batch
}

func (w *wire) Send(ctx context.Context, chat string, m Message) (string, error) {
	w.mu.Lock()
	if w.flight[chat]++; w.flight[chat] > 1 {
		w.broken = "two sends to one chat at the same time"
	}
	fail, delay := w.fail, w.delay
	w.mu.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	var err error
	if fail != nil {
		err = fail(chat, m)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flight[chat]--
	var se *SendError
	if err == nil || (errors.As(err, &se) && se.Sent) {
		w.sent[chat] = append(w.sent[chat], m)
		w.cond.Broadcast()
	}
	return strconv.Itoa(len(w.sent[chat])), err
}

func (w *wire) Download(_ context.Context, ref string, _ int64) ([]byte, string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.files[ref] == nil {
		return nil, "", &SendError{Class: Bad, Err: errors.New("no such file")}
	}
	return w.files[ref], "image/jpeg", nil
}

func (w *wire) texts(chat string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var texts []string
	for _, m := range w.sent[chat] {
		texts = append(texts, m.Text)
	}
	return texts
}

func (*ledger) MakeFileLink(context.Context, string) (string, string, error) {
	return "", "", storage.ErrNoLink
}

func (*ledger) FileLink(context.Context, string) error { return storage.ErrNoLink }

func (*ledger) OpenFileLink(context.Context, string, string) (string, int, error) {
	return "", 0, storage.ErrNoLink
}

func (*ledger) FileLinkContent(context.Context, string, string) (string, error) {
	return "", storage.ErrNoLink
}

// tiny is an engine with a form small enough to know every reply by heart: it counts what is said.
//
//	anything      -> "said N: ..."
//	save X        -> a Save of X and, when kept, "kept X <code>"
//	ask           -> look-up, then "found <facts>"
//	ask*          -> a look-up that asks again for ever
//	later         -> a timer an hour ahead, then "fired"
//	two           -> two Says
//	never         -> a timer that cannot be stored
//	show KEY      -> "shown" with the photo of that key; drawn TEXT -> with a QR code of the text
//	print KEY     -> "given" with the paper of cards that this key keeps
//	give KEY      -> "given" with the file of that key; want -> "wanted", a file; a file -> "sent NAME"
//	panic, bad, photo, hand, recall ID, forget
type tiny struct{}

func say(id string, i int, text string) dialog.Out {
	return dialog.Out{ID: fmt.Sprintf("%s/%d", id, i), Effect: dialog.Say{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": text}}}}}
}

func (tiny) Step(s dialog.State, e dialog.Event) (dialog.State, []dialog.Out) {
	n, _ := strconv.Atoi(s.Step)
	out := func(i int, effect dialog.Effect) dialog.Out {
		return dialog.Out{ID: fmt.Sprintf("%s/%d", e.ID, i), Effect: effect}
	}
	switch {
	case e.Blocked:
		s.Answers = map[string]string{"blocked": "yes"}
		return s, nil
	case e.Returned != nil:
		if e.Returned.Query == "ask*" {
			return s, []dialog.Out{out(0, dialog.Ask{Query: "ask*"})}
		}
		if e.Returned.Problem != "" {
			return s, []dialog.Out{say(e.ID, 0, "problem "+e.Returned.Problem)}
		}
		return s, []dialog.Out{say(e.ID, 0, "found "+e.Returned.Facts["saves"])}
	case e.Notice != nil:
		said := e.Notice.Say
		return s, []dialog.Out{out(0, said)}
	case e.Fired != nil:
		return s, []dialog.Out{say(e.ID, 0, "fired "+e.Fired.Key)}
	}
	s.Step = strconv.Itoa(n + 1)
	if e.Sent != nil {
		return s, []dialog.Out{out(0, dialog.Fetch{Ref: e.Sent.Ref, As: "in/sent", Kind: e.Sent.Kind}), say(e.ID, 1, "sent "+e.Sent.Name)}
	}
	word, rest, _ := strings.Cut(e.Said, " ")
	switch word {
	case "save":
		kept := say("", 0, "kept "+rest).Effect.(dialog.Say)
		kept.Menu = []dialog.Option{{Key: "fix", Label: "Sửa", Do: "/sua {code}"}}
		refused := dialog.Say{Lines: []dialog.Line{{Key: "refused"}}}
		return s, []dialog.Out{
			out(0, dialog.Save{Kind: "help.log", Data: json.RawMessage(strconv.Quote(rest)), Form: e.ID, Kept: &kept, Refused: &refused}),
			say(e.ID, 1, fmt.Sprintf("after %s", rest)),
		}
	case "ask":
		return s, []dialog.Out{out(0, dialog.Ask{Query: "ask", Args: map[string]string{"contact": rest}})}
	case "ask*":
		return s, []dialog.Out{out(0, dialog.Ask{Query: "ask*"})}
	case "later":
		return s, []dialog.Out{out(0, dialog.Later{Key: "t", At: e.At.Add(time.Hour)})}
	case "never": // no JSON has such a year
		return s, []dialog.Out{out(0, dialog.Later{Key: "t", At: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)})}
	case "two":
		return s, []dialog.Out{say(e.ID, 0, fmt.Sprintf("said %d: first", n+1)), say(e.ID, 1, "second")}
	case "panic":
		panic("tiny")
	case "bad":
		return s, []dialog.Out{out(0, dialog.Say{Lines: []dialog.Line{{Key: "missing"}}})}
	case "photo":
		return s, []dialog.Out{out(0, dialog.Fetch{Ref: rest, As: "blob-" + rest, Kind: "photo"})}
	case "give":
		said := say(e.ID, 0, "given").Effect.(dialog.Say)
		said.File, said.FileName = rest, "sổ.xlsx"
		return s, []dialog.Out{out(0, said)}
	case "print":
		said := say(e.ID, 0, "given").Effect.(dialog.Say)
		said.File, said.FileName, said.Start = rest, "the.pdf", "M"
		said.Print = &dialog.Drawing{Kind: records.PaperCards, Args: map[string]string{"title": "Chung Tay", "link": "{link}"}}
		return s, []dialog.Out{out(0, said)}
	case "want":
		said := say(e.ID, 0, "wanted").Effect.(dialog.Say)
		said.Want = dialog.WantDocument
		return s, []dialog.Out{out(0, said)}
	case "show", "drawn":
		said := say(e.ID, 0, "shown").Effect.(dialog.Say)
		if said.Photo = rest; word == "drawn" {
			said.Photo, said.Draw = "", &dialog.Drawing{Kind: "qr", Args: map[string]string{"text": rest}}
		}
		return s, []dialog.Out{out(0, said)}
	case "hand":
		return s, []dialog.Out{out(0, dialog.Handover{Reason: "asked"}), say(e.ID, 1, "handed")}
	case "recall":
		return s, []dialog.Out{out(0, dialog.Recall{Notices: []string{rest}})}
	case "forget":
		return dialog.State{}, []dialog.Out{out(0, dialog.Forget{}), say(e.ID, 1, "forgotten")}
	}
	return s, []dialog.Out{say(e.ID, 0, fmt.Sprintf("said %d: %s", n+1, e.Said))}
}

// plainBook writes what it is given.
type plainBook struct{}

func (plainBook) Label(_, key string) string { return key }
func (plainBook) Phrases(string) []string    { return nil }
func (plainBook) Languages() []string        { return []string{"vi"} }
func (plainBook) Text(_ string, line dialog.Line) (string, error) {
	switch line.Key {
	case "text":
		if code := line.Args["code"]; code != "" {
			return line.Args["text"] + " " + code, nil
		}
		return line.Args["text"], nil
	case "refused":
		return "refused " + line.Args["reason"], nil
	case keyFailed:
		return "failed", nil
	case keyWaiting:
		return "waiting", nil
	case keyHeld:
		return "held", nil
	case keyLost:
		return "lost", nil
	case keyRemove:
		return "delete it", nil
	case keyNoPicture:
		return "no picture", nil
	case keyFileLink, keyUploadLink:
		return line.Args["url"] + " " + line.Args["code"], nil
	case keyNoFiles, keyNoUploads:
		return "no page", nil
	}
	if strings.HasPrefix(line.Key, "page.") {
		return line.Key + line.Args["count"], nil
	}
	return "", errors.New("no such key")
}

// bench is a running App with its surroundings.
type bench struct {
	t      *testing.T
	conv   storage.Conversations
	mem    *memory
	rec    *ledger
	wire   *wire
	app    *App
	stop   context.CancelFunc
	ended  chan error
	nextID map[string]int
	opts   Options
}

// newOptions are those of a program whose leases are short.
func newOptions(w *wire, rec *ledger) Options {
	return Options{
		Engine: tiny{}, Book: plainBook{}, Channels: []Channel{w}, Records: rec,
		Lease: 300 * time.Millisecond, Beat: 50 * time.Millisecond, Tick: 5 * time.Millisecond, Sweep: 20 * time.Millisecond,
		AskTimeout: time.Second, Owner: "a", Log: slog.New(slog.DiscardHandler),
	}
}

func newBench(t *testing.T, change func(*Options)) *bench {
	mem := newMemory()
	b := &bench{t: t, mem: mem, conv: mem, rec: newLedger(), wire: newWire("test"), nextID: map[string]int{}}
	b.opts = newOptions(b.wire, b.rec)
	if change != nil {
		change(&b.opts)
	}
	if b.opts.Conversations != nil {
		b.conv = b.opts.Conversations
	}
	b.start()
	t.Cleanup(func() { b.end() })
	return b
}

func (b *bench) start() {
	b.opts.Conversations = b.conv
	app, err := Open(b.opts)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	b.app, b.stop, b.ended = app, stop, make(chan error, 1)
	go func() { b.ended <- app.Run(ctx) }()
}

func (b *bench) end() {
	if b.app == nil {
		return
	}
	b.stop()
	if err := <-b.ended; err != nil {
		b.t.Errorf("Run: %v", err)
	}
	if err := b.app.Close(); err != nil {
		b.t.Errorf("Close: %v", err)
	}
	b.app = nil
	if b.wire.broken != "" {
		b.t.Error(b.wire.broken)
	}
}

func (b *bench) update(chat, text string) Update {
	b.nextID[chat]++
	return Update{Chat: chat, Event: dialog.Event{ID: fmt.Sprintf("%s-%d", chat, b.nextID[chat]), At: time.Now(), Said: text}}
}

// say has chats say things, as one batch of the poll.
func (b *bench) say(chat string, texts ...string) {
	b.t.Helper()
	var batch []Update
	for _, text := range texts {
		batch = append(batch, b.update(chat, text))
	}
	b.push(batch)
}

func (b *bench) push(batch []Update) {
	b.t.Helper()
	select {
	case b.wire.poll <- batch:
	case <-time.After(20 * time.Second):
		b.t.Fatal("nobody polls")
	}
}

// wants waits until a chat was sent exactly these texts.
func (b *bench) wants(chat string, want ...string) {
	b.t.Helper()
	var got []string
	if !eventually(func() bool { got = b.wire.texts(chat); return len(got) >= len(want) }) || !slices.Equal(got, want) {
		b.t.Fatalf("chat %s got\n%q\nwant\n%q", chat, got, want)
	}
}

func eventually(ok func() bool) bool {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return true
		}
	}
	return false
}
