package storage

import (
	"encoding/json"
	"regexp"
	"strconv"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// redeem uses an invite up. The person who used it before is told its role again: pressing a link twice is no crime.
func (a *applier) redeem(q Request) (*Outcome, error) {
	var redeem records.Redeem
	if err := json.Unmarshal(q.Data, &redeem); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	if out, err := a.locked(q); err != nil || out != nil {
		return out, err
	}
	wrong := func(why string) (*Outcome, error) { return a.wrongCode(q, why) }
	code, ok := records.ParseInviteCode(redeem.Code)
	if !ok {
		return wrong(records.RefusedInviteUnknown)
	}
	var invites []records.Invite
	find := a.forChange().Where("code_hash = ?", a.r.keyed("invite", code))
	if err := find.Limit(1).Find(&invites).Error; err != nil {
		return nil, err
	}
	if len(invites) == 0 {
		return wrong(records.RefusedInviteUnknown)
	}
	invite := invites[0]
	mine := invite.UsedBy != nil && *invite.UsedBy == who.Person
	switch {
	case invite.UsedAt != nil && !mine:
		return wrong(records.RefusedInviteUsed)
	case invite.UsedAt == nil && (!q.At.Before(invite.ExpiresAt) || invite.RoleEndsAt != nil && !q.At.Before(*invite.RoleEndsAt)):
		return wrong(records.RefusedInviteExpired)
	case who.locked && invite.ForPerson == nil:
		return refuse(records.RefusedLocked), nil
	case invite.ForPerson != nil && !mine:
		return a.comeBack(q, who, invite)
	}
	if !mine {
		stands, err := a.stands(invite)
		if err != nil {
			return nil, err
		}
		if !stands {
			return wrong(records.RefusedInviteExpired)
		}
	}
	name, err := a.areaName(invite.Area)
	if err != nil {
		return nil, err
	}
	outcome := &Outcome{Args: map[string]string{"role": invite.Role, "area": name, "path": invite.Area}}
	if mine {
		return outcome, nil
	}
	used := stamp(q.At)
	if err := a.tx.Model(&invite).Updates(map[string]any{"used_at": used, "used_by": who.Person}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Role{}).Where("person_id = ? AND name = ? AND area = ? AND valid_to IS NULL AND ends_at <= ?", who.Person, invite.Role, invite.Area, used).
		Update("valid_to", used).Error; err != nil { // it is over, and is given anew
		return nil, err
	}
	role := records.Role{PersonID: who.Person, Name: invite.Role, Area: invite.Area, ValidFrom: used, InviteID: &invite.ID, EndsAt: invite.RoleEndsAt}
	held := clause.OnConflict{
		Columns:     []clause.Column{{Name: "person_id"}, {Name: "name"}, {Name: "area"}},
		TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "valid_to IS NULL"}}}, DoNothing: true,
	}
	if err := a.tx.Clauses(held).Create(&role).Error; err != nil {
		return nil, err
	}
	delete(a.actors, q.Contact) // it has a role more
	if err := a.follows(who.Person, role.Name, role.Area); err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "invite "+strconv.FormatInt(invite.ID, 10), invite.Area, invite.Role)
	return outcome, a.tellInviter(invite, who.Person, outcome.Args)
}

func (a *applier) areaName(path string) (string, error) {
	var names []string
	err := a.tx.Model(&records.Area{}).Where("path = ? AND valid_to IS NULL", path).Limit(1).Pluck("name", &names).Error
	if err != nil || len(names) == 0 {
		return path, err
	}
	return names[0], nil
}

// meet is the actor of a request, with rows for contact and person where there were none.
func (a *applier) meet(q Request) (*actor, error) {
	who, err := a.actor(q.Contact)
	if err != nil || who != nil {
		return who, err
	}
	if _, err := meetContact(a.tx, records.Contact{Key: q.Contact, SeenAt: stamp(q.At), CreatedAt: a.now}); err != nil {
		return nil, err
	}
	return a.actor(q.Contact)
}

// longest texts that a person may keep about themselves, in characters.
const (
	maxOwnName = 80
	maxAddress = 20
)

func (a *applier) setPerson(q Request) (*Outcome, error) {
	var set struct{ Lang, Address, Name string }
	if err := json.Unmarshal(q.Data, &set); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	column, value, limit := "lang", set.Lang, 10
	switch q.Kind {
	case records.CmdAddress:
		column, value, limit = "address", set.Address, maxAddress
	case records.CmdName:
		column, value, limit = "name", set.Name, maxOwnName
	}
	value = fold.Clean(value)
	if value == "" && q.Kind != records.CmdAddress || clipRunes(value, limit) != value {
		return refuse(records.RefusedInvalid), nil
	}
	err = a.tx.Model(&records.Person{ID: who.Person}).Updates(map[string]any{column: value, "updated_at": a.now}).Error
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", "")
	return &Outcome{}, err
}

// aPhone is a number as SetPhone brings it.
var aPhone = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)

// setPhone keeps somebody's own number, sealed, with the hash it is found by.
func (a *applier) setPhone(q Request) (*Outcome, error) {
	var set records.SetPhone
	if err := json.Unmarshal(q.Data, &set); err != nil || set.Phone != "" && !aPhone.MatchString(set.Phone) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	columns := map[string]any{"phone": a.r.Seal(set.Phone), "phone_hash": nil, "updated_at": a.now}
	if set.Phone != "" {
		columns["phone_hash"] = a.r.PhoneHash(set.Phone)
	}
	err = a.tx.Model(&records.Person{ID: who.Person}).Updates(columns).Error
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", "")
	return &Outcome{}, err
}

func (a *applier) setContact(q Request) (*Outcome, error) {
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	set := map[string]any{"seen_at": stamp(q.At)}
	switch q.Kind {
	case records.CmdContactBlocked:
		set["blocked"] = true
		delete(set, "seen_at")
	case records.CmdContactReturns:
		set["blocked"] = false
	}
	if q.Kind != records.CmdContactSeen {
		a.audit(q, who.Person, "contact", "", "")
	}
	return &Outcome{}, a.tx.Model(&records.Contact{Key: q.Contact}).Updates(set).Error
}
