package vi

import "strings"

// details reads what may follow a thing: its size, and what it is worth.
func (s *itemScan) details(it *Item, i int) int {
	for range 4 {
		if n := s.contents(it, i); n > 0 {
			i += n
		} else if n := s.size(it, i); n > 0 {
			i += n
		} else if n := s.worth(it, i); n > 0 {
			i += n
		} else {
			break
		}
	}
	return i
}

// contents takes "gồm 5kg gạo, 1 chai dầu" as a note: it is what the gifts hold, and not given beside them.
func (s *itemScan) contents(it *Item, i int) int {
	open := 0
	if i < len(s.tokens) && s.tokens[i].Acc == "(" {
		open = 1
	}
	if _, n := contains.at(s.tokens, i+open); n == 0 || it.Note != "" {
		return 0
	}
	end := i + open
	for end < len(s.tokens) && s.tokens[end].Acc != ")" && s.tokens[end].Acc != ";" {
		end++
	}
	it.Note = s.text(i+open, end)
	return end - i + btoi(open == 1 && end < len(s.tokens) && s.tokens[end].Acc == ")")
}

var contains = newPhraseTable(phraseList[bool]{true, "gồm|bao gồm|gồm có|mỗi phần gồm|mỗi suất gồm|mỗi phần có|trong đó có|mỗi phần quà gồm"})

// size takes the "5 lít" of "1 can dầu 5 lít" as a note, where no thing follows it.
func (s *itemScan) size(it *Item, i int) int {
	if it.Note != "" || it.Name == "" {
		return 0
	}
	at, open := i, false
	if at < len(s.tokens) && s.tokens[at].Acc == "(" {
		open, at = true, at+1
	}
	kind := at
	if at < len(s.tokens) && s.tokens[at].Fold == "loai" {
		at++
	}
	if at >= len(s.tokens) || !isDigit(s.tokens[at].Acc[0]) && numberWords[s.tokens[at].Acc].kind != partDigit {
		return 0
	}
	c := itemScan{tokens: s.tokens}
	n, ok := c.count(at)
	if !ok || n.vague || n.approx {
		return 0
	}
	end, u := n.next, unitInfo{}
	if n.glued != "" {
		u = unitWords[n.glued]
	} else if u, end, ok = s.unit(n.next); !ok {
		return 0
	}
	if u.pieces || u.into == "" || n.glued == "k" {
		return 0
	}
	if end+1 < len(s.tokens) && (s.tokens[end].Acc == "/" || s.tokens[end].Fold == "moi" || s.tokens[end].Fold == "mot") {
		if _, k := units.at(s.tokens, end+1); k > 0 {
			end += 1 + k
		}
	}
	if open {
		if end >= len(s.tokens) || s.tokens[end].Acc != ")" && s.tokens[end].Acc != "," {
			return 0
		}
	} else if end < len(s.tokens) && !s.tokens[end].punct() && !itemStops.has(s.tokens, end) && !itemJoiners.has(s.tokens, end) && !numberStart(s.tokens, end) && !isDigit(s.tokens[end].Acc[0]) {
		return 0
	}
	if !measured[u.into] && !boxes[it.Unit] {
		return 0
	}
	it.Note = s.text(kind, end)
	if open {
		end++
	}
	return end - i
}

var (
	measured = wordSet("kg lít m")
	boxes    = wordSet("thùng lốc hộp kết két bao gói bịch túi bộ")
)

// worth reads trị giá 2tr5, 500k/phần, mỗi suất 1tr, tổng 10 triệu.
func (s *itemScan) worth(it *Item, i int) int {
	start, open := i, false
	if i < len(s.tokens) && s.tokens[i].Acc == "," {
		i++
	}
	if i < len(s.tokens) && s.tokens[i].Acc == "(" {
		open, i = true, i+1
	}
	kind, n := worthWords.at(s.tokens, i)
	i += n
	if start != i-n && n == 0 && !open && !s.each(i) {
		return 0
	}
	r, k := findMoney(s.tokens, i)
	if k == 0 || it.Value+it.Total+it.UnitValue > 0 {
		return 0
	}
	if n == 0 && !open && r.Value.Unit == "" && !eachIsMeant[it.Unit] && !s.whole {
		return 0
	}
	i += k
	if open {
		if i >= len(s.tokens) || s.tokens[i].Acc != ")" {
			return 0
		}
		i++
	}
	if !r.Sure || r.Value.VND == 0 {
		it.Vague = true
		return i - start
	}
	s.setWorth(it, r.Value, kind, n > 0 || open)
	return i - start
}

// setWorth decides whether an amount is for one or for all. Gifts and scholarships have the worth of one; for several
// of anything else it is asked.
func (s *itemScan) setWorth(it *Item, m Sum, kind worthKind, said bool) {
	it.Vague = it.Vague || m != Sum{VND: m.VND, Unit: m.Unit}
	switch {
	case kind == worthTotal:
		it.Total = m.VND
	case m.Unit != "" || kind == worthEach || eachIsMeant[it.Unit]:
		it.UnitValue = m.VND
		if it.Qty > 0 && m.VND <= MaxMoney*milli/it.Qty {
			it.Total = m.VND * it.Qty / milli
		}
	default:
		it.Value = m.VND
		it.Vague = it.Vague || it.Qty != milli || !said
	}
}

// eachIsMeant are the units whose worth is told for one of them.
var eachIsMeant = wordSet("phần suất")

type worthKind uint8

const (
	worthSaid worthKind = iota + 1
	worthEach
	worthTotal
)

var worthWords = newPhraseTable(
	phraseList[worthKind]{worthSaid, "trị giá|giá trị|giá|tương đương|trị giá khoảng|có giá trị|trị giá là|đáng giá|với giá trị|với trị giá"},
	phraseList[worthKind]{worthEach, "mỗi phần trị giá|mỗi suất trị giá|mỗi phần|mỗi suất|mỗi cái|mỗi chiếc|mỗi con|mỗi bộ|một phần|mỗi phần quà|mỗi phần quà trị giá|đơn giá|mỗi bao|mỗi thùng|mỗi thẻ|mỗi cái trị giá|mỗi chiếc trị giá"},
	phraseList[worthKind]{worthTotal, "tổng|tổng trị giá|tổng cộng|tổng giá trị|tổng tiền|tất cả|hết thảy|trị giá tổng cộng"},
)

// each reports that "mỗi" begins at token i.
func (s *itemScan) each(i int) bool {
	return i < len(s.tokens) && s.tokens[i].Fold == "moi"
}

// text is what was typed from token i to end, in lower case, with accents put back on units.
func (s *itemScan) text(i, end int) string {
	var b strings.Builder
	for k := i; k < end; k++ {
		t := s.tokens[k]
		if k > i && t.Start > s.tokens[k-1].End {
			b.WriteByte(' ')
		}
		if accented, ok := unitSpelling[t.Acc]; ok {
			b.WriteString(accented)
		} else {
			b.WriteString(t.Acc)
		}
	}
	return b.String()
}

// unitSpelling gives units typed without accents their accents.
var unitSpelling = map[string]string{"lit": "lít", "ky": "ký", "ki": "kí", "goi": "gói", "hop": "hộp", "lang": "lạng", "loai": "loại", "moi": "mỗi", "thung": "thùng", "tan": "tấn", "ta": "tạ", "met": "mét", "cuon": "cuốn", "vien": "viên"}
