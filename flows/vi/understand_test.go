package vi

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

// clock is the reader's clock of the corpora: Wednesday 2026-11-11 09:00 in Đà Nẵng.
var clock = time.Date(2026, 11, 11, 9, 0, 0, 0, time.FixedZone("+07", 7*3600))

type phraseCase struct{ file, phrase, kind, want string }

func corpus(t testing.TB, names ...string) []phraseCase {
	t.Helper()
	var cases []phraseCase
	for _, name := range names {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
			if i == 0 || line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			f := strings.Split(line, "\t")
			if len(f) != 3 {
				t.Fatalf("%s:%d: %d columns", name, i+1, len(f))
			}
			cases = append(cases, phraseCase{name, f[0], f[1], f[2]})
		}
	}
	return cases
}

func TestCorpus(t *testing.T) {
	for _, c := range corpus(t, "phrases.tsv", "more.tsv") {
		if got := Understand(c.phrase, c.kind, clock); !sameJSON(got, c.want) {
			t.Errorf("%s %q = %s, want %s", c.kind, c.phrase, got, c.want)
		}
	}
}

// sameJSON compares two answers: as JSON where they are, as text where not.
func sameJSON(got, want string) bool {
	var g, w any
	if json.Unmarshal([]byte(got), &g) != nil || json.Unmarshal([]byte(want), &w) != nil {
		return got == want
	}
	return reflect.DeepEqual(g, w)
}
