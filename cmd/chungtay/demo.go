package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chungtay/bot"
	"chungtay/bot/simulator"
	"chungtay/bot/telegram"
	"chungtay/storage"
	"chungtay/storage/records"
)

func newDemo(t terminal) *cobra.Command {
	var inTerminal bool
	var addr string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try the bot: no account, no network, sample data",
		Long: `Try the bot in the browser: one page with the phones of people of a neighbourhood side by side, a clock that can be moved,
and troubles to switch on. Telegram and Zalo are emulated on this machine, the bot is a process of its own, and
everything is in a temporary folder that is removed at the end. The 94 units are real; groups and households are made up.

What is typed at the terminal is said by cô Hoa, leader of tổ 12 (Hòa Minh cũ). [1] [2] ... are buttons: a number presses
one, =2 sends the number itself. With --terminal, or when the input comes from a pipe or a file, the terminal is all
there is: each line is sent when the bot is done with the one before, and the end of the input ends it.`,
		Example: `  chungtay demo
  printf 'ba lan to 12 500k voi 10kg gao hom qua\n2\n1\n' | chungtay demo`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if inTerminal || !interactive(t.in) && !cmd.Flags().Changed("addr") {
				return runDemo(cmd.Context(), t)
			}
			return runPage(cmd.Context(), t, addr)
		},
	}
	cmd.Flags().BoolVar(&inTerminal, "terminal", false, "chat here, without a page")
	cmd.Flags().StringVar(&addr, "addr", pageAddr, "where the page is served; whoever reaches it can use it, so keep it on this machine")
	return cmd
}

// demoHello greets in the terminal.
const demoHello = `Chung Tay, bản dùng thử. Mình đang là cô Hoa, tổ trưởng tổ 12 (Hòa Minh cũ), phường Hòa Khánh.
Mọi hộ ở đây là dữ liệu mẫu, tên đặt ra. Gõ như nhắn tin; gõ số để bấm nút; Ctrl-D để thôi.
Thử: ba lan to 12 500k voi 10kg gao hom qua
`

// demoPerson is the chat id of the person in the demo.
const demoPerson = 4242

func runDemo(ctx context.Context, t terminal) error {
	w, err := openWorld(ctx, t)
	if err != nil {
		return err
	}
	defer w.close()
	platform := simulator.NewTelegram(simulator.TelegramOptions{Now: w.clock})
	defer platform.Close()
	base, err := platform.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	channel, err := telegram.New(telegram.Options{
		Token: simulator.DefaultTelegramToken, APIURL: base, Commands: w.commands(), Group: w.group(), Now: w.clock, Log: w.log,
	})
	if err != nil {
		return err
	}
	chat := newTelegramTalk(ctx, w, platform.Bot(), demoPerson)
	return w.run(ctx, channel, fmt.Sprint(demoPerson), chat, func(ctx context.Context) error {
		if err := w.makeLeader(ctx, chat); err != nil {
			return err
		}
		fmt.Fprint(t.out, demoHello)
		return newConsole(t, sampleLeaderName).run(ctx, chat)
	})
}

// world is a bot of its own with sample data in a temporary folder.
type world struct {
	mind
	stores
	clock   func() time.Time
	log     *slog.Logger
	folder  string
	contact string // key of the person's chat
}

func openWorld(ctx context.Context, t terminal) (w *world, err error) {
	c, err := bot.ConfigFrom(only(t.environ, "LOG_LEVEL", "TIMEZONE", "DEMO_CLOCK"))
	if err != nil {
		return nil, err
	}
	if t.getenv("LOG_LEVEL") == "" {
		c.Level = slog.LevelError // the chat is what there is to see
	}
	w = &world{clock: c.Clock, log: t.logger(c.Level)}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.mind, err = newMind(); err != nil {
		return w, err
	}
	if w.folder, err = os.MkdirTemp("", "chungtay-demo-"); err != nil {
		return w, err
	}
	c.DatabaseURL, c.RedisURL, c.DataKey = "sqlite:"+filepath.Join(w.folder, "chungtay.db"), "", storage.NewDataKey()
	if w.stores, err = openStores(ctx, c, bot.NewMeter(), w.log); err != nil {
		return w, err
	}
	return w, loadSample(ctx, w.records, w.clock())
}

func (w *world) close() {
	_ = w.stores.Close()
	if w.folder != "" {
		_ = os.RemoveAll(w.folder)
	}
}

// only keeps the named variables of an environment.
func only(environ []string, names ...string) []string {
	var kept []string
	for _, kv := range environ {
		for _, name := range names {
			if strings.HasPrefix(kv, name+"=") {
				kept = append(kept, kv)
			}
		}
	}
	return kept
}

// run serves a channel while work goes on, and ends with it.
func (w *world) run(ctx context.Context, channel bot.Channel, chat string, view talk, work func(context.Context) error) error {
	app, err := bot.Open(bot.Options{
		Engine: w.engine, Book: w.book, Channels: []bot.Channel{channel}, Conversations: w.conversations, Records: w.records,
		Jobs: records.Jobs, Runs: w.records,
		Now: w.clock, Log: w.log,
	})
	if err != nil {
		return err
	}
	defer app.Close()
	serving, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- app.Run(serving)
		stop() // work must not wait for a bot that is gone
	}()
	err = w.untilReady(serving, app)
	if err == nil {
		w.contact = w.records.ContactKey(channel.Name(), channel.Bot(), chat)
		err = work(serving)
	}
	stop()
	return errors.Join(err, <-ended)
}

func (w *world) untilReady(ctx context.Context, app *bot.App) error {
	for ctx.Err() == nil && app.Ready() != nil {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// makeLeader gives the person the role of the sample leader, as the ward would: by an invite.
func (w *world) makeLeader(ctx context.Context, chat talk) error {
	code, err := w.records.CreateInvite(ctx, records.RoleLeader, sampleLeaderGroup, "sample", time.Hour)
	if err != nil {
		return err
	}
	for _, line := range []string{"/start " + code, sampleLeaderCalled} { // the bot asks for her name
		chat.write(line)
		if err := w.settled(ctx, chat); err != nil {
			return err
		}
	}
	data, err := json.Marshal(records.SetAddress{Address: "cô"})
	if err != nil {
		return err
	}
	if _, err := w.records.Apply(ctx, []storage.Request{{Contact: w.contact, Form: "sample", Kind: records.CmdAddress, Data: data, At: w.clock()}}); err != nil {
		return err
	}
	who, err := w.records.Person(ctx, w.contact)
	if err != nil {
		return err
	}
	if !who.Has(records.RoleLeader) || who.Name != sampleLeaderCalled {
		return errors.New("the sample leader did not get her role")
	}
	return nil
}

// settled waits until the bot is done, and passes over what it said.
func (w *world) settled(ctx context.Context, chat talk) error {
	quiet := &console{t: terminal{out: discard{}}, echo: true}
	return quiet.settle(ctx, chat)
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// quietHere reports that nothing waits in the person's conversation.
func (w *world) quietHere(ctx context.Context) (bool, error) {
	c, err := w.conversations.Load(ctx, w.contact)
	return err == nil && len(c.Inbox) == 0 && len(c.Outbox) == 0, err
}

// telegramTalk is a person's chat on the emulated Telegram.
type telegramTalk struct {
	*world
	platform *simulator.TelegramBot
	user     *simulator.TelegramUser
	seen     int // calls shown so far
	told     chan struct{}
}

func newTelegramTalk(ctx context.Context, w *world, platform *simulator.TelegramBot, id int64) *telegramTalk {
	c := &telegramTalk{world: w, platform: platform, user: platform.User(id, sampleLeaderCalled, "vi"), told: make(chan struct{}, 1)}
	go func() {
		for n := 0; ; {
			calls, err := c.user.After(ctx, n)
			if err != nil {
				return
			}
			n = calls[len(calls)-1].N
			select {
			case c.told <- struct{}{}:
			default:
			}
		}
	}()
	return c
}

func (c *telegramTalk) write(text string) { c.user.Text(text) }

func (c *telegramTalk) press(b button) {
	if b.data != "" {
		c.user.PressData(b.message, b.data)
	}
}

func (c *telegramTalk) idle(ctx context.Context) (bool, error) {
	if c.platform.Pending() > 0 {
		return false, nil
	}
	return c.quietHere(ctx)
}

func (c *telegramTalk) changed() <-chan struct{} { return c.told }

func (c *telegramTalk) shown() []message {
	var list []message
	for _, call := range c.user.Calls() {
		if call.N <= c.seen {
			continue
		}
		c.seen = call.N
		if call.Answer != "" && call.Error == "" {
			list = append(list, message{text: call.Answer})
		}
		if !call.Shows() || call.Message.Deleted {
			continue
		}
		m := message{text: call.Message.Body(), edited: strings.HasPrefix(call.Method, "edit"), quiet: call.Method == "editMessageReplyMarkup"}
		if call.Message.Photo != nil {
			m.note = "[ảnh]"
		} else if call.Message.Document != nil {
			m.note = "[tệp]"
		}
		for _, row := range call.Message.Buttons {
			var buttons []button
			for _, b := range row {
				buttons = append(buttons, button{label: b.Text, data: b.Data, url: b.URL, message: call.Message.ID})
			}
			m.rows = append(m.rows, buttons)
		}
		list = append(list, m)
	}
	return list
}
