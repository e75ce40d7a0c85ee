package records

import "time"

// Allocation is money or things of a fund that are meant for one household. Nobody picks whose gift that is. From its approval on they are
// set aside: they can be handed over, or go back, and nothing else.
type Allocation struct {
	ID          int64 `gorm:"primaryKey"`
	Code        string
	Batch       string // the code of the first of those decided together
	BookID      int64
	HouseholdID int64
	Area        string // path of the household
	NeedID      *int64
	Kind        string // of help, one of Kinds
	Money       int64  // VND
	State       string
	EntryNo     *int64 // in the journal of the book, from its approval on
	HandedNo    *int64 // the entry of the handover
	Help        string // the code of the entry of help that the handover is, too
	MadeBy      int64
	Contact     string
	CreatedAt   time.Time
	ApprovedBy  *int64
	ApprovedAt  *time.Time
	HandedBy    *int64
	HandedAt    *time.Time
	EndedBy     *int64
	EndedAt     *time.Time
}

// AllocationItem is a quantity of a thing of an allocation, as Item.
type AllocationItem struct {
	AllocationID int64 `gorm:"primaryKey;autoIncrement:false"`
	N            int   `gorm:"primaryKey;autoIncrement:false"`
	Qty          int64
	Unit         string
	Name         string
}

// States of an Allocation.
const (
	AllocationWaits     = "waiting"   // for a second person
	AllocationOpen      = "open"      // set aside, to be handed over
	AllocationHanded    = "handed"    //
	AllocationCancelled = "cancelled" //
)

// AllocateAlone is the most money that one person may allocate at a time, to all households together; above it a second one decides.
const AllocateAlone = 5_000_000 // VND

// FewestTraced is how many households a donor is told of at least: fewer would tell who they are.
const FewestTraced = 5

// Commands about allocations.
const (
	CmdAllocate         = "fund.allocate" // Allocate
	CmdApproveAllocated = "fund.approve"  // DecideAllocation, of a batch that waits
	CmdCancelAllocated  = "fund.cancel"   // DecideAllocation: the whole batch while it waits, else the one
	CmdHandOver         = "fund.hand"     // HandOver
	CmdTakeGoods        = "receipt.goods" // TakeGoods
)

// Look-ups about allocations.
const (
	AskPool        = "fund.pool"       // args fund: what a fund of the asker's area has free
	AskAllocHomes  = "fund.homes"      // args q: households to choose from; no words: those that need it first
	AskAllocations = "fund.list"       // args waiting ("1": those that wait for a second person): open ones that the asker decides on or hands over
	AskAllocation  = "fund.allocation" // args code
	AskStock       = "fund.stock"      // what a fund of the asker's area has, by account and place
)

// Allocate means money or things for each of several households. The outcome's args: code (of the first), count, amount (money of all),
// fund (a locale key), state, told (of those who may decide, where it waits).
type Allocate struct {
	Fund       string   `json:"fund"`
	Households []string `json:"households"` // codes
	Kind       string   `json:"kind"`
	Money      int64    `json:"money,omitempty"` // VND to each
	Items      []Item   `json:"items,omitempty"` // things to each
	Need       int64    `json:"need,omitempty"`  // of the one household
}

// DecideAllocation approves or cancels. The outcome's args: code, count.
type DecideAllocation struct {
	Code string `json:"code"`
}

// HandOver says that an allocation was handed over: it is an entry of help too, and counts once. The outcome's args: code (of the entry of
// help), allocation.
type HandOver struct {
	Code    string   `json:"code"`
	On      string   `json:"on"`
	Photos  []string `json:"photos,omitempty"`
	Consent string   `json:"consent,omitempty"`
	Note    string   `json:"note,omitempty"`
}

// TakeGoods says that things came to a fund of the area of who takes them. The outcome's args: code, things, fund (a locale key), area.
type TakeGoods struct {
	Fund  string `json:"fund"`
	Items []Item `json:"items"`
	Value int64  `json:"value,omitempty"` // estimated worth of all of it in VND
	Place string `json:"place"`           // where they are kept
	Paper string `json:"paper,omitempty"`
	On    string `json:"on"`
	Name  string `json:"name,omitempty"` // to be named in public
}

// Refusals about allocations.
const (
	RefusedAllocGone = "fund.gone"   // not in a state in which that can be done
	RefusedSecond    = "fund.second" // who made it cannot be the second
	RefusedHanded    = "fund.handed" // an entry of help that a handover made: what was given is not changed, but taken out and handed over anew
	allocationPrefix = "PB"          // phân bổ
)

// AllocationCodeOf is the code of an allocation, for a number below CodeSpace: "PB-7K3QF2M".
func AllocationCodeOf(n uint64) string { return allocationPrefix + "-" + encode(n, codeLen) }

// ParseAllocationCode reads an allocation's code as ParseCode reads the others.
func ParseAllocationCode(s string) (string, bool) { return parsePrefixed(s, allocationPrefix) }

// Check tells why an allocation cannot be kept, "" where it can.
func (l Allocate) Check(at time.Time) string {
	if !oneOf(l.Fund, Funds) || l.Need != 0 && len(l.Households) != 1 {
		return RefusedInvalid
	}
	if l.Money == 0 && len(l.Items) == 0 {
		return RefusedEmpty
	}
	return l.gift(at).Check(at)
}

// gift is the entry of help that such an allocation comes to.
func (l Allocate) gift(on time.Time) LogHelp {
	return LogHelp{Households: l.Households, Kind: l.Kind, Money: l.Money, Items: l.Items, GiverKind: GiverFund, On: FormatDay(DayOf(on))}
}

// Check tells why things cannot be taken, "" where they can.
func (t TakeGoods) Check(at time.Time) string {
	if t.Place == "" || longer(t.Place, MaxPlace) || longer(t.Paper, MaxPaper) || len(t.Items) == 0 || !oneOf(t.Fund, Funds) {
		return RefusedInvalid
	}
	if t.Value < 0 || t.Value > MaxMoney {
		return RefusedMoney
	}
	l := LogHelp{Households: []string{"-"}, Kind: "nhu_yeu_pham", Items: t.Items, GiverKind: GiverFund, On: t.On}
	return l.Check(at)
}
