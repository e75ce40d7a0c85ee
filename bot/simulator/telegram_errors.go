package simulator

import (
	"net/http"
	"strconv"
)

// telegramError is a refusal as the Bot API server words it.
type telegramError struct {
	code       int
	text       string // the whole description
	retryAfter int
	migrateTo  int64
}

func badRequest(text string) *telegramError {
	return &telegramError{code: http.StatusBadRequest, text: "Bad Request: " + text}
}

func forbidden(text string) *telegramError {
	return &telegramError{code: http.StatusForbidden, text: "Forbidden: " + text}
}

func conflict(text string) *telegramError {
	return &telegramError{code: http.StatusConflict, text: "Conflict: " + text}
}

func tooMany(seconds int) *telegramError {
	return &telegramError{code: http.StatusTooManyRequests, text: "Too Many Requests: retry after " + strconv.Itoa(seconds), retryAfter: seconds}
}

func cantParse(detail string) *telegramError { return badRequest("can't parse entities: " + detail) }

var (
	errNoMethod      = &telegramError{code: http.StatusNotFound, text: "Not Found: method not found"}
	errUTF8          = badRequest("strings must be encoded in UTF-8")
	errChatNotFound  = badRequest("chat not found")
	errTextEmpty     = badRequest("message text is empty")
	errTextLong      = badRequest("message is too long")
	errTextBytes     = badRequest("text is too long")
	errCaptionLong   = badRequest("message caption is too long")
	errParseMode     = badRequest("unsupported parse_mode")
	errNotModified   = badRequest("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	errEditNotFound  = badRequest("message to edit not found")
	errCantEdit      = badRequest("message can't be edited")
	errNoTextToEdit  = badRequest("there is no text in the message to edit")
	errNoCaption     = badRequest("there is no caption in the message to edit")
	errDelNotFound   = badRequest("message to delete not found")
	errCantDelete    = badRequest("message can't be deleted")
	errCopyNotFound  = badRequest("message to copy not found")
	errReplyNotFound = badRequest("message to be replied not found")
	errQueryOld      = badRequest("query is too old and response timeout expired or query ID is invalid")
	errBlocked       = forbidden("bot was blocked by the user")
	errDeactivated   = forbidden("user is deactivated")
	errInitiate      = forbidden("bot can't initiate conversation with a user")
	errToBot         = forbidden("bot can't send messages to bots")
	errGroupDeleted  = forbidden("the group chat was deleted")
	errNoRights      = badRequest("not enough rights to send text messages to the chat")
	errFileTooBig    = badRequest("file is too big")
	errNoFileID      = badRequest("file_id not specified")
	errBadFileID     = badRequest("invalid file_id")
	errWrongFileID   = badRequest("wrong file_id or the file is temporarily unavailable")
	errWrongAction   = badRequest("wrong parameter action in request")
	errMarkupObject  = badRequest("object expected as reply markup")
	errMarkupJSON    = badRequest("can't parse reply keyboard markup JSON object")
	errMarkupLong    = badRequest("reply markup is too long")
	errInlineArray   = badRequest(`field "inline_keyboard" must be of type Array`)
	errTextButton    = badRequest("text buttons are unallowed in the inline keyboard")
	errButtonData    = badRequest("BUTTON_DATA_INVALID")
	errButtonURL     = badRequest("BUTTON_URL_INVALID")
	errNoCommands    = badRequest("expected an Array of BotCommand")
	errPollTaken     = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
	errPollHook      = conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	errPollSetHook   = conflict("terminated by setWebhook request")
)

// fail replaces whatever was built so far by an error envelope.
func (x *exchange) fail(e *telegramError) {
	b := append(x.out[:0], `{"ok":false,"error_code":`...)
	b = appendInt(b, int64(e.code))
	b = append(b, `,"description":`...)
	b = appendString(b, e.text)
	switch {
	case e.retryAfter > 0:
		b = append(b, `,"parameters":{"retry_after":`...)
		b = appendInt(b, int64(e.retryAfter))
		b = append(b, '}')
	case e.migrateTo != 0:
		b = append(b, `,"parameters":{"migrate_to_chat_id":`...)
		b = appendInt(b, e.migrateTo)
		b = append(b, '}')
	}
	x.out = append(b, '}')
	x.status, x.retryAfter, x.outType = e.code, e.retryAfter, "application/json"
}
