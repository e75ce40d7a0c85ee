package records

import (
	"slices"
	"time"
)

// Job is work that is due by the clock, again and again. Each time it is due is a run of its own, done once by whichever process comes
// first. What is late is made up for: after a stop of the program every run of the last Late is done, what is older is left out, and so
// is everything from before the program first knew the job.
type Job struct {
	Name  string
	When  string        // five fields of cron in Local: minute, hour, day of the month, month, day of the week
	Late  time.Duration // how long after its time a run is still made up for
	Night bool          // it writes to nobody, so it may run in the quiet hours; others wait until they are over
	Fixed bool          // it cannot be changed: people asked for what it brings, or the law does

	Paused  bool      // by an admin
	Changed time.Time // by an admin: what was due before is left out
}

// Names of jobs.
const (
	JobReminders = "reminders" // write the notices of what people asked to be reminded of, each to go out at its time
	JobNeeds     = "needs"     // remind of needs that nobody answered, and tell the ward of those that wait for longer
	JobData      = "data"      // remind of requests about data that nobody took, are due soon, or overdue
	JobErase     = "erase"     // erase what is kept longer than Retention says
	JobSample    = "sample"    // give each ward a random sample of last month's entries to call or visit
	JobRises     = "rises"     // ask households and their leaders how it goes that are enrolled to rise out of poverty, each quarter
	JobDigest    = "digest"    // tell leaders on Monday what was done, what waits, what comes next
	JobVisits    = "visits"    // tell leaders which households nobody has been to for VisitDays
	JobCampaigns = "campaigns" // tell of the key days of campaigns
	JobReport    = "report"    // tell the ward that the monthly report is due
	JobReview    = "review"    // tell of the steps of the yearly review
	JobTet       = "tet"       // tell leaders who has no Tết gift yet
	JobCards     = "cards"     // ask leaders for the cards of households that nobody is linked to
	JobPledges   = "pledges"   // remind donors of what they promised, and promise the next month for those who give each month
	JobReached   = "reached"   // tell donors that what they gave was handed over
	JobSponsors  = "sponsors"  // ask sponsors whether they helped this month, thank those whose promise is over
)

// Jobs are all jobs, in the order in which they run where several are due. What each does is in the table jobWork of package storage.
var Jobs = []Job{
	{Name: JobReminders, When: "55 * * * *", Late: 2 * time.Hour, Night: true, Fixed: true},
	{Name: JobNeeds, When: "0 15 * * *", Late: 3 * 24 * time.Hour},
	{Name: JobData, When: "30 8 * * *", Late: 3 * 24 * time.Hour},
	{Name: JobErase, When: "*/10 1-4 * * *", Late: 4 * time.Hour, Night: true, Fixed: true},
	{Name: JobRises, When: "0 9 * * *", Late: 24 * time.Hour},
	{Name: JobSponsors, When: "30 9 * * *", Late: 24 * time.Hour},
	{Name: JobDigest, When: "0 7 * * 1", Late: 2 * 24 * time.Hour},
	{Name: JobCampaigns, When: "0 8 * * *", Late: 3 * 24 * time.Hour},
	{Name: JobReview, When: "15 8 * * *", Late: 14 * 24 * time.Hour},
	{Name: JobTet, When: "30 8 * * *", Late: 3 * 24 * time.Hour},
	{Name: JobReport, When: "30 8 1 * *", Late: 10 * 24 * time.Hour},
	{Name: JobVisits, When: "30 8 3 * *", Late: 10 * 24 * time.Hour},
	{Name: JobCards, When: "0 9 10 3,9 *", Late: 20 * 24 * time.Hour},
	{Name: JobPledges, When: "0 17 * * *", Late: 20 * time.Hour},
	{Name: JobReached, When: "0 17 * * *", Late: 24 * time.Hour},
	{Name: JobSample, When: "0 9 1 * *", Late: 14 * 24 * time.Hour},
}

// Run is one time that a job was due. Owner is the process that does it, and loses it when LeaseUntil passes without DoneAt.
type Run struct {
	Job        string    `gorm:"primaryKey"`
	Slot       time.Time `gorm:"primaryKey"` // when it was due
	Owner      string
	LeaseUntil time.Time // by real time: business time may be moved
	Tries      int
	Wrote      int // notices
	DoneAt     *time.Time
}

// JobSince says when the program first knew a job. No run is due before.
type JobSince struct {
	Name  string `gorm:"primaryKey"`
	Since time.Time
}

// TableName is the table of JobSince.
func (JobSince) TableName() string { return "jobs" }

// Hours in which nobody is told what they did not ask for, in Local: from QuietFrom until QuietUntil.
const (
	QuietFrom  = 21
	QuietUntil = 7
)

// Awake is an instant, or where it lies in the quiet hours their end.
func Awake(at time.Time) time.Time {
	local := at.In(Local)
	y, m, d := local.Date()
	switch hour := local.Hour(); {
	case hour >= QuietFrom:
		return time.Date(y, m, d+1, QuietUntil, 0, 0, 0, Local).UTC()
	case hour < QuietUntil:
		return time.Date(y, m, d, QuietUntil, 0, 0, 0, Local).UTC()
	}
	return at
}

// JobOf is the job with a name, as it is built in.
func JobOf(name string) (Job, bool) {
	i := slices.IndexFunc(Jobs, func(j Job) bool { return j.Name == name })
	if i < 0 {
		return Job{}, false
	}
	return Jobs[i], true
}
