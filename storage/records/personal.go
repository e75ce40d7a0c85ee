package records

// What people may do about their own data: see it, take it away, correct it, have it used less, take back what they agreed to, have
// it erased, and complain (Law 91/2025/QH15 on personal data).

// TakeMyData asks for what is kept of the person as a file. What stands in a sheet beside the facts comes with it, as storage knows
// no language. The outcome's args: file (the blob's key).
type TakeMyData struct {
	Format string            `json:"format"`          // DataJSON or DataSheets
	Words  map[string]string `json:"words,omitempty"` // sheet.NAME, column.NAME, and NAME.VALUE for codes that stand in a column; of DataSheets
}

// Formats of TakeMyData.
const (
	DataJSON   = "json"
	DataSheets = "xlsx"
)

// DataFilesADay is how often somebody may take their data in 24 hours.
const DataFilesADay = 5

// RefusedDataFiles: more than DataFilesADay.
const RefusedDataFiles = "data.too_many_files"

// Withdraw takes back what somebody agreed to, for themselves or for their household. What rests on it ends: a link to a household.
// The outcome's args: purpose.
type Withdraw struct {
	Consent int64 `json:"consent"`
}

// DataSheet is a part of what is kept of a person: a table.
type DataSheet struct {
	Name    string
	Columns []string
}

// MyData is what is kept of a person, as TakeMyData gives it: what others would be known by is left out, and so is help that its
// household is not told of yet.
var MyData = []DataSheet{
	{"person", []string{"name", "address", "lang", "phone", "since"}},
	{"contacts", []string{"channel", "chat", "blocked", "seen", "since"}},
	{"roles", []string{"role", "area", "from", "to"}},
	{"links", []string{"household", "since", "to"}},
	{"consents", []string{"purpose", "household", "agreed", "how", "version", "hash", "channel", "at", "withdrawn"}},
	{"households", []string{"household", "head", "birth_year", "nickname", "second", "members", "area"}},
	{"classes", []string{"household", "class", "year", "standard", "decision", "decided", "from", "to"}},
	{"flags", []string{"household", "flag", "from", "to"}},
	{"help", []string{"household", "code", "on", "kind", "money", "giver", "note", "voided"}},
	{"things", []string{"code", "qty", "unit", "thing"}},
	{"visits", []string{"household", "on", "note"}},
	{"needs", []string{"household", "dimension", "words", "status", "answer", "planned", "at"}},
	{"answers", []string{"code", "answer", "missing", "words", "at"}},
	{"pledges", []string{"code", "fund", "area", "money", "public", "status", "at"}},
	{"tasks", []string{"reason", "name", "phone", "place", "words", "status", "at"}},
	{"logged", []string{"code", "on", "kind", "money", "at"}},
	{"log", []string{"at", "action", "subject"}},
}

// DataCodes are the columns of MyData that hold codes which TakeMyData.Words puts into words.
var DataCodes = map[string][]string{
	"kind":      kindCodes(),
	"fund":      Funds,
	"purpose":   Purposes,
	"how":       Consents,
	"dimension": Dimensions,
	"class":     Classes,
}

func kindCodes() []string {
	codes := make([]string, len(Kinds))
	for i, k := range Kinds {
		codes[i] = k.Code
	}
	return codes
}
