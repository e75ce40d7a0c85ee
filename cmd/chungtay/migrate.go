package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newMigrate(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the tables of the database up to this version",
		Long: `Bring the tables of the database (DATABASE_URL) up to this version. Serving does it too, at its start; running it
twice, or in several places at once, does no harm.`,
		Example: "  DATABASE_URL=postgres://... REDIS_URL=redis://... chungtay migrate",
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, _, err := openRecords(cmd.Context(), t, false)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Migrate(cmd.Context()); err != nil {
				return reachable(err)
			}
			fmt.Fprintln(t.out, "The tables are up to date.")
			return nil
		},
	}
}
