package vi

import (
	"slices"
	"strings"
)

// Alarm says what kind of danger somebody cries about, and so whom to call first. Fire and rescue answer 114, ambulances 115, the police
// 113, search and rescue 112, the city's call centre 1022.
type Alarm string

// Kinds of danger.
const (
	NoAlarm     Alarm = ""
	AlarmFire   Alarm = "fire"
	AlarmWater  Alarm = "water" // flood, landslide, a house that falls down
	AlarmHealth Alarm = "health"
	AlarmCrime  Alarm = "crime"
	AlarmCry    Alarm = "cry" // "cứu với", and nothing about why
)

// phrases are found by their first word, folded.
type phrases map[string][]phrase

// phrase is words in a row, with accents; a word typed without accents matches by its letters.
type phrase struct {
	kind  Alarm
	words [][]string // with accents, each folded behind it
	weak  bool       // also said of what was long ago: it counts alone or with words of now
}

// cries are calls for rescue that nobody writes about the past.
var cries = phrasesOf(AlarmCry, false, "cứu với", "cứu tôi", "cứu tui", "cứu em", "cứu con tôi", "cứu con tui", "cứu mẹ", "cứu ba tôi", "cứu nhà tôi",
	"cứu nhà tui", "cứu mạng", "kêu cứu", "cứu gấp", "cứu người", "làm ơn cứu", "gọi cấp cứu", "cần cấp cứu", "cấp cứu gấp")

var dangers = joined(
	phrasesOf(AlarmFire, false, "cháy nhà", "nhà cháy", "nhà bị cháy", "đang cháy", "cháy lớn", "cháy rồi", "bốc cháy", "nổ bình ga", "nổ ga", "xì ga", "rò ga", "nhà bốc khói"),
	phrasesOf(AlarmFire, true, "cháy"),
	phrasesOf(AlarmHealth, false, "đột quỵ", "bất tỉnh", "ngừng thở", "ngưng thở", "ngừng tim", "không thở được", "co giật", "điện giật", "đuối nước", "chết đuối",
		"uống thuốc sâu", "uống thuốc trừ sâu", "uống thuốc chuột", "tự tử", "tự sát", "tự vẫn", "muốn chết", "rắn cắn", "chảy máu nhiều", "máu chảy nhiều", "sắp sinh", "vỡ ối"),
	phrasesOf(AlarmHealth, true, "tai biến", "ngất xỉu", "ngất", "xỉu", "khó thở", "tai nạn", "ngộ độc", "đau ngực"),
	phrasesOf(AlarmWater, false, "nước cuốn", "lũ cuốn", "nước tràn vào nhà", "nước vô nhà", "nước vào nhà", "nhà ngập rồi", "ngập tới", "ngập đến", "mắc kẹt", "kẹt trong nhà",
		"sập nhà", "nhà sập", "nhà bị sập", "đất vùi", "bị vùi"),
	phrasesOf(AlarmWater, true, "nhà ngập", "ngập nhà", "bị ngập", "nước lên", "nước dâng", "lũ về", "lũ lên", "sạt lở", "lở núi", "tốc mái"),
	phrasesOf(AlarmCrime, false, "cầm dao", "bị chém", "đâm người", "dọa giết", "đòi giết", "hiếp", "bắt cóc", "xâm hại", "đánh vợ", "đánh con", "bị chồng đánh", "cướp giật"),
	phrasesOf(AlarmCrime, true, "bị đánh", "đánh nhau", "ăn trộm", "bạo hành", "bạo lực"),
)

var (
	// nowWords say that it happens as they write.
	nowWords = phrasesOf("", false, "đang", "bây giờ", "bây chừ", "chừ", "giờ này", "ngay bây giờ", "gấp", "khẩn", "khẩn cấp", "cứu", "giúp với", "mau", "nhanh lên", "vừa mới", "mới bị", "vừa bị", "rồi cứu", "trời ơi")
	// pastWords tell of what is over, or goes on for long.
	pastWords = phrasesOf("", false, "năm ngoái", "năm trước", "năm kia", "năm nay", "tháng trước", "tháng này", "tuần trước", "hôm trước", "bữa trước", "hồi", "đợt", "lúc trước", "trước đây", "ngày xưa", "hôm qua",
		"bữa qua", "bão số", "mùa lũ", "mùa mưa", "sau bão", "sau lũ", "từng", "lâu nay", "lâu rồi", "di chứng", "mấy năm", "nhiều năm", "hằng năm", "hàng năm", "mỗi năm", "hay bị", "thường", "đã mất", "qua đời")
	// calmWords are those of giving, asking about papers, preventing and fearing, which are not cries.
	calmWords = phrasesOf("", false, "hỗ trợ", "ủng hộ", "tặng", "trao", "quà", "tiền mặt", "triệu", "nghìn", "ngàn", "đồng", "phòng cháy", "chữa cháy", "chống ngập", "chống lũ", "chống sạt lở", "tập huấn", "tuyên truyền", "diễn tập",
		"bảo hiểm", "sợ", "nguy cơ", "lỡ", "nếu", "phòng khi", "không bị", "chưa bị", "không phải", "hết ngập", "nước rút", "nồi cháy", "cơm cháy", "cháy túi", "bán cháy", "cháy hàng", "lợp lại", "sửa lại", "xây lại", "nuôi", "xin hỏi", "thủ tục", "hồ sơ", "ruộng", "lúa", "hoa màu", "gửi xe")
	// negations before a phrase take it back.
	negations = []string{"không", "ko", "khỏi", "hết", "chưa", "sợ", "phòng", "chống", "chữa", "tránh", "lo"}
)

// onlyAccented are words that without accents are others: số 12 is not sợ, lửa not lúa. Alone they count only as they are written.
var onlyAccented = wordSet("sợ lo lỡ hồi đợt lúa trao quà từng đồng nuôi nếu thường")

func phrasesOf(kind Alarm, weak bool, texts ...string) phrases {
	all := phrases{}
	for _, text := range texts {
		p := phrase{kind: kind, weak: weak}
		for _, t := range Tokenize(text) {
			p.words = append(p.words, []string{t.Acc, t.Fold})
		}
		all[p.words[0][1]] = append(all[p.words[0][1]], p)
	}
	return all
}

// joined keeps the order of those that begin alike: the first that stands says what kind it is.
func joined(several ...phrases) phrases {
	all := phrases{}
	for _, some := range several {
		for first, ps := range some {
			all[first] = append(all[first], ps...)
		}
	}
	return all
}

// at reports that the phrase stands at token i.
func (p phrase) at(tokens []Token, i int) bool {
	if i+len(p.words) > len(tokens) {
		return false
	}
	for k, w := range p.words {
		t := tokens[i+k]
		bare := t.Acc == t.Fold && (len(p.words) > 1 || !onlyAccented[w[0]]) // typed without accents: any that fit
		if t.Acc != w[0] && (!bare || t.Fold != w[1]) {
			return false
		}
	}
	return true
}

func (all phrases) said(tokens []Token) bool {
	for i, t := range tokens {
		for _, p := range all[t.Fold] {
			if p.at(tokens, i) {
				return true
			}
		}
	}
	return false
}

// shortCry is how many words a cry has that says nothing more: "đột quỵ", "nhà ngập rồi em ơi".
const shortCry = 6

// ReadAlarm tells a cry for rescue from words about what is over, feared, prevented or paid for. It errs towards a cry where somebody calls
// for rescue in so many words, and towards calm in long texts about help: those are read by people anyway.
func ReadAlarm(text string) Alarm {
	if len(text) > 2000 {
		text = text[:2000]
	}
	tokens := slices.DeleteFunc(Tokenize(text), func(t Token) bool { return strings.Trim(t.Text, ".,!?…-:;()\"'") == "" })
	if len(tokens) == 0 {
		return NoAlarm
	}
	cry := cries.said(tokens)
	if !cry && !dangers.said(tokens) {
		return NoAlarm
	}
	calm, past, now := calmWords.said(tokens), pastWords.said(tokens), nowWords.said(tokens)
	found := NoAlarm
	for i, t := range tokens {
		for _, p := range dangers[t.Fold] {
			switch {
			case !p.at(tokens, i), p.weak && len(p.words) == 1 && !now && len(tokens) > 3:
			case !cry && i > 0 && slices.Contains(negations, tokens[i-1].Acc):
			case !cry && (calm || past && !now):
			case !cry && p.weak && !now && len(tokens) > shortCry:
			case found == NoAlarm:
				found = p.kind
			}
		}
	}
	if found == NoAlarm && cry && !calm && !past {
		return AlarmCry
	}
	return found
}
