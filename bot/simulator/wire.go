package simulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	maxHead = 64 << 10
	maxBody = 64 << 20 // a little above the platforms' largest upload
)

// exchange is one HTTP request and the answer that is built for it. The byte slices of the request are valid
// until the exchange ends.
type exchange struct {
	path        []byte
	query       []byte
	contentType []byte
	body        []byte

	status     int
	out        []byte
	outType    string
	retryAfter int
	cut        bool // reset the connection in place of an answer

	// watch starts to look for the client hanging up; stop must be called before the answer is written.
	watch func() (gone <-chan struct{}, stop func())
}

func (x *exchange) reset() {
	x.path, x.query, x.contentType, x.body = nil, nil, nil, nil
	x.status, x.out, x.outType, x.retryAfter, x.cut = http.StatusOK, x.out[:0], "application/json", 0, false
}

// wireServer is a small HTTP/1.1 server for the platform calls, made because the emulator shares its cores with
// the bot it loads: one write an answer, no header maps, no allocation for a request but what the handler
// makes. A connection that asks for any other path is handed, as it is, to a net/http server.
type wireServer struct {
	mine  func(path []byte) bool
	serve func(*exchange)
	rest  http.Handler

	mu     sync.Mutex
	ln     net.Listener
	conns  map[net.Conn]struct{}
	closed bool
	done   chan struct{}
	wg     sync.WaitGroup
	std    *http.Server
	passed *passedListener
}

func (s *wireServer) start(addr string) error {
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return err
	}
	s.ln, s.conns, s.done = ln, map[net.Conn]struct{}{}, make(chan struct{})
	s.passed = &passedListener{conns: make(chan net.Conn), done: s.done, addr: ln.Addr()}
	s.std = &http.Server{Handler: s.rest, ReadHeaderTimeout: time.Minute}
	s.wg.Go(func() { _ = s.std.Serve(s.passed) })
	s.wg.Go(s.accept)
	return nil
}

func (s *wireServer) accept() {
	for {
		c, err := s.ln.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = c.Close()
			return
		}
		s.conns[c] = struct{}{}
		s.wg.Add(1)
		s.mu.Unlock()
		go func() {
			defer s.wg.Done()
			w := &wireConn{Conn: c, buf: make([]byte, 4<<10)}
			kept := s.loop(w)
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
			if !kept {
				_ = c.Close()
			}
		}()
	}
}

// close ends every connection and waits for their handlers.
func (s *wireServer) close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	close(s.done)
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	_ = s.ln.Close()
	_ = s.std.Close()
	s.wg.Wait()
}

// loop serves one connection; true means that it was handed over and is not ours to close.
func (s *wireServer) loop(c *wireConn) bool {
	var x exchange
	x.watch = c.watch
	var h head
	for {
		raw, err := c.head()
		if err != nil {
			return false
		}
		if !h.parse(raw) {
			_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			return false
		}
		x.reset()
		x.path, x.query = h.target, nil
		if i := bytes.IndexByte(h.target, '?'); i >= 0 {
			x.path, x.query = h.target[:i], h.target[i+1:]
		}
		if !s.mine(x.path) {
			return s.passed.pass(&passedConn{Conn: c.Conn, first: c.buf[c.r:c.w]})
		}
		c.r += len(raw)
		if h.expect {
			if _, err := io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"); err != nil {
				return false
			}
		}
		if x.body, err = c.body(&h); err != nil {
			return false
		}
		x.contentType = h.contentType
		s.serve(&x)
		if x.cut {
			cutConn(c.Conn)
			return true
		}
		if err := c.answer(&x, h.close); err != nil || h.close {
			return false
		}
		c.recycle()
		if cap(x.out) > 1<<20 {
			x.out = nil
		}
	}
}

// cutConn ends a connection with a reset, as a crashed proxy does.
func cutConn(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// wireConn is a connection with its read buffer: buf[r:w] is received and not yet used.
type wireConn struct {
	net.Conn
	buf  []byte
	r, w int
	hdr  []byte
}

func (c *wireConn) fill() error {
	if c.w == len(c.buf) {
		if c.r > 0 {
			next := c.buf
			if c.w-c.r > len(c.buf)/2 {
				next = make([]byte, 2*len(c.buf))
			}
			c.w = copy(next, c.buf[c.r:c.w])
			c.buf, c.r = next, 0
		} else {
			next := make([]byte, 2*len(c.buf))
			copy(next, c.buf)
			c.buf = next
		}
	}
	n, err := c.Read(c.buf[c.w:])
	c.w += n
	if n > 0 {
		return nil
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// head returns the request line and headers with the blank line, still in the buffer.
func (c *wireConn) head() ([]byte, error) {
	from := 0
	for {
		if i := bytes.Index(c.buf[c.r+from:c.w], []byte("\r\n\r\n")); i >= 0 {
			return c.buf[c.r : c.r+from+i+4], nil
		}
		if from = c.w - c.r - 3; from < 0 {
			from = 0
		}
		if c.w-c.r > maxHead {
			return nil, errors.New("simulator: request head too long")
		}
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}

func (c *wireConn) body(h *head) ([]byte, error) {
	if h.chunked {
		return c.chunks()
	}
	if h.length > maxBody {
		return nil, errors.New("simulator: request body too long")
	}
	if h.length == 0 {
		return nil, nil
	}
	if need := c.r + h.length; need > len(c.buf) {
		// The head's slices keep pointing into the old buffer.
		next := make([]byte, h.length+1024)
		c.w = copy(next, c.buf[c.r:c.w])
		c.buf, c.r = next, 0
	}
	for c.w-c.r < h.length {
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
	b := c.buf[c.r : c.r+h.length]
	c.r += h.length
	return b, nil
}

// chunks reads a body in chunked coding, trailers included.
func (c *wireConn) chunks() ([]byte, error) {
	kept := c.buf
	c.buf = make([]byte, max(len(kept), 32<<10)) // the head's slices stay valid in the old buffer
	c.w = copy(c.buf, kept[c.r:c.w])
	c.r = 0
	var out []byte
	for {
		line, err := c.line()
		if err != nil {
			return nil, err
		}
		if i := bytes.IndexByte(line, ';'); i >= 0 {
			line = line[:i]
		}
		n, err := strconv.ParseUint(string(bytes.TrimSpace(line)), 16, 31)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			for {
				line, err := c.line()
				if err != nil {
					return nil, err
				}
				if len(line) == 0 {
					return out, nil
				}
			}
		}
		if len(out)+int(n) > maxBody {
			return nil, errors.New("simulator: request body too long")
		}
		for left := int(n); left > 0; {
			if c.r == c.w {
				if err := c.fill(); err != nil {
					return nil, err
				}
			}
			k := min(left, c.w-c.r)
			out = append(out, c.buf[c.r:c.r+k]...)
			c.r += k
			left -= k
		}
		if line, err := c.line(); err != nil || len(line) != 0 {
			return nil, errors.New("simulator: bad chunk")
		}
	}
}

func (c *wireConn) line() ([]byte, error) {
	for {
		if i := bytes.IndexByte(c.buf[c.r:c.w], '\n'); i >= 0 {
			l := bytes.TrimSuffix(c.buf[c.r:c.r+i], []byte("\r"))
			c.r += i + 1
			return l, nil
		}
		if c.w-c.r > maxHead {
			return nil, errors.New("simulator: line too long")
		}
		if err := c.fill(); err != nil {
			return nil, err
		}
	}
}

func (c *wireConn) recycle() {
	if c.r == c.w {
		c.r, c.w = 0, 0
		if len(c.buf) > 256<<10 {
			c.buf = make([]byte, 4<<10)
		}
	}
}

func (c *wireConn) answer(x *exchange, last bool) error {
	b := append(c.hdr[:0], "HTTP/1.1 "...)
	b = strconv.AppendInt(b, int64(x.status), 10)
	b = append(b, ' ')
	b = append(b, http.StatusText(x.status)...)
	b = append(b, "\r\nContent-Type: "...)
	b = append(b, x.outType...)
	b = append(b, "\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(x.out)), 10)
	if x.retryAfter > 0 {
		b = append(b, "\r\nRetry-After: "...)
		b = strconv.AppendInt(b, int64(x.retryAfter), 10)
	}
	if last {
		b = append(b, "\r\nConnection: close"...)
	}
	b = append(b, "\r\n\r\n"...)
	if len(x.out) > 64<<10 {
		c.hdr = b
		bufs := net.Buffers{b, x.out}
		_, err := bufs.WriteTo(c.Conn)
		return err
	}
	b = append(b, x.out...)
	c.hdr = b
	_, err := c.Write(b)
	return err
}

// watch reads ahead by one read so that a client that hangs up during a long wait is noticed.
func (c *wireConn) watch() (<-chan struct{}, func()) {
	gone := make(chan struct{})
	if c.r < c.w {
		return gone, func() {} // the next request is already here: the client lives
	}
	ended := make(chan struct{})
	into := make([]byte, 1)
	n := 0
	go func() {
		defer close(ended)
		var err error
		n, err = c.Read(into)
		var ne net.Error
		if err != nil && !(errors.As(err, &ne) && ne.Timeout()) {
			close(gone)
		}
	}()
	return gone, func() {
		_ = c.SetReadDeadline(time.Unix(1, 0))
		<-ended
		_ = c.SetReadDeadline(time.Time{})
		if n == 1 {
			if c.w == len(c.buf) {
				c.buf = append(c.buf, make([]byte, 1024)...)
			}
			c.buf[c.w] = into[0]
			c.w++
		}
	}
}

// head is what a request's first lines say, as far as it matters here.
type head struct {
	target      []byte
	contentType []byte
	length      int
	chunked     bool
	close       bool
	expect      bool
	retryAfter  int
}

func (h *head) parse(raw []byte) bool {
	*h = head{}
	line, rest, ok := bytes.Cut(raw, []byte("\r\n"))
	if !ok {
		return false
	}
	_, line, ok = bytes.Cut(line, []byte(" "))
	if !ok {
		return false
	}
	target, proto, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(target) == 0 || !bytes.HasPrefix(proto, []byte("HTTP/1.")) {
		return false
	}
	h.target = target
	h.close = proto[len(proto)-1] == '0'
	return h.fields(rest)
}

// fields reads header lines up to the blank one.
func (h *head) fields(rest []byte) bool {
	for len(rest) > 2 {
		var line []byte
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		i := bytes.IndexByte(line, ':')
		if i < 0 {
			return false
		}
		name, value := line[:i], bytes.TrimSpace(line[i+1:])
		switch len(name) {
		case len("Content-Length"):
			if equalFold(name, "content-length") {
				n, err := strconv.Atoi(string(value))
				if err != nil || n < 0 {
					return false
				}
				h.length = n
			}
		case len("Content-Type"):
			if equalFold(name, "content-type") {
				h.contentType = value
			}
		case len("Transfer-Encoding"):
			if equalFold(name, "transfer-encoding") {
				h.chunked = equalFold(value, "chunked")
			}
		case len("Connection"):
			if equalFold(name, "connection") {
				h.close = h.close || equalFold(value, "close")
			}
		case len("Retry-After"):
			if equalFold(name, "retry-after") {
				h.retryAfter, _ = strconv.Atoi(string(value))
			}
		case len("Expect"):
			if equalFold(name, "expect") {
				h.expect = equalFold(value, "100-continue")
			}
		}
	}
	return true
}

// equalFold compares ASCII; lower is in lower case.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// passedListener gives connections that the lean loop does not serve to a net/http server.
type passedListener struct {
	conns chan net.Conn
	done  chan struct{}
	addr  net.Addr
}

func (l *passedListener) pass(c net.Conn) bool {
	select {
	case l.conns <- c:
		return true
	case <-l.done:
		return false
	}
}

func (l *passedListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *passedListener) Close() error   { return nil }
func (l *passedListener) Addr() net.Addr { return l.addr }

type passedConn struct {
	net.Conn
	first []byte
}

func (c *passedConn) Read(b []byte) (int, error) {
	if len(c.first) > 0 {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	return c.Conn.Read(b)
}

// serveStd runs a handler of exchanges under net/http.
func serveStd(w http.ResponseWriter, r *http.Request, serve func(*exchange)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request entity too large", http.StatusRequestEntityTooLarge)
		return
	}
	var x exchange
	x.reset()
	x.path, x.query = []byte(r.URL.EscapedPath()), []byte(r.URL.RawQuery)
	x.contentType, x.body = []byte(r.Header.Get("Content-Type")), body
	x.watch = func() (<-chan struct{}, func()) { return r.Context().Done(), func() {} }
	serve(&x)
	if x.cut {
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			cutConn(c)
			return
		}
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", x.outType)
	w.Header().Set("Content-Length", strconv.Itoa(len(x.out)))
	if x.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(x.retryAfter))
	}
	w.WriteHeader(x.status)
	_, _ = w.Write(x.out)
}
