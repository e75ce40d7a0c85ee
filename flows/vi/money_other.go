package vi

// foreignCurrencies are the currencies people name, as they name them.
var foreignCurrencies = newPhraseTable(
	phraseList[string]{"USD", "đô|đô la|đô la mỹ|đô mỹ|usd|$|dollar|dola|đôla|us dollar|us$"},
	phraseList[string]{"EUR", "euro|eur|ơ rô|€"},
	phraseList[string]{"JPY", "yên|yên nhật|jpy|¥"},
	phraseList[string]{"CNY", "=tệ|nhân dân tệ|cny|rmb"},
	phraseList[string]{"TWD", "đài tệ|đô đài|tệ đài|twd|ntd"},
	phraseList[string]{"KRW", "won|krw"},
	phraseList[string]{"LAK", "kíp|kíp lào|lak"},
	phraseList[string]{"GBP", "bảng anh|=bảng|gbp|£"},
	phraseList[string]{"THB", "bạt|baht|bath|thb|bạt thái"},
	phraseList[string]{"AUD", "đô úc|aud|đô la úc"},
	phraseList[string]{"SGD", "đô sing|sgd|đô la singapore"},
	phraseList[string]{"CAD", "đô canada|cad|đô la canada"},
)

// foreignAt tells the foreign currency behind the amount, and how many tokens amount and currency take together.
func foreignAt(tokens []Token, ps []part, a amount, alone bool) (code string, n int) {
	last := ps[a.parts-1]
	if !last.last { // 100usd
		if a.parts+1 == len(ps) && ps[a.parts].last {
			if code, n := foreignCurrencies.at([]Token{{Acc: ps[a.parts].text, Fold: ps[a.parts].text}}, 0); n > 0 {
				return code, ps[a.parts].tok - ps[0].tok + 1
			}
		}
		return "", 0
	}
	next := last.tok + 1
	code, n = foreignCurrencies.at(tokens, next)
	if n == 1 && tokens[next].plain() && tokens[next].Fold == "do" && !alone {
		return "", 0
	}
	if n == 0 {
		return "", 0
	}
	return code, next + n - ps[0].tok
}

func foreign(a amount, code string) Reading[Sum] {
	if a.large || a.vals[0] > MaxMoney*milli {
		return Impossible[Sum]("too_large")
	}
	r := Reading[Sum]{}
	for _, v := range a.vals[:a.n] {
		if v%milli != 0 || a.span {
			return Reading[Sum]{}
		}
		r.Candidates = append(r.Candidates, Sum{Foreign: v / milli, Currency: code})
	}
	return r
}

func scanSignFirst(tokens []Token, i int) foundMoney {
	var buf [maxParts]part
	ps := lexParts(tokens, i+1, &buf)
	a := readAmount(ps)
	if a.parts == 0 || !ps[a.parts-1].last {
		return foundMoney{}
	}
	code, _ := foreignCurrencies.at(tokens, i)
	return foundMoney{r: foreign(a, code), n: ps[a.parts-1].tok - i + 1}
}

// moneySlang are words that are money to some and something else to others.
var moneySlang = map[string]struct {
	vnd   int64
	note  string
	thing string // the other thing, "" where there is hardly one
}{
	"chai": {1e6, "chai = triệu", "chai"},
	"xị":   {1e5, "xị = 100k", ""},
	"xi":   {1e5, "xị = 100k", ""},
	"lít":  {1e5, "lít = 100k", "lít"},
	"lit":  {1e5, "lít = 100k", "lít"},
}

// slangAt reads hai chai, 5 xị, 2 lít rưỡi: always asked about.
func slangAt(tokens []Token, ps []part, a amount, i int) foundMoney {
	if a.scaled || a.n != 1 || a.halved || a.parts >= len(ps) {
		return foundMoney{}
	}
	p := ps[a.parts]
	slang, ok := moneySlang[p.text]
	if !ok || !p.last || p.tok+1 < len(tokens) && !endsNumberToken(tokens, p.tok+1) {
		return foundMoney{}
	}
	m := Sum{VND: a.vals[0] / milli * slang.vnd, Slang: slang.note}
	n := p.tok - i + 1
	if p.tok+1 < len(tokens) && numberWords[tokens[p.tok+1].Acc].kind == partHalf {
		m.VND += slang.vnd / 2
		return foundMoney{r: Between(m), n: n + 1}
	}
	if slang.thing == "" {
		return foundMoney{r: Between(m), n: n}
	}
	return foundMoney{r: Between(m, Sum{Unit: slang.thing, Qty: a.vals[0]}), n: n}
}

// scanWages reads một ngày lương and 1 chỉ vàng, which are given in place of a sum.
func scanWages(tokens []Token, i int) foundMoney {
	if i >= len(tokens) {
		return foundMoney{}
	}
	var buf [maxParts]part
	ps := lexParts(tokens, i, &buf)
	a := readAmount(ps)
	if a.parts == 0 || a.n != 1 || a.scaled || !ps[a.parts-1].last {
		return foundMoney{}
	}
	next := ps[a.parts-1].tok + 1
	unit, n := wages.at(tokens, next)
	if n == 0 {
		return foundMoney{}
	}
	return foundMoney{r: Sure(Sum{Unit: unit, Qty: a.vals[0]}), n: next + n - i}
}

var wages = newPhraseTable(
	phraseList[string]{"ngày lương", "ngày lương|ngày tiền lương"},
	phraseList[string]{"tháng lương", "tháng lương|tháng tiền lương"},
	phraseList[string]{"chỉ vàng", "chỉ vàng"}, phraseList[string]{"cây vàng", "cây vàng|lượng vàng|lạng vàng"},
)
