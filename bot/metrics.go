package bot

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chungtay/storage"
	"chungtay/storage/records"
)

// Meter keeps the times of calls to the stores. It is made before the stores, which tell it of every call, and handed
// to the App, which serves it with its own metrics. Labels are words of this program, never of people.
type Meter struct {
	registry *prometheus.Registry
	redis    *prometheus.HistogramVec // op
	sql      *prometheus.HistogramVec // op
	failures *prometheus.CounterVec   // store, op
}

// NewMeter makes a Meter with nothing measured.
func NewMeter() *Meter {
	m := &Meter{registry: prometheus.NewRegistry()}
	histograms := func(name, help string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "chungtay", Name: name, Help: help, Buckets: times}, []string{"op"})
		m.registry.MustRegister(h)
		return h
	}
	m.redis = histograms("conversations_seconds", "Time of calls to the conversations' store (Redis, or the embedded file).")
	m.sql = histograms("records_seconds", "Time of calls to the records' store (SQL).")
	m.failures = prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "chungtay", Name: "store_errors_total", Help: "Failed calls to the stores."}, []string{"store", "op"})
	m.registry.MustRegister(m.failures)
	return m
}

// Conversations is a storage.Observer of the conversations' store.
func (m *Meter) Conversations(op string, took time.Duration, err error) {
	m.redis.WithLabelValues(op).Observe(took.Seconds())
	if err != nil && !errors.Is(err, storage.ErrStale) && !errors.Is(err, storage.ErrNotOwner) {
		m.failures.WithLabelValues("conversations", op).Inc()
	}
}

// Records is a storage.Observer of the records' store.
func (m *Meter) Records(op string, took time.Duration, err error) {
	op = strings.TrimPrefix(op, "sql.")
	m.sql.WithLabelValues(op).Observe(took.Seconds())
	if err != nil {
		m.failures.WithLabelValues("records", op).Inc()
	}
}

var times = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// metrics count what the program does.
type metrics struct {
	registry *prometheus.Registry

	updates    *prometheus.CounterVec // channel, kind
	repeats    prometheus.Counter     // updates taken in before
	turns      *prometheus.CounterVec // result
	replies    *prometheus.CounterVec // channel, class
	saves      *prometheus.CounterVec // result
	errors     *prometheus.CounterVec // class
	sendErrors *prometheus.CounterVec // channel, class
	putOff     prometheus.Counter     // notices put off to the next month
	runs       *prometheus.CounterVec // job, result
	alerts     *prometheus.CounterVec // reason

	turnSeconds prometheus.Histogram
	turnAge     prometheus.Histogram
	replyAge    prometheus.Histogram
	sendSeconds prometheus.Histogram
	trips       prometheus.Histogram
}

func newMetrics(a *App) *metrics {
	m := &metrics{registry: a.o.Meter.registry}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Namespace: "chungtay", Name: name, Help: help})
		m.registry.MustRegister(c)
		return c
	}
	counters := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "chungtay", Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "chungtay", Name: name, Help: help, Buckets: buckets})
		m.registry.MustRegister(h)
		return h
	}
	gauge := func(name, help string, f func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "chungtay", Name: name, Help: help}, f))
	}
	m.updates = counters("updates_total", "Events received from channels.", "channel", "kind")
	m.repeats = counter("updates_repeated_total", "Events received again and dropped.")
	m.turns = counters("turns_total", "Turns taken, by result.", "result")
	m.replies = counters("replies_total", "Messages delivered.", "channel", "class")
	m.saves = counters("saves_total", "Saves done, by result.", "result")
	m.errors = counters("errors_total", "Errors that pass, by class.", "class")
	m.sendErrors = counters("send_errors_total", "Failed calls to channels.", "channel", "class")
	m.alerts = counters("alerts_total", "What somebody has to look at.", "reason")
	m.runs = counters("runs_total", "Runs of jobs that this process did, or failed at.", "job", "result")
	m.putOff = counter("quota_put_off_total", "Notices put off to the next month, as this month's messages are nearly used up.")
	m.turnSeconds = histogram("turn_seconds", "Time of a turn from its start to its commit.", times)
	m.turnAge = histogram("turn_age_seconds", "Time from receiving an event to its commit.", times)
	m.replyAge = histogram("reply_age_seconds", "Time from receiving an event to delivering a reply to it.", times)
	m.sendSeconds = histogram("send_seconds", "Time of calls to channels.", times)
	m.trips = histogram("lane_roundtrips", "Awaited calls to the conversations' store in a turn.", []float64{1, 2, 3, 5})
	gauge("queue_inbox_age_seconds", "Age of the oldest event in memory that waits for its turn.", func() float64 { return a.oldest(oldestEvent) })
	gauge("queue_outbox_age_seconds", "Age of the oldest effect in memory that is not carried out.", func() float64 { return a.oldest(oldestEntry) })
	gauge("queue_saves", "Saves that wait for the records' store.", func() float64 { return float64(a.recorder.waiting()) })
	gauge("queue_held", "Conversations that wait for the records' store before their turn goes on.", func() float64 { return float64(a.room.waiting()) })
	gauge("lanes", "Conversations in memory.", func() float64 { return float64(a.lanes()) })
	gauge("shards", "Shards owned.", func() float64 { return float64(len(a.shards.owned())) })
	gauge("due_next_timestamp_seconds", "Business time at which the first of the timers, notices and jobs is due; 0 when none waits.", a.nextDue)
	type plan = records.Plan
	for name, of := range map[string]func(storage.Usage, plan) int{
		"quota_messages": func(u storage.Usage, _ plan) int { return u.Sent }, "quota_messages_limit": func(_ storage.Usage, p plan) int { return p.Messages },
		"quota_users": func(u storage.Usage, _ plan) int { return u.Users }, "quota_users_limit": func(_ storage.Usage, p plan) int { return p.Users },
		"quota_waiting": func(u storage.Usage, _ plan) int { return u.PutOff },
	} {
		gauge(name, "The platform's plan for the bot: used this month, and allowed (0: any number); notices that wait. NaN without a plan.",
			func() float64 { return a.quota.gauge(of) })
	}
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}

// nextDue is when there is something to do by the clock, in seconds since 1970; 0 for never, NaN when that cannot be told.
func (a *App) nextDue() float64 {
	ctx, cancel := context.WithTimeout(a.ctx, time.Second)
	defer cancel()
	timer, err := a.conversations.NextDue(ctx)
	if err != nil {
		return math.NaN()
	}
	notice, err := a.records.NextNotice(ctx)
	if err != nil {
		return math.NaN()
	}
	_, job := a.schedule.nextRuns()
	first := timer
	for _, at := range []time.Time{notice, job} {
		if first.IsZero() || !at.IsZero() && at.Before(first) {
			first = at
		}
	}
	if first.IsZero() {
		return 0
	}
	return float64(first.UnixMilli()) / 1000
}

// oldest is the age in seconds of the oldest thing that pick finds in any lane.
func (a *App) oldest(pick func(*lane) time.Time) float64 {
	var first time.Time
	for _, s := range a.shards.owned() {
		for _, l := range s.all() {
			l.mu.Lock()
			t := pick(l)
			l.mu.Unlock()
			if !t.IsZero() && (first.IsZero() || t.Before(first)) {
				first = t
			}
		}
	}
	if first.IsZero() {
		return 0
	}
	return time.Since(first).Seconds()
}

func oldestEvent(l *lane) time.Time {
	if len(l.inbox) == 0 {
		return time.Time{}
	}
	return l.inbox[0].born
}

func oldestEntry(l *lane) time.Time {
	if len(l.outbox) == 0 {
		return time.Time{}
	}
	return l.outbox[0].born
}

func (a *App) lanes() int {
	n := 0
	for _, s := range a.shards.owned() {
		s.mu.Lock()
		n += len(s.lanes)
		s.mu.Unlock()
	}
	return n
}
