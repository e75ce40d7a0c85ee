package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func newConfig(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Show the settings in force, secrets masked, and all that is wrong with them",
		Long: `Show the settings in force: name, value, what it is for. Secrets are masked. All that is wrong is listed at once, and
the exit code is then 1.

Settings come from the environment. Each secret NAME can be given as NAME_FILE, the path of a file that holds it.`,
		Example: "  chungtay config",
		RunE: func(*cobra.Command, []string) error {
			c, err := t.config()
			fmt.Fprint(t.out, c)
			return err
		},
	}
}
