package storage

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// keptBooks enters what came for two promises, and takes one of it back.
func (w *world) keptBooks(t testing.TB) {
	t.Helper()
	fund := w.opened(t, hoaKhanh, appeal())
	khach, hanh := w.contact(t, "khach", ""), w.treasurer(t, "hanh", hoaKhanh)
	one, two := w.promised(t, khach, fund, 300_000), w.promised(t, khach, fund, 500_000)
	for _, r := range []records.TakeReceipt{cash(one, 300_000), cash(two, 100_000)} {
		wantRefused(t, w.do(t, hanh, records.CmdTakeReceipt, r), "")
	}
	wrong := cash(two, 200_000)
	wrong.Seen, wrong.Paper = 100_000, "0007"
	out := w.do(t, hanh, records.CmdTakeReceipt, wrong)
	wantRefused(t, out, "")
	wantRefused(t, w.do(t, hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: out.Args["code"]}), "")
	front := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	home := w.homes["Lê Thị Bảy"]
	for range 3 {
		wantRefused(t, w.do(t, front, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{home}, Kind: "tien_mat", Money: 100_000}), "")
	}
	lines := w.ask(t, w.leader, records.AskAllocations, nil).Lines
	wantRefused(t, w.do(t, w.leader, records.CmdHandOver, records.HandOver{Code: lines[0].Args["code"], On: "2026-11-11"}), "")
	wantRefused(t, w.do(t, front, records.CmdCancelAllocated, records.DecideAllocation{Code: lines[2].Args["code"]}), "")
}

// broken is what Verify says is not right.
func (w *world) broken(t testing.TB) string {
	t.Helper()
	report, err := w.Verify(t.Context(), func(int64) {})
	must(t, err)
	return report.Broken
}

// damages are changes of the tables behind the program's back, each with what Verify says of it.
var damages = []struct{ name, statement, want string }{
	{"an amount", "UPDATE journal_lines SET amount = amount * 2 WHERE entry_id = (SELECT id FROM journal WHERE no = 2)", "entry 2: its hash is not of what it says"},
	{"one side of an entry", "UPDATE journal_lines SET amount = amount * 2 WHERE n = 0 AND entry_id = (SELECT id FROM journal WHERE no = 2)", "entry 2: the lines do not come to nothing"},
	{"a day", "UPDATE journal SET on_day = '2026-10-01' WHERE no = 1", "entry 1: its hash is not of what it says"},
	{"an official number", "UPDATE journal SET paper = '0008' WHERE no = 3", "entry 3: its hash is not of what it says"},
	{"a hash", "UPDATE journal SET hash = 'x' WHERE no = 3", "entry 3: its hash is not of what it says"},
	{"an entry", "DELETE FROM journal_lines WHERE entry_id = (SELECT id FROM journal WHERE no = 2); DELETE FROM journal WHERE no = 2", "entry 2 is missing"},
	{"the last entry", "DELETE FROM journal_lines WHERE entry_id = (SELECT id FROM journal WHERE no = 9); DELETE FROM journal WHERE no = 9", "8 entries are there, the book counts 9"},
	{"lines", "DELETE FROM journal_lines WHERE entry_id = (SELECT id FROM journal WHERE no = 1)", "entry 1: an entry has two lines"},
	{"an account", "UPDATE journal_lines SET account = 'purse' WHERE account = 'cash'", "line 0 is of no account"},
	{"the last hash", "UPDATE books SET head = 'x'", "is not the one that the book ends with"},
	{"another fund", "UPDATE books SET fund = 'khac'", "entry 1: its hash is not of what it says"},
	{"a balance", "UPDATE balances SET amount = amount + 1 WHERE account = 'cash'", "account cash in VND is kept as 200001, its entries come to 200000"},
	{"no balance", "DELETE FROM balances WHERE account = 'pool'", "account pool in VND is not kept"},
	{"a receipt's amount", "UPDATE receipts SET amount = 1 WHERE entry_no = 1", "does not have the amount of its entry"},
	{"a receipt's number", "UPDATE receipts SET paper = '0009' WHERE entry_no = 2", "is not what its entry says"},
	{"a receipt's entry", "UPDATE receipts SET entry_no = 9 WHERE entry_no = 2", "is not what its entry says"},
	{"a receipt", "DELETE FROM receipts WHERE entry_no = 1", "which is not there"},
	{"a receipt taken back", "UPDATE receipts SET reversed_at = created_at WHERE entry_no = 1", "taken back in the journal or in the list"},
	{"a receipt of no promise", "UPDATE receipts SET pledge = 'VNN2222222' WHERE entry_no = 1", "for a promise that is not there"},
	{"an allocation's amount", "UPDATE allocations SET money = 1 WHERE entry_no = 5", "does not have the amount of its entry"},
	{"an allocation's entry", "UPDATE allocations SET entry_no = 1 WHERE entry_no = 5", "is not what its entry says"},
	{"an allocation cancelled", "UPDATE allocations SET state = 'cancelled' WHERE entry_no = 6", "taken back in the journal or in the list"},
	{"an allocation handed over", "UPDATE allocations SET state = 'handed' WHERE entry_no = 6", "handed over without an entry that says so"},
	{"an allocation not handed over", "UPDATE allocations SET state = 'open', handed_no = NULL WHERE entry_no = 5", "which does not say so"},
	{"an entry of help", "UPDATE help SET money = 1 WHERE source = 'fund'", "no entry of help gives its household the same"},
	{"an entry of help voided", "UPDATE help SET voided_at = created_at WHERE source = 'fund'", "no entry of help gives its household the same"},
	{"an allocation", "DELETE FROM allocations WHERE entry_no = 6", "which is not there"},
	{"what came of a promise", "UPDATE pledges SET received = received + 1 WHERE superseded_at IS NULL", "says that another amount came"},
	{"the state of a promise", "UPDATE pledges SET state = 'promised' WHERE superseded_at IS NULL", "in a state that does not go with what came"},
}

// Every kind of damage is found, and said by the first place where it shows.
func testVerify(t *testing.T, w *world) {
	w.keptBooks(t)
	report, err := w.Verify(t.Context(), func(int64) {})
	must(t, err)
	if report.Broken != "" || report.Entries != 9 || len(report.Books) != 1 || report.Books[0].Entries != 9 || report.Books[0].Head == "" {
		t.Fatalf("%+v", report)
	}
	for _, d := range damages {
		undo := w.savedRows(t)
		for _, s := range strings.Split(d.statement, ";") {
			must(t, w.db.Exec(s).Error)
		}
		if got := w.broken(t); !strings.Contains(got, d.want) {
			t.Errorf("%s: %q, want %q", d.name, got, d.want)
		}
		undo()
		if got := w.broken(t); got != "" {
			t.Fatalf("after %s was put right: %s", d.name, got)
		}
	}
}

// bookTables are the tables of the books, each after those that it refers to.
var bookTables = []string{"pledges", "books", "journal", "journal_lines", "balances", "receipts", "allocations", "help"}

// savedRows keeps the books' rows as they are, and puts them back.
func (w *world) savedRows(t *testing.T) func() {
	t.Helper()
	saved := map[string][]map[string]any{}
	for _, table := range bookTables {
		var rows []map[string]any
		must(t, w.db.Table(table).Find(&rows).Error)
		saved[table] = rows
	}
	return func() {
		t.Helper()
		for i := range bookTables {
			must(t, w.db.Exec("DELETE FROM "+bookTables[len(bookTables)-1-i]).Error)
		}
		for _, table := range bookTables {
			for _, row := range saved[table] {
				must(t, w.db.Table(table).Create(row).Error)
			}
		}
	}
}

// fillBook writes a journal of n entries, of a book of its own.
func (w *world) fillBook(b testing.TB, n int) {
	b.Helper()
	person := w.personOf(b, w.contact(b, "hanh", ""))
	must(b, w.in(context.Background(), func(tx *gorm.DB) error {
		book := records.Book{Area: hoaKhanh, Fund: records.FundPoor, Currency: records.VND, CreatedAt: wednesday}
		if err := tx.Create(&book).Error; err != nil {
			return err
		}
		sum := int64(0)
		for from := 0; from < n; from += 10_000 {
			var entries []records.JournalEntry
			var lines []records.JournalLine
			var receipts []records.Receipt
			for i := from; i < min(n, from+10_000); i++ {
				amount := int64(10_000 + i%900*1_000)
				sum += amount
				e := records.JournalEntry{
					ID: int64(i + 1), BookID: book.ID, No: int64(i + 1), Kind: records.EntryReceipt, On: records.DayOf(wednesday), Ref: records.ReceiptCodeOf(uint64(i)),
					Paper: fmt.Sprintf("%07d", i), PersonID: person, Contact: "hanh", At: stamp(wednesday),
				}
				of := []records.JournalLine{
					{EntryID: e.ID, Account: records.WayCash, Unit: records.VND, Amount: amount}, {EntryID: e.ID, N: 1, Account: records.AccountPool, Unit: records.VND, Amount: -amount},
				}
				e.Hash = records.EntryHash(book.Head, book, e, of)
				book.Head, book.Entries = e.Hash, e.No
				entries, lines = append(entries, e), append(lines, of...)
				receipts = append(receipts, records.Receipt{
					Code: e.Ref, BookID: book.ID, EntryNo: e.No, Amount: amount, Way: records.WayCash, Paper: e.Paper, On: e.On, PersonID: person, Contact: "hanh", CreatedAt: wednesday,
				})
			}
			if err := insert(tx, entries); err != nil {
				return err
			}
			if err := insert(tx, lines); err != nil {
				return err
			}
			if err := insert(tx, receipts); err != nil {
				return err
			}
		}
		for _, account := range []string{records.WayCash, records.AccountPool} {
			if err := tx.Create(&records.Balance{BookID: book.ID, Account: account, Unit: records.VND, Amount: sum}).Error; err != nil {
				return err
			}
		}
		return tx.Save(&book).Error
	}))
}

// BenchmarkVerify goes through a journal of a million entries, and reports the most memory that Go held.
func BenchmarkVerify(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		w.fillBook(b, 1_000_000)
		for b.Loop() {
			most := uint64(0)
			report, err := w.Verify(b.Context(), func(int64) {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.Sys-m.HeapReleased)
			})
			if err != nil || report.Broken != "" || report.Entries != 1_000_000 {
				b.Fatal(report, err)
			}
			b.ReportMetric(float64(most)/1e6, "MB")
		}
	})
}
