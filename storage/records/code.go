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
	codePrefix      = "GN" // ghi nhận
	householdPrefix = "HG" // hộ gia đình
	sheetPrefix     = "KN" // ký nhận
	codeLen         = 7    // six symbols and the check symbol
)

// weights of the symbols in the check sum, repeated as needed; the sum is 0 modulo 25 for a right code. All are prime to 25,
// so every single wrong symbol shows; any two of them differ by a number prime to 25, so swapping two different symbols up
// to three places apart shows too.
var weights = [...]int{1, 2, 3, 4}

// inverses of the weights modulo 25.
var inverses = [...]int{1, 13, 17, 19}

// CodeOf is the code of a number below CodeSpace: "GN-", six symbols, a check symbol.
func CodeOf(n uint64) string { return codePrefix + "-" + encode(n, codeLen) }

// ParseCode reads the code of an entry or a batch as a person typed it: in either case, with any spaces, dashes or dots, with
// the prefix or without, with accents that a keyboard put on. It returns the code as CodeOf writes it. Anything else, and
// a code whose check symbol is wrong, is refused.
func ParseCode(s string) (string, bool) { return parsePrefixed(s, codePrefix) }

func parsePrefixed(s, prefix string) (string, bool) {
	kept, ok := decode(s, len(prefix)+codeLen)
	if rest, prefixed := strings.CutPrefix(kept, prefix); prefixed && len(rest) == codeLen {
		kept = rest
	}
	if !ok || len(kept) != codeLen || !checks(kept) {
		return "", false
	}
	return prefix + "-" + kept, true
}

// encode writes n in the symbols, most significant first, with a check symbol at the end: size symbols in all.
func encode(n uint64, size int) string {
	b := make([]byte, size)
	sum := 0
	for i := size - 2; i >= 0; i-- {
		d := int(n % 25)
		n /= 25
		b[i] = Symbols[d]
		sum += weights[i%len(weights)] * d
	}
	b[size-1] = Symbols[(25-sum%25)*inverses[(size-1)%len(inverses)]%25]
	return string(b)
}

// checks reports whether a text is made of symbols and its check sum is right.
func checks(s string) bool {
	sum := 0
	for i := range len(s) {
		d := strings.IndexByte(Symbols, s[i])
		if d < 0 {
			return false
		}
		sum += weights[i%len(weights)] * d
	}
	return sum%25 == 0
}

// decode takes the letters and digits out of what was typed, in capitals, up to limit of them.
func decode(s string, limit int) (string, bool) {
	if len(s) > 120 {
		return "", false
	}
	kept := make([]byte, 0, limit)
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == 'đ' || r == 'Đ':
			r = 'D'
		case unicode.In(r, unicode.Mn, unicode.Cf, unicode.Pd), unicode.IsSpace(r), strings.ContainsRune("._:#−", r):
			continue
		}
		r = unicode.ToUpper(r)
		if r >= unicode.MaxASCII || len(kept) == limit {
			return "", false
		}
		kept = append(kept, byte(r))
	}
	return string(kept), true
}

// InviteSpace is how many invite codes there are.
const InviteSpace = CodeSpace * 25 * 25 * 25

const inviteLen = 10 // nine symbols and the check symbol

// InviteCodeOf is the invite code of a number below InviteSpace: "7K3QF-2MXPZ", its last symbol a check symbol.
func InviteCodeOf(n uint64) string {
	s := encode(n, inviteLen)
	return s[:inviteLen/2] + "-" + s[inviteLen/2:]
}

// ParseInviteCode reads an invite code as ParseCode reads the others.
func ParseInviteCode(s string) (string, bool) {
	kept, ok := decode(s, inviteLen)
	if !ok || len(kept) != inviteLen || !checks(kept) || isTransferPrefix(kept[:3]) { // what a donor writes has as many symbols, and one in 28 would check
		return "", false
	}
	return kept[:inviteLen/2] + "-" + kept[inviteLen/2:], true
}

// HouseholdCodeOf is the code of a household, for a number below CodeSpace: "HG-7K3QF2M".
func HouseholdCodeOf(n uint64) string { return householdPrefix + "-" + encode(n, codeLen) }

// ParseHouseholdCode reads a household's code as ParseCode reads the others.
func ParseHouseholdCode(s string) (string, bool) { return parsePrefixed(s, householdPrefix) }

// SheetCodeOf is the number of a sheet to sign, for a number below CodeSpace: "KN-7K3QF2M".
func SheetCodeOf(n uint64) string { return sheetPrefix + "-" + encode(n, codeLen) }

// ParseSheetCode reads the number of a sheet to sign as ParseCode reads the others.
func ParseSheetCode(s string) (string, bool) { return parsePrefixed(s, sheetPrefix) }
