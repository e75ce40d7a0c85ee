package storage

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// member makes a chat with somebody of a household.
func (w *world) member(t testing.TB, chat string, homes ...string) string {
	t.Helper()
	var grants []records.Grant
	for _, code := range homes {
		var h records.Household
		must(t, w.db.Where("code = ?", code).First(&h).Error)
		grants = append(grants, records.Grant{Role: records.RoleHousehold, Area: h.Path()})
	}
	return w.contact(t, chat, "", grants...)
}

func said(a dialog.Answer) string {
	var list []string
	for _, l := range a.Lines {
		list = append(list, strings.TrimPrefix(l.Key, "help.support.")+" "+l.Args["year"]+l.Args["on"]+" "+l.Args["count"]+l.Args["kind"]+" "+l.Args["money"]+" "+l.Args["items"])
	}
	return strings.Join(list, "\n")
}

// What a household was given: its own, in force, told only after the time for slips, by year.
func testSupport(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh := w.member(t, "hanh", lan)
	other := gift(bay)
	old := gift(lan)
	old.On, old.Items = "2025-02-10", nil
	tet := gift(lan)
	tet.On, tet.Kind, tet.Items, tet.Money = "2026-02-10", "qua_tet", nil, 600_000
	for _, log := range []records.LogHelp{gift(lan), other, old, tet} {
		if out := w.do(t, w.leader, records.CmdLogHelp, log); out.Refused != "" {
			t.Fatal(out)
		}
	}
	twice := w.log(t, w.leader, lan)
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: twice})
	a := w.ask(t, hanh, records.AskHouseholdSupport, nil)
	if a.Problem != "" || a.Facts["count"] != "0" {
		t.Errorf("told before the time for slips is over: %+v", a)
	}
	w.pass(records.NoticeDelay)
	a = w.ask(t, hanh, records.AskHouseholdSupport, nil)
	if want := "line 2026-02-10 qua_tet 600000 \nline 2026-11-10 nhu_yeu_pham 500000 10 kg gạo, 2 thùng mì\ntotal   1100000 10 kg gạo, 2 thùng mì\nyear 2025 1 500000 "; said(a) != want {
		t.Errorf("%s\nwant\n%s", said(a), want)
	}
	if a.Facts["household"] != lan || a.Facts["year"] != "2026" || a.Facts["count"] != "2" {
		t.Errorf("%v", a.Facts)
	}
	if a = w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"year": "2025"}); a.Facts["count"] != "1" || a.Facts["year"] != "2025" {
		t.Errorf("another year: %v", a.Facts)
	}
	for range 12 {
		w.log(t, w.leader, lan)
	}
	w.pass(records.NoticeDelay)
	if a = w.ask(t, hanh, records.AskHouseholdSupport, nil); a.Facts["count"] != "14" || a.Facts["left"] != "6" || strings.Count(said(a), "line ") != 8 {
		t.Errorf("many: %v\n%s", a.Facts, said(a))
	}
}

// Nobody sees another household by its code, whatever they type.
func testSupportOfOthers(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	hanh, both, nobody := w.member(t, "hanh", lan), w.member(t, "both", lan, bay), w.contact(t, "nobody", "")
	w.log(t, w.leader, bay)
	w.pass(time.Hour)
	for _, code := range []string{bay, strings.ToLower(bay), strings.TrimPrefix(bay, "HG-"), "HG-2222222", "", "%", to12} {
		if a := w.ask(t, nobody, records.AskHouseholdSupport, map[string]string{"household": code}); a.Problem == "" || len(a.Facts) > 0 || len(a.Lines) > 0 {
			t.Errorf("nobody sees %q: %+v", code, a)
		}
		if a := w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"household": code}); a.Facts["household"] == bay {
			t.Errorf("another household's member sees %q: %+v", code, a)
		}
		if a := w.ask(t, hanh, records.AskHouseholdMine, map[string]string{"q": code}); len(a.Options) > 1 || len(a.Options) == 1 && a.Options[0].Key != lan {
			t.Errorf("%q lists %+v", code, a.Options)
		}
	}
	if a := w.ask(t, both, records.AskHouseholdMine, nil); labels(a) != "Lê Thị Bảy, Tổ 12 (Hòa Minh cũ) | Trần Thị Lan, Tổ 12 (Hòa Minh cũ)" {
		t.Errorf("two households: %s", labels(a))
	}
	if a := w.ask(t, both, records.AskHouseholdSupport, map[string]string{"household": bay}); a.Facts["count"] != "1" {
		t.Errorf("the second household: %v", a.Facts)
	}
	if a := w.ask(t, nobody, records.AskHouseholdMine, nil); len(a.Options) > 0 {
		t.Errorf("nobody's households: %+v", a)
	}
	must(t, w.db.Exec("UPDATE roles SET valid_to = ? WHERE name = 'household' AND area LIKE ?", w.clock(), "%"+lan).Error)
	if a := w.ask(t, hanh, records.AskHouseholdSupport, map[string]string{"household": lan}); a.Problem == "" {
		t.Errorf("after the role ended: %+v", a)
	}
}

// The class is that of the newest decision in force; before the year's list is imported nobody is said not to be on it.
func testClassFacts(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	var home records.Household
	must(t, w.db.Where("code = ?", lan).First(&home).Error)
	look := func() string {
		f := w.ask(t, hanh, records.AskHouseholdSupport, nil).Facts
		return f["class"] + " " + f["class_year"] + " " + f["decision"] + " " + f["decided"] + " " + f["reviewed"]
	}
	decided := time.Date(2025, 12, 22, 0, 0, 0, 0, time.UTC)
	add := func(year int, class string, from time.Time, to *time.Time) {
		must(t, w.db.Create(&records.Classification{
			HouseholdID: home.ID, Year: year, StandardVersion: "2022-2025", Class: class, DecisionNo: "QĐ " + strconv.Itoa(year), DecisionDate: &decided, ValidFrom: from, ValidTo: to, CreatedAt: from,
		}).Error)
	}
	if got := look(); got != "    " {
		t.Errorf("without any: %q", got)
	}
	end := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	add(2025, records.ClassPoor, end.AddDate(-1, 0, 0), &end)
	if got := look(); got != "    " {
		t.Errorf("ended: %q", got)
	}
	add(2026, records.ClassNearPoor, end, nil)
	add(2027, records.ClassEscaped, end.AddDate(1, 0, 0), nil)
	if got := look(); got != "can_ngheo 2026 QĐ 2026 2025-12-22 " {
		t.Errorf("in force: %q", got)
	}
	must(t, w.db.Create(&records.ReviewYear{Area: hoaKhanh, Year: 2026, FirstAt: w.clock()}).Error)
	must(t, w.db.Create(&records.ReviewYear{Area: haiChau, Year: 2027, FirstAt: w.clock()}).Error)
	if got := look(); got != "can_ngheo 2026 QĐ 2026 2025-12-22 1" {
		t.Errorf("reviewed: %q", got)
	}
	w.pass(60 * 24 * time.Hour) // 10 January 2027
	if got := look(); got != "moi_thoat_ngheo 2027 QĐ 2027 2025-12-22 " {
		t.Errorf("next year: %q", got)
	}
}
