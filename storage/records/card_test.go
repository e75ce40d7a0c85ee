package records_test

import (
	"testing"

	"chungtay/storage/records"
)

func TestPartOfName(t *testing.T) {
	for name, want := range map[string]string{
		"Trần Thị Lan": "bà T. T. Lan", "Lê Văn Bốn": "ông L. V. Bốn", "Bríu Pố": "B. Pố", "Phan Quang Huy": "P. Q. Huy", "Đỗ Ánh": "Đ. Ánh", "Lan": "Lan", "": "",
	} {
		if got := records.PartOfName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// FuzzShortCode: what is read is eight digits that were typed in that order, and nothing else is read.
func FuzzShortCode(f *testing.F) {
	for _, s := range []string{"48291573", "4829 1573", " 4829-1573 ", "10.000.000", "11/11/2026", "4829157", "482915730", "một hai", "４８２９１５７３", "4829\u200b1573"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := records.ParseShortCode(s)
		if !ok {
			return
		}
		n := 0
		for _, r := range s {
			if r >= '0' && r <= '9' {
				if n >= 8 || code[n] != byte(r) {
					t.Fatalf("%q read as %q", s, code)
				}
				n++
			}
		}
		if n != 8 || len(code) != 8 {
			t.Fatalf("%q read as %q", s, code)
		}
	})
}

func TestShortCode(t *testing.T) {
	for n, want := range map[uint64]string{0: "0000 0000", 1: "0000 0001", 48291573: "4829 1573", records.CodeSpace8 - 1: "9999 9999"} {
		if got := records.ShortCodeOf(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	for _, s := range []string{"10.000.000", "11/11/2026", "4829157", "482915730", "４８２９１５７３", "48291573k", ""} {
		if code, ok := records.ParseShortCode(s); ok {
			t.Errorf("%q read as %s", s, code)
		}
	}
}
