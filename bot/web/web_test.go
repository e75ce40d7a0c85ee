package web

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestRoutes(t *testing.T) {
	var away error
	note := ""
	s, err := Listen("127.0.0.1:0", Routes(map[string]http.Handler{
		"POST /hook": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusAccepted) }),
	}, func() (string, error) { return note, away }))
	if err != nil {
		t.Fatal(err)
	}
	s.Serve()
	t.Cleanup(func() { _ = s.Close() })
	call := func(method, path string) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.Addr()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b)
	}
	for _, test := range []struct {
		away         error
		note         string
		method, path string
		code         int
		body         string
	}{
		{nil, "", "GET", "/healthz", 200, "ok\n"},
		{nil, "", "GET", "/readyz", 200, "ok\n"},
		{errors.New("records: away"), "", "GET", "/readyz", 503, "records: away\n"},
		{errors.New("records: away"), "", "GET", "/healthz", 200, "ok\n"},
		{nil, "channel: zalo: x", "GET", "/readyz", 200, "ok\nchannel: zalo: x\n"},
		{errors.New("records: away"), "channel: zalo: x", "GET", "/readyz", 503, "records: away\n"},
		{nil, "", "POST", "/hook", 202, ""},
		{nil, "", "GET", "/hook", 405, "Method Not Allowed\n"},
		{nil, "", "GET", "/", 404, "404 page not found\n"},
	} {
		away, note = test.away, test.note
		if code, body := call(test.method, test.path); code != test.code || body != test.body {
			t.Errorf("%s %s: %d %q, want %d %q", test.method, test.path, code, body, test.code, test.body)
		}
	}
}

func TestNilServerDoesNothing(t *testing.T) {
	var s *Server
	s.Serve()
	s.Shutdown(context.Background())
	if s.Addr() != "" || s.Close() != nil {
		t.Error("a server that is none does something")
	}
}

func TestHeadersAreBounded(t *testing.T) {
	s, err := Listen("127.0.0.1:0", Routes(nil, func() (string, error) { return "", nil }))
	if err != nil {
		t.Fatal(err)
	}
	s.Serve()
	t.Cleanup(func() { _ = s.Close() })
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		_, _ = io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n")
	}()
	b := make([]byte, 64)
	n, _ := c.Read(b)
	if !strings.Contains(string(b[:n]), "431") {
		t.Errorf("answered %q", b[:n])
	}
}

func TestCloseWithoutServing(t *testing.T) {
	s, err := Listen("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if ln, err := net.Listen("tcp", s.Addr()); err != nil {
		t.Error("the port is not given back")
	} else {
		_ = ln.Close()
	}
	if _, err := Listen("256.0.0.1:1", nil); err == nil {
		t.Error("listens nowhere")
	}
}
