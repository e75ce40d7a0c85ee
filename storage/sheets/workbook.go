package sheets

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// A workbook's strings and sheets beyond this many bytes are unpacked to temporary files instead of memory.
const unpackInMemory = 1 << 20

// Any other part, which is read into memory whole, may be this large.
const smallPart = 16 << 20

func openWorkbook(r io.Reader, parts *zip.Reader, sheet string, limits Limits) (*Table, error) {
	if err := checkParts(parts, limits); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(r, excelize.Options{
		RawCellValue:      true,
		UnzipSizeLimit:    limits.Unpacked,
		UnzipXMLSizeLimit: min(unpackInMemory, limits.Unpacked),
	})
	switch {
	case errors.Is(err, excelize.ErrWorkbookPassword):
		return nil, ErrOldFormat
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	t := &Table{Serials: true, close: f.Close}
	for _, name := range f.GetSheetList() {
		if shown, err := f.GetSheetVisible(name); err == nil && shown {
			t.Sheets = append(t.Sheets, name)
		}
	}
	if t.Sheet = pick(t.Sheets, sheet); t.Sheet == "" {
		f.Close()
		return nil, ErrNoSheet
	}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		t.From04 = *props.Date1904
	}
	t.rows = func(yield func(Row, error) bool) { readSheet(f, t.Sheet, limits, yield) }
	return t, nil
}

func pick(names []string, wanted string) string {
	for _, n := range names {
		if wanted == "" || n == wanted {
			return n
		}
	}
	return ""
}

// checkParts refuses a workbook by what its directory says, which the zip reader later holds each part to. Pictures are
// as large as the file they come in; everything but the sheets and their strings is small in any real table.
func checkParts(parts *zip.Reader, limits Limits) error {
	if len(parts.File) > limits.Parts {
		return fmt.Errorf("%w: %d parts", ErrTooBig, len(parts.File))
	}
	left := uint64(limits.Unpacked)
	for _, p := range parts.File {
		if p.UncompressedSize64 > left {
			return fmt.Errorf("%w: unpacks to more than %d bytes", ErrTooBig, limits.Unpacked)
		}
		left -= p.UncompressedSize64
		name := strings.ToLower(strings.ReplaceAll(p.Name, "\\", "/"))
		streamed := strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml" || strings.HasPrefix(name, "xl/media/")
		if !streamed && p.UncompressedSize64 > smallPart {
			return fmt.Errorf("%w: a part of %d bytes that is no sheet", ErrTooBig, p.UncompressedSize64)
		}
	}
	for _, p := range parts.File {
		if err := checkPart(p); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, p.Name, err)
		}
	}
	return nil
}

// checkPart reads a part to its end: excelize takes a part that breaks off, or whose XML does, for a shorter one, and
// a list must never lose its end in silence.
func checkPart(p *zip.File) error {
	r, err := p.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	if !strings.HasSuffix(strings.ToLower(p.Name), ".xml") {
		_, err = io.Copy(io.Discard, r)
		return err
	}
	var open []xml.Name // Token would keep it, but takes longer
	for tokens := xml.NewDecoder(r); ; {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return nil
		} else if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			open = append(open, t.Name)
		case xml.EndElement:
			n := len(open) - 1
			if n < 0 || open[n] != t.Name {
				return fmt.Errorf("line %d: </%s> ends nothing", line(tokens), t.Name.Local)
			}
			open = open[:n]
		}
	}
}

func line(tokens *xml.Decoder) int {
	n, _ := tokens.InputPos()
	return n
}

func readSheet(f *excelize.File, sheet string, limits Limits, yield func(Row, error) bool) {
	rows, err := f.Rows(sheet)
	if err != nil {
		yield(Row{}, fmt.Errorf("%w: %w", ErrDamaged, err))
		return
	}
	defer rows.Close()
	n, filled := 0, 0
	for rows.Next() {
		n++
		cells, err := rows.Columns()
		if err != nil {
			yield(Row{}, &PlaceError{Row: n, Err: fmt.Errorf("%w: %w", ErrDamaged, err)})
			return
		}
		row, err := cleanRow(n, cells, limits)
		if err == nil && row.Empty() {
			continue
		}
		if filled++; err == nil && filled > limits.Rows {
			err = &PlaceError{Row: n, Err: fmt.Errorf("%w: more than %d rows", ErrTooBig, limits.Rows)}
		}
		if !yield(row, err) || err != nil {
			return
		}
	}
	if err := rows.Error(); err != nil {
		yield(Row{}, &PlaceError{Row: n + 1, Err: fmt.Errorf("%w: %w", ErrDamaged, err)})
	}
}
