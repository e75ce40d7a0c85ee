package storage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"chungtay/storage/records"
)

// bookOf is the book of a fund in an area, made where there is none yet. The transaction holds it until its end: entries of one book are
// added one after the other. Whoever needs rows of promises or allocations too takes the book first.
func (a *applier) bookOf(area, fund, currency string) (b records.Book, err error) {
	for range 2 {
		var found []records.Book
		if err := a.forChange().Where("area = ? AND fund = ? AND currency = ?", area, fund, currency).Limit(1).Find(&found).Error; err != nil {
			return b, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
		fresh := records.Book{Area: area, Fund: fund, Currency: currency, CreatedAt: a.now}
		if err := a.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return b, err
		}
	}
	return b, errors.New("storage: a book that was made is not there")
}

// book is one by its id, held as by bookOf.
func (a *applier) book(id int64) (b records.Book, err error) {
	return b, a.forChange().Where("id = ?", id).First(&b).Error
}

// balanceKey is one item in one account.
type balanceKey struct{ account, ref, item, unit string }

// post adds an entry to the journal of a book that the transaction holds, and moves the balances; the entry comes back with its number. It
// is refused where a balance would fall below zero, and for a day that is closed; then nothing was written.
func (a *applier) post(b *records.Book, e records.JournalEntry, lines []records.JournalLine) (kept records.JournalEntry, refused string, err error) {
	if b.ClosedUntil != nil && !e.On.After(*b.ClosedUntil) {
		return e, records.RefusedClosed, nil
	}
	for i := range lines {
		lines[i].N = i
	}
	if why := records.Balanced(lines); why != "" {
		return e, "", fmt.Errorf("storage: journal: %s", why)
	}
	moves, err := a.movesOf(b.ID, lines)
	if err != nil || moves == nil {
		return e, records.RefusedShort, err
	}
	e.BookID, e.No, e.At = b.ID, b.Entries+1, a.now
	e.Hash = records.EntryHash(b.Head, *b, e, lines)
	if err := a.tx.Create(&e).Error; err != nil {
		return e, "", err
	}
	for i := range lines {
		lines[i].EntryID = e.ID
	}
	if err := insert(a.tx, lines); err != nil {
		return e, "", err
	}
	err = a.tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "book_id"}, {Name: "account"}, {Name: "ref"}, {Name: "item"}, {Name: "unit"}},
		DoUpdates: clause.AssignmentColumns([]string{"amount"}),
	}).Create(&moves).Error
	if err != nil {
		return e, "", err
	}
	b.Entries, b.Head = e.No, e.Hash
	return e, "", a.tx.Model(&records.Book{}).Where("id = ?", b.ID).Updates(map[string]any{"entries": b.Entries, "head": b.Head}).Error
}

// movesOf are the balances as lines leave them, in the order of their keys; nil where one would fall below zero or grow beyond what it may
// hold.
func (a *applier) movesOf(book int64, lines []records.JournalLine) ([]records.Balance, error) {
	delta := map[balanceKey]int64{}
	for _, l := range lines {
		delta[balanceKey{l.Account, l.Ref, l.Item, l.Unit}] += l.Amount * records.Sign(l.Account)
	}
	moves := make([]records.Balance, 0, len(delta))
	for k, d := range delta {
		moves = append(moves, records.Balance{BookID: book, Account: k.account, Ref: k.ref, Item: k.item, Unit: k.unit, Amount: d})
	}
	slices.SortFunc(moves, func(x, y records.Balance) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Ref, y.Ref), cmp.Compare(x.Item, y.Item), cmp.Compare(x.Unit, y.Unit))
	})
	for i, m := range moves {
		var was []int64
		err := a.tx.Model(&records.Balance{}).Where("book_id = ? AND account = ? AND ref = ? AND item = ? AND unit = ?", book, m.Account, m.Ref, m.Item, m.Unit).
			Pluck("amount", &was).Error
		if err != nil {
			return nil, err
		}
		if len(was) > 0 {
			moves[i].Amount += was[0]
		}
		if moves[i].Amount < 0 || moves[i].Amount > records.MaxBalance {
			return nil, nil
		}
	}
	return moves, nil
}

// reverse adds the entry that takes another one of the book back.
func (a *applier) reverse(q Request, person int64, b *records.Book, no int64) (kept records.JournalEntry, refused string, err error) {
	var e records.JournalEntry
	if err := a.tx.Where("book_id = ? AND no = ?", b.ID, no).First(&e).Error; err != nil {
		return e, "", err
	}
	var lines []records.JournalLine
	if err := a.tx.Where("entry_id = ?", e.ID).Order("n").Find(&lines).Error; err != nil {
		return e, "", err
	}
	for i := range lines {
		lines[i].Amount = -lines[i].Amount
	}
	return a.post(b, records.JournalEntry{
		Kind: records.EntryReversal, On: records.DayOf(q.At), Ref: e.Ref, Reverses: &no, PersonID: person, Contact: q.Contact,
	}, lines)
}
