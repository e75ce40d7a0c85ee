package storage

import (
	"fmt"
	"strings"
	"testing"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

func labels(a dialog.Answer) string {
	var list []string
	for _, o := range a.Options {
		list = append(list, o.Label)
	}
	return strings.Join(list, " | ")
}

func testSearch(t *testing.T, w *world) {
	for _, c := range []struct{ q, want, sure string }{
		{"ba lan", "Nguyễn Thị Lan, 1951, hẻm 42 | Nguyễn Thị Lan, 1980, hẻm 7 | Trần Thị Lan, 1963, vợ ông Sáu | Phạm Văn Lân, 1970", ""},
		{"bà Lan", "Nguyễn Thị Lan, 1951, hẻm 42 | Nguyễn Thị Lan, 1980, hẻm 7 | Trần Thị Lan, 1963, vợ ông Sáu | Phạm Văn Lân, 1970", ""},
		{"anh Lân", "Phạm Văn Lân, 1970 | Nguyễn Thị Lan, 1951, hẻm 42 | Nguyễn Thị Lan, 1980, hẻm 7 | Trần Thị Lan, 1963, vợ ông Sáu", "Phạm Văn Lân"},
		{"vợ ông Sáu", "Trần Thị Lan, 1963 | Huỳnh Văn Sáu, 1955", "Trần Thị Lan vợ ông Sáu"},
		{"ông Sáu", "Huỳnh Văn Sáu, 1955 | Trần Thị Lan, 1963", "Huỳnh Văn Sáu"},
		{"TRAN THI LAN", "Trần Thị Lan, 1963", "Trần Thị Lan vợ ông Sáu"},
		{"nguyen thi lan", "Nguyễn Thị Lan, 1951, hẻm 42 | Nguyễn Thị Lan, 1980, hẻm 7", ""},
		{"lan hem 42", "Nguyễn Thị Lan, 1951", "Nguyễn Thị Lan hẻm 42"},
		{"cô Bảy", "Lê Thị Bảy, 1948", "Lê Thị Bảy"},
		{"bay sang", "Lê Thị Bảy, 1948", "Lê Thị Bảy"},
		{"chị Ánh", "Đỗ Thị Ánh, 1985", "Đỗ Thị Ánh"},
		{"do thi anh", "Đỗ Thị Ánh, 1985", "Đỗ Thị Ánh"},
		{"huy", "Đặng Huy, 1990", "Đặng Huy"},
		{"huynh", "Huỳnh Văn Sáu, 1955", "Huỳnh Văn Sáu"},
		{"thuy tien", "", ""},
		{"Bùi Thị Lan", "", ""}, // lives elsewhere
	} {
		a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": c.q})
		if a.Problem != "" || labels(a) != c.want {
			t.Errorf("%q: %s%s\nwant %s", c.q, a.Problem, labels(a), c.want)
		}
		if a.Facts["sure"] != w.homes[c.sure] {
			t.Errorf("%q: sure of %q, want %q", c.q, a.Facts["sure"], w.homes[c.sure])
		}
	}
	tu := w.homes["Võ Văn Tư"]
	for _, q := range []string{tu, strings.ToLower(tu), strings.TrimPrefix(tu, "HG-")} {
		if a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": q}); len(a.Options) != 1 || a.Options[0].Key != tu {
			t.Errorf("%q: %+v", q, a)
		}
	}
	if a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": w.homes["Bùi Thị Lan"]}); len(a.Options) != 0 {
		t.Errorf("a code of elsewhere: %+v", a)
	}
	a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "lan", "exclude": w.homes["Nguyễn Thị Lan hẻm 42"] + " " + w.homes["Phạm Văn Lân"]})
	if labels(a) != "Nguyễn Thị Lan, 1980, hẻm 7 | Trần Thị Lan, 1963, vợ ông Sáu" {
		t.Errorf("without the excluded: %s", labels(a))
	}
}

func testSearchCommune(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	for _, c := range []struct{ q, group, want string }{
		{"hoang thi lan", "", "Hoàng Thị Lan, 1966, Tổ 13 (Hòa Minh cũ)"},
		{"lan", "13", "Hoàng Thị Lan, 1966"},
		{"lan", "tổ 13", "Hoàng Thị Lan, 1966"},
		{"lan", to12Son, "Lê Văn Lan, 1977"},
		{"lan", "tổ 12 Hòa Sơn", "Lê Văn Lan, 1977"},
		{"lan", "hoa-son.12", "Lê Văn Lan, 1977"},
		{"le", "tổ 12", "Lê Thị Bảy, 1948, Tổ 12 (Hòa Minh cũ) | Lê Văn Lan, 1977, Tổ 12 (Hòa Sơn cũ)"},
		{"le van", "", "Lê Văn Lan, 1977, Tổ 12 (Hòa Sơn cũ)"},
		{"hoan", "", "Hoàng Thị Lan, 1966, Tổ 13 (Hòa Minh cũ)"},
	} {
		a := w.ask(t, officer, records.AskHouseholdSearch, map[string]string{"q": c.q, "group": c.group})
		if a.Problem != "" || labels(a) != c.want {
			t.Errorf("%q in %q: %s%s\nwant %s", c.q, c.group, a.Problem, labels(a), c.want)
		}
	}
	if a := w.ask(t, officer, records.AskHouseholdSearch, map[string]string{"q": "lan", "group": to1}); len(a.Options) != 0 || a.Facts["count"] != "0" {
		t.Errorf("a group of another ward: %+v", a)
	}
	for i := range 30 { // pages
		w.addHome(t, records.Household{Area: to13, Head: "Mai Văn Tám", BirthYear: 1930 + i})
	}
	seen := map[string]bool{}
	for page := range 5 {
		a := w.Answer(t.Context(), dialog.Ask{Query: records.AskHouseholdSearch, Args: map[string]string{"q": "tam"}, Page: page}, w.who(t, officer), w.clock())
		for _, o := range a.Options {
			seen[o.Key] = true
		}
		if a.More != (page < 4) || a.Page != page {
			t.Errorf("page %d: more %v", page, a.More)
		}
	}
	if len(seen) != 30 {
		t.Errorf("%d of 30 shown", len(seen))
	}
}

func testBrowse(t *testing.T, w *world) {
	first := w.ask(t, w.leader, records.AskHouseholdSearch, nil)
	if labels(first) != "Đỗ Thị Ánh, 1985 | Lê Thị Bảy, 1948 | Đặng Huy, 1990 | Nguyễn Thị Lan, 1951, hẻm 42 | Nguyễn Thị Lan, 1980, hẻm 7 | Trần Thị Lan, 1963, vợ ông Sáu | Phạm Văn Lân, 1970" || !first.More {
		t.Errorf("by given name: %s", labels(first))
	}
	w.log(t, w.leader, w.homes["Võ Văn Tư"])
	w.pass(1e9)
	w.log(t, w.leader, w.homes["Huỳnh Văn Sáu"])
	a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "  "})
	if len(a.Options) != 7 || a.Options[0].Key != w.homes["Huỳnh Văn Sáu"] || a.Options[1].Key != w.homes["Võ Văn Tư"] || a.Options[2].Key != w.homes["Đỗ Thị Ánh"] {
		t.Errorf("recent first: %s", labels(a))
	}
	next := w.Answer(t.Context(), dialog.Ask{Query: records.AskHouseholdSearch, Page: 1}, w.who(t, w.leader), w.clock())
	if len(next.Options) != 2 || next.More {
		t.Errorf("second page: %s", labels(next))
	}
	list := w.ask(t, w.leader, records.AskHouseholdList, map[string]string{"group": to12})
	if len(list.Options) != 9 || list.Options[0].Label != "Đỗ Thị Ánh, 1985" || list.Facts["group"] != "Tổ 12 (Hòa Minh cũ)" {
		t.Errorf("whole list: %s %v", labels(list), list.Facts)
	}
	if a := w.ask(t, w.leader, records.AskHouseholdList, nil); len(a.Options) != 9 {
		t.Errorf("a leader's only group needs no name: %+v", a)
	}
}

func testFacts(t *testing.T, w *world) {
	f := w.ask(t, w.leader, records.AskHouseholdFacts, map[string]string{"household": w.homes["Trần Thị Lan vợ ông Sáu"]}).Facts
	for k, want := range map[string]string{
		"name": "Trần Thị Lan", "short": "Lan", "birth_year": "1963", "second": "vợ ông Sáu", "group": "Tổ 12 (Hòa Minh cũ)",
		"group_path": to12, "area": "Phường Hòa Khánh", "area_path": hoaKhanh,
	} {
		if f[k] != want {
			t.Errorf("%s: %q, want %q", k, f[k], want)
		}
	}
}

func testRecent(t *testing.T, w *world) {
	tu, bay := w.homes["Võ Văn Tư"], w.homes["Lê Thị Bảy"]
	ask := func(on, kind string, homes ...string) dialog.Answer {
		return w.ask(t, w.leader, records.AskHelpRecent, map[string]string{"households": strings.Join(homes, " "), "kind": kind, "on": on})
	}
	if a := ask("2026-11-11", "nhu_yeu_pham", tu); a.Facts["count"] != "0" || a.Problem != "" {
		t.Fatalf("nothing yet: %+v", a)
	}
	colleague := w.contact(t, "colleague", "Chị Mai", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	code := w.log(t, colleague, tu) // on the 10th
	a := ask("2026-11-11", "nhu_yeu_pham", bay, tu)
	if a.Facts["count"] != "1" || a.Facts["code"] != code || a.Facts["who"] != "Chị Mai" || a.Facts["name"] != "Võ Văn Tư" || a.Facts["items"] != "10 kg gạo, 2 thùng mì" || a.Facts["on"] != "2026-11-10" {
		t.Errorf("warned: %+v", a.Facts)
	}
	if len(a.Lines) != 1 || a.Lines[0].Key != "help.recent.line" {
		t.Errorf("lines %+v", a.Lines)
	}
	for _, c := range []struct {
		on, kind string
		want     string
	}{{"2026-11-17", "nhu_yeu_pham", "1"}, {"2026-11-18", "nhu_yeu_pham", "0"}, {"2026-11-03", "nhu_yeu_pham", "1"}, {"2026-11-02", "nhu_yeu_pham", "0"}, {"2026-11-11", "tien_mat", "0"}} {
		if a := ask(c.on, c.kind, tu); a.Facts["count"] != c.want {
			t.Errorf("%v: %s", c, a.Facts["count"])
		}
	}
	w.do(t, colleague, records.CmdVoidHelp, records.VoidHelp{Code: code})
	if a := ask("2026-11-11", "nhu_yeu_pham", tu); a.Facts["count"] != "0" {
		t.Errorf("a voided entry warns: %+v", a)
	}
}

func testMine(t *testing.T, w *world) {
	for range 8 {
		w.log(t, w.leader, w.homes["Võ Văn Tư"])
		w.pass(1e9)
	}
	batch := w.log(t, w.leader, w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"])
	w.log(t, w.contact(t, "colleague", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}), w.homes["Võ Văn Tư"])
	a := w.ask(t, w.leader, records.AskHelpMine, nil)
	if len(a.Options) != 7 || !a.More || a.Options[0].Key != batch || a.Options[0].Label != "10/11 Lê Thị Bảy +1" || len(a.Lines) != 7 ||
		a.Lines[0].Args["n"] != "1" || a.Lines[0].Args["count"] != "2" || a.Lines[1].Args["items"] != "10 kg gạo, 2 thùng mì" {
		t.Errorf("first page: %s %+v", labels(a), a.Lines)
	}
	next := w.Answer(t.Context(), dialog.Ask{Query: records.AskHelpMine, Page: 1}, w.who(t, w.leader), w.clock())
	if len(next.Options) != 2 || next.More || next.Lines[0].Args["n"] != "8" {
		t.Errorf("second page: %s", labels(next))
	}
}

// What a Save brought is known to who made it, and to nobody else.
func testKept(t *testing.T, w *world) {
	if dialog.AskKept != records.AskKept {
		t.Error("the engine asks for something else")
	}
	q := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
	code := w.apply(t, q)[0].Args["code"]
	ask := func(as, form, n string) dialog.Answer {
		return w.ask(t, as, records.AskKept, map[string]string{"form": form, "n": n})
	}
	if a := ask(w.leader, q.Form, "0"); a.Facts["code"] != code || code == "" {
		t.Errorf("%+v, want %s", a, code)
	}
	refused := w.request(w.leader, records.CmdLogHelp, gift("nobody's"))
	w.apply(t, refused)
	for _, c := range []struct{ as, form, n string }{
		{w.leader, q.Form, "1"},
		{w.leader, "another", "0"},
		{w.leader, refused.Form, "0"},
		{w.contact(t, "colleague", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}), q.Form, "0"},
	} {
		if a := ask(c.as, c.form, c.n); len(a.Facts) > 0 || a.Problem != "" {
			t.Errorf("%+v: %+v", c, a)
		}
	}
	if a := ask(w.leader, q.Form, "no number"); a.Problem != records.ProblemNotFound {
		t.Errorf("%+v", a)
	}
}

func testGet(t *testing.T, w *world) {
	log := gift(w.homes["Lê Thị Bảy"], w.homes["Võ Văn Tư"])
	log.Giver, log.GiverKind, log.Photos, log.Consent = "Công ty Mẫu", records.GiverOrganisation, []string{"a", "b"}, "giay"
	out := w.do(t, w.leader, records.CmdLogHelp, log)
	front := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	f := w.ask(t, front, records.AskHelpGet, map[string]string{"code": out.Args["code"]}).Facts
	if f["count"] != "2" || f["giver"] != "Công ty Mẫu" || f["photos"] != "a b" || f["mine"] != "" || f["open"] != "" || f["state"] != "kept" || f["who"] != "Hoa" ||
		f["households"] != strings.Join(log.Households, " ") || !strings.HasPrefix(f["things"], `[{"qty":10000,"unit":"g","name":"gạo"`) {
		t.Errorf("facts %v", f)
	}
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: strings.Fields(out.Args["codes"])[0], Reason: "nhầm"})
	if f := w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": out.Args["code"]}).Facts; f["state"] != "kept" || f["mine"] != "1" || f["open"] != "1" {
		t.Errorf("a batch with one voided: %v", f)
	}
	w.pass(records.AuthorWindow + 1)
	if f := w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": out.Args["code"]}).Facts; f["open"] != "" {
		t.Errorf("the day after: %v", f)
	}
	stranger := w.contact(t, "stranger", "")
	if a := w.ask(t, stranger, records.AskHelpGet, map[string]string{"code": out.Args["code"]}); a.Problem != records.ProblemNotFound || a.Facts != nil {
		t.Errorf("a stranger reads %+v", a)
	}
}

func testMyAreas(t *testing.T, w *world) {
	both := w.contact(t, "both", "", records.Grant{Role: records.RoleLeader, Area: to12}, records.Grant{Role: records.RoleLeader, Area: to13}, records.Grant{Role: records.RoleHousehold, Area: to13 + "/HG-2222222"})
	a := w.ask(t, both, records.AskAreaMine, nil)
	if fmt.Sprint(a.Options) != fmt.Sprint([]dialog.Option{{Key: to12, Label: "Tổ 12 (Hòa Minh cũ)"}, {Key: to13, Label: "Tổ 13 (Hòa Minh cũ)"}}) || a.More {
		t.Errorf("%+v", a)
	}
}

// No look-up tells a person anything from outside their areas.
func testScoped(t *testing.T, w *world) {
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleLeader, Area: to1})
	nobody := w.contact(t, "nobody", "")
	admin := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city})
	code := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	for name, contact := range map[string]string{"far": far, "nobody": nobody, "admin": admin} {
		for query, args := range map[string]map[string]string{
			records.AskHouseholdSearch: {"q": "Võ Văn Tư"}, records.AskHouseholdFacts: {"household": w.homes["Võ Văn Tư"]}, records.AskHouseholdList: {"group": to12},
			records.AskHelpRecent: {"households": w.homes["Võ Văn Tư"], "kind": "nhu_yeu_pham", "on": "2026-11-11"}, records.AskHelpMine: {}, records.AskHelpGet: {"code": code},
		} {
			a := w.ask(t, contact, query, args)
			if len(a.Options) > 0 || len(a.Lines) > 0 || a.Facts["name"] != "" || a.Facts["code"] != "" {
				t.Errorf("%s by %s: %+v", query, name, a)
			}
			if a.Form != "f" || a.Step != "s" || a.Query != query {
				t.Errorf("%s by %s does not say what it answers: %+v", query, name, a)
			}
		}
	}
	if a := w.ask(t, w.leader, "household.burn", nil); a.Problem == "" {
		t.Errorf("an unknown look-up: %+v", a)
	}
}
