// Package dialog is the engine of conversations. A conversation is a fold, state and effects = Step(state, event): pure
// (no clock, no random, no I/O), total (no error, no panic, whatever the state or the event), and its effects have ids
// that follow from the event. Everything else brings events in or carries effects out.
package dialog

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chungtay/flows/dialog/fold"
)

// Engine steps conversations. It is immutable and safe for concurrent use.
type Engine struct {
	words   Words
	langs   []string
	flows   []*flow
	byKey   map[string]*flow // earlier keys too
	bySlash map[string]*flow
	trigger map[string]*flow
	nav     map[string][]sense // by folded phrase
	number  map[string]int     // number words, folded
	filler  map[string]bool    // words of politeness around an answer, folded
	kin     map[string]bool    // words of address, folded: a name may follow
}

// node is a step at its place in a flow, with the locale keys that belong to it.
type node struct {
	*step
	at int // place in the form

	promptKey, labelKey, exampleKey, helpKey, moreKey, noneKey, severalKey, unclearKey string

	own   map[string]bool          // which of the optional keys the locale has
	typed map[string][]optionLabel // of a fixed choice, by language
}

// Steps that every form has.
const (
	stepConfirm = "confirm"
	stepEdit    = "edit"
)

// New makes an engine of flows, given in the order of the main menu. It fails when keys, slash words or phrases collide,
// when a condition looks at a later question or can never hold, and when a flow lacks what it needs: all errors at once.
func New(words Words, flows ...Flow) (*Engine, error) {
	if words == nil || len(words.Languages()) == 0 {
		return nil, errors.New("dialog: no words")
	}
	e := &Engine{
		words: words, langs: words.Languages(), byKey: map[string]*flow{}, bySlash: map[string]*flow{},
		trigger: map[string]*flow{}, nav: map[string][]sense{}, number: map[string]int{}, filler: map[string]bool{}, kin: map[string]bool{},
	}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("dialog: "+format, args...)) }
	e.readNav()
	for _, made := range flows {
		f := *made.d // the engine's own copy
		e.flows = append(e.flows, &f)
		e.place(&f, bad)
	}
	for _, f := range e.flows {
		for _, was := range f.was {
			if e.byKey[was] != nil {
				bad("flow %s: earlier key %q is a flow", f.key, was)
			}
			e.byKey[was] = f
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return e, nil
}

// place checks a flow and enters it into the engine's tables.
func (e *Engine) place(f *flow, bad func(string, ...any)) {
	if !plainKey(f.key) {
		bad("flow %q: the key must be 1 to 24 of a-z, 0-9 and _", f.key)
	}
	if e.byKey[f.key] != nil {
		bad("flow %s: there are two of this key", f.key)
	}
	e.byKey[f.key] = f
	for _, word := range f.slash {
		name := strings.TrimPrefix(word, "/")
		if name == word || !plainKey(name) {
			bad("flow %s: %q is not a slash word", f.key, word)
		}
		if other := e.bySlash[name]; other != nil {
			bad("flow %s: %q belongs to flow %s", f.key, word, other.key)
		}
		if act, ok := builtin[name]; ok && act != doHelp {
			bad("flow %s: %q belongs to the engine", f.key, word)
		}
		e.bySlash[name] = f
	}
	for _, phrase := range e.words.Phrases(f.key + ".triggers") {
		p := fold.Fold(phrase)
		if other := e.trigger[p]; other != nil && other != f {
			bad("flow %s: the phrase %q starts flow %s", f.key, p, other.key)
		}
		for _, s := range e.nav[p] {
			if idleNav.has(s.act) {
				bad("flow %s: the phrase %q is a nav word", f.key, p)
			}
		}
		if p != "" {
			e.trigger[p] = f
		}
	}
	if f.done == nil {
		bad("flow %s: nothing is done", f.key)
	}
	if f.listed && len(f.slash) == 0 {
		bad("flow %s: what is in the menu needs a slash word", f.key)
	}
	if f.command {
		return
	}
	if f.version < 1 {
		bad("flow %s: versions start with 1", f.key)
	}
	if len(f.steps) == 0 {
		bad("flow %s: it asks nothing", f.key)
	}
	if f.nudge < 0 || f.expire < 0 || f.expire > 0 && f.nudge >= f.expire {
		bad("flow %s: it expires before the nudge", f.key)
	}
	e.placeSteps(f, bad)
}

func (e *Engine) placeSteps(f *flow, bad func(string, ...any)) {
	f.byKey = make(map[string]*node, len(f.steps))
	f.formerly = map[string]string{}
	for i, s := range f.steps {
		n := e.node(f, s, i)
		switch {
		case !plainKey(s.key) || s.key == stepConfirm || s.key == stepEdit:
			bad("flow %s: %q cannot be the key of a step", f.key, s.key)
		case f.byKey[s.key] != nil:
			bad("flow %s: there are two steps %s", f.key, s.key)
		case s.many < 0 || s.many > 200 || s.many > 0 && (s.kind == kindFact || s.kind == kindChoice):
			bad("flow %s: step %s cannot take several answers", f.key, s.key)
		case s.kind == kindChoice && !distinct(s.groups):
			bad("flow %s: the options of step %s are not distinct", f.key, s.key)
		case (s.kind == kindLookup || s.kind == kindFact) && s.query == "":
			bad("flow %s: step %s has no query", f.key, s.key)
		case s.kind == kindValue && s.read == nil:
			bad("flow %s: step %s has no reader", f.key, s.key)
		}
		for _, c := range s.when {
			if c.never {
				bad("flow %s: step %s is never asked: %s", f.key, s.key, c.text)
			}
			for _, on := range c.on {
				if f.byKey[on] == nil {
					bad("flow %s: the condition of step %s looks at %s, which is not before it", f.key, s.key, on)
				}
			}
		}
		f.byKey[s.key] = n
		f.nodes = append(f.nodes, n)
	}
	for _, n := range f.nodes {
		for _, was := range n.was {
			if f.byKey[was] != nil || f.formerly[was] != "" {
				bad("flow %s: %s was not step %s", f.key, was, n.key)
			}
			f.formerly[was] = n.key
		}
	}
}

func distinct(groups []group) bool {
	seen := map[string]bool{}
	for _, g := range groups {
		if len(groups) > 1 {
			if g.name == "" || len(g.keys) == 0 || seen["group "+g.name] {
				return false
			}
			seen["group "+g.name] = true
		}
		for _, k := range g.keys {
			if k == "" || k[0] == '~' || k[0] == '#' || seen[k] {
				return false
			}
			seen[k] = true
		}
	}
	return len(seen) > 0
}

func (e *Engine) node(f *flow, s *step, at int) *node {
	key := f.key + "." + s.key
	n := &node{
		step: s, at: at, promptKey: key, labelKey: key + ".label", exampleKey: key + ".example", helpKey: key + ".help",
		moreKey: key + ".more", noneKey: key + ".none", severalKey: key + ".several", unclearKey: key + ".unclear",
		own: map[string]bool{},
	}
	for _, k := range []string{n.labelKey, n.exampleKey, n.helpKey, n.moreKey, n.noneKey, n.severalKey, n.unclearKey} {
		n.own[k] = e.has(k)
	}
	if s.kind != kindChoice {
		return n
	}
	n.typed = make(map[string][]optionLabel, len(e.langs))
	for _, lang := range e.langs {
		var all []optionLabel
		for _, g := range s.groups {
			if len(s.groups) > 1 {
				all = append(all, optionLabel{groupPrefix + g.name, typedOf(e.words.Label(lang, s.groupLabel(f.key, g.name)))})
			}
			for _, k := range g.keys {
				all = append(all, optionLabel{k, typedOf(e.words.Label(lang, s.keyOf(f.key, k)))})
			}
		}
		n.typed[lang] = all
	}
	return n
}

// has reports whether the default language has a text for key.
func (e *Engine) has(key string) bool { return e.words.Label(e.langs[0], key) != key }

// label is the text of the first of keys that has one.
func (e *Engine) label(lang string, keys ...string) string {
	for _, k := range keys[:len(keys)-1] {
		if l := e.words.Label(lang, k); l != k {
			return l
		}
	}
	return e.words.Label(lang, keys[len(keys)-1])
}

func (e *Engine) title(lang string, f *flow) string { return e.words.Label(lang, f.key+".title") }

// lang is the language of a turn: the person's own choice, else the platform's word, else the default.
func (e *Engine) lang(ev *Event) string {
	for _, want := range [...]string{ev.Who.Lang, ev.Lang} {
		if want == "" {
			continue
		}
		if slices.Contains(e.langs, want) {
			return want
		}
		if base, _, ok := strings.Cut(want, "-"); ok && slices.Contains(e.langs, base) {
			return base
		}
	}
	return e.langs[0]
}

// Zone is the time of the people: Asia/Ho_Chi_Minh, which has no summer time.
var Zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// quiet reports the hours from 21:00 to 07:00, when nothing is said that was not asked for.
func quiet(at time.Time) bool {
	h := at.In(Zone).Hour()
	return h >= 21 || h < 7
}

// awake is at, or where that is quiet the next 07:00.
func awake(at time.Time) time.Time {
	if !quiet(at) {
		return at
	}
	local := at.In(Zone)
	day := local.Day()
	if local.Hour() >= 21 {
		day++
	}
	return time.Date(local.Year(), local.Month(), day, 7, 0, 0, 0, Zone).UTC()
}
