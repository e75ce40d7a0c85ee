package dialog

import (
	"slices"
	"strings"
)

// pageSize is how many options of a fixed choice are shown at once.
const pageSize = 7

// question says the question that is open, after the lines that wait.
func (t *turn) question() {
	if t.asked {
		return
	}
	n := t.node()
	switch {
	case t.f == nil:
		t.say(Say{})
	case t.s.Doubt != nil:
		t.askDoubt(n)
	case t.s.Step == stepConfirm:
		t.askConfirm()
	case t.s.Step == stepEdit:
		t.askEdit()
	case n == nil:
		t.advance()
	case n.kind == kindLookup:
		t.askLookup(n)
	case n.kind == kindChoice:
		t.s.Menu = t.choices(n)
		t.put(n, t.prompt(n), false)
	default:
		t.s.Menu = nil
		if n.fallback != nil && t.s.Answers[n.key] == "" {
			if v := n.fallback(t.ctx()); v != "" && n.validAll(v) {
				t.s.Menu = []Option{{Key: optionKey(v), Label: n.showAll(t.e.words, t.lang, t.f.key, v)}}
			}
		}
		t.put(n, t.prompt(n), true)
	}
}

// put says a step's message: lines, and State.Menu with the nav buttons behind it.
func (t *turn) put(n *node, lines []Line, letters bool) {
	shown := len(t.s.Menu)
	menu := append(slices.Clip(t.s.Menu), t.navMenu(n)...)
	t.s.Menu, t.s.Shown = menu, t.ev.At
	say := Say{
		Lines: lines, Menu: menu, Form: FormHash(t.s.Form), Step: t.s.Step,
		Letters: letters && shown > 0, Loose: shown == 0,
	}
	if n != nil && t.s.Doubt == nil {
		say.Columns = n.columns
		if n.takes("document") {
			say.Want = WantDocument
			if n.takes("photo") {
				say.Want += " " + WantPhoto
			}
		}
	}
	t.say(say)
}

// navMenu are the nav buttons that make sense at a step. Those that are on the menu already stay where they are.
func (t *turn) navMenu(n *node) []Option {
	var as [6]act
	k := 0
	add := func(a act) { as[k] = a; k++ }
	if n != nil && t.s.Doubt == nil {
		has := t.s.Answers[n.key] != ""
		switch {
		case n.many > 0 && has:
			add(doDone)
			if t.answered(n.key) {
				add(doClear)
			}
		case n.optional && n.fallback == nil:
			add(doSkip)
		}
	}
	if t.s.Step != stepConfirm && (t.s.Doubt != nil || t.canBack()) {
		add(doBack)
	}
	if t.s.Step != stepConfirm {
		add(doCancel)
	}
	menu := make([]Option, 0, k)
	for _, a := range as[:k] {
		o := t.navOption(a)
		if a == doSkip && n.skipLabel != "" {
			o.Label = t.e.words.Label(t.lang, n.skipLabel)
		}
		if !slices.ContainsFunc(t.s.Menu, func(m Option) bool { return m.Key == o.Key }) {
			menu = append(menu, o)
		}
	}
	return menu
}

// canBack reports an answered question that was asked.
func (t *turn) canBack() bool {
	return slices.ContainsFunc(t.s.Trail, func(key string) bool { n := t.f.byKey[key]; return n != nil && !n.hidden })
}

func (t *turn) navOption(a act) Option {
	o := navOptions[a]
	return Option{Key: o.key, Label: t.e.words.Label(t.lang, o.label), Nav: true}
}

// prompt is the question's own lines.
func (t *turn) prompt(n *node) []Line {
	if n.many > 0 && t.s.Answers[n.key] != "" {
		args := map[string]string{
			"count": itoa(len(t.items(n))), "value": n.shown(t.e.words, t.lang, t.f.key, t.s.Answers),
		}
		switch {
		case n.own[n.moreKey]:
			return []Line{{Key: n.moreKey, Args: args}}
		case n.kind == kindPhoto:
			return []Line{{Key: "dialog.many.photos", Args: args}}
		}
		return []Line{{Key: "dialog.many.more", Args: args}}
	}
	if open := t.openGroup(n); open != "" { // the same question again would sound as if the answer had not been heard
		return []Line{{Key: "dialog.choice.group", Args: map[string]string{"group": t.e.words.Label(t.lang, n.groupLabel(t.f.key, open))}}}
	}
	if n.prompt != nil {
		return n.prompt(t.ctx())
	}
	var args map[string]string
	if n.args != nil {
		args = n.args(t.ctx())
	}
	return []Line{{Key: n.promptKey, Args: args}}
}

// openGroup is the group of a long choice whose options are shown, "" where the groups are.
func (t *turn) openGroup(n *node) string {
	if n.kind != kindChoice || len(n.groups) < 2 || !slices.ContainsFunc(n.groups, func(g group) bool { return g.name == t.s.Query }) {
		return ""
	}
	return t.s.Query
}

// choices are the options of a fixed choice that are shown now: all, a page, the groups, or those of the open group.
func (t *turn) choices(n *node) []Option {
	w, f := t.e.words, t.f.key
	var menu []Option
	option := func(key string) Option {
		return Option{Key: key, Label: w.Label(t.lang, n.keyOf(f, key))}
	}
	if n.fallback != nil && t.s.Query == "" && t.s.Page == 0 && len(n.groups) > 1 {
		if v := n.fallback(t.ctx()); v != "" && n.valid(v) {
			menu = append(menu, option(v))
		}
	}
	c := t.ctx()
	offered := func(keys []string) []string {
		if n.among == nil {
			return keys
		}
		return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !n.among(k, c) })
	}
	keys := n.groups[0].keys
	if len(n.groups) > 1 {
		open := slices.IndexFunc(n.groups, func(g group) bool { return g.name == t.s.Query })
		if open < 0 {
			t.s.Query = ""
			for _, g := range n.groups {
				switch some := offered(g.keys); len(some) {
				case 0:
					continue
				case 1:
					menu = append(menu, option(some[0]))
					continue
				}
				menu = append(menu, Option{Key: groupPrefix + g.name, Label: w.Label(t.lang, n.groupLabel(f, g.name))})
			}
			return t.paged(menu)
		}
		keys = n.groups[open].keys
	}
	for _, key := range offered(keys) {
		menu = append(menu, option(key))
	}
	return t.paged(menu)
}

const groupPrefix = "~g."

func (s *step) groupLabel(flow, name string) string {
	if s.groupLabels != "" {
		return s.groupLabels + "." + name
	}
	return flow + "." + s.key + "." + name
}

// paged is the page of all that State.Page tells, with a button for the next; after the last page comes the first.
func (t *turn) paged(all []Option) []Option {
	if len(all) <= pageSize+1 {
		t.s.Page = 0
		return all
	}
	from := t.s.Page * pageSize
	if from < 0 || from >= len(all) {
		from, t.s.Page = 0, 0
	}
	to := min(from+pageSize, len(all))
	return append(all[from:to:to], t.navOption(doMore))
}

// askConfirm shows what was understood. The key of "save" carries a hash of it, so that a press saves only what its
// message showed. Photos are left out of it: those of an album come in without a word after the first.
func (t *turn) askConfirm() {
	w := t.e
	t.s.Menu = []Option{
		{Key: saveKey(t.f, t.s.Answers), Label: w.label(t.lang, t.f.key+".confirm.save", "dialog.save")},
		{Key: "edit", Label: w.label(t.lang, t.f.key+".confirm.edit", "dialog.edit")},
		{Key: "drop", Label: w.label(t.lang, t.f.key+".confirm.drop", "dialog.drop")},
	}
	t.put(nil, t.echo(), false)
}

func (t *turn) echo() []Line {
	if t.f.echo != nil {
		return t.f.echo(t.ctx())
	}
	lines := make([]Line, 0, len(t.s.Trail))
	for _, n := range t.f.nodes {
		if n.kind == kindFact || n.hidden || n.secret || t.s.Answers[n.key] == "" {
			continue
		}
		lines = append(lines, Line{Key: "dialog.echo", Args: map[string]string{
			"label": t.nodeLabel(n), "value": n.shown(t.e.words, t.lang, t.f.key, t.s.Answers),
		}})
	}
	return lines
}

func saveKey(f *flow, a Answers) string {
	h := hashStart
	for _, n := range f.nodes {
		if n.kind != kindFact && n.kind != kindPhoto {
			h = hashOn(hashOn(h, n.key), a[n.key])
		}
	}
	return savePrefix + hashText(h, 8)
}

const savePrefix = "save-"

func (t *turn) nodeLabel(n *node) string {
	if n.own[n.labelKey] {
		return t.e.words.Label(t.lang, n.labelKey)
	}
	return n.key
}

// askEdit lists the answers that can be changed, and what was passed over.
func (t *turn) askEdit() {
	c := t.ctx()
	var menu []Option
	for _, n := range t.f.nodes {
		if n.kind != kindFact && !n.hidden && !n.secret && t.due(n, c) {
			menu = append(menu, Option{Key: n.key, Label: t.nodeLabel(n)})
		}
	}
	t.s.Menu = append(t.paged(menu), t.navOption(doBack))
	t.put(nil, []Line{{Key: "dialog.edit.which"}}, false)
}

// askDoubt asks which reading of an answer is meant.
func (t *turn) askDoubt(n *node) {
	d := t.s.Doubt
	var lines []Line
	switch {
	case d.Kind == doubtNav:
		lines = []Line{{Key: "dialog.doubt.nav", Args: map[string]string{"text": d.Text}}}
	case n == nil || len(d.Values) == 0:
		t.unshowDoubt()
		t.question()
		return
	case d.Kind == doubtSure:
		for item := range strings.SplitSeq(d.Values[0], itemSep) {
			if p := t.unusual(n, item); !p.None() {
				lines = append(lines, Line(p))
				break
			}
		}
		if lines == nil {
			lines = []Line{t.oneReading(n, d)}
		}
	case len(d.Values) == 1:
		lines = []Line{t.oneReading(n, d)}
	case d.Text != "":
		lines = []Line{{Key: "dialog.doubt.several", Args: map[string]string{"text": d.Text}}}
	default:
		lines = t.prompt(n)
	}
	t.s.Menu = slices.DeleteFunc(slices.Clone(t.s.Menu), func(o Option) bool { return o.Nav })
	t.put(n, lines, t.lettered(n))
}

func (t *turn) oneReading(n *node, d *Doubt) Line {
	return Line{Key: "dialog.doubt.one", Args: map[string]string{
		"label": t.nodeLabel(n), "value": n.showAll(t.e.words, t.lang, t.f.key, d.Values[0]),
	}}
}

// lettered reports a step where a digit is an answer, so that menus need letters.
func (t *turn) lettered(n *node) bool {
	return n != nil && (n.kind == kindValue || n.kind == kindPhoto)
}
