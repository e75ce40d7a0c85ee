// Package vi reads Vietnamese as people of central Vietnam type it on a phone: money, quantities of things, dates of
// both calendars, times, phones, names and places, and whole messages. It reads with or without accents, with the
// accents in either place, with the shortcuts of chat, and with Telex keys that were never turned into letters.
//
// Nothing here guesses. Every reader has three outcomes: a value it is sure of, candidates between which the person
// must choose, or nothing understood. A wrong value in silence is the one unforgivable result.
package vi

// Reading is what a reader made of a phrase: sure, ambiguous, impossible or not understood.
type Reading[T any] struct {
	Value      T      // the value, where Sure
	Sure       bool   // one reading, and it may be kept after it was echoed
	Candidates []T    // the readings to choose from, likeliest first, where not Sure; one candidate wants a yes or no
	Problem    string // a readable but impossible value: "negative", "too_large", "invalid_date", ...
}

// Sure makes a Reading of one certain value.
func Sure[T any](v T) Reading[T] { return Reading[T]{Value: v, Sure: true} }

// Between makes a Reading that must be asked about.
func Between[T any](candidates ...T) Reading[T] { return Reading[T]{Candidates: candidates} }

// Impossible makes a Reading that was understood and cannot be.
func Impossible[T any](problem string) Reading[T] { return Reading[T]{Problem: problem} }

// Understood reports whether the phrase was read at all, for sure or not.
func (r Reading[T]) Understood() bool { return r.Sure || len(r.Candidates) > 0 || r.Problem != "" }
