package dialog

import (
	"slices"
)

// Keys of the engine's timers.
const (
	timerForm = "form" // silence in an open form
	timerHeld = "held" // notices that wait for the morning
)

// arm sets the timer of the open question: for the nudge, and after that for the end.
func (t *turn) arm() {
	f := t.f
	after := f.nudge
	if t.s.Nudged || after == 0 {
		after = f.expire
		if t.s.Nudged {
			after -= f.nudge
		}
		if f.expire == 0 || len(t.s.Next) > 0 {
			return
		}
	}
	t.emit(Later{Key: timerForm, At: awake(t.ev.At.Add(after)), Form: t.s.Form, Step: t.s.Step})
}

// fired takes a timer that came due. It is void when the form or the step has changed.
func (t *turn) fired(timer Timer) {
	switch {
	case timer.Key == timerHeld:
		if t.s.Idle() && len(t.s.Held) > 0 {
			if quiet(t.ev.At) {
				t.emit(Later{Key: timerHeld, At: awake(t.ev.At)})
				return
			}
			t.emit(Recall{Notices: t.s.Held})
			t.s.Held = nil
		}
		return
	case timer.Key != timerForm || t.s.Idle() || timer.Form != t.s.Form || timer.Step != t.s.Step:
		return
	}
	f := t.e.byKey[t.s.Flow]
	if f == nil || f.command {
		return
	}
	if quiet(t.ev.At) {
		t.emit(Later{Key: timerForm, At: awake(t.ev.At), Form: timer.Form, Step: timer.Step})
		return
	}
	was := t.load()
	switch {
	case !t.s.Nudged && f.nudge > 0:
		t.s.Nudged, t.nudged = true, true
		t.line("dialog.nudge", "title", t.e.title(t.lang, f))
		if was != same {
			t.advance()
			return
		}
		t.question()
	case f.expire > 0 && len(t.s.Next) == 0:
		t.expire(f)
	}
}

// expire puts a form aside in which nothing was said for long. It can be taken up again.
func (t *turn) expire(f *flow) {
	t.park()
	key := "dialog.expired.empty"
	if t.s.Parked != nil {
		key = "dialog.expired"
	}
	menu := t.resumeMenu()
	if t.s.Parked == nil {
		menu = nil
	}
	t.s.Menu, t.s.Shown = menu, t.ev.At
	t.line(key, "title", t.e.title(t.lang, f))
	t.say(Say{Menu: menu})
}

// notice takes a message from somebody else: said when nothing is open, held while a form is, and never at night, unless it
// is urgent.
func (t *turn) notice(n Notice) {
	say := t.inWords(n.Say)
	say.Notice, say.Urgent = n.ID, n.Urgent
	switch {
	case n.Urgent && t.f != nil:
		say.Loose = true
		t.sayAlone(say)
		t.question()
		return
	case t.f != nil && t.hold(n.ID):
		return
	case t.f != nil: // no room to hold it: it must not be lost
		say.Loose = true
		t.sayAlone(say)
		t.question()
		return
	case !n.Urgent && quiet(t.ev.At) && t.hold(n.ID):
		t.emit(Later{Key: timerHeld, At: awake(t.ev.At)})
		return
	}
	t.sayAlone(say)
	t.showMenu(say)
}

// inWords writes the options of a notice in the person's language: who wrote it may have given locale keys for labels.
func (t *turn) inWords(s Say) Say {
	if len(s.Menu) > 0 {
		s.Menu = slices.Clone(s.Menu)
		for i, o := range s.Menu {
			s.Menu[i].Label = t.e.words.Label(t.lang, o.Label)
		}
	}
	return s
}

// noticeBeforeHealing takes a notice while the form that is open is no more: the apology for that waits until the person is here.
func (t *turn) noticeBeforeHealing(n Notice) {
	if !n.Urgent && t.hold(n.ID) {
		return
	}
	say := t.inWords(n.Say)
	say.Notice, say.Urgent, say.Loose = n.ID, n.Urgent, true
	t.say(say)
}

// sayAlone says a message without the lines that wait.
func (t *turn) sayAlone(s Say) {
	lines := t.lines
	t.lines = nil
	t.say(s)
	t.lines = lines
}

// hold keeps a notice's id for later.
func (t *turn) hold(id string) bool {
	if slices.Contains(t.s.Held, id) {
		return true
	}
	if id == "" || len(id) > 64 || len(t.s.Held) >= maxHeld {
		return false
	}
	t.s.Held = append(slices.Clip(t.s.Held), id)
	return true
}
