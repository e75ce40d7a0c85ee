package records

import "time"

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
	{"rises", []string{"household", "year", "missing", "steps", "support", "status", "at"}},
	{"rise_checks", []string{"household", "forward", "stuck", "at"}},
	{"offers", []string{"words", "times", "place", "name", "phone", "status", "at"}},
	{"answers", []string{"code", "answer", "missing", "words", "at"}},
	{"pledges", []string{"code", "fund", "area", "money", "words", "on", "public", "phone", "status", "at"}},
	{"reminders", []string{"words", "times", "time", "status", "at"}},
	{"tasks", []string{"reason", "name", "phone", "place", "words", "status", "at"}},
	{"requests", []string{"right", "words", "status", "at", "due", "answer"}},
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

// AskData asks for something about one's own data that a person must see to: it becomes a task of the ward and a DataRequest. The
// outcome's args: request (its number), due (a day).
type AskData struct {
	Kind      string `json:"kind"`                // DataCorrect ...
	Words     string `json:"words"`               // what it is about
	Household bool   `json:"household,omitempty"` // DataDelete: the household's file, not the person's own
}

// ForgetMe erases what makes the person known, on all their contacts, and ends their links and roles. Who holds a Duty is refused: it is
// handed over first.
type ForgetMe struct{}

// EraseAsked does what a request to erase asks for, by whom its task is. A household on the ward's list stays, and so does a person with
// a duty.
type EraseAsked struct {
	Task int64 `json:"task"`
}

// ExtendData puts the last day of a request off, once, and says why; who asked is told.
type ExtendData struct {
	Task int64  `json:"task"`
	Why  string `json:"why"`
}

// StopMessages says whether the person wants to be told of what concerns their household without asking: an answer that is kept like any
// consent.
type StopMessages struct {
	Consent ConsentGiven `json:"consent"`
}

// Kinds of DataRequest.
const (
	DataCorrect  = "correct"
	DataRestrict = "restrict"
	DataDelete   = "delete"
	DataComplain = "complain"
)

// DataKinds are all kinds.
var DataKinds = []string{DataCorrect, DataRestrict, DataDelete, DataComplain}

// DataRequest is what somebody asked about their data and could not be done at once.
type DataRequest struct {
	ID          int64 `gorm:"primaryKey"`
	PersonID    int64
	Contact     string
	HouseholdID *int64 // whose file it is about; nil: the person's own data
	Kind        string
	Words       string
	TaskID      int64
	Status      string
	CreatedAt   time.Time
	DueOn       time.Time // day
	ExtendedWhy string
	Answer      string
	DoneAt      *time.Time
	DoneBy      *int64
}

// Statuses of a DataRequest.
const (
	DataOpen = "open"
	DataDone = "done"
	DataGone = "gone" // who asked is erased
)

// Refusals of commands about data.
const (
	RefusedDuty     = "data.duty"     // a duty is to be handed over first
	RefusedOnList   = "data.on_list"  // the household is on the ward's list: the law is the ground, not consent
	RefusedExtended = "data.extended" // it was put off before
)

// Days that the decree on personal data (356/2025/NĐ-CP) leaves for a request: it is acknowledged within DataAckDays working days, which
// the bot's own answer with number and day does; to restrict takes 15 days at most, others 10 to 20, of which the shorter is taken; one
// extension of 15 days at most.
const (
	DataAckDays    = 2
	dataDays       = 10
	dataDaysStop   = 15
	dataDaysMore   = 15
	DataRemindDays = 3 // working days before the last one on which the ward is reminded
)

// DataDue is the last day for a request of a kind that came on a day: the last working day of its term, so that it is in time whether
// the term's days are read as days or as working days.
func DataDue(kind string, on time.Time) time.Time {
	days := dataDays
	if kind == DataRestrict {
		days = dataDaysStop
	}
	return lastWorkingDay(on.AddDate(0, 0, days))
}

// DataDueLater is the last day of a request whose last day was due, after its extension.
func DataDueLater(due time.Time) time.Time { return lastWorkingDay(due.AddDate(0, 0, dataDaysMore)) }

func lastWorkingDay(day time.Time) time.Time {
	for !WorkingDay(day) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// DataTask is the reason of the task that a request of a kind becomes.
func DataTask(kind string) string { return "data_" + kind }
