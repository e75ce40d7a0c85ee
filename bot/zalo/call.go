package zalo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

const (
	answerBytes = 2 << 20
	callTime    = 30 * time.Second
	pollSeconds = 30
	pollTime    = (pollSeconds + 5) * time.Second
	photoTime   = 150 * time.Second // the platform fetches the picture meanwhile
)

// refusal is the platform saying no, in its own words. It may come with HTTP status 200.
type refusal struct {
	code  int
	text  string
	after time.Duration // Retry-After, where there is one
}

func (e *refusal) Error() string { return fmt.Sprintf("zalo: %d %s", e.code, e.text) }

// errNoSense is an answer that cannot be read: the call may have been carried out.
var errNoSense = errors.New("zalo: the answer cannot be read")

// call runs a method and reads its result into into, which may be nil. Its error is a *refusal, or what went wrong on
// the way.
func (c *Channel) call(ctx context.Context, most time.Duration, method string, params map[string]string, into any) error {
	var body io.Reader
	if params != nil {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.o.APIURL+"/bot"+c.o.Token+"/"+method, body)
	if err != nil {
		return c.http.Clean(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(ctx, most, req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	var answer struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        number          `json:"error_code"`
		OtherCode   number          `json:"errorCode"`
		Description word            `json:"description"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return errNoSense
	}
	if !answer.OK {
		no := &refusal{code: int(answer.Code), text: c.own(string(answer.Description), params)}
		if no.code == 0 {
			no.code = int(answer.OtherCode)
		}
		if no.code == 0 && resp.StatusCode != http.StatusOK {
			no.code = resp.StatusCode
		}
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
			no.after = min(time.Duration(s)*time.Second, quotaMost)
		}
		return no
	}
	if into == nil || len(answer.Result) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer.Result, into); err != nil {
		return errNoSense
	}
	return nil
}

// own is the platform's words as far as they may be seen: cut short, and none where they repeat what was sent.
func (c *Channel) own(text string, params map[string]string) string {
	for _, v := range params {
		if len(v) > 2 && strings.Contains(text, v) {
			return ""
		}
	}
	if !utf8.ValidString(text) || strings.Contains(text, c.o.Token) {
		return ""
	}
	if len(text) > 100 {
		text = strings.ToValidUTF8(text[:100], "")
	}
	return text
}

// codeOf is the platform's code of a refusal, 0 where an error is none.
func codeOf(err error) int {
	var no *refusal
	if errors.As(err, &no) {
		return no.code
	}
	return 0
}

// sorted sorts a failed call by what to do about it, as far as the call alone tells.
func (c *Channel) sorted(err error) *bot.SendError {
	e := &bot.SendError{Class: bot.Unknown, Sent: botapi.Sent(err), Err: err}
	code := codeOf(err)
	var page botapi.StatusError
	if errors.As(err, &page) && (page == http.StatusUnauthorized || page == http.StatusTooManyRequests) {
		code = int(page)
	}
	switch {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		e.Class, e.Sent = bot.Refused, false
	case code == http.StatusTooManyRequests:
		e.Class, e.Sent, e.Whole, e.After = bot.Wait, false, true, c.quotaUsed(err)
	case code >= 400 && code < 500 && code != http.StatusRequestTimeout:
		e.Class, e.Sent = bot.Bad, false
	}
	return e
}

// quotaUsed tells how long nothing is to be sent after a 429, which on Zalo means that the month's messages, or the
// people that a bot may have, are used up.
func (c *Channel) quotaUsed(err error) time.Duration {
	var no *refusal
	if errors.As(err, &no) && no.after > 0 {
		return no.after
	}
	wait, first := c.quota.used(c.o.Now())
	if first {
		c.log.Error("the platform takes no more messages: the quota is used up", "after", wait)
	}
	return wait
}

// quota spaces out the attempts after a 429: a quarter of an hour, then twice as long each time.
type quota struct {
	mu    sync.Mutex
	wait  time.Duration
	until time.Time
}

const (
	quotaFirst = 15 * time.Minute
	quotaMost  = 6 * time.Hour
)

// used takes in a refusal; first tells that it is not one of several at the same time.
func (q *quota) used(now time.Time) (wait time.Duration, first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if left := q.until.Sub(now); q.wait > 0 && left > 0 {
		return min(left, q.wait), false
	}
	q.wait = max(quotaFirst, min(2*q.wait, quotaMost))
	q.until = now.Add(q.wait)
	return q.wait, true
}

func (q *quota) sent() {
	q.mu.Lock()
	q.wait = 0
	q.mu.Unlock()
}

// account remembers for a minute whether the platform knows the account.
type account struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// checked asks the platform for the account, unless it was asked just now.
func (c *Channel) checked(ctx context.Context) error {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	if now := time.Now(); c.account.at.IsZero() || now.Sub(c.account.at) > time.Minute {
		if err := c.getMe(ctx); ctx.Err() == nil {
			c.account.at, c.account.err = now, err
		} else {
			return err
		}
	}
	return c.account.err
}

// strikes counts the refused messages of chats, since the last that was sent or came in: no event tells that somebody
// blocked the bot.
type strikes struct {
	mu    sync.Mutex
	chats map[string]strike
}

type strike struct {
	n     int
	first time.Time
}

const (
	strikesMost = 10_000 // chats; beyond, counting begins anew
	goneAfter   = 3      // refusals
	goneSpan    = 10 * time.Minute
)

// add counts a refusal, and returns how many there were and since when.
func (s *strikes) add(chat string, now time.Time) strike {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chats == nil || len(s.chats) >= strikesMost {
		s.chats = map[string]strike{}
	}
	x, was := s.chats[chat]
	if !was {
		x.first = now
	}
	x.n++
	s.chats[chat] = x
	return x
}

func (s *strikes) clear(chat string) {
	s.mu.Lock()
	delete(s.chats, chat)
	s.mu.Unlock()
}
