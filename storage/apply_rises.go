package storage

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// riseCarers are those who are told of a household that enrolled, the nearest of them.
var riseCarers = []string{records.RoleLeader, records.RoleFront}

// enrolRise enrols a household that is able to work, and tells its leader that there is something to see: neither who nor what.
func (a *applier) enrolRise(q Request) (*Outcome, error) {
	var command records.EnrolRise
	if err := json.Unmarshal(q.Data, &command); err != nil || !command.Check(q.At.In(records.Local).Year()) {
		return refuse(records.RefusedInvalid), nil
	}
	steps := make([]string, 0, len(command.Steps))
	for _, s := range command.Steps {
		if s = clipRunes(fold.Clean(strings.ReplaceAll(s, "\n", " ")), records.MaxName); s == "" {
			return refuse(records.RefusedInvalid), nil
		}
		steps = append(steps, s)
	}
	who, home, refused, err := a.ownHome(q, command.Household, records.EnrolRises)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if barred, err := a.noLabour(home.ID); err != nil || barred {
		return refuse(records.RefusedRiseNot), err
	}
	next := records.DayOf(q.At).AddDate(0, records.CheckMonths, 0)
	rise := records.Rise{
		HouseholdID: home.ID, Area: home.Path(), Year: command.Year, Missing: strings.Join(command.Missing, " "), Support: clipRunes(fold.Clean(command.Support), records.MaxNote),
		Steps: strings.Join(steps, "\n"), Status: records.RiseOpen, NextOn: next, PersonID: who.Person, Contact: q.Contact, CreatedAt: stamp(q.At),
	}
	kept := a.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rise)
	if kept.Error != nil {
		return nil, kept.Error
	}
	if kept.RowsAffected == 0 { // somebody of it did before
		return refuse(records.RefusedRiseOpen), nil
	}
	id := strconv.FormatInt(rise.ID, 10)
	a.audit(q, who.Person, "rise "+id, home.Area, rise.Status)
	told, err := a.tellNearest(q, home.Area, riseCarers, "rise "+id, "rise "+id, dialog.Line{Key: "notice.rise"}, seeButton("/hothoatngheo "+id))
	return &Outcome{Args: map[string]string{"told": told, "next_on": records.FormatDay(next)}}, err
}

// noLabour reports a household without anybody able to work.
func (a *applier) noLabour(household int64) (bool, error) {
	var n int64
	err := a.tx.Model(&records.HouseholdFlag{}).Where("household_id = ? AND flag = ? AND valid_to IS NULL", household, records.FlagNoLabour).Count(&n).Error
	return n > 0, err
}

// riseFor is the pledge that a request is about and that goes on: a household's own, or one that who asks looks after.
func (a *applier) riseFor(q Request, id int64, household string, action records.Action) (who *actor, rise records.Rise, refused string, err error) {
	find := a.forChange().Where("status = ?", records.RiseOpen)
	if action == records.EnrolRises {
		var home records.Household
		if who, home, refused, err = a.ownHome(q, household, action); err != nil || refused != "" {
			return nil, rise, refused, err
		}
		find = find.Where("household_id = ?", home.ID)
	} else {
		if who, err = a.actor(q.Contact); err != nil || who == nil {
			return nil, rise, records.RefusedDenied, err
		}
		find = find.Where("id = ?", id)
	}
	var found []records.Rise
	if err := find.Limit(1).Find(&found).Error; err != nil {
		return nil, rise, "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, action, found[0].Area) {
		return nil, rise, records.RefusedRiseNone, nil
	}
	return who, found[0], "", nil
}

// checkRise keeps what one side says of how it goes. The talk of this quarter is done with it; of the household's words its leader hears.
func (a *applier) checkRise(q Request) (*Outcome, error) {
	var command records.CheckRise
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	forward, stuck := clipRunes(fold.Clean(command.Forward), records.MaxNote), clipRunes(fold.Clean(command.Stuck), records.MaxNote)
	if forward == "" {
		return refuse(records.RefusedInvalid), nil
	}
	side, action := records.RoleHousehold, records.EnrolRises
	if q.Kind == records.CmdNoteRise {
		side, action = records.RoleLeader, records.SeeRises
	}
	who, rise, refused, err := a.riseFor(q, command.ID, command.Household, action)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	check := records.RiseCheck{RiseID: rise.ID, Side: side, Forward: forward, Stuck: stuck, PersonID: who.Person, CreatedAt: stamp(q.At)}
	if err := a.tx.Create(&check).Error; err != nil {
		return nil, err
	}
	next := records.DayOf(q.At).AddDate(0, records.CheckMonths, 0)
	if err := a.tx.Model(&records.Rise{}).Where("id = ?", rise.ID).Update("next_on", next).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(rise.ID, 10)
	a.audit(q, who.Person, "rise "+id, records.Parent(rise.Area), side)
	if side == records.RoleHousehold {
		_, err = a.tellNearest(q, records.Parent(rise.Area), riseCarers, "rise check "+strconv.FormatInt(check.ID, 10), "rise "+id, dialog.Line{Key: "notice.rise.checked"}, seeButton("/hothoatngheo "+id))
	}
	return &Outcome{Args: map[string]string{"next_on": records.FormatDay(next)}}, err
}

// endRise ends a pledge: the household got there, by its own word or its leader's, and is praised; or it withdraws, which nobody is told.
func (a *applier) endRise(q Request) (*Outcome, error) {
	var command records.EndRise
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	status, action := records.RiseReached, records.EnrolRises
	switch q.Kind {
	case records.CmdLeaveRise:
		status = records.RiseWithdrawn
	case records.CmdPraise:
		action = records.SeeRises
	}
	who, rise, refused, err := a.riseFor(q, command.ID, command.Household, action)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if err := a.tx.Model(&records.Rise{}).Where("id = ?", rise.ID).Updates(map[string]any{"status": status, "ended_at": stamp(q.At)}).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(rise.ID, 10)
	a.audit(q, who.Person, "rise "+id, records.Parent(rise.Area), status)
	switch q.Kind {
	case records.CmdReached:
		_, err = a.tellNearest(q, records.Parent(rise.Area), riseCarers, "rise reached "+id, "rise "+id, dialog.Line{Key: "notice.rise.reached"}, seeButton("/hothoatngheo "+id))
	case records.CmdPraise:
		err = a.tellHome(rise.HouseholdID, rise.Area, "rise reached "+id, "rise "+id, dialog.Line{Key: "notice.rise.praise"})
	}
	return &Outcome{}, err
}

// tellHome puts a notice aside for everybody of a household, unless it is not to be written to.
func (a *applier) tellHome(household int64, path, cause, ref string, line dialog.Line, menu ...dialog.Option) error {
	var home records.Household
	if err := a.tx.Where("id = ?", household).First(&home).Error; err != nil || home.QuietAt != nil || home.EndedAt != nil {
		return err
	}
	contacts, err := a.contactsOf([]string{path})
	if err != nil {
		return err
	}
	return a.tellAll(contacts[path], cause, ref, a.now, line, menu...)
}

// remindRises writes the notices of talks about how it goes that are due today or were before: to the household, and one for each group
// to its leader. A household that has nobody able to work by now is not asked. On the same day again there is nothing left to do.
func (a *applier) remindRises(time.Time) error {
	today := records.DayOf(a.now)
	var due []records.Rise
	if err := a.forChange().Where("status = ? AND next_on <= ?", records.RiseOpen, today).Order("area, id").Find(&due).Error; err != nil {
		return err
	}
	groups, order := map[string]int{}, []string(nil)
	for _, rise := range due {
		cause := "rise quarter " + strconv.FormatInt(rise.ID, 10) + " " + records.FormatDay(rise.NextOn)
		next := rise.NextOn
		for !next.After(today) {
			next = next.AddDate(0, records.CheckMonths, 0)
		}
		if err := a.tx.Model(&records.Rise{}).Where("id = ?", rise.ID).Update("next_on", next).Error; err != nil {
			return err
		}
		if barred, err := a.noLabour(rise.HouseholdID); err != nil {
			return err
		} else if barred {
			continue
		}
		err := a.tellHome(rise.HouseholdID, rise.Area, cause, "rise "+strconv.FormatInt(rise.ID, 10), dialog.Line{Key: "notice.rise.quarter"},
			dialog.Option{Key: "check", Label: "notice.rise.tell", Do: "/kequy " + codeOf(rise.Area)})
		if err != nil {
			return err
		}
		group := records.Parent(rise.Area)
		if groups[group] == 0 {
			order = append(order, group)
		}
		groups[group]++
	}
	for _, group := range order {
		line := dialog.Line{Key: "notice.rise.talks", Args: map[string]string{"count": strconv.Itoa(groups[group])}}
		cause := "rise quarter " + group + " " + records.FormatDay(today)
		if _, err := a.tellNearest(Request{}, group, riseCarers, cause, "", line, seeButton("/cacthoatngheo")); err != nil {
			return err
		}
	}
	return nil
}
