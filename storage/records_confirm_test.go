package storage

import (
	"fmt"
	"testing"
	"time"

	"chungtay/storage/records"
)

// answers lists what households said about an entry, the one in force last.
func (w *world) answers(t testing.TB, code string) string {
	t.Helper()
	var rows []records.HelpAnswer
	must(t, w.db.Where("code = ?", code).Order("id").Find(&rows).Error)
	list := ""
	for _, a := range rows {
		list += fmt.Sprintf("v%d %s %q helper=%v several=%v shared=%v", a.Version, a.Answer, a.Missing, a.Helper, a.Several, a.Shared)
		if a.SupersededAt != nil {
			list += " superseded"
		}
		list += "; "
	}
	return list
}

func (w *world) seenNow() int64 { return w.clock().Add(-records.NoticeDelay).Unix() }

func testConfirm(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh, other := w.member(t, "hanh", lan), w.member(t, "other", bay)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	first := w.log(t, w.leader, lan)
	w.pass(records.NoticeDelay)
	seen := w.seenNow()
	w.pass(time.Minute)
	second := w.log(t, w.leader, lan) // not shown yet when the household answers
	w.pass(records.NoticeDelay)
	for _, who := range []string{other, w.leader, front, w.contact(t, "nobody", "")} {
		wantRefused(t, w.do(t, who, records.CmdConfirmHelp, records.ConfirmHelp{Household: lan, Year: 2026, Seen: w.seenNow()}), records.RefusedDenied)
		if out := w.do(t, who, records.CmdDisputeHelp, records.DisputeHelp{Code: first, Answer: records.AnswerMissing, Words: "x"}); out.Refused == "" {
			t.Errorf("disputes another's help: %v", out)
		}
		if a := w.ask(t, who, records.AskHelpMeant, map[string]string{"household": lan}); a.Problem == "" || len(a.Options) > 0 {
			t.Errorf("sees another's help: %+v", a)
		}
	}
	if out := w.do(t, hanh, records.CmdConfirmHelp, records.ConfirmHelp{Year: 2026, Seen: seen}); out.Refused != "" || out.Args["count"] != "1" {
		t.Fatalf("%+v", out)
	}
	if got := w.answers(t, first) + "|" + w.answers(t, second); got != `v1 received "" helper=false several=false shared=false; |` {
		t.Error(got)
	}
	if out := w.do(t, hanh, records.CmdConfirmHelp, records.ConfirmHelp{Year: 2026, Seen: seen}); out.Args["count"] != "0" {
		t.Errorf("again: %+v", out)
	}
	// A corrected entry is asked about anew.
	w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: first, Log: gift(lan)})
	if a := w.ask(t, hanh, records.AskHouseholdSupport, nil); a.Facts["open"] != "1" || a.Facts["count"] != "2" {
		t.Errorf("after a correction: %v", a.Facts)
	}
	if out := w.do(t, hanh, records.CmdConfirmHelp, records.ConfirmHelp{Year: 2026, Seen: w.clock().Add(time.Hour).Unix()}); out.Args["count"] != "2" {
		t.Errorf("all: %+v", out)
	}
	third := w.log(t, w.leader, lan)
	if out := w.do(t, hanh, records.CmdConfirmHelp, records.ConfirmHelp{Year: 2026, Seen: w.clock().Unix()}); out.Args["count"] != "0" {
		t.Errorf("what is not told yet: %+v", out)
	}
	wantRefused(t, w.do(t, hanh, records.CmdDisputeHelp, records.DisputeHelp{Code: third, Answer: records.AnswerMissing, Words: "chưa có gạo"}), records.RefusedNotFound)
	if f := w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": first}).Facts; f["answer"] != records.AnswerReceived {
		t.Errorf("the leader sees %q", f["answer"])
	}
}

// What is not right goes to the Front; the leader sees and hears nothing of it until the household agrees.
func testDispute(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	code := w.log(t, w.leader, lan)
	w.pass(time.Hour)
	f := w.ask(t, hanh, records.AskHelpMeant, map[string]string{"said": "chua co gao"}).Facts
	if f["code"] != code || f["missing"] != "gạo" || f["answer"] != records.AnswerMissing {
		t.Fatalf("meant: %v", f)
	}
	for _, bad := range []records.DisputeHelp{{Code: code, Answer: "received"}, {Code: code}, {Code: code, Answer: "x"}} {
		wantRefused(t, w.do(t, hanh, records.CmdDisputeHelp, bad), records.RefusedInvalid)
	}
	out := w.do(t, hanh, records.CmdDisputeHelp, records.DisputeHelp{Code: code, Answer: records.AnswerMissing, Missing: "gạo", Words: "chua co gao"})
	if out.Refused != "" || out.Args["on"] != "2026-11-10" || out.Args["missing"] != "gạo" {
		t.Fatalf("%+v", out)
	}
	sees := func(who string) string {
		return w.ask(t, who, records.AskHelpGet, map[string]string{"code": code}).Facts["answer"] + w.ask(t, who, records.AskHelpGet, map[string]string{"code": code}).Facts["missing"]
	}
	if got := []string{sees(w.leader), sees(front), sees(officer), sees(hanh)}; fmt.Sprint(got) != "[ missinggạo missinggạo missinggạo]" {
		t.Errorf("leader, front, officer, household see %v", got)
	}
	if got := w.told(t, "notice.disputed"); got[front] != 1 || len(got) != 1 {
		t.Errorf("told: %v", got)
	}
	var task records.Task
	must(t, w.db.Where("reason = 'help_disputed'").First(&task).Error)
	if task.Area != hoaKhanh || task.Ref != code || task.Contact != hanh || task.Status != records.TaskOpen {
		t.Errorf("task: %+v", task)
	}
	for range 2 {
		if out := w.do(t, hanh, records.CmdShareDispute, records.ShareDispute{}); out.Refused != "" {
			t.Error(out)
		}
	}
	if got := w.told(t, "notice.disputed.leader"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("told when shared: %v", got)
	}
	if got := sees(w.leader); got != "missinggạo" {
		t.Errorf("the leader sees %q when it is shared", got)
	}
	wantRefused(t, w.do(t, front, records.CmdShareDispute, records.ShareDispute{Code: code}), records.RefusedNotFound)
	w.do(t, hanh, records.CmdConfirmHelp, records.ConfirmHelp{Year: 2026, Seen: w.seenNow()}) // not answered again by "all"
	if got := w.answers(t, code); got != `v1 missing "gạo" helper=false several=false shared=true; ` {
		t.Error(got)
	}
}

func testDisputeMeant(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	codes := map[string]string{}
	for on, items := range map[string][]records.Item{"2026-11-10": {{Qty: 10_000, Unit: "g", Name: "gạo"}}, "2026-02-10": {{Qty: 5_000, Unit: "g", Name: "gạo"}}, "2026-05-01": nil} {
		log := gift(lan)
		log.On, log.Items = on, items
		codes[on] = w.do(t, w.leader, records.CmdLogHelp, log).Args["code"]
	}
	w.pass(time.Hour)
	for _, c := range []struct{ said, on, missing, answer, count string }{
		{"chua co gao", "", "", records.AnswerMissing, "2"},
		{"chưa có gạo hôm 10/2", "2026-02-10", "gạo", records.AnswerMissing, "1"},
		{"ngày 10 tháng 11 thiếu gạo với tiền", "2026-11-10", "tiền, gạo", records.AnswerMissing, "1"},
		{"1/5 chỉ nhận 300k", "2026-05-01", "", records.AnswerWrong, "1"},
		{"sai rồi", "", "", records.AnswerWrong, "3"},
		{"chưa có áo", "", "", records.AnswerMissing, "3"},
		{"", "", "", records.AnswerWrong, "3"},
	} {
		f := w.ask(t, hanh, records.AskHelpMeant, map[string]string{"said": c.said}).Facts
		if f["on"] != c.on || f["missing"] != c.missing || f["answer"] != c.answer || f["count"] != c.count {
			t.Errorf("%q: %v", c.said, f)
		}
	}
	a := w.ask(t, hanh, records.AskHelpMeant, map[string]string{"said": "chua co gao"})
	if labels(a) != "10/11 500.000 đồng, 10 kg gạo | 10/02 500.000 đồng, 5 kg gạo" {
		t.Error(labels(a))
	}
	if f := w.ask(t, hanh, records.AskHelpMeant, map[string]string{"said": "chua co gao", "key": codes["2026-02-10"]}).Facts; f["on"] != "2026-02-10" || f["missing"] != "gạo" {
		t.Errorf("one of them: %v", f)
	}
	w.do(t, hanh, records.CmdDisputeHelp, records.DisputeHelp{Code: codes["2026-02-10"], Answer: records.AnswerWrong, Words: "x"})
	if f := w.ask(t, hanh, records.AskHelpMeant, map[string]string{"said": "chua co gao"}).Facts; f["on"] != "2026-11-10" {
		t.Errorf("the one not answered yet: %v", f)
	}
}

// Who looks after a group answers for their own household only, and that shows; so does one contact of several households.
func testConfirmFlags(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	helper := w.contact(t, "helper", "", records.Grant{Role: records.RoleLeader, Area: to12}, records.Grant{Role: records.RoleHousehold, Area: to12 + "/" + lan})
	both := w.member(t, "both", lan, bay)
	one, two, three := w.log(t, w.leader, lan), w.log(t, w.leader, bay), ""
	w.pass(time.Hour)
	wantRefused(t, w.do(t, helper, records.CmdConfirmHelp, records.ConfirmHelp{Household: bay, Year: 2026, Seen: w.seenNow()}), records.RefusedDenied)
	w.do(t, helper, records.CmdConfirmHelp, records.ConfirmHelp{Household: lan, Year: 2026, Seen: w.seenNow()})
	w.do(t, both, records.CmdConfirmHelp, records.ConfirmHelp{Household: bay, Year: 2026, Seen: w.seenNow()})
	three = w.log(t, w.leader, bay)
	if got := w.answers(t, one) + w.answers(t, two) + w.answers(t, three); got != `v1 received "" helper=true several=false shared=false; v1 received "" helper=false several=true shared=false; ` {
		t.Error(got)
	}
}
