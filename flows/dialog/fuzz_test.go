package dialog

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// FuzzStep steps any state over any event: it must not panic, must give the same twice, must leave the state that came in as
// it was, and must keep the state within 8 KB.
func FuzzStep(f *testing.F) {
	e := testEngine(f)
	c := newChat(f)
	add := func(ev Event) {
		f.Add([]byte(toJSON(c.s)), []byte(toJSON(ev)))
		c.step(ev)
	}
	for _, text := range []string{"/ghiqua", "lan", "2", "tien", "7", "a", "500tr", "b", "sửa", "xong", "cho lan 500k", "1", "quay lại", "/xep", "/menu", "9", "0"} {
		add(Event{Said: text})
	}
	add(Event{Tapped: &Tap{Form: FormHash(c.s.Form), Step: c.s.Step, Key: "~back"}})
	add(Event{Fired: &Timer{Key: "form", Form: c.s.Form, Step: c.s.Step}})
	add(Event{Notice: &Notice{ID: "n", Say: Say{Lines: []Line{{Key: "x"}}}}})
	f.Add([]byte(`{"flow":"gift","version":3,"step":"items","answers":{"kind":"goods","items":"\n\n"},"trail":["kind","kind"],"form":"e"}`), []byte(`{"id":"x","said":"xong"}`))
	f.Add([]byte(`{"flow":"gift","version":1,"step":"zzz","doubt":{"text":"","kind":"sure","values":[""]},"page":-5}`), []byte(`{"id":"x","said":"a"}`))
	f.Add([]byte(`{"flow":"sort","version":1,"step":"g","form":"e","page":99999,"query":"food"}`), []byte(`{"id":"x","said":"9"}`))
	f.Fuzz(func(t *testing.T, state, event []byte) {
		var s State
		var ev Event
		if json.Unmarshal(state, &s) != nil || json.Unmarshal(event, &ev) != nil || ev.At.Year() > 5000 || ev.At.Year() < 0 {
			return
		}
		if y := s.Shown.Year(); y > 9000 || y < 0 {
			return
		}
		if _, _, err := run(e, s, ev, findPeople); err != nil {
			t.Fatal(err)
		}
	})
}

// words people type, and some that nobody should.
var texts = []string{
	"/ghiqua", "/ungho", "/xep", "/nhieuho", "/huy", "/menu", "/start", "/start u-1", "/tieptuc", "/bodo", "/nhatky", "/trogiup", "/nope",
	"lan", "nguyen thi lan", "1", "2", "3", "9", "0", "?", "a", "b", "hai", "huy", "hủy", "sua", "sửa", "sửa loại", "bỏ qua", "bo qua", "quay lại",
	"xong", "thôi", "tien", "đồ", "500k", "500", "7", "am", "200tr", "10 gạo, 2 mì", "sữa", "cả danh sách trừ 3 và 7", "1 3 5", "cho lan 500k",
	"cho tran thi lan 200k", "cho sau 500", "phải", "không", "lưu", "ghi quà", "có", "12345678", "tiếp tục", "menu", "\u200b\x00", "nhà cửa", "x",
	strings.Repeat("dài ", 300), strings.Repeat("😀", 4096), "/huỷ", "/ghiqua cho lan 300k",
}

// anEvent draws an event that could come now, or could not.
func anEvent(t *rapid.T, s State) Event {
	ref := rapid.SampledFrom([]string{"", "m1", "m2", "m3"}).Draw(t, "ref")
	switch rapid.IntRange(0, 19).Draw(t, "verb") {
	case 0, 1, 2, 3, 4, 5, 6, 7:
		return Event{Said: rapid.SampledFrom(texts).Draw(t, "text"), Ref: ref}
	case 8, 9, 10, 11:
		if len(s.Menu) > 0 {
			o := rapid.SampledFrom(s.Menu).Draw(t, "option")
			if o.Do != "" {
				return Event{Tapped: &Tap{Do: o.Do}}
			}
			return Event{Tapped: &Tap{Form: FormHash(s.Form), Step: s.Step, Key: o.Key}, Ref: "bot"}
		}
		return Event{Tapped: &Tap{Bad: true}}
	case 12:
		step := rapid.SampledFrom([]string{"who", "kind", "amount", "items", "photos", "note", "confirm", "edit", "g", "name", "anon", "x"}).Draw(t, "step")
		key := rapid.SampledFrom([]string{"money", "goods", "h1", "h2", "h9", "~back", "~skip", "~cancel", "~done", "~more", "500000", "#0", "edit", "drop", "yes", "~pick.h1", "~g.food"}).Draw(t, "key")
		form := FormHash(s.Form)
		if rapid.Bool().Draw(t, "other") {
			form = rapid.SampledFrom([]string{"", s.Last, "zzzzzzzz"}).Draw(t, "form")
		}
		return Event{Tapped: &Tap{Form: form, Step: step, Key: key}}
	case 13:
		return Event{Sent: &Media{
			Kind: rapid.SampledFrom([]string{"photo", "voice", "sticker", "document", "?"}).Draw(t, "kind"), Ref: "f" + ref,
			Caption: rapid.SampledFrom([]string{"", "cho lan 500k", "/huy", "x"}).Draw(t, "caption"), Album: rapid.SampledFrom([]string{"", "al"}).Draw(t, "album"),
		}, Ref: ref}
	case 14:
		return Event{Said: rapid.SampledFrom(texts).Draw(t, "text"), Ref: ref, Edited: true}
	case 15:
		return Event{Fired: &Timer{Key: rapid.SampledFrom([]string{"form", "held"}).Draw(t, "timer"), Form: s.Form, Step: s.Step}}
	case 16:
		return Event{Notice: &Notice{ID: "n" + ref, Urgent: rapid.Bool().Draw(t, "urgent"), Say: Say{Lines: []Line{{Key: "n"}}, Menu: []Option{{Key: "k", Label: "l", Do: "/nhatky"}}}}}
	case 17:
		return Event{Start: &Start{Payload: rapid.SampledFrom([]string{"", "u-7", "zz"}).Draw(t, "payload")}}
	case 18:
		return Event{Said: rapid.SampledFrom(texts).Draw(t, "text"), Forwarded: rapid.Bool().Draw(t, "fw"), Group: rapid.Bool().Draw(t, "group")}
	default:
		return rapid.SampledFrom([]Event{{Blocked: true}, {Returns: true}, {Shared: &Card{Phone: "1"}}, {}, {Returned: &Answer{Step: "who"}}}).Draw(t, "rest")
	}
}

// drawTurn makes one turn of a random conversation.
func (c *chat) drawTurn(t *rapid.T) error {
	for _, o := range c.s.Menu {
		if o.Do == "" && len(c.seen) < 200 {
			c.seen = append(c.seen, Tap{Form: FormHash(c.s.Form), Step: c.s.Step, Key: o.Key})
		}
	}
	var ev Event
	if len(c.seen) > 0 && rapid.IntRange(0, 3).Draw(t, "old") == 0 { // a button of any message so far
		tap := rapid.SampledFrom(c.seen).Draw(t, "tap")
		ev = Event{Tapped: &tap, Ref: "bot"}
	} else {
		ev = anEvent(t, c.s)
	}
	c.n++
	c.at = c.at.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute)
	ev.ID, ev.At, ev.Who = "e"+itoa(c.n), c.at, c.who
	s, outs, err := run(c.e, c.s, ev, c.find)
	if err != nil {
		return err
	}
	c.s, c.outs = s, outs
	return nil
}

// TestAnyConversation: whatever is said in whatever order, every step holds its promises (see run), an open form always has a
// question that is due, and an idle state holds nothing of a form.
func TestAnyConversation(t *testing.T) {
	e := testEngine(t)
	var sizes []int
	defer func() {
		if slices.Sort(sizes); len(sizes) > 0 && sizes[len(sizes)*99/100] > 2048 {
			t.Errorf("the 99th percentile of states is %d bytes", sizes[len(sizes)*99/100])
		}
	}()
	rapid.Check(t, func(t *rapid.T) {
		c := &chat{e: e, at: morning, find: findPeople, who: Person{ID: "p", Roles: []Role{{Name: "leader"}}}}
		for range rapid.IntRange(1, 25).Draw(t, "turns") {
			if err := c.drawTurn(t); err != nil {
				t.Fatal(err)
			}
			sizes = append(sizes, len(toJSON(c.s)))
			if c.s.Idle() {
				if c.s.Step != "" || c.s.Answers != nil || c.s.Trail != nil || c.s.Form != "" || c.s.Hints != nil {
					t.Fatalf("idle, and not empty: %s", toJSON(c.s))
				}
				continue
			}
			turn := turn{e: e, ev: &Event{}, s: c.s, f: e.byKey[c.s.Flow]}
			if !turn.sound() {
				t.Fatalf("not sound: %s", toJSON(c.s))
			}
			if c.s.Step == stepConfirm && !turn.nothingDue() {
				t.Fatalf("confirms with questions open: %s", toJSON(c.s))
			}
		}
	})
}

// TestSavesMatchWhatWasShown: a button saves what its own message showed, and a word saves what the last message showed.
func TestSavesMatchWhatWasShown(t *testing.T) {
	e := testEngine(t)
	saves := 0
	given := func(a map[string]string) string {
		a = maps.Clone(a)
		delete(a, "recent")
		delete(a, "recent.args")
		delete(a, "photos")
		return toJSON(a)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := &chat{e: e, at: morning, find: findPeople, who: Person{ID: "p", Roles: []Role{{Name: "leader"}}}}
		shown := map[string]string{} // what the message of a save button showed
		last := ""
		turn := func(ev Event) {
			c.n++
			c.at = c.at.Add(time.Minute)
			ev.ID, ev.At, ev.Who = "e"+itoa(c.n), c.at, c.who
			before := c.s
			s, outs, err := run(c.e, c.s, ev, c.find)
			if err != nil {
				t.Fatal(err)
			}
			c.s = s
			for _, o := range outs {
				switch out := o.Effect.(type) {
				case Save:
					saves++
					want := last
					if ev.Tapped != nil {
						want = shown[FormHash(before.Form)+ev.Tapped.Key]
					}
					var saved map[string]string
					if err := json.Unmarshal(out.Data, &saved); err != nil {
						t.Fatal(err)
					}
					if got := given(saved); got != want {
						t.Fatalf("saved %s, shown %s", got, want)
					}
				case Say:
					if out.Step == stepConfirm && len(out.Menu) == 3 {
						last = given(c.s.Answers)
						shown[FormHash(c.s.Form)+out.Menu[0].Key] = last
						c.seen = append(c.seen, Tap{Form: out.Form, Step: out.Step, Key: out.Menu[0].Key})
					}
				}
			}
		}
		turn(Event{Said: "cho tran thi lan 500k"})
		for range rapid.IntRange(1, 12).Draw(t, "turns") {
			if rapid.IntRange(0, 2).Draw(t, "old") == 0 && len(c.seen) > 0 {
				tap := rapid.SampledFrom(c.seen).Draw(t, "save")
				turn(Event{Tapped: &tap})
				continue
			}
			turn(rapid.SampledFrom([]Event{
				{Said: "1"},
				{Said: "sửa số tiền"},
				{Said: "300k"},
				{Said: "600k"},
				{Said: "cho lan 200k"},
				{Said: "quay lại"},
				{Said: "lưu"},
				{Said: "2"},
				{Tapped: &Tap{Form: FormHash(c.s.Form), Step: "kind", Key: "work"}},
				{Tapped: &Tap{Form: FormHash(c.s.Form), Step: "kind", Key: "money"}},
				{Sent: &Media{Kind: "photo", Ref: "f"}},
			}).Draw(t, "event"))
		}
	})
	if saves == 0 {
		t.Error("nothing was saved: the test proves nothing")
	}
}

// TestArbitraryStates: states that no program wrote are healed or left, never a panic.
func TestArbitraryStates(t *testing.T) {
	e := testEngine(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		s := randomState(r, 1)
		for range 3 {
			ev := Event{ID: "e", At: morning, Said: texts[r.IntN(len(texts))]}
			switch r.IntN(5) {
			case 0:
				ev.Said, ev.Tapped = "", &Tap{Form: FormHash(s.Form), Step: s.Step, Key: junk(r)}
			case 1:
				ev.Said, ev.Fired = "", &Timer{Key: "form", Form: s.Form, Step: s.Step}
			case 2:
				ev.Said, ev.Sent = "", &Media{Kind: "photo", Ref: "r"}
			}
			next, _, err := run(e, s, ev, findPeople)
			if err != nil {
				t.Fatalf("%v\n%s\n%s", err, toJSON(s), toJSON(ev))
			}
			s = next
		}
	}
}

func junk(r *rand.Rand) string {
	all := []string{
		"", "gift", "pledge", "sort", "list", "help", "gone", "who", "kind", "amount", "items", "recent", "photos", "note", "confirm", "edit", "g",
		"money", "goods", "5", "-5", "h1", "h1\nh2", "~other", "~g.food", "@lan", "=5\n6", "?5\x1f6", "=", "?", "reading", "sure", "nav", "hear", "\xff",
		strings.Repeat("x", 9000), "~pick.h1", "food", "{}", `{"a":"b"}`, "save-0",
	}
	return all[r.IntN(len(all))]
}

func randomState(r *rand.Rand, depth int) State {
	var s State
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if r.IntN(3) == 0 {
			continue
		}
		switch f.Interface().(type) {
		case string:
			f.SetString(junk(r))
		case int:
			f.SetInt(int64(r.IntN(9) - 3))
		case bool:
			f.SetBool(r.IntN(2) == 0)
		case map[string]string:
			m := map[string]string{}
			for range r.IntN(6) {
				m[junk(r)] = junk(r)
			}
			f.Set(reflect.ValueOf(m))
		case []string:
			var list []string
			for range r.IntN(6) {
				list = append(list, junk(r))
			}
			f.Set(reflect.ValueOf(list))
		case []Option:
			var list []Option
			for range r.IntN(4) {
				list = append(list, Option{Key: junk(r), Label: junk(r), Do: junk(r), Nav: r.IntN(2) == 0})
			}
			f.Set(reflect.ValueOf(list))
		case *Doubt:
			f.Set(reflect.ValueOf(&Doubt{Text: junk(r), Kind: junk(r), Values: []string{junk(r)}[:r.IntN(2)]}))
		case []Heard:
			f.Set(reflect.ValueOf([]Heard{{ID: junk(r), Said: "cho lan 500k"}, {Said: junk(r), Photos: []string{junk(r)}}}))
		case *State:
			if depth > 0 {
				p := randomState(r, depth-1)
				f.Set(reflect.ValueOf(&p))
			}
		case *Wait:
			f.Set(reflect.ValueOf(&Wait{Command: junk(r), Why: junk(r), Words: junk(r), Page: r.IntN(3)}))
		case time.Time:
			f.Set(reflect.ValueOf(morning))
		}
	}
	if r.IntN(3) > 0 {
		s.Flow = []string{"gift", "pledge", "sort", "list"}[r.IntN(4)]
		s.Version = map[string]int{"gift": 3}[s.Flow] + r.IntN(2)
	}
	return s
}
