package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

var (
	errNotURL  = errors.New("not an HTTP address")
	errTooBig  = errors.New("too big")
	errNotHere = errors.New("an address that is not on this machine")
)

// local is the client that fetches what bots name by address. It leads nowhere but to this machine, whatever a
// redirect says.
var local = &http.Client{
	Transport: &http.Transport{MaxIdleConnsPerHost: 32, IdleConnTimeout: 5 * time.Second},
	CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if !loopback(r.URL.Hostname()) {
			return errNotHere
		}
		if len(via) > 5 {
			return errors.New("too many redirects")
		}
		return nil
	},
}

// fetch gets a file by URL, of at most most bytes. The emulator reaches this machine only: any other host fails as
// an unreachable one.
func (p *platform) fetch(source string, most int64, patience time.Duration) (data []byte, kind string, err error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, "", errNotURL
	}
	if !loopback(u.Hostname()) {
		return nil, "", errNotHere
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-ended:
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, source, nil)
	if err != nil {
		return nil, "", errNotURL
	}
	resp, err := local.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("answered %d", resp.StatusCode)
	}
	data, err = io.ReadAll(io.LimitReader(resp.Body, most+1))
	if err != nil {
		return nil, "", err
	}
	if int64(len(data)) > most {
		return nil, "", errTooBig
	}
	kind, _, _ = strings.Cut(resp.Header.Get("Content-Type"), ";")
	return data, strings.TrimSpace(kind), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
