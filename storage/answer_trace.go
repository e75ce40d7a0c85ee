package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// Whose gift a household gets is nobody's choice: what came first goes out first. Of the pool of each item of a fund every receipt fills a
// stretch, as long as it is large, behind those before it, and every allocation empties one in the same way. Entries that were taken back
// fill and empty nothing.

// entryInForce is the condition that an entry j was not taken back, and takes none back.
const entryInForce = "j.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM journal r WHERE r.book_id = j.book_id AND r.reverses = j.no)"

// filledBefore is how much of an item came to the pool of a book before an entry.
func filledBefore(db *gorm.DB, book, no int64, item, unit string) (sum int64, err error) {
	err = db.Raw(`SELECT coalesce(sum(-l.amount), 0) FROM journal j JOIN journal_lines l ON l.entry_id = j.id
		WHERE j.book_id = ? AND j.no < ? AND l.account = 'pool' AND l.item = ? AND l.unit = ? AND l.amount < 0 AND `+entryInForce, book, no, item, unit).Scan(&sum).Error
	return sum, err
}

// share is how much of an allocation comes out of a stretch.
type share struct {
	Ref    string
	No     int64
	Amount int64
	Upto   int64
}

// emptiedBy are the allocations that come out of a stretch of the pool, in order.
func emptiedBy(db *gorm.DB, book int64, item, unit string, from, to int64) (shares []share, err error) {
	err = db.Raw(`SELECT ref, no, amount, upto FROM (
			SELECT j.ref, j.no, j.kind, l.amount, sum(l.amount) OVER (ORDER BY j.no) AS upto FROM journal j JOIN journal_lines l ON l.entry_id = j.id
			WHERE j.book_id = ? AND l.account = 'pool' AND l.item = ? AND l.unit = ? AND l.amount > 0 AND `+entryInForce+`
		) s WHERE kind = 'allocate' AND upto > ? AND upto - amount < ? ORDER BY no LIMIT 500`, book, item, unit, from, to).Scan(&shares).Error
	for i, s := range shares {
		shares[i].Amount = min(s.Upto, to) - max(s.Upto-s.Amount, from)
	}
	return shares, err
}

// trace tells everybody with the code of a promise or of a receipt what became of it. Facts: code, fund (a locale key), area (the commune's
// name, or the city's), pledged ("1" for a promise) with amount, received, left, state and on; came (lines); and of what came: money and
// things that were allocated, households (how many it reached together with others, "" where they are fewer than FewestTraced), kinds (of
// help, separated by spaces), since and until (days of the decisions), handed (how many of the households), handed_since and handed_until.
// Lines trace.receipt: on, amount, things, paper, code. Nobody's name is among them.
func (r *Records) trace(ctx context.Context, ask dialog.Ask, to *dialog.Answer) error {
	db := r.db.WithContext(ctx)
	find := db.Where("reversed_at IS NULL")
	if code, ok := records.ParseTransferCode(ask.Args["code"]); ok {
		var found []records.Pledge
		if err := db.Where("code = ? AND superseded_at IS NULL", code).Limit(1).Find(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return errNotFound
		}
		names, err := r.areaNames(ctx, []string{found[0].Area})
		if err != nil {
			return err
		}
		to.Facts = pledgeArgs(found[0], names)
		to.Facts["pledged"] = "1"
		find = find.Where("pledge = ?", code)
	} else if code, ok := records.ParseReceiptCode(ask.Args["code"]); ok {
		find = find.Where("code = ?", code)
	} else {
		return errNotFound
	}
	var receipts []records.Receipt
	if err := find.Order("id").Limit(50).Find(&receipts).Error; err != nil {
		return err
	}
	if to.Facts == nil && len(receipts) == 0 {
		return errNotFound
	}
	if to.Facts == nil {
		if err := r.receiptFacts(ctx, receipts[0], to); err != nil {
			return err
		}
	}
	return r.traceReceipts(db, receipts, to)
}

func (r *Records) receiptFacts(ctx context.Context, receipt records.Receipt, to *dialog.Answer) error {
	var b records.Book
	if err := r.db.WithContext(ctx).Where("id = ?", receipt.BookID).First(&b).Error; err != nil {
		return err
	}
	names, err := r.areaNames(ctx, []string{b.Area})
	to.Facts = map[string]string{"code": receipt.Code, "pledged": "", "fund": fundWords(b.Fund), "area": names[b.Area]}
	return err
}

// traceReceipts tells what came by receipts, and what it went to.
func (r *Records) traceReceipts(db *gorm.DB, receipts []records.Receipt, to *dialog.Answer) error {
	var refs []string
	var money int64
	var gone []records.Item
	for _, receipt := range receipts {
		var lines []records.JournalLine
		err := db.Raw(`SELECT l.* FROM journal j JOIN journal_lines l ON l.entry_id = j.id WHERE j.book_id = ? AND j.no = ? AND l.account = 'pool' ORDER BY l.n`,
			receipt.BookID, receipt.EntryNo).Scan(&lines).Error
		if err != nil {
			return err
		}
		var things []records.Item
		for _, l := range lines {
			if l.Item != "" {
				things = addThing(things, records.Item{Qty: -l.Amount, Unit: l.Unit, Name: l.Item})
			}
			from, err := filledBefore(db, receipt.BookID, receipt.EntryNo, l.Item, l.Unit)
			if err != nil {
				return err
			}
			shares, err := emptiedBy(db, receipt.BookID, l.Item, l.Unit, from, from-l.Amount)
			if err != nil {
				return err
			}
			for _, s := range shares {
				refs = append(refs, s.Ref)
				if l.Item == "" {
					money += s.Amount
				} else {
					gone = addThing(gone, records.Item{Qty: s.Amount, Unit: l.Unit, Name: l.Item})
				}
			}
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "trace.receipt", Args: map[string]string{
			"on": records.FormatDay(receipt.On), "amount": strconv.FormatInt(receipt.Amount, 10), "things": records.Things(things), "paper": receipt.Paper, "code": receipt.Code,
		}})
	}
	to.Facts["came"], to.Facts["money"], to.Facts["gone"] = strconv.Itoa(len(receipts)), strconv.FormatInt(money, 10), records.Things(gone)
	if len(refs) == 0 {
		to.Facts["households"] = ""
		return nil
	}
	batch, err := reachedBatch(db, receipts[0].BookID, refs)
	if err != nil {
		return err
	}
	batchFacts(batch, to.Facts)
	return nil
}

// reachedBatch are allocations of a book, with so many of those decided next after them, and then before, that FewestTraced households are
// among them where there are so many.
func reachedBatch(db *gorm.DB, book int64, refs []string) (batch []records.Allocation, err error) {
	if err := db.Where("book_id = ? AND code IN ?", book, refs).Order("entry_no").Find(&batch).Error; err != nil || len(batch) == 0 {
		return batch, err
	}
	first, last := *batch[0].EntryNo, *batch[len(batch)-1].EntryNo
	for _, near := range []struct {
		where, order string
		no           int64
	}{{"entry_no > ?", "entry_no", last}, {"entry_no < ?", "entry_no DESC", first}} {
		if households(batch) >= records.FewestTraced {
			break
		}
		var more []records.Allocation
		err := db.Where("book_id = ? AND state IN ?", book, []string{records.AllocationOpen, records.AllocationHanded}).Where(near.where, near.no).
			Order(near.order).Limit(100).Find(&more).Error
		if err != nil {
			return nil, err
		}
		for _, l := range more {
			if households(batch) >= records.FewestTraced {
				break
			}
			batch = append(batch, l)
		}
	}
	return batch, nil
}

// households is how many there are in a batch.
func households(batch []records.Allocation) int {
	ids := make([]int64, len(batch))
	for i, l := range batch {
		ids[i] = l.HouseholdID
	}
	slices.Sort(ids)
	return len(slices.Compact(ids))
}

// batchFacts tell of a batch: of its households none by itself, and nothing where they are few.
func batchFacts(batch []records.Allocation, facts map[string]string) {
	facts["households"] = ""
	n := households(batch)
	if n < records.FewestTraced {
		return
	}
	var kinds []string
	var decided, handed []time.Time
	var reached []records.Allocation
	for _, l := range batch {
		kinds = append(kinds, l.Kind)
		decided = append(decided, *l.ApprovedAt)
		if l.State == records.AllocationHanded {
			handed, reached = append(handed, *l.HandedAt), append(reached, l)
		}
	}
	slices.Sort(kinds)
	facts["households"], facts["kinds"] = strconv.Itoa(n), strings.Join(slices.Compact(kinds), " ")
	facts["since"], facts["until"] = daysOf(decided)
	facts["handed"] = strconv.Itoa(households(reached))
	facts["handed_since"], facts["handed_until"] = daysOf(handed)
}

// daysOf are the first and the last day of instants, "" for none.
func daysOf(at []time.Time) (first, last string) {
	if len(at) == 0 {
		return "", ""
	}
	slices.SortFunc(at, time.Time.Compare)
	return records.FormatDay(at[0].In(records.Local)), records.FormatDay(at[len(at)-1].In(records.Local))
}
