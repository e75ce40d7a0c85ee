package simulator

import (
	"bytes"
	"image"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

const (
	zaloMediaPath    = "/media/"
	zaloPhotoBytes   = 5 << 20
	zaloFetchSeconds = 30 // a picture may take to be fetched; not documented
)

// zaloMedia is what people sent, to be fetched by its temporary address. The address holds no token.
type zaloMedia struct {
	mu   sync.Mutex
	kept map[string]*zaloFile
	old  []*zaloFile // oldest first, to forget the expired
}

type zaloFile struct {
	name  string
	mime  string
	data  []byte
	until time.Time
}

// host keeps bytes that somebody sent and returns where they can be fetched for a while.
func (b *ZaloBot) host(data []byte, mime, ext string) string {
	now := b.z.now()
	life := b.rules.Load().PhotoFor
	if life == 0 {
		life = time.Hour
	}
	f := &zaloFile{name: b.ID + "-" + b.newID() + b.newID() + ext, mime: mime, data: data, until: now.Add(life)}
	m := &b.media
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]*zaloFile{}
	}
	for len(m.old) > 0 && now.After(m.old[0].until) {
		delete(m.kept, m.old[0].name)
		m.old = m.old[1:]
	}
	m.kept[f.name], m.old = f, append(m.old, f)
	b.z.mu.RLock()
	defer b.z.mu.RUnlock()
	return b.z.base + zaloMediaPath + f.name
}

// download serves what people sent.
func (z *Zalo) download(x *exchange, name string) {
	id, _, _ := strings.Cut(name, "-")
	var b *ZaloBot
	z.mu.RLock()
	for _, one := range z.bots {
		if one.ID == id {
			b = one
		}
	}
	z.mu.RUnlock()
	if b == nil {
		x.refuse(errZaloPath, false)
		return
	}
	b.media.mu.Lock()
	f := b.media.kept[name]
	b.media.mu.Unlock()
	if f == nil || z.now().After(f.until) {
		x.refuse(errZaloPath, false)
		return
	}
	b.stats.downloads.Add(1)
	x.outType = f.mime
	x.out = append(x.out, f.data...)
}

// readPhoto is nil when the bytes are not an image, whatever they are said to be.
func readPhoto(data []byte, kind string) *ZaloPhoto {
	found := http.DetectContentType(data)
	if !strings.HasPrefix(kind, "image/") || !strings.HasPrefix(found, "image/") {
		return nil
	}
	p := &ZaloPhoto{MIME: found, Width: 1280, Height: 960, Data: data}
	if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		p.Width, p.Height = c.Width, c.Height
	}
	return p
}

// extOf is the usual ending of a picture's name.
func extOf(mime string) string {
	return "." + strings.Replace(path.Base(mime), "jpeg", "jpg", 1)
}
