package bot

import (
	"context"
	"math"
	"strconv"
	"sync"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// Quota counts what a plan limits, durably and for all processes.
type Quota interface {
	// Plan is what the platform allows; without a channel nothing is limited.
	Plan() records.Plan
	// CountSent adds n messages to those of a month and returns how many they are; fewer than none takes back.
	CountSent(ctx context.Context, month string, n int) (sent int, err error)
	// HoldPlan notes until when the platform takes no more; the zero time: it does again.
	HoldPlan(ctx context.Context, month string, until time.Time) error
	Usage(ctx context.Context, month string) (storage.Usage, error)
	// PutOff lets a notice wait until due. TakeUp makes due what waits.
	PutOff(ctx context.Context, notice string, due time.Time) error
	TakeUp(ctx context.Context) error
	// TellAdmins tells every admin something, once for a cause.
	TellAdmins(ctx context.Context, cause string, say dialog.Say) error
}

var _ Quota = (*storage.Records)(nil)

// meter keeps to the plan of a channel.
//
// A message is counted before it is sent, and taken back if it was refused: so a crash counts one too many, never one too few.
// Those that are sent at the same time are counted with one statement. While the records are away messages go all the same, and are
// counted later.
//
// From QuotaNear percent on, and after the platform said that the month is used up, notices that are not urgent are put
// off to the next month. Replies and urgent ones are tried as the channel spaces them out.
type meter struct {
	app  *App
	quo  Quota
	plan records.Plan

	mu      sync.Mutex
	pending int           // counted here, and not yet in the store
	done    chan struct{} // closed when the pending ones are
	usage   storage.Usage
	more    chan struct{}

	warned sync.Map // causes for which admins were told
}

func newMeter(a *App, q Quota) *meter {
	m := &meter{app: a, quo: q, done: make(chan struct{}), more: make(chan struct{}, 1)}
	if q != nil {
		m.plan = q.Plan()
	}
	return m
}

// limits reports whether a channel has a plan.
func (m *meter) limits(ch *line) bool { return m.plan.Channel != "" && m.plan.Channel == ch.Name() }

// run writes down what is counted as it comes, and looks at the plan every few beats, until ctx ends.
func (m *meter) run(ctx context.Context) {
	if m.plan.Channel == "" || m.app.lines[m.plan.Channel] == nil {
		return
	}
	look := time.NewTicker(2 * m.app.o.Beat)
	defer look.Stop()
	m.look(ctx)
	m.resume(ctx)
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			m.write(last)
			cancel()
			return
		case <-m.more:
			m.write(ctx)
		case <-look.C:
			m.write(ctx)
			m.look(ctx)
		}
	}
}

// count waits until a message is counted, or cannot be now.
func (m *meter) count(ctx context.Context) {
	done := m.add(1)
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// add counts n messages, and returns what is closed once they are.
func (m *meter) add(n int) <-chan struct{} {
	m.mu.Lock()
	m.pending += n
	done := m.done
	m.mu.Unlock()
	select {
	case m.more <- struct{}{}:
	default:
	}
	return done
}

func (m *meter) write(ctx context.Context) {
	m.mu.Lock()
	n, done := m.pending, m.done
	m.pending, m.done = 0, make(chan struct{})
	m.mu.Unlock()
	defer close(done)
	if n == 0 {
		return
	}
	month := records.Month(m.app.o.Now())
	sent, err := m.quo.CountSent(ctx, month, n)
	if err != nil {
		m.app.trouble("quota", err)
		m.mu.Lock()
		m.pending += n
		m.mu.Unlock()
		return
	}
	m.mu.Lock()
	if m.usage.Month == month {
		m.usage.Sent = sent
	}
	u := m.usage
	m.mu.Unlock()
	m.warn(ctx, u)
}

// look reads how the plan stands. A new month begins with an empty meter, and frees what the old one held up.
func (m *meter) look(ctx context.Context) {
	now := m.app.o.Now()
	u, err := m.quo.Usage(ctx, records.Month(now))
	if err != nil {
		m.app.trouble("quota", err)
		return
	}
	m.mu.Lock()
	was := m.usage
	m.usage = u
	m.mu.Unlock()
	if was.Month != u.Month {
		m.app.free(m.plan.Channel)
	}
	if wait := u.HeldUntil.Sub(now); wait > 0 {
		m.app.lines[m.plan.Channel].tooFast(wait, true)
	}
	m.warn(ctx, u)
}

// resume makes due, at the start by day, what was put off, where the plan has room for it: it may have been enlarged.
func (m *meter) resume(ctx context.Context) {
	m.mu.Lock()
	u := m.usage
	m.mu.Unlock()
	hour := m.app.o.Now().In(records.Local).Hour()
	if u.PutOff == 0 || m.near(u) || hour < records.PutOffHour || hour >= 21 {
		return
	}
	if err := m.quo.TakeUp(ctx); err != nil {
		m.app.trouble("quota", err)
	}
}

// near reports whether only replies and urgent messages are to go.
func (m *meter) near(u storage.Usage) bool {
	return !u.HeldUntil.IsZero() || m.plan.Messages > 0 && records.Percent(u.Sent, m.plan.Messages) >= records.QuotaNear
}

// unknown reports that how the plan of a channel stands was not read yet.
func (m *meter) unknown(ch *line) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.limits(ch) && m.usage.Month == ""
}

// closed reports whether messages of a class are not to go on a channel this month.
func (m *meter) closed(ch *line, class int) bool {
	if class != classBulk || !m.limits(ch) {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.usage.Month == records.Month(m.app.o.Now()) && m.near(m.usage)
}

// putOff lets a notice wait for the next month.
func (m *meter) putOff(ctx context.Context, say dialog.Say) error {
	m.app.notices.flush(ctx)
	due := records.NextMonth(m.app.o.Now()).Add(records.PutOffHour * time.Hour)
	if err := m.quo.PutOff(ctx, say.Notice, due); err != nil {
		return err
	}
	m.mu.Lock()
	m.usage.PutOff++
	m.mu.Unlock()
	m.app.metrics.putOff.Inc()
	return nil
}

// refused takes in that the platform says that the plan is used up, and reports whether that is so for everybody. Where there are
// messages left and no seats, it is so for one person who has none.
func (m *meter) refused(ctx context.Context, wait time.Duration) (all bool) {
	now := m.app.o.Now()
	m.mu.Lock()
	u := m.usage
	seats := m.plan.Users > 0 && u.Users >= m.plan.Users && !m.near(u)
	if !seats {
		u.HeldUntil = now.Add(wait)
		m.usage.HeldUntil = u.HeldUntil
	}
	m.mu.Unlock()
	if seats {
		return false
	}
	if err := m.quo.HoldPlan(ctx, records.Month(now), u.HeldUntil); err != nil {
		m.app.trouble("quota", err)
	}
	m.warn(ctx, u)
	return true
}

// worked takes in that a message was sent: a hold that is over was the last.
func (m *meter) worked(ctx context.Context) {
	now := m.app.o.Now()
	m.mu.Lock()
	over := !m.usage.HeldUntil.IsZero() && !now.Before(m.usage.HeldUntil)
	if over {
		m.usage.HeldUntil = time.Time{}
	}
	m.mu.Unlock()
	if !over {
		return
	}
	if err := m.quo.HoldPlan(ctx, records.Month(now), time.Time{}); err != nil {
		m.app.trouble("quota", err)
	}
}

// warn tells the admins at each mark, once in a month.
func (m *meter) warn(ctx context.Context, u storage.Usage) {
	tell := func(mark, key string, used, limit int) {
		line := dialog.Line{Key: key, Args: map[string]string{
			"used": strconv.Itoa(used), "limit": strconv.Itoa(limit), "percent": strconv.Itoa(records.Percent(used, limit)),
			"reset": records.FormatDay(records.DayOf(records.NextMonth(m.app.o.Now()))),
		}}
		cause := "quota " + m.plan.Channel + " " + m.plan.Bot + " " + u.Month + " " + mark
		if _, told := m.warned.LoadOrStore(cause, true); told {
			return
		}
		if err := m.quo.TellAdmins(ctx, cause, dialog.Say{Lines: []dialog.Line{line}, Urgent: true}); err != nil {
			m.warned.Delete(cause)
			m.app.trouble("quota", err)
		}
	}
	switch percent := records.Percent(u.Sent, m.plan.Messages); {
	case !u.HeldUntil.IsZero():
		tell("full", "notice.quota.full", u.Sent, m.plan.Messages)
	case percent >= records.QuotaNear:
		tell("near", "notice.quota.near", u.Sent, m.plan.Messages)
	case percent >= records.QuotaWarn:
		tell("warn", "notice.quota.warn", u.Sent, m.plan.Messages)
	}
	if records.Percent(u.Users, m.plan.Users) >= records.QuotaWarn {
		tell("users", "notice.quota.users", u.Users, m.plan.Users)
	}
}

// gauge is a figure of the plan for the metrics, NaN where there is no plan.
func (m *meter) gauge(pick func(storage.Usage, records.Plan) int) float64 {
	if m == nil || m.plan.Channel == "" {
		return math.NaN()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return float64(pick(m.usage, m.plan))
}

// free ends what holds up a channel and the contacts on it.
func (a *App) free(channel string) {
	ch := a.lines[channel]
	if ch == nil {
		return
	}
	ch.mu.Lock()
	ch.until, ch.waits = time.Time{}, 0
	ch.mu.Unlock()
	for _, s := range a.shards.owned() {
		for _, l := range s.all() {
			l.mu.Lock()
			held := l.addr.channel == channel && !l.hold.IsZero()
			if held {
				l.hold = time.Time{}
			}
			l.mu.Unlock()
			if held {
				a.pump(l)
			}
		}
	}
}
