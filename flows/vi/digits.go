package vi

// spaced joins thousands that were written apart: 500 000 and 1 500 000, but not the "12 500" of "tổ 12 500k".
func spaced(ps []part) amount {
	if !ps[0].first || !ps[0].last || ps[0].text[0] == '0' {
		return amount{}
	}
	v := digitsValue(ps[0].text)
	p, zeros := 1, false
	for kindAt(ps, p) == partDigits && ps[p].first && len(ps[p].text) == 3 && (ps[p].last || kindAt(ps, p+1) == partCurrency) && p < 4 {
		v = v*1000 + digitsValue(ps[p].text)
		zeros = ps[p].text == "000"
		p++
		if !ps[p-1].last {
			break
		}
	}
	if p == 1 || p == 2 && !zeros || kindAt(ps, p) == partScale || kindAt(ps, p) == partUnit {
		return amount{}
	}
	return amount{vals: [2]int64{v * milli}, n: 1, parts: p}
}

func digitsValue(s string) int64 {
	v := int64(0)
	for i := range len(s) {
		v = v*10 + int64(s[i]-'0')
	}
	return v
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// dashed reads 5-7.
func dashed(s string) (lo, hi int64, ok bool) {
	for i := range len(s) {
		if s[i] != '-' {
			continue
		}
		a, b := classifyDigits(s[:i]), classifyDigits(s[i+1:])
		if !a.ok || !b.ok || a.separated || b.separated || a.milli >= b.milli || len(s) > 13 || s[0] == '0' {
			return 0, 0, false
		}
		return a.milli / milli, b.milli / milli, true
	}
	return 0, 0, false
}

// digitRun is what a run of digits and separators says by itself.
type digitRun struct {
	milli     int64
	ok        bool
	large     bool
	separated bool // any separator
	grouped   bool // separators of thousands
	oneGroup  bool // exactly one separator, with three digits behind it
	fraction  bool // 1/2
}

// classifyDigits reads a run of digits: a separator before exactly three digits groups, one before one or two is a
// decimal mark, 1/2 is a half.
func classifyDigits(s string) digitRun {
	var d digitRun
	if len(s) > 24 {
		d.large = onlyDigits(s)
		return d
	}
	var segs [9]string
	var seps [9]byte
	n, start := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && isDigit(s[i]) {
			continue
		}
		if n == len(segs) || i == start {
			return d
		}
		segs[n] = s[start:i]
		if i < len(s) {
			seps[n] = s[i]
		}
		n++
		start = i + 1
	}
	if n == 1 {
		return wholeDigits(segs[0])
	}
	d.separated = true
	if seps[0] == '/' {
		if n == 2 && len(s) == 3 && s[2] > '1' && s[0] > '0' && s[0] < s[2] && milli*int64(s[0]-'0')%int64(s[2]-'0') == 0 {
			d.milli, d.ok, d.fraction = milli*int64(s[0]-'0')/int64(s[2]-'0'), true, true
		}
		return d
	}
	return groupedDigits(d, segs[:n], seps[:n-1])
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != "" && s[0] != '0'
}

func wholeDigits(s string) digitRun {
	if len(s) > 15 {
		return digitRun{large: s[0] != '0'}
	}
	return digitRun{milli: digitsValue(s) * milli, ok: true}
}

// groupedDigits reads 1.500.000, 1,5 and 1.500.000,00.
func groupedDigits(d digitRun, segs []string, seps []byte) digitRun {
	last := len(segs) - 1
	sep := seps[0]
	if sep != '.' && sep != ',' || len(segs[0]) > 3 && len(segs) > 2 {
		return d
	}
	whole, frac := segs, ""
	if tail := segs[last]; len(tail) != 3 {
		whole, frac = segs[:last], tail
		if len(tail) > 2 || last > 1 && seps[last-1] == sep {
			return d
		}
	} else if last > 0 && seps[last-1] != sep {
		return d
	}
	for i, g := range whole {
		if i > 0 && (len(g) != 3 || seps[i-1] != sep) {
			return d
		}
	}
	if len(whole) > 1 && (len(whole[0]) > 3 || whole[0] == "" || whole[0][0] == '0' && len(segs) > 2) || len(whole) > 5 {
		return d
	}
	if len(whole[0]) > 12 {
		return d
	}
	v := int64(0)
	for _, g := range whole {
		for i := range len(g) {
			v = v*10 + int64(g[i]-'0')
		}
	}
	d.milli = v * milli
	switch len(frac) {
	case 1:
		d.milli += digitsValue(frac) * milli / 10
	case 2:
		d.milli += digitsValue(frac) * milli / 100
	}
	d.ok = true
	d.grouped = len(whole) > 1
	d.oneGroup = len(whole) == 2 && frac == ""
	return d
}
