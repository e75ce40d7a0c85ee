package flows

import (
	"strconv"
	"strings"

	"chungtay/flows/dialog/fold"
)

// pick reads which entries of a numbered list of n are meant: "cả danh sách", "cả danh sách trừ 3 và 7", "1, 2, 5-9",
// "1 đến 5 bỏ 3". It returns their places from 1, in order and each once, or why it cannot: "range" where a number is not
// in the list, "none" where nothing is left, "unread" where the words mean something else.
func pick(text string, n int) (places []int, problem string) {
	words := pickWords(text)
	in := make([]bool, n+1)
	adding, said := true, false
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "tru" || w == "bo" || w == "ngoai" || w == "khong":
			if !said { // "trừ 3 và 7" alone: everybody else
				fill(in)
				said = true
			}
			adding = false
		case w == "ca" || w == "tat" || w == "het" || w == "toan" || w == "all":
			if !adding {
				return nil, "unread"
			}
			fill(in)
			said = true
		case pickFiller[w]:
		default:
			from, err := strconv.Atoi(w)
			if err != nil {
				return nil, "unread"
			}
			to := from
			if i+2 < len(words) && (words[i+1] == "-" || words[i+1] == "den" || words[i+1] == "toi") {
				if to, err = strconv.Atoi(words[i+2]); err != nil {
					return nil, "unread"
				}
				i += 2
			}
			if from > to {
				from, to = to, from
			}
			if from < 1 || to > n {
				return nil, "range"
			}
			for p := from; p <= to; p++ {
				in[p] = adding
			}
			said = true
		}
	}
	if !said {
		return nil, "unread"
	}
	for p := 1; p <= n; p++ {
		if in[p] {
			places = append(places, p)
		}
	}
	if len(places) == 0 {
		return nil, "none"
	}
	return places, ""
}

var pickFiller = map[string]bool{
	"danh": true, "sach": true, "so": true, "ho": true, "va": true, "voi": true, "cac": true, "nha": true, "to": true, "thon": true,
	"ra": true, "chon": true, "ghi": true, "da": true, "a": true, "nhe": true, "thoi": true, "di": true, "nguoi": true,
}

// pickWords are the folded words of text, with numbers and dashes as words of their own.
func pickWords(text string) []string {
	var b strings.Builder
	for _, r := range fold.Fold(text) {
		switch {
		case r == '-' || r == '–' || r == '—':
			b.WriteString(" - ")
		case r == ',' || r == ';' || r == '.' || r == '+' || r == '/' || r == '&':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return strings.Fields(b.String())
}

func fill(in []bool) {
	for i := range in {
		in[i] = true
	}
}
