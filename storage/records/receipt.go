package records

import "time"

// Receipt is money or things that came to a fund. It is not a voucher of the accounts: Paper is the number of that. A receipt that was
// wrong is taken back, and stays.
type Receipt struct {
	ID         int64 `gorm:"primaryKey"`
	Code       string
	BookID     int64
	EntryNo    int64 // in the journal of the book
	CampaignID *int64
	Pledge     string // code of the promise it keeps, "" for none
	Amount     int64  // VND; 0 for things
	Way        string // one of Ways, "" for things
	Value      int64  // estimated worth of things in VND, 0 unknown
	Place      string // where things are kept
	Paper      string
	On         time.Time `gorm:"column:on_day"`
	Name       string    // to be named in public, sealed; of a promise it stands there
	SourceKind string    // what it was taken from other than by hand, such as a line of a bank's statement; "" for nothing
	SourceKey  string    // which of these: of one source there is one receipt in force
	PersonID   int64     // who took it
	Contact    string
	CreatedAt  time.Time
	ReversedAt *time.Time
	ReachedAt  *time.Time // its donor was told that it reached somebody
}

// Commands about receipts.
const (
	CmdTakeReceipt = "receipt.take" // TakeReceipt
	CmdUndoReceipt = "receipt.undo" // UndoReceipt
)

// Look-ups about receipts.
const (
	AskReceiptFor = "receipt.for"  // args code: a promise that somebody comes to keep, or without one the fund, for who keeps the books
	AskReceipts   = "receipt.list" // those of the asker's books, the newest first
	AskReceipt    = "receipt.get"  // args code: one of them
)

// TakeReceipt says that money came: for a promise, whose fund it goes to, or without one to Fund of the area of who takes it. Seen is how
// much of the promise had come when it was looked at: two who enter the same money at once are not both right. The outcome's args: code,
// amount, words (the amount in words), fund (a locale key), area, pledge, state, left.
type TakeReceipt struct {
	Pledge string `json:"pledge,omitempty"`
	Seen   int64  `json:"seen,omitempty"` // VND
	Fund   string `json:"fund,omitempty"`
	Amount int64  `json:"amount"` // VND
	Way    string `json:"way"`    // one of Ways
	Paper  string `json:"paper,omitempty"`
	On     string `json:"on"`             // the day it came
	Name   string `json:"name,omitempty"` // to be named in public, where there is no promise
}

// UndoReceipt takes a receipt back that was wrong. What it kept of a promise is open again. The outcome's args: code, amount, pledge.
type UndoReceipt struct {
	Code string `json:"code"`
}

// Limits of receipts.
const MaxPaper = 40 // characters of an official number

// Refusals about receipts.
const (
	RefusedReceived     = "receipt.received" // the promise was kept before
	RefusedReceiptMoved = "receipt.moved"    // somebody entered money for the promise meanwhile
	RefusedPaper        = "receipt.paper"    // the official number is that of another receipt of the book
	RefusedSource       = "receipt.source"   // what it comes from was taken before
	RefusedReceiptGone  = "receipt.gone"     // it was taken back before
	RefusedReceiptSpent = "receipt.spent"    // what came by it was allocated: it cannot be taken back
	receiptPrefix       = "BN"               // biên nhận
)

// ReceiptCodeOf is the code of a receipt, for a number below CodeSpace: "BN-7K3QF2M".
func ReceiptCodeOf(n uint64) string { return receiptPrefix + "-" + encode(n, codeLen) }

// ParseReceiptCode reads a receipt's code as ParseCode reads the others.
func ParseReceiptCode(s string) (string, bool) { return parsePrefixed(s, receiptPrefix) }

// Check tells why a receipt cannot be kept, "" where it can. at is the instant of the event.
func (t TakeReceipt) Check(at time.Time) string {
	on, ok := ParseDay(t.On)
	switch {
	case !ok, !oneOf(t.Way, Ways), longer(t.Paper, MaxPaper), t.Pledge == "" && !oneOf(t.Fund, Funds):
		return RefusedInvalid
	case t.Amount <= 0 || t.Amount > MaxMoney:
		return RefusedMoney
	case on.After(DayOf(at)):
		return RefusedFuture
	case on.Before(EarliestDay):
		return RefusedTooOld
	}
	return ""
}
