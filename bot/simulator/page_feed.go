package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// feed is all that happened on a page, in order and numbered from 1; the newest of it is kept.
type feed struct {
	n    int64
	kept [][]byte // JSON of entries n-len(kept)+1 ... n
	more chan struct{}
}

const (
	feedKept  = 4096
	feedBatch = 256 // entries in one event
)

// strictJSON reads one JSON value whose fields are all known.
func strictJSON(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the request")
	}
	return nil
}

// tell appends an entry to the feed. Call with mu held.
func (p *Page) tell(entry map[string]any) {
	b, err := json.Marshal(entry)
	if err != nil {
		p.log.Error("an entry of the page cannot be written", "error", err)
		return
	}
	f := &p.feed
	f.n++
	f.kept = append(f.kept, b)
	if len(f.kept) >= 2*feedKept {
		n := copy(f.kept, f.kept[len(f.kept)-feedKept:])
		clear(f.kept[n:])
		f.kept = f.kept[:n]
	}
	close(f.more)
	f.more = make(chan struct{})
}

// after returns entries above n, at most a batch, and the number of the last; ok is false when they are not kept.
// Without any, more is closed when there are some. Call with mu held.
func (f *feed) after(n int64) (list [][]byte, last int64, more <-chan struct{}, ok bool) {
	first := f.n - int64(len(f.kept))
	if n < first || n > f.n {
		return nil, 0, nil, false
	}
	list = f.kept[n-first:]
	list = list[:min(len(list), feedBatch)]
	return list, n + int64(len(list)), f.more, true
}

// position reads "boot.n", the id of an event.
func (p *Page) position(id string) (n int64, ok bool) {
	boot, number, _ := strings.Cut(id, ".")
	n, err := strconv.ParseInt(number, 10, 64)
	return n, err == nil && boot == p.boot
}

// serveEvents streams the feed from where the reader was. A reader from before a restart, or who was away for too long,
// gets the event "reset" and reads the state anew.
func (p *Page) serveEvents(w http.ResponseWriter, r *http.Request) {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("after")
	}
	n, known := p.position(id)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	if _, err := io.WriteString(w, "retry: 400\n\n"); err != nil {
		return
	}
	if !known {
		p.mu.Lock()
		n = p.feed.n
		p.mu.Unlock()
		if p.reset(w, n) != nil {
			return
		}
	}
	alive := time.NewTicker(15 * time.Second)
	defer alive.Stop()
	var out bytes.Buffer
	for {
		p.mu.Lock()
		list, last, more, ok := p.feed.after(n)
		if !ok {
			n = p.feed.n
		}
		p.mu.Unlock()
		if !ok {
			if p.reset(w, n) != nil {
				return
			}
			continue
		}
		if len(list) > 0 {
			out.Reset()
			fmt.Fprintf(&out, "id: %s.%d\ndata: {\"first\":%d,\"list\":[", p.boot, last, n+1)
			out.Write(bytes.Join(list, []byte(",")))
			out.WriteString("]}\n\n")
			if _, err := w.Write(out.Bytes()); err != nil {
				return
			}
			n = last
			continue
		}
		if rc.Flush() != nil {
			return
		}
		select {
		case <-more:
		case <-alive.C:
			if _, err := io.WriteString(w, ":\n\n"); err != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-p.ctx.Done():
			return
		}
	}
}

func (p *Page) reset(w io.Writer, n int64) error {
	_, err := fmt.Fprintf(w, "event: reset\nid: %s.%d\ndata: {}\n\n", p.boot, n)
	return err
}

// serveState answers with the page as it is now, and the place in the feed from which it goes on.
func (p *Page) serveState(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	people, phones := make([]map[string]any, 0, len(p.people)), map[string]any{}
	for _, who := range p.people {
		people = append(people, who.view())
	}
	for _, id := range p.order {
		c := p.chats[id]
		v := c.view()
		list := c.list[max(0, len(c.list)-stateMessages):]
		messages := make([]*PageMessage, len(list))
		for i, m := range list {
			copied := *m
			messages[i] = &copied
		}
		v["messages"], v["older"] = messages, len(list) < len(c.list)
		phones[id] = v
	}
	state := map[string]any{
		"boot": p.boot, "n": p.feed.n, "clock": p.clockView(), "bot": p.bot, "canKill": p.opt.Kill != nil, "canSkip": p.opt.NextDue != nil,
		"trouble": p.troubleView(), "people": people, "order": p.order, "phones": phones,
		"scenes": p.scenesView(), "tour": p.tour.view(), "roles": p.opt.Roles, "channels": p.channels(),
		"links": []string{"https://t.me/" + p.opt.Telegram.Bot().Username + "?start="},
	}
	b, err := json.Marshal(state)
	p.mu.Unlock()
	if err != nil {
		http.Error(w, "the state cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

const (
	stateMessages = 200  // of each phone that come with the state
	olderMessages = 100  // that come at a time when somebody scrolls up
	keptMessages  = 2000 // of each phone
)

// serveOlder answers with messages before one.
func (p *Page) serveOlder(w http.ResponseWriter, r *http.Request) {
	c, ok := p.chatOf(w, r.URL.Query().Get("phone"))
	if !ok {
		return
	}
	before := r.URL.Query().Get("before")
	p.mu.Lock()
	end := 0
	for i, m := range c.list {
		if m.ID == before {
			end = i
		}
	}
	from := max(0, end-olderMessages)
	list := []PageMessage{}
	for _, m := range c.list[from:end] {
		list = append(list, *m)
	}
	p.mu.Unlock()
	answerJSON(w, map[string]any{"messages": list, "older": from > 0})
}
