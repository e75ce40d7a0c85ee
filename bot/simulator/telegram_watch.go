package simulator

import (
	"sync"
	"sync/atomic"
)

// telegramWatchers are those who follow all calls of a bot.
type telegramWatchers struct {
	some atomic.Int32
	mu   sync.Mutex
	list map[chan TelegramCall]struct{}
}

// Watch follows every call of the bot from now on, each chat's in its order. The channel holds buffer calls;
// when it is full it is closed, so a reader that falls behind knows it. stop ends the following.
func (b *TelegramBot) Watch(buffer int) (calls <-chan TelegramCall, stop func()) {
	w := &b.watchers
	c := make(chan TelegramCall, buffer)
	w.mu.Lock()
	if w.list == nil {
		w.list = map[chan TelegramCall]struct{}{}
	}
	w.list[c] = struct{}{}
	w.some.Store(int32(len(w.list)))
	w.mu.Unlock()
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.drop(c)
	}
}

func (w *telegramWatchers) drop(c chan TelegramCall) {
	if _, ok := w.list[c]; ok {
		delete(w.list, c)
		close(c)
		w.some.Store(int32(len(w.list)))
	}
}

func (w *telegramWatchers) tell(call TelegramCall) {
	if w.some.Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.list {
		select {
		case c <- call:
		default:
			w.drop(c)
		}
	}
}
