package storage

import (
	"context"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// viewHousehold tells all of one household that who looks after it needs. Options: who is linked, Key the link's id. Facts: household,
// name, nickname, second, birth_year, members, group, year, class, class_year, count and money of the year's help, how it was confirmed (entries, phone, paper, open), quiet (why nobody
// is written to), visited (day of the last visit), note (of it), linked (how many).
func (r *Records) viewHousehold(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	if err := r.householdMembers(ctx, actor, ask, to); err != nil {
		return err
	}
	linked := to.Facts["count"]
	if err := r.householdFacts(ctx, actor, ask, to); err != nil {
		return err
	}
	home, err := r.household(ctx, actor, ask.Args["household"])
	if err != nil {
		return err
	}
	year := now.In(records.Local).Year()
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	to.Facts["year"], to.Facts["quiet"], to.Facts["linked"] = strconv.Itoa(year), home.QuietWhy, linked
	if err := r.classFacts(ctx, home, year, now, to.Facts); err != nil {
		return err
	}
	var sums struct{ Count, Money, Phone, Paper int }
	err = r.db.WithContext(ctx).Raw(`SELECT count(*) AS count, coalesce(sum(money), 0) AS money, `+confirmedBy+` FROM help `+confirmations+`
		WHERE household_id = ? AND help.superseded_at IS NULL AND voided_at IS NULL AND given_on >= ? AND given_on < ?`, home.ID, from, from.AddDate(1, 0, 0)).Scan(&sums).Error
	if err != nil {
		return err
	}
	to.Facts["count"], to.Facts["money"] = strconv.Itoa(sums.Count), strconv.Itoa(sums.Money)
	confirmedFacts(to.Facts, sums.Count, sums.Phone, sums.Paper)
	var visits []records.Visit
	if err := r.db.WithContext(ctx).Where("household_id = ?", home.ID).Order("visited_on DESC, id DESC").Limit(1).Find(&visits).Error; err != nil {
		return err
	}
	if len(visits) > 0 {
		to.Facts["visited"], to.Facts["note"] = records.FormatDay(visits[0].On), visits[0].Note
	}
	return nil
}

// How entries were confirmed, as a part of a query: by phone and on paper. What their household said is not right is not told here, as the
// leader may not know: it counts as not confirmed.
const (
	confirmedBy = `coalesce(sum(CASE WHEN c.answer = 'received' AND c.sheet = '' THEN 1 ELSE 0 END), 0) AS phone,
		coalesce(sum(CASE WHEN c.answer = 'received' AND c.sheet <> '' THEN 1 ELSE 0 END), 0) AS paper`
	confirmations = `LEFT JOIN (SELECT code, version, answer, sheet FROM help_answers WHERE superseded_at IS NULL) c ON c.code = help.code AND c.version = help.version`
)

// confirmedFacts tell how many entries there are, confirmed by phone and on paper, and not.
func confirmedFacts(facts map[string]string, entries, phone, paper int) {
	facts["entries"], facts["phone"], facts["paper"], facts["open"] = strconv.Itoa(entries), strconv.Itoa(phone), strconv.Itoa(paper), strconv.Itoa(entries-phone-paper)
}

// groupOfYear lists the households of a group with what each got between two days: the group, the days, the group.
const groupOfYear = `SELECT h.head, h.birth_year, h.second, coalesce(e.count, 0) AS count, coalesce(e.money, 0) AS money,
		coalesce(e.phone, 0) AS phone, coalesce(e.paper, 0) AS paper
	FROM households h LEFT JOIN (SELECT household_id, count(*) AS count, sum(money) AS money, ` + confirmedBy + ` FROM help ` + confirmations + `
		WHERE household_id IN (SELECT id FROM households WHERE area = ? AND ended_at IS NULL) AND help.superseded_at IS NULL AND voided_at IS NULL AND given_on >= ? AND given_on < ?
		GROUP BY household_id) e ON e.household_id = h.id
	WHERE h.area = ? AND h.ended_at IS NULL ORDER BY h.sort, h.id LIMIT 5000`

// householdsOfYear lists a group's households with what each got this year; with none only those that got nothing. Lines
// household.year.line, listPage to a page, with n, name, birth_year, second, count, money. Facts: group (name), group_path, year,
// count (households of the group), empty (how many got nothing), none; entries, phone, paper, open (entries, and how they were confirmed).
func (r *Records) householdsOfYear(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	paths, err := r.scoped(ctx, actor, ask.Args["group"])
	if err != nil {
		return err
	}
	if len(paths) != 1 || records.KindOfPath(paths[0]) != records.AreaGroup {
		return errNotFound
	}
	year := now.In(records.Local).Year()
	from := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	var rows []struct {
		Head      string
		BirthYear int
		Second    string
		Count     int64
		Money     int64
		Phone     int
		Paper     int
	}
	err = r.db.WithContext(ctx).Raw(groupOfYear, paths[0], from, from.AddDate(1, 0, 0), paths[0]).Scan(&rows).Error
	if err != nil {
		return err
	}
	names, err := r.areaNames(ctx, paths)
	if err != nil {
		return err
	}
	none := ask.Args["none"] != ""
	page, n, empty := max(ask.Page, 0), 0, 0
	var entries, phone, paper int
	for _, h := range rows {
		entries, phone, paper = entries+int(h.Count), phone+h.Phone, paper+h.Paper
		if h.Count == 0 {
			empty++
		} else if none {
			continue
		}
		if n++; n <= page*listPage {
			continue
		}
		if n > (page+1)*listPage {
			to.More = true
			continue
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "household.year.line", Args: map[string]string{
			"n": strconv.Itoa(n), "name": h.Head, "birth_year": number(h.BirthYear), "second": h.Second,
			"count": strconv.FormatInt(h.Count, 10), "money": strconv.FormatInt(h.Money, 10),
		}})
	}
	to.Facts = map[string]string{
		"group": names[paths[0]], "group_path": paths[0], "year": strconv.Itoa(year), "count": strconv.Itoa(len(rows)), "empty": strconv.Itoa(empty), "none": ask.Args["none"],
	}
	confirmedFacts(to.Facts, entries, phone, paper)
	return nil
}

// proposals lists the households proposed that the asker may decide on, oldest first, or with proposal (an id) that one. Options: Key
// the id, Label the name and group. Facts: count; of one: proposal, name, birth_year, second, members, why, group, state.
func (r *Records) proposals(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.AddHouseholds)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	find := r.db.WithContext(ctx).Where(where, args...)
	id := ask.Args["proposal"]
	if id == "" {
		id = ask.Args["key"] + ask.Args["q"]
		find = find.Where("status = ?", records.ProposalOpen)
	}
	if id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return nil
		}
		find = find.Where("id = ?", n)
	}
	page := max(ask.Page, 0)
	var found []records.Proposal
	if err := find.Order("id").Limit(pageSize + 1).Offset(page * pageSize).Find(&found).Error; err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	groups := make([]string, len(found))
	for i, p := range found {
		groups[i] = p.Area
	}
	names, err := r.areaNames(ctx, groups)
	if err != nil {
		return err
	}
	for _, p := range found {
		to.Options = append(to.Options, dialog.Option{Key: strconv.FormatInt(p.ID, 10), Label: clipRunes(p.Head+", "+names[p.Area], labelMaxRunes)})
	}
	to.Facts = map[string]string{"count": strconv.Itoa(len(found))}
	if ask.Args["proposal"] != "" {
		if len(found) == 0 {
			return errNotFound
		}
		p := found[0]
		to.Facts = map[string]string{
			"proposal": id, "name": p.Head, "birth_year": number(p.BirthYear), "second": p.Second, "members": number(p.Members), "why": p.Why,
			"group": names[p.Area], "state": p.Status,
		}
	}
	return nil
}
