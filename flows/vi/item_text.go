package vi

import (
	"strconv"
	"strings"
)

// FormatItems writes items as a list that people read and ReadItems reads back as the same items:
// "10 kg gạo; 2 thùng mì; 1 chiếc xe lăn (2.500.000 đồng)".
func FormatItems(items []Item) string {
	var b strings.Builder
	for i, it := range items {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(it.String())
	}
	return b.String()
}

// String writes one item as FormatItems does.
func (it Item) String() string {
	var b strings.Builder
	switch {
	case it.Qty == 0:
		b.WriteString("vài")
	default:
		b.WriteString(formatMilli(it.Qty))
	}
	for _, w := range []string{it.Unit, it.Name} {
		if w != "" && !(w == "công lao động" && it.Unit == "ngày công") {
			b.WriteByte(' ')
			b.WriteString(w)
		}
	}
	switch {
	case it.Note != "" && it.Unit == "ngày công":
		b.WriteString(" " + it.Note)
	case it.Note != "":
		b.WriteString(" (" + it.Note + ")")
	}
	switch {
	case it.UnitValue > 0:
		b.WriteString(" (" + FormatMoney(it.UnitValue) + "/" + it.Unit + ")")
	case it.Total > 0:
		b.WriteString(" (tổng " + FormatMoney(it.Total) + ")")
	case it.Value > 0:
		b.WriteString(" (" + FormatMoney(it.Value) + ")")
	}
	return b.String()
}

// formatMilli writes thousandths as people write numbers here: 1.200, 0,5.
func formatMilli(v int64) string {
	s := groupThousands(v / milli)
	if f := v % milli; f > 0 {
		frac := strconv.FormatInt(milli+f, 10)[1:]
		s += "," + strings.TrimRight(frac, "0")
	}
	return s
}

// FormatMoney writes an amount of VND as it is shown to people: 1.500.000 đồng.
func FormatMoney(vnd int64) string { return groupThousands(vnd) + " đồng" }

func groupThousands(v int64) string {
	s := strconv.FormatInt(v, 10)
	sign := ""
	if v < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return sign + s
}
