package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// reminded asks for a reminder, and returns its id.
func (w *world) reminded(t testing.TB, contact, words, rule, clock string) string {
	t.Helper()
	out := w.do(t, contact, records.CmdRemind, records.MakeReminder{Words: words, Rule: rule, Clock: clock})
	wantRefused(t, out, "")
	return out.Args["reminder"]
}

// dueTimes are when the notices of reminders go out, in Vietnam, that are not cancelled, with "late" where they say so.
func (w *world) dueTimes(t testing.TB, contact string) (times []string) {
	t.Helper()
	var rows []records.Message
	must(t, w.db.Where("contact = ? AND say LIKE ? AND status <> ?", contact, "%notice.reminder%", records.MessageCancelled).Order("due_at, id").Find(&rows).Error)
	for _, m := range rows {
		at := m.DueAt.In(records.Local).Format("02/01 15:04")
		if strings.Contains(m.Say, `"late":"1"`) {
			at += " late"
		}
		times = append(times, at)
	}
	return times
}

func wantTimes(t testing.TB, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// clockAt sets the clock by Vietnam's time.
func (w *world) clockAt(t testing.TB, at string) {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, records.Local)
	must(t, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = when.UTC()
}

// Each reminder goes out at its minute, once, however often the job runs, in the night too; what comes again goes on.
func testReminders(t *testing.T, w *world) {
	khach := w.contact(t, "khach", "")
	fire := func() { w.runs(t, records.JobReminders, "notice.reminder") }
	w.clockAt(t, "2026-11-11 09:00")
	w.reminded(t, khach, "uống thuốc", "daily", "05:30")
	soon := w.reminded(t, khach, "gọi bà Lan", "on 2026-11-11", "09:45")
	wantTimes(t, "within the hour it is written at once", w.dueTimes(t, khach), "11/11 09:45")
	for _, now := range []string{"2026-11-11 09:55", "2026-11-12 04:55", "2026-11-12 05:55", "2026-11-13 04:55", "2026-11-13 05:55"} {
		w.clockAt(t, now)
		fire()
		w.pass(time.Minute)
		fire()
	}
	wantTimes(t, "each once", w.dueTimes(t, khach), "11/11 09:45", "12/11 05:30", "13/11 05:30")
	if f := w.ask(t, khach, records.AskReminder, map[string]string{"reminder": soon}).Facts; f["status"] != records.ReminderTold || f["at"] != "" {
		t.Errorf("what came once is %v", f)
	}
	if lines := w.ask(t, khach, records.AskReminders, nil).Lines; len(lines) != 1 || lines[0].Args["at"] != "2026-11-14T05:30:00+07:00" {
		t.Errorf("still to come %+v", lines)
	}
	for _, bad := range []records.MakeReminder{
		{Words: "x", Rule: "on 2026-11-12", Clock: "08:00"},
		{Words: "x", Rule: "on 2026-02-30", Clock: "08:00"},
		{Words: "x", Rule: "weekly 8", Clock: "08:00"},
		{Words: "x", Rule: "daily", Clock: "25:00"},
		{Words: "", Rule: "daily", Clock: "08:00"},
		{Words: "x", Rule: "", Clock: "08:00"},
	} {
		if out := w.do(t, khach, records.CmdRemind, bad); out.Refused == "" {
			t.Errorf("kept %+v", bad)
		}
	}
	for range records.OpenReminders - 1 {
		w.reminded(t, khach, "họp", "daily", "12:00")
	}
	wantRefused(t, w.do(t, khach, records.CmdRemind, records.MakeReminder{Words: "họp", Rule: "daily", Clock: "12:00"}), records.RefusedReminders)
}

// What was written ahead is not said when the reminder was changed, put off or stopped meanwhile; put back, it is.
func testRemindersChanged(t *testing.T, w *world) {
	khach, other := w.contact(t, "khach", ""), w.contact(t, "other", "")
	w.clockAt(t, "2026-11-11 09:00")
	wantRefused(t, w.do(t, khach, records.CmdSnooze, records.Snooze{Minutes: 60}), records.RefusedReminderNone)
	id := reminderNumber(w.reminded(t, khach, "họp", "on 2026-11-11", "09:40"))
	change := func(clock string) {
		t.Helper()
		wantRefused(t, w.do(t, khach, records.CmdChangeReminder, records.ChangeReminder{ID: id, Clock: clock}), "")
	}
	wantRefused(t, w.do(t, other, records.CmdChangeReminder, records.ChangeReminder{ID: id, Clock: "10:00"}), records.RefusedReminderNone)
	change("09:50")
	wantTimes(t, "changed", w.dueTimes(t, khach), "11/11 09:50")
	change("09:40")
	wantTimes(t, "changed back", w.dueTimes(t, khach), "11/11 09:40")
	change("15:00")
	wantTimes(t, "far", w.dueTimes(t, khach))
	wantRefused(t, w.do(t, khach, records.CmdChangeReminder, records.ChangeReminder{ID: id, Clock: "08:00"}), records.RefusedReminderPast)
	change("09:40")
	w.clockAt(t, "2026-11-11 09:41") // it came; the job has not run since
	out := w.do(t, khach, records.CmdSnooze, records.Snooze{Minutes: 60})
	if wantRefused(t, out, ""); out.Args["at"] != "2026-11-11T10:41:00+07:00" {
		t.Errorf("put off until %v", out.Args)
	}
	wantTimes(t, "put off", w.dueTimes(t, khach), "11/11 09:40", "11/11 10:41")
	w.clockAt(t, "2026-11-11 10:55")
	w.runs(t, records.JobReminders, "notice.reminder")
	wantTimes(t, "put off once", w.dueTimes(t, khach), "11/11 09:40", "11/11 10:41")

	daily := reminderNumber(w.reminded(t, khach, "uống thuốc", "daily", "11:00"))
	w.clockAt(t, "2026-11-11 11:01")
	wantRefused(t, w.do(t, khach, records.CmdSnooze, records.Snooze{ID: daily, Minutes: 30}), "")
	w.clockAt(t, "2026-11-11 11:40")
	out = w.do(t, khach, records.CmdEndReminder, records.EndReminder{ID: daily})
	if wantRefused(t, out, ""); out.Args["at"] != "2026-11-12T11:00:00+07:00" {
		t.Errorf("done, the next is %v", out.Args)
	}
	w.clockAt(t, "2026-11-12 10:30")
	w.runs(t, records.JobReminders, "notice.reminder")
	wantRefused(t, w.do(t, other, records.CmdEndReminder, records.EndReminder{ID: daily, Stop: true}), records.RefusedReminderNone)
	wantRefused(t, w.do(t, khach, records.CmdEndReminder, records.EndReminder{ID: daily, Stop: true}), "")
	wantTimes(t, "stopped", w.dueTimes(t, khach), "11/11 09:40", "11/11 10:41", "11/11 11:00", "11/11 11:31")
	if lines := w.ask(t, khach, records.AskReminders, nil).Lines; len(lines) != 0 {
		t.Errorf("still to come %+v", lines)
	}
}

// After a stop of days each reminder that was missed comes once, and says that it is late; then it goes on as before.
func testRemindersMissed(t *testing.T, w *world) {
	khach := w.contact(t, "khach", "")
	w.clockAt(t, "2026-11-11 09:00")
	w.reminded(t, khach, "uống thuốc", "daily", "08:00")
	w.reminded(t, khach, "họp", "on 2026-11-12", "19:30")
	w.clockAt(t, "2026-11-15 07:30")
	for range 2 {
		w.runs(t, records.JobReminders, "notice.reminder")
		w.pass(time.Minute)
	}
	wantTimes(t, "late", w.dueTimes(t, khach), "15/11 07:30 late", "15/11 07:30 late", "15/11 08:00")
}

func reminderNumber(id string) (n int64) {
	for _, d := range id {
		n = 10*n + int64(d-'0')
	}
	return n
}
