package storage

import (
	"encoding/json"
	"strconv"

	"chungtay/storage/records"
)

// checkList takes a list in, to be looked through.
func (a *applier) checkList(q Request) (*Outcome, error) {
	var command records.CheckList
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Blob == "" || !storable(command.Blob) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	scope := records.Scope(who.Actor, records.ImportLists)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	var busy int64
	err = a.tx.Model(&records.List{}).Where("person_id = ? AND status IN ?", who.Person, []string{records.ListChecking, records.ListImporting}).Count(&busy).Error
	if err != nil {
		return nil, err
	}
	if busy > 0 {
		return refuse(records.RefusedListBusy), nil
	}
	list := records.List{PersonID: who.Person, Contact: q.Contact, Area: scope[0], Blob: command.Blob, Status: records.ListChecking, CreatedAt: stamp(q.At)}
	if err := a.tx.Create(&list).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(list.ID, 10)
	a.audit(q, who.Person, "list "+id, list.Area, "")
	return &Outcome{Args: map[string]string{"list": id}}, nil
}

// decideList has a list imported that was looked through, once, or drops it.
func (a *applier) decideList(q Request) (*Outcome, error) {
	var command records.DecideList
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	var found []records.List
	if err := a.forChange().Where("id = ?", command.ID).Limit(1).Find(&found).Error; err != nil {
		return nil, err
	}
	switch {
	case len(found) == 0 || !records.Can(who.Actor, records.ImportLists, found[0].Area):
		return refuse(records.RefusedNotFound), nil
	case found[0].Status != records.ListChecked:
		return refuse(records.RefusedListGone), nil
	}
	set := map[string]any{"status": records.ListDropped}
	if command.Import {
		set = map[string]any{"status": records.ListImporting, "done_rows": 0, "person_id": who.Person, "contact": q.Contact, "lease_until": nil}
	}
	id := strconv.FormatInt(command.ID, 10)
	a.audit(q, who.Person, "list "+id, found[0].Area, set["status"].(string))
	return &Outcome{Args: map[string]string{"list": id}}, a.tx.Model(&found[0]).Updates(set).Error
}
