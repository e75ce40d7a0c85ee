package storage

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// roleID is the id of a role that somebody holds.
func (w *world) roleID(t testing.TB, contact, role string) int64 {
	t.Helper()
	var held records.Role
	must(t, w.db.Where("person_id = (SELECT person_id FROM contacts WHERE key = ?) AND name = ?", contact, role).Order("id DESC").First(&held).Error)
	return held.ID
}

// testStaff: those who may give a role see who holds it, by area, and find them by name, group or ward.
func testStaff(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	town := w.contact(t, "city", "Phan Thị Thu", records.Grant{Role: records.RoleCity, Area: city})
	w.contact(t, "other leader", "Đỗ Văn Hòa", records.Grant{Role: records.RoleLeader, Area: to13})
	w.contact(t, "far leader", "Võ Thị Chín", records.Grant{Role: records.RoleLeader, Area: to1})
	w.member(t, "hanh", w.homes["Lê Thị Bảy"])
	both := w.contact(t, "both", "Đặng Thị Ba", records.Grant{Role: records.RoleLeader, Area: to12Son}, records.Grant{Role: records.RoleDonor, Area: hoaKhanh})
	list := func(as, q string) string {
		var all []string
		for _, l := range w.ask(t, as, records.AskStaff, map[string]string{"q": q}).Lines {
			all = append(all, l.Args["name"]+" "+l.Args["held"]+" "+l.Args["area"])
		}
		return strings.Join(all, "; ")
	}
	for _, c := range []struct{ as, q, want string }{
		{front, "", "Đặng Thị Ba donor Phường Hòa Khánh; Hoa leader Tổ 12 (Hòa Minh cũ); Đỗ Văn Hòa leader Tổ 13 (Hòa Minh cũ); Đặng Thị Ba leader Tổ 12 (Hòa Sơn cũ)"},
		{front, "to 12", "Hoa leader Tổ 12 (Hòa Minh cũ); Đặng Thị Ba leader Tổ 12 (Hòa Sơn cũ)"},
		{front, "12 hoa son", "Đặng Thị Ba leader Tổ 12 (Hòa Sơn cũ)"},
		{front, "van hoa", "Đỗ Văn Hòa leader Tổ 13 (Hòa Minh cũ)"},
		{front, "chín", ""},
		{town, "trần văn minh", "Trần Văn Minh front Phường Hòa Khánh"},
		{town, "chin", "Võ Thị Chín leader Tổ 1"},
		{w.leader, "", ""},
	} {
		if got := list(c.as, c.q); got != c.want {
			t.Errorf("%q: %s\nwant %s", c.q, got, c.want)
		}
	}
	a := w.ask(t, front, records.AskRole, map[string]string{"role": strconv.FormatInt(w.roleID(t, both, records.RoleLeader), 10)})
	if len(a.Lines) != 1 || a.Lines[0].Args["held"] != records.RoleDonor {
		t.Errorf("the other roles of a person: %+v", a)
	}
	for i := range 9 {
		w.contact(t, "donor "+strconv.Itoa(i), "Người "+strconv.Itoa(i), records.Grant{Role: records.RoleDonor, Area: to12})
	}
	if a := w.ask(t, front, records.AskStaff, nil); len(a.Lines) != pageSize || !a.More || a.Facts["count"] != "13" {
		t.Errorf("a page: %d lines, more %v, %v", len(a.Lines), a.More, a.Facts)
	}
}

// testRolesChange: a role that rests, is over or ended gives no right, at once; who holds it is told, and of a leader the ward.
func testRolesChange(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	admin := w.contact(t, "admin", "Quản Trị", records.Grant{Role: records.RoleAdmin, Area: city})
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	id := w.roleID(t, w.leader, records.RoleLeader)
	change := func(as, act, ends string) Outcome {
		return w.do(t, as, records.CmdChangeRole, records.ChangeRole{ID: id, Act: act, Ends: ends})
	}
	may := func() bool {
		logs := w.do(t, w.leader, records.CmdLogHelp, gift(lan)).Refused == ""
		sees := w.ask(t, w.leader, records.AskHouseholdFacts, map[string]string{"household": lan}).Facts["name"] != ""
		if held := len(w.who(t, w.leader).Roles) == 1; held != logs || logs != sees {
			t.Errorf("offered %v, logs %v, sees %v", held, logs, sees)
		}
		return logs
	}
	wantRefused(t, change(front, records.RoleResumeAct, ""), records.RefusedRoleGone)
	wantRefused(t, change(front, "vua", ""), records.RefusedInvalid)
	wantRefused(t, change(front, records.RoleUntilAct, "2026-11-10"), records.RefusedInvalid)
	wantRefused(t, w.do(t, admin, records.CmdChangeRole, records.ChangeRole{ID: w.roleID(t, admin, records.RoleAdmin), Act: records.RoleEndAct}), records.RefusedOwnRole)
	if out := change(front, records.RoleSuspendAct, ""); out.Args["name"] != "Hoa" || out.Args["role"] != records.RoleLeader {
		t.Fatal(out)
	}
	if may() {
		t.Error("a role that rests gives its rights")
	}
	if got, ward := w.told(t, "notice.role"), w.told(t, "notice.role.ward"); got[w.leader] != 1 || len(got) != 1 || ward[officer] != 1 || len(ward) != 1 {
		t.Errorf("told %v, ward %v", got, ward)
	}
	member := w.member(t, "lan", lan)
	w.needOf(t, member, "nhà dột")
	if got := w.told(t, "notice.need"); got[w.leader] != 0 || got[front] != 1 {
		t.Errorf("of a need while the role rests %v are told", got)
	}
	wantRefused(t, change(officer, records.RoleResumeAct, ""), "")
	if !may() {
		t.Error("a role taken up again gives no rights")
	}
	wantRefused(t, change(front, records.RoleUntilAct, "2026-11-12"), "")
	w.pass(38*time.Hour + 59*time.Minute) // the last minute of 12 November in Vietnam
	if !may() {
		t.Error("no rights on the last day")
	}
	w.pass(time.Minute)
	if may() {
		t.Error("rights after the last day")
	}
	if f := w.ask(t, front, records.AskRole, map[string]string{"role": strconv.FormatInt(id, 10)}).Facts; f["state"] != "over" || f["ends"] != "2026-11-12" {
		t.Errorf("%v", f)
	}
	out := w.do(t, front, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to12, Ends: "2027-12-31"})
	if out.Args["ends"] != "2027-12-31" {
		t.Fatal(out)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdRedeem, records.Redeem{Code: out.Args["code"]}), "")
	if !may() {
		t.Error("a role given anew gives no rights")
	}
	id = w.roleID(t, w.leader, records.RoleLeader)
	wantRefused(t, change(front, records.RoleEndAct, ""), "")
	if may() {
		t.Error("a role that ended gives its rights")
	}
	wantRefused(t, change(front, records.RoleEndAct, ""), records.RefusedRoleGone)
	wantRefused(t, w.do(t, front, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to12, Ends: "2026-11-12"}), records.RefusedInvalid)
}

// testLockedPerson: of somebody locked nothing is kept and nothing looked up, not even what is their own.
func testLockedPerson(t *testing.T, w *world) {
	entry := w.log(t, w.leader, w.homes["Lê Thị Bảy"])
	who := w.who(t, w.leader)
	lock := func(set string) {
		must(t, w.db.Exec(set, w.clock(), w.personOf(t, w.leader)).Error)
	}
	refused := func() {
		t.Helper()
		if p := w.who(t, w.leader); !p.Locked || len(p.Roles) > 0 {
			t.Errorf("%+v", p)
		}
		wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: entry}), records.RefusedLocked)
		wantRefused(t, w.do(t, w.leader, records.CmdLogHelp, gift(w.homes["Lê Thị Bảy"])), records.RefusedLocked)
		wantRefused(t, w.do(t, w.leader, records.CmdName, records.SetName{Name: "Ai Đó"}), records.RefusedLocked)
	}
	lock("UPDATE people SET locked_at = ? WHERE id = ?")
	refused()
	if a := w.Answer(t.Context(), dialog.Ask{Query: records.AskHelpMine}, who, w.clock()); a.Problem != records.ProblemDenied {
		t.Errorf("somebody locked looks up %+v", a)
	}
	must(t, w.db.Exec("UPDATE people SET locked_at = NULL").Error)
	lock("UPDATE contacts SET cut_at = ? WHERE person_id = ?")
	refused()
}
