package bot

import (
	"context"
	"errors"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// Lists are the lists that people sent, which are worked on beside the conversations.
type Lists interface {
	// NextList gives owner a list that waits, and keeps it from others for lease; nil when none waits.
	NextList(ctx context.Context, owner string, lease time.Duration) (*records.List, error)
	// RunList looks it through or imports it, and tells what came of it. words writes the lines of its report.
	RunList(ctx context.Context, list records.List, lease time.Duration, words func(dialog.Line) string) error
	// NextStatement and RunStatement are the same for statements of banks.
	NextStatement(ctx context.Context, owner string, lease time.Duration) (*records.StatementFile, error)
	RunStatement(ctx context.Context, s records.StatementFile, lease time.Duration, words func(dialog.Line) string) error
}

// listLease is how long a process that works on a list is thought to live without a word: longer than ten thousand rows take.
const listLease = 2 * time.Minute

// runLists works on lists, one after the other, until ctx ends.
func (a *App) runLists(ctx context.Context) {
	a.atEachTick(ctx, a.runList, a.runStatement)
}

// atEachTick does each work until there is no more of it, at every tick until ctx ends.
func (a *App) atEachTick(ctx context.Context, works ...func(context.Context) (more bool)) {
	look := time.NewTicker(a.o.Tick)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			for _, work := range works {
				for work(ctx) {
				}
			}
		}
	}
}

// runList works on one list, and reports whether there may be another.
func (a *App) runList(ctx context.Context) bool {
	list, err := a.o.Lists.NextList(ctx, a.o.Owner, listLease)
	if err == nil && list != nil {
		err = a.o.Lists.RunList(ctx, *list, listLease, a.listWords)
	}
	return a.goOn(ctx, "lists", list != nil, err)
}

// runStatement works on one statement, and reports whether there may be another.
func (a *App) runStatement(ctx context.Context) bool {
	s, err := a.o.Lists.NextStatement(ctx, a.o.Owner, listLease)
	if err == nil && s != nil {
		err = a.o.Lists.RunStatement(ctx, *s, listLease, a.listWords)
	}
	return a.goOn(ctx, "statements", s != nil, err)
}

// listWords writes a line of a report.
func (a *App) listWords(line dialog.Line) string {
	text, err := a.book.Text("", line)
	if err != nil {
		a.alert("list", "key", line.Key)
	}
	return text
}

// goOn tells whether there may be more of a work, and of what went wrong with it.
func (a *App) goOn(ctx context.Context, what string, worked bool, err error) bool {
	if err != nil && ctx.Err() == nil && !errors.Is(err, storage.ErrNoBlob) {
		a.trouble(what, err)
	}
	return err == nil && worked
}
