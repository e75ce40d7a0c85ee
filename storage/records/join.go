package records

import "time"

// JoinCode lets another chat become one of the person who made it: whoever types it there is taken for that person. It is used once
// and expires. Only a keyed hash of the code is kept.
type JoinCode struct {
	ID        int64 `gorm:"primaryKey"`
	CodeHash  string
	PersonID  int64
	Contact   string // in which it was made
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// Limits of joining chats.
const (
	JoinCodeLife = 10 * time.Minute
	JoinMost     = 4 // chats of one person
)

// Commands about a person's chats.
const (
	// CmdJoinCode makes a code for another chat of the person, in the place of an older one. No data. The outcome's args: code.
	CmdJoinCode = "contact.code"
	// CmdJoin makes the contact another chat of the person whose code it opened: all that its own person had is that one's from then
	// on. No data. The outcome's args: channel, of the chat in which the code was made.
	CmdJoin = "contact.join"
	CmdPart = "contact.part" // PartContact
)

// PartContact takes another chat away from the person, who keeps all that is theirs; whoever writes there is somebody new. The outcome's
// args: channel.
type PartContact struct {
	Contact string `json:"contact"` // its key
}

// AskContacts looks up the asker's chats: args contact, or none for all.
const AskContacts = "contact.mine"
