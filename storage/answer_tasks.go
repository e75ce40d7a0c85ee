package storage

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// openTasks lists the open tasks of the asker's areas, urgent ones first, then the oldest. Options: Key the number, Label nothing. Lines
// task.line (one per option) with args reason (a locale key), on, area, name, urgent, taken (who goes on with it). Facts: count.
func (r *Records) openTasks(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	scope := records.Scope(actor, records.DoTasks)
	if len(scope) == 0 {
		return errDenied
	}
	where, args := within("tasks.area", scope)
	if doesTask(actor, records.Task{}) {
		where += " OR tasks.area = ''"
	}
	find := func() *gorm.DB {
		return r.db.WithContext(ctx).Table("tasks").Where("tasks.status = ?", records.TaskOpen).Where("("+where+")", args...)
	}
	var count int64
	if err := find().Count(&count).Error; err != nil {
		return err
	}
	var found []taskRow
	page := max(ask.Page, 0)
	if err := withTaker(find()).Order("tasks.urgent DESC, tasks.id").Limit(pageSize + 1).Offset(page * pageSize).Find(&found).Error; err != nil {
		return err
	}
	found = firstPage(found, pageSize, to)
	to.Facts = map[string]string{"count": strconv.FormatInt(count, 10)}
	names, err := r.taskAreas(ctx, found)
	if err != nil {
		return err
	}
	for _, t := range found {
		line, err := r.taskArgs(actor, t, names)
		if err != nil {
			return err
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "task.line", Args: line})
		to.Options = append(to.Options, dialog.Option{Key: line["task"]})
	}
	return nil
}

// taskRow is a task with the name of who goes on with it.
type taskRow struct {
	records.Task
	Taker, Person string
}

func withTaker(find *gorm.DB) *gorm.DB {
	return find.Select("tasks.*, coalesce(taker.name, '') AS taker, coalesce(about.name, '') AS person").
		Joins("LEFT JOIN people taker ON taker.id = tasks.taken_by").Joins("LEFT JOIN people about ON about.id = tasks.person_id")
}

// oneTask: task, reason (a locale key), code (the reason itself), on, at (RFC 3339), area (name), urgent, taken, ref, place; and for who may
// see households there name, phone, words; note (of who passed it on).
func (r *Records) oneTask(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	id, err := strconv.ParseInt(ask.Args["task"], 10, 64)
	if err != nil {
		return errNotFound
	}
	var found []taskRow
	err = withTaker(r.db.WithContext(ctx).Table("tasks")).Where("tasks.id = ? AND tasks.status = ?", id, records.TaskOpen).Find(&found).Error
	if err != nil {
		return err
	}
	if len(found) == 0 || !doesTask(actor, found[0].Task) {
		return errNotFound
	}
	names, err := r.taskAreas(ctx, found)
	if err != nil {
		return err
	}
	to.Facts, err = r.taskArgs(actor, found[0], names)
	return err
}

// taskAreas names the wards of tasks, or what of the country each is about.
func (r *Records) taskAreas(ctx context.Context, tasks []taskRow) (map[string]string, error) {
	var paths []string
	for _, t := range tasks {
		paths = append(paths, cmp.Or(records.CommuneOf(t.Area), t.Area))
	}
	return r.areaNames(ctx, paths)
}

func (r *Records) taskArgs(actor records.Actor, t taskRow, names map[string]string) (map[string]string, error) {
	args := map[string]string{
		"task": strconv.FormatInt(t.ID, 10), "reason": taskWords(t.Reason), "code": t.Reason, "on": records.FormatDay(t.CreatedAt.In(dialog.Zone)),
		"at": t.CreatedAt.UTC().Format(time.RFC3339), "urgent": urgentArg(t.Urgent), "taken": t.Taker, "ref": t.Ref, "note": t.Note,
		"name": "", "phone": "", "words": "", "place": "", "area": "",
	}
	if t.TakenBy != nil && t.Taker == "" {
		args["taken"] = "?"
	}
	if t.Area != "" {
		args["area"] = names[cmp.Or(records.CommuneOf(t.Area), t.Area)]
	}
	if t.Area == "" || records.Can(actor, records.SeeHousehold, t.Area) { // of no ward: nobody else could answer it
		args["name"], args["words"], args["place"] = t.Name, t.Words, t.Place
		if args["name"] == "" {
			args["name"] = t.Person
		}
		if t.Phone != "" {
			phone, err := r.Open(t.Phone)
			if err != nil {
				return nil, err
			}
			args["phone"] = phone
		}
	}
	return args, nil
}

// answerWardPhone: ward (its name, "" where none is known), phone, own ("1" where the ward set it), leader (of the asker's own household's
// group).
func (r *Records) answerWardPhone(ctx context.Context, actor records.Actor, ask dialog.Ask, to *dialog.Answer) error {
	db := r.db.WithContext(ctx)
	area, err := r.taskArea(db, actor, ask.Args["unit"])
	if err != nil {
		return err
	}
	to.Facts, err = r.wardPhone(db, actor, area)
	return err
}

// wardPhone is whom to call in an area: its ward's phone, else the one for all. A person of a household is told the leader's name, too.
func (r *Records) wardPhone(tx *gorm.DB, who records.Actor, area string) (map[string]string, error) {
	args := map[string]string{"ward": "", "phone": r.help, "own": "", "leader": ""}
	commune := records.CommuneOf(area)
	if commune == "" {
		return args, nil
	}
	var names, phones []string
	if err := tx.Model(&records.Area{}).Where("path = ? AND valid_to IS NULL", commune).Limit(1).Pluck("name", &names).Error; err != nil {
		return nil, err
	}
	if err := tx.Model(&records.WardPhone{}).Where("area = ?", commune).Limit(1).Pluck("phone", &phones).Error; err != nil {
		return nil, err
	}
	args["ward"] = append(names, "")[0]
	if len(phones) > 0 {
		args["phone"], args["own"] = phones[0], "1"
	}
	if homes := ownHomes(who); len(homes) > 0 {
		var leaders []string
		err := tx.Raw(`SELECT p.name FROM roles r JOIN people p ON p.id = r.person_id WHERE r.name = ? AND r.area = ? AND p.name <> '' AND p.locked_at IS NULL
			AND `+roleGives+` ORDER BY r.id LIMIT 1`, records.RoleLeader, records.Parent(homes[0]), r.instant()).Scan(&leaders).Error
		if err != nil {
			return nil, err
		}
		args["leader"] = append(leaders, "")[0]
	}
	return args, nil
}
