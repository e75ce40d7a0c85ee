package storage

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// ErrSealed is the error of opening what was not sealed with this key, or was changed since.
var ErrSealed = errors.New("storage: sealed with another DATA_KEY, or damaged")

// Vault seals what may not lie about in the clear (platform ids, phones), and makes keyed hashes to find it again by.
// It is safe for concurrent use.
type Vault struct {
	seal  cipher.AEAD
	link  cipher.AEAD
	hash  []byte
	find  []byte // hashes chats and codes, which a new key carries on from the older one: what they were made of is not kept
	older *Vault // reads what an older key sealed; nil where there is none
}

const vaultVersion = 1 // first byte of everything sealed

// NewVault makes a Vault from a DATA_KEY: 32 random bytes or more, in base64 or hex, or as they are; or what NextDataKey made of one.
func NewVault(dataKey string) (*Vault, error) {
	dataKey, carried, err := cutDataKey(dataKey)
	if err != nil {
		return nil, err
	}
	secret, err := parseDataKey(dataKey)
	if err != nil {
		return nil, err
	}
	sealKey, err := hkdf.Key(sha256.New, secret, nil, "chungtay seal v1", 32)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	hashKey, err := hkdf.Key(sha256.New, secret, nil, "chungtay hash v1", 32)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	linkKey, err := hkdf.Key(sha256.New, secret, nil, "chungtay link v1", chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	link, err := chacha20poly1305.NewX(linkKey)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("storage: DATA_KEY: %w", err)
	}
	v := &Vault{seal: seal, link: link, hash: hashKey, find: carried}
	if carried == nil {
		v.find = hashKey
	}
	return v, nil
}

// After makes the Vault read what a Vault of an older DATA_KEY sealed, too. The keys must belong together: the newer one was made from the
// older by NextDataKey.
func (v *Vault) After(older *Vault) error {
	if !hmac.Equal(v.find, older.find) {
		return errors.New("storage: DATA_KEY was not made from DATA_KEY_OLD, so that nobody would be found again; make it with: chungtay rotate-key --draw")
	}
	v.older = older
	return nil
}

// A DATA_KEY that carries something on: its version, the secret and what chats and codes are hashed with, the latter two in base64.
const carriedKey = "2."

// NextDataKey draws a DATA_KEY to take the place of one: with a new secret, but chats and codes are found as before.
func NextDataKey(dataKey string) (string, error) {
	v, err := NewVault(dataKey)
	if err != nil {
		return "", err
	}
	return carriedKey + NewDataKey() + "." + base64.StdEncoding.EncodeToString(v.find), nil
}

// cutDataKey takes a DATA_KEY of NextDataKey apart; any other is all secret.
func cutDataKey(dataKey string) (secret string, carried []byte, err error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(dataKey), carriedKey)
	if !ok {
		return dataKey, nil, nil
	}
	secret, find, _ := strings.Cut(rest, ".")
	carried, err = base64.StdEncoding.DecodeString(find)
	if err != nil || len(carried) != sha256.Size {
		return "", nil, errors.New("storage: DATA_KEY begins like one of chungtay rotate-key but is not whole; copy all of it")
	}
	return secret, carried, nil
}

// NewDataKey draws a DATA_KEY.
func NewDataKey() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.StdEncoding.EncodeToString(b[:])
}

const dataKeyHelp = "make one with: openssl rand -base64 32 (and keep it safe: without it phones and chats cannot be read again)"

func parseDataKey(s string) ([]byte, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, fmt.Errorf("storage: DATA_KEY is not set; %s", dataKeyHelp)
	}
	if b, err := hex.DecodeString(s); err == nil && len(b) >= 32 {
		return b, nil
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(s); err == nil && len(b) >= 32 {
			return b, nil
		}
	}
	if len(s) < 32 {
		return nil, fmt.Errorf("storage: DATA_KEY is too short: %d bytes, at least 32 are needed; %s", len(s), dataKeyHelp)
	}
	if strings.Count(s, s[:1]) == len(s) {
		return nil, fmt.Errorf("storage: DATA_KEY is one character repeated; %s", dataKeyHelp)
	}
	return []byte(s), nil
}

// Seal encrypts plain for keeping. The same text seals differently each time. The empty text stays empty.
func (v *Vault) Seal(plain string) string {
	if plain == "" {
		return ""
	}
	nonce := v.seal.NonceSize()
	b := make([]byte, 1+nonce, 1+nonce+len(plain)+v.seal.Overhead())
	b[0] = vaultVersion
	rand.Read(b[1:])
	return base64.RawURLEncoding.EncodeToString(v.seal.Seal(b, b[1:], []byte(plain), b[:1]))
}

// SealFor encrypts a short secret of a contact. Unlike with Seal the same text of the same contact seals to the same bytes, so that an
// event taken in again stays the same, and two answers can be compared sealed.
func (v *Vault) SealFor(contact, plain string) string {
	mac := hmac.New(sha256.New, v.hash)
	for _, p := range []string{"nonce", contact, plain} {
		fmt.Fprintf(mac, "%d:%s", len(p), p)
	}
	n := v.seal.NonceSize()
	b := append(make([]byte, 0, 1+n+len(plain)+v.seal.Overhead()), vaultVersion)
	b = append(b, mac.Sum(nil)[:n]...)
	return base64.RawURLEncoding.EncodeToString(v.seal.Seal(b, b[1:1+n], []byte(plain), b[:1]))
}

// Open decrypts what Seal and SealFor made, with this key or an older one (see After). Its error is ErrSealed.
func (v *Vault) Open(sealed string) (string, error) {
	plain, _, err := v.open(sealed)
	return plain, err
}

// open is Open, and tells whether it took the older key.
func (v *Vault) open(sealed string) (plain string, older bool, err error) {
	if plain, err = v.openNow(sealed); err == nil || v.older == nil {
		return plain, false, err
	}
	plain, err = v.older.Open(sealed)
	return plain, true, err
}

func (v *Vault) openNow(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(sealed)
	nonce := v.seal.NonceSize()
	if err != nil || len(b) < 1+nonce || b[0] != vaultVersion {
		return "", ErrSealed
	}
	plain, err := v.seal.Open(nil, b[1:1+nonce], b[1+nonce:], b[:1])
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}

// SealLink makes a token that carries plain, to be part of an address: encrypted, with 192 random bits, in the letters
// that a path may hold. Whoever lacks the DATA_KEY can neither read nor make one.
func (v *Vault) SealLink(plain string) string {
	nonce := make([]byte, v.link.NonceSize(), v.link.NonceSize()+len(plain)+v.link.Overhead())
	rand.Read(nonce)
	return linkText.EncodeToString(v.link.Seal(nonce, nonce, []byte(plain), nil))
}

// OpenLink reads a token of SealLink. Its error is ErrSealed.
func (v *Vault) OpenLink(token string) (string, error) {
	b, err := linkText.DecodeString(token)
	nonce := v.link.NonceSize()
	if err != nil || len(b) < nonce || strings.ContainsAny(token, "\r\n") { // which the decoder passes over
		return "", ErrSealed
	}
	plain, err := v.link.Open(nil, b[:nonce], b[nonce:], nil)
	switch {
	case err != nil && v.older != nil:
		return v.older.OpenLink(token)
	case err != nil:
		return "", ErrSealed
	}
	return string(plain), nil
}

var linkText = base64.RawURLEncoding.Strict() // one spelling only

// ContactKey is the key of a chat: a keyed hash that tells nothing about the chat to who lacks the DATA_KEY. It has 27
// characters of A-Z a-z 0-9 - and _.
func (v *Vault) ContactKey(channel, bot, chat string) string {
	return v.keyed("contact", channel, bot, chat)
}

// PhoneHash is what a phone (in E.164) is found by.
func (v *Vault) PhoneHash(phone string) string { return keyedBy(v.hash, "phone", phone) }

// keyed is a keyed hash of several texts that stays the same when the DATA_KEY is changed.
func (v *Vault) keyed(parts ...string) string { return keyedBy(v.find, parts...) }

// keyedBy is a keyed hash of several texts; no two lists of texts run together to the same bytes.
func keyedBy(key []byte, parts ...string) string {
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		fmt.Fprintf(mac, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:20])
}
