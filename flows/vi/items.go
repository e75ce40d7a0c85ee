package vi

// unitInfo is a unit as people say it: into is the unit kept, factor how many thousandths of it one makes.
type unitInfo struct {
	into   string
	factor int64
	pieces bool // chục, tá, cặp: counts of the pieces of whatever is named
}

// units are the words things are counted and weighed by.
var units = newPhraseTable(
	phraseList[unitInfo]{unitInfo{"kg", 1000, false}, "kg|ký|kí|kilo|kilô|kilogam|kilôgam|ký lô|kí lô|ki lô|=cân|kgs|kgam"},
	phraseList[unitInfo]{unitInfo{"kg", 1, false}, "g|gam|gram|gr|=gờ ram"},
	phraseList[unitInfo]{unitInfo{"kg", 100, false}, "lạng"},
	phraseList[unitInfo]{unitInfo{"kg", 10_000, false}, "yến"},
	phraseList[unitInfo]{unitInfo{"kg", 100_000, false}, "tạ"},
	phraseList[unitInfo]{unitInfo{"kg", 1_000_000, false}, "tấn"},
	phraseList[unitInfo]{unitInfo{"lít", 1000, false}, "lít|l|litre"},
	phraseList[unitInfo]{unitInfo{"lít", 1, false}, "ml|mililit"},
	phraseList[unitInfo]{unitInfo{"m", 1000, false}, "m|mét"},
	phraseList[unitInfo]{unitInfo{"m2", 1000, false}, "m2|m²|mét vuông"},
	phraseList[unitInfo]{unitInfo{"m3", 1000, false}, "m3|m³|mét khối|khối|=khối"},
	phraseList[unitInfo]{unitInfo{"", 10_000, true}, "chục"},
	phraseList[unitInfo]{unitInfo{"", 12_000, true}, "tá"},
	phraseList[unitInfo]{unitInfo{"", 2_000, true}, "cặp|đôi"},
	phraseList[unitInfo]{unitInfo{"", 1_000_000, true}, "=thiên"}, // a thousand, of bricks and tiles
	phraseList[unitInfo]{unitInfo{"ngày công", 1000, false}, "ngày công|ngày công lao động|công lao động|=công"},
	counted("thùng"), counted("bao"), counted("chai"), counted("can"), counted("lốc"), counted("hộp"), counted("gói"), counted("vỉ"), counted("quả"),
	counted("trái"), counted("con"), counted("cái"), counted("chiếc"), counted("bộ"), counted("suất"), counted("phần"), counted("thẻ"), counted("tấm"),
	counted("cuốn"), counted("quyển"), counted("cây"), counted("túi"), counted("bịch"), counted("hũ"), counted("lọ"), counted("lon"), counted("két"),
	counted("kết"), counted("bình"), counted("viên"), counted("cuộn"), counted("xe"), counted("cục"), counted("bì"), counted("miếng"), counted("vé"),
	counted("nải"), counted("buồng"), counted("khay"), counted("tuýp"), counted("sợi"), counted("thanh"), counted("đàn"), counted("bữa"), counted("món"),
	counted("chuyến"), counted("kiện"), counted("sọt"), counted("ram"), counted("mũi"), counted("liều"), counted("bầy"),
	phraseList[unitInfo]{unitInfo{"tờ", 1000, false}, "=tờ"}, phraseList[unitInfo]{unitInfo{"ổ", 1000, false}, "=ổ"}, phraseList[unitInfo]{unitInfo{"bó", 1000, false}, "=bó"},
	phraseList[unitInfo]{unitInfo{"giỏ", 1000, false}, "=giỏ"}, phraseList[unitInfo]{unitInfo{"chậu", 1000, false}, "=chậu"}, phraseList[unitInfo]{unitInfo{"căn", 1000, false}, "=căn"},
	phraseList[unitInfo]{unitInfo{"rổ", 1000, false}, "=rổ"}, phraseList[unitInfo]{unitInfo{"hòm", 1000, false}, "=hòm"}, phraseList[unitInfo]{unitInfo{"bánh", 1000, false}, "=bánh xe"},
	phraseList[unitInfo]{unitInfo{"ngôi", 1000, false}, "ngôi"}, phraseList[unitInfo]{unitInfo{"đòn", 1000, false}, "đòn"}, phraseList[unitInfo]{unitInfo{"cặp bánh", 1000, false}, "cặp bánh"},
	phraseList[unitInfo]{unitInfo{"thúng", 1000, false}, "thúng"}, phraseList[unitInfo]{unitInfo{"xị", 1000, false}, "=xị"}, phraseList[unitInfo]{unitInfo{"lượt", 1000, false}, "lượt"},
	phraseList[unitInfo]{unitInfo{"buổi", 1000, false}, "buổi"}, phraseList[unitInfo]{unitInfo{"máng", 1000, false}, "máng"}, phraseList[unitInfo]{unitInfo{"cốc", 1000, false}, "cốc"},
)

// counted is a unit that is kept under its own name.
func counted(name string) phraseList[unitInfo] {
	return phraseList[unitInfo]{unitInfo{name, 1000, false}, name}
}

// unitWords are the units of one word, for those that touch their number (10kg) or end one.
var unitWords = oneWordUnits()

func oneWordUnits() map[string]unitInfo {
	words := map[string]unitInfo{}
	for key, rows := range units {
		for _, r := range rows {
			if len(r.words) == 1 {
				words[r.words[0].acc] = r.value
				if _, taken := words[key]; !taken && !r.strict {
					words[key] = r.value
				}
			}
		}
	}
	return words
}

func isUnitWord(s string) bool {
	_, ok := unitWords[s]
	return ok || s == "can" || s == "ta" || s == "bo"
}

// item is a thing people give; unit is what one of it is counted by where nothing else is said.
type item struct{ name, unit string }

// items are the things most often given, under the unit one of each is counted by. Things not listed are read as they
// were typed. A thing typed without accents gets them back from here.
var items = newItemTable([]itemList{
	{"kg", "gạo|gạo nếp|nếp|gạo tẻ|gạo st25|lúa|bột|bột mì|bột giặt|đường|đường cát|đường phèn|muối|muối iốt|thịt|thịt heo|thịt lợn|thịt bò|thịt gà|" +
		"rau|rau củ|rau xanh|rau muống|khoai|khoai lang|khoai tây|sắn|bắp|ngô|đậu|đậu xanh|đậu phộng|đậu phụng|đậu đen|đậu đỏ|lạc|hành|tỏi|ớt|tôm|mực|cá khô|cá nục|hạt giống|" +
		"phân|phân bón|phân đạm|đạm|cám|thức ăn chăn nuôi|xi măng|sắt|thép|đinh|bí đỏ|bí đao|cà chua|cà rốt|cà phê|gas|lương thực|bún|bún khô|miến|phở khô|giò|chả|mắm ruốc|ruốc|bột ngọt|mì chính|hạt nêm|thóc|thóc giống|lúa giống|ngô giống|bắp giống"},
	{"lít", "dầu ăn|dầu|dầu hỏa|xăng|nước mắm|nước tương|xì dầu|nước|nước uống|nước sạch|nước rửa chén|nước rửa tay|nước sát khuẩn|nước lau sàn|cồn|rượu|sơn|dầu gội|giấm|mắm|mật ong"},
	{"gói", "mì|mì tôm|mì gói|mì ăn liền|mì hảo hảo|phở ăn liền|cháo ăn liền|bánh|bánh kẹo|kẹo|bánh quy|tã|tã giấy|bỉm|băng vệ sinh|khăn giấy|trà|chè|thuốc lá|gia vị|giấy vệ sinh|bim bim|mứt"},
	{"hộp", "sữa|sữa tươi|sữa bột|sữa đặc|sữa ông thọ|sữa vinamilk|sữa chua|khẩu trang|khẩu trang y tế|cá hộp|thịt hộp|đồ hộp|yến sào|bút màu|nước yến"},
	{"lon", "sữa bột ensure|bia|nước ngọt|nước yến lon"},
	{"quả", "mận|trứng|trứng gà|trứng vịt|trứng cút|trái cây|hoa quả|cam|quýt|bưởi|dưa hấu|dừa|bóng"},
	{"con", "heo giống|heo|lợn|lợn giống|heo con|heo nái|bò|bò giống|bò cái|bò cái giống|bò sinh sản|bê|bê giống|trâu|trâu giống|gà|gà giống|gà con|gà thả vườn|vịt|vịt giống|vịt con|" +
		"ngan|ngan giống|ngỗng|dê|dê giống|thỏ|cá|cá giống|chim|chim cút|bồ câu|con giống|gia cầm|nghé|ong"},
	{"cái", "máy may|máy bơm|máy bơm nước|máy cắt cỏ|máy phát cỏ|máy tính|máy tính bảng|máy giặt|máy phát điện|máy lọc nước|máy trợ thính|máy đo huyết áp|máy thở|máy tạo oxy|máy khoan|máy cưa|" +
		"tivi|ti vi|tv|tủ lạnh|tủ|tủ quần áo|bàn|bàn học|bàn ghế|ghế|giường|giường bệnh|quạt|quạt máy|quạt điện|nồi|nồi cơm|nồi cơm điện|nồi chiên|xoong|chảo|bếp|bếp ga|bếp gas|bếp từ|ấm|ấm điện|" +
		"chăn|mền|mùng|màn|chiếu|gối|nệm|đệm|áo|áo ấm|áo mưa|áo phao|áo khoác|áo trắng|áo dài|quần|khăn|khăn mặt|khăn tắm|nón|mũ|mũ bảo hiểm|balo|ba lô|cặp sách|cặp học sinh|cặp|điện thoại|laptop|radio|đài|loa|" +
		"bồn nước|bồn|bể nước|bể|thùng rác|cửa|chén|bát|đĩa|ly|đèn|đèn pin|đèn học|cuốc|xẻng|rựa|liềm|nạng|khung tập đi|tập đi|ô|dù|bánh chưng|bánh tét|đồng hồ|thau|xô|chậu|phao|lồng|lồng gà|chuồng|ghe|thuyền"},
	{"chiếc", "xe lăn|xe lắc|xe đạp|xe đạp điện|xe máy|xe máy cũ|xe đẩy|xe nước mía|xe bán hàng|xe rùa|dép|giày|tất|vớ|găng tay|đũa|ủng|bông tai|xe đạp cũ|xe ba gác|ghe thúng|thúng chai|xe kéo"},
	{"cuốn", "sổ tiết kiệm|vở|tập|tập vở|sách|sách giáo khoa|sách vở|tập học sinh|vở học sinh|truyện|sổ"},
	{"cây", "bút|viết|bút bi|bút chì|viết chì|cây giống|keo giống|quế giống|cây con|chổi|thước|dù"},
	{"bộ", "quần áo|quần áo cũ|quần áo mới|áo quần|đồ|đồ dùng học tập|dụng cụ học tập|sách giáo khoa lớp 1|đồng phục|bàn ghế học sinh|chăn màn|chăn ga|dụng cụ|đồ nghề|đồ nghề sửa xe|nồi xoong|" +
		"nệm gối|dụng cụ y tế|kit test|đồ bảo hộ|quần áo ấm|sa lông|bàn thờ|áo dài cũ"},
	{"phần", "quà|quà tết|quà trung thu|nhu yếu phẩm|cơm|cháo|thực phẩm|cơm hộp|hàng|hàng hóa|lương thực thực phẩm|đồ ăn|thức ăn|quà noel"},
	{"suất", "học bổng|quà học sinh|cơm trưa|ăn|cơm từ thiện|cháo từ thiện"},
	{"tấm", "tôn|tôn lạnh|fibro xi măng|fibro|ván|bạt|kính|lưới|pin mặt trời|tấm lợp|gỗ|cửa kính|đan"},
	{"thẻ", "bảo hiểm y tế|bhyt|bảo hiểm|bảo hiểm xã hội|điện thoại"},
	{"viên", "gạch|gạch ống|gạch men|gạch thẻ|ngói|thuốc|gạch block|táp lô|thuốc bổ|đá lạnh"},
	{"m3", "cát|đá|sỏi|đất|nước sạch khối|cát xây"},
	{"căn", "nhà|nhà đại đoàn kết|nhà tình thương|nhà tình nghĩa|nhà vệ sinh|nhà tạm"},
	{"cái", "sim|sim 4g|sim điện thoại"},
	{"hộp", "thuốc cảm|thuốc men|thuốc tây"},
})

// ambiguousPlain are things that cannot be told apart without accents: dầu, đậu, dâu.
var ambiguousPlain = wordSet("dau ga dua bo man be du la che")

// fullNames are the names of things that are mostly said in short.
var fullNames = map[string]string{"bhyt": "bảo hiểm y tế"}

// needsUnit are things that, typed without accents, are common words too (nha, den, qua): they are things only behind
// a unit.
var needsUnit = wordSet("nha den ban chieu tu mu so viet tap o du la cua dai da dat cat son tra an cam ngan long giay tat ly noi am qua do hang chao khan non quan goi dem " +
	"nem sach choi xo dinh lac hanh toi ot muc man gio cha de mam be ghe bat nep nuoc truyen thuoc chen thau loa khoai ngo bap ruou mut che keo con vo bong dep don")

// itemAt is items.at for a thing behind a unit: of things that are typed alike without accents (vở, vớ) it takes the one
// that is counted by the unit, and reports in unclear that there is no telling.
func itemAt(tokens []Token, i int, unit string) (it item, n int, unclear bool) {
	it, n = items.at(tokens, i)
	if n == 0 || !allPlain(tokens[i:i+n]) || it.name == tokens[i].Acc {
		return it, n, false
	}
	for _, row := range items[tokens[i].Fold] {
		if len(row.words) != n || row.strict || row.value.name == it.name || !row.matches(tokens[i:]) {
			continue
		}
		switch {
		case it.unit == unit:
		case row.value.unit == unit:
			it = row.value
		default:
			unclear = true
		}
	}
	return it, n, unclear && it.unit != unit
}

func allPlain(tokens []Token) bool {
	for _, t := range tokens {
		if !t.plain() {
			return false
		}
	}
	return true
}

type itemList struct{ unit, names string }

func newItemTable(lists []itemList) phraseTable[item] {
	t := phraseTable[item]{}
	for _, l := range lists {
		for key, rows := range newPhraseTable(phraseList[item]{item{unit: l.unit}, l.names}) {
			for _, r := range rows {
				r.value.name = joinWords(r.words)
				if full, ok := fullNames[r.value.name]; ok {
					r.value.name = full
				}
				t[key] = insertLongest(t[key], r)
			}
		}
	}
	return t
}

func joinWords(words []phraseWord) string {
	s := words[0].acc
	for _, w := range words[1:] {
		s += " " + w.acc
	}
	return s
}
