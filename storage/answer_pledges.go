package storage

import (
	"context"
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// pledgeArgs of a pledge: code, kind, fund (a locale key), area (its name), amount, received, left, what, bring (the day), months and nth,
// state, on (the day it was made). Nobody's name is among them.
func pledgeArgs(p records.Pledge, names map[string]string) map[string]string {
	return map[string]string{
		"code": p.Code, "kind": p.Kind, "fund": fundWords(p.Fund), "area": names[p.Area], "amount": strconv.FormatInt(p.Amount, 10), "what": p.What, "bring": bringDay(p),
		"received": strconv.FormatInt(p.Received, 10), "left": strconv.FormatInt(p.Left(), 10),
		"months": strconv.Itoa(p.Months), "nth": strconv.Itoa(p.Nth), "state": p.State, "on": records.FormatDay(p.CreatedAt.In(records.Local)),
	}
}

// myPledges lists what the asker promised and did not take back, the newest first, pageSize to a page. Lines pledge.line, args of
// pledgeArgs.
func (r *Records) myPledges(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	var found []records.Pledge
	err := r.db.WithContext(ctx).Where("person_id = ? AND state <> ? AND superseded_at IS NULL", actor.Person, records.PledgeCancelled).
		Order("created_at DESC, kind DESC, code").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	return r.pledgeLines(ctx, firstPage(found, pageSize, to), to)
}

// pledgeLines adds pledges as lines pledge.line, args of pledgeArgs.
func (r *Records) pledgeLines(ctx context.Context, found []records.Pledge, to *dialog.Answer) error {
	areas := make([]string, len(found))
	for i, p := range found {
		areas[i] = p.Area
	}
	names, err := r.areaNames(ctx, areas)
	if err != nil {
		return err
	}
	for _, p := range found {
		to.Lines = append(to.Lines, dialog.Line{Key: "pledge.line", Args: pledgeArgs(p, names)})
	}
	return nil
}

// onePledge tells what became of a pledge, to whoever has its code; without a code, of the asker's newest that is not taken back, and
// nothing where there is none. Facts: the args of pledgeArgs, mine ("1" for who made it), and for them those of payingArgs; name and phone
// of who brings something, for who takes it.
func (r *Records) onePledge(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	find := r.db.WithContext(ctx).Where("superseded_at IS NULL")
	if said := ask.Args["code"]; said == "" {
		find = find.Where("person_id = ? AND state <> ?", actor.Person, records.PledgeCancelled).Order("created_at DESC, kind DESC, code")
	} else if code, ok := records.ParseTransferCode(said); ok {
		find = find.Where("code = ?", code)
	} else {
		return errNotFound
	}
	var found []records.Pledge
	if err := find.Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 {
		if ask.Args["code"] == "" {
			return nil
		}
		return errNotFound
	}
	p := found[0]
	names, err := r.areaNames(ctx, []string{p.Area})
	if err != nil {
		return err
	}
	to.Facts = pledgeArgs(p, names)
	to.Facts["mine"], to.Facts["name"], to.Facts["phone"] = "", "", ""
	if p.Kind != records.PledgeMoney && records.Can(actor, records.TakeGifts, p.Area) {
		if to.Facts["name"], err = r.opened(p.Name); err != nil {
			return err
		}
		if to.Facts["phone"], err = r.opened(p.Phone); err != nil {
			return err
		}
	}
	if p.PersonID != actor.Person {
		return nil
	}
	to.Facts["mine"] = "1"
	var c records.Campaign
	if err := r.db.WithContext(ctx).Where("id = ?", p.CampaignID).First(&c).Error; err != nil {
		return err
	}
	for k, v := range payingArgs(c) {
		to.Facts[k] = v
	}
	return nil
}

// coming lists things, work and teaching that were promised to the asker's funds and are still to come, the earliest day first, pageSize to
// a page. Lines pledge.line, args of pledgeArgs.
func (r *Records) coming(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.TakeGifts)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	var found []records.Pledge
	err := r.db.WithContext(ctx).Where(where, args...).Where("kind <> ? AND state = ? AND superseded_at IS NULL", records.PledgeMoney, records.PledgePromised).
		Order("bring_on, code").Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	return r.pledgeLines(ctx, firstPage(found, pageSize, to), to)
}

// opened is a sealed text, "" for none.
func (r *Records) opened(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	return r.Open(sealed)
}
