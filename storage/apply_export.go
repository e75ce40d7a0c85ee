package storage

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// xlsxMime is the type of an Excel sheet.
const xlsxMime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportRow is an entry as a line of a sheet.
type exportRow struct {
	records.Help
	HouseholdCode string
	Head          string
	Author        string
	Answer        string
	Sheet         string // on which it was signed
}

// exportHelp writes the entries of some days, of all areas whose entries the person may take out, into a sheet, and notes who took
// them. The outcome's args: file (the blob's key), count.
func (a *applier) exportHelp(q Request) (*Outcome, error) {
	var command records.ExportHelp
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	from, ok1 := records.ParseDay(command.From)
	to, ok2 := records.ParseDay(command.To)
	if !ok1 || !ok2 || to.Before(from) || to.Sub(from) > 400*24*time.Hour || len(command.Columns) != len(records.ExportColumns) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil {
		return nil, err
	}
	if who == nil {
		return refuse(records.RefusedDenied), nil
	}
	scope := records.Scope(who.Actor, records.TakeHelpOut)
	if len(scope) == 0 {
		return refuse(records.RefusedDenied), nil
	}
	rows, err := a.exportRows(scope, from, to)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return refuse(records.RefusedNoEntries), nil
	case len(rows) > records.MaxExport:
		return refuse(records.RefusedTooManyEntries), nil
	}
	data, err := a.sheet(rows, command)
	if err != nil {
		return nil, err
	}
	key, err := a.putOut(q, "export", xlsxMime, data)
	if err != nil {
		return nil, err
	}
	a.audit(q, who.Person, "help "+command.From+" "+command.To, strings.Join(scope, " "), strconv.Itoa(len(rows)))
	return &Outcome{Args: map[string]string{"file": key, "count": strconv.Itoa(len(rows))}}, nil
}

func (a *applier) exportRows(scope []string, from, to time.Time) (rows []exportRow, err error) {
	find := a.tx.Table("help").
		Select("help.*, h.code AS household_code, h.head AS head, p.name AS author, coalesce(a.answer, '') AS answer, coalesce(a.sheet, '') AS sheet").
		Joins("JOIN households h ON h.id = help.household_id").Joins("JOIN people p ON p.id = help.author_id").
		Joins("LEFT JOIN help_answers a ON a.code = help.code AND a.version = help.version AND a.superseded_at IS NULL")
	where, args := within("help.area", scope)
	err = find.Where(where, args...).Where("help.superseded_at IS NULL AND help.given_on >= ? AND help.given_on <= ?", from, to).
		Order("help.given_on, help.area, help.code").Limit(records.MaxExport + 1).Find(&rows).Error
	return rows, err
}

// sheet is an xlsx with a line for each entry, and a total of the money below.
func (a *applier) sheet(rows []exportRow, command records.ExportHelp) ([]byte, error) {
	things := map[string][]records.Item{}
	for some := range portions(rows) {
		codes := make([]string, len(some))
		for i, r := range some {
			codes[i] = r.Code
		}
		var items []records.HelpItem
		if err := a.tx.Where("code IN ?", padded(codes)).Order("code, version, n").Find(&items).Error; err != nil {
			return nil, err
		}
		for _, it := range items {
			key := it.Code + " " + strconv.Itoa(it.Version)
			things[key] = append(things[key], records.Item{Qty: it.Qty, Unit: it.Unit, Name: it.Name, Value: it.Value})
		}
	}
	groups := map[string]bool{}
	for _, r := range rows {
		groups[records.Parent(r.Area)] = true
	}
	paths := make([]string, 0, len(groups))
	for path := range groups {
		paths = append(paths, path)
	}
	names, err := a.r.areaNames(a.tx.Statement.Context, paths)
	if err != nil {
		return nil, err
	}

	book := sheets.NewBook(true)
	defer book.Close()
	book.Sheet("", 6, 13, 12, 24, 13, 26, 22, 14, 34, 26, 22, 14, 12, 34)
	book.FreezeHead()
	book.Head(command.Columns)
	var total int64
	for i, r := range rows {
		state := ""
		if r.VoidedAt != nil {
			state = command.Words["voided"]
		} else {
			total += r.Money
		}
		giver := command.Words["giver."+r.GiverKind]
		if r.Giver != "" {
			giver = r.Giver
		}
		if r.Answer == records.AnswerReceived && r.Sheet != "" {
			r.Answer = records.AnswerPaper
		}
		book.Row(
			i+1, r.Code, r.GivenOn.Format("02/01/2006"), names[records.Parent(r.Area)], r.HouseholdCode, r.Head, command.Words["kind."+r.Kind],
			book.Money(r.Money),
			records.Things(things[r.Code+" "+strconv.Itoa(r.Version)]), giver, r.Author,
			command.Words["answer."+r.Answer], state, r.Note,
		)
	}
	book.Row(nil, nil, nil, nil, nil, book.Bold(command.Words["total"]), nil, book.Money(total))
	return book.Bytes()
}
