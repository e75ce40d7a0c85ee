package storage

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// householdList imports households with their flags and classifications.
type householdList struct {
	r      *Records
	opts   ImportOptions
	sample bool
	units  map[string]records.Area   // communes in force by code
	groups map[string][]records.Area // groups in force by the path of their commune
	found  map[[3]string]string      // unit, old ward and group as the list writes them -> path, of those found before
	seen   map[string]int            // natural key -> row
	wait   []householdRow

	years     map[int]bool // of the classes read
	decisions []string     // their numbers, the first few
}

// decisionsNamed is how many decisions a report names: a list has one.
const decisionsNamed = 5

// householdRow is what a row says. Fields of columns that the list lacks, and empty cells, leave what is kept.
type householdRow struct {
	home  records.Household
	flags map[string]bool // by flag, of the columns that are there
	class *records.Classification
}

var householdColumns = []column{
	{name: "unit", usual: "Phường/xã", headings: unitHeadings},
	{name: "old", headings: oldHeadings},
	{name: "group", usual: "Tổ/thôn", headings: numHeadings},
	{name: "head", usual: "Họ và tên chủ hộ", headings: []string{"ho va ten chu ho", "ho ten chu ho", "chu ho", "ten chu ho", "ho va ten", "ho ten", "ten", "dai dien ho", "head", "name"}},
	{name: "birth", headings: []string{"nam sinh", "ngay sinh", "ngay thang nam sinh", "nam sinh chu ho", "sinh nam", "birth year"}},
	{name: "nickname", headings: []string{"ten thuong goi", "ten goi khac", "biet danh", "thuong goi", "ten goi", "nickname"}},
	{name: "second", headings: []string{"nhan biet", "dau hieu nhan biet", "dac diem nhan biet", "dia chi", "so nha", "kiet hem", "hem", "kiet", "cho o", "second", "address"}},
	{name: "official", headings: []string{"ma ho", "so ho", "ma so ho", "so ho gia dinh", "ma ho ngheo", "so giay chung nhan", "official", "household number"}},
	{name: "members", headings: []string{"so nhan khau", "nhan khau", "so khau", "so nguoi", "so thanh vien", "tong so nhan khau", "members"}},
	{name: records.FlagNoLabour, headings: []string{"khong co kha nang lao dong", "khong kha nang lao dong", "khong con kha nang lao dong", "khong co lao dong"}},
	{name: records.FlagHardship, headings: []string{"dac biet kho khan", "hoan canh dac biet kho khan", "hoan canh dac biet"}},
	{name: records.FlagMerit, headings: []string{"chinh sach", "ho chinh sach", "nguoi co cong", "chinh sach nguoi co cong", "gia dinh chinh sach"}},
	{name: records.FlagMinority, headings: []string{"dan toc thieu so", "dtts", "ho dan toc thieu so", "nguoi dan toc thieu so"}},
	{name: "class", headings: []string{"dien", "dien ho", "loai ho", "phan loai", "phan loai ho", "doi tuong", "ket qua ra soat", "ket qua phan loai", "class"}},
	{name: "year", headings: []string{"nam", "nam ra soat", "nam cong nhan", "nam ap dung", "year"}},
	{name: "standard", headings: []string{"chuan", "chuan ngheo", "giai doan", "chuan giai doan", "standard"}},
	{name: "decision", headings: []string{"so quyet dinh", "quyet dinh so", "quyet dinh", "so qd", "qd so", "decision"}},
	{name: "decided", headings: []string{"ngay quyet dinh", "ngay qd", "ngay ky", "ngay ky quyet dinh", "decision date"}},
	{name: "from", headings: fromHeadings},
}

// classNames are what lists call the classes.
var classNames = map[string]string{
	"ngheo": records.ClassPoor, "ho ngheo": records.ClassPoor, "hn": records.ClassPoor, "n": records.ClassPoor,
	"can ngheo": records.ClassNearPoor, "ho can ngheo": records.ClassNearPoor, "hcn": records.ClassNearPoor, "cn": records.ClassNearPoor,
	"moi thoat ngheo": records.ClassEscaped, "ho moi thoat ngheo": records.ClassEscaped, "thoat ngheo": records.ClassEscaped, "ho thoat ngheo": records.ClassEscaped,
	"thoat can ngheo": records.ClassEscapedNear, "ho thoat can ngheo": records.ClassEscapedNear, "moi thoat can ngheo": records.ClassEscapedNear,
	"trung binh": records.ClassAverage, "muc song trung binh": records.ClassAverage, "ho co muc song trung binh": records.ClassAverage,
}

// Versions of the national standard: of Decree 07/2021/NĐ-CP, kept until the end of 2026 by Decree 351/2025/NĐ-CP, and of
// the latter from 2027.
const (
	standardTo2026 = "2022-2025"
	standard2027   = "2027-2030"
)

func newHouseholdList(ctx context.Context, r *Records, opts ImportOptions) (*householdList, error) {
	l := &householdList{
		r: r, opts: opts, sample: opts.Sample, groups: map[string][]records.Area{},
		found: map[[3]string]string{}, seen: map[string]int{}, years: map[int]bool{},
	}
	var err error
	if l.units, err = r.communes(ctx); err != nil {
		return nil, err
	}
	var groups []records.Area
	if err := r.db.WithContext(ctx).Where("kind = ? AND valid_to IS NULL", records.AreaGroup).Order("path").Find(&groups).Error; err != nil {
		return nil, explain("import", err)
	}
	for _, g := range groups {
		commune := records.Parent(g.Path)
		l.groups[commune] = append(l.groups[commune], g)
	}
	return l, nil
}

func (l *householdList) columns() []column { return householdColumns }
func (l *householdList) pending() int      { return len(l.wait) }

func (l *householdList) parse(in *importRow) {
	now := l.r.instant()
	h := records.Household{Area: l.group(in), Sample: l.sample}
	h.Head = tidyName(in.limited("head"))
	switch {
	case h.Head == "":
		in.fault("head", "import.no_name")
	case strings.IndexFunc(h.Head, unicode.IsLetter) < 0 || strings.IndexFunc(h.Head, unicode.IsDigit) >= 0:
		in.fault("head", "import.bad_name", "value", h.Head)
	}
	h.BirthYear = in.birthYear("birth", now)
	h.Nickname, h.Second, h.Official = in.limited("nickname"), in.limited("second"), in.limited("official")
	h.Members = in.number("members", 1, 50)
	row := householdRow{flags: map[string]bool{}}
	for _, flag := range records.Flags {
		if in.has(flag) {
			row.flags[flag] = in.yes(flag)
		}
	}
	row.class = l.class(in, now)
	if in.bad {
		return
	}
	h.NaturalKey = HouseholdKey(h)
	if first, twice := l.seen[h.NaturalKey]; twice {
		in.faultTwice("head", first)
		return
	}
	l.seen[h.NaturalKey] = in.row.N
	if c := row.class; c != nil {
		l.years[c.Year] = true
		if c.DecisionNo != "" && len(l.decisions) < decisionsNamed && !slices.Contains(l.decisions, c.DecisionNo) {
			l.decisions = append(l.decisions, c.DecisionNo)
		}
	}
	row.home = h
	l.wait = append(l.wait, row)
}

// group finds the path of a row's group. Lists name the same few groups over and over.
func (l *householdList) group(in *importRow) string {
	said := [3]string{in.text("unit"), in.text("old"), in.text("group")}
	path, known := l.found[said]
	if !known {
		if path = l.findGroup(in); path != "" {
			l.found[said] = path
		}
	}
	return path
}

// findGroup finds a row's group among those that are there; numbers that several old wards use are ambiguous.
func (l *householdList) findGroup(in *importRow) string {
	code, old, ok := in.unit("unit", "old", l.opts.Places)
	if !ok {
		return ""
	}
	commune, ok := l.units[code]
	if !ok {
		in.fault("unit", "import.unit_not_there", "value", in.text("unit"), "code", code)
		return ""
	}
	said := in.text("group")
	_, number := splitGroup(said)
	key := GroupKey("", number)
	if key == "" {
		in.fault("group", "import.no_group", "value", said)
		return ""
	}
	var found []records.Area
	for _, g := range l.groups[commune.Path] {
		if GroupKey("", g.Number) == key && (old == "" || GroupKey("", g.Label) == GroupKey("", bareUnit(old))) {
			found = append(found, g)
		}
	}
	switch {
	case len(found) == 1 && !l.mine(found[0].Path):
		in.fault("group", "import.not_yours", "value", found[0].Name)
	case len(found) == 1:
		return found[0].Path
	case len(found) > 1:
		names := make([]string, len(found))
		for i, g := range found {
			names[i] = g.Name
		}
		in.fault("group", "import.ambiguous_group", "value", said, "names", strings.Join(names, ", "))
	default:
		in.fault("group", "import.group_not_there", "value", said, "unit", commune.Name)
	}
	return ""
}

// mine reports whether households of a group may be imported.
func (l *householdList) mine(path string) bool {
	return len(l.opts.Scope) == 0 || slices.ContainsFunc(l.opts.Scope, func(area string) bool { return records.Within(path, area) })
}

// class reads what a row says of the household's classification; nil when it says nothing.
func (l *householdList) class(in *importRow, now time.Time) *records.Classification {
	said := in.text("class")
	if said == "" {
		return nil
	}
	class, ok := classNames[strings.Join(words(fold.Fold(said)), " ")]
	if !ok {
		in.fault("class", "import.bad_class", "value", said)
		return nil
	}
	c := &records.Classification{Class: class, DecisionNo: in.limited("decision"), Source: l.opts.Source}
	if in.text("decided") != "" {
		if day, ok := in.day("decided"); ok {
			c.DecisionDate = &day
		}
	}
	c.Year = in.number("year", 2000, now.In(records.Local).Year()+1)
	switch {
	case c.Year != 0:
	case c.DecisionDate != nil:
		c.Year = c.DecisionDate.Year()
	case !in.bad:
		in.fault("year", "import.no_year")
	}
	c.StandardVersion = l.standard(in, c.Year)
	switch {
	case in.text("from") != "":
		c.ValidFrom, _ = in.day("from")
	case c.DecisionDate != nil:
		c.ValidFrom = *c.DecisionDate
	default:
		c.ValidFrom = time.Date(c.Year, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return c
}

// standard is the version of the standard a class was given under: as the list says ("2022-2025"), else by the year.
func (l *householdList) standard(in *importRow, year int) string {
	if said := in.text("standard"); said != "" {
		years := strings.FieldsFunc(said, func(r rune) bool { return !unicode.IsDigit(r) })
		if len(years) != 2 || len(years[0]) != 4 || len(years[1]) != 4 {
			in.fault("standard", "import.bad_standard", "value", said)
			return ""
		}
		return years[0] + "-" + years[1]
	}
	if year >= 2027 {
		return standard2027
	}
	return standardTo2026
}

func (l *householdList) flush(ctx context.Context, report *ImportReport) error {
	report.Years, report.Decisions = nil, l.decisions
	for _, year := range slices.Sorted(maps.Keys(l.years)) {
		report.Years = append(report.Years, strconv.Itoa(year))
	}
	if len(l.wait) == 0 {
		return nil
	}
	var w householdWrite
	err := l.r.importing(ctx, l.opts.Apply, func(tx *gorm.DB) error {
		w = householdWrite{l: l, tx: tx, now: l.r.instant()}
		if err := w.plan(); err != nil || !l.opts.Apply {
			return err
		}
		return w.write()
	})
	if err != nil {
		return explain("import", err)
	}
	report.Added += len(w.added)
	report.Changed += w.changedRows
	report.Same += w.sameRows
	report.Classified += len(w.classes)
	l.wait = l.wait[:0]
	return nil
}

// householdWrite is one transaction of an import: what is there, and what of the waiting rows is to be written.
type householdWrite struct {
	l   *householdList
	tx  *gorm.DB
	now time.Time

	added       []*householdRow
	changed     []*records.Household
	reindex     []*records.Household // those of changed that are found by other words now
	flagsOn     []records.HouseholdFlag
	flagsOff    []int64
	classes     []records.Classification
	classEnds   map[int64]time.Time
	logs        []records.Audit
	changedRows int
	sameRows    int
}

// followMerged puts in the place of households that became another the one they became, in both lists.
func (w *householdWrite) followMerged(there map[string]*records.Household, ids []int64) error {
	var into []int64
	for _, home := range there {
		if home.MergedInto != nil {
			into = append(into, *home.MergedInto)
		}
	}
	if len(into) == 0 {
		return nil
	}
	var kept []records.Household
	if err := w.tx.Where("id IN ?", into).Find(&kept).Error; err != nil {
		return err
	}
	for key, home := range there {
		for i := range kept {
			if home.MergedInto != nil && kept[i].ID == *home.MergedInto {
				there[key] = &kept[i]
				ids[slices.Index(ids, home.ID)] = kept[i].ID
			}
		}
	}
	return nil
}

func (w *householdWrite) plan() error {
	w.classEnds = map[int64]time.Time{}
	keys := make([]string, len(w.l.wait))
	for i, row := range w.l.wait {
		keys[i] = row.home.NaturalKey
	}
	var found []records.Household
	if err := w.tx.Where("natural_key IN ?", keys).Find(&found).Error; err != nil {
		return err
	}
	there := make(map[string]*records.Household, len(found))
	ids := make([]int64, len(found))
	for i := range found {
		there[found[i].NaturalKey] = &found[i]
		ids[i] = found[i].ID
	}
	if err := w.followMerged(there, ids); err != nil {
		return err
	}
	var flags []records.HouseholdFlag
	var classes []records.Classification
	if len(ids) > 0 {
		if err := w.tx.Where("household_id IN ? AND valid_to IS NULL", ids).Find(&flags).Error; err != nil {
			return err
		}
		if err := w.tx.Where("household_id IN ?", ids).Find(&classes).Error; err != nil {
			return err
		}
	}
	for i := range w.l.wait {
		row := &w.l.wait[i]
		old := there[row.home.NaturalKey]
		if old == nil {
			w.added = append(w.added, row)
			if row.class != nil {
				w.classes = append(w.classes, *row.class) // its household has no id yet: see write
			}
			continue
		}
		changed := old.NaturalKey == row.home.NaturalKey && w.change(old, row.home) // the facts of one that took another over are its own row's
		changed = w.changeFlags(old, row.flags, flags) || changed
		changed = w.changeClass(old, row.class, classes) || changed
		if changed {
			w.changedRows++
		} else {
			w.sameRows++
		}
	}
	return nil
}

// change puts what a row says into the household that is there.
func (w *householdWrite) change(old *records.Household, row records.Household) bool {
	before := *old
	if row.Head != "" {
		old.Head = row.Head
	}
	old.BirthYear = cmp.Or(row.BirthYear, old.BirthYear)
	old.Nickname = cmp.Or(row.Nickname, old.Nickname)
	old.Second = cmp.Or(row.Second, old.Second)
	old.Members = cmp.Or(row.Members, old.Members)
	if *old == before {
		return false
	}
	if old.Head != before.Head || old.Nickname != before.Nickname || old.Second != before.Second {
		w.reindex = append(w.reindex, old)
	}
	w.changed = append(w.changed, old)
	w.log("household.update", old)
	return true
}

func (w *householdWrite) changeFlags(h *records.Household, wanted map[string]bool, inForce []records.HouseholdFlag) bool {
	changed := false
	for _, flag := range records.Flags {
		want, told := wanted[flag]
		at := slices.IndexFunc(inForce, func(f records.HouseholdFlag) bool { return f.HouseholdID == h.ID && f.Flag == flag })
		switch {
		case told && want && at < 0:
			w.flagsOn = append(w.flagsOn, records.HouseholdFlag{HouseholdID: h.ID, Flag: flag, ValidFrom: w.now})
		case told && !want && at >= 0:
			w.flagsOff = append(w.flagsOff, inForce[at].ID)
		default:
			continue
		}
		changed = true
		w.log("household.flag", h)
	}
	return changed
}

// changeClass adds a classification that is not there yet. The one in force before it ends where it begins; one that is
// older than what is in force is kept as history.
func (w *householdWrite) changeClass(h *records.Household, c *records.Classification, all []records.Classification) bool {
	if c == nil {
		return false
	}
	added := *c
	added.HouseholdID = h.ID
	for _, old := range all {
		if old.HouseholdID != h.ID {
			continue
		}
		if old.Year == c.Year && old.StandardVersion == c.StandardVersion && old.DecisionNo == c.DecisionNo && old.Class == c.Class {
			return false
		}
		if old.ValidFrom.After(c.ValidFrom) {
			if added.ValidTo == nil || old.ValidFrom.Before(*added.ValidTo) {
				from := old.ValidFrom
				added.ValidTo = &from
			}
		} else if old.ValidTo == nil || old.ValidTo.After(c.ValidFrom) {
			w.classEnds[old.ID] = c.ValidFrom
		}
	}
	w.classes = append(w.classes, added)
	w.log("household.classify", h)
	return true
}

func (w *householdWrite) log(action string, h *records.Household) {
	line := w.l.opts.audit(action, "household "+h.Code, h.Area)
	line.At = w.now
	w.logs = append(w.logs, line)
}

func (w *householdWrite) write() error {
	homes := make([]records.Household, len(w.added))
	codes, err := w.newCodes(len(w.added))
	if err != nil {
		return err
	}
	found := make([][]records.HouseholdWord, len(w.added)) // the words of each, which need its id
	for i, row := range w.added {
		homes[i] = row.home
		homes[i].Code, homes[i].CreatedAt, homes[i].UpdatedAt = codes[i], w.now, w.now
		found[i] = IndexHousehold(&homes[i])
	}
	if err := insert(w.tx, homes); err != nil {
		return err
	}
	var index []records.HouseholdWord
	classed := 0
	for i := range homes {
		h := &homes[i]
		for _, word := range found[i] {
			word.HouseholdID = h.ID
			index = append(index, word)
		}
		for _, flag := range records.Flags {
			if w.added[i].flags[flag] {
				w.flagsOn = append(w.flagsOn, records.HouseholdFlag{HouseholdID: h.ID, Flag: flag, ValidFrom: w.now})
			}
		}
		if w.added[i].class != nil {
			for w.classes[classed].HouseholdID != 0 {
				classed++
			}
			w.classes[classed].HouseholdID = h.ID
		}
		w.log("household.add", h)
	}
	for _, h := range w.changed {
		h.UpdatedAt = w.now
		if slices.Contains(w.reindex, h) {
			index = append(index, IndexHousehold(h)...)
			if err := w.tx.Where("household_id = ?", h.ID).Delete(&records.HouseholdWord{}).Error; err != nil {
				return err
			}
		}
		if err := w.tx.Save(h).Error; err != nil {
			return err
		}
	}
	for id, end := range w.classEnds {
		if err := w.tx.Model(&records.Classification{}).Where("id = ?", id).Update("valid_to", end).Error; err != nil {
			return err
		}
	}
	if len(w.flagsOff) > 0 {
		if err := w.tx.Model(&records.HouseholdFlag{}).Where("id IN ?", w.flagsOff).Update("valid_to", w.now).Error; err != nil {
			return err
		}
	}
	for i := range w.classes {
		w.classes[i].CreatedAt = w.now
	}
	slices.SortFunc(index, func(a, b records.HouseholdWord) int { // neighbours in the index are written together
		return cmp.Or(cmp.Compare(a.Word, b.Word), cmp.Compare(a.Area, b.Area), cmp.Compare(a.HouseholdID, b.HouseholdID))
	})
	return errors.Join(insert(w.tx, index), insert(w.tx, w.flagsOn), insert(w.tx, w.classes), w.noteYears(), insert(w.tx, w.logs))
}

// noteYears notes which communes' lists of which years there are now.
func (w *householdWrite) noteYears() error {
	there := map[records.ReviewYear]bool{}
	for _, row := range w.l.wait {
		if row.class != nil {
			there[records.ReviewYear{Area: records.Parent(row.home.Area), Year: row.class.Year, FirstAt: w.now}] = true
		}
	}
	years := slices.SortedFunc(maps.Keys(there), func(a, b records.ReviewYear) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Year, b.Year))
	})
	return insert(w.tx, years, clause.OnConflict{DoNothing: true})
}

// newCodes draws codes that no household has.
func (w *householdWrite) newCodes(n int) ([]string, error) {
	drawn := make(map[string]bool, n)
	for len(drawn) < n {
		for len(drawn) < n {
			drawn[records.HouseholdCodeOf(random64(records.CodeSpace))] = true
		}
		var taken []string
		codes := make([]string, 0, n)
		for c := range drawn {
			codes = append(codes, c)
		}
		if err := w.tx.Model(&records.Household{}).Where("code IN ?", codes).Pluck("code", &taken).Error; err != nil {
			return nil, err
		}
		for _, c := range taken {
			delete(drawn, c)
		}
	}
	codes := make([]string, 0, n)
	for c := range drawn {
		codes = append(codes, c)
	}
	return codes, nil
}
