package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	telegramTextBytes = 32768
	telegramTextRunes = 4096
	captionRunes      = 1024
)

// formatted reads a text with its parse mode or its entities, as messages and captions carry them.
func (c *telegramCallContext) formatted(textKey, entitiesKey string) (string, []TelegramEntity, *telegramError) {
	raw := c.p.get(textKey)
	if len(raw) > telegramTextBytes {
		return "", nil, errTextBytes
	}
	if !utf8.ValidString(raw) {
		return "", nil, errUTF8
	}
	raw = strings.ReplaceAll(raw, "\r", "")
	var entities []TelegramEntity
	text := raw
	if mode := c.p.get("parse_mode"); mode != "" {
		var err error
		switch {
		case strings.EqualFold(mode, "HTML"):
			text, entities, err = parseHTML(raw)
		case strings.EqualFold(mode, "MarkdownV2"), strings.EqualFold(mode, "Markdown"):
			text, entities, err = parseMarkdown(raw, len(mode) > len("Markdown"))
		case strings.EqualFold(mode, "none"):
		default:
			return "", nil, errParseMode
		}
		if err != nil {
			return "", nil, cantParse(err.Error())
		}
	} else if list := c.p.json(entitiesKey); list != "" {
		var e *telegramError
		if entities, e = readEntities(list); e != nil {
			return "", nil, e
		}
	}
	text, entities = tidy(text, entities)
	return text, entities, nil
}

// tidy does what the platform does to every text: control characters become spaces, and space at both ends is
// cut. Entities are cut with it.
func tidy(text string, entities []TelegramEntity) (string, []TelegramEntity) {
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' && text[i] != '\n' {
			text = strings.Map(func(r rune) rune {
				if r < ' ' && r != '\n' {
					return ' '
				}
				return r
			}, text)
			break
		}
	}
	cut := strings.TrimLeft(text, " \n")
	shift := len(text) - len(cut)
	cut = strings.TrimRight(cut, " \n")
	if len(entities) == 0 {
		return cut, entities
	}
	end := utf16Len(cut)
	kept := entities[:0]
	for _, e := range entities {
		from, to := max(0, e.Offset-shift), min(end, e.Offset-shift+e.Length)
		if from < to {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return cut, kept
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// longer tells whether s has more than n code points.
func longer(s string, n int) bool { return len(s) > n && utf8.RuneCountInString(s) > n }

func readEntities(list string) ([]TelegramEntity, *telegramError) {
	v, ok := parseJSON(list)
	if !ok {
		return nil, badRequest("can't parse entities JSON object")
	}
	if v.kind != jsonArray {
		return nil, badRequest("expected an Array of MessageEntity")
	}
	var all []TelegramEntity
	for i := range v.items {
		it := &v.items[i]
		e := TelegramEntity{
			Type: it.str("type"), Offset: int(it.int("offset")), Length: int(it.int("length")),
			URL: it.str("url"), Language: it.str("language"), Emoji: it.str("custom_emoji_id"),
		}
		if u := it.field("user"); u != nil {
			e.User = u.int("id")
		}
		if e.Length > 0 && e.Offset >= 0 {
			all = append(all, e)
		}
	}
	return all, nil
}

// formatError is a refusal of a text's formatting, in the platform's words.
type formatError string

func (e formatError) Error() string { return string(e) }

func misformed(format string, args ...any) error { return formatError(fmt.Sprintf(format, args...)) }

// htmlTag is an open tag while HTML is read.
type htmlTag struct {
	name   string
	begin  int // byte offset of the tag in the source
	from   int // UTF-16 offset in the text
	start  int // byte offset in the text
	entity TelegramEntity
}

var htmlTypes = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler", "tg-spoiler": "spoiler",
	"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// parseHTML reads the platform's HTML style. Positions in its errors are byte offsets in the source.
func parseHTML(s string) (string, []TelegramEntity, error) {
	if strings.IndexByte(s, '<') < 0 && strings.IndexByte(s, '&') < 0 {
		return s, nil, nil
	}
	p := htmlReader{s: s, out: make([]byte, 0, len(s))}
	for p.i < len(s) {
		var err error
		switch c := s[p.i]; {
		case c == '&':
			p.plain(p.entity())
		case c != '<':
			_, n := utf8.DecodeRuneInString(s[p.i:])
			p.plain(s[p.i : p.i+n])
			p.i += n
		case p.i+1 < len(s) && s[p.i+1] == '/':
			err = p.endTag()
		default:
			err = p.startTag()
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, misformed("Can't find end tag corresponding to start tag %q", p.open[n-1].name)
	}
	slices.SortStableFunc(p.found, func(a, b TelegramEntity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return string(p.out), p.found, nil
}

type htmlReader struct {
	s     string
	i     int
	out   []byte
	at    int // UTF-16 length of out
	open  []htmlTag
	found []TelegramEntity
}

func (p *htmlReader) plain(s string) {
	p.out = append(p.out, s...)
	p.at += utf16Len(s)
}

// entity reads a character reference; anything else after & stays as typed.
func (p *htmlReader) entity() string {
	rest := p.s[p.i+1:]
	for _, n := range [...]struct{ name, text string }{{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", `"`}} {
		if after, ok := strings.CutPrefix(rest, n.name); ok && (after == "" || !isAlnum(after[0])) {
			p.i += 1 + len(n.name)
			if after != "" && after[0] == ';' {
				p.i++
			}
			return n.text
		}
	}
	if strings.HasPrefix(rest, "#") {
		digits, base := rest[1:], 10
		if digits != "" && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		n := 0
		for n < len(digits) && (base == 10 && '0' <= digits[n] && digits[n] <= '9' || base == 16 && unhex(digits[n]) < 16) {
			n++
		}
		if r, err := strconv.ParseUint(digits[:n], base, 32); err == nil && r > 0 && utf8.ValidRune(rune(r)) {
			p.i = len(p.s) - len(digits) + n
			if p.i < len(p.s) && p.s[p.i] == ';' {
				p.i++
			}
			return string(rune(r))
		}
	}
	p.i++
	return "&"
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\v' || c == 0
}

func (p *htmlReader) skip() {
	for p.i < len(p.s) && isSpace(p.s[p.i]) {
		p.i++
	}
}

func (p *htmlReader) until(stop string) string {
	from := p.i
	for p.i < len(p.s) && !isSpace(p.s[p.i]) && strings.IndexByte(stop, p.s[p.i]) < 0 {
		p.i++
	}
	return p.s[from:p.i]
}

func (p *htmlReader) startTag() error {
	t := htmlTag{begin: p.i, from: p.at, start: len(p.out)}
	p.i++
	name := p.until(">")
	if p.i == len(p.s) {
		return misformed("Unclosed start tag at byte offset %d", t.begin)
	}
	t.name = strings.ToLower(name)
	kind, ok := htmlTypes[t.name]
	if !ok {
		return misformed("Unsupported start tag \"%s\" at byte offset %d", t.name, t.begin)
	}
	t.entity.Type = kind
	for {
		p.skip()
		if p.i == len(p.s) {
			return misformed("Unclosed start tag at byte offset %d", t.begin)
		}
		if p.s[p.i] == '>' {
			p.i++
			break
		}
		key := p.until("=>")
		if key == "" {
			return misformed("Empty attribute name in the tag %q at byte offset %d", t.name, t.begin)
		}
		p.skip()
		if p.i == len(p.s) {
			return misformed("Unclosed start tag %q at byte offset %d", t.name, t.begin)
		}
		var value string
		if p.s[p.i] == '=' {
			var err error
			if value, err = p.attribute(&t); err != nil {
				return err
			}
		}
		t.set(strings.ToLower(key), value)
	}
	if t.name == "span" && t.entity.Language != "tg-spoiler" {
		return misformed("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", t.begin)
	}
	p.open = append(p.open, t)
	return nil
}

func (p *htmlReader) attribute(t *htmlTag) (string, error) {
	p.i++
	p.skip()
	if p.i == len(p.s) {
		return "", misformed("Unclosed start tag %q at byte offset %d", t.name, t.begin)
	}
	quote := p.s[p.i]
	if quote != '"' && quote != '\'' {
		from := p.i
		for p.i < len(p.s) && (isAlnum(p.s[p.i]) || p.s[p.i] == '.' || p.s[p.i] == '-') {
			p.i++
		}
		if p.i == from || p.i == len(p.s) || !isSpace(p.s[p.i]) && p.s[p.i] != '>' {
			return "", misformed("Unexpected end of name token at byte offset %d", from)
		}
		return p.s[from:p.i], nil
	}
	p.i++
	var v []byte
	for p.i < len(p.s) && p.s[p.i] != quote {
		if p.s[p.i] == '&' {
			v = append(v, p.entity()...)
			continue
		}
		v = append(v, p.s[p.i])
		p.i++
	}
	if p.i == len(p.s) {
		return "", misformed("Unclosed start tag at byte offset %d", t.begin)
	}
	p.i++
	return string(v), nil
}

// set takes an attribute; a class waits in Language until the tag is closed.
func (t *htmlTag) set(key, value string) {
	switch {
	case t.name == "a" && key == "href":
		t.entity.URL = value
	case t.name == "code" && key == "class" && strings.HasPrefix(value, "language-"):
		t.entity.Language = value[len("language-"):]
	case t.name == "span" && key == "class":
		t.entity.Language = value
	case t.name == "blockquote" && key == "expandable":
		t.entity.Type = "expandable_blockquote"
	case t.name == "tg-emoji" && key == "emoji-id":
		t.entity.Emoji = value
	}
}

func (p *htmlReader) endTag() error {
	begin := p.i
	if len(p.open) == 0 {
		return misformed("Unexpected end tag at byte offset %d", begin)
	}
	p.i += 2
	name := strings.ToLower(p.until(">"))
	p.skip()
	if p.i == len(p.s) || p.s[p.i] != '>' {
		return misformed("Unclosed end tag at byte offset %d", begin)
	}
	p.i++
	t := p.open[len(p.open)-1]
	if name != "" && name != t.name {
		return misformed("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, t.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	e := t.entity
	e.Offset, e.Length = t.from, p.at-t.from
	if e.Length == 0 {
		return nil
	}
	switch t.name {
	case "span":
		e.Language = ""
	case "a":
		if e.URL == "" {
			e.URL = string(p.out[t.start:])
		}
		if id, ok := strings.CutPrefix(e.URL, "tg://user?id="); ok {
			e.Type, e.URL = "text_mention", ""
			e.User, _ = strconv.ParseInt(id, 10, 64)
		} else if !linkable(e.URL) {
			return nil
		}
	case "code":
		if n := len(p.open); n > 0 && p.open[n-1].name == "pre" {
			p.open[n-1].entity.Language = e.Language
			return nil
		}
		e.Language = ""
	}
	p.found = append(p.found, e)
	return nil
}

// linkable tells whether the platform takes a URL: a known scheme, and a host with a dot.
func linkable(u string) bool {
	if rest, ok := strings.CutPrefix(u, "tg://"); ok {
		return rest != ""
	}
	for _, scheme := range [...]string{"https://", "http://", "ton://", "tonsite://"} {
		if rest, ok := strings.CutPrefix(u, scheme); ok {
			u = rest
			break
		}
	}
	host := u
	if i := strings.IndexAny(host, "/?#"); i >= 0 {
		host = host[:i]
	}
	if i := strings.LastIndexByte(host, ':'); i >= 0 {
		host = host[:i]
	}
	dot := strings.LastIndexByte(host, '.')
	return dot > 0 && dot < len(host)-1 && !strings.ContainsAny(host, " <>\"")
}
