package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// makeStatement writes what came to a campaign into a sheet for everybody. The outcome's args: file (the blob's key), count.
func (a *applier) makeStatement(q Request) (*Outcome, error) {
	var command records.MakeStatement
	if err := json.Unmarshal(q.Data, &command); err != nil || len(command.Columns) != len(records.StatementColumns) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var found []records.Campaign
	if err := a.tx.Where("id = ? AND state <> ?", command.Campaign, records.CampaignProposed).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return refuse(records.RefusedNotFound), nil
	}
	var rows []statementRow
	if err := statementRows(a.tx, command.Campaign).Order("receipts.on_day, receipts.id").Limit(records.MaxStatement + 1).Scan(&rows).Error; err != nil {
		return nil, err
	}
	switch {
	case len(rows) == 0:
		return refuse(records.RefusedNoEntries), nil
	case len(rows) > records.MaxStatement:
		return refuse(records.RefusedTooManyEntries), nil
	}
	data, err := a.statementSheet(rows, command)
	if err != nil {
		return nil, err
	}
	key, err := a.putOut(q, "statement", xlsxMime, data)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, campaignRef(command.Campaign), found[0].Area, strconv.Itoa(len(rows)))
	return &Outcome{Args: map[string]string{"file": key, "count": strconv.Itoa(len(rows))}}, nil
}

// statementSheet is an xlsx with a line for each receipt, and the total of the money below.
func (a *applier) statementSheet(rows []statementRow, command records.MakeStatement) ([]byte, error) {
	book := sheets.NewBook(false)
	defer book.Close()
	book.Sheet("", 6, 12, 14, 16, 30, 30, 14)
	book.Head(command.Columns)
	var total int64
	for i, row := range rows {
		args, err := a.r.openRow(a.tx, row)
		if err != nil {
			return nil, err
		}
		if args["name"] == "" {
			args["name"] = command.Words["nobody"]
		}
		total += row.Amount
		book.Row(i+1, row.On.Format("02/01/2006"), args["code"], book.Money(row.Amount), args["things"], args["name"], row.Paper)
	}
	book.Row(nil, nil, book.Bold(command.Words["total"]), book.Money(total))
	return book.Bytes()
}

// reachedAtOnce is how many donors a run tells at most: the next one goes on.
const reachedAtOnce = 200

// tellReached tells donors, once for a promise, that what they gave was handed over with that of others: when a handover comes out of their
// stretch of the pool, and FewestTraced households were reached.
func (a *applier) tellReached(time.Time) error {
	var waiting []records.Receipt
	err := a.tx.Raw(`SELECT r.* FROM receipts r WHERE r.pledge <> '' AND r.amount > 0 AND r.reversed_at IS NULL AND r.reached_at IS NULL
		AND (SELECT count(DISTINCT a.household_id) FROM allocations a WHERE a.book_id = r.book_id AND a.state = 'handed') >= ?
		ORDER BY r.book_id, r.entry_no LIMIT ?`, records.FewestTraced, reachedAtOnce).Scan(&waiting).Error
	if err != nil {
		return err
	}
	done := int64(0) // the book whose further receipts wait behind one that nothing came out of
	for _, r := range waiting {
		if r.BookID == done {
			continue
		}
		told, err := a.reached(r)
		if err != nil {
			return err
		}
		if !told {
			done = r.BookID
		}
	}
	return nil
}

// reached tells the donor of a receipt if some of it was handed over.
func (a *applier) reached(r records.Receipt) (bool, error) {
	from, err := filledBefore(a.tx, r.BookID, r.EntryNo, "", records.VND)
	if err != nil {
		return false, err
	}
	shares, err := emptiedBy(a.tx, r.BookID, "", records.VND, from, from+r.Amount)
	if err != nil || len(shares) == 0 {
		return false, err
	}
	refs := make([]string, len(shares))
	for i, s := range shares {
		refs[i] = s.Ref
	}
	batch, err := reachedBatch(a.tx, r.BookID, refs)
	if err != nil {
		return false, err
	}
	facts := map[string]string{}
	batchFacts(batch, facts)
	var handed int64
	if err := a.tx.Model(&records.Allocation{}).Where("code IN ? AND state = ?", refs, records.AllocationHanded).Count(&handed).Error; err != nil {
		return false, err
	}
	if facts["households"] == "" || facts["handed"] == "0" || handed == 0 {
		return false, nil
	}
	if err := a.tx.Model(&records.Receipt{}).Where("pledge = ? AND reached_at IS NULL", r.Pledge).Update("reached_at", a.now).Error; err != nil {
		return false, err
	}
	var p records.Pledge
	if err := a.tx.Where("code = ? AND superseded_at IS NULL", r.Pledge).First(&p).Error; err != nil {
		return false, err
	}
	line := dialog.Line{Key: "notice.reached", Args: map[string]string{"pledge": p.Code, "households": facts["households"], "handed": facts["handed"]}}
	return true, a.tellDonor(p.PersonID, "reached "+p.Code, r.Code, line, seeButton("/saoke "+p.Code))
}
