package records

import (
	"slices"
	"time"
)

// Pin is what somebody on duty knows, so that a phone in other hands moves no money, takes nothing out and gives no role. Of the digits only
// a salted slow hash is kept, of a hash with the DATA_KEY: the database alone does not tell them.
type Pin struct {
	PersonID int64 `gorm:"primaryKey;autoIncrement:false"`
	Salt     string
	Hash     string
	SetAt    time.Time
	Wrong    int        // tries since the last right one, counted before each is looked at
	Locks    int        // how often PinTries were used up since the last right one
	Until    *time.Time `gorm:"column:locked_until"`
}

// Limits of a PIN.
const (
	PinTries    = 5                // wrong ones, then it is locked
	PinLock     = 15 * time.Minute // the first time; four times as long each time after
	PinLockMost = 24 * time.Hour
	PinGood     = 2 * time.Hour // how long a form stays confirmed by the PIN typed in it
)

// PinLockFor is how long a PIN is locked whose tries were used up for the nth time.
func PinLockFor(n int) time.Duration {
	lock := PinLock
	for range min(n, 10) - 1 {
		lock *= 4
	}
	return min(lock, PinLockMost)
}

// PinCommands are the commands that a holder of a duty gives with their PIN: what moves money, takes data out, or changes who may do what.
// Locking somebody is not among them: it is done in a hurry, and takes rights away only. Their forms ask the question flows.Pin.
var PinCommands = []string{CmdInvite, CmdChangeRole, CmdExportHelp, CmdTakeMyData, CmdTakeHandover, CmdPart, CmdResetPin, CmdAllocate, CmdApproveAllocated}

// NeedsPin reports a command that this actor gives with a PIN.
func NeedsPin(kind string, who Actor) bool {
	return slices.Contains(PinCommands, kind) && slices.ContainsFunc(who.Grants, func(g Grant) bool { return Duty(g.Role) })
}

// Commands and look-ups about PINs.
const (
	CmdSetPin   = "pin.set"   // SetPin
	CmdResetPin = "pin.reset" // ResetPin
	AskPin      = "pin.check" // args secret (sealed): fact pass; Problem ProblemPinWrong (fact left), ProblemPinLocked (facts lifts, stop) or ProblemPinNone
	AskPinState = "pin.state" // fact set: "1" where the asker has a PIN
)

// SetPin gives who asks a PIN, as sealed when it was typed. Who has one already proves it in the same form.
type SetPin struct {
	Pin string `json:"pin"`
}

// ResetPin takes the PIN of somebody away who forgot it and came in person; they choose a new one themselves. The outcome's args: name.
type ResetPin struct {
	Person int64 `json:"person"`
}

// What is wrong with a PIN.
const (
	ProblemPinWrong  = "pin.wrong"
	ProblemPinLocked = "pin.locked"
	ProblemPinNone   = "pin.none"
	RefusedPin       = "pin.needed" // the command came without a PIN, or long after it
)
