package records

import "testing"

func TestBanks(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, b := range Banks() {
		if seen[b.BIN] || len(b.BIN) != 6 || b.Short == "" || b.Name == "" {
			t.Errorf("%+v", b)
		}
		seen[b.BIN] = true
	}
	if len(seen) != 58 { // 61 rows with a BIN, three of them renamed
		t.Errorf("%d banks", len(seen))
	}
	for bin, short := range map[string]string{"970436": "Vietcombank", "970406": "Vikki Bank", "970405": "Agribank", "970422": "MB Bank"} {
		if b, ok := BankOf(bin); !ok || b.Short != short {
			t.Errorf("%s is %+v", bin, b)
		}
	}
	if b, ok := BankOf("970000"); ok {
		t.Errorf("970000 is %+v", b)
	}
}
