package vi

import (
	"strconv"
	"strings"
)

// Gifts is what was given: an exact sum of money, things, or both.
type Gifts struct {
	Money int64 // VND
	Items []Item
}

// Empty reports that nothing was given.
func (g Gifts) Empty() bool { return g.Money == 0 && len(g.Items) == 0 }

// String says it as people do: "500.000 đồng và 10 kg gạo, 2 thùng mì".
func (g Gifts) String() string {
	parts := make([]string, 0, 1+len(g.Items))
	if g.Money > 0 {
		parts = append(parts, FormatMoney(g.Money))
	}
	for _, it := range g.Items {
		parts = append(parts, it.String())
	}
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " và " + parts[n-1]
	}
	return strings.Join(parts, "")
}

// Canonical is the text that ParseGifts reads back: the sum, then the things, "500.000 đồng; 10 kg gạo; 2 thùng mì".
func (g Gifts) Canonical() string {
	things := FormatItems(g.Items)
	switch {
	case g.Money == 0:
		return things
	case things == "":
		return FormatMoney(g.Money)
	}
	return FormatMoney(g.Money) + giftSep + things
}

const giftSep = "; "

// ParseGifts reads what Canonical wrote, and nothing else.
func ParseGifts(s string) (Gifts, bool) {
	var g Gifts
	things := s
	first, rest, _ := strings.Cut(s, giftSep)
	if sum, ok := strings.CutSuffix(first, " đồng"); ok {
		vnd, err := strconv.ParseInt(strings.ReplaceAll(sum, ".", ""), 10, 64)
		if err != nil || vnd <= 0 {
			return Gifts{}, false
		}
		g.Money, things = vnd, rest
	}
	if things != "" {
		r := ReadItems(things)
		if !r.Sure {
			return Gifts{}, false
		}
		g.Items = r.Value
	}
	return g, !g.Empty() && g.Canonical() == s
}

// Problems of gifts.
const (
	ProblemVagueMoney = "vague_money" // hơn, khoảng, từ ... đến ..., mỗi tháng: no one sum
	ProblemVagueItem  = "vague_item"  // vài, ít, or no unit: no one quantity
	ProblemForeign    = "foreign"     // another currency
	ProblemTwoSums    = "two_sums"    // two amounts of money
)

// ReadGifts reads what was given: money, things, or both, joined in any order. It is sure only of one exact sum and exact
// quantities; "500" alone and "2 chai" are candidates.
func ReadGifts(s string) Reading[Gifts] {
	if r := ReadMoney(s); r.Understood() {
		return moneyGifts(r, s)
	}
	if r := ReadItems(s); r.Understood() {
		return itemGifts(r)
	}
	tokens := Tokenize(s)
	i, end := trimFillers(tokens, itemFillers)
	if i == end {
		return Reading[Gifts]{}
	}
	return scanGifts(tokens[:end], i)
}

func moneyGifts(r Reading[Sum], s string) Reading[Gifts] {
	switch {
	case r.Problem != "":
		return Impossible[Gifts](r.Problem)
	case r.Sure:
		return exactGift(r.Value)
	}
	for _, m := range r.Candidates {
		if m.Currency != "" {
			return Impossible[Gifts](ProblemForeign)
		}
	}
	var out []Gifts
	for _, vnd := range Amounts(r) {
		if vnd > 0 {
			out = append(out, Gifts{Money: vnd})
		}
	}
	if items := ReadItems(s); items.Sure { // "hai chai": two bottles, or two million
		out = append(out, Gifts{Items: items.Value})
	}
	if len(out) == 0 {
		return Impossible[Gifts](ProblemVagueMoney)
	}
	return Between(out...)
}

func exactGift(m Sum) Reading[Gifts] {
	switch {
	case m.Currency != "":
		return Impossible[Gifts](ProblemForeign)
	case !m.Exact() || m.VND == 0:
		return Impossible[Gifts](ProblemVagueMoney)
	}
	return Sure(Gifts{Money: m.VND})
}

func itemGifts(r Reading[[]Item]) Reading[Gifts] {
	switch {
	case r.Problem != "":
		return Impossible[Gifts](r.Problem)
	case r.Sure:
		return Sure(Gifts{Items: r.Value})
	}
	return Impossible[Gifts](ProblemVagueItem)
}

// scanGifts reads sums and things one after another, with the words that join them.
func scanGifts(tokens []Token, i int) Reading[Gifts] {
	var g Gifts
	problem := ""
	note := func(p string) {
		if problem == "" {
			problem = p
		}
	}
	for i < len(tokens) {
		if _, n := itemJoiners.at(tokens, i); n > 0 {
			i += n
			continue
		}
		money, nm := findMoney(tokens, i)
		item, ni := findItem(tokens, i)
		switch {
		case nm == 0 && ni == 0:
			return Reading[Gifts]{}
		case ni > nm:
			i += ni
			if !item.Sure {
				note(ProblemVagueItem)
				continue
			}
			g.Items = append(g.Items, item.Value)
		default:
			i += nm
			sum := moneyGifts(money, "")
			switch {
			case !sum.Sure && sum.Problem != "":
				note(sum.Problem)
			case !sum.Sure:
				note(ProblemVagueMoney)
			case g.Money != 0:
				note(ProblemTwoSums)
			default:
				g.Money = sum.Value.Money
			}
		}
	}
	switch {
	case problem != "":
		return Impossible[Gifts](problem)
	case g.Empty():
		return Reading[Gifts]{}
	}
	return Sure(g)
}
