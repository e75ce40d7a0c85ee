package storage

import (
	"context"
	"strconv"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// jobTime is how a time of the schedule is shown.
const jobTime = "15:04 02/01/2006"

// schedule lists records.Jobs. Lines job.line, args job (its name), last (when its last run was done, "" where there is none), wrote
// (notices of it), next (when it is due next), late (since when a run waits that was claimed and is not
// done), paused, changed (by an admin), fixed ("1"). With the arg job only that one.
func (r *Records) schedule(ctx context.Context, actor records.Actor, ask dialog.Ask, now time.Time, to *dialog.Answer) error {
	if !records.Can(actor, records.SeeJobs, ask.Args["area"]) {
		return errDenied
	}
	jobs, err := jobsNow(r.db.WithContext(ctx), records.Jobs)
	if err != nil {
		return err
	}
	for i, job := range jobs {
		if only := ask.Args["job"]; only != "" && only != job.Name {
			continue
		}
		args := map[string]string{"job": job.Name, "last": "", "wrote": "", "next": "", "late": "", "paused": "", "changed": "", "fixed": ""}
		if job.Paused {
			args["paused"] = "1"
		}
		if job.Paused || job.When != records.Jobs[i].When {
			args["changed"] = "1"
		}
		if job.Fixed {
			args["fixed"] = "1"
		}
		for _, look := range []struct {
			where string
			put   func(records.Run)
		}{
			{"done_at IS NOT NULL", func(run records.Run) {
				args["last"], args["wrote"] = run.DoneAt.In(records.Local).Format(jobTime), strconv.Itoa(run.Wrote)
			}},
			{"done_at IS NULL", func(run records.Run) { args["late"] = run.Slot.In(records.Local).Format(jobTime) }},
		} {
			var runs []records.Run
			if err := r.db.WithContext(ctx).Where("job = ? AND slot > ? AND "+look.where, job.Name, stamp(now).AddDate(-1, 0, 0)).Order("slot DESC").Limit(1).Find(&runs).Error; err != nil {
				return err
			}
			for _, run := range runs {
				look.put(run)
			}
		}
		if next, ok := NextRun(job, now); ok && !job.Paused {
			args["next"] = next.In(records.Local).Format(jobTime)
		}
		to.Lines = append(to.Lines, dialog.Line{Key: "job.line", Args: args})
	}
	return nil
}
