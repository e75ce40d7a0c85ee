package vi

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Person is somebody as a phrase names them. Names are kept as they were typed, never corrected (Bríu Pố, Zơ Râm
// Thị Nhang); only a name typed all in small letters gets its capitals.
type Person struct {
	Title string // ông, bà, cô, chú, ... or empty
	Name  string // Lan, Tư Hùng, Nguyễn Thị Lan
	Kin   string // a second key to tell namesakes apart: vợ ông Sáu
	Group Group  // where they live, where that was said
}

// String is how people say it: bà Lan.
func (p Person) String() string {
	if p.Title == "" {
		return p.Name
	}
	return p.Title + " " + p.Name
}

// ReadPerson reads a phrase that names one person, and where they live: "bà Lan tổ 12", "nhà ông Bríu Pố",
// "Zơ Râm Thị Nhang, thôn Pring", or only a group: "TDP 15 Hòa Khánh".
func ReadPerson(s string, now time.Time) Reading[Person] {
	tokens := Tokenize(s)
	if n := len(tokens); n > 2 && tokens[n-1].in("a") && tokens[n-2].in("van", "thi", "văn", "thị") { // Nguyễn Văn A
		return readPersonTokens(tokens, now)
	}
	if r := readPersonTokens(trimPoliteness(tokens), now); r.Understood() {
		return r
	}
	return readPersonTokens(tokens, now) // chị Hí
}

func readPersonTokens(tokens []Token, now time.Time) Reading[Person] {
	i := skipHousehold(tokens, 0)
	if i >= len(tokens) {
		return Reading[Person]{}
	}
	p := Person{}
	if _, n := findGroup(tokens, i, now); n == 0 {
		var n int
		p, n = personAt(tokens, i, true)
		if n == 0 {
			return Reading[Person]{}
		}
		i += n
		if trade, n := tradeAt(tokens, i); n > 0 && p.Kin == "" {
			p.Kin = trade
			i += n
		}
	}
	g, end := residence(tokens, i, now)
	if end+1 == len(tokens) && g.Name == "" && p.Name != "" { // t12 is tổ 12, most likely
		if number, ok := strings.CutPrefix(tokens[end].Fold, "t"); ok && groupNumber(number) != "" {
			p.Group = g
			p.Group.Name = "tổ " + groupNumber(number)
			return Between(p)
		}
	}
	if end < len(tokens) {
		return Reading[Person]{}
	}
	p.Group = g
	if len(g.Units) > 1 {
		return Between(p)
	}
	return Sure(p)
}

// findPerson reads the person who is named from token i on: title, name and kin, not where they live.
func findPerson(tokens []Token, i int, _ time.Time) (Reading[Person], int) {
	j := skipHousehold(tokens, i)
	p, n := personAt(tokens, j, false)
	if n == 0 {
		return Reading[Person]{}, 0
	}
	return Sure(p), j + n - i
}

// skipHousehold skips nhà, hộ, gia đình and their like, which stand before a person and mean the same household.
func skipHousehold(tokens []Token, i int) int {
	for range 3 {
		_, n := households.at(tokens, i)
		if n == 0 || n == 1 && tokens[i].in("ho") && i+1 < len(tokens) && tokens[i+1].in("van", "thi", "văn", "thị") {
			break // Hồ Văn, Hồ Thị
		}
		i += n
	}
	return i
}

// personAt reads title, name and kin at i; whole says that nothing but a person stands there.
func personAt(tokens []Token, i int, whole bool) (Person, int) {
	if i >= len(tokens) {
		return Person{}, 0
	}
	if kin, n := kinAt(tokens, i); n > 0 {
		return Person{Name: kin}, n
	}
	title, j := titleAt(tokens, i, whole)
	switch {
	case title != "":
	case titles[tokens[i].Acc] != "" && !startsUpper(tokens[i].Text), i+1 == len(tokens) && titles[tokens[i].Acc] != "":
		return Person{}, 0
	case !whole && !fullName(tokens, i), whole && !nameAlone(tokens, i):
		return Person{}, 0
	}
	end := nameEnd(tokens, j, whole)
	if end == j {
		return Person{}, 0
	}
	p := Person{Title: title, Name: nameText(tokens[j:end], title != "", shouted(tokens, i))}
	k := end
	if k < len(tokens) && tokens[k].in("(", ",") {
		k++
	}
	if kin, n := kinAt(tokens, k); n > 0 {
		p.Kin = kin
		end = k + n
		if end < len(tokens) && tokens[end].in(")") {
			end++
		}
	}
	return p, end - i
}

// titleAt reads the title at i, of one word or two, if a name follows at j.
func titleAt(tokens []Token, i int, whole bool) (title string, j int) {
	if pair, n := doubleTitles.at(tokens, i); n > 0 && i+n < len(tokens) && (!startsUpper(tokens[i+1].Text) || startsUpper(tokens[i].Text)) && beginsName(tokens, i+n) {
		return pair, i + n
	}
	title = titles[tokens[i].Acc]
	if title == "" || i+1 >= len(tokens) || !mayBeName(tokens, i, i+1, whole) {
		return "", i
	}
	return title, i + 1
}

// beginsName reports a word that begins a name and hardly anything else.
func beginsName(tokens []Token, j int) bool {
	t := tokens[j]
	if !nameToken(t) || notNames[t.Acc] || groupWord(tokens, j) {
		return false
	}
	return startsUpper(t.Text) && !shouted(tokens, j) || nameSyllables[t.Acc] && !nameEnds[t.Acc] && !countedBehind(tokens, j)
}

// nameAlone reports that the words from i on can be a name though no title says so: capitals, or words that names
// are made of.
func nameAlone(tokens []Token, i int) bool {
	if startsUpper(tokens[i].Text) && !shouted(tokens, i) {
		return strings.ContainsAny(tokens[i].Fold, "aeiou") || strings.HasSuffix(tokens[i].Fold, "y")
	}
	return nameSyllables[tokens[i].Acc] && (surnames[tokens[i].Acc] || !nameEnds[tokens[i].Acc])
}

// kinAt reads a person by somebody else at i: vợ ông Sáu, con bà Tư.
func kinAt(tokens []Token, i int) (string, int) {
	relation, n := relations.at(tokens, i)
	if n == 0 || i+n+1 >= len(tokens) {
		return "", 0
	}
	if _, double := doubleTitles.at(tokens, i); double > 0 || startsUpper(tokens[i+n].Text) && !shouted(tokens, i) {
		return "", 0
	}
	title, at := titleAt(tokens, i+n, false)
	if title == "" || at != i+n+1 || !beginsName(tokens, at) {
		return "", 0
	}
	end := nameEnd(tokens, i+n+1, false)
	if end == i+n+1 {
		return "", 0
	}
	return relation + " " + title + " " + nameText(tokens[i+n+1:end], true, shouted(tokens, i)), end - i
}

// tradeAt reads what somebody is known by besides the name at i: xe ôm, bán vé số, thợ hồ.
func tradeAt(tokens []Token, i int) (string, int) {
	j := i
	if j < len(tokens) && tokens[j].in("(", ",", "-") {
		j++
	}
	if j >= len(tokens) || !trades[tokens[j].Acc] {
		return "", 0
	}
	var words []string
	k := j
	for ; k < len(tokens) && k-j < 4 && nameToken(tokens[k]) && !startsUpper(tokens[k].Text) && !groupWord(tokens, k); k++ {
		words = append(words, tokens[k].Acc)
	}
	if k < len(tokens) && tokens[k].in(")") {
		k++
	}
	if len(words) < 2 {
		return "", 0
	}
	return strings.Join(words, " "), k - i
}

// trades begin what people are known by.
var trades = wordSet("bán ban xe thợ tho vé ve hớt hot lượm luom nhặt nhat chạy chay đạp dap phụ phu bốc boc góa goa chủ chu mù què quán quan may")

// tradeNames are trades whose words could be parts of a name typed in small letters.
var tradeNames = newPhraseTable(phraseList[bool]{true, "thợ hồ|thợ mộc|thợ nề|thợ may|thợ điện|thợ sơn|thợ rèn|xe ôm|xe thồ|vé số|hớt tóc|bốc vác|bán cá|bán rau|bán bánh|bán vé|bán hàng"})

// mayBeName reports whether what stands at j, behind the title at i, looks like a name.
func mayBeName(tokens []Token, i, j int, whole bool) bool {
	t := tokens[j]
	if !nameToken(t) {
		return false
	}
	if startsUpper(t.Text) && !shouted(tokens, i) {
		return true
	}
	if (notNames[t.Acc] || titles[t.Acc] != "") && !birthNameAt(t) {
		return false
	}
	if whole {
		return true
	}
	if birthNameAt(t) {
		return !countedBehind(tokens, j) || tradeNames.has(tokens, j+1)
	}
	if weakTitles[tokens[i].Acc] && tokens[i].Acc != "ba" && !nameExpected(tokens, i, j) {
		return false
	}
	return nameSyllables[t.Acc] && !countedBehind(tokens, j) || surnames[t.Acc] && !weakTitles[tokens[i].Acc]
}

// nameExpected reports that somebody must be named at i: something is given to them, or their group or an amount
// follows the name.
func nameExpected(tokens []Token, i, j int) bool {
	if i > 0 && givesTo[tokens[i-1].Acc] {
		return true
	}
	for k := j + 1; k <= j+3; k++ {
		if k == len(tokens) || k < len(tokens) && (isDigit(tokens[k].Text[0]) || groupWord(tokens, k)) {
			return true
		}
		if k > len(tokens) || !nameSyllables[tokens[k].Acc] {
			return false
		}
	}
	return false
}

func birthNameAt(t Token) bool {
	_, ok := birthNames[t.Acc]
	return ok
}

// countedBehind reports that the number word at j counts something: ba thùng, năm trăm.
func countedBehind(tokens []Token, j int) bool {
	if j+1 >= len(tokens) {
		return false
	}
	n := tokens[j+1]
	return isUnitWord(n.Acc) || n.in("trăm", "tram", "chục", "chuc", "triệu", "trieu", "tr", "ngàn", "ngan", "nghìn", "nghin", "mươi", "muoi", "rưỡi", "ruoi", "củ", "k", "đồng", "dong", "tỷ", "tỉ",
		"người", "nguoi", "ngày", "ngay", "tháng", "thang", "tuần", "tuan", "hôm", "bữa", "lần", "hộ", "nhà")
}

// fullName reports a name without a title at i: a surname first, and capitals, or thị or văn behind it.
func fullName(tokens []Token, i int) bool {
	if i+1 >= len(tokens) || !surnames[tokens[i].Acc] || !nameToken(tokens[i+1]) {
		return false
	}
	if !startsUpper(tokens[i].Text) || !startsUpper(tokens[i+1].Text) || shouted(tokens, i) {
		return i+2 < len(tokens) && tokens[i+1].in("thị", "thi", "văn", "van") && nameSyllables[tokens[i+2].Acc]
	}
	return !notSurname(tokens, i)
}

func notSurname(tokens []Token, i int) bool {
	r, n := unitAt(tokens, i, true)
	return n > 1 && r.Understood()
}

// nameToken reports a word of letters that can be part of a name.
func nameToken(t Token) bool {
	for i, r := range t.Text {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !(i > 0 && (r == '\'' || r == '’')) {
			return false
		}
	}
	return t.Text != ""
}

// shouted reports that the words about i are all in capitals, so that capitals tell nothing.
func shouted(tokens []Token, i int) bool { return allUpper(tokens[max(i-4, 0):min(i+6, len(tokens))]) }

func allUpper(tokens []Token) bool {
	letters := 0
	for _, t := range tokens {
		for _, r := range t.Text {
			if unicode.IsLower(r) {
				return false
			}
			if unicode.IsLetter(r) {
				letters++
			}
		}
	}
	return letters > 3
}

// maxName is how many words a name may have.
const maxName = 6

// nameEnd finds where the name that begins at j ends. Written with capitals, it goes on as long as they do; in small
// letters as long as the words are such as names are made of.
func nameEnd(tokens []Token, j int, whole bool) int {
	upper := j < len(tokens) && startsUpper(tokens[j].Text) && !shouted(tokens, j)
	k := j
	for ; k < len(tokens) && k-j < maxName; k++ {
		t := tokens[k]
		if !nameToken(t) {
			break
		}
		if k == j {
			continue
		}
		if groupWord(tokens, k) || relationAt(tokens, k) || !upper && tradeNames.has(tokens, k) {
			break
		}
		if upper {
			if startsUpper(t.Text) && (!nameEnds[t.Acc] || !stopsUpper(tokens, k)) {
				continue
			}
			if !startsUpper(t.Text) && whole && nameSyllables[t.Acc] && !nameEnds[t.Acc] && !birthNameAt(t) {
				continue
			}
			break
		}
		if birthNameAt(t) && (countedBehind(tokens, k) || k+1 < len(tokens) && isNumberWord(tokens[k+1])) {
			break
		}
		if nameSyllables[t.Acc] && (!nameEnds[t.Acc] || endsNameSafely(tokens, k)) || whole && !nameEnds[t.Acc] {
			continue
		}
		break
	}
	return k
}

func isNumberWord(t Token) bool {
	_, ok := unitWord(t)
	return ok
}

// stopsUpper reports a capitalised word that begins a place and not another part of the name: Tổ, Phường.
func stopsUpper(tokens []Token, k int) bool {
	if _, n := placeKind(tokens, k); n > 0 {
		return true
	}
	return tokens[k].in("tổ", "thôn", "tdp", "kdc", "hôm", "ở", "hẻm", "kiệt", "số", "ngày", "sđt", "cccd", "bị", "nghèo", "cận", "tặng", "nhận", "cho", "được")
}

// endsNameSafely reports that behind k nothing follows but a group, a sign or the end: the word is part of the name.
func endsNameSafely(tokens []Token, k int) bool {
	if k+1 >= len(tokens) {
		return !nameEnds[tokens[k].Fold] || tokens[k].Acc != tokens[k].Fold
	}
	return groupWord(tokens, k+1) && !groupWord(tokens, k)
}

func relationAt(tokens []Token, k int) bool {
	_, n := kinAt(tokens, k)
	return n > 0
}

// nameText writes a name as it was typed, with the tone marks where the old spelling has them, with capitals where it
// has none or nothing else, and order-of-birth names with the accents that only they can have.
func nameText(tokens []Token, titled, shout bool) string {
	lower := true
	for _, t := range tokens {
		lower = lower && !startsUpper(t.Text)
	}
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		restored := birthNames[t.Acc]
		switch {
		case titled && i == 0 && restored != "":
			b.WriteString(restored)
		case lower || shout:
			b.WriteString(capital(t.Acc))
		default:
			b.WriteString(recase(t.Acc, t.Text))
		}
	}
	return b.String()
}

// recase gives the letters of word, which is in small letters, the capitals that typed has.
func recase(word, typed string) string {
	if utf8.RuneCountInString(word) != utf8.RuneCountInString(typed) { // typed holds raw Telex keys
		if startsUpper(typed) {
			return capital(word)
		}
		return word
	}
	return strings.Map(func(r rune) rune {
		t, n := utf8.DecodeRuneInString(typed)
		typed = typed[n:]
		if unicode.IsUpper(t) {
			return unicode.ToUpper(r)
		}
		return r
	}, word)
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
