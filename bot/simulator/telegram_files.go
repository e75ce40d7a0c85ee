package simulator

import (
	"bytes"
	"errors"
	"image"
	_ "image/gif"  // sizes of uploaded pictures
	_ "image/jpeg" // sizes of uploaded pictures
	_ "image/png"  // sizes of uploaded pictures
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	uploadBytes   = 50 << 20
	photoBytes    = 10 << 20
	downloadBytes = 20 << 20
)

// TelegramFile is a photo or document that the platform keeps.
type TelegramFile struct {
	ID            string
	Name          string // of a document
	MIME          string
	Width, Height int    // of a photo
	Data          []byte `json:"-"`
	unique        string
	path          string
	photo         bool
}

type telegramFiles struct {
	mu           sync.RWMutex
	byID, byPath map[string]*TelegramFile
	photos, docs int
}

// keep stores a file and gives it its ids.
func (b *TelegramBot) keep(name, kind string, data []byte, photo bool) *TelegramFile {
	n := strconv.FormatInt(b.unique.Add(1), 36)
	f := &TelegramFile{Name: name, MIME: kind, Data: data, photo: photo, unique: "AQAD" + n}
	fs := &b.files
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if photo {
		f.ID = "AgACAgUAAxkBAAI" + n
		f.path = "photos/file_" + strconv.Itoa(fs.photos) + ".jpg"
		f.Width, f.Height = 1280, 960
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
			f.Width, f.Height = c.Width, c.Height
		}
		fs.photos++
		fs.byID[f.ID+"s"] = f
	} else {
		f.ID = "BQACAgUAAxkBAAI" + n
		f.path = "documents/file_" + strconv.Itoa(fs.docs) + path.Ext(name)
		if f.MIME == "" {
			f.MIME, _, _ = strings.Cut(mime.TypeByExtension(path.Ext(name)), ";")
		}
		if f.MIME == "" {
			f.MIME = "application/octet-stream"
		}
		fs.docs++
	}
	fs.byID[f.ID], fs.byPath[f.path] = f, f
	return f
}

// File returns a kept file by its file_id, nil when there is none.
func (b *TelegramBot) File(id string) *TelegramFile {
	b.files.mu.RLock()
	defer b.files.mu.RUnlock()
	return b.files.byID[id]
}

// media reads a file parameter: an upload, a file_id or a URL.
func (c *telegramCallContext) media(field string, photo bool) (*TelegramFile, *telegramError) {
	if up := c.p.file(field); up != nil {
		return c.accept(up, photo)
	}
	source := c.p.get(field)
	if source == "" {
		return nil, badRequest("there is no " + field + " in the request")
	}
	return c.mediaFrom(source, field, photo)
}

func (c *telegramCallContext) mediaFrom(source, field string, photo bool) (*TelegramFile, *telegramError) {
	if name, ok := strings.CutPrefix(source, "attach://"); ok {
		up := c.p.file(name)
		if up == nil {
			return nil, badRequest("there is no " + field + " in the request")
		}
		return c.accept(up, photo)
	}
	if f := c.b.File(source); f != nil {
		if f.photo != photo {
			return nil, badRequest("can't use file of type " + kindName(f.photo) + " as " + kindName(photo))
		}
		return f, nil
	}
	if strings.Contains(source, "://") || strings.Contains(source, ".") {
		return c.fetch(source, photo)
	}
	return nil, errWrongFileID
}

func kindName(photo bool) string {
	if photo {
		return "Photo"
	}
	return "Document"
}

func (c *telegramCallContext) accept(up *upload, photo bool) (*TelegramFile, *telegramError) {
	if len(up.data) == 0 {
		return nil, badRequest("file must be non-empty")
	}
	if len(up.data) > uploadBytes || photo && len(up.data) > photoBytes {
		return nil, errFileTooBig
	}
	if photo {
		size, _, err := image.DecodeConfig(bytes.NewReader(up.data))
		if err != nil {
			return nil, badRequest("IMAGE_PROCESS_FAILED")
		}
		if size.Width+size.Height > 10000 || size.Width > 20*size.Height || size.Height > 20*size.Width {
			return nil, badRequest("PHOTO_INVALID_DIMENSIONS")
		}
	}
	kind := up.mime
	if kind == "application/octet-stream" {
		kind = ""
	}
	return c.b.keep(path.Base(up.name), kind, up.data, photo), nil
}

// fetch gets a file by URL.
func (c *telegramCallContext) fetch(source string, photo bool) (*TelegramFile, *telegramError) {
	data, kind, err := c.b.t.fetch(source, downloadBytes, 10*time.Second)
	switch {
	case errors.Is(err, errNotURL):
		return nil, badRequest("wrong HTTP URL specified")
	case errors.Is(err, errTooBig):
		return nil, errFileTooBig
	case err != nil:
		return nil, badRequest("failed to get HTTP URL content")
	case photo && !strings.HasPrefix(kind, "image/") || kind == "text/html":
		return nil, badRequest("wrong type of the web page content")
	case photo && len(data) > 5<<20:
		return nil, errFileTooBig
	}
	u, _ := url.Parse(source)
	return c.accept(&upload{name: path.Base(u.Path), mime: kind, data: data}, photo)
}

func (c *telegramCallContext) getFile() *telegramError {
	id := c.p.get("file_id")
	if id == "" {
		return errNoFileID
	}
	if len(id) < 8 || strings.ContainsAny(id, " /\\") {
		return errBadFileID
	}
	f := c.b.File(id)
	if f == nil {
		return errWrongFileID
	}
	if len(f.Data) > downloadBytes {
		return errFileTooBig
	}
	b := append(c.x.out, '{')
	b = appendFileIDs(b, f, "")
	b = append(b, `,"file_path":`...)
	b = appendString(b, f.path)
	c.x.out = append(b, '}')
	return nil
}

// download serves /file/bot<token>/<path>.
func (b *TelegramBot) download(x *exchange, name string) {
	b.files.mu.RLock()
	f := b.files.byPath[name]
	b.files.mu.RUnlock()
	if f == nil {
		x.fail(&telegramError{code: http.StatusNotFound, text: "Not Found"})
		return
	}
	b.stats.downloads.Add(1)
	x.outType = "application/octet-stream"
	if f.photo {
		x.outType = "image/jpeg"
	}
	x.out = append(x.out, f.Data...)
}

func appendFileIDs(b []byte, f *TelegramFile, suffix string) []byte {
	b = append(b, `"file_id":`...)
	b = appendString(b, f.ID+suffix)
	b = append(b, `,"file_unique_id":`...)
	b = appendString(b, f.unique+suffix)
	b = append(b, `,"file_size":`...)
	return appendInt(b, int64(len(f.Data)))
}

// appendPhoto writes the sizes of a photo, the smallest first.
func appendPhoto(b []byte, f *TelegramFile) []byte {
	b = append(b, `[{`...)
	b = appendFileIDs(b, f, "s")
	b = append(b, `,"width":`...)
	b = appendInt(b, int64(max(1, f.Width/14)))
	b = append(b, `,"height":`...)
	b = appendInt(b, int64(max(1, f.Height/14)))
	b = append(b, `},{`...)
	b = appendFileIDs(b, f, "")
	b = append(b, `,"width":`...)
	b = appendInt(b, int64(f.Width))
	b = append(b, `,"height":`...)
	b = appendInt(b, int64(f.Height))
	return append(b, `}]`...)
}

func appendDocument(b []byte, f *TelegramFile) []byte {
	b = append(b, `{"file_name":`...)
	b = appendString(b, f.Name)
	b = append(b, `,"mime_type":`...)
	b = appendString(b, f.MIME)
	b = append(b, ',')
	b = appendFileIDs(b, f, "")
	return append(b, '}')
}
