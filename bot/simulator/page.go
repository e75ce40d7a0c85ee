package simulator

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// PageOptions is what a page is put together from. Telegram and Clock are needed.
type PageOptions struct {
	Telegram *Telegram
	Zalo     *Zalo // nil: no phone has that app
	Clock    *PageClock

	Scenes []PageScene // of the guided tour
	Roles  []PageRole  // what somebody who is added can be

	// Invite makes a code that gives somebody a role. nil: people come without codes.
	Invite func(ctx context.Context, role string) (code string, err error)
	// Introduce is called once for each phone that somebody of AddPerson takes up, and does there what they would do first.
	Introduce func(ctx context.Context, p *Page, person PagePerson, phone string) error
	// Kill ends the bot as a power cut does, and Start starts it again. nil: the page cannot.
	Kill, Start func() error
	// Moved is told how far the clock is now ahead of the real time, and returns when the bot knows.
	Moved func(offset time.Duration)
	// NextDue is when the bot has something to do by the clock; zero when nothing waits. nil: not known.
	NextDue func(ctx context.Context) (time.Time, error)

	Hosts []string // names the page is opened by, besides addresses and localhost
	Log   *slog.Logger
}

// PageRole is something that people can be.
type PageRole struct {
	Name  string `json:"name"`  // as Invite knows it; "" is nobody in particular
	Label string `json:"label"` // as people say
}

// Page is a web page of phones side by side, whose people talk to the bot through the emulated platforms. All that
// happens is in one feed, so a page that is open in many tabs shows the same in each, and one that was away catches up.
type Page struct {
	opt     PageOptions
	boot    string // names this run of the page
	log     *slog.Logger
	handler http.Handler

	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup
	server *http.Server

	moving sync.Mutex // held while the clock is moved

	mu      sync.Mutex
	feed    feed
	people  []*pagePerson
	chats   map[string]*pageChat // by phone
	order   []string             // of phones
	bot     botState
	trouble map[string]bool
	tour    tourState
	watched bool // somebody waits for messages to be delivered
}

//go:embed page
var pageFiles embed.FS

// NewPage makes a page. It follows the emulated platforms until Close.
func NewPage(opt PageOptions) (*Page, error) {
	if opt.Telegram == nil || opt.Clock == nil {
		return nil, errors.New("simulator: a page needs an emulated Telegram and a clock")
	}
	if len(opt.Roles) == 0 {
		opt.Roles = []PageRole{{Label: "Người mới"}}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	p := &Page{opt: opt, log: opt.Log, boot: rand.Text()[:10], chats: map[string]*pageChat{}, trouble: map[string]bool{}}
	p.feed.more = make(chan struct{})
	p.ctx, p.cancel = context.WithCancel(context.Background())
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		return nil, err
	}
	p.handler = p.guard(p.routes(files))
	p.tasks.Go(p.followTelegram)
	if opt.Zalo != nil {
		p.tasks.Go(p.followZalo)
	}
	return p, nil
}

func (p *Page) routes(files fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /state", p.serveState)
	mux.HandleFunc("GET /events", p.serveEvents)
	mux.HandleFunc("GET /older", p.serveOlder)
	mux.HandleFunc("GET /commands", p.serveCommands)
	mux.HandleFunc("GET /media/{phone}/{id}", p.serveMedia)
	mux.HandleFunc("POST /act", p.serveAct)
	mux.HandleFunc("POST /upload", p.serveUpload)
	mux.HandleFunc("POST /people", p.servePeople)
	mux.HandleFunc("POST /person", p.servePerson)
	mux.HandleFunc("POST /clock", p.serveClock)
	mux.HandleFunc("POST /trouble", p.serveTrouble)
	mux.HandleFunc("POST /bot", p.serveBot)
	mux.HandleFunc("POST /tour", p.serveTour)
	return mux
}

// Listen serves the page and returns its address.
func (p *Page) Listen(addr string) (string, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	p.server = &http.Server{
		Handler: p, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug), BaseContext: func(net.Listener) context.Context { return p.ctx },
	}
	p.tasks.Go(func() { _ = p.server.Serve(ln) })
	return "http://" + ln.Addr().String() + "/", nil
}

// Close ends the page and waits for all that it does.
func (p *Page) Close() {
	p.cancel()
	if p.server != nil {
		_ = p.server.Close()
	}
	p.tasks.Wait()
}

// ServeHTTP serves the page.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// pagePolicy lets the page load what the page brings, and nothing else.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// guard refuses what other sites send through the browser of whoever has the page open: posts from another origin, and
// requests under a name that somebody made point to this machine.
func (p *Page) guard(next http.Handler) http.Handler {
	own := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		if !p.knows(r.Host) {
			http.Error(w, "the page is not known under this name", http.StatusMisdirectedRequest)
			return
		}
		own.ServeHTTP(w, r)
	})
}

// knows reports whether the page may be asked for under a host: an address, which nobody can point elsewhere, or a
// name that is its own.
func (p *Page) knows(host string) bool {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return true
	}
	return strings.EqualFold(name, "localhost") || slices.ContainsFunc(p.opt.Hosts, func(own string) bool { return strings.EqualFold(own, name) })
}

// Answers to requests that cannot be.
const (
	maxAct    = 1 << 20
	maxUpload = 20 << 20
)

// readJSON reads a request's body; false means that it is answered already.
func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAct))
	if err == nil {
		err = strictJSON(body, into)
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "the request is too large", http.StatusRequestEntityTooLarge)
	case err != nil:
		http.Error(w, "the request is not as it should be: "+err.Error(), http.StatusBadRequest)
	}
	return err == nil
}
