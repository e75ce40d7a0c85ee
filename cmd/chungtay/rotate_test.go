package main

import (
	"path/filepath"
	"strings"
	"testing"

	"chungtay/storage"
)

// A key is drawn from the one in use, and the records are sealed anew with both; without the old one, or with a key of elsewhere, nothing is done.
func TestRotateKey(t *testing.T) {
	t.Parallel()
	old := storage.NewDataKey()
	database := "DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "c.db")
	code, key, errs := command(t, []string{database, "DATA_KEY=" + old}, "rotate-key", "--draw")
	key = strings.TrimSpace(key)
	if code != 0 || !strings.HasPrefix(key, "2.") || strings.Contains(errs, key) {
		t.Fatalf("%d %q %q", code, key, errs)
	}
	if code, out, errs := command(t, []string{database, "DATA_KEY=" + key, "DATA_KEY_OLD=" + old}, "rotate-key"); code != 0 || !strings.Contains(out, "0 sealed anew") {
		t.Errorf("%d %q %q", code, out, errs)
	}
	for env, want := range map[string]string{"DATA_KEY=" + key: "DATA_KEY_OLD is not set", "DATA_KEY=" + storage.NewDataKey(): "DATA_KEY was not made from DATA_KEY_OLD"} {
		environ := []string{database, env}
		if !strings.HasPrefix(env, "DATA_KEY="+key) {
			environ = append(environ, "DATA_KEY_OLD="+old)
		}
		if code, _, errs := command(t, environ, "rotate-key"); code != 1 || !strings.Contains(errs, want) || strings.Contains(errs, old) {
			t.Errorf("%d %q", code, errs)
		}
	}
}
