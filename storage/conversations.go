// Package storage keeps things: conversations (in Redis, or in the embedded SQLite file) and records (in Postgres, or
// in the same SQLite file).
package storage

import (
	"context"
	"errors"
	"hash/fnv"
	"time"
)

// Shards is how many parts the contacts are divided into. A process owns shards, not contacts.
const Shards = 64

// Shard is the part a contact belongs to, 0 to Shards-1.
func Shard(contact string) int {
	h := fnv.New32a()
	h.Write([]byte(contact))
	return int(h.Sum32() % Shards)
}

// SeenFor is how long an event's id is remembered: the same id of the same contact within it is the same event.
const SeenFor = 48 * time.Hour

// ReadyGrace is how long a contact waits in ready before Ready hands it out: time enough for the wake-up to arrive first.
const ReadyGrace = time.Second

// Observer is told of every call: its method in lower case, how long it took with queueing, and its error. It runs on
// the caller's goroutine and must not block.
type Observer func(op string, took time.Duration, err error)

// Errors of Conversations.
var (
	// ErrStale: the commit's Turn is not the stored one, or its event is not at the head of the inbox. Nothing was
	// changed; drop what is cached and Load again.
	ErrStale = errors.New("storage: conversation moved on")
	// ErrNotOwner: another process owns the shard now. Nothing was changed.
	ErrNotOwner = errors.New("storage: shard is owned by another process")
	// ErrAway: the backend cannot be reached now. Whether the change was made is unknown; asking again is safe.
	ErrAway = errors.New("storage: backend away")
)

// Arrival is an event to take in.
type Arrival struct {
	Contact string // opaque contact key
	Address string // sealed address of the chat, kept with the conversation for the sender; "" keeps the old one
	ID      string // the event's id: the same id of this contact within 48 hours is the same event
	Event   []byte // JSON of dialog.Event
}

// Stored is one outbox entry: a dialog.Out as JSON under its id.
type Stored struct {
	ID  string
	Out []byte
}

// Inboxed is one event waiting in the inbox.
type Inboxed struct {
	ID    string
	Event []byte
}

// Conversation is all that is kept of a contact's conversation. Inbox and Outbox are oldest first.
type Conversation struct {
	State   []byte // JSON of dialog.State; nil for a new contact
	Turn    uint64
	Address string
	Inbox   []Inboxed
	Outbox  []Stored
}

// TimerSet sets (or, with a zero At, takes away) a contact's timer Key. When it comes due, Event enters the inbox under ID.
type TimerSet struct {
	Key   string
	At    time.Time
	ID    string
	Event []byte
}

// Commit is the outcome of one turn.
type Commit struct {
	Contact string
	Owner   string // process that made it
	Turn    uint64 // the stored turn it was made from; the new one is Turn+1
	Head    string // id of the event it consumed; it must be at the head of the inbox
	State   []byte
	Outbox  []Stored // appended
	Timers  []TimerSet
}

// Conversations is the conversations' store: Redis, or the embedded SQLite file. Every method is atomic per contact,
// and safe to repeat. All of a contact's keys live in its shard. Methods fail with ErrAway (wrapped) while the backend
// cannot be reached, and with ctx's error: with ctx's error alone when nothing was done, with both when that is unknown.
// Byte slices handed in belong to the store and are not changed afterwards.
type Conversations interface {
	// Ingest takes in events, in order: those not seen in the last 48 hours are put at the tail of their contact's inbox and
	// the contact is marked ready. fresh[i] tells which were new. It returns once they are durable. Contacts of shards
	// that another process owns are announced to it (see Wakes). After an error some may have been taken in; when the
	// batch is repeated they are not fresh, so whoever repeats wakes every contact of it.
	Ingest(ctx context.Context, owner string, batch []Arrival) (fresh []bool, err error)

	// Load reads a contact's conversation. A contact never heard of is a zero Conversation.
	Load(ctx context.Context, contact string) (Conversation, error)

	// Commit makes a turn's outcome durable: if Turn, Head and the shard's owner are as the commit says, it writes State,
	// appends Outbox, sets Timers and pops the inbox's head, all or nothing; the contact stays ready while its inbox is
	// not empty. Else ErrStale or ErrNotOwner. The very commit that was the last to succeed (same owner, turn, head and
	// content) succeeds again and changes nothing: it is the repeat of one whose answer was lost.
	Commit(ctx context.Context, c Commit) error

	// Resolve replaces the outbox entry id by with, in its place and order (no entries: removes it). An id that is not there
	// is no error: it was resolved before.
	Resolve(ctx context.Context, contact, id string, with []Stored) error

	// Ready takes up to n contacts of a shard that have waited in ready longer than ReadyGrace at now (real time), and leases them for lease:
	// the net under a lost wake-up or a dead taker. A leased contact comes back when its lease ends, or a ReadyGrace after
	// a new event, until a commit empties its inbox.
	Ready(ctx context.Context, shard int, now time.Time, lease time.Duration, n int) (contacts []string, err error)

	// Pending lists every contact of a shard with a non-empty inbox or outbox: what a new owner must go on with.
	Pending(ctx context.Context, shard int) (contacts []string, err error)

	// Due moves up to n timers of a shard that are due at now into their contacts' inboxes, and returns the contacts.
	Due(ctx context.Context, shard int, now time.Time, n int) (contacts []string, err error)

	// NextDue is the time of the timer that comes due first, over all shards; zero when none waits.
	NextDue(ctx context.Context) (time.Time, error)

	// Claim makes owner the owner of each wanted shard that nobody, a dead process or owner itself owns, for ttl from
	// now (real time, the backend's clock), and returns those it owns. It also counts owner among the live members. With an
	// error it returns those it is known to own.
	Claim(ctx context.Context, owner string, want []int, ttl time.Duration) (owned []int, err error)
	// Release gives shards up at once.
	Release(ctx context.Context, owner string, shards []int) error
	// Members counts the processes that claimed within their ttl.
	Members(ctx context.Context) (int, error)
	// Lock takes or renews a named lease (the poller of a bot), and tells whether owner holds it. A ttl of zero gives it up.
	Lock(ctx context.Context, name, owner string, ttl time.Duration) (bool, error)

	// Wakes delivers contacts whose inbox got an event through another process, until ctx ends. It may lose some;
	// Ready finds those.
	Wakes(ctx context.Context) (<-chan string, error)

	// Ping tells whether the backend answers and is fit to be written to (an evicting Redis is not).
	Ping(ctx context.Context) error
	// Erase forgets a contact's conversation wholly, timers too. Only the ids of its events of the last 48 hours stay, so
	// that one delivered again does not begin a new conversation.
	Erase(ctx context.Context, contact string) error
	// Close lets calls under way finish; later ones fail.
	Close() error
}
