package dialog

import (
	"strings"
	"unicode/utf8"
)

// maxData is the most bytes of callback data a channel carries (Telegram's limit).
const maxData = 64

// FormHash is how taps name a form: eight symbols of a-z and 0-9 made from State.Form.
func FormHash(form string) string { return hash(form, 8) }

// hash is n symbols of 0-9 and a-z made from s.
func hash(s string, n int) string { return hashText(hashOn(hashStart, s), n) }

// FNV-1a, 64 bits.
const (
	hashStart uint64 = 14695981039346656037
	hashPrime uint64 = 1099511628211
)

// hashOn goes on with a hash over s and an end mark.
func hashOn(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return (h ^ 0xff) * hashPrime
}

// hashText is the last n symbols of h in base 36. The low bits of FNV mix best.
func hashText(h uint64, n int) string {
	var text [16]byte
	for i := len(text) - 1; i >= len(text)-n && i >= 0; i-- {
		text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[h%36]
		h /= 36
	}
	return string(text[len(text)-n:])
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
