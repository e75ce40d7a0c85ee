package dialog

import (
	"maps"
	"slices"
	"strings"
)

// What a look-up is for: Wait.Why.
const (
	whyMenu   = "menu"   // to offer what is likeliest
	whySearch = "search" // to answer with what was typed
	whyHear   = "hear"   // to answer with what a whole message said
	whyEdit   = "edit"   // to correct an answer whose message was edited
	whyKey    = "key"    // to check an option of an earlier menu
	whyRest   = "rest"   // the pages that follow, all of them
	whyFact   = "fact"
	whySecret = "secret" // to check a secret
	whyKept   = "kept"   // to carry out a command with the code of a record
)

// AskKept looks up what came of a Save of the person's own: args form and n; fact code.
const AskKept = "save.kept"

// maxWords is the most characters of a search.
const maxWords = 100

// lookUp asks for the options of a step.
func (t *turn) lookUp(n *node, words string, page int, why, then string) {
	args := map[string]string{}
	if n.askArgs != nil {
		maps.Copy(args, n.askArgs(t.ctx()))
	}
	switch {
	case why == whyKey:
		args["key"] = words
	case words != "":
		args["q"] = words
	}
	if why != whyKey && why != whyEdit {
		t.s.Query, t.s.Page = words, page
	}
	t.ask(Ask{Query: n.query, Args: args, Page: page, Form: t.s.Form, Step: n.key}, Wait{Why: why, Words: then})
}

// ask emits a look-up, and keeps for its return what this turn has begun.
func (t *turn) ask(a Ask, w Wait) {
	w.Lines, w.Replace, w.Remove = t.lines, t.replace, t.remove
	t.lines, t.replace, t.remove = nil, "", ""
	if len(a.Args) == 0 {
		a.Args = nil
	}
	t.s.Wait, t.asked = &w, true
	t.emit(a)
}

// askFact looks a fact up when it is not known for what it depends on; it reports whether it asked.
func (t *turn) askFact(n *node, c Ctx) bool {
	var args map[string]string
	if n.askArgs != nil {
		args = n.askArgs(c)
	}
	var sum uint64
	for k, v := range args { // in no order, so that the sum is the same in every order
		sum += hashOn(hashOn(hashStart, k), v)
	}
	mark := hashText(sum, 12)
	if t.s.Answers[n.key+".args"] == mark && t.s.Answers[n.key] != "" {
		return false
	}
	t.ask(Ask{Query: n.query, Args: maps.Clone(args), Form: t.s.Form, Step: n.key}, Wait{Why: whyFact, Words: mark})
	return true
}

// askLookup says the question of a look-up with the menu that is shown, or looks one up.
func (t *turn) askLookup(n *node) {
	if t.s.Menu == nil {
		t.lookUp(n, t.s.Query, t.s.Page, whyMenu, "")
		return
	}
	t.putLookup(n, t.prompt(n))
}

func (t *turn) putLookup(n *node, lines []Line) {
	t.s.Menu = slices.DeleteFunc(slices.Clone(t.s.Menu), func(o Option) bool { return o.Nav && o.Key != KeyMore })
	if t.s.Menu == nil {
		t.s.Menu = []Option{}
	}
	t.put(n, lines, false)
}

// returned goes on with what a look-up found.
func (t *turn) returned(a Answer) {
	w := t.wait
	if w == nil {
		return
	}
	t.lines, t.replace, t.remove = w.Lines, w.Replace, w.Remove
	if w.Command != "" {
		t.commandReturned(a, *w)
		return
	}
	if w.Why == whyKept {
		t.keptReturned(a, *w)
		return
	}
	if t.f == nil {
		t.flush()
		return
	}
	n := t.f.byKey[a.Step]
	if n == nil || a.Form != t.s.Form || n.query == "" {
		a.Problem = "ask.unavailable"
		if n = t.node(); n == nil {
			t.flush()
			return
		}
	}
	if n.kind == kindFact {
		t.keepFact(n, a, w.Words)
		return
	}
	if n.secret {
		t.verified(n, a)
		return
	}
	if a.Problem != "" {
		t.line(a.Problem)
		if w.Why == whyRest { // a part of the whole list is not the whole list
			t.forget(n.key)
			t.s.Query, t.s.Page = "", 0
		}
		if w.Why == whyKey || w.Why == whyEdit || t.s.Step != n.key {
			t.question()
			return
		}
		t.s.Menu = []Option{}
		t.putLookup(n, t.prompt(n))
		return
	}
	switch w.Why {
	case whyKey:
		t.foundKey(n, a, w.Words)
	case whyEdit:
		t.foundEdited(n, a)
	case whyRest:
		t.foundRest(n, a)
	case whySearch, whyHear:
		t.found(n, a, *w)
	default:
		if len(a.Options) == 0 && t.s.Page > 0 {
			t.lookUp(n, t.s.Query, 0, whyMenu, "") // past the last page comes the first
			return
		}
		t.s.Menu = t.menuOf(a)
		t.putLookup(n, t.prompt(n))
	}
}

// flush says the lines that wait, if there are any.
func (t *turn) flush() {
	if len(t.lines) > 0 {
		t.say(Say{})
	}
}

// keepFact keeps what a fact's look-up found; what could not be looked up never blocks a form.
func (t *turn) keepFact(n *node, a Answer, mark string) {
	facts := a.Facts
	if a.Problem != "" {
		facts = map[string]string{"problem": a.Problem}
	}
	canon := formatFacts(facts)
	if len(canon) > 2*maxText {
		canon = formatFacts(map[string]string{"problem": "dialog.too_much"})
	}
	t.answer(n.key, canon)
	t.answer(n.key+".args", mark)
	t.advance()
}

// found answers with the one hit of a search, offers several, and says when there is none.
func (t *turn) found(n *node, a Answer, w Wait) {
	options := t.optionsOf(a)
	switch {
	case len(options) == 0 && w.Words != "":
		t.lookUp(n, w.Words, 0, w.Why, "")
	case len(options) == 0:
		words := t.s.Query
		if w.Why == whySearch {
			t.s.Tries++
		}
		key := "dialog.lookup.none"
		if n.own[n.noneKey] {
			key = n.noneKey
		}
		t.line(key, "words", words)
		switch {
		case t.s.Tries == 5:
			t.line("dialog.handover")
			t.handover(Handover{Reason: "give-up", Flow: t.f.key, Step: n.key})
		case t.s.Tries >= 3 && n.own[n.exampleKey]:
			t.line(n.exampleKey)
		}
		t.lookUp(n, "", 0, whyMenu, "")
	case len(options) == 1 && !a.More && a.Facts["near"] == "":
		t.take(n, options...)
	default:
		t.s.Menu = t.menuOf(a)
		lines := t.prompt(n)
		if n.own[n.severalKey] {
			lines = []Line{{Key: n.severalKey, Args: map[string]string{"count": itoa(len(options)), "words": t.s.Query}}}
		}
		t.putLookup(n, lines)
	}
}

// foundKey takes the option of an earlier menu that a tap named, if it still exists.
func (t *turn) foundKey(n *node, a Answer, key string) {
	o, ok := find(t.optionsOf(a), key)
	switch {
	case !ok:
		t.remark("dialog.stale")
	case t.s.Step == n.key:
		t.take(n, o)
	case t.s.Answers[n.key] == o.Key:
		t.question()
	default:
		t.correct(n, []string{o.Key}, "", o.Label)
	}
}

// foundEdited corrects a look-up's answer to the one hit of an edited message; of several the person chooses.
func (t *turn) foundEdited(n *node, a Answer) {
	options := t.optionsOf(a)
	switch {
	case len(options) == 0:
		t.keptAnswer(n)
	case len(options) > 1 || a.More || a.Facts["near"] != "":
		t.unshow()
		t.s.Step = n.key
		t.s.Menu = t.menuOf(a)
		t.putLookup(n, t.prompt(n))
	case options[0].Key == t.s.Answers[n.key]:
		t.flush()
	default:
		t.correct(n, []string{options[0].Key}, "", options[0].Label)
	}
}

// foundRest adds the next page of a list of which all was chosen.
func (t *turn) foundRest(n *node, a Answer) {
	options := t.optionsOf(a)
	if len(options) > 0 && !t.add(n, options...) {
		return
	}
	if a.More && len(options) > 0 && t.s.Page < 50 {
		t.lookUp(n, t.s.Query, t.s.Page+1, whyRest, "")
		return
	}
	t.unshow()
	t.close(n)
}

// take answers a look-up with options of it.
func (t *turn) take(n *node, options ...Option) {
	if t.add(n, options...) {
		t.s.Query, t.s.Page = "", 0
		if n.many > 0 {
			// what was searched for is found; the list that is offered next is a new one
			t.s.Menu = nil
		}
		t.settle(n)
	}
}

// add stores options as answers of a look-up, their labels beside them.
func (t *turn) add(n *node, options ...Option) bool {
	values := make([]string, 0, len(options))
	had := t.items(n)
	labels := t.labels(n)
	for _, o := range options {
		if n.many > 0 && (slices.Contains(had, o.Key) || slices.Contains(values, o.Key)) {
			continue
		}
		values = append(values, o.Key)
		labels = append(labels, cut(o.Label, 60))
	}
	if len(values) == 0 {
		return true
	}
	kept, p := t.ruled(n, values)
	if !p.None() {
		t.refuse(n, p)
		return false
	}
	for _, v := range kept {
		if p := t.unusual(n, v); !p.None() && n.many == 0 {
			t.problem(p)
		}
	}
	if !t.store(n, kept) {
		return false
	}
	t.keepLabels(n, labels)
	return true
}

// labels are the labels beside the answers of a look-up, one for each.
func (t *turn) labels(n *node) []string {
	if n.many == 0 || t.s.Answers[n.key] == "" {
		return nil
	}
	return strings.SplitN(t.s.Answers[n.key+".label"], itemSep, len(t.items(n)))
}

// keepLabels keeps them in 1,200 bytes: of a long list only the first have their words.
func (t *turn) keepLabels(n *node, labels []string) {
	left := 1200
	for i, l := range labels {
		if left -= len(l) + 2; left < 0 {
			labels[i] = ""
		}
	}
	t.answer(n.key+".label", strings.Join(labels, itemSep))
}

// optionsOf are the options an answer brings, made fit to be kept.
func (t *turn) optionsOf(a Answer) []Option {
	options := a.Options
	if len(options) > 40 {
		options = options[:40]
	}
	room := 200
	if len(options) > 0 {
		room = max(12, maxMenu/len(options)-60)
	}
	out := make([]Option, 0, len(options))
	for _, o := range options {
		if o.Key == "" || len(o.Key) > maxKey || o.Key[0] == '~' {
			continue
		}
		out = append(out, Option{Key: oneLine(o.Key), Label: cut(oneLine(clean(o.Label)), min(80, room))})
	}
	return out
}

func (t *turn) menuOf(a Answer) []Option {
	menu := t.optionsOf(a)
	if a.More || t.s.Page > 0 {
		menu = append(menu, t.navOption(doMore))
	}
	return menu
}

// cut is s with at most n characters, the last being "…" where some were left out.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
