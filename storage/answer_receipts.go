package storage

import (
	"context"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// receiptFor tells who keeps the books what they need to know to enter money. Facts: area (its name), and with a code: pledge, fund, state,
// amount, received, left; without one funds (those that take pledges now, separated by spaces).
func (r *Records) receiptFor(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.KeepBooks)
	if len(scope) == 0 {
		return errDenied
	}
	area := scope[0]
	to.Facts = map[string]string{"pledge": ""}
	if said := ask.Args["code"]; said != "" {
		code, _ := records.ParseTransferCode(said)
		var found []records.Pledge
		if err := r.db.WithContext(ctx).Where("code = ? AND superseded_at IS NULL", code).Limit(1).Find(&found).Error; err != nil {
			return err
		}
		if len(found) > 0 && records.Can(actor, records.KeepBooks, found[0].Area) {
			area = found[0].Area
			to.Facts = pledgeArgs(found[0], nil)
			to.Facts["pledge"] = found[0].Code
		}
	}
	names, err := r.areaNames(ctx, []string{area})
	to.Facts["area"] = names[area]
	return err
}

// receiptRow is a receipt with its book.
type receiptRow struct {
	records.Receipt
	Area, Fund string
}

// receiptArgs of a receipt: code, on, amount, way, paper, pledge, fund (a locale key), area, undone ("1" for one that was taken back). Nobody's name is among them.
func (row receiptRow) args(names map[string]string) map[string]string {
	return map[string]string{
		"code": row.Code, "on": records.FormatDay(row.On), "amount": strconv.FormatInt(row.Amount, 10), "way": row.Way, "paper": row.Paper, "pledge": row.Pledge,
		"fund": fundWords(row.Fund), "area": names[row.Area], "undone": oneIf(row.ReversedAt != nil), "words": records.MoneyInWords(row.Amount),
	}
}

func (r *Records) receiptRows(ctx context.Context, where string, args ...any) *gorm.DB {
	return r.db.WithContext(ctx).Table("receipts").Select("receipts.*, books.area, books.fund").Joins("JOIN books ON books.id = receipts.book_id").Where(where, args...)
}

// receipts lists those of the asker's books, the newest first, pageSize to a page. Lines receipt.line, args of receiptRow.args.
func (r *Records) receipts(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.KeepBooks)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("books.area", scope)
	var found []receiptRow
	if err := r.receiptRows(ctx, where, args...).Order("receipts.id DESC").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error; err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	var areas []string
	for _, row := range found {
		areas = append(areas, row.Area)
	}
	slices.Sort(areas)
	names, err := r.areaNames(ctx, slices.Compact(areas))
	for _, row := range found {
		to.Lines = append(to.Lines, dialog.Line{Key: "receipt.line", Args: row.args(names)})
	}
	return err
}

// oneReceipt tells of a receipt of the asker's books. Facts: the args of receiptRow.args.
func (r *Records) oneReceipt(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	code, ok := records.ParseReceiptCode(ask.Args["code"])
	var found []receiptRow
	if ok {
		if err := r.receiptRows(ctx, "receipts.code = ?", code).Limit(1).Find(&found).Error; err != nil {
			return err
		}
	}
	if len(found) == 0 || !records.Can(actor, records.KeepBooks, found[0].Area) {
		return errNotFound
	}
	names, err := r.areaNames(ctx, []string{found[0].Area})
	to.Facts = found[0].args(names)
	return err
}
