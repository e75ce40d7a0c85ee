package simulator

// zaloError is a refusal. Codes are those of the platform's documents; its words are documented for few, so the
// others here are assumptions that nothing should read.
type zaloError struct {
	code int
	text string
	key  string // of the code in the answer; error_code when empty
}

func zaloBad(text string) *zaloError { return &zaloError{code: 400, text: "Bad Request: " + text} }

var (
	errZaloPath     = &zaloError{code: 404, text: "Not Found"}
	errZaloToken    = &zaloError{code: 401, text: "Unauthorized"}
	errZaloMethod   = zaloBad("method not found")
	errZaloIdle     = &zaloError{code: 408, text: "Request timeout"}
	errZaloServer   = &zaloError{code: 403, text: "Internal server error"} // so the documents name it
	errZaloQuota    = &zaloError{code: 429, text: "Quota exceeded"}
	errZaloTests    = &zaloError{code: 426, text: "Too many tests of the webhook today", key: "errorCode"}
	errZaloHooked   = zaloBad("getUpdates cannot be used while a webhook is set")
	errZaloNoHook   = zaloBad("no webhook is set")
	errZaloChat     = zaloBad("chat not found")
	errZaloNoText   = zaloBad("text must have 1 to 2000 characters")
	errZaloCaption  = zaloBad("caption must have at most 2000 characters")
	errZaloMode     = zaloBad("parse_mode must be markdown or html")
	errZaloStyles   = zaloBad("text_styles must be an array")
	errZaloUTF8     = zaloBad("text must be UTF-8")
	errZaloPhotoURL = zaloBad("photo must be a public URL")
	errZaloFetch    = zaloBad("photo could not be fetched")
	errZaloBig      = zaloBad("photo is too large")
	errZaloNoImage  = zaloBad("photo is not an image")
	errZaloSticker  = zaloBad("sticker is missing")
	errZaloVoice    = zaloBad("voice_url must be a public URL of an .aac file")
	errZaloAction   = zaloBad("action must be typing")
	errZaloHookURL  = zaloBad("url must be a public HTTPS address")
	errZaloSecret   = zaloBad("secret_token must have 8 to 256 characters")
	// errZaloBlocked is an assumption: how the platform answers when a person blocked the bot is not documented.
	errZaloBlocked = &zaloError{code: 403, text: "Forbidden: the user has blocked the bot"}
	errZaloKicked  = &zaloError{code: 403, text: "Forbidden: the bot is not in the group"}
)

// refuse replaces whatever was built so far by an error envelope.
func (x *exchange) refuse(e *zaloError, quiet bool) {
	key := e.key
	if key == "" {
		key = "error_code"
	}
	b := append(x.out[:0], `{"ok":false,"description":`...)
	b = appendString(b, e.text)
	b = append(b, `,"`...)
	b = append(b, key...)
	b = append(b, `":`...)
	b = appendInt(b, int64(e.code))
	x.out = append(b, '}')
	x.status, x.outType = e.code, "application/json"
	if quiet {
		x.status = 200
	}
}

// ZaloFault says what goes wrong with a bot's calls or events; Chat is a chat's id.
type ZaloFault = Fault[string]

// applyFault lets a fault of calls strike before the method runs.
func (c *zaloCallContext) applyFault() (faultOutcome, *ZaloFault) {
	b := c.b
	if b.active.Load() == 0 {
		return faultNone, nil
	}
	f := b.ofCall(c.m.name, func() string { return c.p.get("chat_id") })
	if f == nil {
		return faultNone, nil
	}
	switch f.Kind {
	case FaultTooMany:
		c.x.refuse(errZaloQuota, c.r.Quiet)
	case FaultServerError:
		c.x.refuse(errZaloServer, c.r.Quiet)
	case FaultQuiet:
		c.x.refuse(errZaloServer, true)
	case FaultGone:
		c.x.refuse(errZaloBlocked, c.r.Quiet)
	default:
		return b.z.suffer(c.x, f.Kind), f
	}
	return faultHandled, f
}
