package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
	"chungtay/storage"
	"chungtay/storage/storagetest"
)

// process is chungtay serve as a process of its own, on a new SQLite file, against an emulated Telegram.
type process struct {
	cmd *exec.Cmd
	url string
}

func startProcess(b *testing.B, api string) process {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	binary := filepath.Join(b.TempDir(), "chungtay") // by this name the test binary is the program
	if err := os.Symlink(self, binary); err != nil {
		b.Fatal(err)
	}
	addr := storagetest.FreeAddr(b)
	p := process{exec.Command(binary, "serve"), "http://" + addr}
	p.cmd.Env = []string{
		"TELEGRAM_TOKEN=" + simulator.DefaultTelegramToken, "TELEGRAM_API_URL=" + api, "DATABASE_URL=sqlite:" + filepath.Join(b.TempDir(), "c.db"),
		"DATA_KEY=" + storage.NewDataKey(), "HTTP_ADDR=" + addr, "METRICS_ADDR=127.0.0.1:0", "LOG_LEVEL=error",
	}
	var said bytes.Buffer
	p.cmd.Stderr = &said
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if b.Failed() {
			b.Log(said.String())
		}
	})
	return p
}

// ready waits until the process says that it is ready.
func (p process) ready(b *testing.B) {
	b.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		answer, err := http.Get(p.url + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		load(2 * time.Millisecond)
	}
	b.Fatal("never ready")
}

// resident is the memory the process holds now, in MB, from /proc.
func (p process) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Skip("no /proc here")
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1000
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

// BenchmarkReady measures the time from the start of the process, on an empty database, until /readyz says so.
func BenchmarkReady(b *testing.B) {
	platform := simulator.NewTelegram(simulator.TelegramOptions{})
	defer platform.Close()
	api, err := platform.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p := startProcess(b, api)
		p.ready(b)
	}
}

// BenchmarkResident has 10,000 people write within a minute, each in the middle of a form at the end, and reports what
// the process holds. Run it with -benchtime 1x.
func BenchmarkResident(b *testing.B) {
	const people = 10_000
	got := make(chan struct{}, people)
	platform := simulator.NewTelegram(simulator.TelegramOptions{History: 4, OnCall: func(c simulator.TelegramCall) {
		if c.Shows() {
			got <- struct{}{}
		}
	}})
	defer platform.Close()
	api, err := platform.Listen("127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	p := startProcess(b, api)
	p.ready(b)
	empty := p.resident(b)
	for b.Loop() {
		for i := range people {
			platform.Bot().User(int64(1_000_000+i), "An", "vi").Text("/xungho")
		}
		for range people {
			<-got
		}
	}
	b.ReportMetric(empty, "MB-idle")
	b.ReportMetric(p.resident(b), "MB-with-10k")
}
