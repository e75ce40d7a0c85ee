package records

import "time"

// PersonLock is one time that a person was locked on all their chats, a phone being lost: what was entered from Since on may not be theirs.
type PersonLock struct {
	ID         int64 `gorm:"primaryKey"`
	PersonID   int64
	Since      time.Time
	LockedBy   int64
	LockedAt   time.Time
	UnlockedAt *time.Time // when they came back with a code that they got in person
	UnlockedBy *int64     // who gave it
}

// LockReview is what was found of one thing that was entered since a phone was lost.
type LockReview struct {
	LockID  int64  `gorm:"primaryKey"`
	Kind    string `gorm:"primaryKey"` // one of LockKinds
	Ref     string `gorm:"primaryKey"` // an entry's code, else an id
	Verdict string
	By      int64
	At      time.Time
}

// Kinds of what is looked over after a phone was lost.
const (
	LockHelp   = "help"   // an entry of help
	LockAnswer = "answer" // what was said about an entry for a household
	LockNeed   = "need"   // a need that was answered
	LockInvite = "invite" // an invite that was made
	LockCard   = "card"   // a household's card that was made
	LockVoided = "voided" // an entry of help that was taken out of the books
)

// LockKinds are all of them, in the order of the list.
var LockKinds = []string{LockHelp, LockVoided, LockAnswer, LockNeed, LockInvite, LockCard}

// Verdicts of a LockReview.
const (
	LockRight = "right" // the person did it themselves
	LockVoid  = "void"  // it is taken back
)

// LockUnknown is how far back is looked where nobody knows since when a phone is lost.
const LockUnknown = 7 * 24 * time.Hour

// RoleReturn stands in an invite's place of a role: it lets the person ForPerson back, in the chat where it is typed.
const RoleReturn = "return"

// LockPerson locks a person on all their chats. Since is when the phone was lost, "2026-11-10T17:00" in Vietnam; empty: nobody knows. The
// outcome's args: code (the lock's id), name, count (what is to be looked over).
type LockPerson struct {
	Person int64  `json:"person"`
	Since  string `json:"since,omitempty"`
}

// ReviewEntered says of something entered since a phone was lost whether it was right; what was not is taken back. The outcome's args: code
// (the lock's id), left (what is still to be looked over).
type ReviewEntered struct {
	Lock    int64  `json:"lock"`
	Kind    string `json:"kind"`
	Ref     string `json:"ref"`
	Verdict string `json:"verdict"`
}

// UnlockPerson makes a code by which a locked person who came in person is let back, in the chat where they type it and in no other of
// their old ones. The outcome's args: code, name, until (its last day).
type UnlockPerson struct {
	Person int64 `json:"person"`
}

// SinceLayout is how LockPerson.Since is written.
const SinceLayout = "2006-01-02T15:04"
