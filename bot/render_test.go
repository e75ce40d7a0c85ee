package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"chungtay/flows/dialog"
)

// hintBook is plainBook with the sentences under numbered and lettered lists.
type hintBook struct{ plainBook }

func (hintBook) Label(_, key string) string {
	if key == keyNumbers || key == keyLetters {
		return "hint"
	}
	return key
}

func (b hintBook) Text(lang string, line dialog.Line) (string, error) {
	switch line.Key {
	case keyNumbers:
		return "Trả lời bằng số", nil
	case keyLetters:
		return "Trả lời bằng chữ", nil
	case "hello":
		return "chào " + line.Args["you"], nil
	}
	return b.plainBook.Text(lang, line)
}

func textSay(text string, menu ...dialog.Option) dialog.Say {
	return dialog.Say{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": text}}}, Menu: menu, Form: dialog.FormHash("f"), Step: "s"}
}

func option(key, label string) dialog.Option { return dialog.Option{Key: key, Label: label} }

var (
	buttonCaps = Caps{MaxText: 4096, MaxCaption: 1024, Buttons: true, Edit: true, Photo: true}
	numberCaps = Caps{MaxText: 2000}
)

// shown is a message as a person sees it: the text, and a line [a|b] for each row of buttons.
func shown(messages []Message) string {
	var b strings.Builder
	for i, m := range messages {
		if i > 0 {
			b.WriteString("\n---\n")
		}
		if len(m.Photo) > 0 {
			b.WriteString("(photo)")
		}
		if m.PhotoURL != "" {
			b.WriteString("(" + m.PhotoURL + ")")
		}
		b.WriteString(m.Text)
		for _, row := range m.Rows {
			var labels []string
			for _, button := range row {
				labels = append(labels, button.Label)
			}
			b.WriteString("\n[" + strings.Join(labels, "|") + "]")
		}
	}
	return b.String()
}

func TestRender(t *testing.T) {
	back := dialog.Option{Key: "~back", Label: "Quay lại", Nav: true}
	cancel := dialog.Option{Key: "~cancel", Label: "Hủy", Nav: true}
	more := dialog.Option{Key: dialog.KeyMore, Label: "Xem tiếp", Nav: true}
	link := dialog.Option{Label: "Mở riêng", Link: "abc"}
	with := func(s dialog.Say, change func(*dialog.Say)) dialog.Say { change(&s); return s }
	for name, test := range map[string]struct {
		say  dialog.Say
		caps Caps
		want string
	}{
		"short labels share a row":    {textSay("q", option("y", "Lưu"), option("e", "Sửa"), option("n", "Bỏ")), buttonCaps, "q\n[Lưu|Sửa|Bỏ]"},
		"short numbers share a line":  {textSay("q", option("y", "Lưu"), option("e", "Sửa"), option("n", "Bỏ")), numberCaps, "q\n1. Lưu 2. Sửa 3. Bỏ\nTrả lời bằng số"},
		"long labels stand alone":     {textSay("q", option("1", "Nguyễn Thị Lan, 1951, hẻm 42"), option("2", "Trần Thị Lan, 1963, vợ ông Sáu")), buttonCaps, "q\n[Nguyễn Thị Lan, 1951, hẻm 42]\n[Trần Thị Lan, 1963, vợ ông Sáu]"},
		"long numbers stand alone":    {textSay("q", option("1", "Nguyễn Thị Lan, 1951, hẻm 42"), option("2", "Trần Thị Lan")), numberCaps, "q\n1. Nguyễn Thị Lan, 1951, hẻm 42\n2. Trần Thị Lan\nTrả lời bằng số"},
		"letters":                     {with(textSay("q", option("1", "một"), option("2", "hai")), func(s *dialog.Say) { s.Letters = true }), numberCaps, "q\na. một b. hai\nTrả lời bằng chữ"},
		"columns as asked":            {with(textSay("q", option("1", "Tiền mặt"), option("2", "Nhu yếu phẩm"), option("3", "Ngày công")), func(s *dialog.Say) { s.Columns = 2 }), buttonCaps, "q\n[Tiền mặt|Nhu yếu phẩm]\n[Ngày công]"},
		"nav has rows of its own":     {textSay("q", option("1", "Tiền mặt"), back, cancel), buttonCaps, "q\n[Tiền mặt]\n[Quay lại|Hủy]"},
		"nav is not numbered":         {textSay("q", option("1", "Tiền mặt"), back, cancel), numberCaps, "q\n1. Tiền mặt\nTrả lời bằng số"},
		"more is number nine":         {textSay("q", option("1", "Tiền mặt"), more, cancel), numberCaps, "q\n1. Tiền mặt 9. Xem tiếp\nTrả lời bằng số"},
		"nav alone needs no list":     {textSay("q", back, cancel), numberCaps, "q"},
		"loose menu with buttons":     {with(textSay("q", option("1", "Sửa")), func(s *dialog.Say) { s.Loose = true }), buttonCaps, "q\n[Sửa]"},
		"loose menu without":          {with(textSay("q", option("1", "Sửa")), func(s *dialog.Say) { s.Loose = true }), numberCaps, "q"},
		"link as a button":            {textSay("q", link), buttonCaps, "q\n[Mở riêng]"},
		"link as a line":              {textSay("q", link), numberCaps, "q\n1. Mở riêng: https://t.me/b?start=abc\nTrả lời bằng số"},
		"no words":                    {dialog.Say{Lines: []dialog.Line{{Key: "none"}}}, buttonCaps, "failed"},
		"nothing to say":              {dialog.Say{}, buttonCaps, "failed"},
		"blank":                       {textSay(" "), buttonCaps, "failed"},
		"decomposed becomes composed": {textSay(norm.NFD.String("Đà Nẵng"), option("x", norm.NFD.String("Hòa"))), buttonCaps, "Đà Nẵng\n[Hòa]"},
		"a secret to delete":          {with(textSay("q"), func(s *dialog.Say) { s.Remove = "m1" }), numberCaps, "q\ndelete it"},
		"address":                     {dialog.Say{Lines: []dialog.Line{{Key: "hello"}}, You: "cô"}, numberCaps, "chào cô"},
	} {
		got := Render(hintBook{}, test.caps, test.say, func(p string) string { return "https://t.me/b?start=" + p }, Attached{})
		if s := shown(got.Messages); s != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, s, test.want)
		}
		if (got.Failed != nil) != (test.want == "failed") {
			t.Errorf("%s: failed: %v", name, got.Failed)
		}
	}
}

func TestRenderButtonsCarryTheirAnswer(t *testing.T) {
	say := textSay("q", option("tien_mat", "Tiền mặt"), dialog.Option{Label: "Sửa", Do: "/sua GN-7K3QF2M"}, dialog.Option{Label: "x", Do: "/" + strings.Repeat("y", 80)})
	rows := Render(hintBook{}, buttonCaps, say, nil, Attached{}).Messages[0].Rows
	var taps []dialog.Tap
	for _, row := range rows {
		for _, b := range row {
			taps = append(taps, dialog.ParseData(b.Data))
		}
	}
	want := []dialog.Tap{{Form: dialog.FormHash("f"), Step: "s", Key: "tien_mat"}, {Do: "/sua GN-7K3QF2M"}}
	if !slices.Equal(taps, want) {
		t.Errorf("got %+v, want %+v (the command that does not fit has no button)", taps, want)
	}
}

func TestRenderPhoto(t *testing.T) {
	short, long := textSay("ngắn", option("1", "Có")), textSay(strings.Repeat("dài ", 300), option("1", "Có"))
	longText := strings.TrimSpace(strings.Repeat("dài ", 300))
	upload, link := Attached{Photo: []byte("jpeg"), Mime: "image/jpeg"}, Attached{PhotoURL: "https://x/p/1"}
	none := Attached{Lines: []dialog.Line{{Key: "text", Args: map[string]string{"text": "không có ảnh"}}}}
	linkCaps := Caps{MaxText: 1900, MaxCaption: 900, Photo: true, PhotoLink: true}
	for name, test := range map[string]struct {
		say  dialog.Say
		caps Caps
		with Attached
		want string
	}{
		"caption":                   {short, buttonCaps, upload, "(photo)ngắn\n[Có]"},
		"too long for one":          {long, buttonCaps, upload, "(photo)\n---\n" + longText + "\n[Có]"},
		"picture left out":          {short, numberCaps, none, "ngắn\nkhông có ảnh\n1. Có\nTrả lời bằng số"},
		"picture and no text":       {dialog.Say{}, buttonCaps, upload, "(photo)"},
		"picture and buttons":       {dialog.Say{Menu: short.Menu, Form: short.Form, Step: "s"}, buttonCaps, upload, "(photo)\n[Có]"},
		"by its address":            {short, linkCaps, link, "(https://x/p/1)ngắn\n1. Có\nTrả lời bằng số"},
		"by its address, too long":  {long, linkCaps, link, "(https://x/p/1)\n---\n" + longText + "\n1. Có\nTrả lời bằng số"},
		"by its address, no text":   {dialog.Say{}, linkCaps, link, "(https://x/p/1)"},
		"numbers and picture alone": {dialog.Say{Menu: short.Menu}, linkCaps, link, "(https://x/p/1)1. Có\nTrả lời bằng số"},
	} {
		got := Render(hintBook{}, test.caps, test.say, nil, test.with)
		s := shown(got.Messages)
		if strings.TrimSpace(strings.ReplaceAll(s, " \n", "\n")) != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, s, test.want)
		}
	}
}

func TestRenderLongTextIsCut(t *testing.T) {
	var paragraphs []string
	for i := range 100 {
		paragraphs = append(paragraphs, fmt.Sprintf("Đoạn %d: %s", i, strings.Repeat("chữ ", 20)))
	}
	say := textSay(strings.Join(paragraphs, "\n"), option("1", "Có"))
	say.Replace = "12"
	got := Render(hintBook{}, buttonCaps, say, nil, Attached{}).Messages
	if len(got) < 2 {
		t.Fatal("not cut")
	}
	for i, m := range got {
		if last := i == len(got)-1; (len(m.Rows) > 0) != last || m.Replace != "" || !strings.HasPrefix(m.Text, "Đoạn") {
			t.Errorf("part %d: %d rows, replaces %q, begins %.20q", i, len(m.Rows), m.Replace, m.Text)
		}
	}
}

func TestRenderKeepsAListWhole(t *testing.T) {
	var menu []dialog.Option
	for i := range 7 {
		menu = append(menu, option(fmt.Sprint(i), fmt.Sprintf("Nguyễn Thị Lan %d, hẻm 42 đường Âu Cơ", i)))
	}
	for _, words := range []int{1, 300, 420, 470, 480, 500, 900} {
		got := Render(hintBook{}, Caps{MaxText: 1900}, textSay(strings.Repeat("chữ ", words), menu...), nil, Attached{}).Messages
		lists := 0
		for i, m := range got {
			if n := utf8.RuneCountInString(m.Text); n > 1900 {
				t.Errorf("%d words: part %d has %d characters", words, i, n)
			}
			if strings.Contains(m.Text, "1. Nguyễn") && strings.Contains(m.Text, "7. Nguyễn") && strings.HasSuffix(m.Text, "Trả lời bằng số") {
				lists++
			}
		}
		if lists != 1 || !strings.HasSuffix(got[len(got)-1].Text, "số") {
			t.Errorf("%d words: the list is torn: %q", words, shown(got))
		}
	}
}

func TestCutLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aẵ \n.\U0001F600")), 0, 300, -1).Draw(t, "text")
		most := rapid.IntRange(1, 60).Draw(t, "most")
		strip := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		parts := Cut(text, most)
		for _, p := range parts {
			if utf8.RuneCountInString(p) > most || !utf8.ValidString(p) {
				t.Fatalf("part %q", p)
			}
		}
		if strip(strings.Join(parts, "")) != strip(text) {
			t.Fatalf("%q became %q", text, parts)
		}
	})
}

// What is to be copied stands in a message of its own behind the others, whatever the channel; without its words nothing is said by half.
func TestRenderAlone(t *testing.T) {
	t.Parallel()
	say := textSay("chuyển tới:", option("a", "Xem"))
	say.Alone = []dialog.Line{{Key: "text"}}
	say = fill(say, map[string]string{"text": "1234567890"})
	say.Lines[0].Args["text"] = "chuyển tới:"
	for _, c := range []struct {
		caps Caps
		with Attached
		want string
	}{
		{buttonCaps, Attached{}, "chuyển tới:\n[Xem]\n---\n1234567890"},
		{buttonCaps, Attached{Photo: []byte("qr"), Mime: "image/png"}, "(photo)chuyển tới:\n[Xem]\n---\n1234567890"},
		{numberCaps, Attached{}, "chuyển tới:\n1. Xem\nTrả lời bằng số\n---\n1234567890"},
	} {
		r := Render(hintBook{}, c.caps, say, func(string) string { return "" }, c.with)
		if got := shown(r.Messages); got != c.want || r.Failed != nil {
			t.Errorf("%q, %v, want %q", got, r.Failed, c.want)
		}
	}
}
