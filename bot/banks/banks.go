// Package banks takes in what services that watch bank accounts tell of money that came: SePay and Casso. What they tell is kept like the
// lines of a statement, and accepted by a person. Statements that people send work without any of this.
package banks

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"log/slog"
	"math"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chungtay/storage"
	"chungtay/storage/records"
)

// Limits of a call.
const (
	maxBody  = 256 << 10       // bytes
	maxDrift = 5 * time.Minute // between when a call was signed and now
	maxLines = 1_000           // transfers of a call
)

// Options say what the services prove themselves with. One without a secret or key is not served.
type Options struct {
	SePaySecret string // signs what SePay sends; it goes before the key
	SePayKey    string // SePay's API key
	CassoSecret string // checksum key of Casso's second version; it goes before the token
	CassoToken  string // secure token of its first version
	Now         func() time.Time
	// Tell keeps transfers, each once however often it is told.
	Tell func(ctx context.Context, source string, told []storage.BankTransfer) (kept int, err error)
	Log  *slog.Logger
}

// Handlers are the webhooks by their patterns: POST /bank/sepay, POST /bank/casso.
//
// A call is answered 200 when what it tells is kept, or was before, or is no money that came to a fund; 401 without the right proof, or with
// one that is older or newer than five minutes; 415 for anything but JSON, 413 over 256 KB, 400 for what cannot be read; and 503 where it could
// not be kept now, so that the service calls again.
func Handlers(o Options) map[string]http.Handler {
	handlers := map[string]http.Handler{}
	if o.SePaySecret != "" || o.SePayKey != "" {
		handlers["POST /bank/sepay"] = hook{o, records.SourceSePay, o.sePayProof, readSePay}
	}
	if o.CassoSecret != "" || o.CassoToken != "" {
		handlers["POST /bank/casso"] = hook{o, records.SourceCasso, o.cassoProof, readCasso}
	}
	return handlers
}

// hook is the webhook of one service.
type hook struct {
	Options
	source string
	proof  func(h http.Header, body []byte) bool
	read   func(body []byte) ([]storage.BankTransfer, error)
}

func (h hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		answer(w, http.StatusUnsupportedMediaType)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		answer(w, http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		answer(w, http.StatusBadRequest)
		return
	case !h.proof(r.Header, body):
		h.Log.Warn("a call to a bank's webhook without proof", "source", h.source)
		answer(w, http.StatusUnauthorized)
		return
	}
	told, err := h.read(body)
	if err != nil || len(told) > maxLines {
		h.Log.Warn("a call to a bank's webhook that cannot be read", "source", h.source)
		answer(w, http.StatusBadRequest)
		return
	}
	kept, err := h.Tell(r.Context(), h.source, told)
	if err != nil {
		h.Log.Error("transfers are not kept", "source", h.source, "error", err)
		answer(w, http.StatusServiceUnavailable)
		return
	}
	h.Log.Info("transfers", "source", h.source, "told", len(told), "kept", kept)
	answer(w, http.StatusOK)
}

func answer(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"success":`+strconv.FormatBool(status == http.StatusOK)+"}\n")
}

// sePayProof checks what SePay proves itself with: X-SePay-Signature over the time in seconds, a dot and the body, or its API key.
func (o Options) sePayProof(h http.Header, body []byte) bool {
	if o.SePaySecret == "" {
		key, ok := strings.CutPrefix(h.Get("Authorization"), "Apikey ")
		return ok && same(key, o.SePayKey)
	}
	stamp := h.Get("X-SePay-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	sum, ok := strings.CutPrefix(h.Get("X-SePay-Signature"), "sha256=")
	return err == nil && ok && o.fresh(time.Unix(seconds, 0)) && signed(sha256.New, o.SePaySecret, stamp, body, sum)
}

// cassoProof checks what Casso proves itself with: X-Casso-Signature with the time in milliseconds, over that, a dot and the body with its
// keys in order, or its secure token.
func (o Options) cassoProof(h http.Header, body []byte) bool {
	if o.CassoSecret == "" {
		return same(h.Get("Secure-Token"), o.CassoToken)
	}
	stamp, sum := "", ""
	for part := range strings.SplitSeq(h.Get("X-Casso-Signature"), ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			stamp = value
		case "v1":
			sum = value
		}
	}
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || !o.fresh(time.UnixMilli(millis)) {
		return false
	}
	ordered, err := inOrder(body)
	return err == nil && signed(sha512.New, o.CassoSecret, stamp, ordered, sum)
}

func (o Options) fresh(at time.Time) bool {
	drift := o.Now().Sub(at)
	return drift <= maxDrift && drift >= -maxDrift
}

// same compares secrets in a time that tells nothing of them.
func same(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func signed(by func() hash.Hash, secret, stamp string, body []byte, sum string) bool {
	given, err := hex.DecodeString(sum)
	if err != nil {
		return false
	}
	mac := hmac.New(by, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hmac.Equal(mac.Sum(nil), given)
}

// inOrder writes JSON without spaces and with the keys of its objects in order, numbers as they stand.
func inOrder(body []byte) ([]byte, error) {
	var v any
	in := json.NewDecoder(bytes.NewReader(body))
	in.UseNumber()
	if err := in.Decode(&v); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	err := out.Encode(v) // which orders the keys
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

var errUnread = errors.New("banks: not what the service tells")

// amount is a whole number of đồng, as a number or as text.
type amount int64

// UnmarshalJSON reads 500000, 500000.0 and "500000".
func (a *amount) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		*a = amount(n)
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return errUnread
	}
	*a = amount(f)
	return nil
}

// text is text or a number, as services give ids and accounts.
type text string

// UnmarshalJSON reads "1", 1 and null.
func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err == nil {
		*t = text(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return errUnread
	}
	*t = text(n)
	return nil
}

// when reads a time of Vietnam as both services write it.
func when(s string) (time.Time, error) {
	for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", time.DateOnly, time.RFC3339} {
		if at, err := time.ParseInLocation(layout, s, records.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errUnread
}

func readSePay(body []byte) ([]storage.BankTransfer, error) {
	var t struct {
		ID        text
		Date      string `json:"transactionDate"`
		Account   text   `json:"accountNumber"`
		Content   string
		Way       string `json:"transferType"`
		Amount    amount `json:"transferAmount"`
		Reference text   `json:"referenceCode"`
	}
	if err := json.Unmarshal(body, &t); err != nil || t.ID == "" || t.Way != "in" && t.Way != "out" || t.Account == "" {
		return nil, errUnread
	}
	if t.Way == "out" {
		return nil, nil
	}
	return transfers(records.SourceSePay, t.ID, t.Reference, t.Account, t.Date, t.Content, t.Amount)
}

func transfers(source string, id, reference, account text, date, content string, vnd amount) ([]storage.BankTransfer, error) {
	at, err := when(date)
	if err != nil {
		return nil, err
	}
	if vnd <= 0 { // money that went out
		return nil, nil
	}
	if len(reference) < 8 {
		reference = text(strings.ToUpper(source)) + "ID" + id
	}
	return []storage.BankTransfer{{Account: string(account), On: at, Amount: int64(vnd), Content: content, Reference: string(reference)}}, nil
}

// readCasso reads both versions: the first tells a list, the second one transfer.
func readCasso(body []byte) ([]storage.BankTransfer, error) {
	type transfer struct {
		ID          text
		TID         text   `json:"tid"`
		Reference   text   `json:"reference"`
		Description string `json:"description"`
		Amount      *amount
		When        string `json:"when"`
		At          string `json:"transactionDateTime"`
		SubAccount  text   `json:"subAccId"`
		BankAccount text   `json:"bank_sub_acc_id"`
		Account     text   `json:"accountNumber"`
	}
	var call struct {
		Error int
		Data  json.RawMessage
	}
	if err := json.Unmarshal(body, &call); err != nil || len(call.Data) == 0 {
		return nil, errUnread
	}
	var list []transfer
	if call.Data[0] == '{' {
		list = make([]transfer, 1)
		if err := json.Unmarshal(call.Data, &list[0]); err != nil {
			return nil, errUnread
		}
	} else if err := json.Unmarshal(call.Data, &list); err != nil {
		return nil, errUnread
	}
	var told []storage.BankTransfer
	for _, t := range list {
		if t.Amount == nil || t.ID == "" {
			return nil, errUnread
		}
		some, err := transfers(records.SourceCasso, t.ID, first(t.Reference, t.TID), first(t.Account, t.SubAccount, t.BankAccount), string(first(text(t.At), text(t.When))), t.Description, *t.Amount)
		if err != nil {
			return nil, err
		}
		told = append(told, some...)
	}
	return told, nil
}

func first(list ...text) text {
	for _, t := range list {
		if t != "" {
			return t
		}
	}
	return ""
}
