package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"chungtay/bot"
	"chungtay/flows"
	"chungtay/flows/dialog"
	"chungtay/locales"
	"chungtay/storage"
)

// mind is what the bot can talk about, and its words.
type mind struct {
	book   *locales.Book
	engine *dialog.Engine
}

func newMind() (mind, error) {
	book, err := locales.Open()
	if err != nil {
		return mind{}, err
	}
	engine, err := dialog.New(book, flows.All...)
	return mind{book, engine}, err
}

// stores are the opened databases of a program.
type stores struct {
	records       *storage.Records
	conversations storage.Conversations
}

func (s stores) Close() error {
	var errs []error
	if s.conversations != nil {
		errs = append(errs, s.conversations.Close())
	}
	if s.records != nil {
		errs = append(errs, s.records.Close())
	}
	return errors.Join(errs...)
}

// openStores opens the databases that c names and brings the tables of the records up to date. A database that is away is
// waited for, until ctx ends; the log says so.
func openStores(ctx context.Context, c bot.Config, meter *bot.Meter, log *slog.Logger) (s stores, err error) {
	defer func() {
		if err != nil {
			_ = s.Close()
			s = stores{}
		}
	}()
	s.records, err = storage.OpenRecords(ctx, c.DatabaseURL, storage.RecordsOptions{DataKey: c.DataKey, OldKey: c.DataKeyOld, HelpPhone: c.HelpPhone, Places: places, Clock: c.Clock, Observer: meter.Records, Plan: c.Plan(), BulkAWeek: c.BulkAWeek})
	if err != nil {
		return s, err
	}
	if err = whenThere(ctx, log, "records", func() error { return s.records.Migrate(ctx) }); err != nil {
		return s, err
	}
	if c.RedisURL != "" {
		err = whenThere(ctx, log, "conversations", func() error {
			store, err := storage.OpenRedis(ctx, c.RedisURL, storage.RedisOptions{Observe: meter.Conversations})
			if err == nil {
				s.conversations = store
				if d := store.Durability(ctx); d != "always" {
					log.Warn("Redis may lose what came in last, if its machine fails", "appendfsync", d, "see", "docs/running.md")
				}
			}
			return err
		})
		return s, err
	}
	store, err := storage.OpenEmbedded(ctx, sqlitePath(c.DatabaseURL), storage.EmbeddedObserve(meter.Conversations))
	if errors.Is(err, storage.ErrInUse) {
		return s, &adviceError{
			errors.New("another chungtay serve has this database open: " + sqlitePath(c.DatabaseURL)),
			"stop the other one, or give this one a DATABASE_URL of its own; several processes need Postgres and Redis",
		}
	}
	if err == nil {
		s.conversations = store
	}
	return s, err
}

// sqlitePath is the file of a sqlite: address.
func sqlitePath(databaseURL string) string {
	return strings.TrimPrefix(strings.TrimPrefix(databaseURL, "sqlite:"), "//")
}

// whenThere tries open until the database it needs is there.
func whenThere(ctx context.Context, log *slog.Logger, what string, open func() error) error {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		err := open()
		if !errors.Is(err, storage.ErrAway) {
			return err
		}
		log.Warn("waiting for a database", "part", what, "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// openRecords opens the records for a command that works beside a bot that serves. keyed tells that it reads or writes
// what DATA_KEY seals; a command that does not works without one.
func openRecords(ctx context.Context, t terminal, keyed bool) (*storage.Records, bot.Config, error) {
	c, err := t.config()
	if err != nil {
		return nil, c, err
	}
	key, old := c.DataKey, c.DataKeyOld
	if key == "" && !keyed {
		key, old = storage.NewDataKey(), "" // nothing is sealed with it
	}
	if key == "" {
		return nil, c, &adviceError{errors.New("DATA_KEY is not set"), "set it to the key the bot serves with; make a first one with: openssl rand -base64 32"}
	}
	r, err := storage.OpenRecords(ctx, c.DatabaseURL, storage.RecordsOptions{DataKey: key, OldKey: old, Clock: c.Clock})
	return r, c, err
}

// reachable says what to do about a database that cannot be reached.
func reachable(err error) error {
	if errors.Is(err, storage.ErrAway) {
		return &adviceError{fmt.Errorf("the database cannot be reached, or is busy: %w", err), "check DATABASE_URL (chungtay config) and that the server runs, then try again"}
	}
	return err
}
