package records

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MaxContent bounds the content of a transfer that is kept, in characters.
const MaxContent = 500

// addLine reads a row below the headings.
func (r *StatementReader) addLine(row int, cells []string) {
	at := func(column string) string {
		i, ok := r.s.Columns[column]
		if !ok {
			return ""
		}
		return cell(cells, i)
	}
	day, dated := r.dayOf(at(ColumnDay))
	if !dated {
		r.addUndated(row, cells, at)
		return
	}
	if c := currencyIn(at(ColumnCurrency)); c != "" && c != VND || c == "" && r.s.Currency != "" && r.s.Currency != VND {
		if c == "" {
			c = r.s.Currency
		}
		r.s.Other[c]++
		return
	}
	balance, balanced := readAmount(at(ColumnBalance))
	if r.isBalance(at(ColumnContent), balance, balanced) {
		return
	}
	in, out, reason, value := r.amounts(at)
	if reason == "" && day.After(r.today) {
		reason, value = FaultDay, at(ColumnDay)
	}
	if reason != "" {
		r.fault(row, reason, value)
		r.steps = append(r.steps, balanceStep{row: row, balance: balance, written: balanced, following: true})
		return
	}
	r.steps = append(r.steps, balanceStep{row: row, in: in, out: out, balance: balance, written: balanced})
	if in == 0 {
		r.s.Out++
		return
	}
	if in > MaxMoney {
		r.fault(row, FaultTooMuch, strconv.FormatInt(in, 10))
		return
	}
	r.keep(StatementLine{Row: row, On: day, Amount: in, Content: clip(at(ColumnContent), MaxContent), Reference: referenceIn(at(ColumnReference))})
}

// isBalance takes a line that only says a balance.
func (r *StatementReader) isBalance(content string, balance int64, balanced bool) bool {
	text, _ := bare(content)
	hasWord := func(w string) bool { return strings.HasPrefix(text, w) }
	switch {
	case slices.ContainsFunc(openingWords, hasWord):
		if balanced && r.s.Opening == nil {
			r.s.Opening = &balance
		}
		return true
	case slices.ContainsFunc(closingWords, hasWord):
		if balanced {
			r.s.Closing = &balance
		}
		return true
	}
	return false
}

// keep takes a line of money that came in.
func (r *StatementReader) keep(l StatementLine) {
	like, mark := l.alike(), l.marked()
	r.seen[like]++
	l.LikeNth, l.Nth = r.seen[like], r.seen[like]
	if mark != like {
		r.seen[mark]++
		l.Nth = r.seen[mark]
	}
	r.s.Lines = append(r.s.Lines, l)
	r.s.In += l.Amount
	if r.s.From.IsZero() || l.On.Before(r.s.From) {
		r.s.From = l.On
	}
	if l.On.After(r.s.To) {
		r.s.To = l.On
	}
}

// alike names what makes two lines look the same, whatever their references are.
func (l StatementLine) alike() string {
	text, _ := bare(l.Content)
	return l.On.Format(time.DateOnly) + " " + strconv.FormatInt(l.Amount, 10) + " " + text
}

// marked names what tells a line from others: the bank's reference where it is long enough to be one, else what it looks like.
func (l StatementLine) marked() string {
	if len(l.Reference) >= minReference {
		return "ref " + l.Reference + " " + strconv.FormatInt(l.Amount, 10)
	}
	return l.alike()
}

// addUndated reads a row that has no day: a total, a balance, the rest of a content that was broken into lines, words at the foot. One that
// has money and is none of these is a fault.
func (r *StatementReader) addUndated(row int, cells []string, at func(string) string) {
	for _, c := range cells {
		text, _ := bare(c)
		for _, list := range [][]string{totalWords, openingWords, closingWords} {
			for _, w := range list {
				if text == w || strings.HasPrefix(text, w) && (len(w) > 5 || strings.ContainsAny(c, ":/(")) {
					r.note(cells)
					return
				}
			}
		}
	}
	if numbered(cells) {
		return
	}
	in, _, reason, value := r.amounts(at)
	switch {
	case reason == "" && in > 0:
		r.fault(row, FaultDay, at(ColumnDay))
	case reason == FaultTooMuch:
		r.fault(row, reason, value)
	case at(ColumnDay) == "" && at(ColumnContent) != "" && onlyOne(cells) && len(r.s.Lines) > 0 && len(r.steps) > 0 && r.steps[len(r.steps)-1].row == r.s.Lines[len(r.s.Lines)-1].Row:
		last := r.s.Lines[len(r.s.Lines)-1]
		r.s.Lines = r.s.Lines[:len(r.s.Lines)-1]
		r.s.In -= last.Amount
		r.seen[last.alike()]--
		if mark := last.marked(); mark != last.alike() {
			r.seen[mark]--
		}
		last.Content = clip(strings.TrimSpace(last.Content+" "+at(ColumnContent)), MaxContent)
		r.keep(last)
	default:
		r.note(cells)
	}
}

// numbered reports a row that numbers the columns: (1) (2) (3), or A B C.
func numbered(cells []string) bool {
	n := 0
	for _, c := range cells {
		if c = strings.Trim(c, "() "); c == "" {
			continue
		}
		if len(c) > 2 {
			return false
		}
		n++
	}
	return n > 2
}

func onlyOne(cells []string) bool {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n == 1
}

func (r *StatementReader) fault(row int, reason, value string) {
	r.s.Faults = append(r.s.Faults, StatementFault{Row: row, Reason: reason, Value: clip(value, 60)})
}

func (r *StatementReader) dayOf(s string) (time.Time, bool) {
	first := strings.Fields(s)
	if len(first) == 0 {
		return time.Time{}, false
	}
	for _, f := range first[:min(2, len(first))] { // some write the hour first
		if day, ok := r.day(f); ok {
			return day, true
		}
	}
	return time.Time{}, false
}

// amounts are what came in and went out by a row; reason says why it cannot be told.
func (r *StatementReader) amounts(at func(string) string) (in, out int64, reason, value string) {
	read := func(column string) int64 {
		s := at(column)
		if strings.Trim(s, " -–.") == "" {
			return 0
		}
		n, ok := readAmount(s)
		switch {
		case !ok && reason == "":
			reason, value = FaultAmount, s
			if tooLong(s) {
				reason = FaultTooMuch
			}
		case ok && (n > 1000*MaxMoney || n < -1000*MaxMoney) && reason == "":
			reason, value = FaultTooMuch, s
		}
		return n
	}
	if _, ok := r.s.Columns[ColumnIn]; ok {
		in, out = read(ColumnIn), read(ColumnOut)
		switch {
		case reason != "":
		case in < 0 && out == 0:
			in, out = 0, -in
		case out < 0 && in == 0: // either a way to write what goes out, or money that comes back: a gift it is not
			out = -out
		case in != 0 && out != 0:
			reason, value = FaultBothWays, at(ColumnIn)
		}
	} else {
		n := read(ColumnAmount)
		way, _ := bare(at(ColumnWay))
		switch {
		case n < 0 || isOut(way):
			out = max(n, -n)
		default:
			in = n
		}
	}
	if reason == "" && in == 0 && out == 0 {
		reason, value = FaultAmount, at(ColumnIn)+at(ColumnAmount)
	}
	return in, out, reason, value
}

func isOut(way string) bool {
	switch way {
	case "D", "DR", "DEBIT", "NO", "GHINO", "OUT", "RA", "TIENRA":
		return true
	}
	return false
}

// tooLong reports digits that no amount has.
func tooLong(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case !strings.ContainsRune("., +-", c):
			return false
		}
	}
	return digits > 15
}

// readAmount reads an amount of whole đồng: 1.500.000 and 1,500,000 and 1500000, with a sign before or behind or in brackets, with the
// currency's name, with a fraction that is zero; and as spreadsheets keep numbers, 1.5E6. A separator before three digits groups them.
func readAmount(s string) (int64, bool) {
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	for _, unit := range []string{"VNĐ", "VND", "ĐỒNG", "Đ", "₫"} {
		s = strings.TrimPrefix(strings.TrimSuffix(s, unit), unit)
	}
	negative := false
	if n := len(s); n > 2 && s[0] == '(' && s[n-1] == ')' {
		s, negative = s[1:n-1], true
	}
	switch {
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "+"):
		s, negative = s[1:], negative != (s[0] == '-')
	case strings.HasSuffix(s, "-"), strings.HasSuffix(s, "+"):
		s, negative = s[:len(s)-1], negative != (s[len(s)-1] == '-')
	}
	n, ok := readWhole(s)
	if negative {
		n = -n
	}
	return n, ok
}

func readWhole(s string) (int64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' || len(s) > 30 {
		return 0, false
	}
	if strings.Contains(s, "E") {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return 0, false
		}
		return int64(f), true
	}
	whole, fraction := s, ""
	if at := strings.LastIndexAny(s, ".,"); at >= 0 && len(s)-at-1 != 3 {
		whole, fraction = s[:at], s[at+1:] // no group: at the end there is the fraction
		if strings.IndexByte(whole, s[at]) >= 0 {
			return 0, false
		}
	}
	if strings.Trim(fraction, "0") != "" {
		return 0, false
	}
	mark := byte(0)
	groups := strings.FieldsFunc(whole, func(c rune) bool { return c == '.' || c == ',' || c == '\'' })
	for i := range len(whole) {
		if c := whole[i]; c < '0' || c > '9' {
			if mark == 0 {
				mark = c
			}
			if c != mark {
				return 0, false
			}
		}
	}
	for i, g := range groups {
		if i > 0 && len(g) != 3 || i == 0 && len(groups) > 1 && len(g) > 3 {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(strings.Join(groups, ""), 10, 64)
	return n, err == nil
}

func balanceIn(s string) *int64 {
	if n, ok := readAmount(s); ok {
		return &n
	}
	if first := strings.Fields(s); len(first) > 0 {
		if n, ok := readAmount(first[0]); ok {
			return &n
		}
	}
	return nil
}

// currencyIn is the first currency that a text names; "" for none. What is not known here is told apart by its three capitals.
func currencyIn(s string) string {
	for _, w := range strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return r < 'A' || r > 'Z' && r < 0x80 }) {
		switch w {
		case "VND", "VNĐ", "ĐỒNG", "Đ":
			return VND
		}
		if len(w) == 3 && only(w, func(c byte) bool { return c >= 'A' && c <= 'Z' }) {
			return w
		}
	}
	return ""
}

// referenceIn is a bank's number of a transfer, without what some put behind it: "FT26315000123\BNK".
func referenceIn(s string) string {
	s, _, _ = strings.Cut(s, "\\")
	text, _ := bare(s)
	if len(text) > 60 {
		text = text[:60]
	}
	return text
}

func clip(s string, n int) string {
	count := 0
	for at := range s {
		if count == n {
			return s[:at]
		}
		count++
	}
	return s
}

// checkBalances looks whether each balance follows from the line before, in the order in which the statement runs, and the closing from
// the opening one.
func (r *StatementReader) checkBalances() {
	down, up := gapOf(r.steps, false), gapOf(r.steps, true)
	if down != nil && up != nil {
		r.s.Off = down
		if up.Row > down.Row { // it runs the other way, and breaks later
			r.s.Off = up
		}
		return
	}
	if r.s.Opening == nil || r.s.Closing == nil || len(r.s.Other) > 0 {
		return
	}
	want := *r.s.Opening
	for _, s := range r.steps {
		if s.following {
			return // a line that cannot be read: it is said as that
		}
		want += s.in - s.out
	}
	if want != *r.s.Closing {
		r.s.Off = &StatementGap{Want: want, Got: *r.s.Closing}
	}
}

// gapOf finds the first break of the balances, with the newest line first if up.
func gapOf(steps []balanceStep, up bool) *StatementGap {
	for i := 1; i < len(steps); i++ {
		before, after := steps[i-1], steps[i]
		if up {
			before, after = after, before
		}
		if !before.written || !after.written || after.following {
			continue
		}
		if want := before.balance + after.in - after.out; want != after.balance {
			return &StatementGap{Row: steps[i].row, Want: want, Got: after.balance}
		}
	}
	return nil
}

// ToldLine is a line that a service tells by itself.
func ToldLine(at time.Time, amount int64, content, reference string) StatementLine {
	return StatementLine{On: DayOf(at), Amount: amount, Content: clip(content, MaxContent), Reference: referenceIn(reference), Nth: 1, LikeNth: 1}
}
