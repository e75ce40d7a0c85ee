package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chungtay/flows/dialog"
	"chungtay/flows/vi"
	"chungtay/storage"
	"chungtay/storage/sheets"
)

func newImport(t terminal) *cobra.Command {
	var apply bool
	var sheet string
	cmd := &cobra.Command{
		Use:   "import areas|groups|households [FILE]",
		Short: "Import a list of communes, groups or households (xlsx or csv)",
		Long: `Import a list from an xlsx or csv file. Without --apply nothing is changed: the report says what would be, and what is
wrong with which row, in Vietnamese. With --apply the good rows are kept and the bad ones reported. The same file again
changes nothing. The exit code is 1 when there are bad rows.

  areas        the communes; without FILE the 94 units of Đà Nẵng since 1 July 2025, which come with the program
  groups       tổ dân phố and thôn of the communes
  households   with classifications and flags

Headings are recognised with or without accents, below any titles; docs/import.md lists them. Names of wards and communes
of before July 2025 are read as the units of today.`,
		Example: `  chungtay import households ds-ho-ngheo.xlsx            what would happen?
  chungtay import households ds-ho-ngheo.xlsx --apply    do it
  chungtay import areas --apply                          the 94 units`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				return errors.New("say what to import: areas, groups or households")
			case args[0] != storage.ImportAreas && args[0] != storage.ImportGroups && args[0] != storage.ImportHouseholds:
				return fmt.Errorf("no list is called %q; there are areas, groups and households", args[0])
			case len(args) == 1 && args[0] != storage.ImportAreas:
				return errors.New("name the file to import")
			case len(args) > 2:
				return errors.New("one file at a time")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var table *sheets.Table
			var err error
			name := "the 94 units"
			if len(args) == 1 {
				table, err = builtInUnits()
			} else {
				name = filepath.Base(args[1])
				table, err = sheets.Open(args[1], sheet, sheets.Usual)
			}
			if err != nil {
				return fileError(name, err)
			}
			defer table.Close()
			r, _, err := openRecords(cmd.Context(), t, false)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Migrate(cmd.Context()); err != nil {
				return reachable(err)
			}
			debug.SetGCPercent(200) // little of what a list makes lives long
			return importTable(cmd.Context(), t, r, args[0], name, table, apply)
		},
	}
	cmd.Flags().BoolVar(&apply, "apply", false, "keep what was read, instead of only reporting")
	cmd.Flags().StringVar(&sheet, "sheet", "", "sheet of the workbook; the first one if not given")
	return cmd
}

// fileError says what to do about a file that cannot be read.
func fileError(name string, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return &adviceError{fmt.Errorf("there is no file %s", name), "check the name and the folder"}
	case errors.Is(err, sheets.ErrOldFormat):
		return &adviceError{fmt.Errorf("%s is in the xls format of before 2007, or has a password", name), "open it and save it as Excel Workbook (.xlsx), without a password"}
	case errors.Is(err, sheets.ErrNoSheet):
		return &adviceError{fmt.Errorf("%s has no such sheet", name), "leave --sheet out to use the first one"}
	case errors.Is(err, sheets.ErrTooBig):
		return &adviceError{fmt.Errorf("%s: %w", name, err), fmt.Sprintf("divide it into files of at most %d rows and %d MB", sheets.Usual.Rows, sheets.Usual.Bytes>>20)}
	case errors.Is(err, sheets.ErrDamaged):
		return &adviceError{fmt.Errorf("%s is damaged, or neither xlsx nor csv: %w", name, err), "open it in a spreadsheet program and save it again"}
	}
	return err
}

// places reads a unit's name for an import.
func places(name string) []storage.Place {
	if u, ok := vi.UnitByCode(strings.TrimSpace(name)); ok {
		return []storage.Place{{Code: u.Code}}
	}
	reading := vi.ReadUnit(name, time.Time{})
	found := reading.Candidates
	if reading.Sure {
		found = []vi.Place{reading.Value}
	}
	var list []storage.Place
	for _, p := range found {
		place := storage.Place{Code: p.Unit}
		for _, old := range vi.OldUnits() {
			if old.Name == p.OldUnit {
				place.Old = old.Short
			}
		}
		list = append(list, place)
	}
	return list
}

// builtInUnits is the list of the 94 units as a table.
func builtInUnits() (*sheets.Table, error) {
	var b strings.Builder
	b.WriteString("Mã,Tên\n")
	for _, u := range vi.Units() {
		fmt.Fprintf(&b, "%s,%s\n", u.Code, u.Name)
	}
	return sheets.Read(strings.NewReader(b.String()), int64(b.Len()), "", sheets.Usual)
}

// importTable imports a table and writes the report, in Vietnamese.
func importTable(ctx context.Context, t terminal, r *storage.Records, kind, name string, table *sheets.Table, apply bool) error {
	m, err := newMind()
	if err != nil {
		return err
	}
	say := func(out io.Writer, key string, args ...string) {
		line := dialog.Line{Key: "import." + key, Args: map[string]string{}}
		for i := 0; i+1 < len(args); i += 2 {
			line.Args[args[i]] = args[i+1]
		}
		text, err := m.book.Text("vi", line)
		if err != nil {
			text = line.Key
		}
		fmt.Fprintln(out, text)
	}
	report, err := r.Import(ctx, kind, table, storage.ImportOptions{
		Apply: apply, Places: places, Source: name, Actor: "command line",
		Report: func(p storage.ImportProblem) {
			text, err := m.book.Text("vi", p.Line)
			if err != nil {
				text = p.Line.Key
			}
			if p.Column == "" {
				say(t.out, "row", "row", fmt.Sprint(p.Row), "problem", text)
			} else {
				say(t.out, "cell", "row", fmt.Sprint(p.Row), "column", p.Column, "heading", p.Heading, "problem", text)
			}
		},
	})
	var header *storage.HeaderError
	var place *sheets.PlaceError
	switch {
	case errors.As(err, &header):
		return &adviceError{
			fmt.Errorf("%s has no column %s (seen: %s)", name, strings.Join(header.Missing, ", "), strings.Join(header.Seen, ", ")),
			"give the columns these headings, in one row; docs/import.md lists all that are recognised",
		}
	case errors.As(err, &place):
		return fileError(fmt.Sprintf("%s, row %d", name, place.Row), err)
	case err != nil:
		return reachable(err)
	}
	if len(report.Ignored) > 0 {
		say(t.out, "ignored", "headings", strings.Join(report.Ignored, ", "))
	}
	key := "would"
	if report.Applied {
		key = "done"
	}
	count := func(n int) string { return fmt.Sprint(n) }
	say(t.out, key, "rows", count(report.Rows), "added", count(report.Added), "changed", count(report.Changed), "same", count(report.Same),
		"bad", count(report.Bad), "classified", count(report.Classified))
	if !report.Applied && report.Added+report.Changed > 0 {
		say(t.out, "apply")
	}
	if report.Bad > 0 {
		return errQuiet
	}
	return nil
}
