package records

import "time"

// Task is something for a person to go on with by hand, in the area of whoever it is about.
type Task struct {
	ID        int64 `gorm:"primaryKey"`
	Reason    string
	Area      string
	Contact   string
	PersonID  *int64
	Flow      string
	Step      string
	Ref       string
	Status    string
	Urgent    bool
	Name      string // who it is about, as they said it, where they may be on no list
	Phone     string // theirs, sealed
	Place     string // where they are, in their words
	Words     string // what they said
	CreatedAt time.Time
	TakenBy   *int64 // who goes on with it
	TakenAt   *time.Time
	DoneAt    *time.Time
	DoneBy    *int64
	Note      string // what was done, or why it was passed on
}

// Reasons of tasks. Others are refusals of what was to be kept (see the constants Refused...).
const (
	TaskHelpAsked  = "help_asked"    // somebody asks for help
	TaskOffer      = "offer"         // somebody wants to give
	TaskDanger     = "danger"        // words of danger
	TaskProtected  = "protected"     // the platform hides what somebody writes
	TaskAsked      = "asked"         // somebody asked for a person
	TaskGiveUp     = "give-up"       // a question that was not understood
	TaskCorrection = "correction"    // an entry that its author may no longer change
	TaskDisputed   = "help_disputed" // a household says that an entry is not right
	TaskSeveral    = "several_homes" // one person linked to several households
	TaskNeedLate   = "need_late"     // a household's need that nobody answers
	TaskReply      = "reply"         // somebody answers a broadcast
	TaskSample     = "sample"        // an entry drawn to ask its household whether it came: call, or go there

	TaskDataCorrect  = "data_correct"  // DataTask of a DataRequest
	TaskDataRestrict = "data_restrict" //
	TaskDataDelete   = "data_delete"   //
	TaskDataComplain = "data_complain" //
)

// TaskReasons are the reasons that have words of their own.
var TaskReasons = []string{
	TaskHelpAsked, TaskOffer, TaskDanger, TaskProtected, TaskAsked, TaskGiveUp, TaskCorrection, TaskDisputed, TaskSeveral, TaskNeedLate, TaskReply, TaskSample, TaskDataCorrect,
	TaskDataRestrict, TaskDataDelete, TaskDataComplain,
}

// Limits of tasks.
const (
	TasksADay    = 5                // that one contact opens; more are refused, but for danger
	TaskNoticeOf = 30 * time.Minute // officers are told of new tasks that are not urgent once in so long
)

// WardPhone is the phone of a ward's Front, to be called in its office.
type WardPhone struct {
	Area  string `gorm:"primaryKey"`
	Phone string // as it is dialled: "0236 3841 234", "1022"
	SetBy int64
	SetAt time.Time
}

// Statuses of a Task.
const (
	TaskOpen = "open"
	TaskDone = "done"
)

// Applied remembers that a Save was carried out, and what came of it. Contact, Form and N are the Save's key.
type Applied struct {
	Contact string `gorm:"primaryKey"`
	Form    string `gorm:"primaryKey"`
	N       int    `gorm:"primaryKey"`
	Kind    string
	Hash    string // of kind and payload
	Outcome string // JSON
	At      time.Time
}

// DeadLetter is a Save that will never be carried out, kept for a person to look at.
type DeadLetter struct {
	ID      int64 `gorm:"primaryKey"`
	Contact string
	Form    string
	N       int
	Kind    string
	Data    string
	Reason  string
	At      time.Time
}

// Audit is one line of the log of changes: who did what to which record, and why. It holds ids and codes, never names.
type Audit struct {
	ID       int64 `gorm:"primaryKey"`
	At       time.Time
	PersonID *int64
	Contact  string
	Actor    string // who, where it was not a person in a chat
	Action   string
	Subject  string // "help GN-7K3QF2M"
	Area     string
	Why      string
}

// Blob is a stored photo or file.
type Blob struct {
	Key       string `gorm:"primaryKey"`
	Kind      string // photo, document
	Mime      string
	Size      int64
	Hash      string // SHA-256 of Data, hex
	Data      []byte
	CreatedAt time.Time
}
