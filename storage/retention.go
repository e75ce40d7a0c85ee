package storage

import (
	"fmt"
	"time"

	"chungtay/storage/records"
)

// eraseAtOnce is how many rows of a rule a run takes at most: the runs of a night take what is over.
const eraseAtOnce = 1000

// erasing is the statement of each rule of records.Retention that needs no more than one: of the rows that are over, counted by before. The
// key of a row comes first; %s in the statement stands for the keys that go.
var erasing = map[string]struct {
	table, key string
	over       string // condition, with one argument: the instant or day before which
	then       string // "", to delete; else what is set
}{
	"links":     {"file_links", "token_hash", "expires_at < ?", ""},
	"opens":     {"code_opens", "contact", "at < ?", ""},
	"tries":     {"invite_tries", "id", "at < ?", ""},
	"files":     {"blobs", "key", "created_at < ? AND (key LIKE 'out/%' OR key LIKE 'page/%') AND mime <> '" + sheetMime + "' AND NOT EXISTS (SELECT 1 FROM help_photos p WHERE p.blob = blobs.key)", ""},
	"sheets":    {"blobs", "key", "created_at < ? AND mime = '" + sheetMime + "'", ""},
	"cards":     {"cards", "id", "expires_at < ? AND used_at IS NULL AND NOT EXISTS (SELECT 1 FROM household_links l WHERE l.card_id = cards.id)", ""},
	"joins":     {"join_codes", "id", "expires_at < ?", ""},
	"invites":   {"invites", "id", "expires_at < ? AND used_at IS NULL AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.invite_id = invites.id)", ""},
	"messages":  {"messages", "id", "done_at < ?", ""},
	"reminders": {"reminders", "id", "ended_at < ?", ""},
	"letters":   {"dead_letters", "id", "at < ?", ""},
	"tasks":     {"tasks", "id", "done_at < ? AND (name <> '' OR phone <> '' OR place <> '' OR words <> '' OR note <> '')", "name = '', phone = '', place = '', words = '', note = ''"},
	"offers":    {"offers", "id", "ended_at < ? AND (name <> '' OR phone <> '' OR place <> '' OR what <> '')", "what = '', at_times = '', place = '', name = '', phone = '', contact = ''"},
	"proposals": {"proposals", "id", "decided_at < ? AND head <> ''", "head = '', birth_year = 0, second = '', members = 0, why = '', contact = ''"},
	"transfers": {"transfers", "id", "on_day < ? AND content <> ''", "content = ''"},
	"visits":    {"visits", "id", "created_at < ?", ""},
	"needs":     {"needs", "id", "status IN ('met', 'impossible', 'confirmed') AND coalesce(confirmed_at, answered_at) < ? AND (words <> '' OR answer <> '')", "words = '', answer = ''"},
	"requests":  {"data_requests", "id", "done_at < ? AND (words <> '' OR answer <> '' OR extended_why <> '')", "words = '', answer = '', extended_why = ''"},
	"consents":  {"consents", "id", "withdrawn_at < ?", ""},
	"log":       {"audit_log", "id", "at < ?", ""},
}

// eraseOver erases what is kept longer than records.Retention says, some of each rule at a time.
func (a *applier) eraseOver(time.Time) error {
	for _, rule := range records.Retention {
		before, _ := records.KeptFor(rule.Name, a.now)
		if _, err := a.eraseRule(rule.Name, before); err != nil {
			return fmt.Errorf("storage: erase %s: %w", rule.Name, err)
		}
	}
	return nil
}

// eraseRule erases what a rule is about and is from before an instant; it tells how many.
func (a *applier) eraseRule(name string, before time.Time) (int64, error) {
	switch name {
	case "outcomes":
		return a.eraseOutcomes(before)
	case "gone":
		return a.forgetGone(before)
	case "entries":
		return a.blankEntries(before)
	case "households":
		return a.eraseLeft(before)
	}
	e, ok := erasing[name]
	if !ok {
		return 0, fmt.Errorf("no work for the rule %q", name)
	}
	some := fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE %s LIMIT %d)", e.key, e.key, e.table, e.over, eraseAtOnce)
	statement := "DELETE FROM " + e.table + " WHERE " + some
	if e.then != "" {
		statement = "UPDATE " + e.table + " SET " + e.then + " WHERE " + some
	}
	done := a.tx.Exec(statement, before)
	return done.RowsAffected, done.Error
}

// eraseOutcomes deletes what came of saves. Their key has three columns, which SQLite and Postgres compare alike.
func (a *applier) eraseOutcomes(before time.Time) (int64, error) {
	done := a.tx.Exec("DELETE FROM applied_effects WHERE (contact, form, n) IN (SELECT contact, form, n FROM applied_effects WHERE at < ? LIMIT ?)", before, eraseAtOnce)
	return done.RowsAffected, done.Error
}

// forgetGone forgets people all of whose contacts stopped the bot, and who wrote nothing since, held no role and asked for nothing.
func (a *applier) forgetGone(before time.Time) (int64, error) {
	var people []int64
	err := a.tx.Raw(`SELECT p.id FROM people p WHERE p.erased_at IS NULL
		AND EXISTS (SELECT 1 FROM contacts c WHERE c.person_id = p.id)
		AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.person_id = p.id AND (NOT c.blocked OR c.seen_at >= ?))
		AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.person_id = p.id AND r.valid_to IS NULL)
		AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.person_id = p.id AND t.status = ?) ORDER BY p.id LIMIT 100`, before, records.TaskOpen).Scan(&people).Error
	if err != nil {
		return 0, err
	}
	for _, person := range people {
		if _, err := a.forget(Request{At: a.now}, person); err != nil {
			return 0, err
		}
	}
	return int64(len(people)), nil
}

// blankEntries takes out of old entries what says more than what was given.
func (a *applier) blankEntries(before time.Time) (int64, error) {
	day := records.DayOf(before)
	var photos []records.HelpPhoto
	err := a.tx.Raw(`SELECT p.* FROM help_photos p JOIN help h ON h.code = p.code AND h.version = p.version WHERE h.given_on < ? ORDER BY p.code, p.version, p.n LIMIT ?`,
		day, eraseAtOnce).Scan(&photos).Error
	if err != nil {
		return 0, err
	}
	for _, p := range photos {
		if err := a.tx.Where("key = ?", p.Blob).Delete(&records.Blob{}).Error; err != nil {
			return 0, err
		}
		if err := a.tx.Delete(&p).Error; err != nil {
			return 0, err
		}
	}
	done := a.tx.Exec(`UPDATE help SET note = '', void_reason = '', contact = '', giver = CASE WHEN giver_kind = ? THEN '' ELSE giver END
		WHERE (code, version) IN (SELECT code, version FROM help WHERE given_on < ? AND (note <> '' OR void_reason <> '' OR contact <> '' OR giver_kind = ? AND giver <> '') LIMIT ?)`,
		records.GiverPerson, day, records.GiverPerson, eraseAtOnce)
	return done.RowsAffected + int64(len(photos)), done.Error
}

// eraseLeft erases households that left the list and were given nothing since.
func (a *applier) eraseLeft(before time.Time) (int64, error) {
	var homes []int64
	err := a.tx.Raw(`SELECT h.id FROM households h WHERE h.ended_at < ? AND h.natural_key NOT LIKE 'erased/%'
		AND NOT EXISTS (SELECT 1 FROM help g WHERE g.household_id = h.id AND g.given_on >= ?) ORDER BY h.id LIMIT 100`, before, records.DayOf(before)).Scan(&homes).Error
	if err != nil {
		return 0, err
	}
	for _, id := range homes {
		if err := a.eraseHousehold(id, a.now); err != nil {
			return 0, err
		}
	}
	return int64(len(homes)), nil
}
