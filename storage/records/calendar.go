package records

import "time"

// VisitDays is after how many days without a visit or help a household is named to its leader; CardMonths how long a household is on the
// list before a card is asked for again.
const (
	VisitDays  = 60
	CardMonths = 6
)

// TetDays are how many days before mùng 1 leaders are told who has no Tết gift yet; gifts of the TetSeason days before it count.
var TetDays = [2]int{30, 10}

// TetSeason is in days.
const TetSeason = 60

// DaysToTet is how many days it is from a day to the next mùng 1 of Tết, and when that is; -1 beyond the calendar.
func DaysToTet(day time.Time) (left int, on time.Time) {
	for year := day.Year(); year <= day.Year()+1; year++ {
		on, ok := LunarDay(LunarDate{Year: year, Month: 1, Day: 1})
		if ok && !on.Before(day) {
			return int(on.Sub(day) / (24 * time.Hour)), on
		}
	}
	return -1, time.Time{}
}

// Key days of a campaign that has an end. Plan 169/KH-UBND of Đà Nẵng is from 17 October to 18 November 2026; but the days are data.
const (
	CampaignBefore = 3 // days before the first that leaders and the Front are told
	CampaignWeek   = 7 // days before the last

	CampaignSoon   = "before"
	CampaignFirst  = "first"
	CampaignWeekly = "weekly"
	CampaignCloses = "closes"
	CampaignLast   = "last"
	CampaignThanks = "thanks"
)

// KeyDay is which of its key days a campaign has on a day, and the roles that are told within its area; "" for none. A campaign that
// nobody opened is told of before it begins, to the Front alone.
func (c Campaign) KeyDay(day time.Time) (event string, roles []string) {
	if c.EndsOn == nil {
		return "", nil
	}
	all := []string{RoleLeader, RoleFront}
	is := func(on time.Time, days int) bool { return day.Equal(on.AddDate(0, 0, days)) }
	switch open := c.State == CampaignOpen; {
	case is(c.StartsOn, -CampaignBefore) && open:
		return CampaignSoon, all
	case is(c.StartsOn, -CampaignBefore):
		return CampaignSoon, []string{RoleFront}
	case !open:
	case is(c.StartsOn, 0):
		return CampaignFirst, all
	case is(*c.EndsOn, 1):
		return CampaignThanks, all
	case is(*c.EndsOn, 0):
		return CampaignLast, all
	case is(*c.EndsOn, -CampaignWeek):
		return CampaignCloses, all
	case day.Weekday() == time.Monday && day.After(c.StartsOn) && day.Before(*c.EndsOn):
		return CampaignWeekly, []string{RoleFront}
	}
	return "", nil
}

// reviewSteps are the days of the yearly review of poor and near-poor households: from 1 September to 14 December (Decision
// 24/2021/QĐ-TTg: survey, residents' meeting, posting, report, recognition; the window is common usage), and the new list on 1 January.
var reviewSteps = []struct {
	month time.Month
	day   int
	step  string
}{
	{time.September, 1, "start"},
	{time.October, 15, "meeting"},
	{time.November, 16, "posting"},
	{time.December, 7, "close"}, // a week before the 14th
	{time.December, 14, "last"},
	{time.January, 1, "list"},
}

// ReviewStep is which step of the yearly review is told of on a day: that of the day, or on the first working day after days off that
// of one of them; "" for none. On is the step's own day.
func ReviewStep(day time.Time) (step string, on time.Time) {
	if !WorkingDay(day) {
		return "", on
	}
	for on = day; ; on = on.AddDate(0, 0, -1) {
		for _, s := range reviewSteps {
			if on.Month() == s.month && on.Day() == s.day {
				return s.step, on
			}
		}
		if WorkingDay(on.AddDate(0, 0, -1)) {
			return "", time.Time{}
		}
	}
}
