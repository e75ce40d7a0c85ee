package browsertest

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// guides is where the guides are, one for each role.
const guides = "../../../docs/huong-dan"

// cropBytes is the most that a picture of a guide may weigh.
const cropBytes = 60_000

// spare is the part of a page that a guide leaves empty, for machines whose letters are wider.
const spare = 0.03

// The pictures of the guides are the last messages on somebody's phone, while they do what the guide says.
func TestGuidePictures(t *testing.T) {
	d := start(t)
	tb := browse(t, 2200, 1400) // all phones beside each other
	tb.open(d.url)
	for _, who := range []string{"hoa", "minh", "thao"} {
		tb.until(`%s.innerText.includes("Từ nay")`, phone(who))
	}
	taken := map[string]bool{}
	// crop takes what somebody said last in these words, and what follows it.
	crop := func(name, who, words string) {
		t.Helper()
		taken[name] = true
		box := eval[page.Viewport](tb, `(async () => {
			const chat = %s.querySelector(".chat");
			document.activeElement.blur();
			chat.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
			chat.scrollTop = chat.scrollHeight;
			await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
			const items = [...chat.querySelectorAll(".item")];
			const first = items.findLast(i => i.innerText.includes(%s));
			const c = chat.getBoundingClientRect(), a = first.getBoundingClientRect(), z = items.at(-1).getBoundingClientRect();
			if (a.top < c.top || c.left < 0 || c.right > innerWidth) throw new Error("not all of it is in view");
			const top = Math.floor(Math.max(c.top, a.top - 4));
			return { x: Math.round(c.left), y: top, width: Math.round(c.width), height: Math.ceil(Math.min(c.bottom, z.bottom + 8)) - top, scale: 1.75 };
		})()`, phone(who), js(words))
		res, err := chromedp.Call(tb.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: &box})
		if err != nil {
			t.Fatal(err)
		}
		keepPicture(t, name, res.Data, cropBytes)
	}

	for _, who := range []string{"hoa", "minh", "thao"} {
		tb.click(`document.querySelector('#person-` + who + ` input[value=zalo]').parentElement`)
		tb.until(`%[1]s.classList.contains("zalo") && %[1]s.innerText.includes("Từ nay")`, phone(who))
	}
	const lan = "hang xom gop cho ba lan to 12 500k voi 10kg gao hom qua"
	tb.types("hoa", lan)
	tb.shows("hoa", "Trần Thị Lan, 1963, vợ ông Sáu")
	said := eval[string](tb, `[...%s.querySelectorAll(".item")].at(-1).innerText`, phone("hoa"))
	tb.types("hoa", regexp.MustCompile(`(\d)\. Trần Thị Lan`).FindStringSubmatch(said)[1])
	tb.shows("hoa", "1. Lưu")
	tb.types("hoa", "1")
	tb.shows("hoa", "mã GN-")
	crop("hd-ghi.png", "hoa", lan)

	tb.types("hoa", "/the bà Lan vợ ông Sáu")
	tb.shows("hoa", "Dạ thẻ của hộ")
	crop("hd-the.png", "hoa", "/the bà Lan")
	card := eval[string](tb, `[...%s.querySelectorAll(".item")].at(-1).innerText.match(/\d{4} \d{4}/)[0]`, phone("hoa"))

	tb.types("hanh", card)
	tb.shows("hanh", "phải không")
	tb.types("hanh", "1")
	tb.shows("hanh", "Đồng ý")
	tb.types("hanh", "1")
	tb.shows("hanh", "nối xong")
	crop("hd-noi.png", "hanh", card)

	tb.clickOn("#clock")
	tb.do(chromedp.SetValue(chromedp.CSS("#clock-at"), "2026-11-11T09:30"))
	tb.clickOn("#clock-form button")
	tb.until(`document.querySelector("#clock").innerText.includes("09:3")`)
	tb.clickOn("#clock-panel .close")
	tb.types("hanh", "tui da duoc ho tro chi chua")
	tb.shows("hanh", "2. Có chỗ chưa đúng")
	tb.types("hanh", "2")
	tb.shows("hanh", "chỗ nào chưa đúng")
	tb.types("hanh", "chua co gao")
	tb.shows("hanh", "Mặt trận phường")
	crop("hd-tra-cuu.png", "hanh", "tui da duoc")

	tb.types("dung", "tôi muốn ủng hộ")
	tb.shows("dung", "phường, xã nào")
	tb.types("dung", "phường Hòa Khánh")
	tb.shows("dung", "góp gì")
	tb.types("dung", "3")
	tb.shows("dung", "mỗi thứ bao nhiêu")
	tb.types("dung", "5 thùng mì với 20kg gạo")
	tb.shows("dung", "mang tới ngày nào")
	tb.types("dung", "ngày mai")
	tb.shows("dung", "ghi tên ai")
	tb.types("dung", "Nguyễn Văn Dũng")
	tb.shows("dung", "1. Đúng")
	tb.types("dung", "1")
	tb.shows("dung", "Nói mã này")
	crop("hd-ung-ho.png", "dung", "Nguyễn Văn Dũng")

	tb.shows("minh", "hứa góp") // what the Front is told comes first: a number answers what was said last
	tb.types("minh", "việc")
	tb.shows("minh", "việc đang chờ")
	tb.types("minh", "1")
	tb.shows("minh", "1. Tôi nhận")
	crop("hd-viec.png", "minh", "việc đang chờ")
	tb.types("thao", "menu")
	tb.shows("thao", "cần gì")
	crop("hd-quan-tri.png", "thao", "cần gì")

	for _, file := range guideFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`anh/([\w-]+\.png)`).FindAllStringSubmatch(string(text), -1) {
			if !taken[m[1]] {
				t.Errorf("%s shows %s, which no test takes", filepath.Base(file), m[1])
			}
		}
	}
}

// The guides name only commands that the program has.
func TestGuideCommands(t *testing.T) {
	for _, file := range guideFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`<code>chungtay ([a-z]+)( [a-z]+)?`).FindAllStringSubmatch(string(text), -1) {
			args := append([]string{m[1]}, strings.Fields(m[2])...)
			if out, err := exec.Command(program, append(args, "--help")...).CombinedOutput(); err != nil || !strings.Contains(string(out), args[len(args)-1]) {
				t.Errorf("%s: chungtay %s: %v", filepath.Base(file), strings.Join(args, " "), err)
			}
		}
	}
}

// Each guide is two pages of A4 when it is printed, with some room left on both, and fetches nothing from anywhere.
func TestGuidesPrint(t *testing.T) {
	tb := browse(t, 1000, 1400)
	for _, file := range guideFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			tb.t = t
			path, err := filepath.Abs(file)
			if err != nil {
				t.Fatal(err)
			}
			tb.do(chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()))
			tb.until(`document.readyState === "complete" && document.querySelectorAll("section").length === 2`)
			if n := eval[int](tb, `[...document.images].filter(i => !i.naturalWidth || !i.alt).length`); n > 0 {
				t.Errorf("%d pictures do not load, or have no words for who cannot see them", n)
			}
			if far := eval[[]string](tb, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith("file:"))`); len(far) > 0 {
				t.Errorf("it fetches %v", far)
			}
			small := eval[[]string](tb, `[...document.querySelectorAll("body *")].filter(e => e.innerText && parseFloat(getComputedStyle(e).fontSize) < 14 * 4 / 3 - 0.01).map(e => e.innerText)`)
			if len(small) > 0 {
				t.Errorf("in print of less than 14 points: %q", small)
			}
			// The page without its margins is 273 mm high and 182 mm wide; a millimetre is 96/25.4 pixels.
			for i, high := range eval[[]float64](tb, `[...document.querySelectorAll("section")].map(s => {
				document.body.style.cssText = "width: 182mm; padding: 0";
				s.style.cssText = "margin: 0; padding: 0; border: 0";
				return s.getBoundingClientRect().height * 25.4 / 96;
			})`) {
				if most := 273 * (1 - spare); high > most {
					t.Errorf("page %d is %.0f mm high, and may be %.0f", i+1, high, most)
				}
			}
			tb.do(chromedp.Reload())
			tb.until(`document.readyState === "complete" && document.querySelectorAll("section").length === 2`)
			pdf, err := chromedp.Run(tb.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) {
				yes := true
				p.PreferCSSPageSize, p.PrintBackground = &yes, &yes
			}))
			if err != nil {
				t.Fatal(err)
			}
			if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); n != 2 {
				t.Errorf("printed it has %d pages", n)
			}
			if *printed != "" {
				if err := os.WriteFile(filepath.Join(*printed, filepath.Base(file)+".pdf"), pdf, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// guideFiles are the guides.
func guideFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(guides, "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatal("there are no guides", err)
	}
	return files
}
