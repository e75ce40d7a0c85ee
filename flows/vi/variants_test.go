package vi

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog/fold"
)

// ours are the kinds whose phrases are varied here.
var ours = wordSet("money_vnd money_edge quantity message")

// TestVariants types every phrase of the corpora in the other ways people type it. Each way must read the same, or be
// asked about; never differ in silence.
func TestVariants(t *testing.T) {
	same := func(got, want string) bool { return sameJSON(got, want) }
	alike := func(got, want string) bool { return sameJSON(fold.Fold(got), fold.Fold(want)) }
	for _, v := range []struct {
		name string
		make func(string) string
		same func(got, want string) bool
	}{
		{"without accents", fold.Fold, alike},
		{"upper case", strings.ToUpper, alike},
		{"decomposed", norm.NFD.String, same},
		{"new tone place", newTones, alike},
		{"spaces", func(s string) string { return " " + strings.ReplaceAll(s, " ", " \u200b ") + "  " }, same},
	} {
		t.Run(v.name, func(t *testing.T) {
			for _, c := range corpus(t, "phrases.tsv", "more.tsv") {
				if !ours[c.kind] {
					continue
				}
				phrase := v.make(c.phrase)
				if got := Understand(phrase, c.kind, clock); !v.same(got, c.want) && !asks(got, c.kind) {
					t.Errorf("%s %q = %s, want %s or a question", c.kind, phrase, got, c.want)
				}
			}
		})
	}
}

// asks reports an answer that keeps nothing for sure.
func asks(got, kind string) bool {
	return strings.Contains(got, `"ask":true`) || strings.Contains(got, "not_understood") || kind == "message" && got == `{"intent":"none"}`
}
