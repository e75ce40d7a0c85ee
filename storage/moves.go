package storage

import (
	"context"
	"encoding/json"
	"strconv"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// homeTable is a table whose rows belong to a household and follow it to another entry of it.
type homeTable struct {
	name string
	key  string // tells its rows apart, as a text
	area bool   // it has the household's path, or its group's, too
	both string // which rows stay, as the kept entry (@kept) has the like; empty: none
}

// homeTables are all of them but those that are made anew: the words a household is found by, and who used it last. A test finds what is missing.
var homeTables = []homeTable{
	{"household_flags", "CAST(t.id AS text)", false, "t.valid_to IS NULL AND EXISTS (SELECT 1 FROM household_flags k WHERE k.household_id = @kept AND k.flag = t.flag AND k.valid_to IS NULL)"},
	{"classifications", "CAST(t.id AS text)", false, "EXISTS (SELECT 1 FROM classifications k WHERE k.household_id = @kept AND k.year = t.year)"},
	{"help", "t.code || ' ' || t.version", true, ""},
	{"cards", "CAST(t.id AS text)", true, ""},
	{"household_links", "CAST(t.id AS text)", false, "t.ended_at IS NULL AND EXISTS (SELECT 1 FROM household_links k WHERE k.household_id = @kept AND k.person_id = t.person_id AND k.ended_at IS NULL)"},
	{"consents", "CAST(t.id AS text)", false, ""},
	{"help_answers", "CAST(t.id AS text)", false, ""},
	{"visits", "CAST(t.id AS text)", false, ""},
	{"needs", "CAST(t.id AS text)", true, ""},
	{"data_requests", "CAST(t.id AS text)", false, ""},
	{"signature_lines", "t.sheet || ' ' || t.n", false, ""},
	{"rises", "CAST(t.id AS text)", true, "t.status = 'open' AND EXISTS (SELECT 1 FROM rises k WHERE k.household_id = @kept AND k.status = 'open')"},
	{"offers", "CAST(t.id AS text)", true, ""},
	{"allocations", "CAST(t.id AS text)", true, ""},
}

// pathTables have a household's own path without its number.
var pathTables = []string{"roles", "tasks"}

// movingHome is a household that who asks may move.
func (a *applier) movingHome(q Request, code string) (who *actor, home records.Household, refused string, err error) {
	return a.homeFor(q, code, records.MoveHouseholds)
}

// mergeHomes makes one household of two entries.
func (a *applier) mergeHomes(q Request) (*Outcome, error) {
	var command records.MergeHomes
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, kept, refused, err := a.movingHome(q, command.Kept)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	_, gone, refused, err := a.movingHome(q, command.Gone)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	if kept.ID == gone.ID {
		return refuse(records.RefusedSameHome), nil
	}
	move := records.HomeMove{HouseholdID: kept.ID, GoneID: &gone.ID, FromArea: gone.Area, ToArea: kept.Area, MadeBy: who.Person, MadeAt: stamp(q.At)}
	if err := a.tx.Create(&move).Error; err != nil {
		return nil, err
	}
	args := map[string]any{
		"move": move.ID, "kept": kept.ID, "gone": gone.ID, "kept_path": kept.Path(), "gone_path": gone.Path(), "kept_area": kept.Area, "gone_area": gone.Area,
		"now": stamp(q.At), "home": records.RoleHousehold,
	}
	for _, t := range homeTables {
		rows := "t.household_id = @gone"
		if t.both != "" {
			rows += " AND NOT (" + t.both + ")"
		}
		if err := a.exec(`INSERT INTO home_move_rows (move_id, what, row_key) SELECT CAST(@move AS bigint), '`+t.name+`', `+t.key+` FROM `+t.name+` t WHERE `+rows, args); err != nil {
			return nil, err
		}
		if err := a.exec(t.update("@kept", "@gone_path", "@kept_path", "@gone_area", "@kept_area"), args); err != nil {
			return nil, err
		}
	}
	for _, statement := range []string{
		`INSERT INTO home_move_rows (move_id, what, row_key) SELECT CAST(@move AS bigint), 'household_links ended', CAST(id AS text) FROM household_links WHERE household_id = @gone AND ended_at IS NULL`,
		`UPDATE household_links SET ended_at = @now WHERE household_id = @gone AND ended_at IS NULL`,
		`INSERT INTO home_move_rows (move_id, what, row_key) SELECT CAST(@move AS bigint), 'roles ended', CAST(t.id AS text) FROM roles t WHERE t.area = @gone_path AND t.valid_to IS NULL
			AND EXISTS (SELECT 1 FROM roles k WHERE k.area = @kept_path AND k.person_id = t.person_id AND k.name = t.name AND k.valid_to IS NULL)`,
		`UPDATE roles SET valid_to = @now WHERE CAST(id AS text) IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = 'roles ended')`,
	} {
		if err := a.exec(statement, args); err != nil {
			return nil, err
		}
	}
	for _, t := range pathTables {
		if err := a.exec(`INSERT INTO home_move_rows (move_id, what, row_key) SELECT CAST(@move AS bigint), '`+t+`', CAST(id AS text) FROM `+t+` WHERE area = @gone_path
			AND CAST(id AS text) NOT IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = '`+t+` ended')`, args); err != nil {
			return nil, err
		}
		if err := a.exec(`UPDATE `+t+` SET area = @kept_path WHERE CAST(id AS text) IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = '`+t+`')`, args); err != nil {
			return nil, err
		}
	}
	for _, statement := range []string{
		`DELETE FROM household_words WHERE household_id = @gone`,
		`DELETE FROM household_uses WHERE household_id = @gone`,
		`UPDATE households SET ended_at = @now, merged_into = @kept WHERE id = @gone`,
	} {
		if err := a.exec(statement, args); err != nil {
			return nil, err
		}
	}
	clear(a.actors)
	if known := a.homes[gone.Code]; known != nil {
		known.EndedAt = &move.MadeAt
	}
	a.audit(q, who.Person, "household "+kept.Code, kept.Area, "household "+gone.Code)
	return a.moved(q, move, kept, "notice.home.merged")
}

// update moves the rows of a move, of which the columns are to be these.
func (t homeTable) update(home, fromPath, toPath, fromArea, toArea string) string {
	set := "household_id = " + home
	if t.area {
		set += ", area = CASE area WHEN " + fromPath + " THEN " + toPath + " WHEN " + fromArea + " THEN " + toArea + " ELSE area END"
	}
	return "UPDATE " + t.name + " AS t SET " + set + " WHERE " + t.key + " IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = '" + t.name + "')"
}

func (a *applier) exec(statement string, args map[string]any) error {
	return a.tx.Exec(statement, args).Error
}

// moved tells the leaders of the groups of a move, and returns what came of it.
func (a *applier) moved(q Request, move records.HomeMove, home records.Household, key string) (*Outcome, error) {
	id := strconv.FormatInt(move.ID, 10)
	names := map[string]string{}
	for _, path := range []string{move.FromArea, move.ToArea} {
		name, err := a.areaName(path)
		if err != nil {
			return nil, err
		}
		names[path] = name
	}
	grants := []records.Grant{{Role: records.RoleLeader, Area: move.FromArea}}
	if move.ToArea != move.FromArea {
		grants = append(grants, records.Grant{Role: records.RoleLeader, Area: move.ToArea})
	}
	line := dialog.Line{Key: key, Args: map[string]string{"name": records.PartOfName(home.Head), "from": names[move.FromArea], "to": names[move.ToArea]}}
	err := a.tellHolders(q, grants, "move "+id+" "+key, "", line)
	return &Outcome{Args: map[string]string{"code": id, "name": home.Head, "group": names[move.ToArea]}}, err
}

// moveHome puts a household into another group.
func (a *applier) moveHome(q Request) (*Outcome, error) {
	var command records.MoveHome
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, home, refused, err := a.movingHome(q, command.Household)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	group := fold.Clean(command.Group)
	if !records.Can(who.Actor, records.MoveHouseholds, group) {
		return refuse(records.RefusedDenied), nil
	}
	var groups int64
	if err := a.tx.Model(&records.Area{}).Where("path = ? AND kind = ? AND valid_to IS NULL", group, records.AreaGroup).Count(&groups).Error; err != nil {
		return nil, err
	}
	switch {
	case groups == 0:
		return refuse(records.RefusedNotFound), nil
	case group == home.Area:
		return refuse(records.RefusedSameHome), nil
	}
	move := records.HomeMove{HouseholdID: home.ID, FromArea: home.Area, ToArea: group, MadeBy: who.Person, MadeAt: stamp(q.At)}
	there, err := a.relocate(&home, group)
	if err != nil || there {
		return refuse(records.RefusedThere), err
	}
	if err := a.tx.Create(&move).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "household "+home.Code, move.FromArea, "to "+group)
	return a.moved(q, move, home, "notice.home.moved")
}

// relocate puts a household with all that belongs to it into a group. there: another of the same name and year is in it.
func (a *applier) relocate(home *records.Household, group string) (there bool, err error) {
	args := map[string]any{"id": home.ID, "from_path": home.Path(), "from_area": home.Area, "to_area": group}
	home.Area = group
	args["to_path"] = home.Path()
	home.NaturalKey = HouseholdKey(*home)
	var same int64
	if err := a.tx.Model(&records.Household{}).Where("natural_key = ? AND id <> ?", home.NaturalKey, home.ID).Count(&same).Error; err != nil || same > 0 {
		return same > 0, err
	}
	for _, t := range homeTables {
		if !t.area {
			continue
		}
		if err := a.exec("UPDATE "+t.name+" SET area = CASE area WHEN @from_path THEN @to_path WHEN @from_area THEN @to_area ELSE area END WHERE household_id = @id", args); err != nil {
			return false, err
		}
	}
	for _, t := range pathTables {
		if err := a.exec("UPDATE "+t+" SET area = @to_path WHERE area = @from_path", args); err != nil {
			return false, err
		}
	}
	home.UpdatedAt = a.now
	index := IndexHousehold(home)
	if err := a.tx.Where("household_id = ?", home.ID).Delete(&records.HouseholdWord{}).Error; err != nil {
		return false, err
	}
	if err := a.tx.Save(home).Error; err != nil {
		return false, err
	}
	clear(a.actors)
	if known := a.homes[home.Code]; known != nil {
		*known = *home
	}
	return false, insert(a.tx, index)
}

// undoMove takes a move back, within a day and while nothing else was done with the household.
func (a *applier) undoMove(q Request) (*Outcome, error) {
	var command records.UndoMove
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	var moves []records.HomeMove
	if err := a.forChange().Where("id = ?", command.ID).Find(&moves).Error; err != nil {
		return nil, err
	}
	if len(moves) == 0 || !records.Can(who.Actor, records.MoveHouseholds, moves[0].FromArea) || !records.Can(who.Actor, records.MoveHouseholds, moves[0].ToArea) {
		return refuse(records.RefusedNotFound), nil
	}
	move := moves[0]
	if move.UndoneAt != nil || q.At.After(move.MadeAt.Add(records.MoveWindow)) {
		return refuse(records.RefusedMoveOver), nil
	}
	ids := []int64{move.HouseholdID}
	if move.GoneID != nil {
		ids = append(ids, *move.GoneID)
	}
	var later int64
	err = a.tx.Model(&records.HomeMove{}).Where("id > ? AND undone_at IS NULL AND (household_id IN ? OR gone_id IN ?)", move.ID, ids, ids).Count(&later).Error
	if err != nil || later > 0 {
		return refuse(records.RefusedMoveLater), err
	}
	var home records.Household
	if err := a.tx.Where("id = ?", move.HouseholdID).First(&home).Error; err != nil {
		return nil, err
	}
	if move.GoneID != nil {
		err = a.partHomes(move, home)
	} else {
		var there bool
		if there, err = a.relocate(&home, move.FromArea); err == nil && there {
			return refuse(records.RefusedThere), nil
		}
	}
	if err != nil {
		return nil, err
	}
	if err := a.tx.Model(&move).Update("undone_at", stamp(q.At)).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "household "+home.Code, home.Area, "move "+strconv.FormatInt(move.ID, 10))
	return a.moved(q, move, home, "notice.home.undone")
}

// partHomes makes two entries again of what became one.
func (a *applier) partHomes(move records.HomeMove, kept records.Household) error {
	var gone records.Household
	if err := a.tx.Where("id = ?", *move.GoneID).First(&gone).Error; err != nil {
		return err
	}
	args := map[string]any{
		"move": move.ID, "gone": gone.ID, "kept_path": kept.Path(), "gone_path": gone.Path(), "kept_area": kept.Area, "gone_area": gone.Area,
	}
	for _, t := range homeTables {
		if err := a.exec(t.update("@gone", "@kept_path", "@gone_path", "@kept_area", "@gone_area"), args); err != nil {
			return err
		}
	}
	for _, t := range pathTables {
		if err := a.exec(`UPDATE `+t+` SET area = @gone_path WHERE CAST(id AS text) IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = '`+t+`')`, args); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`UPDATE household_links SET ended_at = NULL WHERE CAST(id AS text) IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = 'household_links ended')`,
		`UPDATE roles SET valid_to = NULL WHERE CAST(id AS text) IN (SELECT row_key FROM home_move_rows WHERE move_id = @move AND what = 'roles ended')`,
		`UPDATE households SET ended_at = NULL, merged_into = NULL WHERE id = @gone`,
	} {
		if err := a.exec(statement, args); err != nil {
			return err
		}
	}
	clear(a.actors)
	if known := a.homes[gone.Code]; known != nil {
		known.EndedAt = nil
	}
	return insert(a.tx, IndexHousehold(&gone))
}

// mergeSeen tells of two entries before they become one: name, group, class (of the newest year), class_year, count (of entries), money, linked, each with
// "kept_" or "gone_" before it.
func (r *Records) mergeSeen(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	if len(records.Scope(actor, records.MoveHouseholds)) == 0 {
		return errDenied
	}
	to.Facts = map[string]string{}
	db := r.db.WithContext(ctx)
	for _, which := range []string{"kept", "gone"} {
		home, err := r.household(ctx, actor, ask.Args[which])
		if err != nil {
			return err
		}
		if !records.Can(actor, records.MoveHouseholds, home.Path()) || home.EndedAt != nil {
			return errNotFound
		}
		names, err := r.areaNames(ctx, []string{home.Area})
		if err != nil {
			return err
		}
		var sums struct{ Count, Money, Linked int64 }
		err = db.Raw(`SELECT count(*) AS count, coalesce(sum(money), 0) AS money, (SELECT count(*) FROM household_links WHERE household_id = ? AND ended_at IS NULL) AS linked
			FROM help WHERE household_id = ? AND superseded_at IS NULL AND voided_at IS NULL`, home.ID, home.ID).Scan(&sums).Error
		if err != nil {
			return err
		}
		var class []records.Classification
		if err := db.Where("household_id = ? AND valid_to IS NULL", home.ID).Order("year DESC, id DESC").Limit(1).Find(&class).Error; err != nil {
			return err
		}
		name := home.Head
		if home.BirthYear != 0 {
			name += ", " + strconv.Itoa(home.BirthYear)
		}
		if home.Second != "" {
			name += ", " + home.Second
		}
		for key, value := range map[string]string{
			"name": name, "group": names[home.Area], "count": strconv.FormatInt(sums.Count, 10), "money": strconv.FormatInt(sums.Money, 10),
			"linked": strconv.FormatInt(sums.Linked, 10),
		} {
			to.Facts[which+"_"+key] = value
		}
		for _, c := range class {
			to.Facts[which+"_class"], to.Facts[which+"_class_year"] = c.Class, strconv.Itoa(c.Year)
		}
	}
	return nil
}
