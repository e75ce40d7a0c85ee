package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"chungtay/bot/simulator"
)

// A person opens the chat, the bot answers over HTTP, and the person reads it.
func ExampleNewTelegram() {
	tg := simulator.NewTelegram(simulator.TelegramOptions{})
	defer tg.Close()
	base, err := tg.Listen("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	hoa := tg.Bot().User(42, "Hoa", "vi")
	hoa.Open("")

	resp, err := http.PostForm(base+"/bot"+tg.Bot().Token+"/sendMessage", url.Values{
		"chat_id": {"42"}, "text": {"<b>Chào cô Hoa</b>"}, "parse_mode": {"HTML"},
		"reply_markup": {`{"inline_keyboard":[[{"text":"Ghi nhận","callback_data":"1!/ghinhan"}]]}`},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = resp.Body.Close()

	call, err := hoa.Next(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(call.Message.Text, call.Message.Entities[0].Type, call.Message.Buttons[0][0].Text)
	hoa.PressLabel("Ghi nhận")
	fmt.Println(tg.Bot().Pending(), "updates wait for the bot")
	// Output:
	// Chào cô Hoa bold Ghi nhận
	// 2 updates wait for the bot
}
