package storage

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// A list of households that somebody sends in a chat is small; anything larger is an import.
const (
	sheetHouseholds = 300
	sheetBytes      = 4 << 20
	sheetRowsNamed  = 10 // rows that cannot be used, named in the answer
)

var sheetLimits = sheets.Limits{Bytes: sheetBytes, Unpacked: 64 << 20, Parts: 500, Rows: 5_000, Columns: 100, Cell: 1_000}

// sheetColumns of a list of households to be given something: the household's code, or its group and head. Names alone are
// never enough.
var sheetColumns = []column{
	{name: "code", headings: []string{"ma ho", "ma so ho", "ma", "ma phieu ho", "household code"}},
	{name: "old", headings: oldHeadings},
	{name: "group", headings: numHeadings},
	{name: "head", headings: []string{"ho va ten chu ho", "ho ten chu ho", "chu ho", "ten chu ho", "ho va ten", "ho ten", "ten", "dai dien ho", "head", "name"}},
	{name: "birth", headings: []string{"nam sinh", "ngay sinh", "ngay thang nam sinh", "sinh nam", "birth year"}},
}

// Problems of a list sent in a chat.
const (
	sheetPending  = "sheet.pending"  // the file is still on its way
	sheetDamaged  = "sheet.damaged"  // it is no table
	sheetHeadless = "sheet.headless" // no column of codes, nor of groups and names
	sheetTooMany  = "sheet.too_many" // more than sheetHouseholds: args max
	sheetNobody   = "sheet.nobody"   // no row can be used
)

// sheetOfHouseholds reads a list of households from a file that was sent, within the asker's rights. Args: blob its key. Facts:
// codes (separated by spaces, each once), count, bad (how many rows cannot be used), rows (their numbers, the first ten), and
// why where nothing can be done with it.
func (r *Records) sheetOfHouseholds(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.LogTheHelp)
	if len(scope) == 0 {
		return errDenied
	}
	fail := func(why string) error {
		to.Facts = map[string]string{"count": "0", "why": why, "max": strconv.Itoa(sheetHouseholds)}
		return nil
	}
	data, _, err := r.Blob(ctx, ask.Args["blob"])
	if errors.Is(err, ErrNoBlob) {
		return fail(sheetPending)
	}
	if err != nil {
		return err
	}
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", sheetLimits)
	if err != nil {
		return fail(sheetDamaged)
	}
	defer table.Close()
	var head *header
	var codes, bad []string
	seen := map[string]bool{}
	for row, err := range table.Rows() {
		switch {
		case err != nil:
			return fail(sheetDamaged)
		case head == nil:
			head = sheetHeader(row)
			if head == nil && row.N > headerRows {
				return fail(sheetHeadless)
			}
			continue
		}
		code, err := r.sheetHousehold(ctx, actor, &importRow{row: row, head: head, table: table})
		switch {
		case err != nil:
			return err
		case code == "":
			bad = append(bad, strconv.Itoa(row.N))
		case !seen[code]:
			seen[code] = true
			codes = append(codes, code)
		}
		if len(codes) > sheetHouseholds {
			return fail(sheetTooMany)
		}
	}
	switch {
	case head == nil:
		return fail(sheetHeadless)
	case len(codes) == 0:
		return fail(sheetNobody)
	}
	to.Facts = map[string]string{
		"codes": strings.Join(codes, " "), "count": strconv.Itoa(len(codes)), "bad": strconv.Itoa(len(bad)),
		"rows": strings.Join(bad[:min(len(bad), sheetRowsNamed)], ", "),
	}
	return nil
}

// sheetHeader takes a row for the headings if it tells households apart: by code, or by group and head.
func sheetHeader(row sheets.Row) *header {
	h := readHeader(sheetColumns, row)
	_, code := h.at["code"]
	_, group := h.at["group"]
	_, name := h.at["head"]
	if code || group && name {
		return h
	}
	return nil
}

// sheetHousehold is the code of the one household that a row means, "" where none or several fit.
func (r *Records) sheetHousehold(ctx context.Context, actor records.Actor, in *importRow) (string, error) {
	if typed := in.text("code"); typed != "" {
		code, ok := records.ParseHouseholdCode(typed)
		if !ok {
			return "", nil
		}
		home, err := r.household(ctx, actor, code)
		if errors.Is(err, errNotFound) || err == nil && !records.Can(actor, records.LogTheHelp, home.Path()) {
			return "", nil
		}
		return home.Code, err
	}
	name, group := in.text("head"), strings.TrimSpace(in.text("group")+" "+in.text("old"))
	if name == "" || group == "" {
		return "", nil
	}
	_, number, rest := cutGroup("x tổ " + group)
	if _, named, more := cutGroup("x " + group); named != "" {
		number, rest = named, more
	}
	paths, err := r.scoped(ctx, actor, strings.TrimSpace(number+" "+rest))
	if errors.Is(err, errNotFound) || err == nil && len(paths) != 1 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	homes, err := r.homesIn(ctx, paths, sheetLimits.Rows, 0)
	if err != nil {
		return "", err
	}
	code := ""
	for _, h := range homes {
		if fold.Fold(h.Head) != fold.Fold(name) || !sameYear(in.text("birth"), h.BirthYear) {
			continue
		}
		if code != "" {
			return "", nil
		}
		code = h.Code
	}
	return code, nil
}

// sameYear reports that a cell with a birth year or date does not speak against a year; where either is missing it does not.
func sameYear(cell string, year int) bool {
	if cell == "" || year == 0 {
		return true
	}
	return strings.Contains(cell, strconv.Itoa(year))
}
