package storage

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"chungtay/storage/records"
)

// Every table is erased from by a rule, or has a reason why not; every rule has its work.
func testRetentionTables(t *testing.T, w *world) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if w.pg {
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	var tables []string
	must(t, w.db.Raw(query).Scan(&tables).Error)
	erased := map[string]bool{"applied_effects": true, "help": true, "households": true} // by rules with work of their own
	for name, e := range erasing {
		erased[e.table] = true
		if _, ok := records.KeptFor(name, wednesday); !ok {
			t.Errorf("no rule %q", name)
		}
	}
	for _, table := range tables {
		if lasts := records.Lasting[table] != ""; lasts == erased[table] {
			t.Errorf("table %s: say in records.Retention how long what is in it is kept, or in records.Lasting why it stays (%v, %v)", table, erased[table], lasts)
		}
	}
	for table := range records.Lasting {
		if !slices.Contains(tables, table) {
			t.Errorf("records.Lasting names %s, which is no table", table)
		}
	}
	for _, k := range records.Retention {
		a := &applier{r: w.Records, tx: w.db, now: w.instant(), actors: map[string]*actor{}}
		if n, err := a.eraseRule(k.Name, wednesday.AddDate(-20, 0, 0)); err != nil || n != 0 {
			t.Errorf("%s on what is not over: %d, %v", k.Name, n, err)
		}
	}
}

// What is over goes, what is a day younger stays, and what accounts need is there for ever.
func testRetention(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.contact(t, "hanh", "Chị Hạnh")
	must(t, w.PutBlob(t.Context(), "photo/1", "image/jpeg", []byte("x")))
	with := gift(lan)
	with.Note, with.Photos, with.Consent, with.GiverKind, with.Giver = "ghi chú", []string{"photo/1"}, "giay", records.GiverPerson, "Ông Ba"
	if out := w.do(t, w.leader, records.CmdLogHelp, with); out.Refused != "" {
		t.Fatal(out)
	}
	w.cardOf(t, w.leader, lan)
	if out := w.link(t, hanh, w.cardOf(t, w.leader, lan)); out.Refused != "" {
		t.Fatal(out)
	}
	_, _, err := w.MakeFileLink(t.Context(), "x")
	must(t, err)
	_, err = w.CreateInvite(t.Context(), records.RoleDonor, to12, "test", time.Hour)
	must(t, err)
	w.do(t, hanh, records.CmdOpenCode, records.OpenCode{Code: "1234 5678"})
	w.taken(t, hanh, records.DataJSON, nil)
	w.do(t, hanh, records.CmdOpenTask, records.OpenTask{Reason: records.TaskAsked, Name: "Hạnh", Words: "gọi", Phone: "+84905123456"})
	w.do(t, w.leader, records.CmdVisit, records.NoteVisit{Household: lan, On: "2026-11-10", Note: "khỏe"})
	w.do(t, hanh, records.CmdUnlink, records.Unlink{})
	w.do(t, hanh, records.CmdContactBlocked, struct{}{})
	must(t, w.db.Exec("UPDATE tasks SET status = 'done', done_at = ?", w.instant()).Error)
	must(t, w.db.Exec("UPDATE messages SET status = 'sent', done_at = ?", w.instant()).Error)
	must(t, w.db.Exec("UPDATE cards SET expires_at = ?", w.instant()).Error)
	must(t, w.db.Exec("UPDATE invites SET expires_at = ?", w.instant()).Error)
	must(t, w.db.Exec("UPDATE households SET ended_at = ? WHERE code = ?", w.instant(), lan).Error)
	of := map[string]string{
		"links": "SELECT count(*) FROM file_links", "tries": "SELECT count(*) FROM invite_tries", "files": "SELECT count(*) FROM blobs WHERE key LIKE 'out/%'",
		"cards": "SELECT count(*) FROM cards WHERE used_at IS NULL", "invites": "SELECT count(*) FROM invites", "messages": "SELECT count(*) FROM messages",
		"outcomes": "SELECT count(*) FROM applied_effects", "tasks": "SELECT count(*) FROM tasks WHERE words <> '' OR phone <> ''", "visits": "SELECT count(*) FROM visits",
		"consents": "SELECT count(*) FROM consents", "log": "SELECT count(*) FROM audit_log WHERE action <> 'data.forget'",
		"entries": "SELECT count(*) FROM help WHERE note <> '' OR giver <> ''", "households": "SELECT count(*) FROM households WHERE head LIKE 'Trần%'",
		"gone": "SELECT count(*) FROM people WHERE name = 'Chị Hạnh'",
	}
	after := map[int][]string{} // days -> rules
	for _, k := range records.Retention {
		if of[k.Name] != "" {
			after[k.Days] = append(after[k.Days], k.Name)
		}
	}
	const slack = 2 // days: of the link's quarter of an hour, and of the day of the help
	passed := 0
	for _, days := range slices.Sorted(maps.Keys(after)) {
		w.pass(time.Duration(days-slack-passed) * 24 * time.Hour)
		w.remind(t, (*applier).eraseOver)
		for _, name := range after[days] {
			if w.count(t, of[name]) == 0 {
				t.Errorf("%s: gone before %d days", name, days)
			}
		}
		w.pass(2 * slack * 24 * time.Hour)
		w.remind(t, (*applier).eraseOver)
		for _, name := range after[days] {
			if n := w.count(t, of[name]); n != 0 {
				t.Errorf("%s: %d left after %d days", name, n, days)
			}
		}
		passed = days + slack
	}
	if w.count(t, "SELECT count(*) FROM help WHERE money = 500000") != 1 || w.count(t, "SELECT count(*) FROM help_items") != 2 || w.count(t, "SELECT count(*) FROM help_photos") != 0 {
		t.Error("amounts are gone, or a photo is there for ever")
	}
	if id, err := strconv.ParseInt(w.who(t, w.leader).ID, 10, 64); err != nil || id == 0 {
		t.Error("a leader was forgotten")
	}
}
