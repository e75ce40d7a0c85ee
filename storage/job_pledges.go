package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// remindPledge keeps the day on which a donor wants to be reminded of a promise.
func (a *applier) remindPledge(q Request) (*Outcome, error) {
	var command records.RemindPledge
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	code, ok := records.ParseTransferCode(command.Code)
	who, err := a.actor(q.Contact)
	if err != nil || who == nil || !ok {
		return refuse(records.RefusedNotFound), err
	}
	if why := records.CheckBring(command.On, q.At); why != "" {
		return refuse(why), nil
	}
	on, _ := records.ParseDay(command.On)
	changed := a.tx.Model(&records.Pledge{}).Where("code = ? AND person_id = ? AND superseded_at IS NULL AND state IN ?", code, who.Person,
		[]string{records.PledgePromised, records.PledgePart}).Update("remind_on", on)
	if changed.Error != nil {
		return nil, changed.Error
	}
	if changed.RowsAffected == 0 {
		return refuse(records.RefusedPledgeGone), nil
	}
	a.audit(q, who.Person, "pledge "+code, "", "remind")
	return &Outcome{Args: map[string]string{"code": code, "on": command.On}}, nil
}

// remindPledges promises the next month of what is given each month, and reminds donors: on the day they asked for, the day before they bring
// something, and of money that is not seen after a while; PledgeReminders times at most. Of a campaign that takes nothing more
// nothing is said.
func (a *applier) remindPledges(slot time.Time) error {
	today := records.DayOf(a.now)
	if err := a.nextMonths(today); err != nil {
		return err
	}
	var due []records.Pledge
	err := a.tx.Where("superseded_at IS NULL AND state IN ?", []string{records.PledgePromised, records.PledgePart}).
		Where("reminded < ? OR remind_on IS NOT NULL", records.PledgeReminders).
		Where(`remind_on <= ? OR remind_on IS NULL AND (kind <> 'money' AND bring_on = ? OR kind = 'money' AND (reminded = 0 AND created_at < ? OR reminded = 1 AND created_at < ?))`,
			today, today.AddDate(0, 0, 1), dayStart(today, 1-records.PledgeRemindDays), dayStart(today, 1-records.PledgeRemindAgain)).
		Order("id").Find(&due).Error
	if err != nil {
		return err
	}
	campaigns := map[int64]records.Campaign{}
	for _, p := range due {
		c, err := a.campaignOnce(campaigns, p.CampaignID)
		if err != nil {
			return err
		}
		if !c.Takes(today) && p.RemindOn == nil {
			continue
		}
		if err := a.remindOf(p, c, today); err != nil {
			return err
		}
	}
	return nil
}

// dayStart is the instant at which a day of Vietnam begins, some days after a day.
func dayStart(day time.Time, days int) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, records.Local).UTC()
}

func (a *applier) campaignOnce(known map[int64]records.Campaign, id int64) (c records.Campaign, err error) {
	if c, ok := known[id]; ok {
		return c, nil
	}
	if err = a.tx.Where("id = ?", id).First(&c).Error; err == nil {
		known[id] = c
	}
	return c, err
}

// remindOf tells a donor of a promise, and counts it.
func (a *applier) remindOf(p records.Pledge, c records.Campaign, today time.Time) error {
	key := "notice.pledge.unpaid"
	switch {
	case p.RemindOn != nil:
		key = "notice.pledge.asked"
	case p.Kind != records.PledgeMoney:
		key = "notice.pledge.tomorrow"
	}
	line := dialog.Line{Key: key, Args: map[string]string{
		"code": p.Code, "kind": p.Kind, "what": p.What, "amount": strconv.FormatInt(p.Left(), 10), "bring": bringDay(p), "goods": c.Goods, "fund": fundWords(p.Fund),
	}}
	cause := "pledge " + p.Code + " remind " + records.FormatDay(today)
	if err := a.tellDonor(p.PersonID, cause, "pledge "+p.Code, line, seeButton("/xemgop "+p.Code)); err != nil {
		return err
	}
	a.auditRun(records.JobPledges, "pledge "+p.Code, p.Area, key)
	return a.tx.Model(&records.Pledge{}).Where("id = ?", p.ID).Updates(map[string]any{"reminded": gorm.Expr("reminded + 1"), "remind_on": nil}).Error
}

// nextMonths promises the next month of each row of months whose day has come, under a code of its own. It ends with the months that were
// said, when one of them is taken back, when the fund takes nothing more, and when of two months nothing came.
func (a *applier) nextMonths(today time.Time) error {
	var latest []records.Pledge
	err := a.tx.Where(`superseded_at IS NULL AND series <> '' AND nth < months AND state <> 'cancelled'
		AND NOT EXISTS (SELECT 1 FROM pledges later WHERE later.series = pledges.series AND later.nth > pledges.nth)`).Order("id").Find(&latest).Error
	if err != nil {
		return err
	}
	campaigns := map[int64]records.Campaign{}
	for _, p := range latest {
		var before []records.Pledge
		if err := a.tx.Where("series = ? AND superseded_at IS NULL AND (nth = 1 OR nth = ?)", p.Series, p.Nth-1).Order("nth").Find(&before).Error; err != nil {
			return err
		}
		c, err := a.campaignOnce(campaigns, p.CampaignID)
		if err != nil {
			return err
		}
		silent := p.Nth > 1 && p.Received == 0 && len(before) > 0 && before[len(before)-1].Received == 0
		if len(before) == 0 || silent || !c.Takes(today) || records.MonthAfter(records.DayOf(before[0].CreatedAt), p.Nth).After(today) {
			continue
		}
		if err := a.nextMonth(p); err != nil {
			return err
		}
	}
	return nil
}

// nextMonth promises the month after one, and tells the donor how to give it.
func (a *applier) nextMonth(p records.Pledge) error {
	next := p
	next.ID, next.Version, next.Nth, next.State, next.Received, next.Reminded, next.RemindOn = 0, 1, p.Nth+1, records.PledgePromised, 0, 0, nil
	next.CreatedAt, next.ValidFrom = a.now, a.now
	var err error
	if next.Code, err = a.drawTransfer(p.Fund); err != nil {
		return err
	}
	if err := a.writePledge(&next, nil); err != nil {
		return err
	}
	a.auditRun(records.JobPledges, "pledge "+next.Code, next.Area, next.State)
	line := dialog.Line{Key: "notice.pledge.month", Args: map[string]string{
		"code": next.Code, "amount": strconv.FormatInt(next.Amount, 10), "fund": fundWords(next.Fund), "nth": strconv.Itoa(next.Nth), "months": strconv.Itoa(next.Months),
	}}
	pay := dialog.Option{Key: "pay", Label: "notice.pledge.pay", Do: "/xemgop " + next.Code + " qr"}
	return a.tellDonor(next.PersonID, "pledge "+next.Code, "pledge "+next.Code, line, pay)
}
