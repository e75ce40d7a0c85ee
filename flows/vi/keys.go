package vi

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog/fold"
)

// Keys of the two common typing methods, left in the text when the keyboard was not switched on: Telex writes hỗ as
// hoox, VNI as ho64. They are undone only into syllables this package knows, so that names of firms stay as they are.

// keyTones are the tone marks by Telex key and by VNI digit.
var keyTones = map[byte]rune{'s': 0x301, 'f': 0x300, 'r': 0x309, 'x': 0x303, 'j': 0x323, '1': 0x301, '2': 0x300, '3': 0x309, '4': 0x303, '5': 0x323}

// notKeys are foreign words that happen to be Telex for a syllable.
var notKeys = wordSet("tax max mix car bus gas box fax is us air six fix or ads res test post best list")

// undoTelex returns the syllable that the keys w stand for, in lower case with accents, where it is a known one.
func undoTelex(w string) (string, bool) {
	if len(w) < 2 || len(w) > 10 || !looksTelex(w) || notKeys[w] || plainWords[w] {
		return "", false
	}
	var letters []rune
	tone, vowel := rune(0), false
	for i := range len(w) {
		c := w[i]
		n := len(letters)
		switch {
		case c < 'a' || c > 'z':
			return "", false
		case c == 'd' && n == 1 && letters[0] == 'd':
			letters[0] = 'đ'
		case c == 'w':
			if !hornOrBreve(letters) {
				letters = append(letters, 'ư')
			}
			vowel = true
		case (c == 'a' || c == 'e' || c == 'o') && n > 0 && letters[n-1] == rune(c):
			letters[n-1] = circumflex(rune(c))
		case keyTones[c] != 0 && vowel:
			tone = keyTones[c]
		case c == 'z' && vowel:
			tone = 0
		default:
			letters = append(letters, rune(c))
			vowel = vowel || strings.IndexByte("aeiouy", c) >= 0
		}
	}
	return knownWithTone(letters, tone, w)
}

// looksTelex reports letters that plain Vietnamese does not have where they stand.
func looksTelex(w string) bool {
	vowel := false
	for i := range len(w) {
		switch c := w[i]; c {
		case 'f', 'j', 'w', 'z':
			return true
		case 's', 'r', 'x':
			if vowel {
				return true
			}
		case 'a', 'e', 'o', 'd':
			if i > 0 && w[i-1] == c {
				return true
			}
			vowel = vowel || c != 'd'
		case 'i', 'u', 'y':
			vowel = true
		}
	}
	return false
}

func circumflex(c rune) rune {
	switch c {
	case 'a':
		return 'â'
	case 'e':
		return 'ê'
	}
	return 'ô'
}

// hornOrBreve puts the mark of w, or of VNI's 7 and 8, on the letters typed so far.
func hornOrBreve(letters []rune) bool {
	for i := len(letters) - 1; i >= 0; i-- {
		switch letters[i] {
		case 'o':
			letters[i] = 'ơ'
			if i > 0 && letters[i-1] == 'u' && (i < 2 || letters[i-2] != 'q') {
				letters[i-1] = 'ư'
			}
			return true
		case 'u':
			letters[i] = 'ư'
			return true
		case 'a':
			letters[i] = 'ă'
			return true
		}
	}
	return false
}

// undoVNI is undoTelex for digits behind the letters they mark.
func undoVNI(w string) (string, bool) {
	if len(w) < 2 || len(w) > 10 || isDigit(w[0]) {
		return "", false
	}
	var letters []rune
	tone, marks := rune(0), 0
	for i := range len(w) {
		c := w[i]
		switch {
		case c >= 'a' && c <= 'z':
			letters = append(letters, rune(c))
			continue
		case c == '6':
			if !lastOf(letters, "aeo", circumflex) {
				return "", false
			}
		case c == '7' || c == '8':
			if !hornOrBreve(letters) {
				return "", false
			}
		case c == '9':
			if len(letters) == 0 || letters[0] != 'd' {
				return "", false
			}
			letters[0] = 'đ'
		case keyTones[c] != 0:
			tone = keyTones[c]
		default:
			return "", false
		}
		marks++
	}
	if marks == 0 {
		return "", false
	}
	return knownWithTone(letters, tone, w)
}

func lastOf(letters []rune, of string, mark func(rune) rune) bool {
	for i := len(letters) - 1; i >= 0; i-- {
		if strings.ContainsRune(of, letters[i]) {
			letters[i] = mark(letters[i])
			return true
		}
	}
	return false
}

// knownWithTone puts the tone where it belongs and returns the syllable if it is known and not what was typed.
func knownWithTone(letters []rune, tone rune, typed string) (string, bool) {
	if tone != 0 {
		at := tonePlace(letters)
		if at < 0 {
			return "", false
		}
		marked := append([]rune{}, letters[:at+1]...)
		marked = append(marked, tone)
		letters = append(marked, letters[at+1:]...)
	}
	s := fold.Accents(norm.NFC.String(string(letters)))
	return s, s != typed && syllables[s]
}

// tonePlace is the letter that carries the tone, -1 without a vowel.
func tonePlace(letters []rune) int {
	first, last := -1, -1
	for i, r := range letters {
		if !strings.ContainsRune("aeiouyâăêôơư", r) {
			if first >= 0 {
				break
			}
			continue
		}
		if i == 1 && len(letters) > 2 && (letters[0] == 'q' && r == 'u' || letters[0] == 'g' && r == 'i' && strings.ContainsRune("aeouâăêôơư", letters[2])) {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
	}
	if first < 0 {
		return -1
	}
	for i := last; i >= first; i-- {
		if strings.ContainsRune("âăêôơư", letters[i]) {
			return i
		}
	}
	switch {
	case last-first == 2:
		return first + 1
	case last-first == 1 && last+1 < len(letters):
		return last
	}
	return first
}

// undoKeys rewrites the folded forms of tokens that were typed with the keyboard off, and reports the method it found.
func undoKeys(tokens []Token) (method string) {
	vni, weak := 0, 0
	for i := range tokens {
		t := &tokens[i]
		if !t.plain() {
			continue
		}
		if s, ok := undoTelex(t.Acc); ok {
			t.Acc, t.Fold = s, fold.Fold(s)
			method = "Telex"
		} else if c := t.Acc[0]; c >= 'a' && c <= 'z' {
			strong, maybe := vniEvidence(t.Acc)
			vni, weak = vni+btoi(strong), weak+btoi(maybe)
		}
	}
	if vni == 0 && weak < 2 || method != "" {
		return method
	}
	for i := range tokens {
		if s, ok := undoVNI(tokens[i].Acc); ok && tokens[i].plain() {
			tokens[i].Acc, tokens[i].Fold = s, fold.Fold(s)
		}
	}
	return "VNI"
}

// vniEvidence tells whether w can be nothing but VNI (a digit inside a known syllable), or is likely to be (two
// digits of different use behind it). One digit behind letters is a number: t7, to12.
func vniEvidence(w string) (strong, likely bool) {
	inside, marks := false, 0
	for i := range len(w) {
		if isDigit(w[i]) {
			marks++
			inside = inside || i+1 < len(w) && !isDigit(w[i+1])
		}
	}
	if marks == 0 || !inside && marks != 2 {
		return false, false
	}
	if _, ok := undoVNI(w); !ok {
		return false, false
	}
	return inside, !inside
}
