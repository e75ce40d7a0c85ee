package vi

import (
	"testing"
	"time"
)

// Days of other years and other corners of the calendar than the corpus has.
func TestDatesOnOtherDays(t *testing.T) {
	for _, c := range []struct{ now, kind, phrase, want string }{
		{"2027-01-05", "date", "20/12", `{"ambiguous":["2026-12-20","2027-12-20"],"ask":true}`},
		{"2027-01-05", "date", "5/1", "2027-01-05"},
		{"2027-01-05", "date", "mùng 1 tết", "2027-02-06"},
		{"2027-01-05", "date", "rằm tháng chạp", "2027-01-22"},
		{"2027-01-05", "date", "quốc khánh", `{"ambiguous":["2026-09-02","2027-09-02"],"ask":true}`},
		{"2027-02-20", "date", "mùng 3 tết", "2027-02-08"},
		{"2027-02-20", "date", "30 tết", `{"date":"2027-02-05","note":"tháng Chạp năm Bính Ngọ chỉ có 29 ngày"}`},
		{"2027-02-20", "date", "rằm tháng giêng", "2027-02-20"},
		{"2027-02-20", "date", "rằm", `{"ambiguous":["2027-02-20","2027-03-22"],"ask":true}`},
		{"2027-07-20", "date", "mùng 1 tết", `{"ambiguous":["2027-02-06","2028-01-26"],"ask":true}`},
		{"2028-01-20", "date", "30 tết", `{"date":"2028-01-25","note":"tháng Chạp năm Đinh Mùi chỉ có 29 ngày"}`},
		{"2033-01-20", "date", "30 tết", "2033-01-30"},
		{"2025-08-01", "date", "15/6 âm", `{"ambiguous":["2025-07-09","2025-08-08"],"ask":true}`},
		{"2025-08-01", "date", "15/6 nhuận", "2025-08-08"},
		{"2026-12-31", "date", "mai", "2027-01-01"},
		{"2026-12-31", "date", "thứ hai tuần sau", "2027-01-04"},
		{"2026-12-31", "date", "cuối tháng sau", "2027-01-31"},
		{"2026-12-31", "date", "ngày 5 tháng sau", "2027-01-05"},
		{"2027-01-31", "date", "1 tháng nữa", "2027-02-28"},
		{"2027-03-31", "date", "1 tháng trước", "2027-02-28"},
		{"2028-02-29", "date", "cách đây 1 năm", "2027-02-28"},
		{"2028-02-10", "date", "29/2", "2028-02-29"},
		{"2027-01-01", "date_range", "tháng trước", `{"from":"2026-12-01","to":"2026-12-31"}`},
		{"2027-01-01", "date_range", "tuần trước", `{"from":"2026-12-21","to":"2026-12-27"}`},
		{"2027-01-01", "date_range", "quý trước", `{"from":"2026-10-01","to":"2026-12-31"}`},
		{"2027-01-01", "date_range", "năm ngoái", `{"from":"2026-01-01","to":"2026-12-31"}`},
		{"2027-01-01", "date_range", "17/10-18/11", `{"from":"2027-10-17","to":"2027-11-18"}`},
		{"2028-02-10", "date_range", "tháng này", `{"from":"2028-02-01","to":"2028-02-29"}`},
		{"2026-11-11", "date_range", "tuần đầu tháng 11", `{"from":"2026-11-01","to":"2026-11-07","approx":true}`},
		{"2026-11-11", "date_range", "tuần cuối tháng 10", `{"from":"2026-10-25","to":"2026-10-31","approx":true}`},
		{"2026-12-31", "datetime", "7h sáng mai", "2027-01-01T07:00"},
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now+" 09:00", at.Location())
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := understandWhenWhere(c.kind, c.phrase, now); got != c.want {
			t.Errorf("on %s %q is %s, want %s", c.now, c.phrase, got, c.want)
		}
	}
}

// What must be asked about is settled by a question whose answer lies on one side of today, and nothing else is.
func TestLeaning(t *testing.T) {
	for phrase, want := range map[string][2]string{
		"thứ bảy": {"2026-11-07", "2026-11-14"}, "ngày 20": {"2026-10-20", "2026-11-20"}, "ngày 5": {"2026-11-05", "2026-12-05"}, "15/1": {"2026-01-15", "2027-01-15"},
		"rằm": {"2026-10-24", "2026-11-23"}, "mùng 3 tết": {"2026-02-19", "2027-02-08"}, "20/11": {"2026-11-20", "2026-11-20"}, "5/11": {"2026-11-05", "2026-11-05"},
		"hôm qua": {"2026-11-10", "2026-11-10"}, "20 ta": {"2026-10-29", "2026-11-28"}, "30/4": {"2026-04-30", "2027-04-30"},
	} {
		for k, lean := range []Lean{Behind, Ahead} {
			r := ReadDateLeaning(phrase, at, lean)
			if !r.Sure || r.Value.Date.String() != want[k] {
				t.Errorf("%q leaning %d is %s, want %s", phrase, lean, writeDate(r, "date"), want[k])
			}
		}
	}
}
