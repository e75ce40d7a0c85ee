// Package zalo is the Zalo Bot Platform as a bot.Channel.
//
// A Zalo bot has no buttons, edits no message, and neither takes nor sends files; a picture is sent by its public
// address. Nothing tells that a person blocked the bot: it is learned from refused sends. The platform delivers what
// is polled at most once and counts messages by the month.
//
// Texts are sent plain, without a parse mode. What the package logs are event ids, method names and the platform's own
// words: never a text, a chat id, an address of a picture or the token.
package zalo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

// Options configures a Channel.
type Options struct {
	Token  string // from Zalo Bot Creator
	APIURL string // base of the methods; https://bot-api.zaloplatforms.com when empty

	WebhookURL    string // where the platform is to send events; empty: they are polled, which is for development
	WebhookSecret string // 8-256 of A-Z a-z 0-9 _ -; needed with WebhookURL

	Group string // the only thing said in a group chat; "": groups hear nothing

	Now func() time.Time // time.Now when nil
	Log *slog.Logger     // slog.Default() when nil
}

// Channel is a bot account on Zalo.
type Channel struct {
	o      Options
	log    *slog.Logger
	http   *botapi.Client
	photos *photos

	pause func(context.Context, time.Duration) // waits, or less when the context ends

	me      atomic.Value // string, the account's id once Start learned it
	account account
	quota   quota
	strikes strikes
	side    *botapi.Side
	groups  botapi.Groups
}

var _ bot.Channel = (*Channel)(nil)

var (
	tokenForm  = regexp.MustCompile(`^[0-9]{1,30}:[A-Za-z0-9_.~=+-]{1,200}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,256}$`)
)

const realAPI = "https://bot-api.zaloplatforms.com"

// New makes a Channel; nothing is called before Start. Its errors do not hold the token.
func New(o Options) (*Channel, error) {
	if !tokenForm.MatchString(o.Token) {
		return nil, errors.New("zalo: the token is not of the form <number>:<letters>; copy it again from the message of Zalo Bot Creator")
	}
	o.APIURL = strings.TrimRight(cmp.Or(o.APIURL, realAPI), "/")
	u, err := url.Parse(o.APIURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" {
		return nil, errors.New("zalo: the API URL must be like " + realAPI)
	}
	if o.WebhookURL != "" {
		if w, err := url.Parse(o.WebhookURL); err != nil || w.Host == "" || w.Scheme != "https" && w.Scheme != "http" {
			return nil, errors.New("zalo: the webhook URL must be like https://bot.example.vn/zalo")
		}
		if !secretForm.MatchString(o.WebhookSecret) {
			return nil, errors.New("zalo: a webhook needs a secret of 8 to 256 of A-Z a-z 0-9 _ -")
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	log := o.Log.With("channel", "zalo")
	c := &Channel{
		o: o, log: log, pause: botapi.Sleep, side: botapi.NewSide(64, log), photos: newPhotos(u),
		http: botapi.New(botapi.Options{Token: o.Token, Base: o.APIURL, Answer: answerBytes}),
	}
	c.me.Store("")
	return c, nil
}

// Name is "zalo".
func (c *Channel) Name() string { return "zalo" }

// Bot is the number in the token.
func (c *Channel) Bot() string {
	id, _, _ := strings.Cut(c.o.Token, ":")
	return id
}

// Caps is what Zalo can do. Its limit of 2,000 is not told to be of code points or of something longer, so there is room.
func (c *Channel) Caps() bot.Caps {
	return bot.Caps{MaxText: maxText, MaxCaption: maxText, Photo: true, PhotoLink: true}
}

const maxText = 1900

// Start checks the account, and sets the webhook or removes it. A 403 to what follows a good getMe is a failure of the platform's
// own: the account was well a moment ago.
func (c *Channel) Start(ctx context.Context) error {
	err := c.getMe(ctx)
	if err != nil {
		return err
	}
	if c.o.WebhookURL != "" {
		err = c.setWebhook(ctx)
	} else {
		err = c.unless(c.call(ctx, callTime, "deleteWebhook", nil, nil))
	}
	var e *bot.SendError
	if errors.As(err, &e) && codeOf(err) == http.StatusForbidden {
		e.Class = bot.Unknown
	}
	return err
}

// unless sorts a failed call, but for one that the platform will not have: not every method is everywhere there, and
// polling tells by itself whether a webhook is still set.
func (c *Channel) unless(err error) error {
	if err == nil || errors.Is(err, botapi.StatusError(http.StatusNotFound)) {
		return nil
	}
	if e := c.sorted(err); e.Class != bot.Bad {
		return e
	}
	c.log.Warn("the platform does not take a call that can be done without", "error", err)
	return nil
}

// getMe checks the account. A refusal of this call, which has no parameters, is one of the token or of the address; but a 403, which is
// the platform's word for failures of its own as well, has to be said twice.
func (c *Channel) getMe(ctx context.Context) error {
	var me struct {
		ID word `json:"id"`
	}
	err := c.call(ctx, callTime, "getMe", nil, &me)
	if codeOf(err) == http.StatusForbidden {
		err = c.call(ctx, callTime, "getMe", nil, &me)
	}
	if err != nil {
		e := c.sorted(err)
		if e.Class == bot.Bad {
			e.Class = bot.Refused
		}
		return e
	}
	if me.ID == "" {
		return &bot.SendError{Class: bot.Unknown, Err: errors.New("zalo: getMe answered without a bot account")}
	}
	c.me.Store(string(me.ID))
	return nil
}

// setWebhook sets the address and looks at what the platform found when it tried it: the address is stored even where
// nothing can be delivered to it.
func (c *Channel) setWebhook(ctx context.Context) error {
	var set struct {
		Verification *struct {
			OK      bool   `json:"ok"`
			Outcome word   `json:"outcome"`
			Status  number `json:"status_code"`
		} `json:"verification"`
	}
	params := map[string]string{"url": c.o.WebhookURL, "secret_token": c.o.WebhookSecret}
	if err := c.call(ctx, callTime, "setWebhook", params, &set); err != nil {
		return c.sorted(err)
	}
	if v := set.Verification; v != nil && !v.OK {
		return &bot.SendError{Class: bot.Unknown, Err: fmt.Errorf("zalo: the platform cannot deliver to the webhook: %s, http status %d", c.own(string(v.Outcome), params), v.Status)}
	}
	var info struct {
		URL string `json:"url"`
	}
	if err := c.call(ctx, callTime, "getWebhookInfo", nil, &info); err != nil {
		return c.unless(err)
	}
	if info.URL != c.o.WebhookURL {
		return &bot.SendError{Class: bot.Unknown, Err: errors.New("zalo: the webhook was set, but the platform shows another one; is a second program setting it?")}
	}
	return nil
}

// Link is "": Zalo passes nothing on to a chat that is opened.
func (c *Channel) Link(string) string { return "" }

// Commands does nothing: Zalo bots have no command list.
func (c *Channel) Commands(context.Context, string, []bot.Command) error { return nil }

// String names the account, so that printing a Channel shows no token.
func (c *Channel) String() string { return "zalo bot " + c.Bot() }
