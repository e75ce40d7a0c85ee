package storage

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// pairedAtOnce is how many lines of a statement are paired and kept in a transaction.
const pairedAtOnce = 1_000

// fundAccount is an account of a fund.
type fundAccount struct {
	Account string // its letters and digits
	Area    string
	Fund    string
	Way     string
}

// fundAccounts are the accounts that campaigns of areas had, by their numbers; nil: of all areas. What was paid late comes to one whose
// campaign is closed.
func (r *Records) fundAccounts(ctx context.Context, areas []string) (map[string]fundAccount, error) {
	find := r.db.WithContext(ctx).Where("account <> '' AND (approved_at IS NOT NULL OR state IN ?)", []string{records.CampaignOpen, records.CampaignPaused})
	if areas != nil {
		where, args := within("area", areas)
		find = find.Where(where, args...)
	}
	var list []records.Campaign
	if err := find.Order("id").Find(&list).Error; err != nil {
		return nil, err
	}
	accounts := map[string]fundAccount{}
	for _, c := range list {
		key := records.AccountKey(c.Account)
		accounts[key] = fundAccount{key, c.Area, c.Fund, c.Way}
	}
	return accounts, nil
}

// readStatement reads a table as a statement. known are columns that a person named before, for one whose headings say nothing.
func readStatement(table *sheets.Table, today time.Time, known records.Columns) (records.Statement, error) {
	reader := records.NewStatement(today, table.Day, known)
	for row, err := range table.Rows() {
		if err != nil {
			return records.Statement{}, err
		}
		reader.Add(row.N, row.Cells)
	}
	return reader.End(), nil
}

// paired is a line of a statement with what came of looking for its pledge.
type paired struct {
	records.StatementLine
	records.Pairing
	mark, likeness string
	known          bool // the same transfer is kept already
}

// pairing pairs lines of one account with pledges.
type pairing struct {
	r       *Records
	account fundAccount
	source  string
	taken   map[string]bool // codes that a line before is paired with
}

// markOf is what a mark is kept as: it has a sender's words in it, and must be found again when the DATA_KEY is another.
func markOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// pair pairs lines, and finds those that are kept already.
func (p *pairing) pair(tx *gorm.DB, lines []records.StatementLine) ([]paired, error) {
	list := make([]paired, len(lines))
	reads := make([]records.Content, len(lines))
	near := make([][]string, len(lines))
	wanted := map[string]bool{}
	for i, l := range lines {
		list[i] = paired{StatementLine: l, mark: markOf(records.TransferMark(p.account.Account, l)), likeness: markOf(records.TransferLike(p.account.Account, l))}
		reads[i], near[i] = records.Wanted(l.Content)
		for _, code := range slices.Concat([]string{reads[i].Code}, reads[i].Maybe, near[i]) {
			if code != "" {
				wanted[code] = true
			}
		}
	}
	like, err := p.findKnown(tx, list)
	if err != nil {
		return nil, err
	}
	promises, err := p.promises(tx, slices.Sorted(maps.Keys(wanted)))
	if err != nil {
		return nil, err
	}
	for i := range list {
		l := &list[i]
		if l.known {
			continue
		}
		if part := reads[i].Part; part != "" {
			if err := p.beginning(tx, part, promises); err != nil {
				return nil, err
			}
		}
		l.Pairing = records.Pair(p.account.Area, p.account.Fund, l.Amount, reads[i], near[i], promises)
		if l.State == records.TransferMatched || l.State == records.TransferAmount {
			switch {
			case p.taken[l.Code]:
				l.State, l.Why = records.TransferUnclear, records.WhyTwice
			case like[l.likeness]:
				l.State, l.Why = records.TransferUnclear, records.WhyLike
			}
			p.taken[l.Code] = true
		}
	}
	return list, nil
}

// findKnown marks the lines that are kept already: by their mark, or as one just like it of which either gives no reference. like are those
// that look like a line, with another reference from another source.
func (p *pairing) findKnown(tx *gorm.DB, list []paired) (like map[string]bool, err error) {
	at := map[string]int{}
	for i, l := range list {
		at[l.mark] = i
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(at)), rowsAtOnce) {
		var marks []string
		if err := tx.Model(&records.Transfer{}).Where("mark IN ?", padded(some)).Pluck("mark", &marks).Error; err != nil {
			return nil, err
		}
		for _, m := range marks {
			list[at[m]].known = true
		}
	}
	alike := map[string]int{}
	for i, l := range list {
		if !l.known {
			alike[l.likeness] = i
		}
	}
	like = map[string]bool{}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(alike)), rowsAtOnce) {
		var found []records.Transfer
		if err := tx.Select("likeness", "reference", "source").Where("likeness IN ?", padded(some)).Find(&found).Error; err != nil {
			return nil, err
		}
		for _, t := range found {
			l := &list[alike[t.Likeness]]
			switch told := (records.StatementLine{Reference: t.Reference}); {
			case !told.Numbered() || !l.Numbered():
				l.known = true
			case t.Source != p.source:
				like[t.Likeness] = true
			}
		}
	}
	return like, nil
}

// promises are the pledges with codes, and whether another transfer was paired with them.
func (p *pairing) promises(tx *gorm.DB, codes []string) (map[string]records.Promise, error) {
	found := map[string]records.Promise{}
	for some := range slices.Chunk(codes, rowsAtOnce) {
		var pledges []records.Pledge
		if err := tx.Select("code", "area", "fund", "amount", "received", "state").Where("code IN ? AND superseded_at IS NULL", padded(some)).Find(&pledges).Error; err != nil {
			return nil, err
		}
		var waiting []string
		err := tx.Model(&records.Transfer{}).Where("code <> '' AND code IN ? AND state IN ?", padded(some), []string{records.TransferMatched, records.TransferAmount}).Pluck("code", &waiting).Error
		if err != nil {
			return nil, err
		}
		for _, g := range pledges {
			found[g.Code] = records.Promise{Code: g.Code, Area: g.Area, Fund: g.Fund, Left: g.Left(), State: g.State, Paid: slices.Contains(waiting, g.Code)}
		}
	}
	return found, nil
}

// beginning adds the pledges of the fund whose codes begin with a part.
func (p *pairing) beginning(tx *gorm.DB, part string, promises map[string]records.Promise) error {
	var pledges []records.Pledge
	err := tx.Select("code", "area", "fund", "amount", "received", "state").Where("code >= ? AND code < ? AND superseded_at IS NULL", part, part+"_").
		Where("area = ? AND fund = ?", p.account.Area, p.account.Fund).Order("code").Limit(20).Find(&pledges).Error
	for _, g := range pledges {
		promises[g.Code] = records.Promise{Code: g.Code, Area: g.Area, Fund: g.Fund, Left: g.Left(), State: g.State}
	}
	return err
}

// keepTransfers keeps those that are not known, and returns how many it kept. Whoever else tells of transfers to the fund waits meanwhile.
func (p *pairing) keepTransfers(a *applier, lines []records.StatementLine, statement *int64) (list []paired, kept int, err error) {
	if _, err := a.bookOf(p.account.Area, p.account.Fund, records.VND); err != nil {
		return nil, 0, err
	}
	if p.r.pg && len(lines) > rowsAtOnce { // a plan made while the table was small reads all of it when it has grown
		if err := a.tx.Exec("SET LOCAL plan_cache_mode = force_custom_plan").Error; err != nil {
			return nil, 0, err
		}
	}
	if list, err = p.pair(a.tx, lines); err != nil {
		return nil, 0, err
	}
	rows := make([]records.Transfer, 0, len(list))
	for _, l := range list {
		if l.known {
			continue
		}
		rows = append(rows, records.Transfer{
			Account: p.account.Account, Area: p.account.Area, Fund: p.account.Fund, On: l.On, Amount: l.Amount, Content: p.r.Seal(l.Content), Reference: l.Reference,
			Mark: l.mark, Likeness: l.likeness, Source: p.source, StatementID: statement, State: l.State, Why: l.Why, Code: l.Code, Maybe: strings.Join(l.Maybe, " "),
			CreatedAt: a.now,
		})
	}
	return list, len(rows), insert(a.tx, rows, clause.OnConflict{Columns: []clause.Column{{Name: "mark"}}, DoNothing: true})
}

// StatementReport is what a statement says, and what came of pairing it.
type StatementReport struct {
	records.Statement
	Account    string // of a fund
	Area, Fund string
	Matched    int
	MatchedSum int64 // VND
	Amounts    int
	Unclear    int
	Unknown    int
	Same       int // kept before
	Kept       int
}

// Facts are those of records.AskStatement for a statement that was not sent in a chat.
func (s *StatementReport) Facts(status string) map[string]string {
	number, large := strconv.Itoa, func(n int64) string { return strconv.FormatInt(n, 10) }
	f := map[string]string{
		"status": status, "account": ending(s.Account), "lines": number(len(s.Lines)), "total": large(s.In), "matched": number(s.Matched), "matched_sum": large(s.MatchedSum),
		"amounts": number(s.Amounts), "unclear": number(s.Unclear), "unknown": number(s.Unknown), "same": number(s.Same), "others": othersOf(s.Other),
		"bad": number(len(s.Faults)), "off_row": "0", "off_by": "0", "from": "", "to": "", "accepted": "0", "keep": "",
	}
	if len(s.Lines) > 0 {
		f["from"], f["to"] = records.FormatDay(s.From), records.FormatDay(s.To)
	}
	if s.Off != nil {
		f["off_row"], f["off_by"] = number(offRow(s.Off)), large(s.Off.Got-s.Off.Want)
	}
	return f
}

// offRow is the row of a gap; -1 where it is between the opening and the closing balance.
func offRow(g *records.StatementGap) int {
	if g.Row == 0 {
		return -1
	}
	return g.Row
}

// count adds what came of lines.
func (s *StatementReport) count(list []paired) {
	for _, l := range list {
		switch {
		case l.known:
			s.Same++
		case l.State == records.TransferMatched:
			s.Matched++
			s.MatchedSum += l.Amount
		case l.State == records.TransferAmount:
			s.Amounts++
		case l.State == records.TransferUnclear:
			s.Unclear++
		default:
			s.Unknown++
		}
	}
}

// StatementError is why a statement cannot be used.
type StatementError struct {
	Reason string // a locale key
	Said   string // what it is about: the end of an account's number
}

func (e *StatementError) Error() string { return "storage: " + e.Reason }

// StatementOptions say how a statement is read.
type StatementOptions struct {
	Account string          // of which it is, where a person said; "" where the file says
	Areas   []string        // whose accounts it may be of; nil: anybody's
	Columns records.Columns // that a person named; nil: as its headings say, or as they were named before
	Apply   bool            // keep what came in; else only report
	ID      *int64          // of the StatementFile
	Before  func() error    // called before each transaction
}

// TakeStatement reads a bank's statement, pairs what came in with pledges, and keeps it if opts.Apply. What was kept before is not kept
// again. A *StatementError says why it cannot be used.
func (r *Records) TakeStatement(ctx context.Context, table *sheets.Table, opts StatementOptions) (report StatementReport, err error) {
	defer r.observe("take_statement", time.Now(), &err)
	accounts, err := r.fundAccounts(ctx, opts.Areas)
	if err != nil {
		return report, err
	}
	if len(accounts) == 0 {
		return report, &StatementError{Reason: records.StatementNoAccount}
	}
	columns := opts.Columns
	if columns == nil {
		if columns, err = r.columnsOf(ctx, opts.Account, accounts); err != nil {
			return report, err
		}
	}
	if report.Statement, err = readStatement(table, records.DayOf(r.instant()), columns); err != nil {
		return report, err
	}
	if report.Columns == nil {
		return report, &StatementError{Reason: records.StatementHeadless}
	}
	account, err := accountOf(report.Statement, opts.Account, accounts)
	if err != nil {
		return report, err
	}
	report.Account, report.Area, report.Fund = account.Account, account.Area, account.Fund
	if len(report.Lines)+report.Out+len(report.Faults)+len(report.Other) == 0 {
		return report, &StatementError{Reason: records.StatementEmpty}
	}
	p := &pairing{r: r, account: account, source: records.SourceFile, taken: map[string]bool{}}
	part := 0
	for some := range slices.Chunk(report.Lines, pairedAtOnce) {
		if part++; opts.Apply && part&(part-1) == 0 && part > 1 {
			if err := r.countTransfers(ctx); err != nil {
				return report, err
			}
		}
		if opts.Before != nil {
			if err := opts.Before(); err != nil {
				return report, err
			}
		}
		if !opts.Apply {
			list, err := p.pair(r.db.WithContext(ctx), some)
			if err != nil {
				return report, explain("pair", err)
			}
			report.count(list)
			continue
		}
		err := r.in(ctx, func(tx *gorm.DB) error {
			a := &applier{r: r, tx: tx, now: r.instant(), actors: map[string]*actor{}}
			list, kept, err := p.keepTransfers(a, some, opts.ID)
			if err != nil {
				return err
			}
			report.count(list)
			report.Kept += kept
			return nil
		})
		if err != nil {
			return report, explain("keep transfers", err)
		}
	}
	if opts.Apply && opts.Columns != nil {
		return report, r.rememberColumns(ctx, account.Account, opts.Columns)
	}
	return report, nil
}

// countTransfers has Postgres count the transfers that a large statement brings: what it thinks of an empty table makes it read all of them for
// each part.
func (r *Records) countTransfers(ctx context.Context) error {
	if !r.pg {
		return nil
	}
	return explain("count transfers", r.change(ctx, func(db *gorm.DB) error { return db.Exec("ANALYZE transfers").Error }))
}

// accountOf is the account of a fund that a statement is of.
func accountOf(s records.Statement, said string, accounts map[string]fundAccount) (fundAccount, error) {
	said, told := records.AccountKey(said), records.AccountKey(s.Account)
	switch {
	case said != "" && told != "" && said != told:
		return fundAccount{}, &StatementError{records.StatementForeign, ending(told)}
	case said == "" && told == "" && len(accounts) == 1:
		for _, a := range accounts {
			return a, nil
		}
	case said == "" && told == "":
		return fundAccount{}, &StatementError{Reason: records.StatementWhich}
	}
	key := told
	if key == "" {
		key = said
	}
	a, ok := accounts[key]
	if !ok {
		return fundAccount{}, &StatementError{records.StatementForeign, ending(key)}
	}
	return a, nil
}

// ending is the end of an account's number: what is said of one that is not ours.
func ending(account string) string { return account[max(0, len(account)-4):] }

// columnsOf are the columns that a person named for an account; nil where nobody did.
func (r *Records) columnsOf(ctx context.Context, account string, accounts map[string]fundAccount) (records.Columns, error) {
	key := records.AccountKey(account)
	if key == "" && len(accounts) == 1 {
		for key = range accounts {
		}
	}
	var found []string
	if err := r.db.WithContext(ctx).Table("statement_columns").Where("account = ?", key).Pluck("columns", &found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	columns, ok := records.ParseColumns(found[0])
	if !ok {
		return nil, errors.New("storage: columns that were kept cannot be read")
	}
	return columns, nil
}

func (r *Records) rememberColumns(ctx context.Context, account string, columns records.Columns) error {
	return explain("columns", r.change(ctx, func(db *gorm.DB) error {
		return db.Exec("INSERT INTO statement_columns (account, columns, at) VALUES (?, ?, ?) ON CONFLICT (account) DO UPDATE SET columns = excluded.columns, at = excluded.at",
			account, columns.String(), r.instant()).Error
	}))
}

// othersOf writes how many lines in other currencies there are: "LAK 1, USD 2".
func othersOf(other map[string]int) string {
	var parts []string
	for _, c := range slices.Sorted(maps.Keys(other)) {
		parts = append(parts, c+" "+strconv.Itoa(other[c]))
	}
	return strings.Join(parts, ", ")
}

// BankTransfer is money that came in, as a service that watches an account tells it.
type BankTransfer struct {
	Account   string
	On        time.Time // the instant
	Amount    int64     // VND
	Content   string
	Reference string // the bank's number of it
}

// TellTransfers keeps what a service tells, and returns how many it kept: not those that are kept already, nor those of accounts that are no
// fund's. What is sure waits with the others until somebody who keeps the books accepts it; they are told of it once a day.
func (r *Records) TellTransfers(ctx context.Context, source string, told []BankTransfer) (kept int, err error) {
	defer r.observe("tell_transfers", time.Now(), &err)
	accounts, err := r.fundAccounts(ctx, nil)
	if err != nil {
		return 0, explain("accounts", err)
	}
	for _, t := range told {
		account, ok := accounts[records.AccountKey(t.Account)]
		if !ok || t.Amount <= 0 || t.Amount > records.MaxMoney {
			continue
		}
		line := records.ToldLine(t.On, t.Amount, fold.Clean(t.Content), t.Reference)
		n := 0
		err := r.in(ctx, func(tx *gorm.DB) (err error) {
			a := &applier{r: r, tx: tx, now: r.instant(), actors: map[string]*actor{}}
			p := &pairing{r: r, account: account, source: source, taken: map[string]bool{}}
			_, n, err = p.keepTransfers(a, []records.StatementLine{line}, nil)
			return err
		})
		if err != nil {
			return kept, explain("tell transfers", err)
		}
		if kept += n; n > 0 {
			if err := r.tellOfTransfers(ctx, account); err != nil {
				return kept, err
			}
		}
	}
	return kept, nil
}

// tellOfTransfers tells who keeps the books of a fund that money came in, once a day.
func (r *Records) tellOfTransfers(ctx context.Context, account fundAccount) error {
	var contacts []string
	err := r.db.WithContext(ctx).Raw("SELECT c.key FROM contacts c JOIN roles r ON r.person_id = c.person_id AND r.name = ? AND r.area = ? AND "+roleGives+" WHERE "+lastUsed+" ORDER BY c.key",
		records.RoleTreasurer, account.Area, r.instant()).Scan(&contacts).Error
	if err != nil || len(contacts) == 0 {
		return explain("treasurers", err)
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "notice.transfers", Args: map[string]string{"fund": fundWords(account.Fund)}}}, Menu: []dialog.Option{seeButton("/doisoat")}}
	return r.Notify(ctx, "transfers "+account.Area+" "+account.Fund+" "+records.FormatDay(records.DayOf(r.instant())), contacts, say, r.instant())
}
