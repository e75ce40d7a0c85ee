package storage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// joinTo makes second another chat of the person of first.
func (w *world) joinTo(t testing.TB, first, second string) Outcome {
	t.Helper()
	out := w.do(t, first, records.CmdJoinCode, struct{}{})
	if out.Refused != "" {
		return out
	}
	if out := w.do(t, second, records.CmdOpenCode, records.OpenCode{Code: out.Args["code"]}); out.Refused != "" {
		return out
	}
	return w.do(t, second, records.CmdJoin, struct{}{})
}

// used lets a contact be the one its person uses.
func (w *world) used(t testing.TB, contact string) {
	t.Helper()
	w.pass(time.Second)
	must(t, w.UseContact(t.Context(), contact))
}

// Two people become one, with the roles, the household, the settings, the entries and the consents of both.
func testJoin(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	zalo, telegram := w.ContactKey("zalo", "bot", "z"), w.ContactKey("telegram", "bot", "t")
	must(t, w.SeeContact(t.Context(), zalo, "zalo", w.Seal("z")))
	must(t, w.SeeContact(t.Context(), telegram, "telegram", w.Seal("t")))
	if out := w.link(t, zalo, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	w.do(t, zalo, records.CmdAddress, records.SetAddress{Address: "bà"})
	w.do(t, zalo, records.CmdLang, records.SetLang{Lang: "en"})
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	invite := w.do(t, officer, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to13}).Args["code"]
	if out := w.do(t, telegram, records.CmdRedeem, records.Redeem{Code: invite}); out.Refused != "" {
		t.Fatal(out)
	}
	w.do(t, telegram, records.CmdName, records.SetName{Name: "Trần Thị Út"})
	entry := w.log(t, telegram, w.homes["Hoàng Thị Lan"])
	old := w.who(t, telegram).ID

	out := w.do(t, zalo, records.CmdJoinCode, struct{}{})
	opened := w.do(t, telegram, records.CmdOpenCode, records.OpenCode{Code: out.Args["code"]})
	if opened.Refused != "" || opened.Args["kind"] != records.CodeKindJoin || opened.Args["channel"] != "Zalo" || opened.Args["who"] != "" {
		t.Fatalf("%+v", opened)
	}
	if f := w.ask(t, telegram, records.AskCodeOpen, nil).Facts; f["kind"] != records.CodeKindJoin || f["channel"] != "Zalo" {
		t.Errorf("opened: %v", f)
	}
	if got := w.who(t, telegram); got.ID != old || got.Chats != 0 {
		t.Errorf("a code that was only typed joins: %+v", got)
	}
	if out := w.do(t, telegram, records.CmdJoin, struct{}{}); out.Refused != "" || out.Args["channel"] != "Zalo" {
		t.Fatal(out)
	}
	a, b := w.who(t, zalo), w.who(t, telegram)
	if fmt.Sprint(a) != fmt.Sprint(b) || a.Name != "Trần Thị Út" || a.Address != "bà" || a.Lang != "en" || a.Chats != 2 || len(a.Roles) != 2 {
		t.Errorf("zalo %+v\ntelegram %+v", a, b)
	}
	if f := w.ask(t, telegram, records.AskHouseholdSupport, nil).Facts; f["household"] != lan {
		t.Errorf("the household: %v", f)
	}
	if mine := w.ask(t, zalo, records.AskHelpMine, nil).Options; len(mine) != 1 || mine[0].Key != entry {
		t.Errorf("entries: %v", mine)
	}
	if out := w.do(t, zalo, records.CmdVoidHelp, records.VoidHelp{Code: entry}); out.Refused != "" {
		t.Errorf("void in the other chat: %v", out)
	}
	if n := w.count(t, "SELECT count(*) FROM consents WHERE person_id = ?", w.personOf(t, telegram)); n != 1 {
		t.Errorf("%d consents", n)
	}
	if got := w.told(t, "notice.joined"); got[zalo] != 1 || len(got) != 1 {
		t.Errorf("told: %v", got)
	}
	if n := w.count(t, "SELECT count(*) FROM messages WHERE urgent AND here AND contact = ?", zalo); n != 1 {
		t.Error("that somebody joined waits for the morning")
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE action = ? AND why = ?", records.CmdJoin, "person "+old); n != 1 {
		t.Errorf("%d lines of the log", n)
	}
	if n := w.count(t, "SELECT count(*) FROM people WHERE id = ? AND joined_to = ? AND name = ''", old, a.ID); n != 1 {
		t.Error("who the person was is not known")
	}
	wantRefused(t, w.do(t, telegram, records.CmdJoin, struct{}{}), records.RefusedNoCard)
	wantRefused(t, w.joinTo(t, zalo, telegram), records.RefusedJoined)
	wantRefused(t, w.joinTo(t, zalo, zalo), records.RefusedJoinHere)
	invited := w.do(t, officer, records.CmdInvite, records.MakeInvite{Role: records.RoleLeader, Area: to13}).Args["code"]
	if out := w.do(t, w.contact(t, "third", ""), records.CmdRedeem, records.Redeem{Code: invited}); out.Refused != "" {
		t.Error(out)
	}
}

// A code is for one use and ten minutes, a newer one voids it, and a guesser is locked out while the right person is not.
func testJoinCodes(t *testing.T, w *world) {
	first, second, guesser := w.contact(t, "first", ""), w.contact(t, "second", ""), w.contact(t, "guesser", "")
	code := func() string { return w.do(t, first, records.CmdJoinCode, struct{}{}).Args["code"] }
	open := func(contact, code string) Outcome {
		return w.do(t, contact, records.CmdOpenCode, records.OpenCode{Code: code})
	}
	old := code()
	if digits, ok := records.ParseShortCode(old); !ok || w.count(t, "SELECT count(*) FROM join_codes WHERE code_hash IN (?, ?)", old, digits) != 0 {
		t.Errorf("code %q", old)
	}
	newer := code()
	wantRefused(t, open(second, old), records.RefusedInviteUnknown)
	w.pass(records.JoinCodeLife - time.Second)
	if out := open(second, newer); out.Refused != "" {
		t.Fatal(out)
	}
	w.pass(time.Second)
	wantRefused(t, w.do(t, second, records.CmdJoin, struct{}{}), records.RefusedInviteExpired)
	wantRefused(t, open(second, newer), records.RefusedInviteExpired)

	newer = code()
	pick := rand.New(rand.NewPCG(5, 6))
	for range records.InviteTries {
		wantRefused(t, open(guesser, records.ShortCodeOf(pick.Uint64N(records.CodeSpace8))), records.RefusedInviteUnknown)
	}
	wantRefused(t, open(guesser, newer), records.RefusedInviteLocked)
	third := w.contact(t, "third", "")
	for _, contact := range []string{second, third} { // both typed it before one of them said yes
		if out := open(contact, newer); out.Refused != "" {
			t.Fatal(out)
		}
	}
	if out := w.do(t, second, records.CmdJoin, struct{}{}); out.Refused != "" {
		t.Fatal(out)
	}
	wantRefused(t, w.do(t, third, records.CmdJoin, struct{}{}), records.RefusedInviteUsed)
	wantRefused(t, open(third, newer), records.RefusedInviteUsed)
	last := w.do(t, second, records.CmdJoinCode, struct{}{}).Args["code"]
	must(t, w.db.Model(&records.Person{ID: w.personOf(t, first)}).Update("locked_at", w.clock()).Error)
	wantRefused(t, open(third, last), records.RefusedInviteUnknown)
	wantRefused(t, w.do(t, second, records.CmdJoinCode, struct{}{}), records.RefusedLocked)
	must(t, w.db.Model(&records.Person{ID: w.personOf(t, first)}).Update("locked_at", nil).Error)
	for i := 2; i < records.JoinMost; i++ {
		if out := w.joinTo(t, second, w.contact(t, fmt.Sprint("more ", i), "")); out.Refused != "" {
			t.Fatal(out)
		}
	}
	wantRefused(t, w.joinTo(t, first, third), records.RefusedJoinMany)
	wantRefused(t, w.joinTo(t, third, first), records.RefusedJoinMany)
}

// Who looks after a group and is of one household in it, in two chats, is flagged; several households are not theirs.
func testJoinHomes(t *testing.T, w *world) {
	lan, bay, far := w.homes["Trần Thị Lan vợ ông Sáu"], w.homes["Lê Thị Bảy"], w.homes["Hoàng Thị Lan"]
	entry := w.log(t, w.leader, lan)
	w.pass(records.NoticeDelay)
	mine, other := w.contact(t, "mine", ""), w.contact(t, "other", "")
	w.link(t, mine, w.cardOf(t, w.leader, lan))
	if out := w.do(t, mine, records.CmdConfirmHelp, records.ConfirmHelp{Household: lan, Year: 2026, Seen: w.seenNow()}); out.Args["count"] != "1" {
		t.Fatal(out)
	}
	w.link(t, other, w.cardOf(t, w.leader, bay))
	if out := w.joinTo(t, w.leader, mine); out.Refused != "" {
		t.Fatal(out)
	}
	flags := func(contact string) (s string) {
		var links []records.HouseholdLink
		must(t, w.db.Where("person_id = ?", w.personOf(t, contact)).Order("id").Find(&links).Error)
		for _, l := range links {
			s += fmt.Sprint(l.Helper, l.Several, " ")
		}
		return s
	}
	if got := flags(w.leader); got != "true false " {
		t.Errorf("a leader in their own household: %s", got)
	}
	if n := w.count(t, "SELECT count(*) FROM help_answers WHERE code = ? AND helper", entry); n != 1 {
		t.Error("what was confirmed does not say that a helper did")
	}
	w.log(t, w.leader, bay)
	w.pass(records.NoticeDelay)
	if out := w.do(t, mine, records.CmdConfirmHelp, records.ConfirmHelp{Household: bay, Year: 2026, Seen: w.seenNow()}); out.Refused == "" {
		t.Error("a leader confirms for another household of the group")
	}
	wantRefused(t, w.joinTo(t, mine, other), records.RefusedJoinHomes)
	wantRefused(t, w.joinTo(t, other, mine), records.RefusedJoinHomes)
	if got := w.who(t, other).Roles; len(got) != 1 {
		t.Errorf("after a refusal: %v", got)
	}
	officer := w.contact(t, "officer", "", records.Grant{Role: records.RoleOfficer, Area: hoaKhanh})
	second := w.contact(t, "second", "")
	w.link(t, second, w.cardOf(t, officer, far))
	if out := w.joinTo(t, other, second); out.Refused != "" {
		t.Fatal(out)
	}
	if got := flags(other); got != "false false false true " {
		t.Errorf("one of two households: %s", got)
	}
	if n := w.count(t, "SELECT count(*) FROM tasks WHERE reason = ?", records.TaskSeveral); n != 1 {
		t.Errorf("%d tasks", n)
	}
	// Both were of the same household: one membership is left.
	again := w.contact(t, "again", "")
	w.link(t, again, w.cardOf(t, w.leader, bay))
	if out := w.joinTo(t, other, again); out.Refused != "" {
		t.Fatal(out)
	}
	if n := w.count(t, "SELECT count(*) FROM household_links WHERE household_id = (SELECT id FROM households WHERE code = ?) AND ended_at IS NULL", bay); n != 1 {
		t.Errorf("%d links", n)
	}
	if got := w.who(t, again).Roles; len(got) != 2 {
		t.Errorf("roles %v", got)
	}
}

// Every column that names a person follows one who turned out to be another, or is left on purpose.
func testJoinEveryRow(t *testing.T, w *world) {
	left := map[string]string{
		"audit_log.person_id": "what was so at the time",
	}
	listed := map[string]bool{}
	columns, err := ofPeople(w.db, w.pg)
	must(t, err)
	for _, c := range columns {
		listed[c.table+"."+c.column] = true
	}
	tables, err := w.db.Migrator().GetTables()
	must(t, err)
	seen := map[string]bool{}
	for _, table := range tables {
		columns, err := w.db.Migrator().ColumnTypes(table)
		must(t, err)
		for _, c := range columns {
			name := table + "." + c.Name()
			kind := strings.ToLower(c.DatabaseTypeName())
			whole := strings.Contains(kind, "int")
			person := whole && (strings.HasSuffix(c.Name(), "_by") || c.Name() == "person_id" || strings.HasSuffix(c.Name(), "author_id") || c.Name() == "joined_to")
			seen[name] = true
			if person && !listed[name] && left[name] == "" {
				t.Errorf("%s names a person and refers to none: let it refer to people (id), or list it in personColumns (storage/joins.go), so that it follows somebody who joins two chats; or say in this test why not", name)
			}
		}
	}
	for name := range listed {
		if !seen[name] {
			t.Errorf("there is no column %s", name)
		}
	}
	// A table that nobody listed, with a key to people, follows too.
	must(t, w.db.Exec("CREATE TABLE new_things (owner bigint REFERENCES people (id), n bigint)").Error)
	first, second := w.contact(t, "first", ""), w.contact(t, "second", "")
	must(t, w.db.Exec("INSERT INTO new_things (owner, n) VALUES (?, 1)", w.personOf(t, second)).Error)
	if out := w.joinTo(t, first, second); out.Refused != "" {
		t.Fatal(out)
	}
	if n := w.count(t, "SELECT count(*) FROM new_things WHERE owner = ?", w.personOf(t, first)); n != 1 {
		t.Error("what refers to the person did not follow")
	}
}

// A chat that is taken away is a stranger's, what waits for it is told to the person, and what was open in it is dropped.
func testPart(t *testing.T, w *world) {
	lost := w.contact(t, "lost", "")
	if out := w.joinTo(t, w.leader, lost); out.Refused != "" {
		t.Fatal(out)
	}
	chats := w.ask(t, w.leader, records.AskContacts, nil)
	if len(chats.Lines) != 2 || len(chats.Options) != 1 {
		t.Fatalf("%+v", chats)
	}
	must(t, w.Notify(t.Context(), "waits", []string{lost}, dialog.Say{Lines: []dialog.Line{{Key: "k"}}}, w.clock()))
	handed := w.claim(t)
	must(t, w.MarkNotice(t.Context(), handed[len(handed)-1].ID, records.MessageHanded, ""))
	must(t, w.Notify(t.Context(), "waits too", []string{lost}, dialog.Say{Lines: []dialog.Line{{Key: "k"}}}, w.clock().Add(time.Hour)))
	stranger := w.contact(t, "stranger", "")
	wantRefused(t, w.do(t, stranger, records.CmdPart, records.PartContact{Contact: lost}), records.RefusedNotFound)
	wantRefused(t, w.do(t, w.leader, records.CmdPart, records.PartContact{Contact: w.leader}), records.RefusedNotFound)
	wantRefused(t, w.do(t, w.leader, records.CmdPart, records.PartContact{Contact: stranger}), records.RefusedNotFound)
	if out := w.do(t, w.leader, records.CmdPart, records.PartContact{Contact: lost}); out.Refused != "" {
		t.Fatal(out)
	}
	if got := w.who(t, lost); len(got.Roles) != 0 || got.Name != "" || got.Chats != 0 || got.ID == w.who(t, w.leader).ID {
		t.Errorf("the lost one is %+v", got)
	}
	if got := w.who(t, w.leader); len(got.Roles) != 1 || got.Chats != 0 {
		t.Errorf("the person is %+v", got)
	}
	wantRefused(t, w.do(t, lost, records.CmdLogHelp, gift(w.homes["Lê Thị Bảy"])), records.RefusedDenied)
	if a := w.ask(t, lost, records.AskHouseholdSearch, map[string]string{"q": "lan"}); a.Problem == "" {
		t.Errorf("the lost one finds %v", a.Options)
	}
	var rows []records.Message
	must(t, w.db.Where("dedupe LIKE 'waits%' OR dedupe LIKE 'part%'").Order("id").Find(&rows).Error)
	if len(rows) != 3 || rows[0].Contact != w.leader || rows[0].Status != records.MessageWaiting || rows[1].Contact != w.leader ||
		rows[2].Contact != lost || !rows[2].Here || !strings.Contains(rows[2].Say, `"fresh":true`) {
		t.Errorf("%+v", rows)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE action = ?", records.CmdPart); n != 1 {
		t.Errorf("%d lines of the log", n)
	}
}

// claim takes what is due, and tells to whom it goes.
func (w *world) claim(t testing.TB) []NoticeRow {
	t.Helper()
	rows, err := w.ClaimNotices(t.Context(), "one", 100, time.Minute)
	must(t, err)
	return rows
}

// Somebody with two chats is told once, in the one used last when it is told.
func testToldOnce(t *testing.T, w *world) {
	front, front2 := w.contact(t, "front", "", records.Grant{Role: records.RoleFront, Area: hoaKhanh}), w.contact(t, "front 2", "")
	admin, admin2 := w.contact(t, "admin", "", records.Grant{Role: records.RoleAdmin, Area: city}), w.contact(t, "admin 2", "")
	hanh, hanh2 := w.contact(t, "hanh", ""), w.contact(t, "hanh 2", "")
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	w.link(t, hanh, w.cardOf(t, w.leader, lan))
	for _, pair := range [][2]string{{front, front2}, {admin, admin2}, {hanh, hanh2}} {
		if out := w.joinTo(t, pair[0], pair[1]); out.Refused != "" {
			t.Fatal(out)
		}
	}
	w.claim(t) // what was told of the joins
	to := func(rows []NoticeRow) (contacts []string) {
		for _, r := range rows {
			contacts = append(contacts, r.Contact)
		}
		slices.Sort(contacts)
		return contacts
	}
	want := func(what string, rows []NoticeRow, contacts ...string) {
		t.Helper()
		if got := to(rows); !slices.Equal(got, contacts) {
			t.Errorf("%s: told %q, want %q", what, got, contacts)
		}
	}
	w.used(t, front2)
	w.used(t, admin)
	w.used(t, hanh2)
	w.log(t, w.leader, lan)
	w.pass(records.NoticeDelay - time.Minute)
	w.used(t, hanh) // since it was put aside
	w.pass(time.Minute)
	want("help", w.claim(t), hanh)
	w.do(t, w.contact(t, "guest", ""), records.CmdOpenTask, records.OpenTask{Reason: records.TaskHelpAsked, Unit: "20200"})
	want("a task", w.claim(t), front2)
	w.used(t, front)
	w.do(t, w.contact(t, "guest 2", ""), records.CmdOpenTask, records.OpenTask{Reason: records.TaskHelpAsked, Unit: "20200"})
	want("the next task of the while", w.claim(t))
	w.do(t, front2, records.CmdOpenTask, records.OpenTask{Reason: records.TaskDanger, Unit: "20200"})
	for _, r := range w.claim(t) {
		if r.Contact == front {
			t.Error("who says it is told of it in the other chat")
		}
	}
	say := dialog.Say{Lines: []dialog.Line{{Key: "k"}}}
	must(t, w.TellAdmins(t.Context(), "once", say))
	w.used(t, admin2)
	must(t, w.TellAdmins(t.Context(), "once", say))
	want("the admins", w.claim(t), admin2)
	// What was handed over, maybe, stays in that chat: never in both.
	must(t, w.Notify(t.Context(), "handed", []string{admin}, say, w.clock()))
	rows, err := w.ClaimNotices(t.Context(), "one", 100, 0)
	must(t, err)
	want("first", rows, admin2)
	w.used(t, admin)
	want("again", w.claim(t), admin2)
}

// What a chat does not take goes to the person's other one, and to none twice.
func testToldElsewhere(t *testing.T, w *world) {
	one, two := w.contact(t, "one", ""), w.contact(t, "two", "")
	alone := w.contact(t, "alone", "")
	w.joinTo(t, one, two)
	w.claim(t)
	w.used(t, two)
	must(t, w.Notify(t.Context(), "news", []string{one, alone}, dialog.Say{Lines: []dialog.Line{{Key: "k"}}}, w.clock()))
	first := w.claim(t)
	if len(first) != 2 || first[0].Contact != two || first[1].Contact != alone {
		t.Fatalf("%+v", first)
	}
	for _, r := range first {
		must(t, w.MarkNotice(t.Context(), r.ID, records.MessageHanded, ""))
		must(t, w.MarkNotice(t.Context(), r.ID, records.MessageFailed, "gone"))
	}
	again := w.claim(t)
	if len(again) != 1 || again[0].ID != first[0].ID || again[0].Contact != one || again[0].PutOff != 1 {
		t.Fatalf("%+v", again)
	}
	w.used(t, two)
	must(t, w.MarkNotice(t.Context(), again[0].ID, records.MessageHanded, ""))
	must(t, w.MarkNotice(t.Context(), again[0].ID, records.MessageFailed, "gone"))
	if more := w.claim(t); len(more) != 0 {
		t.Errorf("tried again: %+v", more)
	}
	if n := w.count(t, "SELECT count(*) FROM messages WHERE status = 'failed'"); n != 2 {
		t.Errorf("%d failed", n)
	}
	// Somebody who left one of them is told in the other.
	w.do(t, two, records.CmdContactBlocked, struct{}{})
	must(t, w.Notify(t.Context(), "more news", []string{two}, dialog.Say{Lines: []dialog.Line{{Key: "k"}}}, w.clock()))
	if rows := w.claim(t); len(rows) != 1 || rows[0].Contact != one {
		t.Errorf("%+v", rows)
	}
}
