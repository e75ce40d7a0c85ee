package storage

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"chungtay/storage/records"
)

// cash is money that came in cash for a promise of which nothing had come.
func cash(pledge string, amount int64) records.TakeReceipt {
	return records.TakeReceipt{Pledge: pledge, Amount: amount, Way: records.WayCash, On: "2026-11-10"}
}

// treasurer keeps the books of an area.
func (w *world) treasurer(t testing.TB, chat, area string) string {
	t.Helper()
	return w.contact(t, chat, "", records.Grant{Role: records.RoleTreasurer, Area: area})
}

// receiptAt is a receipt of money freely given to the commune of a spot.
func (w *world) receiptAt(t testing.TB, at spot) string {
	t.Helper()
	free := cash("", 50_000)
	free.Fund = records.FundPoor
	out := w.do(t, w.treasurer(t, "treasurer of "+at.home, records.Parent(at.area)), records.CmdTakeReceipt, free)
	if out.Refused != "" {
		t.Fatalf("%+v", out)
	}
	return out.Args["code"]
}

// balance is what a book of the poor's fund has in an account.
func (w *world) balance(t testing.TB, area, account string) int64 {
	t.Helper()
	var n int64
	must(t, w.db.Raw("SELECT coalesce(sum(b.amount), 0) FROM balances b JOIN books k ON k.id = b.book_id WHERE k.area = ? AND k.fund = ? AND b.account = ? AND b.item = ''",
		area, records.FundPoor, account).Scan(&n).Error)
	return n
}

// A promise is kept in parts: each is a receipt and an entry, the donor is told, and one that was wrong is taken back.
func testReceipts(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, hanh := w.contact(t, "khach", ""), w.treasurer(t, "hanh", hoaKhanh)
	code := w.promised(t, khach, fund, 300_000)
	state := func(want string, received int64) {
		t.Helper()
		f := w.ask(t, hanh, records.AskReceiptFor, map[string]string{"code": code}).Facts
		if f["state"] != want || f["received"] != strconv.FormatInt(received, 10) || f["left"] != strconv.FormatInt(300_000-received, 10) {
			t.Errorf("the promise is %v", f)
		}
	}
	first := cash(code, 100_000)
	first.Paper = "0001"
	out := w.do(t, hanh, records.CmdTakeReceipt, first)
	if out.Refused != "" || out.Args["words"] != "Một trăm nghìn đồng chẵn" || out.Args["left"] != "200000" || out.Args["state"] != records.PledgePart {
		t.Fatalf("%+v", out)
	}
	state(records.PledgePart, 100_000)
	if told := w.told(t, "notice.received"); told[khach] != 1 || len(told) != 1 {
		t.Errorf("told %v", told)
	}
	wantRefused(t, w.do(t, khach, records.CmdCancelPledge, records.CancelPledge{Code: code}), records.RefusedReceived)
	rest := records.TakeReceipt{Pledge: code, Seen: 100_000, Amount: 200_000, Way: records.WayBank, On: "2026-11-11"}
	again := w.request(hanh, records.CmdTakeReceipt, rest)
	second := w.apply(t, again)[0]
	if replay := w.apply(t, again)[0]; replay.Args["code"] != second.Args["code"] || second.Refused != "" {
		t.Errorf("%+v then %+v", second, replay)
	}
	state(records.PledgeReceived, 300_000)
	for account, want := range map[string]int64{records.WayCash: 100_000, records.WayBank: 200_000, records.AccountPool: 300_000} {
		if got := w.balance(t, hoaKhanh, account); got != want {
			t.Errorf("%s has %d, want %d", account, got, want)
		}
	}
	var lines []records.Audit
	must(t, w.db.Where("action = ?", records.CmdTakeReceipt).Find(&lines).Error)
	if len(lines) != 2 || lines[0].Why != code {
		t.Errorf("log %+v", lines)
	}
	wantRefused(t, w.do(t, hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: out.Args["code"]}), "")
	wantRefused(t, w.do(t, hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: out.Args["code"]}), records.RefusedReceiptGone)
	state(records.PledgePart, 200_000)
	if got := w.balance(t, hoaKhanh, records.WayCash); got != 0 {
		t.Errorf("cash after taking back: %d", got)
	}
	first.Seen = 200_000
	wantRefused(t, w.do(t, hanh, records.CmdTakeReceipt, first), "") // its number is free again
	state(records.PledgeReceived, 300_000)
	if list := w.ask(t, hanh, records.AskReceipts, nil).Lines; len(list) != 3 || list[2].Args["undone"] != "1" || list[0].Args["paper"] != "0001" {
		t.Errorf("%+v", list)
	}
}

// What cannot be entered: each is refused for its reason, and leaves nothing behind.
func testReceiptsRefused(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, hanh, far := w.contact(t, "khach", ""), w.treasurer(t, "hanh", hoaKhanh), w.treasurer(t, "far", haiChau)
	code := w.promised(t, khach, fund, 300_000)
	try := func(as string, change func(*records.TakeReceipt), want string) {
		t.Helper()
		r := cash(code, 300_000)
		change(&r)
		wantRefused(t, w.do(t, as, records.CmdTakeReceipt, r), want)
	}
	same := func(*records.TakeReceipt) {}
	try(far, same, records.RefusedNotFound)
	try(khach, same, records.RefusedDenied)
	try(hanh, func(r *records.TakeReceipt) { r.Amount = 0 }, records.RefusedMoney)
	try(hanh, func(r *records.TakeReceipt) { r.Amount = -5 }, records.RefusedMoney)
	try(hanh, func(r *records.TakeReceipt) { r.Amount = records.MaxMoney + 1 }, records.RefusedMoney)
	try(hanh, func(r *records.TakeReceipt) { r.On = "2026-11-12" }, records.RefusedFuture)
	try(hanh, func(r *records.TakeReceipt) { r.On = "1926-11-10" }, records.RefusedTooOld)
	try(hanh, func(r *records.TakeReceipt) { r.Way = "vàng" }, records.RefusedInvalid)
	try(hanh, func(r *records.TakeReceipt) { r.Pledge = "" }, records.RefusedInvalid)
	try(hanh, func(r *records.TakeReceipt) { r.Pledge = records.TransferCodeOf(records.FundPoor, 5) }, records.RefusedNotFound)
	try(hanh, func(r *records.TakeReceipt) { r.Seen = 100_000 }, records.RefusedReceiptMoved)
	if n := w.count(t, "SELECT count(*) FROM journal") + w.count(t, "SELECT count(*) FROM receipts"); n != 0 {
		t.Errorf("%d rows of what was refused", n)
	}
	try(hanh, func(r *records.TakeReceipt) { r.Paper = "0001" }, "")
	try(hanh, func(r *records.TakeReceipt) { r.Seen = 300_000 }, records.RefusedReceived)
	try(hanh, func(r *records.TakeReceipt) { r.Pledge, r.Fund, r.Paper = "", records.FundPoor, "0001" }, records.RefusedPaper)
	closed := wednesday.AddDate(0, 0, 30)
	must(t, w.db.Model(&records.Book{}).Where("area = ?", hoaKhanh).Update("closed_until", closed).Error)
	try(hanh, func(r *records.TakeReceipt) { r.Pledge, r.Fund = "", records.FundPoor }, records.RefusedClosed)
}

// Two who enter the same money at once: one is right, the other is told to look again; and from one source nothing comes twice.
func testReceiptsAtOnce(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach := w.contact(t, "khach", "")
	const treasurers = 6
	code := w.promised(t, khach, fund, 300_000)
	var requests []Request
	for i := range treasurers {
		requests = append(requests, w.request(w.treasurer(t, "treasurer "+strconv.Itoa(i), hoaKhanh), records.CmdTakeReceipt, cash(code, 300_000)))
	}
	outcomes := make([]Outcome, treasurers)
	var all sync.WaitGroup
	for i, q := range requests {
		all.Go(func() {
			for try := 0; ; try++ {
				got, err := w.Apply(t.Context(), []Request{q})
				if err == nil {
					outcomes[i] = got[0]
					return
				}
				if try == 20 {
					t.Error(err)
					return
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	all.Wait()
	kept := 0
	for _, out := range outcomes {
		switch out.Refused {
		case "":
			kept++
		case records.RefusedReceiptMoved:
		default:
			t.Errorf("refused %q", out.Refused)
		}
	}
	if got := w.balance(t, hoaKhanh, records.AccountPool); kept != 1 || got != 300_000 {
		t.Errorf("%d kept, %d in the pool", kept, got)
	}
}
