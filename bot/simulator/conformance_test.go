package simulator_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"chungtay/bot/simulator"
)

// documented is every refusal that the emulator must know how to give; see TestConformance.
const documented = `
403 Forbidden: bot was blocked by the user
403 Forbidden: user is deactivated
403 Forbidden: bot can't initiate conversation with a user
403 Forbidden: bot can't send messages to bots
403 Forbidden: bot was kicked from the group chat
403 Forbidden: bot was kicked from the supergroup chat
403 Forbidden: bot was kicked from the channel chat
403 Forbidden: bot is not a member of the group chat
403 Forbidden: bot is not a member of the supergroup chat
403 Forbidden: bot is not a member of the channel chat
403 Forbidden: the group chat was deleted
400 Bad Request: chat not found
400 Bad Request: private chat not found
400 Bad Request: chat_id is empty
400 Bad Request: PEER_ID_INVALID
400 Bad Request: group chat was upgraded to a supergroup chat
400 Bad Request: not enough rights to send text messages to the chat
400 Bad Request: message text is empty
400 Bad Request: message is too long
400 Bad Request: message caption is too long
400 Bad Request: text is too long
400 Bad Request: strings must be encoded in UTF-8
400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message
400 Bad Request: message to edit not found
400 Bad Request: message to delete not found
400 Bad Request: message to copy not found
400 Bad Request: message to be replied not found
400 Bad Request: message can't be edited
400 Bad Request: message can't be deleted
400 Bad Request: query is too old and response timeout expired or query ID is invalid
400 Bad Request: unsupported parse_mode
400 Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 9
400 Bad Request: can't parse entities: Unclosed start tag at byte offset 2
400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"
400 Bad Request: can't parse entities: Unmatched end tag at byte offset 7, expected "</b>", found "</i>"
400 Bad Request: can't parse entities: Unexpected end tag at byte offset 0
400 Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 2
400 Bad Request: can't parse entities: Character '.' is reserved and must be escaped with the preceding '\'
400 Bad Request: BUTTON_DATA_INVALID
400 Bad Request: BUTTON_URL_INVALID
400 Bad Request: reply markup is too long
400 Bad Request: object expected as reply markup
400 Bad Request: field "inline_keyboard" must be of type Array
400 Bad Request: text buttons are unallowed in the inline keyboard
400 Bad Request: can't parse reply keyboard markup JSON object
400 Bad Request: wrong HTTP URL specified
400 Bad Request: failed to get HTTP URL content
400 Bad Request: wrong type of the web page content
400 Bad Request: wrong parameter action in request
400 Bad Request: there is no photo in the request
400 Bad Request: file_id not specified
400 Bad Request: invalid file_id
400 Bad Request: wrong file_id or the file is temporarily unavailable
400 Bad Request: file is too big
400 Bad Request: expected an Array of BotCommand
400 Bad Request: invalid webhook URL specified
400 Bad Request: bad webhook: HTTPS URL must be provided for webhook
400 Bad Request: secret token is too long
400 Bad Request: secret token contains unallowed characters
409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first
409 Conflict: terminated by other getUpdates request; make sure that only one bot instance is running
409 Conflict: terminated by setWebhook request
429 Too Many Requests: retry after 1
429 Too Many Requests: retry after 7
401 Unauthorized
401 Unauthorized: invalid token specified
404 Not Found
404 Not Found: method not found
`

// TestConformance makes every documented refusal happen, and checks that no other text comes.
func TestConformance(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	given := map[string]bool{}
	note := func(what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: accepted", what)
			return
		}
		var resp *refused
		if !errors.As(err, &resp) {
			t.Errorf("%s: %v", what, err)
			return
		}
		if text := fmt.Sprintf("%d %s", resp.code, resp.text); !strings.Contains(documented, "\n"+text+"\n") {
			t.Errorf("%s: undocumented refusal %q", what, text)
		} else {
			given[text] = true
		}
	}
	call := func(method string, pairs ...string) {
		t.Helper()
		note(method+" "+strings.Join(pairs[:min(2, len(pairs))], "="), w.try(method, pairs...))
	}
	must := func(method string, pairs ...string) {
		t.Helper()
		if err := w.try(method, pairs...); err != nil {
			t.Fatalf("%s: %v", method, err)
		}
	}

	blocked, deleted, stranger := w.bot.User(1, "A", "vi"), w.bot.User(2, "B", "vi"), w.bot.User(3, "C", "vi")
	blocked.Open("")
	blocked.Block()
	deleted.Open("")
	deleted.DeleteAccount()
	_ = stranger
	w.an.Open("")
	for _, id := range []string{"1", "2", "3", "1000001", "99", "", "4503599627370496", "@nobody"} {
		call("sendMessage", "chat_id", id, "text", "x")
	}
	group, super, channel := w.bot.Group(-1, "g"), w.bot.Group(-1000000000001, "s"), w.bot.Channel(-1000000000002, "c", "kenh")
	for _, g := range []*simulator.TelegramGroup{group, super, channel} {
		call("sendMessage", "chat_id", fmt.Sprint(g.ID()), "text", "x")
		g.AddBot(w.an)
		must("sendMessage", "chat_id", fmt.Sprint(g.ID()), "text", "x")
		g.Kick(w.an)
		call("sendMessage", "chat_id", fmt.Sprint(g.ID()), "text", "x")
	}
	muted := w.bot.Group(-2, "m")
	muted.AddBot(w.an)
	muted.Mute(true)
	call("sendMessage", "chat_id", "-2", "text", "x")
	muted.Mute(false)
	muted.Upgrade(w.an, -1000000000003)
	call("sendMessage", "chat_id", "-2", "text", "x")
	gone := w.bot.Group(-3, "d")
	gone.AddBot(w.an)
	gone.Delete()
	call("sendMessage", "chat_id", "-3", "text", "x")

	for _, text := range []string{"", " \n\t", strings.Repeat("ạ", 4097), strings.Repeat("x", 32769), "\xff"} {
		call("sendMessage", "chat_id", "777", "text", text)
	}
	must("sendMessage", "chat_id", "777", "text", strings.Repeat("ạ", 4096))
	must("sendMessage", "chat_id", "777", "text", strings.Repeat("😀", 4096))
	for _, x := range [][2]string{
		{"HTML", "&lt;tổ <x>a</x>"},
		{"HTML", "a <b"},
		{"HTML", "<b>ạ"},
		{"html", "<b>Hòa</i>"},
		{"HTML", "</b>"},
		{"Markdown", "a *b"},
		{"MarkdownV2", "1.5"},
		{"LaTeX", "x"},
	} {
		call("sendMessage", "chat_id", "777", "parse_mode", x[0], "text", x[1])
	}
	button := func(b string) string { return `{"inline_keyboard":[[` + b + `]]}` }
	for _, markup := range []string{
		button(`{"text":"a","callback_data":""}`), button(`{"text":"a","callback_data":"` + strings.Repeat("ạ", 22) + `"}`),
		button(`{"text":"a","url":"localhost/x"}`), button(`{"text":"a","url":"javascript:alert(1)"}`), button(`{"text":"a"}`),
		`[]`, `{"inline_keyboard":null}`, `{"inline_keyboard":{}}`, `{"inline`, button(strings.TrimSuffix(strings.Repeat(`{"text":"a","callback_data":"b"},`, 400), ",")),
	} {
		call("sendMessage", "chat_id", "777", "text", "x", "reply_markup", markup)
	}
	must("sendMessage", "chat_id", "777", "text", "x", "reply_markup", button(`{"text":"a","callback_data":"`+strings.Repeat("x", 64)+`"}`))
	must("sendMessage", "chat_id", "777", "text", "x", "reply_markup", "null", "entities", "null")
	call("sendMessage", "chat_id", "777", "text", "x", "reply_parameters", `{"message_id":9999}`)
	must("sendMessage", "chat_id", "777", "text", "x", "reply_to_message_id", "9999", "allow_sending_without_reply", "true")

	list := w.an.Messages()
	last := fmt.Sprint(list[len(list)-1].ID)
	call("editMessageText", "chat_id", "777", "message_id", last, "text", "x")
	call("editMessageText", "chat_id", "777", "message_id", "9999", "text", "y")
	call("editMessageText", "chat_id", "777", "message_id", "1", "text", "y")
	must("sendMessage", "chat_id", "777", "text", "k", "reply_markup", `{"keyboard":[["a"]]}`)
	list = w.an.Messages()
	call("editMessageText", "chat_id", "777", "message_id", fmt.Sprint(list[len(list)-1].ID), "text", "y")
	call("deleteMessage", "chat_id", "777", "message_id", "9999")
	call("copyMessage", "chat_id", "777", "from_chat_id", "777", "message_id", "9999")
	call("answerCallbackQuery", "callback_query_id", "1")
	press := w.an.PressData(1, "x")
	w.pass(151 * time.Second)
	call("answerCallbackQuery", "callback_query_id", press)
	w.pass(48 * time.Hour)
	call("deleteMessage", "chat_id", "777", "message_id", last)
	call("sendChatAction", "chat_id", "777", "action", "dancing")

	page := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		_, _ = rw.Write([]byte("<html>"))
	}))
	t.Cleanup(page.Close)
	for _, photo := range []string{"", "ftp://a.b/c.jpg", "https://danang.gov.vn/a.jpg", page.URL + "/a.jpg", "AgACAgUAAxkBAAIxyz"} {
		call("sendPhoto", "chat_id", "777", "photo", photo)
	}
	w.an.Photo(picture(t, 9, 9), "")
	list = w.an.Messages()
	call("sendPhoto", "chat_id", "777", "photo", list[len(list)-1].Photo.ID, "caption", strings.Repeat("ạ", 1025))
	w.an.Document("lớn.bin", make([]byte, 20<<20+1), "")
	list = w.an.Messages()
	for _, id := range []string{"", "x", "BQACAgUAAxkBAAIzzz", list[len(list)-1].Document.ID} {
		call("getFile", "file_id", id)
	}
	call("setMyCommands", "commands", "null")
	call("setMyCommands")
	call("setChatMenuButton", "chat_id", "98", "menu_button", `{"type":"commands"}`)
	call("setWebhook", "url", "nonsense")
	call("setWebhook", "url", "http://bot.example.vn/")
	call("setWebhook", "url", "https://bot.example.vn/", "secret_token", strings.Repeat("x", 257))
	call("setWebhook", "url", "https://bot.example.vn/", "secret_token", "có dấu")

	must("deleteWebhook", "drop_pending_updates", "true")
	polled := make(chan error)
	go func() { polled <- w.try("getUpdates", "timeout", "50", "offset", "1") }()
	w.polling()
	go func() { polled <- w.try("getUpdates", "timeout", "50", "offset", "2") }()
	note("first poll", <-polled)
	w.polling()
	must("setWebhook", "url", "http://127.0.0.1:9/")
	note("second poll", <-polled)
	call("getUpdates", "timeout", "0")
	slow := newWorld(t, simulator.TelegramOptions{Second: time.Minute})
	if err := slow.try("setWebhook", "url", "http://127.0.0.1:9/"); err != nil {
		t.Fatal(err)
	}
	note("two webhooks in a second", slow.try("setWebhook", "url", "http://127.0.0.1:9/other"))
	must("deleteWebhook")
	w.bot.Fault(simulator.TelegramFault{Kind: simulator.FaultTooMany, RetryAfter: 7})
	call("sendMessage", "chat_id", "777", "text", "x")

	call("noSuchMethod")
	for _, path := range []string{"/botabc/getMe", "/bot0:x/getMe", "/bot5:x/getMe", "/other"} {
		resp, body := post(t, w.base+path, nil)
		if path == "/other" && resp.StatusCode == http.StatusNotFound {
			given["404 Not Found"] = strings.Contains(body, `"description":"Not Found"`)
			continue
		}
		note(path, refusalOf(resp.StatusCode, body))
	}
	for text := range strings.Lines(strings.TrimSpace(documented)) {
		if text = strings.TrimSpace(text); !given[text] {
			t.Errorf("never given: %s", text)
		}
	}
}
