package records

// Look-ups of what everybody may know of a fund.
const (
	AskTrace          = "trace.get"      // args code: of a promise or a receipt: when it came, what it went to, when that was handed over
	AskPublishedFunds = "published.list" // campaigns to which something came, the newest first
	AskPublished      = "published.get"  // args campaign, and to search code, amount or on: what came to a campaign, the newest first
)

// CmdPublish makes a sheet of what came to a campaign.
const CmdPublish = "published.sheet" // MakeStatement

// MakeStatement makes a sheet of what came to a campaign, for everybody: days, codes, amounts and the names that were given to be public.
// Columns are the headings of StatementColumns, Words total and nobody. The outcome's args: file (the blob's key), count.
type MakeStatement struct {
	Campaign int64             `json:"campaign"`
	Columns  []string          `json:"columns"`
	Words    map[string]string `json:"words"`
}

// StatementColumns name the columns of a statement, in order.
var StatementColumns = []string{"n", "on", "code", "money", "things", "name", "paper"}

// MaxStatement is how many rows a statement has at most.
const MaxStatement = 50_000
