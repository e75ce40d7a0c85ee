package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// noteVisit notes a call at a household.
func (a *applier) noteVisit(q Request) (*Outcome, error) {
	var command records.NoteVisit
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.homeFor(q, command.Household, records.KeepHouseholds)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	on, ok := records.ParseDay(command.On)
	switch {
	case !ok:
		return refuse(records.RefusedInvalid), nil
	case on.After(records.DayOf(q.At)):
		return refuse(records.RefusedFuture), nil
	case on.Before(records.EarliestDay):
		return refuse(records.RefusedTooOld), nil
	}
	visit := records.Visit{HouseholdID: home.ID, PersonID: who.Person, On: on, Note: clipRunes(fold.Clean(command.Note), records.MaxNote), CreatedAt: stamp(q.At)}
	a.audit(q, who.Person, "household "+home.Code, home.Area, "")
	return &Outcome{}, a.tx.Create(&visit).Error
}

// changeHousehold changes one fact of a household, and what it is found by.
func (a *applier) changeHousehold(q Request) (*Outcome, error) {
	var command records.ChangeHousehold
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.homeFor(q, command.Household, records.KeepHouseholds)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	value := clipRunes(fold.Clean(command.Value), maxOwnName)
	number, numberErr := strconv.Atoi(value)
	switch command.Part {
	case "nickname":
		home.Nickname = value
	case "second":
		home.Second = value
	case "members":
		if numberErr != nil || number < 1 || number > maxMembers {
			return refuse(records.RefusedInvalid), nil
		}
		home.Members = number
	case "birth_year":
		if numberErr != nil || number < 1900 || number > q.At.In(records.Local).Year() {
			return refuse(records.RefusedInvalid), nil
		}
		home.BirthYear = number
	default:
		return refuse(records.RefusedInvalid), nil
	}
	home.UpdatedAt = a.now
	index := IndexHousehold(&home)
	if err := a.tx.Where("household_id = ?", home.ID).Delete(&records.HouseholdWord{}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Save(&home).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "household "+home.Code, home.Area, command.Part)
	return &Outcome{}, insert(a.tx, index)
}

// maxMembers is more people than any household has.
const maxMembers = 30

// quietHousehold stops messages to a household, those that wait too, or lets them go out again.
func (a *applier) quietHousehold(q Request) (*Outcome, error) {
	var command records.QuietHousehold
	if err := json.Unmarshal(q.Data, &command); err != nil || !slices.Contains([]string{"", records.QuietDied, records.QuietAway}, command.Why) {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.homeFor(q, command.Household, records.KeepHouseholds)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	set := map[string]any{"quiet_at": stamp(q.At), "quiet_why": command.Why, "updated_at": a.now}
	if command.Why == "" {
		set["quiet_at"] = nil
	}
	if err := a.tx.Model(&records.Household{}).Where("id = ?", home.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "household "+home.Code, home.Area, command.Why)
	if command.Why == "" {
		return &Outcome{}, nil
	}
	return &Outcome{}, a.tx.Exec(`UPDATE messages SET status = ?, done_at = ? WHERE status = ? AND ref IN (SELECT code FROM help WHERE household_id = ? AND superseded_at IS NULL)
		AND contact IN (SELECT c.key FROM contacts c JOIN roles r ON r.person_id = c.person_id WHERE r.name = ? AND r.area = ? AND r.valid_to IS NULL)`,
		records.MessageCancelled, a.now, records.MessageWaiting, home.ID, records.RoleHousehold, home.Path()).Error
}

// proposeHousehold keeps a proposal and tells the ward, or puts the household on the list where who asks may.
func (a *applier) proposeHousehold(q Request) (*Outcome, error) {
	var command records.ProposeHousehold
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	p := records.Proposal{
		Area: fold.Clean(command.Group), Head: clipRunes(fold.Clean(command.Head), maxOwnName), BirthYear: command.BirthYear, Second: clipRunes(fold.Clean(command.Second), maxOwnName),
		Members: command.Members, Why: clipRunes(fold.Clean(command.Why), records.MaxNote), PersonID: who.Person, Contact: q.Contact, Status: records.ProposalOpen, CreatedAt: stamp(q.At),
	}
	year := q.At.In(records.Local).Year()
	switch {
	case records.KindOfPath(p.Area) != records.AreaGroup || !records.Can(who.Actor, records.KeepHouseholds, p.Area):
		return refuse(records.RefusedDenied), nil
	case len(strings.Fields(p.Head)) < 2, p.BirthYear != 0 && (p.BirthYear < 1900 || p.BirthYear > year), p.Members < 0 || p.Members > maxMembers:
		return refuse(records.RefusedInvalid), nil
	}
	var groups int64
	if err := a.tx.Model(&records.Area{}).Where("path = ? AND kind = ? AND valid_to IS NULL", p.Area, records.AreaGroup).Count(&groups).Error; err != nil {
		return nil, err
	}
	there, err := a.onList(p)
	switch {
	case err != nil:
		return nil, err
	case groups == 0:
		return refuse(records.RefusedNotFound), nil
	case there:
		return refuse(records.RefusedThere), nil
	}
	outcome := &Outcome{Args: map[string]string{"name": p.Head, "code": ""}}
	if records.Can(who.Actor, records.AddHouseholds, p.Area) {
		code, err := a.addHome(q, who, p)
		outcome.Args["code"] = code
		return outcome, err
	}
	if err := a.tx.Create(&p).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(p.ID, 10)
	a.audit(q, who.Person, "proposal "+id, p.Area, "")
	commune := records.Parent(p.Area)
	name, err := a.areaName(p.Area)
	if err != nil {
		return nil, err
	}
	return outcome, a.tellHolders(q, []records.Grant{{Role: records.RoleOfficer, Area: commune}}, "proposal "+id, "",
		dialog.Line{Key: "notice.proposed", Args: map[string]string{"group": name}}, dialog.Option{Key: "decide", Label: "notice.button.see", Do: "/duyetho " + id})
}

// homeOfProposal is the household that a proposal is about.
func homeOfProposal(p records.Proposal) records.Household {
	return records.Household{Area: p.Area, Head: p.Head, BirthYear: p.BirthYear, Second: p.Second, Members: p.Members}
}

// onList reports that the list has a household of this name, birth year and second key.
func (a *applier) onList(p records.Proposal) (bool, error) {
	var n int64
	err := a.tx.Model(&records.Household{}).Where("natural_key = ?", HouseholdKey(homeOfProposal(p))).Count(&n).Error
	return n > 0, err
}

// addHome puts a proposed household on the list and returns its code.
func (a *applier) addHome(q Request, who *actor, p records.Proposal) (string, error) {
	home := homeOfProposal(p)
	home.NaturalKey, home.Proposed, home.CreatedAt, home.UpdatedAt = HouseholdKey(home), true, a.now, a.now
	index := IndexHousehold(&home)
	for home.ID == 0 { // a code that another household has is drawn again
		home.Code = records.HouseholdCodeOf(random64(records.CodeSpace))
		if err := a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoNothing: true}).Create(&home).Error; err != nil {
			return "", err
		}
	}
	for i := range index {
		index[i].HouseholdID = home.ID
	}
	a.audit(q, who.Person, "household "+home.Code, home.Area, "added")
	return home.Code, insert(a.tx, index)
}

// decideProposal puts a proposed household on the list or not, and tells who proposed it.
func (a *applier) decideProposal(q Request) (*Outcome, error) {
	var command records.DecideProposal
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	p, refused, err := a.openProposal(who, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	outcome := &Outcome{Args: map[string]string{"name": p.Head, "code": ""}}
	set := map[string]any{"status": records.ProposalRefused, "decided_at": stamp(q.At), "decided_by": who.Person}
	key := "notice.proposal.refused"
	if command.Accept {
		there, err := a.onList(p)
		if err != nil {
			return nil, err
		}
		if there {
			return refuse(records.RefusedThere), nil
		}
		code, err := a.addHome(q, who, p)
		if err != nil {
			return nil, err
		}
		outcome.Args["code"] = code
		set["status"], set["code"], key = records.ProposalAccepted, code, "notice.proposal.accepted"
	}
	if err := a.tx.Model(&records.Proposal{}).Where("id = ?", p.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(p.ID, 10)
	a.audit(q, who.Person, "proposal "+id, p.Area, set["status"].(string))
	return outcome, a.tellPerson(p.PersonID, "proposal decided "+id, dialog.Line{Key: key, Args: map[string]string{"name": records.PartOfName(p.Head)}})
}

// openProposal is a proposal that who asks may decide and nobody has.
func (a *applier) openProposal(who *actor, id int64) (p records.Proposal, refused string, err error) {
	var found []records.Proposal
	find := a.forChange().Where("id = ?", id)
	if err := find.Limit(1).Find(&found).Error; err != nil {
		return p, "", err
	}
	switch {
	case len(found) == 0 || !records.Can(who.Actor, records.AddHouseholds, found[0].Area):
		return p, records.RefusedNotFound, nil
	case found[0].Status != records.ProposalOpen:
		return p, records.RefusedDecided, nil
	}
	return found[0], "", nil
}
