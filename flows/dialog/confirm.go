package dialog

import "strings"

// confirmText answers the confirm step.
func (t *turn) confirmText(tx typed) {
	if t.pure(nil, tx) {
		return
	}
	if key := labelled(t.s.Menu, tx); key != "" {
		t.choose(key)
		return
	}
	switch a, _ := t.e.meaning(tx, confirmNav); a {
	case doSave, doYes:
		t.choose(saveKey(t.f, t.s.Answers))
		return
	case doEdit:
		t.choose("edit")
		return
	case doCancel, doDrop:
		t.cancel()
		return
	case doBack, doMenu, doHelp:
		t.do(a)
		return
	}
	if key := t.editOf(tx); key != "" {
		t.edit(key)
		return
	}
	if t.numberWord(nil, tx) || t.amended(tx.text) {
		return
	}
	t.unclear(nil)
}

// editOf is the step that words like "sửa ngày" name.
func (t *turn) editOf(tx typed) string {
	words := strings.Fields(tx.folded)
	spelt := strings.Fields(tx.spelt)
	for i := 1; i < len(words) && i <= 3 && len(words) == len(spelt); i++ {
		head := typed{folded: strings.Join(words[:i], " "), spelt: strings.Join(spelt[:i], " ")}
		if a, _ := t.e.meaning(head, of(doEdit)); a != doEdit {
			continue
		}
		rest := typed{folded: strings.Join(words[i:], " "), spelt: strings.Join(spelt[i:], " ")}
		if key := t.editLabel(rest); key != "" {
			return key
		}
	}
	return ""
}

func (t *turn) editLabel(tx typed) string {
	c := t.ctx()
	var menu []Option
	for _, n := range t.f.nodes {
		if n.kind != kindFact && !n.hidden && !n.secret && t.due(n, c) {
			menu = append(menu, Option{Key: n.key, Label: t.nodeLabel(n)})
		}
	}
	if key := labelled(menu, tx); key != "" {
		return key
	}
	if key := prefixed(menu, tx); key != "" {
		return key
	}
	if bare, _, ok := t.e.bare(tx); ok {
		return prefixed(menu, bare)
	}
	return ""
}

// editText answers the question which answer is to be changed.
func (t *turn) editText(tx typed) {
	if t.pure(nil, tx) {
		return
	}
	if key := t.editLabel(tx); key != "" {
		t.edit(key)
		return
	}
	if a, _ := t.e.meaning(tx, formNav|of(doNo)); a != doNothing {
		if a == doNo || a == doSkip || a == doDone {
			a = doBack
		}
		t.do(a)
		return
	}
	if t.numberWord(nil, tx) {
		return
	}
	t.unclear(nil)
}
