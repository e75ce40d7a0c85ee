package dialog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"chungtay/flows/dialog/fold"

	"github.com/agnivade/levenshtein"
)

// menuLives is how long the numbers of a menu are good for.
const menuLives = 24 * time.Hour

// start takes the chat being opened, with a deep link's payload or without.
func (t *turn) start(payload string) {
	if payload != "" && payload != "start" {
		for _, f := range t.e.flows {
			if f.starts != nil && f.starts(payload) {
				t.launch(f, payload)
				return
			}
		}
		t.line("dialog.start.unknown")
		if t.f != nil {
			t.question()
			return
		}
		t.mainMenu(0)
		return
	}
	if t.f != nil {
		t.remark("dialog.start.busy", "title", t.e.title(t.lang, t.f))
		return
	}
	t.line("dialog.welcome")
	t.mainMenu(0)
}

// launch starts a flow of either kind with what was said to it.
func (t *turn) launch(f *flow, input string) {
	if f.command {
		t.command(f, input)
		return
	}
	if input != "" && f.hear != nil {
		if !t.may(f) {
			return
		}
		u := f.hear(Ctx{At: t.ev.At, Lang: t.lang, Who: t.ev.Who, Event: t.ev.ID, words: t.e.words, flow: f.key}, cut(input, maxHeard))
		if u.OK {
			t.park()
			t.openHeard(hearing{f, u}, "")
			return
		}
	}
	t.open(f, input)
}

// openHeard opens a form from a whole message.
func (t *turn) openHeard(h hearing, photo string) {
	t.begin(h.f, t.ev.ID, "")
	t.hear(h.u, t.captioned(photo))
	t.ref("")
	t.advance()
}

// slash carries out a slash command, typed or on a button: "/suaphieu GN-7K3QF2M".
func (t *turn) slash(text string) {
	word, input, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "/")), " ")
	if first, rest, ok := strings.Cut(word, "\n"); ok {
		word, input = first, rest+" "+input
	}
	word, _, _ = strings.Cut(fold.Fold(word), "@")
	input = clean(input)
	if f := t.e.bySlash[word]; f != nil {
		t.launch(f, input)
		return
	}
	a, ok := builtin[word]
	switch {
	case !ok:
		t.unknownCommand(word)
	case a == doStart:
		t.start(input)
	case a == doMenu:
		page, _ := strconv.Atoi(strings.TrimPrefix(input, pageMark))
		t.toMenuPage(page)
	case a == doCancel:
		t.cancel()
	case a == doResume:
		t.resume()
	case a == doDrop:
		t.drop()
	case a == doHuman:
		t.human()
	case a == doHelp && t.f == nil:
		t.idleHelp()
	case t.f == nil:
		t.remark("dialog.cancel.none")
	default:
		t.unshowDoubt()
		t.do(a)
	}
}

// unknownCommand suggests the nearest slash word.
func (t *turn) unknownCommand(word string) {
	best, near := "", 3
	consider := func(name string) {
		if d := levenshtein.ComputeDistance(word, name); d < near || d == near && name < best {
			best, near = name, d
		}
	}
	if len(word) <= 32 {
		for _, f := range t.e.flows {
			if len(f.slash) > 0 && (f.access == nil || f.access(t.ev.Who)) {
				consider(f.slash[0][1:])
			}
		}
		for _, name := range [...]string{"menu", "huy", "trogiup", "start"} {
			consider(name)
		}
	}
	if near >= 3 {
		t.remark("dialog.command.unknown")
		return
	}
	t.remark("dialog.command.nearest", "command", "/"+best)
}

// pageMark stands before the page in the command of a list's next page: "/nhatky ~2".
const pageMark = "~"

// command answers at once; in the middle of a form the question follows in the same message.
func (t *turn) command(f *flow, input string) {
	if !t.may(f) {
		return
	}
	page := 0
	if i := strings.LastIndex(input, pageMark); i >= 0 {
		if n, err := strconv.Atoi(input[i+len(pageMark):]); err == nil && n >= 0 && n < 10_000 {
			page, input = n, strings.TrimSpace(input[:i])
		}
	}
	c := t.commandCtx(f, input, page)
	t.answerWith(f, f.done(c), input, page)
}

func (t *turn) commandCtx(f *flow, input string, page int) Ctx {
	return Ctx{At: t.ev.At, Lang: t.lang, Who: t.ev.Who, Form: t.ev.ID, Event: t.ev.ID, Input: input, Page: page, words: t.e.words, flow: f.key}
}

// answerWith carries out what a command wants.
func (t *turn) answerWith(f *flow, effects []Effect, input string, page int) {
	if t.f == nil {
		t.s.Tries = 0
		for _, e := range t.finished(effects, t.ev.ID, 0, f.key, input) {
			t.emit(e)
		}
		if !t.asked {
			t.flush()
		}
		return
	}
	for _, e := range effects {
		if s, ok := e.(Say); ok && len(s.Menu) == 0 && s.Photo == "" && s.Draw == nil && s.File == "" {
			t.lines = append(t.lines, s.Lines...)
			continue
		}
		if s, ok := e.(Say); ok {
			s.Loose = true
			e = s
		}
		for _, e := range t.finished([]Effect{e}, t.ev.ID, 0, f.key, input) {
			t.emit(e)
		}
	}
	if !t.asked {
		t.question()
	}
}

// commandReturned shows what a command, or a form at its end, looked up.
func (t *turn) commandReturned(a Answer, w Wait) {
	f := t.e.byKey[w.Command]
	if f == nil {
		t.flush()
		return
	}
	var effects []Effect
	switch {
	case a.Problem != "":
		effects = []Effect{Say{Lines: []Line{{Key: a.Problem}}}}
	case f.show != nil:
		c := t.commandCtx(f, w.Input, w.Page)
		effects = slices.DeleteFunc(slices.Clone(f.show(c, a)), func(e Effect) bool { _, again := e.(Ask); return again })
	default:
		effects = []Effect{t.listed(f, a, w)}
	}
	t.answerWith(f, effects, w.Input, w.Page)
	if !f.command && t.f == nil && !t.asked {
		t.after(nil)
	}
}

// listed is what was found as it came, with a button for the next page.
func (t *turn) listed(f *flow, a Answer, w Wait) Say {
	s := Say{Lines: a.Lines, Menu: a.Options}
	if len(a.Lines) == 0 && len(a.Options) == 0 {
		key := f.key + ".none"
		if !t.e.has(key) {
			key = "dialog.none"
		}
		s.Lines = []Line{{Key: key}}
	}
	if a.More && len(f.slash) > 0 {
		s.Menu = append(slices.Clip(s.Menu), t.commandCtx(f, w.Input, w.Page).NextPage(f.slash[0], a))
	}
	return s
}

// toMenu leaves the form for the main menu; the form is kept.
func (t *turn) toMenu() { t.toMenuPage(0) }

func (t *turn) toMenuPage(page int) {
	t.park()
	t.mainMenu(page)
}

// mainMenu shows what the person can do.
func (t *turn) mainMenu(page int) {
	var all []Option
	if p := t.s.Parked; p != nil {
		if f := t.e.byKey[p.Flow]; f != nil {
			label := t.e.words.Label(t.lang, "dialog.resume") + ": " + t.e.title(t.lang, f)
			all = append(all, Option{Key: "resume", Label: cut(label, 60), Do: "/tieptuc"})
		}
	}
	for _, f := range t.e.flows {
		if f.listed && (f.listedFor == nil || f.listedFor(t.ev.Who)) && (f.access == nil || f.access(t.ev.Who)) {
			all = append(all, Option{Key: f.key, Label: cut(t.e.label(t.lang, f.key+".menu", f.key+".title"), 60), Do: f.slash[0]})
		}
	}
	if len(all) > pageSize+1 {
		from := page * pageSize
		if from < 0 || from >= len(all) {
			from, page = 0, 0
		}
		to := min(from+pageSize, len(all))
		more := Option{Key: KeyMore, Label: t.e.words.Label(t.lang, "dialog.more"), Do: "/menu " + pageMark + itoa(page+1), Nav: true}
		all = append(all[from:to:to], more)
	}
	t.s.Menu, t.s.Shown, t.s.Page = all, t.ev.At, 0
	key := "dialog.menu"
	if len(all) == 0 {
		key = "dialog.menu.empty"
	}
	t.say(Say{Lines: []Line{{Key: key}}, Menu: all})
}

func (t *turn) idleHelp() {
	if f := t.e.bySlash["trogiup"]; f != nil {
		t.launch(f, "")
		return
	}
	t.line("dialog.help")
	t.mainMenu(0)
}

// human hands the conversation to a person because that was asked for.
func (t *turn) human() {
	h := Handover{Reason: "asked"}
	if t.f != nil {
		h.Flow, h.Step = t.f.key, t.s.Step
	}
	t.handover(h)
	t.remark("dialog.handover")
}

// idleText takes words typed while nothing is open.
func (t *turn) idleText(text string) {
	for _, f := range t.e.flows {
		if f.typed != nil && f.typed(text) {
			t.launch(f, text)
			return
		}
	}
	tx := typedOf(text)
	if tx.text == "?" {
		t.s.Tries, t.s.Doubt = 0, nil
		t.idleHelp()
		return
	}
	if t.s.Doubt != nil && t.s.Doubt.Kind == doubtHear && t.idleDoubt(tx) {
		return
	}
	t.s.Doubt = nil
	if f := t.triggered(tx); f != nil {
		t.s.Tries = 0
		t.launch(f, "")
		return
	}
	if t.idleMenu(tx) {
		return
	}
	switch a, _ := t.e.meaning(tx, idleNav); a {
	case doCancel:
		t.cancel()
		return
	case doMenu:
		t.mainMenu(0)
		return
	case doHelp:
		t.idleHelp()
		return
	case doResume:
		t.resume()
		return
	case doDrop:
		t.drop()
		return
	case doHuman:
		t.human()
		return
	case doGreet:
		t.start("")
		return
	case doThank:
		t.say(Say{Lines: []Line{{Key: "dialog.thanks"}}})
		return
	}
	if t.idleHear(text, "") {
		return
	}
	t.notUnderstood()
}

func (t *turn) triggered(tx typed) *flow {
	if f := t.e.trigger[tx.folded]; f != nil {
		return f
	}
	if bare, _, ok := t.e.bare(tx); ok {
		return t.e.trigger[bare.folded]
	}
	return nil
}

// codePlace stands in a Kept for the code that the record got.
const codePlace = "{code}"

// saveRef names a Save of this contact.
func saveRef(form string, n int) string { return form + " " + itoa(n) }

// chosen carries out an option of the menu that was shown last. Where its command needs the code of a record, that is looked up first.
func (t *turn) chosen(o Option) {
	form, n, of := strings.Cut(o.Of, " ")
	if !of {
		t.slash(o.Do)
		return
	}
	t.ask(Ask{Query: AskKept, Args: map[string]string{"form": form, "n": n}, Form: t.ev.ID}, Wait{Why: whyKept, Input: o.Do})
}

// keptReturned goes on with the command of an option whose record's code was looked up. A record that was not kept has none, and was not offered.
func (t *turn) keptReturned(a Answer, w Wait) {
	code := a.Facts["code"]
	switch {
	case a.Problem != "":
		t.line(a.Problem)
		t.flush()
	case code == "":
		t.mainMenu(0)
	default:
		t.slash(strings.ReplaceAll(w.Input, codePlace, code))
	}
}

// idleMenu chooses from the menu that was shown last by digit or label; a digit that names nothing shows the main menu.
func (t *turn) idleMenu(tx typed) bool {
	age := t.ev.At.Sub(t.s.Shown)
	fresh := len(t.s.Menu) > 0 && age < menuLives && age > -menuLives
	d := t.e.digits(tx)
	if d < 0 {
		if !fresh {
			return false
		}
		key := labelled(t.s.Menu, tx)
		if o, ok := find(t.s.Menu, key); ok && key != "" && o.Do != "" {
			t.s.Tries = 0
			t.chosen(o)
			return true
		}
		return false
	}
	if fresh && d >= 1 && d <= t.numbered() {
		if o := t.s.Menu[d-1]; o.Do != "" {
			t.s.Tries = 0
			t.chosen(o)
			return true
		}
	}
	if o, ok := find(t.s.Menu, KeyMore); ok && fresh && d == 9 && o.Do != "" {
		t.slash(o.Do)
		return true
	}
	if d > 99 {
		return false
	}
	if fresh && d > 0 {
		t.line("dialog.choice.range", "max", itoa(t.numbered()))
	}
	t.mainMenu(0)
	return true
}

// idleHear opens a form from a whole message. A message that several flows claim is asked about.
func (t *turn) idleHear(text, photo string) bool {
	all, denied := t.heardBy(text, t.ev.At)
	switch {
	case len(all) == 1:
		t.s.Tries = 0
		t.openHeard(all[0], photo)
	case len(all) > 1 && photo == "" && len(text) <= 4*maxText:
		t.s.Doubt = &Doubt{Text: text, Kind: doubtHear}
		var menu []Option
		for _, h := range all[:min(len(all), pageSize)] {
			if len(h.f.slash) > 0 {
				menu = append(menu, Option{Key: h.f.key, Label: t.e.title(t.lang, h.f), Do: h.f.slash[0]})
			}
		}
		t.s.Menu, t.s.Shown = menu, t.ev.At
		t.say(Say{Lines: []Line{{Key: "dialog.hear.which"}}, Menu: menu})
	case len(all) > 1:
		t.openHeard(all[0], photo)
	case denied != nil:
		t.remark(t.deniedKey(denied))
	default:
		return false
	}
	return true
}

// idleDoubt takes the answer to which flow a message was meant for.
func (t *turn) idleDoubt(tx typed) bool {
	key := labelled(t.s.Menu, tx)
	if d := t.e.digits(tx); d >= 1 && d <= t.numbered() {
		key = t.s.Menu[d-1].Key
	}
	f := t.e.byKey[key]
	if f == nil {
		return false
	}
	text := t.s.Doubt.Text
	t.s.Doubt = nil
	t.launch(f, text)
	return true
}

// notUnderstood answers words that nothing here understands: first a sentence, then the menu, then a person.
func (t *turn) notUnderstood() {
	t.s.Tries++
	if i := slices.IndexFunc(t.e.flows, func(f *flow) bool { return f.lost != nil && f.lost(t.ev.Who) }); i >= 0 && t.s.Tries > 1 {
		t.launch(t.e.flows[i], "")
		return
	}
	switch {
	case t.s.Tries <= 1:
		t.say(Say{Lines: []Line{{Key: "dialog.idle.unclear"}}})
	case t.s.Tries == 2:
		t.line("dialog.idle.again")
		t.mainMenu(0)
	default:
		t.s.Tries = 2
		menu := []Option{
			{Key: "human", Label: t.e.words.Label(t.lang, "dialog.human"), Do: "/gapnguoi"},
			{Key: "menu", Label: t.e.words.Label(t.lang, "dialog.menu.button"), Do: "/menu"},
		}
		t.s.Menu, t.s.Shown = menu, t.ev.At
		t.say(Say{Lines: []Line{{Key: "dialog.idle.human"}}, Menu: menu})
	}
}
