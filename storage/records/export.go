package records

// ExportHelp asks for a sheet of the entries whose day is From to To, both included, in all areas whose entries the person may take
// out. What stands in the sheet beside the facts comes with it, as storage knows no language.
type ExportHelp struct {
	From    string            `json:"from"` // days
	To      string            `json:"to"`
	Columns []string          `json:"columns"` // heads, in the order of ExportColumns
	Words   map[string]string `json:"words"`   // kind.X, giver.X, answer.X (paper, too), voided, total
}

// ExportColumns are the columns of the sheet.
var ExportColumns = []string{"no", "code", "on", "group", "household", "head", "kind", "money", "things", "giver", "author", "answer", "state", "note"}

// MaxExport is the most entries of one sheet.
const MaxExport = 20_000

// Reasons why there is no sheet.
const (
	RefusedNoEntries      = "save.no_entries"
	RefusedTooManyEntries = "save.too_many_entries"
)
