package vi

import (
	"testing"
)

// A place is read out of free words; a name that several places of today share is asked about.
func TestWhere(t *testing.T) {
	for text, want := range map[string][]string{
		"phường Hòa Khánh":  {"20200"},
		"to 12 hoa minh cu": {"20200"},
		"kiệt 42 Nguyễn Lương Bằng, tổ 12 Hòa Minh": {"20200"},
		"hẻm 42 tổ 12 phường Hòa Khánh nha":         {"20200"},
		"nhà tui": nil,
		"gần chợ": nil,
	} {
		r := readWhere(text)
		var got []string
		if r.Sure {
			got = []string{r.Value.Unit}
		}
		for _, c := range r.Candidates {
			got = append(got, c.Unit)
		}
		if len(got) != len(want) || len(got) > 0 && got[0] != want[0] {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
		if r.Sure {
			if back, ok := parseWhere(formatWhere(r.Value)); !ok || back.Unit != r.Value.Unit || back.Words != text {
				t.Errorf("%q comes back as %+v, %v", text, back, ok)
			}
		}
	}
	if r := readWhere("quận Cẩm Lệ"); r.Sure || len(r.Candidates) < 2 {
		t.Errorf("a district of several wards is not asked about: %+v", r)
	}
}
