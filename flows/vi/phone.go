package vi

import (
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"

	"chungtay/flows/dialog/fold"
)

// PhoneNumber is a number in E.164 form (+84905123456), or a short code (113) that only the country itself knows.
type PhoneNumber struct {
	E164 string
	Code string // a short code: 113, 1022
}

// String is the number as it is kept: E.164, or the short code.
func (p PhoneNumber) String() string {
	if p.Code != "" {
		return p.Code
	}
	return p.E164
}

// Local is the number as it is dialled in the country, 0905 123 456; one of another country stays as it is.
func (p PhoneNumber) Local() string {
	d, ok := strings.CutPrefix(p.E164, "+84")
	switch {
	case !ok:
		return p.String()
	case len(d) == 9:
		return "0" + d[:3] + " " + d[3:6] + " " + d[6:]
	}
	return "0" + d
}

// Masked is how a number may be shown or logged: +849*****456, never whole.
func (p PhoneNumber) Masked() string {
	if len(p.E164) < 9 {
		return "***"
	}
	return p.E164[:4] + strings.Repeat("*", len(p.E164)-7) + p.E164[len(p.E164)-3:]
}

// Problems of phone numbers.
const (
	ProblemTooShort  = "too_short"
	ProblemTooLong   = "too_long"
	ProblemBadPrefix = "bad_prefix" // no network or province begins so
)

// shortCodes are numbers of emergency and service: rescue, police, fire, ambulance, children, the city's call centre.
var shortCodes = wordSet("111 112 113 114 115 116 117 119 1022 1080 18001567")

// movedMobiles maps the prefixes of eleven-digit mobile numbers to those of ten digits that took their place between
// 15 September and 14 November 2018 (Decision 798/QĐ-BTTTT).
var movedMobiles = map[string]string{
	"0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
	"0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}

// movedAreas maps the area codes that Đà Nẵng and Quảng Nam had until 2017.
var movedAreas = map[string]string{"0511": "0236", "0510": "0235"}

// ReadPhone reads a phone number: with spaces, dots or dashes, +84 or 84, full-width digits, the letter o for zero,
// old eleven-digit mobiles, landlines with their area code, numbers in words, and short codes.
func ReadPhone(s string, _ time.Time) Reading[PhoneNumber] {
	tokens := Tokenize(phoneSigns(s))
	i := phoneStart(tokens)
	r, n := phoneAt(tokens, i, true)
	if n == 0 {
		return Reading[PhoneNumber]{}
	}
	for _, t := range tokens[i+n:] {
		if !politeAfter(t) && !t.in("(", "zalo", "zl", "viber", "mẹ", "số", "so", "này", "nay", "cũ") {
			return Reading[PhoneNumber]{}
		}
	}
	return r
}

// findPhone reads the phone number that begins at token i.
func findPhone(tokens []Token, i int, _ time.Time) (Reading[PhoneNumber], int) {
	r, n := phoneAt(tokens, i, false)
	if n > 0 && !r.Sure {
		return Reading[PhoneNumber]{}, 0
	}
	return r, n
}

// phoneSigns makes plain the digits and the signs that numbers are typed with.
func phoneSigns(s string) string {
	return asciiDigits(fold.Clean(s))
}

// phoneStart skips sđt, đt, số, zalo and other words before a number.
func phoneStart(tokens []Token) int {
	i := 0
	for i < len(tokens) {
		t := tokens[i]
		if !politeBefore(t) && !t.in("sđt", "sdt", "đt", "dt", "đtdđ", "dtdd", "tel", "số", "so", "điện", "dien", "thoại", "thoai", "zalo", "zl", "di", "động", "dong", "liên", "lien", "hệ", "he", "gọi", "goi",
			"của", "cua", "tui", "tôi", "toi", "em", "con", "mình", "minh", "cháu", "bác", "chú", "cô", "anh", "chị", "hotline", "máy", "may", "bàn", "ban", "phone", "đây", "mobile", "alo", "nhà") {
			break
		}
		i++
	}
	return i
}

// phoneAt gathers the digits of a number at i; whole says that nothing else is there, so that errors are told.
func phoneAt(tokens []Token, i int, whole bool) (Reading[PhoneNumber], int) {
	var b strings.Builder
	plus := false
	j := i
	spoken := false
	for ; j < len(tokens) && j < i+40; j++ {
		t := tokens[j]
		if j == i && strings.HasPrefix(t.Text, "+") || t.in("+") && b.Len() == 0 {
			plus = true
		}
		if t.in("+", "(", ")", "-", ".", "/", "–") && (b.Len() > 0 || t.in("(", "+")) {
			if t.in(".") && j+1 == len(tokens) {
				break
			}
			continue
		}
		d, inWords := phoneDigits(t, spoken || b.Len() == 0)
		if d == "" || !whole && inWords && !spokenRun(tokens, j, b.Len()) {
			break
		}
		spoken = spoken || inWords
		b.WriteString(d)
		if b.Len() > 24 {
			break
		}
		if !whole && b.Len() >= 9 && j+1 < len(tokens) && complete(b.String(), plus) {
			j++
			break
		}
	}
	for j > i && j <= len(tokens) && tokens[j-1].in("-", "(", ".", "/") {
		j--
	}
	digits := b.String()
	if digits == "" || !whole && len(digits) < 9 && !shortCodes[digits] {
		return Reading[PhoneNumber]{}, 0
	}
	return numberOf(digits, plus), j - i
}

// complete reports that digits are a whole number already, so that what follows is something else.
func complete(digits string, plus bool) bool { return numberOf(digits, plus).Sure }

// spokenRun reports that a run of digit words long enough for a phone number is at j, or that one goes on there.
func spokenRun(tokens []Token, j, have int) bool {
	n := have
	for ; j < len(tokens) && n < 9; j++ {
		d, _ := phoneDigits(tokens[j], true)
		if d == "" {
			break
		}
		n += len(d)
	}
	return n >= 9
}

// phoneDigits reads the digits of a token: 0905, 0905.123.456, o905 and, where words are allowed, không, chín, lẻ.
func phoneDigits(t Token, words bool) (digits string, inWords bool) {
	s := strings.TrimPrefix(t.Fold, "+")
	var b strings.Builder
	written := false
	for k := 0; k < len(s); k++ {
		switch c := s[k]; {
		case isDigit(c):
			b.WriteByte(c)
			written = true
		case c == 'o':
			b.WriteByte('0')
		case c == '.' || c == '-' || c == ',' || c == '/':
		default:
			b.Reset()
			if words {
				return digitWords[t.Acc], digitWords[t.Acc] != ""
			}
			return "", false
		}
	}
	if !written && s != "o" && s != "oo" {
		return "", false
	}
	return b.String(), false
}

var digitWords = map[string]string{
	"không": "0", "khong": "0", "hông": "0", "một": "1", "mot": "1", "mốt": "1", "hai": "2", "ba": "3", "bốn": "4", "bon": "4", "tư": "4", "tu": "4", "năm": "5", "nam": "5", "lăm": "5",
	"sáu": "6", "sau": "6", "bảy": "7", "bay": "7", "bẩy": "7", "tám": "8", "tam": "8", "chín": "9", "chin": "9",
}

// numberOf makes a number of its digits.
func numberOf(digits string, plus bool) Reading[PhoneNumber] {
	if strings.HasPrefix(digits, "00") && len(digits) > 9 {
		digits, plus = digits[2:], true
	}
	switch {
	case !plus && (shortCodes[digits] || (strings.HasPrefix(digits, "1800") || strings.HasPrefix(digits, "1900")) && (len(digits) == 8 || len(digits) == 10)):
		return Sure(PhoneNumber{Code: digits})
	case plus && !strings.HasPrefix(digits, "84"):
		return abroad(digits)
	case strings.HasPrefix(digits, "84") && (plus || len(digits) >= 11):
		digits = "0" + strings.TrimPrefix(digits[2:], "0")
	case !strings.HasPrefix(digits, "0") && (mobile("0"+digits) || landline("0"+digits)):
		return Between(PhoneNumber{E164: "+84" + digits}) // the leading zero was lost, as a spreadsheet does
	}
	return national(digits)
}

// national reads a number of Việt Nam that begins with its zero.
func national(d string) Reading[PhoneNumber] {
	if len(d) >= 4 {
		if to := movedMobiles[d[:4]]; to != "" && len(d) == 11 {
			d = to + d[4:]
		}
		if to := movedAreas[d[:4]]; to != "" && (len(d) == 11 || len(d) == 10) {
			d = to + d[4:]
		}
	}
	switch {
	case mobile(d), landline(d):
		return Sure(PhoneNumber{E164: "+84" + d[1:]})
	case len(d) < 2 || d[0] != '0':
		if len(d) >= 9 && len(d) <= 11 {
			return Impossible[PhoneNumber](ProblemBadPrefix)
		}
		if len(d) > 11 {
			return Impossible[PhoneNumber](ProblemTooLong)
		}
		return Impossible[PhoneNumber](ProblemTooShort)
	}
	want := 10
	if d[1] == '2' {
		want = 11
	}
	switch {
	case len(d) > max(want, 11) || len(d) == 11 && want == 10 && mobile(d[:10]):
		return Impossible[PhoneNumber](ProblemTooLong)
	case len(d) < want:
		return Impossible[PhoneNumber](ProblemTooShort)
	}
	return Impossible[PhoneNumber](ProblemBadPrefix)
}

// mobile reports the ten-digit numbers of the mobile networks: 03x, 05x, 07x, 08x, 09x as they are given out.
func mobile(d string) bool {
	if len(d) != 10 || d[0] != '0' {
		return false
	}
	switch d[1] {
	case '3':
		return d[2] >= '2'
	case '5':
		return strings.IndexByte("256789", d[2]) >= 0
	case '7':
		return d[2] == '0' || d[2] >= '6'
	case '8':
		return d[2] >= '1'
	case '9':
		return d[2] >= '0'
	}
	return false
}

// landline reports the eleven-digit numbers with a province's code, 0236 and 0235 here.
func landline(d string) bool {
	return len(d) == 11 && strings.HasPrefix(d, "02") && areaCodes[d[:4]]
}

// areaCodes are the codes of the provinces since 2017, and those of Hà Nội (024) and Hồ Chí Minh City (028) with the
// digit that may follow.
var areaCodes = wordSet(`0203 0204 0205 0206 0207 0208 0209 0210 0211 0212 0213 0214 0215 0216 0218 0219 0220 0221 0222 0225 0226 0227 0228 0229 0232 0233 0234 0235 0236 0237 0238 0239
	0242 0243 0244 0245 0246 0247 0248 0251 0252 0254 0255 0256 0257 0258 0259 0260 0261 0262 0263 0269 0270 0271 0272 0273 0274 0275 0276 0277 0282 0283 0284 0285 0286 0287 0288
	0290 0291 0292 0293 0294 0296 0297 0299`)

// abroad reads a number of another country.
func abroad(digits string) Reading[PhoneNumber] {
	n, err := phonenumbers.Parse("+"+digits, "VN")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		if len(digits) < 8 {
			return Impossible[PhoneNumber](ProblemTooShort)
		}
		if len(digits) > 15 {
			return Impossible[PhoneNumber](ProblemTooLong)
		}
		return Impossible[PhoneNumber](ProblemBadPrefix)
	}
	return Sure(PhoneNumber{E164: phonenumbers.Format(n, phonenumbers.E164)})
}
