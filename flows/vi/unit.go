package vi

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"chungtay/flows/dialog/fold"
)

// Place is a unit of today as a phrase names it, and the old name that led to it.
type Place struct {
	Unit        string // code
	OldUnit     string // Phường Hòa Minh, where that was said
	OldDistrict string // Quận Cẩm Lệ, where that was said
	exact       bool   // the unit itself has the name that was said, which other readings share
}

// ReadUnit reads the name of a unit of Đà Nẵng, of today or of before July 2025, with or without its kind (phường,
// P., xã, quận, TP) and accents. Names that were split, that several places share, or of whole districts are
// ambiguous.
func ReadUnit(s string, _ time.Time) Reading[Place] {
	tokens := Tokenize(s)
	for start := range min(len(tokens), 4) {
		rest := tokens[start:]
		for _, trimmed := range [...][]Token{rest, trimPoliteness(rest)} { // Hà Nha ends like a courtesy, La Êê begins like one
			if r, n := unitAt(trimmed, 0, true); n > 0 && n == len(trimmed) {
				return r
			}
		}
		if t := tokens[start]; !politeBefore(t) && !t.in("ở", "o", "tại", "tai", "bên", "ben", "khu", "vùng", "la") {
			break
		}
	}
	return Reading[Place]{}
}

// findUnit reads the unit that is named from token i on. Behind no kind, and where nothing before it says that a
// place follows, only names that are written like names count.
func findUnit(tokens []Token, i int, _ time.Time) (Reading[Place], int) {
	return unitAt(tokens, i, false)
}

// placeKind reads phường, P., xã, quận, TP at i; level is 1 for communes and 2 for districts.
func placeKind(tokens []Token, i int) (kind string, n int) {
	at := func(k int) Token {
		if k < len(tokens) {
			return tokens[k]
		}
		return Token{}
	}
	t, u := at(i), at(i+1)
	dot := func(n int) int {
		if at(i+n).Text == "." {
			return n + 1
		}
		return n
	}
	switch {
	case t.in("phường", "phuong", "phừơng"):
		return "phường", 1
	case t.in("xã", "xa"):
		return "xã", 1
	case t.in("quận", "quan"):
		return "quận", 1
	case t.in("huyện", "huyen"):
		return "huyện", 1
	case t.in("thị", "thi") && u.in("trấn", "tran"):
		return "thị trấn", 2
	case t.in("thị", "thi") && u.in("xã", "xa"):
		return "thị xã", 2
	case t.in("thành", "thanh") && u.in("phố", "pho"):
		return "thành phố", 2
	case t.in("đặc", "dac") && u.in("khu"):
		return "đặc khu", 2
	case t.in("tp"):
		return "thành phố", dot(1)
	case t.in("tt"):
		return "thị trấn", dot(1)
	case t.in("tx"):
		return "thị xã", dot(1)
	case t.in("đk"):
		return "đặc khu", dot(1)
	case t.in("p", "f", "ph", "x", "q", "h"):
		n := dot(1)
		if n == 1 && !startsUpper(at(i+1).Text) && !t.in("p", "f", "ph", "q") {
			return "", 0
		}
		return map[string]string{"p": "phường", "f": "phường", "ph": "phường", "x": "xã", "q": "quận", "h": "huyện"}[t.Fold], n
	}
	return "", 0
}

func startsUpper(s string) bool {
	for _, r := range s {
		return unicode.IsUpper(r)
	}
	return false
}

// unitAt reads a unit at i; loose allows bare names in any writing.
func unitAt(tokens []Token, i int, loose bool) (Reading[Place], int) {
	if i >= len(tokens) {
		return Reading[Place]{}, 0
	}
	kind, j := placeKind(tokens, i)
	j += i
	if u, ok := UnitByCode(tokens[i].Fold); ok && loose {
		return Sure(Place{Unit: u.Code}), 1
	}
	entries, n := longestName(tokens, j)
	begun := 0
	if n < 2 && (loose || kind != "") {
		if more, m := begunName(tokens, j, kind); m > 0 {
			entries, n, begun = more, m, m
		}
	}
	if n == 0 {
		return Reading[Place]{}, 0
	}
	if kind == "" && !loose && !nameLikePlace(tokens, i, n) {
		return Reading[Place]{}, 0
	}
	end, was := formerly(tokens, j+n)
	if begun == 0 && n == 2 && (was || !slices.ContainsFunc(entries, func(e entry) bool { return e.unit >= 0 })) {
		more, _ := begunName(tokens[:j+n], j, kind)
		if !was || !slices.ContainsFunc(entries, func(e entry) bool { return e.old >= 0 }) {
			entries = append(slices.Clone(entries), more...)
		}
	}
	candidates := gazetteer.candidates(entries, kind, was)
	if begun > 0 && begun == n {
		candidates = markAsk(candidates)
	}
	candidates, j = within(tokens, end, candidates, loose)
	return placeReading(candidates), j - i
}

// begunName finds the old wards that a name only begins: Hòa Thọ is Hòa Thọ Tây or Đông. kind narrows them.
func begunName(tokens []Token, i int, kind string) (found []entry, n int) {
	if i+1 >= len(tokens) || !nameToken(tokens[i]) || !nameToken(tokens[i+1]) {
		return nil, 0
	}
	plain, marked := tokens[i].Fold+" "+tokens[i+1].Fold, tokens[i].Acc+" "+tokens[i+1].Acc
	for _, e := range matching(gazetteer.begun[plain], marked, plain) {
		if kind == "" || kind == e.kind {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil, 0
	}
	return found, 2
}

// nameLikePlace reports that a bare name at i is written as a name, or that the word before it wants a place.
func nameLikePlace(tokens []Token, i, n int) bool {
	if i > 0 {
		if before := tokens[i-1]; before.in("ở", "tại", "bên", "về", "trên", "dưới") {
			return true
		}
	}
	if n < 2 {
		return false
	}
	for k := i; k < i+n; k++ {
		if !startsUpper(tokens[k].Text) && !isDigit(tokens[k].Text[0]) {
			return false
		}
	}
	return true
}

// longestName finds the longest known name that begins at i, by the letters without accents; of its meanings those
// stay that the accents allow.
func longestName(tokens []Token, i int) (found []entry, n int) {
	plain, marked := "", ""
	for k := i; k < len(tokens) && k < i+4; k++ {
		t := tokens[k]
		if !unicode.IsLetter(rune0(t.Text)) && (k == i || !isDigit(t.Text[0])) {
			if t.Text == "'" || t.Text == "-" || t.Text == "’" {
				continue
			}
			break
		}
		plain += t.Fold + " "
		marked += t.Acc + " "
		entries := gazetteer.names[squash(strings.TrimSpace(plain))]
		if len(entries) == 0 {
			continue
		}
		if fit := matching(entries, marked, plain); len(fit) > 0 {
			found, n = fit, k-i+1
		}
	}
	return found, n
}

func rune0(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// matching keeps the entries that were typed with all their accents or with none of them; a name that bears only
// some of its accents is taken where no other has those letters.
func matching(entries []entry, marked, plain string) []entry {
	marked = squash(strings.TrimSpace(marked))
	if marked == squash(strings.TrimSpace(plain)) {
		return entries
	}
	var fit, partly []entry
	for _, e := range entries {
		switch {
		case e.accents == marked:
			fit = append(fit, e)
		case lacksAccents(marked, e.accents):
			partly = append(partly, e)
		}
	}
	if len(fit) > 0 {
		return fit
	}
	return partly
}

// lacksAccents reports that typed is full but for some accents that were left out.
func lacksAccents(typed, full string) bool {
	for _, r := range typed {
		f, n := utf8.DecodeRuneInString(full)
		if n == 0 || r != f && (r >= utf8.RuneSelf || foldRune(f) != r) {
			return false
		}
		full = full[n:]
	}
	return full == ""
}

// foldRune is the letter without its accents.
func foldRune(r rune) rune {
	folded, _ := utf8.DecodeRuneInString(fold.Fold(string(r)))
	return folded
}

// formerly reads cũ or (cũ) at j: the name is of before July 2025.
func formerly(tokens []Token, j int) (int, bool) {
	switch {
	case j < len(tokens) && tokens[j].in("cũ", "cu"):
		return j + 1, true
	case j+2 < len(tokens) && tokens[j].in("(") && tokens[j+1].in("cũ", "cu") && tokens[j+2].in(")"):
		return j + 3, true
	}
	return j, false
}

// candidates lists what a name of several meanings may be, with the kind that was said before it.
func (g *gazette) candidates(entries []entry, kind string, was bool) []Place {
	var units, olds, districts []Place
	mismatched := true
	for _, e := range entries {
		fits := kind == "" || kind == e.kind
		mismatched = mismatched && !fits
		if !fits {
			continue
		}
		switch {
		case e.unit >= 0 && !was:
			units = append(units, Place{Unit: g.units[e.unit].Code, exact: true})
		case e.old >= 0:
			for _, code := range g.old[e.old].Units {
				olds = append(olds, Place{Unit: code, OldUnit: g.old[e.old].Name})
			}
		case e.district >= 0:
			for _, code := range g.districts[e.district].Units {
				districts = append(districts, Place{Unit: code, OldDistrict: g.districts[e.district].Name})
			}
		}
	}
	if mismatched { // "xã Hòa Khánh" is a ward: to be asked about
		return markAsk(g.candidates(entries, "", was))
	}
	if len(units) == 0 {
		if was && len(olds) == 0 && len(districts) == 0 {
			return markAsk(g.candidates(entries, kind, false))
		}
		return append(olds, districts...)
	}
	out := units
	for _, o := range olds {
		if !slices.ContainsFunc(units, func(u Place) bool { return u.Unit == o.Unit }) && kind == "" {
			out = append(out, o)
		}
	}
	if kind == "" {
		for _, d := range districts {
			if !slices.ContainsFunc(out, func(u Place) bool { return u.Unit == d.Unit }) {
				out = append(out, Place{Unit: d.Unit})
			}
		}
	}
	return out
}

// markAsk makes sure that a single candidate is asked about, by giving it twice: placeReading folds it again.
func markAsk(places []Place) []Place {
	if len(places) == 1 {
		return append(places, places[0])
	}
	return places
}

// within reads the district, city or province behind a name (Hòa Minh, Liên Chiểu, Đà Nẵng) and keeps of the
// candidates those that lie in it.
func within(tokens []Token, j int, candidates []Place, loose bool) ([]Place, int) {
	for range 3 {
		k := j
		for k < len(tokens) && tokens[k].in(",", "-", "thuộc", "thuoc", "(") {
			k++
		}
		kind, n := placeKind(tokens, k)
		k += n
		if k >= len(tokens) || k == j && !loose {
			break
		}
		if n := provinceName(tokens, k); n > 0 {
			candidates = keepPlaces(candidates, func(u Unit) bool {
				return n == 3 || !tokens[k].in("quảng", "quang") || u.Province == "Tỉnh Quảng Nam"
			})
			j = k + 2
			if j < len(tokens) && tokens[j].in("cũ", "cu", ")") {
				j++
			}
			continue
		}
		entries, n := longestName(tokens, k)
		var names []string
		for _, e := range entries {
			if e.district >= 0 && (kind == "" || kind == e.kind) {
				names = append(names, gazetteer.districts[e.district].Name)
			}
			if e.unit >= 0 && (kind == "" || kind == e.kind) {
				names = append(names, gazetteer.units[e.unit].Name)
			}
		}
		if n < 2 && k == j || len(names) == 0 {
			break
		}
		kept := keepPlaces(candidates, func(u Unit) bool {
			return slices.Contains(names, u.Name) || slices.ContainsFunc(u.Districts, func(d string) bool { return slices.Contains(names, d) }) ||
				slices.ContainsFunc(names, func(name string) bool { return slices.Contains(formerDistricts[name], u.Code) })
		})
		candidates = kept
		j, _ = formerly(tokens, k+n)
		if j < len(tokens) && tokens[j].in(")") {
			j++
		}
	}
	return candidates, j
}

// keepPlaces keeps the places whose unit passes; where none does the name and its district contradict each other,
// and all are asked about.
func keepPlaces(places []Place, keep func(Unit) bool) []Place {
	var kept []Place
	for _, p := range places {
		if u, ok := UnitByCode(p.Unit); ok && keep(u) {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return markAsk(places)
	}
	return kept
}

// provinceName reads Đà Nẵng or Quảng Nam at k.
func provinceName(tokens []Token, k int) int {
	if k+1 >= len(tokens) {
		return 0
	}
	t, u := tokens[k], tokens[k+1]
	if t.in("đà", "da") && u.in("nẵng", "nang") || t.in("quảng", "quang") && u.in("nam") {
		return 2
	}
	return 0
}

func placeReading(places []Place) Reading[Place] {
	switch len(places) {
	case 0:
		return Reading[Place]{}
	case 1:
		return Sure(places[0])
	}
	var distinct []Place
	for _, p := range places {
		if !slices.ContainsFunc(distinct, func(d Place) bool { return d.Unit == p.Unit && d.OldUnit == p.OldUnit }) {
			distinct = append(distinct, p)
		}
	}
	return Between(distinct...)
}
