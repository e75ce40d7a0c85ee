package telegram

import (
	"context"
	"time"
)

// OnPause replaces the waiting after failures.
func (c *Channel) OnPause(f func(context.Context, time.Duration)) { c.pause = f }
