package storage

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"chungtay/storage/records"
)

// rice is rice that came to the fund for the poor.
func rice(grams int64) records.TakeGoods {
	return records.TakeGoods{Fund: records.FundPoor, Items: []records.Item{{Qty: grams, Unit: records.UnitGram, Name: "Gạo"}}, Value: 300_000, Place: "Kho phường", On: "2026-11-10"}
}

// funded is money of the fund for the poor that is free in a commune.
func (w *world) funded(t testing.TB, area string, amount int64) {
	t.Helper()
	free := cash("", amount)
	free.Fund = records.FundPoor
	wantRefused(t, w.do(t, w.treasurer(t, "treasurer "+area, area), records.CmdTakeReceipt, free), "")
}

// allocationAt is an allocation of so much to the household of a spot, by one of its Front.
func (w *world) allocationAt(t testing.TB, at spot, amount int64) string {
	t.Helper()
	commune := records.Parent(at.area)
	w.funded(t, commune, amount)
	front := w.contact(t, "allocates at "+at.home, "", records.Grant{Role: records.RoleFront, Area: commune})
	out := w.do(t, front, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{at.home}, Kind: "tien_mat", Money: amount})
	if out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	return out.Args["code"]
}

// Money goes from the pool to households: a little at once, much with a second person, handed over as one event that the books and the
// household both see, and back when the entry of help is taken out.
func testAllocations(t *testing.T, w *world) {
	w.funded(t, hoaKhanh, 10_000_000)
	thu := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	mai := w.contact(t, "mai", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	lan, bay, tu := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"]
	member := w.contact(t, "member", "", records.Grant{Role: records.RoleHousehold, Area: records.Join(to12, lan)})
	wantRefused(t, w.do(t, member, records.CmdTellNeed, records.TellNeedOf{Household: lan, Dimension: records.DimensionHouse, Words: "nhà dột"}), "")
	var need records.Need
	must(t, w.db.First(&need).Error)
	if first := w.ask(t, thu, records.AskAllocHomes, nil).Options[0]; first.Key != lan {
		t.Errorf("the open need does not come first: %+v", first)
	}
	one := w.do(t, thu, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{lan}, Kind: "nha_sua_chua", Money: 3_000_000, Need: need.ID})
	if one.Refused != "" || one.Args["state"] != records.AllocationOpen || w.told(t, "notice.allocated")[w.leader] != 1 {
		t.Fatalf("%+v", one)
	}
	two := w.do(t, thu, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{bay, tu}, Kind: "tien_mat", Money: 3_000_000})
	if two.Refused != "" || two.Args["state"] != records.AllocationWaits || two.Args["amount"] != "6000000" || w.told(t, "notice.allocated.waiting")[mai] != 1 {
		t.Fatalf("%+v", two)
	}
	has := func(account string, want int64) {
		t.Helper()
		if got := w.balance(t, hoaKhanh, account); got != want {
			t.Errorf("%s has %d, want %d", account, got, want)
		}
	}
	has(records.AccountPool, 7_000_000)
	wantRefused(t, w.do(t, thu, records.CmdApproveAllocated, records.DecideAllocation{Code: two.Args["code"]}), records.RefusedSecond)
	wantRefused(t, w.do(t, mai, records.CmdApproveAllocated, records.DecideAllocation{Code: two.Args["code"]}), "")
	wantRefused(t, w.do(t, mai, records.CmdApproveAllocated, records.DecideAllocation{Code: two.Args["code"]}), records.RefusedAllocGone)
	has(records.AccountPool, 1_000_000)
	has(records.AccountAllocated, 9_000_000)
	has(records.WayCash, 1_000_000)

	give := records.HandOver{Code: one.Args["code"], On: "2026-11-11"}
	again := w.request(w.leader, records.CmdHandOver, give)
	out := w.apply(t, again)[0]
	if replay := w.apply(t, again)[0]; out.Refused != "" || replay.Args["code"] != out.Args["code"] {
		t.Fatalf("%+v, then %+v", out, replay)
	}
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, give), records.RefusedAllocGone)
	has(records.AccountAllocated, 6_000_000)
	has(records.AccountIssued, 6_000_000)
	if n := w.count(t, "SELECT count(*) FROM help WHERE household_id = (SELECT id FROM households WHERE code = '"+lan+"') AND money = 3000000 AND giver_kind = 'fund'"); n != 1 {
		t.Errorf("%d entries of help", n)
	}
	must(t, w.db.First(&need).Error)
	if need.Status != records.NeedMet {
		t.Errorf("the need is %q", need.Status)
	}
	w.pass(time.Hour)
	if told := w.told(t, "notice.help"); told[member] != 1 {
		t.Errorf("the household is told %v", told)
	}
	change := records.CorrectHelp{Code: out.Args["code"], Log: records.LogHelp{
		Households: []string{lan}, Kind: "nha_sua_chua", Money: 2_000_000, GiverKind: records.GiverFund, On: "2026-11-11",
	}}
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, change), records.RefusedHanded)
	change.Log.Money, change.Log.Note = 3_000_000, "trao tận nhà"
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, change), "")
	wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: out.Args["code"]}), "")
	has(records.AccountAllocated, 9_000_000)
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, give), "")
	wantRefused(t, w.do(t, thu, records.CmdCancelAllocated, records.DecideAllocation{Code: one.Args["code"]}), records.RefusedAllocGone)
	wantRefused(t, w.do(t, thu, records.CmdCancelAllocated, records.DecideAllocation{Code: two.Args["code"]}), "")
	has(records.AccountPool, 4_000_000)
	has(records.WayCash, 4_000_000)
	if got := w.broken(t); got != "" {
		t.Error(got)
	}
}

// What cannot be allocated, approved or handed over.
func testAllocationsRefused(t *testing.T, w *world) {
	w.funded(t, hoaKhanh, 1_000_000)
	thu := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleFront, Area: haiChau})
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	try := func(as string, change func(*records.Allocate), want string) {
		t.Helper()
		l := records.Allocate{Fund: records.FundPoor, Households: []string{lan}, Kind: "tien_mat", Money: 500_000}
		change(&l)
		wantRefused(t, w.do(t, as, records.CmdAllocate, l), want)
	}
	try(w.leader, func(*records.Allocate) {}, records.RefusedDenied)
	try(far, func(*records.Allocate) {}, records.RefusedNotFound)
	try(thu, func(l *records.Allocate) { l.Money = 1_000_001 }, records.RefusedShort)
	try(thu, func(l *records.Allocate) {
		l.Households = append(l.Households, w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"])
	}, records.RefusedShort)
	try(thu, func(l *records.Allocate) { l.Fund = records.FundRelief }, records.RefusedShort)
	try(thu, func(l *records.Allocate) { l.Money = 0 }, records.RefusedEmpty)
	try(thu, func(l *records.Allocate) { l.Money = -5 }, records.RefusedMoney)
	try(thu, func(l *records.Allocate) { l.Kind = "vàng" }, records.RefusedInvalid)
	try(thu, func(l *records.Allocate) { l.Households = []string{lan, lan} }, records.RefusedInvalid)
	try(thu, func(l *records.Allocate) { l.Need = 99 }, records.RefusedNotFound)
	try(thu, func(l *records.Allocate) { l.Items = []records.Item{{Qty: 1, Unit: "thùng", Name: "mì"}} }, records.RefusedShort)
	if n := w.count(t, "SELECT count(*) FROM allocations"); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
	try(thu, func(*records.Allocate) {}, "")
	code := w.ask(t, w.leader, records.AskAllocations, nil).Lines[0].Args["code"]
	other := w.contact(t, "leader of 13", "", records.Grant{Role: records.RoleLeader, Area: to13})
	wantRefused(t, w.do(t, other, records.CmdHandOver, records.HandOver{Code: code, On: "2026-11-11"}), records.RefusedNotFound)
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, records.HandOver{Code: code, On: "2026-11-12"}), records.RefusedFuture)
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, records.HandOver{Code: code, On: "2026-11-11", Photos: []string{"in/x"}}), records.RefusedConsent)
	receipt := w.ask(t, w.treasurer(t, "treasurer "+hoaKhanh, hoaKhanh), records.AskReceipts, nil).Lines[0].Args["code"]
	wantRefused(t, w.do(t, w.treasurer(t, "treasurer "+hoaKhanh, hoaKhanh), records.CmdUndoReceipt, records.UndoReceipt{Code: receipt}), records.RefusedReceiptSpent)
}

// Things are counted by the place they lie at, and go out of the fullest.
func testAllocationsOfThings(t *testing.T, w *world) {
	hanh := w.treasurer(t, "hanh", hoaKhanh)
	thu := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	small := rice(3_000)
	small.Place = "Nhà văn hóa"
	for _, r := range []records.TakeGoods{rice(20_000), small} {
		wantRefused(t, w.do(t, hanh, records.CmdTakeGoods, r), "")
	}
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	allocate := func(grams int64, want string) {
		t.Helper()
		l := records.Allocate{Fund: records.FundPoor, Households: []string{lan}, Kind: "nhu_yeu_pham", Items: []records.Item{{Qty: grams, Unit: records.UnitGram, Name: "gạo"}}}
		wantRefused(t, w.do(t, thu, records.CmdAllocate, l), want)
	}
	allocate(24_000, records.RefusedShort)
	allocate(21_000, "") // 20 kg of one, 1 kg of the other
	lines := w.ask(t, hanh, records.AskStock, nil).Lines
	if len(lines) != 2 || lines[0].Args["things"] != "21 kg gạo" || lines[1].Args["place"] != "Nhà văn hóa" || lines[1].Args["things"] != "2 kg gạo" {
		t.Errorf("%+v", lines)
	}
	code := w.ask(t, w.leader, records.AskAllocations, nil).Lines[0].Args["code"]
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, records.HandOver{Code: code, On: "2026-11-11"}), "")
	if got := w.broken(t); got != "" {
		t.Error(got)
	}
	bad := rice(1_000)
	bad.Place = ""
	wantRefused(t, w.do(t, hanh, records.CmdTakeGoods, bad), records.RefusedInvalid)
	bad = rice(0)
	wantRefused(t, w.do(t, hanh, records.CmdTakeGoods, bad), records.RefusedQuantity)
}

// Several who allocate the last money at once, and hand it over at once: nothing is spent twice.
func testAllocationsAtOnce(t *testing.T, w *world) {
	w.funded(t, hoaKhanh, 1_000_000)
	const people = 6
	each := func(kind string, data func(i int) any) (kept int, refused map[string]int) {
		outcomes := make([]Outcome, people)
		var all sync.WaitGroup
		for i := range people {
			q := w.request(w.contact(t, "front "+strconv.Itoa(i), "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}), kind, data(i))
			all.Go(func() {
				for range 50 {
					got, err := w.Apply(t.Context(), []Request{q})
					if err == nil {
						outcomes[i] = got[0]
						return
					}
				}
				t.Error("it never came through")
			})
		}
		all.Wait()
		refused = map[string]int{}
		for _, out := range outcomes {
			if out.Refused == "" {
				kept++
			} else {
				refused[out.Refused]++
			}
		}
		return kept, refused
	}
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	kept, refused := each(records.CmdAllocate, func(int) any {
		return records.Allocate{Fund: records.FundPoor, Households: []string{lan}, Kind: "tien_mat", Money: 300_000}
	})
	if kept != 3 || refused[records.RefusedShort] != 3 {
		t.Errorf("%d kept, %v", kept, refused)
	}
	code := w.ask(t, w.leader, records.AskAllocations, nil).Lines[0].Args["code"]
	kept, refused = each(records.CmdHandOver, func(int) any { return records.HandOver{Code: code, On: "2026-11-11"} })
	if kept != 1 || refused[records.RefusedAllocGone] != people-1 {
		t.Errorf("handed over %d times, %v", kept, refused)
	}
	if got := w.broken(t); got != "" {
		t.Error(got)
	}
}
