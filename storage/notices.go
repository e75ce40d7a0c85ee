package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// NoticeRow is a notice on its way to somebody's inbox. ID is also the id of the event that brings it there.
type NoticeRow struct {
	ID      string
	Contact string
	Channel string
	Address string // sealed
	Urgent  bool
	Status  string
	PutOff  int // how often it was put off
	Say     dialog.Say
}

// ClaimNotices gives owner up to n notices that are due, urgent ones first, and keeps them from others for lease. When the
// lease ends without a mark, anybody may claim them again: handing one over twice is harmless, as its id is its event's id.
// The lease runs by real time, what is due by business time, which may be moved.
func (r *Records) ClaimNotices(ctx context.Context, owner string, n int, lease time.Duration) (rows []NoticeRow, err error) {
	defer r.observe("claim_notices", time.Now(), &err)
	now, held := r.instant(), stamp(time.Now())
	skip := ""
	if r.pg {
		skip = "FOR UPDATE SKIP LOCKED"
	}
	var ids []int64
	err = r.in(ctx, func(db *gorm.DB) error {
		err := db.Raw(`UPDATE messages SET owner = ?, lease_until = ?, attempts = attempts + 1
			WHERE id IN (SELECT id FROM messages WHERE status = 'waiting' AND due_at <= ? AND (lease_until IS NULL OR lease_until < ?)
				ORDER BY urgent DESC, due_at, id LIMIT ? `+skip+`) RETURNING id`, owner, held.Add(lease), now, held, n).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		// It goes to the chat that its person uses now; but once it may have been handed over, to none but that.
		return db.Exec(`UPDATE messages SET contact = coalesce(`+elsewhere+`, contact) WHERE id IN ? AND attempts = 1 AND NOT here
			AND EXISTS (SELECT 1 FROM contacts m JOIN contacts o ON o.person_id = m.person_id AND o.key <> m.key WHERE m.key = messages.contact)`, ids).Error
	})
	if err != nil || len(ids) == 0 {
		return nil, explain("claim notices", err)
	}
	return r.notices(ctx, ids)
}

// NextNotice is when the notice is due that waits for its time and comes first, or the reminder whose notice is not written yet; zero when
// none waits.
func (r *Records) NextNotice(ctx context.Context) (at time.Time, err error) {
	defer r.observe("next_notice", time.Now(), &err)
	var due []time.Time
	err = r.db.WithContext(ctx).Model(&records.Message{}).Where("status = ?", records.MessageWaiting).Order("due_at").Limit(1).Pluck("due_at", &due).Error
	if err == nil {
		var reminders []time.Time
		err = r.db.WithContext(ctx).Model(&records.Reminder{}).Where("status = ? AND due_at > ?", records.ReminderOpen, r.instant()).
			Order("due_at").Limit(1).Pluck("due_at", &reminders).Error
		due = append(due, reminders...)
	}
	if err != nil || len(due) == 0 {
		return at, explain("next notice", err)
	}
	return slices.MinFunc(due, time.Time.Compare), nil
}

// Notice brings back notices by their ids, in the order of the rows. Ids that stand for nothing are left out.
func (r *Records) Notice(ctx context.Context, ids []string) (rows []NoticeRow, err error) {
	defer r.observe("notice", time.Now(), &err)
	var numbers []int64
	for _, id := range ids {
		if n, ok := noticeNumber(id); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return nil, nil
	}
	return r.notices(ctx, numbers)
}

func (r *Records) notices(ctx context.Context, ids []int64) ([]NoticeRow, error) {
	var found []struct {
		records.Message
		Channel, Address string
	}
	err := r.db.WithContext(ctx).Table("messages").Select("messages.*, contacts.channel, contacts.address").
		Joins("JOIN contacts ON contacts.key = messages.contact").Where("messages.id IN ?", ids).
		Order("messages.urgent DESC, messages.due_at, messages.id").Find(&found).Error
	if err != nil {
		return nil, explain("notices", err)
	}
	said := map[int64]dialog.Say{}
	for _, m := range found {
		if m.Broadcast == nil || len(said[*m.Broadcast].Lines) > 0 {
			continue
		}
		var b records.Broadcast
		if err := r.db.WithContext(ctx).First(&b, *m.Broadcast).Error; err != nil {
			return nil, explain("notices", err)
		}
		said[b.ID] = broadcastSay(b)
	}
	rows := make([]NoticeRow, len(found))
	for i, m := range found {
		rows[i] = NoticeRow{ID: "notice:" + strconv.FormatInt(m.ID, 10), Contact: m.Contact, Channel: m.Channel, Address: m.Address, Urgent: m.Urgent, Status: m.Status, PutOff: m.PutOff}
		switch {
		case m.Broadcast != nil:
			rows[i].Say = said[*m.Broadcast]
		default:
			if err := json.Unmarshal([]byte(m.Say), &rows[i].Say); err != nil {
				return nil, fmt.Errorf("storage: notice %d: %w", m.ID, err)
			}
		}
		rows[i].Say.Notice, rows[i].Say.Urgent = rows[i].ID, m.Urgent
	}
	return rows, nil
}

func noticeNumber(id string) (int64, bool) {
	n, err := strconv.ParseInt(id[min(len("notice:"), len(id)):], 10, 64)
	return n, err == nil && id[:min(len("notice:"), len(id))] == "notice:"
}

// lastUsed is the condition that a contact c is the one its person used last, of those that take messages.
const lastUsed = `NOT c.blocked AND c.cut_at IS NULL AND NOT EXISTS (SELECT 1 FROM contacts o WHERE o.person_id = c.person_id
	AND NOT o.blocked AND o.cut_at IS NULL AND (o.seen_at > c.seen_at OR o.seen_at = c.seen_at AND o.key > c.key))`

// elsewhere is the chat in which the person of a notice may be told instead: that used last, of those that take messages and did not
// refuse this one. NULL where there is none.
const elsewhere = `(SELECT c.key FROM contacts c JOIN contacts m ON m.person_id = c.person_id
	WHERE m.key = messages.contact AND NOT c.blocked AND c.cut_at IS NULL AND messages.tried NOT LIKE '%' || c.key || '%' ORDER BY c.seen_at DESC, c.key DESC LIMIT 1)`

// notHere is the condition of a contact c that its person is not that of a contact, who caused what is told.
const notHere = "c.person_id <> coalesce((SELECT person_id FROM contacts WHERE key = ?), 0)"

// onePerPerson leaves of contacts, for each of their people, the one used last; people none of whose contacts takes messages are left out.
func onePerPerson(db *gorm.DB, contacts []string) (one []string, err error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	return one, db.Raw("SELECT c.key FROM contacts c WHERE c.person_id IN (SELECT person_id FROM contacts WHERE key IN ?) AND "+lastUsed+" ORDER BY c.key", contacts).Scan(&one).Error
}

// UseContact notes that a person who has several chats used this one, so that it is where they are told of things from now on.
func (r *Records) UseContact(ctx context.Context, contact string) (err error) {
	defer r.observe("use_contact", time.Now(), &err)
	var seen []time.Time // of the others, and first of this one
	err = r.db.WithContext(ctx).Raw(`SELECT o.seen_at FROM contacts c JOIN contacts o ON o.person_id = c.person_id WHERE c.key = ?
		ORDER BY o.key <> c.key, o.seen_at DESC`, contact).Scan(&seen).Error
	if err != nil || len(seen) < 2 || seen[0].After(seen[1]) {
		return explain("use contact", err)
	}
	now := r.instant()
	if !now.After(seen[1]) {
		now = seen[1].Add(time.Millisecond)
	}
	return explain("use contact", r.change(ctx, func(db *gorm.DB) error {
		return db.Model(&records.Contact{Key: contact}).Update("seen_at", now).Error
	}))
}

// Notify writes notices for contacts, due at due. cause makes it happen once per contact: asking again adds nothing.
func (r *Records) Notify(ctx context.Context, cause string, contacts []string, say dialog.Say, due time.Time) (err error) {
	defer r.observe("notify", time.Now(), &err)
	text, err := json.Marshal(say)
	if err != nil {
		return fmt.Errorf("storage: notify: %w", err)
	}
	rows := make([]records.Message, len(contacts))
	for i, contact := range contacts {
		rows[i] = records.Message{
			Dedupe: cause + " " + contact, Contact: contact, Say: string(text), Urgent: say.Urgent, Status: records.MessageWaiting,
			DueAt: stamp(due), CreatedAt: r.instant(),
		}
	}
	return explain("notify", r.in(ctx, func(tx *gorm.DB) error {
		told := map[string]bool{} // another chat of the person was told
		for _, m := range rows {
			n, err := toldAlready(tx, cause, m.Contact)
			if err != nil {
				return err
			}
			told[m.Contact] = n
		}
		rows := slices.DeleteFunc(rows, func(m records.Message) bool { return told[m.Contact] })
		return insert(tx, rows, clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true})
	}))
}

// moveNotice lets a notice that its chat did not take go to another one of the person, and reports whether there is one. It comes there
// as another event.
func moveNotice(db *gorm.DB, id int64, from []string) (moved bool, err error) {
	var to []string
	err = db.Raw(`SELECT c.key FROM messages x JOIN contacts m ON m.key = x.contact JOIN contacts c ON c.person_id = m.person_id AND c.key <> m.key
		WHERE x.id = ? AND x.status IN ? AND NOT x.here AND NOT c.blocked AND c.cut_at IS NULL AND x.tried NOT LIKE '%' || c.key || '%'
		ORDER BY c.seen_at DESC, c.key DESC LIMIT 1`, id, from).Scan(&to).Error
	if err != nil || len(to) == 0 {
		return false, err
	}
	done := db.Exec(`UPDATE messages SET tried = tried || contact || ' ', contact = ?, status = ?, put_off = put_off + 1, attempts = 0, owner = '',
		lease_until = NULL, reason = '' WHERE id = ? AND status IN ?`, to[0], records.MessageWaiting, id, from)
	return done.RowsAffected > 0, done.Error
}

// noticeNext lists the statuses a notice may have when it gets a new one: what was sent or failed for good stays so.
var noticeNext = map[string][]string{
	records.MessageHanded:    {records.MessageWaiting, records.MessageHanded},
	records.MessageSent:      {records.MessageWaiting, records.MessageHanded, records.MessageDoubt},
	records.MessageFailed:    {records.MessageWaiting, records.MessageHanded, records.MessageDoubt},
	records.MessageDoubt:     {records.MessageWaiting, records.MessageHanded},
	records.MessageCancelled: {records.MessageWaiting},
	records.MessageWaiting:   {records.MessageHanded, records.MessageDoubt},
}

// MarkNotice gives a notice a new status, with the reason where it failed. A notice whose status does not lead there is left as
// it is, so marking again is harmless.
func (r *Records) MarkNotice(ctx context.Context, id, status, reason string) error {
	return r.MarkNotices(ctx, []string{id}, status, reason)
}

// MarkNotices marks several with one statement; of those that failed each is looked at alone, as it may go to another chat.
func (r *Records) MarkNotices(ctx context.Context, ids []string, status, reason string) (err error) {
	defer r.observe("mark_notice", time.Now(), &err)
	from := noticeNext[status]
	numbers := make([]int64, len(ids))
	for i, id := range ids {
		n, ok := noticeNumber(id)
		if !ok || from == nil {
			return fmt.Errorf("storage: mark notice: no notice %q or no status %q", id, status)
		}
		numbers[i] = n
	}
	slices.Sort(numbers) // the same order everywhere: no deadlocks
	set := map[string]any{"status": status, "reason": reason, "owner": "", "lease_until": nil}
	if status != records.MessageWaiting && status != records.MessageHanded {
		set["done_at"] = r.instant()
	}
	return explain("mark notice", r.change(ctx, func(db *gorm.DB) error {
		if status == records.MessageFailed {
			stay := numbers[:0]
			for _, n := range numbers {
				moved, err := moveNotice(db, n, from)
				if err != nil {
					return err
				}
				if !moved {
					stay = append(stay, n)
				}
			}
			numbers = stay
		}
		for some := range slices.Chunk(numbers, rowsAtOnce) {
			if err := db.Model(&records.Message{}).Where("id IN ? AND status IN ?", padded(some), from).Updates(set).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

// NoticeStart is a notice that is about to be sent to a contact.
type NoticeStart struct {
	ID, Contact string
	Bulk        bool
}

// Why a notice is not sent that was about to be, where its status does not say it.
const (
	noticeElsewhere = "elsewhere" // its person is told in another chat
	noticeStopped   = "stopped"   // its broadcast is paused or cancelled
)

// BeginNotices is asked before notices are sent: for each why it is not wanted any more, "" where it is. A bulk one is in doubt from here on,
// until it is marked. One of a broadcast that is paused goes back to those whose turn comes later, and comes as another event then.
func (r *Records) BeginNotices(ctx context.Context, starts []NoticeStart) (why []string, err error) {
	defer r.observe("begin_notices", time.Now(), &err)
	numbers := make([]int64, 0, len(starts))
	for _, s := range starts {
		if n, ok := noticeNumber(s.ID); ok {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	type state struct {
		ID                      int64
		Contact, Status, Sender string
	}
	found := make(map[int64]state, len(numbers))
	for some := range slices.Chunk(numbers, rowsAtOnce) {
		var rows []state
		err := r.db.WithContext(ctx).Raw(`SELECT m.id, m.contact, m.status, coalesce(b.status, 'sending') AS sender FROM messages m LEFT JOIN broadcasts b ON b.id = m.broadcast_id
			WHERE m.id IN ?`, padded(some)).Scan(&rows).Error
		if err != nil {
			return nil, explain("begin notices", err)
		}
		for _, row := range rows {
			found[row.ID] = row
		}
	}
	var doubt, later, never []int64
	why = make([]string, len(starts))
	for i, s := range starts {
		n, _ := noticeNumber(s.ID)
		row, ok := found[n]
		switch {
		case !ok:
		case row.Contact != s.Contact:
			why[i] = noticeElsewhere
		case row.Status == records.MessageCancelled, row.Status == records.MessageSent, row.Status == records.MessageQueued, s.Bulk && row.Status == records.MessageDoubt:
			why[i] = row.Status
		case row.Sender == records.BroadcastEnding, row.Sender == records.BroadcastCancelled:
			why[i] = noticeStopped
			never = append(never, n)
		case row.Sender != records.BroadcastSending && row.Sender != records.BroadcastDone:
			why[i] = noticeStopped
			later = append(later, n)
		case s.Bulk:
			doubt = append(doubt, n)
		}
	}
	if len(doubt)+len(later)+len(never) == 0 { // a reply to something: nothing is to be written for it
		return why, nil
	}
	return why, explain("begin notices", r.change(ctx, func(db *gorm.DB) error {
		from := []string{records.MessageWaiting, records.MessageHanded}
		for _, set := range []struct {
			ids []int64
			to  map[string]any
		}{
			{doubt, map[string]any{"status": records.MessageDoubt, "owner": "", "lease_until": nil, "done_at": r.instant()}},
			{later, map[string]any{"status": records.MessageQueued, "owner": "", "lease_until": nil, "put_off": gorm.Expr("put_off + 1")}},
			{never, map[string]any{"status": records.MessageCancelled, "owner": "", "lease_until": nil, "done_at": r.instant()}},
		} {
			for some := range slices.Chunk(set.ids, rowsAtOnce) {
				if err := db.Model(&records.Message{}).Where("id IN ? AND status IN ?", padded(some), from).Updates(set.to).Error; err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// seeButton opens what a notice is about.
func seeButton(do string) dialog.Option {
	return dialog.Option{Key: "see", Label: "notice.button.see", Do: do}
}
