package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// testInvites: an invite made in a chat gives its role once, until the end of its last day, and only while who made it may give it.
func testInvites(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	made := func(role, area string) Outcome {
		return w.do(t, officer, records.CmdInvite, records.MakeInvite{Role: role, Area: area})
	}
	redeem := func(as, code string) Outcome { return w.do(t, as, records.CmdRedeem, records.Redeem{Code: code}) }
	notices := func(contact string) (n int64) {
		must(t, w.db.Model(&records.Message{}).Where("contact = ?", contact).Count(&n).Error)
		return n
	}

	for _, bad := range []struct{ role, area, want string }{
		{records.RoleOfficer, hoaKhanh, records.RefusedDenied},
		{records.RoleLeader, city, records.RefusedDenied},
		{records.RoleLeader, hoaKhanh, records.RefusedInvalid},
		{records.RoleLeader, hoaKhanh + "/khong-co.1", records.RefusedNotFound},
		{records.RoleHousehold, to12, records.RefusedInvalid},
		{"vua", to12, records.RefusedInvalid},
	} {
		if out := made(bad.role, bad.area); out.Refused != bad.want || out.Args["code"] != "" {
			t.Errorf("an officer invites %s in %s: %+v, want %s", bad.role, bad.area, out, bad.want)
		}
	}

	city := w.contact(t, "city", "", records.Grant{Role: records.RoleCity, Area: city})
	places := func(as, role, q string) (labels []string) {
		for _, o := range w.ask(t, as, records.AskAreaGive, map[string]string{"role": role, "q": q}).Options {
			labels = append(labels, o.Label)
		}
		return labels
	}
	for _, c := range []struct{ as, role, q, want string }{
		{officer, records.RoleLeader, "tổ 13", "Tổ 13 (Hòa Minh cũ)"},
		{officer, records.RoleLeader, "13 hoa minh", "Tổ 13 (Hòa Minh cũ)"},
		{officer, records.RoleOfficer, "", ""},
		{city, records.RoleLeader, "to 13", "Tổ 13 (Hòa Minh cũ), Phường Hòa Khánh"}, // a city has many of a number
		{city, records.RoleFront, "hoa khanh", "Phường Hòa Khánh"},
		{city, records.RoleDonor, "da nang", "Thành phố Đà Nẵng"},
		{city, records.RoleAdmin, "", ""},
		{w.leader, records.RoleLeader, "", ""},
	} {
		if got := strings.Join(places(c.as, c.role, c.q), "; "); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.role, c.q, got, c.want)
		}
	}

	first, other := w.contact(t, "first", ""), w.contact(t, "other", "")
	out := made(records.RoleLeader, to12)
	if out.Refused != "" || out.Args["role"] != records.RoleLeader || out.Args["until"] != records.FormatDay(records.DayOf(w.clock()).AddDate(0, 0, records.InviteDays)) {
		t.Fatal(out)
	}
	var kept int64
	must(t, w.db.Model(&records.Invite{}).Where("code_hash = ? OR created_by = ?", out.Args["code"], out.Args["code"]).Count(&kept).Error)
	if kept != 0 {
		t.Error("the code itself is kept in the table of invites")
	}
	for range 2 { // pressing the link again is no crime, and tells nobody again
		if got := redeem(first, out.Args["code"]); got.Refused != "" || got.Args["path"] != to12 {
			t.Fatal(got)
		}
	}
	if got := redeem(other, out.Args["code"]); got.Refused != records.RefusedInviteUsed {
		t.Errorf("somebody else uses it again: %+v", got)
	}
	if got := notices(officer); got != 1 {
		t.Errorf("who invited is told %d times", got)
	}
	if roles := w.who(t, first).Roles; len(roles) != 1 || roles[0].Area != to12 {
		t.Errorf("roles %v", roles)
	}

	out = made(records.RoleDonor, hoaKhanh)
	w.pass(records.InviteDays * 24 * time.Hour) // the same hour of the last day
	if got := redeem(other, out.Args["code"]); got.Refused != "" {
		t.Errorf("on the last day: %+v", got)
	}
	out = made(records.RoleDonor, to12)
	w.pass((records.InviteDays + 1) * 24 * time.Hour)
	if got := redeem(other, out.Args["code"]); got.Refused != records.RefusedInviteExpired {
		t.Errorf("after the last day: %+v", got)
	}

	out = made(records.RoleLeader, to13)
	must(t, w.EndRole(t.Context(), w.personOf(t, officer), records.RoleOfficer, hoaKhanh, "test"))
	if got := redeem(other, out.Args["code"]); got.Refused != records.RefusedInviteExpired {
		t.Errorf("of an officer who is none any more: %+v", got)
	}
	if out := made(records.RoleLeader, to13); out.Refused != records.RefusedDenied {
		t.Errorf("an officer who is none any more invites: %+v", out)
	}
}
