package records

import "time"

// Pledge is what somebody promised to a campaign's fund: money, or things, work or teaching. Its code is what they write as the content of
// their transfer, and say when they bring something. A change ends the row and writes the next version of it.
type Pledge struct {
	ID           int64 `gorm:"primaryKey"`
	Code         string
	Version      int
	CampaignID   int64
	Fund         string
	Area         string // of the campaign
	Kind         string // one of PledgeKinds
	Amount       int64  // VND; 0 but for PledgeMoney
	Received     int64  // VND of it that came
	What         string // what else is promised, in words
	BringOn      *time.Time
	Months       int        // how many months in a row it is promised for: 1 once
	Nth          int        // which of them this is, from 1
	Series       string     // code of the first of them, "" for one that is promised once
	GivenAs      string     // one of GivenAs, "" for nobody who is named
	Heads        int        // of an organisation: how many people gave, 0 not said
	Name         string     // who is to be named in public, sealed; "" for nobody
	Phone        string     // whom the Front calls about it, sealed
	NeedID       *int64     // what it is given for, where that is not the fund at large
	OfferID      *int64     // the sponsor's promise that it keeps
	Reminded     int        // how often the donor was reminded
	RemindOn     *time.Time // the day on which the donor wants to be reminded
	State        string
	PersonID     int64
	Contact      string
	CreatedAt    time.Time // of the first version
	ValidFrom    time.Time
	SupersededAt *time.Time
}

// PledgeItem is an Item of a Pledge of things, in the order given.
type PledgeItem struct {
	Code    string `gorm:"primaryKey"`
	Version int    `gorm:"primaryKey"`
	N       int    `gorm:"primaryKey"`
	Qty     int64
	Unit    string
	Name    string
	Value   int64
}

// Kinds of Pledge.
const (
	PledgeMoney  = "money"
	PledgeGoods  = "goods"
	PledgeLabour = "labour"
	PledgeSkill  = "skill" // what somebody knows and teaches
)

// PledgeKinds are all kinds, in the order of menus.
var PledgeKinds = []string{PledgeMoney, PledgeGoods, PledgeLabour, PledgeSkill}

// Whose a pledge is.
const (
	AsPerson       = "person"
	AsFamily       = "family"
	AsOrganisation = "organisation"
)

// GivenAs are all of them.
var GivenAs = []string{AsPerson, AsFamily, AsOrganisation}

// States of a Pledge. A pledge is not a receipt: what came is a record of its own.
const (
	PledgePromised  = "promised"
	PledgePart      = "part"     // some of it came
	PledgeReceived  = "received" // all of it came
	PledgeCancelled = "cancelled"
)

// Left is what is still to come of a promise, in VND.
func (p Pledge) Left() int64 { return max(0, p.Amount-p.Received) }

// Limits of pledges.
const (
	MinPledge   = 10_000 // VND
	OpenPledges = 20     // of one person
	MaxDonor    = 80     // characters of the name that is made public
	MaxMonths   = 24     // of one promise
	MaxHeads    = 100_000

	PledgeReminders   = 2   // of one promise, then nothing more is said of it
	PledgeRemindDays  = 3   // after which money that was promised and is not seen is asked about
	PledgeRemindAgain = 10  // and once more
	MaxWhat           = 300 // characters of what is promised but for money
)

// Commands about pledges.
const (
	CmdPledge       = "pledge.make"   // MakePledge
	CmdChangePledge = "pledge.change" // ChangePledge
	CmdCancelPledge = "pledge.cancel" // CancelPledge
	CmdRemindPledge = "pledge.remind" // RemindPledge
)

// Look-ups about pledges.
const (
	AskPledges = "pledge.mine"   // the asker's own
	AskPledge  = "pledge.get"    // args code: what became of it, for whoever has the code; none: the asker's newest
	AskComing  = "pledge.coming" // things, work and teaching that were promised to the asker's funds and did not come yet
)

// MakePledge promises something. Account is the one the donor was about to be shown: a campaign that has another by now refuses. The
// outcome's args: code, kind, amount, what, bring (the day), months, and of the campaign fund (a locale key), area, way, bank, holder,
// account, place, goods (where things are taken), phone (of the ward's Front).
type MakePledge struct {
	Campaign int64  `json:"campaign"`
	Account  string `json:"account,omitempty"`
	Kind     string `json:"kind,omitempty"`   // none: PledgeMoney
	Amount   int64  `json:"amount,omitempty"` // VND; each month, where there are several
	Items    []Item `json:"items,omitempty"`  // of PledgeGoods
	What     string `json:"what,omitempty"`   // of all but money: in words
	On       string `json:"on,omitempty"`     // of all but money: the day it is brought or begun
	Months   int    `json:"months,omitempty"` // of money: in how many months in a row; 0 is 1
	As       string `json:"as,omitempty"`     // whose it is, where it has a Name; none: AsPerson
	Heads    int    `json:"heads,omitempty"`  // of AsOrganisation
	Name     string `json:"name,omitempty"`   // to be made public; none: nobody's
	Phone    string `json:"phone,omitempty"`  // E.164
	Need     int64  `json:"need,omitempty"`
	Offer    int64  `json:"offer,omitempty"`
}

// KindOf is the kind of what is promised.
func (m MakePledge) KindOf() string {
	if m.Kind == "" {
		return PledgeMoney
	}
	return m.Kind
}

// Check tells why a pledge cannot be kept, "" where it can. at is the instant of the event.
func (m MakePledge) Check(at time.Time) string {
	kind := m.KindOf()
	switch {
	case !oneOf(kind, PledgeKinds), m.As != "" && !oneOf(m.As, GivenAs), m.As != "" && m.Name == "", m.Heads < 0 || m.Heads > MaxHeads,
		m.Heads > 0 && m.As != AsOrganisation, m.Months < 0 || m.Months > MaxMonths, m.Months > 1 && kind != PledgeMoney, longer(m.What, MaxWhat),
		(kind == PledgeGoods) != (len(m.Items) > 0):
		return RefusedInvalid
	case kind == PledgeMoney:
		if m.Amount < MinPledge || m.Amount > MaxMoney {
			return RefusedAmount
		}
		if m.What != "" || m.On != "" {
			return RefusedInvalid
		}
		return ""
	case m.Amount != 0 || m.What == "":
		return RefusedInvalid
	}
	if why := checkItems(m.Items); why != "" {
		return why
	}
	return CheckBring(m.On, at)
}

// CheckBring tells why something cannot be brought on a day, "" where it can: not on one that is over, nor in more than a year.
func CheckBring(on string, at time.Time) string {
	day, ok := ParseDay(on)
	switch today := DayOf(at); {
	case !ok:
		return RefusedInvalid
	case day.Before(today) || day.After(today.AddDate(1, 0, 0)):
		return RefusedBringDay
	}
	return ""
}

// ChangePledge promises something else under the same code: another Amount, or of things, work and teaching another What, with its Items,
// or another day. What is not said stays. The outcome's args are those of MakePledge.
type ChangePledge struct {
	Code   string `json:"code"`
	Amount int64  `json:"amount,omitempty"` // VND
	What   string `json:"what,omitempty"`
	Items  []Item `json:"items,omitempty"`
	On     string `json:"on,omitempty"`
}

// CancelPledge takes a promise back. The outcome's args: code.
type CancelPledge struct {
	Code string `json:"code"`
}

// RemindPledge asks for a reminder of a promise on a day; nothing else is said of it before. The outcome's args: code, on.
type RemindPledge struct {
	Code string `json:"code"`
	On   string `json:"on"`
}

// MonthAfter is the same day n months after a day, or the last of that month where it has no such day.
func MonthAfter(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC)
	return time.Date(last.Year(), last.Month(), min(d, last.Day()), 0, 0, 0, 0, time.UTC)
}

// Refusals about pledges.
const (
	RefusedCampaignShut = "pledge.shut"     // the campaign takes no pledges today
	RefusedPledges      = "pledge.too_many" // OpenPledges
	RefusedPledgeGone   = "pledge.gone"     // cancelled
	RefusedAmount       = "pledge.amount"   // under MinPledge or over MaxMoney
	RefusedBringDay     = "pledge.day"      // over, or after the campaign's last day
)

// LikeTransferCode reports whether a text typed by itself is meant as the code of a transfer, be it right or not.
func LikeTransferCode(s string) bool {
	kept, ok := decode(s, transferPrefixLen+codeLen+1)
	return ok && len(kept) >= transferPrefixLen+codeLen-1 && isTransferPrefix(kept[:transferPrefixLen])
}
