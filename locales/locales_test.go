package locales

import (
	"regexp"
	"slices"
	"testing"

	"chungtay/flows/dialog"
)

func open(t *testing.T) *Book {
	t.Helper()
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTextFormatsCanonicalValues(t *testing.T) {
	b := open(t)
	for _, c := range []struct {
		lang string
		line dialog.Line
		want string
	}{
		{"vi", dialog.Line{Key: "help.what.large", Args: map[string]string{"money": "500000000"}}, "Dạ số tiền này lớn: 500.000.000 đồng. Đúng không ạ?"},
		{"vi", dialog.Line{Key: "help.echo.on", Args: map[string]string{"on": "2026-11-10", "lunar": "2/10"}}, "10/11/2026 (thứ Ba, 2/10 âm lịch)"},
		{"vi", dialog.Line{Key: "help.kept", Args: map[string]string{"code": "GN-7K3QF2M", "you": "cô"}}, "Dạ em lưu rồi, mã GN-7K3QF2M.\nSai thì cô nhắn \"sửa phiếu\" ạ."},
		{"xx", dialog.Line{Key: "save.refused", Args: map[string]string{"reason": "save.denied"}}, "Dạ em chưa lưu được: phần này ngoài phạm vi phụ trách."},
		{"en", dialog.Line{Key: "help.what.large", Args: map[string]string{"money": "500000000"}}, "That is a large sum: 500,000,000 VND. Is it right?"},
	} {
		got, err := b.Text(c.lang, c.line)
		if err != nil || got != c.want {
			t.Errorf("Text(%s, %s) = %q, %v; want %q", c.lang, c.line.Key, got, err, c.want)
		}
	}
}

func TestTextNeedsItsArguments(t *testing.T) {
	b := open(t)
	for _, line := range []dialog.Line{{Key: "no.such.key"}, {Key: "help.kept"}, {Key: "help.what.large", Args: map[string]string{"money": "abc"}}} {
		if got, err := b.Text("vi", line); err == nil {
			t.Errorf("Text(%v) = %q without an error", line, got)
		}
	}
}

var argument = regexp.MustCompile(`\.([a-z_]+)\b|opt \. "([a-z_]+)"`)

// argumentsOf lists what a template is filled with, but for "you", which is always there.
func argumentsOf(src string) []string {
	var out []string
	for _, action := range regexp.MustCompile(`\{\{[^}]*\}\}`).FindAllString(src, -1) {
		for _, m := range argument.FindAllStringSubmatch(action, -1) {
			name := m[1] + m[2]
			if name != "you" && !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestEveryLanguageSaysTheSameThings(t *testing.T) {
	b := open(t)
	for _, lang := range b.Languages()[1:] {
		for _, key := range b.Keys("vi") {
			if !b.Has(lang, key) {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			if vi, other := argumentsOf(b.Label("vi", key)), argumentsOf(b.Label(lang, key)); !slices.Equal(vi, other) {
				t.Errorf("%s takes %v in vi and %v in %s", key, vi, other, lang)
			}
		}
		for _, key := range b.Keys(lang) {
			if !b.Has("vi", key) {
				t.Errorf("vi lacks %s", key)
			}
		}
	}
}

func BenchmarkText(b *testing.B) {
	book, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	line := dialog.Line{Key: "help.echo.on", Args: map[string]string{"on": "2026-11-10", "lunar": "2/10", "you": "cô"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := book.Text("vi", line); err != nil {
			b.Fatal(err)
		}
	}
}
