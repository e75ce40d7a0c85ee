package storage

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Several processes count in one row, months apart; what one counts the others see, and it outlives them.
func testQuotaCounted(t *testing.T, w *world) {
	plan := records.Plan{Channel: "zalo", Bot: "7", Users: 50, Messages: 3000}
	w.plan = plan
	second, err := OpenRecords(t.Context(), w.address, RecordsOptions{DataKey: testKey, Clock: w.clock, Plan: plan})
	must(t, err)
	defer second.Close()
	var all sync.WaitGroup
	for i := range 20 {
		r := []*Records{w.Records, second}[i%2]
		all.Go(func() {
			if _, err := r.CountSent(t.Context(), "2026-11", 3); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	sent, err := second.CountSent(t.Context(), "2026-11", -1)
	must(t, err)
	if sent != 59 {
		t.Errorf("counted %d, want 59", sent)
	}
	until := wednesday.Add(15 * time.Minute)
	must(t, second.HoldPlan(t.Context(), "2026-11", until))
	must(t, w.SeeContact(t.Context(), "somebody", "zalo", "sealed"))
	if u, err := w.Usage(t.Context(), "2026-11"); err != nil || u.Sent != 59 || !u.HeldUntil.Equal(until) || u.Users != 1 {
		t.Errorf("%+v, %v", u, err)
	}
	must(t, w.HoldPlan(t.Context(), "2026-11", time.Time{}))
	if u, err := second.Usage(t.Context(), "2026-11"); err != nil || !u.HeldUntil.IsZero() {
		t.Errorf("%+v, %v", u, err)
	}
	if u, err := w.Usage(t.Context(), "2026-12"); err != nil || u.Sent != 0 {
		t.Errorf("another month: %+v, %v", u, err)
	}
}

// A notice that is put off waits, and is due again when it is its time or the plan has room; one that was sent is left alone.
func testQuotaPutOff(t *testing.T, w *world) {
	w.plan = records.Plan{Channel: "zalo", Bot: "7"}
	somebody := w.contact(t, "somebody", "")
	say := dialog.Say{Lines: []dialog.Line{{Key: "x"}}}
	must(t, w.Notify(t.Context(), "one", []string{somebody}, say, w.clock()))
	claim := func() []NoticeRow {
		t.Helper()
		rows, err := w.ClaimNotices(t.Context(), "me", 10, time.Minute)
		must(t, err)
		return rows
	}
	rows := claim()
	if len(rows) != 1 || rows[0].PutOff != 0 {
		t.Fatalf("%+v", rows)
	}
	id, due := rows[0].ID, wednesday.AddDate(0, 0, 20)
	must(t, w.MarkNotice(t.Context(), id, records.MessageHanded, ""))
	must(t, w.PutOff(t.Context(), id, due))
	must(t, w.PutOff(t.Context(), id, due)) // after a crash
	if u, err := w.Usage(t.Context(), "2026-11"); err != nil || u.PutOff != 1 {
		t.Errorf("%+v, %v", u, err)
	}
	if rows := claim(); len(rows) != 0 {
		t.Errorf("due at once: %+v", rows)
	}
	must(t, w.TakeUp(t.Context()))
	if rows := claim(); len(rows) != 1 || rows[0].PutOff != 1 || rows[0].Status != records.MessageWaiting {
		t.Errorf("taken up: %+v", rows)
	}
	must(t, w.MarkNotice(t.Context(), id, records.MessageSent, ""))
	must(t, w.PutOff(t.Context(), id, due))
	if found, err := w.Notice(t.Context(), []string{id}); err != nil || found[0].Status != records.MessageSent {
		t.Errorf("%+v, %v", found, err)
	}
}

// Admins are told once for a cause; nobody else is.
func testQuotaTold(t *testing.T, w *world) {
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city})
	for range 2 {
		must(t, w.TellAdmins(t.Context(), "quota 2026-11 warn", dialog.Say{Lines: []dialog.Line{{Key: "notice.quota.warn"}}, Urgent: true}))
	}
	if told := w.told(t, "notice.quota.warn"); len(told) != 1 || told[admin] != 1 {
		t.Errorf("told %v", told)
	}
}

// Cards for households leave the seats of leaders and officers free, whether these have come, are invited, or neither.
func testQuotaSeats(t *testing.T, w *world) {
	w.plan = records.Plan{Channel: "zalo", Bot: "7", Users: 6, Messages: 3000, Staff: 2}
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.addHome(t, records.Household{Area: to12, Head: "Huỳnh Thị Bảy"})
	card := func(home string) string {
		t.Helper()
		return w.do(t, w.leader, records.CmdMakeCard, records.MakeCard{Household: home}).Refused
	}
	come := func(n int) {
		t.Helper()
		for i := range n {
			must(t, w.SeeContact(t.Context(), "zalo "+strconv.Itoa(i), "zalo", "sealed"))
		}
	}
	must(t, w.db.Exec("UPDATE contacts SET channel = 'telegram'").Error)
	come(3)
	if got := card(lan); got != "" { // 6 - 3 - 2 kept
		t.Errorf("the last seat: %s", got)
	}
	if got := card(bay); got != records.RefusedNoSeats {
		t.Errorf("beside a card that waits: %q", got)
	}
	if got := card(lan); got != "" {
		t.Errorf("a second card for the same household: %s", got)
	}
	must(t, w.db.Exec("UPDATE contacts SET channel = 'zalo' WHERE key = ?", w.leader).Error)
	if got := card(bay); got != records.RefusedNoSeats { // the leader sits on one of the kept seats
		t.Errorf("after the leader came: %q", got)
	}
	w.plan.Users++
	if got := card(bay); got != "" {
		t.Errorf("a larger plan: %s", got)
	}
	for range 2 {
		_, err := w.CreateInvite(t.Context(), records.RoleLeader, to13, "test", time.Hour)
		must(t, err)
	}
	other := w.addHome(t, records.Household{Area: to12, Head: "Võ Văn Mười"})
	w.plan.Users = 8 // 8 - 4 here - 2 cards - 2 invited
	if got := card(other); got != records.RefusedNoSeats {
		t.Errorf("two leaders are invited: %q", got)
	}
	w.pass(2 * time.Hour)
	if got := card(other); got != "" {
		t.Errorf("the invites ended: %s", got)
	}
	w.plan = records.Plan{}
	come(20)
	if got := card(w.addHome(t, records.Household{Area: to12, Head: "Đỗ Thị Năm"})); got != "" {
		t.Errorf("without a plan: %s", got)
	}
}

// An admin sees what is used, and who of their area has a seat.
func testQuotaSeen(t *testing.T, w *world) {
	w.plan = records.Plan{Channel: "zalo", Bot: "7", Users: 50, Messages: 200, Staff: 5}
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: hoaKhanh})
	must(t, w.db.Exec("UPDATE contacts SET channel = 'zalo'").Error)
	_, err := w.CountSent(t.Context(), "2026-11", 50)
	must(t, err)
	f := w.ask(t, admin, records.AskQuota, map[string]string{"area": hoaKhanh}).Facts
	if f["used"] != "50" || f["left"] != "150" || f["percent"] != "25" || f["reset"] != "2026-12-01" || f["leaders"] != "1" || f["staff"] != "1" {
		t.Errorf("%v", f)
	}
	if p := w.ask(t, admin, records.AskQuota, map[string]string{"area": city}).Problem; p != records.ProblemDenied {
		t.Errorf("of the city: %q", p)
	}
}

func TestMonth(t *testing.T) {
	last := time.Date(2026, 11, 30, 16, 59, 59, 0, time.UTC) // 23:59:59 in Vietnam
	if records.Month(last) != "2026-11" || records.Month(last.Add(time.Second)) != "2026-12" {
		t.Error("the month is not Vietnam's")
	}
	if next := records.NextMonth(last); !next.Equal(last.Add(time.Second)) {
		t.Errorf("ends at %v", next)
	}
	if next := records.NextMonth(last.Add(time.Second)); records.Month(next) != "2027-01" {
		t.Errorf("December ends at %v", next)
	}
}

// People of a bot that was there before have no seat of this one's.
func testQuotaOwnBot(t *testing.T, w *world) {
	w.plan = records.Plan{Channel: "zalo", Bot: "old", Users: 50, Messages: 3000}
	must(t, w.SeeContact(t.Context(), "first", "zalo", "sealed"))
	must(t, w.SeeContact(t.Context(), "both", "zalo", "sealed"))
	must(t, w.SeeContact(t.Context(), "elsewhere", "telegram", "sealed"))
	w.plan.Bot = "new"
	must(t, w.SeeContact(t.Context(), "second", "zalo", "sealed"))
	must(t, w.SeeContact(t.Context(), "both", "zalo", "sealed"))
	for bot, want := range map[string]int{"old": 1, "new": 2} {
		w.plan.Bot = bot
		if u, err := w.Usage(t.Context(), "2026-11"); err != nil || u.Users != want {
			t.Errorf("%s: %+v, %v; want %d", bot, u, err, want)
		}
	}
}
