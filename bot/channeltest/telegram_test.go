package channeltest_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/channeltest"
	"chungtay/bot/simulator"
	"chungtay/bot/telegram"
)

const (
	telegramToken  = "1000001:AAconformance-token_XYZ"
	telegramSecret = "conformance_secret-1"
)

func TestTelegram(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) channeltest.Platform {
		p := &telegramPlatform{}
		p.sim = simulator.NewTelegram(simulator.TelegramOptions{Bot: simulator.TelegramProfile{Token: telegramToken}, Second: 20 * time.Millisecond})
		t.Cleanup(p.sim.Close)
		var err error
		if p.base, err = p.sim.Listen("127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		p.an = p.sim.Bot().User(77712345, "An", "vi")
		p.an.Open("")
		return p
	})
}

// telegramPlatform drives the emulated Telegram.
type telegramPlatform struct {
	sim  *simulator.Telegram
	base string
	an   *simulator.TelegramUser
	log  logBuffer
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (p *telegramPlatform) New(t testing.TB, hook string) bot.Channel {
	ch, err := telegram.New(telegram.Options{
		Token: telegramToken, APIURL: p.base, WebhookURL: hook, WebhookSecret: telegramSecret, Log: slog.New(slog.NewTextHandler(&p.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func (p *telegramPlatform) Chat() string { return "77712345" }
func (p *telegramPlatform) Secrets() []string {
	return []string{telegramToken, "conformance-token", telegramSecret}
}

func (p *telegramPlatform) Log() string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return p.log.b.String()
}

func (p *telegramPlatform) Text(text string)  { p.an.Text(text) }
func (p *telegramPlatform) Photo(data []byte) { p.an.Photo(data, "") }
func (p *telegramPlatform) Press(label string) {
	p.an.PressLabel(label)
}
func (p *telegramPlatform) Once() bool { return false }
func (p *telegramPlatform) Block()     { p.an.Block() }
func (p *telegramPlatform) Poison()    { p.sim.Bot().Push(77712345, `"message":"poison"`) }
func (p *telegramPlatform) Twice() {
	p.sim.Bot().Fault(simulator.TelegramFault{Kind: simulator.FaultDuplicate})
}

// faultKinds are the faults by what the emulators call them.
var faultKinds = map[channeltest.Fault]simulator.FaultKind{
	channeltest.TooFast: simulator.FaultTooMany, channeltest.ServerError: simulator.FaultServerError, channeltest.BadGateway: simulator.FaultBadGateway,
	channeltest.CutBefore: simulator.FaultCutBefore, channeltest.CutAfter: simulator.FaultCutAfter,
}

func (p *telegramPlatform) Fail(f channeltest.Fault) {
	if f == channeltest.Revoked {
		p.sim.Bot().Revoke()
		return
	}
	p.sim.Bot().Fault(simulator.TelegramFault{Kind: faultKinds[f], Method: "sendMessage", RetryAfter: 2})
}

func (p *telegramPlatform) Messages() []channeltest.Shown {
	var all []channeltest.Shown
	for _, m := range p.an.Messages() {
		if !m.FromBot || m.Deleted {
			continue
		}
		s := channeltest.Shown{Text: m.Body(), Photo: m.Photo != nil}
		if m.Document != nil {
			s.File = m.Document.Name
		}
		for _, row := range m.Buttons {
			var labels []string
			for _, b := range row {
				labels = append(labels, b.Text)
			}
			s.Rows = append(s.Rows, labels)
		}
		all = append(all, s)
	}
	return all
}

func (p *telegramPlatform) Forged(url string) []*http.Request {
	body := `{"update_id":1,"message":{"message_id":1,"from":{"id":77712345,"is_bot":false},"chat":{"id":77712345,"type":"private"},"date":1763800000,"text":"giả"}}`
	var all []*http.Request
	for _, secret := range []string{"", "x", telegramSecret + "x", strings.ToUpper(telegramSecret)} {
		r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		if secret != "" {
			r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		}
		all = append(all, r)
	}
	return all
}

func (p *telegramPlatform) Genuine(url string, body io.Reader) *http.Request {
	r, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		panic(err)
	}
	if body == nil {
		r.Body = http.NoBody
	}
	r.Header.Set("X-Telegram-Bot-Api-Secret-Token", telegramSecret)
	return r
}

func (p *telegramPlatform) Picture() []byte    { return picture() }
func (p *telegramPlatform) PictureURL() string { return "" }

func picture() []byte {
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = byte(i * i)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}
