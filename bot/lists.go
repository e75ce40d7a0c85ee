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
}

// listLease is how long a process that works on a list is thought to live without a word: longer than ten thousand rows take.
const listLease = 2 * time.Minute

// runLists works on lists, one after the other, until ctx ends.
func (a *App) runLists(ctx context.Context) {
	look := time.NewTicker(a.o.Tick)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			for a.runList(ctx) {
			}
		}
	}
}

// runList works on one list, and reports whether there may be another.
func (a *App) runList(ctx context.Context) bool {
	list, err := a.o.Lists.NextList(ctx, a.o.Owner, listLease)
	if err == nil && list != nil {
		err = a.o.Lists.RunList(ctx, *list, listLease, func(line dialog.Line) string {
			text, err := a.book.Text("", line)
			if err != nil {
				a.alert("list", "key", line.Key)
			}
			return text
		})
	}
	if err != nil {
		if ctx.Err() == nil && !errors.Is(err, storage.ErrNoBlob) {
			a.trouble("lists", err)
		}
		return false
	}
	return list != nil
}
