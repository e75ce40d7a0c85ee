package flows

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chungtay/flows/dialog/fold"
	"chungtay/locales"
)

// In the guides <q> is what the bot says, <samp> the label of a choice, and <kbd> what somebody types. The bot must have each
// of them: words of the bot and labels are in the locale, "…" and <i> standing for what differs from time to time; what is typed
// is a number, a slash word, a phrase of the locale, or said in one of the transcripts.
func TestGuides(t *testing.T) {
	book, err := locales.Open()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../docs/huong-dan/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no guides", err)
	}
	said := saidByBot(book)
	typed := typedToBot(t, book)
	tags := regexp.MustCompile(`<[^>]*>`)
	plain := func(s string) string {
		return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(s, ""))), " ")
	}
	index, err := os.ReadFile("../docs/huong-dan/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if !strings.Contains(string(index), "("+name+")") {
			t.Errorf("the index does not name %s", name)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for _, m := range regexp.MustCompile(`(?s)<(q|samp|kbd)>(.*?)</(?:q|samp|kbd)>`).FindAllStringSubmatch(string(text), -1) {
			found[m[1]]++
			switch words := plain(regexp.MustCompile(`<i>.*?</i>`).ReplaceAllString(m[2], "…")); m[1] {
			case "q":
				if !slices.ContainsFunc(said, func(s string) bool { return hasInOrder(s, strings.Split(words, "…")) }) {
					t.Errorf("%s: the bot never says %q", name, words)
				}
			case "samp":
				if !slices.Contains(said, words) {
					t.Errorf("%s: there is no choice %q", name, words)
				}
			case "kbd":
				if !typed[fold.Fold(words)] {
					t.Errorf("%s: nothing shows that the bot understands %q", name, words)
				}
			}
		}
		if found["kbd"] == 0 {
			t.Errorf("%s says nothing to type", name)
		}
	}
}

// saidByBot are the texts of the bot in Vietnamese, "…" standing for what is filled in.
func saidByBot(book *locales.Book) []string {
	var said []string
	for _, key := range book.Keys("vi") {
		s := book.Label("vi", key)
		s = strings.ReplaceAll(s, "{{.you}}", "cô/chú")
		s = strings.ReplaceAll(s, "{{.you | first}}", "Cô/chú")
		s = regexp.MustCompile(`{{.*?}}`).ReplaceAllString(s, "…")
		said = append(said, strings.Join(strings.Fields(s), " "))
	}
	return said
}

// typedToBot is what the bot is known to understand, folded.
func typedToBot(t *testing.T, book *locales.Book) map[string]bool {
	t.Helper()
	typed := map[string]bool{"?": true}
	for n := range 10 {
		typed[string(rune('0'+n))] = true
	}
	for _, word := range []string{"/start", "/menu", "/huy", "/trogiup"} {
		typed[word] = true
	}
	for _, f := range book.Keys("vi") {
		for _, phrase := range book.Phrases(f) {
			typed[fold.Fold(phrase)] = true
		}
	}
	for _, f := range All {
		typed["/"+f.Key()] = true
	}
	scripts, err := filepath.Glob("testdata/scripts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		text, err := os.ReadFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if words, ok := strings.CutPrefix(line, "> "); ok {
				typed[fold.Fold(strings.TrimSpace(words))] = true
			}
		}
	}
	return typed
}

// hasInOrder reports whether s has all the parts, one behind the other.
func hasInOrder(s string, parts []string) bool {
	for _, p := range parts {
		_, after, ok := strings.Cut(s, strings.TrimSpace(p))
		if !ok {
			return false
		}
		s = after
	}
	return true
}
