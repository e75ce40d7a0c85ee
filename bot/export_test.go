package bot

// For tests outside the package, which may import the adapters.
type (
	Tiny      = tiny
	PlainBook = plainBook
)

var (
	NewLedger = newLedger
	Backends  = backends
)
