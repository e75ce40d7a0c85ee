package paper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/skip2/go-qrcode"

	"chungtay/storage/records"
)

// Sizes of an A4 sheet, in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	pageEdge   = 10.0
)

// Print makes a paper of one of the kinds in package records, a PDF of A4 pages. data is the JSON of what stands on it, args the words
// around that.
//
//	cards: a CardSheet; title, hint, code, until, and link, the address that a card's digits follow
//	signatures: SignatureSheets, each on its page; title, made, no, entry, who, what, on, sign, total, hint, and kind.X for each kind of help
func Print(kind string, args map[string]string, data []byte) (paper []byte, mime string, err error) {
	switch kind {
	case records.PaperCards:
		var sheet records.CardSheet
		if err = json.Unmarshal(data, &sheet); err == nil {
			paper, err = cards(args, sheet)
		}
	case records.PaperSignatures:
		var sheets []records.SignatureSheet
		if err = json.Unmarshal(data, &sheets); err == nil {
			paper, err = signatures(args, sheets)
		}
	default:
		err = fmt.Errorf("no kind %q", kind)
	}
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	return paper, "application/pdf", nil
}

// sheet is a PDF being drawn, in millimetres.
type sheet struct {
	*fpdf.Fpdf
}

// newSheet begins a PDF, made at an instant: the same words then give the same bytes.
func newSheet(title string, made time.Time) sheet {
	s := sheet{fpdf.New("P", "mm", "A4", "")}
	s.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	s.AddUTF8FontFromBytes("sans", "B", liberationsansbold.TTF)
	s.SetTitle(title, true)
	s.SetCreationDate(made.UTC())
	s.SetModificationDate(made.UTC())
	s.SetCatalogSort(true)
	s.SetAutoPageBreak(false, 0)
	s.SetMargins(pageEdge, pageEdge, pageEdge)
	s.SetCellMargin(0)
	return s
}

// bytes ends the PDF.
func (s sheet) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := s.Output(&b)
	return b.Bytes(), err
}

// line writes a text in one line, smaller where it is too wide, and leaves the rest off where even half the size is.
func (s sheet) line(x, y, width, points float64, style, text string) {
	const least = 0.5
	for size := points; ; size -= 0.5 {
		s.SetFont("sans", style, size)
		if s.GetStringWidth(text) <= width {
			break
		}
		if size <= points*least {
			letters := []rune(text)
			for len(letters) > 1 && s.GetStringWidth(string(letters)+"…") > width {
				letters = letters[:len(letters)-1]
			}
			text = string(letters) + "…"
			break
		}
	}
	s.SetXY(x, y)
	s.CellFormat(width, points*0.42, text, "", 0, "L", false, 0, "")
}

// words writes a text in as many lines as it takes.
func (s sheet) words(x, y, width, points float64, text string) {
	s.SetFont("sans", "", points)
	s.SetXY(x, y)
	s.MultiCell(width, points*0.42, text, "", "L", false)
}

// qr draws a QR code of squares, as sharp as the printer is.
func (s sheet) qr(x, y, size float64, text string) error {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return err
	}
	code.DisableBorder = true
	rows := code.Bitmap()
	module := size / float64(len(rows))
	s.SetFillColor(0, 0, 0)
	for i, row := range rows {
		for from := 0; from < len(row); from++ {
			to := from
			for to < len(row) && row[to] {
				to++
			}
			if to > from {
				s.Rect(x+float64(from)*module, y+float64(i)*module, float64(to-from)*module, module, "F")
				from = to
			}
		}
	}
	return nil
}

// Cards on a page, and their size.
const (
	cardColumns = 2
	cardRows    = 4
	cardWidth   = (pageWidth - 2*pageEdge) / cardColumns
	cardHeight  = (pageHeight - 2*pageEdge) / cardRows
	cardEdge    = 5.0
	cardQR      = 33.0
)

func cards(words map[string]string, c records.CardSheet) ([]byte, error) {
	if len(c.Cards) == 0 || len(c.Cards) > records.MaxCardSheet {
		return nil, fmt.Errorf("a sheet of %d cards", len(c.Cards))
	}
	s := newSheet(words["title"]+" "+c.Group, c.Made)
	until, _ := records.ParseDay(c.Until)
	for i, card := range c.Cards {
		place := i % (cardColumns * cardRows)
		if place == 0 {
			s.AddPage()
			s.cutLines()
		}
		x := pageEdge + float64(place%cardColumns)*cardWidth + cardEdge
		y := pageEdge + float64(place/cardColumns)*cardHeight + cardEdge
		right := x + cardQR + 4
		width := cardWidth - 2*cardEdge - cardQR - 4
		digits, ok := records.ParseShortCode(card.Code)
		if !ok {
			return nil, fmt.Errorf("card %d has no code", i+1)
		}
		if err := s.qr(x, y, cardQR, words["link"]+digits); err != nil {
			return nil, err
		}
		s.line(right, y, width, 12, "B", words["title"])
		s.line(right, y+6.5, width, 13, "B", card.Who)
		s.line(right, y+13, width, 10, "", c.Group)
		s.line(right, y+18.5, width, 10, "", words["code"])
		s.line(right, y+22.5, width, 20, "B", card.Code)
		s.line(right, y+31, width, 9, "", words["until"]+" "+until.Format("02/01/2006"))
		s.words(x, y+cardQR+4, cardWidth-2*cardEdge, 11, words["hint"])
	}
	return s.bytes()
}

// cutLines are where the cards of a page are cut apart.
func (s sheet) cutLines() {
	s.SetDrawColor(150, 150, 150)
	s.SetLineWidth(0.2)
	s.SetDashPattern([]float64{2, 2}, 0)
	for i := range cardColumns + 1 {
		at := pageEdge + float64(i)*cardWidth
		s.Line(at, pageEdge, at, pageHeight-pageEdge)
	}
	for i := range cardRows + 1 {
		at := pageEdge + float64(i)*cardHeight
		s.Line(pageEdge, at, pageWidth-pageEdge, at)
	}
	s.SetDashPattern(nil, 0)
}
