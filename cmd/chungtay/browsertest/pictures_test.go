package browsertest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictures is where the pictures of the documentation are.
const pictures = "../../../docs/anh"

// pictureBytes is the most that one of them may weigh.
const pictureBytes = 150_000

// The pictures of the README and of docs are what the page shows. They are written with -update; without, each scene is played
// all the same, and every picture that is referred to must be there.
func TestPictures(t *testing.T) {
	d := start(t)
	tb := browse(t, 1440, 880)
	tb.open(d.url)
	for _, who := range []string{"hoa", "minh", "thao"} {
		tb.until(`%s.innerText.includes("Từ nay")`, phone(who))
	}
	taken := map[string]bool{}
	shoot := func(name, selector string) {
		t.Helper()
		taken[name] = true
		tb.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`), chromedp.WaitVisible(chromedp.CSS(selector)))
		ctx := tb.ctx
		data, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(selector)))
		if err != nil {
			t.Fatal(err)
		}
		keepPicture(t, name, data, pictureBytes)
	}

	tb.types("hoa", "hang xom gop cho ba lan to 12 500k voi 10kg gao hom qua")
	tb.press("hoa", "Trần Thị Lan, 1963, vợ ông Sáu")
	tb.until(`%s.innerText.includes("Dạ em ghi")`, phone("hoa"))
	tb.types("hanh", "xin chào")
	tb.shows("hanh", "Dạ em là Chung Tay")
	tb.types("dung", "toi muon ung ho")
	tb.until(`![...%s.querySelectorAll(".item")].at(-1).classList.contains("mine")`, phone("dung"))
	shoot("trang.png", "body")
	tb.press("hoa", "Lưu")
	tb.until(`%s.innerText.includes("mã GN-")`, phone("hoa"))
	shoot("to-truong.png", "#person-hoa .phone")
	shoot("ho-gia-dinh.png", "#person-hanh .phone")
	shoot("nha-hao-tam.png", "#person-dung .phone")
	tb.types("minh", "menu")
	tb.shows("minh", "cần gì")
	shoot("can-bo.png", "#person-minh .phone")
	tb.types("thao", "menu")
	tb.shows("thao", "cần gì")
	shoot("quan-tri.png", "#person-thao .phone")

	tb.click(`document.querySelector('#person-hoa input[value=zalo]').parentElement`)
	tb.until(`%s.innerText.includes("Từ nay")`, phone("hoa"))
	tb.types("hoa", "hàng xóm góp cho bà Lan 300k")
	tb.shows("hoa", "1. Nguyễn Thị Lan")
	shoot("to-truong-zalo.png", "#person-hoa .phone")

	tb.clickOn("[data-panel=trouble-panel]")
	tb.clickOn("#kill")
	tb.until(`document.querySelector("#bot").innerText.includes("đã tắt")`)
	tb.types("hoa", "2")
	tb.until(`%s.innerText.includes("Đã gửi")`, phone("hoa"))
	shoot("su-co.png", "body")
	tb.clickOn("#start")
	tb.shows("hoa", "1. Lưu")
	tb.clickOn("#trouble-panel .close")

	tb.do(chromedp.EmulateViewport(360, 740))
	tb.until(`(() => { const l = document.querySelector("#person-hoa .chat"); return l.clientWidth <= 360 && l.scrollHeight - l.scrollTop - l.clientHeight < 5 && document.querySelector("#person-hoa .new-below").hidden; })()`)
	shoot("dien-thoai.png", "body")

	for _, doc := range []string{"README.md", "docs/running.md"} {
		text, err := os.ReadFile(filepath.Join("../../..", doc))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`anh/([\w-]+\.png)`).FindAllStringSubmatch(string(text), -1) {
			if !taken[m[1]] {
				t.Errorf("%s shows %s, which no test takes", doc, m[1])
			}
		}
	}
}

// keepPicture writes a picture of the documentation with -update, and sees that it is there and not heavy.
func keepPicture(t *testing.T, name string, data []byte, most int) {
	t.Helper()
	small := fewColours(t, data)
	if len(small) > most {
		t.Errorf("%s has %d bytes", name, len(small))
	}
	path := filepath.Join(pictures, name)
	if *update {
		if err := os.MkdirAll(pictures, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, small, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("%s is missing; write it with: go test . -run Pictures -update", path)
	}
}

// fewColours is a picture with the 256 colours that it has most of; a page has few.
func fewColours(t *testing.T, data []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	count := map[color.Color]int{}
	b := full.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[color.NRGBAModel.Convert(full.At(x, y))]++
		}
	}
	colours := slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return count[b] - count[a] })
	few := image.NewPaletted(b, color.Palette(colours[:min(256, len(colours))]))
	nearest := map[color.Color]uint8{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(full.At(x, y))
			i, ok := nearest[c]
			if !ok {
				i = uint8(few.Palette.Index(c))
				nearest[c] = i
			}
			few.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
