package dialog

import "time"

// State is a contact's conversation between two events. It is small (p99 within 2 KB, never over 8 KB) and holds no
// index into anything that a deploy may change: steps are named, answers are canonical text by step key.
type State struct {
	Flow    string            `json:"flow,omitempty"`
	Version int               `json:"version,omitempty"`
	Step    string            `json:"step,omitempty"`
	Answers map[string]string `json:"answers,omitempty"`
	Trail   []string          `json:"trail,omitempty"` // answered keys, newest last: what Back undoes
	Menu    []Option          `json:"menu,omitempty"`  // exactly as last shown
	Page    int               `json:"page,omitempty"`  // page of a look-up that Menu shows
	Query   string            `json:"query,omitempty"` // words a look-up was narrowed by
	Doubt   *Doubt            `json:"doubt,omitempty"` // an ambiguous answer that is being asked about
	Form    string            `json:"form,omitempty"`  // id of the event that opened the form
	Refs    map[string]string `json:"refs,omitempty"`  // step -> Ref of the message that answered it, for edits
	Tries   int               `json:"tries,omitempty"`
	Saves   int               `json:"saves,omitempty"` // Saves of this form so far
	Turn    uint64            `json:"turn"`            // the commit fence, nothing else

	Parked *State            `json:"parked,omitempty"` // one interrupted form
	Held   []string          `json:"held,omitempty"`   // ids of notices that wait for the end of this form
	Next   []Heard           `json:"next,omitempty"`   // complete entries typed in the middle of a form, oldest first
	Shown  time.Time         `json:"shown,omitzero"`   // when Menu was last shown: a bare number is good for 24 hours
	Hints  map[string]string `json:"hints,omitempty"`  // heard but not yet certain, by step: words for a look-up, or candidates
	Quick  bool              `json:"quick,omitempty"`  // opened by a whole message: optional questions are not asked
	Input  string            `json:"input,omitempty"`  // what followed the slash word that opened the form
	Last   string            `json:"last,omitempty"`   // FormHash of the form done last: a second press of its button says nothing
	Nudged bool              `json:"nudged,omitempty"` // the question was repeated after a silence
	Album  string            `json:"album,omitempty"`  // the photos taken last came together under this id
	Hidden time.Time         `json:"hidden,omitzero"`  // when media that a command answers once a day were last answered
	Wait   *Wait             `json:"wait,omitempty"`   // a look-up is under way; only within a turn
}

// Wait is what a turn goes on with when its look-up returns: a state is never committed with one.
type Wait struct {
	Lines   []Line `json:"lines,omitempty"`   // to be said with the next question, in the same message
	Replace string `json:"replace,omitempty"` // as in Say
	Remove  string `json:"remove,omitempty"`  // as in Say
	Command string `json:"command,omitempty"` // the command that asked; empty: the step
	Input   string `json:"input,omitempty"`   // its Ctx.Input
	Page    int    `json:"page,omitempty"`    //
	Why     string `json:"why,omitempty"`     // what the look-up is for, see lookup.go
	Words   string `json:"words,omitempty"`   // words to try next when these find nothing
}

// Heard is a complete entry that waits for its turn.
type Heard struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Said   string    `json:"said"`
	Photos []string  `json:"photos,omitempty"` // blobs it was the caption of
	Album  string    `json:"album,omitempty"`  // the album those are of
	Ref    string    `json:"ref,omitempty"`    // the message it came in, for edits
}

// Doubt is an answer with several readings. Menu then lists them, and the step is still unanswered.
type Doubt struct {
	Text   string   `json:"text"`
	Kind   string   `json:"kind"`             // reading: several values; nav: a nav word that could be a value; sure: an unusual value to confirm
	Values []string `json:"values,omitempty"` // the candidates in full; Menu may name them by a hash
}

// Idle reports that no form is open.
func (s State) Idle() bool { return s.Flow == "" }
