package storage

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// fillPledges writes n pledges to the fund of a ward.
func (w *world) fillPledges(b *testing.B, campaign int64, n int) []records.Pledge {
	b.Helper()
	person := w.personOf(b, w.contact(b, "donor", ""))
	list := make([]records.Pledge, n)
	for i := range list {
		list[i] = records.Pledge{
			Code: records.TransferCodeOf(records.FundPoor, uint64(i)*1201), Version: 1, CampaignID: campaign, Fund: records.FundPoor, Area: hoaKhanh,
			Amount: int64(50_000 + 1_000*(i%400)), State: records.PledgePromised, PersonID: person, Contact: "donor", CreatedAt: wednesday, ValidFrom: wednesday,
		}
	}
	must(b, w.in(b.Context(), func(tx *gorm.DB) error { return insert(tx, list) }))
	must(b, w.db.Exec("ANALYZE pledges").Error)
	return list
}

// BenchmarkStatement reads a statement of 100,000 lines, pairs them with 100,000 pledges, and keeps them: of twenty lines one has no code, one
// another amount and one a wrong symbol.
func BenchmarkStatement(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		const n = 100_000
		pledges := w.fillPledges(b, w.opened(b, hoaKhanh, appeal()), n)
		var file strings.Builder
		file.WriteString("Số tài khoản: 1234567890\nNgày,Số tham chiếu,Ghi có,Nội dung\n")
		for i, p := range pledges {
			content, amount := fmt.Sprintf("MBVCB.14571%05d.%s.CT tu NGUYEN VAN A toi MTTQ", i, strings.ToLower(p.Code)), p.Amount
			switch i % 20 {
			case 7:
				content = "ung ho quy vi nguoi ngheo"
			case 11:
				amount += 1_000
			case 13:
				content = p.Code[:9] + string(records.Symbols[(i/20)%len(records.Symbols)])
			}
			fmt.Fprintf(&file, "10/11/2026,FT26314%06d,%d,%s\n", i, amount, content)
		}
		take := func(b *testing.B, apply bool) StatementReport {
			table, err := sheets.Read(strings.NewReader(file.String()), int64(file.Len()), "", sheets.Usual)
			must(b, err)
			defer table.Close()
			report, err := w.TakeStatement(b.Context(), table, StatementOptions{Apply: apply})
			must(b, err)
			return report
		}
		b.Run("read and paired", func(b *testing.B) {
			for b.Loop() {
				if r := take(b, false); r.Matched < n*8/10 || len(r.Lines) != n {
					b.Fatalf("%d matched of %d", r.Matched, len(r.Lines))
				}
			}
		})
		b.Run("kept too", func(b *testing.B) {
			for b.Loop() {
				if r := take(b, true); r.Kept != n {
					b.Fatalf("%d kept", r.Kept)
				}
				b.StopTimer()
				must(b, w.db.Exec("DELETE FROM transfers").Error)
				b.StartTimer()
			}
		})
		b.Run("again", func(b *testing.B) {
			take(b, true)
			b.ResetTimer()
			for b.Loop() {
				if r := take(b, true); r.Same != n {
					b.Fatalf("%d known", r.Same)
				}
			}
		})
	})
}

// BenchmarkPledges measures how many pledges a second are kept, as the recorder keeps them: several batches at a time, each a transaction.
func BenchmarkPledges(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		fund := w.opened(b, hoaKhanh, appeal())
		const donors, batch, callers = 20_000, 100, 4
		var contacts []string
		for i := range donors {
			contacts = append(contacts, w.contact(b, fmt.Sprintf("donor %d", i), ""))
		}
		for _, table := range []string{"people", "contacts"} {
			must(b, w.db.Exec("ANALYZE "+table).Error)
		}
		n := 0
		for b.Loop() {
			must(b, w.db.Exec("DELETE FROM pledges").Error)
			var requests []Request
			for _, c := range contacts {
				requests = append(requests, w.request(c, records.CmdPledge, records.MakePledge{Campaign: fund, Account: appeal().Account, Amount: 300_000}))
			}
			work := make(chan []Request)
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					for some := range work {
						out, err := w.Apply(b.Context(), some)
						if err != nil || out[0].Refused != "" {
							b.Error(out, err)
						}
					}
				})
			}
			for some := range slices.Chunk(requests, batch) {
				work <- some
			}
			close(work)
			all.Wait()
			n += donors
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "pledges/s")
	})
}
