package browsertest

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var (
	update  = flag.Bool("update", false, "write the pictures of docs/anh")
	printed = flag.String("printed", "", "a folder to put the printed guides in")
	program string // the built chungtay
	chrome  string // the browser
)

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(func() int {
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
			if path, err := exec.LookPath(name); err == nil {
				chrome = path
				break
			}
		}
		if chrome == "" {
			if os.Getenv("CI") != "" {
				fmt.Fprintln(os.Stderr, "no Chromium is installed")
				return 1
			}
			fmt.Println("no Chromium is installed: nothing is tested")
			return 0
		}
		folder, err := os.MkdirTemp("", "chungtay-browser-")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(folder)
		program = filepath.Join(folder, "chungtay")
		build := exec.Command("go", "build", "-o", program, "chungtay/cmd/chungtay")
		build.Dir, build.Stderr = "../../..", os.Stderr
		if err := build.Run(); err != nil {
			fmt.Fprintln(os.Stderr, "the program cannot be built:", err)
			return 1
		}
		return m.Run()
	}())
}

// patience is how long anything on the page may take on a machine that has much else to do.
const patience = 60 * time.Second

// demo is a running chungtay demo.
type demo struct {
	t       *testing.T
	process *exec.Cmd
	addr    string
	url     string
}

var address = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/`)

// start starts chungtay demo on the morning of 11 November 2026.
func start(t *testing.T) *demo { return startAt(t, "127.0.0.1:0") }

func startAt(t *testing.T, addr string) *demo {
	t.Helper()
	d := &demo{t: t, process: exec.Command(program, "demo", "--addr", addr)}
	d.process.Env = append(os.Environ(), "DEMO_CLOCK=2026-11-11T09:00:00+07:00", "TMPDIR="+t.TempDir())
	d.process.Stderr = os.Stderr
	out, err := d.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.stop)
	lines := bufio.NewReader(out)
	for d.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("no address: %q %v", line, err)
		}
		if m := address.FindStringSubmatch(line); m != nil {
			d.url, d.addr = m[0], m[1]
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return d
}

func (d *demo) stop() {
	if d.process.ProcessState == nil {
		_ = d.process.Process.Signal(syscall.SIGTERM)
		_ = d.process.Wait()
	}
}

// post does what the page's script does by the same request.
func (d *demo) post(path, body string) {
	d.t.Helper()
	resp, err := http.Post(d.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		d.t.Fatalf("%s %s: %s %s", path, body, resp.Status, text)
	}
}

// say lets somebody say something without the page.
func (d *demo) say(phone, text string) {
	d.t.Helper()
	d.post("act", fmt.Sprintf(`{"phone":%q,"do":"text","text":%q}`, phone, text))
}

// tab is a tab of a browser.
type tab struct {
	t      *testing.T
	ctx    context.Context
	mu     sync.Mutex
	errors []string // what the browser complained about
}

// browse starts a browser with one tab.
func browse(t *testing.T, width, height int) *tab {
	t.Helper()
	root, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chrome), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(width, height),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "vi"))...)
	t.Cleanup(cancel)
	tb := &tab{t: t}
	tb.ctx, cancel = chromedp.NewContext(root)
	t.Cleanup(cancel)
	tb.begin(chromedp.EmulateViewport(int64(width), int64(height)))
	return tb
}

// another is one more tab of the same browser.
func (tb *tab) another() *tab {
	tb.t.Helper()
	more := &tab{t: tb.t}
	var cancel context.CancelFunc
	more.ctx, cancel = chromedp.NewContext(tb.ctx)
	tb.t.Cleanup(cancel)
	more.begin()
	return more
}

// begin starts what the tab needs; that lives as long as the context of the first steps.
func (tb *tab) begin(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tb.t.Fatal(err)
	}
}

// open opens a page, and notes from then on what goes wrong in it.
func (tb *tab) open(url string) {
	tb.t.Helper()
	tb.do(chromedp.Navigate("about:blank"))
	go func() {
		for m, err := range chromedp.Console(tb.ctx) {
			if err != nil {
				return
			}
			if text := fmt.Sprint(m); strings.Contains(strings.ToLower(text), "error") && !strings.Contains(text, "ERR_CONNECTION") && !strings.Contains(text, "ERR_INCOMPLETE") {
				tb.mu.Lock()
				tb.errors = append(tb.errors, text)
				tb.mu.Unlock()
			}
		}
	}()
	tb.do(chromedp.Navigate(url))
	tb.until(`document.querySelectorAll(".person .phone").length > 0`)
}

// fine fails the test when the browser complained.
func (tb *tab) fine() {
	tb.t.Helper()
	tb.mu.Lock()
	defer tb.mu.Unlock()
	for _, e := range tb.errors {
		tb.t.Errorf("the browser complains: %s", e)
	}
}

// eval is the value of an expression in the page.
func eval[T any](tb *tab, format string, args ...any) T {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf(format, args...), chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%s: %v", fmt.Sprintf(format, args...), err)
	}
	return v
}

// until waits until an expression is true.
func (tb *tab) until(format string, args ...any) {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	expression := fmt.Sprintf(format, args...)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")) // what is not there yet is an error
		if is {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			shown := eval[string](tb, `document.body.innerText.slice(0, 3000)`)
			tb.t.Fatalf("%s does not become true: %v; the page shows:\n%s", expression, err, shown)
		}
	}
}

func js(s string) string { b, _ := json.Marshal(s); return string(b) }

// phone finds somebody's phone in the page.
func phone(who string) string { return `document.querySelector("#person-` + who + ` .phone")` }

// shows waits until the last message on somebody's phone has the words.
func (tb *tab) shows(who, words string) {
	tb.t.Helper()
	tb.until(`[...%s.querySelectorAll(".item")].at(-1)?.innerText.includes(%s)`, phone(who), js(words))
}

// types types into somebody's phone, key by key, and sends it with Enter.
func (tb *tab) types(who, text string) {
	tb.t.Helper()
	box := chromedp.CSS(`#person-` + who + ` textarea`)
	tb.do(chromedp.Click(box), chromedp.SendKeys(box, text+"\r"))
	tb.until(`[...%s.querySelectorAll(".item.mine")].at(-1)?.innerText.includes(%s)`, phone(who), js(text))
}

// press presses the newest button with a label on somebody's phone.
func (tb *tab) press(who, label string) {
	tb.t.Helper()
	button := fmt.Sprintf(`[...%s.querySelectorAll(".keys button")].filter(b => b.textContent === %s).at(-1)`, phone(who), js(label))
	tb.until(`!!%s`, button)
	tb.click(button)
}

// click clicks with the mouse on what an expression finds, where it is on the screen.
func (tb *tab) click(expression string) {
	tb.t.Helper()
	at := eval[struct{ X, Y float64 }](tb, `(() => { const e = %s; e.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" }); const r = e.getBoundingClientRect(); return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`, expression)
	tb.do(chromedp.MouseClickXY(at.X, at.Y))
}

func (tb *tab) clickOn(selector string) {
	tb.t.Helper()
	tb.until(`(() => { const e = document.querySelector(%s); return e && !e.disabled && e.getClientRects().length > 0; })()`, js(selector))
	tb.click(`document.querySelector(` + js(selector) + `)`)
}

// texts are the messages on somebody's phone.
func (tb *tab) texts(who string) []string {
	tb.t.Helper()
	return eval[[]string](tb, `[...%s.querySelectorAll(".bubble")].map(b => b.innerText)`, phone(who))
}
