package records

import (
	"strconv"
	"strings"
	"time"
)

// Help is one version of an entry: one household was given something once. Code and Version are its key; the version in
// force has SupersededAt nil. An entry taken out of the books has VoidedAt set and stays.
type Help struct {
	Code         string `gorm:"primaryKey"`
	Version      int    `gorm:"primaryKey"`
	BatchCode    string // "" for an entry of its own
	Place        int    // among the entries of its batch, from 0
	HouseholdID  int64
	Area         string // path of the household when it was logged
	Kind         string
	Money        int64 // VND
	GiverKind    string
	Giver        string
	GivenOn      time.Time // day
	Consent      string
	Note         string
	Source       string
	AuthorID     int64     // person
	Contact      string    // the chat it was logged in
	CreatedAt    time.Time // At of the event that logged version 1
	SavedAt      time.Time // when this version was written
	SupersededAt *time.Time
	VoidedAt     *time.Time
	VoidedBy     *int64
	VoidReason   string
}

// HelpItem is an Item of a Help, in the order given.
type HelpItem struct {
	Code    string `gorm:"primaryKey"`
	Version int    `gorm:"primaryKey"`
	N       int    `gorm:"primaryKey"`
	Qty     int64
	Unit    string
	Name    string
	Value   int64
}

// HelpPhoto is the key of a blob that shows a Help.
type HelpPhoto struct {
	Code    string `gorm:"primaryKey"`
	Version int    `gorm:"primaryKey"`
	N       int    `gorm:"primaryKey"`
	Blob    string
}

// HelpBatch is one gift to many, logged at once.
type HelpBatch struct {
	Code      string `gorm:"primaryKey"`
	AuthorID  int64
	Entries   int
	CreatedAt time.Time
}

// Code is a code that was given out.
type Code struct {
	Code string `gorm:"primaryKey"`
	Kind string // entry or batch
}

// Kinds of Code.
const (
	CodeEntry = "entry"
	CodeBatch = "batch"
)

// String writes an item for people: "10 kg gạo", "0,5 lít dầu ăn", "2 thùng mì". Grams from 100 up are shown as
// kilograms, millilitres likewise as litres.
func (it Item) String() string {
	qty, unit := strconv.FormatInt(it.Qty, 10), it.Unit
	switch {
	case unit == UnitGram && it.Qty >= 100:
		qty, unit = thousandths(it.Qty), "kg"
	case unit == UnitMillilitre && it.Qty >= 100:
		qty, unit = thousandths(it.Qty), "lít"
	}
	switch {
	case unit == "" || unit == it.Name:
		return qty + " " + it.Name
	case it.Name == "":
		return qty + " " + unit
	}
	return qty + " " + unit + " " + it.Name
}

// Things writes items for people, separated by commas.
func Things(items []Item) string {
	parts := make([]string, len(items))
	for i, it := range items {
		parts[i] = it.String()
	}
	return strings.Join(parts, ", ")
}

// thousandths writes n/1000 with a decimal comma and no needless zeros.
func thousandths(n int64) string {
	s := strconv.FormatInt(n/1000, 10)
	if rest := n % 1000; rest > 0 {
		frac := strconv.FormatInt(1000+rest, 10)[1:]
		s += "," + strings.TrimRight(frac, "0")
	}
	return s
}
