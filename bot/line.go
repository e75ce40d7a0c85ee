package bot

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// line is a channel with what its senders share.
type line struct {
	Channel
	started chan struct{} // closed when Start succeeded

	mu      sync.Mutex
	until   time.Time // the whole channel is held
	waits   int       // "too fast" in a row, with no success between
	problem error     // what its start failed with, or the refusal of its account; nil: none, as far as known
}

// held tells how long the whole channel is still held.
func (c *line) held() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.until.IsZero() {
		return 0
	}
	wait := time.Until(c.until)
	if wait <= 0 {
		c.until = time.Time{}
		return 0
	}
	return wait + time.Duration(rand.Int64N(int64(200*time.Millisecond)))
}

// waitsToHold is how many "too fast" in a row hold the whole channel.
const waitsToHold = 5

func (c *line) tooFast(wait time.Duration, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waits++
	if until := time.Now().Add(wait); (whole || c.waits >= waitsToHold) && until.After(c.until) {
		c.until = until
	}
}

// succeeded takes in that a message was sent.
func (c *line) succeeded() {
	c.mu.Lock()
	c.waits, c.problem = 0, nil
	c.mu.Unlock()
}

// failing takes in why the channel does not start, or that its account is refused; nil: neither is so any more.
func (c *line) failing(err error) {
	c.mu.Lock()
	c.problem = err
	c.mu.Unlock()
}

func (c *line) trouble() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.problem
}

// untilStart is when to look again whether the channel has started.
func (c *line) untilStart() time.Duration {
	if c.trouble() != nil {
		return 2 * time.Second
	}
	return 200 * time.Millisecond
}

// standing is what is to be said of the channel; "" is nothing. Settled tells that it serves, or has failed to.
func (c *line) standing() (words string, settled bool) {
	problem := c.trouble()
	if ClassOf(problem) == Refused {
		return fmt.Sprintf("channel: %s refuses the account; is its token right?", c.Name()), true
	}
	select {
	case <-c.started:
		return "", true
	default:
		return fmt.Sprintf("channel: %s is not started", c.Name()), problem != nil
	}
}

// checkChannels fails while no channel serves, and while one has not had its first attempt to start. One that failed
// holds nothing up beside one that serves, or the trouble of one platform would take the others' webhooks out of
// service: it is told of in the note.
func (a *App) checkChannels() (note string, err error) {
	var words []string
	unsettled := false
	for _, name := range slices.Sorted(maps.Keys(a.lines)) {
		s, settled := a.lines[name].standing()
		if s != "" {
			words = append(words, s)
		}
		unsettled = unsettled || !settled
	}
	note = strings.Join(words, "\n")
	if unsettled || len(a.lines) > 0 && len(words) == len(a.lines) {
		return "", errors.New(note)
	}
	return note, nil
}

// hopeless reports that every platform refuses the bot's account.
func (a *App) hopeless() bool {
	for _, ch := range a.lines {
		if ClassOf(ch.trouble()) != Refused {
			return false
		}
	}
	return true
}
