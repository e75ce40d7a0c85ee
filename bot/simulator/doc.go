// Package simulator emulates the chat platforms over HTTP, so that the bot can be run, tested, loaded and
// killed without an account and without a network.
//
// A platform has two sides. The bot's side is the platform's own HTTP interface: the same paths, parameters,
// limits, error texts, long polling and webhooks, good enough for client libraries that know nothing of the
// emulation. The people's side is a Go interface (and the same over HTTP, under /control/): somebody opens the
// chat, writes, presses a button, blocks the bot, and reads what the chat shows.
//
// NewTelegram makes the Telegram Bot API. It is an http.Handler; Listen serves it on a port of its own with a
// leaner HTTP loop, which is what load tests should use.
package simulator
