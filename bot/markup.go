package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What people write with marks: *bold*, and lines that begin with "- " for a list. Links are what the platforms make of addresses by
// themselves. Everything else stands for itself, so no text can break a message.

// bold cuts a line into pieces that are and are not bold, in turn, the first of which is not.
func bold(line string) (pieces []string) {
	rest := line
	for {
		open, end := span(rest)
		if end == 0 {
			return append(pieces, rest)
		}
		pieces = append(pieces, rest[:open], rest[open+1:end])
		rest = rest[end+1:]
	}
}

// span finds the first two stars that hold something between them: the first at the beginning of a word, the second at the end of one.
func span(s string) (open, end int) {
	for open = strings.IndexByte(s, '*'); open >= 0; {
		before, _ := utf8.DecodeLastRuneInString(s[:open])
		after, _ := utf8.DecodeRuneInString(s[open+1:])
		if (open == 0 || !wordy(before)) && !unicode.IsSpace(after) {
			for at := open + 1; ; {
				i := strings.IndexByte(s[at:], '*')
				if i < 0 {
					break
				}
				at += i
				last, _ := utf8.DecodeLastRuneInString(s[:at])
				next, size := utf8.DecodeRuneInString(s[at+1:])
				if at > open+1 && !unicode.IsSpace(last) && (size == 0 || !wordy(next)) {
					return open, at
				}
				at++
			}
		}
		i := strings.IndexByte(s[open+1:], '*')
		if i < 0 {
			break
		}
		open += 1 + i
	}
	return 0, 0
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' }

// plainText is a text with marks for a channel that shows letters only.
func plainText(text string) string {
	return marked(text, func(s string) string { return s }, "", "")
}

var escapeHTML = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// htmlText is a text with marks as the HTML that Telegram takes.
func htmlText(text string) string { return marked(text, escapeHTML.Replace, "<b>", "</b>") }

func marked(text string, escape func(string) string, on, off string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if item, ok := strings.CutPrefix(line, "- "); ok {
			line = "• " + item
		}
		var b strings.Builder
		for j, piece := range bold(line) {
			if j%2 == 1 {
				b.WriteString(on + escape(piece) + off)
			} else {
				b.WriteString(escape(piece))
			}
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}
