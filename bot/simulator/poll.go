package simulator

import "time"

// pollWait is the waiting of one long poll.
type pollWait struct {
	timer  *time.Timer
	gone   <-chan struct{}
	unlook func()
	over   bool // the time is up, or nobody waits any more
	left   bool // the client hung up
}

// wait begins to wait; stop must be called before the answer is written.
func (x *exchange) wait(d time.Duration) *pollWait {
	w := &pollWait{timer: time.NewTimer(d), unlook: func() {}}
	if x.watch != nil {
		w.gone, w.unlook = x.watch()
	}
	return w
}

// next waits for something to happen.
func (w *pollWait) next(wake, done <-chan struct{}) {
	select {
	case <-wake:
	case <-w.timer.C:
		w.over = true
	case <-w.gone:
		w.over, w.left = true, true
	case <-done:
		w.over = true
	}
}

func (w *pollWait) stop() {
	w.timer.Stop()
	w.unlook()
}

// wakeUp tells a waiting poll to look again; wake holds one.
func wakeUp(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
