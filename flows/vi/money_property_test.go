package vi

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chungtay/flows/dialog/fold"
)

// speller writes numbers in words, as one person would speak them.
type speller struct{ thousand, odd, four, five string }

func drawSpeller(t *rapid.T) speller {
	return speller{
		thousand: rapid.SampledFrom([]string{"nghìn", "ngàn"}).Draw(t, "thousand"),
		odd:      rapid.SampledFrom([]string{"lẻ", "linh"}).Draw(t, "odd"),
		four:     rapid.SampledFrom([]string{"tư", "bốn"}).Draw(t, "four"),
		five:     rapid.SampledFrom([]string{"lăm", "nhăm"}).Draw(t, "five"),
	}
}

var digitNames = [...]string{"không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"}

// below writes 1 to 999; full says the hundreds even where there are none, as inside a longer number.
func (s speller) below(n int64, full bool) string {
	var words []string
	h, rest := n/100, n%100
	if h > 0 || full {
		words = append(words, digitNames[h], "trăm")
	}
	tens, unit := rest/10, rest%10
	switch {
	case rest == 0:
	case tens == 0:
		if h > 0 || full {
			words = append(words, s.odd)
		}
		words = append(words, digitNames[unit])
	case tens == 1:
		words = append(words, "mười")
		if unit == 5 {
			words = append(words, s.five)
		} else if unit > 0 {
			words = append(words, digitNames[unit])
		}
	default:
		words = append(words, digitNames[tens], "mươi")
		switch unit {
		case 0:
		case 1:
			words = append(words, "mốt")
		case 4:
			words = append(words, s.four)
		case 5:
			words = append(words, s.five)
		default:
			words = append(words, digitNames[unit])
		}
	}
	return strings.Join(words, " ")
}

// words writes n, which is a multiple of 1000.
func (s speller) words(n int64) string {
	var parts []string
	for _, scale := range []struct {
		size int64
		name string
	}{{1e9, "tỷ"}, {1e6, "triệu"}, {1e3, s.thousand}} {
		if g := n / scale.size % 1000; g > 0 {
			parts = append(parts, s.below(g, len(parts) > 0), scale.name)
		}
	}
	return strings.Join(parts, " ")
}

// TestMoneyInWords spells amounts out and reads them back, with accents and without, as receipts have them.
func TestMoneyInWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(1, 999), rapid.Int64Range(1, 999_999), rapid.Int64Range(1, 999_999_999)).Draw(t, "thousands") * 1000
		text := drawSpeller(t).words(n) + rapid.SampledFrom([]string{"", " đồng", " đồng chẵn", " nha"}).Draw(t, "end")
		if r := ReadMoney(text); !r.Sure || r.Value != (Sum{VND: n}) {
			t.Fatalf("%q = %+v, want %d", text, r, n)
		}
		if r := ReadMoney(fold.Fold(text)); r.Sure && r.Value != (Sum{VND: n}) {
			t.Fatalf("%q = %+v, want %d or a question", fold.Fold(text), r, n)
		}
	})
}

// TestMoneyInDigits writes amounts in digits and reads them back.
func TestMoneyInDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(10, 99_999), rapid.Int64Range(10, 99_999_999)).Draw(t, "thousands") * 1000
		dots := groupThousands(n)
		for _, text := range []string{dots, dots + "đ", dots + " đồng", strings.ReplaceAll(dots, ".", ",") + " VND", strings.ReplaceAll(dots, ".", " ") + " đồng", "ủng hộ " + dots + "đ ạ", FormatMoney(n)} {
			if r := ReadMoney(text); !r.Sure || r.Value != (Sum{VND: n}) {
				t.Fatalf("%q = %+v, want %d", text, r, n)
			}
		}
	})
}

// TestMillionsAndTail writes 3tr7, 3 triệu 7, 3tr750: the tail is a part of the million.
func TestMillionsAndTail(t *testing.T) {
	for _, c := range []struct {
		form string
		want int64
	}{{"%tr7", 700_000}, {"% triệu 7", 700_000}, {"%tr07", 70_000}, {"%tr750", 750_000}, {"% triệu bảy", 700_000}, {"% triệu bảy trăm", 700_000}, {"%tr rưỡi", 500_000}, {"% củ rưỡi", 500_000}, {"%,7tr", 700_000}, {"%.7 triệu", 700_000}, {"%,75tr", 750_000}, {"% triệu 700 nghìn", 700_000}, {"%tr700k", 700_000}} {
		for _, m := range []string{"1", "2", "9", "15", "120"} {
			n := digitsValue(m)*1_000_000 + c.want
			text := strings.ReplaceAll(c.form, "%", m)
			if r := ReadMoney(text); !r.Sure || r.Value != (Sum{VND: n}) {
				t.Errorf("%q = %+v, want %d", text, r, n)
			}
		}
	}
}
