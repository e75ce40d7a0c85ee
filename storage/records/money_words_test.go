package records

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMoneyInWords(t *testing.T) {
	t.Parallel()
	for vnd, want := range map[int64]string{
		0: "Không đồng", 1: "Một đồng", 10: "Mười đồng", 15: "Mười lăm đồng", 21: "Hai mươi mốt đồng", 11: "Mười một đồng", 24: "Hai mươi tư đồng", 14: "Mười bốn đồng",
		101: "Một trăm linh một đồng", 104: "Một trăm linh bốn đồng", 105: "Một trăm linh năm đồng", 555: "Năm trăm năm mươi lăm đồng",
		1_000: "Một nghìn đồng chẵn", 1_005: "Một nghìn không trăm linh năm đồng", 15_000: "Mười lăm nghìn đồng chẵn", 300_000: "Ba trăm nghìn đồng chẵn",
		1_500_000: "Một triệu năm trăm nghìn đồng chẵn", 1_005_000: "Một triệu không trăm linh năm nghìn đồng chẵn", 1_050_000: "Một triệu không trăm năm mươi nghìn đồng chẵn",
		1_000_500: "Một triệu không trăm nghìn năm trăm đồng", 1_000_005: "Một triệu không trăm linh năm đồng", 12_345_678: "Mười hai triệu ba trăm bốn mươi lăm nghìn sáu trăm bảy mươi tám đồng",
		21_000_000: "Hai mươi mốt triệu đồng chẵn", 2_000_000_000: "Hai tỷ đồng chẵn", 2_000_500_000: "Hai tỷ năm trăm nghìn đồng chẵn", 2_000_000_500: "Hai tỷ không trăm nghìn năm trăm đồng",
		35_098_000_000: "Ba mươi lăm tỷ không trăm chín mươi tám triệu đồng chẵn", 100_000_000_000: "Một trăm tỷ đồng chẵn", 1_000_000_000_000: "Một nghìn tỷ đồng chẵn",
		-50_000:       "Âm năm mươi nghìn đồng chẵn",
		math.MaxInt64: "Chín tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn không trăm ba mươi sáu tỷ tám trăm năm mươi tư triệu bảy trăm bảy mươi lăm nghìn tám trăm linh bảy đồng",
		math.MinInt64: "Âm chín tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn không trăm ba mươi sáu tỷ tám trăm năm mươi tư triệu bảy trăm bảy mươi lăm nghìn tám trăm linh tám đồng",
	} {
		if got := MoneyInWords(vnd); got != want {
			t.Errorf("%d is %q, want %q", vnd, got, want)
		}
	}
}

// readWords is a number in words, read back by a rule of its own: digits wait, the words of a place multiply what waits.
func readWords(t *rapid.T, words string) (n int64) {
	var total, group, digit int64
	for _, w := range strings.Fields(words) {
		switch w {
		case "trăm":
			group, digit = group+digit*100, 0
		case "mươi":
			group, digit = group+digit*10, 0
		case "mười":
			group += 10
		case "nghìn":
			total, group, digit = total+(group+digit)*1e3, 0, 0
		case "triệu":
			total, group, digit = total+(group+digit)*1e6, 0, 0
		case "tỷ":
			n, total, group, digit = (n+total+group+digit)*1e9, 0, 0, 0
		case "linh":
		default:
			i := slices.Index(digitWords[:], map[string]string{"mốt": "một", "tư": "bốn", "lăm": "năm"}[w])
			if i < 0 {
				i = slices.Index(digitWords[:], w)
			}
			if i < 0 {
				t.Fatalf("%q in %q", w, words)
			}
			digit = int64(i)
		}
	}
	return n + total + group + digit
}

func TestMoneyInWordsReadsBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		vnd := rapid.OneOf(rapid.Int64Range(0, 2_000), rapid.Int64Range(0, MaxMoney), rapid.Int64Range(0, math.MaxInt64)).Draw(t, "vnd")
		words := strings.ToLower(MoneyInWords(vnd))
		if even := strings.HasSuffix(words, " đồng chẵn"); even != (vnd > 0 && vnd%1000 == 0) {
			t.Fatal(words)
		}
		words = strings.TrimSuffix(strings.TrimSuffix(words, " chẵn"), " đồng")
		if got := readWords(t, words); got != vnd {
			t.Fatalf("%d is %q, which is %d", vnd, words, got)
		}
	})
}
