package records

import "time"

// Kinds of command. A flow puts one in dialog.Save.Kind, with the JSON of its struct as Data.
const (
	CmdLogHelp        = "help.log"        // LogHelp
	CmdVoidHelp       = "help.void"       // VoidHelp
	CmdCorrectHelp    = "help.correct"    // CorrectHelp
	CmdRedeem         = "invite.redeem"   // Redeem
	CmdLang           = "person.lang"     // SetLang
	CmdAddress        = "person.address"  // SetAddress
	CmdName           = "person.name"     // SetName
	CmdPhone          = "person.phone"    // SetPhone
	CmdContactBlocked = "contact.blocked" // no data: the person stopped the bot
	CmdContactReturns = "contact.returns" // no data: the person let the bot in again
	CmdContactSeen    = "contact.seen"    // no data: the contact wrote
	CmdOpenTask       = "task.open"       // OpenTask
	CmdTakeTask       = "task.take"       // TakeTask
	CmdDoneTask       = "task.done"       // DoneTask
	CmdPassTask       = "task.pass"       // PassTask
	CmdWardPhone      = "ward.phone.set"  // SetWardPhone

	CmdMakeCard      = "card.make"        // MakeCard
	CmdMakeCards     = "card.sheet"       // MakeCards
	CmdCheckList     = "list.check"       // CheckList
	CmdDecideList    = "list.decide"      // DecideList
	CmdMakeSheets    = "sheet.make"       // MakeSignatureSheets
	CmdSignSheet     = "sheet.sign"       // SignSheet
	CmdOpenCode      = "code.open"        // OpenCode
	CmdLinkHousehold = "household.link"   // LinkHousehold
	CmdUnlink        = "household.unlink" // Unlink

	CmdVisit           = "household.visit"   // NoteVisit
	CmdChangeHousehold = "household.change"  // ChangeHousehold
	CmdQuiet           = "household.quiet"   // QuietHousehold
	CmdPropose         = "household.propose" // ProposeHousehold
	CmdDecide          = "household.decide"  // DecideProposal

	CmdInvite     = "invite.make" // MakeInvite
	CmdChangeRole = "role.change" // ChangeRole

	CmdStateHandover  = "handover.state"  // StateHandover
	CmdAnswerHandover = "handover.answer" // AnswerHandover
	CmdTakeHandover   = "handover.take"   // TakeHandover

	CmdLock   = "person.lock"   // LockPerson
	CmdReview = "person.review" // ReviewEntered
	CmdUnlock = "person.unlock" // UnlockPerson

	CmdConfirmHelp  = "help.confirm"       // ConfirmHelp
	CmdDisputeHelp  = "help.dispute"       // DisputeHelp
	CmdShareDispute = "help.dispute.share" // ShareDispute
	CmdExportHelp   = "help.export"        // ExportHelp

	CmdTakeMyData = "data.take"     // TakeMyData
	CmdWithdraw   = "data.withdraw" // Withdraw
	CmdAskData    = "data.ask"      // AskData
	CmdForgetMe   = "data.forget"   // ForgetMe
	CmdMessages   = "data.messages" // StopMessages
	CmdEraseAsked = "data.erase"    // EraseAsked
	CmdExtendData = "data.extend"   // ExtendData
)

// LogHelp says that help was given to one household or several. One entry is kept per household; several make a
// batch. The outcome's args: code (the entry's, or the batch's), codes (of all entries, separated by spaces), count.
type LogHelp struct {
	Households []string `json:"households"`        // household codes, no two alike
	Kind       string   `json:"kind"`              // one of Kinds
	Money      int64    `json:"money,omitempty"`   // VND to each household
	Items      []Item   `json:"items,omitempty"`   // things to each household
	GiverKind  string   `json:"giver_kind"`        // one of GiverKinds
	Giver      string   `json:"giver,omitempty"`   // name of the organisation, person or fund
	On         string   `json:"on"`                // the day it was given, 2026-11-10
	Photos     []string `json:"photos,omitempty"`  // keys of blobs
	Consent    string   `json:"consent,omitempty"` // one of Consents; needed with photos
	Note       string   `json:"note,omitempty"`    //
	Source     string   `json:"source,omitempty"`  // how the entry came: form, message, list, file
}

// Item is a quantity of a thing. Qty counts the smallest unit kept: weights are in grams (Unit "g"), volumes in
// millilitres ("ml"), everything else in whole pieces of Unit ("thùng", "bao", "suất", "ngày công").
type Item struct {
	Qty   int64  `json:"qty"`
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Value int64  `json:"value,omitempty"` // estimated worth of all of it in VND, 0 unknown
}

// VoidHelp takes an entry, or every entry of a batch, out of the books. The rows stay. Only the author may, and only
// within AuthorWindow of saving. The outcome's args: code, count.
type VoidHelp struct {
	Code   string `json:"code"`
	Reason string `json:"reason,omitempty"`
}

// CorrectHelp puts Log in the place of the entry Code, which keeps its code; the older version stays as history. Log
// names the entry's one household. The author may, within AuthorWindow of the first saving. The outcome's args: code.
type CorrectHelp struct {
	Code string  `json:"code"`
	Log  LogHelp `json:"log"`
}

// Redeem uses up an invite. The outcome's args: role, area (the area's name), path.
type Redeem struct {
	Code string `json:"code"`
}

// MakeInvite makes an invite for a role in an area, given by its path: used once, within InviteDays. Ends is the last day of the role,
// empty for none. The outcome's args: code, role, area (the area's name), until (the invite's last day), ends.
type MakeInvite struct {
	Role string `json:"role"`
	Area string `json:"area"`
	Ends string `json:"ends,omitempty"`
}

// ChangeRole does something to the role with this id: one of the constants Role...Act. Ends is the last day of RoleUntilAct. With RoleEndAct
// To is the person who follows, of those who hold the same role there; 0: nobody yet. The outcome's args: name (of who holds it), role, area,
// and where it ends with a handover, handover (its id).
type ChangeRole struct {
	ID   int64  `json:"id"`
	Act  string `json:"act"`
	Ends string `json:"ends,omitempty"`
	Why  string `json:"why,omitempty"`
	To   int64  `json:"to,omitempty"`
}

// What is done to a role.
const (
	RoleSuspendAct = "suspend" // it rests
	RoleResumeAct  = "resume"  // it is taken up again
	RoleEndAct     = "end"     //
	RoleUntilAct   = "until"   // it is given until a day
)

// RoleActs are all that is done to a role.
var RoleActs = []string{RoleSuspendAct, RoleResumeAct, RoleUntilAct, RoleEndAct}

// SetLang keeps the language the person chose ("vi", "en").
type SetLang struct {
	Lang string `json:"lang"`
}

// SetAddress keeps how the person wants to be addressed ("cô", "chú", "anh").
type SetAddress struct {
	Address string `json:"address"`
}

// SetName keeps the person's own name.
type SetName struct {
	Name string `json:"name"`
}

// SetPhone keeps the person's own number (E.164), by which they are found when it is lost; empty: none.
type SetPhone struct {
	Phone string `json:"phone,omitempty"`
}

// OpenTask asks somebody who looks after the contact's area, or the commune with the code Unit, to go on by hand. A contact has one
// open task "protected" at most. The outcome's args: task (its number), and for the person ward, phone, own and leader as of AskWardPhone.
type OpenTask struct {
	Reason string `json:"reason"` // one of the constants Task...
	Flow   string `json:"flow,omitempty"`
	Step   string `json:"step,omitempty"`
	Ref    string `json:"ref,omitempty"`  // code of the record it is about
	Unit   string `json:"unit,omitempty"` // official code of a commune
	Name   string `json:"name,omitempty"`
	Phone  string `json:"phone,omitempty"` // E.164
	Place  string `json:"place,omitempty"`
	Words  string `json:"words,omitempty"`
}

// TakeTask says that the person goes on with an open task.
type TakeTask struct {
	ID int64 `json:"id"`
}

// DoneTask ends a task.
type DoneTask struct {
	ID   int64  `json:"id"`
	Note string `json:"note"`
}

// PassTask gives a task to those who hold another role in its commune: RoleFront or RoleOfficer. The outcome's args: told, how many
// there are.
type PassTask struct {
	ID   int64  `json:"id"`
	Role string `json:"role"`
	Note string `json:"note"`
}

// SetWardPhone keeps the phone of a ward's Front: of the commune with the code Unit, or of the one the person works for. The outcome's
// args: ward, phone.
type SetWardPhone struct {
	Unit  string `json:"unit,omitempty"`
	Phone string `json:"phone"` // E.164, or a short code
}

// MakeCard makes a card for a household. The outcome's args: code (as people type it), who (the household's name), group, until (its
// last day).
type MakeCard struct {
	Household string `json:"household"`
}

// OpenCode says that a contact typed a short code. Of a wrong one a try is counted. The outcome's args: kind; of a card who (the
// household's name in part) and group.
type OpenCode struct {
	Code string `json:"code"`
}

// LinkHousehold makes the person one of the household whose card they typed last, if they agree; an answer that says no is kept and
// nothing else. The outcome's args: who, group.
type LinkHousehold struct {
	Consent ConsentGiven `json:"consent"`
}

// Unlink takes a person out of a household again: who looks after it by the id of the link, the person themselves out of Household,
// or out of the one they belong to.
type Unlink struct {
	Link      int64  `json:"link,omitempty"`
	Household string `json:"household,omitempty"`
}

// NoteVisit notes a call at a household.
type NoteVisit struct {
	Household string `json:"household"`
	On        string `json:"on"` // a day that has come
	Note      string `json:"note"`
}

// ChangeHousehold changes one fact of a household: nickname, second (what tells it from others), members or birth_year.
type ChangeHousehold struct {
	Household string `json:"household"`
	Part      string `json:"part"`
	Value     string `json:"value"`
}

// QuietHousehold says that nobody of a household is to be written to, QuietDied or QuietAway; empty: that they are again.
type QuietHousehold struct {
	Household string `json:"household"`
	Why       string `json:"why"`
}

// ProposeHousehold asks for a household to be put on the list of a group. Who may decide puts it there at once. The outcome's args:
// name, and code when it is on the list.
type ProposeHousehold struct {
	Group     string `json:"group"`
	Head      string `json:"head"`
	BirthYear int    `json:"birth_year,omitempty"`
	Second    string `json:"second,omitempty"`
	Members   int    `json:"members,omitempty"`
	Why       string `json:"why,omitempty"`
}

// DecideProposal puts a proposed household on the list, or does not. The outcome's args: name, and code when it is on the list.
type DecideProposal struct {
	ID     int64 `json:"id"`
	Accept bool  `json:"accept"`
}

// ConfirmHelp says that a household received all entries of a year that it was shown, and that it had not answered. Household may be
// empty for the only one. Seen is the instant (Unix seconds) up to which entries had been told when they were shown. The outcome's
// args: count.
type ConfirmHelp struct {
	Household string `json:"household,omitempty"`
	Year      int    `json:"year"`
	Seen      int64  `json:"seen"`
}

// DisputeHelp says that an entry is not right for its household. The outcome's args: code, on, missing, said.
type DisputeHelp struct {
	Code    string `json:"code"`
	Answer  string `json:"answer"` // AnswerMissing or AnswerWrong
	Missing string `json:"missing,omitempty"`
	Words   string `json:"words"`
}

// ShareDispute lets the group's leader know of a dispute: of the entry with this code, or of the newest. The outcome's args: code.
type ShareDispute struct {
	Code string `json:"code,omitempty"`
}

// Refusals are locale keys that say why a record was not kept.
const (
	RefusedDenied        = "save.denied"     // no right to it, or no longer
	RefusedNotFound      = "save.not_found"  // no such household, entry or batch within the person's rights
	RefusedTooLate       = "save.too_late"   // more than AuthorWindow after saving
	RefusedNotAuthor     = "save.not_author" // somebody else logged it
	RefusedVoided        = "save.voided"     // voided before
	RefusedBatch         = "save.batch"      // a batch cannot be corrected as one, only its entries
	RefusedConflict      = "save.conflict"   // the same Save with another payload
	RefusedInvalid       = "save.invalid"    // cannot be read or stored
	RefusedMoney         = "save.money"      // negative, or over MaxMoney
	RefusedQuantity      = "save.quantity"   // not positive, or over MaxQty
	RefusedEmpty         = "save.empty"      // neither money nor things where the kind needs one
	RefusedFuture        = "save.future"     // given on a day that has not come
	RefusedTooOld        = "save.too_old"    // given before EarliestDay
	RefusedTooMany       = "save.too_many"   // more than MaxHouseholds, MaxItems or MaxPhotos
	RefusedConsent       = "save.consent"    // photos without consent
	RefusedInviteUnknown = "invite.unknown"  // no such code
	RefusedInviteUsed    = "invite.used"     // by somebody else
	RefusedInviteExpired = "invite.expired"  //
	RefusedInviteLocked  = "invite.locked"   // too many wrong codes: args "minutes" until the next try
	RefusedNoCard        = "link.no_card"    // no card was typed, or too long ago
	RefusedThere         = "home.there"      // the group has a household of this name, birth year and second key
	RefusedDecided       = "home.decided"    // somebody decided it before
	RefusedTasks         = "task.too_many"   // more than TasksADay
	RefusedTaskGone      = "task.gone"       // it is done
	RefusedWard          = "ward.none"       // no ward, or none of that name yet
	RefusedNoSeats       = "card.no_seats"   // the platform allows the bot no more people
	RefusedOwnRole       = "role.own"        // nobody changes a role of their own
	RefusedRoleGone      = "role.gone"       // it ended, or is already so
	RefusedHandoverOver  = "handover.over"   // it is closed, or another side spoke since
	RefusedHandoverWaits = "handover.waits"  // another side did not speak yet
	RefusedLockedBefore  = "lock.before"     // somebody else locked them
	RefusedNotLocked     = "lock.none"       //
	RefusedReviewed      = "lock.reviewed"   // somebody looked it over before
	RefusedOtherPerson   = "lock.other"      // the chat is somebody else's
	RefusedLocked        = "save.locked"     // who asks is locked
	RefusedOwnOnly       = "link.own_only"   // who looks after a group has one household of it, their own
	RefusedJoinHere      = "join.here"       // the code is for another chat than the one it was made in
	RefusedJoined        = "join.joined"     // the two chats are one person's already
	RefusedJoinMany      = "join.many"       // more than JoinMost chats
	RefusedJoinHomes     = "join.homes"      // the two together look after a group and have several households in it
)

// Names of look-ups, for dialog.Ask.Query. Everything found is within the asker's rights.
const (
	AskHouseholdSearch = "household.search" // args q, group, exclude (codes separated by spaces)
	AskHouseholdFacts  = "household.facts"  // args household
	AskHouseholdList   = "household.list"   // args group
	AskHouseholdSheet  = "household.sheet"  // args blob, the key of a file that was sent
	AskHelpRecent      = "help.recent"      // args households (separated by spaces), kind, on
	AskHelpMine        = "help.mine"        //
	AskKept            = "save.kept"        // args form, n of a Save of the asker's own: what it brought; nothing where it was not kept. As dialog.AskKept
	AskHelpGet         = "help.get"         // args code
	AskAreaMine        = "area.mine"        //

	AskHouseholdMine    = "household.mine"      // the households the asker belongs to
	AskHouseholdSupport = "household.support"   // args household, year, about
	AskHouseholdMembers = "household.members"   // args household or link
	AskHouseholdView    = "household.view"      // args household
	AskLookReason       = "lookup.need"         // fact need: "1" where the asker is to say why before a ReasonedLookup
	AskHouseholdYear    = "household.year"      // args group, none: the group's households with what each got this year
	AskProposals        = "household.proposals" // args proposal: those the asker may decide, or one of them
	AskList             = "list.get"            // args list: one of the ward's lists that were sent, none: the newest
	AskSheet            = "sheet.get"           // args sheet: its number
	AskHelpMeant        = "help.meant"          // args household, year, said: which entry words are about
	AskTasks            = "task.list"           // the open tasks of the asker's areas
	AskTask             = "task.get"            // args task
	AskWardPhone        = "ward.phone"          // args unit: a commune's code, none: the asker's own
	AskAreaGive         = "area.give"           // args role: where the asker may invite for it
	AskStaff            = "role.list"           // args q: who holds roles that the asker may give
	AskRole             = "role.get"            // args role (its id)
	AskHandovers        = "handover.list"       // the open handovers that concern the asker
	AskHandover         = "handover.get"        // args handover
	AskLockable         = "person.find"         // args q, locked: whom the asker may lock, or let back
	AskLockReview       = "person.entered"      // args lock, kind, ref: what a locked person entered since the phone was lost
	AskCodeOpen         = "code.opened"         // what the short code typed last stands for
	AskMyData           = "data.mine"           // what is kept of the asker, in short
	AskConsents         = "data.consents"       // args consent: what the asker agreed to, or one of it
	AskQuota            = "quota"               // args area: what the bot used of its plan, and who of the area has a seat
	AskJobs             = "jobs"                // args area: what is done by the clock, when last and when next
)

// Problems of look-ups: locale keys.
const (
	ProblemUnavailable = "ask.unavailable"
	ProblemDenied      = "ask.denied"
	ProblemNotFound    = "ask.not_found"
	ProblemReason      = "ask.reason"   // a ReasonedLookup of somebody who did not say why
	ProblemTooMany     = "ask.too_many" // more than LookupsADay
)

// NamedLookups show households by name to who looks after them: each is a line of the log, and counted. Finding one to log help for it is not among them: the
// entry says it.
var NamedLookups = []string{AskHouseholdView, AskHouseholdYear, AskHouseholdList}

// ReasonedLookups are those of NamedLookups for which who looks after more than a group says why, once in ReasonGood.
var ReasonedLookups = []string{AskHouseholdView, AskHouseholdYear}

// LookReasonLine is the action of the log's line about why somebody looks households up. The reason stands with each look-up that follows.
const LookReasonLine = "lookup.reason"

// LookReasons are why somebody may look households up: the arg why of a ReasonedLookup.
var LookReasons = []string{"giving", "review", "request", "check", "report"}

// ReasonGood is how long a reason holds.
const ReasonGood = 2 * time.Hour

// LookupsADay is how many NamedLookups one person may make in 24 hours.
const LookupsADay = 300
