package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/robfig/cron/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/storage/records"
)

// jobWork is what each of records.Jobs does for a run that was due at slot: it writes rows, notices among them, within the transaction
// that marks the run as done. It may be late, and looks at the records as they are now (applier.now).
var jobWork = map[string]func(a *applier, slot time.Time) error{
	records.JobReminders: (*applier).fireReminders,
	records.JobNeeds:     (*applier).remindOfNeeds,
	records.JobData:      (*applier).remindOfRequests,
	records.JobErase:     (*applier).eraseOver,
	records.JobSample:    (*applier).drawSamples,
	records.JobRises:     (*applier).remindRises,
	records.JobDigest:    (*applier).digest,
	records.JobVisits:    (*applier).remindVisits,
	records.JobCampaigns: (*applier).remindCampaigns,
	records.JobReport:    (*applier).remindReport,
	records.JobReview:    (*applier).remindReview,
	records.JobTet:       (*applier).remindTet,
	records.JobCards:     (*applier).remindCards,
	records.JobSponsors:  (*applier).remindSponsors,
	records.JobPledges:   (*applier).remindPledges,
	records.JobReached:   (*applier).tellReached,
}

// ErrRunTaken says that another process has a run now, or has done it.
var ErrRunTaken = errors.New("storage: another process has that run")

// cronFields reads five fields and nothing else: no seconds, no @every, no zone (on which the reader of cron would panic).
var cronFields = cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)

// NextRun is the first time after an instant at which a job is due, by the clock of records.Local; false for a When that cannot be read
// or never comes (30 February).
func NextRun(job records.Job, after time.Time) (at time.Time, ok bool) {
	if len(job.When) > 0 && (job.When[0] == 'T' || job.When[0] == 'C') { // TZ=, CRON_TZ=
		return at, false
	}
	when, err := cronFields.Parse(job.When)
	if err != nil {
		return at, false
	}
	next := when.Next(after.In(records.Local))
	return next.UTC(), !next.IsZero()
}

// KnowJobs notes which jobs there are, and returns since when each is known.
func (r *Records) KnowJobs(ctx context.Context, jobs []records.Job) (since map[string]time.Time, err error) {
	defer r.observe("know_jobs", time.Now(), &err)
	names, rows, now := make([]string, len(jobs)), make([]records.JobSince, len(jobs)), r.instant()
	for i, job := range jobs {
		names[i], rows[i] = job.Name, records.JobSince{Name: job.Name, Since: now}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	err = r.change(ctx, func(db *gorm.DB) error {
		if err := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
		return db.Where("name IN ?", names).Find(&rows).Error
	})
	if err != nil {
		return nil, explain("know jobs", err)
	}
	since = make(map[string]time.Time, len(rows))
	for _, row := range rows {
		since[row.Name] = row.Since
	}
	return since, nil
}

// DoneRuns lists when the runs of a job that are done were due, of those due after an instant, in order.
func (r *Records) DoneRuns(ctx context.Context, job string, after time.Time) (slots []time.Time, err error) {
	defer r.observe("done_runs", time.Now(), &err)
	err = r.db.WithContext(ctx).Model(&records.Run{}).Where("job = ? AND slot > ? AND done_at IS NOT NULL", job, stamp(after)).Order("slot").Pluck("slot", &slots).Error
	return slots, explain("done runs", err)
}

// ClaimRun gives owner a run of a job for lease, and reports whether it got it: another process may have it, or have done it. When the
// lease ends without the run being done anybody may claim it again.
func (r *Records) ClaimRun(ctx context.Context, job string, slot time.Time, owner string, lease time.Duration) (got bool, err error) {
	defer r.observe("claim_run", time.Now(), &err)
	now := stamp(time.Now())
	var tries []int
	err = r.change(ctx, func(db *gorm.DB) error {
		return db.Raw(`INSERT INTO runs (job, slot, owner, lease_until) VALUES (?, ?, ?, ?)
			ON CONFLICT (job, slot) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until, tries = runs.tries + 1
			WHERE runs.done_at IS NULL AND runs.lease_until < ? RETURNING tries`, job, stamp(slot), owner, now.Add(lease), now).Scan(&tries).Error
	})
	return len(tries) > 0, explain("claim run", err)
}

// DoRun does the work of a run that owner claimed, and marks it as done in the same transaction. A run that is not owner's any more
// fails with ErrRunTaken, and nothing is done.
func (r *Records) DoRun(ctx context.Context, job string, slot time.Time, owner string) (err error) {
	defer r.observe("do_run", time.Now(), &err)
	work := jobWork[job]
	if work == nil {
		return fmt.Errorf("storage: no job %q", job)
	}
	err = r.in(ctx, func(tx *gorm.DB) error {
		a := &applier{r: r, tx: tx, now: r.instant(), actors: map[string]*actor{}}
		run := func() *gorm.DB {
			return tx.Model(&records.Run{}).Where("job = ? AND slot = ? AND owner = ? AND done_at IS NULL", job, stamp(slot), owner)
		}
		mine := run().Update("lease_until", stamp(time.Now())) // holds the row until the end
		if mine.Error != nil {
			return mine.Error
		}
		if mine.RowsAffected == 0 {
			return ErrRunTaken
		}
		if err := work(a, slot); err != nil {
			return err
		}
		wrote := len(a.rows.messages)
		if err := a.flush(); err != nil {
			return err
		}
		return run().Updates(map[string]any{"done_at": a.now, "wrote": wrote}).Error
	})
	if errors.Is(err, ErrRunTaken) {
		return err
	}
	return explain("do run", err)
}

// scheduled is the request in whose name a job writes: of nobody.
func (a *applier) scheduled(job string, slot time.Time) Request {
	return Request{Form: job + " " + slot.UTC().Format(time.RFC3339), Kind: "schedule." + job, At: a.now}
}

// auditRun puts a line of the log of changes aside for what a job did.
func (a *applier) auditRun(job, subject, area, why string) {
	a.rows.audit = append(a.rows.audit, records.Audit{At: a.now, Actor: "schedule", Action: "schedule." + job, Subject: subject, Area: area, Why: why})
}
