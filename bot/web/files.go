package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What can be wrong with an address under /f/, beside ErrNone.
var (
	ErrUsed      = errors.New("web: the address was used, or guessed at too often")
	ErrWrongCode = errors.New("web: not the code")
)

// Parcel is what a page gives or wants.
type Parcel struct {
	Name   string
	Mime   string
	Data   []byte
	Wanted bool // nothing is given: a file is to be brought
	Photos bool // and a picture is as good
}

// Pages are the addresses under /f/.
type Pages interface {
	// Waits tells whether an address waits for its code: nil, ErrNone or ErrUsed.
	Waits(ctx context.Context, token string) error
	// Open opens it, once; ErrWrongCode comes with how many tries are left.
	Open(ctx context.Context, token, code string) (pass string, left int, err error)
	// Get is what the browser that opened it may see.
	Get(ctx context.Context, token, pass string) (Parcel, error)
	// Put takes what that browser brings.
	Put(ctx context.Context, token, pass, name, mime string, data []byte) error
	// Words are a sentence of the locale.
	Words(key string, args map[string]string) string
}

const (
	fileMax    = 20 << 20 // bytes of a file that is brought
	fileTime   = 5 * time.Minute
	filesAtOne = 4 // files that are brought at a time
)

var (
	//go:embed files.css
	fileStyle string
	//go:embed files.html
	fileHTML string
	filePage = template.Must(template.New("").Parse(fileHTML))
	// filePolicy lets a page do nothing but look as it should and send its form back.
	filePolicy = func() string {
		sum := sha256.Sum256([]byte(fileStyle))
		return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
			"'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	}()
)

// passLife is how long the browser that gave the code may come back; the address may end before.
const passLife = 15 * time.Minute

// Files serves /f/{token}: a page that asks for the code which the chat showed, and then gives a file, or takes one. The code is
// good once; the browser that gave it is known by a cookie until the address ends. public is the address that people see.
func Files(pages Pages, public string) http.Handler {
	f := &files{pages: pages, slots: make(chan struct{}, filesAtOne), secure: strings.HasPrefix(public, "https:")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /f/{token}", f.show)
	mux.HandleFunc("POST /f/{token}", f.code)
	mux.HandleFunc("GET /f/{token}/tep", f.get)
	mux.HandleFunc("POST /f/{token}/tep", f.put)
	guard := http.NewCrossOriginProtection()
	if u, err := url.Parse(public); err == nil && u.Host != "" {
		_ = guard.AddTrustedOrigin(u.Scheme + "://" + u.Host) // the host that a proxy tells may be another
	}
	return guard.Handler(mux)
}

type files struct {
	pages  Pages
	slots  chan struct{}
	secure bool
}

// view is a page as its template takes it.
type view struct {
	Style  template.CSS
	Lang   string
	Title  string
	Text   []string
	Wrong  string
	Token  string
	Code   bool // a code is asked for
	Label  string
	Button string
	Get    bool // a file can be had
	Image  bool
	Put    bool // a file can be brought
	Accept string
}

func (f *files) page(w http.ResponseWriter, status int, v view) {
	v.Style, v.Lang, v.Title = template.CSS(fileStyle), "vi", f.pages.Words("page.title", nil) //nolint:gosec // our own style sheet
	var b bytes.Buffer
	if err := filePage.Execute(&b, v); err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	shy(w)
	w.Header().Set("Content-Security-Policy", filePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (f *files) say(w http.ResponseWriter, status int, key string) {
	f.page(w, status, view{Text: []string{f.pages.Words(key, nil)}})
}

// wrong says why an address does not work.
func (f *files) wrong(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, ErrNone):
		f.say(w, http.StatusNotFound, "page.none")
	case errors.Is(err, ErrUsed):
		f.say(w, http.StatusGone, "page.used")
	default:
		f.say(w, http.StatusServiceUnavailable, "page.trouble")
	}
}

func (f *files) ask(w http.ResponseWriter, token, wrong string) {
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusForbidden
	}
	f.page(w, status, view{
		Code: true, Token: token, Wrong: wrong, Text: []string{f.pages.Words("page.code", nil)},
		Label: f.pages.Words("page.code.label", nil), Button: f.pages.Words("page.code.button", nil),
	})
}

// passName is the name of the cookie of the browser that opened an address.
const passName = "tep"

func passOf(r *http.Request) string {
	c, err := r.Cookie(passName)
	if err != nil {
		return ""
	}
	return c.Value
}

func (f *files) show(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	if pass := passOf(r); pass != "" {
		parcel, err := f.pages.Get(r.Context(), token, pass)
		if err == nil {
			f.opened(w, token, parcel, "")
			return
		}
	}
	if err := f.pages.Waits(r.Context(), token); err != nil {
		f.wrong(w, err)
		return
	}
	f.ask(w, token, "")
}

// opened is the page behind the code.
func (f *files) opened(w http.ResponseWriter, token string, p Parcel, wrong string) {
	v := view{Token: token, Wrong: wrong}
	if p.Wanted {
		v.Put, v.Accept, v.Text = true, strings.Join(accepted(p), ","), []string{f.pages.Words("page.put", nil)}
		v.Label, v.Button = f.pages.Words("page.put.label", nil), f.pages.Words("page.put.button", nil)
		status := http.StatusOK
		if wrong != "" {
			status = http.StatusUnprocessableEntity
		}
		f.page(w, status, v)
		return
	}
	v.Get, v.Image = true, strings.HasPrefix(p.Mime, "image/")
	v.Text, v.Button = []string{f.pages.Words("page.get", nil)}, f.pages.Words("page.get.button", nil)
	f.page(w, http.StatusOK, v)
}

// accepted are the names' ends of the files that a page takes.
func accepted(p Parcel) []string {
	ends := []string{".xlsx", ".csv"}
	if p.Photos {
		ends = append(ends, ".jpg", ".jpeg", ".png")
	}
	return ends
}

func (f *files) code(w http.ResponseWriter, r *http.Request) {
	token := r.PathValue("token")
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, r.PostFormValue("code"))
	if len(digits) != 6 { // nobody's guess
		if err := f.pages.Waits(r.Context(), token); err != nil {
			f.wrong(w, err)
			return
		}
		f.ask(w, token, f.pages.Words("page.code.six", nil))
		return
	}
	pass, left, err := f.pages.Open(r.Context(), token, digits)
	switch {
	case errors.Is(err, ErrWrongCode):
		f.ask(w, token, f.pages.Words("page.code.wrong", map[string]string{"count": strconv.Itoa(left)}))
		return
	case err != nil:
		f.wrong(w, err)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: passName, Value: pass, Path: "/f/" + token, MaxAge: int(passLife.Seconds()), HttpOnly: true, Secure: f.secure, SameSite: http.SameSiteStrictMode,
	})
	shy(w)
	http.Redirect(w, r, "/f/"+token, http.StatusSeeOther)
}

// plain is a name that any system can keep, in letters that any header can carry.
func plain(name, mimeType string) string {
	name = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
			return c
		}
		return '-'
	}, name)
	if name = strings.Trim(name, ".-"); name != "" {
		return name
	}
	end := ".bin"
	if mimeType == "image/png" {
		end = ".png"
	}
	return "chung-tay" + end
}

func (f *files) get(w http.ResponseWriter, r *http.Request) {
	p, err := f.pages.Get(r.Context(), r.PathValue("token"), passOf(r))
	if err == nil && p.Wanted {
		err = ErrNone
	}
	if err != nil {
		f.wrong(w, err)
		return
	}
	shy(w)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	kind := "attachment"
	if strings.HasPrefix(p.Mime, "image/") && r.URL.Query().Has("xem") && slices.Contains(pictureTypes, http.DetectContentType(p.Data)) {
		kind = "inline"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(kind, map[string]string{"filename": plain(p.Name, p.Mime)}))
	h.Set("Content-Type", p.Mime)
	h.Set("Content-Length", strconv.Itoa(len(p.Data)))
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTime))
	_, _ = w.Write(p.Data)
}

func (f *files) put(w http.ResponseWriter, r *http.Request) {
	token, pass := r.PathValue("token"), passOf(r)
	p, err := f.pages.Get(r.Context(), token, pass)
	if err == nil && !p.Wanted {
		err = ErrNone
	}
	if err != nil {
		f.wrong(w, err)
		return
	}
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		f.say(w, http.StatusServiceUnavailable, "page.trouble")
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(fileTime)) // an old phone's net
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTime + time.Minute))
	r.Body = http.MaxBytesReader(w, r.Body, fileMax+64<<10)
	name, data, why := brought(r, p)
	if why != "" {
		f.opened(w, token, p, f.pages.Words(why, nil))
		return
	}
	if err := f.pages.Put(r.Context(), token, pass, name, typeOf(name), data); err != nil {
		f.wrong(w, err)
		return
	}
	f.say(w, http.StatusOK, "page.put.done")
}

// brought reads the file of a form; why is the sentence that says what is wrong with it.
func brought(r *http.Request, p Parcel) (name string, data []byte, why string) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, "page.put.bad"
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", nil, "page.put.nothing"
		}
		if part.FormName() != "tep" || part.FileName() == "" {
			continue
		}
		name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
		data, err = io.ReadAll(io.LimitReader(part, fileMax+1))
		var tooBig *http.MaxBytesError
		switch end := strings.ToLower(path.Ext(name)); {
		case errors.As(err, &tooBig), len(data) > fileMax:
			return "", nil, "page.put.big"
		case err != nil:
			return "", nil, "page.put.nothing"
		case len(data) == 0:
			return "", nil, "page.put.nothing"
		case !slices.Contains(accepted(p), end), !looks(data, end), !utf8.ValidString(name), len(name) > 200:
			return "", nil, "page.put.bad"
		}
		return name, data, ""
	}
}

// looks reports whether bytes are what the end of their name says.
func looks(data []byte, end string) bool {
	switch end {
	case ".xlsx":
		return bytes.HasPrefix(data, []byte("PK\x03\x04"))
	case ".csv":
		return bytes.HasPrefix(data, []byte("\xff\xfe")) || !bytes.Contains(data, []byte{0})
	}
	return strings.HasPrefix(http.DetectContentType(data), "image/")
}

func typeOf(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".csv":
		return "text/csv"
	case ".png":
		return "image/png"
	}
	return "image/jpeg"
}
