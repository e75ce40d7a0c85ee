package sheets

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// How much of a file is looked at to tell its encoding and its separator.
const sniffed = 64 << 10

func openCSV(r *io.SectionReader, limits Limits) (*Table, error) {
	text, err := decoded(r)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(text, sniffed)
	head, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	skipped := 0
	comma := separator(head)
	// Excel writes and obeys a first line that names the separator.
	if line, _, _ := bytes.Cut(head, []byte("\n")); len(line) >= 5 && bytes.EqualFold(line[:4], []byte("sep=")) {
		comma = rune(line[4])
		if _, err := buffered.Discard(min(len(line)+1, len(head))); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		skipped = 1
	}
	if comma == '"' || comma == '\r' || comma == '\n' || comma == 0 || comma == utf8.RuneError {
		comma = ','
	}
	records := csv.NewReader(buffered)
	records.Comma = comma
	records.LazyQuotes = true
	records.FieldsPerRecord = -1
	return &Table{
		rows:  func(yield func(Row, error) bool) { readCSV(records, skipped, limits, yield) },
		close: func() error { return nil },
	}, nil
}

// decoded turns a file into UTF-8. It has a byte order mark, or is UTF-16 as every second byte is zero, or is valid
// UTF-8; a file that is none of these is Windows-1258, as older Vietnamese programs write.
func decoded(r *io.SectionReader) (io.Reader, error) {
	head := make([]byte, min(r.Size(), sniffed))
	if _, err := r.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var enc transform.Transformer
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err := r.Seek(3, io.SeekStart)
		return r, err
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		enc = unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder()
	case mostlyASCII(head, binary.LittleEndian):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case mostlyASCII(head, binary.BigEndian):
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	default:
		valid, err := validUTF8(r)
		if err != nil {
			return nil, err
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		if valid {
			return r, nil
		}
		enc = charmap.Windows1258.NewDecoder()
	}
	return transform.NewReader(r, enc), nil
}

// mostlyASCII reports that half of the 16-bit units are ASCII characters: a table in UTF-16 without a mark has commas,
// digits, spaces and line ends enough, and no other file has zero bytes.
func mostlyASCII(head []byte, order binary.ByteOrder) bool {
	units, ascii := 0, 0
	for i := 0; i+1 < len(head); i += 2 {
		units++
		if u := order.Uint16(head[i:]); u >= '\t' && u < 0x7F {
			ascii++
		}
	}
	return units > 4 && 2*ascii > units
}

func validUTF8(r io.Reader) (bool, error) {
	buffered := bufio.NewReaderSize(r, sniffed)
	for {
		c, size, err := buffered.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return true, nil
		case err != nil:
			return false, err
		case c == utf8.RuneError && size == 1:
			return false, nil
		}
	}
}

// separator finds the separator of a table's beginning: the one of ; , tab and | that cuts its records into the most
// alike rows, and of equals the one that makes more columns.
func separator(head []byte) rune {
	best, bestScore := ',', 0
	for _, c := range []rune{';', ',', '\t', '|'} {
		records := csv.NewReader(bytes.NewReader(head))
		records.Comma, records.LazyQuotes, records.FieldsPerRecord, records.ReuseRecord = c, true, -1, true
		widths := map[int]int{}
		for range 50 {
			record, err := records.Read()
			if err != nil {
				break
			}
			if len(record) > 1 {
				widths[len(record)]++
			}
		}
		for width, rows := range widths {
			if score := rows*1000 + width; score > bestScore {
				best, bestScore = c, score
			}
		}
	}
	return best
}

func readCSV(records *csv.Reader, skipped int, limits Limits, yield func(Row, error) bool) {
	folded := 0 // line ends inside cells so far: a spreadsheet shows such a record as one row
	filled := 0
	for {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line := 0
		if len(cells) > 0 {
			line, _ = records.FieldPos(0)
		}
		n := line + skipped - folded
		if err != nil {
			yield(Row{}, &PlaceError{Row: max(n, 1), Err: fmt.Errorf("%w: %w", ErrDamaged, err)})
			return
		}
		for _, c := range cells {
			folded += strings.Count(c, "\n")
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
}
