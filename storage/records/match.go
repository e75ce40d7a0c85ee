package records

import (
	"slices"
	"strconv"
	"time"
)

// Transfer is money that came in on an account of a fund, as the bank says. It is read from a statement or told by a service, counted once
// however often it is said, and paired with a pledge by the code in its content: never by its amount alone.
type Transfer struct {
	ID          int64 `gorm:"primaryKey"`
	Account     string
	Area        string // of the campaign whose account it is
	Fund        string
	On          time.Time `gorm:"column:on_day"`
	Amount      int64     // VND
	Content     string    // sealed: senders write their names there
	Reference   string
	Mark        string // a hash of TransferMark, unique
	Likeness    string // a hash of TransferLike
	Source      string
	StatementID *int64
	State       string
	Why         string // a locale key: why a person should look at it
	Code        string // of the pledge that its content names
	Maybe       string // other codes that may be meant, with spaces
	Receipt     string // the code of its receipt, where it is accepted
	DecidedBy   *int64
	DecidedAt   *time.Time
	CreatedAt   time.Time
}

// Where a Transfer is known from.
const (
	SourceFile  = "file"
	SourceSePay = "sepay"
	SourceCasso = "casso"
)

// ReceiptOfTransfer is the Receipt.SourceKind of what came by a Transfer; its SourceKey is the transfer's number.
const ReceiptOfTransfer = "transfer"

// States of a Transfer.
const (
	TransferMatched  = "matched"  // khớp: code and amount
	TransferAmount   = "amount"   // khớp mã, lệch tiền
	TransferUnclear  = "unclear"  // a code that a person should look at
	TransferUnknown  = "unknown"  // không mã
	TransferAccepted = "accepted" // it has its receipt
	TransferAside    = "aside"    // no gift: a mistake of the bank, interest, money sent back
)

// OpenTransfers are the states that wait for who keeps the books, in the order in which they are shown.
var OpenTransfers = []string{TransferMatched, TransferAmount, TransferUnclear, TransferUnknown}

// Commands about transfers.
const (
	CmdAcceptTransfer = "transfer.accept"  // AcceptTransfer
	CmdAcceptMatched  = "transfer.matched" // AcceptMatched
	CmdAsideTransfer  = "transfer.aside"   // AsideTransfer
	CmdUndoTransfer   = "transfer.undo"    // UndoTransfer
)

// Look-ups about transfers.
const (
	AskTransfers = "transfer.list" // those of the asker's books that wait; args state: only of that one
	AskTransfer  = "transfer.get"  // args transfer: one of them, with what it may be meant for
)

// AcceptTransfer says what a transfer is: for a promise, or with Free for the fund without one. Without either it is for the promise that its
// content names. The outcome's args: code (of the receipt), amount, pledge, transfer, more ("1" where others wait).
type AcceptTransfer struct {
	ID   int64  `json:"id"`
	Code string `json:"code,omitempty"`
	Free bool   `json:"free,omitempty"`
}

// AcceptMatched accepts those that name a promise and have its amount, MatchedAtOnce at most. The outcome's args: accepted, amount, failed,
// left (how many wait after that).
type AcceptMatched struct{}

// MatchedAtOnce is how many transfers AcceptMatched takes.
const MatchedAtOnce = 100

// AsideTransfer says that a transfer is no gift. The outcome's args: transfer, amount, more.
type AsideTransfer struct {
	ID int64 `json:"id"`
}

// UndoTransfer takes back what was said of a transfer: its receipt is reversed, and it waits again. The outcome's args: transfer, amount.
type UndoTransfer struct {
	ID int64 `json:"id"`
}

// Refusals about transfers.
const (
	RefusedTransferGone = "transfer.gone"    // somebody decided on it before
	RefusedNotMeant     = "transfer.no_code" // no promise of this fund has the code
)

// Why a person should look at a transfer that has a code.
const (
	WhyMended    = "transfer.why.mended"    // a symbol was put right
	WhySeveral   = "transfer.why.several"   // several codes
	WhyWrong     = "transfer.why.wrong"     // one symbol is wrong: the check symbol says so
	WhyCut       = "transfer.why.cut"       // the end of the code was cut off
	WhyCancelled = "transfer.why.cancelled" // the pledge was taken back
	WhyTwice     = "transfer.why.twice"     // the pledge was paid before, or by another line
	WhyFund      = "transfer.why.fund"      // the pledge is to another campaign
	WhyNotGiven  = "transfer.why.not_given" // nobody was given this code
	WhyLike      = "transfer.why.like"      // another source told of one just like it
	WhyUndone    = "transfer.why.undone"    // its receipt was taken back
)

// Pairing is what came of looking for a transfer's pledge.
type Pairing struct {
	State string
	Why   string
	Code  string
	Maybe []string
}

// maxMaybe bounds the codes that a person is shown as perhaps meant.
const maxMaybe = 5

// Wanted are the codes that a transfer's content may mean, the likely ones first: those that the pledges are looked up by. near are those
// of which one symbol is wrong, or two changed places; they are never taken without a person.
func Wanted(content string) (read Content, near []string) {
	read = ReadContent(content)
	if !read.Exact {
		near = nearCodes(content)
	}
	return read, near
}

// nearCodes are the codes that a wrong one in a content may have been meant as: its prefix stands there, and one of the symbols behind it is
// wrong, or two neighbours changed places. Each has a right check symbol; which of them was given out the pledges know.
func nearCodes(content string) (found []string) {
	text, _ := bare(content)
	for at := range text {
		if at+transferPrefixLen+codeLen > len(text) || !isTransferPrefix(text[at:at+transferPrefixLen]) {
			continue
		}
		prefix, symbols := text[at:at+transferPrefixLen], []byte(text[at+transferPrefixLen:at+transferPrefixLen+codeLen])
		if !mostlySymbols(symbols) {
			continue
		}
		for i, old := range symbols {
			for _, c := range []byte(Symbols) {
				if symbols[i] = c; checks(string(symbols)) {
					found = addOnce(found, prefix+string(symbols))
				}
			}
			symbols[i] = old
		}
		for i := 1; i < len(symbols); i++ {
			symbols[i-1], symbols[i] = symbols[i], symbols[i-1]
			if checks(string(symbols)) {
				found = addOnce(found, prefix+string(symbols))
			}
			symbols[i-1], symbols[i] = symbols[i], symbols[i-1]
		}
	}
	return found
}

// mostlySymbols reports that all but one are symbols of codes.
func mostlySymbols(s []byte) bool {
	wrong := 0
	for _, c := range s {
		if !areSymbols(string(c)) {
			wrong++
		}
	}
	return wrong <= 1
}

// Promise is a pledge as pairing sees it.
type Promise struct {
	Code  string
	Area  string
	Fund  string
	Left  int64 // VND, still to come
	State string
	Paid  bool // another transfer was paired with it
}

// Pair pairs a transfer to a fund of an area with the pledge that its content names. known are the pledges among Wanted.
func Pair(area, fund string, amount int64, read Content, near []string, known map[string]Promise) Pairing {
	if read.Code != "" {
		p, given := known[read.Code]
		switch {
		case !given && read.Exact:
			return Pairing{State: TransferUnclear, Why: WhyNotGiven, Code: read.Code}
		case !given: // put right to a code that nobody has
			return pairMaybe(area, fund, Content{}, near, known)
		case !read.Exact:
			return Pairing{State: TransferUnclear, Why: WhyMended, Code: read.Code}
		case p.Area != area || p.Fund != fund:
			return Pairing{State: TransferUnclear, Why: WhyFund, Code: read.Code}
		case p.State == PledgeCancelled:
			return Pairing{State: TransferUnclear, Why: WhyCancelled, Code: read.Code}
		case p.Paid || p.State == PledgeReceived:
			return Pairing{State: TransferUnclear, Why: WhyTwice, Code: read.Code}
		case p.Left != amount:
			return Pairing{State: TransferAmount, Code: read.Code}
		}
		return Pairing{State: TransferMatched, Code: read.Code}
	}
	return pairMaybe(area, fund, read, near, known)
}

// pairMaybe is what came of a content without one sure code.
func pairMaybe(area, fund string, read Content, near []string, known map[string]Promise) Pairing {
	given := func(list []string) (found []string) {
		for _, code := range list {
			if p, ok := known[code]; ok && p.Area == area && p.Fund == fund && p.State != PledgeCancelled {
				found = append(found, code)
			}
		}
		return found[:min(len(found), maxMaybe)]
	}
	if maybe := given(read.Maybe); len(maybe) > 0 {
		return Pairing{State: TransferUnclear, Why: WhySeveral, Maybe: maybe}
	}
	if maybe := given(near); len(maybe) > 0 {
		return Pairing{State: TransferUnclear, Why: WhyWrong, Maybe: maybe}
	}
	if read.Part != "" {
		return Pairing{State: TransferUnclear, Why: WhyCut, Maybe: given(cutCodes(read.Part, known))}
	}
	return Pairing{State: TransferUnknown}
}

// cutCodes are the pledges whose codes begin with a part.
func cutCodes(part string, known map[string]Promise) (found []string) {
	for code := range known {
		if len(part) <= len(code) && code[:len(part)] == part {
			found = append(found, code)
		}
	}
	slices.Sort(found)
	return found
}

// TransferMark tells a transfer from all others on the account: by the bank's reference where it is long enough to be one, else by day,
// amount, content and which of those alike in its source it is.
func TransferMark(account string, l StatementLine) string {
	return account + " " + l.marked() + " " + strconv.Itoa(max(l.Nth, 1))
}

// TransferLike is alike for the same transfer told by two sources that do not give the same reference.
func TransferLike(account string, l StatementLine) string {
	return account + " " + l.alike() + " " + strconv.Itoa(max(l.LikeNth, 1))
}

// minReference is the fewest characters of a reference that stands for one transfer; shorter ones are numbers of the day or of the page.
const minReference = 8

// Numbered reports that the bank's reference tells the line from others.
func (l StatementLine) Numbered() bool { return len(l.Reference) >= minReference }
