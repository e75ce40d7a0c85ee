package storage

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

func testTasks(t *testing.T, w *world) {
	front := w.contact(t, "front", "Thu", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city})
	bay := w.contact(t, "bay", "")
	help := records.OpenTask{Reason: records.TaskHelpAsked, Unit: "20200", Name: "Lê Văn Bảy", Phone: "+84905123457", Place: "tổ 12", Words: "hết gạo"}
	out := w.do(t, bay, records.CmdOpenTask, help)
	if out.Refused != "" || out.Args["ward"] == "" || out.Args["phone"] != "1022" {
		t.Fatalf("%+v", out)
	}
	id := out.Args["task"]
	if got := w.told(t, "notice.task"); got[front] != 1 || len(got) != 1 {
		t.Errorf("told %v, want the Front alone", got)
	}
	var kept []string
	must(t, w.db.Model(&records.Task{}).Pluck("phone", &kept).Error)
	if len(kept) != 1 || strings.Contains(kept[0], "905123457") || kept[0] == "" {
		t.Error("the phone is not sealed")
	}
	for who, sees := range map[string]bool{front: true, officer: true, admin: false} {
		f := w.ask(t, who, records.AskTask, map[string]string{"task": id}).Facts
		if f["reason"] != "task.help_asked" || (f["phone"] == "+84905123457") != sees || (f["name"] == "Lê Văn Bảy") != sees || (f["words"] == "hết gạo") != sees {
			t.Errorf("%s sees %v", who, f)
		}
	}
	if a := w.ask(t, far, records.AskTasks, nil); len(a.Options) != 0 {
		t.Errorf("another ward sees %+v", a)
	}
	n := int64(0)
	must(t, w.db.Model(&records.Task{}).Pluck("id", &n).Error)
	wantRefused(t, w.do(t, far, records.CmdTakeTask, records.TakeTask{ID: n}), records.RefusedNotFound)
	if out := w.do(t, front, records.CmdTakeTask, records.TakeTask{ID: n}); out.Refused != "" {
		t.Fatal(out)
	}
	if a := w.ask(t, officer, records.AskTasks, nil); a.Facts["count"] != "1" || a.Lines[0].Args["taken"] != "Thu" {
		t.Errorf("%+v", a)
	}
	if out := w.do(t, front, records.CmdPassTask, records.PassTask{ID: n, Role: records.RoleOfficer, Note: "nhờ xem"}); out.Args["told"] != "1" {
		t.Fatal(out)
	}
	if f := w.ask(t, officer, records.AskTask, map[string]string{"task": id}).Facts; f["taken"] != "" || f["note"] != "nhờ xem" {
		t.Errorf("after it was passed on: %v", f)
	}
	if got := w.told(t, "notice.task"); got[officer] != 1 {
		t.Errorf("the officer was not told: %v", got)
	}
	if out := w.do(t, officer, records.CmdDoneTask, records.DoneTask{ID: n, Note: "mang gạo"}); out.Refused != "" {
		t.Fatal(out)
	}
	wantRefused(t, w.do(t, front, records.CmdDoneTask, records.DoneTask{ID: n, Note: "x"}), records.RefusedTaskGone)
	if a := w.ask(t, front, records.AskTasks, nil); a.Facts["count"] != "0" {
		t.Errorf("%+v", a)
	}
}

// One contact cannot flood a ward; officers are told once in a while, but of danger each time; danger is never refused.
func testTaskLimits(t *testing.T, w *world) {
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	bay := w.contact(t, "bay", "")
	open := func(reason string) Outcome {
		return w.do(t, bay, records.CmdOpenTask, records.OpenTask{Reason: reason, Unit: "20200", Words: reason})
	}
	for range records.TasksADay {
		if out := open(records.TaskHelpAsked); out.Refused != "" {
			t.Fatal(out)
		}
	}
	out := open(records.TaskHelpAsked)
	wantRefused(t, out, records.RefusedTasks)
	if out.Args["phone"] == "" {
		t.Error("refused without a phone")
	}
	if got := w.told(t, "notice.task")[front]; got != 2 { // of the first at once, of the others together
		t.Errorf("told %d times of %d tasks", got, records.TasksADay)
	}
	var due []time.Time
	must(t, w.db.Model(&records.Message{}).Where("contact = ?", front).Order("id").Pluck("due_at", &due).Error)
	if due[0].After(w.clock()) || !due[1].After(w.clock()) || due[1].After(w.clock().Add(records.TaskNoticeOf)) {
		t.Errorf("told at %v, now is %v", due, w.clock())
	}
	danger := open(records.TaskDanger)
	if again := open(records.TaskDanger); danger.Refused != "" || again.Args["task"] != danger.Args["task"] {
		t.Errorf("danger: %+v, again %+v", danger, again)
	}
	var urgent []records.Message
	must(t, w.db.Where("urgent AND contact = ?", front).Find(&urgent).Error)
	if len(urgent) != 1 {
		t.Errorf("%d urgent notices", len(urgent))
	}
	w.pass(time.Hour)
	if out := open(records.TaskDanger); out.Args["task"] == danger.Args["task"] {
		t.Error("danger an hour later is the same task")
	}
	w.pass(24 * time.Hour)
	if out := open(records.TaskProtected); out.Refused != "" {
		t.Error(out)
	}
	first := open(records.TaskProtected)
	w.pass(24 * time.Hour)
	if again := open(records.TaskProtected); again.Args["task"] != first.Args["task"] {
		t.Error("a hidden sender has two open tasks")
	}
	nobody := w.contact(t, "nobody", "")
	if out := w.do(t, nobody, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked, Words: "xin gặp"}); out.Args["ward"] != "" || out.Args["phone"] != "1022" {
		t.Errorf("of no ward: %+v", out)
	}
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city})
	if a := w.ask(t, admin, records.AskTasks, nil); a.Facts["count"] != "9" {
		t.Errorf("the admin sees %s", a.Facts["count"])
	}
	var ofNone int64
	must(t, w.db.Model(&records.Task{}).Where("area = ''").Pluck("id", &ofNone).Error)
	if f := w.ask(t, admin, records.AskTask, map[string]string{"task": strconv.FormatInt(ofNone, 10)}).Facts; f["words"] != "xin gặp" {
		t.Errorf("nobody else could answer it, and the admin sees %v", f)
	}
}

func testWardPhone(t *testing.T, w *world) {
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city})
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	if out := w.do(t, front, records.CmdWardPhone, records.SetWardPhone{Phone: "0236 384 1234"}); out.Refused != "" || out.Args["phone"] != "0236 384 1234" {
		t.Fatal(out)
	}
	f := w.ask(t, hanh, records.AskWardPhone, nil).Facts
	if f["phone"] != "0236 384 1234" || f["own"] != "1" || f["leader"] == "" {
		t.Errorf("somebody of a household: %v", f)
	}
	if f := w.ask(t, w.contact(t, "nobody", ""), records.AskWardPhone, nil).Facts; f["phone"] != "1022" || f["leader"] != "" {
		t.Errorf("a stranger: %v", f)
	}
	wantRefused(t, w.do(t, front, records.CmdWardPhone, records.SetWardPhone{Unit: "20242", Phone: "1"}), records.RefusedDenied)
	wantRefused(t, w.do(t, admin, records.CmdWardPhone, records.SetWardPhone{Phone: "1"}), records.RefusedWard)
	if out := w.do(t, admin, records.CmdWardPhone, records.SetWardPhone{Unit: "20200", Phone: "1022"}); out.Refused != "" {
		t.Error(out)
	}
	if f := w.ask(t, hanh, records.AskWardPhone, nil).Facts; f["phone"] != "1022" {
		t.Errorf("set again: %v", f)
	}
}
