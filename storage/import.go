package storage

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"unicode"

	"chungtay/flows/dialog"
	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

// Lists that can be imported.
const (
	ImportAreas      = "areas"
	ImportGroups     = "groups"
	ImportHouseholds = "households"
)

// The city that all communes lie in (code of Decision 19/2025/QĐ-TTg).
const (
	CityCode = "48"
	CityName = "Thành phố Đà Nẵng"
)

// Place is one meaning of the name of a commune-level unit: its code today, and the name of the ward or commune of
// before July 2025 that was said.
type Place struct {
	Code string
	Old  string // "Hòa Minh"
}

// ImportOptions say how a list is imported.
type ImportOptions struct {
	Apply  bool                      // keep what was read; else only report
	Places func(name string) []Place // reads a unit's name, of today or of before; several: ambiguous
	Source string                    // what the list is called, for classifications and the audit log
	Actor  string                    // who imports, for the audit log
	Sample bool                      // the households are made up, for demonstration
	Report func(ImportProblem)       // told of each bad row, in order; nil: nobody

	Scope    []string             // paths of the areas whose households may be imported; none: all
	Progress func(rows int) error // told after each portion how many rows there were so far; nil: nobody
}

// ImportProblem says what is wrong with a row. Line is for people.
type ImportProblem struct {
	Row     int
	Column  string // letter of the column, "" where the row as a whole is meant
	Heading string
	Line    dialog.Line
}

// ImportReport counts what an import did, or without Apply would do. Every row read is one of Added, Changed, Same, Bad.
type ImportReport struct {
	HeaderRow                       int
	Rows, Added, Changed, Same, Bad int
	Classified                      int      // classifications added
	Used                            []string // headings that were understood
	Ignored                         []string // headings that were not
	Applied                         bool
	Years                           []string // of the classes read, oldest first
	Decisions                       []string // the first few decisions read, by their numbers
}

// importer is one kind of list.
type importer interface {
	columns() []column
	// parse reads a row; what is wrong with it goes to fault.
	parse(row *importRow)
	// flush plans, and with apply keeps, the rows parsed since the last flush.
	flush(ctx context.Context, report *ImportReport) error
	// pending is how many rows wait for flush.
	pending() int
}

// column is a column of a list, by the folded headings it goes under. One with a usual heading is needed.
type column struct {
	name     string
	usual    string
	headings []string
}

// flushRows is how many rows of a list are kept in one transaction: few enough that a bot on the same embedded database
// waits for it a few tenths of a second at most.
const flushRows = 500

// headerRows is how far down the row of headings is looked for, below titles and signatures.
const headerRows = 30

// Import reads a list of areas, groups or households. Rows that cannot be used are reported and left out; the others are
// kept if opts.Apply, in steps, so that an import that breaks off can be run again: what is there already is not changed.
// A list without the headings it needs is a *HeaderError.
func (r *Records) Import(ctx context.Context, kind string, table *sheets.Table, opts ImportOptions) (ImportReport, error) {
	report := ImportReport{Applied: opts.Apply}
	if opts.Report == nil {
		opts.Report = func(ImportProblem) {}
	}
	var list importer
	var err error
	switch kind {
	case ImportAreas:
		list, err = newAreaList(ctx, r, opts)
	case ImportGroups:
		list, err = newGroupList(ctx, r, opts)
	case ImportHouseholds:
		list, err = newHouseholdList(ctx, r, opts)
	default:
		return report, fmt.Errorf("storage: no list is called %q", kind)
	}
	if err != nil {
		return report, err
	}
	var head *header
	var before []sheets.Row
	for row, err := range ahead(ctx, table.Rows()) {
		if err != nil {
			return report, err
		}
		if head == nil {
			before = append(before, row)
			if head = findHeader(list.columns(), row); head == nil && len(before) < headerRows {
				continue
			} else if head == nil {
				break
			}
			report.HeaderRow, report.Used, report.Ignored = row.N, head.used, head.ignored
			continue
		}
		if row.N == report.HeaderRow+1 && numbersColumns(row) {
			continue
		}
		report.Rows++
		in := &importRow{row: row, head: head, table: table, report: opts.Report}
		list.parse(in)
		if in.bad {
			report.Bad++
		}
		if list.pending() >= flushRows {
			if err := list.flush(ctx, &report); err != nil {
				return report, err
			}
			if opts.Progress != nil {
				if err := opts.Progress(report.Rows - report.Bad); err != nil {
					return report, err
				}
			}
		}
	}
	if head == nil {
		return report, missing(list.columns(), before)
	}
	return report, list.flush(ctx, &report)
}

// ahead reads rows while those before them are being kept.
func ahead(ctx context.Context, rows iter.Seq2[sheets.Row, error]) iter.Seq2[sheets.Row, error] {
	return func(yield func(sheets.Row, error) bool) {
		type part struct {
			rows []sheets.Row
			err  error
		}
		ctx, stop := context.WithCancel(ctx)
		parts := make(chan part, 2)
		var reading sync.WaitGroup
		defer reading.Wait()
		defer stop()
		reading.Go(func() {
			defer close(parts)
			var p part
			send := func() bool {
				select {
				case parts <- p:
					p = part{}
					return true
				case <-ctx.Done():
					return false
				}
			}
			for row, err := range rows {
				if p.err = err; err == nil {
					p.rows = append(p.rows, row)
				}
				if (err != nil || len(p.rows) == flushRows) && !send() {
					return
				}
			}
			send()
		})
		for p := range parts {
			for _, row := range p.rows {
				if !yield(row, nil) {
					return
				}
			}
			if p.err != nil {
				yield(sheets.Row{}, p.err)
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(sheets.Row{}, err)
		}
	}
}

// HeaderError says which columns a list lacks, by their usual headings.
type HeaderError struct {
	Missing []string
	Seen    []string // headings of the row that looked most like one
}

func (e *HeaderError) Error() string {
	return "storage: the list has no column " + strings.Join(e.Missing, ", ")
}

// header is the row of headings: where each column is.
type header struct {
	at      map[string]int
	heading []string
	used    []string
	ignored []string
}

// findHeader takes a row for the headings if all required columns are in it.
func findHeader(columns []column, row sheets.Row) *header {
	h := readHeader(columns, row)
	for _, c := range columns {
		if _, ok := h.at[c.name]; c.usual != "" && !ok {
			return nil
		}
	}
	return h
}

func readHeader(columns []column, row sheets.Row) *header {
	h := &header{at: map[string]int{}, heading: row.Cells}
	for i, cell := range row.Cells {
		if cell == "" {
			continue
		}
		shown := strings.Join(strings.Fields(cell), " ")
		name := columnOf(columns, cell)
		if _, twice := h.at[name]; name == "" || twice {
			h.ignored = append(h.ignored, shown)
			continue
		}
		h.at[name] = i
		h.used = append(h.used, shown)
	}
	return h
}

// columnOf finds the column with this heading, whatever its accents, case and signs, and whatever stands in brackets.
func columnOf(columns []column, heading string) string {
	plain, _, _ := strings.Cut(heading, "(")
	for _, text := range []string{heading, plain} {
		text = strings.Join(words(fold.Fold(text)), " ")
		for _, c := range columns {
			if text != "" && (slices.Contains(c.headings, text) || text == strings.ReplaceAll(c.name, "_", " ")) {
				return c.name
			}
		}
	}
	return ""
}

func missing(columns []column, rows []sheets.Row) error {
	best := &header{}
	for _, row := range rows {
		if h := readHeader(columns, row); len(h.at) > len(best.at) {
			best = h
		}
	}
	e := &HeaderError{Seen: append(slices.Clone(best.used), best.ignored...)}
	for _, c := range columns {
		if _, ok := best.at[c.name]; c.usual != "" && !ok {
			e.Missing = append(e.Missing, c.usual)
		}
	}
	return e
}

// numbersColumns reports a row below the headings that only numbers them: (1) (2) (3), A B 1 2.
func numbersColumns(row sheets.Row) bool {
	filled := 0
	for _, cell := range row.Cells {
		if cell == "" {
			continue
		}
		filled++
		inner := strings.Trim(cell, "()")
		if len(inner) > 2 || len(inner) > 1 && !isDigits(inner) {
			return false
		}
	}
	return filled > 2
}

func isDigits(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// importRow is a row being read.
type importRow struct {
	row    sheets.Row
	head   *header
	table  *sheets.Table
	report func(ImportProblem)
	bad    bool
}

// has reports whether the list has a column.
func (in *importRow) has(column string) bool {
	_, ok := in.head.at[column]
	return ok
}

// text is the cell of a column on one line, "" where the list has no such column.
func (in *importRow) text(column string) string {
	i, ok := in.head.at[column]
	if !ok {
		return ""
	}
	return strings.Join(strings.Fields(in.row.Cell(i)), " ")
}

// fault reports that the cell of a column cannot be used.
func (in *importRow) fault(column, key string, args ...string) {
	in.bad = true
	p := ImportProblem{Row: in.row.N, Line: dialog.Line{Key: key, Args: map[string]string{}}}
	if i, ok := in.head.at[column]; ok {
		p.Column = sheets.Column(i)
		if i < len(in.head.heading) {
			p.Heading = strings.Join(strings.Fields(in.head.heading[i]), " ")
		}
	}
	for i := 0; i+1 < len(args); i += 2 {
		p.Line.Args[args[i]] = quoted(args[i+1])
	}
	in.report(p)
}

// quoted shortens what is quoted in a report.
func quoted(s string) string {
	const most = 60
	runes := []rune(s)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// unit reads the commune of a row, and the old ward's name where the unit was named by it or the column old says it.
func (in *importRow) unit(unitColumn, oldColumn string, places func(string) []Place) (code, old string, ok bool) {
	said := in.text(unitColumn)
	if said == "" {
		in.fault(unitColumn, "import.no_unit")
		return "", "", false
	}
	found := places(said)
	label := in.text(oldColumn)
	if label == "" {
		if len(found) == 1 {
			return found[0].Code, found[0].Old, true
		}
		in.faultPlaces(unitColumn, said, found)
		return "", "", false
	}
	// The old ward must lie in the unit, and may tell which of several is meant.
	olds := places(label)
	var fit []Place
	for _, u := range found {
		for _, o := range olds {
			if o.Code == u.Code && !slices.ContainsFunc(fit, func(p Place) bool { return p.Code == u.Code }) {
				fit = append(fit, Place{Code: u.Code, Old: bareUnit(label)})
			}
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0].Code, fit[0].Old, true
	case len(found) == 0 || len(fit) > 1:
		in.faultPlaces(unitColumn, said, found)
	case len(olds) == 0:
		in.fault(oldColumn, "import.unknown_unit", "value", label)
	default:
		in.fault(oldColumn, "import.unit_mismatch", "old", label, "unit", said)
	}
	return "", "", false
}

func (in *importRow) faultPlaces(column, said string, found []Place) {
	if len(found) == 0 {
		in.fault(column, "import.unknown_unit", "value", said)
		return
	}
	var codes []string
	for _, p := range found {
		codes = append(codes, p.Code)
	}
	in.fault(column, "import.ambiguous_unit", "value", said, "codes", strings.Join(codes, ", "))
}

// bareUnit takes the kind off a unit's name: "P. Hòa Minh (cũ)" is Hòa Minh.
func bareUnit(name string) string {
	name, _, _ = strings.Cut(name, "(")
	list := strings.Fields(name)
	kinds := []string{"phuong", "xa", "p", "x", "thi tran", "tt"}
	for n := min(2, len(list)-1); n > 0; n-- {
		if slices.Contains(kinds, strings.TrimSuffix(fold.Fold(strings.Join(list[:n], " ")), ".")) {
			list = list[n:]
			break
		}
	}
	if n := len(list); n > 1 && fold.Fold(list[n-1]) == "cu" {
		list = list[:n-1]
	}
	return strings.Join(list, " ")
}

// name tidies a person's name: in capitals throughout, it gets small letters.
func tidyName(s string) string {
	if strings.IndexFunc(s, unicode.IsLower) >= 0 {
		return s
	}
	list := strings.Fields(strings.ToLower(s))
	for i, w := range list {
		r := []rune(w)
		r[0] = unicode.ToUpper(r[0])
		list[i] = string(r)
	}
	return strings.Join(list, " ")
}

// audit is a line of the log for something an import did.
func (o ImportOptions) audit(action, subject, area string) records.Audit {
	return records.Audit{Actor: o.Actor, Action: action, Subject: subject, Area: area, Why: "import " + o.Source}
}
