package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// testCase is a test of the records' store.
type testCase struct {
	name string
	run  func(*testing.T, *world)
}

// suite is every one of them; each runs on both databases.
var suite = append(accessCases(), []testCase{
	{"migrate twice", testMigrateTwice},
	{"migrate together", testMigrateTogether},
	{"times are UTC", testTimes},
	{"paths compare bytewise", testBytewise},
	{"log help", testLogHelp},
	{"log for many", testLogMany},
	{"log refused", testLogRefused},
	{"invites", testInvites},
	{"staff", testStaff},
	{"roles change", testRolesChange},
	{"locked person", testLockedPerson},
	{"handover", testHandover},
	{"handover later", testHandoverLater},
	{"lock", testLock},
	{"lock and the same account", testLockSame},
	{"stranger", testStranger},
	{"same key", testSameKey},
	{"same key at once", testSameKeyAtOnce},
	{"codes at once", testCodesAtOnce},
	{"codes that collide", testCodesCollide},
	{"unstorable alone", testUnstorableAlone},
	{"unknown command", testUnknownCommand},
	{"bytes of every kind", testBytes},
	{"void", testVoid},
	{"void a batch", testVoidBatch},
	{"correct", testCorrect},
	{"rights that ended", testRightsEnded},
	{"household is told", testHouseholdTold},
	{"invite", testInvite},
	{"invite at once", testInviteAtOnce},
	{"invite lockout", testInviteLockout},
	{"person", testPerson},
	{"contact", testContact},
	{"task", testTask},
	{"search", testSearch},
	{"search in a commune", testSearchCommune},
	{"browse", testBrowse},
	{"facts", testFacts},
	{"recent help", testRecent},
	{"my help", testMine},
	{"what a save brought", testKept},
	{"get help", testGet},
	{"my areas", testMyAreas},
	{"look-ups are scoped", testScoped},
	{"notices", testNotices},
	{"notices at once", testNoticesAtOnce},
	{"blobs", testBlobs},
	{"file links", testFileLinks},
	{"away", testAway},
	{"support", testSupport},
	{"support of others", testSupportOfOthers},
	{"class facts", testClassFacts},
	{"link", testLink},
	{"card expires", testCardExpires},
	{"code guesses", testCodeGuesses},
	{"card at once", testCardAtOnce},
	{"link own only", testLinkOwnOnly},
	{"card sheet", testCardSheet},
	{"signatures", testSignatures},
	{"signature sheets", testSignatureSheets},
	{"card sheet and seats", testCardSheetSeats},
	{"unlink", testUnlink},
	{"confirm", testConfirm},
	{"dispute", testDispute},
	{"dispute meant", testDisputeMeant},
	{"confirm flags", testConfirmFlags},
	{"household year", testHouseholdYear},
	{"keep household", testKeepHousehold},
	{"quiet household", testQuiet},
	{"propose", testPropose},
	{"tasks", testTasks},
	{"task limits", testTaskLimits},
	{"ward phone", testWardPhone},
	{"quota is counted", testQuotaCounted},
	{"quota puts off", testQuotaPutOff},
	{"quota is told", testQuotaTold},
	{"quota of seats", testQuotaSeats},
	{"quota is seen", testQuotaSeen},
	{"quota of one bot", testQuotaOwnBot},
	{"needs", testNeeds},
	{"photos of needs", testNeedPhotos},
	{"needs that wait", testNeedsWait},
	{"needs over Tết", testNeedsOverTet},
	{"broadcasts", testBroadcasts},
	{"broadcasts second", testBroadcastSecond},
	{"broadcasts audience", testBroadcastAudience},
	{"broadcasts after", testBroadcastAfter},
	{"campaigns", testCampaigns},
	{"campaigns refused", testCampaignsRefused},
	{"a campaign of one", testCampaignOfOne},
	{"reminders", testReminders},
	{"reminders changed", testRemindersChanged},
	{"reminders missed", testRemindersMissed},
	{"digest", testDigest},
	{"jobs changed", testJobsChanged},
	{"visits missing", testVisitsMissing},
	{"tet gifts", testTetGifts},
	{"campaign days", testCampaignDays},
	{"report and review", testReportAndReview},
	{"pledges", testPledges},
	{"pledges refused", testPledgesRefused},
	{"receipts", testReceipts},
	{"receipts refused", testReceiptsRefused},
	{"receipts at once", testReceiptsAtOnce},
	{"statements", testStatements},
	{"statements refused", testStatementsRefused},
	{"statement workbook", testStatementWorkbook},
	{"transfers from two", testTransfersFromTwo},
	{"transfers at once", testTransfersAtOnce},
	{"gifts", testGifts},
	{"gifts refused", testGiftsRefused},
	{"reminders of pledges", testPledgeReminders},
	{"pledges each month", testPledgeMonths},
	{"progress", testProgress},
	{"campaigns that follow", testFollow},
	{"allocations", testAllocations},
	{"allocations refused", testAllocationsRefused},
	{"allocations of things", testAllocationsOfThings},
	{"allocations at once", testAllocationsAtOnce},
	{"trace", testTrace},
	{"statement", testStatement},
	{"ledger properties", testLedgerProperties},
	{"verify", testVerify},
	{"sample of entries", testSample},
	{"need limits", testNeedLimits},
	{"my data", testMyData},
	{"withdraw", testWithdraw},
	{"offers", testOffers},
	{"offer limits", testOfferLimits},
	{"sponsors", testSponsors},
	{"rises", testRises},
	{"rise limits", testRiseLimits},
	{"rise reminders", testRiseReminders},
	{"rise counts", testRiseCounts},
	{"help is in no class", testHelpInNoClass},
	{"join", testJoin},
	{"join codes", testJoinCodes},
	{"join homes", testJoinHomes},
	{"join follows every row", testJoinEveryRow},
	{"part", testPart},
	{"a person is told once", testToldOnce},
	{"told elsewhere", testToldElsewhere},
	{"data requests", testDataRequests},
	{"data reminders", testDataReminders},
	{"stop messages", testStopMessages},
	{"forget", testForget},
	{"erase household", testEraseHousehold},
	{"look-ups are noted", testLookups},
	{"rotate key", testRotate},
	{"retention", testRetention},
	{"look reason", testLookReason},
	{"merge households", testMerge},
	{"move household", testMove},
	{"tables of households", testMovedTables},
	{"pin", testPin},
	{"pin needed", testPinNeeded},
	{"retention of every table", testRetentionTables},
	{"audit has no names", testAuditNoNames},
	{"forged", testForged},
	{"lists", testLists},
}...)

func TestRecordsSQLite(t *testing.T) {
	for _, c := range suite {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "records of a ward.db")))
		})
	}
}

func TestRecordsPostgres(t *testing.T) {
	server := newPostgres(t)
	template := server.create(t, "")
	r := open(t, server.url(template), nil)
	if err := r.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.Close()
	t.Run("suite", func(t *testing.T) { // the template is dropped when all are done
		for _, c := range suite {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(t, newWorld(t, server.url(server.create(t, template))))
			})
		}
	})
}

// postgresServer is the Postgres that tests make their databases on.
type postgresServer struct {
	base *url.URL
	pool *sql.DB
}

// newPostgres finds the server of DATABASE_URL, or the usual local one. Without one the test is skipped, but not in CI.
func newPostgres(t testing.TB) postgresServer {
	t.Helper()
	address := os.Getenv("DATABASE_URL")
	if !strings.HasPrefix(address, "postgres") {
		address = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable"
	}
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal("DATABASE_URL is no address")
	}
	pool, err := sql.Open("pgx", address)
	if err == nil {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		err = pool.PingContext(ctx)
	}
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("no Postgres: %v", err)
		}
		t.Skipf("no Postgres: %v", err)
	}
	pool.SetMaxOpenConns(2)
	t.Cleanup(func() { pool.Close() })
	return postgresServer{base, pool}
}

func (s postgresServer) url(name string) string {
	u := *s.base
	u.Path = "/" + name
	return u.String()
}

// create makes a database, empty or from a template, and drops it after the test.
func (s postgresServer) create(t testing.TB, template string) string {
	t.Helper()
	var b [6]byte
	rand.Read(b[:])
	name := "chungtay_records_" + hex.EncodeToString(b[:])
	statement := "CREATE DATABASE " + name
	if template != "" {
		statement += " TEMPLATE " + template
	}
	if _, err := s.pool.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := s.pool.ExecContext(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return name
}

const testKey = "9b1c5a52f7c04a3e8d6b0f2e7a914c3d5e6f708192a3b4c5d6e7f80910213243"

func open(t testing.TB, address string, clock func() time.Time) *Records {
	t.Helper()
	r, err := OpenRecords(t.Context(), address, RecordsOptions{DataKey: testKey, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// Places and clock of the tests: Wednesday morning in Đà Nẵng.
const (
	city     = "48"
	hoaKhanh = "48/20200"
	to12     = "48/20200/hoa-minh.12"
	to12Son  = "48/20200/hoa-son.12"
	to13     = "48/20200/hoa-minh.13"
	haiChau  = "48/20242"
	to1      = "48/20242/1"
)

var wednesday = time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)

// world is a store with two wards, four groups, some households and a leader.
type world struct {
	*Records
	address string
	mu      sync.Mutex
	at      time.Time
	forms   int
	mute    bool              // who looks households up does not say why
	pinless bool              // what is asked comes without a PIN
	leader  string            // contact of the leader of to12
	homes   map[string]string // head and second key -> code
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newWorld(t testing.TB, address string) *world {
	t.Helper()
	w := &world{address: address, at: wednesday, homes: map[string]string{}}
	w.Records = open(t, address, w.clock)
	if err := w.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	area := func(path, kind, name, label, number string) records.Area {
		return records.Area{Path: path, Kind: kind, Code: path[strings.LastIndexByte(path, '/')+1:], Name: name, Label: label, Number: number, ValidFrom: day}
	}
	must(t, w.db.Create([]records.Area{
		area(city, records.AreaCity, "Thành phố Đà Nẵng", "", ""), area(hoaKhanh, records.AreaCommune, "Phường Hòa Khánh", "", ""),
		area(haiChau, records.AreaCommune, "Phường Hải Châu", "", ""), area(to12, records.AreaGroup, "Tổ 12 (Hòa Minh cũ)", "Hòa Minh", "12"),
		area(to12Son, records.AreaGroup, "Tổ 12 (Hòa Sơn cũ)", "Hòa Sơn", "12"), area(to13, records.AreaGroup, "Tổ 13 (Hòa Minh cũ)", "Hòa Minh", "13"),
		area(to1, records.AreaGroup, "Tổ 1", "", "1"),
	}).Error)
	for _, h := range []records.Household{
		{Area: to12, Head: "Nguyễn Thị Lan", BirthYear: 1951, Second: "hẻm 42"},
		{Area: to12, Head: "Trần Thị Lan", BirthYear: 1963, Second: "vợ ông Sáu"},
		{Area: to12, Head: "Nguyễn Thị Lan", BirthYear: 1980, Second: "hẻm 7"},
		{Area: to12, Head: "Phạm Văn Lân", BirthYear: 1970},
		{Area: to12, Head: "Lê Thị Bảy", BirthYear: 1948, Nickname: "Bảy Sang"},
		{Area: to12, Head: "Võ Văn Tư", BirthYear: 1950},
		{Area: to12, Head: "Đỗ Thị Ánh", BirthYear: 1985},
		{Area: to12, Head: "Huỳnh Văn Sáu", BirthYear: 1955},
		{Area: to12, Head: "Đặng Huy", BirthYear: 1990},
		{Area: to12Son, Head: "Lê Văn Lan", BirthYear: 1977},
		{Area: to13, Head: "Hoàng Thị Lan", BirthYear: 1966},
		{Area: to1, Head: "Bùi Thị Lan", BirthYear: 1972},
	} {
		w.addHome(t, h)
	}
	w.leader = w.contact(t, "leader", "Hoa", records.Grant{Role: records.RoleLeader, Area: to12})
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) addHome(t testing.TB, h records.Household) string {
	t.Helper()
	h.Code = records.HouseholdCodeOf(random64(records.CodeSpace))
	h.NaturalKey = HouseholdKey(h)
	IndexHousehold(&h)
	must(t, w.db.Create(&h).Error)
	must(t, w.db.Create(IndexHousehold(&h)).Error)
	w.homes[strings.TrimSpace(h.Head+" "+h.Second)] = h.Code
	return h.Code
}

// contact makes a chat with somebody who holds roles.
func (w *world) contact(t testing.TB, chat, name string, grants ...records.Grant) string {
	t.Helper()
	key := w.ContactKey("telegram", "bot", chat)
	must(t, w.SeeContact(t.Context(), key, "telegram", w.Seal(chat)))
	who := w.who(t, key)
	id, _ := strconv.ParseInt(who.ID, 10, 64)
	must(t, w.db.Model(&records.Person{ID: id}).Update("name", name).Error)
	for _, g := range grants {
		must(t, w.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&records.Role{PersonID: id, Name: g.Role, Area: g.Area, ValidFrom: wednesday.AddDate(-1, 0, 0)}).Error)
	}
	return key
}

func (w *world) who(t testing.TB, contact string) dialog.Person {
	t.Helper()
	p, err := w.Person(t.Context(), contact)
	must(t, err)
	return p
}

func (w *world) request(contact, kind string, data any) Request {
	b, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	w.mu.Lock()
	w.forms++
	q := Request{Contact: contact, Form: fmt.Sprintf("form-%d", w.forms), Kind: kind, Data: b, At: w.at}
	w.mu.Unlock()
	if slices.Contains(records.PinCommands, kind) && !w.pinless {
		q.Pass = w.passFor(contact, q.Form, q.At)
	}
	return q
}

// passFor is what shows that somebody typed their PIN in a form; they get one where they have none.
func (w *world) passFor(contact, form string, at time.Time) string {
	var known []records.Contact
	if err := w.db.Where("key = ?", contact).Find(&known).Error; err != nil || len(known) == 0 {
		return ""
	}
	pin := records.Pin{PersonID: known[0].PersonID, SetAt: at}
	if err := w.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&pin).Error; err != nil {
		panic(err)
	}
	return w.pinPass(pin.PersonID, form, at)
}

func (w *world) apply(t testing.TB, batch ...Request) []Outcome {
	t.Helper()
	outcomes, err := w.Apply(t.Context(), batch)
	must(t, err)
	if len(outcomes) != len(batch) {
		t.Fatalf("%d outcomes for %d requests", len(outcomes), len(batch))
	}
	return outcomes
}

func (w *world) do(t testing.TB, contact, kind string, data any) Outcome {
	t.Helper()
	return w.apply(t, w.request(contact, kind, data))[0]
}

// log logs rice and money for a household, and returns the code.
func (w *world) log(t testing.TB, contact string, homes ...string) string {
	t.Helper()
	out := w.do(t, contact, records.CmdLogHelp, gift(homes...))
	if out.Refused != "" {
		t.Fatalf("refused: %s", out.Refused)
	}
	return out.Args["code"]
}

func gift(homes ...string) records.LogHelp {
	return records.LogHelp{
		Households: homes, Kind: "nhu_yeu_pham", Money: 500_000, Items: []records.Item{{Qty: 10_000, Unit: "g", Name: "gạo"}, {Qty: 2, Unit: "thùng", Name: "mì"}},
		GiverKind: records.GiverNeighbours, On: "2026-11-10",
	}
}

func (w *world) ask(t testing.TB, contact, query string, args map[string]string) dialog.Answer {
	t.Helper()
	if slices.Contains(records.ReasonedLookups, query) && !w.mute {
		if id, err := strconv.ParseInt(w.who(t, contact).ID, 10, 64); err == nil {
			must(t, w.db.Create(&records.Audit{At: w.clock(), PersonID: &id, Action: records.LookReasonLine, Why: "check"}).Error)
		}
	}
	return w.Answer(t.Context(), dialog.Ask{Query: query, Args: args, Form: "f", Step: "s"}, w.who(t, contact), w.clock())
}

func (w *world) count(t testing.TB, statement string, args ...any) int {
	t.Helper()
	var n int
	must(t, w.db.Raw(statement, args...).Scan(&n).Error)
	return n
}

func wantRefused(t testing.TB, out Outcome, want string) {
	t.Helper()
	if out.Refused != want {
		t.Errorf("refused %q, want %q", out.Refused, want)
	}
}
