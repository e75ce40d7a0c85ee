package storage

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed embedded_schema.sql
var embeddedSchema string

// ErrInUse is the error of OpenEmbedded when another process serves from the file.
var ErrInUse = errors.New("storage: another chungtay serves from this file; stop that one first, or give this one a file of its own")

// EmbeddedOption is a choice of OpenEmbedded.
type EmbeddedOption func(*Embedded)

// EmbeddedNow sets the clock of ready and of the memory of seen ids; leases and members run by real time. Default time.Now.
func EmbeddedNow(now func() time.Time) EmbeddedOption { return func(e *Embedded) { e.now = now } }

// EmbeddedObserve sets who is told of every call.
func EmbeddedObserve(f Observer) EmbeddedOption { return func(e *Embedded) { e.observer = f } }

// Embedded keeps conversations in a SQLite file, for one process on one machine. One goroutine writes; calls made at
// the same time share a transaction and its fsync. What a restart may forget (leases, members, who is ready) is in memory.
type Embedded struct {
	now      func() time.Time
	observer Observer

	lock    *fileLock
	writeDB *sql.DB
	readDB  *sql.DB
	w       *writer
	turn    fileTurn // the records are in the same file
	calls   *batcher[*job]
	load    *sql.Stmt
	due     *sql.Stmt

	mu      sync.Mutex
	ready   [Shards]map[string]int64 // when (ms) a contact with a non-empty inbox is to be handed out; onlyOutbox: never
	owners  [Shards]tenure
	members map[string]time.Time
	locks   map[string]tenure
	wakes   map[chan string]struct{}
	closed  chan struct{}
	once    sync.Once
}

var _ Conversations = (*Embedded)(nil)

// onlyOutbox is the time in ready of a contact that has nothing but an outbox.
const onlyOutbox = math.MaxInt64

// OpenEmbedded opens the conversations in the SQLite file at path, and makes file, folder and tables where they are
// missing. ErrInUse means that another process has it open so.
func OpenEmbedded(ctx context.Context, path string, opts ...EmbeddedOption) (*Embedded, error) {
	e := &Embedded{
		now:     time.Now,
		members: map[string]time.Time{},
		locks:   map[string]tenure{},
		wakes:   map[chan string]struct{}{},
		closed:  make(chan struct{}),
	}
	for s := range e.ready {
		e.ready[s] = map[string]int64{}
	}
	for _, o := range opts {
		o(e)
	}
	if err := e.open(ctx, path); err != nil {
		e.closeFiles()
		return nil, fmt.Errorf("storage: open %s: %w", path, err)
	}
	e.calls = newBatcher(1, rowsLimit, e.flush)
	return e, nil
}

func (e *Embedded) open(ctx context.Context, path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	for _, p := range []string{path, path + ".lock"} { // personal data: not for others to read, journals take the same mode
		f, err := os.OpenFile(p, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err == nil {
			err = f.Close()
		}
		if err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	e.turn = turnOf(path)
	if e.lock, err = lockFile(ctx, path+".lock"); err != nil { // before the file itself is touched
		return err
	}
	e.writeDB, err = sql.Open("sqlite", dsn(path, "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)"))
	if err != nil {
		return err
	}
	e.writeDB.SetMaxOpenConns(1)
	if _, err := e.writeDB.ExecContext(ctx, embeddedSchema); err != nil {
		return err
	}
	e.readDB, err = sql.Open("sqlite", dsn(path, "busy_timeout(5000)", "query_only(1)"))
	if err != nil {
		return err
	}
	e.readDB.SetMaxOpenConns(2)
	e.readDB.SetMaxIdleConns(2)
	if e.load, err = e.readDB.PrepareContext(ctx, loadSQL); err != nil {
		return err
	}
	if e.due, err = e.readDB.PrepareContext(ctx, `SELECT 1 FROM conv_timer WHERE shard = ? AND at <= ? LIMIT 1`); err != nil {
		return err
	}
	if e.w, err = newWriter(ctx, e.writeDB); err != nil {
		return err
	}
	return e.recall(ctx)
}

// dsn is the address of a SQLite file with pragmas for every connection.
func dsn(path string, pragmas ...string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return u.String()
}

// fileLock holds the file beside the conversations' against a second process. It is SQLite's own lock, which ends with the
// process on every system.
type fileLock struct {
	db   *sql.DB
	conn *sql.Conn
}

func lockFile(ctx context.Context, path string) (*fileLock, error) {
	db, err := sql.Open("sqlite", dsn(path, "busy_timeout(0)"))
	if err != nil {
		return nil, err
	}
	l := &fileLock{db: db}
	if l.conn, err = db.Conn(ctx); err == nil {
		_, err = l.conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err == nil {
		return l, nil
	}
	l.Close()
	if sqliteCode(err) == sqliteBusy {
		return nil, ErrInUse
	}
	return nil, err
}

func (l *fileLock) Close() {
	if l.conn != nil {
		l.conn.Close()
	}
	l.db.Close()
}

// recall fills ready with what the file holds: all of it waits, as every taker of before is gone.
func (e *Embedded) recall(ctx context.Context) error {
	rows, err := e.readDB.QueryContext(ctx, `SELECT contact, 1 FROM conv_outbox UNION SELECT contact, 0 FROM conv_inbox`)
	if err != nil {
		return err
	}
	defer rows.Close()
	now := e.now().UnixMilli()
	for rows.Next() {
		var contact []byte
		var outbox bool
		if err := rows.Scan(&contact, &outbox); err != nil {
			return err
		}
		ready := e.ready[Shard(string(contact))]
		if !outbox {
			ready[string(contact)] = now
		} else if _, ok := ready[string(contact)]; !ok {
			ready[string(contact)] = onlyOutbox
		}
	}
	return rows.Err()
}

// Close implements Conversations.
func (e *Embedded) Close() error {
	e.once.Do(func() {
		e.calls.close()
		close(e.closed)
		e.closeFiles()
	})
	return nil
}

func (e *Embedded) closeFiles() {
	if e.w != nil {
		e.w.conn.Close()
	}
	for _, db := range []*sql.DB{e.readDB, e.writeDB} {
		if db != nil {
			db.Close()
		}
	}
	if e.lock != nil {
		e.lock.Close()
	}
}

func (e *Embedded) observe(op string, start time.Time, err *error) {
	if e.observer != nil {
		e.observer(op, time.Since(start), *err)
	}
}

// Ingest implements Conversations.
func (e *Embedded) Ingest(ctx context.Context, owner string, batch []Arrival) (fresh []bool, err error) {
	defer e.observe("ingest", time.Now(), &err)
	fresh = make([]bool, len(batch))
	for from := 0; from < len(batch); from += ingestLimit {
		part := batch[from:min(len(batch), from+ingestLimit)]
		isNew := make([]bool, len(part))
		err := e.write(ctx, 3*len(part), func(w *writer) error { return e.ingest(w, owner, part, isNew) })
		if err != nil {
			return fresh, err
		}
		copy(fresh[from:], isNew)
	}
	return fresh, nil
}

// ingestLimit is how many events enter in one transaction.
const ingestLimit = 300

func (e *Embedded) ingest(w *writer, owner string, batch []Arrival, fresh []bool) error {
	now := e.now()
	if err := w.forget(now); err != nil {
		return err
	}
	for i := range batch {
		a := &batch[i]
		isNew, err := w.arrive(a.Contact, a.ID, a.Event, now)
		if err != nil {
			return err
		}
		fresh[i] = isNew
		if !isNew {
			continue
		}
		if a.Address != "" {
			if err := w.exec(w.setAddress, []byte(a.Contact), []byte(a.Address)); err != nil {
				return err
			}
		}
		w.after(func() {
			e.arm(a.Contact, now)
			if o := e.owners[Shard(a.Contact)]; o.owner != owner && o.heldBy(o.owner) {
				e.announce(a.Contact)
			}
		})
	}
	return nil
}

// arm marks a contact ready a grace after now, if it is not to be sooner. Call with mu held.
func (e *Embedded) arm(contact string, now time.Time) {
	ready, at := e.ready[Shard(contact)], now.Add(ReadyGrace).UnixMilli()
	if old, ok := ready[contact]; !ok || at < old {
		ready[contact] = at
	}
}

// announce tells of a wake. Call with mu held.
func (e *Embedded) announce(contact string) {
	for ch := range e.wakes {
		select {
		case ch <- contact:
		default: // the reader is far behind: Ready finds the contact
		}
	}
}

// loadSQL reads all of a contact in one statement, so at one moment.
const loadSQL = `
SELECT 0, turn, state, address FROM conv_contact WHERE contact = ?1
UNION ALL SELECT 1, seq, id, event FROM conv_inbox WHERE contact = ?1
UNION ALL SELECT 2, seq, id, out FROM conv_outbox WHERE contact = ?1
ORDER BY 1, 2`

// Load implements Conversations.
func (e *Embedded) Load(ctx context.Context, contact string) (c Conversation, err error) {
	defer e.observe("load", time.Now(), &err)
	rows, err := e.load.QueryContext(ctx, []byte(contact))
	if err != nil {
		return Conversation{}, embeddedError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var part, n int64
		var a, b []byte
		if err := rows.Scan(&part, &n, &a, &b); err != nil {
			return Conversation{}, embeddedError(err)
		}
		switch part {
		case 0:
			c.Turn, c.Address = uint64(n), string(b)
			if len(a) > 0 {
				c.State = a
			}
		case 1:
			c.Inbox = append(c.Inbox, Inboxed{ID: string(a), Event: b})
		case 2:
			c.Outbox = append(c.Outbox, Stored{ID: string(a), Out: b})
		}
	}
	if err := rows.Err(); err != nil {
		return Conversation{}, embeddedError(err)
	}
	return c, nil
}

// Commit implements Conversations.
func (e *Embedded) Commit(ctx context.Context, c Commit) (err error) {
	defer e.observe("commit", time.Now(), &err)
	return e.write(ctx, 3+len(c.Outbox)+len(c.Timers), func(w *writer) error { return e.commit(w, &c) })
}

func (e *Embedded) commit(w *writer, c *Commit) error {
	contact, mark := []byte(c.Contact), []byte(c.mark())
	turn, last, err := w.turn(contact)
	if err != nil {
		return err
	}
	if turn == c.Turn+1 && string(last) == string(mark) {
		return nil
	}
	e.mu.Lock()
	owned := e.owners[Shard(c.Contact)].heldBy(c.Owner)
	e.mu.Unlock()
	if !owned {
		return ErrNotOwner
	}
	head, seq, more, err := w.head(contact)
	if err != nil {
		return err
	}
	if turn != c.Turn || seq == 0 || head != c.Head {
		return ErrStale
	}
	if err := w.exec(w.setState, contact, int64(c.Turn+1), mark, c.State); err != nil {
		return err
	}
	if err := w.exec(w.popInbox, contact, seq); err != nil {
		return err
	}
	for i := range c.Outbox {
		if err := w.append(contact, []byte(c.Outbox[i].ID), c.Outbox[i].Out); err != nil {
			return err
		}
	}
	for i := range c.Timers {
		if err := w.setTimer(c.Contact, &c.Timers[i]); err != nil {
			return err
		}
	}
	return e.rearm(w, c.Contact, more, len(c.Outbox) > 0)
}

// rearm sets a contact's place in ready by what is left of it.
func (e *Embedded) rearm(w *writer, contact string, inbox, outbox bool) (err error) {
	if !inbox && !outbox {
		if outbox, err = w.any(w.hasOutbox, []byte(contact)); err != nil {
			return err
		}
	}
	at := e.now().Add(ReadyGrace).UnixMilli()
	w.after(func() {
		ready := e.ready[Shard(contact)]
		switch {
		case inbox:
			ready[contact] = at
		case outbox:
			ready[contact] = onlyOutbox
		default:
			delete(ready, contact)
		}
	})
	return nil
}

// Resolve implements Conversations.
func (e *Embedded) Resolve(ctx context.Context, contact, id string, with []Stored) (err error) {
	defer e.observe("resolve", time.Now(), &err)
	return e.write(ctx, 1+len(with), func(w *writer) error { return e.resolve(w, contact, id, with) })
}

func (e *Embedded) resolve(w *writer, contact, id string, with []Stored) error {
	key := []byte(contact)
	found, err := w.replace(key, []byte(id), with)
	if err != nil || !found || len(with) > 0 {
		return err
	}
	outbox, err := w.any(w.hasOutbox, key)
	if err != nil || outbox {
		return err
	}
	w.after(func() {
		ready := e.ready[Shard(contact)]
		if ready[contact] == onlyOutbox {
			delete(ready, contact)
		}
	})
	return nil
}

// Due implements Conversations.
func (e *Embedded) Due(ctx context.Context, shard int, now time.Time, n int) (contacts []string, err error) {
	defer e.observe("due", time.Now(), &err)
	if n <= 0 {
		return nil, nil
	}
	var one int
	err = e.due.QueryRowContext(ctx, shard, now.UnixMilli()).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, embeddedError(err)
	}
	n = min(n, ingestLimit)
	var moved []string
	err = e.write(ctx, 3*n, func(w *writer) error {
		moved = nil
		var err error
		moved, err = e.fire(w, shard, now, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return moved, nil
}

// nextDueSQL asks each shard's index for its first timer.
const nextDueSQL = `
WITH RECURSIVE shards(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM shards WHERE n < ?)
SELECT COALESCE(min((SELECT min(at) FROM conv_timer WHERE shard = n)), 0) FROM shards`

// NextDue implements Conversations.
func (e *Embedded) NextDue(ctx context.Context) (at time.Time, err error) {
	defer e.observe("next_due", time.Now(), &err)
	var ms int64
	if err := e.readDB.QueryRowContext(ctx, nextDueSQL, Shards-1).Scan(&ms); err != nil {
		return at, embeddedError(err)
	}
	if ms == 0 {
		return at, nil
	}
	return time.UnixMilli(ms).UTC(), nil
}

func (e *Embedded) fire(w *writer, shard int, now time.Time, n int) (contacts []string, err error) {
	timers, err := w.dueTimers(shard, now.UnixMilli(), n)
	if err != nil {
		return nil, err
	}
	clock := e.now()
	known := map[string]bool{}
	for _, t := range timers {
		if err := w.exec(w.dropTimer, []byte(t.contact), t.key); err != nil {
			return nil, err
		}
		isNew, err := w.arrive(t.contact, t.id, t.event, clock)
		if err != nil {
			return nil, err
		}
		if !isNew {
			continue
		}
		w.after(func() { e.arm(t.contact, clock) })
		if !known[t.contact] {
			known[t.contact] = true
			contacts = append(contacts, t.contact)
		}
	}
	return contacts, nil
}

// Ping implements Conversations.
func (e *Embedded) Ping(ctx context.Context) (err error) {
	defer e.observe("ping", time.Now(), &err)
	return e.write(ctx, 1, func(*writer) error { return nil })
}

// Erase implements Conversations.
func (e *Embedded) Erase(ctx context.Context, contact string) (err error) {
	defer e.observe("erase", time.Now(), &err)
	return e.write(ctx, 4, func(w *writer) error {
		for _, s := range w.erase {
			if err := w.exec(s, []byte(contact)); err != nil {
				return err
			}
		}
		w.after(func() { delete(e.ready[Shard(contact)], contact) })
		return nil
	})
}
