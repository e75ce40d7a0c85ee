package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chungtay/flows/vi"
)

func newUnderstand(t terminal) *cobra.Command {
	var now string
	cmd := &cobra.Command{
		Use:   "understand",
		Short: "Read Vietnamese phrases from standard input and show how each is understood",
		Long: `Read lines "phrase<TAB>kind" from standard input and write for each one line: the value as it is understood. Kinds:
money_vnd, money_edge, quantity, date, date_range, date_edge, datetime, phone, phone_edge, cccd, person, unit, normalize,
message. What cannot be read is {"not_understood":true}; what can be read in several ways says "ambiguous" and "ask".`,
		Example: `  printf '500k\tmoney_vnd\nhôm qua\tdate\n' | chungtay understand --now 2026-11-11T09:00:00+07:00`,
		RunE: func(*cobra.Command, []string) error {
			at := time.Now()
			if now != "" {
				var err error
				if at, err = time.Parse(time.RFC3339, now); err != nil {
					return &usageError{fmt.Errorf("--now %q is no time", now), "write it as in --now 2026-11-11T09:00:00+07:00"}
				}
			}
			return understand(t.in, t.out, at)
		},
	}
	cmd.Flags().StringVar(&now, "now", "", "time the phrases are read at (RFC 3339); the present if not given")
	return cmd
}

// understand writes a line for each line, whatever its length, and keeps what it wrote when reading fails.
func understand(in io.Reader, out io.Writer, at time.Time) error {
	lines := bufio.NewReaderSize(in, 1<<16)
	answers := bufio.NewWriterSize(out, 1<<16)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			line = strings.TrimRight(line, "\r\n")
			phrase, rest, _ := strings.Cut(line, "\t")
			kind, _, _ := strings.Cut(rest, "\t") // a third column, as of a list of expectations, is passed over
			answers.WriteString(vi.Understand(phrase, strings.TrimSpace(kind), at))
			answers.WriteByte('\n')
		}
		if err == io.EOF {
			return answers.Flush()
		}
		if err != nil {
			_ = answers.Flush()
			return err
		}
		if lines.Buffered() == 0 { // somebody may wait for the answer before writing more
			if err := answers.Flush(); err != nil {
				return err
			}
		}
	}
}
