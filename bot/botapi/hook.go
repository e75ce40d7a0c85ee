package botapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
)

// hookBody is the largest call of a webhook.
const hookBody = 1 << 20

// Hook handles a platform's calls. Those that are not POST, do not prove themselves by the secret in a header, or are
// over 1 MiB are refused; the others are served with their body.
func Hook(header, secret string, serve func(w http.ResponseWriter, r *http.Request, body []byte)) http.Handler {
	want := sha256.Sum256([]byte(secret))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
			return
		}
		given := sha256.Sum256([]byte(r.Header.Get(header)))
		if subtle.ConstantTimeCompare(given[:], want[:]) != 1 {
			http.Error(w, "not for you", http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookBody))
		if err != nil {
			var large *http.MaxBytesError
			if errors.As(err, &large) {
				http.Error(w, "too large", http.StatusRequestEntityTooLarge)
				return
			}
			http.Error(w, "unreadable", http.StatusBadRequest)
			return
		}
		serve(w, r, body)
	})
}
