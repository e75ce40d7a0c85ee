package dialog

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// wide is a form of independent fixed choices and one that depends on another: what corrections are tried on.
func wideForm() Flow {
	return Form("wide", 1,
		Choice("a", "a1", "a2", "a3"), Choice("b", "b1", "b2", "b3"),
		Choice("c", "c1", "c2").When(Choice("b", "b1", "b2", "b3").Is("b1", "b2")),
		Choice("d", "d1", "d2").Optional(), Text("e"),
	).On("/wide").Done(func(c Ctx) []Effect { return []Effect{Save{Kind: "wide", Data: []byte(toJSON(c.Answers))}} })
}

// without is a state without what may differ between the way there and back: counters, message ids, and which page or group
// of the options is shown.
func without(s State) string {
	s.Refs, s.Tries, s.Nudged = nil, 0, false
	s.Menu, s.Page, s.Query = nil, 0, ""
	s.Shown = morning
	return toJSON(s)
}

// TestBackUndoesForward: from any place that answering leads to, "quay lại" leads to the place before.
func TestBackUndoesForward(t *testing.T) {
	e := testEngine(t, append(testFlows(), wideForm())...)
	rapid.Check(t, func(t *rapid.T) {
		c := &chat{e: e, at: morning, find: findPeople, who: Person{ID: "p", Roles: []Role{{Name: "leader"}}}}
		turn := func(ev Event) {
			c.n++
			ev.ID, ev.At, ev.Who = "e"+itoa(c.n), c.at, c.who
			s, outs, err := run(c.e, c.s, ev, c.find)
			if err != nil {
				t.Fatal(err)
			}
			c.s, c.outs = s, outs
		}
		turn(Event{Said: rapid.SampledFrom([]string{"/ghiqua", "/ungho", "/xep", "/wide"}).Draw(t, "form")})
		for !c.s.Idle() && c.s.Step != stepConfirm {
			before := c.s
			said := answersOf(e, c.s)
			turn(Event{Said: rapid.SampledFrom(said).Draw(t, "answer")})
			after := c.s
			if after.Idle() || len(after.Trail) == len(before.Trail) {
				continue // not an answer that went forward
			}
			if before.Step == "items" && before.Answers["items"] != after.Answers["items"] {
				continue // the item that filled the list closed it; back opens the full list
			}
			turn(Event{Said: "/quaylai"})
			if got, want := without(c.s), without(before); got != want {
				t.Fatalf("back from %s\ngot  %s\nwant %s", after.Step, got, want)
			}
			c.s = after
		}
	})
}

// answersOf are words that answer the question that is open.
func answersOf(e *Engine, s State) []string {
	n := e.byKey[s.Flow].byKey[s.Step]
	var out []string
	for i, o := range s.Menu {
		if !o.Nav {
			out = append(out, itoa(i+1))
		}
	}
	switch {
	case n.kind == kindPhoto:
		return []string{"/boqua"}
	case n.kind == kindValue:
		out = []string{"500k", "20tr", "2 gạo, 3 mì", "bánh chưng", "nhà bên", "/xong"}
	}
	if n.optional {
		out = append(out, "/boqua")
	}
	return out
}

// TestTapsCommute: taps that correct different answers, none of which another's condition looks at, give the same answers in
// every order; and a tap that comes twice is a tap that came once.
func TestTapsCommute(t *testing.T) {
	e := testEngine(t, wideForm())
	rapid.Check(t, func(t *rapid.T) {
		s := State{}
		say := func(s State, ev Event) State {
			ev.ID, ev.At = "e", morning
			next, _, err := run(e, s, ev, findPeople)
			if err != nil {
				t.Fatal(err)
			}
			return next
		}
		for _, text := range []string{"/wide", "1", rapid.SampledFrom([]string{"1", "2"}).Draw(t, "b"), "2", "1", "xin chào"} {
			s = say(s, Event{Said: text})
		}
		if s.Step != stepConfirm {
			t.Fatalf("at %s", s.Step)
		}
		pick := func(step string, keys ...string) Tap {
			return Tap{Form: FormHash(s.Form), Step: step, Key: rapid.SampledFrom(keys).Draw(t, step)}
		}
		taps := []Tap{pick("a", "a1", "a2", "a3"), pick("b", "b1", "b2"), pick("c", "c1", "c2"), pick("d", "d1", "d2", "~skip")}
		order := rapid.Permutation(taps).Draw(t, "order")
		one, two := s, s
		for _, tap := range taps {
			one = say(one, Event{Tapped: &tap})
		}
		for _, tap := range order {
			two = say(two, Event{Tapped: &tap})
			two = say(two, Event{Tapped: &tap})
		}
		if !maps.Equal(one.Answers, two.Answers) || one.Step != two.Step || !sameSet(one.Trail, two.Trail) {
			t.Fatalf("%s\n%s", toJSON(one), toJSON(two))
		}
	})
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// TestOrderOfCorrections: the same corrections by "sửa" in any order give the same answers.
func TestOrderOfCorrections(t *testing.T) {
	e := testEngine(t, wideForm())
	rapid.Check(t, func(t *rapid.T) {
		say := func(s State, text string) State {
			next, _, err := run(e, s, Event{ID: "e", At: morning, Said: text}, findPeople)
			if err != nil {
				t.Fatal(err)
			}
			return next
		}
		s := State{}
		for _, text := range []string{"/wide", "1", "1", "1", "1", "xin chào"} {
			s = say(s, text)
		}
		type fix struct{ step, to string }
		fixes := []fix{
			{"a", rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "a")},
			{"b", rapid.SampledFrom([]string{"1", "2"}).Draw(t, "b")},
			{"c", rapid.SampledFrom([]string{"1", "2"}).Draw(t, "c")},
			{"e", rapid.SampledFrom([]string{"ghi chú", "quà tặng"}).Draw(t, "e")},
		}
		apply := func(s State, fs []fix) State {
			for _, f := range fs {
				s = say(s, "sửa")
				at := slices.IndexFunc(s.Menu, func(o Option) bool { return o.Key == f.step })
				s = say(s, itoa(at+1))
				s = say(s, f.to)
			}
			return s
		}
		one, two := apply(s, fixes), apply(s, rapid.Permutation(fixes).Draw(t, "order"))
		if !maps.Equal(one.Answers, two.Answers) || one.Step != stepConfirm || two.Step != stepConfirm {
			t.Fatalf("%s\n%s", toJSON(one), toJSON(two))
		}
	})
}

// TestDoneMeansIdle: when a form's Save goes out nothing of the form is left, and what waited is taken up.
func TestDoneMeansIdle(t *testing.T) {
	e := testEngine(t)
	rapid.Check(t, func(t *rapid.T) {
		c := &chat{e: e, at: morning, find: findPeople, who: Person{ID: "p", Roles: []Role{{Name: "leader"}}}}
		turn := func(said string) {
			c.n++
			s, outs, err := run(c.e, c.s, Event{ID: "e" + itoa(c.n), At: c.at, Who: c.who, Said: said}, c.find)
			if err != nil {
				t.Fatal(err)
			}
			c.s, c.outs = s, outs
		}
		entries := rapid.IntRange(1, 5).Draw(t, "entries")
		for i := range entries {
			turn("cho tran thi lan " + itoa(100+i) + "k")
		}
		saved := 0
		for range entries {
			turn("1")
			saves := 0
			for _, o := range c.outs {
				if _, ok := o.Effect.(Save); ok {
					saves++
				}
			}
			if saves != 1 {
				t.Fatalf("%d saves in a turn", saves)
			}
			saved++
			if c.s.Idle() != (saved == entries) {
				t.Fatalf("after %d of %d: %s", saved, entries, toJSON(c.s))
			}
		}
		if c.s.Step != "" || c.s.Answers != nil || c.s.Next != nil || c.s.Saves != 0 {
			t.Fatalf("left over: %s", toJSON(c.s))
		}
	})
}
