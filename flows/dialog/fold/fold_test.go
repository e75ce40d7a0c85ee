package fold

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Hộ  Nghèo ":              "ho ngheo",
		"ĐẶNG Đình Đức":           "dang dinh duc",
		"ÐẮC PRING":               "dac pring",
		norm.NFD.String("Lường"):  "luong",
		"a\u200bb\u200ec":         "abc",
		"a\u00a0b":                "a b",
		"x\x00y\xffz":             "xyz",
		"\u202eabc":               "abc",
		"Thuý hoà QUÝ hoàng khoẻ": "thuy hoa quy hoang khoe",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestAccentsPutsTonesInTheOldPlace(t *testing.T) {
	for in, want := range map[string]string{
		"Thuý": "thúy", "hoà": "hòa", "khoẻ": "khỏe", "quý": "quý", "già": "già", "hoàng": "hoàng", "hòa": "hòa",
		"Hoà Khánh": "hòa khánh", "ÐẮC PRING": "đắc pring", norm.NFD.String("hoà thuận"): "hòa thuận", "quỳ": "quỳ", "huỷ": "hủy",
		"loá": "lóa", "xoè": "xòe", "toàn": "toàn", "tuỳ": "tùy",
	} {
		if got := Accents(in); got != want {
			t.Errorf("Accents(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCleanKeepsWhatPeopleSee(t *testing.T) {
	if got := Clean("  Bà Lan\r\n tổ 12 👍🏽 "); got != "Bà Lan\n tổ 12 👍🏽" {
		t.Errorf("Clean = %q", got)
	}
}

func FuzzFold(f *testing.F) {
	f.Add("Hoà Ð \u200b \xff")
	f.Fuzz(func(t *testing.T, s string) {
		for name, g := range map[string]func(string) string{"Fold": Fold, "Accents": Accents, "Clean": Clean} {
			once := g(s)
			if !utf8.ValidString(once) {
				t.Fatalf("%s(%q) is not UTF-8", name, s)
			}
			if twice := g(once); twice != once {
				t.Fatalf("%s(%q) = %q, again %q", name, s, once, twice)
			}
		}
	})
}
