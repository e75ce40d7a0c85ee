package storage

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// sheetOf opens the sealed sheet that an outcome names.
func (w *world) sheetOf(t testing.TB, o Outcome, sheet any) {
	t.Helper()
	if o.Refused != "" {
		t.Fatalf("%+v", o)
	}
	data, mime, err := w.Blob(t.Context(), o.Args["file"])
	must(t, err)
	if mime != sheetMime || strings.Contains(string(data), "{") {
		t.Errorf("kept as %s: %.40q", mime, data)
	}
	plain, err := w.Open(string(data))
	must(t, err)
	must(t, json.Unmarshal([]byte(plain), sheet))
}

// A group's cards: for every household that has none and that nobody is linked to, in the order of the list; those of a lost paper end when
// it is printed again.
func testCardSheet(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh := w.contact(t, "hanh", "")
	if out := w.link(t, hanh, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	w.cardOf(t, w.leader, bay)
	out := w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12})
	var sheet records.CardSheet
	w.sheetOf(t, out, &sheet)
	if len(sheet.Cards) != 7 || out.Args["count"] != "7" || out.Args["cards"] != "1" || out.Args["linked"] != "1" || out.Args["short"] != "0" ||
		sheet.Group != "Tổ 12 (Hòa Minh cũ)" || sheet.Until != "2026-12-11" || sheet.Cards[0].Who != "bà Đ. T. Ánh" {
		t.Errorf("%v %+v", out.Args, sheet)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE action = ? AND why = 'sheet'", records.CmdMakeCards); n != 7 {
		t.Errorf("%d lines of the log", n)
	}
	if out := w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12}); out.Refused != records.RefusedAllHaveCards || out.Args["cards"] != "8" || out.Args["linked"] != "1" {
		t.Errorf("once more: %+v", out)
	}
	w.pass(time.Minute)
	var again records.CardSheet
	w.sheetOf(t, w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12, Again: true}), &again)
	if len(again.Cards) != 8 {
		t.Errorf("again: %d cards", len(again.Cards))
	}
	member := w.contact(t, "member", "")
	if out := w.link(t, member, sheet.Cards[0].Code); out.Refused != records.RefusedInviteExpired {
		t.Errorf("a card of the lost paper: %+v", out)
	}
	if out := w.link(t, member, again.Cards[0].Code); out.Refused != "" || out.Args["who"] != "bà Đ. T. Ánh" {
		t.Errorf("a card of the new one: %+v", out)
	}
	for name, command := range map[string]records.MakeCards{"another group": {Group: to13}, "a ward": {Group: hoaKhanh}, "a household": {Group: to12 + "/" + lan}, "nothing": {}} {
		if out := w.do(t, w.leader, records.CmdMakeCards, command); out.Refused != records.RefusedNotFound {
			t.Errorf("%s: %+v", name, out)
		}
	}
	if out := w.do(t, hanh, records.CmdMakeCards, records.MakeCards{Group: to12}); out.Refused != records.RefusedNotFound {
		t.Errorf("a household: %+v", out)
	}
}

// No card is made beyond the seats that are free; cards of a lost paper give theirs back.
func testCardSheetSeats(t *testing.T, w *world) {
	w.plan = records.Plan{Channel: "telegram", Bot: "bot", Users: 5, Messages: 3000}
	var sheet records.CardSheet
	out := w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12})
	w.sheetOf(t, out, &sheet)
	if len(sheet.Cards) != 4 || out.Args["short"] != "5" {
		t.Errorf("%d cards, %v", len(sheet.Cards), out.Args)
	}
	if out := w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12}); out.Refused != records.RefusedNoSeats {
		t.Errorf("beyond the seats: %+v", out)
	}
	w.pass(time.Minute)
	w.sheetOf(t, w.do(t, w.leader, records.CmdMakeCards, records.MakeCards{Group: to12, Again: true}), &sheet)
	if n := w.count(t, "SELECT count(*) FROM cards WHERE used_at IS NULL AND expires_at > ?", w.clock()); n != 4 {
		t.Errorf("%d cards wait", n)
	}
}
