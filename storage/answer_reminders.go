package storage

import (
	"context"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// myReminders lists the asker's reminders that are still to come, the next first, pageSize to a page. Lines reminder.line, args of
// reminderArgs.
func (r *Records) myReminders(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	var found []records.Reminder
	err := r.db.WithContext(ctx).Where("person_id = ? AND status = ?", actor.Person, records.ReminderOpen).
		Order("due_at, id").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	for _, m := range firstPage(found, pageSize, to) {
		if m.Settle(now); m.DueAt != nil {
			to.Lines = append(to.Lines, dialog.Line{Key: "reminder.line", Args: reminderArgs(m)})
		}
	}
	return nil
}

// oneReminder tells of one of the asker's reminders. Facts: the args of reminderArgs, status; nothing where there is none.
func (r *Records) oneReminder(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	id, _ := strconv.ParseInt(ask.Args["reminder"], 10, 64)
	m, err := findReminder(r.db.WithContext(ctx), actor.Person, id, now)
	if err != nil {
		return err
	}
	if m == nil {
		return errNotFound
	}
	to.Facts = reminderArgs(*m)
	to.Facts["status"] = m.Status
	return nil
}
