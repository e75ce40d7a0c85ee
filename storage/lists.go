package storage

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

const (
	listBadRows = 5_000  // rows that cannot be used, in the sheet of them
	listNoted   = 10_000 // rows between two notes of how far it is
)

// listLimits are those of a file that comes by a chat.
var listLimits = sheets.Limits{Bytes: 20 << 20, Unpacked: 512 << 20, Parts: 2_000, Rows: 200_000, Columns: 256, Cell: 4_000}

// NextList gives owner a list that waits to be looked through or imported, and keeps it from others for lease; nil when none waits.
func (r *Records) NextList(ctx context.Context, owner string, lease time.Duration) (list *records.List, err error) {
	defer r.observe("next_list", time.Now(), &err)
	list, err = nextFile[records.List](ctx, r, "lists", []string{records.ListChecking, records.ListImporting}, owner, lease)
	return list, explain("next list", err)
}

// nextFile gives owner the first row of a table that has one of the states and is nobody's, and keeps it from others for lease; nil for none.
func nextFile[T any](ctx context.Context, r *Records, table string, states []string, owner string, lease time.Duration) (*T, error) {
	now := r.instant()
	var found []T
	err := r.change(ctx, func(db *gorm.DB) error {
		const free = "status IN ? AND (lease_until IS NULL OR lease_until < ?)"
		return db.Raw("UPDATE "+table+" SET owner = ?, lease_until = ? WHERE id = (SELECT min(id) FROM "+table+" WHERE "+free+") AND "+free+" RETURNING *",
			owner, now.Add(lease), states, now, states, now).Scan(&found).Error
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// RunList looks a list through, or imports it, and tells who sent it what came of it; ErrNoBlob while the file is still on its way. words writes the lines of the report. Running it
// again after a crash is harmless: what is there already is not changed, and nobody is told twice.
func (r *Records) RunList(ctx context.Context, list records.List, lease time.Duration, words func(dialog.Line) string) (err error) {
	defer r.observe("run_list", time.Now(), &err)
	data, _, err := r.Blob(ctx, list.Blob)
	switch {
	case errors.Is(err, ErrNoBlob) && r.instant().Sub(list.CreatedAt) < records.ListPatience: // it is still on its way
		return errors.Join(err, r.setList(ctx, list.ID, map[string]any{"lease_until": nil}))
	case errors.Is(err, ErrNoBlob):
		return r.failList(ctx, list, records.ListPending, nil)
	case err != nil:
		return err
	}
	actor, err := r.actorOf(ctx, dialog.Person{ID: strconv.FormatInt(list.PersonID, 10)})
	if err != nil {
		return err
	}
	scope := records.Scope(actor, records.ImportLists)
	if len(scope) == 0 { // the role ended meanwhile
		return r.failList(ctx, list, records.ListDenied, nil)
	}
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", listLimits)
	if err != nil {
		return r.failList(ctx, list, whyNoTable(err), nil)
	}
	defer table.Close()
	var bad []ImportProblem
	report, err := r.Import(ctx, ImportHouseholds, table, ImportOptions{
		Apply: list.Status == records.ListImporting, Places: r.places, Source: "list " + strconv.FormatInt(list.ID, 10),
		Actor: "person " + strconv.FormatInt(list.PersonID, 10), Scope: scope,
		Report: func(p ImportProblem) {
			if len(bad) < listBadRows {
				bad = append(bad, p)
			}
		},
		Progress: func(rows int) error {
			if rows%listNoted != 0 {
				return nil
			}
			return r.setList(ctx, list.ID, map[string]any{"done_rows": rows, "lease_until": r.instant().Add(lease)})
		},
	})
	var header *HeaderError
	var place *sheets.PlaceError
	switch {
	case errors.As(err, &header):
		return r.failList(ctx, list, records.ListHeadless, map[string]string{"missing": strings.Join(header.Missing, ", ")})
	case errors.As(err, &place):
		return r.failList(ctx, list, whyNoTable(err), nil)
	case err != nil:
		return err
	}
	return r.endList(ctx, list, report, bad, words)
}

func whyNoTable(err error) string {
	if errors.Is(err, sheets.ErrTooBig) {
		return records.ListTooBig
	}
	return records.ListDamaged
}

func (r *Records) setList(ctx context.Context, id int64, set map[string]any) error {
	return explain("list", r.change(ctx, func(db *gorm.DB) error { return db.Model(&records.List{}).Where("id = ?", id).Updates(set).Error }))
}

// failList tells why nothing came of a list.
func (r *Records) failList(ctx context.Context, list records.List, why string, args map[string]string) error {
	all := map[string]string{"why": why, "missing": ""}
	for k, v := range args {
		all[k] = v
	}
	if err := r.tellOfList(ctx, list, "failed", dialog.Say{Lines: []dialog.Line{{Key: "notice.list.failed", Args: all}}}); err != nil {
		return err
	}
	return r.setList(ctx, list.ID, map[string]any{"status": records.ListFailed, "why": why})
}

// endList keeps what a list came to, and tells it.
func (r *Records) endList(ctx context.Context, list records.List, report ImportReport, bad []ImportProblem, words func(dialog.Line) string) error {
	set := map[string]any{
		"status": records.ListChecked, "done_rows": report.Rows, "added": report.Added, "changed": report.Changed, "same": report.Same, "bad": report.Bad,
		"classified": report.Classified, "years": strings.Join(report.Years, ", "), "decisions": strings.Join(report.Decisions, ", "),
	}
	if len(bad) > 0 && list.BadFile == "" {
		data, err := badSheet(bad, words)
		if err != nil {
			return err
		}
		key := "out/" + r.keyed("list", strconv.FormatInt(list.ID, 10))
		if err := r.PutBlob(ctx, key, xlsxMime, data); err != nil {
			return err
		}
		set["bad_file"] = key
	}
	cause, key := "checked", "notice.list.checked"
	if report.Applied {
		set["status"], cause, key = records.ListDone, "done", "notice.list.done"
	}
	say := dialog.Say{
		Lines: []dialog.Line{{Key: key, Args: map[string]string{"bad": strconv.Itoa(report.Bad)}}},
		Menu:  []dialog.Option{seeButton("/xemnhap " + strconv.FormatInt(list.ID, 10))},
	}
	if err := r.tellOfList(ctx, list, cause, say); err != nil {
		return err
	}
	return r.setList(ctx, list.ID, set)
}

func (r *Records) tellOfList(ctx context.Context, list records.List, what string, say dialog.Say) error {
	return r.Notify(ctx, "list "+strconv.FormatInt(list.ID, 10)+" "+what, []string{list.Contact}, say, r.instant())
}

// badSheet is a sheet of the rows that cannot be used.
func badSheet(bad []ImportProblem, words func(dialog.Line) string) ([]byte, error) {
	book := sheets.NewBook(false)
	defer book.Close()
	book.Sheet("", 0, 0, 40, 40)
	head := func(key string) string { return words(dialog.Line{Key: "list.column." + key}) }
	book.Row(head("row"), head("column"), head("heading"), head("problem"))
	for _, p := range bad {
		book.Row(p.Row, p.Column, p.Heading, words(p.Line))
	}
	return book.Bytes()
}

// oneList tells of a list: the newest of the asker's, or that with the number. Facts: list, status, why, rows, added, changed, same, bad,
// classified, years, decisions, bad_file, asked_rows (the arg rows).
func (r *Records) oneList(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.ImportLists)
	if len(scope) == 0 {
		return errDenied
	}
	find := r.db.WithContext(ctx).Where("area IN ?", scope)
	if id, err := strconv.ParseInt(ask.Args["list"], 10, 64); err == nil {
		find = find.Where("id = ?", id)
	}
	var found []records.List
	if err := find.Order("id DESC").Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 { // none was sent yet
		return nil
	}
	l, number := found[0], strconv.Itoa
	to.Facts = map[string]string{
		"list": strconv.FormatInt(l.ID, 10), "status": l.Status, "why": l.Why, "rows": number(l.DoneRows), "added": number(l.Added), "changed": number(l.Changed),
		"same": number(l.Same), "bad": number(l.Bad), "classified": number(l.Classified), "years": l.Years, "decisions": l.Decisions, "bad_file": l.BadFile, "asked_rows": ask.Args["rows"],
	}
	return nil
}
