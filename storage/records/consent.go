package records

import "time"

// Consent is one answer of a person to one question about data: kept whatever the answer was, never overwritten. Version and Hash
// say which words were answered.
type Consent struct {
	ID          int64 `gorm:"primaryKey"`
	PersonID    int64
	HouseholdID *int64
	Purpose     string
	Version     int
	Hash        string // SHA-256 of the words, hex
	Agreed      bool
	How         string // one of Consents
	Channel     string
	Contact     string
	EnteredBy   int64 // person; who answered, or who wrote down what they said
	At          time.Time
	WithdrawnAt *time.Time
}

// Purposes of a Consent.
const (
	PurposeLink     = "link"     // keep this account, to show a household its help
	PurposeRecord   = "record"   // record help to a household that is on no list of the ward
	PurposePhoto    = "photo"    // keep a photo with people in it
	PurposePublic   = "public"   // show a name in public
	PurposeMessages = "messages" // write without being asked: the household's help and needs
)

// Purposes are all purposes.
var Purposes = []string{PurposeLink, PurposeRecord, PurposePhoto, PurposePublic, PurposeMessages}

// ConsentGiven is the answer a command brings along.
type ConsentGiven struct {
	Version int    `json:"version"`
	Words   string `json:"words"` // as they were asked
	Agreed  bool   `json:"agreed"`
}
