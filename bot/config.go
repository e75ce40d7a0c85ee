package bot

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/caarlos0/env/v11"

	"chungtay/storage/records"
)

// Config is what the program takes from its environment. The fields are the table: name, default, whether it is a
// secret, and help. The names are a contract: other tools drive the program by them.
//
// Every secret NAME can be given as NAME_FILE instead, the path of a file that holds it.
type Config struct {
	TelegramToken         string           `env:"TELEGRAM_TOKEN" secret:"true" help:"token of the Telegram bot, from @BotFather"`
	TelegramAPIURL        string           `env:"TELEGRAM_API_URL" envDefault:"https://api.telegram.org" help:"Telegram's server, for methods and files"`
	TelegramWebhookURL    string           `env:"TELEGRAM_WEBHOOK_URL" help:"public address Telegram calls; unset: long polling"`
	TelegramWebhookSecret string           `env:"TELEGRAM_WEBHOOK_SECRET" secret:"true" help:"what Telegram proves itself with: 1 to 256 of A-Z a-z 0-9 _ -"`
	ZaloToken             string           `env:"ZALO_BOT_TOKEN" secret:"true" help:"token of the Zalo bot, from Zalo Bot Creator"`
	ZaloAPIURL            string           `env:"ZALO_API_URL" envDefault:"https://bot-api.zaloplatforms.com" help:"Zalo's server"`
	ZaloWebhookURL        string           `env:"ZALO_WEBHOOK_URL" help:"public address Zalo calls; unset: polling, which is for development"`
	ZaloWebhookSecret     string           `env:"ZALO_WEBHOOK_SECRET" secret:"true" help:"what Zalo proves itself with: 8 to 256 of A-Z a-z 0-9 _ -"`
	ZaloPlanUsers         int              `env:"ZALO_PLAN_USERS" envDefault:"50" help:"people that the Zalo plan allows the bot; 0: any number"`
	ZaloPlanMessages      int              `env:"ZALO_PLAN_MESSAGES" envDefault:"3000" help:"messages that the Zalo plan allows in a month; 0: any number"`
	ZaloPlanStaff         int              `env:"ZALO_PLAN_STAFF" envDefault:"10" help:"of those people, seats kept for group leaders and officers; cards for households leave them free"`
	BulkAWeek             int              `env:"BULK_A_WEEK" envDefault:"3" help:"broadcasts that one person gets in a week; storm warnings do not count"`
	PublicURL             string           `env:"PUBLIC_URL" help:"public address of HTTP_ADDR, for short-lived links to pictures and files"`
	DatabaseURL           string           `env:"DATABASE_URL" envDefault:"sqlite:data/chungtay.db" secret:"true" help:"records: postgres://... or sqlite:PATH"`
	RedisURL              string           `env:"REDIS_URL" secret:"true" help:"conversations: redis://...; unset: in the same SQLite file"`
	HTTPAddr              string           `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080" help:"address of webhooks, links, /healthz and /readyz"`
	MetricsAddr           string           `env:"METRICS_ADDR" envDefault:"127.0.0.1:9090" help:"address of /metrics"`
	DataKey               string           `env:"DATA_KEY" secret:"true" help:"key that phones and platform ids are encrypted with at rest"`
	DataKeyOld            string           `env:"DATA_KEY_OLD" secret:"true" help:"the DATA_KEY of before, while something sealed with it is left: see chungtay rotate-key"`
	SePayWebhookSecret    string           `env:"SEPAY_WEBHOOK_SECRET" secret:"true" help:"what SePay signs what it tells of money that came with: POST /bank/sepay"`
	SePayAPIKey           string           `env:"SEPAY_API_KEY" secret:"true" help:"SePay's API key, where it does not sign"`
	CassoWebhookSecret    string           `env:"CASSO_WEBHOOK_SECRET" secret:"true" help:"checksum key of Casso's webhook, version 2: POST /bank/casso"`
	CassoToken            string           `env:"CASSO_SECURE_TOKEN" secret:"true" help:"secure token of Casso's first version"`
	HelpPhone             string           `env:"HELP_PHONE" envDefault:"1022" help:"whom people are told to call where their ward has set no phone"`
	Timezone              string           `env:"TIMEZONE" envDefault:"Asia/Ho_Chi_Minh" help:"zone of dates and hours for people"`
	LogLevel              string           `env:"LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	DemoClock             string           `env:"DEMO_CLOCK" help:"RFC 3339 time the program believes it is at its start, or stdin: lines of standard input move the clock; for trials, never with a real token"`
	Location              *time.Location   `env:"-"`
	Level                 slog.Level       `env:"-"`
	Clock                 func() time.Time `env:"-"`
	Ahead                 *atomic.Int64    `env:"-"` // with DEMO_CLOCK=stdin: how far Clock is ahead of the real time, in ns
}

const (
	realTelegram = "https://api.telegram.org"
	realZalo     = "https://bot-api.zaloplatforms.com"
)

// Setting is one row of the table with its value.
type Setting struct {
	Name, Default, Type, Help string
	Secret                    bool
	Value                     string
}

// ConfigFrom reads an environment ("NAME=value"). Its error lists everything that is wrong, one a line, each with what to
// do; no error shows a secret.
func ConfigFrom(environ []string) (Config, error) {
	vars := map[string]string{}
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			vars[k] = v
		}
	}
	var c Config
	var problems []error
	for _, s := range settings(nil) {
		if s.Secret {
			if err := readFile(vars, s.Name); err != nil {
				problems = append(problems, err)
			}
		}
		if strings.TrimSpace(vars[s.Name]) == "" {
			delete(vars, s.Name) // empty is unset
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: vars}); err != nil {
		var all env.AggregateError
		if errors.As(err, &all) {
			problems = append(problems, all.Errors...)
		} else {
			problems = append(problems, err)
		}
	}
	for _, p := range []*string{&c.TelegramToken, &c.TelegramWebhookSecret, &c.ZaloToken, &c.ZaloWebhookSecret, &c.DataKey, &c.DatabaseURL, &c.RedisURL, &c.SePayWebhookSecret, &c.SePayAPIKey, &c.CassoWebhookSecret, &c.CassoToken} {
		*p = strings.TrimSpace(*p)
	}
	for _, p := range []*string{&c.TelegramAPIURL, &c.ZaloAPIURL, &c.PublicURL} {
		*p = strings.TrimRight(strings.TrimSpace(*p), "/")
	}
	problems = append(problems, c.check()...)
	return c, errors.Join(problems...)
}

// Plan is what Zalo allows the bot; none without a token.
func (c *Config) Plan() records.Plan {
	if c.ZaloToken == "" {
		return records.Plan{}
	}
	bot, _, _ := strings.Cut(c.ZaloToken, ":")
	return records.Plan{Channel: "zalo", Bot: bot, Users: c.ZaloPlanUsers, Messages: c.ZaloPlanMessages, Staff: c.ZaloPlanStaff}
}

// readFile puts the contents of the file that NAME_FILE names in the place of NAME.
func readFile(vars map[string]string, name string) error {
	path := vars[name+"_FILE"]
	if path == "" {
		return nil
	}
	if vars[name] != "" {
		return fmt.Errorf("%s and %s_FILE are both set; keep one", name, name)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return fmt.Errorf("%s_FILE: %s: %w", name, path, err)
	}
	if vars[name] = strings.TrimSpace(string(b)); vars[name] == "" {
		return fmt.Errorf("%s_FILE: %s is empty", name, path)
	}
	return nil
}

var (
	tokenForm      = regexp.MustCompile(`^[1-9][0-9]*:[A-Za-z0-9_-]+$`)
	secretForm     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)
	zaloTokenForm  = regexp.MustCompile(`^[0-9]{1,30}:[A-Za-z0-9_.~=+-]{1,200}$`)
	zaloSecretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{8,256}$`)
)

// check reports every setting that cannot be, and fills what follows from the settings.
func (c *Config) check() (problems []error) {
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	c.checkTelegram(bad)
	c.checkZalo(bad)
	c.checkPublic(bad)
	if hooks := c.Hooks(); len(hooks) == 2 && hooks["telegram"] == hooks["zalo"] {
		bad("TELEGRAM_WEBHOOK_URL and ZALO_WEBHOOK_URL have the same path %s; give each a path of its own, as /telegram and /zalo", hooks["zalo"])
	}
	c.checkStores(bad)
	for name, secret := range map[string]string{
		"SEPAY_WEBHOOK_SECRET": c.SePayWebhookSecret, "SEPAY_API_KEY": c.SePayAPIKey, "CASSO_WEBHOOK_SECRET": c.CassoWebhookSecret, "CASSO_SECURE_TOKEN": c.CassoToken,
	} {
		if secret != "" && len(secret) < minBankSecret {
			bad("%s is shorter than %d characters: anyone could guess it and tell of money that never came", name, minBankSecret)
		}
	}
	for _, a := range []struct{ name, addr string }{{"HTTP_ADDR", c.HTTPAddr}, {"METRICS_ADDR", c.MetricsAddr}} {
		if _, _, err := net.SplitHostPort(a.addr); err != nil {
			bad("%s must be HOST:PORT, as in 127.0.0.1:8080", a.name)
		}
	}
	var err error
	if c.Location, err = time.LoadLocation(c.Timezone); err != nil {
		bad("TIMEZONE is unknown; for Vietnam leave it unset")
		c.Location = time.FixedZone("+07", 7*60*60)
	}
	if err := c.Level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		bad("LOG_LEVEL must be debug, info, warn or error")
	}
	c.Clock = time.Now
	if c.DemoClock != "" {
		start, err := time.Parse(time.RFC3339, c.DemoClock)
		if err != nil && c.DemoClock != "stdin" {
			bad("DEMO_CLOCK must be a time as in 2026-11-11T09:00:00+07:00, or stdin")
		}
		if c.realToken() {
			bad("DEMO_CLOCK is set with a real token: people would be told of dates that are not; unset one of them")
		}
		began := time.Now()
		c.Clock = func() time.Time { return start.Add(time.Since(began)) }
		if c.DemoClock == "stdin" {
			ahead := new(atomic.Int64)
			c.Ahead, c.Clock = ahead, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		}
	}
	return problems
}

// minBankSecret is the fewest characters of what a service that watches accounts proves itself with.
const minBankSecret = 16

// webAddress reads an address of the web; nil: it is none.
func webAddress(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil
	}
	return u
}

func (c *Config) checkTelegram(bad func(string, ...any)) {
	if c.TelegramToken != "" && (!tokenForm.MatchString(c.TelegramToken) || len(c.TelegramToken) > 80) {
		bad("TELEGRAM_TOKEN does not look like a token (123456:ABC...); copy it again from @BotFather")
	}
	if webAddress(c.TelegramAPIURL) == nil {
		bad("TELEGRAM_API_URL is no http or https address")
	}
	if c.TelegramWebhookURL != "" {
		u := webAddress(c.TelegramWebhookURL)
		switch {
		case u == nil:
			bad("TELEGRAM_WEBHOOK_URL is no https address")
		case u.Scheme == "http" && c.TelegramAPIURL == realTelegram:
			bad("TELEGRAM_WEBHOOK_URL must be https: Telegram calls nothing else")
		case u.Port() != "" && u.Port() != "443" && u.Port() != "80" && u.Port() != "88" && u.Port() != "8443" && c.TelegramAPIURL == realTelegram:
			bad("TELEGRAM_WEBHOOK_URL: Telegram calls ports 443, 80, 88 and 8443 only")
		}
		if c.TelegramWebhookSecret == "" {
			bad("TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET, else anyone could pretend to be Telegram; make one with: openssl rand -hex 32")
		}
	}
	if c.TelegramWebhookSecret != "" && !secretForm.MatchString(c.TelegramWebhookSecret) {
		bad("TELEGRAM_WEBHOOK_SECRET may have 1 to 256 of A-Z a-z 0-9 _ - only")
	}
}

func (c *Config) checkZalo(bad func(string, ...any)) {
	if c.ZaloToken != "" && !zaloTokenForm.MatchString(c.ZaloToken) {
		bad("ZALO_BOT_TOKEN does not look like a token (123456:abc...); copy it again from the message of Zalo Bot Creator")
	}
	if webAddress(c.ZaloAPIURL) == nil {
		bad("ZALO_API_URL is no http or https address")
	}
	if c.ZaloWebhookURL != "" {
		switch u := webAddress(c.ZaloWebhookURL); {
		case u == nil:
			bad("ZALO_WEBHOOK_URL is no https address")
		case u.Scheme == "http" && c.ZaloAPIURL == realZalo:
			bad("ZALO_WEBHOOK_URL must be https: Zalo calls nothing else")
		case c.ZaloAPIURL == realZalo && !outside(u.Hostname()):
			bad("ZALO_WEBHOOK_URL must be a public address: Zalo cannot call this machine by it")
		}
		if c.ZaloWebhookSecret == "" {
			bad("ZALO_WEBHOOK_URL needs ZALO_WEBHOOK_SECRET, else anyone could pretend to be Zalo; make one with: openssl rand -hex 32")
		}
	}
	if c.ZaloPlanUsers < 0 || c.ZaloPlanMessages < 0 || c.ZaloPlanStaff < 0 {
		bad("ZALO_PLAN_USERS, ZALO_PLAN_MESSAGES and ZALO_PLAN_STAFF must be 0 or more")
	}
	if c.ZaloWebhookSecret != "" && !zaloSecretForm.MatchString(c.ZaloWebhookSecret) {
		bad("ZALO_WEBHOOK_SECRET must have 8 to 256 of A-Z a-z 0-9 _ - ; make one with: openssl rand -hex 32")
	}
}

func (c *Config) checkPublic(bad func(string, ...any)) {
	if c.PublicURL == "" {
		return
	}
	emulated := !c.realToken() && (c.TelegramAPIURL != realTelegram || c.ZaloAPIURL != realZalo)
	switch u := webAddress(c.PublicURL); {
	case u == nil || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		bad("PUBLIC_URL must be like https://bot.example.vn")
	case u.Scheme == "http" && !emulated:
		bad("PUBLIC_URL must be https: pictures and files of people must not be read on their way")
	case !emulated && !outside(u.Hostname()):
		bad("PUBLIC_URL must be a public address: Zalo fetches pictures by it, and people open it on their phones")
	}
}

// realToken tells that a token is set for a platform that is no emulator.
func (c *Config) realToken() bool {
	return c.TelegramToken != "" && c.TelegramAPIURL == realTelegram || c.ZaloToken != "" && c.ZaloAPIURL == realZalo
}

// outside tells that a host may be reached from the internet: it is not this machine, nor an address of a private network.
func outside(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return false
	}
	ip := net.ParseIP(host)
	return ip == nil || ip.IsGlobalUnicast() && !ip.IsPrivate()
}

func (c *Config) checkStores(bad func(string, ...any)) {
	switch {
	case c.Postgres():
		if c.RedisURL == "" {
			bad("DATABASE_URL is Postgres but REDIS_URL is not set: with Postgres the conversations are kept in Redis, since several processes may serve; set REDIS_URL, or use DATABASE_URL=sqlite:PATH for one process on one machine")
		}
	case !strings.HasPrefix(c.DatabaseURL, "sqlite:") || strings.TrimPrefix(c.DatabaseURL, "sqlite:") == "":
		bad("DATABASE_URL must be postgres://... or sqlite:PATH")
	}
	if c.RedisURL != "" && !strings.HasPrefix(c.RedisURL, "redis://") && !strings.HasPrefix(c.RedisURL, "rediss://") {
		bad("REDIS_URL must be redis://... or rediss://...")
	}
}

// Postgres reports that the records are in Postgres.
func (c Config) Postgres() bool {
	return strings.HasPrefix(c.DatabaseURL, "postgres://") || strings.HasPrefix(c.DatabaseURL, "postgresql://")
}

// ForServing reports what serving needs beyond what any command does.
func (c Config) ForServing() error {
	var problems []error
	if c.TelegramToken == "" && c.ZaloToken == "" {
		problems = append(problems, errors.New("TELEGRAM_TOKEN is not set, nor is ZALO_BOT_TOKEN: serving needs one or both; get one from @BotFather or from Zalo Bot Creator, or try: chungtay demo"))
	}
	if c.DataKey == "" {
		problems = append(problems, errors.New("DATA_KEY is not set; make one with: openssl rand -base64 32 (and keep it safe: without it phones and chats cannot be read again)"))
	}
	return errors.Join(problems...)
}

// Hooks are the paths under which webhooks are served here, by channel; a channel that polls has none.
func (c Config) Hooks() map[string]string {
	hooks := map[string]string{}
	for name, address := range map[string]string{"telegram": c.TelegramWebhookURL, "zalo": c.ZaloWebhookURL} {
		if address == "" {
			continue
		}
		hooks[name] = "/"
		if u, err := url.Parse(address); err == nil && u.Path != "" {
			hooks[name] = u.Path
		}
	}
	return hooks
}

// Settings is the table with the effective values; secrets are masked.
func (c Config) Settings() []Setting { return settings(&c) }

func settings(c *Config) []Setting {
	t := reflect.TypeFor[Config]()
	var rows []Setting
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("env")
		if name == "-" {
			continue
		}
		s := Setting{Name: name, Default: f.Tag.Get("envDefault"), Type: f.Type.String(), Help: f.Tag.Get("help"), Secret: f.Tag.Get("secret") == "true"}
		if c != nil {
			s.Value = fmt.Sprint(reflect.ValueOf(*c).Field(i).Interface())
			if s.Secret {
				s.Value = mask(s.Name, s.Value)
			}
		}
		rows = append(rows, s)
	}
	return rows
}

// mask hides a secret: of a database's address the password, of anything else everything.
func mask(name, value string) string {
	switch {
	case value == "":
		return ""
	case !strings.HasSuffix(name, "_URL"):
		return "(set)"
	case strings.HasPrefix(value, "sqlite:"):
		return value
	}
	u, err := url.Parse(value)
	if err != nil {
		return "(set)"
	}
	if u.RawQuery = ""; u.User != nil {
		name := u.User.Username()
		if _, two := u.User.Password(); !two && strings.HasPrefix(u.Scheme, "redis") {
			name = "masked" // redis://secret@host: the secret stands where others have the name
		}
		u.User = url.User(name)
	}
	return u.String()
}

// String is the table of effective values for people, secrets masked.
func (c Config) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, s := range c.Settings() {
		value := s.Value
		if value == "" {
			value = "(unset)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, value, s.Help)
	}
	_ = w.Flush()
	return b.String()
}
