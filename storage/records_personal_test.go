package storage

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"chungtay/storage/records"
)

// taken is the file of somebody's data.
func (w *world) taken(t testing.TB, contact, format string, words map[string]string) []byte {
	t.Helper()
	out := w.do(t, contact, records.CmdTakeMyData, records.TakeMyData{Format: format, Words: words})
	if out.Refused != "" {
		t.Fatal(out)
	}
	data, _, err := w.Blob(t.Context(), out.Args["file"])
	must(t, err)
	return data
}

// consentID is the id of the one thing that somebody agreed to.
func (w *world) consentID(t testing.TB, contact string) int64 {
	t.Helper()
	lines := w.ask(t, contact, records.AskConsents, nil).Lines
	if len(lines) != 1 {
		t.Fatalf("agreed to %+v", lines)
	}
	id, err := strconv.ParseInt(lines[0].Args["consent"], 10, 64)
	must(t, err)
	return id
}

// Somebody of a household takes what is kept of them and of it, and nothing of anybody else; help is in it once it was told.
func testMyData(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh := w.contact(t, "hanh", "Chị Hạnh")
	if out := w.link(t, hanh, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	must(t, w.db.Model(&records.Person{ID: w.personOf(t, hanh)}).Update("phone", w.Seal("+84905123456")).Error)
	mine := w.log(t, w.leader, lan)
	w.log(t, w.leader, bay)
	w.needOf(t, hanh, "nhà dột")
	if out := w.do(t, hanh, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked, Words: "gọi giúp", Phone: "+84905123456"}); out.Refused != "" {
		t.Fatal(out)
	}
	w.rise(t, hanh, lan)
	if out := w.do(t, hanh, records.CmdCheckRise, records.CheckRise{Forward: "gà đẻ rồi"}); out.Refused != "" {
		t.Fatal(out)
	}
	lends := ours
	lends.Name = "Chị Hạnh"
	w.offers(t, hanh, lends)
	w.offers(t, w.member(t, "other", bay), hand)
	a := w.ask(t, hanh, records.AskMyData, nil)
	for fact, want := range map[string]string{
		"name": "Chị Hạnh", "phone": "456", "channels": "telegram", "since": "2026-11-11", "logged": "0", "needs": "1", "tasks": "1", "answers": "0", "official": "1", "duty": "",
	} {
		if a.Facts[fact] != want {
			t.Errorf("%s is %q, want %q", fact, a.Facts[fact], want)
		}
	}
	if len(a.Lines) != 2 || a.Lines[0].Args["who"] != "bà T. T. Lan" || a.Lines[1].Args["purpose"] != records.PurposeLink {
		t.Errorf("%+v", a.Lines)
	}
	if a := w.ask(t, w.leader, records.AskMyData, nil); a.Facts["logged"] != "2" || a.Facts["duty"] != "1" || a.Lines[0].Args["area"] != "Tổ 12 (Hòa Minh cũ)" {
		t.Errorf("the leader: %+v", a)
	}
	if early := w.taken(t, hanh, records.DataJSON, nil); bytes.Contains(early, []byte(mine)) {
		t.Error("help that the household is not told of yet is in its data")
	}
	w.pass(records.NoticeDelay)

	data := w.taken(t, hanh, records.DataJSON, nil)
	var all map[string]any
	must(t, json.Unmarshal(data, &all))
	for _, sheet := range records.MyData {
		if _, ok := all[sheet.Name]; !ok {
			t.Errorf("no %s in %s", sheet.Name, data)
		}
	}
	for _, want := range []string{mine, "Chị Hạnh", "+84905123456", "hanh", "nhà dột", "gọi giúp", "sửa mái nhà", "gà đẻ rồi", "nuôi gà", "+84905123457", lan, "Trần Thị Lan", `"agreed": true`, `"on": "2026-11-10"`, `"qty": 10000`, "2026-11-11T09:00:00+07:00"} {
		if !bytes.Contains(data, []byte(want)) {
			t.Errorf("%s is not in the data", want)
		}
	}
	for _, foreign := range []string{bay, "Lê Thị Bảy", "Hoa"} {
		if bytes.Contains(data, []byte(`"`+foreign)) {
			t.Errorf("%s is in the data of somebody else", foreign)
		}
	}
	if leaders := w.taken(t, w.leader, records.DataJSON, nil); bytes.Contains(leaders, []byte("Lan")) || bytes.Contains(leaders, []byte(lan+`"`+",\n      \"head")) {
		t.Errorf("a leader's own data names households: %s", leaders)
	}

	book, err := excelize.OpenReader(bytes.NewReader(w.taken(t, hanh, records.DataSheets, map[string]string{
		"sheet.help": "Hỗ trợ", "column.kind": "Loại", "kind.nhu_yeu_pham": "Nhu yếu phẩm",
	})))
	must(t, err)
	defer book.Close()
	rows, err := book.GetRows("Hỗ trợ")
	must(t, err)
	if len(rows) != 2 || rows[0][3] != "Loại" || rows[1][3] != "Nhu yếu phẩm" || rows[1][1] != mine {
		t.Errorf("%v", rows)
	}
	if list := strings.Join(book.GetSheetList(), " "); strings.Contains(list, "visits") {
		t.Errorf("an empty sheet: %s", list)
	}

	for range records.DataFilesADay - 3 {
		w.taken(t, hanh, records.DataJSON, nil)
	}
	wantRefused(t, w.do(t, hanh, records.CmdTakeMyData, records.TakeMyData{Format: records.DataJSON}), records.RefusedDataFiles)
	w.taken(t, w.leader, records.DataJSON, nil)
	wantRefused(t, w.do(t, w.leader, records.CmdTakeMyData, records.TakeMyData{Format: "pdf"}), records.RefusedInvalid)
	w.pass(24 * time.Hour)
	w.taken(t, hanh, records.DataJSON, nil)
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE action = ?", records.CmdTakeMyData); n != records.DataFilesADay+3 {
		t.Errorf("%d lines in the log", n)
	}
}

// What was agreed to is taken back by whom it is about, once, and what rests on it ends.
func testWithdraw(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh, other := w.contact(t, "hanh", ""), w.contact(t, "other", "")
	if out := w.link(t, hanh, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	id := w.consentID(t, hanh)
	if f := w.ask(t, hanh, records.AskConsents, map[string]string{"consent": strconv.FormatInt(id, 10)}).Facts; f["who"] != "bà T. T. Lan" || f["on"] != "2026-11-11" {
		t.Errorf("%v", f)
	}
	if f := w.ask(t, other, records.AskConsents, map[string]string{"consent": strconv.FormatInt(id, 10)}).Facts; len(f) != 0 {
		t.Errorf("another sees it: %v", f)
	}
	wantRefused(t, w.do(t, other, records.CmdWithdraw, records.Withdraw{Consent: id}), records.RefusedNotFound)
	if out := w.do(t, hanh, records.CmdWithdraw, records.Withdraw{Consent: id}); out.Refused != "" || out.Args["purpose"] != records.PurposeLink {
		t.Fatal(out)
	}
	if len(w.who(t, hanh).Roles) != 0 || w.count(t, "SELECT count(*) FROM household_links WHERE ended_at IS NULL") != 0 {
		t.Error("the link stands without its consent")
	}
	wantRefused(t, w.do(t, hanh, records.CmdWithdraw, records.Withdraw{Consent: id}), records.RefusedNotFound)
	if n := w.count(t, "SELECT count(*) FROM consents WHERE agreed AND withdrawn_at IS NOT NULL"); n != 1 {
		t.Errorf("%d consents withdrawn: it was kept until then", n)
	}
}
