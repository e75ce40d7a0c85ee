package storage

import (
	"time"

	"chungtay/flows/dialog"
)

// Request asks for a record to be kept. Key (contact, form, n) makes it happen once; the same Key with the same
// payload returns what the first returned, with another payload it is a conflict (refused, "save.conflict").
type Request struct {
	Contact string
	Form    string
	N       int
	Kind    string // a command of package records
	Data    []byte // its JSON
	Pass    string // that the PIN was typed in the form, as a look-up of records.AskPin gave it; kept nowhere
	Who     dialog.Person
	At      time.Time // of the event that caused it
}

// Outcome is what became of a Request. Refused is empty when the record was kept; else a locale key that says why, in
// words for the person. Args fill the Say that is released ({{.code}}).
type Outcome struct {
	Refused string            `json:"refused,omitempty"`
	Args    map[string]string `json:"args,omitempty"`

	// Forget are other contacts of a person who is erased: their conversations are to be erased as well.
	Forget []string `json:"forget,omitempty"`
}
