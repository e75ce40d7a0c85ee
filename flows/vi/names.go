package vi

import (
	"strings"

	"chungtay/flows/dialog/fold"
)

// The words people are named by.

// titles are the words people are addressed by, with and without accents.
var titles = map[string]string{
	"ông": "ông", "ong": "ông", "bà": "bà", "ba": "bà", "cô": "cô", "co": "cô", "chú": "chú", "chu": "chú", "dì": "dì", "di": "dì",
	"bác": "bác", "bac": "bác", "anh": "anh", "chị": "chị", "chi": "chị", "em": "em", "mợ": "mợ", "mo": "mợ", "cậu": "cậu", "cau": "cậu",
	"thím": "thím", "thim": "thím", "dượng": "dượng", "duong": "dượng", "o": "o", "mệ": "mệ", "me": "mệ", "ôn": "ôn", "on": "ôn",
	"cụ": "cụ", "cu": "cụ", "thầy": "thầy", "thay": "thầy", "bé": "bé", "be": "bé", "cháu": "cháu", "chau": "cháu", "mẹ": "mẹ", "má": "má",
}

// weakTitles are titles whose letters are common words too (co: có, chi: gì, on: ơn): outside of a name they count
// only before something written like a name.
var weakTitles = wordSet("ba co chu di bac chi em mo cau thim duong o me on cu thay be chau má mẹ")

// birthNames are the names by order of birth, which look like numbers; the accents come back where no other name
// has the letters.
var birthNames = map[string]string{
	"hai": "", "ba": "", "bốn": "", "bon": "Bốn", "tư": "", "tu": "", "năm": "", "nam": "", "sáu": "", "sau": "Sáu", "bảy": "", "bay": "Bảy", "bẩy": "",
	"tám": "", "tam": "", "chín": "", "chin": "Chín", "mười": "", "muoi": "", "út": "", "ut": "Út", "cả": "",
}

// notNames are words that begin something else than a name behind a title.
var notNames = wordSet(`sĩ si sỹ sy con bà ông anh chị em ơi oi nào nao này nay ấy ay đó do kia nớ no tê ý không khong ko có co phí phi táo tao nội noi ngoại ngoai
	ta tui tôi trong trên dưới nói lo đây vậy rứa mô rất rat được duoc đã da đang dang sẽ se thì thi là la mà ma và va với voi của cua cho tặng tang hỗ trợ nhận nhan hôm hom ngày ngay tổ to thôn thon tdp nghèo ngheo
	năn nan hộ nhà nha gửi gui giúp giup cũng cung gì gi chưa chua rồi roi nhé nhe nha ạ bị bi đi vay mượn xin hỏi hoi bảo trưởng truong gái gai trai`)

// nameEnds are words that end a name, whatever way they are written.
var nameEnds = wordSet(`tổ to tdp thôn thon kdc khu khối khoi xóm xom bản nóc phường phuong xã xa quận quan huyện huyen tp ở o tại tai bên ben nhà nha hộ ho kiệt kiet hẻm hem ngõ ngo số so đường
	hôm hom hum ngày ngay bữa bua sáng sang chiều chieu tối toi trưa trua đêm dem tuần tháng qua mai rằm mùng mồng mung mong thứ nay
	tặng tang cho nhận nhan hỗ được duoc đã da vừa vua mới moi với voi và va cùng cung của bằng bang gồm gom là thì có co không khong xin góp gop ủng ung giúp giup trao gửi gui
	gạo gao mì mi sữa sua quà qua tiền tien dầu dau đường nước nuoc xe máy may heo bò bo gà ga vịt chăn mền màn áo ao quần sách vở bánh cá trứng muối rau thuốc thuoc tôn xi gạch
	thùng thung bao hộp hop gói goi chai lon can lốc loc bộ cái cai chiếc chiec con phần phan suất suat kg ký ky kí cân tạ tấn yến lạng vỉ chục cặp đôi đồng dong triệu trieu nghìn ngàn
	vợ vo chồng chong sđt sdt cccd bị bi ốm om vì vi do nên cần can chưa chua rồi roi nha nhé nhe ạ nghe trị tri giá gia mỗi moi mấy vài khoảng hoàn cận can nghèo ngheo chứ chu cũ`)

// surnames begin a full name; they are those of the Kinh and of the peoples of the mountains here.
var surnames = wordSet(`nguyễn nguyen trần tran lê le phạm pham huỳnh huynh hoàng hoang phan vũ vu võ vo đặng dang bùi bui đỗ do hồ ho ngô ngo dương duong lý ly
	đinh dinh trương truong đoàn doan lâm lam mai trịnh trinh đào dao phùng phung châu chau tô tống tong hà cao tạ ta tăng thái thai lương luong lưu luu
	đàm dam kiều kieu quách quach từ tu triệu trieu nghiêm nghiem thân than văn van ông ong mạc mac phó kim la lữ lu ung uông mã tưởng viên
	zơ râm ram bríu briu alăng a pơloong ploong bhling bling bhnướch hôih hoih arất arat coor cơlâu colau riah zrum bhiryu ating blúp hiên tơngôl bnướch
	hiền blup arâl avô ta ngôn zuôn tơ ríah alang clâu bh' nướch abing kaphu đoong ria riáh`)

var households = newPhraseTable(phraseList[bool]{true, "nhà|hộ|gia đình|gđ|hộ nghèo|hộ cận nghèo|hộ gia đình|vợ chồng|nhà của|hộ của|gia đình nhà"})

var doubleTitles = newPhraseTable(sameList(`ông bà|bà cụ|ông cụ|cụ ông|cụ bà|em bé|cháu bé|cô giáo|thầy giáo|bác sĩ|anh chị|cô chú|chú thím|cậu mợ|dì dượng|bé gái|bé trai|sư cô|bà mẹ|
	tổ trưởng|tổ phó|trưởng thôn|thôn trưởng|phó thôn|bí thư|đồng chí`)...)

// sameList makes a table whose values are the phrases themselves.
func sameList(phrases string) []phraseList[string] {
	var rows []phraseList[string]
	for p := range strings.SplitSeq(phrases, "|") {
		p = strings.TrimSpace(p)
		rows = append(rows, phraseList[string]{p, p})
	}
	return rows
}

var relations = newPhraseTable(
	phraseList[string]{"vợ", "vợ"}, phraseList[string]{"chồng", "chồng"}, phraseList[string]{"con", "con"}, phraseList[string]{"mẹ", "=mẹ"},
	phraseList[string]{"con gái", "con gái"}, phraseList[string]{"con trai", "con trai"}, phraseList[string]{"cháu", "=cháu"}, phraseList[string]{"em", "=em"},
	phraseList[string]{"con dâu", "con dâu"}, phraseList[string]{"con rể", "con rể"},
)

// givesTo are words that somebody is named behind.
var givesTo = wordSet("cho tặng tang gửi gui giúp giup biếu bieu trao thăm tham trợ tro hộ ho nhà nha của với voi và va gọi goi góp gop bà ba ông ong đình thưởng nhờ nho")

// nameSyllables are the words that Vietnamese names are made of, with accents and without.
var nameSyllables = withPlain(`an anh ái ánh ân bạch bảo báo bằng bắc bích bình bính bửu ca cẩm can cảnh cát cầm chánh châu chi chí chiến chinh chính chung chương chuyên công cơ cúc cương cường
	dân danh dần diễm diệp diệu doan du dũng dung duy duyên dư dương đa đại đại đan đạo đào đạt đăng đằng điền điệp định đình đoàn đoan đông đức đường gấm gia giang giao giáp hà hạ hải hàn hân hạnh hào hảo hằng hậu hiên hiền
	hiển hiệp hiếu hiệu hoa hoan hoàn hoàng hòa hoài hoạt hồ hồng huân huấn huế huệ hùng huy huyên huyền huyện huỳnh hưng hương hường hữu hy kha khá khải khang khánh khanh khiêm khoa khoái khoan khôi khuê khuyên khương kiên kiệt kiều kim kính kỳ kỷ
	lạc lai lam lan lành lãnh lâm lân lập lê lệ lễ lịch liêm liên liễu linh lĩnh loan loát lộc lộ long lợi luân luận lụa lực lương lượng lựu lưu ly lý mai mạnh mẫn mận mậu mến minh mơ mùi mùa muội my mỹ na nam năng nga ngà ngân nghi nghĩa nghị nghiêm ngọ ngoan
	ngọc ngô nguyên nguyễn nguyệt nhã nhạn nhàn nhàng nhâm nhân nhật nhi nhiên nhiệm nho nhơn nhu nhung như nhựt nhường ninh nở nụ nữ oanh pha phan phát phẩm phấn phi phiên phong phú phúc phùng phước phương phượng quan quân quang quảng quế quí quốc quy quý quyên quyền quyết quyến quỳnh
	sa san sang sáng sanh sâm sen sinh sĩ soa song sơn sửu sương tá tài tâm tân tấn tần tây thạch thái tham thanh thành thảo thăng thắm thắng thân thế thể thi thì thị thiên thiện thiết thìn thịnh thọ thoa thoại thoan thơ thơm thôi thông thu thuần thuận thục thúy thùy thủy thuyên thuyền thư thứ thức thương thường thượng
	tịnh tiên tiến tín tình tính toàn toại toán tố tôn tới trà trác trai trang trâm trân trận tri trí triết triều trinh trình trọng trúc trung truyền trường trưởng trực tú tuân tuấn tuất tuệ tùng tuy tuyên tuyến tuyền tuyết tuyển tường tưởng ty tý tỵ uyên uyển út ước vân vấn văn viên viễn việt vinh vĩnh vịnh vĩ vỹ vọng vũ võ vui vương vượng vy xa xí xinh xoan xuân xuyên xuyến
	xứng ý yên yến yêu hai ba bốn tư năm sáu bảy tám chín mười cả trần phạm đặng bùi đỗ đinh trương trịnh tống tô đàm quách thiều tiếu sương thảnh sự lượm lài đậm nhớ gái cu tí tèo tẹo bé xíu đen rớt nuôi hoành kháng trừ thâm thiềm hườn đặm sửa đủ`)

func withPlain(list string) map[string]bool {
	set := map[string]bool{}
	for w := range wordSet(list) {
		set[w] = true
		set[foldWord(w)] = true
	}
	return set
}

func foldWord(word string) string { return fold.Fold(word) }
