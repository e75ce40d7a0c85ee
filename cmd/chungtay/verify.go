package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newVerify(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Go through the books of every fund: hashes, sums, and what came of each promise",
		Long: `Go through the books of every fund as they are now, while the bot runs or stands still. Nothing is changed.

Each journal is read from its first entry: none may be missing, each must hold the hash of what it says and of the one
before, what it moves must come to nothing, and no account may fall below zero. What the books say there is must be the
sum of the entries. Then what links promises, receipts, allocations and handovers is looked at.

The first place that is not right is said by codes and numbers, and the exit code is 1. Of each book the last hash is
printed: noted on paper, it shows later that nothing before it was changed since.`,
		Example: `  chungtay verify    in DATABASE_URL`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, _, err := openRecords(cmd.Context(), t, false)
			if err != nil {
				return err
			}
			defer r.Close()
			told := int64(0)
			report, err := r.Verify(cmd.Context(), func(entries int64) {
				if entries-told >= 100_000 {
					told = entries
					fmt.Fprintf(t.err, "\r%d entries", entries)
				}
			})
			if told > 0 {
				fmt.Fprintln(t.err)
			}
			if err != nil {
				return reachable(err)
			}
			for _, b := range report.Books {
				fmt.Fprintf(t.out, "%s of %s, %s: %d entries, last hash %s\n", b.Fund, b.Area, b.Currency, b.Entries, b.Head)
			}
			if report.Broken != "" {
				fmt.Fprintln(t.out, "not right: "+report.Broken)
				return errQuiet
			}
			fmt.Fprintf(t.out, "%d entries in %d books: all is right\n", report.Entries, len(report.Books))
			return nil
		},
	}
}
