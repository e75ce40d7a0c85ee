package flows_test

import (
	"slices"
	"testing"

	"chungtay/flows/dialog"
)

// TestEveryWordIsThere walks every key that the engine and the conversations can say.
func TestEveryWordIsThere(t *testing.T) {
	book, engine := newEngine(t)
	for _, lang := range book.Languages() {
		for _, key := range engine.Keys() {
			if !book.Has(lang, key.Name) {
				t.Errorf("%s lacks %s %v", lang, key.Name, key.Args)
				continue
			}
			args := map[string]string{}
			for _, a := range key.Args {
				args[a] = sampleArg(a)
			}
			if _, err := book.Text(lang, dialog.Line{Key: key.Name, Args: args}); err != nil {
				t.Errorf("%v %v", err, key.Args)
			}
		}
	}
	for _, key := range dialog.PhraseKeys() {
		if !slices.ContainsFunc(book.Languages(), func(lang string) bool { return book.Has(lang, key) }) {
			t.Errorf("no language has %s", key)
		}
	}
}

// sampleArg is a value of the kind an argument of this name has.
func sampleArg(name string) string {
	switch name {
	case "money", "amount", "goal", "promised", "bad", "added", "changed", "same", "rows", "classified", "max", "min", "count", "n", "used", "limit", "left", "users", "seats", "waiting", "received":
		return "3"
	case "lines", "total", "matched", "matched_sum", "amounts", "unclear", "unknown", "accepted", "failed", "off_by":
		return "3"
	case "next_on", "bring", "day", "on", "from", "to", "month", "value", "until", "visited", "reset", "since", "ends", "rests", "due", "before", "brought":
		return "2026-11-10"
	}
	if name == "lifts" || name == "at" {
		return "2026-11-11T02:15:00Z"
	}
	return "x"
}
