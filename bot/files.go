package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"chungtay/bot/web"
	"chungtay/flows/dialog"
	"chungtay/storage"
	"chungtay/storage/records"
)

// Locale keys of what goes by a page of ours.
const (
	keyFileLink   = "file.link"   // a file is behind url and code
	keyUploadLink = "file.upload" // a file can be brought at url with code
	keyNoFiles    = "file.none"   // a file cannot be shown here: there is no such page
	keyNoUploads  = "file.upload.none"
)

// pageRef begins the Media.Ref of a file that came by a page: the key of its blob follows. No channel's refs begin so.
const pageRef = "page:"

// linkGood is how long a file's link may wait to be sent before it is made anew.
const linkGood = records.FileLinkLife - 2*time.Minute

// parcel is what stands behind an address under /f/: something to get, or a place to bring a file to.
type parcel struct {
	Blob    string          `json:"b,omitempty"`
	Draw    *dialog.Drawing `json:"d,omitempty"`
	Print   *dialog.Drawing `json:"p,omitempty"` // how the paper is drawn that Blob keeps
	Name    string          `json:"n,omitempty"`
	Want    string          `json:"w,omitempty"` // Say.Want: a file is to be brought
	Contact string          `json:"c,omitempty"` // by whom
	Address string          `json:"a,omitempty"` // where that is, joined
}

// fileLink makes a page for a parcel and the line that says where it is; none is the line where no page can be made.
func (a *App) fileLink(ctx context.Context, p parcel, key, none string) ([]dialog.Line, error) {
	if a.o.PublicURL == "" {
		return []dialog.Line{{Key: none}}, nil
	}
	b, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	token, code, err := a.records.MakeFileLink(ctx, string(b))
	if err != nil {
		return nil, err
	}
	return []dialog.Line{{Key: key, Args: map[string]string{"url": a.o.PublicURL + "/f/" + token, "code": code[:3] + " " + code[3:]}}}, nil
}

// filePages are the pages under /f/.
type filePages struct{ a *App }

func (f filePages) Waits(ctx context.Context, token string) error {
	return pageError(f.a.records.FileLink(ctx, token))
}

func (f filePages) Open(ctx context.Context, token, code string) (string, int, error) {
	pass, left, err := f.a.records.OpenFileLink(ctx, token, code)
	return pass, left, pageError(err)
}

func pageError(err error) error {
	switch {
	case errors.Is(err, storage.ErrNoLink):
		return web.ErrNone
	case errors.Is(err, storage.ErrLinkUsed):
		return web.ErrUsed
	case errors.Is(err, storage.ErrWrongCode):
		return web.ErrWrongCode
	}
	return err
}

func (f filePages) parcel(ctx context.Context, token, pass string) (p parcel, err error) {
	content, err := f.a.records.FileLinkContent(ctx, token, pass)
	if err != nil {
		return p, pageError(err)
	}
	return p, json.Unmarshal([]byte(content), &p)
}

func (f filePages) Get(ctx context.Context, token, pass string) (web.Parcel, error) {
	p, err := f.parcel(ctx, token, pass)
	if err != nil || p.Want != "" {
		return web.Parcel{Wanted: p.Want != "", Photos: strings.Contains(p.Want, dialog.WantPhoto)}, err
	}
	read := func() ([]byte, string, error) { return f.a.show(ctx, picture{Blob: p.Blob, Draw: p.Draw}) }
	if p.Print != nil {
		read = func() ([]byte, string, error) { return f.a.file(ctx, p.Blob, p.Print) }
	}
	data, mime, err := read()
	if noPicture(err) {
		return web.Parcel{}, web.ErrNone
	}
	return web.Parcel{Name: p.Name, Mime: mime, Data: data}, err
}

// Put takes in a file that somebody brought as if it had come by the chat: once, however often it is sent.
func (f filePages) Put(ctx context.Context, token, pass, name, mime string, data []byte) error {
	p, err := f.parcel(ctx, token, pass)
	switch {
	case err != nil:
		return err
	case p.Want == "":
		return web.ErrNone
	}
	sum := sha256.Sum256([]byte(token)) // the token stays where it is
	id := hex.EncodeToString(sum[:16])
	key := "page/" + id
	if err := f.a.records.PutBlob(ctx, key, mime, data); err != nil {
		return err
	}
	now := f.a.o.Now().UTC()
	event := dialog.Event{ID: "f/" + id, At: now, Sent: &dialog.Media{Kind: "document", Ref: pageRef + key, Name: name, Mime: mime, Size: int64(len(data))}}
	scrub(&event)
	return f.a.takeIn(ctx, []taken{{contact: p.Contact, sealed: f.a.records.Seal(p.Address), event: event, born: time.Now()}})
}

// Words are a sentence of the pages.
func (f filePages) Words(key string, args map[string]string) string {
	text, err := f.a.o.Book.Text("", dialog.Line{Key: key, Args: args})
	if err != nil {
		f.a.alert("page", "key", key)
	}
	return text
}
