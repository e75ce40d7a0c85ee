package vi

import (
	"strings"
	"testing"

	"chungtay/flows/dialog/fold"
)

// Cries, and words like them that are none. Cries are heard without accents, too.
func TestReadAlarm(t *testing.T) {
	for kind, texts := range map[Alarm]string{
		AlarmWater:  "cứu với, nhà ngập rồi|số 12 hẻm 42 nước cuốn người|nhà ngập rồi em ơi|nước lên tới ngực rồi cứu tui|nhà sập rồi, có người mắc kẹt|nước đang tràn vào nhà, hai bà cháu kẹt trong nhà|lũ về, nước lên nhanh lắm, đang ngồi trên mái, gấp|nhà ngập|đang sạt lở sau nhà",
		AlarmFire:   "cháy nhà|cháy|nhà bà Lan đang cháy|cháy nhà rồi cứu với|cháy nhà hàng xóm|nổ bình ga ở tổ 12",
		AlarmHealth: "đột quỵ|ba tui đột quỵ|mẹ bất tỉnh rồi|có người đuối nước ở sông|cháu uống thuốc sâu|ông bị tai biến, gấp|đang khó thở lắm|tôi muốn chết|chồng tui vừa bị tai nạn",
		AlarmCrime:  "chồng cầm dao dọa|nó đòi giết tui|bị chồng đánh|đang bị đánh, cứu",
		AlarmCry:    "cứu với|cứu tui với|kêu cứu|làm ơn cứu",
		NoAlarm: "nước ngập lúa năm ngoái|nhà bị ngập đợt lũ tháng trước, hư hết đồ|cho nhà bị cháy 2 triệu|hỗ trợ hộ cháy nhà 5 triệu đồng|ủng hộ gia đình bị đuối nước|ông Sáu bị tai biến nằm một chỗ mấy năm nay|" +
			"di chứng đột quỵ, cần xe lăn|tập huấn phòng cháy chữa cháy|sợ nước lên|nhà tui bị tốc mái đợt bão vừa rồi, chưa có tiền lợp lại|cứu trợ 10 kg gạo|cứu đói giáp hạt|cho bà Lan 500k với 10kg gạo hôm qua|chạy nhà cho con|" +
			"bán cháo chạy|nuôi cháu mồ côi|không cháy nhà|năm ngoái cháy nhà, nay xin xây lại|hôm qua lên phường chưa gặp ai|xe bị hư|alo|bà bị tai biến hồi 2019, giờ tự đi lại được|Chạy|hàng xóm góp cho ba Lan tổ 12 500k|" +
			"tặng quà hộ sạt lở Trà Leng|xin hỏi thủ tục bảo hiểm tai nạn|con bị bệnh cần tiền mổ|mùa mưa nhà hay bị ngập|nước sạch chưa có|cho nha bi chay 2 trieu|ho tro ho chay nha 500k|di chung dot quy nam mot cho",
	} {
		for text := range strings.SplitSeq(texts, "|") {
			if got := ReadAlarm(text); got != kind {
				t.Errorf("%q is %q, want %q", text, got, kind)
			}
			if kind != NoAlarm {
				if got := ReadAlarm(fold.Fold(text)); got != kind {
					t.Errorf("%q is %q, want %q", fold.Fold(text), got, kind)
				}
				if got := ReadAlarm(strings.ToUpper(text) + "!!!"); got != kind {
					t.Errorf("%q is %q, want %q", strings.ToUpper(text), got, kind)
				}
			}
		}
	}
	for _, text := range []string{"", "!!!", strings.Repeat("a ", 5000), strings.Repeat("ỡ", 3000)} {
		if got := ReadAlarm(text); got != NoAlarm {
			t.Errorf("%.20q is %q", text, got)
		}
	}
}
