package storage

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// unitsSince is the day the commune-level units of today were made (Resolution 1659/NQ-UBTVQH15); areas of a list that
// does not say otherwise are in force since then.
var unitsSince = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)

// areaList imports communes, or groups.
type areaList struct {
	r      *Records
	opts   ImportOptions
	groups bool
	inDB   map[string]records.Area // communes in force by code; of groups only
	city   bool                    // the city is there
	seen   map[string]int          // path -> row
	wait   []records.Area
}

var areaColumns = []column{
	{name: "code", usual: "Mã", headings: []string{"ma", "ma don vi", "ma dvhc", "ma xa", "ma xa phuong", "ma phuong xa", "code"}},
	{name: "name", usual: "Tên", headings: []string{"ten", "ten don vi", "ten dvhc", "phuong xa", "xa phuong", "xa phuong dac khu", "don vi", "name"}},
	{name: "from", headings: fromHeadings},
	{name: "to", headings: toHeadings},
	{name: "into", headings: []string{"nhap vao", "sap nhap vao", "don vi moi", "merged into"}},
}

var (
	unitHeadings = []string{"phuong xa", "xa phuong", "xa phuong dac khu", "phuong", "xa", "don vi", "don vi hanh chinh", "unit", "area"}
	oldHeadings  = []string{"phuong xa cu", "xa phuong cu", "don vi cu", "phuong cu", "xa cu", "ten cu", "old unit", "old ward"}
	numHeadings  = []string{"to thon", "to", "to dan pho", "to dan pho thon", "thon to", "thon to dan pho", "thon", "tdp", "khu dan cu", "so to", "ten to", "ten thon", "khoi pho", "group"}
	fromHeadings = []string{"hieu luc tu", "tu ngay", "ngay hieu luc", "valid from"}
	toHeadings   = []string{"hieu luc den", "den ngay", "het hieu luc", "ngay het hieu luc", "valid to"}
)

var groupColumns = []column{
	{name: "unit", usual: "Phường/xã", headings: unitHeadings},
	{name: "old", headings: oldHeadings},
	{name: "number", usual: "Tổ/thôn", headings: numHeadings},
	{name: "from", headings: fromHeadings},
	{name: "to", headings: toHeadings},
	{name: "into", headings: []string{"nhap vao to", "nhap vao", "sap nhap vao", "to moi", "merged into"}},
}

func newAreaList(ctx context.Context, r *Records, opts ImportOptions) (*areaList, error) {
	list := &areaList{r: r, opts: opts, seen: map[string]int{}}
	var n int64
	err := r.db.WithContext(ctx).Model(&records.Area{}).Where("path = ? AND valid_to IS NULL", CityCode).Count(&n).Error
	list.city = n > 0
	return list, explain("import", err)
}

func newGroupList(ctx context.Context, r *Records, opts ImportOptions) (*areaList, error) {
	list := &areaList{r: r, opts: opts, groups: true, city: true, seen: map[string]int{}}
	communes, err := r.communes(ctx)
	list.inDB = communes
	return list, err
}

// communes are the communes in force, by code.
func (r *Records) communes(ctx context.Context) (map[string]records.Area, error) {
	var found []records.Area
	err := r.db.WithContext(ctx).Where("kind = ? AND valid_to IS NULL", records.AreaCommune).Find(&found).Error
	byCode := make(map[string]records.Area, len(found))
	for _, a := range found {
		byCode[a.Code] = a
	}
	return byCode, explain("import", err)
}

func (l *areaList) columns() []column {
	if l.groups {
		return groupColumns
	}
	return areaColumns
}

func (l *areaList) pending() int { return len(l.wait) }

func (l *areaList) parse(in *importRow) {
	area := records.Area{Kind: records.AreaCommune, ValidFrom: unitsSince}
	if l.groups {
		area.Kind = records.AreaGroup
		l.parseGroup(in, &area)
	} else {
		l.parseCommune(in, &area)
	}
	if in.text("from") != "" {
		day, ok := in.day("from")
		if ok {
			area.ValidFrom = day
		}
	}
	if in.text("to") != "" {
		if day, ok := in.day("to"); ok && day.Before(area.ValidFrom) {
			in.fault("to", "import.ends_before", "value", in.text("to"))
		} else if ok {
			area.ValidTo = &day
		}
	}
	if in.bad {
		return
	}
	if first, twice := l.seen[area.Path]; twice {
		in.faultTwice(l.keyColumn(), first)
		return
	}
	l.seen[area.Path] = in.row.N
	l.wait = append(l.wait, area)
}

func (l *areaList) keyColumn() string {
	if l.groups {
		return "number"
	}
	return "code"
}

func (l *areaList) parseCommune(in *importRow, area *records.Area) {
	area.Code, area.Name = in.text("code"), in.text("name")
	if len(area.Code) != 5 || !isDigits(area.Code) {
		in.fault("code", "import.bad_code", "value", area.Code)
	}
	if area.Name == "" || longerThan(area.Name, records.MaxName) {
		in.fault("name", "import.no_name")
	}
	area.Path = records.Join(CityCode, area.Code)
	if into := in.text("into"); into != "" {
		found := l.opts.Places(into)
		if len(found) == 1 {
			area.MergedInto = records.Join(CityCode, found[0].Code)
		} else {
			in.faultPlaces("into", into, found)
		}
	}
}

func (l *areaList) parseGroup(in *importRow, area *records.Area) {
	code, old, ok := in.unit("unit", "old", l.opts.Places)
	if !ok {
		return
	}
	commune, ok := l.inDB[code]
	if !ok {
		in.fault("unit", "import.unit_not_there", "value", in.text("unit"), "code", code)
		return
	}
	said := in.text("number")
	kind, number := splitGroup(said)
	if number == "" || longerThan(number, records.MaxName) || GroupKey("", number) == "" {
		in.fault("number", "import.no_group", "value", said)
		return
	}
	if kind == "" {
		kind = "Thôn"
		if strings.HasPrefix(fold.Fold(commune.Name), "phuong ") {
			kind = "Tổ"
		}
	}
	area.Label, area.Number = old, number
	area.Code = GroupKey(old, number)
	area.Path = records.Join(commune.Path, area.Code)
	area.Name = kind + " " + number
	if old != "" {
		area.Name += " (" + old + " cũ)"
	}
	if into := in.text("into"); into != "" {
		_, number := splitGroup(into)
		area.MergedInto = records.Join(commune.Path, GroupKey(old, number))
	}
}

// groupKinds are the words for a group before its number or name, longest first.
var groupKinds = []string{"Tổ dân phố", "Khối phố", "Khu phố", "Khu dân cư", "TDP", "KDC", "Thôn", "Bản", "Khối", "Khu", "Tổ"}

// splitGroup splits "tổ dân phố số 12" into Tổ dân phố and 12. A kind is only taken off a number, or where it can be no
// part of a name.
func splitGroup(said string) (kind, number string) {
	list := strings.Fields(said)
	for _, k := range groupKinds {
		n := len(strings.Fields(k))
		if len(list) <= n || fold.Fold(strings.Join(list[:n], " ")) != fold.Fold(k) {
			continue
		}
		rest := strings.Join(list[n:], " ")
		if list[n] != "" && fold.Fold(list[n]) == "so" && len(list) > n+1 {
			rest = strings.Join(list[n+1:], " ")
		}
		digit := rest[0] >= '0' && rest[0] <= '9'
		if !digit && n == 1 && fold.Accents(list[0]) != fold.Accents(k) {
			continue
		}
		switch {
		case !digit && n == 1 && k != "Thôn" && k != "Bản":
			continue
		case k == "TDP" || k == "Tổ dân phố":
			k = "Tổ"
		}
		return k, trimZeros(rest)
	}
	return "", trimZeros(strings.Join(list, " "))
}

// trimZeros makes 05 of a group 5.
func trimZeros(number string) string {
	if t := strings.TrimLeft(number, "0"); t != number && t != "" && t[0] >= '1' && t[0] <= '9' {
		return t
	}
	return number
}

func (l *areaList) flush(ctx context.Context, report *ImportReport) error {
	if len(l.wait) == 0 {
		return nil
	}
	var added, changed, same int
	err := l.r.importing(ctx, l.opts.Apply, func(tx *gorm.DB) error {
		added, changed, same = 0, 0, 0
		if !l.city && l.opts.Apply {
			city := records.Area{Path: CityCode, Kind: records.AreaCity, Code: CityCode, Name: CityName, ValidFrom: unitsSince}
			if err := l.insert(tx, city); err != nil {
				return err
			}
		}
		paths := make([]string, len(l.wait))
		for i, a := range l.wait {
			paths[i] = a.Path
		}
		var found []records.Area
		if err := tx.Where("path IN ?", paths).Order("id").Find(&found).Error; err != nil {
			return err
		}
		byPath := map[string][]records.Area{}
		for _, a := range found {
			byPath[a.Path] = append(byPath[a.Path], a)
		}
		for _, a := range l.wait {
			what, err := l.keep(tx, a, byPath[a.Path])
			if err != nil {
				return err
			}
			switch what {
			case rowAdded:
				added++
			case rowChanged:
				changed++
			case rowSame:
				same++
			}
		}
		return nil
	})
	if err != nil {
		return explain("import", err)
	}
	l.city = l.city || l.opts.Apply
	report.Added, report.Changed, report.Same = report.Added+added, report.Changed+changed, report.Same+same
	l.wait = l.wait[:0]
	return nil
}

// What became of a row.
type rowFate int

const (
	rowSame rowFate = iota
	rowAdded
	rowChanged
)

// keep puts one area beside those that had its path before, oldest first. An area that was ended stays so, unless the
// list says that it is in force since a later day.
func (l *areaList) keep(tx *gorm.DB, a records.Area, before []records.Area) (rowFate, error) {
	var current *records.Area
	for i, b := range before {
		switch {
		case b.ValidTo == nil:
			current = &before[i]
		case !b.ValidTo.Before(a.ValidFrom) && (a.ValidTo == nil || b.ValidTo.Equal(*a.ValidTo)):
			return rowSame, nil
		}
	}
	if current == nil {
		if !l.opts.Apply {
			return rowAdded, nil
		}
		return rowAdded, l.insert(tx, a)
	}
	change := map[string]any{}
	if current.Name != a.Name {
		change["name"] = a.Name
	}
	if current.Label != a.Label {
		change["label"] = a.Label
	}
	if current.Number != a.Number {
		change["number"] = a.Number
	}
	action := "area.update"
	if a.ValidTo != nil {
		change["valid_to"], change["merged_into"], action = a.ValidTo, a.MergedInto, "area.end"
	}
	if len(change) == 0 {
		return rowSame, nil
	}
	if !l.opts.Apply {
		return rowChanged, nil
	}
	change["updated_at"] = l.r.instant()
	if err := tx.Model(&records.Area{}).Where("id = ?", current.ID).Updates(change).Error; err != nil {
		return rowSame, err
	}
	return rowChanged, l.log(tx, action, a.Path)
}

func (l *areaList) insert(tx *gorm.DB, a records.Area) error {
	if err := tx.Create(&a).Error; err != nil {
		return err
	}
	return l.log(tx, "area.add", a.Path)
}

func (l *areaList) log(tx *gorm.DB, action, path string) error {
	line := l.opts.audit(action, "area "+path, path)
	line.At = l.r.instant()
	return tx.Create(&line).Error
}

// importing runs work in a transaction when things are to be kept, else beside everybody else's, as it only reads.
func (r *Records) importing(ctx context.Context, apply bool, work func(tx *gorm.DB) error) error {
	if !apply {
		return work(r.db.WithContext(ctx))
	}
	return r.in(ctx, func(tx *gorm.DB) error {
		if !r.pg { // the words of many households lie all over the index: keep more of it at hand
			if err := tx.Exec("PRAGMA cache_size = -32000").Error; err != nil {
				return err
			}
		}
		return work(tx)
	})
}
