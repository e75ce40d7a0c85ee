package records

import "time"

// Household is one that may be helped. NaturalKey is what an import finds it again by: the group's path and
// the ward's own number for it, or where it has none the head's folded name, birth year and second key. Code is what
// people and buttons use; it is drawn when the row is written and never changes.
type Household struct {
	ID         int64 `gorm:"primaryKey"`
	NaturalKey string
	Code       string
	Area       string // path of its group
	Head       string
	BirthYear  int        // of the head, 0 unknown
	Nickname   string     // "Bảy Sang"
	Second     string     // what tells two of one name apart: "vợ ông Sáu", "hẻm 42"
	Official   string     // the ward's own number for it
	Members    int        // people in it, 0 unknown
	Search     string     // head, nickname and second key without accents, between bars, for comparing
	Sort       string     // orders heads by given name, then family name, as Vietnamese lists do
	Sample     bool       // made up, for demonstration
	Proposed   bool       // put on the list in a chat: without a class the ground to keep it is consent, not the law
	EndedAt    *time.Time // moved away or dissolved
	MergedInto *int64     // the entry that took this one over
	QuietAt    *time.Time // since then nobody of it is written to: QuietWhy
	QuietWhy   string     // died, away
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Path is the household's own path: its group's, and its code.
func (h Household) Path() string { return Join(h.Area, h.Code) }

// HouseholdWord finds households by a folded word of their names; Given marks the words they are called by: the head's given
// name and the nickname.
type HouseholdWord struct {
	Word        string `gorm:"primaryKey"`
	Area        string `gorm:"primaryKey"`
	HouseholdID int64  `gorm:"primaryKey;autoIncrement:false"`
	Given       bool
}

// HouseholdUse remembers when a person last logged something for a household.
type HouseholdUse struct {
	PersonID    int64 `gorm:"primaryKey"`
	HouseholdID int64 `gorm:"primaryKey"`
	UsedAt      time.Time
}

// Flags of a household. Those in RestrictedFlags say something sensitive about people.
const (
	FlagNoLabour = "khong_kha_nang_lao_dong" // nobody able to work: social assistance, never livelihoods
	FlagHardship = "dac_biet_kho_khan"       // illness, disability, single elderly, orphans, disaster
	FlagMerit    = "chinh_sach"              // người có công
	FlagMinority = "dan_toc_thieu_so"
)

// Flags are all flags; RestrictedFlags those that only an officer may see.
var (
	Flags           = []string{FlagNoLabour, FlagHardship, FlagMerit, FlagMinority}
	RestrictedFlags = []string{FlagMinority, FlagHardship}
)

// HouseholdFlag is a flag in force from ValidFrom until ValidTo (nil: still).
type HouseholdFlag struct {
	ID          int64 `gorm:"primaryKey"`
	HouseholdID int64
	Flag        string
	ValidFrom   time.Time
	ValidTo     *time.Time
}

// Classes of the yearly review.
const (
	ClassPoor        = "ngheo"
	ClassNearPoor    = "can_ngheo"
	ClassEscaped     = "moi_thoat_ngheo"
	ClassEscapedNear = "thoat_can_ngheo"
	ClassAverage     = "trung_binh"
)

// Classes are all classes.
var Classes = []string{ClassPoor, ClassNearPoor, ClassEscaped, ClassEscapedNear, ClassAverage}

// Classification is a copy of the commune chairman's recognition of a household's class in a year, under a version of
// the standard ("2022-2025", "2027-2030"). The bot never decides it and never overwrites it: a new decision ends the row
// in force (ValidTo) and adds one. Its natural key is household, year, standard and decision.
type Classification struct {
	ID              int64 `gorm:"primaryKey"`
	HouseholdID     int64
	Year            int
	StandardVersion string
	Class           string
	DecisionNo      string
	DecisionDate    *time.Time // day
	ValidFrom       time.Time  // day
	ValidTo         *time.Time
	Source          string
	CreatedAt       time.Time
}

// Reasons for which a household is not written to. The head of one who died is not thanked, asked or reminded any more.
const (
	QuietDied = "died"
	QuietAway = "away"
)

// Visit is a call at a household, by who looks after it.
type Visit struct {
	ID          int64 `gorm:"primaryKey"`
	HouseholdID int64
	PersonID    int64
	On          time.Time `gorm:"column:visited_on"` // day
	Note        string
	CreatedAt   time.Time
}

// Proposal asks the ward to put a household on the list. Who may decide it needs no proposal.
type Proposal struct {
	ID        int64  `gorm:"primaryKey"`
	Area      string // path of the group
	Head      string
	BirthYear int
	Second    string
	Members   int
	Why       string
	PersonID  int64 // who proposed it
	Contact   string
	Status    string
	Code      string // of the household it became
	CreatedAt time.Time
	DecidedAt *time.Time
	DecidedBy *int64
}

// Statuses of a Proposal.
const (
	ProposalOpen     = "open"
	ProposalAccepted = "accepted"
	ProposalRefused  = "refused"
)

// ReviewYear says that a commune's list of classes of a year was imported, at least in part. Until then a household that has no
// class of that year is told that there is no decision yet, and never that it is not on the list.
type ReviewYear struct {
	Area    string `gorm:"primaryKey"` // path of the commune
	Year    int    `gorm:"primaryKey;autoIncrement:false"`
	FirstAt time.Time
}
