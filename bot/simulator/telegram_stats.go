package simulator

import "time"

// TelegramStats counts what a bot did since the emulator was made.
type TelegramStats struct {
	Calls        map[string]int64 `json:"calls"`  // by method, those that failed included
	Errors       map[string]int64 `json:"errors"` // by method
	Updates      int64            `json:"updates"`
	Pending      int              `json:"pending"`
	HookFailures int64            `json:"hook_failures"`
	Downloads    int64            `json:"downloads"`
	CPU          time.Duration    `json:"cpu_ns"` // user and system time of this process; 0 where the system does not tell
}

// Replies counts what the load targets call a reply: a send or an edit that was done.
func (s *TelegramStats) Replies() int64 {
	n := int64(0)
	for _, m := range [...]string{
		"sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "copyMessage",
		"editMessageText", "editMessageCaption", "editMessageReplyMarkup",
	} {
		n += s.Calls[m] - s.Errors[m]
	}
	return n
}

// Stats reads the counters.
func (b *TelegramBot) Stats() TelegramStats {
	s := TelegramStats{
		Updates: b.stats.updates.Load(), Pending: b.Pending(),
		HookFailures: b.stats.hookFailures.Load(), Downloads: b.stats.downloads.Load(), CPU: processCPU(),
	}
	names := make([]string, len(b.t.methods))
	for _, m := range b.t.methods {
		names[m.index] = m.name
	}
	s.Calls, s.Errors = b.stats.byMethod(names)
	return s
}
