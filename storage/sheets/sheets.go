// Package sheets reads tables that people send: xlsx workbooks and csv files, row by row, each with its place.
//
// Cells come as text, cleaned as fold.Clean does and trimmed. Formulas are never evaluated: a cell has the value that
// the program that saved the file put there. A workbook that unpacks to more than its limits is refused before it is
// unpacked.
package sheets

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"chungtay/flows/dialog/fold"
)

// Errors of opening and reading. They come wrapped; a *PlaceError says where.
var (
	ErrTooBig    = errors.New("sheets: larger than the limits")
	ErrDamaged   = errors.New("sheets: damaged, or not a table")
	ErrOldFormat = errors.New("sheets: the xls format of before 2007, or a file with a password")
	ErrNoSheet   = errors.New("sheets: no sheet of that name")
)

// PlaceError is an error at a row, counted from 1 as spreadsheets do.
type PlaceError struct {
	Row int
	Err error
}

func (e *PlaceError) Error() string { return fmt.Sprintf("row %d: %v", e.Row, e.Err) }
func (e *PlaceError) Unwrap() error { return e.Err }

// Limits bound what a file may cost.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // of a workbook's parts, all together
	Parts    int   // of a workbook
	Rows     int   // with anything in them
	Columns  int   // of a row
	Cell     int   // characters of a cell
}

// Usual is room for a city's list of households: 200,000 rows of twenty columns.
var Usual = Limits{Bytes: 64 << 20, Unpacked: 512 << 20, Parts: 2_000, Rows: 200_000, Columns: 256, Cell: 4_000}

// Row is one row of a table. N counts from 1, as the spreadsheet program shows it. Cells belong to the caller.
type Row struct {
	N     int
	Cells []string
}

// Empty reports whether no cell has anything in it.
func (r Row) Empty() bool {
	for _, c := range r.Cells {
		if c != "" {
			return false
		}
	}
	return true
}

// Cell is the i-th cell from 0, "" beyond the end.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Column names the i-th column from 0 as spreadsheets do: A, B, ... Z, AA.
func Column(i int) string {
	var b []byte
	for i++; i > 0; i = (i - 1) / 26 {
		b = append([]byte{byte('A' + (i-1)%26)}, b...)
	}
	return string(b)
}

// Table is an opened file: one sheet of a workbook, or a csv file.
type Table struct {
	Sheet   string   // the sheet's name, "" for csv
	Sheets  []string // the visible sheets of a workbook, in order
	Serials bool     // dates may be serial numbers of days (a workbook's), see Day
	From04  bool     // serial numbers count from 1904
	rows    iter.Seq2[Row, error]
	close   func() error
}

// Rows reads the rows that have anything in them, in order. It can be read once. It ends after the first error.
func (t *Table) Rows() iter.Seq2[Row, error] { return t.rows }

// Close frees what reading held, temporary files among it.
func (t *Table) Close() error { return t.close() }

// Open opens a file. sheet names a sheet of a workbook; "" is the first that is visible.
func Open(path, sheet string, limits Limits) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%w: not a file", ErrDamaged)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	t, err := Read(f, info.Size(), sheet, limits)
	if err != nil {
		f.Close()
		return nil, err
	}
	inner := t.close
	t.close = func() error { return errors.Join(inner(), f.Close()) }
	return t, nil
}

// Read opens a file of size bytes that is read through r until Close. What it is shows in its first bytes; its name is
// not asked.
func Read(r io.ReaderAt, size int64, sheet string, limits Limits) (*Table, error) {
	if size > limits.Bytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooBig, size)
	}
	head := make([]byte, min(size, 8))
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), head); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		parts, err := zip.NewReader(r, size)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return openWorkbook(io.NewSectionReader(r, 0, size), parts, sheet, limits)
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")):
		return nil, ErrOldFormat
	case bytes.HasPrefix(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), []byte("<")), bytes.HasPrefix(head, []byte("%PDF")):
		return nil, fmt.Errorf("%w: a web page or a document", ErrDamaged) // some programs call such a file .xls
	}
	return openCSV(io.NewSectionReader(r, 0, size), limits)
}

// cleanRow cleans cells in place, drops empty ones at the end, and checks the limits.
func cleanRow(n int, cells []string, limits Limits) (Row, error) {
	for i, c := range cells {
		if len(c) > 4*limits.Cell {
			return Row{}, &PlaceError{Row: n, Err: fmt.Errorf("%w: a cell of %d bytes", ErrTooBig, len(c))}
		}
		cells[i] = fold.Clean(c)
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > limits.Columns {
		return Row{}, &PlaceError{Row: n, Err: fmt.Errorf("%w: %d columns", ErrTooBig, len(cells))}
	}
	return Row{N: n, Cells: cells}, nil
}
