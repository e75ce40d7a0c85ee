package storage

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// whole is what is kept about help, by household and path, to compare before and after.
func (w *world) whole(t testing.TB) (all []string) {
	t.Helper()
	must(t, w.db.Raw(`SELECT 'help ' || code || ' ' || household_id || ' ' || area FROM help UNION ALL SELECT 'need ' || id || ' ' || household_id || ' ' || area FROM needs
		UNION ALL SELECT 'role ' || id || ' ' || area || ' ' || CASE WHEN valid_to IS NULL THEN 'on' ELSE 'off' END FROM roles
		UNION ALL SELECT 'link ' || id || ' ' || household_id || ' ' || CASE WHEN ended_at IS NULL THEN 'on' ELSE 'off' END FROM household_links
		UNION ALL SELECT 'flag ' || id || ' ' || household_id FROM household_flags UNION ALL SELECT 'home ' || code || ' ' || area || ' ' || natural_key FROM households WHERE ended_at IS NULL
		UNION ALL SELECT 'word ' || word || ' ' || area || ' ' || household_id FROM household_words UNION ALL SELECT 'class ' || id || ' ' || household_id FROM classifications ORDER BY 1`).Scan(&all).Error)
	return all
}

// Two entries of a household become one with all that belongs to either, and are two again, as they were, within a day.
func testMerge(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	twin := w.addHome(t, records.Household{Area: to13, Head: "Trần Thị Lan", BirthYear: 1963, Second: "bà Lan Sáu"})
	hanh, both := w.contact(t, "hanh", "Hạnh"), w.contact(t, "both", "Bình")
	for _, l := range []struct{ who, by, home string }{{hanh, officer, twin}, {both, officer, twin}, {both, w.leader, lan}} {
		if out := w.link(t, l.who, w.cardOf(t, l.by, l.home)); out.Refused != "" {
			t.Fatal(out)
		}
	}
	w.needOf(t, hanh, "nhà dột")
	w.log(t, w.leader, lan)
	w.log(t, officer, twin)
	var ids []int64
	must(t, w.db.Model(&records.Household{}).Where("code IN ?", []string{lan, twin}).Order("id").Pluck("id", &ids).Error)
	for _, id := range ids {
		must(t, w.db.Create(&records.HouseholdFlag{HouseholdID: id, Flag: records.FlagNoLabour, ValidFrom: wednesday}).Error)
		must(t, w.db.Create(&records.Classification{HouseholdID: id, Year: 2026, StandardVersion: "2022-2025", Class: records.ClassPoor, DecisionNo: "1", ValidFrom: wednesday}).Error)
	}
	before := w.whole(t)

	seen := w.ask(t, officer, records.AskMerge, map[string]string{"kept": lan, "gone": twin}).Facts
	if seen["kept_name"] != "Trần Thị Lan, 1963, vợ ông Sáu" || seen["gone_count"] != "1" || seen["gone_linked"] != "2" || seen["kept_class"] != records.ClassPoor {
		t.Errorf("before: %v", seen)
	}
	wantRefused(t, w.do(t, officer, records.CmdMergeHomes, records.MergeHomes{Kept: lan, Gone: lan}), records.RefusedSameHome)
	wantRefused(t, w.do(t, w.leader, records.CmdMergeHomes, records.MergeHomes{Kept: lan, Gone: twin}), records.RefusedDenied)
	out := w.do(t, officer, records.CmdMergeHomes, records.MergeHomes{Kept: lan, Gone: twin})
	move, err := strconv.ParseInt(out.Args["code"], 10, 64)
	if err != nil {
		t.Fatal(out)
	}
	if n := w.count(t, "SELECT count(*) FROM help WHERE area = ?", to12+"/"+lan); n != 2 {
		t.Errorf("%d entries of the one that is kept", n)
	}
	for _, who := range []string{hanh, both} {
		w.pass(records.NoticeDelay)
		if f := w.ask(t, who, records.AskHouseholdSupport, nil).Facts; f["household"] != lan || f["count"] != "2" {
			t.Errorf("a member sees %v", f)
		}
	}
	if n := len(w.ask(t, officer, records.AskHouseholdSearch, map[string]string{"q": "trần thị lan"}).Options); n != 1 {
		t.Errorf("%d are found", n)
	}
	wantRefused(t, w.do(t, officer, records.CmdLogHelp, gift(twin)), records.RefusedNotFound)
	if n := w.count(t, "SELECT count(*) FROM messages WHERE contact = ? AND say LIKE '%notice.home.merged%'", w.leader); n != 1 {
		t.Errorf("the leader is told %d times", n)
	}

	wantRefused(t, w.do(t, w.leader, records.CmdUndoMove, records.UndoMove{ID: move}), records.RefusedNotFound)
	wantRefused(t, w.do(t, officer, records.CmdUndoMove, records.UndoMove{ID: move}), "")
	if after := w.whole(t); !slices.Equal(before, after) {
		t.Errorf("taken back:\n%q\nbefore:\n%q", after, before)
	}
	wantRefused(t, w.do(t, officer, records.CmdUndoMove, records.UndoMove{ID: move}), records.RefusedMoveOver)
}

// A household moves to another group with its history: its people go on seeing it, the old group's leader does not. After a day it stays.
func testMove(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "Đỗ Thị Nga", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	w.log(t, w.leader, lan)
	w.needOf(t, hanh, "nhà dột")
	before := w.whole(t)
	wantRefused(t, w.do(t, officer, records.CmdMoveHome, records.MoveHome{Household: lan, Group: to1}), records.RefusedDenied)
	wantRefused(t, w.do(t, officer, records.CmdMoveHome, records.MoveHome{Household: lan, Group: to12}), records.RefusedSameHome)
	wantRefused(t, w.do(t, officer, records.CmdMoveHome, records.MoveHome{Household: lan, Group: hoaKhanh + "/khong-co"}), records.RefusedNotFound)
	move := func() int64 {
		out := w.do(t, officer, records.CmdMoveHome, records.MoveHome{Household: lan, Group: to13})
		id, err := strconv.ParseInt(out.Args["code"], 10, 64)
		if err != nil {
			t.Fatal(out)
		}
		return id
	}
	id := move()
	w.pass(records.NoticeDelay)
	if f := w.ask(t, hanh, records.AskHouseholdSupport, nil).Facts; f["household"] != lan || f["count"] != "1" {
		t.Errorf("a member sees %v", f)
	}
	if w.ask(t, w.leader, records.AskHouseholdFacts, map[string]string{"household": lan}).Problem == "" {
		t.Error("the old group's leader sees it")
	}
	if n := w.count(t, "SELECT count(*) FROM needs WHERE area = ?", to13+"/"+lan); n != 1 {
		t.Errorf("%d needs moved", n)
	}
	wantRefused(t, w.do(t, officer, records.CmdUndoMove, records.UndoMove{ID: id}), "")
	if after := w.whole(t); !slices.Equal(before, after) {
		t.Errorf("taken back:\n%q\nbefore:\n%q", after, before)
	}
	first := move()
	w.do(t, officer, records.CmdMoveHome, records.MoveHome{Household: lan, Group: to12})
	wantRefused(t, w.do(t, officer, records.CmdUndoMove, records.UndoMove{ID: first}), records.RefusedMoveLater)
	last := move()
	w.pass(records.MoveWindow + time.Second)
	wantRefused(t, w.do(t, officer, records.CmdUndoMove, records.UndoMove{ID: last}), records.RefusedMoveOver)
}

// Every table whose rows belong to a household is one that follows it.
func testMovedTables(t *testing.T, w *world) {
	find := `SELECT t.name FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND f."table" = 'households'`
	if w.pg {
		find = `SELECT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = 'households'::regclass`
	}
	var tables []string
	must(t, w.db.Raw(find).Scan(&tables).Error)
	anew := []string{"household_words", "household_uses", "home_moves", "households"}
	for _, name := range tables {
		if !slices.Contains(anew, name) && !slices.ContainsFunc(homeTables, func(t homeTable) bool { return t.name == name }) {
			t.Errorf("%s stays behind when a household becomes another", name)
		}
	}
}
