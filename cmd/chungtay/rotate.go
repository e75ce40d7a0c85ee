package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"chungtay/storage"
)

func newRotateKey(t terminal) *cobra.Command {
	var draw bool
	cmd := &cobra.Command{
		Use:   "rotate-key",
		Short: "Change the DATA_KEY: seal phones and chat addresses anew",
		Long: `Change the DATA_KEY, in three steps, without stopping for longer than a restart:

  1. chungtay rotate-key --draw makes a new key from the one in DATA_KEY. It seals with fresh bytes, and carries on what
     chats and open codes are found by.
  2. Set DATA_KEY to the new key and DATA_KEY_OLD to the old one, and restart the bot: it reads what either sealed, and
     seals with the new one.
  3. chungtay rotate-key seals what the records hold anew, while the bot runs or stands still. Stopped midway, it loses
     nothing: run it again.

Conversations seal their address anew as people write. Leave DATA_KEY_OLD set for 30 days, by when every open question
has ended, then unset it and destroy the old key; backups from before need it.`,
		Example: `  chungtay rotate-key --draw    a new key from the one in DATA_KEY
  chungtay rotate-key           seal the records anew, with DATA_KEY and DATA_KEY_OLD set`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := t.config()
			if err != nil {
				return err
			}
			if draw {
				key, err := storage.NextDataKey(c.DataKey)
				if err != nil {
					return err
				}
				fmt.Fprintln(t.out, key)
				fmt.Fprintln(t.err, "Next: set DATA_KEY to it and DATA_KEY_OLD to the key of now, restart the bot, then run chungtay rotate-key")
				return nil
			}
			if c.DataKeyOld == "" {
				return &adviceError{errors.New("DATA_KEY_OLD is not set"), "set it to the key of before; make the new one for DATA_KEY with: chungtay rotate-key --draw"}
			}
			r, _, err := openRecords(cmd.Context(), t, true)
			if err != nil {
				return err
			}
			defer r.Close()
			if err := r.Migrate(cmd.Context()); err != nil {
				return reachable(err)
			}
			report, err := r.Rotate(cmd.Context(), func(sealed int) error {
				fmt.Fprintf(t.err, "\r%d sealed anew", sealed)
				return nil
			})
			fmt.Fprintln(t.err)
			if err != nil {
				return reachable(err)
			}
			fmt.Fprintf(t.out, "%d sealed anew, all that the records hold is sealed with DATA_KEY\n", report.Sealed)
			if report.Left > 0 {
				return &adviceError{fmt.Errorf("%d texts are sealed with neither key", report.Left), "is there a key older than DATA_KEY_OLD? set DATA_KEY_OLD to it and run this again"}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&draw, "draw", false, "make the new key, and change nothing")
	return cmd
}
