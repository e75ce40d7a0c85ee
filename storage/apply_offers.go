package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeOffer keeps help that somebody offers to others, and tells who brings it together with those who need it: the leader of the group
// where the person lives, else the ward's Front; of a sponsor the Front alone.
func (a *applier) makeOffer(q Request) (*Outcome, error) {
	var command records.MakeOffer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	today := records.DayOf(q.At)
	command.What, command.Name = clipRunes(fold.Clean(command.What), records.MaxNote), clipRunes(fold.Clean(command.Name), records.MaxName)
	if !command.Check(today) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var open int64
	err = a.tx.Model(&records.Offer{}).Where("person_id = ? AND status IN ?", who.Person, records.OfferGoesOn).Count(&open).Error
	if err != nil {
		return nil, err
	}
	if open >= records.MaxOffers {
		return refuse(records.RefusedOffers), nil
	}
	area, err := a.offeredIn(who, command)
	if err != nil || area == "" {
		return refuse(records.RefusedWard), err
	}
	offer := records.Offer{
		Kind: command.Kind, Wish: command.Wish, What: command.What, Money: command.Money, AtTimes: clipRunes(fold.Clean(command.Times), records.MaxName),
		Place: clipRunes(fold.Clean(command.Place), records.MaxName), Name: command.Name, Origin: area, Area: area, Status: records.OfferOpen,
		PersonID: who.Person, Contact: q.Contact, CreatedAt: stamp(q.At),
	}
	if phone := clipRunes(fold.Clean(command.Phone), 20); phone != "" {
		offer.Phone = a.r.Seal(phone)
	}
	roles, key := []string{records.RoleLeader, records.RoleFront}, "notice.offer"
	if offer.Kind == records.OfferSponsor {
		roles, key = []string{records.RoleFront}, "notice.offer.sponsor"
		from, _ := records.ParseDay(command.From)
		to := from.AddDate(0, command.Months, 0)
		offer.FromOn, offer.ToOn = &from, &to
	}
	if err := a.tx.Create(&offer).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(offer.ID, 10)
	a.audit(q, who.Person, "offer "+id, area, offer.Kind)
	told, err := a.tellOfOffer(q, offer, roles, "offer "+id, key)
	return &Outcome{Args: map[string]string{"told": told}}, err
}

// offeredIn is where an offer is made: the group that the person lives in or looks after, else the commune; a sponsor's always a commune.
func (a *applier) offeredIn(who *actor, command records.MakeOffer) (string, error) {
	area, err := a.r.taskArea(a.tx, who.Actor, command.Unit)
	if err != nil {
		return "", err
	}
	if records.KindOfPath(area) == "" { // a household's own
		area = records.Parent(area)
	}
	if command.Kind == records.OfferSponsor || records.KindOfPath(area) != records.AreaGroup {
		area = records.CommuneOf(area)
	}
	return area, nil
}

// tellOfOffer tells the nearest holders of roles of an offer; its ward's where it lies in no group.
func (a *applier) tellOfOffer(q Request, offer records.Offer, roles []string, cause, key string) (told string, err error) {
	see := seeButton("/loigiup " + strconv.FormatInt(offer.ID, 10))
	if records.KindOfPath(offer.Area) == records.AreaGroup {
		return a.tellNearest(q, offer.Area, roles, cause, "", dialog.Line{Key: key}, see)
	}
	name, err := a.areaName(offer.Area)
	if err != nil {
		return "", err
	}
	before := len(a.rows.messages)
	line := dialog.Line{Key: key, Args: map[string]string{"group": name}}
	if err := a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: offer.Area}}, cause, "", line, see); err != nil || len(a.rows.messages) == before {
		return "", err
	}
	return records.RoleFront, nil
}

// offerFor is an offer that may be changed, by its id.
func (a *applier) offerFor(q Request, id int64) (who *actor, offer records.Offer, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, offer, records.RefusedDenied, err
	}
	var found []records.Offer
	if err := a.forChange().Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, offer, "", err
	}
	if len(found) == 0 {
		return nil, offer, records.RefusedOfferGone, nil
	}
	return who, found[0], "", nil
}

// matchAction is what somebody must be allowed who brings an offer together with others.
func matchAction(o records.Offer) records.Action {
	if o.Kind == records.OfferSponsor {
		return records.MatchSponsors
	}
	return records.MatchOffers
}

// matchOffer brings an offer together with a household, which is asked whether it agrees, or a sponsor with a group. An offer that is
// not found and one outside the asker's rights are the same.
func (a *applier) matchOffer(q Request) (*Outcome, error) {
	var command records.MatchOffer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, offer, refused, err := a.offerFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	action := matchAction(offer)
	switch {
	case !records.Can(who.Actor, action, offer.Area), offer.Status != records.OfferOpen, (q.Kind == records.CmdAssign) != (action == records.MatchSponsors):
		return refuse(records.RefusedOfferGone), nil
	case offer.Wish == records.WishArea:
		return a.assignArea(q, who, offer, command.Area)
	}
	var home records.Household
	find := a.tx.Where("code = ? AND ended_at IS NULL", fold.Clean(command.Household))
	if action == records.MatchOffers {
		find = a.tx.Where("id = (SELECT household_id FROM needs WHERE id = ? AND status IN ?)", command.Need, []string{records.NeedReceived, records.NeedPlanned})
		offer.NeedID = &command.Need
	}
	var homes []records.Household
	if err := find.Limit(1).Find(&homes).Error; err != nil {
		return nil, err
	}
	if len(homes) == 0 || !records.Can(who.Actor, action, homes[0].Path()) {
		return refuse(records.RefusedNotFound), nil
	}
	home = homes[0]
	set := map[string]any{"status": records.OfferAsked, "household_id": home.ID, "need_id": offer.NeedID, "area": home.Area, "matched_by": who.Person}
	if err := a.tx.Model(&records.Offer{}).Where("id = ?", offer.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(offer.ID, 10)
	a.audit(q, who.Person, "offer "+id+" household "+home.Code, home.Area, records.OfferAsked)
	before := len(a.rows.messages)
	err = a.tellHome(home.ID, home.Path(), "offer asked "+id+" "+q.Contact+" "+q.Form, "offer "+id, dialog.Line{Key: "notice.offer.asked"}, seeButton("/nguoigiup "+home.Code))
	told := ""
	if len(a.rows.messages) > before {
		told = records.RoleHousehold
	}
	return &Outcome{Args: map[string]string{"told": told}}, err
}

// assignArea gives a group to a sponsor. Nobody's name is told by it, so nobody is asked.
func (a *applier) assignArea(q Request, who *actor, offer records.Offer, area string) (*Outcome, error) {
	var groups []records.Area
	err := a.tx.Where("path = ? AND kind = ? AND valid_to IS NULL", fold.Clean(area), records.AreaGroup).Limit(1).Find(&groups).Error
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 || !records.Can(who.Actor, records.MatchSponsors, groups[0].Path) {
		return refuse(records.RefusedNotFound), nil
	}
	offer.Area = groups[0].Path
	set := map[string]any{"status": records.OfferMatched, "area": offer.Area, "matched_by": who.Person, "next_on": firstTalk(offer, records.DayOf(q.At))}
	if err := a.tx.Model(&records.Offer{}).Where("id = ?", offer.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(offer.ID, 10)
	a.audit(q, who.Person, "offer "+id, offer.Area, records.OfferMatched)
	cause := "offer agreed " + id + " " + q.Form
	if _, err := a.tellOfOffer(q, offer, []string{records.RoleLeader}, cause+" carer", "notice.offer.carer"); err != nil {
		return nil, err
	}
	return &Outcome{Args: map[string]string{"told": records.RoleDonor}}, a.tell(offer.Contact, cause, "offer "+id, a.now, dialog.Line{Key: "notice.offer.agreed"}, seeButton("/toigiup"))
}

// firstTalk is when a sponsor is first asked how it goes: a month after it begins.
func firstTalk(offer records.Offer, today time.Time) *time.Time {
	if offer.FromOn == nil {
		return nil
	}
	from := *offer.FromOn
	if from.Before(today) {
		from = today
	}
	next := from.AddDate(0, 1, 0)
	return &next
}

// agreeOffer keeps whether a household agrees. Only then is its name told to who offers; they never hear of one that does not.
func (a *applier) agreeOffer(q Request) (*Outcome, error) {
	var command records.AgreeOffer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, offer, refused, err := a.offerFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if offer.Status != records.OfferAsked || offer.HouseholdID == nil {
		return refuse(records.RefusedOfferGone), nil
	}
	var home records.Household
	if err := a.tx.Where("id = ?", *offer.HouseholdID).First(&home).Error; err != nil {
		return nil, err
	}
	if !records.Can(who.Actor, records.AnswerOffers, home.Path()) {
		return refuse(records.RefusedOfferGone), nil
	}
	id := strconv.FormatInt(offer.ID, 10)
	cause := "offer agreed " + id + " " + q.Contact + " " + q.Form
	set := map[string]any{"status": records.OfferMatched, "agreed_by": who.Person, "agreed_at": stamp(q.At), "next_on": firstTalk(offer, records.DayOf(q.At))}
	key := "notice.offer.carer"
	if !command.Agree {
		set = map[string]any{"status": records.OfferOpen, "household_id": nil, "need_id": nil, "area": offer.Origin}
		key = "notice.offer.refused"
	}
	if err := a.tx.Model(&records.Offer{}).Where("id = ?", offer.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "offer "+id, home.Area, set["status"].(string))
	roles := []string{records.RoleLeader, records.RoleFront}
	if offer.Kind == records.OfferSponsor && !command.Agree {
		roles = roles[1:]
	}
	if _, err := a.tellOfOffer(q, offer, roles, cause+" carer", key); err != nil || !command.Agree {
		return &Outcome{}, err
	}
	return &Outcome{}, a.tell(offer.Contact, cause, "offer "+id, a.now, dialog.Line{Key: "notice.offer.agreed"}, seeButton("/toigiup"))
}

// endOffer ends an offer: it is done, for which both sides are thanked, or nothing comes of it; or who offered takes it back.
func (a *applier) endOffer(q Request) (*Outcome, error) {
	var command records.EndOffer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, offer, refused, err := a.offerFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	goes := slices.Contains(records.OfferGoesOn, offer.Status)
	may := records.Can(who.Actor, matchAction(offer), offer.Area)
	status := records.OfferDeclined
	if q.Kind == records.CmdLeaveOffer {
		may, status = offer.PersonID == who.Person, records.OfferWithdrawn
	} else if command.Done {
		status, goes = records.OfferDone, offer.Status == records.OfferMatched
	}
	if !may || !goes {
		return refuse(records.RefusedOfferGone), nil
	}
	id := strconv.FormatInt(offer.ID, 10)
	a.audit(q, who.Person, "offer "+id, offer.Area, status)
	if err := a.closeOffer(offer, status, stamp(q.At)); err != nil {
		return nil, err
	}
	switch {
	case status == records.OfferDeclined && offer.PersonID != who.Person:
		err = a.tell(offer.Contact, "offer ended "+id, "offer "+id, a.now, dialog.Line{Key: "notice.offer.declined"})
	case status == records.OfferWithdrawn && offer.Status != records.OfferOpen:
		_, err = a.tellOfOffer(q, offer, []string{records.RoleLeader, records.RoleFront}, "offer ended "+id, "notice.offer.withdrawn")
	}
	return &Outcome{}, err
}

// closeOffer ends an offer; of one that is done both sides are thanked.
func (a *applier) closeOffer(offer records.Offer, status string, at time.Time) error {
	id := strconv.FormatInt(offer.ID, 10)
	if err := a.tx.Model(&records.Offer{}).Where("id = ?", offer.ID).Updates(map[string]any{"status": status, "ended_at": at, "next_on": nil}).Error; err != nil || status != records.OfferDone {
		return err
	}
	if err := a.tell(offer.Contact, "offer done "+id, "offer "+id, a.now, dialog.Line{Key: "notice.offer.done"}); err != nil || offer.HouseholdID == nil {
		return err
	}
	var home records.Household
	if err := a.tx.Where("id = ?", *offer.HouseholdID).First(&home).Error; err != nil {
		return err
	}
	return a.tellHome(home.ID, home.Path(), "offer done "+id, "offer "+id, dialog.Line{Key: "notice.offer.done.home"})
}

// checkOffer keeps whether a sponsor helped this month. Of help the leader hears, who logs it.
func (a *applier) checkOffer(q Request) (*Outcome, error) {
	var command records.CheckOffer
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, offer, refused, err := a.offerFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if offer.PersonID != who.Person || offer.Kind != records.OfferSponsor || offer.Status != records.OfferMatched {
		return refuse(records.RefusedOfferGone), nil
	}
	day := records.DayOf(q.At)
	check := records.OfferCheck{OfferID: offer.ID, Month: day.AddDate(0, 0, 1-day.Day()), Helped: command.Helped, PersonID: who.Person, CreatedAt: stamp(q.At)}
	upsert := clause.OnConflict{Columns: []clause.Column{{Name: "offer_id"}, {Name: "month"}}, DoUpdates: clause.AssignmentColumns([]string{"helped", "person_id", "created_at"})}
	if err := a.tx.Clauses(upsert).Create(&check).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(offer.ID, 10)
	a.audit(q, who.Person, "offer "+id, offer.Area, strconv.FormatBool(command.Helped))
	if command.Helped {
		_, err = a.tellOfOffer(q, offer, []string{records.RoleLeader, records.RoleFront}, "offer month "+id+" "+records.FormatDay(check.Month), "notice.offer.helped")
	}
	return &Outcome{}, err
}

// remindSponsors asks each sponsor once a month whether it helped, and ends with thanks to both sides what was promised until today. On the
// same day again there is nothing left to do.
func (a *applier) remindSponsors(time.Time) error {
	today := records.DayOf(a.now)
	var due []records.Offer
	err := a.forChange().Where("status = ? AND kind = ? AND (next_on <= ? OR to_on <= ?)", records.OfferMatched, records.OfferSponsor, today, today).Order("id").Find(&due).Error
	if err != nil {
		return err
	}
	for _, offer := range due {
		id := strconv.FormatInt(offer.ID, 10)
		if offer.ToOn != nil && !offer.ToOn.After(today) {
			a.auditRun(records.JobSponsors, "offer "+id, offer.Area, records.OfferDone)
			if err := a.closeOffer(offer, records.OfferDone, a.now); err != nil {
				return err
			}
			continue
		}
		next := *offer.NextOn
		for !next.After(today) {
			next = next.AddDate(0, 1, 0)
		}
		if err := a.tx.Model(&records.Offer{}).Where("id = ?", offer.ID).Update("next_on", next).Error; err != nil {
			return err
		}
		err := a.tell(offer.Contact, "offer talk "+id+" "+records.FormatDay(*offer.NextOn), "offer "+id, a.now, dialog.Line{Key: "notice.offer.month"},
			dialog.Option{Key: "yes", Label: "notice.offer.yes", Do: "/giupthang " + id}, dialog.Option{Key: "no", Label: "notice.offer.no", Do: "/giupthang " + id + " no"})
		if err != nil {
			return err
		}
	}
	return nil
}
