// Package secondclient runs the emulated Telegram against gotgbot, a client library that the product does not
// use and that speaks the API in another way (JSON bodies, attach:// uploads). What passes here was not made to
// fit our own adapter. It is a module of its own so that the product does not depend on the library.
package secondclient
