package bot

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"testing"
)

// exif is what a phone writes: which way up (6: turned right), and where.
func exif(order binary.AppendByteOrder, mark string) []byte {
	b := append([]byte("Exif\x00\x00"), mark...)
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, e := range [][4]uint32{{0x010f, 2, 4, 0x41414141}, {0x0112, 3, 1, 6}} {
		b = order.AppendUint16(b, uint16(e[0]))
		b = order.AppendUint16(b, uint16(e[1]))
		b = order.AppendUint32(b, e[2])
		if e[1] == 3 {
			b = order.AppendUint16(order.AppendUint16(b, uint16(e[3])), 0)
		} else {
			b = order.AppendUint32(b, e[3])
		}
	}
	return append(b, "16.0678N 108.2208E"...)
}

func segment(marker byte, body []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2)), body...)
}

func TestPhotosLoseWhereTheyWereTaken(t *testing.T) {
	t.Parallel()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 20, 10)), nil); err != nil {
		t.Fatal(err)
	}
	for name, order := range map[string]binary.AppendByteOrder{"MM": binary.BigEndian, "II": binary.LittleEndian} {
		photo := append([]byte("\xff\xd8"), segment(0xe1, exif(order, name))...)
		photo = append(photo, segment(0xe1, []byte("http://ns.adobe.com/xap/1.0/\x00108.2208E"))...)
		photo = append(photo, segment(0xed, []byte("Photoshop 108.2208E"))...)
		photo = append(photo, segment(0xfe, []byte("at 108.2208E"))...)
		photo = append(photo, segment(0xe2, []byte("ICC_PROFILE\x00\x01\x01colours"))...)
		photo = append(append(photo, plain.Bytes()[2:]...), "behind 108.2208E"...)
		clean := withoutMetadata(photo)
		if bytes.Contains(clean, []byte("108.2208E")) || bytes.Contains(clean, []byte("AAAA")) {
			t.Errorf("%s: what the camera wrote is still there", name)
		}
		if !bytes.Contains(clean, []byte("colours")) {
			t.Errorf("%s: the colours are gone", name)
		}
		i := bytes.Index(clean, []byte("Exif\x00\x00"))
		if i < 0 || orientation(clean[i+6:]) != 6 {
			t.Errorf("%s: which way up it is held is gone", name)
		}
		if got, err := jpeg.Decode(bytes.NewReader(clean)); err != nil || got.Bounds().Dx() != 20 {
			t.Errorf("%s: no picture any more: %v", name, err)
		}
		if again := withoutMetadata(clean); !bytes.Equal(again, clean) {
			t.Errorf("%s: cleaned twice is another", name)
		}
		for n := range photo { // cut anywhere: no panic, and nothing is made up
			withoutMetadata(photo[:n])
		}
	}

	white := tinyPNG(t)
	text := append(binary.BigEndian.AppendUint32(nil, 9), "tEXt108.2208E"...)
	text = binary.BigEndian.AppendUint32(text, crc32.ChecksumIEEE(text[4:]))
	noted := append(append(bytes.Clone(white[:33]), text...), white[33:]...)
	if got := withoutMetadata(noted); !bytes.Equal(got, white) {
		t.Errorf("the PNG became %q", got)
	}
	for _, other := range [][]byte{nil, []byte("x"), []byte("\xff\xd8\xff\xd9"), pngMagic, []byte("PK\x03\x04")} {
		if !bytes.Equal(withoutMetadata(other), other) {
			t.Errorf("%q was changed", other)
		}
	}
}
