package vi

import "strings"

// maxQuantity is the largest count that is read, in thousandths.
const maxQuantity = 10_000_000 * milli

// Item is a thing given, and how much of it.
type Item struct {
	Qty       int64  // in thousandths of Unit: 10 kg is 10_000 (grams), half a case is 500
	Unit      string // kg, thùng, con: as it is kept, weights in kg; "" where none was said and none is usual
	Name      string // gạo, mì tôm: lower case, with accents where they are known
	UnitValue int64  // VND for one
	Total     int64  // VND for all
	Value     int64  // VND as said, where it is not said whether for one or all, or where there is only one
	Note      string // what else was said of it: "5 lít" of a can of oil
	Approx    bool   // khoảng, hơn, gần
	Vague     bool   // must be asked about: the count, the unit or the thing is missing or not clear
}

// ReadItems reads a phrase that names things with their quantities, joined by và, với, commas or nothing. It is sure
// where every one is clear; otherwise the one candidate carries them with Vague set on those to ask about.
func ReadItems(s string) Reading[[]Item] {
	tokens := Tokenize(s)
	i, end := trimFillers(tokens, itemFillers)
	if i > 0 && isMinus(tokens, i-1) {
		i--
	}
	if i == end {
		return Reading[[]Item]{}
	}
	items, problem, n := scanItems(tokens[:end], i, true)
	switch {
	case i+n != end || n == 0:
		return Reading[[]Item]{}
	case problem != "":
		return Impossible[[]Item](problem)
	}
	for _, it := range items {
		if it.Vague || it.Approx {
			return Between(items)
		}
	}
	return Sure(items)
}

// findItem tells what quantity of a thing begins at token i and how many tokens it takes.
func findItem(tokens []Token, i int) (Reading[Item], int) {
	s := itemScan{tokens: tokens}
	it, n := s.item(i)
	switch {
	case n == 0:
		return Reading[Item]{}, 0
	case s.problem != "":
		return Impossible[Item](s.problem), n
	case it.Vague || it.Approx:
		return Between(it), n
	}
	return Sure(it), n
}

var itemFillers = newPhraseTable(phraseList[bool]{true, "dạ|vâng|ạ|ah|à|nha|nhé|nhe|nghe|hen|hí|hỉ|đó|đấy|thôi|là|gồm|bao gồm|có|em|tui|tôi|mình|chị|anh|cô|chú|bác|" +
	"ủng hộ|góp|đóng góp|cho|tặng|biếu|gửi|gởi|xin|hỗ trợ|trao|.|!|:|nè|rồi|luôn|nữa|hiện vật|-|+|•"})

var itemJoiners = newPhraseTable(phraseList[bool]{true, "và|với|voi|vs|cùng|cùng với|kèm|kèm theo|kèm với|cộng|cộng với|thêm|cộng thêm|+|,|;|.|&|-|•|va them|và thêm|và cả|lẫn"})

// isMinus reports a dash that touches the number behind it; one that stands apart is a bullet of a list.
func isMinus(tokens []Token, i int) bool {
	return (tokens[i].Acc == "-" || tokens[i].Acc == "−") && i+1 < len(tokens) && tokens[i+1].Start == tokens[i].End && isDigit(tokens[i+1].Acc[0])
}

// scanItems reads the list of things that begins at token i. whole says that there is nothing else in the phrase, so
// that things no list knows are taken as they stand.
func scanItems(tokens []Token, i int, whole bool) (items []Item, problem string, n int) {
	start := i
	for i < len(tokens) && len(items) < 50 {
		s := itemScan{tokens: tokens, whole: whole}
		it, n := s.item(i)
		if n == 0 {
			break
		}
		if s.problem != "" && problem == "" {
			problem = s.problem
		}
		items = append(items, it)
		i += n
		_, joined := itemJoiners.at(tokens, i)
		if joined > 0 && isMinus(tokens, i) {
			joined = 0
		}
		if joined > 0 && i+joined < len(tokens) {
			if _, more := itemJoiners.at(tokens, i+joined); more > 0 { // ", và"
				joined += more
			}
		}
		if i+joined >= len(tokens) {
			if joined > 0 && !tokens[i].punct() {
				joined = 0
			}
			i += joined
			break
		}
		next := itemScan{tokens: tokens, whole: whole}
		if _, m := next.item(i + joined); m == 0 {
			break
		}
		i += joined
	}
	return items, problem, i - start
}

// itemScan reads one thing.
type itemScan struct {
	tokens  []Token
	whole   bool
	problem string
	unclear bool // the thing was typed without accents and may be another
}

// count is how many of something, before its unit.
type count struct {
	milli  int64
	vague  bool
	approx bool
	glued  string // the unit that touches the digits
	digits string // what touches that unit in turn: 1kg5
	next   int    // the token behind
}

func (s *itemScan) item(i int) (Item, int) {
	c, ok := s.count(i)
	if !ok {
		return s.uncounted(i)
	}
	var it Item
	var u unitInfo
	next, found := c.next, false
	if c.glued != "" {
		u, found = unitWords[c.glued], true
		if c.glued == "k" {
			u, c.vague = unitInfo{"kg", 1000, false}, true
		}
	} else {
		u, next, found = s.unit(next)
	}
	it.Qty, it.Vague, it.Approx = c.milli, c.vague, c.approx
	if found {
		next = s.scale(&it, u, c, next)
	}
	plural := false
	if found && u.pieces {
		if v, after, ok := s.unit(next); ok && !v.pieces {
			it.Unit, next = v.into, after
		}
		plural = true
	}
	if it.Unit == "ngày công" {
		s.labour(&it, &next)
	}
	name, after := s.name(next, found, it.Unit)
	it.Name, it.Vague = name.name, it.Vague || s.unclear
	if after == next && !found {
		return Item{}, 0
	}
	next = after
	if c.vague && !found {
		name.unit = ""
	}
	s.settleUnit(&it, name, found, plural)
	next = s.details(&it, next)
	if it.Qty == 0 && !it.Vague || it.Qty > maxQuantity {
		s.fail("too_large", it.Qty > maxQuantity)
		s.fail("zero", it.Qty == 0)
	}
	return it, next - i
}

// labour takes what the work was as a note: 2 ngày công lợp nhà.
func (s *itemScan) labour(it *Item, next *int) {
	i := *next
	if _, n := units.at(s.tokens, i); n == 0 && i < len(s.tokens) && s.tokens[i].Fold == "lao" {
		i = min(i+2, len(s.tokens))
	}
	start := i
	for i < len(s.tokens) && i-start < maxNameWords {
		t := s.tokens[i]
		if t.punct() || isDigit(t.Acc[0]) || itemJoiners.has(s.tokens, i) || nameStops[t.Acc] || titles[t.Acc] != "" || numberStart(s.tokens, i) {
			break
		}
		if _, n := itemStops.at(s.tokens, i); n > 0 && t.Fold != "nha" && t.Fold != "giup" && t.Fold != "lai" {
			break
		}
		i++
	}
	if it.Note = s.text(start, i); it.Note == "công lao động" {
		it.Note = ""
	}
	*next = i
}

func (s *itemScan) fail(problem string, when bool) {
	if when && s.problem == "" {
		s.problem = problem
	}
}

// settleUnit gives the item the unit it is usually counted by where none was said, and marks what must be asked.
func (s *itemScan) settleUnit(it *Item, name item, found, plural bool) {
	switch {
	case it.Unit == "ngày công":
		it.Name = "công lao động"
	case it.Name == "":
		it.Vague = true
	case it.Unit == "" && name.unit != "" && (plural || countable[name.unit]):
		it.Unit = name.unit
		if plural && !countable[name.unit] {
			it.Vague = true
		}
	case it.Unit == "" && plural:
		it.Unit = "cái"
	case it.Unit == "" && !found:
		it.Vague = true
	}
}

// countable are the units that one thing is, so that they need not be said: 2 xe đạp are 2 chiếc, but 2 gạo are nothing.
var countable = wordSet("cái chiếc con quả cuốn cây tấm viên căn phần suất thẻ")

// count reads how many: digits, words, vài, nửa, or the one that tạ rưỡi leaves out.
func (s *itemScan) count(i int) (count, bool) {
	c := count{milli: milli}
	if p, n := moneyPrefixes.at(s.tokens, i); n > 0 && i+n < len(s.tokens) && startsAmount(s.tokens, i+n, p) {
		switch p {
		case prefixMinus:
			if s.tokens[i].punct() && !isMinus(s.tokens, i) {
				return c, false
			}
			s.problem = "negative"
		case prefixFrom:
			return c, false
		}
		c.approx = p != prefixMinus
		i += n
	}
	if _, n := vagueCounts.at(s.tokens, i); n > 0 {
		c.milli, c.vague, c.next = 0, true, i+n
		return c, i+n < len(s.tokens)
	}
	var buf [maxParts]part
	ps := lexParts(s.tokens, i, &buf)
	a := readAmount(ps)
	if a.parts == 0 {
		return s.impliedOne(i, c)
	}
	for _, p := range ps[:a.parts] {
		if p.kind == partScale && !spokenScale[p.text] {
			return s.thousandOrKilo(ps, a, c)
		}
	}
	last := ps[a.parts-1]
	c.next = last.tok + 1
	c.milli = a.vals[0]
	if a.bare != "" {
		if d := classifyDigits(a.bare); d.oneGroup && a.bare[0] == '0' {
			c.milli /= 1000
		}
	}
	if a.n != 1 || a.shaky {
		c.milli, c.vague = 0, true
	}
	if a.large {
		c.milli = maxQuantity + 1
	}
	if !last.last {
		if !s.gluedUnit(&c, ps[a.parts:]) {
			return c, false
		}
	}
	return c, true
}

// gluedUnit reads the unit that touches the digits, and one digit behind it: 10kg, 1kg5.
func (s *itemScan) gluedUnit(c *count, ps []part) bool {
	if len(ps) == 0 {
		return false
	}
	p := ps[0]
	if p.kind != partUnit && p.text != "k" {
		if _, ok := unitWords[p.text]; !ok {
			return false
		}
	}
	c.glued = p.text
	if p.last {
		return true
	}
	if len(ps) > 1 && ps[1].kind == partDigits && ps[1].last {
		if p.text == "m" && (ps[1].text == "2" || ps[1].text == "3") {
			c.glued = p.text + ps[1].text
			return true
		}
		if len(ps[1].text) == 1 {
			c.digits = ps[1].text
			return true
		}
	}
	return false
}

// spokenScale are the scales that count things; k, tr and củ count money.
var spokenScale = wordSet("nghìn nghin ngìn ngin ngàn ngan triệu trieu triêu triẹu")

// thousandOrKilo reads 10k gạo, which is ten kilos to some and rice for ten thousand to others.
func (s *itemScan) thousandOrKilo(ps []part, a amount, c count) (count, bool) {
	last := ps[a.parts-1]
	if a.parts != 2 || last.text != "k" || last.first || !last.last || a.n != 1 {
		return c, false
	}
	if it, n := items.at(s.tokens, last.tok+1); n == 0 || it.unit != "kg" {
		return c, false
	}
	c.milli, c.glued, c.vague, c.next = classifyDigits(ps[0].text).milli, "k", true, last.tok+1
	return c, true
}

// impliedOne reads tạ rưỡi gạo, chục trứng, cặp gà.
func (s *itemScan) impliedOne(i int, c count) (count, bool) {
	if i+1 >= len(s.tokens) {
		return c, false
	}
	c.next = i
	u, n := units.at(s.tokens, i)
	if n != 1 {
		return c, false
	}
	if numberWords[s.tokens[i+1].Acc].kind == partHalf && (u.factor != milli || u.into == "kg" || u.into == "lít") {
		return c, true
	}
	if !u.pieces {
		return c, false
	}
	_, n = items.at(s.tokens, i+1)
	_, whole := items.at(s.tokens, i)
	return c, n > 0 && whole <= 1
}

// vagueCounts are counts that are none.
var vagueCounts = newPhraseTable(phraseList[bool]{true, "vài|một vài|mấy|dăm|dăm ba|vài ba|một ít|=ít|một số|nhiều|chút|một chút|chút ít|một mớ|=mớ|một đống|các|những|một lô|ít nhiều|it"})

// uncounted reads a thing without a count, which is asked for: "gạo", "quần áo cũ".
func (s *itemScan) uncounted(i int) (Item, int) {
	if !s.whole || i >= len(s.tokens) {
		return Item{}, 0
	}
	it := Item{Vague: true}
	next := i
	if u, after, ok := s.unit(i); ok && !u.pieces {
		it.Unit, next = u.into, after
	}
	if _, n := items.at(s.tokens, next); n == 0 {
		return Item{}, 0
	}
	name, after := s.name(next, it.Unit != "", it.Unit)
	it.Name = name.name
	return it, s.details(&it, after) - i
}

// unit reads a unit of its own token, unless a thing begins there whose name is longer: 2 thùng rác.
func (s *itemScan) unit(i int) (unitInfo, int, bool) {
	if i >= len(s.tokens) {
		return unitInfo{}, i, false
	}
	_, things := items.at(s.tokens, i)
	u, n := units.at(s.tokens, i)
	if n == 0 && s.tokens[i].plain() {
		u, n = s.plainUnit(i)
	}
	if n == 0 || things > n || s.tokens[i].Acc == "công" && i+1 < len(s.tokens) && afterLabour[s.tokens[i+1].Fold] {
		return unitInfo{}, i, false
	}
	if things == n && i+n == len(s.tokens) && n == 1 && s.tokens[i].Acc != "cặp" {
		return u, i + n, true
	}
	switch s.tokens[i].Acc {
	case "can":
		if it, n := items.at(s.tokens, i+1); n > 0 && it.unit == "kg" && !(n == 1 && ambiguousPlain[s.tokens[i+1].Acc]) {
			u = unitWords["cân"]
		}
	case "ta":
		if it, n := items.at(s.tokens, i+1); n > 0 && it.unit != "kg" {
			u = unitWords["tá"]
		}
	case "bo":
		if _, n := items.at(s.tokens, i+1); n > 0 && strings.HasPrefix(s.tokens[i+1].Fold, "rau") {
			u = unitWords["bó"]
		}
	}
	return u, i + n, true
}

// afterLabour are words that make something else of công: công ty, công an.
var afterLabour = wordSet("ty an nhan vien trinh doan chuc cong")

// plainUnit reads a unit that is taken only with its accents elsewhere: tờ, căn, ổ.
func (s *itemScan) plainUnit(i int) (unitInfo, int) {
	it, n := items.at(s.tokens, i+1)
	if s.tokens[i].Acc == "can" && n > 0 && it.unit == "căn" {
		return unitWords["căn"], 1
	}
	return unitInfo{}, 0
}

// scale turns the count into thousandths of the unit kept, and reads what follows the unit: rưỡi, 2 (of 1 tấn 2),
// 3 lạng (of 2 cân 3 lạng).
func (s *itemScan) scale(it *Item, u unitInfo, c count, i int) int {
	it.Unit = u.into
	if it.Qty > maxQuantity {
		return i
	}
	it.Qty = it.Qty * u.factor / milli
	if c.digits != "" {
		it.Qty += int64(c.digits[0]-'0') * u.factor / 10
		return i
	}
	if i >= len(s.tokens) || it.Qty == 0 {
		return i
	}
	t := s.tokens[i]
	w := numberWords[t.Acc]
	if w.kind == partHalf {
		it.Qty += u.factor / 2
		return i + 1
	}
	if u.into != "kg" && u.into != "lít" || c.glued != "" && c.glued != "kg" {
		return i
	}
	return s.smaller(it, u, c, i)
}

// smaller reads the 2 of "1 tấn 2 gạo" and the "3 lạng" of "2 cân 3 lạng thịt".
func (s *itemScan) smaller(it *Item, u unitInfo, c count, i int) int {
	t := s.tokens[i]
	w := numberWords[t.Acc]
	d := w.val
	switch {
	case len(t.Acc) == 1 && isDigit(t.Acc[0]) && t.Acc != "0":
		d = int64(t.Acc[0] - '0')
	case w.kind != partDigit && w.kind != partAfterTens || w.val == 0:
		if len(t.Acc) > 1 && isDigit(t.Acc[0]) { // 2kg 300g
			return s.smallerGlued(it, u, i)
		}
		return i
	}
	if v, n := units.at(s.tokens, i+1); n > 0 {
		if v.into == u.into && v.factor < u.factor && v.factor*d < u.factor {
			it.Qty += d * v.factor
			return i + 1 + n
		}
		return i
	}
	_, thing := items.at(s.tokens, i+1)
	if i+1 < len(s.tokens) && thing == 0 && !endsNumberToken(s.tokens, i+1) {
		return i
	}
	if w.kind == partDigit && i+1 < len(s.tokens) && numberWords[s.tokens[i+1].Acc].kind != partOther {
		return i
	}
	it.Qty += d * u.factor / 10
	if u.factor == milli && c.milli >= 10*milli {
		it.Vague = true
	}
	return i + 1
}

func (s *itemScan) smallerGlued(it *Item, u unitInfo, i int) int {
	n := itemScan{tokens: s.tokens}
	c, ok := n.count(i)
	if !ok || c.glued == "" || c.vague || c.digits != "" {
		return i
	}
	v := unitWords[c.glued]
	if v.into != u.into || v.factor >= u.factor || c.milli*v.factor/milli >= u.factor {
		return i
	}
	it.Qty += c.milli * v.factor / milli
	return c.next
}

// maxNameWords bounds a name that no list knows.
const maxNameWords = 6

// name reads the thing itself. found says that a unit stood before it, so that an unknown word can be its name.
func (s *itemScan) name(i int, found bool, unit string) (item, int) {
	if i >= len(s.tokens) {
		return item{}, i
	}
	it, n, unclear := itemAt(s.tokens, i, unit)
	s.unclear = s.unclear || unclear
	if n == 1 && !found && s.tokens[i].plain() && s.tokens[i].Acc != it.name && needsUnit[s.tokens[i].Acc] {
		it, n = item{}, 0
	}
	if n == 0 && !found && !s.whole {
		return item{}, i
	}
	var words []string
	if n > 0 {
		words = append(words, it.name)
		if n == 1 && s.tokens[i].plain() && ambiguousPlain[s.tokens[i].Fold] && s.tokens[i].Acc != it.name {
			it.name, words[0] = s.tokens[i].Acc, s.tokens[i].Acc
			if byUnit, ok := plainAfterUnit[s.before(i)+" "+s.tokens[i].Fold]; ok {
				words[0] = byUnit
			} else {
				it.unit, s.unclear = "", true
			}
		}
	}
	for i += n; i < len(s.tokens) && len(words) < maxNameWords; i++ {
		t := s.tokens[i]
		if len(words) > 0 && s.ofAllKinds(i) {
			words = append(words, "các loại")
			i += 2
			break
		}
		if t.punct() || isDigit(t.Acc[0]) || itemStops.has(s.tokens, i) || nameStops[t.Acc] || itemJoiners.has(s.tokens, i) {
			break
		}
		if n > 0 && !s.whole && !nameTail[t.Acc] {
			break
		}
		if len(words) > 0 && numberStart(s.tokens, i) {
			break
		}
		words = append(words, t.Acc)
	}
	it.name = strings.Join(words, " ")
	return it, i
}

// ofAllKinds reports các loại at token i.
func (s *itemScan) ofAllKinds(i int) bool {
	return i+1 < len(s.tokens) && s.tokens[i].Fold == "cac" && s.tokens[i+1].Fold == "loai"
}

// before is the word before token i, folded.
func (s *itemScan) before(i int) string {
	if i == 0 {
		return ""
	}
	return strings.TrimLeft(s.tokens[i-1].Fold, "0123456789.,")
}

// plainAfterUnit settles a thing typed without accents by the unit before it.
var plainAfterUnit = map[string]string{
	"can dau": "dầu", "chai dau": "dầu", "lit dau": "dầu", "l dau": "dầu", "binh dau": "dầu", "con ga": "gà", "cap ga": "gà", "con bo": "bò", "binh ga": "ga",
	"chuc dua": "dừa", "trai dua": "dừa", "doi dua": "đũa", "cai man": "màn", "goi che": "chè", "can du": "dù", "chuc ga": "gà", "qua dua": "dừa",
	"cap bo": "bò",
}

// numberStart reports that a quantity begins at token i: a number with a unit or a thing behind it.
func numberStart(tokens []Token, i int) bool {
	w, ok := numberWords[tokens[i].Acc]
	if !ok || w.kind == partCurrency || w.kind == partScale || w.kind == partOdd || w.kind == partPoint || i+1 >= len(tokens) {
		return false
	}
	if _, n := units.at(tokens, i+1); n > 0 {
		return true
	}
	if next, ok := numberWords[tokens[i+1].Acc]; ok && next.kind != partDigit && next.kind != partCurrency {
		return true
	}
	_, n := items.at(tokens, i+1)
	return n > 0
}

// nameTail are words that go on a known thing's name.
var nameTail = wordSet("giống cũ mới tươi khô ngon chay nếp tẻ lớn nhỏ xịn sạch trắng đỏ xanh gói hộp giong cu moi tuoi kho lon nho sach thịt nái đực cái con sinh sản")

// itemStops are phrases before which a thing's name has ended.
var itemStops = newPhraseTable(phraseList[bool]{true, "cho|tặng|biếu|hỗ trợ|ủng hộ|góp|hôm|hôm qua|hôm nay|ngày|=sáng|chiều nay|tối qua|tối nay|sáng nay|sáng qua|bữa qua|bữa ni|hồi|trị giá|giá|giá trị|tương đương|mỗi|tổng|đã|được|của|do|=từ|tại|ở|" +
	"trong|để|nhân dịp|dịp|vào|lúc|loại|gồm|bao gồm|trong đó|rồi|nha|nhé|ạ|nghe|bà|ông|cô|chú|bác|anh|chị|em|dì|mợ|cậu|thím|cụ|hộ|tổ|thôn|tuần trước|tuần rồi|tháng trước|sau|trước|hiện vật|tiền|là|đến|tới|=qua|gửi|nhà|gia đình|luôn|nữa|đi|tuần|tháng|thứ|cn|hqua|hnay|nè|phường|xã|donor|nhờ|=xin|hằng|hàng tháng|một tháng|ai|không|chưa"})

var nameStops = wordSet("( ) hom qua wa nay chứ chớ mà thì bị nên nhưng vì nếu khi còn cũng chu nhung bằng hay hoặc sẽ định muốn cần phải như đây kia ấy nớ ni rứa vậy lại mới vừa nhưng tui tôi em mình con")
