package dialog

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Hints are what a message said that is not yet an answer. What kind it is stands first.
const (
	hintWords = "@" // words to look up, one search a line
	hintSure  = "=" // values, one a line
	hintDoubt = "?" // candidates, separated by candSep
	candSep   = "\x1f"
	minEntry  = 3 // words of a message that can be a whole entry
)

// hearing is a flow's reading of a message.
type hearing struct {
	f *flow
	u Understood
}

// heardBy asks every flow that listens what it makes of a message. denied is a flow that understood a whole entry but is not
// for this person.
func (t *turn) heardBy(text string, at time.Time) (all []hearing, denied *flow) {
	if utf8.RuneCountInString(text) > maxHeard {
		return nil, nil
	}
	for _, f := range t.e.flows {
		if f.hear == nil {
			continue
		}
		u := f.hear(Ctx{At: at, Lang: t.lang, Who: t.ev.Who, Event: t.ev.ID, words: t.e.words, flow: f.key}, text)
		switch {
		case !u.OK:
		case f.access != nil && !f.access(t.ev.Who):
			if u.Complete {
				denied = f
			}
		default:
			all = append(all, hearing{f, u})
		}
	}
	if slices.ContainsFunc(all, whole) {
		all = slices.DeleteFunc(all, func(h hearing) bool { return !h.u.Complete })
	}
	return all, denied
}

func whole(h hearing) bool { return h.u.Complete }

// entry takes a complete entry typed in the middle of a form: it is never an answer to the question that is open. It waits
// for its turn, but for the form just opened, which it fills. It reports whether the text was one.
func (t *turn) entry(text, photo string) bool {
	if photo == "" && strings.Count(text, " ")+strings.Count(text, "\n") < minEntry-1 {
		return false
	}
	all, _ := t.heardBy(text, t.ev.At)
	if len(all) == 0 || !all[0].u.Complete {
		return false
	}
	if len(t.s.Trail) == 0 && len(t.s.Answers) == 0 && len(t.s.Hints) == 0 && t.s.Doubt == nil {
		for _, h := range all {
			if h.f == t.f {
				t.s.Tries = 0
				t.hear(h.u, t.captioned(photo))
				t.ref("")
				t.advance()
				return true
			}
		}
	}
	size := jsonSize(text)
	for _, h := range t.s.Next {
		size += jsonSize(h.Said)
	}
	if size > maxNext || len(t.s.Next) >= maxWaiting || len(photo) > 4*maxText {
		t.line("dialog.next.full", "count", itoa(len(t.s.Next)))
		t.question()
		return true
	}
	ref := t.ev.Ref
	if len(ref) > maxKey {
		ref = ""
	}
	h := Heard{ID: t.ev.ID, At: t.ev.At, Said: text, Photos: t.captioned(photo), Ref: ref}
	if t.ev.Sent != nil {
		h.Album = albumOf(*t.ev.Sent)
	}
	t.s.Next = append(slices.Clip(t.s.Next), h)
	t.line("dialog.next.kept", "count", itoa(len(t.s.Next)))
	t.question()
	return true
}

// captioned stores the photo that a whole message was the caption of.
func (t *turn) captioned(ref string) []string {
	if ref == "" {
		return nil
	}
	return []string{t.fetch(ref, "photo")}
}

// hear puts what was understood into the open form: what is certain and allowed is an answer, the rest a hint.
func (t *turn) hear(u Understood, photos []string) {
	t.s.Quick = true
	for _, n := range t.f.nodes {
		if n.kind == kindFact {
			continue
		}
		if n.kind == kindPhoto && len(photos) > 0 {
			photos = photos[:min(len(photos), max(1, n.many))]
			t.answer(n.key, strings.Join(photos, itemSep))
			t.trail(n.key)
			photos = nil
			continue
		}
		if doubts := u.Doubts[n.key]; len(doubts) > 0 {
			if len(doubts) > maxCandidates {
				doubts = doubts[:maxCandidates]
			}
			t.hintOf(n.key, hintDoubt, strings.Join(doubts, candSep))
			continue
		}
		said := u.Answers[n.key]
		switch {
		case said == "":
		case n.kind == kindLookup:
			t.hintOf(n.key, hintWords, cut(said, maxText))
		case n.validAll(said):
			if t.due(n, t.ctx()) && t.plain(n, said) {
				t.answer(n.key, said)
				t.trail(n.key)
				continue
			}
			t.hintOf(n.key, hintSure, said)
		}
	}
}

func (t *turn) hintOf(key, kind, text string) {
	if text != "" && len(text) <= 2*maxText {
		t.hint(key, kind+text)
	}
}

// plain reports values that the rules take as they are, and find usual.
func (t *turn) plain(n *node, canon string) bool {
	for item := range strings.SplitSeq(canon, itemSep) {
		v, p := t.checked(n, item)
		if !p.None() || v != item || !t.unusual(n, v).None() {
			return false
		}
	}
	return true
}

// useHint uses what was heard for a step that is due now. It reports whether something was asked.
func (t *turn) useHint(n *node, h string) bool {
	t.hint(n.key, "")
	t.s.Step = n.key
	kind, text := h[:1], h[1:]
	switch {
	case kind == hintWords && n.kind == kindLookup && text != "":
		words, rest, _ := strings.Cut(text, itemSep)
		if rest != "" && n.many > 0 {
			t.hint(n.key, hintWords+rest)
		}
		t.lookUp(n, cut(clean(words), maxWords), 0, whyHear, "")
		return true
	case kind == hintSure && n.validAll(text):
		t.useSure(n, text)
	case kind == hintDoubt:
		var fit []string
		for cand := range strings.SplitSeq(text, candSep) {
			if n.validAll(cand) {
				if _, p := t.ruled(n, strings.Split(cand, itemSep)); p.None() {
					fit = append(fit, cand)
				}
			}
		}
		if len(fit) > 0 {
			t.doubt(n, doubtReading, "", fit)
			return true
		}
		t.question()
		return true
	default:
		t.question()
		return true
	}
	return t.s.Step == n.key
}

// useSure takes heard values whose time has come; State.Step is the step still when it asked about them.
func (t *turn) useSure(n *node, text string) {
	kept, p := t.ruled(n, strings.Split(text, itemSep))
	if !p.None() {
		t.problem(p)
		t.question()
		return
	}
	for _, v := range kept {
		if p := t.unusual(n, v); !p.None() {
			t.doubt(n, doubtSure, "", []string{strings.Join(kept, itemSep)})
			return
		}
	}
	if !t.store(n, kept) {
		return
	}
	t.trail(n.key)
	t.s.Step = ""
}

// edited takes the new text of a message: it corrects the answer that message gave, or nothing.
func (t *turn) edited(text string) {
	ref := t.ev.Ref
	if ref == "" || text == "" || isSlash(text) || t.ev.Forwarded {
		t.user = false
		return
	}
	for i, h := range t.s.Next {
		if h.Ref == ref {
			t.editedEntry(i, text)
			return
		}
	}
	if t.f == nil {
		t.user = false
		return
	}
	if t.s.Refs[""] == ref {
		t.editedWhole(text)
		return
	}
	tx := typedOf(text)
	for _, n := range t.f.nodes {
		if t.s.Refs[n.key] != ref || n.many > 0 {
			continue
		}
		switch {
		case t.answered(n.key):
			t.editedAnswer(n, tx)
			return
		case t.s.Step == n.key:
			t.unshowDoubt()
			t.editedAttempt(n, tx)
			return
		}
	}
	t.user = false
}

// editedAttempt takes the new text of a message that was no answer yet. No word in it is a command.
func (t *turn) editedAttempt(n *node, tx typed) {
	switch n.kind {
	case kindValue:
		t.valueOf(n, tx.text)
	case kindLookup:
		t.lookUp(n, cut(oneLine(tx.text), maxWords), 0, whySearch, "")
	case kindChoice:
		if key, _ := t.labelOf(n, tx); key != "" {
			t.choose(key)
			return
		}
		t.unclear(n)
	default:
		t.question()
	}
}

// editedAnswer takes the new text of a message that answered a question.
func (t *turn) editedAnswer(n *node, tx typed) {
	switch n.kind {
	case kindValue:
		t.editedValue(n, tx.text)
	case kindLookup:
		t.lookUp(n, cut(oneLine(tx.text), maxWords), 0, whyEdit, "")
	case kindChoice:
		key, _ := match(n.typed[t.lang], tx)
		if !n.valid(key) {
			t.keptAnswer(n)
			return
		}
		t.assert(n, key)
	default:
		t.user = false
	}
}

// keptAnswer says that an edited message was not understood, and which answer stands.
func (t *turn) keptAnswer(n *node) {
	t.line("dialog.edited.unclear", "label", t.nodeLabel(n), "value", n.shown(t.e.words, t.lang, t.f.key, t.s.Answers))
	t.question()
}

func (t *turn) editedValue(n *node, text string) {
	r := reading{}
	if utf8.RuneCountInString(text) <= maxText {
		r = n.read(t.in(text))
	}
	switch {
	case len(r.values) > 0 && r.values[0] == t.s.Answers[n.key]:
		t.user = false
	case len(r.values) > 0:
		t.correct(n, r.values, text, "")
	case len(r.candidates) > 0:
		t.unshow()
		t.s.Step = n.key
		t.doubt(n, doubtReading, text, r.candidates)
	default:
		if !r.problem.None() {
			t.problem(r.problem)
		}
		t.keptAnswer(n)
	}
}

// editedWhole corrects the answers of a form that a whole message opened.
func (t *turn) editedWhole(text string) {
	all, _ := t.heardBy(text, t.ev.At)
	i := slices.IndexFunc(all, func(h hearing) bool { return h.f == t.f })
	if i < 0 {
		t.user = false
		return
	}
	t.amend(all[i].u)
}

// amend corrects the answers of the open form by what a message says, and asks on.
func (t *turn) amend(u Understood) {
	for _, n := range t.f.nodes {
		if n.kind == kindPhoto || n.kind == kindFact || u.Answers[n.key] == "" && len(u.Doubts[n.key]) == 0 {
			continue
		}
		if n.kind != kindLookup && u.Answers[n.key] == t.s.Answers[n.key] {
			continue
		}
		t.forget(n.key)
		t.untrail(n.key)
		t.hint(n.key, "")
	}
	t.unshow()
	t.hear(u, nil)
	t.revise(-1)
	t.s.Step, t.s.Tries = "", 0
	t.advance()
}

// amended takes words at the confirm step that correct what is shown: "nhầm, 600k".
func (t *turn) amended(text string) bool {
	if t.f.amend == nil || utf8.RuneCountInString(text) > maxHeard {
		return false
	}
	u := t.f.amend(t.ctx(), text)
	if !u.OK {
		return false
	}
	t.amend(u)
	return true
}

// editedEntry corrects an entry that waits.
func (t *turn) editedEntry(i int, text string) {
	all, _ := t.heardBy(text, t.s.Next[i].At)
	if len(all) == 0 || !all[0].u.Complete || jsonSize(text) > maxNext/2 {
		t.remark("dialog.next.unclear")
		return
	}
	t.s.Next = slices.Clone(t.s.Next)
	t.s.Next[i].Said = text
	t.remark("dialog.next.changed")
}
