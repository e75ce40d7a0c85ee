package records_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chungtay/storage/records"
)

func TestPair(t *testing.T) {
	t.Parallel()
	code := records.TransferCodeOf(records.FundPoor, 42_424_242)
	number := func(n uint64) string { return records.TransferCodeOf(records.FundPoor, n) }
	other, gone, paid, far, twice := number(7), number(8), number(9), number(10), number(11)
	known := map[string]records.Promise{}
	promise := func(code, area, state string, left int64, paid bool) records.Promise {
		return records.Promise{Code: code, Area: area, Fund: records.FundPoor, Left: left, State: state, Paid: paid}
	}
	for _, p := range []records.Promise{
		promise(code, "1", records.PledgePromised, 500_000, false),
		promise(other, "1", records.PledgePart, 500_000, false),
		promise(gone, "1", records.PledgeCancelled, 500_000, false),
		promise(paid, "1", records.PledgeReceived, 0, false),
		promise(twice, "1", records.PledgePromised, 500_000, true),
		promise(far, "2", records.PledgePromised, 500_000, false),
	} {
		known[p.Code] = p
	}
	wrong := []byte(code)
	wrong[5] = 'X'
	if code[5] == 'X' {
		wrong[5] = 'T'
	}
	swapped := code[:4] + code[5:6] + code[4:5] + code[6:]
	for name, tt := range map[string]struct {
		content string
		amount  int64
		want    records.Pairing
	}{
		"code and amount":           {"MBVCB.99." + code + ".CT", 500_000, records.Pairing{State: records.TransferMatched, Code: code}},
		"the code, another amount":  {code, 499_999, records.Pairing{State: records.TransferAmount, Code: code}},
		"the amount alone":          {"ung ho quy vi nguoi ngheo", 500_000, records.Pairing{State: records.TransferUnknown}},
		"one symbol wrong":          {string(wrong), 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyWrong, Maybe: []string{code}}},
		"two symbols swapped":       {swapped, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyWrong, Maybe: []string{code}}},
		"two codes":                 {code + " " + other, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhySeveral, Maybe: []string{code, other}}},
		"cut off":                   {"ck " + code[:8], 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyCut, Maybe: []string{code}}},
		"a pledge taken back":       {gone, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyCancelled, Code: gone}},
		"a pledge paid before":      {paid, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyTwice, Code: paid}},
		"a pledge of another line":  {twice, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyTwice, Code: twice}},
		"the rest of a pledge":      {other, 500_000, records.Pairing{State: records.TransferMatched, Code: other}},
		"a pledge of another fund":  {far, 500_000, records.Pairing{State: records.TransferUnclear, Why: records.WhyFund, Code: far}},
		"a code that nobody has":    {records.TransferCodeOf(records.FundPoor, 99), 1, records.Pairing{State: records.TransferUnclear, Why: records.WhyNotGiven, Code: records.TransferCodeOf(records.FundPoor, 99)}},
		"a wrong code nobody meant": {"VNNZZZZZZX", 1, records.Pairing{State: records.TransferUnknown}},
	} {
		read, near := records.Wanted(tt.content)
		if diff := cmp.Diff(tt.want, records.Pair("1", records.FundPoor, tt.amount, read, near, known)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// The same transfer has one mark, however the bank writes its reference's end; two of the same day, amount and content have two.
func TestMarks(t *testing.T) {
	t.Parallel()
	s := readStatement(t, "Ngày,Ghi có,Nội dung,Số tham chiếu\n10/11/2026,5.000,a,\n10/11/2026,5.000,A.,\n10/11/2026,5.000,a,FT26316000001\\BNK\n10/11/2026,5.000,b,FT26316000001\n")
	marks := map[string]int{}
	for _, l := range s.Lines {
		marks[records.TransferMark("1", l)]++
	}
	if len(marks) != 4 {
		t.Errorf("%v", marks)
	}
}
