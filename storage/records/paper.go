package records

import "time"

// Kinds of papers, for dialog.Drawing.Kind. What stands on one is kept sealed, and drawn when somebody takes it.
const (
	PaperCards      = "cards"      // CardSheet
	PaperSignatures = "signatures" // SignatureSheet
)

// CardSheet is what stands on the cards of a group's households.
type CardSheet struct {
	Group string    `json:"group"` // its name
	Until string    `json:"until"` // the last day of the cards
	Made  time.Time `json:"made"`
	Cards []struct {
		Code string `json:"code"` // as people type it
		Who  string `json:"who"`  // the household's name in part
	} `json:"cards"`
}

// MaxCardSheet is the most cards of one sheet.
const MaxCardSheet = 200

// MakeCards makes cards for the households of a group that have neither a card that waits nor anybody linked. With Again those whose card
// waits get another, and the old one ends: the paper was lost. The outcome's args: file (the sealed CardSheet), count, cards and linked
// (households left out as they have one), short (how many had to be left out for want of seats), until, group.
type MakeCards struct {
	Group string `json:"group"` // its path
	Again bool   `json:"again,omitempty"`
}

// Reasons why there are no cards.
const (
	RefusedAllHaveCards = "card.all_have" // args cards, linked, group
)
