package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// deputies are those who hold the same role in the same area, and whose role gives its rights.
func deputies(tx *gorm.DB, role records.Role, at any) (found []roleRow, err error) {
	return found, roleRows(tx).Where("r.name = ? AND r.area = ? AND r.person_id <> ? AND p.locked_at IS NULL AND "+roleGives, role.Name, role.Area, role.PersonID, at).
		Order("r.id").Limit(pageSize).Find(&found).Error
}

// beginHandover writes down what the books know when a role ends, and gives what the person had taken to who follows, else to nobody: then the
// ward sees to it.
func (a *applier) beginHandover(q Request, who *actor, role roleRow, to int64) (id string, refused string, err error) {
	others, err := deputies(a.tx, role.Role, a.now)
	if err != nil {
		return "", "", err
	}
	h := records.Handover{
		RoleID: role.ID, Role: role.Name, Area: role.Area, PersonID: role.PersonID, StartedBy: who.Person, Status: records.HandoverOpen, CreatedAt: stamp(q.At),
	}
	if to != 0 {
		if !slices.ContainsFunc(others, func(x roleRow) bool { return x.PersonID == to }) {
			return "", records.RefusedNotFound, nil
		}
		h.SuccessorID = &to
	}
	where, in := within("area", []string{role.Area})
	for _, c := range []struct {
		to    *int
		query string
		args  []any
	}{
		{&h.Tasks, "SELECT count(*) FROM tasks WHERE status = 'open' AND taken_by = ? AND " + where, append([]any{role.PersonID}, in...)},
		{&h.Needs, "SELECT count(*) FROM needs WHERE status IN ('received', 'planned') AND " + where, in},
		{&h.Unanswered, `SELECT count(*) FROM help h WHERE author_id = ? AND superseded_at IS NULL AND voided_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM help_answers x WHERE x.code = h.code AND x.version = h.version AND x.superseded_at IS NULL) AND ` + where, append([]any{role.PersonID}, in...)},
	} {
		if err := a.tx.Raw(c.query, c.args...).Scan(c.to).Error; err != nil {
			return "", "", err
		}
	}
	err = a.tx.Model(&records.Task{}).Where("status = ? AND taken_by = ?", records.TaskOpen, role.PersonID).Where(where, in...).
		Updates(map[string]any{"taken_by": h.SuccessorID}).Error
	if err != nil {
		return "", "", err
	}
	if err := a.tx.Create(&h).Error; err != nil {
		return "", "", err
	}
	id = strconv.FormatInt(h.ID, 10)
	a.audit(q, who.Person, "handover "+id, role.Area, role.Name)
	return id, "", a.tellSuccessor(h)
}

// tellSuccessor tells who follows that there is something to take over.
func (a *applier) tellSuccessor(h records.Handover) error {
	if h.SuccessorID == nil {
		return nil
	}
	id := strconv.FormatInt(h.ID, 10)
	area, err := a.areaName(h.Area)
	if err != nil {
		return err
	}
	return a.tellPerson(*h.SuccessorID, "handover "+id+" to", dialog.Line{Key: "notice.handover.to", Args: map[string]string{"role": h.Role, "area": area}}, seeHandover(id))
}

func seeHandover(id string) dialog.Option {
	return seeButton("/bangiao " + id)
}

// follows makes who got a role the successor in an open handover of it that has none.
func (a *applier) follows(person int64, role, area string) error {
	var open []records.Handover
	err := a.tx.Where("status = ? AND successor_id IS NULL AND role = ? AND area = ? AND person_id <> ?", records.HandoverOpen, role, area, person).
		Order("id DESC").Limit(1).Find(&open).Error
	if err != nil || len(open) == 0 {
		return err
	}
	h := open[0]
	if err := a.tx.Model(&records.Handover{}).Where("id = ?", h.ID).Update("successor_id", person).Error; err != nil {
		return err
	}
	h.SuccessorID = &person
	return a.tellSuccessor(h)
}

// sideOf is which side of a handover somebody is; "" for none.
func sideOf(who records.Actor, h records.Handover) string {
	switch {
	case who.Person == h.PersonID:
		return records.SideLeaving
	case h.SuccessorID != nil && *h.SuccessorID == who.Person:
		return records.SideSuccessor
	case records.Can(who, records.SeeHandovers, h.Area):
		return records.SideFront
	}
	return ""
}

// handovers lists those that are open and concern the asker, oldest first. Options: Key the id, Label the role and area. Lines handover.line
// with handover, role, area.
func (r *Records) handovers(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	if actor.Person == 0 {
		return errDenied
	}
	where, args := "person_id = ? OR successor_id = ?", []any{actor.Person, actor.Person}
	if scope := records.Scope(actor, records.SeeHandovers); len(scope) > 0 {
		near, in := within("area", scope)
		where, args = where+" OR "+near, append(args, in...)
	}
	page := max(ask.Page, 0)
	var found []records.Handover
	err := r.db.WithContext(ctx).Where("status = ?", records.HandoverOpen).Where("("+where+")", args...).Order("id").Limit(pageSize + 1).Offset(page * pageSize).Find(&found).Error
	if err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	for _, h := range found {
		names, err := r.areaNames(ctx, []string{h.Area})
		if err != nil {
			return err
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "handover.line", Args: map[string]string{"handover": strconv.FormatInt(h.ID, 10), "role": h.Role, "area": names[h.Area]}})
	}
	return nil
}

// oneHandover tells of one handover that concerns the asker. Facts: handover, name (of who leaves), role, area, on, successor, tasks, needs,
// unanswered, cash, goods, stated ("1"), status, side (the asker's). Lines handover.said with side, agreed ("1"), words.
func (r *Records) oneHandover(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["handover"], 10, 64)
	if err != nil || actor.Person == 0 {
		return errNotFound
	}
	facts, said, err := handoverFacts(r.db.WithContext(ctx), r, actor, id)
	if err != nil {
		return err
	}
	to.Facts = facts
	for _, s := range said {
		to.Lines = append(to.Lines, dialog.Line{Key: "handover.said", Args: map[string]string{"side": s.Side, "agreed": urgentArg(s.Agreed), "words": s.Words}})
	}
	return nil
}

func handoverFacts(tx *gorm.DB, r *Records, actor records.Actor, id int64) (map[string]string, []records.HandoverAnswer, error) {
	var found []records.Handover
	if err := tx.Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, nil, err
	}
	if len(found) == 0 || sideOf(actor, found[0]) == "" {
		return nil, nil, errNotFound
	}
	h := found[0]
	var said []records.HandoverAnswer
	if err := tx.Where("handover_id = ?", id).Order("at, side").Find(&said).Error; err != nil {
		return nil, nil, err
	}
	var people []records.Person
	ids := []int64{h.PersonID}
	if h.SuccessorID != nil {
		ids = append(ids, *h.SuccessorID)
	}
	if err := tx.Where("id IN ?", ids).Find(&people).Error; err != nil {
		return nil, nil, err
	}
	names, err := r.areaNames(tx.Statement.Context, []string{h.Area})
	if err != nil {
		return nil, nil, err
	}
	facts := map[string]string{
		"handover": strconv.FormatInt(id, 10), "role": h.Role, "area": names[h.Area], "on": records.FormatDay(records.DayOf(h.CreatedAt)), "successor": "", "cash": "", "goods": h.Goods,
		"tasks": strconv.Itoa(h.Tasks), "needs": strconv.Itoa(h.Needs), "unanswered": strconv.Itoa(h.Unanswered), "status": h.Status, "side": sideOf(actor, h), "stated": "", "said": "",
	}
	for _, p := range people {
		if p.ID == h.PersonID {
			facts["name"] = p.Name
		} else {
			facts["successor"] = p.Name
		}
	}
	if h.Cash != nil {
		facts["cash"], facts["stated"] = strconv.FormatInt(*h.Cash, 10), "1"
	}
	if slices.ContainsFunc(said, func(s records.HandoverAnswer) bool { return s.Side == facts["side"] }) {
		facts["said"] = "1"
	}
	return facts, said, nil
}

// handoverFor is a handover that concerns who asks, with the side that they are.
func (a *applier) handoverFor(q Request, id int64) (who *actor, h records.Handover, side, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, h, "", records.RefusedDenied, err
	}
	var found []records.Handover
	if err := a.forChange().Where("id = ?", id).Limit(1).Find(&found).Error; err != nil {
		return nil, h, "", "", err
	}
	if len(found) == 0 || sideOf(who.Actor, found[0]) == "" {
		return nil, h, "", records.RefusedNotFound, nil
	}
	return who, found[0], sideOf(who.Actor, found[0]), "", nil
}

// stateHandover keeps what who leaves hands over; saying it again, until who follows answered, puts it right.
func (a *applier) stateHandover(q Request) (*Outcome, error) {
	var command records.StateHandover
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Cash < 0 || command.Cash > records.MaxMoney {
		return refuse(records.RefusedInvalid), nil
	}
	who, h, side, refused, err := a.handoverFor(q, command.ID)
	switch {
	case err != nil || refused != "":
		return refuse(refused), err
	case side != records.SideLeaving:
		return refuse(records.RefusedDenied), nil
	case h.Status != records.HandoverOpen:
		return refuse(records.RefusedHandoverOver), nil
	}
	var said int64
	if err := a.tx.Model(&records.HandoverAnswer{}).Where("handover_id = ? AND side <> ?", h.ID, records.SideLeaving).Count(&said).Error; err != nil {
		return nil, err
	}
	if said > 0 {
		return refuse(records.RefusedHandoverOver), nil
	}
	err = a.tx.Model(&records.Handover{}).Where("id = ?", h.ID).Updates(map[string]any{"cash": command.Cash, "goods": clipRunes(fold.Clean(command.Goods), records.MaxNote)}).Error
	if err != nil {
		return nil, err
	}
	if err := a.say(q, h, who, side, true, ""); err != nil {
		return nil, err
	}
	return &Outcome{}, a.tellNext(q, h, "stated")
}

// say keeps what one side says, in the place of what it said before.
func (a *applier) say(q Request, h records.Handover, who *actor, side string, agreed bool, words string) error {
	answer := records.HandoverAnswer{HandoverID: h.ID, Side: side, Agreed: agreed, Words: words, PersonID: who.Person, At: stamp(q.At)}
	a.audit(q, who.Person, "handover "+strconv.FormatInt(h.ID, 10), h.Area, side)
	return a.tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "handover_id"}, {Name: "side"}}, UpdateAll: true}).Create(&answer).Error
}

// tellNext tells the side whose turn it is: who follows, then the Front.
func (a *applier) tellNext(q Request, h records.Handover, after string) error {
	id := strconv.FormatInt(h.ID, 10)
	cause := "handover " + id + " " + after + " " + q.Contact + " " + q.Form + " " + strconv.Itoa(q.N)
	area, err := a.areaName(h.Area)
	if err != nil {
		return err
	}
	line := dialog.Line{Key: "notice.handover.turn", Args: map[string]string{"role": h.Role, "area": area}}
	if after == "stated" && h.SuccessorID != nil {
		return a.tellPerson(*h.SuccessorID, cause, line, seeHandover(id))
	}
	return a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: records.CommuneOf(h.Area)}}, cause, "handover "+id, line, seeHandover(id))
}

// answerHandover keeps whether who follows, or the Front, finds a handover right. The Front's answer closes it: done where all sides agree,
// else disputed, with what each said.
func (a *applier) answerHandover(q Request) (*Outcome, error) {
	var command records.AnswerHandover
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	words := clipRunes(fold.Clean(command.Words), records.MaxNote)
	if !command.Agreed && words == "" {
		return refuse(records.RefusedInvalid), nil
	}
	who, h, side, refused, err := a.handoverFor(q, command.ID)
	switch {
	case err != nil || refused != "":
		return refuse(refused), err
	case side == records.SideLeaving:
		return refuse(records.RefusedDenied), nil
	case h.Status != records.HandoverOpen:
		return refuse(records.RefusedHandoverOver), nil
	}
	var said []records.HandoverAnswer
	if err := a.tx.Where("handover_id = ?", h.ID).Find(&said).Error; err != nil {
		return nil, err
	}
	has := func(side string) bool {
		return slices.ContainsFunc(said, func(s records.HandoverAnswer) bool { return s.Side == side })
	}
	disputed := slices.ContainsFunc(said, func(s records.HandoverAnswer) bool { return !s.Agreed && s.Side != side })
	if waits := !has(records.SideLeaving) || side == records.SideFront && h.SuccessorID != nil && !has(records.SideSuccessor); waits && command.Agreed {
		return refuse(records.RefusedHandoverWaits), nil
	}
	if err := a.say(q, h, who, side, command.Agreed, words); err != nil {
		return nil, err
	}
	if side == records.SideSuccessor {
		return &Outcome{Args: map[string]string{"status": records.HandoverOpen}}, a.tellNext(q, h, "answered")
	}
	status := records.HandoverDone
	if disputed || !command.Agreed {
		status = records.HandoverDisputed
	}
	if err := a.tx.Model(&records.Handover{}).Where("id = ?", h.ID).Updates(map[string]any{"status": status, "closed_at": stamp(q.At)}).Error; err != nil {
		return nil, err
	}
	id := strconv.FormatInt(h.ID, 10)
	area, err := a.areaName(h.Area)
	if err != nil {
		return nil, err
	}
	people := []int64{h.PersonID}
	if h.SuccessorID != nil {
		people = append(people, *h.SuccessorID)
	}
	line := dialog.Line{Key: "notice.handover.closed", Args: map[string]string{"role": h.Role, "area": area, "status": status}}
	for _, person := range people {
		if err := a.tellPerson(person, "handover "+id+" closed", line, seeHandover(id)); err != nil {
			return nil, err
		}
	}
	return &Outcome{Args: map[string]string{"status": status}}, nil
}

// takeHandover writes a handover into a sheet for one of its sides.
func (a *applier) takeHandover(q Request) (*Outcome, error) {
	var command records.TakeHandover
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, h, _, refused, err := a.handoverFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	facts, said, err := handoverFacts(a.tx, a.r, who.Actor, h.ID)
	if err != nil {
		return nil, err
	}
	facts["role"] = command.Words["role."+h.Role]
	if facts["cash"] != "" {
		facts["cash"] = records.Dong(*h.Cash)
	}
	for _, s := range said {
		line, said := s.Side, command.Words["agreed"]
		if s.Side == records.SideSuccessor { // the fact of that name is who it is
			line = "successor_said"
		}
		if !s.Agreed {
			said = command.Words["disagreed"] + ": " + s.Words
		}
		facts[line] = said
	}
	book := sheets.NewBook(false)
	defer book.Close()
	book.Sheet("", 40, 40)
	for _, name := range records.HandoverLines {
		book.Row(command.Words[name], facts[name])
	}
	data, err := book.Bytes()
	if err != nil {
		return nil, err
	}
	key, err := a.putOut(q, "handover", xlsxMime, data)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "handover "+strconv.FormatInt(h.ID, 10), h.Area, "file")
	return &Outcome{Args: map[string]string{"file": key}}, nil
}
