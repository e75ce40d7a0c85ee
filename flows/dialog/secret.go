package dialog

import (
	"strings"
	"time"
)

// A secret is a PIN: 4 to 6 digits. It travels sealed. Whoever takes events in seals what MaybeSecret says may be one, before the event
// is stored: Said is left out and Secret, made from it and the contact, takes its place; the same text of the same contact is sealed to
// the same bytes. Said is put back in memory only, for the Step. A Secret question reads Said, keeps Secret and shows dots, so that state,
// outbox and records never hold the digits.

// MaybeSecret reports a text that could be the answer to a Secret question.
func MaybeSecret(text string) bool { return secretDigits(text) != "" }

// secretDigits are the 4 to 6 digits that a text consists of, with spaces, dots and dashes between them or not.
func secretDigits(text string) string {
	if len(text) > 32 {
		return ""
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '.' || r == '-':
		default:
			return ""
		}
	}
	if b.Len() < 4 || b.Len() > 6 {
		return ""
	}
	return b.String()
}

// Secret asks for a PIN. The answer is the sealed text, which only the records can open; two answers of one contact are equal when
// the digits are. fresh is for a PIN that is being chosen: one that is guessed first (1111, 1234) is refused.
func Secret(key string, fresh bool) Field[string] {
	c := Codec[string]{
		Read: func(in In) Reading[string] {
			switch {
			case in.Secret == "":
				return Reading[string]{}
			case fresh && weak(in.Text):
				return Reading[string]{Problem: Problem{Key: "dialog.secret.weak"}}
			}
			return Read(in.Secret)
		},
		Format:  oneLine,
		Parse:   func(s string) (string, bool) { return s, s != "" && len(s) <= 2*maxKey },
		CouldBe: func(string) bool { return false },
		Show:    func(Words, string, string) string { return "••••" },
		Unclear: "dialog.secret.unclear",
	}
	f := Field[string]{s: erase(key, kindValue, &c), c: &c}
	f.s.secret = true
	return f
}

// Verified has what is typed at a Secret question checked by a look-up, with the sealed text as "secret". Where it is right the look-up
// brings the fact "pass", which becomes the answer in place of the text, and goes with every Save of the form; else its Problem is said,
// with its Facts, and the question is asked again; with the fact "stop" the form ends.
func (f Field[T]) Verified(query string) Field[T] {
	return f.with(func(s *step) { s.query = query })
}

// weak reports digits that are guessed first: all alike, following each other, two that take turns, or a year of this life.
func weak(digits string) bool {
	alike, up, down, turns := true, true, true, true
	for i := 1; i < len(digits); i++ {
		d := int(digits[i]) - int(digits[i-1])
		alike, up, down = alike && d == 0, up && d == 1, down && d == -1
		turns = turns && (i < 2 || digits[i] == digits[i-2])
	}
	year := len(digits) == 4 && (digits[:2] == "19" || digits[:2] == "20")
	return alike || up || down || turns || year
}

// secretText takes words typed at a Secret question. They are never repeated, searched or remembered.
func (t *turn) secretText(n *node, tx typed) {
	if tx.text == "?" {
		t.help()
		return
	}
	if a, _ := t.e.meaning(tx, formNav); a != doNothing {
		t.do(a)
		return
	}
	digits := secretDigits(tx.text)
	if digits == "" || t.ev.Secret == "" || t.ev.Edited {
		t.unclear(n)
		return
	}
	t.remove = t.ev.Ref
	in := t.in(digits)
	in.Secret = t.ev.Secret
	r := n.read(in)
	if n.query == "" || len(r.values) != 1 {
		t.readingOf(n, r, "")
		return
	}
	t.ask(Ask{Query: n.query, Args: map[string]string{"secret": r.values[0]}, Form: t.s.Form, Step: n.key}, Wait{Why: whySecret})
}

// verified goes on with a secret that was right, and asks for one that was not again.
func (t *turn) verified(n *node, a Answer) {
	if pass := a.Facts["pass"]; pass != "" && a.Problem == "" && n.valid(pass) {
		t.offer(n, []string{pass}, "", true)
		return
	}
	p := Problem{Key: a.Problem, Args: a.Facts}
	if p.Key == "" {
		p.Key = "ask.unavailable"
	}
	if a.Facts["stop"] != "" {
		t.problem(p)
		t.reset()
		t.after(nil)
		return
	}
	t.refuse(n, p)
}

// pass is what shows that who fills in the form was asked for a secret and knew it; empty where they were not asked.
func (t *turn) pass() string {
	for _, n := range t.f.nodes {
		if n.secret && n.query != "" && t.answered(n.key) {
			return t.s.Answers[n.key]
		}
	}
	return ""
}

// lockedSays is how long the one sentence for somebody who is locked lasts.
const lockedSays = 10 * time.Minute

// locked answers somebody who is locked, and closes what was open: one neutral sentence, and no other for a while. Notices wait.
func (t *turn) locked() {
	ev := t.ev
	if ev.Notice != nil {
		t.hold(ev.Notice.ID)
		return
	}
	if ev.Fired != nil || ev.Returned != nil {
		return
	}
	told := !t.s.Shown.IsZero() && t.s.Idle() && t.s.Menu == nil && ev.At.Sub(t.s.Shown) < lockedSays && ev.At.Sub(t.s.Shown) >= 0
	t.closeAll()
	if told {
		return
	}
	t.s.Menu, t.s.Shown = nil, ev.At
	t.say(Say{Lines: []Line{{Key: "dialog.locked"}}})
}

// closeAll gives up everything that is open or waits.
func (t *turn) closeAll() {
	t.reset()
	t.s.Parked, t.s.Next, t.s.Doubt = nil, nil, nil
}

// wayBack reports a code by which somebody who is locked may come back: whether it is one is decided where it is saved.
func (t *turn) wayBack() bool {
	text := clean(t.ev.Said)
	if t.ev.Start != nil {
		text = clean(t.ev.Start.Payload)
	}
	for _, f := range t.e.flows {
		if f.evenLocked && text != "" && !t.ev.Edited && !t.ev.Forwarded && (f.typed != nil && f.typed(text) || f.starts != nil && f.starts(text)) {
			return true
		}
	}
	return false
}
