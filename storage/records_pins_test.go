package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// typePin types a PIN in a form of a contact.
func (w *world) typePin(t testing.TB, contact, form, digits string) dialog.Answer {
	t.Helper()
	ask := dialog.Ask{Query: records.AskPin, Args: map[string]string{"secret": w.SealFor(contact, digits)}, Form: form, Step: "pin"}
	return w.Answer(t.Context(), ask, w.who(t, contact), w.clock())
}

// choosePin sets a PIN in a form, with the older one typed in it where there is one.
func (w *world) choosePin(t testing.TB, contact, old, digits string) Outcome {
	t.Helper()
	q := w.request(contact, records.CmdSetPin, records.SetPin{Pin: w.SealFor(contact, digits)})
	if old != "" {
		q.Pass = w.typePin(t, contact, q.Form, old).Facts["pass"]
	}
	return w.apply(t, q)[0]
}

// testPin: a PIN is proved by typing it, in the form where it is asked and for a while; wrong ones lock it, longer each time; who has one
// proves it before it is changed, and the ward takes away what is forgotten.
func testPin(t *testing.T, w *world) {
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	if p := w.typePin(t, w.leader, "f", "2580").Problem; p != records.ProblemPinNone {
		t.Errorf("none set: %q", p)
	}
	wantRefused(t, w.choosePin(t, w.leader, "", "2580"), "")
	if w.ask(t, w.leader, records.AskPinState, nil).Facts["set"] == "" {
		t.Error("nothing is set")
	}
	var pin records.Pin
	must(t, w.db.First(&pin).Error)
	if strings.Contains(pin.Hash+pin.Salt, "2580") || w.hashPin("2580", "other") == pin.Hash {
		t.Error("the digits are kept")
	}
	if a := w.typePin(t, w.leader, "f", " 25-80"); a.Facts["pass"] == "" {
		t.Errorf("right: %+v", a)
	}
	wantRefused(t, w.choosePin(t, w.leader, "", "1379"), records.RefusedPin)
	wantRefused(t, w.choosePin(t, w.leader, "1111", "1379"), records.RefusedPin)
	wantRefused(t, w.choosePin(t, w.leader, "2580", "1379"), "")

	lock := records.PinLock
	for round := range 3 {
		for left := records.PinTries - 1; left > 0; left-- {
			if a := w.typePin(t, w.leader, "f", "2580"); a.Problem != records.ProblemPinWrong || a.Facts["left"] != string(rune('0'+left)) {
				t.Fatalf("round %d, %d left: %+v", round, left, a)
			}
		}
		if a := w.typePin(t, w.leader, "f", "2580"); a.Problem != records.ProblemPinLocked || a.Facts["lifts"] != w.clock().Add(lock).Format(time.RFC3339) {
			t.Fatalf("round %d: %+v", round, a)
		}
		w.pass(lock - time.Second)
		if a := w.typePin(t, w.leader, "f", "1379"); a.Problem != records.ProblemPinLocked || a.Facts["pass"] != "" {
			t.Fatalf("the right one while it is locked: %+v", a)
		}
		w.pass(time.Second)
		lock *= 4
	}
	if a := w.typePin(t, w.leader, "f", "1379"); a.Facts["pass"] == "" {
		t.Errorf("after the lock: %+v", a)
	}

	wantRefused(t, w.do(t, w.leader, records.CmdResetPin, records.ResetPin{Person: w.personNo(t, front)}), records.RefusedDenied)
	wantRefused(t, w.do(t, front, records.CmdResetPin, records.ResetPin{Person: w.personNo(t, front)}), records.RefusedOwnRole)
	if out := w.do(t, front, records.CmdResetPin, records.ResetPin{Person: w.personNo(t, w.leader)}); out.Refused != "" {
		t.Fatal(out)
	}
	if n := w.count(t, "SELECT count(*) FROM messages WHERE contact = ? AND say LIKE '%notice.pin.reset%'", w.leader); n != 1 {
		t.Errorf("%d notices", n)
	}
	wantRefused(t, w.choosePin(t, w.leader, "", "8642"), "")
}

// testPinNeeded: none of the commands is carried out for somebody on duty without the PIN typed in the same form, lately and since it was
// set; nobody else is asked for one.
func testPinNeeded(t *testing.T, w *world) {
	w.pinless = true
	front := w.contact(t, "front", "Trần Văn Minh", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	nobody := w.member(t, "hanh", w.homes["Trần Thị Lan vợ ông Sáu"])
	wantRefused(t, w.choosePin(t, front, "", "2580"), "")
	w.pass(time.Minute)
	for _, kind := range records.PinCommands {
		for as, want := range map[string]bool{front: true, w.leader: true, nobody: false} {
			if out := w.do(t, as, kind, struct{}{}); (out.Refused == records.RefusedPin) != want {
				t.Errorf("%s: %+v", kind, out)
			}
		}
		q := w.request(front, kind, struct{}{})
		q.Pass = w.typePin(t, front, "another form", "2580").Facts["pass"]
		wantRefused(t, w.apply(t, q)[0], records.RefusedPin)
		q = w.request(front, kind, struct{}{})
		q.Pass = w.pinPass(w.personNo(t, w.leader), q.Form, w.clock())
		wantRefused(t, w.apply(t, q)[0], records.RefusedPin)
		q = w.request(front, kind, struct{}{})
		q.Pass = w.pinPass(w.personNo(t, front), q.Form, w.clock().Add(-records.PinGood-time.Second))
		wantRefused(t, w.apply(t, q)[0], records.RefusedPin)
		q = w.request(front, kind, struct{}{})
		q.Pass = w.typePin(t, front, q.Form, "2580").Facts["pass"]
		if out := w.apply(t, q)[0]; out.Refused == records.RefusedPin {
			t.Errorf("%s with it: %+v", kind, out)
		}
	}
	q := w.request(front, records.CmdInvite, struct{}{})
	q.Pass = w.typePin(t, front, q.Form, "2580").Facts["pass"]
	w.pass(time.Minute)
	wantRefused(t, w.choosePin(t, front, "2580", "1379"), "")
	wantRefused(t, w.apply(t, q)[0], records.RefusedPin) // typed before it was changed
	if n := w.count(t, "SELECT count(*) FROM dead_letters WHERE reason = ?", records.RefusedPin); n != 0 {
		t.Errorf("%d dead letters", n)
	}
	w.apply(t, w.request(front, records.CmdSetPin, "no command"))
	if n := w.count(t, "SELECT count(*) FROM dead_letters WHERE kind = ? AND data = '{}'", records.CmdSetPin); n != 1 {
		t.Errorf("%d dead letters of a PIN", n)
	}
}
