package storage

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// JobsNow are jobs as admins changed them: those of jobs, in their order, with the hour in force and whether they rest.
func (r *Records) JobsNow(ctx context.Context, jobs []records.Job) (now []records.Job, err error) {
	defer r.observe("jobs_now", time.Now(), &err)
	now, err = jobsNow(r.db.WithContext(ctx), jobs)
	return now, explain("jobs now", err)
}

func jobsNow(db *gorm.DB, jobs []records.Job) ([]records.Job, error) {
	var changes []records.JobChange
	if err := db.Where("ended_at IS NULL").Order("id").Find(&changes).Error; err != nil {
		return nil, err
	}
	now := make([]records.Job, len(jobs))
	for i, job := range jobs {
		now[i] = job
		for _, c := range changes {
			if c.Job == job.Name {
				now[i] = job.With(c)
			}
		}
	}
	return now, nil
}

// changeJob changes the hour of a job, lets it rest or go on, puts it back as it is built in, or does it now. A change holds from the
// next time on: what was due before it and is not done is left out.
func (a *applier) changeJob(q Request) (*Outcome, error) {
	var command records.ChangeJob
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	job, ok := records.JobOf(command.Job)
	if !ok {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil || !records.Can(who.Actor, records.ChangeJobs, command.Area) {
		return refuse(records.RefusedDenied), err
	}
	all, err := jobsNow(a.tx, []records.Job{job})
	if err != nil {
		return nil, err
	}
	if job.Fixed && command.Act != records.JobRun {
		return refuse(records.RefusedInvalid), nil
	}
	change := records.JobChange{Job: job.Name, Paused: all[0].Paused, ChangedBy: who.Person, CreatedAt: a.now}
	if all[0].When != job.When {
		change.Cron = all[0].When
	}
	switch command.Act {
	case records.JobTime:
		changed := job
		changed.When = command.Cron
		next, ok := NextRun(changed, a.now)
		if !ok {
			return refuse(records.RefusedInvalid), nil
		}
		if !job.Night && !records.Awake(next).Equal(next) {
			return refuse(records.RefusedJobQuiet), nil
		}
		change.Cron = command.Cron
	case records.JobPause:
		change.Paused = true
	case records.JobResume:
		change.Paused = false
	case records.JobReset:
		change.Cron, change.Paused = "", false
	case records.JobRun:
		return a.runJobNow(q, who, job)
	default:
		return refuse(records.RefusedInvalid), nil
	}
	if err := a.tx.Model(&records.JobChange{}).Where("job = ? AND ended_at IS NULL", job.Name).Update("ended_at", a.now).Error; err != nil {
		return nil, err
	}
	if err := a.tx.Create(&change).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "job "+job.Name, "", command.Act+" "+change.Cron)
	args := map[string]string{"wrote": "", "next": ""}
	if next, ok := NextRun(job.With(change), a.now); ok && !change.Paused {
		args["next"] = next.In(records.Local).Format(jobTime)
	}
	return &Outcome{Args: args}, nil
}

// runJobNow does a job at once, as a run of its own that is done in this transaction.
func (a *applier) runJobNow(q Request, who *actor, job records.Job) (*Outcome, error) {
	if !job.Night && !records.Awake(a.now).Equal(a.now) {
		return refuse(records.RefusedJobQuiet), nil
	}
	before := len(a.rows.messages)
	if err := jobWork[job.Name](a, a.now); err != nil {
		return nil, err
	}
	wrote, done := len(a.rows.messages)-before, a.now
	run := records.Run{Job: job.Name, Slot: a.now, Owner: "admin", LeaseUntil: stamp(time.Now()), Tries: 1, Wrote: wrote, DoneAt: &done}
	if err := a.tx.Create(&run).Error; err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "job "+job.Name, "", records.JobRun)
	return &Outcome{Args: map[string]string{"wrote": number(wrote), "next": ""}}, nil
}
