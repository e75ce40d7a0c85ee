package storage

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// makeSignatureSheets numbers sheets of a group's entries that nobody answered for, and keeps what stands on them, sealed.
func (a *applier) makeSignatureSheets(q Request) (*Outcome, error) {
	var command records.MakeSignatureSheets
	if err := json.Unmarshal(q.Data, &command); err != nil {
		return refuse(records.RefusedInvalid), nil
	}
	from, to := records.EarliestDay, records.DayOf(q.At)
	if command.From != "" || command.To != "" {
		var ok1, ok2 bool
		from, ok1 = records.ParseDay(command.From)
		if to, ok2 = records.ParseDay(command.To); !ok1 || !ok2 || to.Before(from) {
			return refuse(records.RefusedInvalid), nil
		}
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	path := fold.Clean(command.Group)
	if records.KindOfPath(path) != records.AreaGroup || !records.Can(who.Actor, records.SignSheets, path) {
		return refuse(records.RefusedNotFound), nil
	}
	rows, err := a.unsigned(path, from, to)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return refuse(records.RefusedNothingToSign), nil
	}
	more := max(0, len(rows)-records.SignatureLines*records.SignatureSheets)
	rows = rows[:len(rows)-more]
	group, err := a.areaName(path)
	if err != nil {
		return nil, err
	}
	var sheets []records.SignatureSheet
	var codes []string
	for some := range slices.Chunk(rows, records.SignatureLines) {
		sheet, err := a.newSignatureSheet(q, who, path, group, some)
		if err != nil {
			return nil, err
		}
		sheets, codes = append(sheets, sheet), append(codes, sheet.Code)
	}
	file, err := a.keepSheet(q, sheets)
	return &Outcome{Args: map[string]string{
		"file": file, "count": strconv.Itoa(len(rows)), "sheets": strconv.Itoa(len(sheets)), "codes": strings.Join(codes, ", "), "code": codes[0],
		"group": group, "more": strconv.Itoa(more),
	}}, err
}

// unsigned are a group's entries of some days that nobody answered for, by household as in its list.
func (a *applier) unsigned(path string, from, to time.Time) (rows []helpRow, err error) {
	err = a.tx.Table("help").Select("help.*, h.code AS household_code, h.head AS head").Joins("JOIN households h ON h.id = help.household_id").
		Where("help.area >= ? AND help.area < ? AND help.given_on >= ? AND help.given_on <= ?", path+"/", path+"0", from, to).
		Where("help.superseded_at IS NULL AND help.voided_at IS NULL AND " + unanswered).
		Order("h.sort, h.id, help.given_on, help.code").Limit(2 * records.SignatureLines * records.SignatureSheets).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return rows, fillItems(a.tx, rows)
}

// newSignatureSheet numbers a sheet with these lines.
func (a *applier) newSignatureSheet(q Request, who *actor, path, group string, rows []helpRow) (sheet records.SignatureSheet, err error) {
	kept := records.SignatureRow{Area: path, MadeBy: who.Person, MadeAt: stamp(q.At)}
	for {
		kept.Code = records.SheetCodeOf(random64(records.CodeSpace))
		done := a.tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&kept)
		if done.Error != nil {
			return sheet, done.Error
		}
		if done.RowsAffected == 1 {
			break
		}
	}
	sheet = records.SignatureSheet{Code: kept.Code, Group: group, Made: kept.MadeAt}
	lines := make([]records.SignatureLine, len(rows))
	for i, row := range rows {
		lines[i] = records.SignatureLine{Sheet: kept.Code, N: i + 1, Code: row.Code, Version: row.Version, HouseholdID: row.HouseholdID}
		sheet.Lines = append(sheet.Lines, records.SignatureFor{
			Code: row.Code, Who: row.Head, On: records.FormatDay(row.GivenOn), Kind: row.Kind, Money: row.Money, Things: records.Things(row.Items),
		})
	}
	a.audit(q, who.Person, "sheet "+kept.Code, path, strconv.Itoa(len(rows)))
	return sheet, insert(a.tx, lines)
}

// signSheet confirms on paper what is signed on a sheet, for which its photo is kept. What the sheet confirmed before counts no more.
func (a *applier) signSheet(q Request) (*Outcome, error) {
	var command records.SignSheet
	if err := json.Unmarshal(q.Data, &command); err != nil || command.Photo == "" || !storable(command.Photo) {
		return refuse(records.RefusedInvalid), nil
	}
	who, err := a.actor(q.Contact)
	if err != nil || who == nil {
		return refuse(records.RefusedDenied), err
	}
	sheet, refused, err := a.sheetFor(command.Sheet, who)
	if err != nil || refused != "" {
		return refuse(refused), err
	}
	var photos int64
	if err := a.tx.Model(&records.Blob{}).Where("key = ? AND kind = 'photo'", command.Photo).Count(&photos).Error; err != nil {
		return nil, err
	}
	if photos == 0 {
		return refuse(records.RefusedNoPhoto), nil
	}
	why := "photo " + command.Photo
	if sheet.Photo != "" {
		why += " in place of " + sheet.Photo
	}
	a.audit(q, who.Person, "sheet "+sheet.Code, sheet.Area, why)
	err = a.tx.Model(&records.HelpAnswer{}).Where("sheet = ? AND superseded_at IS NULL", sheet.Code).Update("superseded_at", stamp(q.At)).Error
	if err != nil {
		return nil, err
	}
	err = a.tx.Model(&sheet).Updates(map[string]any{"photo": command.Photo, "brought_by": who.Person, "brought_at": stamp(q.At)}).Error
	if err != nil {
		return nil, err
	}
	lines, err := sheetLines(a.tx, sheet.Code)
	if err != nil {
		return nil, err
	}
	counts, err := a.signLines(q, who, sheet, lines, command.Signed)
	if err != nil {
		return nil, err
	}
	args := map[string]string{"code": sheet.Code}
	for name, state := range map[string]string{"count": records.LineSigned, "voided": records.LineVoided, "changed": records.LineChanged, "answered": records.LineAnswered} {
		args[name] = strconv.Itoa(counts[state])
	}
	return &Outcome{Args: args}, nil
}

// signLines confirms the entries of the lines that are signed, where they still stand as they were printed and nobody answered, and counts
// what became of each.
func (a *applier) signLines(q Request, who *actor, sheet records.SignatureRow, lines []sheetLine, signed []int) (map[string]int, error) {
	counts := map[string]int{}
	for _, line := range lines {
		is := slices.Contains(signed, line.N)
		err := a.tx.Model(&records.SignatureLine{}).Where("sheet = ? AND n = ?", sheet.Code, line.N).Update("signed", is).Error
		if err != nil {
			return nil, err
		}
		if !is {
			continue
		}
		state := line.state(sheet.Code)
		if state == records.LineOpen {
			state = records.LineSigned
			if err := a.keepAnswer(q, who, line.Help, records.HelpAnswer{Answer: records.AnswerReceived, Sheet: sheet.Code}); err != nil {
				return nil, err
			}
		}
		counts[state]++
	}
	return counts, nil
}

// sheetFor is a sheet that who may do something about, locked. One outside their rights is not found.
func (a *applier) sheetFor(said string, who *actor) (sheet records.SignatureRow, refused string, err error) {
	code, _ := records.ParseSheetCode(said)
	var found []records.SignatureRow
	if err := a.forChange().Where("code = ?", code).Limit(1).Find(&found).Error; err != nil {
		return sheet, "", err
	}
	if len(found) == 0 || !records.Can(who.Actor, records.SignSheets, found[0].Area) {
		return sheet, records.RefusedNotFound, nil
	}
	return found[0], "", nil
}

// sheetLine is a line of a sheet with its entry as it was printed, and what was answered since.
type sheetLine struct {
	records.Help
	HouseholdCode, Head string
	Answer, Sheet       string
	N                   int
	Signed              bool
}

// sheetLines are the lines of a sheet in their order.
func sheetLines(db *gorm.DB, code string) (lines []sheetLine, err error) {
	err = db.Raw(`SELECT help.*, l.n, l.signed, h.code AS household_code, h.head AS head, coalesce(a.answer, '') AS answer, coalesce(a.sheet, '') AS sheet
		FROM signature_lines l JOIN help ON help.code = l.code AND help.version = l.version JOIN households h ON h.id = l.household_id
		LEFT JOIN help_answers a ON a.code = l.code AND a.version = l.version AND a.superseded_at IS NULL
		WHERE l.sheet = ? ORDER BY l.n`, code).Scan(&lines).Error
	return lines, err
}

// state is what is to be said of a line of a sheet.
func (l sheetLine) state(sheet string) string {
	switch {
	case l.VoidedAt != nil:
		return records.LineVoided
	case l.SupersededAt != nil:
		return records.LineChanged
	case l.Answer != "" && l.Sheet == sheet:
		return records.LineSigned
	case l.Answer != "":
		return records.LineAnswered
	}
	return records.LineOpen
}
