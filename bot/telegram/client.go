package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

// answerBytes is above the 4 MiB at which the platform cuts a batch of updates.
const answerBytes = 6 << 20

// refusal is the platform saying no, in its own words.
type refusal struct {
	code int
	text string
}

func (e *refusal) Error() string { return fmt.Sprintf("telegram: %d %s", e.code, e.text) }

// boundClient is the library's HTTPClient for one call.
type boundClient struct {
	ctx    context.Context
	most   time.Duration
	client *botapi.Client
}

// Do reads the whole answer.
func (b boundClient) Do(req *http.Request) (*http.Response, error) {
	return b.client.Do(b.ctx, b.most, req)
}

// idOnly cuts the answer to a send down to the message's id, which is all that is wanted of it: the library
// would scan the whole message twice. Any other answer is left as it is.
func idOnly(answer []byte) []byte {
	const head = `{"ok":true,"result":{"message_id":`
	if !bytes.HasPrefix(answer, []byte(head)) || answer[len(answer)-1] != '}' {
		return answer
	}
	end := len(head)
	for end < len(answer) && '0' <= answer[end] && answer[end] <= '9' {
		end++
	}
	if end == len(head) || end+2 > len(answer) || answer[end] != ',' {
		return answer
	}
	return append(answer[:end], "}}"...)
}

// sendError sorts a failed call of the library by what to do about it. An upload's error carries no code, so
// the code of the answer itself is used.
func sendError(resp *tgbotapi.APIResponse, err error) *bot.SendError {
	var api *tgbotapi.Error
	if !errors.As(err, &api) {
		return &bot.SendError{Class: bot.Unknown, Sent: botapi.Sent(err), Err: err}
	}
	code := api.Code
	if code == 0 && resp != nil {
		code = resp.ErrorCode
	}
	e := &bot.SendError{Class: bot.Bad, Err: &refusal{code, api.Message}}
	switch {
	case api.MigrateToChatID != 0:
		e.Class, e.MovedTo = bot.Unknown, fmt.Sprint(api.MigrateToChatID)
	case code == http.StatusTooManyRequests || api.RetryAfter > 0:
		e.Class, e.After = bot.Wait, time.Duration(max(1, api.RetryAfter))*time.Second
	case code == http.StatusForbidden || code == http.StatusBadRequest && unreachable(api.Message):
		e.Class = bot.Gone
	case code == http.StatusUnauthorized || code == http.StatusNotFound:
		e.Class = bot.Refused
	case code == http.StatusConflict:
		e.Class = bot.Unknown
	case code != http.StatusBadRequest:
		e.Class, e.Sent = bot.Unknown, true
	}
	return e
}

func unreachable(description string) bool {
	for _, s := range [...]string{"chat not found", "PEER_ID_INVALID", "private chat not found"} {
		if strings.HasSuffix(description, s) {
			return true
		}
	}
	return false
}

// says tells whether a failed call was refused with words of the platform.
func says(err error, words ...string) bool {
	var api *tgbotapi.Error
	if !errors.As(err, &api) {
		return false
	}
	for _, w := range words {
		if strings.HasPrefix(api.Message, "Bad Request: "+w) {
			return true
		}
	}
	return false
}

// Download fetches a file by its file_id, at most max bytes.
func (c *Channel) Download(ctx context.Context, ref string, most int64) ([]byte, string, error) {
	resp, err := c.call(ctx, callTime).Request(tgbotapi.FileConfig{FileID: ref})
	if err != nil {
		return nil, "", sendError(resp, err)
	}
	path, size, err := filePath(resp)
	if err != nil {
		return nil, "", err
	}
	tooBig := &bot.SendError{Class: bot.Bad, Err: fmt.Errorf("telegram: the file is over %d bytes", most)}
	if size > most {
		return nil, "", tooBig
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/file/bot"+c.o.Token+"/"+path, nil)
	if err != nil {
		return nil, "", &bot.SendError{Class: bot.Bad, Err: c.http.Clean(err)}
	}
	got, err := c.http.Stream(req)
	if err != nil {
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: err}
	}
	defer func() { _ = got.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(got.Body, most+1))
	switch {
	case err != nil:
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: c.http.Clean(err)}
	case got.StatusCode == http.StatusNotFound:
		return nil, "", &bot.SendError{Class: bot.Bad, Err: botapi.StatusError(got.StatusCode)}
	case got.StatusCode != http.StatusOK:
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: botapi.StatusError(got.StatusCode)}
	case int64(len(data)) > most:
		return nil, "", tooBig
	}
	mime, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return data, mime, nil
}
