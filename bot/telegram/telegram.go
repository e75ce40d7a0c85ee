// Package telegram is the Telegram Bot API as a bot.Channel.
//
// The client library go-telegram-bot-api v5.5.1 gives the types, the builders of calls, MakeRequest and
// UploadFiles. The poll loop, the webhook handler, the HTTP client and downloads are written here, because the
// library's own lose updates, leak the token and stop at one malformed update.
//
// Texts are sent plain, without a parse mode, so no name or note of a person can break a message. What the
// package logs are update ids, method names and the platform's own words: never a text, a chat id or the token.
package telegram

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

// Options configures a Channel.
type Options struct {
	Token  string // from BotFather
	APIURL string // base of methods and of file downloads; https://api.telegram.org when empty

	WebhookURL    string // where the platform is to send updates; empty: they are polled
	WebhookSecret string // 1-256 of A-Z a-z 0-9 _ -; derived from the token when empty
	Connections   int    // webhook calls at a time, 1-100; 40 when 0

	Commands []bot.Command // the list of everybody without a list of their own
	Group    GroupAnswer   // what a group hears

	Now func() time.Time // time.Now when nil
	Log *slog.Logger     // slog.Default() when nil
}

// GroupAnswer is the only thing said in a group chat: a sentence, and the label of the button that opens the
// private chat. Without a text, groups hear nothing.
type GroupAnswer struct{ Text, Button string }

// Channel is a bot account on Telegram.
type Channel struct {
	o      Options
	base   string
	secret string
	log    *slog.Logger
	api    tgbotapi.BotAPI // copied for each call, to carry its context
	http   *botapi.Client

	pause func(context.Context, time.Duration) // waits, or less when the context ends

	me     atomic.Pointer[tgbotapi.User]
	side   *botapi.Side
	groups botapi.Groups
}

var (
	tokenForm  = regexp.MustCompile(`^[1-9][0-9]{0,19}:[A-Za-z0-9_-]{1,60}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
)

var quietLibrary = sync.OnceFunc(func() { _ = tgbotapi.SetLogger(nothing{}) })

// nothing is the library's logger: it would print the token with a failed call's URL.
type nothing struct{}

func (nothing) Println(...any)        {}
func (nothing) Printf(string, ...any) {}

// New makes a Channel; nothing is called before Start. Its errors do not hold the token.
func New(o Options) (*Channel, error) {
	if !tokenForm.MatchString(o.Token) {
		return nil, errors.New("telegram: the token is not of the form <number>:<letters>; copy it from BotFather again")
	}
	o.APIURL = strings.TrimRight(cmp.Or(o.APIURL, "https://api.telegram.org"), "/")
	u, err := url.Parse(o.APIURL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || strings.Contains(o.APIURL, "%") {
		return nil, errors.New("telegram: the API URL must be like https://api.telegram.org")
	}
	if o.WebhookURL != "" {
		if w, err := url.Parse(o.WebhookURL); err != nil || w.Host == "" || w.Scheme != "https" && w.Scheme != "http" {
			return nil, errors.New("telegram: the webhook URL must be like https://bot.example.vn/telegram")
		}
	}
	if o.WebhookSecret != "" && !secretForm.MatchString(o.WebhookSecret) {
		return nil, errors.New("telegram: the webhook secret must be 1 to 256 of A-Z a-z 0-9 _ -")
	}
	if o.Connections < 0 || o.Connections > 100 {
		return nil, errors.New("telegram: webhook connections must be 1 to 100")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	quietLibrary()
	log := o.Log.With("channel", "telegram")
	c := &Channel{
		o: o, base: o.APIURL, secret: cmp.Or(o.WebhookSecret, deriveSecret(o.Token)), log: log, pause: botapi.Sleep, side: botapi.NewSide(256, log),
		http: botapi.New(botapi.Options{Token: o.Token, Base: o.APIURL, Answer: answerBytes, Trim: idOnly}),
	}
	c.api = tgbotapi.BotAPI{Token: o.Token, Buffer: 1}
	c.api.SetAPIEndpoint(c.base + "/bot%s/%s")
	return c, nil
}

// deriveSecret makes a webhook secret that every process of the bot knows and nobody else.
func deriveSecret(token string) string {
	m := hmac.New(sha256.New, []byte(token))
	m.Write([]byte("chungtay webhook secret"))
	return hex.EncodeToString(m.Sum(nil))
}

// Name is "telegram".
func (c *Channel) Name() string { return "telegram" }

// Bot is the number in the token, which is the account's user id.
func (c *Channel) Bot() string {
	id, _, _ := strings.Cut(c.o.Token, ":")
	return id
}

// Caps is what Telegram can do.
func (c *Channel) Caps() bot.Caps {
	return bot.Caps{
		MaxText: 4096, MaxCaption: 1024, Buttons: true, Edit: true, Photo: true, Document: true, Receive: true,
		ContactShare: true, StartLink: true, Typing: true, Remove: true, HTML: true,
	}
}

// call returns the library's client for one call: its context, and the longest the call may take.
func (c *Channel) call(ctx context.Context, most time.Duration) *tgbotapi.BotAPI {
	api := c.api
	api.Client = boundClient{ctx: ctx, most: most, client: c.http}
	return &api
}

const (
	callTime   = 15 * time.Second
	uploadTime = 90 * time.Second
	pollTime   = 70 * time.Second // above the platform's cap of 50
)

// allowedUpdates is always sent: the platform remembers the last set it was given.
const allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`

// Start checks the account, sets the webhook or removes it, checks the result, and publishes the command list.
func (c *Channel) Start(ctx context.Context) error {
	resp, err := c.call(ctx, callTime).MakeRequest("getMe", nil)
	if err != nil {
		return sendError(resp, err)
	}
	var me tgbotapi.User
	if err := json.Unmarshal(resp.Result, &me); err != nil || me.ID == 0 || !me.IsBot {
		return &bot.SendError{Class: bot.Unknown, Err: errors.New("telegram: getMe answered without a bot account")}
	}
	c.me.Store(&me)
	if c.o.WebhookURL == "" {
		if resp, err = c.call(ctx, callTime).Request(tgbotapi.DeleteWebhookConfig{}); err != nil {
			return sendError(resp, err)
		}
	} else if err := c.setWebhook(ctx); err != nil {
		return err
	}
	if len(c.o.Commands) > 0 {
		return c.Commands(ctx, "", c.o.Commands)
	}
	return nil
}

// setWebhook is a raw call: the library's builder has no secret_token.
func (c *Channel) setWebhook(ctx context.Context) error {
	resp, err := c.call(ctx, callTime).MakeRequest("setWebhook", tgbotapi.Params{
		"url": c.o.WebhookURL, "secret_token": c.secret, "allowed_updates": allowedUpdates,
		"max_connections": strconv.Itoa(cmp.Or(c.o.Connections, 40)),
	})
	if err != nil {
		return sendError(resp, err)
	}
	resp, err = c.call(ctx, callTime).MakeRequest("getWebhookInfo", nil)
	if err != nil {
		return sendError(resp, err)
	}
	var info tgbotapi.WebhookInfo
	if err := json.Unmarshal(resp.Result, &info); err != nil || info.URL != c.o.WebhookURL {
		return &bot.SendError{Class: bot.Unknown, Err: errors.New("telegram: the webhook was set, but the platform shows another one; is a second program setting it?")}
	}
	if info.LastErrorDate != 0 {
		c.log.Warn("webhook had failed before", "pending", info.PendingUpdateCount, "reason", info.LastErrorMessage, "at", time.Unix(int64(info.LastErrorDate), 0).UTC())
	}
	return nil
}

// Commands publishes the list of a private chat, or with an empty chat that of all private chats. No commands:
// the chat's own list is taken away.
func (c *Channel) Commands(ctx context.Context, chat string, commands []bot.Command) error {
	scope := tgbotapi.NewBotCommandScopeAllPrivateChats()
	if chat != "" {
		id, err := chatID(chat)
		if err != nil {
			return err
		}
		scope = tgbotapi.NewBotCommandScopeChat(id)
	}
	var request tgbotapi.Chattable = tgbotapi.NewDeleteMyCommandsWithScope(scope)
	if len(commands) > 0 {
		list := make([]tgbotapi.BotCommand, len(commands))
		for i, x := range commands {
			list[i] = tgbotapi.BotCommand{Command: x.Name, Description: x.Help}
		}
		request = tgbotapi.NewSetMyCommandsWithScope(scope, list...)
	}
	if resp, err := c.call(ctx, callTime).Request(request); err != nil {
		return sendError(resp, err)
	}
	return nil
}

var payloadForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// Link opens the private chat; "" before Start, or when the payload cannot be in a link. Without a payload it
// is the chat's plain address.
func (c *Channel) Link(payload string) string {
	me := c.me.Load()
	switch {
	case me == nil || me.UserName == "":
		return ""
	case payload == "":
		return "https://t.me/" + me.UserName
	case !payloadForm.MatchString(payload):
		return ""
	}
	return "https://t.me/" + me.UserName + "?start=" + payload
}

// chatID reads the platform's id of a chat. The library would leave an id of 0 out in silence.
func chatID(chat string) (int64, error) {
	id, err := strconv.ParseInt(chat, 10, 64)
	if err != nil || id == 0 {
		return 0, &bot.SendError{Class: bot.Bad, Err: errors.New("telegram: not a chat id")}
	}
	return id, nil
}

// String names the account, so that printing a Channel shows no token.
func (c *Channel) String() string { return fmt.Sprintf("telegram bot %s", c.Bot()) }
