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
	CreatedAt time.Time
	DoneAt    *time.Time
	DoneBy    *int64
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
