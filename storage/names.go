package storage

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// GroupKey is a group's key within its commune, from the old ward's label and the number or name as people write them:
// "Hòa Minh" and "12" make "hoa-minh.12", "" and "Phú Sơn" make "phu-son". Words for "group" and "village" before the number fall away.
func GroupKey(label, number string) string {
	number = fold.Fold(number)
	for _, word := range []string{"to dan pho ", "tdp ", "thon ", "khoi pho ", "khu pho ", "to ", "khu ", "khoi ", "ban "} {
		rest, ok := strings.CutPrefix(number, word)
		if ok && (len(word) > len("khoi ") || word == "thon " || rest != "" && rest[0] >= '0' && rest[0] <= '9') { // the short ones begin names too: Tơ Viêng
			number = rest
			break
		}
	}
	label = fold.Fold(label)
	for _, word := range []string{"phuong ", "xa ", "thi tran "} {
		label = strings.TrimPrefix(label, word)
	}
	return records.GroupKey(slug(label), slug(strings.TrimLeft(number, "0")))
}

// slug joins the words of a folded text with dashes.
func slug(folded string) string { return strings.Join(words(folded), "-") }

// words are the runs of letters and digits of a folded text.
func words(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// HouseholdKey is a household's natural key: the group's path and the ward's own number where it has one, else the head's
// folded name, birth year and second key.
func HouseholdKey(h records.Household) string {
	if h.Official != "" {
		return h.Area + "#" + slug(fold.Fold(h.Official))
	}
	key := h.Area + "/" + slug(fold.Fold(h.Head))
	if h.BirthYear != 0 {
		key += "." + strconv.Itoa(h.BirthYear)
	}
	if h.Second != "" {
		key += "." + slug(fold.Fold(h.Second))
	}
	return key
}

// IndexHousehold fills in what a household is found and ordered by (Search, Sort), and returns the words it is found by,
// which belong into household_words once the household has its id. Whoever writes a household calls it, and replaces the
// words of one that was there before.
func IndexHousehold(h *records.Household) []records.HouseholdWord {
	name := words(fold.Fold(h.Head))
	nick := words(fold.Fold(h.Nickname))
	second := words(fold.Fold(h.Second))
	h.Search = strings.Join(name, " ") + "|" + strings.Join(nick, " ") + "|" + strings.Join(second, " ")
	h.Sort = sortKey(h.Head)
	given := map[string]bool{}
	if len(name) > 0 {
		given[name[len(name)-1]] = true
	}
	for _, w := range nick {
		given[w] = true
	}
	all := slices.Concat(name, nick, second, words(fold.Fold(h.Official)))
	var index []records.HouseholdWord
	seen := map[string]bool{}
	for _, w := range all {
		if !seen[w] {
			seen[w] = true
			index = append(index, records.HouseholdWord{Word: w, Area: h.Area, HouseholdID: h.ID, Given: given[w]})
		}
	}
	return index
}

// GivenName is the name a person is called by: the last word.
func GivenName(name string) string {
	parts := strings.Fields(name)
	if len(parts) == 0 {
		return ""
	}
	return parts[len(parts)-1]
}

// sortKey orders names as Vietnamese lists do: by given name, then family and middle names; a before ă before â, d before
// đ; tones only where the letters are the same, level, falling, asking, tumbling, sharp, heavy.
func sortKey(name string) string {
	parts := strings.Fields(fold.Accents(name))
	if n := len(parts); n > 1 {
		parts = append(parts[n-1:n:n], parts[:n-1]...)
	}
	var letters, tones strings.Builder
	for i, part := range parts {
		if i > 0 {
			letters.WriteByte(' ')
		}
		tone := byte('0')
		var base rune
		for _, r := range norm.NFD.String(part) {
			switch r {
			case 0x300:
				tone = '1'
			case 0x309:
				tone = '2'
			case 0x303:
				tone = '3'
			case 0x301:
				tone = '4'
			case 0x323:
				tone = '5'
			case 0x306: // ă
				letters.WriteByte('{')
			case 0x302: // â ê ô
				letters.WriteByte(after(base == 'a'))
			case 0x31B: // ơ ư
				letters.WriteByte(after(base == 'o'))
			case 'đ':
				letters.WriteString("d{")
			default:
				base = r
				letters.WriteRune(r)
			}
		}
		tones.WriteByte(tone)
	}
	return letters.String() + "\x01" + tones.String()
}

// after is what makes a letter come behind its plain form: second of two such letters, or the only one.
func after(second bool) byte {
	if second {
		return '|'
	}
	return '{'
}
