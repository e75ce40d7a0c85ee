package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"chungtay/storage/records"
)

var cardWords = map[string]string{
	"title": "Chung Tay", "code": "Mã của hộ", "until": "Dùng đến hết", "link": "https://t.me/chungtay_bot?start=M",
	"hint": "Quét hình này bằng điện thoại, hoặc nhắn mã này cho Chung Tay. Người trong hộ sẽ xem được hỗ trợ của hộ mình; mã dùng một lần, đừng đưa người ngoài.",
}

// cardsOf is the data of n cards.
func cardsOf(t *testing.T, n int) []byte {
	t.Helper()
	sheet := records.CardSheet{Group: "Tổ 12 (Hòa Minh cũ)", Until: "2026-12-11", Made: time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)}
	for i := range n {
		sheet.Cards = append(sheet.Cards, struct {
			Code string `json:"code"`
			Who  string `json:"who"`
		}{records.ShortCodeOf(uint64(48291573 + i)), "bà T. T. Phượng"})
	}
	data, err := json.Marshal(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPrintCards(t *testing.T) {
	t.Parallel()
	for n, pages := range map[int]int{1: 1, 8: 1, 9: 2, records.MaxCardSheet: 25} {
		pdf, mime, err := Print(records.PaperCards, cardWords, cardsOf(t, n))
		if err != nil || mime != "application/pdf" || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
			t.Fatalf("%d cards: %s, %v", n, mime, err)
		}
		if got := bytes.Count(pdf, []byte("/Type /Page\n")); got != pages {
			t.Errorf("%d cards: %d pages", n, got)
		}
		again, _, _ := Print(records.PaperCards, cardWords, cardsOf(t, n))
		if !bytes.Equal(pdf, again) {
			t.Errorf("%d cards printed twice, two papers", n)
		}
		if to := os.Getenv("PAPERS"); to != "" { // to look at
			if err := os.WriteFile(fmt.Sprintf("%s/cards-%d.pdf", to, n), pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestPrintRefuses(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]struct {
		kind string
		data []byte
	}{
		"no cards":      {records.PaperCards, cardsOf(t, 0)},
		"too many":      {records.PaperCards, cardsOf(t, records.MaxCardSheet+1)},
		"no JSON":       {records.PaperCards, []byte("Tổ 12")},
		"no such kind":  {"cake", cardsOf(t, 1)},
		"a card's code": {records.PaperCards, []byte(`{"cards":[{"code":"12","who":"bà Lan"}]}`)},
	} {
		if pdf, _, err := Print(d.kind, cardWords, d.data); !errors.Is(err, ErrDrawing) || pdf != nil {
			t.Errorf("%s: %d bytes, %v", name, len(pdf), err)
		}
	}
}

var signWords = map[string]string{
	"title": "Bảng ký nhận", "made": "Lập ngày", "no": "STT", "entry": "Mã phiếu", "who": "Chủ hộ", "what": "Được nhận", "on": "Ngày", "sign": "Ký tên",
	"total": "Tổng số phiếu:", "hint": "Hộ nhận đủ thì ký vào dòng của mình. Ký xong, chụp cả tờ này rồi gửi cho Chung Tay kèm số của tờ.", "kind.viec_lam": "giới thiệu việc làm",
}

// sheetsOf is the data of n sheets of so many lines.
func sheetsOf(t *testing.T, n, lines int) []byte {
	t.Helper()
	var all []records.SignatureSheet
	for i := range n {
		one := records.SignatureSheet{Code: records.SheetCodeOf(uint64(i)), Group: "Tổ 12 (Hòa Minh cũ)", Made: time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)}
		for range lines {
			one.Lines = append(one.Lines, records.SignatureFor{
				Code: records.CodeOf(7), Who: "Nguyễn Thị Phượng", On: "2026-11-10", Kind: "nhu_yeu_pham", Money: 500_000, Things: "10 kg gạo, 2 thùng mì, 1 chai dầu ăn",
			})
		}
		if lines > 1 {
			one.Lines[1] = records.SignatureFor{Code: records.CodeOf(8), Who: "Lê Văn Bốn", On: "2026-11-09", Kind: "viec_lam"}
		}
		all = append(all, one)
	}
	data, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPrintSignatures(t *testing.T) {
	t.Parallel()
	for sheets, lines := range map[int]int{1: 1, 3: records.SignatureLines, records.SignatureSheets: 2} {
		pdf, _, err := Print(records.PaperSignatures, signWords, sheetsOf(t, sheets, lines))
		if err != nil || bytes.Count(pdf, []byte("/Type /Page\n")) != sheets {
			t.Errorf("%d sheets of %d: %v, %d bytes", sheets, lines, err, len(pdf))
		}
		if to := os.Getenv("PAPERS"); to != "" {
			if err := os.WriteFile(fmt.Sprintf("%s/signatures-%d.pdf", to, sheets), pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, data := range map[string][]byte{"no sheet": sheetsOf(t, 0, 1), "too many": sheetsOf(t, records.SignatureSheets+1, 1), "no lines": sheetsOf(t, 1, 0), "too long": sheetsOf(t, 1, records.SignatureLines+1), "no number": []byte(`[{"code":"KN-1","lines":[{}]}]`)} {
		if _, _, err := Print(records.PaperSignatures, signWords, data); !errors.Is(err, ErrDrawing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
