package vi

import (
	"os"
	"strings"
	"testing"
	"time"
)

// at is the reader's clock of the corpus: Wednesday 2026-11-11 09:00 in Việt Nam.
var at = time.Date(2026, 11, 11, 9, 0, 0, 0, time.FixedZone("+07", 7*3600))

type example struct{ phrase, kind, want string }

func examples(t testing.TB, file string) []example {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var list []example
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("%s:%d: %d columns", file, n+1, len(f))
		}
		list = append(list, example{f[0], f[1], f[2]})
	}
	return list
}

func TestWhenPhrases(t *testing.T) {
	for _, file := range []string{"phrases_when.tsv", "when_more.tsv"} {
		for _, e := range examples(t, file) {
			got, ok := understandWhenWhere(e.kind, e.phrase, at)
			if !ok || got != e.want {
				t.Errorf("%s %q\n got %s\nwant %s", e.kind, e.phrase, got, e.want)
			}
		}
	}
}
