package dialog

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	whoMenu  = "gift.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963|Lê Huy]"
	kindMenu = "gift.kind [Tiền|Đồ|Công]"
	options  = " [Lưu|Sửa|Bỏ]"
	lanEcho  = "dialog.echo label=Hộ value=Trần Thị Lan, 1963 / dialog.echo label=Loại value=Tiền / dialog.echo label=Số tiền value="
)

func TestFormFromFirstQuestionToSaved(t *testing.T) {
	c := newChat(t)
	c.talk(
		"/ghiqua", whoMenu,
		"lan", "gift.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963]",
		"2", kindMenu,
		"tien", "gift.amount",
		"500k", "gift.photos",
		"bỏ qua", "gift.note",
		"hàng xóm", lanEcho+"500000 đồng / dialog.echo label=Ghi chú value=hàng xóm"+options,
		"1", "save gift.log -> gift.kept",
	)
	if !c.s.Idle() {
		t.Errorf("not idle: %s", toJSON(c.s))
	}
}

func TestOneMessageDoesIt(t *testing.T) {
	c := newChat(t)
	c.talk(
		"cho tran thi lan 500k", lanEcho+"500000 đồng"+options,
		"luu", "save gift.log -> gift.kept",
		"cho lan 500k", "gift.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963]",
		"2", lanEcho+"500000 đồng"+options,
		"sua so tien", "gift.amount",
		"600k", lanEcho+"600000 đồng"+options,
		"dạ 1 nha", "save gift.log -> gift.kept",
		"cho nobody 500k", "dialog.lookup.none words=nobody / "+whoMenu,
		"2", lanEcho+"500000 đồng"+options,
		"3", "dialog.cancelled title=Ghi quà",
		"cho tran lan 500", "dialog.doubt.one label=Số tiền value=500000 đồng [abc 500000 đồng|Không phải]",
		"a", lanEcho+"500000 đồng"+options,
	)
}

func TestFiveEntriesInARow(t *testing.T) {
	c := newChat(t)
	c.talk(
		"cho tran thi lan 100k", lanEcho+"100000 đồng"+options,
		"cho tran thi lan 200k", "dialog.next.kept count=1 / "+lanEcho+"100000 đồng"+options,
		"cho tran thi lan 300k", "dialog.next.kept count=2 / "+lanEcho+"100000 đồng"+options,
		"1", "save gift.log -> gift.kept ## dialog.next.now / "+lanEcho+"200000 đồng"+options,
		"1", "save gift.log -> gift.kept ## dialog.next.now / "+lanEcho+"300000 đồng"+options,
		"1", "save gift.log -> gift.kept",
	)
}

func TestNumbersAreNamesAndNavWordsAreThings(t *testing.T) {
	c := newChat(t)
	c.talk(
		"/ghiqua", whoMenu,
		"hai", "dialog.doubt.nav text=hai [Trần Thị Lan, 1963|“hai”]",
		"2", "dialog.lookup.none words=hai / "+whoMenu,
		"cô hai", "dialog.lookup.none words=cô hai / "+whoMenu, // a name, whatever the menu shows
		"cô 2", "dialog.lookup.none words=cô 2 / "+whoMenu,
		"huy", "dialog.doubt.nav text=huy [Hủy|“huy”]",
		"2", kindMenu, // Lê Huy
		"quay lại", whoMenu,
		"cô Thôi", "dialog.doubt.nav text=cô Thôi [Hủy|“cô Thôi”]",
		"“cô Thôi”", "dialog.lookup.none words=cô Thôi / "+whoMenu,
		"bay", kindMenu, // Ông Bảy: no seventh option is shown
	)
}

func TestDefaultIsOffered(t *testing.T) {
	c := newChat(t)
	c.talk(
		"/ungho", "pledge.name",
		"Quán cơm Hạnh", "pledge.anon [Có|Không]",
		"dạ không", "pledge.sum [abc 50000 đồng]",
		"a", "dialog.echo label=Tên value=Quán cơm Hạnh / dialog.echo label=anon value=Không / dialog.echo label=sum value=50000 đồng"+options,
		"quay lại", "pledge.sum [abc 50000 đồng]",
		"bỏ qua", "dialog.echo label=Tên value=Quán cơm Hạnh / dialog.echo label=anon value=Không / dialog.echo label=sum value=50000 đồng"+options,
		"sửa", "dialog.edit.which [Tên|anon|sum]",
		"tên", "pledge.name",
		"Sữa Mẹ", "dialog.echo label=Tên value=Sữa Mẹ / dialog.echo label=anon value=Không / dialog.echo label=sum value=50000 đồng"+options,
		"lưu", "pledge.thanks",
	)
}

func TestNumbersOfAnOldMenuChooseNothing(t *testing.T) {
	c := newChat(t)
	c.says("cho tran thi lan 500k")
	c.at = c.at.Add(25 * time.Hour)
	c.talk("1", lanEcho+"500000 đồng"+options, "1", "save gift.log -> gift.kept")
}

func TestAmendAtTheConfirmStep(t *testing.T) {
	amend := func(_ Ctx, text string) Understood {
		rest, ok := strings.CutPrefix(text, "nhầm, ")
		if !ok {
			return Understood{}
		}
		u := Understood{OK: true, Answers: Answers{}}
		if n, err := strconv.ParseInt(strings.TrimSuffix(rest, "k"), 10, 64); err == nil {
			giftAmount.Put(u.Answers, n*1000)
		} else {
			giftWho.Put(u.Answers, rest)
		}
		return u
	}
	c := newChat(t, giftForm().Amend(amend))
	c.talk(
		"cho tran thi lan 500k", lanEcho+"500000 đồng"+options,
		"nhầm, 600k", lanEcho+"600000 đồng"+options,
		"nhầm, lan", "gift.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963]",
		"2", lanEcho+"600000 đồng"+options,
		"nhầm, 300000k", "gift.amount.sure value=300000000 [abc 300000000 đồng|Không phải]",
		"a", lanEcho+"300000000 đồng"+options,
		"ừm", "dialog.unclear.choice / "+lanEcho+"300000000 đồng"+options,
	)
}

func TestFactsFollowWhatTheyDependOn(t *testing.T) {
	c := newChat(t)
	asked := 0
	c.find = func(a Ask) Answer {
		if a.Query == "help.recent" {
			asked++
		}
		return findPeople(a)
	}
	c.talk("cho tran thi lan 500k", lanEcho+"500000 đồng"+options)
	if got := c.s.Answers["recent"]; got != `{"last":"h2/money"}` {
		t.Errorf("fact = %s", got)
	}
	c.says("sửa số tiền")
	c.says("600k")
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	c.says("sửa hộ")
	c.says("nguyen thi lan")
	if got := c.s.Answers["recent"]; got != `{"last":"h1/money"}` || asked != 2 {
		t.Errorf("fact = %s, asked %d times", got, asked)
	}
	c.find = func(a Ask) Answer {
		return Answer{Form: a.Form, Step: a.Step, Query: a.Query, Problem: "ask.unavailable"}
	}
	c.says("sửa loại")
	c.says("3")
	if got := c.s.Answers["recent"]; got != `{"problem":"ask.unavailable"}` {
		t.Errorf("fact = %s", got)
	}
	c.talk("sửa hộ", "ask.unavailable / gift.who", "lan", "ask.unavailable / gift.who")
}

// What is said when a record is kept may offer commands with its code: by number, the code is looked up when one is chosen.
func TestMenuOfWhatWasKept(t *testing.T) {
	e, err := New(testBook(),
		Form("x", 1, Text("name")).On("/x").Unconfirmed().Done(func(Ctx) []Effect {
			return []Effect{Save{Kind: "x", Kept: &Say{Lines: []Line{{Key: "done"}}, Menu: []Option{{Key: "see", Label: "Xem", Do: "/see {code}"}, {Key: "new", Label: "Mới", Do: "/x"}}}}}
		}),
		Command("see").On("/see").Do(func(c Ctx) []Effect {
			return []Effect{Say{Lines: []Line{{Key: "seen", Args: map[string]string{"code": c.Input}}}}}
		}))
	if err != nil {
		t.Fatal(err)
	}
	s, _ := e.Step(State{}, Event{ID: "open", Said: "/x"})
	kept, _ := e.Step(s, Event{ID: "e1", Said: "Lan"})
	for _, chosen := range []string{"1", "xem"} {
		asking, outs := e.Step(kept, Event{ID: "e2", Said: chosen})
		ask, ok := outs[len(outs)-1].Effect.(Ask)
		if !ok || ask.Query != AskKept || ask.Args["form"] != "open" || ask.Args["n"] != "0" {
			t.Fatalf("%s: %+v", chosen, outs)
		}
		answer := func(a Answer) Say {
			t.Helper()
			a.Form, a.Step, a.Query = ask.Form, ask.Step, ask.Query
			end, said := e.Step(asking, Event{ID: "e2?1", Returned: &a})
			if !end.Idle() || len(said) != 1 {
				t.Fatalf("%+v %+v", end, said)
			}
			return said[0].Effect.(Say)
		}
		if say := answer(Answer{Facts: map[string]string{"code": "GN-1"}}); say.Lines[0].Key != "seen" || say.Lines[0].Args["code"] != "GN-1" {
			t.Errorf("%s: %+v", chosen, say)
		}
		if say := answer(Answer{Problem: "ask.unavailable"}); say.Lines[0].Key != "ask.unavailable" {
			t.Errorf("%s: %+v", chosen, say)
		}
		if say := answer(Answer{}); say.Lines[0].Key == "seen" { // it was refused, and nothing was offered
			t.Errorf("%s: %+v", chosen, say)
		}
	}
	if next, outs := e.Step(kept, Event{ID: "e3", Said: "2"}); next.Flow != "x" {
		t.Errorf("another of the same menu: %+v", outs)
	}
}
