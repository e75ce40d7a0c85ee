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

// Who says "không trăm" says every place: what follows is not a shorthand for hundreds of thousands.
func TestSaidToTheLastPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"một triệu không trăm linh một đồng":  1_000_001,
		"hai tỷ không trăm hai mươi lăm đồng": 2_000_000_025,
		"một triệu hai":                       1_200_000,
	} {
		if r := ReadMoney(text); !r.Sure || r.Value.VND != want {
			t.Errorf("%q = %+v, want %d", text, r, want)
		}
	}
}
