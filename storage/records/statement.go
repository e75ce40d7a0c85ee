package records

import (
	"slices"
	"strings"
	"time"
)

// StatementLine is money that came in, as a line of a bank's statement says it.
type StatementLine struct {
	Row       int // of the file, as the spreadsheet program counts
	On        time.Time
	Amount    int64 // VND
	Content   string
	Reference string // the bank's number of the transfer; "" where the statement has none
	Nth       int    // of those with its reference and amount in the file, or else of those alike, from 1
	LikeNth   int    // of those of its day, amount and content, from 1
}

// StatementFault is a line that cannot be used, and why.
type StatementFault struct {
	Row    int
	Reason string // a locale key
	Value  string // what stands there
}

// Reasons why a line of a statement cannot be used.
const (
	FaultDay      = "statement.bad_day"     // no day, or one after today
	FaultAmount   = "statement.bad_amount"  // no amount: a formula, a part of a đồng, words
	FaultTooMuch  = "statement.too_much"    // over MaxMoney
	FaultBothWays = "statement.both_ways"   // money in and out on one line
	FaultBalance  = "statement.bad_balance" // the balance does not follow from the line before
)

// Statement is what a bank's statement says.
type Statement struct {
	Account  string // digits and letters, without spaces; "" where the file does not say
	Currency string // of the account, where the file says; else VND
	Columns  Columns
	Headings []string // of the columns that were understood
	Lines    []StatementLine
	Faults   []StatementFault
	Out      int            // lines of money that went out, which are not looked at
	Other    map[string]int // lines in other currencies, which are kept apart, by currency
	In       int64          // VND, of Lines
	From, To time.Time      // days of Lines
	Opening  *int64         // balance before, where the file says
	Closing  *int64         // balance at the end, where the file says
	Off      *StatementGap  // the first place where the balances do not come out
}

// StatementGap is a place where a statement's balances do not come out: a line was cut out or changed, or the file is none of a bank's.
type StatementGap struct {
	Row  int   // 0: from the opening to the closing balance
	Want int64 // what it should be
	Got  int64
}

// Columns of a statement.
const (
	ColumnDay       = "day"
	ColumnIn        = "in"
	ColumnOut       = "out"
	ColumnAmount    = "amount" // money in and out, with a sign or with ColumnWay
	ColumnWay       = "way"
	ColumnContent   = "content"
	ColumnReference = "reference"
	ColumnBalance   = "balance"
	ColumnCurrency  = "currency"
)

// Columns are the columns of a statement by their numbers from 0.
type Columns map[string]int

// Complete reports that a statement with these columns can be read.
func (c Columns) Complete() bool {
	_, day := c[ColumnDay]
	_, content := c[ColumnContent]
	_, in := c[ColumnIn]
	_, amount := c[ColumnAmount]
	return day && content && (in || amount)
}

// String writes columns by their letters: "content=D day=A in=C".
func (c Columns) String() string {
	var parts []string
	for name, at := range c {
		parts = append(parts, name+"="+columnLetter(at))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// ParseColumns reads what a person named the columns, each by its letter: "day=A in=C content=D", with spaces or commas between.
func ParseColumns(s string) (Columns, bool) {
	columns := Columns{}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		name, letter, _ := strings.Cut(part, "=")
		at, ok := columnAt(letter)
		if _, known := statementHeadings[name]; !known || !ok {
			return nil, false
		}
		columns[name] = at
	}
	return columns, columns.Complete()
}

func columnLetter(at int) string {
	if at >= 26 {
		return columnLetter(at/26-1) + string(rune('A'+at%26))
	}
	return string(rune('A' + at))
}

// columnAt reads a column's letter as spreadsheets write it, from 0.
func columnAt(letter string) (int, bool) {
	n := 0
	for _, c := range []byte(strings.ToUpper(letter)) {
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, n > 0 && len(letter) <= 2
}

// statementHeadings are the headings of columns as banks write them, in capitals without accents and spaces, the better ones first.
var statementHeadings = map[string][]string{
	ColumnDay: {
		"NGAYGIAODICH", "NGAYGIOGIAODICH", "THOIGIANGIAODICH", "TRANSACTIONDATE", "TRANSDATE", "TNXDATE", "NGAYGD", "NGAYHACHTOAN", "NGAYPHATSINH",
		"NGAYHIEULUC", "POSTINGDATE", "VALUEDATE", "EFFECTIVEDATE", "NGAYGIAOGIDICH", "THOIGIAN", "NGAYCT", "NGAY", "DATE",
	},
	ColumnIn: {
		"SOTIENGHICO", "PHATSINHCO", "GHICO", "TIENVAO", "SOTIENVAO", "GUIVAO", "SOTIENGUIVAO", "PSCO", "CREDITAMOUNT", "CREDIT", "DEPOSIT", "MONEYIN", "CO",
	},
	ColumnOut: {
		"SOTIENGHINO", "PHATSINHNO", "GHINO", "TIENRA", "SOTIENRA", "RUTRA", "SOTIENRUTRA", "PSNO", "DEBITAMOUNT", "DEBIT", "WITHDRAWAL", "MONEYOUT", "NO",
	},
	ColumnAmount: {"SOTIENGIAODICH", "SOTIENGD", "SOTIEN", "TRANSACTIONAMOUNT", "AMOUNT", "GIATRI"},
	ColumnWay:    {"LOAIGIAODICH", "GHINOCO", "NOCO", "DEBITCREDIT", "DRCR", "CD", "DC", "LOAIGD", "TRANSFERTYPE"},
	ColumnContent: {
		"NOIDUNGCHUYENKHOAN", "NOIDUNGGIAODICH", "NOIDUNGCHITIET", "NOIDUNGTHANHTOAN", "NOIDUNG", "MOTAGIAODICH", "DIENGIAI", "MOTA", "CHITIETGIAODICH",
		"TRANSACTIONSINDETAIL", "TRANSACTIONDETAIL", "TRANSACTIONDESCRIPTION", "DESCRIPTION", "REMARKS", "REMARK", "DETAILS", "NARRATIVE", "CONTENT",
	},
	ColumnReference: {
		"SOTHAMCHIEU", "MATHAMCHIEU", "SOBUTTOAN", "MAGIAODICH", "SOGIAODICH", "SOCHUNGTU", "SOCT", "SOGD", "MAGD", "REFERENCENUMBER", "REFERENCENO", "REFERENCE",
		"REFNO", "TRANSACTIONNUMBER", "TRANSACTIONNO", "TRANSACTIONID", "DOCNO", "REF", "THAMCHIEU",
	},
	ColumnBalance:  {"SODUSAUGIAODICH", "SODU", "SODUTAIKHOAN", "SODULUYKE", "RUNNINGBALANCE", "BALANCE"},
	ColumnCurrency: {"LOAITIENTE", "LOAITIEN", "DONVITIENTE", "TIENTE", "CURRENCY", "CCY"},
}

// Words at the head and the foot of a statement, beside or before what they name.
var (
	accountWords = []string{"SOTAIKHOAN", "TAIKHOANSO", "ACCOUNTNUMBER", "ACCOUNTNO", "STK", "SOTK", "TAIKHOAN", "ACCOUNT"}
	openingWords = []string{"SODUDAUKY", "SODUDAU", "OPENINGBALANCE", "BEGINNINGBALANCE"}
	closingWords = []string{"SODUCUOIKY", "SODUCUOI", "CLOSINGBALANCE", "ENDINGBALANCE"}
	totalWords   = []string{"TONGCONG", "TONGPHATSINH", "CONGPHATSINH", "TONGSO", "TONG", "TOTAL", "CONG"}
)

// Headings finds the columns of a statement in its row of headings. A heading may be in two languages, one behind or below the other.
func Headings(cells []string) Columns {
	found, rank := Columns{}, map[string]int{}
	for at, cell := range cells {
		column, order := headingOf(cell)
		if before, there := rank[column]; column != "" && (!there || order < before) {
			found[column], rank[column] = at, order
		}
	}
	return found
}

// headingOf is the column that a heading names, and how good a name it is; "" for none.
func headingOf(cell string) (column string, order int) {
	if len(cell) > 120 {
		return "", 0
	}
	parts := append([]string{cell}, strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/\n()|-", r) })...)
	for _, exact := range []bool{true, false} {
		for _, part := range parts {
			text, _ := bare(part)
			best := 0
			for name, list := range statementHeadings {
				for i, h := range list {
					fits := text == h || !exact && len(h) >= 5 && strings.HasPrefix(text, h)
					if fits && (len(h) > best || len(h) == best && name < column) {
						column, order, best = name, i, len(h)
					}
				}
			}
			if column != "" {
				return column, order
			}
		}
	}
	return "", 0
}

// headRows is how far down a statement the row of headings is looked for.
const headRows = 40

// StatementReader reads a statement row by row.
type StatementReader struct {
	s      Statement
	day    func(string) (time.Time, bool)
	today  time.Time
	before []string // the row before, while headings are looked for
	rows   int
	known  Columns // the columns of this account's last statement, by which headings that say nothing are read
	head   bool
	seen   map[string]int
	steps  []balanceStep
}

type balanceStep struct {
	row                int
	in, out, balance   int64
	written, following bool // the line has a balance; a line was left out before it
}

// NewStatement reads a statement of at most today's date. day reads a cell as a day. columns are those that a person named, or nil: the
// headings say which they are.
func NewStatement(today time.Time, day func(string) (time.Time, bool), columns Columns) *StatementReader {
	return &StatementReader{s: Statement{Other: map[string]int{}}, day: day, today: today, known: columns, seen: map[string]int{}}
}

// Add reads a row, of which row is the number in the file.
func (r *StatementReader) Add(row int, cells []string) {
	if !r.head {
		r.lookForHead(row, cells)
		return
	}
	if upper := r.before; upper != nil {
		r.before = nil
		if _, in := Headings(cells)[ColumnIn]; in { // the head has a second row: money, and below it in and out
			r.take(mergedHead(upper, cells))
			return
		}
	}
	r.addLine(row, cells)
}

// take takes a row for the headings.
func (r *StatementReader) take(cells []string) {
	r.s.Columns, r.head, r.s.Headings = Headings(cells), true, nil
	for _, at := range r.s.Columns {
		r.s.Headings = append(r.s.Headings, strings.Join(strings.Fields(cell(cells, at)), " "))
	}
	slices.Sort(r.s.Headings)
}

// lookForHead takes a row above the lines: it names the account, or is the headings.
func (r *StatementReader) lookForHead(row int, cells []string) {
	if r.rows++; r.rows > headRows {
		return
	}
	if r.known.Complete() {
		if _, ok := r.dayOf(cell(cells, r.known[ColumnDay])); ok { // the first line, and no headings above it
			r.s.Columns, r.head, r.before = r.known, true, nil
			r.addLine(row, cells)
			return
		}
	}
	found, shown := Headings(cells), cells
	if !found.Complete() && r.before != nil {
		shown = mergedHead(r.before, cells)
		found = Headings(shown)
	}
	if found.Complete() {
		r.take(shown)
		if _, in := found[ColumnIn]; !in {
			r.before = cells
		} else {
			r.before = nil
		}
		return
	}
	r.note(cells)
	r.before = cells
}

// mergedHead is a head of two rows, the lower one where both say something of a column.
func mergedHead(upper, lower []string) []string {
	merged := make([]string, max(len(upper), len(lower)))
	for i := range merged {
		merged[i] = cell(lower, i)
		if column, _ := headingOf(merged[i]); column == "" {
			merged[i] = cell(upper, i)
		}
	}
	return merged
}

// note takes what a row above or below the lines says of the account.
func (r *StatementReader) note(cells []string) {
	for i, c := range cells {
		if c == "" || len(c) > 300 {
			continue
		}
		if said, ok := saidOf(accountWords, cells, i); ok && r.s.Account == "" {
			r.s.Account = accountIn(said)
		}
		if said, ok := saidOf(statementHeadings[ColumnCurrency], cells, i); ok && r.s.Currency == "" {
			r.s.Currency = currencyIn(said)
		}
		if said, ok := saidOf(openingWords, cells, i); ok && r.s.Opening == nil {
			r.s.Opening = balanceIn(said)
		}
		if said, ok := saidOf(closingWords, cells, i); ok {
			if b := balanceIn(said); b != nil {
				r.s.Closing = b
			}
		}
	}
}

// saidOf is what stands behind one of words: in the same cell behind a colon or the word's other language, or in the next cell that has something.
func saidOf(words, cells []string, i int) (string, bool) {
	label, rest, colon := strings.Cut(cells[i], ":")
	text, _ := bare(label)
	if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(text, w) }) {
		return "", false
	}
	if colon && strings.TrimSpace(rest) != "" {
		return rest, true
	}
	if at := strings.IndexAny(label, "0123456789"); at > 0 {
		return label[at:], true
	}
	for _, next := range cells[i+1:] {
		if next != "" {
			return next, true
		}
	}
	return "", false
}

// accountIn is an account's number: its first digits, of which dots and spaces are no part.
func accountIn(s string) string {
	var b strings.Builder
	for _, c := range []byte(strings.TrimSpace(s)) {
		switch {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case (c == ' ' || c == '.' || c == '-') && b.Len() > 0:
		case b.Len() > 0:
			return accountOrNone(b.String())
		}
	}
	return accountOrNone(b.String())
}

func accountOrNone(s string) string {
	if len(s) < 4 || len(s) > maxTreasuryAccount {
		return ""
	}
	return s
}

func cell(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// End is what the statement said. It has no lines where no headings were found: see Statement.Columns.
func (r *StatementReader) End() Statement {
	if r.s.Currency == "" {
		r.s.Currency = VND
	}
	r.checkBalances()
	return r.s
}
