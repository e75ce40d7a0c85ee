package storage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeCard makes a card for a household.
func (a *applier) makeCard(q Request) (*Outcome, error) {
	var command records.MakeCard
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.homeFor(q, command.Household, records.LinkHouseholds)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	free, _, err := a.r.freeSeats(a.tx, home.ID, q.At)
	if err != nil {
		return nil, err
	}
	if free < 1 {
		return refuse(records.RefusedNoSeats), nil
	}
	card, code, err := a.newCard(q, who, home)
	if err != nil {
		return nil, err
	}
	group, err := a.areaName(home.Area)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "card "+strconv.FormatInt(card.ID, 10), home.Path(), "")
	return &Outcome{Args: map[string]string{
		"code": code, "who": home.Head, "group": group, "until": records.FormatDay(records.DayOf(card.ExpiresAt)),
	}}, nil
}

// homeFor is the household a request is about, and who asks, where they may do action there.
func (a *applier) homeFor(q Request, code string, action records.Action) (who *actor, home records.Household, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, home, records.RefusedDenied, err
	}
	var homes []records.Household
	if err := a.tx.Where("code = ? AND ended_at IS NULL", fold.Clean(code)).Limit(1).Find(&homes).Error; err != nil {
		return nil, home, "", err
	}
	switch {
	case len(homes) == 0:
		return nil, home, records.RefusedNotFound, nil
	case !records.Can(who.Actor, action, homes[0].Path()):
		return nil, home, records.RefusedDenied, nil
	}
	return who, homes[0], "", nil
}

// ownHome is a household that who asks belongs to, by its code, or without one the first.
func (a *applier) ownHome(q Request, code string, action records.Action) (who *actor, home records.Household, refused string, err error) {
	if code == "" {
		if who, err = a.actor(q.Contact); err != nil || who == nil {
			return nil, home, records.RefusedDenied, err
		}
		if own := ownHomes(who.Actor); len(own) > 0 {
			code = codeOf(own[0])
		}
	}
	return a.homeFor(q, code, action)
}

// locked tells how long a contact may type no more codes; nil when it may.
func (a *applier) locked(q Request) (*Outcome, error) {
	since := stamp(q.At).Add(-records.InviteWindow)
	var all int64
	if err := a.tx.Model(&records.InviteTry{}).Where("at > ?", since).Count(&all).Error; err != nil {
		return nil, err
	}
	most := records.InviteTries
	if all >= records.CodeTriesAll {
		most = 1
	}
	var tries []records.InviteTry
	err := a.tx.Where("contact = ? AND at > ?", q.Contact, since).Order("at DESC, id DESC").Limit(most).Find(&tries).Error
	if err != nil || len(tries) < most {
		return nil, err
	}
	free := tries[len(tries)-1].At.Add(records.InviteWindow)
	minutes := (free.Sub(q.At) + time.Minute - 1) / time.Minute
	return &Outcome{Refused: records.RefusedInviteLocked, Args: map[string]string{"minutes": strconv.Itoa(int(minutes))}}, nil
}

// wrongCode refuses a code and counts the try.
func (a *applier) wrongCode(q Request, why string) (*Outcome, error) {
	return refuse(why), a.tx.Create(&records.InviteTry{Contact: q.Contact, At: stamp(q.At)}).Error
}

// openCode looks up what a short code stands for, and remembers it for the contact that typed it. A contact that typed too many
// wrong ones is told nothing, not even of a right one.
func (a *applier) openCode(q Request) (*Outcome, error) {
	var command records.OpenCode
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	if out, err := a.locked(q); err != nil || out != nil {
		return out, err
	}
	digits, ok := records.ParseShortCode(command.Code)
	if !ok {
		return a.wrongCode(q, records.RefusedInviteUnknown)
	}
	card, refused, err := a.card("code_hash = ?", a.r.keyed("card", digits), who.Person, q.At)
	if err != nil {
		return nil, err
	}
	if refused == records.RefusedInviteUnknown {
		return a.openJoinCode(q, who, digits)
	}
	if refused != "" {
		return a.wrongCode(q, refused)
	}
	if card.UsedAt != nil && !slices.Contains(ownHomes(who.Actor), card.Area) { // taken out since
		return refuse(records.RefusedInviteUsed), nil
	}
	home, group, err := a.homeOf(card)
	if err != nil {
		return nil, err
	}
	opened := records.CodeOpen{Contact: q.Contact, Kind: records.CodeKindCard, Ref: card.ID, At: stamp(q.At)}
	err = a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "contact"}}, UpdateAll: true}).Create(&opened).Error
	return &Outcome{Args: map[string]string{"kind": opened.Kind, "who": records.PartOfName(home.Head), "group": group, "channel": ""}}, err
}

// card is the one card that a condition finds, if person may still use it. A card that they used themselves is theirs again:
// typing the code a second time is no crime.
func (a *applier) card(where string, arg any, person int64, at time.Time) (card records.Card, refused string, err error) {
	var cards []records.Card
	find := a.forChange().Where(where, arg)
	if err := find.Limit(1).Find(&cards).Error; err != nil {
		return card, "", err
	}
	if len(cards) == 0 {
		return card, records.RefusedInviteUnknown, nil
	}
	card = cards[0]
	switch {
	case card.UsedAt != nil && *card.UsedBy != person:
		return card, records.RefusedInviteUsed, nil
	case card.UsedAt == nil && !at.Before(card.ExpiresAt):
		return card, records.RefusedInviteExpired, nil
	}
	return card, "", nil
}

// homeOf is the household of a card, and the name of its group.
func (a *applier) homeOf(card records.Card) (home records.Household, group string, err error) {
	if err := a.tx.Where("id = ?", card.HouseholdID).First(&home).Error; err != nil {
		return home, "", err
	}
	group, err = a.areaName(home.Area)
	return home, group, err
}

// linkHousehold makes the person one of the household whose card they opened, and tells the group's leader and the ward's Front.
func (a *applier) linkHousehold(q Request) (*Outcome, error) {
	var command records.LinkHousehold
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Consent.Version < 1 || command.Consent.Words == "" {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var opened []records.CodeOpen
	err = a.tx.Where("contact = ? AND kind = ? AND at > ?", q.Contact, records.CodeKindCard, stamp(q.At).Add(-records.CodeOpenLife)).Limit(1).Find(&opened).Error
	if err != nil {
		return nil, err
	}
	if len(opened) == 0 {
		return refuse(records.RefusedNoCard), nil
	}
	card, refused, err := a.card("id = ?", opened[0].Ref, who.Person, q.At)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	home, group, err := a.homeOf(card)
	if err != nil {
		return nil, err
	}
	if err := a.tx.Where("contact = ?", q.Contact).Delete(&records.CodeOpen{}).Error; err != nil {
		return nil, err
	}
	outcome := &Outcome{Args: map[string]string{"who": records.PartOfName(home.Head), "group": group}}
	if command.Consent.Agreed {
		fresh, refused, err := a.join(q, who, home, card)
		if err != nil || refused != "" {
			return refuse(refused), err
		}
		if fresh {
			if err := a.tellOfLink(q, home, group); err != nil {
				return nil, err
			}
		}
	}
	_, err = a.keepConsent(q, who, &home.ID, records.PurposeLink, command.Consent)
	return outcome, err
}

// join writes the role and the link, and reports whether they are new. Who looks after the group has one household in it, their own.
func (a *applier) join(q Request, who *actor, home records.Household, card records.Card) (fresh bool, refused string, err error) {
	link := records.HouseholdLink{
		HouseholdID: home.ID, PersonID: who.Person, Contact: q.Contact, CardID: card.ID, CreatedAt: stamp(q.At),
		Helper: records.Can(who.Actor, records.LinkHouseholds, home.Path()),
	}
	for _, path := range ownHomes(who.Actor) {
		if path == home.Path() {
			continue
		}
		link.Several = true
		if link.Helper && records.Can(who.Actor, records.LinkHouseholds, path) {
			return false, records.RefusedOwnOnly, nil
		}
	}
	if card.UsedAt == nil {
		if err := a.tx.Model(&card).Updates(map[string]any{"used_at": stamp(q.At), "used_by": who.Person}).Error; err != nil {
			return false, "", err
		}
	} else if !slices.Contains(ownHomes(who.Actor), home.Path()) { // taken out since: the card is used up
		return false, records.RefusedInviteUsed, nil
	}
	role := records.Role{PersonID: who.Person, Name: records.RoleHousehold, Area: home.Path(), ValidFrom: stamp(q.At)}
	err = a.tx.Clauses(inForce("valid_to", "person_id", "name", "area")).Create(&role).Error
	if err != nil {
		return false, "", err
	}
	if err := a.tx.Clauses(inForce("ended_at", "household_id", "person_id")).Create(&link).Error; err != nil {
		return false, "", err
	}
	delete(a.actors, q.Contact) // it has a role more
	a.audit(q, who.Person, "household "+home.Code, home.Area, "card "+strconv.FormatInt(card.ID, 10))
	if link.Several && link.ID != 0 {
		a.rows.tasks = append(a.rows.tasks, records.Task{
			Reason: "several_homes", Area: records.Parent(home.Area), PersonID: &who.Person, Ref: home.Code, Status: records.TaskOpen, CreatedAt: stamp(q.At),
		})
	}
	return link.ID != 0, "", nil
}

// inForce lets a row stand that is there already and in force.
func inForce(until string, columns ...string) clause.OnConflict {
	found := clause.OnConflict{TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: until + " IS NULL"}}}, DoNothing: true}
	for _, c := range columns {
		found.Columns = append(found.Columns, clause.Column{Name: c})
	}
	return found
}

// tellOfLink tells the group's leader and the ward's Front that somebody joined a household, with its name in part.
func (a *applier) tellOfLink(q Request, home records.Household, group string) error {
	line := dialog.Line{Key: "notice.linked", Args: map[string]string{"who": records.PartOfName(home.Head), "group": group}}
	return a.tellHolders(q, []records.Grant{{Role: records.RoleLeader, Area: home.Area}, {Role: records.RoleFront, Area: records.Parent(home.Area)}},
		"link "+home.Code+" "+q.Form, home.Code, line)
}

// tellHolders puts a notice aside for everybody who holds one of the roles in just that area, but not for who caused it.
func (a *applier) tellHolders(q Request, grants []records.Grant, cause, ref string, line dialog.Line, menu ...dialog.Option) error {
	for _, g := range grants {
		var contacts []string
		err := a.tx.Raw(`SELECT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
			WHERE r.area = ? AND r.name = ? AND `+lastUsed+` AND `+notHere+` AND `+roleGives+` ORDER BY c.key`, g.Area, g.Role, q.Contact, a.now).Scan(&contacts).Error
		if err != nil {
			return err
		}
		if err := a.tellAll(contacts, cause, ref, a.now, line, menu...); err != nil {
			return err
		}
	}
	return nil
}

// keepConsent keeps an answer about somebody's data, and returns its id.
func (a *applier) keepConsent(q Request, who *actor, household *int64, purpose string, given records.ConsentGiven) (id int64, err error) {
	var channel []string
	if err := a.tx.Model(&records.Contact{}).Where("key = ?", q.Contact).Pluck("channel", &channel).Error; err != nil {
		return 0, err
	}
	hash := sha256.Sum256([]byte(given.Words))
	kept := records.Consent{
		PersonID: who.Person, HouseholdID: household, Purpose: purpose, Version: given.Version, Hash: hex.EncodeToString(hash[:]), Agreed: given.Agreed,
		How: "tin_nhan", Contact: q.Contact, EnteredBy: who.Person, At: stamp(q.At),
	}
	if len(channel) > 0 {
		kept.Channel = channel[0]
	}
	if err := a.tx.Create(&kept).Error; err != nil {
		return 0, err
	}
	a.audit(q, who.Person, "consent "+strconv.FormatInt(kept.ID, 10), "", purpose)
	return kept.ID, nil
}

// unlink takes a person out of a household: by themselves, or by who looks after it.
func (a *applier) unlink(q Request) (*Outcome, error) {
	var command records.Unlink
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	find := a.tx.Where("id = ? AND ended_at IS NULL", command.Link)
	if command.Link == 0 {
		find = a.tx.Where("person_id = ? AND ended_at IS NULL", who.Person)
		if command.Household != "" {
			find = find.Where("household_id IN (SELECT id FROM households WHERE code = ?)", fold.Clean(command.Household))
		}
	}
	var links []records.HouseholdLink
	if err := find.Order("id").Limit(1).Find(&links).Error; err != nil {
		return nil, err
	}
	if len(links) == 0 {
		return refuse(records.RefusedNotFound), nil
	}
	link := links[0]
	var home records.Household
	if err := a.tx.Where("id = ?", link.HouseholdID).First(&home).Error; err != nil {
		return nil, err
	}
	if link.PersonID != who.Person && !records.Can(who.Actor, records.LinkHouseholds, home.Path()) {
		return refuse(records.RefusedNotFound), nil
	}
	if err := a.endLink(a.tx, link, home.Path(), who.Person, stamp(q.At)); err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "household "+home.Code, home.Area, "person "+strconv.FormatInt(link.PersonID, 10))
	if link.PersonID == who.Person {
		delete(a.actors, q.Contact)
		return &Outcome{}, nil
	}
	var contacts []string
	if err := a.tx.Raw("SELECT c.key FROM contacts c WHERE c.person_id = ? AND "+lastUsed, link.PersonID).Scan(&contacts).Error; err != nil {
		return nil, err
	}
	a.actors = map[string]*actor{}
	for _, contact := range contacts {
		line := dialog.Line{Key: "notice.unlinked", Args: map[string]string{"who": records.PartOfName(home.Head)}}
		if err := a.tell(contact, "unlink "+strconv.FormatInt(link.ID, 10), home.Code, a.now, line); err != nil {
			return nil, err
		}
	}
	return &Outcome{}, nil
}

// endLink ends a link, its role, and what waits to be told by it.
func (a *applier) endLink(tx *gorm.DB, link records.HouseholdLink, path string, by int64, at time.Time) error {
	err := tx.Model(&link).Updates(map[string]any{"ended_at": at, "ended_by": by}).Error
	if err != nil {
		return err
	}
	err = tx.Model(&records.Role{}).Where("person_id = ? AND name = ? AND area = ? AND valid_to IS NULL", link.PersonID, records.RoleHousehold, path).Update("valid_to", at).Error
	if err != nil {
		return err
	}
	return tx.Model(&records.Consent{}).Where("person_id = ? AND household_id = ? AND withdrawn_at IS NULL", link.PersonID, link.HouseholdID).
		Update("withdrawn_at", at).Error
}
