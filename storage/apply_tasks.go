package storage

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

func (a *applier) openTask(q Request) (*Outcome, error) {
	var open records.OpenTask
	if err := json.Unmarshal(q.Data, &open); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	area, err := a.r.taskArea(a.tx, who.Actor, open.Unit)
	if err != nil {
		return nil, err
	}
	args, err := a.r.wardPhone(a.tx, who.Actor, area)
	if err != nil {
		return nil, err
	}
	old, err := a.openedBefore(q, open)
	if err != nil {
		return nil, err
	}
	if open.Reason == records.TaskDanger && len(old) > 0 {
		args["task"] = strconv.FormatInt(old[0].ID, 10)
		words := clipRunes(old[0].Words+"\n"+fold.Clean(open.Words), records.MaxNote)
		return &Outcome{Args: args}, a.tx.Model(&old[0]).Update("words", words).Error
	}
	if open.Reason == records.TaskProtected && len(old) > 0 {
		args["task"] = strconv.FormatInt(old[0].ID, 10)
		return &Outcome{Args: args}, nil
	}
	if len(old) >= records.TasksADay {
		return &Outcome{Refused: records.RefusedTasks, Args: args}, nil
	}
	task := records.Task{
		Reason: clipRunes(fold.Clean(open.Reason), 100), Area: area, Contact: q.Contact, PersonID: &who.Person, Flow: clipRunes(fold.Clean(open.Flow), 100),
		Step: clipRunes(fold.Clean(open.Step), 100), Ref: clipRunes(fold.Clean(open.Ref), 100), Status: records.TaskOpen, CreatedAt: stamp(q.At),
		Urgent: open.Reason == records.TaskDanger, Name: clipRunes(fold.Clean(open.Name), maxOwnName), Place: clipRunes(fold.Clean(open.Place), 200),
		Words: clipRunes(fold.Clean(open.Words), records.MaxNote),
	}
	if phone := clipRunes(fold.Clean(open.Phone), 20); phone != "" {
		task.Phone = a.r.Seal(phone)
	}
	if err := a.tx.Create(&task).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "task "+strconv.FormatInt(task.ID, 10), task.Area, task.Reason)
	args["task"] = strconv.FormatInt(task.ID, 10)
	return &Outcome{Args: args}, a.tellOfTask(q, task, records.RoleFront)
}

// openedBefore are the tasks that count against another one of the same contact: an open one that is the same, or those of a day.
func (a *applier) openedBefore(q Request, open records.OpenTask) (old []records.Task, err error) {
	find := a.tx.Where("contact = ?", q.Contact)
	switch open.Reason {
	case records.TaskDanger: // a second cry goes with the first
		return old, find.Where("reason = ? AND status = ? AND created_at > ?", open.Reason, records.TaskOpen, stamp(q.At).Add(-records.TaskNoticeOf)).
			Order("id DESC").Limit(1).Find(&old).Error
	case records.TaskProtected:
		return old, find.Where("reason = ? AND status = ?", open.Reason, records.TaskOpen).Limit(1).Find(&old).Error
	}
	return old, find.Where("created_at > ?", stamp(q.At).AddDate(0, 0, -1)).Limit(records.TasksADay).Find(&old).Error
}

// taskArea is the area whose people go on with a task: the commune that was named, else that of the person's first role or of what
// they asked before; "" where there is none, for the admins.
func (r *Records) taskArea(tx *gorm.DB, who records.Actor, unit string) (string, error) {
	if unit != "" {
		var paths []string
		err := tx.Model(&records.Area{}).Where("code = ? AND kind = ? AND valid_to IS NULL", fold.Clean(unit), records.AreaCommune).Limit(1).Pluck("path", &paths).Error
		if err != nil || len(paths) > 0 {
			return append(paths, "")[0], err
		}
	}
	for _, g := range who.Grants {
		if g.Area != "" {
			return g.Area, nil
		}
	}
	var areas []string
	err := tx.Model(&records.Task{}).Where("person_id = ? AND area <> ''", who.Person).Order("id DESC").Limit(1).Pluck("area", &areas).Error
	return append(areas, "")[0], err
}

// tellOfTask tells those who hold a role in the task's commune, or where nobody does the officers or the admins, that there is
// something to do: of the first task of a while at once, of those that follow it together at the end of the while; of an urgent one
// at once and by itself.
func (a *applier) tellOfTask(q Request, task records.Task, role string) error {
	commune := records.CommuneOf(task.Area)
	slot := int64(records.TaskNoticeOf.Seconds())
	cause := "tasks " + commune + " " + role + " " + strconv.FormatInt(q.At.Unix()/slot, 10)
	if task.Urgent {
		cause = "task " + strconv.FormatInt(task.ID, 10)
	}
	city := records.Parent(commune)
	if city == "" {
		city = "%"
	}
	for _, g := range []records.Grant{{Role: role, Area: commune}, {Role: records.RoleFront, Area: commune}, {Role: records.RoleOfficer, Area: commune}, {Role: records.RoleAdmin, Area: city}} {
		var contacts []string
		err := a.tx.Raw(`SELECT c.key FROM roles r JOIN contacts c ON c.person_id = r.person_id
			WHERE r.area LIKE ? AND r.name = ? AND `+lastUsed+` AND `+notHere+` AND `+roleGives+` ORDER BY c.key`, g.Area, g.Role, q.Contact, a.now).Scan(&contacts).Error
		if err != nil {
			return err
		}
		if len(contacts) == 0 {
			continue
		}
		id := strconv.FormatInt(task.ID, 10)
		line := dialog.Line{Key: "notice.task", Args: map[string]string{"reason": taskWords(task.Reason), "urgent": urgentArg(task.Urgent)}}
		for _, contact := range contacts {
			cause, due := cause, a.now
			if told, err := a.toldAlready(cause, contact); err != nil {
				return err
			} else if told && !task.Urgent {
				cause, due = cause+" more", time.Unix((q.At.Unix()/slot+1)*slot, 0).UTC()
			}
			if err := a.tell(contact, cause, "task "+id, due, line); err != nil {
				return err
			}
			a.rows.messages[len(a.rows.messages)-1].Urgent = task.Urgent
		}
		return nil
	}
	return nil
}

// toldAlready reports whether the person of a contact has, or is about to have, a notice of that cause.
func (a *applier) toldAlready(cause, contact string) (bool, error) {
	dedupe := cause + " " + contact
	if slices.ContainsFunc(a.rows.messages, func(m records.Message) bool { return m.Dedupe == dedupe }) {
		return true, nil
	}
	return toldAlready(a.tx, cause, contact)
}

// toldAlready reports whether the person of a contact has a notice of that cause, in any of their chats.
func toldAlready(db *gorm.DB, cause, contact string) (bool, error) {
	var n int64
	err := db.Raw(`SELECT count(*) FROM messages WHERE dedupe IN (SELECT ? || c.key FROM contacts c JOIN contacts m ON m.person_id = c.person_id WHERE m.key = ?)`,
		cause+" ", contact).Scan(&n).Error
	return n > 0, err
}

func urgentArg(urgent bool) string {
	if urgent {
		return "1"
	}
	return ""
}

// taskWords is the locale key of a task's reason.
func taskWords(reason string) string {
	for _, r := range records.TaskReasons {
		if r == reason {
			return "task." + reason
		}
	}
	return "task.other"
}

// changeTask takes, ends or passes on a task.
func (a *applier) changeTask(q Request) (*Outcome, error) {
	var change records.PassTask // the fields of the three commands
	if err := json.Unmarshal(q.Data, &change); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	var task records.Task
	err = a.forChange().Where("id = ?", change.ID).First(&task).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), err == nil && !doesTask(who.Actor, task):
		return refuse(records.RefusedNotFound), nil
	case err != nil:
		return nil, err
	case task.Status != records.TaskOpen:
		return refuse(records.RefusedTaskGone), nil
	}
	id, now, note := strconv.FormatInt(task.ID, 10), stamp(q.At), clipRunes(fold.Clean(change.Note), records.MaxNote)
	set, told := map[string]any{}, ""
	switch q.Kind {
	case records.CmdTakeTask:
		set["taken_by"], set["taken_at"] = who.Person, now
	case records.CmdDoneTask:
		set["status"], set["done_at"], set["done_by"], set["note"] = records.TaskDone, now, who.Person, note
		a.checkedEntry(q, task, note)
	case records.CmdPassTask:
		if change.Role != records.RoleFront && change.Role != records.RoleOfficer {
			return refuse(records.RefusedInvalid), nil
		}
		set["taken_by"], set["taken_at"], set["note"] = nil, nil, note
		var holders int64
		err := a.tx.Table("roles r").Where("r.name = ? AND r.area = ? AND "+roleGives, change.Role, records.CommuneOf(task.Area), a.now).Count(&holders).Error
		if err != nil {
			return nil, err
		}
		told = strconv.FormatInt(holders, 10)
		if err := a.tellOfTask(q, task, change.Role); err != nil {
			return nil, err
		}
	}
	a.audit(q, who.Person, "task "+id, task.Area, "")
	if q.Kind == records.CmdDoneTask {
		if err := a.closeRequest(q, task.ID, who.Person, note); err != nil {
			return nil, err
		}
	}
	return &Outcome{Args: map[string]string{"task": id, "told": told}}, a.tx.Model(&task).Updates(set).Error
}

// doesTask tells whether somebody may see and do a task. One of no area is the admins'.
func doesTask(who records.Actor, task records.Task) bool {
	if task.Area != "" {
		return records.Can(who, records.DoTasks, task.Area)
	}
	for _, g := range who.Grants {
		if g.Role == records.RoleAdmin {
			return true
		}
	}
	return false
}

// setWardPhone keeps the phone of a ward's Front.
func (a *applier) setWardPhone(q Request) (*Outcome, error) {
	var set records.SetWardPhone
	if err := json.Unmarshal(q.Data, &set); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	area, err := a.r.taskArea(a.tx, who.Actor, set.Unit)
	if err != nil {
		return nil, err
	}
	if set.Unit == "" {
		if scope := records.Scope(who.Actor, records.SetPhones); len(scope) > 0 {
			area = scope[0]
		}
	}
	phone := clipRunes(fold.Clean(set.Phone), 20)
	switch {
	case records.CommuneOf(area) != area || area == "":
		return refuse(records.RefusedWard), nil
	case !records.Can(who.Actor, records.SetPhones, area):
		return refuse(records.RefusedDenied), nil
	case phone == "":
		return refuse(records.RefusedInvalid), nil
	}
	row := records.WardPhone{Area: area, Phone: phone, SetBy: who.Person, SetAt: stamp(q.At)}
	if err := a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "area"}}, UpdateAll: true}).Create(&row).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "ward phone", area, "")
	name, err := a.areaName(area)
	return &Outcome{Args: map[string]string{"ward": name, "phone": phone}}, err
}
