package bot

import (
	"context"
	"time"

	"chungtay/flows/dialog"
	"chungtay/storage"
)

// Stepper is the engine: a pure function that never fails.
type Stepper interface {
	Step(dialog.State, dialog.Event) (dialog.State, []dialog.Out)
}

// Book writes lines in a language.
type Book interface {
	dialog.Words
	Text(lang string, line dialog.Line) (string, error)
}

// Records is what the running of conversations needs of the records' store.
type Records interface {
	// ContactKey is the opaque key of a chat: a keyed hash.
	ContactKey(channel, bot, chat string) string
	// Seal encrypts an address, Open reads it again.
	Seal(address string) string
	Open(sealed string) (string, error)
	// SealLink makes a token that carries plain, for an address of ours; OpenLink reads it, or fails.
	SealLink(plain string) string
	OpenLink(token string) (string, error)
	// SealFor encrypts a secret that a contact typed, always to the same bytes. Open reads it.
	SealFor(contact, secret string) string

	// SeeContact notes that a contact wrote, and where it can be reached.
	SeeContact(ctx context.Context, contact, channel, address string) error
	// UseContact notes that somebody who has several chats wrote in this one.
	UseContact(ctx context.Context, contact string) error
	// Person is who a contact is; the zero Person (but for Lang) for somebody new.
	Person(ctx context.Context, contact string) (dialog.Person, error)
	// Apply keeps records, each once. An error means temporary trouble: nothing is known to be kept, and asking again is safe.
	Apply(ctx context.Context, batch []storage.Request) ([]storage.Outcome, error)
	// Answer looks something up within the person's rights. Trouble is told as the answer's Problem.
	Answer(ctx context.Context, ask dialog.Ask, who dialog.Person, now time.Time) dialog.Answer

	// ClaimNotices gives owner up to n notices that are due, urgent ones first, and keeps them from others for lease.
	ClaimNotices(ctx context.Context, owner string, n int, lease time.Duration) ([]storage.NoticeRow, error)
	// NextNotice is when the notice is due that waits for its time and comes first; zero when none waits.
	NextNotice(ctx context.Context) (time.Time, error)
	// Notice brings back notices by their ids; those that do not exist are left out.
	Notice(ctx context.Context, ids []string) ([]storage.NoticeRow, error)
	// BeginNotices is asked before notices are sent: why each is not wanted any more, "" where it is. A bulk one is in doubt from here on.
	BeginNotices(ctx context.Context, starts []storage.NoticeStart) (why []string, err error)
	// MarkNotices notes what became of notices: one of the records' statuses, and the reason where they failed.
	MarkNotices(ctx context.Context, ids []string, status, reason string) error

	// PutBlob keeps bytes under a key; Blob brings them back, or fails with storage.ErrNoBlob.
	PutBlob(ctx context.Context, key, mime string, data []byte) error
	Blob(ctx context.Context, key string) (data []byte, mime string, err error)

	// MakeFileLink keeps content behind a token and a code of six digits; FileLink tells whether a link waits for its code;
	// OpenFileLink opens it, once, and FileLinkContent brings the content back for the browser that did.
	MakeFileLink(ctx context.Context, content string) (token, code string, err error)
	FileLink(ctx context.Context, token string) error
	OpenFileLink(ctx context.Context, token, code string) (pass string, left int, err error)
	FileLinkContent(ctx context.Context, token, pass string) (content string, err error)

	Ping(ctx context.Context) error
}

var _ Records = (*storage.Records)(nil)
