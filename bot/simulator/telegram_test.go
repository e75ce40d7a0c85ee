package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot/simulator"
)

// world is an emulator that listens, with the client library made offline against it.
type world struct {
	*simulator.Telegram
	t    testing.TB
	base string
	api  *tgbotapi.BotAPI
	bot  *simulator.TelegramBot
	an   *simulator.TelegramUser
	ctx  context.Context
	now  atomic.Int64 // added to the clock, in nanoseconds
}

func newWorld(t testing.TB, opt simulator.TelegramOptions) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context()}
	start := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	opt.Now = func() time.Time { return start.Add(time.Duration(w.now.Load())) }
	if opt.Second == 0 {
		opt.Second = 20 * time.Millisecond
	}
	w.Telegram = simulator.NewTelegram(opt)
	base, err := w.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 512}
	t.Cleanup(func() {
		w.Close()
		transport.CloseIdleConnections()
	})
	w.base, w.bot = base, w.Bot()
	w.api = &tgbotapi.BotAPI{Token: w.bot.Token, Client: &http.Client{Transport: transport}, Buffer: 100}
	w.api.SetAPIEndpoint(base + "/bot%s/%s")
	w.an = w.bot.User(777, "An", "vi")
	return w
}

func (w *world) pass(d time.Duration) { w.now.Add(int64(d)) }

func (w *world) raw(method string, params map[string]string) (*tgbotapi.APIResponse, error) {
	return w.api.MakeRequest(method, params)
}

// fails expects an error with a description.
func (w *world) fails(err error, code int, description string) *tgbotapi.Error {
	w.t.Helper()
	var e *tgbotapi.Error
	if !errors.As(err, &e) {
		w.t.Fatalf("got %v, want %q", err, description)
	}
	if e.Message != description || e.Code != code {
		w.t.Errorf("got %d %q\nwant %d %q", e.Code, e.Message, code, description)
	}
	return e
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func picture(t testing.TB, width, height int) []byte {
	m := image.NewGray(image.Rect(0, 0, width, height))
	m.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{FirstUpdateID: 500})
	me := must(w.api.GetMe())(t)
	if me.ID != 1000001 || !me.IsBot || me.UserName != "chungtay_bot" {
		t.Fatalf("getMe: %+v", me)
	}
	w.an.Open("abc_123")
	updates := must(w.api.GetUpdates(tgbotapi.UpdateConfig{Timeout: 50}))(t)
	if len(updates) != 1 {
		t.Fatalf("%d updates", len(updates))
	}
	m := updates[0].Message
	if updates[0].UpdateID != 500 || !m.IsCommand() || m.Command() != "start" || m.CommandArguments() != "abc_123" || m.Chat.Type != "private" || m.From.LanguageCode != "vi" {
		t.Fatalf("update: %+v", m)
	}
	msg := tgbotapi.NewMessage(777, "Chào <b>cô An</b> 👋 <i>&lt;tổ 12&gt;</i>")
	msg.ParseMode = "HTML"
	msg.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(
		tgbotapi.NewInlineKeyboardButtonData("Có", "y"), tgbotapi.NewInlineKeyboardButtonURL("Trang", "https://danang.gov.vn")))
	sent := must(w.api.Send(msg))(t)
	if sent.Text != "Chào cô An 👋 <tổ 12>" || sent.MessageID != 2 || len(sent.Entities) != 2 || sent.Entities[1].Offset != 14 || sent.Entities[1].Length != 7 {
		t.Fatalf("sent: %+v", sent)
	}
	seen := must(w.an.Next(w.ctx))(t)
	if seen.Method != "sendMessage" || seen.Message.Text != sent.Text || seen.Message.Buttons[0][0].Data != "y" {
		t.Fatalf("seen: %+v", seen)
	}
	press := w.an.PressLabel("Có")
	updates = must(w.api.GetUpdates(tgbotapi.UpdateConfig{Offset: 501, Timeout: 50}))(t)
	q := updates[0].CallbackQuery
	if q == nil || q.Data != "y" || q.ID != press || q.Message.MessageID != 2 || q.Message.ReplyMarkup == nil {
		t.Fatalf("press: %+v", updates)
	}
	must(w.api.Request(tgbotapi.NewCallback(q.ID, "Đã nhận")))(t)
	if a := must(w.an.AwaitAnswer(w.ctx, press))(t); a.Answer != "Đã nhận" {
		t.Fatalf("answer: %+v", a)
	}
	_, err := w.api.Request(tgbotapi.NewCallback(q.ID, ""))
	w.fails(err, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid")

	edited := must(w.api.Send(tgbotapi.NewEditMessageText(777, 2, "Dạ em ghi rồi")))(t)
	if edited.EditDate == 0 || edited.ReplyMarkup != nil {
		t.Fatalf("edit keeps the keyboard: %+v", edited)
	}
	if list := w.an.Messages(); len(list) != 2 || list[1].Text != "Dạ em ghi rồi" || list[1].Edited.IsZero() || list[1].Buttons != nil {
		t.Fatalf("the chat shows %+v", list)
	}
	must(w.api.Request(tgbotapi.NewDeleteMessage(777, 1)))(t)
	if list := w.an.Messages(); len(list) != 1 {
		t.Fatalf("after deletion: %+v", list)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	data := picture(t, 640, 480)
	w.an.Photo(data, "giấy xác nhận")
	u := must(w.api.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1}))(t)[0]
	sizes := u.Message.Photo
	if len(sizes) != 2 || sizes[1].Width != 640 || u.Message.Caption != "giấy xác nhận" {
		t.Fatalf("photo: %+v", u.Message)
	}
	f := must(w.api.GetFile(tgbotapi.FileConfig{FileID: sizes[1].FileID}))(t)
	if f.FilePath != "photos/file_0.jpg" {
		t.Errorf("path %q", f.FilePath)
	}
	resp := must(http.Get(w.base + "/file/bot" + w.bot.Token + "/" + f.FilePath))(t)
	got := must(io.ReadAll(resp.Body))(t)
	_ = resp.Body.Close()
	if !bytes.Equal(got, data) {
		t.Errorf("downloaded %d bytes of %d", len(got), len(data))
	}

	photo := tgbotapi.NewPhoto(777, tgbotapi.FileBytes{Name: "qr.jpg", Bytes: data})
	photo.Caption = "Mã QR"
	sent := must(w.api.Send(photo))(t)
	if sent.Caption != "Mã QR" || len(sent.Photo) != 2 {
		t.Fatalf("sendPhoto: %+v", sent)
	}
	again := must(w.api.Send(tgbotapi.NewPhoto(777, tgbotapi.FileID(sent.Photo[1].FileID))))(t)
	if again.Photo[1].FileID != sent.Photo[1].FileID {
		t.Error("a file_id is not kept")
	}
	big := bytes.Repeat([]byte("tổ,hộ,tiền\n"), 40_000)
	doc := must(w.api.Send(tgbotapi.NewDocument(777, tgbotapi.FileBytes{Name: "danh sách.csv", Bytes: big})))(t)
	if doc.Document.FileName != "danh sách.csv" || doc.Document.FileSize != len(big) {
		t.Fatalf("sendDocument: %+v", doc.Document)
	}
	album := must(w.api.SendMediaGroup(tgbotapi.NewMediaGroup(777, []any{
		tgbotapi.NewInputMediaPhoto(tgbotapi.FileBytes{Name: "a.jpg", Bytes: data}),
		tgbotapi.NewInputMediaPhoto(tgbotapi.FileID(sent.Photo[1].FileID)),
	})))(t)
	if len(album) != 2 || album[0].MediaGroupID == "" || album[0].MediaGroupID != album[1].MediaGroupID {
		t.Fatalf("album: %+v", album)
	}
	copied := must(w.api.CopyMessage(tgbotapi.NewCopyMessage(777, 777, doc.MessageID)))(t)
	if copied.MessageID != album[1].MessageID+1 {
		t.Errorf("copy %d after %d", copied.MessageID, album[1].MessageID)
	}
	shown := w.an.Messages()
	if last := shown[len(shown)-1]; last.Document == nil || !bytes.Equal(last.Document.Data, big) {
		t.Error("the copy does not show the document")
	}
	_, err := w.api.GetFile(tgbotapi.FileConfig{FileID: "AgACAgUAAxkBAAIzzz"})
	w.fails(err, 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	send := func(chat int64) error {
		_, err := w.api.Send(tgbotapi.NewMessage(chat, "x"))
		return err
	}
	w.fails(send(555), 400, "Bad Request: chat not found")
	w.fails(send(777), 403, "Forbidden: bot can't initiate conversation with a user")
	w.fails(send(w.bot.ID), 403, "Forbidden: bot can't send messages to bots")
	w.an.Open("")
	w.an.Block()
	w.fails(send(777), 403, "Forbidden: bot was blocked by the user")
	w.an.Unblock()
	if err := send(777); err != nil {
		t.Fatal(err)
	}
	updates := must(w.api.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1}))(t)
	if n := len(updates); n != 3 || updates[1].MyChatMember.NewChatMember.Status != "kicked" || updates[2].MyChatMember.NewChatMember.Status != "member" {
		t.Fatalf("block and unblock: %+v", updates)
	}
	w.an.DeleteAccount()
	w.fails(send(777), 403, "Forbidden: user is deactivated")

	binh := w.bot.User(778, "Bình", "vi")
	g := w.bot.Group(-42, "Tổ 12")
	w.fails(send(-42), 403, "Forbidden: bot is not a member of the group chat")
	g.AddBot(binh)
	if err := send(-42); err != nil {
		t.Fatal(err)
	}
	g.Mute(true)
	w.fails(send(-42), 400, "Bad Request: not enough rights to send text messages to the chat")
	g.Mute(false)
	up := g.Upgrade(binh, -1001234567890)
	if e := w.fails(send(-42), 400, "Bad Request: group chat was upgraded to a supergroup chat"); e.MigrateToChatID != up.ID() {
		t.Errorf("migrate to %d", e.MigrateToChatID)
	}
	up.Kick(binh)
	w.fails(send(up.ID()), 403, "Forbidden: bot was kicked from the supergroup chat")
	up.Delete()
	w.fails(send(up.ID()), 403, "Forbidden: the group chat was deleted")
}

func TestGroupPrivacy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	g := w.bot.Group(-42, "Tổ 12")
	g.AddBot(w.an)
	g.Text(w.an, "mọi người ơi")
	g.Text(w.an, "/menu")
	g.Text(w.an, "/menu@other_bot")
	g.Text(w.an, "/menu@ChungTay_bot")
	g.Promote(w.an)
	g.Text(w.an, "giờ bot nghe hết")
	var texts []string
	for _, u := range must(w.api.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1}))(t) {
		if u.Message != nil {
			texts = append(texts, u.Message.Text)
		}
	}
	if got, want := strings.Join(texts, "|"), "|/menu|/menu@ChungTay_bot|giờ bot nghe hết"; got != want {
		t.Errorf("the bot hears %q, want %q", got, want)
	}
}

func TestPersonSends(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simulator.TelegramOptions{})
	id := w.an.Text("nộp 500k nhé /huy @x")
	w.an.Contact("84912345678")
	w.an.ContactOf("Chị Ba", "84900000000", 0)
	w.an.Location(16.06, 108.2)
	w.an.Sticker("👍")
	w.an.Voice(3)
	w.an.Document("a.xlsx", []byte("PK"), "")
	w.an.Album("hai tấm", picture(t, 20, 20), picture(t, 30, 30))
	w.an.Forward("Ông Sáu", "chuyển tiếp")
	w.an.Edit(id, "nộp 600k nhé")
	w.bot.User(778, "Bình", "vi").PressFor(w.an, 99, "giả")
	got := must(w.api.GetUpdates(tgbotapi.UpdateConfig{Timeout: 1}))(t)
	if len(got) != 12 {
		t.Fatalf("%d updates", len(got))
	}
	e := got[0].Message.Entities
	if len(e) != 1 || e[0].Type != "bot_command" || e[0].Offset != 13 || e[0].Length != 4 {
		t.Errorf("command entity: %+v", e)
	}
	if c := got[1].Message.Contact; c.UserID != 777 || c.PhoneNumber != "84912345678" {
		t.Errorf("own contact: %+v", c)
	}
	if c := got[2].Message.Contact; c.UserID != 0 || c.FirstName != "Chị Ba" {
		t.Errorf("other's contact: %+v", c)
	}
	if got[3].Message.Location == nil || got[4].Message.Sticker.Emoji != "👍" || got[5].Message.Voice.Duration != 3 || got[6].Message.Document.FileName != "a.xlsx" {
		t.Error("location, sticker, voice or document is missing")
	}
	if a, b := got[7].Message, got[8].Message; a.MediaGroupID == "" || a.MediaGroupID != b.MediaGroupID || a.Caption != "hai tấm" || b.Caption != "" {
		t.Error("album")
	}
	if m := got[9].Message; m.ForwardSenderName != "Ông Sáu" || m.ForwardDate == 0 {
		t.Error("forward")
	}
	if m := got[10].EditedMessage; m.MessageID != id || m.Text != "nộp 600k nhé" {
		t.Error("edit")
	}
	if q := got[11].CallbackQuery; q.From.ID != 778 || q.Message.Date != 0 || q.Data != "giả" {
		t.Error("forged press")
	}
}

// updatesOf decodes a raw getUpdates answer.
func updatesOf(t testing.TB, r *tgbotapi.APIResponse) []tgbotapi.Update {
	t.Helper()
	var list []tgbotapi.Update
	if err := json.Unmarshal(r.Result, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func post(t testing.TB, u string, v url.Values) (*http.Response, string) {
	t.Helper()
	resp := must(http.PostForm(u, v))(t)
	defer func() { _ = resp.Body.Close() }()
	return resp, string(must(io.ReadAll(resp.Body))(t))
}

// refused is an error answer of the emulator.
type refused struct {
	code       int
	text       string
	retryAfter int
	migrateTo  int64
}

func (r *refused) Error() string { return r.text }

// refusalOf reads an answer and checks what holds for all of them.
func refusalOf(status int, body string) error {
	var a struct {
		Ok          bool
		Code        int `json:"error_code"`
		Description string
		Parameters  struct {
			RetryAfter int   `json:"retry_after"`
			MigrateTo  int64 `json:"migrate_to_chat_id"`
		}
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		return err
	}
	if a.Ok != (status == 200) || !a.Ok && a.Code != status {
		return errors.New("status and envelope differ: " + body)
	}
	if a.Ok {
		return nil
	}
	return &refused{a.Code, a.Description, a.Parameters.RetryAfter, a.Parameters.MigrateTo}
}

// try calls a method with a form of pairs.
func (w *world) try(method string, pairs ...string) error {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	resp, err := w.api.Client.(*http.Client).PostForm(w.base+"/bot"+w.bot.Token+"/"+method, v)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.ContentLength != int64(len(b)) {
		return errors.New("no Content-Length")
	}
	if (resp.StatusCode == http.StatusTooManyRequests) != (resp.Header.Get("Retry-After") != "") {
		return errors.New("Retry-After")
	}
	return refusalOf(resp.StatusCode, string(b))
}

// polling waits until a long poll waits.
func (w *world) polling() {
	w.t.Helper()
	w.until("somebody polls", w.bot.Polled)
}

func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	until(w.t, what, ok)
}

// until waits for something that the emulator tells only when asked.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick, end := time.NewTicker(time.Millisecond), time.NewTimer(20*time.Second)
	defer tick.Stop()
	defer end.Stop()
	for !ok() {
		select {
		case <-end.C:
			t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}
