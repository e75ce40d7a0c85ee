package records

import "time"

// Campaign is an appeal of the Front of a commune, or of the city's, for one fund. One without an end lives all year: it takes what is
// given outside the others' days. It opens when a second person agrees, who types its account themselves.
type Campaign struct {
	ID         int64 `gorm:"primaryKey"`
	Fund       string
	Area       string // path of the commune, or of the city
	Plan       string // number of the plan, where there is one: "169/KH-UBND"
	StartsOn   time.Time
	EndsOn     *time.Time // its last day
	State      string
	Way        string // how money comes
	BIN        string `gorm:"column:bin"` // of the bank
	Account    string
	Holder     string // of the account, as banks show it: capitals without accents
	Place      string // the Treasury's office, or where cash is taken and when
	Goods      string // where things are taken and when, "" where it is agreed by phone
	Goal       int64  // VND to be reached, 0 where none was set
	UnitGoal   int64  // of a city's: VND to be reached by each commune that follows it
	TemplateID *int64 // the city's campaign that it follows
	MadeBy     int64
	Contact    string
	CreatedAt  time.Time
	ApprovedBy *int64
	ApprovedAt *time.Time
}

// CampaignGoal is a quantity of a thing that a campaign is to bring in, in the order given.
type CampaignGoal struct {
	CampaignID int64 `gorm:"primaryKey;autoIncrement:false"`
	N          int   `gorm:"primaryKey;autoIncrement:false"`
	Qty        int64
	Unit       string
	Name       string
}

// States of a Campaign.
const (
	CampaignProposed = "proposed" // waits for the second person
	CampaignOpen     = "open"
	CampaignPaused   = "paused"
	CampaignClosed   = "closed" // for good
)

// How money comes to a campaign. No VietQR leads to the Treasury.
const (
	WayBank     = "bank"
	WayTreasury = "treasury"
	WayCash     = "cash"
)

// Ways are all ways, in the order of menus.
var Ways = []string{WayBank, WayTreasury, WayCash}

// CampaignWait is how long a campaign waits for a second person of its own Front before one of the city may agree in their place.
const CampaignWait = 2 * time.Hour

// Takes reports whether a campaign takes pledges on a day.
func (c Campaign) Takes(day time.Time) bool {
	return c.State == CampaignOpen && !day.Before(c.StartsOn) && (c.EndsOn == nil || !day.After(*c.EndsOn))
}

// Next are the states that a campaign may be put in by hand. It is opened from CampaignProposed by a second person only.
func (c Campaign) Next() []string {
	switch c.State {
	case CampaignProposed:
		return []string{CampaignClosed}
	case CampaignOpen:
		return []string{CampaignPaused, CampaignClosed}
	case CampaignPaused:
		return []string{CampaignOpen, CampaignClosed}
	}
	return nil
}

// Commands about campaigns.
const (
	CmdProposeCampaign = "campaign.propose" // ProposeCampaign
	CmdApproveCampaign = "campaign.approve" // ApproveCampaign
	CmdCampaignState   = "campaign.state"   // SetCampaignState
	CmdShareCampaign   = "campaign.share"   // ShareCampaign
)

// Look-ups about campaigns.
const (
	AskCampaigns    = "campaign.list"     // those of the asker's areas that are not closed
	AskCampaign     = "campaign.get"      // args campaign: one of them
	AskCampaignOpen = "campaign.open"     // args unit, fund: which takes pledges today for a commune, or else for its city
	AskProgress     = "campaign.progress" // args unit, fund: how far one is, without names; without a unit, where the asker belongs
	AskTemplate     = "campaign.template" // args campaign: a city's that the asker's commune may follow
)

// ProposeCampaign proposes a campaign of the person's commune or city. The outcome's args: campaign (its number), fund, told (how many
// may agree).
type ProposeCampaign struct {
	Fund    string `json:"fund"`
	Plan    string `json:"plan,omitempty"`
	From    string `json:"from"`         // 2026-10-17
	To      string `json:"to,omitempty"` // its last day; none: all year. FundRelief needs one
	Way     string `json:"way"`
	BIN     string `json:"bin,omitempty"`
	Account string `json:"account,omitempty"`
	Holder  string `json:"holder,omitempty"`
	Place   string `json:"place,omitempty"`
	Goods   string `json:"goods,omitempty"`

	Goal     int64  `json:"goal,omitempty"`     // VND to be reached
	Needs    []Item `json:"needs,omitempty"`    // things to be brought in
	Template int64  `json:"template,omitempty"` // the city's campaign that it follows
}

// ApproveCampaign opens a campaign. Account is what the second person typed, and must be the campaign's; for cash there is none.
type ApproveCampaign struct {
	ID      int64  `json:"id"`
	Account string `json:"account,omitempty"`
}

// SetCampaignState pauses, resumes or closes a campaign.
type SetCampaignState struct {
	ID    int64  `json:"id"`
	State string `json:"state"`
}

// ShareCampaign asks the Fronts of a city's communes to follow its campaign; asking again tells only those who were not told. The outcome's
// args: told (how many).
type ShareCampaign struct {
	ID   int64 `json:"id"`
	Goal int64 `json:"goal,omitempty"` // VND to be reached by each
}

// Refusals about campaigns.
const (
	RefusedSamePerson   = "campaign.same_person" // who proposed it cannot be the second
	RefusedTooEarly     = "campaign.too_early"   // the city's before CampaignWait
	RefusedAccount      = "campaign.account"     // the second person typed another account
	RefusedCampaignGone = "campaign.gone"        // not in a state in which that can be done
	RefusedDays         = "campaign.days"        // it would end before it begins, or before today, or a relief appeal never
)

// Limits of campaigns.
const (
	MaxPlan   = 40
	MaxHolder = 70
	MaxPlace  = 200
)

// Check tells why a proposal cannot be kept, "" where it can. today is a day.
func (p ProposeCampaign) Check(today time.Time) string {
	from, ok := ParseDay(p.From)
	if !ok || !oneOf(p.Fund, Funds) || !oneOf(p.Way, Ways) || longer(p.Plan, MaxPlan) || longer(p.Holder, MaxHolder) || longer(p.Place, MaxPlace) || longer(p.Goods, MaxPlace) ||
		p.Goal < 0 || p.Goal > MaxMoney {
		return RefusedInvalid
	}
	if p.To == "" {
		if p.Fund == FundRelief {
			return RefusedDays
		}
	} else if to, ok := ParseDay(p.To); !ok || to.Before(from) || to.Before(today) {
		return RefusedDays
	}
	if why := checkItems(p.Needs); why != "" {
		return why
	}
	account := len(p.Account) >= 4 && len(p.Account) <= maxTreasuryAccount && p.Holder != ""
	switch p.Way {
	case WayBank:
		if err := (VietQR{BIN: p.BIN, Account: p.Account}).check(); err != nil || !account {
			return RefusedInvalid
		}
		if _, known := BankOf(p.BIN); !known || p.Place != "" {
			return RefusedInvalid
		}
	case WayTreasury:
		if !account || p.BIN != "" || p.Place == "" || !only(p.Account, func(c byte) bool { return c == '.' || isAlnum(c) }) {
			return RefusedInvalid
		}
	case WayCash:
		if p.Account != "" || p.BIN != "" || p.Holder != "" || p.Place == "" {
			return RefusedInvalid
		}
	}
	return ""
}

// maxTreasuryAccount is the most characters of an account at the Treasury, with its dots.
const maxTreasuryAccount = 30
