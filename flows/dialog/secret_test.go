package dialog

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// The digits of a PIN are nowhere in what a step leaves behind: state, messages, saves.
func TestSecretLeavesNoDigits(t *testing.T) {
	pin, again := Secret("pin", true), Secret("again", true)
	again = again.Check(func(s string, c Ctx) (string, Problem) {
		if s != pin.Of(c.Answers) {
			return s, Problem{Key: "x.differ"}
		}
		return s, Fine
	})
	e, err := New(testBook(), Form("x", 1, pin, again).On("/pin").Done(func(c Ctx) []Effect {
		return []Effect{Save{Kind: "pin", Data: json.RawMessage(`"` + pin.Of(c.Answers) + `"`)}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	var s State
	var outs []Out
	var all strings.Builder
	for i, c := range []struct{ said, secret, want string }{
		{"/pin", "", "x.pin"},
		{"1234", "sealed-1234", "dialog.secret.weak"},
		{"7777", "sealed-7777", "dialog.secret.weak"},
		{"4747", "sealed-4747", "dialog.secret.weak"},
		{"1958", "sealed-1958", "dialog.secret.weak"},
		{"2580", "", "dialog.secret.unclear"}, // nobody sealed it: it is not taken
		{"pin 2580", "", "dialog.secret.unclear"},
		{"25-80 ", "sealed-A", "x.again"},
		{"2581", "sealed-B", "x.differ"},
		{"quay lại", "", "x.pin"},
		{"2580", "sealed-A", "x.again"},
		{"2580", "sealed-A", "confirm"},
	} {
		ev := Event{ID: "e" + itoa(i), At: at, Said: c.said, Secret: c.secret, Ref: "m" + itoa(i)}
		s, outs = e.Step(s, ev)
		b, _ := json.Marshal([]any{s, outs})
		if all.Write(b); !strings.Contains(string(b), c.want) {
			t.Errorf("%q: %s, want %s", c.said, b, c.want)
		}
	}
	_, outs = e.Step(s, Event{ID: "edit", At: at, Said: "9753", Secret: "sealed-C", Ref: "m5", Edited: true})
	b, _ := json.Marshal(outs)
	s, outs = e.Step(s, Event{ID: "end", At: at, Said: "1"})
	c, _ := json.Marshal([]any{s, outs})
	all.Write(append(b, c...))
	if !strings.Contains(string(c), `"data":"sealed-A"`) {
		t.Errorf("nothing is saved: %s", c)
	}
	for _, digits := range []string{"2580", "2581", "25-80", "1234\"", "9753", "7777\"", "4747\"", "1958\""} {
		if strings.Contains(strings.ReplaceAll(all.String(), "sealed-", "\x00"), digits) && !strings.Contains(all.String(), "sealed-"+digits) {
			t.Errorf("%s is kept: %s", digits, all.String())
		}
	}
}

// A secret that is verified is looked up: right, what the look-up brought goes with the save in its place; wrong, it is asked again. The
// message it was typed in is to be taken away either way, and the words that were asked for are not kept.
func TestSecretVerified(t *testing.T) {
	pin := Secret("pin", false).Verified("pin.check")
	e, err := New(testBook(), Form("x", 1, pin).On("/x").Unconfirmed().Done(func(c Ctx) []Effect {
		return []Effect{Save{Kind: "x", Data: json.RawMessage(`"` + pin.Of(c.Answers) + `"`), Kept: &Say{Lines: []Line{{Key: "done"}}}}}
	}))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := e.Step(State{}, Event{ID: "open", Said: "/x"})
	typed := Event{ID: "e1", Said: "2580", Secret: "sealed", Ref: "m1"}
	asking, outs := e.Step(s, typed)
	ask, ok := outs[len(outs)-1].Effect.(Ask)
	if !ok || ask.Query != "pin.check" || ask.Args["secret"] != "sealed" || ask.Form != "open" {
		t.Fatalf("%+v", outs)
	}
	back := Event{ID: "e1?1", Returned: &Answer{Form: ask.Form, Step: ask.Step, Query: ask.Query, Problem: "pin.wrong", Facts: map[string]string{"left": "4"}}}
	s, outs = e.Step(asking, back)
	say := outs[0].Effect.(Say)
	if say.Lines[0].Key != "pin.wrong" || say.Lines[0].Args["left"] != "4" || say.Remove != "m1" || s.Step != "pin" || s.Answers["pin"] != "" {
		t.Fatalf("wrong: %+v %+v", outs, s)
	}
	asking, outs = e.Step(s, typed)
	back.Returned = &Answer{Form: "open", Step: "pin", Query: "pin.check", Problem: "pin.locked", Facts: map[string]string{"stop": "1"}}
	if end, said := e.Step(asking, back); !end.Idle() || said[0].Effect.(Say).Lines[0].Key != "pin.locked" {
		t.Errorf("nothing to ask again: %+v %+v", end, said)
	}
	ask = outs[len(outs)-1].Effect.(Ask)
	back.Returned = &Answer{Form: ask.Form, Step: ask.Step, Query: ask.Query, Facts: map[string]string{"pass": "the pass"}}
	s, outs = e.Step(asking, back)
	save, ok := outs[0].Effect.(Save)
	if !ok || save.Pass != "the pass" || string(save.Data) != `"the pass"` || save.Kept.Remove != "m1" || !s.Idle() {
		t.Fatalf("right: %+v %+v", outs, s)
	}
	if b, _ := json.Marshal([]any{s, outs}); strings.Contains(string(b), "sealed") {
		t.Errorf("kept: %s", b)
	}
}

// Somebody who is locked is told one sentence, loses what was open, and may use a code to come back and nothing else.
func TestLocked(t *testing.T) {
	name := Text("name")
	e, err := New(testBook(), Form("x", 1, name).On("/x").Done(func(Ctx) []Effect { return nil }),
		Command("way").On("/way").EvenLocked().Typed(func(s string) bool { return s == "CODE" }).
			Do(func(c Ctx) []Effect {
				return []Effect{Save{Kind: "redeem", Data: json.RawMessage(`"` + c.Input + `"`)}}
			}))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	var s State
	n := 0
	step := func(who Person, ev Event) string {
		n++
		ev.ID, ev.At, ev.Who = "e"+itoa(n), at.Add(time.Duration(n)*time.Second), who
		var outs []Out
		s, outs = e.Step(s, ev)
		b, _ := json.Marshal(outs)
		return string(b)
	}
	locked := Person{ID: "1", Locked: true}
	step(Person{ID: "1"}, Event{Said: "/x"})
	for _, c := range []struct {
		ev   Event
		want string
	}{
		{Event{Said: "Lan"}, "dialog.locked"},
		{Event{Said: "/x"}, ""},
		{Event{Tapped: &Tap{Do: "/x"}}, ""},
		{Event{Said: "/way CODE"}, ""},
		{Event{Said: "CODE", Forwarded: true}, ""},
		{Event{Notice: &Notice{ID: "n1", Say: Say{Lines: []Line{{Key: "news"}}}}}, ""},
		{Event{Said: "CODE"}, `"redeem"`},
	} {
		got := step(locked, c.ev)
		if c.want == "" && strings.Contains(got, `"say"`) || c.want != "" && !strings.Contains(got, c.want) || !s.Idle() {
			t.Errorf("%+v: %s %+v, want %q", c.ev, got, s, c.want)
		}
		if c.ev.Notice != nil && len(s.Held) != 1 {
			t.Errorf("the notice is not held: %v", s.Held)
		}
	}
	if got := step(Person{ID: "1"}, Event{Said: "/x"}); !strings.Contains(got, "x.name") {
		t.Errorf("after the lock is lifted: %s", got)
	}
}

// A choice offers and takes only what may be chosen.
func TestAmong(t *testing.T) {
	kind := Choice("kind", "a", "b", "c").Among(func(k string, c Ctx) bool { return k == "a" || k == "b" && c.Who.Has("x") })
	e, err := New(testBook(), Form("x", 1, kind).On("/x").Unconfirmed().Done(func(Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: "done"}}}} }))
	if err != nil {
		t.Fatal(err)
	}
	who := Person{ID: "1", Roles: []Role{{Name: "x", Area: "48"}}}
	s, outs := e.Step(State{}, Event{ID: "1", Who: who, Said: "/x"})
	if say := outs[0].Effect.(Say); len(say.Menu) != 3 || say.Menu[2].Key != "~cancel" {
		t.Fatalf("offered %+v", say.Menu)
	}
	if after, _ := e.Step(s, Event{ID: "2", Who: who, Tapped: &Tap{Form: FormHash(s.Form), Step: "kind", Key: "c"}}); after.Idle() {
		t.Error("what was not offered is taken")
	}
	if after, _ := e.Step(s, Event{ID: "3", Tapped: &Tap{Form: FormHash(s.Form), Step: "kind", Key: "b"}}); after.Idle() {
		t.Error("what is offered no longer is taken")
	}
	if after, _ := e.Step(s, Event{ID: "4", Who: who, Said: "2"}); !after.Idle() {
		t.Error("what was offered is not taken")
	}
}
