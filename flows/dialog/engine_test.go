package dialog

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestNewRefuses(t *testing.T) {
	done := func(Ctx) []Effect { return nil }
	kind := Choice("kind", "a", "b")
	for want, flows := range map[string][]Flow{
		"two of this key":                       {Form("x", 1, Text("t")).Done(done), Command("x").Do(done)},
		"belongs to flow x":                     {Form("x", 1, Text("t")).On("/a").Done(done), Command("y").On("/a").Do(done)},
		"belongs to the engine":                 {Command("x").On("/huy").Do(done)},
		"is not a slash word":                   {Command("x").On("xin chào").Do(done)},
		"nothing is done":                       {Form("x", 1, Text("t"))},
		"asks nothing":                          {Form("x", 1).Done(done)},
		"versions start with 1":                 {Form("x", 0, Text("t")).Done(done)},
		"two steps t":                           {Form("x", 1, Text("t"), Text("t")).Done(done)},
		`"confirm" cannot be the key`:           {Form("x", 1, Text("confirm")).Done(done)},
		`"Tên" cannot be the key`:               {Form("x", 1, Text("Tên")).Done(done)},
		"looks at kind, which is not before it": {Form("x", 1, Text("t").When(kind.Is("a")), kind).Done(done)},
		"is never asked: kind = c":              {Form("x", 1, kind, Text("t").When(kind.Is("c"))).Done(done)},
		"is never asked: kind = c or kind = d":  {Form("x", 1, kind, Text("t").When(Either(kind.Is("c"), kind.Is("d")))).Done(done)},
		"are not distinct":                      {Form("x", 1, Choice("k", "a", "a")).Done(done)},
		"step k are not distinct":               {Form("x", 1, Grouped("k", GroupOf("g", "a"), GroupOf("g", "b"))).Done(done)},
		"has no query":                          {Form("x", 1, Lookup("k", "", nil)).Done(done)},
		"cannot take several":                   {Form("x", 1, kind.Many(3)).Done(done)},
		"expires before the nudge":              {Form("x", 1, Text("t")).Nudge(2 * time.Hour).Expire(time.Hour).Done(done)},
		"needs a slash word":                    {Form("x", 1, Text("t")).Listed().Done(done)},
		`earlier key "y" is a flow`:             {Form("x", 1, Text("t")).Was("y").Done(done), Command("y").Do(done)},
		"t was not step u":                      {Form("x", 1, Text("t"), Text("u").Was("t")).Done(done)},
		"starts flow pledge":                    {pledgeForm(), Form("again", 1, Text("t")).Done(done)},
		"is a nav word":                         {Form("navigates", 1, Text("t")).Done(done)},
	} {
		book := testBook()
		book.phrases["again.triggers"] = []string{"Ủng hộ"}
		book.phrases["navigates.triggers"] = []string{"hủy"}
		_, err := New(book, flows...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := New(nil); err == nil {
		t.Error("an engine without words")
	}
}

func TestHandlesAreTyped(t *testing.T) {
	a := Answers{}
	giftAmount.Put(a, 500_000)
	giftKind.Put(a, "goods")
	giftItems.Put(a, "10 gạo", "2 mì")
	pledgeAnon.Put(a, true)
	n, anon := giftAmount.Of(a), pledgeAnon.Of(a)
	if n != int64(500_000) || !anon || !slices.Equal(giftItems.All(a), []string{"10 gạo", "2 mì"}) || giftNote.Has(a) || giftNote.Of(a) != "" {
		t.Errorf("%v", a)
	}
	c := Ctx{Answers: a}
	for name, cond := range map[string]Cond{
		"is": giftKind.Is("work", "goods"), "not": giftKind.Is("money").Not(), "either": Either(giftNote.Answered(), giftAmount.Answered()),
		"holds": giftAmount.Holds("large", func(n int64) bool { return n > 1000 }), "if": If("x", func(c Ctx) bool { return len(c.Answers) == 4 }),
	} {
		if !cond.test(c) || cond.Not().test(c) {
			t.Errorf("%s does not hold", name)
		}
	}
	if one, two := Text("t"), Text("t").Optional(); one.s.optional || !two.s.optional {
		t.Error("a method changed the field it was called on")
	}
}

func TestData(t *testing.T) {
	long := strings.Repeat("k", 80)
	for _, key := range []string{"money", "h1", "GN-7K3QF2M", "a.b.c", "~back", "ấ", long} {
		data := Data(FormHash("telegram:1:2:3"), "household", key)
		tap := ParseData(data)
		if len(data) > 64 || tap.Bad || tap.Step != "household" || tap.Form != FormHash("telegram:1:2:3") {
			t.Errorf("%q: %+v", data, tap)
		}
		if _, ok := find([]Option{{Key: "other"}, {Key: key}}, tap.Key); !ok {
			t.Errorf("%q is not found again", key)
		}
	}
	say := Say{Form: FormHash("x"), Step: "kind"}
	if got := ParseData(DataOf(say, Option{Key: "k", Do: "/suaphieu GN-7K3QF2M"})); got != (Tap{Do: "/suaphieu GN-7K3QF2M"}) {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"", "x", "do:", "do:rm", "a.b.c", "12345678..c", "12345678.kind.", "12345678.KIND.x", strings.Repeat("x", 65), "12345678.kind.\xff", "HASHHASH.kind.x"} {
		if got := ParseData(bad); !got.Bad {
			t.Errorf("ParseData(%q) = %+v", bad, got)
		}
	}
}

func FuzzParseData(f *testing.F) {
	f.Add(Data(FormHash("e"), "kind", "money"))
	f.Add("do:/huy")
	f.Fuzz(func(t *testing.T, s string) {
		tap := ParseData(s)
		if !tap.Bad && tap.Do == "" && Data(tap.Form, tap.Step, tap.Key) != s {
			t.Errorf("%q reads as %+v", s, tap)
		}
	})
}

func TestLint(t *testing.T) {
	book := testBook()
	book.labels["clash.k.a"], book.labels["clash.k.b"], book.labels["clash.k.c"] = "Nhà", "nha", "Quay lại"
	e, err := New(book, Form("clash", 1, Choice("k", "a", "b", "c")).On("/clash").Listed().Done(func(Ctx) []Effect { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range e.Lint() {
		all = append(all, f.String())
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{
		"clash.k.b: reads like clash.k.a", "clash.k.c: is a nav word", "clash.k: is said and is not in the locale", "clash.triggers: no phrase",
		"vi dialog.welcome: is said", "en dialog.welcome: is said",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestFingermark(t *testing.T) {
	form := func(q ...Question) Flow { return Form("f", 1, q...).Done(func(Ctx) []Effect { return nil }) }
	mark := func(book book, f Flow) string {
		e, err := New(book, f)
		if err != nil {
			t.Fatal(err)
		}
		return e.Fingerprint("f")
	}
	kind := Choice("k", "a", "b")
	base := mark(testBook(), form(kind, Text("t")))
	if again := mark(testBook(), form(kind, Text("t"))); again != base || base == "" {
		t.Errorf("%s, again %s", base, again)
	}
	relabelled := testBook()
	relabelled.labels["f.k.a"] = "khác"
	for name, other := range map[string]string{
		"order":     mark(testBook(), form(Text("t"), kind)),
		"option":    mark(testBook(), form(Choice("k", "a", "b", "c"), Text("t"))),
		"optional":  mark(testBook(), form(kind, Text("t").Optional())),
		"condition": mark(testBook(), form(kind, Text("t").When(kind.Is("a")))),
		"label":     mark(relabelled, form(kind, Text("t"))),
	} {
		if other == base {
			t.Errorf("a change of %s is not noticed", name)
		}
	}
}

func TestCommandsAreThoseThePersonMayUse(t *testing.T) {
	e := testEngine(t)
	names := func(p Person) (out []string) {
		for _, s := range e.Commands(p, "vi") {
			out = append(out, s.Name)
		}
		return out
	}
	leader := Person{Roles: []Role{{Name: "leader"}}}
	if got := names(leader); !slices.Equal(got, []string{"ghiqua", "ungho", "xep", "nhieuho", "trogiup", "nhatky", "menu", "huy"}) {
		t.Errorf("%v", got)
	}
	if slices.Contains(names(Person{}), "nhieuho") {
		t.Error("a stranger is offered what is not for them")
	}
}

func TestDraw(t *testing.T) {
	e := testEngine(t)
	chart := e.Draw("gift", "vi")
	for _, want := range []string{"flowchart TD", `q_kind -- "kind = money" --> q_amount`, `q_recent[/"recent: help.recent"/]`, "Ghi quà /ghiqua", "confirm"} {
		if !strings.Contains(chart, want) {
			t.Errorf("no %q in\n%s", want, chart)
		}
	}
	if e.Draw("nope", "vi") != "" {
		t.Error("an unknown flow was drawn")
	}
}

func TestLanguages(t *testing.T) {
	c := newChat(t)
	c.step(Event{Said: "/ungho", Lang: "en-GB"})
	if s := c.outs[0].Effect.(Say); s.Lang != "en" {
		t.Errorf("Lang = %q", s.Lang)
	}
	c.who.Lang = "vi"
	c.who.Address = "bác"
	c.step(Event{Said: "Lan", Lang: "en"})
	if s := c.outs[0].Effect.(Say); s.Lang != "" || s.You != "bác" {
		t.Errorf("Lang = %q, You = %q", s.Lang, s.You)
	}
}
