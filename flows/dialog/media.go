package dialog

import (
	"slices"
	"strings"
)

// blobKey is where a photo or file is stored: it follows from the event and the file.
func blobKey(event, ref string) string { return "in/" + hash(event, 13) + hash(ref, 13) }

// fetch has a photo or file stored, and is the key it will have.
func (t *turn) fetch(ref, kind string) string {
	blob := blobKey(t.ev.ID, ref)
	t.emit(Fetch{Ref: ref, As: blob, Kind: kind})
	return blob
}

// sent takes what is not text.
func (t *turn) sent(m Media) {
	caption := clean(m.Caption)
	if t.ev.Edited { // a new caption: the words are the words of a message
		if caption == "" {
			t.user = false
			return
		}
		t.edited(caption)
		return
	}
	kind := m.Kind
	if i := slices.IndexFunc(t.e.flows, func(f *flow) bool { return f.media != "" && f.media == kind }); i >= 0 {
		if day(t.s.Hidden) == day(t.ev.At) {
			t.user = false
			return
		}
		t.s.Hidden = t.ev.At
		t.launch(t.e.flows[i], "")
		return
	}
	if kind == "document" && strings.HasPrefix(m.Mime, "image/") {
		kind = "photo"
	}
	if m.Ref != "" && len(m.Ref) <= 4*maxText && kind == "photo" && caption != "" && !t.ev.Forwarded && !isSlash(caption) {
		if t.f == nil {
			if t.idleHear(caption, m.Ref) {
				t.s.Album = albumOf(m)
				return
			}
		} else if t.entry(caption, m.Ref) {
			t.s.Album = albumOf(m)
			return
		}
	}
	if t.f == nil {
		t.idleMedia(m, kind, caption)
		return
	}
	if m.Album != "" && albumOf(m) == t.s.Album {
		t.sameAlbum(m, kind)
		return
	}
	n := t.node()
	if n == nil || !n.takes(kind) {
		i := slices.IndexFunc(t.f.nodes, func(n *node) bool { return n.takes(kind) && t.due(n, t.ctx()) })
		if i < 0 || m.Ref == "" {
			t.remark(mediaKey(kind))
			return
		}
		t.aside(t.f.nodes[i], m, kind)
		return
	}
	if m.Ref == "" {
		t.remark(mediaKey("other"))
		return
	}
	t.s.Album = albumOf(m)
	t.photo(n, m, kind)
}

func albumOf(m Media) string { return cut(m.Album, 40) }

func (n *node) takes(kind string) bool {
	return n.kind == kindPhoto && slices.Contains(n.media, kind)
}

// photo answers the question for photos that is open.
func (t *turn) photo(n *node, m Media, kind string) {
	if n.many > 0 && len(t.items(n)) >= n.many {
		t.refuse(n, Problem{Key: "dialog.many.full", Args: map[string]string{"max": itoa(n.many)}})
		return
	}
	t.unshowDoubt()
	if n.many == 0 {
		t.forget(n.key)
	}
	t.offer(n, []string{t.fetch(m.Ref, kind)}, "", false)
}

// aside takes a photo sent at another question as the answer to the question for photos, and asks on.
func (t *turn) aside(n *node, m Media, kind string) {
	if n.many > 0 && len(t.items(n)) >= n.many {
		t.remark("dialog.many.full", "max", itoa(n.many))
		return
	}
	items := t.items(n)
	if n.many == 0 {
		items = nil
	}
	t.answer(n.key, strings.Join(append(items, t.fetch(m.Ref, kind)), itemSep))
	t.trail(n.key)
	t.s.Album = albumOf(m)
	t.line("dialog.photo.kept", "count", itoa(len(items)+1))
	t.revise(n.at)
	if t.s.Step == stepConfirm {
		t.advance() // what depends on there being a photo may be due now
		return
	}
	t.question()
}

// sameAlbum adds the further photos of an album without a word, to what its first photo belongs to.
func (t *turn) sameAlbum(m Media, kind string) {
	t.user = false
	if m.Ref == "" || len(m.Ref) > 4*maxText {
		return
	}
	for i, h := range t.s.Next {
		if h.Album != albumOf(m) {
			continue
		}
		if len(h.Photos) < maxAlbum {
			t.s.Next = slices.Clone(t.s.Next)
			t.s.Next[i].Photos = append(slices.Clip(h.Photos), t.fetch(m.Ref, kind))
		}
		return
	}
	i := slices.IndexFunc(t.f.nodes, func(n *node) bool { return n.takes(kind) && t.s.Answers[n.key] != "" })
	if i < 0 {
		return
	}
	n := t.f.nodes[i]
	if items := t.items(n); len(items) < n.many {
		t.answer(n.key, strings.Join(append(items, t.fetch(m.Ref, kind)), itemSep))
	}
}

// maxAlbum is the most photos kept of an album whose entry waits.
const maxAlbum = 10

// idleMedia answers what was sent while nothing is open.
func (t *turn) idleMedia(m Media, kind, caption string) {
	switch {
	case isSlash(caption) && !t.ev.Forwarded:
		t.slash(caption)
	case m.Album != "" && albumOf(m) == t.s.Album:
		t.user = false // the rest of what was answered
	default:
		t.s.Album = albumOf(m)
		if kind == "photo" || kind == "document" {
			kind += ".idle"
		}
		t.remark(mediaKey(kind))
	}
}

// mediaKinds are the kinds of Media that have a sentence of their own.
var mediaKinds = []string{"photo", "document", "voice", "audio", "video", "sticker", "location", "poll", "other", "photo.idle", "document.idle"}

func mediaKey(kind string) string {
	if slices.Contains(mediaKinds, kind) {
		return "dialog.media." + kind
	}
	return "dialog.media.other"
}

// shared takes a contact card.
func (t *turn) shared(card Card) {
	n := t.node()
	if n == nil || n.readCard == nil {
		if i := slices.IndexFunc(t.e.flows, func(f *flow) bool { return f.ownCard }); i >= 0 && t.s.Idle() && card.Own && !t.ev.Forwarded {
			t.open(t.e.flows[i], clean(card.Phone))
			return
		}
		t.remark("dialog.card")
		return
	}
	r := n.readCard(card)
	if !r.understood() {
		t.refuse(n, Problem{Key: "dialog.card.other"})
		return
	}
	t.unshowDoubt()
	t.readingOf(n, r, "")
}
