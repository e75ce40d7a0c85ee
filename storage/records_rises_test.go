package storage

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

func pledge(home string) records.EnrolRise {
	return records.EnrolRise{
		Household: home, Year: 2028, Missing: []string{records.DimensionWork, records.DimensionHouse}, Support: "vay vốn", Steps: []string{"nuôi gà", "sửa mái nhà"},
	}
}

// rise enrols a household, and returns the pledge's id.
func (w *world) rise(t testing.TB, contact, home string) int64 {
	t.Helper()
	if out := w.do(t, contact, records.CmdRise, pledge(home)); out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	var id int64
	must(t, w.db.Model(&records.Rise{}).Select("max(id)").Scan(&id).Error)
	return id
}

// A household enrols once, its leader is told neither who nor what, both say how it goes, and it ends with praise or by withdrawing,
// which takes nothing else away.
func testRises(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh, son, other := w.member(t, "hanh", lan), w.member(t, "son", lan), w.member(t, "other", bay)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	need := w.needOf(t, hanh, "nhà dột")
	entry := w.log(t, w.leader, lan)
	first := w.rise(t, hanh, "")
	if got := w.told(t, "notice.rise"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("told %v, want the leader alone", got)
	}
	var said []string
	must(t, w.db.Model(&records.Message{}).Where("say LIKE ?", `%"notice.rise"%`).Pluck("say", &said).Error)
	for _, secret := range []string{"Lan", lan, "nuôi", "2028", "ngheo"} {
		if strings.Contains(strings.ReplaceAll(said[0], "/hothoatngheo", ""), secret) {
			t.Errorf("the notice shows %q: %s", secret, said[0])
		}
	}
	wantRefused(t, w.do(t, son, records.CmdRise, pledge(lan)), records.RefusedRiseOpen)
	wantRefused(t, w.do(t, w.leader, records.CmdRise, pledge(lan)), records.RefusedDenied) // only the household enrols itself
	wantRefused(t, w.do(t, other, records.CmdRise, pledge(lan)), records.RefusedDenied)
	wantRefused(t, w.do(t, other, records.CmdCheckRise, records.CheckRise{Forward: "x"}), records.RefusedRiseNone)

	w.pass(24 * time.Hour)
	if out := w.do(t, son, records.CmdCheckRise, records.CheckRise{Forward: "gà đẻ", Stuck: "thiếu vốn"}); out.Args["next_on"] != "2027-02-12" {
		t.Errorf("%+v", out)
	}
	if out := w.do(t, front, records.CmdNoteRise, records.CheckRise{ID: first, Forward: "hộ cố gắng"}); out.Refused != "" {
		t.Errorf("%+v", out)
	}
	if got := w.told(t, "notice.rise.checked"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("told of a talk: %v", got)
	}
	a := w.ask(t, hanh, records.AskRiseMine, nil)
	if len(a.Lines) != 2 || a.Lines[0].Args["forward"] != "gà đẻ" || a.Lines[0].Args["stuck"] != "thiếu vốn" || a.Lines[1].Args["side"] != records.RoleLeader || a.Facts["steps"] != "nuôi gà\nsửa mái nhà" {
		t.Errorf("the household sees %+v", a)
	}
	if f := w.ask(t, w.leader, records.AskRise, map[string]string{"rise": strconv.FormatInt(first, 10)}).Facts; f["name"] != "Trần Thị Lan" || f["open"] != "1" || f["missing"] != "viec_lam nha_o" {
		t.Errorf("the leader sees %v", f)
	}

	before := w.count(t, "SELECT count(*) FROM messages")
	if out := w.do(t, son, records.CmdLeaveRise, records.EndRise{}); out.Refused != "" {
		t.Fatal(out)
	}
	if after := w.count(t, "SELECT count(*) FROM messages"); after != before {
		t.Error("somebody was told of a household that withdrew")
	}
	if f := w.ask(t, w.leader, records.AskRise, map[string]string{"rise": strconv.FormatInt(first, 10)}).Facts; f["name"] != "" {
		t.Errorf("what was withdrawn is shown: %v", f)
	}
	if a := w.ask(t, hanh, records.AskNeedMine, nil); a.Lines[0].Args["need"] != strconv.FormatInt(need, 10) {
		t.Error("a need went with it")
	}
	if f := w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": entry}).Facts; f["state"] != "kept" {
		t.Error("an entry went with it")
	}
	wantRefused(t, w.do(t, son, records.CmdLeaveRise, records.EndRise{}), records.RefusedRiseNone)

	w.rise(t, hanh, lan)
	if out := w.do(t, hanh, records.CmdReached, records.EndRise{Household: lan}); out.Refused != "" || w.told(t, "notice.rise.reached")[w.leader] != 1 {
		t.Errorf("%+v", out)
	}
	third := w.rise(t, other, "")
	if out := w.do(t, w.leader, records.CmdPraise, records.EndRise{ID: third}); out.Refused != "" || w.told(t, "notice.rise.praise")[other] != 1 {
		t.Errorf("%+v", out)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdPraise, records.EndRise{ID: third}), records.RefusedRiseNone)
}

// What is no pledge is refused, and so is one of a household without anybody able to work: the person's roles say so, too.
func testRiseLimits(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh := w.member(t, "hanh", lan, bay)
	for _, change := range []func(*records.EnrolRise){
		func(e *records.EnrolRise) { e.Year = 2025 },
		func(e *records.EnrolRise) { e.Year = 2026 + records.RiseYears + 1 },
		func(e *records.EnrolRise) { e.Missing = nil },
		func(e *records.EnrolRise) { e.Missing = []string{"tien"} },
		func(e *records.EnrolRise) { e.Missing = []string{"nha_o", "nha_o"} },
		func(e *records.EnrolRise) { e.Steps = nil },
		func(e *records.EnrolRise) { e.Steps = []string{" \u200b\n"} },
		func(e *records.EnrolRise) { e.Steps = []string{"a", "b", "c", "d"} },
	} {
		bad := pledge(lan)
		change(&bad)
		wantRefused(t, w.do(t, hanh, records.CmdRise, bad), records.RefusedInvalid)
	}
	var home records.Household
	must(t, w.db.Where("code = ?", lan).First(&home).Error)
	flag := records.HouseholdFlag{HouseholdID: home.ID, Flag: records.FlagNoLabour, ValidFrom: wednesday}
	must(t, w.db.Create(&flag).Error)
	wantRefused(t, w.do(t, hanh, records.CmdRise, pledge(lan)), records.RefusedRiseNot)
	marks := map[string]string{}
	for _, role := range w.who(t, hanh).Roles {
		marks[codeOf(role.Area)] = role.Marks
	}
	if marks[lan] != records.FlagNoLabour || marks[bay] != "" {
		t.Errorf("marks of the roles: %v", marks)
	}
	if out := w.do(t, hanh, records.CmdRise, pledge(bay)); out.Refused != "" {
		t.Errorf("the other household: %+v", out)
	}
	must(t, w.db.Model(&flag).Update("valid_to", wednesday).Error)
	if out := w.do(t, hanh, records.CmdRise, pledge(lan)); out.Refused != "" {
		t.Errorf("after the flag: %+v", out)
	}
	for _, bad := range []records.CheckRise{{}, {Forward: " "}} {
		wantRefused(t, w.do(t, hanh, records.CmdCheckRise, bad), records.RefusedInvalid)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdNoteRise, records.CheckRise{ID: 999, Forward: "x"}), records.RefusedRiseNone)
}

// Every three months the household and its leader are asked once, however often the reminders run; a household that is not to be written
// to, or has nobody able to work by now, is not.
func testRiseReminders(t *testing.T, w *world) {
	homes := []string{w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"]}
	var members []string
	for i, home := range homes {
		members = append(members, w.member(t, "member "+strconv.Itoa(i), home))
		w.rise(t, members[i], home)
	}
	remind := func(households int) {
		t.Helper()
		if got := w.runs(t, records.JobRises, "notice.rise.quarter"); len(got) != households {
			t.Errorf("households asked at %s: %v, want %d", w.clock(), got, households)
		}
		w.pass(time.Minute)
	}
	remind(0)
	w.pass(90 * 24 * time.Hour) // 2027-02-09
	if out := w.do(t, members[2], records.CmdCheckRise, records.CheckRise{Forward: "đã học nghề"}); out.Refused != "" {
		t.Fatal(out)
	}
	remind(0)
	w.pass(2 * 24 * time.Hour)
	if out := w.do(t, w.leader, records.CmdQuiet, records.QuietHousehold{Household: homes[1], Why: records.QuietAway}); out.Refused != "" {
		t.Fatal(out)
	}
	remind(1)
	remind(0)
	if got := w.told(t, "notice.rise.quarter"); got[members[0]] != 1 || len(got) != 1 {
		t.Errorf("households asked: %v", got)
	}
	if got := w.told(t, "notice.rise.talks"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("leaders asked: %v", got)
	}
	var home records.Household
	must(t, w.db.Where("code = ?", homes[0]).First(&home).Error)
	must(t, w.db.Create(&records.HouseholdFlag{HouseholdID: home.ID, Flag: records.FlagNoLabour, ValidFrom: wednesday}).Error)
	w.pass(400 * 24 * time.Hour) // the bot was away for a year: one notice, not four
	remind(1)
	remind(0)
	if got := w.told(t, "notice.rise.quarter"); got[members[0]] != 1 || got[members[2]] != 1 {
		t.Errorf("households asked after a year: %v", got)
	}
}

// The ward sees counts and no names; fewer than five are not told, nor a total that would tell them.
func testRiseCounts(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	enrol := func(area string, n int) {
		for i := range n {
			home := w.addHome(t, records.Household{Area: area, Head: "Nhà " + strconv.Itoa(i) + " " + area})
			w.rise(t, w.member(t, "of "+home, home), home)
		}
	}
	counts := func() string {
		a := w.ask(t, officer, records.AskRiseCounts, nil)
		list := a.Facts["open"] + "/" + a.Facts[records.DimensionWork] + ":"
		for _, l := range a.Lines {
			list += " " + l.Args["area"] + "=" + l.Args["open"]
		}
		for _, x := range append(a.Lines, dialog.Line{Args: a.Facts}) {
			for _, v := range x.Args {
				if strings.Contains(v, "Nhà") {
					t.Errorf("a name: %v", x.Args)
				}
			}
		}
		return list
	}
	enrol(to12, 6)
	if got := counts(); got != "6/6: Tổ 12 (Hòa Minh cũ)=6" {
		t.Error(got)
	}
	enrol(to13, 2)
	if got := counts(); got != "/8: Tổ 12 (Hòa Minh cũ)=6 Tổ 13 (Hòa Minh cũ)=" {
		t.Error(got)
	}
	enrol(to12Son, 3)
	if got := counts(); got != "11/11: Tổ 12 (Hòa Minh cũ)=6 Tổ 13 (Hòa Minh cũ)= Tổ 12 (Hòa Sơn cũ)=" {
		t.Error(got)
	}
}

// What a household was given never bears on its class: no total of it is in what tells of pledges, and no class is in the file of help.
func testHelpInNoClass(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	var home records.Household
	must(t, w.db.Where("code = ?", lan).First(&home).Error)
	must(t, w.db.Create(&records.Classification{HouseholdID: home.ID, Year: 2026, StandardVersion: "2022-2025", Class: records.ClassPoor, DecisionNo: "77/QĐ-UBND", ValidFrom: wednesday}).Error)
	given := gift(lan)
	given.Money = 7_654_321
	if out := w.do(t, w.leader, records.CmdLogHelp, given); out.Refused != "" {
		t.Fatal(out)
	}
	id := w.rise(t, hanh, lan)
	for _, a := range []dialog.Answer{
		w.ask(t, hanh, records.AskRiseMine, nil),
		w.ask(t, w.leader, records.AskRise, map[string]string{"rise": strconv.FormatInt(id, 10)}),
		w.ask(t, w.leader, records.AskRises, nil),
		w.ask(t, officer, records.AskRiseCounts, nil),
		w.ask(t, officer, records.AskProposals, nil),
	} {
		for _, args := range append([]dialog.Line{{Args: a.Facts}}, a.Lines...) {
			for k, v := range args.Args {
				if strings.Contains(v, "7654321") || k == "money" || k == "class" || v == records.ClassPoor {
					t.Errorf("%s tells %s = %s", a.Query, k, v)
				}
			}
		}
	}
	out := w.do(t, officer, records.CmdExportHelp, records.ExportHelp{From: "2026-01-01", To: "2026-12-31", Columns: records.ExportColumns})
	data, _, err := w.Blob(t.Context(), out.Args["file"])
	must(t, err)
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", sheets.Usual)
	must(t, err)
	defer table.Close()
	rows := 0
	for row, err := range table.Rows() {
		must(t, err)
		rows++
		for i := range 20 {
			for _, class := range append([]string{"77/QĐ-UBND", "2022-2025", "hộ nghèo", "Diện"}, records.Classes...) {
				if row.Cell(i) == class {
					t.Errorf("the file of help tells a class: %s", row.Cell(i))
				}
			}
		}
	}
	if rows == 0 {
		t.Error("an empty file")
	}
}
