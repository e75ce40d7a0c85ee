package records

import "time"

// Pledge is money that somebody promised to a campaign's fund. Its code is what they write as the content of their transfer. A change
// ends the row and writes the next version of it.
type Pledge struct {
	ID           int64 `gorm:"primaryKey"`
	Code         string
	Version      int
	CampaignID   int64
	Fund         string
	Area         string // of the campaign
	Amount       int64  // VND
	Received     int64  // VND of it that came
	Name         string // who is to be named in public, sealed; "" for nobody
	State        string
	PersonID     int64
	Contact      string
	CreatedAt    time.Time // of the first version
	ValidFrom    time.Time
	SupersededAt *time.Time
}

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
)

// Commands about pledges.
const (
	CmdPledge       = "pledge.make"   // MakePledge
	CmdChangePledge = "pledge.change" // ChangePledge
	CmdCancelPledge = "pledge.cancel" // CancelPledge
)

// Look-ups about pledges.
const (
	AskPledges = "pledge.mine" // the asker's own
	AskPledge  = "pledge.get"  // args code: what became of it, for whoever has the code; none: the asker's newest
)

// MakePledge promises money. Account is the one the donor was about to be shown: a campaign that has another by now refuses. The outcome's
// args: code, amount, and of the campaign fund (a locale key), area, way, bank, holder, account, place.
type MakePledge struct {
	Campaign int64  `json:"campaign"`
	Account  string `json:"account,omitempty"`
	Amount   int64  `json:"amount"`         // VND
	Name     string `json:"name,omitempty"` // to be made public; none: nobody's
}

// ChangePledge promises another amount; the code stays. The outcome's args are those of MakePledge.
type ChangePledge struct {
	Code   string `json:"code"`
	Amount int64  `json:"amount"` // VND
}

// CancelPledge takes a promise back. The outcome's args: code.
type CancelPledge struct {
	Code string `json:"code"`
}

// Refusals about pledges.
const (
	RefusedCampaignShut = "pledge.shut"     // the campaign takes no pledges today
	RefusedPledges      = "pledge.too_many" // OpenPledges
	RefusedPledgeGone   = "pledge.gone"     // cancelled
	RefusedAmount       = "pledge.amount"   // under MinPledge or over MaxMoney
)

// LikeTransferCode reports whether a text typed by itself is meant as the code of a transfer, be it right or not.
func LikeTransferCode(s string) bool {
	kept, ok := decode(s, transferPrefixLen+codeLen+1)
	return ok && len(kept) >= transferPrefixLen+codeLen-1 && isTransferPrefix(kept[:transferPrefixLen])
}
