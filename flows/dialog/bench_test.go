package dialog

import (
	"testing"
)

// stepCase is one turn of a conversation, with what was there before it.
type stepCase struct {
	name string
	s    State
	ev   Event
}

func stepCases(t testing.TB) []stepCase {
	c := newChat(t)
	var out []stepCase
	add := func(name string, ev Event) {
		ev.ID, ev.At, ev.Who = "telegram:1:778899:abcdef", c.at, c.who
		out = append(out, stepCase{name, c.s, ev})
		c.step(ev)
	}
	c.says("/ghiqua")
	add("lookup/digit", Event{Said: "2", Ref: "m"})
	add("choice/label", Event{Said: "tien", Ref: "m"})
	add("value/doubt", Event{Said: "500", Ref: "m"})
	add("value/letter", Event{Said: "a", Ref: "m"})
	add("many/skip", Event{Said: "bỏ qua", Ref: "m"})
	add("text/toConfirm", Event{Said: "hàng xóm góp", Ref: "m"})
	add("confirm/edit", Event{Said: "2", Ref: "m"})
	add("edit/choose", Event{Said: "1", Ref: "m"})
	add("lookup/search", Event{Said: "nguyen thi lan", Ref: "m"})
	add("confirm/tap", Event{Tapped: &Tap{Form: FormHash(c.s.Form), Step: c.s.Step, Key: c.s.Menu[0].Key}, Ref: "b"})
	add("idle/unclear", Event{Said: "trời hôm nay đẹp", Ref: "m"})
	add("idle/menu", Event{Said: "/menu", Ref: "m"})
	return out
}

// stepAllocs is the most allocations of one Step that hears no whole message.
const stepAllocs = 60

func TestStepAllocations(t *testing.T) {
	e := testEngine(t)
	for _, c := range stepCases(t) {
		if n := testing.AllocsPerRun(100, func() { e.Step(c.s, c.ev) }); n > stepAllocs {
			t.Errorf("%s: %.0f allocations", c.name, n)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	e := testEngine(b)
	for _, c := range stepCases(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.Step(c.s, c.ev)
			}
		})
	}
}
