package telegram

import (
	"context"
	"net/http"
	"time"
)

// OnPause replaces the waiting after failures.
func (c *Channel) OnPause(f func(context.Context, time.Duration)) { c.pause = f }

// Do calls the platform as the library does.
func (c *Channel) Do(ctx context.Context, req *http.Request) (*http.Response, error) {
	return boundClient{ctx: ctx, most: callTime, client: c.http}.Do(req)
}
