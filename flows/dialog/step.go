package dialog

import (
	"encoding/json"
	"strconv"
	"strings"
)

type stepKind uint8

const (
	kindValue  stepKind = iota // words are read by a codec
	kindChoice                 // one of fixed options
	kindLookup                 // one of what a look-up finds
	kindPhoto
	kindFact
)

// step is a Field without its type: what the engine works with. Values are canonical text.
type step struct {
	key         string
	kind        stepKind
	optional    bool
	hidden      bool
	yesno       bool
	secret      bool
	among       func(string, Ctx) bool // nil: every option of a fixed choice is offered
	many        int                    // 0: one value
	when        []Cond
	was         []string
	labels      string
	groupLabels string
	skipLabel   string
	columns     int
	groups      []group
	media       []string
	query       string
	askArgs     func(Ctx) map[string]string
	prompt      func(Ctx) []Line
	args        func(Ctx) map[string]string
	fallback    func(Ctx) string
	checks      []func(string, Ctx) (string, Problem)
	sures       []func(string, Ctx) Problem
	says        []Key
	unclear     string
	picks       func(string, int) ([]int, string)

	read     func(In) reading
	readCard func(Card) reading // nil: cards are not wanted
	valid    func(canon string) bool
	show     func(w Words, lang, canon string) string // nil: as it is kept
	could    func(text string) bool
}

// reading is a Reading in canonical text: values are sure (several for a field with Many).
type reading struct {
	values     []string
	candidates []string
	problem    Problem
}

func (r reading) understood() bool {
	return len(r.values) > 0 || len(r.candidates) > 0 || !r.problem.None()
}

func erase[T any](key string, kind stepKind, c *Codec[T]) *step {
	s := &step{key: key, kind: kind, says: c.Says, unclear: c.Unclear}
	s.valid = func(canon string) bool { _, ok := c.Parse(canon); return ok }
	if c.Read != nil {
		s.read = func(in In) reading { return eraseReading(c, c.Read(in)) }
	}
	if c.ReadAll != nil {
		s.read = func(in In) reading { return eraseAll(c, c.ReadAll(in)) }
	}
	if c.Card != nil {
		s.readCard = func(card Card) reading { return eraseReading(c, c.Card(card)) }
	}
	if c.Show != nil {
		s.show = func(w Words, lang, canon string) string {
			v, ok := c.Parse(canon)
			if !ok {
				return canon
			}
			return c.Show(w, lang, v)
		}
	}
	switch {
	case c.CouldBe != nil:
		s.could = c.CouldBe
	case s.read != nil:
		s.could = func(text string) bool {
			r := s.read(In{Text: text})
			return len(r.values) > 0 || len(r.candidates) > 0
		}
	default:
		s.could = func(string) bool { return false }
	}
	return s
}

func eraseReading[T any](c *Codec[T], r Reading[T]) reading {
	if r.Sure {
		return reading{values: []string{oneLine(c.Format(r.Value))}}
	}
	out := reading{problem: r.Problem}
	for _, v := range r.Candidates {
		out.candidates = append(out.candidates, oneLine(c.Format(v)))
	}
	return out
}

func eraseAll[T any](c *Codec[T], r Reading[[]T]) reading {
	join := func(vs []T) string {
		items := make([]string, len(vs))
		for i, v := range vs {
			items[i] = oneLine(c.Format(v))
		}
		return strings.Join(items, itemSep)
	}
	if r.Sure {
		out := reading{}
		for _, v := range r.Value {
			out.values = append(out.values, oneLine(c.Format(v)))
		}
		return out
	}
	out := reading{problem: r.Problem}
	for _, vs := range r.Candidates {
		out.candidates = append(out.candidates, join(vs))
	}
	return out
}

// shown is the answer in words for people: of many, the first five and how many there are.
func (s *step) shown(w Words, lang, flow string, a Answers) string {
	label, canon := a[s.key+".label"], a[s.key]
	if label == "" || s.kind != kindLookup {
		return s.showAll(w, lang, flow, canon)
	}
	n := 1 + strings.Count(canon, itemSep)
	if s.many == 0 || n == 1 {
		return label
	}
	parts := strings.SplitN(label, itemSep, 6)
	if len(parts) > 5 {
		parts = parts[:5]
	}
	text := strings.Join(parts, "; ")
	if n > 5 {
		text += " … (" + strconv.Itoa(n) + ")"
	}
	return text
}

// showAll shows one value, or the items of several.
func (s *step) showAll(w Words, lang, flow, canon string) string {
	switch {
	case canon == "":
		return ""
	case s.kind == kindPhoto:
		return strconv.Itoa(1 + strings.Count(canon, itemSep))
	case !strings.Contains(canon, itemSep):
		return s.showOne(w, lang, flow, canon)
	}
	var b strings.Builder
	for item := range strings.SplitSeq(canon, itemSep) {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.showOne(w, lang, flow, item))
	}
	return b.String()
}

func (s *step) showOne(w Words, lang, flow, canon string) string {
	switch {
	case s.kind == kindChoice:
		return w.Label(lang, s.keyOf(flow, canon))
	case s.show != nil:
		return s.show(w, lang, canon)
	}
	return canon
}

func (s *step) keyOf(flow, key string) string {
	if s.labels != "" {
		return s.labels + "." + key
	}
	return flow + "." + s.key + "." + key
}

func formatFacts(m map[string]string) string {
	b, err := json.Marshal(m)
	if err != nil || m == nil {
		return "{}"
	}
	return string(b)
}

func parseFacts(s string) (map[string]string, bool) {
	var m map[string]string
	if json.Unmarshal([]byte(s), &m) != nil || m == nil {
		return nil, false
	}
	return m, true
}

func itoa[N ~int | ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }
