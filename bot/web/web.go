// Package web serves what comes by HTTP: webhooks, links and health, with limits on how long a caller may take.
package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Server listens on one address. A nil Server does nothing and has no address.
type Server struct {
	ln   net.Listener
	http *http.Server
	ran  bool
}

// Listen opens the port. Callers are served after Serve.
func Listen(addr string, h http.Handler) (*Server, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &Server{ln: ln, http: &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      40 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
	}}, nil
}

// Addr is the address it listens on, with the port that was free when 0 was asked for.
func (s *Server) Addr() string {
	if s == nil {
		return ""
	}
	return s.ln.Addr().String()
}

// Serve begins to answer and returns at once.
func (s *Server) Serve() {
	if s == nil {
		return
	}
	s.ran = true
	go func() { _ = s.http.Serve(s.ln) }()
}

// Shutdown takes no more calls and waits for those under way until ctx ends.
func (s *Server) Shutdown(ctx context.Context) {
	if s != nil {
		_ = s.http.Shutdown(ctx)
	}
}

// Close ends everything at once.
func (s *Server) Close() error {
	if s == nil {
		return nil
	}
	err := s.http.Close()
	if !s.ran {
		err = s.ln.Close()
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Routes serves handlers by pattern, /healthz (the process runs) and /readyz (it can serve: ready returns no error, and
// perhaps a note on what of it cannot; else 503 with the reason). Both name parts of the program and no more.
func Routes(handlers map[string]http.Handler, ready func() (note string, err error)) http.Handler {
	mux := http.NewServeMux()
	for pattern, h := range handlers {
		mux.Handle(pattern, h)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, "", nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		note, err := ready()
		answer(w, note, err)
	})
	return mux
}

func answer(w http.ResponseWriter, note string, err error) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	text := "ok\n"
	if note != "" {
		text += note + "\n"
	}
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		text = err.Error() + "\n"
	}
	_, _ = w.Write([]byte(text))
}
