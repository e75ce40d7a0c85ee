package storage

import (
	"strconv"
	"testing"

	"chungtay/storage/records"
)

// testHandover: a role ends at once; what is handed over is said by who leaves, then by who follows, and closed by the Front.
func testHandover(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	deputy := w.contact(t, "deputy", "Đỗ Văn Hòa", records.Grant{Role: records.RoleLeader, Area: to12})
	resting := w.contact(t, "resting", "Võ Thị Chín", records.Grant{Role: records.RoleLeader, Area: to12})
	must(t, w.db.Model(&records.Role{}).Where("id = ?", w.roleID(t, resting, records.RoleLeader)).Update("suspended_at", w.clock()).Error)
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	answered := w.log(t, w.leader, lan)
	w.log(t, w.leader, bay)
	w.pass(records.NoticeDelay)
	hanh := w.member(t, "hanh", lan)
	wantRefused(t, w.do(t, hanh, records.CmdDisputeHelp, records.DisputeHelp{Code: answered, Answer: records.AnswerMissing, Words: "chưa có"}), "")
	w.needOf(t, hanh, "nhà dột")
	task := records.Task{Reason: records.TaskAsked, Area: to12, Status: records.TaskOpen, CreatedAt: wednesday, TakenBy: new(int64)}
	*task.TakenBy = w.personNo(t, w.leader)
	must(t, w.db.Create(&task).Error)

	id := w.roleID(t, w.leader, records.RoleLeader)
	a := w.ask(t, front, records.AskRole, map[string]string{"role": strconv.FormatInt(id, 10)})
	if a.Facts["deputies"] != "1" || labels(a) != "Đỗ Văn Hòa" {
		t.Fatalf("deputies: %+v", a)
	}
	end := func(to int64) Outcome {
		return w.do(t, front, records.CmdChangeRole, records.ChangeRole{ID: id, Act: records.RoleEndAct, To: to})
	}
	wantRefused(t, end(w.personNo(t, resting)), records.RefusedNotFound)
	if len(w.who(t, w.leader).Roles) != 1 {
		t.Fatal("a refused end ended the role")
	}
	handover, err := strconv.ParseInt(end(w.personNo(t, deputy)).Args["handover"], 10, 64)
	must(t, err)
	if len(w.who(t, w.leader).Roles) != 0 {
		t.Error("access goes on while the handover is open")
	}
	var now records.Task
	must(t, w.db.First(&now, task.ID).Error)
	if now.TakenBy == nil || *now.TakenBy != w.personNo(t, deputy) {
		t.Errorf("the task is with %v", now.TakenBy)
	}
	see := func(as string) map[string]string {
		return w.ask(t, as, records.AskHandover, map[string]string{"handover": strconv.FormatInt(handover, 10)}).Facts
	}
	f := see(front)
	if f["tasks"] != "1" || f["needs"] != "1" || f["unanswered"] != "1" || f["name"] != "Hoa" || f["successor"] != "Đỗ Văn Hòa" || f["stated"] != "" || f["side"] != records.SideFront {
		t.Errorf("%v", f)
	}
	if see(resting) != nil || len(w.ask(t, resting, records.AskHandovers, nil).Lines) != 0 {
		t.Error("somebody else sees it")
	}
	answer := func(as string, agreed bool, words, want string) Outcome {
		t.Helper()
		out := w.do(t, as, records.CmdAnswerHandover, records.AnswerHandover{ID: handover, Agreed: agreed, Words: words})
		wantRefused(t, out, want)
		return out
	}
	state := func(as string, cash int64, want string) {
		t.Helper()
		wantRefused(t, w.do(t, as, records.CmdStateHandover, records.StateHandover{ID: handover, Cash: cash, Goods: "5 bao gạo"}), want)
	}
	answer(deputy, true, "", records.RefusedHandoverWaits)
	answer(front, true, "", records.RefusedHandoverWaits)
	answer(w.leader, true, "", records.RefusedDenied)
	answer(front, false, "", records.RefusedInvalid)
	state(deputy, 1, records.RefusedDenied)
	state(w.leader, -1, records.RefusedInvalid)
	state(w.leader, 2_000_000, "")
	state(w.leader, 1_500_000, "")
	if got := w.told(t, "notice.handover.turn"); got[deputy] != 2 || got[front] != 0 {
		t.Errorf("told that it is their turn: %v", got)
	}
	answer(front, true, "", records.RefusedHandoverWaits)
	answer(deputy, false, "thiếu 1 bao", "")
	state(w.leader, 0, records.RefusedHandoverOver)
	if out := answer(front, true, "", ""); out.Args["status"] != records.HandoverDisputed {
		t.Errorf("closed as %v", out)
	}
	answer(deputy, true, "", records.RefusedHandoverOver)
	if f := see(w.leader); f["status"] != records.HandoverDisputed || f["cash"] != "1500000" || f["goods"] != "5 bao gạo" {
		t.Errorf("%v", f)
	}
	if got := w.told(t, "notice.handover.closed"); got[w.leader] != 1 || got[deputy] != 1 {
		t.Errorf("told of the end: %v", got)
	}
	out := w.do(t, deputy, records.CmdTakeHandover, records.TakeHandover{ID: handover, Words: map[string]string{"name": "Người giao"}})
	if out.Args["file"] == "" {
		t.Errorf("no sheet: %+v", out)
	}
	wantRefused(t, w.do(t, resting, records.CmdTakeHandover, records.TakeHandover{ID: handover}), records.RefusedNotFound)
}

// testHandoverLater: where nobody follows the ward sees to it, and who is invited later for the role follows.
func testHandoverLater(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	out := w.do(t, front, records.CmdChangeRole, records.ChangeRole{ID: w.roleID(t, w.leader, records.RoleLeader), Act: records.RoleEndAct})
	handover, err := strconv.ParseInt(out.Args["handover"], 10, 64)
	must(t, err)
	wantRefused(t, w.do(t, w.leader, records.CmdStateHandover, records.StateHandover{ID: handover}), "")
	if got := w.told(t, "notice.handover.turn"); got[front] != 1 {
		t.Errorf("the Front is told %v", got)
	}
	invite := w.do(t, front, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to12})
	next := w.contact(t, "next", "Đỗ Văn Hòa")
	wantRefused(t, w.do(t, next, records.CmdRedeem, records.Redeem{Code: invite.Args["code"]}), "")
	if got := w.told(t, "notice.handover.to"); got[next] != 1 {
		t.Errorf("who follows is told %v", got)
	}
	if lines := w.ask(t, next, records.AskHandovers, nil).Lines; len(lines) != 1 {
		t.Errorf("who follows sees %v", lines)
	}
	for _, c := range []struct{ as, want string }{{next, records.HandoverOpen}, {front, records.HandoverDone}} {
		if out := w.do(t, c.as, records.CmdAnswerHandover, records.AnswerHandover{ID: handover, Agreed: true}); out.Args["status"] != c.want {
			t.Errorf("%+v, want %s", out, c.want)
		}
	}
	donor := w.contact(t, "donor", "Người Giúp", records.Grant{Role: records.RoleDonor, Area: to12})
	if out := w.do(t, front, records.CmdChangeRole, records.ChangeRole{ID: w.roleID(t, donor, records.RoleDonor), Act: records.RoleEndAct}); out.Refused != "" || out.Args["handover"] != "" {
		t.Errorf("a donor hands over: %+v", out)
	}
}
