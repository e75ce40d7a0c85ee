package vi

import (
	"testing"
)

// The days of Tết that were published, among them those where the calendars of Việt Nam and China differ.
func TestNewYear(t *testing.T) {
	for _, want := range []Day{
		{1968, 1, 29}, {1969, 2, 16}, {1985, 1, 21}, {2000, 2, 5}, {2007, 2, 17}, {2024, 2, 10}, {2025, 1, 29}, {2026, 2, 17}, {2027, 2, 6},
		{2028, 1, 26}, {2030, 2, 2}, {2053, 2, 18},
	} {
		if got, ok := NewYear(want.Year); !ok || got != want {
			t.Errorf("Tết %d = %v, want %v", want.Year, got, want)
		}
	}
}
