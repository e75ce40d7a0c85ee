package dialog_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chungtay/flows/dialog"
)

const guide = "../../docs/adding-a-flow.md"

// pageWords are the words of the guide's own TOML block, and a few of the engine's.
type pageWords map[string]string

func (w pageWords) Label(_, key string) string {
	if l, ok := w[key]; ok {
		return l
	}
	return key
}

func (w pageWords) Phrases(key string) []string {
	if l, ok := w[key]; ok {
		return strings.Split(l, "; ")
	}
	return nil
}

func (w pageWords) Languages() []string { return []string{"vi"} }

// text is a line with its arguments put in.
func (w pageWords) text(l dialog.Line) string {
	text := w.Label("vi", l.Key)
	for k, v := range l.Args {
		text = strings.ReplaceAll(text, "{{."+k+"}}", v)
	}
	return text
}

func block(t interface{ Fatalf(string, ...any) }, kind string) string {
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatalf("%v", err)
	}
	m := regexp.MustCompile("(?s)```" + kind + "\n(.*?)```").FindSubmatch(page)
	if m == nil {
		t.Fatalf("%s has no %s block", guide, kind)
	}
	return string(m[1])
}

func guideWords(t interface{ Fatalf(string, ...any) }) pageWords {
	w := pageWords{
		"dialog.save": "Lưu", "dialog.edit": "Sửa", "dialog.drop": "Bỏ", "dialog.skip": "Bỏ qua", "dialog.back": "Quay lại", "dialog.cancel": "Thôi",
		"dialog.echo": "{{.label}}: {{.value}}", "dialog.choice.group": "{{.group}}: cụ thể là gì ạ?", "dialog.unclear.choice": "Dạ cô/chú chọn một số giúp em ạ.", "dialog.doubt.no": "Không",
		"dialog.edit.which": "Dạ sửa chỗ nào ạ?", "dialog.number.high": "Dạ nhiều nhất là {{.max}} ạ.", "nav.yes": "có; phải", "nav.no": "không", "nav.back": "quay lại", "nav.skip": "bỏ qua",
		"nav.edit": "sửa", "nav.save": "lưu", "nav.cancel": "hủy; thôi",
	}
	for line := range strings.Lines(block(t, "toml")) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok {
			continue
		}
		text, err := strconv.Unquote(value)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		w[strings.Trim(key, `"`)] = text
	}
	return w
}

type exits struct{}

func (exits) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// The form of docs/adding-a-flow.md, talked to as on a channel without buttons.
func Example() {
	words := guideWords(exits{})
	engine, err := dialog.New(words, Borrow)
	if err != nil {
		fmt.Println(err)
		return
	}
	state := dialog.State{}
	at := time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)
	hoa := dialog.Person{Name: "Hoa", Roles: []dialog.Role{{Name: "household"}}}
	for i, said := range []string{"mượn đồ", "ghế", "300", "100", "đám cưới thằng út", "có", "bỏ qua", "sửa", "2", "150", "1"} {
		fmt.Println(">", said)
		var outs []dialog.Out
		state, outs = engine.Step(state, dialog.Event{ID: "e" + strconv.Itoa(i), At: at.Add(time.Duration(i) * time.Minute), Who: hoa, Said: said})
		for _, out := range outs {
			switch e := out.Effect.(type) {
			case dialog.Say:
				printSay(words, e)
			case dialog.Save:
				fmt.Println("  save", e.Kind, string(e.Data))
				kept := *e.Kept
				kept.Lines = slices.Clone(kept.Lines)
				kept.Lines[0].Args = map[string]string{"code": "MD-7K3QF2M"} // what the record's keeper fills in
				printSay(words, kept)
			}
		}
	}
	// Output:
	// > mượn đồ
	//   Dạ cô/chú mượn gì của tổ ạ?
	//   1. Rạp 2. Bàn 3. Ghế 4. Loa
	// > ghế
	//   Dạ bao nhiêu cái ạ?
	// > 300
	//   Dạ nhiều nhất là 200 ạ.
	//   Dạ bao nhiêu cái ạ?
	// > 100
	//   Dạ mượn để làm gì ạ?
	// > đám cưới thằng út
	//   Dạ có giữ qua đêm không ạ?
	//   1. Có 2. Không
	// > có
	//   Dạ cô/chú dặn gì thêm không ạ? Không thì nhắn "bỏ qua".
	// > bỏ qua
	//   Món: Ghế
	//   Số lượng: 100
	//   Việc: đám cưới thằng út
	//   Qua đêm: Có
	//   1. Lưu 2. Sửa 3. Bỏ
	// > sửa
	//   Dạ sửa chỗ nào ạ?
	//   1. Món 2. Số lượng 3. Việc 4. Qua đêm 5. Dặn thêm
	// > 2
	//   Dạ bao nhiêu cái ạ?
	// > 150
	//   Món: Ghế
	//   Số lượng: 150
	//   Việc: đám cưới thằng út
	//   Qua đêm: Có
	//   1. Lưu 2. Sửa 3. Bỏ
	// > 1
	//   save thing.borrow {"count":150,"night":true,"note":"","purpose":"đám cưới thằng út","thing":"chairs"}
	//   Dạ em ghi rồi, mã MD-7K3QF2M. Mai ra nhà sinh hoạt nhận ạ.
}

func printSay(words pageWords, s dialog.Say) {
	for _, l := range s.Lines {
		fmt.Println("  " + words.text(l))
	}
	var options []string
	for _, o := range s.Menu {
		if !o.Nav && !s.Loose {
			options = append(options, strconv.Itoa(len(options)+1)+". "+o.Label)
		}
	}
	if len(options) > 0 {
		fmt.Println("  " + strings.Join(options, " "))
	}
}

// TestGuideIsTrue holds the guide against the example it shows: its code, its conversation, the sixty lines, and that its words
// are all the words the form needs.
func TestGuideIsTrue(t *testing.T) {
	source, err := os.ReadFile("borrow_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := strings.Replace(string(source), "package dialog_test", "package flows", 1)
	if block(t, "go") != code {
		t.Error("the guide's code is not borrow_test.go")
	}
	if n := strings.Count(code, "\n"); n >= 60 {
		t.Errorf("the form takes %d lines", n)
	}
	example, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, output, _ := strings.Cut(string(example), "\t// Output:\n")
	output, _, _ = strings.Cut(output, "\n}")
	var talk strings.Builder
	for line := range strings.Lines(output + "\n") {
		talk.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "\t//"), " "))
	}
	if block(t, "text") != talk.String() {
		t.Errorf("the guide's conversation is not the example's:\n%s", talk.String())
	}
	words := guideWords(t)
	engine, err := dialog.New(words, Borrow)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range engine.Lint() {
		if strings.HasPrefix(f.Key, "muondo.") {
			t.Error(f)
		}
	}
	if chart := engine.Draw("muondo", "vi"); !strings.Contains(chart, "q_count") || !strings.HasPrefix(chart, "flowchart") {
		t.Errorf("the drawing is %s", chart)
	}
}
