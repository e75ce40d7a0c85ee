package storage

import (
	"testing"
	"time"

	"chungtay/storage/records"
)

// Who looks after a ward says why they look households up; the reason holds for a while and stands with each look-up. A leader is not asked.
func testLookReason(t *testing.T, w *world) {
	w.mute = true
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	view := func(who string) string {
		return w.ask(t, who, records.AskHouseholdView, map[string]string{"household": lan}).Problem
	}
	if view(officer) != records.ProblemReason || w.ask(t, officer, records.AskHouseholdYear, map[string]string{"group": to12}).Problem != records.ProblemReason {
		t.Error("looked up without a reason")
	}
	if w.ask(t, officer, records.AskLookReason, nil).Facts["need"] == "" || w.ask(t, w.leader, records.AskLookReason, nil).Facts["need"] != "" || view(w.leader) != "" {
		t.Error("the officer is not asked why, or the leader is")
	}
	group := func(why string) string {
		return w.ask(t, officer, records.AskHouseholdYear, map[string]string{"group": to12, "why": why}).Problem
	}
	if group("tò mò") != records.ProblemReason || group("review") != "" {
		t.Error("curiosity is a reason, or a review is none")
	}
	if w.ask(t, officer, records.AskLookReason, nil).Facts["need"] != "" || view(officer) != "" {
		t.Error("asked again")
	}
	var line records.Audit
	must(t, w.db.Where("action = ? AND person_id = ?", records.AskHouseholdView, w.personOf(t, officer)).Take(&line).Error)
	if line.Why != "review" || line.Subject != "household "+lan {
		t.Errorf("%+v", line)
	}
	w.pass(records.ReasonGood + time.Second)
	if view(officer) != records.ProblemReason {
		t.Error("the reason holds for ever")
	}
}

// Who looks households up by name leaves a line for each, and is stopped for a day after very many; nobody else is.
func testLookups(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	hanh := w.member(t, "hanh", lan)
	view := func(who string) string {
		t.Helper()
		return w.ask(t, who, records.AskHouseholdView, map[string]string{"household": lan}).Problem
	}
	if view(officer) != "" || w.ask(t, officer, records.AskHouseholdYear, map[string]string{"group": to12}).Problem != "" {
		t.Fatal("an officer sees nothing")
	}
	if p := view(w.contact(t, "far", "", records.Grant{Role: records.RoleOfficer, Area: haiChau})); p != records.ProblemNotFound {
		t.Errorf("another ward: %q", p)
	}
	w.ask(t, hanh, records.AskHouseholdSupport, nil)
	var lines []records.Audit
	must(t, w.db.Where("action IN ?", records.NamedLookups).Order("id").Find(&lines).Error)
	if len(lines) != 2 || lines[0].Subject != "household "+lan || *lines[0].PersonID != w.personOf(t, officer) || lines[1].Area != to12 {
		t.Fatalf("%+v", lines)
	}
	line := lines[0]
	for range records.LookupsADay - 2 {
		line.ID = 0
		must(t, w.db.Create(&line).Error)
	}
	if p := view(officer); p != records.ProblemTooMany {
		t.Errorf("one too many: %q", p)
	}
	if view(w.leader) != "" || w.ask(t, hanh, records.AskHouseholdSupport, nil).Problem != "" {
		t.Error("the leader or the household is kept out as well")
	}
	w.pass(24*time.Hour + time.Second)
	if p := view(officer); p != "" {
		t.Errorf("a day later: %q", p)
	}
}
