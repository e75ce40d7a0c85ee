package storage

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDataKeys(t *testing.T) {
	for _, good := range []string{testKey, strings.ToUpper(testKey), NewDataKey(), " " + NewDataKey() + "\n", "ab-_" + strings.Repeat("Zz9", 13), "thirty-two bytes of some passphrase!"} {
		if _, err := NewVault(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "  ", "secret", strings.Repeat("0", 40), testKey[:31]} {
		_, err := NewVault(bad)
		if err == nil || !strings.Contains(err.Error(), "openssl rand -base64 32") || len(bad) > 2 && strings.Contains(err.Error(), bad) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestSeal(t *testing.T) {
	v, err := NewVault(testKey)
	must(t, err)
	other, err := NewVault(NewDataKey())
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		sealed := v.Seal(text)
		if back, err := v.Open(sealed); err != nil || back != text {
			t.Fatalf("%q opens as %q: %v", text, back, err)
		}
		if text == "" {
			return
		}
		if len(text) > 3 && strings.Contains(sealed, text) || sealed == v.Seal(text) {
			t.Fatalf("%q seals as %q", text, sealed)
		}
		if _, err := other.Open(sealed); !errors.Is(err, ErrSealed) {
			t.Fatalf("another key: %v", err)
		}
		i := rapid.IntRange(0, len(sealed)-2).Draw(t, "i")
		forged := []byte(sealed)
		if forged[i] = 'A'; sealed[i] == 'A' {
			forged[i] = 'B'
		}
		if _, err := v.Open(string(forged)); !errors.Is(err, ErrSealed) {
			t.Fatalf("a changed seal opens: %v", err)
		}
	})
	for _, bad := range []string{"x", "AQ", "####", strings.Repeat("A", 100)} {
		if _, err := v.Open(bad); !errors.Is(err, ErrSealed) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestContactKey(t *testing.T) {
	v, err := NewVault(testKey)
	must(t, err)
	other, err := NewVault(NewDataKey())
	must(t, err)
	key := v.ContactKey("telegram", "bot", "12345")
	if len(key) > 32 || key != v.ContactKey("telegram", "bot", "12345") || key == other.ContactKey("telegram", "bot", "12345") || strings.ContainsAny(key, "{}:/ ") {
		t.Errorf("key %q", key)
	}
	seen := map[string]bool{}
	for _, parts := range [][3]string{{"telegram", "bot", "12345"}, {"telegram", "bot1", "2345"}, {"zalo", "bot", "12345"}, {"telegram", "", "bot12345"}, {"", "telegrambot", "12345"}, {"telegram", "bot", "1234"}} {
		k := v.ContactKey(parts[0], parts[1], parts[2])
		if seen[k] {
			t.Errorf("%v shares a key", parts)
		}
		seen[k] = true
	}
	if v.PhoneHash("+84905123456") == v.keyed("contact", "+84905123456") {
		t.Error("hashes of phones and contacts mix")
	}
}

func TestSealLink(t *testing.T) {
	v, err := NewVault(testKey)
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewVault(NewDataKey())
	if err != nil {
		t.Fatal(err)
	}
	token := v.SealLink("in/abc")
	if plain, err := v.OpenLink(token); err != nil || plain != "in/abc" {
		t.Errorf("read %q, %v", plain, err)
	}
	for i := range len(token) { // every changed letter, and every other spelling of the last
		for _, c := range []byte("AB-_z") {
			changed := []byte(token)
			if changed[i] = c; string(changed) == token {
				continue
			}
			if _, err := v.OpenLink(string(changed)); !errors.Is(err, ErrSealed) {
				t.Fatalf("letter %d changed, and read: %v", i, err)
			}
		}
	}
	for name, token := range map[string]string{
		"another key's": other.SealLink("in/abc"), "sealed for keeping": v.Seal("in/abc"), "empty": "", "short": "AAAA", "padded": token + "=", "line end": token + "\n",
	} {
		if _, err := v.OpenLink(token); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := v.Open(token); !errors.Is(err, ErrSealed) {
		t.Error("a token of a link opens as an address")
	}
}
