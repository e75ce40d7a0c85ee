package records

import "time"

// SignatureRow is a sheet with the entries of one group, to be signed by the households that have no phone: printed, signed, and brought
// back as a photo. A later photo takes the place of an earlier one.
type SignatureRow struct {
	Code      string `gorm:"primaryKey"` // KN-7K3QF2M
	Area      string // the group
	MadeBy    int64  // person
	MadeAt    time.Time
	Photo     string // key of a blob; none yet
	BroughtBy *int64 // person
	BroughtAt *time.Time
}

// TableName is the table of the sheets.
func (SignatureRow) TableName() string { return "signature_sheets" }

// SignatureLine is a line of a sheet: one version of an entry.
type SignatureLine struct {
	Sheet       string `gorm:"primaryKey"`
	N           int    `gorm:"primaryKey"` // from 1
	Code        string
	Version     int
	HouseholdID int64
	Signed      bool // as who brought the photo says
}

// Limits of sheets to sign.
const (
	SignatureLines  = 18 // on a sheet, which is one page: so one photo shows it
	SignatureSheets = 12 // made at a time
)

// SignatureSheet is what stands on a sheet to sign.
type SignatureSheet struct {
	Code  string         `json:"code"`
	Group string         `json:"group"` // its name
	Made  time.Time      `json:"made"`
	Lines []SignatureFor `json:"lines"`
}

// SignatureFor is a line of a SignatureSheet.
type SignatureFor struct {
	Code   string `json:"code"`
	Who    string `json:"who"`
	On     string `json:"on"`
	Kind   string `json:"kind"`
	Money  int64  `json:"money"`
	Things string `json:"things"`
}

// MakeSignatureSheets makes sheets of a group's entries from a day to a day, both included, or of all days, that nobody answered for yet.
// The outcome's args: file (sealed, the JSON of a list of SignatureSheet), count (entries), sheets (how many), codes, group, more (entries
// that did not fit).
type MakeSignatureSheets struct {
	Group string `json:"group"` // its path
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// SignSheet says which lines of a sheet are signed, and brings its photo. Each entry so signed that is still as it was printed, and that its
// household did not answer by phone, is confirmed on paper. The outcome's args: code, count (confirmed), voided, changed, answered (signed
// lines that count no more).
type SignSheet struct {
	Sheet  string `json:"sheet"`
	Photo  string `json:"photo"`
	Signed []int  `json:"signed"`
}

// States of a line of a sheet.
const (
	LineOpen     = ""         // nobody answered
	LineSigned   = "signed"   // confirmed by this sheet
	LineVoided   = "voided"   // the entry is out of the books
	LineChanged  = "changed"  // it was corrected after it was printed
	LineAnswered = "answered" // its household answered by phone, or on another sheet
)

// Reasons why a sheet is not made or not taken in.
const (
	RefusedNothingToSign = "sheet.nothing" // no entry waits for an answer
	RefusedNoPhoto       = "sheet.no_photo"
)
