package storage

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// askData keeps a request about the person's own data, as a task of their ward.
func (a *applier) askData(q Request) (*Outcome, error) {
	var command records.AskData
	if err := json.Unmarshal(q.Data, &command); err != nil || !slices.Contains(records.DataKinds, command.Kind) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	words := clipRunes(fold.Clean(command.Words), records.MaxNote)
	if words == "" && command.Kind != records.DataDelete {
		return refuse(records.RefusedInvalid), nil
	}
	var today int64
	err = a.tx.Model(&records.DataRequest{}).Where("person_id = ? AND created_at > ?", who.Person, stamp(q.At).AddDate(0, 0, -1)).Count(&today).Error
	if err != nil {
		return nil, err
	}
	if today >= records.TasksADay {
		return refuse(records.RefusedTasks), nil
	}
	request := records.DataRequest{
		PersonID: who.Person, Contact: q.Contact, Kind: command.Kind, Words: words, Status: records.DataOpen, CreatedAt: stamp(q.At),
		DueOn: records.DataDue(command.Kind, records.DayOf(q.At)),
	}
	ref := ""
	if own := ownHomes(who.Actor); command.Household && len(own) > 0 {
		var home records.Household
		if err := a.tx.Where("code = ?", codeOf(own[0])).First(&home).Error; err != nil {
			return nil, err
		}
		request.HouseholdID, ref = &home.ID, home.Code
	}
	area, err := a.r.taskArea(a.tx, who.Actor, "")
	if err != nil {
		return nil, err
	}
	task := records.Task{
		Reason: records.DataTask(command.Kind), Area: area, Contact: q.Contact, PersonID: &who.Person, Flow: "dulieu", Ref: ref, Status: records.TaskOpen,
		CreatedAt: stamp(q.At), Words: words,
	}
	if err := a.tx.Create(&task).Error; err != nil {
		return nil, err
	}
	request.TaskID = task.ID
	if err := a.tx.Create(&request).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(request.ID, 10)
	a.audit(q, who.Person, "data request "+id, area, command.Kind)
	return &Outcome{Args: map[string]string{"request": id, "due": records.FormatDay(request.DueOn)}}, a.tellOfTask(q, task, records.RoleOfficer)
}

// closeRequest ends the request that a task is about, and tells who asked what came of it.
func (a *applier) closeRequest(q Request, task, by int64, answer string) error {
	request, err := a.requestOf(task)
	if err != nil || request == nil {
		return err
	}
	err = a.tx.Model(request).Updates(map[string]any{"status": records.DataDone, "answer": answer, "done_at": stamp(q.At), "done_by": by}).Error
	if err != nil {
		return err
	}
	a.audit(q, by, "data request "+strconv.FormatInt(request.ID, 10), "", request.Kind)
	return a.tellAsker(*request, "done", dialog.Line{Key: "notice.data.done", Args: map[string]string{"kind": request.Kind, "answer": answer}})
}

// requestOf is the open request that a task is about, or nil.
func (a *applier) requestOf(task int64) (*records.DataRequest, error) {
	var found []records.DataRequest
	err := a.tx.Where("task_id = ? AND status = ?", task, records.DataOpen).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// tellAsker tells who made a request of it, where they asked.
func (a *applier) tellAsker(request records.DataRequest, cause string, line dialog.Line) error {
	var there int64
	err := a.tx.Model(&records.Contact{}).Where("key = ? AND NOT blocked", request.Contact).Count(&there).Error
	if err != nil || there == 0 {
		return err
	}
	id := strconv.FormatInt(request.ID, 10)
	return a.tell(request.Contact, "data request "+id+" "+cause, "data "+id, a.now, line)
}

// taskToDo is an open task of the person's areas, and the request it is about.
func (a *applier) taskToDo(q Request, id int64) (who *actor, task records.Task, request *records.DataRequest, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, task, nil, records.RefusedDenied, err
	}
	err = a.tx.Where("id = ?", id).First(&task).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), err == nil && !doesTask(who.Actor, task):
		return nil, task, nil, records.RefusedNotFound, nil
	case err != nil:
		return nil, task, nil, "", err
	}
	if request, err = a.requestOf(id); err == nil && request == nil {
		refused = records.RefusedTaskGone
	}
	return who, task, request, refused, err
}

// extendData puts the last day of a request off, once.
func (a *applier) extendData(q Request) (*Outcome, error) {
	var command records.ExtendData
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, task, request, refused, err := a.taskToDo(q, command.Task)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	why := clipRunes(fold.Clean(command.Why), records.MaxNote)
	switch {
	case why == "":
		return refuse(records.RefusedInvalid), nil
	case request.ExtendedWhy != "":
		return refuse(records.RefusedExtended), nil
	}
	due := records.DataDueLater(request.DueOn)
	if err := a.tx.Model(request).Updates(map[string]any{"due_on": due, "extended_why": why}).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "data request "+strconv.FormatInt(request.ID, 10), task.Area, "until "+records.FormatDay(due))
	args := map[string]string{"due": records.FormatDay(due), "kind": request.Kind, "why": why}
	return &Outcome{Args: args}, a.tellAsker(*request, "extended", dialog.Line{Key: "notice.data.later", Args: args})
}

// remindOfRequests tells the ward of requests about data that nobody looked at within the days of acknowledging, that are due soon, and
// that are overdue: each once. On a day off it waits for the next day.
func (a *applier) remindOfRequests(time.Time) error {
	today := records.DayOf(a.now)
	if !records.WorkingDay(today) {
		return nil
	}
	var open []records.DataRequest
	if err := a.tx.Where("status = ?", records.DataOpen).Order("id").Limit(10_000).Find(&open).Error; err != nil {
		return err
	}
	for _, request := range open {
		var task records.Task
		if err := a.tx.Where("id = ?", request.TaskID).First(&task).Error; err != nil {
			return err
		}
		left, stage := records.WorkingDaysBetween(today, request.DueOn), ""
		switch {
		case today.After(request.DueOn):
			stage = "over"
		case left <= records.DataRemindDays:
			stage = "soon"
		case task.TakenBy == nil && records.WorkingDaysBetween(records.DayOf(request.CreatedAt), today) >= records.DataAckDays:
			stage = "untaken"
		default:
			continue
		}
		id := strconv.FormatInt(request.ID, 10)
		line := dialog.Line{Key: "notice.data.due", Args: map[string]string{"kind": request.Kind, "due": records.FormatDay(request.DueOn), "stage": stage}}
		cause := "data request " + id + " " + records.FormatDay(request.DueOn) + " " + stage
		if err := a.tellDesk(task, cause, line, seeButton("/viec "+strconv.FormatInt(task.ID, 10))); err != nil {
			return err
		}
	}
	return nil
}

// tellDesk tells those who may do a task: the officers of its ward, else its Front, else the admins.
func (a *applier) tellDesk(task records.Task, cause string, line dialog.Line, menu ...dialog.Option) error {
	commune := records.CommuneOf(task.Area)
	city := records.Parent(commune)
	if city == "" {
		city = "%"
	}
	for _, g := range []records.Grant{{Role: records.RoleOfficer, Area: commune}, {Role: records.RoleFront, Area: commune}, {Role: records.RoleAdmin, Area: city}} {
		var contacts []string
		err := a.tx.Raw(`SELECT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
			WHERE r.area LIKE ? AND r.name = ? AND r.valid_to IS NULL AND NOT c.blocked ORDER BY c.key`, g.Area, g.Role).Scan(&contacts).Error
		if err != nil {
			return err
		}
		if err := a.tellAll(contacts, cause, "task "+strconv.FormatInt(task.ID, 10), a.now, line, menu...); err != nil {
			return err
		}
		if len(contacts) > 0 {
			return nil
		}
	}
	return nil
}

// stopMessages keeps whether the person wants to be told of what concerns their household: the newest answer counts.
func (a *applier) stopMessages(q Request) (*Outcome, error) {
	var command records.StopMessages
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Consent.Version < 1 || command.Consent.Words == "" {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	err = a.tx.Model(&records.Consent{}).Where("person_id = ? AND purpose = ? AND withdrawn_at IS NULL", who.Person, records.PurposeMessages).
		Update("withdrawn_at", stamp(q.At)).Error
	if err != nil {
		return nil, err
	}
	if !command.Consent.Agreed { // what waits goes out no more
		err := a.tx.Exec(`UPDATE messages SET status = ?, done_at = ? WHERE status = ? AND (ref LIKE 'GN-%' OR ref LIKE 'need %')
			AND contact IN (SELECT key FROM contacts WHERE person_id = ?)`, records.MessageCancelled, a.now, records.MessageWaiting, who.Person).Error
		if err != nil {
			return nil, err
		}
	}
	_, err = a.keepConsent(q, who, nil, records.PurposeMessages, command.Consent)
	return &Outcome{}, err
}
