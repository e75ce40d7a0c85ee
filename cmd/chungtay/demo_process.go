package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"chungtay/bot/simulator"
)

// demoBot is the bot as a process of its own, which can be killed and started again. It ends with this program: its clock
// comes by a pipe, and it ends when there is no more of it.
type demoBot struct {
	env     []string
	http    string // where the bot is asked for its health
	metrics string // and for what is due
	errors  io.Writer
	clock   *simulator.PageClock
	is      func(state, why string) // told of every change

	mu      sync.Mutex
	process *exec.Cmd
	in      io.WriteCloser
	told    chan string   // what it said its clock goes by
	ended   chan struct{} // closed when the process is gone
	killed  bool
	closing bool
}

var errBotRuns, errNoBot = errors.New("the bot runs already"), errors.New("the bot does not run")

// start starts the process and returns at once.
func (b *demoBot) start() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.process != nil || b.closing {
		return errBotRuns
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p := exec.Command(self, "serve")
	p.Args[0] = filepath.Base(os.Args[0]) // what this program was called
	p.Env, p.Stderr = b.env, b.errors
	in, err := p.StdinPipe()
	if err != nil {
		return err
	}
	out, err := p.StdoutPipe()
	if err != nil {
		return err
	}
	if err := p.Start(); err != nil {
		return err
	}
	b.process, b.in, b.told, b.ended, b.killed = p, in, make(chan string, 16), make(chan struct{}), false
	b.tellTime()
	b.is(simulator.BotStarting, "")
	go b.untilReady(b.ended)
	go b.wait(p, out, b.told, b.ended)
	return nil
}

// wait listens to a process until it ends.
func (b *demoBot) wait(p *exec.Cmd, out io.Reader, told chan<- string, ended chan struct{}) {
	for lines := bufio.NewScanner(out); lines.Scan(); {
		select {
		case told <- lines.Text():
		default: // nobody waits for it any more
		}
	}
	_ = p.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.process, b.in = nil, nil
	close(ended)
	why := ""
	if !b.killed && !b.closing {
		why = "Bot tự dừng, xem dòng lỗi ở cửa sổ lệnh."
	}
	b.is(simulator.BotDead, why)
}

// untilReady asks the process until it serves, or is gone.
func (b *demoBot) untilReady(ended chan struct{}) {
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
		case <-ended:
			return
		}
		if b.ready() {
			b.mu.Lock()
			if b.ended == ended && b.process != nil {
				b.is(simulator.BotRunning, "")
			}
			b.mu.Unlock()
			return
		}
	}
}

func (b *demoBot) ready() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return ask(ctx, "http://"+b.http+"/readyz", func(io.Reader) error { return nil }) == nil
}

// ask gets a page of the bot's own.
func ask(ctx context.Context, url string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("it says %s", resp.Status)
	}
	return read(resp.Body)
}

// kill ends the process as a power cut does.
func (b *demoBot) kill() error {
	b.mu.Lock()
	p, ended := b.process, b.ended
	if p == nil {
		b.mu.Unlock()
		return errNoBot
	}
	b.killed = true
	err := p.Process.Kill()
	b.mu.Unlock()
	if err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-ended
	return nil
}

// close lets the process finish what it does, and ends it where it does not.
func (b *demoBot) close() {
	b.mu.Lock()
	b.closing = true
	p, ended := b.process, b.ended
	if p == nil {
		b.mu.Unlock()
		return
	}
	_ = b.in.Close() // what it understands as the end, on every system
	b.mu.Unlock()
	select {
	case <-ended:
	case <-time.After(15 * time.Second):
		_ = p.Process.Kill()
		<-ended
	}
}

// moved tells the process how its clock goes now, and returns when it does, or is gone.
func (b *demoBot) moved(offset time.Duration) {
	b.mu.Lock()
	b.tellTime()
	process, told, ended := b.process, b.told, b.ended
	b.mu.Unlock()
	if process == nil {
		return
	}
	late := time.NewTimer(5 * time.Second)
	defer late.Stop()
	for {
		select {
		case said := <-told:
			if said == offset.String() {
				return
			}
		case <-ended:
			return
		case <-late.C:
			return
		}
	}
}

func (b *demoBot) tellTime() {
	if b.in != nil {
		_, _ = fmt.Fprintln(b.in, b.clock.Offset()) // a process that is gone needs no clock
	}
}

// dueGauge is the metric that says when the bot has something to do by its clock.
const dueGauge = "chungtay_due_next_timestamp_seconds"

// nextDue is when the bot has something to do by its clock, zero when nothing waits.
func (b *demoBot) nextDue(ctx context.Context) (at time.Time, err error) {
	err = ask(ctx, "http://"+b.metrics+"/metrics", func(body io.Reader) error {
		lines := bufio.NewScanner(body)
		for lines.Scan() {
			value, ok := strings.CutPrefix(lines.Text(), dueGauge+" ")
			if !ok {
				continue
			}
			seconds, err := strconv.ParseFloat(value, 64)
			if err != nil || seconds != seconds {
				return errors.New("the bot does not know what is due")
			}
			if seconds > 0 {
				at = time.UnixMilli(int64(seconds * 1000))
			}
			return nil
		}
		return errors.Join(errors.New("the bot does not say what is due"), lines.Err())
	})
	return at, err
}

// freePort finds an address of this machine that nobody listens at. It is below the ports that systems give to outgoing connections
// (from 32768 on Linux), which one of them could otherwise hold when the bot is started again.
func freePort() (string, error) {
	var last error
	for range 100 {
		ln, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(12000+rand.IntN(8000))))
		if err != nil {
			last = err
			continue
		}
		return ln.Addr().String(), ln.Close()
	}
	return "", last
}
