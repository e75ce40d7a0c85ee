package zalo

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

// Poll asks for events until ctx ends, one a call. Reading an event removes it at the platform, so nothing more is
// read before take returned nil: not even the end of ctx keeps it from a few attempts.
//
// It returns an error only where polling on is useless: the platform refuses the account.
func (c *Channel) Poll(ctx context.Context, take func(context.Context, []bot.Update) error) error {
	if c.o.WebhookURL != "" {
		return nil
	}
	defer c.side.Wait()
	fails := 0
	for ctx.Err() == nil {
		began := time.Now()
		raw, err := c.getUpdates(ctx)
		switch {
		case err != nil && ctx.Err() != nil:
			return nil
		case codeOf(err) == http.StatusRequestTimeout || errors.Is(err, botapi.StatusError(http.StatusRequestTimeout)):
			fails = 0
			continue
		case err != nil:
			if e := c.sorted(err); e.Class == bot.Refused {
				return e
			}
			c.log.Warn("polling failed; only one program may poll, and none while a webhook is set", "error", err)
			c.pause(ctx, botapi.Backoff(fails, time.Second, time.Minute))
			fails++
			continue
		}
		fails = 0
		if len(raw) <= len("null") { // nothing there
			if time.Since(began) < time.Second {
				c.pause(ctx, time.Second)
			}
			continue
		}
		c.taken(ctx, raw, take)
	}
	return nil
}

func (c *Channel) getUpdates(ctx context.Context) (raw json.RawMessage, err error) {
	err = c.call(ctx, pollTime, "getUpdates", map[string]string{"timeout": strconv.Itoa(pollSeconds)}, &raw)
	return raw, err
}

// lastTries is how often an event that was read is offered after ctx ended.
const lastTries = 3

// taken hands an event on, until it is stored.
func (c *Channel) taken(ctx context.Context, raw json.RawMessage, take func(context.Context, []bot.Update) error) {
	got := c.readLogged(raw)
	storing := context.WithoutCancel(ctx)
	for try, last := 0, 0; got.update != nil && last < lastTries; try++ {
		if ctx.Err() != nil {
			last++
		}
		call, cancel := context.WithTimeout(storing, 5*time.Second)
		err := take(call, []bot.Update{*got.update})
		if err == nil {
			cancel()
			break
		}
		c.log.Warn("event not taken in", "event", got.update.Event.ID, "error", err, "try", try)
		wait := botapi.Backoff(try, 100*time.Millisecond, 5*time.Second)
		if ctx.Err() != nil {
			c.pause(call, min(wait, 200*time.Millisecond))
		} else {
			c.pause(ctx, wait)
		}
		cancel()
	}
	if got.group != "" {
		c.answerGroup(ctx, got.group)
	}
}

// readLogged reads an event. What cannot be read is nothing, and noted without its content.
func (c *Channel) readLogged(raw []byte) reading {
	got, err := c.read(raw)
	switch {
	case errors.Is(err, errHidden):
		c.log.Error("somebody wrote who cannot be answered: Zalo hides the sender")
	case err != nil:
		c.log.Warn("unreadable event skipped", "bytes", len(raw))
	}
	return got
}

// answerGroup points a group to the private chat.
func (c *Channel) answerGroup(ctx context.Context, group string) {
	if c.o.Group == "" || !c.groups.Due(group, c.o.Now()) {
		return
	}
	c.side.Go(ctx, "group answer", func(ctx context.Context) error {
		_, err := c.Send(ctx, group, bot.Message{Text: c.o.Group})
		return err
	})
}

// Webhook handles the platform's calls: one event each. What cannot be read is accepted.
func (c *Channel) Webhook(take func(context.Context, []bot.Update) error) http.Handler {
	if c.o.WebhookURL == "" {
		return nil
	}
	return botapi.Hook("X-Bot-Api-Secret-Token", c.o.WebhookSecret, func(w http.ResponseWriter, r *http.Request, raw []byte) {
		got := c.readLogged(raw)
		if got.update != nil {
			if err := take(r.Context(), []bot.Update{*got.update}); err != nil {
				c.log.Warn("event not taken in", "event", got.update.Event.ID, "error", err)
				http.Error(w, "try again", http.StatusServiceUnavailable)
				return
			}
		}
		if got.group != "" {
			c.answerGroup(context.WithoutCancel(r.Context()), got.group)
		}
	})
}
