package records

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Symbols are those of the codes people see, read aloud and type back: no vowels, so that no code is a word and Telex has
// nothing to put a tone on; no D and W, which Telex turns into đ and ư; no 0 1 I L O, which eyes mistake.
const Symbols = "23456789BCFGHJKMNPQRSTVXZ"

// CodeSpace is how many codes there are; CodeOf takes numbers below it.
const CodeSpace = 25 * 25 * 25 * 25 * 25 * 25

const (
	codePrefix = "GN"
	codeLen    = 7 // six symbols and the check symbol
)

// weights of the symbols in the check sum, which is 0 modulo 25 for a right code. All are prime to 25, so every single
// wrong symbol shows; any two within a distance of three differ by a number prime to 25, so swapping two symbols that
// are up to three places apart shows too.
var weights = [codeLen]int{1, 2, 3, 4, 1, 2, 3}

// CodeOf is the code of a number below CodeSpace: "GN-", six symbols, a check symbol.
func CodeOf(n uint32) string {
	var b [codeLen]byte
	sum := 0
	for i := codeLen - 2; i >= 0; i-- {
		d := int(n % 25)
		n /= 25
		b[i] = Symbols[d]
		sum += weights[i] * d
	}
	// 3 * 17 = 1 modulo 25: the last symbol c solves sum + 3c = 0.
	b[codeLen-1] = Symbols[(25-sum%25)*17%25]
	return codePrefix + "-" + string(b[:])
}

// ParseCode finds the code in what a person typed: in either case, with any spaces, dashes or dots, with the prefix or
// without, with accents that a keyboard put on. It returns the code as CodeOf writes it. Anything else, and a code whose
// check symbol is wrong, is refused.
func ParseCode(s string) (string, bool) {
	if len(s) > 120 {
		return "", false
	}
	kept := make([]byte, 0, len(codePrefix)+codeLen)
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == 'đ' || r == 'Đ':
			r = 'D'
		case unicode.In(r, unicode.Mn, unicode.Cf), unicode.IsSpace(r), unicode.In(r, unicode.Pd), strings.ContainsRune("._:#−", r):
			continue
		}
		r = unicode.ToUpper(r)
		if r >= unicode.MaxASCII || len(kept) == cap(kept) {
			return "", false
		}
		kept = append(kept, byte(r))
	}
	if len(kept) == cap(kept) {
		if string(kept[:len(codePrefix)]) != codePrefix {
			return "", false
		}
		kept = kept[len(codePrefix):]
	}
	if len(kept) != codeLen {
		return "", false
	}
	sum := 0
	for i, c := range kept {
		d := strings.IndexByte(Symbols, c)
		if d < 0 {
			return "", false
		}
		sum += weights[i] * d
	}
	if sum%25 != 0 {
		return "", false
	}
	return codePrefix + "-" + string(kept), true
}
