package storage

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// tellNeed keeps what a household needs, and tells the group's leaders that there is something to open: neither who nor what, as phones
// are shared. Where a group has no leader the ward is told.
func (a *applier) tellNeed(q Request) (*Outcome, error) {
	var command records.TellNeedOf
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	need := records.Need{
		Dimension: command.Dimension, Words: clipRunes(fold.Clean(command.Words), records.MaxNote), Status: records.NeedReceived, Contact: q.Contact, CreatedAt: stamp(q.At),
		WaitsFrom: stamp(q.At),
	}
	if need.Words == "" || !slices.Contains(records.Dimensions, need.Dimension) || len(command.Photos) > records.MaxNeedPhotos {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.ownHome(q, command.Household, records.TellNeed)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	var waiting int64
	err = a.tx.Model(&records.Need{}).Where("household_id = ? AND status IN ?", home.ID, []string{records.NeedReceived, records.NeedPlanned}).Count(&waiting).Error
	if err != nil {
		return nil, err
	}
	if waiting >= records.MaxOpenNeeds {
		return refuse(records.RefusedNeeds), nil
	}
	need.HouseholdID, need.Area, need.PersonID = home.ID, home.Path(), who.Person
	if err := a.tx.Create(&need).Error; err != nil {
		return nil, err
	}
	if err := a.keepNeedPhotos(q, who, need, command); err != nil {
		return nil, err
	}
	id := strconv.FormatInt(need.ID, 10)
	a.audit(q, who.Person, "need "+id, home.Area, need.Status)
	told, err := a.tellCarers(q, need, "need "+id, "notice.need", "/cacnhucau "+id)
	return &Outcome{Args: map[string]string{"told": told}}, err
}

// keepNeedPhotos keeps what was answered about the photos that came with a need, and the photos if they may be kept.
func (a *applier) keepNeedPhotos(q Request, who *actor, need records.Need, command records.TellNeedOf) error {
	if command.PhotoOK == nil {
		return nil
	}
	consent, err := a.keepConsent(q, who, &need.HouseholdID, records.PurposePhoto, *command.PhotoOK)
	if err != nil || !command.PhotoOK.Agreed {
		return err
	}
	rows := make([]records.NeedPhoto, len(command.Photos))
	for i, blob := range cleanAll(command.Photos) {
		rows[i] = records.NeedPhoto{NeedID: need.ID, N: i, Blob: blob, ConsentID: consent}
	}
	return insert(a.tx, rows)
}

// tellCarers puts a notice about a need aside for those who look after the household: the group's leaders, else the ward's Front, else
// its officers, but not for who caused it. It returns the role of those told.
func (a *applier) tellCarers(q Request, need records.Need, cause, key, open string) (told string, err error) {
	return a.tellNearest(q, records.Parent(need.Area), []string{records.RoleLeader, records.RoleFront, records.RoleOfficer}, cause,
		"need "+strconv.FormatInt(need.ID, 10), dialog.Line{Key: key}, seeButton(open))
}

// tellNearest puts a notice aside for those of the first of roles that anybody holds who is to be told of a group: leaders of the group,
// others of its commune, but not for who caused it. The line's arg group is the group's name. It returns the role of those told.
func (a *applier) tellNearest(q Request, group string, roles []string, cause, ref string, line dialog.Line, menu ...dialog.Option) (told string, err error) {
	name, err := a.areaName(group)
	if err != nil {
		return "", err
	}
	args := map[string]string{"group": name}
	maps.Copy(args, line.Args)
	line.Args = args
	for _, role := range roles {
		area := records.Parent(group)
		if role == records.RoleLeader {
			area = group
		}
		before := len(a.rows.messages)
		if err := a.tellHolders(q, []records.Grant{{Role: role, Area: area}}, cause, ref, line, menu...); err != nil {
			return "", err
		}
		if len(a.rows.messages) > before {
			return role, nil
		}
	}
	return "", nil
}

// answerNeed keeps what comes of a need, and tells the household that there is an answer to open.
func (a *applier) answerNeed(q Request) (*Outcome, error) {
	var command records.AnswerNeed
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	answer := clipRunes(fold.Clean(command.Answer), records.MaxNote)
	set := map[string]any{"status": command.Status, "answer": answer, "planned_on": nil, "answered_at": stamp(q.At)}
	switch command.Status {
	case records.NeedPlanned:
		on, ok := records.ParseDay(command.On)
		if !ok || answer == "" || on.Before(records.DayOf(q.At)) {
			return refuse(records.RefusedInvalid), nil
		}
		set["planned_on"] = on
	case records.NeedImpossible:
		if answer == "" {
			return refuse(records.RefusedInvalid), nil
		}
	case records.NeedMet:
	default:
		return refuse(records.RefusedInvalid), nil
	}
	who, need, refused, err := a.needFor(q, command.ID, records.AnswerNeeds)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if !need.Open() {
		return refuse(records.RefusedNeedGone), nil
	}
	set["answered_by"] = who.Person
	if err := a.tx.Model(&records.Need{}).Where("id = ?", need.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(need.ID, 10)
	a.audit(q, who.Person, "need "+id, records.Parent(need.Area), command.Status)
	if err := a.answeredTask(q, who, need); err != nil {
		return nil, err
	}
	var home records.Household
	if err := a.tx.Where("id = ?", need.HouseholdID).First(&home).Error; err != nil {
		return nil, err
	}
	return &Outcome{}, a.tellHome(home.ID, need.Area, "need answered "+id+" "+q.Contact+" "+q.Form+" "+strconv.Itoa(q.N), "need "+id,
		dialog.Line{Key: "notice.need.answered"}, seeButton("/nhucaunha "+home.Code))
}

// confirmNeed keeps whether a household was helped; if not, its need waits again. Those who look after it are told.
func (a *applier) confirmNeed(q Request) (*Outcome, error) {
	var command records.ConfirmNeed
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, need, refused, err := a.needFor(q, command.ID, records.TellNeed)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if need.Status == records.NeedConfirmed || !command.Helped && need.Status == records.NeedReceived {
		return refuse(records.RefusedNeedGone), nil
	}
	set, key := map[string]any{"status": records.NeedConfirmed, "confirmed_at": stamp(q.At)}, "notice.need.helped"
	if !command.Helped {
		set, key = map[string]any{"status": records.NeedReceived, "answer": "", "planned_on": nil, "answered_by": nil, "answered_at": nil}, "notice.need.again"
		set["waits_from"], set["reminded_at"], set["raised_at"] = stamp(q.At), nil, nil
	}
	if err := a.tx.Model(&records.Need{}).Where("id = ?", need.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(need.ID, 10)
	a.audit(q, who.Person, "need "+id, records.Parent(need.Area), set["status"].(string))
	if err := a.answeredTask(q, who, need); err != nil {
		return nil, err
	}
	_, err = a.tellCarers(q, need, "need confirmed "+id+" "+q.Contact+" "+q.Form+" "+strconv.Itoa(q.N), key, "/cacnhucau "+id)
	return &Outcome{}, err
}

// needFor is a need that who asks may do something about. One outside their rights is not found.
func (a *applier) needFor(q Request, id int64, action records.Action) (who *actor, need records.Need, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, need, records.RefusedDenied, err
	}
	var found []records.Need
	if err := a.forChange().Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, need, "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, action, found[0].Area) {
		return nil, need, records.RefusedNotFound, nil
	}
	return who, found[0], "", nil
}
