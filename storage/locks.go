package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// lockable is the condition that a person p has a role, of a household or of any duty, where the actor may lock people; "" for none.
func lockable(actor records.Actor) (string, []any) {
	scope := records.Scope(actor, records.LockPeople)
	if len(scope) == 0 {
		return "", nil
	}
	where, args := within("r.area", scope)
	return "EXISTS (SELECT 1 FROM roles r WHERE r.person_id = p.id AND r.valid_to IS NULL AND " + where + ")", args
}

// lockablePeople lists the people whom the asker may lock, or with locked those who are locked: those whom q names by a name or a phone,
// else with locked all. Options: Key the person's id, Label the name with what they are and where.
func (r *Records) lockablePeople(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	where, args := lockable(actor)
	if where == "" {
		return errDenied
	}
	find := r.db.WithContext(ctx).Table("people p").Select("p.id, p.name").Where(where, args...)
	locked := ask.Args["locked"] != ""
	if locked {
		find = find.Where("p.locked_at IS NOT NULL")
	} else {
		find = find.Where("p.locked_at IS NULL AND p.id <> ?", actor.Person)
	}
	q, phone, page := fold.Clean(ask.Args["q"]), "", max(ask.Page, 0)
	if digits := strings.NewReplacer(" ", "", ".", "", "-", "").Replace(q); len(digits) == 10 && digits[0] == '0' {
		phone = r.PhoneHash("+84" + digits[1:])
	}
	if phone != "" {
		find = find.Where("p.phone_hash = ?", phone)
	}
	if key := fold.Clean(ask.Args["key"]); key != "" {
		id, err := strconv.ParseInt(key, 10, 64)
		if err != nil {
			return nil
		}
		find = find.Where("p.id = ?", id)
	}
	var people []struct {
		ID   int64
		Name string
	}
	if err := find.Order("p.name, p.id").Limit(5000).Find(&people).Error; err != nil {
		return err
	}
	found := people[:0]
	for _, p := range people {
		switch named := q != "" && wordsWithin(p.Name, q); {
		case q == "" && (locked || ask.Args["key"] != ""), phone != "", named:
			found = append(found, p)
		}
	}
	found = found[min(page*pageSize, len(found)):]
	found = firstPage(found, pageSize, to)
	ids := make([]int64, len(found))
	for i, p := range found {
		ids[i] = p.ID
	}
	held, err := r.heldBy(ctx, actor, ids)
	if err != nil {
		return err
	}
	for _, p := range found {
		to.Options = append(to.Options, dialog.Option{Key: strconv.FormatInt(p.ID, 10), Label: clipRunes(p.Name+", "+held[p.ID], labelMaxRunes)})
	}
	return nil
}

// wordsWithin reports whether every word of q is a word of a name: "hoa" is not within "Hoàng".
func wordsWithin(name, q string) bool {
	have := words(fold.Fold(name))
	for _, w := range words(fold.Fold(q)) {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return q != ""
}

// heldBy says of people where they hold a role that lets the actor lock them: "Tổ 12 (Hòa Minh cũ)".
func (r *Records) heldBy(ctx context.Context, actor records.Actor, people []int64) (map[int64]string, error) {
	where, args := within("r.area", records.Scope(actor, records.LockPeople))
	var roles []records.Role
	err := r.db.WithContext(ctx).Table("roles r").Where("r.person_id IN ? AND r.valid_to IS NULL", people).Where(where, args...).Order("r.id DESC").Find(&roles).Error
	if err != nil {
		return nil, err
	}
	held, areas := map[int64]string{}, make([]string, 0, len(roles))
	for _, role := range roles { // the oldest comes last
		area := role.Area
		if records.KindOfPath(area) == "" { // a household's own
			area = records.Parent(area)
		}
		held[role.PersonID], areas = area, append(areas, area)
	}
	names, err := r.areaNames(ctx, areas)
	for person, area := range held {
		held[person] = names[area]
	}
	return held, err
}

// lockFor is a person whom who asks may lock or let back.
func (a *applier) lockFor(q Request, id int64) (who *actor, person records.Person, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, person, records.RefusedDenied, err
	}
	where, args := lockable(who.Actor)
	if where == "" {
		return nil, person, records.RefusedDenied, nil
	}
	var found []records.Person
	if err := a.forChange().Table("people p").Where("p.id = ?", id).Where(where, args...).Limit(1).Find(&found).Error; err != nil {
		return nil, person, "", err
	}
	switch {
	case len(found) == 0:
		return nil, person, records.RefusedNotFound, nil
	case id == who.Person:
		return nil, person, records.RefusedOwnRole, nil
	}
	return who, found[0], "", nil
}

// lockPerson locks a person: from now on none of their roles gives a right, none of their chats is told anything, and nothing is kept
// from them. Their wards are told.
func (a *applier) lockPerson(q Request) (*Outcome, error) {
	var command records.LockPerson
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	now := stamp(q.At)
	since := now.Add(-records.LockUnknown)
	if command.Since != "" {
		at, err := time.ParseInLocation(records.SinceLayout, command.Since, records.Local)
		if err != nil || at.After(now) {
			return refuse(records.RefusedInvalid), nil
		}
		since = at.UTC()
	}
	who, person, refused, err := a.lockFor(q, command.Person)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if person.LockedAt != nil {
		return refuse(records.RefusedLockedBefore), nil
	}
	lock := records.PersonLock{PersonID: person.ID, Since: since, LockedBy: who.Person, LockedAt: now}
	if err := a.tx.Create(&lock).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Person{ID: person.ID}).Updates(map[string]any{"locked_at": now}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Exec(`UPDATE messages SET status = ?, done_at = ? WHERE status = ? AND contact IN (SELECT key FROM contacts WHERE person_id = ?)`,
		records.MessageCancelled, a.now, records.MessageWaiting, person.ID).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Contact{}).Where("person_id = ?", person.ID).Updates(map[string]any{"cut_at": now, "blocked": true}).Error; err != nil {
		return nil, err
	}
	clear(a.actors)
	id := strconv.FormatInt(lock.ID, 10)
	a.audit(q, who.Person, "person "+strconv.FormatInt(person.ID, 10), "", "lock "+id)
	left, err := a.leftToReview(lock)
	if err != nil {
		return nil, err
	}
	if err := a.tellWards(q, person.ID, "lock "+id, dialog.Line{Key: "notice.locked"}, seeButton("/xemlai "+id)); err != nil {
		return nil, err
	}
	return &Outcome{Args: map[string]string{"code": id, "name": person.Name, "count": strconv.Itoa(left)}}, nil
}

// tellWards tells those who look after the wards in which a person holds roles, but who caused it.
func (a *applier) tellWards(q Request, person int64, cause string, line dialog.Line, menu ...dialog.Option) error {
	var areas []string
	if err := a.tx.Model(&records.Role{}).Where("person_id = ? AND valid_to IS NULL", person).Order("area").Pluck("area", &areas).Error; err != nil {
		return err
	}
	var wards []string
	for _, area := range areas {
		if ward := records.CommuneOf(area); ward != "" && !slices.Contains(wards, ward) {
			wards = append(wards, ward)
		}
	}
	for _, ward := range wards {
		name, err := a.areaName(ward)
		if err != nil {
			return err
		}
		line.Args = map[string]string{"ward": name}
		if err := a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: ward}, {Role: records.RoleOfficer, Area: ward}}, cause, cause, line, menu...); err != nil {
			return err
		}
	}
	return nil
}

// entered is one thing that somebody entered.
type entered struct {
	Kind, Ref, Area string
	At              time.Time
	What            string // a kind of help, an answer, a status, a role
	Name            string // of the household
	Verdict         string
}

// enteredSince are the queries of what a person entered from an instant on; each takes the person and the instant.
var enteredSince = map[string]string{
	records.LockHelp: `SELECT e.code AS ref, e.area, e.saved_at AS at, e.kind AS what, h.head AS name FROM help e JOIN households h ON h.id = e.household_id
		WHERE e.author_id = ? AND e.saved_at >= ? AND e.superseded_at IS NULL AND e.voided_at IS NULL`,
	records.LockVoided: `SELECT e.code AS ref, e.area, e.voided_at AS at, e.kind AS what, h.head AS name FROM help e JOIN households h ON h.id = e.household_id
		WHERE e.voided_by = ? AND e.voided_at >= ? AND e.superseded_at IS NULL`,
	records.LockAnswer: `SELECT CAST(e.id AS text) AS ref, d.area, e.at, e.answer AS what, h.head AS name FROM help_answers e JOIN households h ON h.id = e.household_id
		JOIN help d ON d.code = e.code AND d.version = e.version WHERE e.person_id = ? AND e.at >= ?`,
	records.LockNeed: `SELECT CAST(e.id AS text) AS ref, e.area, e.answered_at AS at, e.status AS what, h.head AS name FROM needs e JOIN households h ON h.id = e.household_id
		WHERE e.answered_by = ? AND e.answered_at >= ?`,
	records.LockInvite: `SELECT CAST(e.id AS text) AS ref, e.area, e.created_at AS at, e.role AS what, '' AS name FROM invites e
		WHERE e.created_by = 'person ' || ? AND e.created_at >= ? AND e.for_person IS NULL`,
	records.LockCard: `SELECT CAST(e.id AS text) AS ref, e.area, e.created_at AS at, '' AS what, h.head AS name FROM cards e JOIN households h ON h.id = e.household_id
		WHERE e.made_by = ? AND e.created_at >= ?`,
}

// enteredBy lists what a locked person entered since the phone was lost, with what was found of each, oldest first.
func enteredBy(tx *gorm.DB, lock records.PersonLock) (list []entered, err error) {
	var reviews []records.LockReview
	if err := tx.Where("lock_id = ?", lock.ID).Find(&reviews).Error; err != nil {
		return nil, err
	}
	for _, kind := range records.LockKinds {
		var person any = lock.PersonID
		if kind == records.LockInvite {
			person = strconv.FormatInt(lock.PersonID, 10)
		}
		var some []entered
		if err := tx.Raw(enteredSince[kind], person, lock.Since).Scan(&some).Error; err != nil {
			return nil, err
		}
		for i := range some {
			some[i].Kind = kind
		}
		list = append(list, some...)
	}
	for i, e := range list {
		for _, r := range reviews {
			if r.Kind == e.Kind && r.Ref == e.Ref {
				list[i].Verdict = r.Verdict
			}
		}
	}
	for _, r := range reviews { // what was taken back is found no more where it was
		if !slices.ContainsFunc(list, func(e entered) bool { return e.Kind == r.Kind && e.Ref == r.Ref }) {
			list = append(list, entered{Kind: r.Kind, Ref: r.Ref, At: r.At, Verdict: r.Verdict})
		}
	}
	slices.SortStableFunc(list, func(x, y entered) int { return x.At.Compare(y.At) })
	return list, nil
}

func (a *applier) leftToReview(lock records.PersonLock) (n int, err error) {
	list, err := enteredBy(a.tx, lock)
	for _, e := range list {
		if e.Verdict == "" {
			n++
		}
	}
	return n, err
}

// lockOf is a lock that the actor may see.
func lockOf(tx *gorm.DB, actor records.Actor, id int64) (lock records.PersonLock, found bool, err error) {
	where, args := lockable(actor)
	if where == "" {
		return lock, false, nil
	}
	var locks []records.PersonLock
	err = tx.Table("person_locks l").Select("l.*").Joins("JOIN people p ON p.id = l.person_id").Where("l.id = ?", id).Where(where, args...).Limit(1).Find(&locks).Error
	if err != nil || len(locks) == 0 {
		return lock, false, err
	}
	return locks[0], true, nil
}

// lockReview lists what a locked person entered since the phone was lost, what was not looked over first; with kind and ref that one. Lines
// lock.line with kind, ref, at (RFC 3339), what, name (of the household, for those who may see it), verdict. Facts: lock, name, since, left.
func (r *Records) lockReview(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	if len(records.Scope(actor, records.LockPeople)) == 0 {
		return errDenied
	}
	id, err := strconv.ParseInt(ask.Args["lock"], 10, 64)
	if err != nil {
		return errNotFound
	}
	tx := r.db.WithContext(ctx)
	lock, ok, err := lockOf(tx, actor, id)
	if err != nil {
		return err
	}
	if !ok {
		return errNotFound
	}
	list, err := enteredBy(tx, lock)
	if err != nil {
		return err
	}
	var name []string
	if err := tx.Model(&records.Person{}).Where("id = ?", lock.PersonID).Pluck("name", &name).Error; err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(list), func(e entered) bool { return e.Verdict != "" })
	to.Facts = map[string]string{"lock": ask.Args["lock"], "name": append(name, "")[0], "since": lock.Since.UTC().Format(time.RFC3339), "left": strconv.Itoa(len(left))}
	if kind := ask.Args["kind"]; kind != "" {
		list = slices.DeleteFunc(list, func(e entered) bool { return e.Kind != kind || e.Ref != ask.Args["ref"] })
		if len(list) == 0 {
			return errNotFound
		}
	} else {
		page := max(ask.Page, 0)
		list = left[min(page*pageSize, len(left)):]
		list = firstPage(list, pageSize, to)
	}
	for _, e := range list {
		if !records.Can(actor, records.SeeHelp, e.Area) {
			e.Name = ""
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "lock.line", Args: map[string]string{
			"kind": e.Kind, "ref": e.Ref, "at": e.At.UTC().Format(time.RFC3339), "what": e.What, "name": e.Name, "verdict": e.Verdict,
		}})
	}
	return nil
}

// reviewEntered keeps whether something entered since a phone was lost was right, and takes back what was not.
func (a *applier) reviewEntered(q Request) (*Outcome, error) {
	var command records.ReviewEntered
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Verdict != records.LockRight && command.Verdict != records.LockVoid {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil || len(records.Scope(who.Actor, records.LockPeople)) == 0 {
		return refuse(records.RefusedDenied), err
	}
	lock, ok, err := lockOf(a.tx, who.Actor, command.Lock)
	if err != nil {
		return nil, err
	}
	if !ok || lock.PersonID == who.Person {
		return refuse(records.RefusedNotFound), nil
	}
	list, err := enteredBy(a.tx, lock)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(e entered) bool { return e.Kind == command.Kind && e.Ref == command.Ref })
	switch {
	case i < 0:
		return refuse(records.RefusedNotFound), nil
	case list[i].Verdict != "":
		return refuse(records.RefusedReviewed), nil
	}
	review := records.LockReview{LockID: lock.ID, Kind: command.Kind, Ref: command.Ref, Verdict: command.Verdict, By: who.Person, At: stamp(q.At)}
	if err := a.tx.Create(&review).Error; err != nil {
		return nil, err
	}
	if command.Verdict == records.LockVoid {
		if err := a.takeBackEntered(q, who, list[i]); err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, command.Kind+" "+command.Ref, records.Parent(list[i].Area), command.Verdict+" lock "+strconv.FormatInt(lock.ID, 10))
	left, err := a.leftToReview(lock)
	return &Outcome{Args: map[string]string{"code": strconv.FormatInt(lock.ID, 10), "left": strconv.Itoa(left)}}, err
}

// takeBackEntered undoes what somebody entered with a phone that was not theirs any more.
func (a *applier) takeBackEntered(q Request, who *actor, e entered) error {
	now := stamp(q.At)
	switch e.Kind {
	case records.LockHelp:
		var entries []records.Help
		if err := a.tx.Where("code = ? AND superseded_at IS NULL", e.Ref).Find(&entries).Error; err != nil {
			return err
		}
		return a.voidEntries(q, who, entries, "")
	case records.LockVoided:
		return a.tx.Model(&records.Help{}).Where("code = ? AND superseded_at IS NULL", e.Ref).
			Updates(map[string]any{"voided_at": nil, "voided_by": nil, "void_reason": ""}).Error
	case records.LockAnswer:
		return a.tx.Model(&records.HelpAnswer{}).Where("id = ? AND superseded_at IS NULL", e.Ref).Update("superseded_at", now).Error
	case records.LockNeed:
		return a.tx.Model(&records.Need{}).Where("id = ? AND status <> ?", e.Ref, records.NeedConfirmed).
			Updates(map[string]any{"status": records.NeedReceived, "answer": "", "planned_on": nil, "answered_by": nil, "answered_at": nil}).Error
	case records.LockCard:
		return a.tx.Model(&records.Card{}).Where("id = ? AND used_at IS NULL AND expires_at > ?", e.Ref, now).Update("expires_at", now).Error
	}
	if err := a.tx.Model(&records.Invite{}).Where("id = ? AND used_at IS NULL AND expires_at > ?", e.Ref, now).Update("expires_at", now).Error; err != nil {
		return err
	}
	clear(a.actors)
	return a.tx.Model(&records.Role{}).Where("invite_id = ? AND valid_to IS NULL", e.Ref).Update("valid_to", now).Error
}

// unlockPerson makes the code with which a locked person comes back, for one who came to the ward in person.
func (a *applier) unlockPerson(q Request) (*Outcome, error) {
	var command records.UnlockPerson
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, person, refused, err := a.lockFor(q, command.Person)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if person.LockedAt == nil {
		return refuse(records.RefusedNotLocked), nil
	}
	now := stamp(q.At)
	if err := a.tx.Model(&records.Invite{}).Where("for_person = ? AND used_at IS NULL AND expires_at > ?", person.ID, now).Update("expires_at", now).Error; err != nil {
		return nil, err
	}
	invite := records.Invite{
		Role: records.RoleReturn, Area: records.Scope(who.Actor, records.LockPeople)[0], CreatedBy: records.InvitedBy(who.Person), CreatedAt: now,
		ExpiresAt: records.EndOf(records.DayOf(now)), ForPerson: &person.ID,
	}
	code, err := a.r.drawInvite(a.tx, &invite)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "person "+strconv.FormatInt(person.ID, 10), "", "code to come back")
	return &Outcome{Args: map[string]string{"code": code, "name": person.Name, "until": records.FormatDay(records.LastDay(invite.ExpiresAt))}}, nil
}

// comeBack lets a locked person in again, in the chat where the code was typed. Their other chats stay cut.
func (a *applier) comeBack(q Request, who *actor, invite records.Invite) (*Outcome, error) {
	now, person := stamp(q.At), *invite.ForPerson
	by, _ := invite.Inviter()
	var giver []records.Person
	if err := a.tx.Where("id = ? AND locked_at IS NULL", by).Find(&giver).Error; err != nil {
		return nil, err
	}
	switch {
	case len(giver) == 0: // who gave it lost their phone meanwhile
		return a.wrongCode(q, records.RefusedInviteExpired)
	case who.Person != person && (who.locked || len(who.Grants) > 0):
		return refuse(records.RefusedOtherPerson), nil
	}
	if err := a.tx.Model(&invite).Updates(map[string]any{"used_at": now, "used_by": person}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Contact{}).Where("key = ?", q.Contact).Updates(map[string]any{"person_id": person, "cut_at": nil, "blocked": false}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.Person{ID: person}).Updates(map[string]any{"locked_at": nil}).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Model(&records.PersonLock{}).Where("person_id = ? AND unlocked_at IS NULL", person).
		Updates(map[string]any{"unlocked_at": now, "unlocked_by": by}).Error; err != nil {
		return nil, err
	}
	clear(a.actors)
	a.audit(q, person, "person "+strconv.FormatInt(person, 10), "", "came back")
	return &Outcome{Args: map[string]string{"role": records.RoleReturn, "area": ""}}, a.tellWards(q, person, "back "+strconv.FormatInt(invite.ID, 10), dialog.Line{Key: "notice.back"})
}

// passesLock reports a request that is carried out for somebody locked, too: a code, which may be the way back, and a cry for rescue.
func passesLock(q Request) bool {
	if q.Kind != records.CmdOpenTask {
		return q.Kind == records.CmdRedeem
	}
	var task records.OpenTask
	return json.Unmarshal(q.Data, &task) == nil && task.Reason == records.TaskDanger
}

// lockedOutcome is what becomes of any other request: it is refused, and what the platform tells of the chat is passed over in silence.
func lockedOutcome(q Request) *Outcome {
	switch q.Kind {
	case records.CmdContactBlocked, records.CmdContactReturns, records.CmdContactSeen:
		return &Outcome{}
	}
	return refuse(records.RefusedLocked)
}
