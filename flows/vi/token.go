package vi

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog/fold"
)

// Token is one word, number or sign of a phrase.
type Token struct {
	Text       string // as typed, in NFC
	Acc        string // fold.Accents of it: lower case, accents kept, tones in the old place
	Fold       string // fold.Fold of it: lower case, no accents
	Start, End int    // its bytes in fold.Clean of the phrase
}

// The convention of every reader in this package: ReadX reads a whole phrase, in which words that add nothing
// (dạ, nha, sđt) are allowed and everything else must be understood; findX tells what begins at token i of a longer
// text and how many tokens it takes, 0 where nothing does.

// Tokenize splits a phrase at spaces and at the signs that cannot be inside a number, a date or a time. One token
// each are 1.500.000 and 1,5tr, 20/11 and 20.11.2026, 7h30 and 7:30, 10kg, t7, +84905123456 and 0905-123-456; a
// comma or full stop after a word is a token of its own, and so is a slash, dash or plus beside a letter (500k/tháng).
//
// Acc and Fold of words typed in raw Telex or VNI keys are those of the words they stand for; Text stays as typed.
func Tokenize(s string) []Token {
	tokens := splitTokens(s)
	undoKeys(tokens)
	return tokens
}

// splitTokens is Tokenize without undoing keys.
func splitTokens(s string) []Token {
	s = fold.Clean(s)
	tokens := make([]Token, 0, len(s)/5+2)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			i += size
			continue
		}
		end := tokenEnd(s, i, r, size)
		text := s[i:end]
		acc, plain := foldToken(text)
		tokens = append(tokens, Token{Text: text, Acc: acc, Fold: plain, Start: i, End: end})
		i = end
	}
	return tokens
}

// foldToken returns fold.Accents and fold.Fold of a token, by table for the letters of Vietnamese.
func foldToken(text string) (acc, plain string) {
	ascii, upper := true, false
	for i := range len(text) {
		ascii = ascii && text[i] < utf8.RuneSelf
		upper = upper || text[i] >= 'A' && text[i] <= 'Z'
	}
	if ascii {
		if upper {
			text = strings.ToLower(text)
		}
		return text, text
	}
	var a, p [48]byte
	accents, bare := a[:0], p[:0]
	last := rune(0)
	for _, r := range text {
		l, ok := letterOf(r)
		if !ok || l.toned && (last == 'o' || last == 'u') && (l.base == 'a' || l.base == 'e' || l.base == 'y') {
			return fold.Accents(text), fold.Fold(text)
		}
		accents = utf8.AppendRune(accents, l.lower)
		bare = append(bare, l.base)
		last = rune(l.base)
	}
	return string(accents), string(bare)
}

// letter is a letter or digit as foldToken needs it.
type letter struct {
	lower rune
	base  byte
	toned bool // lower carries a mark of tone
}

// letterOf looks up a letter of Vietnamese, or any ASCII character; ok is false for everything else.
func letterOf(r rune) (letter, bool) {
	switch {
	case r >= 'A' && r <= 'Z':
		return letter{lower: r + 'a' - 'A', base: byte(r + 'a' - 'A')}, true
	case r < utf8.RuneSelf:
		return letter{lower: r, base: byte(r)}, true
	case r >= firstLetter && r < firstLetter+rune(len(lettersLow)):
		l := lettersLow[r-firstLetter]
		return l, l.base != 0
	case r >= firstHigh && r < firstHigh+rune(len(lettersHigh)):
		l := lettersHigh[r-firstHigh]
		return l, l.base != 0
	}
	return letter{}, false
}

// The letters of Vietnamese lie in two stretches of Unicode.
const (
	firstLetter = 0xC0
	firstHigh   = 0x1EA0
)

var (
	lettersLow  = letters(firstLetter, 0x1B1)
	lettersHigh = letters(firstHigh, 0x1EFA)
)

func letters(first, end rune) []letter {
	list := make([]letter, end-first)
	for r := first; r < end; r++ {
		bare := fold.Fold(string(r))
		lower := []rune(fold.Accents(string(r)))
		if len(bare) != 1 || len(lower) != 1 || !unicode.IsLetter(r) {
			continue
		}
		list[r-first] = letter{lower: lower[0], base: bare[0], toned: strings.ContainsAny(norm.NFD.String(string(r)), "\u0300\u0301\u0303\u0309\u0323")}
	}
	return list
}

// tokenEnd returns where the token that begins at i with rune r ends.
func tokenEnd(s string, i int, r rune, size int) int {
	end := i + size
	switch {
	case r == '+' && isDigitAt(s, end) && (i == 0 || s[i-1] == ' '):
	case !isWordRune(r):
		if r < utf8.RuneSelf {
			return end
		}
		for end < len(s) { // a run of emoji or other symbols is one token
			r, size := utf8.DecodeRuneInString(s[end:])
			if r < utf8.RuneSelf || unicode.IsSpace(r) || isWordRune(r) && !unicode.IsMark(r) {
				break
			}
			end += size
		}
		return end
	}
	number := r < utf8.RuneSelf && (isDigit(byte(r)) || r == '+') // only digits so far, and dashes that join them
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !isWordRune(r) && !joins(s, end, r, size, number) {
			break
		}
		number = number && r < utf8.RuneSelf && (isDigit(byte(r)) || r == '-')
		end += size
	}
	return end
}

// joins reports whether the sign r at end belongs inside the token it follows; number says that the token has been
// digits so far.
func joins(s string, end int, r rune, size int, number bool) bool {
	switch r {
	case '.', ',', '/', ':':
		return isDigitAt(s, end-1) && isDigitAt(s, end+1)
	case '-':
		return number && isDigitAt(s, end-1) && digitsThenBreak(s, end+1)
	case '\'', '’':
		before, _ := utf8.DecodeLastRuneInString(s[:end])
		after, _ := utf8.DecodeRuneInString(s[end+size:])
		return unicode.IsLetter(before) && unicode.IsLetter(after)
	}
	return false
}

// digitsThenBreak reports that digits begin at i and end at a space, a dash, a sign that is not inside a number, or
// the end of s.
func digitsThenBreak(s string, i int) bool {
	first := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == first {
		return false
	}
	if i == len(s) || s[i] == '-' {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(s[i:]); isWordRune(r) {
		return false
	}
	switch s[i] {
	case '.', ',', '/', ':':
		return !isDigitAt(s, i+1)
	}
	return true
}

// isWordRune reports letters, digits and the marks that ride on them.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isDigitAt(s string, i int) bool { return i >= 0 && i < len(s) && isDigit(s[i]) }
