package telegram

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"chungtay/bot"
)

// Send delivers a message and returns its message_id. A message that is to change another one and cannot is
// sent as a new one; one that would change nothing is delivered already.
func (c *Channel) Send(ctx context.Context, chat string, m bot.Message) (string, error) {
	id, err := chatID(chat)
	if err != nil {
		return "", err
	}
	m.Text = strings.ToValidUTF8(m.Text, "")
	ref, err := c.send(ctx, id, m)
	if gone, _ := strconv.Atoi(m.Remove); err == nil && gone > 0 {
		_, _ = c.call(ctx, callTime).Request(tgbotapi.NewDeleteMessage(id, gone)) // it may be gone, or too old
	}
	return ref, err
}

func (c *Channel) send(ctx context.Context, id int64, m bot.Message) (string, error) {
	if len(m.Photo)+len(m.File) > 0 {
		return c.sendFile(ctx, id, m)
	}
	if m.Replace != "" {
		ref, done, err := c.edit(ctx, id, m)
		if done {
			return ref, err
		}
	}
	text := tgbotapi.NewMessage(id, m.Text)
	text.ParseMode = parseMode(m)
	text.DisableWebPagePreview = true
	if keyboard := markup(m.Rows); keyboard != nil {
		text.ReplyMarkup = keyboard
	}
	return c.deliver(ctx, callTime, text)
}

// deliver runs a call that answers with a message.
func (c *Channel) deliver(ctx context.Context, most time.Duration, request tgbotapi.Chattable) (string, error) {
	resp, err := c.call(ctx, most).Request(request)
	if err != nil {
		return "", sendError(resp, err)
	}
	return messageRef(resp)
}

func messageRef(resp *tgbotapi.APIResponse) (string, error) {
	var sent struct {
		MessageID int64 `json:"message_id"`
	}
	if err := json.Unmarshal(resp.Result, &sent); err != nil || sent.MessageID == 0 {
		return "", &bot.SendError{Class: bot.Unknown, Sent: true, Err: errors.New("telegram: the answer holds no message")}
	}
	return strconv.FormatInt(sent.MessageID, 10), nil
}

// edit changes a message that was sent; done is false when a new one has to be sent in its place. The
// platform takes away the keyboard of a message that is edited without one.
func (c *Channel) edit(ctx context.Context, chat int64, m bot.Message) (ref string, done bool, err error) {
	id, _ := strconv.Atoi(m.Replace)
	if id <= 0 {
		return "", false, nil
	}
	change := tgbotapi.NewEditMessageText(chat, id, m.Text)
	change.ParseMode = parseMode(m)
	change.DisableWebPagePreview = true
	change.ReplyMarkup = markup(m.Rows)
	resp, err := c.call(ctx, callTime).Request(change)
	switch {
	case err == nil, says(err, "message is not modified"):
		return m.Replace, true, nil
	case says(err, "message to edit not found", "message can't be edited", "there is no text in the message to edit", "MESSAGE_ID_INVALID"):
		return "", false, nil
	}
	return "", true, sendError(resp, err)
}

// sendFile sends a picture, or any other file as a document. A text that is too long for a caption follows as
// a message of its own, with the buttons; where only that part fails, the whole is repeated by the caller.
func (c *Channel) sendFile(ctx context.Context, chat int64, m bot.Message) (string, error) {
	caption, apart := m.Text, utf8.RuneCountInString(m.Text) > c.Caps().MaxCaption
	if apart {
		caption = ""
	}
	keyboard := markup(m.Rows)
	ref, err := c.upload(ctx, chat, m, caption, keyboard, apart)
	if err != nil || !apart {
		return ref, err
	}
	text := tgbotapi.NewMessage(chat, m.Text)
	text.ParseMode = parseMode(m)
	text.DisableWebPagePreview = true
	if keyboard != nil {
		text.ReplyMarkup = keyboard
	}
	return c.deliver(ctx, callTime, text)
}

func (c *Channel) upload(ctx context.Context, chat int64, m bot.Message, caption string, keyboard *tgbotapi.InlineKeyboardMarkup, apart bool) (string, error) {
	file := tgbotapi.FileBytes{Name: fileName(m.Mime), Bytes: m.Photo}
	if len(m.File) > 0 {
		file = tgbotapi.FileBytes{Name: cmp.Or(m.FileName, fileName(m.Mime)), Bytes: m.File}
	}
	base := tgbotapi.BaseChat{ChatID: chat}
	if keyboard != nil && !apart {
		base.ReplyMarkup = keyboard
	}
	if len(m.File) == 0 && (strings.HasPrefix(m.Mime, "image/") || m.Mime == "") {
		photo := tgbotapi.PhotoConfig{BaseFile: tgbotapi.BaseFile{BaseChat: base, File: file}, Caption: caption, ParseMode: parseMode(m)}
		resp, err := c.call(ctx, uploadTime).Request(photo)
		if err == nil {
			return messageRef(resp)
		}
		if !says(err, "IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS", "PHOTO_EXT_INVALID") {
			return "", sendError(resp, err)
		}
	}
	return c.deliver(ctx, uploadTime, tgbotapi.DocumentConfig{BaseFile: tgbotapi.BaseFile{BaseChat: base, File: file}, Caption: caption, ParseMode: parseMode(m)})
}

// parseMode is how the platform is to read a message's text.
func parseMode(m bot.Message) string {
	if m.HTML {
		return tgbotapi.ModeHTML
	}
	return ""
}

// fileName is what the person sees when they keep the file.
func fileName(mime string) string {
	switch mime {
	case "image/png":
		return "anh.png"
	case "image/webp":
		return "anh.webp"
	case "application/pdf":
		return "tai-lieu.pdf"
	case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
		return "bang.xlsx"
	case "text/csv":
		return "bang.csv"
	}
	if strings.HasPrefix(mime, "image/") || mime == "" {
		return "anh.jpg"
	}
	return "tep"
}

// markup makes an inline keyboard, nil for none: the library would write an empty one as null, which the
// platform refuses.
func markup(rows [][]bot.Button) *tgbotapi.InlineKeyboardMarkup {
	var keyboard [][]tgbotapi.InlineKeyboardButton
	for _, row := range rows {
		var line []tgbotapi.InlineKeyboardButton
		for _, b := range row {
			if b.URL != "" {
				line = append(line, tgbotapi.NewInlineKeyboardButtonURL(b.Label, b.URL))
			} else {
				line = append(line, tgbotapi.NewInlineKeyboardButtonData(b.Label, b.Data))
			}
		}
		if len(line) > 0 {
			keyboard = append(keyboard, line)
		}
	}
	if keyboard == nil {
		return nil
	}
	return &tgbotapi.InlineKeyboardMarkup{InlineKeyboard: keyboard}
}
