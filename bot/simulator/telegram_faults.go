package simulator

// TelegramFault says what goes wrong with a bot's calls or updates; Chat is a chat's id.
type TelegramFault = Fault[int64]

// applyFault lets a fault of calls strike before the method runs.
func (b *TelegramBot) applyFault(c *telegramCallContext) (faultOutcome, *TelegramFault) {
	if b.faults.active.Load() == 0 {
		return faultNone, nil
	}
	f := b.ofCall(c.m.name, func() int64 { return c.p.int("chat_id") })
	if f == nil {
		return faultNone, nil
	}
	switch f.Kind {
	case FaultTooMany:
		c.x.fail(tooMany(f.RetryAfter))
	case FaultServerError:
		c.x.fail(&telegramError{code: 500, text: "Internal Server Error"})
	case FaultGone:
		c.x.fail(errBlocked)
	case FaultQuiet:
		c.x.fail(&telegramError{code: 500, text: "Internal Server Error"})
		c.x.status = 200
	default:
		return b.t.suffer(c.x, f.Kind), f
	}
	return faultHandled, f
}
