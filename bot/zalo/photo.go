package zalo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"chungtay/bot"
	"chungtay/bot/botapi"
)

// photos fetches pictures by the addresses that come with events. An address is not to be trusted: only https is
// followed, and only to public addresses of the internet, which is checked of the very address that is dialed, for
// every redirect, whatever name led there. The emulator is the exception: an API that is itself on loopback gives
// pictures at its own host and port.
type photos struct {
	own    string // host:port of an API on loopback; "" for any other
	trusty *http.Client
	public *http.Client
	limit  time.Duration
}

const (
	photoBytes     = 5 << 20
	photoLimit     = 20 * time.Second
	photoRedirects = 3
)

var (
	errNotPublic = errors.New("zalo: a picture's address is not a public one")
	errNotHTTPS  = errors.New("zalo: a picture's address is not https")
)

func newPhotos(api *url.URL) *photos {
	p := &photos{limit: photoLimit}
	if ip, err := netip.ParseAddr(api.Hostname()); api.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
		p.own = api.Host
	}
	p.trusty = &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errNotPublic },
	}
	p.public = &http.Client{Transport: guarded(public), CheckRedirect: func(r *http.Request, via []*http.Request) error {
		switch {
		case r.URL.Scheme != "https":
			return errNotHTTPS
		case len(via) > photoRedirects:
			return errors.New("zalo: too many redirects to a picture")
		}
		return nil
	}}
	return p
}

// guarded is a transport that connects only where may allows it. It uses no proxy: that would hide where it goes.
func guarded(may func(netip.AddrPort) bool) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !may(at) {
			return errNotPublic
		}
		return nil
	}}
	return &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
	}
}

// closed are the blocks of special use that netip does not name.
var closed = func() (list []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// public tells that an address is one of the internet.
func public(at netip.AddrPort) bool {
	a := at.Addr().Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Download fetches a picture by its address, at most max bytes and 5 MiB. What is not a picture by its own bytes is none.
func (c *Channel) Download(ctx context.Context, ref string, most int64) ([]byte, string, error) {
	return c.photos.get(ctx, ref, min(most, photoBytes))
}

func (p *photos) get(ctx context.Context, ref string, most int64) ([]byte, string, error) {
	u, err := url.Parse(ref)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, "", bad("a picture without an address")
	}
	client := p.public
	switch {
	case p.own != "" && u.Host == p.own && u.Scheme == "http":
		client = p.trusty
	case u.Scheme != "https":
		return nil, "", &bot.SendError{Class: bot.Bad, Err: errNotHTTPS}
	}
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	data, err := fetch(limited, client, u.String(), most)
	switch late := limited.Err() != nil; { // a server may end well what was broken off: half a picture
	case late && ctx.Err() != nil:
		return nil, "", &bot.SendError{Class: bot.Unknown, Err: ctx.Err()}
	case late:
		return nil, "", bad("a picture takes too long")
	case err != nil:
		return nil, "", photoError(err)
	}
	mime, _, _ := strings.Cut(http.DetectContentType(data), ";")
	if !strings.HasPrefix(mime, "image/") {
		return nil, "", bad("what should be a picture is none")
	}
	return data, mime, nil
}

func fetch(ctx context.Context, client *http.Client, address string, most int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, botapi.StatusError(resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err == nil && int64(len(data)) > most {
		return nil, bad(fmt.Sprintf("a picture is over %d bytes", most))
	}
	return data, err
}

// photoError is a failed download, without the address.
func photoError(err error) error {
	var e *bot.SendError
	var status botapi.StatusError
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, errNotPublic):
		return &bot.SendError{Class: bot.Bad, Err: errNotPublic}
	case errors.Is(err, errNotHTTPS):
		return &bot.SendError{Class: bot.Bad, Err: errNotHTTPS}
	case errors.As(err, &status) && status >= 400 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout:
		return &bot.SendError{Class: bot.Bad, Err: status} // it was temporary
	}
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return &bot.SendError{Class: bot.Unknown, Err: err}
}
