package storage

import (
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// What is signed on a sheet is confirmed on paper, and told apart; what was voided, corrected or answered since is not. A second photo takes
// the place of the first.
func testSignatures(t *testing.T, w *world) {
	lan, bay, tu, sau := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"], w.homes["Huỳnh Văn Sáu"]
	front := w.contact(t, "front", "Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	codes := map[string]string{}
	for _, home := range []string{lan, bay, tu, sau} {
		codes[home] = w.log(t, w.leader, home)
	}
	w.log(t, front, w.homes["Hoàng Thị Lan"]) // of the next group
	made := w.do(t, w.leader, records.CmdMakeSheets, records.MakeSignatureSheets{Group: to12})
	var sheets []records.SignatureSheet
	w.sheetOf(t, made, &sheets)
	if len(sheets) != 1 || len(sheets[0].Lines) != 4 || made.Args["count"] != "4" || made.Args["codes"] != sheets[0].Code {
		t.Fatalf("%v %+v", made.Args, sheets)
	}
	number := map[string]int{}
	for i, l := range sheets[0].Lines {
		if number[l.Code] = i + 1; l.Money != 500_000 || l.Things != "10 kg gạo, 2 thùng mì" || l.On != "2026-11-10" {
			t.Errorf("%+v", l)
		}
	}
	// Meanwhile one is voided, one corrected, and one answered by the household.
	if out := w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: codes[bay]}); out.Refused != "" {
		t.Fatal(out)
	}
	if out := w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: codes[tu], Log: gift(tu)}); out.Refused != "" {
		t.Fatal(out)
	}
	member := w.contact(t, "member", "", records.Grant{Role: records.RoleHousehold, Area: records.Join(to12, sau)})
	w.pass(records.NoticeDelay)
	if out := w.do(t, member, records.CmdDisputeHelp, records.DisputeHelp{Code: codes[sau], Answer: records.AnswerMissing, Words: "chưa có"}); out.Refused != "" {
		t.Fatal(out)
	}
	sign := func(photo string, lines ...int) Outcome {
		t.Helper()
		return w.do(t, w.leader, records.CmdSignSheet, records.SignSheet{Sheet: sheets[0].Code, Photo: photo, Signed: lines})
	}
	wantRefused(t, sign("", 1), records.RefusedInvalid)
	wantRefused(t, sign("in/one", 1), records.RefusedNoPhoto)
	must(t, w.PutBlob(t.Context(), "in/one", "image/jpeg", []byte{0xff}))
	must(t, w.PutBlob(t.Context(), "in/two", "image/jpeg", []byte{0xff}))
	must(t, w.PutBlob(t.Context(), "in/list", "text/csv", []byte("a")))
	wantRefused(t, sign("in/list", 1), records.RefusedNoPhoto)
	out := sign("in/one", 1, 2, 3, 4)
	if out.Refused != "" || out.Args["count"] != "1" || out.Args["voided"] != "1" || out.Args["changed"] != "1" || out.Args["answered"] != "1" {
		t.Fatalf("%+v", out)
	}
	answer := func(home string) string {
		return w.ask(t, front, records.AskHelpGet, map[string]string{"code": codes[home]}).Facts["answer"]
	}
	if a := answer(lan); a != records.AnswerPaper {
		t.Errorf("signed: %q", a)
	}
	if a := answer(sau); a != records.AnswerMissing {
		t.Errorf("what the household said: %q", a)
	}
	if a := answer(tu); a != "" {
		t.Errorf("corrected after printing: %q", a)
	}
	if n := w.count(t, "SELECT count(*) FROM help_answers WHERE sheet = ? AND helper AND superseded_at IS NULL", sheets[0].Code); n != 1 {
		t.Errorf("%d answers of the leader's", n)
	}
	seen := w.ask(t, front, records.AskSheet, map[string]string{"sheet": sheets[0].Code})
	if seen.Facts["photo"] != "in/one" || seen.Facts["brought"] != "2026-11-11" || seen.Facts["by"] != "Hoa" {
		t.Errorf("%v", seen.Facts)
	}
	for home, want := range map[string]string{lan: records.LineSigned, bay: records.LineVoided, tu: records.LineChanged, sau: records.LineAnswered} {
		if got := seen.Lines[number[codes[home]]-1].Args["state"]; got != want {
			t.Errorf("%s is %q, want %q", home, got, want)
		}
	}
	list := w.ask(t, w.leader, records.AskHouseholdYear, map[string]string{"group": to12}).Facts
	if list["entries"] != "3" || list["phone"] != "0" || list["paper"] != "1" || list["open"] != "2" { // what is disputed the leader does not know
		t.Errorf("the group: %v", list)
	}
	if home := w.ask(t, w.leader, records.AskHouseholdView, map[string]string{"household": lan}).Facts; home["entries"] != "1" || home["paper"] != "1" || home["open"] != "0" {
		t.Errorf("the household: %v", home)
	}
	w.pass(time.Hour)
	if out := sign("in/two"); out.Args["count"] != "0" {
		t.Errorf("nothing signed: %+v", out)
	}
	if a := answer(lan); a != "" {
		t.Errorf("after the second photo: %q", a)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE action = ? AND why = 'photo in/two in place of in/one'", records.CmdSignSheet); n != 1 {
		t.Errorf("%d lines of the log", n)
	}
	// The household may still say otherwise; then the paper counts no more.
	sign("in/two", number[codes[lan]])
	sister := w.contact(t, "sister", "", records.Grant{Role: records.RoleHousehold, Area: records.Join(to12, lan)})
	if out := w.do(t, sister, records.CmdDisputeHelp, records.DisputeHelp{Code: codes[lan], Answer: records.AnswerWrong, Words: "không phải tui ký"}); out.Refused != "" {
		t.Fatal(out)
	}
	sign("in/two", number[codes[lan]])
	if a := answer(lan); a != records.AnswerWrong {
		t.Errorf("the household's word: %q", a)
	}
	for name, as := range map[string]string{"another ward": w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: haiChau}), "a household": member} {
		if out := w.do(t, as, records.CmdSignSheet, records.SignSheet{Sheet: sheets[0].Code, Photo: "in/one", Signed: []int{1}}); out.Refused != records.RefusedNotFound {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

// A sheet is a page, so that one photo shows it; more entries are on more sheets. Days bound what is printed.
func testSignatureSheets(t *testing.T, w *world) {
	wantRefused(t, w.do(t, w.leader, records.CmdMakeSheets, records.MakeSignatureSheets{Group: to12}), records.RefusedNothingToSign)
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	for i := range records.SignatureLines + 2 {
		g := gift(lan)
		g.Money += int64(i)
		if i == 0 {
			g.On = "2026-11-01"
		}
		if out := w.do(t, w.leader, records.CmdLogHelp, g); out.Refused != "" {
			t.Fatal(out)
		}
	}
	for command, want := range map[records.MakeSignatureSheets][2]int{
		{Group: to12}: {records.SignatureLines + 2, 2},
		{Group: to12, From: "2026-11-01", To: "2026-11-01"}: {1, 1},
		{Group: to12, From: "2026-11-02", To: "2026-11-11"}: {records.SignatureLines + 1, 2},
	} {
		var sheets []records.SignatureSheet
		out := w.do(t, w.leader, records.CmdMakeSheets, command)
		w.sheetOf(t, out, &sheets)
		if out.Args["count"] != strconv.Itoa(want[0]) || len(sheets) != want[1] {
			t.Errorf("%+v: %v", command, out.Args)
		}
	}
	for name, command := range map[string]records.MakeSignatureSheets{"half a period": {Group: to12, From: "2026-11-01"}, "backwards": {Group: to12, From: "2026-11-02", To: "2026-11-01"}} {
		if out := w.do(t, w.leader, records.CmdMakeSheets, command); out.Refused != records.RefusedInvalid {
			t.Errorf("%s: %+v", name, out)
		}
	}
	wantRefused(t, w.do(t, w.leader, records.CmdMakeSheets, records.MakeSignatureSheets{Group: to13}), records.RefusedNotFound)
}
