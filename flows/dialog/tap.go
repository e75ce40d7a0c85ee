package dialog

import (
	"slices"
	"strings"
)

// tapped takes a button pressed: an assertion that the answer to a step of a form is a key, or a slash command.
func (t *turn) tapped(tap Tap) {
	switch {
	case tap.Bad:
		t.stale()
	case tap.Do != "":
		t.slash(tap.Do)
	case t.f == nil || tap.Form != FormHash(t.s.Form):
		if tap.Form != "" && tap.Form == t.s.Last {
			t.user = false // a second press of a button of the form just done
			return
		}
		t.stale()
	case tap.Step == t.s.Step:
		t.replace = t.ev.Ref
		t.choose(tap.Key)
	default:
		t.tappedElsewhere(tap)
	}
}

// stale answers a button that means nothing any more.
func (t *turn) stale() { t.remark("dialog.stale") }

// tappedElsewhere takes a button of this form that belongs to another step than the one being asked.
func (t *turn) tappedElsewhere(tap Tap) {
	n := t.f.byKey[tap.Step]
	switch {
	case tap.Step == stepConfirm && tap.Key == "edit" && t.nothingDue():
		t.goTo(stepEdit)
	case tap.Step == stepConfirm && tap.Key == "drop":
		t.cancel()
	case tap.Step == stepConfirm && tap.Key == saveKey(t.f, t.s.Answers) && t.nothingDue():
		t.complete()
	case tap.Step == stepEdit && t.f.byKey[tap.Key] != nil && t.answered(tap.Key):
		t.edit(tap.Key)
	case n == nil || !t.answered(n.key):
		t.stale()
	case tap.Key == "~skip" && n.optional:
		t.unanswer(n)
	case strings.HasPrefix(tap.Key, "~") && tap.Key != "~cancel":
		t.user = false // a second press of a nav button
	case strings.HasPrefix(tap.Key, "~"):
		t.stale()
	case n.kind == kindLookup:
		if slices.Contains(t.items(n), tap.Key) {
			t.user = false
			return
		}
		if n.many > 0 {
			t.stale()
			return
		}
		t.lookUp(n, tap.Key, 0, whyKey, tap.Key)
	default:
		t.assert(n, tap.Key)
	}
}

// assert corrects an answer to what a button says; the same answer is nothing.
func (t *turn) assert(n *node, key string) {
	if n.kind == kindPhoto || n.many > 0 || key == "" || key[0] == '#' || !n.valid(key) {
		if now := t.s.Answers[n.key]; now != "" && keyHash(now) == key {
			t.user = false
			return
		}
		t.stale()
		return
	}
	if kept, p := t.checked(n, key); p.None() && kept == t.s.Answers[n.key] {
		t.user = false
		return
	}
	t.correct(n, []string{key}, "", "")
}

// unanswer takes an optional answer back.
func (t *turn) unanswer(n *node) {
	if t.s.Answers[n.key] == "" {
		t.user = false
		return
	}
	t.forget(n.key)
	t.revise(n.at)
	t.line("dialog.removed", "label", t.nodeLabel(n))
	t.s.Step = ""
	t.advance()
}

// goTo opens a step of the form out of order.
func (t *turn) goTo(step string) {
	t.unshow()
	t.s.Step, t.s.Tries = step, 0
	t.question()
}

// edit opens an answered question again.
func (t *turn) edit(key string) {
	n := t.f.byKey[key]
	if n == nil || n.kind == kindFact || n.hidden || !t.due(n, t.ctx()) {
		t.unclear(nil)
		return
	}
	t.trail(key) // one passed over so far is being given now
	t.goTo(key)
}

// choose takes an option of the step that is being asked, by its key.
func (t *turn) choose(key string) {
	n := t.node()
	if key == "" {
		t.stale()
		return
	}
	if a := navAct(key); a != doNothing && (t.s.Doubt == nil || t.s.Doubt.Kind == doubtNav || a == doBack || a == doCancel) {
		t.s.Doubt, t.s.Menu = nil, menuUnless(t.s.Doubt != nil, t.s.Menu)
		t.do(a)
		return
	}
	if t.s.Doubt != nil && t.resolve(n, key) {
		return
	}
	switch {
	case t.s.Step == stepConfirm:
		t.chooseConfirm(key)
	case t.s.Step == stepEdit:
		t.edit(key)
	case n == nil || key[0] == '~' && !strings.HasPrefix(key, groupPrefix):
		t.stale()
	case n.kind == kindChoice:
		t.chooseFixed(n, key)
	case n.kind == kindLookup:
		o, ok := find(t.s.Menu, key)
		switch {
		case ok && t.s.Doubt == nil:
			t.take(n, o)
		case key[0] == '#':
			t.stale()
		default:
			t.unshowDoubt()
			t.lookUp(n, key, 0, whyKey, key)
		}
	case n.kind == kindPhoto:
		t.stale()
	default:
		t.chooseValue(n, key)
	}
}

func menuUnless(drop bool, menu []Option) []Option {
	if drop {
		return nil
	}
	return menu
}

func navAct(key string) act {
	if key[0] != '~' {
		return doNothing
	}
	for a, o := range navOptions {
		if o.key == key {
			return a
		}
	}
	return doNothing
}

func (t *turn) chooseConfirm(key string) {
	switch {
	case key == "edit":
		t.goTo(stepEdit)
	case key == "drop":
		t.cancel()
	case key == saveKey(t.f, t.s.Answers):
		t.complete()
	case strings.HasPrefix(key, savePrefix):
		t.remark("dialog.changed") // its message showed other answers
	default:
		t.stale()
	}
}

func (t *turn) chooseFixed(n *node, key string) {
	if name, ok := strings.CutPrefix(key, groupPrefix); ok {
		if !slices.ContainsFunc(n.groups, func(g group) bool { return g.name == name }) {
			t.stale()
			return
		}
		t.unshow()
		t.s.Query = name
		t.question()
		return
	}
	if key[0] == '#' {
		for _, g := range n.groups {
			for _, k := range g.keys {
				if keyHash(k) == key {
					key = k
				}
			}
		}
	}
	if !n.valid(key) {
		t.stale()
		return
	}
	t.unshow()
	t.offer(n, []string{key}, "", false)
}

// chooseValue takes a suggestion of a step that is typed.
func (t *turn) chooseValue(n *node, key string) {
	if key[0] == '#' {
		if n.fallback != nil {
			if v := n.fallback(t.ctx()); keyHash(v) == key && n.validAll(v) {
				t.offer(n, strings.Split(v, itemSep), "", true)
				return
			}
		}
		t.stale()
		return
	}
	if !n.valid(key) {
		t.stale()
		return
	}
	t.offer(n, []string{key}, "", false)
}

// resolve takes the answer to a doubt; it reports false when key is none of it.
func (t *turn) resolve(n *node, key string) bool {
	d := *t.s.Doubt
	switch {
	case key == "~other":
		t.unshowDoubt()
		t.question()
		return true
	case key == "~text" && d.Kind == doubtNav && n != nil:
		t.unshowDoubt()
		if n.kind == kindLookup {
			t.search(n, d.Text)
		} else {
			t.valueOf(n, d.Text)
		}
		return true
	case strings.HasPrefix(key, pickPrefix) && slices.Contains(d.Values, key):
		o, _ := find(t.s.Menu, key)
		t.unshowDoubt()
		o.Key = key[len(pickPrefix):]
		switch {
		case n != nil && n.kind == kindLookup && o.Label != "":
			t.take(n, o)
		default:
			t.choose(o.Key)
		}
		return true
	}
	if n == nil || d.Kind == doubtNav {
		return false
	}
	for _, v := range d.Values {
		if optionKey(v) == key || v == key {
			t.unshowDoubt()
			t.offer(n, strings.Split(v, itemSep), d.Text, d.Kind == doubtSure)
			return true
		}
	}
	return false
}
