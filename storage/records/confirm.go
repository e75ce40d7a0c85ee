package records

import (
	"strconv"
	"time"
)

// HelpAnswer is what a household said about one version of an entry; the last one is in force (SupersededAt nil). Of a version that
// was corrected since, nothing is known.
type HelpAnswer struct {
	ID           int64 `gorm:"primaryKey"`
	Code         string
	Version      int
	HouseholdID  int64
	PersonID     int64
	Contact      string
	Answer       string
	Missing      string // the things that did not come: "gạo, tiền"
	Words        string // as they were said
	Helper       bool   // who answered holds a role over the household's group: it is their own household
	Several      bool   // who answered belongs to several households
	Shared       bool   // the household agreed that the leader knows
	Sheet        string // the number of the sheet on which it was signed, "" by phone
	At           time.Time
	SupersededAt *time.Time
}

// Answers of a household.
const (
	AnswerReceived = "received" // all of it
	AnswerMissing  = "missing"  // something did not come
	AnswerWrong    = "wrong"    // it is not as it is entered

	AnswerPaper = "paper" // as people see it: received, and signed on a sheet instead of said by phone
)

// Dong writes an amount: "500.000 đồng".
func Dong(vnd int64) string {
	s := strconv.FormatInt(vnd, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s + " đồng"
}
