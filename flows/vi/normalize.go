package vi

import (
	"strings"
	"unicode"
)

// Normalize returns the phrase cleaned for reading: lower case, accents in the old place, the shortcuts of chat
// written out, letters drawn out for effect said once, and keys of Telex or VNI turned into letters, which is said in
// brackets at the end.
func Normalize(s string) string {
	tokens := splitTokens(s)
	method := undoKeys(tokens)
	var b strings.Builder
	for i, t := range tokens {
		if i > 0 && t.Start > tokens[i-1].End {
			b.WriteByte(' ')
		}
		b.WriteString(writtenOut(tokens, i))
	}
	if method != "" && b.Len() > 0 {
		b.WriteString(" (gõ " + method + " chưa bật)")
	}
	return b.String()
}

// writtenOut is the word at token i without its shortcut.
func writtenOut(tokens []Token, i int) string {
	t := tokens[i]
	if w, ok := shortcuts[t.Acc]; ok {
		return w
	}
	switch t.Acc {
	case "k":
		if !followsNumber(tokens, i) {
			return "không"
		}
	case "ng":
		if !followsNumber(tokens, i) || numberWords[tokens[i-1].Acc].kind == partVague {
			return "người"
		}
	case "kg":
		if !followsNumber(tokens, i) && i+1 < len(tokens) && afterNot[tokens[i+1].Fold] {
			return "không"
		}
	case "dc", "đc":
		if i+1 < len(tokens) && tokens[i+1].Acc == ":" {
			return "địa chỉ"
		}
		return "được"
	case "hum":
		return "hôm"
	}
	if u, ok := undrawn(t.Acc); ok {
		if w, ok := shortcuts[u]; ok {
			return w
		}
		return u
	}
	return t.Acc
}

// afterNot are words that follow "không" and not "kg".
var afterNot = wordSet("co biet duoc dc phai the can con hieu thay nhan ai sao muon")

// followsNumber reports a number, or a word of vague number, before token i.
func followsNumber(tokens []Token, i int) bool {
	if i == 0 {
		return false
	}
	w := numberWords[tokens[i-1].Acc]
	return isDigit(tokens[i-1].Acc[len(tokens[i-1].Acc)-1]) || w.kind != partOther && w.kind != partCurrency && tokens[i-1].Acc != "k"
}

// undrawn shortens letters drawn out for effect: ơnnnn, ạaaa.
func undrawn(s string) (string, bool) {
	var b strings.Builder
	last, run, cut := rune(0), 0, false
	for _, r := range s {
		if r != last {
			last, run = r, 0
		}
		run++
		if run == 3 && unicode.IsLetter(r) {
			cut = true
		}
	}
	if !cut {
		return s, false
	}
	last = 0
	for _, r := range s {
		if r == last && unicode.IsLetter(r) {
			continue
		}
		last = r
		b.WriteRune(r)
	}
	return b.String(), true
}

// shortcuts are the abbreviations of chat that mean one thing only. Those with two meanings stay as typed.
var shortcuts = map[string]string{
	"ko": "không", "hok": "không", "hk": "không", "kh": "không", "khg": "không", "kô": "không", "kông": "không", "khôg": "không",
	"vs": "với", "trc": "trước", "trk": "trước", "bn": "bao nhiêu", "bnhiu": "bao nhiêu", "bnhiêu": "bao nhiêu", "bnhieu": "bao nhiêu", "j": "gì",
	"r": "rồi", "rùi": "rồi", "ròi": "rồi", "òi": "rồi", "wa": "qua", "wá": "quá", "qá": "quá", "sđt": "số điện thoại", "sdt": "số điện thoại",
	"đt": "điện thoại", "đthoại": "điện thoại", "tdp": "tổ dân phố", "tđp": "tổ dân phố", "tdân": "tổ dân", "ntn": "như thế nào", "bik": "biết",
	"bjt": "biết", "thik": "thích", "mik": "mình", "mk": "mình", "mìn": "mình", "cx": "cũng", "cug": "cũng", "cũg": "cũng", "lm": "làm",
	"nhìu": "nhiều", "hnay": "hôm nay", "hqua": "hôm qua", "hqa": "hôm qua", "gđ": "gia đình", "bv": "bệnh viện", "tks": "cảm ơn", "thks": "cảm ơn",
	"thanks": "cảm ơn", "ak": "à", "àk": "à", "ah": "à", "bgio": "bây giờ", "bjo": "bây giờ", "bgiờ": "bây giờ", "zậy": "vậy", "dzậy": "vậy",
	"zạy": "vậy", "ngta": "người ta", "mn": "mọi người", "mng": "mọi người", "ae": "anh em", "vd": "ví dụ", "lun": "luôn", "thui": "thôi",
	"mún": "muốn", "zô": "vô", "dzô": "vô", "vk": "vợ", "zui": "vui", "zề": "về", "ngừi": "người", "đag": "đang", "trog": "trong",
	"nhữg": "những", "thág": "tháng", "ngìn": "nghìn", "đky": "đăng ký", "dky": "đăng ký", "đkí": "đăng ký", "ckhoan": "chuyển khoản",
	"ckhoản": "chuyển khoản", "nhju": "nhiều",
}
