package vi

import "strings"

// cue is what a word tells of the intent of a message.
type cue uint8

const (
	cueGive     cue = iota + 1 // hỗ trợ, tặng: something passed to somebody
	cueFor                     // cho
	cueReceive                 // được, nhận
	cuePledge                  // ủng hộ, góp
	cueFund                    // quỹ
	cueLog                     // ghi nhận: the message is an entry
	cueSelf                    // tôi, em, nhà tôi
	cueNot                     // không, chưa, đừng
	cueQuestion                // bao nhiêu, khi nào
	cueFuture                  // sẽ, sắp, dự định
	cueWish                    // muốn, xin: future of a log, fine in a pledge
	cueAsk                     // cần, thiếu, không có: a need
	cueTrade                   // vay, nợ, bán
	cueHearsay                 // nghe nói, theo báo
	cueIf
	cuePast // đã, rồi, vừa
	cueAnonymous
	cueOf     // của, do, từ: the giver follows
	cueEach   // mỗi hộ, các hộ: to no one in particular
	cueWrong  // nhầm, sai
	cueChange // sửa, đổi
	cueInto   // thành
	cueNotBut // chứ không phải
	cueNotIs  // không phải ... mà là
	cueCancel // hủy, xóa phiếu
	cueState  // a list, a record, what was given
	cueExport
	cueRemind
	cueOptOut
	cueErase
	cueGraduate
	cueCheck
	cueDanger
	cueHouse  // nhà, hộ as the one meant
	cueFiller // words that add nothing
	cueCampaign
	cueEntry   // phiếu, lần vừa rồi
	cueGeneral // talk that asks for nothing, so that its words are not read as something else
)

var cues = newPhraseTable(
	phraseList[cue]{cueGive, "hỗ trợ|tặng|giúp|giúp đỡ|trao|trao tặng|biếu|phát|cấp|cấp phát|gửi|gửi tặng|gởi|gởi tặng|đưa|thăm tặng|tiếp tế|mua cho|trợ cấp|cứu trợ|thăm|thăm hỏi|tặng quà|ht|htrợ|hỗtrợ|đỡ đầu|tài trợ|cho tặng|" +
		"hổ trợ|hỗ trơ|hổ trơ|biếu tặng|chuyển|chuyển cho|gửi cho|trao cho|đưa cho|phát cho|hỗ trợ cho|tặng cho|giúp cho|biếu cho|trợ giúp|giúp đở|bàn giao|trao quà"},
	phraseList[cue]{cueFor, "cho"},
	phraseList[cue]{cueReceive, "được|nhận|nhận được|đã nhận|được nhận|đã nhận được|dc|đc"},
	phraseList[cue]{cuePledge, "ủng hộ|góp|đóng góp|quyên góp|cam kết ủng hộ|góp quỹ|ung hộ|đóng quỹ|nộp quỹ|ủng hộ quỹ|chung tay góp|góp vào|ủng hô|cam kết góp|đăng ký ủng hộ|đăng ký góp|hùn|uh|góp sức|gửi ủng hộ"},
	phraseList[cue]{cueLog, "ghi nhận|ghi|ghi lại|nhập|log|/ghinhan|lưu|ghi giúp|ghi giùm|nhập giúp|vô sổ|vào sổ|ghi sổ|ghinhan"},
	phraseList[cue]{cueSelf, "tôi|tui|tao|mình|em|con|nhà tôi|nhà tui|gia đình tôi|gia đình tui|nhà em|nhà mình|nhà con|gia đình em|gia đình mình|chúng tôi|tụi em|tụi tui|bọn em|chúng em|cháu|gđ tôi|gđ em|gia đình con|hộ tôi|hộ em|cả nhà|vợ chồng tôi|vợ chồng em|lớp em|bên em|bên mình|tổ mình|tổ tôi|tổ em|nha toi|nha tui"},
	phraseList[cue]{cueNot, "không|ko|chưa|đừng|chẳng|hổng|hok|khỏi|chớ|k|không cần|không có|hông|kg có|chả|chưa có"},
	phraseList[cue]{cueQuestion, "bao nhiêu|bao nhiu|tới đâu|đến đâu|khi nào|bao giờ|chừng nào|ở đâu|đi đâu|=đâu|thế nào|như thế nào|ra sao|làm sao|=sao|răng|=mô|ở mô|vì sao|tại sao|cái gì|=gì|gì|là gì|chi rứa|hả|hở|phải không|đúng không|được không|có được không|không ạ|" +
		"ai|những ai|hộ nào|người nào|=nào|mấy người|mấy hộ|bao lâu|mấy giờ|bn|bằng cách nào|cách nào|không vậy|chưa vậy|rứa hè|hỉ|không rứa|có phải|phải chăng|liệu|gì không|chi không"},
	phraseList[cue]{cueFuture, "=sẽ|se|sắp|sắp tới|dự định|=định|dự kiến|kế hoạch|chuẩn bị|=tính|=hứa|lên lịch|chờ|đợi|đang xin|đề xuất|đề nghị|=nên|=hãy|=phải|có thể|giả sử|kêu gọi|vận động|phấn đấu|mời|hôm nào|bữa nào|bữa mô|mai mốt|lúc nào|đang chờ|sau này|nhớ|tuần sau|tuần tới|tháng sau|tháng tới|năm sau|năm tới|sang năm|sang tuần|sang tháng|kỳ tới|đợt tới|đợt sau|lần tới|lần sau"},
	phraseList[cue]{cueWish, "muốn|xin|mong|mong muốn|nhờ|ước|dự tính|có ý định|muốn xin|cầu xin|ao ước|nguyện vọng"},
	phraseList[cue]{cueAsk, "=cần|cần|thiếu|hết tiền|hết gạo|không có tiền|không đủ|không đủ tiền|kiếm việc|tìm việc|khó khăn|khổ quá|=đói|khó khăn quá|túng thiếu|thiếu ăn|cần gấp|cầu cứu|không có gạo|hết gạo ăn|ko có tiền|chưa có tiền"},
	phraseList[cue]{cueTrade, "vay|mượn|=nợ|thiếu nợ|=bán|=trả|trả nợ|=thuê|lãi|tiền lương|phạt|=cọc|đặt cọc|mua bán|chơi hụi|hụi|lấy lại|thu hồi|đòi|lừa|lừa đảo|mất cắp|ăn cắp|cho vay|cho mượn|mượn của|=đền|bồi thường"},
	phraseList[cue]{cueHearsay, "nghe nói|nghe đồn|nghe đâu|hình như|theo báo|nguồn tin|thấy bảo|nghe bảo|hôm trước nghe|tin tức|thông báo|tin nóng|theo tin|được biết|http|https|www|link|chia sẻ|share|thời sự|báo đăng|trên mạng|facebook|chương trình|nghị quyết|quyết định|" +
		"theo nghị|ubnd|chính phủ|thủ tướng|bộ trưởng|báo chí|đài|ông bà ta|ngày xưa|hồi xưa|ví dụ|chẳng hạn|giả dụ|tiêu chuẩn|mức chuẩn|quy định|chính sách"},
	phraseList[cue]{cueIf, "nếu|giá mà|phải chi|nếu như|lỡ|giả như|ước gì|trường hợp"},
	phraseList[cue]{cuePast, "đã|vừa|vừa mới|mới|rồi|xong|xong rồi|vừa rồi|hồi nãy|đã được|hồi sáng"},
	phraseList[cue]{cueAnonymous, "ẩn danh|giấu tên|nặc danh|không nêu tên|không công khai tên|không để tên|không ghi tên|đừng nêu tên|đừng ghi tên|đừng để tên|không muốn nêu tên|không công khai|khỏi ghi tên|khỏi nêu tên|dấu tên|không cần ghi tên|không cần nêu tên|khỏi để tên|đừng công khai|khỏi công khai|ko nêu tên|ko ghi tên|ko để tên|không xưng tên|xin giấu tên|xin ẩn danh"},
	phraseList[cue]{cueOf, "của|do|=từ|nguồn|từ nguồn|bởi|nhờ có|người cho|người tặng|trích"},
	phraseList[cue]{cueEach, "mỗi hộ|các hộ|mỗi người|mỗi nhà|những hộ|mỗi gia đình|các gia đình|nhiều hộ|toàn thể|cả tổ|cả thôn|cả xóm|bà con nghèo|người nghèo|hộ nghèo|hộ cận nghèo|các em học sinh|các cháu"},
	phraseList[cue]{cueWrong, "nhầm|nhầm rồi|=lộn|lộn rồi|sai|sai rồi|nhập sai|ghi sai|ghi nhầm|nhập nhầm|ghi lộn|nhập lộn|gõ nhầm|sai tên|sai số|sai số tiền|bị sai|nhầm tên|viết nhầm|gõ sai|em nhầm|nhầm lẫn|bị nhầm|nhắn nhầm|nhắn lộn|không đúng|chưa đúng"},
	phraseList[cue]{cueChange, "sửa|sửa lại|chỉnh|chỉnh lại|đổi|đổi lại|điều chỉnh|sửa giúp|sửa giùm|sửa thành|cập nhật lại|đính chính|xin sửa|sửa số tiền|thay|sửa dùm|thay đổi|chữa lại"},
	phraseList[cue]{cueInto, "thành|=sang|lại thành|thanh|ra thành"},
	phraseList[cue]{cueNotBut, "chứ không phải|chớ không phải|chứ ko phải|chứ hông phải|chứ không phải là|chứ k phải|không phải là|chứ đâu phải|chớ hổng phải|chứ không"},
	phraseList[cue]{cueNotIs, "không phải|ko phải|k phải|hổng phải|hông phải|=mà là|ma la|mới đúng|mới phải|thôi"},
	phraseList[cue]{cueCancel, "=hủy|hủy phiếu|hủy giùm|hủy giúp|hủy đi|hủy bỏ|hủy lần|hủy cái|xóa phiếu|xóa giùm|xóa giúp|xóa cái|xóa lần|xóa đi|xóa dòng|xóa mục|hoàn tác|undo|rút lại|bỏ phiếu|bỏ cái vừa|bỏ lần vừa|bỏ dòng|bỏ phiếu vừa|hủy ghi|hủy nhập|hủy entry|thu hồi phiếu|bỏ cái mới|bỏ cái hồi nãy|xóa bỏ"},
	phraseList[cue]{cueEntry, "phiếu|phiếu vừa rồi|lần vừa rồi|cái vừa rồi|vừa nhập|vừa ghi|mới nhập|mới ghi|phiếu này|phiếu đó"},
	phraseList[cue]{cueExport, "báo cáo|xuất báo cáo|xuất excel|xuất file|xuất danh sách|tải báo cáo|tổng hợp|thống kê|kết xuất|in danh sách|tải danh sách|gửi báo cáo|cho xin báo cáo|làm báo cáo|export|số liệu|xuất|lấy báo cáo|in báo cáo|tải file|excel|file excel|báo cáo tổng hợp|xem báo cáo|lập báo cáo|bao cao"},
	phraseList[cue]{cueRemind, "nhắc tôi|nhắc em|nhắc tui|nhắc mình|nhắc con|nhớ nhắc|nhắc giúp|nhắc giùm|nhắc|đặt lịch|hẹn giờ|đặt nhắc|lên lịch nhắc|nhắc nhở|nhắc cho|nhắc lịch|nhắc việc|đặt lịch nhắc|tạo nhắc nhở|hẹn nhắc|nhắc tụi em|báo thức"},
	phraseList[cue]{cueOptOut, "dừng nhận tin|ngừng nhận tin|ngưng nhận tin|không nhận tin|thôi nhận tin|bỏ nhận tin|hủy nhận tin|hủy đăng ký nhận tin|hủy đăng ký tin|đừng nhắn|đừng nhắn tin|đừng gửi tin|đừng gởi tin|tắt thông báo|tắt tin|tắt tin nhắn|không muốn nhận tin|stop|unsubscribe|" +
		"đừng gửi nữa|không nhận thông báo|dừng gửi tin|ngừng gửi tin|ngưng gửi tin|dừng tin nhắn|ngừng nhắn|thôi đừng nhắn|không muốn nhận thông báo|hủy theo dõi|đừng làm phiền|dừng thông báo|ngưng thông báo|ngừng thông báo|khỏi nhắn|khỏi gửi tin|ngưng nhắn|dừng nhắn|ko nhận tin|không nhận tin nhắn|hủy nhận thông báo|ngừng nhận thông báo|dừng nhận thông báo|ngưng nhận thông báo|đừng gửi tin nhắn|đừng có nhắn|không nhận nữa|thôi không nhận tin|bỏ theo dõi|đừng gửi thông báo|đừng gởi thông báo|ko muốn nhận tin|không muốn nhận tin nhắn"},
	phraseList[cue]{cueErase, "xóa dữ liệu|xóa thông tin|xóa hết thông tin|xóa hết dữ liệu|rút đồng ý|rút lại đồng ý|rút sự đồng ý|xóa tài khoản|đừng lưu thông tin|không lưu thông tin|quên tôi đi|xóa toàn bộ dữ liệu|xóa toàn bộ thông tin|xóa tên tôi|xóa tên em|xóa số điện thoại|xóa dữ liệu cá nhân|xóa sạch thông tin|" +
		"xóa sđt|xóa hồ sơ của tôi|xóa hồ sơ của em|xóa mọi thông tin|xóa mọi dữ liệu|không đồng ý lưu|đừng lưu dữ liệu|xóa data|xóa giùm thông tin|xóa giúp thông tin|xóa giùm dữ liệu|xóa giúp dữ liệu|xóa tất cả thông tin|xóa tất cả dữ liệu|rút lại sự đồng ý|gỡ thông tin|xóa tên tui|xóa giùm tên|hủy dữ liệu"},
	phraseList[cue]{cueGraduate, "thoát nghèo|ra khỏi hộ nghèo|ra khỏi danh sách hộ nghèo|thoát cận nghèo|ra khỏi diện hộ nghèo|xin ra khỏi hộ nghèo|vươn lên thoát nghèo|ra khỏi danh sách nghèo|ra khỏi danh sách hộ cận nghèo|thoát khỏi hộ nghèo|ra khỏi hộ cận nghèo|khỏi danh sách hộ nghèo"},
	phraseList[cue]{cueCheck, "kiểm tra|tra cứu|xem|tra|coi|coi lại|xem lại|hỏi|check|kt|tình trạng|tình hình|cho xem|cho coi|theo dõi|xem thử|tìm hiểu|kiểm tra lại|lịch sử"},
	phraseList[cue]{cueState, "danh sách|có trong danh sách|có tên trong danh sách|trong danh sách|danh sách hộ nghèo|hồ sơ|khoản|lịch sử|mã|nhật ký|trợ cấp|tiền|quà|diện hộ nghèo|sổ hộ nghèo|đã duyệt|xét|kết quả|khoản hỗ trợ|các khoản|chế độ"},
	phraseList[cue]{cueHouse, "nhà|hộ|gia đình|gđ|người nhà"},
	phraseList[cue]{cueFund, "quỹ|quỹ vì người nghèo|quỹ người nghèo|quỹ vnn|vì người nghèo|quỹ tổ|quỹ phường|quỹ xã|quỹ vi nguoi ngheo|quỹ khuyến học|quỹ cứu trợ|vào quỹ|cho quỹ|đồng bào|bà con vùng lũ|bà con miền trung|miền trung|vùng lũ|người nghèo|chương trình vì người nghèo|tháng cao điểm vì người nghèo|hộ nghèo|các cháu|bà con nghèo|phong trào|nhà đại đoàn kết|tết cho người nghèo|quỹ đền ơn đáp nghĩa|bà con bị lũ|bà con bị bão|trẻ em nghèo|học sinh nghèo"},
	phraseList[cue]{cueCampaign, "tháng cao điểm"},
	phraseList[cue]{cueFiller, "dạ|vâng|ạ|ah|à|nha|nhé|nhe|nghe|hen|hí|đó|đấy|đi|với|và|thì|là|ơi|nè|luôn|nữa|cả|thêm|cùng|gồm|bao gồm|số tiền|tiền mặt|hiện vật|anh|chị|cô|chú|bác|ông|bà|này|ni|nớ|lúc|vào|ở|tại|để|vs|kèm|giùm|dùm|giúp giùm|cộng|báo|báo cáo anh|báo cáo chị|em báo|xuống|đến|tới|lên|qua|sáng|chiều|tối|trưa|ăn|dùng|một|các|thứ|cái|người|chi|" +
		"nhân dịp|dịp|dịp tết|tết|trị giá|tổng|tổng cộng|hàng|gói|phần|quà|khu dân cư|hôm|bữa|ngày|thành viên|tận nhà|tại nhà|trực tiếp|nhà nước|tháng|năm|mua thuốc|sửa nhà|mua sách|ăn tết|đóng học phí|chữa bệnh|đi học|làm ăn|khó khăn|hoàn cảnh|đặc biệt|neo đơn|già yếu|ốm đau|bị bệnh|mới mất|bệnh nặng|nghèo|cận nghèo|đau ốm|tàn tật|khuyết tật|ốm|bệnh|=hết|=đau|yếu|=già|đang ốm|đang bệnh|mua"},
	phraseList[cue]{cueDanger, "cứu với|cứu em với|cứu tôi|cứu tui|cứu em|kêu cứu|đuối nước|mắc kẹt|kẹt trong|sạt lở|lở núi|cấp cứu|đột quỵ|ngất xỉu|bất tỉnh|nguy kịch|sos|chết đuối|tự tử|bạo hành|bị đánh|đánh đập|lũ cuốn|nước cuốn|nước dâng|nước lên nhanh|ngập tới|ngập nóc|ngập mái|ngập đến|sập nhà|nhà sập|cháy nhà|nhà cháy|đang cháy|" +
		"cháy rồi|cháy lớn|có cháy|cháy ở|bị cháy|cháy chợ|cháy xe|cháy quán|cháy kho|hỏa hoạn|bốc cháy|khẩn cấp|nguy hiểm|co giật|ngừng thở|khó thở|tai nạn|chảy máu|gãy chân|rắn cắn|điện giật|ngộ độc|cô lập|bị cô lập|mất tích|xâm hại|lũ quét|lũ về|nước lũ|ngập sâu|ngập nhà|ngập hết|ngập nặng|kẹt lũ|cần cứu hộ|cứu hộ|vỡ đê|sập cầu|lũ lên|trôi nhà|bị cuốn|bị nước cuốn|bị sập|sập rồi|uống thuốc sâu|nằm bất động|không thở|bị ngạt|cháy to|dọa giết|đâm nhau|đánh nhau"},
	phraseList[cue]{cueGeneral, "thu nhập|nhặt được|lượm được|nhập viện|nhập học|nhập khẩu|nhập trạch|ghi nhớ|lưu ý|lưu trú|trao đổi|phát biểu|cấp cứu hộ|cho biết|cho hỏi|cho phép|cho rằng|gửi lời|phát triển|phát hiện|phát tờ rơi|đưa tin|đưa đi|giúp việc|góp ý|góp ý kiến|đóng góp ý kiến|góp vui|góp mặt|góp lời|chào|xin chào|hello|hi|alo|cảm ơn|cám ơn|thanks|chúc|trời|mưa|nắng"},
)

// idioms are phrases with words that would be read as people, amounts or days, and are none.
var idioms = newPhraseTable(phraseList[bool]{true, "ông bà ta|anh chị em|mẹ con|cô chú|cô bác|chú ý|một chút|một lần|một mình|hai bên|ba mẹ|bà con cô bác|anh em|chị em|không một|một số việc|vài lời|mấy hôm|năm mới|anh ơi|chị ơi|em ơi|cô ơi|chú ơi|bác ơi|mỗi người một|một người"})

// donor is who gave, and of what kind.
type donor struct {
	name string
	kind DonorKind
}

// donorWords are givers that are told by what they are, not by name.
var donorWords = newPhraseTable(
	phraseList[donor]{donor{"hàng xóm", DonorNeighbours}, "hàng xóm|lối xóm|xóm giềng|láng giềng|hàng xóm láng giềng|bà con lối xóm|bà con hàng xóm"},
	phraseList[donor]{donor{"bà con", DonorNeighbours}, "=bà con|bà con trong tổ|bà con trong xóm|bà con tổ dân phố"},
	phraseList[donor]{donor{"quỹ vì người nghèo", DonorFund}, "quỹ vì người nghèo hỗ trợ|từ quỹ vì người nghèo|quỹ vì người nghèo tặng|trích quỹ vì người nghèo|từ nguồn quỹ vì người nghèo|do quỹ vì người nghèo|của quỹ vì người nghèo|quỹ vì người nghèo cho"},
	phraseList[donor]{donor{"ẩn danh", DonorAnonymous}, "nhà hảo tâm giấu tên|nhà hảo tâm ẩn danh|mạnh thường quân giấu tên|mạnh thường quân ẩn danh|người giấu tên|một người giấu tên|người tặng giấu tên"},
)

// donorLeads stand before the name of a giver.
var donorLeads = newPhraseTable(
	phraseList[string]{"nhà hảo tâm", "nhà hảo tâm|người tặng|người cho"}, phraseList[string]{"mạnh thường quân", "mạnh thường quân|mtq"},
	phraseList[string]{"nhà tài trợ", "nhà tài trợ|đơn vị tài trợ|bên tài trợ"},
)

// organisations begin the name of a body that gives.
var organisations = newPhraseTable(eachItself("cty|công ty|cty tnhh|công ty tnhh|công ty cổ phần|tập đoàn|=hội|hội phụ nữ|hội chữ thập đỏ|hội nông dân|hội cựu chiến binh|hội người cao tuổi|hội khuyến học|đoàn thanh niên|đoàn phường|chi bộ|chi hội|chi đoàn|ngân hàng|=chùa|nhà chùa|nhà thờ|giáo xứ|hội thánh|" +
	"câu lạc bộ|clb|nhóm thiện nguyện|nhóm từ thiện|đoàn từ thiện|đoàn thiện nguyện|=quán|=tiệm|doanh nghiệp|dn|=trường|bệnh viện|hợp tác xã|htx|mặt trận|mặt trận phường|mặt trận xã|ủy ban|ubmt|ubmttq|mttq|ban công tác mặt trận|liên đoàn lao động|công đoàn|siêu thị|cửa hàng|xí nghiệp|hội từ thiện|quỹ từ thiện|khách sạn|nhà hàng|hiệp hội|bộ đội|công an|công an phường|biên phòng|" +
	"đồn biên phòng|thành đoàn|hội lhpn|hội cctđ|nhà máy|chi cục|vietcombank|agribank|bidv|viettel|mobifone|vnpt")...)

// eachItself gives each of some phrases itself as its value, so that what was typed without accents gets them back.
func eachItself(list string) []phraseList[string] {
	var rows []phraseList[string]
	for p := range strings.SplitSeq(list, "|") {
		rows = append(rows, phraseList[string]{strings.TrimPrefix(p, "="), p})
	}
	return rows
}

// donorAt reads a giver named at token i: hàng xóm, nhà hảo tâm cty ABC, hội phụ nữ phường.
func donorAt(tokens []Token, i int) (donor, int) {
	if d, n := donorWords.at(tokens, i); n > 0 {
		if d.kind == DonorFund && tokens[i+n-1].Fold != "ngheo" { // the verb behind it is read as a verb
			n = n - len(trailingVerb(tokens[i:i+n]))
		}
		return d, n
	}
	lead := 0
	called, n := donorLeads.at(tokens, i)
	if n > 0 {
		lead = n
		if i+lead < len(tokens) && (tokens[i+lead].Acc == ":" || tokens[i+lead].Acc == "là") {
			lead++
		}
	}
	start := i + lead
	body, n := organisations.at(tokens, start)
	if n == 0 {
		if lead == 0 {
			return donor{}, 0
		}
		if p, n := findPersonName(tokens, start); n > 0 {
			return donor{p, DonorPerson}, lead + n
		}
		if start < len(tokens) && startsUpper(tokens[start].Text) && numberWords[tokens[start].Acc].kind == partOther {
			end := max(donorEnd(tokens, start), start+1)
			return donor{donorText(tokens[start:end]), DonorOrganisation}, end - i
		}
		return donor{called, DonorPerson}, lead
	}
	end := donorEnd(tokens, start+n)
	if !allPlain(tokens[start : start+n]) {
		return donor{donorText(tokens[start:end]), DonorOrganisation}, end - i
	}
	if end > start+n {
		body += " " + donorText(tokens[start+n:end])
	}
	return donor{body, DonorOrganisation}, end - i
}

func trailingVerb(tokens []Token) []Token {
	if len(tokens) >= 2 && tokens[len(tokens)-2].Fold == "ho" {
		return tokens[len(tokens)-2:]
	}
	return tokens[len(tokens)-1:]
}

func findPersonName(tokens []Token, i int) (string, int) {
	p, n := personAt(tokens, i, false)
	return p.String(), n
}

// donorEnd is where the name of a body ends: capitals go on, small words stop at a verb, a number or a sign.
func donorEnd(tokens []Token, i int) int {
	end := i
	for ; end < len(tokens) && end-i < 6; end++ {
		t := tokens[end]
		if t.punct() || isDigit(t.Acc[0]) {
			break
		}
		if startsUpper(t.Text) {
			if titles[t.Acc] != "" && end > i {
				break
			}
			continue
		}
		if _, _, n := groupName(tokens, end); n > 0 {
			end += n
			break
		}
		if donorStops.has(tokens, end) || cues.has(tokens, end) || titles[t.Acc] != "" || numberWords[t.Acc].kind != partOther || dateWords[t.Fold] {
			break
		}
	}
	return end
}

var donorStops = newPhraseTable(phraseList[bool]{true, "tặng|hỗ trợ|cho|trao|giúp|ủng hộ|góp|hôm|ngày|và|với|,|đã|vừa|mới|gửi|biếu|phát|thăm|đến|tới|xuống|về|lên|trị giá|đóng góp|nhờ|nha|ạ|đóng|quyên góp|tài trợ"})

func donorText(tokens []Token) string {
	s := tokens[0].Text
	for _, t := range tokens[1:] {
		s += " " + t.Text
	}
	return s
}
