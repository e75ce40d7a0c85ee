// Package simulator emulates the chat platforms over HTTP, so that the bot can be run, tested, loaded and
// killed without an account and without a network.
//
// A platform has two sides. The bot's side is the platform's own HTTP interface: the same paths, parameters,
// limits, error texts, long polling and webhooks, good enough for client libraries that know nothing of the
// emulation. The people's side is a Go interface (and the same over HTTP, under /control/): somebody opens the
// chat, writes, presses a button, blocks the bot, and reads what the chat shows.
//
// NewTelegram makes the Telegram Bot API, NewZalo the Zalo Bot Platform. Both are http.Handlers; Listen serves one
// on a port of its own with a leaner HTTP loop, which is what load tests should use. Neither reaches beyond this
// machine.
//
// Zalo's documents leave much open. What is assumed here, and must be tried with a real token one day:
//   - Somebody who blocked the bot, and a group that it is not in: 403. Somebody who never wrote: 400.
//   - Text is counted in code points, markup included, and refused above 2,000.
//   - Beyond the plan's people or messages events still come, and every send is refused with 429. People are
//     counted when they first write, months by the clock in Vietnam.
//   - setWebhook and testWebhook post {"event_name":"webhook.test"}, with the secret.
//   - A webhook has 10 seconds to answer. What it did not take is lost (ZaloRules.Retries), and events of one chat
//     come in order. Getting events by call and by webhook exclude each other with 400.
//   - Several that poll share the events.
//   - A link comes as text, a sticker with its id and an address.
package simulator
