package records

import "time"

// Plan is what a platform allows a bot: so many people who ever wrote to it, and so many messages in a calendar month of Vietnam.
// 0 is any number. Zalo's free plan has 50 and 3,000.
type Plan struct {
	Channel  string // "" is no plan
	Bot      string
	Users    int
	Messages int
	Staff    int // seats kept for those who look after households: cards for households leave them free
}

// Marks of a plan, in percent of its messages or people.
const (
	QuotaWarn = 80 // admins are told
	QuotaNear = 95 // only replies and urgent messages go
)

// Month is the calendar month of a time in Vietnam: "2026-11".
func Month(at time.Time) string { return at.In(Local).Format("2006-01") }

// NextMonth is when the month of a time ends in Vietnam.
func NextMonth(at time.Time) time.Time {
	y, m, _ := at.In(Local).Date()
	return time.Date(y, m+1, 1, 0, 0, 0, 0, Local)
}

// Percent is how much of limit is used, rounded down; 0 where there is no limit.
func Percent(used, limit int) int {
	if limit <= 0 {
		return 0
	}
	return used * 100 / limit
}

// QuotaMonth is what a bot used of a month.
type QuotaMonth struct {
	Channel   string `gorm:"primaryKey"`
	Bot       string `gorm:"primaryKey"`
	Month     string `gorm:"primaryKey"`
	Sent      int
	HeldUntil *time.Time // the platform said that the month is used up: it is asked again then
}

// QuotaReason is the Message.Reason of a notice that waits for the next month.
const QuotaReason = "quota"

// PutOffHour is the hour of the first day of a month at which what was put off goes out: not in the night.
const PutOffHour = 7
