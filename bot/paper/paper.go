// Package paper draws the pictures that the bot shows. What is drawn follows from a kind and its args alone.
package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"strconv"

	"github.com/skip2/go-qrcode"

	"chungtay/storage/records"
)

// ErrDrawing is the error of a drawing that nobody can make.
var ErrDrawing = errors.New("paper: cannot be drawn")

const (
	qrText   = 1200 // bytes of a QR code's text: as much as a phone still reads from another's screen
	qrModule = 8    // pixels of its smallest square
)

// Draw makes the picture of a kind, a PNG.
//
//	qr: a QR code of the arg text, with a quiet zone
//	vietqr: the QR code of a transfer to account at the bank bin, of amount (VND), with the content purpose
//	progress: bars of what was promised and received, with the words title, promised, received, thousands, millions and billions; see progress
func Draw(kind string, args map[string]string) (data []byte, mime string, err error) {
	switch kind {
	case "qr":
		data, err = qr(args["text"])
	case "vietqr":
		data, err = vietQR(args)
	case "progress":
		data, err = progress(args)
	default:
		err = fmt.Errorf("%w: no kind %q", ErrDrawing, kind)
	}
	return data, "image/png", err
}

func vietQR(args map[string]string) ([]byte, error) {
	amount, err := strconv.ParseInt(args["amount"], 10, 64)
	if err != nil || amount <= 0 || args["purpose"] == "" {
		return nil, fmt.Errorf("%w: a transfer without an amount or a purpose", ErrDrawing)
	}
	text, err := records.VietQR{BIN: args["bin"], Account: args["account"], Amount: amount, Purpose: args["purpose"]}.Payload()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	return qr(text)
}

func qr(text string) ([]byte, error) {
	if text == "" || len(text) > qrText {
		return nil, fmt.Errorf("%w: a QR code of %d bytes", ErrDrawing, len(text))
	}
	level := qrcode.Medium
	if len(text) > qrText/2 {
		level = qrcode.Low // larger squares
	}
	code, err := qrcode.New(text, level)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	var b bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.BestSpeed} // squares are small however they are squeezed
	if err := fast.Encode(&b, code.Image(-qrModule)); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDrawing, err)
	}
	return b.Bytes(), nil
}
