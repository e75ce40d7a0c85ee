package records

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"slices"
)

// SampleEntry is an entry of help that may be drawn for a ward's monthly check.
type SampleEntry struct {
	Code        string
	HouseholdID int64
	Group       string // path
	Linked      bool   // somebody of the household is linked, and could have answered by phone
}

// What came of calling or visiting a household of the sample: the note of its task.
const (
	SampleReceived  = "received"  // it got what is entered
	SampleMissing   = "missing"   // it did not
	SampleUnreached = "unreached" // nobody was met
)

// SampleSize is how many entries of a ward with so many groups are drawn in a month: five, and one for every three groups at least.
func SampleSize(groups int) int { return max(5, (groups+2)/3) }

// DrawSample draws n of the entries, at most one of a household, a third of them of households that nobody is linked to, as far as there are
// any. The same seed draws the same entries, in whatever order they come: so a draw can be made again and checked.
func DrawSample(seed string, entries []SampleEntry, n int) []SampleEntry {
	type ranked struct {
		SampleEntry
		rank [sha256.Size]byte
	}
	all := make([]ranked, len(entries))
	for i, e := range entries {
		all[i] = ranked{e, sha256.Sum256([]byte(seed + " " + e.Code))}
	}
	slices.SortFunc(all, func(x, y ranked) int {
		return cmp.Or(bytes.Compare(x.rank[:], y.rank[:]), cmp.Compare(x.Code, y.Code))
	})
	var drawn []SampleEntry
	homes := map[int64]bool{}
	draw := func(most int, unlinked bool) {
		for _, e := range all {
			if len(drawn) < most && !homes[e.HouseholdID] && !(unlinked && e.Linked) {
				homes[e.HouseholdID] = true
				drawn = append(drawn, e.SampleEntry)
			}
		}
	}
	draw((n+2)/3, true)
	draw(n, false)
	return drawn
}
