package simulator

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strconv"
	"strings"
)

// param is one parameter of a call; the platforms merge query, form, JSON and multipart into one flat list.
type param struct{ key, value string }

// upload is one file of a multipart call.
type upload struct {
	field, name, mime string
	data              []byte
}

// params is what a call was given. A later parameter of one name replaces an earlier one.
type params struct {
	list  []param
	files []upload
	arena []byte
}

func (p *params) reset() {
	p.list, p.files, p.arena = p.list[:0], nil, p.arena[:0]
}

func (p *params) set(key, value string) {
	for i := range p.list {
		if p.list[i].key == key {
			p.list[i].value = value
			return
		}
	}
	p.list = append(p.list, param{key, value})
}

// get returns the value of a parameter, or "" when it is absent.
func (p *params) get(key string) string {
	for i := range p.list {
		if p.list[i].key == key {
			return p.list[i].value
		}
	}
	return ""
}

// json returns a parameter that holds JSON text. Clients send the text null for nil slices: it means absent.
func (p *params) json(key string) string {
	if v := p.get(key); v != "null" {
		return v
	}
	return ""
}

// flag reads a boolean: true, yes and 1 in any case, as the platform takes them.
func (p *params) flag(key string) bool {
	switch v := p.get(key); {
	case v == "":
		return false
	case strings.EqualFold(v, "true"), strings.EqualFold(v, "yes"), v == "1":
		return true
	}
	return false
}

func (p *params) int(key string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSpace(p.get(key)), 10, 64)
	return n
}

func (p *params) file(field string) *upload {
	for i := range p.files {
		if p.files[i].field == field {
			return &p.files[i]
		}
	}
	return nil
}

var errNotObject = errors.New("expected a JSON object")

// read merges all carriers of parameters.
func (p *params) read(query, contentType, body []byte) error {
	p.reset()
	if len(query) > 0 {
		p.form(query)
	}
	if len(body) == 0 {
		return nil
	}
	kind := contentType
	if i := bytes.IndexByte(kind, ';'); i >= 0 {
		kind = kind[:i]
	}
	kind = bytes.TrimSpace(kind)
	switch {
	case equalFold(kind, "application/json"):
		v, ok := parseJSON(string(body))
		if !ok || v.kind != jsonObject {
			return errNotObject
		}
		for i, k := range v.keys {
			if it := v.items[i]; it.kind == jsonString {
				p.set(k, it.text)
			} else {
				p.set(k, it.raw)
			}
		}
	case equalFold(kind, "multipart/form-data"):
		return p.multipart(string(contentType), body)
	default:
		p.form(body)
	}
	return nil
}

func (p *params) multipart(contentType string, body []byte) error {
	_, attrs, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	r := multipart.NewReader(bytes.NewReader(body), attrs["boundary"])
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() == "" {
			p.set(part.FormName(), string(data))
			continue
		}
		p.files = append(p.files, upload{part.FormName(), part.FileName(), part.Header.Get("Content-Type"), data})
	}
}

// form decodes an urlencoded list. All text of one list shares one allocation.
func (p *params) form(src []byte) {
	type span struct{ k0, k1, v1 int }
	var room [24]span
	spans := room[:0]
	a := p.arena[:0]
	for len(src) > 0 {
		item := src
		if i := bytes.IndexByte(src, '&'); i >= 0 {
			item, src = src[:i], src[i+1:]
		} else {
			src = nil
		}
		if len(item) == 0 {
			continue
		}
		key, value, _ := bytes.Cut(item, []byte("="))
		s := span{k0: len(a)}
		a = unescape(a, key)
		s.k1 = len(a)
		a = unescape(a, value)
		s.v1 = len(a)
		spans = append(spans, s)
	}
	p.arena = a
	all := string(a)
	for _, s := range spans {
		p.set(all[s.k0:s.k1], all[s.k1:s.v1])
	}
}

// unescape appends src without its percent and plus coding; a bad escape stays as typed.
func unescape(dst, src []byte) []byte {
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '+':
			dst = append(dst, ' ')
		case c == '%' && i+2 < len(src) && unhex(src[i+1]) < 16 && unhex(src[i+2]) < 16:
			dst = append(dst, unhex(src[i+1])<<4|unhex(src[i+2]))
			i += 2
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
