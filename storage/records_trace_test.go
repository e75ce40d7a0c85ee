package storage

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// What came first goes out first: each gift is followed to the households it reached with others, never to fewer than five, and its donor
// is told once when some of it was handed over.
func testTrace(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	nam, mai := w.contact(t, "nam", ""), w.contact(t, "mai", "")
	hanh := w.treasurer(t, "hanh", hoaKhanh)
	thu := w.contact(t, "thu", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	first, second := w.promised(t, nam, fund, 1_000_000), w.promised(t, mai, fund, 1_000_000)
	see := func(code string) map[string]string {
		return w.ask(t, w.contact(t, "anybody", ""), records.AskTrace, map[string]string{"code": code}).Facts
	}
	if f := see(first); f["came"] != "0" || f["households"] != "" {
		t.Errorf("before anything came: %v", f)
	}
	wrong := cash("", 700_000)
	wrong.Fund = records.FundPoor
	undone := w.do(t, hanh, records.CmdTakeReceipt, wrong).Args["code"]
	for _, code := range []string{first, second} {
		wantRefused(t, w.do(t, hanh, records.CmdTakeReceipt, cash(code, 1_000_000)), "")
	}
	wantRefused(t, w.do(t, hanh, records.CmdUndoReceipt, records.UndoReceipt{Code: undone}), "") // it never filled anything
	var homes []string
	for _, name := range []string{"Trần Thị Lan vợ ông Sáu", "Lê Thị Bảy", "Võ Văn Tư", "Đỗ Thị Ánh", "Huỳnh Văn Sáu", "Đặng Huy"} {
		homes = append(homes, w.homes[name])
	}
	for _, home := range homes[:4] {
		wantRefused(t, w.do(t, thu, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: []string{home}, Kind: "tien_mat", Money: 300_000}), "")
	}
	if f := see(first); f["money"] != "1000000" || f["households"] != "" {
		t.Errorf("four households: %v", f)
	}
	if f := see(second); f["money"] != "200000" {
		t.Errorf("the second: %v", f)
	}
	w.pass(24 * time.Hour)
	wantRefused(t, w.do(t, thu, records.CmdAllocate, records.Allocate{Fund: records.FundPoor, Households: homes[4:], Kind: "nhu_yeu_pham", Money: 100_000}), "")
	f := see(first)
	if f["households"] != "5" || f["kinds"] != "nhu_yeu_pham tien_mat" || f["handed"] != "0" || f["since"] != "2026-11-11" || f["until"] != "2026-11-12" || f["area"] != "Phường Hòa Khánh" {
		t.Errorf("five households: %v", f)
	}
	if told := w.runs(t, records.JobReached, "notice.reached"); len(told) != 0 {
		t.Errorf("told before anything was handed over: %v", told)
	}
	for _, l := range w.ask(t, w.leader, records.AskAllocations, nil).Lines {
		wantRefused(t, w.do(t, w.leader, records.CmdHandOver, records.HandOver{Code: l.Args["code"], On: "2026-11-12"}), "")
	}
	if f := see(second); f["money"] != "400000" || f["households"] != "5" || f["handed"] != "5" || f["handed_since"] != "2026-11-12" {
		t.Errorf("handed over: %v", f)
	}
	w.pass(time.Minute)
	w.runs(t, records.JobReached, "notice.reached")
	w.pass(24 * time.Hour)
	w.runs(t, records.JobReached, "notice.reached")
	if told := w.told(t, "notice.reached"); told[nam] != 1 || told[mai] != 1 || len(told) != 2 {
		t.Errorf("told %v", told)
	}
	if a := w.ask(t, nam, records.AskTrace, map[string]string{"code": undone}); a.Problem != records.ProblemNotFound {
		t.Errorf("a receipt that was taken back: %+v", a)
	}
}

// A statement is for everybody: it is searched by code, amount and day, and tells no name but those given to be public.
func testStatement(t *testing.T, w *world) {
	fund := w.opened(t, hoaKhanh, appeal())
	hanh, anybody := w.treasurer(t, "hanh", hoaKhanh), w.contact(t, "anybody", "")
	out := w.do(t, w.contact(t, "nam", ""), records.CmdPledge, records.MakePledge{Campaign: fund, Account: appeal().Account, Amount: 300_000, Name: "Nguyễn Văn Nam"})
	code := out.Args["code"]
	wantRefused(t, w.do(t, hanh, records.CmdTakeReceipt, cash(code, 300_000)), "")
	for i := range 8 {
		r := cash("", int64(100_000*(i+1)))
		r.Fund, r.On = records.FundPoor, "2026-11-0"+strconv.Itoa(i+1)
		wantRefused(t, w.do(t, hanh, records.CmdTakeReceipt, r), "")
	}
	wantRefused(t, w.do(t, hanh, records.CmdTakeGoods, rice(20_000)), "")
	id := strconv.FormatInt(fund, 10)
	look := func(args map[string]string) (lines []map[string]string, facts map[string]string) {
		args["campaign"] = id
		a := w.ask(t, anybody, records.AskPublished, args)
		for _, l := range a.Lines {
			lines = append(lines, l.Args)
		}
		return lines, a.Facts
	}
	lines, facts := look(map[string]string{})
	if len(lines) != 7 || facts["count"] != "10" || facts["total"] != "3900000" || facts["households"] != "" {
		t.Errorf("%v %v", lines, facts)
	}
	if lines, _ := look(map[string]string{"code": code}); len(lines) != 1 || lines[0]["name"] != "Nguyễn Văn Nam" || lines[0]["code"] != code {
		t.Errorf("by code: %v", lines)
	}
	if lines, _ := look(map[string]string{"amount": "800000"}); len(lines) != 1 || lines[0]["on"] != "2026-11-08" || lines[0]["name"] != "" {
		t.Errorf("by amount: %v", lines)
	}
	if lines, _ := look(map[string]string{"on": "2026-11-10"}); len(lines) != 2 || lines[0]["things"] != "20 kg gạo" {
		t.Errorf("by day: %v", lines)
	}
	made := w.do(t, anybody, records.CmdPublish, records.MakeStatement{
		Campaign: fund, Columns: []string{"n", "on", "code", "money", "things", "name", "paper"}, Words: map[string]string{"total": "Tổng", "nobody": "Ẩn danh"},
	})
	if made.Refused != "" || made.Args["count"] != "10" {
		t.Fatalf("%+v", made)
	}
	var blob records.Blob
	must(t, w.db.Where("key = ?", made.Args["file"]).First(&blob).Error)
	table, err := sheets.Read(bytes.NewReader(blob.Data), int64(len(blob.Data)), "", sheets.Usual)
	must(t, err)
	defer table.Close()
	var cells []string
	for row, err := range table.Rows() {
		must(t, err)
		cells = append(cells, row.Cell(3))
	}
	if len(cells) != 12 || cells[11] != "3900000" && cells[11] != "3,900,000" {
		t.Errorf("%q", cells)
	}
	if list := w.ask(t, anybody, records.AskPublishedFunds, nil).Lines; len(list) != 1 || list[0].Args["campaign"] != id {
		t.Errorf("%v", list)
	}
	wantRefused(t, w.do(t, anybody, records.CmdPublish, records.MakeStatement{Campaign: fund + 9, Columns: make([]string, 7)}), records.RefusedNotFound)
}
