package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

const (
	batchLimit  = 100
	pollSeconds = 50
)

// Poll asks for updates until ctx ends. The offset that acknowledges a batch goes out with the next call, so
// only after take returned nil. It is sent once: ids may start over lower, and an offset kept for long would
// then forget updates that nobody has seen.
//
// It returns an error only where polling on is useless: the platform refuses the account.
func (c *Channel) Poll(ctx context.Context, take func(context.Context, []bot.Update) error) error {
	if c.o.WebhookURL != "" {
		return nil
	}
	defer c.side.Wait()
	var offset int64
	fails := 0
	for ctx.Err() == nil {
		batch, err := c.getUpdates(ctx, offset)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			wait, err := c.pollFailed(err, fails)
			if err != nil {
				return err
			}
			fails++
			c.pause(ctx, wait)
			continue
		}
		fails = 0
		if len(batch) == 0 {
			offset = 0
			continue
		}
		next, updates, after := c.readBatch(batch)
		for try := 0; len(updates) > 0; try++ {
			err := take(ctx, updates)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return nil
			}
			c.log.Warn("updates not taken in", "count", len(updates), "error", err)
			c.pause(ctx, botapi.Backoff(try, 100*time.Millisecond, 5*time.Second))
		}
		if ctx.Err() != nil {
			return nil
		}
		offset = next
		for _, r := range after {
			c.follow(ctx, r)
		}
	}
	return nil
}

// readBatch reads each update by itself, so that one that cannot be read stops none of the others.
func (c *Channel) readBatch(batch []json.RawMessage) (next int64, updates []bot.Update, after []reading) {
	for _, raw := range batch {
		r, err := c.read(raw)
		if err != nil {
			c.log.Warn("unreadable update skipped", "update", r.id, "bytes", len(raw))
		}
		if r.id != 0 {
			next = r.id + 1
		}
		if r.update != nil {
			updates = append(updates, *r.update)
		}
		if r.press != "" || r.group != 0 {
			after = append(after, r)
		}
	}
	return next, updates, after
}

func (c *Channel) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	params := tgbotapi.Params{
		"timeout": strconv.Itoa(pollSeconds), "limit": strconv.Itoa(batchLimit), "allowed_updates": allowedUpdates,
	}
	if offset != 0 {
		params["offset"] = strconv.FormatInt(offset, 10)
	}
	resp, err := c.call(ctx, pollTime).MakeRequest("getUpdates", params)
	if err != nil {
		return nil, sendError(resp, err)
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(resp.Result, &batch); err != nil {
		return nil, &bot.SendError{Class: bot.Unknown, Err: errors.New("telegram: getUpdates answered without a list")}
	}
	return batch, nil
}

// pollFailed tells how long to wait, or that there is no use in going on.
func (c *Channel) pollFailed(err error, fails int) (time.Duration, error) {
	var e *bot.SendError
	if !errors.As(err, &e) {
		return 0, err
	}
	var no *refusal
	switch {
	case e.Class == bot.Refused:
		return 0, err
	case e.Class == bot.Wait:
		c.log.Warn("polling too fast", "after", e.After)
		return e.After + botapi.Jitter(time.Second), nil
	case errors.As(e.Err, &no) && no.code == http.StatusConflict:
		c.log.Error("polling refused: another program polls with this token, or a webhook is set", "reason", no.text)
		return botapi.Backoff(fails, 5*time.Second, 30*time.Second), nil
	}
	c.log.Warn("polling failed", "error", err)
	return botapi.Backoff(fails, time.Second, 60*time.Second), nil
}

// follow does what an update asks for beside the conversation.
func (c *Channel) follow(ctx context.Context, r reading) {
	if r.press != "" {
		c.side.Go(ctx, "answerCallbackQuery", func(ctx context.Context) error {
			resp, err := c.call(ctx, callTime).Request(tgbotapi.NewCallback(r.press, ""))
			if err == nil || says(err, "query is too old") {
				return nil
			}
			return sendError(resp, err)
		})
	}
	if r.group != 0 {
		c.answerGroup(ctx, r.group)
	}
}

// answerGroup points a group to the private chat.
func (c *Channel) answerGroup(ctx context.Context, group int64) {
	if c.o.Group.Text == "" {
		return
	}
	chat := strconv.FormatInt(group, 10)
	if !c.groups.Due(chat, c.o.Now()) {
		return
	}
	m := bot.Message{Text: c.o.Group.Text}
	if link := c.Link(""); link != "" && c.o.Group.Button != "" {
		m.Rows = [][]bot.Button{{{Label: c.o.Group.Button, URL: link}}}
	}
	c.side.Go(ctx, "group answer", func(ctx context.Context) error {
		_, err := c.Send(ctx, chat, m)
		return err
	})
}

// Webhook handles the platform's calls: one update each. A press is answered within the answer to the call
// itself, which saves a call of our own. What cannot be read is accepted, or the platform would bring it again
// for a day.
func (c *Channel) Webhook(take func(context.Context, []bot.Update) error) http.Handler {
	if c.o.WebhookURL == "" {
		return nil
	}
	return botapi.Hook("X-Telegram-Bot-Api-Secret-Token", c.secret, func(w http.ResponseWriter, r *http.Request, raw []byte) {
		got, err := c.read(raw)
		if err != nil {
			c.log.Warn("unreadable update skipped", "update", got.id, "bytes", len(raw))
		}
		if got.update != nil {
			if err := take(r.Context(), []bot.Update{*got.update}); err != nil {
				c.log.Warn("update not taken in", "update", got.id, "error", err)
				http.Error(w, "try again", http.StatusServiceUnavailable)
				return
			}
		}
		if got.press != "" {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(struct {
				Method string `json:"method"`
				ID     string `json:"callback_query_id"`
			}{"answerCallbackQuery", got.press})
			got.press = ""
		}
		c.follow(context.WithoutCancel(r.Context()), got)
	})
}
