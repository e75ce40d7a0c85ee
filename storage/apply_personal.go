package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// takeMyData writes what is kept of the person into a file. The outcome's args: file (the blob's key).
func (a *applier) takeMyData(q Request) (*Outcome, error) {
	var command records.TakeMyData
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Format != records.DataJSON && command.Format != records.DataSheets {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.meet(q)
	if err != nil {
		return nil, err
	}
	var taken int64
	err = a.tx.Model(&records.Audit{}).Where("person_id = ? AND action = ? AND at > ?", who.Person, q.Kind, a.now.Add(-24*time.Hour)).Count(&taken).Error
	if err != nil {
		return nil, err
	}
	if taken >= records.DataFilesADay {
		return refuse(records.RefusedDataFiles), nil
	}
	tables, err := a.r.dataOf(a.tx, who.Actor, q.At)
	if err != nil {
		return nil, err
	}
	data, mime := []byte(nil), "application/json"
	if command.Format == records.DataJSON {
		data, err = dataJSON(tables, q.At)
	} else {
		mime = xlsxMime
		data, err = dataBook(tables, command.Words)
	}
	if err != nil {
		return nil, err
	}
	key, err := a.putOut(q, "data", mime, data)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "person "+strconv.FormatInt(who.Person, 10), "", command.Format)
	return &Outcome{Args: map[string]string{"file": key}}, nil
}

// dataJSON writes tables as one JSON object: a list for each, in which each row is an object.
func dataJSON(tables []dataTable, at time.Time) ([]byte, error) {
	all := map[string]any{"made_at": at.In(records.Local).Format(time.RFC3339)}
	for i, sheet := range records.MyData {
		rows := make([]map[string]any, len(tables[i].rows))
		for n, values := range tables[i].rows {
			rows[n] = map[string]any{}
			for c, v := range values {
				rows[n][sheet.Columns[c]] = v
			}
		}
		all[sheet.Name] = rows
	}
	return json.MarshalIndent(all, "", "  ")
}

// dataBook writes tables as the sheets of a workbook, those without rows left out, with codes and heads in words.
func dataBook(tables []dataTable, words map[string]string) ([]byte, error) {
	book := sheets.NewBook(false)
	defer book.Close()
	said := func(key, otherwise string) string {
		if w := words[key]; w != "" {
			return w
		}
		return otherwise
	}
	for i, sheet := range records.MyData {
		if len(tables[i].rows) == 0 {
			continue
		}
		book.Sheet(said("sheet."+sheet.Name, sheet.Name), slices.Repeat([]float64{22}, len(sheet.Columns))...)
		head := make([]string, len(sheet.Columns))
		for c, column := range sheet.Columns {
			head[c] = said("column."+column, column)
		}
		book.Head(head)
		for _, values := range tables[i].rows {
			row := make([]any, len(values))
			for c, v := range values {
				row[c] = v
				if code, ok := v.(string); ok {
					row[c] = said(sheet.Columns[c]+"."+code, code)
				}
			}
			book.Row(row...)
		}
	}
	return book.Bytes()
}

// withdraw takes back what somebody agreed to. A link to a household ends with its consent.
func (a *applier) withdraw(q Request) (*Outcome, error) {
	var command records.Withdraw
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	rows, err := a.r.consents(a.tx, who.Actor)
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		if c.ID != command.Consent {
			continue
		}
		if err := a.tx.Model(&records.Consent{}).Where("id = ?", c.ID).Update("withdrawn_at", stamp(q.At)).Error; err != nil {
			return nil, err
		}
		if c.Purpose == records.PurposeLink && c.HouseholdID != nil {
			if err := a.endLinksTo(who.Person, *c.HouseholdID, stamp(q.At)); err != nil {
				return nil, err
			}
			delete(a.actors, q.Contact)
		}
		if c.Purpose == records.PurposePhoto {
			if err := a.erasePhotos("p.consent_id = ?", c.ID); err != nil {
				return nil, err
			}
		}
		a.audit(q, who.Person, "consent "+strconv.FormatInt(c.ID, 10), "", c.Purpose)
		return &Outcome{Args: map[string]string{"purpose": c.Purpose}}, nil
	}
	return refuse(records.RefusedNotFound), nil
}

// endLinksTo ends the person's links to a household.
func (a *applier) endLinksTo(person, household int64, at time.Time) error {
	var home records.Household
	if err := a.tx.Where("id = ?", household).First(&home).Error; err != nil {
		return err
	}
	var links []records.HouseholdLink
	if err := a.tx.Where("person_id = ? AND household_id = ? AND ended_at IS NULL", person, household).Find(&links).Error; err != nil {
		return err
	}
	for _, link := range links {
		if err := a.endLink(a.tx, link, home.Path(), person, at); err != nil {
			return err
		}
	}
	return nil
}
