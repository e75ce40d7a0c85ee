// Package flows holds the conversations, each in a file that a clerk could read. They are pure values: what they decide is
// carried out elsewhere.
package flows

import "chungtay/flows/dialog"

// All are the conversations, in the order of the main menu.
var All = []dialog.Flow{
	Log,
	LogMany,
	LogSheet,
	Journal,
	Excel,
	Correct,
	Void,
	Entry,
	AskWard,
	Support,
	Received,
	NotRight,
	Share,
	TypedCode,
	Join,
	NotJoin,
	Homes,
	HomesPage,
	Visit,
	ChangeHome,
	Quiet,
	Propose,
	Decide,
	MakeCard,
	Unlink,
	Leave,
	Redeem,
	AskHelp,
	Offer,
	Staff,
	WardPhone,
	SetPhone,
	Tasks,
	TakeTask,
	DoneTask,
	PassTask,
	Danger,
	Protected,
	Language,
	Address,
}
