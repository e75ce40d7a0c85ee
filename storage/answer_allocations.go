package storage

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// freeMoney tells what a fund of the asker's area has that is meant for nobody yet. Facts: funds (those that have something, separated by
// spaces), and of the one asked for, or the first: fund, money, things, area (its name).
func (r *Records) freeMoney(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SeeBooks)
	if len(scope) == 0 {
		return errDenied
	}
	rows, err := r.balancesOf(ctx, scope[0], records.AccountPool)
	if err != nil {
		return err
	}
	names, err := r.areaNames(ctx, scope[:1])
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"funds": "", "fund": "", "money": "0", "things": "", "area": names[scope[0]]}
	var funds []string
	for _, fund := range records.Funds {
		if slices.ContainsFunc(rows, func(row bookBalance) bool { return row.Fund == fund }) {
			funds = append(funds, fund)
		}
	}
	if len(funds) == 0 {
		return nil
	}
	fund := funds[0]
	if slices.Contains(funds, ask.Args["fund"]) {
		fund = ask.Args["fund"]
	}
	to.Facts["funds"], to.Facts["fund"] = strings.Join(funds, " "), fund
	money, things := split(rows, func(row bookBalance) bool { return row.Fund == fund })
	to.Facts["money"], to.Facts["things"] = strconv.FormatInt(money, 10), records.Things(things)
	return nil
}

// bookBalance is a balance with its book.
type bookBalance struct {
	records.Balance
	Fund, Area string
}

// balancesOf are those of an area's books that are not nothing, of some accounts, in the order of funds, accounts and items.
func (r *Records) balancesOf(ctx context.Context, area string, accounts ...string) (rows []bookBalance, err error) {
	err = r.db.WithContext(ctx).Raw(`SELECT b.*, k.fund, k.area FROM balances b JOIN books k ON k.id = b.book_id
		WHERE k.area = ? AND k.currency = ? AND b.account IN ? AND b.amount > 0 ORDER BY k.fund, b.account, b.ref, b.item, b.unit`, area, records.VND, accounts).Scan(&rows).Error
	return rows, err
}

// split sums the money and the things of balances that some condition holds for.
func split(rows []bookBalance, of func(bookBalance) bool) (money int64, things []records.Item) {
	for _, row := range rows {
		switch {
		case !of(row):
		case row.Item == "":
			money += row.Amount
		default:
			things = addThing(things, records.Item{Qty: row.Amount, Unit: row.Unit, Name: row.Item})
		}
	}
	return money, things
}

func addThing(list []records.Item, it records.Item) []records.Item {
	for i := range list {
		if list[i].Name == it.Name && list[i].Unit == it.Unit {
			list[i].Qty += it.Qty
			return list
		}
	}
	return append(list, it)
}

// stock tells what the funds of the asker's area have, and where. Facts: area (its name). Lines stock.line for each fund and place of money or things: fund (a locale key),
// account, place, money, things.
func (r *Records) stock(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.SeeBooks)
	if len(scope) == 0 {
		return errDenied
	}
	rows, err := r.balancesOf(ctx, scope[0], records.WayCash, records.WayBank, records.WayTreasury, records.AccountStock, records.AccountIssued)
	if err != nil {
		return err
	}
	names, err := r.areaNames(ctx, scope[:1])
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"area": names[scope[0]]}
	type place struct{ fund, account, ref string }
	var places []place
	at := func(row bookBalance) place {
		p := place{row.Fund, row.Account, row.Ref}
		if p.account == records.AccountIssued { // by allocation: together they are on their way
			p.ref = ""
		}
		return p
	}
	for _, row := range rows {
		if p := at(row); !slices.Contains(places, p) {
			places = append(places, p)
		}
	}
	for _, p := range places {
		money, things := split(rows, func(row bookBalance) bool { return at(row) == p })
		to.Lines = append(to.Lines, dialog.Line{Key: "stock.line", Args: map[string]string{
			"fund": fundWords(p.fund), "account": p.account, "place": p.ref, "money": strconv.FormatInt(money, 10), "things": records.Things(things),
		}})
	}
	return nil
}

// allocHomes finds households to allocate to. Words search as household.search does. Without any those come first whose needs are open, the
// oldest need before others, then those that nobody helped this year. Options as household.search has them, with why they come first.
func (r *Records) allocHomes(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	scope := records.Scope(actor, records.AllocateFund)
	if len(scope) == 0 {
		return errDenied
	}
	if ask.Args["q"] != "" || ask.Args["key"] != "" {
		return r.searchHouseholds(ctx, actor, ask, to)
	}
	where, args := livesIn("h.area", scope)
	var found []struct {
		records.Household
		Need  int64
		Given int64
	}
	year := time.Date(now.In(records.Local).Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	page := max(ask.Page, 0)
	args = append([]any{year}, args...)
	err := r.db.WithContext(ctx).Raw(`SELECT * FROM (SELECT h.*,
			coalesce((SELECT min(n.id) FROM needs n WHERE n.household_id = h.id AND n.status IN ('received', 'planned')), 0) AS need,
			(SELECT count(*) FROM help g WHERE g.household_id = h.id AND g.superseded_at IS NULL AND g.voided_at IS NULL AND g.given_on >= ?) AS given
		FROM households h WHERE `+where+` AND h.ended_at IS NULL) s
		ORDER BY CASE WHEN need > 0 THEN 0 ELSE 1 END, need, CASE WHEN given = 0 THEN 0 ELSE 1 END, area, id LIMIT ? OFFSET ?`,
		append(args, pageSize+1, page*pageSize)...).Scan(&found).Error
	if err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	homes := make([]home, len(found))
	for i, f := range found {
		homes[i] = home{ID: f.ID, Code: f.Code, Area: f.Area, Head: f.Head, BirthYear: f.BirthYear, Second: f.Second}
	}
	groups, err := r.groupNames(ctx, scope, homes)
	if err != nil {
		return err
	}
	to.Options = options(homes, groups)
	for i := range to.Options {
		switch f := found[i]; {
		case f.Need > 0:
			to.Options[i].Label += " ★"
		case f.Given == 0:
			to.Options[i].Label += " ☆"
		}
	}
	return nil
}

// allocationRow is an allocation with what is shown beside it.
type allocationRow struct {
	records.Allocation
	Fund   string
	Head   string
	HCode  string
	Second string
	Count  int
}

const allocationSelect = `SELECT l.*, k.fund, h.head, h.code AS h_code, h.second, (SELECT count(*) FROM allocations o WHERE o.batch = l.batch) AS count
	FROM allocations l JOIN books k ON k.id = l.book_id JOIN households h ON h.id = l.household_id `

// allocations lists, oldest first, pageSize to a page: with waiting those that a second person is to agree to, one of each batch; else the
// open ones that the asker may hand over, or decided. Lines allocation.line, args of allocationArgs. Args q
// and key search among them by the household's name. Options: Key the code, Label the household and what it gets.
func (r *Records) allocations(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	action, where := records.LogTheHelp, "l.state = 'open'"
	if ask.Args["waiting"] != "" {
		action, where = records.ApproveFund, "l.state = 'waiting' AND l.code = l.batch"
	}
	scope := records.Scope(actor, action)
	if len(scope) == 0 {
		return errDenied
	}
	in, args := within("l.area", scope)
	if code, ok := records.ParseAllocationCode(ask.Args["key"]); ok {
		in, args = in+" AND l.code = ?", append(args, code)
	}
	var rows []allocationRow
	err := r.db.WithContext(ctx).Raw(allocationSelect+"WHERE "+where+" AND "+in+" ORDER BY l.id LIMIT 2000", args...).Scan(&rows).Error
	if err != nil {
		return err
	}
	if q := fold.Clean(ask.Args["q"]); q != "" {
		rows = slices.DeleteFunc(rows, func(row allocationRow) bool { return !wordsWithin(row.Head, withoutTitle(q)) })
	}
	to.Facts = map[string]string{"count": strconv.Itoa(len(rows))}
	rows = firstPage(rows[min(max(ask.Page, 0)*pageSize, len(rows)):], pageSize, to)
	for _, row := range rows {
		facts, err := r.allocationArgs(ctx, actor, row)
		if err != nil {
			return err
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "allocation.line", Args: facts})
		to.Options = append(to.Options, dialog.Option{Key: row.Code, Label: clipRunes(allocationLabel(facts, row.Money), labelMaxRunes)})
	}
	return nil
}

// withoutTitle leaves out the title before a name: "bà Lan".
func withoutTitle(q string) string {
	if first, rest, more := strings.Cut(q, " "); more && titles[fold.Fold(first)] {
		return rest
	}
	return q
}

// allocationLabel is an allocation as it is chosen: "Trần Thị Lan, Tổ 12: 500.000 đồng, 10 kg gạo".
func allocationLabel(facts map[string]string, money int64) string {
	var parts []string
	if money > 0 {
		parts = append(parts, records.Dong(money))
	}
	if facts["things"] != "" {
		parts = append(parts, facts["things"])
	}
	return cmp.Or(facts["name"], facts["code"]) + ", " + facts["group"] + ": " + strings.Join(parts, ", ")
}

// allocationArgs of an allocation: code, fund (a locale key), kind, money, things (both to each household), state, count (households decided
// together), amount (money of all), group (name), and for who may see households name and household (code); mine ("1" for who made it),
// approve, cancel and hand ("1" where that can be done), on (the day it was made).
func (r *Records) allocationArgs(ctx context.Context, actor records.Actor, row allocationRow) (map[string]string, error) {
	var items []records.AllocationItem
	if err := r.db.WithContext(ctx).Where("allocation_id = ?", row.ID).Order("n").Find(&items).Error; err != nil {
		return nil, err
	}
	things := make([]records.Item, len(items))
	for i, it := range items {
		things[i] = records.Item{Qty: it.Qty, Unit: it.Unit, Name: it.Name}
	}
	group := records.Parent(row.Area)
	names, err := r.areaNames(ctx, []string{group})
	if err != nil {
		return nil, err
	}
	waits, open := row.State == records.AllocationWaits, row.State == records.AllocationOpen
	args := map[string]string{
		"code": row.Code, "fund": fundWords(row.Fund), "kind": row.Kind, "money": strconv.FormatInt(row.Money, 10), "things": records.Things(things), "state": row.State,
		"count": strconv.Itoa(row.Count), "amount": strconv.FormatInt(row.Money*int64(row.Count), 10), "group": names[group], "name": "", "household": "",
		"mine": oneIf(row.MadeBy == actor.Person), "on": records.FormatDay(row.CreatedAt.In(records.Local)),
		"approve": oneIf(waits && row.MadeBy != actor.Person && records.Can(actor, records.ApproveFund, row.Area)),
		"cancel":  oneIf((waits || open) && records.Can(actor, records.AllocateFund, row.Area)),
		"hand":    oneIf(open && records.Can(actor, records.LogTheHelp, row.Area)),
	}
	if records.Can(actor, records.SeeHousehold, row.Area) {
		args["name"], args["household"] = cmp.Or(strings.TrimSpace(row.Head), row.HCode), row.HCode
	}
	return args, nil
}

// oneAllocation tells of an allocation that the asker decides on or hands over. Facts: the args of allocationArgs.
func (r *Records) oneAllocation(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	code, ok := records.ParseAllocationCode(ask.Args["code"])
	var rows []allocationRow
	if ok {
		if err := r.db.WithContext(ctx).Raw(allocationSelect+"WHERE l.code = ?", code).Scan(&rows).Error; err != nil {
			return err
		}
	}
	if len(rows) == 0 || !slices.ContainsFunc([]records.Action{records.AllocateFund, records.ApproveFund, records.LogTheHelp}, func(action records.Action) bool {
		return records.Can(actor, action, rows[0].Area)
	}) {
		return errNotFound
	}
	facts, err := r.allocationArgs(ctx, actor, rows[0])
	to.Facts = facts
	return err
}
