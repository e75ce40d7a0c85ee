// Package botapi is what platforms have in common whose bots call <base>/bot<token>/<method>: a client that never
// shows the token and is fast where the API stands beside the bot, the handler of webhooks, and pacing.
package botapi

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
)

// Options configures a Client.
type Options struct {
	Token  string
	Base   string                // address of the API, without the token
	Answer int64                 // bytes of an answer at most
	Trim   func(a []byte) []byte // makes an answer shorter before it is handed on; nil: as it is
}

// Client calls a platform. No error of it holds a URL, since the token is part of every URL. Redirects are errors.
type Client struct {
	o     Options
	http  *http.Client
	plain *plainPool // nil where net/http is used for everything
}

// New makes a Client; nothing is called.
func New(o Options) *Client {
	return &Client{o: o, plain: newPlainPool(o.Base), http: &http.Client{
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
	errRedirect = errors.New("the API answered with a redirect")
	errTooLarge = errors.New("the answer is too large")
	errHidden   = errors.New("call failed") // the true one shows the token
)

// StatusError is an answer that is not the platform's own, by its HTTP status.
type StatusError int

func (e StatusError) Error() string { return fmt.Sprintf("http status %d", int(e)) }

// NotSent marks a failure from before the request was written.
type NotSent struct{ error }

func (e NotSent) Unwrap() error { return e.error }

// Sent tells whether a failed call may have been carried out.
func Sent(err error) bool {
	var early NotSent
	return !errors.As(err, &early)
}

// Clean takes URL and token out of an error.
func (c *Client) Clean(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	var op *net.OpError
	dialing := errors.As(err, &op) && op.Op == "dial"
	if strings.Contains(err.Error(), c.o.Token) {
		err = errHidden
	}
	if dialing {
		return NotSent{err}
	}
	return err
}

// Do calls a method and reads the whole answer, so that the connection can be used again, and takes no page of a
// proxy for an answer of the platform. The call takes most at the longest.
func (c *Client) Do(ctx context.Context, most time.Duration, req *http.Request) (*http.Response, error) {
	var got *http.Response
	read := func(resp *http.Response) (err error) {
		got, err = c.read(resp) //nolint:bodyclose // the caller closes the copy
		return err
	}
	if p := c.plain; p != nil && req.ContentLength >= 0 && (req.Body == nil || req.ContentLength > 0) {
		if err := p.do(ctx, most, req, read); err != nil {
			return nil, c.Clean(err)
		}
		return got, nil
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		return nil, c.Clean(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := read(resp); err != nil {
		return nil, c.Clean(err)
	}
	return got, nil
}

// Stream does a request whose answer the caller reads, as that of a file.
func (c *Client) Stream(req *http.Request) (*http.Response, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.Clean(err)
	}
	return resp, nil
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

// read is a copy of an answer whose body is in memory.
func (c *Client) read(resp *http.Response) (*http.Response, error) {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	n, err := buf.ReadFrom(io.LimitReader(resp.Body, c.o.Answer+1))
	switch {
	case err != nil:
		return nil, err
	case n > c.o.Answer:
		return nil, errTooLarge
	case resp.StatusCode >= 500 || resp.StatusCode != http.StatusOK && !bytes.HasPrefix(buf.Bytes(), []byte("{")):
		return nil, StatusError(resp.StatusCode)
	}
	answer := buf.Bytes()
	if c.o.Trim != nil {
		answer = c.o.Trim(answer)
	}
	got := *resp
	got.Body = &pooledBody{bytes.NewReader(answer), buf}
	return &got, nil
}
