package records

import (
	"slices"
	"strings"
)

// Names of roles.
const (
	RoleHousehold = "household" // a person of one household
	RoleDonor     = "donor"     // gives, or lends a hand: sees no household
	RoleLeader    = "leader"    // tổ trưởng, trưởng thôn, trưởng ban công tác Mặt trận, or the deputy of one: one group
	RoleOfficer   = "officer"   // of the commune's People's Committee
	RoleFront     = "front"     // of the commune's Fatherland Front
	RoleTreasurer = "treasurer" // keeps a fund's books; sees no household
	RoleCity      = "city"      // of the city: totals, no names
	RoleAdmin     = "admin"     // looks after the program; sees no household
)

// Roles are all roles, from the nearest to a household to the farthest.
var Roles = []string{RoleHousehold, RoleDonor, RoleLeader, RoleOfficer, RoleFront, RoleTreasurer, RoleCity, RoleAdmin}

// InviteRoles are the roles that an invite can give.
var InviteRoles = []string{RoleDonor, RoleLeader, RoleOfficer, RoleFront, RoleTreasurer, RoleCity, RoleAdmin}

// Action is something a person may or may not do in an area.
type Action string

// Actions. Each is done in an area, given as its path: for households and help that is the household's own path.
const (
	FindHouseholds Action = "find_households" // by name, in the list of a group, in a file
	SeeHousehold   Action = "see_household"   // its name and facts
	LogTheHelp     Action = "log_help"        // and void or correct it as its author
	SeeHelp        Action = "see_help"        // entries with names
	KeepHouseholds Action = "keep_households" // change what is known of one, note a visit, propose one
	AddHouseholds  Action = "add_households"  // put one on the list
	ImportLists    Action = "import_lists"    // the yearly list of a ward, with classes and flags
	AnswerHelp     Action = "answer_help"     // say for a household whether it came
	TakeHelpOut    Action = "take_help_out"   // entries with names, as a file
	SignSheets     Action = "sign_sheets"     // print sheets to sign, bring and see their photos
	DoTasks        Action = "do_tasks"        // what was handed over
	SetPhones      Action = "set_phones"      // the phone of a ward's Front
	SeeQuota       Action = "see_quota"       // of the platform's plan
	ChangeJobs     Action = "change_jobs"     // their hours, whether they rest, doing one now
	SeeJobs        Action = "see_jobs"        // what is done by the clock
	TellNeed       Action = "tell_need"       // say what a household needs, and whether it was helped
	AnswerNeeds    Action = "answer_needs"    // see what households need, and say what comes of it
	EnrolRises     Action = "enrol_rises"     // enrol a household to rise out of poverty, say how it goes, withdraw
	SeeRises       Action = "see_rises"       // who enrolled, with names, and note how it goes
	CountRises     Action = "count_rises"     // how many enrolled, without names
	SeeOffers      Action = "see_offers"      // help offered to others, sponsors and what they promise
	MatchOffers    Action = "match_offers"    // bring help offered once together with a need, end it
	MatchSponsors  Action = "match_sponsors"  // decide whom a sponsor takes under its wing, end it
	AnswerOffers   Action = "answer_offers"   // agree for a household, or not, see who helps it
	SendBroadcasts Action = "send_broadcasts" // write to many, agree to it as the second officer, see how far it is
	RunCampaigns   Action = "run_campaigns"   // propose, agree to, pause and close appeals of the Front
	KeepBooks      Action = "keep_books"      // enter what came to a fund, and take it back
	ShareCampaigns Action = "share_campaigns" // ask the Fronts of communes to follow one
	FollowCampaign Action = "follow_campaign" // see the city's that a commune may follow
	TakeGifts      Action = "take_gifts"      // see what is brought to a fund and by whom
	SeeBooks       Action = "see_books"       // what a fund has, and where
	AllocateFund   Action = "allocate_fund"   // decide which household gets what of a fund
	ApproveFund    Action = "approve_fund"    // agree to an allocation as the second person
	LinkHouseholds Action = "link_households" // make cards, see who belongs to a household, take somebody out
	GiveNear       Action = "give_near"       // invite those near to households: a leader, a donor
	GiveWard       Action = "give_ward"       // invite those of a ward: an officer, one of the Front, a treasurer
	GiveTop        Action = "give_top"        // invite for the city, or an admin
	SeeHandovers   Action = "see_handovers"   // of roles that end
	MoveHouseholds Action = "move_households" // to another group, and of two entries make one
	LockPeople     Action = "lock_people"     // who lost a phone, and let them back
)

// Duty reports a role whose holder looks after others or their data: it is handed over before who holds it is forgotten.
func Duty(role string) bool { return role != RoleHousehold && role != RoleDonor }

// Gives is what somebody must be allowed who invites for a role; false for a role that no invite gives.
func Gives(role string) (Action, bool) {
	switch role {
	case RoleLeader, RoleDonor:
		return GiveNear, true
	case RoleOfficer, RoleFront, RoleTreasurer:
		return GiveWard, true
	case RoleCity, RoleAdmin:
		return GiveTop, true
	}
	return "", false
}

// MayGive reports whether a holder of the role by may invite somebody for a role in their area or below it.
func MayGive(by, role string) bool {
	action, ok := Gives(role)
	return ok && allows(by, action)
}

// Own is what everybody may do with what is theirs, whatever their roles: a setting, an entry they wrote. It is asked of no area.
const Own Action = "own"

// Rule is a line of the table of rights: the roles that may do an action to a record, each in its area and below it.
type Rule struct {
	Record string
	Action Action
	What   string // the action in words
	Roles  []string
}

// Rules are the table of rights. docs/access.md is made from it, and a test walks every cell of it against the real store.
var Rules = []Rule{
	{"household", FindHouseholds, "find it by its name, list those of a group", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"household", SeeHousehold, "see its name and facts", []string{RoleHousehold, RoleLeader, RoleOfficer, RoleFront}},
	{"household", LinkHouseholds, "make its card, see who is linked to it, unlink them", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"household", KeepHouseholds, "change what is known of it, note a visit, stop messages to it; propose one", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"household", AddHouseholds, "put one on the list, decide on those proposed", []string{RoleOfficer}},
	{"household", MoveHouseholds, "put it into another group, make one of two entries, take that back within a day", []string{RoleOfficer, RoleFront}},
	{"household", ImportLists, "import a list with classes and flags", []string{RoleOfficer}},
	{"help", SeeHelp, "see entries with names", []string{RoleHousehold, RoleLeader, RoleOfficer, RoleFront}},
	{"help", LogTheHelp, "log it; as its author correct or void it within a day", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"help", TakeHelpOut, "take entries with names out as a file", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"help", SignSheets, "print a sheet of entries to sign, bring its photo, see it", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"help", AnswerHelp, "say for the household whether it came", []string{RoleHousehold}},
	{"need", TellNeed, "say what the household needs, see the answer, say whether it was helped", []string{RoleHousehold}},
	{"need", AnswerNeeds, "see it, plan it, say that it is met or why it cannot be", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"rise", EnrolRises, "enrol the household to rise out of poverty, say how it goes, withdraw", []string{RoleHousehold}},
	{"rise", SeeRises, "see who enrolled and for what, note how it goes", []string{RoleLeader, RoleFront}},
	{"rise", CountRises, "see how many enrolled, none of fewer than five", []string{RoleOfficer, RoleFront, RoleCity}},
	{"role", GiveNear, "invite a leader or a donor, see who is one, suspend or end the role", []string{RoleOfficer, RoleFront, RoleCity, RoleAdmin}},
	{"role", GiveWard, "the same for an officer, one of the Front or a treasurer", []string{RoleCity, RoleAdmin}},
	{"role", GiveTop, "the same for the city, or an admin", []string{RoleAdmin}},
	{"handover", SeeHandovers, "see what is handed over when a role of the ward ends, say whether it is right, take it out as a sheet", []string{RoleFront}},
	{"person", LockPeople, "lock somebody of the area who lost a phone, look over what was entered since, let them back; take a forgotten PIN away", []string{RoleOfficer, RoleFront, RoleAdmin}},
	{"offer", SeeOffers, "see who offers help, sponsors, and what they promise", []string{RoleLeader, RoleOfficer, RoleFront}},
	{"offer", MatchOffers, "bring help offered once together with a need, end it", []string{RoleLeader, RoleFront}},
	{"offer", MatchSponsors, "decide whom a sponsor takes under its wing, end it", []string{RoleFront}},
	{"offer", AnswerOffers, "agree for the household that who offers is told its name, see who helps it", []string{RoleHousehold}},
	{"campaign", RunCampaigns, "propose it with its account, agree to it as the second person, pause and close it", []string{RoleFront, RoleCity}},
	{"receipt", KeepBooks, "enter what came to a fund, take it back, see the receipts", []string{RoleTreasurer}},
	{"broadcast", SendBroadcasts, "write to many people of the area, agree to it as the second officer, pause it, see how far it is", []string{RoleOfficer, RoleFront, RoleCity}},
	{"campaign", ShareCampaigns, "ask the Fronts of communes to follow the city's", []string{RoleCity}},
	{"campaign", FollowCampaign, "see the city's that the commune may follow", []string{RoleFront}},
	{"pledge", TakeGifts, "see things, work and teaching promised to the fund, and whom to call about them", []string{RoleFront, RoleTreasurer}},
	{"fund", SeeBooks, "see what it has, and where", []string{RoleFront, RoleTreasurer}},
	{"fund", AllocateFund, "decide which household gets what of it, take that back", []string{RoleFront}},
	{"fund", ApproveFund, "agree as the second person to what is much", []string{RoleFront, RoleTreasurer}},
	{"task", DoTasks, "see and do what was handed over", []string{RoleOfficer, RoleFront, RoleAdmin}},
	{"ward", SetPhones, "set the phone that people are given", []string{RoleFront, RoleAdmin}},
	{"quota", SeeQuota, "see what is used of the plan, and how many of the area have a seat", []string{RoleAdmin}},
	{"schedule", ChangeJobs, "change the hour of a job, let it rest, do it now", []string{RoleAdmin}},
	{"schedule", SeeJobs, "see what is done by the clock, when last and when next", []string{RoleAdmin}},
}

// Guards name the actions of which each look-up and each command asks one. Every one of package records is listed.
var Guards = map[string][]Action{
	AskHouseholdSearch: {FindHouseholds},
	AskHouseholdFacts:  {SeeHousehold},
	AskHouseholdList:   {FindHouseholds},
	AskHouseholdSheet:  {LogTheHelp},
	AskHelpRecent:      {SeeHelp},
	AskHelpGet:         {SeeHelp, Own},
	AskHelpMine:        {Own},
	AskKept:            {Own},
	AskAreaMine:        {LogTheHelp},

	AskHouseholdMine:    {Own},
	AskHouseholdSupport: {SeeHelp},
	AskHouseholdMembers: {LinkHouseholds},
	AskCodeOpen:         {Own},
	AskHelpMeant:        {AnswerHelp},
	AskHouseholdView:    {LinkHouseholds},
	AskHouseholdYear:    {FindHouseholds},
	AskLookReason:       {Own},
	AskProposals:        {AddHouseholds},
	AskQuota:            {SeeQuota},
	AskJobs:             {SeeJobs},
	CmdChangeJob:        {ChangeJobs},

	AskTasks:     {DoTasks},
	AskTask:      {DoTasks},
	AskWardPhone: {Own},
	AskAreaGive:  {GiveNear, GiveWard, GiveTop},
	AskStaff:     {GiveNear, GiveWard, GiveTop},
	AskRole:      {GiveNear, GiveWard, GiveTop},

	AskNeeds:       {AnswerNeeds},
	AskNeed:        {AnswerNeeds},
	AskNeedMine:    {TellNeed},
	CmdTellNeed:    {TellNeed},
	CmdAnswerNeed:  {AnswerNeeds},
	CmdConfirmNeed: {TellNeed},

	AskOffers:     {SeeOffers},
	AskOffer:      {SeeOffers},
	AskOfferNeeds: {MatchOffers},
	AskOfferHome:  {AnswerOffers},
	AskOfferMine:  {Own},
	CmdOffer:      {Own},
	CmdMatch:      {MatchOffers},
	CmdAssign:     {MatchSponsors},
	CmdAgreeOffer: {AnswerOffers},
	CmdEndOffer:   {MatchOffers, MatchSponsors},
	CmdLeaveOffer: {Own},
	CmdCheckOffer: {Own},

	AskRiseMine:       {EnrolRises},
	AskRise:           {SeeRises},
	AskRises:          {SeeRises},
	AskRiseCounts:     {CountRises},
	CmdRise:           {EnrolRises},
	CmdCheckRise:      {EnrolRises},
	CmdNoteRise:       {SeeRises},
	CmdReached:        {EnrolRises},
	CmdLeaveRise:      {EnrolRises},
	CmdPraise:         {SeeRises},
	AskReminders:      {Own},
	AskReminder:       {Own},
	CmdRemind:         {Own},
	CmdChangeReminder: {Own},
	CmdSnooze:         {Own},
	CmdEndReminder:    {Own},
	AskPledges:        {Own},
	AskPledge:         {Own},
	CmdPledge:         {Own},
	CmdChangePledge:   {Own},
	CmdCancelPledge:   {Own},

	AskComing:           {TakeGifts},
	CmdRemindPledge:     {Own},
	AskProgress:         {Own},
	AskTemplate:         {FollowCampaign},
	CmdShareCampaign:    {ShareCampaigns},
	AskTrace:            {Own},
	AskPublishedFunds:   {Own},
	AskPublished:        {Own},
	CmdPublish:          {Own},
	AskPool:             {SeeBooks},
	AskStock:            {SeeBooks},
	AskAllocHomes:       {AllocateFund},
	AskAllocations:      {AllocateFund, ApproveFund, LogTheHelp},
	AskAllocation:       {AllocateFund, ApproveFund, LogTheHelp},
	CmdTakeGoods:        {KeepBooks},
	CmdAllocate:         {AllocateFund},
	CmdApproveAllocated: {ApproveFund},
	CmdCancelAllocated:  {AllocateFund},
	CmdHandOver:         {LogTheHelp},

	AskReceiptFor:  {KeepBooks},
	AskReceipts:    {KeepBooks},
	AskReceipt:     {KeepBooks},
	CmdTakeReceipt: {KeepBooks},
	CmdUndoReceipt: {KeepBooks},

	AskStatement:      {KeepBooks},
	AskAccounts:       {KeepBooks},
	AskTransfers:      {KeepBooks},
	AskTransfer:       {KeepBooks},
	CmdReadStatement:  {KeepBooks},
	CmdKeepStatement:  {KeepBooks},
	CmdAcceptTransfer: {KeepBooks},
	CmdAcceptMatched:  {KeepBooks},
	CmdAsideTransfer:  {KeepBooks},
	CmdUndoTransfer:   {KeepBooks},

	AskCampaigns:       {RunCampaigns},
	AskCampaign:        {RunCampaigns},
	AskCampaignOpen:    {Own},
	CmdProposeCampaign: {RunCampaigns},
	CmdApproveCampaign: {RunCampaigns},
	CmdCampaignState:   {RunCampaigns},

	AskBroadcasts:    {SendBroadcasts},
	AskBroadcast:     {SendBroadcasts},
	AskReach:         {SendBroadcasts},
	AskReachAreas:    {SendBroadcasts},
	CmdMakeBroadcast: {SendBroadcasts},
	CmdTryBroadcast:  {SendBroadcasts},
	CmdSendBroadcast: {SendBroadcasts},
	CmdSetBroadcast:  {SendBroadcasts},

	CmdReportBroadcast: {SendBroadcasts},

	CmdReplyBroadcast: {Own},
	CmdTopic:          {Own},
	AskTopics:         {Own},

	CmdLogHelp:        {LogTheHelp},
	CmdVoidHelp:       {LogTheHelp},
	CmdCorrectHelp:    {LogTheHelp},
	CmdRedeem:         {Own},
	CmdLang:           {Own},
	CmdAddress:        {Own},
	CmdName:           {Own},
	CmdPhone:          {Own},
	CmdContactBlocked: {Own},
	CmdContactReturns: {Own},
	CmdContactSeen:    {Own},
	CmdOpenTask:       {Own},

	CmdJoinCode: {Own},
	CmdJoin:     {Own},
	CmdPart:     {Own},
	AskContacts: {Own},

	CmdTakeTask:  {DoTasks},
	CmdDoneTask:  {DoTasks},
	CmdPassTask:  {DoTasks},
	CmdWardPhone: {SetPhones},

	CmdMakeCard:      {LinkHouseholds},
	CmdMakeCards:     {LinkHouseholds},
	CmdCheckList:     {ImportLists},
	CmdDecideList:    {ImportLists},
	AskList:          {ImportLists},
	CmdMakeSheets:    {SignSheets},
	CmdSignSheet:     {SignSheets},
	AskSheet:         {SignSheets},
	CmdOpenCode:      {Own},
	CmdLinkHousehold: {Own},
	CmdUnlink:        {LinkHouseholds, Own},

	CmdVisit:           {KeepHouseholds},
	CmdChangeHousehold: {KeepHouseholds},
	CmdQuiet:           {KeepHouseholds},
	CmdPropose:         {KeepHouseholds},
	CmdDecide:          {AddHouseholds},

	CmdInvite:     {GiveNear, GiveWard, GiveTop},
	CmdChangeRole: {GiveNear, GiveWard, GiveTop},

	AskHandovers:      {SeeHandovers, Own},
	AskHandover:       {SeeHandovers, Own},
	CmdStateHandover:  {Own},
	CmdAnswerHandover: {SeeHandovers, Own},
	CmdTakeHandover:   {SeeHandovers, Own},

	AskMerge:      {MoveHouseholds},
	CmdMergeHomes: {MoveHouseholds},
	CmdMoveHome:   {MoveHouseholds},
	CmdUndoMove:   {MoveHouseholds},

	AskPin:      {Own},
	AskPinState: {Own},
	CmdSetPin:   {Own},
	CmdResetPin: {LockPeople},

	AskLockable:   {LockPeople},
	AskLockReview: {LockPeople},
	CmdLock:       {LockPeople},
	CmdReview:     {LockPeople},
	CmdUnlock:     {LockPeople},

	CmdConfirmHelp:  {AnswerHelp},
	CmdDisputeHelp:  {AnswerHelp},
	CmdShareDispute: {AnswerHelp},
	CmdExportHelp:   {TakeHelpOut},

	AskMyData:     {Own},
	AskConsents:   {Own},
	CmdTakeMyData: {Own},
	CmdWithdraw:   {Own},
	CmdAskData:    {Own},
	CmdForgetMe:   {Own},
	CmdMessages:   {Own},
	CmdEraseAsked: {DoTasks},
	CmdExtendData: {DoTasks},
}

// allowed are the roles by action.
var allowed = func() map[Action][]string {
	m := make(map[Action][]string, len(Rules))
	for _, r := range Rules {
		m[r.Action] = r.Roles
	}
	return m
}()

// Grant is a role in an area, by the area's path.
type Grant struct {
	Role string
	Area string
}

// Actor is who wants something done: a person with the roles in force now.
type Actor struct {
	Person int64
	Grants []Grant
}

// Can reports whether the actor may do action in the area with this path: by a role in that area or one above it.
func Can(actor Actor, action Action, area string) bool {
	for _, g := range actor.Grants {
		if allows(g.Role, action) && Within(area, g.Area) {
			return true
		}
	}
	return false
}

// Scope is the paths of the areas in which the actor may do action; none lies within another. Look-ups are bound to it.
func Scope(actor Actor, action Action) []string {
	var scope []string
next:
	for _, g := range actor.Grants {
		if g.Area == "" || !allows(g.Role, action) {
			continue
		}
		kept := scope[:0]
		for _, s := range scope {
			if Within(g.Area, s) {
				continue next
			}
			if !Within(s, g.Area) {
				kept = append(kept, s)
			}
		}
		scope = append(kept, g.Area)
	}
	return scope
}

// Within reports whether the area with path is, or lies in, the area with path in. The empty path is no area.
func Within(path, in string) bool {
	return in != "" && (path == in || strings.HasPrefix(path, in) && path[len(in)] == '/')
}

func allows(role string, action Action) bool { return slices.Contains(allowed[action], role) }
