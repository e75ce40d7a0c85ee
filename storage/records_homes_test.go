package storage

import (
	"strconv"
	"strings"
	"testing"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// What each household of a group got this year, and who had nothing.
func testHouseholdYear(t *testing.T, w *world) {
	lan, bay := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"]
	w.log(t, w.leader, lan)
	w.log(t, w.leader, lan)
	old := gift(bay)
	old.On = "2025-11-10"
	w.do(t, w.leader, records.CmdLogHelp, old)
	voided := w.log(t, w.leader, bay)
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: voided})
	lines := func(a dialog.Answer) string {
		var list []string
		for _, l := range a.Lines {
			list = append(list, l.Args["n"]+" "+l.Args["name"]+" "+l.Args["count"]+" "+l.Args["money"])
		}
		return strings.Join(list, "; ")
	}
	a := w.ask(t, w.leader, records.AskHouseholdYear, map[string]string{"group": to12})
	if a.Facts["count"] != "9" || a.Facts["empty"] != "8" || a.Facts["year"] != "2026" || !strings.Contains(lines(a), "6 Trần Thị Lan 2 1000000; ") || !strings.Contains(lines(a), "2 Lê Thị Bảy 0 0; ") {
		t.Errorf("%v\n%s", a.Facts, lines(a))
	}
	a = w.ask(t, w.leader, records.AskHouseholdYear, map[string]string{"group": to12, "none": "1"})
	if len(a.Lines) != 8 || strings.Contains(lines(a), "Trần Thị Lan") {
		t.Errorf("with nothing: %s", lines(a))
	}
	for i := range 60 {
		w.addHome(t, records.Household{Area: to12, Head: "Mai Văn Tám", BirthYear: 1930 + i})
	}
	page := w.Answer(t.Context(), dialog.Ask{Query: records.AskHouseholdYear, Args: map[string]string{"group": to12}, Page: 2}, w.who(t, w.leader), w.clock())
	if len(page.Lines) != 9 || page.More || page.Lines[0].Args["n"] != "61" {
		t.Errorf("last page: %d lines, %v", len(page.Lines), page.More)
	}
	for _, group := range []string{to13, to1, hoaKhanh, "", "tổ 13", city} {
		if a := w.ask(t, w.leader, records.AskHouseholdYear, map[string]string{"group": group}); len(a.Lines) > 0 && a.Facts["group_path"] != to12 {
			t.Errorf("another group %q: %+v", group, a.Facts)
		}
	}
}

func testKeepHousehold(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	for _, c := range []struct{ part, value, refused string }{
		{"nickname", "Tư Lan", ""},
		{"second", "hẻm 9", ""},
		{"members", "4", ""},
		{"birth_year", "1964", ""},
		{"members", "0", records.RefusedInvalid},
		{"members", "x", records.RefusedInvalid},
		{"birth_year", "2050", records.RefusedInvalid},
		{"head", "Ai Khác", records.RefusedInvalid},
		{"", "", records.RefusedInvalid},
	} {
		wantRefused(t, w.do(t, w.leader, records.CmdChangeHousehold, records.ChangeHousehold{Household: lan, Part: c.part, Value: c.value}), c.refused)
	}
	wantRefused(t, w.do(t, hanh, records.CmdChangeHousehold, records.ChangeHousehold{Household: lan, Part: "members", Value: "9"}), records.RefusedDenied)
	if a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "tư lan"}); len(a.Options) == 0 || a.Options[0].Key != lan {
		t.Errorf("found by the new name: %s", labels(a))
	}
	if a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "vợ ông Sáu"}); strings.Contains(labels(a), "Trần") {
		t.Errorf("found by the old mark: %s", labels(a))
	}
	for on, refused := range map[string]string{"2026-11-10": "", "2026-11-12": records.RefusedFuture, "1999-01-01": records.RefusedTooOld, "x": records.RefusedInvalid} {
		wantRefused(t, w.do(t, w.leader, records.CmdVisit, records.NoteVisit{Household: lan, On: on, Note: "khỏe"}), refused)
	}
	f := w.ask(t, w.leader, records.AskHouseholdView, map[string]string{"household": lan}).Facts
	if f["members"] != "4" || f["nickname"] != "Tư Lan" || f["visited"] != "2026-11-10" || f["note"] != "khỏe" || f["linked"] != "0" || f["quiet"] != "" {
		t.Errorf("%v", f)
	}
}

// A death or an absence stops messages, those that wait too.
func testQuiet(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.member(t, "hanh", lan)
	waits := func() int {
		return w.count(t, "SELECT count(*) FROM messages WHERE contact = ? AND status = 'waiting'", hanh)
	}
	w.log(t, w.leader, lan)
	if waits() != 1 {
		t.Fatalf("%d notices", waits())
	}
	if out := w.do(t, w.leader, records.CmdQuiet, records.QuietHousehold{Household: lan, Why: records.QuietDied}); out.Refused != "" {
		t.Fatal(out)
	}
	w.log(t, w.leader, lan)
	if waits() != 0 {
		t.Errorf("%d notices to a household that is not to be written to", waits())
	}
	wantRefused(t, w.do(t, w.leader, records.CmdQuiet, records.QuietHousehold{Household: lan, Why: "x"}), records.RefusedInvalid)
	w.do(t, w.leader, records.CmdQuiet, records.QuietHousehold{Household: lan})
	w.log(t, w.leader, lan)
	if waits() != 1 {
		t.Errorf("%d notices when it may be written to again", waits())
	}
}

func testPropose(t *testing.T, w *world) {
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	far := w.contact(t, "far", "", records.Grant{Role: records.RoleOfficer, Area: haiChau})
	dong := records.ProposeHousehold{Group: to12, Head: "Trần Văn Đông", BirthYear: 1950, Members: 2, Why: "hay đau"}
	for _, c := range []struct {
		change  func(*records.ProposeHousehold)
		refused string
	}{
		{func(p *records.ProposeHousehold) { p.Group = to13 }, records.RefusedDenied},
		{func(p *records.ProposeHousehold) { p.Group = hoaKhanh }, records.RefusedDenied},
		{func(p *records.ProposeHousehold) { p.Group = to12 + "/HG-2222222" }, records.RefusedDenied},
		{func(p *records.ProposeHousehold) { p.Head = "Đông" }, records.RefusedInvalid},
		{func(p *records.ProposeHousehold) { p.BirthYear = 2100 }, records.RefusedInvalid},
		{func(p *records.ProposeHousehold) { p.Members = -1 }, records.RefusedInvalid},
		{func(p *records.ProposeHousehold) { p.Head, p.BirthYear, p.Second = "Lê Thị Bảy", 1948, "" }, records.RefusedThere},
	} {
		p := dong
		c.change(&p)
		wantRefused(t, w.do(t, w.leader, records.CmdPropose, p), c.refused)
	}
	homes := func() int { return w.count(t, "SELECT count(*) FROM households WHERE area = ?", to12) }
	before := homes()
	if out := w.do(t, w.leader, records.CmdPropose, dong); out.Refused != "" || out.Args["code"] != "" {
		t.Fatalf("%+v", out)
	}
	if homes() != before {
		t.Error("a leader's proposal is on the list")
	}
	if got := w.told(t, "notice.proposed"); got[officer] != 1 || len(got) != 1 {
		t.Errorf("told: %v", got)
	}
	list := w.ask(t, officer, records.AskProposals, nil)
	if labels(list) != "Trần Văn Đông, Tổ 12 (Hòa Minh cũ)" {
		t.Fatalf("%+v", list)
	}
	id, err := strconv.ParseInt(list.Options[0].Key, 10, 64)
	must(t, err)
	for _, who := range []string{w.leader, far} {
		wantRefused(t, w.do(t, who, records.CmdDecide, records.DecideProposal{ID: id, Accept: true}), records.RefusedNotFound)
		if a := w.ask(t, who, records.AskProposals, map[string]string{"proposal": list.Options[0].Key}); a.Problem == "" {
			t.Errorf("sees the proposal: %+v", a)
		}
	}
	out := w.do(t, officer, records.CmdDecide, records.DecideProposal{ID: id, Accept: true})
	if out.Refused != "" || out.Args["code"] == "" || homes() != before+1 {
		t.Fatalf("%+v", out)
	}
	wantRefused(t, w.do(t, officer, records.CmdDecide, records.DecideProposal{ID: id, Accept: true}), records.RefusedDecided)
	if a := w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": "dong"}); len(a.Options) != 1 || a.Options[0].Key != out.Args["code"] {
		t.Errorf("found: %+v", a.Options)
	}
	if out := w.do(t, w.leader, records.CmdLogHelp, gift(out.Args["code"])); out.Refused != "" {
		t.Errorf("help for it: %v", out)
	}
	if got := w.told(t, "notice.proposal.accepted"); got[w.leader] != 1 || len(got) != 1 {
		t.Errorf("told: %v", got)
	}
	if out := w.do(t, officer, records.CmdPropose, records.ProposeHousehold{Group: to13, Head: "Mai Thị Thu"}); out.Refused != "" || out.Args["code"] == "" {
		t.Errorf("an officer's own: %+v", out)
	}
	second := dong
	second.Head = "Trần Văn Tây"
	w.do(t, w.leader, records.CmdPropose, second)
	if out := w.do(t, officer, records.CmdDecide, records.DecideProposal{ID: id + 1}); out.Refused != "" || out.Args["code"] != "" || homes() != before+1 {
		t.Errorf("refused: %+v", out)
	}
	if got := w.told(t, "notice.proposal.refused"); got[w.leader] != 1 {
		t.Errorf("told: %v", got)
	}
}
