package vi

import "testing"

func TestReadGifts(t *testing.T) {
	for _, c := range []struct{ text, want, problem string }{
		{"500k", "500.000 đồng", ""},
		{"500k và 10kg gạo", "500.000 đồng; 10 kg gạo", ""},
		{"10kg gao voi 500k", "500.000 đồng; 10 kg gạo", ""},
		{"10 ký gạo, 2 thùng mì và 200 nghìn", "200.000 đồng; 10 kg gạo; 2 thùng mì", ""},
		{"1tr5 + 1 xe lăn", "1.500.000 đồng; 1 chiếc xe lăn", ""},
		{"500k và 300k", "", ProblemTwoSums},
		{"khoảng 500k", "", ProblemVagueMoney},
		{"vài bộ sách vở", "", ProblemVagueItem},
		{"100 đô", "", ProblemForeign},
		{"bà Lan", "", ""},
		{"", "", ""},
	} {
		r := ReadGifts(c.text)
		switch {
		case c.want != "" && (!r.Sure || r.Value.Canonical() != c.want):
			t.Errorf("ReadGifts(%q) = %q (%+v), want %q", c.text, r.Value.Canonical(), r, c.want)
		case c.want == "" && (r.Sure || r.Problem != c.problem):
			t.Errorf("ReadGifts(%q) = %+v, want problem %q", c.text, r, c.problem)
		}
		if !r.Sure {
			continue
		}
		if back, ok := ParseGifts(r.Value.Canonical()); !ok || back.Canonical() != r.Value.Canonical() {
			t.Errorf("ParseGifts(%q) = %+v, %v", r.Value.Canonical(), back, ok)
		}
	}
	if r := ReadGifts("500"); r.Sure || len(r.Candidates) != 2 {
		t.Errorf("a bare number was not asked about: %+v", r)
	}
	if r := ReadGifts("2 chai"); r.Sure || len(r.Candidates) == 0 {
		t.Errorf("2 chai was not asked about: %+v", r)
	}
	for _, s := range []string{"", "500 đồng; ", "; 10 kg gạo", "10 KG gạo", "-5 đồng", "abc"} {
		if g, ok := ParseGifts(s); ok {
			t.Errorf("ParseGifts(%q) took %+v", s, g)
		}
	}
}
