package simulator

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// markdownV2Reserved must be escaped in MarkdownV2 wherever it opens nothing.
const markdownV2Reserved = "_*[]()~`>#+-=|{}.!"

var markdownMarks = []struct{ mark, kind string }{
	{"```", "pre"}, {"||", "spoiler"}, {"__", "underline"}, {"*", "bold"}, {"_", "italic"}, {"~", "strikethrough"}, {"`", "code"},
}

// parseMarkdown reads both Markdown styles as far as a sender that should not use them can notice: marks,
// links, escapes, and the two refusals.
func parseMarkdown(s string, v2 bool) (string, []TelegramEntity, error) {
	var out []byte
	var found []TelegramEntity
	type mark struct {
		mark, kind  string
		begin, from int
	}
	var open []mark
	at := 0
	emit := func(t string) {
		out = append(out, t...)
		at += utf16Len(t)
	}
	for i := 0; i < len(s); {
		c := s[i]
		inCode := len(open) > 0 && (open[len(open)-1].kind == "code" || open[len(open)-1].kind == "pre")
		if c == '\\' && i+1 < len(s) && s[i+1] < utf8.RuneSelf && (v2 || strings.IndexByte("_*`[", s[i+1]) >= 0) {
			emit(s[i+1 : i+2])
			i += 2
			continue
		}
		if n := len(open); n > 0 && strings.HasPrefix(s[i:], open[n-1].mark) {
			m := open[n-1]
			open = open[:n-1]
			i += len(m.mark)
			if m.kind == "text_link" {
				url, rest, ok := strings.Cut(s[i:], ")")
				if !ok || !strings.HasPrefix(url, "(") {
					continue
				}
				i = len(s) - len(rest)
				if at > m.from && linkable(url[1:]) {
					found = append(found, TelegramEntity{Type: m.kind, Offset: m.from, Length: at - m.from, URL: url[1:]})
				}
			} else if at > m.from {
				found = append(found, TelegramEntity{Type: m.kind, Offset: m.from, Length: at - m.from})
			}
			continue
		}
		if !inCode {
			if c == '[' {
				open = append(open, mark{"]", "text_link", i, at})
				i++
				continue
			}
			started := false
			for _, m := range markdownMarks {
				if !v2 && len(m.mark) == 2 || !v2 && m.mark == "~" || !strings.HasPrefix(s[i:], m.mark) {
					continue
				}
				open = append(open, mark{m.mark, m.kind, i, at})
				i += len(m.mark)
				started = true
				break
			}
			if started {
				continue
			}
			if v2 && strings.IndexByte(markdownV2Reserved, c) >= 0 {
				return "", nil, fmt.Errorf(`Character '%c' is reserved and must be escaped with the preceding '\'`, c)
			}
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		emit(s[i : i+n])
		i += n
	}
	if n := len(open); n > 0 {
		if v2 {
			return "", nil, fmt.Errorf("Can't find end of %s entity at byte offset %d", markdownName(open[n-1].kind), open[n-1].begin)
		}
		return "", nil, fmt.Errorf("Can't find end of the entity starting at byte offset %d", open[n-1].begin)
	}
	slices.SortStableFunc(found, func(a, b TelegramEntity) int { return a.Offset - b.Offset })
	return string(out), found, nil
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
