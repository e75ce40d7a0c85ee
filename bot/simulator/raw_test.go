package simulator_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// rawClient is the cheapest HTTP client there is, so that a benchmark measures the server.
type rawClient struct {
	conn net.Conn
	r    *bufio.Reader
	buf  []byte
}

func dialRaw(t testing.TB, base string) *rawClient {
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	return &rawClient{conn: conn, r: bufio.NewReader(conn)}
}

func (c *rawClient) close() { _ = c.conn.Close() }

// post sends a form and checks that the answer is 200.
func (c *rawClient) post(t testing.TB, path string, form []byte) {
	c.postAs(t, path, "application/x-www-form-urlencoded", form)
}

func (c *rawClient) postAs(t testing.TB, path, kind string, form []byte) {
	c.buf = append(c.buf[:0], "POST "...)
	c.buf = append(c.buf, path...)
	c.buf = append(c.buf, " HTTP/1.1\r\nHost: x\r\nContent-Type: "...)
	c.buf = append(c.buf, kind...)
	c.buf = append(c.buf, "\r\nContent-Length: "...)
	c.buf = strconv.AppendInt(c.buf, int64(len(form)), 10)
	c.buf = append(c.buf, "\r\n\r\n"...)
	c.buf = append(c.buf, form...)
	if _, err := c.conn.Write(c.buf); err != nil {
		t.Fatal(err)
	}
	length := -1
	for first := true; ; first = false {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			t.Fatal(err)
		}
		if first && string(line) != "HTTP/1.1 200 OK\r\n" {
			t.Fatalf("%s", line)
		}
		if len(line) == 2 {
			break
		}
		if v, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(v))
		}
	}
	if length < 0 {
		t.Fatal("no Content-Length")
	}
	if _, err := c.r.Discard(length); err != nil {
		t.Fatal(err)
	}
}

// read sends text as it is and reads one answer.
func (c *rawClient) send(t testing.TB, text string) (*http.Response, string) {
	t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(c.r, nil)
	for err == nil && resp.StatusCode == http.StatusContinue {
		resp, err = http.ReadResponse(c.r, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func listenAgain(t testing.TB, addr string) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return ln
}
