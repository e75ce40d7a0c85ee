package vi

import (
	"strings"
	"testing"

	"chungtay/flows/dialog/fold"
)

func TestTokenize(t *testing.T) {
	for in, want := range map[string]string{
		"hỗ trợ bà Lan, tổ 12.": "hỗ|trợ|bà|Lan|,|tổ|12|.",
		"1.500.000 đồng":        "1.500.000|đồng",
		"1,5tr":                 "1,5tr",
		"20/11, 20.11.2026":     "20/11|,|20.11.2026",
		"7h30-9h":               "7h30|-|9h",
		"7:30":                  "7:30",
		"17/10-18/11":           "17/10|-|18/11",
		"20-11-2026":            "20-11-2026",
		"500k/tháng":            "500k|/|tháng",
		"500k-1tr":              "500k|-|1tr",
		"5-7 triệu":             "5-7|triệu",
		"-500k":                 "-|500k",
		"+84905123456":          "+84905123456",
		"+84 0905-123-456":      "+84|0905-123-456",
		"500k+10kg gạo":         "500k|+|10kg|gạo",
		"P.Hòa Khánh":           "P|.|Hòa|Khánh",
		"gạo(10kg)":             "gạo|(|10kg|)",
		"A'Vương":               "A'Vương",
		"cảm ơn 👍🏽❤️ nha":       "cảm|ơn|👍🏽❤️|nha",
		"":                      "",
		"  \u200b ":             "",
		"gạo,dầu":               "gạo|,|dầu",
		"1.":                    "1|.",
		"500.000₫":              "500.000|₫",
		"t7 tuần trc":           "t7|tuần|trc",
		"hộ nghèo":              "hộ|nghèo",
		"a\nb":                  "a|b",
	} {
		var got []string
		for _, tok := range Tokenize(in) {
			got = append(got, tok.Text)
		}
		if g := strings.Join(got, "|"); g != want {
			t.Errorf("Tokenize(%q) = %s, want %s", in, g, want)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"hỗ trợ bà Lan 500k", "7h30-9h 👍🏽", "\xff+84-9.5,3/2:1'a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, last := fold.Clean(s), 0
		for _, tok := range splitTokens(s) {
			if tok.Start < last || tok.End <= tok.Start || clean[tok.Start:tok.End] != tok.Text {
				t.Fatalf("splitTokens(%q): bad token %+v", s, tok)
			}
			if strings.TrimSpace(clean[last:tok.Start]) != "" {
				t.Fatalf("Tokenize(%q) lost %q", s, clean[last:tok.Start])
			}
			if tok.Acc != fold.Accents(tok.Text) || tok.Fold != fold.Fold(tok.Text) {
				t.Fatalf("Tokenize(%q): token %+v is folded wrongly", s, tok)
			}
			last = tok.End
		}
		if strings.TrimSpace(clean[last:]) != "" {
			t.Fatalf("Tokenize(%q) lost %q", s, clean[last:])
		}
	})
}
