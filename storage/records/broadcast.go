package records

import (
	"strings"
	"time"
)

// Broadcast is one message of the Front or a ward to many people. Text, Photo and File are kept as they were sent. Who it is for is
// worked out while it is sent: a row of messages for each person, whatever number of chats they have.
type Broadcast struct {
	ID         int64 `gorm:"primaryKey"`
	AuthorID   int64
	Contact    string // in which it was written
	Area       string // path of the author's ward, or of the city
	Signed     string // name of Area
	Text       string // with the marks of bold, lists and links
	Photo      string // key of a blob
	File       string // key of a blob
	FileName   string
	Who        string // one of Audiences
	Areas      string // paths, separated by spaces
	CampaignID *int64 // of AudienceDonors and AudienceDue: only those of this campaign
	Storm      bool   // a warning: it goes first
	Status     string
	Hash       string // of what is sent to whom: the same again within SameBroadcast is the same broadcast
	People     int    // who it reached for when it was sent
	DueAt      *time.Time
	AskedAt    *time.Time // when it began to wait for the second officer
	ApprovedBy *int64
	ApprovedAt *time.Time
	NextPerson int64 // people up to this one have their row
	Prepared   bool  // all have
	Owner      string
	LeaseUntil *time.Time // by real time
	CreatedAt  time.Time
	StartedAt  *time.Time
	ToldRef    string     // the platform's name of the message in Contact that says how far it is
	ToldAt     *time.Time // when that was last changed
	FedAt      *time.Time // when something was last given to be sent
	DoneAt     *time.Time
}

// Statuses of a Broadcast.
const (
	BroadcastDraft     = "draft"     // written, not sent
	BroadcastAsked     = "asked"     // waits for a second officer
	BroadcastReady     = "ready"     // waits for DueAt
	BroadcastSending   = "sending"   //
	BroadcastPaused    = "paused"    //
	BroadcastDone      = "done"      //
	BroadcastEnding    = "ending"    // cancelled; what waits is being taken back
	BroadcastCancelled = "cancelled" //
)

// Audiences of a broadcast, in the order of menus. Each is of the areas that are chosen.
const (
	AudienceLeaders = "leaders" // those who lead a group
	AudienceIdle    = "idle"    // of them those who logged nothing since Monday
	AudienceHomes   = "homes"   // people of households
	AudienceNeeds   = "needs"   // of them those whose household has an open need
	AudienceDonors  = "donors"  // who promised money to a campaign
	AudienceDue     = "due"     // of them those whose promise was not received
	AudienceStaff   = "staff"   // officers, the Front, treasurers
	AudienceAll     = "all"     // whoever holds a role there or promised something
)

// Audiences are all audiences.
var Audiences = []string{AudienceLeaders, AudienceIdle, AudienceHomes, AudienceNeeds, AudienceDonors, AudienceDue, AudienceStaff, AudienceAll}

// Limits of broadcasts.
const (
	MaxBroadcast      = 1_000          // characters
	MaxBroadcastAreas = 20             //
	BroadcastAlone    = 500            // people that one officer may write to without a second
	SameBroadcast     = 24 * time.Hour // the same text to the same people within this time is the same broadcast
	BroadcastWeek     = 7 * 24 * time.Hour
	BulkAWeek         = 3 // broadcasts that one person gets within BroadcastWeek, unless the program is told otherwise
)

// Why a person of the audience is not told: reasons of a Message that failed.
const (
	NotToldGone  = "gone"  // stopped the bot, on every channel
	NotToldOff   = "off"   // wants no such messages
	NotToldQuiet = "quiet" // the household is not to be written to
	NotToldMany  = "many"  // had BulkAWeek
)

// Commands about broadcasts.
const (
	CmdMakeBroadcast   = "broadcast.make"   // MakeBroadcast
	CmdTryBroadcast    = "broadcast.try"    // TryBroadcast
	CmdSendBroadcast   = "broadcast.send"   // SendBroadcast
	CmdSetBroadcast    = "broadcast.set"    // SetBroadcast
	CmdReplyBroadcast  = "broadcast.reply"  // ReplyBroadcast
	CmdReportBroadcast = "broadcast.report" // ReportBroadcast
)

// Look-ups about broadcasts.
const (
	AskBroadcasts = "broadcast.list"  // those of the asker's areas, the newest first
	AskBroadcast  = "broadcast.get"   // args broadcast: one of them, and how far it is
	AskReach      = "broadcast.reach" // args who, areas, campaign: how many people that is now
	AskReachAreas = "broadcast.areas" // where the asker may write to: args q, key
)

// MakeBroadcast keeps a broadcast as a draft. No Areas: all of the author's. The outcome's args: code (its number), status.
type MakeBroadcast struct {
	Text     string   `json:"text"`
	Who      string   `json:"who"`
	Areas    []string `json:"areas,omitempty"`
	Campaign int64    `json:"campaign,omitempty"`
	Photo    string   `json:"photo,omitempty"`
	File     string   `json:"file,omitempty"`
	FileName string   `json:"file_name,omitempty"`
}

// TryBroadcast sends a broadcast to all chats of whoever asks, and to nobody else. The outcome's args: code.
type TryBroadcast struct {
	ID int64 `json:"id"`
}

// SendBroadcast has a draft sent, at once or at an instant (RFC 3339). The outcome's args: code, count, status (BroadcastReady, or
// BroadcastAsked where a second officer is needed), told (how many may be the second), city (set where they are of the city).
type SendBroadcast struct {
	ID    int64  `json:"id"`
	At    string `json:"at,omitempty"`
	Storm bool   `json:"storm,omitempty"`
}

// ReplyBroadcast answers a broadcast that the person was told. The outcome's args: from (who wrote it).
type ReplyBroadcast struct {
	ID    int64  `json:"id"`
	Words string `json:"words"`
}

// SetBroadcast does one of BroadcastActs to a broadcast. The outcome's args: code, act.
type SetBroadcast struct {
	ID  int64  `json:"id"`
	Act string `json:"act"`
}

// ReportBroadcast asks for a workbook of what became of a broadcast. Its words come with it, as storage knows no language. The outcome's args:
// file (the blob's key), code (the broadcast's number), count (people not told).
type ReportBroadcast struct {
	ID     int64             `json:"id"`
	Areas  []string          `json:"areas"`           // headings of ReportAreas
	People []string          `json:"people"`          // headings of ReportPeople
	Words  map[string]string `json:"words,omitempty"` // sheet.areas, sheet.people, donors, and state.STATE of ReportStates
}

// ReportStates are what became of a person's row, in the order of a report's columns.
var ReportStates = []string{MessageSent, MessageWaiting, NotToldGone, NotToldOff, NotToldQuiet, NotToldMany, MessageFailed, MessageDoubt, MessageCancelled}

// ReportAreas are the columns of a report by area, ReportPeople those of its list of people not told.
var (
	ReportAreas  = append([]string{"area"}, ReportStates...)
	ReportPeople = []string{"n", "area", "channel", "state", "reason"}
)

// What is done to a broadcast.
const (
	BroadcastPause   = "pause"
	BroadcastResume  = "resume"
	BroadcastCancel  = "cancel"
	BroadcastApprove = "approve" // by the second officer
	BroadcastAgain   = "again"   // to those for whom it failed, or of whom it is not known
)

// BroadcastActs are all of them, in the order of menus.
var BroadcastActs = []string{BroadcastApprove, BroadcastPause, BroadcastResume, BroadcastAgain, BroadcastCancel}

// Refusals about broadcasts.
const (
	RefusedBroadcastGone = "broadcast.gone"     // not in a state in which that can be done
	RefusedBroadcastOwn  = "broadcast.own"      // who wrote it cannot be the second
	RefusedBroadcastPast = "broadcast.past"     // the time has passed
	RefusedNobody        = "broadcast.nobody"   // there is nobody to tell
	RefusedNotTold       = "broadcast.not_told" // the person was told no such broadcast
)

// Acts are what may be done to a broadcast as it is. A storm warning is agreed to while it goes, or after.
func (b Broadcast) Acts() (acts []string) {
	if b.AskedAt != nil && b.ApprovedAt == nil && b.Status != BroadcastEnding && b.Status != BroadcastCancelled {
		acts = append(acts, BroadcastApprove)
	}
	switch b.Status {
	case BroadcastSending:
		acts = append(acts, BroadcastPause, BroadcastCancel)
	case BroadcastPaused:
		acts = append(acts, BroadcastResume, BroadcastCancel)
	case BroadcastDone:
		acts = append(acts, BroadcastAgain)
	case BroadcastDraft, BroadcastAsked, BroadcastReady:
		acts = append(acts, BroadcastCancel)
	}
	return acts
}

// InAreas are the paths a broadcast is for.
func (b Broadcast) InAreas() []string { return strings.Fields(b.Areas) }

// NeedsSecond reports whether a second officer must agree to write to so many people in areas: there are many, or they are of more than
// one ward.
func NeedsSecond(people int, areas []string) bool {
	ward := ""
	for _, area := range areas {
		w := CommuneOf(area)
		if w == "" || ward != "" && w != ward {
			return true
		}
		ward = w
	}
	return people > BroadcastAlone
}

// Check tells why a broadcast cannot be kept, "" where it can.
func (m MakeBroadcast) Check() string {
	switch {
	case strings.TrimSpace(m.Text) == "", longer(m.Text, MaxBroadcast), !oneOf(m.Who, Audiences), len(m.Areas) > MaxBroadcastAreas, longer(m.FileName, MaxName):
		return RefusedInvalid
	case m.Photo != "" && m.File != "", m.File != "" && m.FileName == "":
		return RefusedInvalid
	case m.Campaign != 0 && m.Who != AudienceDonors && m.Who != AudienceDue:
		return RefusedInvalid
	}
	for _, area := range m.Areas {
		if area == "" || strings.ContainsAny(area, " \n\t") {
			return RefusedInvalid
		}
	}
	return ""
}
