package vi

import (
	"strings"

	"chungtay/flows/dialog/fold"
)

// syllables are those that raw typing keys are undone into: every word this package knows, and the most common words
// of messages. plainWords are those of them without accents.
var syllables, plainWords = knownSyllables()

// knownSyllables returns the syllables with accents, and the known words that have none.
func knownSyllables() (known, plain map[string]bool) {
	known, plain = map[string]bool{}, map[string]bool{}
	add := func(list string) {
		for _, w := range strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == '|' || r == '=' }) {
			known[fold.Accents(w)] = true
		}
	}
	for w := range numberWords {
		add(w)
	}
	for _, rows := range units {
		for _, r := range rows {
			add(joinWords(r.words))
		}
	}
	for _, rows := range items {
		for _, r := range rows {
			add(joinWords(r.words))
		}
	}
	for _, u := range Units() {
		add(u.Name)
	}
	add(commonWords)
	for w := range known { // what is typed alike in plain letters tells nothing
		if w == fold.Fold(w) {
			delete(known, w)
			plain[w] = true
		}
	}
	return known, plain
}

const commonWords = "ạ ăn ấp âm bà bác bạn báo bảo bắt bấm bầu bậc bệnh bị biết biếu bình bị bỏ bố bộ bữa buổi bảng bằng bây bên bếp bổ bốn cá các cách cái cám cả cảm cảnh cần cận cấp câu cầu chào cháu chắc chăm chậm chấp chất chẵn chế chết chị chỉ chiếc " +
	"chiều chín chính chỗ chồng chợ chú chủ chúc chúng chứ chưa chừa chữ chức chừng chữa có cô cổ công cốt cộng cơ cơm cũ cụ của cùng cũng cứ cứu cửa cường dạ dầu dân dẫn dì dịp dọn dư dự dưới dừng dương đã đang đặc đăng đẳng đây đấy đầu đất đậu đem đến đề để đều " +
	"đi đích đình đỡ đỏ đó đoàn đóng độc đội đồng đổi đối đời đợt đủ đưa đứa được đường gấp gạo gặp gần gì giá già giảm giáo giàu giấy giờ giới giùm giúp giữ góp gọi gồm gốc gửi gởi hà hả hàng hãy hạn hằng hảo hậu hẻm hết hiện hiểu hòa họ họp học hỏi hỗ hộ hôm hội hồ hỏa hồi hồng " +
	"hơn hợp hủy hưởng hướng kế kém kèm khám khác khách khai khánh khăn khẩn khó khỏi khỏe không khổ khu khẩu kính ký kỳ làm lại lãnh lạnh lấy lần lặng lẻ lễ lên liên liệt linh lỡ lo loại lớn lớp lũ lúc luôn lương lượng mạng mai mãi mất mắc mẫu mấy mẹ mệt miền mình mọi mỗi mới mồ môi mở mợ mua mừng mươi mười mức muốn " +
	"nạn nào này nâng nấu nắm năm nặng nền nếu ngày ngành ngã ngàn nghe nghèo nghề nghĩ nghìn nghị nghỉ người ngưng nhà nhắc nhắn nhầm nhân nhất nhận nhập nhé nhẹ nhiều nhỏ nhớ nhờ những như niên nó nói nội nợ nữ nữa nước ốm ổn ở ông phát phải phần phẩm phép phiếu phố phòng phụ phường phước quà quá quán quận quên quý quỹ " +
	"rà răng rằm rất rồi rơi rứa sách sai sau sáng sáu sẽ siêng số sống sổ sợ sữa sửa sức suất tại tàn tạm tặng tất tấn tắt tập tâm tầm tên tết tế thấp thấy thân thành tháng thảo thể thế thêm thì thiện thiếu thiệt thị thoát thôi thôn thông thời thu thuận thuê thuốc thuộc thương thưởng thường thưa thử thứ tiền tiếng tiếp tiết tiểu tin tình tỉnh tính " +
	"tòa toàn tôi tối tổ tổng tốt tới tờ trai trao trái trả trách trạm trạng trẻ trên trị triệu trong trọng trở trợ trời trúng trưa trước trưởng trường tuần tuổi tự tư từ tức tương tưởng ủng ủy ứng vàng vạn vào vắng vấn vậy vật vẫn về vệ việc viện viên vì vị vỡ vợ với vốn vừa vượt xã xảy xấu xin xóa xóm xuân xuống xưa ý yên yếu yến ốc " +
	"nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn trịnh lâm mạnh hùng dũng cúc hạnh hằng hiền huệ hương lài lệ liễu lộc mỹ nga ngọc nhung phượng phúc sơn sáu thảo thắm thúy thủy tám tuấn tú tùng tâm bảy bốn chín út mười bích cẩm diệu đức đạt giang hải hậu hiếu"
