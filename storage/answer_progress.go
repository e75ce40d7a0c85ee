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

// fewPeople is how many there must be of whom a sum is told: of fewer somebody could tell what one of them gave.
const fewPeople = 5

// progressAfter is how many days after its end a campaign's progress is still told, progressUnits of how many units it is.
const (
	progressAfter = 90
	progressUnits = 12
)

// sums are what came and is to come to a campaign.
type sums struct {
	Promised, Received int64 // VND
	People             int
}

// progress tells how far a campaign is. Facts: funds (those that there are, separated by spaces), and of the one asked for, or the first:
// fund, area, on, until, state, days (until its end, "" for none), goal, promised, received, percent (of the goal, received), people (at
// least fewPeople, else "" and no sums), rows (a line for each unit, or the total's: name, promised and received, between tabs), hidden (how
// many units are left out of them because of fewPeople), needs (things that are still to be promised, in words).
func (r *Records) progress(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	to.Facts = map[string]string{"funds": ""}
	area, err := r.areaAsked(ctx, actor, ask.Args["unit"])
	if err != nil || area == "" {
		return err
	}
	var list []records.Campaign
	for _, path := range []string{area, records.Parent(area)} {
		if list, err = r.campaignsTold(ctx, path, records.DayOf(now)); err != nil {
			return err
		}
		if len(list) > 0 {
			break
		}
	}
	if len(list) == 0 {
		return nil
	}
	funds := make([]string, len(list))
	for i, c := range list {
		funds[i] = c.Fund
	}
	c := list[max(0, slices.Index(funds, ask.Args["fund"]))]
	names, err := r.areaNames(ctx, []string{c.Area})
	if err != nil {
		return err
	}
	to.Facts = map[string]string{
		"funds": strings.Join(funds, " "), "fund": fundWords(c.Fund), "area": names[c.Area], "on": records.FormatDay(c.StartsOn), "until": "", "days": "", "state": c.State,
		"goal": strconv.FormatInt(c.Goal, 10), "promised": "0", "received": "0", "percent": "", "people": "", "rows": "", "hidden": "0", "needs": "",
	}
	if c.EndsOn != nil {
		days := int(c.EndsOn.Sub(records.DayOf(now)).Hours() / 24)
		to.Facts["until"], to.Facts["days"] = records.FormatDay(*c.EndsOn), strconv.Itoa(max(-1, days))
	}
	return r.progressOf(ctx, c, names[c.Area], to.Facts)
}

// areaAsked is the commune with a code, else where somebody belongs: their commune or city; "" for none.
func (r *Records) areaAsked(ctx context.Context, actor records.Actor, unit string) (string, error) {
	if unit == "" {
		for _, g := range actor.Grants {
			if commune := records.CommuneOf(g.Area); commune != "" {
				return commune, nil
			}
		}
		for _, g := range actor.Grants {
			return g.Area, nil
		}
		return "", nil
	}
	var paths []string
	err := r.db.WithContext(ctx).Model(&records.Area{}).Where("code = ? AND kind = ? AND valid_to IS NULL", fold.Clean(unit), records.AreaCommune).Limit(1).Pluck("path", &paths).Error
	return append(paths, "")[0], err
}

// campaignsTold are the campaigns of an area that began and did not end long ago, one of each fund: of several the one that is open, that has
// days of its own, and is the newest.
func (r *Records) campaignsTold(ctx context.Context, area string, day time.Time) (list []records.Campaign, err error) {
	if area == "" {
		return nil, nil
	}
	var all []records.Campaign
	err = r.db.WithContext(ctx).Where("area = ? AND state <> ? AND starts_on <= ? AND (ends_on IS NULL OR ends_on >= ?)", area, records.CampaignProposed, day, day.AddDate(0, 0, -progressAfter)).
		Where("approved_at IS NOT NULL").Order("id DESC").Find(&all).Error
	if err != nil {
		return nil, err
	}
	rank := func(c records.Campaign) int {
		n := 0
		if c.EndsOn == nil {
			n++
		}
		if !c.Takes(day) {
			n += 2
		}
		return n
	}
	slices.SortStableFunc(all, func(a, b records.Campaign) int { return cmp.Compare(rank(a), rank(b)) })
	for _, fund := range records.Funds {
		if i := slices.IndexFunc(all, func(c records.Campaign) bool { return c.Fund == fund }); i >= 0 {
			list = append(list, all[i])
		}
	}
	return list, nil
}

// progressOf adds what came to a campaign and to those that follow it, and what is still needed.
func (r *Records) progressOf(ctx context.Context, c records.Campaign, name string, facts map[string]string) error {
	var follow []records.Campaign
	if err := r.db.WithContext(ctx).Where("template_id = ? AND approved_at IS NOT NULL", c.ID).Order("area, id").Find(&follow).Error; err != nil {
		return err
	}
	ids := []int64{c.ID}
	for _, f := range follow {
		ids = append(ids, f.ID)
	}
	of, err := r.sumsOf(ctx, ids)
	if err != nil {
		return err
	}
	total := sums{}
	for _, s := range of {
		total.Promised, total.Received, total.People = total.Promised+s.Promised, total.Received+s.Received, total.People+s.People
	}
	if facts["needs"], err = r.needsOf(ctx, c, ids); err != nil || total.People < fewPeople {
		return err
	}
	facts["promised"], facts["received"], facts["people"] = strconv.FormatInt(total.Promised, 10), strconv.FormatInt(total.Received, 10), strconv.Itoa(total.People)
	if c.Goal > 0 {
		facts["percent"] = strconv.FormatInt(total.Received*100/c.Goal, 10)
	}
	if len(follow) == 0 {
		facts["rows"] = chartRow(name, total)
		return nil
	}
	rows, hidden, err := r.unitRows(ctx, follow, of)
	if rows == "" {
		rows = chartRow(name, total)
	}
	facts["rows"], facts["hidden"] = rows, strconv.Itoa(hidden)
	return err
}

func chartRow(name string, s sums) string {
	return name + "\t" + strconv.FormatInt(s.Promised, 10) + "\t" + strconv.FormatInt(s.Received, 10) + "\n"
}

// unitRows are the sums by unit, those with the most first. One of fewPeople is left out; where it is the only one, the next smallest is left
// out too, or the total would tell of it.
func (r *Records) unitRows(ctx context.Context, follow []records.Campaign, of map[int64]sums) (rows string, hidden int, err error) {
	byArea := map[string]sums{}
	for _, f := range follow {
		s, a := of[f.ID], byArea[f.Area]
		byArea[f.Area] = sums{a.Promised + s.Promised, a.Received + s.Received, a.People + s.People}
	}
	areas := campaignAreas(follow)
	slices.SortFunc(areas, func(a, b string) int {
		return cmp.Or(cmp.Compare(byArea[b].People, byArea[a].People), cmp.Compare(a, b))
	})
	areas = slices.Compact(areas)
	shown := slices.DeleteFunc(slices.Clone(areas), func(a string) bool { return byArea[a].People < fewPeople })
	if hidden = len(areas) - len(shown); hidden == 1 && len(shown) > 0 {
		shown = shown[:len(shown)-1]
		hidden++
	}
	if len(shown) > progressUnits {
		hidden, shown = hidden+len(shown)-progressUnits, shown[:progressUnits]
	}
	names, err := r.areaNames(ctx, shown)
	if err != nil {
		return "", 0, err
	}
	for _, a := range shown {
		rows += chartRow(names[a], byArea[a])
	}
	return rows, hidden, nil
}

// sumsOf are what was promised and received for each of some campaigns, and how many gave. What was taken back is promised no more; what came
// without a promise came all the same.
func (r *Records) sumsOf(ctx context.Context, ids []int64) (map[int64]sums, error) {
	of := map[int64]sums{}
	for _, query := range []string{
		`SELECT campaign_id, CAST(SUM(CASE WHEN state <> 'cancelled' THEN amount ELSE received END) AS bigint) AS promised, CAST(SUM(received) AS bigint) AS received,
			COUNT(DISTINCT person_id) AS people FROM pledges WHERE superseded_at IS NULL AND kind = 'money' AND (state <> 'cancelled' OR received > 0) AND campaign_id IN ? GROUP BY campaign_id`,
		`SELECT campaign_id, CAST(SUM(amount) AS bigint) AS promised, CAST(SUM(amount) AS bigint) AS received, COUNT(*) AS people FROM receipts
			WHERE pledge = '' AND amount > 0 AND reversed_at IS NULL AND campaign_id IN ? GROUP BY campaign_id`,
	} {
		var rows []struct {
			CampaignID         int64
			Promised, Received int64
			People             int
		}
		if err := r.db.WithContext(ctx).Raw(query, ids).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			s := of[row.CampaignID]
			of[row.CampaignID] = sums{s.Promised + row.Promised, s.Received + row.Received, s.People + row.People}
		}
	}
	return of, nil
}

// needsOf are the things that a campaign is to bring in and that nobody promised yet, in words. What fewer than fewPeople promised is not
// told: the whole goal stands there.
func (r *Records) needsOf(ctx context.Context, c records.Campaign, ids []int64) (string, error) {
	var goals []records.CampaignGoal
	if err := r.db.WithContext(ctx).Where("campaign_id = ?", c.ID).Order("n").Find(&goals).Error; err != nil {
		return "", err
	}
	var rows []struct {
		Unit, Name string
		Qty        int64
		People     int
	}
	err := r.db.WithContext(ctx).Raw(`SELECT i.unit, i.name, CAST(SUM(i.qty) AS bigint) AS qty, COUNT(DISTINCT p.person_id) AS people FROM pledges p
		JOIN pledge_items i ON i.code = p.code AND i.version = p.version WHERE p.superseded_at IS NULL AND p.state <> 'cancelled' AND p.campaign_id IN ?
		GROUP BY i.unit, i.name`, ids).Scan(&rows).Error
	if err != nil {
		return "", err
	}
	var needs []string
	for _, g := range goals {
		for _, row := range rows {
			if row.Unit == g.Unit && row.Name == g.Name && row.People >= fewPeople {
				g.Qty -= row.Qty
			}
		}
		if g.Qty > 0 {
			needs = append(needs, records.Item{Qty: g.Qty, Unit: g.Unit, Name: g.Name}.String())
		}
	}
	return strings.Join(needs, ", "), nil
}
