package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

const checksShown = 4 // of how it went, newest

// riseRow is a household's pledge with its household.
type riseRow struct {
	records.Rise
	Code   string
	Head   string
	Second string
}

// args of a pledge: rise (its id), household, name, second, year, missing (dimensions, separated by spaces), support, steps (a line
// each), status, on (the day it was made), next_on.
func (x riseRow) args() map[string]string {
	return map[string]string{
		"rise": strconv.FormatInt(x.ID, 10), "household": x.Code, "name": x.Head, "second": x.Second, "year": strconv.Itoa(x.Year), "missing": x.Missing,
		"support": x.Support, "steps": x.Steps, "status": x.Status, "on": records.FormatDay(records.DayOf(x.CreatedAt)), "next_on": records.FormatDay(x.NextOn),
	}
}

const riseSelect = "SELECT rises.*, h.code, h.head, h.second FROM rises JOIN households h ON h.id = rises.household_id "

// riseOfMine tells a household what it enrolled for and how it goes: the one with the code household, or the first of the asker's that
// is enrolled, else their first. Facts: household, and of a pledge that goes on the args of riseRow. Lines rise.check.
func (r *Records) riseOfMine(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	own := ownHomes(actor)
	if code := ask.Args["household"]; code != "" {
		own = slices.DeleteFunc(own, func(path string) bool { return codeOf(path) != code })
	}
	if len(own) == 0 || !records.Can(actor, records.EnrolRises, own[0]) {
		return errDenied
	}
	to.Facts = map[string]string{"household": codeOf(own[0]), "rise": ""}
	var rows []riseRow
	if err := r.db.WithContext(ctx).Raw(riseSelect+"WHERE rises.area IN ? AND rises.status = 'open' ORDER BY rises.id LIMIT 1", own).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return err
	}
	to.Facts = rows[0].args()
	return r.riseChecks(ctx, rows[0].ID, to)
}

// oneRise tells who looks after a household of its pledge. Facts: the args of riseRow, group (name), open ("1": it goes on). Lines
// rise.check.
func (r *Records) oneRise(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["rise"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var rows []riseRow
	if err := r.db.WithContext(ctx).Raw(riseSelect+"WHERE rises.id = ? AND rises.status <> 'withdrawn'", id).Scan(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 || !records.Can(actor, records.SeeRises, rows[0].Area) {
		return errNotFound
	}
	group := records.Parent(rows[0].Area)
	names, err := r.areaNames(ctx, []string{group})
	if err != nil {
		return err
	}
	to.Facts = rows[0].args()
	to.Facts["group"], to.Facts["open"] = names[group], ""
	if rows[0].Status == records.RiseOpen {
		to.Facts["open"] = "1"
	}
	return r.riseChecks(ctx, rows[0].ID, to)
}

// riseChecks adds the newest talks about a pledge, oldest of them first: lines rise.check with side, on, forward, stuck.
func (r *Records) riseChecks(ctx context.Context, rise int64, to *dialog.Answer) error {
	var checks []records.RiseCheck
	if err := r.db.WithContext(ctx).Where("rise_id = ?", rise).Order("id DESC").Limit(checksShown).Find(&checks).Error; err != nil {
		return err
	}
	for _, c := range slices.Backward(checks) {
		to.Lines = append(to.Lines, dialog.Line{Key: "rise.check", Args: map[string]string{
			"side": c.Side, "on": records.FormatDay(records.DayOf(c.CreatedAt)), "forward": c.Forward, "stuck": c.Stuck,
		}})
	}
	return nil
}

// openRises lists the pledges that go on in the asker's groups, those whose talk comes first before others, pageSize to a page. Lines
// rise.line with the args of riseRow. Facts: count.
func (r *Records) openRises(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SeeRises)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("rises.area", scope)
	where += " AND rises.status = 'open' AND h.ended_at IS NULL"
	var count int64
	err := r.db.WithContext(ctx).Raw("SELECT count(*) FROM rises JOIN households h ON h.id = rises.household_id WHERE "+where, args...).Scan(&count).Error
	if err != nil {
		return err
	}
	var rows []riseRow
	err = r.db.WithContext(ctx).Raw(riseSelect+"WHERE "+where+" ORDER BY rises.next_on, rises.id LIMIT ? OFFSET ?", append(args, pageSize+1, max(ask.Page, 0)*pageSize)...).Scan(&rows).Error
	if err != nil {
		return err
	}
	rows = firstPage(rows, pageSize, to)
	for _, x := range rows {
		to.Lines = append(to.Lines, dialog.Line{Key: "rise.line", Args: x.args()})
	}
	to.Facts = map[string]string{"count": strconv.FormatInt(count, 10)}
	return nil
}

// countRises tells how many households are enrolled, and how many got there this year, without names: by group, for the city by ward.
// A count of 1 to 4 is told as "" (records.Cell), and so is the total when one part alone is, as it could be reckoned from the others.
// Lines rise.count with area, open, reached. Facts: open, reached, and each dimension that is missing with its count.
func (r *Records) countRises(ctx context.Context, actor records.Actor, now time.Time, to *dialog.Answer) error {
	scope := records.Scope(actor, records.CountRises)
	if len(scope) == 0 {
		return errDenied
	}
	year := now.In(records.Local).Year()
	where, args := within("area", scope)
	var rows []records.Rise
	err := r.db.WithContext(ctx).Select("area", "status", "missing").Where(where, args...).
		Where("status = 'open' OR status = 'reached' AND ended_at >= ?", time.Date(year, 1, 1, 0, 0, 0, 0, records.Local).UTC()).Find(&rows).Error
	if err != nil {
		return err
	}
	part := records.Parent // of a household's path: its group
	if slices.ContainsFunc(scope, func(path string) bool { return records.KindOfPath(path) == records.AreaCity }) {
		part = records.CommuneOf
	}
	open, reached, missing := map[string]int{}, map[string]int{}, map[string]int{}
	var areas []string
	for _, x := range rows {
		area := part(x.Area)
		if open[area]+reached[area] == 0 {
			areas = append(areas, area)
		}
		if x.Status == records.RiseReached {
			reached[area]++
			continue
		}
		open[area]++
		for _, d := range strings.Fields(x.Missing) {
			missing[d]++
		}
	}
	slices.Sort(areas)
	names, err := r.areaNames(ctx, areas)
	if err != nil {
		return err
	}
	for _, area := range areas[:min(len(areas), listPage)] {
		to.Lines = append(to.Lines, dialog.Line{Key: "rise.count", Args: map[string]string{
			"area": names[area], "open": records.Cell(open[area]), "reached": records.Cell(reached[area]),
		}})
	}
	to.Facts = map[string]string{"open": cellOfSum(open), "reached": cellOfSum(reached), "year": strconv.Itoa(year)}
	for _, d := range records.Dimensions {
		to.Facts[d] = records.Cell(missing[d])
	}
	return nil
}

// cellOfSum writes the sum of counts, unless it is small or would tell the one of them that is.
func cellOfSum(parts map[string]int) string {
	sum, hidden := 0, 0
	for _, n := range parts {
		sum += n
		if records.Cell(n) == "" {
			hidden++
		}
	}
	if hidden == 1 {
		return ""
	}
	return records.Cell(sum)
}
