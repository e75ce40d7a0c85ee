package storage

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// likelyDays is how long before a transfer a promise may lie that it is shown as perhaps meant by its amount.
const likelyDays = 60

// oneStatement tells of a statement: the newest of the asker's, or that with the number. Facts: statement, status, why, said, account (its end),
// lines, total, matched, matched_sum, amounts, unclear, unknown, same, out, others, bad, bad_file, off_row, off_by, from, to, accepted, asked_rows.
func (r *Records) oneStatement(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.KeepBooks)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	find := r.db.WithContext(ctx).Where(where, args...)
	if id, err := strconv.ParseInt(ask.Args["statement"], 10, 64); err == nil {
		find = find.Where("id = ?", id)
	} else {
		find = find.Where("person_id = ?", actor.Person)
	}
	var found []records.StatementFile
	if err := find.Order("id DESC").Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 { // none was sent yet
		return nil
	}
	s, number, large := found[0], strconv.Itoa, func(n int64) string { return strconv.FormatInt(n, 10) }
	to.Facts = map[string]string{
		"statement": large(s.ID), "status": s.Status, "why": s.Why, "said": s.Said, "account": "", "lines": number(s.Lines), "total": large(s.Total),
		"matched": number(s.Matched), "matched_sum": large(s.MatchedSum), "amounts": number(s.Amounts), "unclear": number(s.Unclear), "unknown": number(s.Unknown),
		"same": number(s.Same), "out": number(s.Out), "others": s.Others, "bad": number(s.Bad), "bad_file": s.BadFile, "off_row": number(s.OffRow), "off_by": large(s.OffVND),
		"from": "", "to": "", "accepted": number(s.Accepted), "asked_rows": ask.Args["rows"],
	}
	if s.Account != "" {
		to.Facts["account"] = ending(s.Account)
	}
	if s.FromOn != nil && s.ToOn != nil {
		to.Facts["from"], to.Facts["to"] = records.FormatDay(*s.FromOn), records.FormatDay(*s.ToOn)
	}
	return nil
}

// accountsToRead lists the accounts of the asker's funds. Lines statement.account, args account, bank ("" for the Treasury's), fund (a locale
// key), area. Facts: only, the account where there is but one.
func (r *Records) accountsToRead(ctx context.Context, actor records.Actor, to *dialog.Answer) error {
	scope := records.Scope(actor, records.KeepBooks)
	if len(scope) == 0 {
		return errDenied
	}
	accounts, err := r.fundAccounts(ctx, scope)
	if err != nil {
		return err
	}
	keys := make([]string, 0, len(accounts))
	var areas []string
	for key, a := range accounts {
		keys, areas = append(keys, key), append(areas, a.Area)
	}
	slices.Sort(keys)
	slices.Sort(areas)
	names, err := r.areaNames(ctx, slices.Compact(areas))
	for _, key := range keys {
		a := accounts[key]
		to.Lines = append(to.Lines, dialog.Line{Key: "statement.account", Args: map[string]string{"account": key, "fund": fundWords(a.Fund), "area": names[a.Area]}})
	}
	to.Facts = map[string]string{"only": "", "count": strconv.Itoa(len(keys))}
	if len(keys) == 1 {
		to.Facts["only"] = keys[0]
	}
	return err
}

// openTransfers lists what waits for who keeps the books, those that are sure first, pageSize to a page. Lines transfer.line, args transfer, on,
// amount, state, why, code, fund. Facts: how many there are of each of records.OpenTransfers, and matched_sum, the VND of those that are sure.
func (r *Records) openTransfers(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.KeepBooks)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	var counts []struct {
		State string
		N     int64
		Sum   int64
	}
	db := r.db.WithContext(ctx)
	err := db.Raw("SELECT state, count(*) AS n, CAST(sum(amount) AS bigint) AS sum FROM transfers WHERE "+where+" AND state IN ? GROUP BY state", append(slices.Clone(args), records.OpenTransfers)...).
		Scan(&counts).Error
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"matched_sum": "0", "asked": ""}
	for _, state := range records.OpenTransfers {
		to.Facts[state] = "0"
	}
	for _, c := range counts {
		to.Facts[c.State] = strconv.FormatInt(c.N, 10)
		if c.State == records.TransferMatched {
			to.Facts["matched_sum"] = strconv.FormatInt(c.Sum, 10)
		}
	}
	find := db.Where(where, args...).Where("state IN ?", records.OpenTransfers)
	if state := ask.Args["state"]; slices.Contains(records.OpenTransfers, state) {
		find = db.Where(where, args...).Where("state = ?", state)
		to.Facts["asked"] = state
	}
	var found []records.Transfer
	err = find.Order("CASE state WHEN 'matched' THEN 0 WHEN 'amount' THEN 1 WHEN 'unclear' THEN 2 ELSE 3 END, on_day DESC, id DESC").
		Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	for _, t := range firstPage(found, pageSize, to) {
		to.Lines = append(to.Lines, dialog.Line{Key: "transfer.line", Args: map[string]string{
			"transfer": strconv.FormatInt(t.ID, 10), "on": records.FormatDay(t.On), "amount": strconv.FormatInt(t.Amount, 10), "state": t.State, "why": t.Why, "code": t.Code,
			"fund": fundWords(t.Fund),
		}})
	}
	return nil
}

// oneTransfer tells of a transfer of the asker's books. Facts: transfer, on, amount, content, reference, state, why, code, fund, area, receipt, promised
// and left (of the promise it names). Lines transfer.maybe, the promises that may be meant: args code, amount, left, on, by (content or amount).
func (r *Records) oneTransfer(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["transfer"], 10, 64)
	if err != nil {
		return errNotFound
	}
	db := r.db.WithContext(ctx)
	var found []records.Transfer
	if err := db.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 || !records.Can(actor, records.KeepBooks, found[0].Area) {
		return errNotFound
	}
	t := found[0]
	content, err := r.Open(t.Content)
	if err != nil {
		content = ""
	}
	names, err := r.areaNames(ctx, []string{t.Area})
	if err != nil {
		return err
	}
	to.Facts = map[string]string{
		"transfer": ask.Args["transfer"], "on": records.FormatDay(t.On), "amount": strconv.FormatInt(t.Amount, 10), "content": clipRunes(content, 200), "reference": t.Reference,
		"state": t.State, "why": t.Why, "code": t.Code, "fund": fundWords(t.Fund), "area": names[t.Area], "receipt": t.Receipt, "promised": "", "left": "",
	}
	likely, err := r.likelyFor(ctx, t)
	if err != nil {
		return err
	}
	for _, p := range likely {
		args := pledgeArgs(p, names)
		if p.Code == t.Code {
			to.Facts["promised"], to.Facts["left"] = args["amount"], args["left"]
			continue
		}
		args["by"] = "amount"
		if strings.Contains(" "+t.Maybe+" ", " "+p.Code+" ") {
			args["by"] = "content"
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "transfer.maybe", Args: args})
	}
	return nil
}

// likelyFor are the promises that a transfer may be meant for: the one it names, those that its content may mean, and of the fund those of which
// just that much is to come and that were made not long before. The last only a person may choose: an amount says nothing by itself.
func (r *Records) likelyFor(ctx context.Context, t records.Transfer) ([]records.Pledge, error) {
	db := r.db.WithContext(ctx)
	var list []records.Pledge
	if codes := append(strings.Fields(t.Maybe), t.Code); t.Maybe != "" || t.Code != "" {
		if err := db.Where("code IN ? AND superseded_at IS NULL", codes).Order("code").Find(&list).Error; err != nil {
			return nil, err
		}
	}
	if len(list) > 0 || t.State == records.TransferAccepted {
		return list, nil
	}
	day := t.On.AddDate(0, 0, 3) // some pay first and promise then
	err := db.Where("area = ? AND fund = ? AND superseded_at IS NULL AND state IN ? AND amount - received = ? AND created_at >= ? AND created_at < ?",
		t.Area, t.Fund, []string{records.PledgePromised, records.PledgePart}, t.Amount, t.On.AddDate(0, 0, -likelyDays), day).
		Order("created_at DESC, code").Limit(3).Find(&list).Error
	return list, err
}
