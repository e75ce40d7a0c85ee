package simulator

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// markdownV2Reserved must be escaped in MarkdownV2 wherever it opens nothing.
const markdownV2Reserved = "_*[]()~`>#+-=|{}.!"

var markdownMarks = []struct{ mark, kind string }{
	{"```", "pre"}, {"||", "spoiler"}, {"__", "underline"}, {"*", "bold"}, {"_", "italic"}, {"~", "strikethrough"}, {"`", "code"},
}

// markdownMark is a mark that waits for its end.
type markdownMark struct {
	mark, kind  string
	begin, from int // byte offset in the source, UTF-16 offset in the text
}

// parseMarkdown reads both Markdown styles as far as a sender that should not use them can notice: marks,
// links, escapes, and the two refusals.
func parseMarkdown(s string, v2 bool) (string, []TelegramEntity, error) {
	p := markdownReader{s: s, v2: v2}
	for p.i < len(s) {
		c := s[p.i]
		switch {
		case c == '\\' && p.i+1 < len(s) && s[p.i+1] < utf8.RuneSelf && (v2 || strings.IndexByte("_*`[", s[p.i+1]) >= 0):
			p.emit(s[p.i+1 : p.i+2])
			p.i += 2
		case p.ends(), p.begins():
		case v2 && !p.inCode() && strings.IndexByte(markdownV2Reserved, c) >= 0:
			return "", nil, misformed(`Character '%c' is reserved and must be escaped with the preceding '\'`, c)
		default:
			_, n := utf8.DecodeRuneInString(s[p.i:])
			p.emit(s[p.i : p.i+n])
			p.i += n
		}
	}
	if n := len(p.open); n > 0 {
		m := p.open[n-1]
		if v2 {
			return "", nil, misformed("Can't find end of %s entity at byte offset %d", markdownName(m.kind), m.begin)
		}
		return "", nil, misformed("Can't find end of the entity starting at byte offset %d", m.begin)
	}
	slices.SortStableFunc(p.found, func(a, b TelegramEntity) int { return a.Offset - b.Offset })
	return string(p.out), p.found, nil
}

type markdownReader struct {
	s     string
	v2    bool
	i     int
	out   []byte
	at    int // UTF-16 length of out
	open  []markdownMark
	found []TelegramEntity
}

func (p *markdownReader) emit(t string) {
	p.out = append(p.out, t...)
	p.at += utf16Len(t)
}

func (p *markdownReader) inCode() bool {
	n := len(p.open)
	return n > 0 && (p.open[n-1].kind == "code" || p.open[n-1].kind == "pre")
}

// ends closes the innermost mark if its end is here.
func (p *markdownReader) ends() bool {
	n := len(p.open)
	if n == 0 || !strings.HasPrefix(p.s[p.i:], p.open[n-1].mark) {
		return false
	}
	m := p.open[n-1]
	p.open = p.open[:n-1]
	p.i += len(m.mark)
	e := TelegramEntity{Type: m.kind, Offset: m.from, Length: p.at - m.from}
	if m.kind == "text_link" {
		target, rest, ok := strings.Cut(p.s[p.i:], ")")
		if !ok || !strings.HasPrefix(target, "(") {
			return true
		}
		p.i = len(p.s) - len(rest)
		if e.URL = target[1:]; !linkable(e.URL) {
			return true
		}
	}
	if e.Length > 0 {
		p.found = append(p.found, e)
	}
	return true
}

// begins opens a mark if one is here.
func (p *markdownReader) begins() bool {
	if p.inCode() {
		return false
	}
	if p.s[p.i] == '[' {
		p.open = append(p.open, markdownMark{"]", "text_link", p.i, p.at})
		p.i++
		return true
	}
	for _, m := range markdownMarks {
		if !p.v2 && (len(m.mark) == 2 || m.mark == "~") || !strings.HasPrefix(p.s[p.i:], m.mark) {
			continue
		}
		p.open = append(p.open, markdownMark{m.mark, m.kind, p.i, p.at})
		p.i += len(m.mark)
		return true
	}
	return false
}

func markdownName(kind string) string {
	switch kind {
	case "text_link":
		return "TextUrl"
	case "pre":
		return "Pre"
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}
