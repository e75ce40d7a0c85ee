package simulator

import (
	"context"
	"errors"
	"image"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// serveAct lets a phone's owner do something.
func (p *Page) serveAct(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Phone   string `json:"phone"`
		Do      string `json:"do"`
		Text    string `json:"text"`
		Message string `json:"message"`
		Row     int    `json:"row"`
		Column  int    `json:"column"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	c, ok := p.chatOf(w, a.Phone)
	if !ok {
		return
	}
	done := map[string]any{}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch a.Do {
	case "text":
		text := strings.TrimSpace(a.Text)
		if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > maxTyped {
			http.Error(w, "a message has 1 to "+strconv.Itoa(maxTyped)+" characters", http.StatusBadRequest)
			return
		}
		p.sent(c, PageMessage{ID: c.app.text(text), Text: text})
	case "open":
		if len(a.Text) > 64 || !utf8.ValidString(a.Text) {
			http.Error(w, "a link carries at most 64 characters", http.StatusBadRequest)
			return
		}
		id, text := c.app.open(a.Text)
		p.sent(c, PageMessage{ID: id, Text: text})
	case "press":
		press, ok := c.app.press(a.Message, a.Row, a.Column)
		if !ok {
			http.Error(w, "there is no such button any more", http.StatusGone)
			return
		}
		done["press"] = press
	case "block", "unblock":
		c.blocked = a.Do == "block"
		c.app.block(c.blocked)
		p.tell(map[string]any{"op": "phone", "phone": c.view()})
	case "sample":
		data, err := pageFiles.ReadFile("page/anh-mau.jpg")
		if err != nil {
			http.Error(w, "there is no sample", http.StatusNotFound)
			return
		}
		p.sendPhoto(c, data, a.Text)
	default:
		id, note, ok := c.app.other(a.Do)
		if !ok {
			http.Error(w, "this app cannot do that", http.StatusBadRequest)
			return
		}
		p.sent(c, PageMessage{ID: id, Note: note})
	}
	answerJSON(w, done)
}

// maxTyped is the longest message that people can send on Telegram.
const maxTyped = 4096

// sendPhoto sends a picture. Call with mu held.
func (p *Page) sendPhoto(c *pageChat, data []byte, caption string) {
	id := c.app.photo(data, caption)
	m := PageMessage{ID: id, Text: caption, Photo: &PageMedia{ID: id, Size: len(data)}}
	for _, x := range c.app.view() { // as the platform keeps it
		if x.ID == id && x.Photo != nil {
			m.Photo = x.Photo
		}
	}
	p.sent(c, m)
}

// serveUpload sends a picture or a file that was chosen on the page; it is the request's body.
func (p *Page) serveUpload(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	c, ok := p.chatOf(w, q.Get("phone"))
	if !ok {
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxUpload))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			http.Error(w, "tệp lớn quá 20 MB", http.StatusRequestEntityTooLarge)
		}
		return
	}
	name := q.Get("name")
	if len(data) == 0 || !utf8.ValidString(name) || len(name) > 200 {
		http.Error(w, "an empty file, or no name for one", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, _, err := image.DecodeConfig(strings.NewReader(string(data))); err == nil && q.Get("as") != "file" {
		p.sendPhoto(c, data, q.Get("caption"))
		answerJSON(w, map[string]any{})
		return
	}
	id, ok := c.app.document(name, data)
	if !ok {
		http.Error(w, "app này không gửi tệp cho bot được", http.StatusUnsupportedMediaType)
		return
	}
	m := PageMessage{ID: id, File: &PageMedia{ID: id, Name: name, Size: len(data)}}
	for _, x := range c.app.view() {
		if x.ID == id && x.File != nil {
			m.File = x.File
		}
	}
	p.sent(c, m)
	answerJSON(w, map[string]any{})
}

// serveCommands answers with the bot's commands, as the phone's menu has them now.
func (p *Page) serveCommands(w http.ResponseWriter, r *http.Request) {
	c, ok := p.chatOf(w, r.URL.Query().Get("phone"))
	if !ok {
		return
	}
	list := []map[string]string{}
	for _, k := range c.app.commands() {
		list = append(list, map[string]string{"name": k.Command, "about": k.Description})
	}
	answerJSON(w, list)
}

// serveMedia answers with a picture or file of a chat. Only kinds that cannot carry a script are shown in the browser.
func (p *Page) serveMedia(w http.ResponseWriter, r *http.Request) {
	c, ok := p.chatOf(w, r.PathValue("phone"))
	if !ok {
		return
	}
	name, kind, data, ok := c.app.media(r.PathValue("id"))
	if !ok {
		http.Error(w, "there is no such file", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600")
	switch found := http.DetectContentType(data); found {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		h.Set("Content-Type", found)
		if name != "" {
			h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name}))
		}
	default:
		if kind == "" || strings.Contains(kind, "html") || strings.Contains(kind, "xml") && !strings.Contains(kind, "openxmlformats") || strings.Contains(kind, "script") {
			kind = "application/octet-stream"
		}
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": firstOf(name, "tep")}))
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// servePeople adds somebody.
func (p *Page) servePeople(w http.ResponseWriter, r *http.Request) {
	var a struct {
		Name    string `json:"name"`
		Role    string `json:"role"`
		Channel string `json:"channel"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	role := PageRole{Label: "Người mới"}
	for _, known := range p.opt.Roles {
		if known.Name == a.Role {
			role = known
		}
	}
	if a.Name = strings.TrimSpace(a.Name); a.Name == "" || utf8.RuneCountInString(a.Name) > 40 || role.Name != a.Role {
		http.Error(w, "somebody new has a name of 1 to 40 characters and a role that is known", http.StatusBadRequest)
		return
	}
	code := ""
	if role.Name != "" && p.opt.Invite != nil {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		defer cancel()
		var err error
		if code, err = p.opt.Invite(ctx, role.Name); err != nil {
			p.log.Error("no invite was made", "error", err)
			http.Error(w, "no invite could be made", http.StatusServiceUnavailable)
			return
		}
	}
	p.mu.Lock()
	id := "them-" + strconv.Itoa(len(p.people)+1)
	p.mu.Unlock()
	phone, err := p.AddPerson(PagePerson{ID: id, Name: a.Name, About: role.Label, Channel: a.Channel, Code: code})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answerJSON(w, map[string]any{"phone": phone})
}

// servePerson changes the app that somebody has in front.
func (p *Page) servePerson(w http.ResponseWriter, r *http.Request) {
	var a struct {
		ID      string `json:"id"`
		Channel string `json:"channel"`
	}
	if !readJSON(w, r, &a) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, who := range p.people {
		if who.ID != a.ID {
			continue
		}
		for _, known := range p.channels() {
			if known == a.Channel {
				who.Channel = a.Channel
				phone := p.takeUp(who)
				p.tell(map[string]any{"op": "person", "person": who.view()})
				answerJSON(w, map[string]any{"phone": phone})
				return
			}
		}
	}
	http.Error(w, "there is no such person or channel", http.StatusNotFound)
}
