package bot

import "testing"

// Marks become what each channel shows; what is no mark stands for itself.
func TestMarkup(t *testing.T) {
	for text, want := range map[string][2]string{
		"Họp lúc *7 giờ*, nhớ đến":    {"Họp lúc 7 giờ, nhớ đến", "Họp lúc <b>7 giờ</b>, nhớ đến"},
		"- gạo\n- mì\nhết":            {"• gạo\n• mì\nhết", "• gạo\n• mì\nhết"},
		"2*3*4 và 5 * 6 * 7":          {"2*3*4 và 5 * 6 * 7", "2*3*4 và 5 * 6 * 7"},
		"*một* hai *ba*":              {"một hai ba", "<b>một</b> hai <b>ba</b>"},
		"*mở mà không đóng":           {"*mở mà không đóng", "*mở mà không đóng"},
		"**":                          {"**", "**"},
		"a<b>c</b>&d *x<y*":           {"a<b>c</b>&d x<y", "a&lt;b&gt;c&lt;/b&gt;&amp;d <b>x&lt;y</b>"},
		"(*xem* https://danang.vn/a)": {"(xem https://danang.vn/a)", "(<b>xem</b> https://danang.vn/a)"},
		"*dòng một\ndòng hai*":        {"*dòng một\ndòng hai*", "*dòng một\ndòng hai*"},
	} {
		if got := plainText(text); got != want[0] {
			t.Errorf("%q is plainly %q, and not %q", text, got, want[0])
		}
		if got := htmlText(text); got != want[1] {
			t.Errorf("%q is %q, and not %q", text, got, want[1])
		}
	}
}
