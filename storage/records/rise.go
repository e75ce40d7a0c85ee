package records

import (
	"slices"
	"strconv"
	"time"
)

// Kinds of command about rising out of poverty.
const (
	CmdRise      = "rise.enrol"    // EnrolRise
	CmdCheckRise = "rise.check"    // CheckRise, by the household
	CmdNoteRise  = "rise.note"     // CheckRise, by who looks after it
	CmdReached   = "rise.reached"  // EndRise, by the household: it got there
	CmdLeaveRise = "rise.withdraw" // EndRise, by the household: it goes on without
	CmdPraise    = "rise.praise"   // EndRise, by who looks after it: the household got there
)

// Names of look-ups about rising out of poverty.
const (
	AskRiseMine   = "rise.mine"   // args household: what it enrolled for, and how it goes
	AskRise       = "rise.get"    // args rise
	AskRises      = "rise.list"   // those that go on, in the asker's groups
	AskRiseCounts = "rise.counts" // how many, by group or ward, without names
)

// Refusals of commands about rising out of poverty.
const (
	RefusedRiseOpen = "rise.open"    // the household is enrolled
	RefusedRiseNone = "rise.none"    // it is not, or no longer
	RefusedRiseNot  = "rise.not_for" // it is never offered to this household
)

// RiseYears is how many years ahead the year may lie that a household sets itself.
const RiseYears = 5

// MaxSteps is how many steps of its own a household names.
const MaxSteps = 3

// CheckMonths is how many months lie between two talks of a household and its leader about how it goes.
const CheckMonths = 3

// Rise is a household's own pledge to rise out of poverty (đăng ký thoát nghèo): only the household makes it, it withdraws when it
// likes, and it is never offered to a household with FlagNoLabour. It says nothing of the household's class, which the yearly
// review alone decides.
type Rise struct {
	ID          int64 `gorm:"primaryKey"`
	HouseholdID int64
	Area        string    // path of the household
	Year        int       // by which it wants to be there
	Missing     string    // Dimensions, separated by spaces
	Support     string    // what would help, in its words
	Steps       string    // what it will do, in its words, a line each
	Status      string    //
	NextOn      time.Time // day of the next talk about how it goes
	PersonID    int64     // who enrolled it
	Contact     string
	CreatedAt   time.Time
	EndedAt     *time.Time
}

// Statuses of a Rise.
const (
	RiseOpen      = "open"
	RiseReached   = "reached"
	RiseWithdrawn = "withdrawn"
)

// RiseCheck is what one side said in a quarter: what went forward, and what is stuck.
type RiseCheck struct {
	ID        int64 `gorm:"primaryKey"`
	RiseID    int64
	Side      string // RoleHousehold or RoleLeader
	Forward   string
	Stuck     string
	PersonID  int64
	CreatedAt time.Time
}

// EnrolRise enrols a household; Household may be empty for the only one. The outcome's args: told, the role of those who were told, if
// anybody; next_on, the day of the first talk.
type EnrolRise struct {
	Household string   `json:"household,omitempty"`
	Year      int      `json:"year"`              // this one to RiseYears ahead
	Missing   []string `json:"missing"`           // of Dimensions, one at least
	Support   string   `json:"support,omitempty"` //
	Steps     []string `json:"steps"`             // one to MaxSteps
}

// Check tells whether what a household enrols for can be kept, in the year at.
func (e EnrolRise) Check(at int) bool {
	if e.Year < at || e.Year > at+RiseYears || len(e.Missing) == 0 || repeats(e.Missing) || len(e.Steps) == 0 || len(e.Steps) > MaxSteps {
		return false
	}
	return !slices.ContainsFunc(e.Missing, func(d string) bool { return !oneOf(d, Dimensions) })
}

// CheckRise says how it goes. A household names itself, or nothing when it is the only one; who looks after it the pledge.
type CheckRise struct {
	ID        int64  `json:"id,omitempty"`
	Household string `json:"household,omitempty"`
	Forward   string `json:"forward"`
	Stuck     string `json:"stuck,omitempty"`
}

// EndRise ends a pledge, named as in CheckRise.
type EndRise struct {
	ID        int64  `json:"id,omitempty"`
	Household string `json:"household,omitempty"`
}

// FewestShown is the smallest count of people that is shown to who may not see their names.
const FewestShown = 5

// Cell writes a count of people for who may not see their names: "" stands for 1 to FewestShown-1.
func Cell(n int) string {
	if n > 0 && n < FewestShown {
		return ""
	}
	return strconv.Itoa(n)
}
