package simulator

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

type jsonKind byte

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

// jsonValue is a parsed JSON value that remembers its source text, which the platforms pass on unchanged.
type jsonValue struct {
	kind  jsonKind
	raw   string
	text  string // of a string, decoded
	keys  []string
	items []jsonValue // of an array, or the values of keys
}

// field returns the value of a key; absent and null are the same to the platforms.
func (v *jsonValue) field(key string) *jsonValue {
	for i, k := range v.keys {
		if k == key && v.items[i].kind != jsonNull {
			return &v.items[i]
		}
	}
	return nil
}

// str returns the text of a string field, or the source of a number field.
func (v *jsonValue) str(key string) string {
	f := v.field(key)
	switch {
	case f == nil:
		return ""
	case f.kind == jsonString:
		return f.text
	case f.kind == jsonNumber:
		return f.raw
	}
	return ""
}

func (v *jsonValue) int(key string) int64 {
	n, _ := strconv.ParseInt(v.str(key), 10, 64)
	return n
}

func (v *jsonValue) is(key string) bool {
	f := v.field(key)
	return f != nil && f.kind == jsonBool && f.raw == "true"
}

const maxJSONDepth = 100

// parseJSON reads one JSON value and nothing after it.
func parseJSON(s string) (jsonValue, bool) {
	p := jsonReader{s: s}
	v, ok := p.value(0)
	p.space()
	return v, ok && p.i == len(s)
}

type jsonReader struct {
	s string
	i int
}

func (p *jsonReader) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonReader) value(depth int) (v jsonValue, ok bool) {
	p.space()
	if p.i == len(p.s) || depth > maxJSONDepth {
		return v, false
	}
	from := p.i
	switch c := p.s[p.i]; {
	case c == '"':
		v.kind = jsonString
		v.text, ok = p.str()
	case c == '{':
		v.kind = jsonObject
		ok = p.list(&v, '}', depth)
	case c == '[':
		v.kind = jsonArray
		ok = p.list(&v, ']', depth)
	case c == 't':
		v.kind, ok = jsonBool, p.word("true")
	case c == 'f':
		v.kind, ok = jsonBool, p.word("false")
	case c == 'n':
		v.kind, ok = jsonNull, p.word("null")
	case c == '-' || '0' <= c && c <= '9':
		v.kind = jsonNumber
		for p.i < len(p.s) && strings.IndexByte("+-0123456789.eE", p.s[p.i]) >= 0 {
			p.i++
		}
		_, err := strconv.ParseFloat(p.s[from:p.i], 64)
		ok = err == nil
	}
	v.raw = p.s[from:p.i]
	return v, ok
}

func (p *jsonReader) word(w string) bool {
	if !strings.HasPrefix(p.s[p.i:], w) {
		return false
	}
	p.i += len(w)
	return true
}

func (p *jsonReader) list(v *jsonValue, end byte, depth int) bool {
	p.i++
	p.space()
	if p.i < len(p.s) && p.s[p.i] == end {
		p.i++
		return true
	}
	for {
		if end == '}' {
			p.space()
			if p.i == len(p.s) || p.s[p.i] != '"' {
				return false
			}
			key, ok := p.str()
			if !ok {
				return false
			}
			p.space()
			if p.i == len(p.s) || p.s[p.i] != ':' {
				return false
			}
			p.i++
			v.keys = append(v.keys, key)
		}
		item, ok := p.value(depth + 1)
		if !ok {
			return false
		}
		v.items = append(v.items, item)
		p.space()
		if p.i == len(p.s) {
			return false
		}
		switch p.s[p.i] {
		case ',':
			p.i++
		case end:
			p.i++
			return true
		default:
			return false
		}
	}
}

func (p *jsonReader) str() (string, bool) {
	p.i++
	from := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.s[from : p.i-1], true
		case c == '\\':
			return p.escaped(from)
		case c < 0x20:
			return "", false
		default:
			p.i++
		}
	}
	return "", false
}

func (p *jsonReader) escaped(from int) (string, bool) {
	b := []byte(p.s[from:p.i])
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch {
		case c == '"':
			return string(b), true
		case c < 0x20:
			return "", false
		case c != '\\':
			b = append(b, c)
			continue
		}
		if p.i == len(p.s) {
			return "", false
		}
		c = p.s[p.i]
		p.i++
		switch c {
		case '"', '\\', '/':
			b = append(b, c)
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r, ok := p.hex4()
			if !ok {
				return "", false
			}
			if utf16.IsSurrogate(r) && strings.HasPrefix(p.s[p.i:], `\u`) {
				p.i += 2
				low, ok := p.hex4()
				if !ok {
					return "", false
				}
				r = utf16.DecodeRune(r, low)
			}
			b = utf8.AppendRune(b, r)
		default:
			return "", false
		}
	}
	return "", false
}

func (p *jsonReader) hex4() (rune, bool) {
	if p.i+4 > len(p.s) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+4], 16, 16)
	p.i += 4
	return rune(n), err == nil
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. Bytes that are not UTF-8 are passed on as they are, so that a test
// can send them.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		from = i + 1
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }
