package storage

import (
	"time"

	"chungtay/storage/records"
)

// remindersAtOnce is how many reminders a run reads at a time.
const remindersAtOnce = 500

// fireReminders writes the notices of all reminders that come within ReminderAhead, to go out at their time, and moves those on whose
// time is over: they were told, or are told now. A run that is late makes up for all that were missed; of those of one reminder that is
// the first, and it goes on with the next one to come.
func (a *applier) fireReminders(time.Time) error {
	until := stamp(a.now.Add(records.ReminderAhead))
	for last := int64(0); ; {
		var due []records.Reminder
		err := a.forChange().Where("status = ? AND due_at <= ? AND id > ?", records.ReminderOpen, until, last).Order("id").Limit(remindersAtOnce).Find(&due).Error
		if err != nil || len(due) == 0 {
			return err
		}
		last = due[len(due)-1].ID
		for _, m := range due {
			if err := a.armReminder(m); err != nil {
				return err
			}
			if m.DueAt.After(a.now) {
				continue
			}
			m.Settle(a.now)
			if err := a.tx.Save(&m).Error; err != nil {
				return err
			}
			if err := a.armReminder(m); err != nil { // the next may be as near
				return err
			}
		}
	}
}
