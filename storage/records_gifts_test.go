package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// noodles is a promise of things to a campaign of appeal.
func noodles(campaign int64) records.MakePledge {
	return records.MakePledge{
		Campaign: campaign, Account: appeal().Account, Kind: records.PledgeGoods, What: "5 thùng mì; 20 kg gạo", On: "2026-11-13",
		Items: []records.Item{{Qty: 5, Unit: "thùng", Name: "mì"}, {Qty: 20_000, Unit: "g", Name: "gạo"}}, Phone: "+84905123456",
	}
}

// Things that are promised are kept with their amounts, told to the Front and listed for it by day; only who takes them sees whom to call.
// A change keeps the code, and every version its things.
func testGifts(t *testing.T, w *world) {
	p := appeal()
	p.Goods = "Trụ sở Mặt trận phường, giờ hành chính"
	fund := w.opened(t, hoaKhanh, p)
	khach, other := w.contact(t, "khach", ""), w.contact(t, "other", "")
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	above := w.contact(t, "van", "", records.Grant{Role: records.RoleCity, Area: city})
	organisation := noodles(fund)
	organisation.As, organisation.Heads, organisation.Name = records.AsOrganisation, 45, "Công ty An Phú"
	out := w.do(t, khach, records.CmdPledge, organisation)
	code := out.Args["code"]
	if out.Refused != "" || out.Args["what"] != organisation.What || out.Args["bring"] != "2026-11-13" || out.Args["goods"] != p.Goods || out.Args["kind"] != records.PledgeGoods {
		t.Fatalf("%+v", out)
	}
	if got := w.told(t, "notice.pledge"); got[front] != 1 || got[khach] != 0 {
		t.Errorf("told %v", got)
	}
	see := func(who string) map[string]string {
		return w.ask(t, who, records.AskPledge, map[string]string{"code": code}).Facts
	}
	if f := see(front); f["phone"] != "+84905123456" || f["name"] != "Công ty An Phú" {
		t.Errorf("the Front sees %v", f)
	}
	for _, who := range []string{other, above} {
		if f := see(who); f["what"] != organisation.What || f["phone"] != "" || f["name"] != "" {
			t.Errorf("%s sees %v", who, f)
		}
	}
	work := records.MakePledge{Campaign: fund, Account: p.Account, Kind: records.PledgeLabour, What: "2 ngày công: lợp nhà", On: "2026-11-12"}
	wantRefused(t, w.do(t, khach, records.CmdPledge, work), "")
	w.promised(t, khach, fund, 300_000)
	coming := w.ask(t, front, records.AskComing, nil).Lines
	if len(coming) != 2 || coming[0].Args["what"] != work.What || coming[1].Args["code"] != code {
		t.Errorf("coming %+v", coming)
	}
	if a := w.ask(t, above, records.AskComing, nil); a.Problem == "" {
		t.Errorf("the city lists %+v", a)
	}
	w.pass(time.Minute)
	change := func(c records.ChangePledge, want string) {
		t.Helper()
		c.Code = code
		wantRefused(t, w.do(t, khach, records.CmdChangePledge, c), want)
	}
	change(records.ChangePledge{On: "2026-11-20"}, "")
	change(records.ChangePledge{What: "3 thùng mì", Items: []records.Item{{Qty: 3, Unit: "thùng", Name: "mì"}}}, "")
	change(records.ChangePledge{What: "3 thùng mì"}, records.RefusedInvalid)
	change(records.ChangePledge{On: "2026-11-10"}, records.RefusedBringDay)
	if f := see(khach); f["bring"] != "2026-11-20" || f["what"] != "3 thùng mì" || f["mine"] != "1" {
		t.Errorf("changed to %v", f)
	}
	var items []records.PledgeItem
	must(t, w.db.Where("code = ?", code).Order("version, n").Find(&items).Error)
	if len(items) != 5 || items[1].Qty != 20_000 || items[4].Version != 3 || items[4].Qty != 3 {
		t.Errorf("things %+v", items)
	}
	var rows []records.Pledge
	must(t, w.db.Where("code = ?", code).Order("version").Find(&rows).Error)
	if len(rows) != 3 || rows[2].Heads != 45 || rows[2].GivenAs != records.AsOrganisation || rows[0].Phone == "" || strings.Contains(rows[0].Phone, "905") {
		t.Errorf("rows %+v", rows)
	}
	wantRefused(t, w.do(t, khach, records.CmdCancelPledge, records.CancelPledge{Code: code}), "")
	if coming = w.ask(t, front, records.AskComing, nil).Lines; len(coming) != 1 {
		t.Errorf("still coming %+v", coming)
	}
	monthly := records.MakePledge{Campaign: fund, Account: p.Account, Amount: 200_000, Months: 6, As: records.AsFamily, Name: "gia đình cô Bảy"}
	out = w.do(t, khach, records.CmdPledge, monthly)
	var first records.Pledge
	must(t, w.db.Where("code = ?", out.Args["code"]).First(&first).Error)
	if first.Months != 6 || first.Nth != 1 || first.Series != first.Code || out.Args["months"] != "6" {
		t.Errorf("monthly %+v, %v", first, out.Args)
	}
}

// What cannot be promised beside money, each for one reason.
func testGiftsRefused(t *testing.T, w *world) {
	month := appeal()
	month.From, month.To = "2026-11-01", "2026-11-18"
	fund := w.opened(t, hoaKhanh, month)
	khach := w.contact(t, "khach", "")
	for name, c := range map[string]struct {
		change func(*records.MakePledge)
		want   string
	}{
		"good":                        {func(*records.MakePledge) {}, ""},
		"its last day":                {func(p *records.MakePledge) { p.On = "2026-11-18" }, ""},
		"behind the campaign's end":   {func(p *records.MakePledge) { p.On = "2026-11-19" }, records.RefusedBringDay},
		"a day that is over":          {func(p *records.MakePledge) { p.On = "2026-11-10" }, records.RefusedBringDay},
		"no day":                      {func(p *records.MakePledge) { p.On = "" }, records.RefusedInvalid},
		"no words":                    {func(p *records.MakePledge) { p.What = " " }, records.RefusedInvalid},
		"no things":                   {func(p *records.MakePledge) { p.Items = nil }, records.RefusedInvalid},
		"work with things":            {func(p *records.MakePledge) { p.Kind = records.PledgeLabour }, records.RefusedInvalid},
		"money besides":               {func(p *records.MakePledge) { p.Amount = 100_000 }, records.RefusedInvalid},
		"less than nothing of it":     {func(p *records.MakePledge) { p.Items[0].Qty = -5 }, records.RefusedQuantity},
		"each month":                  {func(p *records.MakePledge) { p.Months = 3 }, records.RefusedInvalid},
		"heads of a person":           {func(p *records.MakePledge) { p.As, p.Name, p.Heads = records.AsPerson, "Nam", 45 }, records.RefusedInvalid},
		"an organisation of no name":  {func(p *records.MakePledge) { p.As = records.AsOrganisation }, records.RefusedInvalid},
		"a sponsor's that is none":    {func(p *records.MakePledge) { p.Offer = 99 }, records.RefusedNotFound},
		"for a need nobody published": {func(p *records.MakePledge) { p.Need = 99 }, records.RefusedNotFound},
		"of another account":          {func(p *records.MakePledge) { p.Account = "1" }, records.RefusedCampaignShut},
		"no such kind":                {func(p *records.MakePledge) { p.Kind = "gold" }, records.RefusedInvalid},
	} {
		p := noodles(fund)
		c.change(&p)
		if out := w.do(t, khach, records.CmdPledge, p); out.Refused != c.want {
			t.Errorf("%s: %+v", name, out)
		}
	}
}
