package dialog

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// outcome of load.
type loaded uint8

const (
	same  loaded = iota // the question that is open is as it was asked
	moved               // it changed: another question is to be asked
	gone                // the flow is no more
)

// load finds the open form, and heals a state that another version of it made, or that is no state at all.
func (t *turn) load() loaded {
	if t.s.Flow == "" {
		if t.s.Step != "" || t.s.Answers != nil || t.s.Trail != nil {
			t.reset()
		}
		return same
	}
	f := t.e.byKey[t.s.Flow]
	if f == nil || f.command {
		t.reset()
		t.s.Menu = nil
		t.line("dialog.gone")
		return gone
	}
	t.f = f
	if t.s.Version == f.version && t.s.Flow == f.key && t.sound() {
		return same
	}
	return t.heal()
}

// sound reports a state whose names are all known.
func (t *turn) sound() bool {
	if t.s.Form == "" || t.s.Tries < 0 || t.s.Page < 0 || t.s.Saves < 0 {
		return false
	}
	for i, key := range t.s.Trail {
		if n := t.f.byKey[key]; n == nil || n.kind == kindFact || slices.Contains(t.s.Trail[:i], key) {
			return false
		}
	}
	switch t.s.Step {
	case "": // between two questions, while something is looked up
		return t.wait != nil
	case stepConfirm, stepEdit:
		return t.s.Doubt == nil || t.s.Doubt.Kind == doubtNav
	}
	n := t.f.byKey[t.s.Step]
	return n != nil && n.kind != kindFact && t.due(n, t.ctx())
}

// heal makes today's state of yesterday's: keys are renamed, what is unknown or no longer valid is dropped, and the first
// question without an answer is asked.
func (t *turn) heal() loaded {
	f, old := t.f, t.s
	t.s.Flow, t.s.Version = f.key, f.version
	if t.s.Form == "" {
		t.s.Form = t.ev.ID
	}
	t.s.Tries, t.s.Page, t.s.Saves = max(0, old.Tries), max(0, old.Page), max(0, old.Saves)
	t.s.Answers, t.s.Trail, t.s.Hints, t.s.Refs = nil, nil, nil, nil
	t.own = owned{}
	t.s.Doubt = nil
	now := func(key string) string {
		if to := f.formerly[key]; to != "" {
			return to
		}
		return key
	}
	for _, n := range f.nodes {
		for _, key := range append([]string{n.key}, n.was...) {
			if canon, ok := old.Answers[key]; ok && n.validAll(canon) {
				t.answer(n.key, canon)
				for _, of := range [...]string{".label", ".args"} {
					if v := old.Answers[key+of]; v != "" && utf8.ValidString(v) && len(v) <= 4*maxText {
						t.answer(n.key+of, v)
					}
				}
				break
			}
		}
		for _, key := range append([]string{n.key}, n.was...) {
			if h := old.Hints[key]; h != "" && len(h) <= 4*maxText {
				t.hint(n.key, h)
			}
		}
	}
	for _, key := range old.Trail {
		n := f.byKey[now(key)]
		if n == nil || n.kind == kindFact || t.s.Answers[n.key] == "" && !n.optional {
			continue
		}
		t.trail(n.key)
	}
	for _, n := range f.nodes {
		if !t.due(n, t.ctx()) {
			t.forget(n.key)
			t.untrail(n.key)
		}
	}
	step := now(old.Step)
	if n := f.byKey[step]; n != nil && n.kind != kindFact && !n.hidden && old.Doubt == nil && t.due(n, t.ctx()) {
		t.s.Step = step
		return same
	}
	t.s.Step, t.s.Menu = "", nil
	if step == stepConfirm && t.nothingDue() {
		// What is confirmed must have been shown as it is now.
		t.s.Step = stepConfirm
	}
	t.line("dialog.healed")
	return moved
}

// validAll reports whether canon can be an answer of the step.
func (n *node) validAll(canon string) bool {
	if canon == "" || !utf8.ValidString(canon) || len(canon) > maxAnswers {
		return false
	}
	if n.many == 0 {
		return len(canon) <= 4*maxText && n.valid(canon)
	}
	for item := range strings.SplitSeq(canon, itemSep) {
		if !n.valid(item) {
			return false
		}
	}
	return 1+strings.Count(canon, itemSep) <= n.many
}

// reset ends the form: what belongs to it goes, what belongs to the contact stays.
func (t *turn) reset() {
	s := &t.s
	*s = State{Turn: s.Turn, Parked: s.Parked, Held: s.Held, Next: s.Next, Last: s.Last, Menu: s.Menu, Shown: s.Shown, Hidden: s.Hidden}
	if t.f != nil {
		s.Menu, s.Shown = nil, time.Time{}
	}
	t.f, t.own = nil, owned{}
}

// Bounds of a state, in bytes of its JSON.
const (
	maxState   = 8000
	maxAnswers = 3600 // all answers of a form
	maxNext    = 1500 // all entries that wait
	maxMenu    = 2400
	maxHeld    = 20 // ids of notices
	maxWaiting = 10 // entries that wait
)

// bound keeps the state within 8 KB, whatever it was. What was promised to be kept is bounded where it is taken; this
// drops, in turn, what can be found again.
func (t *turn) bound() {
	s := &t.s
	if t.asked { // not a state that is kept
		return
	}
	if s.rawSize() < maxState/7 || s.size() <= maxState {
		return
	}
	for _, drop := range []func(){
		func() { s.Refs, s.Album = nil, "" },
		func() { s.Hints = nil },
		func() { s.Parked = nil },
		func() { s.Menu = nil },
		func() { s.Doubt = nil },
		func() { s.Next = nil },
		func() { s.Held = nil },
		func() { t.f = nil; *s = State{Turn: s.Turn} },
	} {
		if drop(); s.size() <= maxState {
			return
		}
	}
}

// rawSize is the sum of the lengths of all strings.
func (s *State) rawSize() int { return s.measure(func(x string) int { return len(x) }) }

// size is about the length of the state's JSON, not less.
func (s *State) size() int { return s.measure(jsonSize) }

func (s *State) measure(of func(string) int) int {
	const field = 14 // name, quotes and comma
	n := 8*field + of(s.Flow) + of(s.Step) + of(s.Form) + of(s.Query) + of(s.Input) + of(s.Last) + of(s.Album) + 90
	for _, m := range [...]map[string]string{s.Answers, s.Refs, s.Hints} {
		for k, v := range m {
			n += of(k) + of(v) + 6
		}
	}
	for _, o := range s.Menu {
		n += of(o.Key) + of(o.Label) + of(o.Do) + of(o.Link) + of(o.Of) + 50
	}
	for _, list := range [...][]string{s.Trail, s.Held} {
		for _, x := range list {
			n += of(x) + 3
		}
	}
	for _, h := range s.Next {
		n += of(h.ID) + of(h.Said) + of(h.Album) + of(h.Ref) + 100
		for _, p := range h.Photos {
			n += of(p) + 3
		}
	}
	if d := s.Doubt; d != nil {
		n += of(d.Text) + of(d.Kind) + 50
		for _, v := range d.Values {
			n += of(v) + 3
		}
	}
	if w := s.Wait; w != nil {
		n += of(w.Replace) + of(w.Command) + of(w.Input) + of(w.Why) + of(w.Words) + 100
		for _, l := range w.Lines {
			n += of(l.Key) + 30
			for k, v := range l.Args {
				n += of(k) + of(v) + 6
			}
		}
	}
	if s.Parked != nil {
		n += s.Parked.measure(of)
	}
	return n
}

// jsonSize is the length of s within JSON as encoding/json writes it, without its quotes.
func jsonSize(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t':
			n += 2
		case r < ' ' || r == '<' || r == '>' || r == '&' || r == 0x2028 || r == 0x2029 || r == utf8.RuneError || r == 0x7f:
			n += 6
		default:
			n += utf8.RuneLen(r)
		}
	}
	return n
}
