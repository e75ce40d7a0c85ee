package storage_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"chungtay/storage"
	"chungtay/storage/sheets"
)

// householdCells is row i of a large list of households, of twelve columns as wards keep them.
func householdCells(i int) []string {
	family := []string{"Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi"}[i%8]
	given := []string{"Lan", "Hạnh", "Sáu", "Bảy", "Tâm", "Hương", "Dũng", "Phượng", "Đậu"}[i/8%9]
	return []string{
		fmt.Sprint(i + 1), family + " Thị " + given, fmt.Sprint(1930 + i%70), "Phường Hòa Khánh", "Hòa Minh", []string{"12", "56A", "5"}[i%3],
		fmt.Sprintf("kiệt %d, đường số %d", i%200, i/200), fmt.Sprintf("HN-%06d", i), fmt.Sprint(1 + i%7),
		[]string{"Hộ nghèo", "Hộ cận nghèo"}[i%2], "2026", "15/QĐ-UBND",
	}
}

var householdHeadings = []string{"STT", "Họ và tên chủ hộ", "Năm sinh", "Phường/xã", "Phường/xã cũ", "Tổ", "Địa chỉ", "Mã hộ", "Nhân khẩu", "Diện", "Năm", "Số quyết định"}

// writeXLSX writes a list as spreadsheet programs do: its texts in a table of shared strings.
func writeXLSX(t testing.TB, path string, rows int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	part := func(name string, write func(w *bufio.Writer)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		b := bufio.NewWriter(w)
		io.WriteString(b, `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`)
		write(b)
		if err := b.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	text := func(s string) func(*bufio.Writer) { return func(w *bufio.Writer) { w.WriteString(s) } }
	const ns = `xmlns="http://schemas.openxmlformats.org/`
	part("[Content_Types].xml", text(`<Types `+ns+`package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>`))
	part("_rels/.rels", text(`<Relationships `+ns+`package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`))
	part("xl/workbook.xml", text(`<workbook `+ns+`spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Hộ" sheetId="1" r:id="rId1"/></sheets></workbook>`))
	part("xl/_rels/workbook.xml.rels", text(`<Relationships `+ns+`package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`))
	index, strings := map[string]int{}, []string{}
	part("xl/worksheets/sheet1.xml", func(w *bufio.Writer) {
		w.WriteString(`<worksheet ` + ns + `spreadsheetml/2006/main"><sheetData>`)
		for n := range rows + 1 {
			cells := householdHeadings
			if n > 0 {
				cells = householdCells(n - 1)
			}
			fmt.Fprintf(w, `<row r="%d">`, n+1)
			for i, c := range cells {
				at, ok := index[c]
				if !ok {
					at = len(strings)
					index[c] = at
					strings = append(strings, c)
				}
				fmt.Fprintf(w, `<c r="%s%d" t="s"><v>%d</v></c>`, sheets.Column(i), n+1, at)
			}
			w.WriteString(`</row>`)
		}
		w.WriteString(`</sheetData></worksheet>`)
	})
	part("xl/sharedStrings.xml", func(w *bufio.Writer) {
		w.WriteString(`<sst ` + ns + `spreadsheetml/2006/main">`)
		for _, s := range strings {
			fmt.Fprintf(w, `<si><t>%s</t></si>`, s)
		}
		w.WriteString(`</sst>`)
	})
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkImport keeps a list of 100,000 households; run it with -benchtime 1x.
func BenchmarkImport(b *testing.B) {
	const rows = 100_000
	path := filepath.Join(b.TempDir(), "list.xlsx")
	writeXLSX(b, path, rows)
	for _, again := range []bool{false, true} {
		b.Run(fmt.Sprintf("again=%t", again), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				r := openImport(b)
				setUp(b, r)
				if again {
					importFile(b, r, path)
				}
				b.StartTimer()
				report := importFile(b, r, path)
				if want := map[bool]int{false: report.Added, true: report.Same}[again]; want != rows {
					b.Fatalf("%+v", report)
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(peakMemory()/(1<<20), "MB-peak")
		})
	}
}

func importFile(t testing.TB, r *storage.Records, path string) storage.ImportReport {
	t.Helper()
	table, err := sheets.Open(path, "", sheets.Usual)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	report, err := r.Import(t.Context(), storage.ImportHouseholds, table, storage.ImportOptions{Apply: true, Places: places})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// peakMemory is the most this process had resident, in bytes; 0 where the system does not tell.
func peakMemory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(status) {
		var kb float64
		if n, _ := fmt.Sscanf(string(line), "VmHWM: %f kB", &kb); n == 1 {
			return kb * 1024
		}
	}
	return 0
}

// A list as a spreadsheet program saves it, imported whole and imported again.
func TestImportWorkbook(t *testing.T) {
	r := openImport(t)
	setUp(t, r)
	const rows = 1_234
	path := filepath.Join(t.TempDir(), "list.xlsx")
	writeXLSX(t, path, rows)
	if report := importFile(t, r, path); report.Added != rows || report.Classified != rows {
		t.Errorf("first: %+v", report)
	}
	if report := importFile(t, r, path); report.Same != rows {
		t.Errorf("second: %+v", report)
	}
	same(t, []string{"1234|1234|1234"}, query(t, r,
		"SELECT (SELECT count(*) FROM households), (SELECT count(*) FROM classifications), (SELECT count(DISTINCT code) FROM households)"))
}
