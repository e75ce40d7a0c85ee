package paper

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"chungtay/storage/records"
)

// read is the text of a QR code, as a phone reads it.
func read(t *testing.T, data []byte) (string, image.Image) {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
	})
	if err != nil {
		t.Fatal(err)
	}
	return found.GetText(), picture
}

func TestQR(t *testing.T) {
	for name, text := range map[string]string{
		"an address":    "https://t.me/chungtay_bot?start=MM7K3QF2M",
		"a transfer":    "00020101021238570010A00000072701270006970436011300110031234560208QRIBFTTA53037045405500005802VN62150811UNG HO GN7K6304A2C1",
		"Vietnamese":    "Quỹ Vì người nghèo, phường Hòa Khánh, Đà Nẵng",
		"one letter":    "a",
		"the longest":   strings.Repeat("chung tay ", qrText/10),
		"middle length": strings.Repeat("9", qrText/2),
	} {
		data, mime, err := Draw("qr", map[string]string{"text": text})
		if err != nil || mime != "image/png" {
			t.Errorf("%s: %s, %v", name, mime, err)
			continue
		}
		got, picture := read(t, data)
		if got != text {
			t.Errorf("%s: a phone reads %q", name, got)
		}
		for i := range 4 * qrModule { // four white squares around it
			if r, _, _, _ := picture.At(i, i).RGBA(); r != 0xFFFF {
				t.Errorf("%s: no quiet zone", name)
				break
			}
		}
		again, _, _ := Draw("qr", map[string]string{"text": text})
		if !bytes.Equal(data, again) {
			t.Errorf("%s: drawn twice, two pictures", name)
		}
	}
}

// checkVietQR draws a hundred transfers and has each read.
func checkVietQR(t *testing.T) {
	t.Helper()
	rapid.Check(t, func(r *rapid.T) {
		want := records.VietQR{
			BIN:     rapid.SampledFrom(records.Banks()).Draw(r, "bank").BIN,
			Account: rapid.StringMatching(`[0-9A-Z]{4,19}`).Draw(r, "account"),
			Amount:  rapid.Int64Range(records.MinPledge, records.MaxMoney).Draw(r, "amount"),
			Purpose: records.TransferCodeOf(rapid.SampledFrom(records.Funds).Draw(r, "fund"), rapid.Uint64Range(0, records.CodeSpace-1).Draw(r, "code")),
		}
		data, _, err := Draw("vietqr", map[string]string{"bin": want.BIN, "account": want.Account, "amount": strconv.FormatInt(want.Amount, 10), "purpose": want.Purpose})
		if err != nil {
			r.Fatal(err)
		}
		text, _ := read(t, data)
		if got, err := records.ParseVietQR(text); err != nil || got != want {
			r.Fatalf("%+v, %v, want %+v", got, err, want)
		}
	})
}

// TestVietQR draws transfers, and has each read by a decoder that knows nothing of how it was drawn.
func TestVietQR(t *testing.T) {
	t.Parallel()
	times := 10 // a thousand transfers
	if testing.Short() {
		times = 1
	}
	for range times {
		checkVietQR(t)
	}
	good := map[string]string{"bin": "970436", "account": "1234567890", "amount": "300000", "purpose": "VNN7K3QF2M"}
	for arg, bad := range map[string]string{"bin": "", "account": "12 34", "amount": "-1", "purpose": ""} {
		args := maps.Clone(good)
		args[arg] = bad
		if data, _, err := Draw("vietqr", args); !errors.Is(err, ErrDrawing) || data != nil {
			t.Errorf("%s %q: %d bytes, %v", arg, bad, len(data), err)
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	for name, d := range map[string]struct{ kind, text string }{
		"no text":       {"qr", ""},
		"too much text": {"qr", strings.Repeat("x", qrText+1)},
		"no such kind":  {"cake", "x"},
		"no kind":       {"", "x"},
	} {
		if data, _, err := Draw(d.kind, map[string]string{"text": d.text}); !errors.Is(err, ErrDrawing) || data != nil {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
}

func BenchmarkQR(b *testing.B) {
	for b.Loop() {
		if _, _, err := Draw("qr", map[string]string{"text": strings.Repeat("7", 150)}); err != nil {
			b.Fatal(err)
		}
	}
}
