package storage

import (
	"testing"

	"pgregory.net/rapid"

	"chungtay/storage/records"
)

// ledgerModel is what the books must come to, kept beside them in three sums.
type ledgerModel struct {
	tb                     testing.TB
	w                      *world
	hanh, thu, mai, khach  string
	fund                   int64
	pledges, receipts      []string
	pledged, came          map[string]int64 // by pledge
	amounts                map[string]int64 // of receipts and allocations in force
	of                     map[string]string
	waiting, open          []string
	handed                 map[string]string // entry of help -> allocation
	received, aside, given int64
}

// do carries a command out twice, as a crash would, and wants the same answer.
func (m *ledgerModel) do(t *rapid.T, as, kind string, data any) Outcome {
	q := m.w.request(as, kind, data)
	var got [2]Outcome
	for i := range got {
		out, err := m.w.Apply(t.Context(), []Request{q})
		if err != nil {
			t.Fatal(err)
		}
		got[i] = out[0]
	}
	if got[0].Refused != got[1].Refused || got[0].Args["code"] != got[1].Args["code"] {
		t.Fatalf("%s: %+v, then %+v", kind, got[0], got[1])
	}
	return got[0]
}

func (m *ledgerModel) promise(t *rapid.T) {
	amount := rapid.Int64Range(records.MinPledge, 3_000_000).Draw(t, "amount")
	out := m.do(t, m.khach, records.CmdPledge, records.MakePledge{Campaign: m.fund, Account: appeal().Account, Amount: amount})
	if out.Refused == "" {
		m.pledges, m.pledged[out.Args["code"]] = append(m.pledges, out.Args["code"]), amount
	}
}

// take enters money for a promise, seen as it is or as it is not, or for none.
func (m *ledgerModel) take(t *rapid.T) {
	r := cash("", rapid.Int64Range(-1, 4_000_000).Draw(t, "amount"))
	r.Fund, r.Way = records.FundPoor, rapid.SampledFrom(records.Ways).Draw(t, "way")
	want := ""
	if len(m.pledges) > 0 && rapid.Bool().Draw(t, "for a promise") {
		r.Pledge = rapid.SampledFrom(m.pledges).Draw(t, "pledge")
		r.Seen = m.came[r.Pledge]
		switch {
		case rapid.Bool().Draw(t, "seen late"):
			r.Seen++
			want = records.RefusedReceiptMoved
		case m.came[r.Pledge] >= m.pledged[r.Pledge]:
			want = records.RefusedReceived
		}
	}
	if r.Amount <= 0 {
		want = records.RefusedMoney
	}
	out := m.do(t, m.hanh, records.CmdTakeReceipt, r)
	if out.Refused != want {
		t.Fatalf("%+v: refused %q, want %q", r, out.Refused, want)
	}
	if want == "" {
		code := out.Args["code"]
		m.receipts, m.amounts[code], m.of[code] = append(m.receipts, code), r.Amount, r.Pledge
		m.received += r.Amount
		m.came[r.Pledge] += r.Amount
	}
}

// undo takes a receipt back, if what came by it is not spent.
func (m *ledgerModel) undo(t *rapid.T) {
	if len(m.receipts) == 0 {
		return
	}
	code := rapid.SampledFrom(m.receipts).Draw(t, "receipt")
	switch out := m.do(t, m.hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: code}); out.Refused {
	case "":
		m.received -= m.amounts[code]
		m.came[m.of[code]] -= m.amounts[code]
		delete(m.amounts, code)
	case records.RefusedReceiptGone:
		if m.amounts[code] != 0 {
			t.Fatal("a receipt that is in force is said to be gone")
		}
	case records.RefusedReceiptSpent:
	default:
		t.Fatal(out.Refused)
	}
}

func (m *ledgerModel) allocate(t *rapid.T) {
	amount := rapid.Int64Range(1, 7_000_000).Draw(t, "amount")
	home := rapid.SampledFrom([]string{"Lê Thị Bảy", "Võ Văn Tư", "Đặng Huy"}).Draw(t, "home")
	out := m.do(t, m.thu, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{m.w.homes[home]}, Kind: "tien_mat", Money: amount})
	if enough := m.received-m.aside >= amount; enough != (out.Refused == "") {
		t.Fatalf("%d of %d: refused %q", amount, m.received-m.aside, out.Refused)
	}
	if out.Refused != "" {
		return
	}
	code := out.Args["code"]
	m.amounts[code] = amount
	if out.Args["state"] == records.AllocationWaits {
		m.waiting = append(m.waiting, code)
		return
	}
	m.open, m.aside = append(m.open, code), m.aside+amount
}

func (m *ledgerModel) approve(t *rapid.T) {
	if len(m.waiting) == 0 {
		return
	}
	code := m.waiting[0]
	out := m.do(t, m.mai, records.CmdApproveAllocated, records.DecideAllocation{Code: code})
	if enough := m.received-m.aside >= m.amounts[code]; enough != (out.Refused == "") {
		t.Fatalf("approve %d of %d: %q", m.amounts[code], m.received-m.aside, out.Refused)
	}
	if out.Refused == "" {
		m.waiting, m.open, m.aside = m.waiting[1:], append(m.open, code), m.aside+m.amounts[code]
	}
}

func (m *ledgerModel) cancel(t *rapid.T) {
	if len(m.open) == 0 {
		return
	}
	code := m.open[0]
	if out := m.do(t, m.thu, records.CmdCancelAllocated, records.DecideAllocation{Code: code}); out.Refused != "" {
		t.Fatal(out.Refused)
	}
	m.open, m.aside = m.open[1:], m.aside-m.amounts[code]
}

func (m *ledgerModel) hand(t *rapid.T) {
	if len(m.open) == 0 {
		return
	}
	code := m.open[0]
	out := m.do(t, m.w.leader, records.CmdHandOver, records.HandOver{Code: code, On: "2026-11-11"})
	if out.Refused != "" {
		t.Fatal(out.Refused)
	}
	m.open, m.given, m.handed[out.Args["code"]] = m.open[1:], m.given+m.amounts[code], code
}

func (m *ledgerModel) void(t *rapid.T) {
	for help, code := range m.handed { // one of them: the map's order does not matter
		if out := m.do(t, m.w.leader, records.CmdVoidHelp, records.VoidHelp{Code: help}); out.Refused != "" {
			t.Fatal(out.Refused)
		}
		delete(m.handed, help)
		m.open, m.given = append(m.open, code), m.given-m.amounts[code]
		return
	}
}

// check compares the books with the sums.
func (m *ledgerModel) check(t *rapid.T) {
	has := func(accounts ...string) (sum int64) {
		for _, account := range accounts {
			sum += m.w.balance(m.tb, hoaKhanh, account)
		}
		return sum
	}
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"free", has(records.AccountPool), m.received - m.aside},
		{"where it lies", has(records.WayCash, records.WayBank, records.WayTreasury), m.received - m.aside},
		{"set aside", has(records.AccountAllocated), m.aside - m.given},
		{"on its way", has(records.AccountIssued), m.aside - m.given},
	} {
		if c.got != c.want {
			t.Fatalf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
}

// Whatever is done in whatever order, each thing twice: nothing is made or lost, no balance falls below zero, no promise is kept twice, and
// the books verify.
func testLedgerProperties(t *testing.T, w *world) {
	m := ledgerModel{
		tb: t, w: w, fund: w.opened(t, hoaKhanh, appeal()), hanh: w.treasurer(t, "hanh", hoaKhanh), khach: w.contact(t, "khach", ""),
		thu: w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}), mai: w.contact(t, "mai", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}),
	}
	reset := w.savedRows(t)
	rapid.Check(t, func(rt *rapid.T) {
		reset()
		run := m
		run.pledged, run.came, run.amounts, run.of, run.handed = map[string]int64{}, map[string]int64{}, map[string]int64{}, map[string]string{}, map[string]string{}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			step := rapid.SampledFrom([]func(*rapid.T){run.promise, run.take, run.take, run.undo, run.allocate, run.approve, run.cancel, run.hand, run.void}).Draw(rt, "step")
			step(rt)
			run.check(rt)
		}
		report, err := w.Verify(rt.Context(), func(int64) {})
		if err != nil || report.Broken != "" {
			rt.Fatal(err, report.Broken)
		}
	})
}
