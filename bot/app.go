package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"chungtay/bot/web"
	"chungtay/storage"
	"chungtay/storage/records"
)

// Options are what a program is put together from. Engine, Book, Conversations and Records are needed; everything
// else has a default.
type Options struct {
	Engine        Stepper
	Book          Book
	Channels      []Channel // names differ
	Conversations storage.Conversations
	Records       Records
	Quota         Quota         // what a plan limits; nil: nothing is
	Jobs          []records.Job // what is done by the clock
	Runs          Runs          // where that is kept; nil: nothing is done by the clock
	Lists         Lists         // what is imported; nil: nothing is
	Broadcasts    Broadcasts    // messages to many; nil: none are sent

	Now   func() time.Time // business time; real time by default
	Log   *slog.Logger     // ids and codes only are logged; slog's default by default
	Meter *Meter           // what the stores were told to report to; else their times are not known

	HTTPAddr    string                  // webhooks, links, health; "" opens no port
	MetricsAddr string                  // Prometheus; "" opens no port
	Hooks       map[string]string       // channel name -> path of its webhook, "/webhook/NAME" by default
	Handlers    map[string]http.Handler // pattern -> more to serve at HTTPAddr
	PublicURL   string                  // where people and platforms reach HTTPAddr, for links; "" makes none

	Owner string  // this process among others on the same stores; random by default
	Warm  int     // conversations kept in memory (4,096)
	Turns int     // turns taken at the same time (128)
	Sends int     // messages sent at the same time (512)
	Bulk  float64 // messages a second when some of them are bulk (30)

	Lease      time.Duration // of shards (3 s)
	Beat       time.Duration // renewal of leases (1 s)
	Tick       time.Duration // look for due timers and notices (500 ms)
	Sweep      time.Duration // look for contacts whose wake-up was lost (2 s)
	AskTimeout time.Duration // for all look-ups of a turn (2 s)
	TellAfter  time.Duration // a Save not kept, or a turn held, for so long is told of (2 s)
	Grace      time.Duration // to finish what is under way at the end (10 s)

	// Fail is asked at every boundary between storing and doing, by the boundary's name. An error there is the death of
	// this process: nothing more is done. For tests.
	Fail func(point string) error
}

func (o *Options) defaults() error {
	switch {
	case o.Engine == nil, o.Book == nil, o.Conversations == nil, o.Records == nil:
		return errors.New("bot: Options need Engine, Book, Conversations and Records")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Meter == nil {
		o.Meter = NewMeter()
	}
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	if o.Owner == "" {
		host, _ := os.Hostname()
		o.Owner = fmt.Sprintf("%s-%d-%s", host, os.Getpid(), rand.Text()[:8])
	}
	number := func(p *int, d int) {
		if *p <= 0 {
			*p = d
		}
	}
	number(&o.Warm, 4096)
	number(&o.Turns, 128)
	number(&o.Sends, 512)
	if o.Bulk <= 0 {
		o.Bulk = 30
	}
	span := func(p *time.Duration, d time.Duration) {
		if *p <= 0 {
			*p = d
		}
	}
	span(&o.Lease, 3*time.Second)
	span(&o.Beat, o.Lease/3)
	span(&o.Tick, 500*time.Millisecond)
	span(&o.Sweep, 2*time.Second)
	span(&o.AskTimeout, 2*time.Second)
	span(&o.TellAfter, 2*time.Second)
	span(&o.Grace, 10*time.Second)
	return nil
}

// App is the running program but for its stores, which belong to whoever opened them.
type App struct {
	rolesChanged atomic.Int64 // counts changes after which people may do other things than before

	o             Options
	log           *slog.Logger
	engine        Stepper
	book          Book
	conversations storage.Conversations
	records       Records
	metrics       *metrics
	lines         map[string]*line

	ctx      context.Context // ends when the process is to do nothing more
	cancel   context.CancelFunc
	tasks    sync.WaitGroup
	stopping atomic.Bool // nothing new is begun
	dead     atomic.Bool // a failpoint killed it

	shards    shards
	turns     *pool
	senders   *pool
	room      room
	recorder  *recorder
	notices   *notices
	budget    *budget
	quota     *meter
	schedule  *schedule
	fetches   chan struct{}
	asks      chan struct{} // turns that look something up
	delivered sync.Map      // ids of Says that were delivered and could not be acknowledged

	talk    talk
	health  health
	server  *web.Server
	monitor *web.Server
}

// Open puts a program together and opens its ports. Nothing runs before Run.
func Open(o Options) (*App, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	a := &App{o: o, log: o.Log, engine: o.Engine, book: o.Book, conversations: o.Conversations, records: o.Records, lines: map[string]*line{}}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	a.metrics = newMetrics(a)
	a.shards.app = a
	a.room.app = a
	a.turns = newPool(o.Turns, a.work)
	a.senders = newPool(o.Sends, a.send)
	a.recorder = newRecorder(a)
	a.notices = newNotices(a)
	pacer, _ := o.Conversations.(Pacer)
	a.budget = newBudget(o.Bulk, pacer)
	a.quota = newMeter(a, o.Quota)
	a.schedule = newSchedule(a, o.Jobs, o.Runs)
	a.fetches = make(chan struct{}, 4)
	a.asks = make(chan struct{}, asksMax)
	for _, ch := range o.Channels {
		if a.lines[ch.Name()] != nil {
			a.cancel()
			return nil, fmt.Errorf("bot: two channels are called %s", ch.Name())
		}
		a.lines[ch.Name()] = &line{Channel: ch, started: make(chan struct{})}
	}
	if err := a.listen(); err != nil {
		a.cancel()
		return nil, err
	}
	return a, nil
}

func (a *App) listen() error {
	var err error
	if a.o.HTTPAddr != "" {
		handlers := map[string]http.Handler{}
		for pattern, h := range a.o.Handlers {
			handlers[pattern] = h
		}
		if a.o.PublicURL != "" {
			handlers["GET /p/{token}"] = web.Pictures(a.picture)
			handlers["/f/"] = web.Files(filePages{a}, a.o.PublicURL)
		}
		for name, ch := range a.lines {
			h := ch.Webhook(func(ctx context.Context, batch []Update) error { return a.ingest(ctx, ch, batch) })
			if h == nil {
				continue
			}
			path := a.o.Hooks[name]
			if path == "" {
				path = "/webhook/" + name
			}
			handlers["POST "+path] = h
		}
		if a.server, err = web.Listen(a.o.HTTPAddr, web.Routes(handlers, a.health.answer)); err != nil {
			return fmt.Errorf("bot: HTTP_ADDR: %w", err)
		}
	}
	if a.o.MetricsAddr != "" {
		if a.monitor, err = web.Listen(a.o.MetricsAddr, a.metrics.handler()); err != nil {
			_ = a.server.Close()
			return fmt.Errorf("bot: METRICS_ADDR: %w", err)
		}
	}
	return nil
}

// Addr is where webhooks, links and health are served, "" without HTTPAddr.
func (a *App) Addr() string { return a.server.Addr() }

// MetricsAddr is where the metrics are served, "" without Options.MetricsAddr.
func (a *App) MetricsAddr() string { return a.monitor.Addr() }

// Ready tells what still keeps the program from serving, nil when nothing does.
func (a *App) Ready() error { return a.health.err() }

// Run serves until ctx ends, finishes what is under way for at most Options.Grace, and gives up what it owns. It
// fails only where going on is pointless: every platform refuses the bot's account.
func (a *App) Run(ctx context.Context) error {
	work, stop := context.WithCancelCause(a.ctx)
	defer stop(nil)
	unhook := context.AfterFunc(ctx, func() { stop(context.Canceled) })
	defer unhook()

	a.server.Serve()
	a.monitor.Serve()
	var leases context.Context
	leases, endLeases := context.WithCancel(a.ctx)
	defer endLeases()
	var keeping, intake, loops sync.WaitGroup
	keeping.Go(func() { a.shards.run(leases) })
	recording, endRecording := context.WithCancel(a.ctx)
	defer endRecording()
	var records sync.WaitGroup
	records.Go(func() { a.recorder.run(recording) })
	loops.Go(func() { a.shards.tick(work) })
	loops.Go(func() { a.shards.sweep(work) })
	loops.Go(func() { a.shards.listen(work) })
	loops.Go(func() { a.notices.run(work) })
	loops.Go(func() { a.schedule.run(work) })
	loops.Go(func() { a.watch(work) })
	loops.Go(func() { a.quota.run(a.ctx) })
	if a.o.Lists != nil {
		loops.Go(func() { a.runLists(work) })
	}
	if a.o.Broadcasts != nil {
		loops.Go(func() { a.runBroadcasts(work) })
	}
	for _, ch := range a.lines {
		intake.Go(func() {
			if err := a.receive(work, ch); err != nil {
				stop(err)
			}
		})
	}
	<-work.Done()
	err := context.Cause(work)
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	a.log.Info("stopping")

	grace, done := context.WithTimeout(a.ctx, a.o.Grace)
	defer done()
	a.server.Shutdown(grace)
	wait(grace, &intake)
	a.stopping.Store(true)
	a.turns.close(grace)
	a.recorder.drain(grace)
	a.senders.close(grace)
	endRecording()
	wait(grace, &records)
	endLeases()
	wait(grace, &keeping)
	if !a.dead.Load() {
		a.notices.flush(grace)
		a.shards.release(grace, a.shards.owned())
	}
	a.cancel()
	keeping.Wait() // after a failpoint there was no grace
	loops.Wait()
	a.monitor.Shutdown(grace)
	return err
}

// Close ends the program at once, with or without Run. The stores stay open.
func (a *App) Close() error {
	a.cancel()
	err := errors.Join(a.server.Close(), a.monitor.Close())
	a.tasks.Wait()
	return err
}

func wait(ctx context.Context, group *sync.WaitGroup) {
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// errDead is what every boundary says after a failpoint.
var errDead = errors.New("bot: killed by a failpoint")

// fail is a boundary at which a process may die.
func (a *App) fail(point string) error {
	if a.o.Fail == nil {
		return nil
	}
	if a.dead.Load() {
		return errDead
	}
	if err := a.o.Fail(point); err != nil {
		a.dead.Store(true)
		a.cancel()
		return err
	}
	return nil
}

// after runs f once d has passed, unless the program ended by then.
func (a *App) after(d time.Duration, f func()) {
	time.AfterFunc(d, func() {
		if a.ctx.Err() == nil {
			f()
		}
	})
}

// pause waits for d, or until ctx ends.
func (a *App) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// trouble notes an error that is expected to pass. All are counted; of one kind, one a second is logged, with how many
// were not since the last.
func (a *App) trouble(op string, err error, fields ...any) {
	if a.ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return
	}
	a.metrics.errors.WithLabelValues(op).Inc()
	if quiet, ok := a.talk.may(op, time.Now()); ok {
		a.log.Warn("trouble", append([]any{"op", op, "error", err, "unlogged", quiet}, fields...)...)
	}
}

// talk keeps a flood of the same trouble out of the log.
type talk struct {
	mu    sync.Mutex
	kinds map[string]*talkedOf
}

type talkedOf struct {
	last  time.Time
	quiet int
}

// may reports whether trouble of a kind may be logged now, and how much of it was not.
func (t *talk) may(kind string, now time.Time) (quiet int, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kinds == nil {
		t.kinds = map[string]*talkedOf{}
	}
	k := t.kinds[kind]
	if k == nil {
		k = &talkedOf{}
		t.kinds[kind] = k
	}
	if now.Sub(k.last) < time.Second {
		k.quiet++
		return 0, false
	}
	quiet, k.quiet, k.last = k.quiet, 0, now
	return quiet, true
}

// alert notes what somebody has to look at. Fields are ids, never words of a person.
func (a *App) alert(reason string, fields ...any) {
	a.metrics.alerts.WithLabelValues(reason).Inc()
	a.log.Error("alert", append([]any{"reason", reason}, fields...)...)
}

// health is what keeps the program from serving, and what it serves without.
type health struct {
	mu      sync.Mutex
	checked bool
	problem error
	note    string
}

func (h *health) set(note string, problem error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.checked, h.note, h.problem = true, note, problem
}

func (h *health) err() error {
	_, err := h.answer()
	return err
}

func (h *health) answer() (note string, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.checked {
		return "", errors.New("starting")
	}
	return h.note, h.problem
}

// watch looks after the parts of the program until ctx ends.
func (a *App) watch(ctx context.Context) {
	for ctx.Err() == nil {
		note, problem := a.check(ctx)
		if without, was := a.health.answer(); (was == nil) != (problem == nil) || note != without {
			a.log.Info("ready", "ready", problem == nil, "problem", problem, "without", note)
		}
		a.health.set(note, problem)
		pace := a.o.Beat
		if problem != nil {
			pace = min(pace, 50*time.Millisecond)
		}
		a.pause(ctx, pace)
	}
}

// check is the first part of the program that cannot serve, nil when all can that are needed; note is on those that are
// not.
func (a *App) check(ctx context.Context) (note string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if err := a.conversations.Ping(ctx); err != nil {
		return "", fmt.Errorf("conversations: %w", short(err))
	}
	if err := a.records.Ping(ctx); err != nil {
		return "", fmt.Errorf("records: %w", short(err))
	}
	if !a.shards.held.Load() {
		return "", errors.New("shards: none claimed yet")
	}
	return a.checkChannels()
}

// short hides an error's text, which may name hosts, behind its kind.
func short(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, storage.ErrAway), errors.Is(err, context.DeadlineExceeded):
		return errors.New("away")
	default:
		return errors.New("does not answer as it should")
	}
}
