package vi

// readGroup reads a number below a thousand in words, or any run of digits.
func readGroup(ps []part) amount {
	switch kindAt(ps, 0) {
	case partDigits:
		return readDigits(ps)
	case partDigit:
		return readFromDigit(ps)
	case partVague:
		return readVague(ps)
	case partTen:
		return readTens(ps, 10, 1)
	case partTwenty:
		if k := kindAt(ps, 1); k == partDigit || k == partAfterTens {
			return readTens(ps, 20, 1)
		}
	case partDozen:
		if k := kindAt(ps, 1); k == partHalf {
			return readTens(ps, 10, 1)
		}
	case partHundred:
		if k := kindAt(ps, 1); k == partHalf || k == partScale || k == partDigit || k == partAfterTens || k == partOdd {
			return readHundreds(ps, 100, 1)
		}
	}
	return amount{}
}

func just(v int64, parts int) amount { return amount{vals: [2]int64{v * milli}, n: 1, parts: parts} }

// readFromDigit reads what begins with một ... chín.
func readFromDigit(ps []part) amount {
	d := ps[0].val
	switch kindAt(ps, 1) {
	case partHundred:
		return readHundreds(ps, d*100, 2)
	case partTens, partTen, partDozen:
		if d == 0 || ps[1].kind == partTen && ps[1].text != "muoi" {
			return just(d, 1)
		}
		return readTens(ps, d*10, 2)
	case partAfterTens: // hai mốt, ba lăm
		if d >= 2 && ps[1].text != "tu" && ps[1].text != "lam" || d >= 2 && kindAt(ps, 2) == partScale {
			return just(d*10+ps[1].val, 2)
		}
	case partDigit: // hai ba triệu: two or three
		if hi := ps[1].val; d > 0 && hi > d && hi <= d+2 {
			return spread(ps, d, hi, 2)
		}
	case partPoint: // một phẩy năm triệu
		if kindAt(ps, 2) == partDigit && kindAt(ps, 3) == partScale {
			return amount{vals: [2]int64{d*milli + ps[2].val*milli/10}, n: 1, parts: 3}
		}
	}
	return just(d, 1)
}

// readTens reads the unit behind tens: mười lăm, hai mươi mốt, năm chục rưỡi.
func readTens(ps []part, tens int64, p int) amount {
	switch kindAt(ps, p) {
	case partDigit:
		if ps[p].val > 0 && kindAt(ps, p+1) != partHundred {
			return just(tens+ps[p].val, p+1)
		}
	case partAfterTens:
		return just(tens+ps[p].val, p+1)
	case partHalf:
		if ps[p-1].kind == partDozen {
			return just(tens+5, p+1)
		}
	}
	return just(tens, p)
}

// readHundreds reads what follows trăm: rưỡi, lẻ năm, năm mươi, mốt; "hai trăm năm" is 250 or 205.
func readHundreds(ps []part, hundreds int64, p int) amount {
	switch kindAt(ps, p) {
	case partHalf:
		return just(hundreds+50, p+1)
	case partOdd:
		if kindAt(ps, p+1) == partDigit || kindAt(ps, p+1) == partAfterTens || kindAt(ps, p+1) == partDigits && len(ps[p+1].text) == 1 {
			v := ps[p+1].val
			if ps[p+1].kind == partDigits {
				v = int64(ps[p+1].text[0] - '0')
			}
			return just(hundreds+v, p+2)
		}
	case partTen:
		t := readTens(ps, 10, p+1)
		return just(hundreds+t.vals[0]/milli, t.parts)
	case partAfterTens:
		return just(hundreds+10*ps[p].val, p+1)
	case partDigit:
		if k := kindAt(ps, p+1); ps[p].val > 0 && (k == partTens || k == partDozen || k == partTen && ps[p+1].text == "muoi") {
			t := readTens(ps, 10*ps[p].val, p+2)
			return just(hundreds+t.vals[0]/milli, t.parts)
		}
		if kindAt(ps, p+1) == partUnit || kindAt(ps, p+1) == partHundred || ps[p].val == 0 {
			break
		}
		return amount{vals: [2]int64{(hundreds + 10*ps[p].val) * milli, (hundreds + ps[p].val) * milli}, n: 2, parts: p + 1}
	case partDigits:
		d := classifyDigits(ps[p].text)
		if d.separated || !d.ok || kindAt(ps, p+1) == partUnit || !(endsNumber(ps, p+1) || kindAt(ps, p+1) == partScale) {
			break
		}
		switch len(ps[p].text) {
		case 1:
			return amount{vals: [2]int64{hundreds*milli + 10*d.milli, hundreds*milli + d.milli}, n: 2, parts: p + 1}
		case 2:
			return just(hundreds+d.milli/milli, p+1)
		}
	}
	return just(hundreds, p)
}

// readVague reads vài trăm, mấy chục, dăm ba: bounds nobody is held to.
func readVague(ps []part) amount {
	lo := ps[0].val
	p := 1
	if kindAt(ps, 1) == partDigit && ps[1].val == 3 { // vài ba, dăm ba
		p = 2
	}
	if ps[0].text == "may" && !vagueCarries(ps, p) { // máy
		return amount{}
	}
	return spread(ps, lo, lo+1, p)
}

func vagueCarries(ps []part, p int) bool {
	switch kindAt(ps, p) {
	case partDozen, partTens, partHundred, partScale, partUnit:
		return true
	}
	return false
}

func spread(ps []part, lo, hi int64, p int) amount {
	f := int64(1)
	switch kindAt(ps, p) {
	case partDozen, partTens:
		f, p = 10, p+1
	case partHundred:
		f, p = 100, p+1
	case partTen:
		if ps[p].text == "muoi" {
			f, p = 10, p+1
		}
	}
	return amount{vals: [2]int64{lo * f * milli, hi * f * milli}, n: 2, vague: true, parts: p}
}

// readDigits reads a run of digits, and the words that may follow it: 3 trăm, 5 chục, 500 000.
func readDigits(ps []part) amount {
	if lo, hi, ok := dashed(ps[0].text); ok {
		return amount{vals: [2]int64{lo * milli, hi * milli}, n: 2, span: true, parts: 1}
	}
	d := classifyDigits(ps[0].text)
	if !d.ok {
		return amount{large: d.large, parts: btoi(d.large), n: btoi(d.large), vals: [2]int64{maxMilli}, bare: ps[0].text}
	}
	whole := d.milli%milli == 0
	if v := d.milli / milli; whole && !d.separated && v > 0 && v < 1000 {
		switch kindAt(ps, 1) {
		case partHundred:
			return readHundreds(ps, v*100, 2)
		case partTens, partDozen:
			return readTens(ps, v*10, 2)
		}
		if a := spaced(ps); a.parts > 0 {
			return a
		}
		if kindAt(ps, 1) == partPoint && kindAt(ps, 2) == partDigits && len(ps[2].text) == 1 && kindAt(ps, 3) == partScale {
			return amount{vals: [2]int64{d.milli + int64(ps[2].text[0]-'0')*milli/10}, n: 1, parts: 3}
		}
	}
	return amount{vals: [2]int64{d.milli}, n: 1, bare: ps[0].text, parts: 1}
}
