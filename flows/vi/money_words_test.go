package vi

import (
	"testing"

	"pgregory.net/rapid"

	"chungtay/storage/records"
)

// TestReceiptWords reads back what receipts write. People pay whole thousands; odd amounts, which nobody writes in a chat in words, are
// at least never taken for others.
func TestReceiptWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(1, 999), rapid.Int64Range(1, 999_999), rapid.Int64Range(1, records.MaxMoney/1000)).Draw(t, "thousands") * 1000
		text := records.MoneyInWords(n)
		if r := ReadMoney(text); !r.Sure || r.Value != (Sum{VND: n}) {
			t.Fatalf("%q = %+v, want %d", text, r, n)
		}
		odd := n + rapid.Int64Range(1, 999).Draw(t, "odd")
		text = records.MoneyInWords(odd)
		if r := ReadMoney(text); r.Sure && r.Value != (Sum{VND: odd}) {
			t.Fatalf("%q = %+v, want %d or a question", text, r, odd)
		}
	})
}
