package storage

import (
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// remindOfNeeds tells a group's leaders of the needs that waited NeedRemindDays for an answer, together in one notice, and gives the ward
// a task for each that waited NeedRaiseDays. Each is done once for a need, until it waits anew. On a day off it waits for the next day.
func (a *applier) remindOfNeeds(slot time.Time) error {
	today := records.DayOf(a.now)
	if !records.WorkingDay(today) {
		return nil
	}
	var needs []records.Need
	err := a.tx.Where("status = ? AND raised_at IS NULL AND waits_from < ?", records.NeedReceived, today.AddDate(0, 0, -records.NeedRemindDays+1)).
		Where("EXISTS (SELECT 1 FROM households h WHERE h.id = needs.household_id AND h.ended_at IS NULL)").Order("area, id").Find(&needs).Error
	if err != nil {
		return err
	}
	q := a.scheduled(records.JobNeeds, slot)
	var remind, raise []int64
	var late []records.Need // of one group
	tell := func() error {
		if len(late) == 0 {
			return nil
		}
		first := late[0]
		id, group := strconv.FormatInt(first.ID, 10), records.Parent(first.Area)
		cause, open := "needs waiting "+group+" "+today.Format(time.DateOnly), "/cacnhucau"
		if len(late) == 1 {
			open += " " + id
		}
		line := dialog.Line{Key: "notice.need.waiting", Args: map[string]string{"count": strconv.Itoa(len(late)), "days": strconv.Itoa(records.NeedRemindDays)}}
		late = nil
		_, err := a.tellNearest(q, group, []string{records.RoleLeader, records.RoleFront, records.RoleOfficer}, cause, records.NeedRef(first.ID), line,
			seeButton(open))
		return err
	}
	for _, need := range needs {
		if len(late) > 0 && records.Parent(late[0].Area) != records.Parent(need.Area) {
			if err := tell(); err != nil {
				return err
			}
		}
		days := records.WorkingDaysBetween(records.DayOf(need.WaitsFrom), today)
		if need.RemindedAt == nil && days >= records.NeedRemindDays {
			late, remind = append(late, need), append(remind, need.ID)
		}
		if days >= records.NeedRaiseDays {
			if err := a.raiseNeed(q, need); err != nil {
				return err
			}
			raise = append(raise, need.ID)
		}
	}
	if err := tell(); err != nil {
		return err
	}
	if err := a.tx.Model(&records.Need{}).Where("id IN ?", remind).Update("reminded_at", a.now).Error; err != nil {
		return err
	}
	return a.tx.Model(&records.Need{}).Where("id IN ?", raise).Update("raised_at", a.now).Error
}

// raiseNeed makes a need that nobody answers a task of its ward.
func (a *applier) raiseNeed(q Request, need records.Need) error {
	ref := records.NeedRef(need.ID)
	task := records.Task{Reason: records.TaskNeedLate, Area: records.Parent(need.Area), Ref: ref, Status: records.TaskOpen, CreatedAt: a.now}
	if err := a.tx.Create(&task).Error; err != nil {
		return err
	}
	a.auditRun(records.JobNeeds, ref, task.Area, task.Reason)
	return a.tellOfTask(q, task, records.RoleFront)
}

// answeredTask ends the ward's task about a need that nobody had answered: now somebody has.
func (a *applier) answeredTask(q Request, who *actor, need records.Need) error {
	return a.tx.Model(&records.Task{}).Where("ref = ? AND reason = ? AND status = ?", records.NeedRef(need.ID), records.TaskNeedLate, records.TaskOpen).
		Updates(map[string]any{"status": records.TaskDone, "done_at": stamp(q.At), "done_by": who.Person}).Error
}
