package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"chungtay/bot"
	"chungtay/bot/banks"
	"chungtay/bot/telegram"
	"chungtay/bot/zalo"
	"chungtay/flows/dialog"
	"chungtay/storage/records"
)

func newServe(t terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Serve: receive messages and answer them",
		Long: `Serve: receive messages and answer them, until a signal ends it, on every channel whose token is set: TELEGRAM_TOKEN,
ZALO_BOT_TOKEN, or both. Updates come by long polling, or by webhook where TELEGRAM_WEBHOOK_URL or ZALO_WEBHOOK_URL is
set. Tables are brought up to date at the start. Several processes may serve on one Postgres and Redis; on an SQLite
file only one can.`,
		Example: `  TELEGRAM_TOKEN=123456:ABC... DATA_KEY=$(cat key) chungtay serve
  DATABASE_URL=postgres://... REDIS_URL=redis://... TELEGRAM_TOKEN_FILE=token DATA_KEY_FILE=key chungtay serve`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := t.config()
			if need := c.ForServing(); need != nil {
				err = errors.Join(err, need)
			}
			if err != nil {
				return &adviceError{err, "chungtay config shows what is set, and what each setting is for"}
			}
			t.tuneMemory()
			ctx := cmd.Context()
			if c.Ahead != nil {
				var stop context.CancelFunc
				if ctx, stop, err = followClock(ctx, t.in, t.out, c.Ahead); err != nil {
					return &adviceError{err, "DEMO_CLOCK=stdin is for chungtay demo; unset it"}
				}
				defer stop()
			}
			return serve(ctx, c, t.logger(c.Level))
		},
	}
}

// memorySoft is the heap above which the collector runs more often, in bytes. What is kept in memory is bounded (the warm
// conversations), and lies well below.
const memorySoft = 64 << 20

// tuneMemory collects garbage more rarely than usual while the heap is small: a turn makes much of it and keeps little. GOGC and
// GOMEMLIMIT, where they are set, win.
func (t terminal) tuneMemory() {
	if t.getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if t.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memorySoft)
	}
}

func serve(ctx context.Context, c bot.Config, log *slog.Logger) error {
	m, err := newMind()
	if err != nil {
		return err
	}
	meter := bot.NewMeter()
	s, err := openStores(ctx, c, meter, log)
	if err != nil {
		return err
	}
	defer s.Close()
	channels, err := newChannels(c, m, log)
	if err != nil {
		return err
	}
	app, err := bot.Open(bot.Options{
		Engine: m.engine, Book: m.book, Channels: channels, Conversations: s.conversations, Records: s.records, Quota: s.records, Lists: s.records, Broadcasts: s.records,
		Jobs: records.Jobs, Runs: s.records,
		Now: c.Clock, Log: log, Meter: meter, HTTPAddr: c.HTTPAddr, MetricsAddr: c.MetricsAddr, PublicURL: c.PublicURL, Hooks: c.Hooks(),
		Handlers: banks.Handlers(banks.Options{
			SePaySecret: c.SePayWebhookSecret, SePayKey: c.SePayAPIKey, CassoSecret: c.CassoWebhookSecret, CassoToken: c.CassoToken,
			Now: c.Clock, Log: log, Tell: s.records.TellTransfers,
		}),
	})
	if err != nil {
		return &adviceError{err, "another program may use that port; chungtay config shows which ones are set"}
	}
	defer app.Close()
	log.Info("serving", "http", app.Addr(), "metrics", app.MetricsAddr(), "postgres", c.Postgres(), "redis", c.RedisURL != "",
		"telegram", intake(c.TelegramToken, c.TelegramWebhookURL), "zalo", intake(c.ZaloToken, c.ZaloWebhookURL))
	if err := app.Run(ctx); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// intake is how messages of a channel come in.
func intake(token, webhook string) string {
	switch {
	case token == "":
		return "off"
	case webhook == "":
		return "polling"
	}
	return "webhook"
}

// newChannels are the channels whose tokens are set.
func newChannels(c bot.Config, m mind, log *slog.Logger) (channels []bot.Channel, err error) {
	if c.TelegramToken != "" {
		channel, err := telegram.New(telegram.Options{
			Token: c.TelegramToken, APIURL: c.TelegramAPIURL, WebhookURL: c.TelegramWebhookURL, WebhookSecret: c.TelegramWebhookSecret,
			Commands: m.commands(), Group: m.group(), Now: c.Clock, Log: log,
		})
		if err != nil {
			return nil, err
		}
		channels = append(channels, channel)
	}
	if c.ZaloToken != "" {
		channel, err := zalo.New(zalo.Options{
			Token: c.ZaloToken, APIURL: c.ZaloAPIURL, WebhookURL: c.ZaloWebhookURL, WebhookSecret: c.ZaloWebhookSecret,
			Group: m.group().Text, Now: c.Clock, Log: log,
		})
		if err != nil {
			return nil, err
		}
		channels = append(channels, channel)
		if c.ZaloWebhookURL == "" {
			log.Warn("Zalo is polled, which is for development: what comes in while nobody polls, or as a process dies, is lost", "instead", "ZALO_WEBHOOK_URL")
		}
		if c.PublicURL == "" {
			log.Warn("pictures and files cannot be shown on Zalo: it takes them by public address only", "instead", "PUBLIC_URL")
		}
	}
	return channels, nil
}

// commands is the command list of people whom the bot does not know.
func (m mind) commands() []bot.Command {
	var list []bot.Command
	for _, c := range m.engine.Commands(dialog.Person{}, "vi") {
		list = append(list, bot.Command{Name: c.Name, Help: c.Help})
	}
	return list
}

// group is what the bot says in a group chat: that it talks in private only.
func (m mind) group() telegram.GroupAnswer {
	return telegram.GroupAnswer{Text: m.book.Label("vi", "dialog.group"), Button: m.book.Label("vi", "dialog.group.button")}
}

// followClock moves a clock by the lines that come in, each a duration by which it is ahead of the real time, and writes each
// line back when it is done. It waits for the first; when there are no more, whoever moves the clock is gone, and the context it returns ends.
func followClock(ctx context.Context, in io.Reader, out io.Writer, ahead *atomic.Int64) (context.Context, context.CancelFunc, error) {
	lines := bufio.NewScanner(in)
	next := func() error {
		if !lines.Scan() {
			return errors.Join(errors.New("standard input ended"), lines.Err())
		}
		d, err := time.ParseDuration(strings.TrimSpace(lines.Text()))
		if err != nil {
			return err
		}
		ahead.Store(int64(d))
		_, err = fmt.Fprintln(out, d)
		return err
	}
	if err := next(); err != nil {
		return ctx, nil, fmt.Errorf("the clock: %w", err)
	}
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		for next() == nil {
		}
	}()
	return ctx, stop, nil
}
