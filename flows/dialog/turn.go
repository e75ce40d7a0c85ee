package dialog

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// turn is one Step under way: the state as it becomes, and what it wants done. The state that came in is never written
// to: slices grow by copy, maps are copied before the first change.
type turn struct {
	e       *Engine
	ev      *Event
	s       State
	f       *flow // the open form, nil when idle
	lang    string
	lines   []Line // said with the next message of this turn
	outs    []Out
	replace string // Ref of the message that the first Say edits
	remove  string // Ref of the person's message that goes with the first Say
	wait    *Wait  // what the look-up that has returned was for
	asked   bool   // a look-up was asked for: the turn goes on when it returns
	user    bool   // the person did something that was not void
	nudged  bool   // the question was repeated after a silence
	own     owned
}

// owned tells which maps of the state are this turn's own copies.
type owned struct{ answers, hints, refs bool }

// Step consumes one event. It is pure and total, and leaves s as it is; State.Turn is the caller's to count. When an
// Ask is among the effects it is the last, and the turn goes on with a Step over the event that Returned what it found:
// only the state after that is to be kept.
func (e *Engine) Step(s State, ev Event) (State, []Out) {
	t := turn{e: e, ev: &ev, s: s, lang: e.lang(&ev), wait: s.Wait}
	t.s.Wait = nil
	t.run()
	if !t.asked {
		t.finish(s.Flow != "")
	}
	t.bound()
	return t.s, t.outs
}

func (t *turn) run() {
	ev := t.ev
	if f, text := t.alarming(); f != nil {
		t.alarmed(f, text)
		return
	}
	switch {
	case ev.Group:
		t.group()
		return
	case ev.Blocked:
		t.emit(Save{Kind: "contact.blocked", Data: []byte("{}"), Form: ev.ID})
		return
	case ev.Returns:
		t.emit(Save{Kind: "contact.returns", Data: []byte("{}"), Form: ev.ID})
		return
	case ev.Who.Locked && !t.wayBack() && t.wait == nil:
		t.locked()
		return
	case ev.Fired != nil:
		t.fired(*ev.Fired)
		return
	}
	if ev.Who.Locked && t.wait == nil {
		t.closeAll()
	}
	if ev.Notice != nil && ev.Notice.Say.Fresh {
		t.closeAll()
		t.s.Menu, t.s.Held = nil, nil
	}
	if ev.Notice != nil && t.s.Flow != "" && t.e.byKey[t.s.Flow] == nil {
		t.noticeBeforeHealing(*ev.Notice)
		return
	}
	was := t.load()
	switch {
	case ev.Returned != nil:
		t.returned(*ev.Returned)
		return
	case ev.Notice != nil:
		t.notice(*ev.Notice)
		return
	case ev.Start == nil && ev.Tapped == nil && ev.Sent == nil && ev.Shared == nil && ev.Said == "":
		return
	}
	t.user = true
	t.s.Nudged = false
	if was != same && !t.commanding() {
		// The answer was meant for a question that is no longer asked so.
		if was == gone {
			t.mainMenu(0)
		} else {
			t.advance()
		}
		return
	}
	switch {
	case ev.Start != nil:
		t.start(clean(ev.Start.Payload))
	case ev.Tapped != nil:
		t.tapped(*ev.Tapped)
	case ev.Sent != nil:
		t.sent(*ev.Sent)
	case ev.Shared != nil:
		t.shared(*ev.Shared)
	case ev.Edited:
		t.edited(clean(ev.Said))
	default:
		t.said(clean(ev.Said))
	}
}

// commanding reports an event that means the same whatever question was open.
func (t *turn) commanding() bool {
	return t.ev.Start != nil || t.ev.Tapped != nil && t.ev.Tapped.Do != "" || isSlash(t.ev.Said) && !t.ev.Edited
}

// finish sets the timers that follow from where the conversation stands now, gives held notices back, and keeps the
// state within its bounds.
func (t *turn) finish(wasOpen bool) {
	open := !t.s.Idle()
	switch {
	case open && (t.user || t.ev.Returned != nil || t.nudged):
		t.arm()
	case !open && wasOpen && t.ev.Fired == nil && !t.ev.Group:
		t.emit(Later{Key: timerForm})
	}
	if !open && len(t.s.Held) > 0 && (wasOpen || t.user || t.ev.Returned != nil) && !quiet(t.ev.At) {
		t.emit(Recall{Notices: t.s.Held})
		t.s.Held = nil
	}
}

func (t *turn) emit(e Effect) {
	t.outs = append(t.outs, Out{ID: t.ev.ID + "/" + itoa(len(t.outs)), Effect: e})
}

// say says a message, after the lines that wait for it.
func (t *turn) say(s Say) { t.emit(t.worded(s)) }

// worded is s with the lines that wait, and with what every message of this turn carries.
func (t *turn) worded(s Say) Say {
	if len(t.lines) > 0 {
		s.Lines = append(slices.Clip(t.lines), s.Lines...)
		t.lines = nil
	}
	if s.Replace == "" {
		s.Replace, t.replace = t.replace, ""
	}
	if s.Remove == "" {
		s.Remove, t.remove = t.remove, ""
	}
	if s.Lang == "" && t.lang != t.e.langs[0] {
		s.Lang = t.lang
	}
	s.You = t.ev.Who.Address
	return s
}

// handover gives the conversation to a person.
func (t *turn) handover(h Handover) {
	h.Kept = &Say{Lines: []Line{{Key: "dialog.handover.call"}}, You: t.ev.Who.Address}
	if t.lang != t.e.langs[0] {
		h.Kept.Lang = t.lang
	}
	t.emit(h)
}

// line adds a line to the next message.
func (t *turn) line(key string, args ...string) {
	t.lines = append(t.lines, Line{Key: key, Args: pairs(args)})
}

func (t *turn) problem(p Problem) { t.lines = append(t.lines, Line(p)) }

func pairs(args []string) map[string]string {
	if len(args) == 0 {
		return nil
	}
	m := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i]] = args[i+1]
	}
	return m
}

// remark says a line with the current question, or alone when idle.
func (t *turn) remark(key string, args ...string) {
	t.line(key, args...)
	if t.s.Idle() {
		t.say(Say{})
		return
	}
	t.question()
}

// ctx is what the flow's functions see now.
func (t *turn) ctx() Ctx {
	c := Ctx{
		Answers: t.s.Answers, At: t.ev.At, Lang: t.lang, Who: t.ev.Who, Form: t.s.Form, Event: t.ev.ID, Input: t.s.Input,
		words: t.e.words,
	}
	if t.f != nil {
		c.flow = t.f.key
	}
	return c
}

// node is the step that is being asked, nil when idle and at the confirm and edit steps.
func (t *turn) node() *node {
	if t.f == nil {
		return nil
	}
	return t.f.byKey[t.s.Step]
}

func (t *turn) answer(key, canon string) {
	if !t.own.answers {
		t.own.answers = true
		if t.s.Answers == nil {
			t.s.Answers = make(map[string]string, 8)
		} else {
			t.s.Answers = maps.Clone(t.s.Answers)
		}
	}
	if canon == "" {
		delete(t.s.Answers, key)
	} else {
		t.s.Answers[key] = canon
	}
}

// forget drops a step's answer with all that belongs to it.
func (t *turn) forget(key string) {
	if _, ok := t.s.Answers[key]; ok {
		t.answer(key, "")
	}
	for _, of := range [...]string{".label", ".args"} {
		if _, ok := t.s.Answers[key+of]; ok {
			t.answer(key+of, "")
		}
	}
}

func (t *turn) hint(key, text string) {
	if _, ok := t.s.Hints[key]; !ok && text == "" {
		return
	}
	if !t.own.hints {
		t.own.hints = true
		t.s.Hints = cloned(t.s.Hints)
	}
	if text == "" {
		delete(t.s.Hints, key)
	} else {
		t.s.Hints[key] = text
	}
	if len(t.s.Hints) == 0 {
		t.s.Hints, t.own.hints = nil, false
	}
}

// ref remembers which message answered a step, for edits.
func (t *turn) ref(key string) {
	if t.ev.Ref == "" || len(t.ev.Ref) > maxKey || t.ev.Tapped != nil || t.ev.Returned != nil {
		return
	}
	if !t.own.refs {
		t.own.refs = true
		t.s.Refs = cloned(t.s.Refs)
	}
	t.s.Refs[key] = t.ev.Ref
}

func cloned(m map[string]string) map[string]string {
	if m == nil {
		return make(map[string]string, 4)
	}
	return maps.Clone(m)
}

func (t *turn) answered(key string) bool { return slices.Contains(t.s.Trail, key) }

func (t *turn) trail(key string) {
	if !t.answered(key) {
		t.s.Trail = append(slices.Clip(t.s.Trail), key)
	}
}

func (t *turn) untrail(key string) {
	if i := slices.Index(t.s.Trail, key); i >= 0 {
		t.s.Trail = slices.Concat(t.s.Trail[:i], t.s.Trail[i+1:])
	}
	if len(t.s.Trail) == 0 {
		t.s.Trail = nil
	}
}

// show clears what the last question showed.
func (t *turn) unshow() {
	t.s.Menu, t.s.Page, t.s.Query, t.s.Doubt = nil, 0, "", nil
}

// group answers in a group chat: it leads to the private chat and shows nothing, once a day unless called by a command.
func (t *turn) group() {
	ev := t.ev
	called := ev.Start != nil || ev.Tapped != nil || isSlash(ev.Said)
	if !called && (ev.Said == "" && ev.Sent == nil && ev.Shared == nil || ev.Edited) {
		return
	}
	if told := ev.At.Sub(t.s.Shown); !called && !t.s.Shown.IsZero() && told >= 0 && told < menuLives {
		return
	}
	t.s.Shown = ev.At
	t.say(Say{
		Lines: []Line{{Key: "dialog.group"}},
		Menu:  []Option{{Key: "~private", Label: t.e.words.Label(t.lang, "dialog.group.button"), Link: "start"}},
		Loose: true,
	})
}

// isSlash reports a slash word: "/huy", not "1/2" or "/5".
func isSlash(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) > 1 && text[0] == '/' && (text[1] >= utf8.RuneSelf || text[1]|0x20 >= 'a' && text[1]|0x20 <= 'z')
}
