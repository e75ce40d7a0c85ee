package storage

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// progressAt is what somebody is told of the progress of a ward's fund.
func (w *world) progressAt(t testing.TB, who, unit string) map[string]string {
	t.Helper()
	a := w.ask(t, who, records.AskProgress, map[string]string{"unit": unit, "fund": ""})
	if a.Problem != "" {
		t.Fatalf("%+v", a)
	}
	return a.Facts
}

// Promised and received are kept apart, of fewer than five people nothing is told, and what is still needed counts what five promised.
func testProgress(t *testing.T, w *world) {
	p := appeal()
	p.To, p.Goal = "2026-11-18", 2_000_000
	p.Needs = []records.Item{{Qty: 100, Unit: "thùng", Name: "mì"}, {Qty: 50_000, Unit: "g", Name: "gạo"}}
	khach := w.contact(t, "khach", "")
	if f := w.progressAt(t, khach, "20200"); f["funds"] != "" {
		t.Errorf("there is none, and %v is told", f)
	}
	fund := w.opened(t, hoaKhanh, p)
	if f := w.progressAt(t, khach, ""); f["funds"] != "" {
		t.Errorf("somebody of no place is told %v", f)
	}
	var codes []string
	for n := range 4 {
		codes = append(codes, w.promised(t, w.contact(t, fmt.Sprint("donor", n), ""), fund, 300_000))
	}
	w.promised(t, w.contact(t, "donor0", ""), fund, 100_000) // the same person
	if f := w.progressAt(t, khach, "20200"); f["people"] != "" || f["promised"] != "0" || f["rows"] != "" || f["percent"] != "" || f["days"] != "7" || f["goal"] != "2000000" {
		t.Errorf("of four people %v is told", f)
	}
	back := w.promised(t, w.contact(t, "donor5", ""), fund, 900_000)
	wantRefused(t, w.do(t, w.contact(t, "donor5", ""), records.CmdCancelPledge, records.CancelPledge{Code: back}), "")
	if f := w.progressAt(t, khach, "20200"); f["people"] != "" {
		t.Errorf("who took it back is counted: %v", f)
	}
	keeper := w.treasurer(t, "hanh", hoaKhanh)
	wantRefused(t, w.do(t, keeper, records.CmdTakeReceipt, cash(codes[0], 200_000)), "")
	free := cash("", 400_000)
	free.Fund = records.FundPoor
	wantRefused(t, w.do(t, keeper, records.CmdTakeReceipt, free), "")
	f := w.progressAt(t, w.leader, "")
	if f["people"] != "5" || f["promised"] != "1700000" || f["received"] != "600000" || f["percent"] != "30" || f["hidden"] != "0" || f["rows"] != "Phường Hòa Khánh\t1700000\t600000\n" {
		t.Errorf("a leader of the ward is told %v", f)
	}
	if f["needs"] != "100 thùng mì, 50 kg gạo" {
		t.Errorf("needed: %q", f["needs"])
	}
	for n := range 5 {
		wantRefused(t, w.do(t, w.contact(t, fmt.Sprint("donor", n), ""), records.CmdPledge, noodles(fund)), "")
	}
	if f := w.progressAt(t, khach, "20200"); f["needs"] != "75 thùng mì" {
		t.Errorf("then still needed: %q", f["needs"])
	}
	w.pass(20 * 24 * time.Hour)
	if f := w.progressAt(t, khach, "20200"); f["days"] != "-1" || f["people"] != "5" {
		t.Errorf("after its end %v is told", f)
	}
	w.pass(90 * 24 * time.Hour)
	if f := w.progressAt(t, khach, "20200"); f["funds"] != "" {
		t.Errorf("long after its end %v is told", f)
	}
}

// A commune follows its city's campaign with an account and a goal of its own; the city sees it unit by unit, but none of fewer than five people, and
// then not the next smallest either.
func testFollow(t *testing.T, w *world) {
	above := w.contact(t, "van", "", records.Grant{Role: records.RoleCity, Area: city})
	second := w.contact(t, "son", "", records.Grant{Role: records.RoleCity, Area: city})
	p := appeal()
	p.To, p.Plan = "2026-12-31", "169/KH"
	whole := w.proposed(t, above, p)
	share := func(who string, goal int64, want string) Outcome {
		t.Helper()
		out := w.do(t, who, records.CmdShareCampaign, records.ShareCampaign{ID: whole, Goal: goal})
		wantRefused(t, out, want)
		return out
	}
	share(above, 0, records.RefusedCampaignGone)
	wantRefused(t, w.do(t, second, records.CmdApproveCampaign, records.ApproveCampaign{ID: whole, Account: p.Account}), "")
	first := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	other := w.contact(t, "mai", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	template := func(who string) map[string]string {
		return w.ask(t, who, records.AskTemplate, map[string]string{"campaign": strconv.FormatInt(whole, 10)}).Facts
	}
	share(first, 50_000_000, records.RefusedNotFound)
	if out := share(above, 50_000_000, ""); out.Args["told"] != "2" {
		t.Errorf("told %v", out.Args)
	}
	share(above, 50_000_000, "")
	if got := w.told(t, "notice.campaign.follow"); got[first] != 1 || got[other] != 1 || len(got) != 2 {
		t.Errorf("told %v", got)
	}
	if f := template(first); f["plan"] != "169/KH" || f["goal"] != "50000000" || f["until"] != "2026-12-31" || f["account"] != "" {
		t.Errorf("the commune sees %v", f)
	}
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: otherWard})
	if f := template(far); f["campaign"] != "" {
		t.Errorf("another city's commune sees %v", f)
	}
	mine := p
	mine.Template, mine.Goal = whole, 50_000_000
	relief := mine
	relief.Fund = records.FundRelief
	wantRefused(t, w.do(t, first, records.CmdProposeCampaign, relief), records.RefusedCampaignGone)
	wantRefused(t, w.do(t, far, records.CmdProposeCampaign, mine), records.RefusedCampaignGone)
	a, b := w.opened(t, hoaKhanh, mine), w.opened(t, haiChau, mine)
	for n := range 7 {
		w.promised(t, w.contact(t, fmt.Sprint("a", n), ""), a, 100_000)
	}
	for n := range 2 {
		w.promised(t, w.contact(t, fmt.Sprint("b", n), ""), b, 100_000)
	}
	if f := w.progressAt(t, above, ""); f["people"] != "9" || f["promised"] != "900000" || f["hidden"] != "2" || strings.Contains(f["rows"], "Hải Châu") || strings.Contains(f["rows"], "Hòa Khánh") {
		t.Errorf("two units, one of two people: %v", f)
	}
	for n := range 3 {
		w.promised(t, w.contact(t, fmt.Sprint("c", n), ""), b, 100_000)
	}
	if f := w.progressAt(t, above, ""); f["hidden"] != "0" || f["rows"] != "Phường Hòa Khánh\t700000\t0\nPhường Hải Châu\t500000\t0\n" {
		t.Errorf("two units of five and more: %v", f)
	}
}
