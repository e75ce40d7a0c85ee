package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot/simulator"
	"chungtay/storage/storagetest"
)

// soakPlatform is the emulated platform of a soak.
type soakPlatform interface {
	environ() map[string]string // of the bot
	phone(i int) soakPhone      // of the i-th person
	trouble()                   // arms what goes wrong
	calm()
	stats() string
}

// soakPhone is a person's phone. What they do is done when the bot has it, or would have it on this platform.
type soakPhone interface {
	// text writes; answers tells whether a message is what the bot says to it.
	text(s string, answers func(soakMessage) bool)
	// save presses Lưu under a message.
	save(m soakMessage, answers func(soakMessage) bool)
	await(ctx context.Context, match func(soakMessage) bool) (soakMessage, error)
	all() []soakMessage
}

// soakMessage is what the bot said.
type soakMessage struct {
	text  string
	asks  bool // it offers Lưu
	id    int
	press string
}

func says(words string) func(soakMessage) bool {
	return func(m soakMessage) bool { return strings.Contains(m.text, words) }
}

// telegramSoak is an emulated Telegram, polled.
type telegramSoak struct {
	sim *simulator.Telegram
	api string
}

func newTelegramSoak(t *testing.T) telegramSoak {
	sim := simulator.NewTelegram(simulator.TelegramOptions{Latency: 5 * time.Millisecond, History: 100_000, Seed: *soakSeed})
	t.Cleanup(sim.Close)
	api, err := sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return telegramSoak{sim, api}
}

func (s telegramSoak) environ() map[string]string {
	return map[string]string{"TELEGRAM_TOKEN": simulator.DefaultTelegramToken, "TELEGRAM_API_URL": s.api}
}

func (s telegramSoak) trouble() {
	for kind, rate := range map[simulator.FaultKind]float64{
		simulator.FaultDuplicate: 0.05, simulator.FaultTooMany: 0.003, simulator.FaultServerError: 0.01, simulator.FaultBadGateway: 0.01, simulator.FaultCutBefore: 0.01,
	} {
		s.sim.Bot().Fault(simulator.TelegramFault{Kind: kind, Rate: rate})
	}
}

func (s telegramSoak) calm()         { s.sim.Bot().ClearFaults() }
func (s telegramSoak) stats() string { return fmt.Sprintf("%+v", s.sim.Bot().Stats()) }

func (s telegramSoak) phone(i int) soakPhone {
	return telegramPhone{s.sim.Bot().User(int64(5000+i), "Mẫu", "vi")}
}

type telegramPhone struct{ user *simulator.TelegramUser }

func (p telegramPhone) text(s string, _ func(soakMessage) bool) { p.user.Text(s) }

func (p telegramPhone) save(m soakMessage, _ func(soakMessage) bool) { p.user.PressData(m.id, m.press) }

func (p telegramPhone) read(c *simulator.TelegramCall) soakMessage {
	button, asks := c.Message.Button("Lưu")
	return soakMessage{text: c.Message.Text, asks: asks, id: c.Message.ID, press: button.Data}
}

func (p telegramPhone) await(ctx context.Context, match func(soakMessage) bool) (soakMessage, error) {
	call, err := p.user.Await(ctx, func(c *simulator.TelegramCall) bool { return c.Shows() && match(p.read(c)) })
	return p.read(&call), err
}

func (p telegramPhone) all() (list []soakMessage) {
	for _, c := range p.user.Calls() {
		if c.Shows() {
			list = append(list, p.read(&c))
		}
	}
	return list
}

// zaloSoak is an emulated Zalo, which calls the bot's webhook once an event.
type zaloSoak struct {
	sim  *simulator.Zalo
	api  string
	hook string // host and port where the bot listens, the same for every process

	ends sync.Map // message id -> chan simulator.ZaloEvent
}

func newZaloSoak(t *testing.T) *zaloSoak {
	s := &zaloSoak{hook: storagetest.FreeAddr(t)}
	s.sim = simulator.NewZalo(simulator.ZaloOptions{
		Latency: 5 * time.Millisecond, History: 100_000, Seed: *soakSeed,
		OnEvent: func(e simulator.ZaloEvent) {
			select {
			case s.end(e.Message) <- e:
			default: // the other one of two of the same
			}
		},
	})
	t.Cleanup(s.sim.Close)
	var err error
	if s.api, err = s.sim.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return s
}

// end is where the end of an event is told.
func (s *zaloSoak) end(message string) chan simulator.ZaloEvent {
	c, _ := s.ends.LoadOrStore(message, make(chan simulator.ZaloEvent, 1))
	return c.(chan simulator.ZaloEvent)
}

func (s *zaloSoak) environ() map[string]string {
	return map[string]string{
		"ZALO_BOT_TOKEN": simulator.DefaultZaloToken, "ZALO_API_URL": s.api, "HTTP_ADDR": s.hook,
		"ZALO_WEBHOOK_URL": "http://" + s.hook + "/zalo", "ZALO_WEBHOOK_SECRET": "soak-soak-soak",
	}
}

// trouble leaves out 429, which on Zalo is the end of the month's messages.
func (s *zaloSoak) trouble() {
	for kind, rate := range map[simulator.FaultKind]float64{
		simulator.FaultDuplicate: 0.05, simulator.FaultServerError: 0.005, simulator.FaultQuiet: 0.005, simulator.FaultBadGateway: 0.01, simulator.FaultCutBefore: 0.01,
	} {
		s.sim.Bot().Fault(simulator.ZaloFault{Kind: kind, Rate: rate})
	}
}

func (s *zaloSoak) calm()         { s.sim.Bot().ClearFaults() }
func (s *zaloSoak) stats() string { return fmt.Sprintf("%+v", s.sim.Bot().Stats()) }

func (s *zaloSoak) phone(i int) soakPhone {
	return &zaloPhone{s, s.sim.Bot().User(fmt.Sprint("mau-", i), "Mẫu")}
}

type zaloPhone struct {
	soak *zaloSoak
	user *simulator.ZaloUser
}

// zaloDoubt is how long a person waits for the answer to a message that was not taken: the bot may have stored it
// and died before it said so. Then they write it again.
const zaloDoubt = 15 * time.Second

func (p *zaloPhone) text(s string, answers func(soakMessage) bool) {
	for {
		calls := p.user.Calls()
		n := 0
		if len(calls) > 0 {
			n = calls[len(calls)-1].N
		}
		e := <-p.soak.end(p.user.Text(s))
		if !e.Lost || e.Doubt && p.answered(n, answers) {
			return
		}
		load(100 * time.Millisecond) // nobody listens: the bot is dead
	}
}

// answered tells whether an answer comes after the n-th call.
func (p *zaloPhone) answered(n int, answers func(soakMessage) bool) bool {
	ctx, cancel := context.WithTimeout(context.Background(), zaloDoubt)
	defer cancel()
	for {
		calls, err := p.user.After(ctx, n)
		if err != nil {
			return false
		}
		for _, c := range calls {
			if n = c.N; c.Shows() && answers(p.read(&c)) {
				return true
			}
		}
	}
}

func (p *zaloPhone) save(_ soakMessage, answers func(soakMessage) bool) { p.text("1", answers) }

func (p *zaloPhone) read(c *simulator.ZaloCall) soakMessage {
	return soakMessage{text: c.Message.Text, asks: strings.Contains(c.Message.Text, "1. Lưu")}
}

func (p *zaloPhone) await(ctx context.Context, match func(soakMessage) bool) (soakMessage, error) {
	call, err := p.user.Await(ctx, func(c *simulator.ZaloCall) bool { return c.Shows() && match(p.read(c)) })
	return p.read(&call), err
}

func (p *zaloPhone) all() (list []soakMessage) {
	for _, c := range p.user.Calls() {
		if c.Shows() {
			list = append(list, p.read(&c))
		}
	}
	return list
}
