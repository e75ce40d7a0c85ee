package dialog

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxHeard is the most characters of a message that anything is read from.
const maxHeard = 1000

// said takes typed words.
func (t *turn) said(text string) {
	switch {
	case text == "":
		t.remark("dialog.empty")
	case t.ev.Forwarded:
		t.remark("dialog.forwarded")
	case isSlash(text):
		t.slash(text)
	case t.s.Idle():
		t.idleText(text)
	default:
		t.formText(text)
	}
}

// formText takes words typed while a form is open: a whole entry waits, all else answers the question.
func (t *turn) formText(text string) {
	if n := t.node(); n != nil && n.secret && t.s.Doubt == nil {
		t.secretText(n, typedOf(text))
		return
	}
	if t.entry(text, "") {
		return
	}
	tx := typedOf(text)
	if t.s.Doubt != nil {
		if t.doubtText(tx) {
			return
		}
		t.unshowDoubt()
	}
	n := t.node()
	switch {
	case t.s.Step == stepConfirm:
		t.confirmText(tx)
	case t.s.Step == stepEdit:
		t.editText(tx)
	case n == nil:
		t.advance()
	case n.kind == kindChoice:
		t.choiceText(n, tx)
	case n.kind == kindLookup:
		t.lookupText(n, tx)
	default:
		t.valueText(n, tx)
	}
}

// doubtText answers the question which reading was meant. Words that are no answer to it are a new answer to the step.
func (t *turn) doubtText(tx typed) bool {
	n := t.node()
	if len(t.s.Menu) == 0 {
		return false
	}
	if i := t.menuPlace(tx, t.lettered(n)); i >= 0 {
		if t.faded() {
			t.question()
			return true
		}
		t.choose(t.s.Menu[i].Key)
		return true
	}
	if key := labelled(t.s.Menu, tx); key != "" {
		t.choose(key)
		return true
	}
	a, certain := t.e.meaning(tx, answerNav)
	d := t.s.Doubt
	one := len(d.Values) == 1
	switch {
	case a == doYes && one:
		t.choose(t.s.Menu[0].Key)
	case a == doNo && one:
		t.choose("~other")
	case (a == doCancel || a == doBack || a == doMenu || a == doHelp) && certain:
		t.do(a)
	case d.Kind == doubtNav && tx.folded == typedOf(d.Text).folded:
		t.refuse(n, Problem{Key: "dialog.unclear.choice"}) // the same word again
	default:
		return false
	}
	return true
}

// menuPlace is the place in State.Menu that a digit, or with letters a letter, names; -1 if it names none. Nav buttons
// have no number.
func (t *turn) menuPlace(tx typed, letters bool) int {
	i := -1
	if letters {
		w := strings.TrimRight(tx.folded, ".)")
		if len(w) == 1 && w[0] >= 'a' && w[0] <= 'z' {
			i = int(w[0] - 'a')
		}
	} else {
		i = t.e.digits(tx) - 1
	}
	if i < 0 || i >= t.numbered() {
		return -1
	}
	return i
}

// numbered is how many options of the menu have numbers: those before the first nav button.
func (t *turn) numbered() int {
	if i := slices.IndexFunc(t.s.Menu, func(o Option) bool { return o.Nav }); i >= 0 {
		return i
	}
	return len(t.s.Menu)
}

// labelled is the key of the one option whose label was typed, with accents if there are any in what was typed.
func labelled(menu []Option, tx typed) string {
	key := ""
	letters := utf8.RuneCountInString(tx.folded)
	for _, o := range menu {
		if utf8.RuneCountInString(o.Label) != letters { // folding changes letters, not how many there are
			continue
		}
		l := typedOf(o.Label)
		if l.folded != tx.folded || tx.spelt != tx.folded && l.spelt != tx.spelt {
			continue
		}
		if key != "" {
			return ""
		}
		key = o.Key
	}
	return key
}

// prefixed is the key of the one option whose label begins with what was typed (two letters or more).
func prefixed(menu []Option, tx typed) string {
	key := ""
	if len(tx.folded) < 2 {
		return ""
	}
	for _, o := range menu {
		l := typedOf(o.Label)
		if o.Nav || !strings.HasPrefix(l.folded, tx.folded) || tx.spelt != tx.folded && !strings.HasPrefix(l.spelt, tx.spelt) {
			continue
		}
		if key != "" {
			return ""
		}
		key = o.Key
	}
	return key
}

// pure handles what means the same at every step that is a choice: 0, 9, ? and digits. It reports whether it did.
func (t *turn) pure(n *node, tx typed) bool {
	if tx.text == "?" {
		t.help()
		return true
	}
	d := t.e.digits(tx)
	more := slices.ContainsFunc(t.s.Menu, func(o Option) bool { return o.Key == KeyMore })
	switch {
	case d < 0:
		return false
	case d == 0:
		t.toMenu()
	case t.faded(), t.numbered() == 0 && (n == nil || n.kind == kindChoice):
		t.question()
	case d <= t.numbered():
		t.choose(t.s.Menu[d-1].Key)
	case d == 9 && more:
		t.choose(KeyMore)
	case n != nil && n.kind == kindLookup && (d > 99 || len(t.s.Menu) == 0):
		return false
	default:
		t.refuse(n, Problem{Key: "dialog.choice.range", Args: map[string]string{"max": itoa(t.numbered())}})
	}
	return true
}

// faded reports a menu shown so long ago that nobody can be sure what its numbers were.
func (t *turn) faded() bool {
	age := t.ev.At.Sub(t.s.Shown)
	return !t.s.Shown.IsZero() && (age >= menuLives || age <= -menuLives)
}

// choiceText answers a fixed choice.
func (t *turn) choiceText(n *node, tx typed) {
	if t.pure(n, tx) {
		return
	}
	a, certain := t.e.meaning(tx, formNav)
	key, exact := t.labelOf(n, tx)
	switch {
	case a != doNothing && (certain || key == ""):
		t.do(a)
		return
	case key != "" && (exact || a == doNothing):
		t.choose(key)
		return
	case a != doNothing:
		t.navDoubt(n, a, tx)
		return
	}
	if bare, _, ok := t.e.bare(tx); ok {
		if key, _ := t.labelOf(n, bare); key != "" {
			t.choose(key)
			return
		}
	}
	if n.yesno {
		if a, _ := t.e.meaning(tx, of(doYes, doNo)); a != doNothing {
			t.offer(n, []string{[...]string{"yes", "no"}[a-doYes]}, tx.text, false)
			return
		}
	}
	if t.numberWord(n, tx) {
		return
	}
	t.unclear(n)
}

// labelOf finds the option meant by a label: of the menu, else of all options whatever page or group they are on.
func (t *turn) labelOf(n *node, tx typed) (key string, exact bool) {
	if key = labelled(t.s.Menu, tx); key != "" && !strings.HasPrefix(key, "~") {
		return key, true
	}
	return match(n.typed[t.lang], tx)
}

// optionLabel is an option of a fixed choice with its label in the forms it is compared in.
type optionLabel struct {
	key   string
	label typed
}

// match finds the one label that was typed, or else the one that begins with what was typed (two letters or more), with
// accents if there are any in what was typed.
func match(labels []optionLabel, tx typed) (key string, exact bool) {
	marked := tx.spelt != tx.folded
	begins, n, same := "", 0, 0
	for _, o := range labels {
		if !strings.HasPrefix(o.label.folded, tx.folded) || marked && !strings.HasPrefix(o.label.spelt, tx.spelt) {
			continue
		}
		if len(o.label.folded) == len(tx.folded) {
			key = o.key
			same++
			continue
		}
		begins = o.key
		n++
	}
	switch {
	case same == 1:
		return key, true
	case same == 0 && n == 1 && len(tx.folded) >= 2:
		return begins, false
	}
	return "", false
}

// numberWord asks whether a word for a number meant that option: numbers are names here.
func (t *turn) numberWord(n *node, tx typed) bool {
	d, ok := t.e.number[tx.folded]
	if !ok {
		if bare, named, stripped := t.e.bare(tx); stripped && !named {
			d, ok = t.e.number[bare.folded]
		}
	}
	if !ok || d < 1 || d > t.numbered() {
		return false
	}
	t.doubt(n, doubtNav, tx.text, []string{pickPrefix + t.s.Menu[d-1].Key})
	return true
}

// navDoubt asks whether a nav word was meant, or an answer.
func (t *turn) navDoubt(n *node, a act, tx typed) {
	t.doubt(n, doubtNav, tx.text, []string{navOptions[a].key})
}

// valueText answers a question that is read by a codec, or one for photos.
func (t *turn) valueText(n *node, tx typed) {
	if n.kind == kindPhoto && tx.text == "?" {
		t.help()
		return
	}
	want := formNav
	if n.optional {
		want |= of(doNo)
	}
	a, certain := t.e.meaning(tx, want)
	if a == doNo {
		a = doSkip
	}
	switch {
	case a == doNothing:
	case certain, n.many > 0 && a == doDone, !n.could(tx.text):
		t.do(a)
		return
	default:
		t.navDoubt(n, a, tx)
		return
	}
	if t.numbered() > 0 {
		if i := t.menuPlace(tx, true); i >= 0 {
			t.choose(t.s.Menu[i].Key)
			return
		}
		if key := labelled(t.s.Menu, tx); key != "" {
			t.choose(key)
			return
		}
	}
	t.valueOf(n, tx.text)
}

// valueOf reads a text as the answer, and nothing but the answer.
func (t *turn) valueOf(n *node, text string) {
	if utf8.RuneCountInString(text) > maxText {
		t.refuse(n, Problem{Key: "dialog.text.long", Args: map[string]string{"max": itoa(maxText)}})
		return
	}
	if n.read == nil {
		t.unclear(n)
		return
	}
	t.readingOf(n, n.read(t.in(text)), text)
}

func (t *turn) in(text string) In {
	return In{Text: text, At: t.ev.At, Lang: t.lang, Who: t.ev.Who, Answers: t.s.Answers}
}

func (t *turn) readingOf(n *node, r reading, text string) {
	switch {
	case len(r.values) > 0:
		t.offer(n, r.values, text, false)
	case len(r.candidates) > 0:
		t.doubt(n, doubtReading, text, r.candidates)
	case !r.problem.None():
		t.refuse(n, r.problem)
	default:
		t.unclear(n)
	}
}

// lookupText answers a look-up: digits choose from its menu, other words search.
func (t *turn) lookupText(n *node, tx typed) {
	want := formNav
	if n.optional {
		want |= of(doNo)
	}
	a, certain := t.e.meaning(tx, want)
	if a == doNo {
		a = doSkip
	}
	key := labelled(t.s.Menu, tx)
	switch {
	case a == doDone && n.many > 0, a != doNothing && certain:
		t.do(a)
		return
	case key != "" && !strings.HasPrefix(key, "~") && a == doNothing:
		t.choose(key)
		return
	case a != doNothing:
		t.navDoubt(n, a, tx)
		return
	}
	if n.many > 0 && t.numbered() > 0 && !t.faded() && t.e.digits(tx) != 0 && t.picks(n, tx) {
		return
	}
	if t.pure(n, tx) || t.numberWord(n, tx) {
		return
	}
	t.search(n, tx.text)
}

// search looks typed words up: within what was searched for before, and if nothing is there on their own.
func (t *turn) search(n *node, text string) {
	words := cut(oneLine(text), maxWords)
	t.ref(n.key)
	if before := t.s.Query; before != "" && before != words && utf8.RuneCountInString(before)+utf8.RuneCountInString(words) < maxWords {
		t.lookUp(n, before+" "+words, 0, whySearch, words)
		return
	}
	t.lookUp(n, words, 0, whySearch, "")
}

// picks takes numbers of a look-up's menu ("1 3 5", "cả danh sách trừ 3 và 7"). A single number, or numbers of one page of
// several, may be followed by more.
func (t *turn) picks(n *node, tx typed) bool {
	read := n.picks
	if read == nil {
		read = t.e.pickDigits
	}
	shown := t.numbered()
	places, problem := read(tx.text, shown)
	switch problem {
	case "":
	case "unread":
		return false
	default:
		if t.e.digits(tx) == 9 && t.pure(n, tx) {
			return true
		}
		t.refuse(n, Problem{Key: "dialog.pick." + problem, Args: map[string]string{"max": itoa(shown)}})
		return true
	}
	var options []Option
	for _, p := range places {
		if p >= 1 && p <= shown {
			options = append(options, t.s.Menu[p-1])
		}
	}
	if len(options) == 0 {
		return false
	}
	wider, problem := read(tx.text, shown+1)
	all := problem == "" && slices.Contains(wider, shown+1)
	more := slices.ContainsFunc(t.s.Menu, func(o Option) bool { return o.Key == KeyMore })
	if all { // it says who is meant and who is not, whatever was chosen before
		t.forget(n.key)
	}
	switch {
	case all && more: // "the whole list" is more than the page that is shown
		if t.add(n, options...) {
			t.lookUp(n, t.s.Query, t.s.Page+1, whyRest, "")
		}
	case all || len(options) > 1 && !more: // a list typed in one go is the whole answer
		if t.add(n, options...) {
			t.unshow()
			t.ref(n.key)
			t.close(n)
		}
	default:
		t.take(n, options...)
	}
	return true
}

// pickDigits reads numbers and nothing else: "1, 3 5".
func (e *Engine) pickDigits(text string, n int) (places []int, problem string) {
	for _, w := range strings.FieldsFunc(typedOf(text).folded, notWord) {
		d, ok := number(w)
		switch {
		case !ok && e.filler[w]:
			continue
		case !ok:
			return nil, "unread"
		case d < 1 || d > n:
			return nil, "range"
		}
		places = append(places, d)
	}
	if len(places) == 0 {
		return nil, "unread"
	}
	return places, ""
}

// do carries out a nav word or button.
func (t *turn) do(a act) {
	switch a {
	case doCancel, doDrop:
		t.cancel()
	case doBack:
		t.back()
	case doSkip:
		t.skip()
	case doDone:
		t.finishMany(t.node())
	case doClear:
		if n := t.node(); n != nil && n.many > 0 {
			t.forget(n.key)
			t.unshow()
		}
		t.question()
	case doMenu:
		t.toMenu()
	case doHelp:
		t.help()
	case doMore:
		t.more()
	default:
		t.unclear(t.node())
	}
}

// more shows the next page.
func (t *turn) more() {
	n := t.node()
	more := slices.ContainsFunc(t.s.Menu, func(o Option) bool { return o.Key == KeyMore })
	switch {
	case n != nil && n.kind == kindLookup && more:
		t.lookUp(n, t.s.Query, t.nextPage(), whyMenu, "")
	case more || n != nil && n.kind == kindChoice:
		t.s.Page = t.nextPage()
		t.s.Menu = nil
		t.question()
	default:
		t.unclear(n)
	}
}

func (t *turn) nextPage() int {
	if t.s.Page < 0 || t.s.Page > 500 {
		return 0
	}
	return t.s.Page + 1
}

// help says what would work at the question that is open.
func (t *turn) help() {
	switch n := t.node(); {
	case n != nil && n.own[n.helpKey]:
		t.line(n.helpKey)
	case n != nil && n.own[n.exampleKey]:
		t.line(n.exampleKey)
	}
	t.line("dialog.help.step")
	t.question()
}
