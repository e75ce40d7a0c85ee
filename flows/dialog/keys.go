package dialog

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"chungtay/flows/dialog/fold"
)

// Keys are the locale keys the engine itself says, with the arguments each gets, sorted. Those without arguments whose name
// ends in a button's word are labels too.
func Keys() []Key {
	keys := []Key{
		{"ask.denied", nil},
		{"ask.unavailable", nil},
		{"dialog.back", nil},
		{"dialog.back.first", nil},
		{"dialog.cancel", nil},
		{"dialog.cancel.none", nil},
		{"dialog.cancelled", []string{"title"}},
		{"dialog.card", nil},
		{"dialog.card.other", nil},
		{"dialog.changed", nil},
		{"dialog.choice.range", []string{"max"}},
		{"dialog.clear", nil},
		{"dialog.command.cancel", nil},
		{"dialog.command.menu", nil},
		{"dialog.command.nearest", []string{"command"}},
		{"dialog.command.unknown", nil},
		{"dialog.corrected", []string{"label", "value"}},
		{"dialog.denied", nil},
		{"dialog.done", nil},
		{"dialog.doubt.nav", []string{"text"}},
		{"dialog.doubt.no", nil},
		{"dialog.doubt.one", []string{"label", "value"}},
		{"dialog.doubt.other", nil},
		{"dialog.doubt.several", []string{"text"}},
		{"dialog.drop", nil},
		{"dialog.echo", []string{"label", "value"}},
		{"dialog.edit", nil},
		{"dialog.edit.which", nil},
		{"dialog.edited.unclear", []string{"label", "value"}},
		{"dialog.empty", nil},
		{"dialog.expired", []string{"title"}},
		{"dialog.expired.empty", []string{"title"}},
		{"dialog.forwarded", nil},
		{"dialog.gone", nil},
		{"dialog.group", nil},
		{"dialog.group.button", nil},
		{"dialog.handover", nil},
		{"dialog.handover.call", []string{"ward", "phone"}},
		{"dialog.healed", nil},
		{"dialog.hear.which", nil},
		{"dialog.help", nil},
		{"dialog.help.button", nil},
		{"dialog.help.step", nil},
		{"dialog.human", nil},
		{"dialog.idle.again", nil},
		{"dialog.idle.human", nil},
		{"dialog.idle.unclear", nil},
		{"dialog.leave", nil},
		{"dialog.locked", nil},
		{"dialog.lookup.none", []string{"words"}},
		{"dialog.many.full", []string{"max"}},
		{"dialog.many.more", []string{"count", "value"}},
		{"dialog.many.none", nil},
		{"dialog.many.photos", []string{"count", "value"}},
		{"dialog.menu", nil},
		{"dialog.menu.button", nil},
		{"dialog.menu.empty", nil},
		{"dialog.more", nil},
		{"dialog.next.changed", nil},
		{"dialog.next.full", []string{"count"}},
		{"dialog.next.kept", []string{"count"}},
		{"dialog.next.now", nil},
		{"dialog.next.unclear", nil},
		{"dialog.none", nil},
		{"dialog.nudge", []string{"title"}},
		{"dialog.number.high", []string{"max"}},
		{"dialog.number.low", []string{"min"}},
		{"dialog.number.unclear", nil},
		{"dialog.parked.dropped", []string{"title"}},
		{"dialog.parked.gone", []string{"title"}},
		{"dialog.photo.kept", []string{"count"}},
		{"dialog.photo.wanted", nil},
		{"dialog.pick.none", []string{"max"}},
		{"dialog.pick.range", []string{"max"}},
		{"dialog.refused", []string{"reason"}},
		{"dialog.removed", []string{"label"}},
		{"dialog.resume", nil},
		{"dialog.resume.none", nil},
		{"dialog.resume.offer", []string{"title"}},
		{"dialog.save", nil},
		{"dialog.secret.unclear", nil},
		{"dialog.secret.weak", nil},
		{"dialog.skip", nil},
		{"dialog.skip.cannot", nil},
		{"dialog.stale", nil},
		{"dialog.start.busy", []string{"title"}},
		{"dialog.start.unknown", nil},
		{"dialog.text.long", []string{"max"}},
		{"dialog.text.short", []string{"min"}},
		{"dialog.thanks", nil},
		{"dialog.too_much", nil},
		{"dialog.unclear", nil},
		{"dialog.unclear.choice", nil},
		{"dialog.choice.group", []string{"group"}},
		{"dialog.unreadable", nil},
		{"dialog.welcome", nil},
	}
	for _, kind := range mediaKinds {
		keys = append(keys, Key{Name: "dialog.media." + kind})
	}
	slices.SortFunc(keys, func(a, b Key) int { return cmp.Compare(a.Name, b.Name) })
	return keys
}

// PhraseKeys are the locale keys of the phrases the engine listens for, besides the flows' triggers.
func PhraseKeys() []string {
	var keys []string
	for _, k := range navKeys {
		keys = append(keys, k.key)
	}
	for n := 1; n <= 9; n++ {
		keys = append(keys, "nav."+itoa(n))
	}
	return append(keys, "nav.filler", "nav.kin")
}

// Keys are the locale keys that the engine and its flows need, each once, sorted by name. Optional ones are not among them:
// of a step "example", "help", "more" (count, value), "none" (words), "several" (count, words), "unclear"; of a flow "menu",
// "denied", "none", "confirm.save", "confirm.edit" and "confirm.drop".
func (e *Engine) Keys() []Key {
	keys := Keys()
	add := func(name string, args ...string) { keys = append(keys, Key{name, args}) }
	for _, f := range e.flows {
		if !f.command || f.listed {
			add(f.key + ".title")
		}
		if len(f.slash) > 0 {
			add(f.key + ".help")
		}
		keys = append(keys, f.says...)
		for _, n := range f.nodes {
			keys = append(keys, n.says...)
			if n.unclear != "" {
				add(n.unclear)
			}
			if n.kind == kindFact {
				continue
			}
			if !n.secret {
				add(n.labelKey)
			}
			if n.prompt == nil && n.args == nil && !n.hidden {
				add(n.promptKey)
			}
			if n.skipLabel != "" {
				add(n.skipLabel)
			}
			for _, g := range n.groups {
				if len(n.groups) > 1 && len(g.keys) > 1 {
					add(n.groupLabel(f.key, g.name))
				}
				for _, k := range g.keys {
					add(n.keyOf(f.key, k))
				}
			}
		}
	}
	slices.SortStableFunc(keys, func(a, b Key) int { return cmp.Compare(a.Name, b.Name) })
	return slices.CompactFunc(keys, func(a, b Key) bool { return a.Name == b.Name })
}

// Finding is one thing wrong with the words of the flows.
type Finding struct {
	Flow, Lang, Key string
	What            string
}

func (f Finding) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s: %s", f.Flow, f.Lang, f.Key, f.What))
}

// Lint checks the words against the flows: a key that is said and that a language lacks, options that cannot be told apart by
// their labels, labels that are nav words, labels too long for a button, and nav phrases nobody can say. Words that can tell
// whether a language has a key of its own say so by a method Has(lang, key string) bool.
func (e *Engine) Lint() []Finding {
	var out []Finding
	has := func(lang, key string) bool { return e.words.Label(lang, key) != key }
	if w, ok := e.words.(interface{ Has(lang, key string) bool }); ok {
		has = w.Has
	}
	for _, k := range e.Keys() {
		for _, lang := range e.langs {
			if !has(lang, k.Name) {
				out = append(out, Finding{Lang: lang, Key: k.Name, What: "is said and is not in the locale"})
			}
		}
	}
	for _, key := range PhraseKeys() {
		if len(e.words.Phrases(key)) == 0 {
			out = append(out, Finding{Key: key, What: "has no phrases"})
		}
	}
	for _, f := range e.flows {
		if f.listed && len(e.words.Phrases(f.key+".triggers")) == 0 {
			out = append(out, Finding{Flow: f.key, Key: f.key + ".triggers", What: "no phrase starts what is in the menu"})
		}
		for _, n := range f.nodes {
			if n.kind == kindChoice {
				out = append(out, e.lintLabels(f, n)...)
			}
		}
	}
	return out
}

// maxLabel is the most characters of a label that a button shows well.
const maxLabel = 40

func (e *Engine) lintLabels(f *flow, n *node) []Finding {
	var out []Finding
	for _, lang := range e.langs {
		seen := map[string]string{}
		for _, g := range n.groups {
			for _, k := range g.keys {
				key := n.keyOf(f.key, k)
				label := e.words.Label(lang, key)
				folded := fold.Fold(label)
				if other := seen[folded]; other != "" {
					out = append(out, Finding{f.key, lang, key, "reads like " + other})
				}
				seen[folded] = key
				if len([]rune(label)) > maxLabel {
					out = append(out, Finding{f.key, lang, key, "is longer than a button"})
				}
				if a, certain := e.meaning(typedOf(label), formNav); a != doNothing && certain {
					out = append(out, Finding{f.key, lang, key, "is a nav word"})
				}
			}
		}
	}
	return out
}

// Fingerprint is what an open conversation can notice of a form: its steps, their order, options and conditions, and the words
// that are matched with what is typed. When it changes, the form's version must. It is "" for an unknown flow.
func (e *Engine) Fingerprint(flow string) string {
	f := e.byKey[flow]
	if f == nil || f.key != flow {
		return ""
	}
	h := fnv.New64a()
	put := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
	}
	put(f.key, itoa(f.version), fmt.Sprint(f.confirm))
	put(f.slash...)
	put(e.words.Phrases(f.key + ".triggers")...)
	for _, n := range f.nodes {
		put(n.key, itoa(int(n.kind)), fmt.Sprint(n.optional, n.hidden, n.many), n.query)
		for _, c := range n.when {
			put(c.text)
		}
		for _, g := range n.groups {
			put(g.name)
			for _, k := range g.keys {
				put(k)
				for _, lang := range e.langs {
					put(e.words.Label(lang, n.keyOf(f.key, k)))
				}
			}
		}
	}
	return fmt.Sprintf("v%d %016x", f.version, h.Sum64())
}

// Flows are the keys of all flows, in the order of the menu.
func (e *Engine) Flows() []string {
	keys := make([]string, len(e.flows))
	for i, f := range e.flows {
		keys[i] = f.key
	}
	return keys
}

// Slash is one entry of a channel's command list: a slash word without the slash, and what it does.
type Slash struct{ Name, Help string }

// Commands is the command list for a person: of every flow they may use the first slash word, then the engine's own.
func (e *Engine) Commands(p Person, lang string) []Slash {
	lang = e.lang(&Event{Lang: lang, Who: Person{Lang: p.Lang}})
	var out []Slash
	for _, f := range e.flows {
		if len(f.slash) > 0 && (f.access == nil || f.access(p)) {
			out = append(out, Slash{f.slash[0][1:], e.words.Label(lang, f.key+".help")})
		}
	}
	return append(out,
		Slash{"menu", e.words.Label(lang, "dialog.command.menu")},
		Slash{"huy", e.words.Label(lang, "dialog.command.cancel")},
	)
}

// Draw is a flow as a Mermaid chart, titled in lang; "" for an unknown flow.
func (e *Engine) Draw(flow, lang string) string {
	f := e.byKey[flow]
	if f == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	fmt.Fprintf(&b, "  start([%s])\n", quoted(strings.Join(append([]string{e.title(lang, f)}, f.slash...), " ")))
	last := []string{"start"}
	link := func(to, why string) {
		for _, from := range last {
			if why == "" {
				fmt.Fprintf(&b, "  %s --> %s\n", from, to)
			} else {
				fmt.Fprintf(&b, "  %s -- %s --> %s\n", from, quoted(why), to)
			}
		}
	}
	for _, n := range f.nodes {
		if n.hidden {
			continue
		}
		fmt.Fprintf(&b, "  %s\n", e.drawn(f, n, lang))
		var why []string
		for _, c := range n.when {
			why = append(why, c.text)
		}
		link("q_"+n.key, strings.Join(why, " and "))
		if len(why) > 0 || n.optional {
			last = append(last, "q_"+n.key)
		} else {
			last = []string{"q_" + n.key}
		}
	}
	if f.confirm {
		fmt.Fprintf(&b, "  confirm{%s}\n", quoted(e.words.Label(lang, "dialog.save")+"?"))
		link("confirm", "")
		fmt.Fprintf(&b, "  confirm -- %s --> start\n", quoted(e.words.Label(lang, "dialog.edit")))
		last = []string{"confirm"}
	}
	b.WriteString("  done([" + quoted("✓") + "])\n")
	link("done", "")
	return b.String()
}

func (e *Engine) drawn(f *flow, n *node, lang string) string {
	text := n.key
	if n.own[n.labelKey] {
		text = e.words.Label(lang, n.labelKey)
	}
	switch {
	case n.kind == kindFact:
		return "q_" + n.key + "[/" + quoted(n.key+": "+n.query) + "/]"
	case n.kind == kindLookup:
		text += ": " + n.query
	case n.kind == kindChoice:
		var labels []string
		for _, g := range n.groups {
			for _, k := range g.keys {
				labels = append(labels, e.words.Label(lang, n.keyOf(f.key, k)))
			}
		}
		text += ": " + cut(strings.Join(labels, " | "), 80)
	}
	if n.optional {
		text += " ?"
	}
	if n.many > 0 {
		text += " *"
	}
	return "q_" + n.key + "[" + quoted(text) + "]"
}

// quoted is text as Mermaid takes it.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`"`, "#quot;", "\n", " ").Replace(s) + `"`
}
