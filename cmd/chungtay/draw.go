package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func newDraw(t terminal) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:   "draw [FLOW]",
		Short: "Draw a conversation as a Mermaid chart",
		Long:  "Draw a conversation as a Mermaid chart: its questions, in order, and when each is asked. Without FLOW, list the conversations.",
		Example: `  chungtay draw ghinhan
  chungtay draw`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := newMind()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				for _, key := range m.engine.Flows() {
					fmt.Fprintf(t.out, "%-12s %s\n", key, m.book.Label(lang, key+".title"))
				}
				return nil
			}
			chart := m.engine.Draw(strings.TrimPrefix(args[0], "/"), lang)
			if chart == "" {
				return &adviceError{fmt.Errorf("no conversation is called %q", args[0]), "chungtay draw lists them: " + strings.Join(m.engine.Flows(), ", ")}
			}
			fmt.Fprint(t.out, chart)
			return nil
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "vi", "language of the labels")
	return cmd
}

func newCheck(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the conversations and their words",
		Long: `Check the conversations and their words: everything that can be said has words in every language, options can be told
apart, labels fit on buttons. The exit code is 1 when something is wrong.`,
		Example: "  chungtay check",
		RunE: func(*cobra.Command, []string) error {
			m, err := newMind()
			if err != nil {
				return err
			}
			found := m.engine.Lint()
			for _, f := range found {
				fmt.Fprintln(t.out, f)
			}
			if len(found) > 0 {
				return &adviceError{fmt.Errorf("%d findings", len(found)), "put them right in flows/ and locales/"}
			}
			flows := m.engine.Flows()
			if len(flows) == 0 {
				return errors.New("there are no conversations")
			}
			fmt.Fprintf(t.out, "%d conversations in %d languages: nothing wrong.\n", len(flows), len(m.book.Languages()))
			return nil
		},
	}
}
