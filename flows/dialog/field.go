package dialog

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chungtay/flows/dialog/fold"
)

// Answers are the answers of a form: canonical text by step key. A look-up's answer has its label beside it, under
// "<step>.label". Handles read them typed: amount.Of(answers).
type Answers map[string]string

// In is what a field's reader gets: one cleaned text (valid UTF-8 in NFC, nothing invisible), never empty.
type In struct {
	Text    string
	At      time.Time // of the event; the only clock
	Lang    string
	Who     Person
	Answers Answers // given so far
	Secret  string  // Text, sealed; of a Secret question only
}

// Problem says why an answer cannot be taken: a locale key and what fills it. The zero Problem is none.
type Problem struct {
	Key  string
	Args map[string]string
}

// Fine is no problem.
var Fine = Problem{}

// None reports that there is no problem.
func (p Problem) None() bool { return p.Key == "" }

// Reading is what a reader made of a text. Exactly one of four: Sure with Value; Candidates to choose from (one
// candidate wants a yes or no); a Problem (readable but impossible); or none of these, not understood.
type Reading[T any] struct {
	Value      T
	Sure       bool
	Candidates []T // likeliest first; at most 5 are offered
	Problem    Problem
}

// Read makes a Reading of one certain value.
func Read[T any](v T) Reading[T] { return Reading[T]{Value: v, Sure: true} }

// Key is a locale key with the names of its arguments, for checking that every language has it.
type Key struct {
	Name string
	Args []string
}

// Codec reads, writes and shows the values of a field. All functions are pure and total; Parse(Format(v)) is v.
type Codec[T any] struct {
	Read    func(In) Reading[T]                    // understands typed words
	ReadAll func(In) Reading[[]T]                  // of a field with Many: several values in one text; nil: Read
	Format  func(T) string                         // canonical text, without line feeds, at most 500 characters
	Parse   func(canonical string) (T, bool)       // false for whatever Format does not write
	Show    func(w Words, lang string, v T) string // words for people, as on a button; nil: the canonical text
	CouldBe func(text string) bool                 // could text, a nav or number word, be a value here? nil: if Read reads it
	Card    func(Card) Reading[T]                  // reads a shared contact card; nil: cards are not wanted
	Unclear string                                 // locale key of what is said when Read does not understand: what would work; "": "dialog.unclear"
	Says    []Key                                  // the locale keys of its Problems
}

// Question is a question of a form, or a Fact. Field makes them.
type Question interface{ question() *step }

// Field is a question with its place, its rules, and its typed accessor. Methods return changed copies, so a handle is
// what the form was made with once it is assigned.
type Field[T any] struct {
	s *step
	c *Codec[T]
}

func (f Field[T]) question() *step { return f.s }

// NewField makes a field of any type from its codec. Keys are 1 to 24 of a-z, 0-9 and _; "confirm" and "edit" are taken.
func NewField[T any](key string, c Codec[T]) Field[T] {
	return Field[T]{s: erase(key, kindValue, &c), c: &c}
}

// Key is the step's key.
func (f Field[T]) Key() string { return f.s.key }

// Of is the answer, or the zero T where there is none.
func (f Field[T]) Of(a Answers) T {
	v, _ := f.c.Parse(a[f.s.key])
	return v
}

// Has reports whether the question was answered with a value (a skipped one was not).
func (f Field[T]) Has(a Answers) bool {
	v, ok := a[f.s.key]
	return ok && v != ""
}

// All are the answers of a field with Many, in the order given.
func (f Field[T]) All(a Answers) []T {
	text := a[f.s.key]
	if text == "" {
		return nil
	}
	out := make([]T, 0, 1+strings.Count(text, itemSep))
	for item := range strings.SplitSeq(text, itemSep) {
		if v, ok := f.c.Parse(item); ok {
			out = append(out, v)
		}
	}
	return out
}

// Put writes an answer as the engine would: for Hear, Open and tests. For a look-up it is the words to search by.
func (f Field[T]) Put(a Answers, vs ...T) {
	items := make([]string, len(vs))
	for i, v := range vs {
		items[i] = f.c.Format(v)
	}
	a[f.s.key] = strings.Join(items, itemSep)
}

// Canonical is v as it is kept.
func (f Field[T]) Canonical(v T) string { return f.c.Format(v) }

// Label is the answer in words for people: the label a look-up's option had, else what the codec shows.
func (f Field[T]) Label(c Ctx) string { return f.s.shown(c.words, c.Lang, c.flow, c.Answers) }

// AllLabels are the labels of a look-up with Many, beside All; "" for those of a long list that are not kept.
func (f Field[T]) AllLabels(a Answers) []string {
	n := 1 + strings.Count(a[f.s.key], itemSep)
	if a[f.s.key] == "" {
		return nil
	}
	labels := strings.SplitN(a[f.s.key+".label"], itemSep, n)
	for len(labels) < n {
		labels = append(labels, "")
	}
	return labels
}

// Optional lets the question be skipped. A form opened by Hear does not ask it.
func (f Field[T]) Optional() Field[T] { return f.with(func(s *step) { s.optional = true }) }

// Hidden is never asked: it is answered by Open or Hear, or not at all.
func (f Field[T]) Hidden() Field[T] { return f.with(func(s *step) { s.hidden = true }) }

// Many takes several answers, until "xong" or its button. At most that many (1 to 200).
func (f Field[T]) Many(most int) Field[T] { return f.with(func(s *step) { s.many = most }) }

// When asks the question only while cond holds; an answer whose condition no longer holds is dropped. A condition may
// only look at questions before this one.
func (f Field[T]) When(cond Cond) Field[T] {
	return f.with(func(s *step) { s.when = append(s.when[:len(s.when):len(s.when)], cond) })
}

// Check adds a rule. It returns the value, cleaned where that is wanted, or the Problem that is said with the question.
func (f Field[T]) Check(rule func(T, Ctx) (T, Problem)) Field[T] {
	parse, format := f.c.Parse, f.c.Format
	erased := func(canon string, c Ctx) (string, Problem) {
		v, ok := parse(canon)
		if !ok {
			return canon, Problem{Key: "dialog.unreadable"}
		}
		v, p := rule(v, c)
		return format(v), p
	}
	return f.with(func(s *step) { s.checks = append(s.checks[:len(s.checks):len(s.checks)], erased) })
}

// Sure marks values that are possible but unusual: where rule gives a Problem, its words are said and the value is taken
// only when confirmed.
func (f Field[T]) Sure(rule func(T, Ctx) Problem) Field[T] {
	parse := f.c.Parse
	erased := func(canon string, c Ctx) Problem {
		v, ok := parse(canon)
		if !ok {
			return Fine
		}
		return rule(v, c)
	}
	return f.with(func(s *step) { s.sures = append(s.sures[:len(s.sures):len(s.sures)], erased) })
}

// Default is offered as a button (and is what skipping gives); a form opened by Hear takes it without asking.
func (f Field[T]) Default(value func(Ctx) T) Field[T] {
	format := f.c.Format
	return f.with(func(s *step) { s.fallback = func(c Ctx) string { return format(value(c)) } })
}

// Prompt replaces the question's one line, "<flow>.<step>" without arguments.
func (f Field[T]) Prompt(lines func(Ctx) []Line) Field[T] {
	return f.with(func(s *step) { s.prompt = lines })
}

// Args gives the question's line its arguments.
func (f Field[T]) Args(args func(Ctx) map[string]string) Field[T] {
	return f.with(func(s *step) { s.args = args })
}

// Labels takes the labels of a Choice from "<prefix>.<key>" in place of "<flow>.<step>.<key>", so that several forms share them.
func (f Field[T]) Labels(prefix string) Field[T] { return f.with(func(s *step) { s.labels = prefix }) }

// GroupLabels takes the labels of the groups of a Grouped choice from "<prefix>.<name>".
func (f Field[T]) GroupLabels(prefix string) Field[T] {
	return f.with(func(s *step) { s.groupLabels = prefix })
}

// SkipLabel is the locale key of the skip button, "dialog.skip" if not set.
func (f Field[T]) SkipLabel(key string) Field[T] { return f.with(func(s *step) { s.skipLabel = key }) }

// Picks reads which of the n numbered options of a look-up with Many a text means ("cả danh sách trừ 3 và 7"): their places
// from 1. problem is "" where it was read, "unread" where the text means something else (a name to search), else the
// locale key is "dialog.pick.<problem>". Without it only digits are read.
func (f Field[T]) Picks(read func(text string, n int) (places []int, problem string)) Field[T] {
	return f.with(func(s *step) { s.picks = read })
}

// Among offers only those options of a Choice for which may holds, and takes no other.
func (f Field[T]) Among(may func(T, Ctx) bool) Field[T] {
	parse := f.c.Parse
	test := func(canon string, c Ctx) bool {
		v, ok := parse(canon)
		return ok && may(v, c)
	}
	g := f.Check(func(v T, c Ctx) (T, Problem) {
		if !may(v, c) {
			return v, Problem{Key: "dialog.unclear.choice"}
		}
		return v, Fine
	})
	return g.with(func(s *step) { s.among = test })
}

// Columns sets how many buttons stand in a row.
func (f Field[T]) Columns(n int) Field[T] { return f.with(func(s *step) { s.columns = n }) }

// Was names earlier keys of this question: states from before a rename keep their answers.
func (f Field[T]) Was(keys ...string) Field[T] { return f.with(func(s *step) { s.was = keys }) }

// Says declares locale keys that the rules of this field may say, for the checks of locales.
func (f Field[T]) Says(keys ...Key) Field[T] {
	return f.with(func(s *step) { s.says = append(s.says[:len(s.says):len(s.says)], keys...) })
}

// Is holds when the answer is one of vs.
func (f Field[T]) Is(vs ...T) Cond {
	want := make([]string, len(vs))
	for i, v := range vs {
		want[i] = f.c.Format(v)
	}
	never := !slices.ContainsFunc(want, f.s.valid)
	key := f.s.key
	return Cond{
		on: []string{key}, text: key + " = " + strings.Join(want, " | "), never: never,
		test: func(c Ctx) bool {
			have, ok := c.Answers[key]
			if !ok {
				return false
			}
			for _, w := range want {
				if w == have {
					return true
				}
			}
			return false
		},
	}
}

// Answered holds when the question has a value.
func (f Field[T]) Answered() Cond {
	key := f.s.key
	return Cond{on: []string{key}, text: key, test: func(c Ctx) bool { return c.Answers[key] != "" }}
}

// Holds is a condition on the answer; name says it in the drawing.
func (f Field[T]) Holds(name string, test func(T) bool) Cond {
	key, parse := f.s.key, f.c.Parse
	return Cond{on: []string{key}, text: key + " " + name, test: func(c Ctx) bool {
		v, ok := parse(c.Answers[key])
		return ok && test(v)
	}}
}

func (f Field[T]) with(change func(*step)) Field[T] {
	s := *f.s
	change(&s)
	return Field[T]{s: &s, c: f.c}
}

// Cond is a condition on what is known. Conditions are pure.
type Cond struct {
	test  func(Ctx) bool
	on    []string // step keys it looks at
	text  string   // for the drawing
	never bool     // it cannot hold
}

// If is a condition on anything a Ctx holds; name says it in the drawing.
func If(name string, test func(Ctx) bool) Cond { return Cond{test: test, text: name} }

// Not holds when c does not.
func (c Cond) Not() Cond {
	return Cond{on: c.on, text: "not (" + c.text + ")", test: func(x Ctx) bool { return !c.test(x) }}
}

// Either holds when one of cs does.
func Either(cs ...Cond) Cond {
	out := Cond{never: true}
	for i, c := range cs {
		out.never = out.never && c.never
		if i > 0 {
			out.text += " or "
		}
		out.text += c.text
		out.on = append(out.on, c.on...)
	}
	out.test = func(x Ctx) bool {
		for _, c := range cs {
			if c.test(x) {
				return true
			}
		}
		return false
	}
	return out
}

// maxText is the most characters of a text answer.
const maxText = 500

// itemSep stands between the items of a field with Many. Canonical text never contains it.
const itemSep = "\n"

// Text asks for free words, at most 500 characters.
func Text(key string) Field[string] {
	c := Codec[string]{
		Read: func(in In) Reading[string] {
			if utf8.RuneCountInString(in.Text) > maxText {
				return Reading[string]{Problem: Problem{Key: "dialog.text.long", Args: map[string]string{"max": "500"}}}
			}
			return Read(oneLine(in.Text))
		},
		Format:  oneLine,
		Parse:   func(s string) (string, bool) { return s, s != "" && len(s) <= 4*maxText },
		CouldBe: func(string) bool { return true },
	}
	return Field[string]{s: erase(key, kindValue, &c), c: &c}
}

// Number asks for a whole number in digits, not negative ("12", "1.000"). Words for numbers are left to package vi.
func Number(key string) Field[int64] {
	parse := func(s string) (int64, bool) {
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil && n >= 0 && len(s) <= 15 && s == itoa(n)
	}
	c := Codec[int64]{
		Read: func(in In) Reading[int64] {
			s := fold.Fold(in.Text)
			if head, _, grouped := strings.Cut(s, "."); grouped && len(head) <= 3 {
				parts := strings.Split(s, ".")
				for _, p := range parts[1:] {
					if len(p) != 3 {
						return Reading[int64]{}
					}
				}
				s = strings.Join(parts, "")
			}
			if n, ok := parse(s); ok {
				return Read(n)
			}
			return Reading[int64]{}
		},
		Format:  func(n int64) string { return itoa(n) },
		Parse:   parse,
		Unclear: "dialog.number.unclear",
	}
	return Field[int64]{s: erase(key, kindValue, &c), c: &c}
}

func oneLine(s string) string {
	if strings.ContainsRune(s, '\n') {
		return strings.ReplaceAll(s, "\n", " ")
	}
	return s
}

// Choice asks to choose one of keys; their labels are the locale keys "<flow>.<step>.<key>". K may be a type of its own.
func Choice[K ~string](key string, keys ...K) Field[K] {
	return choice[K](key, group{keys: strs(keys)})
}

// Group is some options of a long choice, under one label: "<flow>.<step>.<name>".
type Group[K ~string] struct {
	name string
	keys []K
}

// GroupOf makes a Group.
func GroupOf[K ~string](name string, keys ...K) Group[K] { return Group[K]{name, keys} }

// Grouped asks to choose in two taps, the group first. Typed words find any option at once.
func Grouped[K ~string](key string, groups ...Group[K]) Field[K] {
	gs := make([]group, len(groups))
	for i, g := range groups {
		gs[i] = group{name: g.name, keys: strs(g.keys)}
	}
	return choice[K](key, gs...)
}

type group struct {
	name string
	keys []string
}

func strs[K ~string](ks []K) []string {
	out := make([]string, len(ks))
	for i, k := range ks {
		out[i] = string(k)
	}
	return out
}

func choice[K ~string](key string, groups ...group) Field[K] {
	known := map[string]bool{}
	for _, g := range groups {
		for _, k := range g.keys {
			known[k] = true
		}
	}
	c := Codec[K]{
		Format: func(v K) string { return string(v) },
		Parse:  func(s string) (K, bool) { return K(s), known[s] },
	}
	f := Field[K]{s: erase(key, kindChoice, &c), c: &c}
	f.s.groups = groups
	return f
}

// YesNo asks a question with the labels "<flow>.<step>.yes" and "<flow>.<step>.no"; the words of yes and no are heard too.
func YesNo(key string) Field[bool] {
	c := Codec[bool]{
		Format: func(v bool) string {
			if v {
				return "yes"
			}
			return "no"
		},
		Parse: func(s string) (bool, bool) { return s == "yes", s == "yes" || s == "no" },
	}
	f := Field[bool]{s: erase(key, kindChoice, &c), c: &c}
	f.s.groups = []group{{keys: []string{"yes", "no"}}}
	f.s.yesno = true
	return f
}

// Lookup asks to choose from what query finds. The look-up gets args, and the words typed as "words": with no words it
// gives what is likeliest (the recent ones). Its Answer has at most 7 Options a page (30 for a field with Many); the
// answer kept is an Option's Key. Digits choose from the menu, other words search again; one hit answers, unless the
// Answer's Facts have "near" (the hits only resemble the words). A tap on an option no longer shown asks with "key".
func Lookup(key, query string, args func(Ctx) map[string]string) Field[string] {
	c := Codec[string]{
		Format:  oneLine,
		Parse:   func(s string) (string, bool) { return s, s != "" && len(s) <= maxKey },
		CouldBe: func(string) bool { return true },
	}
	f := Field[string]{s: erase(key, kindLookup, &c), c: &c}
	f.s.query, f.s.askArgs = query, args
	return f
}

// maxKey is the most bytes of an option's key.
const maxKey = 120

// Photo asks for a photo; with Many for several. The answer is the key of the stored blob. kinds are the kinds of Media
// taken, "photo" if none is named (a document that is an image counts as one).
func Photo(key string, kinds ...string) Field[string] {
	if len(kinds) == 0 {
		kinds = []string{"photo"}
	}
	c := Codec[string]{
		Read:    func(In) Reading[string] { return Reading[string]{} },
		Format:  oneLine,
		Parse:   func(s string) (string, bool) { return s, s != "" && len(s) <= maxKey },
		CouldBe: func(string) bool { return false },
		Show:    func(Words, string, string) string { return "1" },
	}
	f := Field[string]{s: erase(key, kindPhoto, &c), c: &c}
	f.s.media = kinds
	return f
}

// Fact is a hidden step that nobody is asked: when it is due, query is looked up with args, and what it found is kept
// with the answers (Answer.Facts, and "problem" where nothing could be looked up). It is asked again when args change.
func Fact(key, query string, args func(Ctx) map[string]string) Field[map[string]string] {
	c := Codec[map[string]string]{Format: formatFacts, Parse: parseFacts}
	f := Field[map[string]string]{s: erase(key, kindFact, &c), c: &c}
	f.s.query, f.s.askArgs = query, args
	return f
}

// Length is a rule for texts: from least to most characters.
func Length(least, most int) func(string, Ctx) (string, Problem) {
	return func(s string, _ Ctx) (string, Problem) {
		s = strings.TrimSpace(s)
		switch n := utf8.RuneCountInString(s); {
		case n < least:
			return s, Problem{Key: "dialog.text.short", Args: map[string]string{"min": itoa(least)}}
		case n > most:
			return s, Problem{Key: "dialog.text.long", Args: map[string]string{"max": itoa(most)}}
		}
		return s, Fine
	}
}

// Within is a rule for whole numbers, both ends included. The Problems are "dialog.number.low" and "dialog.number.high".
func Within(least, most int64) func(int64, Ctx) (int64, Problem) {
	return func(n int64, _ Ctx) (int64, Problem) {
		switch {
		case n < least:
			return n, Problem{Key: "dialog.number.low", Args: map[string]string{"min": itoa(least)}}
		case n > most:
			return n, Problem{Key: "dialog.number.high", Args: map[string]string{"max": itoa(most)}}
		}
		return n, Fine
	}
}

// clean is what every text goes through before anything reads it.
func clean(s string) string { return fold.Clean(s) }
