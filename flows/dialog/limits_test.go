package dialog

import (
	"strings"
	"testing"
)

func TestEntriesThatWaitAreBounded(t *testing.T) {
	c := newChat(t)
	c.says("cho tran thi lan 100k")
	kept := 0
	for range 14 {
		c.says("cho tran thi lan 200k")
		if strings.Contains(c.messages()[0], "dialog.next.kept") {
			kept++
		} else if !strings.HasPrefix(c.messages()[0], "dialog.next.full count=10") {
			t.Fatalf("%q", c.messages())
		}
	}
	if kept != maxWaiting {
		t.Errorf("%d were kept", kept)
	}
	for range kept + 1 {
		c.says("1")
		if c.messages()[0] != "save gift.log -> gift.kept" {
			t.Fatalf("%q", c.messages())
		}
	}
	if !c.s.Idle() {
		t.Error("not all entries came up")
	}
}

func TestNoticesThatWaitAreBoundedAndNeverLost(t *testing.T) {
	c := newChat(t)
	c.says("/ghiqua")
	said := 0
	for i := range 30 {
		c.step(Event{Notice: &Notice{ID: "n" + itoa(i), Say: Say{Lines: []Line{{Key: "n"}}}}})
		if len(c.messages()) > 0 {
			said++
		}
	}
	if said != 10 || len(c.s.Held) != 20 {
		t.Errorf("%d said, %d held", said, len(c.s.Held))
	}
	c.step(Event{Notice: &Notice{ID: "n1", Say: Say{Lines: []Line{{Key: "n"}}}}})
	if len(c.s.Held) != 20 || len(c.messages()) != 0 {
		t.Error("the same notice was held twice")
	}
}

// TestLongAnswersFit: a form of many long texts says that it is too much before the state is.
func TestLongAnswersFit(t *testing.T) {
	var qs []Question
	for i := range 12 {
		qs = append(qs, Text("t"+itoa(i)))
	}
	c := newChat(t, Form("long", 1, qs...).On("/long").Done(func(Ctx) []Effect { return nil }), pledgeForm())
	c.says("/long")
	refused := false
	for range 14 {
		c.says(strings.Repeat("ặ", 499) + "<")
		refused = refused || strings.HasPrefix(c.messages()[0], "dialog.too_much") || strings.Contains(strings.Join(c.messages(), " "), "dialog.too_much")
	}
	if !refused {
		t.Error("nothing was too much")
	}
	if n := len(toJSON(c.s)); n > maxState {
		t.Errorf("the state has %d bytes", n)
	}
	c.talk("/ungho", "pledge.name")
	if n := len(toJSON(c.s)); n > maxState {
		t.Errorf("the state has %d bytes", n)
	}
}

func TestLongMenusFit(t *testing.T) {
	c := newChat(t)
	c.find = func(a Ask) Answer {
		out := Answer{Form: a.Form, Step: a.Step, Query: a.Query, More: true}
		for i := range 100 {
			out.Options = append(out.Options, Option{Key: "household-" + itoa(i), Label: strings.Repeat("Nguyễn ", 20)})
		}
		out.Options = append(out.Options, Option{Key: strings.Repeat("x", 500)}, Option{Key: "~cancel"}, Option{})
		return out
	}
	c.says("/nhieuho")
	if n := len(toJSON(c.s)); n > maxState/2 {
		t.Errorf("the state has %d bytes", n)
	}
}

// phone is a field that takes a contact card.
func phone(key string) Field[string] {
	return NewField(key, Codec[string]{
		Read: func(in In) Reading[string] {
			if strings.Trim(in.Text, "0123456789") == "" {
				return Read(in.Text)
			}
			return Reading[string]{}
		},
		Format: func(s string) string { return s },
		Parse:  func(s string) (string, bool) { return s, strings.Trim(s, "+0123456789") == "" && s != "" },
		Card: func(c Card) Reading[string] {
			if !c.Own {
				return Reading[string]{}
			}
			return Read(c.Phone)
		},
	})
}

func TestContactCards(t *testing.T) {
	c := newChat(t, Form("call", 1, phone("phone"), Text("t")).On("/goi").Done(func(Ctx) []Effect { return nil }))
	c.says("/goi")
	c.step(Event{Shared: &Card{Phone: "+84905000001"}})
	c.expect("dialog.card.other / call.phone")
	c.step(Event{Shared: &Card{Phone: "+84905000002", Own: true}})
	c.expect("call.t")
	if c.s.Answers["phone"] != "+84905000002" {
		t.Errorf("%v", c.s.Answers)
	}
}

func TestHearingThatIsNotClearWhichFlow(t *testing.T) {
	hear := func(complete bool) func(Ctx, string) Understood {
		return func(_ Ctx, text string) Understood {
			if !strings.HasPrefix(text, "quà ") {
				return Understood{}
			}
			return Understood{OK: true, Complete: complete, Answers: Answers{"t": strings.TrimPrefix(text, "quà ")}}
		}
	}
	done := func(c Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: c.Answers["t"]}}}} }
	one := Form("one", 1, Text("t")).On("/one").Hear(hear(false)).Done(done)
	two := Form("two", 1, Text("t")).On("/two").Hear(hear(false)).Done(done)
	c := newChat(t, one, two)
	c.talk(
		"quà tết", "dialog.hear.which [one.title|two.title]",
		"2", "dialog.echo label=t value=tết"+options,
		"1", "tết",
		"quà tết", "dialog.hear.which [one.title|two.title]",
		"thôi", "dialog.cancel.none",
	)
	c = newChat(t, one, Form("two", 1, Text("t")).On("/two").Hear(hear(true)).Done(done))
	c.talk("quà tết", "dialog.echo label=t value=tết"+options) // a whole entry wins
	if c.s.Flow != "two" {
		t.Error(c.s.Flow)
	}
	denied := two.For(func(Person) bool { return false }).Hear(hear(true))
	c = newChat(t, denied)
	c.talk("quà tết", "dialog.denied")
}

// TestFormThatShowsWhatItFinds: a form may end in a look-up, whose answer is shown, before what waited is taken up.
func TestFormThatShowsWhatItFinds(t *testing.T) {
	find := Form("find", 1, Text("t")).On("/tra").Unconfirmed().
		Done(func(c Ctx) []Effect {
			return []Effect{Ask{Query: "diary", Args: map[string]string{"t": c.Answers["t"]}}}
		}).
		Show(func(_ Ctx, a Answer) []Effect { return []Effect{Say{Lines: a.Lines}, Ask{Query: "again"}} })
	c := newChat(t, find, pledgeForm())
	c.talk("/tra", "find.t", "x y", "diary.row", "/ungho", "pledge.name", "Lan", "pledge.anon [Có|Không]", "/tra", "find.t",
		"x", "diary.row ## dialog.resume.offer title=Ủng hộ [Làm tiếp|Thôi]", "1", "pledge.anon [Có|Không]")
	c.find = func(a Ask) Answer {
		return Answer{Form: a.Form, Step: a.Step, Query: a.Query, Problem: "ask.unavailable"}
	}
	c.talk("/tra", "find.t", "x", "ask.unavailable ## dialog.resume.offer title=Ủng hộ [Làm tiếp|Thôi]")
}

// TestOpen: what is known when a form opens is answered, hidden steps cannot be gone back to, and a look-up's words are searched.
func TestOpen(t *testing.T) {
	code, who := Text("code").Hidden(), Lookup("who", "who.find", nil)
	f := Form("fix", 1, code, who, Text("why")).On("/sua").
		Open(func(c Ctx) Answers { return Answers{"code": c.Input, "who": "huy"} }).
		Done(func(c Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: "fixed " + c.Answers["code"]}}}} })
	c := newChat(t, f)
	c.talk(
		"/sua GN-7K3QF2M", "fix.why",
		"quay lại", "fix.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963|Lê Huy]",
		"quay lại", "dialog.back.first / fix.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963|Lê Huy]",
	)
}

// TestReadersThatMisbehave: a codec that reads nothing into something does not break a step.
func TestReadersThatMisbehave(t *testing.T) {
	odd := NewField("odd", Codec[string]{
		Read: func(in In) Reading[string] {
			switch in.Text {
			case "one":
				return Reading[string]{Candidates: []string{""}}
			case "two":
				return Reading[string]{Candidates: []string{"", "a\nb"}}
			case "sure":
				return Read("")
			}
			return Read(strings.Repeat("x", 5000))
		},
		Format: func(s string) string { return s },
		Parse:  func(s string) (string, bool) { return s, true },
	})
	c := newChat(t, Form("odd", 1, odd, Text("t")).On("/odd").Done(func(Ctx) []Effect { return nil }))
	c.talk(
		"/odd", "odd.odd",
		"one", "dialog.unclear / odd.odd",
		"two", "dialog.doubt.one label=odd value=a b [abc a b|Không phải]",
		"sure", "dialog.unreadable / odd.odd",
		"huge", "dialog.unreadable / odd.odd",
	)
	c.s.Doubt, c.s.Menu = &Doubt{Kind: doubtReading, Values: []string{"x"}}, nil
	c.says("phải")
}
