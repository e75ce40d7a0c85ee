package simulator

import "sync/atomic"

const maxMethods = 32

// callStats counts what a bot did. Methods are known by their index.
type callStats struct {
	calls        [maxMethods]atomic.Int64
	errors       [maxMethods]atomic.Int64
	updates      atomic.Int64
	hookFailures atomic.Int64
	downloads    atomic.Int64
	lost         atomic.Int64 // updates that nobody took in time
}

// byMethod names the counts that are not nought.
func (s *callStats) byMethod(names []string) (calls, errors map[string]int64) {
	calls, errors = map[string]int64{}, map[string]int64{}
	for i, name := range names {
		if n := s.calls[i].Load(); n > 0 {
			calls[name] = n
		}
		if n := s.errors[i].Load(); n > 0 {
			errors[name] = n
		}
	}
	return calls, errors
}
