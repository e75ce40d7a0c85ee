package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
	"chungtay/storage/sheets"
)

func newStatement(t terminal) *cobra.Command {
	var apply bool
	var sheet, account, columns string
	cmd := &cobra.Command{
		Use:   "statement FILE",
		Short: "Read a bank's statement (xlsx or csv) and pair what came in with pledges",
		Long: `Read a bank's statement from an xlsx or csv file, and pair what came in on a campaign's account with pledges by the code in
its content, never by the amount alone. Without --apply nothing is kept: the report says what would be, and which lines
cannot be read, in Vietnamese. With --apply the transfers are kept, and wait for the treasurer (/doisoat in the chat),
who says which are accepted. The same file again changes nothing. The exit code is 1 when there are lines that cannot
be read, or balances that do not come out.

Headings are recognised in Vietnamese and English, below any titles. Where they are not, --columns names the columns by
their letters: day, in (money that came), out, amount, way, content, reference, balance, currency. They are remembered
for the account.`,
		Example: `  chungtay statement sao-ke-11.xlsx            what would happen?
  chungtay statement sao-ke-11.xlsx --apply    keep it
  chungtay statement so-phu.csv --account 1234567890 --columns "day=A in=D content=F"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := storage.StatementOptions{Account: account, Apply: apply}
			if columns != "" {
				var ok bool
				if opts.Columns, ok = records.ParseColumns(columns); !ok {
					return &adviceError{fmt.Errorf("%q names no columns that a statement can be read by", columns), `write for instance --columns "day=A in=D content=F"`}
				}
			}
			name := filepath.Base(args[0])
			table, err := sheets.Open(args[0], sheet, sheets.Usual)
			if err != nil {
				return fileError(name, err)
			}
			defer table.Close()
			r, _, err := openRecords(cmd.Context(), t, apply) // what senders wrote is sealed
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Migrate(cmd.Context()); err != nil {
				return reachable(err)
			}
			return takeStatement(cmd.Context(), t, r, name, table, opts)
		},
	}
	cmd.Flags().BoolVar(&apply, "apply", false, "keep what was read, instead of only reporting")
	cmd.Flags().StringVar(&sheet, "sheet", "", "sheet of the workbook; the first one if not given")
	cmd.Flags().StringVar(&account, "account", "", "account that the file is of, where it does not say")
	cmd.Flags().StringVar(&columns, "columns", "", "columns by their letters, where the headings do not say")
	return cmd
}

// takeStatement reads a statement and writes the report, in Vietnamese.
func takeStatement(ctx context.Context, t terminal, r *storage.Records, name string, table *sheets.Table, opts storage.StatementOptions) error {
	m, err := newMind()
	if err != nil {
		return err
	}
	text := func(key string, args map[string]string) string {
		said, err := m.book.Text("vi", dialog.Line{Key: key, Args: args})
		if err != nil {
			return key
		}
		return said
	}
	report, err := r.TakeStatement(ctx, table, opts)
	var why *storage.StatementError
	var place *sheets.PlaceError
	switch {
	case errors.As(err, &why):
		return &adviceError{fmt.Errorf("%s: %s", name, text(why.Reason, nil)), "see chungtay statement --help for --account and --columns"}
	case errors.As(err, &place):
		return fileError(fmt.Sprintf("%s, row %d", name, place.Row), err)
	case err != nil:
		return reachable(err)
	}
	for _, f := range report.Faults {
		fmt.Fprintln(t.out, text("import.row", map[string]string{"row": fmt.Sprint(f.Row), "problem": text(f.Reason, map[string]string{"value": f.Value})}))
	}
	status := records.StatementRead
	if opts.Apply {
		status = records.StatementKept
	}
	fmt.Fprintln(t.out, text("xemsaoke.report", report.Facts(status)))
	if len(report.Faults) > 0 || report.Off != nil {
		return errQuiet
	}
	return nil
}
