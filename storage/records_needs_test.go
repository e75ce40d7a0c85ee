package storage

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// needOf has a household say what it needs, and returns the need's id.
func (w *world) needOf(t testing.TB, contact, words string) int64 {
	t.Helper()
	if out := w.do(t, contact, records.CmdTellNeed, records.TellNeedOf{Dimension: records.DimensionHouse, Words: words}); out.Refused != "" || out.Args["told"] == "" {
		t.Fatalf("%+v", out)
	}
	var id int64
	must(t, w.db.Model(&records.Need{}).Select("max(id)").Scan(&id).Error)
	return id
}

// needStates is what a household sees of its needs: "planned chi hội 2026-11-15; ".
func (w *world) needStates(t testing.TB, contact string) string {
	t.Helper()
	list := ""
	for _, l := range w.ask(t, contact, records.AskNeedMine, nil).Lines {
		list += l.Args["status"] + " " + l.Args["answer"] + " " + l.Args["planned_on"] + "; "
	}
	return list
}

// A need goes from received by planned to met and confirmed; each side is told of what the other did, and nobody else.
func testNeeds(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh, son, other := w.member(t, "hanh", lan), w.member(t, "son", lan), w.member(t, "other", bay)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	first := w.needOf(t, hanh, "nhà dột, mưa vô hết")
	second := w.needOf(t, other, "giếng cạn")
	if got := w.told(t, "notice.need"); got[w.leader] != 2 || got[front] != 0 || len(got) != 1 {
		t.Errorf("told %v, want the leader alone, of each", got)
	}
	var said []string
	must(t, w.db.Model(&records.Message{}).Where("say LIKE ?", `%"notice.need"%`).Pluck("say", &said).Error)
	for _, s := range said {
		for _, secret := range []string{"dột", "giếng", "Lan", "Bảy", lan, bay, records.DimensionHouse} {
			if strings.Contains(s, secret) {
				t.Errorf("the notice shows %q: %s", secret, s)
			}
		}
	}
	a := w.ask(t, w.leader, records.AskNeeds, nil)
	if a.Facts["count"] != "2" || a.Lines[0].Args["need"] != strconv.FormatInt(first, 10) || a.Lines[1].Args["name"] != "Lê Thị Bảy" {
		t.Errorf("not the oldest first: %+v", a.Lines)
	}
	answer := func(who string, command records.AnswerNeed, want string) {
		t.Helper()
		wantRefused(t, w.do(t, who, records.CmdAnswerNeed, command), want)
	}
	plan := records.AnswerNeed{ID: first, Status: records.NeedPlanned, Answer: "chi hội phụ nữ", On: "2026-11-15"}
	answer(w.leader, plan, "")
	if got := w.needStates(t, son); got != "planned chi hội phụ nữ 2026-11-15; " {
		t.Errorf("the household sees %q", got)
	}
	if got := w.told(t, "notice.need.answered"); got[hanh] != 1 || got[son] != 1 || len(got) != 2 {
		t.Errorf("told of the answer: %v", got)
	}
	wantRefused(t, w.do(t, other, records.CmdConfirmNeed, records.ConfirmNeed{ID: first, Helped: true}), records.RefusedNotFound)
	wantRefused(t, w.do(t, other, records.CmdConfirmNeed, records.ConfirmNeed{ID: second}), records.RefusedNeedGone) // nobody said that it was
	wantRefused(t, w.do(t, w.leader, records.CmdConfirmNeed, records.ConfirmNeed{ID: first, Helped: true}), records.RefusedNotFound)
	answer(w.leader, records.AnswerNeed{ID: first, Status: records.NeedMet}, "")
	answer(front, plan, records.RefusedNeedGone)
	if a := w.ask(t, w.leader, records.AskNeeds, nil); a.Facts["count"] != "1" {
		t.Errorf("what is met still waits: %+v", a.Lines)
	}
	if out := w.do(t, son, records.CmdConfirmNeed, records.ConfirmNeed{ID: first}); out.Refused != "" {
		t.Fatal(out)
	}
	if a := w.ask(t, w.leader, records.AskNeeds, nil); a.Facts["count"] != "2" || a.Lines[0].Args["status"] != records.NeedReceived || w.told(t, "notice.need.again")[w.leader] != 1 {
		t.Errorf("not helped after all: %+v", a.Lines)
	}
	answer(front, records.AnswerNeed{ID: first, Status: records.NeedMet}, "")
	if out := w.do(t, hanh, records.CmdConfirmNeed, records.ConfirmNeed{ID: first, Helped: true}); out.Refused != "" {
		t.Fatal(out)
	}
	if got := w.needStates(t, hanh); got != "confirmed  ; " || w.told(t, "notice.need.helped")[w.leader] != 1 {
		t.Errorf("after it was confirmed: %q", got)
	}
	support := func() (n int) {
		for _, l := range w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"about": "all"}).Lines {
			if l.Key == "need.line" {
				n++
			}
		}
		return n
	}
	if support() != 1 {
		t.Error("what was confirmed today is not among the support")
	}
	w.pass(32 * 24 * time.Hour)
	if support() != 0 {
		t.Error("what was confirmed long ago is among the support")
	}
}

// What is not a need or not an answer is refused; a household has so many that wait; one without a leader reaches the ward, and one that
// is not to be written to is not.
func testNeedLimits(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	for _, bad := range []records.TellNeedOf{
		{Dimension: "khac", Words: "nhà dột"}, {Dimension: records.DimensionHouse}, {Dimension: records.DimensionHouse, Words: " \n "}, {Words: "nhà dột"},
	} {
		wantRefused(t, w.do(t, hanh, records.CmdTellNeed, bad), records.RefusedInvalid)
	}
	id := w.needOf(t, hanh, "nhà dột")
	for _, bad := range []records.AnswerNeed{
		{Status: records.NeedPlanned, Answer: "tổ"},
		{Status: records.NeedPlanned, Answer: "tổ", On: "2026-11-10"},
		{Status: records.NeedPlanned, On: "2026-11-20"},
		{Status: records.NeedImpossible},
		{Status: records.NeedConfirmed},
		{Status: records.NeedReceived},
		{},
	} {
		bad.ID = id
		wantRefused(t, w.do(t, w.leader, records.CmdAnswerNeed, bad), records.RefusedInvalid)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: id + 99, Status: records.NeedMet}), records.RefusedNotFound)
	if out := w.do(t, w.leader, records.CmdQuiet, records.QuietHousehold{Household: lan, Why: records.QuietAway}); out.Refused != "" {
		t.Fatal(out)
	}
	if out := w.do(t, w.leader, records.CmdAnswerNeed, records.AnswerNeed{ID: id, Status: records.NeedImpossible, Answer: "hết quỹ"}); out.Refused != "" {
		t.Fatal(out)
	}
	if got := w.told(t, "notice.need.answered"); len(got) != 0 {
		t.Errorf("a household that is not to be written to was: %v", got)
	}
	for range records.MaxOpenNeeds {
		w.needOf(t, hanh, "nhà dột")
	}
	wantRefused(t, w.do(t, hanh, records.CmdTellNeed, records.TellNeedOf{Dimension: records.DimensionHouse, Words: "nữa"}), records.RefusedNeeds)
	page := w.Answer(t.Context(), dialog.Ask{Query: records.AskNeeds, Page: 1}, w.who(t, w.leader), w.clock())
	if len(page.Lines) != records.MaxOpenNeeds-pageSize || page.More {
		t.Errorf("second page: %d", len(page.Lines))
	}

	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	lone := w.member(t, "lone", w.addHome(t, records.Household{Area: to13, Head: "Mai Văn Tám"}))
	if out := w.do(t, lone, records.CmdTellNeed, records.TellNeedOf{Dimension: records.DimensionHealth, Words: "hết thuốc"}); out.Args["told"] != records.RoleFront || w.told(t, "notice.need")[front] != 1 {
		t.Errorf("a group without a leader: %+v", out)
	}
}

// Photos that a household lets be kept are seen by who answers the need, until it takes that back; those it does not are not kept.
func testNeedPhotos(t *testing.T, w *world) {
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	for _, key := range []string{"in/roof", "in/bed", "in/no"} {
		must(t, w.PutBlob(t.Context(), key, "image/jpeg", []byte("jpeg "+key)))
	}
	tell := func(agreed bool, photos ...string) dialog.Answer {
		t.Helper()
		need := records.TellNeedOf{Dimension: records.DimensionHouse, Words: "nhà dột", Photos: photos, PhotoOK: &records.ConsentGiven{Version: 1, Words: "giữ ảnh?", Agreed: agreed}}
		wantRefused(t, w.do(t, hanh, records.CmdTellNeed, need), "")
		var id int64
		must(t, w.db.Model(&records.Need{}).Select("max(id)").Scan(&id).Error)
		return w.ask(t, w.leader, records.AskNeed, map[string]string{"need": strconv.FormatInt(id, 10)})
	}
	if got := tell(false, "in/no").Facts["photos"]; got != "" {
		t.Errorf("photos kept against the household's word: %s", got)
	}
	found := tell(true, "in/roof", "in/bed")
	if found.Facts["photos"] != "in/roof in/bed" {
		t.Errorf("the leader sees %q", found.Facts["photos"])
	}
	wantRefused(t, w.do(t, hanh, records.CmdTellNeed, records.TellNeedOf{
		Dimension: records.DimensionHouse, Words: "nhà dột", Photos: []string{"a", "b", "c", "d"}, PhotoOK: &records.ConsentGiven{Agreed: true},
	}), records.RefusedInvalid)
	var consent records.Consent
	must(t, w.db.Where("purpose = ? AND agreed", records.PurposePhoto).First(&consent).Error)
	wantRefused(t, w.do(t, hanh, records.CmdWithdraw, records.Withdraw{Consent: consent.ID}), "")
	found = w.ask(t, w.leader, records.AskNeed, map[string]string{"need": found.Facts["need"]})
	if found.Facts["words"] == "" || found.Facts["photos"] != "" {
		t.Errorf("after the consent was taken back the leader sees %v", found.Facts)
	}
	if _, _, err := w.Blob(t.Context(), "in/roof"); !errors.Is(err, ErrNoBlob) {
		t.Errorf("the photo is still there: %v", err)
	}
}
