package secondclient

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/PaulSonOfLars/gotgbot/v2"
	"github.com/PaulSonOfLars/gotgbot/v2/ext"
	"github.com/PaulSonOfLars/gotgbot/v2/ext/handlers"
	"github.com/PaulSonOfLars/gotgbot/v2/ext/handlers/filters/callbackquery"
	"github.com/PaulSonOfLars/gotgbot/v2/ext/handlers/filters/message"

	"chungtay/bot/simulator"
)

type world struct {
	*simulator.Telegram
	base string
	b    *gotgbot.Bot
	an   *simulator.TelegramUser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Telegram: simulator.NewTelegram(simulator.TelegramOptions{Second: 20 * time.Millisecond})}
	var err error
	if w.base, err = w.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	opts := &gotgbot.RequestOpts{APIURL: w.base, Timeout: 20 * time.Second}
	w.b, err = gotgbot.NewBot(w.Bot().Token, &gotgbot.BotOpts{
		BotClient:   &gotgbot.BaseBotClient{Client: http.Client{Transport: transport}, DefaultRequestOpts: opts},
		RequestOpts: opts,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.an = w.Bot().User(777, "An", "vi")
	return w
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func refusal(t *testing.T, err error, code int64, text string) *gotgbot.TelegramError {
	t.Helper()
	var e *gotgbot.TelegramError
	if !errors.As(err, &e) || int64(e.Code) != code || e.Description != text {
		t.Fatalf("got %v, want %d %s", err, code, text)
	}
	return e
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSendAndEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if w.b.Username != "chungtay_bot" || w.b.Id != 1000001 {
		t.Fatalf("getMe: %+v", w.b.User)
	}
	w.an.Open("")
	keyboard := gotgbot.InlineKeyboardMarkup{InlineKeyboard: [][]gotgbot.InlineKeyboardButton{{{Text: "Có", CallbackData: "y"}}, {{Text: "Trang", Url: "https://danang.gov.vn"}}}}
	m := must(w.b.SendMessage(777, "Dạ <b>bà Lan</b> 😀 <i>tổ 12</i>", &gotgbot.SendMessageOpts{
		ParseMode: "HTML", ReplyMarkup: keyboard, ProtectContent: true, DisableNotification: true,
		ReplyParameters: &gotgbot.ReplyParameters{MessageId: 1},
	}))(t)
	if m.Text != "Dạ bà Lan 😀 tổ 12" || len(m.Entities) != 2 || m.Entities[1].Offset != 13 || m.ReplyMarkup == nil || m.ReplyToMessage.MessageId != 1 || !m.HasProtectedContent {
		t.Fatalf("sent %+v", m)
	}
	if got := gotgbot.ParseEntity(m.Text, m.Entities[1]).Text; got != "tổ 12" {
		t.Errorf("the entity covers %q", got)
	}
	edited, _, err := w.b.EditMessageText("Xong", &gotgbot.EditMessageTextOpts{ChatId: 777, MessageId: m.MessageId})
	if err != nil || edited.Text != "Xong" || edited.ReplyMarkup != nil {
		t.Fatalf("edited %+v, %v", edited, err)
	}
	_, _, err = w.b.EditMessageText("Xong", &gotgbot.EditMessageTextOpts{ChatId: 777, MessageId: m.MessageId})
	refusal(t, err, 400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	if edited, _, err = w.b.EditMessageReplyMarkup(&gotgbot.EditMessageReplyMarkupOpts{ChatId: 777, MessageId: m.MessageId, ReplyMarkup: keyboard}); err != nil || len(edited.ReplyMarkup.InlineKeyboard) != 2 {
		t.Fatalf("markup %+v, %v", edited, err)
	}
	shown := w.an.Messages()
	if last := shown[len(shown)-1]; last.Text != "Xong" || last.Buttons[0][0].Data != "y" || !last.Guarded {
		t.Errorf("the chat shows %+v", last)
	}
	if ok := must(w.b.SendChatAction(777, "typing", nil))(t); !ok {
		t.Error("typing")
	}
	copied := must(w.b.CopyMessage(777, 777, m.MessageId, nil))(t)
	if ok := must(w.b.DeleteMessage(777, copied.MessageId, nil))(t); !ok || len(w.an.Messages()) != 2 {
		t.Error("copy and delete")
	}
	plain := must(w.b.SendMessage(777, "Chọn", &gotgbot.SendMessageOpts{ReplyMarkup: gotgbot.ReplyKeyboardMarkup{Keyboard: [][]gotgbot.KeyboardButton{{{Text: "Gửi số", RequestContact: true}}}, ResizeKeyboard: true}}))(t)
	if plain.ReplyMarkup != nil {
		t.Error("a reply keyboard is not part of the message")
	}
	shown = w.an.Messages()
	if k := shown[len(shown)-1].Keyboard; !k.Rows[0][0].RequestContact {
		t.Errorf("keyboard %+v", k)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	send := func(chat int64, text string, opts *gotgbot.SendMessageOpts) error {
		_, err := w.b.SendMessage(chat, text, opts)
		return err
	}
	refusal(t, send(5, "x", nil), 400, "Bad Request: chat not found")
	refusal(t, send(777, "x", nil), 403, "Forbidden: bot can't initiate conversation with a user")
	w.an.Open("")
	refusal(t, send(777, "", nil), 400, "Bad Request: message text is empty")
	refusal(t, send(777, strings.Repeat("ạ", 4097), nil), 400, "Bad Request: message is too long")
	refusal(t, send(777, "<b>x", &gotgbot.SendMessageOpts{ParseMode: "HTML"}), 400, `Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"`)
	long := gotgbot.InlineKeyboardMarkup{InlineKeyboard: [][]gotgbot.InlineKeyboardButton{{{Text: "a", CallbackData: strings.Repeat("ạ", 22)}}}}
	refusal(t, send(777, "x", &gotgbot.SendMessageOpts{ReplyMarkup: long}), 400, "Bad Request: BUTTON_DATA_INVALID")
	w.Bot().Fault(simulator.TelegramFault{Kind: simulator.FaultTooMany, RetryAfter: 9})
	if e := refusal(t, send(777, "x", nil), 429, "Too Many Requests: retry after 9"); e.ResponseParams.RetryAfter != 9 {
		t.Errorf("retry after %+v", e.ResponseParams)
	}
	w.an.Block()
	refusal(t, send(777, "x", nil), 403, "Forbidden: bot was blocked by the user")
	g := w.Bot().Group(-42, "Tổ 12")
	g.AddBot(w.an)
	g.Upgrade(w.an, -1001234567890)
	if e := refusal(t, send(-42, "x", nil), 400, "Bad Request: group chat was upgraded to a supergroup chat"); e.ResponseParams.MigrateToChatId != -1001234567890 {
		t.Errorf("migrate to %+v", e.ResponseParams)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.an.Open("")
	data := picture(t)
	sent := must(w.b.SendPhoto(777, gotgbot.InputFileByReader("qr.jpg", bytes.NewReader(data)), &gotgbot.SendPhotoOpts{Caption: "<b>Mã</b>", ParseMode: "HTML"}))(t)
	if sent.Caption != "Mã" || len(sent.CaptionEntities) != 1 || sent.Photo[1].Width != 64 {
		t.Fatalf("photo %+v", sent)
	}
	f := must(w.b.GetFile(sent.Photo[1].FileId, nil))(t)
	resp := must(http.Get(f.URL(w.b, nil)))(t)
	got := must(io.ReadAll(resp.Body))(t)
	_ = resp.Body.Close()
	if !bytes.Equal(got, data) || f.FileSize != int64(len(data)) {
		t.Errorf("downloaded %d of %d bytes", len(got), len(data))
	}
	doc := must(w.b.SendDocument(777, gotgbot.InputFileByReader("danh sách.csv", strings.NewReader("a,b")), nil))(t)
	if doc.Document.FileName != "danh sách.csv" || doc.Document.MimeType != "text/csv" {
		t.Errorf("document %+v", doc.Document)
	}
	again := must(w.b.SendDocument(777, gotgbot.InputFileByID(doc.Document.FileId), nil))(t)
	if again.Document.FileId != doc.Document.FileId {
		t.Error("by file_id")
	}
	album := must(w.b.SendMediaGroup(777, []gotgbot.InputMedia{
		gotgbot.InputMediaPhoto{Media: gotgbot.InputFileByReader("a.jpg", bytes.NewReader(data)), Caption: "hai tấm"},
		gotgbot.InputMediaPhoto{Media: gotgbot.InputFileByID(sent.Photo[1].FileId)},
	}, nil))(t)
	if len(album) != 2 || album[0].MediaGroupId == "" || album[0].MediaGroupId != album[1].MediaGroupId || album[0].Caption != "hai tấm" {
		t.Errorf("album %+v", album)
	}
	_, err := w.b.SendPhoto(777, gotgbot.InputFileByReader("x.jpg", strings.NewReader("no picture")), nil)
	refusal(t, err, 400, "Bad Request: IMAGE_PROCESS_FAILED")
	_, err = w.b.GetFile("x", nil)
	refusal(t, err, 400, "Bad Request: invalid file_id")
}

// answering is a bot that echoes, asks and answers presses.
func answering() *ext.Dispatcher {
	d := ext.NewDispatcher(&ext.DispatcherOpts{MaxRoutines: 1, Error: func(_ *gotgbot.Bot, _ *ext.Context, err error) ext.DispatcherAction {
		log.Print(err)
		return ext.DispatcherActionNoop
	}})
	d.AddHandler(handlers.NewCommand("start", func(b *gotgbot.Bot, ctx *ext.Context) error {
		_, err := ctx.EffectiveMessage.Reply(b, "Chào "+ctx.EffectiveUser.FirstName+" "+strings.Join(ctx.Args()[1:], ","), &gotgbot.SendMessageOpts{
			ReplyMarkup: gotgbot.InlineKeyboardMarkup{InlineKeyboard: [][]gotgbot.InlineKeyboardButton{{{Text: "Tiếp", CallbackData: "next"}}}},
		})
		return err
	}))
	d.AddHandler(handlers.NewCallback(callbackquery.Equal("next"), func(b *gotgbot.Bot, ctx *ext.Context) error {
		if _, err := ctx.CallbackQuery.Answer(b, &gotgbot.AnswerCallbackQueryOpts{Text: "Dạ"}); err != nil {
			return err
		}
		_, _, err := ctx.EffectiveMessage.EditText(b, "Đã qua", nil)
		return err
	}))
	d.AddHandler(handlers.NewMessage(message.Text, func(b *gotgbot.Bot, ctx *ext.Context) error {
		_, err := ctx.EffectiveMessage.Reply(b, "Nghe: "+ctx.EffectiveMessage.Text, nil)
		return err
	}))
	return d
}

// talk is the same conversation over whatever brings the updates.
func talk(t *testing.T, w *world) {
	t.Helper()
	ctx := context.Background()
	w.an.Open("abc")
	if c := must(w.an.Next(ctx))(t); c.Message.Text != "Chào An abc" {
		t.Fatalf("start: %+v", c)
	}
	press := w.an.PressLabel("Tiếp")
	if c := must(w.an.Next(ctx))(t); c.Method != "editMessageText" || c.Message.Text != "Đã qua" || c.Message.Buttons != nil {
		t.Fatalf("press: %+v", c)
	}
	if c := must(w.an.AwaitAnswer(ctx, press))(t); c.Answer != "Dạ" {
		t.Errorf("answer: %+v", c)
	}
	for _, s := range []string{"một", "hai", "ba"} {
		w.an.Text(s)
	}
	for _, s := range []string{"một", "hai", "ba"} {
		if c := must(w.an.Next(ctx))(t); c.Message.Text != "Nghe: "+s {
			t.Fatalf("echo: %+v", c)
		}
	}
}

func TestPolling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := ext.NewUpdater(answering(), nil)
	if err := u.StartPolling(w.b, &ext.PollingOpts{GetUpdatesOpts: &gotgbot.GetUpdatesOpts{Timeout: 50, RequestOpts: &gotgbot.RequestOpts{Timeout: 20 * time.Second, APIURL: w.base}}}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = u.Stop() }()
	talk(t, w)
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := ext.NewUpdater(answering(), nil)
	if err := u.AddWebhook(w.b, "hook", &ext.AddWebhookOpts{SecretToken: "s3cret"}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(u.GetHandlerFunc("/"))
	defer srv.Close()
	if ok := must(w.b.SetWebhook(srv.URL+"/hook", &gotgbot.SetWebhookOpts{SecretToken: "s3cret", MaxConnections: 5, AllowedUpdates: []string{"message", "callback_query"}}))(t); !ok {
		t.Fatal("setWebhook")
	}
	talk(t, w)
	info := must(w.b.GetWebhookInfo(nil))(t)
	if info.Url != srv.URL+"/hook" || info.MaxConnections != 5 || len(info.AllowedUpdates) != 2 || info.LastErrorMessage != "" {
		t.Errorf("info %+v", info)
	}
	_, err := w.b.GetUpdates(nil)
	refusal(t, err, 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	if ok := must(w.b.DeleteWebhook(&gotgbot.DeleteWebhookOpts{DropPendingUpdates: true}))(t); !ok {
		t.Error("deleteWebhook")
	}
	_ = u.Stop()
}

func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.an.Open("")
	list := []gotgbot.BotCommand{{Command: "ghinhan", Description: "Ghi nhận giúp đỡ"}, {Command: "nhatky", Description: "Sổ của tôi"}}
	scope := gotgbot.BotCommandScopeChat{ChatId: 777}
	must(w.b.SetMyCommands(list[:1], nil))(t)
	must(w.b.SetMyCommands(list, &gotgbot.SetMyCommandsOpts{Scope: scope, LanguageCode: "vi"}))(t)
	if got := must(w.b.GetMyCommands(&gotgbot.GetMyCommandsOpts{Scope: scope, LanguageCode: "vi"}))(t); len(got) != 2 || got[1] != list[1] {
		t.Errorf("commands %+v", got)
	}
	if got := must(w.b.GetMyCommands(nil))(t); len(got) != 1 {
		t.Errorf("default commands %+v", got)
	}
	if got := w.an.Commands(); len(got) != 2 {
		t.Errorf("the person sees %+v", got)
	}
	_, err := w.b.SetMyCommands(nil, nil)
	refusal(t, err, 400, "Bad Request: expected an Array of BotCommand")
	must(w.b.SetMyDescription(&gotgbot.SetMyDescriptionOpts{Description: "Giúp hàng xóm", LanguageCode: "vi"}))(t)
	if d := must(w.b.GetMyDescription(&gotgbot.GetMyDescriptionOpts{LanguageCode: "vi"}))(t); d.Description != "Giúp hàng xóm" {
		t.Errorf("description %+v", d)
	}
	must(w.b.SetChatMenuButton(&gotgbot.SetChatMenuButtonOpts{MenuButton: gotgbot.MenuButtonCommands{}}))(t)
	if m := must(w.b.GetChatMenuButton(nil))(t); m.GetType() != "commands" {
		t.Errorf("menu %+v", m)
	}
}
