package vi

import (
	"testing"

	"chungtay/flows/dialog/fold"
)

// What people say when they want to be reminded, and on which days and of what that is. At is Wednesday 11 November 2026, 09:00.
var remindings = []struct{ said, when, text string }{
	{"nhắc tôi 7 rưỡi tối mai họp tổ", "on 2026-11-12@19:30", "họp tổ"},
	{"nhắc tôi họp tổ lúc 7 rưỡi tối mai", "on 2026-11-12@19:30", "họp tổ"},
	{"nhắc tôi rằm tháng giêng đi chùa", "moon-year 1 15", "đi chùa"},
	{"nhắc tôi 8 giờ sáng rằm tháng giêng đi chùa", "moon-year 1 15@08:00", "đi chùa"},
	{"nhắc tôi thứ 7 hằng tuần 8 giờ quét đường", "weekly 6@08:00", "quét đường"},
	{"nhắc quét đường 8 giờ sáng thứ bảy hàng tuần", "weekly 6@08:00", "quét đường"},
	{"nhắc tôi mùng 1 mỗi tháng âm thắp hương", "moonly 1", "thắp hương"},
	{"nhắc tôi mùng 1 và rằm hằng tháng ăn chay", "moonly 1 15", "ăn chay"},
	{"nhắc tôi trước Tết 10 ngày gói quà cho hộ nghèo", "moon-year 1 1 -10", "gói quà cho hộ nghèo"},
	{"nhắc tôi 10 ngày trước Tết gói quà", "moon-year 1 1 -10", "gói quà"},
	{"nhắc tôi 30 Tết cúng tất niên", "moon-year 12 30", "cúng tất niên"},
	{"nhắc tôi 17/10 hằng năm treo cờ", "yearly 10 17", "treo cờ"},
	{"nhắc tôi ngày 5 hằng tháng 9 giờ nộp báo cáo", "monthly 5@09:00", "nộp báo cáo"},
	{"nhắc tôi mỗi sáng 5 rưỡi uống thuốc", "daily@05:30", "uống thuốc"},
	{"nhắc tôi mỗi ngày 20h tưới cây", "daily@20:00", "tưới cây"},
	{"nhắc tôi giỗ ba 12/3 âm lịch", "moon-year 3 12", "giỗ ba"},
	{"nhắc tôi thứ 2, 4, 6 hằng tuần 17h tập dưỡng sinh", "weekly 1 3 5@17:00", "tập dưỡng sinh"},
	{"nhắc tôi 2 tiếng nữa gọi cho bà Lan", "on 2026-11-11@11:00", "gọi cho bà Lan"},
	{"nhắc tôi sáng mai 8h đi họp", "on 2026-11-12@08:00", "đi họp"},
	{"nhắc tôi ngày 20/11 mua hoa", "on 2026-11-20", "mua hoa"},
	{"rằm tháng bảy nhắc tôi cúng", "moon-year 7 15", "cúng"},
	{"nhắc tôi cuối tháng nào cũng chốt sổ", "monthly 31", "chốt sổ"},
}

func TestReadReminder(t *testing.T) {
	t.Parallel()
	for _, c := range remindings {
		r := ReadReminder(c.said, at)
		if !r.When.Sure || r.When.Value.String() != c.when || r.Text != c.text {
			t.Errorf("%q is %q of %+v, want %q of %s", c.said, r.Text, r.When, c.text, c.when)
		}
		plain := ReadReminder(fold.Fold(c.said), at)
		if plain.When.Sure && plain.When.Value.String() != c.when || !plain.When.Understood() || plain.When.Sure && plain.Text != fold.Fold(c.text) {
			t.Errorf("%q is %q of %+v, want %q of %s", fold.Fold(c.said), plain.Text, plain.When, fold.Fold(c.text), c.when)
		}
	}
}

func TestReadSnooze(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]int{
		"nhắc lại sau 1 giờ": 60, "nhac lai sau 1 gio": 60, "nửa tiếng nữa nhắc lại": 30, "mai nhắc lại": 24 * 60, "nhắc lại 30 phút nữa": 30, "nhắc lại 15 phút": 15,
		"nhắc lại tôi sau 2 tiếng": 120, "nhac lai toi mai 7h": 34*60 - 24*0, "nhắc lại": 0, "em nhắc lại giúp cô nhé": 0,
	} {
		got, ok := ReadSnooze(said, at)
		if !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", said, got, ok, want)
		}
	}
	for _, said := range []string{"nhắc tôi 1 giờ nữa", "em nhắc lại số tiền hôm qua giúp cô", "nhắc lại danh sách hộ nghèo của tổ"} {
		if got, ok := ReadSnooze(said, at); ok {
			t.Errorf("%q is %d", said, got)
		}
	}
}
