package storage

import (
	"context"
	"strconv"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// A statement tells everybody what came to a campaign: days, codes, amounts, and the names that were given to be public. Who sent a
// transfer, and what they wrote, is not in it.

// statements lists the campaigns to which something came, the newest first, pageSize to a page. Lines statement.campaign, args of
// campaignArgs.
func (r *Records) statements(ctx context.Context, ask dialog.Ask, to *dialog.Answer) error {
	var found []records.Campaign
	err := r.db.WithContext(ctx).Where("state <> ? AND EXISTS (SELECT 1 FROM receipts WHERE receipts.campaign_id = campaigns.id AND reversed_at IS NULL)", records.CampaignProposed).
		Order("id DESC").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	names, err := r.areaNames(ctx, campaignAreas(found))
	for _, c := range found {
		to.Lines = append(to.Lines, dialog.Line{Key: "statement.campaign", Args: campaignArgs(c, names)})
	}
	return err
}

// statementRow is a receipt as everybody may see it.
type statementRow struct {
	records.Receipt
	Public string // the name of its promise, sealed
}

// statementRows are the receipts of a campaign that are in force.
func statementRows(db *gorm.DB, campaign int64) *gorm.DB {
	return db.Table("receipts").Select("receipts.*, coalesce(p.name, '') AS public").
		Joins("LEFT JOIN pledges p ON p.code = receipts.pledge AND receipts.pledge <> '' AND p.superseded_at IS NULL").
		Where("receipts.campaign_id = ? AND receipts.reversed_at IS NULL", campaign)
}

// openRow is a receipt in the clear: its code is that of its promise where it has one. things are those of its entry.
func (r *Records) openRow(db *gorm.DB, row statementRow) (args map[string]string, err error) {
	args = map[string]string{"code": row.Code, "on": records.FormatDay(row.On), "amount": strconv.FormatInt(row.Amount, 10), "paper": row.Paper, "name": "", "things": ""}
	if row.Pledge != "" {
		args["code"] = row.Pledge
	}
	for _, sealed := range []string{row.Public, row.Name} {
		if sealed == "" || args["name"] != "" {
			continue
		}
		if args["name"], err = r.Open(sealed); err != nil {
			return nil, err
		}
	}
	if row.Amount == 0 {
		var lines []records.JournalLine
		err := db.Raw(`SELECT l.* FROM journal j JOIN journal_lines l ON l.entry_id = j.id WHERE j.book_id = ? AND j.no = ? AND l.account = 'pool' ORDER BY l.n`,
			row.BookID, row.EntryNo).Scan(&lines).Error
		if err != nil {
			return nil, err
		}
		var things []records.Item
		for _, l := range lines {
			things = addThing(things, records.Item{Qty: -l.Amount, Unit: l.Unit, Name: l.Item})
		}
		args["things"] = records.Things(things)
	}
	return args, nil
}

// statement tells what came to a campaign, the newest first, pageSize to a page: all of it, or what has a code, an amount or a day. Lines
// statement.line: on, code, amount, things, name, paper. Facts: the args of campaignArgs, count, total (VND), and of its fund's books
// allocated and handed (VND) with households and reached (how many, "" under FewestTraced).
func (r *Records) statement(ctx context.Context, ask dialog.Ask, to *dialog.Answer) error {
	db := r.db.WithContext(ctx)
	id, err := strconv.ParseInt(ask.Args["campaign"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var found []records.Campaign
	if err := db.Where("id = ? AND state <> ?", id, records.CampaignProposed).Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 {
		return errNotFound
	}
	names, err := r.areaNames(ctx, campaignAreas(found))
	if err != nil {
		return err
	}
	to.Facts = campaignArgs(found[0], names)
	search := func() *gorm.DB { return searched(statementRows(db, id), ask) }
	var sum struct{ Count, Total int64 }
	if err := db.Table("(?) AS s", search()).Select("count(*) AS count, coalesce(sum(amount), 0) AS total").Scan(&sum).Error; err != nil {
		return err
	}
	to.Facts["count"], to.Facts["total"] = strconv.FormatInt(sum.Count, 10), strconv.FormatInt(sum.Total, 10)
	var rows []statementRow
	if err := search().Order("receipts.on_day DESC, receipts.id DESC").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Scan(&rows).Error; err != nil {
		return err
	}
	for _, row := range firstPage(rows, pageSize, to) {
		args, err := r.openRow(db, row)
		if err != nil {
			return err
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "statement.line", Args: args})
	}
	return spent(db, found[0], to)
}

// searched are the rows that have what is looked for.
func searched(rows *gorm.DB, ask dialog.Ask) *gorm.DB {
	if code, ok := records.ParseTransferCode(ask.Args["code"]); ok {
		return rows.Where("receipts.pledge = ?", code)
	}
	if code, ok := records.ParseReceiptCode(ask.Args["code"]); ok {
		return rows.Where("receipts.code = ?", code)
	}
	if amount, err := strconv.ParseInt(ask.Args["amount"], 10, 64); err == nil {
		return rows.Where("receipts.amount = ?", amount)
	}
	if on, ok := records.ParseDay(ask.Args["on"]); ok {
		return rows.Where("receipts.on_day = ?", on)
	}
	return rows
}

// spent tells what became of a fund's money.
func spent(db *gorm.DB, c records.Campaign, to *dialog.Answer) error {
	for _, of := range []struct {
		sum, people string
		states      []string
	}{{"allocated", "households", []string{records.AllocationOpen, records.AllocationHanded}}, {"handed", "reached", []string{records.AllocationHanded}}} {
		var sum struct{ Money, Households int64 }
		err := db.Raw(`SELECT coalesce(sum(a.money), 0) AS money, count(DISTINCT a.household_id) AS households FROM allocations a JOIN books b ON b.id = a.book_id
			WHERE b.area = ? AND b.fund = ? AND a.state IN ?`, c.Area, c.Fund, of.states).Scan(&sum).Error
		if err != nil {
			return err
		}
		to.Facts[of.sum], to.Facts[of.people] = strconv.FormatInt(sum.Money, 10), ""
		if sum.Households >= records.FewestTraced {
			to.Facts[of.people] = strconv.FormatInt(sum.Households, 10)
		}
	}
	return nil
}
