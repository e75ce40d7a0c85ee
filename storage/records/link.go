package records

import "time"

// FileLink is a page of ours by which one person gets a file or brings one. It is opened once, by a code that only the chat
// showed; the browser that opened it may come back until it ends.
type FileLink struct {
	TokenHash string `gorm:"primaryKey"`
	CodeHash  string
	PassHash  string // of the browser that opened it
	Content   string // sealed
	Tries     int    // wrong codes
	ExpiresAt time.Time
	OpenedAt  *time.Time
}

// Limits of a FileLink.
const (
	FileLinkLife  = 15 * time.Minute
	FileLinkTries = 5
)
