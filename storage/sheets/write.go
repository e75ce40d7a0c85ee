package sheets

import (
	"bytes"

	"github.com/xuri/excelize/v2"
)

// Book is a workbook that is written sheet after sheet and row after row. What goes wrong on the way is told by Bytes, and nothing is written
// after it.
type Book struct {
	file        *excelize.File
	out         *excelize.StreamWriter
	row         int // that was written last
	bold, money int
	err         error
}

// NewBook begins a workbook. Heads, as Bold makes them, are also wrapped and in the middle where heads is so.
func NewBook(wrapHeads bool) *Book {
	b := &Book{file: excelize.NewFile()}
	head := &excelize.Style{Font: &excelize.Font{Bold: true}}
	if wrapHeads {
		head.Alignment = &excelize.Alignment{WrapText: true, Vertical: "center"}
	}
	b.bold, b.err = b.file.NewStyle(head)
	b.try(func() (err error) {
		b.money, err = b.file.NewStyle(&excelize.Style{NumFmt: 3}) // #,##0, as the reader's system writes it
		return err
	})
	return b
}

// Sheet ends the sheet before and begins one with a name, "" for the first sheet's own. The widths are those of its columns, from the first on;
// 0 is what is usual.
func (b *Book) Sheet(name string, widths ...float64) {
	first := b.out == nil
	b.flush()
	b.try(func() (err error) {
		switch {
		case !first:
			_, err = b.file.NewSheet(name)
		case name == "":
			name = "Sheet1"
		default:
			err = b.file.SetSheetName("Sheet1", name)
		}
		return err
	})
	b.try(func() (err error) {
		b.row = 0
		b.out, err = b.file.NewStreamWriter(name)
		return err
	})
	for i, width := range widths {
		if width > 0 {
			b.try(func() error { return b.out.SetColWidth(i+1, i+1, width) })
		}
	}
}

// FreezeHead keeps the first row of the sheet in sight. It comes before the rows.
func (b *Book) FreezeHead() {
	b.try(func() error {
		return b.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	})
}

// Row writes the next row of the sheet; a cell of nil stays empty.
func (b *Book) Row(cells ...any) {
	b.row++
	b.try(func() error {
		cell, err := excelize.CoordinatesToCellName(1, b.row)
		if err != nil {
			return err
		}
		return b.out.SetRow(cell, cells)
	})
}

// Head writes the next row of the sheet with each of its words in bold.
func (b *Book) Head(words []string) {
	cells := make([]any, len(words))
	for i, word := range words {
		cells[i] = b.Bold(word)
	}
	b.Row(cells...)
}

// Bold is a cell in bold.
func (b *Book) Bold(value any) any { return excelize.Cell{Value: value, StyleID: b.bold} }

// Money is a cell of so many đồng.
func (b *Book) Money(vnd int64) any { return excelize.Cell{Value: vnd, StyleID: b.money} }

// Bytes ends the workbook and returns it as a file.
func (b *Book) Bytes() ([]byte, error) {
	b.flush()
	var file bytes.Buffer
	b.try(func() error { return b.file.Write(&file) })
	return file.Bytes(), b.err
}

// Close gives back what the workbook holds.
func (b *Book) Close() error { return b.file.Close() }

func (b *Book) flush() {
	if b.out != nil {
		b.try(b.out.Flush)
	}
}

func (b *Book) try(do func() error) {
	if b.err == nil {
		b.err = do()
	}
}
