package dialog

import "time"

// Event is one thing that happened to a contact. Exactly one of its verbs is set.
//
// ID comes from the platform's update (channel, bot, update id and a hash of the update), so the same update always
// makes the same event. At is the platform's time where that is within 24 hours of ours, else the time it was taken
// in; it is stored with the event, and is the only clock a step may read.
type Event struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`
	Lang string    `json:"lang,omitempty"` // language the platform says the person uses; Who.Lang wins
	Who  Person    `json:"who,omitzero"`   // filled in by the lane, never stored

	Ref       string `json:"ref,omitempty"`       // the message it came in, unique within the chat
	Edited    bool   `json:"edited,omitempty"`    // Said is the new text of the message Ref
	Forwarded bool   `json:"forwarded,omitempty"` // somebody else wrote it
	Group     bool   `json:"group,omitempty"`     // came from a group chat: nothing personal may be shown there

	Said     string  `json:"said,omitempty"`     // words typed, as they came
	Secret   string  `json:"secret,omitempty"`   // Said, sealed, where it may be one (MaybeSecret): what a Secret question keeps
	Tapped   *Tap    `json:"tapped,omitempty"`   // a button pressed
	Sent     *Media  `json:"sent,omitempty"`     // a photo, file, sticker, voice, location
	Shared   *Card   `json:"shared,omitempty"`   // a contact card
	Fired    *Timer  `json:"fired,omitempty"`    // a timer set by Later
	Returned *Answer `json:"returned,omitempty"` // what an Ask found
	Notice   *Notice `json:"notice,omitempty"`   // a message from somebody else or from a schedule
	Start    *Start  `json:"start,omitempty"`    // the chat was opened, with a deep link's payload or without
	Blocked  bool    `json:"blocked,omitempty"`  // the person stopped the bot
	Returns  bool    `json:"returns,omitempty"`  // the person let the bot in again
}

// Tap says "the answer to Step of Form is Key", or, where Do is set, "carry out this slash command".
type Tap struct {
	Form string `json:"form,omitempty"` // FormHash of the form the button belongs to
	Step string `json:"step,omitempty"`
	Key  string `json:"key,omitempty"`
	Do   string `json:"do,omitempty"`  // "/suaphieu GN-7K3QF2M"
	Bad  bool   `json:"bad,omitempty"` // the data could not be read: forged, or from an older program
}

// Media is something sent that is not text. What the bot has no use for keeps its Kind, so that the answer can name it.
type Media struct {
	Kind    string `json:"kind"`              // photo, document, voice, audio, video, sticker, location, poll, other
	Ref     string `json:"ref,omitempty"`     // the channel's handle to fetch it by
	Caption string `json:"caption,omitempty"` //
	Album   string `json:"album,omitempty"`   // id shared by photos sent together
	Name    string `json:"name,omitempty"`    // file name as given by the sender: not to be trusted
	Mime    string `json:"mime,omitempty"`
	Size    int64  `json:"size,omitempty"` // bytes, 0 unknown
}

// Card is a contact card. Own is true only where the platform proves that the number is the sender's.
type Card struct {
	Phone string `json:"phone"`
	Own   bool   `json:"own,omitempty"`
}

// Timer is a Later that came due. It is void when the form or the step has changed since.
type Timer struct {
	Key  string `json:"key"`
	Form string `json:"form,omitempty"`
	Step string `json:"step,omitempty"`
}

// Answer is what an Ask found. Options are choices to offer; Facts are values to keep or show. More says that another
// page exists, to be asked for with Ask.Page+1. Problem is a locale key when nothing could be looked up
// ("ask.unavailable", "ask.denied").
type Answer struct {
	Form    string            `json:"form,omitempty"`
	Step    string            `json:"step,omitempty"`
	Query   string            `json:"query"`
	Page    int               `json:"page,omitempty"`
	Options []Option          `json:"options,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"`
	Lines   []Line            `json:"lines,omitempty"` // ready lines to say, for look-ups that only show something
	More    bool              `json:"more,omitempty"`
	Problem string            `json:"problem,omitempty"`
}

// Notice is a message to somebody who did not ask just now. ID is the row in messages.
type Notice struct {
	ID     string `json:"id"`
	Urgent bool   `json:"urgent,omitempty"`
	Say    Say    `json:"say"`
}

// Start is the first contact, or a deep link: Payload is what followed /start, a one-time code most often.
type Start struct {
	Payload string `json:"payload,omitempty"`
}

// Person is who a contact is, as far as known at the time of the turn. The zero Person is somebody new.
type Person struct {
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Address string `json:"address,omitempty"` // how the bot addresses them: cô, chú, anh ...; empty: cô/chú
	Lang    string `json:"lang,omitempty"`
	Roles   []Role `json:"roles,omitempty"`
	Chats   int    `json:"chats,omitempty"`  // how many they have, where they have several
	Locked  bool   `json:"locked,omitempty"` // the phone is lost, say: nothing is shown and nothing is done
}

// Role is a duty in an area. Area is the area's path from the city down ("48/20200/hoa-minh.12").
type Role struct {
	Name string `json:"name"` // leader, officer, front, treasurer, city, admin, household
	Area string `json:"area"`

	// Marks are what is known of the area that bears on what is offered there, in the domain's own words, between spaces.
	Marks string `json:"marks,omitempty"`
}

// Has reports whether the person holds one of the named roles anywhere. Rights to a certain record are decided where it
// is saved or looked up; this only decides what to offer.
func (p Person) Has(names ...string) bool {
	for _, r := range p.Roles {
		for _, n := range names {
			if r.Name == n {
				return true
			}
		}
	}
	return false
}
