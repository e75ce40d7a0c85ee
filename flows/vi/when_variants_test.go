package vi

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog/fold"
)

// A phrase typed in another way reads the same, or is asked about, or is not understood; never another value in
// silence. Names are compared without accents: nobody can put back what was not typed.
func TestVariantsNeverDifferInSilence(t *testing.T) {
	variants := map[string]func(string) string{
		"no accents": fold.Fold,
		"NFD":        norm.NFD.String,
		"upper":      strings.ToUpper,
		"lower":      strings.ToLower,
		"new tones":  newTones,
		"spaces":     func(s string) string { return "  " + strings.ReplaceAll(s, " ", "   ") + " " },
		"polite":     func(s string) string { return "dạ " + s + " ạ" },
	}
	asked := 0
	for _, e := range whenExamples(t) {
		for name, change := range variants {
			phrase := change(e.phrase)
			got, _ := understandWhenWhere(e.kind, phrase, at)
			switch {
			case fold.Fold(got) == fold.Fold(e.want):
			case strings.Contains(got, `"ask":true`) && (name == "no accents" || name == "upper"):
				asked++
			case got == notUnderstood:
				if name != "no accents" && name != "lower" && name != "upper" {
					t.Errorf("%s: %s %q is not understood, %q is", name, e.kind, phrase, e.phrase)
				}
				asked++
			default:
				t.Errorf("%s: %s %q\n got %s\nwant %s", name, e.kind, phrase, got, e.want)
			}
		}
	}
	t.Logf("%d readings asked or not understood", asked)
}

// newTones writes tones in the new place: hoà, thuý.
func newTones(s string) string {
	return strings.NewReplacer("òa", "oà", "óa", "oá", "ỏa", "oả", "õa", "oã", "ọa", "oạ", "úy", "uý", "ùy", "uỳ", "ủy", "uỷ", "ũy", "uỹ", "ụy", "uỵ", "òe", "oè", "óe", "oé", "ỏe", "oẻ").Replace(s)
}

func whenExamples(t testing.TB) []example {
	return slices.Concat(examples(t, "phrases_when.tsv"), examples(t, "when_more.tsv"))
}
