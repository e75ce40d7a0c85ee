package vi

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/flows/dialog"
)

// Whereabouts is where somebody says they are: the unit of today, and their own words about it.
type Whereabouts struct {
	Place
	Words string // "tổ 12 Hòa Minh cũ"
}

// maxWhere is the most characters of the words of a place.
const maxWhere = 120

// Where asks for a place in free words that name its ward or commune, of today or of before July 2025: "hẻm 42 tổ 12 Hòa
// Minh". Which unit is meant is asked where a name stands for several. What is kept is "20200|Phường Hòa Minh|the words".
func Where(key string) dialog.Field[Whereabouts] {
	return dialog.NewField(key, dialog.Codec[Whereabouts]{
		Read:    func(in dialog.In) dialog.Reading[Whereabouts] { return readWhere(in.Text) },
		Format:  formatWhere,
		Parse:   parseWhere,
		Show:    func(_ dialog.Words, _ string, w Whereabouts) string { return w.String() },
		CouldBe: func(text string) bool { r := readWhere(text); return r.Sure || len(r.Candidates) > 0 },
		Unclear: "place.unclear",
		Says:    []dialog.Key{{Name: "place.long"}},
	})
}

// String is the place for people: "tổ 12 Hòa Minh cũ, Phường Hòa Khánh".
func (w Whereabouts) String() string {
	u, _ := UnitByCode(w.Unit)
	if w.Words == "" || strings.EqualFold(w.Words, u.Name) || strings.EqualFold(w.Words, u.Short) {
		return u.Name
	}
	return w.Words + ", " + u.Name
}

func readWhere(text string) dialog.Reading[Whereabouts] {
	words := strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '|' }), " ")
	if utf8.RuneCountInString(words) > maxWhere {
		return dialog.Reading[Whereabouts]{Problem: dialog.Problem{Key: "place.long"}}
	}
	r := ReadUnit(words, time.Time{})
	if !r.Understood() {
		r = unitWithin(words)
	}
	if r.Sure {
		return dialog.Read(Whereabouts{r.Value, words})
	}
	var out dialog.Reading[Whereabouts]
	for _, p := range r.Candidates { // one of each unit: which old ward is meant makes no difference to who answers
		if !slices.ContainsFunc(out.Candidates, func(w Whereabouts) bool { return w.Unit == p.Unit }) {
			out.Candidates = append(out.Candidates, Whereabouts{p, words})
		}
	}
	if len(out.Candidates) == 1 && len(r.Candidates) > 1 {
		return dialog.Read(out.Candidates[0])
	}
	return out
}

// unitWithin finds the unit that is named somewhere in words: the last name, as people go from the small to the large. Names
// of one word, which are words of every day as well, count only behind their kind.
func unitWithin(words string) Reading[Place] {
	tokens := Tokenize(words)
	for i := len(tokens) - 1; i >= 0; i-- {
		r, n := unitAt(tokens, i, true)
		kind, _ := placeKind(tokens, i)
		if r.Understood() && (n > 1 || kind != "") && (i == 0 || !behindKind(tokens, i)) {
			return r
		}
	}
	return Reading[Place]{}
}

// behindKind tells that what stands before token i is the kind of the place that begins there, or the beginning of its name.
func behindKind(tokens []Token, i int) bool {
	for back := 1; back <= 3 && back <= i; back++ {
		if r, n := unitAt(tokens, i-back, true); r.Understood() && n > back {
			return true
		}
	}
	return false
}

func formatWhere(w Whereabouts) string { return w.Unit + "|" + w.OldUnit + "|" + w.Words }

func parseWhere(s string) (Whereabouts, bool) {
	parts := strings.SplitN(s, "|", 3)
	if len(parts) != 3 || utf8.RuneCountInString(s) > 2*maxWhere {
		return Whereabouts{}, false
	}
	_, ok := UnitByCode(parts[0])
	return Whereabouts{Place{Unit: parts[0], OldUnit: parts[1]}, parts[2]}, ok
}
