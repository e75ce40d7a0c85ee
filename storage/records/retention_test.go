package records_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chungtay/storage/records"
)

// retentionPage is the part of docs/privacy.md that Retention makes.
func retentionPage() string {
	var b strings.Builder
	b.WriteString("| what | how long | from | then | why |\n|---|---|---|---|---|\n")
	for _, k := range records.Retention {
		long := fmt.Sprintf("%d days", k.Days)
		switch {
		case k.Days == 1:
			long = "a day"
		case k.Days%360 == 0 && k.Days > 720:
			long = fmt.Sprintf("%d years", k.Days/360)
		case k.Days%30 == 0:
			long = fmt.Sprintf("%d months", k.Days/30)
			if k.Days == 30 {
				long = "a month"
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", k.What, long, k.Since, k.Then, k.Why)
	}
	b.WriteString("\nMonths are of 30 days. The rest stays with the record it belongs to:\n\n| table | |\n|---|---|\n")
	for _, table := range slices.Sorted(maps.Keys(records.Lasting)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", table, records.Lasting[table])
	}
	return b.String()
}

func TestRetentionPage(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "privacy.md")
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), "<!-- kept: made from records.Retention -->\n")
	_, after, end := strings.Cut(rest, "<!-- /kept -->\n")
	if !ok || !end {
		t.Fatal("docs/privacy.md has no place for how long what is kept")
	}
	want := before + "<!-- kept: made from records.Retention -->\n" + retentionPage() + "<!-- /kept -->\n" + after
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(page) != want {
		t.Error("docs/privacy.md is stale; run with -update")
	}
}
