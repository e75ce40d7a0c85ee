package simulator

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseHTML(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ in, text, entities string }{
		{"a &amp; b &lt;c&gt; &quot;d&quot; &ge; &#7841;&#x1EA1 &", `a & b <c> "d" &ge; ạạ &`, ""},
		{"➡️ <b>đậm</b>", "➡️ đậm", "bold 3+3"},
		{"😀<i>x</i>", "😀x", "italic 2+1"},
		{"<b>a<i>b</i></b><u></u>", "ab", "bold 0+2, italic 1+1"},
		{`<a href="https://x.vn/?a=1&amp;b=2">đây</a>`, "đây", "text_link 0+3 https://x.vn/?a=1&b=2"},
		{`<a href='tg://user?id=42'>An</a>`, "An", "text_mention 0+2 42"},
		{`<a href="localhost">x</a>`, "x", ""},
		{`<pre><code class="language-go">x</code></pre>`, "x", "pre 0+1 go"},
		{`<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>`, "xy", "spoiler 0+1, spoiler 1+1"},
		{`<blockquote expandable>x</blockquote>`, "x", "expandable_blockquote 0+1"},
		{`<B>x</b>`, "x", "bold 0+1"},
		{"<b> x </b> ", "x", "bold 0+1"},
		{"  <b>y</b>", "y", "bold 0+1"},
		{"a\tb\x00\nc", "a b \nc", ""},
	} {
		text, list, err := parseHTML(x.in)
		if err != nil {
			t.Errorf("%s: %v", x.in, err)
			continue
		}
		text, list = tidy(text, list)
		var got []string
		for _, e := range list {
			s := e.Type + " " + string(appendInt(append(appendInt(nil, int64(e.Offset)), '+'), int64(e.Length)))
			for _, v := range []string{e.URL, e.Language} {
				if v != "" {
					s += " " + v
				}
			}
			if e.User != 0 {
				s += " " + string(appendInt(nil, e.User))
			}
			got = append(got, s)
		}
		if text != x.text || strings.Join(got, ", ") != x.entities {
			t.Errorf("%s: %q [%s], want %q [%s]", x.in, text, strings.Join(got, ", "), x.text, x.entities)
		}
	}
	for in, want := range map[string]string{
		"🏟 🏟&lt;<abac>":                          `Unsupported start tag "abac" at byte offset 13`,
		"🏟 🏟&lt;<i   =aba>":                      `Empty attribute name in the tag "i" at byte offset 13`,
		"🏟 🏟&lt;<i    aba>":                      `Can't find end tag corresponding to start tag "i"`,
		"🏟 🏟&lt;<i    aba  =  ":                  `Unclosed start tag "i" at byte offset 13`,
		"🏟 🏟&lt;<i    aba  =  190azAz-.,":        `Unexpected end of name token at byte offset 27`,
		"🏟 🏟&lt;<i    aba  =  \"&lt;&gt;&quot;>": `Unclosed start tag at byte offset 13`,
		"🏟 🏟&lt;</":                              `Unexpected end tag at byte offset 13`,
		"🏟 🏟&lt;<b></b></":                       `Unexpected end tag at byte offset 20`,
		"🏟 🏟&lt;<i>a</i   ":                      `Unclosed end tag at byte offset 17`,
		"🏟 🏟&lt;<i>a</em   >":                    `Unmatched end tag at byte offset 17, expected "</i>", found "</em>"`,
		"<span>x</span>":                         `Tag "span" must have class "tg-spoiler" at byte offset 0`,
	} {
		if _, _, err := parseHTML(in); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
}

func FuzzFormats(f *testing.F) {
	for _, s := range []string{"<b>x</b>", "a &lt; <a href=\"x.vn\">y</a>", "*a* _b_ [x](y.vn) `c` ||d||", "<pre><code class=language-go>x", "😀<i>😀</i>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		check := func(text string, list []TelegramEntity, err error) {
			if err != nil {
				return
			}
			text, list = tidy(text, list)
			for _, e := range list {
				if e.Offset < 0 || e.Length <= 0 || e.Offset+e.Length > utf16Len(text) {
					t.Errorf("%q: entity %+v outside of %q", s, e, text)
				}
			}
		}
		check(parseHTML(s))
		check(parseMarkdown(s, true))
		check(parseMarkdown(s, false))
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e1\ud83d\ude00",null,true]}`, `"\"`, `[[[`, `{"a":}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := parseJSON(s)
		if !ok || v.kind != jsonString || !utf8.ValidString(v.text) {
			return
		}
		again, ok := parseJSON(string(appendString(nil, v.text)))
		if !ok || again.text != v.text {
			t.Errorf("%q came back as %q", v.text, again.text)
		}
	})
}
