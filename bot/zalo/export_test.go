package zalo

import (
	"context"
	"crypto/tls"
	"net/netip"
	"time"
)

// OnPause replaces the waiting after failures.
func (c *Channel) OnPause(f func(context.Context, time.Duration)) { c.pause = f }

// PhotosFrom takes one address on this machine for a public one, whose certificate is not checked.
func (c *Channel) PhotosFrom(one netip.AddrPort) {
	t := guarded(func(a netip.AddrPort) bool { return a == one || public(a) })
	t.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	c.photos.public.Transport = t
}

// PhotoLimit gives pictures less time.
func (c *Channel) PhotoLimit(limit time.Duration) { c.photos.limit = limit }

// Public tells that an address is one of the internet.
func Public(a netip.Addr) bool { return public(netip.AddrPortFrom(a, 443)) }
