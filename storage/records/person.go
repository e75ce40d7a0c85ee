package records

import (
	"strconv"
	"strings"
	"time"
)

// Person is somebody the bot talks to. Phone is sealed; PhoneHash is the keyed hash it is found by.
type Person struct {
	ID        int64 `gorm:"primaryKey"`
	Name      string
	Address   string // how they are addressed: cô, chú, anh ...
	Lang      string
	Phone     string
	PhoneHash *string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Contact is one chat on one channel. Key is a keyed hash of the chat's id; Address, the id itself, is sealed.
type Contact struct {
	Key       string `gorm:"primaryKey"`
	PersonID  int64
	Channel   string
	Bot       string
	Address   string
	Lang      string // what the platform says
	Blocked   bool
	SeenAt    time.Time
	CreatedAt time.Time
}

// Role is a duty in an area, by the area's path, in force from ValidFrom until ValidTo (nil: still).
type Role struct {
	ID        int64 `gorm:"primaryKey"`
	PersonID  int64
	Name      string
	Area      string
	ValidFrom time.Time
	ValidTo   *time.Time
	InviteID  *int64
}

// Invite gives a role once. Only a keyed hash of its code is kept. CreatedBy says who made it: InvitedBy of a person, or words.
type Invite struct {
	ID        int64 `gorm:"primaryKey"`
	CodeHash  string
	Role      string
	Area      string
	CreatedBy string
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
	UsedBy    *int64 // person
}

// InviteDays are the whole days after the one on which it was made that an invite made in a chat can be used.
const InviteDays = 7

// InvitedBy is what Invite.CreatedBy says of a person, and Inviter reads it.
func InvitedBy(person int64) string { return inviter + strconv.FormatInt(person, 10) }

// Inviter is the person who made an invite in a chat; false for one made otherwise.
func (i Invite) Inviter() (person int64, ok bool) {
	id, ok := strings.CutPrefix(i.CreatedBy, inviter)
	if !ok {
		return 0, false
	}
	person, err := strconv.ParseInt(id, 10, 64)
	return person, err == nil && person > 0
}

const inviter = "person "

// InviteTry is a wrong code that a contact typed.
type InviteTry struct {
	ID      int64 `gorm:"primaryKey"`
	Contact string
	At      time.Time
}

// Wrong invite codes a contact may type within InviteWindow before it is locked out for the rest of it.
const (
	InviteTries  = 5
	InviteWindow = time.Hour
)

// FitsArea reports whether a role can be held in an area of this kind.
func FitsArea(role, kind string) bool {
	switch role {
	case RoleLeader:
		return kind == AreaGroup
	case RoleOfficer, RoleFront, RoleTreasurer:
		return kind == AreaCommune
	case RoleDonor:
		return kind == AreaGroup || kind == AreaCommune || kind == AreaCity
	case RoleCity:
		return kind == AreaCity
	case RoleAdmin:
		return kind == AreaCity || kind == AreaCommune
	}
	return false
}
