package vi

import "math"

// milli is the fixed point of amounts while they are read: 1.5 is 1500. Everything read here is below maxMilli, so
// sums of two never overflow.
const (
	milli    = 1000
	maxMilli = math.MaxInt64 / 4
)

// partKind is what a run of digits or letters means inside a number.
type partKind uint8

const (
	partOther     partKind = iota
	partPunct              // a sign that is a token
	partDigits             // 500, 1.500.000, 1,5
	partDigit              // một ... chín
	partAfterTens          // mốt, tư, lăm, nhăm: only after tens
	partTen                // mười; typed without accents also mươi
	partTens               // mươi
	partDozen              // chục
	partHundred            // trăm
	partScale              // nghìn, triệu, tỷ
	partOdd                // lẻ, linh
	partHalf               // rưỡi
	partHalfOf             // nửa
	partTwenty             // hăm
	partVague              // vài, mấy, dăm
	partPoint              // phẩy
	partCurrency           // đồng
	partUnit               // kg, thùng, phần: a unit of quantity
)

// part is one run of digits or letters of a token.
type part struct {
	kind  partKind
	val   int64  // the digit, or the scale
	text  string // as in Token.Acc
	tok   int    // index of its token
	first bool   // it begins its token
	last  bool   // it ends its token
}

// numberWords are the words of numbers, with and without accents. An entry without accents that is also another word
// (ba, nam, sau, muoi) counts as a number only where a number can stand.
var numberWords = map[string]struct {
	kind partKind
	val  int64
}{
	"không": {partDigit, 0}, "một": {partDigit, 1}, "mot": {partDigit, 1}, "hai": {partDigit, 2}, "ba": {partDigit, 3},
	"bốn": {partDigit, 4}, "bon": {partDigit, 4}, "năm": {partDigit, 5}, "nam": {partDigit, 5}, "sáu": {partDigit, 6}, "sau": {partDigit, 6},
	"bảy": {partDigit, 7}, "bẩy": {partDigit, 7}, "bay": {partDigit, 7}, "tám": {partDigit, 8}, "tam": {partDigit, 8},
	"chín": {partDigit, 9}, "chin": {partDigit, 9},
	"mốt": {partAfterTens, 1}, "tư": {partAfterTens, 4}, "tu": {partAfterTens, 4}, "lăm": {partAfterTens, 5}, "lam": {partAfterTens, 5},
	"nhăm": {partAfterTens, 5}, "nham": {partAfterTens, 5}, "rem": {partAfterTens, 0},
	"mười": {partTen, 10}, "muời": {partTen, 10}, "mừơi": {partTen, 10}, "muoi": {partTen, 10}, "mươi": {partTens, 10}, "muơi": {partTens, 10},
	"chục": {partDozen, 10}, "chuc": {partDozen, 10}, "trăm": {partHundred, 100}, "tram": {partHundred, 100},
	"nghìn": {partScale, 1e3}, "nghin": {partScale, 1e3}, "ngìn": {partScale, 1e3}, "ngin": {partScale, 1e3}, "ngàn": {partScale, 1e3}, "ngan": {partScale, 1e3},
	"k": {partScale, 1e3}, "ng": {partScale, 1e3}, "triệu": {partScale, 1e6}, "triêu": {partScale, 1e6}, "trieu": {partScale, 1e6}, "triẹu": {partScale, 1e6},
	"tr": {partScale, 1e6}, "củ": {partScale, 1e6}, "cu": {partScale, 1e6}, "tỷ": {partScale, 1e9}, "tỉ": {partScale, 1e9}, "ty": {partScale, 1e9},
	"ti": {partScale, 1e9}, "tỏi": {partScale, 1e9},
	"lẻ": {partOdd, 0}, "le": {partOdd, 0}, "linh": {partOdd, 0}, "lẽ": {partOdd, 0},
	"rưỡi": {partHalf, 0}, "rưởi": {partHalf, 0}, "ruoi": {partHalf, 0}, "rươi": {partHalf, 0}, "rưỡii": {partHalf, 0},
	"nửa": {partHalfOf, 0}, "nữa": {partHalfOf, 0}, "nua": {partHalfOf, 0},
	"hăm": {partTwenty, 20}, "ham": {partTwenty, 20},
	"vài": {partVague, 2}, "vai": {partVague, 2}, "mấy": {partVague, 2}, "may": {partVague, 2}, "dăm": {partVague, 4}, "dam": {partVague, 4},
	"phẩy": {partPoint, 0}, "phay": {partPoint, 0},
	"đồng": {partCurrency, 0}, "dong": {partCurrency, 0}, "đ": {partCurrency, 0}, "d": {partCurrency, 0}, "vnd": {partCurrency, 0}, "vnđ": {partCurrency, 0},
	"₫": {partCurrency, 0},
}

// maxParts bounds how far one number is looked at; the longest amount people say has about fifteen words.
const maxParts = 28

// lexParts splits the tokens from i into parts, up to and including the first token that is no part of a number.
func lexParts(tokens []Token, i int, buf *[maxParts]part) []part {
	parts := buf[:0]
	for ; i < len(tokens); i++ {
		before := len(parts)
		s := tokens[i].Acc
		for at := 0; at < len(s); {
			if len(parts) == maxParts {
				return parts[:before]
			}
			end := at + 1
			if isDigit(s[at]) {
				for end < len(s) && (isDigit(s[end]) || isInsideNumber(s[end])) {
					end++
				}
			} else {
				for end < len(s) && !isDigit(s[end]) {
					end++
				}
			}
			p := part{text: s[at:end], tok: i, first: at == 0, last: end == len(s)}
			p.classify()
			parts = append(parts, p)
			at = end
		}
		if k := parts[len(parts)-1].kind; len(parts) == before || k == partOther || k == partPunct || k == partUnit {
			return parts
		}
	}
	return parts
}

func isInsideNumber(c byte) bool { return c == '.' || c == ',' || c == '/' || c == ':' || c == '-' }

func (p *part) classify() {
	if isDigit(p.text[0]) {
		p.kind = partDigits
		return
	}
	if w, ok := numberWords[p.text]; ok {
		p.kind, p.val = w.kind, w.val
		if p.text == "cu" && !p.first { // 2cu; a lone "cu" is cụ or cũ as well, and asked about by the reader of money
			p.kind = partScale
		}
		return
	}
	if !p.first && (p.text == "n" || p.text == "trđ" || p.text == "trd" || p.text == "kđ" || p.text == "kvnd" || p.text == "toi") {
		p.kind, p.val = partScale, gluedScales[p.text]
		return
	}
	switch c := p.text[0]; {
	case isUnitWord(p.text):
		p.kind = partUnit
	case c < 0x80 && (c < 'a' || c > 'z'):
		p.kind = partPunct
	}
}

// gluedScales are scales only where they touch the number: 500n, 2trđ.
var gluedScales = map[string]int64{"n": 1e3, "kđ": 1e3, "kvnd": 1e3, "trđ": 1e6, "trd": 1e6, "toi": 1e9}

// amount is a number as it was said, before money or quantity makes sense of it.
type amount struct {
	vals   [2]int64 // in thousandths, likeliest first
	n      int      // how many of vals there are: two must be asked about
	scaled bool     // nghìn, triệu or tỷ was said
	scale  int64    // the first of them
	bare   string   // the digits, where the amount is nothing but digits
	vague  bool     // vals are the ends of a guess: vài trăm, hai ba triệu
	span   bool     // vals are the two ends that were said: 5-7 triệu
	shaky  bool     // readable, but likely a slip: 1.500.000k
	large  bool     // beyond anything that is counted here
	halved bool     // nửa began it
	parts  int      // how many parts it takes
}

func (a *amount) add(v int64) {
	for i := range a.n {
		a.vals[i] += v
		a.checkSize(i)
	}
}

func (a *amount) checkSize(i int) {
	if a.vals[i] > maxMilli || a.vals[i] < 0 {
		a.vals[i], a.large = maxMilli, true
	}
}

func (a *amount) times(f int64) {
	for i := range a.n {
		if a.vals[i] > maxMilli/f {
			a.vals[i], a.large = maxMilli, true
			continue
		}
		a.vals[i] *= f
	}
}

// kindAt returns the kind of part p, partPunct behind the end.
func kindAt(ps []part, p int) partKind {
	if p < len(ps) {
		return ps[p].kind
	}
	return partPunct
}

// readAmount reads the number that begins the parts; parts is 0 in the answer where none does.
func readAmount(ps []part) amount {
	if kindAt(ps, 0) == partHalfOf {
		return readHalfOf(ps)
	}
	total := readGroup(ps)
	pos := total.parts
	if pos == 0 {
		if kindAt(ps, 0) != partScale || !ps[0].last || len(ps[0].text) < 3 { // triệu rưỡi, triệu hai
			return amount{}
		}
		if k := kindAt(ps, 1); k != partHalf && (k != partDigit && k != partAfterTens || ps[0].val < 1e6) {
			return amount{}
		}
		total = amount{vals: [2]int64{milli}, n: 1}
	}
	if kindAt(ps, pos) != partScale {
		total.parts = pos
		return total
	}
	unit := scaleGroup(&total, ps[pos], ps, pos)
	pos++
	total.scale = unit
	if kindAt(ps, pos) == partScale && ps[pos].val > unit && unit == 1e3 { // năm nghìn tỷ
		total.times(ps[pos].val)
		unit *= ps[pos].val
		pos++
	}
	total.scaled, total.bare = true, ""
	for {
		used, next := addRest(&total, unit, ps, pos)
		if used == 0 {
			break
		}
		pos += used
		unit = next
		if next == 0 {
			break
		}
	}
	total.parts = pos
	return total
}

// scaleGroup multiplies a group by the scale part behind it and marks what looks like a slip: more digits than the
// scale can go with, or 2.500tr, which is 2,5 to some and 2500 to others.
func scaleGroup(g *amount, scale part, ps []part, pos int) int64 {
	unit := scale.val
	if g.bare != "" {
		d := classifyDigits(g.bare)
		switch {
		case g.vals[0] >= 100_000*milli:
			g.shaky = true
		case d.oneGroup && unit >= 1e6 && g.bare[0] == '0':
			g.vals[0] /= 1000
		case d.oneGroup && unit >= 1e6 && g.n == 1:
			g.vals[1], g.n = g.vals[0]/1000, 2
		}
	}
	if g.shaky {
		g.vals[1], g.n = g.vals[0], 2
		if v := g.vals[1]; v < maxMilli/unit {
			g.vals[1] = v * unit
		} else {
			g.vals[1] = maxMilli
		}
		return unit
	}
	g.times(unit)
	return unit
}

// addRest adds what follows a scale (rưỡi, a smaller scale, or the bare tail of 1tr5 and một triệu hai) to the total.
// It returns the parts used and the scale that may be followed in turn, 0 for none.
func addRest(total *amount, unit int64, ps []part, pos int) (used int, next int64) {
	switch kindAt(ps, pos) {
	case partHalf:
		total.add(unit * milli / 2)
		return 1, 0
	case partOdd:
		if n, next := addOdd(total, unit, ps, pos+1); n > 0 {
			return n + 1, next
		}
		return 0, 0
	}
	g := readGroup(ps[min(pos, len(ps)):])
	if kindAt(ps, pos) == partAfterTens && unit >= 1e6 { // một triệu tư
		g = just(ps[pos].val, 1)
	}
	if g.parts == 0 || g.vague || g.span || g.large {
		return 0, 0
	}
	end := pos + g.parts
	if kindAt(ps, end) == partScale && kindAt(ps, pos) != partAfterTens {
		sub := ps[end].val
		if sub >= unit || g.vals[0] >= unit/sub*milli {
			return 0, 0
		}
		slip := g.bare != "" && len(g.bare) == 1 && unit == 1e6 && sub == 1e3 && !ps[pos].first // 1tr5k
		if g.n == 2 {
			if total.n == 2 {
				return 0, 0
			}
			total.vals[1], total.n = total.vals[0], 2
			total.vals[0] += g.vals[0] * sub
			total.vals[1] += g.vals[1] * sub
		} else {
			if slip && total.n == 1 {
				total.vals[1], total.n = total.vals[0]+g.vals[0]*unit/10-g.vals[0]*sub, 2
			}
			total.add(g.vals[0] * sub)
		}
		return g.parts + 1, sub
	}
	if !addTail(total, unit, g, ps, pos, end) {
		return 0, 0
	}
	return g.parts, 0
}

// addOdd reads what follows lẻ: "một triệu lẻ năm chục ngàn" says its scale, "một triệu lẻ năm" does not.
func addOdd(total *amount, unit int64, ps []part, pos int) (used int, next int64) {
	g := readGroup(ps[min(pos, len(ps)):])
	if g.parts == 0 || g.n != 1 || g.large {
		return 0, 0
	}
	if end := pos + g.parts; kindAt(ps, end) == partScale {
		sub := ps[end].val
		if sub >= unit || g.vals[0] >= unit/sub*milli {
			return 0, 0
		}
		total.add(g.vals[0] * sub)
		return g.parts + 1, sub
	}
	if g.vals[0] >= 100*milli || total.n != 1 || !endsNumber(ps, pos+g.parts) {
		return 0, 0
	}
	if unit == 1e3 {
		total.add(g.vals[0])
		return g.parts, 0
	}
	base := total.vals[0]
	total.vals[0] = base + g.vals[0]*unit/1000
	total.vals[1], total.n = base+g.vals[0]*unit/100, 2
	if g.vals[0] >= 10*milli {
		total.vals[1] = base + g.vals[0]
	}
	return g.parts, 0
}

// addTail adds a number without a scale of its own: 1tr5 is 1.500.000, 1tr05 is 1.050.000, 1tr250 is 1.250.000, and
// 1tr50 may be either of two.
func addTail(total *amount, unit int64, g amount, ps []part, pos, end int) bool {
	glued := !ps[pos].first
	if !glued && !endsNumber(ps, end) {
		return false
	}
	if total.n != 1 || g.n != 1 {
		return false
	}
	v := g.vals[0] / milli
	if v*milli != g.vals[0] {
		return false
	}
	base := total.vals[0]
	if g.bare == "" {
		switch {
		case kindAt(ps, pos) == partDigit && ps[pos].val == 0: // một triệu không trăm linh năm: said to the last place
			total.add(v * milli)
		case unit == 1e3 && v < 100 && v >= 10, unit == 1e3 && !glued && v < 10:
			return false
		case v < 10:
			total.add(v * milli * (unit / 10))
		case v < 100:
			total.vals[0] = base + v*milli*(unit/1000)
			total.vals[1], total.n = base+v*milli*(unit/100), 2
		default:
			total.add(v * milli * (unit / 1000))
		}
		return true
	}
	d := classifyDigits(g.bare)
	if unit == 1e3 && !glued {
		return false
	}
	switch n := len(g.bare); {
	case d.grouped:
		if v >= unit {
			return false
		}
		total.add(v * milli)
	case d.separated:
		return false
	case n == 1:
		total.add(v * milli * (unit / 10))
	case n == 2 && (g.bare[0] == '0' || unit == 1e3):
		total.add(v * milli * (unit / 100))
	case n == 2:
		total.vals[0] = base + v*milli*(unit/1000)
		total.vals[1], total.n = base+v*milli*(unit/100), 2
	case n == 3:
		total.add(v * milli * (unit / 1000))
	case n == 4 && unit >= 1e6:
		total.vals[0] = base + v*milli
		total.vals[1], total.n = base+v*milli*(unit/10000), 2
	case n >= 5 && v < unit:
		total.add(v * milli)
	default:
		return false
	}
	return true
}

// endsNumber reports that what stands at part p can follow a finished number: the end, a sign, đồng, or a word that
// begins something else. A unit of quantity cannot: in "1 triệu 5 thùng mì" the 5 counts cases.
func endsNumber(ps []part, p int) bool {
	switch kindAt(ps, p) {
	case partPunct, partCurrency:
		return true
	case partOther:
		return ps[p].first && afterAmount[ps[p].text]
	}
	return false
}

// afterAmount are the words that come after an amount and do not belong to it.
var afterAmount = wordSet("và va với voi vs cho hỗ ho trợ ủng ung góp gop tặng tang gửi gui biếu bieu vào vao quỹ quy nha nhé nhe ạ a ạh dạ da nghe hí hen hôm hom ngày ngay sáng sang chiều chieu tối tối qua mỗi moi một hàng hang hằng thôi thoi nữa nhỉ đó do đi di rồi roi của cua là la để de tiền tien mặt mat chẵn chan tròn tron trở tro đến den tới toi hoặc hoac hay cùng cung kèm kem thêm them")

// readHalfOf reads nửa triệu, nửa trăm; before anything else nửa is one half.
func readHalfOf(ps []part) amount {
	a := amount{vals: [2]int64{milli / 2}, n: 1, parts: 1, halved: true}
	switch kindAt(ps, 1) {
	case partScale:
		a.times(ps[1].val)
		a.parts, a.scaled, a.scale = 2, true, ps[1].val
	case partHundred, partDozen:
		a.times(ps[1].val)
		a.parts = 2
		if kindAt(ps, 2) == partScale {
			a.times(ps[2].val)
			a.parts, a.scaled, a.scale = 3, true, ps[2].val
		}
	}
	return a
}
