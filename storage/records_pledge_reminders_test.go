package storage

import (
	"testing"

	"chungtay/storage/records"
)

// A donor is reminded the day before something is brought, and of money that is not seen, twice at most; on another day where they asked for
// it. Nothing is said of what came, was taken back, or of who wants no messages.
func testPledgeReminders(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, other, quiet := w.contact(t, "khach", ""), w.contact(t, "other", ""), w.contact(t, "quiet", "")
	wantRefused(t, w.do(t, quiet, records.CmdMessages, records.StopMessages{Consent: records.ConsentGiven{Version: 1, Words: "Đừng nhắn"}}), "")
	wantRefused(t, w.do(t, quiet, records.CmdPledge, noodles(fund)), "")
	things := w.do(t, khach, records.CmdPledge, noodles(fund)).Args["code"] // brought on Friday the 13th
	money := w.promised(t, other, fund, 300_000)
	paid := w.promised(t, w.contact(t, "paid", ""), fund, 200_000)
	back := w.promised(t, w.contact(t, "back", ""), fund, 200_000)
	wantRefused(t, w.do(t, w.contact(t, "back", ""), records.CmdCancelPledge, records.CancelPledge{Code: back}), "")
	wantRefused(t, w.do(t, w.treasurer(t, "hanh", hoaKhanh), records.CmdTakeReceipt, cash(paid, 200_000)), "")
	on := func(day, key string, want ...string) {
		t.Helper()
		w.setClock(day)
		wantTold(t, key+" on "+day, w.runs(t, records.JobPledges, key), want...)
	}
	on("2026-11-11", "notice.pledge.tomorrow")
	on("2026-11-12", "notice.pledge.tomorrow", khach)
	on("2026-11-13", "notice.pledge.tomorrow")
	on("2026-11-14", "notice.pledge.unpaid", other)
	on("2026-11-15", "notice.pledge.unpaid")
	on("2026-11-21", "notice.pledge.unpaid", other)
	on("2026-12-21", "notice.pledge.unpaid")
	remind := func(who, code, day, want string) {
		t.Helper()
		wantRefused(t, w.do(t, who, records.CmdRemindPledge, records.RemindPledge{Code: code, On: day}), want)
	}
	remind(khach, money, "2026-12-24", records.RefusedPledgeGone)
	remind(other, money, "2026-12-20", records.RefusedBringDay)
	remind(other, back, "2026-12-24", records.RefusedPledgeGone)
	remind(other, money, "2026-12-24", "")
	on("2026-12-23", "notice.pledge.asked")
	on("2026-12-24", "notice.pledge.asked", other)
	on("2026-12-25", "notice.pledge.asked")
	on("2027-03-25", "notice.pledge.unpaid")
	var p records.Pledge
	must(t, w.db.Where("code = ? AND superseded_at IS NULL", things).First(&p).Error)
	if p.Reminded != 1 || p.Version != 1 {
		t.Errorf("%+v", p)
	}
}

// What is given each month is promised anew on its day, with a code of its own, as long as was said; not when a month was taken back, when
// of two months nothing came, or when the fund takes nothing more.
func testPledgeMonths(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	monthly := records.MakePledge{Campaign: fund, Account: appeal().Account, Amount: 200_000, Months: 3}
	khach, leaves, sleeps := w.contact(t, "khach", ""), w.contact(t, "leaves", ""), w.contact(t, "sleeps", "")
	w.setClock("2026-12-31")
	treasurer := w.treasurer(t, "hanh", hoaKhanh)
	first := w.do(t, khach, records.CmdPledge, monthly).Args["code"]
	gone := w.do(t, leaves, records.CmdPledge, monthly).Args["code"]
	monthly.Months = 12
	wantRefused(t, w.do(t, sleeps, records.CmdPledge, monthly), "")
	wantRefused(t, w.do(t, leaves, records.CmdCancelPledge, records.CancelPledge{Code: gone}), "")
	months := func(code string) (list []records.Pledge) {
		t.Helper()
		must(t, w.db.Where("series = ? AND superseded_at IS NULL", code).Order("nth").Find(&list).Error)
		return list
	}
	pay := func() {
		t.Helper()
		list := months(first)
		last := list[len(list)-1]
		wantRefused(t, w.do(t, treasurer, records.CmdTakeReceipt, cash(last.Code, 200_000)), "")
	}
	on := func(day string, want ...string) {
		t.Helper()
		w.setClock(day)
		wantTold(t, "months on "+day, w.runs(t, records.JobPledges, "notice.pledge.month"), want...)
	}
	pay()
	on("2027-01-30")
	on("2027-01-31", khach, sleeps)
	on("2027-02-01")
	pay()
	on("2027-02-28", khach) // the last of a short month; sleeps gave nothing twice
	on("2027-03-31")        // three months were said
	list := months(first)
	if len(list) != 3 || list[2].Nth != 3 || list[2].Code == first || list[2].Amount != 200_000 || list[2].State != records.PledgePromised || list[1].State != records.PledgeReceived {
		t.Errorf("months %+v", list)
	}
	if len(months(gone)) != 1 {
		t.Errorf("after it was taken back: %+v", months(gone))
	}
}
