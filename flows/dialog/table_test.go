package dialog

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestTable has a part for every row of the engine's table of events and states.
func TestTable(t *testing.T) {
	t.Run("trigger when idle opens", func(t *testing.T) {
		c := newChat(t)
		c.talk("Ghi QUÀ ạ", whoMenu)
		c = newChat(t)
		c.step(Event{Start: &Start{Payload: "u-77"}})
		c.expect("pledge.name")
		c = newChat(t)
		c.talk("48291573", "pledge.name")
		if c.s.Input != "48291573" {
			t.Errorf("Input = %q", c.s.Input)
		}
	})
	t.Run("start", func(t *testing.T) {
		c := newChat(t)
		c.step(Event{Start: &Start{}})
		c.expect("dialog.welcome / dialog.menu [Ghi quà|Ủng hộ]")
		c.talk(
			"2", "pledge.name",
			"Lan", "pledge.anon [Có|Không]",
			"/start", "dialog.start.busy title=Ủng hộ / pledge.anon [Có|Không]",
			"/start nothing", "dialog.start.unknown / pledge.anon [Có|Không]",
			"/start u-2", "pledge.name",
			"/tieptuc", "pledge.anon [Có|Không]",
		)
	})
	t.Run("slash command mid-form parks and offers to resume", func(t *testing.T) {
		c := newChat(t)
		c.talk(
			"/ungho", "pledge.name",
			"Lan", "pledge.anon [Có|Không]",
			"/ghiqua", whoMenu,
			"3", kindMenu,
			"/xep", "dialog.parked.dropped title=Ủng hộ / sort.g [Nhà cửa|Ăn uống|Thuốc]",
			"/huy", "dialog.cancelled title=Xếp / dialog.resume.offer title=Ghi quà [Làm tiếp|Thôi]",
			"1", kindMenu,
			"công", "gift.photos",
			"/trogiup", "help.text / gift.photos", // a command answers and leaves the form open
			"/huy", "dialog.cancelled title=Ghi quà",
			"/huy", "dialog.cancel.none",
			"tiếp tục", "dialog.resume.none",
		)
	})
	t.Run("an offer goes out with what the form says last", func(t *testing.T) {
		c := newChat(t)
		c.talk(
			"/ghiqua", whoMenu, "3", kindMenu,
			"/xep", "sort.g [Nhà cửa|Ăn uống|Thuốc]", "thuoc", "sort.t",
			"x", "sort.done / dialog.resume.offer title=Ghi quà [loose Làm tiếp|Thôi]",
			"tiep tuc", kindMenu,
		)
	})
	t.Run("trigger phrase mid-form is an answer", func(t *testing.T) {
		c := newChat(t)
		c.talk("/ungho", "pledge.name", "ghi quà", "pledge.anon [Có|Không]", "quay lại", "pledge.name")
		c.talk("/ghiqua", whoMenu, "3", kindMenu, "ủng hộ", "dialog.unclear.choice / "+kindMenu)
	})
	t.Run("nav words", func(t *testing.T) {
		for _, word := range []string{"hủy", "huỷ", "HỦY", "dạ hủy nha em", "thôi"} {
			c := newChat(t)
			c.talk("/ungho", "pledge.name", word, "dialog.cancelled title=Ủng hộ")
		}
		for _, word := range []string{"huy", "HUY", "thoi", "Quay lai"} { // at a text they could be a name
			c := newChat(t)
			c.says("/ungho")
			c.says(word)
			if c.s.Doubt == nil || c.s.Doubt.Kind != doubtNav {
				t.Errorf("%q was not asked about: %q", word, c.messages())
			}
		}
		c := newChat(t)
		c.talk("/ghiqua", whoMenu, "3", kindMenu, "huy", "dialog.cancelled title=Ghi quà") // at a fixed choice they cannot
		c.talk("/ghiqua", whoMenu, "3", kindMenu, "do", "gift.items",
			"bo qua", "dialog.doubt.nav text=bo qua [abc Bỏ qua|“bo qua”]", // bộ quà?
			"b", "dialog.unclear / gift.items",
			"bộ quà", "dialog.unclear / gift.items",
			"quay lai", kindMenu)
	})
	t.Run("pure choice", func(t *testing.T) {
		for text, want := range map[string]string{
			"1": "gift.amount", "1.": "gift.amount", "số 1": "gift.amount", "１": "gift.amount", "1️⃣": "gift.amount", "tiền": "gift.amount", "TIEN": "gift.amount",
			"ti": "gift.amount", "do": "gift.items", "4": "dialog.choice.range max=3 / " + kindMenu, "99": "dialog.choice.range max=3 / " + kindMenu,
			"0": "dialog.menu [Làm tiếp: Ghi quà|Ghi quà|Ủng hộ]", "?": "dialog.help.step / " + kindMenu, "9": "dialog.choice.range max=3 / " + kindMenu,
			"một": "dialog.doubt.nav text=một [Tiền|Khác]", "a": "dialog.unclear.choice / " + kindMenu, "tiễn": "dialog.unclear.choice / " + kindMenu,
			"500k": "dialog.unclear.choice / " + kindMenu,
		} {
			c := newChat(t)
			c.talk("/ghiqua", whoMenu, "3", kindMenu, text, want)
		}
		c := newChat(t)
		c.talk("/ghiqua", whoMenu, "3", kindMenu, "một", "dialog.doubt.nav text=một [Tiền|Khác]", "1", "gift.amount")
	})
	t.Run("text at a field", func(t *testing.T) {
		c := newChat(t)
		c.talk(
			"/ghiqua", whoMenu, "3", kindMenu, "1", "gift.amount",
			"2", "dialog.doubt.one label=Số tiền value=2000 đồng [abc 2000 đồng|Không phải]",
			"7", "dialog.doubt.several text=7 [abc 7000 đồng|7000000 đồng|Khác]", // a digit is a new answer, never a choice
			"c", "gift.amount",
			"1", "dialog.doubt.one label=Số tiền value=1000 đồng [abc 1000 đồng|Không phải]",
			"khong", "gift.amount",
			"am", "dong.negative / gift.amount",
			"blah", "dong.unclear / gift.amount",
			"blah", "dong.unclear / gift.amount.example / gift.amount",
			"blah", "dong.unclear / gift.amount.example / gift.amount",
			"blah", "handover give-up ## dong.unclear / dialog.handover / gift.amount",
			"0k", "dialog.number.low / gift.amount.example / gift.amount",
			"7", "dialog.doubt.several text=7 [abc 7000 đồng|7000000 đồng|Khác]",
			"b)", "gift.photos",
		)
	})
	t.Run("tap of this form, this step", func(t *testing.T) {
		c := newChat(t)
		c.talk("/ghiqua", whoMenu)
		c.taps("h2")
		c.expect(kindMenu)
		if s := c.outs[0].Effect.(Say); s.Replace != "bot" {
			t.Errorf("the message is not edited in place: %+v", s)
		}
		c.taps("money")
		c.taps("~skip") // not optional
		c.expect("dialog.skip.cannot / gift.amount")
		c.taps("~back")
		c.expect(kindMenu)
	})
	t.Run("tap of this form, answered step", func(t *testing.T) {
		c := newChat(t)
		c.talk("cho tran thi lan 500k", lanEcho+"500000 đồng"+options)
		c.tapsAt("kind", "money")
		if len(c.outs) != 0 {
			t.Errorf("the same value did something: %q", c.messages())
		}
		c.tapsAt("kind", "goods")
		c.expect("dialog.corrected label=Loại value=Đồ / gift.items")
		if _, ok := c.s.Answers["amount"]; ok {
			t.Error("the amount was kept")
		}
		c.tapsAt("amount", "500000") // no longer asked
		c.expect("dialog.stale / gift.items")
		c.tapsAt("who", "h1") // from a look-up: asked again, scoped
		c.expect("dialog.corrected label=Hộ value=Nguyễn Thị Lan, 1951 / gift.items")
		c.tapsAt("who", "gone")
		c.expect("dialog.stale / gift.items")
		c.tapsAt("amount", "500000")
		c.expect("dialog.stale / gift.items")
	})
	t.Run("tap of another form, or forged", func(t *testing.T) {
		c := newChat(t)
		c.says("/ghiqua")
		c.step(Event{Tapped: &Tap{Form: "zzzzzzzz", Step: "kind", Key: "goods"}})
		c.expect("dialog.stale / " + whoMenu)
		c.step(Event{Tapped: &Tap{Bad: true}})
		c.expect("dialog.stale / " + whoMenu)
		c.tapsAt("kind", "goods") // not asked yet
		c.expect("dialog.stale / " + whoMenu)
		c.talk("1", kindMenu)
		c.taps("zzz")
		c.expect("dialog.stale / " + kindMenu)
		c = newChat(t)
		c.step(Event{Tapped: &Tap{Form: "zzzzzzzz", Step: "kind", Key: "goods"}})
		c.expect("dialog.stale")
	})
	t.Run("a second press of save says nothing", func(t *testing.T) {
		c := newChat(t)
		c.says("cho tran thi lan 500k")
		tap := Tap{Form: FormHash(c.s.Form), Step: stepConfirm, Key: c.s.Menu[0].Key}
		c.step(Event{Tapped: &tap})
		c.expect("save gift.log -> gift.kept")
		c.step(Event{Tapped: &tap})
		c.expect()
	})
	t.Run("notice", func(t *testing.T) {
		n := func(id string, urgent bool) Event {
			return Event{Notice: &Notice{ID: id, Urgent: urgent, Say: Say{Lines: []Line{{Key: "n." + id}}, Menu: []Option{{Key: "k", Label: "Nhận đủ", Do: "/trogiup"}}}}}
		}
		c := newChat(t)
		c.step(n("1", false))
		c.expect("n.1 [Nhận đủ]")
		c.talk("1", "help.text", "/ghiqua", whoMenu)
		c.step(n("2", false))
		c.expect()
		c.step(n("3", true))
		c.expect("n.3 [loose Nhận đủ]", whoMenu)
		c.talk("1", kindMenu, "/huy", "dialog.cancelled title=Ghi quà ## recall 2")
		c.at = morning.Add(13 * time.Hour) // 22:00
		c.step(n("4", false))
		c.expect()
		if l, ok := c.outs[0].Effect.(Later); !ok || l.Key != "held" || l.At.In(Zone).Hour() != 7 {
			t.Errorf("not held until the morning: %+v", c.outs)
		}
		c.step(n("5", true))
		c.expect("n.5 [Nhận đủ]")
		c.at = morning.Add(23 * time.Hour)
		c.step(Event{Fired: &Timer{Key: "held"}})
		c.expect("recall 4")
	})
	t.Run("timer", func(t *testing.T) {
		c := newChat(t)
		c.says("/ghiqua")
		later := c.later(t)
		if d := later.At.Sub(c.at); d != 30*time.Minute {
			t.Errorf("nudge after %s", d)
		}
		first := Timer{Key: later.Key, Form: later.Form, Step: later.Step}
		c.says("1")
		c.step(Event{Fired: &first})
		if len(c.outs) != 0 {
			t.Errorf("a void timer did something: %q", c.messages())
		}
		now := Timer{Key: "form", Form: c.s.Form, Step: c.s.Step}
		c.step(Event{Fired: &now})
		c.expect("dialog.nudge title=Ghi quà / " + kindMenu)
		if d := c.later(t).At.Sub(c.at); d != 23*time.Hour+30*time.Minute {
			t.Errorf("expires after %s", d)
		}
		c.at = c.at.Add(24 * time.Hour)
		c.step(Event{Fired: &now})
		c.expect("dialog.expired title=Ghi quà [Làm tiếp|Thôi]")
		c.talk("1", kindMenu)
		c.at = time.Date(2026, 11, 11, 13, 50, 0, 0, time.UTC) // 20:50
		c.says("?")
		if at := c.later(t).At.In(Zone); at.Hour() != 7 || at.Day() != 12 {
			t.Errorf("a nudge at %s", at)
		}
		c.step(Event{At: time.Date(2026, 11, 11, 15, 0, 0, 0, time.UTC), Fired: &Timer{Key: "form", Form: c.s.Form, Step: c.s.Step}})
		if len(c.messages()) != 0 || c.later(t).At.In(Zone).Hour() != 7 {
			t.Errorf("spoke at night: %+v", c.outs)
		}
	})
	t.Run("entries that wait do not expire", func(t *testing.T) {
		c := newChat(t)
		c.says("cho tran thi lan 500k")
		c.says("cho tran thi lan 600k")
		fire := Timer{Key: "form", Form: c.s.Form, Step: c.s.Step}
		c.step(Event{Fired: &fire})
		c.step(Event{Fired: &fire})
		if len(c.s.Next) != 1 || c.s.Idle() {
			t.Errorf("%s", toJSON(c.s))
		}
	})
}

func (c *chat) later(t *testing.T) Later {
	t.Helper()
	for _, o := range c.outs {
		if l, ok := o.Effect.(Later); ok {
			return l
		}
	}
	t.Fatalf("no timer: %+v", c.outs)
	return Later{}
}

func TestHealAfterDeploy(t *testing.T) {
	old := newChat(t)
	old.talk("/ghiqua", whoMenu, "2", kindMenu, "tien", "gift.amount")

	amount := dong("sum").Was("amount").When(giftKind.Is("money"))
	next := Form("quagift", 4, giftWho, giftKind, Text("reason"), amount).Was("gift").On("/ghiqua").
		Done(func(c Ctx) []Effect { return []Effect{Save{Kind: "x", Data: []byte(toJSON(c.Answers))}} })
	t.Run("a renamed question goes on", func(t *testing.T) {
		c := newChat(t, next)
		c.s = old.s
		c.talk("500k", "quagift.reason", "vì bão", "dialog.echo label=who value=Trần Thị Lan, 1963 / dialog.echo label=kind value=quagift.kind.money / "+
			"dialog.echo label=reason value=vì bão / dialog.echo label=sum value=500000 đồng"+options)
	})
	t.Run("an answer that is no longer an option is asked again", func(t *testing.T) {
		c := newChat(t, Form("gift", 5, giftWho, Choice("kind", "cash", "goods"), Text("note")).
			Done(func(Ctx) []Effect { return nil }))
		c.s = old.s
		c.says("500k")
		c.expect("dialog.healed / gift.kind [gift.kind.cash|Đồ]")
	})
	t.Run("a flow that is gone apologises and shows the menu", func(t *testing.T) {
		c := newChat(t, pledgeForm())
		c.s = old.s
		c.talk("500k", "dialog.gone / dialog.menu [Ủng hộ]", "1", "pledge.name")
		c.s = old.s
		c.talk("/ungho", "dialog.gone / pledge.name")
		c.s = old.s
		c.step(Event{Fired: &Timer{Key: "form", Form: c.s.Form, Step: c.s.Step}})
		c.expect()
	})
	t.Run("a confirmation shows what it confirms", func(t *testing.T) {
		c := newChat(t)
		c.says("cho tran thi lan 500k")
		save := Tap{Form: FormHash(c.s.Form), Step: stepConfirm, Key: c.s.Menu[0].Key}
		c.s.Version = 1
		c.step(Event{Tapped: &save})
		c.expect("dialog.healed / " + lanEcho + "500000 đồng" + options)
	})
}

func TestHouseholdsFromAList(t *testing.T) {
	page := func(from int) string {
		var labels []string
		for i := from; i < from+10 && i <= 25; i++ {
			labels = append(labels, "Hộ "+itoa(i))
		}
		return " [" + strings.Join(labels, "|") + "]"
	}
	c := newChat(t)
	c.talk("/nhieuho", "list.who"+page(1),
		"2 5", "dialog.many.more value=Hộ 2; Hộ 5 count=2"+page(1),
		"xem tiếp", "dialog.many.more value=Hộ 2; Hộ 5 count=2"+page(11),
		"1", "dialog.many.more value=Hộ 2; Hộ 5; Hộ 11 count=3"+page(1),
		"12", "dialog.pick.range max=10 / dialog.many.more value=Hộ 2; Hộ 5; Hộ 11 count=3"+page(1),
		"quay lại", "dialog.many.more value=Hộ 2; Hộ 5 count=2"+page(1),
		"xong", "dialog.echo label=who value=Hộ 2; Hộ 5"+options,
		"sửa", "dialog.edit.which [who]",
		"1", "dialog.many.more value=Hộ 2; Hộ 5 count=2"+page(1),
		"cả danh sách trừ 2 và 7", "dialog.echo label=who value=Hộ 1; Hộ 3; Hộ 4; Hộ 5; Hộ 6 … (23)"+options,
		"1", "save list",
		"/nhieuho", "list.who"+page(1), "xem tiếp", "list.who"+page(11), "xem tiếp", "list.who"+page(21),
		"1 2 5", "dialog.many.more value=Hộ 21; Hộ 22; Hộ 25 count=3"+page(1),
		"/huy", "dialog.cancelled title=Nhiều hộ",
	)
	c.who = Person{}
	c.talk("/nhieuho", "dialog.denied")
}

func TestRightsAreCheckedAgainWhenAFormEnds(t *testing.T) {
	c := newChat(t)
	c.says("/nhieuho")
	c.says("2 5")
	c.says("xong")
	c.who = Person{}
	c.says("1")
	c.expect("dialog.denied")
}

func TestUnusualValuesAreAskedTwice(t *testing.T) {
	c := newChat(t)
	c.talk(
		"cho tran thi lan 200000k", "gift.amount.sure value=200000000 [abc 200000000 đồng|Không phải]",
		"a", lanEcho+"200000000 đồng"+options,
		"sửa số tiền", "gift.amount",
		"300tr", "gift.amount.sure value=300000000 [abc 300000000 đồng|Không phải]",
		"30tr", lanEcho+"30000000 đồng"+options,
		"/huy", "dialog.cancelled title=Ghi quà",
	)
}

func TestGroupedChoice(t *testing.T) {
	c := newChat(t)
	c.talk(
		"/xep", "sort.g [Nhà cửa|Ăn uống|Thuốc]",
		"2", "dialog.choice.group [Sữa|Gạo]",
		"quay lai", "sort.g [Nhà cửa|Ăn uống|Thuốc]",
		"lợp", "sort.t",
		"quay lại", "sort.g [Nhà cửa|Ăn uống|Thuốc]",
		"sua", "sort.t",
		"quay lại", "sort.g [Nhà cửa|Ăn uống|Thuốc]",
		"1", "dialog.choice.group [Lợp nhà|Xây nhà]",
		"1", "sort.t",
		"ok", "sort.done",
	)
}

func TestPhotos(t *testing.T) {
	c := newChat(t)
	c.talk("/ghiqua", whoMenu, "3", kindMenu, "3", "gift.photos")
	c.photo("f1", "")
	c.expect("fetch f1", "dialog.many.photos value=1 count=1")
	c.step(Event{Sent: &Media{Kind: "voice", Ref: "v"}})
	c.expect("dialog.media.voice / dialog.many.photos value=1 count=1")
	c.step(Event{Sent: &Media{Kind: "document", Mime: "image/png", Ref: "f2", Album: "A"}})
	c.expect("fetch f2", "dialog.many.photos value=2 count=2")
	c.step(Event{Sent: &Media{Kind: "photo", Ref: "f3", Album: "A"}})
	c.expect("fetch f3")
	c.talk("bỏ qua", "gift.note", "không", "dialog.echo label=Hộ value=Lê Huy / dialog.echo label=Loại value=Công / dialog.echo label=Ảnh value=3"+options)

	c = newChat(t)
	c.photo("f9", "cho tran thi lan 500k")
	c.expect("fetch f9", lanEcho+"500000 đồng / dialog.echo label=Ảnh value=1"+options)
	c.photo("f8", "cho tran thi lan 600k")
	c.expect("fetch f8", "dialog.next.kept count=1 / "+lanEcho+"500000 đồng / dialog.echo label=Ảnh value=1"+options)
	c.photo("f7", "") // a photo at the confirm step is another photo of this gift
	c.expect("fetch f7", "dialog.photo.kept count=2 / "+lanEcho+"500000 đồng / dialog.echo label=Ảnh value=2"+options)
	c.says("1")
	c.expect("save gift.log -> gift.kept", "dialog.next.now / "+lanEcho+"600000 đồng / dialog.echo label=Ảnh value=1"+options)
}

// TestAlbumsBelongToTheirEntry: the photos of an album go where the one with the caption went.
func TestAlbumsBelongToTheirEntry(t *testing.T) {
	c := newChat(t)
	album := func(ref, caption, id string) {
		t.Helper()
		c.step(Event{Sent: &Media{Kind: "photo", Ref: ref, Caption: caption, Album: id}})
	}
	album("a1", "cho tran thi lan 100k", "A")
	album("a2", "", "A")
	c.expect("fetch a2")
	album("b1", "cho tran thi lan 200k", "B")
	album("b2", "", "B")
	c.expect("fetch b2")
	album("b3", "", "B")
	photos := strings.Count(c.s.Answers["photos"], itemSep) + 1
	c.taps(c.s.Menu[0].Key) // shown when there was one photo
	c.expect("save gift.log -> gift.kept", "dialog.next.now / "+lanEcho+"200000 đồng / dialog.echo label=Ảnh value=3"+options)
	if photos != 2 {
		t.Errorf("the first entry has %d photos", photos)
	}
}

func TestEditedMessages(t *testing.T) {
	c := newChat(t)
	c.talk("/ghiqua", whoMenu, "3", kindMenu, "1", "gift.amount")
	c.step(Event{Said: "500", Ref: "A"})
	c.step(Event{Said: "600k", Ref: "A", Edited: true})
	c.expect("gift.photos")
	c.step(Event{Said: "700k", Ref: "A", Edited: true})
	c.expect("dialog.corrected label=Số tiền value=700000 đồng / gift.photos")
	c.step(Event{Said: "bậy", Ref: "A", Edited: true})
	c.expect("dialog.edited.unclear label=Số tiền value=700000 đồng / gift.photos")
	for _, text := range []string{"/huy", "hủy", "xin chào"} {
		c.step(Event{Said: text, Ref: "other", Edited: true})
		c.expect()
	}
	c.step(Event{Said: "hủy", Ref: "A", Edited: true}) // never a command
	c.expect("dialog.edited.unclear label=Số tiền value=700000 đồng / gift.photos")

	c = newChat(t)
	edit := func(ref, text string) { t.Helper(); c.step(Event{Said: text, Ref: ref, Edited: true}) }
	c.says("/ghiqua")
	c.step(Event{Said: "nguyen thi lan", Ref: "H"})
	c.step(Event{Said: "tiềm", Ref: "K"})
	c.expect("dialog.unclear.choice / " + kindMenu)
	edit("K", "tiền")
	c.expect("gift.amount")
	edit("H", "sau")
	c.expect("dialog.corrected label=Hộ value=Võ Sáu / gift.amount")
	edit("H", "võ sáu")
	c.expect()
	edit("H", "ai đó")
	c.expect("dialog.edited.unclear label=Hộ value=Võ Sáu / gift.amount")
	edit("H", "lan")
	c.expect("gift.who [Nguyễn Thị Lan, 1951|Trần Thị Lan, 1963]")
	c.talk("2", "gift.amount")
	edit("K", "đồ")
	c.expect("dialog.corrected label=Loại value=Đồ / gift.items")
	edit("K", "hủy")
	c.expect("dialog.edited.unclear label=Loại value=Đồ / gift.items")

	c = newChat(t)
	c.step(Event{Said: "cho tran thi lan 500k", Ref: "B"})
	c.step(Event{Said: "cho tran thi lan 800k", Ref: "B", Edited: true})
	c.expect(lanEcho + "800000 đồng" + options)
	c.step(Event{Said: "cho tran thi lan 100k", Ref: "C"})
	c.step(Event{Said: "cho tran thi lan 200k", Ref: "C", Edited: true})
	c.expect("dialog.next.changed / " + lanEcho + "800000 đồng" + options)
	c.says("1")
	c.expect("save gift.log -> gift.kept", "dialog.next.now / "+lanEcho+"200000 đồng"+options)
}

// TestBadInput: each has a clear sentence, or silence where speech would be wrong.
func TestBadInput(t *testing.T) {
	idle := map[string]struct {
		ev   Event
		want string
	}{
		"NUL and nothing else":   {Event{Said: "\x00\u200b\u202e"}, "dialog.empty"},
		"invalid UTF-8":          {Event{Said: "\xff\xfe"}, "dialog.empty"},
		"emoji":                  {Event{Said: strings.Repeat("😀", 4096)}, "dialog.idle.unclear"},
		"unknown command":        {Event{Said: "/ghiquaa"}, "dialog.command.nearest command=/ghiqua"},
		"far command":            {Event{Said: "/abcdefgh"}, "dialog.command.unknown"},
		"command with the bot":   {Event{Said: "/UngHo@SomeBot"}, "pledge.name"},
		"sticker":                {Event{Sent: &Media{Kind: "sticker"}}, "dialog.media.sticker"},
		"photo without words":    {Event{Sent: &Media{Kind: "photo", Ref: "f"}}, "dialog.media.photo.idle"},
		"unknown media":          {Event{Sent: &Media{Kind: "hologram"}}, "dialog.media.other"},
		"location":               {Event{Sent: &Media{Kind: "location"}}, "dialog.media.location"},
		"contact":                {Event{Shared: &Card{Phone: "+84900000000"}}, "dialog.card"},
		"forwarded":              {Event{Said: "cho tran thi lan 500k", Forwarded: true}, "dialog.forwarded"},
		"edited":                 {Event{Said: "ghi quà", Edited: true, Ref: "x"}, ""},
		"nothing":                {Event{}, ""},
		"bare number":            {Event{Said: "2"}, "dialog.menu [Ghi quà|Ủng hộ]"},
		"blocked":                {Event{Blocked: true}, "save contact.blocked"},
		"returns":                {Event{Returns: true}, "save contact.returns"},
		"group":                  {Event{Said: "/ghiqua", Group: true}, "dialog.group [loose dialog.group.button]"},
		"tap in a group":         {Event{Tapped: &Tap{Do: "/ghiqua"}, Group: true}, "dialog.group [loose dialog.group.button]"},
		"notice in a group":      {Event{Notice: &Notice{ID: "n", Say: Say{Lines: []Line{{Key: "secret"}}}}, Group: true}, ""},
		"denied entry":           {Event{Said: "/nhieuho"}, "dialog.denied"},
		"caption with a command": {Event{Sent: &Media{Kind: "photo", Ref: "f", Caption: "/ungho"}}, "pledge.name"},
		"answer nobody asked":    {Event{Returned: &Answer{Query: "x"}}, ""},
		"timer of nothing":       {Event{Fired: &Timer{Key: "form", Form: "x"}}, ""},
		"words for a human":      {Event{Said: "gap nguoi"}, "handover asked ## dialog.handover"},
	}
	for name, c := range idle {
		t.Run(name, func(t *testing.T) {
			chat := newChat(t)
			chat.who = Person{}
			chat.step(c.ev)
			if got := strings.Join(chat.messages(), " ## "); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
			if chat.s.Flow == "" && (chat.s.Step != "" || chat.s.Form != "") {
				t.Errorf("state %s", toJSON(chat.s))
			}
		})
	}
	c := newChat(t)
	c.talk("/ungho", "pledge.name",
		strings.Repeat("dài ", 200), "dialog.text.long max=500 / pledge.name",
		"\u200b", "dialog.empty / pledge.name",
		"x", "dialog.text.short / pledge.name",
	)
	c.step(Event{Sent: &Media{Kind: "sticker"}})
	c.expect("dialog.media.sticker / pledge.name")
	c.step(Event{Shared: &Card{}})
	c.expect("dialog.card / pledge.name")
	c = newChat(t)
	c.step(Event{Said: "500k", Group: true})
	c.expect("dialog.group [loose dialog.group.button]")
	c.step(Event{Said: "500k", Group: true}) // once is enough
	c.expect()
}

func TestIdleWordsNobodyUnderstands(t *testing.T) {
	c := newChat(t)
	c.talk(
		"trời đẹp quá", "dialog.idle.unclear",
		"trời đẹp quá", "dialog.idle.again / dialog.menu [Ghi quà|Ủng hộ]",
		"trời đẹp quá", "dialog.idle.human [Gặp người|Về đầu]",
		"1", "handover asked ## dialog.handover",
		"menu", "dialog.menu [Ghi quà|Ủng hộ]",
		"cam on em nha", "dialog.thanks",
		"chào em", "dialog.welcome / dialog.menu [Ghi quà|Ủng hộ]",
		"ghi qua", whoMenu,
	)
	c = newChat(t)
	c.says("menu")
	c.at = c.at.Add(25 * time.Hour)
	c.talk("1", "dialog.menu [Ghi quà|Ủng hộ]", "1", whoMenu) // the old menu is no longer good
}

func TestListsOfCommandsHavePages(t *testing.T) {
	c := newChat(t)
	c.talk("/nhatky", "diary.row", "9", "diary.row")
	if n := c.outs[0].Effect.(Say).Lines[0].Args["n"]; n != "1" {
		t.Errorf("page %s", n)
	}
	c.talk("9", "diary.row")
	if n := c.outs[0].Effect.(Say).Lines[0].Args["n"]; n != "2" {
		t.Errorf("page %s", n)
	}
	if c.s.Wait != nil || !c.s.Idle() {
		t.Error(toJSON(c.s))
	}
	c.talk("/ungho", "pledge.name", "/nhatky", "diary.row ## pledge.name")
}

// TestKeysAreListed finds every locale key that the code names and holds it against Keys.
func TestKeysAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, k := range Keys() {
		if listed[k.Name] {
			t.Errorf("%s is listed twice", k.Name)
		}
		listed[k.Name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	literal := regexp.MustCompile(`"((?:dialog|ask)\.[a-z_.]*[a-z])"`)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "keys.go" {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			used[m[1]] = true
			if !listed[m[1]] {
				t.Errorf("%s says %s, which Keys does not list", name, m[1])
			}
		}
	}
	for _, dynamic := range []string{"dialog.pick.none", "dialog.pick.range", "ask.denied", "dialog.command.menu", "dialog.command.cancel"} {
		used[dynamic] = true
	}
	for _, kind := range mediaKinds {
		used["dialog.media."+kind] = true
	}
	for key := range listed {
		if !used[key] {
			t.Errorf("nothing says %s", key)
		}
	}
}
