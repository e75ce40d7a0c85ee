package dialog

import (
	"time"
)

// Flow is a conversation: a form that asks, or a command that answers at once. Methods return changed copies.
type Flow struct{ d *flow }

type flow struct {
	key        string
	version    int
	command    bool
	steps      []*step
	slash      []string
	was        []string
	listed     bool
	listedFor  func(Person) bool // nil: everybody it is offered to
	alarm      func(text string) bool
	media      string            // the kind of Media it answers, once a day
	lost       func(Person) bool // who is led here when they are not understood; nil: nobody
	evenLocked bool
	ownCard    bool // somebody's own contact card, sent while nothing is open, opens it
	confirm    bool
	confirmIf  Cond
	hear       func(Ctx, string) Understood
	amend      func(Ctx, string) Understood
	open       func(Ctx) Answers
	starts     func(payload string) bool
	typed      func(text string) bool
	access     func(Person) bool
	echo       func(Ctx) []Line
	done       func(Ctx) []Effect
	show       func(Ctx, Answer) []Effect
	nudge      time.Duration
	expire     time.Duration
	says       []Key
	nodes      []*node
	byKey      map[string]*node
	formerly   map[string]string
}

// Ctx is what the functions of a flow see. It is a value; changing its Answers is not allowed.
type Ctx struct {
	Answers Answers
	At      time.Time // of the event
	Lang    string
	Who     Person
	Form    string // id of the event that opened the form
	Event   string // id of this event
	Input   string // what followed the slash word, the start payload, or the typed code
	Page    int    // page asked for, of a command that lists; 0 is the first

	words Words
	flow  string
}

// Label is the text of a locale key without arguments, in the language of this turn.
func (c Ctx) Label(key string) string { return c.words.Label(c.Lang, key) }

// Understood is what a form's Hear made of a message.
type Understood struct {
	OK       bool                // the message is meant for this form
	Complete bool                // it stands for itself: an entry that could be confirmed, but for what is ambiguous
	Answers  Answers             // canonical; for a look-up the words to search by
	Doubts   map[string][]string // ambiguous: the canonical candidates by step, likeliest first
}

// Form declares a flow that asks its questions in order, lets them be confirmed, and is done. Raise version with every change
// that an open conversation can notice.
func Form(key string, version int, questions ...Question) Flow {
	d := &flow{key: key, version: version, confirm: true, nudge: 30 * time.Minute, expire: 24 * time.Hour}
	for _, q := range questions {
		d.steps = append(d.steps, q.question())
	}
	return Flow{d}
}

// Command declares a flow that answers at once, without questions, also in the middle of a form.
func Command(key string) Flow { return Flow{&flow{key: key, command: true}} }

// Key is the flow's key.
func (f Flow) Key() string { return f.d.key }

// On names the slash words that start the flow ("/ungho"), the first being the one that is published. The phrases that
// start it are the locale's "<flow>.triggers".
func (f Flow) On(slash ...string) Flow { return f.with(func(d *flow) { d.slash = slash }) }

// Listed puts the flow into the main menu, in the order the flows are given to New.
func (f Flow) Listed() Flow { return f.with(func(d *flow) { d.listed = true }) }

// ListedFor is Listed for those only to whom whom applies; everybody else may still call the flow.
func (f Flow) ListedFor(whom func(Person) bool) Flow {
	return f.with(func(d *flow) { d.listed, d.listedFor = true, whom })
}

// Lost makes a command the answer to those whom whom applies to when they are not understood twice in a row.
func (f Flow) Lost(whom func(Person) bool) Flow { return f.with(func(d *flow) { d.lost = whom }) }

// Alarm makes a command the answer to words for which heard holds, before anything else: whatever is open and whoever writes, even somebody
// who is locked. What is open stays open, and its question follows. In a group only what the command says is said. It looks nothing up.
func (f Flow) Alarm(heard func(text string) bool) Flow {
	return f.with(func(d *flow) { d.alarm = heard })
}

// Answers makes a command the answer to media of this kind, once a day for each contact; more on that day say nothing.
func (f Flow) Answers(kind string) Flow { return f.with(func(d *flow) { d.media = kind }) }

// Hear opens the form from a whole message: free words when idle, the words after the slash word, a photo's caption. A
// Complete one typed in the middle of a form waits as the next entry.
func (f Flow) Hear(hear func(c Ctx, text string) Understood) Flow {
	return f.with(func(d *flow) { d.hear = hear })
}

// Amend reads corrections typed at the confirm step ("nhầm, 600k"): the answers that are to be other ones. Words it does not
// understand are answered with the question.
func (f Flow) Amend(read func(c Ctx, text string) Understood) Flow {
	return f.with(func(d *flow) { d.amend = read })
}

// Open gives the answers known when the form opens, from Ctx.Input most often.
func (f Flow) Open(open func(Ctx) Answers) Flow { return f.with(func(d *flow) { d.open = open }) }

// Starts makes a deep link's payload open the flow; Ctx.Input is the payload.
func (f Flow) Starts(is func(payload string) bool) Flow {
	return f.with(func(d *flow) { d.starts = is })
}

// Typed makes a code typed when idle open the flow; Ctx.Input is the text.
func (f Flow) Typed(is func(text string) bool) Flow { return f.with(func(d *flow) { d.typed = is }) }

// EvenLocked lets the flow be opened by its code (Typed, Starts) by somebody who is locked: the way back.
func (f Flow) EvenLocked() Flow { return f.with(func(d *flow) { d.evenLocked = true }) }

// OwnCard lets somebody's own contact card, sent while nothing is open, open the flow; Ctx.Input is the number as the platform gave it.
func (f Flow) OwnCard() Flow { return f.with(func(d *flow) { d.ownCard = true }) }

// For restricts who is offered the flow. It is checked when the flow starts; rights to a certain record are checked where
// it is looked up and saved.
func (f Flow) For(may func(Person) bool) Flow { return f.with(func(d *flow) { d.access = may }) }

// Echo is what the confirm step shows. Without it each answer is a line, "<flow>.<step>.label" and its value.
func (f Flow) Echo(lines func(Ctx) []Line) Flow { return f.with(func(d *flow) { d.echo = lines }) }

// Unconfirmed leaves the confirm step out: the last answer ends the form.
func (f Flow) Unconfirmed() Flow { return f.with(func(d *flow) { d.confirm = false }) }

// ConfirmIf leaves the confirm step out unless cond holds: where the answers came to nothing there is nothing to confirm.
func (f Flow) ConfirmIf(cond Cond) Flow { return f.with(func(d *flow) { d.confirmIf = cond }) }

// Done is what a form does when it is confirmed. Saves get their Form and N from the engine.
func (f Flow) Done(done func(Ctx) []Effect) Flow { return f.with(func(d *flow) { d.done = done }) }

// Do is what a command does. An Ask among the effects comes last, and Show says what it found.
func (f Flow) Do(do func(Ctx) []Effect) Flow { return f.with(func(d *flow) { d.done = do }) }

// Show turns what a command's Ask found into effects. Without it its Lines and Options are said, with a button for the next page.
func (f Flow) Show(show func(Ctx, Answer) []Effect) Flow {
	return f.with(func(d *flow) { d.show = show })
}

// Nudge sets after how long of silence the question is repeated, once; 0 is never. 30 minutes if not set.
func (f Flow) Nudge(after time.Duration) Flow { return f.with(func(d *flow) { d.nudge = after }) }

// Expire sets after how long of silence the form is put aside; it can be taken up again. 0 is never; 24 hours if not set.
func (f Flow) Expire(after time.Duration) Flow { return f.with(func(d *flow) { d.expire = after }) }

// Was names earlier keys of this flow.
func (f Flow) Was(keys ...string) Flow { return f.with(func(d *flow) { d.was = keys }) }

// Says declares locale keys that Done, Echo and the rules say, for the checks of locales.
func (f Flow) Says(keys ...Key) Flow {
	return f.with(func(d *flow) { d.says = append(d.says[:len(d.says):len(d.says)], keys...) })
}

func (f Flow) with(change func(*flow)) Flow {
	d := *f.d
	change(&d)
	return Flow{&d}
}
