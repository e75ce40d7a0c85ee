package storage

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

func testMigrateTwice(t *testing.T, w *world) {
	before := w.count(t, "SELECT count(*) FROM areas")
	must(t, w.Migrate(t.Context()))
	must(t, w.Ping(t.Context()))
	if after := w.count(t, "SELECT count(*) FROM areas"); after != before {
		t.Errorf("%d areas, %d before", after, before)
	}
}

func testMigrateTogether(t *testing.T, w *world) {
	address := "sqlite:" + t.TempDir() + "/new.db"
	if w.pg {
		server := newPostgres(t)
		address = server.url(server.create(t, ""))
	}
	var together sync.WaitGroup
	for range 3 {
		r := open(t, address, nil)
		together.Go(func() {
			if err := r.Migrate(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	must(t, open(t, address, nil).Ping(t.Context()))
}

func testTimes(t *testing.T, w *world) {
	hanoi := time.FixedZone("", 7*3600)
	late := time.Date(2026, 11, 11, 1, 0, 0, 123456789, hanoi) // the evening before in UTC
	early := time.Date(2026, 11, 10, 20, 0, 0, 0, time.UTC)
	for i, at := range []time.Time{late, early} {
		must(t, w.db.Create(&records.InviteTry{Contact: "c" + strconv.Itoa(i), At: stamp(at)}).Error)
	}
	var tries []records.InviteTry
	must(t, w.db.Where("at < ?", time.Date(2026, 11, 11, 2, 0, 0, 0, hanoi)).Order("at").Find(&tries).Error)
	if len(tries) != 1 || !tries[0].At.Equal(late.Truncate(time.Microsecond)) {
		t.Errorf("before 19:00 UTC: %v", tries)
	}
	code := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	var h records.Help
	must(t, w.db.Take(&h, "code = ?", code).Error)
	if records.FormatDay(h.GivenOn) != "2026-11-10" || !h.CreatedAt.Equal(wednesday) {
		t.Errorf("given on %v, created at %v", h.GivenOn, h.CreatedAt)
	}
}

// Paths compare bytewise: nothing of "48/20200/hoa-minh.12" lies within "48/20200/hoa-minh.1".
func testBytewise(t *testing.T, w *world) {
	where, args := within("path", []string{"48/20200/hoa-minh.1"})
	if n := w.count(t, "SELECT count(*) FROM areas WHERE "+where, args...); n != 0 {
		t.Errorf("%d areas within a group that does not exist", n)
	}
	where, args = within("path", []string{hoaKhanh})
	if n := w.count(t, "SELECT count(*) FROM areas WHERE "+where, args...); n != 4 {
		t.Errorf("%d areas in the ward, want 4", n)
	}
}

func testLogHelp(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	log := gift(lan)
	log.Note, log.Photos, log.Consent = "trao tại nhà", []string{"photo/1", "photo/2"}, "noi_mieng"
	out := w.do(t, w.leader, records.CmdLogHelp, log)
	if out.Refused != "" || out.Args["count"] != "1" || out.Args["codes"] != out.Args["code"] {
		t.Fatalf("outcome %+v", out)
	}
	if code, ok := records.ParseCode(out.Args["code"]); !ok || code != out.Args["code"] {
		t.Errorf("code %q", out.Args["code"])
	}
	var h records.Help
	must(t, w.db.Take(&h, "code = ?", out.Args["code"]).Error)
	if h.Money != 500_000 || h.Version != 1 || h.Area != to12+"/"+lan || h.Note != log.Note || h.BatchCode != "" || h.VoidedAt != nil || h.SupersededAt != nil {
		t.Errorf("entry %+v", h)
	}
	if n := w.count(t, "SELECT sum(qty) FROM help_items WHERE code = ?", h.Code); n != 10_002 {
		t.Errorf("items add up to %d", n)
	}
	if n := w.count(t, "SELECT count(*) FROM help_photos WHERE code = ?", h.Code); n != 2 {
		t.Errorf("%d photos", n)
	}
	if n := w.count(t, "SELECT count(*) FROM audit_log WHERE subject = ? AND action = 'help.log' AND person_id = ?", "help "+h.Code, h.AuthorID); n != 1 {
		t.Errorf("%d lines in the log of changes", n)
	}
}

func testLogMany(t *testing.T, w *world) {
	homes := []string{w.homes["Võ Văn Tư"], w.homes["Lê Thị Bảy"], w.homes["Đỗ Thị Ánh"]}
	out := w.do(t, w.leader, records.CmdLogHelp, gift(homes...))
	codes := strings.Fields(out.Args["codes"])
	if out.Refused != "" || len(codes) != 3 || out.Args["count"] != "3" {
		t.Fatalf("outcome %+v", out)
	}
	for i, code := range codes {
		if code == out.Args["code"] {
			t.Errorf("entry %d has the batch's code", i)
		}
		if n := w.count(t, "SELECT count(*) FROM help JOIN households h ON h.id = household_id WHERE help.code = ? AND batch_code = ? AND place = ? AND h.code = ?",
			code, out.Args["code"], i, homes[i]); n != 1 {
			t.Errorf("entry %d is not where it belongs", i)
		}
	}
	if n := w.count(t, "SELECT entries FROM help_batches WHERE code = ?", out.Args["code"]); n != 3 {
		t.Errorf("batch of %d", n)
	}
}

func testLogRefused(t *testing.T, w *world) {
	tu := w.homes["Võ Văn Tư"]
	for _, c := range []struct {
		name   string
		change func(*records.LogHelp)
		want   string
	}{
		{"negative", func(l *records.LogHelp) { l.Money = -1 }, records.RefusedMoney},
		{"absurd", func(l *records.LogHelp) { l.Money = records.MaxMoney + 1 }, records.RefusedMoney},
		{"overflow", func(l *records.LogHelp) { l.Money = 1<<63 - 1 }, records.RefusedMoney},
		{"no quantity", func(l *records.LogHelp) { l.Items[0].Qty = 0 }, records.RefusedQuantity},
		{"negative worth", func(l *records.LogHelp) { l.Items[0].Value = -5 }, records.RefusedMoney},
		{"nothing given", func(l *records.LogHelp) { l.Money, l.Items = 0, nil }, records.RefusedEmpty},
		{"tomorrow", func(l *records.LogHelp) { l.On = "2026-11-12" }, records.RefusedFuture},
		{"no such day", func(l *records.LogHelp) { l.On = "2026-02-30" }, records.RefusedInvalid},
		{"long ago", func(l *records.LogHelp) { l.On = "1975-04-30" }, records.RefusedTooOld},
		{"unknown kind", func(l *records.LogHelp) { l.Kind = "vang" }, records.RefusedInvalid},
		{"unknown giver", func(l *records.LogHelp) { l.GiverKind = "" }, records.RefusedInvalid},
		{"photo without consent", func(l *records.LogHelp) { l.Photos = []string{"p"} }, records.RefusedConsent},
		{"nobody", func(l *records.LogHelp) { l.Households = nil }, records.RefusedInvalid},
		{"twice the same", func(l *records.LogHelp) { l.Households = []string{tu, tu} }, records.RefusedInvalid},
		{"unknown household", func(l *records.LogHelp) { l.Households = []string{"HG-2222222"} }, records.RefusedNotFound},
		{"one of two elsewhere", func(l *records.LogHelp) { l.Households = []string{tu, w.homes["Hoàng Thị Lan"]} }, records.RefusedDenied},
	} {
		log := gift(tu)
		c.change(&log)
		if out := w.do(t, w.leader, records.CmdLogHelp, log); out.Refused != c.want {
			t.Errorf("%s: refused %q, want %q", c.name, out.Refused, c.want)
		}
	}
	if n := w.count(t, "SELECT count(*) FROM help"); n != 0 {
		t.Errorf("%d entries kept", n)
	}
}

// Somebody never seen has no right to anything.
func testStranger(t *testing.T, w *world) {
	stranger := w.ContactKey("telegram", "bot", "never seen")
	wantRefused(t, w.do(t, stranger, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"])), records.RefusedDenied)
}

func testSameKey(t *testing.T, w *world) {
	q := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
	first := w.apply(t, q)[0]
	second := w.apply(t, q, q)
	if second[0].Args["code"] != first.Args["code"] || second[1].Args["code"] != first.Args["code"] {
		t.Errorf("codes %v, then %v", first, second)
	}
	other := q
	other.Data = w.request(w.leader, records.CmdLogHelp, gift(w.homes["Lê Thị Bảy"])).Data
	wantRefused(t, w.apply(t, other)[0], records.RefusedConflict)
	fresh := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
	changed := fresh
	changed.Data = other.Data
	out := w.apply(t, fresh, fresh, changed)
	if out[0].Refused != "" || out[1].Args["code"] != out[0].Args["code"] || out[2].Refused != records.RefusedConflict {
		t.Errorf("within one batch: %v", out)
	}
	refused := w.request(w.leader, records.CmdLogHelp, gift("HG-2222222"))
	w.apply(t, refused)
	wantRefused(t, w.apply(t, refused)[0], records.RefusedNotFound)
	if n := w.count(t, "SELECT count(*) FROM help"); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
	if n := w.count(t, "SELECT count(*) FROM dead_letters WHERE reason = 'save.conflict'"); n != 2 {
		t.Errorf("%d dead letters of conflicts, want 2", n)
	}
}

func testSameKeyAtOnce(t *testing.T, w *world) {
	other := open(t, w.address, w.clock)
	for round := range 10 {
		q := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
		var codes [4]string
		var together sync.WaitGroup
		for i := range codes {
			r := []*Records{w.Records, other}[i%2]
			together.Go(func() {
				out, err := r.Apply(context.Background(), []Request{q})
				if err != nil || out[0].Refused != "" {
					t.Errorf("%v %v", out, err)
					return
				}
				codes[i] = out[0].Args["code"]
			})
		}
		together.Wait()
		for _, c := range codes {
			if c != codes[0] || c == "" {
				t.Fatalf("round %d: codes %v", round, codes)
			}
		}
	}
	if n := w.count(t, "SELECT count(*) FROM help"); n != 10 {
		t.Errorf("%d entries, want 10", n)
	}
}

func testCodesAtOnce(t *testing.T, w *world) {
	var together sync.WaitGroup
	const appliers, each = 4, 25
	batches := make([][]Request, appliers)
	for i := range batches {
		for range each {
			batches[i] = append(batches[i], w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"], w.homes["Lê Thị Bảy"])))
		}
	}
	for _, batch := range batches {
		together.Go(func() {
			if _, err := w.Apply(context.Background(), batch); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if n := w.count(t, "SELECT count(DISTINCT code) FROM help"); n != 2*appliers*each {
		t.Errorf("%d codes, want %d", n, 2*appliers*each)
	}
}

// Codes that are taken are drawn again.
func testCodesCollide(t *testing.T, w *world) {
	must(t, w.in(t.Context(), func(tx *gorm.DB) error {
		first, err := drawCodes(tx, records.CodeEntry, 3)
		if err != nil {
			return err
		}
		query, args := codesInsert([]records.Code{{Code: first[0], Kind: records.CodeBatch}, {Code: records.CodeOf(7), Kind: records.CodeBatch}})
		var free []string
		if err := tx.Raw(query, args...).Scan(&free).Error; err != nil {
			return err
		}
		if len(free) != 1 || free[0] != records.CodeOf(7) {
			t.Errorf("free codes %v", free)
		}
		return nil
	}))
}

// A request the database will not hold is refused alone; those beside it are kept. On Postgres the first error would
// otherwise make every later statement fail (25P02).
func testUnstorableAlone(t *testing.T, w *world) {
	must(t, w.db.Exec("INSERT INTO codes (code, kind) VALUES ('poison', 'entry')").Error)
	must(t, w.db.Exec("CREATE UNIQUE INDEX one_note ON help (note) WHERE note <> ''").Error) // makes two equal notes unstorable
	a, b, c := gift(w.homes["Võ Văn Tư"]), gift(w.homes["Lê Thị Bảy"]), gift(w.homes["Đỗ Thị Ánh"])
	a.Note, b.Note, c.Note = "x", "x", "y"
	batch := []Request{
		w.request(w.leader, records.CmdLogHelp, a), w.request(w.leader, records.CmdLogHelp, b), w.request(w.leader, records.CmdLang, records.SetLang{Lang: "en"}),
		w.request(w.leader, records.CmdLogHelp, c),
	}
	out := w.apply(t, batch...)
	if out[0].Refused != "" || out[1].Refused != records.RefusedInvalid || out[2].Refused != "" || out[3].Refused != "" {
		t.Fatalf("outcomes %v", out)
	}
	if n := w.count(t, "SELECT count(*) FROM help"); n != 2 {
		t.Errorf("%d entries", n)
	}
	if n := w.count(t, "SELECT count(*) FROM dead_letters WHERE reason = 'save.invalid'"); n != 1 {
		t.Errorf("%d dead letters", n)
	}
	if n := w.count(t, "SELECT count(*) FROM tasks WHERE reason = 'save.invalid' AND status = 'open'"); n != 1 {
		t.Errorf("%d tasks", n)
	}
	again := w.apply(t, batch...)
	for i := range out {
		if again[i].Refused != out[i].Refused || again[i].Args["code"] != out[i].Args["code"] {
			t.Errorf("request %d: %v, again %v", i, out[i], again[i])
		}
	}
}

func testUnknownCommand(t *testing.T, w *world) {
	wantRefused(t, w.do(t, w.leader, "help.burn", struct{}{}), records.RefusedInvalid)
	q := w.request(w.leader, records.CmdLogHelp, nil)
	q.Data = []byte(`{"households": 5`)
	wantRefused(t, w.apply(t, q)[0], records.RefusedInvalid)
	if n := w.count(t, "SELECT count(*) FROM dead_letters"); n != 2 {
		t.Errorf("%d dead letters", n)
	}
}

func testBytes(t *testing.T, w *world) {
	for _, bad := range []string{"\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", strings.Repeat("😀", 400), "\u202e\u200b", "'; DROP TABLE help; --", `\u0000`} {
		log := gift(w.homes["Võ Văn Tư"])
		log.Note, log.Giver, log.Items[0].Name = bad, "x"+bad[:1], "x"+bad
		q := w.request(w.leader, records.CmdLogHelp, log)
		if out := w.apply(t, q)[0]; out.Refused != "" && out.Refused != records.RefusedInvalid {
			t.Errorf("%q: %v", bad, out)
		}
		q = w.request(w.leader, records.CmdName, records.SetName{Name: "x" + bad})
		q.Data = []byte(strings.ReplaceAll(string(q.Data), `\u0000`, "\x00"))
		w.apply(t, q)
		w.apply(t, w.request(w.leader, "unknown"+bad, struct{}{}))
		w.ask(t, w.leader, records.AskHouseholdSearch, map[string]string{"q": bad, "group": bad})
		w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": bad})
		w.ask(t, w.leader, records.AskHelpRecent, map[string]string{"households": bad, "kind": bad, "on": "2026-11-10"})
		w.ask(t, w.leader, records.AskHouseholdFacts, map[string]string{"household": bad})
		q = w.request(w.leader+bad, records.CmdContactSeen, struct{}{})
		w.apply(t, q)
	}
}

func testVoid(t *testing.T, w *world) {
	code := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	colleague := w.contact(t, "colleague", "Hùng", records.Grant{Role: records.RoleFront, Area: hoaKhanh})
	elsewhere := w.contact(t, "elsewhere", "Mai", records.Grant{Role: records.RoleLeader, Area: to1})
	void := records.VoidHelp{Code: code, Reason: "nhầm hộ"}
	wantRefused(t, w.do(t, colleague, records.CmdVoidHelp, void), records.RefusedNotAuthor)
	wantRefused(t, w.do(t, elsewhere, records.CmdVoidHelp, void), records.RefusedNotFound)
	wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: "GN-2222222"}), records.RefusedNotFound)
	w.pass(records.AuthorWindow)
	out := w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: strings.ToLower(code), Reason: "nhầm hộ"})
	if out.Refused != "" || out.Args["code"] != code || out.Args["count"] != "1" {
		t.Fatalf("at the end of the day: %+v", out)
	}
	if n := w.count(t, "SELECT count(*) FROM help WHERE code = ? AND void_reason = 'nhầm hộ' AND voided_at IS NOT NULL", code); n != 1 {
		t.Error("the row did not stay with its reason")
	}
	wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, void), records.RefusedVoided)
	late := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	w.pass(records.AuthorWindow + time.Second)
	wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: late}), records.RefusedTooLate)
}

func testVoidBatch(t *testing.T, w *world) {
	out := w.do(t, w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"], w.homes["Lê Thị Bảy"], w.homes["Đỗ Thị Ánh"]))
	codes := strings.Fields(out.Args["codes"])
	if one := w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: codes[1]}); one.Args["count"] != "1" {
		t.Fatalf("one of the batch: %+v", one)
	}
	if rest := w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: out.Args["code"]}); rest.Args["count"] != "2" {
		t.Fatalf("the rest of the batch: %+v", rest)
	}
	if n := w.count(t, "SELECT count(*) FROM help WHERE voided_at IS NULL"); n != 0 {
		t.Errorf("%d entries left", n)
	}
}

func testCorrect(t *testing.T, w *world) {
	code := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	log := gift(w.homes["Lê Thị Bảy"])
	log.Money, log.Items = 50_000, log.Items[:1]
	w.pass(time.Hour)
	out := w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: code, Log: log})
	if out.Refused != "" || out.Args["code"] != code {
		t.Fatalf("outcome %+v", out)
	}
	var versions []records.Help
	must(t, w.db.Order("version").Find(&versions, "code = ?", code).Error)
	if len(versions) != 2 || versions[0].SupersededAt == nil || versions[0].Money != 500_000 || versions[1].SupersededAt != nil ||
		versions[1].Money != 50_000 || !versions[1].CreatedAt.Equal(wednesday) {
		t.Fatalf("versions %+v", versions)
	}
	facts := w.ask(t, w.leader, records.AskHelpGet, map[string]string{"code": code}).Facts
	if facts["name"] != "Lê Thị Bảy" || facts["money"] != "50000" || facts["items"] != "10 kg gạo" || facts["version"] != "2" || facts["open"] != "1" {
		t.Errorf("facts %v", facts)
	}
	log.Money = -1
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: code, Log: log}), records.RefusedMoney)
	log.Money, log.Households = 1, []string{w.homes["Bùi Thị Lan"]}
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: code, Log: log}), records.RefusedDenied)
	batch := w.log(t, w.leader, w.homes["Võ Văn Tư"], w.homes["Lê Thị Bảy"])
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: batch, Log: gift(w.homes["Võ Văn Tư"])}), records.RefusedBatch)
	w.pass(records.AuthorWindow)
	wantRefused(t, w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: code, Log: gift(w.homes["Võ Văn Tư"])}), records.RefusedTooLate)
}

// A right that ended between the start of a flow and its Save is a refusal for good, with a dead letter and a task.
func testRightsEnded(t *testing.T, w *world) {
	code := w.log(t, w.leader, w.homes["Võ Văn Tư"])
	q := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
	id, _ := strconv.ParseInt(w.who(t, w.leader).ID, 10, 64)
	for range 2 {
		must(t, w.EndRole(t.Context(), id, records.RoleLeader, to12, "test"))
	}
	wantRefused(t, w.apply(t, q)[0], records.RefusedDenied)
	wantRefused(t, w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: code}), records.RefusedDenied)
	if n := w.count(t, "SELECT count(*) FROM dead_letters WHERE reason = 'save.denied'"); n != 2 {
		t.Errorf("%d dead letters", n)
	}
	tasks, err := w.OpenTasks(t.Context(), "", 10)
	must(t, err)
	if len(tasks) != 2 || tasks[0].Reason != records.RefusedDenied {
		t.Errorf("tasks %+v", tasks)
	}
	if a := w.ask(t, w.leader, records.AskHouseholdSearch, nil); a.Problem != records.ProblemDenied {
		t.Errorf("search after the role ended: %+v", a)
	}
	if n := w.count(t, "SELECT count(*) FROM roles WHERE valid_to IS NOT NULL"); n != 1 {
		t.Error("the ended role is not kept as history")
	}
}

func testHouseholdTold(t *testing.T, w *world) {
	lan := w.homes["Trần Thị Lan vợ ông Sáu"]
	hanh := w.contact(t, "hanh", "Hạnh", records.Grant{Role: records.RoleHousehold, Area: to12 + "/" + lan})
	claim := func() []NoticeRow {
		t.Helper()
		rows, err := w.ClaimNotices(t.Context(), "p1", 10, time.Minute)
		must(t, err)
		return rows
	}
	code := w.log(t, w.leader, lan)
	w.pass(records.NoticeDelay - time.Minute)
	if rows := claim(); len(rows) != 0 {
		t.Fatalf("told too early: %+v", rows)
	}
	w.pass(time.Minute)
	rows := claim()
	if len(rows) != 1 || rows[0].Contact != hanh || rows[0].Say.Lines[0].Key != "notice.help" || rows[0].Say.Lines[0].Args["code"] != code || rows[0].Say.Notice != rows[0].ID {
		t.Fatalf("told %+v", rows)
	}
	if chat, err := w.Open(rows[0].Address); err != nil || chat != "hanh" || rows[0].Channel != "telegram" {
		t.Errorf("address %q on %q: %v", chat, rows[0].Channel, err)
	}
	must(t, w.MarkNotice(t.Context(), rows[0].ID, records.MessageHanded, ""))
	must(t, w.MarkNotice(t.Context(), rows[0].ID, records.MessageSent, ""))
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: code})
	if rows = claim(); len(rows) != 1 || rows[0].Say.Lines[0].Key != "notice.help_voided" {
		t.Fatalf("after the void: %+v", rows)
	}
	must(t, w.MarkNotice(t.Context(), rows[0].ID, records.MessageSent, ""))

	silent := w.log(t, w.leader, lan)
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: silent})
	w.pass(time.Hour)
	if rows = claim(); len(rows) != 0 {
		t.Fatalf("told of an entry that was voided before anybody heard of it: %+v", rows)
	}

	fixed := w.log(t, w.leader, lan)
	log := gift(lan)
	log.Money = 1_000
	w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: fixed, Log: log})
	w.pass(time.Hour)
	if rows = claim(); len(rows) != 1 || rows[0].Say.Lines[0].Args["money"] != "1000" {
		t.Fatalf("after a correction in time: %+v", rows)
	}
	must(t, w.MarkNotice(t.Context(), rows[0].ID, records.MessageSent, ""))
	log.Money = 2_000
	w.do(t, w.leader, records.CmdCorrectHelp, records.CorrectHelp{Code: fixed, Log: log})
	w.pass(time.Hour)
	if rows = claim(); len(rows) != 1 || rows[0].Say.Lines[0].Key != "notice.help_corrected" || rows[0].Say.Lines[0].Args["money"] != "2000" {
		t.Fatalf("after a correction of what was told: %+v", rows)
	}
}

func testInvite(t *testing.T, w *world) {
	code, err := w.CreateInvite(t.Context(), records.RoleOfficer, "20200", "cli", 48*time.Hour)
	must(t, err)
	if n := w.count(t, "SELECT count(*) FROM invites WHERE code_hash LIKE ?", "%"+code+"%"); n != 0 {
		t.Error("the code is kept in the clear")
	}
	nam := w.contact(t, "nam", "Nam")
	typed := " " + strings.ToLower(strings.ReplaceAll(code, "-", " ")) + "."
	out := w.do(t, nam, records.CmdRedeem, records.Redeem{Code: typed})
	if out.Refused != "" || out.Args["role"] != records.RoleOfficer || out.Args["area"] != "Phường Hòa Khánh" || out.Args["path"] != hoaKhanh {
		t.Fatalf("outcome %+v", out)
	}
	if p := w.who(t, nam); len(p.Roles) != 1 || p.Roles[0] != (dialog.Role{Name: records.RoleOfficer, Area: hoaKhanh}) {
		t.Errorf("roles %v", p.Roles)
	}
	wantRefused(t, w.do(t, nam, records.CmdRedeem, records.Redeem{Code: code}), "") // the link pressed twice
	wantRefused(t, w.do(t, w.contact(t, "thief", ""), records.CmdRedeem, records.Redeem{Code: code}), records.RefusedInviteUsed)
	if n := w.count(t, "SELECT count(*) FROM roles WHERE name = 'officer'"); n != 1 {
		t.Errorf("%d officers", n)
	}
	old, err := w.CreateInvite(t.Context(), records.RoleLeader, to13, "cli", time.Hour)
	must(t, err)
	w.pass(time.Hour)
	wantRefused(t, w.do(t, nam, records.CmdRedeem, records.Redeem{Code: old}), records.RefusedInviteExpired)
	wantRefused(t, w.do(t, nam, records.CmdRedeem, records.Redeem{Code: "22222-22222"}), records.RefusedInviteUnknown)
	wantRefused(t, w.do(t, nam, records.CmdRedeem, records.Redeem{Code: "xin chào"}), records.RefusedInviteUnknown)

	fresh := w.ContactKey("zalo", "bot", "new") // redeems before anything else is known of it
	lead, err := w.CreateInvite(t.Context(), records.RoleLeader, to13, "cli", time.Hour)
	must(t, err)
	both := w.apply(t, w.request(fresh, records.CmdRedeem, records.Redeem{Code: lead}), w.request(fresh, records.CmdLogHelp, gift(w.homes["Hoàng Thị Lan"])))
	if both[0].Refused != "" || both[1].Refused != "" {
		t.Errorf("redeem and log in one batch: %v", both)
	}
	for _, bad := range []struct{ role, area string }{{"king", to12}, {records.RoleLeader, "20200"}, {records.RoleOfficer, to12}, {records.RoleLeader, "nowhere"}, {records.RoleLeader, ""}} {
		if _, err := w.CreateInvite(t.Context(), bad.role, bad.area, "cli", time.Hour); !errors.Is(err, ErrNoArea) && !errors.Is(err, ErrNoRole) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func testInviteAtOnce(t *testing.T, w *world) {
	code, err := w.CreateInvite(t.Context(), records.RoleLeader, to13, "cli", time.Hour)
	must(t, err)
	var kept [6]bool
	var together sync.WaitGroup
	for i := range kept {
		q := w.request(w.contact(t, "racer "+strconv.Itoa(i), ""), records.CmdRedeem, records.Redeem{Code: code})
		together.Go(func() {
			out, err := w.Apply(context.Background(), []Request{q})
			if err != nil {
				t.Error(err)
				return
			}
			kept[i] = out[0].Refused == ""
		})
	}
	together.Wait()
	n := 0
	for _, k := range kept {
		if k {
			n++
		}
	}
	if n != 1 || w.count(t, "SELECT count(*) FROM roles WHERE area = ?", to13) != 1 {
		t.Errorf("%d used one invite", n)
	}
}

func testInviteLockout(t *testing.T, w *world) {
	code, err := w.CreateInvite(t.Context(), records.RoleLeader, to13, "cli", 48*time.Hour)
	must(t, err)
	guesser := w.contact(t, "guesser", "")
	for range records.InviteTries {
		wantRefused(t, w.do(t, guesser, records.CmdRedeem, records.Redeem{Code: "22222-22222"}), records.RefusedInviteUnknown)
		w.pass(time.Minute)
	}
	out := w.do(t, guesser, records.CmdRedeem, records.Redeem{Code: code})
	if out.Refused != records.RefusedInviteLocked || out.Args["minutes"] != "55" {
		t.Fatalf("the right code while locked out: %+v", out)
	}
	wantRefused(t, w.do(t, w.contact(t, "other", ""), records.CmdRedeem, records.Redeem{Code: "22222-22222"}), records.RefusedInviteUnknown)
	w.pass(55 * time.Minute)
	wantRefused(t, w.do(t, guesser, records.CmdRedeem, records.Redeem{Code: code}), "")
}

func testPerson(t *testing.T, w *world) {
	c := w.ContactKey("zalo", "bot", "somebody")
	if p := w.who(t, c); p.ID != "" || len(p.Roles) != 0 {
		t.Fatalf("a stranger is %+v", p)
	}
	w.do(t, c, records.CmdLang, records.SetLang{Lang: "en"})
	w.do(t, c, records.CmdAddress, records.SetAddress{Address: "cô"})
	w.do(t, c, records.CmdName, records.SetName{Name: " Nguyễn  Hoa\x00 "})
	if p := w.who(t, c); p.Lang != "en" || p.Address != "cô" || p.Name != "Nguyễn  Hoa" || p.ID == "" {
		t.Errorf("person %+v", p)
	}
	wantRefused(t, w.do(t, c, records.CmdName, records.SetName{Name: strings.Repeat("a", maxOwnName+1)}), records.RefusedInvalid)
	wantRefused(t, w.do(t, c, records.CmdLang, records.SetLang{}), records.RefusedInvalid)
	wantRefused(t, w.do(t, c, records.CmdAddress, records.SetAddress{}), "")
}

func testContact(t *testing.T, w *world) {
	sealed := w.Seal("12345678")
	key := w.ContactKey("telegram", "bot", "12345678")
	for range 2 {
		must(t, w.SeeContact(t.Context(), key, "telegram", sealed))
	}
	must(t, w.SeeContact(t.Context(), key, "", ""))
	var c records.Contact
	must(t, w.db.Take(&c, "key = ?", key).Error)
	if c.Address != sealed || c.Channel != "telegram" || strings.Contains(c.Key+c.Address, "12345678") {
		t.Errorf("contact %+v", c)
	}
	w.do(t, key, records.CmdContactBlocked, struct{}{})
	must(t, w.db.Take(&c, "key = ?", key).Error)
	if !c.Blocked {
		t.Error("not blocked")
	}
	w.do(t, key, records.CmdContactReturns, struct{}{})
	c = records.Contact{}
	must(t, w.db.Take(&c, "key = ?", key).Error)
	if c.Blocked {
		t.Error("still blocked")
	}
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if err := w.SeeContact(context.Background(), w.ContactKey("telegram", "bot", "both"), "telegram", "x"); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if n := w.count(t, "SELECT count(*) FROM people WHERE id NOT IN (SELECT person_id FROM contacts)"); n != 0 {
		t.Errorf("%d people without a contact", n)
	}
}

func testTask(t *testing.T, w *world) {
	out := w.do(t, w.leader, records.CmdOpenTask, records.OpenTask{Reason: "give-up", Flow: "ghinhan", Step: "amount"})
	if out.Refused != "" || out.Args["task"] == "" {
		t.Fatalf("outcome %+v", out)
	}
	for area, want := range map[string]int{"": 1, city: 1, hoaKhanh: 1, to12: 1, to13: 0, haiChau: 0} {
		tasks, err := w.OpenTasks(t.Context(), area, 10)
		must(t, err)
		if len(tasks) != want {
			t.Errorf("%d tasks in %q, want %d", len(tasks), area, want)
		}
	}
}

func testNotices(t *testing.T, w *world) {
	ctx := t.Context()
	say := dialog.Say{Lines: []dialog.Line{{Key: "hello"}}}
	c := w.contact(t, "reader", "")
	for range 2 {
		must(t, w.Notify(ctx, "broadcast 1", []string{c, w.leader}, say, w.clock()))
	}
	say.Urgent = true
	must(t, w.Notify(ctx, "storm", []string{c}, say, w.clock()))
	rows, err := w.ClaimNotices(ctx, "p1", 2, time.Minute)
	must(t, err)
	if len(rows) != 2 || !rows[0].Urgent || rows[1].Urgent {
		t.Fatalf("claimed %+v", rows)
	}
	if again, _ := w.ClaimNotices(ctx, "p2", 10, -time.Second); len(again) != 1 { // a lease that is over at once
		t.Errorf("claimed by another: %+v", again)
	}
	must(t, w.MarkNotice(ctx, rows[0].ID, records.MessageSent, ""))
	must(t, w.MarkNotice(ctx, rows[0].ID, records.MessageWaiting, "")) // sent stays sent
	must(t, w.MarkNotice(ctx, rows[1].ID, records.MessageFailed, "gone"))
	next, err := w.NextNotice(ctx)
	must(t, err)
	if !next.Equal(w.clock()) {
		t.Errorf("the next is due at %v", next)
	}
	late, err := w.ClaimNotices(ctx, "p3", 10, time.Minute)
	must(t, err)
	if len(late) != 1 {
		t.Fatalf("after the lease ended: %+v", late)
	}
	w.pass(48 * time.Hour) // leases run by real time
	if early, err := w.ClaimNotices(ctx, "p4", 10, time.Minute); err != nil || len(early) > 0 {
		t.Errorf("a lease ended by the clock of business: %+v %v", early, err)
	}
	must(t, w.MarkNotice(ctx, late[0].ID, records.MessageDoubt, "crash"))
	if next, err := w.NextNotice(ctx); err != nil || !next.IsZero() {
		t.Errorf("nothing waits, and the next is due at %v %v", next, err)
	}
	again, err := w.Notice(ctx, []string{late[0].ID, "notice:999999", "notice:x", "", rows[0].ID})
	must(t, err)
	status := map[string]string{}
	for _, n := range again {
		status[n.ID] = n.Status
	}
	if len(status) != 2 || status[late[0].ID] != records.MessageDoubt || status[rows[0].ID] != records.MessageSent {
		t.Errorf("read back %v", status)
	}
	if err := w.MarkNotice(ctx, "5", "lost", ""); err == nil {
		t.Error("an unknown status was taken")
	}
}

func testNoticesAtOnce(t *testing.T, w *world) {
	var to []string
	for i := range 40 {
		to = append(to, w.contact(t, "n"+strconv.Itoa(i), ""))
	}
	must(t, w.Notify(t.Context(), "all", to, dialog.Say{}, w.clock()))
	var mu sync.Mutex
	seen := map[string]int{}
	var together sync.WaitGroup
	for i := range 4 {
		together.Go(func() {
			for {
				rows, err := w.ClaimNotices(context.Background(), "p"+strconv.Itoa(i), 3, time.Hour)
				if err != nil {
					t.Error(err)
				}
				if len(rows) == 0 {
					return
				}
				mu.Lock()
				for _, n := range rows {
					seen[n.ID]++
				}
				mu.Unlock()
			}
		})
	}
	together.Wait()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s claimed %d times", id, n)
		}
	}
	if len(seen) == 0 {
		t.Error("nothing claimed")
	}
}

func testBlobs(t *testing.T, w *world) {
	ctx := t.Context()
	photo := []byte("\xff\xd8\x00\xff")
	must(t, w.PutBlob(ctx, "k", "image/jpeg", photo))
	must(t, w.PutBlob(ctx, "k", "image/png", []byte("other")))
	data, mime, err := w.Blob(ctx, "k")
	if err != nil || string(data) != string(photo) || mime != "image/jpeg" {
		t.Errorf("%q %q %v", data, mime, err)
	}
	if _, _, err := w.Blob(ctx, "none"); !errors.Is(err, ErrNoBlob) {
		t.Error(err)
	}
	must(t, w.PutBlob(ctx, "empty", "", nil))
}

// While the database is away, methods say so and look-ups say "unavailable".
func testAway(t *testing.T, w *world) {
	who := w.who(t, w.leader)
	q := w.request(w.leader, records.CmdLogHelp, gift(w.homes["Võ Văn Tư"]))
	must(t, w.Close())
	if _, err := w.Apply(context.Background(), []Request{q}); !errors.Is(err, ErrAway) {
		t.Errorf("apply: %v", err)
	}
	if err := w.Ping(context.Background()); !errors.Is(err, ErrAway) {
		t.Errorf("ping: %v", err)
	}
	if a := w.Answer(context.Background(), dialog.Ask{Query: records.AskHouseholdSearch, Form: "f", Step: "s"}, who, wednesday); a.Problem != records.ProblemUnavailable || a.Form != "f" {
		t.Errorf("answer: %+v", a)
	}
	if !w.pg {
		return
	}
	r := open(t, "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", nil)
	if _, err := r.Apply(context.Background(), []Request{q}); !errors.Is(err, ErrAway) {
		t.Errorf("apply without a server: %v", err)
	}
}

func testAuditNoNames(t *testing.T, w *world) {
	log := gift(w.homes["Võ Văn Tư"])
	log.Giver, log.Note = "Bí Mật", "Bí Mật"
	code := w.do(t, w.leader, records.CmdLogHelp, log).Args["code"]
	w.do(t, w.leader, records.CmdName, records.SetName{Name: "Bí Mật"})
	w.do(t, w.leader, records.CmdVoidHelp, records.VoidHelp{Code: code, Reason: "Bí Mật"})
	var lines []records.Audit
	must(t, w.db.Order("id").Find(&lines).Error)
	text, _ := json.Marshal(lines)
	if len(lines) != 3 || strings.Contains(string(text), "Bí Mật") || strings.Contains(string(text), "Võ Văn Tư") {
		t.Errorf("log of changes: %s", text)
	}
}
