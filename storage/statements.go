package storage

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// enteredAtOnce is how many receipts of a statement are entered in a transaction: others who enter money wait no longer than that.
const enteredAtOnce = 20

// NextStatement gives owner a statement that waits to be read or kept, and keeps it from others for lease; nil when none waits.
func (r *Records) NextStatement(ctx context.Context, owner string, lease time.Duration) (s *records.StatementFile, err error) {
	defer r.observe("next_statement", time.Now(), &err)
	s, err = nextFile[records.StatementFile](ctx, r, "statements", []string{records.StatementReading, records.StatementKeeping}, owner, lease)
	return s, explain("next statement", err)
}

// RunStatement reads a statement, or keeps it and enters what is sure, and tells who sent it what came of it; ErrNoBlob while the file is still
// on its way. words writes the lines of the sheet of bad lines. Running it again after a crash is harmless: what is kept is not kept again, what
// has its receipt has no second one, and nobody is told twice.
func (r *Records) RunStatement(ctx context.Context, s records.StatementFile, lease time.Duration, words func(dialog.Line) string) (err error) {
	defer r.observe("run_statement", time.Now(), &err)
	data, _, err := r.Blob(ctx, s.Blob)
	switch {
	case errors.Is(err, ErrNoBlob) && r.instant().Sub(s.CreatedAt) < records.ListPatience: // it is still on its way
		return errors.Join(err, r.setStatement(ctx, s.ID, map[string]any{"lease_until": nil}))
	case errors.Is(err, ErrNoBlob):
		return r.failStatement(ctx, s, &StatementError{Reason: records.StatementPending})
	case err != nil:
		return err
	}
	scope, err := r.booksOf(ctx, s.PersonID)
	switch {
	case err != nil:
		return err
	case len(scope) == 0: // the role ended meanwhile
		return r.failStatement(ctx, s, &StatementError{Reason: records.StatementDenied})
	}
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", listLimits)
	if err != nil {
		return r.failStatement(ctx, s, whyNoStatement(err))
	}
	defer table.Close()
	keeping := s.Status == records.StatementKeeping
	stay := func() error { return r.setStatement(ctx, s.ID, map[string]any{"lease_until": r.instant().Add(lease)}) }
	report, err := r.TakeStatement(ctx, table, StatementOptions{Account: s.Account, Areas: scope, Apply: keeping, ID: &s.ID, Before: stay})
	if why := whyNoStatement(err); why != nil {
		return r.failStatement(ctx, s, why)
	} else if err != nil {
		return err
	}
	if !keeping {
		return r.endReading(ctx, s, report, words)
	}
	return r.enterStatement(ctx, s, report, stay)
}

// booksOf are the areas whose books a person keeps.
func (r *Records) booksOf(ctx context.Context, person int64) ([]string, error) {
	actor, err := r.actorOf(ctx, dialog.Person{ID: strconv.FormatInt(person, 10)})
	return records.Scope(actor, records.KeepBooks), err
}

// whyNoStatement says why a file is no statement that can be used; nil for other errors and none.
func whyNoStatement(err error) *StatementError {
	var known *StatementError
	var place *sheets.PlaceError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, sheets.ErrTooBig):
		return &StatementError{Reason: records.StatementTooBig}
	case errors.Is(err, sheets.ErrOldFormat):
		return &StatementError{Reason: records.StatementOld}
	case errors.Is(err, sheets.ErrDamaged), errors.Is(err, sheets.ErrNoSheet), errors.As(err, &place):
		return &StatementError{Reason: records.StatementDamaged}
	}
	return nil
}

func (r *Records) setStatement(ctx context.Context, id int64, set map[string]any) error {
	return explain("statement", r.change(ctx, func(db *gorm.DB) error {
		return db.Model(&records.StatementFile{}).Where("id = ?", id).Updates(set).Error
	}))
}

// failStatement tells why nothing came of a statement.
func (r *Records) failStatement(ctx context.Context, s records.StatementFile, why *StatementError) error {
	say := dialog.Say{Lines: []dialog.Line{{Key: "notice.statement.failed", Args: map[string]string{"why": why.Reason, "said": why.Said}}}}
	if err := r.tellOfStatement(ctx, s, "failed", say); err != nil {
		return err
	}
	return r.leaveStatement(ctx, s, map[string]any{"status": records.StatementFailed, "why": why.Reason, "said": why.Said})
}

// leaveStatement ends the work on a statement, and deletes the file: it names people who gave.
func (r *Records) leaveStatement(ctx context.Context, s records.StatementFile, set map[string]any) error {
	return explain("statement", r.in(ctx, func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM blobs WHERE key = ?", s.Blob).Error; err != nil {
			return err
		}
		return tx.Model(&records.StatementFile{}).Where("id = ?", s.ID).Updates(set).Error
	}))
}

func (r *Records) tellOfStatement(ctx context.Context, s records.StatementFile, what string, say dialog.Say) error {
	return r.Notify(ctx, "statement "+strconv.FormatInt(s.ID, 10)+" "+what, []string{s.Contact}, say, r.instant())
}

// endReading keeps what a statement would come to, and tells it.
func (r *Records) endReading(ctx context.Context, s records.StatementFile, report StatementReport, words func(dialog.Line) string) error {
	set := map[string]any{
		"status": records.StatementRead, "account": report.Account, "area": report.Area, "fund": report.Fund, "lines": len(report.Lines), "total": report.In,
		"matched": report.Matched, "matched_sum": report.MatchedSum, "amounts": report.Amounts, "unclear": report.Unclear, "unknown": report.Unknown,
		"same": report.Same, "out": report.Out, "others": othersOf(report.Other), "bad": len(report.Faults),
	}
	if len(report.Lines) > 0 {
		set["from_on"], set["to_on"] = report.From, report.To
	}
	if off := report.Off; off != nil {
		set["off_row"], set["off_vnd"] = offRow(off), off.Got-off.Want
	}
	if len(report.Faults) > 0 && s.BadFile == "" {
		var bad []ImportProblem
		for _, f := range report.Faults[:min(len(report.Faults), listBadRows)] {
			bad = append(bad, ImportProblem{Row: f.Row, Line: dialog.Line{Key: f.Reason, Args: map[string]string{"value": f.Value}}})
		}
		data, err := badSheet(bad, words)
		if err != nil {
			return err
		}
		key := "out/" + r.keyed("statement", strconv.FormatInt(s.ID, 10))
		if err := r.PutBlob(ctx, key, xlsxMime, data); err != nil {
			return err
		}
		set["bad_file"] = key
	}
	say := dialog.Say{
		Lines: []dialog.Line{{Key: "notice.statement.read", Args: map[string]string{"lines": strconv.Itoa(len(report.Lines))}}},
		Menu:  []dialog.Option{seeButton("/xemsaoke " + strconv.FormatInt(s.ID, 10))},
	}
	if err := r.tellOfStatement(ctx, s, "read", say); err != nil {
		return err
	}
	return r.setStatement(ctx, s.ID, set)
}

// enterStatement enters what a kept statement has that names a promise and has its amount, as the person who said that it be kept.
func (r *Records) enterStatement(ctx context.Context, s records.StatementFile, report StatementReport, stay func() error) error {
	for {
		if err := stay(); err != nil {
			return err
		}
		var e paidIn
		err := r.in(ctx, func(tx *gorm.DB) (err error) {
			a := &applier{r: r, tx: tx, now: r.instant(), actors: map[string]*actor{}}
			q := Request{Contact: s.Contact, Kind: records.CmdKeepStatement, At: r.instant()}
			if e, err = a.enterMatched(q, s.PersonID, enteredAtOnce, "statement_id = ?", s.ID); err != nil {
				return err
			}
			return a.flush()
		})
		if err != nil {
			return explain("enter statement", err)
		}
		if e.count+e.failed == 0 {
			break
		}
	}
	var accepted, waiting int64
	find := func() *gorm.DB {
		return r.db.WithContext(ctx).Model(&records.Transfer{}).Where("statement_id = ?", s.ID)
	}
	if err := errors.Join(find().Where("state = ?", records.TransferAccepted).Count(&accepted).Error,
		find().Where("state IN ?", records.OpenTransfers).Count(&waiting).Error); err != nil {
		return explain("statement", err)
	}
	args := map[string]string{"accepted": strconv.FormatInt(accepted, 10), "waiting": strconv.FormatInt(waiting, 10)}
	say := dialog.Say{Lines: []dialog.Line{{Key: "notice.statement.kept", Args: args}}}
	if waiting > 0 {
		say.Menu = []dialog.Option{seeButton("/doisoat")}
	}
	if err := r.tellOfStatement(ctx, s, "kept", say); err != nil {
		return err
	}
	return r.leaveStatement(ctx, s, map[string]any{"status": records.StatementKept, "accepted": accepted, "same": report.Same})
}
