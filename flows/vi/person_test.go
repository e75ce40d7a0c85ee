package vi

import (
	"fmt"
	"strings"
	"testing"

	"chungtay/flows/dialog/fold"
)

// Every title before every kind of name, alone, with a group, and inside a message: the name ends where it ends.
func TestEveryTitleAndName(t *testing.T) {
	names := []string{"Lan", "Hương", "Nguyễn Thị Lan", "Trần Văn Hùng", "Bảy", "Tư", "Năm", "Ba", "Hai", "Út", "Tư Hùng", "Bốn Sang", "Bríu Pố", "A Lăng Thị Mơ", "Zơ Râm Thị Nhang", "Hồ Văn Lên", "Thúy", "Hòa", "Mai", "Thảo", "Bao", "Tám Lê", "Huỳnh Tấn Phát"}
	for _, title := range []string{"ông", "bà", "cô", "chú", "dì", "bác", "anh", "chị", "em", "mợ", "cậu", "thím", "dượng", "o", "mệ", "ôn", "cụ", "thầy", "bé"} {
		for _, name := range names {
			said := title + " " + name
			for _, phrase := range []string{said, "nhà " + said, "hộ " + said, strings.ToUpper(title[:]) + " " + name, said + " ạ"} {
				if r := ReadPerson(phrase, at); !r.Sure || r.Value.String() != said {
					t.Errorf("%q is %s", phrase, writePerson(r))
				}
			}
			for _, group := range []string{"tổ 12", "tdp 12", "tổ dân phố 12", "tổ dân phố số 12", ", tổ 12", "(tổ 12)", "tổ 12."} {
				r := ReadPerson(said+" "+group, at)
				if !r.Sure || r.Value.String() != said || r.Value.Group.Name != "tổ 12" {
					t.Errorf("%q is %s", said+" "+group, writePerson(r))
				}
			}
			for _, after := range []string{"500k", "10kg gạo", "2 thùng mì", "hai thùng mì", "một triệu", "hôm qua", "ngày 5/11", "tổ 12 500k", "được 500k", "nhận 10 kg gạo", "bị ốm", ", 500k", "sáng nay 300k", "1 xe lăn", "và bà Hoa"} {
				for _, text := range []string{said + " " + after, fold.Fold(said + " " + after)} {
					tokens := Tokenize("cho " + text)
					r, _ := findPerson(tokens, 1, at)
					if fold.Fold(r.Value.String()) != fold.Fold(said) && (text == said+" "+after || r.Sure && !strings.HasPrefix(fold.Fold(said), fold.Fold(r.Value.String()))) {
						t.Errorf("in %q the person is %q", text, r.Value.String())
					}
				}
			}
		}
	}
}

func TestGroups(t *testing.T) {
	for n := 1; n <= 120; n++ {
		want := fmt.Sprintf("tổ %d", n)
		for _, form := range []string{"tổ %d", "to %d", "TỔ %d", "tổ%d", "tdp%d", "TDP %d", "tổ dân phố %d", "to dan pho so %d", "Tổ dân phố số %d", "tổ số %d", "tổ %03d"} {
			phrase := fmt.Sprintf(form, n)
			if r := ReadPerson(phrase, at); !r.Sure || r.Value.Group.Name != want {
				t.Errorf("%q is %s", phrase, writePerson(r))
			}
		}
	}
}

// Talk that names nobody and no group.
func TestNobody(t *testing.T) {
	for _, text := range []string{
		"cảm ơn cô chú nhiều", "bà con ơi", "anh chị em trong tổ", "tui đi làm đây", "trời mưa to quá", "có gì không em", "chi rứa", "răng rứa", "con có cần gì không", "co ai can giup khong",
		"cho em hỏi", "em chào anh", "dạ em cảm ơn ạ", "ba thùng mì", "ba trăm ngàn", "cô ơi cho hỏi", "chú ý nghe", "ông bà ta nói", "anh ấy nói rồi", "cam on anh", "on ao qua", "di lam roi", "o day mua to",
	} {
		tokens := Tokenize(text)
		for i := range tokens {
			if r, n := findPerson(tokens, i, at); n > 0 {
				t.Errorf("in %q there is %q", text, r.Value.String())
			}
			if r, n := findGroup(tokens, i, at); n > 0 {
				t.Errorf("in %q there is %q", text, r.Value.Name)
			}
		}
	}
}

func TestTradesAreNoThings(t *testing.T) {
	for text, want := range map[string]string{
		"tang ong sau xe om to 3 200k": "ông Sáu", "cho chú ba xe ôm 200k": "chú Ba", "ông Sáu thợ hồ 1 triệu": "ông Sáu", "cho ba tu ban ve so 50k": "bà Tu",
	} {
		tokens := Tokenize(text)
		found := ""
		for i := range tokens {
			if r, n := findPerson(tokens, i, at); n > 0 && found == "" {
				found = r.Value.String()
			}
		}
		if found != want {
			t.Errorf("in %q there is %q, want %q", text, found, want)
		}
	}
}
