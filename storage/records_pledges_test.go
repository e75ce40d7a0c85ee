package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// promised has somebody promise money to a campaign, and returns the code.
func (w *world) promised(t testing.TB, as string, campaign, amount int64) string {
	t.Helper()
	out := w.do(t, as, records.CmdPledge, records.MakePledge{Campaign: campaign, Account: appeal().Account, Amount: amount})
	if out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	return out.Args["code"]
}

// A promise has a code; it is changed and taken back by who made it only, every version stays, and its donor's name lies sealed.
func testPledges(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, other := w.contact(t, "khach", ""), w.contact(t, "other", "")
	out := w.do(t, khach, records.CmdPledge, records.MakePledge{Campaign: fund, Account: "1234567890", Amount: 300_000, Name: "Nguyễn Văn Nam"})
	code := out.Args["code"]
	if parsed, ok := records.ParseTransferCode(code); out.Refused != "" || !ok || parsed != code || !strings.HasPrefix(code, "VNN") || out.Args["amount"] != "300000" ||
		out.Args["holder"] != "UY BAN MTTQ VN PHUONG HOA KHANH" || out.Args["account"] != "1234567890" || out.Args["bank"] != "Vietcombank" {
		t.Fatalf("%+v", out)
	}
	see := func(who, code string) map[string]string {
		return w.ask(t, who, records.AskPledge, map[string]string{"code": code}).Facts
	}
	if f := see(khach, strings.ToLower(code)); f["amount"] != "300000" || f["mine"] != "1" || f["account"] != "1234567890" || f["state"] != records.PledgePromised {
		t.Errorf("the donor sees %v", f)
	}
	if f := see(other, code); f["amount"] != "300000" || f["mine"] != "" || f["account"] != "" {
		t.Errorf("somebody with the code sees %v", f)
	}
	if a := w.ask(t, other, records.AskPledge, map[string]string{"code": records.TransferCodeOf(records.FundPoor, 5)}); a.Problem != records.ProblemNotFound {
		t.Errorf("a code nobody was given: %+v", a)
	}
	if f := see(khach, ""); f["code"] != code {
		t.Errorf("the newest is %v", f)
	}
	if a := w.ask(t, other, records.AskPledge, nil); a.Problem != "" || a.Facts["code"] != "" {
		t.Errorf("who promised nothing sees %+v", a)
	}
	change := func(who string, amount int64, want string) {
		t.Helper()
		wantRefused(t, w.do(t, who, records.CmdChangePledge, records.ChangePledge{Code: code, Amount: amount}), want)
	}
	change(other, 500_000, records.RefusedNotFound)
	change(khach, 9_999, records.RefusedAmount)
	w.pass(time.Minute)
	change(khach, 500_000, "")
	second := w.promised(t, khach, fund, 1_000_000)
	if lines := w.ask(t, khach, records.AskPledges, nil).Lines; len(lines) != 2 || lines[1].Args["amount"] != "500000" && lines[0].Args["amount"] != "500000" {
		t.Errorf("mine are %+v", lines)
	}
	cancel := func(who, want string) {
		t.Helper()
		wantRefused(t, w.do(t, who, records.CmdCancelPledge, records.CancelPledge{Code: code}), want)
	}
	cancel(other, records.RefusedNotFound)
	cancel(khach, "")
	cancel(khach, records.RefusedPledgeGone)
	change(khach, 600_000, records.RefusedPledgeGone)
	if lines := w.ask(t, khach, records.AskPledges, nil).Lines; len(lines) != 1 || lines[0].Args["code"] != second {
		t.Errorf("mine are %+v", lines)
	}
	if f := see(other, code); f["state"] != records.PledgeCancelled {
		t.Errorf("taken back: %v", f)
	}
	var rows []records.Pledge
	must(t, w.db.Where("code = ?", code).Order("version").Find(&rows).Error)
	if len(rows) != 3 || rows[0].Amount != 300_000 || rows[0].SupersededAt == nil || rows[1].Amount != 500_000 || rows[1].SupersededAt == nil ||
		rows[2].State != records.PledgeCancelled || rows[2].SupersededAt != nil {
		t.Errorf("history %+v", rows)
	}
	if strings.Contains(rows[0].Name, "Nam") || rows[0].Name == "" {
		t.Errorf("the name is kept as %q", rows[0].Name)
	}
	if name, err := w.Open(rows[0].Name); err != nil || name != "Nguyễn Văn Nam" {
		t.Errorf("the name opens as %q, %v", name, err)
	}
	var lines []records.Audit
	must(t, w.db.Where("subject = ?", "pledge "+code).Order("id").Find(&lines).Error)
	if len(lines) != 3 || lines[2].Why != records.PledgeCancelled {
		t.Errorf("%d lines of the log", len(lines))
	}
}

// What cannot be promised: to a fund that is not open, to an account that was not shown, too little, too much, too often.
func testPledgesRefused(t *testing.T, w *world) {
	month := appeal()
	month.From, month.To = "2026-11-01", "2026-11-12"
	fund := w.opened(t, hoaKhanh, month)
	khach := w.contact(t, "khach", "")
	try := func(p records.MakePledge, want string) {
		t.Helper()
		wantRefused(t, w.do(t, khach, records.CmdPledge, p), want)
	}
	good := records.MakePledge{Campaign: fund, Account: month.Account, Amount: 300_000}
	try(records.MakePledge{Campaign: fund, Account: "1111111111", Amount: 300_000}, records.RefusedCampaignShut)
	try(records.MakePledge{Account: month.Account, Amount: 300_000}, records.RefusedCampaignShut)
	try(records.MakePledge{Campaign: fund, Account: month.Account, Amount: 1_000}, records.RefusedAmount)
	try(records.MakePledge{Campaign: fund, Account: month.Account, Amount: records.MaxMoney + 1}, records.RefusedAmount)
	try(records.MakePledge{Campaign: fund, Account: month.Account, Amount: -300_000}, records.RefusedAmount)
	for range records.OpenPledges {
		try(good, "")
	}
	try(good, records.RefusedPledges)
	w.pass(48 * time.Hour)
	khach = w.contact(t, "late", "")
	try(good, records.RefusedCampaignShut)
}
