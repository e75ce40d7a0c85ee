package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// roleRow is a role with who holds it.
type roleRow struct {
	records.Role
	Person   string
	LockedAt *time.Time
}

// state is what a role is at an instant: active, suspended, over (its last day has passed), locked or ended.
func (x roleRow) state(at time.Time) string {
	switch {
	case x.ValidTo != nil:
		return "ended"
	case x.LockedAt != nil:
		return "locked"
	case x.SuspendedAt != nil:
		return "suspended"
	case x.EndsAt != nil && !x.EndsAt.After(at):
		return "over"
	}
	return "active"
}

func (x roleRow) args(at time.Time) map[string]string {
	args := map[string]string{
		"role": strconv.FormatInt(x.ID, 10), "name": x.Person, "held": x.Name, "state": x.state(at), "since": records.FormatDay(records.DayOf(x.ValidFrom)), "ends": "", "rests": "",
	}
	if x.EndsAt != nil {
		args["ends"] = records.FormatDay(records.LastDay(*x.EndsAt))
	}
	if x.SuspendedAt != nil {
		args["rests"] = records.FormatDay(records.DayOf(*x.SuspendedAt))
	}
	return args
}

// roleEnd is EndsAt of a role whose last day is named, nil where none is; false for a day that is none or has passed.
func roleEnd(day string, at time.Time) (*time.Time, bool) {
	if day == "" {
		return nil, true
	}
	last, ok := records.ParseDay(day)
	if !ok || last.Before(records.DayOf(at)) {
		return nil, false
	}
	end := records.EndOf(last)
	return &end, true
}

// givable is the condition that a role r is one that an actor may give, and so may see and change; "" for none.
func givable(actor records.Actor) (string, []any) {
	var parts []string
	var args []any
	for _, action := range []records.Action{records.GiveNear, records.GiveWard, records.GiveTop} {
		scope := records.Scope(actor, action)
		if len(scope) == 0 {
			continue
		}
		var names []string
		for _, role := range records.InviteRoles {
			if needed, _ := records.Gives(role); needed == action {
				names = append(names, role)
			}
		}
		where, in := within("r.area", scope)
		parts = append(parts, "r.name IN ? AND "+where)
		args = append(append(args, names), in...)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return "(" + strings.Join(parts, " OR ") + ")", args
}

func roleRows(tx *gorm.DB) *gorm.DB {
	return tx.Table("roles r").Select("r.*, p.name AS person, p.locked_at").Joins("JOIN people p ON p.id = r.person_id")
}

// staff lists who holds the roles that the asker may give, by area, or those whom q names by a name, a group or a ward. Lines role.line
// with role (its id), name, held (the role), area (its name), since, ends, rests (since when), state. Facts: count where nothing was searched.
func (r *Records) staff(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	where, args := givable(actor)
	if where == "" {
		return errDenied
	}
	find := func() *gorm.DB {
		return roleRows(r.db.WithContext(ctx)).Where("r.valid_to IS NULL").Where(where, args...)
	}
	q, page := fold.Clean(ask.Args["q"]), max(ask.Page, 0)
	list := find().Order("r.area, r.id")
	if q == "" {
		var count int64
		if err := find().Count(&count).Error; err != nil {
			return err
		}
		to.Facts = map[string]string{"count": strconv.FormatInt(count, 10)}
		list = list.Limit(pageSize + 1).Offset(page * pageSize)
	}
	var found []roleRow
	if err := list.Find(&found).Error; err != nil {
		return err
	}
	areas := map[string]records.Area{}
	if q != "" {
		var err error
		if areas, err = r.areasOf(ctx, found); err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(x roleRow) bool {
			return !strings.Contains(fold.Fold(x.Person), fold.Fold(q)) && !namedArea(areas[x.Area], q)
		})
		found = found[min(page*pageSize, len(found)):]
	}
	found = firstPage(found, pageSize, to)
	if q == "" {
		var err error
		if areas, err = r.areasOf(ctx, found); err != nil {
			return err
		}
	}
	for _, x := range found {
		line := x.args(now)
		line["area"] = areas[x.Area].Name
		to.Lines = append(to.Lines, dialog.Line{Key: "role.line", Args: line})
	}
	return nil
}

// areasOf are the areas of roles by their paths; one that is gone is named by its path.
func (r *Records) areasOf(ctx context.Context, rows []roleRow) (map[string]records.Area, error) {
	areas := map[string]records.Area{}
	var paths []string
	for _, x := range rows {
		if _, ok := areas[x.Area]; !ok {
			areas[x.Area] = records.Area{Path: x.Area, Name: x.Area}
			paths = append(paths, x.Area)
		}
	}
	for some := range slices.Chunk(paths, rowsAtOnce) {
		var found []records.Area
		if err := r.db.WithContext(ctx).Where("path IN ? AND valid_to IS NULL", padded(some)).Find(&found).Error; err != nil {
			return nil, err
		}
		for _, a := range found {
			areas[a.Path] = a
		}
	}
	return areas, nil
}

// oneRole tells of a role that the asker may give. Facts as the args of staff's lines, and deputies (how many others hold the same role there),
// mine ("1": it is the asker's own). Lines role.line with held and area: the person's other roles. Options: the deputies, Key the person's id.
func (r *Records) oneRole(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	where, args := givable(actor)
	id, err := strconv.ParseInt(ask.Args["role"], 10, 64)
	switch {
	case where == "":
		return errDenied
	case err != nil:
		return errNotFound
	}
	var found []roleRow
	if err := roleRows(r.db.WithContext(ctx)).Where("r.id = ?", id).Where(where, args...).Limit(1).Find(&found).Error; err != nil {
		return err
	}
	if len(found) == 0 {
		return errNotFound
	}
	x := found[0]
	if err := roleRows(r.db.WithContext(ctx)).Where("r.person_id = ? AND r.id <> ? AND r.valid_to IS NULL", x.PersonID, x.ID).Where(where, args...).
		Order("r.area, r.id").Limit(5).Find(&found).Error; err != nil {
		return err
	}
	areas, err := r.areasOf(ctx, append(slices.Clone(found), x))
	if err != nil {
		return err
	}
	to.Facts = x.args(now)
	to.Facts["area"], to.Facts["area_path"] = areas[x.Area].Name, x.Area
	for _, other := range found {
		to.Lines = append(to.Lines, dialog.Line{Key: "role.line", Args: map[string]string{"held": other.Name, "area": areas[other.Area].Name}})
	}
	if x.PersonID == actor.Person {
		to.Facts["mine"] = "1"
	}
	others, err := deputies(r.db.WithContext(ctx), x.Role, now)
	if err != nil {
		return err
	}
	q := fold.Clean(ask.Args["q"] + ask.Args["key"])
	for _, other := range others {
		key := strconv.FormatInt(other.PersonID, 10)
		if q == "" || q == key || wordsWithin(other.Person, q) {
			to.Options = append(to.Options, dialog.Option{Key: key, Label: other.Person})
		}
	}
	to.Facts["deputies"] = number(len(others))
	return nil
}

// roleFor is a role that who asks may give, locked until the end of the transaction.
func (a *applier) roleFor(q Request, id int64) (who *actor, role roleRow, refused string, err error) {
	if who, err = a.actor(q.Contact); err != nil || who == nil {
		return nil, role, records.RefusedDenied, err
	}
	where, args := givable(who.Actor)
	if where == "" {
		return nil, role, records.RefusedDenied, nil
	}
	find := roleRows(a.tx).Where("r.id = ?", id).Where(where, args...)
	if a.r.pg {
		find = find.Clauses(clause.Locking{Strength: "UPDATE", Table: clause.Table{Name: "r"}})
	}
	var found []roleRow
	if err := find.Limit(1).Find(&found).Error; err != nil {
		return nil, role, "", err
	}
	switch {
	case len(found) == 0:
		return nil, role, records.RefusedNotFound, nil
	case found[0].PersonID == who.Person:
		return nil, role, records.RefusedOwnRole, nil
	}
	return who, found[0], "", nil
}

// changeRole lets a role rest, takes it up again, ends it or gives it until a day. Who holds it is told, and of a leader's the ward.
func (a *applier) changeRole(q Request) (*Outcome, error) {
	var command records.ChangeRole
	if err := json.Unmarshal(q.Data, &command); err != nil || !slices.Contains(records.RoleActs, command.Act) {
		return refuse(records.RefusedInvalid), nil
	}
	who, role, refused, err := a.roleFor(q, command.ID)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	now := stamp(q.At)
	set := map[string]any{}
	state := role.state(now)
	if command.Act != records.RoleEndAct && command.To != 0 {
		return refuse(records.RefusedInvalid), nil
	}
	switch command.Act {
	case records.RoleSuspendAct:
		if state == "ended" || role.SuspendedAt != nil {
			return refuse(records.RefusedRoleGone), nil
		}
		set["suspended_at"] = now
	case records.RoleResumeAct:
		if state == "ended" || role.SuspendedAt == nil {
			return refuse(records.RefusedRoleGone), nil
		}
		set["suspended_at"] = nil
	case records.RoleEndAct:
		if state == "ended" {
			return refuse(records.RefusedRoleGone), nil
		}
		set["valid_to"] = now
	case records.RoleUntilAct:
		ends, ok := roleEnd(command.Ends, q.At)
		if !ok || ends == nil {
			return refuse(records.RefusedInvalid), nil
		}
		if state == "ended" {
			return refuse(records.RefusedRoleGone), nil
		}
		set["ends_at"] = *ends
	}
	handover := ""
	if command.Act == records.RoleEndAct && records.HandsOver(role.Name) {
		if handover, refused, err = a.beginHandover(q, who, role, command.To); err != nil || refused != "" {
			return refuse(refused), err
		}
	}
	if err := a.tx.Model(&records.Role{}).Where("id = ?", role.ID).Updates(set).Error; err != nil {
		return nil, err
	}
	clear(a.actors) // somebody may and may not do other things now
	id := strconv.FormatInt(role.ID, 10)
	a.audit(q, who.Person, "role "+id, role.Area, command.Act)
	area, err := a.areaName(role.Area)
	if err != nil {
		return nil, err
	}
	return &Outcome{Args: map[string]string{"name": role.Person, "role": role.Name, "area": area, "handover": handover}}, a.tellOfRole(q, role, command, area, handover)
}

// tellOfRole tells who holds a role what became of it and why, and of a leader's role the ward, but who did it.
func (a *applier) tellOfRole(q Request, role roleRow, command records.ChangeRole, area, handover string) error {
	id := strconv.FormatInt(role.ID, 10)
	cause := "role " + id + " " + q.Contact + " " + q.Form + " " + strconv.Itoa(q.N)
	args := map[string]string{"act": command.Act, "role": role.Name, "area": area, "ends": command.Ends, "why": clipRunes(fold.Clean(command.Why), records.MaxNote)}
	var menu []dialog.Option
	if handover != "" {
		menu = []dialog.Option{{Key: "handover", Label: "notice.button.handover", Do: "/bangiao " + handover}}
	}
	if err := a.tellPerson(role.PersonID, cause, dialog.Line{Key: "notice.role", Args: args}, menu...); err != nil {
		return err
	}
	if role.Name != records.RoleLeader {
		return nil
	}
	commune := records.CommuneOf(role.Area)
	line := dialog.Line{Key: "notice.role.ward", Args: map[string]string{"act": command.Act, "role": role.Name, "area": area, "ends": command.Ends}}
	return a.tellHolders(q, []records.Grant{{Role: records.RoleFront, Area: commune}, {Role: records.RoleOfficer, Area: commune}}, "ward "+cause, "role "+id, line,
		seeButton("/vai "+id))
}
