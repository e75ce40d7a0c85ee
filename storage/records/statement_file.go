package records

import "time"

// StatementFile is a bank's statement that somebody sent in a chat. It is read first, and kept when they say so: once, however often it is sent.
type StatementFile struct {
	ID         int64  `gorm:"primaryKey"`
	PersonID   int64  // who sent it
	Contact    string // where they are told
	Account    string // "" until it is known
	Area       string
	Fund       string
	Blob       string // key of the file
	Status     string
	Why        string // a locale key: why nothing came of it
	Said       string // what the reason is about: the end of an account's number
	Lines      int    // of money that came in
	Total      int64  // VND, of Lines
	Matched    int
	MatchedSum int64 // VND
	Amounts    int   // with a code and another amount
	Unclear    int
	Unknown    int
	Same       int    // known before
	Out        int    // lines of money that went out
	Others     string // lines in other currencies: "USD 2"
	Bad        int    // lines that cannot be used
	BadFile    string // key of the sheet of these
	OffRow     int    // the first row where the balances do not come out; 0: none, -1: from opening to closing
	OffVND     int64  `gorm:"column:off_vnd"`
	FromOn     *time.Time
	ToOn       *time.Time
	Accepted   int // that have their receipt
	CreatedAt  time.Time
	Owner      string // the process that works on it
	LeaseUntil *time.Time
}

// TableName is the statements.
func (StatementFile) TableName() string { return "statements" }

// What a StatementFile waits for, or came to.
const (
	StatementReading = "reading" // to be read
	StatementRead    = "read"    // for who sent it
	StatementKeeping = "keeping" // to be kept
	StatementKept    = "kept"
	StatementFailed  = "failed"
	StatementDropped = "dropped"
)

// Commands about statements.
const (
	CmdReadStatement = "statement.read" // ReadStatementFile
	CmdKeepStatement = "statement.keep" // KeepStatement
)

// Look-ups about statements.
const (
	AskStatement = "statement.get"      // args statement: its number, none: the asker's newest
	AskAccounts  = "statement.accounts" // the accounts of the asker's funds
)

// ReadStatementFile has a statement read. Account is the one it is of, where the person said. The outcome's args: statement, its number.
type ReadStatementFile struct {
	Blob    string `json:"blob"`
	Account string `json:"account,omitempty"`
}

// KeepStatement has a statement kept that was read, or drops it. The outcome's args: statement.
type KeepStatement struct {
	ID   int64 `json:"id"`
	Keep bool  `json:"keep"`
}

// Reasons why a statement is not kept.
const (
	RefusedStatementGone = "statement.gone" // it was kept or dropped before, or is not read yet
	RefusedStatementBusy = "statement.busy" // the person's statement before it is still being worked on
	StatementPending     = "statement.pending"
	StatementDamaged     = "statement.damaged"
	StatementTooBig      = "statement.too_big"
	StatementOld         = "statement.old_format"
	StatementHeadless    = "statement.headless"
	StatementForeign     = "statement.foreign" // of an account that is none of the asker's funds
	StatementWhich       = "statement.which"   // it does not say of which account it is, and there are several
	StatementEmpty       = "statement.empty"
	StatementDenied      = "statement.denied"
	StatementNoAccount   = "statement.no_account" // no campaign has a bank account
)

// AccountKey is an account's number as it is compared: its letters and digits, in capitals.
func AccountKey(s string) string {
	text, _ := bare(s)
	return text
}
