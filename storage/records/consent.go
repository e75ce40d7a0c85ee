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
const PurposeLink = "link" // keep this account, to show a household its help

// ConsentGiven is the answer a command brings along.
type ConsentGiven struct {
	Version int    `json:"version"`
	Words   string `json:"words"` // as they were asked
	Agreed  bool   `json:"agreed"`
}
