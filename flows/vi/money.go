package vi

import "slices"

// MaxMoney is the largest amount in VND that is read; nothing a ward handles comes near it.
const MaxMoney int64 = 1_000_000_000_000

// Sum is an amount as it was said. VND alone is set by most phrases; the rest says what keeps it from being kept as
// it stands.
type Sum struct {
	VND      int64  // value in đồng
	Approx   bool   // khoảng, tầm, gần
	Over     bool   // hơn: more than VND
	Min, Max int64  // từ ... đến ..., ít nhất, không quá; VND is 0 then
	Period   string // "month", "year", "week", "day", "quarter" where it is given again and again
	Currency string // ISO 4217 code where it is not VND; Foreign is the value then
	Foreign  int64
	Unit     string // what VND is for each of (phần, hộ), or what is given in place of money (ngày lương)
	Qty      int64  // how many of Unit, in thousandths, where it is given in place of money
	Slang    string // the slang the value rests on: "xị = 100k"
}

// Exact reports that m is one known number of đồng, given once.
func (m Sum) Exact() bool {
	return m == Sum{VND: m.VND}
}

// ReadMoney reads a phrase that is an amount of money. A number that says neither thousand nor đồng is asked about
// where it is small: "500" is 500.000 to most, and 500 to some.
func ReadMoney(s string) Reading[Sum] {
	tokens := Tokenize(s)
	i, end := trimFillers(tokens, moneyFillers)
	if i == end {
		return Reading[Sum]{}
	}
	f := scanMoney(tokens[:end], i, true)
	if f.n == 0 || i+f.n != end {
		return Reading[Sum]{}
	}
	if i > 0 && f.r.Sure && halfApprox[tokens[i-1].Acc] {
		return Between(f.r.Value)
	}
	return f.r
}

// halfApprox are fillers typed without accents that may be words of approximation: do is đó and độ.
var halfApprox = wordSet("do co dau")

// findMoney tells what amount of money begins at token i and how many tokens it takes. A number without a scale or a
// currency is none.
func findMoney(tokens []Token, i int) (Reading[Sum], int) {
	f := scanMoney(tokens, i, false)
	if f.bare {
		return Reading[Sum]{}, 0
	}
	return f.r, f.n
}

// moneyFillers are words around an amount that say nothing about it.
var moneyFillers = newPhraseTable(phraseList[bool]{true, "dạ|vâng|ạ|ah|à|nha|nhé|nhe|nghe|hen|hí|hỉ|đó|đấy|đi|thôi|là|số tiền|tiền|tiền mặt|tổng|tổng cộng|em|tui|tôi|mình|con|chị|anh|cô|chú|bác|" +
	"ủng hộ|góp|đóng góp|đóng|cho|gửi|gởi|xin|muốn|sẽ|chuyển khoản|ck|chẵn|tròn|đúng|.|,|!|:|vnd|vnđ|nè|rồi|luôn"})

// trimFillers returns the bounds of tokens without the fillers at both ends.
func trimFillers(tokens []Token, fillers phraseTable[bool]) (start, end int) {
	end = len(tokens)
	for start < end {
		if p, n := moneyPrefixes.at(tokens[:end], start); n > 0 && startsAmount(tokens[:end], start+n, p) {
			break
		}
		_, n := fillers.at(tokens[:end], start)
		if n == 0 {
			break
		}
		start += n
	}
	for end > start {
		n := 0
		for k := 1; k <= 2 && end-k >= start; k++ {
			if _, m := fillers.at(tokens[:end], end-k); m == k && !(k == 1 && endsHouse(tokens[:end])) {
				n = k
			}
		}
		if n == 0 {
			break
		}
		end -= n
	}
	return start, end
}

// endsHouse reports that the "nha" at the end is nhà, typed without accents: sua nha, lop nha.
func endsHouse(tokens []Token) bool {
	n := len(tokens)
	return n > 1 && tokens[n-1].Acc == "nha" && tokens[n-2].plain() && houseVerbs[tokens[n-2].Acc]
}

var houseVerbs = wordSet("sua lop xay lam cat don quet dung")

// skipFillers returns the first token from i on that is no filler.
func skipFillers(tokens []Token, i int) int {
	for {
		_, n := moneyFillers.at(tokens, i)
		if n == 0 {
			return i
		}
		i += n
	}
}

// foundMoney is what scanMoney found: bare where nothing but the place says that it is money.
type foundMoney struct {
	r    Reading[Sum]
	n    int
	bare bool
}

// moneyPrefix is what may stand before an amount.
type moneyPrefix uint8

const (
	prefixApprox moneyPrefix = iota + 1
	prefixOver
	prefixMin
	prefixMax
	prefixMinus
	prefixFrom
)

var moneyPrefixes = newPhraseTable(
	phraseList[moneyPrefix]{prefixApprox, "khoảng|khoảng chừng|tầm|tầm khoảng|chừng|=cỡ|=độ|gần|ngót|ngót nghét|xấp xỉ|áng chừng|=đâu|đâu đó|đâu khoảng|quãng|~|khoản|co khoang|cũng khoảng|cũng tầm"},
	phraseList[moneyPrefix]{prefixOver, "hơn|trên|ngoài|nhiều hơn|>"},
	phraseList[moneyPrefix]{prefixMin, "ít nhất|tối thiểu|ít nhất là|tối thiểu là"},
	phraseList[moneyPrefix]{prefixMax, "tối đa|không quá|dưới|nhiều nhất|cao nhất|chưa tới|chưa đến|không tới|không đến|tối đa là|chưa được|<"},
	phraseList[moneyPrefix]{prefixMinus, "-|−|=âm|trừ"},
	phraseList[moneyPrefix]{prefixFrom, "từ"},
)

var periods = newPhraseTable(
	phraseList[string]{"month", "mỗi tháng|hàng tháng|hằng tháng|một tháng|1 tháng|tháng|mỗi tháng một lần"},
	phraseList[string]{"year", "mỗi năm|hàng năm|hằng năm|một năm|1 năm"},
	phraseList[string]{"week", "mỗi tuần|hàng tuần|hằng tuần|một tuần|1 tuần|tuần"},
	phraseList[string]{"day", "mỗi ngày|hàng ngày|hằng ngày|một ngày|1 ngày|mỗi bữa"},
	phraseList[string]{"quarter", "mỗi quý|hàng quý|hằng quý|một quý|1 quý"},
)

// scanMoney reads the amount that begins at token i with what stands around it; alone says that nothing else is in the
// phrase, so that readings which need a wide berth are allowed.
func scanMoney(tokens []Token, i int, alone bool) foundMoney {
	if f := scanWages(tokens, i); f.n > 0 {
		return f
	}
	start := i
	var m Sum
	var prefix moneyPrefix
	for range 3 {
		if p, n := moneyPrefixes.at(tokens, i); n > 0 && prefix == 0 && startsAmount(tokens, i+n, p) {
			prefix = p
			i += n
			continue
		}
		if p, n := periods.at(tokens, i); n > 0 && m.Period == "" && startsAmount(tokens, i+n, 0) {
			m.Period = p
			i += n
			continue
		} else if n > 0 && alone && m.Period == "" { // hàng tháng góp 200k
			if k := skipFillers(tokens, i+n); k > i+n && startsAmount(tokens, k, 0) {
				m.Period = p
				i = k
				continue
			}
		}
		if u, n := perUnitPrefix(tokens, i); n > 0 && m.Unit == "" {
			m.Unit = u
			i += n
		}
	}
	f := scanPlain(tokens, i, alone)
	if f.n == 0 || (m.Period != "" || m.Unit != "") && f.bare && !alone {
		return foundMoney{}
	}
	end := i + f.n
	if prefix == prefixMinus {
		return foundMoney{Impossible[Sum]("negative"), end - start, f.bare}
	}
	if g, n := scanRange(tokens, end, f, alone); n > 0 {
		f.r, f.bare = g, false
		end += n
	} else if g, n := scanChoice(tokens, end, f, alone); n > 0 {
		f.r, f.bare = g, false
		end += n
	}
	if n := scanRestated(tokens, end, &f); n > 0 {
		end += n
	}
	suffix, n := scanSuffix(tokens, end, alone)
	end += n
	if prefix == prefixFrom && suffix.Min == 0 && f.r.Value.Min == 0 && len(f.r.Candidates) < 2 { // từ 500k, and no end
		suffix.Min = 1
	}
	f.r = f.r.each(func(v Sum) Sum { return v.with(m, prefix, suffix) })
	f.n = end - start
	return f
}

// each applies fn to the value or the candidates.
func (r Reading[T]) each(fn func(T) T) Reading[T] {
	if r.Sure {
		r.Value = fn(r.Value)
	}
	for i := range r.Candidates {
		r.Candidates[i] = fn(r.Candidates[i])
	}
	return r
}

// with adds what was said around the amount m. A suffix says trở lên in Min, trở xuống in Max, hơn in Over.
func (m Sum) with(before Sum, prefix moneyPrefix, suffix Sum) Sum {
	for _, p := range []Sum{before, suffix} {
		if p.Period != "" {
			m.Period = p.Period
		}
		if p.Unit != "" && m.Unit == "" {
			m.Unit = p.Unit
		}
	}
	if m.Min > 0 || m.Max > 0 || m.Unit != "" && m.Qty > 0 {
		return m
	}
	switch {
	case prefix == prefixMin, suffix.Min > 0:
		m.Min, m.VND = m.VND, 0
	case prefix == prefixMax, suffix.Max > 0:
		m.Max, m.VND = m.VND, 0
	case prefix == prefixOver, suffix.Over:
		m.Over = true
	case prefix == prefixApprox, suffix.Approx:
		m.Approx = true
	}
	return m
}

// startsAmount reports that a number begins at token i. After khoảng typed as a word that is also another one (tam,
// tu) only digits do.
func startsAmount(tokens []Token, i int, p moneyPrefix) bool {
	if i >= len(tokens) || i == 0 {
		return false
	}
	if isDigit(tokens[i].Acc[0]) || tokens[i].Acc == "$" {
		return true
	}
	if before := tokens[i-1]; before.plain() && (before.Fold == "tam" || before.Fold == "tu" || before.Fold == "ngoai" || before.Fold == "tren") {
		return p == prefixFrom && numberWords[tokens[i].Acc].kind == partDigit
	}
	if p == prefixApprox && moneyPrefixes.has(tokens, i) {
		return true
	}
	w, ok := numberWords[tokens[i].Acc]
	return ok && w.kind != partCurrency && w.kind != partOdd && w.kind != partPoint && w.kind != partAfterTens
}

// scanPlain reads an amount and its currency, nothing around them.
func scanPlain(tokens []Token, i int, alone bool) foundMoney {
	if i >= len(tokens) {
		return foundMoney{}
	}
	if tokens[i].Acc == "$" || tokens[i].Acc == "€" {
		return scanSignFirst(tokens, i)
	}
	var buf [maxParts]part
	ps := lexParts(tokens, i, &buf)
	a := readAmount(ps)
	if a.parts == 0 || len(ps) == 0 {
		return foundMoney{}
	}
	if code, n := foreignAt(tokens, ps, a, alone); n > 0 {
		return foundMoney{r: foreign(a, code), n: n}
	}
	if f := slangAt(tokens, ps, a, i); f.n > 0 {
		return f
	}
	currency := false
	if kindAt(ps, a.parts) == partCurrency && !(ps[a.parts].text == "d" && ps[a.parts].first) {
		currency = true
		a.parts++
	}
	if !ps[a.parts-1].last {
		return foundMoney{}
	}
	f := foundMoney{n: ps[a.parts-1].tok - i + 1, bare: !a.scaled && !currency && !a.large}
	if !alone && ps[0].kind == partHundred && i > 0 && numberWords[tokens[i-1].Acc].kind == partDigit { // the rest of "ba trăm"
		return foundMoney{}
	}
	if scale := ps[a.parts-1].text; (scale == "củ" || scale == "cu") && i+f.n < len(tokens) && !endsNumberToken(tokens, i+f.n) { // 2 củ khoai
		return foundMoney{}
	}
	if f.r = moneyOf(a, currency); !f.r.Understood() {
		return foundMoney{}
	}
	return f
}

// moneyOf makes sense of a number as đồng; currency says that the word đồng stood behind it.
func moneyOf(a amount, currency bool) Reading[Sum] {
	if a.halved && !a.scaled {
		return Reading[Sum]{}
	}
	if a.large || a.vals[0] > MaxMoney*milli {
		return Impossible[Sum]("too_large")
	}
	vals := a.vals[:a.n]
	for _, v := range vals {
		if v%milli != 0 && (a.scaled || currency) || v > MaxMoney*milli {
			return Reading[Sum]{}
		}
	}
	if a.span {
		if !a.scaled && !currency {
			return Between(Sum{Min: a.vals[0], Max: a.vals[1]})
		}
		return Sure(Sum{Min: a.vals[0] / milli, Max: a.vals[1] / milli})
	}
	if a.scaled && (a.n == 2 || a.shaky) || a.vague && currency {
		return between(vals...)
	}
	if a.scaled {
		return Sure(Sum{VND: a.vals[0] / milli})
	}
	return bareMoney(a, currency)
}

// between makes candidates of amounts in thousandths of a đồng.
func between(vals ...int64) Reading[Sum] {
	r := Reading[Sum]{}
	for _, v := range vals {
		r.Candidates = append(r.Candidates, Sum{VND: v / milli})
	}
	return r
}

// bareMoney reads a number that says no scale. Below 10.000 it is asked about, for people leave out "nghìn"; with the
// word đồng below 1.000. A long row of digits is asked about too: it may be a phone or an account.
func bareMoney(a amount, currency bool) Reading[Sum] {
	v := a.vals[0]
	if a.bare != "" {
		d := classifyDigits(a.bare)
		switch {
		case d.fraction, a.bare[0] == '0' && len(a.bare) > 1:
			return Reading[Sum]{}
		case d.separated && !d.grouped: // 1,5: nothing but millions goes with a decimal
			if v%milli == 0 || currency {
				return Reading[Sum]{}
			}
			return between(v * 1e6)
		case !d.separated && !currency && len(a.bare) >= 10:
			return between(v)
		}
	}
	switch {
	case v == 0:
		return Sure(Sum{})
	case a.n == 2:
		return between(a.vals[0]*1000, a.vals[1]*1000)
	case v < 1_000*milli && currency:
		return between(v, v*1000)
	case v < 10_000*milli && !currency:
		if a.bare != "" && classifyDigits(a.bare).grouped {
			return between(v, v*1000)
		}
		return between(v*1000, v)
	}
	return Sure(Sum{VND: v / milli})
}

// endsNumberToken reports that token i does not go on with the thing counted.
func endsNumberToken(tokens []Token, i int) bool {
	t := tokens[i]
	return t.punct() || afterAmount[t.Acc] || numberWords[t.Acc].kind == partHalf || moneyFillers.has(tokens, i)
}

// Amounts returns the values in đồng that r leaves to choose from, or the one it is sure of.
func Amounts(r Reading[Sum]) []int64 {
	if r.Sure {
		return []int64{r.Value.VND}
	}
	var vals []int64
	for _, c := range r.Candidates {
		if c.VND > 0 && !slices.Contains(vals, c.VND) {
			vals = append(vals, c.VND)
		}
	}
	return vals
}
