package channeltest_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chungtay/bot"
	"chungtay/bot/channeltest"
	"chungtay/bot/simulator"
	"chungtay/bot/zalo"
)

const (
	zaloToken  = "4000001:zzconformance-token_XYZ"
	zaloSecret = "conformance_secret-1"
	zaloChat   = "6ede9afa66b88fe6d6a9"
)

func TestZalo(t *testing.T) {
	for name, rules := range map[string]simulator.ZaloRules{
		"as documented": {Retries: 3},
		"as seen":       {Retries: 3, Flat: true, PhotoURL: true, Quiet: true},
	} {
		t.Run(name, func(t *testing.T) {
			channeltest.Run(t, func(t *testing.T) channeltest.Platform {
				p := &zaloPlatform{}
				p.sim = simulator.NewZalo(simulator.ZaloOptions{Bot: simulator.ZaloProfile{Token: zaloToken}, Second: 20 * time.Millisecond, Rules: rules})
				t.Cleanup(p.sim.Close)
				var err error
				if p.base, err = p.sim.Listen("127.0.0.1:0"); err != nil {
					t.Fatal(err)
				}
				pictures := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(picture()) }))
				t.Cleanup(pictures.Close)
				p.pictures = pictures.URL + "/anh.png"
				p.an = p.sim.Bot().User(zaloChat, "An")
				p.an.Text("/start")
				return p
			})
		})
	}
}

// zaloPlatform drives the emulated Zalo.
type zaloPlatform struct {
	sim      *simulator.Zalo
	base     string
	pictures string
	an       *simulator.ZaloUser
	log      logBuffer
	minutes  atomic.Int64
}

// New makes a channel whose clock runs a minute further each time it is looked at: that a person blocked the bot is
// learned from refusals over ten minutes.
func (p *zaloPlatform) New(t testing.TB, hook string) bot.Channel {
	o := zalo.Options{
		Token: zaloToken, APIURL: p.base, WebhookURL: hook, Log: slog.New(slog.NewTextHandler(&p.log, nil)),
		Now: func() time.Time { return time.Now().Add(time.Duration(p.minutes.Add(1)) * time.Minute) },
	}
	if hook != "" {
		o.WebhookSecret = zaloSecret
	}
	ch, err := zalo.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func (p *zaloPlatform) Chat() string { return zaloChat }
func (p *zaloPlatform) Secrets() []string {
	return []string{zaloToken, "zzconformance", zaloSecret}
}

func (p *zaloPlatform) Log() string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return p.log.b.String()
}

func (p *zaloPlatform) Text(text string)   { p.an.Text(text) }
func (p *zaloPlatform) Photo(data []byte)  { p.an.Photo(data, "") }
func (p *zaloPlatform) Press(string)       {}
func (p *zaloPlatform) Once() bool         { return true }
func (p *zaloPlatform) Block()             { p.an.Block() }
func (p *zaloPlatform) Picture() []byte    { return picture() }
func (p *zaloPlatform) PictureURL() string { return p.pictures }
func (p *zaloPlatform) Poison() {
	p.sim.Bot().Push(zaloChat, `{"event_name":"message.text.received","message":"poison"}`)
}

func (p *zaloPlatform) Twice() {
	p.sim.Bot().Fault(simulator.ZaloFault{Kind: simulator.FaultDuplicate})
}

func (p *zaloPlatform) Fail(f channeltest.Fault) {
	if f == channeltest.Revoked {
		p.sim.Bot().Revoke()
		return
	}
	p.sim.Bot().Fault(simulator.ZaloFault{Kind: faultKinds[f], Method: "sendMessage"})
}

func (p *zaloPlatform) Messages() []channeltest.Shown {
	var all []channeltest.Shown
	for _, m := range p.an.Messages() {
		if m.FromBot {
			all = append(all, channeltest.Shown{Text: m.Body(), Photo: m.Photo != nil})
		}
	}
	return all
}

func (p *zaloPlatform) Forged(url string) []*http.Request {
	body := `{"ok":true,"result":{"event_name":"message.text.received","message":{"from":{"id":"` + zaloChat + `"},"chat":{"id":"` + zaloChat + `","chat_type":"PRIVATE"},"message_id":"1","date":1,"text":"giả"}}}`
	var all []*http.Request
	for _, secret := range []string{"", "x", zaloSecret + "x", strings.ToUpper(zaloSecret)} {
		r := p.Genuine(url, strings.NewReader(body))
		if r.Header.Del("X-Bot-Api-Secret-Token"); secret != "" {
			r.Header.Set("X-Bot-Api-Secret-Token", secret)
		}
		all = append(all, r)
	}
	return all
}

func (p *zaloPlatform) Genuine(url string, body io.Reader) *http.Request {
	r, err := http.NewRequest(http.MethodPost, url, body)
	if err != nil {
		panic(err)
	}
	if body == nil {
		r.Body = http.NoBody
	}
	r.Header.Set("X-Bot-Api-Secret-Token", zaloSecret)
	return r
}
