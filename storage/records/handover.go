package records

import (
	"slices"
	"time"
)

// Handover is what is handed over when a role ends: what the books knew then, and the cash and goods that who leaves says there are. Access
// ended with the role, whatever comes of it.
type Handover struct {
	ID          int64 `gorm:"primaryKey"`
	RoleID      int64
	Role        string
	Area        string
	PersonID    int64  // who leaves
	SuccessorID *int64 // who follows; nil: nobody yet, the ward sees to it
	StartedBy   int64
	Tasks       int    // that who leaves had taken and not done
	Needs       int    // of households of the group, not met
	Unanswered  int    // entries by who leaves that no household answered
	Cash        *int64 // VND; nil: nothing was said yet
	Goods       string
	Status      string
	CreatedAt   time.Time
	ClosedAt    *time.Time
}

// HandoverAnswer is what one side says of a handover.
type HandoverAnswer struct {
	HandoverID int64  `gorm:"primaryKey"`
	Side       string `gorm:"primaryKey"`
	Agreed     bool
	Words      string
	PersonID   int64
	At         time.Time
}

// Sides of a handover, in the order in which they speak.
const (
	SideLeaving   = "leaving"
	SideSuccessor = "successor"
	SideFront     = "front"
)

// Statuses of a Handover. It is done when all sides agree, and disputed when the Front closes it otherwise.
const (
	HandoverOpen     = "open"
	HandoverDone     = "done"
	HandoverDisputed = "disputed"
)

// HandsOver reports a role that ends with a handover.
func HandsOver(role string) bool {
	return slices.Contains([]string{RoleLeader, RoleOfficer, RoleFront, RoleTreasurer}, role)
}

// StateHandover says what who leaves hands over. Cash is VND.
type StateHandover struct {
	ID    int64  `json:"id"`
	Cash  int64  `json:"cash"`
	Goods string `json:"goods,omitempty"`
}

// AnswerHandover says for who follows, or for the Front, whether a handover is right. The Front's answer closes it. The outcome's args: status.
type AnswerHandover struct {
	ID     int64  `json:"id"`
	Agreed bool   `json:"agreed"`
	Words  string `json:"words,omitempty"`
}

// TakeHandover asks for a handover as a sheet. Words are the labels of its lines, by the names of AskHandover's facts, and role.X. The
// outcome's args: file.
type TakeHandover struct {
	ID    int64             `json:"id"`
	Words map[string]string `json:"words"`
}

// HandoverLines are the lines of the sheet.
var HandoverLines = []string{"name", "role", "area", "on", "successor", "cash", "goods", "tasks", "needs", "unanswered", "leaving", "successor_said", "front"}
