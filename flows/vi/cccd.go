package vi

import (
	"strings"
	"time"
)

// Citizen is what the twelve digits of a citizen identity number (CCCD, số định danh) tell: the province of
// birth, the sex and the year of birth (Decree 137/2015/NĐ-CP, articles 13 and 14). There is no check digit. The
// number itself is not kept here; Masked shows three digits at either end.
type Citizen struct {
	Province  string // code and name: 048 Đà Nẵng (cũ)
	Sex       string // nam or nữ
	BirthYear int
	Masked    string // 048******234
}

// Problems of identity numbers.
const (
	ProblemLength   = "length"
	ProblemOldCard  = "cmnd_9_digits" // the old card of nine digits, no longer valid
	ProblemProvince = "province"      // no province has that code
	ProblemBirth    = "birth_year"    // the year of birth would lie ahead
	ProblemSign     = "not_digits"
)

// ReadCitizen reads an identity number, with spaces, dots or dashes in it and a label before it.
func ReadCitizen(s string, now time.Time) Reading[Citizen] {
	_, digits, ok := citizenDigits(s)
	if !ok {
		return Reading[Citizen]{}
	}
	return citizenOf(digits, now)
}

// findCitizen reads the identity number that begins at token i: twelve digits, no fewer.
func findCitizen(tokens []Token, i int, now time.Time) (Reading[Citizen], int) {
	var b strings.Builder
	for j := i; j < len(tokens) && b.Len() < 12; j++ {
		d := bareDigits(tokens[j].Fold)
		if d == "" {
			break
		}
		b.WriteString(d)
		if b.Len() == 12 {
			if r := citizenOf(b.String(), now); r.Sure {
				return r, j + 1 - i
			}
		}
	}
	return Reading[Citizen]{}, 0
}

// citizenDigits takes the digits out of a phrase and says whether a label stood before them.
func citizenDigits(s string) (labelled bool, digits string, ok bool) {
	var b strings.Builder
	for _, t := range trimPoliteness(Tokenize(phoneSigns(s))) {
		switch {
		case b.Len() == 0 && t.in("cccd", "cmnd", "cmt", "cccd/cmnd", "căn", "can", "cước", "cuoc", "công", "cong", "dân", "dan", "số", "so", "định", "dinh", "danh", "mã", "ma", "thẻ", "the", "giấy", "chứng", "minh", "nhân", ":", "của", "tui", "tôi", "là", "ddcn", "đdcn", "cá", "ông", "bà", "em", "id", "/"):
			labelled = true
		case t.in(".", "-", ",", ":"):
		default:
			d := bareDigits(strings.ReplaceAll(t.Fold, "o", "0"))
			if d == "" {
				return false, "", false
			}
			b.WriteString(d)
		}
	}
	return labelled, b.String(), b.Len() > 0
}

// bareDigits takes the dots, commas and dashes out of a token of digits; anything else gives nothing.
func bareDigits(s string) string {
	var b strings.Builder
	for k := 0; k < len(s); k++ {
		switch c := s[k]; {
		case isDigit(c):
			b.WriteByte(c)
		case c == '.' || c == '-' || c == ',':
		default:
			return ""
		}
	}
	return b.String()
}

func citizenOf(d string, now time.Time) Reading[Citizen] {
	switch {
	case len(d) == 9:
		return Impossible[Citizen](ProblemOldCard)
	case len(d) != 12:
		return Impossible[Citizen](ProblemLength)
	}
	name, ok := birthProvinces[d[:3]]
	if !ok {
		return Impossible[Citizen](ProblemProvince)
	}
	c := Citizen{Province: d[:3] + " " + name, Sex: "nam", Masked: d[:3] + "******" + d[9:]}
	century := int(d[3] - '0')
	if century%2 == 1 {
		c.Sex = "nữ"
	}
	yy, _ := wholeNumber(d[4:6])
	c.BirthYear = 1900 + century/2*100 + yy
	if c.BirthYear > now.Year() {
		return Impossible[Citizen](ProblemBirth)
	}
	return Sure(c)
}

// birthProvinces are the codes of the provinces as they were until July 2025 (Circular 59/2021/TT-BCA, annex I);
// "(cũ)" marks those whose land or name has changed since.
var birthProvinces = map[string]string{
	"001": "Hà Nội", "002": "Hà Giang (cũ)", "004": "Cao Bằng", "006": "Bắc Kạn (cũ)", "008": "Tuyên Quang (cũ)", "010": "Lào Cai (cũ)", "011": "Điện Biên", "012": "Lai Châu",
	"014": "Sơn La", "015": "Yên Bái (cũ)", "017": "Hòa Bình (cũ)", "019": "Thái Nguyên (cũ)", "020": "Lạng Sơn", "022": "Quảng Ninh", "024": "Bắc Giang (cũ)",
	"025": "Phú Thọ (cũ)", "026": "Vĩnh Phúc (cũ)", "027": "Bắc Ninh (cũ)", "030": "Hải Dương (cũ)", "031": "Hải Phòng (cũ)", "033": "Hưng Yên (cũ)", "034": "Thái Bình (cũ)",
	"035": "Hà Nam (cũ)", "036": "Nam Định (cũ)", "037": "Ninh Bình (cũ)", "038": "Thanh Hóa", "040": "Nghệ An", "042": "Hà Tĩnh", "044": "Quảng Bình (cũ)", "045": "Quảng Trị (cũ)",
	"046": "Thừa Thiên Huế (cũ)", "048": "Đà Nẵng (cũ)", "049": "Quảng Nam (cũ)", "051": "Quảng Ngãi (cũ)", "052": "Bình Định (cũ)", "054": "Phú Yên (cũ)", "056": "Khánh Hòa (cũ)",
	"058": "Ninh Thuận (cũ)", "060": "Bình Thuận (cũ)", "062": "Kon Tum (cũ)", "064": "Gia Lai (cũ)", "066": "Đắk Lắk (cũ)", "067": "Đắk Nông (cũ)", "068": "Lâm Đồng (cũ)",
	"070": "Bình Phước (cũ)", "072": "Tây Ninh (cũ)", "074": "Bình Dương (cũ)", "075": "Đồng Nai (cũ)", "077": "Bà Rịa - Vũng Tàu (cũ)", "079": "Thành phố Hồ Chí Minh (cũ)",
	"080": "Long An (cũ)", "082": "Tiền Giang (cũ)", "083": "Bến Tre (cũ)", "084": "Trà Vinh (cũ)", "086": "Vĩnh Long (cũ)", "087": "Đồng Tháp (cũ)", "089": "An Giang (cũ)",
	"091": "Kiên Giang (cũ)", "092": "Cần Thơ (cũ)", "093": "Hậu Giang (cũ)", "094": "Sóc Trăng (cũ)", "095": "Bạc Liêu (cũ)", "096": "Cà Mau (cũ)",
}
