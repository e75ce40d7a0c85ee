package vi

import (
	"testing"
	"time"

	"chungtay/flows/dialog"
)

// A moment that lies behind is read as people say it on the phone.
func TestSince(t *testing.T) {
	now := time.Date(2026, 11, 11, 9, 30, 0, 0, dialog.Zone) // a Wednesday
	for _, c := range []struct{ said, want string }{
		{"từ hôm qua 5 giờ chiều", "2026-11-10T17:00"},
		{"tu 5h chieu qua", "2026-11-10T17:00"},
		{"lúc 7h sáng", "2026-11-11T07:00"},
		{"8 giờ", "2026-11-11T08:00"},
		{"7 giờ tối", "2026-11-10T19:00"},
		{"hôm kia", "2026-11-09T00:00"},
		{"chiều qua", "2026-11-10T00:00"},
		{"10/11 17h", "2026-11-10T17:00"},
		{"2 tiếng trước", "2026-11-11T07:30"},
		{"khoảng 5h chiều hôm qua", "2026-11-10T17:00"},
		{"hôm qua 25 giờ", "clock.invalid_time"},
		{"hồi nãy", ""},
		{"từ", ""},
	} {
		r := readSince(c.said, now)
		got := r.Problem.Key
		if r.Sure {
			got = r.Value.String()
		} else if len(r.Candidates) > 0 {
			got = "? " + r.Candidates[0].String()
		}
		if got != c.want {
			t.Errorf("%q is %q, want %q", c.said, got, c.want)
		}
	}
}
