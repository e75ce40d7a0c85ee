package storage

import (
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// appeal is a campaign of a ward that lives all year, with an account at a bank.
func appeal() records.ProposeCampaign {
	return records.ProposeCampaign{
		Fund: records.FundPoor, From: "2026-01-01", Way: records.WayBank, BIN: "970436", Account: "1234567890", Holder: "UY BAN MTTQ VN PHUONG HOA KHANH",
	}
}

// proposed has somebody propose a campaign, and returns its number.
func (w *world) proposed(t testing.TB, as string, p records.ProposeCampaign) int64 {
	t.Helper()
	out := w.do(t, as, records.CmdProposeCampaign, p)
	id, err := strconv.ParseInt(out.Args["campaign"], 10, 64)
	if out.Refused != "" || err != nil {
		t.Fatalf("%+v", out)
	}
	return id
}

// opened has a campaign proposed and opened by two of a ward's Front.
func (w *world) opened(t testing.TB, area string, p records.ProposeCampaign) int64 {
	t.Helper()
	id := w.proposed(t, w.contact(t, "first of "+area, "", records.Grant{Role: records.RoleFront, Area: area}), p)
	second := w.contact(t, "second of "+area, "", records.Grant{Role: records.RoleFront, Area: area})
	wantRefused(t, w.do(t, second, records.CmdApproveCampaign, records.ApproveCampaign{ID: id, Account: p.Account}), "")
	return id
}

// A campaign opens when a second person of its Front types the same account, or one of the city after two hours; and it takes pledges on
// its days only.
func testCampaigns(t *testing.T, w *world) {
	first := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	second := w.contact(t, "mai", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	above := w.contact(t, "van", "", records.Grant{Role: records.RoleCity, Area: city})
	open := func(fund string) map[string]string {
		return w.ask(t, first, records.AskCampaignOpen, map[string]string{"unit": "20200", "fund": fund}).Facts
	}
	approve := func(who string, id int64, account, want string) {
		t.Helper()
		wantRefused(t, w.do(t, who, records.CmdApproveCampaign, records.ApproveCampaign{ID: id, Account: account}), want)
	}
	standing := w.proposed(t, first, appeal())
	if got := w.told(t, "notice.campaign"); got[second] != 1 || got[above] != 1 || len(got) != 2 {
		t.Errorf("told %v", got)
	}
	approve(first, standing, "1234567890", records.RefusedSamePerson)
	approve(above, standing, "1234567890", records.RefusedTooEarly)
	approve(w.leader, standing, "1234567890", records.RefusedNotFound)
	approve(second, standing, "1234567899", records.RefusedAccount)
	if f := w.ask(t, second, records.AskCampaign, map[string]string{"campaign": strconv.FormatInt(standing, 10)}).Facts; f["second"] != "1" || f["account"] != "" || f["bank"] != "Vietcombank" {
		t.Errorf("the second person sees %v", f)
	}
	if got := open(""); got["funds"] != "" {
		t.Errorf("open before a second person agreed: %v", got)
	}
	approve(second, standing, "1234567890", "")
	approve(second, standing, "1234567890", records.RefusedCampaignGone)
	if got := open(""); got["funds"] != "vi_ngheo" || got["account"] != "1234567890" || got["bin"] != "970436" || got["until"] != "" {
		t.Errorf("open: %v", got)
	}
	var waits int64
	must(t, w.db.Model(&records.Message{}).Where("contact = ? AND status = ?", above, records.MessageWaiting).Count(&waits).Error)
	if waits != 0 {
		t.Error("the city is told of what is open already")
	}

	month := appeal()
	month.From, month.To, month.Account = "2026-11-01", "2026-11-18", "999999999"
	peak := w.proposed(t, first, month)
	w.pass(2*time.Hour + time.Second)
	approve(above, peak, "999999999", "")
	if got := open(""); got["campaign"] != strconv.FormatInt(peak, 10) {
		t.Errorf("in the peak month %v", got)
	}
	relief := appeal()
	relief.Fund, relief.To = records.FundRelief, "2026-11-12"
	storm := w.proposed(t, second, relief)
	approve(first, storm, "1234567890", "")
	if got := open(records.FundRelief); got["funds"] != "vi_ngheo cuu_tro" || got["campaign"] != strconv.FormatInt(storm, 10) {
		t.Errorf("two funds: %v", got)
	}
	w.pass(2 * 24 * time.Hour)
	if got := open(records.FundRelief); got["funds"] != "vi_ngheo" || got["fund"] != records.FundPoor {
		t.Errorf("after the relief appeal ended: %v", got)
	}
	w.pass(7 * 24 * time.Hour)
	if got := open(""); got["campaign"] != strconv.FormatInt(standing, 10) {
		t.Errorf("after the peak month: %v", got)
	}

	state := func(id int64, to, want string) {
		t.Helper()
		wantRefused(t, w.do(t, second, records.CmdCampaignState, records.SetCampaignState{ID: id, State: to}), want)
	}
	state(standing, records.CampaignPaused, "")
	if got := open(""); got["funds"] != "" || got["ward"] == "" {
		t.Errorf("paused: %v", got)
	}
	state(standing, records.CampaignOpen, "")
	state(standing, records.CampaignProposed, records.RefusedCampaignGone)
	state(standing, records.CampaignClosed, "")
	state(standing, records.CampaignOpen, records.RefusedCampaignGone)
	cityWide := appeal()
	cityWide.Way, cityWide.BIN, cityWide.Account, cityWide.Place = records.WayTreasury, "", "3713.0.1234567", "Kho bạc khu vực XIII"
	all := w.proposed(t, above, cityWide)
	other := w.contact(t, "vinh", "", records.Grant{Role: records.RoleCity, Area: city})
	approve(other, all, "3713.0.1234567", "")
	if got := open(""); got["campaign"] != strconv.FormatInt(all, 10) || got["way"] != records.WayTreasury {
		t.Errorf("a ward without a campaign: %v", got)
	}
	var audited int64
	must(t, w.db.Model(&records.Audit{}).Where("action LIKE 'campaign.%' AND subject = ?", "campaign "+strconv.FormatInt(standing, 10)).Count(&audited).Error)
	if audited != 5 {
		t.Errorf("%d lines of the log", audited)
	}
}

// Proposals that cannot be: each is refused for its reason.
func testCampaignsRefused(t *testing.T, w *world) {
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	for name, c := range map[string]struct {
		change func(*records.ProposeCampaign)
		want   string
	}{
		"no fund":                    {func(p *records.ProposeCampaign) { p.Fund = "" }, records.RefusedInvalid},
		"relief for ever":            {func(p *records.ProposeCampaign) { p.Fund = records.FundRelief }, records.RefusedDays},
		"ends before it begins":      {func(p *records.ProposeCampaign) { p.From, p.To = "2026-12-10", "2026-12-01" }, records.RefusedDays},
		"ended before today":         {func(p *records.ProposeCampaign) { p.To = "2026-11-01" }, records.RefusedDays},
		"no bank":                    {func(p *records.ProposeCampaign) { p.BIN = "" }, records.RefusedInvalid},
		"no such bank":               {func(p *records.ProposeCampaign) { p.BIN = "970000" }, records.RefusedInvalid},
		"no holder":                  {func(p *records.ProposeCampaign) { p.Holder = "" }, records.RefusedInvalid},
		"an account with a space":    {func(p *records.ProposeCampaign) { p.Account = "123 456" }, records.RefusedInvalid},
		"cash with an account":       {func(p *records.ProposeCampaign) { p.Way, p.Place = records.WayCash, "phường" }, records.RefusedInvalid},
		"the Treasury without place": {func(p *records.ProposeCampaign) { p.Way, p.BIN = records.WayTreasury, "" }, records.RefusedInvalid},
	} {
		p := appeal()
		c.change(&p)
		if out := w.do(t, front, records.CmdProposeCampaign, p); out.Refused != c.want {
			t.Errorf("%s: %q, want %q", name, out.Refused, c.want)
		}
	}
}

// Who proposed a campaign and who agreed to it turn out to be one person with two chats: a second person is waited for again.
func testCampaignOfOne(t *testing.T, w *world) {
	id := w.opened(t, hoaKhanh, appeal())
	first, second := w.contact(t, "first of "+hoaKhanh, ""), w.contact(t, "second of "+hoaKhanh, "")
	wantRefused(t, w.joinTo(t, first, second), "")
	var c records.Campaign
	must(t, w.db.Where("id = ?", id).First(&c).Error)
	if c.State != records.CampaignProposed || c.ApprovedBy != nil || strconv.FormatInt(c.MadeBy, 10) != w.who(t, first).ID {
		t.Errorf("%+v", c)
	}
	wantRefused(t, w.do(t, second, records.CmdApproveCampaign, records.ApproveCampaign{ID: id, Account: appeal().Account}), records.RefusedSamePerson)
}
