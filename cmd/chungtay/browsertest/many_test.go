package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// Ten tabs of one browser show the same, each as it happens.
func TestTenTabs(t *testing.T) {
	d := start(t)
	first := browse(t, 1400, 900)
	tabs := []*tab{first}
	for range 9 {
		tabs = append(tabs, first.another())
	}
	for _, tb := range tabs {
		tb.open(d.url)
		tb.until(`%s.innerText.includes("Từ nay")`, phone("hoa"))
	}
	tabs[9].types("hoa", "hàng xóm góp cho bà Lan 300k")
	tabs[4].press("hoa", "Trần Thị Lan, 1963, vợ ông Sáu")
	tabs[0].press("hoa", "Lưu")
	want := ""
	for i, tb := range tabs {
		tb.until(`%s.textContent.includes("mã GN-")`, phone("hoa"))
		got := eval[string](tb, `[...%s.querySelectorAll(".bubble")].map(b => b.textContent.replace(/✓+/, "")).join("\n")`, phone("hoa"))
		if want == "" {
			want = got
		}
		if got != want {
			t.Errorf("tab %d shows\n%s\nand not\n%s", i, got, want)
		}
		tb.fine()
	}
}

// The server of the page restarts: the page says that it lost it, comes back by itself, and shows what is there now.
func TestServerRestarts(t *testing.T) {
	d := start(t)
	tb := browse(t, 1400, 900)
	tb.open(d.url)
	tb.until(`%s.innerText.includes("Từ nay")`, phone("hoa"))
	tb.types("hoa", "menu")
	d.stop()
	tb.until(`!document.querySelector("#lost").hidden`)
	again := startAt(t, d.addr)
	tb.until(`document.querySelector("#lost").hidden`)
	tb.until(`![...%s.querySelectorAll(".mine")].some(e => e.innerText.includes("menu")) && %s.innerText.includes("Từ nay")`, phone("hoa"), phone("hoa"))
	again.say("hoa.telegram", "chào lại")
	tb.until(`%s.innerText.includes("chào lại")`, phone("hoa"))
	tb.fine()
}

// What the page must reach: open in a second, echo in a tenth.
func TestSpeed(t *testing.T) {
	d := start(t)
	tb := browse(t, 1400, 900)
	tb.open(d.url)
	tb.until(`%s.innerText.includes("Từ nay")`, phone("hoa"))
	var opened []float64
	for range 5 {
		tb.open(d.url)
		tb.until(`!!document.querySelector("#person-hoa .bubble")`)
		opened = append(opened, eval[float64](tb, `Math.max(performance.getEntriesByType("navigation")[0].loadEventEnd, performance.getEntriesByName("first-contentful-paint")[0]?.startTime || 0)`))
	}
	var echoes []float64
	for i := range 10 {
		echoes = append(echoes, eval[float64](tb, `new Promise((done) => {
			const box = document.querySelector("#person-hoa textarea"), list = document.querySelector("#person-hoa .chat"), text = "thử lần %d";
			box.value = text;
			const from = performance.now();
			new MutationObserver((_, o) => { if ([...list.querySelectorAll(".mine")].at(-1)?.textContent.includes(text)) { o.disconnect(); requestAnimationFrame(() => done(performance.now() - from)); } }).observe(list, { childList: true, subtree: true });
			box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
		})`, i))
	}
	requests := eval[[]string](tb, `performance.getEntriesByType("resource").map(r => new URL(r.name).host).filter(h => h !== location.host)`)
	if len(requests) > 0 {
		t.Errorf("the page asks others: %s", strings.Join(requests, " "))
	}
	t.Logf("opened in %.0f ms; own message shown after %.0f ms", opened, echoes)
}

// 500 messages a second into one phone.
func TestFlood(t *testing.T) {
	w := newFlooded(t)
	tb := browse(t, 1400, 900)
	tb.open(w.url)
	eval[bool](tb, `(() => {
		window.long = []; window.frames = [];
		new PerformanceObserver((l) => l.getEntries().forEach((e) => long.push(e.duration))).observe({ type: "longtask" });
		let last = performance.now();
		const tick = (now) => { frames.push(now - last); last = now; requestAnimationFrame(tick); };
		requestAnimationFrame(tick);
		return true;
	})()`)
	if _, err := chromedp.Call(tb.ctx, performance.Enable, performance.EnableParams{TimeDomain: performance.EnableTimeDomainThreadTicks}); err != nil {
		t.Fatal(err)
	}
	before := tb.spent()
	const rate, seconds = 500, 6
	began := time.Now()
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for n := 0; n < rate*seconds; {
		<-pace.C
		for due := int(time.Since(began).Seconds() * rate); n < min(due, rate*seconds); n++ {
			w.send(n)
		}
	}
	took := time.Since(began)
	tb.until(`[...document.querySelectorAll("#person-hoa .bubble")].at(-1)?.innerText.includes("tin số %d.")`, rate*seconds-1)
	behind := time.Since(began) - took
	spent := tb.spent() - before
	sum := eval[struct {
		Long         int
		Worst, Total float64
		Frames       int
		Median, P99  float64
		Shown        int
		Older        bool
		AtEnd        bool
	}](tb, `(() => { const f = [...frames].sort((a, b) => a - b), list = document.querySelector("#person-hoa .chat");
		return { Long: long.length, Worst: Math.max(0, ...long), Total: long.reduce((a, b) => a + b, 0), Frames: f.length, Median: f[f.length >> 1], P99: f[Math.floor(f.length * .99)],
			Shown: document.querySelectorAll("#person-hoa .bubble").length, Older: !document.querySelector("#person-hoa .older").hidden, AtEnd: list.scrollHeight - list.scrollTop - list.clientHeight < 60 }; })()`)
	t.Logf("%d messages in %.1f s, the last shown %v later; processor time of the page's thread %.2f s; %+v", rate*seconds, took.Seconds(), behind.Round(time.Millisecond), spent, sum)
	if sum.Shown > 300 || !sum.Older || !sum.AtEnd {
		t.Errorf("what the page holds: %+v", sum)
	}
	eval[bool](tb, `(() => { const l = document.querySelector("#person-hoa .chat"); l.dispatchEvent(new WheelEvent("wheel")); l.scrollTop = 500; return true; })()`)
	w.send(rate * seconds) // who reads further up is not moved, and told of what is new
	tb.until(`!document.querySelector("#person-hoa .new-below").hidden && document.querySelector("#person-hoa .new-below").innerText.trim() === "1"`)
	if top := eval[float64](tb, `document.querySelector("#person-hoa .chat").scrollTop`); top > 700 {
		t.Errorf("the list moved to %v", top)
	}
	tb.click(`document.querySelector("#person-hoa .older")`)
	tb.until(`document.querySelectorAll("#person-hoa .bubble").length > %d`, sum.Shown)
	texts := tb.texts("hoa")
	for i := 1; i < len(texts); i++ { // in order, none twice, none missing
		if numberIn(texts[i]) != numberIn(texts[i-1])+1 {
			t.Fatalf("%q follows %q", texts[i], texts[i-1])
		}
	}
	tb.fine()
}

// spent is the processor time of the page's main thread so far, in seconds.
func (tb *tab) spent() float64 {
	tb.t.Helper()
	got, err := chromedp.Call(tb.ctx, performance.GetMetrics, cdp.Empty{})
	if err != nil {
		tb.t.Fatal(err)
	}
	for _, m := range got.Metrics {
		if m.Name == "TaskDuration" {
			return m.Value
		}
	}
	return 0
}

func numberIn(text string) (n int) {
	_, rest, _ := strings.Cut(text, "tin số ")
	_, _ = fmt.Sscanf(rest, "%d.", &n)
	return n
}

// What the bot writes is shown as it is: never as HTML.
func TestTextIsText(t *testing.T) {
	w := newFlooded(t)
	tb := browse(t, 1400, 900)
	tb.open(w.url)
	const nasty = `<img src=x onerror="window.struck=1"><script>window.struck=2</script>&amp; javascript:alert(1) https://a.vn/?q="><b>x`
	w.sendText(nasty)
	tb.until(`%s.textContent.includes("struck=1")`, phone("hoa"))
	if got := tb.texts("hoa"); !strings.Contains(got[len(got)-1], nasty) {
		t.Errorf("shown as %q", got)
	}
	if eval[bool](tb, `!!window.struck || document.querySelectorAll("#person-hoa .bubble img, #person-hoa .bubble script").length > 0 || [...document.querySelectorAll("#person-hoa .bubble a")].some(a => !/^https?:/.test(a.href))`) {
		t.Error("a message became part of the page")
	}
	tb.fine()
}
