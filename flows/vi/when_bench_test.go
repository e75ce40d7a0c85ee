package vi

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkWhen reads the corpus, kind by kind, and reports the median and the slowest time of a line.
func BenchmarkWhen(b *testing.B) {
	kinds := map[string][]string{}
	for _, e := range whenExamples(b) {
		kinds[e.kind] = append(kinds[e.kind], e.phrase)
	}
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, kind := range names {
		b.Run(kind, func(b *testing.B) {
			times := make([]time.Duration, len(kinds[kind]))
			for b.Loop() {
				for i, phrase := range kinds[kind] {
					start := time.Now()
					understandWhenWhere(kind, phrase, at)
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

// BenchmarkGrowth scans texts of twice the length with every finder; the times should double, no more.
func BenchmarkGrowth(b *testing.B) {
	for name, unit := range map[string]string{
		"message": "hỗ trợ bà Lan tổ 12 Hòa Minh cũ 500k lúc 7h tối thứ 7 tuần trước, ", "digits": "0905 12 ", "commas": ", ( ", "titles": "ông bà cô ", "dates": "từ ngày 5 đến ",
		"about": "khoảng khoảng lúc lúc ", "houses": "nhà hộ gia đình ", "capitals": "NGUYỄN VĂN ", "words": "không chín ba ",
	} {
		for _, times := range []int{16, 32, 64} {
			text := strings.Repeat(unit, times)
			b.Run(name+"/"+itoa(times), func(b *testing.B) {
				for b.Loop() {
					scanEverything(text)
				}
			})
		}
	}
}

// scanEverything runs every finder of this part at every token, and every reader on the whole.
func scanEverything(text string) {
	tokens := Tokenize(text)
	for i := range tokens {
		findDate(tokens, i, at)
		findRange(tokens, i, at)
		findMoment(tokens, i, at)
		findPhone(tokens, i, at)
		findCitizen(tokens, i, at)
		findPerson(tokens, i, at)
		findGroup(tokens, i, at)
		findUnit(tokens, i, at)
	}
	for _, kind := range whenKinds {
		understandWhenWhere(kind, text, at)
	}
}

var whenKinds = []string{"date", "date_range", "date_edge", "datetime", "phone", "phone_edge", "cccd", "person", "unit"}

// fuzzWhen gives a fuzz target the corpus and texts made to break things.
func fuzzWhen(f *testing.F, read func(s string)) {
	for _, e := range examples(f, "phrases_when.tsv") {
		f.Add(e.phrase)
	}
	for _, s := range []string{"", " ", "\x00\xff", "99999999999999999999/99", "ngày", "mùng", "tổ", "từ đến", "0-0-0", "31/12/9999", "năm 0000", "quý 9/0000", "+", "++84", "🙂🙂🙂", "thứ", "-", "7h", "h7", "ô"} {
		f.Add(s)
	}
	f.Fuzz(func(_ *testing.T, s string) {
		if len(s) <= 4096 {
			read(s)
		}
	})
}

func FuzzDate(f *testing.F) {
	fuzzWhen(f, func(s string) {
		for _, lean := range []Lean{Anywhere, Behind, Ahead} {
			if r := ReadDateLeaning(s, at, lean); r.Sure && !r.Value.Date.Valid() {
				panic(s + " is " + r.Value.Date.String())
			}
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findDate(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}

func FuzzRange(f *testing.F) {
	fuzzWhen(f, func(s string) {
		if r := ReadRange(s, at); r.Sure && (!r.Value.From.Valid() || r.Value.To.Before(r.Value.From)) {
			panic(s + " is " + r.Value.From.String() + " to " + r.Value.To.String())
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findRange(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}

func FuzzClock(f *testing.F) {
	fuzzWhen(f, func(s string) {
		if r := ReadMoment(s, at); r.Sure && (r.Value.Hour > 23 || r.Value.Minute > 59 || r.Value.Hour < 0 || r.Value.Minute < 0) {
			panic(s + " is " + r.Value.String())
		}
		if r := ReadClock(s, at); r.Sure && (r.Value.Hour > 23 || r.Value.Minute > 59 || r.Value.Hour < 0 || r.Value.Minute < 0) {
			panic(s + " is " + r.Value.String())
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findMoment(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}

func FuzzPhone(f *testing.F) {
	fuzzWhen(f, func(s string) {
		if r := ReadPhone(s, at); r.Sure && len(r.Value.String()) < 3 {
			panic(s)
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findPhone(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}

func FuzzCitizen(f *testing.F) { fuzzWhen(f, func(s string) { ReadCitizen(s, at) }) }

func FuzzPerson(f *testing.F) {
	fuzzWhen(f, func(s string) {
		if r := ReadPerson(s, at); r.Sure && r.Value.Name == "" && r.Value.Group.Name == "" && len(r.Value.Group.Units) == 0 && r.Value.Group.Area == "" {
			panic(s)
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findPerson(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
			if _, n := findGroup(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}

func FuzzUnit(f *testing.F) {
	fuzzWhen(f, func(s string) {
		if r := ReadUnit(s, at); r.Sure {
			if _, ok := UnitByCode(r.Value.Unit); !ok {
				panic(s)
			}
		}
		tokens := Tokenize(s)
		for i := range tokens {
			if _, n := findUnit(tokens, i, at); i+n > len(tokens) || n < 0 {
				panic(s)
			}
		}
	})
}
