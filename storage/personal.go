package storage

import (
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"chungtay/storage/records"
)

// dataTable is the rows of one of records.MyData.
type dataTable struct{ rows [][]any }

// dataQueries find the rows of records.MyData by the name of each. Their arguments: person, homes (the codes of the person's households),
// told (the instant up to which households are told of help).
var dataQueries = map[string]string{
	"person":   "SELECT name, address, lang, phone, created_at FROM people WHERE id = @person",
	"contacts": "SELECT channel, address, blocked, seen_at, created_at FROM contacts WHERE person_id = @person ORDER BY created_at, key",
	"roles":    "SELECT name, area, valid_from, valid_to FROM roles WHERE person_id = @person AND name <> 'household' ORDER BY id",
	"links": `SELECT h.code, l.created_at, l.ended_at FROM household_links l JOIN households h ON h.id = l.household_id
		WHERE l.person_id = @person ORDER BY l.id`,
	"consents": `SELECT c.purpose, coalesce(h.code, ''), c.agreed, c.how, c.version, c.hash, c.channel, c.at, c.withdrawn_at FROM consents c
		LEFT JOIN households h ON h.id = c.household_id WHERE c.person_id = @person OR c.purpose <> 'link' AND h.code IN @homes ORDER BY c.id`,
	"households": "SELECT code, head, birth_year, nickname, second, members, area FROM households WHERE code IN @homes ORDER BY id",
	"classes": `SELECT h.code, c.class, c.year, c.standard_version, c.decision_no, c.decision_date, c.valid_from, c.valid_to FROM classifications c
		JOIN households h ON h.id = c.household_id WHERE h.code IN @homes ORDER BY c.id`,
	"flags": `SELECT h.code, f.flag, f.valid_from, f.valid_to FROM household_flags f JOIN households h ON h.id = f.household_id
		WHERE h.code IN @homes ORDER BY f.id`,
	"help": `SELECT h.code, g.code, g.given_on, g.kind, g.money, g.giver, g.note, g.voided_at FROM help g JOIN households h ON h.id = g.household_id
		WHERE h.code IN @homes AND g.superseded_at IS NULL AND g.created_at <= @told ORDER BY g.given_on, g.code`,
	"things": `SELECT i.code, i.qty, i.unit, i.name FROM help_items i JOIN help g ON g.code = i.code AND g.version = i.version
		JOIN households h ON h.id = g.household_id
		WHERE h.code IN @homes AND g.superseded_at IS NULL AND g.created_at <= @told ORDER BY i.code, i.n`,
	"visits": `SELECT h.code, v.visited_on, v.note FROM visits v JOIN households h ON h.id = v.household_id WHERE h.code IN @homes ORDER BY v.id`,
	"needs": `SELECT h.code, n.dimension, n.words, n.status, n.answer, n.planned_on, n.created_at FROM needs n JOIN households h ON h.id = n.household_id
		WHERE n.person_id = @person OR h.code IN @homes ORDER BY n.id`,
	"rises": `SELECT h.code, r.year, r.missing, r.steps, r.support, r.status, r.created_at FROM rises r JOIN households h ON h.id = r.household_id
		WHERE r.person_id = @person OR h.code IN @homes ORDER BY r.id`,
	"rise_checks": `SELECT h.code, c.forward, c.stuck, c.created_at FROM rise_checks c JOIN rises r ON r.id = c.rise_id
		JOIN households h ON h.id = r.household_id WHERE c.person_id = @person AND h.code IN @homes OR c.side = 'household' AND h.code IN @homes ORDER BY c.id`,
	"offers":    "SELECT what, at_times, place, name, nullif(phone, ''), status, created_at FROM offers WHERE person_id = @person ORDER BY id",
	"answers":   "SELECT code, answer, missing, words, at FROM help_answers WHERE person_id = @person ORDER BY id",
	"tasks":     "SELECT reason, name, phone, place, words, status, created_at FROM tasks WHERE person_id = @person ORDER BY id",
	"requests":  "SELECT kind, words, status, created_at, due_on, answer FROM data_requests WHERE person_id = @person ORDER BY id",
	"pledges":   "SELECT code, fund, area, amount, what, bring_on, name, nullif(phone, ''), state, created_at FROM pledges WHERE person_id = @person AND superseded_at IS NULL ORDER BY id",
	"reminders": "SELECT words, rule, clock, status, created_at FROM reminders WHERE person_id = @person ORDER BY id",
	"logged": `SELECT code, given_on, kind, money, created_at FROM help WHERE author_id = @person AND superseded_at IS NULL
		ORDER BY created_at DESC, code LIMIT 20000`,
	"log": "SELECT at, action, subject FROM audit_log WHERE person_id IN (SELECT id FROM people WHERE id = @person OR joined_to = @person) ORDER BY id DESC LIMIT 20000",
}

// Columns of records.MyData that hold days, that are sealed, and that are true or false.
var (
	dataDays   = []string{"on", "decided", "planned", "due"}
	dataSealed = []string{"phone", "chat", "public"}
	dataTruths = []string{"agreed", "blocked"}
)

// dataOf collects what is kept of a person, in the order of records.MyData. Values are texts, whole numbers, booleans or nil: a day as
// 2026-11-10, an instant as in Vietnam.
func (r *Records) dataOf(tx *gorm.DB, who records.Actor, now time.Time) ([]dataTable, error) {
	homes := []string{""}
	for _, path := range ownHomes(who) {
		homes = append(homes, codeOf(path))
	}
	args := map[string]any{"person": who.Person, "homes": homes, "told": stamp(now.Add(-records.NoticeDelay))}
	tables := make([]dataTable, len(records.MyData))
	for i, sheet := range records.MyData {
		var err error
		if tables[i].rows, err = r.dataRows(tx, sheet, args); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

func (r *Records) dataRows(tx *gorm.DB, sheet records.DataSheet, args map[string]any) (list [][]any, err error) {
	rows, err := tx.Raw(dataQueries[sheet.Name], args).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		values := make([]any, len(sheet.Columns))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("storage: data %s: %w", sheet.Name, err)
		}
		for i, column := range sheet.Columns {
			if values[i], err = r.dataValue(column, values[i]); err != nil {
				return nil, err
			}
		}
		list = append(list, values)
	}
	return list, rows.Err()
}

// dataValue is a value of a column as it is given out.
func (r *Records) dataValue(column string, v any) (any, error) {
	switch v := v.(type) {
	case time.Time:
		if slices.Contains(dataDays, column) {
			return records.FormatDay(v), nil
		}
		return v.In(records.Local).Format(time.RFC3339), nil
	case int64:
		if slices.Contains(dataTruths, column) { // as SQLite keeps it
			return v != 0, nil
		}
	case []byte:
		return r.dataValue(column, string(v))
	case string:
		if slices.Contains(dataSealed, column) {
			return r.Open(v)
		}
	}
	return v, nil
}
