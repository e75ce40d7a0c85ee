package telegram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
)

// answerBytes is above the 4 MiB at which the platform cuts a batch of updates.
const answerBytes = 6 << 20

// httpClient calls the platform. No error of it holds a URL, since the token is part of every URL.
type httpClient struct {
	token string
	hc    *http.Client
	plain *plainPool // nil where net/http is used for everything
}

func newHTTPClient(token, base string) *httpClient {
	return &httpClient{token: token, plain: newPlainPool(base), hc: &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout:   10 * time.Second,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          1024,
			MaxIdleConnsPerHost:   512,
			IdleConnTimeout:       90 * time.Second,
			ExpectContinueTimeout: time.Second,
			DisableCompression:    true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errRedirect },
	}}
}

var (
	errRedirect = errors.New("telegram: the API answered with a redirect")
	errTooLarge = errors.New("telegram: the answer is too large")
)

// statusError is an answer that is not the platform's own.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("telegram: http status %d", int(e)) }

// refusal is the platform saying no, in its own words.
type refusal struct {
	code int
	text string
}

func (e *refusal) Error() string { return fmt.Sprintf("telegram: %d %s", e.code, e.text) }

// notSent marks a failure from before the request was written.
type notSent struct{ error }

func (e notSent) Unwrap() error { return e.error }

// clean takes URL and token out of an error.
func (c *httpClient) clean(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	dialed := !errors.As(err, &op) || op.Op != "dial"
	if strings.Contains(err.Error(), c.token) {
		err = errors.New("telegram: call failed")
	}
	if !dialed {
		return notSent{err}
	}
	return err
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// pooledBody gives its buffer back when it is closed.
type pooledBody struct {
	*bytes.Reader
	buf *bytes.Buffer
}

func (b *pooledBody) Close() error {
	if b.buf != nil && b.buf.Cap() <= 64<<10 {
		buffers.Put(b.buf)
	}
	b.buf = nil
	return nil
}

// boundClient is the library's HTTPClient for one call.
type boundClient struct {
	ctx    context.Context
	most   time.Duration
	client *httpClient
}

// Do reads the whole answer, so that the connection can be used again, and takes no page of a proxy for an
// answer of the platform.
func (b boundClient) Do(req *http.Request) (*http.Response, error) {
	var got *http.Response
	read := func(resp *http.Response) (err error) {
		got, err = readAnswer(resp) //nolint:bodyclose // the library closes the copy
		return err
	}
	if p := b.client.plain; p != nil && req.ContentLength >= 0 && (req.Body == nil || req.ContentLength > 0) {
		if err := p.do(b.ctx, b.most, req, read); err != nil {
			return nil, b.client.clean(err)
		}
		return got, nil
	}
	ctx, cancel := context.WithTimeout(b.ctx, b.most)
	defer cancel()
	resp, err := b.client.hc.Do(req.WithContext(ctx))
	if err != nil {
		return nil, b.client.clean(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := read(resp); err != nil {
		return nil, b.client.clean(err)
	}
	return got, nil
}

// readAnswer is a copy of an answer whose body is in memory.
func readAnswer(resp *http.Response) (*http.Response, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, answerBytes+1))
	switch {
	case err != nil:
		return nil, err
	case n > answerBytes:
		return nil, errTooLarge
	case resp.StatusCode >= 500 || resp.StatusCode != http.StatusOK && !bytes.HasPrefix(buf.Bytes(), []byte("{")):
		return nil, statusError(resp.StatusCode)
	}
	got := *resp
	got.Body = &pooledBody{bytes.NewReader(idOnly(buf.Bytes())), buf}
	return &got, nil
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
		var early notSent
		return &bot.SendError{Class: bot.Unknown, Sent: !errors.As(err, &early), Err: err}
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
		return nil, "", &bot.SendError{Class: bot.Bad, Err: c.http.clean(err)}
	}
	got, err := c.http.hc.Do(req)
	if err != nil {
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: c.http.clean(err)}
	}
	defer func() { _ = got.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(got.Body, most+1))
	switch {
	case err != nil:
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: c.http.clean(err)}
	case got.StatusCode == http.StatusNotFound:
		return nil, "", &bot.SendError{Class: bot.Bad, Err: statusError(got.StatusCode)}
	case got.StatusCode != http.StatusOK:
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: statusError(got.StatusCode)}
	case int64(len(data)) > most:
		return nil, "", tooBig
	}
	mime, _, _ := strings.Cut(http.DetectContentType(data), ";")
	return data, mime, nil
}
