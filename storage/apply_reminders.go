package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeReminder keeps what somebody wants to be reminded of.
func (a *applier) makeReminder(q Request) (*Outcome, error) {
	var command records.MakeReminder
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	m := records.Reminder{
		PersonID: who.Person, Contact: q.Contact, Words: clipRunes(fold.Clean(command.Words), records.MaxReminder), Rule: command.Rule, Clock: command.Clock,
		Version: 1, Status: records.ReminderOpen, CreatedAt: stamp(q.At),
	}
	if why := planned(&m, a.now); why != "" {
		return refuse(why), nil
	}
	var open int64
	err = a.tx.Model(&records.Reminder{}).Where("person_id = ? AND status = ?", who.Person, records.ReminderOpen).Count(&open).Error
	switch {
	case err != nil:
		return nil, err
	case open >= records.OpenReminders:
		return refuse(records.RefusedReminders), nil
	}
	if err := a.tx.Create(&m).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, reminderRef(m), "", m.Rule)
	return reminderOutcome(m), a.armReminder(m)
}

// planned sets the next time of a reminder, or says why there is none.
func planned(m *records.Reminder, now time.Time) string {
	if _, ok := records.ParseOccasion(m.Rule); !ok || m.Words == "" {
		return records.RefusedInvalid
	}
	if _, ok := records.ParseClock(m.Clock); !ok {
		return records.RefusedInvalid
	}
	if !m.Plan(now) {
		return records.RefusedReminderPast
	}
	return ""
}

func reminderRef(m records.Reminder) string { return "reminder " + strconv.FormatInt(m.ID, 10) }

func reminderOutcome(m records.Reminder) *Outcome {
	return &Outcome{Args: reminderArgs(m)}
}

// reminderArgs of a reminder: reminder (id), words, rule, clock, at (the next time, RFC 3339, "" for none), short ("1" where that is the
// last day of a month that has not the day of the rule), again ("1" where it was put off until then).
func reminderArgs(m records.Reminder) map[string]string {
	args := map[string]string{"reminder": strconv.FormatInt(m.ID, 10), "words": m.Words, "rule": m.Rule, "clock": m.Clock, "at": "", "short": "", "again": ""}
	if m.DueAt == nil {
		return args
	}
	args["at"] = m.DueAt.In(records.Local).Format(time.RFC3339)
	switch {
	case m.AgainAt != nil && m.DueAt.Equal(*m.AgainAt):
		args["again"] = "1"
	case m.Short(*m.DueAt):
		args["short"] = "1"
	}
	return args
}

// ownReminder is one of the asker's reminders, by its id or the one told last, as it stands now; nil where there is none.
func (a *applier) ownReminder(q Request, id int64) (*records.Reminder, *actor, error) {
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return nil, nil, err
	}
	found, err := findReminder(a.forChange(), who.Person, id, a.now)
	return found, who, err
}

// findReminder is a person's reminder, by its id, or without one that which came last; nil where there is none.
func findReminder(db *gorm.DB, person, id int64, now time.Time) (*records.Reminder, error) {
	find := db.Where("person_id = ?", person)
	if id != 0 {
		find = find.Where("id = ?", id)
	} else { // one that came within the hour is not settled yet
		find = find.Where("status <> ? AND (told_at IS NOT NULL OR due_at <= ?)", records.ReminderStopped, stamp(now)).
			Order(clause.Expr{SQL: "CASE WHEN due_at <= ? THEN due_at ELSE told_at END DESC, id DESC", Vars: []any{stamp(now)}})
	}
	var found []records.Reminder
	if err := find.Limit(1).Find(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	found[0].Settle(now)
	return &found[0], nil
}

// keepReminder writes a reminder that was changed. What was about to be said by the older version is not said.
func (a *applier) keepReminder(q Request, who *actor, m *records.Reminder, why string) (*Outcome, error) {
	if err := a.hushReminder(*m); err != nil {
		return nil, err
	}
	m.Version++
	m.Due()
	if err := a.tx.Save(m).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, reminderRef(*m), "", why)
	return reminderOutcome(*m), a.armReminder(*m)
}

// hushReminder cancels the notices of a reminder that were written ahead and wait for their time.
func (a *applier) hushReminder(m records.Reminder) error {
	return a.tx.Model(&records.Message{}).Where("ref = ? AND status = ? AND due_at > ?", reminderRef(m), records.MessageWaiting, a.now).
		Updates(map[string]any{"status": records.MessageCancelled, "done_at": a.now}).Error
}

func (a *applier) changeReminder(q Request) (*Outcome, error) {
	var command records.ChangeReminder
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	m, who, err := a.ownReminder(q, command.ID)
	if err != nil || m == nil || command.ID == 0 || m.Status == records.ReminderStopped {
		return refuse(records.RefusedReminderNone), err
	}
	if words := clipRunes(fold.Clean(command.Words), records.MaxReminder); words != "" {
		m.Words = words
	}
	if command.Rule != "" {
		m.Rule = command.Rule
	}
	if command.Clock != "" {
		m.Clock = command.Clock
	}
	if command.Rule != "" || command.Clock != "" {
		m.AgainAt = nil
	}
	m.Status, m.EndedAt = records.ReminderOpen, nil
	if why := planned(m, a.now); why != "" {
		return refuse(why), nil
	}
	return a.keepReminder(q, who, m, m.Rule)
}

func (a *applier) snoozeReminder(q Request) (*Outcome, error) {
	var command records.Snooze
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Minutes < 1 || command.Minutes > records.LongestSnooze*24*60 {
		return refuse(records.RefusedInvalid), nil
	}
	m, who, err := a.ownReminder(q, command.ID)
	if err != nil || m == nil || m.Status == records.ReminderStopped {
		return refuse(records.RefusedReminderNone), err
	}
	again := stamp(a.now.Truncate(time.Minute).Add(time.Duration(command.Minutes) * time.Minute))
	m.Status, m.EndedAt, m.AgainAt = records.ReminderOpen, nil, &again
	return a.keepReminder(q, who, m, "snooze")
}

// endReminder notes that it was done, or stops it. One that comes again goes on after it was done.
func (a *applier) endReminder(q Request) (*Outcome, error) {
	var command records.EndReminder
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	m, who, err := a.ownReminder(q, command.ID)
	if err != nil || m == nil {
		return refuse(records.RefusedReminderNone), err
	}
	status := records.ReminderDone
	if command.Stop {
		status, m.NextAt = records.ReminderStopped, nil
	}
	m.AgainAt = nil
	if o, _ := records.ParseOccasion(m.Rule); o.Kind == records.OccasionOn && m.ToldAt == nil && m.NextAt != nil {
		m.NextAt = nil // done before its time
	}
	if m.Due(); m.DueAt == nil {
		at := stamp(a.now)
		m.Status, m.EndedAt = status, &at
	}
	return a.keepReminder(q, who, m, status)
}

// armReminder writes the notice of a reminder that comes soon, to go out at its time: to the chat that its person used last. The same
// time of the same version is told once.
func (a *applier) armReminder(m records.Reminder) error {
	if m.Status != records.ReminderOpen || m.DueAt == nil || m.DueAt.After(a.now.Add(records.ReminderAhead)) {
		return nil
	}
	args := reminderArgs(m)
	args["late"] = ""
	due := *m.DueAt
	if a.now.Sub(due) > records.ReminderLate {
		args["late"] = "1"
	}
	if due.Before(a.now) {
		due = a.now
	}
	var contacts []string
	if err := a.tx.Raw("SELECT c.key FROM contacts c WHERE c.person_id = ? AND "+lastUsed, m.PersonID).Scan(&contacts).Error; err != nil {
		return err
	}
	id := args["reminder"]
	cause := "reminder " + id + "." + strconv.Itoa(m.Version) + " " + m.DueAt.UTC().Format(time.RFC3339)
	for _, contact := range contacts {
		told, err := toldAlready(a.tx, cause, contact)
		if err != nil {
			return err
		}
		if told {
			continue
		}
		err = a.tell(contact, cause, reminderRef(m), due, dialog.Line{Key: "notice.reminder", Args: args},
			dialog.Option{Key: "done", Label: "nhachen.button.done", Do: "/xongnhac " + id},
			dialog.Option{Key: "hour", Label: "nhachen.button.hour", Do: "/nhaclai " + id + " 60"},
			dialog.Option{Key: "tomorrow", Label: "nhachen.button.tomorrow", Do: "/nhaclai " + id + " 1440"})
		if err != nil {
			return err
		}
	}
	return nil
}
