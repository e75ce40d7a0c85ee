package simulator

import "time"

// ForgetPollTimes makes the next getUpdates the first, so that the rule about repeated offsets does not hold.
func (b *TelegramBot) ForgetPollTimes() {
	b.queue.mu.Lock()
	defer b.queue.mu.Unlock()
	b.queue.asked = time.Time{}
}
