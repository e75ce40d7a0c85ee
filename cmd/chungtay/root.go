package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"chungtay/bot"
)

// terminal is what a command reads and writes, and its environment.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	environ  []string
}

// getenv is a variable of the environment, "" when it is not set.
func (t terminal) getenv(name string) string {
	value := ""
	for _, kv := range t.environ {
		if k, v, ok := strings.Cut(kv, "="); ok && k == name {
			value = v
		}
	}
	return value
}

// config reads the configuration. All that is wrong with it comes as one error.
func (t terminal) config() (bot.Config, error) {
	c, err := bot.ConfigFrom(t.environ)
	if err != nil {
		return c, &adviceError{err, "chungtay config shows what is set, and what each setting is for"}
	}
	return c, nil
}

// logger writes logs for machines, one JSON object a line.
func (t terminal) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(t.err, &slog.HandlerOptions{Level: level}))
}

// adviceError is an error with what to do next.
type adviceError struct {
	error
	next string
}

func (e *adviceError) Unwrap() error { return e.error }

// errQuiet ends a command with exit code 1 when it has said already what is wrong.
var errQuiet = errors.New("")

// run carries out the command that args name and returns the exit code: 0, 1 for what went wrong, 2 for a command that
// was not written as it should be.
func run(ctx context.Context, args []string, t terminal) int {
	root := newRoot(t)
	root.SetArgs(args)
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	err := root.ExecuteContext(ctx)
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return 0
	}
	if errors.Is(err, errQuiet) {
		return 1
	}
	fmt.Fprintf(t.err, "chungtay: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	var usage *usageError
	var advice *adviceError
	switch {
	case errors.As(err, &advice):
		fmt.Fprintf(t.err, "Next: %s\n", advice.next)
	case errors.As(err, &usage):
		fmt.Fprintf(t.err, "Next: %s\n", usage.next)
	}
	if usage != nil {
		return 2
	}
	return 1
}

// usageError is a command that was not written as it should be.
type usageError struct {
	error
	next string
}

func newRoot(t terminal) *cobra.Command {
	serve := newServe(t)
	root := &cobra.Command{
		Use:   "chungtay",
		Short: "Chung Tay: a chatbot by which a neighbourhood keeps track of the help it gives",
		Long: `Chung Tay ("join hands") is a chatbot for Vietnamese neighbourhoods: a group leader tells it on the phone who was
helped with what, and it is kept.

Without a command it serves where TELEGRAM_TOKEN or ZALO_BOT_TOKEN is set, and shows this help where none is.`,
		Example: `  chungtay demo                     try it: no account, no network
  TELEGRAM_TOKEN=... DATA_KEY=... chungtay serve`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			next := "chungtay help lists the commands"
			if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
				next = "did you mean: chungtay " + strings.Join(like, ", chungtay ")
			}
			return &usageError{fmt.Errorf("there is no command %q", args[0]), next}
		},
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range []string{"TELEGRAM_TOKEN", "TELEGRAM_TOKEN_FILE", "ZALO_BOT_TOKEN", "ZALO_BOT_TOKEN_FILE"} {
				if t.getenv(name) != "" {
					return serve.RunE(cmd, args)
				}
			}
			return cmd.Help()
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{err, "see " + cmd.CommandPath() + " --help"}
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(serve, newDemo(t), newChat(t), newDraw(t), newCheck(t), newMigrate(t), newImport(t), newStatement(t), newInvite(t),
		newRotateKey(t), newVerify(t), newConfig(t), newUnderstand(t), newHealth(t), newVersion(t))
	root.SetHelpFunc(showHelp)
	for _, c := range root.Commands() {
		if c.Args == nil {
			c.Args = nothingMore
		}
		c.Args = explained(c.Args)
	}
	return root
}

// nothingMore is for commands that take flags at most.
func nothingMore(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes nothing like %q", cmd.CommandPath(), args[0])
	}
	return nil
}

// explained says with a complaint about arguments how the command is written.
func explained(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &usageError{err, fmt.Sprintf("write %s; see %s --help", cmd.UseLine(), cmd.CommandPath())}
		}
		return nil
	}
}

// showHelp explains a command; of the program as a whole, every command with an example.
func showHelp(cmd *cobra.Command, _ []string) {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s\n\nUsage:\n  %s\n", strings.TrimSpace(firstOf(cmd.Long, cmd.Short)), cmd.UseLine())
	if cmd.HasParent() {
		if cmd.Example != "" {
			fmt.Fprintf(out, "\nExamples:\n%s\n", cmd.Example)
		}
		if flags := cmd.LocalFlags().FlagUsages(); flags != "" {
			fmt.Fprintf(out, "\nFlags:\n%s", flags)
		}
		return
	}
	fmt.Fprint(out, "\nCommands:\n")
	for _, c := range cmd.Commands() {
		if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		fmt.Fprintf(out, "\n  %-11s %s\n", c.Name(), c.Short)
		example, _, _ := strings.Cut(strings.TrimSpace(c.Example), "\n")
		example, _, _ = strings.Cut(example, "   ") // what follows is a remark
		fmt.Fprintf(out, "  %-11s   $ %s\n", "", example)
	}
	fmt.Fprint(out, "\nchungtay COMMAND --help tells more. Settings come from the environment; chungtay config shows them.\n")
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
