package storage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// holding lists the columns of the database that hold a text: "people.name".
func (w *world) holding(t testing.TB, text string) (found []string) {
	t.Helper()
	query := "SELECT m.name, p.name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND lower(p.type) = 'text'"
	if w.pg {
		query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text'"
	}
	rows, err := w.pool.QueryContext(t.Context(), query)
	must(t, err)
	var columns [][2]string
	for rows.Next() {
		var c [2]string
		must(t, rows.Scan(&c[0], &c[1]))
		columns = append(columns, c)
	}
	must(t, rows.Err())
	rows.Close()
	for _, c := range columns {
		if w.count(t, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s LIKE ?", c[0], c[1]), "%"+text+"%") > 0 {
			found = append(found, c[0]+"."+c[1])
		}
	}
	slices.Sort(found)
	return found
}

// remind does what the clock brings, as if it had come to an instant.
func (w *world) remind(t testing.TB, work func(a *applier, slot time.Time) error) {
	t.Helper()
	must(t, w.in(t.Context(), func(tx *gorm.DB) error {
		a := &applier{r: w.Records, tx: tx, now: w.instant(), actors: map[string]*actor{}}
		if err := work(a, w.clock()); err != nil {
			return err
		}
		return a.flush()
	}))
}

// What cannot be done at once is a task of the ward with a last day; it is put off once, and who asked hears what came of it.
func testDataRequests(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleOfficer, Area: haiChau})
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	out := w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataRestrict, Words: "đừng cho ai xem"})
	if out.Refused != "" || out.Args["due"] != "2026-11-26" {
		t.Fatalf("%+v", out)
	}
	for _, bad := range []records.AskData{{Kind: "see", Words: "x"}, {Kind: records.DataCorrect}, {Words: "sửa"}} {
		wantRefused(t, w.do(t, hanh, records.CmdAskData, bad), records.RefusedInvalid)
	}
	if got := w.told(t, "notice.task"); got[officer] != 1 || len(got) != 1 {
		t.Errorf("told of the task: %v", got)
	}
	var task records.Task
	must(t, w.db.Where("reason = ?", records.TaskDataRestrict).First(&task).Error)
	wantRefused(t, w.do(t, far, records.CmdExtendData, records.ExtendData{Task: task.ID, Why: "x"}), records.RefusedNotFound)
	wantRefused(t, w.do(t, officer, records.CmdExtendData, records.ExtendData{Task: task.ID}), records.RefusedInvalid)
	if out := w.do(t, officer, records.CmdExtendData, records.ExtendData{Task: task.ID, Why: "chờ thành phố"}); out.Args["due"] != "2026-12-11" {
		t.Fatalf("%+v", out)
	}
	wantRefused(t, w.do(t, officer, records.CmdExtendData, records.ExtendData{Task: task.ID, Why: "nữa"}), records.RefusedExtended)
	wantRefused(t, w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: task.ID}), records.RefusedInvalid) // it is no request to erase
	if out := w.do(t, officer, records.CmdDoneTask, records.DoneTask{ID: task.ID, Note: "chỉ tổ trưởng xem được"}); out.Refused != "" {
		t.Fatal(out)
	}
	if later, done := w.told(t, "notice.data.later"), w.told(t, "notice.data.done"); later[hanh] != 1 || done[hanh] != 1 {
		t.Errorf("who asked hears %v, %v", later, done)
	}
	lines := w.ask(t, hanh, records.AskMyData, nil).Lines
	if last := lines[len(lines)-1]; last.Key != "data.request" || last.Args["status"] != records.DataDone || last.Args["answer"] != "chỉ tổ trưởng xem được" {
		t.Errorf("%+v", lines)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE subject LIKE 'data request %'"); n != 3 {
		t.Errorf("%d lines in the log", n)
	}
	for range records.TasksADay - 1 {
		w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataComplain, Words: "x"})
	}
	wantRefused(t, w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataComplain, Words: "x"}), records.RefusedTasks)
}

// The ward is reminded of a request that nobody took, before its last day, and after it: once each.
func testDataReminders(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	if out := w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataCorrect, Words: "sai tên"}); out.Args["due"] != "2026-11-20" {
		t.Fatalf("%+v", out)
	}
	day := 24 * time.Hour
	for _, step := range []struct {
		pass time.Duration
		want int
	}{{0, 0}, {day, 0}, {day, 1}, {day, 1}, {4 * day, 2}, {day, 2}, {3 * day, 3}, {9 * day, 3}} { // Fri 13: untaken; Tue 17 ... 18: soon; Sat 21: over
		w.pass(step.pass)
		w.remind(t, (*applier).remindOfRequests)
		if got := w.told(t, "notice.data.due")[officer]; got != step.want {
			t.Errorf("%s: told %d times, want %d", w.clock().Format("Mon 2"), got, step.want)
		}
	}
	var task records.Task
	must(t, w.db.Where("reason = ?", records.TaskDataCorrect).First(&task).Error)
	w.do(t, officer, records.CmdDoneTask, records.DoneTask{ID: task.ID, Note: "sửa rồi"})
	w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataCorrect, Words: "sai tên"})
	var second records.Task
	must(t, w.db.Where("reason = ? AND status = ?", records.TaskDataCorrect, records.TaskOpen).First(&second).Error)
	w.do(t, officer, records.CmdTakeTask, records.TakeTask{ID: second.ID})
	w.pass(3 * day)
	w.remind(t, (*applier).remindOfRequests)
	if got := w.told(t, "notice.data.due")[officer]; got != 3 {
		t.Errorf("reminded of what somebody took: %d", got)
	}
}

// Who wants no messages gets none about the household, the others of it do; the answer is kept, and can be taken back.
func testStopMessages(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh, son := w.member(t, "hanh", lan), w.member(t, "son", lan)
	w.log(t, w.leader, lan)
	answer := records.StopMessages{Consent: records.ConsentGiven{Version: 1, Words: "Đừng nhắn"}}
	if out := w.do(t, hanh, records.CmdMessages, answer); out.Refused != "" {
		t.Fatal(out)
	}
	w.log(t, w.leader, lan)
	if n := w.count(t, "SELECT count(*) FROM messages WHERE contact = ? AND status = 'waiting'", hanh); n != 0 || w.told(t, "notice.help")[son] != 2 {
		t.Errorf("%d notices wait for who wants none, %v", n, w.told(t, "notice.help"))
	}
	if w.ask(t, hanh, records.AskMyData, nil).Facts["quiet"] != "1" {
		t.Error("it is not shown")
	}
	answer.Consent.Agreed = true
	w.do(t, hanh, records.CmdMessages, answer)
	before := w.told(t, "notice.help")[hanh]
	w.log(t, w.leader, lan)
	if w.told(t, "notice.help")[hanh] != before+1 || w.count(t, "SELECT count(*) FROM consents WHERE purpose = 'messages'") != 2 {
		t.Error("no messages after all, or an answer was not kept")
	}
	wantRefused(t, w.do(t, hanh, records.CmdMessages, records.StopMessages{}), records.RefusedInvalid)
}

// Who is forgotten leaves no name, phone, address or word behind, on no contact; what accounts need stays; who comes back is somebody new.
func testForget(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	hanh := w.contact(t, "hanh", "Nguyễn Thị Hạnh")
	other := w.contact(t, "hanh on zalo", "")
	person := w.personOf(t, hanh)
	must(t, w.db.Model(&records.Contact{Key: other}).Update("person_id", person).Error)
	if out := w.link(t, hanh, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	must(t, w.db.Model(&records.Person{ID: person}).Updates(map[string]any{"phone": w.Seal("+84905123456"), "phone_hash": w.PhoneHash("+84905123456"), "address": "chị Hạnh"}).Error)
	code := w.log(t, w.leader, lan)
	w.pass(records.NoticeDelay)
	w.do(t, hanh, records.CmdDisputeHelp, records.DisputeHelp{Code: code, Answer: records.AnswerMissing, Words: "Hạnh chưa thấy gạo"})
	w.needOf(t, other, "nhà Hạnh dột")
	w.do(t, hanh, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked, Name: "Hạnh", Place: "ngõ nhà Hạnh", Words: "gọi Hạnh", Phone: "+84905123456"})
	w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataCorrect, Words: "tên là Hạnh"})
	hash := w.PhoneHash("+84905123456")
	for _, text := range []string{"Hạnh", hash, hanh, other} {
		if len(w.holding(t, text)) == 0 {
			t.Fatalf("%s is nowhere: this test proves nothing", text)
		}
	}
	out := w.do(t, hanh, records.CmdForgetMe, records.ForgetMe{})
	if out.Refused != "" || len(out.Forget) != 1 || out.Forget[0] != other {
		t.Fatalf("%+v", out)
	}
	for _, text := range []string{"Hạnh", hash} {
		if found := w.holding(t, text); len(found) != 0 {
			t.Errorf("%s is still in %v", text, found)
		}
	}
	for _, contact := range []string{hanh, other} {
		if found := strings.Join(w.holding(t, contact), " "); found != "" && found != "applied_effects.contact" && (contact == hanh || found != "applied_effects.contact applied_effects.outcome") {
			t.Errorf("a contact is still in %s", found)
		}
		if w.who(t, contact).ID != "" {
			t.Error("a contact is still somebody")
		}
	}
	if n := w.count(t, "SELECT count(*) FROM roles WHERE person_id = ? AND valid_to IS NULL", person) + w.count(t, "SELECT count(*) FROM household_links WHERE ended_at IS NULL") +
		w.count(t, "SELECT count(*) FROM consents WHERE person_id = ? AND withdrawn_at IS NULL", person) + w.count(t, "SELECT count(*) FROM tasks WHERE person_id = ? AND status = 'open'", person); n != 0 {
		t.Errorf("%d rows in force", n)
	}
	if w.count(t, "SELECT count(*) FROM help WHERE money = 500000") != 1 || w.count(t, "SELECT count(*) FROM help_answers WHERE answer = 'missing'") != 1 ||
		w.count(t, "SELECT count(*) FROM consents WHERE person_id = ?", person) != 1 {
		t.Error("what accounts and proof need is gone")
	}
	must(t, w.SeeContact(t.Context(), hanh, "telegram", w.Seal("hanh")))
	if back := w.personOf(t, hanh); back == person || len(w.ask(t, hanh, records.AskMyData, nil).Lines) != 0 {
		t.Error("who comes back is the same")
	}

	wantRefused(t, w.do(t, w.leader, records.CmdForgetMe, records.ForgetMe{}), records.RefusedDuty)
	w.do(t, w.leader, records.CmdAskData, records.AskData{Kind: records.DataDelete})
	var task records.Task
	must(t, w.db.Where("reason = ?", records.TaskDataDelete).First(&task).Error)
	wantRefused(t, w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: task.ID}), records.RefusedDuty)
	leader := w.personOf(t, w.leader)
	must(t, w.EndRole(t.Context(), leader, records.RoleLeader, to12, "test"))
	if out := w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: task.ID}); out.Refused != "" || len(out.Forget) != 1 {
		t.Fatalf("%+v", out)
	}
	if w.who(t, w.leader).ID != "" || w.count(t, "SELECT count(*) FROM help WHERE author_id = ?", leader) != 1 {
		t.Error("the leader is not erased, or what they logged is gone")
	}
	wantRefused(t, w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: task.ID}), records.RefusedTaskGone)
}

// The file of a household off the list is erased when the ward does what was asked; one on the list stays.
func testEraseHousehold(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	listed := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", listed)
	w.do(t, hanh, records.CmdAskData, records.AskData{Kind: records.DataDelete, Household: true})
	var task records.Task
	must(t, w.db.Where("reason = ?", records.TaskDataDelete).First(&task).Error)
	if task.Ref != listed {
		t.Errorf("the task is about %q", task.Ref)
	}
	wantRefused(t, w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: task.ID}), records.RefusedOnList)

	out := w.do(t, officer, records.CmdPropose, records.ProposeHousehold{Group: to12, Head: "Mai Thị Quyên", BirthYear: 1977, Second: "nhà cô Quyên", Why: "Quyên khó khăn"})
	home := out.Args["code"]
	if home == "" {
		t.Fatalf("%+v", out)
	}
	son := w.member(t, "son", home)
	if f := w.ask(t, son, records.AskMyData, nil).Facts; f["home"] != "1" || f["official"] != "" {
		t.Errorf("%v", f)
	}
	gift := gift(home)
	gift.Note, gift.Photos, gift.Consent = "trao cho cô Quyên", []string{"photo/quyen"}, "giay"
	must(t, w.PutBlob(t.Context(), "photo/quyen", "image/jpeg", []byte("x")))
	if out := w.do(t, w.leader, records.CmdLogHelp, gift); out.Refused != "" {
		t.Fatal(out)
	}
	w.needOf(t, son, "nhà Quyên dột")
	w.do(t, w.leader, records.CmdVisit, records.NoteVisit{Household: home, On: "2026-11-10", Note: "cô Quyên khỏe"})
	w.do(t, son, records.CmdAskData, records.AskData{Kind: records.DataDelete, Household: true})
	var second records.Task
	must(t, w.db.Where("reason = ? AND ref = ?", records.TaskDataDelete, home).First(&second).Error)
	if len(w.holding(t, "Quyên")) < 5 {
		t.Fatalf("this test proves nothing: %v", w.holding(t, "Quyên"))
	}
	if out := w.do(t, officer, records.CmdEraseAsked, records.EraseAsked{Task: second.ID}); out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	if found := slices.DeleteFunc(w.holding(t, "Quyên"), func(c string) bool { return c == "applied_effects.outcome" }); len(found) != 0 {
		t.Errorf("still in %v", found)
	}
	if _, _, err := w.Blob(t.Context(), "photo/quyen"); err == nil {
		t.Error("the photo is still there")
	}
	if w.count(t, "SELECT count(*) FROM help WHERE money = 500000") != 1 || len(w.who(t, son).Roles) != 0 || w.told(t, "notice.data.done")[son] != 1 {
		t.Error("the amount is gone, the member still belongs to it, or was not told")
	}
	if found := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "Quyên"}); len(found.Options) != 0 {
		t.Errorf("found: %v", found.Options)
	}
}
