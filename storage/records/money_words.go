package records

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MoneyInWords writes VND as receipts do: "Một triệu năm trăm nghìn đồng chẵn". Whole thousands are "chẵn". Nothing is left out that
// could be heard as another number: 1.000.500 is "một triệu không trăm nghìn năm trăm đồng".
func MoneyInWords(vnd int64) string {
	words := spellNumber(vnd) + " đồng"
	if vnd != 0 && vnd%1000 == 0 {
		words += " chẵn"
	}
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

var (
	digitWords = [...]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}
	unitWords  = [...]string{"triệu", "nghìn", ""} // of the three groups before each "tỷ"
)

func spellNumber(n int64) string {
	switch {
	case n == 0:
		return digitWords[0]
	case n < 0:
		return "âm " + strings.Join(spell(uint64(-(n+1))+1, false), " ")
	}
	return strings.Join(spell(uint64(n), false), " ")
}

// spell writes a number above zero. inside says that there is a number before it.
func spell(n uint64, inside bool) []string {
	var words []string
	if high := n / 1e9; high > 0 {
		words = append(spell(high, inside), "tỷ")
		if n %= 1e9; n == 0 {
			return words
		}
		inside = true
	}
	for i, group := range [...]uint64{n / 1e6, n / 1e3 % 1e3, n % 1e3} {
		rest := [...]uint64{n % 1e6, n % 1e3, 0}[i]
		if group == 0 && !(inside && i == 1 && rest >= 100) { // "hai triệu năm trăm" would be heard as 2.500.000
			continue
		}
		words = append(words, spellGroup(group, inside)...)
		if unitWords[i] != "" {
			words = append(words, unitWords[i])
		}
		if rest == 0 {
			break
		}
		inside = true
	}
	return words
}

// spellGroup writes three digits; inside a number the hundreds are said even where there are none.
func spellGroup(n uint64, inside bool) []string {
	hundreds, tens, unit := n/100, n/10%10, n%10
	var words []string
	if hundreds > 0 || inside {
		words = append(words, digitWords[hundreds], "trăm")
	}
	switch {
	case tens == 0 && unit == 0:
		return words
	case tens == 0:
		if len(words) > 0 {
			words = append(words, "linh")
		}
		return append(words, digitWords[unit])
	case tens == 1:
		words = append(words, "mười")
	default:
		words = append(words, digitWords[tens], "mươi")
	}
	switch {
	case unit == 0:
	case unit == 1 && tens > 1:
		words = append(words, "mốt")
	case unit == 4 && tens > 1:
		words = append(words, "tư")
	case unit == 5:
		words = append(words, "lăm")
	default:
		words = append(words, digitWords[unit])
	}
	return words
}
