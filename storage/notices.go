package storage

import (
	"context"
	"encoding/json"
	"fmt"
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
	err = r.change(ctx, func(db *gorm.DB) error {
		return db.Raw(`UPDATE messages SET owner = ?, lease_until = ?, attempts = attempts + 1
			WHERE id IN (SELECT id FROM messages WHERE status = 'waiting' AND due_at <= ? AND (lease_until IS NULL OR lease_until < ?)
				ORDER BY urgent DESC, due_at, id LIMIT ? `+skip+`) RETURNING id`, owner, held.Add(lease), now, held, n).Scan(&ids).Error
	})
	if err != nil || len(ids) == 0 {
		return nil, explain("claim notices", err)
	}
	return r.notices(ctx, ids)
}

// NextNotice is when the notice is due that waits for its time and comes first; zero when none waits.
func (r *Records) NextNotice(ctx context.Context) (at time.Time, err error) {
	defer r.observe("next_notice", time.Now(), &err)
	var due []time.Time
	err = r.db.WithContext(ctx).Model(&records.Message{}).Where("status = ?", records.MessageWaiting).Order("due_at").Limit(1).Pluck("due_at", &due).Error
	if err != nil || len(due) == 0 {
		return at, explain("next notice", err)
	}
	return due[0], nil
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
	rows := make([]NoticeRow, len(found))
	for i, m := range found {
		rows[i] = NoticeRow{ID: "notice:" + strconv.FormatInt(m.ID, 10), Contact: m.Contact, Channel: m.Channel, Address: m.Address, Urgent: m.Urgent, Status: m.Status, PutOff: m.PutOff}
		if err := json.Unmarshal([]byte(m.Say), &rows[i].Say); err != nil {
			return nil, fmt.Errorf("storage: notice %d: %w", m.ID, err)
		}
		rows[i].Say.Notice, rows[i].Say.Urgent = rows[i].ID, m.Urgent
	}
	return rows, nil
}

func noticeNumber(id string) (int64, bool) {
	n, err := strconv.ParseInt(id[min(len("notice:"), len(id)):], 10, 64)
	return n, err == nil && id[:min(len("notice:"), len(id))] == "notice:"
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
		return insert(tx, rows, clause.OnConflict{Columns: []clause.Column{{Name: "dedupe"}}, DoNothing: true})
	}))
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
func (r *Records) MarkNotice(ctx context.Context, id, status, reason string) (err error) {
	defer r.observe("mark_notice", time.Now(), &err)
	n, ok := noticeNumber(id)
	from := noticeNext[status]
	if !ok || from == nil {
		return fmt.Errorf("storage: mark notice: no notice %q or no status %q", id, status)
	}
	set := map[string]any{"status": status, "reason": reason, "owner": "", "lease_until": nil}
	if status != records.MessageWaiting && status != records.MessageHanded {
		set["done_at"] = r.instant()
	}
	return explain("mark notice", r.change(ctx, func(db *gorm.DB) error {
		return db.Model(&records.Message{}).Where("id = ? AND status IN ?", n, from).Updates(set).Error
	}))
}
