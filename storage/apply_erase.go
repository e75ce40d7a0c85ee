package storage

import (
	"encoding/json"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// forgetMe erases what makes the person known who asks.
func (a *applier) forgetMe(q Request) (*Outcome, error) {
	who, err := a.actor(q.Contact)
	if err != nil {
		return nil, err
	}
	if who == nil { // nothing is kept
		return &Outcome{}, nil
	}
	return a.forget(q, who.Person)
}

// forget erases what makes a person known: names, phones, addresses and words, on all their contacts. What accounts and the proof of
// consent need stays, with a number in place of the person. The outcome lists the contacts whose conversations are to go as well.
func (a *applier) forget(q Request, person int64) (*Outcome, error) {
	var grants []records.Role
	if err := a.tx.Where("person_id = ? AND valid_to IS NULL", person).Order("id").Find(&grants).Error; err != nil {
		return nil, err
	}
	for _, role := range grants {
		if records.Duty(role.Name) {
			return refuse(records.RefusedDuty), nil
		}
	}
	var contacts []string
	if err := a.tx.Model(&records.Contact{}).Where("person_id = ?", person).Order("key").Pluck("key", &contacts).Error; err != nil {
		return nil, err
	}
	at := stamp(q.At)
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{"UPDATE household_links SET ended_at = ?, ended_by = ? WHERE person_id = ? AND ended_at IS NULL", []any{at, person, person}},
		{"UPDATE household_links SET contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE roles SET valid_to = ? WHERE person_id = ? AND valid_to IS NULL", []any{at, person}},
		{"UPDATE consents SET withdrawn_at = ? WHERE person_id = ? AND withdrawn_at IS NULL", []any{at, person}},
		{"UPDATE consents SET contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE tasks SET name = '', phone = '', place = '', words = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE tasks SET status = ?, done_at = ? WHERE person_id = ? AND status = ?", []any{records.TaskDone, at, person, records.TaskOpen}},
		{"UPDATE needs SET words = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE help_answers SET words = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE proposals SET contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE rises SET support = '', steps = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE rise_checks SET forward = '', stuck = '' WHERE person_id = ?", []any{person}},
		{"UPDATE offers SET what = '', at_times = '', place = '', name = '', phone = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE offers SET status = ?, ended_at = ?, next_on = NULL WHERE person_id = ? AND ended_at IS NULL", []any{records.OfferWithdrawn, at, person}},
		{"UPDATE help SET contact = '' WHERE author_id = ?", []any{person}},
		{"UPDATE data_requests SET words = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE data_requests SET status = ?, done_at = ? WHERE person_id = ? AND status = ?", []any{records.DataGone, at, person, records.DataOpen}},
		{"UPDATE audit_log SET contact = '' WHERE person_id = ?", []any{person}},
		{"DELETE FROM household_uses WHERE person_id = ?", []any{person}},
		{"DELETE FROM reminders WHERE person_id = ?", []any{person}},
		{"DELETE FROM join_codes WHERE person_id = ?", []any{person}},
		{"DELETE FROM pins WHERE person_id = ?", []any{person}},
		{"UPDATE people SET name = '', address = '', lang = '', phone = '', phone_hash = NULL, erased_at = ?, updated_at = ? WHERE id = ? OR joined_to = ?", []any{at, at, person, person}},
	} {
		if err := a.tx.Exec(step.statement, step.args...).Error; err != nil {
			return nil, err
		}
	}
	if err := a.forgetOffers(person, at); err != nil {
		return nil, err
	}
	if err := a.erasePhotos("n.person_id = ?", person); err != nil {
		return nil, err
	}
	outcome := &Outcome{}
	for _, contact := range contacts {
		delete(a.actors, contact)
		if contact != q.Contact {
			outcome.Forget = append(outcome.Forget, contact)
		}
		if err := eraseContact(a.tx, contact); err != nil {
			return nil, err
		}
	}
	line := records.Audit{At: a.now, PersonID: &person, Action: records.CmdForgetMe, Subject: "person " + strconv.FormatInt(person, 10), Why: strconv.Itoa(len(contacts))}
	a.rows.audit = append(a.rows.audit, line)
	return outcome, nil
}

// forgetOffers erases what a person offered or promised but for the amounts. What is open ends.
func (a *applier) forgetOffers(person int64, at time.Time) error {
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{"UPDATE offers SET status = 'withdrawn', ended_at = ? WHERE person_id = ? AND status IN ('offered', 'asked', 'matched')", []any{at, person}},
		{"UPDATE offers SET name = '', phone = '', place = '', at_times = '', wish = '', what = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE pledges SET name = '', phone = '', given_as = '', contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE receipts SET contact = '' WHERE person_id = ?", []any{person}},
		{"UPDATE journal SET contact = '' WHERE person_id = ?", []any{person}},
	} {
		if err := a.tx.Exec(step.statement, step.args...).Error; err != nil {
			return err
		}
	}
	return nil
}

// erasePhotos deletes the photos (p) of needs (n) that a condition with one argument finds.
func (a *applier) erasePhotos(where string, arg any) error {
	found := "EXISTS (SELECT 1 FROM needs n WHERE n.id = p.need_id AND " + where + ")"
	if err := a.tx.Exec("DELETE FROM blobs WHERE key IN (SELECT p.blob FROM need_photos p WHERE "+found+")", arg).Error; err != nil {
		return err
	}
	return a.tx.Exec("DELETE FROM need_photos AS p WHERE "+found, arg).Error
}

// eraseContact takes a contact out, with what was told to it and what it sent. What came of its Saves is still known to have come, so
// that none is carried out twice, but not in words.
func eraseContact(tx *gorm.DB, contact string) error {
	for _, statement := range []string{
		"DELETE FROM messages WHERE contact = ?",
		"DELETE FROM dead_letters WHERE contact = ?",
		"DELETE FROM code_opens WHERE contact = ?",
		"DELETE FROM join_codes WHERE contact = ?",
		"UPDATE applied_effects SET outcome = '{}' WHERE contact = ?",
		"DELETE FROM contacts WHERE key = ?",
	} {
		if err := tx.Exec(statement, contact).Error; err != nil {
			return err
		}
	}
	return nil
}

// eraseAsked does what a request to erase asks for: it erases the household's file or the person.
func (a *applier) eraseAsked(q Request) (*Outcome, error) {
	var command records.EraseAsked
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, task, request, refused, err := a.taskToDo(q, command.Task)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if request.Kind != records.DataDelete {
		return refuse(records.RefusedInvalid), nil
	}
	outcome := &Outcome{}
	if request.HouseholdID == nil {
		if outcome, err = a.forget(q, request.PersonID); err != nil || outcome.Refused != "" {
			return outcome, err
		}
	} else {
		listed, err := a.wardListed(*request.HouseholdID, q.At)
		if err != nil {
			return nil, err
		}
		if listed {
			return refuse(records.RefusedOnList), nil
		}
		if err := a.eraseHousehold(*request.HouseholdID, stamp(q.At)); err != nil {
			return nil, err
		}
		if err := a.closeRequest(q, task.ID, who.Person, ""); err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, "task "+strconv.FormatInt(task.ID, 10), task.Area, "")
	return outcome, a.tx.Model(&task).Updates(map[string]any{"status": records.TaskDone, "done_at": stamp(q.At), "done_by": who.Person}).Error
}

// wardListed reports whether a household is on the ward's list.
func (a *applier) wardListed(household int64, at time.Time) (bool, error) {
	today := records.DayOf(at)
	var listed []int64
	err := a.tx.Raw("SELECT h.id FROM households h WHERE h.id = ? AND "+onList, household, today, today).Scan(&listed).Error
	return len(listed) > 0, err
}

// eraseHousehold takes out of a household's file what makes it known, and ends it. What it was given stays, in amounts, under a code that
// stands for nobody.
func (a *applier) eraseHousehold(id int64, at time.Time) error {
	var home records.Household
	if err := a.tx.Where("id = ?", id).First(&home).Error; err != nil {
		return err
	}
	path := home.Path()
	var blobs []string
	err := a.tx.Raw("SELECT p.blob FROM help_photos p JOIN help h ON h.code = p.code AND h.version = p.version WHERE h.household_id = ?", id).Scan(&blobs).Error
	if err != nil {
		return err
	}
	const ofHelp = "(SELECT code FROM help WHERE household_id = ?)"
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{"DELETE FROM messages WHERE ref IN " + ofHelp + " AND status = ?", []any{id, records.MessageWaiting}},
		{"DELETE FROM help_photos WHERE code IN " + ofHelp, []any{id}},
		{"UPDATE help SET note = '', void_reason = '' WHERE household_id = ?", []any{id}},
		{"UPDATE help_answers SET words = '' WHERE household_id = ?", []any{id}},
		{"UPDATE needs SET words = '', answer = '' WHERE household_id = ?", []any{id}},
		{"UPDATE rise_checks SET forward = '', stuck = '' WHERE rise_id IN (SELECT id FROM rises WHERE household_id = ?)", []any{id}},
		{"UPDATE rises SET support = '', steps = '' WHERE household_id = ?", []any{id}},
		{"UPDATE rises SET status = 'withdrawn', ended_at = ? WHERE household_id = ? AND status = 'open'", []any{at, id}},
		{"UPDATE offers SET status = ?, ended_at = ?, next_on = NULL WHERE household_id = ? AND ended_at IS NULL", []any{records.OfferDone, at, id}},
		{"DELETE FROM visits WHERE household_id = ?", []any{id}},
		{"DELETE FROM household_words WHERE household_id = ?", []any{id}},
		{"DELETE FROM household_flags WHERE household_id = ?", []any{id}},
		{"DELETE FROM household_uses WHERE household_id = ?", []any{id}},
		{"UPDATE cards SET expires_at = ? WHERE household_id = ? AND used_at IS NULL AND expires_at > ?", []any{at, id, at}},
		{"UPDATE household_links SET ended_at = ? WHERE household_id = ? AND ended_at IS NULL", []any{at, id}},
		{"UPDATE roles SET valid_to = ? WHERE area = ? AND name = ? AND valid_to IS NULL", []any{at, path, records.RoleHousehold}},
		{"UPDATE consents SET withdrawn_at = ? WHERE household_id = ? AND withdrawn_at IS NULL", []any{at, id}},
		{"UPDATE proposals SET head = '', birth_year = 0, second = '', members = 0, why = '' WHERE code = ?", []any{home.Code}},
	} {
		if err := a.tx.Exec(step.statement, step.args...).Error; err != nil {
			return err
		}
	}
	if err := a.erasePhotos("n.household_id = ?", id); err != nil {
		return err
	}
	for some := range portions(blobs) {
		if err := a.tx.Where("key IN ?", some).Delete(&records.Blob{}).Error; err != nil {
			return err
		}
	}
	a.actors = map[string]*actor{} // some have a role less
	return a.tx.Model(&home).Updates(map[string]any{
		"natural_key": "erased/" + home.Code, "head": home.Code, "birth_year": 0, "nickname": "", "second": "", "official": "", "members": 0,
		"search": "", "sort": "", "ended_at": at, "updated_at": a.now,
	}).Error
}
