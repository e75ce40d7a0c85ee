package vi

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"unicode"

	"chungtay/flows/dialog/fold"
)

// Unit is one of the 94 commune-level units of Đà Nẵng since 1 July 2025 (Resolution 1659/NQ-UBTVQH15; codes of
// Decision 19/2025/QĐ-TTg).
type Unit struct {
	Code      string
	Name      string // Phường Hòa Khánh
	Short     string // Hòa Khánh
	Kind      string // phường, xã or đặc khu
	Province  string // the province or city it belonged to before: Thành phố Đà Nẵng or Tỉnh Quảng Nam
	Districts []string
}

// OldUnit is a ward, commune or town of before July 2025, and the units of today that hold its land: two for a
// commune that was split.
type OldUnit struct {
	Name      string // Phường Hòa Minh
	Short     string // Hòa Minh
	Kind      string // phường, xã or thị trấn
	Province  string
	Districts []string // the districts its unit of today was made of
	Units     []string // codes
}

// District is a district, town or city of before July 2025, and the units of today made of it.
type District struct {
	Name, Short, Kind string
	Units             []string
}

//go:embed data/danang_units.csv
var unitsCSV string

var gazetteer = readGazetteer(unitsCSV)

type gazette struct {
	units     []Unit
	old       []OldUnit
	districts []District
	byCode    map[string]int
	names     map[string][]entry // squashed without accents
	begun     map[string][]entry // old names of three words by the first two, without accents
}

// entry is one meaning of a name.
type entry struct {
	accents   string // squashed with accents
	kind      string
	unit      int // index of a Unit, or -1
	old       int
	district  int
	wordCount int
}

// Units lists the 94 units by code.
func Units() []Unit { return slices.Clone(gazetteer.units) }

// OldUnits lists the wards, communes and towns of before July 2025.
func OldUnits() []OldUnit { return slices.Clone(gazetteer.old) }

// Districts lists the districts, towns and cities of before July 2025.
func Districts() []District { return slices.Clone(gazetteer.districts) }

// UnitByCode finds a unit by its code.
func UnitByCode(code string) (Unit, bool) {
	i, ok := gazetteer.byCode[code]
	if !ok {
		return Unit{}, false
	}
	return gazetteer.units[i], true
}

const partly = " (một phần)"

// formerDistricts are districts that were dissolved before the units were made, as people still name them: Nông Sơn
// went back to Quế Sơn on 1 January 2025 (Resolution 1241/NQ-UBTVQH15).
var formerDistricts = map[string][]string{"Huyện Nông Sơn": {"20656", "20669"}}

func readGazetteer(text string) *gazette {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic("data/danang_units.csv: " + err.Error())
	}
	g := &gazette{byCode: map[string]int{}, names: map[string][]entry{}, begun: map[string][]entry{}}
	oldAt, districtAt := map[string]int{}, map[string]int{}
	for _, row := range rows[1:] {
		u := Unit{Code: row[0], Name: row[1], Kind: row[2], Province: row[3], Districts: splitList(row[4]), Short: row[6]}
		g.byCode[u.Code] = len(g.units)
		g.units = append(g.units, u)
		for _, d := range u.Districts {
			g.district(districtAt, d, u.Code)
		}
		for _, name := range splitList(row[5]) {
			name = strings.TrimSuffix(name, partly)
			key := name + "/" + u.Province
			at, ok := oldAt[key]
			if ok && !slices.ContainsFunc(splitList(row[5]), func(s string) bool { return s == name+partly }) {
				ok = false // two communes of one name
			}
			if !ok {
				kind, short := splitKind(name)
				at = len(g.old)
				oldAt[key] = at
				g.old = append(g.old, OldUnit{Name: name, Short: short, Kind: kind, Province: u.Province, Districts: u.Districts})
			}
			g.old[at].Units = append(g.old[at].Units, u.Code)
		}
	}
	for name, codes := range formerDistricts {
		for _, code := range codes {
			g.district(districtAt, name, code)
		}
	}
	g.name("Cù Lao Chàm", entry{kind: "xã", unit: g.byCode["20434"], old: -1, district: -1})
	for i, u := range g.units {
		g.name(u.Short, entry{kind: u.Kind, unit: i, old: -1, district: -1})
	}
	for i, o := range g.old {
		e := entry{kind: o.Kind, unit: -1, old: i, district: -1}
		g.name(o.Short, e)
		if words := strings.Fields(o.Short); len(words) == 3 {
			first := words[0] + " " + words[1]
			e.accents = squash(fold.Accents(first))
			g.begun[fold.Fold(first)] = append(g.begun[fold.Fold(first)], e)
		}
	}
	for i, d := range g.districts {
		g.name(d.Short, entry{kind: d.Kind, unit: -1, old: -1, district: i})
	}
	return g
}

func (g *gazette) district(at map[string]int, name, code string) {
	i, ok := at[name]
	if !ok {
		kind, short := splitKind(name)
		i = len(g.districts)
		at[name] = i
		g.districts = append(g.districts, District{Name: name, Short: short, Kind: kind})
	}
	g.districts[i].Units = append(g.districts[i].Units, code)
}

func (g *gazette) name(short string, e entry) {
	e.accents = squash(fold.Accents(short))
	e.wordCount = len(strings.Fields(short))
	key := squash(fold.Fold(short))
	g.names[key] = append(g.names[key], e)
}

func splitList(s string) []string {
	var list []string
	for _, part := range strings.Split(s, ";") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// splitKind takes the kind off a full name: "Thị trấn Prao" is a thị trấn called Prao.
func splitKind(name string) (kind, short string) {
	for _, k := range [...]string{"Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Xã"} {
		if rest, ok := strings.CutPrefix(name, k+" "); ok {
			return fold.Accents(k), rest
		}
	}
	return "", name
}

// squash makes one key of the ways a name is spelled: without spaces, signs and doubled letters, i for y, and đắk
// as đắc, kôn as côn (A Vương is Avương, La Ê is La Êê, Phước Mĩ is Phước Mỹ).
func squash(s string) string {
	s = daks.Replace(s)
	if cut := strings.LastIndexByte(s, ' '); cut >= 0 && (s[cut:] == " i" || s[cut:] == " ii") { // Tam Xuân II
		s = s[:cut] + itoa(len(s)-cut-1)
	}
	var b strings.Builder
	b.Grow(len(s))
	last := rune(0)
	for _, r := range s {
		if to, ok := iForY[r]; ok {
			r = to
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) || r == last && !unicode.IsDigit(r) {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

var (
	iForY = map[rune]rune{'y': 'i', 'ý': 'í', 'ỳ': 'ì', 'ỷ': 'ỉ', 'ỹ': 'ĩ', 'ỵ': 'ị'}
	daks  = strings.NewReplacer("đắk", "đắc", "đăk", "đắc", "đăc", "đắc", "dak", "dac", "đak", "đắc", "kôn", "côn", "kon", "con")
)
