package vi

// scanRange reads "đến 1tr" behind an amount.
func scanRange(tokens []Token, i int, lo foundMoney, alone bool) (Reading[Sum], int) {
	if i+1 >= len(tokens) || !rangeWords.has(tokens, i) {
		return Reading[Sum]{}, 0
	}
	hi := scanPlain(tokens, i+1, alone)
	if hi.n == 0 || hi.bare && lo.bare || !hi.r.Sure {
		return Reading[Sum]{}, 0
	}
	from, sure := lo.r.Value.VND, lo.r.Sure
	if lo.bare {
		from, sure = bareRangeStart(lo, hi.r.Value.VND)
	}
	if from <= 0 || hi.r.Value.VND <= from {
		return Reading[Sum]{}, 0
	}
	m := Sum{Min: from, Max: hi.r.Value.VND}
	if !sure {
		return Between(m), hi.n + 1
	}
	return Sure(m), hi.n + 1
}

var rangeWords = newPhraseTable(phraseList[bool]{true, "đến|tới|-|–|—|~|đên"})

// bareRangeStart gives the start of "5 đến 7 triệu" the scale of its end, where that makes a range.
func bareRangeStart(lo foundMoney, hi int64) (from int64, sure bool) {
	n := lo.r.Value.VND
	for _, c := range lo.r.Candidates {
		n = c.VND
		if n < 1000 {
			break
		}
	}
	scales := []int64{1e9, 1e6, 1e3}
	for k, s := range scales {
		if hi%s == 0 || hi >= s && hi%(s/10) == 0 {
			if n*s < hi {
				return n * s, true
			}
			if k+1 < len(scales) && n*scales[k+1] < hi {
				return n * scales[k+1], false
			}
		}
	}
	return 0, false
}

// scanChoice reads "hoặc 1tr" behind an amount: both are candidates.
func scanChoice(tokens []Token, i int, first foundMoney, alone bool) (Reading[Sum], int) {
	if i+1 >= len(tokens) || !choiceWords.has(tokens, i) {
		return Reading[Sum]{}, 0
	}
	second := scanPlain(tokens, i+1, alone)
	if second.n == 0 || !first.r.Sure || !second.r.Sure {
		return Reading[Sum]{}, 0
	}
	return Between(first.r.Value, second.r.Value), second.n + 1
}

var choiceWords = newPhraseTable(phraseList[bool]{true, "hoặc|hay"})

// scanRestated reads the amount said again in brackets, "500.000 đồng (năm trăm nghìn đồng)"; two that differ are
// asked about.
func scanRestated(tokens []Token, i int, f *foundMoney) int {
	start := i
	if i >= len(tokens) || tokens[i].Acc != "(" {
		return 0
	}
	i++
	if i+1 < len(tokens) && tokens[i].Fold == "bang" && tokens[i+1].Fold == "chu" {
		i += 2
	}
	if i < len(tokens) && tokens[i].Acc == ":" {
		i++
	}
	again := scanPlain(tokens, i, false)
	i += again.n
	if again.n == 0 || !again.r.Sure || !f.r.Sure {
		return 0
	}
	if i < len(tokens) && (tokens[i].Acc == "chẵn" || tokens[i].Acc == "chan") {
		i++
	}
	if i >= len(tokens) || tokens[i].Acc != ")" {
		return 0
	}
	if again.r.Value != f.r.Value {
		f.r = Between(f.r.Value, again.r.Value)
	}
	f.bare = false
	return i + 1 - start
}

// scanSuffix reads what may stand behind an amount: /tháng, mỗi phần, trở lên, hơn, chẵn.
func scanSuffix(tokens []Token, i int, alone bool) (m Sum, n int) {
	start := i
	for range 4 {
		if i >= len(tokens) {
			break
		}
		if s, k := moneySuffixes.at(tokens, i); k > 0 {
			if s.Over && !alone && i+k < len(tokens) && !tokens[i+k].punct() {
				break
			}
			m.Min, m.Max, m.Over, m.Approx = max(m.Min, s.Min), max(m.Max, s.Max), m.Over || s.Over, m.Approx || s.Approx
			i += k
			continue
		}
		if p, k := periodSuffix(tokens, i); k > 0 {
			m.Period = p
			i += k
			continue
		}
		u, k := perUnitSuffix(tokens, i)
		if k == 0 {
			break
		}
		m.Unit = u
		i += k
	}
	return m, i - start
}

var moneySuffixes = newPhraseTable(
	phraseList[Sum]{Sum{Min: 1}, "trở lên|đổ lên"},
	phraseList[Sum]{Sum{Max: 1}, "trở xuống|đổ lại|trở lại|là cùng|là nhiều"},
	phraseList[Sum]{Sum{Over: true}, "hơn|có lẻ|và lẻ|có dư|=dư|ngoài|=mấy|có mấy"},
	phraseList[Sum]{Sum{Approx: true}, "gì đó|chi đó|gì đấy"},
	phraseList[Sum]{Sum{}, "tiền mặt|=chẵn|=tròn|tien mat"},
)

// periodSuffix reads /tháng, mỗi tháng, một tháng; "500k tháng 11" is a date.
func periodSuffix(tokens []Token, i int) (string, int) {
	slash := 0
	if tokens[i].Acc == "/" {
		slash = 1
	}
	p, n := periods.at(tokens, i+slash)
	if n == 0 {
		if slash == 1 && i+1 < len(tokens) && (tokens[i+1].Acc == "năm" || tokens[i+1].Acc == "nam") {
			return "year", 2
		}
		if slash == 1 && i+1 < len(tokens) && (tokens[i+1].Acc == "ngày" || tokens[i+1].Acc == "ngay") {
			return "day", 2
		}
		return "", 0
	}
	if n == 1 && slash == 0 { // tháng, tuần
		if next := i + 1; next < len(tokens) && !tokens[next].punct() && !moneyFillers.has(tokens, next) {
			return "", 0
		}
	}
	return p, n + slash
}

// givenEach are the words that money is counted out by, besides the units of goods.
var givenEach = newPhraseTable(
	phraseList[string]{"hộ", "hộ|hộ gia đình"}, phraseList[string]{"người", "người|ng"}, phraseList[string]{"nhà", "nhà"}, phraseList[string]{"gia đình", "gia đình"},
	phraseList[string]{"cháu", "cháu"}, phraseList[string]{"em", "em"}, phraseList[string]{"khẩu", "khẩu|nhân khẩu"},
	phraseList[string]{"phần", "phần|phần quà"}, phraseList[string]{"suất", "suất|suất quà|suất học bổng"}, phraseList[string]{"bữa", "bữa"},
	phraseList[string]{"căn", "căn|căn nhà"}, phraseList[string]{"tổ", "tổ"}, phraseList[string]{"chiếc", "chiếc"}, phraseList[string]{"cái", "cái"},
	phraseList[string]{"con", "con"}, phraseList[string]{"bộ", "bộ"}, phraseList[string]{"thùng", "thùng"}, phraseList[string]{"bao", "bao"},
	phraseList[string]{"kg", "kg|ký|kí"}, phraseList[string]{"tấm", "tấm"}, phraseList[string]{"thẻ", "thẻ"}, phraseList[string]{"đợt", "đợt"}, phraseList[string]{"lần", "lần"},
	phraseList[string]{"túi", "túi"}, phraseList[string]{"hộp", "hộp"}, phraseList[string]{"cuốn", "cuốn"},
)

// perUnitPrefix reads "mỗi hộ" before an amount.
func perUnitPrefix(tokens []Token, i int) (string, int) {
	if i+2 >= len(tokens) || tokens[i].Fold != "moi" || tokens[i].Acc != "mỗi" && !tokens[i].plain() {
		return "", 0
	}
	u, n := givenEach.at(tokens, i+1)
	if n == 0 || !startsAmount(tokens, i+1+n, 0) {
		return "", 0
	}
	return u, n + 1
}

// perUnitSuffix reads /phần, mỗi hộ, and một phần where nothing follows.
func perUnitSuffix(tokens []Token, i int) (string, int) {
	lead := 0
	switch t := tokens[i]; {
	case t.Acc == "/":
		lead = 1
		if i+1 < len(tokens) && (tokens[i+1].Acc == "1" || tokens[i+1].Fold == "mot" || tokens[i+1].Fold == "moi") {
			lead = 2
		}
	case t.Acc == "mỗi" || t.Acc == "moi":
		lead = 1
	case t.Acc == "một" || t.Acc == "mot" || t.Acc == "1":
		u, n := givenEach.at(tokens, i+1)
		if n == 0 || i+1+n < len(tokens) && !tokens[i+1+n].punct() && !moneyFillers.has(tokens, i+1+n) {
			return "", 0
		}
		return u, n + 1
	default:
		return "", 0
	}
	u, n := givenEach.at(tokens, i+lead)
	if n == 0 {
		return "", 0
	}
	return u, n + lead
}
