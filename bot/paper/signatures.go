package paper

import (
	"fmt"
	"strconv"
	"strings"

	"chungtay/storage/records"
)

// Columns of a sheet to sign, in millimetres, and its rows.
var signColumns = []struct {
	word  string
	width float64
}{{"no", 9}, {"entry", 27}, {"who", 46}, {"what", 48}, {"on", 20}, {"sign", 40}}

const (
	signTop = 54.0
	signRow = 11.5
)

func signatures(words map[string]string, sheets []records.SignatureSheet) ([]byte, error) {
	if len(sheets) == 0 || len(sheets) > records.SignatureSheets {
		return nil, fmt.Errorf("%d sheets", len(sheets))
	}
	s := newSheet(words["title"]+" "+sheets[0].Code, sheets[0].Made)
	for _, one := range sheets {
		if len(one.Lines) == 0 || len(one.Lines) > records.SignatureLines {
			return nil, fmt.Errorf("a sheet of %d lines", len(one.Lines))
		}
		if _, ok := records.ParseSheetCode(one.Code); !ok {
			return nil, fmt.Errorf("%q is no number of a sheet", one.Code)
		}
		if err := s.signatures(words, one); err != nil {
			return nil, err
		}
	}
	return s.bytes()
}

func (s sheet) signatures(words map[string]string, one records.SignatureSheet) error {
	s.AddPage()
	const qrSize = 30
	if err := s.qr(pageWidth-pageEdge-qrSize, pageEdge, qrSize, one.Code); err != nil {
		return err
	}
	width := pageWidth - 2*pageEdge - qrSize - 5
	s.line(pageEdge, pageEdge, width, 18, "B", words["title"])
	s.line(pageEdge, pageEdge+9, width, 22, "B", one.Code)
	s.line(pageEdge, pageEdge+20, width, 12, "", one.Group)
	s.line(pageEdge, pageEdge+26, width, 11, "", words["made"]+" "+one.Made.In(records.Local).Format("02/01/2006"))
	s.SetDrawColor(0, 0, 0)
	s.SetLineWidth(0.25)
	heads := make([]string, len(signColumns))
	for i, c := range signColumns {
		heads[i] = words[c.word]
	}
	s.row(signTop-signRow, "B", 10, heads)
	var money int64
	for i, l := range one.Lines {
		on, _ := records.ParseDay(l.On)
		money += l.Money
		s.row(signTop+float64(i)*signRow, "", 11, []string{strconv.Itoa(i + 1), l.Code, l.Who, given(words, l), on.Format("02/01/2006"), ""})
	}
	y := signTop + float64(len(one.Lines))*signRow + 4
	total := words["total"] + " " + strconv.Itoa(len(one.Lines))
	if money > 0 {
		total += ", " + records.Dong(money)
	}
	s.line(pageEdge, y, pageWidth-2*pageEdge, 12, "B", total)
	s.words(pageEdge, y+7, pageWidth-2*pageEdge, 11, words["hint"])
	return nil
}

// given is what an entry was, in one line.
func given(words map[string]string, l records.SignatureFor) string {
	var parts []string
	if l.Money > 0 {
		parts = append(parts, records.Dong(l.Money))
	}
	if l.Things != "" {
		parts = append(parts, l.Things)
	}
	if len(parts) == 0 {
		return words["kind."+l.Kind]
	}
	return strings.Join(parts, ", ")
}

// row draws a row of the table, with a text in each cell.
func (s sheet) row(y float64, style string, points float64, cells []string) {
	x := pageEdge
	for i, c := range signColumns {
		s.Rect(x, y, c.width, signRow, "D")
		s.cell(x+1.2, y, c.width-2.4, points, style, cells[i])
		x += c.width
	}
}

// cell writes a text in the middle of a row: in two lines where one is too short for it.
func (s sheet) cell(x, y, width, points float64, style, text string) {
	const small = 9.0
	s.SetFont("sans", style, points)
	lines := []string{text}
	if s.GetStringWidth(text) > width {
		s.SetFont("sans", style, small)
		if split := s.SplitText(text, width); len(split) > 1 {
			lines, points = []string{split[0], strings.Join(split[1:], " ")}, small
		}
	}
	height := points * 0.42
	top := y + (signRow-height*float64(len(lines)))/2
	for i, l := range lines {
		s.line(x, top+float64(i)*height, width, points, style, l)
	}
}
