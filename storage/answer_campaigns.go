package storage

import (
	"context"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// campaignArgs of a campaign for those who run it: campaign (its number), fund (a locale key), area, plan, on and until (its first and last day), state, way, bank,
// holder, place, goods, goal. Its account is not among them: the second person types it from paper.
func campaignArgs(c records.Campaign, names map[string]string) map[string]string {
	bank, _ := records.BankOf(c.BIN)
	args := map[string]string{
		"campaign": strconv.FormatInt(c.ID, 10), "fund": fundWords(c.Fund), "area": names[c.Area], "plan": c.Plan, "on": records.FormatDay(c.StartsOn), "until": "",
		"state": c.State, "way": c.Way, "bank": bank.Short, "holder": c.Holder, "place": c.Place, "goods": c.Goods, "goal": strconv.FormatInt(c.Goal, 10),
	}
	if c.EndsOn != nil {
		args["until"] = records.FormatDay(*c.EndsOn)
	}
	return args
}

// campaigns lists those that the asker may run and that are not closed, the newest first, pageSize to a page. Lines campaign.line, args
// of campaignArgs.
func (r *Records) campaigns(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.RunCampaigns)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("area", scope)
	var found []records.Campaign
	err := r.db.WithContext(ctx).Where(where, args...).Where("state <> ?", records.CampaignClosed).Order("id DESC").
		Limit(pageSize + 1).Offset(max(ask.Page, 0) * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	names, err := r.areaNames(ctx, campaignAreas(found))
	if err != nil {
		return err
	}
	for _, c := range found {
		to.Lines = append(to.Lines, dialog.Line{Key: "campaign.line", Args: campaignArgs(c, names)})
	}
	return nil
}

func campaignAreas(list []records.Campaign) []string {
	areas := make([]string, len(list))
	for i, c := range list {
		areas[i] = c.Area
	}
	return areas
}

// oneCampaign tells of a campaign that the asker may run. Facts: the args of campaignArgs, mine ("1" for who proposed it), second ("1"
// where the asker may agree to it now), share, pause, resume and close ("1" where that can be done).
func (r *Records) oneCampaign(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["campaign"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var found []records.Campaign
	if err := r.db.WithContext(ctx).Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 || !records.Can(actor, records.RunCampaigns, found[0].Area) {
		return errNotFound
	}
	c := found[0]
	names, err := r.areaNames(ctx, []string{c.Area})
	if err != nil {
		return err
	}
	to.Facts = campaignArgs(c, names)
	mine, proposed := c.MadeBy == actor.Person, c.State == records.CampaignProposed
	to.Facts["mine"] = oneIf(mine)
	to.Facts["second"] = oneIf(proposed && !mine && (ofItsOwn(actor, c) || now.Sub(c.CreatedAt) >= records.CampaignWait))
	to.Facts["share"] = oneIf(records.CommuneOf(c.Area) == "" && c.State == records.CampaignOpen)
	to.Facts["pause"] = oneIf(slices.Contains(c.Next(), records.CampaignPaused))
	to.Facts["resume"] = oneIf(slices.Contains(c.Next(), records.CampaignOpen))
	to.Facts["close"] = oneIf(slices.Contains(c.Next(), records.CampaignClosed))
	return nil
}

// template tells of a city's campaign to the Front of one of its communes. Facts: campaign, fund (its code), plan, on, until,
// area, goal (for each commune, VND); none of one that cannot be followed.
func (r *Records) template(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.FollowCampaign)
	if len(scope) == 0 {
		return errDenied
	}
	id, err := strconv.ParseInt(ask.Args["campaign"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var found []records.Campaign
	err = r.db.WithContext(ctx).Where("id = ? AND state IN ?", id, []string{records.CampaignOpen, records.CampaignPaused}).Limit(1).Find(&found).Error
	if err != nil {
		return err
	}
	if len(found) == 0 || !slices.ContainsFunc(scope, func(area string) bool { return records.Parent(area) == found[0].Area }) {
		return errNotFound
	}
	c := found[0]
	names, err := r.areaNames(ctx, []string{c.Area})
	if err != nil {
		return err
	}
	args := campaignArgs(c, names)
	to.Facts = map[string]string{
		"campaign": args["campaign"], "fund": c.Fund, "plan": c.Plan, "on": args["on"], "until": args["until"], "area": args["area"], "goal": strconv.FormatInt(c.UnitGoal, 10),
	}
	return nil
}

func oneIf(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

// openCampaign tells what takes pledges today for a commune: its own campaigns, or where it has none those of its city. Of several of one
// fund the one with days of its own comes before the one that lives all year. Facts: funds (those that take pledges, separated by spaces),
// ward (the commune's name), and of the fund asked for, or the first of them: campaign, fund, area, on, until, way, bin, bank, account,
// holder, place, goods, phone (of the commune's Front).
func (r *Records) openCampaign(ctx context.Context, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	var wards []records.Area
	err := r.db.WithContext(ctx).Where("code = ? AND kind = ? AND valid_to IS NULL", fold.Clean(ask.Args["unit"]), records.AreaCommune).Limit(1).Find(&wards).Error
	if err != nil {
		return err
	}
	to.Facts = map[string]string{"funds": ""}
	if len(wards) == 0 {
		return nil
	}
	to.Facts["ward"] = wards[0].Name
	for _, area := range []string{wards[0].Path, records.Parent(wards[0].Path)} {
		open, err := campaignsOn(r.db.WithContext(ctx), area, records.DayOf(now))
		if err != nil {
			return err
		}
		if len(open) == 0 {
			continue
		}
		funds := ""
		for i, c := range open {
			if funds += c.Fund; i < len(open)-1 {
				funds += " "
			}
		}
		of := max(0, slices.IndexFunc(open, func(c records.Campaign) bool { return c.Fund == ask.Args["fund"] }))
		names, err := r.areaNames(ctx, []string{area})
		if err != nil {
			return err
		}
		ward := to.Facts["ward"]
		to.Facts = campaignArgs(open[of], names)
		to.Facts["funds"], to.Facts["ward"], to.Facts["fund"] = funds, ward, open[of].Fund
		to.Facts["bin"], to.Facts["account"] = open[of].BIN, open[of].Account
		phone, err := r.wardPhone(r.db.WithContext(ctx), records.Actor{}, wards[0].Path)
		to.Facts["phone"] = phone["phone"]
		return err
	}
	return nil
}

// campaignsOn are the campaigns of an area that take pledges on a day, one of each fund, in the order of the funds.
func campaignsOn(db *gorm.DB, area string, day time.Time) (list []records.Campaign, err error) {
	var open []records.Campaign
	err = db.Where("area = ? AND state = ? AND starts_on <= ? AND (ends_on IS NULL OR ends_on >= ?)", area, records.CampaignOpen, day, day).
		Order("id DESC").Find(&open).Error
	if err != nil {
		return nil, err
	}
	for _, fund := range records.Funds {
		best := -1
		for i, c := range open {
			if c.Fund == fund && (best < 0 || open[best].EndsOn == nil && c.EndsOn != nil) {
				best = i
			}
		}
		if best >= 0 {
			list = append(list, open[best])
		}
	}
	return list, nil
}
