package records

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Book is the books of one fund of one commune's or city's Front, in one currency. Nothing goes from one book to another but by entries in
// both. Its journal is only ever added to: each entry holds the hash of the one before, and Head is that of the last.
type Book struct {
	ID          int64 `gorm:"primaryKey"`
	Area        string
	Fund        string
	Currency    string
	Entries     int64 // the number of the last entry
	Head        string
	ClosedUntil *time.Time // the last day of the last month that is closed; nothing is entered for it any more
	CreatedAt   time.Time
}

// VND is the currency of all that is promised and given here; another one has books of its own.
const VND = "VND"

// JournalEntry is something that happened to what a fund has. It is never changed: a mistake is taken back by an entry that reverses it.
type JournalEntry struct {
	ID       int64 `gorm:"primaryKey"`
	BookID   int64
	No       int64     // 1, 2, 3 within the book
	Kind     string    // one of the constants Entry...
	On       time.Time `gorm:"column:on_day"` // the day it happened
	Ref      string    // the code of what it is about
	Paper    string    // the number of the official voucher, where there is one
	Reverses *int64    // the number of the entry that it takes back
	PersonID int64     // who entered it
	Contact  string
	At       time.Time
	Hash     string
}

// TableName is the journal.
func (JournalEntry) TableName() string { return "journal" }

// Kinds of JournalEntry.
const (
	EntryReceipt  = "receipt"  // money or things came
	EntryReversal = "reversal" // an entry is taken back
	EntryAllocate = "allocate" // money or things are set aside for somebody
	EntryHandover = "handover" // what was set aside was handed over
)

// JournalLine is one side of an entry. The amounts of an entry's lines come to nothing for each item, so that what a fund has is always
// worth what it is for.
type JournalLine struct {
	EntryID int64 `gorm:"primaryKey"`
	N       int   `gorm:"primaryKey"`
	Account string
	Ref     string // which of that account: the place of a stock, the code of an allocation
	Item    string // the thing, as ItemKey writes it; "" for money
	Unit    string // of the thing; the currency of money
	Amount  int64  // whole đồng, or the smallest unit of Unit; what a fund has counts up, what it is for counts down
}

// Balance is what there is of one item in one account of a book, the sum of its lines. It is never under zero.
type Balance struct {
	BookID  int64  `gorm:"primaryKey"`
	Account string `gorm:"primaryKey"`
	Ref     string `gorm:"primaryKey"`
	Item    string `gorm:"primaryKey"`
	Unit    string `gorm:"primaryKey"`
	Amount  int64
}

// Accounts. What a fund has lies in WayBank, WayTreasury, WayCash, AccountStock or AccountIssued; what that is for is AccountPool or AccountAllocated.
const (
	AccountStock     = "stock"     // things, by their place
	AccountPool      = "pool"      // free for whoever needs it
	AccountAllocated = "allocated" // meant for somebody, by the code of the allocation
	AccountIssued    = "issued"    // money or things that left the till or the store to be handed over, by the code of the allocation
)

// Sign is 1 for an account of what a fund has, and -1 for one of what that is for; 0 for no account.
func Sign(account string) int64 {
	switch account {
	case WayBank, WayTreasury, WayCash, AccountStock, AccountIssued:
		return 1
	case AccountPool, AccountAllocated:
		return -1
	}
	return 0
}

// ItemKey is how the books write the name of a thing: in small letters, with single spaces.
func ItemKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// EntryHash is the hash of an entry that follows one with the hash prev, "" for the first. It covers all that is told of the entry but
// who entered it, as somebody may turn out to be another.
func EntryHash(prev string, b Book, e JournalEntry, lines []JournalLine) string {
	buf := make([]byte, 0, 512)
	text := func(list ...string) {
		for _, s := range list {
			buf = binary.AppendUvarint(buf, uint64(len(s)))
			buf = append(buf, s...)
		}
	}
	text(prev, b.Area, b.Fund, b.Currency, e.Kind, FormatDay(e.On), e.Ref, e.Paper)
	buf = binary.AppendVarint(buf, e.No)
	reverses := int64(0)
	if e.Reverses != nil {
		reverses = *e.Reverses
	}
	buf = binary.AppendVarint(buf, reverses)
	buf = binary.AppendVarint(buf, e.At.UnixMicro())
	buf = binary.AppendUvarint(buf, uint64(len(lines)))
	for _, l := range lines {
		text(l.Account, l.Ref, l.Item, l.Unit)
		buf = binary.AppendVarint(buf, l.Amount)
	}
	sum := sha256.Sum256(buf)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Balanced tells what is wrong with the lines of an entry, "" for nothing: an unknown account, an amount of nothing or beyond MaxBalance, an
// item that does not come to nothing.
func Balanced(lines []JournalLine) string {
	type item struct{ name, unit string }
	sums := map[item]int64{}
	for _, l := range lines {
		switch {
		case Sign(l.Account) == 0:
			return fmt.Sprintf("line %d is of no account", l.N)
		case l.Amount == 0 || l.Amount > MaxBalance || l.Amount < -MaxBalance:
			return fmt.Sprintf("line %d has no amount", l.N)
		}
		sums[item{l.Item, l.Unit}] += l.Amount
	}
	for _, l := range lines {
		if sums[item{l.Item, l.Unit}] != 0 {
			return fmt.Sprintf("the lines do not come to nothing, as line %d shows", l.N)
		}
	}
	if len(lines) < 2 {
		return "an entry has two lines at least"
	}
	return ""
}

// MaxBalance bounds what one account holds of an item: sums of it fit many times into an int64.
const MaxBalance = 1_000_000_000_000_000

// Refusals of the books.
const (
	RefusedShort  = "ledger.short"  // there is not that much of it
	RefusedClosed = "ledger.closed" // the month is closed
)
