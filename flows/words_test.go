package flows_test

import (
	"slices"
	"testing"
	"time"

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

// Who comes for the first time is offered four ways on: a code, help, giving, a duty.
func TestFirstWays(t *testing.T) {
	_, engine := newEngine(t)
	_, outs := engine.Step(dialog.State{}, dialog.Event{ID: "first", At: time.Date(2026, 11, 11, 9, 0, 0, 0, time.UTC), Lang: "vi", Start: &dialog.Start{}})
	say, _ := outs[len(outs)-1].Effect.(dialog.Say)
	var ways []string
	for _, o := range say.Menu {
		ways = append(ways, o.Do)
	}
	if want := []string{"/nhanma", "/xingiup", "/ungho", "/canbo"}; !slices.Equal(ways, want) {
		t.Errorf("%v, want %v", ways, want)
	}
}

// sampleArg is a value of the kind an argument of this name has.
func sampleArg(name string) string {
	switch name {
	case "money", "amount", "goal", "promised", "bad", "added", "changed", "same", "rows", "classified", "max", "min", "count", "n", "used", "limit", "left", "users", "seats", "waiting", "received", "allocated", "handed":
		return "3"
	case "lines", "total", "matched", "matched_sum", "amounts", "unclear", "unknown", "accepted", "failed", "off_by":
		return "3"
	case "next_on", "bring", "day", "on", "from", "to", "month", "value", "until", "visited", "reset", "since", "ends", "rests", "due", "before", "brought", "handed_since", "handed_until":
		return "2026-11-10"
	}
	if name == "lifts" || name == "at" {
		return "2026-11-11T02:15:00Z"
	}
	return "x"
}
