package storage

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// statement makes a bank's statement of the account of appeal, as csv, of lines "day,amount,content,reference".
func statement(lines ...string) string {
	return "Số tài khoản: 1234567890\nNgày,Ghi có,Nội dung,Số tham chiếu\n" + strings.Join(lines, "\n") + "\n"
}

// workStatements runs what statements wait, as the bot does.
func (w *world) workStatements(t testing.TB) {
	t.Helper()
	for {
		s, err := w.NextStatement(t.Context(), "me", time.Minute)
		must(t, err)
		if s == nil {
			return
		}
		must(t, w.RunStatement(t.Context(), *s, time.Minute, func(l dialog.Line) string { return l.Key }))
	}
}

// sendStatement has a statement read, and returns what it would come to.
func (w *world) sendStatement(t testing.TB, contact, csv string) map[string]string {
	t.Helper()
	key := "in/statement " + strconv.Itoa(w.count(t, "SELECT count(*) FROM statements"))
	must(t, w.PutBlob(t.Context(), key, "text/csv", []byte(csv)))
	out := w.do(t, contact, records.CmdReadStatement, records.ReadStatementFile{Blob: key})
	if out.Refused != "" {
		t.Fatal(out.Refused)
	}
	w.workStatements(t)
	return w.ask(t, contact, records.AskStatement, map[string]string{"statement": out.Args["statement"]}).Facts
}

func (w *world) keepStatement(t testing.TB, contact string, facts map[string]string) map[string]string {
	t.Helper()
	id, err := strconv.ParseInt(facts["statement"], 10, 64)
	must(t, err)
	wantRefused(t, w.do(t, contact, records.CmdKeepStatement, records.KeepStatement{ID: id, Keep: true}), "")
	w.workStatements(t)
	return w.ask(t, contact, records.AskStatement, map[string]string{"statement": facts["statement"]}).Facts
}

// transferAt is the transfer with an amount.
func (w *world) transferAt(t testing.TB, amount int64) records.Transfer {
	t.Helper()
	var found records.Transfer
	must(t, w.db.Where("amount = ?", amount).Order("id DESC").First(&found).Error)
	return found
}

// A statement is read, and kept when its treasurer says so: what names a promise and has its amount is entered, the others wait, and the same
// file again changes nothing.
func testStatements(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, hanh := w.contact(t, "khach", ""), w.treasurer(t, "hanh", hoaKhanh)
	first, second, third := w.promised(t, khach, fund, 300_000), w.promised(t, khach, fund, 500_000), w.promised(t, khach, fund, 700_000)
	csv := statement("09/11/2026,300.000,MBVCB.1457."+strings.ToLower(first)+".CT tu A,FT26313000001", "09/11/2026,450.000,"+second+" ung ho,FT26313000002",
		"10/11/2026,700.000,ung ho quy,FT26314000003", "10/11/2026,300.000,"+first+",FT26314000004", "10/11/2026,=1,hong,")
	f := w.sendStatement(t, hanh, csv)
	if f["status"] != records.StatementRead || f["lines"] != "4" || f["matched"] != "1" || f["amounts"] != "1" || f["unclear"] != "1" || f["unknown"] != "1" || f["bad"] != "1" ||
		f["total"] != "1750000" || f["account"] != "7890" || f["from"] != "2026-11-09" || f["bad_file"] == "" {
		t.Fatalf("%v", f)
	}
	if n := w.count(t, "SELECT count(*) FROM transfers") + w.count(t, "SELECT count(*) FROM receipts"); n != 0 {
		t.Errorf("reading kept %d rows", n)
	}
	if k := w.keepStatement(t, hanh, f); k["status"] != records.StatementKept || k["accepted"] != "1" {
		t.Fatalf("%v", k)
	}
	if n := w.count(t, "SELECT count(*) FROM blobs WHERE key LIKE 'in/statement%'"); n != 0 {
		t.Error("the file is still there")
	}
	if got := w.balance(t, hoaKhanh, records.WayBank); got != 300_000 {
		t.Errorf("the bank has %d", got)
	}
	if told := w.told(t, "notice.received"); told[khach] != 1 {
		t.Errorf("told %v", told)
	}
	again := w.sendStatement(t, hanh, csv)
	if again["same"] != "4" || again["matched"] != "0" {
		t.Errorf("the same file again: %v", again)
	}
	w.keepStatement(t, hanh, again)
	if n := w.count(t, "SELECT count(*) FROM transfers"); n != 4 {
		t.Errorf("%d transfers", n)
	}
	list := w.ask(t, hanh, records.AskTransfers, nil)
	if list.Facts["amount"] != "1" || list.Facts["unclear"] != "1" || list.Facts["unknown"] != "1" || list.Facts["matched"] != "0" || len(list.Lines) != 3 {
		t.Errorf("%v %v", list.Facts, list.Lines)
	}
	odd := w.transferAt(t, 450_000)
	one := w.ask(t, hanh, records.AskTransfer, map[string]string{"transfer": strconv.FormatInt(odd.ID, 10)})
	if one.Facts["code"] != second || one.Facts["promised"] != "500000" || !strings.Contains(one.Facts["content"], second) || strings.Contains(odd.Content, second) {
		t.Errorf("%v", one.Facts)
	}
	bare := w.transferAt(t, 700_000)
	if maybe := w.ask(t, hanh, records.AskTransfer, map[string]string{"transfer": strconv.FormatInt(bare.ID, 10)}).Lines; len(maybe) != 1 || maybe[0].Args["code"] != third || maybe[0].Args["by"] != "amount" {
		t.Errorf("suggested %v", maybe)
	}
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: bare.ID}), records.RefusedNotMeant)
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: odd.ID}), "")
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: odd.ID}), records.RefusedTransferGone)
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: bare.ID, Code: third}), "")
	twice := w.transferAt(t, 300_000)
	if twice.Why != records.WhyTwice {
		t.Errorf("%+v", twice)
	}
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: twice.ID}), records.RefusedReceived)
	wantRefused(t, w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: twice.ID, Free: true}), "")
	if got := w.balance(t, hoaKhanh, records.WayBank); got != 1_750_000 {
		t.Errorf("the bank has %d", got)
	}
	w.transfersUndone(t, hanh, odd, second)
}

// transfersUndone takes back what was said of a transfer, by itself and by its receipt.
func (w *world) transfersUndone(t *testing.T, hanh string, odd records.Transfer, code string) {
	t.Helper()
	wantRefused(t, w.do(t, hanh, records.CmdUndoTransfer, records.UndoTransfer{ID: odd.ID}), "")
	wantRefused(t, w.do(t, hanh, records.CmdUndoTransfer, records.UndoTransfer{ID: odd.ID}), records.RefusedTransferGone)
	if now := w.transferAt(t, odd.Amount); now.State != records.TransferUnclear || now.Why != records.WhyUndone || now.Receipt != "" || now.Code != code {
		t.Errorf("%+v", now)
	}
	out := w.do(t, hanh, records.CmdAcceptTransfer, records.AcceptTransfer{ID: odd.ID})
	wantRefused(t, w.do(t, hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: out.Args["code"]}), "")
	if now := w.transferAt(t, odd.Amount); now.State != records.TransferUnclear || w.balance(t, hoaKhanh, records.WayBank) != 1_300_000 {
		t.Errorf("after its receipt was taken back: %+v", now)
	}
	wantRefused(t, w.do(t, hanh, records.CmdAsideTransfer, records.AsideTransfer{ID: odd.ID}), "")
	if list := w.ask(t, hanh, records.AskTransfers, nil); len(list.Lines) != 0 {
		t.Errorf("%v", list.Lines)
	}
	wantRefused(t, w.do(t, hanh, records.CmdUndoTransfer, records.UndoTransfer{ID: odd.ID}), "")
}

// What is no statement of a fund's account is refused for its reason, and keeps nothing.
func testStatementsRefused(t *testing.T, w *world) {
	w.opened(t, hoaKhanh, appeal())
	hanh, far := w.treasurer(t, "hanh", hoaKhanh), w.treasurer(t, "far", haiChau)
	try := func(as, csv, want string) {
		t.Helper()
		if f := w.sendStatement(t, as, csv); f["status"] != records.StatementFailed || f["why"] != want {
			t.Errorf("%v, want %s", f, want)
		}
	}
	good := statement("09/11/2026,300.000,ung ho,FT26313000001")
	try(hanh, strings.Replace(good, "1234567890", "9999990001", 1), records.StatementForeign)
	try(hanh, "một,hai\n1,2\n", records.StatementHeadless)
	try(hanh, statement(), records.StatementEmpty)
	try(hanh, "%PDF-1.7 sao kê", records.StatementDamaged)
	try(hanh, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 xls", records.StatementOld)
	try(hanh, "PK\x03\x04 nửa tệp", records.StatementDamaged)
	try(hanh, statement("09/11/2026,1,"+strings.Repeat("x", 20_000)+",1"), records.StatementTooBig)
	try(far, good, records.StatementNoAccount)
	if n := w.count(t, "SELECT count(*) FROM transfers"); n != 0 {
		t.Errorf("%d transfers", n)
	}
	f := w.sendStatement(t, hanh, good)
	id, err := strconv.ParseInt(f["statement"], 10, 64)
	must(t, err)
	wantRefused(t, w.do(t, far, records.CmdKeepStatement, records.KeepStatement{ID: id, Keep: true}), records.RefusedNotFound)
	wantRefused(t, w.do(t, hanh, records.CmdKeepStatement, records.KeepStatement{ID: id}), "")
	wantRefused(t, w.do(t, hanh, records.CmdKeepStatement, records.KeepStatement{ID: id, Keep: true}), records.RefusedStatementGone)
	kept := w.sendStatement(t, hanh, good)
	w.keepStatement(t, hanh, kept)
	one := w.transferAt(t, 300_000)
	wantRefused(t, w.do(t, far, records.CmdAcceptTransfer, records.AcceptTransfer{ID: one.ID, Free: true}), records.RefusedNotFound)
	if got := w.ask(t, far, records.AskTransfer, map[string]string{"transfer": strconv.FormatInt(one.ID, 10)}); got.Problem != records.ProblemNotFound {
		t.Errorf("%v", got)
	}
}

// A workbook: a formula is never worked out, serial days are days, and one that unpacks to more than it may is not unpacked.
func testStatementWorkbook(t *testing.T, w *world) {
	w.opened(t, hoaKhanh, appeal())
	hanh := w.treasurer(t, "hanh", hoaKhanh)
	book := excelize.NewFile()
	defer book.Close()
	for at, cells := range map[string][]any{
		"A1": {"Số tài khoản", "1234567890"}, "A3": {"Ngày", "Ghi có", "Nội dung"}, "A4": {time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC), 300_000, "ung ho"},
		"A5": {"10/11/2026", nil, `=HYPERLINK("http://x")`}, "A6": {"10/11/2026", "400.000", "=cmd|' /C calc'!A0"},
	} {
		must(t, book.SetSheetRow("Sheet1", at, &cells))
	}
	must(t, book.SetCellFormula("Sheet1", "B5", "500000+1"))
	var b bytes.Buffer
	must(t, book.Write(&b))
	f := w.sendStatement(t, hanh, b.String())
	if f["lines"] != "2" || f["total"] != "700000" || f["bad"] != "1" || f["from"] != "2026-11-09" {
		t.Errorf("%v", f)
	}
	b.Reset()
	z := zip.NewWriter(&b)
	part, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, UncompressedSize64: 1 << 40, CompressedSize64: 4})
	must(t, err)
	_, err = part.Write([]byte("bomb"))
	must(t, err)
	must(t, z.Close())
	if f := w.sendStatement(t, hanh, b.String()); f["why"] != records.StatementTooBig {
		t.Errorf("a bomb: %v", f)
	}
}

// The same transfer from a file and from a service is counted once, also where one of them gives no reference; two that are only alike are not
// taken for sure.
func testTransfersFromTwo(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach, hanh := w.contact(t, "khach", ""), w.treasurer(t, "hanh", hoaKhanh)
	code := w.promised(t, khach, fund, 300_000)
	told := func(content, reference string, amount int64) int {
		t.Helper()
		n, err := w.TellTransfers(t.Context(), records.SourceSePay, []BankTransfer{{Account: "1234 567 890", On: wednesday.AddDate(0, 0, -2), Amount: amount, Content: content, Reference: reference}})
		must(t, err)
		return n
	}
	if told(code, "FT26313000001", 300_000) != 1 || told(code, "FT26313000001", 300_000) != 0 {
		t.Error("told twice")
	}
	if n, err := w.TellTransfers(t.Context(), records.SourceSePay, []BankTransfer{{Account: "5555", On: wednesday, Amount: 1}}); err != nil || n != 0 {
		t.Errorf("an account of nobody: %d, %v", n, err)
	}
	day := wednesday.AddDate(0, 0, -2).In(records.Local).Format("02/01/2006")
	f := w.sendStatement(t, hanh, statement(day+",300.000,"+code+",FT26313000001\\BNK"))
	if f["same"] != "1" {
		t.Errorf("by its reference: %v", f)
	}
	if f := w.sendStatement(t, hanh, statement(day+",300.000,"+strings.ToLower(code)+".,")); f["same"] != "1" {
		t.Errorf("without one: %v", f)
	}
	other := w.promised(t, khach, fund, 200_000)
	told(other, "GD-ABCDEFGH", 200_000)
	if f := w.sendStatement(t, hanh, statement(day+",200.000,"+other+",FT26313000009")); f["same"] != "0" || f["unclear"] != "1" {
		t.Errorf("alike, with another reference: %v", f)
	}
	out := w.do(t, hanh, records.CmdAcceptMatched, records.AcceptMatched{})
	if out.Args["accepted"] != "2" || out.Args["amount"] != "500000" || out.Args["failed"] != "0" {
		t.Errorf("%+v", out)
	}
	wantRefused(t, w.do(t, hanh, records.CmdAcceptMatched, records.AcceptMatched{}), records.RefusedTransferGone)
	if got := w.balance(t, hoaKhanh, records.WayBank); got != 500_000 {
		t.Errorf("the bank has %d", got)
	}
}

// However many people and sources say the same at once, each transfer is kept once and has one receipt.
func testTransfersAtOnce(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	khach := w.contact(t, "khach", "")
	const many = 10
	var list []BankTransfer
	for i := range many {
		list = append(list, BankTransfer{Account: "1234567890", On: wednesday.AddDate(0, 0, -1), Amount: 100_000 + int64(i), Content: w.promised(t, khach, fund, 100_000+int64(i)), Reference: fmt.Sprintf("FT2631300%04d", i)})
	}
	treasurers := []string{w.treasurer(t, "one", hoaKhanh), w.treasurer(t, "two", hoaKhanh), w.treasurer(t, "three", hoaKhanh)}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := w.TellTransfers(t.Context(), records.SourceCasso, list); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.count(t, "SELECT count(*) FROM transfers"); n != many {
		t.Fatalf("%d transfers", n)
	}
	var ids []int64
	must(t, w.db.Model(&records.Transfer{}).Order("id").Pluck("id", &ids).Error)
	for _, who := range treasurers {
		var asked []Request
		for _, id := range ids {
			asked = append(asked, w.request(who, records.CmdAcceptTransfer, records.AcceptTransfer{ID: id}))
		}
		all.Go(func() {
			for _, q := range asked {
				if _, err := w.Apply(t.Context(), []Request{q}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got, n := w.balance(t, hoaKhanh, records.WayBank), w.count(t, "SELECT count(*) FROM receipts"); got != many*100_000+many*(many-1)/2 || n != many {
		t.Errorf("%d in %d receipts", got, n)
	}
}

// accountAt is the account of a campaign of the commune of a spot, on which two people agreed.
func (w *world) accountAt(t *testing.T, at spot) string {
	t.Helper()
	id := w.campaignAt(t, at, records.CampaignOpen)
	account := strconv.FormatInt(7_700_000_000+id, 10)
	must(t, w.db.Model(&records.Campaign{ID: id}).Updates(map[string]any{"approved_at": w.instant(), "account": account}).Error)
	return account
}

// statementAt is a statement of the commune of a spot that waits to be kept.
func (w *world) statementAt(t *testing.T, at spot, blob string) string {
	t.Helper()
	s := records.StatementFile{
		PersonID: w.personOf(t, w.treasurer(t, "treasurer of "+at.home, records.Parent(at.area))), Contact: "treasurer", Area: records.Parent(at.area), Blob: blob,
		Status: records.StatementRead, CreatedAt: w.instant(),
	}
	must(t, w.db.Create(&s).Error)
	return strconv.FormatInt(s.ID, 10)
}

// waitingAt is a transfer to the commune of a spot that waits.
func (w *world) waitingAt(t *testing.T, at spot) int64 {
	t.Helper()
	row := records.Transfer{
		Account: appeal().Account, Area: records.Parent(at.area), Fund: records.FundPoor, On: records.DayOf(wednesday), Amount: 70_000, State: records.TransferUnknown,
		Mark: token128(), Likeness: token128(), Source: records.SourceFile, CreatedAt: w.instant(),
	}
	must(t, w.db.Create(&row).Error)
	return row.ID
}
