package storage

import (
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// lock locks the person of a contact, and returns the lock's id.
func (w *world) lock(t testing.TB, by, contact, since string) int64 {
	t.Helper()
	out := w.do(t, by, records.CmdLock, records.LockPerson{Person: w.personNo(t, contact), Since: since})
	id, err := strconv.ParseInt(out.Args["code"], 10, 64)
	if err != nil {
		t.Fatal(out)
	}
	return id
}

// personNo is the person of a contact, whatever became of it.
func (w *world) personNo(t testing.TB, contact string) (id int64) {
	t.Helper()
	must(t, w.db.Model(&records.Contact{}).Where("key = ?", contact).Select("person_id").Scan(&id).Error)
	return id
}

// testLock: somebody locked has no right on any of their chats, what was entered since can be taken back, and a code lets one chat back in.
func testLock(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	far := w.contact(t, "far", "Cán Bộ Xa", records.Grant{Role: records.RoleFront, Area: haiChau})
	second := w.contact(t, "second phone", "")
	must(t, w.db.Model(&records.Contact{}).Where("key = ?", second).Update("person_id", w.personNo(t, w.leader)).Error)
	must(t, w.db.Model(&records.Person{ID: w.personNo(t, w.leader)}).Updates(map[string]any{"name": "Lê Thị Hoa"}).Error)
	wantRefused(t, w.do(t, w.leader, records.CmdPhone, records.SetPhone{Phone: "0905123456"}), records.RefusedInvalid)
	wantRefused(t, w.do(t, w.leader, records.CmdPhone, records.SetPhone{Phone: "+84905123456"}), "")

	find := func(as string, args map[string]string) int {
		return len(w.ask(t, as, records.AskLockable, args).Options)
	}
	for q, want := range map[string]int{"hoa": 1, "HOA": 1, "le thi hoa": 1, "0905 123 456": 1, "0905123457": 0, "ho": 0, "": 0, "nga": 1} {
		if got := find(front, map[string]string{"q": q}); got != want {
			t.Errorf("%q finds %d, want %d", q, got, want)
		}
	}
	if find(far, map[string]string{"q": "hoa"}) != 0 || find(w.leader, map[string]string{"q": "nga"}) != 0 {
		t.Error("somebody of another ward, or with no right, finds people to lock")
	}

	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	before := w.log(t, w.leader, bay)
	hanh := w.member(t, "hanh", lan)
	need := w.needOf(t, hanh, "nhà dột")
	w.pass(time.Hour)
	since := w.clock().In(records.Local).Format(records.SinceLayout)
	stolen, right := w.log(t, w.leader, bay), w.log(t, w.leader, lan)
	w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: need, Status: records.NeedMet})
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: before})
	card := w.cardOf(t, w.leader, lan)

	wantRefused(t, w.do(t, far, records.CmdLock, records.LockPerson{Person: w.personNo(t, w.leader)}), records.RefusedNotFound)
	wantRefused(t, w.do(t, front, records.CmdLock, records.LockPerson{Person: w.personNo(t, front)}), records.RefusedOwnRole)
	wantRefused(t, w.do(t, front, records.CmdLock, records.LockPerson{Person: w.personNo(t, w.leader), Since: "2026-12-01T10:00"}), records.RefusedInvalid)
	id := w.lock(t, front, w.leader, since)
	wantRefused(t, w.do(t, officer, records.CmdLock, records.LockPerson{Person: w.personNo(t, w.leader)}), records.RefusedLockedBefore)
	for _, chat := range []string{w.leader, second} {
		if p := w.who(t, chat); !p.Locked || len(p.Roles) > 0 {
			t.Errorf("a chat of somebody locked: %+v", p)
		}
		wantRefused(t, w.do(t, chat, records.CmdLogHelp, gift(bay)), records.RefusedLocked)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked}), records.RefusedLocked)
	wantRefused(t, w.do(t, w.leader, records.CmdOpenTask, records.OpenTask{Reason: records.TaskDanger, Words: "cứu với"}), "")
	wantRefused(t, w.do(t, w.leader, records.CmdContactReturns, struct{}{}), "")
	if got := w.told(t, "notice.locked"); got[officer] != 1 || len(got) != 1 {
		t.Errorf("told of the lock: %v", got)
	}
	waiting := w.count(t, "SELECT count(*) FROM messages WHERE status = 'waiting' AND contact IN (?, ?)", w.leader, second)
	if waiting != 0 {
		t.Errorf("%d notices wait for somebody locked", waiting)
	}

	entered := func(as string) map[string]string {
		list := map[string]string{}
		for _, l := range w.ask(t, as, records.AskLockReview, map[string]string{"lock": strconv.FormatInt(id, 10)}).Lines {
			list[l.Args["kind"]+" "+l.Args["ref"]] = l.Args["name"]
		}
		return list
	}
	needID := "need " + strconv.FormatInt(need, 10)
	list := entered(front)
	if len(list) != 5 || list["help "+stolen] != "Lê Thị Bảy" || list["help "+right] == "" || list[needID] == "" || list["voided "+before] == "" {
		t.Fatalf("to be looked over: %v", list)
	}
	if got := entered(far); len(got) != 0 {
		t.Errorf("somebody of another ward sees %v", got)
	}
	judge := func(kind, ref, verdict, want string) {
		t.Helper()
		wantRefused(t, w.do(t, officer, records.CmdReview, records.ReviewEntered{Lock: id, Kind: kind, Ref: ref, Verdict: verdict}), want)
	}
	judge(records.LockHelp, stolen, records.LockVoid, "")
	judge(records.LockHelp, stolen, records.LockRight, records.RefusedReviewed)
	judge(records.LockHelp, right, records.LockRight, "")
	judge(records.LockHelp, before, records.LockVoid, records.RefusedNotFound)
	judge(records.LockVoided, before, records.LockVoid, "")
	judge(records.LockNeed, strconv.FormatInt(need, 10), records.LockVoid, "")
	for key := range entered(front) {
		judge(records.LockCard, key[len("card "):], records.LockVoid, "")
	}
	if left := entered(front); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	for code, want := range map[string]int{stolen: 0, right: 1, before: 1} {
		if got := w.count(t, "SELECT count(*) FROM help WHERE code = ? AND superseded_at IS NULL AND voided_at IS NULL", code); got != want {
			t.Errorf("%s is in the books %d times, want %d", code, got, want)
		}
	}
	if got := w.needStates(t, hanh); got != "received  ; " {
		t.Errorf("the need is %q", got)
	}
	if out := w.do(t, w.contact(t, "stranger", ""), records.CmdOpenCode, records.OpenCode{Code: card}); out.Refused == "" {
		t.Error("the card is still good")
	}

	wantRefused(t, w.do(t, far, records.CmdUnlock, records.UnlockPerson{Person: w.personNo(t, w.leader)}), records.RefusedNotFound)
	old := w.do(t, front, records.CmdUnlock, records.UnlockPerson{Person: w.personNo(t, w.leader)})
	out := w.do(t, front, records.CmdUnlock, records.UnlockPerson{Person: w.personNo(t, w.leader)})
	fresh := w.contact(t, "new phone", "")
	wantRefused(t, w.do(t, fresh, records.CmdRedeem, records.Redeem{Code: old.Args["code"]}), records.RefusedInviteExpired)
	wantRefused(t, w.do(t, officer, records.CmdRedeem, records.Redeem{Code: out.Args["code"]}), records.RefusedOtherPerson)
	invite := w.do(t, front, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to13})
	wantRefused(t, w.do(t, w.leader, records.CmdRedeem, records.Redeem{Code: invite.Args["code"]}), records.RefusedLocked)
	if got := w.do(t, fresh, records.CmdRedeem, records.Redeem{Code: out.Args["code"]}); got.Args["role"] != records.RoleReturn {
		t.Fatal(got)
	}
	if p := w.who(t, fresh); p.Locked || p.Name != "Lê Thị Hoa" || len(p.Roles) != 1 {
		t.Errorf("back: %+v", p)
	}
	for _, chat := range []string{w.leader, second} {
		if p := w.who(t, chat); !p.Locked || len(p.Roles) > 0 {
			t.Errorf("an old chat is open again: %+v", p)
		}
		wantRefused(t, w.do(t, chat, records.CmdLogHelp, gift(bay)), records.RefusedLocked)
	}
	if code := w.log(t, fresh, bay); code == "" {
		t.Error("who is back cannot log")
	}
}

// testLockSame: who has the same account on a new phone comes back in the very chat that was cut; the others stay so. An invite made with
// the lost phone is taken back, with the role that it gave.
func testLockSame(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	used := w.do(t, officer, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to13})
	open := w.do(t, officer, records.CmdInvite, records.MakeInvite{Role: records.RoleDonor, Area: to13})
	thief := w.contact(t, "thief", "Kẻ Gian")
	wantRefused(t, w.do(t, thief, records.CmdRedeem, records.Redeem{Code: used.Args["code"]}), "")
	id := w.lock(t, front, officer, "")
	wantRefused(t, w.do(t, w.contact(t, "other", ""), records.CmdRedeem, records.Redeem{Code: open.Args["code"]}), records.RefusedInviteExpired)
	a := w.ask(t, front, records.AskLockReview, map[string]string{"lock": strconv.FormatInt(id, 10)})
	if len(a.Lines) != 2 || a.Facts["left"] != "2" {
		t.Fatalf("%+v", a)
	}
	for _, l := range a.Lines {
		wantRefused(t, w.do(t, front, records.CmdReview, records.ReviewEntered{Lock: id, Kind: l.Args["kind"], Ref: l.Args["ref"], Verdict: records.LockVoid}), "")
	}
	if p := w.who(t, thief); len(p.Roles) != 0 {
		t.Errorf("the role stays: %+v", p)
	}
	out := w.do(t, front, records.CmdUnlock, records.UnlockPerson{Person: w.personNo(t, officer)})
	wantRefused(t, w.do(t, officer, records.CmdRedeem, records.Redeem{Code: out.Args["code"]}), "")
	if p := w.who(t, officer); p.Locked || len(p.Roles) != 1 {
		t.Errorf("back in the same chat: %+v", p)
	}
	wantRefused(t, w.do(t, w.contact(t, "other", ""), records.CmdRedeem, records.Redeem{Code: open.Args["code"]}), records.RefusedInviteExpired)
	wantRefused(t, w.do(t, front, records.CmdUnlock, records.UnlockPerson{Person: w.personNo(t, officer)}), records.RefusedNotLocked)
}
