package sheets_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"chungtay/storage/sheets"
)

type rows [][]string // the first cell is the row's number

func read(t *testing.T, data []byte, limits sheets.Limits) (rows, error) {
	t.Helper()
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", limits)
	if err != nil {
		return nil, err
	}
	defer table.Close()
	var got rows
	for row, err := range table.Rows() {
		if err != nil {
			return got, err
		}
		got = append(got, append([]string{fmt.Sprint(row.N)}, row.Cells...))
	}
	return got, nil
}

func utf16Bytes(s string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xFEFF)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return b
}

// windows1258 writes text as old Vietnamese programs do: letters with a hat, tone marks apart.
func windows1258(t *testing.T, s string) []byte {
	t.Helper()
	var out []byte
	enc := charmap.Windows1258.NewEncoder()
	for _, r := range norm.NFC.String(s) {
		b, err := enc.Bytes([]byte(string(r)))
		if err != nil {
			hat, marks := splitTone(r)
			if b, err = enc.Bytes([]byte(hat + marks)); err != nil {
				t.Fatalf("%q: %v", r, err)
			}
		}
		out = append(out, b...)
	}
	return out
}

func splitTone(r rune) (hat, tone string) {
	var rest []rune
	for _, d := range norm.NFD.String(string(r)) {
		if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", d) {
			tone += string(d)
		} else {
			rest = append(rest, d)
		}
	}
	return norm.NFC.String(string(rest)), tone
}

func TestCSV(t *testing.T) {
	const list = "STT;Họ và tên;Địa chỉ\n1;Nguyễn Thị Lan;hẻm 42, Tôn Đức Thắng\n\n2;Trần Văn Đậu;\n"
	want := rows{{"1", "STT", "Họ và tên", "Địa chỉ"}, {"2", "1", "Nguyễn Thị Lan", "hẻm 42, Tôn Đức Thắng"}, {"4", "2", "Trần Văn Đậu"}}
	tests := map[string]struct {
		data []byte
		want rows
	}{
		"UTF-8":                   {[]byte(list), want},
		"UTF-8 with a mark":       {append([]byte("\xEF\xBB\xBF"), list...), want},
		"decomposed":              {[]byte(norm.NFD.String(list)), want},
		"UTF-16 little":           {utf16Bytes(list, binary.LittleEndian, true), want},
		"UTF-16 big":              {utf16Bytes(list, binary.BigEndian, true), want},
		"UTF-16 little, no mark":  {utf16Bytes(list, binary.LittleEndian, false), want},
		"UTF-16 big, no mark":     {utf16Bytes(list, binary.BigEndian, false), want},
		"Windows-1258":            {windows1258(t, list), want},
		"Windows line ends":       {[]byte(strings.ReplaceAll(list, "\n", "\r\n")), want},
		"no end of line":          {[]byte("a,b\nc,d"), rows{{"1", "a", "b"}, {"2", "c", "d"}}},
		"tabs":                    {[]byte("a\tb, c\nd\te\n"), rows{{"1", "a", "b, c"}, {"2", "d", "e"}}},
		"decimal commas":          {[]byte("tên;số\ngạo;1,5\nmì;2,5\n"), rows{{"1", "tên", "số"}, {"2", "gạo", "1,5"}, {"3", "mì", "2,5"}}},
		"Excel's own separator":   {[]byte("sep=|\na|b;c;d\n"), rows{{"2", "a", "b;c;d"}}},
		"one column":              {[]byte("Lan\nHạnh\n"), rows{{"1", "Lan"}, {"2", "Hạnh"}}},
		"quoted, with line ends":  {[]byte("a,\"b\nc\"\nd,\"e \"\"f\"\"\"\n"), rows{{"1", "a", "b\nc"}, {"2", "d", `e "f"`}}},
		"bare quotes":             {[]byte("a,ông \"Ba\"\nb,c\n"), rows{{"1", "a", `ông "Ba"`}, {"2", "b", "c"}}},
		"invisible characters":    {[]byte("a\u200b,\u202eb\x00\n"), rows{{"1", "a", "b"}}},
		"a formula is only text":  {[]byte("=1+1,@cmd\n"), rows{{"1", "=1+1", "@cmd"}}},
		"nothing but empty lines": {[]byte("\n,,\n  \n"), nil},
		"an empty file":           {nil, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := read(t, tt.data, sheets.Usual)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func workbook(t *testing.T, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorkbook(t *testing.T) {
	day := time.Date(2026, 11, 10, 0, 0, 0, 0, time.UTC)
	data := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"STT", "Họ tên", "Ngày", "Số"}))
		must(t, f.SetSheetRow("Sheet1", "A5", &[]any{1, " Nguyễn  Thị Lan ", day, 1500000.5}))
		must(t, f.SetCellFormula("Sheet1", "E5", "1+1"))
		style, err := f.NewStyle(&excelize.Style{NumFmt: 3})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "D5", "D5", style))
		must(t, f.SetSheetRow("Sheet1", "C6", &[]any{true, "x"}))
	})
	table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", sheets.Usual)
	must(t, err)
	defer table.Close()
	var got rows
	for row, err := range table.Rows() {
		must(t, err)
		got = append(got, append([]string{fmt.Sprint(row.N)}, row.Cells...))
	}
	want := rows{{"2", "STT", "Họ tên", "Ngày", "Số"}, {"5", "1", "Nguyễn  Thị Lan", "46336", "1500000.5"}, {"6", "", "", "1", "x"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d, ok := table.Day("46336"); !ok || !d.Equal(day) {
		t.Errorf("serial day is %v", d)
	}
}

func TestSheets(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		for _, name := range []string{"Ẩn", "Tổ 12"} {
			_, err := f.NewSheet(name)
			must(t, err)
		}
		must(t, f.SetCellValue("Sheet1", "A1", "một"))
		must(t, f.SetCellValue("Tổ 12", "A1", "hai"))
		must(t, f.SetSheetVisible("Ẩn", false))
	})
	for _, tt := range []struct{ sheet, first string }{{"", "một"}, {"Tổ 12", "hai"}} {
		table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), tt.sheet, sheets.Usual)
		must(t, err)
		if diff := cmp.Diff([]string{"Sheet1", "Tổ 12"}, table.Sheets); diff != "" {
			t.Error(diff)
		}
		for row, err := range table.Rows() {
			must(t, err)
			if row.Cell(0) != tt.first {
				t.Errorf("sheet %q begins with %q", tt.sheet, row.Cell(0))
			}
		}
		must(t, table.Close())
	}
	if _, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "Không có", sheets.Usual); !errors.Is(err, sheets.ErrNoSheet) {
		t.Errorf("a sheet that is not there: %v", err)
	}
}

// zipped makes a zip file of one part that unpacks to size bytes of zeros.
func zipped(t *testing.T, name string, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	must(t, err)
	_, err = io.CopyN(w, zeros{}, size)
	must(t, err)
	must(t, z.Close())
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestRefused(t *testing.T) {
	good := workbook(t, func(f *excelize.File) { must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"a", "b", "c"})) })
	narrow, short, few, small := sheets.Usual, sheets.Usual, sheets.Usual, sheets.Usual
	narrow.Columns, short.Cell, few.Rows, small.Unpacked = 2, 5, 1, 8<<20
	tests := map[string]struct {
		data   []byte
		limits sheets.Limits
		want   error
	}{
		"a large file":         {make([]byte, 1<<10), sheets.Limits{Bytes: 1 << 9}, sheets.ErrTooBig},
		"a bomb of a sheet":    {zipped(t, "xl/worksheets/sheet1.xml", small.Unpacked+1), small, sheets.ErrTooBig},
		"a bomb of styles":     {zipped(t, "xl/styles.xml", 20<<20), sheets.Usual, sheets.ErrTooBig},
		"a zip of other stuff": {zipped(t, "readme.txt", 10), sheets.Usual, sheets.ErrDamaged},
		"half a workbook":      {good[:len(good)/2], sheets.Usual, sheets.ErrDamaged},
		"a web page":           {[]byte("<html><table><tr><td>Lan</td></tr></table></html>"), sheets.Usual, sheets.ErrDamaged},
		"a marked web page":    {[]byte("\xEF\xBB\xBF<html>"), sheets.Usual, sheets.ErrDamaged},
		"a document":           {[]byte("%PDF-1.7\n"), sheets.Usual, sheets.ErrDamaged},
		"the old format":       {[]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more"), sheets.Usual, sheets.ErrOldFormat},
		"too many columns":     {[]byte("a,b,c\n"), narrow, sheets.ErrTooBig},
		"too many in a book":   {good, narrow, sheets.ErrTooBig},
		"too long a cell":      {[]byte("x," + strings.Repeat("b", 21) + "\n"), short, sheets.ErrTooBig},
		"an unclosed quote":    {[]byte("x,\"" + strings.Repeat("line\n", 4000)), sheets.Usual, sheets.ErrTooBig},
		"too many rows":        {[]byte("a\nb\n"), few, sheets.ErrTooBig},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := read(t, tt.data, tt.limits); !errors.Is(err, tt.want) {
				t.Errorf("got %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

// repacked is a workbook of which one part's header or text was changed.
func repacked(t *testing.T, book []byte, part string, header func(*zip.FileHeader), text func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	must(t, err)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range in.File {
		switch {
		case p.Name == part && text != nil:
			r, err := p.Open()
			must(t, err)
			old, err := io.ReadAll(r)
			must(t, err)
			w, err := z.Create(p.Name)
			must(t, err)
			_, err = w.Write(text(old))
			must(t, err)
		default:
			h := p.FileHeader
			if p.Name == part {
				header(&h)
			}
			w, err := z.CreateRaw(&h)
			must(t, err)
			r, err := p.OpenRaw()
			must(t, err)
			_, err = io.Copy(w, r)
			must(t, err)
		}
	}
	must(t, z.Close())
	return b.Bytes()
}

// A list that lost its end, or lies about its size, is refused and not read as a shorter one.
func TestBrokenParts(t *testing.T) {
	book := workbook(t, func(f *excelize.File) {
		for i := range 50 {
			must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &[]any{i, fmt.Sprintf("hộ %d", i)}))
		}
	})
	if got, err := read(t, repacked(t, book, "none", nil, nil), sheets.Usual); err != nil || len(got) != 50 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	half := func(b []byte) []byte { return b[:len(b)/2] }
	for name, data := range map[string][]byte{
		"smaller than it is":  repacked(t, book, "xl/worksheets/sheet1.xml", func(h *zip.FileHeader) { h.UncompressedSize64 = 10 }, nil),
		"wrong check sum":     repacked(t, book, "xl/worksheets/sheet1.xml", func(h *zip.FileHeader) { h.CRC32++ }, nil),
		"half a sheet":        repacked(t, book, "xl/worksheets/sheet1.xml", nil, half),
		"half of the strings": repacked(t, book, "xl/sharedStrings.xml", nil, half),
		"an end of nothing": repacked(t, book, "xl/worksheets/sheet1.xml", nil, func(b []byte) []byte {
			return bytes.Replace(b, []byte(`<row r="20"`), []byte(`</sheetData><row r="20"`), 1)
		}),
		"an open end": repacked(t, book, "xl/worksheets/sheet1.xml", nil, func(b []byte) []byte {
			return bytes.TrimSuffix(b, []byte(`</worksheet>`))
		}),
		"a slip in the middle": repacked(t, book, "xl/worksheets/sheet1.xml", nil, func(b []byte) []byte {
			return bytes.Replace(b, []byte(`<row r="20"`), []byte(`<row r="20`), 1)
		}),
	} {
		if got, err := read(t, data, sheets.Usual); !errors.Is(err, sheets.ErrDamaged) {
			t.Errorf("%s: %d rows, %v", name, len(got), err)
		}
	}
}

func TestPlaceOfErrors(t *testing.T) {
	limits := sheets.Usual
	limits.Columns = 2
	_, err := read(t, []byte("a,b\n\"c\nd\",e\n1,2,3\n"), limits)
	var place *sheets.PlaceError
	if !errors.As(err, &place) || place.Row != 3 {
		t.Errorf("got %v, want an error in row 3", err)
	}
}

func TestDay(t *testing.T) {
	for _, tt := range []struct {
		cell    string
		serials bool
		want    string
	}{
		{"10/11/2026", false, "2026-11-10"},
		{"1/2/26", false, "2026-02-01"},
		{"2026-11-10", false, "2026-11-10"},
		{"2026-11-10T00:00:00", false, "2026-11-10"},
		{"10.11.2026 00:00", false, "2026-11-10"},
		{"46336", true, "2026-11-10"},
		{"46336.75", true, "2026-11-10"},
		{"46336", false, ""},
		{"31/2/2026", false, ""},
		{"29/2/2024", false, "2024-02-29"},
		{"11/2026", false, ""},
		{"12", true, ""},
		{"NaN", true, ""},
		{"1e300", true, ""},
		{"10/11/202", false, ""},
		{"1/1/1", false, ""},
		{"10/11/2626", false, ""},
		{"", true, ""},
	} {
		table := &sheets.Table{Serials: tt.serials}
		got := ""
		if d, ok := table.Day(tt.cell); ok {
			got = d.Format(time.DateOnly)
		}
		if got != tt.want {
			t.Errorf("Day(%q) = %q, want %q", tt.cell, got, tt.want)
		}
	}
	table := &sheets.Table{Serials: true, From04: true}
	if d, _ := table.Day("44874"); d.Format(time.DateOnly) != "2026-11-10" {
		t.Errorf("counted from 1904: %v", d)
	}
}

func TestColumn(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := sheets.Column(i); got != want {
			t.Errorf("Column(%d) = %s, want %s", i, got, want)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "tên file.csv")
	must(t, os.WriteFile(path, []byte("a,b\n"), 0o600))
	table, err := sheets.Open(path, "", sheets.Usual)
	must(t, err)
	must(t, table.Close())
	if _, err := sheets.Open(filepath.Join(dir, "none.csv"), "", sheets.Usual); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := sheets.Open(dir, "", sheets.Usual); !errors.Is(err, sheets.ErrDamaged) {
		t.Errorf("a folder: %v", err)
	}
}

// Whatever bytes come: no panic, no row out of order, no cell beyond the limits.
func FuzzRead(f *testing.F) {
	f.Add([]byte("a;b\n\"c\nd\";e\n"))
	f.Add([]byte("sep=;\na;b"))
	f.Add([]byte("sep="))
	f.Add([]byte("\xFF\xFEa\x00,\x00b\x00"))
	f.Add([]byte("PK\x03\x04 no zip"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), "", sheets.Usual)
		if err != nil {
			return
		}
		defer table.Close()
		last := 0
		for row, err := range table.Rows() {
			if err != nil {
				return
			}
			if row.N <= last || row.Empty() || len(row.Cells) > sheets.Usual.Columns {
				t.Fatalf("row %d after %d: %q", row.N, last, row.Cells)
			}
			last = row.N
		}
	})
}

// What a Book writes is read back; what goes wrong on the way is told at the end.
func TestBook(t *testing.T) {
	b := sheets.NewBook(true)
	defer b.Close()
	b.Sheet("Phiếu", 6, 0, 20)
	b.FreezeHead()
	b.Head([]string{"Số", "Tên", "Tiền"})
	b.Row(1, "Trần Thị Lan", b.Money(500_000))
	b.Sheet("Tổng")
	b.Row(nil, b.Bold("Cộng"), b.Money(500_000))
	data, err := b.Bytes()
	must(t, err)
	for name, want := range map[string][][]string{
		"Phiếu": {{"Số", "Tên", "Tiền"}, {"1", "Trần Thị Lan", "500000"}},
		"Tổng":  {{"", "Cộng", "500000"}},
	} {
		table, err := sheets.Read(bytes.NewReader(data), int64(len(data)), name, sheets.Usual)
		must(t, err)
		var got [][]string
		for row, err := range table.Rows() {
			must(t, err)
			got = append(got, row.Cells)
		}
		must(t, table.Close())
		if !cmp.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	bad := sheets.NewBook(false)
	defer bad.Close()
	bad.Sheet("a name with a ] in it")
	bad.Row("lost")
	if _, err := bad.Bytes(); err == nil {
		t.Error("a sheet that cannot be is no error")
	}
}
