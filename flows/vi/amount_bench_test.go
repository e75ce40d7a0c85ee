package vi

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// amountKinds are the kinds read by the parsers of this file.
var amountKinds = []string{"money_vnd", "money_edge", "quantity", "normalize", "message"}

// BenchmarkAmounts reads the corpora, kind by kind, and reports the median and the slowest time of a line.
func BenchmarkAmounts(b *testing.B) {
	for _, kind := range amountKinds {
		var phrases []string
		for _, c := range corpus(b, "phrases.tsv", "more.tsv") {
			if c.kind == kind {
				phrases = append(phrases, c.phrase)
			}
		}
		b.Run(kind, func(b *testing.B) {
			times := make([]time.Duration, len(phrases))
			for b.Loop() {
				for i, phrase := range phrases {
					start := time.Now()
					Understand(phrase, kind, clock)
					if d := time.Since(start); times[i] == 0 || d < times[i] {
						times[i] = d
					}
				}
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "median-ns/line")
			b.ReportMetric(float64(times[len(times)-1].Nanoseconds()), "slowest-ns/line")
		})
	}
}

// growing are phrases made to be read for long; each is repeated.
var growing = map[string]string{
	"message": "hỗ trợ bà Lan tổ 12 500k và 10kg gạo hôm qua, ", "numbers": "một ", "digits": "500 000 ", "triệu": "1 triệu hai trăm ", "dashes": "1-", "dots": "1.000.",
	"items": "10kg gạo, ", "things": "máy may ", "donors": "công ty ABC ", "telex": "hoox trowj ", "vni": "ho64 tro75 ", "cues": "không được xin ", "commas": ", ( ",
	"upper": "CHÙA HỘI ", "prefix": "khoảng khoảng ", "each": "mỗi hộ mỗi phần ", "emoji": "👍🏽", "letters": "aaaaaaaa",
}

// BenchmarkAmountGrowth reads texts of twice the length and reports how many times as long it took.
func BenchmarkAmountGrowth(b *testing.B) {
	for _, kind := range amountKinds {
		for name, unit := range growing {
			b.Run(kind+"/"+name, func(b *testing.B) {
				once, twice := strings.Repeat(unit, 40), strings.Repeat(unit, 80)
				fastest := func(s string) time.Duration {
					best := time.Hour
					for range 50 {
						start := time.Now()
						Understand(s, kind, clock)
						best = min(best, time.Since(start))
					}
					return best
				}
				worst := 0.0
				for b.Loop() {
					worst = max(worst, float64(fastest(twice))/float64(fastest(once)))
				}
				b.ReportMetric(worst, "times-for-twice")
			})
		}
	}
}

// TestGrowthOfWork counts what is allocated, which does not depend on the machine: twice the text, at most 2.5 times
// the work.
func TestGrowthOfWork(t *testing.T) {
	for _, kind := range amountKinds {
		for name, unit := range growing {
			work := func(times int) float64 {
				s := strings.Repeat(unit, times)
				return testing.AllocsPerRun(3, func() { Understand(s, kind, clock) })
			}
			once, twice := work(32), work(64)
			if twice > 2.5*once+64 {
				t.Errorf("%s %s: %v allocations for a text, %v for twice of it", kind, name, once, twice)
			}
		}
	}
}

// fuzzAmounts gives a fuzz target the corpora and texts made to break things.
func fuzzAmounts(f *testing.F, read func(t *testing.T, s string)) {
	for _, c := range corpus(f, "phrases.tsv", "more.tsv") {
		if slices.Contains(amountKinds, c.kind) {
			f.Add(c.phrase)
		}
	}
	for _, s := range []string{"", "\x00", "\xff\xfe", "\u200b\u202e", strings.Repeat("👍🏽", 99), strings.Repeat("9", 400), "1.", "1..5", "1,,5tr", "-", "--5", "(", "()", "5 (", "(5)", "½", "５００k", "1/0", "0/0", "5tr5tr5", "\u0301", "1\u0301k"} {
		f.Add(s)
	}
	f.Fuzz(read)
}

func FuzzReadMoney(f *testing.F) {
	fuzzAmounts(f, func(t *testing.T, s string) {
		r := ReadMoney(s)
		for _, m := range append(r.Candidates, r.Value) {
			if m.VND < 0 || m.Foreign < 0 || m.Min < 0 || m.Max < 0 || m.Min > 0 && m.Max > 0 && m.Min >= m.Max {
				t.Fatalf("ReadMoney(%q) = %+v", s, r)
			}
			if r.Sure && m.VND > 10*MaxMoney {
				t.Fatalf("ReadMoney(%q) = %+v", s, r)
			}
		}
	})
}

func FuzzReadItems(f *testing.F) {
	fuzzAmounts(f, func(t *testing.T, s string) {
		r := ReadItems(s)
		if !r.Sure {
			return
		}
		for _, it := range r.Value {
			if it.Qty <= 0 || it.Name == "" || it.Unit == "" || it.Vague || it.Value < 0 || it.Total < 0 {
				t.Fatalf("ReadItems(%q) is sure of %+v", s, it)
			}
		}
	})
}

func FuzzNormalize(f *testing.F) {
	fuzzAmounts(f, func(t *testing.T, s string) {
		if n := Normalize(s); !utf8.ValidString(n) {
			t.Fatalf("Normalize(%q) = %q", s, n)
		}
	})
}

func FuzzReadMessage(f *testing.F) {
	fuzzAmounts(f, func(t *testing.T, s string) {
		m := ReadMessage(s, clock)
		if m.Complete && (m.Intent != LogHelp || m.Person == nil || m.Money == nil && len(m.Items) == 0 || len(m.Ambiguous) > 0) {
			t.Fatalf("ReadMessage(%q) = %+v", s, m)
		}
		if m.Money != nil && m.Money.VND <= 0 {
			t.Fatalf("ReadMessage(%q) = %+v", s, m.Money)
		}
		if a, b := messageJSON(m), messageJSON(ReadMessage(s, clock)); a != b {
			t.Fatalf("ReadMessage(%q) reads two ways: %s, %s", s, a, b)
		}
	})
}

func FuzzUnderstand(f *testing.F) {
	fuzzAmounts(f, func(t *testing.T, s string) {
		for _, kind := range amountKinds {
			if got := Understand(s, kind, clock); kind != "normalize" && strings.ContainsAny(got, "\n\x00") || !utf8.ValidString(got) {
				t.Fatalf("Understand(%q, %s) = %q", s, kind, got)
			}
		}
	})
}
