package bot

import (
	"strings"
	"unicode/utf8"

	"chungtay/flows/dialog"
)

// MaxTapData is how long callback data may be, in bytes.
const MaxTapData = 64

// TapData writes a tap as callback data: "1:form:step:key" for an answer, "1!/command" for a slash command. ok is false
// where it would be longer than MaxTapData bytes, or where form or step hold a colon.
func TapData(t dialog.Tap) (data string, ok bool) {
	if t.Do != "" {
		data = "1!" + t.Do
	} else {
		if strings.Contains(t.Form, ":") || strings.Contains(t.Step, ":") {
			return "", false
		}
		data = "1:" + t.Form + ":" + t.Step + ":" + t.Key
	}
	return data, len(data) <= MaxTapData
}

// ParseTap reads what TapData wrote. Anything else (forged, or from an older program) is a Bad tap. Whether the tap is
// allowed is not decided here: its data can be made up by anyone.
func ParseTap(data string) dialog.Tap {
	bad := dialog.Tap{Bad: true}
	if len(data) > MaxTapData || !utf8.ValidString(data) || strings.ContainsRune(data, 0) {
		return bad
	}
	if do, ok := strings.CutPrefix(data, "1!"); ok {
		if !strings.HasPrefix(do, "/") {
			return bad
		}
		return dialog.Tap{Do: do}
	}
	rest, ok := strings.CutPrefix(data, "1:")
	if !ok {
		return bad
	}
	form, rest, ok := strings.Cut(rest, ":")
	if !ok {
		return bad
	}
	step, key, ok := strings.Cut(rest, ":")
	if !ok || key == "" {
		return bad
	}
	return dialog.Tap{Form: form, Step: step, Key: key}
}
