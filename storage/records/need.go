package records

import (
	"strconv"
	"strings"
	"time"
)

// Kinds of command about needs.
const (
	CmdTellNeed    = "need.tell"    // TellNeedOf
	CmdAnswerNeed  = "need.answer"  // AnswerNeed
	CmdConfirmNeed = "need.confirm" // ConfirmNeed
)

// Names of look-ups about needs.
const (
	AskNeeds    = "need.list" // the open ones that the asker may answer, oldest first
	AskNeed     = "need.get"  // args need
	AskNeedMine = "need.mine" // args household: its needs and what came of them
)

// Refusals of commands about needs.
const (
	RefusedNeeds    = "need.too_many" // the household has MaxOpenNeeds that wait
	RefusedNeedGone = "need.gone"     // somebody answered it before
)

// MaxOpenNeeds is how many needs of one household may wait at a time.
const MaxOpenNeeds = 10

// MaxNeedPhotos is how many photos go with a need.
const MaxNeedPhotos = 3

// NeedPhoto is a photo that a household sent with a need. Who may answer the need sees it until the consent is withdrawn.
type NeedPhoto struct {
	NeedID    int64 `gorm:"primaryKey;autoIncrement:false"`
	N         int   `gorm:"primaryKey;autoIncrement:false"`
	Blob      string
	ConsentID int64
}

// Working days that a need waits for its first answer until its leader is reminded, and until its ward is told.
const (
	NeedRemindDays = 3
	NeedRaiseDays  = 5
)

// NeedRef is how a task or a notice names a need, and NeedOfRef reads it.
func NeedRef(id int64) string { return needRef + strconv.FormatInt(id, 10) }

// NeedOfRef is the need that a task or a notice is about; false where it is about something else.
func NeedOfRef(ref string) (id int64, ok bool) {
	number, ok := strings.CutPrefix(ref, needRef)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(number, 10, 64)
	return id, err == nil
}

const needRef = "need "

// Dimensions are those of multidimensional poverty, by which a need is filed. They are the same in both standards in use, that of
// 2022-2025 and that of 2027-2030.
var Dimensions = []string{DimensionWork, DimensionHealth, DimensionSchool, DimensionHouse, DimensionWater, DimensionInformation}

// The six dimensions.
const (
	DimensionWork        = "viec_lam"
	DimensionHealth      = "y_te"
	DimensionSchool      = "giao_duc"
	DimensionHouse       = "nha_o"
	DimensionWater       = "nuoc_vs"
	DimensionInformation = "thong_tin"
)

// Need is what a household says it needs, in its own words, and what came of it. Its state goes from received by planned to met, or to
// impossible; the household confirms that it was helped, or says that it was not, and it is received again.
type Need struct {
	ID          int64 `gorm:"primaryKey"`
	HouseholdID int64
	Area        string // path of the household
	Dimension   string
	Words       string
	Status      string
	Answer      string     // who will help, or why nobody can
	PlannedOn   *time.Time // day
	PersonID    int64      // who told it
	Contact     string
	AnsweredBy  *int64
	CreatedAt   time.Time
	AnsweredAt  *time.Time
	ConfirmedAt *time.Time
	WaitsFrom   time.Time  // since when it waits for an answer: it was told, or the household was not helped after all
	RemindedAt  *time.Time // its leader was, of this wait
	RaisedAt    *time.Time // its ward was told, of this wait
}

// Statuses of a Need.
const (
	NeedReceived   = "received"
	NeedPlanned    = "planned"
	NeedMet        = "met"
	NeedImpossible = "impossible"
	NeedConfirmed  = "confirmed" // by the household
)

// Open reports that somebody is still to do something about it.
func (n Need) Open() bool { return n.Status == NeedReceived || n.Status == NeedPlanned }

// TellNeedOf says what a household needs; Household may be empty for the only one. The outcome's args: told, who was told of it: a
// role, or nothing where nobody holds one.
type TellNeedOf struct {
	Household string `json:"household,omitempty"`
	Dimension string `json:"dimension"`
	Words     string `json:"words"`

	Photos  []string      `json:"photos,omitempty"`        // keys of blobs, MaxNeedPhotos at most; kept only as PhotoOK agrees
	PhotoOK *ConsentGiven `json:"photo_consent,omitempty"` // to PurposePhoto; where there are none it is not asked for
}

// AnswerNeed says what comes of an open need: NeedPlanned by whom (Answer) and when (On, a day that is not past), NeedMet, or
// NeedImpossible and why (Answer).
type AnswerNeed struct {
	ID     int64  `json:"id"`
	Status string `json:"status"`
	Answer string `json:"answer,omitempty"`
	On     string `json:"on,omitempty"`
}

// ConfirmNeed says for the household whether it was helped. Of what nobody has promised yet it may say that it is helped, not that it
// is not.
type ConfirmNeed struct {
	ID     int64 `json:"id"`
	Helped bool  `json:"helped"`
}
