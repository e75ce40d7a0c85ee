package dialog

import (
	"testing"
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
