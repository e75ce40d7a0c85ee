package dialog

import (
	"slices"
	"strings"
)

// due reports whether the conditions of a step hold.
func (t *turn) due(n *node, c Ctx) bool {
	for _, cond := range n.when {
		if !cond.test(c) {
			return false
		}
	}
	return true
}

// nothingDue reports that every question is answered.
func (t *turn) nothingDue() bool {
	c := t.ctx()
	for _, n := range t.f.nodes {
		if t.unanswered(n) && t.due(n, c) && !t.passed(n) {
			return false
		}
	}
	return true
}

func (t *turn) unanswered(n *node) bool {
	return n.kind != kindFact && !n.hidden && !t.answered(n.key)
}

// passed reports an unanswered question that a whole message made needless.
func (t *turn) passed(n *node) bool { return t.s.Quick && n.optional && t.s.Hints[n.key] == "" }

// advance asks what is due next: facts are looked up, what was heard is used, and when nothing is left the form is
// confirmed, or done.
func (t *turn) advance() {
	t.unshow()
	c := t.ctx()
	for _, n := range t.f.nodes {
		if !t.due(n, c) {
			continue
		}
		if n.kind == kindFact {
			if t.askFact(n, c) {
				return
			}
			continue
		}
		if t.answered(n.key) {
			continue
		}
		if h := t.s.Hints[n.key]; h != "" {
			if t.useHint(n, h) {
				return
			}
			c = t.ctx()
			continue
		}
		if n.hidden {
			continue
		}
		if t.s.Quick {
			if n.fallback != nil && t.s.Answers[n.key] == "" {
				if v := n.fallback(c); n.validAll(v) {
					t.answer(n.key, v)
					t.trail(n.key)
					c = t.ctx()
					continue
				}
			}
			if n.many > 0 && t.s.Answers[n.key] != "" {
				t.trail(n.key)
				continue
			}
			if n.optional {
				continue
			}
		}
		t.s.Step = n.key
		t.question()
		return
	}
	if t.f.confirm && (t.f.confirmIf.test == nil || t.f.confirmIf.test(t.ctx())) {
		t.s.Step = stepConfirm
		t.question()
		return
	}
	t.complete()
}

// checked puts a value through the rules of a step.
func (t *turn) checked(n *node, canon string) (string, Problem) {
	if len(n.checks) == 0 {
		return canon, Fine
	}
	c := t.ctx()
	for _, rule := range n.checks {
		var p Problem
		if canon, p = rule(canon, c); !p.None() {
			return canon, p
		}
	}
	return oneLine(canon), Fine
}

// unusual is why a possible value should be confirmed.
func (t *turn) unusual(n *node, canon string) Problem {
	if len(n.sures) == 0 {
		return Fine
	}
	c := t.ctx()
	for _, rule := range n.sures {
		if p := rule(canon, c); !p.None() {
			return p
		}
	}
	return Fine
}

// offer takes values as the answer to a step: through its rules, past a doubt where they are unusual and not yet sure,
// into the state, and on to what is due next.
func (t *turn) offer(n *node, values []string, text string, sure bool) {
	kept, p := t.ruled(n, values)
	if !p.None() {
		t.refuse(n, p)
		return
	}
	if !sure {
		for _, v := range kept {
			if p := t.unusual(n, v); !p.None() {
				t.doubt(n, doubtSure, text, []string{strings.Join(kept, itemSep)})
				return
			}
		}
	}
	if !t.store(n, kept) {
		return
	}
	t.settle(n)
}

// ruled is values as the rules of the step return them.
func (t *turn) ruled(n *node, values []string) ([]string, Problem) {
	kept := make([]string, 0, len(values))
	for _, v := range values {
		v, p := t.checked(n, v)
		switch {
		case !p.None():
			return nil, p
		case v == "" || len(v) > 4*maxText:
			return nil, Problem{Key: "dialog.unreadable"}
		}
		kept = append(kept, v)
	}
	return kept, Fine
}

// store writes checked values into the state, or refuses what is too much.
func (t *turn) store(n *node, values []string) bool {
	if len(values) == 0 {
		t.refuse(n, Problem{Key: "dialog.unreadable"})
		return false
	}
	canon := values[0]
	if n.many > 0 {
		items := t.items(n)
		for _, v := range values {
			if (n.kind == kindLookup || n.kind == kindPhoto) && slices.Contains(items, v) {
				continue
			}
			items = append(items, v)
		}
		if len(items) > n.many {
			t.refuse(n, Problem{Key: "dialog.many.full", Args: map[string]string{"max": itoa(n.many)}})
			return false
		}
		canon = strings.Join(items, itemSep)
	}
	size := jsonSize(canon) - jsonSize(t.s.Answers[n.key])
	for _, v := range t.s.Answers {
		size += jsonSize(v)
	}
	if size > maxAnswers {
		t.refuse(n, Problem{Key: "dialog.too_much"})
		return false
	}
	t.answer(n.key, canon)
	return true
}

// items are the answers so far of a step that takes several.
func (t *turn) items(n *node) []string {
	canon := t.s.Answers[n.key]
	if canon == "" {
		return nil
	}
	return strings.Split(canon, itemSep)
}

// settle goes on after a step got a value.
func (t *turn) settle(n *node) {
	t.s.Tries = 0
	t.unshowDoubt()
	if !n.secret {
		t.ref(n.key)
	}
	if n.many > 0 {
		pending := t.s.Hints[n.key] != ""
		switch {
		case pending && !t.answered(n.key):
			t.advance()
			return
		case len(t.items(n)) < n.many && (!t.s.Quick || t.answered(n.key)):
			t.question()
			return
		}
	}
	t.hint(n.key, "")
	t.close(n)
}

// unshowDoubt takes a doubt's menu away; a look-up's menu is found again when it is needed.
func (t *turn) unshowDoubt() {
	if t.s.Doubt != nil {
		t.s.Doubt, t.s.Menu = nil, nil
	}
}

// close ends a step: it is answered, or skipped.
func (t *turn) close(n *node) {
	t.s.Tries = 0
	if t.answered(n.key) {
		t.revise(n.at)
	} else {
		t.trail(n.key)
	}
	t.s.Step = ""
	t.advance()
}

// revise follows up a corrected answer: later answers whose condition no longer holds, or that the rules no longer
// allow, are dropped.
func (t *turn) revise(at int) {
	for _, n := range t.f.nodes[at+1:] {
		_, has := t.s.Answers[n.key]
		if !has && !t.answered(n.key) {
			continue
		}
		if !t.due(n, t.ctx()) {
			t.forget(n.key)
			t.untrail(n.key)
			t.hint(n.key, "")
			continue
		}
		if n.kind == kindFact || !has {
			continue
		}
		for _, item := range t.items(n) {
			if _, p := t.checked(n, item); !p.None() {
				t.problem(p)
				t.forget(n.key)
				t.untrail(n.key)
				break
			}
		}
	}
}

// refuse says why an answer cannot be taken, with the question in the same message. The third refusal in a row gives an
// example; the fifth calls a person.
func (t *turn) refuse(n *node, p Problem) {
	t.s.Tries++
	t.problem(p)
	if n != nil && n.key == t.s.Step && !t.answered(n.key) && !n.secret {
		t.ref(n.key) // the message may be edited into an answer
	}
	switch {
	case t.s.Tries == 5:
		t.line("dialog.handover")
		t.handover(Handover{Reason: "give-up", Flow: t.f.key, Step: t.s.Step})
	case t.s.Tries >= 3 && n != nil && n.own[n.exampleKey]:
		t.line(n.exampleKey)
	}
	if t.s.Tries > 1000 {
		t.s.Tries = 1000
	}
	t.question()
}

// unclear refuses words that were not understood.
func (t *turn) unclear(n *node) {
	p := Problem{Key: "dialog.unclear"}
	switch {
	case n == nil:
		p.Key = "dialog.unclear.choice"
	case n.own[n.unclearKey]:
		p.Key = n.unclearKey
	case n.unclear != "":
		p.Key = n.unclear
	case n.kind == kindPhoto:
		p.Key = "dialog.photo.wanted"
	case n.kind == kindChoice:
		p.Key = "dialog.unclear.choice"
	}
	t.refuse(n, p)
}

// Kinds of Doubt.
const (
	doubtReading = "reading" // several values, or one that wants a yes
	doubtSure    = "sure"    // an unusual value
	doubtNav     = "nav"     // a nav or number word that could be a value
	doubtHear    = "hear"    // a message that several flows understood
)

// maxCandidates is how many readings are offered.
const maxCandidates = 5

// doubt asks about an answer. values are canonical; for doubtNav the option keys of what the word could do.
func (t *turn) doubt(n *node, kind, text string, values []string) {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" || len(v) > 4*maxText })
	if len(values) == 0 {
		t.unclear(n)
		return
	}
	if len(values) > maxCandidates {
		values = values[:maxCandidates]
	}
	text = cut(text, 100)
	d := &Doubt{Text: text, Kind: kind, Values: values}
	var menu []Option
	for _, v := range values {
		switch {
		case kind == doubtNav && strings.HasPrefix(v, pickPrefix):
			if o, ok := find(t.s.Menu, v[len(pickPrefix):]); ok {
				menu = append(menu, Option{Key: v, Label: o.Label})
			}
		case kind == doubtNav:
			menu = append(menu, Option{Key: v, Label: t.e.words.Label(t.lang, navLabel(v))})
		default:
			menu = append(menu, Option{Key: optionKey(v), Label: n.showAll(t.e.words, t.lang, t.f.key, v)})
		}
	}
	switch {
	case kind == doubtNav && (n == nil || n.kind == kindChoice):
		menu = append(menu, Option{Key: "~other", Label: t.e.words.Label(t.lang, "dialog.doubt.other")})
	case kind == doubtNav:
		menu = append(menu, Option{Key: "~text", Label: "“" + text + "”"})
	case len(values) == 1:
		menu = append(menu, Option{Key: "~other", Label: t.e.words.Label(t.lang, "dialog.doubt.no")})
	default:
		menu = append(menu, Option{Key: "~other", Label: t.e.words.Label(t.lang, "dialog.doubt.other")})
	}
	t.s.Doubt, t.s.Menu = d, menu
	t.ref(t.s.Step)
	t.question()
}

// pickPrefix marks a doubt about whether an option of the menu was meant.
const pickPrefix = "~pick."

// optionKey is how a value is named in an option: itself, or a hash of what is long.
func optionKey(v string) string {
	if len(v) <= 30 && !strings.Contains(v, itemSep) && v[0] != '~' && v[0] != '#' {
		return v
	}
	return keyHash(v)
}

func find(menu []Option, key string) (Option, bool) {
	for _, o := range menu {
		if o.Key == key || len(key) > 0 && key[0] == '#' && keyHash(o.Key) == key {
			return o, true
		}
	}
	return Option{}, false
}

func navLabel(key string) string {
	for _, o := range navOptions {
		if o.key == key {
			return o.label
		}
	}
	return key
}

// back undoes the last answer, or what is begun of this one.
func (t *turn) back() {
	n := t.node()
	t.s.Tries = 0
	switch {
	case t.s.Doubt != nil:
		t.unshowDoubt()
		t.question()
		return
	case n != nil && n.kind == kindChoice && t.s.Query != "":
		t.s.Query, t.s.Page, t.s.Menu = "", 0, nil
		t.question()
		return
	case t.s.Step == stepEdit, n != nil && t.answered(n.key):
		t.advance()
		return
	case n != nil && n.many > 0 && t.s.Answers[n.key] != "":
		items, labels := t.items(n), t.labels(n)
		t.forget(n.key)
		if last := len(items) - 1; last > 0 {
			t.answer(n.key, strings.Join(items[:last], itemSep))
			if len(labels) > last {
				t.answer(n.key+".label", strings.Join(labels[:last], itemSep))
			}
		}
		t.unshow()
		t.question()
		return
	}
	for i := len(t.s.Trail) - 1; i >= 0; i-- {
		key := t.s.Trail[i]
		n := t.f.byKey[key]
		if n == nil || n.hidden {
			continue
		}
		t.untrail(key)
		if n.many == 0 {
			t.forget(key)
		}
		for _, later := range t.f.nodes[n.at+1:] {
			if later.kind == kindFact {
				t.forget(later.key)
			}
		}
		t.unshow()
		t.s.Step = key
		t.question()
		return
	}
	t.line("dialog.back.first")
	t.question()
}

// skip leaves a question without an answer, or with its default.
func (t *turn) skip() {
	n := t.node()
	switch {
	case n == nil:
		t.unclear(nil)
	case n.fallback != nil:
		v := n.fallback(t.ctx())
		if !n.validAll(v) {
			t.unclear(n)
			return
		}
		if n.many > 0 {
			t.forget(n.key)
		}
		t.offer(n, []string{v}, "", true)
	case n.many > 0 && t.s.Answers[n.key] != "":
		t.finishMany(n)
	case !n.optional:
		t.refuse(n, Problem{Key: "dialog.skip.cannot"})
	default:
		t.forget(n.key)
		t.unshowDoubt()
		t.close(n)
	}
}

// finishMany ends a question that takes several answers.
func (t *turn) finishMany(n *node) {
	switch {
	case n == nil || n.many == 0:
		t.unclear(n)
	case t.s.Answers[n.key] != "":
		t.hint(n.key, "")
		t.close(n)
	case n.optional:
		t.skip()
	default:
		t.refuse(n, Problem{Key: "dialog.many.none"})
	}
}

// correct replaces the answer of a question that is not the one being asked.
func (t *turn) correct(n *node, values []string, text string, label string) {
	kept, p := t.ruled(n, values)
	if !p.None() {
		t.problem(p)
		t.question()
		return
	}
	for _, v := range kept {
		if p := t.unusual(n, v); !p.None() {
			t.unshow()
			t.s.Step = n.key
			t.doubt(n, doubtSure, text, []string{strings.Join(kept, itemSep)})
			return
		}
	}
	if n.many > 0 {
		t.forget(n.key)
	}
	if !t.store(n, kept) {
		return
	}
	if label != "" {
		t.answer(n.key+".label", label)
	}
	t.ref(n.key)
	t.s.Tries = 0
	t.line("dialog.corrected", "label", t.nodeLabel(n), "value", n.shown(t.e.words, t.lang, t.f.key, t.s.Answers))
	t.revise(n.at)
	t.s.Step = ""
	t.advance()
}
