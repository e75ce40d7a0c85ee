package records

import "time"

// Kept says how long something is kept that is personal, and what is done when its time is over. docs/privacy.md shows the table, and a
// test holds every table of the database to it.
type Kept struct {
	Name  string // of the rule; storage.erasing has the work
	What  string // in words
	Days  int    // after which it goes
	Since string // what they are counted from, in words
	Then  string // what is done, in words
	Why   string
}

const month = 30 // days

// Retention is what goes by itself. What is not here stays as long as the record it belongs to: see Lasting.
var Retention = []Kept{
	{"links", "a page for one file, and its content", 1, "its end", "deleted", "it cannot be opened any more"},
	{"opens", "which short code a chat typed last", 1, "the typing", "deleted", "it is asked about within a day"},
	{"joins", "codes for another chat of one's own", 1, "their end", "deleted", "they open nothing"},
	{"tries", "that a chat typed a wrong code", 7, "the try", "deleted", "it locks for an hour; the rest is for looking into guessing"},
	{"files", "files made for one person, and files they brought by a page", 7, "the making", "deleted", "they were taken, or are made again; photos of entries stay with these"},
	{"sheets", "what stands on sheets of cards, encrypted", month, "the making", "deleted", "the cards end then"},
	{"cards", "cards that nobody used", month, "their end", "deleted", "they open nothing"},
	{"invites", "invites that nobody used", month, "their end", "deleted", "they open nothing"},
	{"messages", "the text of notices", 3 * month, "sending, failing or cancelling", "deleted", "to look into what was told, and not to tell it twice"},
	{"outcomes", "what came of a save, by chat", 3 * month, "the save", "deleted", "so that nothing is saved twice after a crash"},
	{"reminders", "reminders that are over", month, "the last time, or the stop", "deleted", "so that one that came can be put off or changed"},
	{"letters", "saves that were refused for good", 6 * month, "the save", "deleted", "for somebody to look at"},
	{"tasks", "names, phones, places and words of tasks", 12 * month, "the end of the task", "blanked", "to answer who asks what came of it"},
	{"offers", "names, phones, places and words of help offered that ended", 12 * month, "the end of the offer", "blanked", "to thank, and to answer who asks what came of it"},
	{"proposals", "names of households proposed for the list", 12 * month, "the decision", "blanked", "the list has those that were taken"},
	{"gone", "people who stopped the bot and hold no role", 12 * month, "their last word", "forgotten as by /xoadulieu", "they may come back within a year"},
	{"visits", "notes of visits", 24 * month, "the visit", "deleted", "the next years' review may ask"},
	{"needs", "words of needs that are closed", 24 * month, "the end of the need", "blanked", "counts by dimension stay"},
	{"requests", "words and answers of requests about data", 24 * month, "the end of the request", "blanked", "proof that it was done in time"},
	{"transfers", "what senders wrote with their transfers, as banks tell it", 24 * month, "the day of the transfer", "blanked", "what came without a code may be asked about; amount, day and reference stay"},
	{"consents", "what somebody agreed to and took back", 24 * month, "taking back", "deleted", "proof of what was agreed to, and when it ended"},
	{"log", "the log of who did, saw or took out what", 24 * month, "the line", "deleted", "to find out who saw what"},
	{"entries", "notes, photos and givers' names of entries", 10 * 12 * month, "the day of the help", "blanked", "as long as vouchers of accounts are kept"},
	{"households", "households that left the list", 10 * 12 * month, "leaving, and their last help", "erased; the amounts stay", "as long as vouchers of accounts are kept"},
}

// Lasting are the tables that nothing goes from by itself, and why. Those of Retention are not among them.
var Lasting = map[string]string{
	"areas":             "no personal data",
	"people":            "until the person is forgotten",
	"contacts":          "until the person is forgotten",
	"roles":             "a duty held is part of who answers for the entries of that time; by a number once the person is forgotten",
	"classifications":   "with the household: copies of yearly decisions",
	"household_flags":   "with the household",
	"household_links":   "who belonged to a household, by number",
	"household_uses":    "with the person and the household",
	"household_words":   "with the household: what it is found by",
	"help_batches":      "with the entries: a code and a number",
	"help_items":        "with the entries: things and amounts",
	"help_photos":       "with the entries",
	"help_answers":      "with the entries; words are blanked with the person or the household",
	"codes":             "no personal data: that no code is drawn twice",
	"review_years":      "no personal data",
	"ward_phones":       "an office's number",
	"quota_months":      "no personal data: counts",
	"rises":             "with the household; blanked with it or with the person",
	"jobs":              "no personal data",
	"job_changes":       "who changed the schedule when, by number",
	"runs":              "no personal data",
	"need_photos":       "with the need; deleted when the consent is taken back",
	"offer_checks":      "with the offer: yes or no, by month",
	"rise_checks":       "with the household; blanked with it or with the person",
	"goose_db_version":  "no personal data",
	"pins":              "until the person is forgotten, or somebody at the ward takes it away: a slow hash, not the digits",
	"home_moves":        "with the household: that it moved, by number",
	"home_move_rows":    "with the move: numbers of rows",
	"person_locks":      "when somebody's roles were stopped and by whom, by number",
	"lock_reviews":      "with the lock: codes and numbers",
	"handovers":         "who answered for what until when, by number",
	"handover_answers":  "with the handover",
	"signature_sheets":  "with the entries that were signed for on them",
	"signature_lines":   "with the sheet: codes",
	"lists":             "counts of an import; the file itself goes as other files do",
	"statements":        "counts of what was read; the file itself goes as other files do",
	"statement_columns": "no personal data: letters of columns",
	"campaigns":         "no personal data: an appeal and its account",
	"allocations":       "with the household: by number, and what it was given",
	"allocation_items":  "with the allocation: things and amounts",
	"books":             "no personal data",
	"journal":           "accounts; who entered what, by number",
	"journal_lines":     "accounts; no personal data",
	"balances":          "accounts; no personal data",
	"receipts":          "accounts; a name that was given to be made public, sealed",
	"topics_off":        "until the person is forgotten",
	"broadcasts":        "what was announced to how many, as it was sent; who was told goes with the notices",
	"pledges":           "accounts; name and phone until the person is forgotten",
	"pledge_items":      "with the pledge: things and amounts",
	"campaign_goals":    "no personal data",
}

// KeptFor finds a rule of Retention, and the instant before which what it is about goes.
func KeptFor(name string, now time.Time) (before time.Time, ok bool) {
	for _, k := range Retention {
		if k.Name == name {
			return now.AddDate(0, 0, -k.Days), true
		}
	}
	return time.Time{}, false
}
