// Package fold brings the many ways Vietnamese is typed to one form, so that words can be compared.
//
// Two forms are offered. Clean is for keeping: what the person wrote, without what no eye can see.
// Fold is for comparing: lower case, no accents, single spaces. Accents carries the middle way: lower
// case, accents kept, tone marks where the old spelling puts them (hòa, not hoà).
package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean returns s as it may be stored and shown: valid UTF-8 in NFC, without NUL and other control
// characters (a line feed stays), without zero-width, byte-order and direction marks, with the Icelandic
// Ð/ð that some keyboards give in place of Đ/đ put right, and with surrounding space cut.
func Clean(s string) string {
	if isPlain(s) {
		return strings.TrimSpace(s)
	}
	s = strings.ToValidUTF8(s, "")
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\r':
		case r == 'Ð':
			b.WriteRune('Đ')
		case r == 'ð':
			b.WriteRune('đ')
		case invisible(r):
		case unicode.IsControl(r):
		case r != ' ' && unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(norm.NFC.String(b.String()))
}

// isPlain reports printable ASCII, for which Clean has nothing to do but trim.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// invisible reports characters that take no room: zero-width ones, direction marks, variation selectors
// that stand alone are kept since emoji need them.
func invisible(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200C, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x2064, r >= 0x2066 && r <= 0x206F, r == 0xFEFF, r == 0x00AD, r == 0x180E, r == utf8.RuneError:
		return true
	}
	return false
}

// Fold returns s for comparing without accents: cleaned, lower case, đ as d, no marks, runs of space as
// one. Fold(Fold(s)) == Fold(s).
func Fold(s string) string { return fold(s, false) }

// Accents returns s for comparing with accents: cleaned, lower case, runs of space as one, and tone marks
// moved to where the old spelling has them (thuý becomes thúy; quý, già and hoàng stay).
func Accents(s string) string { return placeTones(fold(s, true)) }

func fold(s string, accents bool) string {
	s = Clean(s)
	var b strings.Builder
	b.Grow(len(s))
	space := false
	if !accents && !ascii(s) {
		s = norm.NFD.String(s)
	}
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' {
			space = b.Len() > 0
			continue
		}
		if !accents && r >= 0x300 && r < 0x370 { // combining marks
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		r = unicode.ToLower(r)
		if !accents && r == 'đ' {
			r = 'd'
		}
		b.WriteRune(r)
	}
	if accents {
		return norm.NFC.String(b.String())
	}
	return b.String()
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// HasAccents reports whether s carries any Vietnamese mark or đ: whoever types with accents means them.
func HasAccents(s string) bool { return Accents(s) != Fold(s) }

// tone marks by combining character, and the pairs of vowels whose tone the new spelling puts on the second.
const (
	grave, acute, tilde, hook, dot = 0x300, 0x301, 0x303, 0x309, 0x323
)

// placeTones moves the tone of open oa, oe, uy syllables to their first vowel (hoà -> hòa), where the
// letters before are not q (quý) and nothing follows the pair (hoàng stays).
func placeTones(s string) string {
	if ascii(s) {
		return s
	}
	rs := []rune(s)
	for i := 1; i < len(rs); i++ {
		first := rs[i-1]
		if first != 'o' && first != 'u' || rs[i] < 0xC0 {
			continue
		}
		base, tone := splitTone(rs[i])
		if tone == 0 || !(base == 'a' || base == 'e' || base == 'y') {
			continue
		}
		if !(first == 'o' && (base == 'a' || base == 'e') || first == 'u' && base == 'y') {
			continue
		}
		if first == 'u' && i >= 2 && rs[i-2] == 'q' {
			continue
		}
		if i+1 < len(rs) && unicode.IsLetter(rs[i+1]) {
			continue
		}
		rs[i] = base
		rs[i-1] = []rune(norm.NFC.String(string([]rune{first, tone})))[0]
	}
	return string(rs)
}

// splitTone takes the tone mark off a vowel, keeping its shape (ấ -> â, acute).
func splitTone(r rune) (base, tone rune) {
	if r < 0xC0 {
		return r, 0
	}
	var keep [4]rune
	n := 0
	for _, c := range norm.NFD.String(string(r)) {
		switch c {
		case grave, acute, tilde, hook, dot:
			tone = c
		default:
			if n < len(keep) {
				keep[n] = c
				n++
			}
		}
	}
	if tone == 0 || n == 0 {
		return r, 0
	}
	return []rune(norm.NFC.String(string(keep[:n])))[0], tone
}
