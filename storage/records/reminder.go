package records

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reminder is what somebody asked to be reminded of, for nobody but themselves. It comes at the hour they set, in the quiet hours too.
type Reminder struct {
	ID        int64 `gorm:"primaryKey"`
	PersonID  int64
	Contact   string     // where it was asked for
	Words     string     //
	Rule      string     // Occasion
	Clock     string     // 19:30, in Local
	NextAt    *time.Time // the next time by its rule; nil: none
	AgainAt   *time.Time // put off until then
	DueAt     *time.Time // the first of the two
	Version   int        // counts the changes: what was about to be said before one is not said any more
	Status    string
	CreatedAt time.Time
	ToldAt    *time.Time // the last time
	EndedAt   *time.Time // told for the last time, done or stopped
}

// Statuses of a Reminder.
const (
	ReminderOpen    = "open"
	ReminderTold    = "told" // and it does not come again by itself
	ReminderDone    = "done"
	ReminderStopped = "stopped"
)

// Limits of reminders.
const (
	OpenReminders = 50  // of one person
	MaxReminder   = 200 // characters of its words
	LongestBefore = 90  // days that a reminder may lie before its occasion
	LongestSnooze = 31  // days
)

// ReminderAhead is how long before its time the notice of a reminder is written, with the time at which it goes out; JobReminders runs
// more often than that. ReminderLate is from when on it is said that it comes late.
const (
	ReminderAhead = 70 * time.Minute
	ReminderLate  = 15 * time.Minute
)

// Commands about reminders. The outcome's args of the first three: reminder (id), words, rule, clock, at (RFC 3339, the next time), short
// (OccasionShort).
const (
	CmdRemind         = "reminder.make"   // MakeReminder
	CmdChangeReminder = "reminder.change" // ChangeReminder
	CmdSnooze         = "reminder.snooze" // Snooze
	CmdEndReminder    = "reminder.end"    // EndReminder
)

// Look-ups about reminders.
const (
	AskReminders = "reminder.mine" // the asker's own that are still to come, the next first
	AskReminder  = "reminder.get"  // args reminder (id): one of the asker's own; none: the one told last
)

// MakeReminder asks to be reminded.
type MakeReminder struct {
	Words string `json:"words"`
	Rule  string `json:"rule"`  // Occasion
	Clock string `json:"clock"` // 19:30
}

// ChangeReminder changes what is not empty.
type ChangeReminder struct {
	ID    int64  `json:"id"`
	Words string `json:"words,omitempty"`
	Rule  string `json:"rule,omitempty"`
	Clock string `json:"clock,omitempty"`
}

// Snooze puts off: the reminder comes once more, Minutes from now. ID 0: the one told last.
type Snooze struct {
	ID      int64 `json:"id,omitempty"`
	Minutes int   `json:"minutes"`
}

// EndReminder says that it is done, which leaves those alone that come again, or stops it for good. ID 0: the one told last.
type EndReminder struct {
	ID   int64 `json:"id,omitempty"`
	Stop bool  `json:"stop,omitempty"`
}

// Refusals about reminders.
const (
	RefusedReminders    = "reminder.too_many" // OpenReminders
	RefusedReminderPast = "reminder.past"     // its time is over
	RefusedReminderNone = "reminder.none"     // no such reminder, or none that has just come
)

// Kinds of Occasion.
const (
	OccasionOn       = "on"        // one day
	OccasionDaily    = "daily"     //
	OccasionWeekly   = "weekly"    // Days: 1 Monday to 7 Sunday
	OccasionMonthly  = "monthly"   // Days of the month; one that a month has not is its last
	OccasionYearly   = "yearly"    // Month and Days[0]
	OccasionMoonly   = "moonly"    // Days of each lunar month, the repeated one too
	OccasionMoonYear = "moon-year" // Month and Days[0] of the lunar year; not in the repeated month
)

// Occasion is on which days something is to be remembered. Lunar ones are found anew for every year: a 30th where the month has 29 days
// is the 29th.
type Occasion struct {
	Kind   string
	On     time.Time // of OccasionOn
	Month  int
	Days   []int
	Before int // that many days earlier
}

// String writes "on 2026-11-12", "weekly 1 5", "moon-year 1 1 -10", as ParseOccasion reads it.
func (o Occasion) String() string {
	words := []string{o.Kind}
	switch o.Kind {
	case OccasionOn:
		words = append(words, FormatDay(o.On))
	case OccasionYearly, OccasionMoonYear:
		words = append(words, strconv.Itoa(o.Month))
	}
	for _, d := range o.Days {
		words = append(words, strconv.Itoa(d))
	}
	if o.Before > 0 {
		words = append(words, strconv.Itoa(-o.Before))
	}
	return strings.Join(words, " ")
}

// ParseOccasion reads what String writes; false for anything else, and for days that no such month has.
func ParseOccasion(s string) (o Occasion, ok bool) {
	words := strings.Split(s, " ")
	o.Kind, words = words[0], words[1:]
	if n := len(words); n > 0 && strings.HasPrefix(words[n-1], "-") {
		before, err := strconv.Atoi(words[n-1])
		if err != nil || before >= 0 || before < -LongestBefore {
			return o, false
		}
		o.Before, words = -before, words[:n-1]
	}
	if o.Kind == OccasionOn && len(words) == 1 {
		o.On, ok = ParseDay(words[0])
		return o, ok && o.String() == s
	}
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			return o, false
		}
		o.Days = append(o.Days, n)
	}
	if o.Kind == OccasionYearly || o.Kind == OccasionMoonYear {
		if len(o.Days) != 2 || o.Days[0] < 1 || o.Days[0] > 12 {
			return o, false
		}
		o.Month, o.Days = o.Days[0], o.Days[1:]
	}
	return o, o.possible() && o.String() == s
}

// possible reports days that there are, in order and each once.
func (o Occasion) possible() bool {
	most := map[string]int{OccasionDaily: 0, OccasionWeekly: 7, OccasionMonthly: 31, OccasionYearly: 31, OccasionMoonly: 30, OccasionMoonYear: 30}
	last, known := most[o.Kind]
	if !known || (last == 0) != (len(o.Days) == 0) {
		return false
	}
	if o.Kind == OccasionYearly && time.Date(2024, time.Month(o.Month), o.Days[0], 0, 0, 0, 0, time.UTC).Month() != time.Month(o.Month) {
		return false
	}
	for i, d := range o.Days {
		if d < 1 || d > last || i > 0 && d <= o.Days[i-1] {
			return false
		}
	}
	return true
}

// falls reports that the occasion is on a day, and whether it is because its month has no such day and this is its last.
func (o Occasion) falls(day time.Time) (yes, short bool) {
	is := func(d int, last bool) {
		yes = slices.Contains(o.Days, d)
		if !yes && last && len(o.Days) > 0 && o.Days[len(o.Days)-1] > d {
			yes, short = true, true
		}
	}
	next := day.AddDate(0, 0, 1)
	switch o.Kind {
	case OccasionOn:
		yes = day.Equal(o.On)
	case OccasionDaily:
		yes = true
	case OccasionWeekly:
		is((int(day.Weekday())+6)%7+1, false)
	case OccasionMonthly:
		is(day.Day(), next.Day() == 1)
	case OccasionYearly:
		if int(day.Month()) == o.Month {
			is(day.Day(), next.Day() == 1)
		}
	case OccasionMoonly, OccasionMoonYear:
		l, ok := LunarOf(day)
		if ok && (o.Kind == OccasionMoonly || l.Month == o.Month && !l.Leap) {
			after, _ := LunarOf(next)
			is(l.Day, after.Day == 1)
		}
	}
	return yes, short
}

// Next is the first time after an instant at which the occasion comes, at a time of day in minutes, by Local; short where the month has
// no such day and it is the last instead. False where it never comes again.
func (o Occasion) Next(clock int, after time.Time) (at time.Time, short, ok bool) {
	day := DayOf(after)
	for range 800 {
		at = time.Date(day.Year(), day.Month(), day.Day(), 0, clock, 0, 0, Local).UTC()
		if at.After(after) {
			if o.Kind == OccasionOn {
				day = o.On.AddDate(0, 0, -o.Before)
				at = time.Date(day.Year(), day.Month(), day.Day(), 0, clock, 0, 0, Local).UTC()
				return at, false, at.After(after)
			}
			if yes, short := o.falls(day.AddDate(0, 0, o.Before)); yes {
				return at, short, true
			}
		}
		day = day.AddDate(0, 0, 1)
	}
	return time.Time{}, false, false
}

// ParseClock reads 19:30 as minutes since midnight.
func ParseClock(s string) (minutes int, ok bool) {
	t, err := time.Parse("15:04", s)
	return t.Hour()*60 + t.Minute(), err == nil && len(s) == len("15:04")
}

// Settle moves a reminder beyond the times that are over by now: they were told, or are about to be. One that does not come again is told.
func (r *Reminder) Settle(now time.Time) {
	if r.Status != ReminderOpen || r.DueAt == nil || r.DueAt.After(now) {
		return
	}
	told := *r.DueAt
	r.ToldAt = &told
	if r.AgainAt != nil && !r.AgainAt.After(now) {
		r.AgainAt = nil
	}
	if r.NextAt != nil && !r.NextAt.After(now) {
		r.NextAt = nil
		r.plan(now)
	}
	r.Due()
	if r.DueAt == nil {
		r.Status, r.EndedAt = ReminderTold, &told
	}
}

// plan sets the next time by the rule; false where there is none.
func (r *Reminder) plan(after time.Time) bool {
	o, okRule := ParseOccasion(r.Rule)
	clock, okClock := ParseClock(r.Clock)
	if !okRule || !okClock {
		return false
	}
	at, _, ok := o.Next(clock, after)
	if ok {
		r.NextAt = &at
	}
	return ok
}

// Plan sets the next time by the rule anew; false where the rule cannot be read or never comes again.
func (r *Reminder) Plan(after time.Time) bool {
	r.NextAt = nil
	ok := r.plan(after)
	r.Due()
	return ok
}

// Due sets when the reminder comes next: by its rule, or because it was put off.
func (r *Reminder) Due() {
	r.DueAt = r.NextAt
	if r.AgainAt != nil && (r.DueAt == nil || r.AgainAt.Before(*r.DueAt)) {
		r.DueAt = r.AgainAt
	}
}

// Short reports that a time is the last day of its month only because the month has not the day of the rule: 30 Tết on the 29th.
func (r *Reminder) Short(at time.Time) bool {
	o, ok := ParseOccasion(r.Rule)
	if !ok || o.Kind == OccasionOn {
		return false
	}
	_, short := o.falls(DayOf(at).AddDate(0, 0, o.Before))
	return short
}
