package flows

import (
	"slices"
	"testing"
)

func TestPick(t *testing.T) {
	for _, c := range []struct {
		text    string
		n       int
		want    []int
		problem string
	}{
		{"cả danh sách", 4, []int{1, 2, 3, 4}, ""},
		{"ca danh sach tru 3 va 7", 8, []int{1, 2, 4, 5, 6, 8}, ""},
		{"Cả danh sách trừ số 3, số 7 ạ", 8, []int{1, 2, 4, 5, 6, 8}, ""},
		{"tất cả trừ 2-4", 6, []int{1, 5, 6}, ""},
		{"trừ 3 và 7", 8, []int{1, 2, 4, 5, 6, 8}, ""},
		{"1, 2, 5-9", 9, []int{1, 2, 5, 6, 7, 8, 9}, ""},
		{"1 đến 5 bỏ 3", 9, []int{1, 2, 4, 5}, ""},
		{"5 tới 3", 9, []int{3, 4, 5}, ""},
		{"2 2 2", 3, []int{2}, ""},
		{"hộ số 1 và hộ số 3", 3, []int{1, 3}, ""},
		{"1 và 12", 9, nil, "range"},
		{"0", 9, nil, "range"},
		{"cả tổ trừ 1-3", 3, nil, "none"},
		{"bà Lan", 9, nil, "unread"},
		{"", 9, nil, "unread"},
		{"999999999999999999999", 9, nil, "unread"},
		{"-3", 9, nil, "unread"},
	} {
		got, problem := pick(c.text, c.n)
		if !slices.Equal(got, c.want) || problem != c.problem {
			t.Errorf("pick(%q, %d) = %v, %q; want %v, %q", c.text, c.n, got, problem, c.want, c.problem)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, c := range []struct {
		money int64
		items []string
		want  string
	}{
		{500000, nil, "tien_mat"},
		{500000, []string{"gạo"}, "nhu_yeu_pham"},
		{0, []string{"gao", "mi tom"}, "nhu_yeu_pham"},
		{0, []string{"xe lăn"}, "kham_chua_benh"},
		{0, []string{"xe đạp cũ"}, "do_dung_hoc_tap"},
		{0, []string{"máy may"}, "sinh_ke"},
		{0, []string{"heo giống"}, "sinh_ke"},
		{0, []string{"tôn"}, "nha_sua_chua"},
		{0, []string{"gạo", "xe lăn"}, ""},
		{0, []string{"cà chua"}, ""},
		{0, []string{"vật lạ"}, ""},
		{0, nil, ""},
	} {
		if got := kindOf(c.money, c.items); got != c.want {
			t.Errorf("kindOf(%d, %q) = %q, want %q", c.money, c.items, got, c.want)
		}
	}
}
