package dialog

import (
	"slices"
	"strings"
)

// open starts a form. What is open is put aside first.
func (t *turn) open(f *flow, input string) {
	if !t.may(f) {
		return
	}
	t.park()
	t.begin(f, t.ev.ID, input)
	t.advance()
}

// may reports whether the person may start a flow; if not, it says so.
func (t *turn) may(f *flow) bool {
	if f.access == nil || f.access(t.ev.Who) {
		return true
	}
	t.remark(t.deniedKey(f))
	return false
}

func (t *turn) deniedKey(f *flow) string {
	if key := f.key + ".denied"; t.e.has(key) {
		return key
	}
	return "dialog.denied"
}

// begin makes the state of a fresh form.
func (t *turn) begin(f *flow, id, input string) {
	s := &t.s
	*s = State{
		Flow: f.key, Version: f.version, Form: id, Input: cut(input, maxWords*2), Turn: s.Turn,
		Parked: s.Parked, Held: s.Held, Next: s.Next, Last: s.Last, Hidden: s.Hidden,
	}
	t.f, t.own = f, owned{}
	if f.open == nil {
		return
	}
	given := f.open(t.ctx())
	for _, n := range f.nodes {
		v := given[n.key]
		switch {
		case v == "" || n.kind == kindFact:
		case n.kind == kindLookup && !n.hidden:
			t.hintOf(n.key, hintWords, cut(v, maxText))
		case n.validAll(v):
			t.answer(n.key, v)
			t.trail(n.key)
		}
	}
}

// park puts the open form aside. There is room for one: an older one goes, with a word about it. A form in which nothing was
// answered is not worth keeping.
func (t *turn) park() {
	if t.f == nil {
		return
	}
	if len(t.s.Trail) == 0 && len(t.s.Answers) == 0 && len(t.s.Hints) == 0 {
		t.reset()
		return
	}
	kept := t.s
	kept.Parked, kept.Held, kept.Next, kept.Menu, kept.Wait, kept.Refs = nil, nil, nil, nil, nil, nil
	kept.Last, kept.Album, kept.Doubt, kept.Tries, kept.Nudged, kept.Turn = "", "", nil, 0, false, 0
	if kept.Step == stepEdit {
		kept.Step = stepConfirm
	}
	if old := t.s.Parked; old != nil {
		t.dropped(old)
	}
	t.reset()
	t.s.Parked = &kept
	if t.s.size() > maxState-1500 { // no room for it beside what waits
		t.s.Parked = nil
		t.dropped(&kept)
	}
}

func (t *turn) dropped(s *State) {
	if f := t.e.byKey[s.Flow]; f != nil {
		t.line("dialog.parked.dropped", "title", t.e.title(t.lang, f))
	}
}

// resume takes the form put aside up again, in exchange for the one that is open.
func (t *turn) resume() {
	p := t.s.Parked
	if p == nil {
		if t.f != nil {
			t.question()
			return
		}
		t.remark("dialog.resume.none")
		return
	}
	t.s.Parked = nil
	t.park()
	back := *p
	back.Turn, back.Held, back.Next, back.Last, back.Parked, back.Wait = t.s.Turn, t.s.Held, t.s.Next, t.s.Last, t.s.Parked, nil
	back.Menu, back.Doubt = nil, nil
	t.s, t.own = back, owned{}
	if t.s.Flow == "" {
		t.reset()
		t.mainMenu(0)
		return
	}
	switch t.load() {
	case gone:
		t.mainMenu(0)
	case moved:
		t.advance()
	default:
		if t.s.Step == stepConfirm {
			t.advance() // facts may have changed meanwhile
			return
		}
		if n := t.node(); n != nil && t.s.Hints[n.key] != "" {
			t.advance()
			return
		}
		t.question()
	}
}

// drop gives up the form put aside.
func (t *turn) drop() {
	p := t.s.Parked
	if p == nil {
		t.remark("dialog.resume.none")
		return
	}
	t.s.Parked = nil
	title := p.Flow
	if f := t.e.byKey[p.Flow]; f != nil {
		title = t.e.title(t.lang, f)
	}
	t.remark("dialog.parked.gone", "title", title)
}

// cancel gives up the open form.
func (t *turn) cancel() {
	if t.f == nil {
		t.remark("dialog.cancel.none")
		return
	}
	t.line("dialog.cancelled", "title", t.e.title(t.lang, t.f))
	t.reset()
	t.after(nil)
}

// complete is the end of a form: what it does, and then what waited for it.
func (t *turn) complete() {
	if !t.nothingDue() {
		t.advance()
		return
	}
	f := t.f
	if f.access != nil && !f.access(t.ev.Who) {
		t.reset()
		t.line(t.deniedKey(f))
		t.after(nil)
		return
	}
	effects, pass := f.done(t.ctx()), t.pass()
	form, saves := t.s.Form, t.s.Saves
	t.reset()
	t.s.Last = FormHash(form)
	effects = t.finished(effects, form, saves, f.key, "")
	for i, e := range effects {
		if save, ok := e.(Save); ok {
			save.Pass = pass
			effects[i] = save
		}
	}
	t.after(effects)
}

// finished fits a flow's effects for going out: Saves are numbered, messages carry what every message carries. A look-up among
// them is taken out: it is asked for last.
func (t *turn) finished(effects []Effect, form string, saves int, flow, input string) []Effect {
	out := make([]Effect, 0, len(effects)+1)
	for _, e := range effects {
		switch e := e.(type) {
		case Save:
			e.Form, e.N = form, saves
			saves++
			if e.Refused == nil {
				e.Refused = &Say{Lines: []Line{{Key: "dialog.refused"}}}
			}
			kept := e.Kept
			refused := t.worded(*e.Refused)
			if kept != nil {
				k := *kept
				if refused.Replace != "" {
					k.Replace = refused.Replace
				}
				k.Remove = refused.Remove
				head := refused.Lines[:len(refused.Lines)-len(e.Refused.Lines)]
				k.Lines = slices.Concat(head, k.Lines)
				k = t.worded(k)
				kept = &k
				t.showMenuOf(k, saveRef(e.Form, e.N))
			}
			e.Kept, e.Refused = kept, &refused
			out = append(out, e)
		case Say:
			e = t.worded(e)
			t.showMenu(e)
			out = append(out, e)
		case Ask:
			e.Form, e.Step = t.ev.ID, flow
			t.ask(e, Wait{Command: flow, Input: cut(input, maxWords*2), Page: e.Page})
			t.outs = t.outs[:len(t.outs)-1]
			out = append(out, e)
			return out
		case nil:
		default:
			out = append(out, e)
		}
	}
	return out
}

// showMenu makes the options of a message with slash commands answerable by number while idle.
func (t *turn) showMenu(s Say) { t.showMenuOf(s, "") }

// showMenuOf does so for what is said when a record is kept: the code in its commands is known by then, and is looked up when one is chosen.
func (t *turn) showMenuOf(s Say, save string) {
	if t.f != nil || s.Loose || len(s.Menu) == 0 {
		return
	}
	var menu []Option
	for _, o := range s.Menu {
		of := ""
		if strings.Contains(o.Do, codePlace) {
			of = save
		}
		if o.Do == "" || of == "" && strings.Contains(o.Do, "{") || len(o.Do) > maxKey {
			return
		}
		menu = append(menu, Option{Key: cut(o.Key, 30), Label: cut(o.Label, 60), Do: o.Do, Nav: o.Nav, Of: of})
	}
	if len(menu) <= 12 {
		t.s.Menu, t.s.Shown = menu, t.ev.At
	}
}

// after sends the effects of what has ended, and goes on with what waited for it: the next entry, else the form put aside is
// offered.
func (t *turn) after(effects []Effect) {
	next := len(t.s.Next) > 0
	if t.s.Parked != nil && !next && !t.asked {
		t.offerParked(effects)
		return
	}
	for _, e := range effects {
		t.emit(e)
	}
	switch {
	case t.asked:
	case next:
		t.openNext()
	default:
		t.flush()
	}
}

// openNext opens the entry that has waited longest.
func (t *turn) openNext() {
	for len(t.s.Next) > 0 {
		h := t.s.Next[0]
		t.s.Next = slices.Clone(t.s.Next[1:])
		if len(t.s.Next) == 0 {
			t.s.Next = nil
		}
		all, _ := t.heardBy(h.Said, h.At)
		if len(all) == 0 {
			t.line("dialog.next.unclear")
			continue
		}
		t.begin(all[0].f, h.ID, "")
		t.hear(all[0].u, h.Photos)
		t.s.Album = h.Album
		if h.Ref != "" {
			t.s.Refs, t.own.refs = map[string]string{"": h.Ref}, true
		}
		t.line("dialog.next.now")
		t.advance()
		return
	}
	t.flush()
}

// offerParked offers the form put aside, in the message that goes out anyway where there is one.
func (t *turn) offerParked(effects []Effect) {
	f := t.e.byKey[t.s.Parked.Flow]
	if f == nil {
		t.s.Parked = nil
		t.after(effects)
		return
	}
	offer := Line{Key: "dialog.resume.offer", Args: map[string]string{"title": t.e.title(t.lang, f)}}
	menu := t.resumeMenu()
	done := false
	for i := len(effects) - 1; i >= 0 && !done; i-- {
		switch e := effects[i].(type) {
		case Say:
			effects[i], done = withOffer(e, offer, menu), true
		case Save:
			refused := withOffer(*e.Refused, offer, menu)
			e.Refused = &refused
			if e.Kept != nil {
				kept := withOffer(*e.Kept, offer, menu)
				e.Kept = &kept
			}
			effects[i], done = e, e.Kept != nil
		}
	}
	for _, e := range effects {
		t.emit(e)
	}
	if !done {
		t.say(Say{Lines: []Line{offer}, Menu: menu})
		t.s.Menu, t.s.Shown = menu, t.ev.At
		return
	}
	t.s.Menu = nil
}

func (t *turn) resumeMenu() []Option {
	return []Option{
		{Key: "resume", Label: t.e.words.Label(t.lang, "dialog.resume"), Do: "/tieptuc"},
		{Key: "leave", Label: t.e.words.Label(t.lang, "dialog.leave"), Do: "/bodo"},
	}
}

// withOffer is a message with the offer behind it. Its options are buttons only, since words do the same.
func withOffer(s Say, offer Line, menu []Option) Say {
	s.Lines = slices.Concat(s.Lines, []Line{offer})
	s.Menu = slices.Concat(s.Menu, menu)
	s.Loose = true
	return s
}
