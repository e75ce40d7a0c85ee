package storage

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// VerifyReport is what Verify found.
type VerifyReport struct {
	Books   []VerifiedBook // those that are right, in order
	Entries int64
	Broken  string // the first place that is not right, by codes and numbers; "" for none
}

// VerifiedBook is a book whose journal was gone through. Head is the hash of its last entry: whoever noted it on paper knows that nothing
// before it was changed since.
type VerifiedBook struct {
	Area, Fund, Currency string
	Entries              int64
	Head                 string
}

// verifyAtOnce is how many entries are read at a time.
const verifyAtOnce = 2_000

// Verify goes through all books as they are at one instant: the hashes of every journal, the sums of every account, and what links promises,
// receipts and entries. It changes nothing, and holds a few thousand entries at a time. done is told now and then how many it went over.
func (r *Records) Verify(ctx context.Context, done func(entries int64)) (report VerifyReport, err error) {
	defer r.observe("verify", time.Now(), &err)
	err = r.db.WithContext(ctx).Connection(func(db *gorm.DB) error {
		db = db.Session(&gorm.Session{}) // each statement on the same connection, with nothing of the one before
		begin := "BEGIN DEFERRED"        // reads of a file that others write
		if r.pg {
			begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
		}
		if err := db.Exec(begin).Error; err != nil {
			return err
		}
		defer db.WithContext(context.WithoutCancel(ctx)).Exec("ROLLBACK")
		v := &verifier{db: db, report: &report, done: done}
		if err := v.books(); err != nil || report.Broken != "" {
			return err
		}
		return v.links()
	})
	return report, explain("verify", err)
}

type verifier struct {
	db     *gorm.DB
	report *VerifyReport
	done   func(int64)
}

// books goes through the journals, one after the other.
func (v *verifier) books() error {
	var books []records.Book
	if err := v.db.Order("area, fund, currency").Find(&books).Error; err != nil {
		return err
	}
	for _, b := range books {
		broken, err := v.book(b)
		if err != nil {
			return err
		}
		if broken != "" {
			v.report.Broken = fmt.Sprintf("book %s of %s (%s): %s", b.Fund, b.Area, b.Currency, broken)
			return nil
		}
		v.report.Books = append(v.report.Books, VerifiedBook{Area: b.Area, Fund: b.Fund, Currency: b.Currency, Entries: b.Entries, Head: b.Head})
	}
	return nil
}

// book goes through one journal, and tells its first broken place.
func (v *verifier) book(b records.Book) (broken string, err error) {
	sums := map[balanceKey]int64{}
	prev, no := "", int64(0)
	for {
		entries, lines, err := v.some(b.ID, no)
		if err != nil {
			return "", err
		}
		if len(entries) == 0 {
			break
		}
		at := 0
		for _, e := range entries {
			no++
			from := at
			for at < len(lines) && lines[at].EntryID == e.ID {
				at++
			}
			if broken := entryBroken(b, e, lines[from:at], prev, no, sums); broken != "" {
				return broken, nil
			}
			prev = e.Hash
		}
		v.report.Entries += int64(len(entries))
		v.done(v.report.Entries)
	}
	switch {
	case no != b.Entries:
		return fmt.Sprintf("%d entries are there, the book counts %d", no, b.Entries), nil
	case prev != b.Head:
		return fmt.Sprintf("the hash of entry %d is not the one that the book ends with", no), nil
	}
	return v.balances(b, sums)
}

// some reads the next entries of a book after a number, with their lines.
func (v *verifier) some(book, after int64) ([]records.JournalEntry, []records.JournalLine, error) {
	entries := make([]records.JournalEntry, 0, verifyAtOnce)
	err := v.each(func(rows *sql.Rows) error {
		var e records.JournalEntry
		err := rows.Scan(&e.ID, &e.No, &e.Kind, &e.On, &e.Ref, &e.Paper, &e.Reverses, &e.At, &e.Hash)
		entries = append(entries, e)
		return err
	}, "SELECT id, no, kind, on_day, ref, paper, reverses, at, hash FROM journal WHERE book_id = ? AND no > ? ORDER BY no LIMIT ?", book, after, verifyAtOnce)
	if err != nil || len(entries) == 0 {
		return nil, nil, err
	}
	ids := make([]int64, verifyAtOnce) // always as many: one statement, which the database has parsed before
	for i := range ids {
		ids[i] = entries[min(i, len(entries)-1)].ID
	}
	lines := make([]records.JournalLine, 0, 2*verifyAtOnce)
	err = v.each(func(rows *sql.Rows) error {
		var l records.JournalLine
		err := rows.Scan(&l.EntryID, &l.N, &l.Account, &l.Ref, &l.Item, &l.Unit, &l.Amount)
		lines = append(lines, l)
		return err
	}, "SELECT entry_id, n, account, ref, item, unit, amount FROM journal_lines WHERE entry_id IN ? ORDER BY entry_id, n", ids)
	return entries, lines, err
}

// each hands the rows of a query on, one after the other.
func (v *verifier) each(take func(*sql.Rows) error, query string, args ...any) error {
	rows, err := v.db.Raw(query, args...).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// entryBroken tells what is wrong with an entry that must have this number and follow this hash, and adds its lines to the sums.
func entryBroken(b records.Book, e records.JournalEntry, lines []records.JournalLine, prev string, no int64, sums map[balanceKey]int64) string {
	if e.No != no {
		return fmt.Sprintf("entry %d is missing", no)
	}
	if why := records.Balanced(lines); why != "" {
		return fmt.Sprintf("entry %d: %s", no, why)
	}
	if records.EntryHash(prev, b, e, lines) != e.Hash {
		return fmt.Sprintf("entry %d: its hash is not of what it says", no)
	}
	for _, l := range lines {
		key := balanceKey{l.Account, l.Ref, l.Item, l.Unit}
		sums[key] += l.Amount * records.Sign(l.Account)
	}
	for _, l := range lines {
		key := balanceKey{l.Account, l.Ref, l.Item, l.Unit}
		switch sum := sums[key]; {
		case sum < 0:
			return fmt.Sprintf("entry %d: account %s falls below zero", no, key)
		case sum == 0:
			delete(sums, key)
		}
	}
	return ""
}

func (k balanceKey) String() string {
	s := k.account
	for _, more := range []string{k.ref, k.item} {
		if more != "" {
			s += " " + strconv.Quote(more)
		}
	}
	return s + " in " + k.unit
}

// balances compares what a book says there is with the sums of its entries.
func (v *verifier) balances(b records.Book, sums map[balanceKey]int64) (string, error) {
	rows, err := v.db.Model(&records.Balance{}).Where("book_id = ?", b.ID).Order("account, ref, item, unit").Rows()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	for rows.Next() {
		var is records.Balance
		if err := v.db.ScanRows(rows, &is); err != nil {
			return "", err
		}
		key := balanceKey{is.Account, is.Ref, is.Item, is.Unit}
		if is.Amount != sums[key] {
			return fmt.Sprintf("account %s is kept as %d, its entries come to %d", key, is.Amount, sums[key]), nil
		}
		delete(sums, key)
	}
	if err := rows.Err(); err != nil {
		return "", err
	}
	first := ""
	for key, sum := range sums { // the map's order does not show
		if s := fmt.Sprintf("account %s is not kept, its entries come to %d", key, sum); first == "" || s < first {
			first = s
		}
	}
	return first, nil
}

// link is a rule between records. Its query finds the code of the first that breaks it.
type link struct{ broken, query string }

// verified are the rules between promises, receipts and entries.
var verified = []link{
	{"entry %s takes back what it does not equal", `SELECT min(r.no) FROM journal r JOIN journal o ON o.book_id = r.book_id AND o.no = r.reverses
		JOIN journal_lines l ON l.entry_id IN (r.id, o.id) WHERE r.reverses IS NOT NULL GROUP BY r.id, l.account, l.ref, l.item, l.unit HAVING sum(l.amount) <> 0 LIMIT 1`},
	{"entry %s takes back an entry that is not there", `SELECT r.no FROM journal r LEFT JOIN journal o ON o.book_id = r.book_id AND o.no = r.reverses AND o.no < r.no AND o.reverses IS NULL
		WHERE (r.reverses IS NOT NULL OR r.kind = 'reversal') AND o.id IS NULL ORDER BY r.id LIMIT 1`},
	{"receipt %s is not what its entry says", `SELECT r.code FROM receipts r LEFT JOIN journal j ON j.book_id = r.book_id AND j.no = r.entry_no
		WHERE j.id IS NULL OR j.kind <> 'receipt' OR j.ref <> r.code OR j.paper <> r.paper OR j.on_day <> r.on_day ORDER BY r.id LIMIT 1`},
	{"receipt %s does not have the amount of its entry", `SELECT r.code FROM receipts r JOIN journal j ON j.book_id = r.book_id AND j.no = r.entry_no
		LEFT JOIN journal_lines l ON l.entry_id = j.id AND l.account = 'pool' AND l.item = '' WHERE coalesce(-l.amount, 0) <> r.amount ORDER BY r.id LIMIT 1`},
	{"an entry speaks of receipt %s, which is not there", `SELECT j.ref FROM journal j LEFT JOIN receipts r ON r.book_id = j.book_id AND r.entry_no = j.no
		WHERE j.kind = 'receipt' AND r.id IS NULL ORDER BY j.id LIMIT 1`},
	{"receipt %s is taken back in the journal or in the list, and not in both", `SELECT r.code FROM receipts r
		LEFT JOIN journal j ON j.book_id = r.book_id AND j.reverses = r.entry_no WHERE (j.id IS NULL) <> (r.reversed_at IS NULL) ORDER BY r.id LIMIT 1`},
	{"receipt %s is for a promise that is not there, or of another fund", `SELECT r.code FROM receipts r JOIN books b ON b.id = r.book_id
		LEFT JOIN pledges p ON p.code = r.pledge AND p.superseded_at IS NULL WHERE r.pledge <> '' AND (p.id IS NULL OR p.fund <> b.fund OR p.area <> b.area) ORDER BY r.id LIMIT 1`},
	{"allocation %s is not what its entry says", `SELECT a.code FROM allocations a LEFT JOIN journal j ON j.book_id = a.book_id AND j.no = a.entry_no AND j.kind = 'allocate' AND j.ref = a.code
		WHERE (a.entry_no IS NOT NULL OR a.state IN ('open', 'handed')) AND j.id IS NULL ORDER BY a.id LIMIT 1`},
	{"allocation %s does not have the amount of its entry", `SELECT a.code FROM allocations a JOIN journal j ON j.book_id = a.book_id AND j.no = a.entry_no
		LEFT JOIN journal_lines l ON l.entry_id = j.id AND l.account = 'allocated' AND l.item = '' WHERE coalesce(-l.amount, 0) <> a.money ORDER BY a.id LIMIT 1`},
	{"an entry speaks of allocation %s, which is not there", `SELECT j.ref FROM journal j LEFT JOIN allocations a ON a.book_id = j.book_id AND a.entry_no = j.no
		WHERE j.kind = 'allocate' AND a.id IS NULL ORDER BY j.id LIMIT 1`},
	{"allocation %s is taken back in the journal or in the list, and not in both", `SELECT a.code FROM allocations a
		LEFT JOIN journal j ON j.book_id = a.book_id AND j.reverses = a.entry_no
		WHERE a.entry_no IS NOT NULL AND (j.id IS NULL) <> (a.state <> 'cancelled') ORDER BY a.id LIMIT 1`},
	{"allocation %s is handed over without an entry that says so", `SELECT a.code FROM allocations a
		LEFT JOIN journal j ON j.book_id = a.book_id AND j.no = a.handed_no AND j.kind = 'handover' AND j.ref = a.code
		LEFT JOIN journal r ON r.book_id = a.book_id AND r.reverses = a.handed_no
		WHERE (a.state = 'handed') <> (a.handed_no IS NOT NULL) OR a.handed_no IS NOT NULL AND (j.id IS NULL OR r.id IS NOT NULL) ORDER BY a.id LIMIT 1`},
	{"an entry hands over allocation %s, which does not say so", `SELECT j.ref FROM journal j LEFT JOIN allocations a ON a.book_id = j.book_id AND a.handed_no = j.no
		LEFT JOIN journal r ON r.book_id = j.book_id AND r.reverses = j.no WHERE j.kind = 'handover' AND a.id IS NULL AND r.id IS NULL ORDER BY j.id LIMIT 1`},
	{"allocation %s is handed over, and no entry of help gives its household the same", `SELECT a.code FROM allocations a
		LEFT JOIN help h ON h.code = a.help AND h.superseded_at IS NULL AND h.voided_at IS NULL AND h.household_id = a.household_id AND h.money = a.money AND h.kind = a.kind
		WHERE a.state = 'handed' AND h.code IS NULL ORDER BY a.id LIMIT 1`},
	{"promise %s says that another amount came than its receipts", `SELECT p.code FROM pledges p LEFT JOIN (SELECT pledge, sum(amount) AS came FROM receipts
		WHERE reversed_at IS NULL AND pledge <> '' GROUP BY pledge) r ON r.pledge = p.code WHERE p.superseded_at IS NULL AND coalesce(r.came, 0) <> p.received ORDER BY p.id LIMIT 1`},
	{"promise %s is in a state that does not go with what came", `SELECT p.code FROM pledges p WHERE p.superseded_at IS NULL AND p.state <> CASE WHEN p.received >= p.amount THEN 'received'
		WHEN p.received > 0 THEN 'part' WHEN p.state = 'cancelled' THEN 'cancelled' ELSE 'promised' END ORDER BY p.id LIMIT 1`},
}

// links looks for what breaks a rule between records.
func (v *verifier) links() error {
	for _, l := range verified {
		var found []string
		if err := v.db.Raw(l.query).Scan(&found).Error; err != nil {
			return err
		}
		if len(found) > 0 {
			v.report.Broken = fmt.Sprintf(l.broken, found[0])
			return nil
		}
	}
	return nil
}
