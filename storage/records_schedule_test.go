package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// runs does a job as if it were due now, and returns who was told with that key since the last time.
func (w *world) runs(t testing.TB, job, key string) map[string]int {
	t.Helper()
	before := w.told(t, key)
	_, err := w.KnowJobs(t.Context(), records.Jobs)
	must(t, err)
	got, err := w.ClaimRun(t.Context(), job, w.clock(), "test", time.Minute)
	if err != nil || !got {
		t.Fatalf("claim: %v, %v", got, err)
	}
	must(t, w.DoRun(t.Context(), job, w.clock(), "test"))
	told := w.told(t, key)
	for who, n := range before {
		if told[who] -= n; told[who] == 0 {
			delete(told, who)
		}
	}
	return told
}

// at sets the clock.
func (w *world) setClock(day string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at, _ = time.Parse(time.DateTime, day+" 08:00:00") // 15:00 in Vietnam
}

func wantTold(t testing.TB, what string, got map[string]int, want ...string) {
	t.Helper()
	for _, who := range want {
		if got[who] != 1 {
			t.Errorf("%s: told %v, want %v", what, got, want)
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: told %v, want %v", what, got, want)
	}
}

// After three working days without an answer the leaders are reminded, once and of all needs together; after five the ward has a task,
// which ends with the answer. What was answered meanwhile is not spoken of, and what is not helped after all waits anew.
func testNeedsWait(t *testing.T, w *world) {
	const key = "notice.need.waiting"
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	other := w.member(t, "other", w.homes["Lê Thị Bảy"])
	deputy := w.contact(t, "deputy", "Phó", records.Grant{Role: records.RoleLeader, Area: to12})
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	first := w.needOf(t, hanh, "nhà dột, mưa vô hết") // Wednesday the 11th
	second := w.needOf(t, other, "giếng cạn")
	answered := w.needOf(t, other, "cháu nghỉ học")
	wantRefused(t, w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: answered, Status: records.NeedMet}), "")

	w.setClock("2026-11-13")
	wantTold(t, "two working days", w.runs(t, records.JobNeeds, key))
	w.setClock("2026-11-15")
	wantTold(t, "a Sunday", w.runs(t, records.JobNeeds, key))
	w.setClock("2026-11-16")
	wantTold(t, "three working days", w.runs(t, records.JobNeeds, key), w.leader, deputy)
	var say string
	must(t, w.db.Model(&records.Message{}).Where("contact = ? AND say LIKE ?", deputy, "%"+key+"%").Pluck("say", &say).Error)
	if !strings.Contains(say, `"count":"2"`) || strings.Contains(say, "dột") || strings.Contains(say, "Lan") {
		t.Errorf("said %s", say)
	}
	w.setClock("2026-11-17")
	wantTold(t, "once", w.runs(t, records.JobNeeds, key))
	wantRefused(t, w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: second, Status: records.NeedImpossible, Answer: "hết tiền"}), "")
	w.setClock("2026-11-18")
	wantTold(t, "five working days", w.runs(t, records.JobNeeds, "notice.task"), front)
	tasks, err := w.OpenTasks(t.Context(), hoaKhanh, 10)
	must(t, err)
	if len(tasks) != 1 || tasks[0].Reason != records.TaskNeedLate || tasks[0].Ref != records.NeedRef(first) || tasks[0].Area != to12 {
		t.Fatalf("tasks %+v", tasks)
	}
	w.setClock("2026-11-19")
	wantTold(t, "the ward once", w.runs(t, records.JobNeeds, "notice.task"))
	plan := records.AnswerNeed{ID: first, Status: records.NeedPlanned, Answer: "phường", On: "2026-11-20"}
	wantRefused(t, w.do(t, front, records.CmdAnswerNeed, plan), "")
	if tasks, err = w.OpenTasks(t.Context(), hoaKhanh, 10); err != nil || len(tasks) != 0 {
		t.Errorf("the task goes on: %+v, %v", tasks, err)
	}
	wantRefused(t, w.do(t, hanh, records.CmdConfirmNeed, records.ConfirmNeed{ID: first}), "") // not helped: it waits anew
	w.setClock("2026-11-23")
	wantTold(t, "two days of the second wait", w.runs(t, records.JobNeeds, key))
	w.setClock("2026-11-24")
	wantTold(t, "three days of the second wait", w.runs(t, records.JobNeeds, key), w.leader, deputy)
}

// Over Tết nobody is reminded of what nobody works on; a group without leaders is the ward's from the first day.
func testNeedsOverTet(t *testing.T, w *world) {
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	home := w.member(t, "home", w.homes["Hoàng Thị Lan"]) // of tổ 13, which has no leader
	w.setClock("2027-02-02")
	w.needOf(t, home, "hết gạo ăn Tết")
	wantTold(t, "at once", w.told(t, "notice.need"), front)
	for _, day := range []string{"2027-02-03", "2027-02-08", "2027-02-10", "2027-02-11"} {
		w.setClock(day)
		wantTold(t, day, w.runs(t, records.JobNeeds, "notice.need.waiting"))
	}
	w.setClock("2027-02-12") // the third working day: 3, 11 and 12 February
	wantTold(t, "after Tết", w.runs(t, records.JobNeeds, "notice.need.waiting"), front)
}

// A schedule that cannot be read, or a day that never comes, is no run and no panic.
func TestNextRun(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 11, 20, 0, 0, 0, time.UTC) // Thursday 03:00 in Vietnam
	for when, want := range map[string]string{
		"0 15 * * *": "2026-11-12 15:00", "30 7 * * 1": "2026-11-16 07:30", "0 9 1 * *": "2026-12-01 09:00", "0 3 12 11 *": "2027-11-12 03:00",
		"": "", "TZ=": "", "CRON_TZ=Asia/Ho_Chi_Minh": "", "0 0 31 2 *": "", "@every -5s": "", "* * * * * *": "", "99 9 * * *": "",
	} {
		at, ok := NextRun(records.Job{When: when}, from)
		if ok != (want != "") || ok && at.In(records.Local).Format("2006-01-02 15:04") != want {
			t.Errorf("%q: %s, %v", when, at.In(dialog.Zone), ok)
		}
	}
	for _, job := range records.Jobs {
		at, ok := NextRun(job, from)
		if !ok || jobWork[job.Name] == nil {
			t.Errorf("job %s is never due, or does nothing", job.Name)
		}
		if !job.Night && !records.Awake(at).Equal(at) {
			t.Errorf("job %s is due in the quiet hours", job.Name)
		}
		if found, ok := records.JobOf(job.Name); !ok || found != job {
			t.Errorf("job %s is there twice", job.Name)
		}
	}
}

// Each month the ward is given some entries to ask about, of unlinked homes too, one of a household; the seed in the log draws them again.
func testSample(t *testing.T, w *world) {
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	for _, home := range []string{"Trần Thị Lan vợ ông Sáu", "Trần Thị Lan vợ ông Sáu", "Lê Thị Bảy", "Võ Văn Tư", "Đỗ Thị Ánh", "Huỳnh Văn Sáu", "Đặng Huy"} {
		if out := w.do(t, w.leader, records.CmdLogHelp, gift(w.homes[home])); out.Refused != "" {
			t.Fatal(out)
		}
	}
	drawn := func() (tasks []records.Task) {
		t.Helper()
		all, err := w.OpenTasks(t.Context(), hoaKhanh, 50)
		must(t, err)
		for _, task := range all {
			if task.Reason == records.TaskSample {
				tasks = append(tasks, task)
			}
		}
		return tasks
	}
	w.setClock("2026-12-01")
	wantTold(t, "once", w.runs(t, records.JobSample, "notice.sample"), front)
	tasks := drawn()
	if len(tasks) != 5 {
		t.Fatalf("%d entries are drawn, want 5", len(tasks))
	}
	var log records.Audit
	must(t, w.db.Where("action = ?", "schedule.sample").First(&log).Error)
	seed := strings.TrimSuffix(strings.Fields(log.Why)[1], ",")
	out := w.do(t, front, records.CmdDoneTask, records.DoneTask{ID: tasks[0].ID, Note: records.SampleMissing})
	wantRefused(t, out, "")
	all, err := w.OpenTasks(t.Context(), hoaKhanh, 50)
	must(t, err)
	if last := all[len(all)-1]; last.Reason != records.TaskDisputed || last.Ref != tasks[0].Ref || len(drawn()) != 4 {
		t.Errorf("what did not come is forgotten: %+v", all)
	}
	// Drawn again by the log, though an entry was taken back since.
	a := &applier{r: w.Records, tx: w.db}
	entries, err := a.sampledEntries(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), log.At)
	must(t, err)
	again := records.DrawSample(seed, entries, records.SampleSize(4))
	for i, e := range again {
		if e.Code != tasks[i].Ref {
			t.Errorf("drawn again: %v, and the tasks are %+v", again, tasks)
		}
	}
	w.setClock("2027-01-01") // a holiday, and nothing was entered in December
	wantTold(t, "of nothing", w.runs(t, records.JobSample, "notice.sample"))
}

func TestDrawSample(t *testing.T) {
	t.Parallel()
	var entries []records.SampleEntry
	for i := range 90 {
		entries = append(entries, records.SampleEntry{Code: records.CodeOf(uint64(i)), HouseholdID: int64(i / 3), Linked: i >= 9}) // 3 homes unlinked
	}
	counts := map[int64]int{}
	for n := range 200 {
		seed := strings.Repeat("s", n)
		drawn := records.DrawSample(seed, entries, 9)
		homes, unlinked := map[int64]bool{}, 0
		for _, e := range drawn {
			homes[e.HouseholdID] = true
			counts[e.HouseholdID]++
			if !e.Linked {
				unlinked++
			}
		}
		if len(drawn) != 9 || len(homes) != 9 || unlinked < 3 {
			t.Fatalf("seed %q: %d entries of %d homes, %d unlinked", seed, len(drawn), len(homes), unlinked)
		}
	}
	for home := int64(3); home < 30; home++ { // 6 of 27 each time: 44 of 200
		if counts[home] < 15 || counts[home] > 90 {
			t.Errorf("home %d was drawn %d times of 200", home, counts[home])
		}
	}
	if got := records.DrawSample("s", entries[:2], 9); len(got) != 1 {
		t.Errorf("of one home: %v", got)
	}
	if records.SampleSize(0) != 5 || records.SampleSize(15) != 5 || records.SampleSize(16) != 6 {
		t.Error("sizes")
	}
}
