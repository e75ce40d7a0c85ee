package records

import "time"

// HomeMove is a household that was put into another group, or of which two entries became one. It can be taken back within MoveWindow.
type HomeMove struct {
	ID          int64  `gorm:"primaryKey"`
	HouseholdID int64  // that moved, or is kept
	GoneID      *int64 // the other entry, where two became one
	FromArea    string // path of the group it was in; of GoneID's
	ToArea      string // path of the group it is in
	MadeBy      int64
	MadeAt      time.Time
	UndoneAt    *time.Time
}

// HomeMoveRow is a row that went from one entry of a household to the other.
type HomeMoveRow struct {
	MoveID int64  `gorm:"primaryKey;autoIncrement:false"`
	What   string `gorm:"primaryKey"` // the table, and with " ended" behind it what was ended as the other entry had the same
	RowKey string `gorm:"primaryKey"`
}

// MoveWindow is how long a HomeMove can be taken back.
const MoveWindow = 24 * time.Hour

// MergeHomes makes one household of two entries, in groups that who asks may both move households in: all that belongs to Gone follows to Kept,
// and Gone ends. What both have (a class of the same year, a flag, a person, an open promise) is Kept's. The outcome's args: code (the move's id), name.
type MergeHomes struct {
	Kept string `json:"kept"`
	Gone string `json:"gone"`
}

// MoveHome puts a household, with all that belongs to it, into another group. The outcome's args: code (the move's id), name, group.
type MoveHome struct {
	Household string `json:"household"`
	Group     string `json:"group"` // path
}

// UndoMove takes a HomeMove back. The outcome's args: name.
type UndoMove struct {
	ID int64 `json:"id"`
}

// Commands and look-ups about households that move.
const (
	CmdMergeHomes = "household.merge"     // MergeHomes
	CmdMoveHome   = "household.move"      // MoveHome
	CmdUndoMove   = "household.move.undo" // UndoMove
	AskMerge      = "household.merge.see" // args kept, gone: the facts of both, before they become one
)

// Why a household is not moved.
const (
	RefusedSameHome  = "move.same"  // both are the same entry, or it is in that group already
	RefusedMoveOver  = "move.over"  // it was taken back, or is too long ago
	RefusedMoveLater = "move.later" // something else was done with it since
)
