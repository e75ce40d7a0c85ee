package vi

import (
	"slices"
	"strings"
	"testing"
	"unicode"

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
		"telex":      telex,
		"polite":     func(s string) string { return "dạ " + s + " ạ" },
	}
	asked := 0
	for _, e := range whenExamples(t) {
		for name, change := range variants {
			phrase := change(e.phrase)
			got, _ := understandWhenWhere(e.kind, phrase, at)
			switch {
			case fold.Fold(got) == fold.Fold(e.want), name == "telex" && e.kind == "person": // keys of rare syllables stay as typed
			case strings.Contains(got, `"ask":true`) && (name == "no accents" || name == "upper" || name == "telex"):
				asked++
			case got == notUnderstood:
				if name != "no accents" && name != "lower" && name != "upper" && name != "telex" {
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

// telex writes the keys a Telex keyboard is struck with: thứ bảy is thuws bary.
func telex(s string) string {
	tones := map[rune]string{0x300: "f", 0x301: "s", 0x303: "x", 0x309: "r", 0x323: "j"}
	shapes := map[rune]string{0x302: "^", 0x306: "w", 0x31b: "w"}
	var words []string
	for word := range strings.SplitSeq(s, " ") {
		var b strings.Builder
		tone, last := "", rune(0)
		for _, r := range norm.NFD.String(norm.NFC.String(word)) {
			switch {
			case tones[r] != "":
				tone = tones[r]
			case shapes[r] == "^":
				b.WriteRune(unicode.ToLower(last))
			case shapes[r] != "":
				b.WriteString(shapes[r])
			case r == 'đ' || r == 'Đ':
				b.WriteString(map[rune]string{'đ': "dd", 'Đ': "Dd"}[r])
			default:
				b.WriteRune(r)
				last = r
			}
		}
		at := len(b.String())
		for at > 0 && !unicode.IsLetter(rune(b.String()[at-1])) {
			at--
		}
		words = append(words, b.String()[:at]+tone+b.String()[at:])
	}
	return strings.Join(words, " ")
}

func whenExamples(t testing.TB) []example {
	return slices.Concat(examples(t, "phrases_when.tsv"), examples(t, "when_more.tsv"))
}
