package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

// entry is one effect that was committed and not yet carried out: an outbox entry in memory. Its fields belong to the
// lane's lock, but for those that only whoever carries it out touches.
type entry struct {
	id     string
	effect dialog.Effect
	at     time.Time // of the event that caused it
	born   time.Time // real time when that event came into this process, or the entry was loaded

	loaded bool // read from the store: an attempt by another process may have been under way
	told   bool // Save: the person was told that it is being saved

	// Of the sender alone.
	parts  []Message // rendered
	good   time.Time // until when the links in them are worth sending; zero: there are none
	part   int       // next part to send
	marked bool      // a bulk notice was marked as being sent
	sent   bool      // delivered, not yet acknowledged
}

// stale reports rendered messages whose links would soon end: they are written again, with the same words.
func (e *entry) stale(now time.Time) bool { return !e.good.IsZero() && !now.Before(e.good) }

type wireEntry struct {
	At time.Time `json:"at,omitzero"`
}

// stored is the entry as the outbox keeps it: the Out's JSON with "at" beside it.
func (e *entry) stored() (storage.Stored, error) {
	out, err := dialog.Out{ID: e.id, Effect: e.effect}.MarshalJSON()
	if err != nil {
		return storage.Stored{}, err
	}
	if !e.at.IsZero() {
		out = append(out[:len(out)-1], `,"at":"`...)
		out = append(e.at.AppendFormat(out, time.RFC3339Nano), `"}`...)
	}
	return storage.Stored{ID: e.id, Out: out}, nil
}

// readEntry reads what stored wrote.
func readEntry(s storage.Stored) (*entry, error) {
	var out dialog.Out
	if err := json.Unmarshal(s.Out, &out); err != nil {
		return nil, fmt.Errorf("bot: outbox entry %s: %w", s.ID, err)
	}
	var rest wireEntry
	if err := json.Unmarshal(s.Out, &rest); err != nil {
		return nil, fmt.Errorf("bot: outbox entry %s: %w", s.ID, err)
	}
	return &entry{id: s.ID, effect: out.Effect, at: rest.At, loaded: true, born: time.Now()}, nil
}

// Suffixes of ids of entries that come into being after the commit. They follow from the entry they replace, so that
// doing it again changes nothing.
const (
	afterSave   = "+" // the Kept or Refused that a Save released
	afterWait   = "w" // "it is being saved"
	afterTold   = "~" // the same Save, its person told
	afterHeld   = "h" // "it is kept, and waits": in memory only
	afterFailed = "!" // the generic sentence in place of a Say that cannot be sent
)

// release is what a Save becomes when its outcome is known: exactly one of Kept and Refused, filled with what the
// outcome brought and, when refused, with the reason (a locale key) as args "reason"; or nothing.
// A Handover becomes its Kept where the area has a phone of its own.
func (e *entry) release(o storage.Outcome) *entry {
	if h, ok := e.effect.(dialog.Handover); ok && h.Kept != nil && o.Refused == "" && o.Args["own"] != "" {
		return &entry{id: e.id + afterSave, effect: fill(*h.Kept, o.Args), at: e.at, born: e.born}
	}
	save, ok := e.effect.(dialog.Save)
	if !ok {
		return nil
	}
	args := o.Args
	say := save.Kept
	if o.Refused != "" {
		args = make(map[string]string, len(o.Args)+1)
		for k, v := range o.Args {
			args[k] = v
		}
		args["reason"] = o.Refused
		if say = save.Refused; say == nil {
			say = &dialog.Say{Lines: []dialog.Line{{Key: o.Refused}}}
			if save.Kept != nil {
				say.Lang, say.You = save.Kept.Lang, save.Kept.You
			}
		}
	}
	if say == nil {
		return nil
	}
	return &entry{id: e.id + afterSave, effect: fill(*say, args), at: e.at, born: e.born}
}

// fill puts args into every line, and the outcome's code in place of "{code}" in the menu's keys and commands, in a
// drawing's args, in a file's name and in a link's payload, and the outcome's file in place of "{file}".
func fill(say dialog.Say, args map[string]string) dialog.Say {
	if len(args) == 0 {
		return say
	}
	say.Lines, say.Alone = filled(say.Lines, args), filled(say.Alone, args)
	if len(say.Menu) > 0 {
		menu := make([]dialog.Option, len(say.Menu))
		for i, o := range say.Menu {
			o.Key = strings.ReplaceAll(o.Key, "{code}", args["code"])
			o.Do = strings.ReplaceAll(o.Do, "{code}", args["code"])
			menu[i] = o
		}
		say.Menu = menu
	}
	say.Draw = drawn(say.Draw, "{code}", args["code"])
	say.FileName = strings.ReplaceAll(say.FileName, "{code}", args["code"])
	say.File = strings.ReplaceAll(say.File, "{file}", args["file"])
	say.Start = strings.ReplaceAll(say.Start, "{code}", strings.ReplaceAll(args["code"], " ", "")) // a payload has no spaces
	return say
}

// filled are lines with args added to each.
func filled(lines []dialog.Line, args map[string]string) []dialog.Line {
	if len(lines) == 0 {
		return lines
	}
	with := make([]dialog.Line, len(lines))
	for i, line := range lines {
		all := make(map[string]string, len(line.Args)+len(args))
		for k, v := range line.Args {
			all[k] = v
		}
		for k, v := range args {
			all[k] = v
		}
		with[i] = dialog.Line{Key: line.Key, Args: all}
	}
	return with
}

// drawn is a drawing with one text for another in its args.
func drawn(d *dialog.Drawing, old, text string) *dialog.Drawing {
	if d == nil {
		return nil
	}
	args := make(map[string]string, len(d.Args))
	for k, v := range d.Args {
		args[k] = strings.ReplaceAll(v, old, text)
	}
	return &dialog.Drawing{Kind: d.Kind, Args: args}
}

// sentence is a Say of one line without arguments, in the language and address of another.
func sentence(key string, like dialog.Say) dialog.Say {
	return dialog.Say{Lines: []dialog.Line{{Key: key}}, Lang: like.Lang, You: like.You}
}

// words is the Say a Save would release: it tells the language of its person.
func words(s dialog.Save) dialog.Say {
	switch {
	case s.Kept != nil:
		return *s.Kept
	case s.Refused != nil:
		return *s.Refused
	}
	return dialog.Say{}
}
