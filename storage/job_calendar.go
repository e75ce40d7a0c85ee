package storage

import (
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// tellRoles tells all who hold one of some roles within an area, or everywhere for "", each person once for a cause.
func (a *applier) tellRoles(within string, roles []string, cause, ref string, due time.Time, line dialog.Line, menu ...dialog.Option) error {
	var contacts []string
	err := a.tx.Raw(`SELECT DISTINCT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
		WHERE r.name IN ? AND (? = '' OR r.area = ? OR r.area LIKE ?) AND `+lastUsed+` AND `+roleGives+` ORDER BY c.key`,
		roles, within, within, within+"/%", a.now).Scan(&contacts).Error
	if err != nil {
		return err
	}
	return a.tellAll(contacts, cause, ref, due, line, menu...)
}

// tellLeaders tells the leaders of a group, and nobody else, of something about it.
func (a *applier) tellLeaders(q Request, group, cause string, line dialog.Line, menu ...dialog.Option) error {
	_, err := a.tellNearest(q, group, []string{records.RoleLeader}, cause, "", line, menu...)
	return err
}

// groupCount is how many of something a group has.
type groupCount struct {
	Area string
	N    int
}

func (a *applier) groupCounts(statement string, args map[string]any) (counts []groupCount, err error) {
	return counts, a.tx.Raw(statement, args).Scan(&counts).Error
}

// digest tells each leader on Monday what the week before brought to their group: what was done, what waits, what comes next. A group in
// which nothing happened and nothing waits is told nothing.
func (a *applier) digest(slot time.Time) error {
	today := records.DayOf(slot)
	week := today.AddDate(0, 0, -7)
	args := map[string]any{
		"from": stamp(week.Add(-7 * time.Hour)), "to": stamp(today.Add(-7 * time.Hour)), "week": week, "today": today, "next": today.AddDate(0, 0, 7), "now": a.now,
	}
	weeks := map[string]map[string]string{}
	var groups []string
	for _, part := range []struct{ name, statement string }{
		{"logged", `SELECT o.area, count(*) AS n FROM help h JOIN households o ON o.id = h.household_id WHERE h.created_at >= @from AND h.created_at < @to
			AND h.superseded_at IS NULL AND h.voided_at IS NULL GROUP BY o.area`},
		{"visits", `SELECT o.area, count(*) AS n FROM visits v JOIN households o ON o.id = v.household_id WHERE v.visited_on >= @week AND v.visited_on < @today GROUP BY o.area`},
		{"answered", `SELECT o.area, count(*) AS n FROM needs d JOIN households o ON o.id = d.household_id WHERE d.answered_at >= @from AND d.answered_at < @to GROUP BY o.area`},
		{"waiting", `SELECT o.area, count(*) AS n FROM needs d JOIN households o ON o.id = d.household_id WHERE d.status = 'received' AND d.created_at < @now AND o.ended_at IS NULL GROUP BY o.area`},
		{"overdue", `SELECT o.area, count(*) AS n FROM needs d JOIN households o ON o.id = d.household_id WHERE d.status = 'planned' AND d.planned_on < @today AND o.ended_at IS NULL GROUP BY o.area`},
		{"planned", `SELECT o.area, count(*) AS n FROM needs d JOIN households o ON o.id = d.household_id WHERE d.status = 'planned' AND d.planned_on >= @today AND d.planned_on < @next
			AND o.ended_at IS NULL GROUP BY o.area`},
	} {
		counts, err := a.groupCounts(part.statement+" ORDER BY o.area", args)
		if err != nil {
			return err
		}
		for _, c := range counts {
			if weeks[c.Area] == nil {
				weeks[c.Area] = map[string]string{"logged": "0", "visits": "0", "answered": "0", "waiting": "0", "overdue": "0", "planned": "0"}
				groups = append(groups, c.Area)
			}
			weeks[c.Area][part.name] = strconv.Itoa(c.N)
		}
	}
	q := a.scheduled(records.JobDigest, slot)
	for _, group := range groups {
		err := a.tellLeaders(q, group, "digest "+group+" "+records.FormatDay(today), dialog.Line{Key: "notice.digest", Args: weeks[group]}, seeButton("/cacnhucau"))
		if err != nil {
			return err
		}
	}
	return nil
}

// namesInNotice is how many households a notice to their leader names.
const namesInNotice = 5

// remindVisits tells leaders which households of their group nobody has been to for VisitDays: no visit was noted and no help logged.
func (a *applier) remindVisits(slot time.Time) error {
	before := records.DayOf(slot).AddDate(0, 0, -records.VisitDays)
	var homes []records.Household
	err := a.tx.Raw(`SELECT h.* FROM households h WHERE h.ended_at IS NULL AND h.created_at < @at
		AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.household_id = h.id AND v.visited_on >= @day)
		AND NOT EXISTS (SELECT 1 FROM help g WHERE g.household_id = h.id AND g.given_on >= @day AND g.superseded_at IS NULL AND g.voided_at IS NULL)
		ORDER BY h.area, h.sort, h.id`, map[string]any{"at": stamp(before), "day": before}).Scan(&homes).Error
	if err != nil {
		return err
	}
	q := a.scheduled(records.JobVisits, slot)
	return eachGroup(homes, func(group string, homes []records.Household) error {
		var names []string
		for _, h := range homes[:min(len(homes), namesInNotice)] {
			names = append(names, h.Head)
		}
		line := dialog.Line{Key: "notice.visits", Args: map[string]string{
			"count": strconv.Itoa(len(homes)), "days": strconv.Itoa(records.VisitDays), "names": strings.Join(names, ", "), "more": strconv.Itoa(len(homes) - len(names)),
		}}
		return a.tellLeaders(q, group, "visits "+group+" "+records.FormatDay(records.DayOf(slot)), line, seeButton("/hogiadinh"))
	})
}

// eachGroup goes through households, which are in the order of their groups, group by group.
func eachGroup(homes []records.Household, do func(group string, homes []records.Household) error) error {
	for len(homes) > 0 {
		n := 1
		for n < len(homes) && homes[n].Area == homes[0].Area {
			n++
		}
		if err := do(homes[0].Area, homes[:n]); err != nil {
			return err
		}
		homes = homes[n:]
	}
	return nil
}

// remindCards tells leaders how many households of their group nobody is linked to though they are on the list for CardMonths, and that
// have no card which still opens: the cards are to be made again.
func (a *applier) remindCards(slot time.Time) error {
	counts, err := a.groupCounts(`SELECT h.area, count(*) AS n FROM households h WHERE h.ended_at IS NULL AND h.created_at < @before
		AND NOT EXISTS (SELECT 1 FROM household_links l WHERE l.household_id = h.id AND l.ended_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.household_id = h.id AND c.used_at IS NULL AND c.expires_at > @now) GROUP BY h.area ORDER BY h.area`,
		map[string]any{"before": stamp(slot.AddDate(0, -records.CardMonths, 0)), "now": a.now})
	if err != nil {
		return err
	}
	q := a.scheduled(records.JobCards, slot)
	for _, c := range counts {
		line := dialog.Line{Key: "notice.cards", Args: map[string]string{"count": strconv.Itoa(c.N)}}
		if err := a.tellLeaders(q, c.Area, "cards "+c.Area+" "+records.FormatDay(records.DayOf(slot)), line, seeButton("/theto")); err != nil {
			return err
		}
	}
	return nil
}

// remindTet tells leaders TetDays before mùng 1 how many households of their group have no Tết gift in the books yet.
func (a *applier) remindTet(slot time.Time) error {
	day := records.DayOf(slot)
	left, on := records.DaysToTet(day)
	if left != records.TetDays[0] && left != records.TetDays[1] {
		return nil
	}
	counts, err := a.groupCounts(`SELECT h.area, count(*) AS n FROM households h WHERE h.ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM help g
		WHERE g.household_id = h.id AND g.kind = 'qua_tet' AND g.given_on >= @from AND g.superseded_at IS NULL AND g.voided_at IS NULL) GROUP BY h.area ORDER BY h.area`,
		map[string]any{"from": on.AddDate(0, 0, -records.TetSeason)})
	if err != nil {
		return err
	}
	q := a.scheduled(records.JobTet, slot)
	for _, c := range counts {
		line := dialog.Line{Key: "notice.tet", Args: map[string]string{"count": strconv.Itoa(c.N), "days": strconv.Itoa(left), "on": records.FormatDay(on)}}
		if err := a.tellLeaders(q, c.Area, "tet "+c.Area+" "+records.FormatDay(day), line, seeButton("/hogiadinh")); err != nil {
			return err
		}
	}
	return nil
}

// remindCampaigns tells of the key days of each campaign that has an end: before it opens, its first day, each Monday, a week before it
// closes, its last day, and the day after with thanks. The days are the campaign's own.
func (a *applier) remindCampaigns(slot time.Time) error {
	day := records.DayOf(slot)
	var campaigns []records.Campaign
	err := a.tx.Where("state IN ? AND ends_on IS NOT NULL AND starts_on <= ? AND ends_on >= ?", []string{records.CampaignProposed, records.CampaignOpen},
		day.AddDate(0, 0, records.CampaignBefore), day.AddDate(0, 0, -1)).Order("id").Find(&campaigns).Error
	if err != nil {
		return err
	}
	for _, c := range campaigns {
		event, roles := c.KeyDay(day)
		if event == "" {
			continue
		}
		name, err := a.areaName(c.Area)
		if err != nil {
			return err
		}
		var sum struct{ N, Amount int64 }
		err = a.tx.Raw("SELECT count(*) AS n, coalesce(sum(amount), 0) AS amount FROM pledges WHERE campaign_id = ? AND state = ? AND superseded_at IS NULL",
			c.ID, records.PledgePromised).Scan(&sum).Error
		if err != nil {
			return err
		}
		args := map[string]string{
			"fund": fundWords(c.Fund), "area": name, "on": records.FormatDay(c.StartsOn), "until": records.FormatDay(*c.EndsOn),
			"count": strconv.FormatInt(sum.N, 10), "amount": strconv.FormatInt(sum.Amount, 10), "shut": "",
		}
		if c.State != records.CampaignOpen {
			args["shut"] = "1"
		}
		ref := "campaign " + strconv.FormatInt(c.ID, 10)
		cause := ref + " " + event + " " + records.FormatDay(day)
		if err := a.tellRoles(c.Area, roles, cause, ref, a.now, dialog.Line{Key: "notice.campaign." + event, Args: args}); err != nil {
			return err
		}
		if event == records.CampaignThanks {
			if err := a.thankDonors(c, cause, ref, args); err != nil {
				return err
			}
		}
	}
	return nil
}

// thankDonors thanks those who promised something to a campaign that is over.
func (a *applier) thankDonors(c records.Campaign, cause, ref string, args map[string]string) error {
	var people []int64
	err := a.tx.Model(&records.Pledge{}).Distinct("person_id").Where("campaign_id = ? AND state = ? AND superseded_at IS NULL", c.ID, records.PledgePromised).
		Order("person_id").Pluck("person_id", &people).Error
	if err != nil {
		return err
	}
	for _, person := range people {
		var contacts []string
		if err := a.tx.Raw("SELECT c.key FROM contacts c WHERE c.person_id = ? AND "+lastUsed, person).Scan(&contacts).Error; err != nil {
			return err
		}
		if err := a.tellAll(contacts, cause+" donor", ref, a.now, dialog.Line{Key: "notice.campaign.donors", Args: args}); err != nil {
			return err
		}
	}
	return nil
}

// remindReview tells leaders and the ward of the steps of the yearly review, each on its day or the first working day after it.
func (a *applier) remindReview(slot time.Time) error {
	day := records.DayOf(slot)
	step, on := records.ReviewStep(day)
	if step == "" {
		return nil
	}
	line := dialog.Line{Key: "notice.review." + step, Args: map[string]string{"year": strconv.Itoa(on.Year()), "on": records.FormatDay(on)}}
	roles := []string{records.RoleLeader, records.RoleOfficer, records.RoleFront}
	return a.tellRoles("", roles, "review "+step+" "+records.FormatDay(on), "", a.now, line)
}

// remindReport tells the ward on the first working day of a month that the report of the month before is due.
func (a *applier) remindReport(slot time.Time) error {
	first := records.DayOf(slot)
	due := a.now
	if !records.WorkingDay(first) {
		next := records.AddWorkingDays(first, 1)
		if at := time.Date(next.Year(), next.Month(), next.Day(), 8, 30, 0, 0, records.Local).UTC(); at.After(due) {
			due = at
		}
	}
	month := first.AddDate(0, -1, 0)
	line := dialog.Line{Key: "notice.report", Args: map[string]string{"period": month.Format("1/2006")}}
	return a.tellRoles("", []string{records.RoleOfficer, records.RoleFront}, "report "+month.Format("2006-01"), "", due, line, seeButton("/excel"))
}
