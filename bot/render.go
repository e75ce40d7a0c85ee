package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"chungtay/flows/dialog"
)

// Locale keys the running of conversations itself says.
const (
	keyFailed  = "render.failed"  // in place of a message that cannot be made or sent
	keyNumbers = "render.numbers" // under a numbered list: answer with a number
	keyLetters = "render.letters" // under a lettered list
	keyWaiting = "save.waiting"   // a Save takes long; the person is told once
	keyHeld    = "ask.held"       // a turn waits for the records; the person is told once
	keyLost    = "render.lost"    // a photo or file could not be fetched

	keyRemove    = "render.remove"       // where what the person wrote cannot be taken away: they are asked to do it
	keyNoPicture = "render.picture.none" // in place of a picture that cannot be shown here, where it was the point
)

const (
	rowWidth = 25 // code points of the labels beside each other
	rowMax   = 4  // buttons beside each other
	listMax  = 8  // choices of a numbered list: 9 is the next page
)

// Rendered is what Render makes of a Say.
type Rendered struct {
	Messages []Message
	Failed   error // why the generic sentence stands in place of what was to be said
}

// Attached is what goes with a Say's words, in the form that its channel takes.
type Attached struct {
	Photo    []byte // a picture, or
	PhotoURL string // where the platform may fetch it
	Mime     string // of Photo
	File     []byte
	FileName string
	FileMime string
	Lines    []dialog.Line
}

// Render writes a Say for a channel that can do caps. link makes the address of a deep link, "" where it cannot; with is
// what goes along, its Lines after the Say's own. It always makes at least one message: where a line has no words, the
// generic sentence, with the reason in Failed.
func Render(book Book, caps Caps, say dialog.Say, link func(payload string) string, with Attached) Rendered {
	if say.Remove != "" && !caps.Remove {
		say.Lines = append(slices.Clip(say.Lines), dialog.Line{Key: keyRemove})
	}
	out := render(book, caps, say, link, with)
	if out.Failed != nil {
		return out
	}
	for i := range out.Messages {
		out.Messages[i].HTML = say.Rich && caps.HTML
	}
	if caps.Remove {
		out.Messages[0].Remove = say.Remove
	}
	for _, line := range say.Alone {
		text, err := book.Text(say.Lang, addressed(say, line))
		if err != nil {
			return Rendered{Messages: []Message{{Text: generic(book, say)}}, Failed: fmt.Errorf("bot: line %s: %w", line.Key, err)}
		}
		out.Messages = append(out.Messages, Message{Text: norm.NFC.String(text)})
	}
	return out
}

// render makes the messages of a Say without those that stand alone.
func render(book Book, caps Caps, say dialog.Say, link func(payload string) string, with Attached) Rendered {
	say.Lines = append(slices.Clip(say.Lines), with.Lines...)
	text, err := sayText(book, say)
	if err != nil {
		return Rendered{Messages: []Message{{Text: generic(book, say)}}, Failed: err}
	}
	switch text = strings.TrimSpace(text); {
	case say.Rich && caps.HTML:
		text = htmlText(text)
	case say.Rich:
		text = plainText(text)
	}
	rows, list := menu(book, caps, say, link)
	parts := cutWithList(text, list, caps.MaxText)
	picture := Message{Photo: with.Photo, PhotoURL: with.PhotoURL, Mime: with.Mime}
	out := Rendered{}
	if len(picture.Photo) > 0 || picture.PhotoURL != "" {
		switch {
		case len(parts) == 0:
			picture.Rows = rows
			return Rendered{Messages: []Message{picture}}
		case len(parts) == 1 && utf8.RuneCountInString(parts[0]) <= caps.MaxCaption:
			picture.Text, picture.Rows, picture.Replace = parts[0], rows, say.Replace
			return Rendered{Messages: []Message{picture}}
		}
		out.Messages = append(out.Messages, picture)
	}
	file := Message{File: with.File, FileName: with.FileName, Mime: with.FileMime}
	if len(file.File) > 0 {
		if len(out.Messages) == 0 && len(parts) == 1 && utf8.RuneCountInString(parts[0]) <= caps.MaxCaption {
			file.Text, file.Rows = parts[0], rows
			return Rendered{Messages: []Message{file}}
		}
		out.Messages = append(out.Messages, file)
	}
	if len(parts) == 0 && len(out.Messages) > 0 {
		out.Messages[len(out.Messages)-1].Rows = rows
		return out
	}
	if len(parts) == 0 {
		return Rendered{Messages: []Message{{Text: generic(book, say)}}, Failed: errors.New("bot: nothing to say")}
	}
	for _, part := range parts {
		out.Messages = append(out.Messages, Message{Text: part})
	}
	last := &out.Messages[len(out.Messages)-1]
	last.Rows = rows
	if len(out.Messages) == 1 {
		last.Replace = say.Replace
	}
	return out
}

// cutWithList is a text and the list of choices below it, in parts of at most most code points. A list is not torn from
// its numbers: where it does not fit below the end of the text it is a message of its own.
func cutWithList(text, list string, most int) []string {
	switch {
	case list == "" && text == "":
		return nil
	case list == "" || text == "" || most <= 0:
		return Cut(strings.Trim(text+"\n"+list, "\n"), most)
	}
	parts := Cut(text, most)
	end := len(parts) - 1
	if whole := parts[end] + "\n" + list; utf8.RuneCountInString(whole) <= most {
		parts[end] = whole
		return parts
	}
	return append(parts, Cut(list, most)...)
}

func generic(book Book, say dialog.Say) string {
	text, err := book.Text(say.Lang, line0(sentence(keyFailed, say)))
	if err != nil || strings.TrimSpace(text) == "" {
		return "…"
	}
	return norm.NFC.String(text)
}

func line0(s dialog.Say) dialog.Line { return addressed(s, s.Lines[0]) }

// addressed adds how the person is addressed to a line's args.
func addressed(s dialog.Say, line dialog.Line) dialog.Line {
	if s.You == "" || line.Args["you"] != "" {
		return line
	}
	args := make(map[string]string, len(line.Args)+1)
	for k, v := range line.Args {
		args[k] = v
	}
	args["you"] = s.You
	return dialog.Line{Key: line.Key, Args: args}
}

func sayText(book Book, say dialog.Say) (string, error) {
	var b strings.Builder
	for i, line := range say.Lines {
		text, err := book.Text(say.Lang, addressed(say, line))
		if err != nil {
			return "", fmt.Errorf("bot: line %s: %w", line.Key, err)
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text)
	}
	return norm.NFC.String(b.String()), nil
}

// menu is a Say's menu as rows of buttons, or as text where the channel has none or a button cannot be made.
func menu(book Book, caps Caps, say dialog.Say, link func(string) string) (rows [][]Button, list string) {
	if len(say.Menu) == 0 {
		return nil, ""
	}
	if caps.Buttons {
		return buttons(caps, say, link), ""
	}
	if say.Loose {
		return nil, ""
	}
	return nil, numbered(book, say, link)
}

func buttons(caps Caps, say dialog.Say, link func(string) string) [][]Button {
	var rows [][]Button
	flush := func(options []dialog.Option) {
		columns := say.Columns
		if columns <= 0 || (len(options) > 0 && options[0].Nav) {
			columns = columnsFor(options)
		}
		var row []Button
		for _, o := range options {
			b := Button{Label: norm.NFC.String(o.Label)}
			if o.Link != "" {
				if b.URL = link(o.Link); b.URL == "" {
					continue
				}
			} else if b.Data = dialog.DataOf(say, o); b.Data == "do:" {
				continue
			}
			if row = append(row, b); len(row) == columns {
				rows, row = append(rows, row), nil
			}
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	split := len(say.Menu)
	for split > 0 && say.Menu[split-1].Nav {
		split--
	}
	flush(say.Menu[:split])
	flush(say.Menu[split:])
	return rows
}

// columnsFor is how many of the options fit beside each other.
func columnsFor(options []dialog.Option) int {
	widest := 1
	for _, o := range options {
		widest = max(widest, utf8.RuneCountInString(o.Label))
	}
	return max(1, min(rowMax, rowWidth/widest))
}

// numbered is a menu as numbered or lettered choices: short ones beside each other, others a line each. Choices that
// lead to a deep link show its address.
func numbered(book Book, say dialog.Say, link func(string) string) string {
	var items []string
	long := false
	width := 0
	add := func(mark, label string) {
		item := mark + ". " + label
		items = append(items, item)
		n := utf8.RuneCountInString(label)
		width += n + 4
		long = long || n > 12
	}
	n := 0
	for _, o := range say.Menu {
		label := norm.NFC.String(o.Label)
		switch {
		case o.Key == dialog.KeyMore:
			add("9", label)
			continue
		case o.Nav:
			continue
		}
		if n++; o.Link != "" {
			if url := link(o.Link); url != "" {
				label += ": " + url
			}
		}
		if say.Letters {
			add(letter(n), label)
		} else {
			add(strconv.Itoa(n), label)
		}
	}
	if len(items) == 0 {
		return ""
	}
	sep := " "
	if long || width > 2*rowWidth {
		sep = "\n"
	}
	list := strings.Join(items, sep)
	key := keyNumbers
	if say.Letters {
		key = keyLetters
	}
	if book.Label(say.Lang, key) == key {
		return list
	}
	if hint, err := book.Text(say.Lang, addressed(say, dialog.Line{Key: key})); err == nil && hint != "" {
		list += "\n" + norm.NFC.String(hint)
	}
	return list
}

func letter(n int) string {
	if n <= 26 {
		return string(rune('a' + n - 1))
	}
	return strconv.Itoa(n)
}

// Cut divides text into parts of at most most code points: between paragraphs where it can, else between lines,
// sentences, words, and only then anywhere. Nothing but white space at the cuts is lost. A most of 0 or less does not cut.
func Cut(text string, most int) []string {
	if most <= 0 {
		return []string{text}
	}
	var parts []string
	for utf8.RuneCountInString(text) > most {
		end := 0
		for n := 0; n < most; n++ {
			_, size := utf8.DecodeRuneInString(text[end:])
			end += size
		}
		at := end
		for _, sep := range []string{"\n\n", "\n", ". ", " "} {
			if i := strings.LastIndex(text[:min(len(text), end+len(sep)-1)], sep); i > end/4 {
				at = i
				if sep == ". " {
					at++
				}
				break
			}
		}
		if part := strings.TrimRight(text[:at], " \n"); part != "" {
			parts = append(parts, part)
		}
		text = strings.TrimLeft(text[at:], " \n")
	}
	if text != "" {
		parts = append(parts, text)
	}
	return parts
}

// started puts the address of a Say's link into its lines and its drawing.
func started(say dialog.Say, link func(payload string) string) dialog.Say {
	if say.Start == "" {
		return say
	}
	url := link(say.Start)
	say.Draw, say.Print = drawn(say.Draw, "{link}", cmp.Or(url, say.Start)), drawn(say.Print, "{link}", cmp.Or(url, say.Start))
	lines := make([]dialog.Line, len(say.Lines))
	for i, l := range say.Lines {
		args := make(map[string]string, len(l.Args)+1)
		maps.Copy(args, l.Args)
		args["link"] = url
		lines[i] = dialog.Line{Key: l.Key, Args: args}
	}
	say.Lines = lines
	return say
}

// render makes an entry's messages. It fails only while what goes with them cannot be read for now.
func (a *App) render(l *lane, e *entry, ch *line, say dialog.Say) error {
	ctx, cancel := context.WithTimeout(l.shard.ctx, sendTimeout)
	defer cancel()
	say = started(say, ch.Link)
	with, err := a.attach(ctx, l, e, ch.Caps(), say)
	if err != nil {
		return err
	}
	r := Render(a.book, ch.Caps(), say, ch.Link, with)
	if r.Failed != nil {
		a.alert("unrenderable", "contact", l.contact, "entry", e.id, "error", r.Failed)
	}
	e.parts = r.Messages
	return nil
}
