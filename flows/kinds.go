package flows

import (
	"strings"

	"chungtay/flows/dialog/fold"
	"chungtay/storage/records"
)

// words that tell a kind of help, folded; a longer phrase wins over a shorter one, so that "máy may" is a livelihood and
// "máy tính" is for school.
var kindWords = map[string]string{
	"gao": "nhu_yeu_pham", "nep": "nhu_yeu_pham", "mi": "nhu_yeu_pham", "mi tom": "nhu_yeu_pham", "mi goi": "nhu_yeu_pham",
	"bun": "nhu_yeu_pham", "pho": "nhu_yeu_pham", "dau": "nhu_yeu_pham", "dau an": "nhu_yeu_pham", "nuoc mam": "nhu_yeu_pham",
	"mam": "nhu_yeu_pham", "muoi": "nhu_yeu_pham", "duong": "nhu_yeu_pham", "bot ngot": "nhu_yeu_pham", "hat nem": "nhu_yeu_pham",
	"sua": "nhu_yeu_pham", "trung": "nhu_yeu_pham", "thit": "nhu_yeu_pham", "ca": "nhu_yeu_pham", "rau": "nhu_yeu_pham",
	"banh": "nhu_yeu_pham", "quan ao": "nhu_yeu_pham", "ao am": "nhu_yeu_pham", "ao": "nhu_yeu_pham", "quan": "nhu_yeu_pham",
	"chan": "nhu_yeu_pham", "men": "nhu_yeu_pham", "man": "nhu_yeu_pham", "chieu": "nhu_yeu_pham", "xa phong": "nhu_yeu_pham",
	"bot giat": "nhu_yeu_pham", "nuoc uong": "nhu_yeu_pham", "nuoc suoi": "nhu_yeu_pham", "nhu yeu pham": "nhu_yeu_pham",
	"luong thuc": "nhu_yeu_pham", "thuc pham": "nhu_yeu_pham", "ta": "nhu_yeu_pham", "bim": "nhu_yeu_pham", "khau trang": "nhu_yeu_pham",
	"qua tet": "qua_tet", "banh chung": "qua_tet", "banh tet": "qua_tet", "qua xuan": "qua_tet", "gio qua tet": "qua_tet",
	"ngay cong": "ngay_cong", "cong": "ngay_cong", "cong lao dong": "ngay_cong",
	"ton": "nha_sua_chua", "xi mang": "nha_sua_chua", "gach": "nha_sua_chua", "ngoi": "nha_sua_chua", "son": "nha_sua_chua",
	"sua nha": "nha_sua_chua", "lop nha": "nha_sua_chua", "mai ton": "nha_sua_chua", "cat": "nha_sua_chua", "sat": "nha_sua_chua",
	"nha tinh thuong": "nha_xay_moi", "nha dai doan ket": "nha_xay_moi", "xay nha": "nha_xay_moi",
	"bon nuoc": "nuoc_ve_sinh", "nha ve sinh": "nuoc_ve_sinh", "gieng": "nuoc_ve_sinh", "may loc nuoc": "nuoc_ve_sinh", "loc nuoc": "nuoc_ve_sinh",
	"bo": "sinh_ke", "bo giong": "sinh_ke", "heo": "sinh_ke", "heo giong": "sinh_ke", "lon giong": "sinh_ke", "ga": "sinh_ke",
	"ga giong": "sinh_ke", "vit giong": "sinh_ke", "de": "sinh_ke", "trau": "sinh_ke", "cay giong": "sinh_ke", "giong": "sinh_ke",
	"may may": "sinh_ke", "xe day": "sinh_ke", "xe ba gac": "sinh_ke", "xe nuoc mia": "sinh_ke", "tu kinh": "sinh_ke", "phan bon": "sinh_ke",
	"hoc bong": "hoc_bong", "hoc phi": "hoc_bong",
	"sach": "do_dung_hoc_tap", "vo": "do_dung_hoc_tap", "sach vo": "do_dung_hoc_tap", "cap": "do_dung_hoc_tap", "cap sach": "do_dung_hoc_tap",
	"xe dap": "do_dung_hoc_tap", "ban hoc": "do_dung_hoc_tap", "may tinh": "do_dung_hoc_tap", "but": "do_dung_hoc_tap", "dong phuc": "do_dung_hoc_tap",
	"xe lan": "kham_chua_benh", "thuoc": "kham_chua_benh", "vien phi": "kham_chua_benh", "may tro thinh": "kham_chua_benh", "nang": "kham_chua_benh",
	"giuong benh": "kham_chua_benh", "kham benh": "kham_chua_benh", "chua benh": "kham_chua_benh", "mo": "kham_chua_benh", "kinh lao": "kham_chua_benh",
	"bhyt": "bhyt", "the bhyt": "bhyt", "bao hiem y te": "bhyt", "the bao hiem": "bhyt", "the bao hiem y te": "bhyt",
	"dien thoai": "thong_tin", "ti vi": "thong_tin", "tivi": "thong_tin", "sim": "thong_tin", "radio": "thong_tin", "dai": "thong_tin",
}

// accentedOnly are words that without accents are too many things at once: they tell a kind only when typed with them.
var accentedOnly = map[string]string{
	"tã": "nhu_yeu_pham", "mền": "nhu_yeu_pham", "màn": "nhu_yeu_pham", "cá": "nhu_yeu_pham", "sữa": "nhu_yeu_pham", "áo": "nhu_yeu_pham",
	"quần": "nhu_yeu_pham", "mì": "nhu_yeu_pham", "phở": "nhu_yeu_pham", "sơn": "nha_sua_chua", "cát": "nha_sua_chua", "tôn": "nha_sua_chua",
	"bò": "sinh_ke", "gà": "sinh_ke", "dê": "sinh_ke", "vở": "do_dung_hoc_tap", "nạng": "kham_chua_benh", "cặp": "do_dung_hoc_tap",
}

// kindOf tells the kind of help that money and things amount to, "" where they do not tell: one kind for all things, money
// alone is cash, and money beside things goes with the things.
func kindOf(money int64, items []string) string {
	kind := ""
	for _, item := range items {
		k := kindOfItem(item)
		if k == "" || kind != "" && k != kind {
			return ""
		}
		kind = k
	}
	if kind == "" && money > 0 && len(items) == 0 {
		return "tien_mat"
	}
	return kind
}

func kindOfItem(name string) string {
	name = strings.TrimSpace(fold.Accents(name))
	folded := strings.Fields(fold.Fold(name))
	accented := fold.HasAccents(name)
	words := strings.Fields(name)
	for n := min(len(folded), 4); n > 0; n-- { // the first words tell: "gạo nếp", "xe đạp cũ"
		if kind, ok := kindWords[strings.Join(folded[:n], " ")]; ok {
			if n == 1 && accented && accentedElsewhere(folded[0], words[0]) {
				return ""
			}
			return kind
		}
	}
	return ""
}

// accentedElsewhere reports a one-word item that is typed with other accents than the thing the folded word means: "cà" is
// no fish.
func accentedElsewhere(folded, word string) bool {
	for accented := range accentedOnly {
		if fold.Fold(accented) == folded {
			_, same := accentedOnly[word]
			return !same
		}
	}
	return false
}

// kindsOfGroup are the codes of a group's kinds, in menu order.
func kindsOfGroup(group string) []string {
	var codes []string
	for _, k := range records.Kinds {
		if k.Group == group {
			codes = append(codes, k.Code)
		}
	}
	return codes
}
