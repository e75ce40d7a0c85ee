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
	JoinedTo  *int64 // the person they turned out to be, whose all is that was theirs
	JoinedAt  *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
	LockedAt  *time.Time // since when none of their roles gives a right
	ErasedAt  *time.Time // since then nothing says who it was
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
	CutAt     *time.Time // it is nobody's any more: it gives no right, and is told nothing
}

// Role is a duty in an area, by the area's path, held from ValidFrom until ValidTo (nil: still). It gives its rights while it is held,
// until EndsAt, not while it is suspended, and not while its holder is locked.
type Role struct {
	ID          int64 `gorm:"primaryKey"`
	PersonID    int64
	Name        string
	Area        string
	ValidFrom   time.Time
	ValidTo     *time.Time
	InviteID    *int64
	EndsAt      *time.Time // the end of the last day for which it was given; nil: none was named
	SuspendedAt *time.Time // since when it rests
}

// EndOf is the instant at which a day (midnight, UTC) is over for people, for Role.EndsAt, and LastDay reads it.
func EndOf(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, Local).UTC()
}

// LastDay is the day of which at is the end.
func LastDay(at time.Time) time.Time { return DayOf(at.Add(-time.Second)) }

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

	RoleEndsAt *time.Time // EndsAt of the role that it gives
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
