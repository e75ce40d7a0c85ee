package records

import "time"

// Kinds of command about help that is offered to others.
const (
	CmdOffer      = "offer.make"   // MakeOffer
	CmdMatch      = "offer.match"  // MatchOffer: help offered once, with a need
	CmdAssign     = "offer.assign" // MatchOffer: a sponsor, with a household or a group
	CmdAgreeOffer = "offer.agree"  // AgreeOffer, by the household
	CmdEndOffer   = "offer.end"    // EndOffer
	CmdLeaveOffer = "offer.leave"  // EndOffer, by who offered: nothing comes of it
	CmdCheckOffer = "offer.check"  // CheckOffer, by the sponsor
)

// Names of look-ups about offers.
const (
	AskOffers     = "offer.list"  // those that go on in the asker's areas
	AskOffer      = "offer.get"   // args offer
	AskOfferNeeds = "offer.needs" // args q, key: open needs that help offered once can be matched with
	AskOfferHome  = "offer.home"  // args household: who would help it, or does
	AskOfferMine  = "offer.mine"  // what the asker offered, and what came of it
)

// Refusals of commands about offers.
const (
	RefusedOffers    = "offer.too_many" // the contact has MaxOffers that go on
	RefusedOfferGone = "offer.gone"     // somebody decided it before, or it is not there
)

// MaxOffers is how many offers of one contact may go on at a time, MaxSponsorMonths how long a sponsor promises at once.
const (
	MaxOffers        = 5
	MaxSponsorMonths = 60
)

// Offer is help that somebody would give to others. It goes from offered by asked, when a household is asked whether it agrees, to
// matched, and ends done or declined. Who offers learns no name of the household before it agrees; one that does not is offered
// nothing else of it, and the offer is open again.
type Offer struct {
	ID          int64  `gorm:"primaryKey"`
	Kind        string // one of OfferKinds, or OfferSponsor
	Wish        string // of a sponsor: WishHousehold or WishArea
	What        string // in their words; of a sponsor what is given each month
	Money       int64  // VND of it, of a sponsor
	AtTimes     string // when, in their words
	Place       string // where, in their words
	Name        string // who gives
	Phone       string // sealed
	Origin      string // path of the group or commune it was offered in
	Area        string // path of where it is now: of the group it is matched with
	Status      string
	HouseholdID *int64
	NeedID      *int64
	FromOn      *time.Time // day, of a sponsor
	ToOn        *time.Time // the day after the last
	NextOn      *time.Time // day on which a sponsor is asked how it goes
	PersonID    int64
	Contact     string
	MatchedBy   *int64
	AgreedBy    *int64
	CreatedAt   time.Time
	AgreedAt    *time.Time
	EndedAt     *time.Time
}

// OfferKinds are the kinds of help offered once.
var OfferKinds = []string{"things", "labour", "skill", "time"}

// OfferSponsor is the kind of an organisation, a party cell, a unit or a person that takes a household or a group under its wing (nhận đỡ
// đầu) and gives each month.
const OfferSponsor = "sponsor"

// What a sponsor wants to take under its wing.
const (
	WishHousehold = "household"
	WishArea      = "area"
)

// Statuses of an Offer.
const (
	OfferOpen      = "offered"
	OfferAsked     = "asked"
	OfferMatched   = "matched"
	OfferDone      = "done"
	OfferDeclined  = "declined"
	OfferWithdrawn = "withdrawn"
)

// OfferGoesOn are the statuses of an offer of which something may still come.
var OfferGoesOn = []string{OfferOpen, OfferAsked, OfferMatched}

// OfferCheck is what a sponsor said about a month.
type OfferCheck struct {
	OfferID   int64     `gorm:"primaryKey;autoIncrement:false"`
	Month     time.Time `gorm:"primaryKey"` // its first day
	Helped    bool
	PersonID  int64
	CreatedAt time.Time
}

// MakeOffer offers help. The commune is that with the code Unit, or where the person belongs. The outcome's args: told, the role of those
// who were told, if anybody.
type MakeOffer struct {
	Kind   string `json:"kind"`
	Wish   string `json:"wish,omitempty"`
	What   string `json:"what"`
	Money  int64  `json:"money,omitempty"` // VND a month
	Times  string `json:"times,omitempty"`
	Unit   string `json:"unit,omitempty"`
	Place  string `json:"place,omitempty"`
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"` // E.164
	From   string `json:"from,omitempty"`  // of a sponsor: the first day, 2026-12-01
	Months int    `json:"months,omitempty"`
}

// Check tells whether an offer can be kept on a day.
func (m MakeOffer) Check(today time.Time) bool {
	if m.What == "" || m.Name == "" || m.Money < 0 || m.Money > MaxMoney {
		return false
	}
	if m.Kind != OfferSponsor {
		return oneOf(m.Kind, OfferKinds) && m.Wish == "" && m.From == "" && m.Months == 0
	}
	from, ok := ParseDay(m.From)
	return ok && !from.Before(today) && from.Before(today.AddDate(1, 0, 1)) && m.Months >= 1 && m.Months <= MaxSponsorMonths && oneOf(m.Wish, []string{WishHousehold, WishArea})
}

// MatchOffer brings an offer together with a need, a household (its code) or a group (its path).
type MatchOffer struct {
	ID        int64  `json:"id"`
	Need      int64  `json:"need,omitempty"`
	Household string `json:"household,omitempty"`
	Area      string `json:"area,omitempty"`
}

// AgreeOffer says whether a household agrees that who offers help is told its name.
type AgreeOffer struct {
	ID    int64 `json:"id"`
	Agree bool  `json:"agree"`
}

// EndOffer says that what was offered is done, or that nothing comes of it.
type EndOffer struct {
	ID   int64 `json:"id"`
	Done bool  `json:"done,omitempty"`
}

// CheckOffer says whether a sponsor helped this month; saying it again changes it.
type CheckOffer struct {
	ID     int64 `json:"id"`
	Helped bool  `json:"helped"`
}
