package dialog

import (
	"encoding/json"
	"fmt"
	"time"
)

// Effect is something a step wants done. Effects are data: carrying them out is the work of others.
type Effect interface{ effect() string }

// Line is one paragraph of a message: a locale key and what it is filled with. Args are canonical text (an amount as
// "500000", a date as "2026-11-10"); the locale's template formats them.
type Line struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}

// Option is a choice as it was shown. Key is what choosing it answers, Label the words on it. An option with Do
// stands for a slash command and stays good after the form is gone; one with Link opens the private chat with that payload.
//
// Nav options (back, cancel, skip, done) come last. They are buttons only: where a channel has none they are left out of
// the numbered list, since their words do the same; but KeyMore is written there as number 9.
type Option struct {
	Key   string `json:"k"`
	Label string `json:"l"`
	Do    string `json:"do,omitempty"`
	Link  string `json:"link,omitempty"`
	Nav   bool   `json:"nav,omitempty"`
	Of    string `json:"of,omitempty"` // in a State: the Save whose code goes in place of "{code}" in Do, as saveRef writes it
}

// KeyMore is the Key of the option that shows the next page.
const KeyMore = "~more"

// Drawing is a picture that is drawn when the message is written for its channel: the same kind and args make the same
// picture. Kind "qr" is a QR code of the arg "text". In the Kept of a Save "{code}" within an arg is replaced by the code, and
// anywhere "{link}" by the address that Say.Start makes. In Say.Print a kind is a paper to print, and the args are the words on it.
type Drawing struct {
	Kind string            `json:"kind"`
	Args map[string]string `json:"args,omitempty"`
}

// WantDocument in Say.Want: the question can be answered by a file. Behind it, after a space, stands WantPhoto where a
// picture as a file is as good.
const (
	WantDocument = "document"
	WantPhoto    = "photo"
)

// Say is one message. Lines are joined by line feeds. Menu becomes buttons where the channel has them and numbered
// (or, with Letters, lettered) lines where it has not. At most one picture goes with it, Photo or Draw, and one File;
// where the channel cannot carry them they are shown by an address of our own, and what is Private only behind a code.
type Say struct {
	Lines   []Line   `json:"lines"`
	Menu    []Option `json:"menu,omitempty"`
	Letters bool     `json:"letters,omitempty"` // a, b, c: the step takes numbers as values
	Form    string   `json:"form,omitempty"`    // FormHash and step that a tap on Menu asserts
	Step    string   `json:"step,omitempty"`
	Columns int      `json:"columns,omitempty"` // buttons in a row, 0: as the labels fit
	Replace string   `json:"replace,omitempty"` // Ref of the bot's own message to edit instead, where the channel can
	Remove  string   `json:"remove,omitempty"`  // Ref of the person's own message to take away, where the channel can; else they are asked to
	Loose   bool     `json:"loose,omitempty"`   // Menu is a shortcut only: without buttons it is left out
	Photo   string   `json:"photo,omitempty"`   // key of a blob to show
	Draw    *Drawing `json:"draw,omitempty"`    // a picture to draw and show, where there is no Photo
	File    string   `json:"file,omitempty"`    // key of a blob to send as a file
	Private bool     `json:"private,omitempty"` // the picture has names in it: never by an open address
	Want    string   `json:"want,omitempty"`    // WantDocument ...: where the channel brings no files, a page that takes them

	FileName string   `json:"file_name,omitempty"` // of File, as the person sees it
	Print    *Drawing `json:"print,omitempty"`     // how the paper is drawn on which stands what File keeps; nil: File is sent as it is

	// Start is the payload of a link that opens the bot's private chat with it. Its address is the argument "link" of every line, empty
	// where the channel has no such links, and "{link}" in Draw: there the payload itself in its place.
	Start string `json:"start,omitempty"`

	// Fresh: whoever gets this notice starts anew. What was open in the chat, or waited for its end, was somebody else's, and is dropped.
	Fresh bool `json:"fresh,omitempty"`

	// Alone are lines said in messages of their own behind this one, to be copied: the number of an account.
	Alone []Line `json:"alone,omitempty"`

	Notice string `json:"notice,omitempty"` // id of the notice this carries
	Urgent bool   `json:"urgent,omitempty"`
	Track  string `json:"track,omitempty"` // the message is changed later: what its name on the platform is noted under
	Rich   bool   `json:"rich,omitempty"`  // the lines have marks: *bold*, and "- " before what is listed
	Bulk   bool   `json:"bulk,omitempty"`  // it goes to many: even an urgent one keeps to the rate of those nobody asked for
	Lang   string `json:"lang,omitempty"`  // language to say it in; empty: the default
	You    string `json:"you,omitempty"`   // how the person is addressed (Person.Address): the argument "you" of every line
}

// Save keeps a record. Its key (contact, form, n) makes it happen once: N counts the Saves of one form, Hash is of Kind
// and Data. When the record is kept, Kept is said; when it is refused for good, Refused. Both may use what the outcome
// brings as Args ({{.code}}), and "{code}" within Menu keys and Do, Start, Draw and FileName is replaced by it.
type Save struct {
	Kind    string          `json:"kind"` // a command of package records: "help.log"
	Data    json.RawMessage `json:"data"` // its JSON
	Form    string          `json:"form"` // id of the event that opened the form, or of the event itself
	N       int             `json:"n"`
	Pass    string          `json:"pass,omitempty"` // that who saves was asked for their secret and knew it (Field.Verified)
	Kept    *Say            `json:"kept,omitempty"` // nil: nothing is said
	Refused *Say            `json:"refused,omitempty"`
}

// Ask looks something up without changing anything; the engine steps again with what it Returned, in the same turn.
type Ask struct {
	Query string            `json:"query"`
	Args  map[string]string `json:"args,omitempty"`
	Page  int               `json:"page,omitempty"`
	Form  string            `json:"form,omitempty"`
	Step  string            `json:"step,omitempty"`
}

// Later sets the contact's timer Key, in place of an older one of that key. A zero At takes it away.
type Later struct {
	Key  string    `json:"key"`
	At   time.Time `json:"at,omitzero"`
	Form string    `json:"form,omitempty"`
	Step string    `json:"step,omitempty"`
}

// Fetch stores a photo or file of the channel as a blob under As.
type Fetch struct {
	Ref  string `json:"ref"`
	As   string `json:"as"`
	Kind string `json:"kind"` // photo, document
}

// Forget deletes what is kept of this contact's conversation (not its records).
type Forget struct{}

// Handover gives the conversation to a person: a task for whoever looks after the contact's area.
type Handover struct {
	Reason string `json:"reason"` // give-up, asked, protected ...
	Flow   string `json:"flow,omitempty"`
	Step   string `json:"step,omitempty"`
	Kept   *Say   `json:"kept,omitempty"` // said when the area of the contact has a phone of its own, with it
}

// Recall brings notices that waited for the end of a form back to the inbox.
type Recall struct {
	Notices []string `json:"notices"`
}

func (Say) effect() string      { return "say" }
func (Save) effect() string     { return "save" }
func (Ask) effect() string      { return "ask" }
func (Later) effect() string    { return "later" }
func (Fetch) effect() string    { return "fetch" }
func (Forget) effect() string   { return "forget" }
func (Handover) effect() string { return "handover" }
func (Recall) effect() string   { return "recall" }

// Out is an effect with its id: the event's id and the effect's place among its effects.
type Out struct {
	ID     string
	Effect Effect
}

type wireOut struct {
	ID       string    `json:"id"`
	Say      *Say      `json:"say,omitempty"`
	Save     *Save     `json:"save,omitempty"`
	Ask      *Ask      `json:"ask,omitempty"`
	Later    *Later    `json:"later,omitempty"`
	Fetch    *Fetch    `json:"fetch,omitempty"`
	Forget   *Forget   `json:"forget,omitempty"`
	Handover *Handover `json:"handover,omitempty"`
	Recall   *Recall   `json:"recall,omitempty"`
}

// MarshalJSON writes the effect under its own name beside the id.
func (o Out) MarshalJSON() ([]byte, error) {
	w := wireOut{ID: o.ID}
	switch e := o.Effect.(type) {
	case Say:
		w.Say = &e
	case Save:
		w.Save = &e
	case Ask:
		w.Ask = &e
	case Later:
		w.Later = &e
	case Fetch:
		w.Fetch = &e
	case Forget:
		w.Forget = &e
	case Handover:
		w.Handover = &e
	case Recall:
		w.Recall = &e
	default:
		return nil, fmt.Errorf("dialog: no wire form for effect %T", o.Effect)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON wrote; an effect it does not know is an error.
func (o *Out) UnmarshalJSON(b []byte) error {
	var w wireOut
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	o.ID = w.ID
	switch {
	case w.Say != nil:
		o.Effect = *w.Say
	case w.Save != nil:
		o.Effect = *w.Save
	case w.Ask != nil:
		o.Effect = *w.Ask
	case w.Later != nil:
		o.Effect = *w.Later
	case w.Fetch != nil:
		o.Effect = *w.Fetch
	case w.Forget != nil:
		o.Effect = *w.Forget
	case w.Handover != nil:
		o.Effect = *w.Handover
	case w.Recall != nil:
		o.Effect = *w.Recall
	default:
		return fmt.Errorf("dialog: effect %s has no known kind", w.ID)
	}
	return nil
}
