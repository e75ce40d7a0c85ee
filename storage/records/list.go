package records

import "time"

// List is a file of households, with their classes and flags, that an officer of a ward sent in a chat. It is looked through first, and
// imported when the officer says so: once, and of their own ward only.
type List struct {
	ID         int64  `gorm:"primaryKey"`
	PersonID   int64  // who sent it
	Contact    string // where they are told
	Area       string // their ward
	Blob       string // key of the file
	Status     string
	Why        string // a locale key: why nothing came of it
	DoneRows   int    // looked through, or imported, so far
	Added      int    // households, of the look through and then of the import
	Changed    int
	Same       int
	Bad        int    // rows that cannot be used
	Classified int    // classifications added
	Years      string // of the classifications: "2026"
	Decisions  string // their numbers, the first few
	BadFile    string // key of the sheet of rows that cannot be used
	CreatedAt  time.Time
	Owner      string // the process that works on it
	LeaseUntil *time.Time
}

// What a List waits for, or came to.
const (
	ListChecking  = "checking"  // to be looked through
	ListChecked   = "checked"   // for the officer
	ListImporting = "importing" // to be imported
	ListDone      = "done"
	ListFailed    = "failed"
	ListDropped   = "dropped" // the officer does not want it
)

// ListPatience is how long a file may be on its way.
const ListPatience = 10 * time.Minute

// CheckList has a list looked through. The outcome's args: list, its number.
type CheckList struct {
	Blob string `json:"blob"` // key of the file that was sent
}

// DecideList has a list imported that was looked through, or drops it.
type DecideList struct {
	ID     int64 `json:"id"`
	Import bool  `json:"import"`
}

// Reasons why a list is not imported.
const (
	RefusedListGone = "list.gone" // it was imported or dropped before, or is not looked through yet
	RefusedListBusy = "list.busy" // the person's list before it is still being worked on
	ListPending     = "list.pending"
	ListDamaged     = "list.damaged"
	ListTooBig      = "list.too_big"
	ListHeadless    = "list.headless"
	ListDenied      = "list.denied"
)
