// Package paper draws the pictures that the bot shows. What is drawn follows from a kind and its args alone.
package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"

	"github.com/skip2/go-qrcode"
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
func Draw(kind string, args map[string]string) (data []byte, mime string, err error) {
	switch kind {
	case "qr":
		data, err = qr(args["text"])
	default:
		err = fmt.Errorf("%w: no kind %q", ErrDrawing, kind)
	}
	return data, "image/png", err
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
