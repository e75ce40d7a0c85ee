package storage

import (
	"context"
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// signatureSheet tells of a sheet to sign. Lines sheet.line, each with n, code, name, on, kind, money, items, state (one of records.Line...),
// signed ("1" as the photo was brought). Facts: sheet, group, on (the day it was made), count, photo (the blob's key), brought (a day), by.
func (r *Records) signatureSheet(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	code, ok := records.ParseSheetCode(ask.Args["sheet"])
	if !ok {
		return errNotFound
	}
	var found []struct {
		records.SignatureRow
		Name string
	}
	err := r.db.WithContext(ctx).Raw(`SELECT s.*, coalesce(p.name, '') AS name FROM signature_sheets s LEFT JOIN people p ON p.id = s.brought_by
		WHERE s.code = ?`, code).Scan(&found).Error
	if err != nil {
		return err
	}
	if len(found) == 0 || !records.Can(actor, records.SignSheets, found[0].Area) {
		return errNotFound
	}
	sheet := found[0]
	names, err := r.areaNames(ctx, []string{sheet.Area})
	if err != nil {
		return err
	}
	lines, err := sheetLines(r.db.WithContext(ctx), code)
	if err != nil {
		return err
	}
	rows := make([]helpRow, len(lines))
	for i, l := range lines {
		rows[i] = helpRow{Help: l.Help, HouseholdCode: l.HouseholdCode, Head: l.Head}
	}
	if err := r.fillItems(ctx, rows); err != nil {
		return err
	}
	for i, l := range lines {
		args := rows[i].args()
		args["n"], args["state"], args["signed"] = strconv.Itoa(l.N), l.state(code), ""
		if l.Signed {
			args["signed"] = "1"
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "sheet.line", Args: args})
	}
	to.Facts = map[string]string{
		"sheet": code, "group": names[sheet.Area], "on": records.FormatDay(records.DayOf(sheet.MadeAt)), "count": strconv.Itoa(len(lines)),
		"photo": sheet.Photo, "by": sheet.Name,
	}
	if sheet.BroughtAt != nil {
		to.Facts["brought"] = records.FormatDay(records.DayOf(*sheet.BroughtAt))
	}
	return nil
}
