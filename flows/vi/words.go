package vi

import (
	"strings"

	"chungtay/flows/dialog/fold"
)

// phraseTable finds phrases of one or more words among tokens. A word of it is met by the same word with its accents,
// or by the word typed without any; a phrase written with a leading "=" is met with its accents only.
type phraseTable[T any] map[string][]phraseRow[T]

type phraseRow[T any] struct {
	words  []phraseWord
	strict bool
	value  T
}

type phraseWord struct{ acc, fold string }

// newPhraseTable indexes phrases, given as "a|b c|=d", by the value each list of them has.
func newPhraseTable[T any](rows ...phraseList[T]) phraseTable[T] {
	t := phraseTable[T]{}
	for _, row := range rows {
		for p := range strings.SplitSeq(row.phrases, "|") {
			p, strict := strings.CutPrefix(p, "=")
			r := phraseRow[T]{strict: strict, value: row.value}
			for w := range strings.FieldsSeq(p) {
				r.words = append(r.words, phraseWord{fold.Accents(w), fold.Fold(w)})
			}
			key := r.words[0].fold
			t[key] = insertLongest(t[key], r)
		}
	}
	return t
}

// insertLongest keeps the rows of one first word with the longest phrase first.
func insertLongest[T any](rows []phraseRow[T], r phraseRow[T]) []phraseRow[T] {
	i := 0
	for i < len(rows) && len(rows[i].words) >= len(r.words) {
		i++
	}
	rows = append(rows, r)
	copy(rows[i+1:], rows[i:])
	rows[i] = r
	return rows
}

type phraseList[T any] struct {
	value   T
	phrases string
}

// at returns the value of the longest phrase that begins at token i, and its length in tokens, 0 for none. Among
// phrases of one length that which was typed accent for accent comes first, then the first of the table.
func (t phraseTable[T]) at(tokens []Token, i int) (value T, n int) {
	if i < 0 || i >= len(tokens) {
		return value, 0
	}
	for _, row := range t[tokens[i].Fold] {
		if len(row.words) < n {
			break
		}
		if row.matches(tokens[i:]) {
			if row.exact(tokens[i:]) {
				return row.value, len(row.words)
			}
			if n == 0 {
				value, n = row.value, len(row.words)
			}
		}
	}
	return value, n
}

// has reports whether any phrase of the table begins at token i.
func (t phraseTable[T]) has(tokens []Token, i int) bool {
	_, n := t.at(tokens, i)
	return n > 0
}

// anywhere returns the first phrase found in the tokens and where it begins, -1 for none.
func (t phraseTable[T]) anywhere(tokens []Token) (value T, at, n int) {
	for i := range tokens {
		if v, n := t.at(tokens, i); n > 0 {
			return v, i, n
		}
	}
	return value, -1, 0
}

func (r phraseRow[T]) matches(tokens []Token) bool {
	if len(tokens) < len(r.words) {
		return false
	}
	for i, w := range r.words {
		if !tokens[i].meets(w, r.strict) {
			return false
		}
	}
	return true
}

// exact reports that the phrase was typed accent for accent.
func (r phraseRow[T]) exact(tokens []Token) bool {
	for i, w := range r.words {
		if tokens[i].Acc != w.acc {
			return false
		}
	}
	return true
}

func (t Token) meets(w phraseWord, strict bool) bool {
	return t.Acc == w.acc || !strict && t.Fold == w.fold && t.plain()
}

// plain reports a token typed without accents.
func (t Token) plain() bool { return t.Acc == t.Fold }

// punct reports a token that is a sign and not a word or number.
func (t Token) punct() bool {
	c := t.Acc[0]
	return c < 0x80 && !isDigit(c) && (c < 'a' || c > 'z') && c != '+'
}

// wordSet is the set of the words in a list, as given.
func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
