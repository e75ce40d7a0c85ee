package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"modernc.org/sqlite"
)

// rowsLimit is how many rows a transaction of several calls changes.
const rowsLimit = 1000

// job is a call that writes: what it does in the transaction, which may be done again if the transaction fails.
type job struct {
	do    func(*writer) error
	after []func() // for the memory, once the transaction is durable, with mu held
}

// writer is the one connection that writes.
type writer struct {
	conn    *sql.Conn
	job     *job // the one under way
	seq     int64
	lastly  time.Time // when old ids were forgotten
	stmtErr error

	begin, commit, rollback               *sql.Stmt
	see, addInbox, popInbox, getHead      *sql.Stmt
	getTurn, setState, setAddress         *sql.Stmt
	addOutbox, dropOutbox, hasOutbox      *sql.Stmt
	getOutbox, findOutbox, changeOutbox   *sql.Stmt
	addTimer, dropTimer, getDue, forgetOf *sql.Stmt
	erase                                 []*sql.Stmt
}

func newWriter(ctx context.Context, db *sql.DB) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	w := &writer{conn: conn}
	prepare := func(text string) *sql.Stmt {
		if w.stmtErr != nil {
			return nil
		}
		s, err := conn.PrepareContext(ctx, text)
		w.stmtErr = err
		return s
	}
	w.begin, w.commit, w.rollback = prepare(`BEGIN IMMEDIATE`), prepare(`COMMIT`), prepare(`ROLLBACK`)
	w.see = prepare(`INSERT INTO conv_seen (contact, id, at) VALUES (?, ?, ?)
		ON CONFLICT (contact, id) DO UPDATE SET at = excluded.at WHERE at < ?`)
	w.forgetOf = prepare(`DELETE FROM conv_seen WHERE (contact, id) IN (SELECT contact, id FROM conv_seen WHERE at < ? ORDER BY at LIMIT 500)`)
	w.addInbox = prepare(`INSERT INTO conv_inbox (contact, seq, id, event) VALUES (?, ?, ?, ?)`)
	w.getHead = prepare(`SELECT seq, id FROM conv_inbox WHERE contact = ? ORDER BY seq LIMIT 2`)
	w.popInbox = prepare(`DELETE FROM conv_inbox WHERE contact = ? AND seq = ?`)
	w.getTurn = prepare(`SELECT turn, mark FROM conv_contact WHERE contact = ?`)
	w.setState = prepare(`INSERT INTO conv_contact (contact, turn, mark, state) VALUES (?, ?, ?, ?)
		ON CONFLICT (contact) DO UPDATE SET turn = excluded.turn, mark = excluded.mark, state = excluded.state`)
	w.setAddress = prepare(`INSERT INTO conv_contact (contact, address) VALUES (?, ?)
		ON CONFLICT (contact) DO UPDATE SET address = excluded.address`)
	w.addOutbox = prepare(`INSERT INTO conv_outbox (contact, seq, id, out) VALUES (?, ?, ?, ?)`)
	w.findOutbox = prepare(`SELECT seq FROM conv_outbox WHERE contact = ? AND id = ? ORDER BY seq LIMIT 1`)
	w.changeOutbox = prepare(`UPDATE conv_outbox SET id = ?, out = ? WHERE contact = ? AND seq = ?`)
	w.dropOutbox = prepare(`DELETE FROM conv_outbox WHERE contact = ? AND seq = ?`)
	w.getOutbox = prepare(`SELECT seq, id, out FROM conv_outbox WHERE contact = ? AND seq > ? ORDER BY seq`)
	w.hasOutbox = prepare(`SELECT 1 FROM conv_outbox WHERE contact = ? LIMIT 1`)
	w.addTimer = prepare(`INSERT INTO conv_timer (contact, key, shard, at, id, event) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (contact, key) DO UPDATE SET at = excluded.at, id = excluded.id, event = excluded.event`)
	w.dropTimer = prepare(`DELETE FROM conv_timer WHERE contact = ? AND key = ?`)
	w.getDue = prepare(`SELECT contact, key, id, event FROM conv_timer WHERE shard = ? AND at <= ? ORDER BY at LIMIT ?`)
	for _, table := range []string{"conv_contact", "conv_inbox", "conv_outbox", "conv_timer"} {
		w.erase = append(w.erase, prepare(`DELETE FROM `+table+` WHERE contact = ?`))
	}
	if w.stmtErr == nil {
		w.stmtErr = conn.QueryRowContext(ctx, `SELECT max(COALESCE((SELECT max(seq) FROM conv_inbox), 0), COALESCE((SELECT max(seq) FROM conv_outbox), 0))`).Scan(&w.seq)
	}
	if w.stmtErr != nil {
		conn.Close()
		return nil, w.stmtErr
	}
	return w, nil
}

// write runs do in a transaction that it may share with other calls, and waits until that is durable.
func (e *Embedded) write(ctx context.Context, rows int, do func(*writer) error) error {
	return e.calls.do(ctx, &job{do: do}, rows)
}

// flush runs jobs in one transaction; where that fails by one of them, each in its own.
func (e *Embedded) flush(jobs []*queued[*job]) {
	err := e.transact(jobs)
	var failed *jobError
	if errors.As(err, &failed) && len(jobs) > 1 {
		for i := range jobs {
			if err := e.transact(jobs[i : i+1]); err != nil {
				jobs[i].err = embeddedError(err)
			}
		}
		return
	}
	if err != nil {
		for _, j := range jobs {
			j.err = embeddedError(err)
		}
	}
}

// jobError is the error of one job that undoes the transaction of all.
type jobError struct{ error }

func (e *jobError) Unwrap() error { return e.error }

func (e *Embedded) transact(jobs []*queued[*job]) error {
	w := e.w
	if err := e.turn.take(context.Background()); err != nil {
		return err
	}
	defer e.turn.give()
	if err := w.exec(w.begin); err != nil {
		return err
	}
	for _, j := range jobs {
		w.job = j.work
		w.job.after = w.job.after[:0]
		j.err = w.job.do(w)
		if j.err != nil && !errors.Is(j.err, ErrStale) && !errors.Is(j.err, ErrNotOwner) {
			_ = w.exec(w.rollback) // SQLite may have done it already
			return &jobError{j.err}
		}
	}
	if err := w.exec(w.commit); err != nil {
		_ = w.exec(w.rollback)
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range jobs {
		for _, f := range j.work.after {
			f()
		}
	}
	return nil
}

// exec runs a statement that gives no rows. Its context never ends: a transaction of many is not stopped for one of them.
func (w *writer) exec(s *sql.Stmt, args ...any) error {
	_, err := s.ExecContext(context.Background(), args...)
	return err
}

// after has f done once the transaction is durable.
func (w *writer) after(f func()) { w.job.after = append(w.job.after, f) }

// any tells whether the query gives a row.
func (w *writer) any(s *sql.Stmt, args ...any) (bool, error) {
	var one int
	err := s.QueryRowContext(context.Background(), args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// arrive puts an event into its contact's inbox, unless its id was seen within SeenFor before now.
func (w *writer) arrive(contact, id string, event []byte, now time.Time) (fresh bool, err error) {
	key, name := []byte(contact), []byte(id)
	res, err := w.see.ExecContext(context.Background(), key, name, now.UnixMilli(), now.Add(-SeenFor).UnixMilli())
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	w.seq++
	return true, w.exec(w.addInbox, key, w.seq, name, event)
}

// forget drops, now and then, ids seen longer than SeenFor before now.
func (w *writer) forget(now time.Time) error {
	if now.Sub(w.lastly).Abs() < time.Minute {
		return nil
	}
	w.lastly = now
	return w.exec(w.forgetOf, now.Add(-SeenFor).UnixMilli())
}

// turn is a contact's turn and the mark of its last commit.
func (w *writer) turn(contact []byte) (turn uint64, mark []byte, err error) {
	var n int64
	err = w.getTurn.QueryRowContext(context.Background(), contact).Scan(&n, &mark)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil, nil
	}
	return uint64(n), mark, err
}

// head is the oldest event of a contact's inbox (seq 0: there is none), and whether there are more.
func (w *writer) head(contact []byte) (id string, seq int64, more bool, err error) {
	rows, err := w.getHead.QueryContext(context.Background(), contact)
	if err != nil {
		return "", 0, false, err
	}
	defer rows.Close()
	if rows.Next() {
		if err := rows.Scan(&seq, &id); err != nil {
			return "", 0, false, err
		}
		more = rows.Next()
	}
	return id, seq, more, rows.Err()
}

// append puts an entry at the end of a contact's outbox.
func (w *writer) append(contact, id, out []byte) error {
	w.seq++
	return w.exec(w.addOutbox, contact, w.seq, id, out)
}

// replace puts entries in the place of an outbox entry.
func (w *writer) replace(contact, id []byte, with []Stored) (found bool, err error) {
	var seq int64
	err = w.findOutbox.QueryRowContext(context.Background(), contact, id).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch len(with) {
	case 0:
		return true, w.exec(w.dropOutbox, contact, seq)
	case 1:
		return true, w.exec(w.changeOutbox, []byte(with[0].ID), with[0].Out, contact, seq)
	}
	rest, seqs, err := w.outboxAfter(contact, seq)
	if err != nil {
		return false, err
	}
	for _, s := range append(seqs, seq) {
		if err := w.exec(w.dropOutbox, contact, s); err != nil {
			return false, err
		}
	}
	for _, entry := range slices.Concat(with, rest) {
		if err := w.append(contact, []byte(entry.ID), entry.Out); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (w *writer) outboxAfter(contact []byte, seq int64) (entries []Stored, seqs []int64, err error) {
	rows, err := w.getOutbox.QueryContext(context.Background(), contact, seq)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s int64
		var entry Stored
		if err := rows.Scan(&s, &entry.ID, &entry.Out); err != nil {
			return nil, nil, err
		}
		entries, seqs = append(entries, entry), append(seqs, s)
	}
	return entries, seqs, rows.Err()
}

func (w *writer) setTimer(contact string, t *TimerSet) error {
	if t.At.IsZero() {
		return w.exec(w.dropTimer, []byte(contact), []byte(t.Key))
	}
	return w.exec(w.addTimer, []byte(contact), []byte(t.Key), Shard(contact), ceilMilli(t.At), []byte(t.ID), t.Event)
}

type dueTimer struct {
	contact, id string
	key, event  []byte
}

func (w *writer) dueTimers(shard int, now int64, n int) (timers []dueTimer, err error) {
	rows, err := w.getDue.QueryContext(context.Background(), shard, now, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t dueTimer
		if err := rows.Scan(&t.contact, &t.key, &t.id, &t.event); err != nil {
			return nil, err
		}
		timers = append(timers, t)
	}
	return timers, rows.Err()
}

// SQLite's primary result codes of a file that cannot be used now: https://www.sqlite.org/rescode.html
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteFull     = 13
	sqliteCantOpen = 14
)

// sqliteCode is the primary result code of err, or 0.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// embeddedError gives an error its class.
func embeddedError(err error) error {
	switch sqliteCode(err) {
	case sqliteBusy, sqliteLocked, sqliteReadOnly, sqliteIOErr, sqliteFull, sqliteCantOpen:
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("storage: embedded file: %w", err)
}
