package storage

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// drawSamples gives each ward a random sample of the entries of the month before slot, to call or visit: a task each, and one notice on
// a working day. The seed is in the log of changes with how many were drawn of how many; sampledEntries finds the same again.
func (a *applier) drawSamples(slot time.Time) error {
	first := records.DayOf(slot).AddDate(0, 0, 1-records.DayOf(slot).Day())
	month := first.AddDate(0, -1, 0)
	entries, err := a.sampledEntries(month, a.now)
	if err != nil {
		return err
	}
	day := records.DayOf(a.now)
	due := a.now
	if !records.WorkingDay(day) {
		next := records.AddWorkingDays(day, 1)
		due = time.Date(next.Year(), next.Month(), next.Day(), 9, 0, 0, 0, records.Local).UTC()
	}
	for len(entries) > 0 {
		commune := records.Parent(entries[0].Group)
		end := slices.IndexFunc(entries, func(e records.SampleEntry) bool { return records.Parent(e.Group) != commune })
		if end < 0 {
			end = len(entries)
		}
		if err := a.drawSample(slot, month, due, commune, entries[:end]); err != nil {
			return err
		}
		entries = entries[end:]
	}
	return nil
}

// sampledEntries are the entries of a month that may be drawn, as they stood at an instant, ward after ward: in force, of households that
// may be written to.
func (a *applier) sampledEntries(month, at time.Time) (entries []records.SampleEntry, err error) {
	from := time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, records.Local)
	err = a.tx.Raw(`SELECT h.code AS code, h.household_id AS household_id, o.area AS "group", EXISTS (SELECT 1 FROM household_links l
			WHERE l.household_id = o.id AND l.created_at <= @at AND (l.ended_at IS NULL OR l.ended_at > @at)) AS linked
		FROM help h JOIN households o ON o.id = h.household_id
		WHERE h.created_at >= @from AND h.created_at < @to AND h.saved_at <= @at AND (h.superseded_at IS NULL OR h.superseded_at > @at)
			AND (h.voided_at IS NULL OR h.voided_at > @at)
			AND (o.ended_at IS NULL OR o.ended_at > @at) AND (o.quiet_at IS NULL OR o.quiet_at > @at)
		ORDER BY o.area, h.code`,
		map[string]any{"from": stamp(from), "to": stamp(from.AddDate(0, 1, 0)), "at": stamp(at)}).Scan(&entries).Error
	return entries, err
}

// drawSample draws the sample of one ward.
func (a *applier) drawSample(slot, month, due time.Time, commune string, entries []records.SampleEntry) error {
	var groups int64
	err := a.tx.Model(&records.Area{}).Where("kind = ? AND valid_to IS NULL AND path LIKE ?", records.AreaGroup, commune+"/%").Count(&groups).Error
	if err != nil {
		return err
	}
	seed := strconv.FormatUint(random64(1<<62), 36)
	drawn := records.DrawSample(seed, entries, records.SampleSize(int(groups)))
	for _, e := range drawn {
		a.rows.tasks = append(a.rows.tasks, records.Task{Reason: records.TaskSample, Area: e.Group, Ref: e.Code, Status: records.TaskOpen, CreatedAt: a.now})
	}
	name := month.Format("2006-01")
	a.auditRun(records.JobSample, "sample "+name, commune, fmt.Sprintf("seed %s, %d of %d", seed, len(drawn), len(entries)))
	line := dialog.Line{Key: "notice.sample", Args: map[string]string{"count": strconv.Itoa(len(drawn)), "month": month.Format("1/2006")}}
	see := seeButton("/viec")
	q := a.scheduled(records.JobSample, slot)
	for _, role := range []string{records.RoleFront, records.RoleOfficer} {
		before := len(a.rows.messages)
		if err := a.tellHolders(q, []records.Grant{{Role: role, Area: commune}}, "sample "+name+" "+commune, "sample "+name, line, see); err != nil {
			return err
		}
		if told := a.rows.messages[before:]; len(told) > 0 {
			for i := range told {
				told[i].DueAt = due
			}
			return nil
		}
	}
	return nil
}

// checkedEntry goes on with what came of an entry of the sample: one that the household did not get is a task of its own.
func (a *applier) checkedEntry(q Request, task records.Task, note string) {
	if task.Reason != records.TaskSample || strings.TrimSpace(note) != records.SampleMissing {
		return
	}
	a.rows.tasks = append(a.rows.tasks, records.Task{Reason: records.TaskDisputed, Area: task.Area, Ref: task.Ref, Status: records.TaskOpen, CreatedAt: stamp(q.At)})
}
