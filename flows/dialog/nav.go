package dialog

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"chungtay/flows/dialog/fold"
)

// act is what a nav word or a built-in slash word does.
type act uint8

const (
	doNothing act = iota
	doCancel
	doBack
	doSkip
	doDone
	doMenu
	doHelp
	doMore
	doYes
	doNo
	doEdit
	doSave
	doResume
	doDrop
	doHuman
	doStart
	doClear
	doGreet
	doThank
)

// navKeys are the locale keys of the nav words: phrases spelt rightly.
var navKeys = [...]struct {
	key string
	act act
}{
	{"nav.cancel", doCancel},
	{"nav.back", doBack},
	{"nav.skip", doSkip},
	{"nav.done", doDone},
	{"nav.menu", doMenu},
	{"nav.help", doHelp},
	{"nav.more", doMore},
	{"nav.yes", doYes},
	{"nav.no", doNo},
	{"nav.edit", doEdit},
	{"nav.save", doSave},
	{"nav.resume", doResume},
	{"nav.drop", doDrop},
	{"nav.human", doHuman},
	{"nav.hello", doGreet},
	{"nav.thanks", doThank},
}

// builtin are the engine's own slash words, without the slash.
var builtin = map[string]act{
	"start": doStart, "menu": doMenu, "huy": doCancel, "cancel": doCancel, "trogiup": doHelp, "help": doHelp,
	"quaylai": doBack, "back": doBack, "boqua": doSkip, "skip": doSkip, "xong": doDone, "tieptuc": doResume,
	"bodo": doDrop, "gapnguoi": doHuman,
}

// label and option keys of what a nav button does.
var navOptions = map[act]struct{ key, label string }{
	doCancel: {"~cancel", "dialog.cancel"},
	doBack:   {"~back", "dialog.back"},
	doSkip:   {"~skip", "dialog.skip"},
	doDone:   {"~done", "dialog.done"},
	doMore:   {KeyMore, "dialog.more"},
	doClear:  {"~clear", "dialog.clear"},
	doMenu:   {"~menu", "dialog.menu.button"},
	doHelp:   {"~help", "dialog.help.button"},
}

// acts is a set of act.
type acts uint32

func of(as ...act) acts {
	var s acts
	for _, a := range as {
		s |= 1 << a
	}
	return s
}

func (s acts) has(a act) bool { return s&(1<<a) != 0 }

var (
	idleNav    = of(doCancel, doMenu, doHelp, doResume, doDrop, doHuman, doGreet, doThank)
	formNav    = of(doCancel, doBack, doSkip, doDone, doMenu, doHelp, doMore)
	confirmNav = of(doSave, doYes, doNo, doEdit, doCancel, doDrop, doBack, doMenu, doHelp)
	answerNav  = of(doYes, doNo, doCancel, doBack, doMenu, doHelp)
)

// sense is one meaning of a nav phrase. spelt is the phrase in fold.Accents form.
type sense struct {
	act   act
	spelt string
}

// typed is a text in the forms it is compared in.
type typed struct {
	text   string // cleaned
	folded string
	spelt  string // fold.Accents
}

func typedOf(text string) typed {
	t := typed{text: text, folded: fold.Fold(text)}
	t.spelt = t.folded
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf { // plain letters have no accents
			t.spelt = fold.Accents(text)
			break
		}
	}
	return t
}

func (e *Engine) readNav() {
	for _, k := range navKeys {
		for _, phrase := range e.words.Phrases(k.key) {
			if folded := fold.Fold(phrase); folded != "" {
				e.nav[folded] = append(e.nav[folded], sense{k.act, fold.Accents(phrase)})
			}
		}
	}
	for n := 1; n <= 9; n++ {
		for _, word := range e.words.Phrases("nav." + itoa(n)) {
			e.number[fold.Fold(word)] = n
		}
	}
	for _, word := range e.words.Phrases("nav.filler") {
		e.filler[fold.Fold(word)] = true
	}
	for _, word := range e.words.Phrases("nav.kin") {
		e.kin[fold.Fold(word)] = true
	}
}

// meaning finds the nav word of want that t is. certain is false where the word has no accents, or was typed without
// its accents, or stands behind a word of address ("cô Thôi"), and so may be something else; a word typed with other
// accents ("sữa", "bộ quà") is none.
func (e *Engine) meaning(t typed, want acts) (a act, certain bool) {
	if a, certain = e.exactly(t, want); a != doNothing {
		return a, certain
	}
	bare, named, ok := e.bare(t)
	if !ok {
		return doNothing, false
	}
	a, certain = e.exactly(bare, want)
	return a, certain && !named
}

func (e *Engine) exactly(t typed, want acts) (act, bool) {
	found := doNothing
	for _, s := range e.nav[t.folded] {
		if !want.has(s.act) {
			continue
		}
		if s.spelt == t.spelt && s.spelt != t.folded {
			return s.act, true
		}
		if t.spelt == t.folded && found == doNothing {
			found = s.act
		}
	}
	return found, false
}

// bare is t without words of politeness and punctuation around it ("dạ hủy nha em" is "hủy"); ok is false where nothing
// was taken off or nothing is left. named is true where a word of address stood right before what is left, as before a name.
func (e *Engine) bare(t typed) (left typed, named, ok bool) {
	if len(t.folded) > 60 {
		return t, false, false
	}
	folded, spelt := strings.FieldsFunc(t.folded, notWord), strings.FieldsFunc(t.spelt, notWord)
	if len(folded) != len(spelt) {
		return t, false, false
	}
	i, j := 0, len(folded)
	for i < j && e.filler[folded[i]] {
		i++
	}
	for i < j && e.filler[folded[j-1]] {
		j--
	}
	if i == j {
		return t, false, false
	}
	left = typed{text: t.text, folded: strings.Join(folded[i:j], " "), spelt: strings.Join(spelt[i:j], " ")}
	return left, i > 0 && e.kin[folded[i-1]], left.folded != t.folded
}

func notWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
}

// digits is the whole number that t is, with or without politeness around it ("2", "2.", "số 2 nha"), else -1. Words for
// numbers are names here and do not count, nor does a digit behind a word of address ("cô 7").
func (e *Engine) digits(t typed) int {
	if n, ok := number(t.folded); ok {
		return n
	}
	if len(t.folded) > 40 {
		return -1
	}
	found, before := -1, ""
	for _, w := range strings.FieldsFunc(t.folded, notWord) {
		n, ok := number(w)
		switch {
		case ok && found < 0 && !e.kin[before]:
			found = n
		case ok || !e.filler[w]:
			return -1
		}
		before = w
	}
	return found
}

// number reads up to 3 digits, of any script: 2, ２, 2️⃣.
func number(s string) (int, bool) {
	n, seen := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n = n*10 + int(r-'0')
		case r >= '０' && r <= '９':
			n = n*10 + int(r-'０')
		case r == 0xFE0F || r == 0x20E3: // the key-cap emoji
			continue
		default:
			return 0, false
		}
		if seen++; seen > 3 {
			return 0, false
		}
	}
	return n, seen > 0
}
