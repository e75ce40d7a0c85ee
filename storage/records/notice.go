package records

import "time"

// Message is a notice: something to tell a contact who did not ask just now. It is written in the transaction of its
// cause, and Dedupe (the cause and the recipient) makes it happen once.
type Message struct {
	ID         int64 `gorm:"primaryKey"`
	Dedupe     string
	Contact    string
	Say        string // JSON of dialog.Say
	Urgent     bool
	Ref        string // code of the record it tells about
	Status     string
	Reason     string // why it failed
	Owner      string // process that is handing it over
	LeaseUntil *time.Time
	Attempts   int
	PutOff     int    // how often, as the month's messages were used up or a chat did not take it
	Broadcast  *int64 `gorm:"column:broadcast_id"` // of which it is; what it says stands there, and Say is empty
	Tried      string // the contacts of the person that did not take it
	Here       bool   // for just this chat, whatever others the person has
	DueAt      time.Time
	CreatedAt  time.Time
	DoneAt     *time.Time
}

// Statuses of a Message.
const (
	MessageQueued    = "queued"    // of a broadcast: its turn has not come
	MessageWaiting   = "waiting"   // for DueAt, or for a process
	MessageHanded    = "handed"    // in the recipient's inbox
	MessageSent      = "sent"      //
	MessageFailed    = "failed"    // for good; Reason says why
	MessageDoubt     = "doubt"     // a crash came between sending and knowing
	MessageCancelled = "cancelled" // what it told is no longer so
)

// NoticeDelay is how long after saving an entry its household is told, so that slips can be put right in silence.
const NoticeDelay = 15 * time.Minute
