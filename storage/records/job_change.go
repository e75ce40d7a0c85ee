package records

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// JobChange is what an admin changed of a job. Another change ends the row and writes the next.
type JobChange struct {
	ID        int64 `gorm:"primaryKey"`
	Job       string
	Cron      string // "": as it is built in
	Paused    bool
	ChangedBy int64
	CreatedAt time.Time
	EndedAt   *time.Time
}

// CmdChangeJob is the command that changes a job, or does it now: ChangeJob.
const CmdChangeJob = "job.change"

// ChangeJob says what is to become of a job. The outcome's args: next (when it is due, 15:04 02/01/2006), wrote (notices, of JobRun).
type ChangeJob struct {
	Job  string `json:"job"`
	Act  string `json:"act"`
	Cron string `json:"cron,omitempty"` // of JobTime
	Area string `json:"area"`           // of the admin
}

// What ChangeJob does.
const (
	JobTime   = "time"
	JobPause  = "pause"
	JobResume = "resume"
	JobReset  = "reset" // back to what is built in
	JobRun    = "run"   // once, now
)

// JobActs are all of them.
var JobActs = []string{JobTime, JobPause, JobResume, JobReset, JobRun}

// RefusedJobQuiet says that a job which writes to people may not run in the quiet hours.
const RefusedJobQuiet = "job.quiet"

// With is a job as a change has it. What was due before the change is left out.
func (j Job) With(c JobChange) Job {
	if c.Cron != "" {
		j.When = c.Cron
	}
	j.Paused, j.Changed = c.Paused, c.CreatedAt
	return j
}

// CronOf writes an occasion of the solar calendar and a time of day, in minutes, as the five fields of Job.When; false for one that five
// fields cannot say: a single day, lunar days, days before others.
func CronOf(o Occasion, clock int) (string, bool) {
	days := make([]string, len(o.Days))
	for i, d := range o.Days {
		if o.Kind == OccasionWeekly {
			d %= 7 // Sunday is 0
		}
		days[i] = strconv.Itoa(d)
	}
	dom, month, dow, list := "*", "*", "*", strings.Join(days, ",")
	switch o.Kind {
	case OccasionDaily:
	case OccasionWeekly:
		dow = list
	case OccasionMonthly:
		dom = list
	case OccasionYearly:
		dom, month = list, strconv.Itoa(o.Month)
	default:
		return "", false
	}
	return fmt.Sprintf("%d %d %s %s %s", clock%60, clock/60, dom, month, dow), o.Before == 0
}
