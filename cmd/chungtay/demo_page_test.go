package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// demoed is a chungtay demo with its page, as somebody at a terminal starts it.
type demoed struct {
	t       *testing.T
	process *exec.Cmd
	url     string
	after   string // place in the feed
	seen    []string
	told    map[string]int // by the first word of what was waited for: how much of seen was looked at
}

var pageAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/`)

func startDemo(t *testing.T, environ ...string) *demoed {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "chungtay") // by this name the test binary is the program
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	d := &demoed{t: t, told: map[string]int{}, process: exec.Command(program, "demo", "--addr", "127.0.0.1:0")}
	d.process.Env = append([]string{"TMPDIR=" + t.TempDir()}, environ...)
	d.process.Stderr = os.Stderr
	out, err := d.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.process.Process.Kill(); _ = d.process.Wait() })
	lines := bufio.NewReader(out)
	for d.url == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("no address: %q %v", line, err)
		}
		d.url = pageAddress.FindString(line)
	}
	return d
}

func (d *demoed) post(path, body string) string {
	d.t.Helper()
	resp, err := http.Post(d.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("%s %s: %s %s %v", path, body, resp.Status, text, err)
	}
	return string(text)
}

// until reads what happens on the page until an entry has all the words, and returns it. What was waited for with the same first
// word (a phone, a state) comes in order; phones do not wait for each other.
func (d *demoed) until(words ...string) string {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 60*time.Second)
	defer cancel()
	for {
		for i, entry := range d.seen[d.told[words[0]]:] {
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(entry, w) }) {
				d.told[words[0]] += i + 1
				return entry
			}
		}
		d.told[words[0]] = len(d.seen)
		err := d.read(ctx)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			d.t.Fatalf("%q does not happen: %v; it happened:\n%s", words, err, strings.Join(d.seen[max(0, len(d.seen)-30):], "\n"))
		}
	}
}

// read waits for what happens next on the page.
func (d *demoed) read(ctx context.Context) error {
	if d.after == "" {
		resp, err := http.Get(d.url + "state")
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		var s struct{ Boot string }
		if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
			return err
		}
		d.after = s.Boot + ".0" // all that happened
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"events?after="+d.after, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	boot, at, _ := strings.Cut(d.after, ".")
	var n int64
	_, _ = fmt.Sscan(at, &n)
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var batch struct {
			First int64
			List  []json.RawMessage
		}
		if err := json.Unmarshal([]byte(data), &batch); err != nil {
			return err
		}
		for i, e := range batch.List {
			if batch.First+int64(i) <= n {
				continue
			}
			n = batch.First + int64(i)
			d.after = fmt.Sprintf("%s.%d", boot, n)
			d.seen = append(d.seen, string(e))
		}
		return nil
	}
	return errors.Join(errors.New("the stream ended"), lines.Err())
}

// On the page people have their roles, the bot answers them; it is killed between two messages and goes on; its clock
// follows the page's, to a day far ahead and back; and it ends with the demo.
func TestDemoPage(t *testing.T) {
	d := startDemo(t)
	const hoa, put = `"phone":"hoa.telegram"`, `"op":"put"`
	d.until(hoa, put, "Từ nay cô là tổ trưởng tổ 12")
	d.until(`"phone":"thao.telegram"`, put, "Từ nay chị là")

	say := func(text string) { d.post("act", fmt.Sprintf(`{"phone":"hoa.telegram","do":"text","text":%q}`, text)) }
	say("hàng xóm góp cho ba lan to 12 500k")
	d.until(hoa, put, "Nguyễn Thị Lan")
	d.post("bot", `{"do":"kill"}`)
	d.until(`"state":"dead"`)
	say("2")
	say("lưu")
	d.post("bot", `{"do":"start"}`)
	d.until(hoa, put, "Trần Thị Lan", "500.000 đồng") // before or after the page says that the bot runs
	d.until(hoa, put, "GN-")

	say("sửa phiếu") // a form stays open, and its timer is what is due next
	d.until(hoa, put, `"rows"`)
	if answer := d.post("clock", `{"next":true}`); !strings.Contains(answer, `"at"`) {
		t.Errorf("nothing is due: %s", answer)
	}
	d.until(hoa, put) // the bot says what the timer is for
	say("thôi")
	d.until(hoa, put, `"mine":true`)
	d.until(hoa, put)
	d.post("clock", `{"at":"2027-02-05T09:00:00+07:00"}`)
	say("hàng xóm góp cho anh Huy 200k")
	d.until(hoa, put, "05/02/2027")
	say("lưu")
	d.until(hoa, put, "GN-")
	d.post("clock", `{"real":true}`) // two months back: what was leased and seen stays right
	say("hàng xóm góp cho anh Huy 300k")
	d.until(hoa, put, "300.000 đồng", time.Now().In(time.FixedZone("", 7*3600)).Format("02/01/2006"))
	d.post("bot", `{"do":"kill"}`)
	d.post("bot", `{"do":"start"}`)
	say("lưu")
	d.until(hoa, put, "GN-")

	if err := d.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := d.process.Wait(); err != nil {
		t.Errorf("ended with %v", err)
	}
	left, err := os.ReadDir(strings.TrimPrefix(d.process.Env[0], "TMPDIR="))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// What is held for the night is said in the morning though the bot was killed meanwhile, and whoever it is for is answered.
func TestDemoHeldNotice(t *testing.T) {
	d := startDemo(t)
	const minh, put = `"phone":"minh.telegram"`, `"op":"put"`
	for _, who := range []string{"hoa", "minh", "thao"} {
		d.until(fmt.Sprintf(`"phone":"%s.telegram"`, who), put, "Từ nay")
	}
	d.post("clock", `{"at":"2026-11-25T22:00:00+07:00"}`)
	d.play("ho") // somebody joins a household: the ward is told, but not at this hour
	d.post("bot", `{"do":"kill"}`)
	d.until(`"state":"dead"`)
	d.post("bot", `{"do":"start"}`)
	d.until(`"state":"running","kills":1`)
	morning := fmt.Sprint(time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC).UnixMilli())
	for !strings.Contains(d.post("clock", `{"next":true}`), morning) { // it is on its way, and then held
	}
	d.until(minh, put, "vừa nối với hộ")
	d.post("act", `{"phone":"minh.telegram","do":"text","text":"menu"}`)
	d.until(minh, put, "cần gì")
}

// When the demo is killed its bot ends, too: nobody moves its clock any more.
func TestDemoBotEndsWithIt(t *testing.T) {
	d := startDemo(t)
	d.until(`"state":"running"`)
	found, err := filepath.Glob(strings.TrimPrefix(d.process.Env[0], "TMPDIR=") + "/chungtay-demo-*")
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	if err := d.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.process.Wait()
	environ := []string{
		"TELEGRAM_TOKEN=1:a", "TELEGRAM_API_URL=http://127.0.0.1:1", "DATA_KEY=" + strings.Repeat("k1", 20),
		"DATABASE_URL=sqlite:" + filepath.Join(found[0], "chungtay.db"), "HTTP_ADDR=127.0.0.1:0", "METRICS_ADDR=127.0.0.1:0",
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for { // the file is free when the bot is gone
		s := serveIn(t, environ...)
		s.stop()
		if !strings.Contains(s.logs.String(), "another chungtay serve has this database open") {
			return
		}
		if ctx.Err() != nil {
			t.Fatal("the bot lives on")
		}
	}
}

// All scenes of the tour play to their end.
func TestDemoTour(t *testing.T) {
	d := startDemo(t)
	d.until(`"phone":"hoa.telegram"`, "Từ nay cô là")
	for _, scene := range sampleScenes() {
		d.play(scene.ID)
	}
}

// play plays a scene of the tour to its end.
func (d *demoed) play(id string) {
	d.t.Helper()
	scenes := sampleScenes()
	scene := scenes[slices.IndexFunc(scenes, func(s simulator.PageScene) bool { return s.ID == id })]
	d.post("tour", fmt.Sprintf(`{"scene":%q}`, scene.ID))
	for i := range scene.Steps {
		if i > 0 {
			d.post("tour", `{"next":true}`)
		}
		e := d.until(`"op":"tour"`, `"busy":false`, fmt.Sprintf(`"step":%d`, i+1), fmt.Sprintf(`"scene":%q`, scene.ID))
		if strings.Contains(e, `"stuck":true`) {
			d.t.Fatalf("%s is stuck at step %d: %s\n%s", scene.ID, i+1, e, strings.Join(d.seen[max(0, len(d.seen)-12):], "\n"))
		}
	}
	d.post("tour", `{"next":true}`)
	d.until(`"tour":null`)
}
