package vi

import (
	"strings"
	"time"
)

// Group is a residential group as a phrase names it.
type Group struct {
	Name  string   // tổ 12, thôn Phú Sơn 2, khu dân cư 24; empty where only a place was said
	Area  string   // the old ward it was counted in (Hòa Minh cũ), or an address (hẻm 42)
	Units []string // codes of the unit it lies in: one, or several between which one must ask
}

// residence reads where a person lives: commas, "ở", a group, an address, a place.
func residence(tokens []Token, i int, now time.Time) (Group, int) {
	var g Group
	for range 4 {
		j := i
		for j < len(tokens) && tokens[j].in(",", "(", ")", "-", "ở", "o", "tại", "tai", "bên", "ben", "nhà", "thuộc", "cũ", ".") {
			j++
		}
		switch {
		case j >= len(tokens):
			return g, j
		default:
			if found, n := findGroup(tokens, j, now); n > 0 && g.Name == "" {
				f := g
				g = found.value()
				if g.Area == "" {
					g.Area = f.Area
				}
				if len(g.Units) == 0 {
					g.Units = f.Units
				}
				i = j + n
				continue
			}
			if address, n := addressAt(tokens, j); n > 0 && g.Area == "" {
				g.Area = address
				i = j + n
				continue
			}
			if place, n := unitAt(tokens, j, true); n > 0 && len(g.Units) == 0 {
				g.place(place)
				i = j + n
				continue
			}
		}
		return g, i
	}
	return g, i
}

// value is the sure value, or the first of several that differ only in what is asked about.
func (r Reading[T]) value() T {
	if !r.Sure && len(r.Candidates) > 0 {
		return r.Candidates[0]
	}
	return r.Value
}

// place puts where a group lies into it.
func (g *Group) place(r Reading[Place]) {
	if r.Sure {
		g.Units = []string{r.Value.Unit}
		if r.Value.OldUnit != "" {
			_, short := splitKind(r.Value.OldUnit)
			g.Area = short + " cũ"
		}
		return
	}
	same := true
	for _, c := range r.Candidates {
		g.Units = append(g.Units, c.Unit)
		same = same && c.OldUnit == r.Candidates[0].OldUnit
	}
	if same && len(r.Candidates) > 0 && r.Candidates[0].OldUnit != "" {
		_, short := splitKind(r.Candidates[0].OldUnit)
		g.Area = short + " cũ"
	}
}

// groupWord reports that a residential group is named at k.
func groupWord(tokens []Token, k int) bool {
	_, _, n := groupName(tokens, k)
	return n > 0
}

var groupKinds = newPhraseTable(
	phraseList[string]{"tổ", "tổ|tổ số|tổ dân phố|tổ dân phố số|tdp|tdp số|tổ dp|tổ dân cư|tđp|tdphố|tổ tự quản"},
	phraseList[string]{"thôn", "thôn|thôn số"},
	phraseList[string]{"khu dân cư", "khu dân cư|khu dân cư số|kdc|kdc số"},
	phraseList[string]{"khối phố", "khối phố|khối"},
	phraseList[string]{"khu phố", "khu phố|kp"},
	phraseList[string]{"xóm", "xóm"}, phraseList[string]{"nóc", "nóc"}, phraseList[string]{"bản", "=bản"}, phraseList[string]{"ấp", "=ấp"},
)

// groupName reads tổ 12, tdp15, thôn Phú Sơn 2 at i.
func groupName(tokens []Token, i int) (kind, name string, n int) {
	if i >= len(tokens) {
		return "", "", 0
	}
	if kind, number := gluedGroup(tokens[i].Fold); kind != "" {
		return kind, number, 1
	}
	kind, n = groupKinds.at(tokens, i)
	if n == 0 {
		return "", "", 0
	}
	j := i + n
	if j < len(tokens) && tokens[j].Text == "." {
		j++
	}
	if j >= len(tokens) {
		return "", "", 0
	}
	if number := groupNumber(tokens[j].Text); number != "" {
		return kind, number, j + 1 - i
	}
	p := dates{tokens: tokens}
	if v, used := p.small(j); used > 0 && !startsUpper(tokens[j].Text) && (kind == "tổ" || kind == "khu dân cư") && !tokens[i].in("to") {
		return kind, itoa(v), j + used - i
	}
	if kind == "tổ" || tokens[j].in("trưởng", "truong", "phó", "xóm", "bản", "nào", "này", "mình", "nghèo") {
		return "", "", 0
	}
	end := placeNameEnd(tokens, j)
	if end == j {
		return "", "", 0
	}
	return kind, placeText(tokens[j:end], shouted(tokens, j)), end - i
}

// gluedGroup reads tổ12, tdp15, kdc24 typed as one word.
func gluedGroup(s string) (kind, number string) {
	for _, g := range [...][2]string{{"tdp", "tổ"}, {"kdc", "khu dân cư"}, {"to", "tổ"}, {"thon", "thôn"}, {"kp", "khu phố"}} {
		if rest, ok := strings.CutPrefix(s, g[0]); ok {
			if number := groupNumber(rest); number != "" {
				return g[1], number
			}
		}
	}
	return "", ""
}

// groupNumber reads 12, 012 and 12A.
func groupNumber(s string) string {
	s = strings.TrimLeft(s, "0")
	k := 0
	for k < len(s) && isDigit(s[k]) {
		k++
	}
	if k == 0 || k > 3 {
		return ""
	}
	switch rest := strings.ToUpper(s[k:]); {
	case rest == "", rest >= "A" && rest <= "D" && len(rest) == 1:
		return s[:k] + rest
	}
	return ""
}

// placeNameEnd finds where the name of a thôn that begins at j ends; a number at its end is part of it, unless it
// counts something.
func placeNameEnd(tokens []Token, j int) int {
	upper := startsUpper(tokens[j].Text) && !shouted(tokens, j)
	k := j
	for ; k < len(tokens) && k-j < 4; k++ {
		t := tokens[k]
		if number := groupNumber(t.Text); number != "" && k > j {
			if !countedBehind(tokens, k) {
				k++
			}
			break
		}
		if !nameToken(t) || upper && !startsUpper(t.Text) || k > j && !upper && (nameEnds[t.Acc] || k-j >= 2) {
			break
		}
		if kind, n := placeKind(tokens, k); n > 0 && kind != "" && k > j {
			break
		}
		if k == j && nameEnds[t.Acc] && !upper {
			break
		}
	}
	return k
}

func placeText(tokens []Token, shout bool) string {
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 {
			b.WriteByte(' ')
		}
		if shout {
			b.WriteString(capital(t.Acc))
		} else {
			b.WriteString(capital(recase(t.Acc, t.Text)))
		}
	}
	return b.String()
}

// findGroup reads the residential group that is named from token i on, and the place behind it.
func findGroup(tokens []Token, i int, _ time.Time) (Reading[Group], int) {
	kind, name, n := groupName(tokens, i)
	if n == 0 {
		return Reading[Group]{}, 0
	}
	g := Group{Name: kind + " " + name}
	j := i + n
	k := j
	for k < len(tokens) && tokens[k].in(",", "(", "-", "ở", "của", "thuộc") {
		k++
	}
	loose := k < len(tokens) && !countedBehind(tokens, k)
	if place, m := unitAt(tokens, k, loose && !ordinary(tokens, k)); m > 0 {
		g.place(place)
		j = k + m
		if j < len(tokens) && tokens[j].in(")") && tokens[k-1].in("(") {
			j++
		}
	}
	if len(g.Units) > 1 {
		return Between(g), j - i
	}
	return Sure(g), j - i
}

// ordinary reports words that name an old commune and are common words too, written small: tư, ba, lăng.
func ordinary(tokens []Token, k int) bool {
	_, n := longestName(tokens, k)
	return n == 1 && !startsUpper(tokens[k].Text)
}

// addressAt reads hẻm 42, kiệt 12 Nguyễn Lương Bằng, số 5 at i.
func addressAt(tokens []Token, i int) (string, int) {
	if i >= len(tokens) || !tokens[i].in("hẻm", "hem", "kiệt", "kiet", "ngõ", "ngo", "số", "so", "đường", "k", "lô") {
		return "", 0
	}
	k := i + 1
	for k < len(tokens) && (isDigit(tokens[k].Text[0]) || startsUpper(tokens[k].Text) && !groupWord(tokens, k)) && k-i < 7 {
		k++
	}
	if k == i+1 {
		return "", 0
	}
	var b strings.Builder
	for j := i; j < k; j++ {
		if j > i {
			b.WriteByte(' ')
		}
		b.WriteString(recase(tokens[j].Acc, tokens[j].Text))
	}
	return b.String(), k - i
}

func itoa(n int) string {
	var buf [4]byte
	i := len(buf)
	for {
		i--
		buf[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(buf[i:])
		}
	}
}
