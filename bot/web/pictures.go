package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// ErrNone: nothing is there, or no longer. Callers are not told which.
var ErrNone = errors.New("web: nothing is there")

// pictureTypes are what is shown as a picture; anything else under such an address is not served at all.
var pictureTypes = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// Pictures serves GET /p/{token}: the picture that find knows the token of. Nobody may keep it, list it, or take it for
// anything but a picture.
func Pictures(find func(ctx context.Context, token string) ([]byte, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := find(r.Context(), r.PathValue("token"))
		mime := http.DetectContentType(data)
		shy(w)
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		switch {
		case errors.Is(err, ErrNone), err == nil && !slices.Contains(pictureTypes, mime):
			http.NotFound(w, r)
		case err != nil:
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		default:
			w.Header().Set("Content-Type", mime)
			w.Header().Set("Content-Length", strconv.Itoa(len(data)))
			_, _ = w.Write(data)
		}
	})
}

// shy sets what every answer to a secret address has: not kept, not listed, not told to other sites, not taken for
// another kind of thing.
func shy(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}
