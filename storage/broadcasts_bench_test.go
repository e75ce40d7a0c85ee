package storage

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/storage/records"
)

// BenchmarkPrepareBroadcast writes the rows of a broadcast to b.N people, and reports people a second and the most memory of the process
// meanwhile.
func BenchmarkPrepareBroadcast(b *testing.B) {
	eachDatabase(b, func(b *testing.B, w *world) {
		w.crowd(b, b.N)
		front := w.contact(b, "thu", "", records.Grant{Role: records.RoleCity, Area: city})
		mate := w.contact(b, "mai", "", records.Grant{Role: records.RoleCity, Area: city})
		id := w.written(b, front, records.MakeBroadcast{Text: "Mời họp lúc 7 giờ sáng thứ bảy", Who: records.AudienceHomes})
		w.do(b, front, records.CmdSendBroadcast, records.SendBroadcast{ID: id})
		w.do(b, mate, records.CmdSetBroadcast, records.SetBroadcast{ID: id, Act: records.BroadcastApprove})
		_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200) // the peak from here on
		b.ResetTimer()
		for more := true; more; {
			next, err := w.NextBroadcast(b.Context(), "p", time.Minute)
			must(b, err)
			if next == nil {
				break
			}
			more, err = w.RunBroadcast(b.Context(), *next, 120)
			must(b, err)
			must(b, w.LetBroadcast(b.Context(), *next))
		}
		b.StopTimer()
		if n := w.count(b, "SELECT count(*) FROM messages WHERE broadcast_id = ? AND status IN ('queued', 'waiting')", id); n != b.N {
			b.Errorf("%d rows of %d", n, b.N)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "people/s")
		b.ReportMetric(peakMemory(), "MB-at-most")
		b.ReportMetric(0, "ns/op")
	})
}

// crowd writes n people of households with a chat each.
func (w *world) crowd(b *testing.B, n int) {
	b.Helper()
	for from := 1; from <= n; from += 10_000 {
		numbers := fmt.Sprintf("WITH RECURSIVE s(n) AS (SELECT %d UNION ALL SELECT n + 1 FROM s WHERE n < %d) ", from, min(n, from+9_999))
		const at = "'2026-01-01 00:00:00+00:00'"
		stamp := at
		if w.pg {
			stamp = "timestamptz " + at
		}
		for _, q := range []string{
			"INSERT INTO people (id, name, created_at, updated_at) " + numbers + "SELECT n + 100000, 'An', " + stamp + ", " + stamp + " FROM s",
			"INSERT INTO contacts (key, person_id, channel, address, seen_at, created_at) " + numbers + "SELECT 'chat-key-of-person-' || n, n + 100000, 'telegram', 'sealed', " + stamp + ", " + stamp + " FROM s",
			"INSERT INTO roles (person_id, name, area, valid_from) " + numbers + "SELECT n + 100000, 'household', '" + to12 + "/HG-' || n, " + stamp + " FROM s",
		} {
			must(b, w.db.Exec(q).Error)
		}
	}
	if w.pg {
		must(b, w.db.Exec("ANALYZE").Error)
	}
}

// peakMemory is the most memory the process had, in MB; 0 where the system does not tell.
func peakMemory() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}
