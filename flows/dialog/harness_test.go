package dialog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog/fold"
)

// book is Words for tests: a label is listed, or is made of the key's last part.
type book struct {
	labels  map[string]string
	phrases map[string][]string
}

func (b book) Label(lang, key string) string {
	if l, ok := b.labels[lang+":"+key]; ok {
		return l
	}
	if l, ok := b.labels[key]; ok {
		return l
	}
	return key
}
func (b book) Phrases(key string) []string { return b.phrases[key] }
func (b book) Languages() []string         { return []string{"vi", "en"} }

func testBook() book {
	return book{
		labels: map[string]string{
			"dialog.save": "Lưu", "dialog.edit": "Sửa", "dialog.drop": "Bỏ", "dialog.skip": "Bỏ qua", "dialog.back": "Quay lại",
			"dialog.cancel": "Hủy", "dialog.more": "Xem tiếp", "dialog.done": "Xong", "dialog.resume": "Làm tiếp", "dialog.leave": "Thôi",
			"dialog.doubt.other": "Khác", "dialog.doubt.no": "Không phải", "dialog.menu.button": "Về đầu", "dialog.human": "Gặp người",
			"gift.title": "Ghi quà", "gift.who": "gift.who?", "gift.kind.money": "Tiền", "gift.kind.goods": "Đồ", "gift.kind.work": "Công",
			"gift.who.label": "Hộ", "gift.kind.label": "Loại", "gift.amount.label": "Số tiền", "gift.items.label": "Món",
			"gift.note.label": "Ghi chú", "gift.photos.label": "Ảnh", "gift.on.label": "Ngày",
			"gift.amount.example": "x", "gift.who.help": "x",
			"pledge.title": "Ủng hộ", "pledge.anon.yes": "Có", "pledge.anon.no": "Không", "pledge.name.label": "Tên",
			"sort.title": "Xếp", "sort.g.home": "Nhà cửa", "sort.g.food": "Ăn uống", "sort.g.roof": "Lợp nhà", "sort.g.build": "Xây nhà",
			"sort.g.milk": "Sữa", "sort.g.rice": "Gạo", "sort.g.sick": "Thuốc",
			"list.title": "Nhiều hộ", "help.title": "Trợ giúp", "diary.title": "Nhật ký",
		},
		phrases: map[string][]string{
			"nav.cancel": {"hủy", "thôi", "cancel"}, "nav.back": {"quay lại", "back"}, "nav.skip": {"bỏ qua", "skip"},
			"nav.done": {"xong", "hết"}, "nav.menu": {"menu", "về đầu"}, "nav.help": {"trợ giúp", "help"}, "nav.more": {"xem tiếp", "tiếp"},
			"nav.yes": {"phải", "đúng", "có", "ừ", "ok"}, "nav.no": {"không", "không phải", "sai"}, "nav.edit": {"sửa", "edit"},
			"nav.save": {"lưu", "save"}, "nav.resume": {"tiếp tục", "làm tiếp"}, "nav.drop": {"bỏ"}, "nav.human": {"gặp người"},
			"nav.filler": {"dạ", "ạ", "nha", "nhé", "em", "số", "chọn", "rồi", "cô"},
			"nav.kin":    {"cô", "chú", "em", "ông", "bà"},
			"nav.1":      {"một"}, "nav.2": {"hai"}, "nav.3": {"ba"}, "nav.7": {"bảy"},
			"nav.hello": {"chào", "xin chào"}, "nav.thanks": {"cảm ơn"},
			"gift.triggers": {"ghi quà"}, "pledge.triggers": {"ủng hộ"},
		},
	}
}

// dong is a small money field: 500k, 500000; a bare number under 1,000 is doubtful; "nhieu" is impossible.
func dong(key string) Field[int64] {
	return NewField(key, Codec[int64]{
		Read: func(in In) Reading[int64] {
			s := fold.Fold(in.Text)
			if s == "am" {
				return Reading[int64]{Problem: Problem{Key: "dong.negative"}}
			}
			mult := int64(1)
			if rest, ok := strings.CutSuffix(s, "k"); ok {
				s, mult = rest, 1000
			} else if rest, ok := strings.CutSuffix(s, "tr"); ok {
				s, mult = rest, 1_000_000
			}
			n, err := strconv.ParseInt(s, 10, 40)
			switch {
			case err != nil || n < 0:
				return Reading[int64]{}
			case mult == 1 && n == 7:
				return Reading[int64]{Candidates: []int64{7_000, 7_000_000}}
			case mult == 1 && n < 1000:
				return Reading[int64]{Candidates: []int64{n * 1000}}
			}
			return Read(n * mult)
		},
		Format:  func(n int64) string { return strconv.FormatInt(n, 10) },
		Parse:   func(s string) (int64, bool) { n, err := strconv.ParseInt(s, 10, 64); return n, err == nil && n >= 0 },
		Show:    func(_ Words, _ string, n int64) string { return strconv.FormatInt(n, 10) + " đồng" },
		Unclear: "dong.unclear",
		Says:    []Key{{Name: "dong.unclear"}, {Name: "dong.negative"}},
	})
}

// things is a small field of items: "10 gao, 2 mi".
func things(key string) Field[string] {
	return NewField(key, Codec[string]{
		ReadAll: func(in In) Reading[[]string] {
			var all []string
			for part := range strings.SplitSeq(in.Text, ",") {
				part = strings.TrimSpace(part)
				if part == "" || part[0] < '0' || part[0] > '9' {
					return Reading[[]string]{}
				}
				all = append(all, part)
			}
			return Read(all)
		},
		Format: func(s string) string { return s },
		Parse:  func(s string) (string, bool) { return s, s != "" },
		CouldBe: func(s string) bool {
			f := fold.Fold(s)
			return f == "sua" || f == "bo qua"
		},
	})
}

var (
	giftWho    = Lookup("who", "who.find", func(c Ctx) map[string]string { return map[string]string{"by": c.Who.ID} })
	giftKind   = Choice("kind", "money", "goods", "work")
	giftAmount = dong("amount").When(giftKind.Is("money")).Check(Within(1000, 9_000_000_000)).
			Sure(func(n int64, _ Ctx) Problem {
			if n > 100_000_000 {
				return Problem{Key: "gift.amount.sure", Args: map[string]string{"value": itoa(n)}}
			}
			return Fine
		})
	giftItems  = things("items").When(giftKind.Is("goods")).Many(5)
	giftRecent = Fact("recent", "help.recent", func(c Ctx) map[string]string {
		return map[string]string{"who": giftWho.Of(c.Answers), "kind": giftKind.Of(c.Answers)}
	})
	giftPhotos = Photo("photos").Optional().Many(3)
	giftNote   = Text("note").Optional()
)

// giftForm is the form most tests talk to.
func giftForm() Flow {
	return Form("gift", 3, giftWho, giftKind, giftAmount, giftItems, giftRecent, giftPhotos, giftNote).
		On("/ghiqua").Listed().
		Hear(func(c Ctx, text string) Understood {
			s := fold.Fold(text)
			rest, ok := strings.CutPrefix(s, "cho ")
			if !ok {
				return Understood{}
			}
			u := Understood{OK: true, Answers: Answers{}, Doubts: map[string][]string{}}
			words := strings.Fields(rest)
			for i, w := range words {
				if strings.HasSuffix(w, "k") {
					giftKind.Put(u.Answers, "money")
					if n, err := strconv.ParseInt(strings.TrimSuffix(w, "k"), 10, 32); err == nil {
						giftAmount.Put(u.Answers, n*1000)
					}
					u.Complete = true
					words = words[:i]
					break
				}
				if w == "500" {
					giftKind.Put(u.Answers, "money")
					u.Doubts["amount"] = []string{"500000"}
					u.Complete = true
					words = words[:i]
					break
				}
			}
			u.Answers["who"] = strings.Join(words, " ")
			return u
		}).
		Done(func(c Ctx) []Effect {
			data, _ := json.Marshal(c.Answers)
			return []Effect{Save{Kind: "gift.log", Data: data, Kept: &Say{Lines: []Line{{Key: "gift.kept"}}}}}
		})
}

var (
	pledgeName = Text("name").Check(Length(2, 60))
	pledgeAnon = YesNo("anon")
	pledgeSum  = dong("sum").Default(func(Ctx) int64 { return 50_000 })
)

func pledgeForm() Flow {
	return Form("pledge", 1, pledgeName, pledgeAnon, pledgeSum).On("/ungho").Listed().
		Starts(func(p string) bool { return strings.HasPrefix(p, "u-") }).
		Typed(func(s string) bool { return len(s) == 8 && strings.Trim(s, "0123456789") == "" }).
		Done(func(c Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: "pledge.thanks"}}}} })
}

var sortG = Grouped("g", GroupOf("home", "roof", "build"), GroupOf("food", "milk", "rice"), GroupOf("health", "sick"))

func sortForm() Flow {
	return Form("sort", 1, sortG, Text("t")).On("/xep").Unconfirmed().
		Done(func(c Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: "sort.done"}}}} })
}

var listWho = Lookup("who", "who.list", nil).Many(60).Picks(func(text string, n int) ([]int, string) {
	f := fold.Fold(text)
	if rest, ok := strings.CutPrefix(f, "ca danh sach"); ok {
		var out []int
		for i := 1; i <= n; i++ {
			if !strings.Contains(rest+" ", " "+strconv.Itoa(i)+" ") {
				out = append(out, i)
			}
		}
		return out, ""
	}
	var out []int
	for _, w := range strings.Fields(strings.ReplaceAll(f, ",", " ")) {
		i, err := strconv.Atoi(w)
		if err != nil {
			return nil, "unread"
		}
		if i < 1 || i > n {
			return nil, "range"
		}
		out = append(out, i)
	}
	return out, ""
})

func listForm() Flow {
	return Form("list", 1, listWho).On("/nhieuho").For(func(p Person) bool { return p.Has("leader") }).
		Done(func(c Ctx) []Effect { return []Effect{Save{Kind: "list", Data: json.RawMessage(`{}`)}} })
}

func testFlows() []Flow {
	return []Flow{
		giftForm(), pledgeForm(), sortForm(), listForm(),
		Command("help").On("/trogiup", "/help").Do(func(Ctx) []Effect { return []Effect{Say{Lines: []Line{{Key: "help.text"}}}} }),
		Command("diary").On("/nhatky").Do(func(c Ctx) []Effect { return []Effect{Ask{Query: "diary", Page: c.Page}} }),
	}
}

func testEngine(t testing.TB, flows ...Flow) *Engine {
	t.Helper()
	if len(flows) == 0 {
		flows = testFlows()
	}
	e, err := New(testBook(), flows...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// people are the households of the tests' look-ups.
var people = []Option{
	{Key: "h1", Label: "Nguyễn Thị Lan, 1951"},
	{Key: "h2", Label: "Trần Thị Lan, 1963"},
	{Key: "h3", Label: "Lê Huy"},
	{Key: "h4", Label: "Ông Bảy"},
	{Key: "h5", Label: "Võ Sáu"},
}

// findPeople answers the tests' look-ups.
func findPeople(a Ask) Answer {
	out := Answer{Form: a.Form, Step: a.Step, Query: a.Query, Page: a.Page}
	switch a.Query {
	case "who.find":
		for _, o := range people {
			if k := a.Args["key"]; k != "" && k != o.Key {
				continue
			}
			match := true
			label := fold.Fold(o.Label)
			for _, w := range strings.Fields(fold.Fold(a.Args["q"])) {
				match = match && strings.Contains(label, w)
			}
			if match {
				out.Options = append(out.Options, o)
			}
		}
		if a.Args["q"] == "" && a.Args["key"] == "" {
			out.Options = out.Options[:3]
		}
	case "who.list":
		for i := 1; i <= 10 && a.Page*10+i <= 25; i++ {
			n := a.Page*10 + i
			out.Options = append(out.Options, Option{Key: fmt.Sprintf("p%d", n), Label: fmt.Sprintf("Hộ %d", n)})
		}
		out.More = a.Page < 2
	case "help.recent":
		out.Facts = map[string]string{"last": a.Args["who"] + "/" + a.Args["kind"]}
	case "diary":
		out.Lines = []Line{{Key: "diary.row", Args: map[string]string{"n": itoa(a.Page)}}}
		out.More = a.Page < 2
	default:
		out.Problem = "ask.unavailable"
	}
	return out
}

// chat talks to an engine as a contact does. Every state goes through JSON, and every step is done twice.
type chat struct {
	t    testing.TB
	e    *Engine
	s    State
	n    int
	at   time.Time
	who  Person
	find func(Ask) Answer
	outs []Out // of the last turn, Asks left out
	seen []Tap // buttons shown so far
}

var morning = time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC) // 09:00 in Vietnam

func newChat(t testing.TB, flows ...Flow) *chat {
	return &chat{t: t, e: testEngine(t, flows...), at: morning, find: findPeople, who: Person{ID: "p1", Roles: []Role{{Name: "leader", Area: "48"}}}}
}

func (c *chat) step(ev Event) {
	c.t.Helper()
	c.n++
	if ev.ID == "" {
		ev.ID = "e" + strconv.Itoa(c.n)
	}
	if ev.At.IsZero() {
		c.at = c.at.Add(time.Minute)
		ev.At = c.at
	}
	ev.Who = c.who
	s, outs, err := run(c.e, c.s, ev, c.find)
	if err != nil {
		c.t.Fatalf("%v\nstate %+v\nevent %+v", err, c.s, ev)
	}
	c.s, c.outs = s, outs
}

// run is a whole turn: steps and look-ups until nothing is asked. It checks what holds for every step.
func run(e *Engine, s State, ev Event, find func(Ask) Answer) (State, []Out, error) {
	var all []Out
	for round := 0; ; round++ {
		if round > 12 {
			return s, all, fmt.Errorf("it asks for ever")
		}
		before := toJSON(s)
		next, outs := e.Step(s, ev)
		again, outs2 := e.Step(s, ev)
		if toJSON(s) != before {
			return s, all, fmt.Errorf("the state that came in was changed:\n%s\n%s", before, toJSON(s))
		}
		if toJSON(next) != toJSON(again) || toJSON(outs) != toJSON(outs2) {
			return s, all, fmt.Errorf("two steps differ")
		}
		var ask *Ask
		for i, o := range outs {
			if o.ID != ev.ID+"/"+strconv.Itoa(i) {
				return s, all, fmt.Errorf("out %d has the id %q", i, o.ID)
			}
			if a, ok := o.Effect.(Ask); ok {
				if i != len(outs)-1 {
					return s, all, fmt.Errorf("an Ask is not the last effect")
				}
				ask = &a
				continue
			}
			all = append(all, o)
		}
		var stored State
		if err := json.Unmarshal([]byte(toJSON(next)), &stored); err != nil {
			return s, all, err
		}
		if n := len(toJSON(next)); n > 8192 && ask == nil {
			return s, all, fmt.Errorf("the state has %d bytes", n)
		}
		s = stored
		if ask == nil {
			if s.Wait != nil {
				return s, all, fmt.Errorf("it waits and does not ask")
			}
			return s, all, nil
		}
		a := find(*ask)
		ev = Event{ID: ev.ID + "?", At: ev.At, Lang: ev.Lang, Who: ev.Who, Returned: &a}
	}
}

func toJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (c *chat) says(text string) {
	c.t.Helper()
	c.step(Event{Said: text, Ref: "m" + strconv.Itoa(c.n)})
}
func (c *chat) taps(key string) { c.t.Helper(); c.tapsAt(c.s.Step, key) }
func (c *chat) tapsAt(st, k string) {
	c.t.Helper()
	c.step(Event{Tapped: &Tap{Form: FormHash(c.s.Form), Step: st, Key: k}, Ref: "bot"})
}

func (c *chat) photo(ref, caption string) {
	c.t.Helper()
	c.step(Event{Sent: &Media{Kind: "photo", Ref: ref, Caption: caption}, Ref: "m" + strconv.Itoa(c.n)})
}

// messages are the Says of the last turn: the keys of their lines and, in brackets, their numbered options.
func (c *chat) messages() []string {
	var out []string
	for _, o := range c.outs {
		switch e := o.Effect.(type) {
		case Say:
			out = append(out, sayText(e))
		case Save:
			text := "save " + e.Kind
			if e.Kept != nil {
				text += " -> " + sayText(*e.Kept)
			}
			out = append(out, text)
		case Handover:
			out = append(out, "handover "+e.Reason)
		case Recall:
			out = append(out, "recall "+strings.Join(e.Notices, ","))
		case Fetch:
			out = append(out, "fetch "+e.Ref)
		}
	}
	return out
}

func sayText(s Say) string {
	var parts []string
	for _, l := range s.Lines {
		text := l.Key
		for _, k := range []string{"words", "text", "label", "value", "count", "max", "command", "title"} {
			if v := l.Args[k]; v != "" {
				text += " " + k + "=" + v
			}
		}
		parts = append(parts, text)
	}
	out := strings.Join(parts, " / ")
	var opts []string
	for _, o := range s.Menu {
		if !o.Nav {
			opts = append(opts, o.Label)
		}
	}
	if len(opts) > 0 {
		mark := ""
		if s.Letters {
			mark = "abc "
		}
		if s.Loose {
			mark = "loose "
		}
		out += " [" + mark + strings.Join(opts, "|") + "]"
	}
	return out
}

// expect compares the messages of the last turn.
func (c *chat) expect(want ...string) {
	c.t.Helper()
	if got := c.messages(); !slices.Equal(got, want) {
		c.t.Fatalf("got  %s\nwant %s\nstate %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "), toJSON(c.s))
	}
}

// talk runs a conversation: what is said, then what must be answered.
func (c *chat) talk(lines ...string) {
	c.t.Helper()
	for i := 0; i+1 < len(lines); i += 2 {
		c.says(lines[i])
		if got := strings.Join(c.messages(), " ## "); got != lines[i+1] {
			c.t.Fatalf("line %d %q:\ngot  %s\nwant %s\nstate %s", i/2, lines[i], got, lines[i+1], toJSON(c.s))
		}
	}
}
