package storage

import (
	"context"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

const needsShown = 5 // needs of a household that it is told of

// needRow is a need with its household.
type needRow struct {
	records.Need
	Code   string
	Head   string
	Second string
	By     string // who answered
}

// args of a need: need (its id), household, name, second, dimension, words, status, answer, planned_on, on (the day it was told), by.
func (n needRow) args() map[string]string {
	args := map[string]string{
		"need": strconv.FormatInt(n.ID, 10), "household": n.Code, "name": n.Head, "second": n.Second, "dimension": n.Dimension, "words": n.Words, "status": n.Status,
		"answer": n.Answer, "planned_on": "", "on": records.FormatDay(n.CreatedAt.In(records.Local)), "by": n.By,
	}
	if n.PlannedOn != nil {
		args["planned_on"] = records.FormatDay(*n.PlannedOn)
	}
	return args
}

const needSelect = `SELECT needs.*, h.code, h.head, h.second, coalesce(p.name, '') AS "by" FROM needs JOIN households h ON h.id = needs.household_id
	LEFT JOIN people p ON p.id = needs.answered_by `

// openNeeds lists the needs that the asker may answer and that are not closed, oldest first, pageSize to a page. Lines need.line, args
// of needRow. Options: Key the id, Label the household. Facts: count.
func (r *Records) openNeeds(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.AnswerNeeds)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("needs.area", scope)
	where += " AND needs.status IN ('received', 'planned')"
	var count int64
	if err := r.db.WithContext(ctx).Model(&records.Need{}).Where(where, args...).Count(&count).Error; err != nil {
		return err
	}
	var rows []needRow
	err := r.db.WithContext(ctx).Raw(needSelect+"WHERE "+where+" ORDER BY needs.id LIMIT ? OFFSET ?", append(args, pageSize+1, max(ask.Page, 0)*pageSize)...).Scan(&rows).Error
	if err != nil {
		return err
	}
	rows = firstPage(rows, pageSize, to)
	for _, n := range rows {
		to.Lines = append(to.Lines, dialog.Line{Key: "need.line", Args: n.args()})
		to.Options = append(to.Options, dialog.Option{Key: strconv.FormatInt(n.ID, 10), Label: clipRunes(n.Head, labelMaxRunes)})
	}
	to.Facts = map[string]string{"count": strconv.FormatInt(count, 10)}
	return nil
}

// oneNeed tells of a need that the asker may answer. Facts: the args of needRow, group (name), open ("1": it is not closed), photos (keys
// of blobs, but for those whose consent was withdrawn).
func (r *Records) oneNeed(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["need"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var rows []needRow
	if err := r.db.WithContext(ctx).Raw(needSelect+"WHERE needs.id = ?", id).Scan(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || !records.Can(actor, records.AnswerNeeds, rows[0].Area) {
		return errNotFound
	}
	n := rows[0]
	group := records.Parent(n.Area)
	names, err := r.areaNames(ctx, []string{group})
	if err != nil {
		return err
	}
	to.Facts = n.args()
	to.Facts["group"], to.Facts["open"] = names[group], ""
	var photos []string
	err = r.db.WithContext(ctx).Model(&records.NeedPhoto{}).Where("need_id = ?", n.ID).
		Where("EXISTS (SELECT 1 FROM consents c WHERE c.id = need_photos.consent_id AND c.withdrawn_at IS NULL)").Order("n").Pluck("blob", &photos).Error
	if err != nil {
		return err
	}
	to.Facts["photos"] = strings.Join(photos, " ")
	if n.Open() {
		to.Facts["open"] = "1"
	}
	return nil
}

// needsOfMine tells a household its newest needs and what came of them, oldest of them first; without its code, the asker's own. Lines
// need.line, args of needRow. Facts: household, count (of those told).
func (r *Records) needsOfMine(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	home, err := r.ownHome(ctx, actor, ask, records.TellNeed)
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"household": home.Code}
	lines, err := r.needLines(ctx, home, time.Time{})
	to.Lines, to.Facts["count"] = lines, strconv.Itoa(len(lines))
	return err
}

// needLines are the newest needs of a household that are not confirmed, or were after since; oldest of them first.
func (r *Records) needLines(ctx context.Context, home records.Household, since time.Time) ([]dialog.Line, error) {
	var rows []needRow
	err := r.db.WithContext(ctx).Raw(needSelect+"WHERE needs.household_id = ? AND (needs.status <> 'confirmed' OR needs.confirmed_at > ?) ORDER BY needs.id DESC LIMIT ?",
		home.ID, since, needsShown).Scan(&rows).Error
	lines := make([]dialog.Line, len(rows))
	for i, n := range rows {
		lines[len(rows)-1-i] = dialog.Line{Key: "need.line", Args: n.args()}
	}
	return lines, err
}
