package records

import (
	"strings"
	"time"
	"unicode"
)

// Card lets one person become one of a household's: whoever types its code. It is used once and expires. Only a keyed hash of the
// code is kept.
type Card struct {
	ID          int64 `gorm:"primaryKey"`
	CodeHash    string
	HouseholdID int64
	Area        string // the household's own path
	MadeBy      int64  // person
	CreatedAt   time.Time
	ExpiresAt   time.Time
	UsedAt      *time.Time
	UsedBy      *int64 // person
}

// CodeOpen remembers which short code a contact typed last, while it is asked whether what the code stands for is meant.
type CodeOpen struct {
	Contact string `gorm:"primaryKey"`
	Kind    string
	Ref     int64 // id of the row that the code stands for
	At      time.Time
}

// Kinds of short codes.
const (
	CodeKindCard = "card" // of a household
	CodeKindJoin = "join" // of a person's other chat
)

// HouseholdLink is how a person became one of a household. Their rights come from the role; this says how it came about, and what
// is to be looked at by somebody else.
type HouseholdLink struct {
	ID          int64 `gorm:"primaryKey"`
	HouseholdID int64
	PersonID    int64
	Contact     string
	CardID      int64
	Helper      bool // holds a role over the household's group: this is the one household of the group that is theirs
	Several     bool // belonged to another household already
	CreatedAt   time.Time
	EndedAt     *time.Time
	EndedBy     *int64 // person
}

// Limits of cards and of their codes.
const (
	CardLife     = 30 * 24 * time.Hour
	CodeOpenLife = 24 * time.Hour // from typing a code to confirming it
	CodeSpace8   = 100_000_000
	// CodeTriesAll wrong codes within InviteWindow, by all contacts together, leave each contact a single wrong one: then somebody
	// guesses with many chats. Who types the right code is not kept from it.
	CodeTriesAll = 300
)

// ShortCodeOf writes a number below CodeSpace8 as a short code: "4829 1573".
func ShortCodeOf(n uint64) string {
	b := make([]byte, 0, 9)
	for at := uint64(CodeSpace8 / 10); at > 0; at /= 10 {
		if len(b) == 4 {
			b = append(b, ' ')
		}
		b = append(b, byte('0'+n/at%10))
	}
	return string(b)
}

// ParseShortCode reads a short code as a person typed it: eight digits, with spaces and dashes or without. It returns the digits.
func ParseShortCode(s string) (string, bool) {
	if len(s) > 60 {
		return "", false
	}
	b := make([]byte, 0, 8)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' && len(b) < 8:
			b = append(b, byte(r))
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || unicode.Is(unicode.Cf, r):
		default:
			return "", false
		}
	}
	return string(b), len(b) == 8
}

// PartOfName shows a name to somebody who may only recognise it: "bà T. T. Lan" for Trần Thị Lan, with a title where the name tells
// it.
func PartOfName(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	title := ""
	for _, w := range words[:len(words)-1] {
		switch w {
		case "Thị":
			title = "bà "
		case "Văn":
			title = "ông "
		}
	}
	var b strings.Builder
	b.WriteString(title)
	for _, w := range words[:len(words)-1] {
		for _, r := range w {
			b.WriteRune(unicode.ToUpper(r))
			break
		}
		b.WriteString(". ")
	}
	b.WriteString(words[len(words)-1])
	return b.String()
}
