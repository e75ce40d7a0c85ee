package storage

import (
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// byCode reads a unit named by its code; other names are those of old wards of Hòa Khánh.
func byCode(name string) []Place {
	if isDigits(name) {
		return []Place{{Code: name}}
	}
	return []Place{{Code: "20200", Old: name}}
}

// work runs what lists wait, as the bot does.
func (w *world) work(t testing.TB) {
	t.Helper()
	w.places = byCode
	for {
		list, err := w.NextList(t.Context(), "me", time.Minute)
		must(t, err)
		if list == nil {
			return
		}
		must(t, w.RunList(t.Context(), *list, time.Minute, func(l dialog.Line) string { return l.Key }))
	}
}

// sendList has a list looked through, and returns its number.
func (w *world) sendList(t testing.TB, contact, key, csv string) string {
	t.Helper()
	must(t, w.PutBlob(t.Context(), key, "text/csv", []byte(csv)))
	out := w.do(t, contact, records.CmdCheckList, records.CheckList{Blob: key})
	w.work(t)
	return out.Args["list"]
}

// A ward's list sent in a chat: looked through first, imported once when its officer says so, of the own ward only.
func testLists(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "Lan", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	const list = "Phường/xã,Phường/xã cũ,Tổ/thôn,Chủ hộ,Năm sinh,Nhận biết,Diện,Năm,Số quyết định\n" +
		"20200,Hòa Minh,12,Trần Thị Lan,1963,vợ ông Sáu,hộ nghèo,2026,15/QĐ-UBND\n" +
		"20200,Hòa Minh,12,Bùi Thị Mới,1970,,hộ cận nghèo,2026,15/QĐ-UBND\n" +
		"20200,Hòa Minh,12,Võ Văn Tư,1950,,,,\n" +
		"20200,Hòa Minh,13,Cao Văn Mới,1966,,hộ giàu,2026,15/QĐ-UBND\n" +
		"20242,,1,Nhà Người Ta,1966,,hộ nghèo,2026,15/QĐ-UBND\n"
	id := w.sendList(t, officer, "in/list", list)
	facts := func(number string) map[string]string {
		t.Helper()
		return w.ask(t, officer, records.AskList, map[string]string{"list": number}).Facts
	}
	f := facts(id)
	if f["status"] != records.ListChecked || f["added"] != "1" || f["changed"] != "1" || f["same"] != "1" || f["bad"] != "2" || f["years"] != "2026" || f["decisions"] != "15/QĐ-UBND" {
		t.Fatalf("%v", f)
	}
	if n := w.count(t, "SELECT count(*) FROM classifications") + w.count(t, "SELECT count(*) FROM households WHERE head LIKE '%Mới'"); n != 0 {
		t.Errorf("looking through changed %d rows", n)
	}
	data, _, err := w.Blob(t.Context(), f["bad_file"])
	must(t, err)
	table, err := sheets.Read(strings.NewReader(string(data)), int64(len(data)), "", sheets.Usual)
	must(t, err)
	var bad []string
	for row, err := range table.Rows() {
		must(t, err)
		bad = append(bad, row.Cell(0)+" "+row.Cell(3))
	}
	table.Close()
	if got := strings.Join(bad, "; "); got != "list.column.row list.column.problem; 5 import.bad_class; 6 import.not_yours" {
		t.Errorf("bad rows: %s", got)
	}
	if n := w.told(t, "notice.list.checked")[officer]; n != 1 {
		t.Errorf("told %d times", n)
	}
	decide := records.DecideList{ID: int64(w.count(t, "SELECT max(id) FROM lists")), Import: true}
	far := w.contact(t, "far officer", "", records.Grant{Role: records.RoleOfficer, Area: haiChau})
	wantRefused(t, w.do(t, far, records.CmdDecideList, decide), records.RefusedNotFound)
	if out := w.do(t, officer, records.CmdDecideList, decide); out.Refused != "" {
		t.Fatal(out)
	}
	w.work(t)
	if f := facts(id); f["status"] != records.ListDone || f["added"] != "1" || f["changed"] != "1" || f["bad"] != "2" {
		t.Errorf("%v", f)
	}
	if n := w.count(t, "SELECT count(*) FROM classifications WHERE year = 2026 AND decision_no = '15/QĐ-UBND' AND valid_to IS NULL"); n != 2 {
		t.Errorf("%d classifications", n)
	}
	wantRefused(t, w.do(t, officer, records.CmdDecideList, decide), records.RefusedListGone)
	if f := facts(w.sendList(t, officer, "in/again", list)); f["added"] != "0" || f["changed"] != "0" || f["same"] != "3" {
		t.Errorf("the same file again: %v", f)
	}
	// A role that ended while the list waited imports nothing.
	must(t, w.PutBlob(t.Context(), "in/late", "text/csv", []byte(list)))
	if out := w.do(t, officer, records.CmdCheckList, records.CheckList{Blob: "in/late"}); out.Refused != "" {
		t.Fatal(out)
	}
	wantRefused(t, w.do(t, officer, records.CmdCheckList, records.CheckList{Blob: "in/late"}), records.RefusedListBusy)
	must(t, w.db.Exec("UPDATE roles SET valid_to = ? WHERE person_id = ?", wednesday, w.personOf(t, officer)).Error)
	w.work(t)
	if n := w.count(t, "SELECT count(*) FROM lists WHERE status = 'failed' AND why = ?", records.ListDenied); n != 1 {
		t.Error("imported by somebody whose role ended")
	}
}
