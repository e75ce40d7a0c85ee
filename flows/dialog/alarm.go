package dialog

import "time"

// alarming is the command that answers what somebody wrote as a cry for rescue, and the words.
func (t *turn) alarming() (*flow, string) {
	text := t.ev.Said
	if t.ev.Sent != nil {
		text = t.ev.Sent.Caption
	}
	if text = clean(text); text == "" || isSlash(text) {
		return nil, ""
	}
	for _, f := range t.e.flows {
		if f.alarm != nil && f.alarm(text) {
			return f, text
		}
	}
	return nil, ""
}

// alarmed answers a cry for rescue. What was open stays open.
func (t *turn) alarmed(f *flow, text string) {
	ev := t.ev
	was, person := same, !ev.Group && !ev.Who.Locked
	if person {
		t.user = true
		was = t.load()
	}
	for _, e := range t.finished(f.done(t.commandCtx(f, cut(text, maxText), 0)), ev.ID, 0, f.key, "") {
		switch e := e.(type) {
		case Say:
			e.Loose, e.Urgent = true, true
			t.sayAlone(e)
		case Save:
			if !ev.Group {
				t.emit(e)
			}
		}
	}
	switch {
	case was == gone:
		t.mainMenu(0)
	case was != same:
		t.advance()
	case person && t.f != nil:
		t.question()
	}
}

// day is the day of people that an instant falls on.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(Zone).Format(time.DateOnly)
}
