package storage

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeInvite makes an invite for somebody below who asks.
func (a *applier) makeInvite(q Request) (*Outcome, error) {
	var command records.MakeInvite
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	action, known := records.Gives(command.Role)
	area := fold.Clean(command.Area)
	ends, endsOK := roleEnd(command.Ends, q.At)
	switch {
	case !known || !endsOK:
		return refuse(records.RefusedInvalid), nil
	case !records.Can(who.Actor, action, area):
		return refuse(records.RefusedDenied), nil
	}
	var places []records.Area
	if err := a.tx.Where("path = ? AND valid_to IS NULL", area).Limit(1).Find(&places).Error; err != nil {
		return nil, err
	}
	switch {
	case len(places) == 0:
		return refuse(records.RefusedNotFound), nil
	case !records.FitsArea(command.Role, places[0].Kind):
		return refuse(records.RefusedInvalid), nil
	}
	year, month, day := q.At.In(records.Local).Date()
	invite := records.Invite{
		Role: command.Role, Area: area, CreatedBy: records.InvitedBy(who.Person), CreatedAt: stamp(q.At),
		ExpiresAt:  stamp(time.Date(year, month, day+records.InviteDays+1, 0, 0, 0, 0, records.Local)), // the end of its last day
		RoleEndsAt: ends,
	}
	code, err := a.r.drawInvite(a.tx, &invite)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "invite "+strconv.FormatInt(invite.ID, 10), area, command.Role)
	return &Outcome{Args: map[string]string{
		"code": code, "role": command.Role, "area": places[0].Name, "until": records.FormatDay(records.LastDay(invite.ExpiresAt)), "ends": command.Ends,
	}}, nil
}

// stands reports whether an invite still gives its role: one made in a chat does only while who made it may give it.
func (a *applier) stands(invite records.Invite) (bool, error) {
	by, chat := invite.Inviter()
	if !chat {
		return true, nil
	}
	var grants []records.Grant
	err := a.tx.Raw("SELECT r.name AS role, r.area FROM roles r JOIN people p ON p.id = r.person_id WHERE r.person_id = ? AND p.locked_at IS NULL AND "+roleGives,
		by, a.now).Scan(&grants).Error
	action, known := records.Gives(invite.Role)
	return known && records.Can(records.Actor{Person: by, Grants: grants}, action, invite.Area), err
}

// tellInviter tells who made an invite in a chat that somebody else used it.
func (a *applier) tellInviter(invite records.Invite, used int64, args map[string]string) error {
	by, chat := invite.Inviter()
	if !chat || by == used {
		return nil
	}
	line := dialog.Line{Key: "notice.invited", Args: map[string]string{"role": args["role"], "area": args["area"]}}
	return a.tellPerson(by, "invite "+strconv.FormatInt(invite.ID, 10), line)
}

// tellPerson puts a notice aside for the chat that a person used last.
func (a *applier) tellPerson(person int64, cause string, line dialog.Line, menu ...dialog.Option) error {
	var contacts []string
	if err := a.tx.Raw("SELECT c.key FROM contacts c WHERE c.person_id = ? AND "+lastUsed, person).Scan(&contacts).Error; err != nil {
		return err
	}
	return a.tellAll(contacts, cause, "", a.now, line, menu...)
}

// areasToGive lists the areas for which the asker may invite somebody for a role, or those that q names. Options: Key the path, Label the
// name, of a group with its ward's where the asker has several.
func (r *Records) areasToGive(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	role := ask.Args["role"]
	action, known := records.Gives(role)
	if !known {
		return errNotFound
	}
	scope := records.Scope(actor, action)
	if len(scope) == 0 {
		return errDenied
	}
	var kinds []string
	for _, kind := range []string{records.AreaCity, records.AreaCommune, records.AreaGroup} {
		if records.FitsArea(role, kind) {
			kinds = append(kinds, kind)
		}
	}
	where, args := within("path", scope)
	find := r.db.WithContext(ctx).Where("kind IN ? AND valid_to IS NULL", kinds).Where(where, args...).Order("path")
	q, page := fold.Clean(ask.Args["q"]), max(ask.Page, 0)
	switch key := fold.Clean(ask.Args["key"]); {
	case key != "":
		find = find.Where("path = ?", key)
	case q == "":
		find = find.Limit(pageSize + 1).Offset(page * pageSize)
	}
	var areas []records.Area
	if err := find.Find(&areas).Error; err != nil {
		return err
	}
	if q != "" {
		areas = slices.DeleteFunc(areas, func(a records.Area) bool { return !namedArea(a, q) })
		areas = areas[min(page*pageSize, len(areas)):]
	}
	areas = firstPage(areas, pageSize, to)
	var wards map[string]string
	if slices.ContainsFunc(scope, func(s string) bool { return records.KindOfPath(s) == records.AreaCity }) || len(scope) > 1 {
		var above []string
		for _, a := range areas {
			if a.Kind == records.AreaGroup {
				above = append(above, records.Parent(a.Path))
			}
		}
		var err error
		if wards, err = r.areaNames(ctx, above); err != nil {
			return err
		}
	}
	for _, a := range areas {
		label := a.Name
		if ward := wards[records.Parent(a.Path)]; ward != "" && a.Kind == records.AreaGroup {
			label += ", " + ward
		}
		to.Options = append(to.Options, dialog.Option{Key: a.Path, Label: clipRunes(label, labelMaxRunes)})
	}
	return nil
}

// namedArea reports whether words name an area: a group by its number ("tổ 12", "12 Hòa Minh cũ"), any other by a part of its name.
func namedArea(a records.Area, q string) bool {
	if a.Kind != records.AreaGroup {
		return strings.Contains(fold.Fold(a.Name), fold.Fold(q))
	}
	_, named, rest := cutGroup(q)
	if named == "" {
		named = q
	}
	return isGroup(a, strings.TrimSpace(named+" "+rest))
}

// isGroup reports whether a group is meant by its number, with its old ward or without ("12", "12 Hòa Minh cũ"), or its name in a path.
func isGroup(a records.Area, group string) bool {
	own := a.Path[strings.LastIndexByte(a.Path, '/')+1:]
	folded, number := fold.Fold(group), GroupKey("", a.Number)
	return own == folded || number == GroupKey("", group) || GroupKey(a.Label, a.Number) == folded ||
		a.Label != "" && strings.Contains(folded, fold.Fold(a.Label)) && slices.Contains(words(folded), number)
}
