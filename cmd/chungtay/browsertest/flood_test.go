package browsertest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"

	"chungtay/bot/simulator"
)

// flooded is a page whose bot is the test.
type flooded struct {
	t    *testing.T
	url  string
	base string
	user *simulator.TelegramUser
}

func newFlooded(t *testing.T) *flooded {
	t.Helper()
	platform := simulator.NewTelegram(simulator.TelegramOptions{})
	t.Cleanup(platform.Close)
	w := &flooded{t: t}
	var err error
	if w.base, err = platform.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	page, err := simulator.NewPage(simulator.PageOptions{Telegram: platform, Clock: &simulator.PageClock{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(page.Close)
	phone, err := page.AddPerson(simulator.PagePerson{ID: "hoa", Name: "Cô Hoa", About: "Tổ trưởng", Channel: simulator.PageTelegram})
	if err != nil {
		t.Fatal(err)
	}
	_, _, chat := page.Account(phone)
	var id int64
	if _, err := fmt.Sscan(chat, &id); err != nil {
		t.Fatal(err)
	}
	w.user = platform.Bot().User(id, "", "")
	w.user.Open("")
	if w.url, err = page.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *flooded) send(n int) {
	w.t.Helper()
	w.sendText(fmt.Sprintf("tin số %d. Dạ em ghi: bà Trần Thị Lan (1963), tổ 12 (Hòa Minh cũ)", n))
}

func (w *flooded) sendText(text string) {
	w.t.Helper()
	resp, err := http.PostForm(w.base+"/bot"+simulator.DefaultTelegramToken+"/sendMessage", url.Values{"chat_id": {fmt.Sprint(w.user.ID)}, "text": {text}})
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s", answer)
	}
}
