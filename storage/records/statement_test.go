package records_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

var statementDay = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func readStatement(t testing.TB, text string) records.Statement {
	t.Helper()
	table, err := sheets.Read(strings.NewReader(text), int64(len(text)), "", sheets.Usual)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	r := records.NewStatement(statementDay, table.Day, nil)
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		r.Add(row.N, row.Cells)
	}
	return r.End()
}

// told is a statement in short: account, lines, what was left out, whether the balances come out.
func told(s records.Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", s.Account, s.Currency)
	for _, l := range s.Lines {
		fmt.Fprintf(&b, "%d %s %d %s [%s] %d/%d\n", l.Row, l.On.Format(time.DateOnly), l.Amount, l.Content, l.Reference, l.Nth, l.LikeNth)
	}
	for _, f := range s.Faults {
		fmt.Fprintf(&b, "%d %s %q\n", f.Row, f.Reason, f.Value)
	}
	fmt.Fprintf(&b, "in %d out %d other %v", s.In, s.Out, s.Other)
	if s.Off != nil {
		fmt.Fprintf(&b, " off %d: %d for %d", s.Off.Row, s.Off.Got, s.Off.Want)
	}
	return b.String()
}

func TestStatements(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, want string }{
		"two languages, titles, totals and a foot": {`NGÂN HÀNG TMCP;;;;;
SAO KÊ TÀI KHOẢN / STATEMENT OF ACCOUNT;;;;;
Số tài khoản/Account number: 0011 2345 678;;;Loại tiền/Currency:;VND;
Số dư đầu kỳ/Opening balance;;;;1.000.000;
STT;Ngày/ TNX Date/ Số CT/ Doc No;Số tiền ghi nợ/ Debit;Số tiền ghi có/ Credit;Số dư/ Balance;Nội dung chi tiết/ Transactions in detail
(1);(2);(3);(4);(5);(6)
1;10/11/2026 08:15:00;;500.000;1.500.000;MBVCB.1457193831.VNN7K3QF2M.CT tu 0123
2;11/11/2026;200,000;;1,300,000;phi dich vu
3;12/11/2026;;300,000.00;1,600,000.00;ung ho
Tổng cộng;;200.000;800.000;;
Số dư cuối kỳ;;;;1.600.000;
Đây là chứng từ điện tử;;;;;
`, `00112345678 VND
7 2026-11-10 500000 MBVCB.1457193831.VNN7K3QF2M.CT tu 0123 [] 1/1
9 2026-11-12 300000 ung ho [] 1/1
in 800000 out 1 other map[]`},
		"newest first, a reference, words for the sides": {`Ngày giao dịch,Số bút toán,Phát sinh nợ,Phát sinh có,Số dư,Mô tả
12/11/2026,FT26316000003\BNK,,"30,000","160,000",ba
11/11/2026,FT26316000002\BNK,"20,000",,"130,000",hai
10/11/2026,FT26316000001\BNK,,"50,000","150,000",mot
`, ` VND
2 2026-11-12 30000 ba [FT26316000003] 1/1
4 2026-11-10 50000 mot [FT26316000001] 1/1
in 80000 out 1 other map[]`},
		"one column with a sign; the same line twice": {`Date	Description	Amount	Reference
2026-11-10	gop	+100,000	A1
2026-11-10	gop	+100,000	A1
2026-11-10	rut	-50,000	A1
2026-11-11	VND	100.000 VND	
`, ` VND
2 2026-11-10 100000 gop [A1] 1/1
3 2026-11-10 100000 gop [A1] 2/2
5 2026-11-11 100000 VND [] 1/1
in 300000 out 1 other map[]`},
		"a head of two rows, a content broken into lines": {`Ngày GD|Diễn giải|Số tiền||Số dư
||Nợ|Có|
10/11/2026||  |500000|500000
|VNN7K3Q||
|F2M||
`, ` VND
3 2026-11-10 500000 VNN7K3Q F2M [] 1/1
in 500000 out 0 other map[]`},
		"what cannot be an amount, or a day": {`Ngày,Ghi nợ,Ghi có,Nội dung
10/11/2026,,=1+1,cong thuc
10/11/2026,,1000000000000000,mot trieu ty
10/11/2026,,99999999999999999999,nhieu qua
10/11/2026,,"200.000.000.000",hai tram ty
10/11/2026,,"1.500,50",so le
10/11/2026,"1.000","1.000",hai chieu
10/11/2027,,"50.000",ngay sau
,,"70.000",khong ngay
31/02/2026,,"80.000",ngay khong co
10/11/2026,,khong,chu
10/11/2026,,"1.00.000",nhom sai
10/11/2026,,"1,500.000",lan lon
10/11/2026,,1.5E6,nhu bang tinh
`, ` VND
14 2026-11-10 1500000 nhu bang tinh [] 1/1
2 statement.bad_amount "=1+1"
3 statement.too_much "1000000000000000"
4 statement.too_much "99999999999999999999"
5 statement.too_much "200000000000"
6 statement.bad_amount "1.500,50"
7 statement.both_ways "1.000"
8 statement.bad_day "10/11/2027"
9 statement.bad_day ""
10 statement.bad_day "31/02/2026"
11 statement.bad_amount "khong"
12 statement.bad_amount "1.00.000"
13 statement.bad_amount "1,500.000"
in 1500000 out 0 other map[]`},
		"other currencies are kept apart": {`Ngày,Ghi có,Loại tiền,Nội dung
10/11/2026,100,USD,tu nuoc ngoai
10/11/2026,100.000,VND,trong nuoc
10/11/2026,"5,000.50",LAK,kip
`, ` VND
3 2026-11-10 100000 trong nuoc [] 1/1
in 100000 out 0 other map[LAK:1 USD:1]`},
		"an account in another currency": {`Tài khoản số: 123456789
Loại tiền: USD
Ngày,Ghi có,Nội dung
10/11/2026,100,mot
`, `123456789 USD
in 0 out 0 other map[USD:1]`},
		"a line was cut out": {`Ngày,Ghi nợ,Ghi có,Số dư,Nội dung
10/11/2026,,100.000,100.000,mot
11/11/2026,,100.000,200.000,hai
13/11/2026,,100.000,400.000,bon
`, ` VND
2 2026-11-10 100000 mot [] 1/1
3 2026-11-11 100000 hai [] 1/1
4 2026-11-13 100000 bon [] 1/1
in 300000 out 0 other map[] off 4: 400000 for 300000`},
		"opening and closing do not meet": {`Số dư đầu kỳ,100.000
Ngày,Ghi có,Nội dung
10/11/2026,100.000,mot
Số dư cuối kỳ,300.000
`, ` VND
3 2026-11-10 100000 mot [] 1/1
in 100000 out 0 other map[] off 0: 300000 for 200000`},
		"no headings": {"a,b\n1,2\n", " VND\nin 0 out 0 other map[]"},
	} {
		if diff := cmp.Diff(tt.want, told(readStatement(t, tt.text))); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// The columns that a person named are taken where headings say nothing.
func TestNamedColumns(t *testing.T) {
	t.Parallel()
	text := "Bao cao\nA,B,C\n10/11/2026,gop,50.000\n11/11/2026,gop,60.000\n"
	table, err := sheets.Read(bytes.NewReader([]byte(text)), int64(len(text)), "", sheets.Usual)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	r := records.NewStatement(statementDay, table.Day, records.Columns{records.ColumnDay: 0, records.ColumnContent: 1, records.ColumnIn: 2})
	for row, err := range table.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		r.Add(row.N, row.Cells)
	}
	if s := r.End(); len(s.Lines) != 2 || s.In != 110_000 || len(s.Faults) != 0 {
		t.Errorf("%+v", s)
	}
}

// Whatever a file says: no panic, and every line of money that came in is one, within the limits, counted once.
func FuzzStatement(f *testing.F) {
	f.Add("Ngày,Ghi nợ,Ghi có,Số dư,Nội dung\n10/11/2026,,100.000,100.000,VNN7K3QF2M\nTổng cộng,,1,2\n")
	f.Add("Ngày GD|Diễn giải|Số tiền||Số dư\n||Nợ|Có|\n10/11/2026|x| |500000|500000\n|y||\n")
	f.Add("Date;Amount;Description;Ref\n2026-11-10;-1E9;;\n2026-11-10;(5);;\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := sheets.Read(strings.NewReader(text), int64(len(text)), "", sheets.Usual)
		if err != nil {
			return
		}
		defer table.Close()
		r := records.NewStatement(statementDay, table.Day, nil)
		for row, err := range table.Rows() {
			if err != nil {
				break
			}
			r.Add(row.N, row.Cells)
		}
		s := r.End()
		var sum int64
		marks := map[string]bool{}
		for _, l := range s.Lines {
			sum += l.Amount
			mark := records.TransferMark("1", l)
			if l.Amount <= 0 || l.Amount > records.MaxMoney || l.On.After(statementDay) || l.Nth < 1 || l.LikeNth < 1 || marks[mark] {
				t.Fatalf("%+v", l)
			}
			marks[mark] = true
		}
		if sum != s.In {
			t.Fatalf("%d for %d", s.In, sum)
		}
	})
}
