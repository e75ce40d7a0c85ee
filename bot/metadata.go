package bot

import (
	"bytes"
	"encoding/binary"
)

// withoutMetadata is a JPEG or PNG without what its camera wrote beside the picture: where and when it was taken, by which device,
// the small picture inside, comments. Which way up a JPEG is held stays. Anything else is brought back as it came.
func withoutMetadata(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		if clean, ok := cleanJPEG(data); ok {
			return clean
		}
	case bytes.HasPrefix(data, pngMagic):
		if clean, ok := cleanPNG(data); ok {
			return clean
		}
	}
	return data
}

// cleanJPEG leaves out the segments APP1 to APP15 but for the colours (ICC in APP2, Adobe in APP14), and comments. See ITU-T T.81,
// annex B.
func cleanJPEG(data []byte) ([]byte, bool) {
	out := append(make([]byte, 0, len(data)), 0xff, 0xd8)
	for at := 2; ; {
		for at+1 < len(data) && data[at] == 0xff && data[at+1] == 0xff { // fill
			at++
		}
		if at+4 > len(data) || data[at] != 0xff {
			return nil, false
		}
		marker := data[at+1]
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		end := at + 2 + size
		if size < 2 || end > len(data) {
			return nil, false
		}
		body := data[at+4 : end]
		switch {
		case marker == 0xda: // the picture itself, to the end; what is glued behind it goes
			last := bytes.LastIndex(data, []byte{0xff, 0xd9})
			if last < end {
				return append(out, data[at:]...), true
			}
			return append(out, data[at:last+2]...), true
		case marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			if turned := orientation(body[6:]); turned > 1 && turned <= 8 {
				out = append(out, turnedExif(turned)...)
			}
		case marker == 0xe2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")), marker == 0xee, marker < 0xe1, marker > 0xef && marker != 0xfe:
			out = append(out, data[at:end]...)
		}
		at = end
	}
}

// orientation is the value of the tag 0x0112 in the first directory of a TIFF, 0 where there is none.
func orientation(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 0
	}
	for n := int(order.Uint16(tiff[at:])); n > 0; n-- {
		entry := at + 2 + 12*(n-1)
		if entry+12 <= len(tiff) && order.Uint16(tiff[entry:]) == 0x0112 {
			return order.Uint16(tiff[entry+8:])
		}
	}
	return 0
}

// turnedExif is a segment that says which way up a picture is held and nothing else.
func turnedExif(turned uint16) []byte {
	b := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	b = binary.BigEndian.AppendUint16(b, turned)
	return append(b, 0, 0, 0, 0, 0, 0)
}

var pngMagic = []byte("\x89PNG\r\n\x1a\n")

// cleanPNG leaves out the chunks of texts, times and Exif.
func cleanPNG(data []byte) ([]byte, bool) {
	out := append(make([]byte, 0, len(data)), pngMagic...)
	for at := len(pngMagic); ; {
		if at+12 > len(data) {
			return nil, false
		}
		size := binary.BigEndian.Uint32(data[at:])
		if uint64(at)+12+uint64(size) > uint64(len(data)) {
			return nil, false
		}
		end := at + 12 + int(size)
		switch kind := string(data[at+4 : at+8]); kind {
		case "tEXt", "zTXt", "iTXt", "tIME", "eXIf":
		case "IEND":
			return append(out, data[at:end]...), true
		default:
			out = append(out, data[at:end]...)
		}
		at = end
	}
}
