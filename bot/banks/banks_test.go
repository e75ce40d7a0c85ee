package banks_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chungtay/bot/banks"
	"chungtay/bot/web"
	"chungtay/storage"
)

var now = time.Date(2026, 11, 11, 2, 0, 0, 0, time.UTC)

// ledger is what was told, and what is answered to it.
type ledger struct {
	mu   sync.Mutex
	told []storage.BankTransfer
	away bool
}

func (l *ledger) tell(_ context.Context, source string, told []storage.BankTransfer) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.away {
		return 0, errors.New("away")
	}
	l.told = append(l.told, told...)
	return len(told), nil
}

// serve serves the webhooks over HTTP.
func serve(t *testing.T, o banks.Options) (*ledger, string) {
	t.Helper()
	l := &ledger{}
	o.Tell, o.Now, o.Log = l.tell, func() time.Time { return now }, slog.New(slog.DiscardHandler)
	server := httptest.NewServer(web.Routes(banks.Handlers(o), func() (string, error) { return "", nil }))
	t.Cleanup(server.Close)
	return l, server.URL
}

// call posts JSON with headers "Name: value", and returns the status.
func call(t *testing.T, url, body string, headers ...string) int {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json; charset=utf-8")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		q.Header.Set(name, value)
	}
	got, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if want := `{"success":` + strconv.FormatBool(got.StatusCode == http.StatusOK) + "}\n"; err != nil || string(text) != want && got.StatusCode < 404 {
		t.Errorf("%d %q, %v", got.StatusCode, text, err)
	}
	return got.StatusCode
}

func sum(by func() hash.Hash, secret, text string) string {
	mac := hmac.New(by, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

const sePayBody = `{"id":92704,"gateway":"Vietcombank","transactionDate":"2026-11-10 23:59:37","accountNumber":"1234567890","code":null,"content":"VNN7K3QF22 ung ho","transferType":"in","transferAmount":500000,"accumulated":19077000,"subAccount":null,"referenceCode":"MBVCB.3278907687","description":""}`

func TestSePay(t *testing.T) {
	t.Parallel()
	const secret = "a secret"
	l, base := serve(t, banks.Options{SePaySecret: secret})
	url := base + "/bank/sepay"
	signed := func(at time.Time, body string) []string {
		stamp := strconv.FormatInt(at.Unix(), 10)
		return []string{"X-SePay-Timestamp: " + stamp, "X-SePay-Signature: sha256=" + sum(sha256.New, secret, stamp+"."+body)}
	}
	try := func(want int, body string, headers ...string) {
		t.Helper()
		if got := call(t, url, body, headers...); got != want {
			t.Errorf("%d for %.60s, want %d", got, body, want)
		}
	}
	try(200, sePayBody, signed(now, sePayBody)...)
	try(200, sePayBody, signed(now.Add(-4*time.Minute), sePayBody)...) // told again: whoever keeps it knows it by its reference
	try(401, sePayBody, signed(now.Add(-6*time.Minute), sePayBody)...)
	try(401, sePayBody, signed(now.Add(6*time.Minute), sePayBody)...)
	try(401, strings.Replace(sePayBody, "500000", "900000", 1), signed(now, sePayBody)...)
	try(401, sePayBody)
	try(401, sePayBody, "Authorization: Apikey "+secret)
	try(401, sePayBody, "X-SePay-Timestamp: now", "X-SePay-Signature: sha256=zz")
	out := strings.Replace(sePayBody, `"in"`, `"out"`, 1)
	try(200, out, signed(now, out)...)
	for _, bad := range []string{
		"", "[]", "null", "{", `{"id":1}`, strings.Replace(sePayBody, "500000", `"năm trăm"`, 1), strings.Replace(sePayBody, "500000", "0.5", 1),
		strings.Replace(sePayBody, "500000", "1e300", 1), strings.Replace(sePayBody, "2026-11-10 23:59:37", "hôm qua", 1), strings.Replace(sePayBody, `"content":"VNN7K3QF22 ung ho"`, `"content":{}`, 1),
		strings.Replace(sePayBody, `"in"`, `"both"`, 1), strings.Replace(sePayBody, `"1234567890"`, "{}", 1),
	} {
		try(400, bad, signed(now, bad)...)
	}
	large := `{"content":"` + strings.Repeat("x", 300<<10) + `"}`
	try(413, large, signed(now, large)...)
	try(415, sePayBody, append(signed(now, sePayBody), "Content-Type: text/plain")...)
	l.away = true
	try(503, sePayBody, signed(now, sePayBody)...)
	one := storage.BankTransfer{Account: "1234567890", On: time.Date(2026, 11, 10, 16, 59, 37, 0, time.UTC), Amount: 500_000, Content: "VNN7K3QF22 ung ho", Reference: "MBVCB.3278907687"}
	if diff := cmp.Diff([]storage.BankTransfer{one, one}, l.told); diff != "" {
		t.Error(diff)
	}
	got, err := http.Get(url) //nolint:noctx // nothing to end
	if err != nil {
		t.Fatal(err)
	}
	got.Body.Close()
	if got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET is answered %d", got.StatusCode)
	}
}

func TestSePayKey(t *testing.T) {
	t.Parallel()
	l, url := serve(t, banks.Options{SePayKey: "a key"})
	for header, want := range map[string]int{"Apikey a key": 200, "Apikey a kez": 401, "Bearer a key": 401, "Apikey": 401} {
		if got := call(t, url+"/bank/sepay", sePayBody, "Authorization: "+header); got != want {
			t.Errorf("%s is answered %d", header, got)
		}
	}
	short := strings.Replace(sePayBody, "MBVCB.3278907687", "12", 1)
	call(t, url+"/bank/sepay", short, "Authorization: Apikey a key")
	if len(l.told) != 2 || l.told[1].Reference != "SEPAYID92704" {
		t.Errorf("%+v", l.told)
	}
	if got := call(t, url+"/bank/casso", sePayBody); got != http.StatusNotFound {
		t.Errorf("a service without a key is answered %d", got)
	}
}

// The sample that Casso publishes: its key, its call and its signature.
func TestCasso(t *testing.T) {
	t.Parallel()
	const key = "mgExMrjj4i7a1p8Cs6LmFbpCd8lbw4sSX4LZXPag7TKazeIogtR90tvWYTkwQbvs"
	const sample = `{"error":0,"data":{"id":0,"reference":"MA_GIAO_DICH_THU_NGHIEM","description":"giao dich thu nghiem","amount":599000,"runningBalance":25000000,"transactionDateTime":"2024-10-03 15:06:37","accountNumber":"88888888","bankName":"VPBank","bankAbbreviation":"VPB","virtualAccountNumber":"","virtualAccountName":"","counterAccountName":"NGUYEN VAN A","counterAccountNumber":"8888888888","counterAccountBankId":"970415","counterAccountBankName":"VietinBank"}}`
	const signature = "t=1727948258788,v1=ed0a4bd2e826d5cb69988cdb141e6c1a080e21f3b57eb72cd78192220042b9e7dde0868fc667faea8e224900fa7904e7c88dfa098032fb2d6b6996856e8b7ff3"
	l := &ledger{}
	o := banks.Options{CassoSecret: key, Tell: l.tell, Now: func() time.Time { return time.UnixMilli(1727948258788) }, Log: slog.New(slog.DiscardHandler)}
	server := httptest.NewServer(web.Routes(banks.Handlers(o), func() (string, error) { return "", nil }))
	t.Cleanup(server.Close)
	url := server.URL + "/bank/casso"
	if got := call(t, url, sample, "X-Casso-Signature: "+signature); got != 200 {
		t.Errorf("the sample is answered %d", got)
	}
	want := storage.BankTransfer{Account: "88888888", On: time.Date(2024, 10, 3, 8, 6, 37, 0, time.UTC), Amount: 599_000, Content: "giao dich thu nghiem", Reference: "MA_GIAO_DICH_THU_NGHIEM"}
	if diff := cmp.Diff([]storage.BankTransfer{want}, l.told); diff != "" {
		t.Error(diff)
	}
	for name, header := range map[string]string{
		"another time": strings.Replace(signature, "1727948258788", "1727948258789", 1), "nothing": "", "another sum": signature[:len(signature)-1] + "0", "an old version": strings.Replace(signature, "v1", "v0", 1),
	} {
		if got := call(t, url, sample, "X-Casso-Signature: "+header); got != 401 {
			t.Errorf("%s is answered %d", name, got)
		}
	}
	stale := strconv.FormatInt(1727948258788-6*60*1000, 10)
	if got := call(t, url, "{}", "X-Casso-Signature: t="+stale+",v1="+sum(sha512.New, key, stale+".{}")); got != 401 {
		t.Errorf("an old call is answered %d", got)
	}
}

// The first version tells a list, money that went out among it, and proves itself with a token.
func TestCassoToken(t *testing.T) {
	t.Parallel()
	l, base := serve(t, banks.Options{CassoToken: "a token"})
	url := base + "/bank/casso"
	const body = `{"error":0,"data":[{"id":1,"tid":"FT26315000001","description":"VNN7K3QF22","amount":79000,"cusum_balance":0,"when":"2026-11-11 08:34:57","bank_sub_acc_id":"1234567890","subAccId":"1234567890"},{"id":2,"tid":"FT26315000002","description":"rut","amount":-5000,"when":"2026-11-11 08:35:00","subAccId":"1234567890"}]}`
	for token, want := range map[string]int{"a token": 200, "another": 401, "": 401} {
		if got := call(t, url, body, "Secure-Token: "+token); got != want {
			t.Errorf("%q is answered %d", token, got)
		}
	}
	if len(l.told) != 1 || l.told[0].Amount != 79_000 || l.told[0].Reference != "FT26315000001" || l.told[0].Account != "1234567890" {
		t.Errorf("%+v", l.told)
	}
	for _, bad := range []string{`{"error":0}`, `{"data":"x"}`, `{"data":[{"id":1}]}`, `{"data":[1]}`, `{"error":"x","data":[]}`, strings.Replace(body, "79000", "[]", 1)} {
		if got := call(t, url, bad, "Secure-Token: a token"); got != 400 {
			t.Errorf("%s is answered %d", bad, got)
		}
	}
}

// Whatever a service tells: no panic, and nothing but whole amounts that came in.
func FuzzCalls(f *testing.F) {
	f.Add([]byte(sePayBody))
	f.Add([]byte(`{"error":0,"data":[{"id":1,"amount":1e3,"when":"2026-11-11"}]}`))
	l := &ledger{}
	handlers := banks.Handlers(banks.Options{
		SePayKey: "k", CassoToken: "k", Now: time.Now, Log: slog.New(slog.DiscardHandler), Tell: l.tell,
	})
	f.Fuzz(func(t *testing.T, body []byte) {
		for pattern, h := range handlers {
			q := httptest.NewRequest(http.MethodPost, strings.TrimPrefix(pattern, "POST "), bytes.NewReader(body))
			q.Header.Set("Content-Type", "application/json")
			q.Header.Set("Authorization", "Apikey k")
			q.Header.Set("Secure-Token", "k")
			l.told = nil
			h.ServeHTTP(httptest.NewRecorder(), q)
			for _, told := range l.told {
				if told.Amount <= 0 || told.On.IsZero() {
					t.Fatalf("%+v", told)
				}
			}
		}
	})
}
