package dialog

import (
	"hash/fnv"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxData is the most bytes of callback data a channel carries (Telegram's limit).
const maxData = 64

// FormHash is how taps name a form: eight symbols of a-z and 0-9 made from State.Form.
func FormHash(form string) string { return hash(form, 8) }

// hash is n symbols of 0-9 and a-z made from s.
func hash(s string, n int) string {
	h := fnv.New64a()
	h.Write([]byte(s))
	text := strconv.FormatUint(h.Sum64(), 36)
	for len(text) < n {
		text = "0" + text
	}
	return text[len(text)-n:]
}

// Data is the callback data of a button, at most 64 bytes: it asserts "the answer to step of form is key". form is
// Say.Form, a FormHash. A key that does not fit is hashed.
func Data(form, step, key string) string {
	head := form + "." + step + "."
	if len(head)+len(key) <= maxData && !strings.HasPrefix(key, "#") {
		return head + key
	}
	return head + keyHash(key)
}

// DataOf is the callback data of an option of a Say: Data, or "do:" and its slash command.
func DataOf(s Say, o Option) string {
	if o.Do == "" {
		return Data(s.Form, s.Step, o.Key)
	}
	if data := "do:" + o.Do; len(data) <= maxData {
		return data
	}
	return "do:"
}

// keyHash stands for a key too long for callback data.
func keyHash(key string) string { return "#" + hash(key, 12) }

// ParseData reads callback data. What Data and DataOf did not write gives a Bad tap.
func ParseData(data string) Tap {
	if len(data) > maxData || !utf8.ValidString(data) {
		return Tap{Bad: true}
	}
	if do, ok := strings.CutPrefix(data, "do:"); ok {
		return Tap{Do: do, Bad: !strings.HasPrefix(do, "/")}
	}
	form, rest, ok := strings.Cut(data, ".")
	step, key, ok2 := strings.Cut(rest, ".")
	if !ok || !ok2 || len(form) != 8 || !plainKey(form) || !plainKey(step) || key == "" {
		return Tap{Bad: true}
	}
	return Tap{Form: form, Step: step, Key: key}
}

// plainKey reports 1 to 24 of a-z, 0-9 and _.
func plainKey(s string) bool {
	if s == "" || len(s) > 24 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}
