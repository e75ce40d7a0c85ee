package paper

import (
	"bytes"
	"errors"
	"image/png"
	"os"
	"testing"
)

func progressOf(rows string) map[string]string {
	return map[string]string{
		"title": "Quỹ Vì người nghèo, Thành phố Đà Nẵng", "promised": "Đã hứa", "received": "Đã nhận", "thousands": "nghìn đồng", "millions": "triệu đồng", "billions": "tỷ đồng",
		"rows": rows,
	}
}

// A chart has a bar for each sum, the longer the more, from nought; letters with two signs are drawn; what is no chart is refused.
func TestProgress(t *testing.T) {
	t.Parallel()
	many := "Phường Hòa Khánh\t45000000\t30000000\nPhường Hải Vân\t5200000\t5200000\nXã Đắc Pring\t1500000\t0\nĐặc khu Hoàng Sa\t90000000\t12500000\n"
	for name, rows := range map[string]string{"one": "Phường Hòa Khánh\t7200000\t3000000\n", "many": many, "nothing": "Phường Hòa Khánh\t0\t0", "large": "Tổng\t9800000000\t100000\n"} {
		args := progressOf(rows)
		args["goal"] = "10000000"
		data, mime, err := Draw("progress", args)
		if err != nil || mime != "image/png" {
			t.Fatalf("%s: %v", name, err)
		}
		again, _, _ := Draw("progress", args)
		if !bytes.Equal(data, again) {
			t.Errorf("%s drawn twice, two pictures", name)
		}
		if to := os.Getenv("PAPERS"); to != "" { // to look at
			if err := os.WriteFile(to+"/progress-"+name+".png", data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	half, whole := barPixels(t, "A\t0\t5000000\nB\t0\t1\n"), barPixels(t, "A\t0\t10000000\nB\t0\t1\n")
	ratio := float64(half) / float64(whole)
	if whole == 0 || ratio < 0.48 || ratio > 0.52 { // both axes end at the same sum
		t.Errorf("half of it is drawn %d long, the whole of it %d", half, whole)
	}
	for _, rows := range []string{"", "A\t1", "A\t-1\t0", "A\tx\t0", string(bytes.Repeat([]byte("A\t1\t1\n"), chartUnits+1))} {
		if _, _, err := Draw("progress", progressOf(rows)); !errors.Is(err, ErrDrawing) {
			t.Errorf("%q: %v", rows, err)
		}
	}
}

// barPixels is how long the longest bar of what was received is, of the width that the axis has. B holds the axis where it is.
func barPixels(t *testing.T, rows string) int {
	t.Helper()
	args := progressOf(rows + "C\t10000000\t0\n")
	data, _, err := Draw("progress", args)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	longest := 0
	for y := chartHead / 2; y < img.Bounds().Dy(); y++ {
		run := 0
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 == 0x1b && g>>8 == 0x7f && b>>8 == 0x4b {
				run++
			}
		}
		longest = max(longest, run)
	}
	return longest
}

func BenchmarkProgress(b *testing.B) {
	args := progressOf("Phường Hòa Khánh\t45000000\t30000000\nPhường Hải Vân\t5200000\t5200000\n")
	for b.Loop() {
		if _, _, err := Draw("progress", args); err != nil {
			b.Fatal(err)
		}
	}
}
