package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"chungtay/bot"
	"chungtay/bot/telegram"
	"chungtay/bot/zalo"
	"chungtay/flows/dialog"
)

// channelCaps are the channels a conversation can be looked at as: what each can do decides how messages are shown.
var channelCaps = map[string]bot.Caps{
	"telegram": new(telegram.Channel).Caps(),
	"zalo":     new(zalo.Channel).Caps(),
}

func newChat(t terminal) *cobra.Command {
	var channel, as string
	cmd := &cobra.Command{
		Use:   "chat [WORDS]",
		Short: "Talk through any conversation in the terminal, as Telegram or as Zalo would show it",
		Long: `Talk through any conversation in the terminal, with sample data in a temporary folder. --channel zalo shows it without
buttons, as numbered choices. WORDS are said first: a slash word starts that conversation.`,
		Example: `  chungtay chat /ghinhan
  chungtay chat --channel zalo /ghinhan
  chungtay chat --as guest`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			caps, ok := channelCaps[channel]
			if !ok {
				return &usageError{fmt.Errorf("there is no channel %q", channel), "use --channel telegram or --channel zalo"}
			}
			if as != "leader" && as != "guest" {
				return &usageError{fmt.Errorf("there is nobody called %q", as), "use --as leader or --as guest"}
			}
			return runChat(cmd.Context(), t, &localChannel{name: channel, caps: caps}, as == "leader", strings.Join(args, " "))
		},
	}
	cmd.Flags().StringVar(&channel, "channel", "telegram", "show it as on telegram or on zalo")
	cmd.Flags().StringVar(&as, "as", "leader", "who talks: leader (cô Hoa of the sample data) or guest (somebody new)")
	return cmd
}

func runChat(ctx context.Context, t terminal, channel *localChannel, leader bool, first string) error {
	w, err := openWorld(ctx, t)
	if err != nil {
		return err
	}
	defer w.close()
	channel.now, channel.told, channel.updates = w.clock, make(chan struct{}, 1), make(chan struct{}, 1)
	chat := &localTalk{world: w, localChannel: channel}
	return w.run(ctx, channel, localPerson, chat, func(ctx context.Context) error {
		name := "Khách"
		if leader {
			name = sampleLeaderName
			if err := w.makeLeader(ctx, chat); err != nil {
				return err
			}
		}
		c := newConsole(t, name)
		if first != "" {
			fmt.Fprintf(t.out, "%s: %s\n", name, first)
			chat.write(first)
			if err := c.settle(ctx, chat); err != nil {
				return err
			}
		}
		return c.run(ctx, chat)
	})
}

// localPerson is the chat id of the person at the terminal.
const localPerson = "terminal"

// localChannel is a channel that ends at this terminal.
type localChannel struct {
	name    string
	caps    bot.Caps
	now     func() time.Time
	told    chan struct{} // something to show
	updates chan struct{} // something to take

	mu     sync.Mutex
	number int // of the last update and message
	queue  []bot.Update
	said   []message
}

var _ bot.Channel = (*localChannel)(nil)

func (c *localChannel) Name() string                { return c.name }
func (c *localChannel) Bot() string                 { return "local" }
func (c *localChannel) Caps() bot.Caps              { return c.caps }
func (c *localChannel) Start(context.Context) error { return nil }
func (c *localChannel) Link(payload string) string  { return "" }

func (c *localChannel) Webhook(func(context.Context, []bot.Update) error) http.Handler { return nil }

func (c *localChannel) Commands(context.Context, string, []bot.Command) error { return nil }

func (c *localChannel) Download(context.Context, string, int64) ([]byte, string, error) {
	return nil, "", &bot.SendError{Class: bot.Bad, Err: errors.New("a terminal has no files")}
}

// Poll hands over what the person does; it stays in the queue until it was taken.
func (c *localChannel) Poll(ctx context.Context, take func(context.Context, []bot.Update) error) error {
	for {
		select {
		case <-c.updates:
		case <-ctx.Done():
			return ctx.Err()
		}
		c.mu.Lock()
		batch := slices.Clone(c.queue)
		c.mu.Unlock()
		if len(batch) == 0 {
			continue
		}
		if err := take(ctx, batch); err != nil {
			wake(c.updates)
			continue
		}
		c.mu.Lock()
		c.queue = c.queue[len(batch):]
		c.mu.Unlock()
		wake(c.told)
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Send shows a message.
func (c *localChannel) Send(_ context.Context, _ string, m bot.Message) (ref string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.number++
	shown := message{text: m.Text, edited: m.Replace != "" && c.caps.Edit}
	if len(m.Photo) > 0 {
		shown.note = "[ảnh]"
	}
	for _, row := range m.Rows {
		var buttons []button
		for _, b := range row {
			buttons = append(buttons, button{label: b.Label, data: b.Data, url: b.URL})
		}
		shown.rows = append(shown.rows, buttons)
	}
	c.said = append(c.said, shown)
	wake(c.told)
	return fmt.Sprint("m", c.number), nil
}

// event queues something the person did.
func (c *localChannel) event(e dialog.Event) {
	c.mu.Lock()
	c.number++
	e.ID, e.Ref, e.At = fmt.Sprint("local:", c.number), fmt.Sprint("m", c.number), c.now()
	c.queue = append(c.queue, bot.Update{Chat: localPerson, Lang: "vi", Event: e})
	c.mu.Unlock()
	wake(c.updates)
}

// localTalk is the person's side of it.
type localTalk struct {
	*world
	*localChannel
}

func (c *localTalk) write(text string) {
	if rest, ok := strings.CutPrefix(text, "/start"); ok && (rest == "" || rest[0] == ' ') {
		c.event(dialog.Event{Start: &dialog.Start{Payload: strings.TrimSpace(rest)}})
		return
	}
	c.event(dialog.Event{Said: text})
}

func (c *localTalk) press(b button) {
	if b.data != "" {
		tap := dialog.ParseData(b.data)
		c.event(dialog.Event{Tapped: &tap})
	}
}

func (c *localTalk) changed() <-chan struct{} { return c.told }

func (c *localTalk) shown() []message {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said
	c.said = nil
	return said
}

func (c *localTalk) idle(ctx context.Context) (bool, error) {
	c.mu.Lock()
	waiting := len(c.queue) > 0
	c.mu.Unlock()
	if waiting {
		return false, nil
	}
	return c.quietHere(ctx)
}
