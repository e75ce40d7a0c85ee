package storage

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

// eachDatabase runs a benchmark on both databases.
func eachDatabase(b *testing.B, run func(*testing.B, *world)) {
	b.Run("sqlite", func(b *testing.B) { run(b, newWorld(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))) })
	b.Run("postgres", func(b *testing.B) {
		server := newPostgres(b)
		run(b, newWorld(b, server.url(server.create(b, ""))))
	})
}

// Family, middle and given names about as often as they are met.
var (
	families = strings.Fields(strings.Repeat("Nguyễn ", 38) + strings.Repeat("Trần ", 11) + strings.Repeat("Lê ", 10) + strings.Repeat("Phạm ", 7) +
		"Huỳnh Huỳnh Huỳnh Võ Võ Võ Phan Phan Phan Trương Bùi Bùi Đặng Đặng Đỗ Ngô Hồ Hồ Dương Đinh Đoàn Lâm Mai Trịnh Đào Lý Alăng Zơrâm")
	middles = strings.Fields(strings.Repeat("Thị ", 45) + strings.Repeat("Văn ", 35) + "Minh Ngọc Thanh Hữu Đức Xuân Quang Công Đình Bá Kim Thu Hồng Mỹ")
	givens  = strings.Fields("Lan Lan Hoa Hoa Hồng Huệ Cúc Mai Mai Đào Liên Sen Phượng Nga Hằng Hạnh Hạnh Phúc Thọ Lộc Tài Đức Hùng Hùng Dũng Cường Mạnh Thắng Lợi Sơn Hải " +
		"Hà Thủy Thúy Thu Xuân Hạ Đông Bình An Yên Tâm Tâm Thảo Thơm Tuyết Vân Nguyệt Ánh Minh Minh Quang Sáng Tùng Bách Trúc Long Lân Phụng Quý Bảy Tám Chín Tư Năm Sáu Ba Hai " +
		"Mười Út Loan Oanh Yến Nhạn Kiều Diễm My Vy Khoa Khánh Khôi Khang Nghĩa Nhân Trí Tín Trung Hiếu Thảo Tuấn Tú Việt Nam Bắc Phong Vũ Vinh Vượng Thịnh")
)

// fill writes n households into communes of very different sizes, the largest with a tenth of them all, in groups of about a
// hundred.
func (w *world) fill(b *testing.B, n int) (largest string) {
	b.Helper()
	pick := rand.New(rand.NewPCG(1, 2))
	any := func(list []string) string { return list[pick.IntN(len(list))] }
	var homes []records.Household
	for i := range n {
		commune, place := 0, i
		if i >= n/10 {
			commune, place = 1+(i-n/10)%93, (i-n/10)/93
		}
		h := records.Household{
			Area: fmt.Sprintf("48/%d/to.%d", 30000+commune, place/100+1), Head: any(families) + " " + any(middles) + " " + any(givens),
			BirthYear: 1930 + pick.IntN(70), Official: fmt.Sprintf("H%d", i), Code: records.HouseholdCodeOf(uint64(i) * 1201),
		}
		switch pick.IntN(4) {
		case 0:
			h.Second = fmt.Sprintf("hẻm %d", pick.IntN(90))
		case 1:
			h.Second = "vợ ông " + any(givens)
		}
		h.NaturalKey = HouseholdKey(h)
		IndexHousehold(&h)
		homes = append(homes, h)
	}
	for some := range slices.Chunk(homes, 50_000) {
		must(b, w.in(context.Background(), func(tx *gorm.DB) error {
			if err := insert(tx, some); err != nil {
				return err
			}
			var index []records.HouseholdWord
			for i := range some {
				index = append(index, IndexHousehold(&some[i])...)
			}
			slices.SortFunc(index, func(x, y records.HouseholdWord) int {
				return cmp.Or(cmp.Compare(x.Word, y.Word), cmp.Compare(x.Area, y.Area))
			})
			return insert(tx, index)
		}))
	}
	for _, table := range []string{"households", "household_words"} { // only those: of an empty table it would tell that it stays so
		must(b, w.db.Exec("ANALYZE "+table).Error)
	}
	return "48/30000"
}

// BenchmarkSearch measures household search among 200,000 households: a leader in a group, an officer in the largest ward
// (20,000 households), and somebody who would see the whole city.
func BenchmarkSearch(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		largest := w.fill(b, 200_000)
		for name, area := range map[string]string{"leader": largest + "/to.7", "officer": largest, "city": city} {
			contact := w.contact(b, name, "", records.Grant{Role: records.RoleOfficer, Area: area})
			who := w.who(b, contact)
			queries := []string{"ba Lan", "nguyen thi lan", "Nguyễn", "bà Trần Thị Hạnh", "thi", "vợ ông Sáu", "anh Hùng hẻm 42", "alang", "khong co ai", "nguyễn văn", "thi hung", "ph", "H1234", "", "co bay", "zoram thi ut"}
			b.Run(name, func(b *testing.B) {
				took := make([]time.Duration, 0, b.N)
				worst, worstQuery := time.Duration(0), ""
				for i := 0; b.Loop(); i++ {
					q := queries[i%len(queries)]
					start := time.Now()
					a := w.Answer(b.Context(), dialog.Ask{Query: records.AskHouseholdSearch, Args: map[string]string{"q": q}}, who, wednesday)
					d := time.Since(start)
					if a.Problem != "" {
						b.Fatal(a.Problem)
					}
					took = append(took, d)
					if i >= len(queries) && d > worst {
						worst, worstQuery = d, q
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				b.Logf("slowest %v: %q", worst, worstQuery)
			})
		}
	})
}

// BenchmarkApply measures how many entries a second are kept, alone and in groups of 100, from one caller.
func BenchmarkApply(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		w.fill(b, 1_000)
		w.contact(b, "boss", "", records.Grant{Role: records.RoleOfficer, Area: city})
		boss := w.ContactKey("telegram", "bot", "boss")
		for _, size := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("group of %d", size), func(b *testing.B) {
				n := 0
				for b.Loop() {
					batch := make([]Request, size)
					for i := range batch {
						n++
						batch[i] = w.request(boss, records.CmdLogHelp, gift(records.HouseholdCodeOf(uint64(n%1000)*1201)))
					}
					out, err := w.Apply(b.Context(), batch)
					if err != nil || out[0].Refused != "" {
						b.Fatal(out, err)
					}
				}
				b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	})
}

// fillHelp writes ten entries for each household, over five years, each with a thing; those of this year are confirmed.
func (w *world) fillHelp(b *testing.B) {
	b.Helper()
	const entries = `FROM households h CROSS JOIN (VALUES (1, date '2022-02-01'), (2, date '2022-11-10'), (3, date '2023-02-01'), (4, date '2024-02-01'),
		(5, date '2025-02-01'), (6, date '2025-11-10'), (7, date '2026-02-10'), (8, date '2026-05-05'), (9, date '2026-10-17'), (10, date '2026-11-08')) AS n (n, d)`
	for _, statement := range []string{
		`INSERT INTO help (code, version, household_id, area, kind, money, giver_kind, given_on, author_id, contact, created_at, saved_at)
			SELECT 'GN-' || h.id || '-' || n.n, 1, h.id, h.area || '/' || h.code, 'nhu_yeu_pham', 500000, 'neighbours', n.d, 1, 'c', n.d, n.d ` + entries,
		`INSERT INTO help_items (code, version, n, qty, unit, name, value) SELECT 'GN-' || h.id || '-' || n.n, 1, 0, 10000, 'g', 'gạo', 0 ` + entries,
		`INSERT INTO classifications (household_id, year, standard_version, class, decision_no, valid_from, created_at)
			SELECT id, 2026, '2022-2025', 'ngheo', '12/QĐ-UBND', date '2026-01-01', now() FROM households`,
		`INSERT INTO help_answers (code, version, household_id, person_id, contact, answer, at) SELECT code, 1, household_id, 1, 'c', 'received', now()
			FROM help WHERE given_on >= date '2026-01-01'`,
		"ANALYZE help", "ANALYZE help_items", "ANALYZE classifications", "ANALYZE help_answers",
	} {
		must(b, w.db.Exec(statement).Error)
	}
}

// BenchmarkSupport measures /tracuu, and a leader's list of a group, among 200,000 households with 2,000,000 entries, and among a hundredth
// of them.
func BenchmarkSupport(b *testing.B) {
	server := newPostgres(b)
	for _, size := range []int{2_000, 200_000} {
		b.Run(fmt.Sprintf("%d households", size), func(b *testing.B) {
			w := newWorld(b, server.url(server.create(b, "")))
			w.fill(b, size)
			w.fillHelp(b)
			const members = 500
			var people, leaders []dialog.Person
			var homes []records.Household
			must(b, w.db.Order("id").Where("id % ? = 1", size/members).Limit(members).Find(&homes).Error)
			for i, h := range homes {
				people = append(people, w.who(b, w.contact(b, fmt.Sprint("member ", i), "", records.Grant{Role: records.RoleHousehold, Area: h.Path()})))
				leaders = append(leaders, w.who(b, w.contact(b, fmt.Sprint("leader ", i), "", records.Grant{Role: records.RoleLeader, Area: h.Area})))
				must(b, w.db.Where("path = ?", h.Area).FirstOrCreate(&records.Area{
					Path: h.Area, Kind: records.AreaGroup, Code: h.Area, Name: "Tổ", Number: h.Area, ValidFrom: wednesday,
				}).Error)
			}
			b.Run("tracuu", func(b *testing.B) {
				w.measure(b, func(i int) (dialog.Ask, dialog.Person) {
					return dialog.Ask{Query: records.AskHouseholdSupport}, people[i%len(people)]
				}, func(a dialog.Answer) bool { return a.Facts["count"] == "4" && a.Facts["class"] != "" })
			})
			var plan []string
			from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			must(b, w.db.Raw("EXPLAIN (ANALYZE, COSTS OFF) "+groupOfYear, homes[0].Area, from, from.AddDate(1, 0, 0), homes[0].Area).Scan(&plan).Error)
			b.Logf("the list of a group:\n%s", strings.Join(plan, "\n"))
			b.Run("group", func(b *testing.B) {
				w.measure(b, func(i int) (dialog.Ask, dialog.Person) {
					at := i % len(leaders)
					return dialog.Ask{Query: records.AskHouseholdYear, Args: map[string]string{"group": homes[at].Area}}, leaders[at]
				}, func(a dialog.Answer) bool { return len(a.Lines) > 0 && a.Facts["entries"] == a.Facts["phone"] })
			})
		})
	}
}

// measure times look-ups, each of which must come to what is wanted.
func (w *world) measure(b *testing.B, next func(i int) (dialog.Ask, dialog.Person), wanted func(dialog.Answer) bool) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		ask, who := next(i)
		start := time.Now()
		a := w.Answer(b.Context(), ask, who, wednesday)
		took = append(took, time.Since(start))
		if a.Problem != "" || !wanted(a) {
			b.Fatal(a)
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
