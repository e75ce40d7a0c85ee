package storage

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// hand is help offered once by a guest, ours by somebody of a group, wing a sponsor's.
var (
	hand = records.MakeOffer{Kind: "labour", What: "sửa mái nhà", Times: "chủ nhật", Unit: "20200", Name: "Lê Thị Bảy", Phone: "+84905123457"}
	ours = records.MakeOffer{Kind: "labour", What: "sửa mái nhà", Times: "chủ nhật", Name: "Lê Thị Bảy", Phone: "+84905123457"}
	wing = records.MakeOffer{
		Kind: records.OfferSponsor, Wish: records.WishHousehold, What: "500.000 đồng", Money: 500_000, Unit: "20200", Name: "Chi bộ 24", Phone: "+84905123458",
		From: "2026-12-01", Months: 3,
	}
)

// offers makes an offer, and returns its id.
func (w *world) offers(t testing.TB, contact string, offer records.MakeOffer) int64 {
	t.Helper()
	for offer.From != "" && offer.From < records.FormatDay(records.DayOf(w.clock())) {
		offer.From = records.FormatDay(records.DayOf(w.clock()))
	}
	if out := w.do(t, contact, records.CmdOffer, offer); out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	var id int64
	must(t, w.db.Model(&records.Offer{}).Select("max(id)").Scan(&id).Error)
	return id
}

// offerSeen is what somebody sees of what they offered: "matched Trần Thị Lan; ".
func (w *world) offerSeen(t testing.TB, contact string) string {
	t.Helper()
	list := ""
	for _, l := range w.ask(t, contact, records.AskOfferMine, nil).Lines {
		list += l.Args["status"] + " " + l.Args["name"] + "; "
	}
	return list
}

// Help offered once: nobody learns the household's name before it agrees; one that does not is spared, and the offer is open again; in the
// end both are thanked.
func testOffers(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh, giver := w.member(t, "hanh", lan), w.member(t, "giver", bay)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	need := w.needOf(t, hanh, "nhà dột")
	id := w.offers(t, giver, ours)
	if got := w.told(t, "notice.offer"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("told %v, want the leader alone", got)
	}
	var kept records.Offer
	must(t, w.db.First(&kept, id).Error)
	if strings.Contains(kept.Phone, "905123457") || kept.Phone == "" || kept.Area != to12 {
		t.Errorf("the phone is not sealed, or the offer is of another group: %+v", kept)
	}
	if f := w.ask(t, w.leader, records.AskOffer, map[string]string{"offer": strconv.FormatInt(id, 10)}).Facts; f["phone"] != "+84905123457" || f["match"] != "1" {
		t.Errorf("the leader sees %v", f)
	}
	match := func(who string) {
		t.Helper()
		if out := w.do(t, who, records.CmdMatch, records.MatchOffer{ID: id, Need: need}); out.Args["told"] != records.RoleHousehold {
			t.Fatalf("%+v", out)
		}
		if got := w.offerSeen(t, giver); got != "offered ; " {
			t.Errorf("before the household agrees who offers sees %q", got)
		}
		wantRefused(t, w.do(t, giver, records.CmdAgreeOffer, records.AgreeOffer{ID: id, Agree: true}), records.RefusedOfferGone)
	}
	match(w.leader)
	wantRefused(t, w.do(t, w.leader, records.CmdMatch, records.MatchOffer{ID: id, Need: need}), records.RefusedOfferGone)
	if l := w.ask(t, hanh, records.AskOfferHome, nil).Lines; len(l) != 1 || l[0].Args["giver"] != "Lê Thị Bảy" || l[0].Args["words"] != "nhà dột" || l[0].Args["phone"] != "" {
		t.Errorf("the household sees %+v", l)
	}
	before := len(w.told(t, "notice.offer.agreed"))
	if out := w.do(t, hanh, records.CmdAgreeOffer, records.AgreeOffer{ID: id}); out.Refused != "" || w.told(t, "notice.offer.refused")[w.leader] != 1 {
		t.Errorf("%+v", out)
	}
	if len(w.told(t, "notice.offer.agreed")) != before || w.offerSeen(t, giver) != "offered ; " || len(w.ask(t, hanh, records.AskOfferHome, nil).Lines) != 0 {
		t.Error("who offers hears of a household that does not agree, or it is still asked")
	}
	match(front)
	if out := w.do(t, hanh, records.CmdAgreeOffer, records.AgreeOffer{ID: id, Agree: true}); out.Refused != "" {
		t.Fatal(out)
	}
	if got := w.offerSeen(t, giver); got != "matched Trần Thị Lan; " || w.told(t, "notice.offer.agreed")[giver] != 1 || w.told(t, "notice.offer.carer")[w.leader] != 1 {
		t.Errorf("who offers sees %q", got)
	}
	if out := w.do(t, w.leader, records.CmdEndOffer, records.EndOffer{ID: id, Done: true}); out.Refused != "" {
		t.Fatal(out)
	}
	if w.told(t, "notice.offer.done")[giver] != 1 || w.told(t, "notice.offer.done.home")[hanh] != 1 {
		t.Error("not both are thanked")
	}
	wantRefused(t, w.do(t, w.leader, records.CmdEndOffer, records.EndOffer{ID: id}), records.RefusedOfferGone)
	if got := w.offerSeen(t, giver); got != "done ; " { // the name is for the time of the help
		t.Errorf("after it is done who offers sees %q", got)
	}
	second := w.offers(t, giver, ours)
	if out := w.do(t, front, records.CmdEndOffer, records.EndOffer{ID: second}); out.Refused != "" || w.told(t, "notice.offer.declined")[giver] != 1 {
		t.Errorf("%+v", out)
	}
}

// What is no offer, one too many, and what is not the asker's is refused.
func testOfferLimits(t *testing.T, w *world) {
	guest := w.contact(t, "guest", "")
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	for _, change := range []func(*records.MakeOffer){
		func(m *records.MakeOffer) { m.Kind = "money" },
		func(m *records.MakeOffer) { m.What = " \u200b" },
		func(m *records.MakeOffer) { m.Name = "" },
		func(m *records.MakeOffer) { m.Wish = records.WishArea },
		func(m *records.MakeOffer) { m.Months = 3 },
		func(m *records.MakeOffer) { *m = wing; m.Months = 0 },
		func(m *records.MakeOffer) { *m = wing; m.Months = 61 },
		func(m *records.MakeOffer) { *m = wing; m.From = "2026-11-01" },
		func(m *records.MakeOffer) { *m = wing; m.From = "2028-01-01" },
		func(m *records.MakeOffer) { *m = wing; m.Wish = "" },
		func(m *records.MakeOffer) { *m = wing; m.Money = -1 },
		func(m *records.MakeOffer) { *m = wing; m.Money = records.MaxMoney + 1 },
	} {
		bad := hand
		change(&bad)
		wantRefused(t, w.do(t, guest, records.CmdOffer, bad), records.RefusedInvalid)
	}
	nowhere := hand
	nowhere.Unit = "99999"
	wantRefused(t, w.do(t, guest, records.CmdOffer, nowhere), records.RefusedWard)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	id := w.offers(t, guest, hand)
	if got := w.told(t, "notice.offer"); got[front] != 1 || len(got) != 1 {
		t.Errorf("of a guest's offer told %v, want the ward's Front", got)
	}
	hanh := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	need := w.needOf(t, hanh, "nhà dột")
	wantRefused(t, w.do(t, far, records.CmdMatch, records.MatchOffer{ID: id, Need: need}), records.RefusedOfferGone)
	wantRefused(t, w.do(t, w.leader, records.CmdMatch, records.MatchOffer{ID: id, Need: need}), records.RefusedOfferGone) // it was offered to the ward
	wantRefused(t, w.do(t, front, records.CmdMatch, records.MatchOffer{ID: id, Need: need + 99}), records.RefusedNotFound)
	wantRefused(t, w.do(t, front, records.CmdAssign, records.MatchOffer{ID: id, Household: w.homes["Lê Thị Bảy"]}), records.RefusedOfferGone)
	wantRefused(t, w.do(t, front, records.CmdEndOffer, records.EndOffer{ID: id, Done: true}), records.RefusedOfferGone) // nobody was helped
	if out := w.do(t, front, records.CmdMatch, records.MatchOffer{ID: id, Need: need}); out.Refused != "" {
		t.Fatal(out)
	}
	wantRefused(t, w.do(t, hanh, records.CmdLeaveOffer, records.EndOffer{ID: id}), records.RefusedOfferGone)
	if out := w.do(t, guest, records.CmdLeaveOffer, records.EndOffer{ID: id}); out.Refused != "" || w.told(t, "notice.offer.withdrawn")[w.leader] != 1 {
		t.Errorf("%+v", out)
	}
	wantRefused(t, w.do(t, hanh, records.CmdAgreeOffer, records.AgreeOffer{ID: id, Agree: true}), records.RefusedOfferGone)
	for range records.MaxOffers {
		w.offers(t, guest, hand)
	}
	wantRefused(t, w.do(t, guest, records.CmdOffer, hand), records.RefusedOffers)
}

// A sponsor is asked every month while its promise lasts, and thanked at its end; the Front alone decides whom it helps; it sees nothing of
// a household before it agrees, and no class after.
func testSponsors(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	cell := w.contact(t, "cell", "")
	id := w.offers(t, cell, wing)
	if got := w.told(t, "notice.offer.sponsor"); got[front] != 1 || len(got) != 1 {
		t.Errorf("told %v, want the Front alone", got)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdAssign, records.MatchOffer{ID: id, Household: lan}), records.RefusedOfferGone)
	if out := w.do(t, front, records.CmdAssign, records.MatchOffer{ID: id, Household: lan}); out.Args["told"] != records.RoleHousehold {
		t.Fatalf("%+v", out)
	}
	for _, l := range w.ask(t, cell, records.AskOfferMine, nil).Lines {
		for k, v := range l.Args {
			if strings.Contains(v, "Lan") || strings.Contains(v, "Tổ") || v == lan {
				t.Errorf("before it agrees the sponsor sees %s = %s", k, v)
			}
		}
	}
	if out := w.do(t, hanh, records.CmdAgreeOffer, records.AgreeOffer{ID: id, Agree: true}); out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	remind := func(asked int) {
		t.Helper()
		if got := w.runs(t, records.JobSponsors, "notice.offer.month"); len(got) != asked {
			t.Errorf("sponsors asked at %s: %v, want %d", w.clock(), got, asked)
		}
		w.pass(time.Minute)
	}
	remind(0)
	w.pass(51 * 24 * time.Hour) // 2027-01-01
	remind(1)
	remind(0)
	if got := w.told(t, "notice.offer.month"); got[cell] != 1 || len(got) != 1 {
		t.Errorf("asked: %v", got)
	}
	for _, helped := range []bool{false, true, true} {
		if out := w.do(t, cell, records.CmdCheckOffer, records.CheckOffer{ID: id, Helped: helped}); out.Refused != "" {
			t.Fatal(out)
		}
	}
	if got := w.told(t, "notice.offer.helped"); got[w.leader] != 1 {
		t.Errorf("the leader was told %v, want once", got)
	}
	if f := w.ask(t, w.leader, records.AskOffer, map[string]string{"offer": strconv.FormatInt(id, 10)}).Facts; f["month"] != "2027-01-01" || f["helped"] != "1" || f["to"] != "2027-02-28" || f["match"] != "" {
		t.Errorf("the leader sees %v", f)
	}
	w.pass(31 * 24 * time.Hour) // 2027-02-01
	remind(1)
	w.pass(28 * 24 * time.Hour) // 2027-03-01: the day after the last
	remind(0)
	remind(0)
	if w.told(t, "notice.offer.done")[cell] != 1 || w.told(t, "notice.offer.done.home")[hanh] != 1 || w.told(t, "notice.offer.month")[cell] != 2 {
		t.Error("at its end not both were thanked once")
	}
	wantRefused(t, w.do(t, cell, records.CmdCheckOffer, records.CheckOffer{ID: id, Helped: true}), records.RefusedOfferGone)

	whole := wing
	whole.Wish, whole.From = records.WishArea, "2027-03-10"
	second := w.offers(t, cell, whole)
	wantRefused(t, w.do(t, front, records.CmdAssign, records.MatchOffer{ID: second, Area: haiChau}), records.RefusedNotFound)
	if out := w.do(t, front, records.CmdAssign, records.MatchOffer{ID: second, Area: to12}); out.Args["told"] != records.RoleDonor || w.told(t, "notice.offer.carer")[w.leader] != 2 {
		t.Errorf("%+v", out)
	}
	if f := w.ask(t, cell, records.AskOfferMine, nil).Lines[0].Args; f["area"] != "Tổ 12 (Hòa Minh cũ)" || f["name"] != "" {
		t.Errorf("the sponsor of a group sees %v", f)
	}
}
