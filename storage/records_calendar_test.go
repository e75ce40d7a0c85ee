package storage

import (
	"strings"
	"testing"

	"chungtay/storage/records"
)

// sayTo is the newest notice with a key to a contact.
func (w *world) sayTo(t testing.TB, contact, key string) (say string) {
	t.Helper()
	must(t, w.db.Model(&records.Message{}).Where("contact = ? AND say LIKE ?", contact, `%"`+key+`"%`).Order("id DESC").Limit(1).Pluck("say", &say).Error)
	return say
}

func wantIn(t testing.TB, say string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(say, part) {
			t.Errorf("%s lacks %s", say, part)
		}
	}
}

// On Monday a leader is told what the week brought to their own group; a group with nothing to tell is left in peace.
func testDigest(t *testing.T, w *world) {
	quiet := w.contact(t, "quiet", "", records.Grant{Role: records.RoleLeader, Area: to13})
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	w.log(t, w.leader, w.homes["Lê Thị Bảy"])
	need := w.needOf(t, hanh, "nhà dột")
	w.needOf(t, hanh, "hết gạo")
	wantRefused(t, w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: need, Status: records.NeedPlanned, Answer: "tổ lợp lại", On: "2026-11-18"}), "")
	w.clockAt(t, "2026-11-16 07:00")
	wantTold(t, "Monday", w.runs(t, records.JobDigest, "notice.digest"), w.leader)
	wantIn(t, w.sayTo(t, w.leader, "notice.digest"), `"logged":"1"`, `"answered":"1"`, `"waiting":"1"`, `"planned":"1"`, `"overdue":"0"`)
	if got := w.told(t, "notice.digest")[quiet]; got != 0 {
		t.Error("a group without news is told")
	}
	w.clockAt(t, "2026-11-23 07:00")
	w.runs(t, records.JobDigest, "notice.digest")
	wantIn(t, w.sayTo(t, w.leader, "notice.digest"), `"logged":"0"`, `"waiting":"1"`, `"planned":"0"`, `"overdue":"1"`)
}

// A household that nobody was seen to visit for 60 days is named to its leader; a visit or help in that time is enough.
func testVisitsMissing(t *testing.T, w *world) {
	w.clockAt(t, "2027-02-01 09:00") // all are on the list for months by now
	wantRefused(t, w.do(t, w.leader, records.CmdVisit, records.NoteVisit{Household: w.homes["Lê Thị Bảy"], On: "2027-02-01", Note: "nhà khỏe"}), "")
	w.clockAt(t, "2027-02-03 08:30")
	if got := w.runs(t, records.JobVisits, "notice.visits"); got[w.leader] != 1 {
		t.Fatalf("told %v", got)
	}
	say := w.sayTo(t, w.leader, "notice.visits")
	wantIn(t, say, `"count":"8"`, `"more":"3"`, "Đỗ Thị Ánh", `"days":"60"`)
	if strings.Contains(say, "Lê Thị Bảy") {
		t.Error("a household that was visited is named")
	}
	w.runs(t, records.JobCards, "notice.cards")
	w.clockAt(t, "2027-09-10 09:00")
	if got := w.runs(t, records.JobCards, "notice.cards"); got[w.leader] != 1 {
		t.Errorf("of the cards are told %v", got)
	}
}

// Thirty and ten days before Tết, by the moon, leaders are told of households without a gift; on other days nobody is.
func testTetGifts(t *testing.T, w *world) {
	for day, want := range map[string]bool{"2027-01-06": false, "2027-01-07": true, "2027-01-27": true, "2027-02-06": false} { // mùng 1 on 6 February 2027
		w.clockAt(t, day+" 08:30")
		if got := w.runs(t, records.JobTet, "notice.tet")[w.leader] == 1; got != want {
			t.Errorf("on %s told: %v", day, got)
		}
	}
}

// The key days of a campaign come from its own dates, each once, to those within its area; donors are thanked when it is over.
func testCampaignDays(t *testing.T, w *world) {
	month := appeal()
	month.From, month.To = "2026-11-16", "2026-12-02"
	fund := w.opened(t, hoaKhanh, month)
	front := w.ContactKey("telegram", "bot", "first of "+hoaKhanh)
	khach := w.contact(t, "khach", "")
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	var told []string
	for _, day := range []string{"2026-11-12", "2026-11-13", "2026-11-14", "2026-11-16", "2026-11-23", "2026-11-25", "2026-11-30", "2026-12-02", "2026-12-03", "2026-12-04"} {
		w.clockAt(t, day+" 08:00")
		if day == "2026-11-23" {
			w.promised(t, khach, fund, 300_000)
		}
		for range 2 {
			w.runs(t, records.JobCampaigns, "notice.campaign.")
			w.clockAt(t, day+" 08:01")
		}
	}
	for _, event := range []string{"before", "first", "weekly", "closes", "last", "thanks", "donors"} {
		counts := w.told(t, "notice.campaign."+event)
		who := []string{}
		for contact, n := range counts {
			if n > 1 && event != "weekly" {
				t.Errorf("%s is told %d times", event, n)
			}
			who = append(who, contact)
		}
		if counts[far] > 0 || event == "donors" && (len(who) != 1 || counts[khach] != 1) || event != "donors" && counts[front] == 0 || event != "donors" && event != "weekly" && counts[w.leader] != 1 {
			t.Errorf("%s: %v", event, counts)
		}
		told = append(told, event)
	}
	wantIn(t, w.sayTo(t, khach, "notice.campaign.donors"), `"count":"1"`, `"amount":"300000"`)
	if n := w.told(t, "notice.campaign.weekly")[front]; n != 2 {
		t.Errorf("weekly %d times, %v", n, told)
	}
}

// The ward is told of the monthly report on a working day; everybody with a duty of the steps of the review.
func testReportAndReview(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	w.clockAt(t, "2027-05-01 08:30") // a Saturday and a holiday, given instead on Monday the 3rd
	wantTold(t, "report", w.runs(t, records.JobReport, "notice.report"), officer)
	var row records.Message
	must(t, w.db.Where("contact = ? AND say LIKE ?", officer, "%notice.report%").First(&row).Error)
	if got := row.DueAt.In(records.Local).Format("02/01 15:04"); got != "04/05 08:30" {
		t.Errorf("the report is asked for at %s", got)
	}
	for day, want := range map[string]string{"2026-11-16": "posting", "2026-12-07": "close", "2026-12-08": ""} {
		w.clockAt(t, day+" 08:15")
		w.runs(t, records.JobReview, "notice.review.")
		if want != "" && (w.sayTo(t, officer, "notice.review."+want) == "" || w.sayTo(t, w.leader, "notice.review."+want) == "") {
			t.Errorf("%s: %s is not told", day, want)
		}
	}
}

// An admin changes the hour of a job, lets it rest, does it now, puts it back; nobody else does, and none goes into the quiet hours.
func testJobsChanged(t *testing.T, w *world) {
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: records.Parent(hoaKhanh)})
	change := func(who, job, act, cron, want string) Outcome {
		t.Helper()
		out := w.do(t, who, records.CmdChangeJob, records.ChangeJob{Job: job, Act: act, Cron: cron, Area: records.Parent(hoaKhanh)})
		wantRefused(t, out, want)
		return out
	}
	w.clockAt(t, "2026-11-11 09:00")
	_, err := w.KnowJobs(t.Context(), records.Jobs) // as the program does when it starts
	must(t, err)
	change(w.leader, records.JobNeeds, records.JobPause, "", records.RefusedDenied)
	change(admin, "nothing", records.JobPause, "", records.RefusedInvalid)
	for _, bad := range []string{"", "TZ=", "0 9 30 2 *", "@every 1s", "x"} {
		change(admin, records.JobNeeds, records.JobTime, bad, records.RefusedInvalid)
	}
	change(admin, records.JobErase, records.JobTime, "0 9 * * *", records.RefusedInvalid)
	change(admin, records.JobNeeds, records.JobTime, "0 22 * * *", records.RefusedJobQuiet)
	if out := change(admin, records.JobNeeds, records.JobTime, "30 8 * * 1", ""); out.Args["next"] != "08:30 16/11/2026" {
		t.Errorf("next %v", out.Args)
	}
	now := func() records.Job {
		t.Helper()
		jobs, err := w.JobsNow(t.Context(), records.Jobs)
		must(t, err)
		for _, job := range jobs {
			if job.Name == records.JobNeeds {
				return job
			}
		}
		t.Fatal("the job is gone")
		return records.Job{}
	}
	if job := now(); job.When != "30 8 * * 1" || job.Paused || !job.Changed.Equal(w.clock()) {
		t.Errorf("changed %+v", job)
	}
	change(admin, records.JobNeeds, records.JobPause, "", "")
	if job := now(); job.When != "30 8 * * 1" || !job.Paused {
		t.Errorf("paused %+v", job)
	}
	if a := w.ask(t, admin, records.AskJobs, map[string]string{"area": records.Parent(hoaKhanh), "job": records.JobNeeds}); len(a.Lines) != 1 || a.Lines[0].Args["paused"] != "1" || a.Lines[0].Args["next"] != "" {
		t.Errorf("seen %+v", a.Lines)
	}
	change(admin, records.JobNeeds, records.JobReset, "", "")
	if job := now(); job.When != "0 15 * * *" || job.Paused {
		t.Errorf("put back %+v", job)
	}
	w.clockAt(t, "2027-01-07 08:00")
	change(admin, records.JobTet, records.JobRun, "", "")
	if w.told(t, "notice.tet")[w.leader] != 1 {
		t.Error("done now, and nobody is told")
	}
	w.clockAt(t, "2027-01-07 22:00")
	change(admin, records.JobTet, records.JobRun, "", records.RefusedJobQuiet)
}
